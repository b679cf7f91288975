"""The main navigation of a concept's public pages, one entry per room."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# A room that gains public pages adds its line here.
ENTRIES = (
    (_("Wo stehen wir?"), "home"),
    (_("Zeitplan"), "milestones:timeline"),
    (_("Beschluss"), "milestones:resolutions"),
    (_("Arbeitsgruppen"), "workshops:groups"),
    (_("Termine"), "workshops:dates"),
    (_("Beteiligung"), "participation:rounds"),
    (_("Ziele"), "catalogue:goals"),
    (_("Maßnahmen"), "catalogue:measures"),
)


@dataclass(frozen=True)
class Entry:
    """A link of the navigation; `current` is the value of its `aria-current`, empty elsewhere."""

    label: str
    url: str
    current: str


def for_concept(slug: str, path: str) -> tuple[Entry, ...]:
    """Return the entries for the concept with this slug, seen from the page at `path`."""
    home = reverse("home", args=[slug])
    urls = [(str(label), reverse(name, args=[slug])) for label, name in ENTRIES]
    return tuple(Entry(label, url, _current(url, path, is_home=url == home)) for label, url in urls)


def _current(url: str, path: str, *, is_home: bool) -> str:
    if path == url:
        return "page"
    return "true" if path.startswith(url) and not is_home else ""
