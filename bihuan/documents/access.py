"""Who may do what with an official paper."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from bihuan.documents.models import Delivery, Document
from bihuan.documents.rules import State
from bihuan.org.access import UNITS, NotThere, Reader, Things, Verb, may, the, within
from bihuan.org.models import Holding, Unit
from bihuan.org.queries.people import holds_on
from bihuan.org.rules import Role

SEE_PAPER = Verb("documents.see_paper", Role.OPERATOR, Role.LEADER)
DRAFT_PAPER = Verb("documents.draft_paper", Role.OPERATOR)
CHECK_PAPER = Verb("documents.check_paper", Role.OPERATOR, Role.LEADER)
SIGN_PAPER = Verb("documents.sign_paper", Role.LEADER)
SIGN_FOR = Verb("documents.sign_for", Role.LIAISON, Role.OPERATOR, Role.SAFETY_OFFICER, Role.PRINCIPAL)

PAPERS = Things(Document, region="region")


def papers(reader: Reader) -> QuerySet[Document]:
    """The papers that a reader sees: those of the regions they work for, at any stage, and the issued ones that were
    delivered to a unit in which they sign for papers."""
    own = Q(pk__in=within(reader, SEE_PAPER, PAPERS).values("pk"))
    if may(reader, SIGN_FOR):
        delivered = Delivery.objects.filter(unit__in=own_units(reader)).values("document")
        own |= Q(state=State.ISSUED, pk__in=delivered)
    return Document.objects.filter(own)


def paper(reader: Reader, **lookup: object) -> Document:
    """The paper that `lookup` names, for a reader who sees it.

    Raises:
        NotThere: there is none, or it is not this reader's.
    """
    try:
        found = papers(reader).select_related("region").filter(**lookup).first()
    except (ValueError, OverflowError):  # a key that no row can have
        found = None
    if found is None:
        raise NotThere
    return found


def paper_to(reader: Reader, verb: Verb, **lookup: object) -> Document:
    """The paper that `lookup` names, for a reader who may `verb` it.

    Raises:
        NotThere: there is none, or it is not this reader's.
    """
    return the(reader, verb, PAPERS, Document.objects.select_related("region"), **lookup)


def own_units(reader: Reader) -> frozenset[int]:
    """The units for which a reader signs: where their posts are, those merged into them included. Whoever works for a
    region does not sign for the units in it."""
    posts = {post.unit_id for post in reader.posts}
    return frozenset(posts | set(Unit.objects.filter(merged_into__in=posts).values_list("pk", flat=True)))


def signers(unit: Unit, *, day: dt.date) -> list[int]:
    """The people who sign for papers in a unit on `day`: those whose post there carries a role that does."""
    held = Holding.objects.filter(holds_on(day, "post__"), role__in=[role.value for role in SIGN_FOR.roles])
    there = Q(post__unit=unit) | Q(post__unit__merged_from=unit)
    return sorted(set(held.filter(there).values_list("post__person", flat=True)))


def to_sign_for(reader: Reader) -> QuerySet[Delivery]:
    """What was delivered to the reader's units and waits for a receipt."""
    if not may(reader, SIGN_FOR):
        return Delivery.objects.none()
    return Delivery.objects.filter(unit__in=own_units(reader), receipt=None, document__state=State.ISSUED)


def delivery(reader: Reader, document: Document, unit: int) -> Delivery:
    """The delivery of a paper to one of the reader's units, whether it was signed for or not.

    Raises:
        NotThere: there is none, or it is not this reader's.
    """
    found = None
    if may(reader, SIGN_FOR) and unit in own_units(reader):
        found = Delivery.objects.filter(document=document, unit=unit, document__state=State.ISSUED).first()
    if found is None:
        raise NotThere
    return found


def addressable(reader: Reader) -> QuerySet[Unit]:
    """The units to which the reader may deliver papers: those that stand, in the regions they work for."""
    return within(reader, SEE_PAPER, UNITS).filter(closed_on=None)
