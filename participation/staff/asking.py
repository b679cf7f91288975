"""What the room's pages in „Verwaltung“ have in common: who asks, what was refused, and where it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from district.models import User
from participation.actions.together import Changed
from participation.forms.moderation import InboxFilter
from participation.inbox import Entry, Kind

Result = TypeVar("Result")

asks = require_http_methods(["GET", "HEAD", "POST"])

# The page on which each kind is dealt with.
DESKS = {
    Kind.IDEA: "admin:participation_idea_moderate",
    Kind.COMMENT: "admin:participation_comment_moderate",
    Kind.REPORT: "admin:participation_report_moderate",
}


def person(request: HttpRequest) -> User:
    """Return who asks."""
    assert isinstance(request.user, User)  # nobody else comes through `admin_view`
    return request.user


def answers(request: HttpRequest) -> QueryDict | None:
    """Return what was sent; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


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


def attempt(form: forms.Form, act: Callable[[], Result]) -> Result | None:
    """Act and return what came of it, or put what was refused at the fields of the form.

    Raises `Changed` where somebody else was faster: then the whole page is out of date, not a field.
    """
    try:
        return act()
    except Changed:
        raise
    except ValidationError as refused:
        by_field = refused.error_dict if hasattr(refused, "error_dict") else {None: refused.error_list}
        for name, errors in by_field.items():
            form.add_error(name if name in form.fields else None, ValidationError(errors))
        return None


def with_ways(told: str, *ways: tuple[str, str]) -> SafeString:
    """Return a sentence with links after it: addresses and their words."""
    return format_html("{} {}", told, format_html_join(", ", '<a href="{}">{}</a>', ways))


def warn(request: HttpRequest, told: Iterable[object]) -> None:
    """Tell what was refused on the page that follows."""
    for message in told:
        messages.warning(request, str(message))
