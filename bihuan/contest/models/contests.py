"""竞赛: its days, its rules and its pool in versions, the units that take part, the seeds of its draws."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.campaigns.models import Campaign
from bihuan.contest.rules import ContestState, TakingPart
from bihuan.history.append_only import AppendOnly
from bihuan.org.models import Region, Unit

_STATES = [(each.value, each.name) for each in ContestState]
_PARTS = [(each.value, each.name) for each in TakingPart]


class Contest(models.Model):
    """竞赛. `code`: in its address. `ranking_basis`: the paper that allows ranking views; without one there are none
    (国办函〔2026〕12 号). `secret`: sealed; tokens, signatures and the seeds of the days come from it."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    book = models.CharField(max_length=20, blank=True)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=_STATES, default=ContestState.DRAFT.value)
    first_day = models.DateField()
    last_day = models.DateField()
    taking_part = models.CharField(max_length=10, choices=_PARTS, default=TakingPart.OPEN.value)
    ranking_basis = models.CharField(max_length=200, blank=True)
    prizes_until = models.DateField(null=True)  # names and telephone numbers are erased after this day
    secret = models.TextField()
    rules = models.PositiveIntegerField(default=1)  # the version that holds
    pool = models.PositiveIntegerField(default=0)  # the version that sheets are drawn from; 0: none yet
    change = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="contest_days")]

    def __str__(self) -> str:
        return self.name


class RulesVersion(AppendOnly):
    """竞赛规则 in one version, which holds from a day on; sheets name it."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="rules_versions")
    number = models.PositiveIntegerField()
    first_day = models.DateField()
    body = models.JSONField()  # rules.Rules
    reason = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contest", "number"], name="contest_rules_once")]


class Pool(AppendOnly):
    """The versions of items that sheets of a contest are drawn from, in the order of the draw."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="pools")
    number = models.PositiveIntegerField()
    versions = ArrayField(models.BigIntegerField())
    digest = models.CharField(max_length=64)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contest", "number"], name="contest_pool_once")]


class DaySeed(AppendOnly):
    """What a day's sheets are drawn by: its commitment, published when the contest opens. The seed itself follows from
    the contest's secret and is told when the day is over."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="seeds")
    day = models.DateField()
    commitment = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contest", "day"], name="contest_seed_once")]


class ContestUnit(models.Model):
    """参赛单位: chosen from a list, never typed. `number`: small and lasting, in the address of its QR code;
    `headcount`: 0 where nobody told it; `county`: the region that its points are counted for."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="units")
    number = models.PositiveIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    county = models.ForeignKey(Region, models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    sector = models.CharField(max_length=40, blank=True)
    headcount = models.PositiveIntegerField(default=0)
    minors = models.BooleanField(default=False)  # a class: no name is asked for, no telephone number, no personal board
    password = models.CharField(max_length=20, blank=True)  # 单位口令, where the contest asks for one
    closed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contest", "number"], name="contest_unit_number"),
            models.UniqueConstraint(fields=["contest", "county", "name"], name="contest_unit_name"),
        ]

    def __str__(self) -> str:
        return self.name
