"""The form of a conversation: speakers take turns, every call is one that the domain takes, and every call has its result."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.conversation import Finding
from writ_dspy.verify.case import Case, short

_ARITHMETIC = re.compile(r"[\d\s.+\-*/()]*\d[\d\s.+\-*/()]*")


def well_formed(case: Case) -> Iterator[Finding]:
    """Speakers take turns, calls are such as the domain takes, each has its result, and a calculator is given arithmetic."""
    yield from _turns(case)
    for index in case.orphans:
        yield Finding("well_formed", index, "a result that answers no call", "a call before it")
    for step in case.steps:
        if step.flaw:
            yield Finding(
                "well_formed",
                step.turn,
                f"{short(str(step.call), 80)}: {short(step.flaw)}",
                "a call that the domain takes",
            )
        if not step.answered:
            yield Finding(
                "well_formed", step.turn, f"{short(str(step.call), 80)} without a result", "the result of each call"
            )
        if case.kind(step.call) == "generic" and not step.flaw:
            sums = step.call.args.get("expression")
            if isinstance(sums, str) and not _ARITHMETIC.fullmatch(sums):
                yield Finding("well_formed", step.turn, short(str(step.call), 80), "numbers and + - * / ( ) alone")


def _turns(case: Case) -> Iterator[Finding]:
    """A message is answered by the other side; the agent may greet first, but does nothing before the user has spoken."""
    before = None
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "tool":
            continue
        if before is None and turn.calls:
            yield Finding("well_formed", index, "a call before the user has spoken", "the user's wish first")
        elif before is not None and before.role == turn.role and not before.calls:
            other = "the user" if turn.role == "agent" else "the agent"
            yield Finding("well_formed", index, f"the {turn.role} again", f"a turn of {other} between")
        before = turn
