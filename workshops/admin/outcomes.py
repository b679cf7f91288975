"""What events brought, to find and to read. It changes where it is written: with the minutes of its event."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.admin_base import Tool
from district.staff_pages import person
from workshops.models import Outcome
from workshops.models.minutes import OutcomeQuerySet
from workshops.rules import outcomes_seen_by

from .filters import GroupFilter
from .guarded import GuardedHistoryAdmin


class OutcomeGroupFilter(GroupFilter):
    concept_parameter = "event__concept__id__exact"


class DoneFilter(admin.SimpleListFilter):
    """What somebody has to see to, how far it is."""

    title = gettext_lazy("Erledigung")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("offen", _("offen")), ("ueberfaellig", _("überfällig")), ("erledigt", _("erledigt"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "offen":
                return queryset.open()  # type: ignore[attr-defined,no-any-return]
            case "ueberfaellig":
                late = queryset.overdue(timezone.localdate())  # type: ignore[attr-defined]
                return late.filter(event__concept__process_closed_on=None)  # type: ignore[no-any-return]
            case "erledigt":
                return queryset.exclude(done_on=None)
        return queryset


@admin.register(Outcome)
class OutcomeAdmin(GuardedHistoryAdmin):
    history_right = "workshops.view_internal_minutes"
    list_display = ["title", "kind", "session", "due_on", "done_on", "owner", "entry", "group", "is_released"]
    list_filter = ["event__concept", DoneFilter, "kind", OutcomeGroupFilter, "is_public"]
    list_select_related = [
        "event__concept", "event__group", "group", "promotion__need", "promotion__goal", "promotion__measure",
    ]  # fmt: skip
    search_fields = ["title", "text", "owner", "event__title"]
    ordering = ["-pk"]
    fieldsets = [
        (None, {"fields": ["kind", "title", "text", "field_of_action"]}),
        (gettext_lazy("Herkunft"), {"fields": ["session", "item", "group", "created_at"]}),
        (gettext_lazy("Erledigung"), {"fields": ["owner", "due_on", "done_on"]}),
        (gettext_lazy("Seitdem"), {"fields": ["is_public", "released_at", "entry"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outcome]:
        """Leave out what a chair's other groups keep internal."""
        return outcomes_seen_by(person(request), cast("OutcomeQuerySet", super().get_queryset(request)))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Outcome | None:
        """Find any row, so that one that somebody may not see is refused, and not said to be missing."""
        try:
            found = Outcome.objects.select_related(*self.list_select_related, "item", "field_of_action")
            return found.get(pk=self.opts.pk.to_python(object_id))
        except (Outcome.DoesNotExist, ValidationError, ValueError):
            return None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is written with the minutes."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is changed with the minutes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is dropped with the minutes."""
        return False

    def get_view_on_site_url(self, obj: Outcome | None = None) -> str | None:
        """Link to the event that it comes from, where readers see it there."""
        return obj.event.get_absolute_url() if obj and obj.is_shown else None

    def tools(self, request: HttpRequest, obj: Outcome) -> list[Tool]:
        """Lead to where it is changed, and to what it has become."""
        tools = []
        if obj.feedback_id and request.user.has_perm("workshops.view_participants", obj.event):
            page = reverse("admin:workshops_event_feedback", args=[obj.event_id])
            tools.append(Tool(_("Rückmeldungen"), page))
        elif request.user.has_perm("workshops.view_internal_minutes", obj.event):
            tools.append(Tool(_("Protokoll"), reverse("admin:workshops_event_minutes", args=[obj.event_id])))
        if url := _entry_url(obj):
            tools.append(Tool(_("Eintrag im Katalog"), url))
        return tools

    @admin.display(description=gettext_lazy("Termin"), ordering="event__date")
    def session(self, outcome: Outcome) -> SafeString:
        url = reverse("admin:workshops_event_change", args=[outcome.event_id])
        return format_html('<a href="{}">{}</a> ({})', url, outcome.event, outcome.event.date)

    @admin.display(description=gettext_lazy("freigegeben"), boolean=True)
    def is_released(self, outcome: Outcome) -> bool:
        return outcome.released_at is not None

    @admin.display(description=gettext_lazy("wurde zu"))
    def entry(self, outcome: Outcome) -> SafeString | str:
        url = _entry_url(outcome)
        return format_html('<a href="{}">{}</a>', url, outcome.promotion.entry) if url else "–"


def _entry_url(outcome: Outcome) -> str:
    """Return the page of what it has become, in the room above; empty where it has become nothing yet."""
    promotion = getattr(outcome, "promotion", None)
    if promotion is None:
        return ""
    meta = promotion.entry._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[promotion.entry.pk])
