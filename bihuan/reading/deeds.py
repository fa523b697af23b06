"""From noun, deed, unit and topic to measure codes: what 整改, 挂牌督办, 参加 or 同比 make of a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bihuan.reading.catalogue import catalogue
from bihuan.reading.nouns import Cue
from bihuan.reading.quantities import Quantity

_HAZARD = {
    "rectify": ("hazards_rectified",),
    "finish": ("hazards_rectified",),
    "pending": ("hazards_outstanding",),
    "both": ("hazards_found", "hazards_rectified"),
    "list": ("supervision_listed",),
    "delist": ("supervision_closed",),
}
_MAJOR = {
    "rectify": ("major_hazards_rectified",),
    "finish": ("major_hazards_rectified",),
    "pending": ("hazards_outstanding",),
    "both": ("major_hazards_found", "major_hazards_rectified"),
    "list": ("supervision_listed",),
    "delist": ("supervision_closed",),
}
_PLACE = {
    "suspend": "suspended_enterprises",
    "close": "closed_enterprises",
    "punish": "admin_penalties",
    "fine": "admin_penalties",
    "expose": "cases_exposed",
    "list": "supervision_listed",
    "delist": "supervision_closed",
    "case": "cases_filed",
    "reach": "places_reached",
}
# Deeds that name the counted thing by themselves, with the kinds of unit they need.
_BARE = {
    "find": ("hazards_found", "item"),
    "rectify": ("hazards_rectified", "item"),
    "pending": ("hazards_outstanding", "item"),
    "both": ("hazards_found", "item"),
    "list": ("supervision_listed", ""),
    "delist": ("supervision_closed", ""),
    "suspend": ("suspended_enterprises", "org"),
    "close": ("closed_enterprises", "org"),
    "punish": ("admin_penalties", ""),
    "case": ("cases_filed", "item"),
    "expose": ("cases_exposed", ""),
    "inspect": ("enterprises_inspected", "org"),
    "broadcast": ("broadcasts", "event"),
    "publish": ("media_posts", "item"),
    "pledge": ("pledges", ""),
    "attend": ("organisations", "org"),
    "dispatch": ("drill_vehicles", "item"),
    "accept": ("tip_offs", "item"),
    "finish": ("hazards_rectified", "item"),
}
_VIEW_NOUNS = re.compile(r"阅读|播放量|浏览|点击|观看量|访问量")
_CHANGE_AFTER = re.compile(r"(?:至|到|为)[了]?(?:目前的|现在的|当前的)?[ 近约超逾]*$")
_RATE_NAME = re.compile(r"[一-龥]{2}率(?![先领])")
_RATES = {
    "整改": "rectification_rate",
    "办结": "completion_rate",
    "完成": "completion_rate",
    "覆盖": "coverage_rate",
    "长": "",
}


def codes_of(sort: str, q: Quantity, deed: str | None, topic: str | None, cue: Cue | None = None) -> tuple[str, ...]:
    """Codes for a quantity whose governing noun has this sort ("" when there is none, only a deed)."""
    if sort == "thing" and cue is not None:
        return _thing(cue.sorts["thing"], q, deed, cue.word)
    if sort == "event" and cue is not None:
        return (cue.sorts["event"],)
    if sort in ("hazard", "major"):
        table, usual = (_HAZARD, "hazards_found") if sort == "hazard" else (_MAJOR, "major_hazards_found")
        return table.get(deed or "", (usual,))
    if sort in ("place", "org", "site"):
        return _place(sort, q, deed, topic, cue)
    if sort == "vehicle":
        return ("drill_vehicles",) if topic == "drills" else ()
    if sort == "counted" and cue is not None:
        return (cue.sorts["counted"],)
    if sort == "quiz":
        return ("quiz_points",) if q.kind == "score" else ("quiz_answers",) if q.unit_norm == "次" else ()
    if sort == "activity" and deed == "publish" and q.unit_norm in ("条", "条次", "篇", "则"):
        return ("media_posts",)
    if sort == "" and deed:
        return _bare(q, deed)
    return ()


def cue_is_film(word: str) -> bool:
    """True for what is shown to an audience: 宣传片, 短片, 视频."""
    return word.endswith(("片", "视频", "录像"))


def _thing(code: str, q: Quantity, deed: str | None, word: str) -> tuple[str, ...]:
    if deed == "broadcast" and q.unit_norm in ("次", "条次", "小时", "辆次") and code != "video_screenings":
        return ("broadcasts",)
    if code == "tasks_due" and deed in ("finish", "rectify"):
        return ("tasks_done",)
    if code == "cases_exposed" and deed == "case":
        return ("cases_filed",)
    if code == "media_posts" and q.unit_norm in ("场", "场次", "次") and cue_is_film(word):
        return ("video_screenings",)
    if code == "media_posts" and q.unit_norm in ("场", "场次"):
        return ()
    if code == "admin_penalties" and q.kind == "money":
        return ("fines",)
    return (code,)


def _place(sort: str, q: Quantity, deed: str | None, topic: str | None, cue: Cue | None) -> tuple[str, ...]:
    if deed == "suspend" and q.unit_norm not in ("家", "家次", "户", "处"):
        return ()
    if deed in _PLACE:
        return (_PLACE[deed],)
    if deed in ("inspect", "find", "dispatch", "rectify") or (deed is None and topic == "inspections"):
        return ("enterprises_inspected",)
    if deed == "attend" and sort != "site":
        return ("organisations",)
    if sort == "site":
        return ()
    if deed in ("talk", "pledge", "expose"):
        return ()
    if sort == "org" and cue is not None and cue.word in ("成员单位", "参加单位", "参与单位"):
        return ("organisations",)
    if deed == "organise" or topic in ("consultation_events", "launches", "drills", "training_sessions", "quiz"):
        return ("organisations",)
    if cue is not None and cue.word in ("检查单位", "被检查单位", "受检单位"):
        return ("enterprises_inspected",)
    return ()


def _bare(q: Quantity, deed: str) -> tuple[str, ...]:
    code, kind = _BARE.get(deed, ("", ""))
    if not code or (kind and q.kind != kind):
        return ()
    if deed == "dispatch" and q.unit_norm not in ("辆", "台", "辆次", "台次"):
        return ()
    if deed in ("find", "rectify", "pending", "both", "finish") and q.unit_norm not in (
        "项",
        "处",
        "条",
        "个",
        "起",
        "件",
    ):
        return ()
    return _HAZARD.get(deed, (code,)) if deed == "both" else (code,)


# -- people -----------------------------------------------------------------------------------------------------------

_ATTENDED_BY_TOPIC = {
    "drills": "drill_participants",
    "training_sessions": "trainees",
    "quiz": "quiz_participants",
}
# People who inspect only where an inspection is told; else they attend (30余名技术人员参加咨询活动).
_LOOSE = frozenset(("技术人员", "专业人员", "专家", "安全专家", "警力", "人力", "监管人员", "出动人员"))
_DEED_PEOPLE = {"pledge": "pledges"}


def people_codes(
    q: Quantity, near: Sequence[Cue], follow: Sequence[Cue], before: Sequence[Cue], topic: str | None, flat: str
) -> tuple[str, ...] | None:
    """Codes for a number of people; None when nothing says what they did (then it may be inherited).

    `near` are the words between the number before and this one, `follow` those after it in the clause, `before` all
    of the clause before it, each in text order.
    """
    counted = _counted(q, near, follow, topic)
    if counted is not None:
        return (counted,)
    others = any("person" in cue.sorts for cue in near)
    own = _own_topic(follow, topic)
    for cues in (list(reversed(near)), list(follow[:4]), list(reversed(before))):
        topic = own if cues and cues[0] in follow else topic
        for cue in cues:
            code = _by_deed(cue, q, topic, others)
            if code:
                return (code,)
    if topic == "quiz" and any(cue.word in ("选手", "队员") for cue in (*near, *follow[:1])):
        return ("quiz_participants",)
    if others or any("person" in cue.sorts for cue in follow[:1]):
        # 组织师生2300余人开展应急演练
        for cue, then in pairwise(follow):
            if cue.sorts.get("deed") == "organise" and cue.start - q.end <= 4:
                event = then.sorts.get("event") or ("quiz" if "quiz" in then.sorts else "")
                return (_ATTENDED_BY_TOPIC[event],) if event in _ATTENDED_BY_TOPIC else None
    return None


def _own_topic(follow: Sequence[Cue], topic: str | None) -> str | None:
    """37人次参加了“找茬”活动: what is attended behind the number, not what the sentence was about before."""
    for cue, then in pairwise(follow):
        if cue.sorts.get("deed") == "attend":
            named = [c for c in follow if then.start <= c.start <= cue.end + 14]
            other = any("activity" in c.sorts for c in named) and not any("quiz" in c.sorts for c in named)
            return None if other and topic == "quiz" else topic
    return topic


def _inspects(near: Sequence[Cue], follow: Sequence[Cue], topic: str | None) -> bool:
    """30余名技术人员参加咨询活动 attend, 5名专家授课 teach; 抽调专家5名 and 参加检查专家569人次 inspect."""
    if any(c.sorts.get("event") == "inspections" for c in near):
        return True
    if any(c.sorts.get("deed") == "attend" for c in (*near, *follow)):
        return False
    told = any(c.sorts.get("deed") in ("dispatch", "inspect") for c in (*near, *follow))
    return told or topic == "inspections"


def _counted(q: Quantity, near: Sequence[Cue], follow: Sequence[Cue], topic: str | None) -> str | None:
    """A word that names these people by itself: 参演人员, 执法人员, 受教育, 获奖."""
    for cue in (*reversed(near), *follow[:3]):
        if cue.sorts.get("counted") == "drill_observers" and topic != "drills":
            continue
        code = cue.sorts.get("counted") or (
            cue.sorts.get("thing") if cue.sorts.get("thing") == "quiz_winners" else None
        )
        if code == "inspectors" and cue.word in _LOOSE and not _inspects(near, follow, topic):
            continue
        if not code:
            if cue in follow and ("deed" in cue.sorts and cue.sorts["deed"] in ("attend",)):
                return None
            if cue in near and cue.sorts.get("deed") == "attend":
                return None
            continue
        measure = catalogue()[code]
        if any(c in measure.classifiers for c in q.classifiers) or not q.unit or q.unit_norm == "人":
            return code
        if code in ("public_reached", "consultations", "trainees", "inspectors", "drill_observers", "online_viewers"):
            return code
    return None


def _by_deed(cue: Cue, q: Quantity, topic: str | None, others: bool) -> str | None:
    deed = cue.sorts.get("deed")
    if deed == "attend":
        return _ATTENDED_BY_TOPIC.get(topic or "", "participants")
    if deed == "dispatch":
        if topic == "drills":
            return "drill_participants"
        return "inspectors" if topic == "inspections" or (topic is None and not others) else None
    if cue.sorts.get("counted") == "drill_observers" and topic != "drills":
        return "participants"
    if deed in ("reach", "educate"):
        return "public_reached"
    if deed in _DEED_PEOPLE and (deed != "pledge" or q.unit_norm == "人次"):
        return _DEED_PEOPLE[deed]
    if cue.sorts.get("event") == "training_sessions":
        return "trainees"
    if cue.sorts.get("quiz") is not None and cue.word.endswith("答题"):
        return "quiz_participants" if q.unit_norm != "次" else "quiz_answers"
    return None


# -- rates, money, durations ------------------------------------------------------------------------------------------


def percent_code(
    q: Quantity, before: Sequence[Cue], after: Sequence[Cue], topic: str | None, flat: str
) -> tuple[str, ...] | None:
    """Codes for a percentage, percentage points, money, a duration; None when no word tells."""
    if q.kind == "points_pct":
        return ("change_pp",)
    if q.kind == "money":
        return _money(before, after)
    if q.kind == "duration":
        return _duration(q, before, after, topic, flat)
    if q.kind != "percent":
        return None
    for cue in reversed(before):
        named = _named_rate(flat, cue.end if "rate" in cue.sorts else max(cue.start, q.start - 16), q.start)
        if named is not None:
            return named
        if "rate" in cue.sorts:
            return _rate(cue, before, q, flat)
    if before and "deed" in before[-1].sorts and before[-1].word in ("覆盖",):
        return ("coverage_rate",)
    for cue in after[:2]:
        if "rate" in cue.sorts and cue.sorts["rate"] != "change_pct" and cue.start - q.end <= 8:
            return _tuple(cue.sorts["rate"])
    return None


def _named_rate(flat: str, start: int, end: int) -> tuple[str, ...] | None:
    """The measure of a word in 率 between two offsets; () for one that the catalogue does not have (上线率)."""
    name = None
    for match in _RATE_NAME.finditer(flat, start, end):
        name = match[0][:-1]
    return None if name is None else _tuple(_RATES.get(name, ""))


def _rate(cue: Cue, before: Sequence[Cue], q: Quantity, flat: str) -> tuple[str, ...]:
    """提高到98% is a rate, 提高3% a change: what 到 follows is the level, not the change."""
    if cue.sorts["rate"] == "change_pct" and _CHANGE_AFTER.search(flat, cue.end, q.start):
        for other in reversed(before):
            if other.sorts.get("rate") not in (None, "change_pct"):
                return _tuple(other.sorts["rate"])
        return ()
    return _tuple(cue.sorts["rate"])


def _money(before: Sequence[Cue], after: Sequence[Cue]) -> tuple[str, ...] | None:
    for cue in (*reversed(before), *after[:3]):
        deed = cue.sorts.get("deed")
        if deed in ("fine", "punish"):
            return ("fines",)
        if deed == "reward":
            return ("reward_money",)
    return None


def _duration(
    q: Quantity, before: Sequence[Cue], after: Sequence[Cue], topic: str | None, flat: str
) -> tuple[str, ...] | None:
    if any(cue.sorts.get("deed") == "broadcast" for cue in (*before, *after)) and q.unit_norm == "小时":
        return ("broadcasts",)
    if q.unit_norm in ("分钟", "小时", "秒") and topic == "drills":
        return ("drill_duration",)
    return None


def _tuple(code: str) -> tuple[str, ...]:
    return (code,) if code else ()
