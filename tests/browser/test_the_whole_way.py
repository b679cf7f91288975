"""The whole way of an idea as the people on it walk it: from the form over inbox, support and weighing to answer and erasure.

Mails are read where they lie (`mail.outbox`): the portal's tasks are done as soon as what they tell is committed.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from catalogue.models import Measure
from district.models import Bucket, Concept, Role, User
from participation.actions import Contribution, Sender, confirm_address, publish, release, submit
from participation.models import Idea, Round
from tests.factories import RoundFactory, UserFactory

from .conftest import OpenPage

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
HOME = "/kek-2035/"
SECONDS_AS_PEOPLE_NEED = 3.5  # more than a form demands of whoever sends it
MOST_TABS = 90


@pytest.fixture(scope="module")
def portal(portal: str) -> Iterator[str]:
    """The portal as readers know it: it keeps its pages, which the other tests do without."""
    with override_settings(PAGE_STORE_BYTES=8 * 1024 * 1024):
        server = LiveServer("localhost")
    yield server.url
    server.stop()


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


# What each of them does


def mails_to(address: str) -> list[EmailMessage]:
    """Return what somebody has been written, the oldest first."""
    return [message for message in mail.outbox if message.to == [address]]


def link_in(message: EmailMessage, part: str) -> str:
    """Return the path of the portal's page in a mail whose address has this part."""
    paths = re.findall(rf"{re.escape(settings.PORTAL_URL)}(\S+)", str(message.body))
    (path,) = {path for path in paths if f"/{part}/" in path and not path.endswith("/abbestellen/")}
    return str(path)


def wait_as_people_do(page: Page) -> None:
    page.wait_for_timeout(SECONDS_AS_PEOPLE_NEED * 1000)


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def find_in_inbox(page: Page, title: str) -> None:
    page.goto("/verwaltung/")
    page.get_by_role("link", name="Eingang öffnen").click()
    page.get_by_label("Suche").fill(title)
    page.get_by_role("button", name="Filtern").click()
    page.get_by_role("link", name=title).click()
    expect(heading(page)).to_have_text(title)


def find_in_table(page: Page, title: str) -> None:
    page.goto(reverse("admin:participation_weighing"))
    page.get_by_label("Suche").fill(title)
    page.get_by_role("button", name="Filtern").click()
    page.get_by_role("table").get_by_role("link", name=title).click()


def handed_in(asked: Round, title: str, *, email: str) -> Idea:
    """Hand an idea in with an address that is confirmed."""
    now = timezone.now()
    sender = Sender(pseudonym="Anna Abendstern", email=email)
    contribution = Contribution(title=title, text="Nach 20 Uhr fährt hier kein Bus mehr.")
    idea = submit(contribution, to=asked, key=uuid.uuid4(), sender=sender, at=now)
    confirm_address(idea.submitter.confirmations.get(), at=now)
    return idea


def tab_to(page: Page, wanted: Locator) -> None:
    """Move the focus on by the Tab key until it is where it is wanted; nothing hides where it is on the way."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            expect(wanted).to_be_in_viewport()
            return
    raise AssertionError(f"The Tab key never reaches {wanted}.")


# The ways


def test_an_idea_goes_all_the_way_to_its_answer_and_is_erased(open_page: OpenPage, asked: Round) -> None:
    title, text = "Ein Rufbus nach 20 Uhr", "Zwischen den Dörfern fährt abends kein Bus.\nEin Rufbus könnte das."
    address, name = "anna@buerger.example", "Anna Abendstern"
    measure = Measure.objects.filter(concept=asked.concept).listed().first()
    assert measure

    # A citizen hands an idea in: on a phone, without JavaScript.
    phone = open_page(HOME, viewport=PHONE, java_script_enabled=False)
    phone.get_by_role("region", name="Mitmachen").get_by_role("link", name="Zu den Beteiligungen").click()
    phone.get_by_role("article", name=asked.question).get_by_role("link", name=asked.question).click()
    phone.get_by_role("link", name="Idee einreichen").first.click()
    phone.get_by_label("Titel").fill(title)
    phone.get_by_label("Ihre Idee").fill(text)
    phone.get_by_label("Ort (freiwillig)").select_option(label="Torgau")
    phone.get_by_label("Name oder Pseudonym").fill(name)
    phone.get_by_label("E-Mail-Adresse").fill(address)
    phone.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(heading(phone)).to_have_text("Vorschau: noch nicht gesendet")
    for words in (title, "Ein Rufbus könnte das.", "Torgau", name):
        expect(phone.get_by_role("article").get_by_text(words).first).to_be_visible()
    assert not asked.ideas.exists()
    wait_as_people_do(phone)
    phone.get_by_role("button", name="Absenden").click()
    expect(heading(phone)).to_have_text("Danke! Ihr Beitrag ist angekommen.")
    idea = asked.ideas.get()
    expect(phone.get_by_text(idea.reference)).to_be_visible()
    expect(phone.get_by_text(address)).to_be_visible()
    secret_link = str(phone.get_by_role("link", name="Zum Stand Ihres Beitrags").get_attribute("href"))
    assert idea.reference in str(mails_to(address)[0].subject)

    # The link in the mail confirms the address; the secret link tells how things stand.
    phone.goto(link_in(mails_to(address)[0], "bestaetigen"))
    phone.get_by_role("button", name="E-Mail-Adresse bestätigen").click()
    expect(heading(phone)).to_have_text("Danke! Ihre E-Mail-Adresse ist bestätigt.")
    phone.get_by_role("link", name="Zum Stand Ihres Beitrags").click()
    expect(phone.get_by_text("in Prüfung")).to_be_visible()
    assert phone.context.cookies() == []

    # Nobody else sees the idea until the moderation has published it; from then on everybody does, at once.
    reader = open_page(asked.get_absolute_url(), viewport=DESKTOP)
    expect(reader.locator("[data-idea]")).to_have_count(0)
    response = reader.goto(idea.get_absolute_url())
    assert response
    assert response.status == HTTPStatus.NOT_FOUND
    moderation = open_page("/verwaltung/", as_role=Role.MODERATION, viewport=DESKTOP)
    find_in_inbox(moderation, title)
    moderation.get_by_role("button", name="Veröffentlichen", exact=True).click()
    expect(moderation.get_by_text(f"{idea.reference} ist veröffentlicht.")).to_be_visible()
    reader.goto(asked.get_absolute_url())
    reader.get_by_role("link", name=title).click()
    expect(heading(reader)).to_have_text(title)
    expect(reader.get_by_text("0 Menschen unterstützen das")).to_be_visible()
    assert_kept(reader)
    published = mails_to(address)[1]
    assert published.subject == f"Ihr Beitrag {idea.reference} ist veröffentlicht"
    assert link_in(published, "ideen") == idea.get_absolute_url()

    # Somebody else supports it; the page that every reader gets counts it.
    supporter = open_page(idea.get_absolute_url(), viewport=PHONE)
    supporter.get_by_role("link", name="Unterstützen", exact=True).click()
    supporter.get_by_label("E-Mail-Adresse").fill("bernd@buerger.example")
    wait_as_people_do(supporter)
    supporter.get_by_role("button", name="Link anfordern").click()
    expect(heading(supporter)).to_have_text("Fast geschafft")
    reader.reload()
    expect(reader.get_by_text("0 Menschen unterstützen das")).to_be_visible()
    supporter.goto(link_in(mails_to("bernd@buerger.example")[0], "unterstuetzung"))
    supporter.get_by_role("button", name="Idee unterstützen").click()
    expect(supporter.get_by_text("Diese Idee unterstützt jetzt 1 Mensch.")).to_be_visible()
    reader.reload()
    expect(reader.get_by_text("1 Mensch unterstützt das")).to_be_visible()
    assert_kept(reader)

    # One person weighs it and cannot release it; the project office reads it as everybody will, and does.
    reason = "Der neue Nahverkehrsplan sieht Rufbusse bis 23 Uhr vor."
    find_in_table(moderation, title)
    moderation.get_by_label("Zusammenfassung").fill("Gewünscht wird ein Rufbus am Abend.")
    moderation.get_by_label("Vorschlag der Verwaltung").fill("Bitte mit dem Verkehrsverbund klären.")
    moderation.get_by_label("berücksichtigt", exact=True).check()
    moderation.get_by_label("Begründung").fill(reason)
    moderation.get_by_text("Maßnahmen", exact=False).first.click()
    moderation.get_by_role("checkbox", name=str(measure)).check()
    moderation.get_by_role("button", name="Speichern und zur Freigabe vorlegen").click()
    expect(moderation.get_by_text("Freigeben muss sie jemand anderes.")).to_be_visible()
    find_in_table(moderation, title)
    expect(moderation.get_by_role("link", name="Freigeben …")).to_have_count(0)
    assessment = Idea.objects.get(pk=idea.pk).assessment
    assert assessment
    refused = moderation.goto(reverse("admin:participation_assessment_release", args=[assessment.pk]))
    assert refused
    assert refused.status == HTTPStatus.FORBIDDEN
    reader.reload()
    expect(reader.get_by_text("Das Landratsamt wägt diese Idee gerade ab.")).to_be_visible()
    expect(reader.get_by_text(reason)).to_have_count(0)

    office = open_page("/verwaltung/", as_role=Role.PROJECT_OFFICE, viewport=DESKTOP)
    find_in_table(office, title)
    office.get_by_role("link", name="Freigeben …").click()
    expect(office.get_by_role("region", name="Antwort des Landratsamtes").get_by_text(reason)).to_be_visible()
    expect(office.get_by_text("1 Person bekommt eine E-Mail.")).to_be_visible()
    office.get_by_role("button", name="Freigeben und antworten").click()
    expect(office.get_by_text("1 Abwägung ist freigegeben. 1 Idee ist beantwortet.")).to_be_visible()

    # Everybody reads the answer and what the idea flowed into, and the measure leads back to it.
    reader.reload()
    answer = reader.get_by_role("region", name="Antwort des Landratsamtes")
    expect(answer.get_by_text(reason)).to_be_visible()
    expect(reader.get_by_text("Bitte mit dem Verkehrsverbund klären.")).to_have_count(0)
    answer.get_by_role("link", name=measure.title).click()
    expect(heading(reader)).to_contain_text(measure.title)
    reader.get_by_role("region", name="Woher kommt das?").get_by_role("link", name=title).click()
    expect(heading(reader)).to_have_text(title)
    expect(reader.get_by_text(name)).to_be_visible()
    assert_kept(reader)

    # The author is told by mail, sees all that is stored, and erases it.
    answered = mails_to(address)[2]
    assert answered.subject == f"Antwort auf Ihren Beitrag {idea.reference}"
    assert reason in answered.body
    assert measure.title in answered.body
    assert link_in(answered, "stand") == secret_link
    phone.goto(secret_link)
    expect(phone.get_by_role("region", name="Antwort des Landkreises").get_by_text(reason)).to_be_visible()
    stored = downloaded(phone, phone.get_by_role("link", name="Alles herunterladen (JSON)"))
    for words in (title, address, name, reason):
        assert words in json.dumps(stored, ensure_ascii=False)
    phone.get_by_role("link", name="Alles löschen").click()
    phone.get_by_role("button", name="Alles löschen").click()
    expect(heading(phone)).to_have_text("Alles ist gelöscht.")
    response = phone.goto(secret_link)
    assert response
    assert response.status == HTTPStatus.GONE
    reader.reload()
    expect(reader.get_by_text("Ein Rufbus könnte das.")).to_be_visible()
    expect(reader.get_by_text(reason)).to_be_visible()
    expect(reader.get_by_text(name)).to_have_count(0)
    idea.submitter.refresh_from_db()
    assert (idea.submitter.email, idea.submitter.pseudonym) == ("", "")
    assert len(mails_to(address)) == 3


def test_the_keyboard_is_enough_to_hand_in_and_to_find(open_page: OpenPage, asked: Round) -> None:
    now = timezone.now()
    for title in ("Ein Rufbus am Abend", "Eine Bank am Bahnhof"):
        publish([handed_in(asked, title, email="")], by=UserFactory(), at=now)
    page = open_page(asked.get_absolute_url(), viewport=DESKTOP)
    tab_to(page, page.get_by_role("link", name="Idee einreichen").first)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Titel"))
    page.keyboard.type("Der Rufbus")
    expect(page.get_by_role("region", name="Meinten Sie …?")).to_be_visible()
    tab_to(page, page.get_by_role("region", name="Meinten Sie …?").get_by_role("link").first)
    tab_to(page, page.get_by_label("Ihre Idee"))
    page.keyboard.type("Er soll auch sonntags fahren.")
    tab_to(page, page.get_by_label("Ort (freiwillig)"))
    page.keyboard.type("Torgau")
    tab_to(page, page.get_by_role("button", name="Punkt in der Mitte setzen"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Der Punkt liegt in Torgau.")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Weiter zur Vorschau"))
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Vorschau: noch nicht gesendet")
    wait_as_people_do(page)
    tab_to(page, page.get_by_role("button", name="Absenden"))
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Danke! Ihr Beitrag ist angekommen.")
    assert asked.ideas.get(title="Der Rufbus").municipality.name == "Torgau"

    page.goto(asked.get_absolute_url())
    expect(page.locator("[data-idea]")).to_have_count(2)
    tab_to(page, page.get_by_label("Suche nach Wörtern oder Aktenzeichen"))
    page.keyboard.type("Rufbusse")
    page.keyboard.press("Enter")
    expect(page.locator("[data-idea]")).to_have_count(1)
    tab_to(page, page.get_by_text("Filter und Sortierung"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Stand"))
    page.keyboard.type("beantwortet")
    tab_to(page, page.get_by_role("link", name="Filter entfernen: Suche"))


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

    message = mails_to(address)[-1]
    assert message.subject == f"Ihr Beitrag {idea.reference} wird nicht veröffentlicht"
    assert "richtet sich gegen eine einzelne Person" in message.body
    author = open_page(link_in(message, "stand"), viewport=PHONE, java_script_enabled=False)
    expect(author.get_by_text("Ihr Beitrag wird nicht veröffentlicht.")).to_be_visible()
    expect(author.get_by_text("Der Beitrag richtet sich gegen eine einzelne Person.")).to_be_visible()
    response = author.goto(idea.get_absolute_url())
    assert response
    assert response.status == HTTPStatus.NOT_FOUND


def test_the_author_of_a_merged_idea_reads_the_answer_to_the_other(open_page: OpenPage, asked: Round) -> None:
    address = "dora@buerger.example"
    lead = handed_in(asked, "Busse am späten Abend", email="emil@buerger.example")
    double = handed_in(asked, "Abends mehr Busse", email=address)
    publish([lead], by=UserFactory(), at=timezone.now())
    moderation = open_page("/verwaltung/", as_role=Role.MODERATION, viewport=DESKTOP)
    find_in_inbox(moderation, double.title)
    beside = moderation.get_by_role("region", name="Ähnliche Ideen")
    beside.get_by_role("button", name=f"Dublette von dieser: {lead.reference}").click()
    assert mails_to(address)[-1].subject.endswith("geht gemeinsam mit einem anderen weiter")

    # Who wrote a weighing does not release it, whatever else they may.
    office = open_page("/verwaltung/", as_role=Role.PROJECT_OFFICE, viewport=DESKTOP)
    find_in_table(office, lead.title)
    office.get_by_label("Zusammenfassung").fill("Gewünscht werden Busse am Abend.")
    office.get_by_label("nicht berücksichtigt").check()
    office.get_by_label("Begründung").fill("Dafür fehlen die Fahrerinnen und Fahrer.")
    office.get_by_role("button", name="Speichern und zur Freigabe vorlegen").click()
    find_in_table(office, lead.title)
    expect(office.get_by_text("Diese Abwägung haben Sie selbst verfasst oder vorgelegt.")).to_be_visible()
    expect(office.get_by_role("link", name="Freigeben …")).to_have_count(0)
    assessment = Idea.objects.get(pk=lead.pk).assessment
    assert assessment
    refused = office.goto(reverse("admin:participation_assessment_release", args=[assessment.pk]))
    assert refused
    assert refused.status == HTTPStatus.FORBIDDEN
    release([assessment], by=UserFactory(), at=timezone.now())

    message = mails_to(address)[-1]
    assert message.subject == f"Antwort auf Ihren Beitrag {double.reference}"
    author = open_page(link_in(message, "stand"), viewport=PHONE, java_script_enabled=False)
    expect(author.get_by_text("Dafür fehlen die Fahrerinnen und Fahrer.")).to_be_visible()
    expect(author.get_by_role("link", name=lead.title)).to_be_visible()
    author.goto(double.get_absolute_url())
    expect(author).to_have_url(re.compile(f"{re.escape(lead.get_absolute_url())}$"))


def assert_kept(page: Page) -> None:
    """Look that the page comes from the store that could have become stale."""
    response = page.request.get(page.url)
    assert response.headers.get("etag", "").startswith('W/"'), page.url


def downloaded(page: Page, link: Locator) -> Any:
    """Return what the JSON file behind a link says."""
    with page.expect_download() as download:
        link.click()
    return json.loads(Path(download.value.path()).read_text())
