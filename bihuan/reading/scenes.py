"""The scene of a sentence: where, when and by whom. A sentence without a place of its own stays in the scene of the
sentence before it, within its paragraph; one that speaks of the whole (全州) leaves it."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from bihuan.lib.regions import Region
from bihuan.reading.actors import actor_of
from bihuan.reading.dates import DateMention
from bihuan.reading.places import PlaceMention

_AT = re.compile(r"(?:在|于|到|赴|走进|深入|前往)$")
_TITLE = re.compile(r"《[^》\n]{1,120}》")
# A place that opens the name of an event or a year's work is no location: 举行了临夏州2023年“安全生产月”活动.
_NAME_OF_EVENT = re.compile(r" ?(?:20[0-9]{2}年|第[0-9一二三四五六七八九十]+[个届])")
_UPWARD = re.compile(r"(?:按照|根据|转发|国家|上级|贯彻|落实)[^,;。]{0,6}$")


class Scene(NamedTuple):
    """Where (full name), when (ISO day or start/end), by whom (as printed); None where not told."""

    place: str | None
    date: str | None
    actor: str | None


_NOWHERE = Scene(None, None, None)


class Scenes:
    """Follows the scene through a text, sentence by sentence in order."""

    def __init__(self, flat: str, places: list[PlaceMention], own: Region | None, dates: list[DateMention]) -> None:
        self.flat, self.own = flat, own
        titled = bytearray(len(flat))
        for match in _TITLE.finditer(flat):
            titled[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
        self.places = [p for p in places if not titled[p.start]]
        self.dates = [d for d in dates if d.iso and not titled[d.start]]
        self._place_starts = [p.start for p in self.places]
        self._date_starts = [d.start for d in self.dates]
        self._paragraph = _NOWHERE
        self._locating: tuple[int, int, list[PlaceMention]] = (-1, -1, [])  # likewise its places
        self._acting: tuple[int, int, str | None] = (-1, -1, None)  # the last sentence asked for, and its actor

    def at(self, position: int, first: int, last: int) -> Scene:
        """The scene of a number at a position in the sentence from `first` to `last`."""
        place = self._place_for(position, first, last)
        date = self._date_for(position, first)
        actor = self._actor(first, last)
        if place is None:
            carried = self._paragraph
            return Scene(
                carried.place or (self.own.name if self.own else None), date or carried.date, actor or carried.actor
            )
        return Scene(place, date, actor)

    def leave(self, first: int, last: int) -> None:
        """Go on after a sentence: its place and day hold for what follows in the paragraph."""
        if self.flat[first:last].strip() == "":
            self._paragraph = _NOWHERE
            return
        place = self._place_for(last, first, last)
        date = next((d.iso for d in self._dates(first, last) if d.exact), None)
        if place is not None or date is not None:
            self._paragraph = Scene(place, date, self._actor(first, last))

    def _actor(self, first: int, last: int) -> str | None:
        if self._acting[:2] != (first, last):
            self._acting = (first, last, actor_of(self.flat, first, last))
        return self._acting[2]

    def _mentions(self, first: int, last: int) -> list[PlaceMention]:
        return self.places[bisect_left(self._place_starts, first) : bisect_left(self._place_starts, last)]

    def _dates(self, first: int, last: int) -> list[DateMention]:
        return self.dates[bisect_left(self._date_starts, first) : bisect_left(self._date_starts, last)]

    def _place_for(self, position: int, first: int, last: int) -> str | None:
        """The nearest place before the number, a stated location (在…) first; else the first one after it."""
        mentions = self._located(first, last)
        if not mentions:
            return None
        before = [p for p in mentions if p.end <= position]
        if not before:
            return None
        clause = max(self.flat.rfind(mark, first, position) for mark in ",;:") + 1
        near = [p for p in before if p.start >= clause]
        if near and position < last:
            return self._joined(near)
        for p in reversed(before):
            if _AT.search(self.flat, max(0, p.start - 2), p.start):
                return p.name
        return self._joined(before)

    def _located(self, first: int, last: int) -> list[PlaceMention]:
        """The places of a sentence that say where; kept for the next question about the same sentence."""
        if self._locating[:2] != (first, last):
            found = [p for p in self._mentions(first, last) if self._locates(p)]
            self._locating = (first, last, found)
        return self._locating[2]

    def _joined(self, places: list[PlaceMention]) -> str:
        """康乐县附城镇: of places that touch each other the first county names it; else the last one named."""
        last = places[-1]
        for p in reversed(places[:-1]):
            if p.end != last.start:
                break
            last = p if last.region is None or (p.region and p.region.level == "county") else last
        return last.name

    def _locates(self, place: PlaceMention) -> bool:
        flat = self.flat
        if _NAME_OF_EVENT.match(flat, place.end) and place.start > 0 and flat[place.start - 1] != "\n":
            return flat[place.start - 1] in "在于"
        return not _UPWARD.search(flat, max(0, place.start - 10), place.start)

    def _date_for(self, position: int, first: int) -> str | None:
        before = [d for d in self._dates(first, position) if d.exact]
        return before[-1].iso if before else None
