"""The district itself: one row of settings, its municipalities, its bodies and its legal texts."""

from __future__ import annotations

import datetime

import pghistory
from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from district.constraints import CheckAtField
from district.freshness import ShownToReaders

DISTRICT_KEY = RegexValidator(r"^\d{5}$", _("Der Kreisschlüssel hat genau fünf Ziffern, zum Beispiel 14730."))
MUNICIPALITY_KEY = RegexValidator(r"^\d{8}$", _("Der Gemeindeschlüssel (AGS) hat genau acht Ziffern."))


class DistrictQuerySet(models.QuerySet["District"]):
    def current(self) -> District | None:
        """Return the one district this portal serves, or None before it is set up."""
        return self.first()

    def answer_target_days(self) -> int:
        """Return within how many days an idea shall be answered, also before the district is set up."""
        district = self.current() or District()
        return district.answer_target_days


@pghistory.track()
class District(models.Model):
    """The one Landkreis that runs this portal: names, contact, deadlines, map attribution."""

    name = models.CharField(_("Name"), max_length=100, help_text=_("Zum Beispiel „Landkreis Nordsachsen“."))
    office = models.CharField(_("Behörde"), max_length=100, help_text=_("Zum Beispiel „Landratsamt Nordsachsen“."))
    ags = models.CharField(
        _("Kreisschlüssel"),
        max_length=5,
        validators=[DISTRICT_KEY],
        help_text=_("Die ersten fünf Ziffern der Gemeindeschlüssel."),
    )
    street = models.CharField(_("Straße und Hausnummer"), max_length=100, blank=True)
    postal_code = models.CharField(_("Postleitzahl"), max_length=5, blank=True)
    city = models.CharField(_("Ort"), max_length=100, blank=True)
    phone = models.CharField(_("Telefon"), max_length=50, blank=True)
    email = models.EmailField(_("E-Mail"), blank=True)
    website = models.URLField(_("Internetseite"), blank=True)
    coat_of_arms = models.FileField(
        _("Wappen"),
        upload_to="wappen/",
        blank=True,
        validators=[FileExtensionValidator(["png", "webp", "jpg", "jpeg"])],
        help_text=_("Bild mit durchsichtigem Hintergrund, mindestens 96 Pixel hoch. Erscheint in der Kopfzeile."),
    )
    map_attribution = models.CharField(
        _("Quellenangabe der Karte"), max_length=200, blank=True, help_text=_("Steht an jeder Karte.")
    )
    paper_deadline_days = models.PositiveSmallIntegerField(
        _("Vorlagenschluss (Tage vor der Sitzung)"),
        default=21,
        help_text=_("So viele Kalendertage vor einer Sitzung müssen die Vorlagen fertig sein."),
    )
    answer_target_days = models.PositiveSmallIntegerField(
        _("Antwortfrist (Tage)"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
        help_text=_("So viele Kalendertage nach ihrer Veröffentlichung soll eine Idee beantwortet sein."),
    )
    contact_retention_months = models.PositiveSmallIntegerField(
        _("Kontaktdaten löschen nach (Monaten)"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("So viele Monate nach der Antwort werden E-Mail-Adresse und Name der Einsendung gelöscht."),
    )
    registration_retention_weeks = models.PositiveSmallIntegerField(
        _("Anmeldungen löschen nach (Wochen)"),
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(104)],
        help_text=_("So viele Wochen nach einer Veranstaltung werden die Angaben der Angemeldeten gelöscht."),
    )

    objects = DistrictQuerySet.as_manager()

    class Meta:
        verbose_name = _("Landkreis")
        verbose_name_plural = _("Landkreis")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="district_only_one",
                violation_error_message=_("Dieses Portal gehört zu genau einem Landkreis."),
            )
        ]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return self.name


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def existing(self) -> MunicipalityQuerySet:
        """Return those that have not been closed by a merger or a reform."""
        return self.filter(closed_on=None)


@pghistory.track()
class Municipality(models.Model):
    """A Gemeinde of the district, with its boundary (GeoJSON geometry, WGS 84) and a point inside it."""

    class Kind(models.TextChoices):
        TOWN = "town", _("Stadt")
        MUNICIPALITY = "municipality", _("Gemeinde")

    ags = models.CharField(_("Gemeindeschlüssel (AGS)"), max_length=8, unique=True, validators=[MUNICIPALITY_KEY])
    ars = models.CharField(_("Regionalschlüssel (ARS)"), max_length=12, blank=True)
    name = models.CharField(_("Name"), max_length=100)
    kind = models.CharField(_("Art"), max_length=12, choices=Kind, default=Kind.MUNICIPALITY)
    latitude = models.FloatField(_("geografische Breite"), null=True, blank=True)
    longitude = models.FloatField(_("geografische Länge"), null=True, blank=True)
    boundary = models.JSONField(_("Grenze"), null=True, blank=True, help_text=_("GeoJSON-Geometrie in WGS 84."))
    closed_on = models.DateField(_("aufgelöst am"), null=True, blank=True)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("Gemeinde")
        verbose_name_plural = _("Gemeinden")
        ordering = ["name"]
        constraints = [
            CheckAtField(
                at="longitude",
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__range=(47, 56), longitude__range=(5, 16)),
                name="municipality_point_lies_in_germany",
                violation_error_message=_("Der Punkt muss in Deutschland liegen (Breite 47–56, Länge 5–16)."),
            )
        ]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Body(models.Model):
    """A Gremium that discusses or decides: the council, its committees, the steering group."""

    class Kind(models.TextChoices):
        COUNCIL = "council", _("Kreistag")
        MAIN_COMMITTEE = "main_committee", _("Kreisausschuss")
        COMMITTEE = "committee", _("Fachausschuss")
        STEERING_GROUP = "steering_group", _("Steuerungsgruppe")

    name = models.CharField(_("Name"), max_length=120, unique=True)
    kind = models.CharField(_("Art"), max_length=20, choices=Kind)
    dissolved_on = models.DateField(_("aufgelöst am"), null=True, blank=True)

    class Meta:
        verbose_name = _("Gremium")
        verbose_name_plural = _("Gremien")
        ordering = ["name"]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Department(models.Model):
    """A Fachamt: it weighs the ideas that are assigned to it."""

    name = models.CharField(_("Name"), max_length=120, unique=True)
    dissolved_on = models.DateField(_("aufgelöst am"), null=True, blank=True)

    class Meta:
        verbose_name = _("Fachamt")
        verbose_name_plural = _("Fachämter")
        ordering = ["name"]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class LegalText(models.Model):
    """A page that every public portal owes its users; the district words it."""

    class Kind(models.TextChoices):
        IMPRINT = "impressum", _("Impressum")
        PRIVACY = "datenschutz", _("Datenschutz")
        ACCESSIBILITY = "barrierefreiheit", _("Barrierefreiheit")
        EASY_LANGUAGE = "leichte-sprache", _("Leichte Sprache")
        CONTACT = "kontakt", _("Kontakt")

    kind = models.CharField(_("Seite"), max_length=20, choices=Kind, unique=True)
    title = models.CharField(_("Überschrift"), max_length=120)
    body = ProseEditorField(
        _("Text"),
        sanitize=True,
        extensions={
            "Bold": True,
            "Italic": True,
            "BulletList": True,
            "OrderedList": True,
            "ListItem": True,
            "Heading": {"levels": [2, 3]},
            "Link": {"enableTarget": False},
            "Table": True,
            "TableRow": True,
            "TableHeader": True,
            "TableCell": True,
            "HardBreak": True,
        },
    )
    updated_on = models.DateField(_("Stand"), default=datetime.date.today)

    class Meta:
        verbose_name = _("Rechtstext")
        verbose_name_plural = _("Rechtstexte")
        ordering = ["kind"]
        triggers = [ShownToReaders()]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the page's address; its kind is its path."""
        return reverse("legal", args=[self.kind])
