"""The writers of supervision."""

from bihuan.supervision.actions.lights import Lighted, light_up, set_light_rules

__all__ = ["Lighted", "light_up", "set_light_rules"]
