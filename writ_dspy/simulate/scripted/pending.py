"""What is pending between the scripted agent and its user: details that are owed, denials and reports that nobody has heard yet."""

from __future__ import annotations

from collections import Counter

from writ_dspy.simulate.scripted import plan
from writ_dspy.simulate.scripted.answering import Answering
from writ_dspy.simulate.trials.dealing import VOLUNTEERED
from writ_dspy.task import Request

_AT_ONCE = 4
"""Questions that one message asks, give or take one."""


class Pending(Answering):
    """Where each request stands, by what was said and done."""

    def _denied(self, index: int) -> bool:
        """Whether all was read and said by which the request is to be refused, and nobody has to be asked anything."""
        request = self.task.requests[index]
        if request.decision is None:
            return False
        outcome = self.task.outcomes[request.decision]
        if outcome.call is not None or outcome.transfer or outcome.attempt or self._owed(index, request):
            return False
        return bool(self.now.reads) and all(call in self.now.reads for call in outcome.trace)

    def _finished(self, index: int, request: Request) -> bool:
        if request.decision is None:
            return f"answer:{index}" in self.now.told
        outcome = self.task.outcomes[request.decision]
        if outcome.call is not None:
            return outcome.call in self.now.written or f"failed:{index}" in self.now.told
        return any(told.endswith((f"refuse:{index}", f":refused {index}")) for told in self.now.told)

    def _owed(self, index: int, request: Request) -> list[str]:
        """Keys of the details that the user has not said."""
        return [
            slot.key
            for slot in request.slots
            if plan.detail(index, slot.key) not in self.now.said and slot.key != "fallback"
        ]

    def _asked_of(self, index: int, request: Request) -> bool:
        """Whether anything of a request was asked before."""
        return any(f"ask:{plan.detail(index, slot.key)}" in self.now.told for slot in request.slots)

    def _next_keys(self, index: int, owed: list[str]) -> list[str]:
        """Which of the details that are owed to ask for now: those that were left out of an answer come first, one by one.

        What a user brings up by itself is asked for last: who has not spoken of a question may have none.
        """
        asked = [key for key in owed if f"ask:{plan.detail(index, key)}" in self.now.told]
        if asked:
            return asked[:1]
        owed = [key for key in owed if key not in VOLUNTEERED] or owed
        return owed[:1] if self._one_by_one() else owed if len(owed) <= _AT_ONCE + 1 else owed[:_AT_ONCE]

    def _one_by_one(self) -> bool:
        """Whether the user has left out something that it was asked for along with something else."""
        asked = Counter(
            about
            for turn in self.turns
            if turn.role == "agent" and turn.intent and turn.intent.kind == "ask"
            for about in turn.intent.about
        )
        return any(times > 1 and ":" in about for about, times in asked.items())

    def _first_name(self) -> str:
        """The user's, by the profile or by what they were looked up with; empty where neither tells it."""
        name = self.domain.pack.fields.given
        profile = next(self.now.seen.rows("profile"), None)
        given = (call.args.get(name) for call, seen in self.now.reads.items() if not seen.error)
        return str((profile or {}).get(name) or next(filter(None, given), ""))

    def _unrefused(self) -> list[int]:
        """The requests that are to be denied, and of which nobody was told so yet."""
        return [
            index
            for index, request in enumerate(self.task.requests)
            if plan.opening(index) in self.now.said and self._denied(index) and not self._finished(index, request)
        ]

    def _unreported(self) -> list[Request]:
        return [
            request
            for request in self.task.requests
            if request.decision is not None
            and self.task.outcomes[request.decision].call in self.now.written
            and not any(told.endswith(f":done {request.decision}") for told in self.now.told)
        ]

    def _reported(self) -> tuple[str, ...]:
        done = tuple(f"done {request.decision}" for request in self._unreported())
        return (*done, *(f"refused {index}" for index in self._unrefused()))
