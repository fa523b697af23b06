"""The tables of supervision."""

from bihuan.supervision.models.bulletins import Bulletin, BulletinItem, BulletinRow
from bihuan.supervision.models.lights import LightRules

__all__ = ["Bulletin", "BulletinItem", "BulletinRow", "LightRules"]
