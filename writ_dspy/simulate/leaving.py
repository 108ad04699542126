"""What is still owed in a talk, to the user and by it: read off what was said and done, never off how the task comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.simulate.acts import heard, takes_leave
from writ_dspy.simulate.acts.deeds import stem
from writ_dspy.simulate.behaviour import opens
from writ_dspy.simulate.trials.shown import insists
from writ_dspy.task import Request, Task

LEAVES = "leave"
"""Kind of intent of a user's last message."""
_ASKS = frozenset({"question", "proposal"})


def may_leave(task: Task, domain: Domain, turns: Sequence[Turn]) -> bool:
    """Whether nothing is owed: every wish was spoken, the agent has dealt with as many, and asks for nothing now.

    What a wish comes to makes no difference, and neither does what it should come to: a deed, a refusal and an answer
    each settle one. Where the agent's words leave it open whether they settle anything, its own parting does; and once both
    have said goodbye, there is nothing left to say, whatever was forgotten.
    """
    last = turns[-1] if turns else None
    if last is None or last.role != "agent" or last.calls:
        return False
    if transferred(domain, turns):
        return True
    if asks(last.text):
        return False
    if _parted(turns):
        return True
    return not any(unspoken(task, turns)) and (settled(task, domain, turns) or _parting(turns))


def transferred(domain: Domain, turns: Sequence[Turn]) -> bool:
    """Whether the user was handed over, after which nobody says more."""
    return any(domain.transfers(call) for turn in turns for call in turn.calls)


def asks(text: str) -> bool:
    """Whether an agent's message waits for an answer; to ask for further wishes waits for none."""
    return not _ASKS.isdisjoint(heard(text).kinds)


def unspoken(task: Task, turns: Sequence[Turn]) -> Iterator[Request]:
    """The wishes that the user has said no word of."""
    said = [turn.text for turn in turns if turn.role == "user"]
    texts = " ".join(said).lower()
    words = {stem(word) for word in re.findall(r"[a-z]+", texts)}
    for request in task.requests:
        given = (all(mark.lower() in texts for mark in slot.marks) for slot in request.slots if slot.marks)
        named = stem(request.word.lower()) in words
        if not (named or any(given) or any(opens(request, text) for text in said)):
            yield request


def settled(task: Task, domain: Domain, turns: Sequence[Turn]) -> bool:
    """Whether there are as many deeds and refusals as wishes for a deed, and an answer where one was asked for.

    A refusal that asks what the user would like instead settles its wish as long as no deed takes its place.
    """
    deeds = refusals = answers = 0
    waits = False
    brought: set[int] = set()
    for index, turn in enumerate(turns):
        if turn.role == "user":
            new = {at for at, request in enumerate(task.requests) if opens(request, turn.text)} - brought
            refusals += waits and bool(new)  # on to the next wish: this one is left at the refusal
            waits, brought = waits and not new, brought | new
        done = sum(_done(domain, turns, index))
        deeds, waits = deeds + done, waits and not done
        if turn.role == "agent" and turn.text:
            kinds = heard(turn.text).kinds
            refused = "refusal" in kinds
            said = next((before.text for before in reversed(turns[:index]) if before.role == "user"), "")
            again = refusals > 0 and insists(task, domain, said)  # the same no once more settles nothing
            # what is proposed may stand in the place of what is refused
            no = waits or (refused and "proposal" not in kinds and not again)
            refusals += no and not asks(turn.text)
            waits = no and asks(turn.text)
            answers += not refused and not asks(turn.text) and any(before.role == "tool" for before in turns[:index])
    wished = sum(request.decision is not None for request in task.requests)
    asked = any(request.tells for request in task.requests)
    return deeds + refusals + waits >= wished and (not asked or answers + refusals > 0)


def _done(domain: Domain, turns: Sequence[Turn], index: int) -> Iterator[bool]:
    """Of each call of a turn, whether it is a write that went through."""
    for offset, call in enumerate(turns[index].calls, start=1):
        went = index + offset < len(turns) and not turns[index + offset].error
        yield went and domain.kinds.get(call.tool) == "write"


def _parted(turns: Sequence[Turn]) -> bool:
    """Whether the user said goodbye, and the agent did after that."""
    before, said, last = (Turn("agent"), Turn("agent"), Turn("agent"), *turns)[-3:]
    return said.role == "user" and "farewell" in heard(last.text).kinds and takes_leave(said.text, before.text)


def _parting(turns: Sequence[Turn]) -> bool:
    """Whether the agent says goodbye, or answers a user who did."""
    if "farewell" in heard(turns[-1].text).kinds:
        return True
    *_, before, said, _ = (Turn("agent"), Turn("agent"), Turn("agent"), *turns)
    return said.role == "user" and takes_leave(said.text, before.text)
