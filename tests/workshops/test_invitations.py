"""Lists of those invited: looked at first, stored whole or not at all, and nobody twice."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from tests.factories import EventFactory, RegistrationFactory
from workshops import invitations
from workshops.models import Event, Registration

from .sample import AFTERWARDS, NOW, again, states, written
from .staff import log_in, told, url, workbook

pytestmark = pytest.mark.django_db

State = Registration.State
HEADINGS = ["Name", "E-Mail", "Organisation", "Sprache"]
ANNA = ["Anna Beispiel", "anna@example.org", "Heimatverein", ""]
BERND = ["Bernd Muster", "bernd@example.org", "", "Englisch"]
REFUSAL = ["Diese Vorschau gilt nicht mehr. Bitte wählen Sie die Datei noch einmal aus."]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client: Client) -> Client:
    log_in(client)
    return client


@pytest.fixture
def event() -> Event:
    found: Event = EventFactory(admission=Event.Admission.INVITED)
    return found


def look(client: Client, event: Event, *rows: list[Any], headings: list[str] | None = None) -> Any:
    return client.post(url(event, "invitations"), {"file": workbook(*rows, headings=headings or HEADINGS)})


def confirm(client: Client, event: Event, page: Any) -> Any:
    rows = page.context["confirmation"]["rows"].value()
    return client.post(url(event, "invitations_store"), {"rows": rows})


def faults(page: Any) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.message) for fault in page.context["reading"].faults]


def test_a_look_says_who_is_new_and_who_stands_there_and_stores_nothing(office: Client, event: Event) -> None:
    RegistrationFactory(event=event, name="Bernd", email="BERND@example.org", state=State.CANCELLED)
    page = look(office, event, ANNA, BERND)
    html = page.content.decode()
    assert "1 Person ist neu und käme auf die Einladungsliste." in html
    assert "1 Person steht schon da und bleibt, wie sie ist." in html
    assert "Zeile 3: Bernd (abgesagt)" in html
    assert [person.name for person in page.context["shown"]] == ["Anna Beispiel"]
    assert event.registrations.count() == 1


def test_once_confirmed_people_stand_on_the_list_and_nobody_is_written_to(office: Client, event: Event) -> None:
    response = confirm(office, event, look(office, event, ANNA, BERND))
    assert response["Location"] == url(event, "participants")
    assert "2 Personen stehen neu auf der Einladungsliste. Angeschrieben sind sie noch nicht." in told(response)[0]
    assert url(event, "mailings_new", kind="invitation") in told(response)[0]
    assert states(event) == [("Anna Beispiel", "invited"), ("Bernd Muster", "invited")]
    anna, bernd = event.registrations.order_by("pk")
    assert (anna.organisation, anna.language, anna.source) == ("Heimatverein", "de", Registration.Source.INVITATION)
    assert (bernd.language, bernd.invited_at) == ("en", None)
    assert written() == []


def test_reading_the_list_again_adds_nobody_twice(office: Client, event: Event) -> None:
    page = look(office, event, ANNA)
    confirm(office, event, page)
    assert told(confirm(office, event, page))[-1] == "Alle diese Personen standen schon auf der Liste."
    confirm(office, event, look(office, event, ANNA, BERND))
    assert states(event) == [("Anna Beispiel", "invited"), ("Bernd Muster", "invited")]
    page = look(office, event, ANNA)
    assert "aufnehmen</span>" not in page.content.decode()
    assert "Tabelle noch einmal einlesen" in page.content.decode()


def test_who_has_answered_is_not_asked_again(office: Client, event: Event) -> None:
    registered = RegistrationFactory(event=event, email="anna@example.org")
    confirm(office, event, look(office, event, ANNA, BERND))
    assert again(registered).state == State.CONFIRMED
    assert event.registrations.count() == 2


def test_who_cancelled_and_came_back_is_shown_as_they_are_now(office: Client, event: Event) -> None:
    RegistrationFactory(event=event, email="anna@example.org", state=State.CANCELLED)
    RegistrationFactory(event=event, email="anna@example.org")
    (known,) = look(office, event, ANNA).context["reading"].known
    assert (known.row, known.registration.state) == (2, State.CONFIRMED)


def test_every_fault_is_told_with_its_row_and_column_and_nothing_can_be_stored(office: Client, event: Event) -> None:
    page = look(
        office,
        event,
        ANNA,
        ["", "carla@example.org", "", ""],
        ["Dora", "dora@", "", ""],
        ["Emil", "", "", ""],
        ["Anna noch einmal", "ANNA@example.org", "", ""],
        ["x" * 101, "frieda@example.org", "", "Klingonisch"],
    )
    assert faults(page) == [
        (3, "Name", "Bitte geben Sie den Namen an."),
        (4, "E-Mail", "Das ist keine E-Mail-Adresse."),
        (5, "E-Mail", "Bitte geben Sie die E-Mail-Adresse an: An sie geht die Einladung."),
        (6, "E-Mail", "Diese Adresse steht schon in Zeile 2."),
        (7, "Name", "Zu lang: 101 Zeichen, erlaubt sind 100."),
        (7, "Sprache", "Diese Sprache kennt das Portal nicht. Möglich sind: Deutsch, Englisch."),
    ]
    assert page.context["confirmation"] is None
    assert "6 Angaben stimmen nicht. Es wurde nichts gespeichert." in page.content.decode()
    assert not event.registrations.exists()


@pytest.mark.parametrize(
    ("headings", "message"),
    [
        (["Name"], "In der ersten Zeile fehlen diese Spalten: „E-Mail“."),
        (["Name", "E-Mail", "Telefon"], "Diese Spalten kennt der Import nicht: „Telefon“."),
        (["Name", "E-Mail", "Name"], "Diese Spalten kommen mehrmals vor: „Name“."),
    ],
)
def test_wrong_columns_are_told(office: Client, event: Event, headings: list[str], message: str) -> None:
    page = look(office, event, ["Anna", "anna@example.org"], headings=headings)
    assert message in page.context["form"].errors["file"][0]


def test_columns_stand_in_any_order_and_those_that_are_voluntary_may_be_missing(office: Client, event: Event) -> None:
    confirm(office, event, look(office, event, ["anna@example.org", "Anna"], headings=["E-Mail-Adresse", "name*"]))
    assert states(event) == [("Anna", "invited")]


def test_too_many_rows_are_told(office: Client, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "MOST_ROWS", 1)
    errors = look(office, event, ANNA, BERND).context["form"].errors["file"]
    assert errors == ["Diese Tabelle hat mehr als 1 Zeilen. Bitte teilen Sie sie auf."]


def test_files_that_are_no_table_and_empty_tables_are_refused(office: Client, event: Event) -> None:
    for content in (b"PK\x03\x04 kaputt", b"Name;E-Mail", b"\xd0\xcf\x11\xe0alt"):
        page = office.post(url(event, "invitations"), {"file": SimpleUploadedFile("x.xlsx", content)})
        assert page.context["form"].errors["file"]
    assert office.post(url(event, "invitations")).context["form"].errors["file"] == ["Bitte wählen Sie eine Datei."]
    assert look(office, event).context["form"].errors["file"] == ["In dieser Tabelle steht noch nichts."]


def test_a_preview_that_was_changed_is_too_old_or_belongs_elsewhere_is_refused(office: Client, event: Event) -> None:
    page = look(office, event, ANNA)
    sealed = page.context["confirmation"]["rows"].value()
    assert told(office.post(url(event, "invitations_store"), {"rows": sealed[:-2] + "xx"}))[-1:] == REFUSAL
    assert told(office.post(url(event, "invitations_store"), {}))[-1:] == REFUSAL
    other = EventFactory()
    assert told(office.post(url(other, "invitations_store"), {"rows": sealed}))[-1:] == REFUSAL
    with time_machine.travel(NOW + datetime.timedelta(minutes=61), tick=False):
        assert told(confirm(office, event, page))[-1:] == REFUSAL
    assert not Registration.objects.exists()


def test_after_the_event_nobody_is_put_on_the_list(client: Client, event: Event) -> None:
    with time_machine.travel(AFTERWARDS, tick=False):
        log_in(client)
        page = look(client, event, ANNA)
        assert "Dieser Termin ist vorbei." in page.content.decode()
        assert told(confirm(client, event, page)) == ["Dieser Termin ist vorbei."]
    assert not event.registrations.exists()


def test_the_template_read_back_is_an_empty_table(office: Client, event: Event) -> None:
    response = office.get(url(event, "invitations_template"))
    assert response["Content-Disposition"].startswith("attachment")
    book = load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["Einladungsliste", "Hinweise", "Auswahl"]
    assert [cell.value for cell in book.worksheets[0][1]] == ["Name*", "E-Mail*", "Organisation", "Sprache"]
    page = office.post(url(event, "invitations"), {"file": SimpleUploadedFile("v.xlsx", response.content)})
    assert page.context["form"].errors["file"] == ["In dieser Tabelle steht noch nichts."]


def test_a_look_at_many_rows_takes_no_more_queries_than_at_one(
    office: Client, event: Event, django_assert_max_num_queries: Any
) -> None:
    def rows(count: int) -> list[list[str]]:
        return [[f"Gast {n}", f"gast-{n}@example.org", "", ""] for n in range(count)]

    look(office, event, *rows(1))
    with django_assert_max_num_queries(20) as captured:
        look(office, event, *rows(1))
    few = len(captured)
    with django_assert_max_num_queries(few):
        assert len(look(office, event, *rows(30)).context["reading"].new) == 30
