"""`bench paper`: our DOCX and PDF against docxtpl and a kept Typst compiler on the same text.

The floor prints the same words on the same page with the same fonts, but knows no official paper: one style, no grid,
no bound numbers, no check of glyphs.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import itertools
import json
import tempfile
from pathlib import Path
from typing import Any

from bihuan.bench.timing import side_by_side
from bihuan.demonstration import EXAMPLE
from bihuan.documents.docx_writer import write_docx
from bihuan.documents.fonts import FontSet, discover
from bihuan.documents.paper import Bound, Colophon, Paper, Paragraph, Text
from bihuan.documents.typst_writer import write_pdf
from bihuan.reading import report

RUNS = 15
_PLAIN = """#let lines = json(bytes(sys.inputs.lines))
#set page(paper: "a4", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm))
#set text(font: ("FandolFang R", "Noto Serif CJK SC", "Noto Serif SC"), size: 16pt, lang: "zh")
#set par(justify: true, first-line-indent: (amount: 2em, all: true))
#for line in lines { par(line) }
"""


def run() -> dict[str, Any]:
    """The ratio of the time for both files of the example's paper."""
    with tempfile.TemporaryDirectory() as folder:
        return _run(Path(folder))


def _run(folder: Path) -> dict[str, Any]:
    fonts = discover()
    paper = _paper()
    lines = paper.text().split("\n")
    template, compiler = _template(), _compiler(folder, fonts)
    numbers = itertools.count(1)

    def ours() -> None:
        # A new number each time: a paper that was printed before would come out of the writers' memory.
        fresh = dataclasses.replace(paper, number=f"临州安办〔2023〕{next(numbers)}号")
        write_docx(fresh, fonts=fonts)
        write_pdf(fresh, fonts=fonts)

    from docxtpl import DocxTemplate  # a development tool: no other command may need it

    def floor() -> None:
        made = DocxTemplate(io.BytesIO(template))
        made.render({"lines": lines}, autoescape=True)
        made.save(io.BytesIO())
        # The number changes here too: Typst remembers what it has laid out.
        compiler.compile(format="pdf", sys_inputs={"lines": json.dumps([*lines, str(next(numbers))])})

    mine, least, ratio = side_by_side(ours, floor, runs=RUNS)
    return {
        "ratio": round(ratio, 2),
        "ours": round(mine * 1000, 1),
        "floor": round(least * 1000, 1),
        "unit": "ms",
        "rows": len(lines),
        "runs": RUNS,
        "method": "both files of the example's paper, against docxtpl + a kept Typst compiler on the same lines",
    }


def _paper() -> Paper:
    """The example report as a paper, each of its figures bound."""
    text = EXAMPLE.read_text(encoding="utf-8")
    reading = report.read(text)
    blocks, start = [], 0
    for line in text[: reading.tail.end].split("\n"):
        inlines: list[Text | Bound] = []
        at = start
        for figure in reading.figures:
            if start <= figure.start < start + len(line):
                inlines += [Text(text[at : figure.start]), Bound(f"fact:{figure.start}", figure.text)]
                at = figure.end
        inlines.append(Text(text[at : start + len(line)]))
        blocks.append(Paragraph(tuple(item for item in inlines if item.text)))
        start += len(line) + 1
    office, day = "临夏州安全生产委员会办公室", dt.date(2023, 7, 5)
    return Paper(
        kind="报告",
        issuer=(office,),
        mark=f"{office}文件",
        title="关于“安全生产月”活动开展情况的报告",
        number="临州安办〔2023〕15号",
        signer="示例",
        upward=True,
        addressees=("甘肃省安全生产委员会办公室",),
        blocks=tuple(block for block in blocks if block.inlines),
        date=day,
        colophon=Colophon((), office, day),
        marking="测速",
    )


def _template() -> bytes:
    from docx import Document

    made = Document()
    for line in ("{%p for line in lines %}", "{{ line }}", "{%p endfor %}"):
        made.add_paragraph(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _compiler(folder: Path, fonts: FontSet) -> Any:
    import typst

    (folder / "plain.typ").write_text(_PLAIN, encoding="utf-8")
    return typst.Compiler(str(folder / "plain.typ"), font_paths=list(fonts.folders()), ignore_system_fonts=True)
