"""Ideas, the states they go through, and the public history of each."""

from __future__ import annotations

import datetime
import re
import textwrap
import uuid
from typing import TYPE_CHECKING, Final

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from district.constraints import CheckAtField
from district.freshness import ShownToReaders
from district.models import Concept, Department, FieldOfAction, Municipality
from participation.deadlines import due_before, due_on
from workshops.models import Feedback

from .contacts import Submitter
from .rounds import Round, Section, shown

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .files import IdeaFile
    from .voices import Comment, Support

LONGEST_TEXT: Final = 5000
LONGEST_BEGINNING: Final = 60  # of a text, where it stands for a title
REFERENCE: Final = re.compile(r"^\s*KEK[-–\s]?\d{4}[-–\s]?0*(\d{1,18})\s*$", re.IGNORECASE)


class State(models.TextChoices):
    RECEIVED = "received", _("in Prüfung")
    PUBLISHED = "published", _("veröffentlicht")
    IN_REVIEW = "in_review", _("in Abwägung")
    ANSWERED = "answered", _("beantwortet")
    DECLINED = "declined", _("nicht veröffentlicht")
    MERGED = "merged", _("zusammengeführt")
    SPLIT = "split", _("aufgeteilt")
    WITHDRAWN = "withdrawn", _("zurückgezogen")


# What may follow; only `participation.actions.steps.move` reads it.
NEXT: Final[dict[State, set[State]]] = {
    State.RECEIVED: {State.PUBLISHED, State.DECLINED, State.MERGED, State.SPLIT, State.WITHDRAWN},
    State.PUBLISHED: {State.IN_REVIEW, State.DECLINED, State.MERGED, State.SPLIT, State.WITHDRAWN},
    State.IN_REVIEW: {State.ANSWERED, State.PUBLISHED, State.DECLINED, State.WITHDRAWN},
    State.ANSWERED: {State.DECLINED, State.WITHDRAWN},
    State.DECLINED: {State.RECEIVED, State.WITHDRAWN},
    State.MERGED: {State.RECEIVED, State.WITHDRAWN},
    State.SPLIT: {State.WITHDRAWN},
    State.WITHDRAWN: set(),
}
PUBLIC: Final = (State.PUBLISHED, State.IN_REVIEW, State.ANSWERED)


class IdeaQuerySet(models.QuerySet["Idea"]):
    def public(self) -> IdeaQuerySet:
        """Return those a reader may see, in rounds that a reader may see."""
        return self.filter(shown("round__"), is_public=True)

    def awaiting_moderation(self) -> IdeaQuerySet:
        """Return those nobody has looked at yet, oldest first; some rounds publish before that."""
        return self.filter(checked_at=None, state__in=[State.RECEIVED, State.PUBLISHED]).order_by("submitted_at", "pk")

    def awaiting_answer(self) -> IdeaQuerySet:
        """Return those published and not yet answered."""
        return self.filter(state__in=[State.PUBLISHED, State.IN_REVIEW])

    def overdue(self, on: datetime.date, *, target_days: int) -> IdeaQuerySet:
        """Return those that should have been answered before `on`: `target_days` after their publication."""
        return self.awaiting_answer().filter(published_at__lt=due_before(on, target_days))

    def of_reference(self, text: str) -> IdeaQuerySet:
        """Return the idea that a reference number names, as people write it; none where it is no such number."""
        found = REFERENCE.match(text)
        return self.filter(pk=int(found[1])) if found else self.none()


# Words, places and names of citizens are not in the audit trail: erased means gone (docs/decisions/personal-data.md).
@pghistory.track(
    exclude=[
        "key", "title", "text", "original_title", "original_text", "source_note", "latitude", "longitude",
        "support_count", "comment_count", "is_public", "search",
    ]
)  # fmt: skip
class Idea(models.Model):
    """What a citizen brings in: an idea, or a comment on a section of a draft.

    `title` and `text` are what is shown; where the moderation redacted them, the original words are kept beside.
    """

    class Source(models.TextChoices):
        ONLINE = "online", _("Portal")
        LETTER = "letter", _("Brief")
        PHONE = "phone", _("Telefon")
        EVENT = "event", _("Veranstaltung")
        EMAIL = "email", _("E-Mail")

    State = State

    round = models.ForeignKey(
        Round, verbose_name=_("Beteiligungsrunde"), on_delete=models.PROTECT, related_name="ideas"
    )
    section = models.ForeignKey(
        Section,
        verbose_name=_("Abschnitt"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("Titel"), max_length=120, blank=True)
    text = models.TextField(_("Text"), max_length=LONGEST_TEXT, blank=True)
    original_title = models.CharField(_("Titel im Wortlaut"), max_length=120, blank=True, editable=False)
    original_text = models.TextField(_("Text im Wortlaut"), max_length=LONGEST_TEXT, blank=True, editable=False)
    field_of_action = models.ForeignKey(
        FieldOfAction,
        verbose_name=_("Handlungsfeld"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ideas",
    )
    municipality = models.ForeignKey(
        Municipality,
        verbose_name=_("Gemeinde"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ideas",
    )
    latitude = models.FloatField(_("geografische Breite"), null=True, blank=True)
    longitude = models.FloatField(_("geografische Länge"), null=True, blank=True)
    is_everywhere = models.BooleanField(_("überall im Landkreis"), default=False)
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.RECEIVED, editable=False)
    is_public = models.GeneratedField(
        expression=Q(state__in=[state.value for state in PUBLIC]),  # type: ignore[arg-type]  # a condition is one too
        output_field=models.BooleanField(),
        db_persist=True,
    )
    source = models.CharField(_("eingegangen über"), max_length=8, choices=Source, default=Source.ONLINE)
    source_note = models.CharField(
        _("Herkunft"), max_length=120, blank=True, help_text=_("Zum Beispiel „Regionalforum Eilenburg“.")
    )
    feedback = models.OneToOneField(
        Feedback,
        verbose_name=_("Rückmeldung"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="idea",
        help_text=_("Die Rückmeldung zu einer abgesagten Veranstaltung, aus der die Idee wurde."),
    )
    submitter = models.ForeignKey(
        Submitter, verbose_name=_("Einsender/in"), on_delete=models.PROTECT, related_name="ideas"
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("Fachamt"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ideas",
    )
    has_links = models.BooleanField(_("enthält Links"), default=False)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("zusammengeführt mit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
    )
    split_from = models.ForeignKey(
        "self", verbose_name=_("Teil von"), on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
    )
    assessment = models.ForeignKey(
        "Assessment",
        verbose_name=_("Abwägung"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ideas",
    )
    submitted_at = models.DateTimeField(_("eingegangen"), default=timezone.now)
    checked_at = models.DateTimeField(_("geprüft"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("veröffentlicht"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(_("beantwortet"), null=True, blank=True, editable=False)
    support_count = models.PositiveIntegerField(_("Unterstützungen"), default=0, editable=False)
    comment_count = models.PositiveIntegerField(_("Kommentare"), default=0, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="german")
        + SearchVector("text", weight="B", config="german"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = IdeaQuerySet.as_manager()

    if TYPE_CHECKING:
        steps: RelatedManager[IdeaStep]
        files: RelatedManager[IdeaFile]
        comments: RelatedManager[Comment]
        supports: RelatedManager[Support]
        merged: RelatedManager[Idea]
        parts: RelatedManager[Idea]

    class Meta:
        verbose_name = _("Idee")
        verbose_name_plural = _("Ideen")
        ordering = ["-submitted_at", "-pk"]
        # Each order in which readers page through a round, alone and with the filters that leave much over.
        indexes = [
            models.Index(F("round"), F("published_at").desc(), F("id").desc(), condition=Q(is_public=True), name="idea_newest"),
            models.Index(F("round"), F("support_count").desc(), F("id").desc(), condition=Q(is_public=True), name="idea_supported"),
            models.Index(F("round"), F("answered_at").desc(), F("id").desc(), condition=Q(is_public=True, answered_at__isnull=False), name="idea_answered"),
            models.Index(F("round"), F("field_of_action"), F("published_at").desc(), F("id").desc(), condition=Q(is_public=True), name="idea_of_field"),
            models.Index(F("round"), F("municipality"), F("published_at").desc(), F("id").desc(), condition=Q(is_public=True), name="idea_of_municipality"),
            models.Index(F("round"), F("state"), F("published_at").desc(), F("id").desc(), condition=Q(is_public=True), name="idea_in_state"),
            models.Index(fields=["section", "published_at", "id"], condition=Q(section__isnull=False), name="idea_of_section"),
            models.Index(fields=["submitted_at", "id"], condition=Q(checked_at=None), name="idea_inbox"),
            models.Index(fields=["state", "published_at", "id"], name="idea_by_state"),
            models.Index(fields=["-submitted_at", "-id"], name="idea_latest"),
            GinIndex(fields=["search"], name="idea_search"),
        ]  # fmt: skip
        constraints = [
            CheckAtField(
                at="longitude",
                condition=Q(latitude=None, longitude=None) | Q(latitude__range=(47, 56), longitude__range=(5, 16)),
                name="idea_point_lies_in_germany",
                violation_error_message=_("Der Punkt muss im Landkreis liegen."),
            ),
            CheckAtField(
                at="is_everywhere",
                condition=Q(is_everywhere=False) | Q(municipality=None, latitude=None),
                name="idea_everywhere_or_somewhere",
                violation_error_message=_("Wählen Sie entweder einen Ort oder „überall im Landkreis“."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[state.value for state in PUBLIC])
                | (Q(published_at__isnull=False) & ~Q(text="")),
                name="idea_public_has_text_and_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.ANSWERED) | Q(answered_at__isnull=False, assessment__isnull=False),
                name="idea_answered_by_an_assessment",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.MERGED) | (Q(merged_into__isnull=False) & ~Q(merged_into=F("pk"))),
                name="idea_merged_into_another",
            ),
        ]
        triggers = [
            # Also what is no longer public itself may stand on the page of another, as a merged one does.
            ShownToReaders(only=~Q(state="received")),
            pgtrigger.FSM(
                name="state_goes_its_steps",
                field="state",
                transitions=[
                    (str(state), str(following)) for state, steps in NEXT.items() for following in sorted(steps)
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.name}".strip()

    def get_absolute_url(self) -> str:
        """Return the address of the idea's public page."""
        return reverse("participation:idea", args=[self.concept.slug, self.round.slug, self.pk])

    def clean(self) -> None:
        """Refuse a field or a section that belongs elsewhere."""
        if self.field_of_action and self.field_of_action.concept_id != self.round.concept_id:
            raise ValidationError({"field_of_action": _("Dieses Handlungsfeld gehört zu einem anderen Konzept.")})
        if self.section and self.section.round_id != self.round_id:
            raise ValidationError({"section": _("Dieser Abschnitt gehört zu einem anderen Entwurf.")})

    @property
    def concept(self) -> Concept:
        """The concept to which the idea was brought in."""
        return self.round.concept

    @property
    def reference(self) -> str:
        """The reference number (Aktenzeichen), for example KEK-2026-000123."""
        return f"KEK-{timezone.localtime(self.submitted_at).year}-{self.pk:06}" if self.pk else ""

    @property
    def name(self) -> str:
        """What to call it: its title, the section it comments on, how its text begins, or that its words were erased."""
        if self.title:
            return self.title
        if self.section:
            return str(_("Stellungnahme zu %(section)s") % {"section": self.section})
        return _beginning(self.text) or str(_("gelöschter Text"))

    @property
    def is_redacted(self) -> bool:
        """Whether the moderation changed the words before it published them."""
        return bool(self.original_text or self.original_title)

    def due_on(self, target_days: int) -> datetime.date | None:
        """Return the day by which it should be answered; None where nobody waits for an answer."""
        if self.state not in (State.PUBLISHED, State.IN_REVIEW) or not self.published_at:
            return None
        return due_on(self.published_at, target_days)


def _beginning(text: str) -> str:
    """Return the first words of a text; the text itself where it is that short."""
    words = " ".join(text[: 10 * LONGEST_BEGINNING].split())
    begun = textwrap.shorten(words, LONGEST_BEGINNING, placeholder=" …")
    return f"{words[:LONGEST_BEGINNING]}…" if begun.strip() == "…" != words else begun


class IdeaStepQuerySet(models.QuerySet["IdeaStep"]):
    def for_readers(self) -> IdeaStepQuerySet:
        """Return the steps on the public page."""
        return self.filter(audience=IdeaStep.Audience.PUBLIC)

    def for_holder(self) -> IdeaStepQuerySet:
        """Return the steps that the secret link shows."""
        return self.exclude(audience=IdeaStep.Audience.STAFF)


class IdeaStep(models.Model):
    """A Verfahrensschritt: something that happened to an idea, kept for good."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("eingegangen")
        PUBLISHED = "published", _("veröffentlicht")
        REDACTED = "redacted", _("redigiert")
        DECLINED = "declined", _("nicht veröffentlicht")
        ASSIGNED = "assigned", _("einem Fachamt zugewiesen")
        MERGED = "merged", _("mit einer anderen Idee zusammengeführt")
        ABSORBED = "absorbed", _("eine ähnliche Idee aufgenommen")
        SPLIT = "split", _("in mehrere Ideen aufgeteilt")
        SPLIT_OFF = "split_off", _("aus einer Idee herausgelöst")
        REOPENED = "reopened", _("wird noch einmal geprüft")
        IN_REVIEW = "in_review", _("Abwägung begonnen")
        REVIEW_STOPPED = "review_stopped", _("Abwägung zurückgestellt")
        ANSWERED = "answered", _("beantwortet")
        WEIGHED_AGAIN = "weighed_again", _("Antwort wird noch einmal geprüft")
        UPHELD = "upheld", _("Antwort bleibt, wie sie ist")
        CORRECTED = "corrected", _("Antwort berichtigt")
        WITHDRAWN = "withdrawn", _("zurückgezogen")
        ERASED = "erased", _("persönliche Angaben gelöscht")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("alle")
        HOLDER = "holder", _("Einsender/in und Verwaltung")
        STAFF = "staff", _("nur Verwaltung")

    idea = models.ForeignKey(Idea, verbose_name=_("Idee"), on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(_("Schritt"), max_length=16, choices=Kind)
    audience = models.CharField(_("sichtbar für"), max_length=8, choices=Audience)
    note = models.TextField(_("Bemerkung"), blank=True)
    other = models.ForeignKey(
        Idea, verbose_name=_("andere Idee"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("durch"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    at = models.DateTimeField(_("am"), default=timezone.now)

    objects = IdeaStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("Verfahrensschritt")
        verbose_name_plural = _("Verfahrensschritte")
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            ShownToReaders(only=Q(audience="public") & ~Q(kind="received")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({timezone.localtime(self.at):%d.%m.%Y})"
