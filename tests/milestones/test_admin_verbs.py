"""Postpone, reach, call off, fix a baseline: asked in „Verwaltung“, previewed, done once and told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from district.models import Role
from milestones.models import Attainment, CallOff, Milestone, Phase, Postponement
from tests.factories import (
    ConceptFactory,
    CouncilSessionFactory,
    DependencyFactory,
    MilestoneFactory,
    PhaseFactory,
    UserFactory,
    when,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel("2030-01-10T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(UserFactory(role=Role.PROJECT_OFFICE, function="Projektkoordination"))
    return client


@pytest.fixture
def phase() -> Phase:
    return PhaseFactory(concept=ConceptFactory(slug="kek-2040"))


@pytest.fixture
def milestone(phase: Phase) -> Milestone:
    return MilestoneFactory(phase=phase, title="Redaktionsschluss", current=when("1.6.2030"))


def url(verb: str, milestone: Milestone) -> str:
    return reverse(f"admin:milestones_milestone_{verb}", args=[milestone.pk])


def answers(milestone: Milestone, **changes: Any) -> dict[str, Any]:
    return {
        "to": "15.6.2030",
        "cause": "staff",
        "reason": "Zwei Stellen sind unbesetzt.",
        "decided_in": "",
        "present": milestone.current.isoformat(),
        **changes,
    }


def messages(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# Postponing


def test_asking_to_postpone_changes_nothing(office: Client, milestone: Milestone) -> None:
    html = office.get(url("postpone", milestone)).content.decode()
    assert "Meilenstein verschieben" in html
    assert f'<input type="hidden" name="present" value="{milestone.current.isoformat()}"' in html
    assert not Postponement.objects.exists()


def test_the_first_step_shows_what_moves_along_and_changes_nothing(
    office: Client, phase: Phase, milestone: Milestone
) -> None:
    later = MilestoneFactory(phase=phase, title="Beschluss", current=when("Juni 2030"))
    DependencyFactory(predecessor=milestone, successor=later, lead_time=28)
    response = office.post(url("postpone", milestone), answers(milestone))
    effect = response.context["effect"]
    assert [(shift.milestone, str(shift.before), str(shift.after)) for shift in effect.shifts] == [
        ("Beschluss", "Juni 2030", "Juli 2030")
    ]
    assert "Diese Termine ziehen mit" in response.content.decode()
    assert not Postponement.objects.exists()
    milestone.refresh_from_db()
    assert str(milestone.current) == "1. Juni 2030"


def test_the_second_step_moves_and_tells(office: Client, phase: Phase, milestone: Milestone) -> None:
    later = MilestoneFactory(phase=phase, title="Beschluss", current=when("Juni 2030"))
    DependencyFactory(predecessor=milestone, successor=later, lead_time=28)
    session = CouncilSessionFactory(date=when("9.1.2030"))
    response = office.post(
        url("postpone", milestone), answers(milestone, confirm="1", decided_in=session.pk, next="/verwaltung/start/")
    )
    assert response.status_code == 302
    assert response["Location"] == "/verwaltung/start/"
    told = (
        "„Redaktionsschluss“: neuer Termin 15. Juni 2030, bisher 1. Juni 2030. "
        "Öffentliche Begründung: Zwei Stellen sind unbesetzt. „Beschluss“ zieht mit: Juli 2030, bisher Juni 2030."
    )
    assert messages(response) == [told]
    lead = Postponement.objects.get(milestone=milestone)
    assert (lead.cause, lead.reason, lead.decided_in) == ("staff", "Zwei Stellen sind unbesetzt.", session)
    assert str(lead.recorded_by) == "Projektkoordination"
    assert [str(each.milestone) for each in lead.consequences.all()] == ["Beschluss"]


def test_the_answers_can_be_changed_after_the_preview(office: Client, milestone: Milestone) -> None:
    html = office.post(url("postpone", milestone), answers(milestone, edit="1")).content.decode()
    assert "Zwei Stellen sind unbesetzt.</textarea>" in html
    assert not Postponement.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"reason": ""}, "reason", "Bitte geben Sie eine Begründung an."),
        ({"reason": "   "}, "reason", "Bitte geben Sie eine Begründung an."),
        ({"cause": ""}, "cause", "Bitte wählen Sie eine Ursache."),
        ({"to": ""}, "to", "Bitte geben Sie an, wann das ist oder war."),
        ({"to": "1.6.2030"}, "to", "Der neue Termin ist der bisherige."),
    ],
)
def test_a_move_without_reason_cause_or_new_date_is_refused_at_its_field(
    office: Client, milestone: Milestone, changes: dict[str, str], field: str, message: str
) -> None:
    response = office.post(url("postpone", milestone), answers(milestone, confirm="1", **changes))
    assert response.status_code == 200
    assert response.context["form"].errors == {field: [message]}
    assert message in response.content.decode()
    assert not Postponement.objects.exists()


def test_a_move_before_a_predecessor_is_refused_at_its_date(office: Client, phase: Phase, milestone: Milestone) -> None:
    first = MilestoneFactory(phase=phase, title="Entwurf", current=when("20.5.2030"))
    DependencyFactory(predecessor=first, successor=milestone, lead_time=3)
    response = office.post(url("postpone", milestone), answers(milestone, to="21.5.2030", confirm="1"))
    message = "Frühestens am 23. Mai 2030 möglich: vorher muss „Entwurf“ abgeschlossen sein."
    assert response.context["form"].errors == {"to": [message]}
    assert not Postponement.objects.exists()


def test_sending_twice_moves_once(office: Client, milestone: Milestone) -> None:
    data = answers(milestone, confirm="1")
    assert office.post(url("postpone", milestone), data).status_code == 302
    again = office.post(url("postpone", milestone), data)
    assert again.context["form"].errors == {"to": ["Der neue Termin ist der bisherige."]}
    assert Postponement.objects.count() == 1


def test_a_date_that_changed_meanwhile_is_not_overwritten(office: Client, milestone: Milestone) -> None:
    office.post(url("postpone", milestone), answers(milestone, confirm="1"))
    response = office.post(url("postpone", milestone), answers(milestone, to="1.7.2030", confirm="1"))
    message = "Der Termin wurde inzwischen auf „15. Juni 2030“ geändert. Bitte beginnen Sie noch einmal."
    assert response.context["form"].non_field_errors() == [message]
    milestone.refresh_from_db()
    assert str(milestone.current) == "15. Juni 2030"


def test_a_way_back_to_another_site_is_not_taken(office: Client, milestone: Milestone) -> None:
    response = office.post(url("postpone", milestone), answers(milestone, confirm="1", next="https://example.org/"))
    assert response["Location"] == reverse("admin:milestones_milestone_change", args=[milestone.pk])


def test_a_draft_is_not_postponed(office: Client, phase: Phase) -> None:
    draft = MilestoneFactory(phase=phase, baseline=None)
    response = office.get(url("postpone", draft))
    assert response.status_code == 302
    assert messages(response)[0].startswith("Dieser Termin ist noch ein Entwurf.")


# Reaching and calling off


def test_reaching_records_the_day(office: Client, milestone: Milestone) -> None:
    response = office.post(
        url("reach", milestone), {"on": "Anfang 2030", "remark": "Früher als gedacht.", "confirm": "1"}
    )
    assert messages(response) == ["„Redaktionsschluss“ ist erreicht (Anfang 2030)."]
    attainment = Attainment.objects.get()
    assert (str(attainment.reached), attainment.reason) == ("Anfang 2030", "Früher als gedacht.")


def test_reaching_is_previewed_with_what_should_have_come_before(office: Client, milestone: Milestone) -> None:
    DependencyFactory(predecessor=MilestoneFactory(phase=milestone.phase, title="Entwurf"), successor=milestone)
    response = office.post(url("reach", milestone), {"on": "9.1.2030"})
    assert response.context["effect"].sentences == (
        "„Redaktionsschluss“ ist erreicht (9. Januar 2030).",
        "Bitte prüfen Sie: „Entwurf“ sollte vorher liegen und ist noch offen.",
    )
    assert not Attainment.objects.exists()


def test_a_postponement_into_the_past_asks_to_check_the_year(office: Client, milestone: Milestone) -> None:
    response = office.post(url("postpone", milestone), answers(milestone, to="1.1.2026"))
    assert "Bitte prüfen Sie das Jahr: Der neue Termin ist schon vorbei." in response.context["effect"].sentences


def test_a_day_ahead_is_not_reached(office: Client, milestone: Milestone) -> None:
    response = office.post(url("reach", milestone), {"on": "11.1.2030"})
    assert response.context["form"].errors == {"on": ["Dieser Tag liegt in der Zukunft."]}
    assert not Attainment.objects.exists()


def test_reaching_twice_records_once(office: Client, milestone: Milestone) -> None:
    office.post(url("reach", milestone), {"on": "9.1.2030", "confirm": "1"})
    again = office.post(url("reach", milestone), {"on": "9.1.2030", "confirm": "1"})
    assert again.context["form"].non_field_errors() == ["Dieser Meilenstein ist schon erreicht."]
    assert Attainment.objects.count() == 1


def test_calling_off_records_why(office: Client, milestone: Milestone) -> None:
    data = {"on": "2030-01-09", "cause": "pandemic", "reason": "Veranstaltungen sind untersagt.", "confirm": "1"}
    response = office.post(url("call_off", milestone), data)
    assert messages(response) == [
        "„Redaktionsschluss“ ist abgesagt. Öffentliche Begründung: Veranstaltungen sind untersagt."
    ]
    milestone.refresh_from_db()
    assert milestone.called_off_on == date(2030, 1, 9)


def test_a_call_off_needs_a_reason(office: Client, milestone: Milestone) -> None:
    response = office.post(url("call_off", milestone), {"on": "2030-01-11", "cause": "pandemic", "reason": " "})
    assert response.context["form"].errors == {"reason": ["Bitte geben Sie eine Begründung an."]}
    assert not CallOff.objects.exists()


@pytest.mark.parametrize("verb", ["postpone", "reach", "call_off"])
def test_nothing_is_asked_about_what_has_ended(office: Client, phase: Phase, verb: str) -> None:
    reached = MilestoneFactory(phase=phase, reached="9.1.2030")
    response = office.get(url(verb, reached))
    assert response.status_code == 302
    assert messages(response) == ["Dieser Meilenstein ist schon erreicht."]


@pytest.mark.parametrize("verb", ["postpone", "reach", "call_off", "fix_baseline"])
def test_the_verbs_of_a_closed_concept_are_closed(office: Client, verb: str) -> None:
    closed = MilestoneFactory(phase__concept__process_closed_on=date(2029, 1, 1))
    assert office.get(url(verb, closed)).status_code == 403
    assert office.post(url(verb, closed), answers(closed)).status_code == 403


# Baselines


def test_fixing_a_baseline_asks_first(office: Client, phase: Phase) -> None:
    draft = MilestoneFactory(phase=phase, baseline=None, current=when("Mitte 2030"))
    office.get(url("fix_baseline", draft))
    draft.refresh_from_db()
    assert draft.baseline is None
    response = office.post(url("fix_baseline", draft))
    assert messages(response) == ["Der Ausgangstermin von 1 Meilenstein ist festgeschrieben."]
    draft.refresh_from_db()
    assert str(draft.baseline) == "Mitte 2030"


def test_the_list_fixes_the_chosen_drafts_of_open_concepts_after_asking(office: Client, phase: Phase) -> None:
    draft, fixed = MilestoneFactory(phase=phase, baseline=None), MilestoneFactory(phase=phase)
    closed = MilestoneFactory(phase__concept__process_closed_on=date(2029, 1, 1), baseline=None)
    chosen = {"action": "fix_baselines", "_selected_action": [draft.pk, fixed.pk, closed.pk]}
    changelist = reverse("admin:milestones_milestone_changelist")
    asked = office.post(changelist, chosen)
    assert asked.context["drafts"] == [draft]
    draft.refresh_from_db()
    assert draft.baseline is None
    response = office.post(changelist, chosen | {"confirm": "1"})
    assert messages(response) == ["Der Ausgangstermin von 1 Meilenstein ist festgeschrieben."]
    for row in (draft, closed):
        row.refresh_from_db()
    assert (draft.baseline is not None, closed.baseline) == (True, None)


def test_the_buttons_are_for_who_may(client: Client, milestone: Milestone) -> None:
    change = reverse("admin:milestones_milestone_change", args=[milestone.pk])
    for role, verbs in (
        (Role.PROJECT_OFFICE, ["postpone", "reach", "call_off"]),
        (Role.STEERING_GROUP, []),
    ):
        client.force_login(UserFactory(role=role))
        tools = [tool.url for tool in client.get(change).context["tools"]]
        assert tools == [url(verb, milestone) for verb in verbs]
