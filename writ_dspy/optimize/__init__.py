"""`writ optimize`: a role's program compiled by DSPy's own optimizers against the verifier, within a budget."""

from writ_dspy.optimize.driver import OPTIMIZERS, Plan, optimize
from writ_dspy.optimize.ledger import Budget
from writ_dspy.optimize.meter import Progress
from writ_dspy.optimize.outcome import Outcome

__all__ = ["OPTIMIZERS", "Budget", "Outcome", "Plan", "Progress", "optimize"]
