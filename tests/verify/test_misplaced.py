"""A question for a yes names the record that is then written, or none; another one in its place is another proposal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verify.test_spoken import talks
from tests.verify.test_whole import CHANGE
from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.verify.checks import verify

OWN = "AHVHPP"


def misplaced(answer: str) -> list[str]:
    """What is found where the user asks something about a list, and the agent answers and asks again."""
    task, talk = next(one for one in talks("f9c5e7") if any(CHANGE in turn.text for turn in one[1].turns))
    domain = load(task.domain)
    rows = domain.tables["reservations"]
    other = next(key for key, row in rows.items() if key != OWN and row["user_id"] == rows[OWN]["user_id"])
    at = next(at for at, turn in enumerate(talk.turns) if CHANGE in turn.text)
    asked = replace(talk.turns[at - 1], role="user", text="Will that be done at once?", calls=())
    said = replace(talk.turns[at], text=answer.replace("OTHER", other).replace("OWN", OWN))
    turns: tuple[Turn, ...] = (*talk.turns[: at + 1], asked, said, *talk.turns[at + 1 :])
    found = verify(task, replace(talk, turns=turns), domain).findings
    return [str(one) for one in found if one.check == "confirmed_before_write" and f"not {other}" in str(one)]


@pytest.mark.parametrize(
    "answer",
    [
        "Yes, at once. Shall I change OWN (yes/no)?", "Yes, at once. Shall I go ahead (yes/no)?",
        "Yes, at once. OTHER is not changed by that. Shall I go ahead (yes/no)?",
        "Yes, at once, like the change to OTHER. Shall I make the change (yes/no)?",
        "Yes. The change:\n- OWN\n- HAT027 on May 28\n- business\nShall I go ahead (yes/no)?",
        "OTHER is in economy. I would change the way back to HAT027 on reservation OWN. Shall I go ahead (yes/no)?",
        "OWN is in business. Your trip OTHER would not be changed. Shall I go ahead (yes/no)?",
        "Yes, it moves the way back to HAT027 on OWN; on OTHER nothing moves. Shall I go ahead (yes/no)?",
    ],
)  # fmt: skip
def test_its_own_record_or_none_is_named(answer: str) -> None:
    """What is told of another one beside the proposal changes nothing in it."""
    assert misplaced(answer) == []


@pytest.mark.parametrize(
    "answer",
    [
        "Yes, at once. Shall I change reservation OTHER (yes/no)?",
        "OWN is in business. I would change the way back to HAT027 on reservation OTHER. Shall I go ahead (yes/no)?",
        "OWN is in business. So for the flights on reservation OTHER I would change: HAT027 on May 28. Shall I go ahead (yes/no)?",
        "Yes, at once: it only changes the way back to HAT027 on reservation OTHER. Shall I go ahead (yes/no)?",
        "Yes. The change: reservation OTHER, with HAT027 on May 28. Shall I go ahead (yes/no)?",
        "Yes. The change:\n- OTHER\n- HAT027 on May 28\n- business\nShall I go ahead (yes/no)?",
        "Yes. Now to reservation OTHER. I would change the way back to HAT027 on May 28. Shall I go ahead (yes/no)?",
    ],
)
def test_another_record_is_another_proposal(answer: str) -> None:
    """As the object of the deed, as what opens its list, and as what the message turns to."""
    assert misplaced(answer) != []
