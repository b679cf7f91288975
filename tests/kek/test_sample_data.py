"""The ground that the sample data bring."""

import re

import pytest
from django.contrib.auth import authenticate

from district.models import District, FieldOfAction, LegalText, Municipality, Role, User
from kek.sample_data import nordsachsen
from tests.sample_data import MODELS, contents

from .conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample_data")]


def test_everything_is_there() -> None:
    counts = {model.__name__: model._default_manager.count() for model in MODELS}
    assert counts == {
        "AgendaItem": 69,
        "Attachment": 1,
        "Attainment": 24,
        "Body": 4,
        "CallOff": 5,
        "Change": 27,
        "Concept": 2,
        "Consultation": 11,
        "CouncilSession": 9,
        "Dependency": 50,
        "Event": 42,
        "FieldOfAction": 8,
        "Goal": 24,
        "LegalText": 5,
        "Mailing": 7,
        "Measure": 18,
        "Membership": 25,
        "Milestone": 45,
        "Minutes": 19,
        "Municipality": 30,
        "Need": 12,
        "Outcome": 30,
        "Phase": 17,
        "Postponement": 9,
        "Resolution": 5,
        "User": 7,
        "WorkingGroup": 7,
    }


def test_municipalities_are_complete() -> None:
    towns = Municipality.objects.filter(kind=Municipality.Kind.TOWN)
    assert (towns.count(), Municipality.objects.exclude(boundary=None).count()) == (11, 30)
    assert District.objects.get().map_attribution == nordsachsen.MAP_ATTRIBUTION


def test_there_is_one_user_per_role() -> None:
    users = User.objects.prefetch_related("groups")
    assert sorted(group.name for user in users for group in user.groups.all()) == sorted(role.value for role in Role)
    assert all(user.function and user.is_staff and not user.is_superuser for user in users)
    assert all(authenticate(None, username=user.email, password=PASSWORD) for user in users)


def test_legal_texts_say_that_they_are_samples() -> None:
    texts = {text.kind: text.body for text in LegalText.objects.all()}
    assert set(texts) == set(LegalText.Kind.values)
    assert all(re.match(r"<p><strong>Muster-?[Tt]ext:</strong>", body) for body in texts.values())


def test_no_person_is_named() -> None:
    """Addresses end in `.example`, nobody has a name, no telephone number is given."""
    assert {address.rpartition(".")[2] for address in User.objects.values_list("email", flat=True)} == {"example"}
    assert set(User.objects.values_list("first_name", "last_name")) == {("", "")}
    words = repr(contents()) + repr(District.objects.values())
    assert set(re.findall(r"[\w.+-]+@[\w.-]+", words)) == {*nordsachsen.SAMPLE_USERS, "kek@nordsachsen.example"}
    assert re.findall(r"Tel\.|Telefon: |\b0\d{3,4}[ /-]\d{3,}|\b(?:Herr|Frau) [A-ZÄÖÜ]", words) == []


def test_mission_statements_are_marked_as_examples() -> None:
    statements = FieldOfAction.objects.values_list("mission_statement", flat=True)
    assert all(statement.startswith("Beispielformulierung: ") for statement in statements)
