"""Who takes part in an event: the list, and what is done for somebody who calls or writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.staff_pages import answers, attempt
from district.views import asks
from workshops.actions import accept, cancel, enrol, erase, why_no_newcomer, why_no_seat
from workshops.forms.participants import CancelForm, EnrolForm, ParticipantsFilter
from workshops.models import Event, Registration
from workshops.models.registrations import State
from workshops.participants import Figures, Show, narrowed, since
from workshops.seats import seats

from . import corrections, exports, invitations
from .frame import Route, event_for, page, registration_for

PER_PAGE: Final = 50


@dataclass(frozen=True)
class Rights:
    """What somebody may do now for those on the list."""

    change: bool
    correct: bool
    write: bool
    erase: bool


@dataclass(frozen=True)
class Line:
    """Somebody as the list shows them, with what can be done for them here."""

    registration: Registration
    since: Any
    may_cancel: bool
    may_take_up: bool
    may_correct: bool
    may_write: bool
    may_erase: bool

    @property
    def has_actions(self) -> bool:
        """Whether there is anything."""
        return any((self.may_cancel, self.may_take_up, self.may_correct, self.may_write, self.may_erase))


@dataclass(frozen=True)
class Tab:
    """One part of the list with how many are in it."""

    label: str
    count: str
    query: str
    is_current: bool


@require_safe
def participants(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who takes part, narrowed and page by page."""
    event = event_for(request, pk, right="workshops.view_participants")
    filters = ParticipantsFilter(request.GET)
    current = Paginator(narrowed(event, words=filters.words, show=filters.shown), PER_PAGE).get_page(
        request.GET.get("page")
    )
    figures = Figures.of(event)
    at = timezone.now()
    closed = why_no_seat(event, at=at)
    may_run = request.user.has_perm("workshops.run_registration", event)
    at_their_wish = request.user.has_perm("workshops.erase_registration", event)
    rights = Rights(
        change=may_run and not closed,
        correct=at_their_wish,
        write=request.user.has_perm("workshops.write_to_participants", event)
        and (not closed or event.takes_feedback(timezone.localdate(at))),
        erase=at_their_wish,
    )
    lines = [_line(each, rights) for each in current]
    return page(
        request,
        "participants",
        event,
        tab="participants",
        title=_("Teilnehmende"),
        filters=filters,
        figures=figures,
        parts=_tabs(filters, figures),
        page_obj=current,
        lines=lines,
        has_actions=any(line.has_actions for line in lines),
        may_change=rights.change,
        may_run=may_run,
        closed=closed,
        takes_newcomers=may_run and not why_no_newcomer(event, at=at),
    )


@asks
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down somebody who called or wrote."""
    event = event_for(request, pk, right="workshops.run_registration")
    form = EnrolForm(answers(request))
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        if registration := attempt(form, lambda: enrol(event, form.person, at=timezone.now(), key=key)):
            messages.success(request, _place(registration))
            if "another" in request.POST:
                return HttpResponseRedirect(request.path)
            return HttpResponseRedirect(_list(event))
    return page(
        request,
        "participants_add",
        event,
        tab="participants",
        title=_("Jemanden anmelden"),
        form=form,
        free=seats(event).at_once,
        closed=why_no_seat(event, at=timezone.now()),
        back=_list(event),
    )


@asks
def cancel_for(request: HttpRequest, pk: int, registration_pk: int) -> HttpResponse:
    """Ask, then give somebody's place back; say who moved up."""
    event, registration = registration_for(request, pk, registration_pk, right="workshops.run_registration")
    form = CancelForm(answers(request), registration=registration)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            cancel(registration, at=now, tell=form.cleaned_data.get("tell", False))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return HttpResponseRedirect(_list(event))
        messages.success(request, _("%(name)s ist abgemeldet.") % {"name": registration})
        for moved in event.registrations.filter(moved_up_at=now, state=State.CONFIRMED):
            told = (
                _("Nachgerückt ist %(name)s.") if moved.email else _("Nachgerückt ist %(name)s, ohne E-Mail-Adresse.")
            )
            messages.info(request, told % {"name": moved})
        return HttpResponseRedirect(_list(event))
    waiting = event.registrations.waiting().first() if registration.state == State.CONFIRMED else None
    return _ask(
        request,
        event,
        registration,
        title=_("Absagen"),
        verb=_("Absage eintragen"),
        form=form,
        waiting=waiting,
        closed=why_no_seat(event, at=timezone.now()),
    )


@asks
def take_up(request: HttpRequest, pk: int, registration_pk: int) -> HttpResponse:
    """Ask, then take somebody in who was invited and says yes by telephone, or had cancelled and comes after all."""
    event, registration = registration_for(request, pk, registration_pk, right="workshops.run_registration")
    if registration.state not in (State.INVITED, State.CANCELLED):
        messages.info(request, _("%(name)s: %(state)s.") % {"name": registration, "state": _state(registration)})
        return HttpResponseRedirect(_list(event))
    form = forms.Form(answers(request))
    if request.method == "POST" and form.is_valid():
        taken = attempt(form, lambda: accept(registration, at=timezone.now(), for_caller=True))
        if taken:
            messages.success(request, _place(taken))
            return HttpResponseRedirect(_list(event))
    return _ask(
        request,
        event,
        registration,
        title=_("Zusage eintragen"),
        verb=_("Zusage eintragen"),
        form=form,
        is_full=seats(event).is_full,
    )


@asks
def erase_person(request: HttpRequest, pk: int, registration_pk: int) -> HttpResponse:
    """Ask, then erase who somebody is, as they wish; also where the concept is closed."""
    event, registration = registration_for(request, pk, registration_pk, right="workshops.erase_registration")
    if request.method == "POST":
        try:
            erase(registration, at=timezone.now())
        except ValidationError as gone:
            messages.info(request, " ".join(gone.messages))
        else:
            messages.success(request, _("Die persönlichen Angaben sind gelöscht."))
        return HttpResponseRedirect(_list(event))
    return _ask(
        request,
        event,
        registration,
        title=_("Persönliche Angaben löschen"),
        verb=_("Jetzt löschen"),
        form=forms.Form(),
        erases=True,
        gives_back=event.is_open and registration.is_taking_part,
        feedback=registration.feedback.filter(outcomes=None).count(),
    )


def _ask(request: HttpRequest, event: Event, registration: Registration, **context: Any) -> HttpResponse:
    return page(
        request,
        "participants_ask",
        event,
        tab="participants",
        registration=registration,
        since=since(registration),
        back=_list(event),
        **context,
    )


def _line(registration: Registration, rights: Rights) -> Line:
    is_known, state = registration.erased_at is None, registration.state
    return Line(
        registration,
        since(registration),
        may_cancel=is_known and rights.change and state != State.CANCELLED,
        may_take_up=is_known and rights.change and state in (State.INVITED, State.CANCELLED),
        may_correct=is_known and rights.correct,
        may_write=is_known and rights.write and bool(registration.email) and state != State.CANCELLED,
        may_erase=is_known and rights.erase,
    )


def _tabs(filters: ParticipantsFilter, figures: Figures) -> list[Tab]:
    """Return the parts of the list that have somebody in them, and those that every event has."""
    counts = {
        Show.CONFIRMED: figures.of_seats(),
        Show.WAITING: str(figures.waiting),
        Show.INVITED: str(figures.invited),
        Show.CANCELLED: str(figures.cancelled),
        Show.UNCONFIRMED: str(figures.unconfirmed),
        Show.PRESENT: str(figures.present),
        Show.ABSENT: str(figures.absent),
    }
    # Before the first name is ticked, everybody is absent.
    hidden = {Show.UNCONFIRMED} if not figures.unconfirmed else set()
    hidden |= {Show.ABSENT} if not figures.present else set()
    return [
        Tab(_("alle"), str(figures.total), "?", not filters.shown),
        *(
            Tab(str(show.label), counts[show], f"?show={show.value}", filters.shown == show)
            for show in Show
            if show not in hidden or filters.shown == show
        ),
    ]


def _place(registration: Registration) -> str:
    """Return what came of taking somebody in."""
    told = _("%(name)s ist angemeldet.")
    if registration.state == State.WAITING:
        told = _("%(name)s steht auf der Warteliste, an Stelle %(place)s.")
    waiting = registration.event.registrations.waiting()
    ahead = waiting.filter(confirmed_at__lte=registration.confirmed_at) if registration.confirmed_at else waiting
    return told % {"name": registration, "place": ahead.count()}


def _state(registration: Registration) -> str:
    return str(registration.get_state_display())


def _list(event: Event) -> str:
    return reverse("admin:workshops_event_participants", args=[event.pk])


ROUTES: list[Route] = [
    ("teilnehmende/", participants, "participants"),
    ("teilnehmende/neu/", add, "participants_add"),
    ("teilnehmende/<int:registration_pk>/absagen/", cancel_for, "participants_cancel"),
    ("teilnehmende/<int:registration_pk>/zusagen/", take_up, "participants_take_up"),
    ("teilnehmende/<int:registration_pk>/loeschen/", erase_person, "participants_erase"),
    *corrections.ROUTES,
    *invitations.ROUTES,
    *exports.ROUTES,
]
