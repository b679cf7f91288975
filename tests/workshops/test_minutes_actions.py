"""Minutes and outcomes: written item by item, released, taken back; where an outcome comes from stays with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from catalogue.actions import promote
from catalogue.models import Need
from district.acting import Outdated
from tests.factories import (
    AgendaItemFactory,
    ConceptFactory,
    EventFactory,
    FeedbackFactory,
    FieldOfActionFactory,
    NeedFactory,
    RegistrationFactory,
    UserFactory,
    WorkingGroupFactory,
)
from workshops.actions import (
    Found,
    add_item,
    begin_minutes,
    drop_outcome,
    note,
    record_outcome,
    release,
    release_outcome,
    reopen,
    revise_outcome,
    settle_outcome,
    write_minutes,
)
from workshops.models import AgendaItem, Event, Mailing, Minutes, Outcome, Registration

from .sample import AFTERWARDS, again, letters

pytestmark = pytest.mark.django_db

FOUND = Found(kind="need", title="Abends fehlt der Bus", text="In vielen Dörfern.")
POINT = Found(
    kind="open_point", title="Fahrpläne vergleichen", owner="Amt für Bau und Verkehr", due_on=date(2026, 10, 1)
)


@pytest.fixture
def item() -> AgendaItem:
    """An item of an event that was held, whose minutes are begun."""
    group = WorkingGroupFactory()
    event = EventFactory(concept=group.concept, group=group, state=Event.State.HELD)
    begin_minutes(event, at=AFTERWARDS)
    item: AgendaItem = AgendaItemFactory(event=event, order=1)
    return item


def released(item: AgendaItem) -> Minutes:
    write_minutes(item.event.minutes, summary="Kurz und gut.", internal="Nur für uns.", seen=0)
    return release(item.event.minutes, by=UserFactory(), at=AFTERWARDS)


# Writing


def test_minutes_are_begun_once() -> None:
    event = EventFactory()
    first = begin_minutes(event, at=AFTERWARDS)
    assert begin_minutes(event, at=AFTERWARDS + timedelta(hours=1)) == first
    assert again(first).started_at == AFTERWARDS


@pytest.mark.parametrize(
    ("state", "told"), [(Event.State.CALLED_OFF, "ist abgesagt"), (Event.State.POSTPONED, "ist verschoben")]
)
def test_what_did_not_take_place_has_no_minutes(state: str, told: str) -> None:
    event = EventFactory(state=state, registration_opens_on=None, registration_closes_on=None)
    with pytest.raises(ValidationError, match=told):
        begin_minutes(event, at=AFTERWARDS)
    item, minutes = AgendaItemFactory(event=event), Minutes.objects.create(event=event)  # begun before
    for act in (
        lambda: note(item, text="Neu.", seen=0),
        lambda: write_minutes(minutes, summary="Neu.", internal="", seen=0),
        lambda: record_outcome(event, FOUND, at=AFTERWARDS, item=item),
        lambda: add_item(event, title="Neu"),
    ):
        with pytest.raises(ValidationError, match=told):
            act()


def test_a_note_grows_by_revisions_and_the_same_words_again_are_left(item: AgendaItem) -> None:
    assert note(item, text=" Busse. ", seen=0).revision == 1
    assert note(item, text="Busse.", seen=0).revision == 1  # an answer that was lost on the way, sent again
    assert note(item, text="Busse und Bahnen.", seen=1).revision == 2
    assert again(item).discussion.text == "Busse und Bahnen."


def test_who_wrote_on_top_of_an_older_state_is_told_and_overwrites_nothing(item: AgendaItem) -> None:
    minutes = item.event.minutes
    note(item, text="Busse.", seen=0)
    write_minutes(minutes, summary="So war es.", internal="", seen=0)
    with pytest.raises(Outdated):
        note(item, text="Bahnen.", seen=0)
    with pytest.raises(Outdated):
        write_minutes(minutes, summary="Anders war es.", internal="", seen=0)
    assert (again(item).discussion.text, again(minutes).summary) == ("Busse.", "So war es.")


def test_a_point_that_came_up_stands_at_the_end_of_the_agenda(item: AgendaItem) -> None:
    assert add_item(item.event, title=" Noch \n etwas ").title == "Noch etwas"
    assert [each.order for each in item.event.agenda.all()] == [1, 2]
    with pytest.raises(ValidationError) as refused:
        add_item(item.event, title=" ")
    assert list(refused.value.message_dict) == ["title"]


def test_a_point_sent_twice_stands_there_once(item: AgendaItem) -> None:
    added = add_item(item.event, title="Noch etwas")
    assert add_item(item.event, title=" Noch  etwas") == added
    assert add_item(item.event, title="Ganz anderes") != added
    assert item.event.agenda.count() == 3


# Outcomes


def test_an_outcome_knows_event_item_and_group(item: AgendaItem) -> None:
    outcome = record_outcome(item.event, FOUND, at=AFTERWARDS, item=item)
    assert (outcome.event, outcome.item, outcome.group, outcome.feedback) == (item.event, item, item.event.group, None)
    assert (outcome.created_at, outcome.released_at) == (AFTERWARDS, None)


def test_an_outcome_sent_twice_is_one_and_other_words_are_another(item: AgendaItem) -> None:
    outcome = record_outcome(item.event, POINT, at=AFTERWARDS, item=item)
    later = AFTERWARDS + timedelta(minutes=5)  # a page that is loaded again
    assert record_outcome(item.event, replace(POINT, title=" Fahrpläne  vergleichen "), at=later, item=item) == outcome
    others = [
        record_outcome(item.event, POINT, at=later),
        record_outcome(item.event, replace(POINT, text="Bis zum Herbst."), at=later, item=item),
        record_outcome(item.event, replace(POINT, due_on=None), at=later, item=item),
    ]
    assert len({outcome, *others}) == Outcome.objects.count() == 4


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "idea"}, "kind"),
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"owner": "x" * 121}, "owner"),
    ],
)
def test_an_outcome_that_does_not_fit_is_refused_at_its_field(
    item: AgendaItem, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        record_outcome(item.event, replace(FOUND, **change), at=AFTERWARDS, item=item)
    assert field in refused.value.message_dict
    assert not Outcome.objects.exists()


def test_an_outcome_takes_no_item_or_field_of_action_of_something_else(item: AgendaItem) -> None:
    foreign = FieldOfActionFactory(concept=ConceptFactory())
    with pytest.raises(ValidationError) as refused:
        record_outcome(item.event, FOUND, at=AFTERWARDS, item=AgendaItemFactory())
    assert list(refused.value.message_dict) == ["item"]
    with pytest.raises(ValidationError) as refused:
        record_outcome(item.event, replace(FOUND, field_of_action=foreign), at=AFTERWARDS, item=item)
    assert list(refused.value.message_dict) == ["field_of_action"]


def test_two_who_revise_an_outcome_do_not_overwrite_each_other(item: AgendaItem) -> None:
    outcome = record_outcome(item.event, FOUND, at=AFTERWARDS, item=item)
    revise_outcome(outcome, replace(FOUND, title="Sonntags fehlt der Bus"), seen=0)
    with pytest.raises(Outdated):
        revise_outcome(outcome, replace(FOUND, title="Nachts fehlt der Bus"), seen=0)
    assert again(outcome).title == "Sonntags fehlt der Bus"


def test_an_outcome_recorded_by_mistake_goes_one_that_was_public_stays(item: AgendaItem) -> None:
    drop_outcome(record_outcome(item.event, FOUND, at=AFTERWARDS, item=item))
    assert not Outcome.objects.exists()
    outcome = record_outcome(item.event, FOUND, at=AFTERWARDS, item=item)
    reopen(released(item), reason="Ein Fehler.", by=UserFactory(), at=AFTERWARDS)
    with pytest.raises(ValidationError, match="war schon öffentlich und bleibt"):
        drop_outcome(outcome)
    assert Outcome.objects.get() == outcome


def test_an_outcome_that_was_never_public_is_deleted_after_a_release_too(item: AgendaItem) -> None:
    internal = record_outcome(item.event, replace(FOUND, is_public=False), at=AFTERWARDS, item=item)
    reopen(released(item), reason="Ein Fehler.", by=UserFactory(), at=AFTERWARDS)
    drop_outcome(again(internal))
    assert not Outcome.objects.exists()


def test_an_open_point_is_done_and_not_done_again_also_after_the_release(item: AgendaItem) -> None:
    point = record_outcome(item.event, POINT, at=AFTERWARDS, item=item)
    released(item)
    late = date(2026, 10, 2)
    assert list(Outcome.objects.overdue(late)) == [point]
    assert settle_outcome(point, on=late).done_on == late
    assert (list(Outcome.objects.overdue(late)), list(Outcome.objects.open())) == ([], [])
    assert settle_outcome(point, on=None).is_overdue(late)


def test_what_nobody_has_to_see_to_cannot_be_done(item: AgendaItem) -> None:
    need = record_outcome(item.event, FOUND, at=AFTERWARDS, item=item)
    with pytest.raises(ValidationError, match="offene Punkte und Festlegungen"):
        settle_outcome(need, on=date(2026, 10, 2))


def test_what_somebody_has_dropped_meanwhile_cannot_be_done(item: AgendaItem) -> None:
    point = record_outcome(item.event, POINT, at=AFTERWARDS, item=item)
    drop_outcome(again(point))
    with pytest.raises(ValidationError, match="gibt es nicht mehr"):
        settle_outcome(point, on=date(2026, 10, 2))


# Releasing


def test_a_release_makes_all_outcomes_public_but_the_internal_ones(item: AgendaItem) -> None:
    public = record_outcome(item.event, FOUND, at=AFTERWARDS, item=item)
    record_outcome(item.event, replace(POINT, is_public=False), at=AFTERWARDS, item=item)
    assert not Outcome.objects.public().exists()
    minutes = released(item)
    assert minutes.is_released
    assert list(Outcome.objects.public()) == [public]
    assert [(step.kind, step.at) for step in minutes.steps.all()] == [("released", AFTERWARDS)]


@pytest.mark.parametrize("is_public", [True, False])
def test_a_release_tells_those_who_were_there_where_to_read(item: AgendaItem, is_public: bool) -> None:
    event, office = item.event, UserFactory()
    Event.objects.update(is_public=is_public)
    RegistrationFactory(event=event, email="da@example.org", attended_at=AFTERWARDS)
    RegistrationFactory(event=event, email="nicht-da@example.org")
    RegistrationFactory(event=event, email="", attended_at=AFTERWARDS)
    write_minutes(event.minutes, summary="Kurz und gut.", internal="", seen=0)
    release(event.minutes, by=office, at=AFTERWARDS, tell=True)
    mailing = event.mailings.get()
    assert (mailing.kind, mailing.audience, mailing.recipients, mailing.sent_by, mailing.sent_at) == (
        Mailing.Kind.MINUTES,
        Mailing.Audience.PRESENT,
        1,
        office,
        AFTERWARDS,
    )
    (letter,) = letters()
    assert (letter["to"], mailing.subject) == ("da@example.org", f"Protokoll: {event}")
    assert letter["subject"] == mailing.subject
    address = f"{settings.PORTAL_URL}{event.get_absolute_url()}"
    assert (address in mailing.text, address in letter["text"]) == (is_public, is_public)


def test_where_nobody_ticked_names_those_registered_are_told_and_nobody_unless_asked(item: AgendaItem) -> None:
    RegistrationFactory(event=item.event)
    RegistrationFactory(event=item.event, state=Registration.State.CANCELLED)
    minutes = released(item)
    assert not letters()
    reopen(minutes, reason="Ein Fehler.", by=UserFactory(), at=AFTERWARDS)
    release(minutes, by=UserFactory(), at=AFTERWARDS, tell=True)
    assert (item.event.mailings.get().audience, len(letters())) == (Mailing.Audience.CONFIRMED, 1)


def test_where_nobody_has_an_address_nothing_is_logged(item: AgendaItem) -> None:
    RegistrationFactory(event=item.event, email="")
    write_minutes(item.event.minutes, summary="Kurz und gut.", internal="", seen=0)
    release(item.event.minutes, by=UserFactory(), at=AFTERWARDS, tell=True)
    assert not Mailing.objects.exists()


def test_minutes_without_a_summary_or_of_an_event_that_nobody_recorded_are_not_released(item: AgendaItem) -> None:
    with pytest.raises(ValidationError) as refused:
        release(item.event.minutes, by=UserFactory(), at=AFTERWARDS)
    assert list(refused.value.message_dict) == ["summary"]
    planned = EventFactory()
    minutes = write_minutes(begin_minutes(planned, at=AFTERWARDS), summary="Gut.", internal="", seen=0)
    with pytest.raises(ValidationError, match="Tragen Sie zuerst ein"):
        release(minutes, by=UserFactory(), at=AFTERWARDS)


def test_released_minutes_take_no_change(item: AgendaItem) -> None:
    outcome = record_outcome(item.event, FOUND, at=AFTERWARDS, item=item)
    minutes = released(item)
    for act in (
        lambda: note(item, text="Neu.", seen=0),
        lambda: write_minutes(minutes, summary="Neu.", internal="", seen=1),
        lambda: record_outcome(item.event, FOUND, at=AFTERWARDS, item=item),
        lambda: revise_outcome(outcome, replace(FOUND, title="Neu"), seen=0),
        lambda: drop_outcome(outcome),
        lambda: add_item(item.event, title="Neu"),
        lambda: release(minutes, by=UserFactory(), at=AFTERWARDS),
    ):
        with pytest.raises(ValidationError, match="freigegeben"):
            act()


def test_minutes_taken_back_are_corrected_and_released_again(item: AgendaItem) -> None:
    outcome = record_outcome(item.event, FOUND, at=AFTERWARDS, item=item)
    minutes = released(item)
    office = UserFactory()
    with pytest.raises(ValidationError) as refused:
        reopen(minutes, reason=" ", by=office, at=AFTERWARDS)
    assert list(refused.value.message_dict) == ["reason"]
    later = AFTERWARDS + timedelta(days=1)
    reopen(minutes, reason="Ein Datum war falsch.", by=office, at=later)
    assert (list(Outcome.objects.public()), list(Outcome.objects.released())) == ([], [outcome])
    assert again(outcome).is_being_corrected

    revise_outcome(outcome, replace(FOUND, title="Abends fehlt in vielen Dörfern der Bus"), seen=0)
    added = record_outcome(item.event, POINT, at=later, item=item)
    release(again(minutes), by=office, at=later)
    assert again(outcome).released_at == AFTERWARDS  # since when it has been public
    assert again(added).released_at == later
    assert [step.kind for step in minutes.steps.all()] == ["released", "reopened", "released"]
    assert [step.reason for step in minutes.steps.all()] == ["", "Ein Datum war falsch.", ""]


def test_minutes_that_are_not_released_cannot_be_taken_back(item: AgendaItem) -> None:
    with pytest.raises(ValidationError, match="in Arbeit"):
        reopen(item.event.minutes, reason="Ein Fehler.", by=UserFactory(), at=AFTERWARDS)


# What came of a feedback


def test_what_a_feedback_brought_needs_no_minutes_and_is_released_by_itself() -> None:
    feedback = FeedbackFactory(event=EventFactory(state=Event.State.CALLED_OFF))
    outcome = record_outcome(feedback.event, FOUND, at=AFTERWARDS, feedback=feedback)
    assert not Outcome.objects.public().exists()
    assert release_outcome(outcome, at=AFTERWARDS).released_at == AFTERWARDS
    assert list(Outcome.objects.public()) == [outcome]
    assert not again(outcome).is_being_corrected


def test_what_an_agenda_item_brought_is_not_released_by_itself(item: AgendaItem) -> None:
    outcome = record_outcome(item.event, FOUND, at=AFTERWARDS, item=item)
    with pytest.raises(ValidationError, match="mit der Freigabe des Protokolls"):
        release_outcome(outcome, at=AFTERWARDS)


# Into the catalogue


def test_a_released_outcome_becomes_an_entry_once_and_both_ends_know(item: AgendaItem) -> None:
    field = FieldOfActionFactory(concept=item.event.concept)
    outcome = record_outcome(item.event, FOUND, at=AFTERWARDS, item=item)
    fresh = Need(concept=field.concept, field_of_action=field, number="B 9", title=FOUND.title, text=FOUND.text)
    with pytest.raises(ValidationError, match="Übernommen wird, was freigegeben ist"):
        promote(outcome, fresh, by=UserFactory(), at=AFTERWARDS)
    released(item)
    promotion = promote(outcome, fresh, by=UserFactory(), at=AFTERWARDS)
    need = Need.objects.get()
    assert (need.state, need.text, promotion.entry) == ("draft", FOUND.text, need)
    assert (again(outcome).promotion, list(need.promotions.all())) == (promotion, [promotion])
    with pytest.raises(ValidationError, match="schon im Katalog"):
        promote(outcome, NeedFactory(field_of_action=field), by=UserFactory(), at=AFTERWARDS)


def test_an_outcome_enters_no_other_concepts_catalogue(item: AgendaItem) -> None:
    outcome = record_outcome(item.event, FOUND, at=AFTERWARDS, item=item)
    released(item)
    with pytest.raises(ValidationError, match="anderen Konzept"):
        promote(outcome, NeedFactory(), by=UserFactory(), at=AFTERWARDS)
