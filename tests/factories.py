"""Valid rows for tests: each factory makes the simplest thing that may exist.

What may only happen through an action in the portal (reached, called off, postponed) is written here with its record,
because the database asks for it: `MilestoneFactory(reached="24.03.2021")`.
"""

import datetime
from typing import Any

import factory
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from catalogue.models import Goal, Measure, Need, State
from district.approximate_date import ApproximateDate
from district.models import Body, Concept, Department, District, FieldOfAction, LegalText, Municipality, Role, User
from milestones.models import (
    Attachment,
    Attainment,
    CallOff,
    Consultation,
    CouncilSession,
    Dependency,
    Milestone,
    Phase,
    Postponement,
    Resolution,
)
from participation.models import Assessment, Comment, Idea, IdeaStep, Round, Section, Submitter
from workshops.models import AgendaItem, Event, Feedback, Membership, Outcome, Paper, Registration, WorkingGroup

PASSWORD = "ein langes Kennwort für Tests"


def when(value: "ApproximateDate | datetime.date | str") -> ApproximateDate:
    """Read a date as tests write it: „Anfang 2021“, „24.03.2021“, a day."""
    if isinstance(value, ApproximateDate):
        return value
    return ApproximateDate.on(value) if isinstance(value, datetime.date) else ApproximateDate.parse(value)


class UserFactory(DjangoModelFactory):
    """Somebody who may log in; `role=Role.PROJECT_OFFICE` says what for."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    function = factory.Sequence(lambda n: f"Stelle {n}")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def role(user: User, create: bool, extracted: Role | None, **_: Any) -> None:  # noqa: N805 - factory_boy passes the row first
        """Put the user into the group of a role."""
        if create and extracted:
            user.groups.add(Group.objects.get_or_create(name=extracted.value)[0])


class DistrictFactory(DjangoModelFactory):
    """The one district."""

    class Meta:
        model = District
        django_get_or_create = ("id",)

    id = 1
    name = "Landkreis Nordsachsen"
    office = "Landratsamt Nordsachsen"
    ags = "14730"
    city = "Torgau"


class MunicipalityFactory(DjangoModelFactory):
    """A Gemeinde of the district, without boundary."""

    class Meta:
        model = Municipality

    ags = factory.Sequence(lambda n: f"14730{n % 1000:03}")
    name = factory.Sequence(lambda n: f"Musterdorf {n}")


class BodyFactory(DjangoModelFactory):
    """The council, unless told otherwise."""

    class Meta:
        model = Body

    name = factory.Sequence(lambda n: f"Kreistag {n}")
    kind = Body.Kind.COUNCIL


class LegalTextFactory(DjangoModelFactory):
    """A page like the imprint."""

    class Meta:
        model = LegalText
        django_get_or_create = ("kind",)

    kind = LegalText.Kind.IMPRINT
    title = "Impressum"
    body = "<p>Angaben zum Anbieter.</p>"


class ConceptFactory(DjangoModelFactory):
    """A public concept in progress."""

    class Meta:
        model = Concept

    title = factory.Sequence(lambda n: f"Kreisentwicklungskonzept {n}")
    short_title = factory.Sequence(lambda n: f"KEK {n}")
    slug = factory.Sequence(lambda n: f"kek-{n}")
    horizon = 2030
    is_public = True


class FieldOfActionFactory(DjangoModelFactory):
    """A numbered Handlungsfeld."""

    class Meta:
        model = FieldOfAction

    concept = factory.SubFactory(ConceptFactory)
    number = factory.Sequence(lambda n: n + 1)
    name = factory.LazyAttribute(lambda field: f"Handlungsfeld {field.number}")


class PhaseFactory(DjangoModelFactory):
    """A phase that takes the year 2020."""

    class Meta:
        model = Phase

    concept = factory.SubFactory(ConceptFactory)
    title = factory.Sequence(lambda n: f"Phase {n}")
    order = factory.Sequence(lambda n: n % 1000 + 1)
    method_step = Phase.MethodStep.ANALYSIS
    starts = factory.LazyFunction(lambda: when("Januar 2020"))
    ends = factory.LazyFunction(lambda: when("Dezember 2020"))
    summary = "Ein Satz dazu, was geschieht."


class MilestoneFactory(DjangoModelFactory):
    """A milestone with a fixed baseline; `reached=` and `called_off=` end it with their record."""

    class Meta:
        model = Milestone
        skip_postgeneration_save = True

    phase = factory.SubFactory(PhaseFactory)
    title = factory.Sequence(lambda n: f"Meilenstein {n}")
    kind = Milestone.Kind.EVENT
    current = factory.LazyFunction(lambda: when("1. Juni 2020"))
    baseline = factory.SelfAttribute("current")

    @factory.post_generation
    def reached(milestone: Milestone, create: bool, extracted: Any, **_: Any) -> None:  # noqa: N805 - factory_boy passes the row first
        """Reach it on a day."""
        if create and extracted:
            day = when(extracted)
            Attainment.objects.create(
                milestone=milestone, planned_for=milestone.current, reached=day, recorded_by=UserFactory()
            )
            milestone.reached = day
            milestone.save(update_fields=["reached"])

    @factory.post_generation
    def called_off(milestone: Milestone, create: bool, extracted: Any, **more: Any) -> None:  # noqa: N805 - factory_boy passes the row first
        """Call it off on a day; `called_off__reason` says why."""
        if create and extracted:
            CallOffFactory(milestone=milestone, called_off_on=extracted, **more)
            milestone.called_off_on = extracted
            milestone.save(update_fields=["called_off_on"])


class DependencyFactory(DjangoModelFactory):
    """One milestone before another, without lead time."""

    class Meta:
        model = Dependency

    predecessor = factory.SubFactory(MilestoneFactory)
    successor = factory.SubFactory(MilestoneFactory)


class CallOffFactory(DjangoModelFactory):
    """The record of a milestone that does not take place (the milestone's own date is set by `MilestoneFactory`)."""

    class Meta:
        model = CallOff

    milestone = factory.SubFactory(MilestoneFactory)
    planned_for = factory.SelfAttribute("milestone.current")
    called_off_on = datetime.date(2020, 5, 1)
    cause = "pandemic"
    reason = "Die Corona-Schutz-Verordnung erlaubt keine Veranstaltung."
    recorded_by = factory.SubFactory(UserFactory)


class PostponementFactory(DjangoModelFactory):
    """A move by a month, which also moves the milestone; `to_date` takes what `when` reads."""

    class Meta:
        model = Postponement
        skip_postgeneration_save = True

    milestone = factory.SubFactory(MilestoneFactory)
    from_date = factory.SelfAttribute("milestone.current")
    to_date = factory.LazyAttribute(
        lambda move: move.milestone.current.shifted_to(move.milestone.current.latest + datetime.timedelta(days=30))
    )
    reason = "Die Sitzung fällt wegen der Corona-Pandemie aus."
    cause = "pandemic"
    recorded_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def moves(postponement: Postponement, create: bool, extracted: Any, **_: Any) -> None:  # noqa: N805 - factory_boy passes the row first
        """Let the milestone follow, unless told not to."""
        if create and extracted is not False:
            postponement.milestone.current = postponement.to_date
            postponement.milestone.save(update_fields=["current"])


class CouncilSessionFactory(DjangoModelFactory):
    """A session on a day, in the evening."""

    class Meta:
        model = CouncilSession

    body = factory.SubFactory(BodyFactory)
    date = factory.LazyFunction(lambda: when("24.03.2021"))
    starts_at = datetime.time(17)
    place = "Torgau, Plenarsaal"


class ResolutionFactory(DjangoModelFactory):
    """A public Beschlussvorlage without any consultation."""

    class Meta:
        model = Resolution

    concept = factory.SubFactory(ConceptFactory)
    number = factory.Sequence(lambda n: f"BV-KT {n:03}/2021")
    subject = factory.Sequence(lambda n: f"Beschluss über das Konzept {n}")


class ConsultationFactory(DjangoModelFactory):
    """A deciding step in a session of its body, without a result; votes are given as plain numbers."""

    class Meta:
        model = Consultation

    resolution = factory.SubFactory(ResolutionFactory)
    session = factory.SubFactory(CouncilSessionFactory)
    body = factory.LazyAttribute(lambda step: step.session.body if step.session else BodyFactory())
    role = Consultation.Role.DECIDING
    result = ""
    recorded_at = factory.LazyAttribute(
        lambda step: (
            datetime.datetime.combine(step.session.date.latest, datetime.time(18), datetime.UTC)
            if step.result
            else None
        )
    )


class AttachmentFactory(DjangoModelFactory):
    """A small public PDF."""

    class Meta:
        model = Attachment

    resolution = factory.SubFactory(ResolutionFactory)
    title = factory.Sequence(lambda n: f"Anlage {n}")
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-1.7 Inhalt", name="anlage.pdf"))


class DepartmentFactory(DjangoModelFactory):
    """A Fachamt."""

    class Meta:
        model = Department

    name = factory.Sequence(lambda n: f"Amt {n}")


class RoundFactory(DjangoModelFactory):
    """A public round of ideas that runs through the whole of 2026, with support and comments."""

    class Meta:
        model = Round

    concept = factory.SubFactory(ConceptFactory)
    title = factory.Sequence(lambda n: f"Ideensammlung {n}")
    slug = factory.Sequence(lambda n: f"ideen-{n}")
    question = "Was soll in unserem Landkreis besser werden?"
    opens_on = datetime.date(2026, 1, 1)
    closes_on = datetime.date(2026, 12, 31)
    is_public = True


class SectionFactory(DjangoModelFactory):
    """A section of a draft under discussion."""

    class Meta:
        model = Section

    round = factory.SubFactory(RoundFactory, kind=Round.Kind.DRAFT)
    order = factory.Sequence(lambda n: n % 1000 + 1)
    number = factory.LazyAttribute(lambda section: str(section.order))
    heading = factory.LazyAttribute(lambda section: f"Abschnitt {section.order}")
    text = "Der Landkreis verbessert das Angebot."


class SubmitterFactory(DjangoModelFactory):
    """Somebody who told nothing of themselves; `confirmed=True` makes the address a proven one."""

    class Meta:
        model = Submitter

    class Params:
        confirmed = factory.Trait(
            email=factory.Sequence(lambda n: f"jemand{n}@example.org"),
            email_confirmed_at=datetime.datetime(2026, 2, 1, 12, tzinfo=datetime.UTC),
        )

    created_at = datetime.datetime(2026, 2, 1, 10, tzinfo=datetime.UTC)


class IdeaFactory(DjangoModelFactory):
    """An idea in moderation; `public=True` publishes it on 2 February 2026, with its step."""

    class Meta:
        model = Idea
        skip_postgeneration_save = True

    class Params:
        public = factory.Trait(
            state=Idea.State.PUBLISHED,
            checked_at=datetime.datetime(2026, 2, 2, 10, tzinfo=datetime.UTC),
            published_at=datetime.datetime(2026, 2, 2, 10, tzinfo=datetime.UTC),
        )

    round = factory.SubFactory(RoundFactory)
    title = factory.Sequence(lambda n: f"Ein Radweg für den Ort {n}")
    text = "Zwischen den Dörfern fehlt ein sicherer Radweg."
    submitter = factory.SubFactory(SubmitterFactory)
    submitted_at = datetime.datetime(2026, 2, 1, 10, tzinfo=datetime.UTC)

    @factory.post_generation
    def steps(idea: Idea, create: bool, extracted: Any, **_: Any) -> None:  # noqa: N805 - factory_boy passes the row first
        """Write the steps that brought it here."""
        if create and extracted is not False:
            public = IdeaStep.Audience.PUBLIC
            IdeaStep.objects.create(idea=idea, kind=IdeaStep.Kind.RECEIVED, audience=public, at=idea.submitted_at)
            if idea.published_at:
                IdeaStep.objects.create(idea=idea, kind=IdeaStep.Kind.PUBLISHED, audience=public, at=idea.published_at)


class CommentFactory(DjangoModelFactory):
    """A comment in moderation; `public=True` publishes it."""

    class Meta:
        model = Comment

    class Params:
        public = factory.Trait(
            state=Comment.State.PUBLISHED,
            checked_at=datetime.datetime(2026, 2, 4, 10, tzinfo=datetime.UTC),
            published_at=datetime.datetime(2026, 2, 4, 10, tzinfo=datetime.UTC),
        )

    idea = factory.SubFactory(IdeaFactory, public=True)
    text = "Das wünsche ich mir auch."
    submitter = factory.SubFactory(SubmitterFactory)
    submitted_at = datetime.datetime(2026, 2, 3, 10, tzinfo=datetime.UTC)


class AssessmentFactory(DjangoModelFactory):
    """A weighing in work without any idea yet: give it ideas with `ideas=[…]`, which must be published."""

    class Meta:
        model = Assessment
        skip_postgeneration_save = True

    round = factory.SubFactory(RoundFactory)
    summary = "Gewünscht wird ein Radweg."
    decision = Assessment.Decision.ADOPTED
    reason = "Der Radweg steht im Radverkehrskonzept."
    drafted_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def ideas(assessment: Assessment, create: bool, extracted: Any, **_: Any) -> None:  # noqa: N805 - factory_boy passes the row first
        """Put ideas under it."""
        for idea in extracted or () if create else ():
            idea.assessment = assessment
            idea.state = Idea.State.IN_REVIEW
            idea.save()


class _EntryFactory(DjangoModelFactory):
    """A public proposal in a field of action of its concept; `field_of_action=` brings its concept along."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    field_of_action = factory.SubFactory(FieldOfActionFactory)
    concept = factory.SelfAttribute("field_of_action.concept")
    state = State.PROPOSED
    drop_reason = factory.LazyAttribute(lambda entry: "Der Aufwand ist zu hoch." if entry.state == "dropped" else "")


class NeedFactory(_EntryFactory):
    """A Handlungsbedarf."""

    class Meta:
        model = Need

    number = factory.Sequence(lambda n: f"B {n + 1}")
    title = factory.Sequence(lambda n: f"Was fehlt {n}")


class GoalFactory(_EntryFactory):
    """A strategic goal; with `parent=` a sub-goal in the field of action of that one. `needs=[…]` it answers to."""

    class Meta:
        model = Goal

    number = factory.Sequence(lambda n: f"Z {n + 1}")
    title = factory.Sequence(lambda n: f"Was werden soll {n}")
    parent = None
    kind = factory.LazyAttribute(lambda goal: Goal.Kind.SUB_GOAL if goal.parent else Goal.Kind.STRATEGIC)
    field_of_action = factory.Maybe(
        "parent",
        yes_declaration=factory.SelfAttribute("parent.field_of_action"),
        no_declaration=factory.SubFactory(FieldOfActionFactory),
    )

    @factory.post_generation
    def needs(goal: Goal, create: bool, extracted: Any, **_: Any) -> None:  # noqa: N805 - factory_boy passes the row first
        """Link it to needs."""
        if create and extracted:
            goal.needs.set(extracted)


class MeasureFactory(_EntryFactory):
    """A measure; `goals=[…]` it serves."""

    class Meta:
        model = Measure

    number = factory.Sequence(lambda n: f"M {n + 1}")
    title = factory.Sequence(lambda n: f"Was getan wird {n}")

    @factory.post_generation
    def goals(measure: Measure, create: bool, extracted: Any, **_: Any) -> None:  # noqa: N805 - factory_boy passes the row first
        """Link it to goals."""
        if create and extracted:
            measure.goals.set(extracted)


class WorkingGroupFactory(DjangoModelFactory):
    """A public group that works since the beginning of 2026; `chair=user` leads it."""

    class Meta:
        model = WorkingGroup
        skip_postgeneration_save = True

    concept = factory.SubFactory(ConceptFactory)
    name = factory.Sequence(lambda n: f"Arbeitsgruppe {n}")
    slug = factory.Sequence(lambda n: f"gruppe-{n}")
    task = "Die Gruppe erarbeitet Vorschläge."
    starts = when("Januar 2026")

    @factory.post_generation
    def chair(group: WorkingGroup, create: bool, extracted: User | None, **_: Any) -> None:  # noqa: N805 - factory_boy passes the row first
        """Let somebody with an account lead it."""
        if create and extracted:
            MembershipFactory(group=group, user=extracted, is_chair=True)


class MembershipFactory(DjangoModelFactory):
    """Somebody who belongs to a group for an organisation."""

    class Meta:
        model = Membership

    group = factory.SubFactory(WorkingGroupFactory)
    organisation = factory.Sequence(lambda n: f"Verein {n}")
    function = "Vorstand"


class EventFactory(DjangoModelFactory):
    """A public forum on the evening of 1 September 2026 with open registration from June on and unlimited seats."""

    class Meta:
        model = Event

    concept = factory.SubFactory(ConceptFactory)
    kind = Event.Kind.FORUM
    title = factory.Sequence(lambda n: f"Forum {n}")
    date = when("01.09.2026")
    starts_at = datetime.time(18)
    ends_at = datetime.time(20)
    place = "Bürgerhaus, Markt 1"
    admission = Event.Admission.OPEN
    is_public = True
    registration_opens_on = datetime.date(2026, 6, 1)
    registration_closes_on = datetime.date(2026, 8, 30)


class AgendaItemFactory(DjangoModelFactory):
    """A point of an event's agenda."""

    class Meta:
        model = AgendaItem

    event = factory.SubFactory(EventFactory)
    order = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Worüber geredet wird {n}")


class PaperFactory(DjangoModelFactory):
    """A file for whoever is registered."""

    class Meta:
        model = Paper

    event = factory.SubFactory(EventFactory)
    title = factory.Sequence(lambda n: f"Unterlage {n}")
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-1.7\n", name="unterlage.pdf"))


class RegistrationFactory(DjangoModelFactory):
    """Somebody with a seat."""

    class Meta:
        model = Registration

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Gast {n:03}")
    email = factory.Sequence(lambda n: f"gast{n}@example.org")
    state = Registration.State.CONFIRMED
    created_at = datetime.datetime(2026, 6, 2, 12, tzinfo=datetime.UTC)
    confirmed_at = datetime.datetime(2026, 6, 2, 13, tzinfo=datetime.UTC)


class FeedbackFactory(DjangoModelFactory):
    """What somebody wrote about an event that was called off."""

    class Meta:
        model = Feedback

    event = factory.SubFactory(EventFactory)
    text = "Der Bus am Wochenende fehlt."


class OutcomeFactory(DjangoModelFactory):
    """What an event brought: a need, not released yet. Give `item=` or `feedback=` of the same event where it matters."""

    class Meta:
        model = Outcome

    event = factory.SubFactory(EventFactory)
    kind = Outcome.Kind.NEED
    title = factory.Sequence(lambda n: f"Was herauskam {n}")
