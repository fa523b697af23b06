"""The role of a number in its report: result, target, comparison, rule, rank."""

from __future__ import annotations

import re

from bihuan.reading.quantities import Quantity

_TARGET = re.compile(
    r"力争|(?<![较比治理作按照动划施训练产度查个项入原该])计划(?!书|超|内|外|的|、|,|。|;|”|》|和|及|中|表|落实|已|生育|单列|目标)|(?<!模)(?<!虚)拟(?!定|真|人|火)|预计|目标(?!明确|一致|任务明确)|争取|(?<!按)(?<!按照)(?<!”)要求(?!落|的|、|,|。|;|和|下|进行|高)|将(?=开展|组织|举办|实现|达|继续|完成|召开|进行|于|在|对|投入|新增|再|以|持续|进一步|分)|下一步|今后|明年|打算|任务数|控制在|应达到|要达到|须达到|达到要求|原则上|年底前|月底前|务必|任务为|指标"
)
_CASUALTIES = re.compile(r"分别|事故|死亡|受伤|伤亡|起数")
# Words of purpose reach no further than their clause, and 为确保…, tells why something was done.
_PURPOSE = re.compile(r"(?<!为)(?<!为了)(?<!以)(?:确保(?!了)|努力|保证(?!了))")
_SCALE = re.compile(r"的(?:,)?(?:给予|予以)?(?:一次性)?奖励$|给予[^,;。]{0,6}(?:不超过|最高)[^,;。]{0,4}$")
_AIM = re.compile(r"力争|争取|目标是|努力实现|确保实现|确保[^,;。]{0,16}(?=下降|降低|减少)|计划(?=实现|下降)")
_DONE = re.compile(r"共(?=[检查开出组举排发悬参有培派投张制设受整下立])|已|共计|累计|完成了|了|实际|现已|截至|截止")
_COMPARED = re.compile(
    r"同比|环比|[较比](?:去年|上年|上一年|往年|上月|上季度|[0-9]{4}年|前一年|同期|[^,;。]{0,6}(?:增|减|下降|上升|提高|多|少))|去年同期|上年同期|与去年|与上年|同期|与[^,;。]{2,8}相比"
)
_CHANGED = re.compile(
    r"(?:增长|下降|上升|增加|减少|提高|提升|降低|上涨|下滑|减|增|多|少|缩短|延长|还差|相差|增幅|降幅|升幅)[达为了]?(?:近|约|超过|超|逾)?$"
)
# 分别下降29.4%和27.3%: the second takes over from the first.
_RATES_BEFORE = re.compile(r"(?:[0-9.]+(?:%|个百分点|[万亿]?余?[起人家次项])[、和及与] ?)+$")
_EARLIER = re.compile(r"[从由自](?:[^,;。0-9]{0,12}的?)?(?:近|约|不足)?$")
_RISE = re.compile(r"(?:[^,;。0-9]{0,4})?(?:提升|提高|上升|增长|下降|降低|降|升|增加|减少|增|减|扩大)[至到为]")
_THAN = re.compile(r"[较比](?:上|去|前|往|同)[^,;。()]{0,4}\($")
_LEVEL = re.compile(r"(?:到|至|为|达)$")
_RULE = re.compile(
    r"每(?:人|天|日|月|年|季|周|题|次|个|家|场|户|半年|队|名|张|组|位|支|项|班|轮|期|县|乡|镇|村|校|处|车|单位|企业|学校|部门|科室|工作日)|不得(?:超过|少于|低于|多于)|满分|合格线|及格线|规定|必须|标准(?!化)|规则|条例|依照|按照[^,;。]{0,12}规定"
    r"|处[^,;。]{0,12}罚款$|应当|以上[^,;。]{0,10}以下|最高(?:可)?(?:奖励|处|给予|奖)|每连续|每答对|每满|上限|下限|有奖(?!知识|问答|答题|竞|抢)"
)
_RULE_AFTER = re.compile(
    r"(?:以上|以下)?(?:的)?罚款|内(?:整改|完成|上报|报送|反馈|办结|提交|改正|报告|核查|作出|予以|答复|受理)|不等的|(?:为满分|为合格|以上(?:者|的)?为?(?:合格|优秀|及格|可))"
)
_WITH = re.compile(r"相比|的?基础上")
_DUTY = re.compile(r"必须|应当")
_LIMIT = re.compile(r"(?:限期?|在|于|应在|须在|自[^,;。]{0,12})$")


def role_of(flat: str, quantity: Quantity, start: int, *, planned: bool) -> str:
    """The role of a quantity in its sentence, which begins at `start`; `planned`: under a heading on next steps."""
    clause = max(flat.rfind(mark, start, quantity.start) for mark in ",;。:\n")
    clause = max(clause + 1, start)
    left = flat[clause : quantity.start]
    sentence = flat[start : quantity.start]
    right = flat[quantity.end : quantity.end + 10]
    if quantity.kind == "period" and (
        right.startswith("内") or "限" in left or "以内" in flat[quantity.start : quantity.end]
    ):
        return "rule"
    if _RULE.search(left) or _RULE_AFTER.match(right):
        return "rule"
    if quantity.kind == "money" and quantity.form == "range" and re.search(r"奖|罚", left + right):
        return "rule"  # a scale: 奖励500元至5000元
    aim = _last(_AIM, left)
    if aim is not None and quantity.kind in ("percent", "points_pct") and not _DONE.search(left, aim.end()):
        return "target"
    if _is_comparison(left, sentence, right, quantity):
        return "comparison"
    if quantity.kind == "money" and _SCALE.search(left):
        return "rule"
    purpose = _last(_PURPOSE, left)
    if purpose is not None and not _DONE.search(left, purpose.end()):
        return "target"
    target = _last(_TARGET, sentence)
    if target is not None and not _DONE.search(sentence, target.end()):
        return "target"
    if re.search(r"每(?:人|天|日|题|年|月|季度)[^。;]*$", sentence[-24:]) and quantity.kind in (
        "score",
        "item",
        "event",
    ):
        return "rule"
    return "target" if planned else "result"


def _at_least(flat: str, quantity: Quantity) -> bool:
    return flat.startswith(("不少于", "不低于", "不得", "不超过"), quantity.start)


def _is_comparison(left: str, sentence: str, sentence_right: str, quantity: Quantity) -> bool:
    if (_EARLIER.search(left) and _RISE.match(sentence_right)) or _THAN.search(left):
        return True
    last = _last(_COMPARED, left)
    changed = _CHANGED.search(_RATES_BEFORE.sub("", left))
    if quantity.kind in ("percent", "points_pct", "times") and changed:
        return True
    if left.endswith(("还差", "相差")) or _WITH.match(sentence_right):
        return True
    if last is not None:
        return not _LEVEL.search(left[last.end() :]) or "同期" in last[0]
    return changed is not None and (_CASUALTIES.search(left) is not None or _COMPARED.search(sentence) is not None)


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(text):
        found = match
    return found
