"""Forms for one decision about several ideas and comments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from district.models import Department
from participation.models import Idea
from participation.models.ideas import PUBLIC

from .moderation import ReasonForm

MOST_AT_ONCE: Final = 200


class TogetherForm(forms.Form):
    """Asks nothing more."""

    def __init__(self, *args: Any, ideas: Sequence[Idea], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ideas = ideas


class DeclineTogetherForm(ReasonForm, TogetherForm):
    """Why none of them is published."""


class AssignTogetherForm(TogetherForm):
    """Which Fachamt weighs them."""

    department = forms.ModelChoiceField(
        Department.objects.filter(dissolved_on=None),
        label=_("Fachamt"),
        required=False,
        empty_label=_("keinem Fachamt"),
    )


class MergeTogetherForm(TogetherForm):
    """Which of them goes on, with all the others in it: unless told otherwise the one with most support, or the oldest."""

    into = forms.TypedChoiceField(
        label=_("Diese Idee bleibt bestehen"),
        widget=forms.RadioSelect,
        coerce=int,
        error_messages={"required": _("Bitte wählen Sie die Idee, die bestehen bleibt.")},
    )

    def __init__(self, *args: Any, ideas: Sequence[Idea], **kwargs: Any) -> None:
        super().__init__(*args, ideas=ideas, **kwargs)
        field = self.fields["into"]
        field.choices = [(idea.pk, str(idea)) for idea in ideas]  # type: ignore[attr-defined]
        first = sorted(ideas, key=lambda idea: (idea.state not in PUBLIC, -idea.support_count, idea.submitted_at))
        self.initial["into"] = first[0].pk if first else None

    def clean_into(self) -> Idea:
        """Return the idea itself."""
        chosen = self.cleaned_data["into"]
        return next(idea for idea in self.ideas if idea.pk == chosen)
