"""All that is stored of somebody, for the person alone: to be read on the status page and taken along as a file."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from .models import Comment, Idea, Submitter


def stored(submitter: Submitter) -> dict[str, Any]:
    """Return it in words and values that JSON knows: German like what it is about, times those of the district."""
    with override("de"):
        return _stored(submitter)


def _stored(submitter: Submitter) -> dict[str, Any]:
    ideas = submitter.ideas.select_related("round", "section", "field_of_action", "municipality", "merged_into")
    return {
        "einsender": {
            "name_oder_pseudonym": submitter.pseudonym,
            "e_mail": submitter.email,
            "e_mail_bestaetigt_am": _time(submitter.email_confirmed_at),
            "anschrift": submitter.postal_address,
            "sprache": submitter.language,
            "eingegangen_am": _time(submitter.created_at),
            "kontaktdaten_geloescht_am": _time(submitter.erased_at),
        },
        "bestaetigungslinks": [
            {
                "erstellt_am": _time(link.created_at),
                "gueltig_bis": _time(link.expires_at),
                "benutzt_am": _time(link.used_at),
            }
            for link in submitter.confirmations.order_by("created_at")
        ],
        "ideen": [_idea(idea) for idea in ideas.prefetch_related("files", "steps").order_by("pk")],
        "kommentare": [
            _comment(comment) for comment in submitter.comments.select_related("idea__section").order_by("pk")
        ],
    }


def _idea(idea: Idea) -> dict[str, Any]:
    return {
        "aktenzeichen": idea.reference,
        "beteiligung": idea.round.title,
        "abschnitt": str(idea.section) if idea.section else "",
        "titel": idea.title,
        "text": idea.text,
        "titel_im_wortlaut": idea.original_title,
        "text_im_wortlaut": idea.original_text,
        "handlungsfeld": str(idea.field_of_action) if idea.field_of_action else "",
        "gemeinde": idea.municipality.name if idea.municipality else "",
        "breite": idea.latitude,
        "laenge": idea.longitude,
        "ueberall_im_landkreis": idea.is_everywhere,
        "eingegangen_ueber": str(idea.get_source_display()),
        "herkunft": idea.source_note,
        "stand": str(idea.get_state_display()),
        "zusammengefuehrt_mit": idea.merged_into.reference if idea.merged_into else "",
        "eingegangen_am": _time(idea.submitted_at),
        "veroeffentlicht_am": _time(idea.published_at),
        "beantwortet_am": _time(idea.answered_at),
        "dateien": [
            {"name": file.name, "byte": file.size, "hochgeladen_am": _time(file.created_at)}
            for file in idea.files.all()
        ],
        "schritte": [
            {"schritt": str(step.get_kind_display()), "am": _time(step.at), "bemerkung": step.note}
            for step in idea.steps.all()
            if step.audience != step.Audience.STAFF
        ],
    }


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "zu": comment.idea.reference,
        "text": comment.text,
        "stand": str(comment.get_state_display()),
        "grund_der_ablehnung": comment.decline_note,
        "eingegangen_am": _time(comment.submitted_at),
        "veroeffentlicht_am": _time(comment.published_at),
    }


def _time(at: datetime.datetime | None) -> str | None:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None
