"""The council's sessions and papers in „Verwaltung“. Results are recorded by `staff_views`, never typed in here."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.addresses import key_of
from district.admin_base import RoomAdmin, RoomTabularInline, Tool, offer, wait_for
from district.approximate_date import ApproximateDate
from district.downloads import send_file
from district.inline_rows import StoredFileInline
from district.models import Body
from milestones import staff_views
from milestones.admin.plan import with_concept
from milestones.models import Attachment, Consultation, CouncilSession, Milestone, Resolution

# What `record_result` writes and nobody types in here.
RESULT = ("result", "present", "yes", "no", "abstentions", "biased", "remark")
# Results that say that nothing was decided: what may stand in a session that is called off.
UNDECIDED = {Consultation.Result.REMOVED, Consultation.Result.DEFERRED}


def sessions_for(paper: Resolution | int | None) -> QuerySet[CouncilSession]:
    """Return the sessions that take place, and those a paper's steps have already: saving unchanged changes nothing."""
    chosen = Consultation.objects.filter(resolution=paper, session__isnull=False)
    sessions = CouncilSession.objects.select_related("body")
    return sessions.filter(Q(called_off_reason="") | Q(pk__in=chosen.values("session")))


class WhenFilter(admin.SimpleListFilter):
    """Sessions ahead or over."""

    title = gettext_lazy("Zeitraum")
    parameter_name = "zeitraum"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("kommende", _("kommende")), ("vergangene", _("vergangene"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today: datetime.date = timezone.localdate()
        if self.value() == "kommende":
            return queryset.filter(date__latest__gte=today)
        if self.value() == "vergangene":
            return queryset.filter(date__latest__lt=today)
        return queryset


@admin.register(CouncilSession)
class CouncilSessionAdmin(RoomAdmin):
    list_display = ["body", "date", "starts_at", "place", "paper_deadline", "takes_place", "is_public"]
    list_filter = [WhenFilter, "body", "is_public"]
    list_select_related = ["body"]
    search_fields = ["body__name", "place"]
    fields = ["body", "date", "starts_at", "place", "paper_deadline", "is_public", "called_off_reason"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the bodies that still exist."""
        if db_field.name == "body":
            kwargs["queryset"] = Body.objects.filter(dissolved_on=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: CouncilSession | None = None) -> list[str]:
        """A session stays with its body, since papers were sent to it; one in which something was decided took place."""
        if obj is None:
            return []
        results = set(obj.consultations.exclude(result="").values_list("result", flat=True))
        return ["body", *(["date"] if results else []), *(["called_off_reason"] if results - UNDECIDED else [])]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> CouncilSession | None:
        """Wait for a result that is recorded at the same time."""
        if request.method == "POST" and (key := key_of(object_id)) is not None:
            wait_for(Consultation.objects.filter(session=key))
        return cast("CouncilSession | None", super().get_object(request, object_id, from_field))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[CouncilSession], search_term: str
    ) -> tuple[QuerySet[CouncilSession], bool]:
        """Find sessions by their date too, written as people write dates; those for one paper where a field asks so."""
        paper = request.GET.get("vorlage")
        if paper is not None:
            queryset = queryset.filter(pk__in=sessions_for(key_of(paper)))
        try:
            date = ApproximateDate.parse(search_term)
        except ValueError:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(date__earliest__lte=date.latest, date__latest__gte=date.earliest), False

    @admin.display(description=gettext_lazy("findet statt"), boolean=True)
    def takes_place(self, session: CouncilSession) -> bool:
        return not session.is_called_off


class ConsultationFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The open steps; one that got its result meanwhile can no longer be changed here."""

    def clean(self) -> None:
        """Say it in words, where Django would pass over the row without one."""
        super().clean()
        if any(form.instance.pk is None for form in self.initial_forms):
            raise ValidationError(
                _("Zu einer Beratung wurde inzwischen ein Ergebnis eingetragen. Bitte laden Sie die Seite neu.")
            )


class OpenConsultationInline(RoomTabularInline):
    """The steps whose result is awaited."""

    model = Consultation
    formset = ConsultationFormSet
    verbose_name = gettext_lazy("offene Beratung")
    verbose_name_plural = gettext_lazy("Beratungsfolge: offene Beratungen")
    fields = ["body", "role", "session", "agenda_number", "is_public", "recording"]
    readonly_fields = ["recording"]
    searched_fields = extendable_fields = ("session",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consultation]:
        queryset = super().get_queryset(request).filter(result="")
        return queryset.select_related("resolution__concept", "body", "session__body").in_order()  # type: ignore[attr-defined,no-any-return]

    def prepare(self, fields: dict[str, forms.Field], parent: Resolution | None) -> None:
        """Offer sessions that take place, the latest first; a short heading leaves room for the link at the end."""
        offer(fields.get("session"), sessions_for(parent), vorlage=parent.pk if parent else "")
        if number := fields.get("agenda_number"):
            number.label = _("TOP")

    @admin.display(description=gettext_lazy("Ergebnis"))
    def recording(self, consultation: Consultation) -> SafeString | str:
        if not consultation.pk:
            return "–"
        return format_html('<a href="{}">{}</a>', _record_url(consultation), _("Ergebnis eintragen"))


class ClosedConsultationInline(RoomTabularInline):
    """The steps that stand."""

    model = Consultation
    verbose_name_plural = gettext_lazy("Beratungsfolge: abgeschlossene Beratungen")
    fields = ("body", "role", "session", "agenda_number", *RESULT)
    readonly_fields = fields
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consultation]:
        queryset = super().get_queryset(request).exclude(result="")
        return queryset.select_related("body", "session__body").in_order()  # type: ignore[attr-defined,no-any-return]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A step is closed by its result alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is overwritten."""
        return False


class AttachmentInline(StoredFileInline):
    model = Attachment
    fields = ["title", "file", "stored", "is_public"]
    download = "admin:milestones_resolution_attachment"


@admin.register(Resolution)
class ResolutionAdmin(RoomAdmin):
    list_display = ["subject", "number", "concept", "kind", "state", "is_public"]
    list_filter = ["concept", "kind", "is_public"]
    list_select_related = ["concept"]
    search_fields = ["number", "subject"]
    searched_fields = ("milestone",)
    inlines = [OpenConsultationInline, ClosedConsultationInline, AttachmentInline]
    fieldsets = [
        (None, {"fields": ["concept", "number", "kind", "subject", "submitter", "milestone", "is_public"]}),
        (gettext_lazy("Inhalt"), {"fields": ["proposal", "reasoning", "financial_effects"]}),
    ]
    history_parts = ((Consultation, "resolution"), (Attachment, "resolution"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resolution]:
        """Load the Beratungsfolge, from which the state follows."""
        return cast("QuerySet[Resolution]", super().get_queryset(request).with_consultations())  # type: ignore[attr-defined]

    def get_inlines(self, request: HttpRequest, obj: Resolution | None) -> list[Any]:
        """Leave out the closed steps where there is none."""
        inlines = super().get_inlines(request, obj)
        return [each for each in inlines if each is not ClosedConsultationInline or (obj and _is_decided(obj))]

    def get_readonly_fields(self, request: HttpRequest, obj: Resolution | None = None) -> list[str]:
        """A paper stays with its concept; what it decided stays with its milestone."""
        if obj is None:
            return []
        return ["concept", "milestone"] if _is_decided(obj) else ["concept"]

    def get_form(self, request: HttpRequest, obj: Resolution | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Offer milestones of the paper's concept; while it is not known yet, those of all in progress."""
        form = super().get_form(request, obj, change, **kwargs)
        if field := form.base_fields.get("milestone"):
            rows = Milestone.objects.select_related("phase__concept").order_by("phase__concept", "current", "pk")
            if obj:
                offer(field, rows.of(obj.concept), label=with_concept, konzept=obj.concept.pk)
            else:
                offer(field, rows.filter(phase__concept__process_closed_on=None), label=with_concept)
        return form

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Resolution | None:
        """Wait for a result that is recorded at the same time, so that its step is not changed after it stands."""
        if request.method == "POST" and (key := key_of(object_id)) is not None:
            wait_for(Consultation.objects.filter(resolution=key))
        return cast("Resolution | None", super().get_object(request, object_id, from_field))

    def get_view_on_site_url(self, obj: Resolution | None = None) -> str | None:
        """Link to the public page where there is one."""
        return obj.get_absolute_url() if obj and obj.is_public and obj.concept.is_public else None

    def has_delete_permission(self, request: HttpRequest, obj: Resolution | None = None) -> bool:
        """What a body has answered stays."""
        return super().has_delete_permission(request, obj) and (obj is None or not _is_decided(obj))

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "anlage/<int:pk>/", self.admin_site.admin_view(self.download), name="milestones_resolution_attachment"
            ),
            *super().get_urls(),
        ]

    def download(self, request: HttpRequest, pk: int) -> FileResponse:
        """Hand out an attachment, also one that is not public."""
        attachment = get_object_or_404(Attachment.objects.select_related("resolution__concept"), pk=pk)
        if not request.user.has_perm("milestones.view_attachment", attachment):
            raise PermissionDenied
        return send_file(attachment.file, title=attachment.title)

    @admin.display(description=gettext_lazy("Stand"))
    def state(self, resolution: Resolution) -> str:
        return str(resolution.state.label)


class OpenFilter(admin.SimpleListFilter):
    """Steps with or without a result."""

    title = gettext_lazy("Stand")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("offen", _("offen")), ("abgeschlossen", _("abgeschlossen"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "offen":
            return queryset.open()  # type: ignore[attr-defined,no-any-return]
        if self.value() == "abgeschlossen":
            return queryset.exclude(result="")
        return queryset


@admin.register(Consultation)
class ConsultationAdmin(RoomAdmin):
    """The steps of all papers, to see what is awaited; a new one is added at its paper."""

    list_display = ["resolution", "concept", "body", "role", "session", "agenda_number", "result"]
    list_filter = ["resolution__concept", OpenFilter, "body", "role"]
    list_select_related = ["resolution__concept", "body", "session__body"]
    search_fields = ["resolution__subject", "resolution__number", "agenda_number"]
    searched_fields = extendable_fields = ("session",)
    fieldsets = [
        (None, {"fields": ["resolution", "body", "role", "session", "agenda_number", "is_public"]}),
        (
            gettext_lazy("Ergebnis"),
            {"fields": [*RESULT, "follows"]},
        ),
    ]
    readonly_fields = ("resolution", *RESULT, "follows")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consultation]:
        queryset = super().get_queryset(request)
        return queryset.select_related("resolution__concept", "body", "session__body", "follows__body")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Consultation | None:
        """Wait for a result that is recorded at the same time."""
        if request.method == "POST" and (key := key_of(object_id)) is not None:
            wait_for(Consultation.objects.filter(pk=key))
        return cast("Consultation | None", super().get_object(request, object_id, from_field))

    def get_form(
        self, request: HttpRequest, obj: Consultation | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Offer sessions that take place."""
        form = super().get_form(request, obj, change, **kwargs)
        paper = obj.resolution if obj else None
        offer(form.base_fields.get("session"), sessions_for(paper), vorlage=paper.pk if paper else "")
        return form

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A step is added at its paper."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Nothing is overwritten once there is a result."""
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def has_delete_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Nothing is deleted once there is a result."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_open)

    def tools(self, request: HttpRequest, obj: Consultation) -> list[Tool]:
        """Offer to record the result."""
        if obj.is_open and request.user.has_perm("milestones.record_result", obj):
            return [Tool(_("Ergebnis eintragen"), _record_url(obj))]
        return []

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:pk>/ergebnis/",
                self.admin_site.admin_view(staff_views.record_consultation),
                name="milestones_consultation_record_result",
            ),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("Entwicklungskonzept"), ordering="resolution__concept")
    def concept(self, consultation: Consultation) -> str:
        return str(consultation.concept)


def _record_url(consultation: Consultation) -> str:
    return reverse("admin:milestones_consultation_record_result", args=[consultation.pk])


def _is_decided(resolution: Resolution) -> bool:
    """Whether a body has answered already."""
    return any(not consultation.is_open for consultation in resolution.consultations.all())
