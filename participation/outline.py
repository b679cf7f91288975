"""The rounds of a concept at a glance: their state, what may be done in each, and what came of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.counting import Counted

from .actions.submission import why_closed
from .models import Round, Section

_HEADINGS: Final = {
    Round.State.RUNNING: gettext_lazy("Jetzt mitmachen"),
    Round.State.COMING: gettext_lazy("Demnächst"),
    Round.State.CLOSED: gettext_lazy("Abgeschlossen"),
    Round.State.CALLED_OFF: gettext_lazy("Abgesagt"),
}
# Signs of the badges (templates/partials/status.html).
_SIGNS: Final = {Round.State.RUNNING: "success", Round.State.COMING: "info", Round.State.CALLED_OFF: "warning"}


@dataclass(frozen=True)
class Entry:
    """A round on a day; `hindrance` says why nothing can be handed in, and is empty where something can."""

    round: Round
    state: Round.State
    hindrance: str

    @property
    def sign(self) -> str:
        """The sign of its state."""
        return _SIGNS.get(self.state, "")

    @property
    def possibilities(self) -> list[str]:
        """What may be done here while the round runs."""
        asked = self.round
        possible = {
            _("zu jedem Abschnitt Stellung nehmen") if asked.is_draft else _("Ideen einreichen"): True,
            _("Stellungnahmen unterstützen") if asked.is_draft else _("Ideen unterstützen"): asked.allows_support,
            _("Stellungnahmen kommentieren") if asked.is_draft else _("Ideen kommentieren"): asked.allows_comments,
        }
        return [words for words, is_possible in possible.items() if is_possible]

    @property
    def figures(self) -> list[tuple[str, Counted]]:
        """What came of it, of a round `with_figures`."""
        counted = {
            _("Stellungnahmen") if self.round.is_draft else _("Ideen"): getattr(self.round, "ideas_counted", 0),
            _("beantwortet"): getattr(self.round, "answers_counted", 0),
            _("Unterstützungen"): getattr(self.round, "supports_counted", 0),
        }
        if not self.round.allows_support:
            del counted[_("Unterstützungen")]
        return [(label, Counted(number)) for label, number in counted.items()]


@dataclass(frozen=True)
class Group:
    """The rounds of one state."""

    heading: str
    entries: list[Entry]


def entry(asked: Round, *, on: datetime.date) -> Entry:
    """Return a round as it stands on a day."""
    return Entry(asked, asked.state(on), why_closed(asked, on=on))


def entries(rounds: Iterable[Round], *, on: datetime.date) -> list[Entry]:
    """Return rounds as they stand on a day; whether drafts have sections is asked at once for all of them."""
    rounds = list(rounds)
    sections = Prefetch("sections", Section.objects.only("pk", "round"))
    prefetch_related_objects([asked for asked in rounds if asked.is_draft], sections)
    return [entry(asked, on=on) for asked in rounds]


def outline(rounds: Iterable[Round], *, on: datetime.date) -> list[Group]:
    """Group the rounds by what readers can do now; states without a round are left out."""
    told = entries(rounds, on=on)
    groups = [
        Group(str(heading), [each for each in told if each.state == state]) for state, heading in _HEADINGS.items()
    ]
    return [group for group in groups if group.entries]
