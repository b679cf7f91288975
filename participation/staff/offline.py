"""Recording what came offline: one by one, or as a table that is looked at before anything is stored."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from district.addresses import key_of
from district.downloads import send_bytes
from district.staff_pages import answers, attempt, person
from district.table_forms import ConfirmTableForm, TableForm
from district.views import asks
from participation import offline
from participation.actions.offline import record, record_all
from participation.forms.offline import ChooseRoundForm, RecordForm
from participation.models import Round

from .asking import page

# What stays the same from one letter of a pile to the next.
KEPT = ("source", "source_note", "received_on")
MOST_SHOWN = 20


@asks
def record_idea(request: HttpRequest) -> HttpResponse:
    """Take down one contribution in the name of whoever made it."""
    asked = _asked(request)
    if asked is None:
        return _choose(request, _("Idee erfassen"))
    initial = {name: request.GET[name] for name in KEPT if name in request.GET}
    form = RecordForm(
        answers(request), asked=asked, initial={"received_on": timezone.localdate(), "source": "letter", **initial}
    )
    if request.method == "POST" and form.is_valid():
        entry = form.entry(form.cleaned_data["key"])
        if idea := attempt(form, lambda: record(entry, to=asked, by=person(request), at=timezone.now())):
            messages.success(request, _("%(idea)s ist erfasst.") % {"idea": idea})
            if "another" not in request.POST:
                return HttpResponseRedirect(reverse("admin:participation_idea_moderate", args=[idea.pk]))
            kept = {name: request.POST.get(name, "") for name in KEPT}
            return HttpResponseRedirect(reverse("admin:participation_idea_record", query={"round": asked.pk, **kept}))
    return page(
        request,
        "offline_record",
        title=_("Stellungnahme erfassen") if asked.is_draft else _("Idee erfassen"),
        subtitle="",
        asked=asked,
        form=form,
    )


@asks
@never_cache
def import_ideas(request: HttpRequest) -> HttpResponse:
    """Take a table and show what it would bring, or what is wrong with it; store nothing."""
    asked = _asked(request)
    if asked is None:
        return _choose(request, _("Ideen einlesen"))
    form = TableForm(answers(request), request.FILES if request.method == "POST" else None)
    reading = confirmation = None
    if request.method == "POST" and form.is_valid():
        rows = form.rows(offline.columns(asked), most=offline.MOST_ROWS)
        reading = offline.read(rows, to=asked, today=timezone.localdate())
        confirmation = form.confirmation(rows, about=asked) if rows and not reading.faults else None
    return _import_page(request, asked, form, reading if not form.errors else None, confirmation)


@require_POST
@never_cache
def confirm_import(request: HttpRequest) -> HttpResponse:
    """Store what was looked at."""
    asked = _asked(request)
    if asked is None:
        return HttpResponseRedirect(reverse("admin:participation_idea_import"))
    again = reverse("admin:participation_idea_import", query={"round": asked.pk})
    form = ConfirmTableForm(request.POST, about=asked)
    if not form.is_valid():
        messages.error(request, form.refusal)
        return HttpResponseRedirect(again)
    now = timezone.now()
    reading = offline.read(form.cleaned_data["rows"], to=asked, today=timezone.localdate(now))
    if reading.faults:  # something was renamed or deleted meanwhile
        return _import_page(request, asked, TableForm(), reading, None)
    recorded = record_all(reading.entries, to=asked, by=person(request), at=now)
    told = ngettext(
        "%(count)s Beitrag ist eingelesen und wartet im Eingang.",
        "%(count)s Beiträge sind eingelesen und warten im Eingang.",
        recorded.new,
    )
    if recorded.new:
        messages.success(request, told % {"count": recorded.new})
    else:
        messages.info(request, _("Alle diese Beiträge waren schon gespeichert."))
    return HttpResponseRedirect(reverse("admin:participation_inbox", query={"round": asked.pk}))


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """Hand out the empty table of a round."""
    asked = _asked(request)
    if asked is None:
        return _choose(request, _("Ideen einlesen"))
    return send_bytes(offline.template(asked), title=f"{_('Vorlage')} {asked.title}", ending="xlsx")


def _asked(request: HttpRequest) -> Round | None:
    """Return the round in the address; None where none was chosen that something can be recorded for."""
    if not request.user.has_perm("participation.record_idea"):
        raise PermissionDenied
    asked = Round.objects.select_related("concept").filter(pk=key_of(request.GET.get("round", "")) or 0).first()
    if asked and not request.user.has_perm("participation.record_idea", asked):
        raise PermissionDenied
    return asked


def _choose(request: HttpRequest, title: str) -> HttpResponse:
    return page(
        request, "offline_choose", title=title, form=ChooseRoundForm(request.GET if "round" in request.GET else None)
    )


def _import_page(
    request: HttpRequest, asked: Round, form: TableForm, reading: Any, confirmation: ConfirmTableForm | None
) -> HttpResponse:
    return page(
        request,
        "offline_import",
        title=_("Ideen einlesen"),
        asked=asked,
        form=form,
        reading=reading,
        confirmation=confirmation,
        shown=reading.new[:MOST_SHOWN] if reading else [],
        round_query=f"round={asked.pk}",
        is_example=asked.concept.is_example,
    )
