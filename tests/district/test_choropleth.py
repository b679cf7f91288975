"""Which colour a number gets, without a database."""

from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from district.choropleth import COLOURS, MOST_CLASSES, Breaks, Choropleth, choropleth, classes
from district.map_drawing import Drawing, drawing
from tests.district.test_map_drawing import EAST, WEST

counts = st.lists(st.integers(0, 10**6), max_size=60)
ways = st.sampled_from(Breaks)


@pytest.fixture
def picture() -> Drawing:
    return drawing([WEST, EAST])


def bounds(values: list[int], breaks: Breaks) -> list[tuple[int, int]]:
    return [(each.low, each.high) for each in classes(values, breaks=breaks)]


def test_quantiles_put_about_as_many_numbers_into_each_class() -> None:
    assert bounds([1, 2, 3, 4, 5, 6, 7, 8, 9, 100], Breaks.QUANTILE) == [(1, 2), (3, 4), (5, 6), (7, 8), (9, 100)]


def test_equal_numbers_stay_in_one_class() -> None:
    assert bounds([3, 3, 3, 3, 9], Breaks.QUANTILE) == [(1, 3), (4, 9)]


def test_equal_breaks_make_classes_of_one_width() -> None:
    assert bounds([1, 48], Breaks.EQUAL) == [(1, 10), (11, 20), (21, 30), (31, 40), (41, 50)]


def test_small_numbers_have_fewer_classes() -> None:
    assert bounds([1, 2, 3], Breaks.EQUAL) == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize("breaks", Breaks)
def test_zero_is_a_class_of_its_own_where_it_occurs(breaks: Breaks) -> None:
    assert bounds([0, 1], breaks) == [(0, 0), (1, 1)]
    assert bounds([0, 0], breaks) == [(0, 0)]
    assert bounds([], breaks) == []


def test_a_number_below_zero_is_no_count() -> None:
    with pytest.raises(ValueError, match="below zero"):
        classes([3, -1])


@given(counts, ways)
def test_each_number_falls_into_exactly_one_class(values: list[int], breaks: Breaks) -> None:
    levels = classes(values, breaks=breaks)
    for value in values:
        assert sum(level.low <= value <= level.high for level in levels) == 1


@given(counts, ways)
def test_classes_follow_each_other_without_gaps_and_get_stronger(values: list[int], breaks: Breaks) -> None:
    levels = classes(values, breaks=breaks)
    assert len([level for level in levels if level.low]) <= MOST_CLASSES
    for lower, higher in pairwise(levels):
        assert higher.low == lower.high + 1
        assert higher.shade > lower.shade
    assert all(level.low <= level.high for level in levels)


@given(st.lists(st.integers(1, 1000), min_size=1, unique=True, max_size=30))
def test_no_quantile_is_empty(values: list[int]) -> None:
    for level in classes(values):
        assert any(level.low <= value <= level.high for value in values)


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.2."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_neighbouring_colours_are_well_apart() -> None:
    for lighter, darker in pairwise(COLOURS):
        assert (luminance(lighter) + 0.05) / (luminance(darker) + 0.05) > 1.7


def coloured(picture: Drawing) -> Choropleth:
    with translation.override("de"):
        return choropleth(picture, {EAST.ags: 3}, title="Ideen je Gemeinde", in_words="{} Ideen".format)


def test_a_municipality_that_is_missing_counts_zero(picture: Drawing) -> None:
    west, east = coloured(picture).places
    assert (west.value, west.level.shade, west.words) == (0, 0, "Gemeinde 10: 0 Ideen")
    assert (east.value, east.level.shade, east.words) == (3, 3, "Gemeinde 20: 3 Ideen")


def test_the_page_names_each_municipality_and_explains_the_colours(picture: Drawing) -> None:
    with translation.override("de"):
        html = render_to_string("partials/map_choropleth.html", {"map": coloured(picture), "attribution": "© Amt"})
    assert html.count("<title>") == 2
    assert "<title>Gemeinde 20: 3 Ideen</title>" in html
    assert 'aria-label="Ideen je Gemeinde"' in html
    assert "© Amt" in html
    assert "1 bis 3" in html
    assert "style=" not in html


def test_the_file_has_everything_within_its_frame(picture: Drawing) -> None:
    chart = choropleth(picture, {WEST.ags: 2, EAST.ags: 7}, title="Ideen")
    svg = render_to_string("partials/map_choropleth.svg", {"map": chart, "attribution": "© Amt"})
    assert svg.startswith("<svg ")
    assert max(key.text_y for key in chart.keys) < chart.attribution_y < chart.file_height - 64


def test_without_boundaries_there_is_nothing_to_show() -> None:
    chart = choropleth(drawing([]), {EAST.ags: 3}, title="Ideen")
    assert chart.is_empty
    assert "<svg" not in render_to_string("partials/map_choropleth.html", {"map": chart})
