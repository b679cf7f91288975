"""The citizens' voice: rounds, ideas and their history, what others say of them, and what the district answers."""

from .assessments import Assessment, AssessmentGoal, AssessmentMeasure, AssessmentNeed
from .contacts import Confirmation, Submitter, Supporter
from .files import IdeaFile
from .ideas import Idea, IdeaStep
from .rounds import DeclineReason, Round, Section
from .voices import Comment, Report, Support

__all__ = [
    "Assessment",
    "AssessmentGoal",
    "AssessmentMeasure",
    "AssessmentNeed",
    "Comment",
    "Confirmation",
    "DeclineReason",
    "Idea",
    "IdeaFile",
    "IdeaStep",
    "Report",
    "Round",
    "Section",
    "Submitter",
    "Support",
    "Supporter",
]
