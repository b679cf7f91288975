"""Those who take part as a file: a table for the office, and the list they sign, as an accessible PDF. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from district.tables import Column, Kind, Table
from district.tables.table import clean
from district.typesetting import typeset

from .models import Event, Registration
from .participants import alphabetical, since

# For those who come without having registered.
EMPTY_LINES: Final = 10
_TEMPLATE: Final = Path(__file__).parent / "signatures.typ"


def table(registrations: Iterable[Registration], *, title: str, notes: Sequence[str]) -> Table:
    """Return all that is known of each, one thing a column, to be sorted and counted."""
    return Table(
        title=title,
        columns=[
            Column(_("Name")),
            Column(_("Organisation")),
            Column(_("E-Mail")),
            Column(_("Was gebraucht wird"), Kind.LONG),
            Column(_("Stand"), Kind.KEY),
            Column(_("seit"), Kind.DATE),
            Column(_("angemeldet über"), Kind.KEY),
            Column(_("Sprache"), Kind.KEY),
            Column(_("anwesend seit"), Kind.DATE),
        ],
        rows=[
            (
                _("(gelöscht)") if each.erased_at else each.name,
                each.organisation,
                each.email,
                each.requirements,
                str(each.get_state_display()),
                since(each),
                str(each.get_source_display()),
                str(each.get_language_display()),
                each.attended_at,
            )
            for each in sorted(registrations, key=alphabetical)
        ],
        notes=notes,
    )


def signature_sheet(event: Event, registrations: Iterable[Registration], *, made_at: datetime.datetime) -> bytes:
    """Return the list that people sign at the door: whoever has a seat, by name, then lines for those who just come."""
    with override("de"):
        content = {
            "title": _("Unterschriftenliste"),
            "event": clean(event.title),
            "facts": [clean(fact) for fact in (event.when, event.place) if fact],
            "headings": [_("Nr."), _("Name"), _("Organisation"), _("Unterschrift")],
            "people": [
                [clean(each.name), clean(each.organisation)] for each in sorted(registrations, key=alphabetical)
            ],
            "empty": EMPTY_LINES,
        }
    return typeset(_TEMPLATE, content, made_at=made_at)
