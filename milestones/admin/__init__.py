"""The way to the resolution in „Verwaltung“: the plan, the council's papers, and what was recorded."""

from . import council, plan, records

__all__ = ["council", "plan", "records"]
