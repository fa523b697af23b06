"""A small tree of regions to count in, and short words for filing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal

from bihuan.figures import actions
from bihuan.figures.actions import Content
from bihuan.figures.models import Figure, Measure, Occasion
from bihuan.figures.rules import Kind
from bihuan.org.models import Edition, Node, Region
from bihuan.org.rules import Level, segment
from bihuan.reading.ranges import Range

AT = dt.datetime(2023, 6, 16, 8, 0, tzinfo=dt.UTC)
JUNE = (dt.date(2023, 6, 1), dt.date(2023, 6, 30))
DAY = dt.date(2023, 6, 12)
BY = "system:test"
LONG_AGO = dt.date(2000, 1, 1)  # never the current edition


def span(low: int | None, high: int | None, opened: str = "") -> Range:
    """A range; `opened` names the sides that exclude their bound: "low", "high", "low high"."""
    return Range(
        None if low is None else Decimal(low),
        None if high is None else Decimal(high),
        "low" in opened,
        "high" in opened,
    )


class Tree:
    """An edition of its own: 州 over three counties, of which the first has two townships.

    州
    ├ 康乐  (康乐/附城, 康乐/苏集)
    ├ 广河
    └ 永靖
    """

    def __init__(self, name: str = "test") -> None:
        self.edition = Edition.objects.create(
            name=f"{name} {uuid.uuid4().hex}", as_of=dt.date(2000, 1, 1), source="test"
        )
        self.regions: dict[str, Region] = {}
        self.paths: dict[str, str] = {}
        self.grow("州", Level.PREFECTURE, None, 0)
        for number, county in enumerate(("康乐", "广河", "永靖")):
            self.grow(county, Level.COUNTY, "州", number)
        for number, township in enumerate(("附城", "苏集")):
            self.grow(township, Level.TOWNSHIP, "康乐", number)

    def grow(self, name: str, level: Level, parent: str | None, number: int) -> None:
        region = Region.objects.create(key=uuid.uuid4(), name=name, level=level, pinyin=name)
        self.regions[name] = region
        self.paths[name] = (self.paths[parent] if parent else "") + segment(number)
        self.place(name, self.edition, self.paths[name], parent)

    def place(self, name: str, edition: Edition, path: str, parent: str | None) -> None:
        Node.objects.create(
            edition=edition,
            region=self.regions[name],
            parent=self.regions[parent] if parent else None,
            path=path,
            depth=len(path) // 4 - 1,
        )

    def __getitem__(self, name: str) -> Region:
        return self.regions[name]


File = Callable[..., Figure]


def content(
    region: Region,
    value: Range,
    measures: tuple[str, ...] = ("participants",),
    classifier: str = "人",
    *,
    day: dt.date = DAY,
    occasion: Occasion | None = None,
    printed: str = "",
) -> Content:
    return Content(
        region=region,
        measures=measures,
        classifier=classifier,
        value=value,
        printed=printed or f"{value.low}至{value.high}",
        form="range",
        period=(day, day),
        occasion=occasion,
    )


def file(kind: Kind, *args: object, key: str | None = None, **options: object) -> Figure:
    return actions.file(kind=kind, content=content(*args, **options), key=key, by=BY, at=AT)  # type: ignore[arg-type]


def record(*args: object, **options: object) -> Figure:
    return file(Kind.RECORD, *args, **options)  # type: ignore[arg-type]


def statement(*args: object, **options: object) -> Figure:
    return file(Kind.STATEMENT, *args, **options)  # type: ignore[arg-type]


def load_measures() -> None:
    if not Measure.objects.exists():
        actions.load_catalogue(by=BY, at=AT)
