"""The audit trail in words: who changed what, and in which order."""

from __future__ import annotations

import datetime

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from district.history import Entry, history_of
from district.models import Concept, FieldOfAction
from tests.factories import ConceptFactory, FieldOfActionFactory, UserFactory

pytestmark = pytest.mark.django_db


def changes(entry: Entry) -> dict[str, tuple[str, str]]:
    return {change.label: (change.before, change.after) for change in entry.changes}


def test_a_change_shows_before_and_after_of_what_changed_alone() -> None:
    concept = ConceptFactory(short_title="Alt", process_closed_on=None)
    concept.short_title, concept.is_public = "Neu", False
    concept.process_closed_on = datetime.date(2021, 6, 30)
    concept.save()
    changed, added = history_of(concept)
    assert (changed.action, added.action) == ("geändert", "angelegt")
    assert changes(changed) == {
        "Kurztitel": ("Alt", "Neu"),
        "Öffentlich": ("ja", "nein"),
        "Verfahren abgeschlossen am": ("", "30. Juni 2021"),
    }


def test_a_foreign_key_is_told_by_name() -> None:
    predecessor = ConceptFactory(short_title="KEK 2030")
    concept = ConceptFactory(predecessor=predecessor)
    assert changes(history_of(concept)[0])["Vorgänger"] == ("", "KEK 2030")


def test_the_trail_names_the_person_or_the_system() -> None:
    concept = ConceptFactory()
    person = UserFactory(function="Projektkoordination")
    with pghistory.context(user=person.pk):
        concept.short_title = "Neu"
        concept.save()
    assert [entry.by for entry in history_of(concept)] == ["Projektkoordination", "System"]


def test_bulk_updates_are_seen_too() -> None:
    concept = ConceptFactory(short_title="Alt")
    Concept.objects.filter(pk=concept.pk).update(short_title="Neu")
    assert changes(history_of(concept)[0]) == {"Kurztitel": ("Alt", "Neu")}


def test_what_belongs_to_the_row_is_told_with_it_even_after_it_was_deleted() -> None:
    concept = ConceptFactory()
    FieldOfActionFactory(concept=concept, name="Wirtschaft").delete()
    entries = history_of(concept, [(FieldOfAction, "concept")])
    assert [(entry.part, entry.action) for entry in entries] == [
        ("Handlungsfeld", "gelöscht"),
        ("Handlungsfeld", "angelegt"),
        ("", "angelegt"),
    ]
    assert changes(entries[0])["Name"] == ("Wirtschaft", "")


def test_a_long_text_is_cut() -> None:
    concept = ConceptFactory(summary="x" * 500)
    assert len(changes(history_of(concept)[0])["Worum es geht"][1]) == 200


def test_many_events_ask_the_database_as_often_as_one() -> None:
    concept = ConceptFactory(predecessor=ConceptFactory())
    with CaptureQueriesContext(connection) as one:
        history_of(concept)
    for number in range(3):
        concept.predecessor = ConceptFactory()
        concept.title = f"Titel {number}"
        concept.save()
    with CaptureQueriesContext(connection) as more:
        assert len(history_of(concept)) == 4
    assert len(more) == len(one)
