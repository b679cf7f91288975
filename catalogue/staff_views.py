"""The project office's verbs in „Verwaltung“: an entry moves to another state, an outcome becomes an entry.

A GET never changes anything.
"""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.actions import move, promote, why_not_promoted
from catalogue.forms import Becomes, ExistingEntryForm, MoveForm, NewEntryForm
from catalogue.models import Entry, Promotion
from district.admin_base import wait_for
from district.models import Concept
from district.staff_pages import answers, attempt, person
from district.views import asks
from workshops.models import Outcome


@asks
def move_entry(request: HttpRequest, pk: int, model: type[Entry]) -> HttpResponse:
    """Ask for the new state, move the entry there and lead back."""
    entry = get_object_or_404(model._default_manager.select_related("concept"), pk=pk)
    if not request.user.has_perm("catalogue.move_entry", entry):
        raise PermissionDenied
    form = MoveForm(answers(request), entry=entry)
    back = staff_page_of(entry)
    if request.method == "POST" and form.is_valid() and (moved := _move(request, form, entry)):
        messages.success(
            request,
            _("„%(entry)s“: neuer Stand „%(state)s“.") % {"entry": moved, "state": moved.get_state_display()},
        )
        return HttpResponseRedirect(back)
    context = {
        **admin.site.each_context(request),
        "title": _("Stand ändern"),
        "subtitle": str(entry),
        "form": form,
        "opts": model._meta,
        "row": entry,
        "back": back,
    }
    return TemplateResponse(request, "catalogue/admin/move.html", context)


@asks
def promote_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an outcome with where it comes from; take it into the catalogue, or tell where it went."""
    related = ("event__concept", "event__group", "event__minutes", "item", "feedback", "field_of_action", "group")
    outcome = get_object_or_404(Outcome.objects.select_related(*related), pk=pk)
    promotion = (
        Promotion.objects.select_related("need", "goal", "measure", "promoted_by").filter(outcome=outcome).first()
    )
    right = "catalogue.promote_outcome" if promotion is None else "catalogue.view_promotion"
    if not all(request.user.has_perm(asked, outcome) for asked in (right, "workshops.view_outcome")):
        raise PermissionDenied
    if promotion:
        return _outcome_page(request, outcome, promotion=promotion, entry_url=staff_page_of(promotion.entry))
    if refusal := why_not_promoted(outcome):
        return _outcome_page(request, outcome, refusal=refusal)
    return _ask_what_becomes(request, outcome)


def staff_page_of(entry: Entry) -> str:
    """Return the address of an entry's page in „Verwaltung“."""
    return reverse(f"admin:{entry._meta.app_label}_{entry._meta.model_name}_change", args=[entry.pk])


def _ask_what_becomes(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    asked = request.GET.get("als", "")
    becomes = Becomes(asked) if asked in Becomes.values else Becomes.of(outcome)
    form: NewEntryForm | ExistingEntryForm
    if becomes == Becomes.EXISTING:
        form = ExistingEntryForm(answers(request), concept=outcome.concept)
    else:
        form = NewEntryForm(answers(request), outcome=outcome, becomes=becomes)
    if (
        request.method == "POST"
        and form.is_valid()
        and (made := attempt(form, lambda: _promote(request, outcome, form)))
    ):
        told = _("„%(outcome)s“ ist jetzt im Konzept: %(entry)s.")  # a title may end with a full stop of its own
        messages.success(request, told % {"outcome": outcome, "entry": str(made.entry).removesuffix(".")})
        return HttpResponseRedirect(staff_page_of(made.entry))
    return _outcome_page(request, outcome, form=form, becomes=becomes, choices=Becomes.choices)


def _promote(request: HttpRequest, outcome: Outcome, form: NewEntryForm | ExistingEntryForm) -> Promotion:
    with transaction.atomic():
        if isinstance(form, ExistingEntryForm):
            entry = form.chosen
        else:
            wait_for(Concept.objects.filter(pk=outcome.concept.pk))  # two at once get two numbers
            entry = form.entry()
        return promote(outcome, entry, by=person(request), at=timezone.now())


def _outcome_page(request: HttpRequest, outcome: Outcome, **context: object) -> HttpResponse:
    return TemplateResponse(
        request,
        "catalogue/admin/promote.html",
        {
            **admin.site.each_context(request),
            "title": _("Ergebnis ins Konzept übernehmen"),
            "subtitle": str(outcome),
            "outcome": outcome,
            **context,
        },
    )


def _move(request: HttpRequest, form: MoveForm, entry: Entry) -> Entry | None:
    """Move it, or put what was refused at the fields of the form."""
    asked = form.cleaned_data
    return attempt(form, lambda: move(entry, to=asked["to"], reason=asked.get("reason", ""), by=person(request)))
