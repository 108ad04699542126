"""Dialogue acts: what a turn does (agrees, objects, asks, tells, …), understood from its words and not matched.

`lexicon` says what a word can do in a clause, `spelling` which word is meant, `clauses` cuts a turn, `user` says what
each clause contributes, and `stance` weighs that in order: the last word counts. `agent` reads the other side.
"""

from writ_dspy.simulate.acts.message import Act, Heard, heard
from writ_dspy.simulate.acts.reading import agreed, assents, only_asks, takes_leave, user_acts

__all__ = ["Act", "Heard", "agreed", "assents", "heard", "only_asks", "takes_leave", "user_acts"]
