"""The campaign of the demonstration with real commits: every state is there, explained by its steps, and once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cast import signed_in
from django.conf import settings
from django.db.models import Model

from bihuan import demonstration
from bihuan.activities import queries as activities
from bihuan.activities.models import Activity, TrainingRoster
from bihuan.activities.queries.five_entries import coverage
from bihuan.activities.training_rules import Coverage
from bihuan.campaigns.models import Campaign
from bihuan.demonstration.month import Month
from bihuan.documents.check import check_docx
from bihuan.documents.models import Document
from bihuan.history.models import Entry
from bihuan.history.queries import verify
from bihuan.loop import actions as loop
from bihuan.loop.models import Evidence, Extension, Matter, Reminder, Step
from bihuan.loop.queries import differences
from bihuan.messages.models import Message
from bihuan.org.models import Person, Unit
from bihuan.org.queries import account_called
from bihuan.places.models import Place
from bihuan.reports import verification
from bihuan.statistics import queries as queries_of_forms
from bihuan.statistics.models import Return
from bihuan.wiring import STILL

KEPT: tuple[type[Model], ...] = (
    Entry,
    Document,
    Matter,
    Step,
    Evidence,
    Extension,
    Reminder,
    Message,
    Unit,
    Person,
    Place,
)


def counted() -> list[int]:
    return [model._default_manager.count() for model in KEPT]


def run(out: Path) -> list[str]:
    said: list[str] = []
    demonstration.run(report=None, out=out, campaign=True, progress=said.append)
    return said


@pytest.fixture(scope="module")
def shown(module_database: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder into which the demonstration wrote."""
    folder, var = tmp_path_factory.mktemp("demonstration"), settings.VAR
    settings.VAR = folder / "var"
    run(folder / "out")
    yield folder / "out"
    settings.VAR = var


def test_units_and_people_are_models_and_say_so(shown: Path) -> None:
    units = Matter.objects.filter(flow="task", unit__isnull=False).values_list("unit", flat=True).distinct()
    assert Unit.objects.filter(pk__in=units).count() == 8 + 37
    assert not Unit.objects.exclude(book="example").exists()
    assert not Unit.objects.exclude(name__endswith="（示例）").exists()
    assert not Person.objects.exclude(book="example", name__startswith="示例·").exists()
    assert not Matter.objects.exclude(book="example").exists()


def test_every_state_and_rung_is_there(shown: Path) -> None:
    states = {"registered", "assigned", "doing", "answered", "accepted", "suspended", "closed", "withdrawn"}
    assert set(Matter.objects.values_list("state", flat=True)) >= states
    late = Matter.objects.filter(end="", clock="due").values_list("rung", "light")
    assert {rung for rung, _light in late} == {0, 1, 2, 3, 4, 5, 6}
    assert {light for _rung, light in late} == {"green", "yellow", "red"}


def test_every_verb_was_used(shown: Path) -> None:
    from bihuan.campaigns.flow import TASK

    done = set(Step.objects.filter(matter__flow="task").values_list("verb", flat=True))
    assert set(TASK.verbs) - done <= {"amend"}, "a plan's second version is for the newcomer to make"
    assert Extension.objects.filter(granted_until=None, decided_at=None).count() == 1
    assert Extension.objects.filter(granted_until__isnull=False).exists()
    assert Extension.objects.filter(granted_until=None, decided_at__isnull=False).exists()
    assert Reminder.objects.filter(stands_in=True).exists(), "somebody was told in the place of the missing"


def test_every_matter_follows_from_its_steps(shown: Path) -> None:
    assert [(row.title, found) for row in Matter.objects.all() if (found := differences(row))] == []


def test_nobody_accepted_their_own(shown: Path) -> None:
    closed = Matter.objects.filter(end="closed")
    assert closed.exists()
    assert all(row.accepted_by and row.accepted_by not in row.doers and row.evidence for row in closed)


def test_the_story_is_of_2023(shown: Path) -> None:
    assert {at.year for at in Step.objects.values_list("at", flat=True)} == {2023}


def test_pictures_people_and_films_of_the_model_say_so(shown: Path) -> None:
    laid = activities.wall(Activity.objects.all())
    assert len(laid) == 2
    assert all(row.activity.book == "example" and "示例" in row.caption for row in laid)
    assert not activities.all_released().exists(), "pictures of a model are nobody's news"
    roster = TrainingRoster.objects.get()
    assert roster.book == "example"
    assert activities.coverage([roster])[roster.pk] == Coverage(3, 5)
    assert all(row.name.startswith("示例·") for row in activities.entries(roster))
    (film,) = Activity.objects.filter(kind__code="media_work")
    ((_work, views),) = activities.works_over_time(film)
    assert [item.views for item in views] == [860, 3150, 5400, 6020]


def test_the_chain_holds(shown: Path) -> None:
    result = verify()
    assert (result.broken, result.pending) == (None, 0)


def test_the_wall_clock_moves_nothing(shown: Path) -> None:
    from django.utils import timezone

    assert loop.sweep(at=timezone.now(), still=STILL).matters == 0


def test_again_it_changes_nothing(shown: Path) -> None:
    before = counted()
    run(shown)
    assert counted() == before


def test_cut_short_it_goes_on(fresh_database: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "VAR", tmp_path / "var")
    act, acts = Month._act, []

    def fails(month: Month, *arguments: object) -> None:
        acts.append(arguments)
        if len(acts) == 200:
            raise KeyboardInterrupt
        act(month, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Month, "_act", fails)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "out")
    assert 0 < Step.objects.count() < 500
    monkeypatch.undo()
    monkeypatch.setattr(settings, "VAR", tmp_path / "var")
    run(tmp_path / "out")
    once = counted()
    assert set(Matter.objects.values_list("state", flat=True)) >= {"accepted", "suspended", "closed", "withdrawn"}
    run(tmp_path / "out")
    assert counted() == once


@pytest.mark.parametrize("name", ["nigao", "qianfa", "kangle", "jiaotong", "jiaoju"])
def test_pages_mark_it(shown: Path, name: str) -> None:
    account = account_called(name)
    assert account is not None
    client = signed_in(account.person)
    page = client.get("/matters/mine/").content.decode()
    assert "示例" in page
    row = Matter.objects.filter(unit__posts__person=account.person).first() or Matter.objects.earliest("pk")
    page = client.get(f"/matters/{row.pk}/").content.decode()
    assert "模型数据" in page


def test_bulletins_of_two_months(shown: Path) -> None:
    from bihuan.supervision.models import Bulletin

    may, june = Bulletin.objects.order_by("month")
    assert (may.month.month, june.month.month, june.previous_id) == (5, 6, may.pk)
    assert june.cut_off < june.at
    assert set(june.rows.values_list("unit", flat=True)) == set(
        Matter.objects.filter(flow="task", unit__isnull=False).values_list("unit", flat=True)
    )
    for month in ("2023-05", "2023-06"):
        content = (shown / f"bulletin-{month}.docx").read_bytes()
        result = verification.verify(content)
        assert result.state == verification.HOLDS
        assert check_docx(content) == []
        assert (shown / f"bulletin-{month}.pdf").read_bytes().startswith(b"%PDF")


def test_a_notice_went_through_its_life(shown: Path) -> None:
    from bihuan.supervision.models import Notice

    struck, waiting = Notice.objects.order_by("pk")
    verbs = list(Step.objects.filter(matter=struck.matter).order_by("version").values_list("verb", flat=True))
    assert [verb for verb in verbs if verb != "reach"] == [
        "register", "assign", "sign_for", "answer", "accept", "close",
    ]  # fmt: skip
    assert struck.matter.end == "closed"
    assert set(Evidence.objects.filter(step__matter=struck.matter).values_list("kind", flat=True)) >= {"file", "paper"}
    assert struck.paper is not None
    assert "〔2023〕" in struck.paper.number
    assert struck.paper.deliveries.get().receipt is not None
    assert waiting.matter.state == "assigned"


def test_rounds_talk_and_objection(shown: Path) -> None:
    from bihuan.supervision.models import Conclusion, Finding, Objection, Round, Supervised, Talk

    assert set(Round.objects.values_list("state", flat=True)) == {"ended"}
    assert Finding.objects.filter(settled_at=None).count() == 1
    assert Finding.objects.exclude(settled_at=None).count() == 1, "followed up in the second round"
    assert Talk.objects.get().state == "refused"
    assert Objection.objects.get().outcome == "changed"
    assert Conclusion.objects.filter(replaces__isnull=False).count() == 1
    assert set(Supervised.objects.values_list("state", flat=True)) == {"proposed", "open", "ended"}


def test_the_plan_was_published_with_its_papers(shown: Path) -> None:
    from bihuan.campaigns.models import Duty as Planned
    from bihuan.campaigns.models import Expected, Plan, Task

    plan = Plan.objects.select_related("campaign").get()
    campaign = plan.campaign
    assert (plan.state, campaign.times, campaign.basis_number) == ("published", 22, "")
    assert campaign.issuer != campaign.working_body, "two names, one office"
    assert Planned.objects.filter(unit=None).count() == Planned.objects.filter(section=None).count() == 0
    assert (
        Task.objects.count()
        == Planned.objects.count()
        == Matter.objects.filter(flow="task").exclude(unit=None).count()
        > 100
    )
    assert Expected.objects.filter(expected_list__form="summary").count() == 8
    papers = [row.document for row in plan.papers.select_related("document")]
    assert [paper.state for paper in papers] == ["issued"] * 3
    assert all(len({paper.drafted_by, paper.checked_by, paper.signed_by}) == 3 for paper in papers)
    for name in ("plan", "notice", "task-division"):
        assert check_docx((shown / f"{name}.docx").read_bytes()) == []
        assert (shown / f"{name}.pdf").read_bytes().startswith(b"%PDF")


def test_registers_are_there_and_were_partly_reached(shown: Path) -> None:
    """The coverage of the example is computed, and names somebody who was not reached."""
    campaign = Campaign.objects.get(book="example")
    found = coverage(campaign, campaign.region)
    assert len(found.parts) == 8
    assert not Place.objects.exclude(book="example").exists()
    shares = {share.kind.code: (share.reached, share.places) for share in found.whole.shares}
    assert shares["school"] == (9, 16)
    rates = {row.region.name: row.shares[0].rate for row in found.parts}
    assert (rates["康乐县"], rates["积石山保安族东乡族撒拉族自治县"]) == ("100%", "0%")
    assert found.whole.unplaced == 0


def test_the_weekly_table_was_handed_in_against_its_list(shown: Path) -> None:
    row = Return.objects.select_related("unit").get()
    assert (row.state, row.book, row.times, sorted(row.given.values())) == ("accepted", "example", 1, ["36", "4"])
    lines = queries_of_forms.lines_answered(row)
    assert [(line.expected_list.form, line.receipt.state) for line in lines] == [
        ("table:safety-month-weekly", "accepted")
    ]
