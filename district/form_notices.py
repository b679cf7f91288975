"""What is told above a form that was not taken as it was sent. Nothing typed is ever lost by it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from district.rate_limit import wait_in_words


@dataclass(frozen=True)
class Notice:
    """Something to tell above a form."""

    title: str
    text: str = ""
    kind: str = "warning"


def expired() -> Notice:
    """Tell that the form was open for too long."""
    return Notice(
        _("Das Formular war zu lange geöffnet."),
        _("Ihre Eingaben sind noch da. Bitte sehen Sie sie durch und senden Sie sie noch einmal."),
    )


def too_fast() -> Notice:
    """Tell that nobody writes that fast."""
    return Notice(
        _("Noch ein Klick, bitte."),
        _(
            "Das Formular kam so schnell zurück, dass es auch ein Programm gewesen sein könnte. Alles, was Sie eingegeben haben, "
            "ist noch da. Bitte senden Sie es in ein paar Sekunden noch einmal."
        ),
    )


def trapped() -> Notice:
    """Tell that a field was filled in that people do not see."""
    return Notice(
        _("Das ist noch nicht gesendet."),
        _(
            "Ein unsichtbares Feld, das leer bleiben muss, war ausgefüllt; das machen sonst nur Automaten. Wir haben es "
            "geleert. Alles andere ist noch da. Bitte senden Sie es noch einmal."
        ),
    )


def busy_visitor(seconds: int) -> Notice:
    """Tell how long to wait after much from one connection."""
    return _wait(_("Von Ihrem Anschluss kam in kurzer Zeit sehr viel."), seconds)


def busy_round(seconds: int) -> Notice:
    """Tell how long to wait while everybody together sends a lot."""
    return _wait(_("Gerade kommt sehr viel auf einmal an."), seconds)


def busy_address(seconds: int) -> Notice:
    """Tell how long to wait before another mail may go to an address."""
    return _wait(_("An diese E-Mail-Adresse gingen in kurzer Zeit schon mehrere Nachrichten."), seconds)


def _wait(title: str, seconds: int) -> Notice:
    text = _("Das ist noch nicht gesendet, aber nichts ist verloren. Bitte senden Sie es %(wait)s noch einmal.")
    return Notice(title, text % {"wait": wait_in_words(seconds)})
