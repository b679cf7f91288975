"""The goal system and the measures: from the need to the strategic goal, from there to sub-goals and measures.

An entry knows what it answers to and nothing of how people proposed it: higher rooms point here.
"""

from __future__ import annotations

from typing import Self, TypeVar

import pghistory
import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.constraints import CheckAtField, UniqueAtField
from district.freshness import ShownToReaders
from district.models import Concept, FieldOfAction

_Row = TypeVar("_Row", bound="Entry")


class State(models.TextChoices):
    """How far an entry is agreed upon. Everything but a draft is public."""

    DRAFT = "draft", gettext_lazy("Entwurf")
    PROPOSED = "proposed", gettext_lazy("vorgeschlagen")
    AGREED = "agreed", gettext_lazy("abgestimmt")
    DROPPED = "dropped", gettext_lazy("verworfen")


# What was public once stays public: nothing becomes a draft again. `catalogue.actions.move` goes these steps.
NEXT: dict[State, tuple[State, ...]] = {
    State.DRAFT: (State.PROPOSED,),
    State.PROPOSED: (State.AGREED, State.DROPPED),
    State.AGREED: (State.PROPOSED, State.DROPPED),
    State.DROPPED: (State.PROPOSED,),
}

# Each number within the text at the same width, so that „Z 2“ comes before „Z 10“ and „Z 1“ before „Z 1.1“.
_PADDED = Func(F("number"), Value(r"(\d+)"), Value(r"00000\1"), Value("g"), function="regexp_replace")
_SORT_KEY = Func(_PADDED, Value(r"\d*(\d{6})"), Value(r"\1"), Value("g"), function="regexp_replace")


class EntryQuerySet(models.QuerySet[_Row]):
    def public(self) -> Self:
        """Return those a reader may see."""
        return self.exclude(state=State.DRAFT)

    def listed(self) -> Self:
        """Return the public ones by number, with the concept that their addresses begin with."""
        return self.public().select_related("concept").order_by("sort_key", "pk")


class Entry(models.Model):
    """What needs, goals and measures have in common: a numbered sentence of the concept with its explanation."""

    concept = models.ForeignKey(
        Concept,
        verbose_name=gettext_lazy("Entwicklungskonzept"),
        on_delete=models.PROTECT,
        related_name="%(class)ss",
    )
    field_of_action = models.ForeignKey(
        FieldOfAction,
        verbose_name=gettext_lazy("Handlungsfeld"),
        on_delete=models.PROTECT,
        related_name="%(class)ss",
    )
    number = models.CharField(gettext_lazy("Nummer"), max_length=12)
    title = models.CharField(
        gettext_lazy("Titel"),
        max_length=200,
        help_text=gettext_lazy("Ein Satz oder ein Stichwort, das für sich steht."),
    )
    text = models.TextField(
        gettext_lazy("Erläuterung"), blank=True, help_text=gettext_lazy("Steht auf der öffentlichen Seite.")
    )
    state = models.CharField(gettext_lazy("Stand"), max_length=8, choices=State, default=State.DRAFT, editable=False)
    drop_reason = models.CharField(gettext_lazy("Warum verworfen"), max_length=500, blank=True, editable=False)
    sort_key = models.GeneratedField(
        expression=_SORT_KEY,
        output_field=models.CharField(max_length=100, db_collation="C"),
        db_persist=True,
    )

    class Meta:
        abstract = True
        ordering = ["concept", "sort_key", "pk"]
        indexes = [
            models.Index(fields=["concept", "sort_key"], name="%(class)s_by_number"),
            models.Index(fields=["concept", "field_of_action", "sort_key"], name="%(class)s_by_field_and_number"),
        ]
        constraints = [
            UniqueAtField(
                at="number",
                fields=["concept", "number"],
                name="%(class)s_number_once_per_concept",
                violation_error_message=gettext_lazy("Diese Nummer ist im Konzept schon vergeben."),
            ),
            CheckAtField(
                at="state",
                condition=Q(state__in=State.values),
                name="%(class)s_has_a_known_state",
                violation_error_message=gettext_lazy("Diesen Stand gibt es nicht."),
            ),
            CheckAtField(
                at="drop_reason",
                condition=Q(state=State.DROPPED) & ~Q(drop_reason="") | ~Q(state=State.DROPPED) & Q(drop_reason=""),
                name="%(class)s_is_dropped_for_a_reason",
                violation_error_message=gettext_lazy("Bitte begründen Sie, warum der Eintrag verworfen wird."),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="state_goes_its_steps",
                field="state",
                transitions=[(str(state), str(following)) for state, steps in NEXT.items() for following in steps],
            ),
            ShownToReaders(only=~Q(state="draft")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        """Return the address of its public page."""
        return reverse(f"catalogue:{self._meta.model_name}", args=[self.concept.slug, self.pk])

    def clean(self) -> None:
        """Refuse a field of action of another concept."""
        if self.concept_id and self.field_of_action_id and self.field_of_action.concept_id != self.concept_id:
            raise ValidationError({"field_of_action": _("Dieses Handlungsfeld gehört zu einem anderen Konzept.")})

    @property
    def designation(self) -> str:
        """What kind of entry this is, as people call it."""
        return str(self._meta.verbose_name)

    @property
    def is_public(self) -> bool:
        """Whether a reader may see it."""
        return self.state != State.DRAFT

    @property
    def next_states(self) -> tuple[State, ...]:
        """The states it can move to from here."""
        return NEXT[State(self.state)]


class NeedQuerySet(EntryQuerySet["Need"]):
    pass


@pghistory.track(exclude=["sort_key"])
class Need(Entry):
    """A Handlungsbedarf: what has to change, as analyses, experts and citizens have found it."""

    objects = NeedQuerySet.as_manager()

    class Meta(Entry.Meta):
        verbose_name = gettext_lazy("Handlungsbedarf")
        verbose_name_plural = gettext_lazy("Handlungsbedarfe")


class GoalQuerySet(EntryQuerySet["Goal"]):
    def with_family(self, found: EntryQuerySet[Goal]) -> GoalQuerySet:
        """Return those of `found` with the strategic goals above and the sub-goals below them."""
        return self.filter(Q(pk__in=found) | Q(parent__in=found) | Q(pk__in=found.values("parent")))


@pghistory.track(exclude=["sort_key"])
class Goal(Entry):
    """A goal: strategic ones answer to needs and stand for themselves, sub-goals say in parts how they are met."""

    class Kind(models.TextChoices):
        STRATEGIC = "strategic", gettext_lazy("strategisches Ziel")
        SUB_GOAL = "sub_goal", gettext_lazy("Teilziel")

    kind = models.CharField(gettext_lazy("Art"), max_length=9, choices=Kind, default=Kind.STRATEGIC)
    parent = models.ForeignKey(
        "self",
        verbose_name=gettext_lazy("strategisches Ziel"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sub_goals",
        help_text=gettext_lazy("Nur bei einem Teilziel: das Ziel, zu dem es gehört."),
    )
    needs = models.ManyToManyField(
        Need, verbose_name=gettext_lazy("Handlungsbedarf"), through="GoalNeed", related_name="goals", blank=True
    )

    objects = GoalQuerySet.as_manager()

    class Meta(Entry.Meta):
        verbose_name = gettext_lazy("Ziel")
        verbose_name_plural = gettext_lazy("Ziele")
        constraints = [
            *Entry.Meta.constraints,
            CheckAtField(
                at="kind",
                condition=Q(kind__in=["strategic", "sub_goal"]),
                name="goal_has_a_known_kind",
                violation_error_message=gettext_lazy("Bitte wählen Sie die Art des Ziels."),
            ),
            CheckAtField(
                at="parent",
                condition=~Q(kind="strategic") | Q(parent=None),
                name="goal_strategic_stands_for_itself",
                violation_error_message=gettext_lazy(
                    "Ein strategisches Ziel steht für sich. Bitte lassen Sie dieses Feld leer."
                ),
            ),
            CheckAtField(
                at="parent",
                condition=~Q(kind="sub_goal") | Q(parent__isnull=False),
                name="goal_sub_goal_belongs_to_another",
                violation_error_message=gettext_lazy(
                    "Bitte wählen Sie das strategische Ziel, zu dem dieses Teilziel gehört."
                ),
            ),
        ]

    def clean(self) -> None:
        """Keep a sub-goal with a public strategic goal of its own field, and a strategic goal where its sub-goals are."""
        super().clean()
        if self.parent:
            self._check_parent(self.parent)
        if self.pk and self.field_of_action_id:
            sub_goals = self.sub_goals.all()
            if self.kind != self.Kind.STRATEGIC and sub_goals.exists():
                raise ValidationError(
                    {"kind": _("Zu diesem Ziel gehören Teilziele. Es bleibt ein strategisches Ziel.")}
                )
            if sub_goals.exclude(field_of_action=self.field_of_action_id).exists():
                raise ValidationError(
                    {"field_of_action": _("Zu diesem Ziel gehören Teilziele. Es bleibt in seinem Handlungsfeld.")}
                )

    def _check_parent(self, parent: Goal) -> None:
        if parent.kind != self.Kind.STRATEGIC:
            raise ValidationError({"parent": _("Ein Teilziel gehört zu einem strategischen Ziel.")})
        if self.concept_id and parent.concept_id != self.concept_id:
            raise ValidationError({"parent": _("Dieses Ziel gehört zu einem anderen Konzept.")})
        if self.field_of_action_id and parent.field_of_action_id != self.field_of_action_id:
            raise ValidationError({"parent": _("Dieses Ziel gehört zu einem anderen Handlungsfeld.")})
        if self.is_public and not parent.is_public:
            raise ValidationError(
                {
                    "parent": _("„%(goal)s“ ist noch ein Entwurf. Schlagen Sie zuerst dieses Ziel vor.")
                    % {"goal": parent}
                }
            )

    @property
    def designation(self) -> str:
        """Strategic goal or sub-goal."""
        return self.get_kind_display()


class MeasureQuerySet(EntryQuerySet["Measure"]):
    pass


@pghistory.track(exclude=["sort_key"])
class Measure(Entry):
    """A project or a measure that serves goals."""

    goals = models.ManyToManyField(
        Goal, verbose_name=gettext_lazy("Ziele"), through="MeasureGoal", related_name="measures", blank=True
    )

    objects = MeasureQuerySet.as_manager()

    class Meta(Entry.Meta):
        verbose_name = gettext_lazy("Maßnahme")
        verbose_name_plural = gettext_lazy("Maßnahmen")


@pghistory.track()
class GoalNeed(models.Model):
    """Which need a goal answers to. A model of its own, because the red thread runs here and its trail is kept."""

    goal = models.ForeignKey(
        Goal, verbose_name=gettext_lazy("Ziel"), on_delete=models.CASCADE, related_name="need_links"
    )
    need = models.ForeignKey(
        Need, verbose_name=gettext_lazy("Handlungsbedarf"), on_delete=models.CASCADE, related_name="goal_links"
    )

    class Meta:
        verbose_name = gettext_lazy("Handlungsbedarf")
        verbose_name_plural = gettext_lazy("Handlungsbedarf, auf den dieses Ziel antwortet")
        constraints = [
            UniqueAtField(
                at="need",
                fields=["goal", "need"],
                name="goal_need_once",
                violation_error_message=gettext_lazy("Dieser Handlungsbedarf ist schon eingetragen."),
            )
        ]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return f"{self.need} → {self.goal}"


@pghistory.track()
class MeasureGoal(models.Model):
    """Which goal a measure serves. A model of its own, because the red thread runs here and its trail is kept."""

    measure = models.ForeignKey(
        Measure, verbose_name=gettext_lazy("Maßnahme"), on_delete=models.CASCADE, related_name="goal_links"
    )
    goal = models.ForeignKey(
        Goal, verbose_name=gettext_lazy("Ziel"), on_delete=models.CASCADE, related_name="measure_links"
    )

    class Meta:
        verbose_name = gettext_lazy("Ziel")
        verbose_name_plural = gettext_lazy("Ziele, denen diese Maßnahme dient")
        constraints = [
            UniqueAtField(
                at="goal",
                fields=["measure", "goal"],
                name="measure_goal_once",
                violation_error_message=gettext_lazy("Dieses Ziel ist schon eingetragen."),
            )
        ]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return f"{self.goal} → {self.measure}"
