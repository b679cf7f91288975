"""Forms of the ground."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Self, TypeVar

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminFileWidget
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, SetUnusablePasswordMixin
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.boundaries import Area, BoundaryError, Place, areas_in, feature_collection, read_areas, read_places
from district.models import District, User
from district.uploads import check_upload

MAX_COAT_OF_ARMS_BYTES = 2_000_000
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
# Below Django's DATA_UPLOAD_MAX_MEMORY_SIZE of the settings, with room for the rest of the form.
MAX_SEALED_LENGTH = 2_000_000

Result = TypeVar("Result")


@dataclass(frozen=True)
class _SentPicture:
    """The stored picture as Django's widget links to it."""

    url: str
    name: str

    def __str__(self) -> str:
        return self.name


class CoatOfArmsInput(AdminFileWidget):
    """Links to where the portal itself sends the stored picture: uploaded files have no address of their own."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if context["widget"]["is_initial"]:
            context["widget"]["value"] = _SentPicture(reverse("coat_of_arms"), _("Wappen ansehen"))
        return context


class DistrictForm(forms.ModelForm):  # type: ignore[type-arg]
    """The district; a new coat of arms is looked into, since every reader's browser gets it."""

    class Meta:
        model = District
        fields = ["coat_of_arms"]
        widgets = {"coat_of_arms": CoatOfArmsInput}

    def clean_coat_of_arms(self) -> Any:
        """Check a new picture's ending, size and content."""
        picture = self.cleaned_data["coat_of_arms"]
        if isinstance(picture, UploadedFile):
            validators = District._meta.get_field("coat_of_arms").validators
            check_upload(picture, max_bytes=MAX_COAT_OF_ARMS_BYTES, validators=validators)
        return picture


class MunicipalityImportForm(forms.Form):
    """Yields the municipalities of one district from an extract, points from a table, and the day it holds from."""

    geojson = forms.FileField(
        label=gettext_lazy("Grenzen (GeoJSON)"),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json"}),
        help_text=gettext_lazy(
            "Die Gemeinden aus dem Produkt „Verwaltungsgebiete 1:250 000“ (VG250, Ebene VG250_GEM) des Bundesamtes für "
            "Kartographie und Geodäsie, als GeoJSON im Koordinatensystem WGS 84. Andere Landkreise werden übergangen."
        ),
    )
    csv = forms.FileField(
        label=gettext_lazy("Punkte und Regionalschlüssel (CSV, freiwillig)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv"}),
        help_text=gettext_lazy("Tabelle mit den Spalten ags, ars, repr_lat und repr_lon."),
    )
    on = forms.DateField(
        label=gettext_lazy("Stichtag"),
        initial=timezone.localdate,
        widget=AdminDateWidget,
        help_text=gettext_lazy("Gemeinden, die in der Datei fehlen, gelten ab diesem Tag als aufgelöst."),
    )

    def __init__(self, *args: Any, district_key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.district_key = district_key

    def clean_geojson(self) -> list[Area]:
        """Read the areas; what is wrong with the file is said at the field."""
        return _read(self.cleaned_data["geojson"], lambda raw: read_areas(raw, district_key=self.district_key))

    def clean_csv(self) -> list[Place] | None:
        """Read the places, if a table was given."""
        table = self.cleaned_data["csv"]
        return _read(table, read_places) if table else None


class MunicipalityImportConfirmation(forms.Form):
    """Carries what was previewed to the confirming click: signed and valid for an hour, so that no server keeps it."""

    expired = gettext_lazy("Diese Vorschau gilt nicht mehr. Bitte wählen Sie die Dateien noch einmal aus.")
    extract = forms.CharField(widget=forms.HiddenInput, strip=False, error_messages={"required": expired})
    salt = "district.import_municipalities"

    def __init__(self, *args: Any, district_key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.district_key = district_key

    @classmethod
    def of(cls, *, areas: list[Area], places: list[Place] | None, on: date, district_key: str) -> Self | None:
        """Return a form that holds the extract, or None where it is too large for a form."""
        keys = {area.ags for area in areas}
        sealed = signing.dumps(
            {
                "areas": feature_collection(areas),
                "places": None if places is None else [asdict(place) for place in places if place.ags in keys],
                "on": on.isoformat(),
            },
            salt=cls.salt,
            compress=True,
        )
        if len(sealed) > MAX_SEALED_LENGTH:
            return None
        return cls(initial={"extract": sealed}, district_key=district_key)

    def clean_extract(self) -> dict[str, Any]:
        """Return the arguments of `import_municipalities`."""
        try:
            extract = signing.loads(self.cleaned_data["extract"], salt=self.salt, max_age=timedelta(hours=1))
            areas = areas_in(extract["areas"], district_key=self.district_key)
        except (signing.BadSignature, BoundaryError) as error:
            raise forms.ValidationError(self.expired, code="expired") from error
        places = extract["places"]
        return {
            "features": areas,
            "places": None if places is None else [Place(**place) for place in places],
            "on": date.fromisoformat(extract["on"]),
        }


def _read(upload: UploadedFile[bytes], reader: Callable[[bytes], Result]) -> Result:
    """Read an uploaded file, or say in the form what is wrong with it."""
    if (upload.size or 0) > MAX_UPLOAD_BYTES:
        raise forms.ValidationError(
            _(
                "Die Datei ist größer als %(limit)s MB. Bitte geben Sie nur die Gemeinden des Landkreises aus, oder lassen "
                "Sie die Datei von der Systemverwaltung einlesen."
            )
            % {"limit": MAX_UPLOAD_BYTES // 1024**2},
            code="too_large",
        )
    try:
        return reader(upload.read())
    except BoundaryError as error:
        raise forms.ValidationError(str(error), code="unreadable") from error


WITHOUT_PASSWORD = gettext_lazy("Ohne Passwort kann sich die Person nur über das Anmeldesystem der Behörde anmelden.")


class StaffCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """Creates an account that logs in with its e-mail address."""

    usable_password = SetUnusablePasswordMixin.create_usable_password_field(WITHOUT_PASSWORD)

    class Meta:
        model = User
        fields = ("email", "function")
        field_classes: dict[str, Any] = {}


class StaffPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """Sets somebody's password, or takes it away."""

    usable_password_help_text = WITHOUT_PASSWORD  # type: ignore[assignment]
