"""Who sees places, and who keeps the registers."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from bihuan.components import uploads
from bihuan.org.access import NotThere, Reader, Things, Verb, within
from bihuan.org.models import Node, Region
from bihuan.org.rules import Role
from bihuan.places.models import Place, PlaceDraft, PlaceKind

SEE_PLACE = Verb(
    "places.see",
    Role.OPERATOR,
    Role.LEADER,
    Role.LIAISON,
    Role.INSPECTOR,
    Role.SAFETY_OFFICER,
    Role.PRINCIPAL,
)
# Those who know: the office, and in its county the liaison of each trade. A place belongs to no unit here, so that a
# liaison's grant covers the unit's region and all below it.
KEEP_PLACE = Verb("places.keep", Role.OPERATOR, Role.LIAISON)
KEEP_KINDS = Verb("places.keep_kinds", Role.OPERATOR)  # of the whole installation: all registers are by them
PLACES = Things(Place, region="region")


def keeping_kinds(reader: Reader) -> None:
    """Let in those who keep the kinds: the office of the whole installation. Raises NotThere."""
    if not reader.at_top(KEEP_KINDS):
        raise NotThere


def found(
    reader: Reader,
    *,
    words: str = "",
    kinds: Collection[PlaceKind] | None = None,
    region: Region | None = None,
    book: str | None = None,
    standing: bool = True,
) -> QuerySet[Place]:
    """The places that a reader sees, narrowed down; unordered.

    Args:
        words: parts of a name or a code, all of which must occur.
        region: in it or below it, by the newest edition of the tree.
        standing: those alone that are not closed.
    """
    rows = within(reader, SEE_PLACE, PLACES)
    for word in words.split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(code__icontains=word))
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    if book is not None:
        rows = rows.filter(book=book)
    if standing:
        rows = rows.filter(closed_on=None)
    if region is not None:
        path = reader.path(region.pk)
        if path is None:
            return rows.none()
        below = Node.objects.filter(edition=reader.edition, path__gte=path, path__lt=path + "~")
        rows = rows.filter(region__in=below.values("region"))
    return rows


def search(
    reader: Reader,
    words: str,
    *,
    kinds: Collection[PlaceKind] | None = None,
    region: Region | None = None,
    book: str | None = None,
    most: int = 20,
) -> list[Place]:
    """For pickers: the first `most` of the places `found`, by their sound, with kind and region. One query."""
    rows = found(reader, words=words, kinds=kinds, region=region, book=book)
    return list(rows.select_related("kind", "region").order_by("pinyin", "pk")[:most])


def own_draft(reader: Reader, pk: int) -> PlaceDraft:
    """One's own register that waits to be taken in. Raises NotThere."""
    found = uploads.own(PlaceDraft, pk, by=reader.by)
    if found is None:
        raise NotThere
    return found
