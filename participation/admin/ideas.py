"""All ideas, to find and to read; what is done with one is done on its desk (`participation.staff`)."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.addresses import key_of
from district.admin_base import RoomTabularInline, Tool
from district.history import Entry
from district.models import District, FieldOfAction
from participation import search
from participation.actions.together import Seen
from participation.forms.together import MOST_AT_ONCE
from participation.models import Idea, IdeaFile, IdeaStep
from participation.models.ideas import State
from participation.rules import is_shown, visible_ideas
from participation.staff import erasure, feedback, inbox, moderation, offline, together

from .records import WordsAdmin

# Steps that change words alone, as „Verlauf“ names them.
WITHOUT_TRACE: Final = {
    IdeaStep.Kind.REDACTED: gettext_lazy("Text redigiert"),
    IdeaStep.Kind.ERASED: gettext_lazy("persönliche Angaben gelöscht"),
}


class AnswerFilter(admin.SimpleListFilter):
    """Ideas by whether somebody waits for an answer, and since when."""

    title = gettext_lazy("Antwort")
    parameter_name = "antwort"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("offen", _("offen")), ("ueberfaellig", _("überfällig")), ("beantwortet", _("beantwortet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "offen":
                return queryset.awaiting_answer()  # type: ignore[attr-defined,no-any-return]
            case "ueberfaellig":
                days = District.objects.answer_target_days()
                return queryset.overdue(timezone.localdate(), target_days=days)  # type: ignore[attr-defined,no-any-return]
            case "beantwortet":
                return queryset.filter(state=State.ANSWERED)
        return queryset


class FieldFilter(admin.SimpleListFilter):
    """Ideas of one field of action; of the chosen round's concept, where a round is chosen."""

    title = gettext_lazy("Handlungsfeld")
    parameter_name = "feld"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        fields = FieldOfAction.objects.select_related("concept")
        if (asked := key_of(request.GET.get("round__id__exact", ""))) is not None:
            return [(str(field.pk), str(field)) for field in fields.filter(concept__rounds=asked)]
        in_progress = fields.filter(concept__process_closed_on=None)
        return [(str(field.pk), f"{field} ({field.concept})") for field in in_progress]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        key = key_of(self.value() or "")
        return queryset if key is None else queryset.filter(field_of_action=key)


class StepInline(RoomTabularInline):
    """What happened to the idea; kept for good."""

    model = IdeaStep
    fk_name = "idea"
    fields: ClassVar[tuple[str, ...]] = ("at", "kind", "other", "note", "by", "audience")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[IdeaStep]:
        """Load what a step names."""
        return super().get_queryset(request).select_related("by", "other__round", "other__section")


class PublicStepInline(StepInline):
    """What readers know of it; another idea is left out, since that need not be public."""

    fields = ("at", "kind", "note", "by")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[IdeaStep]:
        """Leave out what was for the person alone, or for the administration."""
        return super().get_queryset(request).filter(audience=IdeaStep.Audience.PUBLIC)


@admin.register(Idea)
class IdeaAdmin(WordsAdmin):
    list_display = ["subject", "reference", "state", "field_of_action", "municipality", "department", "submitted"]
    list_filter = [
        "round", "state", AnswerFilter, FieldFilter, "municipality", "department", "source", "has_links",
    ]  # fmt: skip
    list_select_related = ["round", "section", "field_of_action", "municipality", "department"]
    search_fields = ["title"]
    actions = ["publish", "decline", "assign", "merge"]
    ordering = ["-submitted_at", "-pk"]

    def visible(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return visible_ideas(request.user, rows)  # type: ignore[arg-type]

    def get_inlines(self, request: HttpRequest, obj: Idea | None) -> list[Any]:
        """Show all steps to those who see the whole idea."""
        return [StepInline if self.sees_whole(request, obj) else PublicStepInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Idea]:
        """Leave in the database what only the database needs."""
        queryset: QuerySet[Idea] = super().get_queryset(request)
        return queryset.defer("search", "municipality__boundary")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Idea], search_term: str
    ) -> tuple[QuerySet[Idea], bool]:
        """Search as readers do: German words in title and text, or a reference number."""
        words = search_term.replace("\x00", "").strip()
        return (search.matching(queryset, words) if words else queryset), False  # type: ignore[arg-type]

    def get_fieldsets(self, request: HttpRequest, obj: Idea | None = None) -> Any:
        """Show contact data to those who write to citizens, and what is not public to those who work on the idea."""
        assert obj is not None  # nobody adds an idea here
        sees_whole = self.sees_whole(request, obj)
        own = ["reference", "state", "round", "title", "text"]
        own += ["section"] if obj.section_id else []
        own += ["original_title", "original_text"] if obj.is_redacted and sees_whole else []
        where = ["field_of_action", "municipality", "is_everywhere", "department"]
        came = ["submitted_at", "source"]
        came += ["source_note"] if sees_whole or obj.source == Idea.Source.EVENT else []
        came += ["from_feedback"] if obj.feedback_id else []
        came.append("pseudonym")
        if request.user.has_perm("participation.view_contact", obj):
            came.append("contact")
        since = ["published_at", "answered_at"]
        since += ["merged_into", "split_from"] if sees_whole else []
        since += ["support_count", "comment_count", "files" if sees_whole else "public_files"]
        return [
            (None, {"fields": own}),
            (gettext_lazy("Zuordnung"), {"fields": where}),
            (gettext_lazy("Herkunft"), {"fields": came}),
            (gettext_lazy("Seitdem"), {"fields": since}),
        ]

    def history_entries(self, request: HttpRequest, row: Idea) -> list[Entry]:
        """Tell of redacting and erasing, too: words of citizens are in no audit trail, so that steps alone know of them."""
        steps = row.steps.filter(kind__in=WITHOUT_TRACE).select_related("by").order_by("-at", "-pk")
        entries = [*super().history_entries(request, row), *map(_as_entry, steps)]
        return sorted(entries, key=lambda entry: entry.at, reverse=True)

    def get_view_on_site_url(self, obj: Idea | None = None) -> str | None:
        """Link to the public page where there is one."""
        return obj.get_absolute_url() if obj and is_shown(obj) else None

    def tools(self, request: HttpRequest, obj: Idea) -> list[Tool]:
        """Lead to the desks, and to erasing what somebody wants erased."""
        tools = []
        if request.user.has_perm("participation.moderate_idea", obj):
            tools.append(Tool(_("Moderieren"), reverse("admin:participation_idea_moderate", args=[obj.pk])))
        if request.user.has_perm("participation.erase_submitter", obj):
            tools.append(Tool(_("Auf Verlangen löschen"), reverse("admin:participation_idea_erase", args=[obj.pk])))
        if obj.state == State.PUBLISHED and request.user.has_perm("participation.weigh_idea", obj):
            begin = reverse("admin:participation_weighing_begin", query={"idea": obj.pk})
            tools.append(Tool(_("Abwägen"), begin))
        elif obj.assessment and request.user.has_perm("participation.view_assessment", obj.assessment):
            tools.append(Tool(_("Abwägung"), reverse("admin:participation_assessment_weigh", args=[obj.assessment_id])))
        return tools

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Lead to the inbox and to what came offline."""
        tools = []
        if request.user.has_perm("participation.moderate_idea"):
            tools.append(Tool(_("Eingang"), reverse("admin:participation_inbox")))
        if request.user.has_perm("participation.record_idea"):
            tools.append(Tool(_("Idee erfassen"), reverse("admin:participation_idea_record")))
            tools.append(Tool(_("Ideen einlesen"), reverse("admin:participation_idea_import")))
        tools.append(Tool(_("Kommentare"), reverse("admin:participation_comment_changelist")))
        if request.user.has_perm("participation.view_report"):
            tools.append(Tool(_("Meldungen"), reverse("admin:participation_report_changelist")))
        return super().changelist_view(request, {"list_tools": tools, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("eingang/", view(inbox.inbox), name="participation_inbox"),
            path("gemeinsam/", view(together.act_together), name="participation_together"),
            path("erfassen/", view(offline.record_idea), name="participation_idea_record"),
            path("einlesen/", view(offline.import_ideas), name="participation_idea_import"),
            path("einlesen/vorlage/", view(offline.template), name="participation_idea_import_template"),
            path("einlesen/bestaetigen/", view(offline.confirm_import), name="participation_idea_confirm_import"),
            path("aus-rueckmeldung/<int:pk>/", view(feedback.take_up_feedback), name="participation_take_up"),
            path("datei/<int:pk>/", view(moderation.idea_file), name="participation_idea_file"),
            path("<int:pk>/moderieren/", view(moderation.moderate), name="participation_idea_moderate"),
            path("<int:pk>/aufteilen/", view(moderation.split_idea), name="participation_idea_split"),
            path("<int:pk>/loeschen/", view(erasure.erase_submitter), name="participation_idea_erase"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("Titel"), ordering="title")
    def subject(self, idea: Idea) -> str:
        return idea.name

    @admin.display(description=gettext_lazy("Aktenzeichen"), ordering="pk")
    def reference(self, idea: Idea) -> str:
        return idea.reference

    @admin.display(description=gettext_lazy("eingegangen"), ordering="submitted_at")
    def submitted(self, idea: Idea) -> Any:
        return timezone.localtime(idea.submitted_at).date()

    @admin.display(description=gettext_lazy("aus einer Rückmeldung zu"))
    def from_feedback(self, idea: Idea) -> SafeString:
        assert idea.feedback is not None  # shown only then
        event = idea.feedback.event
        url = reverse("admin:workshops_event_change", args=[event.pk])
        return format_html('<a href="{}">{}</a> ({})', url, event, event.date)

    @admin.display(description=gettext_lazy("Name oder Pseudonym"))
    def pseudonym(self, idea: Idea) -> str:
        return str(idea.submitter)

    @admin.display(description=gettext_lazy("Kontakt"))
    def contact(self, idea: Idea) -> SafeString | str:
        parts = [part for part in (idea.submitter.email, *idea.submitter.postal_address.splitlines()) if part]
        return format_html_join(SafeString("<br>"), "{}", ((part,) for part in parts)) or "–"

    @admin.display(description=gettext_lazy("Dateien"))
    def files(self, idea: Idea) -> SafeString | str:
        return _links(idea.files.all())

    @admin.display(description=gettext_lazy("Dateien"))
    def public_files(self, idea: Idea) -> SafeString | str:
        return _links(idea.files.filter(is_public=True))

    # Decisions about several: each leads to the page that counts, lists and asks.

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Whether the list offers decisions."""
        return request.user.has_perm("participation.moderate_idea")

    @admin.action(description=gettext_lazy("Veröffentlichen"), permissions=["moderate"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Idea]) -> HttpResponse | None:
        return self._decide(request, queryset, "publish")

    @admin.action(description=gettext_lazy("Nicht veröffentlichen"), permissions=["moderate"])
    def decline(self, request: HttpRequest, queryset: QuerySet[Idea]) -> HttpResponse | None:
        return self._decide(request, queryset, "decline")

    @admin.action(description=gettext_lazy("Einem Fachamt zuweisen"), permissions=["moderate"])
    def assign(self, request: HttpRequest, queryset: QuerySet[Idea]) -> HttpResponse | None:
        return self._decide(request, queryset, "assign")

    @admin.action(description=gettext_lazy("Zusammenführen"), permissions=["moderate"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Idea]) -> HttpResponse | None:
        return self._decide(request, queryset, "merge")

    def _decide(self, request: HttpRequest, queryset: QuerySet[Idea], verb: str) -> HttpResponse | None:
        keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        return together.decide(request, verb, [Seen(key, "") for key in keys], back="ideas")


def _as_entry(step: IdeaStep) -> Entry:
    """Return a step as an entry of „Verlauf“."""
    by = str(step.by) if step.by else _("Einsender/in")
    action = str(WITHOUT_TRACE[IdeaStep.Kind(step.kind)])
    return Entry(at=timezone.localtime(step.at), by=by, action=action, part="", changes=())


def _links(files: QuerySet[IdeaFile]) -> SafeString | str:
    links = ((reverse("admin:participation_idea_file", args=[file.pk]), file.name) for file in files)
    return format_html_join(SafeString("<br>"), '<a href="{}">{}</a>', links) or "–"
