"""Whom to invite: the members of the group, or a table with its columns, its template, and what is wrong with its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from django.conf import settings
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from district.table_forms import Fault
from district.tables import ImportColumn, ImportedRow, import_template

from .actions import Person
from .forms.participants import InvitedForm
from .models import Event, Membership, Registration

MOST_ROWS: Final = 1000


@dataclass(frozen=True)
class Known:
    """A row whose address the event knows: its number in the sheet, and what is there."""

    row: int
    registration: Registration


@dataclass(frozen=True)
class Reading:
    """What a table says: people to invite, of whom some stand on the list already, or faults."""

    people: Sequence[Person] = ()
    known: Sequence[Known] = ()
    faults: Sequence[Fault] = ()

    @property
    def new(self) -> list[Person]:
        """Those who are not on the list yet."""
        there = {each.registration.email.casefold() for each in self.known}
        return [person for person in self.people if person.email.casefold() not in there]


@dataclass(frozen=True)
class Members:
    """Who of a group can be invited to its session, and who cannot, since no address is kept of them."""

    people: Sequence[Person]
    without_email: Sequence[Membership]


def members(event: Event) -> Members:
    """Return the members of the event's group who have not left; nobody where it belongs to no group."""
    belonging = list(Membership.objects.filter(group=event.group_id, left_on=None)) if event.group_id else []
    people = [
        Person(name=member.name or member.organisation, email=member.email, organisation=member.organisation)
        for member in belonging
        if member.email
    ]
    return Members(people, [member for member in belonging if not member.email])


def columns() -> list[ImportColumn]:
    """Return the columns of the table, with what its template tells."""
    return [
        ImportColumn(
            "name", _("Name"), required=True, hint=_("Vorname und Nachname; so wird die Person angeschrieben.")
        ),
        ImportColumn(
            "email",
            _("E-Mail"),
            required=True,
            hint=_("An diese Adresse geht die Einladung. Jede Adresse nur einmal."),
            aliases=["E-Mail-Adresse", "Mail"],
        ),
        ImportColumn("organisation", _("Organisation"), hint=_("Gemeinde, Verein, Betrieb …; freiwillig.")),
        ImportColumn(
            "language",
            _("Sprache"),
            hint=_("In welcher Sprache die Person Nachrichten bekommt; leer: Deutsch."),
            choices=[str(name) for _sign, name in settings.LANGUAGES],
        ),
    ]


def template() -> bytes:
    """Return the empty table as an Excel file."""
    hints = [
        _("Eine Zeile ist eine Person. Bitte nehmen Sie nur auf, wen Sie einladen dürfen."),
        _("Beim Einlesen sehen Sie zuerst, was geschehen würde. Stimmt eine Zeile nicht, wird nichts gespeichert."),
        _("Sie können dieselbe Tabelle mehrmals einlesen: Wer schon auf der Liste steht, bleibt, wie er ist."),
        _("Das Einlesen schreibt noch niemanden an. Die Einladung verschicken Sie danach unter „Rundschreiben“."),
        _("Höchstens %(most)s Zeilen auf einmal.") % {"most": MOST_ROWS},
    ]
    example = {"name": "Erika Muster", "email": "erika.muster@example.org", "organisation": _("Heimatverein")}
    return import_template(columns(), title=_("Einladungsliste"), hints=hints, examples=[example])


def read(rows: Iterable[ImportedRow], *, to: Event) -> Reading:
    """Return what the rows say, or all that is wrong with them."""
    headings = {column.key: str(column.heading) for column in columns()}
    forms: dict[str, InvitedForm] = {}
    faults: list[Fault] = []
    for row in rows:
        form = InvitedForm(row)
        faults += [
            Fault(row.number, headings.get(name, ""), str(message))
            for name, messages in form.errors.items()
            for message in messages
        ]
        address = row.values["email"].strip().casefold()
        first = forms.setdefault(address, form) if address else form
        if first is not form:
            told = _("Diese Adresse steht schon in Zeile %(row)s.") % {"row": first.row.number}
            faults.append(Fault(row.number, headings["email"], told))
    if faults:
        return Reading(faults=sorted(faults, key=attrgetter("row")))
    stored = to.registrations.annotate(address=Lower("email")).filter(address__in=forms).order_by("pk")
    # Who cancelled and registered again is on the list twice: what was said last counts.
    by_address = {registration.email.casefold(): registration for registration in stored}
    known = [Known(forms[address].row.number, registration) for address, registration in by_address.items()]
    return Reading(people=[form.person for form in forms.values()], known=sorted(known, key=attrgetter("row")))
