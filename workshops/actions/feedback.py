"""What people write where an event was called off: taken in behind their personal link, dealt with by the office."""

from __future__ import annotations

import datetime
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.models import User
from workshops.models import Feedback, Registration

from .locking import lock_event, lock_registration


def give_feedback(
    registration: Registration,
    *,
    text: str,
    key: uuid.UUID,
    at: datetime.datetime,
    wants_talk: bool = False,
    phone: str = "",
) -> Feedback:
    """Store what somebody registered writes; the same `key` again returns what was stored the first time.

    Raises ValidationError where there is neither a text nor a wish to talk (key `text`), or nobody is asked any more.
    """
    with transaction.atomic():
        registration = lock_registration(registration)
        if stored := Feedback.objects.filter(key=key).first():
            return stored
        if not registration.event.takes_feedback(timezone.localdate(at)):
            raise ValidationError(_("Die Zeit für Rückmeldungen ist vorbei."))
        if not text.strip() and not wants_talk:
            raise ValidationError({"text": _("Bitte geben Sie einen Text ein.")})
        return Feedback.objects.create(
            event=registration.event,
            registration=registration,
            key=key,
            text=text.strip(),
            wants_talk=wants_talk,
            phone=phone.strip() if wants_talk else "",
            created_at=at,
        )


def settle_feedback(feedback: Feedback, *, by: User, at: datetime.datetime, has_talked: bool = True) -> Feedback:
    """Note that somebody has dealt with a feedback; once is enough.

    Without `has_talked`, one whose author wishes to talk stays open, whatever else is made of it.
    Raises ValidationError where it is gone: whoever wrote it may erase it at any moment.
    """
    with transaction.atomic():
        event = lock_event(feedback.event)
        found = event.feedback.filter(pk=feedback.pk).first()
        if found is None:
            raise ValidationError(_("Diese Rückmeldung gibt es nicht mehr: Wer sie geschrieben hat, hat sie gelöscht."))
        found.event = event
        if found.handled_at is None and (has_talked or not found.wants_talk):
            found.handled_at, found.handled_by = at, by
            found.save(update_fields=["handled_at", "handled_by"])
    return found
