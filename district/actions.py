"""Verbs of the ground that touch several rows."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from district.boundaries import Area, BoundaryError, Place
from district.models import District, Municipality, User

IMPORTED_FIELDS = ("ars", "name", "kind", "latitude", "longitude", "boundary", "closed_on")


@dataclass(frozen=True, slots=True)
class Renaming:
    """A municipality that kept its key and changed its name or its kind."""

    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import changed, or would change, by name. A municipality can be in several lists."""

    added: tuple[str, ...] = ()
    renamed: tuple[Renaming, ...] = ()
    updated: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    reopened: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()

    @property
    def changes(self) -> list[tuple[str, tuple[Any, ...]]]:
        """What would be told about it: a heading and its entries, empty lists left out."""
        headings: list[tuple[str, tuple[Any, ...]]] = [
            (_("Neu"), self.added),
            (_("Umbenannt"), self.renamed),
            (_("Grenze, Punkt oder Regionalschlüssel geändert"), self.updated),
            (_("Aufgelöst"), self.closed),
            (_("Wieder geführt"), self.reopened),
        ]
        return [(heading, entries) for heading, entries in headings if entries]


def import_municipalities(
    *,
    features: Iterable[Area],
    places: Iterable[Place] | None = None,
    on: datetime.date,
    by: User | None = None,
    dry_run: bool = False,
) -> ImportSummary:
    """Make the municipalities what a newer extract says: add, rename, redraw, reopen, and close what is missing `on`.

    `places` adds regional keys and points; without it a new municipality gets a point inside its boundary, and
    an old point stays as long as it lies inside. A dry run changes nothing. Raises BoundaryError and changes nothing
    where the extract does not belong to the district.
    """
    areas = {area.ags: area for area in features}
    points = {place.ags: place for place in places or ()}
    context: dict[str, Any] = {"action": "import_municipalities"} | ({"user": by.pk} if by else {})
    with transaction.atomic(), pghistory.context(**context):
        # The district's row stands for all its municipalities: two imports at once wait for each other.
        district = District.objects.select_for_update().first()
        if district is None:
            raise BoundaryError(_("Bitte legen Sie zuerst den Landkreis mit seinem Kreisschlüssel an."))
        if not areas or any(not ags.startswith(district.ags) for ags in areas):
            raise BoundaryError(
                _("Die Datei enthält keine Gemeinde des Landkreises mit dem Schlüssel %(key)s.") % {"key": district.ags}
            )
        known = {each.ags: each for each in Municipality.objects.all()}
        added, changed = [], []
        lists: dict[str, list[Any]] = {name: [] for name in ImportSummary.__dataclass_fields__}
        for ags, area in areas.items():
            municipality = known.get(ags)
            if municipality is None:
                added.append(_described(Municipality(ags=ags), area, points.get(ags)))
                lists["added"].append(area.name)
                continue
            before, was = _state(municipality), _label(municipality)
            _described(municipality, area, points.get(ags))
            after = _state(municipality)
            if before == after:
                lists["unchanged"].append(area.name)
                continue
            changed.append(municipality)
            if before["closed_on"]:
                lists["reopened"].append(area.name)
            if was != _label(municipality):
                lists["renamed"].append(Renaming(was, _label(municipality)))
            if any(before[name] != after[name] for name in ("ars", "latitude", "longitude", "boundary")):
                lists["updated"].append(area.name)
        for municipality in known.values():
            if municipality.ags not in areas and municipality.closed_on is None:
                municipality.closed_on = on
                changed.append(municipality)
                lists["closed"].append(municipality.name)
        if not dry_run:
            Municipality.objects.bulk_create(added)
            Municipality.objects.bulk_update(changed, IMPORTED_FIELDS)
    return ImportSummary(**{name: tuple(sorted(entries, key=str)) for name, entries in lists.items()})


def _described(municipality: Municipality, area: Area, place: Place | None) -> Municipality:
    """Give a municipality what the extract says about it."""
    municipality.name = area.name
    municipality.kind = Municipality.Kind.TOWN if area.is_town else Municipality.Kind.MUNICIPALITY
    municipality.boundary = area.geometry
    municipality.closed_on = None
    municipality.ars = (place.ars if place else "") or area.ars or municipality.ars
    if place is not None:
        municipality.latitude, municipality.longitude = place.latitude, place.longitude
    elif not _keeps_its_point(municipality, area):
        municipality.longitude, municipality.latitude = area.inner_point()
    return municipality


def _keeps_its_point(municipality: Municipality, area: Area) -> bool:
    latitude, longitude = municipality.latitude, municipality.longitude
    return latitude is not None and longitude is not None and area.encloses(latitude=latitude, longitude=longitude)


def _state(municipality: Municipality) -> dict[str, Any]:
    return {name: getattr(municipality, name) for name in IMPORTED_FIELDS}


def _label(municipality: Municipality) -> str:
    return f"{municipality.name} ({municipality.get_kind_display()})"
