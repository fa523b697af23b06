"""Lints that need only the words: text pasted twice, placeholders, one plan under two titles, clashing forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from bihuan.reading.lints_finding import Lint

# -- text pasted twice -----------------------------------------------------------------------------

_SENTENCE = 30  # characters of a whole sentence that nobody writes twice by chance
_PASSAGE = 60  # characters of a passage that begins or ends inside a sentence
_STEP = 20
_SENTENCES = re.compile(r"[^。！？；\n]+[。！？；]?")
_CLAUSE_MARK = re.compile(r"[，。；：、！？,;]")
_TITLES = re.compile(r"《[^《》\n]{1,80}》")


def duplicated_text(text: str, end: int) -> Iterator[Lint]:
    """Sentences of 30 characters or passages of 60 that stand twice in text[:end]; names of papers do not count."""
    outside = _outside_titles(text, end)
    found = _merged([*_twice_by_sentence(text, end, outside), *_twice_by_passage(text, end, outside)])
    for start, stop, first in found[:20]:
        words = text[start : start + 15].strip()
        yield Lint(
            "duplicated_text", "warning", start, stop,
            f"“{words}……”起 {stop - start} 个字与前文（第 {first + 1} 字起）重复，疑似重复粘贴",
            f"{stop - start} characters from “{words}…” repeat the text at character {first + 1}: pasted twice?",
        )  # fmt: skip


def _outside_titles(text: str, end: int) -> list[int]:
    """For each offset the number of characters before it that stand in no 《…》 and are no blanks."""
    weights = [0 if char.isspace() else 1 for char in text[:end]]
    for title in _TITLES.finditer(text, 0, end):
        weights[title.start() : title.end()] = [0] * (title.end() - title.start())
    return [0, *accumulate(weights)]


def _twice_by_sentence(text: str, end: int, outside: list[int]) -> Iterator[tuple[int, int, int]]:
    first: dict[str, int] = {}
    for found in _SENTENCES.finditer(text, 0, end):
        start, stop = found.span()
        if stop - start < _SENTENCE or outside[stop] - outside[start] < _SENTENCE:
            continue
        words = "".join(found.group().split())
        if len(_CLAUSE_MARK.findall(words)) < 2:
            continue  # a long heading or a table's row; neither is a sentence
        start += len(found.group()) - len(found.group().lstrip())
        if words in first:
            yield start, stop, first[words]
        else:
            first[words] = start


def _twice_by_passage(text: str, end: int, outside: list[int]) -> Iterator[tuple[int, int, int]]:
    """Compare every window of 20 characters with the blocks of 20 before it; a hit is grown both ways and skipped."""
    blocks: dict[str, int] = {}
    position, stored = 0, 0
    while position + _STEP <= end:
        while stored + _STEP <= position:
            blocks.setdefault(text[stored : stored + _STEP], stored)
            stored += _STEP
        first = blocks.get(text[position : position + _STEP])
        if first is None:
            position += 1
            continue
        back, forth = 0, _STEP
        while back < _STEP and first - back > 0 and text[first - back - 1] == text[position - back - 1]:
            back += 1
        while position + forth < end and first + forth < position and text[first + forth] == text[position + forth]:
            forth += 1
        start, stop = position - back, position + forth
        if outside[stop] - outside[start] >= _PASSAGE and len(_CLAUSE_MARK.findall(text, start, stop)) >= 2:
            yield start, stop, first - back
        position = stop


def _merged(spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Adjoining repeats as one."""
    merged: list[tuple[int, int, int]] = []
    for start, stop, first in sorted(spans):
        if merged and start <= merged[-1][1] + 2:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]), merged[-1][2])
        else:
            merged.append((start, stop, first))
    return merged


# -- placeholders ----------------------------------------------------------------------------------

_COUNTED = "人名家场次个处项起份条件户万余多元年月日号县市区州镇乡村局厂矿省"
_CROSSES = "XxＸｘ×✕╳"
_PLACEHOLDER = re.compile(
    rf"(?<![0-9A-Za-z{_CROSSES}*])[{_CROSSES}]{{2,}}(?![0-9A-Za-z])"
    rf"|(?<![0-9A-Za-z{_CROSSES}])[XＸ×](?=[{_COUNTED}%％])"
    r"|(?<![0-9A-Za-z*＊])[*＊]{2,}(?=[人名家场次个处项起份条件户万余多元年月日号])"
    r"|[_＿]{3,}|【[ 　]{0,12}】|\[[ 　]{1,12}\]|〔20[0-9]{2}〕[ 　]{0,8}号"
    r"|(?<![0-9])年[ 　]{1,12}月[ 　]{1,12}日|20[0-9]{2}[ 　]{0,4}年[ 　]{1,12}月[ 　]{1,12}日"
    r"|[（(【\[][ 　]{0,4}(?:此处|请(?:在此)?填|填写|待(?:填|补|定|核)|插入|"
    r"单位名称|具体数字)[^）)】\]\n]{0,20}[）)】\]]"
    r"|某某|[○〇◯□]{2,}(?=[人名家场次个处项起份条件户万余多元月日])|TODO|待补充"
)
_TO_SIGN = re.compile(r"(?:签字|签名|签章|盖章|公章|日期|姓名|电话|单位)(?:[（(][^）)]{0,8}[）)])?[：:]?[ 　]*$")
_SURNAME = re.compile(
    r"(?:^|[\s，。；：、（(“的]|[人员长理师])[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜"
    r"叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常]$"
)


def placeholders(text: str, end: int) -> Iterator[Lint]:
    """Blanks of a pattern text that were never filled in; lines to sign on and masked names are left alone."""
    for found in _PLACEHOLDER.finditer(text, 0, end):
        start, stop = found.span()
        before = text[max(0, start - 14) : start]
        printed = found.group().strip()
        if printed[0] in "_＿" and _TO_SIGN.search(before):
            continue
        if (
            printed[0] in _CROSSES + "某"
            and _SURNAME.search(before)
            and text[stop : stop + 1] not in tuple("县市区州镇乡村")
        ):
            continue
        if printed[0] in "年 　" and _TO_SIGN.search(before.rstrip()):
            continue
        shown = text[start : stop + 2].strip()
        yield Lint(
            "placeholder", "error", start, stop,
            f"“{shown}”处是未填写的占位内容",
            f"“{shown}” is a placeholder that was never filled in",
        )  # fmt: skip


# -- one plan named two ways -----------------------------------------------------------------------

_PLAN = re.compile(r"《([^《》\n]{6,80}?(?:方案|计划|通知|意见|办法|要点|分工|细则|总结|安排|指南))》")
_FILLERS = re.compile(r"工作|实施|活动|组织|开展|关于|印发|有关|相关|的")
_NOT_WORDS = re.compile(r"[^\w]|_")


def plans_named_two_ways(text: str, end: int) -> Iterator[Lint]:
    """Titles in 《》 that differ only by words such as 工作, 活动, 实施: probably one paper."""
    named: dict[str, tuple[str, str]] = {}
    told: set[str] = set()
    for found in _PLAN.finditer(text, 0, end):
        title = found.group(1)
        words = _NOT_WORDS.sub("", title)
        skeleton = _FILLERS.sub("", words)
        first_words, first_title = named.setdefault(skeleton, (words, title))
        if first_words == words or words in told or len(skeleton) < 5:
            continue
        told.add(words)
        yield Lint(
            "plan_named_two_ways", "warning", found.start(), found.end(),
            f"同一文件疑似两种名称：《{first_title}》与《{title}》",
            f"one paper seems to go by two names: 《{first_title}》 and 《{title}》",
        )  # fmt: skip


# -- qualifiers that clash -------------------------------------------------------------------------

_NUMERAL = r"[0-9０-９][0-9０-９,，.．]*|[一二三四五六七八九十百千两]+"
_FORM = re.compile(
    r"(?P<before>将近|接近|大约|(?<![节预签合条违特公制邀履集大])约|(?<![题查在找缺与和的补])不足|不到|(?<!不)超过|突破|至少|不少于|不低于|最多"
    rf"|(?<![附最邻靠临就新远亲贴相将接])近|(?<![高赶不])超|逾)[ ]?(?P<number>{_NUMERAL})[ ]?"
    r"(?P<big>[十百千万亿]*)(?P<more>余|多)?(?P<big2>[万亿]*)(?P<after>左右|上下|以上|以下|以内)?(?![0-9])"
)
_AFTER = re.compile(
    r"[ ]?(?:[（(][^\s（）()]{1,3}[）)])?(?P<unit>[一-鿿％%]{0,3}?)"
    r"(?:[（(][^\s（）()]{1,3}[）)])?(?P<after>左右|上下|以上|以下|以内)"
)
_TOO_EXACT = re.compile(r"(?<![0-9.,])(?P<number>[0-9][0-9,]{1,9})(?P<more>余|多)(?![0-9])")
_TIME = re.compile(r"[个]?(?:年|月|天|日|周|小时|分钟|季度)")
_BELOW = frozenset({"近", "将近", "接近", "不足", "不到"})
_ABOVE = frozenset({"超过", "突破", "超", "逾", "至少", "不少于", "不低于"})
_ROUGH = frozenset({"约", "大约"})


def clashing_forms(text: str, end: int) -> Iterator[Lint]:
    """Numbers whose qualifiers contradict or double each other: 近10万余, 约300人左右, 4574多份."""
    for found in _FORM.finditer(text, 0, end):
        before, more, unit = found["before"], found["more"], text[found.end("big2") : found.end("big2") + 3]
        after = found["after"]
        stop = found.end("big2")
        if after is None:
            behind = _AFTER.match(text, stop)
            if behind is not None:
                after, stop = behind["after"], behind.end()
        if _TIME.match(unit) and before in ("近", "超", "约"):
            continue  # 近三年多来
        clash = _clash(before, more, after)
        if clash:
            printed = text[found.start() : stop]
            yield Lint(
                "contradictory_form", "warning", found.start(), stop,
                f"“{printed}”：{clash[0]}", f"“{printed}”: {clash[1]}",
            )  # fmt: skip
    yield from _too_exact(text, end)


def _clash(before: str, more: str | None, after: str | None) -> tuple[str, str] | None:
    if more and before in _BELOW:
        return f"“{before}”表示不到，“{more}”表示超过，不能并用", f"{before} says below, {more} says above"
    if more and before in _ROUGH | (_ABOVE - {"至少", "不少于", "不低于"}):
        return f"“{before}”与“{more}”只用一个", f"{before} and {more} say it twice"
    if after in ("左右", "上下") and before in _ROUGH:
        return f"“{before}”与“{after}”只用一个", f"{before} and {after} say it twice"
    if after in ("左右", "上下") and (before in _BELOW or before in _ABOVE):
        return f"“{before}”与“{after}”不能并用", f"{before} and {after} contradict each other"
    if after == "以上" and before in _BELOW | _ROUGH | {"最多"}:
        return f"“{before}”与“{after}”不能并用", f"{before} and {after} contradict each other"
    if after == "以上" and before in _ABOVE:
        return f"“{before}”与“{after}”只用一个", f"{before} and {after} say it twice"
    if after in ("以下", "以内") and before in _ABOVE:
        return f"“{before}”与“{after}”不能并用", f"{before} and {after} contradict each other"
    return None


def _too_exact(text: str, end: int) -> Iterator[Lint]:
    for found in _TOO_EXACT.finditer(text, 0, end):
        digits = found["number"].replace(",", "")
        if digits[-1] == "0" or len(digits) < 3:
            continue
        printed = found.group()
        yield Lint(
            "contradictory_form", "warning", found.start(), found.end(),
            f"“{printed}”：数字已精确到个位，不应再加“{found['more']}”",
            f"“{printed}”: the number is exact to the last digit and cannot take {found['more']}",
        )  # fmt: skip
