"""Reading without an account: on a phone, by keyboard, without JavaScript, on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import OpenPage

PHONE = {"width": 360, "height": 740}


def test_a_reader_without_javascript_finds_the_way_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("/", viewport=PHONE, java_script_enabled=False)
    expect(page).to_have_url(re.compile("/kek-2030/$"))
    page.get_by_text("Menü", exact=True).click()
    page.get_by_role("navigation").get_by_role("link", name="Zeitplan").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zeitplan")
    expect(page.locator(".timeline-screen")).to_be_hidden()
    expect(page.get_by_text("Workshop Tourismus").last).to_be_visible()
    page.get_by_role("link", name="vergrößern").click()
    expect(page).to_have_url(re.compile("/kek-2030/zeitplan/methode/$"))


@pytest.mark.parametrize("width", [360, 320])
def test_the_result_of_a_step_shows_on_a_phone(open_page: OpenPage, width: int) -> None:
    page = open_page("/kek-2030/beschluss/", viewport={"width": width, "height": 740})
    votes = page.get_by_role("cell").get_by_text("41 Ja, 8 Nein, 15 Enthaltungen")
    box = votes.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    table = page.get_by_role("table", name="Beratungsfolge").first
    expect(table.get_by_role("columnheader")).to_have_text(["Nr.", "Sitzung", "Gremium", "Rolle", "Ergebnis"])


def test_a_reader_gets_no_cookie(open_page: OpenPage) -> None:
    page = open_page("/kek-2030/")
    for path in ("/kek-2030/zeitplan/", "/kek-2030/beschluss/", "/datenschutz/", "/gibt-es-nicht/"):
        page.goto(path)
    assert page.context.cookies() == []


def test_the_keyboard_reaches_the_content_past_the_navigation(open_page: OpenPage) -> None:
    page = open_page("/kek-2030/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text(re.compile("Zum Inhalt"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#inhalt$"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_method_picture_opens_and_closes_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/kek-2030/zeitplan/")
    enlarge = page.get_by_role("link", name="vergrößern")
    enlarge.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(enlarge).to_be_focused()


def test_the_english_page_speaks_english_and_marks_german_content(open_page: OpenPage) -> None:
    page = open_page("/kek-2030/zeitplan/")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile("/en/kek-2030/zeitplan/$"))
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.get_by_text("24 March 2021").first).to_be_attached()
    assert page.get_by_text("Workshop Tourismus").last.evaluate("element => element.closest('[lang]').lang") == "de"


@pytest.mark.parametrize("path", ["/kek-2030/zeitplan/", "/kek-2035/zeitplan/"])
def test_the_timeline_prints_on_one_sheet(open_page: OpenPage, path: str) -> None:
    assert sheets(open_page(path)) == 1


def test_the_picture_is_a_download(open_page: OpenPage) -> None:
    page = open_page("/kek-2030/zeitplan/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Bild herunterladen (SVG)").first.click()
    assert download.value.suggested_filename.endswith(".svg")


def sheets(page: Page) -> int:
    """Return how many sheets of paper the page takes, in the format its own style asks for."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))
