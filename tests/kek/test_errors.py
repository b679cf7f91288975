"""Every error has a German page in the layout with a way on; 500 and 503 need no database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError, connection
from django.test import Client

from tests.factories import DistrictFactory

pytestmark = pytest.mark.urls("tests.kek.error_urls")

PAGES = [
    ("400", 400, "Diese Anfrage konnten wir nicht lesen."),
    ("403", 403, "Diese Seite ist Ihnen nicht zugänglich."),
    ("csrf", 403, "Ihre Eingabe wurde nicht übernommen."),
    ("404", 404, "Diese Seite gibt es nicht."),
    ("410", 410, "Diese Seite wurde entfernt."),
    ("429", 429, "Das waren sehr viele Anfragen in kurzer Zeit."),
    ("500", 500, "Hier ist uns ein Fehler unterlaufen."),
    ("503", 503, "Das Portal ist gerade nicht erreichbar."),
]


@pytest.fixture
def reader() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def database_away(db: None) -> Iterator[None]:
    """Let every query fail as it does while PostgreSQL restarts."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("connection refused")

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(connection, "cursor", fail)
        monkeypatch.setattr(connection, "chunked_cursor", fail)
        yield


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "status", "heading"), PAGES)
def test_each_error_has_a_german_page_with_a_way_on(reader: Client, name: str, status: int, heading: str) -> None:
    DistrictFactory()
    response = reader.get(f"/geht-nicht/{name}/")
    page = response.content.decode()
    assert response.status_code == status
    assert f'<h1 class="kern-heading-x-large">{heading}</h1>' in page
    assert '<html lang="de">' in page
    assert '<a class="kern-link" href="/">Zur Startseite</a>' in page
    assert '<a class="kern-link" href="/kontakt/">' in page
    assert "Content-Security-Policy" in response.headers
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["500", "503"])
def test_the_pages_of_last_resort_ask_the_database_nothing(
    reader: Client, django_assert_num_queries: Callable[[int], Any], name: str
) -> None:
    with django_assert_num_queries(0):
        response = reader.get(f"/geht-nicht/{name}/")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_an_error_on_an_english_page_speaks_english(reader: Client) -> None:
    response = reader.get("/en/geht-nicht/500/")
    assert '<html lang="en">' in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["429", "503"])
def test_who_shall_come_again_is_told_when(reader: Client, name: str) -> None:
    assert reader.get(f"/geht-nicht/{name}/").headers["Retry-After"] == "60"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("verbindung", 503),
        ("datenbank", 503),
        *((f"datenbank/{code}", 503) for code in ("08006", "57P01", "57P02", "57P03", "53300")),
        *((f"datenbank/{code}", 500) for code in ("40P01", "53100", "55P03", "57014")),
    ],
)
def test_only_a_database_that_is_away_is_an_outage(
    reader: Client, caplog: pytest.LogCaptureFixture, name: str, status: int
) -> None:
    assert reader.get(f"/geht-nicht/{name}/").status_code == status
    assert any(record.exc_info for record in caplog.records), "the log says where"


@pytest.mark.django_db
def test_an_error_is_mailed_once(reader: Client, settings: Any) -> None:
    settings.ADMINS = [("Betrieb", "betrieb@example.org")]
    reader.get("/geht-nicht/500/")
    assert [message.to for message in mail.outbox] == [["betrieb@example.org"]]


@pytest.mark.django_db
def test_a_made_up_name_of_the_portal_is_refused_and_nobody_is_mailed(reader: Client, settings: Any) -> None:
    settings.ADMINS = [("Betrieb", "betrieb@example.org")]
    response = reader.get("/impressum/", headers={"host": "erfunden.example"})
    assert response.status_code == 400
    assert "Diese Anfrage konnten wir nicht lesen." in response.content.decode()
    assert mail.outbox == []


@pytest.mark.parametrize("path", ["/", "/impressum/", "/gibt/es/nicht/", "/konto/login/", "/verwaltung/"])
def test_a_database_outage_is_said_as_such(database_away: None, reader: Client, path: str) -> None:
    reader.cookies["sessionid"] = "a" * 32
    response = reader.get(path)
    assert response.status_code == 503
    assert "Das Portal ist gerade nicht erreichbar." in response.content.decode()


def test_an_outage_inside_the_session_is_said_as_such(database_away: None, reader: Client) -> None:
    reader.cookies["sessionid"] = "a" * 32
    response = reader.post("/konto/logout/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"


def test_the_health_check_tells_of_the_outage(database_away: None, reader: Client) -> None:
    response = reader.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "database unavailable"}


@pytest.mark.django_db
def test_the_health_check_needs_neither_cookie_nor_https(reader: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = reader.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert not response.cookies
    assert reader.get("/impressum/").status_code == 301
