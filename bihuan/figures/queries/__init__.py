"""Reads of figures, totals and facts."""

from bihuan.figures.queries.auditing import BEGINNING, Departure, Place, departure, departure_part
from bihuan.figures.queries.beside import beside
from bihuan.figures.queries.closings import (
    Closed,
    Corrected,
    changed_since,
    closing,
    closings_at,
    corrections,
    records_in,
)
from bihuan.figures.queries.comparing import Explanation, Shared, SideBySide, explain, side_by_side
from bihuan.figures.queries.earlier import Held, Years, statement_periods
from bihuan.figures.queries.facts import (
    Change,
    FactVerdict,
    anchors,
    check,
    evaluate,
    fact_called,
    of_figure,
    of_scope,
    records_behind,
)
from bihuan.figures.queries.measures import check_codes, definitions, measure_codes, measure_names, measures_called
from bihuan.figures.queries.plausibility import Beside, Doubt, plausibility, row_text
from bihuan.figures.queries.recounting import last_check
from bihuan.figures.queries.spanning import Asked, Spanning
from bihuan.figures.queries.standing import Period, Scope, figure_by_key, records, revisions, statement
from bihuan.figures.queries.tabling import RowKey, Table, table
from bihuan.figures.queries.totals import Part, TotalView, total

__all__ = [
    "BEGINNING",
    "Asked",
    "Beside",
    "Change",
    "Closed",
    "Corrected",
    "Departure",
    "Doubt",
    "Explanation",
    "FactVerdict",
    "Held",
    "Part",
    "Period",
    "Place",
    "RowKey",
    "Scope",
    "Shared",
    "SideBySide",
    "Spanning",
    "Table",
    "TotalView",
    "Years",
    "anchors",
    "beside",
    "changed_since",
    "check",
    "check_codes",
    "closing",
    "closings_at",
    "corrections",
    "definitions",
    "departure",
    "departure_part",
    "evaluate",
    "explain",
    "fact_called",
    "figure_by_key",
    "last_check",
    "measure_codes",
    "measure_names",
    "measures_called",
    "of_figure",
    "of_scope",
    "plausibility",
    "records",
    "records_behind",
    "records_in",
    "revisions",
    "row_text",
    "side_by_side",
    "statement",
    "statement_periods",
    "table",
    "total",
]
