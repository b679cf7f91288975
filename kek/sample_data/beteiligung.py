"""Participation in the sample data: invented ideas of the example, and the round of 2020 that was called off.

Everything happens through the actions, dated to the day it is told of; only supports are counted in bulk.
"""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass, replace

from catalogue.models import Goal, Measure, Need
from district.models import Concept, Department, FieldOfAction, Municipality, User
from milestones.models import Milestone
from participation import actions
from participation.actions import Contribution, Sender
from participation.actions.moderation import Part
from participation.actions.weighing import Draft
from participation.models import Assessment, Comment, DeclineReason, Idea, Round, Section, Supporter
from participation.models import Support as SupportRow

from . import nordsachsen
from .antworten import (
    ANSWERS,
    COMMENTS,
    CORRECTIONS,
    DRAFTED,
    KEY_POINTS,
    LOOKING_BACK,
    REMARKS,
    SUBMITTED,
    Answer,
    Correction,
)
from .chronicle import moment
from .ideen import Told, read_ideas

EVERYWHERE = "*"
NAMESPACE = uuid.UUID("5f0c6d1e-8f4b-4f6e-9a0b-6f2c35d7b2a1")
SUPPORTERS = 64

DECLINE_REASONS = {
    "Werbung": "Ihr Beitrag wirbt für ein Angebot. In der Beteiligung veröffentlichen wir keine Werbung.",
    "Nennt andere Personen": (
        "Ihr Beitrag spricht über Personen, die sich hier nicht äußern können. Schreiben Sie gern noch einmal, worum es Ihnen in der Sache geht."
    ),
    "Nicht unser Thema": (
        "Ihr Beitrag betrifft nichts, worüber das Entwicklungskonzept entscheidet. Die zuständige Stelle nennen wir Ihnen gern: Bitte wenden Sie "
        "sich an das Projektbüro."
    ),
    "Beleidigend": "Ihr Beitrag verletzt andere. Bitte beachten Sie die Regeln der Beteiligung.",
}


@dataclass(frozen=True)
class Calendar:
    """Days by their distance from the day of loading, as the moments at which something is written down."""

    today: datetime.date

    def day(self, offset: int) -> datetime.date:
        """Return the day at a distance."""
        return self.today + datetime.timedelta(days=offset)

    def at(self, offset: int, *, minute: int = 0) -> datetime.datetime:
        """Return a moment of the day at a distance."""
        return moment(self.day(offset)) + datetime.timedelta(minutes=minute)


def load_called_off(concept: Concept) -> None:
    """Tell of the participation of early summer 2020, which the pandemic made impossible."""
    Round.objects.create(
        concept=concept,
        title="Breite Bürgerbeteiligung",
        slug="buergerbeteiligung-2020",
        question="Welche Ideen und Wünsche haben Sie für den Landkreis im Jahr 2030?",
        introduction=(
            "Im Frühsommer 2020 sollten alle Bürgerinnen und Bürger ihre Ideen und Wünsche in das Konzept einbringen. Wegen der "
            "Corona-Pandemie wurde diese Beteiligung abgesagt; die drei Regionalforen vom November 2020, die folgen sollten, fielen "
            "ebenfalls aus. Wer für ein Forum angemeldet war, bekam stattdessen die Unterlagen, wurde um eine schriftliche "
            "Rückmeldung gebeten und konnte direkt mit der Projektkoordination sprechen."
        ),
        opens_on=datetime.date(2020, 6, 1),
        closes_on=datetime.date(2020, 7, 15),
        is_public=True,
        allows_comments=False,
        milestone=Milestone.objects.get(phase__concept=concept, title="Breite Bürgerbeteiligung"),
        called_off_on=datetime.date(2020, 4, 30),
        called_off_reason="Corona-Pandemie: Veranstaltungen waren nicht erlaubt.",
    )


def load(concept: Concept, *, today: datetime.date) -> None:
    """Load the rounds of the example as they stand on `today`."""
    for title, text in DECLINE_REASONS.items():
        DeclineReason.objects.get_or_create(title=title, defaults={"text": text})
    story = Story(concept, Calendar(today))
    story.looking_back()
    story.ideas()
    story.key_points()
    story.coming()


class Story:
    """The rounds of one concept, told by the people who act in them."""

    def __init__(self, concept: Concept, calendar: Calendar) -> None:
        self.concept, self.calendar = concept, calendar
        self.office = nordsachsen.project_office()
        self.moderator = User.objects.get(email=nordsachsen.MODERATION)
        self.department = Department.objects.get(name=nordsachsen.DEPARTMENTS[0])
        self.fields = {field.number: field for field in FieldOfAction.objects.filter(concept=concept)}
        self.places = {place.name: place for place in Municipality.objects.all()}
        self.supporters = Supporter.objects.bulk_create(
            [Supporter(digest=uuid.uuid5(NAMESPACE, f"supporter {number}").hex) for number in range(SUPPORTERS)]
        )

    def looking_back(self) -> None:
        """Tell of the round that is over, every idea of which has its answer."""
        asked = self._round(
            "Blick zurück auf 2030", "blick-zurueck", -400, -340,
            question="Was hat das Konzept von 2030 gebracht, und was nicht?",
            introduction="Bevor wir Neues planen, wollten wir wissen, was aus dem Alten geworden ist.",
            conclusion="Zehn Rückmeldungen, alle beantwortet. Sie sind in die Bilanz und in die neuen Ziele eingeflossen.",
            allows_comments=False,
        )  # fmt: skip
        for number, (place, field, title, text, decision, reason, flows) in enumerate(LOOKING_BACK, start=1):
            idea = self._submit(
                asked,
                f"looking back {number}",
                Contribution(
                    text=text, title=title, field_of_action=self.fields[field], municipality=self.places[place]
                ),
                Sender(),
                at=self.calendar.at(-400 + number * 5),
            )
            self._publish(idea, at=self.calendar.at(-398 + number * 5))
            self._answer([idea], Answer(f"{title}.", reason, flows), decision, at=self.calendar.at(-330 + number * 3))
            self._support(idea, number * 2)

    def ideas(self) -> None:
        """Tell of the round that runs, with an idea in every state there is."""
        asked = self._round(
            "Ideen für Nordsachsen 2035", "ideen-2035", -112, 25,
            question="Was soll sich in Ihrem Ort und im Landkreis bis 2035 ändern?",
            introduction=(
                "Die Arbeitsgruppen schreiben das Entwicklungskonzept fort. Dafür brauchen sie Ihre Ideen: aus dem Alltag, aus dem Betrieb, aus dem "
                "Verein. Jede Idee wird gelesen, abgewogen und beantwortet."
            ),
        )  # fmt: skip
        told = read_ideas()
        made = {each.number: self._tell(asked, each) for each in told}
        for each in told:
            self._moderate(made[each.number], each, made)
        for idea in made.values():
            idea.refresh_from_db()
        for number, answer in ANSWERS.items():
            decision = next(each.state for each in told if each.number == number)
            self._answer([made[number]], answer, decision, at=self.calendar.at(-40 + number % 30, minute=number))
        for numbers, answer in DRAFTED.items():
            self._begin([made[number] for number in numbers], answer, "partly", at=self.calendar.at(-4))
        for (number,), answer in SUBMITTED.items():
            begun = self._begin([made[number]], answer, "noted", at=self.calendar.at(-3))
            actions.propose(begun, by=self.moderator, at=self.calendar.at(-2))
        for number, correction in CORRECTIONS.items():
            self._correct(made[number], ANSWERS[number], correction)
        for number, remarks in COMMENTS.items():
            self._discuss(made[number], remarks)
        waiting = made[21]
        actions.comment(
            waiting,
            text="Und wer gießt die Bäume?",
            key=uuid.uuid5(NAMESPACE, "a comment that waits"),
            sender=Sender(pseudonym="Händlerin"),
            at=self.calendar.at(-1, minute=95),
        )
        actions.report(made[29], reason="Der Ton in den Kommentaren gefällt mir nicht.", at=self.calendar.at(-2))

    def key_points(self) -> None:
        """Tell of the draft that is under discussion, section by section."""
        asked = self._round(
            "Eckpunkte der Arbeitsgruppen", "eckpunkte", -14, 42,
            question="Stimmen die Eckpunkte, die die Arbeitsgruppen vorschlagen?",
            introduction="Sie können zu jedem Abschnitt Stellung nehmen. Ihre Hinweise gehen in den Entwurf ein und werden beantwortet.",
            kind=Round.Kind.DRAFT,
        )  # fmt: skip
        sections = {}
        for order, (number, heading, field, text) in enumerate(KEY_POINTS, start=1):
            sections[number] = Section.objects.create(
                round=asked,
                order=order,
                number=number,
                heading=heading,
                text=text,
                field_of_action=self.fields[field] if field else None,
            )
        for place, (number, text, name) in enumerate(REMARKS, start=1):
            remark = self._submit(
                asked,
                f"remark {place}",
                Contribution(text=text, section=sections[number]),
                Sender(pseudonym=name),
                at=self.calendar.at(-13 + place, minute=place * 7),
            )
            if place < len(REMARKS):
                self._publish(remark, at=self.calendar.at(-12 + place))
                self._support(remark, place * 3 % 11)

    def coming(self) -> None:
        """Tell of the round that has not begun."""
        self._round(
            "Beteiligung zum Entwurf", "entwurf-2035", 95, 155,
            question="Was sagen Sie zum Entwurf der Fortschreibung?",
            introduction="Der Entwurf liegt dann öffentlich aus und steht hier im Internet, Abschnitt für Abschnitt.",
            kind=Round.Kind.DRAFT,
        )  # fmt: skip

    # What the stories are told with

    def _round(self, title: str, slug: str, opens: int, closes: int, **more: object) -> Round:
        asked = Round(
            concept=self.concept,
            title=title,
            slug=slug,
            opens_on=self.calendar.day(opens),
            closes_on=self.calendar.day(closes),
            is_public=True,
            **more,
        )
        asked.full_clean()
        asked.save()
        return asked

    def _tell(self, asked: Round, told: Told) -> Idea:
        place = self.places.get(told.municipality)
        has_point = place is not None and place.latitude is not None and told.number % 2 == 0
        contribution = Contribution(
            title=told.title,
            text=told.text,
            field_of_action=self.fields[int(told.field)] if told.field else None,
            municipality=place,
            latitude=round(place.latitude + 0.004 * (told.number % 5 - 2), 5) if place and has_point else None,  # type: ignore[operator]
            longitude=round(place.longitude + 0.006 * (told.number % 7 - 3), 5) if place and has_point else None,  # type: ignore[operator]
            is_everywhere=told.municipality == EVERYWHERE,
            source=told.source,
            source_note=told.origin,
        )
        email = f"einsendung{told.number}@buerger.example" if told.state == "adopted" else ""
        clerk = None if told.source == Idea.Source.ONLINE else self.moderator
        idea = self._submit(
            asked,
            f"idea {told.number}",
            contribution,
            Sender(pseudonym=told.name, email=email),
            at=self.calendar.at(told.submitted, minute=told.number * 3),
            by=clerk,
        )
        for confirmation in idea.submitter.confirmations.all():
            actions.confirm_address(confirmation, at=idea.submitted_at + datetime.timedelta(hours=1))
        return idea

    def _submit(
        self,
        asked: Round,
        name: str,
        contribution: Contribution,
        sender: Sender,
        *,
        at: datetime.datetime,
        by: User | None = None,
    ) -> Idea:
        key = uuid.uuid5(NAMESPACE, name)
        return actions.submit(contribution, to=asked, key=key, sender=sender, at=at, by=by)

    def _moderate(self, idea: Idea, told: Told, made: dict[int, Idea]) -> None:
        at = idea.submitted_at + datetime.timedelta(days=1, hours=told.number % 5)
        state, _colon, other = told.state.partition(":")
        match state:
            case "neu":
                return
            case "abgelehnt":
                reason = DECLINE_REASONS["Werbung" if idea.has_links else "Nennt andere Personen"]
                actions.decline([idea], reason=reason, by=self.moderator, at=at)
                return
            case "zurueck":
                actions.withdraw(idea, at=at)
                return
            case "redigiert":
                text = idea.text.replace("und Herr M. aus der Nachbarstraße lacht nur", "[redigiert]")
                actions.publish([idea], text=text, by=self.moderator, at=at)
            case "doppelt":
                self._publish(idea, at=at)
                actions.merge([idea], into=made[int(other)], by=self.moderator, at=at + datetime.timedelta(hours=1))
                return
            case _:
                self._publish(idea, at=at)
        self._support(idea, (told.number * 13) % 29)
        if told.field == "1":
            actions.assign([idea], department=self.department, by=self.moderator, at=at)
        if state == "geteilt":
            first, second = idea.text.split(". ", 1)
            parts = [
                Part(title="Umweg wegen der gesperrten Brücke", text=f"{first}."),
                Part(title=idea.title, text=second),
            ]
            actions.split(idea, parts=parts, by=self.moderator, at=at + datetime.timedelta(days=1))

    def _publish(self, idea: Idea, *, at: datetime.datetime) -> None:
        actions.publish([idea], by=self.moderator, at=at)

    def _begin(self, ideas: list[Idea], answer: Answer, decision: str, *, at: datetime.datetime) -> Assessment:
        return actions.begin(ideas, draft=self._draft(ideas[0], answer, decision), by=self.moderator, at=at)

    def _draft(self, idea: Idea, answer: Answer, decision: str) -> Draft:
        flows = answer.flows_into
        return Draft(
            summary=answer.summary,
            proposal=answer.proposal,
            decision=decision,
            reason=answer.reason,
            field_of_action=idea.field_of_action,
            needs=tuple(Need.objects.filter(concept=self.concept, number__in=flows)),
            goals=tuple(Goal.objects.filter(concept=self.concept, number__in=flows)),
            measures=tuple(Measure.objects.filter(concept=self.concept, number__in=flows)),
        )

    def _answer(self, ideas: list[Idea], answer: Answer, decision: str, *, at: datetime.datetime) -> None:
        begun = self._begin(ideas, answer, decision, at=at - datetime.timedelta(days=6))
        proposed = actions.propose(begun, by=self.moderator, at=at - datetime.timedelta(days=2))
        actions.release([proposed], by=self.office, at=at)

    def _correct(self, idea: Idea, answer: Answer, correction: Correction) -> None:
        idea.refresh_from_db()
        assert idea.assessment
        begun = actions.correct(idea.assessment, reason=correction.why, by=self.moderator, at=self.calendar.at(-8))
        if correction.reason:
            draft = self._draft(idea, replace(answer, reason=correction.reason), begun.decision)
            written = actions.revise(begun, draft=draft, ideas=[idea], by=self.moderator, at=self.calendar.at(-8))
            proposed = actions.propose(written, by=self.moderator, at=self.calendar.at(-7))
            actions.release([proposed], by=self.office, at=self.calendar.at(-6))

    def _support(self, idea: Idea, count: int) -> None:
        chosen = [self.supporters[(idea.pk * 5 + number) % SUPPORTERS] for number in range(count)]
        SupportRow.objects.bulk_create(
            [SupportRow(idea=idea, supporter=supporter, created_at=idea.submitted_at) for supporter in chosen]
        )
        Idea.objects.filter(pk=idea.pk).update(support_count=count)

    def _discuss(self, idea: Idea, remarks: tuple[tuple[str, int | None], ...]) -> None:
        said: list[Comment] = []
        for place, (text, parent) in enumerate(remarks):
            at = self.calendar.at(-20, minute=idea.pk % 50 + place * 40)
            made = actions.comment(
                idea,
                text=text,
                key=uuid.uuid5(NAMESPACE, f"comment {idea.key} {place}"),
                sender=Sender(),
                at=at,
                parent=said[parent] if parent is not None else None,
            )
            said += actions.publish_comment([made], by=self.moderator, at=at + datetime.timedelta(hours=3))
