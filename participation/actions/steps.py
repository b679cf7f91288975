"""The one way in which an idea changes its state, with the step that tells of it and the reports that it settles."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from district.models import User
from participation.models import Comment, Idea, IdeaStep, Report
from participation.models.ideas import NEXT, State

Audience = IdeaStep.Audience


def lock(ideas: Iterable[Idea]) -> list[Idea]:
    """Load the ideas as they are now and keep others waiting; always in the same order, so that nobody waits for each other.

    Raises ValidationError where one of them is gone.
    """
    keys = {idea.pk for idea in ideas}
    waiting = Idea.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    locked = list(waiting.select_related("round__concept", "submitter", "section"))
    if len(locked) != len(keys):
        raise ValidationError(_("Diese Idee gibt es nicht mehr."))
    return locked


def lock_with_merged(ideas: Iterable[Idea]) -> list[Idea]:
    """Lock ideas and what is merged into them, all in the one order; return the ideas alone."""
    keys = {idea.pk for idea in ideas}
    merged = Idea.objects.filter(merged_into__in=keys, state=State.MERGED).only("pk")
    return [idea for idea in lock([*ideas, *merged]) if idea.pk in keys]


def move(
    idea: Idea,
    to: State,
    *,
    kind: IdeaStep.Kind,
    audience: IdeaStep.Audience,
    at: datetime.datetime,
    by: User | None = None,
    note: str = "",
    other: Idea | None = None,
) -> IdeaStep:
    """Move a locked idea to its next state and leave the step; the caller's other changes to it are saved along.

    Raises ValidationError where the present state does not allow it.
    """
    if not may_become(idea, to):
        raise ValidationError(refusal(idea))
    idea.state = to
    idea.save()
    return tell(idea, kind, audience=audience, at=at, by=by, note=note, other=other)


def may_become(idea: Idea, state: State) -> bool:
    """Whether the present state allows another."""
    return state in NEXT[State(idea.state)]


def refusal(idea: Idea) -> str:
    """Return in words that the present state does not allow something."""
    return _("%(idea)s ist „%(state)s“: dieser Schritt ist nicht möglich.") % {
        "idea": idea.reference,
        "state": idea.get_state_display(),
    }


def tell(
    idea: Idea,
    kind: IdeaStep.Kind,
    *,
    audience: IdeaStep.Audience,
    at: datetime.datetime,
    by: User | None = None,
    note: str = "",
    other: Idea | None = None,
) -> IdeaStep:
    """Write down something that happened without a change of state."""
    return IdeaStep.objects.create(
        idea=idea, kind=kind, audience=audience, note=note.strip(), other=other, by=by, at=at
    )


def reports_about(idea: Idea, comment: Comment | None = None) -> QuerySet[Report]:
    """Return all reports about an idea's text, or about a comment wherever it stands now."""
    return Report.objects.filter(comment=comment) if comment else Report.objects.filter(idea=idea, comment=None)


def close_reports(reports: QuerySet[Report], *, at: datetime.datetime, by: User | None = None) -> list[int]:
    """Settle those of these reports that are open and return their keys; `by` is None where the author acted."""
    waiting = reports.filter(handled_at=None).select_for_update(no_key=True).order_by("pk")
    keys = list(waiting.values_list("pk", flat=True))
    Report.objects.filter(pk__in=keys).update(handled_at=at, handled_by=by)
    return keys
