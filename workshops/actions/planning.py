"""What happens to an event: moved, postponed, called off, held; copied, and repeated as a series."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.approximate_date import ApproximateDate
from district.models import User
from workshops import notices
from workshops.models import AgendaItem, Change, Event, EventField, Mailing
from workshops.models.events import NEXT, State

from .locking import lock_event
from .mailing import Audience, log_and_write, recipients
from .seating import fill_seats

MOST_IN_A_SERIES = 52


@dataclass(frozen=True)
class When:
    """When an event is: a date as exactly as it is known, hours where it is a day, the last day where there are several."""

    date: ApproximateDate
    starts_at: datetime.time | None = None
    ends_at: datetime.time | None = None
    last_day: datetime.date | None = None


def reschedule(
    event: Event,
    *,
    to: When,
    reason: str,
    by: User,
    at: datetime.datetime,
    message: str = "",
) -> Change:
    """Move an event to another date, leave a public trace of why, and tell everybody registered or invited.

    The registration ends as many days before the event as it did. Raises ValidationError where the event is over or
    called off (general), the date is the same (key `date`), the reason is missing (key `reason`) or hours do not fit
    (keys `starts_at`, `ends_at`, `last_day`).
    """
    with transaction.atomic():
        event = lock_event(event)
        if not event.is_open:
            raise ValidationError(not_possible(event))
        was_exact, from_date, from_time = event.is_exact, event.date, event.starts_at
        is_the_same = to == When(event.date, event.starts_at, event.ends_at, event.last_day)
        if is_the_same and event.state == State.PLANNED:
            raise ValidationError({"date": _("Das ist der bisherige Termin.")})
        _require_reason(reason)
        change = Change.objects.create(
            event=event,
            kind=Change.Kind.MOVED,
            from_date=from_date,
            from_time=from_time,
            to_date=to.date,
            to_time=to.starts_at,
            to_end=to.ends_at,
            to_last_day=to.last_day,
            reason=reason.strip(),
            recorded_by=by,
            recorded_at=at,
        )
        event.date, event.starts_at = to.date, to.starts_at
        event.ends_at, event.last_day = to.ends_at, to.last_day
        if event.registration_closes_on and was_exact and event.is_exact:
            event.registration_closes_on += to.date.earliest - from_date.earliest
            assert event.registration_opens_on is not None  # both or neither, held by a constraint
            event.registration_opens_on = min(event.registration_opens_on, event.registration_closes_on)
        if event.state == State.POSTPONED:
            _move(event, State.PLANNED)
        event.full_clean()
        event.save()
        event.registrations.filter(reminded_at__isnull=False).update(reminded_at=None)
        _tell(event, change, notices.moved, kind=Mailing.Kind.MOVED, message=message, by=by, at=at)
        fill_seats(event, at=at)
    return change


def postpone(event: Event, *, reason: str, by: User, at: datetime.datetime, message: str = "") -> Change:
    """Take an event off its date without a new one yet, and tell everybody registered or invited.

    Raises ValidationError where it is not planned (general), or the reason is missing (key `reason`).
    """
    return _end(event, State.POSTPONED, Change.Kind.POSTPONED, reason=reason, by=by, at=at, message=message)


def call_off(
    event: Event,
    *,
    reason: str,
    by: User,
    at: datetime.datetime,
    feedback_until: datetime.date | None = None,
    message: str = "",
) -> Change:
    """Call an event off without losing it: everybody registered or invited gets the papers.

    With `feedback_until` they also get a personal link for a written feedback. Raises ValidationError where it is over
    or called off (general), the reason is missing (key `reason`) or the time for feedback would be over (key
    `feedback_until`).
    """
    if feedback_until and feedback_until < timezone.localdate(at):
        raise ValidationError({"feedback_until": _("Dieser Tag ist schon vorbei.")})
    return _end(
        event,
        State.CALLED_OFF,
        Change.Kind.CALLED_OFF,
        reason=reason,
        by=by,
        at=at,
        message=message,
        feedback_until=feedback_until,
    )


def hold(event: Event, *, by: User, at: datetime.datetime) -> Change:
    """Record that an event took place. Raises ValidationError where that cannot be yet, or it was called off."""
    with transaction.atomic():
        event = lock_event(event)
        if event.date.earliest > timezone.localdate(at):
            raise ValidationError(_("Dieser Termin liegt noch in der Zukunft."))
        _move(event, State.HELD)
        event.save(update_fields=["state"])
        return Change.objects.create(
            event=event,
            kind=Change.Kind.HELD,
            from_date=event.date,
            from_time=event.starts_at,
            recorded_by=by,
            recorded_at=at,
        )


def copy(event: Event, *, to: ApproximateDate, title: str = "") -> Event:
    """Return a new event like this one, with its agenda and fields of action, not public and without registrations.

    Papers, registration period, milestone and what happened to the date are the other's own. Raises ValidationError
    where there is one of that name on that date already (key `date`).
    """
    with transaction.atomic():
        event = lock_event(event)
        fresh = Event(
            concept=event.concept,
            kind=event.kind,
            title=title.strip() or event.title,
            topic=event.topic,
            group=event.group,
            phase=event.phase,
            date=to,
            starts_at=event.starts_at if to.earliest == to.latest else None,
            ends_at=event.ends_at if to.earliest == to.latest and not event.last_day else None,
            place=event.place,
            municipality=event.municipality,
            accessibility=event.accessibility,
            online_url=event.online_url,
            admission=event.admission,
            seats=event.seats,
            reminder_days=event.reminder_days,
        )
        _refuse_twin(fresh)
        fresh.full_clean()
        fresh.save()
        for link in event.field_links.all():
            EventField.objects.create(event=fresh, field_of_action=link.field_of_action)
        for item in event.agenda.all():
            AgendaItem.objects.create(
                event=fresh, order=item.order, title=item.title, speaker=item.speaker, minutes=item.minutes
            )
    return fresh


def repeat(event: Event, *, on: Iterable[datetime.date]) -> list[Event]:
    """Return the further events of a series, each like this one on another day, numbered after it.

    Raises ValidationError where a day is given twice, is the event's own, or there are too many (key `on`).
    """
    days = sorted(on)
    if len(days) > MOST_IN_A_SERIES:
        words = _("Höchstens %(most)s Termine auf einmal.")
        raise ValidationError({"on": words % {"most": MOST_IN_A_SERIES}})
    if len(set(days)) < len(days) or (event.is_exact and event.date.earliest in days):
        raise ValidationError({"on": _("Ein Tag kommt mehrmals vor.")})
    with transaction.atomic():
        return [copy(event, to=ApproximateDate.on(day)) for day in days]


def _refuse_twin(event: Event) -> None:
    """Raise ValidationError where the same event is there already: a form that was sent twice makes one."""
    twins = Event.objects.filter(
        concept=event.concept, kind=event.kind, group=event.group, title=event.title, date=event.date
    )
    if twins.exists():
        words = _("Am %(date)s gibt es „%(event)s“ schon.")
        raise ValidationError({"date": words % {"date": event.date, "event": event.title}})


def _end(
    event: Event,
    to: State,
    kind: Change.Kind,
    *,
    reason: str,
    by: User,
    at: datetime.datetime,
    message: str,
    feedback_until: datetime.date | None = None,
) -> Change:
    with transaction.atomic():
        event = lock_event(event)
        _move(event, to)
        _require_reason(reason)
        event.feedback_until = feedback_until
        event.save(update_fields=["state", "feedback_until"])
        change = Change.objects.create(
            event=event,
            kind=kind,
            from_date=event.date,
            from_time=event.starts_at,
            reason=reason.strip(),
            recorded_by=by,
            recorded_at=at,
        )
        is_off = to == State.CALLED_OFF
        _tell(
            event,
            change,
            notices.called_off if is_off else notices.moved,
            kind=Mailing.Kind.CALLED_OFF if is_off else Mailing.Kind.MOVED,
            message=message,
            by=by,
            at=at,
        )
    return change


def _tell(
    event: Event,
    change: Change,
    notice: notices.ChangeNotice,
    *,
    kind: Mailing.Kind,
    message: str,
    by: User,
    at: datetime.datetime,
) -> None:
    """Write to everybody registered or invited, where there is somebody."""
    if not recipients(event, Audience.EVERYBODY).exists():
        return
    log_and_write(
        event,
        lambda registration, mailing: notice(registration, change, mailing),
        kind=kind,
        audience=Audience.EVERYBODY,
        subject=subject_of(change),
        text=message,
        by=by,
        at=at,
    )


def subject_of(change: Change) -> str:
    """Return the subject under which people are told of a change."""
    words = {"event": change.event.title, "date": change.to_date or ""}
    match change.kind:
        case Change.Kind.CALLED_OFF:
            return _("Abgesagt: %(event)s") % words
        case Change.Kind.MOVED:
            return _("Neuer Termin: %(event)s, %(date)s") % words
    return _("Verschoben: %(event)s") % words


def _move(event: Event, to: State) -> None:
    if to not in NEXT[State(event.state)]:
        raise ValidationError(not_possible(event))
    event.state = to


def not_possible(event: Event) -> str:
    """Return that an event stands so that a step cannot be."""
    return _("Dieser Termin ist „%(state)s“: dieser Schritt ist nicht möglich.") % {"state": event.get_state_display()}


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Bitte begründen Sie, warum sich der Termin ändert.")})
