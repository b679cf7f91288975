"""How a test run is set up; fixtures shared by the rooms' tests stand below."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.db.models.signals import post_migrate
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "kek.settings",
    "SECRET_KEY": "for-tests-only-2c61f0d9b7e84a35-and-long-enough-for-django",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1,[::1]",
    "HTTPS": "false",
    "DEBUG": "false",
    "DEMO": "false",
    "EMAIL_URL": "memorymail://",
    "CACHE_URL": "locmemcache://",
    "PAGE_STORE_BYTES": "0",  # What a test changes is never committed, so the pages kept would not know.
    "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    "OIDC_SERVER_URL": "",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright runs an event loop beside the tests.
}

from kek import development, translations
from tests import database

# Nothing is collected for tests, but WhiteNoise asks for the folder.
STATIC_ROOT = development.VAR_DIR / "test-static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
os.environ["STATIC_ROOT"] = str(STATIC_ROOT)
HAS_OWN_DATABASE_SERVER = development.prepare_environment(command="test")
django.setup()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a safe one takes half a second a user
post_migrate.connect(database.make_roles, sender=apps.get_app_config("district"))
override_settings(TASKS={"default": {"BACKEND": "tests.tasks.OnCommitBackend"}}).enable()

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
NO_CHROMIUM = "no Chromium"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let English pages speak English; end the run where browser tests are demanded and there is no browser."""
    if hasattr(session.config, "workerinput"):
        return  # Another process does it for all of them.
    if not CHROMIUM and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.exit("Browser tests are demanded (REQUIRE_BROWSER=1), but there is no Chromium.", returncode=1)
    for path in translations.catalogs():
        translations.compile_catalog(path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser tests, marked by their folder, behind all others; leave them out where there is no Chromium."""
    items.sort(key=_is_browser_test)
    for item in filter(_is_browser_test, items):
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.django_db)
        if not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def _is_browser_test(item: pytest.Item) -> bool:
    return Path(__file__).parent / "browser" in item.path.parents


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    if left_out := sum(NO_CHROMIUM in str(report.longrepr) for report in skipped):
        terminalreporter.write_sep("!", f"{left_out} BROWSER TESTS WERE NOT RUN: {NO_CHROMIUM}", red=True, bold=True)
        terminalreporter.write_line("Install it (apt-get install chromium) or name it in CHROMIUM.", red=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_blocker: DjangoDbBlocker) -> None:
    """Give each process a database of its own, on the checkout's own server as a copy of a migrated one."""
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = database.name()
    if HAS_OWN_DATABASE_SERVER:
        with django_db_blocker.unblock():
            database.drop_those_of_killed_runs()
            connection.settings_dict["TEST"]["TEMPLATE"] = database.migrated()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let nobody in any more when the database is to be dropped: threads of the live server may still be at work."""
    from django.db import connection

    yield
    name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
