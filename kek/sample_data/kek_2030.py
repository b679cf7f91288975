"""The KEK Nordsachsen 2030 as it went (FACTS): every date as exactly as it is known, every change on record.

Public are the dates of what happened. On which day a record of it was written is not: those days are set so
that they fit, and so are the days on which events were called off (README).
"""

from __future__ import annotations

import datetime
from pathlib import Path

from django.core.files.base import ContentFile

from district.approximate_date import ApproximateDate
from district.models import Concept, FieldOfAction
from milestones.actions.council import Delay, Votes
from milestones.models import Attachment, Consultation, CouncilSession, Milestone, Phase, Resolution
from milestones.models.changes import Cause

from . import nordsachsen, termine_2030
from .chronicle import Chronicle, chain, fix

SLUG = "kek-2030"
RECORD_ENDS_ON = datetime.date(2021, 6, 30)
ATTACHMENT = Path(__file__).resolve().parent / "anlagen" / "kurzfassung-beispiel.pdf"

Kind = Milestone.Kind
When = ApproximateDate
Date = datetime.date

MISSION_STATEMENTS = {
    "Wirtschaft & Innovation": (
        "Beispielformulierung: Nordsachsen ist 2030 ein Wirtschaftsraum zwischen Leipzig und der Elbe, in dem Betriebe "
        "Nachfolge, Fachkräfte und Flächen finden und neue Ideen schnell erproben können."
    ),
    "Bildung & Qualifikation": (
        "Beispielformulierung: Wer in Nordsachsen lebt, findet 2030 in erreichbarer Nähe gute Schulen, eine Ausbildung "
        "und Angebote, ein Leben lang dazuzulernen."
    ),
    "Lebenswerter Landkreis": (
        "Beispielformulierung: Städte und Dörfer in Nordsachsen sind 2030 Orte, in denen Menschen jeden Alters gern "
        "wohnen, sich engagieren und gut versorgt sind."
    ),
    "Infrastruktur & Mobilität": (
        "Beispielformulierung: Jeder Ort in Nordsachsen ist 2030 auch ohne eigenes Auto erreichbar, schnell am Netz und "
        "auf Hitze, Trockenheit und Hochwasser vorbereitet."
    ),
}


def load() -> Concept:
    """Load the concept and let its process happen, up to the last day on record."""
    concept = _make_concept()
    story = Chronicle(by=nordsachsen.project_office())
    phases = _make_phases(concept)
    plan = _make_milestones(phases)
    _link(plan)
    fix(plan.values())
    _analysis_and_working_groups(story, plan)
    _discussion(story, plan)
    _resolution(story, concept, plan)
    _catalogue(story, concept, plan)
    termine_2030.load(concept)
    concept.process_closed_on = RECORD_ENDS_ON
    concept.save(update_fields=["process_closed_on"])
    return concept


def _make_concept() -> Concept:
    concept = Concept.objects.create(
        title="Kreisentwicklungskonzept Landkreis Nordsachsen 2030",
        short_title="KEK Nordsachsen 2030",
        slug=SLUG,
        horizon=2030,
        is_current=True,
        is_public=True,
        method_credit="Eigene Grafik nach dem veröffentlichten Vorgehen; Originalgrafik: Georg Consulting",
        summary=(
            "Das Kreisentwicklungskonzept (KEK) ist die Strategie des Landkreises Nordsachsen für seine Zukunft bis zum "
            "Jahr 2030. Zwei Jahre waren für die Erarbeitung vorgesehen; sie begann im Jahr 2018. Anfang 2021 hat "
            "der Kreistag das Konzept beschlossen, seither geht es um die Umsetzung.\n\n"
            "Das Landratsamt Nordsachsen in Torgau hat das Konzept in Auftrag gegeben und zusammen mit dem Büro "
            "Georg Consulting aus Hamburg erarbeitet. Der Freistaat Sachsen hat es nach der Richtlinie FR-Regio gefördert."
        ),
        taking_part=(
            "Bürgerinnen und Bürger konnten sich mit ihren Ideen und Wünschen für den Landkreis in den Prozess "
            "einbringen. Die breite Beteiligung im Frühsommer 2020 und die drei Regionalforen im November 2020 konnten "
            "wegen der Corona-Pandemie nicht stattfinden. Wer sich zu einem Forum angemeldet hatte, bekam die Unterlagen "
            "zugesandt, wurde um eine schriftliche Rückmeldung gebeten und konnte direkt mit der Projektkoordination "
            "sprechen."
        ),
    )
    for number, (name, statement) in enumerate(MISSION_STATEMENTS.items(), start=1):
        FieldOfAction.objects.create(concept=concept, number=number, name=name, mission_statement=statement)
    return concept


def _make_phases(concept: Concept) -> dict[str, Phase]:
    step = Phase.MethodStep
    phases = {
        "forerunner": Phase(
            title="Vorarbeiten",
            starts=When.year(2017),
            ends=When.year(2018),
            summary="Eine Studie zeigt, wie sich die Bevölkerung in Nordsachsen entwickelt.",
            text=(
                "Bevor die Arbeit am Konzept begann, lag mit der Demografiestudie eine wissenschaftliche Grundlage vor. "
                "Auf ihr bauen die Analysen auf."
            ),
        ),
        "analysis": Phase(
            title="Analyse",
            method_step=step.ANALYSIS,
            starts=When.end_of(2018),
            ends=When.year(2019),
            summary="Statistische Analysen und Fachgespräche zeigen Stärken und Schwächen, Chancen und Risiken.",
            text=(
                "Am Anfang standen umfangreiche statistische Analysen und Gespräche mit Fachleuten. Sie dienten dazu, "
                "die Stärken und Schwächen sowie die Chancen und Risiken für die Entwicklung des Landkreises zu erkennen."
            ),
        ),
        "workshops": Phase(
            title="Arbeitsgruppen und Workshops",
            method_step=step.WORKSHOPS,
            starts=When.month(2019, 6),
            ends=When.end_of(2019),
            summary="Drei Arbeitsgruppen und drei Workshops erörtern Handlungsbedarfe und entwickeln Ziele und Projekte.",
            text=(
                "Auf die Analyse folgten ab Juni 2019 fachliche Arbeitsgruppen und Workshops zu Themen, die quer zu "
                "allen Fachgebieten liegen. Gemeinsam mit den Akteuren in Nordsachsen wurden dort Handlungsbedarfe "
                "erörtert, strategische Ziele für die Kreisentwicklung vereinbart und Projekte und Maßnahmen entwickelt, "
                "die sich umsetzen lassen."
            ),
        ),
        "draft": Phase(
            title="Entwurf",
            starts=When.end_of(2019),
            ends=When.begin_of(2020),
            summary="Aus den Ergebnissen entsteht ein erster Entwurf, den das Landratsamt intern schärft.",
            text=(
                "Bis Anfang 2020 entstand der erste Entwurf des Konzepts. Das Zielsystem hat drei Ebenen: je Handlungsfeld "
                "ein Leitbild, daraus strategische Ziele und daraus Teilziele."
            ),
        ),
        "discussion": Phase(
            title="Diskussion und Beteiligung",
            method_step=step.DISCUSSION,
            starts=When.year(2020),
            ends=When.month(2020, 12),
            summary="Die Ergebnisse werden diskutiert und geschärft; Bürgerinnen und Bürger bringen Ideen und Wünsche ein.",
            text=(
                "Im Jahr 2020 wurden die Ergebnisse der Arbeitsgruppen und Workshops in verschiedenen "
                "Veranstaltungsformaten diskutiert und geschärft, unter anderem mit den Bürgermeisterinnen und "
                "Bürgermeistern. Zugleich wurde die Öffentlichkeitsarbeit verstärkt. Bürgerinnen und Bürger hatten die "
                "Möglichkeit, ihre Ideen und Wünsche zur Kreisentwicklung einzubringen. Mehrere Veranstaltungen fielen "
                "wegen der Corona-Pandemie aus."
            ),
        ),
        "resolution": Phase(
            title="Beschluss",
            method_step=step.RESOLUTION,
            starts=When.month(2020, 12),
            ends=When.begin_of(2021),
            summary="Der Kreistag berät und beschließt das Konzept.",
            text=(
                "Ursprünglich sollte der Kreistag das Konzept im Dezember 2020 beschließen. Diese Sitzung musste wegen "
                "der Corona-Pandemie verschoben werden und sollte Anfang 2021 nachgeholt werden. Am 24. März 2021 hat "
                "der Kreistag das Konzept beschlossen."
            ),
        ),
        "implementation": Phase(
            title="Umsetzung",
            method_step=step.IMPLEMENTATION,
            starts=When.begin_of(2021),
            ends=When.year(2030),
            summary="Projekte und Maßnahmen setzen das Konzept bis 2030 um.",
            text=(
                "Nach dem Beschluss geht es an die Umsetzung. Dafür braucht es konkrete Projekte und Maßnahmen. Sie "
                "stehen in einem eigenen Dokument, dem Projektkatalog. Ein Evaluierungskonzept legt fest, wie der "
                "Landkreis prüft, was erreicht wurde."
            ),
        ),
        "steering": Phase(
            title="Projektsteuerungsgruppe",
            method_step=step.STEERING,
            starts=When.end_of(2018),
            ends=When.middle_of(2021),
            summary="Eine interne Gruppe aus der Verwaltungsspitze steuert und kontrolliert den Projektverlauf.",
            text=(
                "Die Projektsteuerungsgruppe ist intern und wird aus der Verwaltungsspitze des Landratsamtes gebildet. Sie "
                "kommt regelmäßig zusammen, drei- bis viermal im Jahr, und steuert und kontrolliert den Projektverlauf."
            ),
        ),
        "publicity": Phase(
            title="Öffentlichkeitsarbeit",
            method_step=step.PUBLICITY,
            starts=When.end_of(2018),
            ends=When.middle_of(2021),
            summary="Umfassende Öffentlichkeitsarbeit begleitet den Projektverlauf und schließt die Gremien ein.",
            text=(
                "Der ganze Projektverlauf wird von einer umfassenden Öffentlichkeitsarbeit begleitet. Sie schließt auch "
                "die Gremien des Landkreises ein."
            ),
        ),
    }
    for order, phase in enumerate(phases.values(), start=1):
        phase.concept, phase.order = concept, order
        phase.full_clean()
        phase.save()
    return phases


def _make_milestones(phases: dict[str, Phase]) -> dict[str, Milestone]:
    """Plan everything for the date first planned, with what is known of it today in the notes."""

    def forum(region: str, place: str, day: int) -> Milestone:
        return Milestone(
            phase=phases["discussion"],
            title=f"Regionalforum {region}",
            kind=Kind.PARTICIPATION,
            current=When.day(2020, 11, day),
            note=(
                f"Vorgesehen war das Forum von 18 bis 20 Uhr {place}. Wer angemeldet war, bekam die Unterlagen, wurde um "
                "eine schriftliche Rückmeldung gebeten und konnte direkt mit der Projektkoordination sprechen."
            ),
        )

    def group(name: str, day: int) -> Milestone:
        return Milestone(
            phase=phases["workshops"],
            title=f"Arbeitsgruppe {name} nimmt die Arbeit auf",
            kind=Kind.EVENT,
            current=When.day(2019, 6, day),
            note="Die Arbeitsgruppe erörtert Handlungsbedarfe und entwickelt Ziele, Projekte und Maßnahmen.",
        )

    def workshop(name: str, day: int) -> Milestone:
        return Milestone(
            phase=phases["workshops"],
            title=f"Workshop {name}",
            kind=Kind.EVENT,
            current=When.day(2019, 7, day),
            note="Ein Workshop zu einem Querschnittsthema, das alle Arbeitsgruppen angeht.",
        )

    plan = {
        "demography": Milestone(
            phase=phases["forerunner"],
            title="Demografiestudie Nordsachsen",
            kind=Kind.ANALYSIS,
            current=When.year(2017),
            note="Die Studie des Leibniz-Instituts für Länderkunde (IfL) in Leipzig ging dem Konzept voraus.",
        ),
        "start": Milestone(
            phase=phases["analysis"],
            title="Start der Arbeit am Konzept",
            kind=Kind.START,
            current=When.end_of(2018),
            note="Für die Erarbeitung sind zwei Jahre vorgesehen.",
        ),
        "talks": Milestone(
            phase=phases["analysis"],
            title="Beginn der Fachgespräche",
            kind=Kind.ANALYSIS,
            current=When.month(2019, 2),
            note="Ab Februar 2019 finden laufend Fachgespräche statt, im Landratsamt und mit Fachleuten von außen.",
        ),
        "swot": Milestone(
            phase=phases["analysis"],
            title="Statistische Analysen und SWOT-Analyse",
            kind=Kind.ANALYSIS,
            current=When.year(2019),
            note="Untersucht werden die sozialen und wirtschaftlichen Verhältnisse: Stärken, Schwächen, Chancen, Risiken.",
        ),
        "group_1": group("Wirtschaft & Innovation", 3),
        "group_2": group("Bildung & Qualifikation", 5),
        "group_3": group("Lebenswerter Landkreis", 6),
        "workshop_1": workshop("Infrastruktur & Mobilität", 2),
        "workshop_2": workshop("Flächen – Natur – Umwelt", 3),
        "workshop_3": workshop("Tourismus", 4),
        "draft": Milestone(
            phase=phases["draft"],
            title="Erster Entwurf des Konzepts",
            kind=Kind.DRAFT,
            current=When.begin_of(2020),
            note="Das Landratsamt hat den Entwurf bis Anfang 2020 intern geschärft.",
        ),
        "fields": Milestone(
            phase=phases["draft"],
            title="Einteilung in vier Handlungsfelder",
            kind=Kind.DRAFT,
            current=When.begin_of(2020),
            note="Die Projektsteuerungsgruppe legt fest, dass sich das Konzept in vier Handlungsfelder gliedert.",
        ),
        "mayors": Milestone(
            phase=phases["discussion"],
            title="Diskussion mit den Bürgermeisterinnen und Bürgermeistern",
            kind=Kind.EVENT,
            current=When.year(2020),
            note="In mehreren Veranstaltungsformaten werden die Ergebnisse diskutiert und geschärft.",
        ),
        "participation": Milestone(
            phase=phases["discussion"],
            title="Breite Bürgerbeteiligung",
            kind=Kind.PARTICIPATION,
            current=When.middle_of(2020),
            note="Vorgesehen war sie für den Frühsommer 2020.",
        ),
        "press_start": Milestone(
            phase=phases["discussion"],
            title="Pressereihe zum Konzept beginnt",
            kind=Kind.PARTICIPATION,
            current=When.month(2020, 9),
            note="Drei regionale Tageszeitungen stellen das Konzept von September bis Oktober 2020 vor.",
        ),
        "press_end": Milestone(
            phase=phases["discussion"],
            title="Pressereihe zum Konzept endet",
            kind=Kind.PARTICIPATION,
            current=When.month(2020, 10),
        ),
        "forum_1": forum("Eilenburg", "im Bürgerhaus Eilenburg", 2),
        "forum_2": forum("Collm bei Oschatz", "in Collm", 7),
        "forum_3": forum("Torgau", "im Haus der Presse in Torgau", 10),
        "deadline": Milestone(
            phase=phases["discussion"],
            title="Redaktionsschluss des Abschlussberichts",
            kind=Kind.DRAFT,
            current=When.day(2020, 12, 3),
        ),
        "resolution": Milestone(
            phase=phases["resolution"],
            title="Beschluss des Kreistages über das Konzept",
            kind=Kind.RESOLUTION,
            current=When.month(2020, 12),
            note="Danach geht es an die Umsetzung.",
        ),
        "catalogue": Milestone(
            phase=phases["implementation"],
            title="Projektkatalog mit Evaluierungskonzept im Kreistag",
            kind=Kind.RESOLUTION,
            current=When.middle_of(2021),
            note=(
                "Für die Umsetzung braucht es konkrete Projekte und Maßnahmen. Sie werden in einem eigenen Dokument "
                "zusammengefasst und dem Kreistag samt Evaluierungskonzept voraussichtlich Mitte 2021 vorgelegt."
            ),
        ),
    }
    for milestone in plan.values():
        milestone.full_clean()
        milestone.save()
    return plan


def _link(plan: dict[str, Milestone]) -> None:
    """Say what waits for what; the lead times are examples."""
    chain(plan["demography"], plan["start"], plan["talks"])
    chain(plan["start"], plan["swot"])
    for group in ("group_1", "group_2", "group_3"):
        chain(plan["talks"], plan[group], days=28)
        chain(plan[group], plan["draft"], days=90)
    for workshop in ("workshop_1", "workshop_2", "workshop_3"):
        chain(plan["talks"], plan[workshop], days=28)
        chain(plan[workshop], plan["draft"], days=90)
    chain(plan["swot"], plan["draft"])
    chain(plan["fields"], plan["mayors"])
    chain(plan["draft"], plan["mayors"])
    chain(plan["mayors"], plan["deadline"], working_days=10)
    chain(plan["press_start"], plan["press_end"])
    for forum in ("forum_1", "forum_2", "forum_3"):
        chain(plan["press_start"], plan[forum])
        chain(plan[forum], plan["deadline"], working_days=10)
    chain(plan["deadline"], plan["resolution"], days=14)
    chain(plan["resolution"], plan["catalogue"], days=28)


def _analysis_and_working_groups(story: Chronicle, plan: dict[str, Milestone]) -> None:
    for key in ("demography", "start", "talks", "swot", "group_1", "group_2", "group_3"):
        story.reach(plan[key], plan[key].current)
    for key in ("workshop_1", "workshop_2", "workshop_3", "fields", "draft"):
        story.reach(plan[key], plan[key].current)


def _discussion(story: Chronicle, plan: dict[str, Milestone]) -> None:
    story.call_off(
        plan["participation"],
        Date(2020, 4, 30),
        reason="Wegen der Corona-Pandemie waren Veranstaltungen mit vielen Menschen nicht möglich.",
        cause=Cause.PANDEMIC,
    )
    story.reach(plan["press_start"], plan["press_start"].current)
    story.reach(plan["press_end"], plan["press_end"].current)
    for key in ("forum_1", "forum_2", "forum_3"):
        story.call_off(
            plan[key],
            Date(2020, 10, 30),
            reason="Wegen der Corona-Pandemie konnte das Forum nicht stattfinden.",
            cause=Cause.PANDEMIC,
        )
    story.reach(plan["deadline"], plan["deadline"].current)
    story.reach(plan["mayors"], plan["mayors"].current)


def _resolution(story: Chronicle, concept: Concept, plan: dict[str, Milestone]) -> None:
    """December 2020 is called off, the beginning of 2021 promised, the 24th of March brings the vote."""
    council = nordsachsen.body(nordsachsen.COUNCIL)
    paper = Resolution.objects.create(
        concept=concept,
        subject="Kreisentwicklungskonzept Landkreis Nordsachsen 2030",
        submitter="Landratsamt Nordsachsen",
        proposal=(
            "Sinngemäß: Der Kreistag beschließt das Kreisentwicklungskonzept Landkreis Nordsachsen 2030 als Grundlage für "
            "die weitere Entwicklung des Landkreises. Das Landratsamt legt den Projektkatalog mit dem "
            "Evaluierungskonzept gesondert zum Beschluss vor."
        ),
        reasoning=(
            "Das Konzept wurde in zwei Jahren mit Arbeitsgruppen, Workshops und Gesprächen erarbeitet. Es beschreibt je "
            "Handlungsfeld ein Leitbild, strategische Ziele und Teilziele. Den Wortlaut der Vorlage gibt dieses Portal "
            "nicht wieder; dieser Text ist für das Portal geschrieben."
        ),
        financial_effects="Dazu liegen dem Portal keine Angaben vor.",
        milestone=plan["resolution"],
    )
    december = CouncilSession.objects.create(
        body=council,
        date=When.month(2020, 12),
        called_off_reason="Die Sitzung fiel wegen der Corona-Pandemie aus und wurde Anfang 2021 nachgeholt.",
    )
    first = Consultation.objects.create(
        resolution=paper, body=council, session=december, role=Consultation.Role.DECIDING
    )
    first = story.record(
        first,
        Consultation.Result.REMOVED,
        on=Date(2020, 12, 10),
        remark="Die Sitzung fiel wegen der Corona-Pandemie aus.",
        delay=Delay(
            to=When.begin_of(2021),
            reason=(
                "Aufgrund der Corona-Pandemie musste die Sitzung des Kreistages im Dezember 2020 verschoben werden; sie "
                "soll Anfang 2021 nachgeholt werden."
            ),
            cause=Cause.PANDEMIC,
        ),
    )
    second = Consultation.objects.get(follows=first)
    second.session = CouncilSession.objects.create(body=council, date=When.day(2021, 3, 24))
    second.agenda_number = "Ö 4.3"
    second.full_clean()
    second.save()
    story.record(second, Consultation.Result.ADOPTED, on=Date(2021, 3, 24), votes=Votes(yes=41, no=8, abstentions=15))
    with ATTACHMENT.open("rb") as file:
        Attachment.objects.create(
            resolution=paper,
            title="Das Konzept auf einer Seite (Beispiel)",
            file=ContentFile(file.read(), name=ATTACHMENT.name),
        )


def _catalogue(story: Chronicle, concept: Concept, plan: dict[str, Milestone]) -> None:
    """The second paper is on its way when the record ends."""
    council = nordsachsen.body(nordsachsen.COUNCIL)
    paper = Resolution.objects.create(
        concept=concept,
        subject="Projektkatalog und Evaluierungskonzept zum KEK Nordsachsen 2030",
        submitter="Landratsamt Nordsachsen",
        proposal=(
            "Sinngemäß: Der Kreistag beschließt den Projektkatalog zum Kreisentwicklungskonzept Nordsachsen 2030 mit dem "
            "dazugehörigen Evaluierungskonzept."
        ),
        reasoning=(
            "Für die Umsetzung des Konzepts braucht es konkrete Projekte und Maßnahmen. Sie werden in einem eigenen "
            "Dokument zusammengefasst. Der erfasste Verlauf endet am Tag der Sitzung; ein Ergebnis liegt dem Portal "
            "nicht vor."
        ),
        milestone=plan["catalogue"],
    )
    session = CouncilSession.objects.create(body=council, date=When.on(RECORD_ENDS_ON))
    Consultation.objects.create(resolution=paper, body=council, session=session, role=Consultation.Role.DECIDING)
    story.postpone(
        plan["catalogue"],
        to=When.on(RECORD_ENDS_ON),
        reason="Der Sitzungstag des Kreistages steht fest.",
        cause=Cause.OTHER,
        recorded_on=Date(2021, 5, 3),
    )
