"""Phases and milestones in „Verwaltung“."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any, NoReturn, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import DateField, F, QuerySet, Value
from django.db.models.functions import Coalesce, Least
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.addresses import key_of
from district.admin_base import CLOSED_CONCEPT, RoomAdmin, RoomTabularInline, Tool, offer, wait_for
from district.models import Concept
from milestones import staff_views
from milestones.actions.movement import too_early
from milestones.models import Attainment, CallOff, Dependency, Milestone, Phase, Postponement, schedule_of
from milestones.schedule import Link, Schedule, has_cycle


class MilestoneInline(RoomTabularInline):
    """The milestones of a phase, to read and to go to."""

    model = Milestone
    fields = ("title", "kind", "current", "baseline", "reached", "called_off_on")
    readonly_fields = fields
    extra = 0
    show_change_link = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A milestone has its own page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A milestone has its own page."""
        return False


@admin.register(Phase)
class PhaseAdmin(RoomAdmin):
    list_display = ["title", "concept", "order", "starts", "ends", "state", "milestones"]
    list_filter = ["concept", "method_step"]
    list_select_related = ["concept"]
    search_fields = ["title", "summary"]
    inlines = [MilestoneInline]
    fields = ["concept", "title", "order", "starts", "ends", "method_step", "summary", "text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Phase]:
        """Load the milestones, from which the state follows."""
        return super().get_queryset(request).prefetch_related("milestones")

    def get_inlines(self, request: HttpRequest, obj: Phase | None) -> list[Any]:
        """A new phase has no milestones yet."""
        return list(super().get_inlines(request, obj)) if obj else []

    def get_readonly_fields(self, request: HttpRequest, obj: Phase | None = None) -> list[str]:
        """A phase stays in its concept, since its milestones do."""
        return ["concept"] if obj else []

    @admin.display(description=gettext_lazy("Stand"))
    def state(self, phase: Phase) -> str:
        return str(phase.state(phase.concept.as_of(timezone.localdate())).label)

    @admin.display(description=gettext_lazy("Meilensteine"))
    def milestones(self, phase: Phase) -> SafeString:
        url = reverse("admin:milestones_milestone_changelist", query={"phase__id__exact": phase.pk})
        return format_html('<a href="{}">{}</a>', url, len(phase.milestones.all()))


class StateFilter(admin.SimpleListFilter):
    """Milestones in one state, each as of the day its concept shows."""

    title = gettext_lazy("Stand")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Milestone.State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = Value(timezone.localdate(), output_field=DateField())
        # The database's way to say `Concept.as_of`: each row is compared with its own concept's day.
        on = cast("datetime.date", Least(Coalesce(F("phase__concept__process_closed_on"), today), today))
        match self.value():
            case Milestone.State.PLANNED:
                return queryset.ahead(on)  # type: ignore[attr-defined,no-any-return]
            case Milestone.State.OVERDUE:
                return queryset.overdue(on)  # type: ignore[attr-defined,no-any-return]
            case Milestone.State.REACHED:
                return queryset.exclude(reached=None)
            case Milestone.State.CALLED_OFF:
                return queryset.exclude(called_off_on=None)
        return queryset


class DependencyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What must come before, and how long before."""

    class Meta:
        model = Dependency
        fields = ["predecessor", "lead_time", "unit"]


class DependencyFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The predecessors of one milestone: all of the same concept, none waiting for it, none too late for its date."""

    def clean(self) -> None:
        """Put what does not fit at the field where it can be mended."""
        super().clean()
        milestone = self.instance
        if any(self.errors) or not milestone.phase_id:
            return
        chosen = [
            form
            for form in cast("list[DependencyForm]", self.forms)
            if form.cleaned_data.get("predecessor") and not form.cleaned_data.get("DELETE")
        ]
        self._check_concept(chosen)
        if not any(self.errors):
            others = self._other_links()
            self._check_cycle(chosen, others)
            if not any(self.errors) and milestone.current and milestone.is_open:
                self._check_date(chosen, others)

    def _other_links(self) -> list[Link]:
        """Return the concept's links but those that this form replaces."""
        dependencies = Dependency.objects.filter(successor__phase__concept=self.instance.concept)
        return [each.link for each in dependencies.exclude(successor=self.instance.pk)]

    def _check_concept(self, chosen: list[DependencyForm]) -> None:
        for form in chosen:
            if form.cleaned_data["predecessor"].concept != self.instance.concept:
                form.add_error("predecessor", _("Dieser Meilenstein gehört zu einem anderen Konzept."))

    def _check_cycle(self, chosen: list[DependencyForm], others: list[Link]) -> None:
        if self.instance.pk is None:
            return
        for form in chosen:
            predecessor = form.cleaned_data["predecessor"]
            if predecessor == self.instance:
                form.add_error("predecessor", _("Ein Meilenstein kann nicht auf sich selbst warten."))
            elif has_cycle([*others, Link(predecessor.pk, self.instance.pk)]):
                form.add_error(
                    "predecessor",
                    _("„%(predecessor)s“ wartet selbst auf „%(milestone)s“. Bitte wählen Sie einen anderen Vorgänger.")
                    % {"predecessor": predecessor, "milestone": self.instance},
                )

    def _check_date(self, chosen: list[DependencyForm], others: list[Link]) -> None:
        """Compare with predecessors as entered here, and with what already waits for this milestone."""
        milestone, key = self.instance, self.instance.pk or 0
        stored = schedule_of(milestone.concept)
        entered = [replace(form.instance.link, successor=key) for form in chosen]
        schedule = Schedule({**stored.dates, key: milestone.current}, [*others, *entered], stored.settled)
        if hindrance := too_early(schedule, milestone, milestone.current):
            self._refuse_date(hindrance, chosen[0] if chosen else None)
        try:
            moved = schedule.consequences(key, milestone.current)
        except ValueError as error:
            self._refuse_date(str(error))
        if moved:
            follower = Milestone.objects.get(pk=next(iter(moved)))
            self._refuse_date(
                _("Damit käme „%(follower)s“ (%(date)s) zu früh. Ändern Sie zuerst dessen Termin.")
                % {"follower": follower, "date": follower.current}
            )

    def _refuse_date(self, message: str, at: DependencyForm | None = None) -> NoReturn:
        """Tell it at the date where that can be changed here, else at the predecessor."""
        form: MilestoneForm | None = getattr(self.instance, "form", None)
        if form and "current" in form.fields:
            form.add_error("current", message)
            raise ValidationError(_("Der Termin passt nicht zu den Vorgängern und Nachfolgern."))
        if at:
            at.add_error("predecessor", message)
        raise ValidationError(message)


class DependencyInline(RoomTabularInline):
    model = Dependency
    fk_name = "successor"
    form = DependencyForm
    formset = DependencyFormSet
    fields = ["predecessor", "lead_time", "unit"]
    searched_fields = ("predecessor",)
    verbose_name = gettext_lazy("Vorgänger")
    verbose_name_plural = gettext_lazy("Vorgänger")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dependency]:
        return super().get_queryset(request).select_related("predecessor", "successor")

    def prepare(self, fields: dict[str, forms.Field], parent: Milestone | None) -> None:
        """Offer the other milestones of the same concept; while it is not known yet, those of all in progress."""
        rows = Milestone.objects.select_related("phase__concept").order_by("phase__concept", "current", "pk")
        field = fields.get("predecessor")
        if parent:
            others = rows.of(parent.concept).exclude(pk=parent.pk)
            offer(field, others, label=with_concept, konzept=parent.concept.pk)
        else:
            offer(field, rows.filter(phase__concept__process_closed_on=None), label=with_concept)


def with_concept(milestone: Milestone) -> str:
    """Name a milestone so that those of different concepts can be told apart."""
    return f"{milestone} ({milestone.concept}, {milestone.current})"


class MilestoneForm(forms.ModelForm):  # type: ignore[type-arg]
    """A milestone's own fields; its date only while it is drafted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The predecessors are checked in their own formset, which reports at this form's date.
        self.instance.form = self

    def clean(self) -> dict[str, Any]:
        """Refuse to drop silently a date that was typed while somebody else fixed the baseline."""
        data = super().clean() or {}
        if "current" not in self.fields and "current" in self.data:
            self.add_error(
                None,
                _("Der Ausgangstermin wurde inzwischen festgeschrieben. Verschieben Sie den Meilenstein stattdessen."),
            )
        return data


@admin.register(Milestone)
class MilestoneAdmin(RoomAdmin):
    list_display = ["title", "concept", "kind", "current", "baseline", "state", "is_public"]
    list_filter = ["phase__concept", StateFilter, "kind", "is_public"]
    narrowed_by = ("phase",)
    list_select_related = ["phase__concept"]
    search_fields = ["title", "note"]
    form = MilestoneForm
    inlines = [DependencyInline]
    actions = ["fix_baselines"]
    history_parts = (
        (Dependency, "successor"),
        (Postponement, "milestone"),
        (Attainment, "milestone"),
        (CallOff, "milestone"),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Milestone | None = None) -> Any:
        """Show what was recorded once there is something to record."""
        own = (None, {"fields": ["phase", "title", "kind", "current", "is_public", "note"]})
        recorded = (gettext_lazy("Stand"), {"fields": ["state", "baseline", "reached", "called_off_on"]})
        return [own, recorded] if obj else [own]

    def get_readonly_fields(self, request: HttpRequest, obj: Milestone | None = None) -> list[str]:
        """Once the baseline is fixed, only `postpone` changes the date."""
        recorded = ["state", "baseline", "reached", "called_off_on"]
        return [*recorded, "current"] if obj and (obj.baseline or not obj.is_open) else recorded

    def get_form(self, request: HttpRequest, obj: Milestone | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Let a milestone stay in its concept, and none come into a closed one."""
        form = super().get_form(request, obj, change, **kwargs)
        if field := form.base_fields.get("phase"):
            phases = Phase.objects.select_related("concept")
            phases = phases.filter(concept=obj.concept) if obj else phases.filter(concept__process_closed_on=None)
            offer(field, phases, label=lambda phase: f"{phase.concept}: {phase}")
            field.error_messages["invalid_choice"] = (
                _("Ein Meilenstein bleibt in seinem Konzept.") if obj else CLOSED_CONCEPT
            )
        return form

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Milestone | None:
        """Wait for a move that happens at the same time (`postpone` holds the concept's milestones, too)."""
        if request.method == "POST" and (key := key_of(object_id)) is not None:
            concept = Concept.objects.filter(phases__milestones=key)
            wait_for(Milestone.objects.filter(phase__concept__in=concept))
        return cast("Milestone | None", super().get_object(request, object_id, from_field))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Milestone], search_term: str
    ) -> tuple[QuerySet[Milestone], bool]:
        """Search within one concept where a field asks so."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if (concept := key_of(request.GET.get("konzept", ""))) is not None:
            found = found.filter(phase__concept=concept)
        return found.select_related("phase__concept"), duplicates

    def autocomplete_label(self, milestone: Milestone) -> str:
        """Name it in suggestions."""
        return with_concept(milestone)

    def has_delete_permission(self, request: HttpRequest, obj: Milestone | None = None) -> bool:
        """Only a draft can be deleted; what was announced is called off."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.baseline is None)

    def has_fix_baseline_permission(self, request: HttpRequest) -> bool:
        """Whether the list offers to fix baselines."""
        return request.user.has_perm("milestones.fix_baseline")

    def tools(self, request: HttpRequest, obj: Milestone) -> list[Tool]:
        """Offer the verbs that are possible now and allowed to this person."""
        verbs: list[tuple[str, str, Any, bool]] = [
            ("milestones.postpone_milestone", "postpone", _("Verschieben"), bool(obj.baseline)),
            ("milestones.reach_milestone", "reach", _("Erreicht"), True),
            ("milestones.call_off_milestone", "call_off", _("Absagen"), True),
            ("milestones.fix_baseline", "fix_baseline", _("Ausgangstermin festschreiben"), not obj.baseline),
        ]
        return [
            Tool(label, reverse(f"admin:milestones_milestone_{name}", args=[obj.pk]))
            for permission, name, label, possible in verbs
            if possible and obj.is_open and request.user.has_perm(permission, obj)
        ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/verschieben/", view(staff_views.postpone_milestone), name="milestones_milestone_postpone"),
            path("<int:pk>/erreicht/", view(staff_views.reach_milestone), name="milestones_milestone_reach"),
            path("<int:pk>/absagen/", view(staff_views.call_off_milestone), name="milestones_milestone_call_off"),
            path(
                "<int:pk>/festschreiben/",
                view(staff_views.fix_milestone_baseline),
                name="milestones_milestone_fix_baseline",
            ),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("Entwicklungskonzept"), ordering="phase__concept")
    def concept(self, milestone: Milestone) -> str:
        return str(milestone.concept)

    @admin.display(description=gettext_lazy("Stand"))
    def state(self, milestone: Milestone) -> str:
        return str(milestone.state(milestone.concept.as_of(timezone.localdate())).label)

    @admin.action(description=gettext_lazy("Ausgangstermin festschreiben"), permissions=["fix_baseline"])
    def fix_baselines(self, request: HttpRequest, queryset: QuerySet[Milestone]) -> HttpResponse | None:
        """Ask first, since a baseline stays; then fix those that have none."""
        drafts = [
            milestone
            for milestone in queryset.select_related("phase__concept")
            if milestone.baseline is None and request.user.has_perm("milestones.fix_baseline", milestone)
        ]
        if not drafts:
            messages.warning(request, _("Keiner der gewählten Termine ist noch ein Entwurf."))
            return None
        if "confirm" in request.POST:
            messages.success(request, str(staff_views.fixed(drafts)))
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Ausgangstermine festschreiben"),
            "subtitle": None,
            "opts": self.opts,
            "drafts": drafts,
            "warning": staff_views.BASELINE_STAYS,
            "selection": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "milestones/admin/fix_baselines.html", context)
