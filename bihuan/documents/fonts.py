"""The fonts of official papers: which file prints which role, and what stands in for what.

GB/T 9704-2012 asks for 仿宋, 黑体, 楷体, 小标宋 and 宋体. Their usual originals are commercial; an office that holds a
licence drops its files into a folder, and they win. Without them free fonts stand in, and `FontSet.replaced` says so in
words.

Places, in this order: the office's folder (argument, or BIHUAN_FONTS), the project's cache (Fandol, fetched by `make
setup`), Debian's fonts-noto-cjk and fonts-liberation, the pip package pylopdf-fonts-zh-cn (Noto SC).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import typst
from fontTools.ttLib import TTFont, TTLibError

from bihuan.documents.paper import PaperError

#: Role → what the standard calls it.
ROLES: Final = {
    "fang": "仿宋",
    "hei": "黑体",
    "kai": "楷体",
    "biaosong": "小标宋",
    "song": "宋体",
    "latin": "Times New Roman",
}
#: The roles whose Latin letters and digits are set in Times New Roman; the heavier ones keep their own.
LATIN_BESIDE: Final = ("fang", "kai")
#: Families whose regular weight is as heavy as the bold one of others.
HEAVY_REGULAR: Final = ("FandolHei",)
PROJECT_CACHE: Final = Path(__file__).resolve().parents[2] / "var" / "fonts"
SYSTEM_FOLDERS: Final = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/truetype/liberation"),
    Path("/usr/share/fonts/truetype/liberation2"),
)
PIP_PACKAGE: Final = "pylopdf_fonts_zh_cn"

#: The originals of each role, best first, as they name themselves in Chinese or in English.
ORIGINALS: Final = {
    "fang": ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "华文仿宋", "STFangsong", "方正仿宋简体"),
    "hei": ("黑体", "SimHei", "华文黑体", "STHeiti", "方正黑体简体"),
    "kai": ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "华文楷体", "STKaiti", "方正楷体简体"),
    "biaosong": ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "FZXiaoBiaoSong-B05"),
    "song": ("宋体", "SimSun", "华文宋体", "STSong", "方正书宋简体"),
    "latin": ("Times New Roman",),
}
#: Free stand-ins of each role, best first: (family, weight).
STAND_INS: Final = {
    "fang": (("FandolFang R", 400), ("Noto Serif CJK SC", 400), ("Noto Serif SC", 400)),
    "hei": (("FandolHei", 400), ("Noto Sans CJK SC", 400), ("Noto Sans SC", 400)),
    "kai": (("FandolKai", 400), ("Noto Serif CJK SC", 400), ("Noto Serif SC", 400)),
    "biaosong": (("Noto Serif CJK SC", 700), ("Noto Serif SC", 400), ("FandolSong", 400)),
    "song": (("FandolSong", 400), ("Noto Serif CJK SC", 400), ("Noto Serif SC", 400)),
    # As wide as Times New Roman (digits half an em), so that lines break where the offices' editors break them.
    "latin": (("Liberation Serif", 400), ("FandolSong", 400)),
}
#: What a character falls back to when the role's own font has no glyph for it, for every role, best first.
FALLBACKS: Final = (
    ("Noto Serif CJK SC", 400),
    ("Noto Serif SC", 400),
    ("Noto Sans CJK SC", 400),
    ("Noto Sans SC", 400),
    ("FandolSong", 400),
)


@dataclass(frozen=True, slots=True)
class Face:
    """One font face: the family as Typst names it, its file and index in a collection, its weight (400 regular, 700
    bold).
    """

    family: str
    path: str
    index: int
    weight: int

    def glyphs(self) -> dict[int, str]:
        """Code point → glyph name. Raises PaperError("font") when the file cannot be read."""
        return _opened(self.path, self.index)[0]

    def advance(self, character: str) -> float | None:
        """The width of a character in em, or None when the face has no glyph for it."""
        glyphs, widths = _opened(self.path, self.index)
        name = glyphs.get(ord(character))
        return None if name is None else widths[name]


@dataclass(frozen=True, slots=True)
class FontSet:
    """The faces that print a paper: one per role (`latin` may be absent) and the chain that fills their gaps."""

    faces: tuple[tuple[str, Face], ...]
    fallbacks: tuple[Face, ...]
    replaced: tuple[tuple[str, str], ...]

    def face(self, role: str) -> Face | None:
        """The face of a role (a key of ROLES)."""
        return dict(self.faces).get(role)

    def latin(self, role: str) -> Face | None:
        """The face of Latin letters and digits beside a role; None: the role's own, whose weight they must match."""
        return self.face("latin") if role in LATIN_BESIDE else None

    def chain(self, role: str) -> tuple[Face, ...]:
        """The faces that are asked for a glyph of this role, in order."""
        own = self.face(role)
        # Beside 黑体 a sans serif, beside the others a serif face.
        ordered = (
            sorted(self.fallbacks, key=lambda face: "Sans" not in face.family) if role == "hei" else self.fallbacks
        )
        rest = tuple(face for face in ordered if face != own)
        return rest if own is None else (own, *rest)

    def weight(self, role: str) -> int:
        """The weight to ask of a role's fonts: its face's own, or what a fallback must have to look like it."""
        own = self.face(role)
        if own is None:
            return 400
        return 700 if own.family in HEAVY_REGULAR else own.weight

    def heavy(self, role: str) -> bool:
        """Whether the face of a role is heavy as 小标宋 is: bold, or the original."""
        face = self.face(role)
        stands_in = face is not None and (face.family, face.weight) in STAND_INS[role]
        return face is not None and (face.weight >= 600 or not stands_in)

    def folders(self) -> tuple[str, ...]:
        """The folders that Typst must look into."""
        faces = [face for _, face in self.faces] + list(self.fallbacks)
        return tuple(dict.fromkeys(str(Path(face.path).parent) for face in faces))

    def replaced_zh(self) -> str:
        """What stands in for what, in one Chinese sentence; empty when nothing was replaced."""
        return "；".join(zh for zh, _ in self.replaced)

    def replaced_en(self) -> str:
        """The same in English."""
        return "; ".join(en for _, en in self.replaced)


def discover(office: Path | str | None = None, *, folders: Sequence[Path] | None = None) -> FontSet:
    """The best font for each role from the places that exist.

    `office` is the office's own folder (default: BIHUAN_FONTS); `folders` replaces the other places (for tests).
    Raises PaperError("font") when not even one Chinese font is found, or when the office's folder does not exist.
    """
    chosen = office if office is not None else os.environ.get("BIHUAN_FONTS") or None
    own = None if chosen is None else Path(chosen)
    if own is not None and not own.is_dir():
        raise PaperError("font", f"字体文件夹不存在：{own}", f"no such font folder: {own}")
    places = tuple(folders) if folders is not None else (PROJECT_CACHE, *SYSTEM_FOLDERS, *_pip_folder())
    return _discover(own, tuple(place for place in places if place.is_dir()))


@lru_cache(maxsize=8)
def _discover(office: Path | None, places: tuple[Path, ...]) -> FontSet:
    licensed = _listed((office,) if office else ())
    free = _listed(places)
    faces: list[tuple[str, Face]] = []
    replaced: list[tuple[str, str]] = []
    for role, wanted in ROLES.items():
        original = _original(licensed, role)
        face = original or _stand_in((*licensed, *free), STAND_INS[role])
        if face is not None:
            faces.append((role, face))
        elif role != "latin":
            raise PaperError("font", f"找不到可用的{wanted}字体", f"no font to be had for {wanted}")
        if original is None:
            replaced.append(_replacement(wanted, face))
    fallbacks = tuple(face for wanted in FALLBACKS if (face := _stand_in(free, (wanted,))) is not None)
    return FontSet(tuple(faces), fallbacks, tuple(replaced))


def _replacement(wanted: str, face: Face | None) -> tuple[str, str]:
    if face is None:
        return f"{wanted}由各字体自带的西文代替", f"{wanted} replaced by each font's own Latin letters"
    name = face.family + (" Bold" if face.weight >= 600 else "")
    return f"{wanted}由 {name} 代替", f"{wanted} replaced by {name}"


def _listed(folders: Iterable[Path]) -> tuple[Face, ...]:
    """The faces below some folders, as Typst sees them; files that are no fonts are passed over by Typst."""
    inputs: list[str] = [str(folder) for folder in folders]
    if not inputs:
        return ()
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=inputs).fonts()
    upright = (font for font in found if font.path and font.style == "normal" and font.stretch == 1.0)
    return tuple(Face(font.family, str(Path(font.path or "").resolve()), font.index, font.weight) for font in upright)


def _original(faces: Sequence[Face], role: str) -> Face | None:
    named = [(face, _names(face)) for face in faces]
    for name in ORIGINALS[role]:
        matching = [face for face, names in named if name.casefold() in names]
        if matching:
            return min(matching, key=lambda face: abs(face.weight - 400))
    return None


def _stand_in(faces: Sequence[Face], wanted: Iterable[tuple[str, int]]) -> Face | None:
    """The first wanted family that is there, in the weight that is nearest to the wanted one."""
    for family, weight in wanted:
        matching = [face for face in faces if face.family == family]
        if matching:
            return min(matching, key=lambda face: abs(face.weight - weight))
    return None


def _names(face: Face) -> frozenset[str]:
    """All names of a face in any language, case-folded; empty for a file that cannot be read."""
    try:
        with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
            records = [record for record in font["name"].names if record.nameID in (1, 4, 6, 16)]
            return frozenset({face.family.casefold(), *(record.toUnicode().casefold() for record in records)})
    except (TTLibError, OSError, KeyError, UnicodeDecodeError):
        return frozenset({face.family.casefold()})


@lru_cache(maxsize=32)
def _opened(path: str, index: int) -> tuple[dict[int, str], dict[str, float]]:
    """The character map of a face, and the advance of each mapped glyph in em."""
    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            glyphs = dict(font.getBestCmap() or {})
            units = float(font["head"].unitsPerEm)
            widths = {name: advance / units for name, (advance, _) in font["hmtx"].metrics.items()}
    except (TTLibError, OSError, KeyError) as error:
        raise PaperError("font", f"字体文件无法读取：{path}", f"font file cannot be read: {path}") from error
    return glyphs, widths


def _pip_folder() -> tuple[Path, ...]:
    spec = find_spec(PIP_PACKAGE)
    return (Path(spec.origin).parent,) if spec is not None and spec.origin else ()
