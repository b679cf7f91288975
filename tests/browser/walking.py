"""What people do on every page: look at its heading, read before they send, and go on by keyboard."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, ViewportSize, expect

PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
SECONDS_AS_PEOPLE_NEED = 3.5  # more than a form demands of whoever sends it
MOST_TABS = 90


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def status_of(page: Page, path: str) -> int:
    """Open a page and return how the portal answered."""
    response = page.goto(path)
    assert response
    return response.status


def assert_kept(page: Page) -> None:
    """Look that the page comes from the store, which could have become stale."""
    assert page.request.get(page.url).headers.get("etag", "").startswith('W/"'), page.url


def tab_to(page: Page, wanted: Locator) -> None:
    """Move the focus on by the Tab key until it is where it is wanted, and can be seen there."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            expect(wanted).to_be_in_viewport()
            return
    raise AssertionError(f"The Tab key never reaches {wanted}.")


def follow_by_enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")
