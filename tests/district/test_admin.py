"""The ground in „Verwaltung“: lists, accounts, and the page that imports municipalities."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, reverse_lazy
from pytest_django.asserts import assertRedirects

from district import forms
from district.models import Concept, District, FieldOfAction, LegalText, Municipality, Role, User
from tests.district.test_boundaries import OTHER_SQUARE, SAMPLE, feature, geojson
from tests.factories import (
    BodyFactory,
    ConceptFactory,
    DistrictFactory,
    FieldOfActionFactory,
    LegalTextFactory,
    MunicipalityFactory,
    UserFactory,
)
from tests.kek.test_portal import PIXEL

pytestmark = pytest.mark.django_db

IMPORT = "admin:district_municipality_import"
CONFIRM = "admin:district_municipality_confirm_import"


@pytest.fixture(autouse=True)
def district() -> None:
    DistrictFactory.create()


@pytest.fixture
def project_office(client: Client) -> Client:
    client.force_login(UserFactory.create(role=Role.PROJECT_OFFICE))
    return client


@pytest.fixture
def system(client: Client) -> Client:
    client.force_login(UserFactory.create(role=Role.SYSTEM))
    return client


# Lists


def legal_texts(count: int) -> None:
    for kind in LegalText.Kind.values[-count:]:
        LegalTextFactory.create(kind=kind)


@pytest.mark.parametrize(
    ("model", "make"),
    [
        ("municipality", MunicipalityFactory.create_batch),
        ("concept", ConceptFactory.create_batch),
        ("fieldofaction", FieldOfActionFactory.create_batch),
        ("body", BodyFactory.create_batch),
        ("legaltext", legal_texts),
        ("user", lambda count: UserFactory.create_batch(count, role=Role.DEPARTMENT)),
    ],
)
def test_a_list_of_3_asks_the_database_as_often_as_a_list_of_1(
    model: str, make: Callable[[int], Any], system: Client
) -> None:
    url = reverse(f"admin:district_{model}_changelist")
    make(1)
    system.get(url)
    with CaptureQueriesContext(connection) as one:
        assert system.get(url).status_code == 200
    make(2)
    with CaptureQueriesContext(connection) as three:
        assert system.get(url).status_code == 200
    assert len(three) == len(one)


def test_a_filter_that_no_database_understands_is_left_out(project_office: Client) -> None:
    path = reverse("admin:district_body_changelist")
    assertRedirects(project_office.get(path, {"kind__exact": "\0"}), f"{path}?e=1")


@pytest.mark.parametrize("model", ["municipality", "concept", "fieldofaction", "body", "legaltext", "user", "district"])
def test_every_list_can_be_searched_and_every_form_opened(model: str, system: Client) -> None:
    MunicipalityFactory.create(), FieldOfActionFactory.create(), BodyFactory.create(), LegalTextFactory.create()
    ids: dict[str, Any] = {
        "municipality": Municipality,
        "concept": Concept,
        "fieldofaction": FieldOfAction,
        "user": User,
        "district": District,
    }
    assert system.get(reverse(f"admin:district_{model}_changelist"), {"q": "Muster"}).status_code == 200
    for row in ids[model].objects.all() if model in ids else []:
        assert system.get(reverse(f"admin:district_{model}_change", args=[row.pk])).status_code == 200


def test_there_is_one_district(system: Client) -> None:
    assert system.get(reverse("admin:district_district_add")).status_code == 403


def test_the_first_district_gets_the_first_row() -> None:
    District.objects.all().delete()
    client = Client()
    client.force_login(User.objects.create_superuser("notfall@example.org", "x"))
    values = {
        "name": "Landkreis Meißen",
        "office": "Landratsamt Meißen",
        "ags": "14627",
        "paper_deadline_days": 21,
        "answer_target_days": 90,
        "contact_retention_months": 6,
        "registration_retention_weeks": 8,
    }
    response = client.post(reverse("admin:district_district_add"), values)
    assert response.status_code == 302
    assert District.objects.get().pk == 1


def district_data(**changes: Any) -> dict[str, Any]:
    district = District.objects.get()
    names = ["name", "office", "ags", "paper_deadline_days", "answer_target_days"]
    names += ["contact_retention_months", "registration_retention_weeks"]
    return {name: getattr(district, name) for name in names} | changes


DISTRICT = reverse_lazy("admin:district_district_change", args=[1])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("wappen.svg", b"<svg>", "Dateiendung „svg“ ist nicht erlaubt."),
        ("wappen.png", b"<html>", "Der Inhalt dieser Datei passt nicht zur Endung „png“."),
        ("wappen.webp", b"RIFF1234WAVE", "Der Inhalt dieser Datei passt nicht zur Endung „webp“."),
        ("wappen.png", PIXEL + b" " * 2_000_000, "Diese Datei ist zu groß (1,9"),
    ],
)
def test_a_coat_of_arms_that_is_no_picture_is_refused(system: Client, name: str, content: bytes, message: str) -> None:
    response = system.post(DISTRICT, district_data(coat_of_arms=SimpleUploadedFile(name, content)))
    (error,) = response.context["form_errors"]
    assert error.message.startswith(message)
    assert not District.objects.get().coat_of_arms


def test_a_coat_of_arms_is_kept_shown_by_the_portal_and_removed(system: Client, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert system.post(DISTRICT, district_data(coat_of_arms=upload(PIXEL, "wappen.png"))).status_code == 302
    html = system.get(DISTRICT).content.decode()
    assert '<a href="/wappen">Wappen ansehen</a>' in html
    assert str(District.objects.get().coat_of_arms) not in html
    system.post(DISTRICT, district_data())
    assert District.objects.get().coat_of_arms
    system.post(DISTRICT, district_data(**{"coat_of_arms-clear": "on"}))
    assert not District.objects.get().coat_of_arms


def test_a_boundary_survives_the_change_form(project_office: Client) -> None:
    boundary = feature()["geometry"]
    municipality = MunicipalityFactory.create(boundary=boundary)
    url = reverse("admin:district_municipality_change", args=[municipality.pk])
    response = project_office.post(url, {"ags": municipality.ags, "name": "Neudorf", "kind": "town"})
    assert response.status_code == 302
    municipality.refresh_from_db()
    assert (municipality.name, municipality.boundary) == ("Neudorf", boundary)


@pytest.mark.parametrize("role", [Role.PROJECT_OFFICE, Role.STEERING_GROUP])
def test_a_year_is_written_without_a_dot(client: Client, role: Role) -> None:
    client.force_login(UserFactory.create(role=role))
    concept = ConceptFactory.create(horizon=2030)
    for name, args in (("changelist", []), ("change", [concept.pk]), ("history", [concept.pk])):
        html = client.get(reverse(f"admin:district_concept_{name}", args=args)).content.decode()
        assert "2030" in html
        assert "2.030" not in html


def test_a_closed_concept_gets_no_more_fields_of_action(project_office: Client) -> None:
    running, closed = ConceptFactory.create(), ConceptFactory.create(process_closed_on=date(2021, 6, 30))
    for concept, offers in ((running, True), (closed, False)):
        page = project_office.get(reverse("admin:district_concept_change", args=[concept.pk])).content.decode()
        assert ("fields_of_action-__prefix__-name" in page) == offers


# Accounts


def test_a_field_of_action_stays_in_its_concept(project_office: Client) -> None:
    field, other = FieldOfActionFactory(name="Mobilität"), ConceptFactory()
    url = reverse("admin:district_fieldofaction_change", args=[field.pk])
    assert "concept" not in project_office.get(url).context["adminform"].form.fields
    data = {"concept": other.pk, "number": field.number, "name": "Verkehr", "mission_statement": ""}
    assert project_office.post(url, data).status_code == 302
    before = field.concept_id
    field.refresh_from_db()
    assert (field.name, field.concept_id) == ("Verkehr", before)


def test_an_account_is_made_with_an_address(system: Client) -> None:
    password = "sehr langes Kennwort 2026"
    response = system.post(
        reverse("admin:district_user_add"),
        {
            "email": "neu@example.org",
            "function": "Moderation",
            "usable_password": "true",
            "password1": password,
            "password2": password,
        },
    )
    assert response.status_code == 302
    user = User.objects.get(email="neu@example.org")
    assert user.check_password(password)
    assert (user.function, user.is_staff, user.is_superuser) == ("Moderation", True, False)


def test_an_address_has_one_account_whatever_its_case(system: Client) -> None:
    UserFactory.create(email="neu@example.org")
    response = system.post(reverse("admin:district_user_add"), {"email": "NEU@example.org", "usable_password": "false"})
    assert "Zu dieser E-Mail-Adresse gibt es schon ein Konto." in response.content.decode()


def test_roles_are_given_by_ticking(system: Client) -> None:
    user = UserFactory.create(role=Role.DEPARTMENT)
    url = reverse("admin:district_user_change", args=[user.pk])
    form = system.get(url).context["adminform"].form
    roles = {label: str(value) for value, label in form.fields["groups"].choices}
    assert set(roles) == set(Role.values)
    response = system.post(
        url,
        {
            "email": user.email,
            "function": user.function,
            "is_active": "on",
            "is_staff": "on",
            "groups": [roles[Role.MODERATION.value], roles[Role.PUBLIC_RELATIONS.value]],
        },
    )
    assert response.status_code == 302
    assert sorted(user.groups.values_list("name", flat=True)) == ["Moderation", "Öffentlichkeitsarbeit"]


def test_superusers_are_seen_and_made_by_superusers_only(system: Client) -> None:
    superuser = User.objects.create_superuser("notfall@example.org", "x")
    somebody = UserFactory.create()
    assert "notfall@example.org" not in system.get(reverse("admin:district_user_changelist")).content.decode()
    assert system.get(reverse("admin:district_user_change", args=[superuser.pk])).status_code == 302
    password_url = reverse("admin:auth_user_password_change", args=[superuser.pk])
    new = {"password1": "sehr langes Kennwort 2026", "password2": "sehr langes Kennwort 2026"}
    assert system.post(password_url, new | {"usable_password": "true", "set-password": ""}).status_code in {403, 404}
    superuser.refresh_from_db()
    assert superuser.check_password("x")

    url = reverse("admin:district_user_change", args=[somebody.pk])
    system.post(url, {"email": somebody.email, "is_active": "on", "is_staff": "on", "is_superuser": "on"})
    somebody.refresh_from_db()
    assert not somebody.is_superuser

    system.force_login(superuser)
    assert "is_superuser" in system.get(url).context["adminform"].form.fields


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_accounts_are_the_business_of_system_administration(role: Role, client: Client) -> None:
    client.force_login(UserFactory.create(role=role))
    assert client.get(reverse("admin:district_user_changelist")).status_code == 403


# Importing municipalities


def upload(raw: bytes, name: str = "karte.geojson") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw)


def preview(client: Client, raw: bytes, table: bytes | None = None, on: str = "01.03.2026") -> Any:
    files = {"geojson": upload(raw)} | ({"csv": upload(table, "tabelle.csv")} if table is not None else {})
    return client.post(reverse(IMPORT), {"on": on, **files})


def confirm(client: Client, page: Any) -> Any:
    return client.post(reverse(CONFIRM), {"extract": page.context["confirmation"]["extract"].value()})


@pytest.mark.parametrize("role", Role)
def test_who_may_import(role: Role, client: Client) -> None:
    client.force_login(UserFactory.create(role=role))
    allowed = role in {Role.PROJECT_OFFICE, Role.SYSTEM}
    assert client.get(reverse(IMPORT)).status_code == (200 if allowed else 403)
    assert client.post(reverse(CONFIRM)).status_code == (302 if allowed else 403)
    page = client.get(reverse("admin:district_municipality_changelist")).content.decode()
    assert ("Gemeinden einlesen" in page) == allowed


def test_strangers_are_asked_to_log_in(client: Client) -> None:
    assert client.get(reverse(IMPORT)).status_code == 302
    assert client.post(reverse(CONFIRM)).status_code == 302
    assert not Municipality.objects.exists()


def test_the_real_files_are_previewed_and_then_imported(project_office: Client) -> None:
    page = preview(
        project_office,
        (SAMPLE / "nordsachsen_gemeinden.geojson").read_bytes(),
        (SAMPLE / "nordsachsen_gemeinden.csv").read_bytes(),
    )
    assert "Neu (30)" in page.content.decode()
    assert not Municipality.objects.exists()

    response = confirm(project_office, page)
    assert response["Location"] == reverse("admin:district_municipality_changelist")
    assert Municipality.objects.filter(kind="town").count() == 11
    assert Municipality.objects.filter(kind="municipality").count() == 19
    torgau: Any = Municipality.objects.get(name="Torgau")
    event = torgau.events.get()
    assert event.pgh_context.metadata["action"] == "import_municipalities"


def test_the_preview_lists_what_would_be_added_renamed_and_closed(project_office: Client) -> None:
    confirm(project_office, preview(project_office, geojson(feature(), feature(AGS="14730020", GEN="Bad Düben"))))
    page = preview(
        project_office, geojson(feature(GEN="Neuarzberg"), feature(OTHER_SQUARE, AGS="14730030", GEN="Beilrode"))
    )
    text = page.content.decode()
    for expected in (
        "Neu (1)",
        "Beilrode",
        "Umbenannt (1)",
        "Arzberg (Gemeinde) → Neuarzberg (Gemeinde)",
        "Aufgelöst (1)",
    ):
        assert expected in text
    assert set(Municipality.objects.values_list("name", "closed_on")) == {("Arzberg", None), ("Bad Düben", None)}

    confirm(project_office, page)
    assert set(Municipality.objects.values_list("name", "closed_on")) == {
        ("Neuarzberg", None),
        ("Bad Düben", date(2026, 3, 1)),
        ("Beilrode", None),
    }


def test_nothing_to_change_needs_no_confirming(project_office: Client) -> None:
    confirm(project_office, preview(project_office, geojson(feature())))
    text = preview(project_office, geojson(feature())).content.decode()
    assert "Es gibt nichts zu ändern." in text
    assert "Änderungen speichern" not in text


@pytest.mark.parametrize(
    ("raw", "table", "field", "message"),
    [
        (b"kein JSON", None, "geojson", "Die Datei ist kein gültiges JSON. Bitte wählen Sie eine GeoJSON-Datei."),
        (b"", None, "geojson", "Die übertragene Datei ist leer."),
        (
            geojson(feature(AGS="14729010")),
            None,
            "geojson",
            "Die Datei enthält keine Gemeinde des Landkreises mit dem Schlüssel 14730.",
        ),
        (geojson(feature()), b"ags\n", "csv", "In der ersten Zeile fehlen die Spalten: ars, repr_lat, repr_lon."),
    ],
)
def test_a_wrong_file_is_named_at_its_field_and_changes_nothing(
    raw: bytes, table: bytes | None, field: str, message: str, project_office: Client
) -> None:
    page = preview(project_office, raw, table)
    assert page.context["form"].errors == {field: [message]}
    assert message in page.content.decode()
    assert not Municipality.objects.exists()


def test_a_file_that_is_too_large_is_named_at_its_field(
    project_office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MAX_UPLOAD_BYTES", 100)
    errors = preview(project_office, geojson(feature())).context["form"].errors
    assert list(errors) == ["geojson"]
    assert errors["geojson"][0].startswith("Die Datei ist größer als 0 MB.")


def test_boundaries_too_detailed_for_a_form_are_named_at_their_field(
    project_office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MAX_SEALED_LENGTH", 100)
    page = preview(project_office, geojson(feature()))
    assert page.context["form"].errors == {
        "geojson": ["Die Grenzen sind sehr genau. Bitte vereinfachen Sie sie vor dem Einlesen."]
    }


EXPIRED = "Diese Vorschau gilt nicht mehr. Bitte wählen Sie die Dateien noch einmal aus."


def test_a_preview_is_valid_for_an_hour(project_office: Client) -> None:
    with time_machine.travel("2026-03-01 12:00Z"):
        page = preview(project_office, geojson(feature()))
    with time_machine.travel("2026-03-01 13:01Z"):
        response = confirm(project_office, page)
    assert response["Location"] == reverse(IMPORT)
    assert [str(message) for message in get_messages(response.wsgi_request)] == [EXPIRED]
    assert not Municipality.objects.exists()


@pytest.mark.parametrize("sealed", ["", "gefälscht", json.dumps({"areas": None})])
def test_a_preview_cannot_be_made_up(sealed: str, project_office: Client) -> None:
    response = project_office.post(reverse(CONFIRM), {"extract": sealed})
    assert [str(message) for message in get_messages(response.wsgi_request)] == [EXPIRED]
    assert not Municipality.objects.exists()


def test_without_a_district_there_is_nothing_to_import_into(client: Client) -> None:
    District.objects.all().delete()
    client.force_login(User.objects.create_superuser("notfall@example.org", "x"))
    response = client.get(reverse(IMPORT))
    assert response["Location"] == reverse("admin:district_district_changelist")
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "Bitte legen Sie zuerst den Landkreis mit seinem Kreisschlüssel an."
    ]
