"""Reading municipalities from published files, without a database."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from district import boundaries
from district.boundaries import BoundaryError, areas_in, feature_collection, read_areas, read_places

SAMPLE = Path(__file__).resolve().parents[2] / "kek" / "sample_data"
SQUARE = [[[13.0, 51.5], [13.2, 51.5], [13.2, 51.6], [13.0, 51.6], [13.0, 51.5]]]
OTHER_SQUARE = [[[13.4, 51.5], [13.5, 51.5], [13.5, 51.6], [13.4, 51.6], [13.4, 51.5]]]


@pytest.fixture(autouse=True)
def in_german() -> Iterator[None]:
    with translation.override("de"):
        yield


def feature(coordinates: Any = SQUARE, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    """A municipality as VG250 describes it."""
    return {
        "type": "Feature",
        "properties": {"AGS": "14730010", "GEN": "Arzberg", "BEZ": "Gemeinde", "GF": 4} | properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def geojson(*features: Any, **members: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features} | members).encode()


def test_the_sample_files_hold_30_municipalities_11_of_them_towns() -> None:
    areas = read_areas((SAMPLE / "nordsachsen_gemeinden.geojson").read_bytes(), district_key="14730")
    places = {place.ags: place for place in read_places((SAMPLE / "nordsachsen_gemeinden.csv").read_bytes())}
    assert (len(areas), sum(area.is_town for area in areas), len(places)) == (30, 11, 30)
    for area in areas:
        place = places[area.ags]
        assert area.encloses(latitude=place.latitude, longitude=place.longitude), area.name


def test_every_sample_boundary_has_an_inner_point_and_survives_a_round_trip() -> None:
    areas = read_areas((SAMPLE / "nordsachsen_gemeinden.geojson").read_bytes(), district_key="14730")
    for area in areas:
        longitude, latitude = area.inner_point()
        assert area.encloses(latitude=latitude, longitude=longitude), area.name
    assert areas_in(feature_collection(areas), district_key="14730") == areas


def test_vg250_is_read_and_other_districts_are_left_out() -> None:
    raw = geojson(
        feature(ARS="147305302010"),
        feature(AGS="14729010", GEN="Bad Lausick", BEZ="Stadt"),
        feature(AGS="14730020", GEN="Bad Düben", BEZ="Stadt"),
    )
    areas = read_areas(b"\xef\xbb\xbf" + raw, district_key="14730")
    assert [(area.ags, area.ars, area.name, area.is_town) for area in areas] == [
        ("14730010", "147305302010", "Arzberg", False),
        ("14730020", "", "Bad Düben", True),
    ]


def test_water_and_unincorporated_land_are_no_municipalities() -> None:
    raw = geojson(
        feature(),
        feature(OTHER_SQUARE, GF=2),
        feature(AGS="14730999", GEN="Forst", BEZ="Gemeindefreies Gebiet"),
    )
    (area,) = read_areas(raw, district_key="14730")
    assert area.geometry == {"type": "Polygon", "coordinates": SQUARE}


def test_several_features_of_a_municipality_become_one_multipolygon() -> None:
    (area,) = read_areas(geojson(feature(), feature([OTHER_SQUARE], "MultiPolygon")), district_key="14730")
    assert area.geometry == {"type": "MultiPolygon", "coordinates": [SQUARE, OTHER_SQUARE]}


def test_a_key_that_was_written_as_a_number_gets_its_zero_back() -> None:
    (area,) = read_areas(geojson(feature(AGS=9162000, GEN="München")), district_key="09162")
    assert area.ags == "09162000"


def test_heights_are_dropped_and_coordinates_rounded_to_a_tenth_of_a_metre() -> None:
    ring = [[[13.00000004, 51.5, 99], [13.2, 51.5, 99], [13.2, 51.6, 99], [13.00000004, 51.5, 99]]]
    (area,) = read_areas(geojson(feature(ring)), district_key="14730")
    assert area.geometry["coordinates"] == [[[13.0, 51.5], [13.2, 51.5], [13.2, 51.6], [13.0, 51.5]]]


def test_a_hole_is_outside() -> None:
    hole = [[13.05, 51.52], [13.05, 51.58], [13.15, 51.58], [13.15, 51.52], [13.05, 51.52]]
    (area,) = read_areas(geojson(feature([*SQUARE, hole])), district_key="14730")
    assert not area.encloses(latitude=51.55, longitude=13.1)
    assert area.encloses(latitude=51.51, longitude=13.1)
    longitude, latitude = area.inner_point()
    assert area.encloses(latitude=latitude, longitude=longitude)


NO_JSON = "Die Datei ist kein gültiges JSON. Bitte wählen Sie eine GeoJSON-Datei."
NO_COLLECTION = "Die Datei ist kein GeoJSON mit einer Sammlung von Gebieten („FeatureCollection“)."
PROJECTED = (
    "Die Koordinaten sind keine Längen- und Breitengrade. Bitte geben Sie die Datei im Koordinatensystem WGS 84 "
    "(EPSG:4326) aus; in QGIS wählen Sie es beim Speichern als GeoJSON."
)
BROKEN = "Die Grenze von Arzberg ist beschädigt."
ELSEWHERE = "Die Grenze von Arzberg liegt nicht in Deutschland. In GeoJSON steht die geografische Länge vor der Breite."
NO_NAME = "Gebiet 1 (14730010) hat keinen brauchbaren Namen."
NO_AREA = "Die Grenze von Arzberg ist keine Fläche."
UTM = [[[750000.0, 5710000.0], [751000.0, 5710000.0], [751000.0, 5711000.0], [750000.0, 5710000.0]]]
SWAPPED = [[[51.5, 13.0], [51.5, 13.2], [51.6, 13.2], [51.5, 13.0]]]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", NO_JSON),
        (b"ags,name\n1,2", NO_JSON),
        (b'{"type": "FeatureCollection"', NO_JSON),
        (b"[" * 100_000, NO_JSON),
        (b"1" * 5_000, NO_JSON),
        (b"\xff\xfe{\x00}\x00", "Die Datei ist nicht in der Zeichenkodierung UTF-8 gespeichert."),
        (b"[]", NO_COLLECTION),
        (b"null", NO_COLLECTION),
        (json.dumps(feature()).encode(), NO_COLLECTION),
        (b'{"type": "FeatureCollection"}', "Die Datei enthält keine Liste von Gebieten („features“)."),
        (geojson(), "Die Datei enthält keine Gemeinde des Landkreises mit dem Schlüssel 14730."),
        (
            geojson(feature(AGS="14729010")),
            "Die Datei enthält keine Gemeinde des Landkreises mit dem Schlüssel 14730.",
        ),
        (geojson("Arzberg"), "Gebiet 1 hat keine Angaben („properties“)."),
        (geojson({"type": "Feature"}), "Gebiet 1 hat keine Angaben („properties“)."),
        (geojson(feature(AGS=None)), "Gebiet 1 hat keinen Gemeindeschlüssel („AGS“)."),
        (
            geojson(feature(AGS="14730")),
            "Der Gemeindeschlüssel „14730“ (Gebiet 1) hat nicht genau acht Ziffern.",
        ),
        (
            geojson(feature(), feature(AGS="1473001x")),
            "Der Gemeindeschlüssel „1473001x“ (Gebiet 2) hat nicht genau acht Ziffern.",
        ),
        (
            geojson(feature(AGS="١٤٧٣٠٠١٠")),
            "Der Gemeindeschlüssel „١٤٧٣٠٠١٠“ (Gebiet 1) hat nicht genau acht Ziffern.",
        ),
        (
            geojson(feature(), feature(GEN="Beilrode")),
            "Der Gemeindeschlüssel 14730010 gehört in der Datei zu zwei Namen: Arzberg und Beilrode.",
        ),
        (geojson(feature(GEN="")), NO_NAME),
        (geojson(feature(GEN="x" * 101)), NO_NAME),
        (geojson(feature(GEN="Arz\0berg")), NO_NAME),
        (geojson(feature(GEN="Arz\ud800berg")), NO_NAME),
        (geojson(feature([13.0, 51.5], "Point")), NO_AREA),
        (geojson({**feature(), "geometry": None}), NO_AREA),
        (geojson(feature(None)), BROKEN),
        (geojson(feature([])), BROKEN),
        (geojson(feature([[]])), BROKEN),
        (geojson(feature([SQUARE[0][:3]])), BROKEN),
        (geojson(feature([SQUARE[0][:4]])), BROKEN),
        (geojson(feature([[[13.0, 51.5]] * 4])), BROKEN),
        (geojson(feature([[[13.0], *SQUARE[0][1:]]])), BROKEN),
        (geojson(feature([[["13.0", 51.5], *SQUARE[0][1:]]])), BROKEN),
        (geojson(feature([[[True, 51.5], *SQUARE[0][1:]]])), BROKEN),
        (geojson(feature([SQUARE[0]], "MultiPolygon")), BROKEN),
        (geojson(feature(UTM)), PROJECTED),
        (geojson(feature([[[float("nan"), 51.5], *SQUARE[0][1:]]])), PROJECTED),
        (geojson(feature(), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}), PROJECTED),
        (geojson(feature(), crs="EPSG:25832"), PROJECTED),
        (geojson(feature(SWAPPED)), ELSEWHERE),
    ],
)
def test_a_wrong_file_is_refused_in_plain_words(raw: bytes, message: str) -> None:
    with pytest.raises(BoundaryError) as refusal:
        read_areas(raw, district_key="14730")
    assert str(refusal.value) == message


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4258"])
def test_a_file_may_name_its_geographic_coordinates(name: str) -> None:
    assert read_areas(geojson(feature(), crs={"type": "name", "properties": {"name": name}}), district_key="14730")


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundaries, "MAX_BYTES", 100)
    with pytest.raises(BoundaryError, match="Bitte geben Sie nur die Gemeinden des Landkreises aus"):
        read_areas(geojson(feature()), district_key="14730")


def test_a_boundary_that_is_too_detailed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundaries, "MAX_POINTS", 4)
    with pytest.raises(BoundaryError, match="Die Grenze von Arzberg hat mehr als 4 Punkte"):
        read_areas(geojson(feature()), district_key="14730")


HEADER = "ags,ars,name,bez,repr_lat,repr_lon"
ROW = "14730010,147305302010,Arzberg,Gemeinde,51.5193,13.15864"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n{ROW}\n",
        f"\N{BYTE ORDER MARK}{HEADER}\r\n{ROW}\r\n",
        "ags;ars;repr_lat;repr_lon\n14730010;147305302010;51,5193;13,15864",
    ],
)
def test_a_table_is_read_as_programs_write_it(text: str) -> None:
    (place,) = read_places(text.encode())
    assert (place.ags, place.ars, place.latitude, place.longitude) == ("14730010", "147305302010", 51.5193, 13.15864)


OUTSIDE = "Zeile 2: Der Punkt muss in Deutschland liegen (repr_lat 47–56, repr_lon 5–16)."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Die Datei ist leer."),
        ("ags,name\n1,2", "In der ersten Zeile fehlen die Spalten: ars, repr_lat, repr_lon."),
        (HEADER, "Die Tabelle enthält keine Gemeinde."),
        (
            f"{HEADER}\n{ROW}\n{ROW}",
            "Zeile 3: Der Gemeindeschlüssel 14730010 kommt zweimal vor.",
        ),
        (
            f"{HEADER}\n1473,,Arzberg,Gemeinde,51.5,13.1",
            "Zeile 2: Der Gemeindeschlüssel „1473“ hat nicht genau acht Ziffern.",
        ),
        (
            f"{HEADER}\n14730010,14,Arzberg,Gemeinde,51.5,13.1",
            "Zeile 2: Der Regionalschlüssel „14“ hat nicht genau zwölf Ziffern.",
        ),
        (f"{HEADER}\n14730010,,Arzberg,Gemeinde,13.1,51.5", OUTSIDE),
        (f"{HEADER}\n14730010,,Arzberg,Gemeinde,nan,13.1", OUTSIDE),
        (f"{HEADER}\n14730010,,Arzberg", OUTSIDE),
        (f'{HEADER}\n"14730010', "Die Datei ist keine lesbare CSV-Tabelle."),
    ],
)
def test_a_wrong_table_is_refused_in_plain_words(text: str, message: str) -> None:
    with pytest.raises(BoundaryError) as refusal:
        read_places(text.encode())
    assert str(refusal.value) == message
