"""The writers of what goes out: begin attempts, say how they went, pick up those whose sender stopped.

Between `begin` and `finish` no transaction is open: the letters are on their way. An attempt is marked as begun before
anything is sent, so what happens in between can lead to a repeat and never to a loss.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Min

from bihuan.messages import queries, vault
from bihuan.messages.actions.channels import StaleChannelError, pause_channel
from bihuan.messages.actions.telling import send
from bihuan.messages.addresses import MailServer, fields
from bihuan.messages.models import Attempt, Channel, Gateway, Outgoing
from bihuan.messages.sending import (
    LEASE,
    WINDOW,
    Kind,
    Outcome,
    Parcel,
    Purpose,
    Result,
    State,
    is_over,
    letter,
    may_have_arrived,
    rest,
)

BY = "system:outgoing"

# One for each channel, the urgent one first: a channel's messages go out one after the other, and a server that does
# not answer holds up its own alone.
_DUE = """
    SELECT id FROM (
        SELECT DISTINCT ON (o.channel_id) o.id, o.next_try_at
        FROM messages_outgoing o JOIN messages_channel c ON c.id = o.channel_id
        WHERE o.state = 'waiting' AND o.next_try_at <= %(at)s AND c.ended_at IS NULL AND c.paused_at IS NULL
            AND NOT EXISTS (SELECT FROM org_account a WHERE a.person_id = c.person_id AND a.closed_at IS NOT NULL)
            AND NOT EXISTS (SELECT FROM messages_outgoing b WHERE b.channel_id = c.id AND b.state = 'begun')
        ORDER BY o.channel_id, o.urgent DESC, o.next_try_at, o.id
    ) due ORDER BY next_try_at, id LIMIT %(limit)s
"""

# Rows that somebody else holds are left to them; one that was just taken waits no more when the lock is got.
_BEGIN = """
    UPDATE messages_outgoing o SET state = 'begun', attempts = attempts + 1, begun_at = %(at)s, lease_until = %(until)s
    FROM (
        SELECT o.id FROM messages_outgoing o JOIN messages_channel c ON c.id = o.channel_id
        WHERE o.id = ANY(%(rows)s) AND o.state = 'waiting' AND o.next_try_at <= %(at)s
            AND c.ended_at IS NULL AND c.paused_at IS NULL
        FOR UPDATE OF o SKIP LOCKED
    ) due WHERE o.id = due.id
    RETURNING o.id
"""

_FOLD = """
    WITH waiting AS MATERIALIZED (
        SELECT id, repeat FROM messages_outgoing
        WHERE channel_id = %(channel)s AND state = 'waiting' AND purpose = 'message' AND NOT urgent
            AND next_try_at <= %(at)s
        FOR UPDATE SKIP LOCKED
    ), folded AS (
        UPDATE messages_outgoing o SET state = 'folded', ended_at = %(at)s FROM waiting WHERE o.id = waiting.id
        RETURNING o.repeat
    )
    INSERT INTO messages_outgoing
        (channel_id, purpose, topic, urgent, count, state, attempts, repeat, born_at, next_try_at)
    SELECT %(channel)s, 'digest', 'digest', FALSE, count(*), 'waiting', 0, FALSE, %(at)s, %(free)s
    FROM folded HAVING count(*) > 0
    ON CONFLICT (channel_id, purpose, topic) WHERE state = 'waiting' DO UPDATE SET
        count = messages_outgoing.count + EXCLUDED.count
"""


def begin(*, at: dt.datetime, limit: int) -> list[Parcel]:
    """Begin attempts that are due, at most one a channel, in a short transaction; what to send.

    What goes beyond a person's cap within the hour is folded into one digest, which goes when the hour has room again.
    Several may do this at once: none gets what another has.
    """
    with transaction.atomic():
        way_out = queries.gateway()
        rows = _within_the_cap(_due(at=at, limit=limit), way_out, at=at)
        with connection.cursor() as cursor:
            cursor.execute(_BEGIN, {"rows": rows, "at": at, "until": at + LEASE})
            begun = [pk for (pk,) in cursor.fetchall()]
        # Asked for now, when nothing can join these any more: a message that joined one just before is on it.
        found = Outgoing.objects.filter(pk__in=begun).select_related("channel", "message").order_by("pk")
        mail = _mail_server(way_out)
        return [_parcel(row, way_out, mail) for row in found]


def _due(*, at: dt.datetime, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"at": at, "limit": limit})
        return [pk for (pk,) in cursor.fetchall()]


def _within_the_cap(due: list[int], way_out: Gateway, *, at: dt.datetime) -> list[int]:
    """Those of the due rows that may go now; the rest is folded."""
    rows = list(Outgoing.objects.filter(pk__in=due).select_related("channel").order_by("next_try_at", "pk"))
    people = {row.channel.person_id for row in rows}
    lately = Outgoing.objects.filter(channel__person__in=people, begun_at__gt=at - WINDOW)
    lately = lately.exclude(purpose=Purpose.TEST)
    counted = lately.values("channel__person").annotate(number=Count("pk"), first=Min("begun_at"))
    went = Counter({row["channel__person"]: row["number"] for row in counted})
    first = {row["channel__person"]: row["first"] for row in counted}
    allowed = []
    for row in rows:
        person = row.channel.person_id
        if row.purpose == Purpose.MESSAGE and not row.urgent and went[person] >= way_out.per_hour:
            free = first.get(person, at) + WINDOW
            with connection.cursor() as cursor:
                cursor.execute(_FOLD, {"channel": row.channel_id, "at": at, "free": free})
            continue
        if row.purpose != Purpose.TEST:
            went[person] += 1
        allowed.append(row.pk)
    return allowed


def _mail_server(way_out: Gateway) -> MailServer | None:
    if not way_out.mail_host:
        return None
    try:
        password = vault.unlocked(way_out.mail_password)["password"] if way_out.mail_password else ""
    except vault.UnreadableError:
        return None
    return MailServer(
        way_out.mail_host,
        way_out.mail_port,
        way_out.mail_security,
        way_out.mail_sender,
        way_out.mail_name,
        way_out.mail_user,
        password,
    )


def _parcel(row: Outgoing, way_out: Gateway, mail: MailServer | None) -> Parcel:
    """Without `fields` where it cannot be sent: then `schema` names the outcome."""
    channel, message = row.channel, row.message
    said = letter(
        purpose=Purpose(row.purpose),
        words=(message.zh, message.en) if message else ("", ""),
        count=row.count if row.purpose == Purpose.DIGEST else message.count if message else 1,
        urgent=row.urgent,
        repeat=row.repeat,
        url=_address(message.url if message else "/inbox/"),
        key=f"outgoing-{row.pk}",
        english=channel.english,
        bare=way_out.bare,
    )
    try:
        private = vault.unlocked(channel.sealed)
    except vault.UnreadableError:
        return Parcel(row.pk, row.attempts, {}, said)
    kind = Kind(channel.kind)
    to = fields(kind, private, mail=mail)
    secrets = (*private.values(), mail.password if mail else "")
    inside = tuple(way_out.inside.split())
    return Parcel(row.pk, row.attempts, to or {"schema": ""}, said, secrets, inside, trusted=kind is Kind.EMAIL)


def _address(path: str) -> str:
    return f"{settings.PUBLIC_ADDRESS}{path}" if settings.PUBLIC_ADDRESS else ""


def sendable(parcels: Iterable[Parcel]) -> tuple[list[Parcel], list[Result]]:
    """What can be sent, and the outcomes of what cannot."""
    well, not_so = [], []
    for parcel in parcels:
        if not parcel.fields:
            not_so.append(Result(parcel.outgoing, parcel.number, Outcome.UNREADABLE))
        elif not parcel.fields["schema"]:
            not_so.append(Result(parcel.outgoing, parcel.number, Outcome.NO_SERVER))
        else:
            well.append(parcel)
    return well, not_so


def finish(*, results: Sequence[Result], at: dt.datetime) -> None:
    """Write down how attempts went, each in a short transaction: sent, to be tried again, or given up.

    What is no more under way, since its lease ran out meanwhile, has its outcome already.
    """
    for result in results:
        with transaction.atomic():
            rows = Outgoing.objects.select_for_update(of=("self",)).select_related("channel")
            row = rows.filter(pk=result.outgoing, attempts=result.number, state=State.BEGUN).first()
            if row is not None:
                _settle(row, result, at=at)


def recover(*, at: dt.datetime, limit: int = 1000) -> int:
    """Pick up attempts whose lease ran out: whoever made them stopped, and they may have arrived. Returns how many.

    What waits for a channel that was paused this very moment, or for someone whose account was closed, is withdrawn.
    """
    with transaction.atomic():
        rows = Outgoing.objects.select_for_update(skip_locked=True, of=("self",)).select_related("channel")
        lost = list(rows.filter(state=State.BEGUN, lease_until__lte=at).order_by("pk")[:limit])
    for row in lost:
        finish(results=[Result(row.pk, row.attempts, Outcome.LOST)], at=at)
    standing = Channel.objects.filter(ended_at=None, paused_at=None)
    standing = standing.exclude(person__account__closed_at__isnull=False)
    with transaction.atomic():
        idle = Outgoing.objects.select_for_update(skip_locked=True).filter(state=State.WAITING, next_try_at__lte=at)
        gone = list(idle.exclude(channel__in=standing.values("pk")).values_list("pk", flat=True)[:limit])
        Outgoing.objects.filter(pk__in=gone).update(state=State.WITHDRAWN, ended_at=at)
    return len(lost)


def _settle(row: Outgoing, result: Result, *, at: dt.datetime) -> None:
    assert row.begun_at is not None  # it was begun
    Attempt.objects.create(
        outgoing=row,
        number=row.attempts,
        begun_at=row.begun_at,
        ended_at=max(at, row.begun_at),
        outcome=result.outcome,
        answer=result.answer,
        repeat=row.repeat,
    )
    row.lease_until = None
    if result.outcome is Outcome.SENT:
        row.state, row.ended_at = State.SENT, at
        row.save()
    elif is_over(result.outcome, attempts=row.attempts):
        row.state, row.ended_at = State.GIVEN_UP, at
        row.save()
        _pause_what_never_works(row, at=at)
    else:
        _wait_again(row, unclear=may_have_arrived(result.outcome), at=at)


def _wait_again(row: Outgoing, *, unclear: bool, at: dt.datetime) -> None:
    """To the next try, outside the quiet hours; or fold it into one on its topic that waits already."""
    local = (at + rest(row.attempts)).astimezone(ZoneInfo(settings.CAMPAIGN_ZONE))
    calm = row.urgent or row.purpose == Purpose.TEST
    row.next_try_at = queries.quiet_hours(on=local.date()).show_from(local, urgent=calm)
    row.repeat = row.repeat or unclear
    row.state = State.WAITING
    standing = row.channel.ended_at is None and row.channel.paused_at is None
    try:
        with transaction.atomic():
            if standing:
                row.save()
    except IntegrityError:
        newer = Outgoing.objects.filter(
            channel=row.channel_id, purpose=row.purpose, topic=row.topic, state=State.WAITING
        )
        if row.repeat:
            newer.update(repeat=True)
        if row.purpose == Purpose.DIGEST:
            newer.update(count=F("count") + row.count)
        row.state, row.ended_at = State.FOLDED, at
        row.save()
        return
    if not standing:
        row.state, row.ended_at = State.WITHDRAWN, at
        row.save()


def _pause_what_never_works(row: Outgoing, *, at: dt.datetime) -> None:
    """Pause a channel by which nothing went out since what is given up was born, and tell its person in the inbox."""
    channel = row.channel
    works = Outgoing.objects.filter(channel=channel, state=State.SENT, ended_at__gte=row.born_at)
    if row.purpose == Purpose.TEST or works.exists():
        return
    try:
        pause_channel(channel=channel, version=channel.version, by=BY, at=at, reason="given up")
    except StaleChannelError:
        return  # its person was there first
    zh = f"渠道“{channel.name}”一直发不出去，已暂停；请检查地址后恢复。消息都在收件箱里"
    en = f"the channel “{channel.name}” does not work and was paused: check its address; all messages are in your inbox"
    key = f"channel:{channel.pk}:paused:{row.pk}"
    send(
        to=[channel.person_id],
        topic=f"channel:{channel.pk}",
        key=key,
        words=(zh, en),
        url="/me/channels/",
        by=BY,
        at=at,
    )
