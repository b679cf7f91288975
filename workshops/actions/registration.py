"""Who comes: registering, confirming, saying yes to an invitation, cancelling, and being taken down by the office.

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
from workshops.models.registrations import State

from .locking import lock_event, lock_registration
from .seating import (
    fill_seats,
    give_back,
    move,
    refuse,
    refuse_second,
    replace_unconfirmed,
    take_part,
    why_no_answer,
    why_no_change,
    why_no_form,
    why_no_seat,
)


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
        refuse(why_no_form(event, at=at))
        if Registration.objects.filter(key=key).exists():
            return
        registered = event.registrations.with_email(person.email).first()
        if registered and registered.state != State.UNCONFIRMED:
            registered.event = event
            if registered.state == State.INVITED and registered.invited_at is None:
                registered.invited_at = at  # From now on they know, and are told when anything changes.
                registered.save(update_fields=["invited_at"])
            notices.known(registered)
            return
        new = new_registration(event, person, key=key, at=at, source=Registration.Source.ONLINE)
        replace_unconfirmed(new, at=at)  # Sent once more before it is confirmed: the last words count.
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
        refuse(why_no_form(registration.event, at=at))
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
        take_part(registration, at=at)
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
            refuse(why_no_answer(registration.event, at=at))
        if registration.state == State.CANCELLED:
            refuse_second(registration)
        take_part(registration, at=at)
    return registration


def cancel(registration: Registration, *, at: datetime.datetime, tell: bool = True) -> Registration:
    """Give a seat back, or say no to an invitation; whoever waits longest moves up. Cancelled once stays so.

    Raises ValidationError where the event is over or called off, or the person is there.
    """
    with transaction.atomic():
        registration = lock_registration(registration)
        if registration.state == State.CANCELLED:
            return registration
        refuse(why_no_seat(registration.event, at=at))
        if registration.is_present:
            raise ValidationError(
                _("Wer da ist, kann nicht mehr absagen. Nehmen Sie zuerst den Haken am Einlass heraus.")
            )
        give_back(registration, at=at)
        if tell:
            notices.cancelled(registration)
        fill_seats(registration.event, at=at)
    return registration


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
    require_name(person)
    with transaction.atomic():
        event = lock_event(event)
        if key and (stored := event.registrations.filter(key=key).first()):
            return stored
        registration = new_registration(event, person, key=key or uuid.uuid4(), at=at, source=source)
        replace_unconfirmed(registration, at=at)
        refuse_second(registration)
        take_part(registration, at=at)
    return registration


def invite(event: Event, people: Iterable[Person], *, at: datetime.datetime) -> Imported:
    """Put people on the list of those invited; who stands there already, or has answered, is left as they are.

    Nobody is written to yet: that is `mailing.send`. Raises ValidationError where the event takes nobody any more.
    """
    new = known = 0
    with transaction.atomic():
        event = lock_event(event)
        refuse(why_no_change(event, on=timezone.localdate(at)))
        there = {_known_by(each) for each in event.registrations.exclude(state=State.UNCONFIRMED)}
        for person in people:
            source = Registration.Source.INVITATION
            registration = new_registration(event, person, key=uuid.uuid4(), at=at, source=source)
            if _known_by(registration) in there:
                known += 1
                continue
            replace_unconfirmed(registration, at=at)
            move(registration, State.INVITED)
            registration.save()
            there.add(_known_by(registration))
            new += 1
    return Imported(new, known)


def require_name(person: Person) -> None:
    """Raise ValidationError where the office has not typed whom it takes down."""
    if not person.name.strip():
        raise ValidationError({"name": _("Bitte geben Sie den Namen an.")})


def new_registration(
    event: Event, person: Person, *, key: uuid.UUID, at: datetime.datetime, source: Registration.Source
) -> Registration:
    """Return a registration of somebody as they told of themselves, not stored yet."""
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
