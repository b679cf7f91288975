"""The inbox: what waits, narrowed and page by page, with what can be done to several at once."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from participation.actions.together import Seen
from participation.forms.moderation import InboxFilter
from participation.inbox import Entry, Inbox, Kind
from participation.models import Comment, Report

from .asking import desk_of, page
from .together import TOGETHER, mark_of


@dataclass(frozen=True)
class Line:
    """An entry as the list shows it; `mark` is what its box sends, empty where it is dealt with alone."""

    entry: Entry
    name: str
    url: str
    days: int
    mark: str


@dataclass(frozen=True)
class Tab:
    """One kind of the queue with how much of it waits."""

    label: str
    query: str
    count: int
    is_current: bool


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what waits, the oldest first."""
    if not request.user.has_perm("participation.moderate_idea"):
        raise PermissionDenied
    filters = InboxFilter(request.GET)
    waiting = Inbox(filters.criteria)
    current = waiting.page(request.GET.get("page"))
    today = timezone.localdate()
    lines = [
        Line(entry, _name(entry), desk_of(entry, filters), entry.waiting_days(today), _mark(entry)) for entry in current
    ]
    return page(
        request,
        "moderation_inbox",
        title=_("Eingang"),
        filters=filters,
        page_obj=current,
        lines=lines,
        tabs=_tabs(filters, waiting),
        first=lines[0].url if lines and current.number == 1 else "",
        oldest=lines[0].days if lines and current.number == 1 else 0,
        together=TOGETHER,
        total=waiting.count,
        may_record=request.user.has_perm("participation.record_idea"),
    )


def _tabs(filters: InboxFilter, waiting: Inbox) -> list[Tab]:
    chosen = waiting.criteria.kind
    tabs = [Tab(_("Alles"), _joined(filters.query_of_any_kind), sum(waiting.counts.values()), not chosen)]
    for kind in Kind:
        query = _joined(filters.query_of_any_kind, f"kind={kind.value}")
        tabs.append(Tab(str(kind.label), query, waiting.counts[kind], chosen == kind))
    return tabs


def _joined(*parts: str) -> str:
    return "?" + "&".join(filter(None, parts))


def _name(entry: Entry) -> str:
    match entry.thing:
        case Comment():
            return _("Kommentar zu %(idea)s") % {"idea": entry.idea}
        case Report(comment=None):
            return _("Meldung zu %(idea)s") % {"idea": entry.idea}
        case Report():
            return _("Meldung eines Kommentars zu %(idea)s") % {"idea": entry.idea}
    return str(entry.idea)


def _mark(entry: Entry) -> str:
    """Return what the entry's box sends; a report is read alone."""
    return "" if isinstance(entry.thing, Report) else mark_of(Seen.of(entry.thing))
