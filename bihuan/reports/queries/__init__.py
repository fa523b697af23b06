"""Reads of reports: what came, what was filed from it, what pages show, what a printed number says."""

from bihuan.reports.queries.campaigns import CampaignPage, MakingPage, campaign_page, making_page
from bihuan.reports.queries.facts import Behind, FactPage, Quote, Trait, behind, fact_page
from bihuan.reports.queries.submissions import (
    Note,
    Piece,
    ReportPage,
    TextParagraph,
    figures_of,
    page,
    received,
    scopes,
    standing_with,
)
from bihuan.reports.queries.totals import Line, facts_of, lines
from bihuan.reports.queries.wording import everyday, measure_names, printed_range, range_words, read_back

__all__ = [
    "Behind",
    "CampaignPage",
    "FactPage",
    "Line",
    "MakingPage",
    "Note",
    "Piece",
    "Quote",
    "ReportPage",
    "TextParagraph",
    "Trait",
    "behind",
    "campaign_page",
    "everyday",
    "fact_page",
    "facts_of",
    "figures_of",
    "lines",
    "making_page",
    "measure_names",
    "page",
    "printed_range",
    "range_words",
    "read_back",
    "received",
    "scopes",
    "standing_with",
]
