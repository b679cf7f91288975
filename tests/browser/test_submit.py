"""Handing in an idea as people do it: on a phone without JavaScript, and with the comfort that scripts add."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from district.models import Bucket, Concept
from participation.actions import Contribution, Sender, publish, submit
from participation.models import Idea, Round
from tests.factories import RoundFactory, SectionFactory, UserFactory

from .barriers import assert_no_barrier
from .conftest import OpenPage
from .walking import PHONE, SECONDS_AS_PEOPLE_NEED


@pytest.fixture
def asked(portal: str) -> Iterator[Round]:
    """A round of its own beside the sample data, with one public idea; nobody sees it afterwards."""
    Bucket.objects.all().delete()
    today = timezone.localdate()
    concept = Concept.objects.get(slug="kek-2035")
    made = RoundFactory(
        concept=concept,
        slug=f"probe-{uuid.uuid4().hex[:8]}",
        title="Probe",
        opens_on=today,
        closes_on=today + timedelta(days=30),
    )
    now = timezone.now()
    idea = submit(
        Contribution(title="Rufbus nach 20 Uhr", text="Abends fährt kein Bus."),
        to=made,
        key=uuid.uuid4(),
        sender=Sender(),
        at=now,
    )
    publish([idea], by=UserFactory(), at=now)
    yield made
    Round.objects.filter(pk=made.pk).update(is_public=False)


def address(asked: Round) -> str:
    return f"{asked.get_absolute_url()}mitmachen/"


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Weiter zur Vorschau").click()


def test_an_idea_is_handed_in_on_a_phone_without_javascript(
    open_page: OpenPage, asked: Round, clock: time_machine.Traveller
) -> None:
    page = open_page(address(asked), viewport=PHONE, java_script_enabled=False)
    expect(page.locator("[data-map]")).to_be_hidden()
    expect(page.locator(".submission__map")).to_be_hidden()
    expect(page.get_by_text("Einen Punkt auf der Karte können Sie nur mit JavaScript wählen.")).to_be_visible()
    page.get_by_label("Titel").fill("Ein Rufbus am Abend")
    go_on(page)
    expect(page.get_by_role("link", name="Ihre Idee: Bitte geben Sie einen Text ein.")).to_be_visible()
    expect(page.get_by_label("Titel")).to_have_value("Ein Rufbus am Abend")

    page.get_by_label("Ihre Idee").fill("Nach 20 Uhr\nfährt keiner mehr.")
    page.get_by_label("Ort (freiwillig)").select_option(label="Torgau")
    page.get_by_label("Bilder oder PDF-Dateien").set_input_files(
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    )
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Vorschau: noch nicht gesendet")
    expect(page.get_by_role("link", name="Rufbus nach 20 Uhr")).to_be_visible()
    for words in ("fährt keiner mehr.", "Torgau", "plan.pdf"):
        expect(page.get_by_role("article").get_by_text(words).first).to_be_visible()
    page.get_by_role("button", name="Ändern").click()
    expect(page.get_by_label("Ihre Idee")).to_have_value("Nach 20 Uhr\nfährt keiner mehr.")
    page.get_by_role("button", name="plan.pdf entfernen").click()
    expect(page.get_by_text("„plan.pdf“ ist entfernt.")).to_be_visible()

    go_on(page)
    clock.shift(SECONDS_AS_PEOPLE_NEED)
    page.get_by_role("button", name="Absenden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke! Ihr Beitrag ist angekommen.")
    expect(page.get_by_role("img", name="QR-Code")).to_be_visible()
    for needs_a_script in page.locator("button[hidden]").all():
        expect(needs_a_script).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    idea = Idea.objects.get(title="Ein Rufbus am Abend", round=asked)
    expect(page.get_by_text(idea.reference)).to_be_visible()
    page.get_by_role("link", name="Zum Stand Ihres Beitrags").click()
    expect(page.get_by_text("in Prüfung")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.context.cookies() == []


def test_the_back_button_after_sending_loses_nothing_and_doubles_nothing(
    open_page: OpenPage, asked: Round, clock: time_machine.Traveller
) -> None:
    page = open_page(address(asked))
    page.get_by_label("Ihre Idee").fill("Mehr Bänke am Fluss.")
    go_on(page)
    page.go_back()
    expect(page.get_by_label("Ihre Idee")).to_have_value("Mehr Bänke am Fluss.")
    go_on(page)
    clock.shift(SECONDS_AS_PEOPLE_NEED)
    page.get_by_role("button", name="Absenden").click()
    expect(page.get_by_role("button", name="Beleg drucken")).to_be_visible()
    receipt = page.url
    page.go_back()
    page.get_by_role("button", name="Absenden").click()
    expect(page).to_have_url(receipt)
    assert asked.ideas.filter(text="Mehr Bänke am Fluss.").count() == 1


def test_a_double_click_leads_to_one_receipt(open_page: OpenPage, asked: Round, clock: time_machine.Traveller) -> None:
    page = open_page(address(asked))
    page.get_by_label("Ihre Idee").fill("Zweimal ist einmal.")
    go_on(page)
    clock.shift(SECONDS_AS_PEOPLE_NEED)
    page.get_by_role("button", name="Absenden").dblclick(no_wait_after=True)
    expect(page).to_have_url(re.compile("/stand/.+/beleg/$"))
    assert asked.ideas.filter(text="Zweimal ist einmal.").count() == 1


def test_a_map_that_htmx_puts_in_later_starts_as_well(open_page: OpenPage, asked: Round) -> None:
    page = open_page(address(asked))
    expect(page.locator(".leaflet-container")).to_be_visible()
    page.evaluate(
        """() => {
            document.querySelector("[data-map]").id = "former";
            const of_the_map = ".submission__map";
            return htmx.ajax("GET", location.pathname, { target: of_the_map, select: of_the_map, swap: "outerHTML" });
        }"""
    )
    expect(page.locator("#former")).to_have_count(0)
    expect(page.locator(".leaflet-container")).to_be_visible()


def test_similar_ideas_appear_while_a_title_is_typed(open_page: OpenPage, asked: Round) -> None:
    page = open_page(address(asked))
    page.get_by_label("Titel").press_sequentially("Rufbus")
    expect(page.get_by_role("region", name="Meinten Sie …?").get_by_role("link", name="Rufbus")).to_be_visible()
    page.get_by_label("Titel").fill("Hallenbad")
    expect(page.get_by_role("region", name="Meinten Sie …?")).to_be_hidden()


def test_a_point_on_the_map_fills_in_the_place(open_page: OpenPage, asked: Round) -> None:
    page = open_page(address(asked))
    page.get_by_label("Ihre Idee").fill("Hier fehlt eine Bank.")
    page.get_by_label("Ort (freiwillig)").select_option(label="Oschatz")  # The map turns there.
    page.get_by_role("button", name="Punkt in der Mitte setzen").click()
    expect(page.get_by_text("Der Punkt liegt in Oschatz.")).to_be_visible()
    expect(page.get_by_text("nur mit JavaScript")).to_be_hidden()
    assert page.locator("#id_latitude").input_value().startswith("51.")
    go_on(page)
    expect(page.get_by_text("Oschatz, mit Punkt auf der Karte")).to_be_visible()
    expect(page.get_by_role("img", name="Punkt in Oschatz")).to_be_visible()


def test_a_place_chosen_before_the_map_is_there_is_what_it_turns_to(open_page: OpenPage, asked: Round) -> None:
    page = open_page("/kek-2035/")
    held: list[Route] = []
    page.route("**/gemeinden.geojson", lambda route: held.append(route))  # noqa: PLW0108 - Playwright asks it for more
    with page.expect_request("**/gemeinden.geojson"):
        page.goto(address(asked), wait_until="domcontentloaded")
    page.get_by_label("Ort (freiwillig)").select_option(label="Oschatz")
    held[0].continue_()
    page.get_by_role("button", name="Punkt in der Mitte setzen").click()
    expect(page.get_by_text("Der Punkt liegt in Oschatz.")).to_be_visible()


def test_the_room_left_is_counted(open_page: OpenPage, asked: Round) -> None:
    page = open_page(address(asked))
    counter = page.locator("[data-count-shown]")
    expect(counter).to_have_text("Noch 5.000 Zeichen")
    page.get_by_label("Ihre Idee").fill("ä\n🚌")
    expect(counter).to_have_text("Noch 4.997 Zeichen")
    page.get_by_label("Ihre Idee").fill("x" * 5001)
    expect(counter).to_have_text("1 Zeichen zu viel")


def test_the_enter_key_leads_to_the_preview_and_removes_no_file(open_page: OpenPage, asked: Round) -> None:
    page = open_page(address(asked))
    page.get_by_label("Bilder oder PDF-Dateien").set_input_files(
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    )
    expect(page.get_by_text("Ausgewählt: plan.pdf")).to_be_visible()
    go_on(page)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_label("Ihre Idee").fill("Eine Bank.")
    page.get_by_label("Titel").press("Enter")
    expect(page.get_by_role("article").get_by_text("plan.pdf")).to_be_visible()


def test_no_page_on_the_way_has_a_barrier(open_page: OpenPage, asked: Round) -> None:
    page = open_page(address(asked))
    expect(page.locator(".leaflet-container")).to_be_visible()
    assert_no_barrier(page)
    page.get_by_label("Titel").press_sequentially("Rufbus")
    expect(page.get_by_role("region", name="Meinten Sie …?")).to_be_visible()
    page.get_by_label("E-Mail-Adresse").fill("anna@")
    go_on(page)
    expect(page).to_have_title(re.compile("^Fehler: "))
    assert_no_barrier(page)
    page.get_by_label("Ihre Idee").fill("Abends fährt kein Bus.")
    page.get_by_label("E-Mail-Adresse").fill("anna@example.org")
    page.get_by_label("Ort (freiwillig)").select_option(label="Torgau")
    go_on(page)
    expect(page.get_by_role("button", name="Absenden")).to_be_visible()
    assert_no_barrier(page)
    page.get_by_role("button", name="Absenden").click()
    expect(page).to_have_title(re.compile("^Beleg "))
    assert_no_barrier(page)
    page.get_by_role("link", name="Zum Stand Ihres Beitrags").click()
    expect(page).to_have_title(re.compile("^Stand "))
    assert_no_barrier(page)
    for name, title in (("Diesen Beitrag zurückziehen", "^Beitrag"), ("Alles löschen", "^Alles")):
        page.get_by_role("link", name=name).click()
        expect(page).to_have_title(re.compile(title))
        assert_no_barrier(page)
        page.get_by_role("link", name="Abbrechen").click()


def test_a_draft_is_commented_on_without_a_barrier(open_page: OpenPage, asked: Round) -> None:
    Round.objects.filter(pk=asked.pk).update(kind=Round.Kind.DRAFT)
    SectionFactory(round=asked, number="2.1", heading="Mobilität")
    page = open_page(f"{address(asked)}?abschnitt=2.1")
    expect(page.get_by_role("heading", name="Mobilität")).to_be_visible()
    assert_no_barrier(page)


def test_the_receipt_prints_on_one_sheet(open_page: OpenPage, asked: Round, clock: time_machine.Traveller) -> None:
    page = open_page(address(asked))
    page.get_by_label("Ihre Idee").fill("Mehr Schatten.")
    go_on(page)
    clock.shift(SECONDS_AS_PEOPLE_NEED)
    page.get_by_role("button", name="Absenden").click()
    expect(page.get_by_role("button", name="Beleg drucken")).to_be_visible()
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
