"""The citizens' voice in „Verwaltung“: rounds, ideas, and what others say of them. Decisions are taken in `staff`."""

from . import ideas, rounds, voices, weighing

__all__ = ["ideas", "rounds", "voices", "weighing"]
