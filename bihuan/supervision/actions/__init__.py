"""The writers of supervision."""

from bihuan.supervision.actions.bulletin_papers import write_paper
from bihuan.supervision.actions.bulletins import asked, freeze
from bihuan.supervision.actions.lights import Lighted, light_up, set_light_rules

__all__ = ["Lighted", "asked", "freeze", "light_up", "set_light_rules", "write_paper"]
