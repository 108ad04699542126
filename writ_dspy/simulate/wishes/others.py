"""Who the user is, which end it wants, which way it goes, and what it orders the agent to be: none of it beside its task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.whole import is_whole
from writ_dspy.simulate.wishes.heard import Heard
from writ_dspy.simulate.wishes.parts import Part, corrects
from writ_dspy.simulate.wishes.wanted import Wanted

_ENDS: tuple[tuple[str, re.Pattern, re.Pattern], ...] = (
    (
        r"price|fare|paid|amount|total|balance|cost",
        re.compile(r"\b(?:cheapest|least expensive|lowest[- ](?:priced?|fare|cost)|most affordable|least costly)\b"),
        re.compile(r"\b(?:dearest|priciest|costliest|most expensive|highest[- ](?:priced?|fare|cost)|most costly)\b"),
    ),
    (
        r"depart|arriv|date|time|created",
        re.compile(r"\b(?:earliest|soonest|leaves first)\b"),
        re.compile(r"\b(?:latest|leaves last)\b"),
    ),
    (r"duration", re.compile(r"\b(?:shortest|fastest|quickest|swiftest)\b"), re.compile(r"\b(?:longest|slowest)\b")),
)
"""Names of attributes, and how their least and their most are wanted."""
_BARE = re.compile(r"(?:just |only )?the \w+(?: \w+)? (?:one|flight|option|version|connection)\W*$")
SUPERLATIVE = re.compile(r"\b(?:\w+est|most|least|leaves)\b")
SOMEBODY = re.compile(
    r"\bon behalf of (?!(?:us|our|both|all|my(?:self| party| group| travel))\b)|\b(?:my|the|"
    r"our) (?:\w+ ){0,2}\w+'s (?:account|profile|login)\b|\b(?:his|her|their) (?:account|profile|login)\b|"
    r"\b(?:not|isn't) (?:my|mine)(?: own)? (?:account|profile)\b|\baccount,? (?:is )?not mine\b|"
    r"\b(?:account|profile) (?:belongs to|is (?:in the name of|registered to|not mine))\b|"
    r"\bcalling for the owner\b"
)
_ITS_OWN = re.compile(
    r"\b(?:my|our) (?:\w+ )?\w+ (?:has |had |just |once |always )?(?:\w+ed|keeps? \w+ing|took|put|left|got|lost|forgot)\s+(?:\w+ ){0,2}\Z"
)
"""Somebody of the user's did something with an account of their own: "my brother used his login"."""
NAMED = re.compile(
    r"\b(?:name is|name's|named|i am called|passenger is|traveler is|traveller is)\s+([a-z]+(?: [a-z]+)?)\b"
)
RULES = re.compile(
    r"\b(?:ignore|disregard|forget|bypass|override|overrule|skip|break|bend|violate|circumvent|set aside|"
    r"pay no attention to)\b[^.;!?]{0,40}\b(?:polic(?:y|ies)|rules?|instructions?|guidelines?|"
    r"prompts?|verification|restrictions?|procedures?|protocols?|checks)\b|\b(?:developer|admin|god|debug|"
    r"root|jailbreak|unrestricted|maintenance|test) mode\b|\byou are now (?:in|a|an|my|free|allowed)\b|"
    r"\bfrom now on,? (?:you|answer|respond|reply|only|always|just|act|speak|say)\b|\b(?:pretend|"
    r"act as if) (?:that )?(?:you|to be)\b|\bapprove (?:everything|all|anything)\b|"
    r"\banswer (?:only )?with (?:only )?(?:yes|no)\b|\bdo whatever i (?:say|tell)\b"
)
_ROUTE = re.compile(
    r"\bfrom (?:the )?(?P<a>[a-z]+(?: [a-z]+)?)(?: \([a-z]{3}\))? (?:\w+ ){0,2}?to (?:the )?(?P<b>[a-z]+(?: [a-z]+)?)"
)
_TOWARD = re.compile(r"\b(?:to|into|via|through|towards?|reach|visit)\s+(?:the )?$")
_BACK = re.compile(r"\b(?:back|return|home|round|inbound|from (?:there|it))\b")
_DIGIT = re.compile(r"\d")
_ANSWER = re.compile(
    r"\b(?:answer|result|it|price|total|refund|difference|amount|number|id)\b[^.;!?]{0,20}\b(?:is|must be|"
    r"should be|will be|would be)\b|\balready know\b"
)


def ends(wanted: Wanted, fresh: Sequence[Part], turn: Sequence[Part]) -> Iterator[tuple[int, str, str]]:
    """The other end of what the task ranks by, or another ranking, as (place, saw, wanted)."""
    for part in fresh:
        if rank := _ranked(wanted, part, turn):
            yield part.start, rank, "the end that its task wants"
        if not SUPERLATIVE.search(part.text) or part.asked or part.supposed or part.tells or not wanted.ends:
            continue
        for attribute, least, most in _ENDS:
            for pattern, is_most in ((least, False), (most, True)):
                match = pattern.search(part.text)
                if (
                    match is None
                    or part.denied(match.start())
                    or part.compared(match.start())
                    or pattern.search(wanted.text)
                ):
                    continue
                ranked = {most_ for by, most_ in wanted.ends if re.search(attribute, by)}
                if (
                    (ranked and is_most not in ranked) or (not ranked and (part.wills or _BARE.match(part.text)))
                ) and not _right_after(turn, part):
                    yield part.start, match.group(), "the end that its task wants"


_RANK = re.compile(r"\b(?:second|third|next|2nd|3rd)[ -](?:\w+est\b|best\b|most \w+|least \w+)")
_RANKED = re.compile(r"\b(?:second|third|2nd|3rd)[ -]")
_SHORT = 40
"""Letters of a part that names no more than what is wanted."""


def _ranked(wanted: Wanted, part: Part, turn: Sequence[Part]) -> str:
    """The second best, where the task wants the best."""
    rank = _RANK.search(part.text)
    if rank is None or not wanted.ends or part.asked or part.supposed or part.tells or _RANKED.search(wanted.text):
        return ""
    wills = part.wills or len(part.text) < _SHORT
    return rank.group() if wills and not part.denied(rank.start()) and not _right_after(turn, part) else ""


def _right_after(turn: Sequence[Part], part: Part) -> bool:
    return any(corrects(other.text) for other in turn if other.start > part.start)


def persons(wanted: Wanted, fresh: Sequence[Part], heard: Heard) -> Iterator[tuple[int, str, str]]:
    """Somebody else than the task has."""
    for part in fresh:
        if part.asked or part.supposed:
            continue
        match = SOMEBODY.search(part.text)
        if (
            match
            and not part.denied(match.start())
            and match.group() not in wanted.text
            and not _ITS_OWN.search(part.text[: match.start()])
        ):
            yield part.start, match.group(), "the customer of its task"
        for match in NAMED.finditer(part.text):
            words = match[1].split()
            known = [word in wanted.text or word in heard.text or word in wanted.gold for word in words]
            if (
                not known[0]
                and len(words) > 1
                and not known[1]
                and _proper(wanted, words)
                and not corrects(part.text[match.end() :])
            ):
                yield part.start, match[1], "a name that its task has"


def _proper(wanted: Wanted, words: Sequence[str]) -> bool:
    """Whether these can be names: no words of policy, tools or talk."""
    policy = wanted.domain.policy.lower()
    return not any(re.search(rf"\b{word}\b", policy) or word in _SMALL for word in words)


_SMALL_WORDS = (
    "a an the my me it its that this what how why not no so very too just all one about because for in "
    "on at of to i you we he she they his her our is are was fine good wrong right here there going "
    "getting taking urgent "
    "really ridiculous annoying frustrating driving important perfect great correct"
)
_SMALL = frozenset(_SMALL_WORDS.split())


def rules(fresh: Sequence[Part]) -> Iterator[tuple[int, str, str]]:
    """Orders to the agent to be another one."""
    for part in fresh:
        match = RULES.search(part.text)
        if match and not part.denied(match.start()):
            yield part.start, match.group(), "a customer's wish, not orders against the agent's rules"


def routes(wanted: Wanted, fresh: Sequence[Part], heard: Heard) -> Iterator[tuple[int, str, str]]:
    """A way that the task does not go."""
    places = wanted.domain.pack.places
    if not places:
        return
    for part in fresh:
        if part.asked or part.supposed or part.tells:
            continue
        named = [(match.start(), match.group()) for match in place_names(wanted.domain).finditer(part.text)]
        if not named:
            continue
        codes = {name.lower(): code.lower() for code, name in places.items()} | {
            code.lower(): code.lower() for code in places
        }
        for place, name in named:
            code = codes.get(name, "")
            if (
                _TOWARD.search(part.text[:place])
                and part.wills
                and not part.denied(place)
                and not _known(wanted, heard, name, code, places)
            ):
                yield part.start, f"to {name}", "a place that its task has"
        match = _ROUTE.search(part.text)
        if match and part.wills and not _BACK.search(part.text) and not _BACK.search(wanted.text):
            way = tuple(
                next((codes[name] for _, name in named if end.startswith(name)), "") for end in (match["a"], match["b"])
            )
            if all(way) and _goes(wanted, way[1], way[0], places) and not _goes(wanted, way[0], way[1], places):
                yield part.start, match.group(), "the direction of its task"


@lru_cache(maxsize=16)
def place_names(domain: Domain) -> re.Pattern:
    """Any place of a domain, by its name or its code, in lower case."""
    names = (re.escape(text.lower()) for pair in domain.pack.places.items() for text in pair)
    return re.compile(rf"\b(?:{'|'.join(names)})\b")


def _known(wanted: Wanted, heard: Heard, name: str, code: str, places: Mapping[str, str]) -> bool:
    city = places.get(code.upper(), name).lower()
    return any(city in text or re.search(rf"\b{code}\b", text) for text in (wanted.text, wanted.gold, heard.text))


def _goes(wanted: Wanted, start: str, end: str, places: Mapping[str, str]) -> bool:
    """Whether the task's words, or its writes, go from here to there."""
    if re.search(rf"origin: {start}\b", wanted.gold) and re.search(rf"destination: {end}\b", wanted.gold):
        return True
    one, other = (rf"(?:{code}|{re.escape(places[code.upper()].lower())})" for code in (start, end))
    return re.search(rf"\b{one}\b[^.;\n]*\bto\b[^.;\n]*\b{other}\b", wanted.text) is not None


def answers(wanted: Wanted, fresh: Sequence[Part], heard: Heard) -> Iterator[tuple[int, str, str]]:
    """What the user asks to be told, said by itself before the agent told it."""
    if not any(_ANSWER.search(part.text) and _DIGIT.search(part.text) for part in fresh):
        return
    asked = [
        text.lower() for text in wanted.task.told if _DIGIT.search(text) and not is_whole(text.lower(), wanted.text)
    ]
    for part in fresh:
        for value in asked:
            found = re.search(rf"(?<![\w.,]){re.escape(value.removesuffix('.00'))}(?:\.00)?(?![\w]|[.,]\d)", part.text)
            if found and not is_whole(value.removesuffix(".00"), heard.text) and _ANSWER.search(part.text):
                yield part.start, value, "an answer that only the agent can know"
