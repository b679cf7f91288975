"""Outcomes of the experts' work enter the catalogue: as a new entry or into one that is there, once, and linked for good."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.actions import promote
from catalogue.models import Goal, Measure, Need, Promotion, State
from catalogue.numbering import next_number
from district.models import Concept, FieldOfAction, Role, User
from tests.factories import (
    AgendaItemFactory,
    ConceptFactory,
    EventFactory,
    FeedbackFactory,
    FieldOfActionFactory,
    GoalFactory,
    MeasureFactory,
    NeedFactory,
    OutcomeFactory,
    UserFactory,
    WorkingGroupFactory,
)
from workshops.models import Minutes, Outcome

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 10, 1, 9, 30, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def field() -> FieldOfAction:
    made: FieldOfAction = FieldOfActionFactory(number=3, concept=ConceptFactory())
    return made


@pytest.fixture
def office() -> User:
    made: User = UserFactory(role=Role.PROJECT_OFFICE, function="Projektkoordination")
    return made


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def an_outcome(field: FieldOfAction, **changes: Any) -> Outcome:
    """Return a released need from a point of an agenda."""
    item = AgendaItemFactory(event__concept=field.concept, event__title="Forum Verkehr", title="Busse")
    given = {"title": "Busse fehlen", "text": "Am Wochenende.", "field_of_action": field, "released_at": NOW}
    outcome: Outcome = OutcomeFactory(event=item.event, item=item, **{**given, **changes})
    return outcome


def url(outcome: Outcome, **query: Any) -> str:
    return reverse("admin:catalogue_promote", args=[outcome.pk], query=query)


def sent(field: FieldOfAction, **changes: Any) -> dict[str, Any]:
    return {
        "field_of_action": field.pk,
        "title": "Busse am Wochenende",
        "text": "Neu gefasst.",
        "number": "",
        **changes,
    }


def html(response: Any) -> str:
    return str(response.content.decode())


# Numbers


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ([], "B 3.1"),
        (["B 3.1", "B 3.9", "B 3.10", "B 4.20", "B 3.x", "M 3.30"], "B 3.11"),
    ],
)
def test_a_need_is_numbered_in_its_field(field: FieldOfAction, taken: list[str], expected: str) -> None:
    assert next_number(Need(field_of_action=field), taken) == expected


def test_goals_and_measures_are_numbered_in_their_own_manner(field: FieldOfAction) -> None:
    parent = Goal(field_of_action=field, number="Z 2", kind=Goal.Kind.STRATEGIC)
    assert next_number(parent, ["Z 1", "Z 2", "Z 2.7"]) == "Z 3"
    assert next_number(Goal(parent=parent, field_of_action=field), ["Z 2", "Z 1.8", "Z 2.1"]) == "Z 2.2"
    assert next_number(Measure(field_of_action=field), ["M 3.01", "M 3.09", "M 1.20"]) == "M 3.10"


# Who may


@pytest.mark.parametrize("role", Role)
def test_the_project_office_alone_takes_outcomes_up_and_everybody_reads_where_they_went(
    field: FieldOfAction, role: Role
) -> None:
    outcome, person = an_outcome(field), UserFactory(role=role)
    client, may = as_person(person), role == Role.PROJECT_OFFICE
    assert client.get(url(outcome)).status_code == (200 if may else 403)
    assert client.post(url(outcome), sent(field)).status_code == (302 if may else 403)
    assert Promotion.objects.exists() == may
    if not may:
        promote(outcome, NeedFactory(field_of_action=field), by=person, at=NOW)
    assert client.get(url(outcome)).status_code == 200


def test_a_chair_of_the_group_does_not_take_up_either(field: FieldOfAction) -> None:
    chair = UserFactory(role=Role.GROUP_CHAIR)
    group = WorkingGroupFactory(concept=field.concept, chair=chair)
    outcome = an_outcome(field)
    outcome.event.group = group
    outcome.event.save()
    assert as_person(chair).get(url(outcome)).status_code == 403


def test_a_closed_process_takes_nothing_up(office: User) -> None:
    concept = ConceptFactory(process_closed_on=datetime.date(2026, 9, 1))
    outcome = an_outcome(FieldOfActionFactory(concept=concept))
    assert as_person(office).get(url(outcome)).status_code == 403


# New entries


@pytest.mark.parametrize(("kind", "becomes"), [("need", "need"), ("goal", "strategic"), ("measure", "measure")])
def test_what_it_becomes_is_preset_by_its_kind(field: FieldOfAction, office: User, kind: str, becomes: str) -> None:
    response = as_person(office).get(url(an_outcome(field, kind=kind)))
    assert response.context["becomes"] == becomes
    form = response.context["form"]
    assert (form["title"].value(), form["text"].value()) == ("Busse fehlen", "Am Wochenende.")
    assert form["field_of_action"].value() == field.pk


def test_the_page_names_the_next_number_and_where_it_comes_from(field: FieldOfAction, office: User) -> None:
    NeedFactory(field_of_action=field, number="B 3.4")
    page = html(as_person(office).get(url(an_outcome(field))))
    for words in ("hier „B 3.5“", "Forum Verkehr", ". Busse"):
        assert words in page


def test_a_new_need_is_a_draft_and_both_ends_are_linked(field: FieldOfAction, office: User) -> None:
    outcome = an_outcome(field)
    client = as_person(office)
    response = client.post(url(outcome), sent(field))
    need = Need.objects.get()
    assert response["Location"] == reverse("admin:catalogue_need_change", args=[need.pk])
    assert (need.number, need.title, need.text) == ("B 3.1", "Busse am Wochenende", "Neu gefasst.")
    assert (need.state, need.field_of_action, need.concept) == (State.DRAFT, field, field.concept)
    promotion = Promotion.objects.get()
    assert (promotion.outcome, promotion.entry, promotion.promoted_by) == (outcome, need, office)
    page = html(client.get(response["Location"]))
    assert "Herkunft" in page
    assert reverse("admin:workshops_event_change", args=[outcome.event_id]) in page
    assert "B 3.1 Busse am Wochenende" in html(client.get(url(outcome)))
    minutes = html(client.get(reverse("admin:workshops_event_minutes", args=[outcome.event_id])))
    assert "B 3.1 Busse am Wochenende" in minutes


def test_an_entry_of_its_own_has_no_origin(field: FieldOfAction, office: User) -> None:
    need = NeedFactory(field_of_action=field)
    assert "Herkunft" not in html(as_person(office).get(reverse("admin:catalogue_need_change", args=[need.pk])))


def test_a_measure_a_strategic_goal_and_a_sub_goal(field: FieldOfAction, office: User) -> None:
    client = as_person(office)
    client.post(url(an_outcome(field), als="measure"), sent(field))
    client.post(url(an_outcome(field), als="strategic"), sent(field))
    parent = Goal.objects.get()
    client.post(url(an_outcome(field), als="sub_goal"), sent(field, parent=parent.pk))
    sub_goal = Goal.objects.get(kind=Goal.Kind.SUB_GOAL)
    assert Measure.objects.get().number == "M 3.01"
    assert (parent.number, parent.kind) == ("Z 1", Goal.Kind.STRATEGIC)
    assert (sub_goal.number, sub_goal.parent, sub_goal.field_of_action) == ("Z 1.1", parent, field)
    assert Promotion.objects.count() == 3


def test_a_number_that_is_taken_is_told_at_its_field(field: FieldOfAction, office: User) -> None:
    NeedFactory(field_of_action=field, number="B 3.1")
    response = as_person(office).post(url(an_outcome(field)), sent(field, number="B 3.1"))
    assert response.context["form"].errors == {"number": ["Diese Nummer ist im Konzept schon vergeben."]}
    assert (Need.objects.count(), Promotion.objects.count()) == (1, 0)


def test_what_belongs_to_another_concept_cannot_be_chosen(field: FieldOfAction, office: User) -> None:
    client, foreign = as_person(office), GoalFactory()
    assert set(client.post(url(an_outcome(field)), sent(foreign.field_of_action)).context["form"].errors) == {
        "field_of_action"
    }
    sub_goal = client.post(url(an_outcome(field), als="sub_goal"), sent(field, parent=foreign.pk))
    assert set(sub_goal.context["form"].errors) == {"parent"}
    existing = client.post(url(an_outcome(field), als="existing"), {"entry": f"goal-{foreign.pk}"})
    assert existing.context["form"].errors == {"entry": ["Diesen Eintrag gibt es in diesem Konzept nicht."]}
    assert not Promotion.objects.exists()


# Entries that are there


def test_it_goes_into_an_entry_that_stays_as_it_is(field: FieldOfAction, office: User) -> None:
    measure = MeasureFactory(field_of_action=field, title="Rufbus", text="So.")
    NeedFactory(field_of_action=field, state=State.DROPPED, title="Verworfenes")
    client, outcome = as_person(office), an_outcome(field)
    page = html(client.get(url(outcome, als="existing")))
    assert "Rufbus" in page
    assert "Verworfenes" not in page
    client.post(url(outcome, als="existing"), {"entry": f"measure-{measure.pk}"})
    assert Promotion.objects.get().entry == measure
    measure.refresh_from_db()
    assert (measure.title, measure.text, measure.state) == ("Rufbus", "So.", State.PROPOSED)


@pytest.mark.parametrize("title", ["Rufbus", "Der Rufbus fährt."])
def test_the_entry_is_told_with_one_full_stop(field: FieldOfAction, office: User, title: str) -> None:
    measure = MeasureFactory(field_of_action=field, number="M 3.01", title=title)
    response = as_person(office).post(
        url(an_outcome(field), als="existing"), {"entry": f"measure-{measure.pk}"}, follow=True
    )
    told = [str(message) for message in response.context["messages"]]
    assert told == [f"„Busse fehlen“ ist jetzt im Konzept: M 3.01 {title.removesuffix('.')}."]


def test_several_outcomes_go_into_one_entry(field: FieldOfAction, office: User) -> None:
    need, client = NeedFactory(field_of_action=field), as_person(office)
    for _number in range(2):
        client.post(url(an_outcome(field), als="existing"), {"entry": f"need-{need.pk}"})
    page = html(client.get(reverse("admin:catalogue_need_change", args=[need.pk])))
    assert page.count("Forum Verkehr") == 2


# Once, and only what is released


def test_a_second_time_is_refused_and_shows_where_it_went(field: FieldOfAction, office: User) -> None:
    client, outcome = as_person(office), an_outcome(field)
    client.post(url(outcome), sent(field))
    again = client.post(url(outcome), sent(field))
    assert again.status_code == 200
    assert "Übernommen wird ein Ergebnis einmal" in html(again)
    assert (Need.objects.count(), Promotion.objects.count()) == (1, 1)


def test_what_is_not_released_leads_to_where_it_is_released(field: FieldOfAction, office: User) -> None:
    client, outcome = as_person(office), an_outcome(field, released_at=None)
    page = html(client.post(url(outcome), sent(field)))
    assert "noch nicht freigegeben" in page
    assert reverse("admin:workshops_event_minutes", args=[outcome.event_id]) in page
    written = OutcomeFactory(event=outcome.event, feedback=FeedbackFactory(event=outcome.event))
    assert reverse("admin:workshops_event_outcome", args=[outcome.event_id, written.pk]) in html(
        client.get(url(written))
    )
    assert not Promotion.objects.exists()


@pytest.mark.parametrize("kind", [kind for kind in Outcome.Kind if kind not in Outcome.PROMOTABLE])
def test_what_is_to_be_done_is_no_entry(field: FieldOfAction, office: User, kind: str) -> None:
    client, outcome = as_person(office), an_outcome(field, kind=kind)
    assert "hat eine andere Art" in html(client.post(url(outcome), sent(field)))
    with pytest.raises(ValidationError, match="hat eine andere Art"):
        promote(outcome, NeedFactory(field_of_action=field), by=office, at=NOW)
    assert not Promotion.objects.exists()


def test_what_is_being_corrected_waits(field: FieldOfAction, office: User) -> None:
    client, outcome = as_person(office), an_outcome(field)
    Minutes.objects.create(event=outcome.event)  # taken back: not released
    assert "wird gerade berichtigt" in html(client.post(url(outcome), sent(field)))
    with pytest.raises(ValidationError, match="wird gerade berichtigt"):
        promote(outcome, NeedFactory(field_of_action=field), by=office, at=NOW)
    assert not Promotion.objects.exists()


def test_a_text_that_was_emptied_stays_empty(field: FieldOfAction, office: User) -> None:
    as_person(office).post(url(an_outcome(field)), sent(field, text=""))
    assert Need.objects.get().text == ""


@pytest.mark.parametrize("is_own", [True, False])
def test_what_a_group_keeps_internal_is_not_read_by_the_way_of_the_catalogue(
    field: FieldOfAction, is_own: bool
) -> None:
    chair = UserFactory(role=Role.GROUP_CHAIR)
    own = WorkingGroupFactory(concept=field.concept, chair=chair)
    group = own if is_own else WorkingGroupFactory(concept=field.concept)
    outcome = an_outcome(field, is_public=False, group=group)
    need = NeedFactory(field_of_action=field)
    promote(outcome, need, by=UserFactory(), at=NOW)
    client = as_person(chair)
    assert client.get(url(outcome)).status_code == (200 if is_own else 403)
    page = html(client.get(reverse("admin:catalogue_need_change", args=[need.pk])))
    assert ("Busse fehlen" in page) == ("Herkunft" in page) == is_own


def test_the_link_stays_for_good(field: FieldOfAction, office: User) -> None:
    promotion = promote(an_outcome(field), NeedFactory(field_of_action=field), by=office, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Promotion.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Promotion.objects.update(promoted_at=NOW)
    assert Promotion.objects.get() == promotion


def test_more_entries_take_no_more_queries(field: FieldOfAction, office: User) -> None:
    client, outcome = as_person(office), an_outcome(field)

    def fill(concept: Concept) -> None:
        own = FieldOfActionFactory(concept=concept)
        NeedFactory(field_of_action=own)
        MeasureFactory(field_of_action=own, goals=[GoalFactory(field_of_action=own)])

    def count() -> list[int]:
        counts = []
        for becomes in ("need", "sub_goal", "existing"):
            client.get(url(outcome, als=becomes))
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url(outcome, als=becomes)).status_code == 200
            counts.append(len(captured))
        return counts

    fill(field.concept)
    one = count()
    fill(field.concept)
    fill(field.concept)
    assert count() == one


def test_an_event_names_itself_where_no_point_is_known(field: FieldOfAction, office: User) -> None:
    outcome = OutcomeFactory(event=EventFactory(concept=field.concept, title="Bürgerforum Torgau"), released_at=NOW)
    page = html(as_person(office).get(url(outcome)))
    assert "Bürgerforum Torgau" in page
    assert "Leer: die nächste freie Nummer." in page
