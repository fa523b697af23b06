"""Lay photos and papers to an activity; take them off; let the public see a photo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from bihuan.activities import photos
from bihuan.activities.actions.materials import held, note, there
from bihuan.activities.attachment_rules import (
    KIND_WORDS,
    LARGEST,
    MEGABYTE,
    MOST_FILES,
    MOST_PAPERS,
    MOST_PHOTOS,
    AttachmentKind,
    nameless,
    paper_type,
)
from bihuan.activities.materials import GoneError, MaterialError, line
from bihuan.activities.models import Activity, Attachment
from bihuan.activities.queries.evidence import named_in
from bihuan.files import store

CAPTION = ("说明", "caption")
_MOST = {AttachmentKind.PHOTO: MOST_PHOTOS, AttachmentKind.PAPER: MOST_PAPERS, AttachmentKind.PLAN: MOST_PAPERS}


@dataclass(frozen=True, slots=True)
class Offered:
    """A file as it came."""

    name: str
    content: bytes


def attach(
    *,
    activity: Activity,
    kind: AttachmentKind,
    files: Sequence[Offered],
    caption: str = "",
    by: str,
    at: dt.datetime,
) -> list[Attachment]:
    """Lay files to an activity, all or none. A file that is there already is there once.

    Raises:
        BadPhoto, BadPaper: a file that is not taken.
        MaterialError: none, too many, too large; a caption that is too long.
        WithdrawnError: the activity was withdrawn.
    """
    if not files:
        raise MaterialError("missing", "请选择文件", "choose a file")
    if len(files) > MOST_FILES:
        raise MaterialError("too-many", f"一次最多 {MOST_FILES} 个文件", f"at most {MOST_FILES} files at once")
    said = line(caption, CAPTION, most=100, needed=False)
    rows = [_photo(item) if kind is AttachmentKind.PHOTO else _paper(item) for item in files]
    for row in rows:
        row.activity, row.kind, row.caption, row.by, row.at = activity, kind.value, said, by, at
    with transaction.atomic():
        held(activity)
        standing = Attachment.objects.filter(activity=activity, removed_at=None)
        known = set(standing.values_list("sha256", flat=True))
        new = {row.sha256: row for row in rows if row.sha256 not in known}
        if standing.filter(kind=kind).count() + len(new) > _MOST[kind]:
            most, (zh, en) = _MOST[kind], KIND_WORDS[kind]
            raise MaterialError("too-many", f"一次活动最多 {most} 个{zh}文件", f"{en}: at most {most} of one activity")
        Attachment.objects.bulk_create(new.values())
        if new:
            note(
                activity,
                "attached",
                by,
                at,
                personal={"names": [row.name for row in new.values()]},
                kind=kind.value,
                files=list(new),
            )
    return list(standing.filter(sha256__in=[row.sha256 for row in rows]).order_by("pk"))


def _photo(item: Offered) -> Attachment:
    """The row of a photo: itself, and two copies of it that say nothing but the picture, all kept."""
    if len(item.content) > LARGEST:
        most = LARGEST // MEGABYTE
        raise MaterialError("file-large", f"“{item.name}”超过 {most} MB，请压缩后再传", f"larger than {most} MB")
    seen = photos.look(item.content, item.name)
    copy = photos.public_copy(item.content)
    size = photos.look(copy)
    return Attachment(
        name=_name(item.name),
        media_type=seen.media_type,
        sha256=store.put(item.content),
        size=len(item.content),
        public_sha256=store.put(copy),
        small_sha256=store.put(photos.public_copy(copy, photos.THUMB_SIDE)),
        width=size.width,
        height=size.height,
    )


def _paper(item: Offered) -> Attachment:
    media_type = paper_type(item.content, item.name)
    digest = store.put(item.content)
    return Attachment(name=_name(item.name), media_type=media_type, sha256=digest, size=len(item.content))


def _name(name: str) -> str:
    """A file's name without folders and marks that steer a terminal or a page."""
    plain = "".join(char for char in name.replace("\\", "/").rpartition("/")[2] if char.isprintable()).strip()
    return plain[-200:] or "file"


def remove_attachment(*, attachment: Attachment, reason: str, by: str, at: dt.datetime) -> None:
    """Take a file off an activity: nobody is shown it any more, the public neither.

    Raises:
        GoneError: it was taken off already.
        MaterialError: no reason.
        WithdrawnError: the activity was withdrawn.
    """
    why = line(reason, ("移除的原因", "why"), most=200)
    with transaction.atomic():
        activity = held(attachment.activity)
        row = there(attachment)
        row.removed_by, row.removed_at, row.removed_reason = by, at, why
        row.released_by, row.released_at, row.public_caption = "", None, ""
        row.save()
        note(activity, "attachment_removed", by, at, personal={"name": row.name}, file=row.sha256, reason=why)


def release_photo(*, photo: Attachment, caption: str = "", by: str, at: dt.datetime) -> None:
    """Let the public see the copy of a photo that says nothing but the picture. A second time changes nothing.

    Args:
        caption: what is to be read below it. Names of people whom the directory or a roster knows become 某某; the
            file's own name and the caption of the office are not shown.

    Raises:
        GoneError: it was taken off.
        MaterialError: it is no photo, or shows model data, which is nobody's news; the caption is too long.
        WithdrawnError: the activity was withdrawn.
    """
    said = nameless(line(caption, CAPTION, most=100, needed=False), named_in(caption))
    with transaction.atomic():
        activity = held(photo.activity)
        row = there(photo)
        if not row.is_photo:
            raise MaterialError("no-photo", "只有照片可以公开", "only photos are shown to the public")
        if activity.book:
            raise MaterialError("model-data", "样例数据的照片不能公开", "photos of model data are not published")
        if row.released_at is not None:
            return
        row.released_by, row.released_at, row.public_caption = by, at, said
        row.save()
        note(activity, "photo_released", by, at, file=row.public_sha256, caption=said)


def take_back_photo(*, photo: Attachment, by: str, at: dt.datetime) -> None:
    """Show a photo to the public no more.

    Raises:
        GoneError: it was not shown, or was taken off.
    """
    with transaction.atomic():
        row = there(photo)
        if row.released_at is None:
            raise GoneError
        row.released_by, row.released_at, row.public_caption = "", None, ""
        row.save()
        note(row.activity, "photo_taken_back", by, at, file=row.public_sha256)
