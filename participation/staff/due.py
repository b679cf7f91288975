"""Answers that are due and weighings that wait for release: figures for the start page of „Verwaltung“."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from district.models import User
from participation.figures import Counted
from participation.models import Assessment
from participation.weighing_rows import Criteria, WeighingRows, deadlines_on
from participation.weighing_table import Due, Stage

from .waiting import Figure


def due(user: User, *, on: datetime.date) -> list[Figure]:
    """Return what waits for somebody who weighs, of a Fachamt its own, and for somebody who releases; else nothing."""
    figures = []
    table = reverse("admin:participation_weighing")
    if user.has_perm("participation.weigh_idea"):
        counted = WeighingRows(Criteria.of(user), deadlines_on(on)).figures
        figures += [
            Figure(
                Counted(counted.overdue),
                ngettext("überfällige Antwort", "überfällige Antworten", counted.overdue),
                f"{table}?due={Due.OVERDUE.value}",
                is_alarming=counted.overdue > 0,
            ),
            Figure(Counted(counted.soon), _("in 14 Tagen fällig"), f"{table}?due={Due.SOON.value}"),
        ]
    if user.has_perm("participation.release_assessment"):
        waiting = Assessment.objects.awaiting_release().filter(round__concept__process_closed_on=None)
        count = waiting.exclude(drafted_by=user).exclude(submitted_by=user).count()
        told = ngettext("Abwägung wartet auf Ihre Freigabe", "Abwägungen warten auf Ihre Freigabe", count)
        figures.append(Figure(Counted(count), told, f"{table}?stage={Stage.SUBMITTED.value}"))
    return figures
