"""A message cut into what it states: sentences, lines of a list, and whether each asks, denies or states."""

from __future__ import annotations

from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.values import Value

_END = re.compile(r"(?:\n|\\n)+|(?<=[.!?])\s+(?=[A-Z“\"(*#-]|\d+[A-Z]|[a-z]+(?:_[a-z]+)*_\d)|;\s+(?![^()\n]*\))")
_ASKS = re.compile(
    r"\W*(?:(?:and|or|but|so|well|okay|ok|sorry|wait),?\s+)*(?:is|are|was|were|do|does|did|has|have|had|can|could|would|will"
    r"|shall|should|may|might|what|which|who|when|where|why|how)(?:n['’]t)?\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\b(?:not|never|hardly|neither|nor|no longer|rather than|instead of|other than|anything but)|n['’]t)"
    r"(?!\s+(?:only|just|merely|simply)\b)(?:\s+(?!(?:is|are|was|comes?|costs?|but|and|because|since)\b)[\w$'’*“\"-]+){0,4}?\s*[\"“(*]*\Z",
    re.IGNORECASE,
)
"""Stands right before a value that it denies."""
_TAKEN_BACK = re.compile(
    r"[\"”)*]*,?\s*(?:is|was|are|would be)(?:\s+(?:not|never|hardly)\b|n['’]t\b|\s+(?:wrong|incorrect|false|a mistake|an error)\b)",
    re.IGNORECASE,
)
"""Stands right behind a value that it denies."""
_UNSURE = re.compile(r"\b(?:guess|maybe|perhaps|might be|may be|not sure|presumably|I suppose)\b", re.IGNORECASE)

_STANDING_IN = re.compile(
    r"\b(?:(?:th(?:is|at)|which|each|every|another|any|some|no|other)(?: \w+)?|(?:an?|the|your|my)(?: [\w-]+)?)\s+\Z",
    re.IGNORECASE,
)
"""What stands before "one" where it is a thing that was named, or a wish."""
_BEHIND_ONE = frozenset(
    [
        "in",
        "for",
        "as",
        "is",
        "and",
        "per",
        "total",
        "altogether",
        "to",
        "on",
        "at",
        "with",
        "from",
        "by",
        "of",
        "the",
        "or",
        "each",
        "it",
        "that",
        "was",
        "are",
        "has",
        "do",
        "does",
        "did",
        "would",
        "should",
        "can",
        "i",
        "you",
        "we",
        "which",
        "else",
        "if",
    ]
)
"""Words behind such a "one", which are nothing that is counted."""
HEDGED = re.compile(
    r"\b(?:if|once|when|whenever|after|until|unless|before|would|will|can|could|may|might|must|should|shall|not|never"
    r"|nothing|neither|whether|only|to be|in case|provided)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Words after which a clause no longer states that a thing is so now."""


_EXAMPLE = re.compile(
    r"(?:\be\.?g\b\.?|\bexample|\bsuch as|\b(?:looks?|something) like(?! (?:a lot|much|more|less|too)\b)|(?-i:\blike(?=\s+[\"'“(]?(?:[#\dA-Z]|\Z)))|\bformat\w*"
    r"|\bstart(?:s|ing)? with|\bi\.e\.)(?:(?!\.\s)[^!?;\n]){0,90}\Z",
    re.IGNORECASE,
)


def is_example(text: str, place: int) -> bool:
    """Whether what stands at a place shows what such a thing looks like, and states nothing."""
    return _EXAMPLE.search(text, max(0, place - 110), place) is not None


@lru_cache(maxsize=2048)
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Where each sentence, or line of a list, begins and ends."""
    places = [0]
    for match in _END.finditer(text):
        places += match.span()
    places.append(len(text))
    return tuple((places[i], places[i + 1]) for i in range(0, len(places), 2) if places[i] < places[i + 1])


_LINE = re.compile(r"\s*(?:[-•*–|]|\d+[.)])\s")
_PLANS = re.compile(
    r"\b(?:would|will|shall|if|once|when|unless|after|propos\w+|plan\w*|suggest\w*|intend\w*|going to|about to|to be|to do|next steps?|(?:can|could) (?:do|offer|make|change|book|cancel|arrange|set up))\b|['’](?:ll|d)\b",
    re.IGNORECASE,
)
"""Words of a head under which lines tell what is to come, and not what is."""


def planned(text: str, start: int) -> bool:
    """Whether what begins at a place stands under a head that says what would or will be: "Here is what would happen:", with its lines."""
    lines = text[:start].split("\n")
    here = lines[-1] + text[start:].partition("\n")[0]
    head = lines[-1].rstrip(" *_")
    if head.endswith(":"):  # on the same line
        return _PLANS.search(_last(head)) is not None
    listed = _LINE.match(here) is not None
    for above in reversed(lines[:-1]):
        line = above.strip(" *_\t")
        if line.endswith(":"):
            return _PLANS.search(_last(line)) is not None
        if not line and not listed:
            return False
        if line and listed and not _LINE.match(above):
            return False
    return False


_SHALL = re.compile(
    r"\b(?:shall|should|may|can) I (?:please |go ahead and |now |then |really )*(?P<verb>[a-z]+)\b[^.!?\n]*\?",
    re.IGNORECASE,
)
_BY_NOW = re.compile(
    r"\b(?:now|already|just|officially|hereby|successfully|finally|done|was|were|has|have|had)\b|['’]ve\b",
    re.IGNORECASE,
)


def put_so(text: str, place: int, end: int) -> bool:
    """Whether what stands at a place, in the present, is what the message asks leave for: "the trip is cancelled, and … Shall I cancel it?"."""
    sentence = text[place:end]
    if _BY_NOW.search(sentence):
        return False
    asked = next(_SHALL.finditer(text, end), None)
    stem = asked["verb"].lower()[:5].rstrip("e") if asked else ""
    return (
        len(stem) > 2
        and re.search(rf"\b(?:is|are|gets?|['’]s) (?:\w+ )?{stem}\w*\b", sentence, re.IGNORECASE) is not None
    )


def _last(line: str) -> str:
    """The last sentence of a line."""
    return re.split(r"(?<=[.!?])\s+", line)[-1]


def asks(sentence: str) -> bool:
    """Whether a sentence asks for what it names, rather than to state it and ask for something else."""
    return sentence.rstrip().endswith("?") and _ASKS.match(sentence) is not None


def denied(sentence: str, start: int, end: int) -> bool:
    """Whether what stands at a place of a sentence is denied."""
    return _DENIED.search(sentence, 0, start) is not None or _TAKEN_BACK.match(sentence, end) is not None


def stands(sentence: str, start: int, end: int) -> bool:
    """Whether what stands at a place of a sentence is stated: neither asked, nor denied, nor guessed."""
    if denied(sentence, start, end) or asks(sentence):
        return False
    return _UNSURE.search(sentence, 0, start) is None


def is_pronoun(text: str, value: Value) -> bool:
    """Whether "one" stands for a thing and counts none: "have a good one", "which one", "that's the one"."""
    return (
        value.number == 1
        and text[value.start : value.end].lower() == "one"
        and _STANDING_IN.search(text, max(0, value.start - 24), value.start) is not None
        and (not value.unit or value.unit in _BEHIND_ONE)
    )
