"""Points on a map without tiles: degrees → a picture's own units, near ones drawn as one. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT, MARGIN = 960, 640, 60
CELL = 18  # points nearer than this are drawn as one
_SMALLEST = 0.05  # degrees that a picture spans at least: some five kilometres
_LEAST, _MOST = 6, 30  # radius of a dot


@dataclass(frozen=True, slots=True)
class Point:
    """Something at a place; `key` is the caller's own."""

    key: int
    lon: float
    lat: float
    area: str = ""  # the part whose name is written on the map


@dataclass(frozen=True)
class Dot:
    """Some points drawn as one."""

    x: float
    y: float
    radius: float
    keys: list[int]


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a part, in the middle of its points."""

    x: float
    y: float
    words: str


@dataclass(frozen=True)
class Picture:
    width: int = WIDTH
    height: int = HEIGHT
    dots: list[Dot] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    scale: float = 0.0  # length of the bar in the picture's units
    kilometres: int = 0  # that it stands for


def draw(points: Sequence[Point]) -> Picture:
    """A picture of some points, north up; each part's name in the middle of its points."""
    if not points:
        return Picture()
    lon, lat = _middle([item.lon for item in points]), _middle([item.lat for item in points])
    narrow = max(math.cos(math.radians(lat)), 0.01)  # a degree of longitude is shorter away from the equator
    across = max(_span([item.lon for item in points]) * narrow, _SMALLEST)
    up = max(_span([item.lat for item in points]), _SMALLEST)
    unit = min((WIDTH - 2 * MARGIN) / across, (HEIGHT - 2 * MARGIN) / up)

    def at(item: Point) -> tuple[float, float]:
        return WIDTH / 2 + (item.lon - lon) * narrow * unit, HEIGHT / 2 - (item.lat - lat) * unit

    together: dict[tuple[int, int], list[tuple[float, float, int]]] = defaultdict(list)
    areas: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for item in points:
        x, y = at(item)
        together[int(x // CELL), int(y // CELL)].append((x, y, item.key))
        areas[item.area].append((x, y))
    dots = [_dot(held) for held in together.values()]
    labels = [_label(words, held) for words, held in areas.items() if words]
    length, kilometres = _bar(unit)
    return Picture(dots=dots, labels=labels, scale=length, kilometres=kilometres)


def _middle(values: list[float]) -> float:
    return (min(values) + max(values)) / 2


def _span(values: list[float]) -> float:
    return max(values) - min(values)


def _dot(held: list[tuple[float, float, int]]) -> Dot:
    x, y = (sum(item[axis] for item in held) / len(held) for axis in (0, 1))
    radius = min(_LEAST * math.sqrt(len(held)), _MOST)  # its area is as its number
    return Dot(round(x, 1), round(y, 1), round(radius, 1), [item[2] for item in held])


def _label(words: str, held: list[tuple[float, float]]) -> Label:
    x, y = (sum(item[axis] for item in held) / len(held) for axis in (0, 1))
    return Label(round(min(max(x, MARGIN), WIDTH - MARGIN), 1), round(min(max(y, MARGIN), HEIGHT - MARGIN), 1), words)


def _bar(unit: float) -> tuple[float, int]:
    """A round number of kilometres of about a sixth of the picture's width."""
    per_kilometre = unit / 111.2
    wanted = WIDTH / 6 / per_kilometre
    power = 10 ** math.floor(math.log10(max(wanted, 1)))
    kilometres = max(int(next(step * power for step in (5, 2, 1) if step * power <= max(wanted, 1))), 1)
    return round(kilometres * per_kilometre, 1), kilometres
