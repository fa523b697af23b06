"""All that is laid to an activity, as its page shows it to a reader, and what can be done with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.forms.boundfield import BoundField

from bihuan.activities import actions, queries
from bihuan.activities.attachment_rules import LARGEST, AttachmentKind
from bihuan.activities.material_access import CORRECT, KEEP_ROSTER, RELEASE_PHOTO, kept_rosters, the_entry
from bihuan.activities.material_forms import (
    AttendForm,
    FilesForm,
    MaterialForm,
    PlaceForm,
    ReasonForm,
    ReleaseForm,
    ViewsForm,
    WorkForm,
)
from bihuan.activities.models import Activity, Attachment, MediaWork, Placement, RosterEntry, TrainingRoster
from bihuan.activities.publicity_rules import Step, carriers, placed, placement_state, platforms, published, steps
from bihuan.activities.rules import wants_safety_plan
from bihuan.lib.words import say
from bihuan.loop.days import local_day
from bihuan.org.access import NotThere, Reader, Verb, may
from bihuan.reading.ranges import Range

MOST_AT_ONCE = 200  # of a roster, to tick


def placement_words(row: Placement, day: dt.date) -> tuple[str, str]:
    """How a placement stands on a day: in words, and their tone."""
    left = (row.end_on - day).days
    ends = (f"还有 {left} 天到期", f"ends in {left} days") if left else ("今天到期", "ends today")
    return {
        "coming": (say("未开始", "not yet up"), "plain"),
        "up": (say("展出中", "up"), "good"),
        "soon": (say(*ends), "warn"),
        "over": (say("已结束", "over"), "plain"),
    }[placement_state(row.start_on, row.end_on, day)]


@dataclass(frozen=True, slots=True)
class Way:
    """Something that can be done. `needs`: of the reader, for this activity."""

    zh: str
    en: str
    form: type[MaterialForm]
    run: Callable[[MaterialPage, Any], object]
    needs: Verb = CORRECT
    more: Callable[[MaterialPage], Mapping[str, Any]] = lambda _page: {}


@dataclass(frozen=True, slots=True)
class Refused:
    """A verb about one line that was refused: in words, its form, what it was about."""

    verb: str
    words: str
    form: MaterialForm
    about: str

    @property
    def typed(self) -> list[BoundField]:
        """The fields that a person filled in: to be sent again, they stand there as they were."""
        return self.form.visible_fields()


@dataclass
class MaterialPage:
    """See the module. `asked`: the roster that the address names. `tried`: a verb and its form that was refused."""

    activity: Activity
    reader: Reader
    at: dt.datetime
    asked: str = ""
    tried: tuple[str, MaterialForm] | None = None
    _made: dict[str, MaterialForm] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The end of the activity's own address."""
        return f"{self.activity.pk}/"

    @property
    def day(self) -> dt.date:
        return local_day(self.at)

    @cached_property
    def changes(self) -> bool:
        """Whether the reader may lay something to it."""
        return self.activity.stands and may(self.reader, CORRECT, self.activity)

    @cached_property
    def releases(self) -> bool:
        return self.activity.stands and not self.activity.book and may(self.reader, RELEASE_PHOTO, self.activity)

    @cached_property
    def ticks(self) -> bool:
        """Whether the reader may say who came: of the rosters that they keep."""
        return self.activity.stands and may(self.reader, KEEP_ROSTER)

    # -- files -------------------------------------------------------------------------------------------------------

    @cached_property
    def _files(self) -> list[Attachment]:
        return queries.attachments(self.activity)

    @property
    def photos(self) -> list[Attachment]:
        return [row for row in self._files if row.is_photo]

    @property
    def papers(self) -> list[Attachment]:
        return [row for row in self._files if row.kind == AttachmentKind.PAPER]

    @property
    def plans(self) -> list[Attachment]:
        return [row for row in self._files if row.kind == AttachmentKind.PLAN]

    @property
    def largest(self) -> int:
        """Bytes of one file."""
        return LARGEST

    @property
    def wants_plan(self) -> bool:
        return wants_safety_plan(self.activity.expected_attendance)

    # -- publicity ---------------------------------------------------------------------------------------------------

    @property
    def has_placements(self) -> bool:
        return "placement" in self.activity.kind.needs

    @cached_property
    def placements(self) -> list[tuple[Placement, str, str, str]]:
        """Its placements, what each is on, how it stands in words, and their tone."""
        known = carriers()
        rows = queries.placements(self.activity) if self.has_placements else []
        return [
            (row, say(known[row.carrier].zh, known[row.carrier].en), *placement_words(row, self.day)) for row in rows
        ]

    @property
    def has_works(self) -> bool:
        return "media" in self.activity.kind.needs

    @cached_property
    def works(self) -> list[tuple[MediaWork, str, list[Step], MaterialForm | None]]:
        """Its works, on which platform, views from day to day, and the form for today's."""
        known = platforms()
        rows = queries.works_over_time(self.activity) if self.has_works else []
        found = []
        for work, series in rows:
            form = self._form("views", work.pk) if self.changes else None
            views = steps([(item.day, item.views) for item in series])
            found.append((work, say(known[work.platform].zh, known[work.platform].en), views, form))
        return found

    @cached_property
    def differences(self) -> list[tuple[str, str, int]]:
        """Figures that a person typed and that are not what the lines add up to: name, typed, sum."""
        if not (self.placements or self.works):
            return []
        sums = placed((row.carrier, row.count) for row, *_words in self.placements)
        asked = [self.activity.kind.counts, *self.activity.kind.suggests]
        latest = [series[-1].views if series else None for _work, _platform, series, _form in self.works]
        sums |= published(asked, latest)
        return [
            (item.name, item.revision.printed, sums[str(item.asked)])
            for item in queries.standing(self.activity)
            if str(item.asked) in sums and item.revision.value != Range.exact(sums[str(item.asked)])
        ]

    # -- training ----------------------------------------------------------------------------------------------------

    @property
    def has_roster(self) -> bool:
        return "study" in self.activity.kind.needs

    @cached_property
    def came(self) -> list[RosterEntry]:
        return list(queries.attendance(self.activity)) if self.has_roster else []

    @cached_property
    def rosters(self) -> list[TrainingRoster]:
        """Those whose people may have come, of the reader's own."""
        if not (self.has_roster and self.ticks):
            return []
        return queries.open_rosters(kept_rosters(self.reader), self.activity)

    @cached_property
    def roster(self) -> TrainingRoster | None:
        """The one that is being ticked: what the address names, or the only one."""
        named = next((row for row in self.rosters if str(row.pk) == self.asked), None)
        return named or (self.rosters[0] if len(self.rosters) == 1 else None)

    @cached_property
    def people(self) -> list[tuple[int, str]]:
        """Of that roster those who are not entered yet, whom no session reached first."""
        if self.roster is None:
            return []
        rows = queries.not_yet(self.activity, self.roster)[:MOST_AT_ONCE]
        return [(row.pk, "　".join(filter(None, (row.name, row.unit_words, row.duty)))) for row in rows]

    # -- forms -------------------------------------------------------------------------------------------------------

    @cached_property
    def forms(self) -> dict[str, MaterialForm]:
        """The forms that are not about a line, by verb; a refused one as it was sent."""
        return {verb: self._form(verb) for verb in ("photos", "papers", "plan", "place", "work", "attend")}

    def _form(self, verb: str, line: int | None = None) -> MaterialForm:
        if self.tried and self.tried[0] == verb and self.tried[1].data.get("line", "") in ("", str(line)):
            return self.tried[1]
        way = WAYS[verb]
        return way.form(verb=verb, day=self.day, line=line, **way.more(self))

    @property
    def orphan(self) -> Refused | None:
        """A refused form that has no place of its own: it stands above, with what was typed."""
        if self.tried is None or self.tried[0] in (*self.forms, "views"):
            return None
        verb, form = self.tried
        line = form.data.get("line", "")
        names = [row.caption or row.name for row in self._files if str(row.pk) == line]
        return Refused(verb, say(WAYS[verb].zh, WAYS[verb].en), form, names[0] if names else "")

    def row(self, rows: list[Any], form: MaterialForm) -> Any:
        """The row that a form is about. Raises NotThere."""
        found = next((row for row in rows if row.pk == form.cleaned_data["line"]), None)
        if found is None:
            raise NotThere
        return found


# -- what each verb does: its one action -----------------------------------------------------------------------------


def _attach(kind: AttachmentKind) -> Callable[[MaterialPage, Any], object]:
    return lambda page, form: actions.attach(
        activity=page.activity,
        kind=kind,
        files=form.offered,
        caption=form.cleaned_data["caption"],
        by=page.reader.by,
        at=page.at,
    )


def _remove(page: MaterialPage, form: Any) -> None:
    row, why = page.row(page._files, form), form.cleaned_data["reason"]
    actions.remove_attachment(attachment=row, reason=why, by=page.reader.by, at=page.at)


def _release(page: MaterialPage, form: Any) -> None:
    row, said = page.row(page.photos, form), form.cleaned_data["caption"]
    actions.release_photo(photo=row, caption=said, by=page.reader.by, at=page.at)


def _take_back(page: MaterialPage, form: Any) -> None:
    actions.take_back_photo(photo=page.row(page.photos, form), by=page.reader.by, at=page.at)


def _place(page: MaterialPage, form: Any) -> None:
    actions.place(activity=page.activity, said=form.said, by=page.reader.by, at=page.at)


def _unplace(page: MaterialPage, form: Any) -> None:
    row = page.row([row for row, *_words in page.placements], form)
    actions.remove_placement(placement=row, by=page.reader.by, at=page.at)


def _publish(page: MaterialPage, form: Any) -> None:
    views = form.cleaned_data["views"]
    actions.publish(activity=page.activity, said=form.said, views=views, by=page.reader.by, at=page.at)


def _work(page: MaterialPage, form: Any) -> MediaWork:
    found: MediaWork = page.row([row for row, *_rest in page.works], form)
    return found


def _unpublish(page: MaterialPage, form: Any) -> None:
    actions.remove_work(work=_work(page, form), by=page.reader.by, at=page.at)


def _views(page: MaterialPage, form: Any) -> None:
    given = form.cleaned_data
    work = _work(page, form)
    actions.read_views(work=work, day=given["day"], views=given["views"], by=page.reader.by, at=page.at)


def _attend(page: MaterialPage, form: Any) -> None:
    if page.roster is None:
        raise NotThere
    rows = list(queries.entries(page.roster).filter(pk__in=form.cleaned_data["entries"]))
    actions.attended(activity=page.activity, entries=rows, by=page.reader.by, at=page.at)


def _absent(page: MaterialPage, form: Any) -> None:
    entry = page.row(page.came, form)
    if not may(page.reader, KEEP_ROSTER, entry.roster):
        raise NotThere
    entry = the_entry(entry.roster, entry.pk)
    actions.did_not_attend(activity=page.activity, entry=entry, by=page.reader.by, at=page.at)


WAYS: dict[str, Way] = {
    "photos": Way("添加照片", "Add photos", FilesForm, _attach(AttachmentKind.PHOTO)),
    "papers": Way("添加材料", "Add papers", FilesForm, _attach(AttachmentKind.PAPER)),
    "plan": Way("添加安全工作方案", "Add the safety plan", FilesForm, _attach(AttachmentKind.PLAN)),
    "remove": Way("移除", "Take off", ReasonForm, _remove),
    "release": Way("公开", "Let the public see it", ReleaseForm, _release, RELEASE_PHOTO),
    "take-back": Way("撤下", "Take back", MaterialForm, _take_back, RELEASE_PHOTO),
    "place": Way("登记宣传阵地", "Enter a placement", PlaceForm, _place),
    "unplace": Way("移除", "Take out", MaterialForm, _unplace),
    "work": Way("登记作品", "Enter a work", WorkForm, _publish),
    "unwork": Way("移除", "Take out", MaterialForm, _unpublish),
    "views": Way("更新", "Update", ViewsForm, _views),
    "attend": Way("登记参训", "Enter who came", AttendForm, _attend, KEEP_ROSTER, lambda page: {"people": page.people}),
    "absent": Way("移除", "Take out", MaterialForm, _absent, KEEP_ROSTER),
}
