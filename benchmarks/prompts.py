"""What a conversation costs in input tokens, role by role, where models play all of them: `python -m benchmarks.prompts`.

No model is asked: the prompts of the conversations that a person wrote turn by turn are written down again, as the programs
of this version write them, and counted at four letters a token. What was sent again in vain costs on top of it; a run's own
report counts that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import dspy

from benchmarks.measured import Row
from benchmarks.mutations.talks import Talk, written
from benchmarks.results import table
from tests.standins.engines import ScriptedEngine
from writ_dspy.lm import Connection
from writ_dspy.lm.adapter import StructuredAdapter
from writ_dspy.programs.agent import ModelAgent
from writ_dspy.programs.diversifier import DiversifierProgram
from writ_dspy.programs.diversifier import asked as asked_of_diversifier
from writ_dspy.programs.guide import guide, spoken
from writ_dspy.programs.notes import look_ups
from writ_dspy.programs.records import looked_up
from writ_dspy.programs.user import UserProgram
from writ_dspy.programs.user import asked as asked_of_user
from writ_dspy.programs.wording import given
from writ_dspy.signatures.proposer import PhraseRequest, ReadRequest
from writ_dspy.verify.checks import verify

READINGS = 3
"""Of a request that is worded in one try: its sentences, its brief, and its sentences in the user's voice."""
SEEDS = ["a retired teacher", "dry humor", "likes lists"]
BEFORE = 386_000
"""Input tokens of all roles for each accepted conversation: the first edition with one strong model, 2 of 6 accepted."""
MOST = 60_000
LEAST_SHARED = 0.9
_ADAPTER = StructuredAdapter()
_AGENT = ModelAgent(Connection.over(ScriptedEngine(lambda _: "")), guided=True)


def sent(signature: type[dspy.Signature], inputs: dict[str, Any]) -> str:
    """All messages of one request; a schema stands beside them and is not counted."""
    return "\n".join(message["content"] for message in _ADAPTER.format(signature, [], inputs))


def of_agent(talk: Talk) -> list[str]:
    """What a guided agent is sent, reply by reply."""
    turns = talk.turns
    steps = replies(talk)
    signature = _AGENT._signature(talk.domain)  # noqa: SLF001 - the signature that is sent
    return [sent(signature, _AGENT.asked(talk.task, talk.domain, turns[:index])) for index in steps]


def replies(talk: Talk) -> list[int]:
    """The agent's turns that take a reply of their own: no look-up does that is due by then, and others that need nothing of each other come in one.

    What a look-up needs is what stands in no turn before the first of them, letter for letter; a date or a place that the
    user said in other words counts as needed, so that this is rather too many.
    """
    found: list[int] = []
    before, domain = "", talk.domain
    turns = talk.turns
    for index, turn in enumerate(turns):
        if turn.role != "agent" or any(call in look_ups(talk.task, domain, turns[:index]) for call in turn.calls):
            continue
        reads = len(turn.calls) == 1 and domain.kinds.get(turn.calls[0].tool) == "read"
        goes_on = reads and index > 1 and turns[index - 1].role == "tool" and bool(before)
        if not goes_on or not all(value in before for value in _values(turn.calls[0].args)):
            found.append(index)
            before = "\n".join(one.text for one in turns[:index]) if reads else ""
    return found


def _values(value: Any) -> list[str]:
    """The texts and numbers in it."""
    if isinstance(value, dict):
        value = list(value.values())
    return [text for one in value for text in _values(one)] if isinstance(value, list) else [str(value)]


def tokens(talk: Talk, agent: list[str]) -> dict[str, float]:
    """Input tokens by role, for one conversation in which every reply is right at once."""
    task, turns = talk.task, talk.turns
    users = [index for index, turn in enumerate(turns) if turn.role == "user"]
    known, request = guide(task.domain, "base"), spoken(task.identity, task.requests)
    read = {
        "toolbox": f"{known.tools}\n{known.bare}", "examples": known.read_examples, "records": looked_up(request, talk.domain), "request": request, "objection": "",
    }  # fmt: skip
    texts = {
        "proposer, wording": [sent(PhraseRequest, {"sentences": given(task), "objection": ""})],
        "proposer, reading back": READINGS * [sent(ReadRequest, read)],
        "diversifier": [sent(DiversifierProgram().diversify.signature, asked_of_diversifier(task, SEEDS))],
        "user": [sent(UserProgram().speak.signature, asked_of_user(task, turns[:index])) for index in users],
        "agent": agent,
    }
    return {role: sum(map(len, some)) / 4 for role, some in texts.items()}


def shared(before: str, after: str) -> float:
    """The share of a prompt that the next one begins with, which a server has in its cache."""
    same = next((index for index, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before))
    return same / len(before)


def rows() -> Iterator[Row]:
    """One for each role, one for all of them, and what a cache finds."""
    total: Counter[str] = Counter()
    least, talks = 1.0, written()
    accepted = sum(verify(talk.task, talk.talk, talk.domain).accepted for talk in talks)
    for talk in talks:
        prompts = of_agent(talk)
        total.update(tokens(talk, prompts))
        least = min([least, *(shared(*pair) for pair in pairwise(prompts))])
    theme, note = (
        "prompts",
        f"{len(talks)} conversations that a person wrote, {accepted} of them accepted; four letters a token",
    )
    for role, number in total.items():
        yield Row(theme, f"input tokens for each accepted conversation: {role}", "", round(number / accepted))
    whole = round(sum(total.values()) / accepted)
    yield Row(theme, "input tokens for each accepted conversation: all roles", "", whole, target=MOST, note=note)
    first = "one strong model in all roles, 2 of 6 accepted, what was thrown away included"
    yield Row(theme, "the same in the first edition, measured in a run", "", BEFORE, note=first)
    what = "share of an agent's prompt that the next one does not begin with, at most"
    yield Row(theme, what, "", round(1 - least, 3), target=round(1 - LEAST_SHARED, 3))


if __name__ == "__main__":
    print(table(list(rows()), notes=True))
