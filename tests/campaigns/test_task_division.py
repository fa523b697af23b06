"""The printed division of work: what many do alike stands on one row, and lists are called by their name."""

from __future__ import annotations

from bihuan.campaigns.task_division import Line, rows

MEMBERS = [f"州第{number}局" for number in range(1, 38)]
COUNTIES = ["康乐县", "永靖县", "广河县"]
LISTS = {"各成员单位": MEMBERS, "各县（市）": COUNTIES}


def line(unit: str, *assisting: str, title: str = "开展咨询日活动") -> Line:
    return Line("（一）宣传", title, "", unit, assisting, "", "", "", "6月16日前")


def test_a_list_that_helps_is_called_by_its_name() -> None:
    (row,) = rows([line("州应急局", *MEMBERS)], LISTS)
    assert row.line.helping == "各成员单位"


def test_who_leads_helps_anyway() -> None:
    """Each leads with all the others: one row of all, and not thirty-seven that differ in a name."""
    all_others = [line(unit, *(other for other in MEMBERS if other != unit)) for unit in MEMBERS]
    (row,) = rows(all_others, LISTS)
    assert (row.units, row.line.helping, row.count) == ("各成员单位", "各成员单位", 37)


def test_more_than_a_list_and_less() -> None:
    (row,) = rows([line("州应急局", *MEMBERS, *COUNTIES, "州电视台")], LISTS)
    assert row.line.helping == "各成员单位、各县（市）、州电视台"
    (row,) = rows([line("州应急局", *COUNTIES[:2])], LISTS)
    assert row.line.helping == "康乐县、永靖县"
    (row,) = rows([line("州应急局")], LISTS)
    assert row.line.helping == ""
