"""What an event brought: minutes item by item, and outcomes that keep where they come from."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

import pghistory
import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from district.constraints import CheckAtField
from district.freshness import ShownToReaders
from district.models import Concept, FieldOfAction

from .events import Event, shown
from .groups import WorkingGroup
from .preparation import AgendaItem
from .registrations import Feedback

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class State(models.TextChoices):
    DRAFT = "draft", _("in Arbeit")
    RELEASED = "released", _("freigegeben")


# What may follow; only `workshops.actions.minutes` reads it. Released ones go back to be corrected.
NEXT: Final[dict[State, set[State]]] = {State.DRAFT: {State.RELEASED}, State.RELEASED: {State.DRAFT}}


# Saved every few seconds while somebody writes: the trail notes that, and who, but does not copy the words each time.
@pghistory.track(exclude=["summary", "internal"])
class Minutes(models.Model):
    """The Protokoll of an event: a summary for everybody, a part that stays internal, and a note to each item."""

    State = State

    event = models.OneToOneField(Event, verbose_name=_("Termin"), on_delete=models.PROTECT, related_name="minutes")
    state = models.CharField(_("Stand"), max_length=8, choices=State, default=State.DRAFT, editable=False)
    summary = models.TextField(
        _("Zusammenfassung"), blank=True, max_length=5000, help_text=_("Wird mit der Freigabe veröffentlicht.")
    )
    internal = models.TextField(
        _("Interner Teil"), blank=True, max_length=10_000, help_text=_("Bleibt in der Verwaltung.")
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    started_at = models.DateTimeField(_("begonnen"), default=timezone.now)

    if TYPE_CHECKING:
        steps: RelatedManager[MinutesStep]

    class Meta:
        verbose_name = _("Protokoll")
        verbose_name_plural = _("Protokolle")
        triggers = [
            ShownToReaders(only=Q(state="released")),
            pgtrigger.FSM(
                name="state_goes_its_steps",
                field="state",
                transitions=[
                    (str(state), str(following)) for state, steps in NEXT.items() for following in sorted(steps)
                ],
            ),
            pgtrigger.Protect(
                name="released_minutes_stand",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="released", new__state="released"),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Protokoll zu %(event)s") % {"event": self.event})

    @property
    def concept(self) -> Concept:
        """The concept whose event this belongs to."""
        return self.event.concept

    @property
    def is_released(self) -> bool:
        """Whether summary and outcomes are public."""
        return self.state == State.RELEASED


@pghistory.track(exclude=["text"])
class Discussion(models.Model):
    """What was said to one agenda item; internal. An item with a note cannot be taken off the agenda."""

    item = models.OneToOneField(
        AgendaItem, verbose_name=_("Tagesordnungspunkt"), on_delete=models.PROTECT, related_name="discussion"
    )
    text = models.TextField(_("Beratung"), blank=True, max_length=10_000)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("Beratung")
        verbose_name_plural = _("Beratungen")

    def __str__(self) -> str:
        return str(self.item)

    @property
    def concept(self) -> Concept:
        """The concept whose event this belongs to."""
        return self.item.concept


@pghistory.track(pghistory.InsertEvent())
class MinutesStep(models.Model):
    """When minutes were released or taken back, by whom and why: rows that are only ever added."""

    class Kind(models.TextChoices):
        RELEASED = "released", _("freigegeben")
        REOPENED = "reopened", _("zur Berichtigung zurückgenommen")

    minutes = models.ForeignKey(Minutes, verbose_name=_("Protokoll"), on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(_("Schritt"), max_length=8, choices=Kind)
    reason = models.CharField(_("Begründung"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("durch"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("am"), default=timezone.now)

    class Meta:
        verbose_name = _("Schritt des Protokolls")
        verbose_name_plural = _("Schritte des Protokolls")
        ordering = ["at", "pk"]
        constraints = [
            CheckAtField(
                at="reason",
                condition=Q(kind="released") | ~Q(reason=""),
                name="minutes_reopened_for_a_reason",
                violation_error_message=_("Bitte begründen Sie, was berichtigt werden soll."),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            ShownToReaders(),
        ]

    def __str__(self) -> str:
        return f"{self.minutes}: {self.get_kind_display()}"

    @property
    def concept(self) -> Concept:
        """The concept whose event this belongs to."""
        return self.minutes.concept


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def released(self) -> OutcomeQuerySet:
        """Return those of events that readers see, released and not kept internal, also while they are being corrected."""
        return self.filter(shown("event__"), is_public=True, released_at__isnull=False)

    def public(self) -> OutcomeQuerySet:
        """Return those a reader may see: released ones, unless their minutes were taken back to be corrected."""
        return self.released().exclude(feedback=None, event__minutes__state=State.DRAFT)

    def open(self) -> OutcomeQuerySet:
        """Return open points and decisions that somebody still has to see to."""
        return self.filter(kind__in=Outcome.TO_BE_DONE, done_on=None)

    def overdue(self, on: datetime.date) -> OutcomeQuerySet:
        """Return those that should have been done before this day."""
        return self.open().filter(due_on__lt=on)


@pghistory.track()
class Outcome(models.Model):
    """An Ergebnis: what an agenda item, or a written feedback, brought. Where it comes from never changes."""

    class Kind(models.TextChoices):
        NEED = "need", _("Handlungsbedarf")
        GOAL = "goal", _("Zielvorschlag")
        MEASURE = "measure", _("Maßnahmenvorschlag")
        OPEN_POINT = "open_point", _("offener Punkt")
        DECISION = "decision", _("Festlegung")

    TO_BE_DONE: Final = (Kind.OPEN_POINT, Kind.DECISION)
    PROMOTABLE: Final = (Kind.NEED, Kind.GOAL, Kind.MEASURE)

    event = models.ForeignKey(Event, verbose_name=_("Termin"), on_delete=models.PROTECT, related_name="outcomes")
    item = models.ForeignKey(
        AgendaItem,
        verbose_name=_("Tagesordnungspunkt"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes",
    )
    feedback = models.ForeignKey(
        Feedback,
        verbose_name=_("Rückmeldung"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes",
    )
    group = models.ForeignKey(
        WorkingGroup,
        verbose_name=_("Arbeitsgruppe"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="outcomes",
    )
    kind = models.CharField(_("Art"), max_length=10, choices=Kind)
    title = models.CharField(_("Ergebnis"), max_length=200, help_text=_("Ein Satz, der für sich steht."))
    text = models.TextField(_("Erläuterung"), blank=True, max_length=4000)
    field_of_action = models.ForeignKey(
        FieldOfAction,
        verbose_name=_("Handlungsfeld"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes",
    )
    owner = models.CharField(
        _("Wer kümmert sich"), max_length=120, blank=True, help_text=_("Funktion oder Stelle, kein Name.")
    )
    due_on = models.DateField(pgettext_lazy("Frist", "bis"), null=True, blank=True)
    done_on = models.DateField(_("erledigt am"), null=True, blank=True)
    is_public = models.BooleanField(
        _("öffentlich"), default=True, help_text=_("Erscheint mit der Freigabe des Protokolls.")
    )
    released_at = models.DateTimeField(_("freigegeben am"), null=True, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("entstanden"), default=timezone.now, editable=False)

    objects = OutcomeQuerySet.as_manager()

    if TYPE_CHECKING:
        promotion: Any  # of the room above (`catalogue.models.Promotion`)

    class Meta:
        verbose_name = _("Ergebnis")
        verbose_name_plural = _("Ergebnisse")
        ordering = ["event", "item__order", "pk"]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(done_on=None), name="outcome_due"),
            models.Index(fields=["event", "id"], name="outcome_of_event"),
        ]
        constraints = [
            CheckAtField(
                at="kind",
                condition=Q(kind__in=["need", "goal", "measure", "open_point", "decision"]),
                name="outcome_has_a_known_kind",
                violation_error_message=_("Bitte wählen Sie die Art des Ergebnisses."),
            ),
            CheckAtField(
                at="item",
                condition=Q(item=None) | Q(feedback=None),
                name="outcome_of_one_thing",
                violation_error_message=_("Ein Ergebnis kommt aus der Tagesordnung oder aus einer Rückmeldung."),
            ),
        ]
        triggers = [
            ShownToReaders(only=Q(released_at__isnull=False)),
            pgtrigger.Protect(
                name="keeps_where_it_comes_from",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__event__df=pgtrigger.F("new__event"))
                | pgtrigger.Q(old__item__df=pgtrigger.F("new__item"))
                | pgtrigger.Q(old__feedback__df=pgtrigger.F("new__feedback"))
                | pgtrigger.Q(old__group__df=pgtrigger.F("new__group")),
            ),
            pgtrigger.Protect(
                name="released_outcomes_stay",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__released_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse an item, a feedback or a field of action of something else."""
        for name in ("item", "feedback"):
            origin = getattr(self, name)
            if origin and origin.event_id != self.event_id:
                raise ValidationError({name: _("Das gehört zu einem anderen Termin.")})
        if self.field_of_action and self.event_id and self.field_of_action.concept_id != self.event.concept_id:
            raise ValidationError({"field_of_action": _("Dieses Handlungsfeld gehört zu einem anderen Konzept.")})

    @property
    def concept(self) -> Concept:
        """The concept whose event this belongs to."""
        return self.event.concept

    @property
    def is_shown(self) -> bool:
        """Whether readers see it; of many: `OutcomeQuerySet.public`."""
        is_released = self.is_public and self.released_at is not None
        return is_released and self.event.is_shown and not self.is_being_corrected

    @property
    def is_being_corrected(self) -> bool:
        """Whether its minutes were taken back to be corrected: readers do not see its words until they are released."""
        minutes: Minutes | None = getattr(self.event, "minutes", None)
        return self.feedback_id is None and minutes is not None and not minutes.is_released

    @property
    def is_to_be_done(self) -> bool:
        """Whether somebody still has to see to it."""
        return self.kind in self.TO_BE_DONE and self.done_on is None

    def is_overdue(self, on: datetime.date) -> bool:
        """Whether it should have been done before this day."""
        return self.is_to_be_done and self.due_on is not None and self.due_on < on
