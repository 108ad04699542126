"""What stands beside the matter: a remark by the way, the reason of the wish just voiced, the stock of another thing; each with a spoiled twin."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from tests.verify.test_consented import played
from writ_dspy.codec import from_json
from writ_dspy.conversation import Conversation, StopReason
from writ_dspy.domains import load
from writ_dspy.task import Task
from writ_dspy.verify.checks import verify

HERE = Path(__file__).parent / "besides"
MELON = "By the way, today my neighbor gave me a big watermelon, too much for one man."
MIND = "Changed my mind twise about it, that's just me."
WISH = "One more. An order was cancelled, and I want it back."
STOCK = "the blue headphones are out of stock, and two blue luggage sets are in stock, the cheaper one being the 3-piece softshell set 6301799585 at $495.87."
SET = "the 3-piece softshell set 6301799585"


@cache
def talks() -> dict[str, tuple[Task, str]]:
    """By the last letters of the task's id: what was said and called, line by line."""
    tasks = {
        task.id: task
        for task in (from_json(json.loads(line)) for line in (HERE / "tasks.jsonl").read_text("utf-8").splitlines())
    }
    parts = re.split(r"(?m)^== (\S+)\n", (HERE / "talks.txt").read_text("utf-8"))[1:]
    return {name[-4:]: (tasks[name], said.strip()) for name, said in zip(parts[::2], parts[1::2], strict=True)}


def found(name: str, said: str = "", instead: str = "") -> list[str]:
    """All that is found in a talk, once one place of it reads otherwise."""
    task, text = talks()[name]
    assert said in text
    turns = played(task, text.replace(said, instead) if said else text)
    talk = Conversation(f"{task.id}.0", task.id, tuple(turns), StopReason.USER_DONE, 1, "hand", "hand")
    return [str(finding) for finding in verify(task, talk, load(task.domain)).findings]


RIGHT = (
    ("73d5", MELON, MELON),
    ("73d5", MELON, "By the way, the bus was late again, not a good start."),
    ("73d5", MELON, "Btw, my sister got a huge TV, too large for her wall."),
    ("73d5", MELON, "Funny enough, the new bakery burned all the bread, not good for anybody."),
    ("a444", MIND, MIND),
    ("a444", MIND, "I changed my mind about cancelling it."),
    ("a444", MIND, "I regret it."),
    ("a444", f"{WISH} {MIND}", "I changed my mind about something: an order was cancelled, and I want it back."),
    ("b342", STOCK, STOCK),
    ("b342", STOCK, f"the blue headphones are sold out, two blue luggage sets are in stock, and the cheaper is {SET} at $495.87."),
    ("b342", STOCK, f"the blue headphones aren't available, but {SET} at $495.87 is in stock."),
    ("b342", STOCK, f"{SET} is in stock at $495.87, while the blue headphones are out of stock."),
    ("b342", STOCK, f"the blue headphones are out of stock; the cheaper luggage set in blue is {SET} at $495.87."),
)  # fmt: skip
WRONG = (
    ("73d5", MELON, "By the way, today I saw the total, too much for one man.", "confirmed_before_write"),
    ("73d5", MELON, "By the way, three changes at once, too much for one man.", "confirmed_before_write"),
    ("73d5", MELON, "By the way, my neighbor saw the trip, too much for one man.", "confirmed_before_write"),
    ("73d5", MELON, "By the way, what you charge, too much for one man.", "confirmed_before_write"),
    ("73d5", MELON, "Hmm, too much for one man.", "confirmed_before_write"),
    ("a444", f"{WISH} {MIND}", f"One more. {MIND}", "user_faithful"),
    ("a444", MIND, "Changed my mind about the T-shirt, too.", "user_faithful"),
    ("a444", MIND, "I regret the exchange.", "user_faithful"),
    ("a444", MIND, "And put the shirt back the way it was, I changed my mind.", "user_faithful"),
    ("b342", STOCK, f"two blue headphones are in stock, and the blue luggage sets are out of stock, the cheaper one being {SET} at $495.87.", "grounded"),
    ("b342", STOCK, f"the blue headphones are in stock, but {SET} at $495.87 is sold out.", "grounded"),
    ("b342", STOCK, f"{SET} at $495.87 is a fine one, but it's out of stock.", "grounded"),
    ("b342", STOCK, f"the blue headphones are out of stock, and so is {SET} at $495.87, which is not available either.", "grounded"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "said", "instead"), RIGHT)
def test_what_is_beside_the_matter_spoils_nothing(name: str, said: str, instead: str) -> None:
    """The whole talk stays accepted."""
    assert found(name, said, instead) == []


@pytest.mark.parametrize(("name", "said", "instead", "check"), WRONG)
def test_what_is_of_the_matter_is_found(name: str, said: str, instead: str, check: str) -> None:
    """The same words about what was put forward, done or read are a finding of just that check."""
    assert {finding.split()[0] for finding in found(name, said, instead)} == {check}


@pytest.mark.parametrize(
    ("instead", "read"),
    [
        ("Hmm, too much for one man.", "'too much for one man' is read as an objection"),
        ("Yes, but only if my wife agrees.", "is read as a condition"),
        ("What does that cost?", "'What does that cost' is read as a question"),
        ("My neighbor has a dog.", "'My neighbor has a dog.' is read as none"),
    ],
)
def test_a_finding_quotes_what_was_read_as_no_yes(instead: str, read: str) -> None:
    """And says as what."""
    said = f"Yes please, all three. {MELON}"
    findings = [one for one in found("73d5", said, instead) if one.startswith("confirmed_before_write")]
    assert len(findings) == len(("cancel", "person", "name"))
    assert all(read in one for one in findings)
