"""The start page of a concept: where do we stand?"""

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from district.models import Concept
from milestones.models import Consultation, Phase
from participation.models import Round
from tests.factories import (
    ConceptFactory,
    ConsultationFactory,
    CouncilSessionFactory,
    EventFactory,
    FieldOfActionFactory,
    MilestoneFactory,
    PhaseFactory,
    PostponementFactory,
    ResolutionFactory,
    RoundFactory,
    SectionFactory,
    WorkingGroupFactory,
    when,
)
from tests.milestones.queries import queries
from workshops.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_the_first_of_march")]

IN_2021 = {"opens_on": datetime.date(2021, 1, 1), "closes_on": datetime.date(2021, 12, 31)}


@pytest.fixture
def _on_the_first_of_march(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime.datetime(2021, 3, 1, 10, tzinfo=datetime.UTC))


@pytest.fixture
def concept() -> Concept:
    return ConceptFactory(slug="kek", short_title="KEK Probe", title="Kreisentwicklungskonzept Probe", is_current=True)


def page(client: Client, path: str = "/kek/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_root_leads_to_the_current_concept(client: Client, concept: Concept) -> None:
    ConceptFactory()
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/kek/")


def test_without_a_current_concept_the_root_says_so(client: Client) -> None:
    ConceptFactory()
    html = page(client, "/")
    assert "kein Entwicklungskonzept veröffentlicht" in html
    assert 'href="/verwaltung/start/"' in html


def test_a_concept_that_is_not_public_has_no_start_page(client: Client) -> None:
    ConceptFactory(slug="kek", is_public=False)
    assert client.get("/kek/").status_code == 404


def test_an_empty_concept_has_a_friendly_page(client: Client, concept: Concept) -> None:
    html = page(client)
    assert "Für dieses Konzept ist noch kein Zeitplan veröffentlicht." in html
    assert 'class="home-steps"' not in html


def test_the_running_phase_and_the_next_milestone_are_named(client: Client, concept: Concept) -> None:
    phase = PhaseFactory(
        concept=concept,
        title="Gespräche vor Ort",
        starts=when("2021"),
        ends=when("2021"),
        method_step=Phase.MethodStep.DISCUSSION,
    )
    MilestoneFactory(phase=phase, title="Forum Torgau", current=when("24. März 2021"))
    html = page(client)
    assert 'Laufende Phase: <span lang="de">Gespräche vor Ort</span>' in html
    assert '<li class="home-step home-step--running" aria-current="step">' in html
    assert "Forum Torgau" in html
    assert "noch 23 Tage" in html


def test_an_approximate_date_gets_no_countdown_in_days(client: Client, concept: Concept) -> None:
    MilestoneFactory(phase__concept=concept, current=when("Ende 2021"))
    html = page(client)
    assert "voraussichtlich Ende 2021" in html
    assert "noch " not in html.partition("home-section")[0]


def test_what_is_overdue_is_named(client: Client, concept: Concept) -> None:
    MilestoneFactory(phase__concept=concept, title="Stellungnahmen", current=when("Februar 2021"))
    html = page(client)
    assert '<span lang="de">Stellungnahmen</span> (geplant für Februar 2021)' in html


def test_the_decision_is_told_with_day_and_votes(client: Client, concept: Concept) -> None:
    milestone = MilestoneFactory(phase=PhaseFactory(concept=concept), kind="resolution")
    ConsultationFactory(
        resolution=ResolutionFactory(concept=concept, subject="Das KEK", milestone=milestone),
        session=CouncilSessionFactory(date=when("24. Februar 2021")),
        result=Consultation.Result.ADOPTED,
        yes=41,
        no=8,
        abstentions=15,
    )
    html = page(client)
    assert "Das Konzept ist beschlossen." in html
    assert '<p class="home-fact__date">24. Februar 2021</p>' in html
    assert "41 Ja, 8 Nein, 15 Enthaltungen" in html


def test_a_paper_about_the_procedure_does_not_resolve_the_concept(client: Client, concept: Concept) -> None:
    phase = PhaseFactory(concept=concept, method_step="resolution")
    about_participation = MilestoneFactory(phase=phase, kind="participation")
    about_the_start = MilestoneFactory(phase=phase, kind="resolution", current=when("1.2.2020"))
    MilestoneFactory(phase=phase, kind="resolution", title="Beschluss über das Konzept", current=when("1.12.2020"))
    for about in (None, about_participation, about_the_start):
        paper = ResolutionFactory(concept=concept, milestone=about)
        ConsultationFactory(resolution=paper, result=Consultation.Result.ADOPTED)
    assert "Das Konzept ist beschlossen." not in page(client)


def test_a_recommendation_of_a_committee_is_no_decision(client: Client, concept: Concept) -> None:
    PhaseFactory(concept=concept)
    ConsultationFactory(
        resolution__concept=concept, role=Consultation.Role.PRELIMINARY, result=Consultation.Result.ADOPTED
    )
    assert "Das Konzept ist beschlossen." not in page(client)


def test_the_latest_postponement_is_told_in_a_sentence_with_its_reason(client: Client, concept: Concept) -> None:
    milestone = MilestoneFactory(phase__concept=concept, title="Beschluss", current=when("Dezember 2020"))
    PostponementFactory(milestone=milestone, to_date=when("Mitte 2021"), reason="Wegen der Pandemie.")
    html = page(client)
    assert '<span lang="de">Beschluss</span>:</strong> verschoben von „Dezember 2020“ auf „Mitte 2021“' in html
    assert "Wegen der Pandemie." in html


def test_internal_milestones_stay_internal(client: Client, concept: Concept) -> None:
    milestone = MilestoneFactory(phase__concept=concept, title="Streng intern", is_public=False)
    PostponementFactory(milestone=milestone, reason="Ein interner Grund.")
    MilestoneFactory(phase__concept=concept, title="Auch intern", is_public=False, reached="3. Juni 2020")
    html = page(client)
    for secret in ("Streng intern", "Ein interner Grund.", "Auch intern"):
        assert secret not in html


def test_a_closed_concept_shows_its_last_day_and_counts_no_days(client: Client, concept: Concept) -> None:
    concept.process_closed_on = datetime.date(2021, 2, 1)
    concept.save()
    MilestoneFactory(phase__concept=concept, current=when("2. Februar 2021"))
    html = page(client)
    assert '<strong>Stand: <time datetime="2021-02-01">1. Februar 2021</time>.</strong>' in html
    assert "morgen" not in html
    assert "überfällig" not in html


def test_a_successor_in_progress_is_called_out(client: Client, concept: Concept) -> None:
    ConceptFactory(slug="kek-neu", title="Die Fortschreibung", predecessor=concept)
    ConceptFactory(slug="kek-geheim", title="Noch nicht öffentlich", predecessor=concept, is_public=False)
    html = page(client)
    assert "Das Konzept wird fortgeschrieben." in html
    assert '<a class="kern-link" href="/kek-neu/">' in html
    assert "Noch nicht öffentlich" not in html
    assert 'Vorgänger: <a class="kern-link" href="/kek/"' in page(client, "/kek-neu/")


def test_a_successors_rounds_are_led_to_where_something_can_be_handed_in(client: Client, concept: Concept) -> None:
    draft = RoundFactory(concept__predecessor=concept, kind=Round.Kind.DRAFT, **IN_2021)
    assert "Jetzt mitmachen:" not in page(client)
    SectionFactory(round=draft)
    assert f'<a class="kern-link" href="{draft.get_absolute_url()}">Jetzt mitmachen:' in page(client)


def test_a_finished_successor_is_linked_without_callout(client: Client, concept: Concept) -> None:
    ConceptFactory(slug="kek-neu", predecessor=concept, process_closed_on=datetime.date(2021, 1, 1))
    html = page(client)
    assert "Das Konzept wird fortgeschrieben." not in html
    assert 'Nachfolger: <a class="kern-link" href="/kek-neu/"' in html


def test_a_predecessor_that_is_not_public_is_not_named(client: Client) -> None:
    hidden = ConceptFactory(title="Verborgenes Konzept", is_public=False)
    ConceptFactory(slug="kek", predecessor=hidden)
    assert "Verborgenes Konzept" not in page(client)


def test_fields_of_action_show_a_short_mission_and_fold_a_long_one(client: Client, concept: Concept) -> None:
    FieldOfActionFactory(concept=concept, number=1, name="Wirtschaft", mission_statement="Kurz und gut.")
    FieldOfActionFactory(concept=concept, number=2, name="Bildung", mission_statement="Lang und breit. " * 20)
    html = page(client)
    assert "Kurz und gut." in html
    assert html.count("<details><summary") == 1


def test_the_page_says_how_to_take_part_and_to_subscribe(client: Client, concept: Concept) -> None:
    concept.taking_part = "Schreiben Sie uns Ihre Ideen."
    concept.summary = "Darum geht es."
    concept.save()
    html = page(client)
    for words in (
        "Schreiben Sie uns Ihre Ideen.",
        "Darum geht es.",
        "/kontakt/",
        "/kek/kalender.ics",
        "/kek/aenderungen.atom",
    ):
        assert words in html
    assert '<link rel="alternate" type="application/atom+xml"' in html


def forum(concept: Concept, day: str, **fields: Any) -> Event:
    given = {"concept": concept, "date": when(day), "registration_opens_on": None, "registration_closes_on": None}
    return EventFactory(**given | fields)


def test_the_next_three_dates_are_announced(client: Client, concept: Concept) -> None:
    for number, day in enumerate(("4. April 2021", "2. April 2021", "3. April 2021", "5. April 2021"), start=1):
        forum(concept, day, title=f"Forum {number}")
    forum(concept, "28. Februar 2021", title="Vorbei")
    forum(concept, "1. April 2021", title="Geheim", is_public=False)
    forum(concept, "1. April 2021", title="Abgesagt", state=Event.State.CALLED_OFF)
    forum(concept, "1. April 2021", title="Ohne Termin", state=Event.State.POSTPONED)
    forum(ConceptFactory(), "1. April 2021", title="Woanders")
    html = page(client)
    told = html.partition("Nächste Termine")[2].partition("</section>")[0]
    assert re.findall(r'<h3 class="kern-title" lang="de"><a [^>]+>([^<]+)<', told) == ["Forum 2", "Forum 3", "Forum 1"]
    assert 'href="/kek/termine/">Alle Termine</a>' in told


def test_without_dates_ahead_none_are_announced(client: Client, concept: Concept) -> None:
    forum(concept, "28. Februar 2021")
    assert "Nächste Termine" not in page(client)


def test_a_closed_concept_announces_no_dates(client: Client, concept: Concept) -> None:
    concept.process_closed_on = datetime.date(2021, 2, 1)
    concept.save()
    forum(concept, "2. April 2021")
    assert "Nächste Termine" not in page(client)


def test_english_page_marks_german_content(client: Client, concept: Concept) -> None:
    MilestoneFactory(phase__concept=concept, title="Forum Torgau", current=when("Ende 2021"))
    html = page(client, "/en/kek/")
    assert '<html lang="en">' in html
    assert '<p class="kern-body" lang="de">Forum Torgau</p>' in html


def test_the_number_of_queries_does_not_grow(client: Client, concept: Concept) -> None:
    def add() -> None:
        phase = PhaseFactory(concept=concept)
        PostponementFactory(milestone__phase=phase)
        MilestoneFactory(phase=phase, reached="3. Juni 2020")
        FieldOfActionFactory(concept=concept)
        forum(concept, "2. April 2021", group=WorkingGroupFactory(concept=concept), seats=5)
        for owner in (concept, ConceptFactory(predecessor=concept)):
            SectionFactory(
                round__concept=owner,
                round__kind=Round.Kind.DRAFT,
                **{f"round__{name}": day for name, day in IN_2021.items()},
            )
        ConsultationFactory(resolution__concept=concept, result=Consultation.Result.ADOPTED, yes=2, no=1)

    add()
    with_one = queries(client, "/kek/")
    add()
    add()
    assert queries(client, "/kek/") == with_one
