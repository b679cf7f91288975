"""What waits for somebody in the citizens' voice: figures for the start page of „Verwaltung“."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from district.models import District, User
from participation.figures import MOST_COUNTED, Counted
from participation.inbox import Inbox, Kind
from participation.models import Idea

DEFAULT_TARGET_DAYS = 90


@dataclass(frozen=True)
class Figure:
    """A number with its words and the page where one deals with it."""

    count: Counted
    label: str
    url: str
    is_alarming: bool = False


def waiting(user: User, *, on: datetime.date) -> list[Figure]:
    """Return what waits for a moderator; nothing for everybody else."""
    if not user.has_perm("participation.moderate_idea"):
        return []
    counts = Inbox().counts
    ideas, comments, reports = (counts[kind] for kind in Kind)
    inbox = reverse("admin:participation_inbox")
    overdue = _overdue(on)
    return [
        Figure(Counted(ideas), ngettext("neue Idee", "neue Ideen", ideas), f"{inbox}?kind={Kind.IDEA.value}"),
        Figure(
            Counted(comments),
            ngettext("neuer Kommentar", "neue Kommentare", comments),
            f"{inbox}?kind={Kind.COMMENT.value}",
        ),
        Figure(
            Counted(reports),
            ngettext("offene Meldung", "offene Meldungen", reports),
            f"{inbox}?kind={Kind.REPORT.value}",
            is_alarming=reports > 0,
        ),
        Figure(
            overdue,
            ngettext("überfällige Antwort", "überfällige Antworten", overdue.number),
            reverse("admin:participation_weighing", query={"due": "overdue"}),
            is_alarming=bool(overdue),
        ),
    ]


def _overdue(on: datetime.date) -> Counted:
    district = District.objects.current()
    target = district.answer_target_days if district else DEFAULT_TARGET_DAYS
    rows: QuerySet[Idea] = Idea.objects.overdue(on, target_days=target)
    return Counted(rows.filter(round__concept__process_closed_on=None)[: MOST_COUNTED + 1].count())
