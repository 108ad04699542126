"""A run on the Hugging Face Hub, and sets read back from it.

`stage` makes the folder, `card` its page, `scan` looks for secrets, `upload` sends it in one commit, `published` reads it again.
"""

from writ_dspy.publish.first import Plan
from writ_dspy.publish.published import Published, load
from writ_dspy.publish.upload import Outcome, prepare, publish

__all__ = ["Outcome", "Plan", "Published", "load", "prepare", "publish"]
