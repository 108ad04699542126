"""τ²'s calculator answers what it always did, but for sums that would take hours, which it refuses at once."""

from __future__ import annotations

import importlib
import warnings

import pytest

from writ_dspy.domains import load
from writ_dspy.domains.tau2.benchmark import _environment
from writ_dspy.domains.tau2.calculated import evaluate
from writ_dspy.task import Call

ENDLESS = ("9**9**9**9", "2(9**9**9**9)", "(9**9)**(9**9)", " -9**(9**9)*1.0", "1 + 2 * 9**(99**9)", "0**(7**7**7**7)")
ANSWERED = (
    "2**3", "  2 ** -1", "-2**0.5", "(-8)**0.5", "10**400/10**399", "10**400", "0**-1", "(1,2)**2", "2(3)**2", "1**2**3 +", "2**3 // 0",
    "...**2", "3", "1.5 * 4 - 2", "7 // 2", "(", "", "9.0**9.0**9.0**9.0",
)  # fmt: skip


@pytest.mark.parametrize("name", ["retail", "airline"])
@pytest.mark.parametrize("expression", ENDLESS)
def test_what_nobody_can_wait_for_is_refused(name: str, expression: str) -> None:
    """In a world of ours and in the benchmark's own environment: an error, and the talk goes on."""
    answer = load(name).world().call(Call.of("calculate", {"expression": expression}))

    assert answer.error
    assert answer.text == "Error: int too large to convert to float"
    with pytest.raises(OverflowError, match="too large"):
        _environment(name).tools.use_tool("calculate", expression=expression)


@pytest.mark.parametrize("expression", ANSWERED)
def test_everything_else_comes_out_as_before(expression: str) -> None:
    """The same value, or the same error in the same words."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # of what is called and cannot be
        assert _outcome(evaluate, expression) == _outcome(eval, expression)


def _outcome(calculator: object, expression: str) -> str:
    assert callable(calculator)
    try:
        return repr(calculator(expression, {"__builtins__": None}, {}))
    except Exception as error:  # noqa: BLE001 - whatever it raises is what τ² answers
        return repr(error)


def test_it_is_eval_that_the_calculator_calls() -> None:
    """What stands in for it is looked up where τ²'s function looks: a version that computes in another way would slip past."""
    for name in ("retail", "airline"):
        load(name)
        module = importlib.import_module(f"tau2.domains.{name}.tools")
        toolkit = getattr(module, f"{name.capitalize()}Tools")
        assert "eval" in toolkit.calculate.__code__.co_names
        assert vars(module)["eval"] is evaluate
