"""Who may do what with a report that was handed in."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from bihuan.documents.access import SIGN_PAPER
from bihuan.org import queries as org
from bihuan.org.access import UNITS, Reader, Things, Verb, holders, within
from bihuan.org.gate import local_day
from bihuan.org.models import Region, Unit
from bihuan.org.rules import Role
from bihuan.reports.models import Submission

HAND_IN = Verb("reports.hand_in", Role.OPERATOR, Role.LIAISON, Role.SAFETY_OFFICER)
SEE_SUBMISSION = Verb(
    "reports.see_submission", Role.OPERATOR, Role.LEADER, Role.LIAISON, Role.SAFETY_OFFICER, Role.INSPECTOR
)
DECIDE = Verb("reports.decide", Role.OPERATOR, Role.LIAISON, Role.SAFETY_OFFICER)
ACCEPT = Verb("reports.accept", Role.OPERATOR)
RETURN = Verb("reports.return", Role.OPERATOR)
COMPOSE = Verb("reports.compose", Role.OPERATOR)
LOAD_PAST = Verb("reports.load_past", Role.OPERATOR)  # values of earlier years, of one's own region and below
ANSWER_DOUBT = Verb("reports.answer_doubt", Role.OPERATOR)

SUBMISSIONS = Things(Submission, region="region", unit="unit")
MOST_UNITS = 300  # to choose from; more than that is no list to choose from


def own_units(reader: Reader) -> list[Unit]:
    """The units for which a reader may hand in, their own first; of the others no more than can be chosen from."""
    mine = {post.unit_id: post.unit for post in reader.posts}
    found = within(reader, HAND_IN, UNITS).filter(closed_on=None).select_related("region")
    allowed = list(found.filter(pk__in=mine))
    others = found.exclude(pk__in=mine).order_by("region__pinyin", "pk")[:MOST_UNITS]
    return [*sorted(allowed, key=lambda unit: list(mine).index(unit.pk)), *others]


def counties(reader: Reader) -> QuerySet[Region]:
    """The places whose reports a reader sees, where there are any."""
    seen = within(reader, SEE_SUBMISSION, SUBMISSIONS).values("region")
    return Region.objects.filter(pk__in=seen).order_by("pinyin")


def signers(submission: Submission, *, at: dt.datetime) -> list[str]:
    """The names of those who may sign a paper made of a report."""
    people = [f"person:{key}" for key in holders(SIGN_PAPER, submission, day=local_day(at))]
    names = org.names(people)
    return list(dict.fromkeys(names[person] for person in people))
