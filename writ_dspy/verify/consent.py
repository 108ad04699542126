"""Consent: what was proposed before a write, and whether the user agreed to it."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.conversation import Finding
from writ_dspy.simulate.acts import agreed
from writ_dspy.task import Call
from writ_dspy.verify.case import Case


def confirmed_before_write(case: Case) -> Iterator[Finding]:
    """Before a write, its details were listed, and the user's last word on them was a yes."""
    for step in case.writes:
        if step.fresh.error:
            continue  # nothing was changed; no_unwanted_write or policy judge the attempt
        groups = case.domain.pack.phrases.renderings(step.call)
        best: list[str] = [group[0] for group in groups]
        for index in range(step.turn - 1, -1, -1):
            turn = case.talk.turns[index]
            if turn.role != "agent" or not turn.text:
                continue
            lower = turn.text.lower()
            unlisted = [group[0] for group in groups if not any(text in lower for text in group)]
            if unlisted:
                best = min(best, unlisted, key=len)
                continue
            if agreed(case.talk.turns, index, step.turn) is not None:
                break
            best = []
        else:
            wanted = f"{', '.join(best[:4])} listed first" if best else "an explicit yes after the list"
            yield Finding("confirmed_before_write", step.turn, str(step.call), wanted)


def proposal(case: Case, call: Call) -> int | None:
    """The last agent turn that lists a call's details."""
    groups = case.domain.pack.phrases.renderings(call)
    for index in range(len(case.talk.turns) - 1, -1, -1):
        lower = case.talk.turns[index].text.lower()
        if case.talk.turns[index].role == "agent" and all(any(text in lower for text in group) for group in groups):
            return index
    return None
