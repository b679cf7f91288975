"""Working groups and who belongs to them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.constraints import CheckAtField, UniqueAtField
from district.fields import ApproximateDateField
from district.freshness import ShownToReaders
from district.models import Concept, FieldOfAction, User

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .events import Event
    from .minutes import Outcome

# Second part of the room's own address below `arbeitsgruppen/`, which a group's slug must not take (workshops/urls.py).
RESERVED_SLUGS = "kalender"


class WorkingGroupQuerySet(models.QuerySet["WorkingGroup"]):
    def public(self) -> WorkingGroupQuerySet:
        """Return those a reader may see."""
        return self.filter(is_public=True, concept__is_public=True)

    def led_by(self, user: User) -> WorkingGroupQuerySet:
        """Return those that somebody with an account leads, each once."""
        leading = Membership.objects.filter(user=user, is_chair=True, left_on=None)
        return self.filter(pk__in=leading.values("group"))


@pghistory.track()
class WorkingGroup(models.Model):
    """An Arbeitsgruppe: experts who work out needs, goals and measures for fields of action."""

    class State(models.TextChoices):
        PLANNED = "planned", _("in Vorbereitung")
        RUNNING = "running", _("arbeitet")
        CONCLUDED = "concluded", _("abgeschlossen")

    concept = models.ForeignKey(
        Concept, verbose_name=_("Entwicklungskonzept"), on_delete=models.PROTECT, related_name="working_groups"
    )
    name = models.CharField(_("Name"), max_length=120, help_text=_("Zum Beispiel „Wirtschaft & Innovation“."))
    slug = models.SlugField(
        _("Adresse"),
        max_length=60,
        validators=[
            RegexValidator(
                rf"^(?:{RESERVED_SLUGS})$", _("Diese Adresse braucht das Portal selbst."), inverse_match=True
            )
        ],
        help_text=_("Teil der Internetadresse, zum Beispiel „wirtschaft“. Nachträglich nur mit Vorsicht ändern."),
    )
    order = models.PositiveSmallIntegerField(_("Reihenfolge"), default=1)
    task = models.TextField(
        _("Auftrag"), help_text=_("Was die Gruppe erarbeiten soll; steht auf der öffentlichen Seite.")
    )
    fields_of_action = models.ManyToManyField(
        FieldOfAction,
        verbose_name=_("Handlungsfelder"),
        through="GroupField",
        related_name="working_groups",
        blank=True,
    )
    starts = ApproximateDateField(_("Beginn"))
    concluded_on = models.DateField(
        _("Arbeit abgeschlossen am"), null=True, blank=True, help_text=_("Leer, solange die Gruppe arbeitet.")
    )
    is_public = models.BooleanField(_("öffentlich"), default=True)

    objects = WorkingGroupQuerySet.as_manager()

    if TYPE_CHECKING:
        members: RelatedManager[Membership]
        sessions: RelatedManager[Event]
        outcomes: RelatedManager[Outcome]

    class Meta:
        verbose_name = _("Arbeitsgruppe")
        verbose_name_plural = _("Arbeitsgruppen")
        ordering = ["concept", "order", "name"]
        constraints = [
            UniqueAtField(
                at="slug",
                fields=["concept", "slug"],
                name="working_group_slug_once_per_concept",
                violation_error_message=_("Diese Adresse ist im Konzept schon vergeben."),
            ),
            CheckAtField(
                at="concluded_on",
                condition=Q(concluded_on=None) | Q(starts__earliest__lte=F("concluded_on")),
                name="working_group_ends_after_start",
                violation_error_message=_("Eine Arbeitsgruppe schließt ihre Arbeit nicht vor ihrem Beginn ab."),
            ),
        ]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the group's public page."""
        return reverse("workshops:group", args=[self.concept.slug, self.slug])

    @property
    def group(self) -> WorkingGroup:
        """The group itself: rules ask everything that belongs to one for its group."""
        return self

    @property
    def is_shown(self) -> bool:
        """Whether readers see it."""
        return self.is_public and self.concept.is_public

    def state(self, on: datetime.date) -> State:
        """Return the state on a day; the group works from the first day on which it may have begun."""
        if self.concluded_on and self.concluded_on <= on:
            return self.State.CONCLUDED
        return self.State.RUNNING if self.starts.earliest <= on else self.State.PLANNED


@pghistory.track()
class GroupField(models.Model):
    """A field of action that a group works on."""

    group = models.ForeignKey(
        WorkingGroup, verbose_name=_("Arbeitsgruppe"), on_delete=models.CASCADE, related_name="field_links"
    )
    field_of_action = models.ForeignKey(
        FieldOfAction, verbose_name=_("Handlungsfeld"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("Handlungsfeld")
        verbose_name_plural = _("Handlungsfelder")
        ordering = ["field_of_action__number"]
        constraints = [
            UniqueAtField(
                at="field_of_action",
                fields=["group", "field_of_action"],
                name="group_field_once",
                violation_error_message=_("Dieses Handlungsfeld ist schon eingetragen."),
            )
        ]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return str(self.field_of_action)

    def clean(self) -> None:
        """Refuse a field of action of another concept."""
        refuse_foreign_field(self, self.group.concept_id if self.group_id else None)


class ShownOrganisation(ShownToReaders):
    """Readers see function and organisation: who leaves, comes or moves changes the page; a telephone number does not."""

    operation = (
        pgtrigger.Insert | pgtrigger.Delete | pgtrigger.UpdateOf("function", "organisation", "is_chair", "left_on")
    )


# Names and contacts are not in the audit trail: erased means gone (docs/decisions/personal-data.md).
@pghistory.track(exclude=["name", "email", "phone"])
class Membership(models.Model):
    """Somebody who belongs to a group, for an organisation. Readers see function and organisation alone."""

    group = models.ForeignKey(
        WorkingGroup, verbose_name=_("Arbeitsgruppe"), on_delete=models.CASCADE, related_name="members"
    )
    name = models.CharField(_("Name"), max_length=100, blank=True, help_text=_("Nur intern."))
    function = models.CharField(
        _("Funktion"), max_length=120, blank=True, help_text=_("Zum Beispiel „Geschäftsführung“; öffentlich.")
    )
    organisation = models.CharField(_("Organisation"), max_length=160, help_text=_("Öffentlich."))
    email = models.EmailField(_("E-Mail"), blank=True, help_text=_("Nur intern und nur mit Einwilligung."))
    phone = models.CharField(
        _("Telefon"), max_length=50, blank=True, help_text=_("Nur intern und nur mit Einwilligung.")
    )
    consented_on = models.DateField(
        _("Einwilligung vom"),
        null=True,
        blank=True,
        help_text=_("Wann die Person eingewilligt hat, dass Name, E-Mail und Telefon gespeichert werden."),
    )
    is_chair = models.BooleanField(_("leitet die Gruppe"), default=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Benutzerkonto"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        help_text=_("Wer die Gruppe leitet und hier ein Konto hat, bearbeitet sie selbst."),
    )
    left_on = models.DateField(_("ausgeschieden am"), null=True, blank=True)

    class Meta:
        verbose_name = _("Mitglied")
        verbose_name_plural = _("Mitglieder")
        ordering = ["-is_chair", "organisation", "pk"]
        constraints = [
            CheckAtField(
                at="consented_on",
                condition=Q(consented_on__isnull=False) | Q(name="", email="", phone=""),
                name="member_contact_needs_consent",
                violation_error_message=_("Ohne Einwilligung werden Name, E-Mail und Telefon nicht gespeichert."),
            )
        ]
        triggers = [ShownOrganisation()]

    def __str__(self) -> str:
        """Leave the name out: Django's own log of „Verwaltung“ keeps this for good."""
        return ", ".join(filter(None, [self.function, self.organisation]))

    @property
    def concept(self) -> Concept:
        """The concept whose group this belongs to."""
        return self.group.concept


def refuse_foreign_field(link: models.Model, concept: int | None) -> None:
    """Raise ValidationError where a link leads to a field of action of another concept than this one."""
    field: FieldOfAction | None = getattr(link, "field_of_action", None) if link.field_of_action_id else None  # type: ignore[attr-defined]
    if field and concept and field.concept_id != concept:
        raise ValidationError({"field_of_action": _("Dieses Handlungsfeld gehört zu einem anderen Konzept.")})
