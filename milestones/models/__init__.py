"""The way to the resolution: the plan, what changed in it and why, and the council's papers."""

from .changes import Attainment, CallOff, Postponement
from .council import Attachment, Consultation, CouncilSession, Resolution
from .plan import Dependency, Milestone, Phase, resolving, schedule_of

__all__ = [
    "Attachment",
    "Attainment",
    "CallOff",
    "Consultation",
    "CouncilSession",
    "Dependency",
    "Milestone",
    "Phase",
    "Postponement",
    "Resolution",
    "resolving",
    "schedule_of",
]
