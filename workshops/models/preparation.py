"""What an event is prepared with: its fields of action, its agenda and its papers."""

from __future__ import annotations

from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pghistory
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.constraints import UniqueAtField
from district.freshness import ShownToReaders
from district.models import Concept, FieldOfAction

from .events import Event, shown
from .groups import refuse_foreign_field

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .minutes import Discussion, Outcome


@pghistory.track()
class EventField(models.Model):
    """A field of action that an event is about."""

    event = models.ForeignKey(Event, verbose_name=_("Termin"), on_delete=models.CASCADE, related_name="field_links")
    field_of_action = models.ForeignKey(
        FieldOfAction, verbose_name=_("Handlungsfeld"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("Handlungsfeld")
        verbose_name_plural = _("Handlungsfelder")
        ordering = ["field_of_action__number"]
        constraints = [
            UniqueAtField(
                at="field_of_action",
                fields=["event", "field_of_action"],
                name="event_field_once",
                violation_error_message=_("Dieses Handlungsfeld ist schon eingetragen."),
            )
        ]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return str(self.field_of_action)

    def clean(self) -> None:
        """Refuse a field of action of another concept."""
        refuse_foreign_field(self, self.event.concept_id if self.event_id else None)


@pghistory.track()
class AgendaItem(models.Model):
    """A Tagesordnungspunkt."""

    event = models.ForeignKey(Event, verbose_name=_("Termin"), on_delete=models.CASCADE, related_name="agenda")
    order = models.PositiveSmallIntegerField(_("Reihenfolge"), default=1)
    title = models.CharField(_("Titel"), max_length=200)
    speaker = models.CharField(
        _("Wer führt ein"), max_length=120, blank=True, help_text=_("Funktion oder Stelle, kein Name; öffentlich.")
    )
    minutes = models.PositiveSmallIntegerField(_("Minuten"), null=True, blank=True)

    if TYPE_CHECKING:
        discussion: Discussion
        outcomes: RelatedManager[Outcome]

    class Meta:
        verbose_name = _("Tagesordnungspunkt")
        verbose_name_plural = _("Tagesordnung")
        ordering = ["order", "pk"]
        constraints = [
            UniqueAtField(
                at="order",
                fields=["event", "order"],
                name="agenda_item_order_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Diese Nummer gibt es in der Tagesordnung schon."),
            )
        ]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return f"{self.order}. {self.title}"

    @property
    def concept(self) -> Concept:
        """The concept whose event this belongs to."""
        return self.event.concept


def paper_path(paper: Paper, filename: str) -> str:
    """Return a random name, so that a stored file cannot be guessed or overwritten."""
    return f"termine/{uuid4()}{PurePath(filename).suffix.lower()}"


class PaperQuerySet(models.QuerySet["Paper"]):
    def public(self) -> PaperQuerySet:
        """Return those every reader may open."""
        return self.filter(shown("event__"), audience=Paper.Audience.PUBLIC)

    def for_registered(self) -> PaperQuerySet:
        """Return those whoever is registered may open."""
        return self.exclude(audience=Paper.Audience.INTERNAL)


@pghistory.track()
class Paper(models.Model):
    """An Unterlage of an event."""

    class Audience(models.TextChoices):
        PUBLIC = "public", _("alle")
        REGISTERED = "registered", _("Angemeldete")
        INTERNAL = "internal", _("nur intern")

    event = models.ForeignKey(Event, verbose_name=_("Termin"), on_delete=models.CASCADE, related_name="papers")
    title = models.CharField(_("Titel"), max_length=160)
    file = models.FileField(
        _("Datei"),
        upload_to=paper_path,
        validators=[FileExtensionValidator(["pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "csv", "png", "jpg"])],
    )
    size = models.PositiveIntegerField(_("Größe in Byte"), default=0, editable=False)
    audience = models.CharField(_("für wen"), max_length=10, choices=Audience, default=Audience.REGISTERED)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("Unterlage")
        verbose_name_plural = _("Unterlagen")
        ordering = ["event", "pk"]
        triggers = [ShownToReaders(only=~Q(audience="internal"))]

    def __str__(self) -> str:
        return self.title

    @property
    def concept(self) -> Concept:
        """The concept whose event this belongs to."""
        return self.event.concept

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the size with the row, so that a page of papers need not ask the storage for each."""
        with suppress(OSError):  # the file of an old row may be lost
            self.size = self.file.size if self.file else 0
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the address of the public download."""
        return reverse("workshops:paper", args=[self.event.concept.slug, self.pk])
