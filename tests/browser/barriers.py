"""What keeps people out of a page: found by axe-core in both themes, on a phone and on a desktop."""

from __future__ import annotations

from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

PHONE: Final[ViewportSize] = {"width": 320, "height": 740}
TABLET: Final[ViewportSize] = {"width": 820, "height": 1180}
DESKTOP: Final[ViewportSize] = {"width": 1280, "height": 900}
# Its preloading of style sheets would add inline styles, which our pages forbid.
OPTIONS: Final = {"preload": False, "resultTypes": ["violations"], "elementRef": False}


def assert_no_barrier(page: Page, *, narrow: ViewportSize = PHONE, wide: ViewportSize = DESKTOP) -> None:
    """Look at an open page as it is with all rules: narrow in the dark theme, wide in the light one.

    So each size and each theme is looked at. The other two pairs would double what most of the suite's time goes to,
    and find something only where a colour belongs to one theme and one size alone.
    """
    page.wait_for_load_state()  # A page without its styles yet has barriers of its own.
    page.set_viewport_size(narrow)
    assert not overflows(page), (page.url, narrow)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert violations(page) == [], (page.url, narrow)
    page.set_viewport_size(wide)
    assert not overflows(page), (page.url, wide)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert violations(page) == [], (page.url, wide)


def violations(page: Page) -> list[str]:
    """Return what axe-core finds, a line each, with the elements."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(
        "(options) => axe.run(document, options).then((results) => results.violations)", OPTIONS
    )
    return [
        f"{violation['id']}: {node['html'][:160]} ({' '.join(map(str, node.get('target', [])))})"
        for violation in found
        for node in violation["nodes"]
    ]


def overflows(page: Page) -> bool:
    """Whether a person has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"))
