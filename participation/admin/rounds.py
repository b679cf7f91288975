"""Rounds with their sections, and the reasons worded for declining."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.admin_base import RoomAdmin, RoomStackedInline, Tool, offer
from district.inline_rows import NumberedForm, NumberedFormSet
from district.models import FieldOfAction
from milestones.models import Milestone
from participation.models import DeclineReason, Round, Section

if TYPE_CHECKING:
    _RoundForm = forms.ModelForm[Round]
else:
    _RoundForm = forms.ModelForm

WITHOUT_SECTIONS: Final = gettext_lazy("Ein laufender Entwurf braucht mindestens einen Abschnitt.")


def needs_sections(asked: Round) -> bool:
    """Whether readers could say something to a draft now, and therefore have to find its sections."""
    today = timezone.localdate()
    return asked.is_draft and asked.is_public and asked.state(today) in (Round.State.RUNNING, Round.State.CLOSED)


class StateFilter(admin.SimpleListFilter):
    """Rounds in one state today."""

    title = gettext_lazy("Stand")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Round.State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        match self.value():
            case Round.State.RUNNING:
                return queryset.running(today)  # type: ignore[attr-defined,no-any-return]
            case Round.State.COMING:
                return queryset.filter(called_off_on=None, opens_on__gt=today)
            case Round.State.CLOSED:
                return queryset.filter(called_off_on=None, closes_on__lt=today)
            case Round.State.CALLED_OFF:
                return queryset.exclude(called_off_on=None)
        return queryset


class RoundForm(_RoundForm):
    """A round; a new draft has no sections yet."""

    def clean(self) -> dict[str, Any]:
        """Refuse to publish a new draft that would run at once."""
        data = super().clean() or {}
        if not self.instance.pk and {"kind", "is_public", "opens_on", "closes_on"} <= data.keys():
            names = ("kind", "is_public", "opens_on", "closes_on", "called_off_on")
            if needs_sections(Round(**{name: data.get(name) for name in names})):
                told = _("Bitte sichern Sie ihn ohne diesen Haken und legen Sie dann die Abschnitte an.")
                self.add_error("is_public", f"{WITHOUT_SECTIONS} {told}")
        return data


class SectionForm(NumberedForm):
    comes_last = gettext_lazy("Bleibt das Feld leer, kommt der Abschnitt ans Ende.")


class SectionFormSet(NumberedFormSet):
    """The sections of a draft; one that readers see has one at least."""

    twice = gettext_lazy("Zwei Abschnitte haben dieselbe Nummer. Jede Nummer darf im Entwurf nur einmal vorkommen.")
    taken = gettext_lazy("Die Nummer dieses Abschnitts gibt es schon.")

    def clean(self) -> None:
        """Refuse to leave readers without a section."""
        super().clean()
        if needs_sections(self.instance) and not self.kept:
            told = _("Bitte legen Sie einen Abschnitt an, oder nehmen Sie den Haken bei „öffentlich“ heraus.")
            raise ValidationError(f"{WITHOUT_SECTIONS} {told}")


class SectionInline(RoomStackedInline):
    """The numbered parts of a draft."""

    model = Section
    form = SectionForm
    formset = SectionFormSet
    extra = 1
    fields = [("order", "number"), "heading", "text", "field_of_action"]

    def prepare(self, fields: dict[str, forms.Field], parent: Round | None) -> None:
        """Offer the fields of action of the round's concept."""
        if parent:
            offer(fields.get("field_of_action"), FieldOfAction.objects.filter(concept=parent.concept_id))


@admin.register(Round)
class RoundAdmin(RoomAdmin):
    form = RoundForm
    list_display = ["title", "concept", "kind", "opens_on", "closes_on", "state", "is_public"]
    list_filter = ["concept", StateFilter, "kind", "is_public"]
    list_select_related = ["concept"]
    search_fields = ["title", "question"]
    searched_fields = ("milestone",)
    prepopulated_fields: ClassVar[dict[str, Any]] = {"slug": ["title"]}
    history_parts = ((Section, "round"),)
    fieldsets = [
        (None, {"fields": ["concept", "kind", "title", "slug", "question", "introduction"]}),
        (gettext_lazy("Zeitraum"), {"fields": ["opens_on", "closes_on", "milestone", "is_public"]}),
        (
            gettext_lazy("Regeln"),
            {"fields": ["ideas_checked_first", "allows_support", "allows_comments", "comments_checked_first"]},
        ),
        (gettext_lazy("Ergebnis"), {"fields": ["conclusion"]}),
        (gettext_lazy("Absage"), {"fields": ["called_off_on", "called_off_reason"]}),
    ]

    def get_inlines(self, request: HttpRequest, obj: Round | None) -> list[Any]:
        """Only a draft has sections, and only once it is there."""
        return [SectionInline] if obj and obj.is_draft else []

    def get_readonly_fields(self, request: HttpRequest, obj: Round | None = None) -> list[str]:
        """A round stays in its concept and of its kind, since what was brought in hangs on both."""
        return ["concept", "kind"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Round | None = None) -> dict[str, Any]:
        """An address that was given out does not change with the title."""
        return {} if obj else dict(self.prepopulated_fields)

    def get_form(self, request: HttpRequest, obj: Round | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Offer milestones of the round's concept; while it is not known yet, those of all in progress."""
        form = super().get_form(request, obj, change, **kwargs)
        rows = Milestone.objects.select_related("phase__concept").order_by("phase__concept", "current", "pk")
        field = form.base_fields.get("milestone")
        if obj:
            offer(field, rows.of(obj.concept), konzept=obj.concept.pk)
        else:
            open_rows = rows.filter(phase__concept__process_closed_on=None)
            offer(field, open_rows, label=lambda row: f"{row} ({row.concept})")
        return form

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Say what an announced draft still lacks."""
        super().save_related(request, form, formsets, change)
        asked: Round = form.instance
        if asked.is_draft and asked.is_public and not asked.sections.exists():
            told = _(
                "Dieser Entwurf ist angekündigt, hat aber noch keinen Abschnitt. Ohne ihn kann niemand Stellung nehmen."
            )
            messages.warning(request, told)

    def has_delete_permission(self, request: HttpRequest, obj: Round | None = None) -> bool:
        """What citizens brought in stays, and so does its round."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.ideas.exists())

    def get_view_on_site_url(self, obj: Round | None = None) -> str | None:
        """Link to the public page where there is one."""
        return obj.get_absolute_url() if obj and obj.is_shown else None

    def tools(self, request: HttpRequest, obj: Round) -> list[Tool]:
        """Lead to what is done with the round's ideas."""
        tools = [Tool(_("Ideen"), reverse("admin:participation_idea_changelist", query={"round__id__exact": obj.pk}))]
        if request.user.has_perm("participation.moderate_idea", obj):
            tools.insert(0, Tool(_("Eingang"), reverse("admin:participation_inbox", query={"round": obj.pk})))
        tools.append(Tool(_("Abwägung"), reverse("admin:participation_weighing", query={"round": obj.pk})))
        tools.append(Tool(_("Statistik"), reverse("admin:participation_statistics", args=[obj.pk])))
        if request.user.has_perm("participation.record_idea", obj):
            query = {"round": obj.pk}
            tools.append(Tool(_("Idee erfassen"), reverse("admin:participation_idea_record", query=query)))
            tools.append(Tool(_("Ideen einlesen"), reverse("admin:participation_idea_import", query=query)))
        return tools

    @admin.display(description=gettext_lazy("Stand"))
    def state(self, asked: Round) -> str:
        return str(asked.state(asked.concept.as_of(timezone.localdate())).label)


@admin.register(DeclineReason)
class DeclineReasonAdmin(RoomAdmin):
    list_display = ["title", "is_offered"]
    list_filter = ["is_offered"]
    search_fields = ["title", "text"]
