"""The Fortschreibung: an invented example whose dates follow the day of loading.

So there is always something running, something due, something overdue and a session ahead.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from district.approximate_date import ApproximateDate, Precision
from district.models import Body, Concept, FieldOfAction
from milestones.actions.council import Delay, Votes
from milestones.models import Consultation, CouncilSession, Milestone, Phase, Resolution
from milestones.models.changes import Cause
from milestones.working_days import is_working_day

from . import nordsachsen, ziele
from .chronicle import Chronicle, chain, fix

SLUG = "kek-2035"
HORIZON = 2035
WEDNESDAY = 2
CLOSED_DAYS = {(12, 24), (12, 31)}

Kind = Milestone.Kind
Result = Consultation.Result
Role = Consultation.Role

MISSION_STATEMENTS = {
    "Wirtschaft & Innovation": (
        "Nordsachsen hält seine Betriebe im Landkreis: mit Flächen in der Nähe der Bahn, mit Nachfolgerinnen und "
        "Nachfolgern für das Handwerk und mit einer Landwirtschaft, die mit weniger Wasser auskommt."
    ),
    "Bildung & Qualifikation": (
        "Von der Kita in Mockrehna bis zum Berufsschulzentrum in Schkeuditz: Wege zur Bildung sind kurz, und wer nach der "
        "Ausbildung fortzieht, findet leicht zurück."
    ),
    "Lebenswerter Landkreis": (
        "Ob in der Dübener Heide, im Collmer Land oder am Stadtrand von Leipzig: Menschen jeden Alters finden Arzt, "
        "Laden und Nachbarschaft in erreichbarer Nähe."
    ),
    "Infrastruktur & Mobilität": (
        "Jeder Ort ist mindestens stündlich mit Bus oder Bahn erreichbar, und die Orte an Elbe und Mulde sind "
        "vor Hochwasser und vor Trockenheit besser geschützt als heute."
    ),
}


def offices_are_open(day: datetime.date) -> bool:
    """Whether anything would be planned for a day."""
    return is_working_day(day) and (day.month, day.day) not in CLOSED_DAYS


@dataclass(frozen=True)
class Almanac:
    """Dates by their distance in days from the day of loading."""

    today: datetime.date

    def day(self, offset: int) -> datetime.date:
        """Return a working day: on or before the distance in the past, on or after it in the future."""
        day = self.today + datetime.timedelta(days=offset)
        while not offices_are_open(day):
            day += datetime.timedelta(days=1 if offset > 0 else -1)
        return day

    def on(self, offset: int) -> ApproximateDate:
        """Return a working day as a date."""
        return ApproximateDate.on(self.day(offset))

    def session_day(self, offset: int) -> datetime.date:
        """Return the first Wednesday from a distance on that is no holiday: councils meet then."""
        day = self.today + datetime.timedelta(days=offset)
        while day.weekday() != WEDNESDAY or not offices_are_open(day):
            day += datetime.timedelta(days=1)
        return day

    def month(self, offset: int) -> ApproximateDate:
        """Return the month in which the distance falls."""
        return ApproximateDate.of(self.today + datetime.timedelta(days=offset), Precision.MONTH)

    def quarter(self, offset: int) -> ApproximateDate:
        """Return the quarter in which the distance falls."""
        return ApproximateDate.of(self.today + datetime.timedelta(days=offset), Precision.QUARTER)


def load(*, predecessor: Concept, today: datetime.date) -> Concept:
    """Load the example as it stands on `today`."""
    almanac = Almanac(today)
    concept = _make_concept(predecessor)
    phases = _make_phases(concept, almanac)
    plan = _make_milestones(phases, almanac)
    _link(plan)
    fix(plan.values())
    story = Chronicle(by=nordsachsen.project_office())
    _what_happened(story, plan, almanac)
    _participation_paper(story, concept, plan, almanac)
    _interim_report(story, concept, almanac)
    _final_paper(concept, plan)
    ziele.load(concept)
    return concept


def _make_concept(predecessor: Concept) -> Concept:
    concept = Concept.objects.create(
        title="Fortschreibung des Kreisentwicklungskonzeptes: Nordsachsen 2035 (Beispiel)",
        short_title="KEK Nordsachsen 2035",
        slug=SLUG,
        horizon=HORIZON,
        predecessor=predecessor,
        is_public=True,
        is_example=True,
        summary=(
            "Das Kreisentwicklungskonzept wird bis zum Jahr 2035 fortgeschrieben. Die Fortschreibung zieht Bilanz, was aus "
            "den Zielen für 2030 geworden ist, und setzt für die nächsten Jahre neue. Alles auf diesen Seiten ist ein "
            "Beispiel: Termine, Beschlüsse und Texte sind erfunden."
        ),
        taking_part=(
            "In diesem Beispiel können Sie schon jetzt Ideen einreichen und zu den Eckpunkten der Arbeitsgruppen Stellung nehmen. "
            "Zum Entwurf können Sie sich beteiligen, sobald er vorliegt: im Internet, schriftlich und auf drei Regionalforen."
        ),
    )
    for number, (name, statement) in enumerate(MISSION_STATEMENTS.items(), start=1):
        FieldOfAction.objects.create(
            concept=concept, number=number, name=name, mission_statement=f"Beispielformulierung: {statement}"
        )
    return concept


def _make_phases(concept: Concept, almanac: Almanac) -> dict[str, Phase]:
    step = Phase.MethodStep
    resolution = almanac.month(325)
    phases = {
        "analysis": Phase(
            title="Bilanz und Analyse",
            method_step=step.ANALYSIS,
            starts=almanac.month(-455),
            ends=almanac.month(-230),
            summary="Was ist aus den Zielen für 2030 geworden, und was hat sich seither verändert?",
            text=(
                "Das Landratsamt wertet aus, welche Projekte des Katalogs umgesetzt sind, und aktualisiert die Zahlen zu "
                "Bevölkerung, Arbeit, Bildung und Verkehr. Daraus entsteht eine neue Übersicht der Stärken, Schwächen, "
                "Chancen und Risiken."
            ),
        ),
        "workshops": Phase(
            title="Arbeitsgruppen und Workshops",
            method_step=step.WORKSHOPS,
            starts=almanac.month(-180),
            ends=almanac.month(20),
            summary="Vier Arbeitsgruppen prüfen die Ziele, Workshops greifen Querschnittsthemen auf.",
            text=(
                "Zu jedem Handlungsfeld arbeitet eine Gruppe aus Gemeinden, Betrieben, Vereinen und Fachämtern. Sie "
                "schlägt vor, welche Ziele bleiben, welche sich ändern und welche neu dazukommen."
            ),
        ),
        "draft": Phase(
            title="Entwurf und Abstimmung",
            starts=almanac.month(-30),
            ends=almanac.month(70),
            summary="Aus den Zielentwürfen entsteht der Entwurf; der Kreistag legt fest, wie beteiligt wird.",
            text=(
                "Die Projektkoordination fasst die Zielentwürfe zu einem Entwurf zusammen und stimmt ihn mit den "
                "Fachämtern, den Bürgermeisterinnen und Bürgermeistern und der Projektsteuerungsgruppe ab."
            ),
        ),
        "discussion": Phase(
            title="Diskussion und Beteiligung",
            method_step=step.DISCUSSION,
            starts=almanac.month(85),
            ends=almanac.month(190),
            summary="Bürgerinnen und Bürger sagen ihre Meinung zum Entwurf; jeder Hinweis wird abgewogen.",
            text=(
                "Der Entwurf liegt öffentlich aus und steht im Internet. Auf drei Regionalforen stellen die Arbeitsgruppen "
                "ihn vor. Alle Hinweise werden abgewogen und beantwortet."
            ),
        ),
        "resolution": Phase(
            title="Beschluss",
            method_step=step.RESOLUTION,
            starts=almanac.month(200),
            ends=resolution,
            summary="Nach der Abwägung entsteht die Endfassung, über die der Kreistag beschließt.",
        ),
        "implementation": Phase(
            title="Umsetzung",
            method_step=step.IMPLEMENTATION,
            starts=resolution,
            ends=ApproximateDate.year(max(HORIZON, resolution.latest.year + 5)),
            summary="Ein neuer Projektkatalog setzt die Fortschreibung um; jährlich erscheint ein Bericht.",
        ),
        "steering": Phase(
            title="Projektsteuerungsgruppe",
            method_step=step.STEERING,
            starts=almanac.month(-455),
            ends=resolution,
            summary="Die Projektsteuerungsgruppe des Landratsamtes entscheidet über Termine und nächste Schritte.",
        ),
        "publicity": Phase(
            title="Öffentlichkeitsarbeit",
            method_step=step.PUBLICITY,
            starts=almanac.month(-455),
            ends=resolution,
            summary="Presse, Internet und Berichte in den Gremien begleiten die Fortschreibung.",
        ),
    }
    for order, phase in enumerate(phases.values(), start=1):
        phase.concept, phase.order = concept, order
        phase.full_clean()
        phase.save()
    return phases


def _make_milestones(phases: dict[str, Phase], almanac: Almanac) -> dict[str, Milestone]:
    """Plan everything for the date it had when the work began."""
    plan = {
        "start": Milestone(
            phase=phases["analysis"],
            title="Auftakt der Fortschreibung",
            kind=Kind.START,
            current=almanac.on(-455),
            note="Die Projektsteuerungsgruppe gibt den Startschuss.",
        ),
        "balance": Milestone(
            phase=phases["analysis"],
            title="Bilanz der Projekte aus dem KEK 2030",
            kind=Kind.ANALYSIS,
            current=almanac.month(-350),
            note="Ausgewertet werden alle Projekte des Katalogs, auch die, die nicht zustande kamen.",
        ),
        "figures": Milestone(
            phase=phases["analysis"],
            title="Zahlen zu Bevölkerung, Arbeit und Verkehr aktualisiert",
            kind=Kind.ANALYSIS,
            current=almanac.on(-292),
        ),
        "swot": Milestone(
            phase=phases["analysis"],
            title="Stärken-Schwächen-Analyse fortgeschrieben",
            kind=Kind.ANALYSIS,
            current=almanac.on(-264),
        ),
        "groups": Milestone(
            phase=phases["workshops"],
            title="Auftakt der vier Arbeitsgruppen",
            kind=Kind.EVENT,
            current=almanac.on(-180),
            note="Vertreten sind Gemeinden, Betriebe, Vereine, Schulen und Fachämter.",
        ),
        "workshop_mobility": Milestone(
            phase=phases["workshops"],
            title="Workshop Mobilität zwischen Heide, Mulde und Elbe",
            kind=Kind.EVENT,
            current=almanac.on(-120),
            note="Thema sind Anschlüsse an die S-Bahn, Rufbusse und Radwege.",
        ),
        "workshop_tourism": Milestone(
            phase=phases["workshops"],
            title="Workshop Kulturlandschaft und Tourismus",
            kind=Kind.EVENT,
            current=almanac.on(-76),
        ),
        "workshop_water": Milestone(
            phase=phases["workshops"],
            title="Workshop Wasser, Boden und Energie",
            kind=Kind.EVENT,
            current=almanac.on(-48),
            note="Thema sind Trockenheit, Hochwasserschutz und Flächen für erneuerbare Energien.",
        ),
        "goals": Milestone(
            phase=phases["workshops"],
            title="Zielentwürfe der Arbeitsgruppen",
            kind=Kind.DRAFT,
            current=almanac.on(-62),
            note="Jede Arbeitsgruppe legt einen Vorschlag für Leitbild, strategische Ziele und Teilziele vor.",
        ),
        "statements": Milestone(
            phase=phases["draft"],
            title="Stellungnahmen der Fachämter",
            kind=Kind.DRAFT,
            current=almanac.on(-9),
            note="Die Fachämter prüfen, welche Ziele sie mit ihren Mitteln umsetzen können.",
        ),
        "budget": Milestone(
            phase=phases["draft"],
            title="Mittel für Druck und Regionalforen im Haushalt angemeldet",
            kind=Kind.PARTICIPATION,
            current=almanac.on(5),
            is_public=False,
        ),
        "mayors": Milestone(
            phase=phases["draft"],
            title="Gespräch mit den Bürgermeisterinnen und Bürgermeistern",
            kind=Kind.EVENT,
            current=almanac.on(19),
        ),
        "draft": Milestone(
            phase=phases["draft"],
            title="Entwurf der Fortschreibung",
            kind=Kind.DRAFT,
            current=almanac.on(-34),
            note="Die Projektkoordination führt die Zielentwürfe zusammen.",
        ),
        "approval": Milestone(
            phase=phases["draft"],
            title="Projektsteuerungsgruppe gibt den Entwurf frei",
            kind=Kind.DRAFT,
            current=almanac.on(60),
        ),
        "participation_paper": Milestone(
            phase=phases["draft"],
            title="Kreistag beschließt das Beteiligungskonzept",
            kind=Kind.PARTICIPATION,
            current=ApproximateDate.on(almanac.session_day(47)),
            note="Das Beteiligungskonzept legt fest, wie und wie lange Hinweise möglich sind.",
        ),
        "participation_start": Milestone(
            phase=phases["discussion"],
            title="Öffentliche Beteiligung beginnt",
            kind=Kind.PARTICIPATION,
            current=almanac.month(95),
        ),
        "forums": Milestone(
            phase=phases["discussion"],
            title="Regionalforen in Delitzsch, Oschatz und Torgau",
            kind=Kind.PARTICIPATION,
            current=almanac.month(112),
        ),
        "participation_end": Milestone(
            phase=phases["discussion"],
            title="Öffentliche Beteiligung endet",
            kind=Kind.PARTICIPATION,
            current=almanac.on(145),
        ),
        "weighing": Milestone(
            phase=phases["discussion"],
            title="Alle Hinweise abgewogen",
            kind=Kind.PARTICIPATION,
            current=almanac.month(190),
            note="Wer einen Hinweis gegeben hat, erfährt, was daraus geworden ist.",
        ),
        "final": Milestone(
            phase=phases["resolution"],
            title="Endfassung der Fortschreibung",
            kind=Kind.DRAFT,
            current=almanac.month(225),
        ),
        "resolution": Milestone(
            phase=phases["resolution"],
            title="Beschluss des Kreistages über die Fortschreibung",
            kind=Kind.RESOLUTION,
            current=almanac.month(290),
        ),
        "catalogue": Milestone(
            phase=phases["implementation"],
            title="Neuer Projektkatalog mit Evaluierungskonzept",
            kind=Kind.IMPLEMENTATION,
            current=almanac.quarter(530),
        ),
        "report": Milestone(
            phase=phases["implementation"],
            title="Erster Umsetzungsbericht",
            kind=Kind.IMPLEMENTATION,
            current=ApproximateDate.year(almanac.month(325).latest.year + 2),
        ),
    }
    for milestone in plan.values():
        milestone.full_clean()
        milestone.save()
    return plan


def _link(plan: dict[str, Milestone]) -> None:
    """Say what waits for what on the way to the council's resolution."""
    chain(plan["start"], plan["balance"], plan["figures"], days=30)
    chain(plan["figures"], plan["swot"], working_days=15)
    chain(plan["swot"], plan["groups"], days=28)
    for workshop in ("workshop_mobility", "workshop_tourism", "workshop_water"):
        chain(plan["groups"], plan[workshop], days=14)
    chain(plan["groups"], plan["goals"], days=60)
    chain(plan["goals"], plan["draft"], working_days=15)
    chain(plan["statements"], plan["approval"], working_days=10)
    chain(plan["mayors"], plan["approval"], days=14)
    chain(plan["draft"], plan["approval"], working_days=5)
    chain(plan["approval"], plan["participation_start"], working_days=15)
    chain(plan["participation_paper"], plan["participation_start"], days=14)
    chain(plan["participation_start"], plan["forums"], days=14)
    chain(plan["forums"], plan["participation_end"])
    chain(plan["participation_start"], plan["participation_end"], days=42)
    chain(plan["participation_end"], plan["weighing"], working_days=20)
    chain(plan["weighing"], plan["final"], working_days=15)
    chain(plan["final"], plan["resolution"], days=42)
    chain(plan["resolution"], plan["catalogue"], days=90)
    chain(plan["catalogue"], plan["report"])


def _what_happened(story: Chronicle, plan: dict[str, Milestone], almanac: Almanac) -> None:
    """Tell it in the order it happened: a postponement looks at what was reached before it."""
    story.reach(plan["start"], almanac.on(-455))
    story.reach(plan["balance"], almanac.month(-350))
    story.postpone(
        plan["figures"],
        to=almanac.on(-255),
        reason="Die Auswertung dauert länger, weil eine Stelle im Fachamt nicht besetzt ist.",
        cause=Cause.STAFF,
        recorded_on=almanac.day(-300),
    )
    story.reach(plan["figures"], almanac.on(-252))
    story.reach(plan["swot"], almanac.on(-230), remark="Vorgestellt in der Projektsteuerungsgruppe.")
    story.reach(plan["groups"], almanac.on(-180))
    story.reach(plan["workshop_mobility"], almanac.on(-120))
    steering = CouncilSession(
        body=nordsachsen.body(nordsachsen.STEERING_GROUP),
        date=almanac.on(-92),
        starts_at=datetime.time(9),
        place="Landratsamt, Torgau",
        paper_deadline=almanac.day(-99),
        is_public=False,
    )
    steering.full_clean()
    steering.save()
    story.postpone(
        plan["resolution"],
        to=almanac.month(325),
        reason="Zwischen dem Ende der Beteiligung und dem Beschluss soll mehr Zeit für die Abwägung bleiben.",
        cause=Cause.OTHER,
        recorded_on=almanac.day(-90),
        decided_in=steering,
    )
    story.call_off(
        plan["workshop_tourism"],
        almanac.day(-85),
        reason="Es gab zu wenige Anmeldungen; die Arbeitsgruppe Lebenswerter Landkreis übernimmt das Thema.",
        cause=Cause.OTHER,
    )
    story.postpone(
        plan["goals"],
        to=almanac.on(-20),
        reason="Zwei Arbeitsgruppen brauchen nach einem Wechsel in der Leitung eine weitere Sitzung.",
        cause=Cause.STAFF,
        recorded_on=almanac.day(-70),
    )
    story.reach(plan["workshop_water"], almanac.on(-48))
    story.postpone(
        plan["goals"],
        to=almanac.on(12),
        reason="Der Ausschuss für Kreisentwicklung hat gebeten, die Ergebnisse des Workshops zum Wasser einzuarbeiten.",
        cause=Cause.POLITICS,
        recorded_on=almanac.day(-26),
    )


def _participation_paper(story: Chronicle, concept: Concept, plan: dict[str, Milestone], almanac: Almanac) -> None:
    """A paper in the middle of its way: deferred, recommended, next in the Kreisausschuss, then in the Kreistag."""
    committee = nordsachsen.body(nordsachsen.COMMITTEE)
    main_committee = nordsachsen.body(nordsachsen.MAIN_COMMITTEE)
    council = nordsachsen.body(nordsachsen.COUNCIL)
    paper = Resolution.objects.create(
        concept=concept,
        number=f"BV-KT 041/{almanac.today.year} Beispiel",
        subject="Beteiligungskonzept für die Fortschreibung des Kreisentwicklungskonzeptes",
        submitter="Landratsamt, Projektkoordination",
        proposal=(
            "Der Kreistag beschließt das Beteiligungskonzept für die Fortschreibung. Der Entwurf liegt mindestens "
            "sechs Wochen öffentlich aus; drei Regionalforen finden statt."
        ),
        reasoning=(
            "Beispieltext: Die Fortschreibung betrifft alle 30 Städte und Gemeinden. Wer im Landkreis lebt, soll ohne "
            "Konto und ohne weite Wege mitreden können."
        ),
        financial_effects="Beispielangabe: 18.000 Euro für Druck, Räume und Moderation.",
        milestone=plan["participation_paper"],
    )
    deferred = _session(committee, almanac.session_day(-52))
    recommended = _session(committee, almanac.session_day(-24))
    first = Consultation.objects.create(resolution=paper, body=committee, session=deferred, agenda_number="Ö 5")
    Consultation.objects.create(
        resolution=paper,
        body=main_committee,
        session=_session(main_committee, almanac.session_day(26)),
        agenda_number="Ö 3",
    )
    Consultation.objects.create(
        resolution=paper,
        body=council,
        session=_session(council, almanac.session_day(47), starts_at=datetime.time(17)),
        role=Role.DECIDING,
    )
    first = story.record(
        first,
        Result.DEFERRED,
        on=deferred.date.earliest,
        remark="Der Ausschuss bat um Angaben zu den Kosten der Regionalforen.",
        delay=Delay(next_session=recommended),
    )
    second = Consultation.objects.get(follows=first)
    second.agenda_number = "Ö 4"
    second.save(update_fields=["agenda_number"])
    story.record(
        second,
        Result.ADOPTED,
        on=recommended.date.earliest,
        votes=Votes(present=17, yes=14, no=1, abstentions=2),
        remark="Empfehlung an den Kreisausschuss.",
    )


def _interim_report(story: Chronicle, concept: Concept, almanac: Almanac) -> None:
    """An information paper that the council has noted."""
    council = nordsachsen.body(nordsachsen.COUNCIL)
    paper = Resolution.objects.create(
        concept=concept,
        number=f"IV-KT 017/{almanac.day(-150).year} Beispiel",
        kind=Resolution.Kind.INFORMATION,
        subject="Zwischenbericht: Bilanz und Analyse zur Fortschreibung",
        submitter="Landratsamt, Projektkoordination",
        reasoning=(
            "Beispieltext: Der Bericht fasst zusammen, welche Projekte des KEK 2030 umgesetzt sind und wie sich "
            "Bevölkerung, Arbeit und Verkehr seither entwickelt haben."
        ),
    )
    session = _session(council, almanac.session_day(-150), starts_at=datetime.time(17))
    consultation = Consultation.objects.create(
        resolution=paper, body=council, session=session, role=Role.INFORMATION, agenda_number="Ö 9"
    )
    story.record(consultation, Result.NOTED, on=session.date.earliest)


def _final_paper(concept: Concept, plan: dict[str, Milestone]) -> None:
    """The paper that all of it leads to: in preparation, its way known, no session fixed yet."""
    paper = Resolution.objects.create(
        concept=concept,
        subject="Fortschreibung des Kreisentwicklungskonzeptes: Nordsachsen 2035",
        submitter="Landratsamt, Projektkoordination",
        reasoning="Beispieltext: Die Vorlage entsteht, sobald alle Hinweise aus der Beteiligung abgewogen sind.",
        milestone=plan["resolution"],
    )
    for body, role in (
        (nordsachsen.COMMITTEE, Role.PRELIMINARY),
        (nordsachsen.MAIN_COMMITTEE, Role.PRELIMINARY),
        (nordsachsen.COUNCIL, Role.DECIDING),
    ):
        Consultation.objects.create(resolution=paper, body=nordsachsen.body(body), role=role)


def _session(body: Body, day: datetime.date, starts_at: datetime.time = datetime.time(16)) -> CouncilSession:
    """Make a session; its paper deadline follows from the district's setting."""
    session = CouncilSession(
        body=body, date=ApproximateDate.on(day), starts_at=starts_at, place="Schloss Hartenfels, Torgau (Beispiel)"
    )
    session.full_clean()
    session.save()
    return session
