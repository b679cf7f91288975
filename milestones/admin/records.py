"""What happened to milestones and why: lists to read, search and filter. Nobody changes them, not even a superuser."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from district.admin_base import RoomAdmin
from milestones.models import Attainment, CallOff, Postponement


class RecordAdmin(RoomAdmin):
    """Rows that are only ever added, by the actions."""

    search_fields = ["milestone__title", "reason"]
    list_select_related = ["milestone__phase__concept", "recorded_by"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only an action writes a record."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A record stays as it is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A record stays."""
        return False

    @admin.display(description=gettext_lazy("Entwicklungskonzept"), ordering="milestone__phase__concept")
    def concept(self, record: Any) -> str:
        return str(record.milestone.concept)


@admin.register(Postponement)
class PostponementAdmin(RecordAdmin):
    list_display = [
        "milestone", "concept", "from_date", "to_date", "cause", "reason", "decided_in", "recorded_by", "recorded_at",
    ]  # fmt: skip
    list_filter = ["milestone__phase__concept", "cause", "recorded_at"]
    list_select_related = ["milestone__phase__concept", "recorded_by", "decided_in__body"]
    fields = [
        "milestone", "from_date", "to_date", "cause", "reason", "decided_in", "moved_along_with", "recorded_by",
        "recorded_at",
    ]  # fmt: skip


@admin.register(CallOff)
class CallOffAdmin(RecordAdmin):
    list_display = ["milestone", "concept", "planned_for", "called_off_on", "cause", "reason", "recorded_by"]
    list_filter = ["milestone__phase__concept", "cause", "recorded_at"]
    fields = ["milestone", "planned_for", "called_off_on", "cause", "reason", "recorded_by", "recorded_at"]


@admin.register(Attainment)
class AttainmentAdmin(RecordAdmin):
    list_display = ["milestone", "concept", "planned_for", "reached", "reason", "recorded_by"]
    list_filter = ["milestone__phase__concept", "recorded_at"]
    fields = ["milestone", "planned_for", "reached", "reason", "recorded_by", "recorded_at"]
