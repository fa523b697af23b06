"""Statistical forms: which there are, one of them filled from the records of a region in a period, the same as files.
They are defined and handed in on the pages, where a person looks at each value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from bihuan.api.answers import operation, with_files
from bihuan.api.fields import Day, Key, Listing, NamedOut, RangeOut, Stretch, listed, named, range_out
from bihuan.components.downloads import TYPES
from bihuan.org.gate import DeskRequest
from bihuan.statistics import access, pages, queries
from bihuan.statistics.rules import days_of

if TYPE_CHECKING:
    from bihuan.statistics.models import Form
    from bihuan.statistics.queries import Known

router = Router()
_SEES = (access.SEE_FORM,)
Every = Literal["week", "month", "quarter", "year"]


class FormOut(BaseModel):
    """A form. `region`: for which it was made, and all below; null: shipped with the program, for all."""

    id: int
    code: str = Field(description="Expected lists name it")
    name: str
    region: NamedOut | None
    example: bool = Field(description="Ours, not an official form")
    version: int
    retired: bool


class FormListing(Listing[FormOut]):
    pass


class FormCellOut(BaseModel):
    """A cell that counts. `value` is null where there are no records, which is not 0."""

    at: str = Field(description="Its address in the sheet: C5")
    row: str
    column: str
    measures: list[str]
    classifiers: list[str]
    kinds: list[str] = Field(description="Of activities; none: all")
    places: list[str] = Field(description="Kinds of places; none: all")
    first: dt.date
    last: dt.date
    value: RangeOut | None
    printed: str
    records: int


class FilledFormOut(FormOut):
    """A form filled from the records of a region and all below it, in one of its periods."""

    every: Every
    source: str
    at: NamedOut = Field(description="The region whose numbers these are")
    first: dt.date
    last: dt.date
    model: bool = Field(description="Model data, not real ones")
    cells: list[FormCellOut]
    workbook: str = Field(description="Where the same is an XLSX in the layout of the form")
    table: str = Field(description="Where it is a CSV")


class FilledQuery(BaseModel):
    """Left out: the topmost region that you see; the last day of the newest campaign; the form's own periods."""

    region: Key | SkipJsonSchema[None] = None
    day: Annotated[Day, Field(description="Any day of the period")] | SkipJsonSchema[None] = None
    every: Annotated[Every, Field(description="Longer periods than the form's own")] | SkipJsonSchema[None] = None


def _said(name: str, zh: str, en: str, gives: Any) -> dict[str, Any]:
    return operation(f"statistics.{name}", zh, en, gives=gives, needs=_SEES)


def _forms(rows: Iterable[Form]) -> list[FormOut]:
    return [FormOut.model_validate(_about(row)) for row in rows]


def _about(row: Form) -> dict[str, Any]:
    return {
        "id": row.pk,
        "code": row.code,
        "name": row.name,
        "region": named(row.region) if row.region else None,
        "example": row.example,
        "version": row.version,
        "retired": row.retired,
    }


@router.get("/forms", **_said("list", "统计表", "Statistical forms", FormListing))
def forms(request: DeskRequest, stretch: Query[Stretch]) -> dict[str, Any]:
    """Those that concern you: in use first, your own before the examples."""
    found = access.forms(request.reader)
    return listed(found, "retired", "example", "pk", stretch=stretch, out=_forms)


def _wish(request: DeskRequest, pk: int, query: FilledQuery) -> pages.Wish:
    given = {name: str(value) for name, value in query.model_dump(exclude_none=True).items()}
    return pages.asked(request.reader, access.form(request.reader, pk), given)


@router.get("/forms/{pk}", **_said("form", "填好的统计表", "A form filled from the records", FilledFormOut))
def form(request: DeskRequest, pk: Key, query: Query[FilledQuery]) -> FilledFormOut:
    """A form at a region and a period, cell by cell."""
    wish = _wish(request, pk, query)
    page = pages.page_of(request.reader, wish)
    link = f"/api/v1/forms/{pk}/form"
    return FilledFormOut.model_validate(
        _about(wish.form)
        | {
            "every": wish.every.value,
            "source": wish.version.definition.source,
            "at": named(wish.region),
            "first": wish.period[0],
            "last": wish.period[1],
            "model": bool(wish.book),
            "cells": [_cell(known, wish) for known in queries.paged_cells(page)],
            "workbook": f"{link}.xlsx?{wish.query()}",
            "table": f"{link}.csv?{wish.query()}",
        }
    )


def _cell(known: Known, wish: pages.Wish) -> FormCellOut:
    cell = known.cell
    first, last = days_of(cell.span, wish.period)
    return FormCellOut(
        at=cell.at,
        row=cell.row,
        column=cell.column,
        measures=list(cell.measures),
        classifiers=list(cell.classifiers),
        kinds=list(cell.kinds),
        places=list(cell.places),
        first=first,
        last=last,
        value=range_out(known.view.range) if known.view and known.view.range else None,
        printed=known.printed,
        records=known.count,
    )


_FILES = _said("file", "填好的统计表文件", "A filled form as a file", None)


@router.get("/forms/{pk}/form.{kind}", **with_files(_FILES, *TYPES.values()))
def file(request: DeskRequest, pk: Key, kind: Literal["xlsx", "csv"], query: Query[FilledQuery]) -> HttpResponse:
    """XLSX in the layout of the form, or the same table as a CSV."""
    wish = _wish(request, pk, query)
    return pages.file_of(request.reader, wish, kind)
