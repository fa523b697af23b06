"""Divisions of work in the layouts that offices use, made by hand from how such papers look; all persons are invented.

Each layout is a file's name and its content, made when asked for.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import docx
from division_papers import add_table, pasted, saved, sheet, word_table
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

Layout = Callable[[], tuple[str, bytes]]


def key_tasks() -> tuple[str, bytes]:
    """安全生产月重点工作分工: two rows of headings, sections across, a note below."""
    rows = [
        ["序号", "工作任务", "工作措施", "责任分工", "", "", "完成时限", "备注"],
        ["", "", "", "牵头单位", "配合单位", "分管领导", "", ""],
        ["一、启动仪式", "", "", "", "", "", "", ""],
        ["1", "举办启动仪式", "中心广场举行", "州安委办", "各县市政府，州公安局（交警支队）", "示例·甲", "6月1日", ""],
        ["2", "悬挂宣传标语", "在路口悬挂", "州应急局", "各县市安委办、各成员单位", "示例·甲", "6月上旬", "费用自理"],
        ["二、宣传咨询", "", "", "", "", "", "", ""],
        ["3", "咨询日", "设台", "州安委办\n州应急局", "州文体广电和旅游局和州总工会等部门", "示例·乙", "6月16日", ""],
        ["注：各单位于7月3日前报送总结。", "", "", "", "", "", "", ""],
    ]  # fmt: skip
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 5), (0, 6, 1, 6), (0, 7, 1, 7)]
    merged += [(row, 0, row, 7) for row in (2, 5, 7)]
    above = ["附件1", "临夏州2023年“安全生产月”重点工作分工"]
    return "分工.docx", word_table(rows, merged=merged, above=above)


def office_tasks() -> tuple[str, bytes]:
    """宣传咨询日活动任务分工 of one bureau: sections of the office and persons; cells merged downwards."""
    rows = [
        ["序号", "工作内容", "具体要求", "责任科室", "责任人", "责任领导", "时间节点"],
        ["1", "活动方案", "起草、报批、印发", "办公室", "示例·甲", "示例·丙\n（副局长）", "5月底前"],
        ["2", "现场布置", "主席台布置", "宣传科", "示例·乙", "", "6月11日"],
        ["", "", "音响调试", "", "", "", "6月12日8:00前"],
        ["3", "资料发放", "展板、宣传单", "法规科、执法队", "各科室负责人", "示例·丁", "活动期间"],
    ]
    merged = [(1, 5, 3, 5), (2, 0, 3, 0), (2, 1, 3, 1), (2, 3, 3, 3), (2, 4, 3, 4)]
    return "咨询日.docx", word_table(rows, merged=merged, above=["宣传咨询日活动任务分工表"])


def ledger_sheet() -> tuple[str, bytes]:
    """An Excel sheet with a title, a merged category, real numbers and dates, a hidden row and column."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    page = book.add_worksheet("重点任务")
    day, month = book.add_format({"num_format": "m月d日"}), book.add_format({"num_format": 'yyyy"年"m"月"'})
    page.merge_range(0, 0, 0, 8, "2023年重点任务分解表")
    page.write(1, 0, "填报单位：州安委办")
    for column, text in enumerate(
        ["序号", "类别", "重点任务", "具体措施", "责任单位", "责任人", "联系电话", "完成时限", "备注"]
    ):
        page.write(2, column, text)
    page.merge_range(3, 1, 5, 1, "宣传教育")
    rows: list[list[Any]] = [
        [1, None, "主题宣讲", "组织宣讲团", "州应急局、州委宣传部", "示例·甲", 13800138000, dt.date(2023, 6, 10)],
        [2, None, "警示教育", "观看警示教育片", "各县市、各部门", "示例·乙", "0930-6212345", dt.date(2023, 6, 1)],
        [3, None, "知识竞赛", "组织网上答题", "州应急局", "", "", "6月底前"],
        [4, "应急演练", "综合演练", "开展应急演练", "州消防救援支队", "示例·丙", "", "每月5日前"],
    ]
    for at, row in enumerate(rows, 3):
        for column, value in enumerate(row):
            if isinstance(value, dt.date):
                page.write_datetime(at, column, value, day if value.day > 1 else month)
            elif value not in (None, ""):
                page.write(at, column, value)
    page.set_row(4, None, None, {"hidden": True})
    page.set_column(6, 6, 10, None, {"hidden": True})
    page.write(8, 0, "填表人：示例·戊")
    book.close()
    return "重点任务.xlsx", out.getvalue()


def labelled_cells() -> tuple[str, bytes]:
    """One column for all who answer, each cell saying who leads and who assists."""
    rows = [
        ["序号", "重点工作", "责任分工", "完成时限"],
        ["1", "宣传咨询日", "牵头单位：州应急局\n配合单位：各县市政府、州教育局", "6月16日"],
        ["2", "知识竞赛", "牵头单位:州应急局 配合单位:各成员单位", "6月1日—30日"],
        ["3", "应急演练", "州消防救援支队牵头，州应急局、各县市配合", "6月下旬"],
        ["4", "总结报告", "州安委办", "7月上旬"],
    ]
    return "分工方案.docx", word_table(rows)


def over_two_pages() -> tuple[str, bytes]:
    """One table broken in two by hand: the second has no headings; and a third that prints them again."""
    document = docx.Document()
    heads = ["序号", "工作任务", "牵头单位", "配合单位", "时限"]
    add_table(
        document,
        [heads, ["1", "方案制定", "州安委办", "", "5月20日前"], ["2", "氛围营造", "州委宣传部", "各县市", "6月"]],
    )
    add_table(document, [["3", "隐患排查", "州应急局", "各成员单位", "长期坚持"]], above=["（续表）"])
    add_table(
        document,
        [["4", "应急演练", "州应急局", "州消防救援支队", "6月20日"], heads, ["5", "总结", "州安委办", "—", "7月5日"]],
    )
    return "续表.docx", saved(document)


def tables_under_headings() -> tuple[str, bytes]:
    """A table for each part of the plan, under the part's heading, each with its own columns."""
    document = docx.Document()
    add_table(
        document,
        [
            ["项目", "内容", "主办单位", "参加单位", "活动时间"],
            ["启动仪式", "宣布启动", "州安委会", "成员单位", "6月1日"],
        ],
        above=["关于印发分工的通知", "一、启动仪式"],
    )
    add_table(
        document,
        [
            ["工作任务", "责任单位", "完成时间"],
            ["进企业", "州工信局、州国资委", "6月中旬"],
            ["进学校", "州教育局", "6月中旬"],
        ],
        above=["二、安全宣传“五进”"],
    )
    document.add_paragraph("联系人：示例·甲")
    return "通知.docx", saved(document)


def frayed() -> tuple[str, bytes]:
    """Borders dragged by hand: the rows cut the table's grid at slightly different places."""
    document = docx.Document()
    rows = [
        [("序号", 2), ("工作任务", 4), ("牵头单位", 3), ("完成时限", 3)],
        [("1", 1), ("启动仪式", 5), ("州应急局", 3), ("6月1日", 3)],
        [("2", 2), ("应急演练", 5), ("州消防救援支队", 2), ("6月底前", 3)],
    ]
    table = document.add_table(rows=0, cols=12)
    for row in rows:
        line = table.add_row()._tr
        for cell in list(line.tc_lst):
            line.remove(cell)
        for text, span in row:
            cell = line.add_tc()
            cell.get_or_add_tcPr().get_or_add_gridSpan().val = span
            cell.add_p().add_r().text = text
    return "表格.docx", saved(document)


def in_brackets() -> tuple[str, bytes]:
    """No columns for who answers: it stands in brackets behind the measure."""
    rows = [
        ["序号", "重点任务", "具体措施"],
        ["1", "宣传“五进”", "进企业、进学校。（牵头单位：州应急局；配合单位：州教育局、各县市；完成时限：6月30日前）"],
        ["2", "曝光隐患", "在州电视台曝光重大隐患（责任单位：州应急局、州融媒体中心）。"],
    ]  # fmt: skip
    return "任务清单.docx", word_table(rows)


def two_dates() -> tuple[str, bytes]:
    """A column for the beginning and one for the end."""
    rows = [
        ["序号", "任务名称", "承办单位", "协办单位", "开始时间", "完成时间", "完成情况"],
        ["1", "排查整治", "州应急局", "各县（市）人民政府", "2023年6月1日", "2023年9月30日", ""],
        ["2", "回头看", "州应急局", "〃", "10月1日", "12月底", "未开始"],
    ]
    return "时间.xlsx", sheet(rows)


def copied_from_excel() -> tuple[str, bytes]:
    """What the clipboard holds: tabs, and quotes round cells of several lines."""
    rows = [
        ["工作任务", "工作要求", "牵头单位", "配合单位", "时限"],
        ["宣传咨询日", '"1.设咨询台\n2.发""明白纸"""', "州应急局", "各成员单位", "6月16日"],
        ["", "3.解答群众疑问", "州司法局", "", "6月16日"],
    ]
    return "粘贴.txt", pasted(rows)


def with_bars() -> tuple[str, bytes]:
    """A table as chat programs show it."""
    lines = [
        "序号 | 任务 | 责任单位 | 时限",
        "--- | --- | --- | ---",
        "1 | 启动仪式 | 州应急局 | 6月1日",
        "2 | 总结 | 州安委办 |",
    ]
    return "任务.md", "".join(f"| {line} |\n" for line in lines).encode()


def lead_and_responsible() -> tuple[str, bytes]:
    """牵头领导, 牵头单位 and 责任单位 side by side, a column that we have no word for, and 合计."""
    rows = [
        ["序号", "工作事项", "目标要求", "牵头领导", "牵头单位", "责任单位", "办结时限", "资金（万元）"],
        ["1", "应急广播建设", "行政村全覆盖", "示例·甲", "州应急局", "各县市，有关乡镇", "11月底前", "120"],
        ["2", "演练", "州县联动", "示例·乙", "州应急局", "同上", "第三季度", "30.5"],
        ["合计", "", "", "", "", "", "", "150.5"],
    ]
    return "督办.xlsx", sheet(rows)


def numbered_by_word() -> tuple[str, bytes]:
    """The numbers are Word's own, and stand in no text."""
    document = docx.Document()
    add_table(
        document,
        [
            ["序号", "任务", "责任科室", "时限"],
            ["", "起草方案", "办公室", "5月20日"],
            ["", "印发通知", "办公室", "5月25日"],
        ],
    )
    for row in document.tables[0].rows[1:]:
        row.cells[0].paragraphs[0].style = document.styles["List Number"]
    return "自动编号.docx", saved(document)


def table_in_a_cell() -> tuple[str, bytes]:
    """A frame for the look of it, with the real table inside one of its cells."""
    document = docx.Document()
    add_table(document, [["任务分工", ""], ["", ""]], merged=[(0, 0, 0, 1), (1, 0, 1, 1)])
    cell = document.tables[0].rows[1].cells[0]
    inner = cell.add_table(rows=2, cols=3)
    for row, texts in zip(
        inner.rows, [["工作任务", "牵头单位", "时限"], ["启动仪式", "州应急局", "6月1日"]], strict=True
    ):
        for at, text in enumerate(texts):
            row.cells[at].text = text
    return "套表.docx", saved(document)


def saved_as_csv() -> tuple[str, bytes]:
    """CSV in the encoding that Excel in Chinese writes."""
    lines = [
        "序号,工作任务,责任单位,完成时限",
        '1,"宣讲,培训",州应急局,6月底前',
        '2,演练,"州消防救援支队,州应急局",6月20日',
        "",
    ]
    return "分工.csv", "\r\n".join(lines).encode("gb18030")


def number_of_section_apart() -> tuple[str, bytes]:
    """Sections whose number stands in the column of numbers: 一 | 启动仪式."""
    rows = [
        ["序号", "重点工作任务", "责任单位", "责任领导", "完成时限"],
        ["一", "启动仪式", "", "", ""],
        ["1", "会场布置", "办公室", "示例·甲", "5月31日"],
        ["（二）", "宣传活动", "", "", ""],
        ["2", "短信推送", "宣传科", "示例·乙", "6月每周五"],
    ]
    return "分工.xlsx", sheet(rows)


def two_tables_on_a_sheet() -> tuple[str, bytes]:
    """Two tables one below the other, the second with other columns."""
    rows = [
        ["州级任务", "", "", ""],
        ["序号", "任务", "牵头单位", "时限"],
        ["1", "启动仪式", "州应急局", "6月1日"],
        ["", "", "", ""],
        ["县市任务", "", "", ""],
        ["任务", "责任单位", "完成时间", "联系人"],
        ["咨询日", "各县市", "6月16日", "示例·甲"],
    ]
    return "两表.xlsx", sheet(rows, merged=[(0, 0, 0, 3), (4, 0, 4, 3)])


def deleted_and_hidden(document: Document | None = None) -> tuple[str, bytes]:
    """Tracked changes: what was deleted is gone, what was inserted is there."""
    document = document or docx.Document()
    add_table(document, [["任务", "责任单位", "时限"], ["演练", "州应急局", "6月1日"]])
    cell = document.tables[0].rows[1].cells[2]
    run = cell.paragraphs[0].runs[0]._r
    deleted = OxmlElement("w:del")
    deleted.set(qn("w:id"), "1")
    run.addprevious(deleted)
    run.find(qn("w:t")).tag = qn("w:delText")
    deleted.append(run)
    cell.paragraphs[0].add_run("6月20日")
    return "修订.docx", saved(document)


def merged_sheet() -> tuple[str, bytes]:
    """Cells merged downwards for several rows, the headings printed again, a category under a part."""
    rows = [
        ["序号", "类别", "工作任务", "牵头单位", "配合单位", "完成时限"],
        ["一、宣传教育", "", "", "", "", ""],
        ["1", "会议", "动员会", "州安委办", "各县市", "6月1日"],
        ["2", "", "部署会", "", "各成员单位", ""],
        ["序号", "类别", "工作任务", "牵头单位", "配合单位", "完成时限"],
        ["二、应急演练", "", "", "", "", ""],
        ["3", "", "综合演练", "州应急局", "州消防救援支队", "6月20日"],
    ]
    merged = [(1, 0, 1, 5), (2, 3, 3, 3), (2, 5, 3, 5), (5, 0, 5, 5)]
    return "合并.xlsx", sheet(rows, merged=merged)


LAYOUTS: tuple[Layout, ...] = (
    key_tasks, office_tasks, ledger_sheet, labelled_cells, over_two_pages, tables_under_headings, frayed, in_brackets,
    two_dates, copied_from_excel, with_bars, lead_and_responsible, numbered_by_word, table_in_a_cell, saved_as_csv,
    number_of_section_apart, two_tables_on_a_sheet, deleted_and_hidden,
    merged_sheet,
)  # fmt: skip
