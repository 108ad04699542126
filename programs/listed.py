"""How far a change has come: not listed yet, listed without a yes, or agreed to, as the checks of a finished talk see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from writ_dspy.conversation import Conversation, StopReason, Turn
from writ_dspy.domains import Domain
from writ_dspy.simulate.acts import assents, heard
from writ_dspy.simulate.listpart import proposed
from writ_dspy.task import Call, Task
from writ_dspy.verify.case import Case
from writ_dspy.verify.consent import consented, details_of

MOST, NEARLY_ALL = 0.5, 0.8
"""Share of the details of a change by which a message is the list of it, and where the answer was a yes, which may be to another one."""

Stage = Literal["open", "listed", "agreed"]


def stage(task: Task, domain: Domain, turns: Sequence[Turn], call: Call) -> Stage:
    """Where the talk stands with this change; a yes counts only where the change could be made on it."""
    said = max((at for at, turn in enumerate(turns) if turn.role == "user"), default=0)
    asked = max((at for at, turn in enumerate(turns[:said]) if turn.role == "agent" and turn.text), default=-1)
    if asked < 0:
        return "open"
    yes = assents(turns[said].text, turns[asked].text)
    if not yes and "proposal" not in heard(turns[asked].text).kinds:
        return "open"
    made = (*turns, Turn("agent", calls=(call,)), Turn("tool"))
    case = Case(task, Conversation("", task.id, made, StopReason.CUT_OFF, 0, "", ""), domain)
    step = next((step for step in case.writes if step.turn == len(turns)), None)
    if step is None:
        return "open"
    if consented(case, step):
        return "agreed"
    owed = [detail for detail in details_of(case, call, len(turns)) if not detail.given("")]
    named = proposed(owed, turns[asked].text.lower())
    return "listed" if owed and len(named) >= (NEARLY_ALL if yes else MOST) * len(owed) else "open"
