"""Forms of the project office: each yields what an action of `milestones.actions` asks for, and decides nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.approximate_date import ApproximateDate
from district.fields import ApproximateDateFormField
from district.models import Body
from milestones.actions.council import CONTINUING, Delay, Votes, moves_milestone
from milestones.models import Consultation, CouncilSession, Milestone
from milestones.models.changes import Cause

LONGEST_REASON = 500
MOST_VOTES = 1000

CAUSES = [("", _("Bitte wählen")), *Cause.choices]


class Reason(forms.CharField):
    """Why something changed, as a sentence for the public."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": _("Begründung"),
                "max_length": LONGEST_REASON,
                "widget": forms.Textarea(attrs={"rows": 3}),
                "help_text": _("Ein Satz; er wird veröffentlicht."),
                "error_messages": {"required": _("Bitte geben Sie eine Begründung an.")},
                **kwargs,
            }
        )


class CauseField(forms.ChoiceField):
    """What lies behind a change, to be counted later."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": _("Ursache"),
                "choices": CAUSES,
                "error_messages": {"required": _("Bitte wählen Sie eine Ursache.")},
                **kwargs,
            }
        )


class PostponeForm(forms.Form):
    """Where a milestone moves and why. `present` carries the date the person saw, so that nothing moves twice."""

    to = ApproximateDateFormField(label=_("Neuer Termin"))
    cause = CauseField()
    reason = Reason()
    decided_in = forms.ModelChoiceField(
        CouncilSession.objects.none(),
        label=_("Entschieden in"),
        required=False,
        empty_label=_("in keiner Sitzung"),
        help_text=_("Die Sitzung, in der die Verschiebung beschlossen oder festgelegt wurde."),
    )
    present = ApproximateDateFormField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, milestone: Milestone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = CouncilSession.objects.filter(called_off_reason="").select_related("body")
        self.fields["decided_in"].queryset = held  # type: ignore[attr-defined]
        self.initial["present"] = milestone.current.isoformat()


class ReachForm(forms.Form):
    """When a milestone was reached."""

    on = ApproximateDateFormField(label=_("Erreicht am"))
    remark = forms.CharField(
        label=_("Bemerkung"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ein Satz; er wird veröffentlicht."),
    )


class CallOffForm(forms.Form):
    """When and why a milestone was called off."""

    on = forms.DateField(
        label=_("Abgesagt am"), error_messages={"required": _("Bitte geben Sie an, wann abgesagt wurde.")}
    )
    cause = CauseField()
    reason = Reason()


class ResultForm(forms.Form):
    """What a body decided, and how the paper goes on where it was not settled.

    Only the questions that can arise for this consultation are asked: the session where none is entered yet, the new
    date where the paper's milestone may have to move.
    """

    session = forms.ModelChoiceField(
        CouncilSession.objects.none(), label=_("Sitzung"), required=False, empty_label=_("Bitte wählen")
    )
    result = forms.ChoiceField(
        label=_("Ergebnis"),
        choices=[("", _("Bitte wählen")), *Consultation.Result.choices],
        error_messages={"required": _("Bitte wählen Sie das Ergebnis.")},
    )
    present = forms.IntegerField(label=_("Anwesend"), required=False, min_value=0, max_value=MOST_VOTES)
    yes = forms.IntegerField(label=_("Ja-Stimmen"), required=False, min_value=0, max_value=MOST_VOTES)
    no = forms.IntegerField(label=_("Nein-Stimmen"), required=False, min_value=0, max_value=MOST_VOTES)
    abstentions = forms.IntegerField(label=_("Enthaltungen"), required=False, min_value=0, max_value=MOST_VOTES)
    biased = forms.IntegerField(
        label=_("Befangen"),
        required=False,
        min_value=0,
        max_value=MOST_VOTES,
        help_text=_("Wer wegen Befangenheit nicht mitgestimmt hat."),
    )
    remark = forms.CharField(label=_("Bemerkung"), max_length=300, required=False)
    next_session = forms.ModelChoiceField(
        CouncilSession.objects.none(),
        label=_("Nächste Sitzung"),
        required=False,
        empty_label=_("steht noch nicht fest"),
    )
    next_body = forms.ModelChoiceField(
        Body.objects.none(),
        label=_("Verwiesen an"),
        required=False,
        empty_label=_("dasselbe Gremium"),
        help_text=_("Nur ausfüllen, wenn ein anderes Gremium weiterberät und die Sitzung noch nicht feststeht."),
    )
    to = ApproximateDateFormField(label=_("Neuer Termin des Meilensteins"), required=False)
    cause = CauseField(required=False)
    reason = Reason(required=False)

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consultation = consultation
        sessions = CouncilSession.objects.select_related("body")
        later = sessions.filter(called_off_reason="")
        if consultation.session is None:
            self.fields["session"].queryset = sessions.filter(body=consultation.body)  # type: ignore[attr-defined]
        else:
            del self.fields["session"]
            later = later.filter(date__gt=consultation.session.date)
        self.fields["next_session"].queryset = later  # type: ignore[attr-defined]
        self.fields["next_body"].queryset = Body.objects.filter(dissolved_on=None)  # type: ignore[attr-defined]
        if not moves_milestone(consultation, Consultation.Result.DEFERRED):
            for name in ("to", "cause", "reason"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a move, which is otherwise not needed."""
        data = super().clean() or {}
        if moves_milestone(self.consultation, data.get("result", ""), data.get("next_session")):
            for name in ("to", "cause", "reason"):
                if name not in self.errors and not data.get(name):
                    field = self.fields[name]
                    field.required = True
                    self.add_error(name, field.error_messages["required"])
        return data

    @property
    def votes(self) -> Votes:
        """The counted votes."""
        counted: dict[str, int | None] = {
            name: self.cleaned_data[name] for name in ("present", "yes", "no", "abstentions", "biased")
        }
        return Votes(**counted)

    @property
    def delay(self) -> Delay:
        """Where the paper goes on; empty where the result settles it."""
        if self.cleaned_data["result"] not in CONTINUING:
            return Delay()
        to: ApproximateDate | None = self.cleaned_data.get("to")
        return Delay(
            to=to,
            reason=self.cleaned_data.get("reason", ""),
            cause=self.cleaned_data.get("cause", ""),
            next_session=self.cleaned_data["next_session"],
            next_body=self.cleaned_data["next_body"],
        )
