"""What a verb brings about, in words: to how many the portal writes, what they read, and what else may be to do."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milestones.wording import written_day
from milestones.working_days import is_working_day
from workshops import actions, notices
from workshops.actions.planning import subject_of
from workshops.models import Change, Event, Mailing
from workshops.models.registrations import ACTIVE, State

FRIDAY: Final = 4


@dataclass(frozen=True)
class Way:
    """Something that may have to be done as well, and where."""

    told: str
    url: str
    label: str


@dataclass(frozen=True)
class Day:
    """A day of a series, and what to mind about it."""

    date: datetime.date
    remark: str


@dataclass(frozen=True)
class Letter:
    """The mail as those who get it will read it."""

    subject: str
    text: str


@dataclass(frozen=True)
class Effect:
    """What a verb brings about: what will be, as the preview says it, or is now, and what both add; `then` is where one goes on."""

    will_be: str
    is_now: str
    added: tuple[str, ...]
    then: str
    letter: Letter | None = None
    ways: tuple[Way, ...] = ()
    days: tuple[Day, ...] = ()

    @property
    def foretold(self) -> tuple[str, ...]:
        """What happens if it is confirmed."""
        return (self.will_be, *self.added)

    @property
    def told(self) -> tuple[str, ...]:
        """What happened."""
        return (self.is_now, *self.added)


def effect_of(
    request: HttpRequest,
    change: Change,
    message: str,
    *,
    will_be: str,
    is_now: str,
    milestone: tuple[str, str],
    dates: Iterable[str] = (),
    in_mail: Iterable[str] = (),
) -> Effect:
    """Return what a change brings about: to how many the portal writes, what they read, and what else may be to do.

    `milestone` is the verb that may be due for the event's milestone, and its words.
    """
    event = change.event
    sentences = [_("Öffentliche Begründung: %(reason)s") % {"reason": change.reason}, *dates]
    if change.kind != Change.Kind.MOVED and event.is_over(timezone.localdate()):
        sentences.append(_("Bitte prüfen Sie: Der Termin ist schon vorbei."))
    people = actions.recipients(event, Mailing.Audience.EVERYBODY)
    if count := people.count():
        written = ngettext("%(count)s Person bekommt eine E-Mail.", "%(count)s Personen bekommen eine E-Mail.", count)
        sentences += [written % {"count": count}, *in_mail]
    else:
        sentences.append(_("Niemand bekommt eine E-Mail."))
    without = event.registrations.filter(email="", state__in=ACTIVE).exclude(state=State.UNCONFIRMED).count()
    if without:
        words = ngettext(
            "%(count)s Person hat keine E-Mail-Adresse angegeben: Bitte sagen Sie ihr selbst Bescheid.",
            "%(count)s Personen haben keine E-Mail-Adresse angegeben: Bitte sagen Sie ihnen selbst Bescheid.",
            without,
        )
        sentences.append(words % {"count": without})
    letter = None
    if first := people.first():
        first.event = event
        mailing = Mailing(event=event, subject=subject_of(change), text=message.strip())
        letter = Letter(*notices.preview(first, mailing, change))
    verb, label = milestone
    ways = tuple(milestone_way(request, event, label, verb))
    return Effect(will_be, is_now, tuple(sentences), change_page(event), letter, ways)


def moved_along(event: Event, before: Event) -> Iterator[str]:
    """Yield what else changes with the date of an event, and where it can hardly be meant."""
    closes_on = event.registration_closes_on
    if closes_on and closes_on != before.registration_closes_on:
        yield _("Die Anmeldung endet mit dem neuen Termin am %(day)s.") % {"day": written_day(closes_on)}
    if event.is_over(timezone.localdate()):
        yield _("Bitte prüfen Sie das Jahr: Der neue Termin ist schon vorbei.")


def instead_of_coming(event: Event) -> Iterator[str]:
    """Yield what those who would have come get instead."""
    if papers := event.papers.for_registered().count():
        told = ngettext("Darin steht %(count)s Unterlage.", "Darin stehen %(count)s Unterlagen.", papers)
        yield told % {"count": papers}
    else:
        yield _("Unterlagen für die Angemeldeten gibt es nicht.")
    if event.feedback_until:
        words = _("Bis zum %(day)s können sie über einen persönlichen Link schreiben, was sie gesagt hätten.")
        yield words % {"day": written_day(event.feedback_until)}


def milestone_way(request: HttpRequest, event: Event, label: str, verb: str) -> Iterator[Way]:
    """Yield the way to the milestone that the timeline keeps for the event, where this person may move it."""
    milestone = event.milestone
    right = f"milestones.{verb}_milestone"
    if milestone and milestone.is_open and request.user.has_perm(right, milestone):
        told = _(
            "Der Zeitplan führt diese Veranstaltung als Meilenstein „%(milestone)s“ (%(date)s); er ändert sich nicht von selbst."
        )
        words = {"milestone": milestone, "date": milestone.current}
        yield Way(told % words, reverse(f"admin:milestones_milestone_{verb}", args=[milestone.pk]), label)


def left_out(fresh: Event) -> Iterator[str]:
    """Yield what a copy does not have."""
    yield _("Tagesordnung und Handlungsfelder sind dabei; Unterlagen, Anmeldezeitraum und Anmeldungen nicht.")
    yield _("Öffentlich angekündigt ist davon noch nichts: Das tragen Sie am Termin selbst ein.")
    if fresh.is_over(timezone.localdate()):
        yield _("Bitte prüfen Sie das Jahr: Der Termin ist schon vorbei.")


def remarked(day: datetime.date) -> Day:
    """Return a day of a series with what speaks against it."""
    if day < timezone.localdate():
        return Day(day, _("schon vorbei"))
    if is_working_day(day):
        return Day(day, "")
    return Day(day, _("Wochenende") if day.weekday() > FRIDAY else _("Feiertag"))


def change_page(event: Event) -> str:
    """Return the address of the event's own page."""
    return reverse("admin:workshops_event_change", args=[event.pk])
