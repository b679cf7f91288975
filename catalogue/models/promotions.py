"""Which outcome of an event became which entry: the red thread from the experts' work into the catalogue."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from district.constraints import CheckAtField
from district.freshness import ShownToReaders
from district.models import Concept
from workshops.models import Outcome

from .entries import Entry, Goal, Measure, Need


class PromotionQuerySet(models.QuerySet["Promotion"]):
    def of(self, entry: Entry) -> PromotionQuerySet:
        """Return those that led to an entry, the oldest first."""
        return self.filter(**{str(entry._meta.model_name): entry}).order_by("promoted_at", "pk")


@pghistory.track(pghistory.InsertEvent())
class Promotion(models.Model):
    """An outcome taken into the catalogue, as a new entry or into one that was there. It is never taken back."""

    outcome = models.OneToOneField(
        Outcome, verbose_name=_("Ergebnis"), on_delete=models.PROTECT, related_name="promotion"
    )
    need = models.ForeignKey(
        Need, verbose_name=_("Handlungsbedarf"), on_delete=models.PROTECT, null=True, related_name="promotions"
    )
    goal = models.ForeignKey(
        Goal, verbose_name=_("Ziel"), on_delete=models.PROTECT, null=True, related_name="promotions"
    )
    measure = models.ForeignKey(
        Measure, verbose_name=_("Maßnahme"), on_delete=models.PROTECT, null=True, related_name="promotions"
    )
    promoted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("übernommen von"), on_delete=models.PROTECT, related_name="+"
    )
    promoted_at = models.DateTimeField(_("übernommen am"), default=timezone.now)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Übernahme")
        verbose_name_plural = _("Übernahmen")
        ordering = ["-promoted_at", "-pk"]
        constraints = [
            CheckAtField(
                at="outcome",
                condition=Q(need__isnull=False, goal=None, measure=None)
                | Q(need=None, goal__isnull=False, measure=None)
                | Q(need=None, goal=None, measure__isnull=False),
                name="promotion_leads_to_one_entry",
                violation_error_message=_("Ein Ergebnis wird zu einem Eintrag des Katalogs."),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            ShownToReaders(),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} → {self.entry}"

    @property
    def entry(self) -> Entry:
        """What the outcome became."""
        entry = self.need or self.goal or self.measure
        assert entry is not None  # held by the constraint
        return entry

    @property
    def concept(self) -> Concept:
        """The concept both belong to."""
        return self.outcome.concept
