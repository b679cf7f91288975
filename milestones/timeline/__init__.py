"""The timeline as a picture: where every bar, mark and word goes.

A pure layout: `chart` takes phases with their milestones loaded and returns numbers and words,
`templates/milestones/_timeline_drawing.html` only draws them.
"""

from .drawing import chart
from .formats import SCREEN, SHEET, Format
from .shapes import Chart

__all__ = ["SCREEN", "SHEET", "Chart", "Format", "chart"]
