"""Close a period, freeze what it comes to, have it signed: the three steps to a bundle, and errata by the same way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns.models import Campaign
from bihuan.exchange import bundle as bundles
from bihuan.exchange.actions.posting import post
from bihuan.exchange.bundle import Account, Line
from bihuan.exchange.models import Bundle, Issue, Peer, Reporting
from bihuan.exchange.queries.compiling import Asked, definitions_of, differences, lines, printed
from bihuan.exchange.queries.completeness import Completeness, completeness
from bihuan.exchange.refusals import ExchangeError, StaleExchangeError
from bihuan.exchange.rules import LONGEST_TEXT, BundleKind, IssueState, Reception
from bihuan.figures import actions as figures
from bihuan.figures import queries as figure_queries
from bihuan.figures.models import Figure
from bihuan.figures.queries import Scope
from bihuan.figures.rules import classifiers_of
from bihuan.history import actions as history
from bihuan.history import queries as history_queries
from bihuan.org.gate import local_day

Span = tuple[dt.date, dt.date]


def close_period(
    *, campaign: Campaign, peer: Peer, period: Span, although: str = "", by: str, at: dt.datetime
) -> Issue:
    """Close a period of a campaign to be reported: figures in it change from now on by errata alone. The same again
    gives what is there.

    Args:
        although: why it is closed although some have not handed in, or are not accepted yet; told to the other side.

    Raises:
        ExchangeError: the peer is none to report to, the period is not over, another report covers some of its days, or
            lists are not complete and no reason is given.
    """
    _may_close(campaign, peer, period, at)
    although = _text(although)
    found = completeness(campaign, period)
    if found.open and not although:
        raise _lists_open(found)
    with transaction.atomic():
        Peer.objects.select_for_update().get(pk=peer.pk)
        others = Reporting.objects.filter(
            peer=peer, region=campaign.region, book=campaign.book,
            period_start__lte=period[1], period_end__gte=period[0],
        ).select_related("campaign")  # fmt: skip
        if known := others.filter(campaign=campaign, period_start=period[0], period_end=period[1]).first():
            return _known(known, although, by=by, at=at)
        if other := others.first():
            zh = f"“{other.campaign.name}”{other.period_start}至{other.period_end}已上报，时段重叠会重复计数"
            days = f"{other.period_start} – {other.period_end}"
            en = f"{other.campaign.name} was reported for {days}: some days would count twice"
            raise ExchangeError("report-overlaps", zh, en)
        row = Reporting.objects.create(
            campaign=campaign, peer=peer, region=campaign.region, book=campaign.book,
            period_start=period[0], period_end=period[1], closed_by=by, closed_at=at,
        )  # fmt: skip
        figures.close_period(
            region=campaign.region, edition=campaign.edition, period=period, book=campaign.book, by=by, at=at
        )  # whoever files waits from here to the end
        return _begin(row, "exchange.period_closed", although=although, by=by, at=at)


def _known(row: Reporting, although: str, *, by: str, at: dt.datetime) -> Issue:
    """What there is of a period that was closed before; where all of it was dropped, it begins anew."""
    last = row.issues.exclude(state=IssueState.DROPPED).order_by("number").first()
    return last or _begin(row, "exchange.period_closed", although=although, by=by, at=at)


def begin_erratum(*, reporting: Reporting, reason: str, by: str, at: dt.datetime) -> Issue:
    """Report again what has changed in a closed period since.

    Raises:
        ExchangeError: no reason, or the last one is still open.
    """
    reason = _text(reason)
    if not reason:
        raise ExchangeError("reason-missing", "请写明更正的原因", "say why it is corrected")
    with transaction.atomic():
        row = Reporting.objects.select_for_update().get(pk=reporting.pk)
        if row.issues.filter(state__in=[IssueState.CLOSING, IssueState.FROZEN]).exists():
            zh, en = "上一份还没有签发，请先签发或撤回", "the last one is not signed yet: sign it or drop it first"
            raise ExchangeError("issue-open", zh, en)
        return _begin(row, "exchange.erratum_begun", reason=reason, by=by, at=at)


def correct_closed(
    *, reporting: Reporting, figure: Figure, expected_version: int, value: str, reason: str, by: str, at: dt.datetime
) -> Figure:
    """Correct a record of a closed period, under an erratum of the engine's own; it is reported by `begin_erratum`.

    Args:
        value: as a person writes it: 4862份, 约3000人次; "" withdraws the record.

    Raises:
        StaleError: it was corrected meanwhile.
        bihuan.campaigns.refusals.ClosedRecordError: no reason, no number, or nothing would change.
    """
    closing = figure_queries.closing(region=reporting.region, period=reporting.period, book=reporting.book)
    if closing is None:
        raise StaleExchangeError
    return campaigns.correct_closed(
        closing=closing, figure=figure, expected_version=expected_version, value=value, reason=reason, by=by, at=at
    )


def _begin(reporting: Reporting, verb: str, *, although: str = "", reason: str = "", by: str, at: dt.datetime) -> Issue:
    number = reporting.issues.count() + 1
    values = {
        "campaign": reporting.campaign.name,
        "period": [day.isoformat() for day in reporting.period],
        "to": reporting.peer.name,
        "number": number,
        "although": although,
        "reason": reason,
    }
    entry = history.record(verb=verb, subject=("reporting", str(reporting.pk)), by=by, at=at, values=values)
    return Issue.objects.create(
        reporting=reporting, number=number, although=although, reason=reason, by=by, at=at, entry=entry
    )


def freeze_issue(*, issue: Issue, by: str, at: dt.datetime) -> Issue:
    """Freeze the totals as facts, at a position of the history that holds the closing. Runs outside a transaction: what
    is frozen must be sealed first. One whose closing cannot be sealed yet, or that is frozen, is given as it is."""
    history.seal(at=at)
    return freeze_sealed(issue=issue, by=by, at=at)


def freeze_sealed(*, issue: Issue, by: str, at: dt.datetime) -> Issue:
    """The same, of what is sealed already."""
    if history_queries.position_of(issue.entry) is None:
        return issue
    as_of, digest = history_queries.head()
    with transaction.atomic():
        row = _issues().select_for_update(of=("self",)).get(pk=issue.pk)
        if row.state != IssueState.CLOSING:
            return row
        reporting = row.reporting
        asked = Asked(reporting.region, reporting.campaign.edition, reporting.period, reporting.book, as_of)
        made = [_frozen(line, asked, by=by, at=at) for line in lines(asked)]
        found = completeness(reporting.campaign, reporting.period)
        said = Account(
            reporting.key, reporting.campaign.name, reporting.region.key, reporting.region.name,
            reporting.campaign.edition.name, reporting.period, reporting.book,
            definitions_of(made, as_of=as_of), tuple(made), found.as_json() | {"although": row.although},
            (as_of, digest), row.reason,
        )  # fmt: skip
        row.body, row.state, row.frozen_at = said.as_json(), IssueState.FROZEN, at
        row.version += 1
        row.save()
        values = {"number": row.number, "lines": len(made), "as_of": as_of}
        history.record(
            verb="exchange.issue_frozen", subject=("reporting", str(reporting.pk)), by=by, at=at, values=values
        )
    return row


def _frozen(line: Line, asked: Asked, *, by: str, at: dt.datetime) -> Line:
    """The line with the fact that stands for its measures: the total or the statement as this side's pages show it."""
    what = "total" if line.kind == "record" else "statement"
    units = classifiers_of(line.classifier)
    scope = Scope(asked.region, asked.edition, frozenset(line.measures), units, asked.period, asked.book)
    definition = figure_queries.of_scope(what, scope)
    found = figure_queries.evaluate(definition, as_of=asked.as_of)
    if found.value is None:
        return line
    words = printed(found.value, found.unit) if what == "total" else line.printed
    fact = figures.freeze(definition=definition, printed=words, as_of=asked.as_of, by=by, at=at)
    return replace(line, fact=fact.public_id)


def drop_issue(*, issue: Issue, version: int, reason: str, by: str, at: dt.datetime) -> Issue:
    """Take back what is not signed: an erratum that is not needed, or a report whose numbers were wrong (it is frozen
    again with another erratum or report after them).

    Raises:
        StaleExchangeError: it was changed meanwhile.
        ExchangeError: no reason, or it is signed.
    """
    if not _text(reason):
        raise ExchangeError("reason-missing", "请写明理由", "say why")
    with transaction.atomic():
        row = _open(issue, version)
        row.state = IssueState.DROPPED
        row.version += 1
        row.save()
        _noted("exchange.issue_dropped", row, by=by, at=at, reason=_text(reason))
    return row


def sign_issue(*, issue: Issue, version: int, name: str, by: str, at: dt.datetime) -> Bundle:
    """Sign a frozen report or erratum: it becomes the next bundle to its peer.

    Args:
        name: of the one who signs, as the other side reads it.

    Raises:
        StaleExchangeError: it was changed meanwhile.
        ExchangeError: it is not frozen yet, the one who closed it would sign it, nothing has changed since the last, or
            the signing key cannot be opened.
    """
    with transaction.atomic():
        row = _open(issue, version)
        if row.state != IssueState.FROZEN or row.body is None:
            zh, en = "数据还在定稿，请稍候再签发", "the numbers are still being frozen: sign in a moment"
            raise ExchangeError("issue-not-frozen", zh, en)
        if row.by == by:
            zh, en = "关账的人不能自己签发，请另一位领导签发", "who closed it cannot sign it: another person does"
            raise ExchangeError("own-issue", zh, en)
        peer = Peer.objects.select_for_update().get(pk=row.reporting.peer_id)
        said, kind = _to_send(row)
        row.state, row.signed_by, row.signed_at = IssueState.SIGNED, by, at
        row.version += 1
        row.save()
        made = post(peer=peer, kind=kind, content=said.as_json(), name=name, issue=row, by=by, at=at)
        _noted("exchange.issue_signed", row, by=by, at=at, sequence=made.sequence, digest=made.digest)
    return made


def _to_send(row: Issue) -> tuple[Account, BundleKind]:
    """What goes out: all lines of a first report; of an erratum those that differ from what was last reported."""
    said = bundles.account(row.body or {})
    base = last_reported(row.reporting)
    if base is None:
        return said, BundleKind.REPORT
    before = {line.key: line for line in bundles.account(_body(base)).lines}
    changed = tuple(differences(before.values(), said.lines))
    if not changed:
        zh = "与上次上报相比没有变化，不用更正；请先更正数据，或撤回这份更正"
        en = "nothing has changed since the last report: correct the figures first, or drop this erratum"
        raise ExchangeError("erratum-empty", zh, en)
    codes = {code for line in changed for code in line.measures}
    definitions = tuple(item for item in said.definitions if item[0] in codes)
    return replace(said, lines=changed, corrects=base.digest, definitions=definitions), BundleKind.ERRATUM


def _body(row: Bundle) -> dict[str, Any]:
    """The whole account that a bundle was made of."""
    return dict(row.issue.body) if row.issue and row.issue.body else {}


def last_reported(reporting: Reporting) -> Bundle | None:
    """The last bundle of a report that the other side did not give back; None where a first report is due."""
    found = Bundle.objects.filter(issue__reporting=reporting).exclude(outcome=Reception.RETURNED)
    return found.select_related("issue").order_by("-sequence").first()


def _issues() -> QuerySet[Issue]:
    return Issue.objects.select_related("entry", "reporting__campaign__edition", "reporting__region", "reporting__peer")


def _open(issue: Issue, version: int) -> Issue:
    row = _issues().select_for_update(of=("self",)).get(pk=issue.pk)
    if row.version != version or row.state not in (IssueState.CLOSING, IssueState.FROZEN):
        raise StaleExchangeError
    return row


def _noted(verb: str, row: Issue, *, by: str, at: dt.datetime, **values: object) -> None:
    subject = ("reporting", str(row.reporting_id))
    history.record(verb=verb, subject=subject, by=by, at=at, values={"number": row.number, **values})


def _may_close(campaign: Campaign, peer: Peer, period: Span, at: dt.datetime) -> None:
    if not peer.upward or not peer.stands:
        zh = "这个对方安装不是上级，或还没有核对指纹启用"
        raise ExchangeError("peer-not-trusted", zh, "this is no installation above, or its key was not compared yet")
    first, last = period
    if first > last or first < campaign.period_start or last > campaign.period_end:
        zh = f"上报时段须在活动时段内（{campaign.period_start}至{campaign.period_end}）"
        en = f"the period lies within the campaign's, {campaign.period_start} to {campaign.period_end}"
        raise ExchangeError("report-period", zh, en)
    if last > local_day(at):
        zh, en = f"时段要到{last}才结束，届时再关账", f"the period ends on {last}: close it then"
        raise ExchangeError("period-not-over", zh, en)


def _lists_open(found: Completeness) -> ExchangeError:
    names = "、".join(item.unit for item in found.open[:8])
    more = f"等{len(found.open)}项" if len(found.open) > 8 else ""
    zh = f"应报清单还没有齐：{names}{more}。请催报、审核，或写明仍要关账的理由"
    en = f"expected lists are not complete: {len(found.open)} open ({names}). Remind, accept, or say why it closes"
    return ExchangeError("lists-open", zh, en)


def _text(text: str) -> str:
    plain = text.strip()
    if len(plain) > LONGEST_TEXT or "\0" in plain:
        zh, en = f"文字超过 {LONGEST_TEXT} 字，请精简", f"at most {LONGEST_TEXT} characters: shorten it"
        raise ExchangeError("text-too-long", zh, en)
    return plain
