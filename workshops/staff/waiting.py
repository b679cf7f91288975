"""What waits for somebody who runs events: figures for the start page of „Verwaltung“."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils.translation import ngettext

from district.counting import Counted, Figure
from district.models import User
from workshops.models import Outcome, WorkingGroup
from workshops.overview import Criteria, Missing, Overview


def waiting(user: User, *, on: datetime.date) -> list[Figure]:
    """Return what waits for the project office, for a chair that of the own groups; nothing for everybody else."""
    if not user.has_perm("workshops.plan_event"):
        return []
    own = Overview(Criteria(user, is_own=True), on=on)
    planning = reverse("admin:workshops_planning")
    record, minutes, feedback = (
        Counted.of(own.lacking(name)) for name in (Missing.RECORD, Missing.MINUTES, Missing.FEEDBACK)
    )
    overdue, narrowed = _overdue(user, on)
    return [
        Figure(
            record,
            ngettext("vergangener Termin ohne Eintrag", "vergangene Termine ohne Eintrag", record.number),
            f"{planning}?missing={Missing.RECORD.value}",
            is_alarming=bool(record),
        ),
        Figure(
            minutes,
            ngettext("Protokoll nicht freigegeben", "Protokolle nicht freigegeben", minutes.number),
            f"{planning}?missing={Missing.MINUTES.value}",
            is_alarming=bool(minutes),
        ),
        Figure(
            overdue,
            ngettext("überfälliger Punkt aus Protokollen", "überfällige Punkte aus Protokollen", overdue.number),
            reverse("admin:workshops_outcome_changelist", query={"stand": "ueberfaellig", **narrowed}),
            is_alarming=bool(overdue),
        ),
        Figure(
            feedback,
            ngettext(
                "abgesagter Termin mit neuen Rückmeldungen",
                "abgesagte Termine mit neuen Rückmeldungen",
                feedback.number,
            ),
            f"{planning}?missing={Missing.FEEDBACK.value}",
        ),
    ]


def _overdue(user: User, on: datetime.date) -> tuple[Counted, dict[str, str]]:
    """Count what should have been done, and return how the list is narrowed to the same."""
    rows = Outcome.objects.overdue(on).filter(event__concept__process_closed_on=None)
    if user.has_perm("workshops.add_workinggroup"):
        return Counted.of(rows), {}
    return Counted.of(rows.filter(group__in=WorkingGroup.objects.led_by(user).values("pk"))), {"gruppe": "eigene"}
