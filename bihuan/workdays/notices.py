"""The papers behind the lists that ship with the program: numbers of the yearly notices of the State Council's office
(国务院办公厅关于某年部分节假日安排的通知), and of those that changed one later. Pure."""

from __future__ import annotations

NUMBERS = {
    2008: "国办发明电〔2007〕52号",
    2009: "国办发明电〔2008〕42号",
    2010: "国办发明电〔2009〕27号",
    2011: "国办发明电〔2010〕40号",
    2012: "国办发明电〔2011〕45号",
    2013: "国办发明电〔2012〕33号",
    2014: "国办发明电〔2013〕28号",
    2015: "国办发明电〔2014〕28号",
    2016: "国办发明电〔2015〕18号",
    2017: "国办发明电〔2016〕17号",
    2018: "国办发明电〔2017〕12号",
    2019: "国办发明电〔2018〕15号",
    2020: "国办发明电〔2019〕16号",
    2021: "国办发明电〔2020〕27号",
    2022: "国办发明电〔2021〕11号",
    2023: "国办发明电〔2022〕16号",
    2024: "国办发明电〔2023〕7号",
    2025: "国办发明电〔2024〕12号",
    2026: "国办发明电〔2025〕7号",
}
CHANGED = {2015: "国发明电〔2015〕1号", 2019: "国办发明电〔2019〕3号", 2020: "国办发明电〔2020〕1号"}
LAST_DAYS = (2007, 2011, 2018, 2022)  # whose last days the notice of the year after arranged


def cited(year: int) -> str:
    """What the shipped list of a year follows, in one line."""
    numbers = [NUMBERS.get(year, ""), CHANGED.get(year, ""), NUMBERS.get(year + 1, "") if year in LAST_DAYS else ""]
    named = "、".join(number for number in numbers if number)
    return (
        f"国务院办公厅关于{year}年部分节假日安排的通知"
        + (f"（{named}）" if named else "")
        + "，按 chinesecalendar 整理"
    )
