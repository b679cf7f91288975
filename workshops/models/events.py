"""Events of every format: what they are about, when and where, for whom, and how far they have come."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import pghistory
import pgtrigger
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from district.approximate_date import Precision
from district.constraints import CheckAtField
from district.fields import ApproximateDateField
from district.freshness import ShownToReaders
from district.models import Concept, FieldOfAction, Municipality
from milestones.models import Milestone, Phase
from workshops import wording

from .groups import WorkingGroup

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .changes import Change
    from .mailings import Mailing
    from .minutes import Minutes, Outcome
    from .preparation import AgendaItem
    from .registrations import Feedback


class State(models.TextChoices):
    PLANNED = "planned", _("geplant")
    POSTPONED = "postponed", _("verschoben, neuer Termin offen")
    HELD = "held", _("durchgeführt")
    CALLED_OFF = "called_off", _("abgesagt")


# What may follow; only `workshops.actions.planning` reads it.
NEXT: Final[dict[State, set[State]]] = {
    State.PLANNED: {State.POSTPONED, State.HELD, State.CALLED_OFF},
    State.POSTPONED: {State.PLANNED, State.CALLED_OFF},
    State.HELD: set(),
    State.CALLED_OFF: set(),
}
OPEN: Final = (State.PLANNED, State.POSTPONED)


def shown(prefix: str = "") -> Q:
    """Return the condition „readers see the event“, for what hangs on one: see `Event.is_shown`."""
    return Q(**{f"{prefix}is_public": True, f"{prefix}concept__is_public": True})


def going_on(on: datetime.date) -> Q:
    """Return the condition „not over on a day“: a day that has begun is not; one without a new date has not even begun."""
    lasting = Q(last_day__isnull=False, last_day__gte=on)  # never NULL, so that it can be turned round
    return Q(date__latest__gte=on) | lasting | Q(state=State.POSTPONED)


class EventQuerySet(models.QuerySet["Event"]):
    def public(self) -> EventQuerySet:
        """Return those a reader may see."""
        return self.filter(shown())

    def coming(self, on: datetime.date) -> EventQuerySet:
        """Return those still ahead on a day, the next first."""
        return self.filter(going_on(on), state__in=OPEN).order_by("date", "starts_at", "pk")

    def past(self, on: datetime.date) -> EventQuerySet:
        """Return those that are over or will not be, the latest first: all that are not `coming`."""
        return self.exclude(going_on(on), state__in=OPEN).order_by("-date", "-starts_at", "-pk")

    def between(self, first: datetime.date, last: datetime.date) -> EventQuerySet:
        """Return those that touch these days, by date; months and vaguer dates count where they overlap."""
        touching = Q(date__earliest__lte=last) & (Q(date__latest__gte=first) | Q(last_day__gte=first))
        return self.filter(touching).order_by("date", "starts_at", "pk")


@pghistory.track()
class Event(models.Model):
    """A Veranstaltung: a session of a working group, a workshop, a talk, a forum.

    Once readers see it, its days and hours change only with a row that says why (`Change`), down to the database.
    """

    State = State

    class Kind(models.TextChoices):
        GROUP_SESSION = "group_session", _("AG-Sitzung")
        WORKSHOP = "workshop", _("Workshop")
        EXPERT_TALK = "expert_talk", _("Fachgespräch")
        MAYORS = "mayors", _("Bürgermeisterrunde")
        FORUM = "forum", _("Bürgerforum")
        ONLINE = "online", _("Online-Format")

    class Admission(models.TextChoices):
        OPEN = "open", _("für alle")
        INVITED = "invited", _("auf Einladung")

    concept = models.ForeignKey(
        Concept, verbose_name=_("Entwicklungskonzept"), on_delete=models.PROTECT, related_name="dates"
    )
    kind = models.CharField(_("Art"), max_length=16, choices=Kind)
    title = models.CharField(_("Titel"), max_length=160)
    topic = models.TextField(_("Worum es geht"), blank=True, help_text=_("Steht auf der öffentlichen Seite."))
    group = models.ForeignKey(
        WorkingGroup,
        verbose_name=_("Arbeitsgruppe"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
    )
    phase = models.ForeignKey(
        Phase, verbose_name=_("Phase"), on_delete=models.PROTECT, null=True, blank=True, related_name="dates"
    )
    milestone = models.ForeignKey(
        Milestone,
        verbose_name=_("Meilenstein"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dates",
        help_text=_("Wenn der Zeitplan diese Veranstaltung als Meilenstein führt."),
    )
    fields_of_action = models.ManyToManyField(
        FieldOfAction, verbose_name=_("Handlungsfelder"), through="EventField", related_name="dates", blank=True
    )
    date = ApproximateDateField(_("Termin"))
    starts_at = models.TimeField(_("Beginn (Uhrzeit)"), null=True, blank=True)
    ends_at = models.TimeField(_("Ende (Uhrzeit)"), null=True, blank=True)
    last_day = models.DateField(
        _("letzter Tag"), null=True, blank=True, help_text=_("Nur wenn die Veranstaltung mehrere Tage dauert.")
    )
    place = models.CharField(
        _("Ort"), max_length=200, blank=True, help_text=_("Haus und Anschrift; leer, solange es keinen gibt.")
    )
    municipality = models.ForeignKey(
        Municipality,
        verbose_name=_("Gemeinde"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dates",
    )
    accessibility = models.TextField(
        _("Barrierefreiheit"),
        blank=True,
        help_text=_(
            "Zugang ohne Stufen, Toilette, Höranlage, Gebärdensprache, Anfahrt; und wer Fragen dazu beantwortet."
        ),
    )
    online_url = models.URLField(
        _("Zugang zur Online-Teilnahme"), blank=True, help_text=_("Den Link bekommt nur, wer angemeldet ist.")
    )
    admission = models.CharField(_("Zugang"), max_length=8, choices=Admission, default=Admission.INVITED)
    is_public = models.BooleanField(
        _("öffentlich angekündigt"), default=False, help_text=_("Der Termin steht auf den öffentlichen Seiten.")
    )
    seats = models.PositiveIntegerField(
        _("Plätze"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text=_("Leer: unbegrenzt."),
    )
    registration_opens_on = models.DateField(_("Anmeldung ab"), null=True, blank=True)
    registration_closes_on = models.DateField(
        _("Anmeldung bis"), null=True, blank=True, help_text=_("Der letzte Tag. Beide leer: ohne Anmeldung.")
    )
    reminder_days = models.PositiveSmallIntegerField(
        _("Erinnerung (Tage vorher)"),
        default=2,
        validators=[MaxValueValidator(60)],
        help_text=_("So viele Tage vorher werden Angemeldete per E-Mail erinnert; 0: gar nicht."),
    )
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.PLANNED, editable=False)
    feedback_until = models.DateField(_("Rückmeldungen bis"), null=True, blank=True, editable=False)

    objects = EventQuerySet.as_manager()

    if TYPE_CHECKING:
        agenda: RelatedManager[AgendaItem]
        changes: RelatedManager[Change]
        feedback: RelatedManager[Feedback]
        mailings: RelatedManager[Mailing]
        outcomes: RelatedManager[Outcome]
        minutes: Minutes

    class Meta:
        verbose_name = _("Termin")
        verbose_name_plural = _("Termine")
        ordering = ["-date", "-starts_at", "-pk"]
        indexes = [
            models.Index(fields=["concept", "date", "starts_at", "id"], name="event_by_date"),
            models.Index(fields=["concept", "kind", "date", "starts_at", "id"], name="event_by_kind_and_date"),
            models.Index(fields=["group", "date"], name="event_of_group_by_date"),
            models.Index(fields=["date"], condition=Q(state__in=["planned", "postponed"]), name="event_open_by_date"),
        ]
        constraints = [
            CheckAtField(
                at="kind",
                condition=Q(kind__in=["group_session", "workshop", "expert_talk", "mayors", "forum", "online"]),
                name="event_has_a_known_kind",
                violation_error_message=_("Bitte wählen Sie die Art der Veranstaltung."),
            ),
            CheckAtField(
                at="starts_at",
                condition=Q(starts_at=None) | Q(date__earliest=F("date__latest")),
                name="event_hour_needs_a_day",
                violation_error_message=_(
                    "Eine Uhrzeit gehört zu einem Tag. Bitte geben Sie den Termin auf den Tag genau an."
                ),
            ),
            CheckAtField(
                at="last_day",
                condition=Q(last_day=None) | Q(date__earliest=F("date__latest"), date__latest__lt=F("last_day")),
                name="event_last_day_after_first",
                violation_error_message=_(
                    "Der letzte Tag liegt nach dem ersten; dieser muss auf den Tag genau feststehen."
                ),
            ),
            CheckAtField(
                at="ends_at",
                condition=Q(ends_at=None)
                | Q(starts_at__isnull=False) & (Q(ends_at__gt=F("starts_at")) | Q(last_day__isnull=False)),
                name="event_ends_after_start",
                violation_error_message=_("Eine Veranstaltung endet nicht vor ihrem Beginn."),
            ),
            CheckAtField(
                at="registration_closes_on",
                condition=Q(registration_opens_on=None, registration_closes_on=None)
                | Q(
                    registration_opens_on__isnull=False,
                    registration_closes_on__isnull=False,
                    registration_opens_on__lte=F("registration_closes_on"),
                ),
                name="event_registration_ends_after_start",
                violation_error_message=_(
                    "Zur Anmeldung gehören der erste und der letzte Tag; sie endet nicht vor ihrem Beginn."
                ),
            ),
            CheckAtField(
                at="registration_closes_on",
                condition=Q(registration_closes_on=None) | Q(date__latest__gte=F("registration_closes_on")),
                name="event_registration_ends_before_event",
                violation_error_message=_("Die Anmeldung endet spätestens am Tag der Veranstaltung."),
            ),
            CheckAtField(
                at="seats",
                condition=Q(seats=None) | Q(seats__gte=1),
                name="event_has_a_seat",
                violation_error_message=_("Bitte geben Sie mindestens einen Platz an, oder lassen Sie das Feld leer."),
            ),
        ]
        triggers = [
            ShownToReaders(only=Q(is_public=True)),
            pgtrigger.FSM(
                name="state_goes_its_steps",
                field="state",
                transitions=[
                    (str(state), str(following)) for state, steps in NEXT.items() for following in sorted(steps)
                ],
            ),
            pgtrigger.Trigger(
                name="moves_only_on_record",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("date", "starts_at", "ends_at", "last_day"),
                condition=pgtrigger.Q(old__date__df=pgtrigger.F("new__date"))
                | pgtrigger.Q(old__starts_at__df=pgtrigger.F("new__starts_at"))
                | pgtrigger.Q(old__ends_at__df=pgtrigger.F("new__ends_at"))
                | pgtrigger.Q(old__last_day__df=pgtrigger.F("new__last_day")),
                declare=[("last", "RECORD")],
                func="""
                    IF NOT EXISTS (SELECT 1 FROM workshops_eventevent WHERE pgh_obj_id = NEW.id AND is_public) THEN
                        RETURN NEW;
                    END IF;
                    SELECT to_date, to_time, to_end, to_last_day INTO last FROM workshops_change
                    WHERE event_id = NEW.id AND kind = 'moved' ORDER BY id DESC LIMIT 1;
                    IF last IS NULL OR (last.to_date, last.to_time, last.to_end, last.to_last_day)
                        IS DISTINCT FROM (NEW.date, NEW.starts_at, NEW.ends_at, NEW.last_day)
                    THEN
                        RAISE EXCEPTION 'an event moves only on record' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="seats_hold_the_registered",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("seats"),
                condition=pgtrigger.Q(new__seats__isnull=False) & pgtrigger.Q(old__seats__df=pgtrigger.F("new__seats")),
                func="""
                    IF (SELECT count(*) FROM workshops_registration WHERE event_id = NEW.id AND state = 'confirmed')
                        > NEW.seats
                    THEN
                        RAISE EXCEPTION 'fewer seats than registered' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the event's public page."""
        return reverse("workshops:event", args=[self.concept.slug, self.pk])

    def clean(self) -> None:
        """Refuse what belongs to another concept, a session without a group, and fewer seats than are taken."""
        for name in ("group", "phase", "milestone"):
            belonging = getattr(self, name)
            if belonging and self.concept_id and belonging.concept.pk != self.concept_id:
                raise ValidationError({name: _("Dieser Eintrag gehört zu einem anderen Konzept.")})
        if self.kind == self.Kind.GROUP_SESSION and not self.group_id:
            raise ValidationError({"group": _("Bitte wählen Sie die Arbeitsgruppe, die zusammenkommt.")})
        if self.pk and self.seats is not None:
            taken = self.registrations.confirmed().count()
            if self.seats < taken:
                words = _("So viele sind schon angemeldet: %(taken)s. Weniger Plätze kann es nicht geben.")
                raise ValidationError({"seats": words % {"taken": taken}})

    @property
    def was_public(self) -> bool:
        """Whether it is announced or was so once, as the audit trail knows: its date then moves on record alone."""
        trail = Event.pgh_event_model._default_manager  # type: ignore[attr-defined]  # put there by pghistory
        return bool(trail.filter(pgh_obj_id=self.pk, is_public=True).exists())

    @property
    def is_shown(self) -> bool:
        """Whether readers see it: a public event of a public concept."""
        return self.is_public and self.concept.is_public

    @property
    def is_open(self) -> bool:
        """Whether it may still take place."""
        return self.state in OPEN

    @property
    def is_by_invitation(self) -> bool:
        """Whether only those invited can register."""
        return self.admission == self.Admission.INVITED

    @property
    def takes_registrations(self) -> bool:
        """Whether one registers for it at all."""
        return self.registration_closes_on is not None

    @property
    def is_exact(self) -> bool:
        """Whether its day is known."""
        return self.date.precision == Precision.DAY

    @property
    def final_day(self) -> datetime.date:
        """The last day on which it may still go on."""
        return max(self.date.latest, self.last_day or self.date.latest)

    @property
    def starts(self) -> datetime.datetime | None:
        """When it begins, None while the hour is not known."""
        return self._moment(self.date.earliest, self.starts_at) if self.is_exact else None

    @property
    def ends(self) -> datetime.datetime | None:
        """When it ends, None while the hour is not known."""
        return self._moment(self.final_day, self.ends_at) if self.is_exact else None

    @property
    def when(self) -> str:
        """The date with its hours in words, for example „24. März 2021, 18 bis 20 Uhr“."""
        return wording.when(self.date, self.starts_at, self.ends_at, self.last_day)

    def is_over(self, on: datetime.date) -> bool:
        """Whether its day has passed."""
        return self.final_day < on

    def takes_feedback(self, on: datetime.date) -> bool:
        """Whether those registered are asked for written feedback on a day, the last one included."""
        return self.feedback_until is not None and on <= self.feedback_until and not self.concept.is_closed

    @staticmethod
    def _moment(day: datetime.date, hour: datetime.time | None) -> datetime.datetime | None:
        return timezone.make_aware(datetime.datetime.combine(day, hour)) if hour else None
