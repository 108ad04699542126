"""The sample of the README and of `docs/burden.md`: one task with its proof, and the conversation about it."""

from __future__ import annotations

import asyncio
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from pages import blocks
from writ_dspy.conversation import Conversation, Turn
from writ_dspy.domains import Domain, load
from writ_dspy.evidence.witness import Witness, certify
from writ_dspy.propose.mix import Cell, Mix, to_yaml
from writ_dspy.propose.proposer import fill
from writ_dspy.simulate.behaviour import assign
from writ_dspy.simulate.loop import converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import Outcome, Task
from writ_dspy.verify.checks import CHECKS, Verdict, verify

CELL = Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=4, count=60)
"""With seed 0, the sample is one of its tasks."""
TOOL = "update_reservation_flights"
WIDTH = 92


@dataclass(frozen=True, slots=True)
class Shown:
    """A task with everything that is shown of it."""

    task: Task
    talk: Conversation
    verdict: Verdict
    outcome: Outcome
    proof: tuple[Witness, ...]


def played() -> Shown:
    """The shortest conversation of the cell about a change of flights whose user speaks plainly and says all at once."""
    domain = load(CELL.domain)
    tasks = [task for task in assign(fill(CELL, 0, "base").tasks, 0, 0) if task.gold[0].tool == TOOL and _plain(task)]
    talks = [(task, _talk(task, domain)) for task in tasks]
    task, talk = min(talks, key=lambda pair: sum(len(turn.text) for turn in pair[1].turns if turn.role != "tool"))
    (outcome,), (decision,) = task.decided, task.goal.decisions
    return Shown(task, talk, verify(task, talk, domain), outcome, certify(decision, outcome, domain))


def _plain(task: Task) -> bool:
    levels = dict(task.behaviour.levels) if task.behaviour else {}
    wanted = {"disclosure": "all at once", "language": "plain", "digression": "none"}
    return wanted.items() <= levels.items()


def _talk(task: Task, domain: Domain) -> Conversation:
    return asyncio.run(converse(job(task, 0, 0), domain, ScriptedUser(), ScriptedAgent()))


def cell() -> str:
    """The mix that holds it."""
    return blocks.fenced(to_yaml(Mix(cells=(CELL,))), "yaml")


def transcript(shown: Shown, cut: int) -> str:
    """One paragraph per turn; of a tool's result, so many characters."""
    return blocks.fenced("\n".join(line for turn in shown.talk.turns for line in _turn(turn, cut)))


def _turn(turn: Turn, cut: int) -> Iterator[str]:
    text = turn.text
    if turn.role == "tool" and len(text) > cut:
        text = f"{text[:cut]}… ({len(text):,} characters)"
    indent = " " * 7
    for number, words in enumerate([f"→ {call}" for call in turn.calls] or text.splitlines()):
        start = indent if number else f"{turn.role:7}"
        yield from textwrap.wrap(words, WIDTH, initial_indent=start, subsequent_indent=indent, break_on_hyphens=False)


def facts(shown: Shown) -> str:
    """What the run keeps beside the talk."""
    task, verdict = shown.task, shown.verdict
    levels = dict(task.behaviour.levels) if task.behaviour else {}
    rows = {
        "kind": f"{task.kind}; {task.axes.writes} write, burden {task.axes.burden}",
        "gold": f"`{shown.outcome.call}`",
        "evidence": "<br>".join(f"`{call}`" for call in shown.outcome.evidence),
        "behavior": ", ".join(f"{name}: {level}" for name, level in levels.items()),
        "checks": f"{', '.join(check.__name__ for check in CHECKS)}: "
        + ("no finding" if verdict.accepted else "; ".join(map(str, verdict.findings))),
    }
    return blocks.table(["", f"`{shown.talk.id}`"], rows.items())


def invented(shown: Shown) -> str:
    """What `~` means, by the first copy of a flight that would have been right in its stead."""
    copies = (re.search(r"'~(\w+)' \(not '\1'\)", proof.outcome) for proof in shown.proof)
    flight = next(match[1] for match in copies if match)
    return (
        f"`~` marks what is invented: below, `~{flight}` is a copy of `{flight}`, changed so that "
        f"`{flight}` itself would not be the right one."
    )


def table(shown: Shown) -> str:
    """For each read of the evidence, in a row: what it could have shown instead, and what would have been right then."""
    rows = [[f"`{proof.read}`", _code(proof.change), _code(proof.outcome)] for proof in shown.proof]
    return blocks.table(["the agent must read", "because, had it shown …", "… this would have been right"], rows)


def _code(text: str) -> str:
    """In code font where it holds values."""
    return f"`{text}`" if set("'_(") & set(text) else text


def witnesses(shown: Shown) -> str:
    """The same in full, one paragraph per read."""
    lines = []
    for number, proof in enumerate(shown.proof, 1):
        lines += [
            f"{number}. {proof.read}",
            *_indented("locates; contradicted by another read of the evidence" if proof.locates else "decides"),
            *_indented(f"change: {proof.change}"),
            *_indented(f"then:   {proof.outcome}"),
        ]
    return blocks.fenced("\n".join(lines))


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="   ", subsequent_indent=" " * 11, break_on_hyphens=False)
