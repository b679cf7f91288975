"""What the portal writes to whoever takes part: how to confirm, whether there is a seat, and what changes.

Nothing is sent here: a mail is a row in the same transaction as what it tells (`district.post`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import override

from district.post import absolute, composed, send_template

from . import links
from .calendar import attachment
from .models import Change, Event, Mailing, Paper, Registration
from .wording import when

ChangeNotice = Callable[[Registration, Change, Mailing], None]

_left_out: Final = ContextVar("left_out", default=False)


@contextmanager
def left_out() -> Iterator[None]:
    """Write nothing within: for what is done to see what follows and undone at once, so that nobody would get it."""
    outer = _left_out.set(True)
    try:
        yield
    finally:
        _left_out.reset(outer)


def confirmation(registration: Registration, *, token: str) -> None:
    """Ask to confirm an address. Nobody knows yet whose it is, so the mail carries no link that opens anything."""
    with override(registration.language):
        url = absolute(reverse("workshops:confirm", args=[registration.event.concept.slug, token]))
    _write("Anmeldung bestätigen", "confirm", registration, {"confirm_url": url}, keyed=False)


def known(registration: Registration) -> None:
    """Tell somebody who registers once more that they are registered, and where to see how."""
    _write("Anmeldung besteht schon", "known", registration)


def place(registration: Registration) -> None:
    """Tell what came of a registration: a seat, or a place on the waiting list."""
    if registration.state == Registration.State.CONFIRMED:
        _write("Anmeldung", "confirmed", registration, with_calendar=True)
    else:
        _write("Warteliste", "waiting", registration)


def moved_up(registration: Registration) -> None:
    """Tell somebody who waited that a seat is theirs now."""
    _write("Nachgerückt", "moved_up", registration, with_calendar=True)


def cancelled(registration: Registration) -> None:
    """Confirm that a registration was cancelled."""
    _write("Abmeldung", "cancelled", registration)


def reminder(registration: Registration) -> None:
    """Remind of an event that is near."""
    _write("Erinnerung", "reminder", registration, with_calendar=True)


def invitation(registration: Registration, mailing: Mailing) -> None:
    """Invite somebody, with a link to say yes or no."""
    _write("Einladung", "invitation", registration, {"mailing": mailing})


def message(registration: Registration, mailing: Mailing) -> None:
    """Send what the office has written to the people of an event."""
    _write("Nachricht an Teilnehmende", "message", registration, {"mailing": mailing})


def moved(registration: Registration, change: Change, mailing: Mailing) -> None:
    """Tell that an event has another date, or none for now."""
    _write("Terminänderung", "moved", registration, _of_move(registration, change, mailing), with_calendar=True)


def called_off(registration: Registration, change: Change, mailing: Mailing) -> None:
    """Tell that an event does not take place, with its papers, and ask for a written feedback where that is wanted."""
    _write("Absage", "called_off", registration, _of_call_off(registration, change, mailing), with_calendar=True)


def preview(registration: Registration, mailing: Mailing, change: Change | None = None) -> tuple[str, str]:
    """Return subject and text of a mail to many as one of them would get it, without what opens their link."""
    if change is None:
        template = "invitation" if mailing.kind == Mailing.Kind.INVITATION else "message"
        given: dict[str, Any] = {"mailing": mailing}
    elif change.kind == Change.Kind.CALLED_OFF:
        template, given = "called_off", _of_call_off(registration, change, mailing)
    else:
        template, given = "moved", _of_move(registration, change, mailing)
    subject, text = composed(
        f"workshops/mail/{template}.txt",
        context=_context(registration, given, keyed=True),
        language=registration.language,
    )
    return subject, text.replace(links.secret_of(registration), "…")


def _of_move(registration: Registration, change: Change, mailing: Mailing) -> dict[str, Any]:
    with override(registration.language):
        former = when(change.from_date, change.from_time)
    return {"former": former, "change": change, "mailing": mailing}


def _of_call_off(registration: Registration, change: Change, mailing: Mailing) -> dict[str, Any]:
    with override(registration.language):
        feedback_url = absolute(links.path_of(registration, "feedback"))
        papers = [(paper.title, absolute(_paper(registration, paper))) for paper in _papers(registration.event)]
    return {"change": change, "mailing": mailing, "papers": papers, "feedback_url": feedback_url}


def _papers(event: Event) -> list[Paper]:
    return [paper for paper in event.papers.all() if paper.audience != Paper.Audience.INTERNAL]


def _paper(registration: Registration, paper: Paper) -> str:
    secret = links.secret_of(registration)
    return reverse("workshops:own_paper", args=[registration.event.concept.slug, secret, paper.pk])


def _write(
    purpose: str,
    template: str,
    registration: Registration,
    context: dict[str, Any] | None = None,
    *,
    with_calendar: bool = False,
    keyed: bool = True,
) -> None:
    """Write to a registration's address, where there is one; `keyed` puts the link to the registration into the mail."""
    if not registration.email or _left_out.get():
        return
    with override(registration.language):
        attachments = [attachment(registration)] if with_calendar else []
    send_template(
        purpose,
        f"workshops/mail/{template}.txt",
        to=registration.email,
        context=_context(registration, context or {}, keyed=keyed),
        language=registration.language,
        about=links.secret_of(registration),
        attachments=attachments,
    )


def _context(registration: Registration, context: dict[str, Any], *, keyed: bool) -> dict[str, Any]:
    given: dict[str, Any] = {"registration": registration, "event": registration.event, **context}
    with override(registration.language):
        given["event_url"] = absolute(registration.event.get_absolute_url())
        if keyed:
            given["registration_url"] = absolute(links.path_of(registration))
    return given
