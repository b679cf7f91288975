"""The one way in which an idea changes its state, with the step that tells of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from district.models import User
from participation.models import Idea, IdeaStep
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
