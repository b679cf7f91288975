"""What the tests of the staff's pages about one event share."""

from __future__ import annotations

import io
from typing import Any

from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from district.models import Role, User
from tests.factories import MembershipFactory, UserFactory
from workshops.models import Event, WorkingGroup


def log_in(client: Client, role: Role = Role.PROJECT_OFFICE) -> User:
    """Log somebody with this role in."""
    user: User = UserFactory(role=role)
    client.force_login(user)
    return user


def log_in_chair(client: Client, group: WorkingGroup) -> User:
    """Log somebody in who leads this group."""
    user = log_in(client, Role.GROUP_CHAIR)
    MembershipFactory(group=group, user=user, is_chair=True)
    return user


def url(event: Event, name: str, *args: Any, **query: Any) -> str:
    """Return the address of one of the pages about an event."""
    return reverse(f"admin:workshops_event_{name}", args=[event.pk, *args], query=query or None)


def told(response: Any) -> list[str]:
    """Return the messages that the next page will show."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def queries(client: Client, path: str) -> int:
    """Open a page once, so that what is cached is cached, then count the queries of a second visit."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200
    return len(captured)


def workbook(*rows: list[Any], headings: list[str]) -> SimpleUploadedFile:
    """Return an Excel file as somebody hands it in."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [headings, *rows]:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("liste.xlsx", content.getvalue())
