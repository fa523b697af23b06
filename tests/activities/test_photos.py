"""Photos: known by content, held to a size before they are unpacked, and shown to the public without what they tell."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from bihuan.activities.photos import BadPhoto, look, public_copy

ARTIST, MAKER, COPYRIGHT, COMMENT, OWNER = 0x013B, 0x010F, 0x8298, 0x9286, 0xA430


def jpeg(size: tuple[int, int] = (64, 32), **more: object) -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", size, (200, 30, 30))
    picture.paste((30, 30, 200), (0, 0, size[0] // 2, size[1]))  # the left half is blue
    picture.save(out, "JPEG", quality=95, **more)
    return out.getvalue()


def telling(orientation: int = 1) -> bytes:
    """A photo that tells place, time, device, owner, and has a remark."""
    exif = Image.Exif()
    exif[0x0112], exif[ARTIST], exif[MAKER], exif[COPYRIGHT] = orientation, "Ma Yangli", "Huawei", "Linxia"
    exif.get_ifd(0x8769)[OWNER] = "Zhang Yangli"
    exif.get_ifd(0x8769)[0x9003] = "2023:06:16 09:31:00"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (35.0, 22.0, 12.0), "E", (103.0, 42.0, 30.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return jpeg(exif=exif, comment="李样例拍摄", icc_profile=profile, xmp=b"<x:xmpmeta>GPSLatitude</x:xmpmeta>")


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_the_copy_for_the_public_tells_nothing_but_the_picture() -> None:
    photo = telling()
    assert dict(opened(photo).getexif().get_ifd(0x8825))  # the photo itself does tell
    copy = opened(public_copy(photo))
    assert dict(copy.getexif()) == {}
    assert set(copy.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    plain = public_copy(photo)
    told = (
        b"Ma Yangli",
        b"Zhang Yangli",
        "李样例".encode(),
        b"Huawei",
        b"Linxia",
        b"Exif",
        b"GPS",
        b"xmp",
        b"2023:06:16",
    )
    for trace in (*told, b"ICC_PROFILE"):
        assert trace in photo
        assert trace not in plain


def with_a_second_picture() -> bytes:
    """A JPG that carries, as cameras and editors write them, a small picture of itself and words (IPTC)."""
    small = jpeg((16, 8), comment="THUMBNAIL Ma Yangli")
    tiff = struct.pack("<2sHI", b"II", 42, 8) + struct.pack(
        "<HI", 0, 14
    )  # no first directory, then that of the thumbnail
    tiff += (
        struct.pack("<H", 2) + struct.pack("<HHII", 0x0201, 4, 1, 44) + struct.pack("<HHII", 0x0202, 4, 1, len(small))
    )
    tiff += struct.pack("<I", 0)
    exif = b"Exif\0\0" + tiff + small
    iptc = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", 15) + b"\x1c\x02\x50\0\x0aMa Yangli1" + b"\0"
    parts = b"".join(
        mark + struct.pack(">H", len(data) + 2) + data for mark, data in ((b"\xff\xe1", exif), (b"\xff\xed", iptc))
    )
    plain = jpeg()
    return plain[:2] + parts + plain[2:]


def moving(kind: str) -> bytes:
    """Two pictures one after the other; the second one is green."""
    out = io.BytesIO()
    one, two = Image.new("RGB", (20, 10), (200, 0, 0)), Image.new("RGB", (20, 10), (0, 200, 0))
    exif = Image.Exif()
    exif[ARTIST] = "Ma Yangli"
    more = {"xmp": b"<x>Ma Yangli</x>"} if kind == "WEBP" else {}
    one.save(out, kind, save_all=True, append_images=[two], exif=exif, **more)
    return out.getvalue()


@pytest.mark.parametrize("photo", [with_a_second_picture(), moving("WEBP"), moving("PNG")], ids=["jpg", "webp", "png"])
def test_a_second_picture_and_words_of_editors_stay_behind(photo: bytes) -> None:
    assert b"Ma Yangli" in photo
    for side in (1920, 480):
        copy = public_copy(photo, side)
        assert b"Ma Yangli" not in copy
        assert copy.count(b"\xff\xd8\xff") == 1  # one picture
        assert not {mark for mark in (b"\xff\xe1", b"\xff\xed", b"\xff\xe2") if mark in copy[: copy.index(b"\xff\xda")]}
        shown = opened(copy)
        assert getattr(shown, "n_frames", 1) == 1
        assert shown.getpixel((15, 5))[1] < 100  # type: ignore[index]  # of the moving ones the first


def test_a_picture_that_is_a_page_too_is_shown_as_the_picture_alone() -> None:
    photo = jpeg(comment="<html><script>alert(1)</script>") + b"<html><script>alert(2)</script></html>"
    assert look(photo, "现场.html").media_type == "image/jpeg"
    assert b"script" not in public_copy(photo)


@pytest.mark.parametrize(("orientation", "size", "blue"), [
    (1, (64, 32), (4, 16)), (2, (64, 32), (60, 16)), (3, (64, 32), (60, 16)), (4, (64, 32), (4, 16)),
    (5, (32, 64), (16, 4)), (6, (32, 64), (16, 4)), (7, (32, 64), (16, 60)), (8, (32, 64), (16, 60)),
])  # fmt: skip
def test_a_photo_lies_the_way_round_that_people_saw_it(
    orientation: int, size: tuple[int, int], blue: tuple[int, int]
) -> None:
    photo = telling(orientation)
    copy = opened(public_copy(photo))
    seen = look(photo)
    assert copy.size == size == (seen.width, seen.height)
    red, _green, of_blue = copy.getpixel(blue)  # type: ignore[misc]
    assert of_blue > 150 > red


def test_a_large_photo_becomes_a_small_copy() -> None:
    copy = opened(public_copy(jpeg((4000, 3000))))
    assert copy.size == (1920, 1440)
    assert opened(public_copy(jpeg((4000, 3000)), 480)).size == (480, 360)


def test_the_same_photo_gives_the_same_copy() -> None:
    assert public_copy(telling()) == public_copy(telling())


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "CMYK"])
def test_every_kind_of_picture_becomes_a_plain_one(mode: str) -> None:
    out = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    words = PngInfo()
    words.add_text("Author", "Ma Yangli")
    more = {"pnginfo": words} if kind == "PNG" else {}
    Image.new(mode, (10, 20)).save(out, kind, **more)
    copy = public_copy(out.getvalue())
    assert opened(copy).mode == "RGB"
    assert opened(copy).size == (10, 20)
    assert b"Ma Yangli" not in copy


def test_what_is_transparent_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "WEBP", lossless=True)
    assert opened(public_copy(out.getvalue())).getpixel((5, 5)) == (255, 255, 255)


def test_a_photo_is_known_by_its_content_not_by_its_name() -> None:
    out = io.BytesIO()
    Image.new("RGB", (3, 5)).save(out, "PNG")
    seen = look(out.getvalue(), "现场.jpg")
    assert (seen.media_type, seen.width, seen.height) == ("image/png", 3, 5)


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has very many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(50_000, 50_000), (10_000, 7_000), (2**31 - 1, 2**31 - 1), (30_000, 1)])
def test_a_bomb_is_not_unpacked(size: tuple[int, int]) -> None:
    for use in (look, public_copy):
        with pytest.raises(BadPhoto) as refused:
            use(png_bomb(*size))
        assert refused.value.code == "photo-huge"
        assert "像素太多" in refused.value.zh


@pytest.mark.parametrize(("content", "code"), [
    (b"", "photo-empty"),
    (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "photo-heic"),
    (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2", "photo-video"),
    (b"%PDF-1.7\n", "photo-kind"),
    (b"PK\x03\x04" + b"\0" * 40, "photo-kind"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "photo-kind"),
    (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1", "photo-kind"),
    (b"GIF89a\x01\x00\x01\x00\x80\x00\x00", "photo-kind"),
    (b"%!PS-Adobe-3.0 EPSF-3.0\n", "photo-kind"),
    (jpeg()[:200], "photo-damaged"),
    (telling()[:-120], "photo-damaged"),
    (png_bomb(100, 100)[:-30], "photo-damaged"),
])  # fmt: skip
def test_what_is_no_photo_is_told_so(content: bytes, code: str) -> None:
    with pytest.raises(BadPhoto) as refused:
        look(content, "现场照片.jpg")
    assert refused.value.code == code
    assert "现场照片.jpg" in refused.value.zh
    assert "现场照片.jpg" in refused.value.en


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_happens_to_a_file_it_is_a_photo_or_is_refused(data: st.DataObject) -> None:
    content = bytearray(telling())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        copy = public_copy(bytes(content))
    except BadPhoto:
        return
    assert b"GPS" not in copy
    assert dict(opened(copy).getexif()) == {}
