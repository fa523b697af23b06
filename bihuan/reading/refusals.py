"""Numerals that are no figures: dates, ordinals, document numbers, headings, names, codes, set phrases.

Every refusal has a name, which `Refusals.why` returns; None means that the numeral may be a figure.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from bihuan.reading.dates import DateMention, find_clocks
from bihuan.reading.quantities import Quantity

_CN = "零一二两三四五六七八九十百"
_TITLE = re.compile(r"《[^》\n]{1,120}》")
_DOCUMENT = re.compile(
    r"[〔\[(](?:19|20)[0-9]{2}[〕\])] ?第? ?[0-9]{1,6} ?号|(?:19|20)[0-9]{2}[〕\]]"
    r"|第? ?(?<![0-9])[0-9]{1,6} ?号(?=文|令|公告|文件|楼|线|门|院|台风|机|井|炉|店|矿)|(?<![0-9])[0-9]{1,6}号[令文]"
)
_QUOTE = re.compile(r"“([^”\n]{1,40})”|\"([^\"\n]{1,40})\"|‘([^’\n]{1,30})’|「([^」\n]{1,40})」")
_COUNT_IN_QUOTE = re.compile(r"[0-9]+[余多]?(?:人次|场次|人|名|家|万|%)")
_HEADING = re.compile(
    rf"(?:^|\n)[ \t]*(?:\([{_CN}0-9]{{1,3}}\)|[{_CN}]{{1,3}}[、.．]|[0-9]{{1,2}}[、．]|[0-9]{{1,2}}\.(?![0-9])"
    rf"|[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{1,3}}(?![0-9.万亿余多%个])|[0-9]{{1,2}}\)|附件 ?[0-9]+|第[{_CN}0-9]+[章节部条])"
)
_ITEM = re.compile(
    rf"(?<=[。;:!?])[ ]*(?:\([{_CN}0-9]{{1,3}}\)|[0-9]{{1,2}}、"
    rf"|[0-9]{{1,2}}\.(?![0-9])|[0-9]{{1,2}}\))|\((?:[{_CN}]{{1,3}}|[0-9]{{1,2}})\)"
    rf"|[{_CN}]{{1,3}}是(?=[^0-9])|附件 ?[0-9]+|附表 ?[0-9]+"
    r"|(?:(?<![一-龥])|(?<=[见如由从据附]))(?:图 ?[0-9]+|表 ?[0-9]+(?=[.:所、 ]))"
)
_NUMBER_NAMES = re.compile(
    r"(?=[0-9GSX电热手拨传邮编代账证车微Q文批号许群学工统])(?:(?:电话|热线|手机|拨打|传真|邮编|编号|代码|账号|证号|车牌号?|微信号|QQ|文号|批号|号码|许可证"
    r"|群号|学号|工号|邮政编码|统一社会信用代码)(?:号码?|群)?[为是]?[:：\"“ ]{0,3}"
    r"[0-9A-Za-z-]++(?! ?[家部个份条张台件起户项余多万])"
    r"|(?<![0-9])1[3-9][0-9]{9}(?![0-9])|(?<![0-9])0[0-9]{2,3}-[0-9]{7,8}|(?<![0-9])[48]00-?[0-9]{3,4}-?[0-9]{3,4}(?![0-9万余])"
    r"|(?<![0-9])(?:110|119|120|122|12119|12122|12123|12345|12350|12369|12395|12328|96119|12337|12377|12355|95598)"
    r"(?=(?:举报|热线|电话|报警|火警|消防|急救|平台|接警|指挥|宣传|投诉|交通|服务|公众|安全|短信|微信|供电|客服|电力|语音|政务|市民|系统|等|”))"
    r"|(?:G|S|X)[0-9]{1,4}(?:线|高速)?|(?<![0-9])[0-9]{2,3}国道|(?<![0-9])[0-9]{1,4}[路线](?=公交|车|站|段))"
)
_ROUND_THE_CLOCK = re.compile(
    r"全天(?:候)? ?24 ?(?:个)?小时|7 ?[×xX*] ?24 ?(?:个)?小时"
    r"|24 ?(?:个)?小时(?!内|以内|后|左右|以上|的|连续|播|[,。;、]|$)"
)
_LAW = re.compile(
    rf"(?<![0-9.])[0-9]+(?:\.[0-9]+){{2,}} ?[条款项]"
    rf"|第[{_CN}0-9]{{1,6}}(?:条|款|项|章|节|编)(?:第[{_CN}0-9]{{1,6}}[款项]){{0,4}}(?:之[{_CN}])?"
)
_PERIODS = re.compile(
    rf"(?:[0-9]{{1,3}}|[{_CN}几数半两]{{1,4}})(?:余|多)?(?:个)?(?:周年|年(?:来|内|以来|行动|规划|期|制|间|以上|以内|时间|度)?|学期|季度|世纪|年代|岁|届|代(?!表)|点钟|刻钟|日游)"
    r"|(?:上|下|前|后|近|每|当|头|过去|最近)(?:[一二三两几数]|[0-9]{1,2})(?:个)?(?:天|日|周|星期|月|季度|年|阶段)|(?:每|隔)(?:[0-9]{1,2}|[一二三两])(?:个)?(?:天|日|周|星期|月|季度|年)"
    r"|有效期(?:限)?[为是]?[0-9一二三四五六七八九十]+(?:个)?[年月天日]"
)
_GRADES = re.compile(
    rf"(?:[0-9.]{{1,8}}|[{_CN}]{{1,6}})(?:级|号楼|号线|层|楼|栋号|座次|版|型|式|度(?!电)|折|寸|期工程|号馆|号机|千伏|千瓦|兆瓦|伏|瓦|安培|毫米|厘米|℃|摄氏度|mm|cm|kV|KV|kv|MW|kW|KW|MPa|Mpa|GB|MB|G网络|K|P|x|X|×|时区|里路|字(?!幅)|字以)"
)
_RANK_VERB = re.compile(
    r"(?:位列|名列|排名|排在|位居|居于|列|居|排|获|夺得|取得|荣获|荣居|列全[省州市县国区]|全[省州市县国区](?:排名|排|位居|位列)?|总分|总成绩|名次|积分|团体|并列|前列)[^,。;:!?\n0-9]{0,8}$"
)
_NOT_A_RANK = re.compile(
    r" ?(?:时间|责任|季度|阶段|位的|位置|方阵|梯队|现场|书记|要务"
    r"|线|道|批|轮|期|届|次|个|条|款|章|节|代|手|步|课|关|要素|天|日|周|年|季|版|部|类|产业"
    r"|中学|小学|医院|人民|幼儿园|项|检|职|施工|工程|监|台|方|责|种|组|标段)"
)
_RANK = re.compile(rf"第 ?(?:[0-9]{{1,3}}|[{_CN}]{{1,3}})(?: ?(?:名|位(?!的|置|上)))?")

Span = tuple[int, int]


@lru_cache(maxsize=1)
def _phrases() -> re.Pattern[str]:
    source = files("bihuan.reading").joinpath("data/phrases.csv").read_text(encoding="utf-8")
    phrases = {phrase for row in csv.DictReader(source.splitlines()) for phrase in row["phrases"].split("|")}
    return re.compile("|".join(map(re.escape, sorted(phrases, key=len, reverse=True))))


class Refusals:
    """The refusals of one flat text: spans that cannot hold a figure, and tests on a quantity's surroundings."""

    def __init__(self, flat: str, dates: Iterable[DateMention]) -> None:
        self.flat = flat
        self._mask = bytearray(len(flat))
        self.names = ("", "set phrase", "date", "time of day", "title", "document number", "quoted name", "heading",
                      "item number", "code or telephone number", "article of law", "period", "grade")  # fmt: skip
        self._cover("set phrase", (m.span() for m in _phrases().finditer(flat)))
        self._cover("period", (m.span() for m in _PERIODS.finditer(flat)))
        self._cover("grade", (m.span() for m in _GRADES.finditer(flat)))
        self._cover("date", ((d.start, d.end) for d in dates))
        self._cover("time of day", find_clocks(flat))
        for name, pattern in (("document number", _DOCUMENT), ("heading", _HEADING), ("item number", _ITEM),
                              ("code or telephone number", _NUMBER_NAMES),
                              ("article of law", _LAW), ("set phrase", _ROUND_THE_CLOCK)):  # fmt: skip
            self._cover(name, (m.span() for m in pattern.finditer(flat)))
        self._cover("quoted name", _quotes(flat))
        self._cover("title", (m.span() for m in _TITLE.finditer(flat)))

    def _cover(self, name: str, spans: Iterable[Span]) -> None:
        mark = self.names.index(name)
        for start, end in spans:
            self._mask[start:end] = bytes((mark,)) * (end - start)

    def ranks(self) -> list[Span]:
        """Spans of places in a competition: 第3名, 位列全省第二."""
        flat = self.flat
        found = []
        for match in _RANK.finditer(flat):
            named = match[0][-1] in "名位"
            if self._mask[match.start()] in (self.names.index("title"), self.names.index("quoted name")):
                continue
            if not named and _NOT_A_RANK.match(flat, match.end()):
                continue
            if _RANK_VERB.search(flat[max(0, match.start() - 14) : match.start()]) or (
                named and match[0][-1] == "名" and not _NOT_A_RANK.match(flat, match.end())
            ):
                found.append(match.span())
        return found

    def why(self, quantity: Quantity) -> str | None:
        """The name of the reason why a quantity is no figure, None when there is none."""
        flat, numeral = self.flat, quantity.numeral
        mark = self._mask[numeral.start]
        if mark and not (self.names[mark] == "set phrase" and _SHORT.search(flat[quantity.start : quantity.end])):
            return self.names[mark]
        before = flat[quantity.start - 1 : quantity.start]
        after = flat[quantity.end : quantity.end + 1]
        if flat[max(0, quantity.start - 2) : numeral.start].rstrip(" ").endswith("第"):
            return "ordinal"
        if before == "/" and quantity.unit and "一" <= flat[quantity.start - 2 : quantity.start - 1] <= "龥":
            return self._why_by_unit(quantity)  # 9辆/72人次
        if _is_letter(before) or before in ("+", "×", "/", "_", "№", "#") or (before == "-" and quantity.unit == ""):
            return "part of a name or code"
        if not quantity.unit and (_is_letter(after) or after in ("+", "×", "/", "-", "_", "·", "号", ":")):
            return "part of a name or code"
        if (
            numeral.arabic
            and not quantity.unit
            and not quantity.marked
            and numeral.value >= 10**6
            and numeral.factor == 1
        ):
            return "code or telephone number"
        if before == "前" and quantity.unit_norm in ("人", "个") and not quantity.marked:
            return "ordinal"
        return self._why_by_unit(quantity)

    def _why_by_unit(self, quantity: Quantity) -> str | None:
        flat, numeral = self.flat, quantity.numeral
        spelled = not numeral.arabic and not numeral.percent
        if spelled and not quantity.unit and not quantity.marked:
            return "spelled number without a unit"
        if spelled and flat[numeral.start] in "百千万亿" and not quantity.marked and not _bare_power(flat, quantity):
            return "set phrase"
        if quantity.kind == "period":
            return None if _counts_a_period(flat, quantity) else "period"
        if quantity.kind == "measure" and spelled and not quantity.marked and not _bare_power(flat, quantity):
            return "set phrase"
        if quantity.kind == "share" and not quantity.marked and spelled:
            return None
        if spelled and _STRUCTURE.match(flat, quantity.end):
            return "way of dividing a text"
        if (
            quantity.unit_norm == "次"
            and _SESSION.match(flat, quantity.end)
            and flat[max(0, quantity.start - 1) : quantity.start] == "届"
        ):
            return "session of an assembly"
        return None


_SHORT = re.compile(r"^(?:不到|不足|未满|不满|仅用?|少于)[一二两三半]")
_POWER_UNITS = frozenset(("人次", "户次", "家次", "公里", "万元"))


def _bare_power(flat: str, quantity: Quantity) -> bool:
    """万人次, 百公里: the bare unit counts where what it counts cannot be part of a name."""
    named = quantity.unit_norm in _POWER_UNITS and quantity.numeral.value >= 100
    return named and flat[quantity.start - 1 : quantity.start] != "每"


_STRUCTURE = re.compile(
    r"(?:重要|主要|关键|重点|工作)?(?:方面|环节|层面|维度|步骤|阶段|维护|意识|自信|确立|必须|至上|坚持|清零|到位|落实|严禁|不放过|一律|覆盖|转变|率先)"
)
_SESSION = re.compile(r"(?:全体)?(?:全会|会议|常务)")
_PERIOD_BEFORE = re.compile(
    r"(?:为期|历时|持续|连续|累计|耗时|期限|限期|期|在|于|提前|不少于|不超过|周期|停业|停产)(?:为|时间|了)?[ ]?$"
)
_PERIOD_AFTER = re.compile(r"内|之内|以内|的(?:时间|期限|培训|演练|活动|集中|专题)")


def _counts_a_period(flat: str, quantity: Quantity) -> bool:
    """Days and months are a figure where they are a limit or a length (限15日内, 为期3天), not where they tell when."""
    if quantity.unit_norm in ("年", "周"):
        return False
    if quantity.unit_norm == "天" and quantity.numeral.arabic:
        return not re.match("[前后来]", flat[quantity.end : quantity.end + 1])
    before = flat[max(0, quantity.start - 6) : quantity.start]
    return bool(_PERIOD_BEFORE.search(before) or _PERIOD_AFTER.match(flat, quantity.end))


def _quotes(flat: str) -> Iterable[Span]:
    """Short quotations are names (“五大体系”, “119”), unless they hold a plain count."""
    for match in _QUOTE.finditer(flat):
        inner = next(group for group in match.groups() if group)
        if len(inner) <= 24 and not _COUNT_IN_QUOTE.search(inner):
            yield match.span()


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()
