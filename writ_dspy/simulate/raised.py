"""Which wishes a customer has brought up by now, and which of them came to an end: read off the words and calls of a talk."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.domains.listing import compiled
from writ_dspy.simulate.acts import heard
from writ_dspy.simulate.acts.deeds import stem
from writ_dspy.simulate.behaviour import OPENS, discloses, share_of_opening
from writ_dspy.simulate.manner.words import sentences, words
from writ_dspy.task import Request, Task, in_own_words

NEARLY = 0.8
"""Share of an opening by which two sentences hold it: there are more words in them that it may hold by chance."""


def brought_up(task: Task, domain: Domain, turns: Sequence[Turn]) -> frozenset[int]:
    """The requests that the customer has brought up, by their numbers (see `raised_at`)."""
    return frozenset(raised_at(task, domain, turns))


def raised_at(task: Task, domain: Domain, turns: Sequence[Turn]) -> Mapping[int, int]:
    """The requests that the customer has brought up, each with the turn from which on their words may be about it.

    A request is brought up by its opening, by name, or by details of its own; where these were all, they may have come before
    it, and so anywhere. A sentence opens the request whose opening it is most like. A name (the request's word, or what the domain
    knows of asking for its deed) brings up a request only while no other one to which it may belong is going on. A detail without
    a number, such as a way to pay, may be another one's: it takes two.
    """
    requests = in_own_words(task).requests
    leads = [index for index in range(len(requests)) if task.together(index)[0] == index]
    since: dict[int, int] = {}
    detailed: set[int] = set()
    said = told = ""
    for at, turn in enumerate(turns):
        told += f"\n{turn.text}" if turn.role == "agent" else ""
        if turn.role != "user":
            continue
        said += f"\n{turn.text}"
        for index in _opened(requests, leads, turn.text):
            since.setdefault(index, at)
        for index in (i for i in leads if i not in since and _detailed(task, requests, i, said, told)):
            since[index] = at
            detailed.add(index)
        for index in leads:
            going = [i for i, start in since.items() if not ended(task, domain, i, turns[start:at])]
            names = _names(task, domain, requests, index, turn.text)
            if index not in since and any(
                not any(name in _called(task, domain, requests, i) for i in going) for name in names
            ):
                since[index] = at
    return {other: 0 if index in detailed else at for index, at in since.items() for other in task.together(index)}


def _opened(requests: Sequence[Request], leads: Sequence[int], text: str) -> Iterator[int]:
    """Of each sentence, and of each two in a row, the request whose opening it holds; of two, nearly all of it."""
    alone = sentences(text)
    pairs = map(" ".join, itertools.pairwise(alone))
    for part, least in (*((one, OPENS) for one in alone), *((two, NEARLY) for two in pairs)):
        shares = [(share_of_opening(requests[index], part), -index) for index in leads if requests[index].opening]
        share, place = max(shares, default=(0.0, 0))
        if share >= least:
            yield -place


def _detailed(task: Task, requests: Sequence[Request], index: int, said: str, told: str) -> bool:
    """Whether details were said that are those of no other request, nor of who the customer is, and were not told by the agent."""
    others = [one for other, one in enumerate(requests) if other not in task.together(index)]
    texts = [one.opening for one in others] + [slot.text for one in others for slot in one.slots]
    said, elsewhere = (
        text.replace("#", "") for text in (said, " ".join((*texts, task.identity.text, told)))
    )  # people leave it out
    marked = (slot for slot in requests[index].slots if slot.marks)
    bare = (replace(slot, marks=tuple(mark.lstrip("#") for mark in slot.marks)) for slot in marked)
    own = [slot for slot in bare if discloses(slot, said) and not discloses(slot, elsewhere)]
    return len(own) > 1 or any(char.isdigit() for slot in own for mark in slot.marks for char in mark)


def _names(task: Task, domain: Domain, requests: Sequence[Request], index: int, text: str) -> Iterator[str]:
    """What a message calls a request: its word, or the deed that it asks for."""
    word = stem(requests[index].word.lower())
    if word in {stem(one.lower()) for one in words(text)}:
        yield word
    wishes = domain.pack.sayings.wishes
    yield from (deed for deed in _deeds(task, domain, index) if compiled(wishes[deed]).search(text.lower()))


def _called(task: Task, domain: Domain, requests: Sequence[Request], index: int) -> set[str]:
    """Stems of all words with which a customer speaks of a request, and every deed that these ask for."""
    one = requests[index]
    texts = (one.word, one.opening, *(f"{slot.key.replace('_', ' ')} {slot.text}" for slot in one.slots))
    wishes = domain.pack.sayings.wishes.items()
    asked = {deed for deed, pattern in wishes if any(compiled(pattern).search(text.lower()) for text in texts)}
    return asked.union(_deeds(task, domain, index), (stem(word.lower()) for text in texts for word in words(text)))


def _deeds(task: Task, domain: Domain, index: int) -> list[str]:
    """The deed that a request asks for, where the domain knows how people ask for it."""
    decision, sayings = task.requests[index].decision, domain.pack.sayings
    tool = "" if decision is None else task.goal.decisions[decision].tool
    return [deed for deed in sayings.wished_by.get(tool, ())[:1] if deed in sayings.wishes]


def ended(task: Task, domain: Domain, index: int, turns: Sequence[Turn]) -> bool:
    """Whether what a request comes to was done, or, where it comes to nothing, something was refused once its records were read."""
    decision = task.requests[index].decision
    outcome = None if decision is None else task.outcomes[decision]
    if outcome is None:
        return False
    if outcome.call is not None:
        return any(domain.effect(outcome.call) == domain.effect(call) for turn in turns for call in turn.calls)
    read = next((at for at, turn in enumerate(turns) if outcome.trace and outcome.trace[-1] in turn.calls), len(turns))
    return any("refusal" in heard(turn.text).kinds for turn in turns[read:] if turn.role == "agent" and turn.text)
