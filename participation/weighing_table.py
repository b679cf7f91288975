"""The table of the weighing: what a row says, when its answer is due, and how the rows become a file. Pure.

A row is a weighing with all its ideas, or an idea that nobody weighs yet; `weighing_rows` finds them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalogue.models import Entry
from district.models import FieldOfAction
from district.tables import Column, Kind, Table
from district.tables.table import Value

from .models import Assessment, Idea, Section, Submitter
from .models.assessments import Decision, State

SOON: Final = datetime.timedelta(days=14)
DEFAULT_TARGET_DAYS: Final = 90
# Of the numbers of a row's ideas, so many stand in the table; all of them stand in a file.
MOST_REFERENCES: Final = 3
# Signs of the badges (templates/partials/status.html).
DECISION_SIGNS: Final = {
    Decision.ADOPTED: "success",
    Decision.PARTLY: "success",
    Decision.CONTAINED: "success",
    Decision.REJECTED: "",
    Decision.NOTED: "info",
}


class Stage(models.TextChoices):
    """How far the answer to a row has come."""

    WAITING = "waiting", gettext_lazy("offen")
    DRAFT = State.DRAFT.value, State.DRAFT.label
    SUBMITTED = State.SUBMITTED.value, State.SUBMITTED.label
    RELEASED = State.RELEASED.value, State.RELEASED.label


class Due(models.TextChoices):
    """How a row stands to the day by which it shall be answered."""

    OPEN = "open", gettext_lazy("noch nicht beantwortet")
    SOON = "soon", gettext_lazy("fällig in den nächsten 14 Tagen")
    OVERDUE = "overdue", gettext_lazy("überfällig")


@dataclass(frozen=True)
class Deadlines:
    """When answers are due, seen from a day: `target_days` after the publication."""

    today: datetime.date
    target_days: int = DEFAULT_TARGET_DAYS

    def due_on(self, published_at: datetime.datetime | None) -> datetime.date | None:
        """Return the day by which what was published then shall be answered."""
        if published_at is None:
            return None
        return timezone.localdate(published_at) + datetime.timedelta(days=self.target_days)

    def due(self, due_on: datetime.date | None) -> Due:
        """Return how that day stands to today; without a day nothing presses."""
        if due_on is None or due_on > self.today + SOON:
            return Due.OPEN
        return Due.SOON if due_on >= self.today else Due.OVERDUE

    def published(self, due: Due) -> tuple[datetime.datetime | None, datetime.datetime | None]:
        """Return between which moments (from, before) something was published that stands like this."""
        overdue_before = self._begin_of(self.today)
        match due:
            case Due.OVERDUE:
                return None, overdue_before
            case Due.SOON:
                return overdue_before, self._begin_of(self.today + SOON + datetime.timedelta(days=1))
        return None, None

    def _begin_of(self, due_on: datetime.date) -> datetime.datetime:
        day = due_on - datetime.timedelta(days=self.target_days)
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


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
    def due_on(self) -> datetime.date | None:
        """The day by which the first of its ideas shall be answered; None once it is."""
        if self.stage == Stage.RELEASED:
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


# As a file


def spreadsheet(rows: Iterable[Row], *, title: str, notes: Sequence[str], with_contact: bool) -> Table:
    """Return everything that is known of each row, one thing a column, to be sorted and counted."""
    columns = [
        Column(_("Aktenzeichen"), Kind.KEY),
        Column(_("Ideen"), Kind.NUMBER),
        Column(_("Titel")),
        Column(_("Abschnitt")),
        Column(_("Handlungsfeld")),
        Column(_("Wortlaut"), Kind.LONG),
        Column(_("Zusammenfassung"), Kind.LONG),
        Column(_("Vorschlag der Verwaltung (intern)"), Kind.LONG),
        Column(_("Entscheidung"), Kind.KEY),
        Column(_("Begründung"), Kind.LONG),
        Column(_("Eingeflossen in")),
        Column(_("Stand"), Kind.KEY),
        Column(_("fällig am"), Kind.DATE),
        Column(_("freigegeben am"), Kind.DATE),
        Column(_("Fachamt")),
    ]
    if with_contact:
        columns += [Column(_("Name oder Pseudonym")), Column(_("E-Mail")), Column(_("Anschrift"))]
    return Table(title, columns, _cells(rows, with_contact=with_contact), notes)


def document(rows: Iterable[Row], *, title: str, notes: Sequence[str], with_contact: bool) -> Table:
    """Return the rows as they are laid before people who read on paper."""
    columns = [
        Column(_("Aktenzeichen"), Kind.KEY, share=1.6),
        Column(_("Stellungnahme"), Kind.LONG, share=4),
        Column(_("Vorschlag der Verwaltung"), Kind.LONG, share=3),
        Column(_("Entscheidung"), Kind.TEXT, share=1.6),
        Column(_("Begründung"), Kind.LONG, share=4),
        Column(_("Eingeflossen in"), Kind.TEXT, share=1.8),
        Column(_("Stand"), Kind.TEXT, share=1.4),
    ]
    if with_contact:
        columns.append(Column(_("Einsender/in"), Kind.TEXT, share=2.2))
    return Table(title, columns, _lines(rows, with_contact=with_contact), notes)


def _cells(rows: Iterable[Row], *, with_contact: bool) -> Iterator[Sequence[Value]]:
    for row in rows:
        weighed = row.assessment
        senders = [idea.submitter for idea in row.ideas] if with_contact else []
        yield [
            "\n".join(idea.reference for idea in row.ideas),
            len(row.ideas),
            "\n".join(idea.name for idea in row.ideas) or row.title,
            str(row.section or ""),
            str(row.field_of_action or ""),
            "\n\n".join(idea.text for idea in row.ideas),
            weighed.summary if weighed else "",
            weighed.proposal if weighed else "",
            row.decision,
            weighed.reason if weighed else "",
            "\n".join(map(str, row.flowed_into)),
            str(row.stage.label),
            row.due_on,
            timezone.localdate(weighed.released_at) if weighed and weighed.released_at else None,
            "\n".join(row.departments),
            *(
                [
                    "\n".join(sender.pseudonym for sender in senders),
                    "\n".join(sender.email for sender in senders),
                    "\n\n".join(sender.postal_address for sender in senders if sender.postal_address),
                ]
                if with_contact
                else []
            ),
        ]


def _lines(rows: Iterable[Row], *, with_contact: bool) -> Iterator[Sequence[Value]]:
    for row in rows:
        weighed = row.assessment
        subject = str(row.section or row.field_of_action or "")
        said = weighed.summary if weighed else "\n\n".join(idea.text for idea in row.ideas)
        due = _("fällig am %(day)s") % {"day": f"{row.due_on:%d.%m.%Y}"} if row.due_on else ""
        yield [
            "\n".join(idea.reference for idea in row.ideas),
            "\n".join(filter(None, [" ".join(filter(None, [row.title, row.others_in_words])), subject, said])),
            weighed.proposal if weighed else "",
            row.decision,
            weighed.reason if weighed else "",
            "\n".join(map(str, row.flowed_into)),
            "\n".join(filter(None, [str(row.stage.label), due])),
            *(["\n".join(_contact(idea.submitter) for idea in row.ideas)] if with_contact else []),
        ]


def _contact(sender: Submitter) -> str:
    parts = [sender.pseudonym, sender.email, *sender.postal_address.splitlines()]
    return ", ".join(filter(None, parts)) or _("ohne Angaben")
