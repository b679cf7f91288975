"""The example's invented ideas, as `ideen.csv` tells them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from participation.models import Idea


@dataclass(frozen=True)
class Told:
    """A row of `ideen.csv`."""

    number: int
    municipality: str
    field: str
    title: str
    text: str
    name: str
    source: Idea.Source
    origin: str
    state: str

    @property
    def submitted(self) -> int:
        """How many days before today an idea came in: the answered ones first, the unread ones last."""
        match self.state:
            case "neu":
                return -(self.number % 8) - 1
            case "ueberfaellig":
                return -105
            case "offen" | "entwurf" | "vorgelegt" | "redigiert" | "geteilt" | "zurueck" | "abgelehnt":
                return -70 + self.number * 7 % 60
        return -110 + self.number * 11 % 40


def read_ideas() -> list[Told]:
    """Return all of them, in the order of their numbers."""
    with (Path(__file__).parent / "ideen.csv").open(encoding="utf-8", newline="") as file:
        return [
            Told(
                number=int(row["nr"]),
                municipality=row["gemeinde"],
                field=row["feld"],
                title=row["titel"],
                text=row["text"],
                name=row["name"],
                source=Idea.Source(row["quelle"]),
                origin=row["herkunft"],
                state=row["stand"],
            )
            for row in csv.DictReader(file, delimiter=";")
        ]
