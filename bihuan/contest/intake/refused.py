"""What the intake does not do, said as bytes: a code for the page, a sentence for the person, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that takes nothing in."""

    status: int
    code: str
    body: bytes


def _refused(status: int, code: str, zh: str, en: str) -> Refused:
    return Refused(status, code, msgspec.json.encode({"code": code, "zh": zh, "en": en}))


UNREADABLE = _refused(
    400, "unreadable", "请求读不懂，请刷新页面再试。", "The request cannot be read: load the page again."
)
TOO_LARGE = _refused(413, "too-large", "内容太大，没有收下。", "The request is too large and was not taken.")
UNKNOWN_PATH = _refused(404, "not-there", "没有这个地址。", "There is no such address.")
NO_CONTEST = _refused(
    404, "no-contest", "没有这个竞赛，请核对网址或二维码。", "There is no such contest: check the address."
)
BAD_TOKEN = _refused(
    401, "bad-token", "参与凭证无效，请重新进入竞赛。", "The token is not valid: enter the contest again."
)
NO_UNIT = _refused(422, "no-unit", "没有这个单位，请从列表中选择。", "There is no such unit: choose one from the list.")
BAD_PASSWORD = _refused(403, "bad-password", "单位口令不对，请向本单位联络员询问。", "The unit's password is wrong.")
NEEDS_ROSTER = _refused(
    403, "needs-roster", "本次竞赛凭名单参加，名单中没有您。", "This contest is by roster; you are not on it."
)
TOO_MANY = _refused(
    429,
    "too-many",
    "同一网络进入的人太多，请过一分钟再试。",
    "Too many have entered from this network: try again in a minute.",
)
NOT_YET = _refused(403, "not-open", "竞赛还没有开始。", "The contest has not begun.")
OVER = _refused(403, "over", "竞赛已经结束，谢谢参与。", "The contest is over. Thank you for taking part.")
QUOTA = _refused(
    409, "quota", "今天的答题次数已用完，明天再来。", "You have used the sheets of today: come back tomorrow."
)
NO_SHEET = _refused(409, "no-sheet", "没有正在答的试卷，请先开始答题。", "No sheet is open: start one first.")
OTHER_SHEET = _refused(409, "other-sheet", "这份试卷已经结束，或不是您的试卷。", "This sheet is over, or is not yours.")
ALTERED = _refused(
    403, "altered", "试卷标记被改动过，没有收下。", "The mark of the sheet was altered: it was not taken."
)
LATE = _refused(409, "late", "已超过答题时间，这份试卷不计分。", "The time is over: this sheet brings no points.")
BAD_ANSWERS = _refused(
    422, "bad-answers", "答案与试卷不符，请刷新页面再交。", "The answers do not fit the sheet: load the page again."
)
BUSY = _refused(
    503,
    "busy",
    "服务器正忙，答案还在您的手机里，稍后会自动再交。",
    "The server is busy; your answers are kept, and sent again.",
)
NO_RANKING = _refused(404, "no-ranking", "本次竞赛不公布排名。", "This contest publishes no ranking.")
