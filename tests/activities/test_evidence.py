"""Photos and papers of an activity: kept as they came, shown bare, taken off with a reason, known once."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest
from cast import BY, Cast
from django.test import Client
from doings import AT, a_roster, an_activity, photo
from PIL import Image

from bihuan.activities import actions, queries
from bihuan.activities.actions import Offered
from bihuan.activities.attachment_rules import AttachmentKind, BadPaper, paper_type
from bihuan.activities.materials import GoneError, MaterialError, WithdrawnError
from bihuan.activities.models import Activity, Attachment
from bihuan.activities.photos import BadPhoto
from bihuan.activities.rules import State
from bihuan.files import store
from bihuan.history.models import Entry

OFFICE = "application/vnd.openxmlformats-officedocument."
PHOTO, PAPER = AttachmentKind.PHOTO, AttachmentKind.PAPER


def laid(
    activity: Activity, *contents: bytes, kind: AttachmentKind = PHOTO, name: str = "现场.jpg"
) -> list[Attachment]:
    files = [Offered(name, content) for content in contents]
    return actions.attach(activity=activity, kind=kind, files=files, caption="主会场", by=BY, at=AT)


@pytest.mark.django_db
def test_a_photo_is_kept_as_it_came_and_copied_bare(cast: Cast) -> None:
    content = photo()
    (row,) = laid(an_activity(cast), content)
    assert store.get(row.sha256) == content
    for copy in (row.public_sha256, row.small_sha256):
        shown = store.get(copy)
        assert b"Ma Yangli" not in shown
        assert dict(Image.open(io.BytesIO(shown)).getexif()) == {}
    assert (row.width, row.height, row.caption) == (60, 40, "主会场")
    entry = Entry.objects.get(verb="activities.attached")
    assert entry.values["files"] == [row.sha256]
    assert "现场" not in str(entry.values)  # a file's name may be a person's: a commitment only


@pytest.mark.django_db
def test_the_same_photo_is_there_once(cast: Cast) -> None:
    activity = an_activity(cast)
    assert laid(activity, photo(1)) == laid(activity, photo(1), photo(1))
    assert len(laid(activity, photo(1), photo(2))) == 2
    assert len(queries.attachments(activity)) == 2


@pytest.mark.django_db
def test_of_many_files_all_are_taken_or_none(cast: Cast) -> None:
    activity = an_activity(cast)
    with pytest.raises(BadPhoto):
        laid(activity, photo(1), b"%PDF-1.7")
    assert queries.attachments(activity) == []
    with pytest.raises(MaterialError, match="一次最多 10"):
        laid(activity, *[photo(number) for number in range(11)])


@pytest.mark.django_db
def test_an_activity_takes_so_many_photos_and_no_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.activities.actions import evidence

    monkeypatch.setitem(evidence._MOST, PHOTO, 2)
    activity = an_activity(cast)
    laid(activity, photo(1), photo(2))
    with pytest.raises(MaterialError, match="最多 2 个"):
        laid(activity, photo(3))
    laid(activity, photo(2))  # there already
    laid(activity, b"%PDF-1.7", kind=PAPER)  # counted by itself


@pytest.mark.django_db
def test_what_is_taken_off_is_shown_to_nobody_and_its_row_stays(cast: Cast) -> None:
    activity = an_activity(cast)
    (row,) = laid(activity, photo())
    actions.release_photo(photo=row, by=BY, at=AT)
    assert queries.released(row.pk) == row
    with pytest.raises(MaterialError):
        actions.remove_attachment(attachment=row, reason=" ", by=BY, at=AT)
    actions.remove_attachment(attachment=row, reason="拍到了群众正脸", by=BY, at=AT)
    assert queries.attachments(activity) == []
    assert queries.attachment(activity, row.pk) is None
    assert queries.released(row.pk) is None
    with pytest.raises(GoneError):
        actions.remove_attachment(attachment=row, reason="再来一次", by=BY, at=AT)
    with pytest.raises(GoneError):
        actions.release_photo(photo=row, by=BY, at=AT)
    assert Attachment.objects.get(pk=row.pk).removed_reason == "拍到了群众正脸"
    assert len(laid(activity, photo())) == 1  # laid again, it is a new one


@pytest.mark.django_db
def test_the_public_sees_what_was_released_and_only_real_photos_are(cast: Cast) -> None:
    activity = an_activity(cast)
    (row,) = laid(activity, photo())
    (paper,) = laid(activity, b"%PDF-1.7", kind=PAPER)
    assert queries.released(row.pk) is None
    with pytest.raises(MaterialError, match="只有照片"):
        actions.release_photo(photo=paper, by=BY, at=AT)
    (model,) = laid(an_activity(cast, book="example"), photo())
    with pytest.raises(MaterialError, match="样例数据"):
        actions.release_photo(photo=model, by=BY, at=AT)
    actions.release_photo(photo=row, by=BY, at=AT)
    actions.release_photo(photo=row, by=BY, at=AT)
    assert Entry.objects.filter(verb="activities.photo_released").count() == 1
    actions.take_back_photo(photo=row, by=BY, at=AT)
    assert queries.released(row.pk) is None
    with pytest.raises(GoneError):
        actions.take_back_photo(photo=row, by=BY, at=AT)


@pytest.mark.django_db
def test_the_public_reads_nobodys_name(cast: Cast) -> None:
    activity = an_activity(cast)
    (row,) = laid(activity, photo(), name="马一局长讲话.jpg")
    a_roster(cast)  # 马一 is on it
    said = f"马一局长、{cast.kangle_liaison.name}和群众在广场"
    actions.release_photo(photo=row, caption=said, by=BY, at=AT)
    (shown,) = queries.all_released()
    assert shown.public_caption == "某某局长、某某和群众在广场"
    page = Client().get("/photos/").content.decode()
    assert "某某局长" in page
    for name in ("马一", cast.kangle_liaison.name, activity.title):
        assert name not in page
    sent = Client().get(f"/photos/{row.pk}/large.jpg")
    assert sent["Content-Disposition"] == f'inline; filename="photo-{row.pk}.jpg"'
    assert sent["X-Content-Type-Options"] == "nosniff"
    actions.take_back_photo(photo=row, by=BY, at=AT)
    actions.release_photo(photo=row, by=BY, at=AT)
    assert activity.kind.zh in Client().get("/photos/").content.decode()
    with pytest.raises(MaterialError, match="100"):
        actions.release_photo(photo=row, caption="字" * 101, by=BY, at=AT)


@pytest.mark.django_db
def test_nothing_is_laid_to_what_was_withdrawn(cast: Cast) -> None:
    activity = an_activity(cast)
    (row,) = laid(activity, photo())
    actions.release_photo(photo=row, by=BY, at=AT)
    Activity.objects.filter(pk=activity.pk).update(state=State.WITHDRAWN)
    with pytest.raises(WithdrawnError):
        laid(activity, photo(2))
    assert queries.released(row.pk) is None
    assert list(queries.wall(Activity.objects.all())) == []


@pytest.mark.django_db
def test_a_file_name_leads_nowhere(cast: Cast) -> None:
    (row,) = laid(an_activity(cast), photo(), name="..\\..\\etc/pass\u202ewd\n.jpg")
    assert row.name == "passwd.jpg"


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def bomb(name: str) -> bytes:
    """A small office file that says of a part that it is 1 GB when it is unpacked."""
    plain = zipped(name)
    at = plain.index(b"PK\x01\x02")
    return plain[: at + 24] + (2**30).to_bytes(4, "little") + plain[at + 28 :]


def overlapping() -> bytes:
    """An office file whose contents name one packed part many times: unpacked, each time it would grow anew."""
    plain = zipped("word/document.xml", "x" * 40)
    at = plain.index(b"PK\x01\x02")
    return plain[: at + 20] + (2**24).to_bytes(4, "little") + plain[at + 24 :]


def packed_pdf(objects: bytes) -> bytes:
    """A PDF that keeps its objects in a packed stream."""
    return b"%PDF-1.7\n1 0 obj <</Type /ObjStm /N 1 /Filter /FlateDecode>> stream\n" + zlib.compress(objects)


@pytest.mark.parametrize(("content", "name", "kind"), [
    (b"%PDF-1.7", "方案.docx", "application/pdf"),
    (packed_pdf(b"1 0 <</Type /Catalog /Title (JS)>>"), "方案.pdf", "application/pdf"),
    (zipped("word/document.xml"), "方案.txt", OFFICE + "wordprocessingml.document"),
    (zipped("xl/workbook.xml"), "表", OFFICE + "spreadsheetml.sheet"),
    (zipped("OFD.xml"), "文件.ofd", "application/ofd"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 9, "方案.wps", "application/vnd.ms-works"),
    (b"\xff\xd8\xff\xe0", "扫描件.jpg", "image/jpeg"),
    ("活动方案\n一、时间".encode("gb18030"), "方案.txt", "text/plain"),
    ("活动方案".encode(), "方案.txt", "text/plain"),
])  # fmt: skip
def test_a_paper_is_known_by_its_content(content: bytes, name: str, kind: str) -> None:
    assert paper_type(content, name) == kind


@pytest.mark.parametrize(("content", "code"), [
    (b"", "file-empty"),
    (b"\x00\x00\x00\x20ftypisom", "file-video"),
    (b"MZ\x90\x00\x03\x00\x00\x00", "file-kind"),
    (b"#!/bin/sh\x00", "file-kind"),
    (b"  <html><script>alert(1)</script>", "file-kind"),
    (zipped("setup.exe"), "file-kind"),
    (b"PK\x03\x04damaged", "file-kind"),
    (b"\x1b[31mred", "file-kind"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "file-kind"),
    (b"\xef\xbb\xbf<?xml version='1.0'?><svg><script>alert(1)</script></svg>", "file-kind"),
    (b"GIF89a\x01\x00<script>", "file-kind"),
    (b"%PDF-1.7\n1 0 obj <</OpenAction <</S /JavaScript /JS (app.alert(1))>>>>", "file-script"),
    (b"%PDF-1.7\n1 0 obj <</OpenAction <</S /J#61vaScript>>>>", "file-script"),
    (b"%PDF-1.7\n<</S /Launch /F (cmd.exe)>>", "file-script"),
    (packed_pdf(b"1 0 <</S /JavaScript /JS (app.alert(1))>>"), "file-script"),
    (bomb("word/document.xml"), "file-swollen"),
    (overlapping(), "file-swollen"),
    (b"%PDF-1.7" + b"\0" * (20 * 2**20), "file-large"),
])  # fmt: skip
def test_what_is_no_paper_is_told_so(content: bytes, code: str) -> None:
    with pytest.raises(BadPaper) as refused:
        paper_type(content, "方案.pdf")
    assert refused.value.code == code
    assert "方案.pdf" in refused.value.zh
