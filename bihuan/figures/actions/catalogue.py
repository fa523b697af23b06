"""The shipped catalogue of measures, as rows with versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from bihuan.figures.actions.closing import write_alone
from bihuan.figures.actions.stocking import begin, stocks
from bihuan.figures.models import Measure, MeasureVersion
from bihuan.figures.rules import Way, definition_hash
from bihuan.history import actions as history
from bihuan.reading import catalogue as shipped

OWNER = "national"
_LOCK = 0x6269_6875_616E_0010  # two first starts at once load it once


def load_catalogue(*, by: str, at: dt.datetime) -> bool:
    """Bring the national measures up to the shipped catalogue; a changed definition is a new version.

    Returns whether anything changed. Names and synonyms, which only reading uses, are not part of a definition.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        known = {measure.code: measure for measure in Measure.objects.filter(owner=OWNER)}
        newest = dict(
            MeasureVersion.objects.order_by("measure", "-version")
            .distinct("measure")
            .values_list("measure__code", "version")
        )
        hashes = {
            (code, version): sha256
            for code, version, sha256 in MeasureVersion.objects.values_list("measure__code", "version", "sha256")
        }
        renamed = _name(known)
        bodies = {measure.code: _definition(measure) for measure in shipped.catalogue().values()}
        changed = {
            code: (newest.get(code, 0) + 1, definition_hash(body))
            for code, body in bodies.items()
            if hashes.get((code, newest.get(code, 0))) != definition_hash(body)
        }
        _stock(bodies)
        if not changed:
            return renamed
        entry = history.record(
            verb="figures.catalogue_loaded",
            subject=("catalogue", OWNER),
            by=by,
            at=at,
            values={code: {"version": version, "sha256": sha256} for code, (version, sha256) in changed.items()},
        )
        MeasureVersion.objects.bulk_create(
            MeasureVersion(measure=known[code], version=version, definition=bodies[code], sha256=sha256, entry=entry)
            for code, (version, sha256) in changed.items()
        )
        return True


def _name(known: dict[str, Measure]) -> bool:
    """Add the measures that are new to `known` and bring names and synonyms up to date."""
    changed = False
    for source in shipped.catalogue().values():
        names = {"name": source.zh, "synonyms": list(source.synonyms)}
        measure = known.get(source.code)
        if measure is None:
            known[source.code] = Measure.objects.create(code=source.code, owner=OWNER, **names)
        elif {"name": measure.name, "synonyms": measure.synonyms} != names:
            Measure.objects.filter(pk=measure.pk).update(**names)
        else:
            continue
        changed = True
    return changed


def _stock(bodies: Mapping[str, Mapping[str, Any]]) -> None:
    """Begin to keep the newest values of measures that combine by them."""
    wanted = {code for code, body in bodies.items() if Way.LATEST in body["combine"].values()}
    new = wanted - stocks()
    if new:
        write_alone()
        begin(new)


def _definition(measure: shipped.Measure) -> dict[str, Any]:
    return {
        "name": measure.zh,
        "classifiers": list(measure.classifiers),
        "combine": dict(measure.combine),
        "numerator": measure.numerator,
        "denominator": measure.denominator,
        "note": measure.note,
    }
