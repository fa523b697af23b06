"""`bihuan bundle …`: results on stdout, one clear line on stderr for what went wrong, exit codes. Against the test's
own database; the command itself, with one of its own, is in tests/cli."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from cast import Cast
from door import counts, report
from reported import AT, BY, Other

from bihuan.cli import bundles, main
from bihuan.exchange import actions
from bihuan.exchange.models import Bundle, Peer
from bihuan.lib.words import speaking

pytestmark = pytest.mark.django_db


class Command:
    """Runs a command in this process; gives its exit code and what it said."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self.capfd = capfd

    def __call__(self, *arguments: str | Path) -> tuple[int, str, list[str]]:
        self.capfd.readouterr()
        try:
            code = main(["bundle", *map(str, arguments)])
        except SystemExit as ended:
            code = int(str(ended.code))
        out, err = self.capfd.readouterr()
        assert "Traceback" not in err
        return code, out, err.splitlines()


@pytest.fixture
def bundle(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("BIHUAN_LANG", "zh")
    monkeypatch.setattr(bundles, "django", contextlib.nullcontext)
    return Command(capfd)


@pytest.fixture
def came(county: Other, cast: Cast, tmp_path: Path) -> Path:
    """A report of Kangle's on a stick, the next in its turn."""
    path = tmp_path / "来报.json"
    path.write_text(county.sealed(county.body("report", report(cast))).text())
    return path


def test_take(bundle: Command, came: Path) -> None:
    assert bundle("take", came) == (0, "康乐县应急管理局\t1\t首报\t已收下\n", [])
    before = counts()
    code, out, err = bundle("take", came)
    assert (code, out, len(err)) == (2, "", 1)
    assert "没有重复写入" in err[0]
    assert counts() == before


def test_take_what_is_held_says_why(bundle: Command, county: Other, cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text(county.sealed(county.body("report", report(cast) | {"definitions": []})).text())
    code, out, err = bundle("take", path, "--json")
    said = json.loads(out)
    assert (code, said["state"], said["code"], err) == (0, "held", "definition-differs", [])


def test_verify_says_who_signed_and_where_it_stands(bundle: Command, came: Path, county: Other) -> None:
    before = counts()
    code, out, err = bundle("verify", came)
    assert (code, err) == (0, [])
    assert out.splitlines() == [
        f"签名相符\t康乐县应急管理局\t{county.fingerprint}",
        "首报\t№ 1\t还没有收下，轮到它了",
    ]
    assert counts() == before
    bundle("take", came)
    with speaking("en"):
        assert bundle("verify", came)[1].splitlines()[1] == "report\t№ 1\ttaken in"
    said = json.loads(bundle("verify", came, "--json")[1])
    assert (said["ours"], said["number"], said["state"]) == (False, 1, "taken")


def test_verify_by_a_card_alone(bundle: Command, came: Path, county: Other, tmp_path: Path) -> None:
    card = tmp_path / "名片.json"
    card.write_text(county.card.text())
    Peer.objects.all().delete()
    assert bundle("verify", came)[0] == 2
    assert bundle("verify", came, "--card", card)[:2] == (
        0,
        f"签名相符\t康乐县应急管理局\t{county.fingerprint}\n首报\t№ 1\n",
    )
    for other, words in (
        (Other("别人").card, "不是名片上的安装"),
        (Other("贼", installation=county.installation).card, "签名不符"),
    ):
        card.write_text(other.text())
        code, out, err = bundle("verify", came, "--card", card)
        assert (code, out, len(err)) == (2, "", 1)
        assert words in err[0]
    for content in (b"{}", "名片".encode("gb18030")):
        card.write_bytes(content)
        assert bundle("verify", came, "--card", card)[0] == 2


def test_what_is_refused_is_one_line(bundle: Command, came: Path, county: Other, cast: Cast) -> None:
    whole, before = came.read_text(), counts()
    stranger = Other("不认识")
    cases = {
        whole.replace("30份", "90份"): "签名不符",
        whole[:-9]: "这不是上报包",
        "": "这不是上报包",
        county.sealed(county.body("report", report(cast), sequence=3)).text(): "前面缺",
        county.sealed(county.body("report", report(cast), to=str(county.installation))).text(): "签发给别的安装",
        stranger.sealed(stranger.body("report", report(cast))).text(): "不在本安装的“对方安装”之列",
        '{"x": "' + "a" * 10_000_001 + '"}': "10 MB",
    }
    for content, words in cases.items():
        came.write_text(content)
        for verb in ("take", "verify"):
            code, out, err = bundle(verb, came)
            assert (code, out, len(err)) == (2, "", 1), (verb, words, err)
            assert words in err[0]
    with speaking("en"):
        assert bundle("take", came)[2] == ["more than 10 MB: this is no bundle. Nothing was written; check the file"]
    assert counts() == before


def test_files_that_cannot_be_used(bundle: Command, came: Path, tmp_path: Path) -> None:
    for verb in ("take", "show", "verify"):
        assert bundle(verb, tmp_path / "no.json")[::2] == (2, [f"{tmp_path / 'no.json'}: 文件或文件夹不存在"])
        assert bundle(verb, tmp_path)[::2] == (2, [f"{tmp_path}: 这是文件夹,不是文件"])
        code, _out, err = bundle(verb)
        assert (code, len(err)) == (2, 1)
        assert "缺少参数:文件" in err[0]


def test_export_and_our_own(bundle: Command, came: Path, county: Other, cast: Cast, tmp_path: Path) -> None:
    bundle("take", came)
    received = Peer.objects.get().received.get()
    actions.ask(received=received, line=None, words="", text="准吗？", name="马", by=BY, at=AT)
    path = tmp_path / "问询.json"
    assert bundle("export", county.name, "1", "--out", path) == (0, "", [f"已写到 {path}"])
    assert json.loads(path.read_text())["payload"] == Bundle.objects.get().payload
    assert bundle("verify", path)[1].splitlines()[1] == "问询\t№ 1\t待送达"
    code, _out, err = bundle("take", path)
    assert (code, len(err)) == (2, 1)
    assert "本安装自己签发的" in err[0]
    for peer, number, out, words in (
        (county.name, "2", path, "没有发给“康乐县应急管理局”的第2号包"),
        (county.name, "-1", path, "没有发给"),
        (county.name, str(10**40), path, "没有发给"),
        ("谁", "1", path, "没有发给“谁”的第1号包"),
        (county.name, "1", tmp_path / "no" / "x.json", "文件或文件夹不存在"),
        (county.name, "1", tmp_path, "这是文件夹"),
        (county.name, "one", path, "的值'one'不对"),
    ):
        code, said, err = bundle("export", peer, number, "--out", out)
        assert (code, said, len(err)) == (2, "", 1)
        assert words in err[0]


def test_show_says_what_is_in_it(bundle: Command, came: Path, county: Other) -> None:
    code, out, err = bundle("show", came)
    assert (code, err) == (0, ["未核验签名；核验用 bihuan bundle verify"])
    lines = dict(line.split("\t", 1) for line in out.splitlines())
    assert lines["地区"] == "康乐县"
    assert lines["时段"] == "2023-06-01 – 2023-06-30"
    assert lines["性质"] == "模型数据"
    assert lines["宣传资料"] == "30份\t3 条记录"
    with speaking("en"):
        assert "lists\t2/2" in bundle("show", came)[1]
    said = json.loads(bundle("show", came, "--json")[1])
    assert (said["proved"], said["body"]["report"]["region"][1]) == (False, "康乐县")
    # An altered one is shown too, as what it says; it is `verify` that tells.
    came.write_text(came.read_text().replace("30份", "90份"))
    assert "宣传资料\t90份" in bundle("show", came)[1]
    receipt = county.sealed({"format": "bihuan-receipt/1", "sequence": 4, "digest": "0" * 64, "state": "taken"})
    came.write_text(receipt.text())
    assert bundle("show", came)[1] == "内容\t回执\n编号\t4\n结果\t已收下\n"
    came.write_text(county.sealed({"format": "bihuan-bundle/9"}).text())
    code, out, err = bundle("show", came)
    assert (code, out, len(err)) == (2, "", 1)
    assert "升级到同一版本" in err[0]
