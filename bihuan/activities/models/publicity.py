"""Where something was put up, and what was published."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bihuan.activities.models.recording import Activity
from bihuan.history.models import AppendOnly


class Placement(models.Model):
    """宣传阵地: so many screens, banners … at a place, with what they said, and how long. The activity's figure of its
    carrier is the sum of these."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="placements")
    carrier = models.CharField(max_length=40)  # code of `publicity_rules.carriers`
    count = models.PositiveIntegerField()
    place = models.CharField(max_length=100)
    content = models.CharField(max_length=200)
    start_on = models.DateField()
    end_on = models.DateField()
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    removed_by = models.CharField(max_length=100, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end_on__gte=F("start_on")), name="placement_days"),
            models.CheckConstraint(condition=Q(count__gte=1), name="placement_of_something"),
            models.CheckConstraint(condition=~(Q(removed_by="") ^ Q(removed_at=None)), name="placement_removed"),
        ]
        indexes = [models.Index(fields=["activity", "id"])]

    def __str__(self) -> str:
        return f"{self.carrier} ×{self.count}"


class MediaWork(models.Model):
    """作品或报道: one thing that was published, on one platform."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="works")
    platform = models.CharField(max_length=40)  # code of `publicity_rules.platforms`
    title = models.CharField(max_length=100)
    address = models.CharField(max_length=500, blank=True)  # http(s); a newspaper has none
    published_on = models.DateField()
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    removed_by = models.CharField(max_length=100, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "address"], condition=Q(removed_at=None) & ~Q(address=""), name="work_once"
            ),
            models.CheckConstraint(condition=~(Q(removed_by="") ^ Q(removed_at=None)), name="work_removed"),
        ]
        indexes = [models.Index(fields=["activity", "id"])]

    def __str__(self) -> str:
        return self.title


class MediaViews(AppendOnly):
    """阅读播放量 of a work as it was read off on a day. Of one day the row that came last holds."""

    work = models.ForeignKey(MediaWork, models.PROTECT, related_name="views")
    day = models.DateField()
    views = models.PositiveBigIntegerField()
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "media views"
        indexes = [models.Index(fields=["work", "-day", "-id"])]

    def __str__(self) -> str:
        return f"{self.work_id} {self.day}: {self.views}"
