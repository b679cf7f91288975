"""Forms of readers: support, comment, report. Each yields what an action asks for, and decides nothing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from district.mail_addresses import MailAddressField
from district.plain_text import TOO_LONG, PlainTextField
from participation.models.voices import LONGEST_COMMENT

LONGEST_REASON = 1000


class SupportForm(forms.Form):
    """By which address somebody is told from others."""

    email = MailAddressField(
        label=_("E-Mail-Adresse"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Dorthin schicken wir einen Link. Gespeichert wird die Adresse nicht."),
    )


class CommentForm(forms.Form):
    """What somebody says to an idea."""

    text = PlainTextField(
        label=_("Ihr Kommentar"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Bitte bleiben Sie sachlich und nennen Sie keine anderen Personen mit Namen."),
        error_messages={"required": _("Bitte geben Sie einen Text ein."), **TOO_LONG},
    )
    pseudonym = PlainTextField(
        label=_("Name oder Pseudonym"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        help_text=_("Steht öffentlich bei Ihrem Kommentar."),
        error_messages={"max_length": _("Bitte höchstens %(limit_value)d Zeichen.")},
    )


class ReportForm(forms.Form):
    """What is wrong with something that stands there."""

    reason = PlainTextField(
        label=_("Was stört Sie?"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Ihre Meldung liest nur die Moderation. Sie bleibt ohne Namen."),
        error_messages={"required": _("Bitte schreiben Sie, was Sie stört."), **TOO_LONG},
    )
