"""What readers see of the comments to an idea: oldest first, each with the replies to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q

from .models import Comment, Idea
from .models.voices import CommentState

MOST_AT_FIRST: Final = 50
MOST_AT_ONCE: Final = 1000


@dataclass(frozen=True)
class Thread:
    """A comment with its replies; of one that was taken down its place remains, as long as replies hang on it."""

    comment: Comment
    replies: Sequence[Comment]

    @property
    def is_gone(self) -> bool:
        """Whether the comment itself is no longer shown."""
        return self.comment.state != CommentState.PUBLISHED


@dataclass(frozen=True)
class Discussion:
    """The threads that are shown, and whether there are more."""

    threads: list[Thread]
    has_more: bool


def discussion(idea: Idea, *, is_whole: bool) -> Discussion:
    """Return the comments to an idea: the first ones, or with `is_whole` as many as a page can bear."""
    most = MOST_AT_ONCE if is_whole else MOST_AT_FIRST
    replies = Comment.objects.public().filter(idea=idea, parent__isnull=False).select_related("submitter")
    answered = Exists(Comment.objects.public().filter(parent=OuterRef("pk")))
    first = Comment.objects.filter(Q(state=CommentState.PUBLISHED) | answered, idea=idea, parent=None)
    found = list(first.select_related("submitter").order_by("published_at", "pk")[: most + 1])
    to = defaultdict(list)
    for reply in replies.filter(parent__in=[each.pk for each in found[:most]]).order_by("published_at", "pk"):
        to[reply.parent_id].append(reply)
    return Discussion([Thread(each, to[each.pk]) for each in found[:most]], has_more=len(found) > most)
