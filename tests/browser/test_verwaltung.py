"""„Verwaltung“ in a browser: the cockpit on one sheet, forms with and without scripts, no barrier, no breach of the CSP.

`open_page` fails a test whose pages complain in the console, so each of them also proves the Content Security Policy.
"""

from __future__ import annotations

import datetime
import re
from typing import Literal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from district.models import LegalText, Role, User
from milestones.actions import postpone
from milestones.models import Milestone
from tests.factories import (
    BodyFactory,
    ConceptFactory,
    ConsultationFactory,
    CouncilSessionFactory,
    DependencyFactory,
    MilestoneFactory,
    PhaseFactory,
    ResolutionFactory,
    when,
)

from .barriers import DESKTOP, PHONE, assert_no_barrier, overflows, violations
from .conftest import OpenPage
from .test_reading import sheets

pytestmark = pytest.mark.browser

COCKPIT = "/verwaltung/cockpit/kek-2035/"
LONG_TITLE = (
    "Abstimmung der Stellungnahmen aller Fachämter, Städte und Gemeinden im Landkreis zum überarbeiteten Entwurf"
)
LONG_REASON = "Begründung mit vielen Worten, die den Kreistag und die Öffentlichkeit unterrichtet. " * 5


def full_concept(today: datetime.date) -> str:
    """Make a concept, not public, with more of everything than the sheet has room for; return its slug."""
    concept = ConceptFactory(slug="voll", short_title="Voll", title=LONG_TITLE, is_public=False)

    def in_days(days: int) -> datetime.date:
        return today + datetime.timedelta(days=days)

    phases = [
        PhaseFactory(
            concept=concept,
            title="Eine Phase mit einem Titel, der nicht in eine Zeile passt",
            method_step=step,
            starts=when(in_days(-400 + 100 * number)),
            ends=when(in_days(-200 + 110 * number)),
        )
        for number, step in enumerate(["analysis", "workshops", "discussion", "resolution", "steering", "publicity"])
    ]
    milestones = [
        MilestoneFactory(
            phase=phases[number % 4], title=f"{LONG_TITLE} {number}", current=when(in_days(-20 + 4 * number))
        )
        for number in range(24)
    ]
    resolution = MilestoneFactory(phase=phases[3], title=LONG_TITLE, kind="resolution", current=when(in_days(200)))
    for first, second in zip(milestones, [*milestones[1:], resolution], strict=True):
        DependencyFactory(predecessor=first, successor=second, lead_time=2)
    office = User.objects.get(groups__name=Role.PROJECT_OFFICE)
    for number in range(10, 15):
        postpone(
            milestones[number],
            to=when(in_days(26 + 4 * (number - 10))),
            reason=LONG_REASON,
            cause="predecessor",
            by=office,
        )
    bodies = [
        BodyFactory(name=f"Ausschuss für Kreisentwicklung, Wirtschaft und Verkehr {number}") for number in range(5)
    ]
    sessions = [
        CouncilSessionFactory(body=body, date=when(in_days(10 + 7 * number)), paper_deadline=in_days(1 + 7 * number))
        for number, body in enumerate(bodies)
    ]
    for _number in range(3):
        paper = ResolutionFactory(concept=concept, subject=LONG_TITLE)
        for session in sessions:
            ConsultationFactory(resolution=paper, session=session, role="preliminary")
    return str(concept.slug)


# The cockpit


@pytest.mark.parametrize("slug", ["kek-2035", "kek-2030"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_cockpit_is_printed_on_one_sheet(open_page: OpenPage, slug: str, theme: Literal["light", "dark"]) -> None:
    page = open_page(f"/verwaltung/cockpit/{slug}/", as_role=Role.STEERING_GROUP, color_scheme=theme)
    assert sheets(page) == 1


def test_a_cockpit_with_more_than_fits_is_printed_on_one_sheet_too(open_page: OpenPage) -> None:
    slug = full_concept(datetime.date(2026, 11, 23))
    page = open_page(f"/verwaltung/cockpit/{slug}/", as_role=Role.PROJECT_OFFICE)
    assert sheets(page) == 1
    expect(page.locator(".cockpit__figures .cockpit__value").nth(1)).to_have_text("5")


def test_on_paper_there_are_no_buttons(open_page: OpenPage) -> None:
    page = open_page(COCKPIT, as_role=Role.PROJECT_OFFICE)
    expect(page.get_by_role("link", name="Verschieben").first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Verschieben")).to_have_count(0)
    expect(page.get_by_text("Stand: 23. November 2026")).to_be_visible()


def test_the_cockpit_has_no_barrier_not_even_with_an_error(open_page: OpenPage) -> None:
    page = open_page(f"{COCKPIT}?seit=gestern", as_role=Role.PROJECT_OFFICE)
    assert_no_barrier(page)


# The verbs


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_milestone_is_postponed_from_the_cockpit(open_page: OpenPage, scripts: bool) -> None:
    phase = Milestone.objects.filter(phase__concept__slug="kek-2035").latest("current").phase
    milestone = MilestoneFactory(phase=phase, title=f"Probe {scripts}", current=when("30.11.2026"), is_public=False)
    page = open_page(COCKPIT, as_role=Role.PROJECT_OFFICE, java_script_enabled=scripts)
    page.get_by_role("link", name=re.compile(f"Verschieben.*Probe {scripts}")).click()
    page.get_by_label("Neuer Termin").fill("4. Dezember 2026")
    page.get_by_label("Ursache").select_option(label="anderer Grund")
    page.get_by_label("Begründung").fill("Der Saal ist belegt.")
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_role("heading", name="Diese Termine ziehen mit")).to_be_visible()
    page.get_by_role("button", name="Verschieben").click()
    expect(page.get_by_role("heading", name="Wo stehen wir?")).to_be_visible()
    expect(page.get_by_text(f"„Probe {scripts}“: neuer Termin 4. Dezember 2026")).to_be_visible()
    milestone.refresh_from_db()
    assert str(milestone.current) == "4. Dezember 2026"


def test_the_form_to_postpone_has_no_barrier_with_and_without_errors(open_page: OpenPage) -> None:
    milestone = Milestone.objects.filter(phase__concept__slug="kek-2035").open().exclude(baseline=None).first()
    assert milestone
    url = reverse("admin:milestones_milestone_postpone", args=[milestone.pk])
    page = open_page(url, as_role=Role.PROJECT_OFFICE)
    assert_no_barrier(page)
    page.get_by_role("button", name="Weiter").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_no_barrier(page)


# Forms of the admin


def test_a_form_with_errors_has_no_barrier_and_leads_to_the_first(open_page: OpenPage) -> None:
    url = reverse("admin:milestones_milestone_add")
    page = open_page(url, as_role=Role.PROJECT_OFFICE)
    page.get_by_role("button", name="Sichern", exact=True).click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_no_barrier(page)
    page.get_by_role("link", name="Termin:").click()
    assert page.evaluate("location.hash") == "#id_current"


def test_the_form_of_a_paper_has_no_barrier(open_page: OpenPage) -> None:
    page = open_page("/verwaltung/milestones/resolution/", as_role=Role.PROJECT_OFFICE)
    page.get_by_role("link", name="Beteiligungskonzept").click()
    expect(page.get_by_role("heading", name="Vorlage ändern")).to_be_visible()
    assert_no_barrier(page)


def test_predecessors_are_suggested_within_the_concept(open_page: OpenPage) -> None:
    milestone = Milestone.objects.filter(phase__concept__slug="kek-2035").open().first()
    assert milestone
    url = reverse("admin:milestones_milestone_change", args=[milestone.pk])
    page = open_page(url, as_role=Role.PROJECT_OFFICE)
    page.get_by_role("combobox", name="Vorgänger").last.click()
    with page.expect_response(re.compile("term=Entwurf")) as answer:
        page.keyboard.type("Entwurf")
    suggestions = [result["text"] for result in answer.value.json()["results"]]
    assert suggestions
    assert all("KEK Nordsachsen 2035" in suggestion for suggestion in suggestions)
    expect(page.locator(".select2-results__option").first).to_contain_text("Entwurf")


def test_legal_texts_are_written_with_the_text_editor(open_page: OpenPage) -> None:
    text = LegalText.objects.get(kind=LegalText.Kind.CONTACT)
    before = text.body
    url = reverse("admin:district_legaltext_change", args=[text.pk])
    page = open_page(url, as_role=Role.PUBLIC_RELATIONS)
    editor = page.get_by_role("textbox", name="Text")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Wir sind montags da.")
    assert violations(page) == []
    page.get_by_role("button", name="Sichern und weiter bearbeiten").click()
    expect(page.get_by_role("textbox", name="Text")).to_contain_text("Wir sind montags da.")
    text.refresh_from_db()
    assert "Wir sind montags da." in text.body
    text.body = before
    text.save()


def test_the_switch_of_the_theme_takes_kern_along(open_page: OpenPage) -> None:
    page = open_page("/verwaltung/", as_role=Role.DEPARTMENT, color_scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".theme-toggle").click()
    assert page.evaluate("document.documentElement.dataset.kernTheme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    assert violations(page) == []


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_list_makes_the_page_wider_than_the_screen(open_page: OpenPage, viewport: dict[str, int]) -> None:
    page = open_page("/verwaltung/", as_role=Role.PROJECT_OFFICE, viewport=viewport)
    wide = []
    for model in ("phase", "milestone", "resolution", "consultation", "councilsession", "postponement", "attainment"):
        page.goto(reverse(f"admin:milestones_{model}_changelist"))
        if overflows(page):
            wide.append(model)
    assert wide == []
