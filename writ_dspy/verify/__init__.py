"""The verifier: a conversation is laid out as a case, and checks in code, no model among them, find what is wrong.

`case` replays it, `checks` lists all checks: of `deeds`, of `consent`, of `words`, of the `user`, and `clean`, whose kinds are in
`noise`, `speech` and `private`; `fidelity` compares a rewording with what was said before;
`stepwise` judges an agent's step before it is taken.
"""

from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.checks import CHECKS, CHECKS_VERSION, Verdict, verify

__all__ = ["CHECKS", "CHECKS_VERSION", "Case", "Step", "Verdict", "verify"]
