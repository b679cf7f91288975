"""The goal system and the measures in „Verwaltung“. States are moved by `staff_views`, never typed in here."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import staff_views
from catalogue.models import Entry, Goal, GoalNeed, Measure, MeasureGoal, Need, Promotion
from district.admin_base import CLOSED_CONCEPT, RoomAdmin, RoomTabularInline, Tool, offer, wait_for
from district.inline_rows import LinkFormSet
from district.models import FieldOfAction
from district.staff_pages import person
from workshops.models import Outcome
from workshops.rules import outcomes_seen_by


def with_concept(entry: Entry) -> str:
    """Name an entry so that those of different concepts can be told apart."""
    return f"{entry} ({entry.concept})"


class FieldFilter(admin.SimpleListFilter):
    """Entries of one field of action: of the chosen concept, or of those in progress."""

    title = gettext_lazy("Handlungsfeld")
    parameter_name = "feld"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        fields = FieldOfAction.objects.select_related("concept")
        if (concept := request.GET.get("concept__id__exact", "")).isdecimal():
            return [(str(field.pk), str(field)) for field in fields.filter(concept=int(concept))]
        fields = fields.filter(concept__process_closed_on=None)
        return [(str(field.pk), f"{field} ({field.concept})") for field in fields]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(field_of_action=int(value)) if value and value.isdecimal() else queryset


class GoalNeedFormSet(LinkFormSet):
    linked = "need"


class MeasureGoalFormSet(LinkFormSet):
    linked = "goal"


class LinkInline(RoomTabularInline):
    """The links of an entry up the red thread."""

    linked: ClassVar[type[Entry]]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Load both ends of each link, by the number of what is linked."""
        (name,) = self.searched_fields
        owner = str(self.parent_model._meta.model_name)
        return super().get_queryset(request).select_related(owner, f"{name}__concept").order_by(f"{name}__sort_key")

    def prepare(self, fields: dict[str, forms.Field], parent: Entry | None) -> None:
        """Offer what belongs to the same concept; while it is not known yet, to any in progress."""
        (name,) = self.searched_fields
        offer_entries(fields.get(name), self.linked._default_manager.all(), parent)


class GoalNeedInline(LinkInline):
    model = GoalNeed
    formset = GoalNeedFormSet
    fields = ["need"]
    searched_fields = ("need",)
    linked = Need


class MeasureGoalInline(LinkInline):
    model = MeasureGoal
    formset = MeasureGoalFormSet
    fields = ["goal"]
    searched_fields = ("goal",)
    linked = Goal


def offer_entries(field: forms.Field | None, rows: QuerySet[Any], entry: Entry | None, **within: Any) -> None:
    """Let a field choose among those of `rows` in the concept of `entry`; without an entry, in all in progress."""
    rows = rows.select_related("concept")
    if entry:
        offer(field, rows.filter(concept=entry.concept), konzept=entry.concept.pk, **within)
    else:
        offer(field, rows.filter(concept__process_closed_on=None), label=with_concept, **within)


class EntryAdmin(RoomAdmin):
    """What the pages of needs, goals and measures have in common."""

    list_display = ["title", "in_order", "state", "field_of_action", "concept"]
    list_filter = ["concept", FieldFilter, "state"]
    list_select_related = ["concept", "field_of_action"]
    search_fields = ["number", "title", "text"]
    own_fields: ClassVar[tuple[str, ...]] = ()
    number_example: ClassVar[str]

    def get_fieldsets(self, request: HttpRequest, obj: Entry | None = None) -> Any:
        """Show the state once there is one, the reason where it was dropped."""
        own = (None, {"fields": ["concept", "field_of_action", *self.own_fields, "number", "title", "text"]})
        if obj is None:
            return [own]
        state = (gettext_lazy("Stand"), {"fields": ["state", *(["drop_reason"] if obj.drop_reason else [])]})
        origin = (gettext_lazy("Herkunft"), {"fields": ["origin"]})
        return [own, state, *([origin] if getattr(obj, "origins", None) else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Entry | None = None) -> list[str]:
        """An entry stays in its concept; only `move` changes its state."""
        return ["concept", "state", "drop_reason", "origin"] if obj else ["state", "drop_reason"]

    def get_form(self, request: HttpRequest, obj: Entry | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Offer fields of action of the entry's concept; while it is not known yet, those of all in progress."""
        form = super().get_form(request, obj, change, **kwargs)
        if field := form.base_fields.get("field_of_action"):
            rows = FieldOfAction.objects.select_related("concept")
            if obj:
                offer(field, rows.filter(concept=obj.concept))
            else:
                open_rows = rows.filter(concept__process_closed_on=None)
                offer(field, open_rows, label=lambda row: f"{row} ({row.concept})")
            field.error_messages["invalid_choice"] = (
                _("Bitte wählen Sie ein Handlungsfeld dieses Konzepts.") if obj else CLOSED_CONCEPT
            )
        if number := form.base_fields.get("number"):
            number.help_text = _("Zum Beispiel „%(number)s“.") % {"number": self.number_example}
        return form

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Entry | None:
        """Wait for a move that happens at the same time, so that the form does not write back the old state.

        The entry comes with those of its `origins` that this person may read.
        """
        if request.method == "POST" and object_id.isdecimal():
            wait_for(self.model._default_manager.filter(pk=int(object_id)))
        entry = cast("Entry | None", super().get_object(request, object_id, from_field))
        if entry:
            readable = outcomes_seen_by(person(request), Outcome.objects.all())
            origins = Promotion.objects.of(entry).filter(outcome__in=readable).select_related("outcome__event")
            entry.origins = list(origins)  # type: ignore[attr-defined]
        return entry

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search within one concept where a field asks so."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if (concept := request.GET.get("konzept", "")).isdecimal():
            found = found.filter(concept=int(concept))
        return found.select_related("concept"), duplicates

    def autocomplete_label(self, entry: Entry) -> str:
        """Name it in suggestions."""
        return with_concept(entry)

    def get_view_on_site_url(self, obj: Entry | None = None) -> str | None:
        """Link to the public page where there is one."""
        return obj.get_absolute_url() if obj and obj.is_public and obj.concept.is_public else None

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """Only a draft can be deleted; what was public is dropped."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_public)

    def tools(self, request: HttpRequest, obj: Entry) -> list[Tool]:
        """Offer to move it."""
        if not request.user.has_perm("catalogue.move_entry", obj):
            return []
        return [Tool(_("Stand ändern"), reverse(f"admin:{self._move_name}", args=[obj.pk]))]

    def get_urls(self) -> list[URLPattern]:
        view = partial(staff_views.move_entry, model=self.model)
        return [
            path("<int:pk>/stand/", self.admin_site.admin_view(view), name=self._move_name),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("Nummer"), ordering="sort_key")
    def in_order(self, entry: Entry) -> str:
        return entry.number

    @admin.display(description=gettext_lazy("aus den Ergebnissen"))
    def origin(self, entry: Entry) -> SafeString:
        """Name the outcomes it was taken from, with the events that brought them."""
        return format_html_join(
            SafeString("<br>"),
            '<a href="{}">{}</a> (<a href="{}">{}</a>, {})',
            (
                (
                    reverse("admin:catalogue_promote", args=[promotion.outcome_id]),
                    promotion.outcome,
                    reverse("admin:workshops_event_change", args=[promotion.outcome.event_id]),
                    promotion.outcome.event,
                    promotion.outcome.event.date,
                )
                for promotion in getattr(entry, "origins", [])
            ),
        )

    @property
    def _move_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_move"


@admin.register(Need)
class NeedAdmin(EntryAdmin):
    number_example = "B 3.2"


@admin.register(Goal)
class GoalAdmin(EntryAdmin):
    list_display = ["title", "in_order", "kind", "state", "field_of_action", "concept"]
    list_filter = ["concept", FieldFilter, "kind", "state"]
    own_fields = ("kind", "parent")
    searched_fields = ("parent",)
    inlines = [GoalNeedInline]
    history_parts = ((GoalNeed, "goal"),)
    number_example = "Z 1.2"

    def get_form(self, request: HttpRequest, obj: Entry | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Offer strategic goals of the same concept as the one above."""
        form = super().get_form(request, obj, change, **kwargs)
        strategic = Goal.objects.filter(kind=Goal.Kind.STRATEGIC)
        offer_entries(form.base_fields.get("parent"), strategic, obj, art=Goal.Kind.STRATEGIC.value)
        return form

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search among the strategic ones where a field asks so."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if kind := request.GET.get("art"):
            found = found.filter(kind=kind)
        return found, duplicates


@admin.register(Measure)
class MeasureAdmin(EntryAdmin):
    inlines = [MeasureGoalInline]
    history_parts = ((MeasureGoal, "measure"),)
    number_example = "M 3.04"
