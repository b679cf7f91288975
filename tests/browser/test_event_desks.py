"""The staff's pages about events: the door on a phone, minutes that save themselves, previews; and no barrier anywhere."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, Route, expect

from district.models import Concept, Role
from tests.factories import (
    AgendaItemFactory,
    EventFactory,
    FeedbackFactory,
    OutcomeFactory,
    PaperFactory,
    RegistrationFactory,
    RoundFactory,
    UserFactory,
    WorkingGroupFactory,
    when,
)
from tests.workshops.staff import url, workbook
from workshops import links
from workshops.actions import begin_minutes, call_off, write_minutes
from workshops.models import Event
from workshops.models.registrations import State

from .barriers import assert_no_barrier, overflows
from .conftest import OpenPage
from .mails import mail_to
from .walking import DESKTOP, PHONE, heading

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAVED = re.compile("^gespeichert ")
TIME_TO_SAVE_ITSELF = 10_000  # milliseconds; a pause in the typing, and the way to the portal and back


@pytest.fixture
def talk(concept: Concept) -> Event:
    """A public talk of today, of a group of its own, with two items, a paper, and three people who have a seat."""
    today = timezone.localdate()
    made: Event = EventFactory(
        concept=concept,
        group=WorkingGroupFactory(concept=concept),
        title="Gespräch am Fluss",
        date=when(today),
        starts_at=time(18),
        registration_opens_on=today,
        registration_closes_on=today,
        seats=4,
    )
    for title in ("Begrüßung", "Was am Fluss fehlt"):
        AgendaItemFactory(event=made, title=title)
    PaperFactory(event=made, title="Karte der Wege")
    for name in ("Ada", "Berta", "Carl"):
        RegistrationFactory(event=made, name=name, email=f"{name.lower()}@buerger.example")
    return made


def list_of_invited(*rows: list[str]) -> FilePayload:
    content = workbook(*rows, headings=["Name", "E-Mail", "Organisation", "Sprache"]).read()
    return {"name": "liste.xlsx", "mimeType": SHEET, "buffer": content}


def tick(name: str) -> re.Pattern[str]:
    """Return how the button is called that notes somebody's presence."""
    return re.compile(f"^anwesend.*{name}$")


def go(page: Page, address: str) -> None:
    """Open a page with all that is folded up on it, and look for barriers."""
    page.goto(address)
    look(page)


def look(page: Page) -> None:
    expect(heading(page)).to_have_count(1)
    for more in page.locator("details").all():
        more.evaluate("each => (each.open = true)")
    assert_no_barrier(page)


def test_one_tap_ticks_a_name_at_the_door_and_the_code_of_a_registration_leads_to_it(
    open_page: OpenPage, talk: Event
) -> None:
    page = open_page(url(talk, "door"), as_role=Role.PROJECT_OFFICE, viewport=PHONE)
    there = page.locator(".door-count")
    expect(there).to_contain_text("0 von 3 da")
    page.evaluate("window.isTheSamePage = true")
    page.get_by_role("button", name=tick("Ada")).click()
    expect(there).to_contain_text("1 von 3 da")
    expect(page.locator(".door-row", has_text="Ada")).to_contain_text("da seit")
    page.locator("#door-told").get_by_role("button", name=re.compile("^Rückgängig.*Ada$")).click()
    expect(there).to_contain_text("0 von 3 da")
    page.get_by_label("Name suchen").press_sequentially("bert")
    expect(page.locator(".door-row")).to_have_count(1)
    page.get_by_role("button", name=tick("Berta")).click()
    expect(there).to_contain_text("1 von 3 da")
    expect(page.locator(".door-row")).to_have_count(3)
    assert page.evaluate("window.isTheSamePage")
    assert not overflows(page)
    assert_no_barrier(page)

    # The code that somebody shows; who is not logged in reads no name behind it.
    carl = talk.registrations.get(name="Carl")
    code = links.door_path(carl)
    go(page, code)
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="anwesend").click()
    expect(page.get_by_text("2 von 3 da")).to_be_visible()
    expect(page.get_by_text("da seit")).to_be_visible()
    go(page, f"{url(talk, 'door_registration', 0)}")
    expect(page.get_by_text("Diesen Code gibt es bei diesem Termin nicht.")).to_be_visible()
    stranger = open_page(code)
    expect(stranger.get_by_label("Passwort", exact=True)).to_be_visible()
    expect(stranger.get_by_text("Carl")).to_have_count(0)

    # Somebody just comes; and without scripts every tap is a page of its own.
    plain = open_page(url(talk, "door"), as_role=Role.PROJECT_OFFICE, viewport=PHONE, java_script_enabled=False)
    plain.get_by_role("link", name="Jemand ohne Anmeldung").click()
    plain.get_by_role("button", name="Anwesend").click()
    expect(plain.get_by_text("Bitte geben Sie den Namen an.").first).to_be_visible()
    plain.get_by_label("Name").fill("Dora")
    plain.get_by_role("button", name="Anwesend").click()
    expect(plain.locator(".door-count")).to_contain_text("3 von 4 da")
    expect(plain.locator(".door-count")).to_contain_text("kein Platz frei")
    plain.get_by_role("button", name=tick("Ada")).click()
    expect(plain.locator(".door-count")).to_contain_text("4 von 4 da")
    go(page, url(talk, "door_walk_in"))
    expect(page.get_by_text("Es ist kein Platz frei.")).to_be_visible()


def test_minutes_save_themselves_and_without_scripts_by_a_button(open_page: OpenPage, talk: Event) -> None:
    page = open_page(url(talk, "minutes"), as_role=Role.PROJECT_OFFICE, viewport=DESKTOP)
    first = page.get_by_role("region", name="Begrüßung").get_by_label("Beratung")
    status = page.locator("[data-status]")
    first.press_sequentially("Die Leitung begrüßt.")
    expect(status).to_have_text("noch nicht gespeichert")
    expect(status).to_have_text(SAVED, timeout=TIME_TO_SAVE_ITSELF)
    expect(page.get_by_text("noch nicht begonnen")).to_have_count(0)
    assert talk.agenda.get(title="Begrüßung").discussion.text == "Die Leitung begrüßt."

    # Somebody else writes at the same place, by the button; nobody's words are lost.
    plain = open_page(url(talk, "minutes"), as_role=Role.PROJECT_OFFICE, viewport=PHONE, java_script_enabled=False)
    words = plain.get_by_role("region", name="Begrüßung").get_by_label("Beratung")
    expect(words).to_have_value("Die Leitung begrüßt.")
    words.fill("Die Leitung begrüßt alle.")
    second = plain.get_by_role("region", name="Was am Fluss fehlt")
    second.get_by_label("Beratung").fill("Bänke.")
    second.locator("summary", has_text="Ergebnis festhalten").click()
    second.get_by_label("Art").select_option(label="Handlungsbedarf")
    second.get_by_role("button", name="Festhalten").click()
    expect(plain.get_by_role("link", name="Ergebnis: Bitte geben Sie an, was herauskam.")).to_be_visible()
    second.get_by_label("Ergebnis", exact=True).fill("Am Fluss fehlen Bänke.")
    second.get_by_role("button", name="Festhalten").click()
    expect(plain.get_by_text("Das Ergebnis ist festgehalten.")).to_be_visible()
    expect(second.get_by_role("listitem").filter(has_text="Am Fluss fehlen Bänke.").first).to_be_visible()
    assert not overflows(plain)
    first.press("End")
    first.press_sequentially(" Danke!")
    expect(status).to_contain_text("nicht alles ist gespeichert", timeout=TIME_TO_SAVE_ITSELF)
    expect(page.get_by_text("Die Leitung begrüßt alle.")).to_be_visible()
    expect(first).to_have_value("Die Leitung begrüßt. Danke!")
    look(page)
    page.get_by_role("button", name="Meinen Text speichern und den anderen ersetzen").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    said = {item.title: item.discussion.text for item in talk.agenda.select_related("discussion")}
    assert said == {"Begrüßung": "Die Leitung begrüßt. Danke!", "Was am Fluss fehlt": "Bänke."}


def test_what_is_typed_before_the_script_of_the_minutes_has_arrived_is_saved(open_page: OpenPage, talk: Event) -> None:
    page = open_page(url(talk, "minutes"), as_role=Role.PROJECT_OFFICE, viewport=DESKTOP)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/kek/minutes*.js", hold)

    def type_into(name: str, words: str) -> None:
        page.reload(wait_until="commit")
        page.get_by_label(name).fill(words)
        while not held:
            page.wait_for_timeout(50)
        held.pop().continue_()
        page.wait_for_load_state()

    type_into("Zusammenfassung", "Am Fluss fehlen Bänke.")
    page.get_by_role("button", name="Speichern").first.click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    assert talk.minutes.summary == "Am Fluss fehlen Bänke."

    type_into("Interner Teil", "Es gab Streit.")
    expect(page.locator("[data-status]")).to_have_text(SAVED, timeout=TIME_TO_SAVE_ITSELF)
    talk.minutes.refresh_from_db()
    assert talk.minutes.internal == "Es gab Streit."


def test_planning_has_no_barrier_and_shows_what_follows_before_it_happens(open_page: OpenPage, talk: Event) -> None:
    page = open_page(reverse("admin:workshops_planning", query={"group": talk.group_id}), as_role=Role.PROJECT_OFFICE)
    expect(page.get_by_role("link", name=talk.title)).to_be_visible()
    look(page)
    page.goto(reverse("admin:workshops_event_add"))
    page.get_by_role("button", name="Sichern", exact=True).click()
    expect(page.get_by_text("Bitte").first).to_be_visible()
    look(page)
    go(page, url(talk, "change"))
    page.get_by_label("Plätze").fill("1")
    page.get_by_role("button", name="Sichern", exact=True).click()
    expect(page.get_by_text("So viele sind schon angemeldet: 3.").first).to_be_visible()

    go(page, url(talk, "move"))
    page.get_by_label("Neuer Termin").fill("14.12.2026")
    page.get_by_role("button", name="Weiter: ansehen, was geschieht").click()
    expect(page.get_by_role("link", name="Begründung: Bitte geben Sie eine Begründung an.")).to_be_visible()
    look(page)
    page.get_by_label("Begründung").fill("Der Saal ist belegt.")
    page.get_by_label("Was in der E-Mail noch stehen soll").fill("Wir freuen uns auf Sie.")
    page.get_by_role("button", name="Weiter: ansehen, was geschieht").click()
    letter = page.get_by_role("group", name="Vorschau der E-Mail")
    for words in ("Guten Tag Ada", "14. Dezember 2026", "Der Saal ist belegt.", "Wir freuen uns auf Sie."):
        expect(letter).to_contain_text(words)
    expect(page.get_by_text("3 Personen bekommen eine E-Mail.")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Angaben ändern").click()
    expect(page.get_by_label("Begründung")).to_have_value("Der Saal ist belegt.")
    assert not talk.changes.exists()
    assert mail.outbox == []
    page.get_by_role("button", name="Weiter: ansehen, was geschieht").click()
    page.get_by_role("button", name="Verlegen").click()
    expect(page.get_by_text("neuer Termin 14. Dezember 2026")).to_be_visible()
    assert "Der Saal ist belegt." in mail_to("ada@buerger.example", talk.title).body

    go(page, url(talk, "call_off"))
    page.goto(url(talk, "series"))
    page.get_by_label("Abstand").fill("2")
    page.get_by_label("Oder: Zahl der weiteren Termine").fill("3")
    page.get_by_role("button", name="Weiter: ansehen, was geschieht").click()
    expect(page.get_by_text("Montag, 28. Dezember 2026")).to_be_visible()
    look(page)


def test_those_who_take_part_are_found_invited_and_written_to_without_a_barrier(
    open_page: OpenPage, talk: Event
) -> None:
    ada = talk.registrations.get(name="Ada")
    page = open_page(url(talk, "participants"), as_role=Role.PROJECT_OFFICE)
    expect(page.get_by_role("row", name="Berta")).to_be_visible()
    look(page)
    go(page, url(talk, "participants_erase", ada.pk))
    page.goto(url(talk, "participants_add"))
    page.get_by_label("E-Mail").fill("dora@")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_text("Bitte geben Sie den Namen an.").first).to_be_visible()
    look(page)

    # A table with faults stores nothing; the mended one shows whom it would invite.
    page.goto(url(talk, "invitations"))
    faulty = list_of_invited(["", "emil@buerger.example"], ["Frieda", "keine Adresse"])
    page.get_by_label("Ausgefüllte Vorlage").set_input_files(faulty)
    page.get_by_role("button", name="Probelauf starten").click()
    expect(page.get_by_text("2 Angaben stimmen nicht. Es wurde nichts gespeichert.")).to_be_visible()
    look(page)
    mended = list_of_invited(["Emil", "emil@buerger.example"], ["Ada", "ADA@buerger.example"])
    page.get_by_label("Ausgefüllte Vorlage").set_input_files(mended)
    page.get_by_role("button", name="Probelauf starten").click()
    expect(page.get_by_text("1 Person ist neu")).to_be_visible()
    look(page)
    page.get_by_role("button", name="1 Person aufnehmen").click()
    page.get_by_role("link", name="Einladung schreiben").click()
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(page.get_by_role("link", name="Text: Bitte geben Sie einen Text ein.")).to_be_visible()
    look(page)
    page.get_by_label("Text").fill("Wir möchten Ihre Meinung hören.")
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(heading(page)).to_have_text("Vorschau")
    expect(page.get_by_text("Guten Tag Emil,")).to_be_visible()
    look(page)
    assert mail.outbox == []
    page.get_by_role("button", name="Jetzt an 1 Person senden").click()
    expect(page.get_by_text("Das Rundschreiben geht an 1 Person.")).to_be_visible()
    look(page)
    assert [message.to for message in mail.outbox] == [["emil@buerger.example"]]
    assert talk.registrations.get(name="Emil").state == State.INVITED


def test_what_an_event_brought_is_released_and_taken_up_without_a_barrier(open_page: OpenPage, talk: Event) -> None:
    outcome = OutcomeFactory(event=talk, item=talk.agenda.get(title="Begrüßung"), text="Zwei am Wehr.")
    minutes = begin_minutes(talk, at=timezone.now())
    write_minutes(minutes, summary="Es ging um Bänke.", internal="Noch nicht nennen.", seen=minutes.revision)
    page = open_page(url(talk, "minutes_release"), as_role=Role.PROJECT_OFFICE)
    expect(page.get_by_text("Zuerst: Hat die Veranstaltung stattgefunden?")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Ja, sie hat stattgefunden").click()
    expect(page.get_by_text("Es ging um Bänke.")).to_be_visible()
    expect(page.get_by_text("Noch nicht nennen.")).to_have_count(0)
    look(page)
    go(page, url(talk, "outcome", outcome.pk))
    page.goto(url(talk, "minutes_release"))
    page.get_by_role("button", name="Freigeben und veröffentlichen").click()
    expect(page.get_by_text("Das Protokoll ist freigegeben: ")).to_be_visible()
    look(page)
    promote = reverse("admin:catalogue_promote", args=[outcome.pk])
    for address in (url(talk, "outcome", outcome.pk), promote, f"{promote}?als=existing"):
        go(page, address)
    go(page, url(talk, "minutes_reopen"))
    page.get_by_role("button", name="Zur Berichtigung zurücknehmen").click()
    expect(page.get_by_role("link", name="Was ist zu berichtigen?: Bitte begründen Sie")).to_be_visible()
    look(page)


def test_written_feedback_is_dealt_with_without_a_barrier(open_page: OpenPage, concept: Concept) -> None:
    today = timezone.localdate()
    forum = EventFactory(concept=concept, date=when(today + timedelta(days=7)), registration_closes_on=today)
    guest = RegistrationFactory(event=forum, name="Ada", email="ada@buerger.example")
    until = today + timedelta(days=14)
    call_off(forum, reason="Der Saal ist gesperrt.", feedback_until=until, by=UserFactory(), at=timezone.now())
    written = FeedbackFactory(event=forum, registration=guest, wants_talk=True, phone="03421 0000")
    RoundFactory(concept=concept, title="Ideen für den Fluss")
    page = open_page(url(forum, "feedback"), as_role=Role.PROJECT_OFFICE)
    expect(page.get_by_text("wünscht ein Gespräch", exact=True)).to_be_visible()
    look(page)
    page.get_by_label("nur mit Wunsch nach einem Gespräch").check()
    page.get_by_label("Stand").select_option(label="erledigt")
    page.get_by_role("button", name="Filtern").click()
    expect(page.get_by_text("Mit diesen Filtern gibt es keine Rückmeldung.")).to_be_visible()
    for address, button in (
        (url(forum, "feedback_outcome", written.pk), "Festhalten"),
        (reverse("admin:participation_take_up", args=[written.pk]), "Als Idee aufnehmen"),
    ):
        page.goto(address)
        expect(page.get_by_text(written.text)).to_be_visible()
        page.get_by_role("button", name=button, exact=True).click()
        expect(page).to_have_url(re.compile(re.escape(address)))
        expect(page.get_by_text("Bitte").first).to_be_visible()
        look(page)
