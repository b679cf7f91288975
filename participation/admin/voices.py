"""Comments and reports, to find and to read; what is done with one is done on its desk (`participation.staff`)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.admin_base import Tool
from participation.models import Comment, Report
from participation.rules import visible_comments
from participation.staff import voices

from .records import RecordAdmin, WordsAdmin

LONGEST_EXCERPT = 100


class HandledFilter(admin.SimpleListFilter):
    """Reports that wait, or were dealt with."""

    title = gettext_lazy("Stand")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("offen", _("offen")), ("erledigt", _("erledigt"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "offen":
                return queryset.filter(handled_at=None)
            case "erledigt":
                return queryset.exclude(handled_at=None)
        return queryset


@admin.register(Comment)
class CommentAdmin(WordsAdmin):
    list_display = ["excerpt", "idea", "state", "has_links", "submitted_at"]
    list_filter = ["idea__round", "state", "has_links"]
    list_select_related = ["idea__section"]
    search_fields = ["text"]
    fields = [
        "idea",
        "parent",
        "text",
        "pseudonym",
        "state",
        "decline_note",
        "has_links",
        "submitted_at",
        "published_at",
    ]

    def visible(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return visible_comments(request.user, rows)  # type: ignore[arg-type]

    def get_fields(self, request: HttpRequest, obj: Comment | None = None) -> list[Any]:
        """Show why it was declined once to those who saw it then."""
        return [name for name in self.fields if name != "decline_note" or self.sees_whole(request, obj)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        """Leave in the database what only the database needs."""
        queryset: QuerySet[Comment] = super().get_queryset(request)
        return queryset.defer("idea__search")

    def tools(self, request: HttpRequest, obj: Comment) -> list[Tool]:
        """Lead to the desk."""
        if not request.user.has_perm("participation.moderate_idea", obj):
            return []
        return [Tool(_("Moderieren"), reverse("admin:participation_comment_moderate", args=[obj.pk]))]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(voices.moderate_comment)
        return [path("<int:pk>/moderieren/", view, name="participation_comment_moderate"), *super().get_urls()]

    @admin.display(description=gettext_lazy("Kommentar"))
    def excerpt(self, comment: Comment) -> str:
        return Truncator(comment.text).chars(LONGEST_EXCERPT) or _("gelöschter Text")

    @admin.display(description=gettext_lazy("Name oder Pseudonym"))
    def pseudonym(self, comment: Comment) -> str:
        return str(comment.submitter)


@admin.register(Report)
class ReportAdmin(RecordAdmin):
    list_display = ["excerpt", "idea", "is_about_a_comment", "created_at", "handled_at", "handled_by"]
    list_filter = [HandledFilter, "idea__round"]
    list_select_related = ["idea__section", "handled_by"]
    search_fields = ["reason"]
    fields = ["idea", "comment", "reason", "created_at", "handled_at", "handled_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        """Leave in the database what only the database needs."""
        queryset: QuerySet[Report] = super().get_queryset(request)
        return queryset.defer("idea__search")

    def tools(self, request: HttpRequest, obj: Report) -> list[Tool]:
        """Lead to the desk."""
        if not request.user.has_perm("participation.moderate_idea", obj):
            return []
        return [Tool(_("Bearbeiten"), reverse("admin:participation_report_moderate", args=[obj.pk]))]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(voices.moderate_report)
        return [path("<int:pk>/bearbeiten/", view, name="participation_report_moderate"), *super().get_urls()]

    @admin.display(description=gettext_lazy("Grund"))
    def excerpt(self, report: Report) -> str:
        return Truncator(report.reason).chars(LONGEST_EXCERPT)

    @admin.display(description=gettext_lazy("zu einem Kommentar"), boolean=True)
    def is_about_a_comment(self, report: Report) -> bool:
        return report.comment_id is not None
