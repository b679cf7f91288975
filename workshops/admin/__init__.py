"""The experts' work in „Verwaltung“: groups, events and what they brought. What happens to an event happens in `staff`."""

from . import events

__all__ = ["events"]
