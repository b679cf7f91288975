"""Loading the sample data: when it is refused, and the ground it brings."""

import datetime
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Model
from pytest_django import Settings

from catalogue.models import Goal, Measure, Need
from district.models import Body, Concept, District, FieldOfAction, LegalText, Municipality, Role, User
from kek.sample_data import nordsachsen
from milestones.models import (
    Attachment,
    Attainment,
    CallOff,
    Consultation,
    CouncilSession,
    Dependency,
    Milestone,
    Phase,
    Postponement,
    Resolution,
)
from tests.factories import ConceptFactory

pytestmark = pytest.mark.django_db

MODELS: list[type[Model]] = [
    Attachment,
    Attainment,
    Body,
    CallOff,
    Concept,
    Consultation,
    CouncilSession,
    Dependency,
    FieldOfAction,
    Goal,
    LegalText,
    Measure,
    Milestone,
    Municipality,
    Need,
    Phase,
    Postponement,
    Resolution,
    User,
]
Load = Callable[..., str]

A_MONDAY = datetime.date(2026, 11, 23)
A_SATURDAY = datetime.date(2026, 5, 9)


@pytest.fixture
def load(settings: Settings, tmp_path: Path) -> Load:
    """Run the command, with its files in a folder of this test."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # saves seconds

    def run(**options: object) -> str:
        output = StringIO()
        call_command("load_sample_data", stdout=output, **options)
        return output.getvalue()

    return run


def contents() -> dict[str, list[object]]:
    """Return everything the sample data consists of, in a form that can be compared."""
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in MODELS}


# The command


def test_it_says_what_it_loaded(load: Load) -> None:
    assert load() == "Beispieldaten geladen: KEK Nordsachsen 2030 und KEK Nordsachsen 2035, 7 Konten.\n"


def test_a_second_load_is_refused_and_changes_nothing(load: Load) -> None:
    load(today=A_MONDAY)
    before = contents()
    with pytest.raises(CommandError, match=r"^Es gibt schon ein Entwicklungskonzept\."):
        load(today=A_SATURDAY)
    assert contents() == before


def test_a_concept_of_ones_own_keeps_the_sample_data_out(load: Load) -> None:
    ConceptFactory(slug="unser-konzept")
    with pytest.raises(CommandError):
        load()
    assert (User.objects.count(), Municipality.objects.count(), District.objects.count()) == (0, 0, 0)


def test_what_was_set_up_before_stays(load: Load) -> None:
    District.objects.create(pk=1, name="Unser Landkreis", office="Landratsamt", ags="14730")
    mine = User.objects.create_user("projektbuero@nordsachsen.example", "mein eigenes Kennwort", function="Ich")
    load(password="ein anderes Kennwort")
    mine.refresh_from_db()
    assert District.objects.get().name == "Unser Landkreis"
    assert (mine.function, mine.check_password("mein eigenes Kennwort")) == ("Ich", True)


def test_a_day_before_the_end_of_the_real_process_is_refused(load: Load) -> None:
    with pytest.raises(CommandError, match=r"30\. Juni 2021"):
        load(today=datetime.date(2021, 6, 29))
    assert not Concept.objects.exists()


def test_another_districts_database_is_refused_with_a_plain_message(load: Load) -> None:
    District.objects.create(pk=1, name="Landkreis Leipzig", office="Landratsamt", ags="14729")
    with pytest.raises(CommandError, match="14729"):
        load()
    assert not Concept.objects.exists()


@pytest.mark.parametrize("text", ["gestern", "2026-02-30"])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="ist kein Tag"):
        call_command("load_sample_data", f"--today={text}")


# The ground


def test_everything_is_there(load: Load) -> None:
    load()
    counts = {model.__name__: model._default_manager.count() for model in MODELS}
    assert counts == {
        "Attachment": 1,
        "Attainment": 24,
        "Body": 4,
        "CallOff": 5,
        "Concept": 2,
        "Consultation": 11,
        "CouncilSession": 9,
        "Dependency": 50,
        "FieldOfAction": 8,
        "Goal": 24,
        "LegalText": 5,
        "Measure": 18,
        "Milestone": 45,
        "Municipality": 30,
        "Need": 12,
        "Phase": 17,
        "Postponement": 9,
        "Resolution": 5,
        "User": 7,
    }


def test_municipalities_are_complete(load: Load) -> None:
    load()
    towns = Municipality.objects.filter(kind=Municipality.Kind.TOWN)
    assert (towns.count(), Municipality.objects.exclude(boundary=None).count()) == (11, 30)
    assert District.objects.get().map_attribution == nordsachsen.MAP_ATTRIBUTION


def test_there_is_one_user_per_role(load: Load) -> None:
    load(password="ein-langes-Kennwort")
    users = User.objects.prefetch_related("groups")
    assert sorted(group.name for user in users for group in user.groups.all()) == sorted(role.value for role in Role)
    assert all(user.function and user.is_staff and not user.is_superuser for user in users)
    assert all(authenticate(None, username=user.email, password="ein-langes-Kennwort") for user in users)


def test_without_a_password_nobody_can_log_in(load: Load) -> None:
    load()
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_legal_texts_say_that_they_are_samples(load: Load) -> None:
    load()
    texts = {text.kind: text.body for text in LegalText.objects.all()}
    assert set(texts) == set(LegalText.Kind.values)
    assert all(re.match(r"<p><strong>Muster-?[Tt]ext:</strong>", body) for body in texts.values())


def test_no_person_is_named(load: Load) -> None:
    """Addresses end in `.example`, nobody has a name, no telephone number is given."""
    load()
    assert {address.rpartition(".")[2] for address in User.objects.values_list("email", flat=True)} == {"example"}
    assert set(User.objects.values_list("first_name", "last_name")) == {("", "")}
    words = repr(contents()) + repr(District.objects.values())
    assert set(re.findall(r"[\w.+-]+@[\w.-]+", words)) == {*nordsachsen.SAMPLE_USERS, "kek@nordsachsen.example"}
    assert re.findall(r"Tel\.|Telefon: |\b0\d{3,4}[ /-]\d{3,}|\b(?:Herr|Frau) [A-ZÄÖÜ]", words) == []


def test_loading_is_deterministic(load: Load) -> None:
    """But for the random names of files and the hashes of passwords, which nobody reads."""

    def story() -> list[tuple[object, ...]]:
        with transaction.atomic():
            load(today=A_SATURDAY)
            milestones = Milestone.objects.order_by("pk")
            postponements = Postponement.objects.order_by("pk")
            told: list[tuple[object, ...]] = [
                *milestones.values_list("title", "baseline", "current", "reached", "called_off_on"),
                *postponements.values_list("from_date", "to_date", "reason", "recorded_at"),
                *Consultation.objects.order_by("pk").values_list("body__name", "session__date", "result"),
            ]
            transaction.set_rollback(True)
        return told

    assert story() == story()


def test_mission_statements_are_marked_as_examples(load: Load) -> None:
    load()
    statements = FieldOfAction.objects.values_list("mission_statement", flat=True)
    assert all(statement.startswith("Beispielformulierung: ") for statement in statements)
