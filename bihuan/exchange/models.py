"""The tables of reporting upward (上报): who we are, whom we know, what we closed and signed, what came."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from bihuan.campaigns.models import Campaign
from bihuan.exchange.rules import BundleKind, IssueState, Reception, Sending, Way, fingerprint
from bihuan.figures.models import Figure
from bihuan.history.models import Entry
from bihuan.org.models import Region

if TYPE_CHECKING:
    import datetime as dt

_KINDS = [(item.value, item.name) for item in BundleKind]


class Identity(models.Model):
    """本安装的身份: its id for ever, its present pair of keys; one row."""

    only = models.BooleanField(primary_key=True, default=True)
    installation = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(max_length=100)
    public = models.CharField(max_length=64)
    sealed = models.TextField()  # the private key, see `vault`
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [models.CheckConstraint(condition=Q(only=True), name="one_identity")]

    def __str__(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:
        import base64

        return fingerprint(base64.b64decode(self.public))


class Peer(models.Model):
    """对方安装: another installation, known by its key. Nothing is sent to it and nothing taken from it until a person
    has compared the fingerprint by another way.

    `region`: what it answers for. Of a lower one we take figures of that region and of no other; to an `upward` one we
    report. `sent`, `taken`: the number of the last bundle in each direction, and its digest.
    """

    installation = models.UUIDField(unique=True)
    name = models.CharField(max_length=100)
    public = models.CharField(max_length=64)
    address = models.CharField(max_length=200, blank=True)  # "": by files alone
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    upward = models.BooleanField()
    entered_by = models.CharField(max_length=100)
    entered_at = models.DateTimeField()
    trusted_by = models.CharField(max_length=100, blank=True)
    trusted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    sent = models.PositiveIntegerField(default=0)
    sent_digest = models.CharField(max_length=64, blank=True)
    taken = models.PositiveIntegerField(default=0)
    taken_digest = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~(Q(trusted_by="") ^ Q(trusted_at=None)), name="peer_trusted_by_and_at")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:
        import base64

        return fingerprint(base64.b64decode(self.public))

    @property
    def stands(self) -> bool:
        """Whether bundles may go and come."""
        return self.trusted_at is not None and self.closed_at is None


class Reporting(models.Model):
    """上报期: a period of a campaign that was closed here to be reported to one installation above."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    peer = models.ForeignKey(Peer, models.PROTECT, related_name="reportings")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    book = models.CharField(max_length=20, blank=True)
    period_start = models.DateField()
    period_end = models.DateField()
    closed_by = models.CharField(max_length=100)
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(period_end__gte=models.F("period_start")), name="reporting_period")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.period_start}"

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        return self.period_start, self.period_end


class Issue(models.Model):
    """编报: what is reported of a period, the first time or as an erratum. Its numbers are frozen as facts; a leader
    signs; the signed one is a bundle. `body`: the account of all lines as they then stood, see `bundle.Account`."""

    reporting = models.ForeignKey(Reporting, models.PROTECT, related_name="issues")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=10, choices=[(item.value, item.name) for item in IssueState], default=IssueState.CLOSING.value
    )
    reason = models.TextField(blank=True)  # of an erratum
    although = models.TextField(blank=True)  # why it goes although lists are not complete
    body = models.JSONField(null=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")  # frozen once this is sealed
    frozen_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=100, blank=True)
    signed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reporting", "number"], name="issue_once"),
            models.UniqueConstraint(
                fields=["reporting"],
                condition=Q(state__in=[IssueState.CLOSING.value, IssueState.FROZEN.value]),
                name="one_open_issue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reporting_id}/{self.number}"


class Bundle(models.Model):
    """上报包: what we signed for another installation, and how far it is on its way."""

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="bundles")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=_KINDS)
    issue = models.OneToOneField(Issue, models.PROTECT, null=True, related_name="bundle")
    payload = models.TextField()
    signature = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=[(item.value, item.name) for item in Sending], default=Sending.WAITING.value
    )
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, blank=True)  # what the last try, or the other side, said
    zh = models.TextField(blank=True)
    en = models.TextField(blank=True)
    arrived_at = models.DateTimeField(null=True)
    receipt = models.TextField(blank=True)  # the envelope that the other side signed
    outcome = models.CharField(max_length=10, blank=True, choices=[(item.value, item.name) for item in Reception])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["peer", "sequence"], name="bundle_once_a_number")]
        indexes = [models.Index(fields=["state", "next_at"])]

    def __str__(self) -> str:
        return f"{self.peer_id} #{self.sequence}"


class Received(models.Model):
    """来报: a report of a lower installation as it stands here, after its errata."""

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="received")
    key = models.UUIDField()
    name = models.CharField(max_length=100)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    book = models.CharField(max_length=20, blank=True)
    period_start = models.DateField()
    period_end = models.DateField()
    expected = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)  # of the bundle that made it what it is
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "received"
        constraints = [models.UniqueConstraint(fields=["peer", "key"], name="received_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        return self.period_start, self.period_end


class Intake(models.Model):
    """收报: one bundle that came and was genuine and in its turn."""

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="intakes")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=_KINDS)
    received = models.ForeignKey(Received, models.PROTECT, null=True, related_name="intakes")
    payload = models.TextField()
    signature = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    way = models.CharField(max_length=10, choices=[(item.value, item.name) for item in Way])
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(item.value, item.name) for item in Reception])
    code = models.CharField(max_length=40, blank=True)  # why it is held
    zh = models.TextField(blank=True)
    en = models.TextField(blank=True)
    reason = models.TextField(blank=True)  # why it was returned, or taken although
    decided_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["peer", "sequence"], name="intake_once_a_number")]

    def __str__(self) -> str:
        return f"{self.peer_id} #{self.sequence}"


class ReceivedLine(models.Model):
    """One line of a report that was taken, and the figure it is here. `intake`: the bundle that said it last."""

    received = models.ForeignKey(Received, models.PROTECT, related_name="lines")
    key = models.CharField(max_length=32)
    figure = models.OneToOneField(Figure, models.PROTECT, related_name="+")
    intake = models.ForeignKey(Intake, models.PROTECT, related_name="lines")
    order = models.PositiveIntegerField()
    records = models.PositiveIntegerField()
    parts = models.JSONField(default=list)
    fact = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["received", "key"], name="received_line_once")]

    def __str__(self) -> str:
        return f"{self.received_id} {self.key}"


class Remark(models.Model):
    """问询: a question about a report or one of its lines, or the answer to one; ours or the other side's."""

    key = models.UUIDField(unique=True)
    peer = models.ForeignKey(Peer, models.PROTECT, related_name="remarks")
    ours = models.BooleanField()
    about = models.UUIDField()  # key of the report
    line = models.CharField(max_length=32, blank=True)
    line_words = models.CharField(max_length=300, blank=True)  # the line as it was then printed
    text = models.TextField()
    who = models.CharField(max_length=100)  # the name, as the other side gives it; of ours, the identity
    at = models.DateTimeField()
    answers = models.OneToOneField("self", models.PROTECT, null=True, related_name="answer")

    class Meta:
        indexes = [models.Index(fields=["peer", "about", "at"])]

    def __str__(self) -> str:
        return self.text[:40]
