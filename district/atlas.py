"""The existing municipalities as areas, kept in memory: drawn, sent to the map and asked where a point lies.

Reading the boundaries takes longer than a page may, so each process keeps them until the audit trail, which no change
can bypass, has a new entry about a municipality.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from django.db.models import Count, Max

from district.boundaries import Area, BoundaryError, area_of
from district.map_drawing import Drawing, drawing, municipality_at
from district.models import Municipality

# Five decimals are a metre; the file is for drawing, not for measuring.
DECIMALS: Final = 5

Version = tuple[int, int | None, datetime.datetime | None]


@dataclass(frozen=True)
class Atlas:
    """The municipalities whose boundary is known."""

    version: Version
    keys: dict[str, int]  # AGS to primary key
    areas: tuple[Area, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no boundary is known, so that no point can be refused."""
        return not self.areas

    @property
    def etag(self) -> str:
        """What changes with the boundaries, as HTTP quotes it."""
        number, latest, at = self.version
        return f'"{number}-{latest or 0}-{at.timestamp() if at else 0:.0f}"'

    @cached_property
    def drawing(self) -> Drawing:
        """The district as a drawing."""
        return drawing(self.areas)

    @cached_property
    def geojson(self) -> bytes:
        """The boundaries for the map; a feature's `id` is the municipality's primary key, as in the forms' selects."""
        features = [self._feature(area) for area in self.areas]
        collection = {"type": "FeatureCollection", "features": features}
        return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()

    def at(self, *, latitude: float, longitude: float) -> int | None:
        """Return the primary key of the municipality in which a point lies, or None outside the district."""
        area = municipality_at(latitude=latitude, longitude=longitude, areas=self.areas)
        return self.keys[area.ags] if area else None

    def _feature(self, area: Area) -> dict[str, Any]:
        longitude, latitude = area.inner_point()
        label = [round(longitude, DECIMALS), round(latitude, DECIMALS)]
        return {
            "type": "Feature",
            "id": self.keys[area.ags],
            "properties": {"ags": area.ags, "name": area.name, "label": label},
            "geometry": area.geometry,
        }


def current() -> Atlas:
    """Return the municipalities as they are now: one query, and a second one after they have changed."""
    events = Municipality.pgh_event_model  # type: ignore[attr-defined]  # put there by pghistory
    latest = events._default_manager.aggregate(Count("pgh_id"), Max("pgh_id"), Max("pgh_created_at"))
    return _read((latest["pgh_id__count"], latest["pgh_id__max"], latest["pgh_created_at__max"]))


# Two transactions may see two states side by side; more than a few never live at once.
@lru_cache(maxsize=2)
def _read(version: Version) -> Atlas:
    keys, areas = {}, []
    # Towns first: where room is scarce, the map writes the names that come first.
    for municipality in Municipality.objects.existing().exclude(boundary=None).order_by("-kind", "name"):
        try:
            area = area_of(ags=municipality.ags, name=municipality.name, geometry=municipality.boundary)
        except BoundaryError:
            continue  # A map without one municipality is better than no page.
        keys[area.ags] = municipality.pk
        areas.append(area)
    return Atlas(version, keys, tuple(areas))
