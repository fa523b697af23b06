"""Messages (消息) of people's inboxes (收件箱); the channels (渠道) by which they also go out, and what went out."""

from __future__ import annotations

from django.db import models

from bihuan.history.append_only import AppendOnly
from bihuan.history.models import CurrentTransaction, TransactionIdField
from bihuan.messages.sending import PER_HOUR, Kind, Outcome, Purpose, Scope, State
from bihuan.org.models import Person


class Message(models.Model):
    """What a person is told about one topic. As long as it is unread, what comes on the same topic is merged into it:
    nobody finds two about one thing."""

    recipient = models.ForeignKey(Person, models.CASCADE, related_name="+")
    topic = models.CharField(max_length=100)  # "submission:12": what it is about
    zh = models.TextField()
    en = models.TextField()
    url = models.CharField(max_length=200)  # a path of this site
    urgent = models.BooleanField(default=False)
    count = models.PositiveIntegerField(default=1)  # events that were merged
    born_at = models.DateTimeField()
    newest_at = models.DateTimeField()
    show_from = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    txid = TransactionIdField(db_default=CurrentTransaction(), editable=False)  # that of the newest event

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "topic"], condition=models.Q(read_at=None), name="one_unread_a_topic"
            )
        ]
        indexes = [
            models.Index(fields=["recipient", "-newest_at", "-id"]),
            models.Index(fields=["recipient", "show_from"], condition=models.Q(read_at=None), name="message_unread"),
        ]

    def __str__(self) -> str:
        return self.zh


class Arrival(models.Model):
    """An event that reached a recipient: the same key never does twice."""

    recipient = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="arrival_once")]

    def __str__(self) -> str:
        return self.key


class QuietChange(AppendOnly):
    """Quiet hours from a day on; of several of one day the newest holds, and without any `rules.QUIET`."""

    valid_from = models.DateField()
    begin = models.TimeField()
    end = models.TimeField()
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-valid_from", "-id"], name="quiet_newest")]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.begin:%H:%M}–{self.end:%H:%M}"


class Gateway(models.Model):
    """对外发送设置: how messages leave this installation. One row, or none as long as nobody has set anything up."""

    mail_host = models.CharField(max_length=200, blank=True)  # "" as long as e-mail cannot be sent
    mail_port = models.PositiveIntegerField(default=465)
    mail_security = models.CharField(max_length=10, default="ssl")
    mail_user = models.CharField(max_length=200, blank=True)
    mail_password = models.TextField(blank=True)  # sealed (`vault`), "" where there is none
    mail_sender = models.CharField(max_length=200, blank=True)
    mail_name = models.CharField(max_length=60, blank=True)
    inside = models.TextField(blank=True)  # networks that webhooks may reach all the same, one a line
    per_hour = models.PositiveIntegerField(default=PER_HOUR)
    bare = models.BooleanField(default=False)  # say outside only that there is something
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_gateway")]

    def __str__(self) -> str:
        return self.mail_host


class Channel(models.Model):
    """渠道: a way to reach a person outside. Its address is sealed; what stands readable is masked."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    name = models.CharField(max_length=40)
    sealed = models.TextField()  # by `vault`; "" once the channel was taken away
    shown = models.CharField(max_length=120)
    scope = models.CharField(max_length=10, choices=[(scope.value, scope.value) for scope in Scope])
    english = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["person"], condition=models.Q(ended_at=None), name="channel_standing"),
        ]

    def __str__(self) -> str:
        return self.name


class Outgoing(models.Model):
    """对外发送: what goes to one channel about one topic. As long as it waits, what comes on the topic joins it."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="outgoing")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    purpose = models.CharField(max_length=10, choices=[(purpose.value, purpose.value) for purpose in Purpose])
    topic = models.CharField(max_length=100)
    urgent = models.BooleanField(default=False)
    count = models.PositiveIntegerField(default=0)  # of the messages that a digest stands for
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in State])
    attempts = models.PositiveIntegerField(default=0)
    repeat = models.BooleanField(default=False)  # an earlier attempt may have arrived
    born_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)  # of the newest attempt
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "outgoing"
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "purpose", "topic"], condition=models.Q(state="waiting"), name="one_waiting_a_topic"
            )
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="waiting"), name="outgoing_due"),
            models.Index(fields=["lease_until"], condition=models.Q(state="begun"), name="outgoing_begun"),
            models.Index(fields=["channel", "-id"], name="outgoing_of_channel"),
            models.Index(fields=["channel", "begun_at"], name="outgoing_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.state}"


class Attempt(AppendOnly):
    """One attempt to send, written once its outcome is known, or known never to become so."""

    outgoing = models.ForeignKey(Outgoing, models.PROTECT, related_name="tries")
    number = models.PositiveIntegerField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=[(outcome.value, outcome.value) for outcome in Outcome])
    answer = models.CharField(max_length=200, blank=True)  # what the other side said, without secrets
    repeat = models.BooleanField(default=False)  # it said that it may be a repeat

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outgoing", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"
