"""Unread: properties of a thing that no record has, how much of it is left where no record counts, and deeds told of more than was done.

What a thing is like stands in its record, and nowhere else: an agent who says that it is waterproof has read or heard the word. A record that
says whether there is a thing says nothing of how many; and what was done to one record was not done to "both".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.everyday import EVERYDAY
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.reported import OWN
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.subject import Subject, changed_by, seats_of, subject_at
from writ_dspy.verify.vocabulary import vocabulary

_FULL = re.compile(r"(?<=[.!?])\s+")
_OPEN = re.compile(
    r"\b(?:if|whether|unless|would|could|may|might|should|not|never|no|neither|nor|none|without|other than|ask\w*|want\w*|wish\w*|look\w*|search\w*|said|told|mention\w*|prefer\w*|like)\b|n['’]t\b|\?\s*$"
)


def unread(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence of a message that tells more of things and records than was read or done.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
        news: The steps since the agent last said something.
    """
    text = case.talk.turns[index].text
    subject = subject_at(case, index, ground, news)
    written_to = _records(case, index)
    wrote = any(case.kind(step.call) == "write" for step in news)
    lower = ""
    for start, end in sentences(text) if ground.shown else ():
        for sentence in _FULL.split(text[start:end].strip()):
            before, lower = lower, sentence.lower().replace("’", "'")
            words = written(sentence).bag
            if not _STATES.isdisjoint(words) and (wanted := _state_unread(case, ground, lower)):
                yield sentence, wanted
                continue
            if _OPEN.search(lower):
                continue
            if (
                (not _LEFT.isdisjoint(words) and (wanted := _left(ground, subject(start), lower, before, wrote=wrote)))
                or (not _SEVERAL.isdisjoint(words) and (wanted := _told_of_more(written_to, lower)))
                or (not _TELLS.isdisjoint(words) and (wanted := _property(ground, lower)))
            ):
                yield sentence, wanted


# ----------------------------------------------------------------------------- states that a tool of their own tells

_STATES = bag("cancelled canceled delayed cancel delay")
_BEEN = r"(?:cancel(?:l?ed|s)?|delayed)"
_NOT = r"(?:(?:has|have|had|is|are|was|were|did)(?:n't| not| never)|(?:has|have) (?:neither|not) been)"
_SUPPOSES = re.compile(
    r"\b(?:if|unless|whether|when(?:ever)?|once|in case|as long as|provided|would|could|may|might|should|must|only|for example|you (?:said|say|told|mention\w*|describe\w*)|as far as|see no|no sign|according to|since you|seems?|appears?|suppos\w+|assum\w+|understand)\b|n't you\b|\?\s*$"
)
"""What makes it a rule, a guess, or the user's own word."""


@lru_cache(maxsize=16)
def _watched(domain: Domain) -> tuple[str, ...]:
    """What a domain has a tool for that tells its state, and nothing else: "flight", by `get_flight_status`."""
    found = (
        re.fullmatch(r"(?:get|check|read|find)_(\w+)_status", tool)
        for tool, kind in domain.kinds.items()
        if kind == "read"
    )
    return tuple(match[1].replace("_", " ") for match in found if match)


@lru_cache(maxsize=16)
def _denials(nouns: tuple[str, ...]) -> re.Pattern:
    """How it is said that one of these was not canceled, or not delayed."""
    noun = "|".join(nouns)
    return re.compile(
        rf"\b(?:airline|carrier|company|we)(?: itself| \w+ly)? {_NOT} (?:itself |yet )?{_BEEN}\b[^.;,]{{0,15}}?\b(?P<of>{noun})s?\b"
        rf"|\b(?P<is>{noun})s?(?: \w+)? {_NOT}(?: been)?(?: itself| yet)? {_BEEN}\b"
        rf"|\b(?:none|neither) of (?:the|your|its|these|those)(?: \w+)? (?P<none>{noun})s (?:has|have|is|are|was|were)(?: been)? {_BEEN}\b"
        rf"|\b(?:not|wasn't|weren't|isn't)(?: been)? {_BEEN} by (?:the (?:airline|carrier|company)|us)\b"
    )


def _state_unread(case: Case, ground: Ground, lower: str) -> str:
    """What is wanted of a sentence that denies a state which only one tool tells, and which nobody has looked up or spoken of."""
    nouns = _watched(case.domain)
    if not nouns or _SUPPOSES.search(lower) or not _denials(nouns).search(lower):
        return ""
    if any(
        re.search(r"\b(?:not|never|no)\b|n['’]t\b", heard) and re.search(r"cancel(?:l?ed|lation)|delay", heard)
        for heard in ground.heard
    ):
        return ""
    tools = {f"_{noun.replace(' ', '_')}_status" for noun in nouns}
    looked = any(found.call.tool.endswith(tuple(tools)) for found in ground.shown)
    return "" if looked or _listed_as(ground) else "a state that was looked up"


def _listed_as(ground: Ground) -> bool:
    """Whether a search showed a flight of a trip that was read, on its day: what is for sale is not canceled."""
    found = [shown.lower for shown in ground.shown]
    trips = [text for text in found if '"passengers"' in text]
    offers = [f"{shown.lower} {shown.asked}" for shown in ground.shown if '"available_seats"' in shown.lower]
    flights = {
        pair for text in trips for pair in re.findall(r'"flight_number": "(\w+)"[^{}]*?"date": "([\d-]+)"', text)
    }
    return any(f'"{number}"' in text and day in text for number, day in flights for text in offers)


# ----------------------------------------------------------------------------- how much is left

_LEFT = bag("left stock remaining last low out gone full empty booked seat seats")
_MANY = r"(?:(?:half )?a dozen|dozens|hundreds|thousands|scores|a handful|a few|a couple|plenty|loads|lots|many|several|just one|only one|one last|(?:the|our|your|its) last(?: one| two| three| pair| piece)?)"
_QUANTITY = re.compile(
    rf"\b{_MANY}\b(?: more)?(?: of (?:it|them|those|these|its kind|that kind|this kind|that|this))?(?: (?:pieces?|units?|items?|copies|seats?|places?|tickets?|ones?))?(?: (?:are|is|still|now|just))* (?:left|remaining|in (?:stock|the warehouse|store)|(?:to be )?had)\b"
    r"|\b(?:is|was|it's|that's|that was|got|took|bought|have|get) (?:the|our) (?:very )?last (?:one|two|three|pair|piece|seats?|two seats|three seats|ticket|tickets|of its kind|of them)\b(?! (?:on|of|in|for|that|which|to|before)\b(?! (?:stock|store|the (?:warehouse|plane|flight)|it|them)\b))"
    r"|\b(?:stock|supply|supplies|seats) (?:is|are|get|gets|getting|running) (?:running |getting )?(?:low|scarce|short|out)\b|\b(?:running|sell\w+) (?:low|out) (?:on|of)\b"
    r"|\b(?:plane|flight|it|cabin) (?:is|was|'s)(?: \w+)? (?:half|almost|nearly|completely|fully|mostly|quite) (?:empty|full|booked|sold)\b"
    r"|\bnobody else (?:has|sells|offers) (?:it|them|this|that)\b"
)
_COUNTS = {"half a dozen": (6, 6), "a dozen": (12, 12), "just one": (1, 1), "only one": (1, 1), "one last": (1, 1), "a couple": (2, 3), "a few": (2, 9), "a handful": (2, 9), "several": (3, 30), "many": (6, 999), "plenty": (6, 999), "lots": (6, 999), "loads": (6, 999)}  # fmt: skip
_VARIETY = re.compile(r"\b(?:versions?|variants?|options?|models?|colou?rs?|sizes?|choices?|alternatives?|kinds?|types?|flights?|orders?|reservations?|steps?|questions?|details?|days?|hours?|minutes?)\b")  # fmt: skip
_NUMBERED = re.compile(r"seat|stock|quantity|left|remaining|count|pieces|inventory|copies|available_\w+")


def _left(ground: Ground, subject: Subject | None, lower: str, before: str, *, wrote: bool) -> str:
    """What is wanted of a sentence that tells how much there still is."""
    found = _QUANTITY.search(lower)
    if found is None or (_VARIETY.search(lower) and "seat" not in found[0]):
        return ""
    if _PRONOUN.fullmatch(found[0]) and not _PIECES.search(lower) and _of_the_matter(ground, before):
        return ""
    if wrote and re.match(
        r"(?:is|was|that's|that was) the (?:very )?last (?:one|of them)\b(?! (?:in|left|there|we|to be)\b)",
        lower[found.start() :],
    ):
        return ""  # of the requests
    taken = 0
    counts = {int(number) for shown in ground.shown for number in shown.numbers_of(_NUMBERED)}
    if counts and subject is not None and subject.flights:
        counts, taken = seats_of(subject), len(subject.people)
    word = next((word for word in _COUNTS if word in found[0]), "")
    if "last" in found[0]:
        least = most = max(1, taken)
    else:
        least, most = _COUNTS.get(word, (0, 0))
    if any(least <= number <= most or (taken and least <= number - taken <= most) for number in counts):
        return ""
    return "a number of them that was read"


_PRONOUN = re.compile(
    rf"{_MANY}(?: more)?(?: of (?:them|those|these))?(?: ones?)? (?:are|is)(?: still| now| just)* (?:left|remaining)"
)
_PIECES = re.compile(r"\b(?:stock|store|warehouse|seats?|pieces?|units?)\b")


def _of_the_matter(ground: Ground, before: str) -> bool:
    """Whether what a sentence counts without a name is what the one before speaks of last, and no thing that is sold: "so many questions; only one is left"."""
    named = max((match.end() for match in _VARIETY.finditer(before)), default=-1)
    return named > max(
        (match.end() for match in re.finditer(r"[a-z]+", before) if match[0].removesuffix("s") in _sold(ground.domain)),
        default=-1,
    )


# ----------------------------------------------------------------------------- several records

_SEVERAL = bag("both each all two other second same everything rest remaining open pending upcoming next")
_RECORD = r"(?:orders?|reservations?|bookings?|trips?|packages?|parcels?)"
_DONE = r"(?:changed|updated|modified|corrected|adjusted|amended|altered|done|finished|completed|processed|exchanged|returned|moved|upgraded|switched|rebooked|replaced|refunded|handled|sorted|fixed)"
_CHANGED = rf"(?:(?:have|has) (?:now |also |all |both )*been {_DONE}|now (?:{_DONE}|cancell?ed|shows?|hold|have|has|carr\w+|reflects?)|(?:is|are) (?:now cancell?ed|(?:now |also |all |both )*{_DONE})|was (?:also )?{_DONE}|were (?:also |all |both )?{_DONE}|show|reflect)"
_BOTH = re.compile(
    rf"\b(?:both|all|the two|your two|the three|all three|each)(?: of)?(?: (?:your|the|these|those))?(?: (?:two|three|other|pending|delivered))? {_RECORD}\b[^.;\n]{{0,12}}? {_CHANGED}\b"
    rf"|\b(?:did|done|made|applied|do) the same (?:change )?(?:for|to|with|on) (?:all|both|your|the) "
    rf"|\bthe same (?:was|has been|is) done\b|\bthe same (?:goes|went) for (?:your|the) (?:other|second) {_RECORD}\b"
)
_AND_REST = re.compile(
    rf"\b(?:and|as well as|along with|together with|plus|like) (?:all )?(?:of )?(?:your|the) (?:other|remaining|rest of (?:your|the)|open|pending|upcoming|next)(?: \w+){{0,2}}? {_RECORD}(?: too| as well| alike)? (?:is|are|has|have|now|will|goes?|ships?|shows?|flies|fly|leaves?|gets?|carr\w+|were|was)\b"
)
"""Tells what is told of one record of others with it."""
_OTHER = re.compile(
    rf"\b(?:your|the) (?:other|second)(?: (?:{_RECORD}|one|part|request))? (?:(?:is|was|has been) (?:(?:now |also )?{_DONE}|now cancell?ed|cancell?ed (?:too|as well|now))|went through|now shows?|shows)\b|\b(?:taken care of|changed|updated|cancelled|canceled|done|booked|handled) (?:your|the) (?:other|second) (?:{_RECORD}|one|request)\b"
)


def _records(case: Case, index: int) -> int:
    """How many records had been written to by a turn; how many writes had gone through, where none tells its record."""
    wrote = [step for step in case.writes if step.turn < index and not step.fresh.error]
    return len({key for step in wrote for key in changed_by(case.domain, step)[:1]}) or len(wrote)


def _told_of_more(count: int, lower: str) -> str:
    """What is wanted of a sentence that tells a deed of two records, after one write, or of another record."""
    if count == 1 and (_BOTH.search(lower) or _OTHER.search(lower) or _AND_REST.search(lower)):
        return "that of the one record that was written to"
    return ""


# ----------------------------------------------------------------------------- properties

_TELLS = bag(
    "is it's are has have comes come works work fits fit folds fold can supports features runs includes was they're holds lasts"
)
_SAYS = re.compile(
    r"(?:^|[,;] |\band |\bbut |\bbecause |\bsince )(?:also )?(?P<what>it|they|(?:the|your|this|that) (?:new |replacement |old )?(?:[a-z-]+ ){0,2}?(?P<thing>[a-z-]+))"
    r"(?P<does> (?:is|are|has|have|comes? (?:with|in)|works? with|fits?|folds?|can be|supports?|features|runs on|includes|holds|lasts)|'s|'re) (?P<rest>[a-z][^,;.!?\n]*)"
)
_GENERAL = bag("""upgraded downgraded switched traded amended adjusted corrected moved sorted arranged secured reserved exchanged returned cancelled canceled changed modified updated booked refunded requested replaced swapped confirmed processed shipped delivered pending available stock unavailable
    done set final ready complete completed approved possible allowed eligible dear cheap cheaper dearer expensive cheapest dearest priciest pricier costliest costlier costly higher lower same different other new old ordered mistake
    finished saved settled noted listed included charged paid credited free right correct wrong fine good great sorry true clear fair understandable nice easy simple quick short long""")  # fmt: skip
"""What may be said of anything that is sold, or of a deed, whatever it is like."""
_GOES_ON = re.compile(
    r"\b(?:to|that|because|as|for|of|by|from|when|if|so|before|after|until|while|since|which|who|what|how|and|but|or|you|we|i)\b"
)
_MADE_SO = re.compile(
    r"(?:very |really |quite |also |fully |even |charged |used )*(?:[a-z]+[- ]?(?:proof|weight|resistant|safe|friendly|washable|repellent|wirelessly)\b|(?!other|rather|either|higher|lower|better|cheaper|dearer|later|earlier|pricier|over|under|after)[a-z]{3,}er than\b)"
)
"""What a thing is made to be, and no deed or matter: "waterproof", "dishwasher safe", "quieter than most"."""


_AS_IT_WAS = re.compile(
    r"(?:\w+ly |all |both |also |still |completely )*(?:un[a-z]+ed|out of|left|safe|fine|okay|coming|going|staying|waiting|being|in (?:scope|play|question)|part|next|first|second|last|on)\b"
)
"""What is said of a thing in this matter, and not of what it is like: "unaffected", "left as it is"."""


_DEALT_WITH = re.compile(r"(?:\w+ed|dealt|taken|done|put) (?:away|off|out|up|with|down|through|care)\b")
"""A deed by a verb of two words: "squared away"."""


def _property(ground: Ground, lower: str) -> str:
    """What is wanted of a sentence that says what a thing is like in a word that nobody has used here."""
    things = _sold(ground.domain)
    if not things:
        return ""
    for match in _SAYS.finditer(lower):
        of_it = match["thing"] is None
        if (
            not of_it
            and match["thing"] not in things
            and match["thing"] not in ("one", "version", "model", "replacement")
        ):
            continue
        if match["what"] in ("that one", "this one"):
            continue  # whatever was pointed at: a remark's giraffe as well as a version
        rest = _GOES_ON.split(match["rest"], maxsplit=1)[0]
        is_so = match["does"].strip() in ("is", "are", "'s", "'re", "can be")
        if is_so and (_DEALT_WITH.match(rest) or _AS_IT_WAS.match(rest) or (of_it and not _MADE_SO.match(rest))):
            continue
        rest = _A_THING.sub(r"\1", rest) if is_so else rest
        new = [word for word in _content(f"{match['does']} {rest}") if not _known(ground, word, of_it=of_it)]
        if new:
            return f"properties that were read or spoken of: {new[0]!r} was not"
    return ""


_A_THING = re.compile(r"^(an? (?:[\w-]+ )+?)[a-z-]+(?=(?: (?:in|at|with|from|on)\b.*)?$)")
"""What it is that is so, in whatever word: "a green road bike in medium"."""


@lru_cache(maxsize=16)
def _sold(domain: Domain) -> frozenset[str]:
    """The last words of the names of things that have options; none where a domain has no such things."""
    if not vocabulary(domain).options:
        return frozenset()
    return frozenset(name.split()[-1] for name in vocabulary(domain).things)


def _content(text: str) -> Sequence[str]:
    words = written(text).words
    return [word.removesuffix("'s") for word in words if len(word) > 2 and word not in _VERBS]


_VERBS = bag(
    "has have comes come works work with can supports features runs includes was are is fits fit holds lasts in on be"
)


def _known(ground: Ground, word: str, *, of_it: bool) -> bool:
    """Whether a word was read, said, or may be said of anything; of "it" more is said than of a thing that is named."""
    if (
        word in _GENERAL
        or word in EVERYDAY
        or word in OWN
        or _MANNER.fullmatch(word)
        or any(_holds(text, word) for text in ground.texts)
    ):
        return True
    return of_it and _ADVERB.fullmatch(word) is not None


_MANNER = re.compile(r"(?!wireless|electrical|mechanical|digital|friendly|environmental)\w{3,}ly")
"""How surely or how much something is so: "the white one is plainly the cheaper"."""
_ADVERB = re.compile(r"(?!wireless|electrical|mechanical|digital)\w+(?:ly|ed|ing|able|ful|tional|tion|ment)")
"""What is said of a deed or a matter as much as of a thing."""


def _holds(text: str, word: str) -> bool:
    return word[: max(4, len(word) - 2)] in text
