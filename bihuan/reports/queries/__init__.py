"""Reads of reports: what came, what was filed from it, what pages show, what a printed number says."""

from bihuan.reports.queries.campaigns import CampaignPage, MakingPage, campaign_page, making_page
from bihuan.reports.queries.facts import Behind, FactPage, Quote, Trait, behind, fact_page
from bihuan.reports.queries.known import Known, known_of, known_records
from bihuan.reports.queries.submissions import (
    Submissions,
    facts_by_figure,
    figures_of,
    listed,
    papers_of,
    proposal,
    proposals_of,
    scopes,
    standing_with,
)
from bihuan.reports.queries.wording import (
    everyday,
    measure_names,
    names_of_measures,
    printed_range,
    range_words,
    read_back,
)

__all__ = [
    "Behind",
    "CampaignPage",
    "FactPage",
    "Known",
    "MakingPage",
    "Quote",
    "Submissions",
    "Trait",
    "behind",
    "campaign_page",
    "everyday",
    "fact_page",
    "facts_by_figure",
    "figures_of",
    "known_of",
    "known_records",
    "listed",
    "making_page",
    "measure_names",
    "names_of_measures",
    "papers_of",
    "printed_range",
    "proposal",
    "proposals_of",
    "range_words",
    "read_back",
    "scopes",
    "standing_with",
]
