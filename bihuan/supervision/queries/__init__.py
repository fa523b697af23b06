"""Reads of supervision."""

from bihuan.supervision.queries.lights import Judged, Preview, RulesOf, preview, rules_at, steps_of, unregistered

__all__ = ["Judged", "Preview", "RulesOf", "preview", "rules_at", "steps_of", "unregistered"]
