"""Reading municipalities and their boundaries from the files that surveying authorities publish.

Understood are GeoJSON (RFC 7946) with the properties of the VG250 product of the Federal Agency for Cartography and
Geodesy (AGS, ARS, GEN, BEZ, GF) or with `ags`, `name`, `bez`; and a CSV file with the columns `ags`, `ars`, `repr_lat`,
`repr_lon`. Nothing here touches the database.
"""

import csv
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NoReturn

from django.utils.translation import gettext as _

Position = tuple[float, float]  # longitude, latitude
Ring = tuple[Position, ...]
Polygon = tuple[Ring, ...]  # the outer ring, then the holes

# All municipalities of Germany at full detail stay below; a district is about a hundredth of it.
MAX_BYTES: Final = 250_000_000
MAX_POINTS: Final = 50_000
LONGITUDES: Final = (5.0, 16.0)
LATITUDES: Final = (47.0, 56.0)
# Six decimals are a tenth of a metre.
DECIMALS: Final = 6
# VG250 gives the sea and large lakes of a municipality as features of their own; 4 is land.
LAND: Final = 4
NOT_A_MUNICIPALITY: Final = "gemeindefreies gebiet"
GEOGRAPHIC_CRS: Final = ("CRS84", "EPSG::4326", "EPSG:4326", "EPSG::4258", "EPSG:4258")


class BoundaryError(ValueError):
    """A file cannot be used; the message tells the person who chose it why, and what to do."""


@dataclass(frozen=True, slots=True)
class Area:
    """A municipality with its boundary; a `designation` that names a town („Stadt“) makes it one."""

    ags: str
    ars: str
    name: str
    designation: str
    polygons: tuple[Polygon, ...]

    @property
    def is_town(self) -> bool:
        """Whether it may call itself „Stadt“."""
        return "stadt" in self.designation.casefold()

    @property
    def geometry(self) -> dict[str, Any]:
        """The boundary as a GeoJSON geometry."""
        shapes = [[[list(position) for position in ring] for ring in polygon] for polygon in self.polygons]
        if len(shapes) == 1:
            return {"type": "Polygon", "coordinates": shapes[0]}
        return {"type": "MultiPolygon", "coordinates": shapes}

    def encloses(self, *, latitude: float, longitude: float) -> bool:
        """Whether the point lies inside."""
        return any(
            west <= longitude <= east for polygon in self.polygons for west, east in _crossings(polygon, latitude)
        )

    def inner_point(self) -> Position:
        """A point that is certainly inside: the middle of the longest west-east line at half the largest part's height."""
        polygon = max(self.polygons, key=lambda each: abs(_signed_area(each[0])))
        latitudes = sorted({latitude for _longitude, latitude in polygon[0]})
        height = (latitudes[0] + latitudes[-1]) / 2
        west, east = max(_crossings(polygon, height), key=lambda span: span[1] - span[0])
        return round((west + east) / 2, DECIMALS), round(height, DECIMALS)


@dataclass(frozen=True, slots=True)
class Place:
    """What the CSV file adds to a municipality: its regional key and a point inside it."""

    ags: str
    ars: str
    latitude: float
    longitude: float


def read_areas(raw: bytes, *, district_key: str) -> list[Area]:
    """Return the municipalities of the district in a GeoJSON file, sorted by key; several features of one are merged.

    Raises BoundaryError.
    """
    return areas_in(_load_json(raw), district_key=district_key)


def areas_in(collection: Any, *, district_key: str) -> list[Area]:
    """Do what `read_areas` does, from JSON that is read already."""
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise BoundaryError(_("Die Datei ist kein GeoJSON mit einer Sammlung von Gebieten („FeatureCollection“)."))
    _refuse_projected(collection.get("crs"))
    features = collection.get("features")
    if not isinstance(features, list):
        raise BoundaryError(_("Die Datei enthält keine Liste von Gebieten („features“)."))
    areas: dict[str, Area] = {}
    for number, feature in enumerate(features, start=1):
        area = _read_feature(feature, number, district_key)
        if area is not None:
            areas[area.ags] = _merge(areas[area.ags], area) if area.ags in areas else area
    if not areas:
        raise BoundaryError(
            _("Die Datei enthält keine Gemeinde des Landkreises mit dem Schlüssel %(key)s.") % {"key": district_key}
        )
    return [areas[ags] for ags in sorted(areas)]


def area_of(*, ags: str, name: str, geometry: Any) -> Area:
    """Return a municipality as it is stored: `geometry` is a GeoJSON geometry. Raises BoundaryError."""
    return Area(ags, "", name, "", tuple(_read_polygons(geometry, name)))


def feature_collection(areas: Iterable[Area]) -> dict[str, Any]:
    """Return the areas as GeoJSON that `areas_in` reads back."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"ags": area.ags, "ars": area.ars, "name": area.name, "bez": area.designation},
                "geometry": area.geometry,
            }
            for area in areas
        ],
    }


def read_places(raw: bytes) -> list[Place]:
    """Return the rows of a CSV file, separated by comma or semicolon. Raises BoundaryError."""
    lines = _decode(raw).splitlines()
    if not lines:
        raise BoundaryError(_("Die Datei ist leer."))
    delimiter = ";" if lines[0].count(";") > lines[0].count(",") else ","
    places: dict[str, Place] = {}
    try:
        rows = csv.DictReader(lines, delimiter=delimiter, strict=True)
        missing = [name for name in ("ags", "ars", "repr_lat", "repr_lon") if name not in (rows.fieldnames or ())]
        if missing:
            raise BoundaryError(
                _("In der ersten Zeile fehlen die Spalten: %(columns)s.") % {"columns": ", ".join(missing)}
            )
        for row in rows:
            place = _read_row(row, rows.line_num)
            if place.ags in places:
                raise BoundaryError(
                    _("Zeile %(line)s: Der Gemeindeschlüssel %(ags)s kommt zweimal vor.")
                    % {"line": rows.line_num, "ags": place.ags}
                )
            places[place.ags] = place
    except csv.Error as error:
        raise BoundaryError(_("Die Datei ist keine lesbare CSV-Tabelle.")) from error
    if not places:
        raise BoundaryError(_("Die Tabelle enthält keine Gemeinde."))
    return list(places.values())


def _decode(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise BoundaryError(
            _("Die Datei ist größer als %(limit)s MB. Bitte geben Sie nur die Gemeinden des Landkreises aus.")
            % {"limit": MAX_BYTES // 1_000_000}
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BoundaryError(_("Die Datei ist nicht in der Zeichenkodierung UTF-8 gespeichert.")) from error


def _load_json(raw: bytes) -> Any:
    try:
        return json.loads(_decode(raw))
    except BoundaryError:
        raise
    except (ValueError, RecursionError) as error:
        raise BoundaryError(_("Die Datei ist kein gültiges JSON. Bitte wählen Sie eine GeoJSON-Datei.")) from error


def _refuse_projected(crs: Any) -> None:
    """Refuse a file that names a coordinate system other than longitude and latitude."""
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if not name.endswith(GEOGRAPHIC_CRS):
        _refuse_coordinates()


def _refuse_coordinates() -> NoReturn:
    raise BoundaryError(
        _(
            "Die Koordinaten sind keine Längen- und Breitengrade. Bitte geben Sie die Datei im Koordinatensystem "
            "WGS 84 (EPSG:4326) aus; in QGIS wählen Sie es beim Speichern als GeoJSON."
        )
    )


def _read_feature(feature: Any, number: int, district_key: str) -> Area | None:
    """Return the municipality, or None where the feature is none of this district."""
    given = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(given, dict):
        raise BoundaryError(_("Gebiet %(number)s hat keine Angaben („properties“).") % {"number": number})
    properties = {name.lower(): value for name, value in given.items()}
    ags = _read_key(properties.get("ags"), number)
    designation = _text(properties.get("bez"))
    if not ags.startswith(district_key) or designation.casefold() == NOT_A_MUNICIPALITY or not _is_land(properties):
        return None
    name = _text(properties.get("gen") or properties.get("name"))
    if not name or len(name) > 100 or not name.isprintable():
        raise BoundaryError(
            _("Gebiet %(number)s (%(ags)s) hat keinen brauchbaren Namen.") % {"number": number, "ags": ags}
        )
    ars = _text(properties.get("ars"))
    polygons = tuple(_read_polygons(feature.get("geometry"), name))
    if sum(len(ring) for polygon in polygons for ring in polygon) > MAX_POINTS:
        raise BoundaryError(
            _("Die Grenze von %(name)s hat mehr als %(limit)s Punkte. Bitte vereinfachen Sie die Grenzen vorher.")
            % {"name": name, "limit": MAX_POINTS}
        )
    return Area(ags, ars if _is_number(ars, 12) else "", name, designation, polygons)


def _read_key(value: Any, number: int) -> str:
    """Return the eight digits; some programs write them as a number and lose a leading zero."""
    if value is None:
        raise BoundaryError(_("Gebiet %(number)s hat keinen Gemeindeschlüssel („AGS“).") % {"number": number})
    ags = f"{value:08}" if isinstance(value, int) else _text(value)
    if not _is_number(ags, 8):
        raise BoundaryError(
            _("Der Gemeindeschlüssel „%(ags)s“ (Gebiet %(number)s) hat nicht genau acht Ziffern.")
            % {"ags": ags[:20], "number": number}
        )
    return ags


def _is_land(properties: dict[str, Any]) -> bool:
    return properties.get("gf") is None or _text(properties["gf"]) in {str(LAND), f"{LAND}.0"}


def _is_number(text: str, digits: int) -> bool:
    return len(text) == digits and text.isascii() and text.isdecimal()


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _merge(first: Area, second: Area) -> Area:
    if first.name != second.name:
        raise BoundaryError(
            _("Der Gemeindeschlüssel %(ags)s gehört in der Datei zu zwei Namen: %(first)s und %(second)s.")
            % {"ags": first.ags, "first": first.name, "second": second.name}
        )
    return Area(first.ags, first.ars, first.name, first.designation, first.polygons + second.polygons)


def _read_polygons(geometry: Any, name: str) -> Iterator[Polygon]:
    """Yield the polygons of a GeoJSON geometry."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise BoundaryError(_("Die Grenze von %(name)s ist keine Fläche.") % {"name": name})
    coordinates = geometry.get("coordinates")
    shapes = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(shapes, list) or not shapes:
        _refuse_geometry(name)
    for shape in shapes:
        if not isinstance(shape, list) or not shape:
            _refuse_geometry(name)
        yield tuple(_read_ring(ring, name) for ring in shape)


def _read_ring(ring: Any, name: str) -> Ring:
    """Return a closed line of at least four positions that encloses something."""
    if not isinstance(ring, list) or len(ring) < 4:
        _refuse_geometry(name)
    positions = tuple(_read_position(position, name) for position in ring)
    if positions[0] != positions[-1] or _signed_area(positions) == 0:
        _refuse_geometry(name)
    return positions


def _read_position(position: Any, name: str) -> Position:
    if not isinstance(position, list) or not 2 <= len(position) <= 4:
        _refuse_geometry(name)
    if not all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in position[:2]):
        _refuse_geometry(name)
    longitude, latitude = position[:2]
    # Written so that NaN and infinity are refused as well.
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        _refuse_coordinates()
    if not (LONGITUDES[0] <= longitude <= LONGITUDES[1] and LATITUDES[0] <= latitude <= LATITUDES[1]):
        raise BoundaryError(
            _(
                "Die Grenze von %(name)s liegt nicht in Deutschland. In GeoJSON steht die geografische Länge vor der Breite."
            )
            % {"name": name}
        )
    return round(float(longitude), DECIMALS), round(float(latitude), DECIMALS)


def _refuse_geometry(name: str) -> NoReturn:
    raise BoundaryError(_("Die Grenze von %(name)s ist beschädigt.") % {"name": name})


def _read_row(row: dict[str, Any], line: int) -> Place:
    """Return one row of the table."""
    ags, ars = _text(row["ags"]), _text(row["ars"])
    if not _is_number(ags, 8):
        raise BoundaryError(
            _("Zeile %(line)s: Der Gemeindeschlüssel „%(ags)s“ hat nicht genau acht Ziffern.")
            % {"line": line, "ags": ags[:20]}
        )
    if ars and not _is_number(ars, 12):
        raise BoundaryError(
            _("Zeile %(line)s: Der Regionalschlüssel „%(ars)s“ hat nicht genau zwölf Ziffern.")
            % {"line": line, "ars": ars[:20]}
        )
    return Place(
        ags,
        ars,
        latitude=_read_degrees(row["repr_lat"], LATITUDES, line),
        longitude=_read_degrees(row["repr_lon"], LONGITUDES, line),
    )


def _read_degrees(value: Any, limits: tuple[float, float], line: int) -> float:
    try:
        degrees = float(_text(value).replace(",", "."))
    except ValueError:
        degrees = math.nan
    if not limits[0] <= degrees <= limits[1]:
        raise BoundaryError(
            _("Zeile %(line)s: Der Punkt muss in Deutschland liegen (repr_lat 47–56, repr_lon 5–16).") % {"line": line}
        )
    return degrees


def _signed_area(ring: Ring) -> float:
    """Twice the area in square degrees, negative where the ring runs clockwise."""
    west, south = ring[0]
    return sum((x1 - west) * (y2 - south) - (x2 - west) * (y1 - south) for (x1, y1), (x2, y2) in pairwise(ring))


def _crossings(polygon: Polygon, latitude: float) -> list[tuple[float, float]]:
    """Where a west-east line at this latitude runs inside the polygon, as pairs of longitudes."""
    longitudes = sorted(
        x1 + (latitude - y1) * (x2 - x1) / (y2 - y1)
        for ring in polygon
        for (x1, y1), (x2, y2) in pairwise(ring)
        if (y1 <= latitude) != (y2 <= latitude)
    )
    return list(zip(longitudes[::2], longitudes[1::2], strict=True))
