"""Reading a list of those invited: looked at before anything is stored, and nobody is written to yet."""

from __future__ import annotations

from typing import Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from district.downloads import send_bytes
from district.staff_pages import answers, attempt, with_ways
from district.table_forms import ConfirmTableForm, TableForm
from district.views import asks
from workshops import invitations as lists
from workshops.actions import invite, why_no_change
from workshops.actions.registration import Imported
from workshops.models import Event

from .frame import Route, event_for, page

MOST_SHOWN: Final = 20


@asks
@never_cache
def read_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a table and show whom it would put on the list, or what is wrong with it; store nothing."""
    event = event_for(request, pk, right="workshops.run_registration")
    form = TableForm(answers(request), request.FILES if request.method == "POST" else None)
    reading = confirmation = None
    if request.method == "POST" and form.is_valid():
        rows = form.rows(lists.columns(), most=lists.MOST_ROWS)
        reading = lists.read(rows, to=event)
        confirmation = form.confirmation(rows, about=event) if rows and not reading.faults else None
    return _page(request, event, form, reading if not form.errors else None, confirmation)


@require_POST
@never_cache
def store_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Store what was looked at."""
    event = event_for(request, pk, right="workshops.run_registration")
    form = ConfirmTableForm(request.POST, about=event)
    again = HttpResponseRedirect(reverse("admin:workshops_event_invitations", args=[event.pk]))
    if not form.is_valid():
        messages.error(request, form.refusal)
        return again
    reading = lists.read(form.cleaned_data["rows"], to=event)
    if reading.faults:  # the rules have become stricter meanwhile
        return _page(request, event, TableForm(), reading, None)
    try:
        imported = invite(event, reading.people, at=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return again
    _tell(request, event, imported)
    return HttpResponseRedirect(reverse("admin:workshops_event_participants", args=[event.pk]))


def _tell(request: HttpRequest, event: Event, imported: Imported) -> None:
    """Say who is new on the list, and where the invitation is written."""
    if imported.new:
        told = ngettext(
            "%(count)s Person steht neu auf der Einladungsliste. Angeschrieben ist sie noch nicht.",
            "%(count)s Personen stehen neu auf der Einladungsliste. Angeschrieben sind sie noch nicht.",
            imported.new,
        )
        invitation = reverse("admin:workshops_event_mailings_new", args=[event.pk], query={"kind": "invitation"})
        messages.success(request, with_ways(told % {"count": imported.new}, (invitation, _("Einladung schreiben"))))
    else:
        messages.info(request, _("Alle diese Personen standen schon auf der Liste."))


@asks
def invite_members(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then put the members of the event's group on the list."""
    event = event_for(request, pk, right="workshops.run_registration")
    back = reverse("admin:workshops_event_participants", args=[event.pk])
    if event.group is None:
        messages.info(request, _("Dieser Termin gehört zu keiner Arbeitsgruppe."))
        return HttpResponseRedirect(back)
    reading = lists.members(event)
    form = forms.Form(answers(request))
    if request.method == "POST" and form.is_valid():
        people = reading.people
        if imported := attempt(form, lambda: invite(event, people, at=timezone.now())):
            _tell(request, event, imported)
            return HttpResponseRedirect(back)
    return page(
        request,
        "participants_members",
        event,
        tab="participants",
        title=_("Mitglieder einladen"),
        form=form,
        reading=reading,
        closed=why_no_change(event, on=timezone.localdate()),
        back=back,
    )


@require_safe
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the empty table."""
    event_for(request, pk, right="workshops.run_registration")
    return send_bytes(lists.template(), title=_("Vorlage Einladungsliste"), ending="xlsx")


def _page(
    request: HttpRequest,
    event: Event,
    form: TableForm,
    reading: lists.Reading | None,
    confirmation: ConfirmTableForm | None,
) -> HttpResponse:
    return page(
        request,
        "participants_import",
        event,
        tab="participants",
        title=_("Einladungsliste einlesen"),
        form=form,
        reading=reading,
        confirmation=confirmation,
        shown=reading.new[:MOST_SHOWN] if reading else [],
        closed=why_no_change(event, on=timezone.localdate()),
        back=reverse("admin:workshops_event_participants", args=[event.pk]),
    )


ROUTES: list[Route] = [
    ("teilnehmende/einladungsliste/", read_list, "invitations"),
    ("teilnehmende/mitglieder/", invite_members, "participants_members"),
    ("teilnehmende/einladungsliste/vorlage.xlsx", template, "invitations_template"),
    ("teilnehmende/einladungsliste/speichern/", store_list, "invitations_store"),
]
