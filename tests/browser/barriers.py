"""What keeps people out of a page: found by axe-core in both themes, on a phone and on a desktop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

PHONE: ViewportSize = {"width": 320, "height": 740}
TABLET: ViewportSize = {"width": 820, "height": 1180}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
# What another theme can break: the page is otherwise the same.
COLOURS = ("color-contrast", "link-in-text-block")


def assert_no_barrier(page: Page, *, viewports: Sequence[ViewportSize] = (PHONE, DESKTOP)) -> None:
    """Look at an open page as it is, in each size and both themes."""
    page.wait_for_load_state()  # A page without its styles yet has barriers of its own.
    for viewport in viewports:
        page.set_viewport_size(viewport)
        assert not overflows(page), (page.url, viewport)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        assert violations(page) == [], (page.url, viewport)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        assert violations(page, rules=COLOURS) == [], (page.url, viewport)


def violations(page: Page, *, rules: Sequence[str] = ()) -> list[str]:
    """Return what axe-core finds, a line each, with the elements; by all its rules or by some."""
    # Its preloading of style sheets would add inline styles, which our pages forbid.
    options: dict[str, Any] = {"preload": False, "resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]} ({' '.join(map(str, node.get('target', [])))})"
        for violation in found
        for node in violation["nodes"]
    ]


def overflows(page: Page) -> bool:
    """Whether a person has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"))
