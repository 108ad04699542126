"""Tasks: cells of a mix are filled with drafts that a user may ask for, each resolved, certified and fenced off.

`mix` says what is wanted, `proposer` drafts, `accept` decides, `firewall` keeps official tasks out, `rephrase` finds other words.
"""

from writ_dspy.propose.firewall import Firewall
from writ_dspy.propose.mix import Cell, Mix, default_mix, read_mix
from writ_dspy.propose.proposer import Filled, fill

__all__ = ["Cell", "Filled", "Firewall", "Mix", "default_mix", "fill", "read_mix"]
