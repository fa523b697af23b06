"""Questions as a workbook (题库表): what stands in each cell, what is wrong there; and the workbook itself. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bihuan.contest.question import (
    LETTERS,
    LONGEST_BASIS,
    LONGEST_EXPLANATION,
    LONGEST_OPTION,
    LONGEST_STEM,
    Question,
    QuestionKind,
)
from bihuan.contest.question_text import DIFFICULTIES, SAID_DIFFICULTY, compose
from bihuan.lib.filled import Columns, FilledRow, header, lines
from bihuan.lib.refusals import Refusal
from bihuan.lib.workbook import Cell, Sheet

MOST = 5000  # questions of one import
SAID_KIND = {QuestionKind.SINGLE: "单选", QuestionKind.MULTIPLE: "多选", QuestionKind.JUDGEMENT: "判断"}
_OPTIONS: dict[str, tuple[tuple[str, ...], int]] = {
    f"option_{letter}": ((f"选项{letter}", letter, f"{letter}选项", f"选项{letter.lower()}"), LONGEST_OPTION)
    for letter in LETTERS
}
COLUMNS: Columns = {
    "code": (("编号", "题号", "序号"), 40),
    "kind": (("题型", "类型"), 20),
    "stem": (("题干", "题目", "试题", "问题"), LONGEST_STEM),
    **_OPTIONS,
    "key": (("答案", "正确答案", "参考答案"), 20),
    "explanation": (("解析", "答案解析", "说明"), LONGEST_EXPLANATION),
    "basis": (("依据", "法律依据", "出处"), LONGEST_BASIS),
    "subject": (("主题", "知识点"), 40),
    "difficulty": (("难度",), 10),
    "audiences": (("对象", "适用对象"), 200),
}


class QuestionRowsError(Refusal):
    """The workbook as a whole holds no questions."""


@dataclass
class QuestionRow(FilledRow):
    """One filled row; `question` is None where it has faults."""

    question: Question | None = None


def read_rows(sheets: Sequence[Sheet]) -> list[QuestionRow]:
    """The questions of a workbook, in its order.

    Raises:
        QuestionRowsError: no sheet has a column for the stem, nothing stands below it, or there are too many.
    """
    rows: list[QuestionRow] = []
    headed = False
    for sheet in sheets:
        found = header(sheet, COLUMNS, "stem")
        if found is None:
            continue
        headed = True
        for number, given in lines(sheet, *found):
            if any(_text(cell) for cell in given.values()):
                rows.append(_row(QuestionRow(sheet.name, number, found[1]), given))
        if len(rows) > MOST:
            zh, en = f"题目超过 {MOST} 道，请分几次导入", f"more than {MOST} questions: import them in parts"
            raise QuestionRowsError("questions-too-many", zh, en)
    if not headed:
        zh = "没有找到表头：至少要有“题干”和“答案”两列。请下载模板对照"
        raise QuestionRowsError("questions-no-header", zh, "no header row: columns 题干 and 答案 are needed")
    if not rows:
        raise QuestionRowsError("questions-empty", "表头下面没有题目", "there is no question below the header row")
    return rows


def _text(cell: Cell) -> str:
    """What stands in a cell as a person reads it there: an option 3 is “3”, not “3.0”."""
    if isinstance(cell, bool):
        return "对" if cell else "错"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _row(row: QuestionRow, given: Mapping[str, Cell]) -> QuestionRow:
    row.values = {name: _text(cell) for name, cell in given.items()}
    options = [row[f"option_{letter}"] for letter in LETTERS]
    while options and not options[-1]:
        options.pop()
    question, wrong = compose(
        kind=row["kind"],
        stem=row["stem"],
        options=options,
        key=row["key"],
        rest={name: row[name] for name in ("explanation", "basis", "subject", "difficulty", "audiences", "code")},
    )
    for flaw in wrong:
        row.fault("option_A" if flaw.field == "options" else flaw.field, flaw.zh, flaw.en)
    for name in ("code", "subject", "audiences"):
        if len(row[name]) > COLUMNS[name][1]:
            row.fault(name, f"太长，最多 {COLUMNS[name][1]} 个字", f"too long: at most {COLUMNS[name][1]} characters")
    row.question = None if row.faults else question
    return row


_OPTION_HEADS = tuple(f"选项{letter}" for letter in LETTERS)
HEADS = ("编号", "题型", "题干", *_OPTION_HEADS, "答案", "解析", "依据", "主题", "难度", "对象")


def _cells(question: Question) -> list[str]:
    options = [*question.options, *[""] * (len(LETTERS) - len(question.options))]
    return [
        question.code, SAID_KIND[question.kind], question.stem, *options, question.letters, question.explanation,
        question.basis, question.subject, SAID_DIFFICULTY[question.difficulty], "、".join(question.audiences),
    ]  # fmt: skip


def write_workbook(questions: Iterable[Question]) -> bytes:
    """The questions as an XLSX file that `read_rows` reads again; without any: the template."""
    import xlsxwriter

    kept = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(kept, options) as book:
        sheet = book.add_worksheet("题库")
        head = book.add_format({"bold": True, "bg_color": "#E8EEF5", "border": 1, "text_wrap": True})
        plain = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        sheet.freeze_panes(1, 3)
        for column, name in enumerate(HEADS):
            sheet.set_column(column, column, _WIDTHS.get(name, 14), plain)
            sheet.write_string(0, column, name, head)
        for number, question in enumerate(questions, start=1):
            for column, text in enumerate(_cells(question)):
                sheet.write_string(number, column, text, plain)
        kinds, difficulties = HEADS.index("题型"), HEADS.index("难度")
        sheet.data_validation(1, kinds, MOST, kinds, {"validate": "list", "source": list(SAID_KIND.values())})
        sheet.data_validation(1, difficulties, MOST, difficulties, {"validate": "list", "source": list(DIFFICULTIES)})
    return kept.getvalue()


_WIDTHS = {"题干": 44, "解析": 40, "依据": 34, "编号": 10, "题型": 8, "答案": 8, "难度": 8}
