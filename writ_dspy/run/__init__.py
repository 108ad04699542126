"""The pipeline over one run folder: settings, roles, and the processes or the event loop that do the work.

`settings` opens the folder, `casting` finds the roles, `synth` drives `worker` (processes) or `live` (models).
"""

from writ_dspy.run.settings import Settings
from writ_dspy.run.synth import Synthesis, load, synthesize

__all__ = ["Settings", "Synthesis", "load", "synthesize"]
