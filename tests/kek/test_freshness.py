"""Whatever a kept page reads, the database counts its changes: no model is forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

import pgtrigger
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from district.freshness import ShownToReaders, is_kept
from district.models import Concept

LINK = re.compile(r'(?:href|src|data-[a-z-]+)="(/[^"#]*)')
TABLE = re.compile(r'(?:FROM|JOIN) "(\w+)"')
# Of each kind of page so many are opened.
MOST_OF_A_KIND = 3


def kept_views(patterns: list[URLPattern | URLResolver]) -> Iterator[object]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from kept_views(pattern.url_patterns)
        elif is_kept(pattern.callback):
            yield pattern.callback


def view_of(path: str) -> Callable[..., object] | None:
    try:
        return resolve(path.partition("?")[0]).func
    except Resolver404:
        return None


@pytest.mark.django_db
@pytest.mark.usefixtures("sample_data")
def test_every_table_behind_a_kept_page_is_watched(client: Client) -> None:
    counted = {model._meta.db_table for model, trigger in pgtrigger.registered() if isinstance(trigger, ShownToReaders)}
    trails = {f"{table}event" for table in counted}  # written with the row that they tell of
    waiting = [concept.get_absolute_url() for concept in Concept.objects.public()]
    seen = set(waiting)
    opened: dict[object, int] = {}
    for path in waiting:  # grows under way
        view = view_of(path)
        opened[view] = opened.get(view, 0) + 1
        if view is None or opened[view] > MOST_OF_A_KIND:
            continue
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path)
        if response.streaming:
            list(response.streaming_content)  # type: ignore[attr-defined]  # closes the file
        elif response.status_code == 200:
            links = LINK.findall(response.content.decode())
            found = [link for link in map(unescape, dict.fromkeys(links)) if link not in seen]
            seen.update(found)
            waiting += found
        if is_kept(view):
            read = {table for query in captured.captured_queries for table in TABLE.findall(query["sql"])}
            assert read <= counted | trails, path
    assert set(kept_views(get_resolver().url_patterns)) <= opened.keys(), "some kept page was not opened"
