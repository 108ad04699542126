"""Unserved: a user who ends with another wish for this desk, which nobody serves any more.

Looked at is the user's last turn alone, where no call and no answer but a farewell follows. A wish counts where it is for the desk: it names
something of the domain, or orders one of its deeds. What stays as it is, and what somebody is about to do at home, is none.
"""

from __future__ import annotations

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.listing import compiled
from writ_dspy.simulate.acts import heard
from writ_dspy.simulate.leaving import asks
from writ_dspy.simulate.wishes.parts import parts
from writ_dspy.verify.case import Case
from writ_dspy.verify.vocabulary import vocabulary

_ON_TOP = re.compile(
    r"^\W*(?:(?:oh|and|but|so|then|please|yes|no|ok|okay|hm+|well|actually)\W+)*(?:also|besides|wait|one (?:more|last|other) thing|another thing|additionally|in addition|on top of (?:that|it)|while (?:you're|you are|i'm|we're) at it|p\.?s\b|before i (?:go|forget)|i almost forgot|i forgot)\b"
)
"""How somebody begins who comes up with something more."""
_FOR_THE_DESK = re.compile(
    r"\b(?:(?:i|we)(?:'d| would| also| still| just| really)* (?:want|need|like|have)(?: to (?:know|have|hear|see|get|return|exchange|change|add|book|cancel|move|swap|know))? (?:the|my|our|an?|another|one|some|this|that)\b"
    r"|(?:tell|give|show|send|get|put|add|book|cancel|change|move|exchange|return|refund|upgrade|switch|swap|update|ship|remove|take off|check|look up) (?:me |us |it |them )?(?:in |on |to )?(?:the|my|our|what|how|when|one|two|a|an|another|some|that|this)\b)"
)
_HOME = re.compile(
    r"\b(?:keep|leave|stay|stays|remain|nothing|no more|forget|go|run|feed|walk|catch|finish|get back|bed|dinner|lunch|coffee|tea|dog|cat|kids?|train|bus|work)\b"
)
"""What asks for nothing, or is done elsewhere."""


def unserved(case: Case) -> tuple[int, str] | None:
    """(turn, wish) where the user ends with a wish that comes on top of all that it had, and that nothing answers."""
    turns = case.talk.turns
    last = max((index for index, turn in enumerate(turns) if turn.role == "user"), default=-1)
    if last < 0 or any(turn.calls or turn.role == "tool" for turn in turns[last:]):
        return None
    behind = " ".join(turn.text for turn in turns[last + 1 :])
    before = next((turn.text for turn in reversed(turns[:last]) if turn.role == "agent" and turn.text), "")
    if asks(behind) or "refusal" in heard(behind).kinds or not _offers_more(before):
        return None
    said = parts(turns[last].text)
    more = {part.sentence for part in said if _ON_TOP.match(part.text)}
    for part in said:
        on_top = part.sentence in more
        if part.denies or part.supposed or (part.asked and not on_top) or _HOME.search(part.text):
            continue
        if (on_top or part.wills) and _FOR_THE_DESK.search(part.text) and _of_the_desk(case.domain, part.text):
            return last, part.text
    return None


_OFFERS = re.compile(
    r"\b(?:anything|something|what) (?:else|more|further|other)\b|\b(?:else|further|more|all|everything) (?:\w+ ){0,6}(?:can|may|do|help|need|want|wish|open|today|mind)\b|\bgood(?:bye| day)\b|\bthank\w*|\bhave a\b",
    re.IGNORECASE,
)


def _offers_more(text: str) -> bool:
    """Whether the agent had nothing left to ask but whether there is more."""
    return _OFFERS.search(text) is not None or not asks(text)


def _of_the_desk(domain: Domain, text: str) -> bool:
    sayings = domain.pack.sayings
    named = any(compiled(pattern).search(text) for pattern in (*sayings.things.values(), *sayings.wishes.values()))
    return named or any(word in vocabulary(domain).own for word in re.findall(r"[a-z]{4,}", text))
