"""The district as a drawing: where on a picture each municipality and each point lies.

Pure: municipalities come as `boundaries.Area`. The projection is plate carrée, narrowed by the cosine of the middle
latitude: over a district, nobody sees the difference to a projection that surveyors would choose.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext as _

from district.boundaries import Area, Polygon, Ring

# On a page a unit is about half a pixel: corners in whole units are exact enough, neighbours keep their common line, and
# half of the bytes go.
WIDTH: Final = 800
TALLEST: Final = 960
MARGIN: Final = 6  # for lines and dots at the edge

Corner = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the drawing."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Outline:
    """A municipality on the drawing: its outline as an SVG path, and a spot inside it for words."""

    ags: str
    name: str
    path: str
    anchor: Spot


@dataclass(frozen=True, slots=True)
class Projection:
    """How degrees become units of the drawing, from its north-western corner."""

    west: float
    north: float
    per_longitude: float
    per_latitude: float

    def locate(self, *, latitude: float, longitude: float) -> Spot:
        """Return where a point lies on the drawing; one outside the district may lie beside it."""
        x = MARGIN + (longitude - self.west) * self.per_longitude
        y = MARGIN + (self.north - latitude) * self.per_latitude
        return Spot(round(x, 1), round(y, 1))


@dataclass(frozen=True)
class Drawing:
    """All municipalities as outlines; `outlines` are in the order given."""

    width: float
    height: float
    outlines: tuple[Outline, ...]
    projection: Projection

    @property
    def is_empty(self) -> bool:
        """Whether no boundary is known, so that there is nothing to draw."""
        return not self.outlines

    @cached_property
    def lines(self) -> str:
        """All outlines as one SVG path."""
        return "".join(outline.path for outline in self.outlines)

    def locate(self, *, latitude: float, longitude: float) -> Spot:
        """Return where a point lies on the drawing."""
        return self.projection.locate(latitude=latitude, longitude=longitude)

    def outline_of(self, ags: str) -> Outline | None:
        """Return the municipality with this key, or None where it has no boundary."""
        return next((outline for outline in self.outlines if outline.ags == ags), None)


@dataclass(frozen=True)
class SmallMap:
    """The district with one municipality picked out, a point in it, or both; `title` says the same in words."""

    drawing: Drawing
    title: str
    picked: Outline | None = None
    spot: Spot | None = None


def drawing(areas: Iterable[Area], *, width: float = WIDTH, tallest: float = TALLEST) -> Drawing:
    """Draw the areas `width` wide, or narrower where they would become higher than `tallest`."""
    areas = tuple(areas)
    longitudes = [longitude for area in areas for longitude, _latitude in _positions(area)]
    latitudes = [latitude for area in areas for _longitude, latitude in _positions(area)]
    if not areas:
        return Drawing(width, 2 * MARGIN, (), Projection(0, 0, 1, 1))
    narrowing = math.cos(math.radians((min(latitudes) + max(latitudes)) / 2))
    degrees_wide = (max(longitudes) - min(longitudes)) * narrowing
    degrees_high = max(latitudes) - min(latitudes)
    scale = min((width - 2 * MARGIN) / degrees_wide, (tallest - 2 * MARGIN) / degrees_high)
    projection = Projection(min(longitudes), max(latitudes), scale * narrowing, scale)
    return Drawing(
        width=round(degrees_wide * scale + 2 * MARGIN, 1),
        height=round(degrees_high * scale + 2 * MARGIN, 1),
        outlines=tuple(_outline(area, projection) for area in areas),
        projection=projection,
    )


def small_map(
    on: Drawing, *, ags: str = "", latitude: float | None = None, longitude: float | None = None
) -> SmallMap | None:
    """Return the picture of one place, or None where the drawing can show neither the municipality nor a point."""
    picked = on.outline_of(ags)
    spot = None
    if latitude is not None and longitude is not None and not on.is_empty:
        spot = on.locate(latitude=latitude, longitude=longitude)
    if picked and spot:
        return SmallMap(
            on, _("Karte des Landkreises mit einem Punkt in %(name)s") % {"name": picked.name}, picked, spot
        )
    if picked:
        return SmallMap(on, _("Karte des Landkreises, hervorgehoben: %(name)s") % {"name": picked.name}, picked)
    return SmallMap(on, _("Karte des Landkreises mit einem Punkt"), spot=spot) if spot else None


def municipality_at(*, latitude: float, longitude: float, areas: Iterable[Area]) -> Area | None:
    """Return the area in which a point lies, the first of two on their common line, or None outside of all."""
    return next((area for area in areas if area.encloses(latitude=latitude, longitude=longitude)), None)


def _positions(area: Area) -> Iterator[tuple[float, float]]:
    # A polygon's holes lie inside its outer ring.
    return (position for polygon in area.polygons for position in polygon[0])


def _outline(area: Area, projection: Projection) -> Outline:
    longitude, latitude = area.inner_point()
    anchor = projection.locate(latitude=latitude, longitude=longitude)
    return Outline(area.ags, area.name, _path(area.polygons, projection), anchor)


def _path(polygons: Sequence[Polygon], projection: Projection) -> str:
    """Return the rings as an SVG path; what is too small to be seen is left out unless it is all there is."""
    rings = [_corners(ring, projection) for polygon in polygons for ring in polygon]
    seen = [ring for ring in rings if len(ring) > 2] or rings[:1]
    return "".join(map(_subpath, seen))


def _corners(ring: Ring, projection: Projection) -> list[Corner]:
    """Return the ring's corners in whole units, each once and the last not the first again."""
    corners: list[Corner] = []
    for longitude, latitude in ring[:-1]:
        x = MARGIN + (longitude - projection.west) * projection.per_longitude
        y = MARGIN + (projection.north - latitude) * projection.per_latitude
        corner = round(x), round(y)
        if not corners or corners[-1] != corner:
            corners.append(corner)
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    return corners


def _subpath(corners: Sequence[Corner]) -> str:
    """Return a ring as SVG writes it, after its first corner in steps from one to the next."""
    x, y = corners[0]
    steps = " ".join(f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(corners)).replace(" -", "-")
    return f"M{x} {y}l{steps or '0 0'}z"
