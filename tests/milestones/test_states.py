"""What a phase, a milestone and a paper say of themselves on a day."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError

from milestones.models import Consultation, CouncilSession, Milestone, Phase, Resolution
from tests.factories import (
    BodyFactory,
    ConceptFactory,
    ConsultationFactory,
    CouncilSessionFactory,
    DistrictFactory,
    MilestoneFactory,
    PhaseFactory,
    ResolutionFactory,
    when,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2020, 12, 31), Milestone.State.PLANNED),
        (date(2021, 4, 30), Milestone.State.PLANNED),
        (date(2021, 5, 1), Milestone.State.OVERDUE),
    ],
)
def test_a_milestone_early_in_2021_is_overdue_from_may(on: date, state: Milestone.State) -> None:
    milestone = MilestoneFactory(current=when("Anfang 2021"))
    assert milestone.state(on) == state
    assert Milestone.objects.overdue(on).exists() is (state == Milestone.State.OVERDUE)
    assert Milestone.objects.ahead(on).exists() is (state == Milestone.State.PLANNED)


def test_what_is_done_or_called_off_is_never_overdue() -> None:
    MilestoneFactory(current=when("2019"), reached="Ende 2019")
    MilestoneFactory(current=when("2019"), called_off=date(2019, 5, 1))
    assert not Milestone.objects.overdue(date(2026, 1, 1)).exists()
    assert not Milestone.objects.open().exists()


@pytest.mark.parametrize(
    ("on", "milestones", "state"),
    [
        pytest.param(date(2018, 8, 31), [], Phase.State.PLANNED, id="before its start"),
        pytest.param(date(2018, 9, 1), [], Phase.State.RUNNING, id="from the first day „Ende 2018“ allows"),
        pytest.param(date(2019, 12, 31), [], Phase.State.RUNNING, id="to its last day"),
        pytest.param(date(2020, 1, 1), [], Phase.State.FINISHED, id="over"),
        pytest.param(date(2020, 1, 1), [{}], Phase.State.RUNNING, id="over, but a milestone is open"),
        pytest.param(date(2019, 3, 1), [{"reached": "1.2.2019"}], Phase.State.FINISHED, id="all reached, end possible"),
        pytest.param(date(2018, 3, 1), [{"reached": "1.2.2018"}], Phase.State.RUNNING, id="began early"),
        pytest.param(
            date(2020, 1, 1), [{"called_off": date(2019, 5, 1)}], Phase.State.FINISHED, id="called off counts as done"
        ),
    ],
)
def test_the_state_of_a_phase_follows_from_dates_and_milestones(
    on: date, milestones: list[dict[str, object]], state: Phase.State
) -> None:
    phase = PhaseFactory(starts=when("Ende 2018"), ends=when("2019"))
    for milestone in milestones:
        MilestoneFactory(phase=phase, **milestone)
    assert phase.state(on) == state


def test_the_paper_deadline_follows_from_the_districts_setting() -> None:
    DistrictFactory(paper_deadline_days=14)
    session = CouncilSession(body=BodyFactory(), date=when("24.03.2021"))
    session.full_clean()
    assert session.paper_deadline == date(2021, 3, 10)


def test_a_moved_session_gets_a_new_paper_deadline_unless_one_was_chosen() -> None:
    DistrictFactory(paper_deadline_days=14)
    session = CouncilSessionFactory(date=when("24.03.2021"), paper_deadline=date(2021, 3, 10))
    session.date = when("30.06.2021")
    session.full_clean()
    assert session.paper_deadline == date(2021, 6, 16)
    session.save()
    session.date, session.paper_deadline = when("7.7.2021"), date(2021, 7, 1)
    session.full_clean()
    assert session.paper_deadline == date(2021, 7, 1)


def test_a_session_without_a_day_has_no_paper_deadline_yet() -> None:
    DistrictFactory()
    session = CouncilSession(body=BodyFactory(), date=when("Anfang 2021"))
    session.full_clean()
    assert session.paper_deadline is None


@pytest.mark.parametrize(
    ("thing", "field", "message"),
    [
        (lambda: PhaseFactory.build(concept=ConceptFactory(), starts=when("2021"), ends=when("2020")), "ends",
         "Eine Phase endet nicht vor ihrem Beginn."),
        (lambda: CouncilSessionFactory.build(body=BodyFactory(), paper_deadline=date(2021, 3, 25)), "paper_deadline",
         "Der Vorlagenschluss liegt nicht nach der Sitzung."),
        (lambda: ConsultationFactory.build(
            resolution=ResolutionFactory(), session=CouncilSessionFactory(), body=BodyFactory()), "session",
         "Diese Sitzung gehört zu einem anderen Gremium."),
        (lambda: ResolutionFactory.build(concept=ConceptFactory(), milestone=MilestoneFactory()), "milestone",
         "Dieser Meilenstein gehört zu einem anderen Konzept."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(thing: object, field: str, message: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        thing().full_clean()  # type: ignore[operator]  # a factory
    assert refusal.value.message_dict == {field: [message]}


def test_an_approximate_end_within_the_same_period_is_no_end_before_the_start() -> None:
    PhaseFactory(starts=when("1.6.2021"), ends=when("2021")).full_clean()


def test_a_paper_is_in_preparation_until_one_of_its_steps_has_a_session() -> None:
    paper = ResolutionFactory()
    step = ConsultationFactory(resolution=paper, session=None, body=BodyFactory())
    assert paper.state == Resolution.State.PREPARED
    step.session = CouncilSessionFactory(body=step.body)
    step.save()
    assert paper.state == Resolution.State.UNDER_DISCUSSION


def test_the_state_of_a_paper_follows_its_sessions_and_not_the_order_of_entry() -> None:
    paper = ResolutionFactory()
    later = ConsultationFactory(resolution=paper, session=CouncilSessionFactory(date=when("30.6.2021")))
    earlier = ConsultationFactory(resolution=paper, session=CouncilSessionFactory(date=when("24.3.2021")))
    Consultation.objects.filter(pk=later.pk).update(result=Consultation.Result.ADOPTED)
    Consultation.objects.filter(pk=earlier.pk).update(result=Consultation.Result.DEFERRED)
    assert Resolution.objects.get().state == Resolution.State.ADOPTED
    assert Resolution.objects.with_consultations().get().state == Resolution.State.ADOPTED
    assert paper.is_settled


@time_machine.travel("2026-11-23")
def test_a_process_is_not_closed_on_a_day_to_come() -> None:
    with pytest.raises(ValidationError) as refusal:
        ConceptFactory.build(process_closed_on=date(2026, 11, 24)).full_clean()
    assert refusal.value.message_dict == {"process_closed_on": ["Dieser Tag liegt in der Zukunft."]}
    ConceptFactory.build(process_closed_on=date(2026, 11, 23)).full_clean()


@pytest.mark.parametrize("result", [Consultation.Result.WITHDRAWN, Consultation.Result.REJECTED])
def test_a_settled_paper_awaits_no_session(result: Consultation.Result) -> None:
    paper = ResolutionFactory()
    ahead = ConsultationFactory(resolution=paper, session=CouncilSessionFactory(date=when("30.6.2021")))
    today = date(2021, 4, 1)
    assert ahead.awaits_session(today)
    ConsultationFactory(resolution=paper, session=CouncilSessionFactory(date=when("24.3.2021")), result=result)
    assert not Consultation.objects.get(pk=ahead.pk).awaits_session(today)
