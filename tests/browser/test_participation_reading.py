"""Reading along in a round: list and map side by side, on a phone, without JavaScript, without a barrier."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pgtrigger
import pytest
from playwright.sync_api import Page, expect
from pytest_django.plugin import DjangoDbBlocker

from district.models import Concept, Municipality
from participation.models import Assessment, Comment, Idea, Round, Section, Submitter
from tests.factories import (
    AssessmentFactory,
    CommentFactory,
    ConceptFactory,
    FieldOfActionFactory,
    IdeaFactory,
    RoundFactory,
    SectionFactory,
    SubmitterFactory,
)

from .barriers import assert_no_barrier, overflows
from .conftest import OpenPage

ROUNDS = "/kek-lesen/beteiligung/"
ROUND = f"{ROUNDS}ideen/"
DRAFT = f"{ROUNDS}entwurf/"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsdebatte"


@pytest.fixture(scope="module", autouse=True)
def _ideas(portal: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A concept of its own with a round, a draft and some ideas in and around Torgau."""
    with django_db_blocker.unblock():
        concept = ConceptFactory(slug="kek-lesen", is_example=True)
        torgau = Municipality.objects.get(name="Torgau")
        submitter = SubmitterFactory()
        common = {"public": True, "steps": False, "submitter": submitter}
        asked = RoundFactory(concept=concept, slug="ideen", introduction="Worum es geht.")
        placed = {
            "round": asked,
            "municipality": torgau,
            "field_of_action": FieldOfActionFactory(concept=concept, number=4, name="Infrastruktur und Mobilität"),
            **common,
        }
        IdeaFactory.create_batch(22, **placed)
        IdeaFactory(title=f"{LONG} am Markt", latitude=torgau.latitude, longitude=torgau.longitude, **placed)
        lead = IdeaFactory(title="Ein Rufbus am Abend", latitude=51.3, longitude=13.11, round=asked, **common)
        AssessmentFactory(round=asked, ideas=[lead])
        comment = CommentFactory(idea=lead, public=True, submitter=submitter)
        CommentFactory(idea=lead, public=True, parent=comment, submitter=submitter)
        draft = RoundFactory(concept=concept, slug="entwurf", kind=Round.Kind.DRAFT)
        for number in ("1", "2", "2.1"):
            section = SectionFactory(round=draft, order=int(number.replace(".", "0")), number=number)
            IdeaFactory.create_batch(4, round=draft, section=section, title="", **common)
    yield
    with django_db_blocker.unblock(), pgtrigger.ignore():
        Comment.objects.filter(submitter=submitter, parent__isnull=False).delete()
        Comment.objects.filter(submitter=submitter).delete()
        Idea.objects.filter(submitter=submitter).delete()
        Submitter.objects.filter(pk=submitter.pk).delete()
        Assessment.objects.filter(round__concept=concept).delete()
        Section.objects.filter(round__concept=concept).delete()
        Round.objects.filter(concept=concept).delete()
        concept.fields_of_action.all().delete()
        Concept.objects.filter(pk=concept.pk).delete()


def test_list_and_map_stand_side_by_side(open_page: OpenPage) -> None:
    page = open_page(ROUND, viewport=DESKTOP)
    canvas = page.get_by_role("group", name="Karte der Ideen")
    expect(canvas).to_be_visible()
    listed, drawn = page.locator(".ideas-list").bounding_box(), canvas.bounding_box()
    assert listed is not None
    assert drawn is not None
    assert listed["x"] + listed["width"] <= drawn["x"]
    expect(page.locator(".map-marker")).not_to_have_count(0)
    expect(page.get_by_role("link", name="Zur Karte")).to_be_hidden()
    page.get_by_role("link", name="Ein Rufbus am Abend").hover()
    expect(page.locator(".map-marker--lit")).to_have_count(1)


def test_the_map_turns_to_the_municipality_that_is_filtered(open_page: OpenPage) -> None:
    zoomed_out = re.compile("leaflet-disabled")
    page = open_page(ROUND, viewport=DESKTOP)
    expect(page.get_by_role("button", name="Karte verkleinern")).to_have_class(zoomed_out)
    page.get_by_label("Gemeinde").select_option(label="Torgau")
    page.get_by_role("button", name="Filtern").click()
    expect(page.locator(".map-marker")).not_to_have_count(0)
    expect(page.get_by_role("button", name="Karte verkleinern")).not_to_have_class(zoomed_out)
    expect(page.locator(".map-name", has_text=re.compile("^Torgau$"))).to_be_in_viewport()


def test_no_name_on_the_map_lies_under_a_number(open_page: OpenPage) -> None:
    page = open_page("/kek-2035/beteiligung/ideen-2035/", viewport=DESKTOP)
    expect(page.locator(".map-marker").nth(20)).to_be_attached()
    names, covered = page.evaluate(
        """() => {
            const boxes = (of) => [...document.querySelectorAll(of)].map((each) => each.getBoundingClientRect());
            const names = boxes(".map-name").filter((box) => box.width);
            const markers = boxes(".map-marker__body");
            const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
            return [names.length, names.filter((name) => markers.some((marker) => meet(name, marker))).length];
        }"""
    )
    assert names > 3
    assert covered == 0


def test_on_a_phone_what_may_be_done_stands_on_the_first_screen(open_page: OpenPage) -> None:
    page = open_page(ROUND, viewport=PHONE)
    for name in ("Idee einreichen", "Zu den Ideen"):
        expect(page.get_by_role("link", name=name)).to_be_in_viewport(ratio=1)
    page = open_page(ROUND, viewport=DESKTOP)
    expect(page.get_by_label("Suche nach Wörtern oder Aktenzeichen")).to_be_in_viewport(ratio=1)


def test_the_map_leads_to_an_idea_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(f"{ROUND}?q=Rufbus", viewport=DESKTOP)
    page.get_by_role("button", name=re.compile("Ein Rufbus am Abend")).press("Enter")
    expect(page.locator(".map-found a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ein Rufbus am Abend")


def test_on_a_phone_the_list_comes_first_and_the_map_is_a_tap_away(open_page: OpenPage) -> None:
    page = open_page(ROUND, viewport=PHONE)
    to_map = page.get_by_role("link", name="Zur Karte")
    expect(to_map).to_be_visible()
    listed, drawn = page.locator(".ideas-list").bounding_box(), page.locator(".map-canvas").bounding_box()
    assert listed is not None
    assert drawn is not None
    assert listed["y"] < drawn["y"]
    assert not overflows(page)
    to_map.click()
    expect(page.locator(".map-canvas")).to_be_in_viewport()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_without_javascript_the_list_stands_alone_and_works(open_page: OpenPage, viewport: dict[str, int]) -> None:
    page = open_page(ROUND, viewport=viewport, java_script_enabled=False)
    expect(page.locator(".map")).to_be_hidden()
    expect(page.get_by_role("link", name="Zur Karte")).to_be_hidden()
    page.get_by_role("link", name="Weiter").click()
    expect(page.locator("[data-idea]")).to_have_count(4)
    page.get_by_role("link", name="Zurück").click()
    expect(page.locator("[data-idea]")).to_have_count(20)
    page.get_by_label("Suche nach Wörtern oder Aktenzeichen").fill("Abende")
    page.get_by_role("button", name="Suchen").click()
    expect(page.locator("[data-idea] mark").first).to_have_text("Abend")
    expect(page.locator("[data-idea]")).to_have_count(1)
    page.get_by_role("link", name="Filter entfernen: Suche").click()
    expect(page.locator("[data-idea]")).to_have_count(20)


def test_filters_open_on_a_phone_and_narrow_the_list(open_page: OpenPage) -> None:
    page = open_page(ROUND, viewport=PHONE)
    page.get_by_text("Filter und Sortierung").click()
    page.get_by_label("Stand").select_option("in Abwägung")
    page.get_by_role("button", name="Suchen").click()
    expect(page.locator("[data-idea]")).to_have_count(1)
    expect(page.get_by_label("Stand")).to_be_visible()


def test_the_contents_of_a_draft_lead_to_its_sections(open_page: OpenPage) -> None:
    page = open_page(DRAFT, viewport=DESKTOP)
    page.get_by_role("navigation", name="Inhalt").get_by_role("link", name=re.compile("^2.1")).click()
    expect(page).to_have_url(re.compile("#abschnitt-2-1$"))
    page.get_by_role("link", name="Alle 4 Stellungnahmen zu Abschnitt 2.1").click()
    expect(page.locator("[data-idea]")).to_have_count(4)


def test_a_reader_gets_no_cookie(open_page: OpenPage) -> None:
    page = open_page(ROUNDS)
    for path in (ROUND, DRAFT, idea_of(page)):
        page.goto(path)
    assert page.context.cookies() == []


@pytest.mark.parametrize(
    "path",
    [
        ROUNDS,
        ROUND,
        f"{ROUND}?q=Rufbus&stand=in-abwaegung&gemeinde=",
        f"{ROUND}?q=unauffindbar",
        f"{ROUND}?gemeinde=unsinn",
        DRAFT,
        f"{DRAFT}?abschnitt=2.1",
        "/kek-lesen/",
    ],
)
def test_pages_have_no_barrier(open_page: OpenPage, path: str) -> None:
    page = open_page(path)
    assert page.locator("h1").count() == 1
    assert_no_barrier(page)


def test_the_page_of_an_idea_has_no_barrier(open_page: OpenPage) -> None:
    page = open_page(ROUNDS)
    page.goto(idea_of(page))
    page.get_by_text("Teilen", exact=True).click()
    expect(page.get_by_label("Adresse dieser Idee zum Kopieren")).to_have_value(page.url)
    assert_no_barrier(page)


def idea_of(page: Page) -> str:
    """Return the address of the idea that has everything."""
    page.goto(f"{ROUND}?q=Rufbus")
    return str(page.get_by_role("link", name="Ein Rufbus am Abend").get_attribute("href"))
