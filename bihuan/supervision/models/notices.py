"""Notices (督办通知) and written urgings."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bihuan.documents.models import Document
from bihuan.history.models import AppendOnly
from bihuan.loop.models import Matter
from bihuan.org.models import Person, Region, Section, Unit
from bihuan.supervision.models.mandates import Mandate
from bihuan.supervision.models.rounds import Finding
from bihuan.supervision.rules import Urgency


class Notice(models.Model):
    """督办通知: a numbered paper with a loop of its own, `matter`; where the loop stands is the loop's alone.

    一事一单: one notice is about one matter (`about`); further matters of the unit may be listed in its annex, each
    keeping its own loop.
    """

    matter = models.OneToOneField(Matter, models.PROTECT, related_name="+")
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="notices")
    paper = models.OneToOneField(Document, models.PROTECT, null=True, related_name="+")  # its draft, later its paper
    about = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+")
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, related_name="notices")
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")  # 再批示
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # 承办(牵头)单位
    book = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=30, blank=True)  # 类别
    urgency = models.CharField(
        max_length=12, blank=True, default="", choices=[(item.value, item.name) for item in Urgency]
    )
    source = models.CharField(max_length=200)  # 来源/依据: 文件、会议、批示
    order_text = models.TextField(blank=True)  # 批示原文
    demand = models.TextField()  # 办理要求
    due_on = models.DateField()  # 办结时限
    feedback = models.CharField(max_length=100, blank=True)  # 反馈时限与频次
    section = models.ForeignKey(Section, models.PROTECT, null=True, related_name="+")
    leader = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # 分管领导
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # 责任人
    contact = models.CharField(max_length=100, blank=True)  # 联系人、电话
    although = models.TextField(blank=True)  # why another one, where limits were full
    verdict = models.CharField(max_length=100, blank=True)  # 满意度/评价
    archive_number = models.CharField(max_length=60, blank=True)  # 归档号
    drafted_by = models.CharField(max_length=100)
    drafted_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(about=F("matter")), name="notice_not_about_itself"),
            models.CheckConstraint(condition=Q(issued_at=None) | Q(paper__isnull=False), name="issued_as_a_paper"),
        ]
        indexes = [
            models.Index(fields=["region", "-id"], name="notice_of_a_region"),
            models.Index(fields=["unit", "issued_at"], name="notice_to_a_unit"),
            models.Index(fields=["about"], name="notice_about"),
        ]

    def __str__(self) -> str:
        return self.title


class AnnexLine(AppendOnly):
    """A further matter of the unit that a notice lists in its annex."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="lines")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "matter"], name="listed_once_a_notice")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.matter_id}"


class Urging(AppendOnly):
    """催办通知: a matter was urged on in writing."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()  # which urging in writing of this matter
    paper = models.OneToOneField(Document, models.PROTECT, related_name="+")
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="urging_once")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.number}"
