"""Trials: dealt to tasks by quota, and seen in talks by what was said and done."""

from writ_dspy.simulate.trials.shown import Shown, shown, to_json

__all__ = ["Shown", "shown", "to_json"]
