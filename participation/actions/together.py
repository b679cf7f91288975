"""Acting on what somebody saw: where it has changed since, nothing happens, and they are told what somebody else did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.acting import Outdated
from participation.models import Comment, Idea, IdeaStep

from .steps import lock

Result = TypeVar("Result")


@dataclass(frozen=True)
class Seen:
    """An idea or a comment in the state in which somebody looked at it."""

    key: int
    state: str
    is_comment: bool = False

    @classmethod
    def of(cls, thing: Idea | Comment) -> Self:
        """Return it as it is now."""
        return cls(thing.pk, state_of(thing), isinstance(thing, Comment))


class Changed(Outdated):
    """Somebody else was faster; `keys` are those that are not as they were seen."""

    def __init__(self, messages: Sequence[str], keys: frozenset[Seen]) -> None:
        super().__init__(list(messages))
        self.keys = keys


def state_of(thing: Idea | Comment) -> str:
    """Return what a form carries to know later whether somebody else acted: the state, and whether it was looked at."""
    return thing.state + ("" if thing.checked_at is None else "-checked")


def as_seen(seen: Iterable[Seen], act: Callable[[], Result], *, along: Iterable[Idea] = ()) -> Result:
    """Act, with everything kept as it was seen until it is done; `along` are further ideas that `act` changes.

    Raises `Changed`, before anything happens, where it is no longer as it was seen.
    """
    wanted = {(each.is_comment, each.key): each for each in seen}
    comments = [key for is_comment, key in wanted if is_comment]
    with transaction.atomic():
        ideas = {key for is_comment, key in wanted if not is_comment} | {idea.pk for idea in along}
        ideas.update(Comment.objects.filter(pk__in=comments).values_list("idea", flat=True))
        found: dict[tuple[bool, int], Idea | Comment] = {
            (False, idea.pk): idea for idea in lock(Idea.objects.filter(pk__in=ideas))
        }
        for comment in Comment.objects.select_for_update(of=("self",)).filter(pk__in=comments).order_by("pk"):
            found[True, comment.pk] = comment
        changed = [each for place, each in wanted.items() if _differs(each, found.get(place))]
        if changed:
            raise Changed([_told(found.get((each.is_comment, each.key))) for each in changed], keys=frozenset(changed))
        return act()


def _differs(seen: Seen, now: Idea | Comment | None) -> bool:
    return now is None or state_of(now) != seen.state


def _told(thing: Idea | Comment | None) -> str:
    """Say what became of it meanwhile, and who did it where that is known."""
    if thing is None:
        return _("Ein Beitrag ist inzwischen gelöscht.")
    if isinstance(thing, Comment):
        told = _("Jemand anderes hat den Kommentar zu %(idea)s inzwischen bearbeitet; er ist jetzt „%(state)s“.")
        return told % {
            "idea": thing.idea.reference,
            "state": thing.get_state_display(),
        }
    last: IdeaStep | None = thing.steps.exclude(kind=IdeaStep.Kind.ASSIGNED).select_related("by").last()
    words = {
        "idea": thing.reference,
        "state": thing.get_state_display(),
        "by": last.by if last and last.by else _("jemand anderes"),
        "time": f"{timezone.localtime(last.at):%H:%M}" if last else "",
    }
    if last is None or last.by is None:
        return _("%(idea)s wurde inzwischen bearbeitet und ist jetzt „%(state)s“.") % words
    return _("%(idea)s wurde inzwischen von „%(by)s“ bearbeitet (%(time)s Uhr) und ist jetzt „%(state)s“.") % words
