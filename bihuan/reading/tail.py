"""Foreign text behind the end of a report: teasers of other pages, links, navigation, copyright lines.

Reports are copied from web pages, and what stands below them comes along. Nothing is recognised by one word alone:
each line collects points from independent signals (a title with 篇N and running text in one line, text that breaks
off in dots, no word of official work in a long line, little in common with the body, the furniture of web pages), and
only lines that form the end of the text are cut. What may rightly stand below a report (signature, date, annexes,
contacts, copies) stops the search.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

_ENOUGH = 3  # points that make a line foreign on its own
_DOUBT = 1  # points that let a line go with foreign neighbours on both sides

_BROKEN_OFF = re.compile(r"(?:\.{3,}|…+|。{2,}|\[(?:详细|全文|更多)\]|(?:查看|阅读)(?:全文|更多|详情)(?:>>)?)[ 　]*$")
_NUMBERED_TITLE = re.compile(
    r"^[ 　]*[^\s0-9。，；：,;:][^\s。，；：,;:]{1,29}?[ 　]*"
    r"(?:[（(]?(?:篇|第)[ 　]?[0-9一二三四五六七八九十]{1,3}篇?[)）]?|[0-9]{1,2})[ 　]+\S"
)
_FURNITURE = re.compile(
    r"^[ 　【\[]*(?:相关(?:阅读|文章|推荐|链接|新闻|范文|内容|热词|搜索)|推荐(?:阅读|文章|范文)|延伸阅读|猜你喜欢|"
    r"(?:热门|最新|精彩|热点)(?:文章|推荐|阅读|资讯|新闻|范文)|大家(?:都|还)在看|你可能(?:还)?(?:喜欢|感兴趣)|"
    r"上一[篇条页]|下一[篇条页]|返回(?:顶部|首页|列表|上页)|打印(?:本页|此页|[ 　|]|$)|关闭(?:本页|窗口)|分享(?:到|至)|"
    r"扫一扫|网站地图|版权(?:所有|声明)|免责声明|(?:当前|您的?)?位置[：:]|您现在的位置|首页[ 　]*(?:[>»|/]|$)|"
    r"(?:浏览|点击|阅读)(?:次数|数|量)[：:]|字体[：:]|"
    r"本文(?:来源|地址|链接|由)|原文链接|转载请|网友评论|发表评论|我要评论)"
)
# What a briefing may print of itself too: foreign only in foreign company.
_BYLINE = re.compile(
    r"^[ 　【\[]*(?:(?:责任)?编辑|责编|标签|关键词|(?:文章|信息|稿件)?来源|声明)[：:]|https?://|www\.", re.IGNORECASE
)
_SITE = re.compile(r"(?:copyright|©|ICP备|公网安备|版权所有|all rights reserved|网站标识码|网络110)", re.IGNORECASE)
_LISTED_LINK = re.compile(
    r"^[ 　]*(?:[·•●○■◆▪>»*-]|\[?[0-9]{1,2}[\].、])?[ 　]*\S.{4,50}?[ 　\t]*[\[（(]?"
    r"(?:20[0-9]{2}[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}日?[\]）)]?[ 　]*$"
)
_LEGITIMATE = re.compile(
    r"^[ 　]*(?:附件|附表|附[：:]|附录|附注|联系人|联系(?:电话|方式)|电话|抄送|抄报|"
    r"主送|报送|印发|签发|审核|填报|拟稿|核稿|"
    r"[（(]?此件|[（(]?公开(?:方式|属性)|备注|注[：:]|说明[：:]|[（(][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+[、是]|特此(?:报告|通知|函告)|"
    r"(?:20[0-9]{2}|二[〇○零]..)年[ 　]*.{1,3}月[ 　]*.{1,3}日|20[0-9]{2}[-.][0-9]{1,2}[-.][0-9]{1,2}[ 　]*$)"
)
_SIGNATURE = re.compile(
    r"(?:委员会|办公室|局|政府|委|公司|集团|学校|学院|大学|中学|小学|幼儿园|医院|中心|厅|站|队|所|乡|镇|街道|办|部|处|厂|矿|社区|村|协会)"
    r"(?:[ 　]*[（(].{1,12}[)）])?[ 　]*$"
)
# Words that official work cannot do without; a long line with none of them was written for something else.
_OFFICIAL = re.compile(
    r"安全|生产|应急|隐患|演练|工作|企业|单位|部门|开展|组织|检查|排查|整改|培训|宣传|责任|落实|监管|管理|领导|会议|群众|"
    r"全[州市县区省镇乡校院厂司]|各[县市区乡镇单部]|我[州市县区省镇乡校院局委司]|"
    r"事故|消防|风险|防[范控汛]|救援|职工|员工|活动|要求|措施|机制|"
    r"方案|制度|执法|督[查导办]|治理|专项|"
    r"项目|施工|交通|应对|保障|强化|加强|推进|[0-9一二三]+(?:家|处|人|次|份|场|项|起)"
)
_NARRATIVE = re.compile(
    r"我(?![国省市州县区局委镇乡公校院厂矿单部处站村社司办街集支段方们])|"
    r"我们(?:班|家|一家|俩)|妈妈|爸爸|爷爷|奶奶|外婆|姥姥|老师说|同学们?[，。：:]|小[狗猫鸟鸡兔]|"
    r"他的|她的|它的|童年|小时候|美丽的|漂亮|高兴极了|笑容|夕阳|花园|"
    r"树叶|难忘"
)


@dataclass(frozen=True, slots=True)
class Tail:
    """Where the report ends, and the foreign lines behind it as (start, end) offsets; no spans, nothing foreign."""

    end: int
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def start(self) -> int | None:
        """The offset of the first foreign character, or None."""
        return self.spans[0][0] if self.spans else None


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str


def find_tail(text: str) -> Tail:
    """The end of the report in `text` (behind its last own character) and the foreign lines after it.

    Linear in the length of the text; never raises. A text that is foreign from its first line on is a text of its
    own kind and is left whole.
    """
    lines = _lines(text)
    if len(lines) < 2:
        return Tail(len(text))
    known = _Vocabulary(_first_half(lines))
    first = _first_foreign(lines, known)
    first = _below_a_marker(lines, first, known)
    if first is None or first == 0:
        return Tail(len(text))
    return Tail(lines[first - 1].end, tuple((line.start, line.end) for line in lines[first:]))


def _lines(text: str) -> list[_Line]:
    """The lines that hold anything, without the blanks around them."""
    lines: list[_Line] = []
    for found in re.finditer(r"[^\n]+", text):
        content = found.group().strip()
        if content:
            start = found.start() + found.group().index(content[0])
            lines.append(_Line(start, start + len(content), content))
    return lines


def _first_half(lines: list[_Line]) -> list[str]:
    """The lines that make up the first half of the text by length: surely the report's own."""
    half, used = sum(len(line.text) for line in lines) / 2, 0
    texts: list[str] = []
    for line in lines:
        texts.append(line.text)
        used += len(line.text)
        if used >= half:
            break
    return texts


class _Vocabulary:
    """The pairs of characters that the body uses: what another text does not share."""

    def __init__(self, texts: list[str]) -> None:
        self.pairs: set[str] = set()
        for text in texts:
            self.pairs.update(map("".join, pairwise(text)))

    def share(self, text: str) -> float:
        """The part (0 to 1) of the text's pairs that the body uses too."""
        sample = text[:400]
        pairs = [a + b for a, b in pairwise(sample)]
        return sum(1 for pair in pairs if pair in self.pairs) / len(pairs) if pairs else 1.0


def _points(line: _Line, known: _Vocabulary) -> int:
    """How much speaks for a foreign line."""
    text = line.text
    points = 0
    if _FURNITURE.match(text) or (_SITE.search(text) and len(text) <= 160):
        points += 3
    elif _BYLINE.search(text):
        points += 1
    if _BROKEN_OFF.search(text[-12:]):
        points += 2
    if _NUMBERED_TITLE.match(text[:60]):
        points += 2
    if len(text) >= 30:
        official = sum(len(word) for word in _OFFICIAL.findall(text[:600])) / min(len(text), 600)
        points += (official < 0.04) + (known.share(text) < 0.2) + (len(_NARRATIVE.findall(text[:600])) >= 2)
    return points


def _is_own(line: _Line) -> bool:
    """Whether the line is of the kind that rightly stands at the end of a report."""
    text = line.text
    if _LEGITIMATE.match(text):
        return not _NUMBERED_TITLE.match(text[:60])
    return len(text) <= 40 and bool(_SIGNATURE.search(text)) and not _FURNITURE.match(text)


def _first_foreign(lines: list[_Line], known: _Vocabulary) -> int | None:
    """Index of the first line of the foreign end, going up from the last line; None if the end is the report's own."""
    first: int | None = None
    doubtful = 0
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        points = _points(line, known)
        if points >= _ENOUGH:
            first, doubtful = index, 0
            continue
        if _is_own(line) and points < 2:
            break
        doubtful += 1
        listed = bool(_LISTED_LINK.match(line.text)) or len(line.text) <= 30
        if doubtful > 6 or not (points >= _DOUBT or (listed and not line.text.endswith(("。", "；")))):
            break
    return first


def _below_a_marker(lines: list[_Line], first: int | None, known: _Vocabulary) -> int | None:
    """Move the end up to a line such as 相关阅读 if only short lines, links and teasers follow it."""
    limit = len(lines) if first is None else first
    for index in range(limit - 1, max(0, limit - 40) - 1, -1):
        line = lines[index]
        if _FURNITURE.match(line.text) and len(line.text) <= 60:
            return _below_a_marker(lines, index, known) if index else first
        ends_like_prose = line.text.endswith(("。", "；", "！", "：")) and not _BROKEN_OFF.search(line.text[-12:])
        if len(line.text) > 60 or ends_like_prose or _LEGITIMATE.match(line.text):
            break
    return first
