"""What is still owed in a talk, to the user and by it: read off what was said and done, never off how the task comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from writ_dspy import patterns as re
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.simulate.acts import heard, takes_leave, user_acts
from writ_dspy.simulate.acts.deeds import stem
from writ_dspy.simulate.behaviour import opens
from writ_dspy.simulate.manner.words import sentences
from writ_dspy.simulate.trials.shown import insists
from writ_dspy.task import Call, Request, Task, in_own_words

LEAVES = "leave"
"""Kind of intent of a user's last message."""
_ASKS = frozenset({"question", "proposal"})
_WANTS_LIST = re.compile(
    r"\b(?:(?:tell|give|send|let) me|i (?:\w+ ){0,3}need|(?:to|may i) ask)\b[^.?!\n]*:\**\s*\n\s*(?:[-•*]|\d+[.)])\s"
)
"""What is asked for line by line: "please tell me:", and a list."""

_ALL = re.compile(
    r"(?i)\b(?:(?:is|was|'s|would|will) (?:that|this|it)(?: be| have been)?|(?:does|did) (?:that|this) cover)(?: (?:then|really|now))? (?:all|everything)"
    r"(?: (?:then|now|today|for (?:now|today|you|me|the moment)|(?:(?:that|which) )?you (?:need|needed|wanted|came for)(?: help with| from (?:me|us))?(?: today)?|i can (?:do|help)(?: \w+)?(?: for you| with)?(?: today)?))*"
    r"(?:, or (?:is|was) there (?:more|something|anything)(?: else)?)?\s*\?"
)
"""Asks whether that was all; of a list ("is that all you want to return?") it asks for something of the matter."""
_FURTHER = "Is there anything else?"
_YES = re.compile(r"(?i)\W*(?:yes|yeah|yep|yup|ya|aye|right|correct|exactly|indeed|it is|sure(?: is)?|that it is)\b")
_WAS_ALL = re.compile(
    r"(?i)\b(?:that(?:'s|’s| is| was|'ll be|’ll be| will be)|it(?:'s|’s| is)|is) (?:all|it|everything)\b|\bnothing (?:else|more)\b"
)


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
    if parted(turns):
        return True
    return not any(unspoken(task, turns)) and (settled(task, domain, turns) or _parting(task, turns))


def transferred(domain: Domain, turns: Sequence[Turn]) -> bool:
    """Whether the user was handed over, after which nobody says more."""
    return any(domain.transfers(call) for turn in turns for call in turn.calls)


def asks(text: str) -> bool:
    """Whether an agent's message waits for an answer; to ask for further wishes, or whether that was all, waits for none."""
    return not _ASKS.isdisjoint(heard(_open(text)).kinds) or _WANTS_LIST.search(text.lower()) is not None


def _open(text: str) -> str:
    """A message without the question whether that was all."""
    return _ALL.sub(_FURTHER, text)


def leaves_with(turns: Sequence[Turn]) -> bool:
    """Whether the last message is one with which the user takes leave."""
    last = next((at for at, turn in enumerate(reversed(turns)) if turn.role == "user"), None)
    if last != 0:
        return False
    before = next((turn.text for turn in reversed(turns[:-1]) if turn.role == "agent" and turn.text), "")
    return _leaves(turns[-1].text, before)


def _leaves(text: str, before: str) -> bool:
    """Whether a message takes leave; a yes does where the question was whether that was all."""
    if not _ALL.search(before):
        return takes_leave(text, before)
    kinds = {act.kind for act in user_acts(text, before)}
    was_all = _YES.match(text) or _WAS_ALL.search(text) or "farewell" in kinds
    return bool(was_all) and kinds.isdisjoint({"request", "correction"}) and "?" not in text


def unspoken(task: Task, turns: Sequence[Turn]) -> Iterator[Request]:
    """The wishes that the user has said no word of: a word or detail that another wish has, too, may have been said of that one."""
    said = [turn.text for turn in turns if turn.role == "user"]
    texts = " ".join(said).lower()
    words = {stem(word) for word in re.findall(r"[a-z]+", texts)}
    requests = in_own_words(task).requests
    for index, request in enumerate(requests):
        others = " ".join(_all_of(one) for at, one in enumerate(requests) if at not in task.together(index)).lower()
        taken = {stem(word) for word in re.findall(r"[a-z]+", others)}
        given = (slot for slot in request.slots if slot.marks and all(mark.lower() in texts for mark in slot.marks))
        own = any(mark.lower() not in others for slot in given for mark in slot.marks)
        named = stem(request.word.lower()) in words - taken
        if not (named or own or any(opens(request, text) for text in said)):
            yield task.requests[index]


def _all_of(request: Request) -> str:
    """All that is said of a wish."""
    return " ".join((request.word, request.opening, *(slot.text for slot in request.slots)))


def settled(task: Task, domain: Domain, turns: Sequence[Turn]) -> bool:
    """Whether there are as many deeds and refusals as wishes for a deed, and an answer where one was asked for.

    A refusal that asks something settles its wish as long as no deed takes its place. A deed on other records than it names
    takes none: what was asked then was about another wish.
    """
    deeds = refusals = answers = 0
    waits: frozenset[str] | None = None  # the records that an open refusal names
    brought: set[int] = set()
    for index, turn in enumerate(turns):
        if turn.role == "user":
            new = {at for at, request in enumerate(task.requests) if opens(request, turn.text)} - brought
            if waits is not None and new:  # on to the next wish: this one is left at the refusal
                refusals, waits = refusals + 1, None
            brought |= new
        for call in _done(domain, turns, index):
            deeds += 1
            refusals += waits is not None and _elsewhere(domain, call, waits)
            waits = None
        if turn.role == "agent" and turn.text:
            kinds = heard(turn.text).kinds
            refused = "refusal" in kinds
            said = next((before.text for before in reversed(turns[:index]) if before.role == "user"), "")
            again = refusals > 0 and insists(task, domain, said)  # the same no once more settles nothing
            no = waits is not None or (refused and not again)
            asked = asks(turn.text)
            named = _refused(domain, turns[: index + 1]) if refused else []
            refusals += max(1, len(named)) if no and not asked else 0
            waits = (frozenset[str]().union(*named) if refused else waits) if no and asked else None
            answers += not refused and not asked and any(before.role == "tool" for before in turns[:index])
    wished = sum(request.decision is not None for request in task.requests)
    told = any(request.tells for request in task.requests)
    return deeds + refusals + (waits is not None) >= wished and (not told or answers + refusals > 0)


def _elsewhere(domain: Domain, call: Call, refused: AbstractSet[str]) -> bool:
    """Whether a call touches none of the records that a refusal names, where it names any."""
    return bool(refused) and refused.isdisjoint(domain.pack.ids(call.text))


def _refused(domain: Domain, turns: Sequence[Turn]) -> list[frozenset[str]]:
    """The user's own records, of those that were looked at, that the last message speaks of where it refuses something: by refusal, each about others."""
    own = (call for turn in turns for call in turn.calls if call.tool in domain.pack.personal)
    looked_at = frozenset().union(*(domain.pack.ids(call.text) for call in own if domain.kinds[call.tool] == "read"))
    found, spoken_of = list[frozenset[str]](), frozenset[str]()
    for sentence in sentences(turns[-1].text):
        spoken_of = looked_at & domain.pack.ids(sentence) or spoken_of
        named = spoken_of if "refusal" in heard(sentence).kinds else frozenset[str]()
        if named and named.isdisjoint(frozenset().union(*found)):
            found.append(named)
    return found


def _done(domain: Domain, turns: Sequence[Turn], index: int) -> Iterator[Call]:
    """Each call of a turn that is a write and went through."""
    for offset, call in enumerate(turns[index].calls, start=1):
        went = index + offset < len(turns) and not turns[index + offset].error
        if went and domain.kinds.get(call.tool) == "write":
            yield call


def parted(turns: Sequence[Turn]) -> bool:
    """Whether the user said goodbye, and the agent did after that."""
    before, said, last = (Turn("agent"), Turn("agent"), Turn("agent"), *turns)[-3:]
    return said.role == "user" and "farewell" in heard(last.text).kinds and _leaves(said.text, before.text)


def _parting(task: Task, turns: Sequence[Turn]) -> bool:
    """Whether the agent says goodbye, or answers a user who did; whoever goes on to another wish says none."""
    if "farewell" in heard(turns[-1].text).kinds:
        return True
    *_, before, said, _ = (Turn("agent"), Turn("agent"), Turn("agent"), *turns)
    if said.role != "user" or any(opens(one, said.text) for one in in_own_words(task).requests if one.opening):
        return False
    return _leaves(said.text, before.text)
