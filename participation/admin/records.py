"""What citizens wrote and what became of it: rows that only the actions write."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from district.admin_base import RoomAdmin


class RecordAdmin(RoomAdmin):
    """Rows to read, search and filter. Nobody changes them here, not even a superuser."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only an action adds a row."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only an action changes a row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only an action erases a row."""
        return False
