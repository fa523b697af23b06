"""Who sees forms, who defines them, who hands them in."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bihuan.campaigns.access import visible_regions
from bihuan.org import queries as org
from bihuan.org.access import UNITS, NotThere, Reader, Things, Verb, may, the, within
from bihuan.org.models import Node, Region, Unit
from bihuan.org.rules import SEGMENT, Role
from bihuan.reports.access import SEE_SUBMISSION, SUBMISSIONS
from bihuan.reports.models import Submission
from bihuan.statistics import queries
from bihuan.statistics.models import Form, HandedDraft, Return

SEE_FORM = Verb(
    "statistics.see",
    Role.OPERATOR,
    Role.LEADER,
    Role.LIAISON,
    Role.INSPECTOR,
    Role.SAFETY_OFFICER,
    Role.PRINCIPAL,
)
DEFINE_FORM = Verb("statistics.define", Role.OPERATOR)
COMPOSE_FORM = Verb("statistics.compose", Role.OPERATOR)
FILL_FORM = Verb("statistics.fill", Role.OPERATOR, Role.LIAISON)
JUDGE_RETURN = Verb("statistics.judge", Role.OPERATOR)  # accept it, give it back
RETURNS = Things(Return, region="region", unit="unit")
MOST_UNITS = 300


def forms(reader: Reader) -> QuerySet[Form]:
    """The forms that concern a reader: those shipped, those of the regions they work for and below, and those of every
    region above."""
    paths = {grant.path for grant in reader.of(SEE_FORM)}
    if not paths:
        return Form.objects.none()
    near = Q(path__in={path[:end] for path in paths for end in range(SEGMENT, len(path), SEGMENT)})
    for path in paths:
        near |= Q(path__gte=path, path__lt=path + "~")
    regions = Node.objects.filter(near, edition=reader.edition).values("region")
    return Form.objects.filter(Q(region=None) | Q(region__in=regions)).select_related("region")


def form(reader: Reader, pk: int) -> Form:
    """One form that concerns the reader. Raises NotThere."""
    try:
        found = forms(reader).filter(pk=pk).first()
    except OverflowError:
        found = None
    if found is None:
        raise NotThere
    return found


def home(reader: Reader) -> Region:
    """The topmost region whose numbers the reader sees. Raises NotThere."""
    grants = sorted(reader.of(SEE_FORM), key=lambda grant: len(grant.path))
    region = Region.objects.filter(pk=grants[0].region).first() if grants else None
    if region is None:
        raise NotThere
    return region


def region(reader: Reader, pk: int) -> Region:
    """A region whose numbers the reader may see. Raises NotThere."""
    try:
        found = Region.objects.filter(pk=pk).first()
    except OverflowError:
        found = None
    if found is None or not visible_regions(reader, [found.pk]):
        raise NotThere
    return found


def regions(reader: Reader, at: Region) -> list[Region]:
    """A region's children whose numbers the reader may see."""
    below = org.children(at, reader.edition)
    seen = visible_regions(reader, (item.pk for item in below))
    return [item for item in below if item.pk in seen]


def units(reader: Reader) -> QuerySet[Unit]:
    """The units for which the reader may hand a form in, the own one first."""
    return within(reader, FILL_FORM, UNITS).filter(closed_on=None).select_related("region")


def defines(reader: Reader) -> Region | None:
    """The region for which the reader makes forms: the topmost; None where there is none."""
    grants = sorted(reader.of(DEFINE_FORM), key=lambda grant: len(grant.path))
    return Region.objects.filter(pk=grants[0].region).first() if grants else None


def keeps(reader: Reader, form: Form) -> bool:
    """Whether the reader may change a form: an own one, not a shipped one."""
    return form.region is not None and may(reader, DEFINE_FORM, form.region)


def returns(reader: Reader, form: Form) -> QuerySet[Return]:
    """What was handed in by a form, as far as the reader sees it; unordered."""
    rows = within(reader, SEE_FORM, RETURNS).filter(version__form=form)
    return rows.select_related("unit", "version")


def book(reader: Reader) -> str:
    """The book from which forms are filled: that of the installation's authority."""
    return reader.authority.book if reader.authority else ""


# -- handing in ------------------------------------------------------------------------------------------------------


def form_called(reader: Reader, code: str) -> Form:
    """A form that concerns the reader, by its code. Raises NotThere."""
    found = forms(reader).filter(code=code).first()
    if found is None:
        raise NotThere
    return found


def own_units(reader: Reader) -> list[Unit]:
    """The units for which the reader may hand in, those of their posts first; no more than can be chosen from."""
    mine = {post.unit_id: number for number, post in enumerate(reader.posts)}
    found = units(reader)
    allowed = sorted(found.filter(pk__in=mine), key=lambda unit: mine[unit.pk])
    return [*allowed, *found.exclude(pk__in=mine).order_by("region__pinyin", "pk")[:MOST_UNITS]]


def own_unit(reader: Reader, pk: int) -> Unit:
    """One of them. Raises NotThere."""
    return the(reader, FILL_FORM, UNITS, UNITS.all().filter(closed_on=None).select_related("region"), pk=pk)


def handed_draft(reader: Reader, pk: int) -> HandedDraft:
    """One's own filled-in form that waits to be confirmed, of a unit for which one still hands in. Raises NotThere."""
    try:
        found = queries.draft(pk, by=reader.by)
    except OverflowError:
        found = None
    if found is None or not may(reader, FILL_FORM, found.unit):
        raise NotThere
    return found


def form_return(reader: Reader, pk: int, verb: Verb = SEE_FORM) -> Return:
    """What a unit handed in, for a reader who may `verb` it. Raises NotThere."""
    rows = Return.objects.select_related("version__form", "unit__region", "region")
    return the(reader, verb, RETURNS, rows, pk=pk)


def reports(reader: Reader) -> QuerySet[Submission]:
    """The reports that the reader sees: where numbers come from, others are not named."""
    return within(reader, SEE_SUBMISSION, SUBMISSIONS)


def composes(reader: Reader, region: Region) -> bool:
    """Whether the reader may make a paper of a form filled from a region's records."""
    return may(reader, COMPOSE_FORM, region)
