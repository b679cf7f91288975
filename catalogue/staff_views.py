"""The project office's verb in „Verwaltung“: an entry moves to another state. A GET never changes anything."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalogue.actions import move
from catalogue.forms import MoveForm
from catalogue.models import Entry
from district.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def move_entry(request: HttpRequest, pk: int, model: type[Entry]) -> HttpResponse:
    """Ask for the new state, move the entry there and lead back."""
    entry = get_object_or_404(model._default_manager.select_related("concept"), pk=pk)
    if not request.user.has_perm("catalogue.move_entry", entry):
        raise PermissionDenied
    form = MoveForm(request.POST if request.method == "POST" else None, entry=entry)
    back = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_change", args=[pk])
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


def _move(request: HttpRequest, form: MoveForm, entry: Entry) -> Entry | None:
    """Move it, or put what was refused at the fields of the form."""
    assert isinstance(request.user, User)  # nobody else comes through `admin_view`
    try:
        return move(entry, to=form.cleaned_data["to"], reason=form.cleaned_data.get("reason", ""), by=request.user)
    except ValidationError as refused:
        by_field = refused.error_dict if hasattr(refused, "error_dict") else {None: refused.error_list}
        for name, errors in by_field.items():
            form.add_error(name if name in form.fields else None, ValidationError(errors))
        return None
