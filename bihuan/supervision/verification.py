"""What the numbers of a bulletin's papers stand on: each is computed again from the steps of matters as sealed then.

Tags: bulletin:<bulletin>:<unit or "all">:<number>, bulletin:<bulletin>:m<matter>:days_late,
bulletin:<bulletin>:b<bulletin of the month before>:points.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode

from bihuan.documents.controls import Control
from bihuan.documents.vouching import BROKEN, HOLDS, SUPERSEDED, Checked, Voucher
from bihuan.lib.words import say
from bihuan.supervision.bulletin_paper import ALL, SINCE, WORD
from bihuan.supervision.bulletin_rules import COUNTS, added, percent, points
from bihuan.supervision.models import Bulletin
from bihuan.supervision.queries import Computed, broken, newest, stored

_TAG = re.compile(r"(\d{1,18}):(all|[mb]?\d{1,18}):([a-z_]{1,20})")
_PRINTED = re.compile(r"(\d+(?:\.\d)?%|\d+(?:\.\d)?)(?:项|份|个百分点|个|天)?")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, taken apart. `whose`: a unit's key, ALL, "m" and a matter's key, or SINCE and a bulletin's."""

    bulletin: int
    whose: str
    count: str

    @property
    def since(self) -> int | None:
        """The key of the bulletin that it is compared with."""
        return int(self.whose[1:]) if self.whose.startswith(SINCE) else None


def read(rest: str) -> Tag | None:
    """A tag, from what follows its word; None where it is none of ours."""
    found = _TAG.fullmatch(rest)
    return Tag(int(found[1]), found[2], found[3]) if found else None


def page(rest: str) -> str:
    """The matters behind a number."""
    tag = read(rest)
    if tag is None:
        return ""
    if tag.whose.startswith("m"):
        return f"/matters/{tag.whose[1:]}/"
    asked = {"unit": tag.whose} if tag.whose != ALL and tag.since is None else {}
    count = {"rate": "due", "points": "due", "units": "total", "notices": "total"}.get(tag.count, tag.count)
    return f"/supervision/bulletins/{tag.bulletin}/matters/?{urlencode(asked | {'count': count})}"


@dataclass
class Said:
    """A bulletin's numbers by tag, and what does not hold of it; `rate`: of all together."""

    numbers: dict[tuple[str, str], str]
    broken: tuple[str, str] | None
    version: int
    rate: Decimal | None


def check(controls: Sequence[Control]) -> list[Checked]:
    """Each control's number, computed again; a bulletin is gone through once, however many of its numbers are there."""
    tags = [read(control.tag.removeprefix(f"{WORD}:")) for control in controls]
    keys = {key for tag in tags if tag for key in (tag.bulletin, tag.since) if key}
    known = {row.pk: row for row in Bulletin.objects.filter(pk__in=keys).select_related("campaign", "region", "entry")}
    said = {key: _said(row) for key, row in known.items()}
    later = {key: _later(row) for key, row in known.items()}
    for tag in tags:
        if tag and tag.since and tag.bulletin in said and tag.since in said:
            _compare(tag, said, later)
    return [
        _checked(control, tag, said.get(tag.bulletin) if tag else None, later.get(tag.bulletin) if tag else None)
        for control, tag in zip(controls, tags, strict=True)
    ]


def _compare(tag: Tag, said: Mapping[int, Said], later: dict[int, Said | None]) -> None:
    """Add the number that a tag compares two bulletins by, as it was and as it is since."""
    mine, before = said[tag.bulletin], said[tag.since or 0]
    mine.numbers[tag.whose, tag.count] = _points(mine, before)
    mine.broken = mine.broken or before.broken
    newer, newer_before = later[tag.bulletin], later[tag.since or 0]
    if newer or newer_before:
        now = newer or Said(dict(mine.numbers), None, mine.version, mine.rate)
        now.numbers[tag.whose, tag.count] = _points(now, newer_before or before)
        later[tag.bulletin] = now


def _points(now: Said, before: Said) -> str:
    moved = points(now.rate, before.rate)
    return "" if moved is None else f"{abs(moved).normalize():f}"


def _said(bulletin: Bulletin) -> Said:
    return replace(_told(bulletin), broken=broken(bulletin))


def _told(bulletin: Bulletin) -> Said:
    held = stored(bulletin)
    return Said(_numbers(held), None, bulletin.version, added(held.rows).rate)


def _later(bulletin: Bulletin) -> Said | None:
    """A newer version of the month, where there is one."""
    last = newest(bulletin)
    return None if last.pk == bulletin.pk else _told(last)


def _numbers(said: Computed) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = defaultdict(str)
    for row in [*said.rows, added(said.rows)]:
        whose = ALL if row.unit is None else str(row.unit)
        found |= {(whose, name): str(row.counts[name]) for name in COUNTS}
        found |= {(whose, "notices"): str(row.notices), (whose, "rate"): percent(row.rate)}
    found[ALL, "units"] = str(len({row.unit for row in said.rows}))
    found |= {(f"m{item.matter}", "days_late"): str(item.days_late) for item in said.items}
    return found


def _checked(control: Control, tag: Tag | None, said: Said | None, later: Said | None) -> Checked:
    if tag is None or said is None or (tag.whose, tag.count) not in said.numbers:
        reason = say(
            "没有这份通报或这个数，或属于另一处安装", "no such bulletin or number here, or another installation's"
        )
        return Checked(control.tag, control.text, BROKEN, (reason,))
    if said.broken:
        return Checked(control.tag, control.text, BROKEN, (say(*said.broken),))
    value, printed = said.numbers[tag.whose, tag.count], _PRINTED.fullmatch(control.text.strip())
    if printed is None or printed[1] != value:
        reason = say(f"通报为“{value}”，现为“{control.text}”", f"the bulletin has “{value}”, now “{control.text}”")
        return Checked(control.tag, control.text, BROKEN, (reason,))
    now = later.numbers.get((tag.whose, tag.count), "—") if later else value
    if later and now != value:
        reason = say(f"第{later.version}版更正为“{now}”", f"put right in version {later.version}: “{now}”")
        return Checked(control.tag, control.text, SUPERSEDED, (reason,))
    return Checked(control.tag, control.text, HOLDS, ())


BULLETINS = Voucher(check=check, page=page)
