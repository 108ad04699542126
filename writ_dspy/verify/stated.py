"""States in words: what the agent says of a record's status, a membership, an option or an allowance is what was read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.values import Value, values
from writ_dspy.task import Json
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import HEDGED
from writ_dspy.verify.shown import Look
from writ_dspy.verify.vocabulary import vocabulary

_TIERS = (
    "platinum|diamond|elite|premium|vip|bronze|titanium|emerald|sapphire|ruby|premier|plus|basic|standard|executive"
)
"""Ranks that members are given anywhere, besides those that the domain has."""
_IS = (
    r"(?:\b(?:is|are|was|remains?|currently|status(?: is)?:?|shows?(?: as)?|marked(?: as)?|still|already|been|listed as)"
    r"|['’]s)(?: (?:still|already|currently|now|in|as|an?|also|set to|not yet))*[ :]*[*“\"']*"
)
_OPEN = re.compile(
    r"\b(?:if|whether|confirm\w*|verify|check\w*|ensure|make sure|as long as|eligib\w*|only|must|unless|until|once|where|which|when|need\w*"
    r"|none|neither|nor|no|not|never|would|could|should|any)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Words of a clause that asks for a state, or makes it a condition."""
_IF = re.compile(r"\b(?:if|unless|only|whether|when|must|should|provided|for|either|every|all)\b", re.IGNORECASE)
_WOULD = re.compile(r"\W*(?:you|it|that|this|the \w+|your \w+)(?: would|['’]d)\b", re.IGNORECASE)
"""Behind a rank that the user has supposed: what it would come to."""
_PART = re.compile(r"[,;:(]\s?|\b(?:because|since|as)\s", re.IGNORECASE)
_REQUESTS = re.compile(
    r"\b(?:request|exchange|return|cancell?ation|refund|change|modification|update|payment)s?\b", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"\b(?:your|this|that|the)\s(?!(?:each|every|an?)\s)(?:[\w-]+\s){0,2}(?:order|reservation|booking|flight|trip)s?\b"
    r"|\b(?:each|every)\s(?:[\w-]+\s){0,2}(?:order|reservation|booking|flight|trip)\s(?:is|was|has)\s(?:already|now|still|currently|been)\b",
    re.IGNORECASE,
)
"""Of whose state something is told; what each of a kind "is" without a word of time is how it is done with all of them."""
_OTHER_TIME = re.compile(
    r"\b(?:cancel\w*|book\w*|eligib\w*|made|ago|older|last|not|cannot|unable|no|without)\b|n['’]t\b", re.IGNORECASE
)
"""Words of a clause with a time that is not the refund's, or that denies it."""
_REFUNDS = re.compile(
    r"\b(?:refund\w*|money|credited|reimburs\w*|(?:get|goes|comes|paid|returned) (?:it )?back)\b", re.IGNORECASE
)
_AT_ONCE = re.compile(
    r"\b(?:immediate(?:ly)?|instant(?:ly|aneous)?|right away|at once|straight ?away|same[ -]day)\b", re.IGNORECASE
)
_WITHIN = re.compile(
    r"\bwithin (?:the|an) (?:hour|minute|next hour)\b|\b(?:with)?in (?:a few |a couple of |some )?minutes\b|\bby (?:tonight|this evening|the end of the day)\b|\bbefore the day is (?:out|over)\b|\bovernight\b",
    re.IGNORECASE,
)
_COMES_BACK = re.compile(r"\b(?:refund\w*|credited|reimburs\w*|(?:going|goes|go|comes?|coming|be|paid|returned) back)\b", re.IGNORECASE)  # fmt: skip
_SLOW = re.compile(
    r"\A(?!.*\bgift\b).*\b(?:(?:credit|debit) cards?|pay ?pal|certificates?|visa|master ?card)\b", re.IGNORECASE
)
"""What names a means of payment to which policy gives nothing back at once, and no other."""
_SOON = re.compile(
    r"\b(?:ships?|shipped|arriv\w+|deliver\w*|refunded|leaves?|departs?|lands?|dispatch\w*|sent|there|processed|credited)\b"
    r"[^.!?;]{0,40}?\b(?P<when>tomorrow|tonight|yesterday|next week|later today|this (?:afternoon|evening|week))\b",
    re.IGNORECASE,
)
_LIST_BEHIND = re.compile(r"[:,] ?([^)\n;]*)")
_VALUE_BEHIND = re.compile(r"[: ]+(.+)")
_MINE = re.compile(r"\bI(?:['’]ll|['’]d| will| would| can| could| am| have| may)?\b")


def misstated(
    ground: Ground, text: str, clause: str, named: Sequence[str], args: str, *, plans: bool = False
) -> Iterator[tuple[str, str]]:
    """(as quoted, what is wanted) for what a clause says wrongly of the records that it names, or of the user.

    Args:
        ground: What is known by now.
        text: The message that the clause stands in.
        clause: A sentence or a line of it.
        named: Records that the clause names and that were read.
        args: Arguments of the writes that are wanted, in lower case.
        plans: It stands under a head that says what would or will be.
    """
    if clause.rstrip().endswith("?"):
        return
    cue = _cues(ground.domain).search(clause)
    if cue is not None:
        if not plans:
            yield from _states(ground, clause, named, args)
        yield from _ranks(ground, clause)
        yield from _times(ground, text, clause, args)
    if named and ":" in clause:
        yield from _options(ground, clause, named)


def _states(ground: Ground, clause: str, named: Sequence[str], args: str) -> Iterator[tuple[str, str]]:
    predicate, _ = _patterns(ground.domain)
    judged = bool(named) or (bool(ground.shown) and _SUBJECT.search(clause) is not None)
    for match in predicate.finditer(clause) if predicate is not None and judged and not _OPEN.search(clause) else ():
        value = re.sub(r"[ _-]+", " ", match["value"].lower())
        if HEDGED.search(clause, 0, match.start()) or "not yet" in match[0] or clause[: match.start()].endswith("you "):
            continue
        looks = [
            look for key in named for look in ground.looks(key) if isinstance(look.data, dict) and "status" in look.data
        ]
        if value == "processed" and _REQUESTS.search(clause):
            continue  # a request was, whatever the order is
        if not _held(value, looks, ground, args):
            yield clause[match.start() : match.end()], f"what was read of {named[0] if named else 'a record'}"


def _ranks(ground: Ground, clause: str) -> Iterator[tuple[str, str]]:
    """A rank that the user is told to have; under a head that says what would be, it is as it is."""
    fields = ground.fields
    _, rank = _patterns(ground.domain)
    for match in rank.finditer(clause) if rank is not None else ():
        begins = max((stop.end() for stop in _PART.finditer(clause, 0, match.start())), default=0)
        if _IF.search(clause, begins, match.start()):
            continue
        value = (match["rank"] or match["like"]).lower()
        if _WOULD.match(clause, match.end()) and any(value in heard for heard in ground.heard):
            continue
        read = {str(row[fields.rank]) for row in ground.seen.every() if fields.rank in row}
        if value not in read and (read or not any(value in heard for heard in ground.heard)):
            yield match[0], f"the membership that was read: {' or '.join(sorted(read)) or 'none yet'}"


def _held(value: str, looks: Sequence[Look], ground: Ground, args: str) -> bool:
    forms = (value, value.replace(" ", "_"))
    stem = re.sub(r"(?:l?ed|ing)$", "", value)
    if looks:
        words = {word for look in looks for word in look.leaves.words}
        return any(form in word or (len(stem) > 4 and stem in word) for word in words for form in forms)
    return any(form in text for form in forms for text in (*ground.texts[1:], args))


@lru_cache(maxsize=16)
def _cues(domain: Domain) -> re.Pattern:
    """What occurs in every clause that states a state, a rank, or a time."""
    values = {value for few in vocabulary(domain).states.values() for value in few}
    when = r"immediate|instant|right away|at once|straight|same[ -]day|within|in a (?:few|couple)|minutes|by to|by the end|before the day|overnight|tomorrow|tonight|yesterday|next week|later today|this (?:after|eve|week)"
    return re.compile(
        rf"\b(?:{_either(values) or when}|member|status|tier|customer|travell?er|flyer|guest|client|{when})",
        re.IGNORECASE,
    )


@lru_cache(maxsize=16)
def _patterns(domain: Domain) -> tuple[re.Pattern | None, re.Pattern | None]:
    """How a clause says the state of a record, and how it says the rank of a member."""
    states = vocabulary(domain).states
    values = {value for name, few in states.items() if "status" in name for value in few}
    predicate = (
        re.compile(rf"{_IS}(?P<value>{_either(values)})\b(?! (?:by|if|when|once|to the))", re.IGNORECASE)
        if values
        else None
    )
    ranks = states.get(domain.pack.fields.rank, frozenset())
    named = f"{_either(ranks)}|{_TIERS}" if ranks else f"gold|silver|{_TIERS}"
    own = r"\b(?:as an?|you(?:['’]re| are| have| to)?|your|is an?|are an?|with an?|holds? an?)\b[^.;,]{0,20}?"
    who = r"(?:member(?:ship)?s?|status|tier|customers?|travell?ers?|flyers?|guests?|clients?)"
    rank = (
        rf"{own}\b(?P<rank>{named})\b[ -](?:tier |level |class )?{who}\b"
        rf"|\b(?P<like>{named})\b[ -](?:tier |level |class )?{who} (?:like|such as) you\b"
    )
    return predicate, re.compile(rank, re.IGNORECASE)


def _either(values: frozenset[str] | set[str]) -> str:
    return "|".join(sorted((re.escape(value).replace(r"\ ", "[ _-]") for value in values), key=len, reverse=True))


def _options(ground: Ground, clause: str, named: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Options as "name value" right behind the thing that they are said of."""
    lower = clause.lower()
    for key in named:
        at = lower.find(key)
        own = _own_options(ground, key)
        if at < 0 or not own:
            continue
        rest = lower[at + len(key) :]
        ends = [place for other in named if other != key and (place := rest.find(other)) >= 0]
        listed = _LIST_BEHIND.match(rest[: min(ends)] if ends else rest)
        for part in listed[1].split(", ") if listed else ():
            for name, value in own.items():
                plain = part.strip(" *")
                said = _VALUE_BEHIND.match(plain, len(name)) if plain.startswith(name) else None
                same = said and (_same(said[1], value) or _same(plain, value))  # "Brand A" is the value whole
                if said and not same and (_another(ground, name, said[1]) or listed):
                    yield part.strip(), f"{name} {value}"


def _own_options(ground: Ground, key: str) -> dict[str, str]:
    fields = ground.fields
    names = vocabulary(ground.domain).options
    found: dict[str, str] = {}
    for look in ground.looks(key):
        data: Json = look.data.get(fields.features) if isinstance(look.data, dict) else None
        if isinstance(data, dict) and look.keys <= {key, str(look.data.get(fields.sort, "")).lower()}:
            found |= {name.lower(): str(value).lower() for name, value in data.items() if name.lower() in names}
    return found


def _same(said: str, value: str) -> bool:
    plain, wanted = re.sub(r"[\W_]+", " ", said).strip(), re.sub(r"[\W_]+", " ", value).strip()
    return plain.startswith(wanted) or wanted.startswith(plain) or wanted in plain


def _another(ground: Ground, name: str, said: str) -> bool:
    return any(said.startswith(value) for value in vocabulary(ground.domain).options.get(name, ()))


def _times(ground: Ground, text: str, clause: str, args: str) -> Iterator[tuple[str, str]]:
    """Refunds at once, and days that nobody named."""
    if _REFUNDS.search(clause) and (now := _AT_ONCE.search(clause)) and not HEDGED.search(clause, 0, now.start()):
        policy = ground.texts[0]
        near = [
            match.start()
            for match in re.finditer("immediate", policy)
            if "refund" in policy[max(0, match.start() - 200) : match.end() + 200]
        ]
        if not near or _SLOW.search(clause) or not ("gift" in text.lower() or "gift_card" in args):
            yield now[0], "a time of refund that policy gives"
    hour = _WITHIN.search(clause)
    if hour and _COMES_BACK.search(clause) and not HEDGED.search(clause, 0, hour.start()) and not ground.knows(hour[0]):
        yield hour[0], "a time of refund that policy gives"
    soon = _SOON.search(clause)
    if (
        soon
        and not _MINE.search(clause, 0, soon.start())
        and not any(soon["when"].lower() in heard for heard in ground.heard)
    ):
        if soon["when"].lower() in ("tomorrow", "tonight") and any(
            day in leaves.days for leaves in ground.every() for day in _around(ground)
        ):
            return
        yield soon[0], "a day that was said or read"


def _around(ground: Ground) -> Iterator[tuple[int, int, int]]:
    """The days after policy's own day."""
    for value in ground.policy_dates():
        for days in (1, 2):
            day = value + dt.timedelta(days=days)
            yield day.year, day.month, day.day


REFUND_TAKES = re.compile(
    r"\brefunds? (?:takes?|will take|needs?|arrives? (?:with)?in|comes? (?:with)?in)\b", re.IGNORECASE
)
"""Right ahead of a time that is no other than that of the refund."""


def refund_time(ground: Ground, clause: str, value: Value) -> bool:
    """Whether a time that only policy names is named there of a refund, where the clause is about one."""
    if not _REFUNDS.search(clause) or _OTHER_TIME.search(clause):
        return True
    return any(value.same(other) for other in _refund_times(ground.domain))


@lru_cache(maxsize=16)
def _refund_times(domain: Domain) -> tuple[Value, ...]:
    parts = re.split(r"\n+|(?<=[.!?])\s+", domain.policy)
    return tuple(
        value
        for part in parts
        if re.search("refund", part, re.IGNORECASE)
        for value in values(part)
        if value.quantity == "duration"
    )
