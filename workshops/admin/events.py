"""Events in „Verwaltung“. What happens to one has pages of its own (`staff`); here stands what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.addresses import key_of
from district.admin_base import RoomTabularInline, Tool, offer, wait_for
from district.approximate_date import ApproximateDate
from district.downloads import send_file
from district.history import Entry, history_of
from district.inline_rows import NumberedForm, NumberedFormSet, StoredFileInline
from district.models import Concept, Municipality
from district.staff_pages import person
from milestones.models import Milestone, Phase
from workshops.actions import fill_seats, recipients
from workshops.models import AgendaItem, Change, Event, EventField, Mailing, MinutesStep, Paper, WorkingGroup
from workshops.staff import door, feedback, frame, mailings, minutes, participants, planning

from .filters import GroupFilter
from .groups import SETS_UP, FieldLinkInline
from .guarded import GuardedHistoryAdmin

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Event]
else:
    _ModelForm = forms.ModelForm

PAGES = (planning, participants, door, mailings, feedback, minutes)


class WhenFilter(admin.SimpleListFilter):
    """Events ahead, or over."""

    title = gettext_lazy("Zeitraum")
    parameter_name = "zeitraum"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("kommende", _("kommende")), ("vergangene", _("vergangene"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        if self.value() == "kommende":
            return queryset.coming(today)  # type: ignore[attr-defined,no-any-return]
        if self.value() == "vergangene":
            return queryset.past(today)  # type: ignore[attr-defined,no-any-return]
        return queryset


class EventFieldInline(FieldLinkInline):
    model = EventField
    owner = "event"


class AgendaItemForm(NumberedForm):
    comes_last = gettext_lazy("Bleibt das Feld leer, kommt der Punkt ans Ende.")


class AgendaItemFormSet(NumberedFormSet):
    twice = gettext_lazy(
        "Zwei Punkte haben dieselbe Nummer. Jede Nummer darf in der Tagesordnung nur einmal vorkommen."
    )
    taken = gettext_lazy("Die Nummer dieses Punktes gibt es schon.")


class AgendaItemInline(RoomTabularInline):
    """What is talked about, in this order."""

    model = AgendaItem
    form = AgendaItemForm
    formset = AgendaItemFormSet
    fields = ["order", "title", "speaker", "minutes"]


class PaperInline(StoredFileInline):
    model = Paper
    fields = ["title", "file", "stored", "audience"]
    download = "admin:workshops_event_paper"


class EventForm(_ModelForm):
    """What an event is; its date only as long as nobody knows it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if admission := self.fields.get("admission"):
            admission.help_text = _(
                "„für alle“: Jeder kann sich im Portal anmelden. „auf Einladung“: Nur wer auf der Einladungsliste steht; "
                "„Anmeldung bis“ ist dann der letzte Tag für die Antwort."
            )

    def clean(self) -> dict[str, Any]:
        """Refuse to drop silently what was typed while somebody else announced the event or called it off."""
        data = super().clean() or {}
        if self.instance.state == Event.State.CALLED_OFF and "admission" in self.data:
            told = _(
                "Dieser Termin wurde inzwischen abgesagt. Angaben zur Anmeldung werden nicht mehr gespeichert; bitte "
                "prüfen Sie die übrigen."
            )
            self.add_error(None, told)
        elif "date" not in self.fields and "date" in self.data:
            self.add_error(None, _("Dieser Termin wurde inzwischen angekündigt. Verlegen Sie ihn stattdessen."))
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """Compare what is entered with the date beside it, also where that is only shown."""
        shown_only = {"date", "starts_at", "ends_at", "last_day"} - set(self.fields)
        return super()._get_validation_exclusions() - shown_only  # type: ignore[misc,no-any-return]


@admin.register(Event)
class EventAdmin(GuardedHistoryAdmin):
    history_right = "workshops.view_internal_minutes"
    form = EventForm
    list_display = ["title", "date", "starts_at", "kind", "state", "group", "place", "is_public", "concept"]
    list_filter = ["concept", WhenFilter, "kind", "state", GroupFilter, "admission", "is_public"]
    list_select_related = ["concept", "group"]
    search_fields = ["title", "topic", "place"]
    searched_fields = ("milestone",)
    formfield_overrides: ClassVar[dict[Any, Any]] = {models.URLField: {"assume_scheme": "https"}}
    inlines = [AgendaItemInline, EventFieldInline, PaperInline]
    history_parts = (
        (AgendaItem, "event"),
        (EventField, "event"),
        (Paper, "event"),
        (Change, "event"),
        (MinutesStep, "minutes__event"),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Event | None = None) -> Any:
        """Show how it stands once it is there, the way in online to those who may know it, and what still matters."""
        is_off = obj is not None and obj.state == Event.State.CALLED_OFF
        where = ["place", "municipality", "accessibility"]
        if not is_off and (obj is None or request.user.has_perm("workshops.view_internal_minutes", obj)):
            where.append("online_url")
        sets = [
            (
                gettext_lazy("Was"),
                {"fields": ["concept", "kind", "group", "title", "topic", "phase", "milestone"]},
            ),
            (gettext_lazy("Wann"), {"fields": ["date", ("starts_at", "ends_at"), "last_day"]}),
            (gettext_lazy("Wo"), {"fields": where}),
            (gettext_lazy("Teilnahme"), _taking_part(is_off=is_off)),
        ]
        stood = ["state", *(["feedback_until"] if obj and obj.feedback_until else [])]
        return [(gettext_lazy("Stand"), {"fields": stood}), *sets] if obj else sets

    def get_readonly_fields(self, request: HttpRequest, obj: Event | None = None) -> list[str]:
        """An event stays in its concept; once it is known, only `reschedule` changes its day and hour."""
        if obj is None:
            return []
        fixed = ["concept", "state", "feedback_until"]
        return [*fixed, "date", "starts_at", "ends_at", "last_day"] if is_known(obj) else fixed

    def get_form(self, request: HttpRequest, obj: Event | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Offer what belongs to the event's concept; who leads a group plans for that group alone."""
        form = super().get_form(request, obj, change, **kwargs)
        fields = form.base_fields
        own = None if request.user.has_perm(SETS_UP) else WorkingGroup.objects.led_by(person(request))
        groups = WorkingGroup.objects.select_related("concept")
        phases = Phase.objects.select_related("concept")
        milestones = Milestone.objects.select_related("phase__concept").order_by("phase__concept", "current", "pk")
        if own is not None:
            groups = groups.filter(pk__in=own.values("pk"))
            _limit(fields, groups)
        if obj:
            offer(fields.get("group"), groups.filter(concept=obj.concept_id))
            offer(fields.get("phase"), phases.filter(concept=obj.concept_id))
            offer(fields.get("milestone"), milestones.of(obj.concept), konzept=obj.concept_id)
        else:
            of_concept = "{0} ({0.concept})".format
            offer(fields.get("group"), groups.filter(concept__process_closed_on=None), label=of_concept)
            offer(fields.get("phase"), phases.filter(concept__process_closed_on=None), label=of_concept)
            of_open = milestones.filter(phase__concept__process_closed_on=None)
            offer(fields.get("milestone"), of_open, label=of_concept)
        offer(fields.get("municipality"), Municipality.objects.defer("boundary"))
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin a session of the one group that somebody leads."""
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        led = list(WorkingGroup.objects.led_by(person(request))[:2])
        if given or len(led) != 1:
            return given
        return {"concept": led[0].concept_id, "group": led[0].pk, "kind": Event.Kind.GROUP_SESSION}

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Event | None:
        """Wait for whoever moves it or gives its seats away at the same time."""
        if request.method == "POST":
            wait_for(Event.objects.filter(pk=key_of(object_id) or 0))
        return cast("Event | None", super().get_object(request, object_id, from_field))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).select_related("concept", "group")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """Find events by their date too, written as people write dates."""
        try:
            date = ApproximateDate.parse(search_term)
        except ValueError:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(date__earliest__lte=date.latest, date__latest__gte=date.earliest), False

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        """Give new seats to those who wait, and say to whom."""
        super().save_model(request, obj, form, change)
        if change and "seats" in form.changed_data and (moved := fill_seats(obj, at=timezone.now())):
            names = ", ".join(map(str, moved))
            told = _("Von der Warteliste nachgerückt und per E-Mail benachrichtigt: %(names)s.") % {"names": names}
            messages.success(request, told)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Say where what was entered does not fit together, though it may be so."""
        super().save_related(request, form, formsets, change)
        event: Event = form.instance
        if event.is_public and not event.concept.is_public:
            told = _("Das Konzept ist noch nicht öffentlich. Deshalb sieht auch diesen Termin noch niemand.")
            messages.warning(request, told)
        elif event.is_open and event.takes_registrations and not event.is_by_invitation and not event.is_public:
            messages.warning(
                request,
                _("Anmelden kann sich noch niemand: Setzen Sie dafür den Haken bei „öffentlich angekündigt“."),
            )

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """What people know of is called off."""
        return super().has_delete_permission(request, obj) and (obj is None or not is_known(obj))

    def get_view_on_site_url(self, obj: Event | None = None) -> str | None:
        """Link to the public page where there is one."""
        return obj.get_absolute_url() if obj and obj.is_shown else None

    def tools(self, request: HttpRequest, obj: Event) -> list[Tool]:
        """Offer the verbs that are possible now and allowed to this person."""
        if not request.user.has_perm("workshops.plan_event", obj):
            return []
        verbs = planning.possible(obj, on=timezone.localdate())
        return [Tool(label, reverse(f"admin:workshops_event_{name}", args=[obj.pk])) for name, label in verbs]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Lead to the other pages about the event."""
        obj: Event | None = kwargs.get("obj")
        if obj:
            context["event"], context["tabs"] = obj, frame.tabs(request, obj, "change")
        return super().render_change_form(request, context, *args, **kwargs)

    def history_entries(self, request: HttpRequest, row: Event) -> list[Entry]:
        """Tell those who run the event what was written to its people, too."""
        sees_mails = request.user.has_perm("workshops.view_mailing", row)
        return history_of(row, [*self.history_parts, *([(Mailing, "event")] if sees_mails else [])])

    def get_urls(self) -> list[URLPattern]:
        """Add the pages about one event."""
        routes = [route for page in PAGES for route in page.ROUTES]
        own = [
            path(f"<int:pk>/{address}", self.admin_site.admin_view(view), name=f"workshops_event_{name}")
            for address, view, name in routes
        ]
        download = path("unterlage/<int:pk>/", self.admin_site.admin_view(self.download), name="workshops_event_paper")
        return [*own, download, *super().get_urls()]

    def download(self, request: HttpRequest, pk: int) -> FileResponse:
        """Hand out a paper, also one that is not public."""
        paper = get_object_or_404(Paper.objects.select_related("event__concept", "event__group"), pk=pk)
        if not request.user.has_perm("workshops.view_paper", paper):
            raise PermissionDenied
        return send_file(paper.file, title=paper.title)


def is_known(event: Event) -> bool:
    """Whether people outside know when it is, or did once: readers, or somebody who was written to."""
    return event.was_public or recipients(event, Mailing.Audience.EVERYBODY).exists()


def _taking_part(*, is_off: bool) -> dict[str, Any]:
    """Return what the form says of who can come: of an event called off, only who sees it."""
    if is_off:
        told = gettext_lazy(
            "Der Termin ist abgesagt: Zugang, Plätze, Anmeldezeitraum und Erinnerung spielen keine Rolle mehr und stehen "
            "deshalb nicht hier. Gespeichert bleiben sie."
        )
        return {"fields": ["is_public"], "description": told}
    period = ("registration_opens_on", "registration_closes_on")
    return {"fields": ["is_public", "admission", "seats", period, "reminder_days"]}


def _limit(fields: dict[str, forms.Field], groups: QuerySet[WorkingGroup]) -> None:
    """Let somebody choose among these groups alone, and their concepts."""
    if group := fields.get("group"):
        group.required = True
        group.error_messages["required"] = _("Bitte wählen Sie Ihre Arbeitsgruppe.")
    concepts = Concept.objects.in_progress().filter(pk__in=groups.values("concept"))
    offer(fields.get("concept"), concepts)
