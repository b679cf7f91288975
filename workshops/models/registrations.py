"""Who takes part: registrations with their states, and what people wrote where an event was called off.

A registration holds personal data; they are erased in time (docs/decisions/personal-data.md).
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from district.freshness import ShownToReaders
from district.models import Concept

from .events import Event

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .minutes import Outcome

LONGEST_FEEDBACK: Final = 5000
# What the audit trail calls it.
CORRECTED: Final = "corrected"
WRITTEN: Final = "written"


class State(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("Adresse nicht bestätigt")
    INVITED = "invited", _("eingeladen")
    CONFIRMED = "confirmed", _("angemeldet")
    WAITING = "waiting", _("auf der Warteliste")
    CANCELLED = "cancelled", _("abgesagt")


# What may follow; only `workshops.actions.seating` reads it. Who cancelled may come after all; a seat that was
# given at the door by a slip goes back to where it came from.
NEXT: Final[dict[State, set[State]]] = {
    State.UNCONFIRMED: {State.CONFIRMED, State.WAITING, State.INVITED, State.CANCELLED},
    State.INVITED: {State.CONFIRMED, State.WAITING, State.CANCELLED},
    State.CONFIRMED: {State.CANCELLED, State.WAITING, State.INVITED},
    State.WAITING: {State.CONFIRMED, State.CANCELLED},
    State.CANCELLED: {State.CONFIRMED, State.WAITING},
}
ACTIVE: Final = (State.UNCONFIRMED, State.INVITED, State.CONFIRMED, State.WAITING)
TAKING_PART: Final = (State.CONFIRMED, State.WAITING)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def confirmed(self) -> RegistrationQuerySet:
        """Return those with a seat."""
        return self.filter(state=State.CONFIRMED)

    def waiting(self) -> RegistrationQuerySet:
        """Return those on the waiting list, the first in it first."""
        return self.filter(state=State.WAITING).order_by("confirmed_at", "pk")

    def reachable(self) -> RegistrationQuerySet:
        """Return those whose address is proven, or was given by the office, and still there."""
        return self.exclude(email="").exclude(state__in=[State.UNCONFIRMED, State.CANCELLED])

    def with_email(self, email: str) -> RegistrationQuerySet:
        """Return those of an address that have not been cancelled, by the rule of `registration_once_per_address`."""
        same = Exact(Lower("email"), Lower(models.Value(email.strip())))
        return self.filter(same, state__in=ACTIVE)


class SeatsShown(ShownToReaders):
    """Readers see how many seats are taken: a seat given or free changes the page, a tick at the door does not."""

    operation = pgtrigger.Insert | pgtrigger.Delete | pgtrigger.UpdateOf("state")


# The audit trail keeps no personal data: what is erased here must be gone. That words were corrected, or somebody was
# written to alone, changes nothing that it keeps; so the actions leave a row themselves.
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    pghistory.ManualEvent(CORRECTED),
    pghistory.ManualEvent(WRITTEN),
    exclude=["key", "name", "organisation", "email", "requirements", "token_digest"],
)
class Registration(models.Model):
    """Somebody's Anmeldung to an event: by form with double opt-in, by invitation, or taken down by the office.

    The database keeps seats from being given twice.
    """

    State = State

    class Source(models.TextChoices):
        ONLINE = "online", _("Portal")
        INVITATION = "invitation", _("Einladungsliste")
        OFFICE = "office", _("durch das Büro")
        DOOR = "door", _("am Einlass")

    event = models.ForeignKey(Event, verbose_name=_("Termin"), on_delete=models.PROTECT, related_name="registrations")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("Name"), max_length=100, blank=True)
    organisation = models.CharField(_("Organisation"), max_length=160, blank=True)
    email = models.EmailField(_("E-Mail"), blank=True)
    requirements = models.CharField(
        _("Was brauchen Sie, um gut teilnehmen zu können?"),
        max_length=500,
        blank=True,
        help_text=_("Zum Beispiel einen Platz für den Rollstuhl oder Gebärdensprache."),
    )
    language = models.CharField(_("Sprache"), max_length=5, choices=settings.LANGUAGES, default="de")
    source = models.CharField(_("angemeldet über"), max_length=10, choices=Source, default=Source.ONLINE)
    state = models.CharField(_("Stand"), max_length=12, choices=State, default=State.UNCONFIRMED, editable=False)
    token_digest = models.CharField(max_length=64, blank=True, editable=False)
    token_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("eingegangen"), default=timezone.now)
    invited_at = models.DateTimeField(_("eingeladen am"), null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("zugesagt am"), null=True, blank=True, editable=False)
    moved_up_at = models.DateTimeField(_("nachgerückt am"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("abgesagt am"), null=True, blank=True, editable=False)
    reminded_at = models.DateTimeField(_("erinnert am"), null=True, blank=True, editable=False)
    seated_from = models.CharField(_("vor dem Einlass"), max_length=12, choices=State, blank=True, editable=False)
    attended_at = models.DateTimeField(_("anwesend seit"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(_("persönliche Angaben gelöscht"), null=True, blank=True, editable=False)

    objects = RegistrationQuerySet.as_manager()

    if TYPE_CHECKING:
        events: RelatedManager[Any]  # its audit trail
        feedback: RelatedManager[Feedback]

    class Meta:
        verbose_name = pgettext_lazy("zu einer Veranstaltung", "Anmeldung")
        verbose_name_plural = _("Anmeldungen")
        ordering = ["event", "name", "pk"]
        indexes = [
            models.Index(fields=["event", "state", "confirmed_at", "id"], name="registration_queue"),
            models.Index(fields=["event", "name", "id"], name="registration_by_name"),
            models.Index(fields=["token_digest"], condition=~Q(token_digest=""), name="registration_by_token"),
            models.Index(fields=["created_at"], condition=Q(state="unconfirmed"), name="registration_unconfirmed"),
        ]
        constraints = [
            models.UniqueConstraint(
                "event",
                Lower("email"),
                condition=~Q(email="") & ~Q(state="cancelled"),
                name="registration_once_per_address",
                violation_error_message=_("Zu dieser E-Mail-Adresse gibt es für den Termin schon eine Anmeldung."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "waiting"]) | Q(confirmed_at__isnull=False),
                name="registration_knows_since_when",
            ),
        ]
        triggers = [
            SeatsShown(only=Q(state="confirmed")),
            pgtrigger.FSM(
                name="state_goes_its_steps",
                field="state",
                transitions=[
                    (str(state), str(following)) for state, steps in NEXT.items() for following in sorted(steps)
                ],
            ),
            pgtrigger.Trigger(
                name="no_seat_twice",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Q(new__state="confirmed"),
                declare=[("most", "INTEGER")],
                # The lock makes two who take the last seat at once wait for each other.
                func="""
                    SELECT seats INTO most FROM workshops_event WHERE id = NEW.event_id FOR NO KEY UPDATE;
                    IF most IS NOT NULL AND most <= (
                        SELECT count(*) FROM workshops_registration
                        WHERE event_id = NEW.event_id AND state = 'confirmed' AND id IS DISTINCT FROM NEW.id
                    ) THEN
                        RAISE EXCEPTION 'no seat is left' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("ohne Namen"))

    @property
    def concept(self) -> Concept:
        """The concept whose event this belongs to."""
        return self.event.concept

    @property
    def is_taking_part(self) -> bool:
        """Whether it has a seat or waits for one."""
        return self.state in TAKING_PART

    @property
    def gets_mail(self) -> bool:
        """Whether the portal may write to the address: it is proven or was given by the office, and still there."""
        return bool(self.email) and self.state not in (State.UNCONFIRMED, State.CANCELLED)

    @property
    def is_present(self) -> bool:
        """Whether somebody at the door has ticked the name."""
        return self.attended_at is not None


class FeedbackCounted(ShownToReaders):
    """Readers see how many there are, and no word of them."""

    operation = pgtrigger.Insert | pgtrigger.Delete


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def open(self) -> FeedbackQuerySet:
        """Return those nobody has dealt with, oldest first."""
        return self.filter(handled_at=None).order_by("created_at", "pk")


@pghistory.track(exclude=["key", "text", "phone"])
class Feedback(models.Model):
    """What somebody registered wrote to the district instead of saying it at an event that was called off."""

    event = models.ForeignKey(Event, verbose_name=_("Termin"), on_delete=models.PROTECT, related_name="feedback")
    registration = models.ForeignKey(
        Registration,
        verbose_name=pgettext_lazy("zu einer Veranstaltung", "Anmeldung"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="feedback",
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.TextField(_("Rückmeldung"), max_length=LONGEST_FEEDBACK)
    wants_talk = models.BooleanField(_("wünscht ein Gespräch mit der Projektkoordination"), default=False)
    phone = models.CharField(_("Telefon für das Gespräch"), max_length=50, blank=True)
    created_at = models.DateTimeField(_("eingegangen"), default=timezone.now)
    handled_at = models.DateTimeField(_("erledigt"), null=True, blank=True, editable=False)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("erledigt durch"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = FeedbackQuerySet.as_manager()

    if TYPE_CHECKING:
        outcomes: RelatedManager[Outcome]

    class Meta:
        verbose_name = _("Rückmeldung")
        verbose_name_plural = _("Rückmeldungen")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["event", "created_at", "id"], name="feedback_of_event")]
        triggers = [FeedbackCounted()]

    def __str__(self) -> str:
        return str(_("Rückmeldung zu %(event)s") % {"event": self.event})

    @property
    def concept(self) -> Concept:
        """The concept whose event this belongs to."""
        return self.event.concept
