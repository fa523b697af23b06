"""Reads of forms, their cells, and what units hand in."""

from bihuan.statistics.queries.behind import CellPage, Source, cell_page, traits
from bihuan.statistics.queries.cells import Filled, FormPage, Known, cell_records, form_page, paged_cells
from bihuan.statistics.queries.forms import (
    Countable,
    classifier_choices,
    countables,
    draft,
    form_called,
    handed,
    kind_codes,
    measure_choices,
    version_of,
)
from bihuan.statistics.queries.handing import (
    FillPage,
    Side,
    fill_page,
    lines_answered,
    returned_by,
    sides,
    unlisted,
)
from bihuan.statistics.queries.sources import Backing, sources
from bihuan.statistics.queries.taking import Line, Plan, filed_by, own_records, plan_of

__all__ = [
    "Backing",
    "CellPage",
    "Countable",
    "FillPage",
    "Filled",
    "FormPage",
    "Known",
    "Line",
    "Plan",
    "Side",
    "Source",
    "cell_page",
    "cell_records",
    "classifier_choices",
    "countables",
    "draft",
    "filed_by",
    "fill_page",
    "form_called",
    "form_page",
    "handed",
    "kind_codes",
    "lines_answered",
    "measure_choices",
    "own_records",
    "paged_cells",
    "plan_of",
    "returned_by",
    "sides",
    "sources",
    "traits",
    "unlisted",
    "version_of",
]
