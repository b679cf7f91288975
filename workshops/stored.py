"""All that is stored of somebody who takes part, for the person alone: to be taken along as a file."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from .models import Feedback, Registration


def stored(registration: Registration) -> dict[str, Any]:
    """Return it in words and values that JSON knows: German like what it is about, times those of the district."""
    with override("de"):
        return _stored(registration)


def _stored(registration: Registration) -> dict[str, Any]:
    event = registration.event
    return {
        "veranstaltung": {"titel": event.title, "wann": event.when, "ort": event.place},
        "anmeldung": {
            "name": registration.name,
            "organisation": registration.organisation,
            "e_mail": registration.email,
            "was_ich_brauche": registration.requirements,
            "sprache": registration.language,
            "angemeldet_ueber": str(registration.get_source_display()),
            "stand": str(registration.get_state_display()),
            "eingegangen_am": _time(registration.created_at),
            "eingeladen_am": _time(registration.invited_at),
            "zugesagt_am": _time(registration.confirmed_at),
            "nachgerueckt_am": _time(registration.moved_up_at),
            "abgesagt_am": _time(registration.cancelled_at),
            "erinnert_am": _time(registration.reminded_at),
            "stand_vor_dem_einlass": registration.get_seated_from_display() or None,
            "anwesend_seit": _time(registration.attended_at),
        },
        "rueckmeldungen": [_feedback(feedback) for feedback in registration.feedback.order_by("created_at", "pk")],
    }


def _feedback(feedback: Feedback) -> dict[str, Any]:
    return {
        "text": feedback.text,
        "wuenscht_ein_gespraech": feedback.wants_talk,
        "telefon": feedback.phone,
        "eingegangen_am": _time(feedback.created_at),
        "erledigt_am": _time(feedback.handled_at),
    }


def _time(at: datetime.datetime | None) -> str | None:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None
