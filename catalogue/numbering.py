"""How the concept numbers its entries: „B 3.2“, „Z 1“, „Z 1.2“, „M 3.04“, and which number comes next. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .models import Entry, Goal, Measure


def series(entry: Entry) -> str:
    """Return what the numbers of an entry and of those beside it begin with: „B 3.“, „Z “, „Z 1.“."""
    if isinstance(entry, Goal):
        return f"{entry.parent.number}." if entry.parent else "Z "
    letter = "M" if isinstance(entry, Measure) else "B"
    return f"{letter} {entry.field_of_action.number}."


def next_number(entry: Entry, taken: Iterable[str]) -> str:
    """Return the number that follows those taken in an entry's series; measures count in two digits."""
    begins = series(entry)
    found = (re.fullmatch(rf"{re.escape(begins)}([0-9]+)", number) for number in taken)
    last = max((int(match[1]) for match in found if match), default=0)
    return f"{begins}{last + 1:02}" if isinstance(entry, Measure) else f"{begins}{last + 1}"
