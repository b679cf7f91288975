"""The list of those who take part as a file: for the office, and to be signed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pypdf
import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from tests.factories import EventFactory, RegistrationFactory
from workshops.actions import erase
from workshops.models import Event, Registration
from workshops.participants import alphabetical
from workshops.staff import exports

from .sample import NOW
from .staff import log_in, told, url

pytestmark = pytest.mark.django_db

State = Registration.State


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def html(response: Any) -> str:
    assert response.status_code == 200
    words: str = response.content.decode()
    return words


def export(client: Client, event: Event, kind: str = "xlsx", **query: Any) -> Any:
    return client.post(url(event, "participants_export", **query), {"format": kind})


def people() -> Event:
    event: Event = EventFactory(title="Forum Mobilität")
    erase(RegistrationFactory(event=event, name="Wer war das"), at=NOW)
    RegistrationFactory(event=event, name="Zoe", email="zoe@example.org", attended_at=NOW)
    RegistrationFactory(event=event, name="Ärger", email="aerger@example.org", requirements="Rampe")
    RegistrationFactory(event=event, name="=SUMME(1)", email="", state=State.WAITING)
    return event


def test_the_workbook_has_everybody_with_all_that_is_known(client: Client) -> None:
    log_in(client)
    response = export(client, people())
    assert response["Content-Disposition"].startswith("attachment")
    book = load_workbook(io.BytesIO(response.content))
    headings, *rows = book.worksheets[0].iter_rows(values_only=True)
    found = [dict(zip(headings, row, strict=True)) for row in rows]
    assert [row["Name"] for row in found] == ["=SUMME(1)", "Ärger", "Zoe", "(gelöscht)"]
    assert (found[1]["E-Mail"], found[1]["Was gebraucht wird"], found[1]["Stand"]) == (
        "aerger@example.org", "Rampe", "angemeldet",
    )  # fmt: skip
    assert found[2]["anwesend seit"] == timezone.make_naive(NOW)
    notes = [row[0] for row in book.worksheets[1].iter_rows(values_only=True)]
    assert "Einträge: 4" in notes
    assert any("Enthält persönliche Angaben." in str(note) for note in notes)


def test_the_csv_cannot_turn_into_a_formula(client: Client) -> None:
    log_in(client)
    text = export(client, people(), "csv").content.decode("utf-8-sig")
    assert text.startswith("Name;Organisation;E-Mail;")
    assert "\n=SUMME" not in text
    assert "=SUMME(1)" in text


def test_the_file_holds_what_the_list_is_narrowed_to(client: Client) -> None:
    log_in(client)
    response = export(client, people(), "csv", show="confirmed", q="example.org zoe")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines] == ["Name", "Zoe"]


def test_it_is_written_down_who_took_names_and_addresses_out(client: Client) -> None:
    user = log_in(client)
    event = people()
    client.get(url(event, "participants_export"))
    assert not exports.exports_of(event).exists()
    export(client, event)
    (entry,) = exports.exports_of(event)
    assert (entry.user, entry.change_message) == (user, "XLSX mit persönlichen Angaben, 4 Einträge")
    assert str(user) in html(client.get(url(event, "participants_export")))
    assert not exports.exports_of(EventFactory()).exists()


def test_too_many_rows_are_refused_with_a_way_out(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in(client)
    event = people()
    monkeypatch.setattr(exports, "MOST_ROWS", 3)
    assert "mehr als 3 Einträge" in html(export(client, event))
    assert not exports.exports_of(event).exists()
    monkeypatch.setattr(exports, "MOST_SIGNATURES", 1)
    assert "mehr als 1 Einträge" in told(client.post(url(event, "signatures")))[0]
    assert not exports.exports_of(event).exists()


def test_an_unknown_format_is_refused(client: Client) -> None:
    log_in(client)
    assert "format" in export(client, people(), "exe").context["form"].errors


def test_the_list_to_sign_is_an_accessible_pdf_of_those_with_a_seat(client: Client) -> None:
    log_in(client)
    response = client.post(url(people(), "signatures"))
    assert response["Content-Type"] == "application/pdf"
    reader = pypdf.PdfReader(io.BytesIO(response.content))
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    title = reader.metadata and reader.metadata.title
    assert (str(catalog["/Lang"]), title) == ("de-DE", "Unterschriftenliste: Forum Mobilität")
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert text.index("Ärger") < text.index("Zoe")
    assert "SUMME" not in text
    assert "@" not in text
    assert "1. September 2026, 18 bis 20 Uhr" in text
    assert "Bürgerhaus, Markt 1" in text
    assert "Seite 1 von 1" in text
    numbers = [line for line in text.split() if line.isdecimal() and int(line) <= 12]
    assert "12" in numbers  # two with a seat and ten lines for who just comes


def test_the_list_to_sign_is_written_down_and_not_brought_by_a_link(client: Client) -> None:
    user = log_in(client)
    event = people()
    response = client.get(url(event, "signatures"))
    assert (response.status_code, response["Location"]) == (302, url(event, "participants"))
    assert not exports.exports_of(event).exists()
    client.post(url(event, "signatures"))
    (entry,) = exports.exports_of(event)
    assert (entry.user, entry.change_message) == (user, "Unterschriftenliste, 2 Einträge")


def test_a_long_list_to_sign_repeats_its_headings_on_every_page(client: Client) -> None:
    log_in(client)
    event = EventFactory()
    RegistrationFactory.create_batch(60, event=event, organisation="Verein für Heimat- und Denkmalpflege e. V.")
    pages = pypdf.PdfReader(io.BytesIO(client.post(url(event, "signatures")).content)).pages
    assert len(pages) > 1
    assert all("Unterschrift" in page.extract_text() for page in pages)


def test_names_are_sorted_as_people_do() -> None:
    found = [Registration(pk=n, name=name) for n, name in enumerate(["Zoe", "Ärger", "", "anna", "Otto", "Özil"])]
    assert [each.name for each in sorted(found, key=alphabetical)] == ["anna", "Ärger", "Otto", "Özil", "Zoe", ""]
