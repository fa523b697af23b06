"""When campaigns are, and what they are called. Pure."""

from __future__ import annotations

import calendar
import datetime as dt

SAFETY_MONTH = 6  # 安全生产月 is June since 2002 (facts: 国务院安委会办公室)
LONGEST = 366  # days of one campaign


def safety_month(year: int) -> tuple[dt.date, dt.date]:
    """First and last day of the Work Safety Month of a year."""
    return dt.date(year, SAFETY_MONTH, 1), dt.date(year, SAFETY_MONTH, calendar.monthrange(year, SAFETY_MONTH)[1])


def safety_month_name(year: int) -> str:
    """What everyone calls it."""
    return f"{year}年“安全生产月”"
