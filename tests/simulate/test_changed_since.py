"""A record that a write of the talk has changed is told of as it stands by then, also where a denial rests on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.simulate.playing import play
from writ_dspy.codec import from_json
from writ_dspy.task import Task
from writ_dspy.verify.checks import verify

LINES = Path(__file__).with_suffix(".jsonl").with_stem("changed_since").read_text("utf-8").splitlines()
TASKS = [from_json(json.loads(line)) for line in LINES]
"""A cabin that is changed before a cancellation is denied, and an order of which all is returned while its user still insists on another payment."""
STALE = {"tau2:airline": "GLJF1R is in basic economy", "tau2:retail": "W8826221 is delivered"}
"""What was true when the talk began."""


@pytest.mark.parametrize("task", TASKS, ids=[task.domain for task in TASKS])
@pytest.mark.long
def test_a_denial_rests_on_the_record_as_it_stands(task: Task) -> None:
    for seed in range(4):
        item = play(task, seed=seed)
        changed = min(
            index
            for index, turn in enumerate(item.talk.turns)
            for call in turn.calls
            if call in task.gold and call.tool != "modify_pending_order_address"
        )
        told = [turn.text for turn in item.talk.turns[changed + 1 :] if turn.role == "agent" and turn.text]
        later = [text for text in told if STALE[task.domain] in text]

        assert verify(item.task, item.talk, item.domain).accepted
        assert later == []
