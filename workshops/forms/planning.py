"""Forms of what happens to an event: each yields what an action of `workshops.actions.planning` asks for."""

from __future__ import annotations

import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.approximate_date import Precision
from district.fields import ApproximateDateFormField
from milestones.forms import Reason
from workshops import series
from workshops.actions import When
from workshops.actions.planning import MOST_IN_A_SERIES
from workshops.models import Event, Mailing

TIME_FOR_FEEDBACK: Final = datetime.timedelta(weeks=3)
LONGEST_MESSAGE: Final = Mailing._meta.get_field("text").max_length
DAYS_OF: Final = {"days": 1, "weeks": 7}


class Message(forms.CharField):
    """What the mail to the people of an event says beside the facts."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Was in der E-Mail noch stehen soll"),
            max_length=LONGEST_MESSAGE,
            required=False,
            widget=forms.Textarea(attrs={"rows": 5}),
            help_text=gettext_lazy(
                "Anrede, Termin, Begründung und Links stehen schon darin; Sie sehen sie vor dem Absenden."
            ),
        )


class SeenForm(forms.Form):
    """Carries how the event stood when the page was opened, so that nobody acts on what is no longer so."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        self.initial.setdefault("seen", mark_of(event))


class MoveForm(SeenForm):
    """The new date of an event, and why."""

    date = ApproximateDateFormField(label=gettext_lazy("Neuer Termin"))
    starts_at = forms.TimeField(label=gettext_lazy("Beginn (Uhrzeit)"), required=False)
    ends_at = forms.TimeField(label=gettext_lazy("Ende (Uhrzeit)"), required=False)
    last_day = forms.DateField(
        label=gettext_lazy("Letzter Tag"),
        required=False,
        help_text=gettext_lazy("Nur wenn die Veranstaltung mehrere Tage dauert."),
    )
    reason = Reason()
    message = Message()

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        hours = {"starts_at": event.starts_at, "ends_at": event.ends_at}
        super().__init__(*args, event=event, initial=hours, **kwargs)

    @property
    def to(self) -> When:
        """The new date with its hours."""
        return When(**{name: self.cleaned_data[name] for name in ("date", "starts_at", "ends_at", "last_day")})


class PostponeForm(SeenForm):
    """Why an event is taken off its date."""

    reason = Reason()
    message = Message()


class CallOffForm(SeenForm):
    """Why an event is called off, and how long those who would have come are asked for their opinion."""

    reason = Reason()
    feedback_until = forms.DateField(
        label=gettext_lazy("Rückmeldungen bis"),
        required=False,
        help_text=gettext_lazy(
            "Bis zu diesem Tag können die Angemeldeten über einen persönlichen Link schreiben, was sie gesagt hätten. Leer: "
            "ohne Rückmeldung."
        ),
    )
    message = Message()

    def __init__(self, *args: Any, event: Event, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, event=event, initial={"feedback_until": today + TIME_FOR_FEEDBACK}, **kwargs)


class HoldForm(SeenForm):
    """Asks for nothing: that an event took place is confirmed."""


class CopyForm(SeenForm):
    """When the copy is, and what it is called."""

    date = ApproximateDateFormField(label=gettext_lazy("Termin der Kopie"))
    title = forms.CharField(label=gettext_lazy("Titel"), max_length=Event._meta.get_field("title").max_length)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, event=event, initial={"title": event.title}, **kwargs)


class SeriesForm(SeenForm):
    """The days of the further events of a series: at an interval, or typed in one by one."""

    every = forms.IntegerField(
        label=gettext_lazy("Abstand"),
        min_value=1,
        max_value=366,
        required=False,
        help_text=gettext_lazy("Zum Beispiel 4: alle 4 Wochen."),
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Gezählt in"),
        choices=[("weeks", gettext_lazy("Wochen")), ("days", gettext_lazy("Tagen"))],
        required=False,
    )
    until = forms.DateField(label=gettext_lazy("Die Reihe geht bis zum"), required=False)
    times = forms.IntegerField(
        label=gettext_lazy("Oder: Zahl der weiteren Termine"),
        min_value=1,
        required=False,
    )
    days = forms.CharField(
        label=gettext_lazy("Oder: einzelne Tage"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Ein Tag in jeder Zeile, zum Beispiel 24.03.2027."),
    )

    def clean_days(self) -> list[datetime.date]:
        """Read the days."""
        try:
            return series.days_in(self.cleaned_data["days"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two ways, and for all that it takes."""
        data = super().clean() or {}
        if self.errors:
            return data
        rhythm = [name for name in ("every", "until", "times") if data.get(name)]
        if data["days"] and rhythm:
            self.add_error("days", _("Bitte geben Sie entweder einen Abstand oder einzelne Tage an."))
        elif not data["days"] and not data.get("every"):
            self.add_error("every", _("Bitte geben Sie einen Abstand an, oder unten die einzelnen Tage."))
        elif data.get("every"):
            self._check_rhythm(data)
        return data

    def _check_rhythm(self, data: dict[str, Any]) -> None:
        if self.event.date.precision != Precision.DAY:
            words = _(
                "Dieser Termin steht noch nicht auf den Tag genau fest. Bitte geben Sie unten die einzelnen Tage an."
            )
            self.add_error("every", words)
        elif bool(data.get("until")) == bool(data.get("times")):
            self.add_error("until", _("Bitte geben Sie an, bis wann die Reihe geht oder wie viele Termine es werden."))
        elif data.get("until") and not self.on:
            self.add_error("until", _("Bis zu diesem Tag gibt es keinen weiteren Termin."))

    @property
    def on(self) -> list[datetime.date]:
        """The days, one more than may be at most where there are too many."""
        asked = self.cleaned_data
        if asked["days"]:
            return list(asked["days"])
        return series.days_after(
            self.event.date.earliest,
            every=asked["every"] * DAYS_OF[asked["unit"] or "weeks"],
            until=asked["until"],
            times=asked["times"],
            most=MOST_IN_A_SERIES,
        )


def mark_of(event: Event) -> str:
    """Return how an event stands as a form carries it on: its state and when it is."""
    parts = (event.state, event.date.isoformat(), event.starts_at, event.ends_at, event.last_day)
    return "|".join(str(part or "") for part in parts)
