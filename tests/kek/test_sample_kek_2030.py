"""The KEK Nordsachsen 2030 in the sample data: the real way, row by row."""

import datetime

import pytest

from district.models import Concept
from milestones.models import Attachment, CallOff, Consultation, Milestone, Phase, Resolution
from tests.factories import when
from workshops.models import Event, Feedback, Mailing, Membership, Minutes, Outcome, Registration, WorkingGroup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample_data")]


@pytest.fixture
def kek_2030() -> Concept:
    return Concept.objects.get(slug="kek-2030")


def test_the_real_concept_is_the_current_one_and_closed(kek_2030: Concept) -> None:
    assert Concept.objects.current() == kek_2030
    assert kek_2030.process_closed_on == datetime.date(2021, 6, 30)
    assert [str(field) for field in kek_2030.fields_of_action.all()] == [
        "1 Wirtschaft & Innovation",
        "2 Bildung & Qualifikation",
        "3 Lebenswerter Landkreis",
        "4 Infrastruktur & Mobilität",
    ]


def test_the_resolution_was_moved_from_december_and_reached_in_march(kek_2030: Concept) -> None:
    milestone = Milestone.objects.of(kek_2030).get(title="Beschluss des Kreistages über das Konzept")
    postponement = milestone.postponements.get()
    assert (milestone.baseline, milestone.current, milestone.reached) == (
        when("Dezember 2020"),
        when("Anfang 2021"),
        when("24. März 2021"),
    )
    assert (postponement.from_date, postponement.to_date) == (when("Dezember 2020"), when("Anfang 2021"))
    assert postponement.cause == "pandemic"
    assert "Corona-Pandemie" in postponement.reason
    assert postponement.decided_in is None  # the session of December did not take place
    assert postponement.recorded_at.year == 2020


def test_the_session_of_december_stands_beside_the_vote_of_march(kek_2030: Concept) -> None:
    removed, adopted = Resolution.objects.filter(concept=kek_2030).with_consultations()[0].consultations.all()
    assert removed.session
    assert adopted.session
    assert (removed.session.date, removed.session.is_called_off) == (when("Dezember 2020"), True)
    assert (removed.result, removed.has_votes) == (Consultation.Result.REMOVED, False)
    assert (adopted.session.date, adopted.agenda_number, adopted.result) == (when("24.03.2021"), "Ö 4.3", "adopted")
    assert (adopted.yes, adopted.no, adopted.abstentions, adopted.present) == (41, 8, 15, None)
    assert adopted.follows == removed


def test_the_second_paper_is_still_on_its_way(kek_2030: Concept) -> None:
    milestone = Milestone.objects.of(kek_2030).get(title__startswith="Projektkatalog")
    consultation = Resolution.objects.get(milestone=milestone).consultations.get()
    assert (milestone.baseline, milestone.current, milestone.reached) == (when("Mitte 2021"), when("30.06.2021"), None)
    assert milestone.postponements.get().is_refinement
    assert (consultation.role, consultation.result) == (Consultation.Role.DECIDING, "")


def test_numbers_of_papers_that_are_not_known_stay_blank(kek_2030: Concept) -> None:
    assert set(kek_2030.resolutions.values_list("number", flat=True)) == {""}


def test_four_events_were_called_off_because_of_the_pandemic(kek_2030: Concept) -> None:
    call_offs = CallOff.objects.filter(milestone__phase__concept=kek_2030)
    assert {(str(each.planned_for), each.cause) for each in call_offs} == {
        ("Mitte 2020", "pandemic"),
        ("2. November 2020", "pandemic"),
        ("7. November 2020", "pandemic"),
        ("10. November 2020", "pandemic"),
    }


def test_on_its_last_day_the_concept_is_being_carried_out(kek_2030: Concept) -> None:
    day = datetime.date(2021, 6, 30)
    states = {phase.title: phase.state(day) for phase in kek_2030.phases.with_milestones()}
    assert {title for title, state in states.items() if state == Phase.State.RUNNING} == {
        "Umsetzung",
        "Projektsteuerungsgruppe",
        "Öffentlichkeitsarbeit",
    }
    assert Phase.State.PLANNED not in states.values()
    assert not Milestone.objects.of(kek_2030).overdue(day).exists()


def test_the_attachment_is_marked_as_an_example(kek_2030: Concept) -> None:
    attachment = Attachment.objects.get()
    assert "Beispiel" in attachment.title
    assert str(attachment.file.name).endswith(".pdf")


def test_events_hang_on_the_milestones_they_are(kek_2030: Concept) -> None:
    events = Event.objects.filter(concept=kek_2030).select_related("milestone", "phase")
    assert [event for event in events if not event.milestone or event.milestone.phase != event.phase] == []
    assert [event for event in events if event.milestone and event.milestone.current != event.date] == []
    assert {event.state for event in events if event.kind == Event.Kind.FORUM} == {Event.State.CALLED_OFF}
    assert {event.state for event in events if event.kind != Event.Kind.FORUM} == {Event.State.HELD}


def test_of_the_groups_nothing_is_told_that_is_not_known(kek_2030: Concept) -> None:
    assert WorkingGroup.objects.filter(concept=kek_2030).count() == 3
    assert not Membership.objects.filter(group__concept=kek_2030).exists()
    assert all(minutes.summary.startswith("Beispiel: ") for minutes in Minutes.objects.filter(event__concept=kek_2030))


def test_the_forums_were_called_off_with_papers_and_feedback(kek_2030: Concept) -> None:
    mailings = Mailing.objects.filter(event__concept=kek_2030)
    assert [(each.kind, each.recipients, each.sent_at.date()) for each in mailings] == [
        (Mailing.Kind.CALLED_OFF, 4, datetime.date(2020, 10, 30))
    ] * 3
    written = Feedback.objects.filter(event__concept=kek_2030)
    assert written.count() == 5
    assert all(each.text.startswith("Beispiel: ") and each.handled_at for each in written)
    outcome = Outcome.objects.public().get(event__concept=kek_2030)
    assert outcome.title.startswith("Beispiel: ")
    assert outcome.feedback in written


def test_nobody_who_registered_then_is_known_any_more(kek_2030: Concept) -> None:
    registrations = Registration.objects.filter(event__concept=kek_2030)
    assert registrations.count() == 12
    assert all(each.erased_at and not each.token_digest for each in registrations)
    assert set(registrations.values_list("name", "email", "organisation")) == {("", "", "")}
    assert not Feedback.objects.filter(event__concept=kek_2030).exclude(registration=None, phone="").exists()
