"""What happened to a milestone and why: rows that are only ever added, down to the database."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from district.constraints import CheckAtField
from district.fields import ApproximateDateField
from district.freshness import ShownToReaders
from district.models import Concept

from .plan import Milestone


class Cause(models.TextChoices):
    PANDEMIC = "pandemic", _("Pandemie")
    STAFF = "staff", _("Personal")
    POLITICS = "politics", _("Politik")
    PREDECESSOR = "predecessor", _("Vorgänger verschoben")
    OTHER = "other", _("anderer Grund")


class Change(models.Model):
    """What every recorded change of a milestone keeps: why, by whom, when."""

    milestone: models.ForeignKey[Milestone, Milestone]
    reason = models.CharField(_("Begründung"), max_length=500, help_text=_("Ein Satz; er wird veröffentlicht."))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("eingetragen von"), on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("eingetragen am"), default=timezone.now)

    class Meta:
        abstract = True
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            ShownToReaders(),
        ]


class PostponementQuerySet(models.QuerySet["Postponement"]):
    def of(self, concept: Concept) -> PostponementQuerySet:
        """Return the postponements of one concept's public and internal milestones, newest first."""
        return self.filter(milestone__phase__concept=concept).select_related("milestone", "moved_along_with__milestone")

    def with_circumstances(self) -> PostponementQuerySet:
        """Return the postponements with the session that decided them and the one they followed loaded."""
        return self.select_related("decided_in__body", "moved_along_with__milestone")

    def public(self) -> PostponementQuerySet:
        """Return those of milestones a reader may see."""
        return self.filter(milestone__is_public=True)


@pghistory.track(pghistory.InsertEvent())
class Postponement(Change):
    """A milestone's move from one date to another."""

    milestone = models.ForeignKey(
        Milestone, verbose_name=_("Meilenstein"), on_delete=models.PROTECT, related_name="postponements"
    )
    from_date = ApproximateDateField(_("von"))
    to_date = ApproximateDateField(_("auf"))
    cause = models.CharField(_("Ursache"), max_length=12, choices=Cause)
    decided_in = models.ForeignKey(
        "CouncilSession",
        verbose_name=_("entschieden in"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="postponements",
    )
    moved_along_with = models.ForeignKey(
        "self",
        verbose_name=_("mitverschoben mit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consequences",
    )

    objects = PostponementQuerySet.as_manager()

    class Meta(Change.Meta):
        verbose_name = _("Verschiebung")
        verbose_name_plural = _("Verschiebungen")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            CheckAtField(
                at="to_date",
                condition=~Q(to_date=F("from_date")),
                name="postponement_changes_the_date",
                violation_error_message=_("Der neue Termin ist der bisherige."),
            ),
            CheckAtField(
                at="cause",
                condition=Q(cause__in=Cause.values),
                name="postponement_has_a_known_cause",
                violation_error_message=_("Bitte wählen Sie eine Ursache."),
            ),
            CheckAtField(
                at="reason",
                condition=~Q(reason=""),
                name="postponement_has_a_reason",
                violation_error_message=_("Bitte begründen Sie die Verschiebung."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone}: {self.from_date} → {self.to_date}"

    @property
    def is_refinement(self) -> bool:
        """Whether the new date only says more exactly when (a day within „Anfang 2021“)."""
        return self.from_date.contains(self.to_date)


@pghistory.track(pghistory.InsertEvent())
class CallOff(Change):
    """A milestone that will not take place."""

    milestone = models.OneToOneField(
        Milestone, verbose_name=_("Meilenstein"), on_delete=models.PROTECT, related_name="call_off"
    )
    planned_for = ApproximateDateField(_("geplant für"))
    called_off_on = models.DateField(_("abgesagt am"))
    cause = models.CharField(_("Ursache"), max_length=12, choices=Cause)

    class Meta(Change.Meta):
        verbose_name = _("Absage")
        verbose_name_plural = _("Absagen")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            CheckAtField(
                at="cause",
                condition=Q(cause__in=Cause.values),
                name="call_off_has_a_known_cause",
                violation_error_message=_("Bitte wählen Sie eine Ursache."),
            ),
            CheckAtField(
                at="reason",
                condition=~Q(reason=""),
                name="call_off_has_a_reason",
                violation_error_message=_("Bitte begründen Sie die Absage."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone}: {self.called_off_on}"


@pghistory.track(pghistory.InsertEvent())
class Attainment(Change):
    """A milestone reached."""

    milestone = models.OneToOneField(
        Milestone, verbose_name=_("Meilenstein"), on_delete=models.PROTECT, related_name="attainment"
    )
    reason = models.CharField(_("Bemerkung"), max_length=500, blank=True)
    planned_for = ApproximateDateField(_("geplant für"))
    reached = ApproximateDateField(_("erreicht am"))

    class Meta(Change.Meta):
        verbose_name = _("erreichter Meilenstein")
        verbose_name_plural = _("erreichte Meilensteine")
        ordering = ["-recorded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.milestone}: {self.reached}"
