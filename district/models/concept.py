"""A concept and its fields of action: what the district works out, and into which subjects it divides it."""

from __future__ import annotations

import datetime

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from district.constraints import CheckAtField, UniqueAtField
from district.freshness import ShownToReaders

# First parts of the portal's own addresses, which a concept's slug must not take (kek/urls.py).
RESERVED_SLUGS = (
    "api|barrierefreiheit|datenschutz|demo|en|favicon|healthz|impressum|konto|kontakt|leichte-sprache|oparl|opendata|"
    "robots|static|suche|verwaltung"
)


class ConceptQuerySet(models.QuerySet["Concept"]):
    def public(self) -> ConceptQuerySet:
        """Return those a reader may see."""
        return self.filter(is_public=True)

    def current(self) -> Concept | None:
        """Return the public concept that `/` shows, or None."""
        return self.public().filter(is_current=True).first()

    def in_progress(self) -> ConceptQuerySet:
        """Return those whose process has not been closed, newest horizon first."""
        return self.filter(process_closed_on=None).order_by("-horizon", "title")


@pghistory.track()
class Concept(models.Model):
    """A Kreisentwicklungskonzept: everything in the portal hangs on one."""

    title = models.CharField(_("Titel"), max_length=200)
    short_title = models.CharField(_("Kurztitel"), max_length=60, help_text=_("Zum Beispiel „KEK Nordsachsen 2030“."))
    slug = models.SlugField(
        _("Adresse"),
        unique=True,
        validators=[
            RegexValidator(
                rf"^(?:{RESERVED_SLUGS})$", _("Diese Adresse braucht das Portal selbst."), inverse_match=True
            )
        ],
        help_text=_("Beginn der Internetadressen, zum Beispiel „kek-2030“. Nachträglich nur mit Vorsicht ändern."),
    )
    horizon = models.PositiveSmallIntegerField(
        _("Zieljahr"), validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    predecessor = models.ForeignKey(
        "self",
        verbose_name=_("Vorgänger"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
    )
    summary = models.TextField(_("Worum es geht"), blank=True, help_text=_("Zwei bis vier Sätze für die Startseite."))
    taking_part = models.TextField(
        _("Mitmachen"), blank=True, help_text=_("Wie sich Bürgerinnen und Bürger einbringen können.")
    )
    method_credit = models.CharField(
        _("Bildnachweis zum „Methodischen Vorgehen“"),
        max_length=200,
        blank=True,
        help_text=_("Steht unter dem Bild, zum Beispiel „Grafik: Georg Consulting“."),
    )
    is_current = models.BooleanField(
        _("aktuelles Konzept"), default=False, help_text=_("Die Startseite des Portals zeigt dieses Konzept.")
    )
    is_public = models.BooleanField(_("öffentlich"), default=False)
    is_example = models.BooleanField(
        _("Beispiel"), default=False, help_text=_("Erfundene Inhalte werden auf jeder Seite als Beispiel bezeichnet.")
    )
    process_closed_on = models.DateField(
        _("Verfahren abgeschlossen am"),
        null=True,
        blank=True,
        help_text=_("Ab diesem Tag zeigen die Seiten den erreichten Stand; Termine lassen sich nicht mehr ändern."),
    )

    objects = ConceptQuerySet.as_manager()

    class Meta:
        verbose_name = _("Entwicklungskonzept")
        verbose_name_plural = _("Entwicklungskonzepte")
        ordering = ["-is_current", "-horizon", "title"]
        constraints = [
            UniqueAtField(
                at="is_current",
                fields=["is_current"],
                condition=models.Q(is_current=True),
                name="concept_only_one_current",
                violation_error_message=_(
                    "Es gibt schon ein aktuelles Konzept. Nehmen Sie dort zuerst den Haken heraus."
                ),
            ),
            CheckAtField(
                at="is_public",
                condition=models.Q(is_current=False) | models.Q(is_public=True),
                name="concept_current_is_public",
                violation_error_message=_("Das aktuelle Konzept muss öffentlich sein."),
            ),
            CheckAtField(
                at="predecessor",
                condition=models.Q(predecessor=None) | ~models.Q(predecessor=models.F("pk")),
                name="concept_not_its_own_predecessor",
                violation_error_message=_("Ein Konzept kann nicht sein eigener Vorgänger sein."),
            ),
        ]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return self.short_title

    def get_absolute_url(self) -> str:
        """Return the address of „Wo stehen wir?“."""
        return reverse("home", args=[self.slug])

    def clean(self) -> None:
        """Refuse to close the process on a day that has not come."""
        if self.process_closed_on and self.process_closed_on > timezone.localdate():
            raise ValidationError({"process_closed_on": _("Dieser Tag liegt in der Zukunft.")})

    @property
    def is_closed(self) -> bool:
        """Whether the process has ended, so that its dates stand as they are."""
        return self.process_closed_on is not None

    def as_of(self, today: datetime.date) -> datetime.date:
        """Return the day whose state the pages show: `today`, or the day the process was closed."""
        return min(today, self.process_closed_on) if self.process_closed_on else today


@pghistory.track()
class FieldOfAction(models.Model):
    """A Handlungsfeld: a numbered subject of the concept with its Leitbild."""

    concept = models.ForeignKey(
        Concept, verbose_name=_("Entwicklungskonzept"), on_delete=models.PROTECT, related_name="fields_of_action"
    )
    number = models.PositiveSmallIntegerField(_("Nummer"))
    name = models.CharField(_("Name"), max_length=100)
    mission_statement = models.TextField(_("Leitbild"), blank=True)

    class Meta:
        verbose_name = _("Handlungsfeld")
        verbose_name_plural = _("Handlungsfelder")
        ordering = ["concept", "number"]
        constraints = [
            UniqueAtField(
                at="number",
                fields=["concept", "number"],
                name="field_of_action_number_once_per_concept",
                violation_error_message=_("Diese Nummer ist im Konzept schon vergeben."),
            )
        ]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
