"""The writer of regions: loads the shipped editions of the tree."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db import transaction

from bihuan.history import actions as history
from bihuan.org.divisions import RELEASES, Division, Release
from bihuan.org.models import Edition, Node, Region, RegionAlias, RegionCode
from bihuan.org.rules import Level, Scheme, region_key, segment, short_names


def load_divisions(*, by: str, at: dt.datetime) -> bool:
    """Load the shipped editions of the tree that are not there yet. Returns whether anything was loaded."""
    changed = False
    for release in RELEASES:
        with transaction.atomic():
            if not Edition.objects.filter(name=release.name).exists():
                _load(release, by=by, at=at)
                changed = True
    return changed


def _load(release: Release, *, by: str, at: dt.datetime) -> None:
    divisions = release.divisions()
    regions = _regions(release, divisions)
    edition = Edition.objects.create(name=release.name, as_of=release.as_of, source=release.source)
    _place(edition, divisions, regions)
    _codes(release, divisions, regions)
    history.record(
        verb="org.edition_loaded",
        subject=("edition", release.name),
        by=by,
        at=at,
        values={"source": release.source, "sha256": release.digest(), "regions": len(divisions)},
    )


def _scheme(release: Release, division: Division) -> Scheme:
    return release.scheme if division.level in (Level.TOWNSHIP, Level.VILLAGE) else Scheme.GB2260


def _regions(release: Release, divisions: list[Division]) -> dict[str, Region]:
    """The region of each code: one that is known already, else a new one.

    Down to the county a code and a name together say that it is the same place. Below, the offices' codes disagree:
    there the same parent and the same name, official or everyday (井沟乡, 井沟东乡族乡), say so.
    """
    known = {
        (code.code, code.region.name): code.region
        for code in RegionCode.objects.filter(scheme=Scheme.GB2260, valid_to=None).select_related("region")
    }
    known |= {("0", nation.name): nation for nation in Region.objects.filter(level=Level.NATION)}  # it has no code
    below: dict[tuple[int, str], Region] = {}
    for item in Node.objects.filter(region__level=Level.TOWNSHIP).select_related("region"):
        for name in (item.region.name, *short_names(item.region.name)):
            below.setdefault((item.parent_id or 0, name), item.region)

    from pypinyin import lazy_pinyin  # a quarter of a second that only loading a list needs

    regions: dict[str, Region] = {}
    fresh: list[Region] = []
    for level in Level:  # a township is looked up under its county's region, so counties come first
        for division in divisions:
            if division.level != level:
                continue
            region = known.get((division.code, division.name))
            if region is None and level == Level.TOWNSHIP and (county := regions[division.parent]).pk:
                names = (division.name, *short_names(division.name))
                region = next((below[county.pk, name] for name in names if (county.pk, name) in below), None)
            if region is None:
                pinyin = " ".join(lazy_pinyin(division.name))
                key = region_key(_scheme(release, division), division.code)
                region = Region(key=key, name=division.name, level=level, pinyin=pinyin)
                fresh.append(region)
            regions[division.code] = region
    Region.objects.bulk_create(fresh)
    others = {region.pk: {*short_names(region.name)} for region in fresh}
    for division in divisions:  # a known region under a name it did not have before
        region = regions[division.code]
        if division.name != region.name:
            others.setdefault(region.pk, set()).add(division.name)
    aliases = [RegionAlias(region_id=pk, alias=alias) for pk, names in others.items() for alias in sorted(names)]
    RegionAlias.objects.bulk_create(aliases, ignore_conflicts=True)
    return regions


def _place(edition: Edition, divisions: list[Division], regions: dict[str, Region]) -> None:
    paths = {"": ""}
    born: dict[str, int] = defaultdict(int)
    nodes = []
    for division in divisions:
        path = paths[division.parent] + segment(born[division.parent])
        born[division.parent] += 1
        paths[division.code] = path
        nodes.append(
            Node(
                edition=edition,
                region=regions[division.code],
                parent=regions.get(division.parent),
                path=path,
                depth=len(path) // len(segment(0)) - 1,
            )
        )
    Node.objects.bulk_create(nodes)


def _codes(release: Release, divisions: list[Division], regions: dict[str, Region]) -> None:
    """Add the codes that are new on the edition's day, and end those that its scheme no longer has."""
    now = {(_scheme(release, item), item.code): regions[item.code].pk for item in divisions if item.parent}
    schemes = {scheme for scheme, _code in now}
    standing = {
        (Scheme(row.scheme), row.code): row for row in RegionCode.objects.filter(scheme__in=schemes, valid_to=None)
    }
    gone = [row for key, row in standing.items() if now.get(key) != row.region_id]
    for row in gone:
        row.valid_to = release.as_of
    RegionCode.objects.bulk_update(gone, ["valid_to"])
    RegionCode.objects.bulk_create(
        RegionCode(region_id=region, scheme=scheme, code=code, valid_from=release.as_of)
        for (scheme, code), region in now.items()
        if (scheme, code) not in standing or standing[scheme, code].region_id != region
    )
