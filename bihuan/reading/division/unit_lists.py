"""From a cell that lists units to their names: 州教育局、州公安局（交警支队），各县市政府."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from bihuan.reading.division.duty import Doubt, Field, Named, NamedKind

_END = (
    "局|委|办|部|院|队|会|中心|公司|政府|厅|处|所|站|社|校|学校|大学|学院|医院|银行|支队|大队|中队|县|市|州|区|乡|镇|街道|单位|部门|"
    "集团|企业|总站|台|报社|科|科室|室|股|组|馆|厂|矿|店|分局|分公司|办事处|街办|法院|检察院|团委|工会|妇联|协会|学会|联合会|基地|"
    "专班|村|社区|系统|工委|党校|军分区|海关|园区|开发区|管委会|指挥部|领导小组|国资委|供电|电网|移动|联通|电信|铁塔|邮政|机关|宗教|支部|人大|政协|机场|公路段|养护段|供电段|运营商|公署|委办|局机关|银行|保险|公安|武警|民兵|人社|财险|人保"
)
LONGEST = 1000  # characters of a list of units; more is a text
_UNIT_END = re.compile(rf"(?:{_END})(?:\([^()]*\))?(?:等)?$")
_UNIT_FIRST = re.compile(r"[省州市县区各中国团乡镇]|临夏|康乐|永靖|广河|和政|东乡|积石山|有关|相关|其他|其它|全")
_STRONG = re.compile(r"[、，,；;/\n]")
_WEAK = re.compile(r"以及|及其|和|及|与")
_TAIL = re.compile(
    r"(?:按照|根据|依据|按).{0,10}(?:职责|分工).{0,6}(?:负责|落实|抓好)?$|(?:分别|共同|分工|具体|各自)负责$"
)
_OPEN_TAIL = re.compile(
    r"等(?=$|\()|等(?=[0-9一二三四五六七八九十]+[个家](?:部门|单位|成员单位))|等(?=(?:有关|相关|各|成员)?[一-龥]{0,4}(?:单位|部门)$)"
)
_ROLE_BEHIND = re.compile(r"\((牵头|主办|主责|配合|协办|协助|参与)(?:单位|部门)?\)$")
_COUNTED = re.compile(r"^(?:[0-9]{1,2}[.．)）]|\([0-9一二三四五六七八九十]{1,2}\))\s*(?=[\u4e00-\u9fff])")
_ROLE_WORDS = (
    (
        Field.LEADS,
        r"牵头(?:责任)?(?:单位|部门)?(?:\(责任单位\))?|主[办责](?:单位|部门)|(?:责任|承办|负责|落实)(?:单位|部门)",
    ),
    (
        Field.ASSISTING,
        r"(?:配合|参与)(?:责任)?(?:单位|部门)?|协办(?:单位|部门)?|(?:协助|参加|协同)(?:单位|部门)",
    ),
    (Field.LEADER, r"分管(?:领导|负责人)|责任领导|包抓领导|牵头领导"),
    (Field.OFFICE, r"责任(?:科室|处室|股室)|承办(?:科室|处室)|牵头科室|负责科室"),
    (Field.OWNER, r"责任人|联系人|负责人|经办人"),
    (Field.DUE, r"完成(?:时限|时间|期限)|时间节点|办结时限|时限(?:要求)?"),
)
_LABEL = re.compile(
    r"(?:^|(?<=[\s,，;；。、(（]))(?:"
    + "|".join(f"(?P<f{at}>{words})" for at, (_f, words) in enumerate(_ROLE_WORDS))
    + r")\s*[:：]\s*"
)
_VERB = re.compile(
    r"(?P<names>[^,，;；。\n]+?)(?:(?P<lead>牵头(?:负责|落实|组织)?|主办|负责)|(?P<assist>(?:积极|共同|协同)?配合(?:落实)?|协助|协办|参与|参加))(?=$|[,，;；。\n])"
)


@dataclass(frozen=True)
class Names:
    """The names of a list, and what is unsure of it."""

    names: tuple[Named, ...]
    doubts: tuple[Doubt, ...] = ()


def labelled(text: str) -> dict[Field, str]:
    """The parts, by field, of a cell that names its parts: 牵头单位:州应急局 配合单位:各县市. {} for any other."""
    if len(text) > LONGEST:
        return {}
    if ":" not in text and "：" not in text:
        return _by_verbs(text)
    found = list(_LABEL.finditer(text))
    parts: dict[Field, str] = {}
    if not found:
        return _by_verbs(text)
    if text[: found[0].start()].strip():
        return {}
    for at, label in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(text)
        field = next(field for index, (field, _words) in enumerate(_ROLE_WORDS) if label[f"f{index}"])
        part = text[label.end() : end].strip(" \n,，;；。、")
        parts[field] = f"{parts[field]}、{part}" if field in parts else part
    return parts


def _by_verbs(text: str) -> dict[Field, str]:
    """州应急局牵头，州教育局、州公安局配合."""
    if not re.search(r"牵头|配合|协办|协助", text):
        return {}
    parts: dict[Field, str] = {}
    rest = text.strip(" 。\n")
    for clause in re.split(r"[;；,，。\n]+(?=[^,，;；。]*(?:$|[,，;；。]))", _clauses(rest)):
        match = _VERB.fullmatch(clause.strip())
        if match is None:
            return {}
        field = Field.LEADS if match["lead"] else Field.ASSISTING
        part = re.sub(r"^由", "", match["names"].strip())
        parts[field] = f"{parts[field]}、{part}" if field in parts else part
    return parts


def _clauses(text: str) -> str:
    """The text with a semicolon behind each verb, and none elsewhere."""
    text = re.sub(r"[;；,，。\n]+", "、", text)
    return re.sub(
        r"(牵头(?:负责|落实|组织)?|主办|负责|配合(?:落实)?|协助|协办|参与|参加)(?:、|$)", r"\1;", text
    ).rstrip(";")


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = _rows("groups.csv")
    return tuple((row["group"], re.compile(row["pattern"])) for row in rows)


@lru_cache(maxsize=1)
def _whole() -> re.Pattern[str]:
    parts = sorted((row["part"] for row in _rows("whole-names.csv")), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, parts)))


def _rows(name: str) -> list[dict[str, str]]:
    source = files("bihuan.reading.division").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(source.splitlines()))


@lru_cache(maxsize=8192)
def read_units(text: str) -> Names:
    """The units and groups that a cell lists, in order, none twice; nothing of the cell is lost but what joins them."""
    if len(text) > LONGEST:
        zh, en = "太长，没有拆成单位，请核对", "too long to be a list of units: it was not parted"
        return Names((), (Doubt(zh, en),))
    flat = _flat(text)
    doubts: list[Doubt] = []
    if tail := _TAIL.search(flat):
        flat = flat[: tail.start()]
    names: dict[str, Named] = {}
    for piece in _pieces(flat):
        for part in _open_end(piece, doubts):
            if part:
                named = _named(part)
                names.setdefault(named.printed, named)
    found = tuple(names.values())
    if text.strip() and not found:
        doubts.append(Doubt("没有读出单位名称", "no name of a unit was found"))
    strange = [named.printed for named in found if named.kind == NamedKind.UNKNOWN]
    if strange:
        which = "、".join(strange[:4])
        doubts.append(Doubt(f"“{which}”不像单位名称，请核对", f"“{which}” does not look like the name of a unit"))
    joined = next((named.name for named in found if _looks_joined(named)), "")
    if joined:
        doubts.append(Doubt(f"“{joined}”像是几个单位连在一起，请核对", f"“{joined}” may be several units run together"))
    return Names(found, tuple(doubts))


def _flat(text: str) -> str:
    """Half-width brackets; spaces out of names, or a comma where two names stand apart by a space or a line's end."""
    text = re.sub(r"[（〔【\[]", "(", text)
    text = re.sub(r"[①-⑳]\s*", "、", re.sub(r"[）〕】\]]", ")", text)).strip(" \n。.、,，;；")
    pieces = re.split(r"([ \u3000\n]+)", unicodedata.normalize("NFC", text))
    flat = pieces[0]
    for gap, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        apart = _ends(flat) and piece and flat.count("(") <= flat.count(")") and not piece.startswith("(")
        whole = _ends(piece) or _STRONG.search(piece) or "\n" in gap
        flat += ("、" if apart and whole and len(re.split(_STRONG, flat)[-1]) > 2 else "") + piece
    return flat


def _pieces(flat: str) -> list[str]:
    """Cut at the marks outside brackets, then at 和, 及, 与 where a unit ends before and one begins behind."""
    pieces: list[str] = []
    depth, start = 0, 0
    kept = [match.span() for match in _whole().finditer(flat)]
    for at, char in enumerate(flat):
        depth += (char == "(") - (char == ")" and depth > 0)
        if depth == 0 and _STRONG.match(char) and not any(first <= at < last for first, last in kept):
            pieces.append(flat[start:at])
            start = at + 1
    pieces.append(flat[start:])
    parts = [_COUNTED.sub("", part.strip()) for piece in pieces for part in _weakly(_COUNTED.sub("", piece.strip()))]
    return [part for part in parts if part]


def _weakly(piece: str) -> list[str]:
    kept = [match.span() for match in _whole().finditer(piece)]
    for joint in _WEAK.finditer(piece):
        if any(first < joint.end() and joint.start() < last for first, last in kept):
            continue
        left, right = piece[: joint.start()], piece[joint.end() :]
        if left.count("(") == left.count(")") and _ends(left) and len(right) > 1 and _ends_well(right):
            return [left, *_weakly(right)]
    return [piece]


def _ends(text: str) -> bool:
    """Whether a text ends like the name of a unit."""
    return _UNIT_END.search(text[-60:]) is not None


def _ends_well(text: str) -> bool:
    return _ends(text) and len(text) > 2


def _open_end(piece: str, doubts: list[Doubt]) -> list[str]:
    """州教育局等有关部门 is a unit and a group; a bare 等 leaves the list open."""
    match = _OPEN_TAIL.search(piece)
    if match is None or match.start() == 0:
        return [piece]
    left, right = piece[: match.start()], piece[match.end() :]
    if not right or right.startswith("("):
        doubts.append(
            Doubt("名单以“等”结尾，可能还有别的单位", "the list ends in “and others”: there may be more units")
        )
        return [left + right]
    if re.match(r"[0-9一二三四五六七八九十]", right):
        doubts.append(Doubt(f"“等{right}”没有列全", "the list does not name all units that it counts"))
    return [left, right]


def _named(part: str) -> Named:
    detail = ""
    if role := _ROLE_BEHIND.search(part):
        part, detail = part[: role.start()], role[1]
    elif (bracket := re.fullmatch(r"([^()]+)\(([^()]*)\)", part)) and not _group_of(part):
        part, detail = bracket[1].strip(), bracket[2].strip()
    found = _group_of(part)
    if found is not None:
        group, office = found
        return Named(_shown(part), NamedKind.GROUP, group, detail, _shown(office))
    known = _ends(part) and len(part) > 1
    return Named(_shown(part), NamedKind.UNIT if known else NamedKind.UNKNOWN, "", detail)


def _shown(name: str) -> str:
    return name.replace("(", "（").replace(")", "）")


def _group_of(part: str) -> tuple[str, str] | None:
    """Which group a name is (counties, members …), and whose office of each: 各县市安委办. None for a single unit."""
    for group, pattern in _groups():
        match = pattern.match(part)
        if match is None:
            continue
        office = part[match.end() :]
        if not office or (group in ("counties", "townships", "villages") and _after_group(office)):
            return group, office.strip("、")
    return ("", "") if re.match(r"各(?!别)|有关|相关|其他|其它", part) else None


def _after_group(rest: str) -> bool:
    return bool(re.match(r"[\u4e00-\u9fff(]", rest))


def _looks_joined(named: Named) -> bool:
    """州教育局州公安局."""
    return named.kind == NamedKind.UNIT and bool(
        re.search(
            r"(?:局|委|办|部|会|中心|公司|政府|支队)[省州市县](?!场|级|委|政|直)[一-龥]{2,}(?:局|委|办|部|会|中心|公司|支队)$",
            named.name,
        )
        and not re.search(r"公安局|分局|委员会|委[一-龥]+[部办]$", named.name[:-3])
    )
