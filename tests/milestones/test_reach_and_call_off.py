"""Ending a milestone: reached or called off, on record."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from milestones.actions import call_off, reach
from milestones.models import Attainment, CallOff, Milestone
from milestones.models.changes import Cause
from tests.factories import MilestoneFactory, UserFactory, when

pytestmark = pytest.mark.django_db

TODAY = date(2020, 11, 2)


def test_reaching_keeps_what_was_planned() -> None:
    milestone = MilestoneFactory(current=when("Mitte 2020"))
    clerk = UserFactory()

    reach(milestone, on=when("1.10.2020"), by=clerk, remark=" Später als geplant. ", today=TODAY)

    milestone.refresh_from_db()
    assert milestone.state(TODAY) == Milestone.State.REACHED
    record = milestone.attainment
    assert (record.planned_for, record.reached) == (when("Mitte 2020"), when("1.10.2020"))
    assert (record.reason, record.recorded_by) == ("Später als geplant.", clerk)


def test_calling_off_keeps_the_reason() -> None:
    milestone = MilestoneFactory(current=when("2.11.2020"))

    call_off(milestone, on=date(2020, 10, 28), reason="Pandemie.", cause=Cause.PANDEMIC, by=UserFactory(), today=TODAY)

    milestone.refresh_from_db()
    assert milestone.state(TODAY) == Milestone.State.CALLED_OFF
    record = milestone.call_off
    assert (record.planned_for, record.called_off_on) == (when("2.11.2020"), date(2020, 10, 28))
    assert (record.reason, record.cause) == ("Pandemie.", Cause.PANDEMIC)


def test_nothing_is_reached_in_the_future() -> None:
    with pytest.raises(ValidationError) as refusal:
        reach(MilestoneFactory(), on=when("3.11.2020"), by=UserFactory(), today=TODAY)
    assert refusal.value.message_dict == {"on": ["Dieser Tag liegt in der Zukunft."]}
    assert not Attainment.objects.exists()


def test_nothing_is_reached_before_the_process_began() -> None:
    with pytest.raises(ValidationError) as refusal:
        reach(MilestoneFactory(), on=when("1900"), by=UserFactory(), today=TODAY)
    assert refusal.value.message_dict == {"on": ["Das liegt vor dem Beginn des Verfahrens (Januar 2020)."]}


@pytest.mark.parametrize(
    ("on", "reason", "field", "message"),
    [
        (date(2020, 11, 3), "Pandemie.", "on", "Dieser Tag liegt in der Zukunft."),
        (date(2020, 11, 2), " ", "reason", "Bitte begründen Sie die Absage."),
    ],
)
def test_a_wrong_call_off_is_refused_at_its_field(on: date, reason: str, field: str, message: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        call_off(MilestoneFactory(), on=on, reason=reason, cause=Cause.OTHER, by=UserFactory(), today=TODAY)
    assert refusal.value.message_dict == {field: [message]}
    assert not CallOff.objects.exists()


def test_a_milestone_ends_once() -> None:
    reached = MilestoneFactory(reached="1.6.2020")
    with pytest.raises(ValidationError, match="schon erreicht"):
        call_off(reached, on=TODAY, reason="Doch nicht.", cause=Cause.OTHER, by=UserFactory(), today=TODAY)
    called_off = MilestoneFactory(called_off=date(2020, 5, 1))
    with pytest.raises(ValidationError, match="ist abgesagt"):
        reach(called_off, on=when("1.6.2020"), by=UserFactory(), today=TODAY)


def test_the_database_ends_a_milestone_only_on_record() -> None:
    milestone = MilestoneFactory()
    changes = ({"reached": when("1.6.2020")}, {"called_off_on": TODAY})
    for change in changes:
        with pytest.raises(DatabaseError, match="ends only on record"), transaction.atomic():
            Milestone.objects.filter(pk=milestone.pk).update(**change)
    reached = MilestoneFactory(reached="1.6.2020")
    with pytest.raises(DatabaseError, match="ends only on record"), transaction.atomic():
        Milestone.objects.filter(pk=reached.pk).update(reached=None)


@pytest.mark.parametrize("record", [Attainment, CallOff])
def test_the_records_are_only_ever_added(record: type[Attainment | CallOff]) -> None:
    MilestoneFactory(reached="1.6.2020")
    MilestoneFactory(called_off=date(2020, 5, 1))
    with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
        record.objects.update(reason="Anders.")
    with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
        record.objects.all().delete()
