"""All weighings, to find and to read; they are written and released on the pages of `participation.staff`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.admin_base import Tool
from participation.models import Assessment, Idea
from participation.models.assessments import AssessmentGoal, AssessmentMeasure, AssessmentNeed
from participation.models.ideas import REFERENCE
from participation.models.rounds import shown
from participation.rules import visible_ideas
from participation.staff import exports, release, statistics, weighing
from participation.weighing_table import MOST_REFERENCES

from .records import RecordAdmin

LONGEST_EXCERPT = 100


class IdeasFilter(admin.SimpleListFilter):
    """Weighings that answer several ideas, or to which none belongs any more."""

    title = gettext_lazy("Ideen")
    parameter_name = "ideen"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("keine", _("keine mehr")), ("mehrere", _("mehrere"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "keine":
                return queryset.filter(ideas=None, correction=None)
            case "mehrere":
                several = Idea.objects.exclude(assessment=None).order_by().values("assessment")
                several = several.annotate(number=Count("pk")).filter(number__gt=1)
                return queryset.filter(pk__in=several.values("assessment"))
        return queryset


@admin.register(Assessment)
class AssessmentAdmin(RecordAdmin):
    list_display = ["excerpt", "references", "round", "decision", "state", "drafted_by", "drafted_at", "released_at"]
    list_filter = ["round", "state", "decision", "field_of_action", IdeasFilter]
    list_select_related = ["round", "section", "drafted_by", "correction", "corrects"]
    search_fields = ["summary", "reason", "proposal"]
    fieldsets = [
        (None, {"fields": ["round", "section", "field_of_action", "answered_ideas"]}),
        (gettext_lazy("Abwägung"), {"fields": ["summary", "proposal", "decision", "reason"]}),
        (gettext_lazy("Eingeflossen in"), {"fields": ["needs", "goals", "measures"]}),
        (
            gettext_lazy("Stand"),
            {
                "fields": [
                    "state",
                    "hand_back_note",
                    "drafted_by",
                    "drafted_at",
                    "submitted_by",
                    "released_by",
                    "released_at",
                    "corrects",
                ]
            },
        ),
    ]
    history_parts = (
        (AssessmentNeed, "assessment"),
        (AssessmentGoal, "assessment"),
        (AssessmentMeasure, "assessment"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assessment]:
        """Leave out what belongs to other Fachämter, and to rounds that this person sees nothing of."""
        queryset: QuerySet[Assessment] = super().get_queryset(request)
        queryset = queryset.prefetch_related(
            Prefetch("ideas", _named()), Prefetch("correction__ideas", _named()), Prefetch("corrects__ideas", _named())
        )
        if request.user.has_perm("participation.view_every_idea"):
            return queryset
        if request.user.has_perm("participation.view_every_weighing"):
            return queryset.filter(shown("round__"))
        own = Idea.objects.filter(department=request.user.department_id).exclude(department=None)  # type: ignore[union-attr]
        answers = own.order_by().values("assessment")
        return queryset.filter(Q(pk__in=answers) | Q(corrects__in=answers))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Keep beside the weighing which of its ideas this person may see: `answered_ideas` is not told who asks."""
        found: Any = super().get_object(request, object_id, from_field)
        if found is not None:
            public: Any = Idea.objects.filter(assessment=found, is_public=True)
            found.visible_ideas = visible_ideas(request.user, public)
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Assessment], search_term: str
    ) -> tuple[QuerySet[Assessment], bool]:
        """Find a weighing by the number of an idea that it answers, too."""
        if found := REFERENCE.match(search_term):
            return queryset.filter(ideas=int(found[1])), False
        return super().get_search_results(request, queryset, search_term.replace("\x00", ""))

    def tools(self, request: HttpRequest, obj: Assessment) -> list[Tool]:
        """Lead to the desk."""
        return [Tool(_("Abwägung öffnen"), weighing.desk_of(obj))]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Lead to the table, and to the statistics of the rounds."""
        tools = [
            Tool(_("Tabelle mit Fristen"), weighing.table_url()),
            Tool(_("Statistik"), reverse("admin:participation_statistics_rounds")),
        ]
        return super().changelist_view(request, {"list_tools": tools, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("tabelle/", view(weighing.table), name="participation_weighing"),
            path("tabelle/export/", view(exports.export_table), name="participation_weighing_export"),
            path("abwaegen/", view(weighing.begin_weighing), name="participation_weighing_begin"),
            path("freigeben/", view(release.release_many), name="participation_weighing_release"),
            path("<int:pk>/abwaegen/", view(weighing.weigh), name="participation_assessment_weigh"),
            path("<int:pk>/verwerfen/", view(release.discard_one), name="participation_assessment_discard"),
            path("<int:pk>/freigeben/", view(release.release_one), name="participation_assessment_release"),
            path("<int:pk>/zurueckgeben/", view(release.hand_back_one), name="participation_assessment_hand_back"),
            path("<int:pk>/verknuepfen/", view(release.link_one), name="participation_assessment_link"),
            path("<int:pk>/berichtigen/", view(release.correct_one), name="participation_assessment_correct"),
            path("statistik/", view(statistics.rounds), name="participation_statistics_rounds"),
            path("statistik/<int:pk>/", view(statistics.statistics_page), name="participation_statistics"),
            path(
                "statistik/<int:pk>/<slug:figure>.svg", view(statistics.figure_svg), name="participation_statistics_svg"
            ),
            path(
                "statistik/<int:pk>/<slug:figure>.csv", view(statistics.figure_csv), name="participation_statistics_csv"
            ),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("Zusammenfassung"), ordering="summary")
    def excerpt(self, assessment: Assessment) -> str:
        return Truncator(assessment.summary).chars(LONGEST_EXCERPT) or str(assessment)

    @admin.display(description=gettext_lazy("Aktenzeichen"))
    def references(self, assessment: Assessment) -> str:
        first = assessment.references[:MOST_REFERENCES]
        rest = len(assessment.references) - len(first)
        return ", ".join([*first, _("%(count)s weitere") % {"count": rest}] if rest else first) or "–"

    @admin.display(description=gettext_lazy("Ideen"))
    def answered_ideas(self, assessment: Assessment) -> SafeString | str:
        return _links(assessment.visible_ideas)  # type: ignore[attr-defined]  # see get_object


def _named() -> QuerySet[Idea]:
    """Return ideas with what a weighing is named by, alone."""
    return Idea.objects.only("submitted_at", "state", "published_at", "assessment")


def _links(ideas: QuerySet[Idea]) -> SafeString | str:
    ordered = ideas.select_related("section").defer("search").order_by("published_at", "pk")
    links = ((reverse("admin:participation_idea_change", args=[idea.pk]), idea) for idea in ordered)
    return format_html_join(SafeString("<br>"), '<a href="{}">{}</a>', links) or "–"
