"""Reminding of events that are near; run daily."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from district import post
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
    due = [event for event in near.select_related("concept", "group") if _is_due(event, at=at)]
    if dry_run:
        return sum(_unreminded(event, at=at).count() for event in due)
    return sum(_remind(event, at=at) for event in due)


def _is_due(event: Event, *, at: datetime.datetime) -> bool:
    """Whether an event is so near that people want to be reminded, and has not begun."""
    if event.state != State.PLANNED or not event.is_exact or event.reminder_days == 0 or event.concept.is_closed:
        return False
    if event.starts is not None and event.starts <= at:
        return False
    days = (event.date.earliest - timezone.localdate(at)).days
    return 0 <= days <= event.reminder_days


def _remind(event: Event, *, at: datetime.datetime) -> int:
    with transaction.atomic():
        event = lock_event(event)
        if not _is_due(event, at=at):
            return 0
        registrations = list(_unreminded(event, at=at))
        prefetch_related_objects([event], "changes")  # each mail's calendar entry counts them
        with post.in_bulk():
            for registration in registrations:
                registration.event = event
                notices.reminder(registration)
        Registration.objects.filter(pk__in=[each.pk for each in registrations]).update(reminded_at=at)
    return len(registrations)


def _unreminded(event: Event, *, at: datetime.datetime) -> RegistrationQuerySet:
    found: RegistrationQuerySet = event.registrations.confirmed()
    found = found.filter(reminded_at=None).exclude(email="")
    return found.exclude(confirmed_at__gt=at - FRESH).exclude(moved_up_at__gt=at - FRESH).order_by("pk")
