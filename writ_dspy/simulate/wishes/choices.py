"""Values that exclude each other, and things that can be wished for: one that the task does not want is named, or its own is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from writ_dspy import patterns as re
from writ_dspy.simulate.wishes.heard import Heard
from writ_dspy.simulate.wishes.limits import UNDECIDED
from writ_dspy.simulate.wishes.parts import Part, after, corrects, parts
from writ_dspy.simulate.wishes.wanted import Wanted, compiled, turns

_AGREED = re.compile(
    r"\b(?:(?:agree|yes|fine|okay|ok|happy|good|content|satisfied|go ahead|thanks?|thank you)\W+[a-z]{2,5}|approve|confirm)\W*$"
)
"""Right before what is agreed with, which is the agent's list and no part of the matter: "I agree with all of it", mistyped or not."""


def choices(
    wanted: Wanted, fresh: Sequence[Part], turn: Sequence[Part], heard: Heard
) -> Iterator[tuple[int, str, str]]:
    """A value of a role for which the task has another one, as (place, saw, wanted)."""
    for role, values in wanted.domain.pack.sayings.choices.items():
        possible = wanted.choices(role)
        named = [_in_full(wanted, role, one, heard) for one in _named(fresh, values)]
        if not named or (role == "reason" and not possible):
            continue  # why, where nothing is decided by it, may be told
        chosen = {value for part, value, place in _named(turn, values) if not part.denied(place)} & possible
        for part, value, place in named:
            if part.asked:
                if _asks_of(wanted, part, role, value, place, heard):
                    yield part.start, value, f"{role}: {' or '.join(sorted(possible))}, as the question has it"
            elif part.supposed or (role == "reason" and not _is_the_reason(wanted, part, value, turn, heard, chosen)):
                continue
            elif part.denied(place):
                if possible == {value} and not (chosen or part.tells or _beside_it(part, place)):
                    yield part.start, f"no {value}", f"{role}: {value}, as the task has it"
            elif _chosen(wanted, part, turn, role, value, place):
                yield from _otherwise(wanted, part, turn, (role, value, place), heard)


_ANOTHER_ONE = re.compile(r"\b(?:other|another|second|old|his|her|their|\w+'s)\b(?: \w+)?\W*\Z")


def _beside_it(part: Part, place: int) -> bool:
    """Whether what is denied is none of the task's own: another one of its kind ("not the other card"), or something that is lacking."""
    kind = re.match(r"(?:(?:the|my|other|that|this|same) )*", part.text[place:])
    behind = place + (kind.end() if kind else 0)
    return _LACKS.search(part.text) is not None or _ANOTHER_ONE.search(part.text[:behind]) is not None


def _otherwise(
    wanted: Wanted, part: Part, turn: Sequence[Part], named: tuple[str, str, int], heard: Heard
) -> Iterator[tuple[int, str, str]]:
    """A value that is chosen, where the task has another one, in all or for what is spoken of there."""
    role, value, place = named
    possible, values = wanted.choices(role), wanted.domain.pack.sayings.choices[role]
    group = match.group() if (match := compiled(values[value]).search(part.text)) else ""
    bare = _BARELY.fullmatch(group) is not None and not corrects(part.text) and not _INSTEAD.search(part.text)
    if value in possible and not bare and (own := _of_the_same(wanted, part, turn, values)) and value not in own:
        yield part.start, value, f"{role}: {' or '.join(sorted(own))}, where the task speaks of that"
    if _left_open(wanted, part, role, value, heard) or _of_what_is(wanted, part, turn, named, heard):
        return
    if possible and _put_right(turn, part, place, [values[other] for other in possible]):
        return
    if not possible and _of_another_role(wanted, part, role, place):
        return
    if possible or (part.wills and not compiled(values[value]).search(heard.text)):
        yield part.start, value, f"{role}: {' or '.join(sorted(possible)) or 'nothing of it'}"


def _of_another_role(wanted: Wanted, part: Part, role: str, place: int) -> bool:
    """Whether the same words are a value that the task has in another role: "only the way there" is one way."""
    return any(
        match.start() <= place < match.end()
        for other, values in wanted.domain.pack.sayings.choices.items()
        if other != role
        for value in wanted.choices(other)
        if value in values
        for match in compiled(values[value]).finditer(part.text)
    )


def _of_what_is(wanted: Wanted, part: Part, turn: Sequence[Part], named: tuple[str, str, int], heard: Heard) -> bool:
    """Whether a value is that of what was spoken of before, once the right one is chosen: "that card", or a word on how it is there."""
    role, value, _ = named
    possible, values = wanted.choices(role), wanted.domain.pack.sayings.choices[role]
    before = [other for other in turn if other.start < part.start]
    right = any(compiled(values[one]).search(other.text) for other in before for one in possible)
    if not right or corrects(part.text) or _INSTEAD.search(part.text):
        return False
    match = compiled(values[value]).search(part.text)
    if match is not None and (_POINTS.match(match.group()) or _ALL_OF_THEM.match(match.group())):
        return True
    told = not part.wills and len(part.text.split()) > _REMARKED and compiled(values[value]).search(heard.text)
    return bool(told)


_INSTEAD = re.compile(r"\b(?:instead|rather|no|wait|change\w*|switch\w*|make|actually|then)\b")
_POINTS = re.compile(r"(?:that|this|the|same)\b")
"""How a thing is named that was named before."""
_BARELY = re.compile(r"(?:that|this|the|same) \w+|(?:my|our) \w+s")
"""A thing by no more than its noun, behind one that was named, or all that somebody has of a kind."""
_ALL_OF_THEM = re.compile(r"(?:my|our) \w+s\Z")
"""All that somebody has of a kind, which chooses none: "I like my cards in order"."""
_REMARKED = 5
"""Words that a choice needs at most, where no verb wants it."""


def _of_the_same(wanted: Wanted, part: Part, turn: Sequence[Part], values: Mapping[str, str]) -> set[str]:
    """The values that the task's own detail has whose first sentence stands right before a part, in the task's words; none for another case."""
    if _ELSE.match(part.text) or any(
        one.supposed and not _POLITE.search(one.text) for one in turn if one.sentence == part.sentence
    ):
        return set()
    before = [other.text.strip(" .!?") for other in turn if other.sentence == part.sentence - 1]
    for text in wanted.details if before else ():
        if all(one in text for one in before) and len(" ".join(before)) > _TELLING:
            return {value for value, pattern in values.items() if compiled(pattern).search(text)}
    return set()


_ELSE = re.compile(
    r"(?:and |but |or )*(?:otherwise|else|failing that|if not|as an? (?:backup|fallback|second choice))\b"
)
_POLITE = re.compile(r"^\W*if (?:(?:it|that)(?:'s| is) )?(?:possible|ok(?:ay)?|alright|fine|you|i may|i can|we can)\b")
"""A case that is none: "if possible"."""
_TELLING = 20
"""Letters of a sentence that is known by its words."""
ANOTHER = "another"
"""A reason that no write takes, where all that a task asks for takes one."""


def _is_the_reason(
    wanted: Wanted, part: Part, value: str, turn: Sequence[Part], heard: Heard, chosen: set[str]
) -> bool:
    """Whether a part gives the one reason for what is wanted."""
    if chosen - UNDECIDED or not _because(part, turn, heard):
        return False
    return value != ANOTHER or all("reason" in dict(decision.args) for _, decision in wanted.decisions)


_TELL_ME = re.compile(r"^(?:\w+ ){0,2}(?:what|which|how (?:much|many|long|expensive|cheap))\b")


def _asks_of(wanted: Wanted, part: Part, role: str, value: str, place: int, heard: Heard) -> bool:
    """Whether a user who only asks asks about another value than its task has, which nobody has brought up."""
    possible, patterns = wanted.choices(role), wanted.domain.pack.sayings.choices[role]
    if wanted.task.goal.decisions or not possible or value in possible or part.compared(place):
        return False
    turn_has = any(compiled(patterns[one]).search(part.text) for one in possible)
    return not turn_has and _TELL_ME.match(part.text) is not None and not compiled(patterns[value]).search(heard.text)


def _named(turn: Sequence[Part], values: Mapping[str, str]) -> Iterator[tuple[Part, str, int]]:
    for part in turn:
        matches = {value: compiled(pattern).search(part.text) for value, pattern in values.items()}
        found = {value: match for value, match in matches.items() if match is not None}
        for value, match in found.items():
            if not any(turns(other, match) for other in found.values()):
                yield part, value, match.start()


def _in_full(wanted: Wanted, role: str, named: tuple[Part, str, int], heard: Heard) -> tuple[Part, str, int]:
    """What is named, where only its last word is said: "the card" is the gift card, where no other card was spoken of."""
    part, value, place = named
    values = wanted.domain.pack.sayings.choices[role]
    said = compiled(values[value]).search(part.text, place)
    words = said.group().split() if said else []
    if len(words) != _SHORT_NAME or not _POINTED.fullmatch(words[0]) or value in wanted.choices(role):
        return named
    spoken = {other: compiled(pattern).search(heard.text) for other, pattern in values.items()}
    others = [other for other, match in spoken.items() if match and match.group().endswith(words[-1])]
    return (part, others[0], place) if others and spoken[value] is None else named


_SHORT_NAME = 2
"""Words of a name that is cut to its last one, with what points at it: "the card"."""
_POINTED = re.compile(r"my|our|the|that|this|which|your|same|on|by|with")


def _chosen(wanted: Wanted, part: Part, turn: Sequence[Part], role: str, value: str, place: int) -> bool:
    """Whether a value is wanted in its role, and not what something is compared with, what was there before, or a thing of another matter."""
    if value in UNDECIDED or part.compared(place) or _AGREED.search(part.text[:place]):
        return False
    sayings = wanted.domain.pack.sayings
    match = compiled(sayings.choices[role][value]).search(part.text)
    if match is not None and (_IS_NOT.match(part.text, match.end()) or _is_moved(wanted, part, role, value, match)):
        return False
    if match is not None and not (_PAYS.search(match.group()) or sayings.in_role(role, match)):
        return False
    return role == "reason" or not (part.tells or _adds(part, turn))


def _is_moved(wanted: Wanted, part: Part, role: str, value: str, match: re.Match[str]) -> bool:
    """Whether a value is what goes onto one of the task's own, as money does: "the cash back on the gift card"."""
    onto = _ONTO.match(part.text, match.end())
    if role != "method" or value != ANOTHER or onto is None or _BY.search(part.text[: match.start()]):
        return False
    values = wanted.domain.pack.sayings.choices[role]
    return any(compiled(values[own]).match(part.text, onto.end()) for own in wanted.choices(role))


_ONTO = re.compile(
    r"(?: (?!and\b|or\b|but\b|plus\b|not\b|rather\b|instead\b|than\b|never\b)\w+){0,3}? (?:on|onto|to|into) (?:(?:the|my|our|that|a|same) )*"
)
_BY = re.compile(r"\b(?:in|by|with|via|through|using)\W*$")
_IS_NOT = re.compile(
    r"(?: class| seats?| cabin)? (?:is|are|would be|was)(?:n't| not| never)\b(?! (?:only|just|bad|a problem))"
)
"""Behind what is turned down: "business class is not for me"."""
_PAYS = re.compile(r"\b(?:pay(?!pal)\w*|charg\w+|bill\w*|invoic\w+|debit(?! card)\w*|settle\w*|send|mail|forward)\b")
"""What names a value with the verb that it stands behind, so that its role is certain."""
_JOINS = re.compile(r"^(?:with|in|on|by|from|at|of|without|for)\b")


def _adds(part: Part, turn: Sequence[Part]) -> bool:
    """Whether a part only adds to one before it that tells something: "I lost my wallet, with all my cash"."""
    before = [other for other in turn if other.sentence == part.sentence and other.start < part.start]
    return bool(before) and before[-1].tells and _JOINS.match(part.text) is not None


def _left_open(wanted: Wanted, part: Part, role: str, value: str, heard: Heard) -> bool:
    """Whether the value is one of the task's, or what the agent has found for one that leaves it open."""
    possible, values = wanted.choices(role), wanted.domain.pack.sayings.choices[role]
    if value in possible:
        return True
    open_ = any(compiled(values[name]).search(part.text) for name in UNDECIDED & values.keys())
    left = open_ or (bool(UNDECIDED & possible) and not wanted.task.gold)
    return left and compiled(values[value]).search(heard.text) is not None


def _put_right(turn: Sequence[Part], part: Part, place: int, patterns: Sequence[str]) -> bool:
    """Whether the same turn takes the value back and names a right one."""
    later = after(turn, part, place)
    return any(compiled(pattern).search(later) for pattern in patterns)


_LACKS = re.compile(
    r"\b(?:don't|do not|doesn't|haven't|hasn't|never|no longer|can't) (?:have|got|own|had|see|remember|find|use anymore)\b"
)
_CAUSE = re.compile(
    r"\b(?:reason|because|since(?= (?:i|we|my|our|the|it|they|he|she|there|you|that)\b)|that's why|due to|can't (?:fly|travel|go|make)|cannot (?:fly|travel|go|make)|mistake)\b"
)
_ERRED = re.compile(r"\bordered\b.*\b(?:by (?:mistake|accident)|accidentally|unintentionally)\b")
_WHY = re.compile(r"\breason\b|\bwhy\b")


def _because(part: Part, turn: Sequence[Part], heard: Heard) -> bool:
    """Whether a part gives the reason for what is wanted."""
    sentence = (other.text for other in turn if other.sentence == part.sentence)
    return any(_CAUSE.search(text) or _ERRED.search(text) for text in sentence) or _WHY.search(heard.last) is not None


def things(wanted: Wanted, fresh: Sequence[Part], heard: Heard) -> Iterator[tuple[int, str, str]]:
    """Something that is wished for, and that neither the task nor the agent has brought up."""
    for name, pattern in wanted.domain.pack.sayings.things.items():
        found = compiled(pattern)
        for part in fresh:
            match = found.search(part.text)
            if (
                match is None
                or part.asked
                or part.supposed
                or part.denied(match.start())
                or part.compared(match.start())
                or _by_its_family(wanted, name, part, match, heard)
            ):
                continue
            if _singled_out(part, match, fresh) and not _of_task(wanted, found, heard):
                yield part.start, name, "what the task is about"
                break
            if not part.wills or part.tells or part.denies or not _asked_for(part, match, heard):
                continue
            if not found.search(wanted.text) and not found.search(heard.text) and not found.search(wanted.records):
                yield part.start, name, "only what the task is about"
                break


def _by_its_family(wanted: Wanted, name: str, part: Part, match: re.Match[str], heard: Heard) -> bool:
    """Whether the same words name another thing that the talk is about: "the kettle" is a tea kettle as well as an electric one."""
    others = (compiled(pattern) for other, pattern in wanted.domain.pack.sayings.things.items() if other != name)
    return any(
        same.start() <= match.start()
        and match.end() <= same.end()
        and (_of_task(wanted, other, heard) or other.search(heard.text))
        for other in others
        for same in other.finditer(part.text)
    )


_WILLED = re.compile(
    r"(?<![\w'])(?:(?:i|we)(?:'d|'ll| would| will)?(?: \w+ly| just| also| still| only| rather| even)? (?:want|need|wish|like|love|prefer|take|have|go for|go with|insist on)"
    r"|(?:i|we)(?:'m| am|'re| are) (?:after|looking for)|wanna|gotta|gonna|please|pls|plz|let's|(?:can|could|would|will|may) (?:you|i|we)|should|must|(?:has|have|had|got) to|make it)\b"
)
"""Where somebody who speaks for themselves begins to say what shall be."""
_TURNS_AWAY = re.compile(
    r"\b(?:so|because|since|while|when|where|that (?:i|we|my)|which|who|know|tell|see|check|ask|hear|wonder|mention|say|remember|find out|look at|match(?:es)?|fits?|suits?)\b"
    r"|(?<!along )(?<!together )(?<!go )\bwith\b(?<!replace)|\b(?:for|of|beside|next to|near|under|behind|to) (?:my|our|his|her|their)\b"
)
"""Between a wish and a thing: the thing is what it goes with, or stands in what is told, asked or weighed."""
_SWAPS = re.compile(r"\b(?:swap|exchang|replac|trad|switch)\w*\b")
_OWN_DOING = re.compile(
    r"\b(?:gonna|going to|gotta|(?:got|have|had|need|want|off|time|ought) to|wanna|i'll|i will|i must|i should|let me|lemme|go|and) (?:\w+ly )?(?P<deed>[a-z]+)(?: (?:up|off|out|down|away))? (?:my|our) (?:\w+ ){0,2}[\w-]+$"
)
"""What somebody does with a thing of their own: no wish, where the deed is none that is spoken of at a desk."""
_DUE = re.compile(
    r"^\W*(?:(?:order|one|item|thing|too|also|as well|then|now)\W+)*(?:please|pls|plz|should|must|has to|have to|needs?(?: to)?|instead|will have to|ought to|too|as well)\b"
)
"""Behind a thing that something shall be done to."""


def _asked_for(part: Part, match: re.Match[str], heard: Heard) -> bool:
    """Whether a thing in a part that wants something is what is wanted there, or answers what the agent asked; others are its background."""
    before, behind = part.text[: match.start()], part.text[match.end() :]
    if behind.startswith("-") or _PLACED.search(before):
        return False  # "bookshelf-lined", "next to the bookshelf"
    if (own := _OWN_DOING.search(part.text[: match.end()])) and not any(one.wills for one in parts(own["deed"])):
        return False  # "gonna go dry my shoes"
    answers = _BARE.match(before) is not None and heard.last.rstrip().endswith("?")
    if _DUE.match(behind) or (answers and not _GOES_ON.match(behind)):
        return True
    if part.ordered:
        between = before
    else:
        begins = [found.end() for found in _WILLED.finditer(before)]
        if not begins:
            return False
        between = before[begins[-1] :]
    turned = _TURNS_AWAY.search(between)
    return turned is None or (turned[0] == "with" and _SWAPS.search(between) is not None)


_PLACED = re.compile(
    r"\b(?:on|in|at|next to|near|under|behind|beside|before|after|until|than|during|(?:back|get|used|listen(?:ing)?) to|as (?=(?:my|our|the)\b))(?: (?:the|a|an|my|our|your|his|her|their|that|this|same))?(?: (?!and\b|or\b)[\w-]+){0,1} $"
)
"""Right before a thing by which only a place, a time or a likeness is told."""
_GOES_ON = re.compile(r"^\W*(?:\w+ly )?(?:is|are|was|were|'s|has|had|does|did|can|keeps?|makes?|looks?|works?)\b")
"""Behind a thing of which something is told."""
_BARE = re.compile(r"^(?:(?:and|but|only|just|the|my|a|an|that|this|yes|no|both|also|rather)\W+)*(?:[\w-]+ ){0,2}$")
"""Nothing but words of the thing itself before it."""
_ABOUT = re.compile(
    r"\b(?:(?:i'm|i am|i was|we're) (?:actually |really |only )?(?:talking|speaking|asking|writing) about|(?:i|we) (?:actually |really |only )?(?:mean|meant))(?: (?:the|my|that|this|a|an|one))*\W*$"
)
_IT_IS = re.compile(
    r"(?:\b(?:it|this|that)(?:'s| is| was)(?: all)?(?: about| actually| really| only| just)?|^(?:only|just|rather|no,?|not that one,?|actually,?))(?: (?:the|my|that|this|a|an|one))*\W*$"
)
_ONLY = re.compile(
    r"^\W*(?:\w+ ){0,2}(?:instead|i'm (?:talking|asking|writing|speaking) about|i (?:mean|meant|had in mind)|that i (?:mean|meant))\b"
)
_BEGINS = re.compile(r"^(?:actually |rather |only |just |no |wait |it's |but )*(?:the |my |a |an )?$")
_WISH = re.compile(
    r"^(?:rather|not that one|actually|no|wait|sorry|but)\b|\b(?:please|instead|forget|the rest|other one|return|exchange|cancel|refund)\b"
)
"""In a sentence that wants, or puts something right: what it is about is small talk elsewhere ("today it's the laptop")."""


def _singled_out(part: Part, match: re.Match[str], fresh: Sequence[Part]) -> bool:
    """Whether a thing is said to be the one that all is about: "it's the kettle I'm talking about", "only the kettle, please"."""
    before, behind = part.text[: match.start()], part.text[match.end() :]
    if _SAID_OF_IT.match(behind):
        return False
    if _ABOUT.search(before) or (_BEGINS.match(before) and _ONLY.match(behind)):
        return True
    sentence = " ".join(other.text for other in fresh if other.sentence == part.sentence)
    return _IT_IS.search(before) is not None and _WISH.search(sentence) is not None


_SAID_OF_IT = re.compile(
    r"\s+(?:order|purchase|box|is|was|has|had|that (?!i )|which|with|arrived|from|in|at|on|that i (?:bought|ordered|got|have)|i (?:bought|ordered|got|have))\b"
)
"""Behind a thing of which something else is told."""


def _of_task(wanted: Wanted, found: re.Pattern, heard: Heard) -> bool:
    """Whether the task is about such a thing: by its words, or by the items of its writes; without any, as far as its records show."""
    if found.search(wanted.text):
        return True
    if wanted.item_records:
        return found.search(wanted.item_records) is not None
    return found.search(wanted.records) is not None or found.search(heard.text) is not None
