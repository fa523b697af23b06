"""Monthly bulletins, frozen."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.campaigns.models import Campaign
from bihuan.documents.models import Document
from bihuan.history.models import AppendOnly, Entry
from bihuan.loop.flows import Light
from bihuan.loop.models import Matter
from bihuan.loop.stages import Stage
from bihuan.org.models import Region, Unit
from bihuan.supervision.bulletin_rules import PARTS, Openness

_PARTS = sum((F(name) for name in PARTS[1:]), F(PARTS[0]))


class Bulletin(AppendOnly):
    """月度通报: how the key tasks of a campaign stood at a cut-off, for one month. It never changes: another version
    follows it. Its numbers come from the steps of matters sealed up to `as_of`, see docs/adr."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="bulletins")
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="+"
    )  # the campaign's, or one below it: whose units it counts
    book = models.CharField(max_length=20, blank=True)
    month = models.DateField()  # its first day
    version = models.PositiveSmallIntegerField()  # from 1 within campaign, region and month
    flows = ArrayField(models.CharField(max_length=40))  # the kinds of loops that it counts
    cut_off = models.DateTimeField()
    as_of = models.BigIntegerField()
    as_of_digest = models.CharField(max_length=64)
    rules = models.JSONField()  # the light rules that it judged by
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+"
    )  # of the month before, then newest
    unassigned = models.PositiveIntegerField()  # matters that were nobody's yet
    ranking_basis = models.CharField(max_length=200, blank=True)  # the paper that asks for a ranking; "": there is none
    digest = models.CharField(max_length=80)  # over all the rest, its rows and items included
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "region", "month", "version"], name="bulletin_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="bulletin_by_first_day"),
        ]
        indexes = [models.Index(fields=["region", "-month", "-id"], name="bulletins_of_a_region")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.month:%Y-%m} v{self.version}"


class BulletinRow(AppendOnly):
    """The numbers of one unit in a bulletin: see `bulletin_rules.NAMES`."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="rows")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    place = models.ForeignKey(Region, models.PROTECT, related_name="+")
    total = models.PositiveIntegerField()
    finished = models.PositiveIntegerField()
    on_schedule = models.PositiveIntegerField()
    behind = models.PositiveIntegerField()
    overdue = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    not_started = models.PositiveIntegerField()
    suspended = models.PositiveIntegerField()
    due = models.PositiveIntegerField()
    done = models.PositiveIntegerField()
    done_late = models.PositiveIntegerField()
    extended = models.PositiveIntegerField()
    green = models.PositiveIntegerField()
    blue = models.PositiveIntegerField()
    yellow = models.PositiveIntegerField()
    orange = models.PositiveIntegerField()
    red = models.PositiveIntegerField()
    notices = models.PositiveIntegerField()  # 督办通知 issued to it in the month

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "unit", "place"], name="bulletin_row_once"),
            # What is printed adds up, and no rate passes 100 %.
            models.CheckConstraint(condition=Q(total=_PARTS), name="bulletin_parts_add_up"),
            models.CheckConstraint(condition=Q(done__lte=F("due")), name="bulletin_rate_to_100"),
            models.CheckConstraint(condition=Q(done_late__lte=F("done")), name="bulletin_late_of_done"),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.unit_id}"


class BulletinItem(AppendOnly):
    """One matter behind the numbers of a bulletin, as it was. `counted`: the names of the numbers that count it."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="items")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    place = models.ForeignKey(Region, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    stage = models.CharField(max_length=12, choices=[(item.value, item.name) for item in Stage])
    due_on = models.DateField(null=True)
    original_due_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    light = models.CharField(max_length=6, blank=True, choices=[(light.value, light.name) for light in Light])
    reason = models.TextField(blank=True)  # of its light
    progress = models.PositiveSmallIntegerField(null=True)
    days_late = models.PositiveIntegerField(default=0)
    account = models.TextField(blank=True)  # what the doer said last: internal
    counted = ArrayField(models.CharField(max_length=12))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "matter"], name="bulletin_item_once")]
        indexes = [models.Index(fields=["bulletin", "unit"], name="bulletin_items_of_a_unit")]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.matter_id}"


class BulletinPaper(AppendOnly):
    """A bulletin as a paper: whom it is for, and on what ground. An erratum refers to the paper that it puts right."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="papers")
    openness = models.CharField(max_length=10, choices=[(item.value, item.name) for item in Openness])
    basis = models.CharField(max_length=200)  # of the openness: the article that allows or asks for it
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "openness"], name="bulletin_paper_once")]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.openness}"
