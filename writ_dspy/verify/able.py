"""Able: what the agent says can be done here, now or later, is what a tool does and policy has, or what the user asked for.

An agent offers its tools' deeds. A thing that no tool takes and nobody has spoken of ("I could also pick a seat", "I can put a note for the
driver on it", "Shall I add gift wrap?") is none it can handle, and what can be done now is not said to be open later ("You can still add it
later"), nor to be taken back, as no policy has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.strange import lexicon

_OFFER = re.compile(
    r"\b(?:(?:i|we) (?:can|could)(?: also| still| gladly| certainly| just| always| then| easily| happily)*|(?:shall|should|may) i(?: also| then)*) (?P<what>(?!also\b|still\b|gladly\b|certainly\b|just\b|always\b|then\b|easily\b|happily\b|not\b|only\b|no\b|neither\b|see\b|tell\b|do\b|say\b|understand\b|imagine\b|hear\b|have\b|ask (?:you|why|for|what|which)\b)[a-z][^.,;:!?()\n]*)",
    re.IGNORECASE,
)
_HANDLED = bag("""note notes comment comments remark remarks seat seats colleague colleagues supervisor supervisors manager managers team hand waiting waitlist queue queues priority
    lounge meal meals menu gift driver desk wrap reminder reminders alert alerts hold""")
"""What a desk may have to do with, but no tool of one that only books, changes and looks up: counted only where nobody has spoken of it."""
_WHEN = re.compile(r"\b(?:once|unless|if|when|after|until|as soon as|while) (?:i|we|you)\b.*", re.IGNORECASE)
"""On what an offer hangs is none of what is offered."""
_HELPS = bag("see assist")
"""What an agent does beside a deed, and no thing: "I can look it up and see what is open", "transfer you to somebody who can assist"."""
_RELIEF = re.compile(r"\boff (?:of )?your (?:plate|shoulders|back|mind|hands|list)\b", re.IGNORECASE)
"""What is taken off somebody is work or worry, and no thing: "anything else I can take off your plate?"."""
_ASKS = re.compile(r"\b(?:what|which|how|where|whom?|when|why)\b[^.;:!?]*\Z", re.IGNORECASE)
_LATER = re.compile(
    r"\b(?:you|i|we|it|they|that|this|those|these|(?:the|your) \w+) (?:can|could|may|might)(?: still| always| also| just| easily| simply| then| well)* (?:be )?(?P<verb>(?!still\b|always\b|also\b|just\b|easily\b|simply\b|then\b|well\b|be\b|reach\b|not\b|n['’]t\b|only\b|no\b|write\b|reach\b|contact\b|come\b|ask\b|get in\b|message\b|call\b|tell\b|let\b|check\b|look\b)[a-z]+)\b(?P<rest>[^.;:!?]{0,50}?)\b(?:later(?: on)?|afterwards|any ?time|at any point|whenever|again|(?:it|them|that) back)\b(?! than\b)",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|never|no|nothing|neither|nor|cannot|whether|if|before)\b|n['’]t\b", re.IGNORECASE)


@lru_cache(maxsize=16)
def _deeds(domain: Domain) -> frozenset[str]:
    """The words of what tools are called and take."""
    schemas = [schema["function"] for schema in domain.tools]
    text = " ".join(str([one["name"], *_names(one.get("parameters"))]) for one in schemas if isinstance(one, dict))
    return written(re.sub(r"[_\W]+", " ", text)).bag


def _names(schema: object) -> Iterator[str]:
    found = schema.get("properties") if isinstance(schema, dict) else None
    yield from found if isinstance(found, dict) else ()


def able(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that offers what no tool does, or leaves open for later what no policy does."""
    bag_of = written(text).bag
    if (
        "can" not in bag_of
        and "could" not in bag_of
        and "shall" not in bag_of
        and "may" not in bag_of
        and "should" not in bag_of
    ):
        return
    said = frozenset(word for heard in ground.heard for word in written(heard).bag)
    for start, end in sentences(text):
        sentence = text[start:end]
        offers = (match["what"] for match in _OFFER.finditer(sentence) if not (_NOT.search(sentence, 0, match.start()) or _ASKS.search(sentence, 0, match.start())))  # fmt: skip
        if any(_beside(ground, what, said) for what in offers):
            yield sentence.strip(), "what a tool does here"
        elif _open_later(ground, sentence):
            yield sentence.strip(), "what policy leaves open for later"


def _beside(ground: Ground, what: str, said: frozenset[str]) -> bool:
    """Whether an offer is of a thing that no tool takes, and nobody has spoken of."""
    if _NOT.search(what):
        return False
    known, deeds = lexicon(ground.domain), _deeds(ground.domain)
    words = [word for word in written(_WHEN.sub(" ", _RELIEF.sub(" ", what))).words[1:10] if word.isalpha()]
    new = (word for word in words if word in _HANDLED or not (word in _HELPS or known.knows(word)))
    return any(not _holds(word, said | deeds) and not any(word in text for text in ground.texts[1:] if word not in _HANDLED) for word in new)  # fmt: skip


def _holds(word: str, words: frozenset[str]) -> bool:
    stem = word.removesuffix("s")
    return any(other in (stem, word) or other.startswith(stem) for other in words)


def _open_later(ground: Ground, sentence: str) -> bool:
    match = _LATER.search(sentence)
    if match is None or _NOT.search(sentence, sentence.rfind(",", 0, match.start()) + 1, match.end()):
        return False
    word = match[0].split()[-1].lower()
    return not any(re.search(rf"\b{word}\b", heard) for heard in ground.heard[-2:])
