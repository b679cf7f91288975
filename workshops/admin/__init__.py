"""The experts' work in „Verwaltung“: groups, events and what they brought. What happens to an event happens in `staff`."""

from . import events, groups, outcomes

__all__ = ["events", "groups", "outcomes"]
