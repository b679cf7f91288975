"""The ground of the sample data: the district, its municipalities and bodies, one user per role, the legal texts."""

from __future__ import annotations

import datetime
from pathlib import Path

from django.contrib.auth.models import Group

from district.actions import import_municipalities
from district.boundaries import read_areas, read_places
from district.models import Body, Department, District, LegalText, Role, User

FOLDER = Path(__file__).resolve().parent
MAP_ATTRIBUTION = "© GeoBasis-DE / BKG (2016), GeoNutzV; Punkte © GeoNames, CC BY 4.0"

COUNCIL = "Kreistag"
MAIN_COMMITTEE = "Kreisausschuss"
COMMITTEE = "Ausschuss für Kreisentwicklung (Beispiel)"
STEERING_GROUP = "Projektsteuerungsgruppe"
BODIES = {
    COUNCIL: Body.Kind.COUNCIL,
    MAIN_COMMITTEE: Body.Kind.MAIN_COMMITTEE,
    COMMITTEE: Body.Kind.COMMITTEE,
    STEERING_GROUP: Body.Kind.STEERING_GROUP,
}

PROJECT_OFFICE = "projektbuero@nordsachsen.example"
MODERATION = "moderation@nordsachsen.example"
DEPARTMENT = "fachamt@nordsachsen.example"
GROUP_CHAIR = "arbeitsgruppe@nordsachsen.example"
SAMPLE_USERS = {
    PROJECT_OFFICE: (Role.PROJECT_OFFICE, "Projektkoordination"),
    MODERATION: (Role.MODERATION, "Moderation der Beteiligung"),
    DEPARTMENT: (Role.DEPARTMENT, "Fachamt Wirtschaftsförderung"),
    "presse@nordsachsen.example": (Role.PUBLIC_RELATIONS, "Pressestelle"),
    GROUP_CHAIR: (Role.GROUP_CHAIR, "Leitung der Arbeitsgruppe 3"),
    "steuerungsgruppe@nordsachsen.example": (Role.STEERING_GROUP, "Mitglied der Projektsteuerungsgruppe"),
    "systemverwaltung@nordsachsen.example": (Role.SYSTEM, "Systemverwaltung"),
}

# The first is that of the sample user.
DEPARTMENTS = (
    "Amt für Wirtschaftsförderung",
    "Amt für Bau und Verkehr",
    "Gesundheitsamt",
    "Jugendamt",
    "Umweltamt",
)

LEGAL_TITLES = {
    LegalText.Kind.IMPRINT: "Impressum",
    LegalText.Kind.PRIVACY: "Datenschutz",
    LegalText.Kind.ACCESSIBILITY: "Erklärung zur Barrierefreiheit",
    LegalText.Kind.EASY_LANGUAGE: "Das Portal in Leichter Sprache",
    LegalText.Kind.CONTACT: "Kontakt",
}


def load(*, today: datetime.date, password: str | None) -> None:
    """Load the ground; what is there already stays as it is."""
    District.objects.get_or_create(
        pk=1,
        defaults={
            "name": "Landkreis Nordsachsen",
            "office": "Landratsamt Nordsachsen",
            "ags": "14730",
            "street": "Schloßstraße 27",
            "postal_code": "04860",
            "city": "Torgau",
            "email": "kek@nordsachsen.example",
            "website": "https://www.landkreis-nordsachsen.de",
            "map_attribution": MAP_ATTRIBUTION,
        },
    )
    for name, kind in BODIES.items():
        Body.objects.get_or_create(name=name, defaults={"kind": kind})
    for name in DEPARTMENTS:
        Department.objects.get_or_create(name=name)
    for email, (role, function) in SAMPLE_USERS.items():
        _make_user(email, role=role, function=function, password=password)
    for legal_kind, title in LEGAL_TITLES.items():
        _write_legal_text(legal_kind, title=title, today=today)
    import_municipalities(
        features=read_areas((FOLDER / "nordsachsen_gemeinden.geojson").read_bytes(), district_key="14730"),
        places=read_places((FOLDER / "nordsachsen_gemeinden.csv").read_bytes()),
        on=today,
    )


def body(name: str) -> Body:
    """Return a body by its name."""
    return Body.objects.get(name=name)


def project_office() -> User:
    """Return the user who writes the records."""
    return User.objects.get(email=PROJECT_OFFICE)


def _make_user(email: str, *, role: Role, function: str, password: str | None) -> None:
    if not User.objects.filter(email__iexact=email).exists():
        user = User.objects.create_user(email, password, function=function)
        user.groups.add(Group.objects.get(name=role.value))
        if role == Role.DEPARTMENT:
            user.department = Department.objects.get(name=DEPARTMENTS[0])
            user.save(update_fields=["department"])


def _write_legal_text(kind: LegalText.Kind, *, title: str, today: datetime.date) -> None:
    if not LegalText.objects.filter(kind=kind).exists():
        text = (FOLDER / "rechtstexte" / f"{kind.value}.html").read_text(encoding="utf-8")
        legal_text = LegalText(kind=kind, title=title, body=text, updated_on=today)
        legal_text.full_clean()
        legal_text.save()
