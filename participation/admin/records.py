"""What citizens wrote and what became of it: rows that only the actions write."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

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


class WordsAdmin(RecordAdmin):
    """What citizens wrote: public in part, and read in whole by those alone who work on it.

    `visible` narrows the list, the rules refuse the page of a row.
    """

    def visible(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return those that this person may see."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what this person may not see."""
        return self.visible(request, super().get_queryset(request))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Find any row, so that one that somebody may not see is refused, and not said to be missing."""
        try:
            return self.model._default_manager.get(pk=self.opts.pk.to_python(object_id))
        except (self.model.DoesNotExist, ValidationError, ValueError):
            return None

    def sees_whole(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person sees of a row what readers do not."""
        return request.user.has_perm("participation.view_whole_idea", obj)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Offer „Verlauf“ to those who may open it."""
        context["has_history"] = self.sees_whole(request, kwargs.get("obj"))
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Keep what readers never saw, such as an earlier refusal and its reason, from those who see what readers see."""
        row = self.get_object(request, unquote(object_id))
        if row is not None and not self.sees_whole(request, row):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)
