"""Working groups in „Verwaltung“: the project office sets them up, who leads one keeps task and members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.admin_base import RoomStackedInline, RoomTabularInline, Tool, offer
from district.inline_rows import LinkFormSet
from district.models import FieldOfAction, Role, User
from workshops.models import Event, GroupField, Membership, WorkingGroup

from .guarded import GuardedHistoryAdmin

if TYPE_CHECKING:
    _FormSet = BaseInlineFormSet[Any, Any, Any]
else:
    _FormSet = BaseInlineFormSet

SETS_UP = "workshops.add_workinggroup"


class StateFilter(admin.SimpleListFilter):
    """Groups in one state today."""

    title = gettext_lazy("Stand")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(WorkingGroup.State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        concluded = Q(concluded_on__lte=today)
        match self.value():
            case WorkingGroup.State.CONCLUDED:
                return queryset.filter(concluded)
            case WorkingGroup.State.RUNNING:
                return queryset.filter(starts__earliest__lte=today).exclude(concluded)
            case WorkingGroup.State.PLANNED:
                return queryset.filter(starts__earliest__gt=today).exclude(concluded)
        return queryset


def offer_fields_of_action(fields: dict[str, forms.Field], parent: Any) -> None:
    """Offer those of the concept of `parent`; while it is not known yet, those of all in progress."""
    rows = FieldOfAction.objects.select_related("concept")
    if parent:
        offer(fields.get("field_of_action"), rows.filter(concept=parent.concept_id))
    else:
        open_rows = rows.filter(concept__process_closed_on=None)
        offer(fields.get("field_of_action"), open_rows, label=lambda row: f"{row} ({row.concept})")


class FieldLinkFormSet(LinkFormSet):
    linked = "field_of_action"


class FieldLinkInline(RoomTabularInline):
    """The fields of action that something, its `owner`, is about."""

    formset = FieldLinkFormSet
    owner: ClassVar[str]
    fields = ["field_of_action"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Load both ends of each link."""
        return super().get_queryset(request).select_related(self.owner, "field_of_action")

    def prepare(self, fields: dict[str, forms.Field], parent: Any) -> None:
        offer_fields_of_action(fields, parent)


class GroupFieldInline(FieldLinkInline):
    model = GroupField
    owner = "group"


class MembershipFormSet(_FormSet):
    """The members of a group; who leads it is set up by the project office."""

    sets_up: ClassVar[bool] = True

    def clean(self) -> None:
        """Leave the chairs to those who set the group up."""
        super().clean()
        if self.sets_up:
            return
        for form in self.initial_forms:
            is_leaving = form.cleaned_data.get("DELETE") or "left_on" in form.changed_data
            if form.instance.is_chair and is_leaving:
                raise ValidationError(_("Wer die Gruppe leitet, trägt die Projektkoordination ein und aus."))


class MembershipInline(RoomStackedInline):
    """Who belongs to the group, with names and addresses: for those alone who run it."""

    model = Membership
    formset = MembershipFormSet
    fields = [
        ("organisation", "function"), "name", ("email", "phone"), "consented_on", ("is_chair", "user"), "left_on",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("group__concept", "user")

    def get_readonly_fields(self, request: HttpRequest, obj: WorkingGroup | None = None) -> list[str]:
        """Who leads the group makes nobody else its chair."""
        return [] if request.user.has_perm(SETS_UP, obj) else ["is_chair", "user"]

    def get_formset(self, request: HttpRequest, obj: WorkingGroup | None = None, **kwargs: Any) -> Any:
        """Tell the rows who asks."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.sets_up = request.user.has_perm(SETS_UP, obj)
        return formset

    def prepare(self, fields: dict[str, forms.Field], parent: WorkingGroup | None) -> None:
        """Offer the accounts with the role that a chair needs, and those chosen already."""
        if field := fields.get("user"):
            chosen = Q(memberships__group=parent) if parent else Q()
            people = User.objects.filter(Q(is_active=True, groups__name=Role.GROUP_CHAIR.value) | chosen)
            offer(field, User.objects.filter(pk__in=people.values("pk")))
            field.help_text = _(
                "Wer die Gruppe leitet und hier ein Konto hat, bearbeitet sie selbst. Zur Wahl stehen die Konten mit der Rolle „Arbeitsgruppenleitung“."
            )


@admin.register(WorkingGroup)
class WorkingGroupAdmin(GuardedHistoryAdmin):
    history_right = "workshops.view_membership"  # it tells who came and left
    list_display = ["name", "concept", "order", "starts", "concluded_on", "state", "is_public"]
    list_filter = ["concept", StateFilter, "is_public"]
    list_select_related = ["concept"]
    search_fields = ["name", "task"]
    prepopulated_fields: ClassVar[dict[str, Any]] = {"slug": ["name"]}
    inlines = [GroupFieldInline, MembershipInline]
    fieldsets = [
        (None, {"fields": ["concept", "name", "slug", "order", "task", "is_public"]}),
        (gettext_lazy("Zeitraum"), {"fields": ["starts", "concluded_on"]}),
    ]
    history_parts = ((GroupField, "group"), (Membership, "group"))

    def get_readonly_fields(self, request: HttpRequest, obj: WorkingGroup | None = None) -> list[str]:
        """A group stays in its concept; who leads it does not change what it is found by."""
        if obj is None:
            return []
        return ["concept"] if request.user.has_perm(SETS_UP, obj) else ["concept", "name", "slug", "order"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: WorkingGroup | None = None) -> dict[str, Any]:
        """An address that was given out does not change with the name."""
        return {} if obj else dict(self.prepopulated_fields)

    def get_view_on_site_url(self, obj: WorkingGroup | None = None) -> str | None:
        """Link to the public page where there is one."""
        return obj.get_absolute_url() if obj and obj.is_shown else None

    def tools(self, request: HttpRequest, obj: WorkingGroup) -> list[Tool]:
        """Lead to the group's sessions and to what they brought."""
        query = {"gruppe": obj.pk, "concept__id__exact": obj.concept_id}
        tools = [Tool(_("Termine"), reverse("admin:workshops_event_changelist", query=query))]
        query = {"gruppe": obj.pk, "event__concept__id__exact": obj.concept_id}
        tools.append(Tool(_("Ergebnisse"), reverse("admin:workshops_outcome_changelist", query=query)))
        if request.user.has_perm("workshops.change_workinggroup", obj):
            session = {"concept": obj.concept_id, "group": obj.pk, "kind": Event.Kind.GROUP_SESSION.value}
            tools.insert(0, Tool(_("Sitzung anlegen"), reverse("admin:workshops_event_add", query=session)))
        return tools

    @admin.display(description=gettext_lazy("Stand"))
    def state(self, group: WorkingGroup) -> str:
        return str(group.state(group.concept.as_of(timezone.localdate())).label)
