"""What waits for somebody in the citizens' voice: figures for the start page of „Verwaltung“."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils.translation import ngettext

from district.counting import Counted, Figure
from district.models import District, User
from participation.inbox import Inbox, Kind
from participation.models import Idea


def waiting(user: User, *, on: datetime.date) -> list[Figure]:
    """Return what waits for a moderator; nothing for everybody else."""
    if not user.has_perm("participation.moderate_idea"):
        return []
    ideas, comments, reports = Inbox().figures.values()
    inbox = reverse("admin:participation_inbox")
    overdue = _overdue(on)
    return [
        Figure(ideas, ngettext("neue Idee", "neue Ideen", ideas.number), f"{inbox}?kind={Kind.IDEA.value}"),
        Figure(
            comments,
            ngettext("neuer Kommentar", "neue Kommentare", comments.number),
            f"{inbox}?kind={Kind.COMMENT.value}",
        ),
        Figure(
            reports,
            ngettext("offene Meldung", "offene Meldungen", reports.number),
            f"{inbox}?kind={Kind.REPORT.value}",
            is_alarming=bool(reports),
        ),
        Figure(
            overdue,
            ngettext("überfällige Antwort", "überfällige Antworten", overdue.number),
            reverse("admin:participation_weighing", query={"due": "overdue"}),
            is_alarming=bool(overdue),
        ),
    ]


def _overdue(on: datetime.date) -> Counted:
    rows = Idea.objects.overdue(on, target_days=District.objects.answer_target_days())
    return Counted.of(rows.filter(round__concept__process_closed_on=None))
