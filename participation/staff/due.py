"""Answers that are due and weighings that wait for release: figures for the start page of „Verwaltung“."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils.translation import ngettext

from district.models import User
from participation.figures import Counted
from participation.models import Assessment
from participation.weighing_rows import Criteria, WeighingRows, deadlines_on
from participation.weighing_table import Due, Stage

from .waiting import Figure


def due(user: User, *, on: datetime.date) -> list[Figure]:
    """Return what waits for somebody who weighs, of a Fachamt its own, and for somebody who releases; else nothing.

    What is overdue is told to moderators by `waiting`.
    """
    figures = []
    table = reverse("admin:participation_weighing")
    if user.has_perm("participation.weigh_idea"):
        counted = WeighingRows(Criteria.of(user), deadlines_on(on)).figures
        if not user.has_perm("participation.moderate_idea"):
            told = ngettext("überfällige Antwort", "überfällige Antworten", counted.overdue)
            url = f"{table}?due={Due.OVERDUE.value}"
            figures.append(Figure(Counted(counted.overdue), told, url, is_alarming=counted.overdue > 0))
        told = ngettext("Antwort in 14 Tagen fällig", "Antworten in 14 Tagen fällig", counted.soon)
        figures.append(Figure(Counted(counted.soon), told, f"{table}?due={Due.SOON.value}"))
    if user.has_perm("participation.release_assessment"):
        submitted = Assessment.objects.awaiting_release().filter(round__concept__process_closed_on=None)
        count = submitted.exclude(drafted_by=user).exclude(submitted_by=user).count()
        told = ngettext("Abwägung wartet auf Ihre Freigabe", "Abwägungen warten auf Ihre Freigabe", count)
        figures.append(Figure(Counted(count), told, f"{table}?stage={Stage.SUBMITTED.value}"))
    return figures
