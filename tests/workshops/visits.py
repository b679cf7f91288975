"""What somebody without an account opens: pages and the addresses behind their link."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import override

from workshops import links
from workshops.models import Registration


def html(response: Any) -> str:
    """Return a page, which sets no cookie."""
    assert isinstance(response, HttpResponse)
    assert not response.cookies
    return response.content.decode()


def path(registration: Registration, page: str = "registration") -> str:
    """Return the address of a page behind somebody's link."""
    with override("de"):  # whatever page was asked for before
        return links.path_of(registration, page)


def read(response: Any) -> Any:
    """Return what was sent, a file read to its end, which closes it."""
    if response.streaming:
        list(response.streaming_content)
    return response
