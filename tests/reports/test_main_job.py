"""The main job with real commits: read, file, compose, sign, verify; then change things behind its back."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from pytest_django import Settings

from bihuan import demonstration
from bihuan.documents import queries as documents
from bihuan.documents.check import check_docx
from bihuan.documents.models import Document
from bihuan.documents.rules import Format, State
from bihuan.figures import actions as figures
from bihuan.figures import queries as figure_queries
from bihuan.figures.models import Fact, Figure, Revision
from bihuan.figures.queries import anchors
from bihuan.history import actions as history
from bihuan.history import queries as history_queries
from bihuan.history.models import Entry
from bihuan.reading.figures import find_figures
from bihuan.reading.source import load
from bihuan.reports import actions, verification
from bihuan.reports.models import Submission

REAL = Path(__file__).resolve().parents[3] / "shared" / "domain" / "linxia-2023-summary.txt"
AT = dt.datetime(2023, 7, 5, 2, tzinfo=dt.UTC)
SIX = {"2000余人", "近1.5万人", "1500多条(块)", "8万余份", "6万余人", "870万余分"}


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "var"


def reports() -> list[Path | None]:
    return [None, REAL] if REAL.exists() else [None]


@pytest.fixture(params=reports(), ids=lambda path: "real" if path else "example")
def done(request: pytest.FixtureRequest, fresh_database: dict[str, str], tmp_path: Path) -> Path:
    """The demo's output folder, from the shipped example and from the real report where it is at hand."""
    demonstration.run(report=request.param, out=tmp_path / "out", progress=lambda _line: None)
    return tmp_path / "out"


def kangle() -> tuple[Figure, Revision]:
    (revision,) = Revision.objects.filter(figure__kind="record").select_related("figure", "region", "occasion")
    assert revision.region.name == "康乐县"
    return revision.figure, revision


def correct(figure: Figure, revision: Revision, printed: str) -> None:
    (read,) = find_figures(f"参加活动{printed}")
    content = replace(figures.content_of(revision), value=read.range, printed=printed, form=read.form)
    figures.correct(figure=figure, expected_version=figure.version, content=content, by="person:1 甲", at=AT)


def states(content: bytes) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for item in verification.verify(content).facts:
        found.setdefault(item.state, set()).add(item.fact)
    return found


def edited(content: bytes, change: Callable[[str], str]) -> bytes:
    """The DOCX after someone changed its text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data.decode()).encode() if name == "word/document.xml" else data)
    return out.getvalue()


def test_the_paper_holds_all_six_and_verifies(done: Path) -> None:
    content = (done / "report.docx").read_bytes()
    result = verification.verify(content)
    assert result.state == verification.HOLDS
    assert {item.printed for item in result.facts} >= SIX
    assert result.loose == ()
    assert check_docx(content) == []
    document = Document.objects.get()
    assert document.state == State.ISSUED
    assert documents.printed(document, Format.DOCX) == content
    assert (done / "report.pdf").read_bytes().startswith(b"%PDF")


def test_statement_total_and_remainder_stand_side_by_side(done: Path) -> None:
    submission = Submission.objects.select_related("region").earliest("pk")
    scope = figure_queries.Scope.of(
        region=submission.region,
        measures=["participants"],
        classifiers=["人"],
        period=(submission.period_start, submission.period_end),
        book=submission.book,
    )
    side = figure_queries.side_by_side(scope)
    assert side.statement is not None
    assert side.statement.printed == "近1.5万人"
    assert side.computed.range is not None
    assert side.remainder is not None
    assert (side.computed.range.low, side.computed.range.high) == (2000, 3000)
    assert (side.remainder.low, side.remainder.high) == (11000, 13000)


def test_the_missing_items_are_shown_and_the_tail_is_gone(done: Path) -> None:
    text = documents.paper(Document.objects.get()).text()
    assert "原报告缺第六、第七项" in text
    assert "\n临夏州2023年“安全生产月”活动情况总结\n" not in text, "the report's title gives way to the paper's"
    assert "作文" not in text
    assert "六是" not in text


def test_running_it_again_adds_nothing(done: Path, request: pytest.FixtureRequest) -> None:
    def counts() -> tuple[int, ...]:
        return tuple(model.objects.count() for model in (Entry, Figure, Revision, Fact, Document, Submission))

    before, files = counts(), {path.name: path.read_bytes() for path in done.iterdir()}
    report = REAL if "real" in request.node.callspec.id else None
    demonstration.run(report=report, out=done, progress=lambda _line: None)
    assert counts() == before
    assert {path.name: path.read_bytes() for path in done.iterdir()} == files


def test_one_corrected_record_names_its_fact_and_the_totals_that_contain_it(done: Path) -> None:
    content = (done / "report.docx").read_bytes()
    figure, revision = kangle()
    expected = {fact.public_id for fact in Fact.objects.all() if [figure.pk, revision.version] in fact.sources}
    assert len(expected) == 4, "the figure itself, two totals, one remainder"
    correct(figure, revision, "2100余人")
    result = verification.verify(content)
    found = states(content)
    assert result.exit_code == 1
    assert found[verification.SUPERSEDED] == expected
    assert len(found[verification.HOLDS]) == len(result.facts) - len(expected)
    assert "broken" not in found
    because = next(item.because for item in result.facts if item.fact in expected)
    assert "2000余人 → 2100余人" in because[0]
    assert "甲" in because[0]


def test_a_withdrawn_record_is_named_too(done: Path) -> None:
    figure, _revision = kangle()
    figures.withdraw(figure=figure, expected_version=figure.version, by="person:1 甲", at=AT)
    assert len(states((done / "report.docx").read_bytes())[verification.SUPERSEDED]) == 4


def test_a_number_changed_in_the_file_does_not_match(done: Path) -> None:
    content = edited((done / "report.docx").read_bytes(), lambda xml: xml.replace("870", "970", 1))
    result = verification.verify(content)
    assert result.exit_code == 2
    (wrong,) = [item for item in result.facts if item.state == verification.BROKEN]
    assert wrong.printed == "970万余分"


def test_a_number_typed_into_the_prose_is_listed(done: Path) -> None:
    content = (done / "report.docx").read_bytes()
    typed = edited(content, lambda xml: re.sub(r"(</w:t></w:r></w:p>)", r"另有5000余人参加了演练\1", xml, count=1))
    assert verification.verify(typed).loose == ("5000余人",)


def test_a_fact_changed_behind_the_triggers_does_not_match(done: Path, fresh_database: dict[str, str]) -> None:
    with psycopg.connect(fresh_database["owner"]) as link:
        link.execute("ALTER TABLE figures_fact DISABLE TRIGGER USER")
        link.execute("UPDATE figures_fact SET low = low + 1 WHERE printed = '8万余份'")
    assert verification.verify((done / "report.docx").read_bytes()).exit_code == 2


def test_a_history_row_changed_behind_the_triggers_is_named(done: Path, fresh_database: dict[str, str]) -> None:
    history.seal(at=AT)
    assert history_queries.verify(anchors=anchors()).broken is None
    entry = Entry.objects.filter(verb="figures.filed").order_by("pk")[2]
    with psycopg.connect(fresh_database["owner"]) as link:
        link.execute("ALTER TABLE history_entry DISABLE TRIGGER USER")
        link.execute("UPDATE history_entry SET by = 'someone else' WHERE id = %s", [entry.pk])
    broken = history_queries.verify(anchors=anchors()).broken
    assert broken is not None
    assert broken.entry == entry.pk


def test_model_data_never_meets_real_data(fresh_database: dict[str, str], tmp_path: Path) -> None:
    quiet = lambda _line: None  # noqa: E731
    demonstration.run(report=None, out=tmp_path / "a", progress=quiet)
    copy = tmp_path / "own.txt"
    copy.write_text(load(demonstration.EXAMPLE).text.replace("2000余人", "3000余人"))
    demonstration.run(report=copy, out=tmp_path / "b", progress=quiet)
    assert {item.book for item in Submission.objects.all()} == {"", "example"}
    assert verification.verify((tmp_path / "a" / "report.docx").read_bytes()).exit_code == 0
    assert verification.verify((tmp_path / "b" / "report.docx").read_bytes()).exit_code == 0


def test_a_later_report_of_the_same_month_replaces_the_earlier(fresh_database: dict[str, str]) -> None:
    def hand_in(text: str) -> Submission:
        submission = actions.hand_in(text=text, name="报告.txt", by="person:1 甲", at=AT)
        return actions.confirm_as_read(submission=submission, by="person:1 甲", at=AT)

    head = "临夏州2023年“安全生产月”活动总结。"
    first = hand_in(head + "全州发放宣传资料8万余份，悬挂横幅300条。")
    second = hand_in(head + "全州发放宣传资料9万余份，组织应急演练20场。")
    first.refresh_from_db()
    assert first.replaced_by == second
    standing = {item.printed for item in figure_queries.revisions(as_of=None)}
    assert standing == {"9万余份", "20场"}
    assert Revision.objects.filter(printed="8万余份").exists(), "history only grows"


def test_what_was_withdrawn_may_be_said_again(fresh_database: dict[str, str]) -> None:
    head = "临夏州2023年“安全生产月”活动总结。"
    for told in ("悬挂横幅300条。", "发放宣传资料5000份。", "再报：悬挂横幅400条。", "又报：悬挂横幅400条。"):
        submission = actions.hand_in(text=head + told, name="报告.txt", by="person:1 甲", at=AT)
        actions.confirm_as_read(submission=submission, by="person:1 甲", at=AT)
    assert [item.printed for item in figure_queries.revisions(as_of=None)] == ["400条"]


GOLD = Path(__file__).resolve().parents[1] / "reading" / "gold" / "held-out.jsonl"


def test_a_report_with_every_kind_of_figure_becomes_a_paper(fresh_database: dict[str, str], tmp_path: Path) -> None:
    """Tables, rates, money, casualties, contradictory forms: whatever is read can be filed, frozen and printed."""
    passages = [json.loads(line)["text"] for line in GOLD.read_text().splitlines()]
    for number, start in enumerate(range(0, len(passages), 95)):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"临夏州202{number}年“安全生产月”活动总结\n" + "\n".join(passages[start : start + 95]))
        demonstration.run(report=path, region="临夏州", out=tmp_path / str(number), progress=lambda _line: None)
        result = verification.verify((tmp_path / str(number) / "report.docx").read_bytes())
        assert len(result.facts) > 100
        assert result.state == verification.HOLDS


@pytest.mark.django_db
class TestUnclear:
    def test_a_report_of_no_place(self) -> None:
        with pytest.raises(actions.UnplacedReportError) as caught:
            actions.hand_in(text="2023年6月开展了活动，发放资料300份。", name="x", by="甲", at=AT)
        assert caught.value.code == "no-place"
        assert not Submission.objects.exists()

    def test_a_report_of_no_year(self) -> None:
        with pytest.raises(actions.UnplacedReportError) as caught:
            actions.hand_in(text="康乐县开展了“安全生产月”活动。", name="x", by="甲", at=AT)
        assert caught.value.code == "no-year"

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7", b"\xd0\xcf\x11\xe0" + b"0" * 600])
    def test_what_is_no_paper_is_refused_in_a_sentence(self, content: bytes) -> None:
        with pytest.raises(verification.UnreadablePaperError):
            verification.verify(content)
