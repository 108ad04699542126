"""`writ optimize`: a role's program compiled by DSPy's own optimizers against the verifier, within a budget."""

from writ_dspy.optimize.driver import DEFAULT_TASKS, optimize
from writ_dspy.optimize.ledger import Budget
from writ_dspy.optimize.meter import Progress
from writ_dspy.optimize.outcome import Outcome
from writ_dspy.optimize.plan import Plan
from writ_dspy.optimize.search import OPTIMIZERS

__all__ = ["DEFAULT_TASKS", "OPTIMIZERS", "Budget", "Outcome", "Plan", "Progress", "optimize"]
