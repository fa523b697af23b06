"""Make a paper of a filled form: each number that can be computed again is bound to its fact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from bihuan.documents import actions as documents
from bihuan.documents.models import Document
from bihuan.documents.paper import Annex, Block, Bound, Inline, Paper, Paragraph, Table, Text
from bihuan.figures import actions as figures
from bihuan.figures.queries import Scope, of_scope
from bihuan.history import actions as history
from bihuan.history import queries as history_queries
from bihuan.org import queries as org
from bihuan.org.gate import local_day
from bihuan.org.models import Edition, Region
from bihuan.statistics.models import FormVersion
from bihuan.statistics.queries.cells import FormPage, Known, form_page
from bihuan.statistics.refusals import FormError
from bihuan.statistics.rules import Period, days_of


def compose(
    *, version: FormVersion, region: Region, edition: Edition, period: Period, book: str, by: str, at: dt.datetime
) -> Document:
    """A draft paper with the form as its annex. The same form, region and period again gives the paper that stands.
    Runs outside a transaction: what is frozen must be sealed first. Cells that name kinds of activities are left out:
    no fact says them yet.

    Raises:
        FormError: there is no number in it.
    """
    key = f"form:{version.pk}:{region.pk}:{period[0].isoformat()}:{book}"
    if standing := Document.objects.filter(key=key).first():
        return standing
    history.seal(at=at)
    as_of, _digest = history_queries.head()
    with transaction.atomic():
        page = form_page(version, region=region, edition=edition, period=period, book=book)
        if not any(known.exact is not None for known in page.cells.values()):
            raise FormError("form-blank", "这一期还没有数，不能成文", "there is no number in this period yet")
        paper = _paper(page, edition, as_of=as_of, by=by, at=at)
        prefix = f"{org.everyday(region)}安办"
        document = documents.draft(key=key, paper=paper, prefix=prefix, region=region, book=book, by=by, at=at)
        values = {"name": version.form.name, "period": f"{period[0].isoformat()}/{period[1].isoformat()}", "paper": key}
        history.record(verb="statistics.composed", subject=("form", str(version.form_id)), by=by, at=at, values=values)
    return document


def _paper(page: FormPage, edition: Edition, *, as_of: int, by: str, at: dt.datetime) -> Paper:
    name = page.version.form.name
    everyday = org.everyday(page.region)
    office = f"{everyday}安全生产委员会办公室"
    first, last = page.period
    days = f"{first.year}年{first.month}月{first.day}日至{last.month}月{last.day}日"

    def said(known: Known | None) -> tuple[Inline, ...]:
        if known is None or known.exact is None or known.cell.narrowed:
            return (Text("—"),)
        cell = known.cell
        scope = Scope.of(
            region=page.region,
            edition=edition,
            measures=cell.measures,
            classifiers=cell.classifiers,
            period=days_of(cell.span, page.period),
            book=page.book,
        )
        definition = of_scope("total", scope)
        fact = figures.freeze(definition=definition, printed=known.printed, as_of=as_of, by=by, at=at)
        return (Bound(f"fact:{fact.public_id}", fact.printed, fact.public_id),)

    head = ((Text("项目"),), *((Text(head),) for head in page.heads))
    lines = tuple(((Text(_named(words, cells)),), *(said(cell) for cell in cells)) for words, cells in page.rows)
    widths = (12.0, *(16.0 / len(page.heads) for _ in page.heads))
    annex: list[Block] = [Table((head,), lines, widths)]
    opening = f"现将{days}{name}随文报送，各数由记录汇总得出，可用校验码核验。"
    return Paper(
        kind="函",
        issuer=(office,),
        mark=f"{office}",
        title=f"{office}关于报送{name}的函",
        addressees=("有关单位",),
        blocks=(Paragraph((Text(opening),)),),
        annexes=(Annex(name, tuple(annex)),),
        signature=(office,),
        date=local_day(at),
        marking="示例文稿·模型数据" if page.book else "",
    )


def _named(words: str, cells: Sequence[Known | None]) -> str:
    """The words of a row, with the unit of what it counts where they do not say it."""
    units = "、".join(dict.fromkeys(unit for known in cells if known for unit in known.cell.classifiers))
    return words if f"（{units}）" in words else f"{words}（{units}）"
