"""How dates, moves and votes are put into words, on every page and in every picture the same way."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from district.approximate_date import ApproximateDate, Precision

if TYPE_CHECKING:
    from district.models import Concept

    from .models import Consultation, Postponement

# From here on a countdown in days says nothing a date does not say better.
LONGEST_COUNTDOWN = 366


def name_of(concept: Concept) -> str:
    """Return the concept's short title; outside the portal's own pages it also says that it is an example."""
    example = _("Beispiel")
    name = concept.short_title
    return f"{name} ({example})" if concept.is_example and example not in name else name


def written_day(day: datetime.date) -> str:
    """Return „24. März 2021“."""
    return dateformat.format(day, _("j. F Y"))


def period(starts: ApproximateDate, ends: ApproximateDate) -> str:
    """Return „Ende 2018 – Mitte 2021“, or one date where both are the same."""
    return str(starts) if starts == ends else f"{starts} – {ends}"


def expected(date: ApproximateDate) -> str:
    """Return a date ahead; one that is not known to the day is marked as an estimate."""
    return str(date) if date.precision == Precision.DAY else _("voraussichtlich %(date)s") % {"date": date}


def countdown(date: ApproximateDate, today: datetime.date) -> str:
    """Return how long it is until a date ahead, no more precisely than the date is known; empty where too far away."""
    if date.precision != Precision.DAY:
        return _("der Zeitraum hat begonnen") if date.contains(today) else ""
    days = (date.earliest - today).days
    if days == 0:
        return _("heute")
    if days == 1:
        return _("morgen")
    if not 0 < days <= LONGEST_COUNTDOWN:
        return ""
    return ngettext("noch %(days)s Tag", "noch %(days)s Tage", days) % {"days": days}


def move(postponement: Postponement) -> str:
    """Return what a postponement did to its milestone's date, without reason."""
    if postponement.is_refinement:
        text = _("genauer festgelegt: „%(to)s“ statt „%(from)s“")
    elif postponement.to_date.earliest < postponement.from_date.earliest:
        text = _("vorgezogen von „%(from)s“ auf „%(to)s“")
    else:
        text = _("verschoben von „%(from)s“ auf „%(to)s“")
    return text % {"from": postponement.from_date, "to": postponement.to_date}


def votes(step: Consultation) -> str:
    """Return „41 Ja, 8 Nein, 15 Enthaltungen“; who was present or biased only where it is known, empty without count."""
    if not step.has_votes:
        return ""
    abstentions = step.abstentions or 0
    parts = [
        _("%(count)s Ja") % {"count": step.yes},
        _("%(count)s Nein") % {"count": step.no or 0},
        ngettext("%(count)s Enthaltung", "%(count)s Enthaltungen", abstentions) % {"count": abstentions},
    ]
    if step.biased:
        parts.append(_("%(count)s befangen") % {"count": step.biased})
    if step.present is not None:
        parts.append(_("%(count)s anwesend") % {"count": step.present})
    return ", ".join(parts)
