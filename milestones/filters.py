"""Forms that narrow the public lists: both fields are free, and what they say stays in the address."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .models import Postponement, Resolution
from .models.changes import Cause, PostponementQuerySet
from .models.council import ResolutionQuerySet

LONGEST_SEARCH = 100


class PostponementFilter(forms.Form):
    """Postponements by words and by cause."""

    q = forms.CharField(label=_("Suche"), required=False, max_length=LONGEST_SEARCH, widget=forms.TextInput)
    cause = forms.ChoiceField(label=_("Ursache"), required=False, choices=[("", _("alle Ursachen")), *Cause.choices])

    def narrow(self, postponements: PostponementQuerySet) -> PostponementQuerySet:
        """Return those that match; none where the form is not valid."""
        if not self.is_valid():
            return Postponement.objects.none() if self.errors else postponements
        for word in self.cleaned_data["q"].split():
            postponements = postponements.filter(Q(milestone__title__icontains=word) | Q(reason__icontains=word))
        if cause := self.cleaned_data["cause"]:
            postponements = postponements.filter(cause=cause)
        return postponements


class ResolutionFilter(forms.Form):
    """Papers by words and by kind."""

    q = forms.CharField(label=_("Suche"), required=False, max_length=LONGEST_SEARCH, widget=forms.TextInput)
    kind = forms.ChoiceField(label=_("Art"), required=False, choices=[("", _("alle Arten")), *Resolution.Kind.choices])

    def narrow(self, resolutions: ResolutionQuerySet) -> ResolutionQuerySet:
        """Return those that match; none where the form is not valid."""
        if not self.is_valid():
            return Resolution.objects.none() if self.errors else resolutions
        for word in self.cleaned_data["q"].split():
            resolutions = resolutions.filter(
                Q(number__icontains=word)
                | Q(subject__icontains=word)
                | Q(proposal__icontains=word)
                | Q(reasoning__icontains=word)
            )
        if kind := self.cleaned_data["kind"]:
            resolutions = resolutions.filter(kind=kind)
        return resolutions
