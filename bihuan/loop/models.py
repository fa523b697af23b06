"""Matters (事项) and the steps (环节) of their loops."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from bihuan.components.uploads import Upload
from bihuan.history.models import AppendOnly
from bihuan.loop.flows import Audience, Clock, Light
from bihuan.org.models import Person, Region, Section, Unit

_LIGHTS = [(light.value, light.name) for light in Light]
NEVER = dt.date(9999, 12, 31)  # the ledger's order needs a day of what has no due day
_DUE = Coalesce("due_on", Value(NEVER), output_field=models.DateField())
_PLACE = Coalesce("place", Value(0), output_field=models.BigIntegerField())
_CLOCKS = [(clock.value, clock.name) for clock in Clock]


class LadderRow(models.Model):
    """A ladder of escalation in force for a flow, everywhere or in a region, from a day on. Never changed: another row
    follows it."""

    flow = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    zh = models.CharField(max_length=60)
    en = models.CharField(max_length=60)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    source = models.TextField(blank=True)
    digest = models.CharField(max_length=64)  # of its rungs: seeding it again changes nothing
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["flow", "region", "valid_from", "digest"], nulls_distinct=False, name="ladder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.flow}: {self.name}"


class RungRow(models.Model):
    """One rung of a ladder, as a row: the sweep joins it."""

    ladder = models.ForeignKey(LadderRow, models.PROTECT, related_name="rungs")
    clock = models.CharField(max_length=8, choices=_CLOCKS)
    number = models.PositiveSmallIntegerField()
    after = models.SmallIntegerField()  # working days after the due day
    audience = models.CharField(max_length=10, choices=[(item.value, item.name) for item in Audience])
    light = models.CharField(max_length=6, blank=True, choices=_LIGHTS)
    urgent = models.BooleanField(default=False)
    zh = models.CharField(max_length=100)
    en = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ladder", "clock", "number"], name="rung_once_a_ladder")]

    def __str__(self) -> str:
        return f"{self.ladder_id}: {self.clock} {self.number}"


class Matter(models.Model):
    """事项: one thing that goes round a closed loop. What it is about is its subject's; a subject's row points here.

    Everything in it follows from its steps: `queries.replayed` goes through them and must arrive here.
    """

    key = models.CharField(max_length=80, unique=True)  # made by the caller: registering the same thing twice gives one
    flow = models.CharField(max_length=40)
    flow_version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20)
    left_state = models.CharField(max_length=20, blank=True)  # to which resuming goes back
    clock = models.CharField(max_length=8, choices=_CLOCKS, default=Clock.NONE.value)
    end = models.CharField(max_length=10, blank=True)  # "", "closed", "withdrawn"
    version = models.PositiveIntegerField(default=1)  # the number of its last step
    cycle = models.PositiveSmallIntegerField(default=0)
    scope = models.CharField(max_length=40, blank=True)  # what it belongs to, a key of its subject: "campaign:3"
    book = models.CharField(max_length=20, blank=True)  # "": real; else model data
    title = models.CharField(max_length=200)
    demand = models.TextField(blank=True)  # 办理要求
    keeper = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # 督办 (交办) 单位: whose loop it is
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")  # the keeper's
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")  # 牵头 (承办) 单位
    place = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")  # the unit's region
    section = models.ForeignKey(Section, models.PROTECT, null=True, related_name="+")  # 责任科室
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # 经办人
    leader = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # 分管领导
    next_owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # takes over
    next_owner_on = models.DateField(null=True)  # on this day
    due_on = models.DateField(null=True)
    original_due_on = models.DateField(null=True)  # the first one; kept beside what it was moved to
    calendar = models.CharField(max_length=80, blank=True)  # version of the calendar of working days
    provisional = models.BooleanField(default=False)  # counted where the official calendar was not out yet
    answered_on = models.DateField(null=True)  # of the last answer
    check_on = models.DateField(null=True)  # by when it is to be checked
    ladder = models.ForeignKey(LadderRow, models.PROTECT, null=True, related_name="+")
    moments = ArrayField(models.DateTimeField(), default=list)  # of the rungs of the running clock, in their order
    rung = models.PositiveSmallIntegerField(default=0)  # the last one reached on the doer's clock in this cycle
    waiting_rung = models.PositiveSmallIntegerField(default=0)  # the same on the keeper's, since the answer
    waits = models.PositiveSmallIntegerField(default=0)  # answers in this cycle
    next_check_at = models.DateTimeField(null=True)
    light = models.CharField(max_length=6, blank=True, choices=_LIGHTS)
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    evidence = models.PositiveSmallIntegerField(default=0)  # pieces in all
    doers = ArrayField(models.CharField(max_length=100), default=list)  # all who ever acted as its doer
    barred = ArrayField(models.CharField(max_length=100), default=list)  # others who may not accept it: 回避
    accepted_by = models.CharField(max_length=100, blank=True)
    raised_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="raised")
    registered_by = models.CharField(max_length=100)
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Nobody closes their own loop, and nothing is closed without evidence: not by any way.
            models.CheckConstraint(
                condition=~Q(end="closed") | (~Q(accepted_by="") & Q(evidence__gt=0)), name="closed_after_acceptance"
            ),
            models.CheckConstraint(
                condition=Q(accepted_by="") | ~Q(doers__contains=[F("accepted_by")]), name="no_doer_accepts"
            ),
            models.CheckConstraint(
                condition=Q(accepted_by="") | ~Q(barred__contains=[F("accepted_by")]), name="nobody_barred_accepts"
            ),
            models.CheckConstraint(condition=Q(end="") ^ Q(ended_at__isnull=False), name="ended_with_a_moment"),
            models.CheckConstraint(condition=Q(next_check_at=None) | Q(end=""), name="only_open_ones_are_looked_at"),
            models.CheckConstraint(condition=Q(unit=None) ^ Q(place__isnull=False), name="unit_with_its_place"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="progress_in_percent"),
            models.CheckConstraint(
                condition=~(Q(next_owner=None) ^ Q(next_owner_on=None)), name="handed_over_on_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["next_check_at"], condition=Q(next_check_at__isnull=False), name="matter_next_check"),
            models.Index(fields=["next_owner_on"], condition=Q(next_owner__isnull=False), name="matter_next_owner"),
            # The stretches of the ledger (queries.ledger), each in the order of due days.
            models.Index("state", "light", _DUE, "id", name="matter_by_state"),
            models.Index("scope", "state", "light", _DUE, "id", name="matter_by_scope"),
            models.Index(_PLACE, "state", "light", _DUE, "id", name="matter_by_place"),
            models.Index("unit", _DUE, "id", name="matter_by_unit"),
            models.Index(_DUE, "id", name="matter_by_due"),
            GinIndex(Func(F("title"), function="loop_pairs"), name="matter_words"),
            models.Index(fields=["keeper", "check_on", "id"], condition=Q(clock="waiting"), name="matter_to_check"),
            models.Index(fields=["keeper", "id"], condition=Q(unit=None, end=""), name="matter_to_assign"),
            models.Index(fields=["owner", "due_on", "id"], condition=Q(end=""), name="matter_of_an_owner"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def open(self) -> bool:
        return not self.end


class Assisting(models.Model):
    """配合单位: a unit that helps the one that answers."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="assisting")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "unit"], name="assists_once")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.unit_id}"


class Step(AppendOnly):
    """环节: one move of a matter, for ever. `values`: all that it set, and the rule and dates that it used."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="steps")
    version = models.PositiveIntegerField()  # the matter's after it
    cycle = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=30)
    source = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=20)
    flow_version = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    clock = models.CharField(max_length=8, blank=True)  # of a rung that was reached
    rung = models.PositiveSmallIntegerField(null=True)
    occurrence = models.PositiveSmallIntegerField(default=0)  # which run of the keeper's clock in the cycle
    light = models.CharField(max_length=6, blank=True, choices=_LIGHTS)  # that shone after it
    text = models.TextField(blank=True)  # what the person said
    values = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "version"], name="step_once_a_version"),
            # The same rung of the same cycle is never reached twice, whoever sweeps, however often.
            models.UniqueConstraint(
                fields=["matter", "cycle", "clock", "rung", "occurrence"],
                condition=Q(rung__isnull=False),
                name="rung_reached_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}.{self.version} {self.verb}"


class Evidence(AppendOnly):
    """佐证: one thing that was laid on the table with a step."""

    step = models.ForeignKey(Step, models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=10)  # "text", "file", "photo", "paper"
    name = models.CharField(max_length=200)  # of the file, or the first words
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # in files.store
    size = models.PositiveIntegerField(default=0)
    paper = models.BigIntegerField(null=True)  # key of a document

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Extension(models.Model):
    """延期: a wish for more time, and what became of it. At most one is open."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="extensions")
    cycle = models.PositiveSmallIntegerField()
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    until = models.DateField()
    reason = models.TextField()
    progress = models.TextField(blank=True)
    leader = models.CharField(max_length=60, blank=True)  # the unit's own leader who signed it
    decide_by = models.DateField()
    next_check_at = models.DateTimeField(null=True)
    reminded = models.PositiveSmallIntegerField(default=0)
    decided_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    granted_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(decided_at=None), name="one_open_extension_a_matter"
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("asked_by")), name="nobody_grants_their_own"),
            models.CheckConstraint(condition=~(Q(decided_by="") ^ Q(decided_at=None)), name="decided_by_and_at"),
        ]
        indexes = [
            models.Index(fields=["next_check_at"], condition=Q(next_check_at__isnull=False), name="extension_check")
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} → {self.until}"


class Reminder(AppendOnly):
    """提醒: a person was told by a step that a rung was reached. `stands_in`: in the place of one who is missing."""

    step = models.ForeignKey(Step, models.PROTECT, related_name="reminders")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    stands_in = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "person"], name="reminded_once_a_step")]

    def __str__(self) -> str:
        return f"{self.step_id} → {self.person_id}"


class Tally(models.Model):
    """How many matters stand where: the folded counts. Reads add the changes that are not folded yet."""

    scope = models.CharField(max_length=40, blank=True)
    book = models.CharField(max_length=20, blank=True)
    flow = models.CharField(max_length=40)
    region = models.ForeignKey(Region, models.DO_NOTHING, db_constraint=False, related_name="+")
    unit = models.ForeignKey(Unit, models.DO_NOTHING, db_constraint=False, null=True, related_name="+")
    place = models.ForeignKey(Region, models.DO_NOTHING, db_constraint=False, null=True, related_name="+")
    state = models.CharField(max_length=20)
    light = models.CharField(max_length=6, blank=True)
    count = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "book", "flow", "region", "unit", "place", "state", "light"],
                nulls_distinct=False,
                name="tally_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.state} {self.count}"


class WideTally(models.Model):
    """The same counts without the units: some thousand rows where those of the units are hundreds of thousands."""

    scope = models.CharField(max_length=40, blank=True)
    book = models.CharField(max_length=20, blank=True)
    flow = models.CharField(max_length=40)
    region = models.ForeignKey(Region, models.DO_NOTHING, db_constraint=False, related_name="+")
    place = models.ForeignKey(Region, models.DO_NOTHING, db_constraint=False, null=True, related_name="+")
    state = models.CharField(max_length=20)
    light = models.CharField(max_length=6, blank=True)
    count = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "book", "flow", "region", "place", "state", "light"],
                nulls_distinct=False,
                name="wide_tally_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.state} {self.count}"


class TallyChange(models.Model):
    """A change of the counts, written by the database itself with every change of matters, and folded later."""

    scope = models.CharField(max_length=40, blank=True)
    book = models.CharField(max_length=20, blank=True)
    flow = models.CharField(max_length=40)
    region = models.ForeignKey(Region, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    unit = models.ForeignKey(Unit, models.DO_NOTHING, db_constraint=False, null=True, db_index=False, related_name="+")
    place = models.ForeignKey(
        Region, models.DO_NOTHING, db_constraint=False, null=True, db_index=False, related_name="+"
    )
    state = models.CharField(max_length=20)
    light = models.CharField(max_length=6, blank=True)
    count = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.scope} {self.state} {self.count:+d}"


class LedgerDraft(Upload):
    """An uploaded ledger that its sender is looking at."""
