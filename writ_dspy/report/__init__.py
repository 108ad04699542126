"""What a run or a set of trajectories came to, for people: counts, figures, and one conversation to read."""

from writ_dspy.report.census import Census
from writ_dspy.report.counting import summarize
from writ_dspy.report.summary import Report, render
from writ_dspy.report.transcript import Transcript

__all__ = ["Census", "Report", "Transcript", "render", "summarize"]
