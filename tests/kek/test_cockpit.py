"""The steering group's page: the figures, what they lead to, and who may act from it."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.models import Concept, Role
from milestones.actions import postpone
from milestones.models import Milestone, Phase
from tests.factories import (
    ConceptFactory,
    ConsultationFactory,
    CouncilSessionFactory,
    DependencyFactory,
    IdeaFactory,
    MilestoneFactory,
    PhaseFactory,
    ResolutionFactory,
    UserFactory,
    when,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel("2030-03-01T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def concept() -> Concept:
    return ConceptFactory(slug="kek-2040", short_title="KEK 2040")


@pytest.fixture
def phase(concept: Concept) -> Phase:
    return PhaseFactory(concept=concept, starts=when("2030"), ends=when("2031"))


@pytest.fixture
def steering_group(client: Client) -> Client:
    client.force_login(UserFactory(role=Role.STEERING_GROUP))
    return client


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(UserFactory(role=Role.PROJECT_OFFICE))
    return client


def url(slug: str = "kek-2040") -> str:
    return reverse("admin:cockpit", args=[slug])


def figures(response: Any) -> list[tuple[str, str]]:
    return [(figure.value, figure.label) for figure in response.context["figures"]]


def fill(phase: Phase, count: int = 1) -> None:
    """Give the concept of everything `count`."""
    resolution = MilestoneFactory(phase=phase, title="Beschluss", kind="resolution", current=when("30.6.2030"))
    paper = ResolutionFactory(concept=phase.concept, milestone=resolution)
    office = UserFactory()
    for number in range(count):
        MilestoneFactory(phase=phase, title="Überfälliges", current=when("19.2.2030"))
        due = MilestoneFactory(phase=phase, title=f"Nächstes {number}", current=when("20.3.2030"))
        DependencyFactory(predecessor=due, successor=resolution, lead_time=90)
        postpone(due, to=when("25.3.2030"), reason=f"Grund {number}", cause="staff", by=office)
        session = CouncilSessionFactory(date=when("10.4.2030"), paper_deadline=datetime.date(2030, 3, 20))
        ConsultationFactory(resolution=paper, session=session)
        earlier = CouncilSessionFactory(date=when("1.2.2030"))
        ConsultationFactory(resolution=paper, session=earlier, role="preliminary", result="adopted")


def test_the_figures_tell_where_the_concept_stands(steering_group: Client, phase: Phase) -> None:
    fill(phase)
    assert figures(steering_group.get(url())) == [
        ("7", "Tage Puffer bis zum Beschluss"),
        ("1", "überfällig"),
        ("1", "fällig in 60 Tagen"),
        ("1", "Termin geändert"),
        ("19", "Tage bis Vorlagenschluss"),
    ]


def test_an_empty_concept_has_a_cockpit_too(steering_group: Client, concept: Concept) -> None:
    response = steering_group.get(url())
    assert figures(response) == [
        ("–", "kein Beschluss mehr offen"),
        ("0", "überfällig"),
        ("0", "fällig in 60 Tagen"),
        ("0", "Termine geändert"),
        ("–", "keine Sitzung geplant"),
    ]
    html = response.content.decode()
    for sentence in ("noch keine Phase eingetragen", "Nichts ist überfällig.", "Es gibt noch keine Vorlage."):
        assert sentence in html


def test_each_figure_leads_to_what_it_counts(office: Client, phase: Phase) -> None:
    fill(phase, 3)
    MilestoneFactory(title="in einem anderen Konzept", current=when("19.2.2030"))
    response = office.get(url())
    html = response.content.decode()
    for figure in response.context["figures"]:
        if figure.url.startswith("#"):
            assert f'id="{figure.url[1:]}"' in html
            continue
        target = office.get(figure.url)
        assert target.status_code == 200
        if "changelist" in str(target.resolver_match.url_name):
            assert figure.value == str(target.context["cl"].result_count)


def test_who_works_in_participation_sees_in_the_cockpit_what_waits(client: Client, concept: Concept) -> None:
    IdeaFactory()
    client.force_login(UserFactory(role=Role.PROJECT_OFFICE))
    html = client.get(url()).content.decode()
    assert "Was wartet" in html
    assert f'href="{reverse("admin:participation_inbox")}?kind=idea"><strong>1</strong> neue Idee' in html
    assert f'href="{reverse("admin:participation_inbox")}"' in html
    client.force_login(UserFactory(role=Role.STEERING_GROUP))
    assert "Was wartet" not in client.get(url()).content.decode()


def test_changes_are_shown_since_a_chosen_day_with_their_reasons(steering_group: Client, phase: Phase) -> None:
    milestone = MilestoneFactory(phase=phase, title="Entwurf", current=when("1.6.2030"))
    follower = MilestoneFactory(phase=phase, title="Beteiligung", current=when("1.6.2030"))
    DependencyFactory(predecessor=milestone, successor=follower)
    moment = datetime.datetime(2030, 1, 15, 12, tzinfo=datetime.UTC)
    postpone(milestone, to=when("1.7.2030"), reason="Der Saal war belegt.", cause="other", by=UserFactory(), at=moment)
    html = steering_group.get(url(), {"seit": "15.01.2030"}).content.decode()
    assert "Geändert seit 15. Januar 2030" in html
    assert "verschoben von „1. Juni 2030“ auf „1. Juli 2030“" in html
    assert "Der Saal war belegt." in html
    assert "Mitgezogen: Beteiligung (1. Juli 2030)." in html
    assert "Seither wurde kein Termin geändert." in steering_group.get(url(), {"seit": "2030-01-16"}).content.decode()


def test_without_a_chosen_day_changes_of_90_days_are_shown(steering_group: Client, concept: Concept) -> None:
    assert steering_group.get(url()).context["since"] == datetime.date(2029, 12, 1)
    assert steering_group.get(url(), {"seit": ""}).context["since"] == datetime.date(2029, 12, 1)


@pytest.mark.parametrize("text", ["gestern", "31.02.2030", "2030-13-01", "%00", "9" * 400])
def test_a_day_that_is_none_is_told_at_its_field(steering_group: Client, concept: Concept, text: str) -> None:
    response = steering_group.get(url(), {"seit": unquote(text)})
    assert response.status_code == 200
    assert response.context["since"] == datetime.date(2029, 12, 1)
    assert "Bitte geben Sie einen Tag an, zum Beispiel 24.03.2021." in response.content.decode()


def test_a_closed_concept_is_shown_as_of_its_last_day(steering_group: Client) -> None:
    closed = ConceptFactory(slug="kek-2030", process_closed_on=datetime.date(2021, 6, 30))
    MilestoneFactory(phase__concept=closed, kind="resolution", current=when("30.6.2021"))
    response = steering_group.get(url("kek-2030"))
    assert "Stand bei Abschluss des Verfahrens am 30. Juni 2021" in response.content.decode()
    assert response.context["outlook"].overdue == ()


def test_the_project_office_acts_from_here_and_the_steering_group_reads(client: Client, phase: Phase) -> None:
    fill(phase)
    overdue = Milestone.objects.get(title="Überfälliges")
    verbs = [
        reverse(f"admin:milestones_milestone_{verb}", args=[overdue.pk]) for verb in ("reach", "postpone", "call_off")
    ]
    client.force_login(UserFactory(role=Role.PROJECT_OFFICE))
    html = client.get(url()).content.decode()
    assert all(f'href="{verb}?next=/verwaltung/cockpit/kek-2040/"' in html for verb in verbs)
    assert "/ergebnis/?next=" in html
    client.force_login(UserFactory(role=Role.STEERING_GROUP))
    html = client.get(url()).content.decode()
    assert not any(verb in html for verb in verbs)
    assert "/ergebnis/" not in html


def test_a_closed_concept_offers_nothing_to_do(office: Client) -> None:
    closed = ConceptFactory(slug="kek-2030", process_closed_on=datetime.date(2030, 2, 1))
    MilestoneFactory(phase__concept=closed, current=when("1.1.2030"))
    assert "?next=" not in office.get(url("kek-2030")).content.decode()


def test_one_row_or_three_ask_the_database_equally_often(office: Client, phase: Phase) -> None:
    other = PhaseFactory(concept__slug="voll")
    fill(phase, 1)
    fill(other, 3)
    office.get(url())
    with CaptureQueriesContext(connection) as one:
        assert office.get(url()).status_code == 200
    with CaptureQueriesContext(connection) as three:
        assert office.get(url("voll")).status_code == 200
    assert len(three) == len(one)


def test_others_than_office_and_steering_group_have_no_cockpit(client: Client, concept: Concept) -> None:
    client.force_login(UserFactory(role=Role.DEPARTMENT))
    assert client.get(url()).status_code == 403


def test_a_concept_that_is_none_is_not_found(steering_group: Client) -> None:
    assert steering_group.get(url("gibt-es-nicht")).status_code == 404


def test_the_cockpit_only_reads(office: Client, concept: Concept) -> None:
    assert office.post(url()).status_code == 405
