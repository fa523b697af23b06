"""Which figures stand: now, or at a position of the history's chain."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from bihuan.figures.models import Figure, OccasionRegion, Revision
from bihuan.figures.rules import FigureError, Kind, Share, share
from bihuan.org.models import Edition, Node, Region
from bihuan.org.queries import current_edition, subtree

Period = tuple[dt.date, dt.date]  # both days included


@dataclass(frozen=True, slots=True)
class Scope:
    """What a number is asked for: a region and all below it in an edition, some measures, a span of days."""

    region: Region
    edition: Edition
    measures: frozenset[str]
    classifiers: frozenset[str]
    period: Period
    book: str = ""  # "": the real one

    @classmethod
    def of(
        cls,
        *,
        region: Region,
        measures: Iterable[str],
        classifiers: Iterable[str],
        period: Period,
        edition: Edition | None = None,
        book: str = "",
    ) -> Scope:
        """Check and complete a query; without `edition` the current one.

        Raises:
            FigureError: nothing asked for, a period that ends before it starts, a region that the edition lacks.
        """
        found = cls(region, edition or current_edition(), frozenset(measures), frozenset(classifiers), period, book)
        if not found.measures or not found.classifiers:
            raise FigureError("请指明指标和量词 / name the measures and the classifiers")
        if period[0] > period[1]:
            raise FigureError("起始日期晚于截止日期 / the period ends before it starts")
        if not Node.objects.filter(region=region, edition=found.edition).exists():
            raise FigureError(
                f"区划版本{found.edition.name}中没有{region.name} / "
                f"{region.name} is not in edition {found.edition.name}"
            )
        return found

    def as_json(self) -> dict[str, Any]:
        """The same in words that mean the same on every installation."""
        return {
            "region": str(self.region.key),
            "edition": self.edition.name,
            "measures": sorted(self.measures),
            "classifiers": sorted(self.classifiers),
            "period": [day.isoformat() for day in self.period],
            "book": self.book,
        }

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Scope:
        """Raises FigureError where region or edition are not known here."""
        region = Region.objects.filter(key=uuid.UUID(body["region"])).first()
        edition = Edition.objects.filter(name=body["edition"]).first()
        if region is None or edition is None:
            raise FigureError("没有所指的区划或版本 / the region or the edition is not known here")
        start, end = (dt.date.fromisoformat(day) for day in body["period"])
        return cls.of(
            region=region,
            edition=edition,
            measures=body["measures"],
            classifiers=body["classifiers"],
            period=(start, end),
            book=str(body["book"]),
        )


def revisions(*, as_of: int | None) -> QuerySet[Revision]:
    """The revision of each figure that holds, or held at a position; withdrawn figures left out.

    At a position the newest sealed revision holds. Seals are only added behind it, so this never changes.
    """
    if as_of is None:
        held = Revision.objects.filter(version=F("figure__version"))
    else:
        newest = Revision.objects.filter(figure=OuterRef("figure"), entry__seal__position__lte=as_of)
        held = Revision.objects.filter(version=Subquery(newest.order_by("-version").values("version")[:1]))
    return held.filter(withdrawn=False)


def figure_by_key(key: str) -> Figure | None:
    """The figure that was filed under `key`."""
    return Figure.objects.filter(key=key).first()


def counting_in(region: Region, edition: Edition, *, as_of: int | None = None) -> QuerySet[Revision]:
    """The records that count in a region or below it, in an edition: one on a joint occasion where any of the
    occasion's regions lies inside, any other one where its own region does."""
    inside = subtree(region, edition).values("region")
    takes_part = OccasionRegion.objects.filter(occasion=OuterRef("occasion"), region__in=inside)
    alone = Q(occasion=None) | Q(occasion__joint=False)
    return revisions(as_of=as_of).filter(
        (alone & Q(region__in=inside)) | (Q(occasion__joint=True) & Exists(takes_part)), figure__kind=Kind.RECORD
    )


def records(scope: Scope, *, as_of: int | None = None) -> list[Revision]:
    """The records that count in `scope`, wholly or in part, in the order of filing: what a total is made of."""
    found = (
        counting_in(scope.region, scope.edition, as_of=as_of)
        .filter(figure__book=scope.book, period_end__range=scope.period, measures__overlap=sorted(scope.measures))
        .select_related("figure", "occasion", "region")
        .order_by("figure")
    )
    return [item for item in found if _share(item, scope) is not Share.NONE]


def statement(scope: Scope, *, as_of: int | None = None) -> Revision | None:
    """The newest statement for just this region and these measures together, by its day and then by its filing."""
    found = (
        revisions(as_of=as_of)
        .filter(
            figure__kind=Kind.STATEMENT,
            figure__book=scope.book,
            region=scope.region,
            period_end__range=scope.period,
            measures=sorted(scope.measures),
        )
        .select_related("figure", "region")
        .order_by("-period_end", "-figure")
    )
    return next((item for item in found if _share(item, scope) is Share.WHOLE), None)


def _share(item: Revision, scope: Scope) -> Share:
    return share(item.measures, item.classifier, scope.measures, scope.classifiers)
