"""What one person is written alone: the mail that fits how it stands, once more or to an address that was corrected.

An address that is corrected is a new way to somebody: whoever had the links that went to the old one has them no more.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.acting import Outdated
from district.models import User
from workshops import notices
from workshops.models import Change, Event, Mailing, Registration
from workshops.models.registrations import CORRECTED, WRITTEN, State

from .locking import lock_registration
from .registration import Person, ask_to_confirm
from .seating import end_links, refuse_second, why_no_answer, why_no_seat

Audience, Kind = Mailing.Audience, Mailing.Kind


class Letter(models.TextChoices):
    """The mails that tell somebody how it stands; the words say what they get."""

    INVITATION = "invitation", gettext_lazy("die Einladung mit dem Link zum Zusagen oder Absagen")
    CONFIRM = "confirm", gettext_lazy("die Bitte, die E-Mail-Adresse zu bestätigen")
    SEAT = "seat", gettext_lazy("die Nachricht, dass ein Platz reserviert ist")
    WAITING = "waiting", gettext_lazy("die Nachricht über den Platz auf der Warteliste")
    CALLED_OFF = "called_off", gettext_lazy("die Absage mit dem Link zur Rückmeldung")


FITTING: Final[dict[str, Letter]] = {
    State.UNCONFIRMED: Letter.CONFIRM,
    State.INVITED: Letter.INVITATION,
    State.CONFIRMED: Letter.SEAT,
    State.WAITING: Letter.WAITING,
}
# As whom the log names somebody; who has not confirmed is nobody's audience, so of them the audit trail alone tells.
AUDIENCES: Final[dict[str, Mailing.Audience]] = {
    State.INVITED: Audience.INVITED,
    State.CONFIRMED: Audience.CONFIRMED,
    State.WAITING: Audience.WAITING,
}


@dataclass(frozen=True)
class Corrected:
    """Somebody as they are called now, and which mail went to the new address, if one did."""

    registration: Registration
    letter: Letter | None


def revision_of(registration: Registration) -> int:
    """Return the number of the last change that the audit trail has of a registration.

    Each change leaves a row there, also one of words that the trail does not keep.
    """
    last: int | None = registration.events.order_by("-pgh_id").values_list("pgh_id", flat=True).first()
    return last or 0


def latest_invitation(event: Event) -> Mailing | None:
    """Return the invitation to an event as it was written last."""
    return event.mailings.filter(kind=Kind.INVITATION).order_by("-sent_at", "-pk").first()


def why_no_letter(registration: Registration, *, at: datetime.datetime) -> str:
    """Return why somebody cannot be written at a moment how it stands; empty where they can."""
    return _why_none_fits(registration, at=at) or (
        "" if registration.email else _("Von dieser Person ist keine E-Mail-Adresse gespeichert.")
    )


def fitting_letter(registration: Registration, *, at: datetime.datetime) -> Letter | None:
    """Return which mail tells somebody how it stands at a moment, whether or not there is an address; None where none does."""
    if _why_none_fits(registration, at=at):
        return None
    return Letter.CALLED_OFF if registration.event.state == Event.State.CALLED_OFF else FITTING[registration.state]


def letter_to_new_address(registration: Registration, *, at: datetime.datetime) -> Letter | None:
    """Return which mail a corrected address gets; whoever is on a list and was never written to waits for the invitation."""
    return fitting_letter(registration, at=at) if _knows_of_it(registration) else None


def why_address_needed(registration: Registration) -> str:
    """Return why somebody cannot be without an address; empty where they can."""
    if registration.state not in (State.UNCONFIRMED, State.INVITED):
        return ""
    return _("Bitte geben Sie die E-Mail-Adresse an: Ohne sie kann die Person nicht antworten.")


def correct(registration: Registration, person: Person, *, seen: int, by: User, at: datetime.datetime) -> Corrected:
    """Correct somebody's name, organisation and address; write to a new address how it stands.

    All that was mailed to the old address opens nothing any more. Who had not confirmed it has to confirm the new one;
    everybody else stays what they are: the office has it from them, as where it takes somebody down (`enrol`).

    Raises `Outdated` where the registration has changed since it was `seen`, ValidationError where the name is missing
    (key `name`), or the address is, is another registration's (key `email`), or could not be confirmed any more.
    """
    name, organisation, email = person.name.strip(), person.organisation.strip(), person.email.strip()
    if not name:
        raise ValidationError({"name": _("Bitte geben Sie den Namen an.")})
    with transaction.atomic():
        registration = lock_registration(registration)
        _refuse_outdated(registration, seen=seen)
        is_new_address = email.casefold() != registration.email.casefold()
        if is_new_address:
            end_links(registration, at=at)
        registration.name, registration.organisation, registration.email = name, organisation, email
        if is_new_address:
            _refuse_address(registration, at=at)
        registration.save()
        pghistory.create_event(registration, label=CORRECTED)
        letter = letter_to_new_address(registration, at=at) if is_new_address and email else None
        if letter:
            _write(registration, letter, by=by, at=at)
    return Corrected(registration, letter)


def write_again(registration: Registration, *, seen: int, by: User, at: datetime.datetime) -> Letter:
    """Write somebody once more how it stands; return which mail that is.

    Raises `Outdated` where the registration has changed, or was written to, since it was `seen`, ValidationError where
    no mail fits.
    """
    with transaction.atomic():
        registration = lock_registration(registration)
        _refuse_outdated(registration, seen=seen)
        letter = fitting_letter(registration, at=at)
        if letter is None or not registration.email:
            raise ValidationError(why_no_letter(registration, at=at))
        _write(registration, letter, by=by, at=at)
    return letter


def _why_none_fits(registration: Registration, *, at: datetime.datetime) -> str:
    event, today = registration.event, timezone.localdate(at)
    if registration.state == State.CANCELLED:
        return _("Diese Person hat abgesagt und bekommt keine Nachrichten mehr.")
    if event.state == Event.State.CALLED_OFF and event.takes_feedback(today) and _knows_of_it(registration):
        return ""
    if hindrance := why_no_seat(event, at=at):
        return hindrance
    if registration.state != State.INVITED:
        return ""
    if hindrance := why_no_answer(event, at=at):
        return hindrance
    return "" if latest_invitation(event) else _("Zu diesem Termin ist noch keine Einladung verfasst.")


def _knows_of_it(registration: Registration) -> bool:
    """Whether somebody was ever written to; of a call-off, who has not confirmed an address is told nothing."""
    if registration.state == State.UNCONFIRMED:
        return registration.event.state != Event.State.CALLED_OFF
    return registration.state != State.INVITED or registration.invited_at is not None


def _refuse_outdated(registration: Registration, *, seen: int) -> None:
    if revision_of(registration) != seen:
        raise Outdated(_("Jemand anderes war schneller. Bitte prüfen Sie, wie es jetzt steht."))


def _refuse_address(registration: Registration, *, at: datetime.datetime) -> None:
    """Raise ValidationError where a new address cannot be this registration's."""
    if not registration.email and (told := why_address_needed(registration)):
        raise ValidationError({"email": told})
    refuse_second(registration)
    if registration.state == State.UNCONFIRMED and (hindrance := why_no_seat(registration.event, at=at)):
        raise ValidationError(hindrance)


def _write(registration: Registration, letter: Letter, *, by: User, at: datetime.datetime) -> None:
    """Write to somebody, and keep in the log and the audit trail that it was done."""
    event = registration.event
    match letter:
        case Letter.CONFIRM:
            ask_to_confirm(registration, at=at)
        case Letter.INVITATION:
            written = latest_invitation(event)
            assert written is not None  # else no mail would fit
            if registration.invited_at is None:
                registration.invited_at = at
                registration.save(update_fields=["invited_at"])
            notices.invitation(registration, _log(registration, Kind.INVITATION, written.subject, written.text, by, at))
        case Letter.CALLED_OFF:
            change = event.changes.filter(kind=Change.Kind.CALLED_OFF).latest("recorded_at", "pk")
            told = event.mailings.filter(kind=Kind.CALLED_OFF).order_by("sent_at", "pk").first()
            subject = _("Abgesagt: %(event)s") % {"event": event}
            mailing = _log(registration, Kind.CALLED_OFF, subject, told.text if told else "", by, at)
            notices.called_off(registration, change, mailing)
        case Letter.SEAT | Letter.WAITING:
            has_seat = letter == Letter.SEAT
            subject = _("Sie sind angemeldet: %(event)s") if has_seat else _("Sie stehen auf der Warteliste: %(event)s")
            text = _("An eine einzelne Person geschrieben.")
            _log(registration, Kind.MESSAGE, subject % {"event": event}, text, by, at)
            notices.place(registration)
    pghistory.create_event(registration, label=WRITTEN)


def _log(
    registration: Registration, kind: Mailing.Kind, subject: str, text: str, by: User, at: datetime.datetime
) -> Mailing:
    return Mailing.objects.create(
        event=registration.event,
        kind=kind,
        audience=AUDIENCES[registration.state],
        subject=" ".join(subject.split())[:250],
        text=text,
        recipients=1,
        sent_by=by,
        sent_at=at,
    )
