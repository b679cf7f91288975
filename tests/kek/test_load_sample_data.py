"""The command that loads the sample data: what it says, and when it refuses."""

import datetime
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import Settings

from district.models import Concept, District, Municipality, User
from milestones.models import (
    Consultation,
    Milestone,
    Postponement,
)
from tests.factories import ConceptFactory
from tests.sample_data import contents

pytestmark = pytest.mark.django_db

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


# The command


def test_it_says_what_it_loaded_and_a_second_load_is_refused_and_changes_nothing(load: Load) -> None:
    told = load(today=A_MONDAY)
    assert told == "Beispieldaten geladen: KEK Nordsachsen 2030 und KEK Nordsachsen 2035, 7 Konten.\n"
    assert not any(user.has_usable_password() for user in User.objects.all())  # none was given
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
