"""What the portal writes to people: a receipt, each public step, and the links that prove an address.

Nothing is sent here: a mail is a row in the same transaction as what it tells (`district.post`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import override

from district.post import absolute, send_template

from . import links
from .journey import flowed_into
from .models import Assessment, Idea, IdeaStep, Submitter
from .models.ideas import State

# What each step is told with; steps without a template are not told by mail.
TEMPLATES: Final = {
    IdeaStep.Kind.PUBLISHED: "published",
    IdeaStep.Kind.REDACTED: "redacted",
    IdeaStep.Kind.IN_REVIEW: "in_review",
    IdeaStep.Kind.DECLINED: "declined",
    IdeaStep.Kind.REOPENED: "reopened",
    IdeaStep.Kind.MERGED: "merged",
    IdeaStep.Kind.SPLIT: "split",
    IdeaStep.Kind.ANSWERED: "answered",
    IdeaStep.Kind.WEIGHED_AGAIN: "weighed_again",
    IdeaStep.Kind.UPHELD: "upheld",
    IdeaStep.Kind.CORRECTED: "answered",
}


def receipt(idea: Idea, *, token: str) -> None:
    """Write to the address that came with an idea: its number, and how to confirm the address.

    Nobody knows yet whose address it is, so the mail carries no link that opens what was sent in.
    """
    submitter = idea.submitter
    with override(submitter.language):
        confirm_url = absolute(reverse("participation:confirm", args=[idea.concept.slug, token]))
    send_template(
        "Eingangsbestätigung",
        "participation/mail/receipt.txt",
        to=submitter.email,
        context={"idea": idea, "confirm_url": confirm_url},
        language=submitter.language,
        about=links.secret_of(submitter),
    )


def confirmed(submitter: Submitter) -> None:
    """Write to an address that was confirmed just now: the link under which everything can be seen and ended."""
    ideas = submitter.ideas.select_related("round__concept", "section").order_by("pk")
    _write("Adresse bestätigt", "participation/mail/confirmed.txt", submitter, {"ideas": list(ideas)})


def step(taken: IdeaStep, *, of: Idea | None = None) -> None:
    """Tell whoever sent an idea of a step, if they gave and confirmed an address; `of` is an idea merged into the step's."""
    idea = of or taken.idea
    template = TEMPLATES.get(IdeaStep.Kind(taken.kind))
    assessment = taken.idea.assessment
    if template and idea.submitter.gets_mail:
        _write(
            "Nachricht zu einer Idee",
            f"participation/mail/{template}.txt",
            idea.submitter,
            {
                "idea": idea,
                "step": taken,
                "lead": taken.idea,
                "assessment": assessment,
                "entries": flowed_into(assessment) if assessment else (),
            },
        )


def answered(assessments: Iterable[Assessment], steps: Iterable[IdeaStep]) -> None:
    """Tell of what happened to answers: whoever sent the ideas, and what goes on as part of these."""
    by_idea: dict[int | None, IdeaStep] = {taken.idea_id: taken for taken in steps}
    told = answered_by_mail(assessments).select_related("submitter", "round__concept", "section")
    for idea in told.order_by("pk"):
        if taken := by_idea.get(idea.pk) or by_idea.get(idea.merged_into_id):
            step(taken, of=idea)


def answered_by_mail(assessments: Iterable[Assessment]) -> QuerySet[Idea]:
    """Return the ideas whose senders get the answer by mail: weighed ones, and what goes on as part of these."""
    keys = {
        assessment.pk if assessment.is_released else assessment.corrects_id or assessment.pk
        for assessment in assessments
    }
    merged = Q(merged_into__assessment__in=keys, state=State.MERGED)
    reachable = Idea.objects.exclude(submitter__email="").exclude(submitter__email_confirmed_at=None)
    return reachable.filter(Q(assessment__in=keys) | merged)


def support_link(idea: Idea, *, to: str, token: str, language: str) -> None:
    """Write a link that confirms the support of an idea."""
    with override(language):
        context = {
            "idea": idea,
            "idea_url": absolute(idea.get_absolute_url()),
            "confirm_url": absolute(reverse("participation:confirm_support", args=[idea.concept.slug, token])),
        }
    send_template(
        "Bestätigung einer Unterstützung",
        "participation/mail/support.txt",
        to=to,
        context=context,
        language=language,
    )


def _write(purpose: str, template: str, submitter: Submitter, context: dict[str, object]) -> None:
    with override(submitter.language):
        status_url = absolute(links.status_path(submitter))
        unsubscribe = absolute(links.status_path(submitter, "unsubscribe"))
    send_template(
        purpose,
        template,
        to=submitter.email,
        context={**context, "submitter": submitter, "status_url": status_url},
        language=submitter.language,
        unsubscribe=unsubscribe,
    )
