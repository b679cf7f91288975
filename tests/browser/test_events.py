"""Events as people meet them: found in list and calendar, one seat, a waiting list, and what is said where a link fails."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from district.models import Concept
from tests.factories import EventFactory, PaperFactory, RegistrationFactory, UserFactory, when
from workshops import links
from workshops.actions import call_off
from workshops.models import Event, Outcome, WorkingGroup
from workshops.models.registrations import State

from .barriers import assert_no_barrier, overflows
from .conftest import OpenPage
from .mails import link_in, mail_to
from .walking import DESKTOP, PHONE, SECONDS_AS_PEOPLE_NEED, follow_by_enter, heading, status_of, tab_to

FORUM = "Forum am Fluss"
ANNA, BERND = "anna@buerger.example", "bernd@buerger.example"
TO_CONFIRM, SEAT, WAITS, MOVED_UP = (
    f"{words}: {FORUM}"
    for words in (
        "Bitte bestätigen Sie Ihre Anmeldung",
        "Sie sind angemeldet",
        "Sie stehen auf der Warteliste",
        "Sie haben jetzt einen Platz",
    )
)
DAYS_OF_A_LINK = timedelta(days=3)


@pytest.fixture
def forum(concept: Concept) -> Event:
    """A forum in three weeks with a single seat; one registers until the day before."""
    today = timezone.localdate()
    made: Event = EventFactory(
        concept=concept,
        title=FORUM,
        topic="Was am Fluss fehlt.",
        date=when(today + timedelta(days=21)),
        registration_opens_on=today,
        registration_closes_on=today + timedelta(days=20),
        seats=1,
    )
    return made


def register(page: Page, clock: time_machine.Traveller, email: str, *, verb: str = "Anmelden") -> None:
    """Fill in the form on the page and send it, as fast as people are."""
    page.get_by_label("Ihr Name").fill("Anna Abendstern" if email == ANNA else "Bernd Berg")
    page.get_by_label("E-Mail-Adresse").fill(email)
    clock.shift(SECONDS_AS_PEOPLE_NEED)
    page.get_by_role("button", name=verb, exact=True).click()
    expect(heading(page)).to_have_text("Bitte sehen Sie in Ihre E-Mails")


def confirm(page: Page, email: str) -> None:
    """Open the link in the mail, press its button and go on to the own page."""
    page.goto(link_in(mail_to(email, TO_CONFIRM), "bestaetigen"))
    page.get_by_role("button", name="Anmeldung bestätigen").click()
    expect(heading(page)).to_have_text("Danke! Ihre Anmeldung ist bestätigt.")
    page.get_by_role("link", name="Zu Ihrer Anmeldung").click()


def think_twice_and_leave(page: Page) -> None:
    """Go from the own page to each question and back, then have everything erased; no page on the way has a barrier."""
    for name, question in (("Abmelden", "Möchten Sie sich abmelden?"), ("Alles löschen", "Möchten Sie alles löschen")):
        page.get_by_role("link", name=name).click()
        expect(heading(page)).to_contain_text(question)
        assert_no_barrier(page)
        page.get_by_role("link", name="Abbrechen").click()
    page.get_by_role("link", name="Alles löschen").click()
    page.get_by_role("button", name="Alles löschen").click()
    expect(heading(page)).to_have_text("Alles ist gelöscht.")
    assert_no_barrier(page)


def words_of(page: Page) -> str:
    return page.get_by_role("main").inner_text()


def test_a_seat_is_taken_waited_for_and_moved_up_to_on_a_phone_without_javascript(
    open_page: OpenPage, forum: Event, clock: time_machine.Traveller
) -> None:
    page = open_page(f"/{forum.concept.slug}/termine/", viewport=PHONE, java_script_enabled=False)
    expect(page.get_by_label("Suche")).to_be_hidden()  # so that the list begins on the first screen
    page.locator("summary", has_text="Suchen und filtern").click()
    expect(page.get_by_label("Suche")).to_be_visible()
    page.get_by_role("link", name=FORUM).click()
    expect(page.get_by_text("noch 1 von 1 Plätzen frei")).to_be_visible()
    page.get_by_role("link", name="Jetzt anmelden").click()
    page.get_by_label("Organisation").fill("Heimatverein")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("link", name="Ihr Name: Bitte geben Sie Ihren Namen ein.")).to_be_visible()
    expect(page.get_by_label("Organisation")).to_have_value("Heimatverein")
    register(page, clock, ANNA)
    told_at_first = words_of(page)

    # Until the address is proven, the seat is nobody's.
    page.goto(forum.get_absolute_url())
    expect(page.get_by_text("noch 1 von 1 Plätzen frei")).to_be_visible()
    confirm(page, ANNA)
    expect(page.get_by_text("Ein Platz ist für Sie reserviert.")).to_be_visible()
    expect(page.get_by_role("img", name="QR-Code für den Einlass")).to_be_visible()
    assert not overflows(page)

    # It was the last one: the next person waits.
    page.goto(forum.get_absolute_url())
    expect(page.get_by_text("ausgebucht: Warteliste")).to_be_visible()
    page.get_by_role("link", name="Auf die Warteliste").click()
    register(page, clock, BERND, verb="Auf die Warteliste setzen")
    confirm(page, BERND)
    expect(page.get_by_text("Sie stehen an Stelle 1 der Warteliste.")).to_be_visible()
    expect(page.get_by_role("img", name="QR-Code für den Einlass")).to_have_count(0)
    assert link_in(mail_to(BERND, WAITS), "anmeldung")

    # Whoever registers once more, or tries out addresses, reads what everybody reads; the mail tells the person alone.
    anna = link_in(mail_to(ANNA, SEAT), "anmeldung")
    mail.outbox.clear()
    page.goto(f"{forum.get_absolute_url()}anmelden/")
    register(page, clock, ANNA.upper(), verb="Auf die Warteliste setzen")
    assert words_of(page) == told_at_first.replace(ANNA, ANNA.upper())
    assert "Geändert hat sich dadurch nichts" in mail_to(ANNA, f"Ihre Anmeldung: {FORUM}").body
    assert forum.registrations.count() == 2

    # A seat that is given back is the next person's at once.
    page.goto(anna)
    page.get_by_role("link", name="Abmelden").click()
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_text("Sie haben abgesagt.")).to_be_visible()
    page.goto(link_in(mail_to(BERND, MOVED_UP), "anmeldung"))
    expect(page.get_by_text("Ein Platz ist für Sie reserviert.")).to_be_visible()
    page.goto(anna)
    page.get_by_role("button", name="Doch teilnehmen").click()
    expect(page.get_by_text("Sie stehen an Stelle 1 der Warteliste.")).to_be_visible()
    assert not overflows(page)
    assert page.context.cookies() == []


def test_no_page_on_the_way_to_a_seat_has_a_barrier_and_each_dead_end_says_what_to_do(
    open_page: OpenPage, forum: Event, clock: time_machine.Traveller
) -> None:
    PaperFactory(event=forum, title="Karte der Wege")
    form = f"{forum.get_absolute_url()}anmelden/"
    page = open_page(form)
    page.get_by_label("E-Mail-Adresse").fill("anna@")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page).to_have_title(re.compile("^Fehler: "))
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_no_barrier(page)
    register(page, clock, ANNA)
    assert_no_barrier(page)

    # The link of the mail: too late, then in time, then once more.
    late = link_in(mail_to(ANNA, TO_CONFIRM), "bestaetigen")
    mail.outbox.clear()
    clock.shift(DAYS_OF_A_LINK)
    page.goto(late)
    expect(heading(page)).to_have_text("Dieser Link ist abgelaufen.")
    assert_no_barrier(page)
    page.get_by_role("button", name="Neuen Link senden").click()
    expect(heading(page)).to_have_text("Ein neuer Link ist unterwegs.")
    in_time = link_in(mail_to(ANNA, TO_CONFIRM), "bestaetigen")
    page.goto(in_time)
    assert_no_barrier(page)
    confirm(page, ANNA)
    expect(page.get_by_role("link", name="Karte der Wege")).to_be_visible()
    assert_no_barrier(page)
    own = page.url
    assert status_of(page, in_time) == HTTPStatus.OK
    expect(heading(page)).to_have_text("Ihre E-Mail-Adresse ist schon bestätigt.")

    page.goto(forum.get_absolute_url())
    expect(page.get_by_text("ausgebucht: Warteliste")).to_be_visible()
    assert_no_barrier(page)

    # Links that open nothing.
    forged = f"{own.rpartition(':')[0]}:gefaelscht/"
    for address, told in (
        (late, "Dieser Link ist unvollständig oder gilt nicht mehr."),
        (forged, "Dieser Link ist unvollständig oder unbekannt."),
    ):
        assert status_of(page, address) == HTTPStatus.NOT_FOUND
        expect(heading(page)).to_have_text(told)
        assert_no_barrier(page)

    # While somebody fills in the form the registration ends: nothing of what was typed is lost.
    page.goto(form)
    page.get_by_label("Ihr Name").fill("Carla Cramer")
    page.get_by_label("E-Mail-Adresse").fill("carla@buerger.example")
    Event.objects.filter(pk=forum.pk).update(registration_closes_on=timezone.localdate() - timedelta(days=1))
    page.get_by_role("button", name="Auf die Warteliste setzen").click()
    expect(heading(page)).to_have_text("Ihre Anmeldung wurde nicht mehr angenommen")
    expect(page.get_by_text("Die Anmeldung ist beendet.")).to_be_visible()
    expect(page.get_by_text("Carla Cramer")).to_be_visible()
    assert_no_barrier(page)

    page.goto(own)
    think_twice_and_leave(page)
    assert page.context.cookies() == []


def test_writing_instead_of_coming_has_no_barrier(
    open_page: OpenPage, forum: Event, clock: time_machine.Traveller
) -> None:
    registration = RegistrationFactory(event=forum, name="Bernd Berg", email=BERND)
    until = timezone.localdate() + timedelta(days=14)
    call_off(forum, reason="Der Saal ist gesperrt.", feedback_until=until, by=UserFactory(), at=timezone.now())
    page = open_page(links.path_of(registration))
    expect(page.get_by_text("Diese Veranstaltung ist abgesagt.")).to_be_visible()
    assert_no_barrier(page)
    page.get_by_role("link", name="Rückmeldung geben").click()
    page.get_by_label("Telefon").fill("03421 0000")
    page.get_by_role("button", name="Rückmeldung senden").click()
    expect(page).to_have_title(re.compile("^Fehler: "))
    assert_no_barrier(page)
    page.get_by_label("Ihre Rückmeldung").fill("Am Fluss fehlt eine Bank.")
    page.get_by_label("Ich möchte mit der Projektkoordination sprechen.").check()
    clock.shift(SECONDS_AS_PEOPLE_NEED)
    page.get_by_role("button", name="Rückmeldung senden").click()
    expect(page.get_by_text("Danke! Ihre Rückmeldung ist angekommen.")).to_be_visible()
    assert_no_barrier(page)

    # After the last day nobody is asked any more; what is being written then stays to be copied.
    page.get_by_label("Ihre Rückmeldung").fill("Und ein Baum.")
    clock.shift(timedelta(days=15))
    page.get_by_role("button", name="Rückmeldung senden").click()
    expect(heading(page)).to_have_text("Die Zeit für Rückmeldungen ist vorbei.")
    expect(page.get_by_text("Und ein Baum.")).to_be_visible()
    assert_no_barrier(page)


def test_no_page_to_read_about_groups_and_events_has_a_barrier(open_page: OpenPage) -> None:
    events = Event.objects.public().filter(concept__slug="kek-2035")
    group = WorkingGroup.objects.filter(concept__slug="kek-2035", is_public=True).first()
    told = Outcome.objects.public().filter(event__in=events, feedback=None).first()
    asked = events.filter(state=Event.State.CALLED_OFF, feedback_until__gte=timezone.localdate()).first()
    put_off = events.filter(state=Event.State.POSTPONED).first()
    moved = events.filter(state=Event.State.PLANNED, changes__kind="moved").first()
    full = events.filter(registrations__state=State.WAITING).first()
    assert group
    assert told
    assert asked
    assert put_off
    assert moved
    assert full
    dates = "/kek-2035/termine/"
    page = open_page("/kek-2035/arbeitsgruppen/")
    for address in (
        "/kek-2035/arbeitsgruppen/",
        group.get_absolute_url(),
        dates,
        f"{dates}?zeit=vergangen&art=forum",
        f"{dates}?art=gibt-es-nicht",
        f"{dates}monat/2026/11/",
        *(event.get_absolute_url() for event in (told.event, asked, put_off, moved, full)),
        # The same pages in the other language have other words beside the German ones of the database.
        f"/en{dates}",
        f"/en{group.get_absolute_url()}",
        f"/en{full.get_absolute_url()}",
        f"/en{full.get_absolute_url()}anmelden/",
    ):
        assert status_of(page, address) == HTTPStatus.OK
        expect(heading(page)).to_have_count(1)
        assert_no_barrier(page)


def test_an_event_is_printed_on_one_sheet_without_what_can_only_be_clicked(open_page: OpenPage) -> None:
    event = Event.objects.get(concept__slug="kek-2035", title="Bürgerforum zu den Eckpunkten")
    page = open_page(event.get_absolute_url(), viewport=DESKTOP)
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    assert len(sheets) == 1
    told = " ".join(sheets[0].extract_text().split())
    for words in (event.when, event.place, "Gespräch an vier Tischen", event.get_absolute_url()):
        assert words in told
    for words in ("Jetzt anmelden", "In den Kalender", "Menü", "Impressum"):
        assert words not in told


def test_where_it_comes_from_is_never_printed_on_a_sheet_of_its_own(open_page: OpenPage, forum: Event) -> None:
    page = open_page(forum.get_absolute_url(), viewport=DESKTOP)
    for millimetres in range(130, 180, 4):  # somewhere among them only the last line does not fit
        sheets = PdfReader(io.BytesIO(page.pdf(width="210mm", height=f"{millimetres}mm"))).pages
        assert not sheets[-1].extract_text().lstrip().startswith("http")


def test_the_keyboard_is_enough_to_walk_through_months_and_to_narrow_the_list(open_page: OpenPage) -> None:
    page = open_page("/kek-2035/termine/", viewport=DESKTOP)
    tab_to(page, page.get_by_role("link", name="Monat", exact=True))
    follow_by_enter(page)
    expect(heading(page)).to_have_text("Termine im November 2026")
    months = page.get_by_role("navigation", name="Monate")
    tab_to(page, months.get_by_role("link", name="Dezember 2026"))
    follow_by_enter(page)
    expect(heading(page)).to_have_text("Termine im Dezember 2026")
    entry = page.get_by_role("table").get_by_role("link").first
    title = entry.inner_text()
    tab_to(page, entry)
    follow_by_enter(page)
    expect(heading(page)).to_have_text(title)
    page.go_back()
    tab_to(page, months.get_by_role("link", name="November 2026"))
    follow_by_enter(page)
    expect(page.get_by_role("table").get_by_role("link", name="Bürgerforum Dübener Heide")).to_be_visible()

    # The same words and filters lead through what is coming, what is over, and the months.
    tab_to(page, page.get_by_role("link", name="Kommende"))
    follow_by_enter(page)
    tab_to(page, page.get_by_label("Suche"))
    page.keyboard.type("Torgau")
    follow_by_enter(page)
    expect(page.get_by_role("status")).to_contain_text("gefunden")
    tab_to(page, page.get_by_label("Art"))
    page.keyboard.type("Work")
    tab_to(page, page.get_by_label("Gemeinde"))
    page.keyboard.type("Torg")
    tab_to(page, page.get_by_role("button", name="Filtern"))
    follow_by_enter(page)
    tab_to(page, page.get_by_role("link", name="Vergangene"))
    follow_by_enter(page)
    expect(heading(page)).to_have_text("Vergangene Termine")
    expect(page.get_by_role("link", name="Workshop Wasser, Boden und Energie")).to_be_visible()
    for words in ("Workshop", "Torgau"):
        expect(page.locator("[data-event]").filter(has_not_text=words)).to_have_count(0)
    narrowed = page.locator("[data-event]").count()
    tab_to(page, page.get_by_role("link", name="Filter aufheben"))
    follow_by_enter(page)
    assert page.locator("[data-event]").count() > narrowed
    assert page.context.cookies() == []
