"""Mail that waits to be sent: a row in the same transaction as what it tells, so that neither is there without the other."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def waiting(self) -> OutgoingMailQuerySet:
        """Return those neither sent nor given up."""
        return self.filter(sent_at=None, given_up_at=None)

    def due(self, at: datetime.datetime) -> OutgoingMailQuerySet:
        """Return those to be tried at this moment, oldest first."""
        return self.waiting().filter(not_before__lte=at).order_by("not_before", "pk")


class OutgoingMail(models.Model):
    """A mail on its way. Its words and its recipient are encrypted, and gone once it is sent or given up."""

    purpose = models.CharField(_("Anlass"), max_length=60)
    sealed = models.TextField(_("Inhalt, verschlüsselt"), blank=True, editable=False)
    created_at = models.DateTimeField(_("entstanden"), default=timezone.now)
    not_before = models.DateTimeField(_("nächster Versuch"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("Versuche"), default=0)
    last_error = models.CharField(_("letzter Fehler"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("gesendet"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("aufgegeben"), null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("ausgehende E-Mail")
        verbose_name_plural = _("Postausgang")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["not_before"], condition=Q(sent_at=None, given_up_at=None), name="outgoing_mail_waiting"
            ),
            models.Index(fields=["-created_at", "-id"], name="outgoing_mail_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed="") | Q(sent_at=None, given_up_at=None), name="outgoing_mail_forgets_what_it_said"
            )
        ]

    def __str__(self) -> str:
        return self.purpose
