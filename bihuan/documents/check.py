"""Check an official paper in DOCX against GB/T 9704-2012.

``check_docx(data)`` returns the findings; ``python -m bihuan.documents.check FILE.docx`` prints them, one a line.
The rules are an independent reading of the standard and know nothing of the project's own writers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bihuan.documents.checking import foot_rules, head_rules, heading_rules, page_rules, text_rules
from bihuan.documents.checking.finding import CheckError, Finding
from bihuan.documents.checking.layout import Layout, find_layout
from bihuan.documents.checking.lines import read
from bihuan.documents.checking.package import MAX_PACKED, Package
from bihuan.documents.checking.report import Report

__all__ = ["RULES", "CheckError", "Finding", "check_docx", "main"]

#: Every rule's id with its name in both languages.
RULES: Final = {
    "page": ("纸张", "paper"),
    "margins": ("页边距", "margins"),
    "grid": ("每页 22 行、每行 28 字", "22 lines of 28 characters"),
    "fonts": ("中文字体", "East Asian fonts"),
    "latin-fonts": ("数字和西文字体", "Latin fonts"),
    "sizes": ("字号", "sizes"),
    "punctuation": ("标点字体", "punctuation fonts"),
    "indent": ("段落缩进", "paragraph indent"),
    "headings": ("层次序数", "heading ladder"),
    "mark": ("发文机关标志", "mark of the issuing body"),
    "number": ("发文字号", "document number"),
    "signer": ("签发人", "signer"),
    "red-rule": ("版头分隔线", "red rule"),
    "title": ("标题", "title"),
    "addressee": ("主送机关", "addressee"),
    "date": ("日期", "dates"),
    "signature": ("署名和成文日期", "signature and date"),
    "annex": ("附件", "annexes"),
    "colophon": ("版记", "colophon"),
    "page-number": ("页码", "page number"),
}

_CHECKS: Final[tuple[Callable[[Layout, Report], None], ...]] = (
    page_rules.check_page,
    page_rules.check_margins,
    page_rules.check_grid,
    text_rules.check_fonts,
    text_rules.check_sizes,
    text_rules.check_punctuation,
    page_rules.check_indents,
    heading_rules.check_headings,
    head_rules.check_mark,
    head_rules.check_number,
    head_rules.check_signer,
    head_rules.check_red_rule,
    head_rules.check_title,
    head_rules.check_addressee,
    text_rules.check_dates,
    foot_rules.check_signature,
    foot_rules.check_annexes,
    foot_rules.check_colophon,
    page_rules.check_page_number,
)


def check_docx(data: bytes) -> list[Finding]:
    """The rules that a paper breaks, none for a clean one.

    In: the bytes of a DOCX file, whoever made it. Raises CheckError for bytes that are no DOCX that can be read:
    another format, damaged, hostile, or over 20 MB packed or 100 MB unpacked.
    """
    layout = find_layout(read(Package(data)))
    report = Report()
    for check in _CHECKS:
        check(layout, report)
    return report.findings()


def main(argv: Sequence[str] | None = None) -> int:
    """Print the findings of one file. Returns 0 for none, 1 for some, 2 for a file that cannot be read."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        print("用法 usage: python -m bihuan.documents.check FILE.docx", file=sys.stderr)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    try:
        path = Path(arguments[0])
        with path.open("rb") as stream:
            findings = check_docx(stream.read(MAX_PACKED + 1))
    except CheckError as error:
        print(f"{error.zh} / {error.en}", file=sys.stderr)
        return 2
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        print(f"打不开文件 / cannot open the file: {arguments[0]}: {reason}", file=sys.stderr)
        return 2
    for finding in findings:
        name = RULES[finding.rule]
        print(f"{finding.rule}\t{finding.severity}\t{finding.where}\t{name[0]}：{finding.zh} / {name[1]}: {finding.en}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
