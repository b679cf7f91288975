"""The plan: phases, milestones and what must come before what."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from district.constraints import CheckAtField, UniqueAtField
from district.fields import ApproximateDateField
from district.freshness import ShownToReaders
from district.models import Concept
from milestones.schedule import Link, Schedule

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .changes import Postponement


class PhaseQuerySet(models.QuerySet["Phase"]):
    def with_milestones(self) -> PhaseQuerySet:
        """Return the phases with their milestones loaded, for `Phase.state`."""
        return self.prefetch_related("milestones")

    def with_moves(self) -> PhaseQuerySet:
        """Return the phases with their milestones and the postponements of these loaded."""
        return self.prefetch_related("milestones__postponements")

    def with_history(self) -> PhaseQuerySet:
        """Return the phases with their milestones and all that happened to these loaded, ready to be told."""
        from .changes import Postponement

        moves = models.Prefetch("postponements", queryset=Postponement.objects.with_circumstances())
        milestones = Milestone.objects.select_related("call_off", "attainment").prefetch_related(moves)
        return self.prefetch_related(models.Prefetch("milestones", queryset=milestones))


@pghistory.track()
class Phase(models.Model):
    """A stretch of the process. Its state follows from its dates and milestones and is never typed in."""

    class MethodStep(models.TextChoices):
        """Where the phase stands in the picture „Methodisches Vorgehen“."""

        ANALYSIS = "analysis", _("Analyse")
        WORKSHOPS = "workshops", _("Arbeitsgruppen und Workshops")
        DISCUSSION = "discussion", _("Diskussion und Beteiligung")
        RESOLUTION = "resolution", _("Beschluss")
        IMPLEMENTATION = "implementation", _("Umsetzung")
        STEERING = "steering", _("Begleitend: Steuerung")
        PUBLICITY = "publicity", _("Begleitend: Öffentlichkeitsarbeit")

    class State(models.TextChoices):
        PLANNED = "planned", _("geplant")
        RUNNING = "running", _("läuft")
        FINISHED = "finished", _("abgeschlossen")

    concept = models.ForeignKey(
        Concept, verbose_name=_("Entwicklungskonzept"), on_delete=models.PROTECT, related_name="phases"
    )
    title = models.CharField(_("Titel"), max_length=120)
    order = models.PositiveSmallIntegerField(_("Reihenfolge"), default=1)
    method_step = models.CharField(
        _("Schritt im Bild „Methodisches Vorgehen“"),
        max_length=16,
        choices=MethodStep,
        blank=True,
        help_text=_("Leer: Die Phase erscheint im Zeitplan, aber nicht im Bild."),
    )
    starts = ApproximateDateField(_("Beginn"))
    ends = ApproximateDateField(_("Ende"))
    summary = models.CharField(
        _("Was geschieht"), max_length=200, help_text=_("Ein Satz; er steht im Bild und im Zeitplan.")
    )
    text = models.TextField(_("Öffentlicher Text"), blank=True)

    objects = PhaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("Phase")
        verbose_name_plural = _("Phasen")
        ordering = ["concept", "order", "starts"]
        constraints = [
            CheckAtField(
                at="ends",
                condition=Q(ends__latest__gte=F("starts__earliest")),
                name="phase_ends_after_start",
                violation_error_message=_("Eine Phase endet nicht vor ihrem Beginn."),
            )
        ]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return self.title

    def state(self, on: datetime.date) -> State:
        """Return the state on a day.

        Finished: the end may have come and no milestone is open. Running: the start may have come, or a milestone is
        reached. Load `milestones` first where many phases are asked.
        """
        milestones = self.milestones.all()
        nothing_open = not any(milestone.is_open for milestone in milestones)
        end = self.ends.earliest if milestones else self.ends.latest + datetime.timedelta(days=1)
        if nothing_open and end <= on:
            return self.State.FINISHED
        if self.starts.earliest <= on or any(milestone.reached for milestone in milestones):
            return self.State.RUNNING
        return self.State.PLANNED


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def of(self, concept: Concept) -> MilestoneQuerySet:
        """Return the milestones of one concept, by date."""
        return self.filter(phase__concept=concept).order_by("current", "pk")

    def public(self) -> MilestoneQuerySet:
        """Return those a reader may see."""
        return self.filter(is_public=True)

    def open(self) -> MilestoneQuerySet:
        """Return those neither reached nor called off."""
        return self.filter(reached=None, called_off_on=None)

    def overdue(self, on: datetime.date) -> MilestoneQuerySet:
        """Return open milestones whose last possible day is over."""
        return self.open().filter(current__latest__lt=on)

    def ahead(self, on: datetime.date) -> MilestoneQuerySet:
        """Return open milestones that may still come in time."""
        return self.open().filter(current__latest__gte=on)


@pghistory.track()
class Milestone(models.Model):
    """A point on the way to the resolution.

    While the plan is drafted, `current` is edited freely. Once `baseline` is set (`fix_baseline`), only `postpone`
    moves it, only `reach` and `call_off` end it: database triggers refuse everything else.
    """

    class Kind(models.TextChoices):
        START = "start", _("Auftakt")
        ANALYSIS = "analysis", _("Analyse")
        EVENT = "event", _("Veranstaltung")
        DRAFT = "draft", _("Entwurf")
        PARTICIPATION = "participation", _("Beteiligung")
        RESOLUTION = "resolution", _("Beschluss")
        IMPLEMENTATION = "implementation", _("Umsetzung")

    class State(models.TextChoices):
        PLANNED = "planned", _("geplant")
        OVERDUE = "overdue", _("überfällig")
        REACHED = "reached", _("erreicht")
        CALLED_OFF = "called_off", _("abgesagt")

    phase = models.ForeignKey(Phase, verbose_name=_("Phase"), on_delete=models.PROTECT, related_name="milestones")
    title = models.CharField(_("Titel"), max_length=160)
    kind = models.CharField(
        _("Art"),
        max_length=16,
        choices=Kind,
        help_text=_("Der letzte „Beschluss“ in der Phase des Schritts „Beschluss“ ist der Beschluss über das Konzept."),
    )
    baseline = ApproximateDateField(_("Ausgangstermin"), null=True, blank=True, editable=False)
    current = ApproximateDateField(_("Termin"))
    reached = ApproximateDateField(_("erreicht am"), null=True, blank=True, editable=False)
    called_off_on = models.DateField(_("abgesagt am"), null=True, blank=True, editable=False)
    is_public = models.BooleanField(_("öffentlich"), default=True)
    note = models.TextField(_("Erläuterung"), blank=True, help_text=_("Steht auf der öffentlichen Seite."))
    predecessors = models.ManyToManyField(
        "self",
        verbose_name=_("Vorgänger"),
        through="Dependency",
        through_fields=("successor", "predecessor"),
        symmetrical=False,
        related_name="successors",
        blank=True,
    )

    objects = MilestoneQuerySet.as_manager()

    if TYPE_CHECKING:
        postponements: RelatedManager[Postponement]

    class Meta:
        verbose_name = _("Meilenstein")
        verbose_name_plural = _("Meilensteine")
        ordering = ["current", "pk"]
        indexes = [models.Index(fields=["phase", "current"], name="milestone_by_phase_and_date")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reached=None) | Q(called_off_on=None),
                name="milestone_not_reached_and_called_off",
                violation_error_message=_("Ein Meilenstein ist entweder erreicht oder abgesagt."),
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="moves_only_by_postponement",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("current"),
                condition=pgtrigger.Q(old__baseline__isnull=False)
                & pgtrigger.Q(old__current__df=pgtrigger.F("new__current")),
                declare=[("last", "RECORD")],
                func="""
                    SELECT from_date, to_date INTO last FROM milestones_postponement
                    WHERE milestone_id = NEW.id ORDER BY id DESC LIMIT 1;
                    IF last IS NULL OR last.from_date <> OLD.current OR last.to_date <> NEW.current THEN
                        RAISE EXCEPTION 'a milestone moves only by a postponement' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="keeps_its_baseline",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("baseline"),
                condition=pgtrigger.Q(old__baseline__isnull=False)
                & pgtrigger.Q(old__baseline__df=pgtrigger.F("new__baseline")),
                func="RAISE EXCEPTION 'a baseline stays' USING ERRCODE = 'check_violation';",
            ),
            pgtrigger.Trigger(
                name="ends_only_on_record",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("reached", "called_off_on"),
                func="""
                    IF NEW.reached IS DISTINCT FROM
                        (SELECT reached FROM milestones_attainment WHERE milestone_id = NEW.id)
                    OR NEW.called_off_on IS DISTINCT FROM
                        (SELECT called_off_on FROM milestones_calloff WHERE milestone_id = NEW.id)
                    THEN
                        RAISE EXCEPTION 'a milestone ends only on record' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            ShownToReaders(),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def concept(self) -> Concept:
        """The concept on whose way this milestone lies."""
        return self.phase.concept

    @property
    def is_open(self) -> bool:
        """Whether it is neither reached nor called off."""
        return self.reached is None and self.called_off_on is None

    @property
    def is_moved(self) -> bool:
        """Whether its date differs from the one first planned."""
        return self.baseline is not None and self.baseline != self.current

    def state(self, on: datetime.date) -> State:
        """Return the state on a day; overdue begins after the last day its date allows."""
        if self.called_off_on:
            return self.State.CALLED_OFF
        if self.reached:
            return self.State.REACHED
        return self.State.OVERDUE if self.current.latest < on else self.State.PLANNED


@pghistory.track()
class Dependency(models.Model):
    """`successor` cannot come earlier than `lead_time` days after `predecessor`."""

    class Unit(models.TextChoices):
        CALENDAR_DAYS = "calendar", _("Kalendertage")
        WORKING_DAYS = "working", _("Arbeitstage")

    predecessor = models.ForeignKey(
        Milestone, verbose_name=_("Vorgänger"), on_delete=models.CASCADE, related_name="dependents"
    )
    successor = models.ForeignKey(
        Milestone, verbose_name=_("Nachfolger"), on_delete=models.CASCADE, related_name="dependencies"
    )
    lead_time = models.PositiveSmallIntegerField(
        _("Vorlauf"), default=0, help_text=_("So viele Tage müssen nach dem Vorgänger mindestens vergehen.")
    )
    unit = models.CharField(_("Einheit"), max_length=8, choices=Unit, default=Unit.CALENDAR_DAYS)

    class Meta:
        verbose_name = _("Abhängigkeit")
        verbose_name_plural = _("Abhängigkeiten")
        constraints = [
            UniqueAtField(
                at="predecessor",
                fields=["predecessor", "successor"],
                name="dependency_once",
                violation_error_message=_("Dieser Vorgänger ist schon eingetragen."),
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="no_cycle",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                # The lock makes two transactions that would close a circle together wait for each other.
                func="""
                    PERFORM pg_advisory_xact_lock(hashtext('milestones_dependency'));
                    IF EXISTS (
                        WITH RECURSIVE later(id) AS (
                            SELECT NEW.successor_id
                            UNION
                            SELECT d.successor_id FROM milestones_dependency d JOIN later ON d.predecessor_id = later.id
                            WHERE d.id IS DISTINCT FROM NEW.id
                        )
                        SELECT FROM later WHERE id = NEW.predecessor_id
                    ) THEN
                        RAISE EXCEPTION 'milestones may not wait for each other' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            ShownToReaders(),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"

    @property
    def concept(self) -> Concept:
        """The concept both milestones belong to."""
        return self.successor.concept

    @property
    def link(self) -> Link:
        """The dependency as `Schedule` knows it."""
        return Link(
            predecessor=self.predecessor_id,
            successor=self.successor_id,
            lead_time=self.lead_time,
            in_working_days=self.unit == self.Unit.WORKING_DAYS,
        )


def resolving(milestones: Iterable[Milestone]) -> Milestone | None:
    """Return the milestone that stands for the resolution of the concept itself, None where none is planned.

    It is the last of kind „Beschluss“ in the phase of the step „Beschluss“; without such a phase, the last of that kind.
    """
    resolutions = [each for each in milestones if each.kind == Milestone.Kind.RESOLUTION and not each.called_off_on]
    of_the_step = [each for each in resolutions if each.phase.method_step == Phase.MethodStep.RESOLUTION]
    return max(of_the_step or resolutions, key=lambda each: (each.current, each.pk), default=None)


def schedule_of(concept: Concept) -> Schedule:
    """Load the milestones that still count, the reached ones with the day they were reached, and their links."""
    milestones = Milestone.objects.of(concept).filter(called_off_on=None)
    return Schedule(
        dates={milestone.pk: milestone.reached or milestone.current for milestone in milestones},
        links=[dependency.link for dependency in Dependency.objects.filter(successor__phase__concept=concept)],
        settled=[milestone.pk for milestone in milestones if milestone.reached],
    )
