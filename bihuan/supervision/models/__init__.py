"""The tables of supervision (督查督办)."""

from bihuan.supervision.models.bulletins import Bulletin, BulletinItem, BulletinPaper, BulletinRow
from bihuan.supervision.models.censure import Circular, Talk
from bihuan.supervision.models.lights import LightRules
from bihuan.supervision.models.mandates import Limit, Mandate, Supervised
from bihuan.supervision.models.notices import AnnexLine, Notice, Urging
from bihuan.supervision.models.objections import Conclusion, Objection
from bihuan.supervision.models.rounds import Finding, Look, Member, Round

__all__ = [
    "AnnexLine",
    "Bulletin",
    "BulletinItem",
    "BulletinPaper",
    "BulletinRow",
    "Circular",
    "Conclusion",
    "Finding",
    "LightRules",
    "Limit",
    "Look",
    "Mandate",
    "Member",
    "Notice",
    "Objection",
    "Round",
    "Supervised",
    "Talk",
    "Urging",
]
