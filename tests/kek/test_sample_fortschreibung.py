"""The Fortschreibung in the sample data: on any day there is something to see."""

import datetime
from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from catalogue.models import Goal, Measure, Need, State
from district.models import Concept, OutgoingMail
from milestones.models import CouncilSession, Milestone, Postponement, Resolution, schedule_of
from milestones.working_days import is_working_day
from tests.sample_data import loaded
from workshops.actions import remind, why_closed
from workshops.models import Event, Feedback, Mailing, Membership, Outcome, Paper, Registration, WorkingGroup
from workshops.overview import Missing, conditions
from workshops.seats import seats

pytestmark = pytest.mark.django_db

A_MONDAY = datetime.date(2026, 11, 23)
A_SATURDAY = datetime.date(2026, 5, 9)
GOOD_FRIDAY = datetime.date(2027, 3, 26)
CHRISTMAS_DAY = datetime.date(2026, 12, 25)
LAST_DAY_OF_A_YEAR = datetime.date(2026, 12, 31)
LEAP_DAY = datetime.date(2028, 2, 29)


@pytest.fixture(
    scope="module",
    autouse=True,
    params=[A_MONDAY, A_SATURDAY, GOOD_FRIDAY, CHRISTMAS_DAY, LAST_DAY_OF_A_YEAR, LEAP_DAY],
    ids=str,
)
def today(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[datetime.date]:
    """Load for this day."""
    with loaded(today=request.param, media_root=tmp_path_factory.mktemp("media"), blocker=django_db_blocker):
        yield request.param


def fortschreibung() -> Concept:
    return Concept.objects.get(slug="kek-2035")


def test_the_example_says_that_it_is_one() -> None:
    concept = fortschreibung()
    assert (concept.is_example, concept.is_current, concept.is_public) == (True, False, True)
    assert concept.predecessor == Concept.objects.current()


def test_on_any_day_phases_are_finished_running_and_planned(today: datetime.date) -> None:
    states = [phase.state(today) for phase in fortschreibung().phases.with_milestones()]
    assert states == ["finished", "running", "running", "planned", "planned", "planned", "running", "running"]


def test_on_any_day_something_is_overdue_due_and_called_off(today: datetime.date) -> None:
    milestones = Milestone.objects.of(fortschreibung())
    soon = today + datetime.timedelta(days=45)
    assert [str(each) for each in milestones.overdue(today)] == ["Stellungnahmen der Fachämter"]
    assert milestones.ahead(today).filter(current__latest__lte=soon).count() >= 3
    assert [str(each) for each in milestones.exclude(called_off_on=None)] == ["Workshop Kulturlandschaft und Tourismus"]


def test_on_any_day_a_milestone_moved_twice_and_took_another_along(today: datetime.date) -> None:
    goals = Milestone.objects.get(title="Zielentwürfe der Arbeitsgruppen")
    moves = goals.postponements.order_by("pk")
    assert [move.cause for move in moves] == ["staff", "politics"]
    assert [along.milestone.title for move in moves for along in move.consequences.all()] == [
        "Entwurf der Fortschreibung",
        "Entwurf der Fortschreibung",
    ]
    assert all(move.recorded_at.date() < today for move in Postponement.objects.of(fortschreibung()))


def test_on_any_day_there_is_slack_up_to_the_resolution(today: datetime.date) -> None:
    resolution = Milestone.objects.get(title="Beschluss des Kreistages über die Fortschreibung")
    slack = schedule_of(fortschreibung()).slack(resolution.pk)
    assert 14 < min(slack.values()) < 120


def test_on_any_day_a_paper_is_on_its_way(today: datetime.date) -> None:
    paper = fortschreibung().resolutions.get(subject__startswith="Beteiligungskonzept")
    deferred, recommended, next_one, deciding = (
        Resolution.objects.with_consultations().get(pk=paper.pk).consultations.all()
    )
    assert (deferred.result, recommended.result, recommended.follows) == ("deferred", "adopted", deferred)
    assert (recommended.present, recommended.yes, recommended.no, recommended.abstentions) == (17, 14, 1, 2)
    assert (next_one.body.kind, next_one.result, deciding.body.kind) == ("main_committee", "", "council")
    assert next_one.session
    assert next_one.session.paper_deadline
    assert datetime.timedelta(0) < next_one.session.paper_deadline - today < datetime.timedelta(days=28)
    assert deciding.session
    assert deciding.session.date > next_one.session.date
    assert paper.milestone
    assert paper.milestone.current == deciding.session.date


def test_on_any_day_the_paper_itself_is_in_preparation_and_its_way_is_known(today: datetime.date) -> None:
    paper = fortschreibung().resolutions.get(number="")
    assert paper.state == Resolution.State.PREPARED
    assert [step.role for step in paper.consultations.all()] == ["preliminary", "preliminary", "deciding"]


def test_on_any_day_the_council_has_noted_a_report(today: datetime.date) -> None:
    report = Resolution.objects.with_consultations().get(kind=Resolution.Kind.INFORMATION)
    assert report.state == Resolution.State.NOTED
    step = report.consultations.get()
    assert step.session
    assert step.session.date.latest < today


def test_days_are_working_days_and_meetings_are_on_wednesdays(today: datetime.date) -> None:
    dates = [
        date for date in Milestone.objects.of(fortschreibung()).values_list("current", flat=True) if date.days == 1
    ]
    assert [date for date in dates if not is_working_day(date.earliest)] == []
    sessions = CouncilSession.objects.filter(consultations__resolution__concept=fortschreibung())
    assert {session.date.earliest.weekday() for session in sessions} == {2}


def test_goals_and_measures_stand_in_every_state_and_answer_to_each_other() -> None:
    concept = fortschreibung()
    numbers = {state: [each.number for each in Measure.objects.filter(state=state)] for state in State}
    assert (numbers[State.DROPPED], numbers[State.DRAFT]) == (["M 4.04"], ["M 4.06"])
    assert len(numbers[State.PROPOSED]) > len(numbers[State.AGREED]) > 0
    assert Goal.objects.filter(state=State.AGREED).exists()
    for field in concept.fields_of_action.all():
        assert (field.needs.count(), field.goals.filter(kind=Goal.Kind.STRATEGIC).count()) == (3, 2)
    assert not Goal.objects.filter(needs=None).exists()
    assert not Need.objects.filter(goals=None).exists()
    assert not Measure.objects.filter(goals=None).exists()
    assert not Goal.objects.filter(kind=Goal.Kind.SUB_GOAL, measures=None).exists()


def event(title: str) -> Event:
    return Event.objects.get(concept__slug="kek-2035", title=title)


def test_four_groups_work_and_the_sample_user_leads_the_third(today: datetime.date) -> None:
    groups = WorkingGroup.objects.filter(concept=fortschreibung())
    assert [(group.order, group.state(today)) for group in groups] == [(n, "running") for n in (1, 2, 3, 4)]
    assert [group.order for group in groups if group.members.filter(is_chair=True, user=None).exists()] == [1, 2, 4]
    chair = groups.get(order=3).members.get(is_chair=True)
    assert chair.user
    assert chair.user.email == "arbeitsgruppe@nordsachsen.example"
    assert not Membership.objects.exclude(name="").exists()
    for group in groups:
        sessions = Event.objects.filter(group=group)
        assert sessions.past(today).count() >= 2
        assert sessions.coming(today).exists()


def test_on_any_day_something_waits_for_the_office(today: datetime.date) -> None:
    events = Event.objects.filter(concept=fortschreibung())
    lacks = conditions(today)
    assert [str(each) for each in events.filter(lacks[Missing.RECORD])] == ["Fachgespräch Ausbildung und Rückkehr"]
    missing = events.filter(lacks[Missing.MINUTES])
    assert [each.group.order for each in missing.order_by("date") if each.group] == [4, 2]
    overdue = Outcome.objects.filter(event__concept=fortschreibung()).overdue(today)
    assert [str(each) for each in overdue] == ["Übersicht der Rad- und Wanderwege mit Lücken beschaffen"]


def test_on_any_day_one_can_register_wait_be_invited_and_write(today: datetime.date) -> None:
    forum, full = event("Bürgerforum zu den Eckpunkten"), event("Werkstatt Dorfläden und Treffpunkte")
    assert (why_closed(forum, on=today), seats(forum).free) == ("", 57)
    assert (why_closed(full, on=today), seats(full).free) == ("", 0)
    assert full.registrations.filter(state=Registration.State.WAITING).count() == 4
    assert full.registrations.exclude(moved_up_at=None).count() == 1
    assert event("Online-Sprechstunde zu den Eckpunkten").online_url
    invited = event("Werkstatt Gewerbeflächen an der Bahn").registrations
    assert [invited.filter(state=state).count() for state in ("confirmed", "cancelled", "invited")] == [4, 2, 2]
    heath = event("Bürgerforum Dübener Heide")
    assert (heath.state, heath.takes_feedback(today), Feedback.objects.filter(event=heath).open().count()) == (
        "called_off",
        True,
        2,
    )
    moved = event("Fachgespräch Hausärztliche Versorgung")
    assert [change.kind for change in moved.changes.all()] == ["moved"]
    assert moved.date.earliest > today
    assert event("Fachgespräch Auenwiesen an der Mulde").state == Event.State.POSTPONED


def test_outcomes_are_of_every_kind_and_some_are_in_the_catalogue() -> None:
    outcomes = Outcome.objects.filter(event__concept=fortschreibung())
    assert {outcome.kind for outcome in outcomes} == set(Outcome.Kind.values)
    assert 10 < outcomes.exclude(promotion=None).count() < outcomes.filter(kind__in=Outcome.PROMOTABLE).count()
    assert outcomes.filter(feedback__isnull=False, promotion__need__number="B 4.2").exists()
    assert outcomes.filter(is_public=False).exists()


def test_papers_are_there_for_each_audience() -> None:
    papers = Paper.objects.filter(event__concept=fortschreibung())
    assert {paper.audience for paper in papers} == set(Paper.Audience.values)
    for paper in papers:
        with paper.file.open() as file:
            assert file.read(5) == b"%PDF-"


def test_people_have_no_names_and_addresses_of_nobody(today: datetime.date) -> None:
    known = Registration.objects.exclude(name="")
    assert {name.rstrip("0123456789") for name in known.values_list("name", flat=True)} == {"Gast ", "Bürgermeisteramt"}
    assert {email.rpartition("@")[2] for email in known.values_list("email", flat=True)} == {"example.org"}
    assert not Feedback.objects.exclude(phone="").exists()


def test_loading_writes_to_few() -> None:
    """The mails of the participation apart."""
    mailings = Mailing.objects.filter(event__concept=fortschreibung()).values_list("kind", "recipients")
    assert set(mailings) == {("invitation", 8), ("message", 4), ("called_off", 6), ("moved", 3)}
    assert OutgoingMail.objects.filter(given_up_at=None).count() < 70
    assert not OutgoingMail.objects.exclude(given_up_at=None).exists()


def test_nobody_needs_to_be_reminded_on_the_first_day(today: datetime.date) -> None:
    at = datetime.datetime.combine(today, datetime.time(7), datetime.UTC)
    assert remind(at=at, dry_run=True) == 0
