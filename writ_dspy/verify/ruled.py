"""Ruled: a sentence about what can be done in general goes the way that the policy goes, and not the other way round.

Read from the policy itself: in which state a record has to be for a deed ("can only be cancelled if its status is 'pending'"), what can or
cannot be done without a condition ("cannot modify the number of passengers"), and by which method a refund comes at once. What the
policy ties to a condition, a rule of the agent may leave out, and is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.verify.bounds import unbound
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.refutable import IMMEDIATE
from writ_dspy.verify.sentences import asks, sentences

_FULL = re.compile(r"(?<=[.!?])\s+")
_NEEDS = re.compile(r"can only be (?P<deed>[a-z]+) if (?:its|their|the) status is [\"'*]*(?P<state>[a-z]+)")
_BASES = {"modif": "chang", "updat": "chang", "edit": "chang", "alter": "chang", "adjust": "chang", "correct": "chang", "swap": "exchang", "send": "return", "rais": "chang", "increas": "chang", "lower": "chang", "reduc": "chang", "item": "chang", "remov": "remov", "tak": "remov", "drop": "remov", "bought": "add", "buy": "add"}  # fmt: skip
"""Stems of verbs that say the same of a record."""
_NO = r"(?:cannot|can not|can't|may not|could not|couldn't|(?:is|are) not able to)"
_CAN = rf"(?P<can>{_NO}|can|may|could)"
_ADV = r"(?: (?:still|also|only|always|then|just|even|easily|no longer|simply|freely))*"
_ONE = r"(?: (?:orders?|ones?|packages?|purchases?|reservations?|bookings?))"
_LEAVES = re.compile(
    r"\b(?:if|unless|until|except|as long as|provided|without|after|before|once|when|while|within|for|at|on|in|later|up to|until)\b"
)
_AGAIN = re.compile(r"\b(?:again|twice|any ?more|any longer|more than once|second time|no longer)\b|[#\d]{4,}")


def ruled(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each rule of a message that turns one of the policy round.

    Args:
        ground: What is known by then, with whose policy it is.
        text: The message.
    """
    domain = ground.domain
    for start, end in sentences(text):
        for sentence in _FULL.split(text[start:end].strip()):
            words = written(sentence).bag
            if (
                (
                    _MODALS.isdisjoint(words)
                    and not any(cue in sentence.lower() for cue in ("certificate", "basic economy"))
                )
                or asks(sentence)
                or sentence.endswith("?")
            ):
                continue
            lower = sentence.lower().replace("’", "'")
            wanted = _by_state(domain, lower) or _refunded(domain, lower) or _turned(domain, lower)
            wanted = (
                wanted
                or _can_be_had(domain, lower)
                or _left_over(domain, lower)
                or _cabin_kept(domain, lower)
                or unbound(domain, lower)
            )
            if wanted:
                yield sentence, wanted


_MODALS = bag(
    "can cannot can't may could couldn't immediate immediately instant take takes fine works possible allowed free accept accepts fit fits fixed final locked sold offered bookable"
)


def _stem(verb: str) -> str:
    """What forms of one verb, and verbs that say the same, have in common."""
    stem = re.sub(r"(?:ing|ied|ed|y|e|s)$", "", verb)
    stem = stem[:-1] if stem.endswith("ll") else stem
    return next((base for begin, base in _BASES.items() if stem.startswith(begin)), stem)


# ----------------------------------------------------------------------------- states


@lru_cache(maxsize=16)
def _needed(domain: Domain) -> Mapping[str, frozenset[str]]:
    """Stem of a deed -> the states in which a record has to be for it."""
    found: dict[str, set[str]] = {}
    for match in _NEEDS.finditer(domain.policy.lower()):
        found.setdefault(_stem(match["deed"]), set()).add(match["state"])
    return {deed: frozenset(states) for deed, states in found.items()}


@lru_cache(maxsize=16)
def _states(domain: Domain) -> tuple[re.Pattern, ...]:
    """How a rule names the state beside the deed; none where the policy asks for no state."""
    listed = re.findall(r"\*\*([a-z]+)\*\*|'([a-z]+)'", domain.policy.lower())
    states = {one for pair in listed for one in pair if one.endswith("ed") or one == "pending"}
    states = {state for few in _needed(domain).values() for state in few} | states
    if not _needed(domain):
        return ()
    state = rf"(?P<state>{'|'.join(sorted(states))})"
    return (
        re.compile(rf"\b(?:orders?|ones?|those) (?:that|which)(?: (?:is|are|was|were|have been|has been|being|still|already))+ {state} {_CAN}{_ADV} be{_ADV} (?P<deed>[a-z]+ed)\b"),
        re.compile(rf"\b(?:while|as long as|when|once) (?:an?|the|your) (?:order|one)s? (?:is|are|has been) {state}, (?:its|the|your|all) (?P<deed>items?)(?: of it)? (?P<can>are fixed|are final|are locked|can't be changed|cannot be changed|may not be changed)\b"),
        re.compile(rf"\b{state}{_ONE} {_CAN}{_ADV} be{_ADV} (?P<deed>[a-z]+ed)\b"),
        re.compile(rf"\b(?:items?|orders?|address(?:es)?|it|they|payments?)\b[^.;,]{{0,20}} {_CAN}{_ADV} be{_ADV} (?P<deed>[a-z]+ed)\b[^.;]{{0,25}}?\b(?:once|when|if|after|as long as|while)\b(?: (?:it|they|the order|that|has|have|is|are|was|been|already|still|'s))* (?:{state}|(?P<noun>delivery|cancellation))\b"),
        re.compile(rf"\b(?:you|we|i|one) {_CAN}{_ADV} (?P<deed>cancel|return|exchange|modify|change|update)\b(?:(?!\b(?:only|just|since|because|as|like|unlike|way|how)\b)[^.;:]){{0,30}}?(?:\b(?:once|when|if|after|as long as|while)\b(?: (?:it|they|the order|that|has|have|is|are|was|been|already|still))*| an?| any|(?= )) {state}\b"),
    )  # fmt: skip


_PART_OF = re.compile(r"\b(?:of|in|from|within)(?: an?| the| your| any)? \Z")
_SINGLE = re.compile(
    r"\b(?:single|individual|separate|particular|specific|selected|some|one|part|parts|portion)\b[^.;:]*\b(?:of|in|from|within)\b"
)


def _of_part(domain: Domain, match: re.Match[str]) -> bool:
    """Whether it is a part of a record that is denied a deed, which no tool does to parts: "cancel a single item of a pending order"."""
    taken = domain.pack.fields.taken
    schemas = [schema["function"] for schema in domain.tools]
    parts = any(
        _stem(match["deed"]) in str(one["name"]) and taken in str(one) for one in schemas if isinstance(one, dict)
    )
    return not parts and _SINGLE.search(match[0]) is not None


def _by_state(domain: Domain, lower: str) -> str:
    for pattern in _states(domain):
        match = pattern.search(lower)
        needed = _needed(domain).get(_stem(match["deed"])) if match else None
        if match is None or not needed or (_AGAIN.search(lower)):
            continue
        noun = match.groupdict().get("noun")
        state = {"delivery": "delivered", "cancellation": "cancelled"}[noun] if noun else match["state"]
        can = re.match(_NO + r"\b|are (?:fixed|final|locked)", match["can"]) is None
        if not can and (_PART_OF.search(lower, 0, match.start()) or _of_part(domain, match)):
            continue  # "single items of a pending order cannot be cancelled": the order can
        if can != (state in needed):
            return f"a rule of the policy: that needs the status {' or '.join(sorted(needed))}"
    return ""


# ----------------------------------------------------------------------------- refunds

_AT_ONCE = r"(?:immediate(?:ly)?|instant(?:ly)?|right away|at once|straight away)"
_SOON = re.compile(rf"\b(?:refunds? (?:to|onto|on|for|via) (?:an? |the |your |any )?(?:credit cards?|pay ?pal)\b|(?:credit card|pay ?pal) refunds?)[^.;,]{{0,25}}\b(?:is|are|come|comes|happen|arrive)\b[^.;,]{{0,15}}\b{_AT_ONCE}\b")  # fmt: skip
_LATE = re.compile(r"\b(?:refunds? (?:to|onto|on|for|via) (?:an? |the |your |any )?gift cards?|(?<!non[-–])gift card refunds?)\b[^.;,]{0,20}\b(?:takes?|need|within|in|after)\b[^.;,]{0,12}\d")  # fmt: skip


@lru_cache(maxsize=16)
def _at_once(domain: Domain) -> bool:
    """Whether a policy refunds gift cards at once, and nothing else."""
    return IMMEDIATE.search(domain.policy) is not None


def _refunded(domain: Domain, lower: str) -> str:
    if "refund" in lower and _at_once(domain) and (_SOON.search(lower) or _LATE.search(lower)):
        return "the time of a refund as policy has it for that method"
    return ""


_NO_REST = re.compile(r"remaining amount of an? (?:travel )?(?P<kind>certificate|voucher)s? (?:is|are) not refundable")
_REST = r"(?:what(?:ever)?(?:'s| is) left|the (?:rest|remainder)|(?:the |any |whose )?(?:remaining|unused|leftover) (?:amount|value|balance|part|sum))"
_STAYS = re.compile(
    r"\b(?:refunded|paid out|paid back|credited|returned|(?:stays?|remains?) (?:valid|on|yours|available|usable|with you|there)|you(?:'ll| will| can)? (?:keep|use|get)|comes? back|goes back|for (?:your|a|the) (?:next|later|future))\b"
)
_DENIES = re.compile(r"\b(?:not|no|never|nothing|cannot|lost|forfeit\w*|non-?refundable|expires?|lapses?)\b|n't\b")


def _left_over(domain: Domain, lower: str) -> str:
    """That what a certificate has over is kept or paid out, where policy lets it lapse."""
    rule = _NO_REST.search(domain.policy.lower())
    if rule is None or rule["kind"] not in lower or _DENIES.search(lower):
        return ""
    rest = re.search(rf"\b{_REST}\b", lower)
    near = rest and re.search(r"card\b|visa\b|amex\b|pay ?pal\b|\bpaid (?:by|with|on)\b", lower[rest.start() :]) is None
    told = near and _STAYS.search(lower, rest.start() if rest else 0)
    return "what a certificate has over to be lost, as policy has it" if told else ""


_CABIN = r"(?:cabins?|class(?:es)?)"
_CABIN_KEPT = re.compile(
    rf"\b{_CABIN}\b[^.;:()]{{0,50}}?\b(?:cannot|can't|can not|can never|may not|isn't|are not|is not)\b[^.;]{{0,20}}?\b(?:chang\w+|upgrad\w+|modif\w+|switch\w*)"
    rf"|\b(?:neither|nor|no)\b(?:(?!\b(?:but|though|while|yet|however)\b)[^.;,]){{0,40}}?\b{_CABIN}\b(?:(?!\b(?:but|though|while|yet|however)\b)[^.;,]){{0,50}}?\b(?:can be|be|may be) (?:later )?(?:chang\w+|upgrad\w+|modif\w+|switch\w*)"
    rf"|\b(?:cannot|can't|can not|can never) (?:be )?(?:chang\w+|upgrad\w+|modif\w+)(?:(?!\b(?:but|though|while|yet|however|and)\b)[^.;,]){{0,20}}?\b{_CABIN}\b"
)
_ONE_LEG = re.compile(
    r"\b(?:flown|only|just|alone|single|one|part|segment|leg|half|some|if|once|each|per|separately|by itself|either|without|same|for (?:one|just))\b|[a-z]{3}\d{3}"
)


def _cabin_kept(domain: Domain, lower: str) -> str:
    """That the class of a basic economy booking stays, where policy lets all of them change it."""
    if "basic economy" not in lower or "including basic economy, can change cabin" not in domain.policy.lower():
        return ""
    lower = re.sub(r"\beconomy (?:class|cabin)\b", "economy", lower)  # that names the booking, not what would change
    told = _CABIN_KEPT.search(lower) and not _ONE_LEG.search(lower.replace("not only", ""))
    return "a rule of the policy: the cabin can be changed" if told else ""


# ----------------------------------------------------------------------------- what can and cannot be done


class Law(NamedTuple):
    """One clause of a policy that allows or forbids a deed without a condition."""

    verb: str
    """Its stem."""
    things: frozenset[str]
    """Stems of what it is done to."""
    allowed: bool


_PASSIVE = re.compile(rf"(?P<things>[a-z' -]+?) {_CAN}{_ADV} be{_ADV} (?P<verb>[a-z]+ed|taken|removed)\b")
_ACTIVE = re.compile(
    rf"\b(?:user|users|customer|you|agent|we|i|one) {_CAN}{_ADV} (?P<verb>[a-z]+) (?P<things>[a-z' -]+)"
)
_BUT_NOT = re.compile(r"\bbut (?P<can>not) (?P<verb>[a-z]+) (?P<things>[a-z' -]+)")
_NOBODY = re.compile(r"\b(?:not even|no|neither|none of)(?: (?:a|an|the|our|my|us|\w+))?(?: \w+)? \Z")
"""Ahead of who can: they cannot."""
_SMALL = bag("""the a an of to in on for with from by any all every each your their its his her our my user users customer agent human even also please note however and or checked free
    this that these those it they only still reservation reservations order orders booking bookings""")  # fmt: skip


def _things(text: str) -> frozenset[str]:
    words = written(_LEAVES.split(text, maxsplit=1)[0]).words
    return frozenset(re.sub(r"(?:gage|s)$", "", word) for word in words if word not in _SMALL and len(word) > 2)


def _laws_of(clause: str) -> Iterator[Law]:
    for pattern in (_PASSIVE, _ACTIVE, _BUT_NOT):
        for match in pattern.finditer(clause):
            things = _things(match["things"])
            denied = match["can"] == "not" or re.fullmatch(_NO, match["can"]) is not None
            allowed = denied is (re.match(r"\s*(?:no|none|neither)\b", match["things"]) is not None)
            allowed = allowed and (pattern is not _ACTIVE or _NOBODY.search(clause, 0, match.start()) is None)
            if things and match["verb"] != "take":
                yield Law(_stem(match["verb"]), things, allowed)


@lru_cache(maxsize=16)
def _laws(domain: Domain) -> frozenset[Law]:
    """What a policy allows and forbids in sentences without a condition."""
    lines = re.split(r"\n+|(?<=[.!?])\s+", domain.policy.lower().replace("*", ""))
    free = (line for line in lines if not re.search(r"\b(?:if|unless|only|without|otherwise|any of)\b", line))
    return frozenset(law for line in free for part in re.split(r" (?=but )|; ", line) for law in _laws_of(part))


_TIED = re.compile(r"\b(?:if|unless|only|without|except|other than|instead|same)\b|[#\d]{4,}")
_AGAIN_AND_MORE = re.compile(r"\b(?:twice|again|more than)\b")


_OWN_CASE = re.compile(rf"\b(?:i|we) {_NO}{_ADV} [a-z' -]+(?:, [a-z' ]{{2,20}})?(?=:|,? (?:because|since|as)\b)")
"""What an agent will not do for the reason that follows: its case, and no rule."""


def _turned(domain: Domain, lower: str) -> str:
    lower = _OWN_CASE.sub("", lower)
    if _TIED.search(lower):
        return ""
    laws, again = _laws(domain), _AGAIN_AND_MORE.search(lower) is not None
    for said in _laws_of(lower):
        if again and not said.allowed:
            continue  # that it cannot be done so often
        same = {law for law in laws if law.verb == said.verb and law.things == said.things}
        if same and all(law.allowed != said.allowed for law in same):
            return f"a rule of the policy: that {'cannot' if said.allowed else 'can'} be done"
    return ""


# ----------------------------------------------------------------------------- what can be chosen


@lru_cache(maxsize=16)
def _unsold(domain: Domain) -> re.Pattern:
    """How it is said of a choice that a write has that it is not to be had, whatever the day."""
    found = re.findall(r"'enum': \[([^\]]*)\]", str(domain.tools))
    forms = {form.strip(" '\"").replace("_", "[ -]") for few in found for form in few.split(",")}
    either = "|".join(sorted((form for form in forms if len(form) > len("yes")), key=len, reverse=True)) or r"(?!)"
    return re.compile(
        rf"\b(?:{either})(?: (?:class|economy))? (?:tickets|trips|flights|bookings|journeys|reservations) (?:{_NO} be|are not|aren't|are never) (?:booked|offered|sold|bookable|arranged|made)\b(?! (?:on|for|from|to|there|that|this|any ?more|at the moment|in may|right now))"
    )


def _can_be_had(domain: Domain, lower: str) -> str:
    match = _unsold(domain).search(lower)
    return "what can be booked, as the tools have it" if match else ""
