"""Organisations that act: who held, launched or carried out what a sentence reports."""

from __future__ import annotations

import re

_TAIL = (
    "安委办|安委会办公室|安全生产委员会办公室|安委会|安全生产委员会|应急管理局|应急局|应急管理厅|应急厅|应急管理部|应急部|"
    "人民政府|州政府|市政府|县政府|区政府|省政府|州委|市委|县委|区委|省委|教育局|交通运输局|交通局|住建局|住房和城乡建设局|公安局|"
    "消防救援支队|消防救援大队|消防救援局|消防大队|消防支队|救援站|卫健委|卫健局|卫生健康局|卫生健康委|市场监管局|市场监督管理局|"
    "[一-龥]{2,8}局|[一-龥]{2,10}公司|[一-龥]{1,8}集团|[一-龥]{1,8}(?:中学|小学|大学|学院|学校|幼儿园|医院|卫生院|中心校|煤矿|电厂|化工厂|矿业|水电站)|"
    "[一-龥]{2,5}(?:街道办事处|街道办|街道|镇政府|乡政府|镇|乡|社区|管委会|村委会|项目部|车站|支队|大队|中队|交警队|分局|分公司|车间|协会|工会|团委|供电所)|各县市|各部门|各单位|我局|我校|我院|公司|我公司|我单位|我镇|我乡|学校|医院|集团公司|项目部|该局|该公司|该校"
)
_ORG = re.compile(rf"[一-龥]{{0,14}}?(?:{_TAIL})")
_VERB = re.compile(
    "联合|会同|组织|开展|举办|举行|召开|共|积极|认真|先后|在|于|累计|以|对|深入|牵头|印发|启动|参加|利用|通过|,|结合|集中|带领|邀请|主办|承办|已|"
    "还|也|按照|紧紧|围绕|发放|检查|排查|出动|悬挂|制作|聚焦|精心|充分|全面|广泛|严格|切实|坚持|扎实|高度|迅速|立即|派出|抽调|分别|隆重|制定"
)
# The last characters of what _TAIL matches: a quick look before the pattern.
_LAST = frozenset("办会局厅部府委队站团司学院校园矿厂业镇乡道区处心所间位门市校")
_AND = re.compile("[、和与]")
_LEAD = re.compile(
    r"(?:[0-9年月日至到,\- 、]|今年|上午|下午|期间|当日|当天|近日|日前|其间|活动中"
    r"|一是|二是|三是|四是|五是|六是|七是|八是|九是|十是|同时|此外|另外|由|据统计"
    r"|“安全生产月”期间|在“安全生产月”期间|活动期间|[一二三四五六七八九十]{1,2}、|\([一二三四五六七八九十]{1,2}\)|[0-9]{1,2}\.|截至|目前|月初|月底|初|底)*"
)


def actor_of(flat: str, start: int, end: int) -> str | None:
    """The organisation that is the subject of the sentence between two offsets, as printed; None when there is none."""
    at = _LEAD.match(flat, start, end)
    position = at.end() if at else start
    found = _subject(flat, position, end)
    if found is None:
        clause = flat.find(",", position, min(end, position + 60))
        found = _subject(flat, clause + 1, end) if clause >= 0 else None
    return found


def _subject(flat: str, start: int, end: int) -> str | None:
    """The organisations between an offset and the first verb before which nothing else stands."""
    for verb in _VERB.finditer(flat, start, min(end, start + 90)):
        named = flat[start : verb.start()]
        if named and named[-1] in _LAST and all(_ORG.fullmatch(part) for part in _AND.split(named)):
            return named
    return None
