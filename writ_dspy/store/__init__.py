"""What is on disk while a run goes on: append-only logs that survive a kill, and the folder that holds them."""

from writ_dspy.store.jsonl import Log
from writ_dspy.store.run import Run

__all__ = ["Log", "Run"]
