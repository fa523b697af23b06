"""Messages (消息) of people's inboxes (收件箱)."""

from __future__ import annotations

from django.db import models

from bihuan.history.models import CurrentTransaction, TransactionIdField
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
