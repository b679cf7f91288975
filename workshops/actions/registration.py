"""Who comes: registering, confirming, moving up from the waiting list, cancelling, and ticking names at the door.

Everything here locks the event first, so that no seat is given twice.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.tokens import TIME_TO_CONFIRM, new_token
from workshops import notices
from workshops.models import Event, Registration
from workshops.models.registrations import NEXT, State

from .locking import lock_event, lock_registration


@dataclass(frozen=True)
class Person:
    """What somebody tells of themselves, as a form has cleaned it."""

    name: str
    email: str = ""
    organisation: str = ""
    requirements: str = ""
    language: str = "de"


@dataclass(frozen=True)
class Imported:
    """How many were added to the list of those invited, and how many stood there before."""

    new: int
    known: int


def why_closed(event: Event, *, on: datetime.date) -> str:
    """Return why nobody can register by form on a day; empty where somebody can."""
    if hindrance := why_no_change(event, on=on):
        return hindrance
    if not event.takes_registrations:
        return _("Für diesen Termin ist keine Anmeldung nötig.")
    if event.is_by_invitation:
        return _("Dieser Termin ist nur auf Einladung.")
    if event.state == Event.State.POSTPONED:
        return _("Anmelden können Sie sich, sobald der neue Termin feststeht.")
    assert event.registration_opens_on is not None  # both or neither, held by a constraint
    assert event.registration_closes_on is not None
    if on < event.registration_opens_on:
        return _("Die Anmeldung hat noch nicht begonnen.")
    if on > event.registration_closes_on:
        return _("Die Anmeldung ist beendet.")
    return ""


def why_no_seat(event: Event, *, at: datetime.datetime) -> str:
    """Return why at a moment no seat is given any more: as `why_no_change`, and once the last hour has struck."""
    if hindrance := why_no_change(event, on=timezone.localdate(at)):
        return hindrance
    has_ended = event.state == Event.State.PLANNED and event.ends is not None and event.ends <= at
    return _("Dieser Termin ist vorbei.") if has_ended else ""


def why_no_change(event: Event, *, on: datetime.date) -> str:
    """Return why on a day no seat is given or taken any more; empty where seats still change hands."""
    if event.concept.is_closed:
        return _("Das Verfahren zu diesem Konzept ist abgeschlossen.")
    match event.state:
        case Event.State.CALLED_OFF:
            return _("Dieser Termin ist abgesagt.")
        case Event.State.HELD:
            return _("Dieser Termin ist vorbei.")
    return _("Dieser Termin ist vorbei.") if event.is_over(on) and event.state == Event.State.PLANNED else ""


def why_no_answer(event: Event, *, on: datetime.date) -> str:
    """Return why on a day nobody can say yes to an invitation any more; empty where somebody can."""
    closes_on = event.registration_closes_on
    return why_no_change(event, on=on) or (_("Die Anmeldung ist beendet.") if closes_on and on > closes_on else "")


def register(event: Event, person: Person, *, key: uuid.UUID, at: datetime.datetime) -> None:
    """Take down a registration and write to its address how to confirm it; the same `key` again does nothing.

    It returns nothing, and a second registration with the same address is answered by mail alone: whoever fills in the
    form learns nothing of others. Raises ValidationError where nobody can register (general), or name or address are
    missing (keys `name`, `email`).
    """
    for field, message in (
        ("name", _("Bitte geben Sie Ihren Namen an.")),
        ("email", _("Bitte geben Sie Ihre E-Mail-Adresse an.")),
    ):
        if not getattr(person, field).strip():
            raise ValidationError({field: message})
    with transaction.atomic():
        event = lock_event(event)
        _refuse(why_closed(event, on=timezone.localdate(at)) or why_no_seat(event, at=at))
        if Registration.objects.filter(key=key).exists():
            return
        registered = event.registrations.with_email(person.email).first()
        if registered and registered.state != State.UNCONFIRMED:
            registered.event = event
            notices.known(registered)
            return
        new = _new(event, person, key=key, at=at, source=Registration.Source.ONLINE)
        if registered:  # Sent once more before it is confirmed: the last words count.
            new.pk = registered.pk
        new.save()
        ask_to_confirm(new, at=at)


def ask_to_confirm(registration: Registration, *, at: datetime.datetime) -> None:
    """Write a new one-time link to confirm the address; a former one ends."""
    token, registration.token_digest = new_token()
    registration.token_expires_at = at + TIME_TO_CONFIRM
    registration.save(update_fields=["token_digest", "token_expires_at"])
    notices.confirmation(registration, token=token)


def send_link_again(registration: Registration, *, at: datetime.datetime) -> Registration:
    """Write a new link to somebody who let theirs expire.

    Raises ValidationError where the address is confirmed, or nobody can register any more.
    """
    with transaction.atomic():
        registration = lock_registration(registration)
        if registration.state != State.UNCONFIRMED:
            raise ValidationError(_("Dieser Link wurde schon benutzt."), code="used")
        _refuse(why_closed(registration.event, on=timezone.localdate(at)))
        ask_to_confirm(registration, at=at)
    return registration


def confirm(registration: Registration, *, at: datetime.datetime) -> Registration:
    """Take an address as proven: a seat where one is free, else the waiting list; tell which.

    Raises ValidationError where the link was used or has expired, or the event takes nobody any more.
    """
    with transaction.atomic():
        registration = lock_registration(registration)
        if registration.state != State.UNCONFIRMED:
            raise ValidationError(_("Dieser Link wurde schon benutzt."), code="used")
        if registration.token_expires_at is None or registration.token_expires_at <= at:
            raise ValidationError(_("Dieser Link ist abgelaufen."), code="expired")
        _take_part(registration, at=at)
    return registration


def accept(registration: Registration, *, at: datetime.datetime, for_caller: bool = False) -> Registration:
    """Say yes to an invitation, or come after all having cancelled; the office does it `for_caller`.

    Raises ValidationError where the event takes nobody any more, the time to answer is over (the office may still),
    or somebody else has registered with the same address since.
    """
    with transaction.atomic():
        registration = lock_registration(registration)
        if registration.is_taking_part:
            return registration
        if not for_caller:
            _refuse(why_no_answer(registration.event, on=timezone.localdate(at)))
        if registration.state == State.CANCELLED:
            refuse_second(registration)
        _take_part(registration, at=at)
    return registration


def cancel(registration: Registration, *, at: datetime.datetime, tell: bool = True) -> Registration:
    """Give a seat back, or say no to an invitation; whoever waits longest moves up. Cancelled once stays so.

    Raises ValidationError where the event is over or called off, or the person is there.
    """
    with transaction.atomic():
        registration = lock_registration(registration)
        if registration.state == State.CANCELLED:
            return registration
        _refuse(why_no_seat(registration.event, at=at))
        if registration.is_present:
            raise ValidationError(
                _("Wer da ist, kann nicht mehr absagen. Nehmen Sie zuerst den Haken am Einlass heraus.")
            )
        give_back(registration, at=at)
        if tell:
            notices.cancelled(registration)
        fill_seats(registration.event, at=at)
    return registration


def give_back(registration: Registration, *, at: datetime.datetime) -> None:
    """Set a locked registration to „abgesagt“; an address that was never proven goes with it."""
    _forget_unproven(registration)
    _move(registration, State.CANCELLED)
    registration.cancelled_at = at
    registration.save()


def fill_seats(event: Event, *, at: datetime.datetime) -> list[Registration]:
    """Give free seats to those who wait, in their order, and tell them; return who moved up."""
    with transaction.atomic():
        event = lock_event(event)
        if why_no_seat(event, at=at):
            return []
        waiting = event.registrations.waiting()
        free = free_seats(event)
        moving = list(waiting if free is None else waiting[:free])
        for registration in moving:
            registration.event = event
            _move(registration, State.CONFIRMED)
            registration.moved_up_at = at
            registration.save()
            notices.moved_up(registration)
    return moving


def free_seats(event: Event) -> int | None:
    """Return how many seats are free, None where they are not limited."""
    if event.seats is None:
        return None
    return max(0, event.seats - event.registrations.confirmed().count())


def seats_at_once(event: Event) -> int | None:
    """Return how many who register now have a seat at once: those free that nobody waits for; None where not limited."""
    free = free_seats(event)
    return None if free is None else max(0, free - event.registrations.waiting().count())


def enrol(
    event: Event,
    person: Person,
    *,
    at: datetime.datetime,
    source: Registration.Source = Registration.Source.OFFICE,
    key: uuid.UUID | None = None,
) -> Registration:
    """Take down somebody who called or wrote: a seat where one is free, else the waiting list.

    The office has their consent, so the address needs no further proof. The same `key` again returns what was stored
    the first time. Raises ValidationError where the event takes nobody any more, a name is missing (key `name`), or the
    address is registered already (key `email`).
    """
    if not person.name.strip():
        raise ValidationError({"name": _("Bitte geben Sie den Namen an.")})
    with transaction.atomic():
        event = lock_event(event)
        if key and (stored := event.registrations.filter(key=key).first()):
            return stored
        registration = _new(event, person, key=key or uuid.uuid4(), at=at, source=source)
        _replace_unconfirmed(registration)
        refuse_second(registration)
        _take_part(registration, at=at)
    return registration


def invite(event: Event, people: Iterable[Person], *, at: datetime.datetime) -> Imported:
    """Put people on the list of those invited; who stands there already, or has answered, is left as they are.

    Nobody is written to yet: that is `mailing.send`. Raises ValidationError where the event takes nobody any more.
    """
    new = known = 0
    with transaction.atomic():
        event = lock_event(event)
        _refuse(why_no_change(event, on=timezone.localdate(at)))
        there = {_known_by(each) for each in event.registrations.exclude(state=State.UNCONFIRMED)}
        for person in people:
            registration = _new(event, person, key=uuid.uuid4(), at=at, source=Registration.Source.INVITATION)
            if _known_by(registration) in there:
                known += 1
                continue
            _replace_unconfirmed(registration)
            _move(registration, State.INVITED)
            registration.save()
            there.add(_known_by(registration))
            new += 1
    return Imported(new, known)


def tick(registration: Registration, *, present: bool, at: datetime.datetime) -> Registration:
    """Note at the door that somebody is there, or that it was a slip.

    Whoever waits or had cancelled gets a free seat first; taking the tick back gives it up again, to whom it belongs.
    Raises ValidationError where no seat is free, or the event does not take place.
    """
    with transaction.atomic():
        registration = lock_registration(registration)
        if present == registration.is_present:
            return registration
        if registration.event.state in (Event.State.CALLED_OFF, Event.State.POSTPONED):
            _refuse(why_no_seat(registration.event, at=at) or _("Dieser Termin ist verschoben."))
        if present:
            if registration.state != State.CONFIRMED:
                _sit_down(registration, at=at)
            registration.attended_at = at
        else:
            registration.attended_at = None
            if registration.seated_from:
                _stand_up(registration, at=at)
        registration.save()
        if not present:
            fill_seats(registration.event, at=at)
    return registration


def walk_in(event: Event, person: Person, *, at: datetime.datetime, key: uuid.UUID | None = None) -> Registration:
    """Take down somebody who stands at the door without a registration; the same `key` again adds nobody.

    Raises ValidationError where no seat is free for them, or a name is missing (key `name`).
    """
    fill_seats(event, at=at)  # whoever waits comes first, also where this person is turned away
    with transaction.atomic():
        event = lock_event(event)
        if key and (stored := event.registrations.filter(key=key).first()):
            return stored
        if free_seats(event) == 0:
            raise ValidationError(_full())
        registration = enrol(event, person, at=at, source=Registration.Source.DOOR, key=key)
        return tick(registration, present=True, at=at)


def _new(
    event: Event, person: Person, *, key: uuid.UUID, at: datetime.datetime, source: Registration.Source
) -> Registration:
    return Registration(
        event=event,
        key=key,
        name=person.name.strip(),
        organisation=person.organisation.strip(),
        email=person.email.strip(),
        requirements=person.requirements.strip(),
        language=person.language,
        source=source,
        created_at=at,
    )


def _known_by(registration: Registration) -> tuple[str, ...]:
    """Return what tells somebody on a list from the others: the address, without one name and organisation."""
    email = registration.email.casefold()
    return (email,) if email else (registration.name.casefold(), registration.organisation.casefold())


def _replace_unconfirmed(registration: Registration) -> None:
    """Put a new registration in the place of one of the same address that nobody has confirmed: anybody may have sent that."""
    if registration.email:
        found = registration.event.registrations.with_email(registration.email)
        registration.pk = found.filter(state=State.UNCONFIRMED).values_list("pk", flat=True).first()


def _forget_unproven(registration: Registration) -> None:
    """Forget an address that nobody has proven, before anything else happens to the registration."""
    if registration.state == State.UNCONFIRMED:
        registration.email = registration.token_digest = ""
        registration.token_expires_at = None


def _take_part(registration: Registration, *, at: datetime.datetime) -> None:
    """Give a seat where one is free and nobody waits for it, else a place at the end of the waiting list; tell which."""
    event = registration.event
    _refuse(why_no_seat(event, at=at))
    has_seat = seats_at_once(event) != 0
    _move(registration, State.CONFIRMED if has_seat else State.WAITING)
    registration.confirmed_at, registration.cancelled_at = at, None
    registration.token_expires_at = None
    registration.save()
    notices.place(registration)


def _sit_down(registration: Registration, *, at: datetime.datetime) -> None:
    """Give somebody at the door a seat, whoever waits elsewhere."""
    if free_seats(registration.event) == 0:
        raise ValidationError(_full())
    if registration.state == State.CANCELLED:
        refuse_second(registration)
    registration.seated_from = registration.state
    _forget_unproven(registration)
    _move(registration, State.CONFIRMED)
    registration.confirmed_at = registration.confirmed_at or at
    registration.cancelled_at = None


def _stand_up(registration: Registration, *, at: datetime.datetime) -> None:
    """Take back a seat that was given at the door by a slip."""
    former, registration.seated_from = State(registration.seated_from), ""
    _move(registration, former if former in (State.WAITING, State.INVITED) else State.CANCELLED)
    registration.cancelled_at = at if registration.state == State.CANCELLED else None


def _move(registration: Registration, to: State) -> None:
    """Set the next state. Raises ValidationError where the present one does not allow it."""
    if to not in NEXT[State(registration.state)]:
        raise ValidationError(
            _("Diese Anmeldung ist „%(state)s“: dieser Schritt ist nicht möglich.")
            % {"state": registration.get_state_display()}
        )
    registration.state = to


def _refuse(hindrance: str) -> None:
    if hindrance:
        raise ValidationError(hindrance)


def refuse_second(registration: Registration) -> None:
    """Raise ValidationError where the address has another registration to the same event."""
    if not registration.email:
        return
    others = registration.event.registrations.with_email(registration.email)
    if others.exclude(pk=registration.pk).exists():
        raise ValidationError({"email": _("Zu dieser E-Mail-Adresse gibt es für den Termin schon eine Anmeldung.")})


def _full() -> str:
    return _("Es ist kein Platz mehr frei. Mehr Plätze können Sie beim Termin eintragen.")
