"""What came by letter, by telephone, by mail or at an event: recorded by a clerk, who does not become its author."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.models import User
from participation.models import Idea, Round, Submitter
from workshops.actions import settle_feedback
from workshops.models import Feedback

from .submission import Contribution, Sender, submit

# Nobody notes the hour of a letter; noon stays the same day in every time zone near by.
NOON: Final = datetime.time(12)
HIDDEN_EVENT: Final = "Rückmeldung zu einer Veranstaltung"  # stored, as all content in German


@dataclass(frozen=True)
class Entry:
    """Something that came offline, as a form has cleaned it.

    `may_write` says that the person agreed to get mail at their address: only then is it kept, and it needs no further
    confirmation, since the clerk has the consent in hand (docs/decisions/offline-entries.md).
    """

    key: uuid.UUID
    contribution: Contribution
    sender: Sender
    received_on: datetime.date
    may_write: bool = False


@dataclass(frozen=True)
class Recorded:
    """How many entries are new, and how many were there before."""

    new: int
    known: int


def record(entry: Entry, *, to: Round, by: User, at: datetime.datetime) -> Idea:
    """Store what came offline as of the day on which it came; the same key again returns what was stored the first time.

    Raises ValidationError where that day lies ahead (key `received_on`), or an address has no consent (key `email`).
    """
    today = timezone.localdate(at)
    if entry.received_on > today:
        raise ValidationError({"received_on": _("Dieser Tag liegt in der Zukunft.")})
    if entry.sender.email and not entry.may_write:
        raise ValidationError({"email": _("Ohne Einwilligung wird die E-Mail-Adresse nicht gespeichert.")})
    if entry.received_on < today:
        at_the_time = timezone.make_aware(datetime.datetime.combine(entry.received_on, NOON))
    else:
        at_the_time = at
    with transaction.atomic():
        idea = submit(entry.contribution, to=to, key=entry.key, sender=entry.sender, at=at_the_time, by=by)
        unconfirmed = Submitter.objects.filter(pk=idea.submitter_id, email_confirmed_at=None)
        if entry.may_write and unconfirmed.exclude(email="").update(email_confirmed_at=at):
            idea.submitter.refresh_from_db()
    return idea


def record_all(entries: Iterable[Entry], *, to: Round, by: User, at: datetime.datetime) -> Recorded:
    """Store all of them or none; those that were stored before stay as they are."""
    entries = list(entries)
    with transaction.atomic():
        known = known_keys(entries)
        for entry in entries:
            if entry.key not in known:
                record(entry, to=to, by=by, at=at)
    return Recorded(new=len(entries) - len(known), known=len(known))


def take_up(feedback: Feedback, *, to: Round, by: User, at: datetime.datetime, title: str = "") -> Idea:
    """Store a written feedback to an event that was called off as an idea, once; the event stays its origin for good.

    Name and address stay with the registration: the idea has none. Raises ValidationError where the round belongs to
    another concept (key `to`), or discusses a draft, whose contributions name a section (key `to`).
    """
    if to.concept != feedback.concept or to.is_draft:
        raise ValidationError({"to": _("Bitte wählen Sie eine Ideensammlung desselben Konzepts.")})
    contribution = Contribution(
        text=feedback.text,
        title=title,
        source=Idea.Source.EVENT,
        source_note=_source_note(feedback),
    )
    received_on = timezone.localdate(feedback.created_at)
    entry = Entry(key=feedback.key, contribution=contribution, sender=Sender(), received_on=received_on)
    with transaction.atomic():
        idea = record(entry, to=to, by=by, at=at)
        if idea.feedback_id is None:
            idea.feedback = feedback
            idea.save(update_fields=["feedback"])
        settle_feedback(feedback, by=by, at=at, has_talked=False)
    return idea


def _source_note(feedback: Feedback) -> str:
    """Return what readers learn of where an idea comes from: not of an event that they do not see."""
    if not feedback.event.is_shown:
        return HIDDEN_EVENT
    return feedback.event.title[: Idea._meta.get_field("source_note").max_length]


def known_keys(entries: Iterable[Entry]) -> set[uuid.UUID]:
    """Return the keys of those that were stored before."""
    return set(Idea.objects.filter(key__in=[entry.key for entry in entries]).values_list("key", flat=True))
