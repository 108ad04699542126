"""The user as a program: one message per turn, from the task's brief and the user's behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dspy

from writ_dspy.conversation import Finding, Intent, Turn
from writ_dspy.domains import Domain
from writ_dspy.errors import RoleError
from writ_dspy.lm import BadReply, Connection
from writ_dspy.lm.adapter import OBJECTION
from writ_dspy.programs.talk import as_text
from writ_dspy.programs.tries import derive, unusable
from writ_dspy.signatures.user import SpeakAsUser
from writ_dspy.simulate.briefing import behaves, situation
from writ_dspy.simulate.leaving import LEAVES, asks, may_leave, parted, transferred, unspoken
from writ_dspy.task import Task

DRAWS = 3
"""Draws of one turn, the first included, while the reply cannot be used."""
EMPTY = "The message was empty; say something."
_AS_MOST = "As most people do."


class UserProgram(dspy.Module):
    """One predictor; its instructions and demonstrations are what an optimizer changes."""

    def __init__(self) -> None:
        super().__init__()
        self.speak = dspy.Predict(SpeakAsUser)

    async def aforward(self, **inputs: str) -> dspy.Prediction:
        """The next message, with the model of the surrounding `dspy.context`."""
        return await self.speak.acall(**inputs)


class ModelUser:
    """Satisfies the `User` protocol with a language model."""

    def __init__(self, connection: Connection, program: UserProgram | None = None) -> None:
        self.connection = connection
        self.program = program or UserProgram()
        self.name = f"free:{connection.model_name}"
        self._short: dict[type[dspy.Signature], type[dspy.Signature]] = {}

    async def speak(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn | None:
        """The next message, or None: the user can leave once nothing is owed, and its farewell is its last message.

        Raises:
            RoleError: The model had nothing to say in `DRAWS` draws.
            LMError: The server failed, or no reply could be used.
        """
        return await self._speak(task, domain, turns, seed, "")

    async def again(
        self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int, refused: Turn, faults: Sequence[Finding]
    ) -> Turn | None:
        """The message anew: the model is told what was wrong with the one that it wrote.

        Raises:
            RoleError: The model had nothing to say in `DRAWS` draws.
            LMError: The server failed, or no reply could be used.
        """
        usage = self.connection.usage
        usage.redraws += 1
        usage.sent_back.update({f"user_faithful: {fault.wanted.partition(':')[0]}" for fault in faults})
        why = "; ".join(f"{fault.saw}; wanted: {fault.wanted}" for fault in faults)
        return await self._speak(
            task, domain, turns, seed, f'"{refused.text}" was refused. {why}. Write another message.'
        )

    async def _speak(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int, objection: str) -> Turn | None:
        if transferred(domain, turns) or _left(turns) or (parted(turns) and not any(unspoken(task, turns))):
            return None
        told = objection
        for draw in range(DRAWS):
            self.connection.usage.redraws += draw > 0
            try:
                said = await self._draw(task, domain, turns, derive(seed, len(turns), draw), told)
            except BadReply as reply:
                if draw == DRAWS - 1:
                    raise
                told = " ".join(filter(None, (objection, unusable(reply))))
                continue
            if said is None or said.text:
                return said
            told = " ".join(filter(None, (objection, EMPTY)))
        raise RoleError(
            f"the user {self.name} said nothing in {DRAWS} draws for turn {len(turns)} of {task.id}. "
            "Give this role another model or another temperature."
        )

    async def _draw(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int, objection: str) -> Turn | None:
        free = may_leave(task, domain, turns)
        predictor = self.program.speak
        signature = predictor.signature if free else self._staying(predictor.signature)
        inputs = asked(task, turns)
        if objection:
            signature, inputs = signature.append(OBJECTION, dspy.InputField(), str), inputs | {OBJECTION: objection}
        said = await self.connection.predict(
            predictor,
            seed=seed,
            signature=signature,
            **inputs,
        )
        text, leaves = said.message.strip(), free and said.leave
        if leaves and not text:
            return None
        return Turn("user", text, intent=Intent(LEAVES) if leaves else None)

    def _staying(self, signature: type[dspy.Signature]) -> type[dspy.Signature]:
        """The signature while the user has to stay: it offers no way to end the chat."""
        if signature not in self._short:
            self._short[signature] = signature.delete("leave")
        return self._short[signature]


def _left(turns: Sequence[Turn]) -> bool:
    """Whether the user has said goodbye, and the answer to it asks nothing."""
    said = next((turn for turn in reversed(turns) if turn.role == "user"), None)
    return said is not None and said.intent == Intent(LEAVES) and not asks(turns[-1].text)


def asked(task: Task, turns: Sequence[Turn]) -> dict[str, Any]:
    """What the program is given for the next turn."""
    return {
        "situation": situation(task),
        "manner": "\n".join(f"- {one}" for one in behaves(task)) or _AS_MOST,
        "conversation": as_text(turns, "user"),
    }
