"""What the rooms' own pages in „Verwaltung“ have in common: who asks, what was refused, and where it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString

from district.acting import Outdated
from district.models import User

Result = TypeVar("Result")


def person(request: HttpRequest) -> User:
    """Return who asks."""
    assert isinstance(request.user, User)  # nobody else comes through `admin_view`
    return request.user


def answers(request: HttpRequest) -> QueryDict | None:
    """Return what was sent; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def attempt(form: forms.Form, act: Callable[[], Result]) -> Result | None:
    """Act and return what came of it, or put what was refused at the fields of the form.

    Raises `Outdated` where somebody else was faster: then the whole page is out of date, not a field.
    """
    try:
        return act()
    except Outdated:
        raise
    except ValidationError as refused:
        by_field = refused.error_dict if hasattr(refused, "error_dict") else {None: refused.error_list}
        for name, errors in by_field.items():
            form.add_error(name if name in form.fields else None, ValidationError(errors))
        return None


def came_from(request: HttpRequest) -> str:
    """Return the page to go back to that the address or the form names, if it is one of ours; else nothing."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if ours else ""


def with_ways(told: str, *ways: tuple[str, str]) -> SafeString:
    """Return a sentence with links after it: addresses and their words."""
    return format_html("{} {}", told, format_html_join(", ", '<a href="{}">{}</a>', ways))


def warn(request: HttpRequest, told: Iterable[object]) -> None:
    """Tell what was refused on the page that follows."""
    for message in told:
        messages.warning(request, str(message))
