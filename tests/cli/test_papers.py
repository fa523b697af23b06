"""What needs a database: the first start, demo, verify, history verify, documents check on its paper, wrong servers."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest

from bihuan.postgres.cluster import APP, OWNER, Cluster
from bihuan.postgres.programs import wheel_programs
from bihuan.postgres.session import running

if TYPE_CHECKING:
    from conftest import Ended, Installation

PHRASES = ["2000余人", "近1.5万人", "1500多条(块)", "8万余份", "6万余人", "870万余分"]


@pytest.fixture(scope="module")
def first(new_installation: Callable[[], Installation]) -> tuple[Installation, list[Ended]]:
    """An installation, and how its first two commands ended: both started at once on nothing at all."""
    made = new_installation()
    started = [made.start("history", "verify", "--json") for _ in range(2)]
    ended = []
    for process in started:
        out, said = process.communicate(timeout=90)
        ended.append(type(made("phrase", "1"))(process.returncode, out.decode(), said.decode()))
    return made, ended


@pytest.fixture(scope="module")
def bihuan(first: tuple[Installation, list[Ended]]) -> Iterator[Installation]:
    """The same with its server held up, as a running demo does, and the example's paper in out/."""
    made, _ended = first
    with running(Cluster(Path(made.environment["BIHUAN_VAR"]) / "pg", wheel_programs())):
        ended = made("demo", "--once")
        assert (ended.code, ended.out) == (0, ""), ended.err
        yield made


def test_two_first_starts_at_once_both_succeed(first: tuple[Installation, list[Ended]]) -> None:
    _made, ended = first
    assert [item.code for item in ended] == [0, 0], [item.err for item in ended]
    assert all("Traceback" not in item.err for item in ended)
    assert sum(item.err.count("已载入行政区划") for item in ended) == 1, "loaded once"


def test_stdout_is_one_json_value_even_when_seeds_are_told(first: tuple[Installation, list[Ended]]) -> None:
    _made, ended = first
    values = [json.loads(item.out) for item in ended]
    assert all(value["broken"] is None for value in values)
    assert max(value["length"] for value in values) > 0
    assert sum(value["sealed"] for value in values) == max(value["length"] for value in values)


def test_demo_writes_its_files(bihuan: Installation) -> None:
    papers = ["report", "plan", "notice", "task-division", "bulletin-2023-05", "bulletin-2023-06"]
    printed = {f"{name}.{ending}" for name in papers for ending in ("docx", "pdf")}
    assert {path.name for path in (bihuan.folder / "out").iterdir()} == printed | {
        "division.docx",
        "facts.json",
        "bundle-1.json",
    }
    assert (bihuan.folder / "out/report.pdf").read_bytes().startswith(b"%PDF")
    printed = [fact["printed"] for fact in json.loads((bihuan.folder / "out/facts.json").read_text())]
    assert [phrase for phrase in PHRASES if phrase not in printed] == []


def test_its_bundle_is_genuine(bihuan: Installation) -> None:
    """The week that was reported upward; whoever got its card needs no database of ours."""
    ended = bihuan("bundle", "verify", "out/bundle-1.json")
    assert (ended.code, ended.err) == (0, "")
    holds, what = (line.split("\t") for line in ended.out.splitlines())
    assert holds[:2] == ["签名相符", "临夏州应急管理局（示例）"]
    assert what == ["首报", "№ 1", "待送达"]
    shown = bihuan("bundle", "show", "out/bundle-1.json", BIHUAN_LANG="en")
    assert "period\t2023-06-01 – 2023-06-08\n" in shown.out
    assert "lists\t8/8\n" in shown.out
    assert "the signature was not checked" in shown.err
    again = bihuan("bundle", "export", "甘肃省应急管理厅（示例）", "1", "--out", "again.json")
    assert (again.code, again.out) == (0, "")
    assert (bihuan.folder / "again.json").read_bytes() == (bihuan.folder / "out/bundle-1.json").read_bytes()


def test_its_paper_passes_the_checker(bihuan: Installation) -> None:
    ended = bihuan("documents", "check", "out/report.docx")
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert bihuan("documents", "check", "out/report.docx", "--json").out == "[]\n"


def test_its_paper_holds(bihuan: Installation) -> None:
    ended = bihuan("verify", "out/report.docx", "--json")
    value = json.loads(ended.out)
    assert (ended.code, value["state"], value["loose"]) == (0, "holds", [])
    assert [phrase for phrase in PHRASES if phrase not in [fact["printed"] for fact in value["facts"]]] == []
    lines = bihuan("verify", "out/report.docx").out.splitlines()
    assert len(lines) == len(value["facts"])
    assert all(line.startswith("相符\t") for line in lines)


def edited(bihuan: Installation, old: str, new: str) -> Path:
    """The paper with one text of its XML replaced."""
    path = bihuan.folder / "edited.docx"
    with zipfile.ZipFile(bihuan.folder / "out/report.docx") as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                assert old in content.decode()
                content = content.decode().replace(old, new).encode()
            target.writestr(name, content)
    return path


def test_a_changed_number_does_not_match(bihuan: Installation) -> None:
    ended = bihuan("verify", edited(bihuan, "8万余份", "9万余份"), "--json")
    value = json.loads(ended.out)
    assert (ended.code, value["state"]) == (2, "does not match")
    wrong = [fact["printed"] for fact in value["facts"] if fact["state"] != "holds"]
    assert set(wrong) == {"9万余份"}


def test_a_fact_of_another_installation_is_told(bihuan: Installation) -> None:
    fact = json.loads((bihuan.folder / "out/facts.json").read_text())
    tag = json.loads(bihuan("verify", "out/report.docx", "--json").out)["facts"][0]["fact"]
    assert fact
    ended = bihuan("verify", edited(bihuan, tag, "zzzzzzzzzzzz"), BIHUAN_LANG="en")
    assert ended.code == 2
    assert "another installation" in ended.out


def test_another_tools_paper(bihuan: Installation) -> None:
    made = docx.Document()
    made.add_paragraph("关于2000余人参加活动的报告")
    made.save(str(bihuan.folder / "foreign.docx"))
    checked = bihuan("documents", "check", "foreign.docx")
    assert checked.code == 1
    assert len(checked.out.splitlines()) > 3
    value = json.loads(bihuan("documents", "check", "foreign.docx", "--json").out)
    assert {"rule", "message", "where"} == set(value[0])
    assert len(value) == len(checked.out.splitlines())
    refused = bihuan("verify", "foreign.docx", "--json")
    assert (refused.code, refused.out, len(refused.lines)) == (2, "", 1)


def test_history_reports_its_length(bihuan: Installation) -> None:
    ended = bihuan("history", "verify", BIHUAN_LANG="en")
    assert (ended.code, ended.err) == (0, "")
    value = json.loads(bihuan("history", "verify", "--json").out)
    assert value["sealed"] == value["pending"] == 0
    assert f"{value['length']} rows" in ended.out


def test_a_changed_row_is_named(bihuan: Installation) -> None:
    import psycopg

    cluster = Cluster(Path(bihuan.environment["BIHUAN_VAR"]) / "pg", wheel_programs())
    with psycopg.connect(cluster.url(OWNER), autocommit=True) as link:
        link.execute("SET session_replication_role = replica")  # behind the triggers
        where = "id = (SELECT entry_id FROM history_seal WHERE position = 3)"
        row = link.execute(f"SELECT by FROM history_entry WHERE {where}").fetchone()
        assert row is not None
        link.execute(f"UPDATE history_entry SET by = 'someone else' WHERE {where}")
        try:
            ended = bihuan("history", "verify")
            value = json.loads(bihuan("history", "verify", "--json").out)
        finally:
            link.execute(f"UPDATE history_entry SET by = %s WHERE {where}", [row[0]])
    assert ended.code == 1
    assert ended.out.startswith("第3条")
    assert value["broken"]["position"] == 3
    assert bihuan("history", "verify").code == 0


def test_a_warm_command_is_quick(bihuan: Installation) -> None:
    _ended, took = bihuan.measured("history", "verify")
    assert took["seconds"] < 3, took  # 1.2 on a quiet machine


def test_a_report_that_cannot_be_placed(bihuan: Installation) -> None:
    (bihuan.folder / "nowhere.txt").write_text("共有2000余人参加活动。")
    for arguments in (["--report", "nowhere.txt"], ["--region", "没有的地方"], ["--region", "临夏"]):
        ended = bihuan("demo", "--once", *arguments)
        assert ended.code == 2, ended.err
        assert ended.out == ""
    for out in ("/proc/nowhere", "nowhere.txt", "nowhere.txt/out"):
        ended = bihuan("demo", "--once", "--out", out)
        assert (ended.code, len(ended.lines)) == (2, 1), ended.err


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "mysql://root@localhost/x",
        "postgresql://[::1/x",
        "postgresql://nobody@127.0.0.1:1/x",
        "postgresql:///x?host=/nowhere",
        "postgresql://no-such-host.invalid/x",
    ],
)
def test_a_wrong_server_is_one_line_and_soon(bihuan: Installation, address: str) -> None:
    began = time.monotonic()
    ended = bihuan("history", "verify", "--json", DATABASE_URL=address)
    assert (ended.code, ended.out, len(ended.lines)) == (3, "", 1), ended.err
    assert time.monotonic() - began < 10


def test_a_server_that_never_answers(bihuan: Installation) -> None:
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        url = f"postgresql://x@127.0.0.1:{silent.getsockname()[1]}/x"
        ended = bihuan("history", "verify", DATABASE_URL=url)
    assert (ended.code, len(ended.lines)) == (3, 1), ended.err
    assert time.monotonic() - began < 12


def test_wrong_roles_and_databases(bihuan: Installation) -> None:
    cluster = Cluster(Path(bihuan.environment["BIHUAN_VAR"]) / "pg", wheel_programs())
    app, owner = cluster.url(APP), cluster.url(OWNER)
    wrong = [
        {"DATABASE_URL": app.replace(cluster.password(APP), "wrong")},
        {"DATABASE_URL": cluster.url(APP, "no_such_database")},
        {"DATABASE_URL": app, "DATABASE_OWNER_URL": cluster.url(OWNER, "postgres")},
        {"DATABASE_URL": cluster.url(APP, "postgres")},  # a role that may make no tables there
        {"DATABASE_URL": app, "DATABASE_OWNER_URL": "nonsense"},
    ]
    for addresses in wrong:
        ended = bihuan("history", "verify", **addresses)
        assert (ended.code, ended.out, len(ended.lines)) == (3, "", 1), (addresses, ended.err)
        assert cluster.password(APP) not in ended.err
    assert bihuan("history", "verify", DATABASE_URL=app, DATABASE_OWNER_URL=owner).code == 0


def test_a_data_folder_that_cannot_be_had(bihuan: Installation) -> None:
    (bihuan.folder / "file").write_text("")
    for var in ("/proc/nowhere", str(bihuan.folder / "file")):
        ended = bihuan("history", "verify", BIHUAN_VAR=var)
        assert (ended.code, ended.out, len(ended.lines)) == (3, "", 1), ended.err


@pytest.mark.parametrize("name", ["paper", "read"])
def test_bench_gives_its_ratio(bihuan: Installation, name: str) -> None:
    ended = bihuan("bench", name, "--json")
    value = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert list(value) == ["ratio", "ours", "floor", "unit", "rows", "runs", "method"]
    assert value["ratio"] > 0


HOSTILE = ["", "fact:", "fact:" + "x" * 5000, "fact:' OR 1=1 --", "fact:\U0001f600", "fact:%s%n", "fact:\t"]
CONTROL = '<w:sdt><w:sdtPr><w:tag w:val="{}"/></w:sdtPr><w:sdtContent><w:r><w:t>5人</w:t></w:r></w:sdtContent></w:sdt>'


def test_hostile_controls_are_no_facts(bihuan: Installation) -> None:
    """Tags that are no id at all, empty, very long or with SQL in them."""
    made = docx.Document()
    made.add_paragraph("MARK")
    out = io.BytesIO()
    made.save(out)
    controls = "".join(CONTROL.format(tag) for tag in HOSTILE).encode()
    path = bihuan.folder / "hostile.docx"
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"<w:r><w:t>MARK</w:t></w:r>", controls))
    ended = bihuan("verify", path, "--json")
    value = json.loads(ended.out)
    assert (ended.code, ended.err) == (2, "")
    assert {fact["state"] for fact in value["facts"]} == {"does not match"}
    assert len(value["facts"]) == len([tag for tag in HOSTILE if tag])
