"""What is known of a task: all of it, of one of ours; less, of an official one, of a row, or where there is none.

A check that needs what is not known is not applicable. A check that can judge without it, only less, asks `Case.knows`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

Known = Literal["gold", "evidence", "told", "user", "wishes", "manner", "transfer", "refusals", "ending", "tools"]
Unknown: TypeAlias = frozenset[Known]

WHOLE: Unknown = frozenset()
"""Nothing is unknown."""
NOTHING: Unknown = frozenset(get_args(Known)) - {"ending", "tools"}
"""All that a task says is unknown: there is none."""
MEANS: Mapping[Known, str] = {
    "gold": "which writes are right",
    "evidence": "which reads a decision rests on",
    "told": "what the user has to be told",
    "user": "what the user knows",
    "wishes": "what the user wants, wish by wish",
    "manner": "how the user was to behave, or what it said last",
    "transfer": "whether the user is to be handed over to a human",
    "refusals": "which requests have to be refused",
    "ending": "what was said after the hand-over",
    "tools": "how the tools that were called answer, since they are of another version",
}
"""Each in words."""
NEEDS: Mapping[str, Known] = {
    "end_state": "gold",
    "no_unwanted_write": "gold",
    "identified_before_write": "evidence",
    "said_before_used": "wishes",
    "communicated": "told",
    "steadfast": "refusals",
    "user_faithful": "user",
}
"""By check: what it cannot do without."""
