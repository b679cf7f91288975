"""axe-core finds nothing, on every page, in both themes, on a phone and on a desktop."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from district.models import Role

from .conftest import OpenPage

PHONE: ViewportSize = {"width": 320, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

PUBLIC = [
    "/kek-2030/",
    "/kek-2030/zeitplan/",
    "/kek-2030/zeitplan/methode/",
    "/kek-2030/zeitplan/verschiebungen/",
    "/kek-2030/beschluss/",
    "/kek-2035/",
    "/kek-2035/zeitplan/",
    "/kek-2035/beschluss/",
    "/en/kek-2030/",
    "/en/kek-2035/zeitplan/",
    "/impressum/",
    "/datenschutz/",
    "/barrierefreiheit/",
    "/leichte-sprache/",
    "/kontakt/",
    "/konto/login/",
    "/konto/password/reset/",
    "/gibt-es-nicht/",
]
STAFF = [
    "/verwaltung/",
    "/verwaltung/cockpit/kek-2035/",
    "/verwaltung/milestones/milestone/",
    "/verwaltung/milestones/milestone/add/",
    "/verwaltung/milestones/resolution/",
    "/verwaltung/milestones/councilsession/",
    "/verwaltung/milestones/postponement/",
    "/verwaltung/district/concept/",
    "/verwaltung/district/municipality/",
]


def violations(page: Page) -> list[str]:
    """Return what axe-core finds, a line each, with the elements."""
    # Its preloading of style sheets would add inline styles, which our pages forbid.
    found: list[dict[str, Any]] = Axe().run(page, options={"preload": False}).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]} ({' '.join(map(str, node.get('target', [])))})"
        for violation in found
        for node in violation["nodes"]
    ]


def overflows(page: Page) -> bool:
    """Whether a person has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"))


def assert_no_barrier(page: Page) -> None:
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size(viewport)
        assert not overflows(page), viewport
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            assert violations(page) == [], (viewport, theme)


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_have_no_barrier(open_page: OpenPage, path: str) -> None:
    page = open_page(path)
    assert page.locator("h1").count() == 1
    assert_no_barrier(page)


@pytest.mark.parametrize("path", STAFF)
def test_staff_pages_have_no_barrier(open_page: OpenPage, path: str) -> None:
    page = open_page(path, as_role=Role.PROJECT_OFFICE)
    assert page.locator("h1").count() == 1
    assert_no_barrier(page)
