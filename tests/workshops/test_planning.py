"""What happens to an event: moved, postponed, called off, held, copied, repeated; and who is told."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.factories import (
    AgendaItemFactory,
    EventFactory,
    FieldOfActionFactory,
    PaperFactory,
    RegistrationFactory,
    UserFactory,
    when,
)
from workshops import links
from workshops.actions import When, call_off, copy, give_feedback, hold, postpone, repeat, reschedule
from workshops.models import Change, Event, Mailing, Registration

from .sample import AFTERWARDS, NOW, again, letters, states, take_part, written

pytestmark = pytest.mark.django_db

State = Event.State
OTHER_DAY = When(when("8.9.2026"), time(19), time(21))


def with_people(**more: Any) -> Event:
    """An event with somebody who has a seat, one who waits, one invited and written to, and four nobody writes to."""
    event = EventFactory(seats=1, **more)
    RegistrationFactory(event=event, email="sitzt@example.org")
    RegistrationFactory(event=event, email="wartet@example.org", state="waiting")
    RegistrationFactory(event=event, email="eingeladen@example.org", state="invited", invited_at=NOW)
    RegistrationFactory(event=event, email="noch.nicht.eingeladen@example.org", state="invited")
    RegistrationFactory(event=event, email="unbestaetigt@example.org", state="unconfirmed")
    RegistrationFactory(event=event, email="abgesagt@example.org", state="cancelled")
    RegistrationFactory(event=event, email="", state="waiting")
    return event


TOLD = {"sitzt", "wartet", "eingeladen"}


# Another day


def test_a_move_keeps_where_it_was_and_why() -> None:
    event, office = EventFactory(), UserFactory()
    change = reschedule(event, to=OTHER_DAY, reason=" Der Saal ist belegt. ", by=office, at=NOW)
    event = again(event)
    assert (event.date, event.starts_at, event.ends_at) == (when("8.9.2026"), time(19), time(21))
    assert (change.kind, change.reason, change.recorded_by, change.recorded_at) == (
        "moved",
        "Der Saal ist belegt.",
        office,
        NOW,
    )
    assert (change.from_date, change.from_time) == (when("1.9.2026"), time(18))
    assert (change.to_date, change.to_time) == (when("8.9.2026"), time(19))


def test_registration_ends_as_many_days_before_as_it_did() -> None:
    event = EventFactory()
    reschedule(event, to=OTHER_DAY, reason="Belegt.", by=UserFactory(), at=NOW)
    assert again(event).registration_closes_on == date(2026, 9, 6)
    reschedule(event, to=When(when("25.8.2026")), reason="Doch früher.", by=UserFactory(), at=NOW)
    assert again(event).registration_closes_on == date(2026, 8, 23)


def test_everybody_who_knows_of_the_event_is_told_of_the_move() -> None:
    event = with_people()
    reschedule(event, to=OTHER_DAY, reason="Der Saal ist belegt.", by=UserFactory(), at=NOW, message="Bis dann!")
    mailing = event.mailings.get()
    assert (mailing.kind, mailing.recipients, mailing.text) == (Mailing.Kind.MOVED, 3, "Bis dann!")
    assert mailing.subject == f"Neuer Termin: {event.title}, 8. September 2026"
    assert {to for to, _purpose in written()} == TOLD
    letter = letters()[0]
    for words in ("8. September 2026, 19 bis 21 Uhr", "1. September 2026", "Der Saal ist belegt.", "Bis dann!"):
        assert words in letter["text"]
    assert [name for name, _file, _kind in letter["attachments"]] == ["termin.ics"]


def test_where_nobody_is_registered_a_move_leaves_no_mailing() -> None:
    event = EventFactory()
    reschedule(event, to=OTHER_DAY, reason="Belegt.", by=UserFactory(), at=NOW)
    assert (Mailing.objects.count(), written()) == (0, [])


def test_after_a_move_people_are_reminded_again() -> None:
    registration = RegistrationFactory(reminded_at=NOW)
    reschedule(registration.event, to=OTHER_DAY, reason="Belegt.", by=UserFactory(), at=NOW)
    assert again(registration).reminded_at is None


@pytest.mark.parametrize(
    ("to", "reason", "field"),
    [
        (When(when("1.9.2026"), time(18), time(20)), "Belegt.", "date"),
        (OTHER_DAY, "  ", "reason"),
        (When(when("September 2026"), time(18)), "Belegt.", "starts_at"),
        (When(when("8.9.2026"), time(18), time(17)), "Belegt.", "ends_at"),
        (When(when("8.9.2026"), last_day=date(2026, 9, 7)), "Belegt.", "last_day"),
    ],
)
def test_a_move_that_does_not_fit_is_refused_at_its_field(to: When, reason: str, field: str) -> None:
    event = EventFactory(registration_opens_on=None, registration_closes_on=None)
    with pytest.raises(ValidationError) as refused:
        reschedule(event, to=to, reason=reason, by=UserFactory(), at=NOW)
    assert list(refused.value.message_dict) == [field]
    assert not Change.objects.exists()


@pytest.mark.parametrize("state", [State.HELD, State.CALLED_OFF])
def test_what_is_over_or_called_off_does_not_move(state: str) -> None:
    event = EventFactory(state=state)
    with pytest.raises(ValidationError, match="dieser Schritt ist nicht möglich"):
        reschedule(event, to=OTHER_DAY, reason="Belegt.", by=UserFactory(), at=NOW)
    with pytest.raises(ValidationError, match="dieser Schritt ist nicht möglich"):
        call_off(event, reason="Sturm.", by=UserFactory(), at=NOW)


def test_an_event_that_was_a_month_becomes_a_day() -> None:
    event = EventFactory(
        date=when("September 2026"), starts_at=None, ends_at=None, registration_closes_on=date(2026, 9, 30)
    )
    reschedule(event, to=When(when("30.9.2026"), time(18)), reason="Der Tag steht fest.", by=UserFactory(), at=NOW)
    assert (again(event).when, again(event).registration_closes_on) == ("30. September 2026, 18 Uhr", date(2026, 9, 30))


# Put off, and called off


def test_a_postponed_event_keeps_everybody_and_gets_a_new_date_later() -> None:
    event, office = with_people(), UserFactory()
    postpone(event, reason="Sturm.", by=office, at=NOW)
    assert again(event).state == State.POSTPONED
    assert {to for to, _purpose in written()} == TOLD
    assert event.mailings.get().subject == f"Verschoben: {event.title}"
    reschedule(again(event), to=When(when("1.9.2026"), time(18)), reason="Nun doch.", by=office, at=NOW)
    assert again(event).state == State.PLANNED
    assert [change.kind for change in event.changes.order_by("pk")] == ["postponed", "moved"]


def test_a_postponed_event_cannot_be_held() -> None:
    event = EventFactory(state=State.POSTPONED)
    with pytest.raises(ValidationError, match="verschoben"):
        hold(event, by=UserFactory(), at=AFTERWARDS)


def test_calling_off_sends_the_papers_and_a_personal_link_for_feedback() -> None:
    event, office = with_people(), UserFactory()
    public = PaperFactory(event=event, title="Entwurf", audience="public")
    own = PaperFactory(event=event, title="Karte")
    PaperFactory(event=event, title="Vermerk", audience="internal")
    until = date(2026, 9, 15)
    change = call_off(event, reason="Corona-Pandemie.", by=office, at=NOW, feedback_until=until, message="Schade!")
    event = again(event)
    assert (event.state, event.feedback_until, change.kind) == (State.CALLED_OFF, until, "called_off")
    assert event.mailings.get().kind == Mailing.Kind.CALLED_OFF
    assert {to for to, _purpose in written()} == TOLD
    seated = Registration.objects.get(email="sitzt@example.org")
    letter = next(each for each in letters() if each["to"] == seated.email)
    secret = links.secret_of(seated)
    assert letter["text"].count(secret) >= 3  # both papers and the feedback
    assert all(f"/{paper.pk}/" in letter["text"] for paper in (public, own))
    assert links.path_of(seated, "feedback") in letter["text"]
    assert "15. September 2026" in letter["text"]
    assert "Corona-Pandemie." in letter["text"]
    assert "Schade!" in letter["text"]
    assert "Vermerk" not in letter["text"]


def test_without_a_day_for_feedback_nobody_is_asked_for_any() -> None:
    event = EventFactory()
    registration = take_part(event)
    call_off(event, reason="Sturm.", by=UserFactory(), at=NOW)
    assert links.path_of(registration, "feedback") not in letters("Absage")[0]["text"]


def test_a_day_for_feedback_that_is_over_is_refused() -> None:
    event = with_people()
    with pytest.raises(ValidationError) as refused:
        call_off(event, reason="Sturm.", by=UserFactory(), at=NOW, feedback_until=date(2026, 6, 30))
    assert list(refused.value.message_dict) == ["feedback_until"]
    assert (again(event).state, written()) == (State.PLANNED, [])


def test_calling_off_without_a_reason_is_refused_and_nothing_happens() -> None:
    event = with_people()
    with pytest.raises(ValidationError) as refused:
        call_off(event, reason=" ", by=UserFactory(), at=NOW)
    assert list(refused.value.message_dict) == ["reason"]
    assert (again(event).state, Change.objects.count(), written()) == (State.PLANNED, 0, [])


def test_feedback_is_taken_until_the_last_day_and_once_per_form() -> None:
    event = EventFactory()
    registration = take_part(event)
    call_off(event, reason="Sturm.", by=UserFactory(), at=NOW, feedback_until=date(2026, 9, 15))
    last_day = datetime(2026, 9, 15, 20, tzinfo=UTC)
    first = give_feedback(registration, text=" Der Bus fehlt. ", key=registration.key, at=last_day)
    assert give_feedback(registration, text="Noch einmal.", key=registration.key, at=last_day) == first
    assert (first.text, event.feedback.count()) == ("Der Bus fehlt.", 1)
    with pytest.raises(ValidationError, match="Zeit für Rückmeldungen ist vorbei"):
        give_feedback(registration, text="Zu spät.", key=uuid.uuid4(), at=last_day + timedelta(days=1))


def test_a_telephone_number_is_kept_only_for_a_talk() -> None:
    event = EventFactory(state=State.CALLED_OFF, feedback_until=date(2026, 9, 15))
    first, second = RegistrationFactory.create_batch(2, event=event)
    quiet = give_feedback(first, text="Ja.", key=first.key, at=NOW, phone="123")
    talk = give_feedback(second, text="", key=second.key, at=NOW, phone="123", wants_talk=True)
    assert (quiet.phone, talk.phone, talk.wants_talk) == ("", "123", True)


def test_a_feedback_without_a_word_and_without_a_wish_to_talk_is_refused() -> None:
    event = EventFactory(state=State.CALLED_OFF, feedback_until=date(2026, 9, 15))
    registration = RegistrationFactory(event=event)
    with pytest.raises(ValidationError) as refused:
        give_feedback(registration, text="  ", key=registration.key, at=NOW)
    assert list(refused.value.message_dict) == ["text"]


# Held


def test_an_event_is_held_from_its_day_on_and_once() -> None:
    event, office = EventFactory(), UserFactory()
    with pytest.raises(ValidationError, match="liegt noch in der Zukunft"):
        hold(event, by=office, at=NOW)
    change = hold(event, by=office, at=datetime(2026, 9, 1, 18, tzinfo=UTC))
    assert (again(event).state, change.kind, change.reason) == (State.HELD, "held", "")
    with pytest.raises(ValidationError, match="durchgeführt"):
        hold(event, by=office, at=AFTERWARDS)
    assert event.changes.count() == 1


def test_what_has_no_exact_date_is_held_once_it_may_have_begun() -> None:
    event = EventFactory(
        date=when("2026"), starts_at=None, ends_at=None, registration_opens_on=None, registration_closes_on=None
    )
    assert hold(event, by=UserFactory(), at=NOW).kind == "held"


# Copied and repeated


def test_a_copy_takes_agenda_and_fields_but_nobody_and_is_not_public() -> None:
    event = EventFactory(seats=30, accessibility="Ohne Stufen.")
    event.field_links.create(field_of_action=FieldOfActionFactory(concept=event.concept))
    AgendaItemFactory(event=event, order=1, title="Begrüßung", speaker="Landratsamt", minutes=10)
    PaperFactory(event=event)
    take_part(event)
    fresh = copy(event, to=when("6.10.2026"), title=" Noch ein Forum ")
    assert (fresh.title, fresh.date, fresh.starts_at, fresh.seats) == (
        "Noch ein Forum",
        when("6.10.2026"),
        time(18),
        30,
    )
    assert (fresh.is_public, fresh.state, fresh.registration_closes_on) == (False, State.PLANNED, None)
    assert [(item.title, item.speaker, item.minutes) for item in fresh.agenda.all()] == [
        ("Begrüßung", "Landratsamt", 10)
    ]
    assert [link.field_of_action for link in fresh.field_links.all()] == list(event.fields_of_action.all())
    assert (states(fresh), fresh.papers.count(), fresh.changes.count()) == ([], 0, 0)


def test_a_copy_to_a_month_has_no_hour() -> None:
    fresh = copy(EventFactory(), to=when("Oktober 2026"))
    assert (fresh.starts_at, fresh.ends_at) == (None, None)


def test_of_an_event_that_lasts_some_days_a_copy_has_no_end() -> None:
    event = EventFactory(last_day=date(2026, 9, 2), starts_at=time(18), ends_at=time(12))
    fresh = copy(event, to=when("6.10.2026"))
    assert (fresh.starts_at, fresh.ends_at, fresh.last_day) == (time(18), None, None)


def test_a_series_has_the_same_hours_on_each_of_its_days() -> None:
    event = EventFactory()
    made = repeat(event, on=[date(2026, 11, 3), date(2026, 10, 6)])
    assert [(each.date, each.starts_at) for each in made] == [
        (when("6.10.2026"), time(18)),
        (when("3.11.2026"), time(18)),
    ]


@pytest.mark.parametrize(
    "days",
    [
        [date(2026, 10, 6), date(2026, 10, 6)],
        [date(2026, 9, 1)],
        [date(2027, 1, 1) + timedelta(days=number) for number in range(53)],
    ],
    ids=["twice", "the event's own", "too many"],
)
def test_a_series_with_days_that_do_not_fit_is_refused_as_a_whole(days: list[date]) -> None:
    event = EventFactory()
    with pytest.raises(ValidationError) as refused:
        repeat(event, on=days)
    assert list(refused.value.message_dict) == ["on"]
    assert Event.objects.count() == 1


def test_moving_where_seats_are_free_lets_people_move_up() -> None:
    event = EventFactory(seats=1)
    take_part(event, 1)
    waiting = take_part(event, 2)
    Event.objects.filter(pk=event.pk).update(seats=2)
    reschedule(again(event), to=OTHER_DAY, reason="Größerer Saal.", by=UserFactory(), at=NOW)
    assert again(waiting).state == Registration.State.CONFIRMED
    assert written()[-1] == ("gast2", "Nachgerückt")
