"""File what was done, correct it, withdraw it: the record, its units and its figures in one transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from bihuan.activities.actions.following import LINES
from bihuan.activities.actions.said import Checked, Said, check
from bihuan.activities.models import Activity
from bihuan.activities.queries.reading import Standing, campaign_in, standing
from bihuan.activities.refusals import ActivityError, StaleActivityError, TakenKeyError, WithdrawnActivityError
from bihuan.activities.rules import Asked, State
from bihuan.activities.values import Value
from bihuan.figures import actions as figures
from bihuan.figures.models import Erratum, Occasion
from bihuan.figures.queries import closings_at
from bihuan.figures.rules import Kind
from bihuan.history import actions as history
from bihuan.history.prepared import add, first, prepared
from bihuan.reading.ranges import Range


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes figures, when and why, and the erratum that lets them through where their period is closed."""

    by: str
    at: dt.datetime
    reason: str
    erratum: Erratum | None

    @property
    def said(self) -> dict[str, Any]:
        return {"by": self.by, "at": self.at, "reason": self.reason, "erratum": self.erratum}


_COLUMNS = (
    "campaign",
    "task",
    "kind",
    "title",
    "mode",
    "region",
    "place",
    "place_words",
    "lon",
    "lat",
    "start_on",
    "end_on",
    "starts_at",
    "expected_attendance",
    "audiences",
    "who",
    "subjects",
    "not_applicable",
    "words",
)


def file_activity(*, said: Said, key: uuid.UUID, erratum: Erratum | None = None, by: str, at: dt.datetime) -> Activity:
    """File what was done; its figures count at once. The same key again gives the record that is there, unchanged: what
    is sent twice is there once.

    Args:
        erratum: opened in this transaction, where the figures' period is closed.

    Raises:
        ActivityError: what cannot be (see `said.check`), or a kind that is not offered any more.
        TakenKeyError: the key is of another sender's record.
        bihuan.figures.actions.ClosedPeriodError: its period is closed.
    """
    with transaction.atomic():
        _one_at_a_time(key)
        if known := first(Activity, "key = %(key)s", {"key": key}):
            if known.unit_id != said.unit.pk or known.filed_by != by:
                raise TakenKeyError
            return known
        checked = check(said, at=at)
        if said.kind.retired_on and said.kind.retired_on <= said.start:
            zh = f"“{said.kind.zh}”已停用，请另选类别"
            raise ActivityError("activity-kind", zh, f"“{said.kind.en}” is no longer reported: choose another", "kind")
        occasion = _occasion(checked, f"activity:{key}", by=by, at=at)
        activity = add(
            Activity(
                key=key,
                book=said.unit.book,
                unit=said.unit,
                occasion=occasion,
                filed_by=by,
                filed_at=at,
                **_row(checked),
            )
        )
        _name_units(activity, checked)
        _file(activity, _wanted(checked, activity, occasion), after=0, erratum=erratum, by=by, at=at)
        values = {"key": str(key), "unit": said.unit.pk, **_told_first(activity, checked)}
        _record("activities.filed", activity, values, by=by, at=at)
    return activity


def correct_activity(
    *,
    activity: Activity,
    expected_version: int,
    said: Said,
    reason: str = "",
    erratum: Erratum | None = None,
    by: str,
    at: dt.datetime,
) -> Activity:
    """Say it otherwise from now on: figures that differ are corrected, new ones filed, those left out withdrawn.

    Args:
        expected_version: the one that the corrector saw.
        erratum: opened in this transaction, where the figures' period is closed.

    Raises:
        StaleActivityError, WithdrawnActivityError: it is not what the corrector saw.
        ActivityError: what cannot be, or another unit than the one that filed it.
    """
    with transaction.atomic():
        activity = _held(activity, expected_version)
        if said.unit.pk != activity.unit_id:
            raise ActivityError("activity-unit", "填报单位不能改，请撤回后另报", "the unit that filed it stays", "unit")
        checked = check(said, at=at)
        before, held = _told_of(activity), standing(activity)
        row, units = _row(checked), _units_of(activity) != _units_said(checked)
        occasion = _occasion_for(activity, checked, by=by, at=at)
        if row["place"] != activity.place and erratum is None:
            _refuse_closed(activity)  # a place is no figure, but coverage counts it
        differs = units or occasion != activity.occasion
        for name, value in row.items():
            differs = differs or getattr(activity, name) != value
            setattr(activity, name, value)
        activity.version += 1
        change = Change(by, at, reason[:200], erratum)
        wanted = _with_lines(held, _wanted(checked, activity, occasion), checked, activity, occasion)
        if not _refigure(activity, held, wanted, change) and not differs:
            activity.version -= 1
            return activity
        activity.occasion, activity.changed_by, activity.changed_at = occasion, by, at
        activity.save()
        if units:
            activity.units.all().delete()
            _name_units(activity, checked)
        after = _told_of(activity)
        told = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
        values = {"version": activity.version, "changed": told, "reason": change.reason}
        _record("activities.corrected", activity, values, by=by, at=at)
    return activity


def _refuse_closed(activity: Activity) -> None:
    """Raises ClosedPeriodError where the activity's period is closed."""
    held = closings_at([(activity.region_id, activity.end_on)], book=activity.book)
    for closed in held.values():
        raise figures.ClosedPeriodError(closed[0])


def withdraw_activity(
    *,
    activity: Activity,
    expected_version: int,
    reason: str,
    erratum: Erratum | None = None,
    by: str,
    at: dt.datetime,
) -> Activity:
    """Take it out of all totals, for a reason. The record stays, and its history.

    Raises:
        ActivityError: no reason.
        StaleActivityError, WithdrawnActivityError: it is not what was seen.
    """
    reason = reason.strip()
    if not reason or len(reason) > 200:
        raise ActivityError("no-reason", "请写明撤回的原因（200字以内）", "say why, in 200 characters", "reason")
    with transaction.atomic():
        activity = _held(activity, expected_version)
        for item in standing(activity):
            change = Change(by, at, reason, erratum)
            figures.withdraw(figure=item.row.figure, expected_version=item.revision.version, **change.said)
        activity.state, activity.withdrawn_reason = State.WITHDRAWN.value, reason
        activity.changed_by, activity.changed_at = by, at
        activity.version += 1
        activity.save(update_fields=["state", "withdrawn_reason", "changed_by", "changed_at", "version"])
        _record("activities.withdrawn", activity, {"title": activity.title, "reason": reason}, by=by, at=at)
    return activity


# -- the record ------------------------------------------------------------------------------------------------------


def _one_at_a_time(key: uuid.UUID) -> None:
    """Two that send the same at once: the second finds what the first filed."""
    prepared("SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 51))", {"key": str(key)})


def _held(activity: Activity, expected_version: int) -> Activity:
    rows = Activity.objects.select_related("kind", "unit", "region", "place", "occasion", "campaign", "task")
    activity = rows.select_for_update(of=("self",), no_key=True).get(pk=activity.pk)
    if not activity.stands:
        raise WithdrawnActivityError
    if activity.version != expected_version:
        raise StaleActivityError
    return activity


def _row(checked: Checked) -> dict[str, Any]:
    said = checked.said
    lon, lat = said.point or (None, None)
    values = (
        said.campaign
        or (said.task.campaign if said.task else campaign_in(checked.above, said.end, book=said.unit.book)),
        said.task,
        said.kind,
        checked.title,
        said.mode.value,
        said.region,
        said.place,
        said.place_words,
        lon,
        lat,
        said.start,
        said.end,
        said.starts_at,
        said.expected_attendance,
        list(said.audiences),
        said.who,
        list(said.subjects),
        list(checked.not_applicable),
        said.words.strip(),
    )
    return dict(zip(_COLUMNS, values, strict=True))


_NAME_UNITS = """
    INSERT INTO activities_activityunit (activity_id, unit_id, words, part, "order")
    SELECT %(activity)s, x.unit, x.words, x.part, x.n - 1
    FROM unnest(%(units)s::bigint[], %(words)s::text[], %(parts)s::text[]) WITH ORDINALITY AS x (unit, words, part, n)
"""


def _name_units(activity: Activity, checked: Checked) -> None:
    units, words, parts = zip(*_units_said(checked), strict=True)
    prepared(
        _NAME_UNITS,
        {"activity": activity.pk, "units": list(units), "words": list(words), "parts": [part.value for part in parts]},
    )


def _units_of(activity: Activity) -> list[tuple[int | None, str, str]]:
    return list(activity.units.order_by("order").values_list("unit_id", "words", "part"))


def _units_said(checked: Checked) -> list[tuple[int | None, str, str]]:
    return [(item.unit.pk, "", item.part) if item.unit else (None, item.words, item.part) for item in checked.units]


def _told_of(activity: Activity) -> dict[str, Any]:
    """The record as its history row says it."""
    units = activity.units.select_related("unit").order_by("order")
    return _told(
        activity,
        [item.unit.name if item.unit else item.words for item in units],
        [f"{item.name}：{item.revision.printed}" for item in standing(activity) if not item.row.itself],
    )


def _told_first(activity: Activity, checked: Checked) -> dict[str, Any]:
    """The same of one that is new: it need not be read again."""
    figures_ = [f"{checked.names[asked]}：{value.printed}" for asked, value in checked.values.items()]
    return _told(activity, [item.name for item in checked.units], figures_)


def _told(activity: Activity, units: list[str], said: list[str]) -> dict[str, Any]:
    place = activity.place.name if activity.place else ""
    return {
        "title": activity.title,
        "kind": activity.kind.zh,
        "region": activity.region.name,
        "place": f"{place}{activity.place_words}",
        "days": f"{activity.start_on.isoformat()}/{activity.end_on.isoformat()}",
        "units": "、".join(units),
        "figures": said,
        "words": activity.words,
    }


def _record(verb: str, activity: Activity, values: Mapping[str, Any], *, by: str, at: dt.datetime) -> None:
    history.record(verb=verb, subject=("activity", str(activity.pk)), by=by, at=at, values=values)


# -- its figures -----------------------------------------------------------------------------------------------------


def _occasion(checked: Checked, key: str, *, by: str, at: dt.datetime) -> Occasion:
    said = checked.said
    return figures.open_occasion(
        name=checked.title,
        period=(said.start, said.end),
        regions=checked.regions,
        host=checked.host,
        key=key,
        book=said.unit.book,
        by=by,
        at=at,
    )


def _occasion_for(activity: Activity, checked: Checked, *, by: str, at: dt.datetime) -> Occasion:
    """The occasion that stands, or a right one where what it says has changed: an occasion itself never does."""
    old, said = activity.occasion, checked.said
    regions = set(old.places.values_list("region_id", flat=True))
    same = (old.name, old.start, old.end, old.host) == (checked.title, said.start, said.end, checked.host)
    if same and regions == {region.pk for region in checked.regions}:
        return old
    return _occasion(checked, f"activity:{activity.key}:{activity.version + 1}", by=by, at=at)


def _wanted(checked: Checked, activity: Activity, occasion: Occasion) -> dict[Asked, figures.Content]:
    """The count of the event itself first, then what was said."""
    values = dict(checked.values)
    if checked.said.kind.counts:
        itself = Asked.of(checked.said.kind.counts)
        values = {itself: Value(Range.exact(1), f"1{itself.classifier}", "exact"), **values}
    return {asked: _content(checked, asked, value, activity, occasion) for asked, value in values.items()}


def _with_lines(
    held: list[Standing],
    wanted: Mapping[Asked, figures.Content],
    checked: Checked,
    activity: Activity,
    occasion: Occasion,
) -> dict[Asked, figures.Content]:
    """What is wanted, and the figures that follow the activity's own lines as they are, unless a person says another
    number; the count of the event itself is not asked for, so it stays too."""
    found = dict(wanted)
    for item in held:
        said, now = wanted.get(item.asked), item.revision
        if item.row.itself and said is not None:
            found[item.asked] = replace(said, value=now.value, printed=now.printed)
        elif LINES in now.origin and (said is None or said.value == now.value):
            content = _content(checked, item.asked, Value(now.value, now.printed, now.form), activity, occasion)
            found[item.asked] = replace(content, origin=now.origin)
    return found


def _content(checked: Checked, asked: Asked, value: Value, activity: Activity, occasion: Occasion) -> figures.Content:
    said = checked.said
    assert value.range is not None  # what does not apply is no value
    return figures.Content(
        region=said.region,
        measures=asked.measures,
        classifier=asked.classifier,
        value=value.range,
        printed=value.printed,
        form=value.form,
        period=(said.start, said.end),
        occasion=occasion,
        stated_by=said.unit.name,
        unit=said.unit,
        origin={"activity": str(activity.key)},
    )


_STAND = """
    INSERT INTO activities_activityfigure (activity_id, figure_id, "order", itself)
    SELECT %(activity)s, x.figure, %(after)s + x.n - 1, x.itself
    FROM unnest(%(figures)s::bigint[], %(itself)s::boolean[]) WITH ORDINALITY AS x (figure, itself, n)
"""


def _file(
    activity: Activity,
    wanted: Mapping[Asked, figures.Content],
    *,
    after: int | None = None,
    erratum: Erratum | None = None,
    by: str,
    at: dt.datetime,
) -> None:
    """File figures, under keys of the record's version: what came back after it was left out is a new figure.
    `after`: how many figures the record has had already, where that is known."""
    tag = f"activity:{activity.key}:{activity.version}"
    items = [
        figures.Filing(kind=Kind.RECORD, content=content, key=f"{tag}:{asked}", book=activity.book)
        for asked, content in wanted.items()
    ]
    filed = figures.file_many(items, by=by, at=at, erratum=erratum)
    prepared(
        _STAND,
        {
            "activity": activity.pk,
            "figures": [figure.pk for figure in filed],
            "itself": [str(asked) == activity.kind.counts for asked in wanted],
            "after": activity.figures.count() if after is None else after,
        },
    )


def _refigure(
    activity: Activity, held: list[Standing], wanted: Mapping[Asked, figures.Content], change: Change
) -> bool:
    """Make the figures say what is wanted; returns whether any differed."""
    known = {item.asked: item for item in held}
    changed = False
    for asked, item in known.items():
        figure, version = item.row.figure, item.revision.version
        content = wanted.get(asked)
        if content is None:
            figures.withdraw(figure=figure, expected_version=version, **change.said)
        elif content != figures.content_of(item.revision):
            figures.correct(figure=figure, expected_version=version, content=content, **change.said)
        else:
            continue
        changed = True
    new = {asked: content for asked, content in wanted.items() if asked not in known}
    if new:
        _file(activity, new, erratum=change.erratum, by=change.by, at=change.at)
    return changed or bool(new)
