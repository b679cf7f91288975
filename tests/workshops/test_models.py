"""What the database holds by itself: seats, dates on record, states and their steps, words that stay."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, models, transaction

from tests.factories import (
    AgendaItemFactory,
    ConceptFactory,
    EventFactory,
    FeedbackFactory,
    FieldOfActionFactory,
    MembershipFactory,
    MilestoneFactory,
    OutcomeFactory,
    PhaseFactory,
    RegistrationFactory,
    UserFactory,
    WorkingGroupFactory,
    when,
)
from workshops.actions import When, begin_minutes, hold, release, reopen, reschedule, send, write_minutes
from workshops.models import (
    Change,
    Event,
    EventField,
    GroupField,
    Mailing,
    Membership,
    Minutes,
    MinutesStep,
    Outcome,
    Registration,
    WorkingGroup,
)

from .sample import AFTERWARDS, NOW, again

pytestmark = pytest.mark.django_db

State = Registration.State


def refused(queryset: models.QuerySet[Any], error: type[Exception] = IntegrityError, **values: Any) -> str:
    """Return what the database says against an update in bulk."""
    with pytest.raises(error) as raised, transaction.atomic():
        queryset.update(**values)
    return str(raised.value)


def complaints(row: models.Model) -> list[str]:
    """Return at which fields a form would complain."""
    with pytest.raises(ValidationError) as raised:
        row.full_clean()
    return sorted(raised.value.message_dict)


# Seats


def test_no_update_in_bulk_gives_more_seats_than_there_are() -> None:
    event = EventFactory(seats=2)
    RegistrationFactory.create_batch(3, event=event, state=State.WAITING)
    assert "no seat is left" in refused(event.registrations.all(), state=State.CONFIRMED)
    assert event.registrations.filter(state=State.CONFIRMED).count() == 0


def test_no_insert_gives_more_seats_than_there_are() -> None:
    event = EventFactory(seats=1)
    RegistrationFactory(event=event)
    rows = RegistrationFactory.build_batch(1, event=event)
    with pytest.raises(IntegrityError, match="no seat is left"), transaction.atomic():
        Registration.objects.bulk_create(rows)
    with pytest.raises(IntegrityError, match="no seat is left"), transaction.atomic():
        RegistrationFactory(event=event)


def test_a_seat_is_counted_per_event_and_those_without_a_limit_have_enough() -> None:
    RegistrationFactory(event=EventFactory(seats=1))
    RegistrationFactory(event=EventFactory(seats=1))
    RegistrationFactory.create_batch(5, event=EventFactory(seats=None))
    assert Registration.objects.confirmed().count() == 7


def test_there_are_never_fewer_seats_than_people_on_them() -> None:
    event = EventFactory(seats=None)
    RegistrationFactory.create_batch(3, event=event)
    RegistrationFactory(event=event, state=State.WAITING)
    events = Event.objects.filter(pk=event.pk)
    assert "fewer seats than registered" in refused(events, seats=2)
    event.seats = 2
    assert complaints(event) == ["seats"]
    assert events.update(seats=3) == 1
    assert events.update(seats=None) == 1


def test_an_address_registers_once_for_an_event_however_it_is_written() -> None:
    event = EventFactory()
    RegistrationFactory(event=event, email="gast@example.org")
    RegistrationFactory(email="gast@example.org")  # another event
    RegistrationFactory(event=event, email="gast@example.org", state=State.CANCELLED)
    RegistrationFactory.create_batch(2, event=event, email="")
    with pytest.raises(IntegrityError, match="registration_once_per_address"), transaction.atomic():
        RegistrationFactory(event=event, email="Gast@Example.org", state=State.UNCONFIRMED)


@pytest.mark.parametrize(
    "typed", ["GAST@example.org", "\N{KELVIN SIGN}im@example.org", "\N{LATIN SMALL LETTER LONG S}am@example.org"]
)
def test_an_address_is_found_exactly_where_the_database_takes_it_for_the_same(typed: str) -> None:
    event = EventFactory()
    for email in ("gast@example.org", "kim@example.org", "sam@example.org"):
        RegistrationFactory(event=event, email=email)
    is_found = event.registrations.with_email(typed).exists()
    try:
        with transaction.atomic():
            RegistrationFactory(event=event, email=typed)
    except IntegrityError:
        assert is_found
    else:
        assert not is_found


def test_who_has_a_seat_or_waits_has_said_so_at_some_time() -> None:
    with pytest.raises(IntegrityError, match="registration_knows_since_when"), transaction.atomic():
        RegistrationFactory(confirmed_at=None)


# Dates on record


def test_the_day_of_a_public_event_changes_only_on_record() -> None:
    event = EventFactory()
    events = Event.objects.filter(pk=event.pk)
    assert "only on record" in refused(events, date=when("8.9.2026"))
    assert "only on record" in refused(events, starts_at=time(19))
    assert "only on record" in refused(events, starts_at=None, ends_at=None)
    reschedule(event, to=When(when("8.9.2026"), time(19)), reason="Belegt.", by=UserFactory(), at=NOW)
    assert "only on record" in refused(events, date=when("1.9.2026"), starts_at=time(18))  # not back in silence
    assert again(event).date == when("8.9.2026")


def test_the_day_of_what_readers_do_not_know_changes_freely_and_publishing_is_no_move() -> None:
    event = EventFactory(is_public=False)
    events = Event.objects.filter(pk=event.pk)
    assert events.update(date=when("8.9.2026"), ends_at=time(21)) == 1
    assert events.update(is_public=True, date=when("9.9.2026")) == 1
    assert events.update(place="Anderer Saal") == 1


def test_the_day_of_what_readers_knew_once_changes_only_on_record() -> None:
    event = EventFactory()
    events = Event.objects.filter(pk=event.pk)
    events.update(is_public=False)
    assert "only on record" in refused(events, date=when("8.9.2026"))
    reschedule(again(event), to=When(when("8.9.2026"), time(19)), reason="Belegt.", by=UserFactory(), at=NOW)
    assert again(event).date == when("8.9.2026")


@pytest.mark.parametrize("kind", ["moved", "postponed", "called_off"])
def test_what_happened_to_a_date_has_a_reason(kind: str) -> None:
    event = EventFactory()
    given = {"event": event, "kind": kind, "from_date": event.date, "to_date": event.date, "recorded_by": UserFactory()}
    with pytest.raises(IntegrityError, match="event_change_has_a_reason"), transaction.atomic():
        Change.objects.create(**given)
    Change.objects.create(**given | {"kind": "held"})


# Rows that stay


def test_what_happened_what_was_sent_and_what_was_released_is_only_added() -> None:
    event, office = (
        EventFactory(date=when("1.6.2026"), registration_opens_on=None, registration_closes_on=None),
        UserFactory(),
    )
    RegistrationFactory(event=event)
    hold(event, by=office, at=NOW)
    send(event, kind=Mailing.Kind.MESSAGE, audience="confirmed", subject="Dank", text="Danke.", by=office, at=NOW)
    minutes = write_minutes(begin_minutes(event, at=NOW), summary="Gut.", internal="", seen=0)
    release(minutes, by=office, at=NOW)
    for rows, change in (
        (Change.objects.all(), {"reason": "Anders."}),
        (Mailing.objects.all(), {"text": "Anders."}),
        (MinutesStep.objects.all(), {"reason": "Anders."}),
    ):
        assert rows.count() == 1
        assert "append_only" in refused(rows, InternalError, **change)
        with pytest.raises(InternalError, match="append_only"), transaction.atomic():
            rows.delete()


def test_released_minutes_change_only_after_they_were_taken_back() -> None:
    event, office = EventFactory(state=Event.State.HELD), UserFactory()
    minutes = write_minutes(begin_minutes(event, at=AFTERWARDS), summary="Gut.", internal="", seen=0)
    release(minutes, by=office, at=AFTERWARDS)
    rows = Minutes.objects.filter(pk=minutes.pk)
    assert "released_minutes_stand" in refused(rows, InternalError, summary="Besser.")
    reopen(minutes, reason="Fehler.", by=office, at=AFTERWARDS)
    assert rows.update(summary="Besser.") == 1


def test_an_outcome_that_was_released_cannot_be_deleted() -> None:
    OutcomeFactory()
    kept = OutcomeFactory(released_at=NOW)
    Outcome.objects.filter(released_at=None).delete()
    with pytest.raises(InternalError, match="released_outcomes_stay"), transaction.atomic():
        Outcome.objects.all().delete()
    assert Outcome.objects.get() == kept


def test_where_an_outcome_comes_from_never_changes() -> None:
    group = WorkingGroupFactory()
    event = EventFactory(concept=group.concept, group=group)
    item = AgendaItemFactory(event=event)
    other = AgendaItemFactory(event=event)
    feedback = FeedbackFactory(event=event)
    rows = Outcome.objects.filter(pk=OutcomeFactory(event=event, item=item, group=group).pk)
    for change in ({"event": EventFactory()}, {"item": other}, {"item": None}, {"group": None}, {"feedback": feedback}):
        assert "keeps_where_it_comes_from" in refused(rows, InternalError, **change)
    assert rows.update(title="Andere Worte", kind="goal") == 1


def test_an_item_that_brought_something_stays_on_the_agenda() -> None:
    outcome = OutcomeFactory(event=EventFactory())
    item = AgendaItemFactory(event=outcome.event)
    OutcomeFactory(event=outcome.event, item=item)
    with pytest.raises(models.ProtectedError):
        item.delete()
    with pytest.raises(models.ProtectedError):
        outcome.event.delete()


# States and their steps


@pytest.mark.parametrize(
    ("state", "to"),
    [
        ("held", "planned"),
        ("called_off", "planned"),
        ("called_off", "held"),
        ("postponed", "held"),
        ("held", "called_off"),
    ],
)
def test_an_event_takes_only_the_steps_there_are(state: str, to: str) -> None:
    event = EventFactory(state=state)
    assert "nvalid" in refused(Event.objects.filter(pk=event.pk), InternalError, state=to)


@pytest.mark.parametrize(
    ("state", "to"),
    [("confirmed", "unconfirmed"), ("waiting", "invited"), ("cancelled", "unconfirmed")],
)
def test_a_registration_takes_only_the_steps_there_are(state: str, to: str) -> None:
    registration = RegistrationFactory(state=state)
    assert "nvalid" in refused(Registration.objects.filter(pk=registration.pk), InternalError, state=to)


# What fits together


@pytest.mark.parametrize(
    ("change", "field", "name"),
    [
        ({"kind": "party"}, "kind", "event_has_a_known_kind"),
        ({"date": when("September 2026")}, "starts_at", "event_hour_needs_a_day"),
        ({"ends_at": time(17)}, "ends_at", "event_ends_after_start"),
        ({"ends_at": time(18)}, "ends_at", "event_ends_after_start"),
        ({"starts_at": None}, "ends_at", "event_ends_after_start"),
        ({"last_day": date(2026, 9, 1)}, "last_day", "event_last_day_after_first"),
        (
            {"registration_closes_on": date(2026, 5, 31)},
            "registration_closes_on",
            "event_registration_ends_after_start",
        ),
        (
            {"registration_closes_on": date(2026, 9, 2)},
            "registration_closes_on",
            "event_registration_ends_before_event",
        ),
        ({"seats": 0}, "seats", "event_has_a_seat"),
    ],
)
def test_an_event_whose_parts_do_not_fit_is_refused_by_form_and_database(
    change: dict[str, Any], field: str, name: str
) -> None:
    event = EventFactory.build(concept=ConceptFactory(), **change)
    assert field in complaints(event)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        event.save()


@pytest.mark.parametrize("missing", ["registration_opens_on", "registration_closes_on"])
def test_a_registration_has_a_first_and_a_last_day(missing: str) -> None:
    event = EventFactory.build(concept=ConceptFactory(), **{missing: None})
    assert complaints(event) == ["registration_closes_on"]


def test_an_event_over_several_days_may_end_at_an_earlier_hour() -> None:
    event = EventFactory(last_day=date(2026, 9, 3), ends_at=time(12))
    event.full_clean()
    assert event.when == "1. September 2026 bis 3. September 2026, 18 bis 12 Uhr"


def test_a_session_has_a_group() -> None:
    event = EventFactory.build(concept=ConceptFactory(), kind=Event.Kind.GROUP_SESSION)
    assert complaints(event) == ["group"]


@pytest.mark.parametrize("name", ["group", "phase", "milestone"])
def test_an_event_takes_nothing_of_another_concept(name: str) -> None:
    made = {"group": WorkingGroupFactory, "phase": PhaseFactory, "milestone": MilestoneFactory}[name]()
    assert complaints(EventFactory.build(concept=ConceptFactory(), **{name: made})) == [name]


def test_a_field_of_action_is_of_the_same_concept_and_there_once() -> None:
    group, event, foreign = WorkingGroupFactory(), EventFactory(), FieldOfActionFactory(concept=ConceptFactory())
    for link in (GroupField(group=group, field_of_action=foreign), EventField(event=event, field_of_action=foreign)):
        assert complaints(link) == ["field_of_action"]
    own = FieldOfActionFactory(concept=group.concept)
    GroupField.objects.create(group=group, field_of_action=own)
    assert complaints(GroupField(group=group, field_of_action=own)) == ["field_of_action"]


def test_contacts_of_a_member_are_kept_only_with_consent() -> None:
    member = MembershipFactory.build(group=WorkingGroupFactory(), name="Gast")
    assert complaints(member) == ["consented_on"]
    with pytest.raises(IntegrityError, match="member_contact_needs_consent"), transaction.atomic():
        member.save()
    member.consented_on = date(2026, 1, 5)
    member.full_clean()
    member.save()
    assert "consent" in refused(Membership.objects.all(), consented_on=None)


def test_a_group_takes_no_address_that_the_portal_needs_and_none_twice() -> None:
    group = WorkingGroupFactory()
    assert complaints(WorkingGroupFactory.build(concept=group.concept, slug="kalender")) == ["slug"]
    assert complaints(WorkingGroupFactory.build(concept=group.concept, slug=group.slug)) == ["slug"]
    ended = WorkingGroupFactory.build(concept=group.concept, concluded_on=date(2025, 12, 31))
    assert complaints(ended) == ["concluded_on"]


def test_a_group_is_prepared_works_and_has_done_its_work() -> None:
    group = WorkingGroupFactory(concluded_on=date(2026, 6, 30))
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 29), date(2026, 6, 30))
    assert [group.state(day) for day in days] == ["planned", "running", "running", "concluded"]


# Sets with a name


def test_an_event_is_coming_until_its_last_day_is_over_and_past_from_then_on() -> None:
    forum = EventFactory()
    long = EventFactory(last_day=date(2026, 9, 3))
    month = EventFactory(date=when("September 2026"), starts_at=None, ends_at=None)
    postponed = EventFactory(
        state=Event.State.POSTPONED, date=when("1.6.2026"), registration_opens_on=None, registration_closes_on=None
    )
    called_off = EventFactory(state=Event.State.CALLED_OFF)
    for day, coming in (
        (date(2026, 9, 1), [forum, long, month, postponed]),
        (date(2026, 9, 2), [long, month, postponed]),
        (date(2026, 9, 4), [month, postponed]),
        (date(2026, 10, 1), [postponed]),
    ):
        assert set(Event.objects.coming(day)) == set(coming)
        assert set(Event.objects.past(day)) == {forum, long, month, postponed, called_off} - set(coming)


def test_events_of_a_month_are_those_that_touch_it() -> None:
    first, last = date(2026, 9, 1), date(2026, 9, 30)
    inside = EventFactory()
    into = EventFactory(date=when("30.8.2026"), last_day=date(2026, 9, 1), registration_closes_on=date(2026, 8, 1))
    year = EventFactory(date=when("2026"), starts_at=None, ends_at=None)
    EventFactory(date=when("31.8.2026"))
    EventFactory(date=when("1.10.2026"))
    assert set(Event.objects.between(first, last)) == {inside, into, year}


def test_readers_see_only_what_is_public_of_public_concepts() -> None:
    seen = EventFactory()
    EventFactory(is_public=False)
    EventFactory(concept=ConceptFactory(is_public=False))
    assert list(Event.objects.public()) == [seen]
    group = WorkingGroupFactory()
    WorkingGroupFactory(is_public=False)
    assert list(WorkingGroup.objects.public()) == [group]
