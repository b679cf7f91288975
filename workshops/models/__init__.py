"""The experts' work: groups, events and what happened to them, registrations, minutes and outcomes."""

from .changes import Change
from .events import Event
from .groups import GroupField, Membership, WorkingGroup
from .mailings import Mailing
from .minutes import Discussion, Minutes, MinutesStep, Outcome
from .preparation import AgendaItem, EventField, Paper
from .registrations import Feedback, Registration

__all__ = [
    "AgendaItem",
    "Change",
    "Discussion",
    "Event",
    "EventField",
    "Feedback",
    "GroupField",
    "Mailing",
    "Membership",
    "Minutes",
    "MinutesStep",
    "Outcome",
    "Paper",
    "Registration",
    "WorkingGroup",
]
