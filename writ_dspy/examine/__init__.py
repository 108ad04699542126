"""Whether a domain holds what it declares: tools tried out, a pack probed, aimed spoiled talks, policy counted, dials filled.

A wrong pack is accepted in silence: checks that it leaves empty find nothing. So each part of it is given a case that it alone
decides, and a part that lets the case pass is named. `writ domains check` prints what is found.
"""

from writ_dspy.examine.examined import TASKS, VARIED, Examined, examine
from writ_dspy.examine.flaws import Flaw

__all__ = ["TASKS", "VARIED", "Examined", "Flaw", "examine"]
