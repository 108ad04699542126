"""The user's own rules, turn by turn: the loop draws a turn that breaks one again, the verifier rejects it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.conversation import Finding, Turn
from writ_dspy.domains import Domain
from writ_dspy.simulate.wishes import Wanted, strays
from writ_dspy.task import Behaviour, Task
from writ_dspy.trial import WrongFirst

_ZIP = re.compile(r"(?<![\w#-])\d{5}(?![\w-])")


def user_faults(task: Task, domain: Domain, before: Sequence[Turn], turn: Turn) -> Iterator[Finding]:
    """What one user turn says that this user cannot know, or must not give away."""
    index = len(before)
    shown_ = "\n".join(item.text for item in before if item.role == "agent").lower()
    own = " ".join([str(fact.value) for fact in task.facts] + [task.instruction, task.identity.text]).lower()
    slip = " ".join(_wrong(task.behaviour)).lower() if task.behaviour else ""
    tokens = domain.pack.ids(turn.text) | set(_ZIP.findall(turn.text))
    for token in sorted(tokens):
        bare = token.lower().lstrip("#")  # people leave the sign out, and start a sentence with an e-mail
        if bare not in own and bare not in shown_ and bare not in slip:
            yield Finding("user_faithful", index, token, "only facts that this user knows")
    if not turn.text.strip():
        yield Finding("user_faithful", index, "an empty message", "something said")


def _wrong(behaviour: Behaviour) -> Iterator[str]:
    """What this user was dealt to get wrong."""
    if behaviour.slip:
        yield behaviour.slip[1]
    yield from (trial.wrong for trial in behaviour.trials if isinstance(trial, WrongFirst))


def wish_faults(wanted: Wanted, before: Sequence[Turn], turn: Turn) -> Iterator[Finding]:
    """What one user turn wants that its task does not hold, or holds otherwise."""
    for saw, meant in strays(wanted, before, turn.text):
        yield Finding("user_faithful", len(before), saw, meant)
