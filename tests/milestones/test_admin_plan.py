"""Phases and milestones in „Verwaltung“: bad input is told at its field and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.models import Concept, Role
from milestones.models import Dependency, Milestone, Phase
from tests.factories import (
    ConceptFactory,
    DependencyFactory,
    MilestoneFactory,
    PhaseFactory,
    PostponementFactory,
    UserFactory,
    when,
)

pytestmark = pytest.mark.django_db

PHASE: dict[str, Any] = {
    "title": "Beteiligung",
    "order": "1",
    "method_step": "discussion",
    "starts": "Januar 2030",
    "ends": "März 2030",
    "summary": "Bürgerinnen und Bürger reden mit.",
    "text": "",
    "milestones-TOTAL_FORMS": "0",
    "milestones-INITIAL_FORMS": "0",
}


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel("2030-01-10T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(UserFactory(role=Role.PROJECT_OFFICE))
    return client


@pytest.fixture
def phase() -> Phase:
    return PhaseFactory(concept=ConceptFactory(short_title="KEK 2040"), starts=when("2030"), ends=when("2031"))


def milestone_data(phase: Phase, *dependencies: dict[str, Any], initial: int = 0, **changes: Any) -> dict[str, Any]:
    """What the form of a milestone sends, with its rows of predecessors."""
    data = {
        "phase": phase.pk,
        "title": "Entwurf liegt vor",
        "kind": "draft",
        "current": "1.6.2030",
        "note": "",
        **changes,
    }
    data |= {"dependencies-TOTAL_FORMS": len(dependencies), "dependencies-INITIAL_FORMS": initial}
    for number, row in enumerate(dependencies):
        for name, value in {"lead_time": 0, "unit": "calendar", **row}.items():
            data[f"dependencies-{number}-{name}"] = value
    return data


def change_url(row: Any) -> str:
    return reverse(f"admin:milestones_{row._meta.model_name}_change", args=[row.pk])


def errors(response: Any) -> dict[str, list[str]]:
    """The messages of a change form by field, those of its inlines too."""
    assert response.status_code == 200
    found: dict[str, list[str]] = {}
    for error in response.context["form_errors"]:
        found.setdefault(error.anchor.rpartition("-")[2].removeprefix("id_"), []).append(error.message)
    return found


# Phases


def test_a_phase_that_ends_before_it_begins_is_refused_at_its_end(office: Client) -> None:
    concept = ConceptFactory()
    response = office.post(reverse("admin:milestones_phase_add"), PHASE | {"concept": concept.pk, "ends": "2029"})
    assert errors(response) == {"ends": ["Eine Phase endet nicht vor ihrem Beginn."]}
    assert not Phase.objects.exists()


def test_a_phase_is_added(office: Client) -> None:
    concept = ConceptFactory()
    response = office.post(reverse("admin:milestones_phase_add"), PHASE | {"concept": concept.pk})
    assert response.status_code == 302
    assert Phase.objects.get().concept == concept


def test_a_date_nobody_can_read_is_told_at_its_field(office: Client, phase: Phase) -> None:
    response = office.post(change_url(phase), PHASE | {"starts": "demnächst"})
    assert list(errors(response)) == ["starts"]
    assert errors(response)["starts"][0].startswith("Diese Zeitangabe ist nicht lesbar.")


def test_nothing_is_added_to_a_closed_concept(office: Client) -> None:
    closed = ConceptFactory(process_closed_on=date(2029, 1, 1))
    response = office.post(reverse("admin:milestones_phase_add"), PHASE | {"concept": closed.pk})
    assert errors(response) == {"concept": ["Bitte wählen Sie ein Konzept, dessen Verfahren noch läuft."]}
    phase = PhaseFactory(concept=closed)
    response = office.post(reverse("admin:milestones_milestone_add"), milestone_data(phase))
    assert errors(response) == {"phase": ["Bitte wählen Sie ein Konzept, dessen Verfahren noch läuft."]}
    assert not Milestone.objects.exists()


def test_a_closed_concept_can_be_read_and_says_why_not_more(office: Client) -> None:
    closed = ConceptFactory(short_title="KEK 2030", process_closed_on=date(2021, 6, 30))
    milestone = MilestoneFactory(phase=PhaseFactory(concept=closed))
    html = office.get(change_url(milestone)).content.decode()
    assert "Das Verfahren von „KEK 2030“ ist seit 30. Juni 2021 abgeschlossen." in html
    assert 'name="title"' not in html
    assert 'name="dependencies-0-predecessor"' not in html
    assert "/verschieben/" not in html
    assert office.post(change_url(milestone), milestone_data(milestone.phase)).status_code == 403


# Milestones


def test_a_draft_is_added_with_its_predecessor(office: Client, phase: Phase) -> None:
    first = MilestoneFactory(phase=phase, current=when("1.5.2030"))
    row = {"predecessor": first.pk, "lead_time": 14}
    response = office.post(reverse("admin:milestones_milestone_add"), milestone_data(phase, row))
    assert response.status_code == 302
    milestone = Milestone.objects.get(title="Entwurf liegt vor")
    assert milestone.baseline is None
    assert list(milestone.dependencies.values_list("predecessor", "lead_time", "unit")) == [(first.pk, 14, "calendar")]


def test_the_date_of_a_draft_changes_freely(office: Client, phase: Phase) -> None:
    draft = MilestoneFactory(phase=phase, baseline=None)
    office.post(change_url(draft), milestone_data(phase, current="Oktober 2030"))
    draft.refresh_from_db()
    assert str(draft.current) == "Oktober 2030"


def test_a_milestone_before_its_predecessor_is_refused_at_its_date(office: Client, phase: Phase) -> None:
    first = MilestoneFactory(phase=phase, title="Erster Entwurf", current=when("1.6.2030"))
    row = {"predecessor": first.pk, "lead_time": 14}
    response = office.post(
        reverse("admin:milestones_milestone_add"), milestone_data(phase, row, current="10. Juni 2030")
    )
    message = "Frühestens am 15. Juni 2030 möglich: vorher muss „Erster Entwurf“ abgeschlossen sein."
    assert errors(response)["current"] == [message]
    assert Milestone.objects.count() == 1


def test_a_draft_moved_before_its_stored_predecessor_is_refused_at_its_date(office: Client, phase: Phase) -> None:
    first = MilestoneFactory(phase=phase, current=when("1.6.2030"))
    draft = MilestoneFactory(phase=phase, current=when("1.7.2030"), baseline=None)
    link = DependencyFactory(predecessor=first, successor=draft)
    row = {"id": link.pk, "successor": draft.pk, "predecessor": first.pk}
    response = office.post(change_url(draft), milestone_data(phase, row, initial=1, current="Mai 2030"))
    assert "current" in errors(response)
    removed = row | {"DELETE": "on"}
    assert (
        office.post(change_url(draft), milestone_data(phase, removed, initial=1, current="Mai 2030")).status_code == 302
    )
    draft.refresh_from_db()
    assert (str(draft.current), draft.dependencies.count()) == ("Mai 2030", 0)


def test_a_draft_moved_past_what_waits_for_it_is_refused_at_its_date(office: Client, phase: Phase) -> None:
    draft = MilestoneFactory(phase=phase, current=when("1.6.2030"), baseline=None)
    later = MilestoneFactory(phase=phase, title="Beschluss", current=when("1.7.2030"))
    DependencyFactory(predecessor=draft, successor=later, lead_time=10)
    response = office.post(change_url(draft), milestone_data(phase, current="25.6.2030"))
    message = "Damit käme „Beschluss“ (1. Juli 2030) zu früh. Ändern Sie zuerst dessen Termin."
    assert errors(response)["current"] == [message]


def test_a_new_predecessor_too_late_for_a_fixed_date_is_refused_where_it_was_chosen(
    office: Client, phase: Phase
) -> None:
    late = MilestoneFactory(phase=phase, title="Workshop", current=when("1.8.2030"))
    fixed = MilestoneFactory(phase=phase, current=when("1.7.2030"))
    data = milestone_data(phase, {"predecessor": late.pk})
    del data["current"]
    response = office.post(change_url(fixed), data)
    message = "Frühestens am 1. August 2030 möglich: vorher muss „Workshop“ abgeschlossen sein."
    assert errors(response)["predecessor"] == [message]
    assert not Dependency.objects.exists()


def test_milestones_cannot_wait_for_each_other(office: Client, phase: Phase) -> None:
    first, second, third = (
        MilestoneFactory(phase=phase, title=title, current=when("1.6.2030"), baseline=None)
        for title in ("Erster", "Zweiter", "Dritter")
    )
    DependencyFactory(predecessor=first, successor=second)
    DependencyFactory(predecessor=second, successor=third)
    response = office.post(change_url(first), milestone_data(phase, {"predecessor": third.pk}, title="Erster"))
    message = "„Dritter“ wartet selbst auf „Erster“. Bitte wählen Sie einen anderen Vorgänger."
    assert errors(response) == {"predecessor": [message]}
    assert Dependency.objects.count() == 2


def test_a_milestone_cannot_wait_for_itself(office: Client, phase: Phase) -> None:
    draft = MilestoneFactory(phase=phase, baseline=None)
    response = office.post(change_url(draft), milestone_data(phase, {"predecessor": draft.pk}))
    assert list(errors(response)) == ["predecessor"]
    assert not Dependency.objects.exists()


def test_a_predecessor_belongs_to_the_same_concept(office: Client, phase: Phase) -> None:
    stranger = MilestoneFactory()
    response = office.post(
        reverse("admin:milestones_milestone_add"), milestone_data(phase, {"predecessor": stranger.pk})
    )
    assert errors(response) == {"predecessor": ["Dieser Meilenstein gehört zu einem anderen Konzept."]}
    assert Milestone.objects.count() == 1


def test_the_same_predecessor_twice_is_refused(office: Client, phase: Phase) -> None:
    first = MilestoneFactory(phase=phase, current=when("1.5.2030"))
    rows = ({"predecessor": first.pk}, {"predecessor": first.pk})
    response = office.post(reverse("admin:milestones_milestone_add"), milestone_data(phase, *rows))
    assert response.status_code == 200
    assert Milestone.objects.count() == 1


def test_a_milestone_stays_in_its_concept(office: Client, phase: Phase) -> None:
    draft = MilestoneFactory(phase=phase, baseline=None)
    response = office.post(change_url(draft), milestone_data(PhaseFactory()))
    assert errors(response) == {"phase": ["Ein Meilenstein bleibt in seinem Konzept."]}


def test_a_date_typed_while_somebody_fixes_the_baseline_is_not_dropped_silently(office: Client, phase: Phase) -> None:
    fixed = MilestoneFactory(phase=phase, current=when("1.6.2030"))
    response = office.post(change_url(fixed), milestone_data(phase, title="Neuer Titel", current="1.7.2030"))
    message = "Der Ausgangstermin wurde inzwischen festgeschrieben. Verschieben Sie den Meilenstein stattdessen."
    assert errors(response) == {"": [message]}
    fixed.refresh_from_db()
    assert (str(fixed.current), fixed.title != "Neuer Titel") == ("1. Juni 2030", True)


def test_a_fixed_date_is_shown_and_not_asked(office: Client, phase: Phase) -> None:
    html = office.get(change_url(MilestoneFactory(phase=phase, current=when("1.6.2030")))).content.decode()
    assert 'name="current"' not in html
    assert "1. Juni 2030" in html


def test_the_form_offers_predecessors_of_the_same_concept_without_script(office: Client, phase: Phase) -> None:
    draft = MilestoneFactory(phase=phase, baseline=None)
    sibling, stranger = MilestoneFactory(phase=phase, title="Schwester"), MilestoneFactory(title="Fremde")
    html = office.get(change_url(draft)).content.decode()
    assert f'<option value="{sibling.pk}">Schwester (KEK 2040, 1. Juni 2020)</option>' in html
    assert f'<option value="{stranger.pk}">' not in html
    assert f'data-ajax--url="/verwaltung/autocomplete/?konzept={phase.concept.pk}"' in html


def test_suggestions_stay_within_the_concept_and_name_it(office: Client, phase: Phase) -> None:
    MilestoneFactory(phase=phase, title="Beschluss des Kreistags", current=when("Mitte 2031"))
    MilestoneFactory(title="Beschluss des Kreistags")
    found = office.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "milestones",
            "model_name": "dependency",
            "field_name": "predecessor",
            "term": "Kreistag",
            "konzept": str(phase.concept.pk),
        },
    ).json()
    assert [result["text"] for result in found["results"]] == ["Beschluss des Kreistags (KEK 2040, Mitte 2031)"]


def test_only_drafts_can_be_deleted(office: Client, phase: Phase) -> None:
    draft, fixed = MilestoneFactory(phase=phase, baseline=None), MilestoneFactory(phase=phase)
    delete = "admin:milestones_milestone_delete"
    assert office.post(reverse(delete, args=[fixed.pk]), {"post": "yes"}).status_code == 403
    assert office.post(reverse(delete, args=[draft.pk]), {"post": "yes"}).status_code == 302
    assert list(Milestone.objects.all()) == [fixed]


def test_a_sweeping_deletion_leaves_what_was_announced(office: Client, phase: Phase) -> None:
    fixed = MilestoneFactory(phase=phase)
    chosen = {"action": "delete_selected", "_selected_action": [fixed.pk], "post": "yes"}
    assert office.post(reverse("admin:milestones_milestone_changelist"), chosen).status_code == 403
    assert Milestone.objects.exists()


# Lists


@pytest.mark.parametrize("state", Milestone.State.values)
def test_the_list_shows_the_milestones_of_one_state(office: Client, phase: Phase, state: str) -> None:
    MilestoneFactory(phase=phase, title="planned", current=when("1.6.2030"))
    MilestoneFactory(phase=phase, title="overdue", current=when("2.1.2030"))
    MilestoneFactory(phase=phase, title="reached", reached="2.1.2030")
    MilestoneFactory(phase=phase, title="called_off", called_off=date(2030, 1, 2))
    response = office.get(reverse("admin:milestones_milestone_changelist"), {"stand": state})
    assert [milestone.title for milestone in response.context["cl"].result_list] == [state]


def test_a_closed_concept_counts_as_of_its_last_day(office: Client) -> None:
    closed = PhaseFactory(concept=ConceptFactory(process_closed_on=date(2021, 6, 30)))
    MilestoneFactory(phase=closed, title="war noch Zeit", current=when("1.7.2021"))
    response = office.get(reverse("admin:milestones_milestone_changelist"), {"stand": "overdue"})
    assert not response.context["cl"].result_list


def phases(concept: Concept, count: int) -> None:
    for phase in PhaseFactory.create_batch(count, concept=concept):
        MilestoneFactory.create_batch(count, phase=phase)


def milestones(concept: Concept, count: int) -> None:
    MilestoneFactory.create_batch(count, phase=PhaseFactory(concept=concept))


@pytest.mark.parametrize(("model", "make"), [("phase", phases), ("milestone", milestones)])
def test_a_list_of_3_asks_the_database_as_often_as_a_list_of_1(
    office: Client, model: str, make: Callable[[Concept, int], None]
) -> None:
    url, concept = reverse(f"admin:milestones_{model}_changelist"), ConceptFactory()
    make(concept, 1)
    office.get(url)
    with CaptureQueriesContext(connection) as one:
        office.get(url)
    make(concept, 3)
    with CaptureQueriesContext(connection) as more:
        assert office.get(url).status_code == 200
    assert len(more) == len(one)


def test_a_form_with_3_predecessors_asks_the_database_as_often_as_with_1(office: Client, phase: Phase) -> None:
    milestone = MilestoneFactory(phase=phase, baseline=None)
    others = MilestoneFactory.create_batch(3, phase=phase)
    DependencyFactory(predecessor=others[0], successor=milestone)
    office.get(change_url(milestone))
    with CaptureQueriesContext(connection) as one:
        office.get(change_url(milestone))
    for other in others[1:]:
        DependencyFactory(predecessor=other, successor=milestone)
    with CaptureQueriesContext(connection) as three:
        office.get(change_url(milestone))
    assert len(three) == len(one)


# Verlauf


def test_the_trail_tells_what_was_changed_by_whom(office: Client, phase: Phase) -> None:
    draft = MilestoneFactory(phase=phase, title="Alter Titel", baseline=None)
    office.post(change_url(draft), milestone_data(phase, title="Neuer Titel"))
    html = office.get(reverse("admin:milestones_milestone_history", args=[draft.pk])).content.decode()
    assert "„Alter Titel“ → „Neuer Titel“" in html
    assert "<td>Stelle " in html  # the factory's function of the person


def test_the_trail_of_a_milestone_includes_its_postponements(office: Client, phase: Phase) -> None:
    moved = MilestoneFactory(phase=phase)
    PostponementFactory(milestone=moved, reason="Der Saal war belegt.")
    html = office.get(reverse("admin:milestones_milestone_history", args=[moved.pk])).content.decode()
    assert "Der Saal war belegt." in html
    assert "Verschiebung angelegt" in html


def test_a_trail_of_3_events_asks_the_database_as_often_as_one_of_1(office: Client, phase: Phase) -> None:
    milestone = MilestoneFactory(phase=phase, baseline=None)
    url = reverse("admin:milestones_milestone_history", args=[milestone.pk])
    office.post(change_url(milestone), milestone_data(phase, title="Titel 0"))
    office.get(url)
    with CaptureQueriesContext(connection) as one:
        office.get(url)
    for number in range(1, 3):
        office.post(change_url(milestone), milestone_data(phase, title=f"Titel {number}"))
    with CaptureQueriesContext(connection) as more:
        assert "Titel 2" in office.get(url).content.decode()
    assert len(more) == len(one)
