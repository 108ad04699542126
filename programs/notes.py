"""What a guided agent is told beside the policy: a teacher's notes that grow with the talk, and are never ahead of it.

A note's calls hold only what the customer has said or a tool has shown by then; of what is still to be asked for it names the
kind ("reservation id"), never the value. Nothing stands there of a request that was not brought up yet, though a word of it may
have been said of another, nor of what the customer wants instead or wants to be told before they say so. Whoever knew more would
ask for conditions that nobody mentioned, and a trajectory would teach that.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from writ_dspy.codec import parts
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.domains.listing import compiled
from writ_dspy.domains.sayings import ASKING
from writ_dspy.evidence.values import leaves
from writ_dspy.programs.talk import shown
from writ_dspy.signatures.goal import conditions
from writ_dspy.simulate.acts import heard
from writ_dspy.simulate.acts.deeds import stem
from writ_dspy.simulate.behaviour import OPENS, discloses, share_of_opening
from writ_dspy.simulate.manner.words import sentences, words
from writ_dspy.simulate.trials.dealing import VOLUNTEERED
from writ_dspy.task import Call, Outcome, ReadCall, Request, Said, Scalar, Task, in_own_words

NOTHING = "(nothing yet)"
NEARLY = 0.8
"""Share of an opening by which two sentences hold it: there are more words in them that it may hold by chance."""


def notes(task: Task, domain: Domain, turns: Sequence[Turn]) -> str:
    """The steps of a careful reader for each request that the customer has brought up, as far as they can be known by now.

    Each read stands there once. How a request ends stands there when its reads are made and all that it rests on is said.
    """
    talk = _Talk(domain, turns)
    seen: set[Call] = set()
    up = brought_up(task, domain, turns)
    lines = [
        line
        for index, request in enumerate(task.requests)
        if index in up
        for line in _steps(request, task, domain, talk, seen)
    ]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)) or NOTHING


def brought_up(task: Task, domain: Domain, turns: Sequence[Turn]) -> frozenset[int]:
    """The requests that the customer has brought up, by their numbers: by their opening, by name, or by details of their own.

    A sentence opens the request whose opening it is most like. A name (the request's word, or what the domain knows of asking for
    its deed) brings up a request only while no other one to which it may belong is going on. A detail without a number, such as a
    way to pay, may be another one's: it takes two.
    """
    requests = in_own_words(task).requests
    leads = [index for index in range(len(requests)) if task.together(index)[0] == index]
    since: dict[int, int] = {}
    said = told = ""
    for at, turn in enumerate(turns):
        told += f"\n{turn.text}" if turn.role == "agent" else ""
        if turn.role != "user":
            continue
        said += f"\n{turn.text}"
        for index in (
            *_opened(requests, leads, turn.text),
            *(i for i in leads if _detailed(task, requests, i, said, told)),
        ):
            since.setdefault(index, at)
        for index in leads:
            going = [i for i, start in since.items() if not _settled(task, domain, i, turns[start:at])]
            names = _names(task, domain, requests, index, turn.text)
            if index not in since and any(
                not any(name in _called(task, domain, requests, i) for i in going) for name in names
            ):
                since[index] = at
    return frozenset(other for index in since for other in task.together(index))


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


def _settled(task: Task, domain: Domain, index: int, turns: Sequence[Turn]) -> bool:
    """Whether what a request comes to was done, or, where it comes to nothing, something was refused once its records were read."""
    decision = task.requests[index].decision
    outcome = None if decision is None else task.outcomes[decision]
    if outcome is None:
        return False
    if outcome.call is not None:
        return any(domain.effect(outcome.call) == domain.effect(call) for turn in turns for call in turn.calls)
    read = next((at for at, turn in enumerate(turns) if outcome.trace and outcome.trace[-1] in turn.calls), len(turns))
    return any("refusal" in heard(turn.text).kinds for turn in turns[read:] if turn.role == "agent" and turn.text)


class _Talk:
    """What can be known by now."""

    def __init__(self, domain: Domain, turns: Sequence[Turn]) -> None:
        self._mentions = domain.pack.mentions
        self.users = "\n".join(turn.text for turn in turns if turn.role == "user")
        self._said = "\n".join(turn.text for turn in turns if turn.role == "user").lower()
        self._read = "\n".join(turn.text for turn in turns if turn.role == "tool").lower()
        self.made = {call for turn in turns for call in turn.calls}
        self._done = [
            domain.effect(call)
            for turn, answer in itertools.pairwise(turns)
            for call in turn.calls
            if not answer.error and domain.kinds.get(call.tool) == "write"
        ]
        self._effect = domain.effect

    def did(self, call: Call) -> bool:
        """Whether a write of the same effect was made."""
        return self._effect(call) in self._done

    def said(self, value: object) -> bool:
        """Whether the customer has said the value."""
        return self._mentions(str(value), self._said)

    def known(self, value: object) -> bool:
        """Whether the customer has said the value, or a tool has shown it."""
        return self.said(value) or str(value).lower() in self._read or self._mentions(str(value), self._read)


def _steps(request: Request, task: Task, domain: Domain, talk: _Talk, seen: set[Call]) -> Iterator[str]:
    """The details to ask for, the reads that are still to be made, and how the request ends; of one that is done only that it is."""
    goal = len(task.goal.decisions)
    tells = request.tells if _asked_for(request, talk) else ()
    outcomes = [task.outcomes[goal + tell] for tell in tells]
    decided = None if request.decision is None else task.outcomes[request.decision]
    if decided is not None:
        outcomes = [decided, *outcomes]
    about = f"About {request.topic}: "
    done = decided is not None and decided.call is not None and talk.did(decided.call)
    if done:
        yield f"{about}done."
    else:
        asked = ", ".join(_asked(request, task, domain))
        yield f"{about}take from the customer {asked}." if asked else f"{about}hear what the customer says."
    unsaid = _unsaid_tools(request, task, talk)
    reads = [
        call
        for call in dict.fromkeys(call for one in outcomes for call in one.trace)
        if call not in seen and call not in talk.made and call.tool not in unsaid
    ]
    seen.update(reads)
    yield from (f"Then read {shown(call)}." for call in reads if all(map(talk.known, leaves(call.args))))
    instead = next((slot for slot in request.slots if slot.key.startswith("fallback")), None)
    if decided is not None and decided.attempt and instead and not discloses(instead, talk.users):
        yield "If it cannot be done as it was asked for, say why, and ask what the customer wants instead."
    elif (
        decided is not None
        and not done
        and talk.made.issuperset(decided.trace)
        and _all_said(request, task, domain, talk)
    ):
        yield _ending(decided, request, domain)
    if tells:
        yield f"The customer asks to be told: {', '.join(task.goal.tells[tell].topic for tell in tells)}."


def _all_said(request: Request, task: Task, domain: Domain, talk: _Talk) -> bool:
    """Whether the customer has said all that the decision rests on, in whatever words: a value that no detail spells out is said by all of them.

    What is denied whatever its details are rests on none of them.
    """
    if request.decision is None or task.goal.decisions[request.decision].bare:
        return request.decision is not None
    mentions = domain.pack.mentions
    details = [
        slot for slot in in_own_words(task).requests[task.requests.index(request)].slots if slot.key not in VOLUNTEERED
    ]
    given = {slot.key: discloses(slot, talk.users) for slot in details}

    def said(value: Scalar) -> bool:
        telling = [slot for slot in details if mentions(str(value), slot.text.lower())]
        return talk.said(value) or any(given[slot.key] for slot in telling) or (not telling and all(given.values()))

    decision = task.goal.decisions[request.decision]
    return all(said(part.value) for part in parts(decision) if isinstance(part, Said))


def _unsaid_tools(request: Request, task: Task, talk: _Talk) -> frozenset[str]:
    """The tools that only a condition or an alternative of the customer's own takes which they have not said: a look-up by one would be ahead of them."""
    if request.decision is None:
        return frozenset()
    decision = task.goal.decisions[request.decision]
    own = conditions(decision)
    values = [part.value for check in own for part in parts(check) if isinstance(part, Said)]
    instead = next((slot for slot in request.slots if slot.key.startswith("fallback")), None)
    unsaid: list[object] = [] if all(map(talk.said, values)) else list(own)
    if instead and not discloses(instead, talk.users):
        unsaid.append(decision.otherwise)
    needed = (decision.args, tuple(one for one in decision.requires if one not in own))
    return _tools(tuple(unsaid)) - _tools(needed)


def _tools(value: object) -> frozenset[str]:
    return frozenset(part.tool for part in parts(value) if isinstance(part, ReadCall))


def _asked_for(request: Request, talk: _Talk) -> bool:
    """Whether the customer has asked to be told something beside a deed, in a question that holds a word of theirs for it."""
    marks = [mark.lower() for slot in request.slots if slot.key in VOLUNTEERED for mark in slot.marks]
    asked = (text for text in sentences(talk.users.lower()) if ASKING.search(text))
    return request.decision is None or not marks or any(mark in text for text in asked for mark in marks)


def _asked(request: Request, task: Task, domain: Domain) -> Iterator[str]:
    """Names of the details that the write needs; those that only the customer's own conditions hold are not asked for.

    What is denied whatever its details are needs those by which its records are looked up.
    """
    free: frozenset[str] = frozenset()
    decision = None if request.decision is None else task.goal.decisions[request.decision]
    if decision is not None and request.decision is not None and decision.bare:
        used = {str(value) for call in task.outcomes[request.decision].trace for value in leaves(call.args)}
        free = frozenset(
            slot.key
            for slot in request.slots
            if not any(domain.pack.mentions(value, slot.text.lower()) for value in used)
        )
    elif decision is not None:
        needed = {str(part.value) for part in parts(decision.args) if isinstance(part, Said)}
        added = {str(part.value) for part in parts((decision.requires, decision.otherwise)) if isinstance(part, Said)}
        mentions = domain.pack.mentions
        free = frozenset(
            slot.key
            for slot in request.slots
            if any(mentions(value, slot.text.lower()) for value in added - needed)
            and not any(mentions(value, slot.text.lower()) for value in needed)
        )
    yield from dict.fromkeys(
        slot.key.replace("_", " ") for slot in request.slots if slot.key not in {*free, *VOLUNTEERED}
    )


def _ending(outcome: Outcome, request: Request, domain: Domain) -> str:
    if outcome.call is not None:
        return f"List every detail of the change and ask for a yes. After the yes: {shown(outcome.call)}. Report it."
    transfer = domain.pack.transfer
    end = f"call {transfer.tool}" if outcome.transfer and transfer else "say so and offer further help"
    return f"What was said and read comes to it that {outcome.refusal}: it cannot be done; name {request.word!r} and the reason, then {end}."
