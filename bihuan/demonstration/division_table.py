"""The Word table of the demonstration's division of work, as an office would send it round."""

from __future__ import annotations

import io

from bihuan.demonstration.lists import rows

NAME = "division.docx"
TITLE = "临夏州2023年“安全生产月”重点工作任务分工表（示例·模型数据）"
HEADINGS = {
    "number": "序号",
    "task": "工作任务",
    "measures": "工作措施",
    "leads": "牵头单位",
    "assisting": "配合单位",
    "leader": "分管领导",
    "office": "责任科室",
    "due": "完成时限",
}


def word_table() -> bytes:
    """The DOCX: a title, the headings, a row for each task, the parts of the plan across all columns."""
    from docx import Document

    document = Document()
    document.add_paragraph(TITLE)
    lines: list[tuple[str, ...]] = [tuple(HEADINGS.values())]
    for row in rows("division.csv"):
        if row["section"]:
            lines.append((row["section"],))
        lines.append(tuple(row[name] for name in HEADINGS))
    table = document.add_table(rows=len(lines), cols=len(HEADINGS), style="Table Grid")
    for texts, line in zip(lines, table.rows, strict=True):
        cells = line.cells
        if len(texts) == 1:
            cells[0].merge(cells[-1]).text = texts[0]
            continue
        for text, cell in zip(texts, cells, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
