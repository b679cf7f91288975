"""Ten minutes before the meeting: the steering group reads, the project office acts, the public sees it at once."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from district.models import Role
from milestones.models import Phase
from tests.factories import MilestoneFactory, when

from .conftest import PASSWORD, OpenPage
from .test_reading import sheets

COCKPIT = "/verwaltung/cockpit/kek-2035/"


def test_the_project_office_logs_in_and_sees_where_things_stand(open_page: OpenPage) -> None:
    page = open_page("/verwaltung/", java_script_enabled=False)
    page.get_by_label("E-Mail").fill("projektbuero@nordsachsen.example")
    page.get_by_label("Passwort", exact=True).fill("falsch")
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_text("Bitte prüfen Sie Ihre Eingaben")).to_be_visible()
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    page.goto("/verwaltung/start/")
    expect(page).to_have_url(re.compile(COCKPIT))
    expect(page.get_by_role("heading", name="Wo stehen wir?")).to_be_visible()


def test_the_steering_group_reads_and_is_offered_nothing_to_change(open_page: OpenPage) -> None:
    page = open_page(COCKPIT, as_role=Role.STEERING_GROUP)
    expect(page.get_by_text("Stellungnahmen der Fachämter").last).to_be_visible()
    expect(page.get_by_role("link", name="Verschieben")).to_have_count(0)
    expect(page.get_by_role("link", name="Ergebnis eintragen")).to_have_count(0)


def test_the_cockpit_prints_on_one_sheet(open_page: OpenPage) -> None:
    assert sheets(open_page(COCKPIT, as_role=Role.STEERING_GROUP)) == 1


def test_a_postponement_shows_what_moves_along_and_is_public_at_once(open_page: OpenPage, portal: str) -> None:
    phase = Phase.objects.get(concept__slug="kek-2035", title="Umsetzung")
    milestone = MilestoneFactory(phase=phase, title="Erste Bilanzwerkstatt", current=when("12.01.2027"))
    page = open_page(f"/verwaltung/milestones/milestone/{milestone.pk}/change/", as_role=Role.PROJECT_OFFICE)
    page.get_by_role("link", name="Verschieben").click()

    page.get_by_label("Neuer Termin").fill("übermorgen")
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_text("Diese Zeitangabe ist nicht lesbar").first).to_be_visible()

    page.get_by_label("Neuer Termin").fill("Mitte 2027")
    page.get_by_label("Ursache").select_option(label="Personal")
    page.get_by_label("Begründung").fill("Die Stelle der Moderation ist noch nicht besetzt.")
    page.get_by_role("button", name="Weiter").click()
    page.get_by_role("button", name="Verschieben").click()

    reader = open_page("/kek-2035/zeitplan/verschiebungen/")
    expect(reader.get_by_text("Die Stelle der Moderation ist noch nicht besetzt.")).to_be_visible()
    expect(reader.get_by_text("Erste Bilanzwerkstatt").first).to_be_visible()
