"""Moving a milestone: the trace it leaves, what it moves along, and what is refused."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from district.approximate_date import ApproximateDate
from milestones.actions import fix_baseline, postpone
from milestones.models import Dependency, Milestone, Postponement
from milestones.models.changes import Cause
from tests.factories import (
    CouncilSessionFactory,
    DependencyFactory,
    MilestoneFactory,
    PhaseFactory,
    PostponementFactory,
    UserFactory,
    when,
)

pytestmark = pytest.mark.django_db

REASON = "Die Sitzung fällt wegen der Corona-Pandemie aus."


def move(milestone: Milestone, to: str, **changes: object) -> Postponement:
    arguments = {"reason": REASON, "cause": Cause.PANDEMIC, "by": UserFactory()} | changes
    return postpone(milestone, to=when(to), **arguments)  # type: ignore[arg-type]  # changed by each test


def test_postponing_keeps_the_old_date_and_the_reason() -> None:
    milestone = MilestoneFactory(current=when("Dezember 2020"))
    session, clerk = CouncilSessionFactory(), UserFactory()
    at = datetime(2020, 11, 27, 10, tzinfo=UTC)

    move(milestone, "Anfang 2021", by=clerk, decided_in=session, at=at)

    milestone.refresh_from_db()
    assert (milestone.baseline, milestone.current) == (when("Dezember 2020"), when("Anfang 2021"))
    assert milestone.is_moved
    trace = milestone.postponements.get()
    assert (trace.from_date, trace.to_date) == (when("Dezember 2020"), when("Anfang 2021"))
    assert (trace.reason, trace.cause, trace.decided_in) == (REASON, Cause.PANDEMIC, session)
    assert (trace.recorded_by, trace.recorded_at) == (clerk, at)


def test_a_day_within_the_approximate_date_is_a_refinement() -> None:
    milestone = MilestoneFactory(current=when("Dezember 2020"))
    assert not move(milestone, "Anfang 2021").is_refinement
    assert move(milestone, "24.03.2021").is_refinement
    assert [str(each.to_date) for each in milestone.postponements.all()] == ["24. März 2021", "Anfang 2021"]


def test_what_must_moves_along_and_says_with_what() -> None:
    phase = PhaseFactory()
    draft = MilestoneFactory(phase=phase, title="Entwurf", current=when("1.2.2027"))
    resolution = MilestoneFactory(phase=phase, current=when("24.3.2027"))
    untouched = MilestoneFactory(phase=phase, current=when("1.6.2027"))
    DependencyFactory(predecessor=draft, successor=resolution, lead_time=42)

    cause = move(draft, "1.3.2027")

    resolution.refresh_from_db()
    untouched.refresh_from_db()
    assert resolution.current == when("12.4.2027")
    assert untouched.current == when("1.6.2027")
    consequence = cause.consequences.get()
    assert (consequence.milestone, consequence.cause) == (resolution, Cause.PREDECESSOR)
    assert consequence.reason == "Folgt aus der Verschiebung von „Entwurf“."


def test_an_internal_milestone_is_not_named_in_a_public_reason() -> None:
    phase = PhaseFactory()
    internal = MilestoneFactory(phase=phase, current=when("1.2.2027"), is_public=False)
    resolution = MilestoneFactory(phase=phase, current=when("24.3.2027"))
    DependencyFactory(predecessor=internal, successor=resolution)

    move(internal, "1.4.2027")

    assert resolution.postponements.get().reason == "Folgt aus der Verschiebung eines Termins, der vorher liegen muss."


def test_lead_times_in_working_days_count() -> None:
    phase = PhaseFactory()
    draft = MilestoneFactory(phase=phase, current=when("1.2.2027"))
    resolution = MilestoneFactory(phase=phase, current=when("März 2027"))
    DependencyFactory(predecessor=draft, successor=resolution, lead_time=10, unit=Dependency.Unit.WORKING_DAYS)

    move(draft, "20.3.2027")

    resolution.refresh_from_db()
    assert resolution.current == when("April 2027")


def test_a_follower_that_would_leave_the_calendar_stops_the_move() -> None:
    phase = PhaseFactory()
    draft = MilestoneFactory(phase=phase, current=when("1.2.2027"))
    DependencyFactory(predecessor=draft, successor=MilestoneFactory(phase=phase), lead_time=30)
    with pytest.raises(ValidationError) as refusal:
        move(draft, "31.12.2200")
    assert set(refusal.value.message_dict) == {"to"}
    assert not Postponement.objects.exists()


def test_a_milestone_deleted_meanwhile_is_told() -> None:
    milestone = MilestoneFactory(baseline=None)
    stale = Milestone.objects.get(pk=milestone.pk)
    milestone.delete()
    with pytest.raises(ValidationError, match="gibt es nicht mehr"):
        move(stale, "1.3.2027")


def test_a_called_off_predecessor_holds_nobody_up() -> None:
    phase = PhaseFactory()
    forum = MilestoneFactory(phase=phase, current=when("1.6.2027"), called_off=date(2027, 1, 1))
    resolution = MilestoneFactory(phase=phase, current=when("1.8.2027"))
    DependencyFactory(predecessor=forum, successor=resolution)

    move(resolution, "1.2.2027")

    resolution.refresh_from_db()
    assert resolution.current == when("1.2.2027")


@pytest.mark.parametrize(
    ("to", "changes", "field", "message"),
    [
        ("1.1.2027", {}, "to", "Frühestens am 15. Februar 2027 möglich: vorher muss „Entwurf“ abgeschlossen sein."),
        ("1.3.2027", {}, "to", "Der neue Termin ist der bisherige."),
        ("1.4.2027", {"reason": "  "}, "reason", "Bitte begründen Sie die Verschiebung."),
    ],
)
def test_a_wrong_postponement_is_refused_at_its_field_and_changes_nothing(
    to: str, changes: dict[str, object], field: str, message: str
) -> None:
    phase = PhaseFactory()
    draft = MilestoneFactory(phase=phase, title="Entwurf", current=when("1.2.2027"))
    milestone = MilestoneFactory(phase=phase, current=when("1.3.2027"))
    DependencyFactory(predecessor=draft, successor=milestone, lead_time=14)

    with pytest.raises(ValidationError) as refusal:
        move(milestone, to, **changes)

    assert refusal.value.message_dict == {field: [message]}
    milestone.refresh_from_db()
    assert milestone.current == when("1.3.2027")
    assert not Postponement.objects.exists()


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"baseline": None}, "Dieser Termin ist noch ein Entwurf. Ändern Sie ihn direkt oder schreiben Sie den"),
        ({"reached": "1.6.2020"}, "Dieser Meilenstein ist schon erreicht."),
        ({"called_off": date(2020, 5, 1)}, "Dieser Meilenstein ist abgesagt."),
    ],
)
def test_only_an_open_milestone_with_a_baseline_is_postponed(state: dict[str, object], message: str) -> None:
    milestone = MilestoneFactory(**state)
    with pytest.raises(ValidationError, match=message):
        move(milestone, "1.12.2020")


def test_a_draft_date_is_edited_freely_until_the_baseline_is_fixed_once() -> None:
    milestone = MilestoneFactory(baseline=None, current=when("1.2.2027"))
    milestone.current = when("1.3.2027")
    milestone.save()

    assert fix_baseline([milestone]) == 1
    assert fix_baseline([milestone]) == 0

    milestone.refresh_from_db()
    assert milestone.baseline == when("1.3.2027")


def test_a_second_postponement_starts_from_the_date_as_it_is_now() -> None:
    milestone = MilestoneFactory(current=when("1.2.2027"))
    stale = Milestone.objects.get(pk=milestone.pk)
    move(milestone, "1.3.2027")
    assert move(stale, "1.4.2027").from_date == when("1.3.2027")


class TestTheDatabase:
    """What holds even where somebody passes the actions by."""

    def test_moves_a_milestone_only_by_a_postponement(self) -> None:
        milestone = MilestoneFactory()
        with pytest.raises(DatabaseError, match="moves only by a postponement"), transaction.atomic():
            Milestone.objects.filter(pk=milestone.pk).update(current=when("1.1.2030"))

    def test_does_not_take_an_old_postponement_for_a_new_move(self) -> None:
        milestone = MilestoneFactory(current=when("1.2.2027"))
        move(milestone, "1.3.2027")
        move(milestone, "1.2.2027")
        with pytest.raises(DatabaseError, match="moves only by a postponement"), transaction.atomic():
            Milestone.objects.filter(pk=milestone.pk).update(current=when("1.3.2027"))

    @pytest.mark.parametrize("baseline", [None, ApproximateDate.year(2022)])
    def test_keeps_a_baseline(self, baseline: ApproximateDate | None) -> None:
        milestone = MilestoneFactory()
        with pytest.raises(DatabaseError, match="a baseline stays"), transaction.atomic():
            Milestone.objects.filter(pk=milestone.pk).update(baseline=baseline)

    def test_lets_nobody_change_or_delete_a_postponement(self) -> None:
        postponement = PostponementFactory()
        everything = Postponement.objects.filter(pk=postponement.pk)
        with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
            everything.update(reason="Es war ganz anders.")
        with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
            everything.delete()

    def test_saves_no_circle(self) -> None:
        first, second, third = MilestoneFactory(), MilestoneFactory(), MilestoneFactory()
        DependencyFactory(predecessor=first, successor=second)
        DependencyFactory(predecessor=second, successor=third)
        with pytest.raises(DatabaseError, match="wait for each other"), transaction.atomic():
            DependencyFactory(predecessor=third, successor=first)
        with pytest.raises(DatabaseError, match="wait for each other"), transaction.atomic():
            DependencyFactory(predecessor=first, successor=first)
