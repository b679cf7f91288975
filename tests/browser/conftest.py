"""A browser on a running portal with the sample data, at a fixed day.

The data are loaded once and committed, so these tests run after all others (`tests/conftest.py` sorts them last), and
each test leaves the sample data as it found them or works on a milestone of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from district.models import Bucket, Concept, Role, User
from tests.conftest import CHROMIUM
from tests.factories import ConceptFactory, FieldOfActionFactory

TODAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "Ein-langes-Kennwort-2026"

OpenPage = Callable[..., Page]


@pytest.fixture(autouse=True)
def _django_db_marker() -> None:
    """Wrap no test into a transaction: the portal is another thread and must see what the test does."""


@pytest.fixture(scope="session")
def portal(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a running portal with the sample data."""
    with django_db_blocker.unblock(), time_machine.travel(TODAY, tick=True):
        assert connection.settings_dict["NAME"].startswith("test_"), "this would flush a real database"
        call_command("load_sample_data", password=PASSWORD, verbosity=0)
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        call_command("flush", interactive=False, verbosity=0)


@contextmanager
def keeping_pages() -> Iterator[str]:
    """Run the portal as readers know it: it keeps its pages, which most tests do without."""
    with override_settings(PAGE_STORE_BYTES=8 * 1024 * 1024):
        server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def clock(portal: str) -> Iterator[time_machine.Traveller]:
    """Let time pass, for the portal as for the test: days until an event, the seconds that people need to read a form."""
    with time_machine.travel(timezone.now(), tick=True) as clock:
        yield clock


@pytest.fixture
def concept(portal: str) -> Iterator[Concept]:
    """A public concept of the test's own with a field of action; nobody sees it afterwards, and nothing of it waits."""
    Bucket.objects.all().delete()
    concept: Concept = ConceptFactory(slug=f"probe-{uuid.uuid4().hex[:8]}", short_title="Probe")
    FieldOfActionFactory(concept=concept, number=1, name="Wege und Orte")
    yield concept
    Concept.objects.filter(pk=concept.pk).update(is_public=False, process_closed_on=timezone.localdate())
    Bucket.objects.all().delete()


class Watch:
    """Notes what no page may do: ask a third party, break the content security policy, fail in a script."""

    def __init__(self, context: BrowserContext, portal: str) -> None:
        self.portal = portal
        self.complaints: list[str] = []
        context.on("request", lambda request: self._see_request(request.url))
        context.on("console", lambda message: self._see_message(message.type, message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _see_request(self, url: str) -> None:
        if not url.startswith((self.portal, "data:", "blob:")):
            self.complaints.append(f"request to {url}")

    def _see_message(self, kind: str, text: str) -> None:
        if kind == "error" and "the server responded with a status of" not in text:
            self.complaints.append(text)


@pytest.fixture
def open_page(browser: Browser, portal: str) -> Iterator[OpenPage]:
    """Open a page with the browser options of the test's choice, as a reader or logged in `as_role`."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_page(path: str, *, as_role: Role | None = None, **options: Any) -> Page:
        context = browser.new_context(base_url=portal, locale="de-DE", **options)
        opened.append((context, Watch(context, portal)))
        if as_role:
            context.add_cookies([session_cookie(as_role, portal)])
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context, _watch in opened:
        context.close()
    assert [complaint for _context, watch in opened for complaint in watch.complaints] == []


def session_cookie(role: Role, portal: str) -> Any:
    """Log the role's sample user in and return the session as a cookie of the browser."""
    client = Client()
    client.force_login(
        User.objects.get(groups__name=role), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": value,
        "domain": urlsplit(portal).hostname,
        "path": "/",
    }
