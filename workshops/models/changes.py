"""What happened to an event's date, and why: rows that are only ever added."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from district.constraints import CheckAtField
from district.fields import ApproximateDateField
from district.freshness import ShownToReaders
from district.models import Concept

from .events import Event


@pghistory.track(pghistory.InsertEvent())
class Change(models.Model):
    """What happened to an event's date, and why: a row that is only ever added."""

    class Kind(models.TextChoices):
        MOVED = "moved", _("verlegt")
        POSTPONED = "postponed", _("verschoben, neuer Termin offen")
        CALLED_OFF = "called_off", _("abgesagt")
        HELD = "held", _("durchgeführt")

    event = models.ForeignKey(Event, verbose_name=_("Termin"), on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(_("Was geschah"), max_length=10, choices=Kind)
    from_date = ApproximateDateField(_("von"))
    from_time = models.TimeField(_("von (Uhrzeit)"), null=True, blank=True)
    to_date = ApproximateDateField(_("auf"), null=True, blank=True)
    to_time = models.TimeField(_("auf (Uhrzeit)"), null=True, blank=True)
    to_end = models.TimeField(_("bis (Uhrzeit)"), null=True, blank=True)
    to_last_day = models.DateField(_("bis (letzter Tag)"), null=True, blank=True)
    reason = models.CharField(
        _("Begründung"), max_length=500, blank=True, help_text=_("Ein Satz; er wird veröffentlicht.")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("eingetragen von"), on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("eingetragen am"), default=timezone.now)

    class Meta:
        verbose_name = _("Terminänderung")
        verbose_name_plural = _("Terminänderungen")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            CheckAtField(
                at="reason",
                condition=Q(kind="held") | ~Q(reason=""),
                name="event_change_has_a_reason",
                violation_error_message=_("Bitte begründen Sie, warum sich der Termin ändert."),
            ),
            CheckAtField(
                at="to_date",
                condition=~Q(kind="moved") | Q(to_date__isnull=False),
                name="event_move_has_a_date",
                violation_error_message=_("Bitte geben Sie den neuen Termin an."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            ShownToReaders(),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.get_kind_display()}"

    @property
    def concept(self) -> Concept:
        """The concept whose event this belongs to."""
        return self.event.concept
