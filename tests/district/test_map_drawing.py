"""Where things lie on the drawing of the district, without a database."""

import json
import re
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from district.boundaries import Area, read_areas
from district.map_drawing import MARGIN, TALLEST, WIDTH, Drawing, drawing, municipality_at, small_map

SAMPLE = Path(__file__).resolve().parents[2] / "kek" / "sample_data" / "nordsachsen_gemeinden.geojson"
Box = tuple[float, float, float, float]  # west, south, east, north


def ring(west: float, south: float, east: float, north: float) -> tuple[tuple[float, float], ...]:
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


def area(name: str, *boxes: Box, hole: Box | None = None) -> Area:
    holes = (ring(*hole),) if hole else ()
    polygons = tuple((ring(*box), *(holes if number == 0 else ())) for number, box in enumerate(boxes))
    return Area(f"147300{name}", "", f"Gemeinde {name}", "", polygons)


WEST = area("10", (12.0, 51.0, 12.5, 51.5))
EAST = area("20", (12.5, 51.0, 13.0, 51.5), hole=(12.6, 51.1, 12.7, 51.2))
IN_THE_HOLE = area("30", (12.6, 51.1, 12.7, 51.2))

longitudes = st.floats(12.0, 13.0)
latitudes = st.floats(51.0, 51.5)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    west, south = draw(st.floats(5, 15)), draw(st.floats(47, 55))
    return west, south, west + draw(st.floats(1e-5, 1)), south + draw(st.floats(1e-5, 1))


def numbers(path: str) -> list[list[tuple[int, int]]]:
    """Read a path back: the corners of each ring."""
    rings = []
    for x, y, rest in re.findall(r"M(\d+) (\d+)l([^z]*)z", path):
        corners = [(int(x), int(y))]
        steps = [int(number) for number in re.findall(r"-?\d+", rest)]
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            corners.append((corners[-1][0] + dx, corners[-1][1] + dy))
        rings.append(corners)
    return rings


def test_north_is_above_and_east_is_right() -> None:
    picture = drawing([WEST, EAST])
    south_west = picture.locate(latitude=51.0, longitude=12.0)
    north_east = picture.locate(latitude=51.5, longitude=13.0)
    assert (south_west.x, north_east.y) == (MARGIN, MARGIN)
    assert (north_east.x, south_west.y) == (WIDTH - MARGIN, picture.height - MARGIN)


def test_a_degree_of_longitude_is_as_much_shorter_as_the_latitude_demands() -> None:
    picture = drawing([WEST, EAST])
    # cos 51.25° = 0.6259, and the district is one degree wide and half a degree high
    assert (picture.width - 2 * MARGIN) / (picture.height - 2 * MARGIN) == pytest.approx(2 * 0.6259, rel=1e-3)


def test_a_tall_district_becomes_narrower_instead_of_higher() -> None:
    picture = drawing([area("10", (12.0, 50.0, 12.2, 52.0))])
    assert picture.height == TALLEST
    assert picture.width < WIDTH / 2


def test_a_municipality_is_drawn_with_its_parts_and_holes() -> None:
    parts = area("10", (12.0, 51.0, 12.4, 51.4), (12.6, 51.0, 13.0, 51.5), hole=(12.1, 51.1, 12.2, 51.2))
    (outline,) = drawing([parts]).outlines
    assert [len(corners) for corners in numbers(outline.path)] == [4, 4, 4]


def test_neighbours_share_their_common_line() -> None:
    west, east = drawing([WEST, EAST]).outlines
    common = set(numbers(west.path)[0]) & set(numbers(east.path)[0])
    assert len(common) == 2


def test_what_is_too_small_to_be_seen_is_left_out_unless_it_is_all_there_is() -> None:
    speck = (12.9, 51.4, 12.90001, 51.40001)
    picture = drawing([area("10", (12.0, 51.0, 12.4, 51.4), speck), area("20", speck)])
    assert [len(numbers(outline.path)) for outline in picture.outlines] == [1, 1]


def test_without_boundaries_there_is_nothing_to_draw() -> None:
    assert drawing([]).is_empty
    assert small_map(drawing([]), ags=WEST.ags, latitude=51.2, longitude=12.2) is None


@given(st.lists(boxes(), min_size=1, max_size=4))
def test_everything_lies_on_the_drawing(given_boxes: list[Box]) -> None:
    areas = [area(f"{number}0", box) for number, box in enumerate(given_boxes)]
    picture = drawing(areas)
    assert picture.width <= WIDTH
    assert picture.height <= TALLEST
    for outline in picture.outlines:
        assert 0 <= outline.anchor.x <= picture.width
        assert 0 <= outline.anchor.y <= picture.height
        corners = [corner for corners in numbers(outline.path) for corner in corners]
        assert corners
        assert all(0 <= x <= picture.width + 1 and 0 <= y <= picture.height + 1 for x, y in corners)


@given(longitudes, latitudes, longitudes, latitudes)
def test_of_two_points_the_eastern_is_never_farther_left_nor_the_northern_lower(
    x1: float, y1: float, x2: float, y2: float
) -> None:
    picture = drawing([WEST, EAST])
    first, second = picture.locate(latitude=y1, longitude=x1), picture.locate(latitude=y2, longitude=x2)
    assert (first.x <= second.x) == (x1 <= x2) or first.x == second.x
    assert (first.y >= second.y) == (y1 <= y2) or first.y == second.y


@given(longitudes, latitudes)
def test_every_point_of_the_district_lies_in_a_municipality(longitude: float, latitude: float) -> None:
    found = municipality_at(latitude=latitude, longitude=longitude, areas=[WEST, EAST, IN_THE_HOLE])
    # The upper edge belongs to what lies above it.
    assert found is not None or latitude == 51.5


@pytest.mark.parametrize(
    ("longitude", "latitude", "found"),
    [
        (12.2, 51.2, WEST),
        (12.9, 51.2, EAST),
        (12.65, 51.15, IN_THE_HOLE),
        (11.9, 51.2, None),
        (12.2, 51.6, None),
        (0, 0, None),
    ],
)
def test_a_point_is_found_in_its_municipality_holes_left_out(
    longitude: float, latitude: float, found: Area | None
) -> None:
    assert municipality_at(latitude=latitude, longitude=longitude, areas=[WEST, EAST, IN_THE_HOLE]) == found
    if found is IN_THE_HOLE:
        assert municipality_at(latitude=latitude, longitude=longitude, areas=[WEST, EAST]) is None


@pytest.fixture(scope="module")
def nordsachsen() -> list[Area]:
    return read_areas(SAMPLE.read_bytes(), district_key="14730")


def test_the_words_of_each_sample_municipality_stand_inside_it(nordsachsen: list[Area]) -> None:
    picture = drawing(nordsachsen)
    for each, outline in zip(nordsachsen, picture.outlines, strict=True):
        longitude, latitude = each.inner_point()
        assert municipality_at(latitude=latitude, longitude=longitude, areas=nordsachsen) == each
        assert outline.anchor == picture.locate(latitude=latitude, longitude=longitude)


def test_the_sample_district_takes_less_than_20_kilobytes(nordsachsen: list[Area]) -> None:
    assert len(drawing(nordsachsen).lines) < 20_000 < len(json.dumps([each.geometry for each in nordsachsen]))


@pytest.fixture
def picture() -> Drawing:
    return drawing([WEST, EAST])


def test_the_small_map_says_in_words_what_it_shows(picture: Drawing) -> None:
    with translation.override("de"):
        both = small_map(picture, ags=EAST.ags, latitude=51.2, longitude=12.8)
        municipality = small_map(picture, ags=EAST.ags)
        point = small_map(picture, latitude=51.2, longitude=12.8)
    assert both is not None
    assert municipality is not None
    assert point is not None
    assert both.title == "Karte des Landkreises mit einem Punkt in Gemeinde 20"
    assert municipality.title == "Karte des Landkreises, hervorgehoben: Gemeinde 20"
    assert point.title == "Karte des Landkreises mit einem Punkt"
    assert (both.picked, both.spot) == (picture.outlines[1], picture.locate(latitude=51.2, longitude=12.8))
    assert (municipality.spot, point.picked) == (None, None)


def test_a_municipality_without_boundary_has_no_small_map(picture: Drawing) -> None:
    assert small_map(picture, ags="14730999") is None
    assert small_map(picture) is None
