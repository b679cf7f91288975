"""Recording what a body decided, and what follows from it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from milestones.actions import record_result
from milestones.actions.council import Delay, Votes
from milestones.models import Consultation, Postponement, Resolution
from milestones.models.changes import Cause
from tests.factories import (
    BodyFactory,
    ConsultationFactory,
    CouncilSessionFactory,
    MilestoneFactory,
    PhaseFactory,
    ResolutionFactory,
    UserFactory,
    when,
)

pytestmark = pytest.mark.django_db

Result = Consultation.Result
Role = Consultation.Role
TODAY = date(2021, 3, 25)
DELAY = Delay(to=when("30.06.2021"), reason="Der Kreistag braucht mehr Zeit.", cause=Cause.POLITICS)


@pytest.fixture
def deciding() -> Consultation:
    """The council's session of 24 March 2021 has the concept on its agenda."""
    phase = PhaseFactory()
    milestone = MilestoneFactory(phase=phase, current=when("Anfang 2021"))
    resolution = ResolutionFactory(concept=phase.concept, milestone=milestone)
    return ConsultationFactory(resolution=resolution, agenda_number="Ö 4.3")


def test_adopting_reaches_the_milestone_on_the_day_of_the_session(deciding: Consultation) -> None:
    votes = Votes(yes=41, no=8, abstentions=15)

    record_result(deciding, result=Result.ADOPTED, votes=votes, by=UserFactory(), today=TODAY)

    deciding.refresh_from_db()
    assert deciding.result == Result.ADOPTED
    assert (deciding.present, deciding.yes, deciding.no, deciding.abstentions) == (None, 41, 8, 15)
    assert deciding.resolution.milestone is not None
    assert deciding.resolution.milestone.reached == when("24.03.2021")
    assert deciding.resolution.state == Resolution.State.ADOPTED


@pytest.mark.parametrize("result", [Result.DEFERRED, Result.REMOVED])
def test_deferring_moves_the_milestone_and_opens_a_step_that_points_back(
    deciding: Consultation, result: Consultation.Result
) -> None:
    record_result(deciding, result=result, delay=DELAY, by=UserFactory(), today=TODAY)

    following = Consultation.objects.get(follows=deciding)
    assert (following.resolution, following.body, following.role) == (
        deciding.resolution,
        deciding.body,
        Role.DECIDING,
    )
    assert (following.result, following.session) == ("", None)
    trace = Postponement.objects.get()
    assert (trace.milestone, trace.to_date) == (deciding.resolution.milestone, when("30.06.2021"))
    assert (trace.reason, trace.decided_in) == (DELAY.reason, deciding.session)
    assert deciding.resolution.state == Resolution.State.DEFERRED


def test_a_session_that_did_not_take_place_decided_nothing(deciding: Consultation) -> None:
    assert deciding.session is not None
    deciding.session.called_off_reason = "Die Sitzung fällt wegen der Corona-Pandemie aus."
    deciding.session.save()

    record_result(deciding, result=Result.REMOVED, delay=DELAY, by=UserFactory(), today=TODAY)

    assert Postponement.objects.get().decided_in is None


def test_the_next_session_is_noted_where_it_is_known(deciding: Consultation) -> None:
    next_session = CouncilSessionFactory(body=deciding.body, date=when("30.06.2021"))
    delay = Delay(to=DELAY.to, reason=DELAY.reason, cause=DELAY.cause, next_session=next_session)
    record_result(deciding, result=Result.DEFERRED, delay=delay, by=UserFactory(), today=TODAY)
    assert Consultation.objects.get(follows=deciding).session == next_session


def test_a_paper_referred_to_a_committee_goes_on_there_and_keeps_its_date(deciding: Consultation) -> None:
    committee = BodyFactory(name="Ausschuss für Wirtschaft")
    record_result(deciding, result=Result.REFERRED, delay=Delay(next_body=committee), by=UserFactory(), today=TODAY)
    assert Consultation.objects.get(follows=deciding).body == committee
    assert not Postponement.objects.exists()


def test_a_preliminary_result_leaves_the_milestone_alone(deciding: Consultation) -> None:
    preliminary = ConsultationFactory(resolution=deciding.resolution, role=Role.PRELIMINARY)
    record_result(preliminary, result=Result.ADOPTED, by=UserFactory(), today=TODAY)
    assert deciding.resolution.milestone is not None
    deciding.resolution.milestone.refresh_from_db()
    assert deciding.resolution.milestone.is_open
    assert Resolution.objects.get().state == Resolution.State.UNDER_DISCUSSION


@pytest.mark.parametrize(
    ("result", "changes", "field", "message"),
    [
        (Result.ADOPTED, {"votes": Votes(present=60, yes=41, no=8, abstentions=15)}, "present",
         "Es wurden mehr Stimmen gezählt, als Mitglieder anwesend waren."),
        (Result.ADOPTED, {"today": date(2021, 3, 23)}, "result", "Die Sitzung hat noch nicht stattgefunden."),
        (Result.DEFERRED, {}, "to", "Bitte geben Sie den neuen Termin des Meilensteins an."),
        (Result.DEFERRED, {"delay": Delay(to=when("30.06.2021"), cause=Cause.OTHER)}, "reason",
         "Bitte begründen Sie die Verschiebung."),
        (Result.ADOPTED, {"votes": Votes(yes=41)}, "no", "Bitte geben Sie Ja- und Nein-Stimmen an, notfalls 0."),
        (Result.ADOPTED, {"votes": Votes(present=10, yes=9, no=0, biased=11)}, "biased",
         "Es waren nicht so viele Mitglieder anwesend."),
        (Result.ADOPTED, {"votes": Votes(yes=8, no=8)}, "result",
         "Mit so vielen Nein-Stimmen ist die Vorlage nicht beschlossen."),
        (Result.REFERRED, {}, "next_body", "Bitte wählen Sie das Gremium, an das verwiesen wurde."),
        (Result.WITHDRAWN, {"votes": Votes(yes=41, no=0)}, "yes", "Zu diesem Ergebnis gehört keine Abstimmung."),
        ("erfunden", {}, "result", "Bitte wählen Sie ein Ergebnis aus der Liste."),
    ],
)  # fmt: skip
def test_a_wrong_result_is_refused_at_its_field_and_changes_nothing(
    deciding: Consultation, result: str, changes: dict[str, object], field: str, message: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        record_result(deciding, **({"result": result, "by": UserFactory(), "today": TODAY} | changes))  # type: ignore[arg-type]
    assert refusal.value.message_dict == {field: [message]}
    deciding.refresh_from_db()
    assert deciding.is_open
    assert not Postponement.objects.exists()
    assert Consultation.objects.count() == 1


def test_a_result_without_a_session_is_refused() -> None:
    consultation = ConsultationFactory(session=None)
    with pytest.raises(ValidationError) as refusal:
        record_result(consultation, result=Result.ADOPTED, by=UserFactory(), today=TODAY)
    assert refusal.value.message_dict == {
        "session": ["Ein Ergebnis gehört zu einer Sitzung. Bitte tragen Sie zuerst die Sitzung ein."]
    }


def test_a_result_stands(deciding: Consultation) -> None:
    record_result(deciding, result=Result.ADOPTED, by=UserFactory(), today=TODAY)
    with pytest.raises(ValidationError, match="schon ein Ergebnis"):
        record_result(deciding, result=Result.REJECTED, by=UserFactory(), today=TODAY)
    everything = Consultation.objects.filter(pk=deciding.pk)
    with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
        everything.update(result=Result.REJECTED)
    with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
        everything.delete()


def test_an_information_is_settled_when_it_is_noted() -> None:
    paper = ResolutionFactory(kind=Resolution.Kind.INFORMATION)
    step = ConsultationFactory(resolution=paper, role=Role.INFORMATION)
    record_result(step, result=Result.NOTED, by=UserFactory(), today=TODAY)
    assert paper.state == Resolution.State.NOTED


def test_a_session_called_off_decides_nothing(deciding: Consultation) -> None:
    assert deciding.session
    deciding.session.called_off_reason = "Corona-Pandemie"
    deciding.session.save()
    with pytest.raises(ValidationError) as refusal:
        record_result(deciding, result=Result.ADOPTED, by=UserFactory(), today=TODAY)
    assert refusal.value.message_dict == {
        "result": ["Die Sitzung ist abgesagt. Möglich sind „abgesetzt“ und „vertagt“."]
    }
    record_result(deciding, result=Result.REMOVED, delay=DELAY, by=UserFactory(), today=TODAY)
    assert Postponement.objects.get().decided_in is None


def test_the_next_session_is_a_later_one(deciding: Consultation) -> None:
    earlier = CouncilSessionFactory(body=deciding.body, date=when("10.02.2021"))
    delay = Delay(to=DELAY.to, reason=DELAY.reason, cause=DELAY.cause, next_session=earlier)
    with pytest.raises(ValidationError) as refusal:
        record_result(deciding, result=Result.DEFERRED, delay=delay, by=UserFactory(), today=TODAY)
    assert list(refusal.value.message_dict) == ["next_session"]


def test_a_session_can_be_entered_with_the_result_but_not_changed_by_it(deciding: Consultation) -> None:
    session, other = deciding.session, CouncilSessionFactory(body=deciding.body, date=when("23.03.2021"))
    with pytest.raises(ValidationError, match="Inzwischen ist eine andere Sitzung eingetragen"):
        record_result(deciding, result=Result.ADOPTED, session=other, by=UserFactory(), today=TODAY)
    Consultation.objects.filter(pk=deciding.pk).update(session=None)
    assert (
        record_result(deciding, result=Result.ADOPTED, session=session, by=UserFactory(), today=TODAY).session
        == session
    )


def test_a_consultation_deleted_meanwhile_is_told(deciding: Consultation) -> None:
    Consultation.objects.filter(pk=deciding.pk).delete()
    with pytest.raises(ValidationError, match="gibt es nicht mehr"):
        record_result(deciding, result=Result.ADOPTED, by=UserFactory(), today=TODAY)


def test_another_body_goes_on_only_where_the_paper_was_referred(deciding: Consultation) -> None:
    elsewhere = CouncilSessionFactory(date=when("30.06.2021"))
    delay = Delay(to=DELAY.to, reason=DELAY.reason, cause=DELAY.cause, next_session=elsewhere)
    with pytest.raises(ValidationError) as refusal:
        record_result(deciding, result=Result.DEFERRED, delay=delay, by=UserFactory(), today=TODAY)
    assert list(refusal.value.message_dict) == ["next_session"]


def test_a_date_before_the_next_session_is_refused(deciding: Consultation) -> None:
    next_session = CouncilSessionFactory(body=deciding.body, date=when("07.07.2021"))
    delay = Delay(to=DELAY.to, reason=DELAY.reason, cause=DELAY.cause, next_session=next_session)
    with pytest.raises(ValidationError) as refusal:
        record_result(deciding, result=Result.DEFERRED, delay=delay, by=UserFactory(), today=TODAY)
    assert refusal.value.message_dict == {"to": ["Der neue Termin liegt vor der nächsten Sitzung."]}


def test_a_deferral_within_the_date_as_it_is_known_moves_nothing(deciding: Consultation) -> None:
    next_session = CouncilSessionFactory(body=deciding.body, date=when("14.04.2021"))
    record_result(
        deciding, result=Result.DEFERRED, delay=Delay(next_session=next_session), by=UserFactory(), today=TODAY
    )
    assert Consultation.objects.get(follows=deciding).session == next_session
    assert not Postponement.objects.exists()
