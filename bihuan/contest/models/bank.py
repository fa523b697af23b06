"""题库: items, what they said in each version, how far each is."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.contest.question import Difficulty, Question, QuestionKind
from bihuan.contest.rules import ItemState
from bihuan.history.append_only import AppendOnly
from bihuan.org.models import Region


class Item(models.Model):
    """试题: its identity and its life. `region`: whose bank; None: shipped with the program, for all to review and use.

    `author` wrote the version that holds, `reviewer` looked at it: two people, which the database holds too."""

    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    book = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=40)
    state = models.CharField(
        max_length=10, choices=[(each.value, each.name) for each in ItemState], default=ItemState.DRAFT.value
    )
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.name) for kind in QuestionKind])
    subject = models.CharField(max_length=40, blank=True)
    difficulty = models.CharField(max_length=10, choices=[(each.value, each.name) for each in Difficulty])
    audiences = ArrayField(models.CharField(max_length=40), default=list)
    version = models.PositiveIntegerField(default=1)  # the one that holds; the row's own changes are `change`
    change = models.PositiveIntegerField(default=1)
    author = models.CharField(max_length=100)
    reviewer = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "book", "code"], name="item_code_once", nulls_distinct=False),
            models.CheckConstraint(condition=~Q(reviewer=F("author")), name="item_reviewed_by_another"),
            models.CheckConstraint(
                condition=Q(state__in=[ItemState.DRAFT.value, ItemState.RETIRED.value]) | ~Q(reviewer=""),
                name="item_used_reviewed",
            ),
        ]
        indexes = [models.Index(fields=["region", "state"], name="item_by_state")]

    def __str__(self) -> str:
        return self.code


class ItemVersion(AppendOnly):
    """What an item says in one version; sheets name it for ever."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    stem = models.CharField(max_length=500)
    options = models.JSONField()  # list of texts
    key = models.PositiveSmallIntegerField()
    explanation = models.CharField(max_length=1000, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)  # of what is asked and scored by
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="item_version_once")]
        indexes = [models.Index(fields=["digest"], name="item_version_digest")]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"

    def question(self, item: Item) -> Question:
        """What is asked, with what its item says of it."""
        return Question(
            kind=QuestionKind(item.kind),
            stem=self.stem,
            options=tuple(self.options),
            key=self.key,
            explanation=self.explanation,
            basis=self.basis,
            subject=item.subject,
            difficulty=Difficulty(item.difficulty),
            audiences=tuple(item.audiences),
            code=item.code,
        )
