"""No log and no mail about an error tells the secret of a link: not in its address, nor in what a view makes of it."""

from __future__ import annotations

import io
import logging
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from gunicorn.config import Config

from kek.logs import HIDDEN, WithoutSecrets, without_secrets
from participation import links
from tests.factories import ConceptFactory

SECRET = "0a1b2c3d4e5f60718293a4b5c6d7e8f9:qX7-unterschrift_Zz"


def secret_patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    """Yield the names of all addresses that carry a secret, with their parameters."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern) and {"secret", "token"} & set(pattern.pattern.converters):
            yield f"{prefix}{pattern.name}", {*resolver.pattern.converters, *pattern.pattern.converters}
        elif isinstance(pattern, URLResolver):
            yield from secret_patterns(pattern, f"{pattern.namespace}:" if pattern.namespace else prefix)


def test_the_addresses_of_all_secret_links_are_known() -> None:
    found = list(secret_patterns(get_resolver()))
    assert len(found) > 15
    for name, parameters in found:
        given = {"concept_slug": "kek", "pk": 7, "secret": SECRET, "token": SECRET}
        path = reverse(name, kwargs={key: given[key] for key in parameters | {"concept_slug"}})
        assert SECRET in path
        assert without_secrets(f"Not Found: {path}") == f"Not Found: {path.replace(SECRET, HIDDEN)}"
        assert SECRET not in without_secrets(f"GET https://kek.example.org/en{path}?x=1")


def test_the_link_to_a_new_password_is_one_too() -> None:
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "1z", "key": "cg4-geheim"})
    assert without_secrets(path) == "/konto/password/reset/key/[geheim]/"


@pytest.mark.parametrize(
    "path",
    [
        "/kek/beteiligung/stand/",
        "/kek/termine/anmeldung/",
        "/kek/termine/7/anmelden/",
        "/verwaltung/catalogue/need/7/stand/",
    ],
)
def test_other_addresses_are_told_as_they_are(path: str) -> None:
    assert without_secrets(path) == path


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the portal's own handler writes."""
    told = io.StringIO()
    (handler,) = [each for each in logging.getLogger().handlers if each.name == "console"]
    monkeypatch.setattr(handler, "stream", told)
    return told


@pytest.mark.django_db
def test_a_link_that_does_not_exist_is_logged_without_its_secret(client: Client, console: io.StringIO) -> None:
    path = reverse("participation:status", args=[ConceptFactory().slug, SECRET])
    assert client.get(path).status_code == 404
    assert f"django.request: Not Found: {path.replace(SECRET, HIDDEN)}" in console.getvalue()


@pytest.mark.django_db
def test_an_error_behind_a_secret_link_tells_nobody_the_link(
    console: io.StringIO, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ADMINS = [("Betrieb", "betrieb@example.org")]

    def broken(secret: str) -> None:
        own_copy = f"vor {secret} nach"
        raise RuntimeError(own_copy)

    monkeypatch.setattr(links, "submitter_of", broken)
    path = reverse("participation:status", args=[ConceptFactory().slug, SECRET])
    assert Client(raise_request_exception=False).get(path).status_code == 500
    (sent,) = mail.outbox
    assert HIDDEN in sent.subject
    assert "own_copy" in str(sent.body)
    for told in (sent.subject, str(sent.body)):
        assert SECRET not in told
    assert path.replace(SECRET, HIDDEN) in console.getvalue()
    assert f"RuntimeError: vor {HIDDEN} nach" in console.getvalue()
    assert SECRET not in console.getvalue()


@pytest.mark.django_db
def test_an_error_on_a_sent_form_tells_the_fields_and_not_what_was_typed(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ADMINS = [("Betrieb", "betrieb@example.org")]

    def broken(*_args: Any, **_named: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(links, "submitter_of", broken)
    path = reverse("participation:erase", args=[ConceptFactory().slug, SECRET])
    visitor = Client(raise_request_exception=False, REMOTE_ADDR="192.0.2.7")
    assert visitor.post(path, {"name": "Anna Abendstern"}).status_code == 500
    (sent,) = mail.outbox
    assert "name = '****" in sent.body
    assert "Abendstern" not in sent.body
    assert "192.0.2.7" not in sent.body


def test_gunicorns_logs_do_not_tell_it_either(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ACCESS_LOG", "true")
    conf = runpy.run_path(str(Path(__file__).parents[2] / "deploy" / "gunicorn.conf.py"))
    config = Config()
    for name in ("accesslog", "access_log_format", "logger_class"):
        config.set(name, conf[name])
    logger = config.logger_class(config)
    path = f"/kek/termine/anmeldung/{SECRET}/"
    logger.access_log.info(config.access_log_format, {"t": "", "m": "GET", "U": path, "s": "200", "B": 1, "M": 1})
    logger.error("Error handling request %s", path)
    told = capsys.readouterr()
    assert f'"GET /kek/termine/anmeldung/{HIDDEN}/" 200' in told.out
    assert f"Error handling request /kek/termine/anmeldung/{HIDDEN}/" in told.err
    for log in (logger.access_log, logger.error_log):
        for handler in list(log.handlers):
            log.removeHandler(handler)


def test_a_traceback_is_told_without_the_secret() -> None:
    try:
        raise LookupError(f"/kek/beteiligung/bestaetigen/{SECRET}/")
    except LookupError:
        record = logging.LogRecord("kek", logging.ERROR, "", 1, "Fehler", None, sys.exc_info())
    assert WithoutSecrets().filter(record)
    told = logging.Formatter().format(record)
    assert f"LookupError: /kek/beteiligung/bestaetigen/{HIDDEN}/" in told
