"""Forms of papers: the prose of a draft as fields, and the small ones beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bihuan.documents.editing import EditAnnex, EditBlock, Kind, Prose
from bihuan.documents.rules import State

REMOVE = "remove"
_NEW = re.compile(r"n[0-9]{1,2}\.[0-9]{1,4}")
_KEY = re.compile(r"[0-9]{1,2}\.[0-9]{1,4}")
KINDS = (
    (Kind.PARAGRAPH.value, _("正文")),
    ("heading-1", _("一级标题 一、")),
    ("heading-2", _("二级标题（一）")),
    ("heading-3", _("三级标题 1.")),
    ("heading-4", _("四级标题（1）")),
    ("runin-1", _("段首标题，一级字体")),
    ("runin-2", _("段首标题，二级字体")),
    ("runin-3", _("段首标题，三级字体")),
    ("runin-4", _("段首标题，四级字体")),
    (Kind.NOTICE.value, _("提示框")),
    (REMOVE, _("删去这一段")),
)
_STEP = 10  # between the places of two blocks, so that a new one can be put between them


class PapersFilter(forms.Form):
    """What the list of papers is narrowed down by."""

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            ("", _("全部")),
            (State.DRAFT.value, _("待核稿、已退回")),
            (State.CHECKED.value, _("待签发")),
            (State.SIGNED.value, _("正在排印")),
            (State.ISSUED.value, _("已印发")),
            (State.VOID.value, _("已作废")),
        ],
    )
    words = forms.CharField(label=_("标题或文号"), required=False, max_length=60)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("退回的理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class DiscardForm(forms.Form):
    reason = forms.CharField(label=_("作废的理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class TakeBackForm(forms.Form):
    file = forms.FileField(label=_("改好的 DOCX"), max_length=200, allow_empty_file=True)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("校验码"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "placeholder": "7F3K-92QD"}
        ),
    )


class FileForm(forms.Form):
    file = forms.FileField(label=_("收到的 PDF 或 DOCX"), max_length=200, allow_empty_file=True)


@dataclass(frozen=True)
class BlockRow:
    """One block as the fields of its row: `name` stands in the names of its fields."""

    name: str
    kind: str
    order: int
    head: str
    text: str
    table: object = None  # what a template shows of a table

    @property
    def is_new(self) -> bool:
        return self.name.startswith("n") and not self.text and not self.head

    @property
    def look(self) -> str:
        """The part of its kind that decides the type it is shown in."""
        return self.kind if self.kind.startswith("heading") else self.kind.partition("-")[0]

    @property
    def is_table(self) -> bool:
        return self.kind == Kind.TABLE

    @property
    def has_head(self) -> bool:
        return bool(self.head) or self.kind.startswith(Kind.RUN_IN)

    @property
    def rows(self) -> int:
        """Lines of the field: as many as the text takes at a desk, more or less."""
        return min(14, max(2 if len(self.text) > 30 else 1, len(self.text) // 38 + 1))


@dataclass(frozen=True)
class PartRows:
    """The text (number 0) or an annex, with its rows and one empty row for a new paragraph."""

    number: int
    title: str
    rows: list[BlockRow]


def rows_of(prose: Prose, tables: Mapping[str, object]) -> list[PartRows]:
    """A prose as the rows of its form. `tables`: what to show of each table, by the key of its block."""
    parts = [PartRows(0, "", _rows(0, prose.blocks, tables))]
    for place, annex in enumerate(prose.annexes, 1):
        number = int(annex.key) if annex.key.isdigit() else place
        parts.append(PartRows(number, annex.title, _rows(number, annex.blocks, tables)))
    return parts


def _rows(part: int, blocks: tuple[EditBlock, ...], tables: Mapping[str, object]) -> list[BlockRow]:
    rows = []
    for place, block in enumerate(blocks, 1):
        name = block.key or f"n{part}.{place}"
        kind = f"{block.kind}-{block.level}" if block.level else str(block.kind)
        rows.append(BlockRow(name, kind, place * _STEP, block.head, block.text, tables.get(block.key)))
    return [*rows, BlockRow(f"n{part}.{len(rows) + 1}", Kind.PARAGRAPH.value, (len(rows) + 1) * _STEP, "", "")]


def prose_from(data: QueryDict) -> Prose:
    """The prose that a form says, whatever was sent: what it says of blocks that there are not is refused later, by
    `editing.apply`."""
    named = {int(number): data.get(f"annex:{number}", "") for number in _numbers(data)}
    named = {number: title for number, title in named.items() if f"annex-{REMOVE}:{number}" not in data}
    blocks = _blocks(data)
    return Prose(
        title=_text(data, "title"),
        addressees=_text(data, "addressees"),
        signer=_text(data, "signer"),
        note=_text(data, "note"),
        copies_to=_text(data, "copies_to"),
        blocks=tuple(blocks.get(0, [])),
        annexes=tuple(
            EditAnnex(str(number), _plain(title), tuple(blocks.get(number, [])))
            for number, title in sorted(named.items())
        ),
    )


def _numbers(data: QueryDict) -> Iterator[str]:
    for name in data:
        _, _, number = name.partition("annex:")
        if re.fullmatch("[1-9][0-9]?", number):
            yield number


def _blocks(data: QueryDict) -> dict[int, list[EditBlock]]:
    """The blocks of each part, in the order that their places say."""
    found: dict[int, list[tuple[float, EditBlock]]] = {}
    for field in data:
        word, _, name = field.partition(":")
        new = _NEW.fullmatch(name)
        if word != "kind" or not (new or _KEY.fullmatch(name)):
            continue
        part = int(name.lstrip("n").partition(".")[0])
        block = _block(data, name, "" if new else name)
        if block is not None:
            found.setdefault(part, []).append((_order(data.get(f"order:{name}", "")), block))
    return {part: [block for _, block in sorted(rows, key=lambda row: row[0])] for part, rows in found.items()}


def _block(data: QueryDict, name: str, key: str) -> EditBlock | None:
    word, _, level = data.get(f"kind:{name}", "").partition("-")
    head, text = _text(data, f"head:{name}"), _text(data, f"text:{name}")
    if word == REMOVE or (not key and not head.strip() and not text.strip()):
        return None
    kind = Kind(word) if word in set(Kind) else Kind.PARAGRAPH
    number = int(level) if level in ("1", "2", "3", "4") else 0
    return EditBlock(
        key, kind, number, head if kind is Kind.RUN_IN else "", text if kind is Kind.RUN_IN else head + text
    )


def _order(text: str) -> float:
    return float(text) if re.fullmatch(r"-?[0-9]{1,6}(\.[0-9]{1,6})?", text) else 0.0


def _text(data: QueryDict, name: str) -> str:
    return _plain(data.get(name, ""))


def _plain(text: str) -> str:
    """A browser sends its line feeds as CR LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
