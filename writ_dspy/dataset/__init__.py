"""From accepted conversations to rows on disk: columns, chat messages, splits, shaping, and the formats of trainers.

`rows` says what a row holds, `messages` how it is told as a chat, `export` writes the folder, `formats` what trainers read.
"""

from writ_dspy.dataset.formats import FORMATS
from writ_dspy.dataset.messages import to_messages
from writ_dspy.dataset.rows import COLUMNS, row
from writ_dspy.dataset.shape import Shape

__all__ = ["COLUMNS", "FORMATS", "Shape", "row", "to_messages"]
