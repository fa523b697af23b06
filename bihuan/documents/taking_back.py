"""An edited DOCX as a proposal for its draft: the prose that it says now, and everything else that is different. Pure.

Nothing is swallowed: each difference between the paper and the file is either in the proposed prose or a finding. A
number bound to a fact keeps its words whatever stands in its control; what was typed there is shown, and not taken.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bihuan.documents import alignment, editing
from bihuan.documents.alignment import STYLE_NAMES, Read, Slot, squeezed
from bihuan.documents.changes import Change, changes
from bihuan.documents.docx_styles import CHARACTER_STYLES
from bihuan.documents.edited_docx import EditedDocx, Held, Line, TakenBackError, Words, read, said
from bihuan.documents.editing import EditAnnex, EditBlock, Edited, Kind, Prose
from bihuan.documents.inline_marks import marked, places, tidy
from bihuan.documents.paper import Bound, Inlines, Paper, RunIn, Table, Text, inlines_of, plain
from bihuan.lib.words import say

#: The custom property by which a DOCX says which draft it was: "7F3K-92QD 3".
PROPERTY: Final = "Bihuan"
#: Findings that say what was done and need nobody's consent.
_TOLD: Final = frozenset(("rebound", "beside", "repeated", "revisions", "no-code", "nested"))
_BLANK: Final = " \t\r\n\u3000\u00a0"
_SHOWN: Final = 2_000  # characters of a text in a finding
_PAGE_NUMBER: Final = re.compile(r"[—–-]*\d*[—–-]*")
#: What makes a number's words part of another number when it stands right before or behind them.
_BEFORE: Final = re.compile(r"[0-9０-９亿万千百十几两零一二三四五六七八九]$|[0-9０-９][.,，．]$")
_AFTER: Final = re.compile(r"^[0-9０-９.．%％亿万千百十几余多]")
_MARKERS: Final = (
    (1, re.compile(r"[一二三四五六七八九十]{1,3}、")),
    (2, re.compile(r"（[一二三四五六七八九十]{1,3}）")),
    (3, re.compile(r"[0-9]{1,2}[.．](?![0-9])")),
    (4, re.compile(r"（[0-9]{1,2}）")),
)
_LONGEST_HEADING: Final = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the file that is not simply new prose. `kind` is a stable word; `zh` and `en` say what it is and
    what was done about it; `old` and `new` what stood and what stands there, `where` the place."""

    kind: str
    zh: str
    en: str
    where: str = ""
    old: str = ""
    new: str = ""

    @property
    def said(self) -> str:
        """The sentence in the language that is spoken."""
        return say(self.zh, self.en)

    @property
    def must(self) -> bool:
        """Whether a person has to say that they saw it before the file is taken."""
        return self.kind not in _TOLD

    @property
    def identity(self) -> str:
        """A short name of this very finding."""
        said = "\x1f".join((self.kind, self.where, self.old, self.new))
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the draft would be, what would change, and what a person must know of."""

    edited: Edited
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]


def propose(data: bytes, *, paper: Paper, numbers: Sequence[Bound], version: int) -> Proposal:
    """What a DOCX that came back says of the draft `paper`, which is its version `version` now.

    Raises:
        bihuan.documents.checking.finding.CheckError: no DOCX that can be read, or a hostile one.
        TakenBackError: another paper's, or too long.
        bihuan.documents.inline_marks.ProseError, bihuan.documents.paper.PaperError: what it says cannot be a paper.
    """
    tags = frozenset(bound.tag for bound in numbers)
    docx = read(data, tags)
    findings = list(_own(docx, paper, version))
    reader = _Reader(docx, paper, numbers)
    prose = reader.prose()
    edited = editing.apply(prose, paper=paper, numbers=numbers)
    findings += [*reader.findings, *_of_numbers(edited), *_asides(docx), *_around(docx, paper)]
    return Proposal(edited, tuple(dict.fromkeys(findings)), changes(paper, edited.paper))


def _own(docx: EditedDocx, paper: Paper, version: int) -> Iterator[Finding]:
    """Whether the file is this paper's, and of which version."""
    code, _, printed = docx.properties.get(PROPERTY, "").partition(" ")
    codes = docx.codes | ({code} if code else set())
    held = any(True for line in docx.lines for _ in line.held)
    if codes and paper.check_code not in codes:
        named = "、".join(sorted(codes))
        zh = f"这是另一份公文的文件（校验码 {named}），本稿是 {paper.check_code}；没有采纳"
        en = f"this file is of another paper (check code {', '.join(sorted(codes))}); nothing was taken"
        raise TakenBackError("another", zh, en)
    if not codes and not held:
        zh = "认不出这是从本稿下载的文件：既没有校验码，也没有绑定的数。请在本页下载 DOCX，在其上修改后再传回"
        en = "not a file of this paper: no check code and none of its numbers; download the DOCX here and edit that"
        raise TakenBackError("not-ours", zh, en)
    if not codes:
        yield Finding(
            "no-code", "文件中已没有校验码，凭其中绑定的数认出是本稿", "known by its numbers: no check code left"
        )
    if printed.isdigit() and int(printed) != version:
        zh = f"此文件是第 {printed} 版，现已是第 {version} 版；采纳后，其间在别处所作的修改以此文件为准"
        en = (
            f"the file is version {printed}, the draft is version {version} now: what was changed since gives way to it"
        )
        yield Finding("older", zh, en, old=printed, new=str(version))


class _Reader:
    """Goes through the lines of the file and makes prose of them."""

    def __init__(self, docx: EditedDocx, paper: Paper, numbers: Sequence[Bound]) -> None:
        self.paper, self.numbers = paper, numbers
        self.known = places(numbers)
        self.opened = editing.prose_of(paper, numbers)
        self.by_key = {block.key: block for block in self.opened.blocks}
        self.by_key |= {block.key: block for annex in self.opened.annexes for block in annex.blocks}
        self.slots = alignment.slots(paper)
        self.lines = [Read(line) for line in docx.lines]
        self.in_order, self.moved = alignment.aligned(self.slots, self.lines)
        self.held = Counter(held.tag for line in docx.lines for held in line.held if held.text.strip(_BLANK))
        self.had = Counter(bound.tag for bound in paper.bounds())
        self.findings: list[Finding] = []
        self.parts: dict[int, list[EditBlock]] = {part: [] for part in range(len(paper.annexes) + 1)}
        self.fields: dict[str, str] = {}
        self.titles = {part: annex.title for part, annex in enumerate(paper.annexes, 1)}

    def prose(self) -> Prose:
        """The prose of the file; fills `findings`."""
        zone: int | None = None  # the part that a new line falls into; None where none can stand
        part = 0
        for place, line in enumerate(self.lines):
            if place in self.in_order:
                slot = self.slots[self.in_order[place]]
                zone = _zone(slot)
                part = part if zone is None else zone
                self._take(slot, line.line)
            elif place in self.moved:
                self.parts[part].append(self._block(self.slots[self.moved[place]], line.line))
            elif zone is None or line.line.cells:
                self._extra(line.line)
            else:
                self.parts[zone].append(self._new(line.line))
        gone = self._missing()
        return replace(
            self.opened,
            title=self.fields.get("title", self.opened.title),
            addressees=self.fields.get("addressee", self.opened.addressees),
            note=self.fields.get("note", self.opened.note),
            blocks=tuple(self.parts[0]),
            annexes=tuple(
                EditAnnex(str(number), self.titles[number], tuple(self.parts[number]))
                for number in self.titles
                if number not in gone
            ),
        )

    # --- one line

    def _take(self, slot: Slot, line: Line) -> None:
        same = squeezed(line.text) == slot.key
        match slot.role:
            case "block":
                self.parts[slot.part].append(self._block(slot, line))
            case _ if same:
                return
            case "title":
                self.fields["title"] = _one_line(line.text)
            case "annex_title":
                self.titles[slot.part] = _one_line(line.text)
            case "addressee":
                entries = _one_line(line.text).rstrip("：:").split("，")
                self.fields["addressee"] = "\n".join(entries)
            case "note":
                self.fields["note"] = _one_line(line.text)
            case _:
                zh = f"{slot.name}一行有改动，不采纳：此行由系统排印，需要改的请在页面上改"
                en = "this line is set by the system; what was typed there is not taken"
                self.findings.append(Finding("head", zh, en, slot.name, slot.text, _cut(line.text)))

    def _extra(self, line: Line) -> None:
        what = "新增的表格" if line.cells else "新增的文字在正文之外"
        zh = f"{what}，不采纳；需要的话请写进正文" if not line.cells else f"{what}不采纳：表格由数据生成"
        en = "a new table is not taken" if line.cells else "new text outside the paper's text is not taken"
        self.findings.append(Finding("extra", zh, en, new=_cut(line.text)))

    def _missing(self) -> set[int]:
        """Findings for elements that the file no longer has; returns the annexes that went as a whole."""
        left = set(range(len(self.slots))) - set(self.in_order.values()) - set(self.moved.values())
        gone = set()
        for part in self.titles:
            own = [place for place, slot in enumerate(self.slots) if slot.part == part]
            if own and not self.parts[part] and all(place in left for place in own):
                gone.add(part)
                title = self.slots[own[0]].name
                zh, en = f"{title}整份没有了，采纳后本稿也没有这个附件", "this annex is gone from the file"
                self.findings.append(Finding("annex-gone", zh, en, title, self.titles[part], ""))
        for place in sorted(left):
            slot = self.slots[place]
            if slot.role != "block" and slot.part not in gone:
                zh = f"文件中没有了{slot.name}，本稿仍保留；需要改的请在页面上改"
                en = "the file no longer has this line; the paper keeps it"
                self.findings.append(Finding("head", zh, en, slot.name, slot.text, ""))
        return gone

    # --- blocks

    def _block(self, slot: Slot, line: Line) -> EditBlock:
        opened = self.by_key[f"{slot.part}.{slot.place}"]
        assert slot.block is not None
        if isinstance(slot.block, Table):
            self._table(slot.block, line)
            return opened
        old = self.paper_inlines(slot)
        new = self._inlines(line, slot.name, old)
        kind, level = _kind(line, opened)
        if _trimmed(new) == _trimmed(old) and (kind, level) == (opened.kind, opened.level):
            return opened
        return self._written(opened.key, kind, level, new, line, slot)

    def paper_inlines(self, slot: Slot) -> Inlines:
        """What the slot's block says, as inlines."""
        assert slot.block is not None
        inlines = tuple(inlines_of(slot.block))
        return tidy(inlines or (Text(slot.text),))

    def _new(self, line: Line) -> EditBlock:
        kind, level = _kind(line, None)
        return self._written("", kind, level, self._inlines(line, "新增的一段", ()), line, None)

    def _written(self, key: str, kind: Kind, level: int, inlines: Inlines, line: Line, slot: Slot | None) -> EditBlock:
        head: Inlines = ()
        if kind is Kind.RUN_IN:
            head, inlines = self._run_in(inlines, line, slot)
        if kind is Kind.NOTICE:
            inlines = (Text(plain(inlines)),)
        return EditBlock(key, kind, level, marked(head, self.known), marked(inlines, self.known))

    def _run_in(self, inlines: Inlines, line: Line, slot: Slot | None) -> tuple[Inlines, Inlines]:
        """Inlines divided into the run-in heading and the rest: by style, by the heading as it was, by sentence."""
        names = {name for _, name, _ in CHARACTER_STYLES.values()}
        styled = 0
        for piece in line.pieces:
            if not (isinstance(piece, Words) and piece.style in names):
                break
            styled += len(piece.text)
        was = plain(slot.block.heading) if slot is not None and isinstance(slot.block, RunIn) else ""
        if was and plain(inlines).startswith(was):
            styled = len(was)
        return _cut_at(inlines, styled) if styled else editing.first_sentence(inlines)

    # --- numbers

    def _inlines(self, line: Line, where: str, old: Inlines) -> Inlines:
        found: list[Text | Bound] = []
        for piece in line.pieces:
            if isinstance(piece, Words):
                found.append(Text(piece.text.replace("\t", "\u3000"), piece.bold))
            else:
                found += self._number(piece, where, old)
        return self._rebound(tidy(found), where, old)

    def _number(self, held: Held, where: str, old: Inlines) -> Iterator[Text | Bound]:
        bound = self._bound(held, old)
        if not held.text.strip(_BLANK):
            return  # that it went is found when all numbers are counted
        if held.text == bound.text:
            yield bound
            return
        before, after = _beside(held.text, bound.text)
        if before or after:
            zh = "在数的控件里多打的字移到了数的外面，数仍绑定"
            self.findings.append(
                Finding(
                    "beside", zh, "words typed inside the control were moved out of it", where, bound.text, held.text
                )
            )
            yield from (Text(before), bound, Text(after))
            return
        yield bound
        self._changed(bound, held.text, where)

    def _changed(self, bound: Bound, now: str, where: str) -> None:
        zh = "绑定的数在文件中被改动，不采纳，仍印原数；数有误时请更正上报的数据后重新拟稿"
        en = "a bound number was changed in the file; the number stands as the records have it"
        self.findings.append(Finding("number-changed", zh, en, where, bound.text, _cut(now)))

    def _bound(self, held: Held, old: Inlines) -> Bound:
        """The number of a control: the one that stood in this block, else the one that prints this, else the first."""
        same = [bound for bound in self.numbers if bound.tag == held.tag]
        here = [bound for bound in same if bound in old]
        return next((bound for bound in (*here, *same) if bound.text == held.text), (*here, *same)[0])

    def _rebound(self, inlines: Inlines, where: str, old: Inlines) -> Inlines:
        """Numbers whose control went while their words stayed, bound again where they stand once."""
        lost = Counter(bound for bound in old if isinstance(bound, Bound))
        lost.subtract(bound for bound in inlines if isinstance(bound, Bound))
        for bound, times in lost.items():
            if times != 1 or self.held[bound.tag] >= self.had[bound.tag]:
                continue
            spots = list(_spots(inlines, bound.text))
            if len(spots) != 1:
                continue
            inlines = _put(inlines, *spots[0], bound)
            self.held[bound.tag] += 1
            zh, en = "数的控件没有了，文字未变，已重新绑定", "its control was gone, its words were not: bound again"
            self.findings.append(Finding("rebound", zh, en, where, bound.text, bound.text))
        return inlines

    def _table(self, table: Table, line: Line) -> None:
        rows = (*table.header, *table.rows)
        if [len(row) for row in rows] != [len(row) for row in line.cells]:
            zh, en = (
                "表格增删了行或列，不采纳：表格由数据生成",
                "rows or columns were added or removed; the table stands",
            )
            old = "\n".join("\t".join(plain(cell) for cell in row) for row in rows)
            self.findings.append(Finding("table", zh, en, "表格", _cut(old), _cut(line.text)))
            return
        for number, (row, read_row) in enumerate(zip(rows, line.cells, strict=True), 1):
            for column, (cell, pieces) in enumerate(zip(row, read_row, strict=True), 1):
                old, now = plain(cell), said(pieces)
                if squeezed(old) == squeezed(now):
                    continue
                where = f"表格第{number}行第{column}列"
                bound = next((item for item in cell if isinstance(item, Bound)), None)
                if bound is not None:
                    self._changed(bound, now, where)
                else:
                    zh, en = "表格里的字有改动，不采纳", "a cell of the table was changed; the table stands"
                    self.findings.append(Finding("table", zh, en, where, old, _cut(now)))


def _zone(slot: Slot) -> int | None:
    """The part into which a new line behind this element falls."""
    if slot.role in ("title", "addressee"):
        return 0
    return slot.part if slot.role in ("block", "caption", "annex_title") else None


def _kind(line: Line, opened: EditBlock | None) -> tuple[Kind, int]:
    """Kind and level of a line: by its style, else as it was, else by its marker."""
    plainly = line.style in (STYLE_NAMES["GWBody"], STYLE_NAMES["GWNotice"]) or line.style not in STYLE_NAMES.values()
    if opened is not None and opened.kind in (Kind.RUN_IN, Kind.NOTICE) and plainly:
        return opened.kind, opened.level
    for level in (1, 2, 3, 4):
        if line.style == STYLE_NAMES[f"GWHeading{level}"]:
            return Kind.HEADING, level
        if any(isinstance(piece, Words) and piece.style == CHARACTER_STYLES[level][1] for piece in line.pieces[:1]):
            return Kind.RUN_IN, level
    if line.style == STYLE_NAMES["GWNotice"]:
        return Kind.NOTICE, 0
    if line.style == STYLE_NAMES["GWBody"]:
        return Kind.PARAGRAPH, 0
    if opened is not None:
        return opened.kind, opened.level
    text = line.text.strip(_BLANK)
    for level, marker in _MARKERS:
        if marker.match(text) and len(text) <= _LONGEST_HEADING and not text.endswith(("。", "；", "：")):
            return Kind.HEADING, level
    return Kind.PARAGRAPH, 0


def _beside(now: str, printed: str) -> tuple[str, str]:
    """What stands before and behind a number's own words in its control; two empty texts where they are not there, or
    where what stands beside them makes it another number."""
    at = now.find(printed)
    if at < 0 or now.count(printed) != 1:
        return "", ""
    before, after = now[:at], now[at + len(printed) :]
    return ("", "") if _BEFORE.search(before) or _AFTER.search(after) else (before, after)


def _spots(inlines: Inlines, printed: str) -> Iterator[tuple[int, int]]:
    """Where a number's words stand as plain text: (which inline, offset), whole numbers only."""
    for order, inline in enumerate(inlines):
        if isinstance(inline, Text) and printed:
            for found in re.finditer(re.escape(printed), inline.text):
                before, after = inline.text[: found.start()], inline.text[found.end() :]
                if not _BEFORE.search(before) and not _AFTER.search(after):
                    yield order, found.start()


def _put(inlines: Inlines, order: int, offset: int, bound: Bound) -> Inlines:
    text = inlines[order]
    assert isinstance(text, Text)
    before = Text(text.text[:offset], text.bold)
    after = Text(text.text[offset + len(bound.text) :], text.bold)
    return tidy((*inlines[:order], before, bound, after, *inlines[order + 1 :]))


def _cut_at(inlines: Inlines, length: int) -> tuple[Inlines, Inlines]:
    """Inlines divided behind so many characters; a number that the cut would divide goes with the first part."""
    at = 0
    for order, inline in enumerate(inlines):
        end = at + len(inline.text)
        if end > length:
            if isinstance(inline, Bound):
                return tidy(inlines[: order + 1]), tidy(inlines[order + 1 :])
            before, after = Text(inline.text[: length - at], inline.bold), Text(inline.text[length - at :], inline.bold)
            return tidy((*inlines[:order], before)), tidy((after, *inlines[order + 1 :]))
        at = end
    return inlines, ()


def _trimmed(inlines: Inlines) -> Inlines:
    """Inlines without white space at their ends."""
    found = list(tidy(inlines))
    if found and isinstance(found[0], Text):
        found[0] = replace(found[0], text=found[0].text.lstrip(_BLANK))
    if found and isinstance(found[-1], Text):
        found[-1] = replace(found[-1], text=found[-1].text.rstrip(_BLANK))
    return tidy(found)


def _one_line(text: str) -> str:
    return re.sub(r"\s*\n\s*", "", text).strip(_BLANK)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…（共{len(text)}字）"


# --- the other findings


def _of_numbers(edited: Edited) -> Iterator[Finding]:
    for bound in edited.removed:
        zh, en = "采纳后本稿不再引用这个数", "the paper will no longer quote this number"
        yield Finding("number-removed", zh, en, old=bound.text, new="")
    for bound in edited.repeated:
        zh, en = "这个数在文件中引用了不止一处，各处都绑定", "quoted in more places than before; bound in each"
        yield Finding("repeated", zh, en, old=bound.text, new=bound.text)
    for loose in edited.loose:
        zh = "文字中的数没有绑定记录，由写的人负责"
        en = "a number typed by hand is bound to no record; whoever wrote it answers for it"
        yield Finding("number-loose", zh, en, loose.around, "", loose.text)


_ASIDES: Final[Mapping[str, tuple[str, str]]] = {
    "comment": ("批注不并入公文", "a comment does not become part of the paper"),
    "footnote": ("脚注不并入公文", "a footnote does not become part of the paper"),
    "endnote": ("尾注不并入公文", "an endnote does not become part of the paper"),
    "box": ("文本框不采纳，需要的文字请写进正文", "a text box is not taken; write its words into the text"),
    "picture": ("图片或图形不采纳", "a picture or drawing is not taken"),
    "object": ("公式或嵌入的内容不采纳", "a formula or embedded content is not taken"),
    "symbol": ("特殊符号字体的符号不采纳", "a symbol of a symbol font is not taken"),
    "hidden": ("隐藏的文字不采纳", "hidden text is not taken"),
    "struck": (
        "带删除线的文字仍按正文采纳；要删的请直接删去",
        "struck-through text is taken as text; delete what is to go",
    ),
    "foreign": ("不属于本稿的数据控件，按普通文字采纳", "a control that is not this paper's: taken as plain text"),
    "nested": ("控件套着控件，按里面的数采纳", "a control within a control: the inner one counts"),
}


def _asides(docx: EditedDocx) -> Iterator[Finding]:
    for kind, text in docx.asides:
        zh, en = _ASIDES[kind]
        yield Finding(kind, zh, en, new=_cut(text))
    if docx.revisions:
        zh, en = "文件里的修订按全部接受读取", "tracked changes were read as if all were accepted"
        yield Finding("revisions", zh, en)


def _around(docx: EditedDocx, paper: Paper) -> Iterator[Finding]:
    marking = squeezed(paper.marking)
    for line in dict.fromkeys(docx.around):
        words = squeezed(line)
        ours = words.startswith(("草稿", "校验码")) or (marking and marking in words) or _PAGE_NUMBER.fullmatch(words)
        if not ours:
            zh, en = "页眉、页脚由系统排印，改动不采纳", "headers and footers are set by the system; this is not taken"
            yield Finding("head", zh, en, "页眉页脚", "", _cut(line))
