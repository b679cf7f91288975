"""What the portal knows of people without an account. All of it is optional, and all of it is erased in time."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from district.freshness import ShownToReaders

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .ideas import Idea
    from .voices import Comment


class ChangedForReaders(ShownToReaders):
    """A name that goes, or that idea and comment already show: a new sender is seen nowhere yet."""

    operation = pgtrigger.Update


class SubmitterQuerySet(models.QuerySet["Submitter"]):
    def unconfirmed(self, since: datetime.datetime) -> SubmitterQuerySet:
        """Return those whose address has not been confirmed and was given before `since`."""
        return self.filter(email_confirmed_at=None, created_at__lt=since).exclude(email="")


# The audit trail keeps no personal data: what is erased here must be gone (docs/decisions/personal-data.md).
@pghistory.track(exclude=["email", "pseudonym", "postal_address"])
class Submitter(models.Model):
    """Whoever sent something in: known by a secret link, and by what they chose to tell."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pseudonym = models.CharField(_("Name oder Pseudonym"), max_length=60, blank=True)
    email = models.EmailField(_("E-Mail"), blank=True)
    email_confirmed_at = models.DateTimeField(_("E-Mail bestätigt"), null=True, blank=True)
    postal_address = models.TextField(
        _("Anschrift"), blank=True, max_length=300, help_text=_("Nur für die Antwort auf einen Brief; nie öffentlich.")
    )
    language = models.CharField(_("Sprache"), max_length=5, choices=settings.LANGUAGES, default="de")
    created_at = models.DateTimeField(_("eingegangen"), default=timezone.now)
    erased_at = models.DateTimeField(_("Kontaktdaten gelöscht"), null=True, blank=True)

    objects = SubmitterQuerySet.as_manager()

    if TYPE_CHECKING:
        ideas: RelatedManager[Idea]
        comments: RelatedManager[Comment]

    class Meta:
        verbose_name = _("Einsender/in")
        verbose_name_plural = _("Einsenderinnen und Einsender")
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(email_confirmed_at=None) & ~Q(email=""),
                name="submitter_unconfirmed",
            )
        ]
        triggers = [ChangedForReaders(only=~Q(pseudonym=""))]

    def __str__(self) -> str:
        return self.pseudonym or str(_("ohne Namen"))

    @property
    def gets_mail(self) -> bool:
        """Whether the portal may write to them: the address was confirmed and is still there."""
        return bool(self.email and self.email_confirmed_at)


class Supporter(models.Model):
    """Somebody who supports ideas, known by a keyed hash of the address alone."""

    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Unterstützer/in")
        verbose_name_plural = _("Unterstützerinnen und Unterstützer")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def expired(self, at: datetime.datetime) -> ConfirmationQuerySet:
        """Return those whose link no longer works."""
        return self.filter(expires_at__lte=at)


class Confirmation(models.Model):
    """A link in a mail that proves an address: one use, for a time, stored as a hash.

    It confirms either a submitter's address or somebody's support of an idea.
    """

    digest = models.CharField(max_length=64, unique=True)
    submitter = models.ForeignKey(Submitter, on_delete=models.CASCADE, null=True, related_name="confirmations")
    supporter = models.ForeignKey(Supporter, on_delete=models.CASCADE, null=True, related_name="confirmations")
    idea = models.ForeignKey("Idea", on_delete=models.CASCADE, null=True, related_name="confirmations")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Bestätigungslink")
        verbose_name_plural = _("Bestätigungslinks")
        constraints = [
            models.CheckConstraint(
                condition=Q(submitter__isnull=False, supporter=None, idea=None)
                | Q(submitter=None, supporter__isnull=False, idea__isnull=False),
                name="confirmation_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
