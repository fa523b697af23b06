"""Units and places that act themselves: 46个部门在广场开展宣传 take part, they are not what was inspected."""

from __future__ import annotations

import re

_LIST = (
    r"(?:[、和及与](?:[0-9]+(?:余|多)?[个家])?(?:相关|有关)?"
    r"(?:单位|部门|乡镇|街道|镇街|科室|站所|企业|学校|社区|团体|县市区?|县区)+|等|(?:的)?(?:相关|有关))*"
)
_ACTS = re.compile(
    _LIST + r"(?:悉数|均|全部|都|分别|共)?(?:联合|共同|通过|在|于|组织|开展|举办|举行|参加|参与|集中|到场"
    r"|参赛|设立|设置|设点|摆放|围绕|积极|现场|同步|协同|配合|联动|齐聚|分别设"
    r"|(?:的|主要)?(?:咨询台|展台|工作人员|负责人|干部|代表|志愿者|领导|分管领导|主要领导)(?!进行|被))"
)
_JOINS = re.compile(
    _LIST + r"(?:联合|共同(?!检查)|参加|参与|参赛|到场|设立|设点|(?:的)?(?:负责人|代表|领导)(?:参加|参与))"
)
_INTO = re.compile(
    r"(?:到|赴|深入|在|对|向|往|为|给|至|覆盖|走进|抽查|检查|督查|延伸|于|从|把|将|的)了?"
    r"(?:(?:全|我|本)[州省市县区镇乡]|[一-龥]{0,4}[县市区州镇乡])?(?:内|的|所有|各类|辖区)?$"
)
_AUTHORITIES = re.compile(r"[局委办站所队会院校镇乡司厅部馆处府社联安]等(?:相关|有关|共|约)?$")
_ACTIVE = re.compile(r"组织|开展|对|自行|按照|认真|积极|制定|结合|召开|进行自查|通过")


def enters(flat: str, start: int, number: int) -> bool:
    """True when the words before the number (from `start`) lead into what it counts: 深入到全市17个县区."""
    return _INTO.search(flat, max(start, number - 12), number) is not None


def takes_part(flat: str, start: int, number: int, noun_end: int, sort: str) -> bool:
    """True when what is counted takes part itself: 39个单位、部门通过…, 公安局、安监局等20多家单位在…开展."""
    if _AUTHORITIES.search(flat, max(start, number - 8), number) and sort == "org":
        return True
    if enters(flat, start, number):
        return False
    return (_ACTS if sort == "org" else _JOINS).match(flat, noun_end) is not None


def acts_before(flat: str, noun_end: int, deed_start: int) -> bool:
    """True when between noun and deed the noun is the one who acts: 8个乡镇供电所组织开展…检查."""
    return _ACTIVE.search(flat, noun_end, deed_start) is not None
