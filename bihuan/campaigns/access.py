"""Who sees which campaign, and who writes its plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from bihuan.campaigns.models import Campaign, Duty, Expected, ExpectedList, Paragraph, Plan, UnitList
from bihuan.campaigns.rules import OUT_STATES
from bihuan.figures.models import Closing
from bihuan.org.access import NotThere, Reader, Things, Verb, may, the, within
from bihuan.org.models import Node, Region, Unit
from bihuan.org.rules import SEGMENT, Role

SEE_CAMPAIGN = Verb(
    "campaigns.see",
    Role.OPERATOR,
    Role.LEADER,
    Role.LIAISON,
    Role.INSPECTOR,
    Role.SAFETY_OFFICER,
    Role.PRINCIPAL,
)
CAMPAIGNS = Things(Campaign, region="region")


def campaigns(reader: Reader) -> QuerySet[Campaign]:
    """The campaigns that concern a reader, the newest first: those of the regions they work for and below, and those
    of every region above, in which theirs takes part."""
    regions = _around(reader).values("region")
    found = Campaign.objects.filter(region__in=regions).select_related("region", "edition")
    return found.order_by("-period_start", "-pk")


def _around(reader: Reader) -> QuerySet[Node]:
    """The nodes of the regions that a reader works for, of those below, and of every region above them."""
    paths = {grant.path for grant in reader.of(SEE_CAMPAIGN)}
    if not paths:
        return Node.objects.none()
    near = Q(path__in={path[:end] for path in paths for end in range(SEGMENT, len(path), SEGMENT)})
    for path in paths:
        near |= Q(path__gte=path, path__lt=path + "~")
    return Node.objects.filter(near, edition=reader.edition)


def campaign(reader: Reader, pk: int) -> Campaign:
    """One campaign that concerns the reader.

    Raises:
        NotThere: there is none, or it does not.
    """
    try:
        found = campaigns(reader).filter(pk=pk).first()
    except OverflowError:  # a key that no row can have
        found = None
    if found is None:
        raise NotThere
    return found


def visible_parts(reader: Reader, campaign: Campaign, regions: Sequence[Region]) -> list[Region]:
    """Of the regions below a campaign's own, those whose numbers the reader may see: what their grants cover, and what
    their own place lies in. The campaign's own numbers are everyone's who sees the campaign."""
    grants = [grant.path for grant in reader.of(SEE_CAMPAIGN)]
    home = reader.path(campaign.region_id)
    if home is not None and any(home.startswith(path) for path in grants):
        return list(regions)
    open_here = visible_regions(reader, (region.pk for region in regions))
    return [region for region in regions if region.pk in open_here]


def visible_regions(reader: Reader, regions: Iterable[int]) -> frozenset[int]:
    """Of regions, those whose own numbers the reader may see: covered by their grants, or above them. Two queries at
    most, however many regions are asked about."""
    keys = frozenset(regions)
    if reader.at_top(SEE_CAMPAIGN):
        return keys  # also what the newest edition does not have any more
    grants = [grant.path for grant in reader.of(SEE_CAMPAIGN)]
    held = Node.objects.filter(edition=reader.edition, region__in=keys).values_list("region_id", "path")
    return frozenset(
        key for key, path in held if any(path.startswith(grant) or grant.startswith(path) for grant in grants)
    )


def part(reader: Reader, campaign: Campaign, pk: int) -> Region:
    """A region of a campaign, its own or a part of it, whose numbers the reader may see.

    Raises:
        NotThere: there is none, or it is not for the reader.
    """
    try:
        region = Region.objects.filter(pk=pk).first()
    except OverflowError:
        region = None
    if region is None:
        raise NotThere
    top = Node.objects.filter(edition=campaign.edition, region=campaign.region).values_list("path", flat=True).first()
    path = Node.objects.filter(edition=campaign.edition, region=region).values_list("path", flat=True).first()
    inside = top is not None and path is not None and path.startswith(top)
    if not inside or (region.pk != campaign.region_id and not visible_parts(reader, campaign, [region])):
        raise NotThere
    return region


# -- plans -----------------------------------------------------------------------------------------------------------

READ_DRAFTS = Verb("campaigns.read_drafts", Role.OPERATOR, Role.LEADER)  # plans before they are published
WRITE_PLAN = Verb("campaigns.write_plan", Role.OPERATOR)
PUBLISH_PLAN = Verb("campaigns.publish_plan", Role.OPERATOR)
ISSUE_LISTS = Verb("campaigns.issue_lists", Role.OPERATOR)  # and remind, exempt, note what came on paper
HAND_IN_LINES = Verb("campaigns.hand_in_lines", Role.LIAISON, Role.SAFETY_OFFICER, Role.PRINCIPAL)
PLANS = Things(Plan, region="campaign__region")


def plans(reader: Reader, campaign: Campaign) -> QuerySet[Plan]:
    """The versions of a campaign's plan that a reader sees, the newest first: what is out, to all whom the campaign
    concerns; what is being written, to the office of its region."""
    found = Plan.objects.filter(campaign=campaign).select_related(
        "campaign__region", "campaign__edition", "campaign__issuer", "campaign__working_body"
    )
    if not may(reader, READ_DRAFTS, campaign):
        found = found.filter(state__in=OUT_STATES)
    return found.order_by("-number")


def plan(reader: Reader, campaign: Campaign, number: int | None = None) -> Plan:
    """A version of a campaign's plan, the newest unless it is named.

    Raises:
        NotThere: there is none, or it is not for the reader.
    """
    found = plans(reader, campaign)
    row = (found if number is None else found.filter(number=min(number, 32_000))).first()
    if row is None:
        raise NotThere
    return row


def plan_to(reader: Reader, verb: Verb, pk: int, number: int) -> Plan:
    """A version of a campaign's plan, for a reader who may `verb` it. Raises NotThere."""
    found = campaign_to(reader, verb, pk)
    return plan(reader, found, number)


def campaign_to(reader: Reader, verb: Verb, pk: int) -> Campaign:
    """A campaign that concerns the reader, who may `verb` it. Raises NotThere."""
    found = campaign(reader, pk)
    if not may(reader, verb, found):
        raise NotThere
    return found


def duty_of(plan: Plan, key: str) -> Duty:
    """The duty of a plan that the reader was let to. Raises NotThere."""
    named = ("paragraph", "plan__campaign", "unit__region", "section", "leader", "owner")
    found = Duty.objects.filter(plan=plan, key=key).select_related(*named).first()
    if found is None:
        raise NotThere
    return found


def paragraph_of(plan: Plan, key: str) -> Paragraph:
    """The paragraph of a plan that the reader was let to. Raises NotThere."""
    found = Paragraph.objects.filter(plan=plan, key=key).select_related("plan__campaign").first()
    if found is None:
        raise NotThere
    return found


def list_of(campaign: Campaign, pk: int) -> UnitList:
    """A list of units of a campaign that the reader was let to. Raises NotThere."""
    found = UnitList.objects.filter(campaign=campaign, pk=pk).first()
    if found is None:
        raise NotThere
    return found


# -- expected lists --------------------------------------------------------------------------------------------------


def expected_list(reader: Reader, campaign: Campaign, pk: int) -> ExpectedList:
    """A list of a campaign that concerns the reader, also one that stands no more. Raises NotThere."""
    try:
        found = ExpectedList.objects.filter(campaign=campaign, pk=pk).select_related("campaign__region").first()
    except OverflowError:
        found = None
    if found is None:
        raise NotThere
    return found


def own_units(reader: Reader) -> frozenset[int]:
    """The units that a reader signs for: where their posts are, those merged into them included."""
    if not reader.of(SEE_CAMPAIGN):
        return frozenset()
    posts = {post.unit_id for post in reader.posts}
    return frozenset(posts | set(Unit.objects.filter(merged_into__in=posts).values_list("pk", flat=True)))


def own_line(reader: Reader, pk: int) -> Expected:
    """A standing line of one of the reader's own units. Raises NotThere."""
    rows = Expected.objects.filter(unit__in=own_units(reader), expected_list__replaced=False)
    try:
        found = rows.select_related("expected_list__campaign", "unit").filter(pk=pk).first()
    except OverflowError:
        found = None
    if found is None:
        raise NotThere
    return found


# -- closed periods --------------------------------------------------------------------------------------------------

CLOSE_PERIOD = Verb("campaigns.close_period", Role.OPERATOR)
CORRECT_CLOSED = Verb("campaigns.correct_closed", Role.OPERATOR)  # under an erratum
CLOSINGS = Things(Closing, region="region")


def closings(reader: Reader) -> QuerySet[Closing]:
    """The closings that concern a reader: of the regions they work for and below, and of every region above, since
    their records lie in those too."""
    found = Closing.objects.filter(region__in=_around(reader).values("region"))
    return found.select_related("region", "edition", "entry")


def closing(reader: Reader, pk: int) -> Closing:
    """One closing that concerns the reader. Raises NotThere."""
    try:
        found = closings(reader).filter(pk=pk).first()
    except OverflowError:
        found = None
    if found is None:
        raise NotThere
    return found


def closing_to_correct(reader: Reader, pk: int) -> Closing:
    """A closing whose records the reader may correct: the office of its region, or of one above. Raises NotThere."""
    return the(reader, CORRECT_CLOSED, CLOSINGS, closings(reader), pk=pk)


def campaigns_to_close(reader: Reader) -> QuerySet[Campaign]:
    """The campaigns whose office the reader is."""
    return within(reader, CLOSE_PERIOD, CAMPAIGNS).select_related("region", "edition").order_by("-period_start", "-pk")
