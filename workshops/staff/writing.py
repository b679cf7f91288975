"""What is written on the page of the minutes: each text on top of what its writer saw, and the outcomes beside it.

The buttons send everything that is on the page, the script (static/kek/minutes.js) what has just changed: both end here.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from district.acting import Outdated
from district.models import FieldOfAction
from district.staff_pages import attempt
from workshops.actions import add_item, begin_minutes, note, record_outcome, write_minutes
from workshops.forms.minutes import ClosingForm, DiscussionForm, ItemForm, OutcomeForm, SeenForm
from workshops.models import AgendaItem, Discussion, Event, Minutes, Outcome

CLOSING: Final = "closing"
WHOLE: Final = "0"  # of the parts: the event itself, not one of its items
_OF_AN_ITEM: Final = re.compile(r"(item|new)-([0-9]{1,18})-(text|title|owner)")
_FORMS_OF_AN_ITEM: Final[dict[str, type[SeenForm]]] = {"item": DiscussionForm, "new": OutcomeForm}
_REPLACING: Final = re.compile(r"replace-([a-z0-9-]+)-([0-9]{1,9})")
# What tells that somebody began to write down an outcome; the other fields have a value from the start.
_BEGUN: Final = ("kind", "title", "owner", "due_on")

Stored = tuple[int, Mapping[str, str]]


@dataclass
class Text:
    """Texts that several may write at once, named as they are sent.

    Where somebody else was faster, `theirs` is what they stored, by label, as of revision `stands_at`.
    """

    name: str
    form: SeenForm
    store: Callable[[Mapping[str, Any]], int]
    stored: Callable[[], Stored]
    told: str = ""
    stands_at: int = 0
    theirs: list[tuple[str, str]] = field(default_factory=list)

    def save(self) -> None:
        """Store what was typed; where that cannot be, keep it and know why."""
        if not self.form.is_valid():
            return
        try:
            revision = attempt(self.form, lambda: self.store(self.form.cleaned_data))
        except Outdated as faster:
            self.told = " ".join(faster.messages)
            self.stands_at, words = self.stored()
            self.theirs = [(str(self.form.fields[name].label), text) for name, text in words.items()]
        else:
            if revision is not None:
                self.form = self.form.on_top_of(revision)

    @property
    def is_saved(self) -> bool:
        """Whether all that was typed is stored."""
        return not self.told and not self.form.errors

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What was typed, by label."""
        fields = [self.form[name] for name in self.form.fields if name != "seen"]
        return [(str(each.label), each.data) for each in fields if each.data]


@dataclass
class Part:
    """An agenda item on the page, or the event as a whole: what was said, what came of it, and a form for more."""

    key: str
    item: AgendaItem | None
    outcomes: list[Outcome]
    text: Text | None
    new: OutcomeForm

    @property
    def anchor(self) -> str:
        """Where the page shows it."""
        return f"punkt-{self.key}"


class Desk:
    """All that the page of the minutes shows and takes; `sent` is what came from it."""

    def __init__(self, event: Event, sent: QueryDict | None = None) -> None:
        self.event, self.sent = event, sent or QueryDict()
        self.minutes = Minutes.objects.filter(event=event).first()
        self.is_released = self.minutes is not None and self.minutes.is_released
        # Whether nothing is taken: the minutes are released, or the event has no minutes.
        self.is_closed = self.is_released
        # What could not be saved because there is no place for it any more, by label, and why.
        self.refused = ""
        self.lost: list[tuple[str, str]] = []
        # The parts to which an outcome was added.
        self.recorded: set[str] = set()
        self._fields = list(FieldOfAction.objects.filter(concept=event.concept_id))
        self._preset = list(event.field_links.values_list("field_of_action", flat=True)[:2])
        outcomes = self._outcomes()
        self.parts = [
            Part(str(item.pk), item, outcomes.get(item.pk, []), self._discussion(item), self._new(str(item.pk)))
            for item in event.agenda.select_related("discussion")
        ]
        self.whole = Part(WHOLE, None, outcomes.get(None, []), None, self._new(WHOLE))
        self.closing = self._closing()
        self.point = ItemForm(self._sent_with("point-title"), prefix="point")

    @classmethod
    def taking(cls, event: Event, sent: QueryDict, *, at: datetime.datetime) -> Self:
        """Save what was sent, each text for itself, and return the page with whatever could not be saved."""
        if replacing := _REPLACING.fullmatch(sent.get("verb", "")):
            name, revision = replacing.groups()
            sent = sent.copy()
            sent[f"{name}-seen"] = revision
        desk = cls(event, sent)
        if desk.is_released:
            desk.lost = desk._typed
            if desk.lost:
                desk.refused = _("Das Protokoll wurde inzwischen freigegeben. Ihr Text ist nicht gespeichert:")
            return desk
        try:
            desk.minutes = begin_minutes(event, at=at)
        except ValidationError as refusal:
            desk.is_closed, desk.refused, desk.lost = True, " ".join(refusal.messages), desk._typed
        else:
            desk._save(at=at)
        return desk

    @property
    def texts(self) -> Iterator[Text]:
        """All texts of the page."""
        yield from (part.text for part in self.parts if part.text)
        yield self.closing

    @property
    def overtaken(self) -> list[Text]:
        """The texts that somebody else has changed meanwhile."""
        return [text for text in self.texts if text.told]

    @property
    def faulty_forms(self) -> list[Any]:
        """The forms in which something is wrong, in the order of the page."""
        forms = [
            *(form for part in self.parts for form in (part.text.form if part.text else None, part.new)),
            self.whole.new,
        ]
        return [form for form in (*forms, self.point, self.closing.form) if form and form.errors]

    @property
    def is_saved(self) -> bool:
        """Whether all that was sent is stored."""
        return not self.refused and not self.faulty_forms and all(text.is_saved for text in self.texts)

    def answer(self, at: datetime.datetime) -> dict[str, Any]:
        """Return what the script needs to know: new revisions, and what could not be saved."""
        sent = [text for text in self.texts if text.form.is_bound]
        return {
            "at": f"{timezone.localtime(at):%H:%M}",
            "refused": self.refused,
            "seen": {text.name: text.form["seen"].value() for text in sent if text.is_saved and not self.is_closed},
            "trouble": {
                text.name: render_to_string(
                    "workshops/admin/_minutes_trouble.html", {"text": text, "with_errors": True}
                )
                for text in sent
                if not text.is_saved
            },
        }

    def _save(self, *, at: datetime.datetime) -> None:
        for text in self.texts:
            if text.form.is_bound:
                text.save()
        self._keep_orphans()
        for part in (*self.parts, self.whole):
            self._record(part, at=at)
        if self.point.is_bound and self.point.is_valid():
            title = self.point.cleaned_data["title"]
            if attempt(self.point, lambda: add_item(self.event, title=title)):
                self.point = ItemForm(prefix="point")

    def _record(self, part: Part, *, at: datetime.datetime) -> None:
        """Record an outcome that was written down; the form is empty again for the next."""
        if not (part.new.is_bound and part.new.is_valid()):
            return
        found = part.new.found
        if outcome := attempt(part.new, lambda: record_outcome(self.event, found, at=at, item=part.item)):
            if outcome not in part.outcomes:  # sent twice
                part.outcomes.append(outcome)
            part.new = self._new(part.key, is_sent=False)
            self.recorded.add(part.key)

    @property
    def _typed(self) -> list[tuple[str, str]]:
        """What was typed on the page, by label."""
        typed = [words for text in self.texts if text.form.is_bound for words in text.typed]
        parts = [part for part in (*self.parts, self.whole) if part.new.is_bound]
        fields = [part.new[name] for part in parts for name in ("title", "text", "owner")]
        if self.point.is_bound:
            fields.append(self.point["title"])
        return [*typed, *((str(each.label), each.data) for each in fields if each.data)]

    def _keep_orphans(self) -> None:
        """Keep what was written to a point that somebody has taken off the agenda meanwhile."""
        known = {part.key for part in (*self.parts, self.whole)}
        for name in self.sent:
            found = _OF_AN_ITEM.fullmatch(name)
            typed = str(self.sent.get(name, "")).strip()
            if found and typed and found[2] not in known:
                field = _FORMS_OF_AN_ITEM[found[1]].base_fields.get(found[3])
                self.lost.append((str(field.label) if field else "", typed))
        if self.lost:
            self.refused = _("Diesen Punkt hat jemand von der Tagesordnung genommen. Ihr Text ist nicht gespeichert:")

    def _outcomes(self) -> dict[int | None, list[Outcome]]:
        """Return what the agenda brought, by item; what came of feedback stands on the page of the feedback."""
        related = ("field_of_action", "promotion__need", "promotion__goal", "promotion__measure")
        by_item: dict[int | None, list[Outcome]] = {}
        for outcome in self.event.outcomes.filter(feedback=None).select_related(*related).order_by("pk"):
            outcome.event = self.event
            by_item.setdefault(outcome.item_id, []).append(outcome)
        return by_item

    def _sent_with(self, *names: str) -> QueryDict | None:
        """Return what was sent, if one of these fields was filled in."""
        return self.sent if any(self.sent.get(name, "").strip() for name in names) else None

    def _discussion(self, item: AgendaItem) -> Text:
        said = getattr(item, "discussion", None) or Discussion(item=item)

        def stored() -> Stored:
            now = Discussion.objects.filter(item=item).first() or Discussion(item=item)
            return now.revision, {"text": now.text}

        name = f"item-{item.pk}"
        return Text(
            name,
            DiscussionForm(
                self._sent_with(f"{name}-seen"), prefix=name, initial={"seen": said.revision, "text": said.text}
            ),
            lambda asked: note(item, text=asked["text"], seen=asked["seen"]).revision,
            stored,
        )

    def _closing(self) -> Text:
        minutes = self.minutes or Minutes(event=self.event)

        def store(asked: Mapping[str, Any]) -> int:
            assert self.minutes is not None  # begun before anything is stored
            words = {"summary": asked["summary"], "internal": asked["internal"]}
            return write_minutes(self.minutes, **words, seen=asked["seen"]).revision

        def stored() -> Stored:
            now = Minutes.objects.get(event=self.event)
            return now.revision, {"summary": now.summary, "internal": now.internal}

        initial = {"seen": minutes.revision, "summary": minutes.summary, "internal": minutes.internal}
        form = ClosingForm(self._sent_with(f"{CLOSING}-seen"), prefix=CLOSING, initial=initial)
        return Text(CLOSING, form, store, stored)

    def _new(self, key: str, *, is_sent: bool = True) -> OutcomeForm:
        prefix = f"new-{key}"
        begun = self._sent_with(*(f"{prefix}-{name}" for name in _BEGUN)) if is_sent else None
        asked_for = self.sent if is_sent and self.sent.get("verb") == f"add-{key}" else None
        initial = {"field_of_action": self._preset[0]} if len(self._preset) == 1 else {}
        return OutcomeForm(begun or asked_for, prefix=prefix, initial=initial, fields=self._fields)
