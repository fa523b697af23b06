"""The sentence that a record makes, as a summary report writes it. Written for papers, so always Chinese:
“6月12日，州安委办、州应急局联合康乐县安委办在康乐县胭脂湖公园百姓大舞台举行了……，……2000余人参加了活动。”"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bihuan.activities.rules import Mode, Part, audiences, listed, said_days
from bihuan.org.rules import short_names

if TYPE_CHECKING:
    from bihuan.activities.models import Activity, ActivityUnit
    from bihuan.activities.queries import Standing

# What is done with what a measure counts; of two with the same verb it stands once.
_VERBS = {
    "banners": ("悬挂", "横幅"),
    "slogans": ("悬挂", "标语"),
    "posters": ("张贴", "海报"),
    "exhibition_boards": ("摆放", "展板"),
    "leaflets": ("发放", "宣传资料"),
    "gifts": ("发放", "宣传小礼品"),
    "consultations": ("接受群众咨询", ""),
    "consultation_desks": ("设置", "现场咨询台"),
    "publicity_vehicles": ("出动", "宣传车"),
    "screens": ("使用", "电子屏"),
    "broadcasts": ("播放", ""),
    "sms": ("发送", "短信"),
    "pledges": ("签订", "承诺书"),
    "household_visits": ("入户宣传", ""),
    "public_reached": ("受教育群众", ""),
    "media_views": ("阅读播放", ""),
    "online_viewers": ("在线观看", ""),
    "drill_observers": ("观摩", ""),
}
_COME = frozenset({"participants", "trainees"})
_HELD = frozenset({"launch", "consultation"})  # groups whose events are held, 举行; the rest is carried out, 开展


def sentence(activity: Activity, units: Sequence[ActivityUnit], figures: Sequence[Standing]) -> str:
    """What the record says, in the order of such sentences. A blank says nothing; it is not a nought.

    Args:
        units: in the order of credit.
        figures: that stand on it.
    """
    said = [item for item in figures if not item.row.itself]
    parts = [said_days(activity.start_on, activity.end_on) + "，" + _held(activity, units)]
    if came := _came(activity, said):
        parts.append(came)
    first = "，".join(parts) + "。"
    done = "，".join(filter(None, (_done(item) for item in said)))
    words = activity.words.strip()
    ended = not words or words[-1] in "。！？”…"
    return first + (f"共{done}。" if done else "") + words + ("" if ended else "。")


def _held(activity: Activity, units: Sequence[ActivityUnit]) -> str:
    hosts, joint, assist = (
        listed(_name(item) for item in units if item.part == part) for part in (Part.HOST, Part.JOINT, Part.ASSIST)
    )
    whose = f"{hosts}联合{joint}" if hosts and joint else hosts or joint
    verb = "举行" if activity.kind.group in _HELD else "开展"
    where = f"在{place(activity)}" if activity.mode in (Mode.ON_SITE, Mode.BOTH) else "通过线上形式"
    if activity.mode == Mode.VIDEO:
        where = "以视频会议形式"
    helped = f"（{assist}协办）" if assist else ""
    return f"{whose}{where}{verb}了{activity.title}{helped}"


def _name(item: ActivityUnit) -> str:
    return (item.unit.short_name or item.unit.name) if item.unit else item.words


def place(activity: Activity) -> str:
    """“康乐县胭脂湖公园百姓大舞台”: where it was, the region named once."""
    short = short_names(activity.region.name)
    region = short[0] if "自治" in activity.region.name and short else activity.region.name
    words = f"{activity.place.name if activity.place else ''}{activity.place_words}"
    for name in (activity.region.name, region, *short):
        if words.startswith(name):
            return words
    return f"{region}{words}"


def _came(activity: Activity, said: Sequence[Standing]) -> str:
    who = activity.who or listed(audiences()[code].zh for code in activity.audiences if code in audiences())
    people = [item.revision.printed for item in said if set(item.revision.measures) <= _COME]
    units = [item.revision.printed for item in said if item.revision.measures == ["organisations"]]
    crowd = listed([*(f"{printed}单位" for printed in units), *people])
    return f"{who}{crowd}参加了活动" if who or crowd else ""


def _done(item: Standing) -> str:
    """“悬挂横幅、摆放展板1500多条(块)”."""
    codes, printed = item.revision.measures, item.revision.printed
    if set(codes) <= _COME or codes == ["organisations"]:
        return ""
    phrases: list[tuple[str, list[str]]] = []
    for code in codes:
        verb, noun = _VERBS.get(code, ("", ""))
        if verb and phrases and phrases[-1][0] == verb:
            phrases[-1][1].append(noun)
        elif verb:
            phrases.append((verb, [noun]))
    said = listed(verb + listed(nouns) for verb, nouns in phrases)
    return f"{said or item.name}{printed}"
