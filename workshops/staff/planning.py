"""What happens to an event, in „Verwaltung“: ask, show what follows with the mail as people will read it, do it.

What follows is found out by doing it and undoing it, so that the preview never differs from what happens; only the
mails to everybody are left out of it, and the one that is shown stands for them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from district.acting import Outdated
from district.staff_pages import answers, attempt, came_from, person, with_ways
from district.views import asks
from workshops import actions, notices
from workshops.actions.locking import lock_event
from workshops.actions.planning import not_possible
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
from workshops.models import Event
from workshops.models.events import NEXT, State

from .effects import (
    Effect,
    Way,
    change_page,
    effect_of,
    instead_of_coming,
    left_out,
    milestone_way,
    moved_along,
    remarked,
)
from .frame import Route, event_for, page


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
        return effect_of(
            request,
            change,
            asked["message"],
            will_be=_("„%(event)s“ wird verlegt: neuer Termin %(after)s, bisher %(before)s.") % words,
            is_now=_("„%(event)s“ ist verlegt: neuer Termin %(after)s, bisher %(before)s.") % words,
            milestone=("postpone", _("Auch den Meilenstein verschieben")),
            dates=moved_along(now, event),
        )

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
        words = {"event": event, "before": event.when}
        return effect_of(
            request,
            change,
            asked["message"],
            will_be=_("„%(event)s“ (%(before)s) wird verschoben; der neue Termin ist dann offen.") % words,
            is_now=_("„%(event)s“ (%(before)s) ist verschoben; der neue Termin ist offen.") % words,
            milestone=("postpone", _("Auch den Meilenstein verschieben")),
        )

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
        words = {"event": event, "when": event.when}
        return effect_of(
            request,
            change,
            asked["message"],
            will_be=_("„%(event)s“ (%(when)s) wird abgesagt.") % words,
            is_now=_("„%(event)s“ (%(when)s) ist abgesagt.") % words,
            milestone=("call_off", _("Auch den Meilenstein absagen")),
            in_mail=instead_of_coming(change.event),
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
        ways = [Way("", write, _("Protokoll schreiben")), *milestone_way(request, event, _("Meilenstein"), "reach")]
        words = {"event": change.event}
        return Effect(
            will_be=_("„%(event)s“ wird als durchgeführt eingetragen.") % words,
            is_now=_("„%(event)s“ ist als durchgeführt eingetragen.") % words,
            added=(),
            then=change_page(event),
            ways=tuple(ways),
        )

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
        words = {"event": fresh, "when": fresh.when}
        return Effect(
            will_be=_("„%(event)s“ wird angelegt: %(when)s.") % words,
            is_now=_("„%(event)s“ ist angelegt: %(when)s.") % words,
            added=tuple(left_out(fresh)),
            then=change_page(fresh),
        )

    question = Question(_("Termin kopieren"), _("Kopie anlegen"), lambda sent, event: CopyForm(sent, event=event))
    return _ask(request, pk, "copy", question, act)


@asks
def series(request: HttpRequest, pk: int) -> HttpResponse:
    """Make further events like this one."""

    def act(event: Event, form: forms.Form) -> Effect:
        assert isinstance(form, SeriesForm)
        made = actions.repeat(event, on=form.on)
        count = {"count": len(made)}
        will_be = ngettext(
            "%(count)s weiterer Termin wird angelegt.", "%(count)s weitere Termine werden angelegt.", len(made)
        )
        is_now = ngettext(
            "%(count)s weiterer Termin ist angelegt.", "%(count)s weitere Termine sind angelegt.", len(made)
        )
        return Effect(
            will_be=will_be % count,
            is_now=is_now % count,
            added=tuple(left_out(made[0])),
            then=reverse("admin:workshops_event_changelist", query={"q": event.title}),
            days=tuple(remarked(each.date.earliest) for each in made),
        )

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
        return HttpResponseRedirect(way_back or change_page(event))
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
            messages.success(request, with_ways(" ".join(effect.told), *ways))
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
        back=way_back or change_page(event),
    )


def _acted(event: Event, form: SeenForm, act: Callable[[Event, forms.Form], Effect], *, undo: bool) -> Effect:
    """Do it and, if told so, undo it at once. Raises `Outdated` where the event is not as it was seen."""
    with transaction.atomic(), notices.left_out() if undo else nullcontext():
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
