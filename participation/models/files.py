"""Pictures and PDFs that came with an idea."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from district.freshness import ShownToReaders

from .rounds import shown

if TYPE_CHECKING:
    from district.models import Concept


class IdeaFileQuerySet(models.QuerySet["IdeaFile"]):
    def public(self) -> IdeaFileQuerySet:
        """Return those a reader may see: the idea is one of them, and the file was not held back."""
        return self.filter(shown("idea__round__"), is_public=True, idea__is_public=True)

    def abandoned(self, before: datetime.datetime) -> IdeaFileQuerySet:
        """Return those uploaded with a form that was never sent."""
        return self.filter(idea=None, created_at__lt=before)


@pghistory.track(exclude=["name", "file"])
class IdeaFile(models.Model):
    """A file of an idea, or of a form that is still being filled in (`form_key`). Its stored name tells nothing."""

    idea = models.ForeignKey(
        "Idea", verbose_name=_("Idee"), on_delete=models.CASCADE, null=True, blank=True, related_name="files"
    )
    form_key = models.UUIDField(editable=False, db_index=True)
    file = models.FileField(_("Datei"), upload_to="beteiligung/%Y/%m/")
    name = models.CharField(_("Name"), max_length=120)
    size = models.PositiveIntegerField(_("Größe in Byte"))
    is_public = models.BooleanField(_("öffentlich"), default=True)
    created_at = models.DateTimeField(_("hochgeladen"), default=timezone.now)

    objects = IdeaFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("Datei")
        verbose_name_plural = _("Dateien")
        ordering = ["pk"]
        triggers = [ShownToReaders(only=Q(is_public=True, idea__isnull=False))]

    def __str__(self) -> str:
        return self.name

    @property
    def concept(self) -> Concept | None:
        """The concept of the idea; None before the idea was sent."""
        return self.idea.concept if self.idea else None

    @property
    def is_picture(self) -> bool:
        """Whether a page can show it."""
        return not str(self.file.name).lower().endswith(".pdf")
