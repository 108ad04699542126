"""What a goal resolves to, which reads identify it, and the proof that each of them is needed.

`resolve` computes gold and evidence, `witness` certifies every counted read by a change that `counterfactuals` invents.
"""

from writ_dspy.evidence.found import Refused, Unresolved
from writ_dspy.evidence.identify import identified, missing
from writ_dspy.evidence.witness import Witness, certify

__all__ = ["Refused", "Unresolved", "Witness", "certify", "identified", "missing"]
