"""The log, its chain, and the personal values kept apart from both."""

from __future__ import annotations

from typing import Any

from django.db import models

from bihuan.history.append_only import AppendOnly, AppendOnlyError, append_only_table
from bihuan.history.rules import ALGORITHMS

__all__ = ["AppendOnly", "AppendOnlyError", "Entry", "Pending", "Seal", "Secret", "append_only_table"]


class TransactionIdField(models.Field):
    """PostgreSQL's xid8: the transaction that wrote the row, never reused."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, int) else value  # xid8 compares with text literals only


class CurrentTransaction(models.Func):
    function = "pg_current_xact_id"
    template = "%(function)s()"


class Entry(AppendOnly):
    """One change: what was done, to what, by whom, when. Written in the transaction of the change itself."""

    txid = TransactionIdField(db_default=CurrentTransaction(), editable=False)  # a trigger overrides what a client says
    at = models.DateTimeField()
    by = models.TextField()  # "person:17 马某", "system:demo"
    verb = models.CharField(max_length=60)  # "figures.filed"
    subject_kind = models.CharField(max_length=40)
    subject_id = models.TextField()
    values = models.JSONField()  # what changed: old and new values
    commitments = models.JSONField(default=dict)  # name → {"algorithm", "digest"} of a personal value

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"]),
            models.Index(fields=["by", "-id"], name="history_by_whom"),
            models.Index(fields=["at"], name="history_when"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind}:{self.subject_id}"


class Secret(models.Model):
    """A personal value and its salt. Deleting the row erases the value; the chain, which holds H only, stays whole."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="secrets")
    name = models.CharField(max_length=60)
    salt = models.BinaryField()
    value = models.TextField()  # canonical JSON

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "name"], name="secret_once_an_entry")]

    def __str__(self) -> str:
        return f"{self.entry_id}.{self.name}"


class Pending(models.Model):
    """An entry that is not sealed yet. The database adds the row with the entry; the sealer takes it away."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="pending")

    class Meta:
        verbose_name_plural = "pending"

    def __str__(self) -> str:
        return str(self.entry_id)


class Seal(AppendOnly):
    """An entry's place in the chain. Positions run from 1 without a gap; see `history.rules` for the digest."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="seal")
    digest = models.BinaryField()
    algorithm = models.CharField(max_length=10, choices=[(name, name) for name in ALGORITHMS])
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(position__gt=0), name="seal_positions_from_one")]

    def __str__(self) -> str:
        return str(self.position)
