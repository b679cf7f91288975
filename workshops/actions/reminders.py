"""Reminding of events that are near; run daily."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from workshops import notices
from workshops.models import Event, Registration
from workshops.models.events import State
from workshops.models.registrations import RegistrationQuerySet

from .locking import lock_event

LONGEST_BEFORE = datetime.timedelta(days=60)  # as the field allows
# Who has just got the mail that they have a seat needs no other.
FRESH = datetime.timedelta(hours=24)


def remind(*, at: datetime.datetime, dry_run: bool = False) -> int:
    """Remind everybody with a seat at an event that is as near as it says, each once; return how many."""
    today = timezone.localdate(at)
    near = Event.objects.filter(
        state=State.PLANNED,
        reminder_days__gt=0,
        date__earliest__gte=today,
        date__earliest__lte=today + LONGEST_BEFORE,
    )
    due = [event for event in near.select_related("concept", "group") if _is_due(event, on=today)]
    if dry_run:
        return sum(_unreminded(event, at=at).count() for event in due)
    return sum(_remind(event, at=at) for event in due)


def _is_due(event: Event, *, on: datetime.date) -> bool:
    """Whether an event is so near that people want to be reminded, and has not begun on a day before."""
    if event.state != State.PLANNED or not event.is_exact or event.reminder_days == 0 or event.concept.is_closed:
        return False
    days = (event.date.earliest - on).days
    return 0 <= days <= event.reminder_days


def _remind(event: Event, *, at: datetime.datetime) -> int:
    with transaction.atomic():
        event = lock_event(event)
        if not _is_due(event, on=timezone.localdate(at)):
            return 0
        registrations = list(_unreminded(event, at=at))
        for registration in registrations:
            registration.event = event
            notices.reminder(registration)
        Registration.objects.filter(pk__in=[each.pk for each in registrations]).update(reminded_at=at)
    return len(registrations)


def _unreminded(event: Event, *, at: datetime.datetime) -> RegistrationQuerySet:
    found: RegistrationQuerySet = event.registrations.confirmed()
    found = found.filter(reminded_at=None).exclude(email="")
    return found.exclude(confirmed_at__gt=at - FRESH).exclude(moved_up_at__gt=at - FRESH).order_by("pk")
