"""Which decisions are possible for an idea or a comment as it is now; the actions refuse every other."""

from __future__ import annotations

from participation.actions.steps import may_become
from participation.models import Comment, Idea
from participation.models.ideas import PUBLIC, State
from participation.models.voices import NEXT_OF_COMMENT, CommentState


def is_waiting(thing: Idea | Comment) -> bool:
    """Whether nobody has looked at it yet."""
    return thing.checked_at is None and thing.state in (State.RECEIVED, State.PUBLISHED)


def may_publish(thing: Idea | Comment) -> bool:
    """Whether it can be published, or marked as looked at where its round published it unseen."""
    if isinstance(thing, Comment):
        return is_waiting(thing) or CommentState.PUBLISHED in NEXT_OF_COMMENT[CommentState(thing.state)]
    return is_waiting(thing)


def may_decline(thing: Idea | Comment) -> bool:
    """Whether it can be declined or taken down."""
    if isinstance(thing, Comment):
        return CommentState.DECLINED in NEXT_OF_COMMENT[CommentState(thing.state)]
    return may_become(thing, State.DECLINED)


def is_on_its_way(idea: Idea) -> bool:
    """Whether something can still become of it: it waits, or readers see it."""
    return idea.state == State.RECEIVED or idea.state in PUBLIC


def decisions(thing: Idea | Comment) -> list[str]:
    """Return the names of the decisions that are possible now."""
    verbs = {"publish": may_publish(thing), "decline": may_decline(thing)}
    if isinstance(thing, Idea):
        verbs |= {
            "redact": is_on_its_way(thing),
            "merge": may_become(thing, State.MERGED),
            "absorb": is_on_its_way(thing),
            "assign": is_on_its_way(thing),
            "reopen": may_become(thing, State.RECEIVED),
        }
    return [name for name, is_possible in verbs.items() if is_possible]
