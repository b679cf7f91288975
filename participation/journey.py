"""Where somebody's contribution stands: its steps, what it became part of, and the answer, as its secret link shows them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from catalogue.models import Entry

from .models import Assessment, Comment, Idea, IdeaStep, Submitter
from .models.ideas import State

MEANING: Final = {
    State.RECEIVED: _("Ihr Beitrag ist angekommen. Die Moderation liest ihn, bevor er veröffentlicht wird."),
    State.PUBLISHED: _("Ihr Beitrag ist öffentlich. Als Nächstes wägt der Landkreis ab, was daraus wird."),
    State.IN_REVIEW: _(
        "Der Landkreis wägt gerade ab, was aus Ihrem Beitrag wird. Sie bekommen eine begründete Antwort."
    ),
    State.ANSWERED: _("Der Landkreis hat Ihnen geantwortet."),
    State.DECLINED: _("Ihr Beitrag wird nicht veröffentlicht. Den Grund lesen Sie bei den Schritten."),
    State.MERGED: _("Ihr Beitrag geht als Teil eines ähnlichen weiter. Was mit diesem geschieht, lesen Sie hier."),
    State.SPLIT: _("Ihr Beitrag enthielt mehrere Anliegen. Jedes geht für sich weiter."),
    State.WITHDRAWN: _("Sie haben Ihren Beitrag zurückgezogen. Er ist nicht mehr öffentlich."),
}
TAKEN_DOWN: Final = _("Wir haben Ihren Beitrag aus dem Portal genommen. Den Grund lesen Sie bei den Schritten.")
BADGES: Final = {
    State.RECEIVED: "info",
    State.PUBLISHED: "info",
    State.IN_REVIEW: "info",
    State.ANSWERED: "success",
    State.DECLINED: "warning",
}


@dataclass(frozen=True)
class Answer:
    """What the district decided and why, and the public entries it flowed into."""

    assessment: Assessment
    flowed_into: tuple[Entry, ...]


@dataclass(frozen=True)
class Journey:
    """One contribution's way so far. `lead` is the idea it was merged into, `parts` are what it was split into."""

    idea: Idea
    steps: tuple[IdeaStep, ...]
    answer: Answer | None
    due_on: datetime.date | None
    lead: Idea | None = None
    lead_steps: tuple[IdeaStep, ...] = ()
    parts: tuple[Journey, ...] = ()

    @property
    def meaning(self) -> str:
        """What its state means for the person."""
        is_taken_down = self.idea.state == State.DECLINED and self.idea.published_at
        return str(TAKEN_DOWN if is_taken_down else MEANING[State(self.idea.state)])

    @property
    def badge(self) -> str:
        """The kind of badge its state is shown with."""
        return BADGES.get(State(self.idea.state), "")

    @property
    def may_be_withdrawn(self) -> bool:
        """Whether it can still be taken back."""
        return self.idea.state != State.WITHDRAWN


def journeys(submitter: Submitter, *, target_days: int) -> list[Journey]:
    """Return the way of each contribution; the parts of one that was split stand in it."""
    related = (
        "round__concept",
        "section",
        "field_of_action",
        "municipality",
        "assessment__correction",
        "merged_into__assessment__correction",
    )
    steps = IdeaStep.objects.for_holder().select_related("other__round__concept", "other__section")
    ideas = list(
        submitter.ideas.select_related(*related, "merged_into__round__concept", "merged_into__section")
        .prefetch_related("files", Prefetch("steps", steps))
        .order_by("pk")
    )
    return [_journey(idea, ideas, target_days) for idea in ideas if idea.split_from_id is None]


def flowed_into(assessment: Assessment) -> tuple[Entry, ...]:
    """Return what a reader may see of the entries that a weighing flowed into: needs, goals, measures."""
    return (*assessment.needs.listed(), *assessment.goals.listed(), *assessment.measures.listed())


def is_forgotten(submitter: Submitter) -> bool:
    """Whether everything was erased at the person's own wish; contact data alone go in time by themselves."""
    if submitter.erased_at is None:
        return False
    if IdeaStep.objects.filter(idea__submitter=submitter, kind=IdeaStep.Kind.ERASED).exists():
        return True
    has_comments = submitter.comments.exclude(state=Comment.State.WITHDRAWN).exists()
    return not has_comments and not submitter.ideas.exists()


def _journey(idea: Idea, ideas: list[Idea], target_days: int) -> Journey:
    lead = idea.merged_into if idea.state == State.MERGED else None
    lead_steps = IdeaStep.objects.filter(idea=lead).for_readers() if lead else IdeaStep.objects.none()
    return Journey(
        idea=idea,
        steps=tuple(idea.steps.all()),
        answer=_answer((lead or idea).assessment),
        due_on=(lead or idea).due_on(target_days),
        lead=lead,
        lead_steps=tuple(lead_steps.select_related("other__round__concept", "other__section")),
        parts=tuple(_journey(part, ideas, target_days) for part in ideas if part.split_from_id == idea.pk),
    )


def _answer(assessment: Assessment | None) -> Answer | None:
    if assessment is None or not assessment.is_released:
        return None
    return Answer(assessment, flowed_into(assessment))
