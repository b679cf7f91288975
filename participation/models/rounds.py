"""When the district asks its citizens, what it asks, and what may be done."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.constraints import CheckAtField, UniqueAtField
from district.freshness import ShownToReaders
from district.models import Concept
from milestones.models import Milestone

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .ideas import Idea

# Second parts of the room's own addresses, which a round's slug must not take (participation/urls.py).
RESERVED_SLUGS = "anhang|bestaetigen|stand|unterstuetzung"


def shown(prefix: str = "") -> Q:
    """Return the condition „readers see the round“, for what hangs on one: see `Round.is_shown`."""
    return Q(**{f"{prefix}is_public": True, f"{prefix}concept__is_public": True})


class RoundQuerySet(models.QuerySet["Round"]):
    def public(self) -> RoundQuerySet:
        """Return those a reader may see."""
        return self.filter(shown())

    def running(self, on: datetime.date) -> RoundQuerySet:
        """Return those in which something can be handed in on a day."""
        return self.filter(called_off_on=None, opens_on__lte=on, closes_on__gte=on)


@pghistory.track()
class Round(models.Model):
    """A Beteiligungsrunde: a question to the citizens, for a time, with its rules."""

    class Kind(models.TextChoices):
        IDEAS = "ideas", _("Ideensammlung")
        DRAFT = "draft", _("Entwurf")

    class State(models.TextChoices):
        COMING = "coming", _("beginnt noch")
        RUNNING = "running", _("läuft")
        CLOSED = "closed", _("beendet")
        CALLED_OFF = "called_off", _("abgesagt")

    concept = models.ForeignKey(
        Concept, verbose_name=_("Entwicklungskonzept"), on_delete=models.PROTECT, related_name="rounds"
    )
    kind = models.CharField(
        _("Art"),
        max_length=8,
        choices=Kind,
        default=Kind.IDEAS,
        help_text=_("Ein „Entwurf“ hat nummerierte Abschnitte, zu denen Bürgerinnen und Bürger Stellung nehmen."),
    )
    title = models.CharField(_("Titel"), max_length=120)
    slug = models.SlugField(
        _("Adresse"),
        max_length=60,
        validators=[
            RegexValidator(
                rf"^(?:{RESERVED_SLUGS})$", _("Diese Adresse braucht das Portal selbst."), inverse_match=True
            )
        ],
        help_text=_("Teil der Internetadresse, zum Beispiel „ideen-2026“. Nachträglich nur mit Vorsicht ändern."),
    )
    question = models.CharField(_("Frage"), max_length=200, help_text=_("Worum geht es? Eine Frage, eine Zeile."))
    introduction = models.TextField(_("Einführung"), blank=True, help_text=_("Zwei bis sechs Sätze."))
    opens_on = models.DateField(_("beginnt am"))
    closes_on = models.DateField(_("endet am"), help_text=_("Der letzte Tag, an dem man sich beteiligen kann."))
    is_public = models.BooleanField(_("öffentlich"), default=False)
    ideas_checked_first = models.BooleanField(
        _("Ideen vor der Veröffentlichung prüfen"),
        default=True,
        help_text=_("Ohne diesen Haken erscheinen Ideen sofort und werden danach geprüft."),
    )
    allows_support = models.BooleanField(_("Unterstützen erlaubt"), default=True)
    allows_comments = models.BooleanField(_("Kommentare erlaubt"), default=True)
    comments_checked_first = models.BooleanField(
        _("Kommentare vor der Veröffentlichung prüfen"),
        default=True,
        help_text=_("Ohne diesen Haken erscheinen Kommentare sofort und werden danach geprüft."),
    )
    conclusion = models.TextField(
        _("Ergebnis"), blank=True, help_text=_("Was die Beteiligung gebracht hat; erscheint nach ihrem Ende.")
    )
    milestone = models.ForeignKey(
        Milestone,
        verbose_name=_("Meilenstein"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rounds",
    )
    called_off_on = models.DateField(_("abgesagt am"), null=True, blank=True)
    called_off_reason = models.CharField(_("Grund der Absage"), max_length=500, blank=True)

    objects = RoundQuerySet.as_manager()

    if TYPE_CHECKING:
        ideas: RelatedManager[Idea]
        sections: RelatedManager[Section]

    class Meta:
        verbose_name = _("Beteiligungsrunde")
        verbose_name_plural = _("Beteiligungsrunden")
        ordering = ["-opens_on", "-pk"]
        constraints = [
            UniqueAtField(
                at="slug",
                fields=["concept", "slug"],
                name="round_slug_once_per_concept",
                violation_error_message=_("Diese Adresse ist im Konzept schon vergeben."),
            ),
            CheckAtField(
                at="closes_on",
                condition=Q(opens_on__lte=F("closes_on")),
                name="round_ends_after_start",
                violation_error_message=_("Eine Beteiligungsrunde endet nicht vor ihrem Beginn."),
            ),
            CheckAtField(
                at="called_off_reason",
                condition=Q(called_off_on=None, called_off_reason="")
                | (Q(called_off_on__isnull=False) & ~Q(called_off_reason="")),
                name="round_called_off_with_reason",
                violation_error_message=_("Zu einer Absage gehören der Tag und der Grund."),
            ),
        ]
        triggers = [ShownToReaders(only=Q(is_public=True))]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the round's public page."""
        return reverse("participation:round", args=[self.concept.slug, self.slug])

    def clean(self) -> None:
        """Refuse a milestone of another concept."""
        if self.milestone and self.concept_id and self.milestone.concept != self.concept:
            raise ValidationError({"milestone": _("Dieser Meilenstein gehört zu einem anderen Konzept.")})

    @property
    def is_shown(self) -> bool:
        """Whether readers see it: a public round of a public concept."""
        return self.is_public and self.concept.is_public

    @property
    def is_draft(self) -> bool:
        """Whether a document is discussed here, section by section."""
        return self.kind == self.Kind.DRAFT

    def state(self, on: datetime.date) -> State:
        """Return the state on a day; the first and the last day belong to the round."""
        if self.called_off_on:
            return self.State.CALLED_OFF
        if on < self.opens_on:
            return self.State.COMING
        return self.State.RUNNING if on <= self.closes_on else self.State.CLOSED


@pghistory.track()
class Section(models.Model):
    """A numbered part of the draft that a round discusses."""

    round = models.ForeignKey(
        Round, verbose_name=_("Beteiligungsrunde"), on_delete=models.CASCADE, related_name="sections"
    )
    order = models.PositiveSmallIntegerField(_("Reihenfolge"))
    number = models.CharField(
        _("Nummer"),
        max_length=12,
        validators=[
            RegexValidator(r"^\d+(\.\d+)*$", _("Bitte schreiben Sie die Nummer in Ziffern und Punkten, etwa 2.1."))
        ],
    )
    heading = models.CharField(_("Überschrift"), max_length=160)
    text = models.TextField(_("Text"))
    field_of_action = models.ForeignKey(
        "district.FieldOfAction",
        verbose_name=_("Handlungsfeld"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sections",
    )

    if TYPE_CHECKING:
        contributions: RelatedManager[Idea]

    class Meta:
        verbose_name = _("Abschnitt")
        verbose_name_plural = _("Abschnitte")
        ordering = ["round", "order"]
        constraints = [
            UniqueAtField(
                at="number",
                fields=["round", "number"],
                name="section_number_once_per_round",
                violation_error_message=_("Diese Nummer ist im Entwurf schon vergeben."),
            ),
        ]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return f"{self.number} {self.heading}"

    @property
    def concept(self) -> Concept:
        """The concept whose draft this belongs to."""
        return self.round.concept

    @property
    def anchor(self) -> str:
        """The section's id on the page of the draft."""
        return f"abschnitt-{self.number.replace('.', '-')}"


@pghistory.track()
class DeclineReason(models.Model):
    """A reason for not publishing something, worded once and used often."""

    title = models.CharField(_("Kurz"), max_length=80, unique=True)
    text = models.TextField(_("Text"), max_length=1000, help_text=_("So liest es, wer die Idee eingereicht hat."))
    is_offered = models.BooleanField(_("wird angeboten"), default=True)

    class Meta:
        verbose_name = _("Ablehnungsgrund")
        verbose_name_plural = _("Ablehnungsgründe")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title
