"""The user: faithful to its task, and there until it was served."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest

from writ_dspy import patterns as re
from writ_dspy.conversation import Finding, StopReason
from writ_dspy.domains.listing import compiled
from writ_dspy.domains.values import values
from writ_dspy.simulate.acts.deeds import stem
from writ_dspy.simulate.behaviour import left_standing
from writ_dspy.simulate.faults import user_faults, wish_faults
from writ_dspy.simulate.leaving import asks, settled, unspoken
from writ_dspy.simulate.wishes import begins_anew, refuses, regrets, sentences, speaks, wanted_of
from writ_dspy.task import Request
from writ_dspy.verify.case import Case, short
from writ_dspy.verify.needs import Need, needs
from writ_dspy.verify.outside import ordered_outside
from writ_dspy.verify.unserved import unserved

_ZIP = re.compile(r"(?<![\w#-])\d{5}(?![\w-])")
_IS = re.compile(
    r"\b(?:it|that|this|answer|result|number|count|total|sum)(?:['’]s| (?:is|was|has to be|(?:should|must|will|would|ought to|might|could) be|makes|comes to)|['’](?:ll|d) be)\s+(?:\w+\s+)?\Z",
    re.IGNORECASE,
)
"""What stands before a number that is said to be the answer."""


def user_faithful(case: Case) -> Iterator[Finding]:
    """The user said only what it knows and what its task wants, gave nothing away, let no slip stand, and stayed until it was served."""
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "user":
            yield from user_faults(case.task, case.domain, case.talk.turns[:index], turn)
    if case.knows("wishes"):
        yield from _strayed(case)
        yield from _outside(case)
        yield from _regretted(case)
    yield from _ahead(case)
    yield from _left_early(case)
    if case.talk.stop not in (StopReason.TURN_LIMIT, StopReason.CUT_OFF) and case.knows("manner"):
        for index, saw, meant in left_standing(case.task, case.talk.turns):
            yield Finding("user_faithful", index, saw, meant)


def _strayed(case: Case) -> Iterator[Finding]:
    """What the user wanted beside its task and did not put right in its next message."""
    wanted, turns = wanted_of(case.task, case.domain), case.talk.turns
    said = [index for index, turn in enumerate(turns) if turn.role == "user"]
    found = {index: list(wish_faults(wanted, turns[:index], turns[index])) for index in said}
    for index, following in zip_longest(said, said[1:]):
        right = following is not None and not found[following] and _takes_back(case, turns[following].text)
        if not right or any(index < step.turn < following for step in case.writes):
            yield from found[index]


def _outside(case: Case) -> Iterator[Finding]:
    """What the user ordered that is none of what is served here."""
    wanted, heard = wanted_of(case.task, case.domain), ""
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "agent":
            heard += f"{turn.text.lower()}\n"
        elif turn.role == "user":
            for saw, meant in ordered_outside(wanted, turn.text, heard):
                yield Finding("user_faithful", index, saw, meant)


def _takes_back(case: Case, text: str) -> bool:
    """Whether a message takes back what was wished before it, and not only who it said that it is."""
    said = sentences(text)
    ids = [*(token.lower().lstrip("#") for token in case.domain.pack.ids(text)), *case.task.identity.marks]
    told = [sentence for sentence in said if any(token in sentence for token in ids) or _ZIP.search(sentence)]
    rest = [sentence for sentence in said if sentence not in told]
    return begins_anew(text) and not (told and not any(speaks(sentence, case.domain) for sentence in rest))


def _regretted(case: Case) -> Iterator[Finding]:
    """What the user took back, or complained of, once all that its task wants was done."""
    made = [turn for turn in case.gold_turns if turn is not None]
    if not made or len(made) < len(case.task.gold) or case.delta != case.gold_delta:
        return
    wanted, heard = wanted_of(case.task, case.domain), ""
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "agent" and turn.text:
            heard = turn.text
        elif turn.role == "user" and index > max(made) and not refuses(heard):
            if begins_anew(turn.text) and not _takes_back(case, turn.text):
                continue  # what was wrong was who or which it said
            for saw in regrets(wanted, turn.text):
                if _explains(case, index, saw):
                    continue  # "an order was cancelled, and I want it back: I changed my mind about it"
                yield Finding("user_faithful", index, saw, "a user content with what its task wanted, and got")


_MIND = re.compile(r"\b(?:minds?|regret)\Z")
"""How a change of mind ends that may be of anything."""
_OF = re.compile(r"(?:(?<=regret)|(?:\W+\w+){0,2}?\W+(?:about|on|regarding|with|of))\b(?P<what>[^.,;:!?\n]*)")
_LITTLE = (
    "something thing it that this them these those everything all of the a an my our your i we me us and so now then"
)
_POINTING = frozenset(_LITTLE.split())
"""Words that name nothing new."""


def _explains(case: Case, index: int, saw: str) -> bool:
    """Whether a change of mind is the reason of a wish that the same message voices first, and names nothing of another one."""
    if not _MIND.search(saw):
        return False
    turns = case.talk.turns
    left = list(unspoken(case.task, turns[: index + 1]))
    voiced = [request for request in unspoken(case.task, turns[:index]) if request not in left]
    lower = turns[index].text.lower().replace("’", "'")
    named = _OF.match(lower, lower.index(saw) + len(saw)) if saw in lower else None
    words = set(re.findall(r"[a-z']+", named["what"])) - _POINTING if named else set[str]()
    said = (f"{one.topic} {one.opening} {' '.join(slot.text for slot in one.slots)}".lower() for one in voiced)
    own = {stem(word) for text in said for word in re.findall(r"[a-z']+", text)}
    return bool(voiced) and {stem(word) for word in words} <= own


def _ahead(case: Case) -> Iterator[Finding]:
    """A number that the user asks to be told, and states before it was: one that nobody but a reader of its task could know."""
    known = {str(fact.value) for fact in case.task.facts}
    answers = [
        (tell, answer)
        for tell, answer in zip(case.task.goal.tells, case.task.told, strict=False)
        if tell.style == "count" and answer not in known
    ]
    spoken: list[tuple[int, str]] = []
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "agent" and turn.text:
            spoken.append((index, turn.text))
        elif turn.role == "user":
            for tell, answer in answers:
                if _supposed(turn.text, tell.topic, answer) and not any(
                    value.number == Decimal(answer) for _, text in spoken for value in values(text)
                ):
                    yield Finding(
                        "user_faithful", index, f"{answer} {tell.topic}", "a question whose answer is not known yet"
                    )


def _supposed(text: str, topic: str, answer: str) -> bool:
    """Whether a number is said to be the answer: "it should be 2, shouldn't it?"; not where something else is counted by it."""
    return any(
        value.quantity == "count"
        and value.number == Decimal(answer)
        and text[value.start : value.end].lower() != "one"  # "that's one" means a thing, when articles are left out
        and (not value.unit or topic.lower().startswith(value.unit))
        and _IS.search(text, max(0, value.start - 40), value.start) is not None
        for value in values(text)
    )


def _told(case: Case) -> list[Request]:
    """The requests of which the user said a detail that is of no other one, in whichever words it then asked for them."""
    said = [sentence for turn in case.talk.turns if turn.role == "user" for sentence in sentences(turn.text)]
    wanted = needs(case.task, case.domain)
    found = []
    for request, owed in zip(case.task.requests, wanted, strict=True):
        others = {need.same for other in wanted if other is not owed for need in other}
        own = [need for need in owed if need.same[0] == "value" and need.same not in others]
        heard = any(need.said_in(sentence) for need in own for sentence in said)
        if heard or _asked_for(case, request, owed, said) or _sooner(request, said):
            found.append(request)
    return found


def _sooner(request: Request, said: Sequence[str]) -> bool:
    """Whether a wish for speed was put in another word for it than the request's own."""
    return _SOONER.search(request.topic) is not None and any(
        _SOONER.search(sentence) and _SENT.search(sentence) for sentence in said
    )


_SOONER = re.compile(r"\b(?:faster|quicker|sooner|speed(?:ing|y|ier)?|expedit\w+|express(?! my)|priority|overnight)\b")
_SENT = re.compile(
    r"\b(?:ship\w*|orders?|deliver\w*|parcels?|packages?|purchases?|get here|arrive\w*|sent|send)\b|#?\bw\d{5,}\b"
)


def _asked_for(case: Case, request: Request, owed: Sequence[Need], said: Sequence[str]) -> bool:
    """Whether one sentence asks for the deed with a detail, though another wish has that, too: "call off the one that ends in 163"."""
    sayings = case.domain.pack.sayings
    tool = case.task.goal.decisions[request.decision].tool if request.decision is not None else ""
    deeds = [compiled(sayings.wishes[deed]) for deed in sayings.wished_by.get(tool, ())[:1] if deed in sayings.wishes]
    details = [need for need in owed if need.same[0] == "value"]
    return any(
        any(deed.search(sentence.lower()) for deed in deeds) and any(need.said_in(sentence.lower()) for need in details)
        for sentence in said
    )


def _left_early(case: Case) -> Iterator[Finding]:
    """The user ended with a wish unspoken, with a question unanswered before it was served, or without waiting for what it agreed to."""
    if case.talk.stop is not StopReason.USER_DONE:
        return
    turns = case.talk.turns
    told = _told(case)
    for request in unspoken(case.task, turns):
        if request in told:
            continue
        yield Finding("user_faithful", case.last, f"no word of {request.topic}", "every wish spoken before the end")
    if case.knows("wishes") and (more := unserved(case)):
        yield Finding(
            "user_faithful", more[0], short(more[1], 60), "no further wish at the end, or a stay until it is served"
        )
    last = next((turn for turn in reversed(turns) if turn.role != "tool"), None)
    if last is not None and last.role == "user" and case.task.gold and case.delta != case.gold_delta:
        yield Finding("user_faithful", case.last, "the end right after its own words", "a wait for what was agreed to")
    if last is None or last.role != "agent" or not asks(last.text):
        return
    if case.delta != case.gold_delta if case.task.gold else not settled(case.task, case.domain, turns):
        yield Finding("user_faithful", case.last, "the end right after a question", "an answer to what it was asked")
