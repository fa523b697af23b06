"""Define forms, from an uploaded workbook or from lines of text; load those that ship."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from itertools import groupby

from django.db import transaction

from bihuan.components import uploads
from bihuan.figures.queries import check_codes
from bihuan.history import actions as history
from bihuan.history.rules import canonical
from bihuan.lib.workbook import column_name
from bihuan.org.models import Region
from bihuan.statistics import layout
from bihuan.statistics.models import Form, FormVersion, TemplateDraft
from bihuan.statistics.refusals import FormError, StaleFormError
from bihuan.statistics.rules import Cell, Definition, Every, Span, check_name, definition
from bihuan.statistics.sheet import drawn


def keep_template(*, content: bytes, file_name: str, by: str, at: dt.datetime) -> TemplateDraft:
    """Keep an empty form while its cells are being told what they count.

    Raises:
        bihuan.lib.workbook.WorkbookError, FormError: it is no workbook, or no form.
    """
    for found in layout.template_sheets(content):
        drawn(content, found.name)
    return uploads.keep(TemplateDraft, content=content, file_name=file_name, by=by, at=at)


def drop_template(*, draft: TemplateDraft) -> None:
    """Forget an empty form."""
    uploads.drop(draft)


def define(
    *,
    code: str,
    name: str,
    region: Region | None,
    body: Definition,
    workbook: bytes,
    expected_version: int | None = None,
    example: bool = False,
    by: str,
    at: dt.datetime,
) -> Form:
    """Define a form, or define an existing one anew: returns that were handed in keep the version they name. The same
    again changes nothing.

    Args:
        expected_version: the one that holds, as the person saw it; None for a new form.

    Raises:
        FormError: no such code, name or measure; no such sheet; the code is taken.
        StaleFormError: it was defined anew meanwhile.
    """
    code, name = check_name(code, name)
    checked = definition(body.as_json())
    check_codes({measure for cell in checked.cells for measure in cell.measures})
    sheets = {sheet.name: sheet for sheet in layout.template_sheets(workbook)}
    if checked.sheet not in sheets:
        raise FormError("form-sheet", f"表样里没有“{checked.sheet}”工作表", f"there is no sheet {checked.sheet}")
    digest = hashlib.sha256(canonical(checked.as_json()) + workbook).hexdigest()
    with transaction.atomic():
        row = Form.objects.select_for_update(of=("self",)).filter(code=code).first()
        if row is not None and expected_version is None and (row.region_id != (region and region.pk) or not example):
            raise FormError("form-code-taken", f"代号“{code}”已有表使用", f"the code {code} is taken")
        if row is not None and not example and row.version != expected_version:
            raise StaleFormError
        if row is not None and (row.name, row.versions.get(number=row.version).digest) == (name, digest):
            return row
        fresh = row is None
        if row is None:
            row = Form.objects.create(code=code, name=name, region=region, example=example)
        else:
            row.version, row.name = row.version + 1, name
            row.save(update_fields=["version", "name"])
        FormVersion.objects.create(
            form=row, number=row.version, body=checked.as_json(), workbook=workbook, digest=digest, by=by, at=at
        )
        verb = "statistics.form_defined" if fresh else "statistics.form_redefined"
        values = {"code": code, "name": name, "version": row.version, "cells": len(checked.cells), "digest": digest}
        history.record(verb=verb, subject=("form", str(row.pk)), by=by, at=at, values=values)
    return row


def from_lines(
    *, name: str, every: Every, lines: Sequence[tuple[str, str, str, str]], spans: Sequence[Span]
) -> tuple[Definition, bytes]:
    """A form from lines of (group, name, measure, classifier) with a column for each span; its workbook is drawn."""
    heads = [_HEADS[every] if span is Span.PERIOD else _SINCE[span] for span in spans]
    cells = [
        Cell(f"{column_name(2 + across)}{5 + down}", line[1], heads[across], (line[2],), (line[3],), span)
        for down, line in enumerate(lines)
        for across, span in enumerate(spans)
    ]
    rows = [(group, f"{said}（{unit}）") for group, said, _measure, unit in lines]
    book = layout.drawn(name, "统计表", heads, rows, _REMARK)
    return Definition("统计表", every, tuple(cells)), book


def retire(*, form: Form, retired: bool = True, by: str, at: dt.datetime) -> Form:
    """Use a form no more, or again. It stays what it is, and so does what was handed in.

    Raises:
        StaleFormError: somebody did so meanwhile.
    """
    with transaction.atomic():
        row = Form.objects.select_for_update(of=("self",)).get(pk=form.pk)
        if row.retired == retired:
            raise StaleFormError
        row.retired = retired
        row.save(update_fields=["retired"])
        verb = "statistics.form_retired" if retired else "statistics.form_restored"
        values = {"code": row.code, "name": row.name, "version": row.version}
        history.record(verb=verb, subject=("form", str(row.pk)), by=by, at=at, values=values)
    return row


_HEADS = {Every.WEEK: "本周", Every.MONTH: "本月", Every.QUARTER: "本季度", Every.YEAR: "本年"}
_SINCE = {Span.MONTH: "本月累计", Span.YEAR: "本年累计"}
_REMARK = "没有发生的填 0，不掌握的空着。数由记录汇总得出；空格处可以补填，补填的数成为记录。"


def load_examples(*, by: str, at: dt.datetime) -> bool:
    """Write the example forms that ship, where they are new or were changed; returns whether any was."""
    folder = files("bihuan.statistics").joinpath("data")
    heads = json.loads(folder.joinpath("examples.json").read_text(encoding="utf-8"))
    table = list(csv.DictReader(folder.joinpath("examples.csv").read_text(encoding="utf-8").splitlines()))
    made = False
    for code, rows in groupby(table, lambda row: row["form"]):
        head = heads[code]
        found = list(rows)
        there = Form.objects.filter(code=code).first()
        lines = [(row["group"], row["name"], row["measure"], row["classifier"]) for row in found]
        spans = [Span(span) for span in head["spans"]]
        body, book = from_lines(name=head["name"], every=Every(head["every"]), lines=lines, spans=spans)
        kinds = {f"{5 + number}": tuple(row["kinds"].split("|")) for number, row in enumerate(found) if row["kinds"]}
        cells = tuple(replace(cell, kinds=kinds.get(cell.at.lstrip("ABCDEFGH"), ())) for cell in body.cells)
        whole = replace(body, cells=cells, source=head["source"])
        if there is not None and there.versions.get(number=there.version).body == whole.as_json():
            continue  # a drawn workbook carries the moment at which it was made: its bytes say nothing
        define(code=code, name=head["name"], region=None, body=whole, workbook=book, example=True, by=by, at=at)
        made = True
    return made
