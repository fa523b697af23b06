"""The command about totals: compare what is kept with the figures, and put it right."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING

from bihuan.cli.installed import django
from bihuan.cli.terminal import FINDINGS, WELL, BadInputError, give, tell
from bihuan.lib.words import say

if TYPE_CHECKING:
    from bihuan.figures.actions import Check, Difference
    from bihuan.figures.rules import Sum


def recount(arguments: argparse.Namespace) -> int:
    """Exit code 1 where something is wrong and was not repaired."""
    period = _day(arguments.first, dt.date.min), _day(arguments.last, dt.date.max)
    with django():
        from django.utils import timezone

        from bihuan.figures import actions
        from bihuan.org import queries

        region = queries.the_one_called(arguments.region) if arguments.region else None
        found = actions.check_totals(
            period=period, region=region, repair=arguments.repair, by="system:installation", at=timezone.now()
        )
        names = queries.region_names({item.region for _edition, item in found.differences})
    if arguments.json:
        give(_as_json(found))
    else:
        for edition, item in found.differences:
            print(f"{edition}\t{names.get(item.region, item.region)}\t{_said(item)}")
        tell(_told(found))
    return FINDINGS if found.wrong and not found.repaired else WELL


def _day(text: str | None, otherwise: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(text) if text else otherwise
    except ValueError as error:
        wrong = say(f"“{text}”不是日期，应如 2026-06-16", f"{text!r} is no day: write it as 2026-06-16")
        raise BadInputError(wrong) from error


def _said(item: Difference) -> str:
    def short(found: Sum) -> str:
        return f"{found.low}–{found.high} ({found.count})"

    what = f"{item.what.day}\t{'+'.join(item.what.basket)}\t{item.what.classifier}"
    return f"{what}\t{short(item.kept)} → {short(item.counted)}"


def _told(found: Check) -> str:
    looked = say(
        f"核对了 {found.editions} 个区划版本、{len(found.days)} 天、{found.totals} 个合计，用时 {found.seconds} 秒",
        f"compared {found.totals} totals of {len(found.days)} days in {found.editions} editions in {found.seconds} s",
    )
    if not found.wrong:
        return looked + say("，全部相符", ": all are right")
    done = say("，已更正", ", put right") if found.repaired else say("，加 --repair 更正", "; --repair puts them right")
    return looked + say(f"，{found.wrong} 处不符", f": {found.wrong} are wrong") + done


def _as_json(found: Check) -> dict[str, object]:
    return {
        "editions": found.editions,
        "days": len(found.days),
        "totals": found.totals,
        "wrong": found.wrong,
        "repaired": bool(found.repaired and found.wrong),
        "seconds": found.seconds,
        "first": [
            {
                "edition": edition,
                "region": item.region,
                "day": item.what.day.isoformat(),
                "measures": list(item.what.basket),
                "classifier": item.what.classifier,
                "kept": {"low": str(item.kept.low), "high": str(item.kept.high), "count": item.kept.count},
                "counted": {"low": str(item.counted.low), "high": str(item.counted.high), "count": item.counted.count},
            }
            for edition, item in found.differences
        ],
    }
