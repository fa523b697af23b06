"""Photos by their content: what a file really is, how large its picture is, and the copy that may be shown to all.

Pure: bytes in, bytes out. A photo tells more than its picture: where it was taken (GPS), when, by which device and
whose, what its maker or an editor wrote into it. The copy for the public is painted anew and says none of it; it lies
the way round that people see it.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from bihuan.components.arriving import is_video
from bihuan.lib.refusals import Refusal

MOST_PIXELS = 60_000_000  # a large telephone's photo has 50 million; 64 MP × 3 bytes is what one request may take
LONGEST_SIDE = 20_000
COPY_SIDE = 1920  # the longer side of a public copy
THUMB_SIDE = 480  # and of the small one on a wall
QUALITY = 84
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis")
_SRGB = ImageCms.createProfile("sRGB")


class BadPhoto(Refusal):
    """A file that is no photo that can be taken. Codes: photo-empty, photo-heic, photo-video, photo-kind, photo-huge,
    photo-damaged."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a photo is: its media type by content, and its size the way it is looked at."""

    media_type: str
    width: int
    height: int


def look(content: bytes, name: str = "") -> Seen:
    """What this file is, whatever its name says. Every pixel of it was read once.

    Raises:
        BadPhoto: it is no JPG, PNG or WebP, is damaged or cut off, or has more pixels than a camera makes.
    """
    with _opened(content, _short(name)) as picture:
        width, height = picture.size
        if picture.getexif().get(0x0112, 1) in (5, 6, 7, 8):  # lies on its side
            width, height = height, width
        return Seen(FORMATS[picture.format or ""], width, height)


def public_copy(content: bytes, side: int = COPY_SIDE) -> bytes:
    """The photo as a JPG that says nothing but its picture: no place, no time, no device, no names, no remarks, no
    second picture inside it. Upright; at most `side` pixels wide and high; transparent parts are white.

    Raises:
        BadPhoto: as `look`.
    """
    with _opened(content, "", draft=side) as picture:
        profile = picture.info.get("icc_profile")
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((side, side), Image.Resampling.LANCZOS)
        flat = _in_common_colours(_flat(upright), profile)
        # A new picture, so that nothing the old one brought along (a comment, a profile, XMP) can be written with it.
        bare = Image.new("RGB", flat.size)
        bare.paste(flat)
        out = io.BytesIO()
        bare.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
        return out.getvalue()


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:37]}…"


def _refused(code: str, name: str, zh: str, en: str) -> BadPhoto:
    return BadPhoto(f"photo-{code}", f"“{name}”{zh}" if name else zh, f"{name or 'the file'} {en}")


def _opened(content: bytes, name: str, draft: int = 0) -> Image.Image:
    """The picture, read to its end; `draft`: a JPG may be read coarser, down to about that size, which is quicker."""
    if wrong := _no_photo(content, name):
        raise wrong
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=list(FORMATS))
            width, height = picture.size
            if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
                raise _huge(name, width, height)
            if getattr(picture, "n_frames", 1) > 1:
                picture.seek(0)  # of a moving one the first frame, no other is read
            if draft:
                picture.draft("RGB", (draft, draft))
            picture.load()
    except BadPhoto:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _huge(name, 0, 0) from error
    except UnidentifiedImageError as error:
        zh = "不是照片：请传 JPG、PNG 或 WebP（按文件内容判断，不看扩展名）"
        raise _refused("kind", name, zh, "is no JPG, PNG or WebP, whatever its name says") from error
    except Exception as error:  # decoders of damaged files raise what they like
        zh = "已损坏或没有传完整，打不开；请重新拍照或重新传"
        raise _refused("damaged", name, zh, "is damaged or not complete: take or send it again") from error
    return picture


def _no_photo(content: bytes, name: str) -> BadPhoto | None:
    head = content[:16]
    if not content:
        return _refused("empty", name, "是空文件", "is empty")
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        zh = "是 HEIC 格式，别的电脑打不开。请在手机“设置—相机—格式”里选“兼容性最佳”，或另存为 JPG 再传"
        en = "is a HEIC photo, which other machines cannot show: set the camera to “most compatible”, or save it as JPG"
        return _refused("heic", name, zh, en)
    if is_video(head):
        zh = "是视频，这里只收照片；视频请登记到新媒体作品，填写它的网址"
        return _refused("video", name, zh, "is a film: note its address as a media work instead")
    return None


def _huge(name: str, width: int, height: int) -> BadPhoto:
    size = f"{width}×{height} " if width else ""
    most = MOST_PIXELS // 10_000
    zh = f"{size}像素太多（最多 {most} 万），没有打开；请缩小后再传"
    return _refused("huge", name, zh, f"has too many pixels ({size}at most {most * 10_000:,}) and was not opened")


def _flat(picture: Image.Image) -> Image.Image:
    """Without transparency, in colours that a profile of it speaks of."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        over = picture.convert("RGBA")
        ground = Image.new("RGBA", over.size, (255, 255, 255, 255))
        return Image.alpha_composite(ground, over).convert("RGB")
    return picture if picture.mode in ("RGB", "CMYK", "L") else picture.convert("RGB")


def _in_common_colours(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB, which a picture without a profile is taken for; a profile that makes no sense is passed over."""
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            changed = ImageCms.profileToProfile(picture, own, _SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            changed = None
        if changed is not None:
            return changed
    return picture.convert("RGB")
