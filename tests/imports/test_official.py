"""Official tasks as what is known of them: their own calls reach their end state, and nothing less does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from writ_dspy.conversation import Conversation, StopReason, Turn
from writ_dspy.domains import Domain, load
from writ_dspy.imports.tasks import Basis, Officials
from writ_dspy.task import Call
from writ_dspy.verify.checks import verify

DEEDS = {"replay", "end_state", "no_unwanted_write"}
SAME = {"tau2:retail/12", "tau2:retail/105"}
"""Tasks whose last write changes nothing: τ²-bench's own evaluator gives the full reward without it."""


def failed(basis: Basis, domain: Domain, calls: Sequence[Call]) -> set[str]:
    """The checks of deeds that a conversation of these calls fails."""
    world, turns = domain.world(), [Turn("user", "Please do what I asked for.")]
    for call in calls:
        result = world.call(call)
        turns += [Turn("agent", calls=(call,)), Turn("tool", result.text, error=result.error)]
    talk = Conversation("it.0", basis.task.id, tuple(turns), StopReason.USER_DONE, 0, "by hand", "by hand")
    found = verify(basis.task, talk, domain, basis.unknown).findings
    return {finding.check for finding in found} & DEEDS


@pytest.mark.parametrize("name", ["tau2:retail", "tau2:airline"])
def test_the_calls_of_a_task_reach_its_end_state_and_no_fewer_do(name: str) -> None:
    """For every official task: its own writes are right, and without the last of them the end state is missed."""
    domain = load(name)
    tasks = Officials(domain)
    done = [tasks[key] for key in tasks.ids]
    short = {basis.task.id for basis in done if basis.task.gold and not failed(basis, domain, basis.task.gold[:-1])}

    assert [basis.task.id for basis in done if failed(basis, domain, basis.task.gold)] == []
    assert short == {key for key in SAME if key.startswith(name)}
    assert len(done) == {"tau2:retail": 114, "tau2:airline": 50}[name]
