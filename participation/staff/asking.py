"""What the room's pages in „Verwaltung“ have in common: their frame, and the way back to the inbox."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse

from participation.forms.moderation import InboxFilter
from participation.inbox import Entry, Kind

# The page on which each kind is dealt with.
DESKS = {
    Kind.IDEA: "admin:participation_idea_moderate",
    Kind.COMMENT: "admin:participation_comment_moderate",
    Kind.REPORT: "admin:participation_report_moderate",
}


def page(request: HttpRequest, template: str, *, row: Model | None = None, **context: Any) -> TemplateResponse:
    """Return a page in the frame of „Verwaltung“; the room's templates know the way back to the inbox."""
    filters = InboxFilter(request.GET)
    return TemplateResponse(
        request,
        f"participation/admin/{template}.html",
        {
            **admin.site.each_context(request),
            "row": row,
            "query": filters.query,
            "carried": filters.carried,
            "inbox_url": inbox_url(filters),
            **context,
        },
    )


def inbox_url(filters: InboxFilter) -> str:
    """Return the address of the inbox as it was narrowed."""
    return with_query(reverse("admin:participation_inbox"), filters)


def with_query(url: str, filters: InboxFilter) -> str:
    """Return an address that carries on what the inbox is narrowed to."""
    return f"{url}?{filters.query}" if filters.query else url


def desk_of(entry: Entry, filters: InboxFilter) -> str:
    """Return the address of the page on which an entry of the inbox is dealt with."""
    return with_query(reverse(DESKS[entry.kind], args=[entry.place.key]), filters)
