"""The minutes of an event as files, for readers or for the administration: an accessible PDF, and Word to go on writing."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from district.tables.document import german_document
from district.tables.table import clean
from district.typesetting import typeset
from workshops.models import Event, Minutes, MinutesStep, Outcome

if TYPE_CHECKING:
    from docx.document import Document

_TEMPLATE: Final = Path(__file__).with_name("minutes.typ")
_LANGUAGE: Final = "de"  # what stands in the minutes is German, and so are the words around it


@dataclass(frozen=True)
class Result:
    """An outcome in words; `facts` say who sees to it until when, and where it went."""

    kind: str
    title: str
    text: str
    facts: str


@dataclass(frozen=True)
class Section:
    """A part under a heading of its level; `note` is said quietly below the heading."""

    heading: str
    level: int = 2
    note: str = ""
    text: str = ""
    results: Sequence[Result] = ()


@dataclass(frozen=True)
class Record:
    """All that a file says, in its order. `mark` tells at the top how far one may trust it and hand it on."""

    title: str
    mark: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]


def minutes_pdf(event: Event, *, internal: bool, made_at: datetime.datetime) -> bytes:
    """Return the minutes as PDF/UA-1: with everything for the administration, or with what is public alone."""
    with override(_LANGUAGE):
        content = {**asdict(record(event, internal=internal)), "page": _("Seite"), "of": _("von")}
        return typeset(_TEMPLATE, content, made_at=made_at)


def minutes_docx(event: Event, *, internal: bool) -> bytes:
    """Return the minutes as a Word file: with everything for the administration, or with what is public alone."""
    with override(_LANGUAGE):
        said = record(event, internal=internal)
    document = german_document(said.title)
    document.add_heading(said.title, level=1)
    if said.mark:
        document.add_paragraph().add_run(said.mark).bold = True
    for label, value in said.facts:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{label}: ").bold = True
        paragraph.add_run(value)
    for section in said.sections:
        _add_section(document, section)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def record(event: Event, *, internal: bool) -> Record:
    """Return what the minutes say to readers, or to the administration."""
    minutes: Minutes | None = getattr(event, "minutes", None)
    is_released = minutes is not None and minutes.is_released
    outcomes = _outcomes(event, internal=internal)
    sections = []
    if minutes and minutes.summary and (internal or is_released):
        sections.append(Section(_("Zusammenfassung"), text=clean(minutes.summary)))
    sections += _agenda(event, outcomes, internal=internal)
    others = [each for each in outcomes if each.item_id is None and each.feedback_id is None]
    written = [each for each in outcomes if each.feedback_id is not None]
    if others:
        sections.append(Section(_("Weitere Ergebnisse"), results=_results(others, internal=internal)))
    if written:
        sections.append(Section(_("Aus schriftlichen Rückmeldungen"), results=_results(written, internal=internal)))
    if internal and minutes and minutes.internal:
        sections.append(Section(_("Interner Teil"), text=clean(minutes.internal)))
    return Record(
        title=clean(_("Protokoll: %(event)s") % {"event": event.title}),
        mark=_mark(minutes, internal=internal),
        facts=_facts(event, minutes, internal=internal),
        sections=sections,
    )


def _outcomes(event: Event, *, internal: bool) -> list[Outcome]:
    """Return what is told: to readers nothing internal, and nothing from minutes that are being corrected."""
    rows = Outcome.objects.all() if internal else Outcome.objects.public()
    # The room above keeps what an outcome became.
    related = ("field_of_action", "promotion__need", "promotion__goal", "promotion__measure")
    return list(rows.filter(event=event).order_by("item__order", "pk").select_related(*related))


def _agenda(event: Event, outcomes: Sequence[Outcome], *, internal: bool) -> list[Section]:
    items = list(event.agenda.select_related("discussion"))
    if not items:
        return []
    sections = [Section(_("Tagesordnung und Ergebnisse"))]
    for item in items:
        discussion = getattr(item, "discussion", None)
        sections.append(
            Section(
                heading=clean(item),
                level=3,
                note=clean(item.speaker),
                text=clean(discussion.text) if internal and discussion else "",
                results=_results((each for each in outcomes if each.item_id == item.pk), internal=internal),
            )
        )
    return sections


def _results(outcomes: Iterable[Outcome], *, internal: bool) -> list[Result]:
    return [
        Result(
            kind=outcome.get_kind_display(),
            title=clean(outcome.title),
            text=clean(outcome.text),
            facts=" · ".join(_facts_of(outcome, internal=internal)),
        )
        for outcome in outcomes
    ]


def _facts_of(outcome: Outcome, *, internal: bool) -> Iterable[str]:
    if outcome.field_of_action:
        yield _("Handlungsfeld %(field)s") % {"field": clean(outcome.field_of_action)}
    if outcome.owner:
        yield _("Wer kümmert sich: %(owner)s") % {"owner": clean(outcome.owner)}
    if outcome.due_on:
        yield _("bis %(day)s") % {"day": date_format(outcome.due_on)}
    if outcome.done_on:
        yield _("erledigt am %(day)s") % {"day": date_format(outcome.done_on)}
    promotion = getattr(outcome, "promotion", None)
    if promotion and (internal or promotion.entry.is_public):
        yield _("im Konzept: %(entry)s") % {"entry": clean(promotion.entry)}
    if internal and not outcome.is_public:
        yield _("nur intern")


def _facts(event: Event, minutes: Minutes | None, *, internal: bool) -> list[tuple[str, str]]:
    facts = [
        (_("Veranstaltung"), f"{event.title} ({event.get_kind_display()})"),
        (_("Konzept"), str(event.concept)),
        (_("Termin"), event.when),
        (_("Ort"), event.place),
        (_("Arbeitsgruppe"), str(event.group) if event.group and (internal or event.group.is_shown) else ""),
    ]
    if internal:
        present = event.registrations.filter(attended_at__isnull=False).count()
        counted = ngettext("%(count)s Person", "%(count)s Personen", present) % {"count": present}
        facts.append((_("Anwesend"), counted if present else _("nicht erfasst")))
    facts.append((_("Stand"), _standing(minutes)))
    return [(label, clean(value)) for label, value in facts if value]


def _standing(minutes: Minutes | None) -> str:
    """Return „freigegeben am 3. Mai 2026“, or that it is in work."""
    if minutes is None:
        return _("noch nicht begonnen")
    released = minutes.steps.filter(kind=MinutesStep.Kind.RELEASED).last() if minutes.is_released else None
    if released is None:
        return minutes.get_state_display()
    return _("freigegeben am %(day)s") % {"day": date_format(timezone.localdate(released.at))}


def _mark(minutes: Minutes | None, *, internal: bool) -> str:
    marks = []
    if minutes is None or not minutes.is_released:
        marks.append(_("Entwurf: noch nicht freigegeben."))
    if internal:
        marks.append(_("Interne Fassung: nicht zur Weitergabe."))
    return " ".join(marks)


def _add_section(document: Document, section: Section) -> None:
    document.add_heading(section.heading, level=section.level)
    if section.note:
        document.add_paragraph().add_run(section.note).italic = True
    for paragraph in filter(None, section.text.split("\n\n")):
        document.add_paragraph(paragraph)
    for result in section.results:
        point = document.add_paragraph(style="List Bullet")
        point.add_run(f"{result.kind}: ").bold = True
        point.add_run("\n".join(filter(None, [result.title, result.text, result.facts])))
