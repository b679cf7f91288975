"""Taking minutes item by item, recording outcomes, releasing all of it, and taking it back to be corrected."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from district.acting import Outdated
from district.models import FieldOfAction, User
from district.post import absolute
from workshops import notices
from workshops.models import AgendaItem, Discussion, Event, Feedback, Mailing, Minutes, MinutesStep, Outcome
from workshops.models.minutes import NEXT, State

from .locking import lock_event
from .mailing import log_and_write, recipients


@dataclass(frozen=True)
class Found:
    """What an outcome says, as a form has cleaned it."""

    kind: str
    title: str
    text: str = ""
    field_of_action: FieldOfAction | None = None
    owner: str = ""
    due_on: datetime.date | None = None
    is_public: bool = True


def why_no_minutes(event: Event) -> str:
    """Return why nothing can be written down of an event; empty where it can."""
    match event.state:
        case Event.State.CALLED_OFF:
            return _("Diese Veranstaltung ist abgesagt: Zu ihr gibt es kein Protokoll.")
        case Event.State.POSTPONED:
            return _("Diese Veranstaltung ist verschoben: Ein Protokoll gibt es, wenn sie einen neuen Termin hat.")
    return ""


def begin_minutes(event: Event, *, at: datetime.datetime) -> Minutes:
    """Return the minutes of an event, begun where there are none.

    Raises ValidationError where the event is called off, or postponed without a new date.
    """
    with transaction.atomic():
        event = lock_event(event)
        _refuse_without_meeting(event)
        minutes, _made = Minutes.objects.get_or_create(event=event, defaults={"started_at": at})
    return minutes


def write_minutes(minutes: Minutes, *, summary: str, internal: str, seen: int) -> Minutes:
    """Store summary and internal part as somebody wrote them on top of revision `seen`; what is stored already is left.

    Raises ValidationError where the minutes are released, `Outdated` where somebody else has written meanwhile.
    """
    with transaction.atomic():
        minutes = _lock_draft(minutes.event)
        if (minutes.summary, minutes.internal) == (summary.strip(), internal.strip()):
            return minutes
        _refuse_outdated(minutes.revision, seen)
        minutes.summary, minutes.internal = summary.strip(), internal.strip()
        minutes.revision += 1
        minutes.full_clean()
        minutes.save()
    return minutes


def note(item: AgendaItem, *, text: str, seen: int) -> Discussion:
    """Store what was said to an agenda item, written on top of revision `seen`; what is stored already is left.

    Raises ValidationError where the minutes are released, `Outdated` where somebody else has written meanwhile.
    """
    with transaction.atomic():
        _lock_draft(item.event)
        discussion = Discussion.objects.filter(item=item).first() or Discussion(item=item)
        if discussion.text == text.strip():
            return discussion
        _refuse_outdated(discussion.revision, seen)
        discussion.text = text.strip()
        discussion.revision += 1
        discussion.full_clean()
        discussion.save()
    return discussion


def add_item(event: Event, *, title: str) -> AgendaItem:
    """Put a point at the end of the agenda that came up during the meeting; the same again returns what stands there.

    Raises ValidationError where the minutes are released, or the title does not fit (key `title`).
    """
    with transaction.atomic():
        event = _lock_draft(event).event
        title = " ".join(title.split())
        last = event.agenda.order_by("order").last()
        if last and last.title == title:
            return last
        item = AgendaItem(event=event, order=last.order + 1 if last else 1, title=title)
        item.full_clean()
        item.save()
    return item


def record_outcome(
    event: Event,
    found: Found,
    *,
    at: datetime.datetime,
    item: AgendaItem | None = None,
    feedback: Feedback | None = None,
) -> Outcome:
    """Record what an agenda item or a written feedback brought; where it comes from stays with it for good.

    The very same words again, sent twice by a second tap or a reload, return the outcome that is there. Raises ValidationError where the minutes are released (a feedback needs none) or a field does not fit (its key).
    """
    with transaction.atomic():
        event = lock_event(event)
        if feedback is None:
            _lock_draft(event)
        if recorded := event.outcomes.filter(item=item, feedback=feedback, **_words(found)).order_by("pk").first():
            return recorded
        outcome = Outcome(event=event, item=item, feedback=feedback, group=event.group, created_at=at)
        _write(outcome, found)
    return outcome


def revise_outcome(outcome: Outcome, found: Found, *, seen: int) -> Outcome:
    """Change the words of an outcome, written on top of revision `seen`.

    Raises ValidationError where it is released (general) or a field does not fit (its key), `Outdated` where somebody
    else has changed it meanwhile.
    """
    with transaction.atomic():
        outcome = _lock_open(outcome)
        _refuse_outdated(outcome.revision, seen)
        outcome.revision += 1
        _write(outcome, found)
    return outcome


def drop_outcome(outcome: Outcome) -> None:
    """Delete an outcome that was recorded by mistake. Raises ValidationError where it was released once."""
    with transaction.atomic():
        outcome = _lock_open(outcome)
        if outcome.released_at:
            raise ValidationError(
                _(
                    "Dieses Ergebnis war schon öffentlich und bleibt. Nehmen Sie den Haken „öffentlich“ heraus, um es nicht mehr zu zeigen."
                )
            )
        outcome.delete()


def release_outcome(outcome: Outcome, *, at: datetime.datetime) -> Outcome:
    """Release what a feedback brought; what an agenda item brought is released with the minutes."""
    with transaction.atomic():
        outcome = _lock_open(outcome)
        if outcome.feedback_id is None:
            raise ValidationError(_("Dieses Ergebnis erscheint mit der Freigabe des Protokolls."))
        outcome.released_at = outcome.released_at or at
        outcome.save(update_fields=["released_at"])
    return outcome


def settle_outcome(outcome: Outcome, *, on: datetime.date | None) -> Outcome:
    """Note on which day an open point or a decision was seen to; None takes that back.

    Raises ValidationError where there is nothing to see to, or the outcome is gone.
    """
    with transaction.atomic():
        lock_event(outcome.event)
        outcome = _fresh(outcome)
        if outcome.kind not in Outcome.TO_BE_DONE:
            raise ValidationError(_("Erledigt werden offene Punkte und Festlegungen."))
        outcome.done_on = on
        outcome.save(update_fields=["done_on"])
    return outcome


def audience_of_minutes(event: Event) -> Mailing.Audience:
    """Return who is told of the minutes: those who were there, or where nobody ticked names, those registered."""
    was_ticked = event.registrations.filter(attended_at__isnull=False).exists()
    return Mailing.Audience.PRESENT if was_ticked else Mailing.Audience.CONFIRMED


def release(minutes: Minutes, *, by: User, at: datetime.datetime, tell: bool = False) -> Minutes:
    """Make summary and outcomes public; `tell` lets those who took part know.

    Raises ValidationError where that has happened, the event is not on record as held, or there is no summary (key
    `summary`).
    """
    with transaction.atomic():
        minutes = _lock_draft(minutes.event)
        if minutes.event.state != Event.State.HELD:
            raise ValidationError(_("Tragen Sie zuerst ein, dass die Veranstaltung stattgefunden hat."))
        if not minutes.summary:
            raise ValidationError({"summary": _("Bitte schreiben Sie eine Zusammenfassung: Sie wird veröffentlicht.")})
        _step(minutes, State.RELEASED, MinutesStep.Kind.RELEASED, by=by, at=at)
        minutes.event.outcomes.filter(released_at=None, feedback=None, is_public=True).update(released_at=at)
        if tell:
            _tell(minutes.event, by=by, at=at)
    return minutes


def reopen(minutes: Minutes, *, reason: str, by: User, at: datetime.datetime) -> Minutes:
    """Take released minutes back to correct them; until they are released again, readers see that they are corrected.

    Raises ValidationError where they are not released (general) or the reason is missing (key `reason`).
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Bitte begründen Sie, was berichtigt werden soll.")})
    with transaction.atomic():
        minutes = _lock(minutes.event)
        _step(minutes, State.DRAFT, MinutesStep.Kind.REOPENED, by=by, at=at, reason=reason.strip())
    return minutes


def _step(
    minutes: Minutes, to: State, kind: MinutesStep.Kind, *, by: User, at: datetime.datetime, reason: str = ""
) -> None:
    if to not in NEXT[State(minutes.state)]:
        raise ValidationError(_("Dieses Protokoll ist „%(state)s“.") % {"state": minutes.get_state_display()})
    minutes.state = to
    minutes.save(update_fields=["state"])
    MinutesStep.objects.create(minutes=minutes, kind=kind, reason=reason, by=by, at=at)


def _tell(event: Event, *, by: User, at: datetime.datetime) -> None:
    """Write to those who took part that the minutes are there; nothing is logged where nobody has an address."""
    audience = audience_of_minutes(event)
    if not recipients(event, audience).exists():
        return
    if event.is_shown:
        text = _("Das Protokoll dieser Veranstaltung ist veröffentlicht. Sie finden es hier: %(url)s")
    else:
        text = _("Das Protokoll dieser Veranstaltung ist fertig. Sie bekommen es auf Nachfrage vom Landkreis.")
    log_and_write(
        event,
        notices.message,
        kind=Mailing.Kind.MINUTES,
        audience=audience,
        subject=_("Protokoll: %(event)s") % {"event": event.title},
        text=text % {"url": absolute(event.get_absolute_url())},
        by=by,
        at=at,
    )


def _words(found: Found) -> dict[str, Any]:
    """Return what an outcome says as it is stored."""
    return {
        "kind": found.kind,
        "title": " ".join(found.title.split()),
        "text": found.text.strip(),
        "field_of_action": found.field_of_action,
        "owner": found.owner.strip(),
        "due_on": found.due_on,
        "is_public": found.is_public,
    }


def _write(outcome: Outcome, found: Found) -> None:
    for name, words in _words(found).items():
        setattr(outcome, name, words)
    outcome.full_clean()
    outcome.save()


def _refuse_without_meeting(event: Event) -> None:
    if hindrance := why_no_minutes(event):
        raise ValidationError(hindrance)


def _lock(event: Event) -> Minutes:
    event = lock_event(event)
    minutes = Minutes.objects.filter(event=event).first()
    if minutes is None:
        raise ValidationError(_("Zu diesem Termin gibt es noch kein Protokoll."))
    minutes.event = event
    return minutes


def _lock_draft(event: Event) -> Minutes:
    minutes = _lock(event)
    _refuse_without_meeting(minutes.event)
    if minutes.is_released:
        raise ValidationError(
            _("Dieses Protokoll ist freigegeben. Nehmen Sie es zur Berichtigung zurück, um es zu ändern.")
        )
    return minutes


def _lock_open(outcome: Outcome) -> Outcome:
    """Lock an outcome that may be changed: its minutes are in work, or it comes from a feedback."""
    if outcome.feedback_id is None:
        _lock_draft(outcome.event)
    else:
        lock_event(outcome.event)
    return _fresh(outcome)


def _fresh(outcome: Outcome) -> Outcome:
    """Return an outcome as it is now, its event locked before."""
    found = Outcome.objects.select_related("event__concept", "field_of_action").filter(pk=outcome.pk).first()
    if found is None:
        raise ValidationError(_("Dieses Ergebnis gibt es nicht mehr."))
    return found


def _refuse_outdated(stored: int, seen: int) -> None:
    if stored != seen:
        raise Outdated(
            _(
                "Jemand anderes hat das inzwischen geändert. Ihr Text ist noch da: Bitte übernehmen Sie, was fehlt, und speichern Sie noch einmal."
            )
        )
