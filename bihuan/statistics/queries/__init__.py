"""Reads of forms, their cells, and what units hand in."""

from bihuan.statistics.queries.behind import CellPage, Source, cell_page, traits
from bihuan.statistics.queries.cells import Filled, FormPage, Known, cell_records, form_page, paged_cells
from bihuan.statistics.queries.forms import (
    Countable,
    classifier_choices,
    countables,
    draft,
    handed,
    kind_codes,
    measure_choices,
    version_of,
)
from bihuan.statistics.queries.taking import Line, Plan, plan_of

__all__ = [
    "CellPage",
    "Countable",
    "Filled",
    "FormPage",
    "Known",
    "Line",
    "Plan",
    "Source",
    "cell_page",
    "cell_records",
    "classifier_choices",
    "countables",
    "draft",
    "form_page",
    "handed",
    "kind_codes",
    "measure_choices",
    "paged_cells",
    "plan_of",
    "traits",
    "version_of",
]
