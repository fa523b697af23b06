"""What a quantity counts: the search for its governing noun or deed, both ways, within its clause and its enumeration.

The noun may follow the unit (3000余份宣传资料), precede it (宣传资料3000余份), stand in an enumeration that shares one
number (横幅、展板1500多条(块)), be taken up by 分别 (横幅、展板分别为20条、15块), or be left out, where the deed
(整改118处) or the number before (其中县级30场) tells. People are named by what they did.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from bihuan.reading.catalogue import catalogue
from bihuan.reading.deeds import codes_of, people_codes, percent_code
from bihuan.reading.nouns import Cue
from bihuan.reading.quantities import Quantity
from bihuan.reading.subjects import acts_before, enters, takes_part

CLAUSE_MARKS = ",;:。!?\n\t"
_CLAUSE = re.compile(f"[{CLAUSE_MARKS}]")
_LINK = re.compile(
    r"(?:[ :\t》”’」\")]|,(?=共|合计|总计|累计)|(?:\([^()\n]{1,16}\))|各类?|等|班(?!组)"
    r"|数量?|多|少|和|及|与|比[^,;。、]{1,6}(?=多|少)"
    r"|总数|总计|共计?|合计|累计|总共|共有|达到?|为|有|计|约有?|近|已|了|均|的|量|书|活动|工作|任务|会|分别|"
    r"其中|是|人数|次数|场次|起数|增至|增加到|上升到|下降到|降至|升至|提高到|提升到|中|处理|总量|数目|情况|金额|制作|发放|悬挂|张贴|超额|多达|高达|只有|仅有|仅|也|就|又|再|还)*+"
)
_ENUMERATION = re.compile(r"[^、和及与跟,;:。]{0,6}(?:、|和|及|与|以及|并|或)[^、,;:。]{0,6}|等|[^、,;:。]{0,2}")
_SUMMARY = re.compile(r"等(?:各类|多种|安全|相关|各种|主题|系列|一批|其他)?[^、,;:。]{0,4}$")
_RESPECTIVELY = re.compile(r"分别(?:为|是|有|达|达到|下降|增长|完成|发放|整改|上升|减少|增加)?")
_SUBSET = re.compile(r"其中|包括|含|内含|包含")
_VERBAL = re.compile(
    r"[0-9“”《]|[开进参对将被由向给让把是已均在]|为|发放|播放|推送|发布|张贴|悬挂|检查|组织|以上|现场|约谈|学习"
)
_PUBLICITY = frozenset(
    ("banners", "slogans", "exhibition_boards", "posters", "leaflets", "gifts", "pledges", "screens")
)
_RIGHT_REACH = 26
# Wrong characters that sound like the right ones, mended where the noun asks for the right one.
_MISSPELT = {"分": "份", "副": "幅", "快": "块", "只": "支"}
# Units in use beside the catalogue's.
_CASES = frozenset(("起", "件", "条", "份", "个", "宗", "例", "条次", "件次"))
_FURTHER_UNITS: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("tip_offs", "cases_filed", "accidents", "violations", "cases_exposed", "rectification_notices"), _CASES
    ),
    **dict.fromkeys(("stop_work_orders", "supervision_notices"), _CASES),
    "accidents": frozenset(("起", "件", "宗", "例", "次", "场")),
    "violations": _CASES | {"人次", "台", "辆", "辆次", "次", "项", "处", "家"},
    "inspection_teams": frozenset(("支", "个次")),
    "leaflets": frozenset(("张", "套", "封", "页", "枚", "封信", "盒", "部", "期", "件", "本")),
    "gifts": frozenset(("套", "只", "条", "顶", "支", "双", "盒", "包", "袋", "瓶")),
    "consultation_desks": frozenset(("张", "座", "块", "组")),
    "media_posts": frozenset(("部", "期", "集", "则", "份", "幅", "次", "场", "场次")),
    "media_reports": frozenset(("次", "期", "则")),
}
_GENERIC = frozenset(("活动", "宣传活动", "主题活动", "集中宣传"))
_OTHER_PLACE = re.compile(r"(?:[一-龥]{2,4}[县市区州镇乡])?")
_TOTAL = re.compile(r"(?:共计|共有|共|合计|总计|累计|总共|总数|达到?|约|近|计|各类|各种)+")
_HEADS = re.compile(
    r"(?:参与|参加|参训|参演|参赛|受教育|培训|受益|覆盖|到场|互动|观看|受众|答题)(?:总)?人[数次](?:共|约|达到?|为|累计|超过?|突破|近|逾)*$"
)
_CHANGED = re.compile(r"(?:减少|增加|下降|上升|多|少)了? ?$")
_DIVIDED = re.compile(r"(?:分成?|分为|分作|组成|成立|组建|组织)了? ?$")
_OBJECT = re.compile(r"对(?!于|口|象|接|比|照)")
_CARRIED = (("enterprises_inspected",), ("violations",))
_TEAMS = {"quiz": "quiz_teams", "drills": "drill_teams", "inspections": "inspection_teams"}
_ANSWERS = ("个", "条", "项", "件", "起")
_ORG_UNITS = frozenset(
    ("家", "家次", "个", "个次", "处", "处次", "户", "户次", "所", "座", "间", "条", "项", "对", "")
) | {"点次"}
_HAZARD_UNITS = frozenset(("项", "处", "条", "个", "起", "类", "种", "件", "项次", "处次", "例", "宗", "", "家"))


class Governed(NamedTuple):
    """What one quantity counts: measure codes, and the canonical unit where the noun corrects it."""

    codes: tuple[str, ...]
    unit_norm: str
    deed: str | None = None
    by: str = "none"


class Window(NamedTuple):
    """The stretch of text in which one quantity may look: before it from `left`, after it up to `right`."""

    left: int
    right: int
    clause: int
    clause_end: int
    cut: bool


class Governing:
    """One sentence at a time: finds for every quantity what it counts."""

    def __init__(self, flat: str, start: int, end: int, cues: list[Cue], topic: str | None) -> None:
        self.flat, self.start, self.end, self.cues = flat, start, end, cues
        self.topic_before = topic
        self._marks = [m.end() for m in _CLAUSE.finditer(flat, start, end)]
        self._topics: dict[int, str | None] = {}
        self.claimed: set[int] = set()

    def govern(self, quantities: Sequence[Quantity]) -> list[Governed]:
        """The governed measures of the sentence's quantities, in order."""
        found: list[Governed] = []
        for index, quantity in enumerate(quantities):
            before = quantities[index - 1] if index else None
            after = quantities[index + 1] if index + 1 < len(quantities) else None
            window = self._window(quantity, before, after)
            one = self._one(quantity, window, found, quantities[:index])
            found.append(one)
        return self._respectively(list(quantities), found)

    def _window(self, q: Quantity, before: Quantity | None, after: Quantity | None) -> Window:
        label = q.start
        while label > self.start and self.flat[label - 1] in ": \t":  # 参加人员：300人
            label -= 1
        clause = self._clause_start(label)
        clause_end = self._clause_end(q.end)
        left, cut = clause, False
        if clause > self.start and _TOTAL.fullmatch(self.flat, clause, q.start):
            clause = self._clause_start(clause - 1)  # 发放手册、折页,共计300余份
            left = clause
        if before is not None and before.end > clause:
            pause = self.flat.find("、", before.end, q.start)
            left, cut = (pause + 1, True) if pause >= 0 else (before.end, False)
        right = clause_end
        if after is not None and after.start < right:
            right = after.start
        pause = self.flat.find("、", q.end, right)
        while pause > q.end and not any(q.end <= c.start < pause for c in self.cues):
            pause = self.flat.find("、", pause + 1, right)  # 50余家省、市、区有关单位
        if pause >= 0:
            right = pause
        return Window(left, right, clause, clause_end, cut)

    def _one(self, q: Quantity, w: Window, found: list[Governed], earlier: Sequence[Quantity]) -> Governed:
        lefts = [i for i, c in enumerate(self.cues) if w.left <= c.start and c.end <= q.start and i not in self.claimed]
        rights = [
            i for i, c in enumerate(self.cues) if q.end <= c.start and c.end <= min(w.right, q.end + _RIGHT_REACH)
        ]
        deed = self._deed(q, lefts, rights, w, found, earlier)
        if q.kind in ("percent", "points_pct", "money", "times", "share", "duration", "period"):
            reach = self._reach(q, w)
            code = percent_code(q, [self.cues[i] for i in reach], self._right_all(q, w), self._topic(q), self.flat)
            if code is not None:
                return Governed(code, q.unit_norm, deed, "rate")
            return Governed((), q.unit_norm, deed)
        if q.kind == "people" or (
            not q.unit and (self._person_next(q, rights) or _HEADS.search(self.flat, w.clause, q.start))
        ):
            return self._people(q, w, lefts, rights, deed, found, earlier)
        return self._things(q, w, lefts, rights, deed, found, earlier)

    # -- things, events, organisations, hazards -----------------------------------------------------------------------

    def _things(
        self, q: Quantity, w: Window, lefts: list[int], rights: list[int], deed: str | None,
        found: list[Governed], earlier: Sequence[Quantity],
    ) -> Governed:  # fmt: skip
        nouns_right = [i for i in rights if self._accepts(self.cues[i], q)]
        chain, complete = self._chain(lefts, q, w)
        near_left = next((i for i in chain if self._accepts(self.cues[i], q)), None)
        in_reach = bool(nouns_right) and self._in_reach(q, nouns_right[0])
        if near_left is not None and not (in_reach and self._yields(near_left, chain, q)):
            return self._coded(q, self._group(near_left, w, q), deed, "left")
        if in_reach:
            return self._right(q, w, lefts, rights, nouns_right, deed)
        if self.flat[q.start - 1 : q.start] == "会" and q.unit_norm in ("次", "场", "场次"):
            return Governed(("meetings",), q.unit_norm, deed, "left")
        own_deed = next((d for i in chain if (d := self.cues[i].sorts.get("deed")) and d != "organise"), None)
        if own_deed is None and not chain and not self._stranger_next(q, w):
            own_deed = self._deed_after(rights, w)
        if own_deed is None and self._deed_tells(deed, q, w):
            own_deed = deed
        if own_deed == "finish" and not any({"hazard", "major"} & set(c.sorts) for c in self.cues if c.end <= q.start):
            return Governed((), q.unit_norm, deed)  # 受理举报18起，办结18起
        by_deed = codes_of("", q, deed if own_deed else None, self._topic(q))
        if own_deed == "punish" and q.unit_norm in ("起", "宗", "例"):
            by_deed = ("violations",)
        if by_deed:
            return Governed(self._of_the_same(by_deed, q, found, earlier), q.unit_norm, deed, "deed")
        if (complete or self._in_subset(q)) and not self._stranger_next(q, w) and not own_deed:
            for one, other in zip(reversed(found), reversed(earlier), strict=True):
                if _same_unit(q, other):
                    if one.codes:
                        return Governed(one.codes, q.unit_norm, one.deed, "inherited")
                    break
        return Governed(self._unnamed(q, w, lefts, deed, found, earlier), q.unit_norm, deed, "unnamed")

    def _right(
        self, q: Quantity, w: Window, lefts: list[int], rights: list[int], nouns: list[int], deed: str | None
    ) -> Governed:
        """The noun stands behind the unit; units and places may be the ones who act there."""
        run = self._run(nouns, q)
        self.claimed.update(range(rights[0], run[-1] + 1))
        last = self.cues[run[-1]]
        between = next((self.cues[i].sorts.get("deed") for i in rights if i < run[0]), None)
        if between in ("list", "delist"):
            deed = between
        sort = last.sort()
        if sort in ("org", "place", "site") and not any(self._governs(i) for i in lefts):
            if sort != "site" and takes_part(self.flat, w.clause, q.start, last.end, sort):
                return Governed(("organisations",), q.unit_norm, deed, "right")
            after = next((c for c in self.cues[run[-1] + 1 :] if _tells_deed(c)), None)
            acted_on = "对" in self.flat[w.clause : q.start]
            if (
                not acted_on
                and after is not None
                and after.start < w.clause_end
                and acts_before(self.flat, last.end, after.start)
            ):
                return Governed((), q.unit_norm, None, "right")
            if sort == "org" and deed is None and enters(self.flat, w.clause, q.start):
                return Governed((), q.unit_norm, None, "right")
        return self._coded(q, run, deed, "right")

    def _relative(self, q: Quantity) -> bool:
        return self.flat[q.start - 1 : q.start] == "的"

    def _yields(self, left: int, chain: list[int], q: Quantity) -> bool:
        """True when the noun before the number gives way to the one behind it: 存在隐患的14家旅店, 尾矿库等5个领域,
        各单位组成两个检查组."""
        if self._relative(q) or self.flat[q.start - 1 : q.start] == "等":
            return True
        if "," in self.flat[self.cues[left].end : q.start]:
            return True
        return left != chain[0] and bool({"org", "place", "site"} & set(self.cues[left].sorts))

    def _governs(self, i: int) -> bool:
        deed = self.cues[i].sorts.get("deed")
        return deed is not None and deed != "organise"

    def _unnamed(
        self, q: Quantity, w: Window, lefts: list[int], deed: str | None,
        found: list[Governed], earlier: Sequence[Quantity],
    ) -> tuple[str, ...]:  # fmt: skip
        """No noun tells: a title, what happened, what the list is about, or the thing that grew or shrank."""
        flat, unit = self.flat, q.unit_norm
        kinds = self._kinds_of(q)
        if kinds is not None and unit in ("处", "项", "条", "个", "起") and not self._stranger_next(q, w):
            return codes_of(kinds.sort() or "", q, self._deed_before(kinds), self._topic(q), kinds)
        if flat[q.start - 1 : q.start] == "》" and unit in ("本", "册", "份", "套"):
            return ("leaflets",)
        if self._stranger_next(q, w):
            return ()
        if unit == "组" and _DIVIDED.search(flat, w.clause, q.start) and self._is_about("inspections"):
            return ("inspection_teams",)
        if unit in ("起", "例", "次") and self._named("accidents", q) and self._happened(q, w, lefts, found):
            return ("accidents",)
        if unit in ("户", "户次") and any(self.cues[i].sorts.get("counted") == "household_visits" for i in lefts):
            return ("household_visits",)
        if deed == "publish" and unit in ("条", "条次", "篇", "则") and not w.cut:
            return ("media_posts",)
        if found and earlier and not any("deed" in self.cues[i].sorts for i in lefts) and q.start - w.left <= 16:
            carried = found[-1].codes
            if (
                carried in _CARRIED
                and _same_unit(q, earlier[-1])
                and earlier[-1].unit_norm in ("家", "家次", "起", "例")
            ):
                return carried
        return ()

    def _kinds_of(self, q: Quantity) -> Cue | None:
        """查出隐患：线路老化12处、通道堵塞8处: what stands before the colon is what the kinds are kinds of."""
        colon = self.flat.rfind(":", self.start, q.start)
        if colon < 0:
            return None
        for cue in reversed(self.cues):
            if cue.end == colon:
                fits = {"hazard", "major"} & set(cue.sorts) or cue.sorts.get("thing") == "violations"
                return cue if fits else None
        return None

    def _deed_before(self, cue: Cue) -> str | None:
        clause = self._clause_start(cue.start)
        deeds = (c.sorts.get("deed") for c in reversed(self.cues) if clause <= c.start < cue.start)
        return next((deed for deed in deeds if deed not in (None, "organise")), None)

    def _happened(self, q: Quantity, w: Window, lefts: list[int], found: list[Governed]) -> bool:
        """发生19起, 减少7722起, (110起,118人): the accidents named before."""
        if any(self.cues[i].sorts.get("deed") == "occur" for i in lefts) or _CHANGED.search(
            self.flat, w.clause, q.start
        ):
            return True
        return self.flat[q.start - 1 : q.start] == "(" and self.flat[q.end : q.end + 1] in ",、)"

    def _named(self, code: str, q: Quantity) -> bool:
        """Named before; for a number in brackets anywhere in the sentence."""
        if self.flat[q.start - 1 : q.start] == "(":
            return any(code in c.sorts.values() for c in self.cues)
        return self._before(code, q)

    def _before(self, code: str, q: Quantity) -> bool:
        return any(c.end <= q.start and code in c.sorts.values() for c in self.cues)

    def _is_about(self, topic: str) -> bool:
        return any(topic_of(c) == topic for c in self.cues)

    def _chain(self, lefts: list[int], q: Quantity, w: Window) -> tuple[list[int], bool]:
        """The words that lead up to the number without a gap of unknown words, nearest first; and whether nothing else
        stands between the number and where its window begins."""
        chain: list[int] = []
        position = q.start
        for place, i in reversed(list(enumerate(lefts))):
            cue = self.cues[i]
            if position - cue.end > 24 or not _LINK.fullmatch(self.flat, cue.end, position):
                return chain, False
            position = cue.start
            if cue.word in _GENERIC and place and self._named_before(self.cues[lefts[place - 1]], cue, q):
                continue
            unfit = not self._accepts(cue, q) or (q.unit_norm == "处" and cue.sorts.get("thing") == "violations")
            if place and unfit and self._listed_with(self.cues[lefts[place - 1]], cue, q):
                position = self.cues[lefts[place - 1]].end
                continue
            chain.append(i)
            if self._accepts(cue, q) or not ({"deed", "activity", "org", "quiz", "rate"} & set(cue.sorts)):
                return chain, False
        start = w.left + len(_OTHER_PLACE.match(self.flat, w.left, position)[0])  # type: ignore[index]
        return chain, position - start <= 24 and bool(_LINK.fullmatch(self.flat, start, position))

    def _named_before(self, cue: Cue, generic: Cue, q: Quantity) -> bool:
        """“进校园”活动18场: the word before 活动 is what was held."""
        gap = self.flat[cue.end : generic.start]
        return len(gap) <= 4 and "event" in cue.sorts and self._accepts(cue, q)

    def _listed_with(self, cue: Cue, other: Cue, q: Quantity) -> bool:
        """火灾隐患或违法行为12处: the noun that the unit does not fit hands on to the one beside it."""
        return self.flat[cue.end : other.start] in ("或", "和", "及", "、", "与", "或者", "以及") and self._accepts(
            cue, q
        )

    def _deed_tells(self, deed: str | None, q: Quantity, w: Window) -> bool:
        """检查商铺230家, 播放安全知识上千次, 动用发电车3辆: deed and unit tell, whatever the noun."""
        if w.cut and deed != "inspect":
            return False
        return (
            (deed == "inspect" and q.unit_norm in ("家", "家次"))
            or (deed == "broadcast" and q.unit_norm in ("次", "条次"))
            or (deed == "dispatch" and q.unit_norm in ("辆", "台", "辆次", "台次") and self._topic(q) == "drills")
        )

    def _in_subset(self, q: Quantity) -> bool:
        """True in a list of parts: somewhere before in the sentence stands 其中 or 包括."""
        return any(
            m.start() and ")" not in self.flat[m.end() : q.start]
            for m in (_SUBSET.search(self.flat, self.start, q.start),)
            if m
        )

    def _deed_after(self, rights: list[int], w: Window) -> str | None:
        if w.right != w.clause_end:
            return None
        return next((d for i in rights if (d := self.cues[i].sorts.get("deed")) and d != "organise"), None)

    def _stranger_next(self, q: Quantity, w: Window) -> bool:
        """True when a noun unknown to the lexicon follows the unit (3面锦旗): it is not what was counted before."""
        tail = self.flat[q.end : min(w.right, q.end + 3)]
        return bool(re.match(r"[\u4e00-\u9fff]{2}", tail)) and not re.match(
            r"以上|左右|[,、。和及与并均已由在于为被全分开组参得达占是正未]", tail
        )

    def _coded(self, q: Quantity, group: list[int], deed: str | None, by: str) -> Governed:
        codes: dict[str, None] = {}
        norm = q.unit_norm
        for i in group:
            cue = self.cues[i]
            sort = cue.sort() or next(iter(cue.sorts))
            if sort == "team":
                codes.update(dict.fromkeys(self._team(q)))
                continue
            if sort == "hazard" and "问题" in cue.word and self._answered(cue):
                codes["consultations"] = None
                continue
            for code in codes_of(sort, q, deed, self._topic(q), cue):
                codes[code] = None
        if q.unit_norm in _MISSPELT and any(_MISSPELT[q.unit_norm] in catalogue()[code].classifiers for code in codes):
            norm = _MISSPELT[q.unit_norm]
        return Governed(tuple(codes), norm, deed, by)

    def _team(self, q: Quantity) -> tuple[str, ...]:
        """队伍, 小组: teams of what the sentence is about."""
        for topic in (self._topic(q), *(topic_of(c) for c in self.cues if c.start > q.end)):
            if topic in _TEAMS:
                return (_TEAMS[topic],)
        return ("inspection_teams",) if self._before("inspectors", q) else ()

    def _answered(self, cue: Cue) -> bool:
        """解答安全生产问题20余个 are answers, not hazards."""
        clause = self._clause_start(cue.start)
        return any(
            c.sorts.get("counted") == "consultations" for c in self.cues if clause <= c.start and c.end <= cue.start
        )

    def _accepts(self, cue: Cue, q: Quantity) -> bool:
        sorts = cue.sorts
        if "team" in sorts:
            return q.unit_norm in ("支", "个", "组", "只")
        if "thing" in sorts:
            code = sorts["thing"]
            return (
                (q.kind == "item" and code in _PUBLICITY)
                or q.unit_norm in _FURTHER_UNITS.get(code, ())
                or self._wrong_character(q, code)
                or _listed(code, q)
            )
        if "event" in sorts and (q.kind == "event" or q.unit_norm in ("个", "项") or not q.unit):
            return not ({"place", "org"} & set(sorts)) or q.kind == "event"
        if {"org", "place", "site"} & set(sorts):
            return q.unit_norm in _ORG_UNITS
        if {"hazard", "major"} & set(sorts):
            return q.unit_norm in _HAZARD_UNITS
        if "vehicle" in sorts:
            return any(c[0] in "辆台" for c in q.classifiers)
        if "counted" in sorts:
            return _listed(sorts["counted"], q) or (sorts["counted"] == "consultations" and q.unit_norm in _ANSWERS)
        if "quiz" in sorts:
            return q.kind in ("event", "score")
        return "activity" in sorts

    def _wrong_character(self, q: Quantity, code: str) -> bool:
        """2000余分 of leaflets: 分 is printed for 份."""
        return q.unit_norm in _MISSPELT and _MISSPELT[q.unit_norm] in catalogue()[code].classifiers

    def _group(self, last: int, w: Window, q: Quantity) -> list[int]:
        """The nouns that share the number: back over 、 和 及 from the last one."""
        group = [last]
        summary = _SUMMARY.search(self.flat[max(w.left, self.cues[last].start - 8) : self.cues[last].start])
        if summary:
            return group
        position = last
        while position > 0:
            cue, head = self.cues[position - 1], self.cues[position]
            if cue.start < w.left or position - 1 in self.claimed:
                break
            if not _ENUMERATION.fullmatch(self.flat, cue.end, head.start) or head.start - cue.end > 9:
                break
            between = self.flat[cue.end : self.cues[group[0]].start]
            if self._alike(cue, self.cues[group[0]], q) and (not between or re.search(r"[、和及与或]", between)):
                group.insert(0, position - 1)
            elif "deed" not in cue.sorts and cue.sort() is not None:
                break
            position -= 1
        return group

    def _alike(self, cue: Cue, other: Cue, q: Quantity) -> bool:
        a, b = cue.sorts, other.sorts
        if "thing" in a and "thing" in b:
            return (a["thing"] in _PUBLICITY and b["thing"] in _PUBLICITY) or a["thing"] == b["thing"]
        if "event" in a and "event" in b:
            return q.kind == "event" and "deed" not in a
        return bool(({"hazard", "major"} & set(a)) and ({"hazard", "major"} & set(b))) or (
            bool({"org", "place", "site"} & set(a)) and bool({"org", "place", "site"} & set(b))
        )

    def _in_reach(self, q: Quantity, right: int) -> bool:
        gap = self.flat[q.end : self.cues[right].start]
        return len(gap) <= 16 and gap[:1] != " " and not _VERBAL.search(gap)

    def _run(self, nouns: list[int], q: Quantity) -> list[int]:
        """The first noun after the unit with those that touch it: 3000份宣传资料手册, 20家煤矿企业."""
        run = [nouns[0]]
        for i in nouns[1:]:
            between = self.flat[self.cues[run[-1]].end : self.cues[i].start]
            if between not in ("", "和", "及", "与", "或"):
                break
            run.append(i)
        if q.kind == "event" and len(run) > 1 and self.cues[run[0]].end == self.cues[run[1]].start:
            return run[-1:]
        return run

    # -- people -------------------------------------------------------------------------------------------------------

    def _person_next(self, q: Quantity, rights: list[int]) -> bool:
        return bool(rights) and self.cues[rights[0]].start - q.end <= 4 and "person" in self.cues[rights[0]].sorts

    def _people(
        self, q: Quantity, w: Window, lefts: list[int], rights: list[int], deed: str | None,
        found: list[Governed], earlier: Sequence[Quantity],
    ) -> Governed:  # fmt: skip
        near = [self.cues[i] for i in lefts]
        follow = [self.cues[i] for i in rights] or self._right_all(q, w)
        before = [c for c in self.cues if w.clause <= c.start and c.end <= q.start]
        norm = "人" if not q.unit and not _HEADS.search(self.flat, w.clause, q.start) else q.unit_norm
        codes = people_codes(q, near, follow, before, self._topic(q), self.flat)
        if codes is None and found and found[-1].codes == ("accidents",) and self._beside(q, earlier[-1]):
            codes = ("deaths",)
        if codes is None:
            codes = ()
            complete = self._chain(lefts, q, w)[1]
            parts = w.cut or self._in_subset(q) or complete
            for one, other in zip(reversed(found), reversed(earlier), strict=True):
                if parts and other.kind == "people" and one.codes:
                    codes = one.codes
                    break
        return Governed(codes, norm, deed, "people")

    def _beside(self, q: Quantity, other: Quantity) -> bool:
        """(110起,118人), 减少7722起、1070人: the dead stand right beside the accidents."""
        return self.flat[other.end : q.start] in (",", "、") and (
            self.flat[other.start - 1 : other.start] == "(" or self._before("deaths", q)
        )

    # -- shared -------------------------------------------------------------------------------------------------------

    def _reach(self, q: Quantity, w: Window) -> list[int]:
        """For rates and money: everything before in the sentence, nearest last, not across another number's segment."""
        return [i for i, c in enumerate(self.cues) if c.end <= q.start and c.start >= w.left] or [
            i for i, c in enumerate(self.cues) if c.end <= q.start and c.start >= w.clause
        ]

    def _right_all(self, q: Quantity, w: Window) -> list[Cue]:
        return [c for c in self.cues if q.end <= c.start and c.end <= min(w.clause_end, q.end + 2 * _RIGHT_REACH)]

    def _topic(self, q: Quantity) -> str | None:
        """What the sentence is about where the number stands: drill, training, quiz, inspection."""
        if q.start in self._topics:
            return self._topics[q.start]
        topic = None
        clause_end = self._clause_end(q.end)
        for cue in self.cues:
            if cue.start > q.end and cue.start >= clause_end:
                break
            kind = topic_of(cue)
            if kind and (cue.end <= q.start or topic is None):
                topic = kind
        self._topics[q.start] = topic or self.topic_before
        return self._topics[q.start]

    def _clause_start(self, position: int) -> int:
        """Offset after the last mark before a position, the sentence's start when there is none."""
        at = bisect_right(self._marks, position)
        return self._marks[at - 1] if at else self.start

    def _clause_end(self, position: int) -> int:
        """Offset of the first mark at or after a position, the sentence's end when there is none."""
        at = bisect_right(self._marks, position)
        return self._marks[at] - 1 if at < len(self._marks) else self.end

    def _deed(
        self,
        q: Quantity,
        lefts: list[int],
        rights: list[int],
        w: Window,
        found: list[Governed],
        earlier: Sequence[Quantity],
    ) -> str | None:
        """The deed that governs the number: the nearest before it, one after it that ends the clause, or the one that
        an enumeration or 其中 takes over from the number before."""
        if any(self.cues[i].sorts.get("deed") == "delist" and self.cues[i].start - q.end <= 4 for i in rights[:1]):
            return "delist"
        for i in reversed(lefts):
            deed = self.cues[i].sorts.get("deed")
            if deed and deed != "organise" and not (self.cues[i].word == "存在" and self._relative(q)):
                return self._sharpened(i, deed)
        for i in rights:
            deed = self.cues[i].sorts.get("deed")
            if deed and deed not in ("organise",) and w.right == w.clause_end:
                return deed
        if w.right != w.clause_end and _OBJECT.search(self.flat, w.clause, q.start):
            # 对35家加油站、12家零售点进行检查: the deed stands at the end of the list
            for i, cue in enumerate(self.cues):
                if w.right <= cue.start < w.clause_end and self._governs(i):
                    return cue.sorts["deed"]
        takes_over = w.cut or bool(_SUBSET.match(self.flat[w.left : w.left + 4].lstrip(CLAUSE_MARKS + " (")))
        if takes_over and found and earlier:
            return found[-1].deed
        return None

    def _sharpened(self, i: int, deed: str) -> str:
        """未 or 正在 right before 整改 makes it pending; 排查 with 整改 before the same number is both."""
        cue = self.cues[i]
        before = self.flat[max(0, cue.start - 3) : cue.start]
        if deed == "rectify" and re.search(r"(?:未|正在|待|尚未|没有|未能)$", before):
            return "pending"
        if cue.word.endswith("销号") and self.flat.find("挂牌", self.start, self.end) >= 0:
            return "delist"
        return deed

    def _respectively(self, quantities: list[Quantity], found: list[Governed]) -> list[Governed]:
        """横幅、标语、展板分别为20条、30条、15块: the nouns before 分别 in turn."""
        match = _RESPECTIVELY.search(self.flat, self.start, self.end)
        if not match:
            return found
        clause = self._clause_start(match.start())
        clause_end = _first_of(self.flat, ",;。!?\n", match.end(), self.end)
        picks = [i for i, q in enumerate(quantities) if match.end() <= q.start and q.end <= clause_end]
        parts = re.split(r"[、和及与]", self.flat[clause : match.start()])
        if len(picks) < 2:
            return found
        named = self._part_cues(clause, parts)
        if len(named) < len(picks):
            return found
        for i, group in zip(picks, named[-len(picks) :], strict=True):
            q = quantities[i]
            deed = next((c.sorts["deed"] for c in group if "deed" in c.sorts), None)
            hazard = next((c for c in group if c.sort() is not None), None)
            if q.kind in ("percent", "points_pct"):
                continue
            if q.kind == "people":
                codes = people_codes(q, group, [], group, self._topic(q), self.flat)
            else:
                sort = hazard.sort() if hazard else ""
                codes = codes_of(sort or "", q, deed, self._topic(q), hazard)
            if codes:
                found[i] = Governed(codes, q.unit_norm, deed, "respectively")
        return found

    def _of_the_same(
        self, codes: tuple[str, ...], q: Quantity, found: list[Governed], earlier: Sequence[Quantity]
    ) -> tuple[str, ...]:
        """重大隐患47项，已整改41项: a deed without a noun of its own goes on with the hazards named last, if there were
        as many of them."""
        if codes != ("hazards_rectified",):
            return codes
        named = next((c for c in reversed(self.cues) if c.end <= q.start and {"major", "hazard"} & set(c.sorts)), None)
        if named is None or "major" not in named.sorts:
            return codes
        for one, other in zip(reversed(found), reversed(earlier), strict=True):
            if one.codes == ("major_hazards_found",) and (q.range.low or 0) > (other.range.high or q.range.low or 0):
                return codes
        return ("major_hazards_rectified",)

    def _part_cues(self, start: int, parts: list[str]) -> list[list[Cue]]:
        named, position = [], start
        for part in parts:
            group = [c for c in self.cues if position <= c.start and c.end <= position + len(part)]
            if group:
                named.append(group)
            position += len(part) + 1
        return named


def _tells_deed(cue: Cue) -> bool:
    return cue.sorts.get("deed", "organise") != "organise" or cue.sorts.get("event") == "inspections"


def topic_of(cue: Cue) -> str | None:
    """The topic that a word opens, if any."""
    if cue.word not in _TOPIC:
        _TOPIC[cue.word] = _topic_of(cue)
    return _TOPIC[cue.word]


_TOPIC: dict[str, str | None] = {}  # by word of the lexicon, so it cannot grow beyond it


def _topic_of(cue: Cue) -> str | None:
    if "quiz" in cue.sorts or cue.sorts.get("counted") in ("quiz_participants", "quiz_points", "quiz_answers"):
        return "quiz"
    event = cue.sorts.get("event")
    if event in ("drills", "training_sessions", "inspections"):
        return event
    if cue.sorts.get("counted") == "drill_participants":
        return "drills"
    if cue.sorts.get("counted") == "trainees":
        return "training_sessions"
    if "activity" in cue.sorts and cue.word in ("预案", "应急预案", "方案"):
        return None
    return event


def _listed(code: str, q: Quantity) -> bool:
    measure = catalogue().get(code)
    return measure is not None and (not q.unit or any(c in measure.classifiers for c in q.classifiers))


def _same_unit(q: Quantity, other: Quantity) -> bool:
    return bool(q.unit_norm) and q.unit_norm.rstrip("次") == other.unit_norm.rstrip("次")


def _first_of(flat: str, marks: str, start: int, end: int) -> int:
    hits = [at for at in (flat.find(mark, start, end) for mark in marks) if at >= 0]
    return min(hits, default=end)
