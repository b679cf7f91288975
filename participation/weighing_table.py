"""The table of the weighing: what a row says, and when its answer is due. Pure; `weighing_file` makes a file of the rows.

A row is a weighing with all its ideas, or an idea that nobody weighs yet; `weighing_rows` finds them.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from itertools import chain
from typing import Final

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalogue.models import Entry
from district.models import FieldOfAction

from .deadlines import Deadlines, Due
from .listing import DECISION_SIGNS
from .models import Assessment, Idea, Round, Section
from .models.assessments import Decision, State

# Of the numbers of a row's ideas, so many stand in the table; all of them stand in a file.
MOST_REFERENCES: Final = 3


class Stage(models.TextChoices):
    """How far the answer to a row has come."""

    WAITING = "waiting", gettext_lazy("offen")
    DRAFT = State.DRAFT.value, State.DRAFT.label
    SUBMITTED = State.SUBMITTED.value, State.SUBMITTED.label
    RELEASED = State.RELEASED.value, State.RELEASED.label


@dataclass(frozen=True)
class Row:
    """A line of the table: a weighing with its ideas, or an idea that nobody weighs yet. The ideas are in their order."""

    ideas: tuple[Idea, ...]
    assessment: Assessment | None
    deadlines: Deadlines

    @property
    def stage(self) -> Stage:
        """How far the answer has come."""
        return Stage(self.assessment.state) if self.assessment else Stage.WAITING

    @property
    def stage_in_words(self) -> str:
        """The stage, and that it is that of a correction."""
        is_correction = self.assessment is not None and self.assessment.corrects_id is not None
        return f"{_('Berichtigung')}: {self.stage.label}" if is_correction else str(self.stage.label)

    @property
    def due_on(self) -> datetime.date | None:
        """The day by which the first of its ideas shall be answered; None once it is, also where the answer is being corrected."""
        if self.stage == Stage.RELEASED or (self.assessment and self.assessment.corrects_id):
            return None
        days = [day for idea in self.ideas if (day := self.deadlines.due_on(idea.published_at))]
        return min(days, default=None)

    @property
    def due(self) -> Due:
        """How that day stands to today."""
        return self.deadlines.due(self.due_on)

    @property
    def due_in_words(self) -> str:
        """How many days are left, or have passed."""
        if self.due_on is None:
            return ""
        days = (self.due_on - self.deadlines.today).days
        if days < 0:
            told = ngettext("seit %(days)s Tag überfällig", "seit %(days)s Tagen überfällig", -days)
            return told % {"days": -days}
        if days == 0:
            return _("heute")
        return ngettext("noch %(days)s Tag", "noch %(days)s Tage", days) % {"days": days}

    @property
    def title(self) -> str:
        """What to call it: the title of its first idea, or that none is left."""
        return self.ideas[0].name if self.ideas else _("ohne Idee")

    @property
    def others_in_words(self) -> str:
        """How many further ideas it answers."""
        others = len(self.ideas) - 1
        if others < 1:
            return ""
        return ngettext("und %(count)s weitere", "und %(count)s weitere", others) % {"count": others}

    @property
    def references(self) -> list[str]:
        """The numbers of its first ideas."""
        return [idea.reference for idea in self.ideas[:MOST_REFERENCES]]

    @property
    def more_references(self) -> int:
        """How many numbers are left out."""
        return max(len(self.ideas) - MOST_REFERENCES, 0)

    @property
    def round(self) -> Round | None:
        """The round that it belongs to."""
        of_ideas = self.ideas[0].round if self.ideas else None
        return self.assessment.round if self.assessment else of_ideas

    @property
    def section(self) -> Section | None:
        """The section that it is about."""
        of_ideas = self.ideas[0].section if self.ideas else None
        return (self.assessment.section if self.assessment else None) or of_ideas

    @property
    def field_of_action(self) -> FieldOfAction | None:
        """The field of action that it is weighed under, or that its first idea was put under."""
        of_ideas = self.ideas[0].field_of_action if self.ideas else None
        return (self.assessment.field_of_action if self.assessment else None) or of_ideas

    @property
    def places(self) -> list[str]:
        """The municipalities that its ideas are about."""
        named = {str(idea.municipality) for idea in self.ideas if idea.municipality_id}
        everywhere = [_("überall im Landkreis")] if any(idea.is_everywhere for idea in self.ideas) else []
        return [*sorted(named), *everywhere]

    @property
    def supports(self) -> int:
        """How often its ideas are supported."""
        return sum(idea.support_count for idea in self.ideas)

    @property
    def departments(self) -> list[str]:
        """The Fachämter that have to do with it."""
        return sorted({str(idea.department) for idea in self.ideas if idea.department_id})

    @property
    def decision(self) -> str:
        """The decision in words; empty where there is none yet."""
        return str(self.assessment.get_decision_display()) if self.assessment else ""

    @property
    def decision_sign(self) -> str:
        """The sign of the decision's badge."""
        decided = self.assessment.decision if self.assessment else ""
        return DECISION_SIGNS[Decision(decided)] if decided else ""

    @property
    def flowed_into(self) -> list[Entry]:
        """What it flowed into: needs, goals and measures."""
        if self.assessment is None:
            return []
        linked = self.assessment
        return list(chain(linked.needs.all(), linked.goals.all(), linked.measures.all()))
