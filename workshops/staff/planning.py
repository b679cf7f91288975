"""What happens to an event, in „Verwaltung“: ask, show what follows with the mail as people will read it, do it.

What follows is found out by doing it and undoing it, so that the preview never differs from what happens.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from district.acting import Outdated
from district.staff_pages import answers, asks, attempt, came_from, person, with_ways
from milestones.wording import written_day
from milestones.working_days import is_working_day
from workshops import actions, notices
from workshops.actions.locking import lock_event
from workshops.actions.planning import not_possible, subject_of
from workshops.forms.planning import (
    CallOffForm,
    CopyForm,
    HoldForm,
    MoveForm,
    PostponeForm,
    SeenForm,
    SeriesForm,
    mark_of,
)
from workshops.models import Change, Event, Mailing
from workshops.models.events import NEXT, State
from workshops.models.registrations import ACTIVE
from workshops.models.registrations import State as Taking

from .frame import Route, event_for, page

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
    """What a verb brings about; `then` is where one goes on."""

    sentences: tuple[str, ...]
    then: str
    letter: Letter | None = None
    ways: tuple[Way, ...] = ()
    days: tuple[Day, ...] = ()


@dataclass(frozen=True)
class Question:
    """The page that asks: its words, and the form to answer in."""

    title: str
    verb: str
    form: Callable[[QueryDict | None, Event], SeenForm]
    warning: str = ""
    previews: bool = True


@asks
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an event to another date and tell everybody who would come."""

    def act(event: Event, form: forms.Form) -> Effect:
        assert isinstance(form, MoveForm)
        asked = form.cleaned_data
        change = actions.reschedule(
            event, to=form.to, reason=asked["reason"], message=asked["message"], by=person(request), at=timezone.now()
        )
        now = change.event
        words = {"event": now, "after": now.when, "before": event.when}
        sentences = [_("„%(event)s“: neuer Termin %(after)s, bisher %(before)s.") % words, _because(change)]
        if now.registration_closes_on and now.registration_closes_on != event.registration_closes_on:
            day = written_day(now.registration_closes_on)
            sentences.append(_("Die Anmeldung endet jetzt am %(day)s.") % {"day": day})
        if now.is_over(timezone.localdate()):
            sentences.append(_("Bitte prüfen Sie das Jahr: Der neue Termin ist schon vorbei."))
        return _told(request, change, sentences, asked["message"], _("Auch den Meilenstein verschieben"), "postpone")

    question = Question(_("Termin verlegen"), _("Verlegen"), lambda sent, event: MoveForm(sent, event=event))
    return _ask(request, pk, "move", question, act)


@asks
def postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an event off its date and tell everybody who would come."""

    def act(event: Event, form: forms.Form) -> Effect:
        asked = form.cleaned_data
        change = actions.postpone(
            event, reason=asked["reason"], message=asked["message"], by=person(request), at=timezone.now()
        )
        words = _("„%(event)s“ (%(before)s) ist verschoben; der neue Termin ist offen.")
        sentences = [words % {"event": event, "before": event.when}, _because(change)]
        return _told(request, change, sentences, asked["message"], _("Auch den Meilenstein verschieben"), "postpone")

    question = Question(
        _("Termin verschieben, neuer Termin offen"),
        _("Verschieben"),
        lambda sent, event: PostponeForm(sent, event=event),
        warning=_("Steht der neue Termin schon fest? Dann verlegen Sie ihn, und alle bekommen nur eine E-Mail."),
    )
    return _ask(request, pk, "postpone", question, act)


@asks
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Call an event off without losing it: everybody gets the papers and, if wanted, a link to write instead."""

    def act(event: Event, form: forms.Form) -> Effect:
        asked = form.cleaned_data
        change = actions.call_off(
            event,
            reason=asked["reason"],
            feedback_until=asked["feedback_until"],
            message=asked["message"],
            by=person(request),
            at=timezone.now(),
        )
        sentences = [_("„%(event)s“ (%(when)s) ist abgesagt.") % {"event": event, "when": event.when}, _because(change)]
        return _told(
            request,
            change,
            sentences,
            asked["message"],
            _("Auch den Meilenstein absagen"),
            "call_off",
            in_mail=_instead(change.event),
        )

    question = Question(
        _("Absagen, aber nicht verlieren"),
        _("Absagen"),
        lambda sent, event: CallOffForm(sent, event=event, today=timezone.localdate()),
        warning=_(
            "Eine Absage lässt sich nicht zurücknehmen. Legen Sie vorher die Unterlagen an, die alle bekommen sollen; "
            "soll der Termin nachgeholt werden, verschieben Sie ihn."
        ),
    )
    return _ask(request, pk, "call_off", question, act)


@asks
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that an event took place."""

    def act(event: Event, form: forms.Form) -> Effect:
        del form
        change = actions.hold(event, by=person(request), at=timezone.now())
        write = reverse("admin:workshops_event_minutes", args=[event.pk])
        ways = [Way("", write, _("Protokoll schreiben")), *_milestone_way(request, event, _("Meilenstein"), "reach")]
        told = _("„%(event)s“ ist als durchgeführt eingetragen.") % {"event": change.event}
        return Effect((told,), _change_page(event), ways=tuple(ways))

    question = Question(
        _("Durchgeführt"),
        _("Als durchgeführt eintragen"),
        lambda sent, event: HoldForm(sent, event=event),
        warning=_("Das lässt sich nicht zurücknehmen. Danach kann das Protokoll freigegeben werden."),
        previews=False,
    )
    return _ask(request, pk, "hold", question, act)


@asks
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an event like this one on another date."""

    def act(event: Event, form: forms.Form) -> Effect:
        asked = form.cleaned_data
        fresh = actions.copy(event, to=asked["date"], title=asked["title"])
        words = _("„%(event)s“ ist angelegt: %(when)s.") % {"event": fresh, "when": fresh.when}
        return Effect((words, *_left_out(fresh)), _change_page(fresh))

    question = Question(_("Termin kopieren"), _("Kopie anlegen"), lambda sent, event: CopyForm(sent, event=event))
    return _ask(request, pk, "copy", question, act)


@asks
def series(request: HttpRequest, pk: int) -> HttpResponse:
    """Make further events like this one."""

    def act(event: Event, form: forms.Form) -> Effect:
        assert isinstance(form, SeriesForm)
        made = actions.repeat(event, on=form.on)
        words = ngettext(
            "%(count)s weiterer Termin ist angelegt.", "%(count)s weitere Termine sind angelegt.", len(made)
        )
        days = tuple(_remarked(each.date.earliest) for each in made)
        listed = reverse("admin:workshops_event_changelist", query={"q": event.title})
        return Effect((words % {"count": len(made)}, *_left_out(made[0])), listed, days=days)

    question = Question(_("Reihe anlegen"), _("Termine anlegen"), lambda sent, event: SeriesForm(sent, event=event))
    return _ask(request, pk, "series", question, act)


ROUTES: list[Route] = [
    ("verlegen/", move, "move"),
    ("verschieben/", postpone, "postpone"),
    ("absagen/", call_off, "call_off"),
    ("durchgefuehrt/", hold, "hold"),
    ("kopieren/", copy, "copy"),
    ("reihe/", series, "series"),
]


def possible(event: Event, *, on: datetime.date) -> Iterator[tuple[str, str]]:
    """Yield what can happen to an event on a day: names of pages and their words."""
    following = NEXT[State(event.state)]
    if event.is_open:
        yield "move", _("Verlegen")
    if State.POSTPONED in following:
        yield "postpone", _("Verschieben")
    if State.CALLED_OFF in following:
        yield "call_off", _("Absagen")
    if State.HELD in following and event.date.earliest <= on:
        yield "hold", _("Durchgeführt")
    yield "copy", _("Kopieren")
    yield "series", _("Reihe anlegen")


# The steps all verbs share


def _ask(
    request: HttpRequest, pk: int, name: str, question: Question, act: Callable[[Event, forms.Form], Effect]
) -> HttpResponse:
    """Ask; show what follows; do it, tell what happened and lead on."""
    event = event_for(request, pk, right="workshops.plan_event")
    way_back = came_from(request)
    if request.method != "POST" and name not in dict(possible(event, on=timezone.localdate())):
        messages.warning(request, _why_not(event, name))
        return HttpResponseRedirect(way_back or _change_page(event))
    form = question.form(answers(request), event)
    effect, told = None, ""
    if request.method == "POST" and "edit" not in request.POST and form.is_valid():
        previews = question.previews and "confirm" not in request.POST
        try:
            effect = attempt(form, partial(_acted, event, form, act, undo=previews))
        except Outdated as faster:
            told = " ".join(faster.messages)
            event = event_for(request, pk, right="workshops.plan_event")
            form = question.form(_seen_anew(request.POST, event), event)
        if effect and not previews:
            ways = [(way.url, way.label) for way in effect.ways]
            messages.success(request, with_ways(" ".join(effect.sentences), *ways))
            return HttpResponseRedirect(way_back or effect.then)
    return page(
        request,
        "planning_ask",
        event,
        tab="change",
        title=question.title,
        form=form,
        question=question,
        effect=effect,
        told=told,
        next=way_back,
        back=way_back or _change_page(event),
    )


def _acted(event: Event, form: SeenForm, act: Callable[[Event, forms.Form], Effect], *, undo: bool) -> Effect:
    """Do it and, if told so, undo it at once. Raises `Outdated` where the event is not as it was seen."""
    with transaction.atomic():
        now = lock_event(event)
        if mark_of(now) != form.cleaned_data["seen"]:
            raise Outdated(
                _("Jemand anderes war schneller: %(when)s, %(state)s. Ihre Angaben sind noch da; bitte prüfen Sie sie.")
                % {"when": now.when, "state": now.get_state_display()}
            )
        effect = act(now, form)
        transaction.set_rollback(undo)
    return effect


def _seen_anew(sent: QueryDict, event: Event) -> QueryDict:
    """Return what was sent, as if the event had been seen as it is now."""
    anew = sent.copy()
    anew["seen"] = mark_of(event)
    return anew


def _why_not(event: Event, name: str) -> str:
    if name == "hold" and event.state == State.PLANNED:
        return _("Dieser Termin liegt noch in der Zukunft.")
    return not_possible(event)


def _change_page(event: Event) -> str:
    return reverse("admin:workshops_event_change", args=[event.pk])


# What is told


def _told(
    request: HttpRequest,
    change: Change,
    sentences: list[str],
    message: str,
    way: str,
    verb: str,
    in_mail: Iterable[str] = (),
) -> Effect:
    """Return what a change brings about: to how many the portal writes, what they read, and what else may be to do."""
    event = change.event
    people = actions.recipients(event, Mailing.Audience.EVERYBODY)
    if count := people.count():
        written = ngettext("%(count)s Person bekommt eine E-Mail.", "%(count)s Personen bekommen eine E-Mail.", count)
        sentences += [written % {"count": count}, *in_mail]
    else:
        sentences.append(_("Niemand bekommt eine E-Mail."))
    without = event.registrations.filter(email="", state__in=ACTIVE).exclude(state=Taking.UNCONFIRMED).count()
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
    ways = tuple(_milestone_way(request, event, way, verb))
    return Effect(tuple(sentences), _change_page(event), letter, ways)


def _instead(event: Event) -> Iterator[str]:
    """Yield what those who would have come get instead."""
    if papers := event.papers.for_registered().count():
        told = ngettext("Darin steht %(count)s Unterlage.", "Darin stehen %(count)s Unterlagen.", papers)
        yield told % {"count": papers}
    else:
        yield _("Unterlagen für die Angemeldeten gibt es nicht.")
    if event.feedback_until:
        words = _("Bis zum %(day)s können sie über einen persönlichen Link schreiben, was sie gesagt hätten.")
        yield words % {"day": written_day(event.feedback_until)}


def _milestone_way(request: HttpRequest, event: Event, label: str, verb: str) -> Iterator[Way]:
    """Yield the way to the milestone that the timeline keeps for the event, where this person may move it."""
    milestone = event.milestone
    right = f"milestones.{verb}_milestone"
    if milestone and milestone.is_open and request.user.has_perm(right, milestone):
        told = _(
            "Der Zeitplan führt diese Veranstaltung als Meilenstein „%(milestone)s“ (%(date)s); er ändert sich nicht von selbst."
        )
        words = {"milestone": milestone, "date": milestone.current}
        yield Way(told % words, reverse(f"admin:milestones_milestone_{verb}", args=[milestone.pk]), label)


def _because(change: Change) -> str:
    return _("Öffentliche Begründung: %(reason)s") % {"reason": change.reason}


def _left_out(fresh: Event) -> Iterator[str]:
    """Yield what a copy does not have."""
    yield _("Tagesordnung und Handlungsfelder sind dabei; Unterlagen, Anmeldezeitraum und Anmeldungen nicht.")
    yield _("Öffentlich angekündigt wird er erst, wenn Sie das eintragen.")
    if fresh.is_over(timezone.localdate()):
        yield _("Bitte prüfen Sie das Jahr: Der Termin ist schon vorbei.")


def _remarked(day: datetime.date) -> Day:
    if day < timezone.localdate():
        return Day(day, _("schon vorbei"))
    if is_working_day(day):
        return Day(day, "")
    return Day(day, _("Wochenende") if day.weekday() > FRIDAY else _("Feiertag"))
