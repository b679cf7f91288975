"""The whole way of the experts' work: a forum that is called off and not lost, a session from its minutes to a measure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from catalogue.models import Measure
from district.models import Concept, Role, User
from participation.models import Round
from tests.factories import (
    AgendaItemFactory,
    EventFactory,
    MembershipFactory,
    PaperFactory,
    RegistrationFactory,
    RoundFactory,
    WorkingGroupFactory,
    when,
)
from tests.workshops.staff import url
from workshops.models import Event, Outcome, WorkingGroup

from .conftest import OpenPage, keeping_pages
from .mails import link_in, mail_to
from .walking import DESKTOP, PHONE, SECONDS_AS_PEOPLE_NEED, assert_kept, heading, status_of

TIME_TO_SAVE_ITSELF = 10_000  # milliseconds; a pause in the typing, and the way to the portal and back

ADDRESS = "anna@buerger.example"
TELEPHONE = "03421 0000"
FORUM = "Forum am Fluss"
REASON = "Der Saal ist gesperrt."
FEEDBACK = "Am Fluss fehlt eine Bank, auf der man sitzen kann."
NEED = "Am Fluss fehlen Sitzplätze."
IDEA = "Eine Bank am Fluss"
SAID = "Die Kämmerei rechnet mit 900 Euro je Bank."
SUMMARY = "Die Gruppe schlägt Bänke am Fluss vor."
MEASURE = "Zehn Bänke am Fluss aufstellen"


@pytest.fixture(scope="module")
def portal(portal: str) -> Iterator[str]:
    with keeping_pages() as address:
        yield address


@pytest.fixture
def forum(concept: Concept) -> Event:
    """A forum in three weeks with a paper for those registered, of whom there is one."""
    today = timezone.localdate()
    made: Event = EventFactory(
        concept=concept,
        title=FORUM,
        date=when(today + timedelta(days=21)),
        registration_opens_on=today,
        registration_closes_on=today + timedelta(days=20),
    )
    PaperFactory(event=made, title="Karte der Wege", file=ContentFile(b"%PDF-1.7\n%%EOF\n", name="karte.pdf"))
    RegistrationFactory(event=made, name="Anna Abendstern", email=ADDRESS)
    return made


@pytest.fixture
def asked(concept: Concept) -> Round:
    """A running round of the same concept."""
    today = timezone.localdate()
    made: Round = RoundFactory(concept=concept, title="Ideen für den Fluss", opens_on=today)
    return made


@pytest.fixture
def group(concept: Concept) -> Iterator[WorkingGroup]:
    """A group that the chair of the sample data leads as long as the test goes on."""
    made: WorkingGroup = WorkingGroupFactory(concept=concept, name="Wege und Ufer")
    chair = MembershipFactory(
        group=made, user=User.objects.get(groups__name=Role.GROUP_CHAIR), organisation="Heimatverein", is_chair=True
    )
    yield made
    chair.delete()


@pytest.fixture
def session(group: WorkingGroup) -> Event:
    """A session of the group today."""
    made: Event = EventFactory(
        concept=group.concept,
        group=group,
        kind=Event.Kind.GROUP_SESSION,
        title="Sitzung am Ufer",
        date=when(timezone.localdate()),
        starts_at=time(9),
        ends_at=time(12),
        admission=Event.Admission.INVITED,
        registration_opens_on=None,
        registration_closes_on=None,
    )
    for order, title in enumerate(("Begrüßung", "Was am Ufer fehlt"), start=1):
        AgendaItemFactory(event=made, order=order, title=title)
    return made


# What the people on the way do


def call_off(page: Page, forum: Event) -> None:
    """Call off the event whose page is open, having read what everybody will read."""
    page.locator("#content-main").get_by_role("link", name="Absagen", exact=True).click()
    page.get_by_label("Begründung").fill(REASON)
    page.get_by_label("Was in der E-Mail noch stehen soll").fill("Schreiben Sie uns, was Sie sagen wollten.")
    page.get_by_role("button", name="Weiter: ansehen, was geschieht").click()
    letter = page.get_by_role("group", name="Vorschau der E-Mail")
    for words in ("Guten Tag Anna Abendstern,", REASON, "Karte der Wege", "Schreiben Sie uns, was Sie sagen wollten."):
        expect(letter).to_contain_text(words)
    assert not forum.changes.exists()
    page.get_by_role("button", name="Absagen").click()
    expect(page.get_by_text("1 Person bekommt eine E-Mail.")).to_be_visible()


def write_instead_of_coming(page: Page, clock: time_machine.Traveller) -> None:
    """Write on the page that the mail leads to, and ask to be called."""
    expect(page.get_by_role("link", name="Karte der Wege")).to_be_visible()
    page.get_by_label("Ihre Rückmeldung").fill(FEEDBACK)
    page.get_by_label("Ich möchte mit der Projektkoordination sprechen.").check()
    page.get_by_label("Telefon für das Gespräch").fill(TELEPHONE)
    clock.shift(SECONDS_AS_PEOPLE_NEED)
    page.get_by_role("button", name="Rückmeldung senden").click()
    expect(page.get_by_text("Danke! Ihre Rückmeldung ist angekommen.")).to_be_visible()
    expect(page.get_by_text(FEEDBACK)).to_be_visible()


def make_an_outcome(page: Page) -> None:
    """Read what was written, and publish in own words what it brought."""
    page.get_by_role("link", name="Rückmeldungen").click()
    for words in ("wünscht ein Gespräch", TELEPHONE, FEEDBACK):
        expect(page.get_by_role("article")).to_contain_text(words)
    page.get_by_role("link", name="Ergebnis daraus …").click()
    page.get_by_label("Art").select_option(label="Handlungsbedarf")
    page.get_by_label("Ergebnis", exact=True).fill(NEED)
    page.get_by_role("button", name="Festhalten und veröffentlichen").click()
    expect(page.get_by_text("Das Ergebnis ist veröffentlicht.")).to_be_visible()


def make_an_idea(page: Page, asked: Round) -> None:
    """Take the same words up as an idea, and publish it."""
    page.get_by_role("link", name="Idee daraus …").click()
    page.get_by_label("Beteiligungsrunde").select_option(label=str(asked))
    page.get_by_label("Titel").fill(IDEA)
    page.get_by_role("button", name="Als Idee aufnehmen").click()
    expect(page.get_by_text("ist aufgenommen und wartet auf die Prüfung.")).to_be_visible()
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    expect(page.get_by_text("ist veröffentlicht.")).to_be_visible()


def take_minutes(page: Page) -> None:
    """Write to an item while people talk, add what came of it, and sum up."""
    item = page.get_by_role("region", name="Was am Ufer fehlt")
    item.get_by_label("Beratung").press_sequentially(SAID)
    expect(page.locator("[data-status]")).to_have_text(re.compile("^gespeichert "), timeout=TIME_TO_SAVE_ITSELF)
    page.reload()
    expect(item.get_by_label("Beratung")).to_have_value(SAID)
    item.locator("summary", has_text="Ergebnis festhalten").click()
    item.get_by_label("Art").select_option(label="Maßnahmenvorschlag")
    item.get_by_label("Ergebnis", exact=True).fill(MEASURE)
    item.get_by_label("Wer kümmert sich").fill("Bauamt")
    item.get_by_label("Handlungsfeld").select_option(label="1 Wege und Orte")
    item.get_by_role("button", name="Festhalten").click()
    expect(page.get_by_text("Das Ergebnis ist festgehalten.")).to_be_visible()
    page.get_by_label("Zusammenfassung").fill(SUMMARY)
    page.get_by_label("Interner Teil").fill("Noch nicht der Presse sagen.")


def release(page: Page) -> None:
    """Look at what becomes public, record that the session took place, and release its minutes."""
    page.get_by_role("button", name="Freigeben …").click()
    page.get_by_role("button", name="Ja, sie hat stattgefunden").click()
    for words in (SUMMARY, MEASURE):
        expect(page.get_by_text(words)).to_be_visible()
    for words in (SAID, "Noch nicht der Presse sagen."):
        expect(page.get_by_text(words)).to_have_count(0)
    page.get_by_role("button", name="Freigeben und veröffentlichen").click()
    expect(page.get_by_text("Das Protokoll ist freigegeben: ")).to_be_visible()


def promote(page: Page) -> None:
    """Take the outcome into the concept as a measure, and propose that to everybody."""
    page.get_by_role("link", name=re.compile(f"^Ins Konzept übernehmen ….*{MEASURE}$")).click()
    expect(page.get_by_role("link", name="Maßnahme", exact=True)).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Ins Konzept übernehmen").click()
    expect(page.get_by_text("ist jetzt im Konzept")).to_be_visible()
    page.get_by_role("link", name="Stand ändern").click()
    page.get_by_role("button", name="Stand ändern").click()
    expect(page.get_by_text("neuer Stand „vorgeschlagen“")).to_be_visible()


# What the tests look at


def outcomes_on(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name).locator(".outcome")


# The ways


def test_a_forum_is_called_off_and_what_people_would_have_said_is_not_lost(
    open_page: OpenPage, forum: Event, asked: Round, clock: time_machine.Traveller
) -> None:
    reader = open_page(forum.get_absolute_url(), viewport=DESKTOP)
    expect(reader.get_by_role("link", name="Jetzt anmelden")).to_be_visible()
    assert_kept(reader)
    office = open_page(url(forum, "change"), as_role=Role.PROJECT_OFFICE, viewport=DESKTOP)
    call_off(office, forum)
    reader.reload()
    expect(reader.get_by_text("Diese Veranstaltung ist abgesagt.")).to_be_visible()
    expect(reader.get_by_text(REASON).first).to_be_visible()

    # Who was registered gets papers and a way to write instead, by links that are theirs alone.
    message = mail_to(ADDRESS, f"Abgesagt: {FORUM}")
    assert REASON in message.body
    paper = reader.request.get(link_in(message, "unterlagen"))
    assert paper.body().startswith(b"%PDF")
    phone = open_page(link_in(message, "rueckmeldung"), viewport=PHONE, java_script_enabled=False)
    write_instead_of_coming(phone, clock)
    assert phone.context.cookies() == []

    # The office makes of it what it says; readers learn what came of it, and not who wrote it.
    make_an_outcome(office)
    make_an_idea(office, asked)
    reader.reload()
    expect(outcomes_on(reader, "Was die Rückmeldungen ergeben haben")).to_contain_text(NEED)
    expect(reader.get_by_text("1 schriftliche Rückmeldung ist eingegangen.")).to_be_visible()
    for words in (FEEDBACK, TELEPHONE, "Anna Abendstern"):
        expect(reader.get_by_text(words)).to_have_count(0)
    assert_kept(reader)
    reader.goto(asked.get_absolute_url())
    reader.get_by_role("link", name=IDEA).click()
    expect(reader.get_by_text(FEEDBACK)).to_be_visible()
    expect(reader.get_by_text(FORUM)).to_be_visible()


def test_a_session_goes_from_its_minutes_to_a_measure_and_both_ends_know_it(
    open_page: OpenPage, session: Event, group: WorkingGroup
) -> None:
    reader = open_page(session.get_absolute_url(), viewport=DESKTOP)
    expect(reader.get_by_text("Was am Ufer fehlt")).to_be_visible()
    assert_kept(reader)

    # The chair writes and releases what the own group says, and nothing else.
    foreign = Event.objects.filter(group__isnull=False).exclude(group__members__user__groups__name=Role.GROUP_CHAIR)
    chair = open_page("/verwaltung/", as_role=Role.GROUP_CHAIR, viewport=DESKTOP)
    assert status_of(chair, url(foreign[0], "minutes")) == HTTPStatus.FORBIDDEN
    chair.goto("/verwaltung/workshops/planung/")
    chair.get_by_role("link", name=session.title).click()
    chair.get_by_role("navigation", name="Seiten zu diesem Termin").get_by_role("link", name="Protokoll").click()
    take_minutes(chair)
    release(chair)
    expect(chair.get_by_role("link", name=re.compile("^Ins Konzept übernehmen"))).to_have_count(0)

    # At once everybody reads the summary and the outcome, here and on the page of the group.
    reader.reload()
    expect(reader.get_by_role("region", name="Protokoll").get_by_text(SUMMARY)).to_be_visible()
    expect(outcomes_on(reader, "Ergebnisse")).to_contain_text(MEASURE)
    for words in (SAID, "Noch nicht der Presse sagen."):
        expect(reader.get_by_text(words)).to_have_count(0)
    with reader.expect_download() as download:
        reader.get_by_role("link", name="Protokoll als PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")
    assert_kept(reader)
    reader.goto(group.get_absolute_url())
    expect(outcomes_on(reader, "Was die Gruppe erarbeitet hat")).to_contain_text(MEASURE)

    # The project office takes it into the concept; from then on either end leads to the other.
    office = open_page(url(session, "minutes"), as_role=Role.PROJECT_OFFICE, viewport=DESKTOP)
    promote(office)
    measure = Measure.objects.get(concept=group.concept)
    assert measure.promotions.get().outcome == Outcome.objects.get(event=session)
    reader.goto(session.get_absolute_url())
    outcomes_on(reader, "Ergebnisse").get_by_role("link", name=MEASURE).click()
    expect(heading(reader)).to_have_text(MEASURE)
    origin = reader.get_by_role("region", name="Woher kommt das?")
    expect(origin.get_by_role("link", name=group.name)).to_be_visible()
    origin.get_by_role("link", name=session.title).click()
    expect(heading(reader)).to_have_text(session.title)
    assert_kept(reader)
