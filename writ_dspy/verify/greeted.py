"""Greeted: who is addressed by name is the user, and by how much one price is over or under another is told the right way round."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from writ_dspy import patterns as re
from writ_dspy.domains.values import values
from writ_dspy.verify.everyday import is_everyday
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.vocabulary import vocabulary

_ADDRESSED = re.compile(
    r"(?:\A|[.!?\n]\W*|\b(?:and|so|okay|ok|well),? )(?P<greets>thank you|thanks|hi|hello|hey|dear|welcome(?: back)?|sorry|perfect|certainly|sure|of course|great|understood|all right|alright|okay|ok|right|noted|good|got it|done|good (?:morning|afternoon|evening))"
    r"(?: so much| very much| again| there)?,? (?P<name>[A-Z][a-z]+)(?=[,.!?;:–—-]|\s*$)",
    re.IGNORECASE,
)
_DIFFERS = re.compile(
    r"[*_]* (?P<how>more expensive|dearer|pricier|costlier|higher|more|over|above|cheaper|less expensive|lower|less|under|below)(?: than)? (?:yours|your(?! (?:\w+ )?(?:limit|budget|maximum|max|minimum|ceiling|cap|target|mark|line)\b)|you paid|what you|the (?:old|current|original|previous|present)|your old|(?:the )?one you)\b",
    re.IGNORECASE,
)
_GREETS = ("thank", "hi", "hello", "hey", "dear", "welcome")
_TITLES = bag("sir madam ma'am doctor captain professor friend mate buddy folks mr mrs ms miss dr reverend chef")
_OVER = ("more", "dear", "pric", "cost", "high", "over", "abov")
_CENT = Decimal("0.005")


def greeted(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that calls the user by another's name, or turns a difference round.

    Args:
        ground: What is known by then.
        text: What the agent says.
    """
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if wanted := _by_name(ground, sentence) or _differs(ground, sentence):
            yield sentence, wanted


def _is_person(ground: Ground, greeting: str, name: str) -> bool:
    """Whether a word, in lower case, is a first name: as the domain knows it, or as whoever is greeted has one."""
    words = vocabulary(ground.domain)
    if name in words.first:
        return True
    if is_everyday(name) or name in words.places or name in _TITLES:
        return False
    return greeting.lower().startswith(_GREETS) or name not in words.words


def _by_name(ground: Ground, sentence: str) -> str:
    match, own = _ADDRESSED.search(sentence), ground.own_name
    name = match["name"].lower() if match else ""
    if (
        match is None
        or not own
        or not match["name"][0].isupper()
        or name in own.split()
        or not _is_person(ground, match["greets"], name)
    ):
        return ""
    called = re.compile(
        rf"\b(?:i['’]?m|i am|my name(?:['’]s| is)|this is|call me|name['’]s|it['’]s) {name}\b|\b{name} (?:here|speaking)\b|\A\W*{name}\W*\Z|[-–—,] ?{name}\W*\Z"
    )
    return (
        ""
        if any(called.search(heard) for heard in ground.heard)
        else f"the user's own name: {own.split()[0].capitalize()}"
    )


def _differs(ground: Ground, sentence: str) -> str:
    """A difference between a price of the sentence and one that was read, told with the wrong sign."""
    told = [value for value in values(sentence) if value.quantity == "money"]
    for value in told:
        match = _DIFFERS.match(sentence, value.end)
        if match is None:
            continue
        read = {abs(number) for leaves in ground.every() for number in leaves.money}
        ahead = [other.number for other in told if other.end <= value.start]
        if not ahead:
            continue
        over = any(abs(ahead[-1] - other - value.number) < _CENT for other in read)
        under = any(abs(other - ahead[-1] - value.number) < _CENT for other in read)
        says_over = match["how"].lower().startswith(_OVER)
        if over != under and says_over is under:
            return f"${value.number} {'more' if over else 'less'}, as the prices were read"
    return ""
