"""The whole way of an idea as the people on it walk it: from the form over inbox, support and weighing to answer and erasure."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalogue.models import Measure
from district.models import Bucket, Concept, Role
from participation.actions import Contribution, Sender, confirm_address, publish, release, submit
from participation.models import Assessment, Idea, Round
from tests.factories import RoundFactory, UserFactory

from .conftest import OpenPage, keeping_pages
from .mails import link_in, mail_to
from .walking import (
    DESKTOP,
    PHONE,
    SECONDS_AS_PEOPLE_NEED,
    assert_kept,
    follow_by_enter,
    heading,
    status_of,
    tab_to,
)

TITLE = "Ein Rufbus nach 20 Uhr"
TEXT = "Zwischen den Dörfern fährt abends kein Bus.\nEin Rufbus könnte das."
NAME = "Anna Abendstern"
ADDRESS = "anna@buerger.example"
PROPOSAL = "Bitte mit dem Verkehrsverbund klären."
REASON = "Der neue Nahverkehrsplan sieht Rufbusse bis 23 Uhr vor."


@pytest.fixture(scope="module")
def portal(portal: str) -> Iterator[str]:
    with keeping_pages() as address:
        yield address


@pytest.fixture
def asked(portal: str) -> Iterator[Round]:
    """A running round of its own in the example concept; nobody sees it afterwards."""
    Bucket.objects.all().delete()
    today = timezone.localdate()
    made = RoundFactory(
        concept=Concept.objects.get(slug="kek-2035"),
        slug=f"weg-{uuid.uuid4().hex[:8]}",
        title="Der ganze Weg",
        question="Was fehlt Ihnen am Abend?",
        opens_on=today,
        closes_on=today + timedelta(days=30),
    )
    yield made
    Round.objects.filter(pk=made.pk).update(is_public=False)


# What the people on the way do


def hand_in(page: Page, asked: Round, clock: time_machine.Traveller) -> None:
    """Find the round from the start page, write an idea, look at it once more, and send it."""
    page.get_by_role("region", name="Mitmachen").get_by_role("link", name="Zu den Beteiligungen").click()
    page.get_by_role("article", name=asked.question).get_by_role("link", name=asked.question).click()
    page.get_by_role("link", name="Idee einreichen").first.click()
    page.get_by_label("Titel").fill(TITLE)
    page.get_by_label("Ihre Idee").fill(TEXT)
    page.get_by_label("Ort (freiwillig)").select_option(label="Torgau")
    page.get_by_label("Name oder Pseudonym").fill(NAME)
    page.get_by_label("E-Mail-Adresse").fill(ADDRESS)
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(heading(page)).to_have_text("Vorschau: noch nicht gesendet")
    for words in (TITLE, "Ein Rufbus könnte das.", "Torgau", NAME):
        expect(page.get_by_role("article").get_by_text(words).first).to_be_visible()
    assert not asked.ideas.exists()
    clock.shift(SECONDS_AS_PEOPLE_NEED)
    page.get_by_role("button", name="Absenden").click()
    expect(heading(page)).to_have_text("Danke! Ihr Beitrag ist angekommen.")


def confirm_and_look(page: Page, path: str) -> None:
    """Prove the address by the mailed link, and go on to how things stand."""
    page.goto(path)
    page.get_by_role("button", name="E-Mail-Adresse bestätigen").click()
    expect(heading(page)).to_have_text("Danke! Ihre E-Mail-Adresse ist bestätigt.")
    page.get_by_role("link", name="Zum Stand Ihres Beitrags").click()
    expect(page.get_by_text("in Prüfung")).to_be_visible()


def find_in_inbox(page: Page, title: str) -> None:
    page.get_by_role("link", name="Eingang öffnen").click()
    page.get_by_label("Suche").fill(title)
    page.get_by_role("button", name="Filtern").click()
    page.get_by_role("link", name=title).click()
    expect(heading(page)).to_have_text(title)


def publish_from_inbox(page: Page, idea: Idea) -> None:
    find_in_inbox(page, idea.title)
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    expect(page.get_by_text(f"{idea.reference} ist veröffentlicht.")).to_be_visible()


def support(page: Page, email: str, clock: time_machine.Traveller) -> None:
    """Ask for the link that proves an address, and support the idea by it."""
    page.get_by_role("link", name="Unterstützen", exact=True).click()
    page.get_by_label("E-Mail-Adresse").fill(email)
    clock.shift(SECONDS_AS_PEOPLE_NEED)
    page.get_by_role("button", name="Link anfordern").click()
    expect(heading(page)).to_have_text("Fast geschafft")
    page.goto(link_in(mail_to(email, "Bitte bestätigen"), "unterstuetzung"))
    page.get_by_role("button", name="Idee unterstützen").click()
    expect(page.get_by_text("Diese Idee unterstützt jetzt 1 Mensch.")).to_be_visible()


def find_in_table(page: Page, title: str) -> None:
    page.goto(reverse("admin:participation_weighing"))
    page.get_by_label("Suche").fill(title)
    page.get_by_role("button", name="Filtern").click()
    page.get_by_role("table").get_by_role("link", name=title).click()


def weigh(page: Page, decision: str, *, measure: Measure | None = None) -> None:
    """Write a weighing on its desk and put it before somebody else."""
    page.get_by_label("Zusammenfassung").fill("Gewünscht wird ein Rufbus am Abend.")
    page.get_by_label("Vorschlag der Verwaltung").fill(PROPOSAL)
    page.get_by_role("radio", name=decision, exact=True).check()
    page.get_by_label("Begründung").fill(REASON)
    if measure:
        page.locator("summary", has_text="Maßnahmen").click()
        page.get_by_role("checkbox", name=str(measure)).check()
    page.get_by_role("button", name="Speichern und zur Freigabe vorlegen").click()
    expect(page.get_by_text("Freigeben muss sie jemand anderes.")).to_be_visible()


def fail_to_release(page: Page, idea: Idea) -> None:
    """Look for a way to release a weighing, and find none."""
    find_in_table(page, idea.title)
    expect(page.get_by_role("link", name="Zurück zur Tabelle")).to_be_visible()
    expect(page.get_by_role("link", name="Freigeben …")).to_have_count(0)
    assessment = weighing_of(idea)
    assert (
        status_of(page, reverse("admin:participation_assessment_release", args=[assessment.pk])) == HTTPStatus.FORBIDDEN
    )
    assessment.refresh_from_db()
    assert not assessment.is_released


def release_after_a_look(page: Page, idea: Idea) -> None:
    """Read the answer as everybody will, and release it."""
    find_in_table(page, idea.title)
    page.get_by_role("link", name="Freigeben …").click()
    expect(page.get_by_role("region", name="Antwort des Landratsamtes").get_by_text(REASON)).to_be_visible()
    expect(page.get_by_text("1 Person bekommt eine E-Mail.")).to_be_visible()
    page.get_by_role("button", name="Freigeben und antworten").click()
    expect(page.get_by_text("1 Abwägung ist freigegeben. 1 Idee ist beantwortet.")).to_be_visible()


def follow_the_answer(page: Page, measure: Measure) -> None:
    """Read the answer to an idea, go on to the measure it flowed into, and from there back to the idea."""
    answer = page.get_by_role("region", name="Antwort des Landratsamtes")
    expect(answer.get_by_text(REASON)).to_be_visible()
    expect(page.get_by_text(PROPOSAL)).to_have_count(0)
    answer.get_by_role("link", name=measure.title).click()
    expect(heading(page)).to_contain_text(measure.title)
    page.get_by_role("region", name="Woher kommt das?").get_by_role("link", name=TITLE).click()
    expect(heading(page)).to_have_text(TITLE)


def download_and_erase(page: Page) -> None:
    """Take along what is stored, then have it erased."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Alles herunterladen (JSON)").click()
    stored = json.dumps(json.loads(Path(download.value.path()).read_text()), ensure_ascii=False)
    for words in (TITLE, "Ein Rufbus könnte das.", ADDRESS, NAME):
        assert words in stored
    page.get_by_role("link", name="Alles löschen").click()
    page.get_by_role("button", name="Alles löschen").click()
    expect(heading(page)).to_have_text("Alles ist gelöscht.")


# What the tests look at


def weighing_of(idea: Idea) -> Assessment:
    assessment = Idea.objects.get(pk=idea.pk).assessment
    assert assessment
    return assessment


def handed_in(asked: Round, title: str, *, email: str = "") -> Idea:
    """Hand an idea in, with an address that is confirmed if there is one."""
    now = timezone.now()
    contribution = Contribution(title=title, text="Nach 20 Uhr fährt hier kein Bus.")
    idea = submit(contribution, to=asked, key=uuid.uuid4(), sender=Sender(pseudonym=NAME, email=email), at=now)
    if email:
        confirm_address(idea.submitter.confirmations.get(), at=now)
    return idea


# The ways


def test_an_idea_goes_all_the_way_to_its_answer_and_is_erased(
    open_page: OpenPage, asked: Round, clock: time_machine.Traveller
) -> None:
    phone = open_page("/kek-2035/", viewport=PHONE, java_script_enabled=False)
    hand_in(phone, asked, clock)
    idea = asked.ideas.get()
    expect(phone.get_by_text(idea.reference)).to_be_visible()
    secret_link = str(phone.get_by_role("link", name="Zum Stand Ihres Beitrags").get_attribute("href"))
    receipt = mail_to(ADDRESS, f"Ihr Beitrag {idea.reference} ist angekommen")
    confirm_and_look(phone, link_in(receipt, "bestaetigen"))
    assert phone.context.cookies() == []

    # Nobody else sees it until it is published; from then on everybody does, at once.
    reader = open_page(asked.get_absolute_url(), viewport=DESKTOP)
    expect(reader.locator("[data-idea]")).to_have_count(0)
    assert status_of(reader, idea.get_absolute_url()) == HTTPStatus.NOT_FOUND
    moderation = open_page("/verwaltung/", as_role=Role.MODERATION, viewport=DESKTOP)
    publish_from_inbox(moderation, idea)
    reader.goto(asked.get_absolute_url())
    reader.get_by_role("link", name=TITLE).click()
    expect(reader.get_by_text("Noch unterstützt das niemand.")).to_be_visible()
    published = mail_to(ADDRESS, f"Ihr Beitrag {idea.reference} ist veröffentlicht")
    assert link_in(published, "ideen") == idea.get_absolute_url()

    # Somebody supports it, and everybody reads so.
    support(open_page(idea.get_absolute_url(), viewport=PHONE), "bernd@buerger.example", clock)
    reader.reload()
    expect(reader.get_by_text("1 Mensch unterstützt das")).to_be_visible()
    assert_kept(reader)

    # One person weighs it, another one releases the answer; until then nobody else reads a word of it.
    measure = Measure.objects.filter(concept=asked.concept).listed().first()
    assert measure
    find_in_table(moderation, TITLE)
    weigh(moderation, "berücksichtigt", measure=measure)
    fail_to_release(moderation, idea)
    reader.reload()
    expect(reader.get_by_text("Das Landratsamt wägt diese Idee gerade ab.")).to_be_visible()
    expect(reader.get_by_text(REASON)).to_have_count(0)
    release_after_a_look(open_page("/verwaltung/", as_role=Role.PROJECT_OFFICE, viewport=DESKTOP), idea)

    # The answer stands beside the idea, and what it flowed into leads back to it.
    reader.reload()
    follow_the_answer(reader, measure)
    expect(reader.get_by_text(NAME)).to_be_visible()
    assert_kept(reader)

    # The author is told, and has everything erased; the answered words stay, without a name.
    answered = mail_to(ADDRESS, f"Antwort auf Ihren Beitrag {idea.reference}")
    for words in (REASON, measure.title):
        assert words in answered.body
    phone.goto(secret_link)
    expect(phone.get_by_role("region", name="Antwort des Landkreises").get_by_text(REASON)).to_be_visible()
    download_and_erase(phone)
    assert status_of(phone, secret_link) == HTTPStatus.GONE
    reader.reload()
    for words in ("Ein Rufbus könnte das.", REASON):
        expect(reader.get_by_text(words)).to_be_visible()
    expect(reader.get_by_text(NAME)).to_have_count(0)


def test_the_keyboard_is_enough_to_hand_in_and_to_find(
    open_page: OpenPage, asked: Round, clock: time_machine.Traveller
) -> None:
    for title in ("Ein Rufbus am Abend", "Eine Bank am Bahnhof"):
        publish([handed_in(asked, title)], by=UserFactory(), at=timezone.now())
    page = open_page(asked.get_absolute_url(), viewport=DESKTOP)
    tab_to(page, page.get_by_role("link", name="Idee einreichen").first)
    follow_by_enter(page)
    tab_to(page, page.get_by_label("Titel"))
    page.keyboard.type("Der Rufbus")
    alike = page.get_by_role("region", name="Meinten Sie …?")
    expect(alike).to_be_visible()
    tab_to(page, alike.get_by_role("link").first)
    tab_to(page, page.get_by_label("Ihre Idee"))
    page.keyboard.type("Er soll auch sonntags fahren.")
    tab_to(page, page.get_by_label("Ort (freiwillig)"))
    page.keyboard.type("Torgau")
    tab_to(page, page.get_by_role("button", name="Punkt in der Mitte setzen"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Der Punkt liegt in Torgau.")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Weiter zur Vorschau"))
    follow_by_enter(page)
    clock.shift(SECONDS_AS_PEOPLE_NEED)
    tab_to(page, page.get_by_role("button", name="Absenden"))
    follow_by_enter(page)
    expect(heading(page)).to_have_text("Danke! Ihr Beitrag ist angekommen.")
    assert str(asked.ideas.get(title="Der Rufbus").municipality) == "Torgau"

    page.goto(asked.get_absolute_url())
    tab_to(page, page.get_by_label("Suche nach Wörtern oder Aktenzeichen"))
    page.keyboard.type("Abende")
    follow_by_enter(page)
    expect(page.locator("[data-idea]")).to_have_count(1)
    tab_to(page, page.get_by_label("Stand"))
    page.keyboard.type("beantwortet")
    tab_to(page, page.get_by_role("button", name="Filtern"))
    follow_by_enter(page)
    expect(page.locator("[data-idea]")).to_have_count(0)
    tab_to(page, page.get_by_role("link", name="Alle Filter aufheben"))
    follow_by_enter(page)
    expect(page.locator("[data-idea]")).to_have_count(2)


def test_the_author_of_a_declined_idea_reads_the_reason(open_page: OpenPage, asked: Round) -> None:
    address = "carla@buerger.example"
    idea = handed_in(asked, "Der Nachbar soll weg", email=address)
    moderation = open_page("/verwaltung/", as_role=Role.MODERATION, viewport=DESKTOP)
    find_in_inbox(moderation, idea.title)
    moderation.get_by_text("Ablehnen", exact=True).click()
    moderation.get_by_role("button", name="Nicht veröffentlichen").click()
    expect(moderation.get_by_text("Bitte wählen Sie eine Vorlage oder schreiben Sie").first).to_be_visible()
    moderation.get_by_label("Begründung").fill("Der Beitrag richtet sich gegen eine einzelne Person.")
    moderation.get_by_role("button", name="Nicht veröffentlichen").click()
    expect(moderation.get_by_text(f"{idea.reference}")).to_be_visible()

    message = mail_to(address, f"Ihr Beitrag {idea.reference} wird nicht veröffentlicht")
    assert "richtet sich gegen eine einzelne Person" in message.body
    author = open_page(link_in(message, "stand"), viewport=PHONE, java_script_enabled=False)
    expect(author.get_by_text("Ihr Beitrag wird nicht veröffentlicht.")).to_be_visible()
    expect(author.get_by_text("Der Beitrag richtet sich gegen eine einzelne Person.")).to_be_visible()
    assert status_of(author, idea.get_absolute_url()) == HTTPStatus.NOT_FOUND


def test_the_author_of_a_merged_idea_reads_the_answer_to_the_other(open_page: OpenPage, asked: Round) -> None:
    address = "dora@buerger.example"
    lead = handed_in(asked, "Busse am späten Abend", email="emil@buerger.example")
    double = handed_in(asked, "Abends mehr Busse", email=address)
    publish([lead], by=UserFactory(), at=timezone.now())
    moderation = open_page("/verwaltung/", as_role=Role.MODERATION, viewport=DESKTOP)
    find_in_inbox(moderation, double.title)
    beside = moderation.get_by_role("region", name="Ähnliche Ideen")
    beside.get_by_role("button", name=re.compile(f"^Dublette von dieser.*{lead.reference}")).click()
    assert lead.get_absolute_url() in mail_to(address, "geht gemeinsam mit einem anderen weiter").body

    # Who wrote a weighing does not release it, whatever else they may.
    office = open_page("/verwaltung/", as_role=Role.PROJECT_OFFICE, viewport=DESKTOP)
    find_in_table(office, lead.title)
    weigh(office, "nicht berücksichtigt")
    fail_to_release(office, lead)
    release([weighing_of(lead)], by=UserFactory(), at=timezone.now())

    message = mail_to(address, f"Antwort auf Ihren Beitrag {double.reference}")
    author = open_page(link_in(message, "stand"), viewport=PHONE, java_script_enabled=False)
    expect(author.get_by_text(REASON)).to_be_visible()
    expect(author.get_by_role("region", name=lead.reference).get_by_role("link", name=lead.title).first).to_be_visible()
    author.goto(double.get_absolute_url())
    expect(author).to_have_url(re.compile(f"{re.escape(lead.get_absolute_url())}$"))
