"""What the agent's words and calls ask of a user: which details, a yes to which write, the next wish, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

from writ_dspy import patterns as re
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.domains.listing import compiled
from writ_dspy.simulate.acts import Heard, heard
from writ_dspy.simulate.acts.clauses import clauses
from writ_dspy.simulate.acts.lexicon import CODES
from writ_dspy.simulate.acts.message import Asked
from writ_dspy.simulate.scripted import plan
from writ_dspy.simulate.scripted.plan import opened_at
from writ_dspy.simulate.scripted.proposals import Weighed, weigh
from writ_dspy.task import Task

_VAGUE = frozenset({"fallback", "scope", "question", "wish"})
"""Slots to which a question can lead that speaks of something else."""
_STOP = CODES["STOP"]
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_ELSE = re.compile(r"\b(?:else|other|further|more|another|additional)\b")
"""Words of an offer that takes what was asked for as done."""


class Hearing:
    """The agent's words since the user last spoke, beside what this user has said; no intent of the agent is looked at."""

    def __init__(self, task: Task, domain: Domain, turns: Sequence[Turn], said: set[str]) -> None:
        self.task, self.domain, self.turns, self.said = task, domain, turns, said
        spoke = max((index for index, turn in enumerate(turns) if turn.role == "user"), default=-1)
        self.new = turns[spoke + 1 :]
        self.text = "\n".join(turn.text for turn in self.new if turn.role == "agent" and turn.text)
        self.heard: Heard = heard(self.text)
        self.kinds = self.heard.kinds
        self._meant: dict[str, list[str]] = {}
        """By sentence, what it asks for."""

    # ------------------------------------------------------------------ where things stand

    @property
    def transferred(self) -> bool:
        """Whether the agent has handed the user over."""
        return any(self.domain.transfers(call) for turn in self.new for call in turn.calls)

    @property
    def ends(self) -> bool:
        """Whether the agent takes its leave, and asks for nothing."""
        return "farewell" in self.kinds and not self.kinds & {"question", "offer", "proposal"}

    @property
    def waits(self) -> bool:
        """Whether the agent only asks for a moment."""
        return self.kinds == {"report"} and any(_STOP in part.codes for part in clauses(self.text)[-3:])

    @property
    def takes_as_done(self) -> bool:
        """Whether it asks what else there is to do."""
        return _takes_as_done(self.heard)

    @cached_property
    def opened(self) -> list[int]:
        """Requests that the user has brought up."""
        return [index for index in range(len(self.task.requests)) if plan.opening(index) in self.said]

    @cached_property
    def open(self) -> list[int]:
        """Those of them of which nothing has come yet: no write was tried, no refusal or answer heard."""
        said, opened, settled = set[str](), list[int](), set[int]()
        for turn in self.turns:
            if turn.role == "user":
                said |= set(turn.intent.about) if turn.intent else set()
                opened = [index for index in self.opened if plan.opening(index) in said]
            elif turn.role == "agent":
                settled |= set(self._settles(turn, [index for index in opened if index not in settled], said))
        return [index for index in self.opened if index not in settled]

    def _settles(self, turn: Turn, waiting: list[int], said: set[str]) -> list[int]:
        """Which of the requests that wait an agent's turn brings to an end."""
        requests, outcomes = self.task.requests, self.task.outcomes
        found = [
            index
            for index in waiting
            if (decision := requests[index].decision) is not None and outcomes[decision].call in turn.calls
        ]
        read = heard(turn.text)
        if read.kinds & {"refusal", "proposal"}:  # one thing may be denied in front of another that is proposed
            final = [index for index in waiting if self._has_no_more(index, said)]
            refused = [one.lower() for one in _SENTENCE.split(turn.text) if "refusal" in heard(one).kinds]
            named = [index for index in final if any(requests[index].word.lower() in one for one in refused)]
            found += named[: len(refused)] or final[:1]
        told = [index for index in waiting if requests[index].decision is None]
        found += told[:1] if _takes_as_done(read) else [index for index in told if self._told(index, turn.text.lower())]
        return found

    def _told(self, index: int, lower: str) -> bool:
        """Whether a message tells all that a request asks for."""
        values = [self.task.told[tell].lower() for tell in self.task.requests[index].tells]
        return bool(lower) and all(value in lower or self.domain.pack.mentions(value, lower) for value in values)

    def _has_no_more(self, index: int, said: set[str]) -> bool:
        """Whether there is no second choice that the user has kept back."""
        ref = plan.detail(index, "fallback")
        return ref in said or ref not in self._details(index)

    # ------------------------------------------------------------------ what is asked for

    def owed(self) -> list[str]:
        """Everything that the user has not told yet of what it has brought up."""
        owed = [] if plan.IDENTITY in self.said else [plan.IDENTITY]
        return owed + [ref for index in self.opened for ref in self._details(index) if ref not in self.said]

    @cached_property
    def asked(self) -> list[str]:
        """The details that the message asks for: those not told yet, else the same again, or whatever is owed if they were told just now."""
        asking = [asked for asked in self.heard.asked if not _offers_more(asked)]
        named = {ref for asked in asking for ref in self._about(asked.text)}
        found = named | {ref for asked in asking if not self._about(asked.text) for ref in self._about(asked.before)}
        ordered = [plan.IDENTITY, *(ref for index in range(len(self.task.requests)) for ref in self._details(index))]
        wanted = [ref for ref in ordered if ref in found]
        fresh = [ref for ref in wanted if ref not in self.said]
        if fresh:
            again = plan.IDENTITY in named - set(fresh) and not self._found
            return [plan.IDENTITY, *fresh] if again else fresh
        again = bool(wanted) and set(wanted) <= self._just_told - {plan.IDENTITY}
        return (self.owed() if again else []) or wanted

    @cached_property
    def _found(self) -> bool:
        """Whether anything was looked up: whoever then asks for a zip code among other things means that of an address."""
        return any(turn.role == "tool" and not turn.error for turn in self.turns)

    @cached_property
    def _just_told(self) -> set[str]:
        """What the user's last message was about: whoever asks for the same again wants something else."""
        last = next((turn for turn in reversed(self.turns) if turn.role == "user"), None)
        return set(last.intent.about) if last and last.intent else set()

    def _about(self, text: str) -> list[str]:
        """What a sentence asks for, of the request that it can be about; what was not told yet comes first."""
        if text not in self._meant:
            self._meant[text] = self._meaning(text)
        return self._meant[text]

    def _meaning(self, text: str) -> list[str]:
        identity = [plan.IDENTITY] if self._matches("identity", text) else []
        matched = [self._asked_of(index, text) for index in self._likely]
        for refs in (*([ref for ref in refs if ref not in self.said] for refs in matched), *matched):
            if refs:
                fresh = plan.IDENTITY not in self.said or any(ref in self.said for ref in refs)
                return [*(identity if fresh else []), *refs]
        return identity

    def _asked_of(self, index: int, text: str) -> list[str]:
        """What a sentence asks for of a request; what any question may mean only if that is all, or the first choice was refused."""
        refs = [ref for ref in self._details(index) if self._matches(ref.split(":", 1)[1], text)]
        first = [ref for ref in refs if ref.split(":", 1)[1] not in _VAGUE]
        return first if any(ref not in self.said for ref in first) and "refusal" not in self.kinds else refs

    @cached_property
    def _likely(self) -> list[int]:
        """Requests in the order in which a question is likely to be about them."""
        recent = sorted(
            self.open, key=lambda index: -opened_at(self.turns, index)
        )  # whoever left a subject is asked about the new one
        return [*recent, *(index for index in reversed(self.opened) if index not in self.open)]

    def _matches(self, key: str, text: str) -> bool:
        pattern = self.domain.pack.phrases.about.get(key)
        return pattern is not None and _speaks_of(pattern, text)

    def _details(self, index: int) -> list[str]:
        return list(dict.fromkeys(plan.detail(index, slot.key) for slot in self.task.requests[index].slots))

    def keys(self, names: Sequence[str]) -> set[str]:
        """The slots that the details of a write come from, by what these are called."""
        about = self.domain.pack.phrases.about
        return {key for key, pattern in about.items() for name in names if compiled(pattern).search(name.lower())}

    # ------------------------------------------------------------------ what is proposed

    @property
    def puts(self) -> bool:
        """Whether something is put to the user for a yes: in so many words, or as a whole list with a question about no detail."""
        if "proposal" in self.kinds:
            return True
        if "question" not in self.kinds or any(ref not in self.said for ref in self.asked):
            return False
        return any(item.right and item.now for item in self.weighed)

    def proposals(self) -> int:
        """How often the agent has put something to the user for a yes."""
        texts = (turn.text for turn in self.turns if turn.role == "agent" and turn.text)
        return sum("proposal" in heard(text).kinds and "handover" not in heard(text).kinds for text in texts)

    @cached_property
    def weighed(self) -> list[Weighed]:
        """What is proposed beside each write that the user wants."""
        now = plan.standing(self.task, self.domain, self.turns)
        second = {
            request.decision
            for index, request in enumerate(self.task.requests)
            if request.decision is not None and plan.detail(index, "fallback") in self.said
        }
        return weigh(self.task, self.domain, self.turns, now.seen, frozenset(now.written), frozenset(second))


@lru_cache(maxsize=8192)
def _speaks_of(pattern: str, text: str) -> bool:
    """Whether a sentence of the agent speaks of a detail; it asks for it in the same words in many talks."""
    return compiled(pattern).search(text) is not None


def _takes_as_done(read: Heard) -> bool:
    """Whether a message asks what else there is to do."""
    return any(map(_offers_more, read.asked))


def _offers_more(asked: Asked) -> bool:
    return asked.kinds == {"offer"} and _ELSE.search(asked.text) is not None
