"""Answers that are due and weighings that wait for release: figures for the start page of „Verwaltung“."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils.translation import ngettext

from district.counting import Counted, Figure
from district.models import User
from participation.deadlines import Due
from participation.models import Assessment, Idea
from participation.weighing_rows import Criteria, deadlines_on
from participation.weighing_table import Stage


def due(user: User, *, on: datetime.date) -> list[Figure]:
    """Return what waits for somebody who weighs, of a Fachamt its own, and for somebody who releases; else nothing.

    What is overdue is told to moderators by `waiting`.
    """
    figures = []
    table = reverse("admin:participation_weighing")
    if user.has_perm("participation.weigh_idea"):
        if not user.has_perm("participation.moderate_idea"):
            overdue = _answers(user, Due.OVERDUE, on)
            told = ngettext("überfällige Antwort", "überfällige Antworten", overdue.number)
            figures.append(Figure(overdue, told, f"{table}?due={Due.OVERDUE.value}", is_alarming=bool(overdue)))
        soon = _answers(user, Due.SOON, on)
        told = ngettext(
            "Antwort in den nächsten 14 Tagen fällig", "Antworten in den nächsten 14 Tagen fällig", soon.number
        )
        figures.append(Figure(soon, told, f"{table}?due={Due.SOON.value}"))
    if user.has_perm("participation.release_assessment"):
        submitted = Assessment.objects.awaiting_release().filter(round__concept__process_closed_on=None)
        count = Counted.of(submitted.exclude(drafted_by=user).exclude(submitted_by=user))
        told = ngettext("Abwägung wartet auf Ihre Freigabe", "Abwägungen warten auf Ihre Freigabe", count.number)
        figures.append(Figure(count, told, f"{table}?stage={Stage.SUBMITTED.value}"))
    return figures


def _answers(user: User, due: Due, on: datetime.date) -> Counted:
    """Count the ideas due then, of a Fachamt its own."""
    criteria = Criteria.of(user)
    if criteria.sees_nothing:
        return Counted(0)
    begin, end = deadlines_on(on).published(due)
    ideas = Idea.objects.awaiting_answer().filter(round__concept__process_closed_on=None)
    if criteria.department:
        ideas = ideas.filter(department=criteria.department)
    if begin:
        ideas = ideas.filter(published_at__gte=begin)
    if end:
        ideas = ideas.filter(published_at__lt=end)
    return Counted.of(ideas)
