"""Weighing (Abwägung): what the district does with what was brought in, and why; written by one, released by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pghistory
import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models import Goal, Measure, Need
from district.freshness import ShownToReaders
from district.models import Concept, FieldOfAction

from .rounds import Round, Section

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .ideas import Idea, IdeaQuerySet


class State(models.TextChoices):
    DRAFT = "draft", _("in Arbeit")
    SUBMITTED = "submitted", _("zur Freigabe")
    RELEASED = "released", _("freigegeben")


# What may follow; only `participation.actions.weighing` reads it.
NEXT: Final[dict[State, set[State]]] = {
    State.DRAFT: {State.SUBMITTED},
    State.SUBMITTED: {State.DRAFT, State.RELEASED},
    State.RELEASED: set(),
}


class Decision(models.TextChoices):
    """The results of a weighing, as planning law's practice names them."""

    ADOPTED = "adopted", _("berücksichtigt")
    PARTLY = "partly", _("teilweise berücksichtigt")
    REJECTED = "rejected", _("nicht berücksichtigt")
    NOTED = "noted", _("zur Kenntnis genommen")
    CONTAINED = "contained", _("bereits enthalten")


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def latest_versions(self) -> AssessmentQuerySet:
        """Return those that nothing corrects, not even in work."""
        return self.filter(correction=None)

    def released(self) -> AssessmentQuerySet:
        """Return those that were answered to the public."""
        return self.filter(state=State.RELEASED)

    def public_ideas(self) -> IdeaQuerySet:
        """Return the public ideas that these answer, with what names and links them, the most supported first."""
        from .ideas import Idea  # which knows the weighings by name alone

        shown = Idea.objects.public().filter(assessment__in=self.released(), state=Idea.State.ANSWERED)
        return (
            shown.select_related("round__concept", "section", "assessment")
            .defer("search")
            .order_by("-support_count", "pk")
        )

    def awaiting_release(self) -> AssessmentQuerySet:
        """Return those that wait for the second pair of eyes."""
        return self.filter(state=State.SUBMITTED)


@pghistory.track()
class Assessment(models.Model):
    """The weighing of one idea, of several alike, or of what was said to one section of a draft."""

    State = State
    Decision = Decision

    round = models.ForeignKey(
        Round, verbose_name=_("Beteiligungsrunde"), on_delete=models.PROTECT, related_name="assessments"
    )
    section = models.ForeignKey(
        Section,
        verbose_name=_("Abschnitt"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
    )
    field_of_action = models.ForeignKey(
        FieldOfAction,
        verbose_name=_("Handlungsfeld"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
    )
    summary = models.TextField(_("Zusammenfassung"), max_length=2000, help_text=_("Was wird gewünscht?"))
    proposal = models.TextField(
        _("Vorschlag der Verwaltung"), max_length=4000, blank=True, help_text=_("Intern; wird nicht veröffentlicht.")
    )
    decision = models.CharField(_("Entscheidung"), max_length=9, choices=Decision, blank=True)
    reason = models.TextField(
        _("Begründung"), max_length=4000, blank=True, help_text=_("Wird als Antwort veröffentlicht und verschickt.")
    )
    needs = models.ManyToManyField(Need, verbose_name=_("Handlungsbedarfe"), blank=True, related_name="assessments")
    goals = models.ManyToManyField(Goal, verbose_name=_("Ziele"), blank=True, related_name="assessments")
    measures = models.ManyToManyField(Measure, verbose_name=_("Maßnahmen"), blank=True, related_name="assessments")
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    corrects = models.OneToOneField(
        "self",
        verbose_name=_("berichtigt"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="correction",
    )
    correction_reason = models.TextField(_("Grund der Berichtigung"), blank=True, max_length=1000, editable=False)
    hand_back_note = models.TextField(_("Rückgabe"), blank=True, max_length=1000, editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("verfasst von"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    drafted_at = models.DateTimeField(_("verfasst am"), default=timezone.now, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("vorgelegt von"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("freigegeben von"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    released_at = models.DateTimeField(_("freigegeben am"), null=True, editable=False)

    objects = AssessmentQuerySet.as_manager()

    if TYPE_CHECKING:
        ideas: RelatedManager[Idea]

    class Meta:
        verbose_name = _("Abwägung")
        verbose_name_plural = _("Abwägungen")
        ordering = ["-drafted_at", "-pk"]
        indexes = [
            models.Index(fields=["round", "state", "field_of_action"], name="assessment_of_round"),
            models.Index(fields=["state", "drafted_at"], name="assessment_awaiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | (~Q(decision="") & ~Q(reason="") & Q(submitted_by__isnull=False)),
                name="assessment_submitted_with_decision_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=State.RELEASED, released_by__isnull=False, released_at__isnull=False)
                | (~Q(state=State.RELEASED) & Q(released_by=None, released_at=None)),
                name="assessment_released_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | (~Q(released_by=F("drafted_by")) & ~Q(released_by=F("submitted_by"))),
                name="assessment_four_eyes",
                violation_error_message=_("Wer eine Abwägung verfasst hat, gibt sie nicht selbst frei."),
            ),
        ]
        triggers = [
            ShownToReaders(only=Q(state="released")),
            pgtrigger.Protect(
                name="released_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="released"),
            ),
            pgtrigger.FSM(
                name="state_goes_its_steps",
                field="state",
                transitions=[
                    (str(state), str(following)) for state, steps in NEXT.items() for following in sorted(steps)
                ],
            ),
        ]

    def __str__(self) -> str:
        # By what it answers: nobody knows a weighing by a number of its own.
        if self.section:
            return str(_("Abwägung zu Abschnitt %(section)s") % {"section": self.section.number})
        references = self.references
        if not references:
            return str(_("Abwägung ohne Idee"))
        if len(references) == 1:
            return str(_("Abwägung zu %(idea)s") % {"idea": references[0]})
        words = {"idea": references[0], "others": len(references) - 1}
        return str(_("Abwägung zu %(idea)s und %(others)s weiteren") % words)

    def clean(self) -> None:
        """Refuse a field or a section that belongs elsewhere."""
        if self.field_of_action and self.field_of_action.concept_id != self.round.concept_id:
            raise ValidationError({"field_of_action": _("Dieses Handlungsfeld gehört zu einem anderen Konzept.")})
        if self.section and self.section.round_id != self.round_id:
            raise ValidationError({"section": _("Dieser Abschnitt gehört zu einem anderen Entwurf.")})

    @property
    def concept(self) -> Concept:
        """The concept whose round this belongs to."""
        return self.round.concept

    @property
    def weighed(self) -> list[Idea]:
        """The ideas that it answers or will: a correction those of the answer that it corrects, which hands them on at its release."""
        if not self.pk:
            return []
        holder = self.corrects if self.corrects and not self.is_released else self
        ideas = [idea for idea in holder.ideas.all() if idea.state in (idea.State.IN_REVIEW, idea.State.ANSWERED)]
        if not ideas and (correction := self.correction_or_none) and correction.is_released:
            return correction.weighed
        return sorted(ideas, key=lambda idea: (idea.published_at, idea.pk))

    @property
    def references(self) -> list[str]:
        """The reference numbers of the ideas that are weighed or answered, in their order."""
        return [idea.reference for idea in self.weighed]

    @property
    def correction_or_none(self) -> Assessment | None:
        """What corrects it, in work or released."""
        correction: Assessment | None = getattr(self, "correction", None)
        return correction

    @property
    def is_released(self) -> bool:
        """Whether it has been answered to the public."""
        return self.state == State.RELEASED

    @property
    def is_being_corrected(self) -> bool:
        """Whether it is the answer that holds, and another one is being written."""
        correction = self.correction_or_none
        return correction is not None and not correction.is_released

    @property
    def may_be_corrected(self) -> bool:
        """Whether it answers something, and nobody has begun to correct it."""
        return self.is_released and not self.correction_or_none and bool(self.weighed)

    @property
    def answers_before(self) -> list[Assessment]:
        """What it replaces, or will once it is released: the answer that it corrects, the one before that, and so on."""
        return [self.corrects, *self.corrects.answers_before] if self.corrects else []

    @property
    def leads_to(self) -> str:
        """What to say before the entries it names: what is not taken up has flowed into nothing."""
        match self.decision:
            case Decision.REJECTED:
                return str(_("Dazu passt im Konzept"))
            case Decision.CONTAINED:
                return str(_("Das ist bereits enthalten in"))
        return str(_("Das ist eingeflossen in"))


@pghistory.track(obj_field=None)
class AssessmentNeed(Assessment.needs.through):  # type: ignore[name-defined]
    """Which weighing flowed into which need: tracked, because the red thread is asked about for good."""

    class Meta:
        proxy = True
        triggers = [ShownToReaders()]
        verbose_name = _("Verknüpfung mit Handlungsbedarf")
        verbose_name_plural = _("Verknüpfungen mit Handlungsbedarfen")


@pghistory.track(obj_field=None)
class AssessmentGoal(Assessment.goals.through):  # type: ignore[name-defined]
    """Which weighing flowed into which goal."""

    class Meta:
        proxy = True
        triggers = [ShownToReaders()]
        verbose_name = _("Verknüpfung mit Ziel")
        verbose_name_plural = _("Verknüpfungen mit Zielen")


@pghistory.track(obj_field=None)
class AssessmentMeasure(Assessment.measures.through):  # type: ignore[name-defined]
    """Which weighing flowed into which measure."""

    class Meta:
        proxy = True
        triggers = [ShownToReaders()]
        verbose_name = _("Verknüpfung mit Maßnahme")
        verbose_name_plural = _("Verknüpfungen mit Maßnahmen")
