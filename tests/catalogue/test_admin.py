"""Needs, goals and measures in „Verwaltung“: what is offered, what is refused, and how a state is moved."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.models import Entry, Goal, Measure, Need, State
from district.models import Concept, FieldOfAction, Role
from tests.factories import (
    ConceptFactory,
    FieldOfActionFactory,
    GoalFactory,
    MeasureFactory,
    NeedFactory,
    UserFactory,
)
from tests.html_forms import unchanged

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(UserFactory(role=Role.PROJECT_OFFICE))
    return client


@pytest.fixture
def concept() -> Concept:
    return ConceptFactory(short_title="KEK 2040", slug="kek-2040")


@pytest.fixture
def field(concept: Concept) -> FieldOfAction:
    return FieldOfActionFactory(concept=concept, number=4, name="Mobilität")


def url(page: str, row: Entry) -> str:
    return reverse(f"admin:catalogue_{row._meta.model_name}_{page}", args=[row.pk])


def errors(response: Any) -> dict[str, list[str]]:
    """The messages of a change form by field, those of its inlines too."""
    assert response.status_code == 200
    found: dict[str, list[str]] = {}
    for error in response.context["form_errors"]:
        found.setdefault(error.anchor.rpartition("-")[2].removeprefix("id_"), []).append(error.message)
    return found


def goal_data(field: FieldOfAction, *needs: Need, **changes: Any) -> dict[str, Any]:
    """What the form of a new goal sends."""
    rows = {f"need_links-{number}-need": need.pk for number, need in enumerate(needs)}
    return {
        "concept": field.concept.pk,
        "field_of_action": field.pk,
        "kind": "strategic",
        "parent": "",
        "number": "Z 1",
        "title": "Mobil ohne Auto",
        "text": "",
        "need_links-TOTAL_FORMS": len(needs),
        "need_links-INITIAL_FORMS": 0,
        **rows,
        **changes,
    }


# Adding and changing


def test_a_goal_is_added_as_a_draft_with_its_needs(office: Client, field: FieldOfAction) -> None:
    need = NeedFactory(field_of_action=field)
    response = office.post(reverse("admin:catalogue_goal_add"), goal_data(field, need, state="agreed"))
    assert response.status_code == 302
    goal = Goal.objects.get()
    assert (goal.concept, goal.state, goal.needs.get()) == (field.concept, State.DRAFT, need)


def test_a_measure_is_added_with_its_goals(office: Client, field: FieldOfAction) -> None:
    goal = GoalFactory(field_of_action=field)
    data = {
        "concept": field.concept.pk,
        "field_of_action": field.pk,
        "number": "M 1",
        "title": "Rufbus",
        "goal_links-TOTAL_FORMS": 1,
        "goal_links-INITIAL_FORMS": 0,
        "goal_links-0-goal": goal.pk,
    }
    assert office.post(reverse("admin:catalogue_measure_add"), data).status_code == 302
    assert Measure.objects.get().goals.get() == goal


def test_what_belongs_to_another_concept_is_refused_at_its_field(office: Client, field: FieldOfAction) -> None:
    elsewhere = FieldOfActionFactory()
    add = reverse("admin:catalogue_goal_add")
    response = office.post(add, goal_data(field, field_of_action=elsewhere.pk))
    assert errors(response) == {"field_of_action": ["Dieses Handlungsfeld gehört zu einem anderen Konzept."]}
    response = office.post(add, goal_data(field, NeedFactory(field_of_action=elsewhere)))
    assert errors(response) == {"need": ["Dieser Eintrag gehört zu einem anderen Konzept."]}
    response = office.post(add, goal_data(field, kind="sub_goal", parent=GoalFactory(field_of_action=elsewhere).pk))
    assert errors(response) == {"parent": ["Dieses Ziel gehört zu einem anderen Konzept."]}
    assert Goal.objects.filter(concept=field.concept).count() == 0


def test_a_sub_goal_without_its_strategic_goal_is_refused_at_its_field(office: Client, field: FieldOfAction) -> None:
    response = office.post(reverse("admin:catalogue_goal_add"), goal_data(field, kind="sub_goal"))
    message = "Bitte wählen Sie das strategische Ziel, zu dem dieses Teilziel gehört."
    assert errors(response) == {"parent": [message]}


def test_a_number_that_is_taken_is_told_at_its_field(office: Client, field: FieldOfAction) -> None:
    GoalFactory(field_of_action=field, number="Z 1")
    response = office.post(reverse("admin:catalogue_goal_add"), goal_data(field))
    assert errors(response) == {"number": ["Diese Nummer ist im Konzept schon vergeben."]}


def test_nothing_is_added_to_a_closed_concept(office: Client) -> None:
    closed = FieldOfActionFactory(concept__process_closed_on=date(2021, 6, 30))
    response = office.post(reverse("admin:catalogue_goal_add"), goal_data(closed))
    message = "Bitte wählen Sie ein Konzept, dessen Verfahren noch läuft."
    assert errors(response) == {"concept": [message], "field_of_action": [message]}


def test_a_form_offers_what_belongs_to_its_concept(office: Client, field: FieldOfAction) -> None:
    goal = GoalFactory(field_of_action=field, title="Eigenes Ziel")
    NeedFactory(field_of_action=field, title="Eigener Bedarf")
    GoalFactory(title="Fremdes Ziel")
    NeedFactory(title="Fremder Bedarf")
    sub_goal = GoalFactory(parent=goal, title="Eigenes Teilziel")
    html = office.get(url("change", sub_goal)).content.decode()
    options = [option.partition(" ")[2] for option in re.findall(r"<option[^>]*>[A-Z] (\d+ [^<]+)</option>", html)]
    assert sorted(set(options)) == ["Eigener Bedarf", "Eigenes Ziel"]


@pytest.mark.parametrize("factory", [NeedFactory, GoalFactory, MeasureFactory])
def test_saving_a_form_untouched_changes_nothing(office: Client, factory: type[NeedFactory]) -> None:
    row = factory(state=State.AGREED)
    data = unchanged(office.get(url("change", row)).content.decode(), f"{row._meta.model_name}_form")
    assert "state" not in data
    before = type(row).objects.values().get()
    assert office.post(url("change", row), data | {"state": "proposed"}).status_code == 302
    assert type(row).objects.values().get() == before


def test_a_link_is_part_of_the_trail(office: Client, field: FieldOfAction) -> None:
    goal = GoalFactory(field_of_action=field, needs=[NeedFactory(field_of_action=field, title="Es fährt kein Bus")])
    (entry, *_before) = office.get(url("history", goal)).context["entries"]
    changes = {change.label: change.after for change in entry.changes}
    assert (entry.part, changes["Handlungsbedarf"]) == ("Handlungsbedarf", str(goal.needs.get()))


def test_a_need_is_linked_once(office: Client, field: FieldOfAction) -> None:
    need = NeedFactory(field_of_action=field)
    response = office.post(reverse("admin:catalogue_goal_add"), goal_data(field, need, need))
    assert response.status_code == 200
    assert not Goal.objects.exists()


# Searching


def found(office: Client, field_name: str, model: str, **query: Any) -> list[str]:
    """What a searching field suggests."""
    query |= {"app_label": "catalogue", "model_name": model, "field_name": field_name}
    return [row["text"] for row in office.get(reverse("admin:autocomplete"), query).json()["results"]]


def test_a_field_searches_within_its_concept_and_kind(office: Client, field: FieldOfAction) -> None:
    goal = GoalFactory(field_of_action=field, number="Z 1", title="Mobil ohne Auto")
    GoalFactory(parent=goal, number="Z 1.1", title="Mobil mit dem Rad")
    GoalFactory(title="Mobil anderswo")
    within = {"term": "mobil", "konzept": field.concept.pk}
    assert found(office, "parent", "goal", art="strategic", **within) == ["Z 1 Mobil ohne Auto (KEK 2040)"]
    assert found(office, "goal", "measuregoal", **within) == [
        "Z 1 Mobil ohne Auto (KEK 2040)",
        "Z 1.1 Mobil mit dem Rad (KEK 2040)",
    ]
    html = office.get(url("change", goal)).content.decode()
    assert f"?konzept={field.concept.pk}&amp;art=strategic" in html


def test_the_list_is_searched_and_narrowed_to_a_field_of_action(office: Client, field: FieldOfAction) -> None:
    NeedFactory(field_of_action=field, title="Es fährt kein Bus", text="Abends schon gar nicht.")
    NeedFactory(title="Es fehlen Ärzte")
    listing = reverse("admin:catalogue_need_changelist")
    for query in ({"q": "abends"}, {"feld": field.pk}, {"concept__id__exact": field.concept.pk, "feld": field.pk}):
        html = office.get(listing, query).content.decode()
        assert ("Es fährt kein Bus" in html, "Es fehlen Ärzte" in html) == (True, False)
    assert office.get(listing, {"feld": "abc"}).status_code == 200


@pytest.mark.parametrize("factory", [NeedFactory, GoalFactory, MeasureFactory])
def test_a_list_takes_the_same_queries_for_one_and_for_three(
    office: Client, field: FieldOfAction, factory: type[NeedFactory]
) -> None:
    listing = reverse(f"admin:catalogue_{factory._meta.model._meta.model_name}_changelist")

    def count() -> int:
        office.get(listing)
        with CaptureQueriesContext(connection) as captured:
            assert office.get(listing).status_code == 200
        return len(captured)

    factory(field_of_action=field)
    one = count()
    factory.create_batch(2)
    assert count() == one


def test_a_form_takes_the_same_queries_for_one_link_and_for_three(office: Client, field: FieldOfAction) -> None:
    goal = GoalFactory(field_of_action=field, needs=[NeedFactory(field_of_action=field)])

    def count() -> int:
        office.get(url("change", goal))
        with CaptureQueriesContext(connection) as captured:
            assert office.get(url("change", goal)).status_code == 200
        return len(captured)

    one = count()
    goal.needs.add(NeedFactory(field_of_action=field), NeedFactory(field_of_action=field))
    assert count() == one


# The state


def test_the_state_is_moved_on_its_own_page(office: Client, field: FieldOfAction) -> None:
    measure = MeasureFactory(field_of_action=field, number="M 1", title="Rufbus", state=State.DRAFT)
    assert url("move", measure) in office.get(url("change", measure)).content.decode()
    asked = office.get(url("move", measure))
    assert "Ein Vorschlag ist öffentlich und bleibt es" in asked.content.decode()
    assert Measure.objects.get().state == State.DRAFT
    response = office.post(url("move", measure), {"to": "proposed"}, follow=True)
    assert response.redirect_chain[-1][0] == url("change", measure)
    assert "„M 1 Rufbus“: neuer Stand „vorgeschlagen“." in response.content.decode()
    assert Measure.objects.get().state == State.PROPOSED


def test_dropping_without_a_reason_is_told_at_its_field(office: Client, field: FieldOfAction) -> None:
    need = NeedFactory(field_of_action=field)
    response = office.post(url("move", need), {"to": "dropped", "reason": " "})
    assert response.context["form"].errors == {
        "reason": ["Bitte begründen Sie, warum der Eintrag verworfen wird."],
    }
    office.post(url("move", need), {"to": "dropped", "reason": "Das ist erledigt."})
    assert (Need.objects.get().state, Need.objects.get().drop_reason) == (State.DROPPED, "Das ist erledigt.")
    assert "Das ist erledigt." in office.get(url("change", need)).content.decode()


@pytest.mark.parametrize("to", ["", "draft", "proposed", "anything"])
def test_a_step_that_is_not_offered_is_refused(office: Client, field: FieldOfAction, to: str) -> None:
    need = NeedFactory(field_of_action=field)
    response = office.post(url("move", need), {"to": to})
    assert (response.status_code, list(response.context["form"].errors)) == (200, ["to"])
    assert Need.objects.get().state == State.PROPOSED


def test_a_sub_goal_before_its_strategic_goal_is_refused_in_words(office: Client, field: FieldOfAction) -> None:
    goal = GoalFactory(parent=GoalFactory(field_of_action=field, state=State.DRAFT), state=State.DRAFT)
    response = office.post(url("move", goal), {"to": "proposed"})
    assert "ist noch ein Entwurf. Schlagen Sie zuerst dieses Ziel vor." in response.content.decode()


def test_only_a_draft_can_be_deleted(office: Client, field: FieldOfAction) -> None:
    draft, public = NeedFactory(field_of_action=field, state=State.DRAFT), NeedFactory(field_of_action=field)
    assert office.post(url("delete", draft), {"post": "yes"}).status_code == 302
    assert office.post(url("delete", public), {"post": "yes"}).status_code == 403
    assert Need.objects.get() == public


def test_the_public_page_is_linked_where_there_is_one(office: Client, field: FieldOfAction) -> None:
    draft, public = NeedFactory(field_of_action=field, state=State.DRAFT), NeedFactory(field_of_action=field)
    assert [row.get_absolute_url() in office.get(url("change", row)).content.decode() for row in (draft, public)] == [
        False,
        True,
    ]


# Who may


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PROJECT_OFFICE])
@pytest.mark.parametrize("factory", [NeedFactory, GoalFactory, MeasureFactory])
def test_only_the_project_office_moves_entries(client: Client, role: Role, factory: type[NeedFactory]) -> None:
    row = factory()
    client.force_login(UserFactory(role=role))
    assert client.get(url("change", row)).status_code == 200
    assert url("move", row) not in client.get(url("change", row)).content.decode()
    assert client.post(url("move", row), {"to": "agreed"}).status_code == 403
    assert type(row).objects.get().state == State.PROPOSED


def test_a_closed_concept_is_closed_to_the_project_office_too(office: Client) -> None:
    field = FieldOfActionFactory(concept__process_closed_on=date(2021, 6, 30))
    goal = GoalFactory(field_of_action=field, needs=[NeedFactory(field_of_action=field)])
    assert office.get(url("change", goal)).status_code == 200
    assert office.post(url("change", goal), {}).status_code == 403
    assert office.post(url("move", goal), {"to": "agreed"}).status_code == 403
    assert url("move", goal) not in office.get(url("change", goal)).content.decode()
