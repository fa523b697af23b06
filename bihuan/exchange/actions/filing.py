"""A report of another installation as figures of this one: each line a record (or a statement) of its region."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bihuan.exchange.bundle import Account, Bundle, Line
from bihuan.exchange.models import Intake, Peer, Received, ReceivedLine
from bihuan.exchange.refusals import ExchangeError
from bihuan.exchange.rules import BundleKind
from bihuan.figures import actions as figures
from bihuan.figures import queries as figure_queries
from bihuan.figures.actions import Content, Filing
from bihuan.figures.models import Closing, Erratum, Figure, MeasureVersion, Revision
from bihuan.figures.rules import Kind as FigureKind
from bihuan.org.models import Region
from bihuan.org.queries import current_edition, subtree


@dataclass(frozen=True, slots=True)
class _Doing:
    """Of which bundle, by whom; `erratum`: our own, where the period is closed here."""

    intake: Intake
    reason: str
    by: str
    at: dt.datetime
    erratum: Erratum | None = None

    def within(self, region: Region, day: dt.date, book: str) -> _Doing:
        """With an erratum, where one is needed and a person gave a reason; else the figures refuse."""
        covering = (
            figure_queries.closings_at({(region.pk, day)}, book=book).get((region.pk, day), []) if self.reason else []
        )
        if not covering:
            return self
        closing = Closing.objects.get(pk=covering[0].closing)
        opened = figures.open_erratum(closing=closing, reason=self.reason, by=self.by, at=self.at)
        return replace(self, erratum=opened)


def file_account(*, intake: Intake, said: Bundle, reason: str, by: str, at: dt.datetime) -> Received:
    """File a report, or correct one by an erratum. All or nothing: the caller takes a refusal back whole.

    Args:
        reason: of an erratum of our own, where the period is closed here; "" unless a person gave one.

    Raises:
        ExchangeError: another region than the sender's, definitions that are not ours, a report that came before or
            overlaps one, an erratum to another state than the one here.
        FigureError, Refusal: what the figures themselves refuse: a value, a closed period.
    """
    account = said.account
    region = _region(account, intake.peer)
    _same_definitions(account)
    doing = _Doing(intake, reason, by, at).within(region, account.period[1], account.book)
    return _report(doing, account, region) if said.kind is BundleKind.REPORT else _erratum(doing, account)


def _region(account: Account, peer: Peer) -> Region:
    found = Region.objects.filter(key=account.region).first()
    inside = found is not None and subtree(peer.region, current_edition()).filter(region=found).exists()
    if found is None or not inside:
        zh = f"上报的是“{account.region_name}”，不在“{peer.name}”负责的“{peer.region.name}”之内"
        en = f"it reports {account.region_name}, but {peer.name} answers for {peer.region.name} alone"
        raise ExchangeError("region-outside", zh, en)
    return found


def _same_definitions(account: Account) -> None:
    """Numbers add up where both sides count by the same definition, whatever number its version has."""
    told = dict(account.definitions)
    needed = {code for line in account.lines for code in line.measures}
    newest = dict(
        MeasureVersion.objects.filter(measure__code__in=needed)
        .order_by("measure", "version")
        .values_list("measure__code", "sha256")
    )
    if unknown := sorted(needed - newest.keys()):
        zh = f"本安装没有这些指标：{'、'.join(unknown[:8])}。请先升级或补录指标，再收下"
        raise ExchangeError("definition-unknown", zh, f"no such measures here: {', '.join(unknown[:8])}")
    names = figure_queries.measure_names(needed)
    if different := sorted(code for code in needed if told.get(code) != newest[code]):
        which = "、".join(names[code] for code in different[:8])
        zh = f"指标口径与本安装不同：{which}。两边升级到同一版目录后再收下，或退回"
        en = f"defined otherwise here: {', '.join(different[:8])}. Bring both sides to one catalogue, or give it back"
        raise ExchangeError("definition-differs", zh, en)


def _report(doing: _Doing, account: Account, region: Region) -> Received:
    peer = doing.intake.peer
    if Received.objects.filter(peer=peer, key=account.key).exists():
        zh, en = "这一期已收过首报，之后只收更正", "this report was taken in before: only errata follow"
        raise ExchangeError("report-twice", zh, en)
    start, end = account.period
    for other in Received.objects.filter(
        peer=peer, book=account.book, period_start__lte=end, period_end__gte=start
    ).select_related("region"):
        if _meet(region, other.region):
            zh = f"与已收的“{other.name}”（{other.period_start}至{other.period_end}）时段重叠，会重复计数"
            en = f"{other.name} ({other.period_start} – {other.period_end}) has some of these days: counted twice"
            raise ExchangeError("report-overlaps", zh, en)
    row = Received.objects.create(
        peer=peer, key=account.key, name=account.name, region=region, book=account.book, period_start=start,
        period_end=end, expected=account.expected, digest=doing.intake.digest, at=doing.at,
    )  # fmt: skip
    _add(row, doing, account.lines)
    return row


def _meet(one: Region, other: Region) -> bool:
    tree = current_edition()
    return one.pk == other.pk or any(
        subtree(upper, tree).filter(region=lower).exists() for upper, lower in ((one, other), (other, one))
    )


def _add(row: Received, doing: _Doing, lines: Sequence[Line]) -> None:
    wanted = [line for line in lines if line.value is not None]
    items = [
        Filing(
            kind=FigureKind(line.kind), content=_content(row, doing, line), key=_key(row, doing, line), book=row.book
        )
        for line in wanted
    ]
    after = row.lines.count()
    ReceivedLine.objects.bulk_create(
        ReceivedLine(
            received=row, key=line.key, figure=figure, intake=doing.intake, order=after + place, records=line.records,
            parts=[part.as_json() for part in line.parts], fact=line.fact,
        )
        for place, (line, figure) in enumerate(zip(wanted, _filed(items, doing), strict=True))
    )  # fmt: skip


def _filed(items: Sequence[Filing], doing: _Doing) -> list[Figure]:
    if doing.erratum is None:
        return figures.file_many(items, by=doing.by, at=doing.at)
    return [
        figures.file(
            kind=item.kind, content=item.content, key=item.key, book=item.book, erratum=doing.erratum, by=doing.by,
            at=doing.at,
        )
        for item in items
    ]  # fmt: skip


def _key(row: Received, doing: _Doing, line: Line) -> str:
    return f"exchange:{row.peer.installation}:{doing.intake.sequence}:{line.key}"


def _content(row: Received, doing: _Doing, line: Line) -> Content:
    assert line.value is not None
    intake = doing.intake
    return Content(
        region=row.region,
        measures=line.measures,
        classifier=line.classifier,
        value=line.value,
        printed=line.printed,
        form=line.form,
        period=row.period,
        stated_by=row.peer.name,
        origin={"bundle": intake.digest, "from": str(row.peer.installation), "sequence": intake.sequence,
                "fact": line.fact},
    )  # fmt: skip


def _erratum(doing: _Doing, account: Account) -> Received:
    intake = doing.intake
    row = Received.objects.select_for_update(of=("self",)).select_related("peer", "region")
    found = row.filter(peer=intake.peer, key=account.key).first()
    if found is None:
        zh, en = (
            "更正的是还没有收下的上报，请先处理那一份",
            "it corrects a report that is not taken in yet",
        )
        raise ExchangeError("report-not-taken", zh, en)
    if found.digest != account.corrects:
        zh = "更正接的不是本安装现有的这一版，前面还有一份没有收下"
        raise ExchangeError(
            "chain-broken", zh, "it corrects another state than the one here: one before is not taken in"
        )
    held = {line.key: line for line in found.lines.select_related("figure")}
    fresh = []
    for line in account.lines:
        if line.was is None:
            fresh.append(line)
            continue
        before = held.get(line.key)
        if before is None or _standing(before.figure).value != line.was:
            zh = f"“{line.printed}”的更正前数值与本安装不同，请与对方核对"
            raise ExchangeError("base-differs", zh, f"what {line.printed} was before is not what stands here: compare")
        _correct(found, doing, before, line, account.reason)
    _add(found, doing, fresh)
    found.digest, found.expected = intake.digest, account.expected
    found.save(update_fields=["digest", "expected"])
    return found


def _standing(figure: Figure) -> Revision:
    return Revision.objects.get(figure=figure, version=figure.version)


def _correct(row: Received, doing: _Doing, before: ReceivedLine, line: Line, why: str) -> None:
    figure = before.figure
    said: dict[str, Any] = {
        "figure": figure, "expected_version": figure.version, "reason": f"{why} {doing.reason}".strip()[:500],
        "erratum": doing.erratum if figure.kind == FigureKind.RECORD else None, "by": doing.by, "at": doing.at,
    }  # fmt: skip
    if line.value is None:
        figures.withdraw(**said)
        before.delete()
        return
    figures.correct(content=_content(row, doing, line), **said)
    before.intake, before.records, before.fact = doing.intake, line.records, line.fact
    before.parts = [part.as_json() for part in line.parts]
    before.save()
