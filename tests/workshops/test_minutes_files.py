"""The minutes as files: accessible, German, complete for the administration, and nothing internal for readers."""

from __future__ import annotations

import datetime
import io
from typing import Any

import docx
import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from docx.oxml.ns import qn

from catalogue.actions import promote
from catalogue.models import Need
from tests.factories import (
    AgendaItemFactory,
    EventFactory,
    FeedbackFactory,
    FieldOfActionFactory,
    NeedFactory,
    OutcomeFactory,
    RegistrationFactory,
    UserFactory,
    WorkingGroupFactory,
)
from workshops.actions import begin_minutes, hold, note, release, reopen, settle_outcome, write_minutes
from workshops.minutes_file import minutes_docx, minutes_pdf
from workshops.models import Event, Outcome

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 9, 2, 10, tzinfo=datetime.UTC)
KINDS = ("pdf", "docx")
INTERNAL = [
    "Vorbehalte der Gemeinde",
    "Der Kämmerer rechnet noch.",
    "Grundstück kaufen",
    "nur intern",
    "Interne Fassung",
    "2 Personen",
]


@pytest.fixture
def event() -> Event:
    """Return a forum with two points, two outcomes, one of them internal, and two people who came."""
    group = WorkingGroupFactory(name="AG Verkehr")
    event: Event = EventFactory(title="Forum Verkehr", concept=group.concept, group=group)
    buses, land = (
        AgendaItemFactory(event=event, title="Busse", speaker="Nahverkehrsamt"),
        AgendaItemFactory(event=event),
    )
    minutes = begin_minutes(event, at=NOON)
    note(buses, text="Vorbehalte der Gemeinde.\n\nZweiter Absatz.", seen=0)
    field = FieldOfActionFactory(concept=event.concept, name="Mobilität")
    OutcomeFactory(
        event=event,
        item=buses,
        title="Busse fahren auch sonntags",
        text="Auf allen Linien.",
        field_of_action=field,
        owner="Nahverkehrsamt",
        due_on=datetime.date(2026, 12, 1),
    )
    OutcomeFactory(event=event, item=land, kind="decision", title="Grundstück kaufen", is_public=False)
    write_minutes(minutes, summary="Es ging um Busse.", internal="Der Kämmerer rechnet noch.", seen=0)
    for _number in range(2):
        RegistrationFactory(event=event, attended_at=NOON)
    RegistrationFactory(event=event)
    return Event.objects.get(pk=event.pk)


def released(event: Event) -> Event:
    by = UserFactory()
    hold(event, by=by, at=NOON)
    release(event.minutes, by=by, at=NOON)
    return Event.objects.get(pk=event.pk)


def pdf(event: Event, *, internal: bool) -> Any:
    return pypdf.PdfReader(io.BytesIO(minutes_pdf(event, internal=internal, made_at=NOON)))


def word(event: Event, *, internal: bool) -> Any:
    return docx.Document(io.BytesIO(minutes_docx(event, internal=internal)))


def words(event: Event, kind: str, *, internal: bool) -> str:
    if kind == "pdf":
        told = " ".join(page.extract_text() for page in pdf(event, internal=internal).pages)
    else:
        told = "\n".join(paragraph.text for paragraph in word(event, internal=internal).paragraphs)
    return " ".join(told.split())


def tags(reader: Any) -> list[str]:
    """Return the kinds of all elements a screen reader finds, in no order."""
    found, waiting = [], [reader.root_object["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting += element
        elif isinstance(element, dict):
            found.append(str(element.get("/S", "")).removeprefix("/"))
            if not isinstance(below := element.get("/K", 0), int):
                waiting.append(below)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_internal_file_says_everything(event: Event, kind: str) -> None:
    told = words(released(event), kind, internal=True)
    for each in (
        "Protokoll: Forum Verkehr",
        "1. September 2026, 18 bis 20 Uhr",
        "Bürgerhaus, Markt 1",
        "AG Verkehr",
        "freigegeben am 2. September 2026",
        "Es ging um Busse.",
        "Handlungsbedarf: Busse fahren auch sonntags",
        "Mobilität",
        "Wer kümmert sich: Nahverkehrsamt",
        "bis 1. Dezember 2026",
        "Zweiter Absatz.",
        *INTERNAL,
    ):
        assert each in told
    assert "Entwurf" not in told


@pytest.mark.parametrize("kind", KINDS)
def test_the_public_file_says_what_is_public_and_nothing_else(event: Event, kind: str) -> None:
    told = words(released(event), kind, internal=False)
    for each in ("Forum Verkehr", "Es ging um Busse.", "Busse fahren auch sonntags", "Auf allen Linien.", "Busse"):
        assert each in told
    assert "Wer kümmert sich: Nahverkehrsamt · bis 1. Dezember 2026" in told
    assert [each for each in INTERNAL if each in told] == []
    assert "Entwurf" not in told


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_released_is_marked_and_not_told_to_readers(event: Event, kind: str) -> None:
    for internal in (True, False):
        assert "Entwurf: noch nicht freigegeben." in words(event, kind, internal=internal)
    told = words(event, kind, internal=False)
    assert "Es ging um Busse." not in told
    assert "sonntags" not in told


@pytest.mark.parametrize("kind", KINDS)
def test_readers_get_nothing_of_minutes_that_are_being_corrected(event: Event, kind: str) -> None:
    shown = released(event)
    reopen(shown.minutes, reason="Ein Datum ist falsch.", by=UserFactory(), at=NOON)
    told = words(Event.objects.get(pk=event.pk), kind, internal=False)
    assert "Es ging um Busse." not in told
    assert "sonntags" not in told


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_without_minutes_has_a_file_all_the_same(kind: str) -> None:
    told = words(EventFactory(title="Forum Wald"), kind, internal=True)
    assert "Forum Wald" in told
    assert "noch nicht begonnen" in told
    assert "nicht erfasst" in told


@pytest.mark.parametrize("kind", KINDS)
def test_outcomes_of_no_item_and_of_feedback_have_their_own_place(event: Event, kind: str) -> None:
    feedback = FeedbackFactory(event=event)
    OutcomeFactory(event=event, title="Außer der Reihe", is_public=True)
    OutcomeFactory(event=event, feedback=feedback, title="Aus einer Zuschrift", released_at=NOON)
    told = words(event, kind, internal=True)
    assert told.index("Weitere Ergebnisse") < told.index("Außer der Reihe")
    assert told.index("Aus schriftlichen Rückmeldungen") < told.index("Aus einer Zuschrift")
    public = words(event, kind, internal=False)  # a feedback's outcome does not wait for minutes
    assert "Aus einer Zuschrift" in public
    assert "Außer der Reihe" not in public


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_tells_what_became_of_an_outcome(event: Event, kind: str) -> None:
    decision = OutcomeFactory(event=event, kind="decision", title="Brief schreiben")
    shown = released(event)
    settle_outcome(decision, on=datetime.date(2026, 10, 5))
    outcome = Outcome.objects.get(title="Busse fahren auch sonntags")
    need = Need(
        concept=event.concept, field_of_action=outcome.field_of_action, number="B 9.1", title="Busse am Sonntag"
    )
    promote(outcome, need, by=UserFactory(), at=NOON)
    other = OutcomeFactory(event=event, title="Takt", released_at=NOON)
    known = NeedFactory(field_of_action=outcome.field_of_action, number="B 9.2", title="Dichter Takt")
    promote(other, known, by=UserFactory(), at=NOON)
    told = words(shown, kind, internal=True)
    assert "erledigt am 5. Oktober 2026" in told
    assert "B 9.1" in told
    public = words(shown, kind, internal=False)
    assert "B 9.2" in public
    assert "B 9.1" not in public  # still a draft


def test_the_pdf_is_tagged_with_title_language_and_bookmarks(event: Event) -> None:
    reader = pdf(released(event), internal=True)
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("de")
    assert reader.metadata.title == "Protokoll: Forum Verkehr"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    found = tags(reader)
    assert {tag: found.count(tag) for tag in ("H1", "H2", "H3")} == {"H1": 1, "H2": 3, "H3": 2}
    assert found.count("LI") >= 2
    assert "Interner Teil" in str(reader.outline)


def test_the_word_file_has_real_headings_and_lists_in_german(event: Event) -> None:
    document = word(released(event), internal=True)
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs}
    assert styles["Protokoll: Forum Verkehr"] == "Heading 1"
    assert styles["Interner Teil"] == "Heading 2"
    assert [name for text, name in styles.items() if text.endswith(". Busse")] == ["Heading 3"]
    assert [name for text, name in styles.items() if "sonntags" in text] == ["List Bullet"]
    languages = {each.get(qn("w:val")) for each in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"de-DE"}
    assert document.core_properties.title == "Protokoll: Forum Verkehr"


@pytest.mark.parametrize("kind", KINDS)
def test_the_files_stay_german_on_english_pages(event: Event, kind: str) -> None:
    with translation.override("en"):
        told = words(event, kind, internal=True)
    assert "Zusammenfassung" in told
    assert "1. September 2026" in told


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_words_stay_words(event: Event, kind: str) -> None:
    words_of_somebody = '#read("/etc/passwd") *fett* <w:p>&amp; 🚲'
    OutcomeFactory(event=event, title="Spruch", text=words_of_somebody)
    told = words(event, kind, internal=True)
    assert '#read("/etc/passwd") *fett* <w:p>&amp;' in told.replace("“", '"').replace("„", '"').replace("”", '"')


@pytest.mark.parametrize("kind", KINDS)
def test_more_outcomes_take_no_more_queries(event: Event, kind: str) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            words(Event.objects.select_related("concept", "group").get(pk=event.pk), kind, internal=True)
        return len(captured)

    one = count()
    for _number in range(3):
        item = AgendaItemFactory(event=event)
        OutcomeFactory(event=event, item=item, field_of_action=FieldOfActionFactory(concept=event.concept))
    assert count() == one
