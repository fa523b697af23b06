"""What proves that something was done: photos and papers, as they came, and of photos the copy that all may see."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bihuan.activities.attachment_rules import AttachmentKind
from bihuan.activities.models.recording import Activity


class Attachment(models.Model):
    """佐证材料 of an activity. The file itself lies in `files.store` under its digest and tells whatever its camera
    wrote into it; `public_sha256` is the copy that says nothing but the picture. Taken off, its row stays."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=10, choices=[(item.value, item.name) for item in AttachmentKind])
    name = models.CharField(max_length=200)  # of the file, as its sender called it
    caption = models.CharField(max_length=100, blank=True)
    media_type = models.CharField(max_length=100)  # by content
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    public_sha256 = models.CharField(max_length=64, blank=True)
    small_sha256 = models.CharField(max_length=64, blank=True)  # the public copy, small, for a wall
    width = models.PositiveIntegerField(default=0)  # of the public copy
    height = models.PositiveIntegerField(default=0)
    public_caption = models.CharField(max_length=100, blank=True)  # what the public reads below it: nobody's name
    released_by = models.CharField(max_length=100, blank=True)  # who said that the public may see it
    released_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    removed_by = models.CharField(max_length=100, blank=True)
    removed_at = models.DateTimeField(null=True)
    removed_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "sha256"], condition=Q(removed_at=None), name="attachment_once_an_activity"
            ),
            models.CheckConstraint(
                condition=~(Q(kind="photo") ^ (~Q(public_sha256="") & ~Q(small_sha256=""))),
                name="photos_have_public_copies",
            ),
            models.CheckConstraint(condition=~(Q(removed_by="") ^ Q(removed_at=None)), name="removed_by_and_at"),
            models.CheckConstraint(condition=~(Q(released_by="") ^ Q(released_at=None)), name="released_by_and_at"),
            models.CheckConstraint(
                condition=Q(released_at=None) | (Q(kind="photo") & Q(removed_at=None)), name="released_photos_only"
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(kind="photo", removed_at=None), name="attachment_wall"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def is_photo(self) -> bool:
        return self.kind == AttachmentKind.PHOTO
