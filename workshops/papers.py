"""The papers of an event as its page lists them: what everybody may open, and how much there is for those registered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from .models import Paper


@dataclass(frozen=True)
class File:
    """A paper to be opened, with type and size in bytes (0: not known)."""

    paper: Paper
    kind: str
    size: int


@dataclass(frozen=True)
class Papers:
    """The public papers of an event, and how many more whoever is registered gets."""

    public: tuple[File, ...]
    for_registered: int


def papers(found: Iterable[Paper]) -> Papers:
    """Arrange the papers of an event, internal ones left out before."""
    found = list(found)
    public = [paper for paper in found if paper.audience == Paper.Audience.PUBLIC]
    return Papers(tuple(map(file_of, public)), len(found) - len(public))


def file_of(paper: Paper) -> File:
    """Return a paper with type and size; the storage, perhaps far away, is not asked."""
    return File(paper, PurePath(paper.file.name or "").suffix[1:].upper(), paper.size)
