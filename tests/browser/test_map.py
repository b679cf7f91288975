"""Maps: reading and picking with mouse and keyboard, and what remains without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from district import atlas

from .barriers import DESKTOP, PHONE, overflows, violations
from .conftest import OpenPage

pytestmark = pytest.mark.urls("tests.browser.map_urls")

PATH = "/probe/karten/"
IDEAS = "[data-map=ideas]"
PICKER = "[data-map=picker]"


def open_ideas(open_page: OpenPage, **options: Any) -> tuple[Page, Locator]:
    page = open_page(PATH, **options)
    expect(page.locator(f"{IDEAS} .map-marker")).to_have_count(2)
    return page, page.locator(IDEAS)


def open_picker(open_page: OpenPage, query: str = "", **options: Any) -> tuple[Page, Locator]:
    page = open_page(f"{PATH}{query}", **options)
    expect(page.locator(f"{PICKER} .leaflet-container")).to_be_visible()
    return page, page.locator(PICKER)


def chosen(page: Page) -> tuple[str, str, str]:
    """What the form would send."""
    latitude, longitude, municipality = (
        page.locator(f"#id_{name}").input_value() for name in ("latitude", "longitude", "municipality")
    )
    return latitude, longitude, municipality


def key_of(name: str) -> str:
    """The value of a municipality in the select."""
    sheet = atlas.current()
    return str(next(sheet.keys[area.ags] for area in sheet.areas if area.name == name))


def centre_on(page: Page, name: str) -> None:
    """Let the picker show one municipality."""
    page.get_by_label("Gemeinde", exact=True).select_option(label=name)


def test_ideas_at_one_place_are_a_number_that_opens_by_keyboard(open_page: OpenPage) -> None:
    page, ideas = open_ideas(open_page)
    both = ideas.get_by_role("button", name="2 Ideen")
    expect(both).to_have_text("2")
    both.focus()
    page.keyboard.press("Enter")
    popup = ideas.locator(".leaflet-popup")
    # Words of citizens stay words.
    expect(popup.get_by_role("link")).to_have_text(["Radweg <b>an der Elbe</b>", "Bänke am Markt"])
    expect(popup.get_by_role("link").first).to_be_focused()
    expect(popup.get_by_role("link").first).to_have_attribute("href", "/probe/idee-1/")
    expect(popup.get_by_role("button", name="schließen")).to_be_visible()
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    expect(both).to_be_focused()


def test_an_idea_alone_opens_by_mouse(open_page: OpenPage) -> None:
    _page, ideas = open_ideas(open_page)
    ideas.get_by_role("button", name="Bus am Abend, veröffentlicht").click()
    expect(ideas.get_by_role("link", name="Bus am Abend")).to_be_visible()
    expect(ideas.locator(".map-found__status")).to_have_text("veröffentlicht")


def test_an_entry_of_the_list_shows_itself_on_the_map(open_page: OpenPage) -> None:
    page, ideas = open_ideas(open_page)
    lit = ideas.locator(".map-marker--lit")
    page.get_by_role("link", name="Bänke am Markt").hover()
    expect(lit).to_have_text("2")
    page.get_by_role("heading", level=1).hover()
    expect(lit).to_have_count(0)
    page.get_by_role("link", name="Bus am Abend").focus()
    expect(lit).to_have_count(1)


def test_the_keyboard_may_pass_the_map_by(open_page: OpenPage) -> None:
    page, ideas = open_ideas(open_page)
    skip = ideas.get_by_role("link", name="Karte überspringen")
    skip.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Radweg")).to_be_focused()


def test_a_click_picks_the_point_and_its_municipality(open_page: OpenPage) -> None:
    page, picker = open_picker(open_page)
    centre_on(page, "Torgau")
    page.get_by_label("Gemeinde", exact=True).select_option(label="überall")
    picker.locator(".leaflet-container").click()
    expect(picker.get_by_role("status")).to_have_text("Der Punkt liegt in Torgau.")
    latitude, longitude, municipality = chosen(page)
    assert municipality == key_of("Torgau")
    assert atlas.current().at(latitude=float(latitude), longitude=float(longitude)) == int(municipality)

    picker.get_by_role("button", name="Punkt entfernen").click()
    expect(picker.get_by_role("status")).to_have_text("Der Punkt ist entfernt.")
    assert chosen(page) == ("", "", municipality)


def test_the_pin_can_be_drawn_to_another_place(open_page: OpenPage) -> None:
    page, picker = open_picker(open_page, "?lat=51.3&lon=13.10984")
    expect(picker.get_by_role("status")).to_have_text("Der Punkt liegt in Oschatz.")
    before = chosen(page)
    picker.scroll_into_view_if_needed()
    box = picker.locator(".map-pin").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y, steps=4)
    page.mouse.up()
    _latitude, longitude, municipality = chosen(page)
    assert longitude > before[1]
    assert municipality == key_of("Oschatz")


def test_a_point_outside_the_district_is_refused(open_page: OpenPage) -> None:
    page, picker = open_picker(open_page)
    picker.locator(".leaflet-container").click(position={"x": 200, "y": 20})
    expect(picker.get_by_role("status")).to_contain_text("außerhalb des Landkreises")
    assert chosen(page) == ("", "", "")


def test_a_point_is_picked_by_keyboard(open_page: OpenPage) -> None:
    page, picker = open_picker(open_page)
    centre_on(page, "Torgau")
    picker.locator(".leaflet-container").focus()
    page.keyboard.press("Enter")
    expect(picker.get_by_role("status")).to_have_text("Der Punkt liegt in Torgau.")
    before = chosen(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)  # the map moves for a quarter of a second
    picker.get_by_role("button", name="Punkt in der Mitte setzen").press("Enter")
    after = chosen(page)
    assert after[1] > before[1]
    assert float(after[0]) == pytest.approx(float(before[0]), abs=0.001)  # half a pixel may be rounded


def test_another_municipality_takes_the_point_away(open_page: OpenPage) -> None:
    page, picker = open_picker(open_page, "?lat=51.56&lon=13.0")
    centre_on(page, "Oschatz")
    expect(picker.get_by_role("status")).to_contain_text("Der Punkt ist entfernt")
    assert chosen(page) == ("", "", key_of("Oschatz"))


def test_the_form_brings_its_point_along(open_page: OpenPage) -> None:
    page, picker = open_picker(open_page, "?lat=51.56000&lon=13.00000")
    expect(picker.get_by_role("status")).to_have_text("Der Punkt liegt in Torgau.")
    expect(picker.locator(".map-pin")).to_be_visible()
    assert chosen(page)[:2] == ("51.56000", "13.00000")


def test_without_javascript_list_and_select_remain(open_page: OpenPage) -> None:
    page = open_page(PATH, java_script_enabled=False)
    expect(page.locator("[data-map]")).to_have_count(2)
    expect(page.locator(IDEAS)).to_be_hidden()
    expect(page.locator(PICKER)).to_be_hidden()
    expect(page.get_by_role("link", name="Bus am Abend")).to_be_visible()
    expect(page.get_by_label("Gemeinde", exact=True)).to_be_visible()


def test_who_wants_no_motion_gets_none(open_page: OpenPage) -> None:
    _page, ideas = open_ideas(open_page)
    expect(ideas.locator(".leaflet-fade-anim")).to_have_count(1)
    _page, ideas = open_ideas(open_page, reduced_motion="reduce")
    expect(ideas.locator(".leaflet-fade-anim")).to_have_count(0)


def test_no_tile_and_no_picture_is_asked_for_unless_an_address_is_set(open_page: OpenPage, settings: Any) -> None:
    def pictures(page: Page) -> list[str]:
        names: list[str] = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
        return [name for name in names if name.endswith(".png")]

    page, _ideas = open_ideas(open_page)
    assert pictures(page) == []
    settings.MAP_TILE_URL = "/kacheln/{z}/{x}/{y}.png"
    page, _ideas = open_ideas(open_page)
    expect(page.locator(f"{IDEAS}.map--tiles")).to_be_visible()
    assert pictures(page)
    assert all("/kacheln/" in name for name in pictures(page))


@pytest.mark.parametrize(("viewport", "color_scheme"), [(PHONE, "dark"), (DESKTOP, "light")])
def test_axe_finds_nothing(open_page: OpenPage, viewport: ViewportSize, color_scheme: str) -> None:
    page, ideas = open_ideas(open_page, viewport=viewport, color_scheme=color_scheme)
    ideas.get_by_role("button", name="2 Ideen").press("Enter")
    expect(ideas.locator(".leaflet-popup")).to_be_visible()
    page.wait_for_timeout(300)  # the popup fades in
    assert not overflows(page)
    assert violations(page) == []
