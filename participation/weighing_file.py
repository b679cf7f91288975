"""The rows of the weighing's table as a file: for readers, for the administration, or with what is known of people. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.db import models
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from district.tables import Column, Kind, Table
from district.tables.table import Value

from .models import Submitter
from .weighing_table import Row

Part = tuple[Column, Callable[[Row], Value]]


class Audience(models.TextChoices):
    """For whom a file is made; it decides which rows and columns it has."""

    PUBLIC = "public", gettext_lazy("Für die Öffentlichkeit: nur Freigegebenes, ohne Internes")
    STAFF = "staff", gettext_lazy("Für die Verwaltung: auch Offenes und Internes, ohne Personenangaben")
    CONTACT = "contact", gettext_lazy("Für die Verwaltung mit Personenangaben: Name oder Pseudonym, E-Mail, Anschrift")


def spreadsheet(rows: Iterable[Row], *, title: str, notes: Sequence[str], audience: Audience) -> Table:
    """Return everything that is known of each row, one thing a column, to be sorted and counted."""
    parts: list[Part] = [
        (Column(_("Aktenzeichen"), Kind.KEY), _references),
        (Column(_("Beteiligungsrunde")), lambda row: str(row.round or "")),
        (Column(_("Ideen"), Kind.NUMBER), lambda row: len(row.ideas)),
        (Column(_("Titel")), lambda row: "\n".join(idea.name for idea in row.ideas) or row.title),
        (Column(_("Abschnitt")), lambda row: str(row.section or "")),
        (Column(_("Handlungsfeld")), lambda row: str(row.field_of_action or "")),
        (Column(_("Gemeinde")), lambda row: "\n".join(row.places)),
        (Column(_("Unterstützungen"), Kind.NUMBER), lambda row: row.supports),
        (Column(_("Wortlaut"), Kind.LONG), _wording),
    ]
    if audience == Audience.PUBLIC:
        parts += [
            (Column(_("Gewünscht wird"), Kind.LONG), lambda row: _summary(row) if len(row.ideas) > 1 else ""),
            (Column(_("Entscheidung"), Kind.KEY), lambda row: row.decision),
            (Column(_("Begründung"), Kind.LONG), _reason),
            (Column(_("Im Konzept")), _flowed_into_for_readers),
            (Column(_("beantwortet am"), Kind.DATE), _released_on),
        ]
    else:
        parts += [
            (Column(_("Zusammenfassung"), Kind.LONG), _summary),
            (Column(_("Vorschlag der Verwaltung (intern)"), Kind.LONG), _proposal),
            (Column(_("Entscheidung"), Kind.KEY), lambda row: row.decision),
            (Column(_("Begründung"), Kind.LONG), _reason),
            (Column(_("Im Konzept")), _flowed_into),
            (Column(_("Stand"), Kind.KEY), lambda row: row.stage_in_words),
            (Column(_("fällig am"), Kind.DATE), lambda row: row.due_on),
            (Column(_("freigegeben am"), Kind.DATE), _released_on),
            (Column(_("Fachamt")), lambda row: "\n".join(row.departments)),
        ]
    if audience == Audience.CONTACT:
        parts += [
            (Column(_("Name oder Pseudonym")), lambda row: "\n".join(each.pseudonym for each in _senders(row))),
            (Column(_("E-Mail")), lambda row: "\n".join(each.email for each in _senders(row))),
            (Column(_("Anschrift")), _postal_addresses),
        ]
    return _table(parts, rows, title, notes)


def document(rows: Iterable[Row], *, title: str, notes: Sequence[str], audience: Audience) -> Table:
    """Return the rows as they are laid before people who read on paper."""
    is_public = audience == Audience.PUBLIC
    parts: list[Part] = [
        (Column(_("Aktenzeichen"), Kind.KEY, share=2.2), _references),
        (Column(_("Stellungnahme"), Kind.LONG, share=4), lambda row: _contribution(row, is_public=is_public)),
    ]
    if not is_public:
        parts.append((Column(_("Vorschlag der Verwaltung (intern)"), Kind.LONG, share=3), _proposal))
    parts += [
        (Column(_("Entscheidung"), share=2), lambda row: row.decision),
        (Column(_("Begründung"), Kind.LONG, share=4), _reason),
        (Column(_("Im Konzept"), share=2), _flowed_into_for_readers if is_public else _flowed_into),
    ]
    if is_public:
        parts.append((Column(_("beantwortet am"), Kind.DATE, share=1.6), _released_on))
    else:
        parts.append((Column(_("Stand"), share=1.6), _standing))
    if audience == Audience.CONTACT:
        parts.append((Column(_("Einsender/in"), share=2.4), lambda row: "\n".join(map(_contact, _senders(row)))))
    return _table(parts, rows, title, notes)


def _table(parts: Sequence[Part], rows: Iterable[Row], title: str, notes: Sequence[str]) -> Table:
    def cells() -> Iterator[Sequence[Value]]:
        for row in rows:
            yield [value(row) for _column, value in parts]

    return Table(title, [column for column, _value in parts], cells(), notes)


def _references(row: Row) -> str:
    return "\n".join(idea.reference for idea in row.ideas)


def _wording(row: Row) -> str:
    return "\n\n".join(idea.text for idea in row.ideas)


def _summary(row: Row) -> str:
    return row.assessment.summary if row.assessment else ""


def _proposal(row: Row) -> str:
    return row.assessment.proposal if row.assessment else ""


def _reason(row: Row) -> str:
    return row.assessment.reason if row.assessment else ""


def _flowed_into(row: Row) -> str:
    return "\n".join(map(str, row.flowed_into))


def _flowed_into_for_readers(row: Row) -> str:
    public = [str(entry) for entry in row.flowed_into if entry.is_public]
    return "\n".join([f"{row.assessment.leads_to}:", *public]) if row.assessment and public else ""


def _released_on(row: Row) -> Value:
    weighed = row.assessment
    return timezone.localdate(weighed.released_at) if weighed and weighed.released_at else None


def _contribution(row: Row, *, is_public: bool) -> str:
    """Return what was wished for: title, what it is about, then the words, or the summary where staff wrote one."""
    supported = ngettext("%(count)s Unterstützung", "%(count)s Unterstützungen", row.supports)
    about = [
        str(row.round or ""),
        str(row.section or row.field_of_action or ""),
        ", ".join(row.places),
        supported % {"count": number_format(row.supports, force_grouping=True)} if row.supports else "",
    ]
    is_summed_up = len(row.ideas) > 1 if is_public else row.assessment is not None
    title = " ".join(filter(None, [row.title, row.others_in_words]))
    said = _summary(row) if is_summed_up else _wording(row)
    return "\n".join(filter(None, [title, " · ".join(filter(None, about)), said]))


def _standing(row: Row) -> str:
    due = _("fällig am %(day)s") % {"day": f"{row.due_on:%d.%m.%Y}"} if row.due_on else ""
    return "\n".join(filter(None, [row.stage_in_words, due]))


def _senders(row: Row) -> list[Submitter]:
    return [idea.submitter for idea in row.ideas]


def _postal_addresses(row: Row) -> str:
    return "\n\n".join(each.postal_address for each in _senders(row) if each.postal_address)


def _contact(sender: Submitter) -> str:
    parts = [sender.pseudonym, sender.email, *sender.postal_address.splitlines()]
    return ", ".join(filter(None, parts)) or _("ohne Angaben")
