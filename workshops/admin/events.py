"""Events in „Verwaltung“."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, path

from district.admin_base import RoomAdmin
from workshops.models import Event
from workshops.staff import door, feedback, mailings, minutes, participants, planning

PAGES = (planning, participants, door, mailings, feedback, minutes)


@admin.register(Event)
class EventAdmin(RoomAdmin):
    def get_urls(self) -> list[URLPattern]:
        """Add the pages about one event."""
        routes = [route for page in PAGES for route in page.ROUTES]
        own = [
            path(f"<int:pk>/{address}", self.admin_site.admin_view(view), name=f"workshops_event_{name}")
            for address, view, name in routes
        ]
        return [*own, *super().get_urls()]
