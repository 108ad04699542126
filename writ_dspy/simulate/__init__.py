"""User and agent talk over a world: behaviours, briefings, the loop, and roles that need no model."""

from writ_dspy.simulate.behaviour import assign
from writ_dspy.simulate.faults import user_faults
from writ_dspy.simulate.loop import Job, Limits, converse, job, simulate

__all__ = ["Job", "Limits", "assign", "converse", "job", "simulate", "user_faults"]
