"""What the tests of the experts' work act with: a day on which one registers, people, and the mails written to them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import Model

from district.models import OutgoingMail
from district.sealing import unseal
from workshops.actions import Person, confirm, register
from workshops.models import Event, Registration

# `EventFactory` makes an event on 1 September 2026 that takes registrations from 1 June to 30 August.
NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)
EVENING = datetime(2026, 9, 1, 16, tzinfo=UTC)
AFTERWARDS = datetime(2026, 9, 2, 8, tzinfo=UTC)

_Row = TypeVar("_Row", bound=Model)


def person(number: int = 1, **more: Any) -> Person:
    """Return somebody with an address."""
    return Person(f"Gast {number}", f"gast{number}@example.org", **more)


def hand_in(event: Event, number: int = 1, *, at: datetime = NOW) -> Registration:
    """Send the form and return the registration, whose address nobody has confirmed."""
    key = uuid.uuid4()
    register(event, person(number), key=key, at=at)
    return Registration.objects.get(key=key)


def take_part(event: Event, number: int = 1, *, at: datetime = NOW) -> Registration:
    """Send the form, confirm the address, and return what came of it."""
    return confirm(hand_in(event, number, at=at), at=at)


def again(row: _Row) -> _Row:
    """Return a row as it is now."""
    row.refresh_from_db()
    return row


def letters(purpose: str = "") -> list[dict[str, Any]]:
    """Return what was written, the oldest first; of one purpose where it is named."""
    mails = OutgoingMail.objects.exclude(sealed="").order_by("pk")
    return [unseal(mail.sealed) for mail in (mails.filter(purpose=purpose) if purpose else mails)]


def written() -> list[tuple[str, str]]:
    """Return to whom was written and why, the oldest first."""
    mails = OutgoingMail.objects.exclude(sealed="").order_by("pk")
    return [(unseal(mail.sealed)["to"].partition("@")[0], mail.purpose) for mail in mails]


def states(event: Event) -> list[tuple[str, str]]:
    """Return everybody on the list with their state, in the order in which they came."""
    return list(event.registrations.order_by("pk").values_list("name", "state"))
