"""What was written to the people of an event: the log stays when their addresses are gone."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from district.models import Concept

from .events import Event


@pghistory.track(pghistory.InsertEvent())
class Mailing(models.Model):
    """A mail to many: what it said, to how many it went, and by whom."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Einladung")
        MESSAGE = "message", _("Nachricht")
        MOVED = "moved", _("Terminänderung")
        CALLED_OFF = "called_off", _("Absage")
        MINUTES = "minutes", _("Protokoll")

    class Audience(models.TextChoices):
        TAKING_PART = "taking_part", _("Angemeldete und Warteliste")
        CONFIRMED = "confirmed", _("Angemeldete")
        WAITING = "waiting", _("Warteliste")
        INVITED = "invited", _("Eingeladene ohne Antwort")
        NEWLY_INVITED = "new", _("Eingeladene, denen noch niemand geschrieben hat")
        PRESENT = "present", _("Anwesende")
        EVERYBODY = "everybody", _("alle, auch Eingeladene ohne Antwort")

    event = models.ForeignKey(Event, verbose_name=_("Termin"), on_delete=models.PROTECT, related_name="mailings")
    kind = models.CharField(_("Anlass"), max_length=10, choices=Kind)
    audience = models.CharField(_("an"), max_length=12, choices=Audience)
    subject = models.CharField(_("Betreff"), max_length=250)
    text = models.TextField(_("Text"), max_length=5000, blank=True)
    recipients = models.PositiveIntegerField(_("Empfängerinnen und Empfänger"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("gesendet von"), on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(_("gesendet am"), default=timezone.now)

    class Meta:
        verbose_name = _("Rundschreiben")
        verbose_name_plural = _("Rundschreiben")
        ordering = ["-sent_at", "-pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.subject

    @property
    def concept(self) -> Concept:
        """The concept whose event this belongs to."""
        return self.event.concept
