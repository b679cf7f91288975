"""The council's papers: sessions, resolutions and their way through the bodies (Beratungsfolge).

Words and results follow the practice of Saxon council information systems (PUBLIC_SECTOR, „Words of the council“).
"""

from __future__ import annotations

import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pghistory
import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.approximate_date import ApproximateDate
from district.constraints import CheckAtField, UniqueAtField
from district.fields import ApproximateDateField
from district.freshness import ShownToReaders
from district.models import Body, Concept, District

from .plan import Milestone

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


@pghistory.track()
class CouncilSession(models.Model):
    """A meeting of a body: the council, a committee."""

    body = models.ForeignKey(Body, verbose_name=_("Gremium"), on_delete=models.PROTECT, related_name="sessions")
    date = ApproximateDateField(_("Termin"))
    starts_at = models.TimeField(_("Beginn (Uhrzeit)"), null=True, blank=True)
    place = models.CharField(_("Ort"), max_length=200, blank=True)
    paper_deadline = models.DateField(
        _("Vorlagenschluss"),
        null=True,
        blank=True,
        help_text=_("Leer: aus der Frist des Landkreises berechnet, sobald der Sitzungstag feststeht."),
    )
    is_public = models.BooleanField(_("öffentlich"), default=True)
    called_off_reason = models.CharField(
        _("Absagegrund"), max_length=300, blank=True, help_text=_("Nur ausfüllen, wenn die Sitzung nicht stattfindet.")
    )

    if TYPE_CHECKING:
        consultations: RelatedManager[Consultation]
        events: RelatedManager[Any]  # its audit trail

    class Meta:
        verbose_name = _("Sitzung")
        verbose_name_plural = _("Sitzungen")
        ordering = ["-date", "body"]
        indexes = [models.Index(fields=["date"], name="council_session_by_date")]
        constraints = [
            UniqueAtField(
                at="date",
                fields=["body", "date", "starts_at"],
                condition=Q(called_off_reason=""),
                nulls_distinct=False,
                name="council_session_once",
                violation_error_message=_("Diese Sitzung ist schon eingetragen."),
            ),
            CheckAtField(
                at="paper_deadline",
                condition=Q(paper_deadline=None) | Q(date__latest__gte=F("paper_deadline")),
                name="paper_deadline_before_session",
                violation_error_message=_("Der Vorlagenschluss liegt nicht nach der Sitzung."),
            ),
        ]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return f"{self.body}, {self.date}"

    def clean(self) -> None:
        """Work out the paper deadline from the district's setting where none is given, or the old one was for another day."""
        stored = CouncilSession.objects.filter(pk=self.pk).first()
        if stored and stored.date != self.date and stored.paper_deadline == self.paper_deadline:
            self.paper_deadline = None
        if self.paper_deadline is None and self.date and self.date.earliest == self.date.latest:
            district = District.objects.current()
            if district:
                self.paper_deadline = self.date.earliest - datetime.timedelta(days=district.paper_deadline_days)

    @property
    def is_called_off(self) -> bool:
        """Whether the session did not or will not take place."""
        return bool(self.called_off_reason)


class ResolutionQuerySet(models.QuerySet["Resolution"]):
    def public(self) -> ResolutionQuerySet:
        """Return those a reader may see."""
        return self.filter(is_public=True)

    def with_consultations(self) -> ResolutionQuerySet:
        """Return the resolutions with their way through the bodies loaded, in order."""
        return self.prefetch_related(
            models.Prefetch(
                "consultations",
                queryset=Consultation.objects.select_related("body", "session__body").in_order(),
            )
        )


@pghistory.track()
class Resolution(models.Model):
    """A Vorlage on its way to the decision. Its state follows from its consultations."""

    class Kind(models.TextChoices):
        DECISION = "decision", _("Beschlussvorlage")
        INFORMATION = "information", _("Informationsvorlage")

    class State(models.TextChoices):
        PREPARED = "prepared", _("in Vorbereitung")
        UNDER_DISCUSSION = "under_discussion", _("in Beratung")
        DEFERRED = "deferred", _("verschoben")
        ADOPTED = "adopted", _("beschlossen")
        NOTED = "noted", _("zur Kenntnis genommen")
        REJECTED = "rejected", _("abgelehnt")
        WITHDRAWN = "withdrawn", _("zurückgezogen")

    concept = models.ForeignKey(
        Concept, verbose_name=_("Entwicklungskonzept"), on_delete=models.PROTECT, related_name="resolutions"
    )
    number = models.CharField(
        _("Nummer"),
        max_length=30,
        blank=True,
        help_text=_("Zum Beispiel „BV-KT 070/2025“. Leer, solange es keine gibt."),
    )
    kind = models.CharField(_("Art"), max_length=12, choices=Kind, default=Kind.DECISION)
    subject = models.CharField(_("Betreff"), max_length=250)
    submitter = models.CharField(_("Einreicher"), max_length=120, blank=True, help_text=_("Zum Beispiel „Dezernat 1“."))
    proposal = models.TextField(_("Beschlussvorschlag"), blank=True)
    reasoning = models.TextField(_("Begründung"), blank=True)
    financial_effects = models.TextField(_("Finanzielle Auswirkungen"), blank=True)
    milestone = models.ForeignKey(
        Milestone,
        verbose_name=_("Meilenstein"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="resolutions",
        help_text=_("Wird erreicht, sobald das entscheidende Gremium beschließt."),
    )
    is_public = models.BooleanField(_("öffentlich"), default=True)

    objects = ResolutionQuerySet.as_manager()

    if TYPE_CHECKING:
        consultations: RelatedManager[Consultation]
        attachments: RelatedManager[Attachment]

    class Meta:
        verbose_name = _("Vorlage")
        verbose_name_plural = _("Vorlagen")
        ordering = ["concept", "pk"]
        constraints = [
            UniqueAtField(
                at="number",
                fields=["number"],
                condition=~Q(number=""),
                name="resolution_number_once",
                violation_error_message=_("Diese Vorlagennummer ist schon vergeben."),
            )
        ]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return f"{self.number}: {self.subject}" if self.number else self.subject

    def get_absolute_url(self) -> str:
        """Return its address on the public page of resolutions."""
        return reverse("milestones:resolution", args=[self.concept.slug, self.pk])

    def clean(self) -> None:
        """Refuse a milestone of another concept."""
        if self.milestone and self.concept_id and self.milestone.concept != self.concept:
            raise ValidationError({"milestone": _("Dieser Meilenstein gehört zu einem anderen Konzept.")})

    @property
    def state(self) -> State:
        """Where the paper stands. Load `with_consultations` first where many are asked."""
        consultations = sorted(self.consultations.all(), key=lambda step: step.place)
        decisive = [step for step in consultations if step.is_decisive_for(self) and step.result]
        if decisive and (state := STATE_AFTER.get(Consultation.Result(decisive[-1].result))):
            return state
        if any(step.result == Consultation.Result.WITHDRAWN for step in consultations):
            return self.State.WITHDRAWN
        if decisive:
            return self.State.DEFERRED
        on_the_way = any(step.session_id for step in consultations)
        return self.State.UNDER_DISCUSSION if on_the_way else self.State.PREPARED

    @property
    def is_settled(self) -> bool:
        """Whether no body will discuss it any more."""
        return self.state in STATE_AFTER.values()


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def in_order(self) -> ConsultationQuerySet:
        """Return the steps as the paper takes them: by session, those without a session last."""
        return self.order_by(F("session__date").asc(nulls_last=True), "pk")

    def open(self) -> ConsultationQuerySet:
        """Return the steps without a result."""
        return self.filter(result="")

    def public(self) -> ConsultationQuerySet:
        """Return the steps a reader may follow: of public papers, discussed in public in a public session."""
        return self.filter(is_public=True, session__is_public=True, resolution__is_public=True)

    def of(self, concept: Concept) -> ConsultationQuerySet:
        """Return the steps of one concept's papers."""
        return self.filter(resolution__concept=concept).select_related("resolution", "body", "session__body")


@pghistory.track()
class Consultation(models.Model):
    """One step of the Beratungsfolge. Once it has a result it stands: a trigger refuses any change."""

    class Role(models.TextChoices):
        PRELIMINARY = "preliminary", _("vorberatend")
        DECIDING = "deciding", _("beschließend")
        INFORMATION = "information", _("zur Kenntnis")

    class Result(models.TextChoices):
        ADOPTED = "adopted", _("ungeändert beschlossen")
        ADOPTED_AMENDED = "adopted_amended", _("geändert beschlossen")
        REJECTED = "rejected", _("abgelehnt")
        DEFERRED = "deferred", _("vertagt")
        REMOVED = "removed", _("abgesetzt")
        SHELVED = "shelved", _("zurückgestellt")
        REFERRED = "referred", _("verwiesen")
        WITHDRAWN = "withdrawn", _("zurückgezogen")
        NOTED = "noted", _("zur Kenntnis genommen")

    resolution = models.ForeignKey(
        Resolution, verbose_name=_("Vorlage"), on_delete=models.CASCADE, related_name="consultations"
    )
    body = models.ForeignKey(Body, verbose_name=_("Gremium"), on_delete=models.PROTECT, related_name="consultations")
    session = models.ForeignKey(
        CouncilSession,
        verbose_name=_("Sitzung"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consultations",
        help_text=_("Leer, solange keine Sitzung feststeht."),
    )
    role = models.CharField(_("Rolle"), max_length=12, choices=Role, default=Role.PRELIMINARY)
    agenda_number = models.CharField(
        _("Tagesordnungspunkt"), max_length=12, blank=True, help_text=_("Zum Beispiel „Ö 4.3“.")
    )
    is_public = models.BooleanField(_("öffentlich beraten"), default=True)
    result = models.CharField(_("Ergebnis"), max_length=16, choices=Result, blank=True, editable=False)
    present = models.PositiveSmallIntegerField(_("Anwesend"), null=True, blank=True, editable=False)
    yes = models.PositiveSmallIntegerField(_("Ja"), null=True, blank=True, editable=False)
    no = models.PositiveSmallIntegerField(_("Nein"), null=True, blank=True, editable=False)
    abstentions = models.PositiveSmallIntegerField(_("Enthaltungen"), null=True, blank=True, editable=False)
    biased = models.PositiveSmallIntegerField(_("Befangen"), null=True, blank=True, editable=False)
    remark = models.CharField(_("Bemerkung"), max_length=300, blank=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("eingetragen von"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    recorded_at = models.DateTimeField(_("eingetragen am"), null=True, blank=True, editable=False)
    follows = models.OneToOneField(
        "self",
        verbose_name=_("folgt auf"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="followed_by",
    )

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Beratung")
        verbose_name_plural = _("Beratungen")
        ordering = ["resolution", "pk"]
        constraints = [
            CheckAtField(
                at="session",
                condition=Q(result="") | Q(session__isnull=False),
                name="consultation_result_needs_session",
                violation_error_message=_(
                    "Ein Ergebnis gehört zu einer Sitzung. Bitte tragen Sie zuerst die Sitzung ein."
                ),
            ),
            CheckAtField(
                at="present",
                condition=Q(present=None)
                | Q(present__gte=Coalesce("yes", 0) + Coalesce("no", 0) + Coalesce("abstentions", 0)),
                name="consultation_votes_add_up",
                violation_error_message=_("Es wurden mehr Stimmen gezählt, als Mitglieder anwesend waren."),
            ),
            CheckAtField(
                at="yes",
                condition=~Q(result="") | Q(present=None, yes=None, no=None, abstentions=None, biased=None),
                name="consultation_votes_need_result",
                violation_error_message=_("Stimmen gehören zu einem Ergebnis."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="result_stands",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__result=""),
            ),
            ShownToReaders(),
        ]

    def __str__(self) -> str:
        return f"{self.body} ({self.get_role_display()})"

    def clean(self) -> None:
        """Refuse a session of another body."""
        if self.session and self.body_id and self.session.body_id != self.body_id:
            raise ValidationError({"session": _("Diese Sitzung gehört zu einem anderen Gremium.")})

    @property
    def concept(self) -> Concept:
        """The concept whose paper is discussed."""
        return self.resolution.concept

    @property
    def is_open(self) -> bool:
        """Whether a result is still awaited."""
        return not self.result

    def awaits_session(self, today: datetime.date) -> bool:
        """Whether its session may still bring the result. Load the paper's consultations first where many are asked."""
        return (
            self.is_open
            and self.session is not None
            and not self.session.is_called_off
            and self.session.date.latest >= today
            and not self.resolution.is_settled
        )

    @property
    def place(self) -> tuple[bool, ApproximateDate | None, int]:
        """Where the step stands in the Beratungsfolge; sorts as `ConsultationQuerySet.in_order`."""
        return (self.session is None, self.session.date if self.session else None, self.pk)

    @property
    def has_votes(self) -> bool:
        """Whether the votes were counted."""
        return self.yes is not None

    def is_decisive_for(self, resolution: Resolution) -> bool:
        """Whether its result settles the paper: the deciding step, or for an information the noting one."""
        if resolution.kind == Resolution.Kind.INFORMATION:
            return self.role == self.Role.INFORMATION
        return self.role == self.Role.DECIDING


# Results that settle a paper; after any other the paper goes on.
STATE_AFTER = {
    Consultation.Result.ADOPTED: Resolution.State.ADOPTED,
    Consultation.Result.ADOPTED_AMENDED: Resolution.State.ADOPTED,
    Consultation.Result.REJECTED: Resolution.State.REJECTED,
    Consultation.Result.WITHDRAWN: Resolution.State.WITHDRAWN,
    Consultation.Result.NOTED: Resolution.State.NOTED,
}


def attachment_path(attachment: Attachment, filename: str) -> str:
    """Return a random name, so that a stored file cannot be guessed or overwritten."""
    return f"vorlagen/{uuid4()}{PurePath(filename).suffix.lower()}"


@pghistory.track()
class Attachment(models.Model):
    """A file that belongs to a paper (Anlage)."""

    resolution = models.ForeignKey(
        Resolution, verbose_name=_("Vorlage"), on_delete=models.CASCADE, related_name="attachments"
    )
    title = models.CharField(_("Titel"), max_length=160)
    file = models.FileField(
        _("Datei"),
        upload_to=attachment_path,
        validators=[FileExtensionValidator(["pdf", "docx", "xlsx", "odt", "ods", "csv", "png", "jpg"])],
    )
    is_public = models.BooleanField(_("öffentlich"), default=True)

    class Meta:
        verbose_name = _("Anlage")
        verbose_name_plural = _("Anlagen")
        ordering = ["resolution", "pk"]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return self.title

    @property
    def concept(self) -> Concept:
        """The concept whose paper this belongs to."""
        return self.resolution.concept

    def get_absolute_url(self) -> str:
        """Return the address of the download."""
        return reverse("milestones:attachment", args=[self.resolution.concept.slug, self.pk])
