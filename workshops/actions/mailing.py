"""Writing to the people of an event: each gets a mail of their own, and what was written stays in the log."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from district import post
from district.acting import Outdated
from district.models import User
from workshops import notices
from workshops.models import Event, Mailing, Registration
from workshops.models.registrations import TAKING_PART, RegistrationQuerySet, State

from .locking import lock_event
from .seating import why_no_change

Audience = Mailing.Audience
Notice = Callable[[Registration, Mailing], None]

STATES: Final[dict[str, tuple[State, ...]]] = {
    Audience.TAKING_PART: TAKING_PART,
    Audience.CONFIRMED: (State.CONFIRMED,),
    Audience.WAITING: (State.WAITING,),
    Audience.INVITED: (State.INVITED,),
    Audience.NEWLY_INVITED: (State.INVITED,),
    Audience.PRESENT: (State.CONFIRMED,),
    Audience.EVERYBODY: (State.INVITED, *TAKING_PART),
}

# To whom an invitation may go.
INVITABLE: Final = (Audience.INVITED, Audience.NEWLY_INVITED)


def recipients(event: Event, audience: str) -> RegistrationQuerySet:
    """Return to whom a mail to `audience` goes: those of them with an address, by name.

    Who stands on a list and was never written to knows of nothing yet, and is asked by an invitation first.
    """
    found: RegistrationQuerySet = event.registrations.reachable()
    found = found.filter(state__in=STATES[audience]).order_by("name", "pk")
    if audience == Audience.NEWLY_INVITED:
        return found.filter(invited_at=None)
    if audience == Audience.EVERYBODY:
        return found.exclude(state=State.INVITED, invited_at=None)
    return found.exclude(attended_at=None) if audience == Audience.PRESENT else found


def why_not(kind: str, audience: str) -> str:
    """Return why a mail of this kind does not go to this audience; empty where it does."""
    if kind == Mailing.Kind.INVITATION and audience not in INVITABLE:
        return _("Eine Einladung geht an Eingeladene ohne Antwort.")
    if kind == Mailing.Kind.MESSAGE and audience == Audience.NEWLY_INVITED:
        return _("Wer noch von nichts weiß, bekommt zuerst eine Einladung.")
    return ""


def send(
    event: Event,
    *,
    kind: Mailing.Kind,
    audience: str,
    subject: str,
    text: str,
    by: User,
    at: datetime.datetime,
    seen: int | None = None,
) -> Mailing:
    """Write to the people of an event; an invitation goes with a link to answer. Return what the log keeps.

    `seen` is how many mailings the log had when the mail was looked at: `Outdated` is raised where there are more.
    Raises ValidationError where subject or text are missing (keys `subject`, `text`), nobody would get it (key
    `audience`), or the event takes none of those it would invite (key `kind`).
    """
    for field, given in (("subject", subject), ("text", text)):
        if not given.strip():
            raise ValidationError({field: _("Bitte füllen Sie dieses Feld aus.")})
    notice = notices.invitation if kind == Mailing.Kind.INVITATION else notices.message
    with transaction.atomic():
        event = lock_event(event)
        if seen is not None and event.mailings.count() != seen:
            raise Outdated(_("Inzwischen ist ein Rundschreiben hinausgegangen."))
        if kind == Mailing.Kind.INVITATION and (hindrance := why_no_change(event, on=timezone.localdate(at))):
            raise ValidationError({"kind": hindrance})
        if hindrance := why_not(kind, audience):
            raise ValidationError({"audience": hindrance})
        mailing = log_and_write(event, notice, kind=kind, audience=audience, subject=subject, text=text, by=by, at=at)
        if mailing.recipients == 0:
            raise ValidationError({"audience": _("Dort ist niemand mit einer E-Mail-Adresse.")})
        # Each of these mails asks to say yes or no: from now on they know, and are told when anything changes.
        recipients(event, audience).filter(state=State.INVITED, invited_at=None).update(invited_at=at)
    return mailing


def log_and_write(
    event: Event,
    notice: Notice,
    *,
    kind: Mailing.Kind,
    audience: str,
    subject: str,
    text: str,
    by: User,
    at: datetime.datetime,
) -> Mailing:
    """Write `notice` to each of the audience and keep in the log to how many it went; in the caller's transaction."""
    people = list(recipients(event, audience))
    mailing = Mailing.objects.create(
        event=event,
        kind=kind,
        audience=audience,
        subject=" ".join(subject.split()),
        text=text.strip(),
        recipients=len(people),
        sent_by=by,
        sent_at=at,
    )
    prefetch_related_objects([event], "changes", "papers")  # each mail tells of them
    with post.in_bulk():
        for registration in people:
            registration.event = event
            notice(registration, mailing)
    return mailing
