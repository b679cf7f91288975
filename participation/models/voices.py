"""What others say of an idea: support, comments, and reports of what should not stand there."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from district.freshness import ShownToReaders
from district.models import Concept

from .contacts import Submitter, Supporter
from .ideas import Idea

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

LONGEST_COMMENT: Final = 2000


class Support(models.Model):
    """One person's support of one idea.

    The rows of a merged idea are not counted: they wait for the case that the merge is undone. What counts is their
    copy (`copied_from`) at the idea that it went on with.
    """

    idea = models.ForeignKey(Idea, verbose_name=_("Idee"), on_delete=models.CASCADE, related_name="supports")
    copied_from = models.ForeignKey(
        Idea,
        verbose_name=_("übernommen von"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    supporter = models.ForeignKey(Supporter, on_delete=models.CASCADE, related_name="supports")
    created_at = models.DateTimeField(_("am"), default=timezone.now)

    class Meta:
        verbose_name = _("Unterstützung")
        verbose_name_plural = _("Unterstützungen")
        constraints = [models.UniqueConstraint(fields=["idea", "supporter"], name="support_once_per_person")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class CommentState(models.TextChoices):
    RECEIVED = "received", _("in Prüfung")
    PUBLISHED = "published", _("veröffentlicht")
    DECLINED = "declined", _("nicht veröffentlicht")
    WITHDRAWN = "withdrawn", _("zurückgezogen")


# What may follow; only `participation.actions.voices.move_comment` reads it.
NEXT_OF_COMMENT: Final[dict[CommentState, set[CommentState]]] = {
    CommentState.RECEIVED: {CommentState.PUBLISHED, CommentState.DECLINED, CommentState.WITHDRAWN},
    CommentState.PUBLISHED: {CommentState.DECLINED, CommentState.WITHDRAWN},
    CommentState.DECLINED: {CommentState.PUBLISHED, CommentState.WITHDRAWN},
    CommentState.WITHDRAWN: set(),
}


class CommentQuerySet(models.QuerySet["Comment"]):
    def public(self) -> CommentQuerySet:
        """Return those a reader may see."""
        return self.filter(state=CommentState.PUBLISHED)

    def awaiting_moderation(self) -> CommentQuerySet:
        """Return those nobody has looked at yet, oldest first; some rounds publish before that."""
        waiting = self.filter(checked_at=None, state__in=[CommentState.RECEIVED, CommentState.PUBLISHED])
        return waiting.order_by("submitted_at", "pk")


@pghistory.track(exclude=["key", "text"])
class Comment(models.Model):
    """What somebody says to an idea, or answers to such a comment (one level, no deeper)."""

    State = CommentState

    idea = models.ForeignKey(Idea, verbose_name=_("Idee"), on_delete=models.PROTECT, related_name="comments")
    written_to = models.ForeignKey(
        Idea,
        verbose_name=_("geschrieben zu"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text=_("Die Idee, bevor sie mit einer anderen zusammengeführt wurde."),
    )
    parent = models.ForeignKey(
        "self", verbose_name=_("Antwort auf"), on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.TextField(_("Kommentar"), max_length=LONGEST_COMMENT, blank=True)
    submitter = models.ForeignKey(
        Submitter, verbose_name=_("Einsender/in"), on_delete=models.PROTECT, related_name="comments"
    )
    state = models.CharField(
        _("Stand"), max_length=10, choices=CommentState, default=CommentState.RECEIVED, editable=False
    )
    decline_note = models.TextField(_("Grund der Ablehnung"), blank=True)
    has_links = models.BooleanField(_("enthält Links"), default=False)
    submitted_at = models.DateTimeField(_("eingegangen"), default=timezone.now)
    checked_at = models.DateTimeField(_("geprüft"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("veröffentlicht"), null=True, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    if TYPE_CHECKING:
        replies: RelatedManager[Comment]

    class Meta:
        verbose_name = _("Kommentar")
        verbose_name_plural = _("Kommentare")
        ordering = ["submitted_at", "pk"]
        indexes = [
            models.Index(fields=["idea", "published_at", "id"], condition=Q(state="published"), name="comment_of_idea"),
            models.Index(fields=["submitted_at", "id"], condition=Q(checked_at=None), name="comment_inbox"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | (Q(published_at__isnull=False) & ~Q(text="")),
                name="comment_public_has_text_and_day",
            )
        ]
        triggers = [
            ShownToReaders(only=Q(state="published")),
            pgtrigger.FSM(
                name="state_goes_its_steps",
                field="state",
                transitions=[
                    (str(state), str(following))
                    for state, steps in NEXT_OF_COMMENT.items()
                    for following in sorted(steps)
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(_("Kommentar zu %(idea)s") % {"idea": self.idea})

    @property
    def concept(self) -> Concept:
        """The concept whose round this belongs to."""
        return self.idea.concept


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> ReportQuerySet:
        """Return those nobody has dealt with, oldest first."""
        return self.filter(handled_at=None).order_by("created_at", "pk")


@pghistory.track(exclude=["reason"])
class Report(models.Model):
    """Somebody's hint that an idea or a comment should not stand there."""

    idea = models.ForeignKey(Idea, verbose_name=_("Idee"), on_delete=models.CASCADE, related_name="reports")
    comment = models.ForeignKey(
        Comment, verbose_name=_("Kommentar"), on_delete=models.CASCADE, null=True, blank=True, related_name="reports"
    )
    reason = models.TextField(_("Grund"), max_length=1000)
    created_at = models.DateTimeField(_("gemeldet"), default=timezone.now)
    handled_at = models.DateTimeField(_("erledigt"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("erledigt durch"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("Meldung")
        verbose_name_plural = _("Meldungen")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["created_at"], condition=Q(handled_at=None), name="report_open")]

    def __str__(self) -> str:
        return str(_("Meldung zu %(thing)s") % {"thing": self.comment or self.idea})

    @property
    def concept(self) -> Concept:
        """The concept whose round this belongs to."""
        return self.idea.concept
