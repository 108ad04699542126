"""Preference pairs: the same talk up to a point, then the step that was accepted against one that a check rejects.

A step is an agent's message or tool call. Both sides are judged by the same checks at the same place: the talk so far with the
one step, and with the other. The rejected step has a finding of its own there, which the chosen one has not, and the chosen one
is part of a conversation in which no check finds anything, from its first word to its last.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from writ_dspy.conversation import Conversation, Finding, StopReason, Turn
from writ_dspy.dataset.messages import to_messages
from writ_dspy.dataset.missteps import SOURCES, Talk
from writ_dspy.dataset.origin import Origin
from writ_dspy.dataset.rows import Row, as_texts, trajectory_id
from writ_dspy.dataset.rows import schema as rows_schema
from writ_dspy.dataset.splits import Split
from writ_dspy.dataset.tau2_tasks import short_name
from writ_dspy.domains import Domain
from writ_dspy.simulate.loop import Job, converse, played, world_after
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.store.records import talk_on, task_on
from writ_dspy.task import Task
from writ_dspy.verify.checks import verify

if TYPE_CHECKING:
    from pyarrow import Schema

T = TypeVar("T")
MOST = 4
"""Pairs of one conversation, each of another source."""
TRIES = 3
"""Points of a conversation at which one source is tried."""
STEPWISE = frozenset({
    "no_unwanted_write", "identified_before_write", "provenance", "authenticated_first", "policy", "confirmed_before_write",
    "said_before_used", "one_call_per_turn", "grounded", "clean", "well_formed",
})  # fmt: skip
"""Checks that find fault with a step by what came before it; the others look at how a conversation ends."""
NEUTRAL = "One moment, please."
"""A message that claims, asks and promises nothing."""
REJECTED = "rejected conversation"
"""Source of a pair whose rejected step was made in a conversation that was rejected."""
COLUMNS = {
    "pair_id": "id of the pair; unique, also across runs",
    "trajectory_id": "id of the conversation that both sides begin with, as the dataset has it; of a rejected one where that is the source",
    "task_id": "id of the task", "domain": "last part of the name of the domain: `retail`", "kind": "kind of the task", "split": "`train` or `test`",
    "prompt": "messages: system, and the talk up to the step", "chosen": "the accepted step: one assistant message",
    "rejected": "the rejected step: one assistant message", "tools": "OpenAI function schemas of the domain",
    "turn": "index of the step among the turns of the talk", "source": "where the rejected step comes from",
    "check": "a check that rejects it", "saw": "what that check saw", "wanted": "what it wanted",
}  # fmt: skip
"""Every column in order, and what it holds."""


@dataclass(frozen=True)
class Pair:
    """Two steps at one point of a talk."""

    talk: Talk
    """The talk whose turns up to `turn` come before both."""
    turn: int
    chosen: Turn
    rejected: Turn
    source: str
    findings: tuple[Finding, ...]
    """What is wrong with the rejected step; never empty."""


def pairs(task: Task, talk: Conversation, domain: Domain, most: int = MOST) -> Iterator[Pair]:
    """Pairs of a conversation, each proven: of an accepted one by wrong steps in it, of a rejected one by its first wrong step.

    Args:
        task: What it is about.
        talk: One that was judged before; it is judged once more.
        domain: Of both.
        most: Pairs of one conversation.
    """
    verdict = verify(task, talk, domain)
    at = Talk(task, talk, domain)
    yield from _accepted(at, most) if verdict.accepted else _rejected(at, verdict.findings)


def step_findings(at: Talk, turn: int, step: Turn) -> tuple[Finding, ...]:
    """What the checks find at this step, after the turns before it.

    The talk ends with the step, and some checks take the last message of a talk for its answer. So what they would find in any
    message at this place, such as one that only asks for patience, is not held against it.
    """
    found = _found(at, turn, step)
    if found and not step.calls:
        anyway = set(_told(_found(at, turn, Turn("agent", NEUTRAL))))
        found = tuple(one for one in found if (one.check, one.saw) not in anyway)
    return found


def _found(at: Talk, turn: int, step: Turn) -> tuple[Finding, ...]:
    before = at.talk.turns[:turn]
    made = played(at.domain, world_after(at.domain, before), step)
    talk = replace(at.talk, turns=(*before, *made), stop=StopReason.CUT_OFF)
    found = verify(at.task, talk, at.domain).findings
    return tuple(finding for finding in found if finding.turn == turn and finding.check in STEPWISE)


def _accepted(at: Talk, most: int) -> Iterator[Pair]:
    rng = random.Random(f"{at.talk.id}/pairs")
    mine = cache(lambda turn: frozenset(_told(step_findings(at, turn, at.talk.turns[turn]))))
    sources, seen = list(SOURCES), set()
    rng.shuffle(sources)  # else every conversation would be paired with the first few
    count = 0
    for source in sources:
        if count == most:
            return
        steps = [one for one in SOURCES[source](at) if (one.turn, one.step) not in seen]
        rng.shuffle(steps)
        for turn, step in steps[:TRIES]:
            found = step_findings(at, turn, step)
            findings = tuple(one for one in found if (one.check, one.saw) not in mine(turn))
            if findings:
                seen.add((turn, step))
                count += 1
                yield Pair(at, turn, at.talk.turns[turn], step, source, findings)
                break


def _rejected(at: Talk, findings: Sequence[Finding]) -> Iterator[Pair]:
    """The first wrong step of a rejected conversation against what the scripted agent does there, if all then ends well."""
    turn = min(finding.turn for finding in findings)
    if turn >= len(at.talk.turns) or at.talk.turns[turn].role != "agent":
        return
    wrong = tuple(finding for finding in step_findings(at, turn, at.talk.turns[turn]))
    if not wrong:
        return
    work = Job(at.task, 0, at.talk.seed)
    other = _at_once(converse(work, at.domain, ScriptedUser(), ScriptedAgent(), begun=at.talk.turns[:turn]))
    if len(other.turns) <= turn or not verify(at.task, other, at.domain).accepted:
        return
    chosen = other.turns[turn]
    if chosen.role != "agent":
        return
    mine = set(_told(step_findings(at, turn, chosen)))
    wrong = tuple(finding for finding in wrong if (finding.check, finding.saw) not in mine)
    if wrong and (chosen.text, chosen.calls) != (at.talk.turns[turn].text, at.talk.turns[turn].calls):
        yield Pair(at, turn, chosen, at.talk.turns[turn], REJECTED, wrong)


def _told(findings: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    return ((finding.check, finding.saw) for finding in findings)


def _at_once(talking: Coroutine[Any, Any, T]) -> T:
    """What scripted roles come to: they wait for nothing, so no event loop is needed."""
    try:
        talking.send(None)
    except StopIteration as done:
        found: T = done.value
        return found
    raise AssertionError("a scripted role waits for something")


# ----------------------------------------------------------------------------- rows


def record(pair: Pair, side: Split) -> Row:
    """A pair as TRL's trainers of preferences take it: `prompt`, `chosen` and `rejected` are messages, beside `tools`.

    What is JSON in `schema` is JSON as text here.

    Source:
        https://huggingface.co/docs/trl/dataset_formats
    """
    at = pair.talk
    prompt, chosen = _messages(at, pair.turn, pair.chosen)
    _, rejected = _messages(at, pair.turn, pair.rejected)
    first = pair.findings[0]
    said = json.dumps([prompt[1:], chosen, rejected], sort_keys=True, ensure_ascii=False)
    return {
        "pair_id": f"{at.talk.id}-{pair.turn}-{hashlib.sha256(said.encode()).hexdigest()[:10]}",
        "trajectory_id": trajectory_id(at.task, at.talk),
        "task_id": at.task.id,
        "domain": short_name(at.task.domain),
        "kind": at.task.kind,
        "split": side,
        "prompt": as_texts(prompt),
        "chosen": as_texts([chosen]),
        "rejected": as_texts([rejected]),
        "tools": as_texts(at.domain.tools),
        "turn": pair.turn,
        "source": pair.source,
        "check": first.check,
        "saw": first.saw,
        "wanted": first.wanted,
    }


def _messages(at: Talk, turn: int, step: Turn) -> tuple[list[Row], Row]:
    """The messages before a step, and the step as a message."""
    before = at.talk.turns[:turn]
    made = played(at.domain, world_after(at.domain, before), step)
    whole = (*before, *made, *(Turn("agent", "") for _ in step.calls[:1]))  # a talk to learn from ends with the agent
    messages = to_messages(replace(at.talk, turns=whole), at.domain)
    place = 1 + turn  # one message per turn, behind the system prompt
    return messages[:place], messages[place]


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The columns in Arrow, messages and tools as the dataset has them."""
    import pyarrow as pa

    rows = rows_schema()
    kinds = {name: rows.field("messages").type for name in ("prompt", "chosen", "rejected")}
    kinds |= {"tools": rows.field("tools").type, "turn": pa.int32()}
    return pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])


@dataclass(frozen=True)
class Pairing:
    """Some judged conversations of one split with their tasks, as the run keeps them; a worker makes pairs of them."""

    number: int
    side: Split
    talks: tuple[bytes, ...]
    tasks: tuple[bytes, ...]
    origin: Origin = field(default_factory=Origin)
    """What the run was made with."""

    def run(self) -> tuple[int, list[Row]]:
        """The number, and the pairs in the order of the conversations."""
        tasks: dict[str, Task] = {task.id: task for line in self.tasks for task in [task_on(line)]}
        domains = {name: self.origin.domain(name) for name in {task.domain for task in tasks.values()}}
        found = []
        for line in self.talks:
            talk = talk_on(line)
            task = tasks[talk.task_id]
            found += [record(pair, self.side) for pair in pairs(task, talk, domains[task.domain])]
        return self.number, found
