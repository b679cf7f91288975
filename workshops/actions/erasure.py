"""Forgetting who took part: at once for who asks, and some weeks after the event for everybody."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from district import post
from district.models import District
from workshops import links
from workshops.models import Event, Feedback, Membership, Registration
from workshops.models.events import EventQuerySet
from workshops.models.events import State as EventState
from workshops.models.registrations import ACTIVE, RegistrationQuerySet, State

from .locking import lock_event, lock_registration
from .seating import fill_seats, give_back, why_no_seat

DEFAULT_RETENTION_WEEKS: Final = 8
LONGEST_POSTPONED: Final = datetime.timedelta(days=365)
_CONTACT: Final = ~Q(name="") | ~Q(email="") | ~Q(organisation="") | ~Q(requirements="")


@dataclass(frozen=True)
class Expired:
    """How many rows were, or would be, erased."""

    unconfirmed: int
    registrations: int
    phones: int
    members: int


def erase(registration: Registration, *, at: datetime.datetime) -> Registration:
    """Erase at once who somebody is: a seat is given back, and what they wrote goes where nothing came of it yet."""
    with transaction.atomic():
        registration = lock_registration(registration)
        event = registration.event
        if registration.state in ACTIVE and not registration.is_present and not why_no_seat(event, at=at):
            give_back(registration, at=at)
            fill_seats(event, at=at)
        unused = registration.feedback.filter(outcomes=None)
        # A room above may have taken a feedback up, as an idea: then its words stay there, and here.
        for feedback in unused:
            if not hasattr(feedback, "idea"):
                feedback.delete()
        registration.feedback.update(registration=None, phone="")
        _forget([registration], at=at)
    return registration


def expire(*, at: datetime.datetime, dry_run: bool = False) -> Expired:
    """Erase what has been kept long enough, and say how much; `dry_run` only counts."""
    unconfirmed = Registration.objects.filter(state=State.UNCONFIRMED).exclude(token_expires_at__gt=at)
    over = _over(at)
    registrations = Registration.objects.filter(_CONTACT, event__in=over.values("pk")).exclude(
        pk__in=unconfirmed.values("pk")
    )
    feedback = Feedback.objects.filter(event__in=over.values("pk"))
    phones = feedback.filter(~Q(phone="") | Q(registration__isnull=False))
    members = _former_members(at)
    counts = Expired(unconfirmed.count(), registrations.count(), phones.count(), members.count())
    if not dry_run:
        for event in Event.objects.filter(pk__in=unconfirmed.values("event")):
            _delete(event, unconfirmed, at=at)
        for event in over.filter(pk__in=registrations.values("event")):
            _forget_all(event, at=at)
        phones.update(phone="", registration=None)
        members.update(name="", email="", phone="", consented_on=None)
    return counts


def _over(at: datetime.datetime) -> EventQuerySet:
    """Return the events so long past that nobody needs to know who was there.

    What waits for a new date is not over, but nobody waits for longer than a year, nor once the process is closed.
    """
    cutoff = kept_since(at)
    since = at - LONGEST_POSTPONED
    waiting = Event.objects.filter(
        state=EventState.POSTPONED, concept__process_closed_on=None, changes__recorded_at__gte=since
    )
    lasting = Q(last_day__gte=cutoff) | Q(feedback_until__gte=cutoff) | Q(pk__in=waiting.values("pk"))
    return Event.objects.filter(date__latest__lt=cutoff).exclude(lasting)


def _former_members(at: datetime.datetime) -> QuerySet[Membership]:
    """Return those of whom contacts are kept although they left, or their group ended, long enough ago."""
    cutoff = kept_since(at)
    return Membership.objects.exclude(name="", email="", phone="").filter(
        Q(left_on__lt=cutoff) | Q(group__concluded_on__lt=cutoff)
    )


def kept_since(at: datetime.datetime) -> datetime.date:
    """Return the first day of which people are still known: of what was over before, they are forgotten."""
    district = District.objects.current()
    weeks = district.registration_retention_weeks if district else DEFAULT_RETENTION_WEEKS
    return timezone.localdate(at) - datetime.timedelta(weeks=weeks)


def _delete(event: Event, unconfirmed: RegistrationQuerySet, *, at: datetime.datetime) -> None:
    """Delete those of one event whose address nobody confirmed, in a transaction of its own."""
    with transaction.atomic():
        lock_event(event)
        # Asked anew: a link may have been sent once more, or used, meanwhile.
        found = list(unconfirmed.filter(event=event))
        unconfirmed.filter(pk__in=[registration.pk for registration in found]).delete()
        _call_back(found, at=at)


def _forget_all(event: Event, *, at: datetime.datetime) -> None:
    """Forget everybody of one event, in a transaction of its own, so that a long run holds nobody up."""
    with transaction.atomic():
        event = lock_event(event)
        _forget(list(event.registrations.filter(_CONTACT)), at=at)


def _forget(registrations: Sequence[Registration], *, at: datetime.datetime) -> None:
    _call_back(registrations, at=at)
    for registration in registrations:
        registration.name = registration.email = registration.organisation = registration.requirements = ""
        registration.token_digest, registration.token_expires_at = "", None
        registration.erased_at = registration.erased_at or at
        registration.save()


def _call_back(registrations: Sequence[Registration], *, at: datetime.datetime) -> None:
    post.call_back({links.secret_of(registration) for registration in registrations}, at=at)
