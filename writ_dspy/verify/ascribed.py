"""Ascribed: what the agent says that the user said, is sorry for, or takes up from the user, the user did say.

An agent may put it in other words; a part of it that has hardly a word of the user's is made up: "because of the illness you mentioned", "I'm
sorry that my colleague booked you wrongly", "The oldest one, thank you". Numbers, dates and names are judged as values elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.values import UNITS
from writ_dspy.verify.everyday import EVERYDAY
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.speech import ENGLISH

_SAID = re.compile(
    r"\b(?:the |this |that |your |an? )(?P<thing>(?:[a-z-]+ ){1,3})(?:that |which )?you(?:['’]ve| have|['’]d| had)?(?: just| already)? (?:mentioned|described|spoke of|told me (?:of|about)|complained about)\b"
    r"|\byou(?:['’]ve| have|['’]d| had)?(?: just| also| already)? (?:said|mentioned|told me|wrote|stated|explained|complained)(?: that)? (?P<what>(?!you\b|so\b|that you\b)[^.;!?:\n]+)",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"(?<!as )\byou(?:['’]d like| would like| want| wish)\b[^.;!?:\n]*?(?<!,)(?<!, and) \b(?:since|because(?: of)?|due to) (?P<why>[^.;!?:\n]+)",
    re.IGNORECASE,
)
"""A reason that is put into the user's mouth."""
_SORRY = re.compile(
    r"\b(?:sorry|apologi[sz]e|apologies)(?: to (?:hear|read|learn|see))?(?: that and)?(?: (?:that|about|for|of|how)(?: that)?)? (?P<what>(?:(?<=that )(?:my|we|our)|the|your|you|it|all|my colleagues?)\b[^.;!?:\n]+)",
    re.IGNORECASE,
)
_TAKEN_UP = re.compile(
    r"\W*(?:(?:got it|all right|alright|okay|ok|right|noted|understood|sure|good|fine|so)[,:—–-]+ (?:then |so |with |for )*(?P<what>(?!that\b)[\w'’ ,-]{3,60}?)(?: then| it is)?[.!]"
    r"|(?:so |then )*(?P<ahead>(?!that\b)[\w'’ -]{3,50}?)(?: then)?[,:—–-]+ (?:thank you|thanks|got it|noted|understood)\b[^.!]{0,20}[.!])",
    re.IGNORECASE,
)
"""What the user just said, in short, as it is taken up."""
_WHOLE = re.compile(
    r"\b(?:i|we|is|are|was|were|has|have|had|can|will|would|let|lets|please|thank|thanks|here|found|found it|do|does|did|works?|helps?|makes?|goes|go|take|look|you|sorry|sure|any|know|of course|hear|noted|clear|good|happy|ready|done|all set)\b|['’](?:s|ll|ve|re|m|d)\b",
    re.IGNORECASE,
)
"""Words of a whole sentence, which says more than what was heard."""
_NAMES_THINGS = re.compile(rf"\b(?:the|an?|your|and|plus|no|both|all|{'|'.join(UNITS[1:10])})\b", re.IGNORECASE)
"""Words by which a short phrase names something: "verified" and "understandable" name nothing."""
_COUNTED = re.compile(
    rf"\b(?P<many>{'|'.join(UNITS[1:10])}) (?!of\b|by\b|after\b|at\b|more\b|things?\b|last\b|moment\b|way\b|by\b)[a-z]+",
    re.IGNORECASE,
)
_ONWARD = re.compile(
    r",? (?:but|so|because|and (?:i|both|thank|unfortunately|the|let))\b.*|,\s.*",
    re.IGNORECASE | re.DOTALL,
)
_SUPPOSED = re.compile(
    r"\b(?:if|whether|unless|once|when|what|whatever|not|never|didn['’]t|haven['’]t|than|until)\b[^,;:]{0,30}\Z",
    re.IGNORECASE,
)
_FEELING = bag("""trouble wait waiting waited long time lost inconvenience patience hassle frustrating frustration frustrated upset upsetting annoying annoyance
    hectic unwell ill sick hear way took take taken cost much lot ordeal delay mess bad worse feel feeling stress stressful news difficult hard disappointing disappointment disappointed
    experience situation happened happen went gone wrong confusion confusing mix-up mistake misunderstanding told otherwise different differently something else day morning through get
    explanation gets getting got keep kept left answer explanation better happy disappoint let down
    loss came come comes gave made make question questions many again asking repeat repeating""")  # fmt: skip
"""What an agent may call a user's trouble, in whichever words it was told."""
_PLAIN = bag("""that which also only just then now very too really quite still again want wants like would need needs said mentioned earlier before same one ones thing things case way matter
    such without been being everything nearly enough all point first last message request requests have has had get got was were and for with your yours you're it's its there here them they get""")  # fmt: skip


def ascribed(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that puts into the user's mouth what the user never said."""
    said = frozenset(word for heard in ground.heard for word in written(heard).bag)
    for start, end in sentences(text):
        sentence = text[start:end]
        told = (match for form in (_SAID, _WANTS) for match in form.finditer(sentence))
        taken = _TAKEN_UP.match(sentence)
        if any(_made_up(match, said) for match in told) or (
            taken is not None and _echoes_nothing(ground, taken["what"] or taken["ahead"], said)
        ):
            yield sentence.strip(), "what the user did say"
        elif (match := _SORRY.search(sentence)) and _for_nothing(match["what"], said):
            yield sentence.strip(), "sorry for what the user told of"


def _made_up(match: re.Match[str], said: frozenset[str]) -> bool:
    if _SUPPOSED.search(match.string, 0, match.start()):
        return False
    part = next(found for found in match.groups() if found)
    thing = match.lastgroup == "thing"
    return _strange(_ONWARD.sub("", part), said, EVERYDAY if thing else frozenset(), part_of=0 if thing else 2)


def _echoes_nothing(ground: Ground, part: str, said: frozenset[str]) -> bool:
    """Whether what is taken up in short names something that neither the user nor the question before has."""
    if _WHOLE.search(part) or not _NAMES_THINGS.search(part):
        return False
    last = ground.heard[-1] if ground.heard else ""
    counted = _COUNTED.search(part)
    many = counted["many"].lower() if counted else ""
    if (
        many
        and re.search(rf"\b(?:{many}|{UNITS.index(many)}{'|an?|single|just' if many == 'one' else ''})\b", last) is None
    ):
        return True
    familiar = ENGLISH | _PLAIN | EVERYDAY | frozenset(ground.own_name.split()) | _called(ground.domain)
    named = _CODE.sub(" ", part)  # read of a record, and judged as a value
    telling = [word for word in written(named).words if len(word) > 2 and word.isalpha() and word not in familiar]
    return any(not _known(word, said | written(last).bag) for word in telling)


@lru_cache(maxsize=16)
def _called(domain: Domain) -> frozenset[str]:
    """Words in which a domain declares what its records and requests are called: an agent may call them so."""
    return frozenset(word for text in domain.pack.spoken for word in written(text).bag)


_CODE = re.compile(r"\b[A-Z][A-Z0-9]{2,}\b")
_OURS = re.compile(r"\A(?:we|i|my|our)\b", re.IGNORECASE)


def _for_nothing(what: str, said: frozenset[str]) -> bool:
    """Whether the agent is sorry for what it, or a colleague, did, and of which the user told nothing; a user's trouble may be called anything."""
    parts = (_ONWARD.sub("", part) for part in re.split(r",? and that (?=(?:we|my|our|your|you|the|it)\b)", what))
    return any(_OURS.match(part) is not None and _strange(part, said, _FEELING, part_of=1) for part in parts)


def _strange(part: str, said: frozenset[str], allowed: frozenset[str], part_of: int = 0) -> bool:
    """Whether more than so many parts of the words that tell something are none of the user's; half of them, without a number."""
    telling = [
        word for word in written(part).words if len(word) > 2 and word.isalpha() and word not in ENGLISH | _PLAIN
    ]
    new = [word for word in telling if word not in allowed and not _known(word, said)]
    if part_of == 1:
        return bool(new)
    return bool(new) and (2 * len(new) > len(telling) or (not part_of and 2 * len(new) == len(telling)))


def _known(word: str, said: frozenset[str]) -> bool:
    begin = word[: max(3, min(len(word) - 2, 5))]
    return any(other.startswith(begin) or (len(other) > 3 and word.startswith(other)) for other in said)
