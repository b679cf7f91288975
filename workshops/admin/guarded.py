"""What the lists of the experts' work have in common: the page of a row is read by all staff, its „Verlauf“ is not."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from district.admin_base import RoomAdmin


class GuardedHistoryAdmin(RoomAdmin):
    """Keeps „Verlauf“, which tells what was internal once, for those with a right to the row."""

    history_right: ClassVar[str]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Offer „Verlauf“ to those who may open it."""
        context["has_history"] = request.user.has_perm(self.history_right, kwargs.get("obj"))
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Refuse whoever may not know what was internal."""
        row = self.get_object(request, unquote(object_id))
        if row is not None and not request.user.has_perm(self.history_right, row):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)
