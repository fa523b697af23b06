"""The document model: what an official paper says, in one form that both writers print.

Pure data: frozen dataclasses, no layout numbers, no Django. The composer writes the markers of headings
(一、/（一）/1./（1）) into the text; the writers choose fonts, sizes and places (GB/T 9704-2012). A number that is
bound to a fact stands in the text as `Bound` and keeps its tag in the DOCX as a content control.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from bihuan.lib.refusals import Refusal

# What stands where the number will be, as long as none was taken.
DRAFT_NUMBER = "〔\u3000\u3000〕\u3000号"
DRAFT_DATE = "\u3000\u3000\u3000\u3000年\u3000月\u3000日"
# Word keeps at most 64 characters in w:tag and refuses a file with more.
TAG_LIMIT = 64
HEADING_LEVELS = (1, 2, 3, 4)
# A longer address does not fit beside the page number; the QR code has it all the same.
ADDRESS_LIMIT = 40
# Elements in which a line feed is a chosen line break.
_LINED = ("发文机关标志", "标题", "附件标题")


class PaperError(Refusal):
    """A paper that cannot be printed (or stored data that is no paper).

    `code` is one of "empty", "control-character", "tag", "level", "table", "model", "glyph", "font", "layout".
    """


@dataclass(frozen=True, slots=True)
class Text:
    """Running text. `bold` is a local habit that the standard does not forbid; use it sparingly."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """A printed number bound to a fact.

    `tag` is an opaque string such as "fact:ab12cd" (at most 64 characters), `text` the printed phrase with its unit,
    `label` what an editor shows on the content control (`text` when empty).
    """

    tag: str
    text: str
    label: str = ""


Inline: TypeAlias = Text | Bound
Inlines: TypeAlias = tuple[Inline, ...]
Cell: TypeAlias = Inlines
Row: TypeAlias = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading on a line of its own. Level 1 一、 2 （一） 3 1. 4 （1）; the marker is part of the text."""

    level: int
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class RunIn:
    """A paragraph whose first words are its heading, set in the level's font (3 for 一是…, which is 仿宋)."""

    level: int
    heading: Inlines
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of body text, indented by two characters."""

    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the header rows repeat on each page.

    `widths`: one per column, in body characters (28 fill the type area); a wider table is scaled down to fit.
    """

    header: tuple[Row, ...]
    rows: tuple[Row, ...]
    widths: tuple[float, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark that must not be taken for the paper's own words (模型数据, 示例, 缺项): printed in a box."""

    text: str


Block: TypeAlias = Heading | RunIn | Paragraph | Table | Notice


@dataclass(frozen=True, slots=True)
class Annex:
    """One annex; its number is its place in `Paper.annexes` (a single one is called 附件, without a number)."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Colophon:
    """版记: to whom copies go, the office that printed the paper and the day of printing."""

    copies_to: tuple[str, ...]
    printer: str
    print_date: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """One official paper. Only `kind`, `issuer`, `mark` and `title` must be given; None or "" leaves an element out.

    kind        通知, 报告, 通报, 函 …
    issuer      the issuing bodies, the leading one first
    mark        发文机关标志, e.g. 临夏州安全生产委员会办公室文件; a line feed divides the names of a joint issue
    title       the title; a line feed in it is a chosen line break, otherwise the writers balance the lines
    number      发文字号, e.g. 临州安办〔2023〕15号; None = not numbered yet (printed as an empty bracket)
    signer      签发人; printed on upward papers, beside the number
    signature   署名, one entry per signing body (empty = the issuers)
    sealed      whether a seal will cover name and date (moves both, GB/T 9704-2012 §7.3.5)
    date        成文日期; None = empty date
    note        附注 without its brackets, e.g. 此件公开发布
    marking     e.g. 示例文稿·模型数据: printed on each page outside the type area
    check_code  short code by which anyone can check the paper, printed below the type area
    check_address   where it is checked, e.g. https://desk.example.gov.cn: printed beside the code, and as a QR code
                below it on the last page of the PDF
    """

    kind: str
    issuer: tuple[str, ...]
    mark: str
    title: str
    number: str | None = None
    signer: str | None = None
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""
    addressees: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    annexes: tuple[Annex, ...] = ()
    signature: tuple[str, ...] = ()
    sealed: bool = False
    date: datetime.date | None = None
    note: str = ""
    colophon: Colophon | None = None
    upward: bool = False
    marking: str = ""
    check_code: str | None = None
    check_address: str = ""

    def bounds(self) -> tuple[Bound, ...]:
        """All bound numbers in the order in which they are printed, annexes last."""
        found = (inline for block in self._all_blocks() for inline in inlines_of(block))
        return tuple(inline for inline in found if isinstance(inline, Bound))

    def text(self) -> str:
        """The paper as plain text: one line per printed element, table cells divided by tabs."""
        return "\n".join(text for _, text in self.pieces())

    def pieces(self) -> Iterator[tuple[str, str]]:
        """Each printed piece of text with the name of its element in Chinese, in the order of print."""
        yield from self._head_pieces()
        for block in self.blocks:
            yield from _block_pieces(block, "正文")
        yield from annex_note(self.annexes)
        for name in self.signature or self.issuer:
            yield "署名", name
        if self.date is not None:
            yield "成文日期", chinese_date(self.date)
        if self.note:
            yield "附注", f"（{self.note}）"
        for order, annex in enumerate(self.annexes):
            yield "附件", annex_name(order, len(self.annexes))
            yield "附件标题", annex.title
            for block in annex.blocks:
                yield from _block_pieces(block, "附件")
        yield from self._foot_pieces()

    def check(self) -> None:
        """Refuse what no writer can print.

        Raises PaperError: an empty mark, title or issuer, a control character, a tag that Word cannot keep, an unknown
        heading level, a table whose rows and widths differ.
        """
        required = [("发文机关标志", "mark", self.mark), ("标题", "title", self.title)]
        required.append(("发文机关", "issuer", "".join(self.issuer)))
        for zh, en, value in required:
            if not value.strip():
                raise PaperError("empty", f"{zh}不能为空", f"the {en} must not be empty")
        for where, text in self.pieces():
            _refuse_controls(where, text, allowed="\n" if where in _LINED else "")
        for block in self._all_blocks():
            _check_block(block)

    def to_dict(self) -> dict[str, Any]:
        """The paper as JSON values; `from_dict` takes it back unchanged."""
        plain: dict[str, Any] = _plain(self)
        return plain

    @classmethod
    def from_dict(cls, data: Any) -> Paper:
        """The paper from what `to_dict` gave. Raises PaperError("model") when it is anything else."""
        try:
            return _paper(data)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            detail = f"{type(error).__name__}: {error}"
            raise PaperError(
                "model", f"存储的公文内容无法识别（{detail}）", f"stored paper not understood ({detail})"
            ) from error

    def _all_blocks(self) -> Iterator[Block]:
        yield from self.blocks
        for annex in self.annexes:
            yield from annex.blocks

    def _head_pieces(self) -> Iterator[tuple[str, str]]:
        for where, value in (("份号", self.copy_number), ("密级", self.secrecy), ("紧急程度", self.urgency)):
            if value:
                yield where, value
        yield "发文机关标志", self.mark
        yield "发文字号", self.number or DRAFT_NUMBER
        if self.upward and self.signer:
            yield "签发人", f"签发人：{self.signer}"
        yield "标题", self.title
        if self.addressees:
            yield "主送机关", addressee_line(self.addressees)

    def _foot_pieces(self) -> Iterator[tuple[str, str]]:
        if self.colophon is not None:
            if self.colophon.copies_to:
                yield "抄送", copies_line(self.colophon)
            yield "印发机关", self.colophon.printer
            if self.colophon.print_date is not None:
                yield "印发日期", f"{chinese_date(self.colophon.print_date)}印发"
        if self.marking:
            yield "标记", self.marking
        if self.check_code:
            yield "校验码", check_line(self)


def inlines_of(block: Block) -> Iterator[Inline]:
    """All inlines of a block in the order of print; a Notice and a caption have none."""
    match block:
        case Heading() | Paragraph():
            yield from block.inlines
        case RunIn():
            yield from block.heading
            yield from block.inlines
        case Table():
            for row in (*block.header, *block.rows):
                for cell in row:
                    yield from cell


def plain(inlines: Iterable[Inline]) -> str:
    """The bare text of inlines."""
    return "".join(inline.text for inline in inlines)


def chinese_date(day: datetime.date) -> str:
    """2023年7月5日: Arabic digits, the year in full, nothing padded (GB/T 9704-2012 §7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def addressee_line(addressees: tuple[str, ...]) -> str:
    """主送机关: bodies of one kind divided by 、 or ， by the composer, the entries joined by ，, a full-width colon
    last (§7.3.2).
    """
    return "，".join(addressees).rstrip("：") + "："


def copies_line(colophon: Colophon) -> str:
    """抄送 with its full stop (§7.4.2)."""
    return "抄送：" + "，".join(colophon.copies_to).rstrip("。") + "。"


def check_line(paper: Paper) -> str:
    """校验码 7F3K-92QD, and where to check it; "" for a paper without a code."""
    if not paper.check_code:
        return ""
    where = f"（{paper.check_address}/check/）" if 0 < len(paper.check_address) <= ADDRESS_LIMIT else ""
    return f"校验码 {paper.check_code}{where}"


def annex_name(order: int, count: int) -> str:
    """附件 when there is one, 附件1 … when there are several; `order` counts from 0 (§7.3.7)."""
    return "附件" if count == 1 else f"附件{order + 1}"


def annex_note(annexes: tuple[Annex, ...]) -> Iterator[tuple[str, str]]:
    """The lines of 附件说明 as (element, text): 附件：1.X, then 2.Y; no punctuation at the end (§7.3.4)."""
    for order, annex in enumerate(annexes):
        marker = "" if len(annexes) == 1 else f"{order + 1}."
        yield "附件说明", ("附件：" if order == 0 else "") + marker + annex.title.replace("\n", "")


def _block_pieces(block: Block, where: str) -> Iterator[tuple[str, str]]:
    match block:
        case Notice():
            yield "提示框", block.text
        case Table():
            if block.caption:
                yield "表题", block.caption
            for row in (*block.header, *block.rows):
                yield "表格", "\t".join(plain(cell) for cell in row)
        case _:
            yield where, plain(inlines_of(block))


def _refuse_controls(where: str, text: str, *, allowed: str) -> None:
    """A control character, a lone surrogate or a non-character is in no font and breaks the XML of a DOCX."""
    allowed += "\t" if where == "表格" else ""
    for character in text:
        odd = unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or ord(character) & 0xFFFE == 0xFFFE
        if odd and character not in allowed:
            code = f"U+{ord(character):04X}"
            zh, en = f"{where}中有不能打印的字符 {code}", f"a character that cannot be printed, {code}, in {where}"
            raise PaperError("control-character", zh, en)


def _check_block(block: Block) -> None:
    if isinstance(block, Heading | RunIn) and block.level not in HEADING_LEVELS:
        raise PaperError(
            "level", f"标题层级只有一至四级，没有 {block.level}", f"heading levels are 1 to 4, not {block.level}"
        )
    if isinstance(block, Table):
        _check_table(block)
    for inline in inlines_of(block):
        if "\t" in inline.text:
            raise PaperError("control-character", "正文中有制表符 U+0009", "a tab, U+0009, in the text")
        if isinstance(inline, Bound):
            _check_tag(inline)


def _check_table(table: Table) -> None:
    columns = len(table.widths)
    uneven = any(len(row) != columns for row in (*table.header, *table.rows))
    if columns == 0 or uneven or not (table.header or table.rows) or not all(0 < width < 1e6 for width in table.widths):
        zh, en = "表格的列数、列宽与各行单元格不一致", "a table's rows and column widths differ"
        raise PaperError("table", f"{zh}（{table.caption or '无表题'}）", f"{en} ({table.caption or 'no caption'})")


def _check_tag(bound: Bound) -> None:
    bad = not bound.tag or len(bound.tag) > TAG_LIMIT or not bound.tag.isprintable() or not bound.label.isprintable()
    if bad:
        zh, en = f"数据标签无效：{bound.tag[:80]!r}", f"a tag that cannot be kept: {bound.tag[:80]!r}"
        raise PaperError("tag", zh, en)


def _plain(value: Any) -> Any:
    """Dataclasses, tuples and dates as JSON values; inlines and blocks carry their type's name."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        named = {} if isinstance(value, Paper | Annex | Colophon) else {"type": type(value).__name__.lower()}
        return named | {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _paper(data: dict[str, Any]) -> Paper:
    _only(data, Paper)
    colophon = data.get("colophon")
    return Paper(
        kind=_text(data["kind"]),
        issuer=_texts(data["issuer"]),
        mark=_text(data["mark"]),
        title=_text(data["title"]),
        number=_text_or_none(data.get("number")),
        signer=_text_or_none(data.get("signer")),
        copy_number=_text(data.get("copy_number", "")),
        secrecy=_text(data.get("secrecy", "")),
        urgency=_text(data.get("urgency", "")),
        addressees=_texts(data.get("addressees", [])),
        blocks=tuple(_block(block) for block in data.get("blocks", [])),
        annexes=tuple(_annex(annex) for annex in data.get("annexes", [])),
        signature=_texts(data.get("signature", [])),
        sealed=_flag(data.get("sealed", False)),
        date=_date(data.get("date")),
        note=_text(data.get("note", "")),
        colophon=None if colophon is None else _colophon(colophon),
        upward=_flag(data.get("upward", False)),
        marking=_text(data.get("marking", "")),
        check_code=_text_or_none(data.get("check_code")),
        check_address=_text(data.get("check_address", "")),
    )


def _annex(data: dict[str, Any]) -> Annex:
    _only(data, Annex)
    return Annex(title=_text(data["title"]), blocks=tuple(_block(block) for block in data["blocks"]))


def _colophon(data: dict[str, Any]) -> Colophon:
    _only(data, Colophon)
    return Colophon(_texts(data["copies_to"]), _text(data["printer"]), _date(data.get("print_date")))


def _block(data: dict[str, Any]) -> Block:
    match data["type"]:
        case "heading":
            return Heading(_level(data["level"]), _inlines(data["inlines"]))
        case "runin":
            return RunIn(_level(data["level"]), _inlines(data["heading"]), _inlines(data["inlines"]))
        case "paragraph":
            return Paragraph(_inlines(data["inlines"]))
        case "table":
            header, rows = (tuple(_row(row) for row in data[part]) for part in ("header", "rows"))
            widths = tuple(_width(width) for width in data["widths"])
            return Table(header, rows, widths, _text(data.get("caption", "")))
        case "notice":
            return Notice(_text(data["text"]))
        case other:
            raise ValueError(f"unknown block {other!r}")


def _row(data: list[Any]) -> Row:
    return tuple(_inlines(cell) for cell in data)


def _inlines(data: list[Any]) -> Inlines:
    return tuple(_inline(inline) for inline in data)


def _inline(data: dict[str, Any]) -> Inline:
    match data["type"]:
        case "text":
            return Text(_text(data["text"]), _flag(data.get("bold", False)))
        case "bound":
            return Bound(_text(data["tag"]), _text(data["text"]), _text(data.get("label", "")))
        case other:
            raise ValueError(f"unknown inline {other!r}")


def _only(data: dict[str, Any], kind: type) -> None:
    """A key that the model does not know would be lost silently: refuse it."""
    unknown = data.keys() - {field.name for field in fields(kind)}
    if unknown:
        raise ValueError(f"unknown {', '.join(sorted(unknown))}")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {value!r:.40}")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"list of texts expected, not {value!r:.40}")
    return tuple(_text(item) for item in value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"true or false expected, not {value!r:.40}")
    return value


def _level(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"whole number expected, not {value!r:.40}")
    return value


def _width(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"number expected, not {value!r:.40}")
    return float(value)


def _date(value: Any) -> datetime.date | None:
    return None if value is None else datetime.date.fromisoformat(_text(value))
