"""What a user has to say for a request to be decided: the meaning of each of its details, from the goal's own values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.codec import parts
from writ_dspy.domains import Domain
from writ_dspy.domains.listing import compiled, found
from writ_dspy.domains.sayings import ASKING, BARE_DAY, extreme, on_day, states
from writ_dspy.domains.values import values, within
from writ_dspy.domains.whole import ends_whole, is_whole, places
from writ_dspy.simulate.wishes import wanted_of
from writ_dspy.task import Best, Decision, Request, Said, Scalar, Slot, Task, Where, in_own_words
from writ_dspy.verify.bare import SMALL, as_answer, small
from writ_dspy.verify.days import follows, with_month
from writ_dspy.verify.negation import clauses
from writ_dspy.verify.poles import poles

_TOLD = ("question", "scope")
"""Keys of the details that ask to be told something."""
_WORD = re.compile(r"[a-z0-9']+")
_ASIDE_WORDS = (
    "a an and are as at be by can could do for from get go have i i'd i'm i'll if in is it it's just like me mean my need of on one or "
    "please so take that that's the there this to us want we with would you your"
)
_ASIDE = frozenset(_ASIDE_WORDS.split())
_THE = re.compile(r"\bthe ")


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that has to be said."""

    slot: str
    """Key of the detail that it belongs to."""
    what: str
    """What a finding calls it."""
    same: tuple[str, str]
    """Equal for needs that one sentence could state for two details at once."""
    said_in: Callable[[str], bool]
    """Whether a lower-case sentence says it."""
    late: bool = False
    """It is asked to be told, so it may come up after the decision."""
    bare: Callable[[str], bool] | None = None
    """Whether a lower-case sentence says it where it answers a question about the detail: with less than it takes elsewhere."""
    contrary: str = ""
    """A pattern of what says the opposite, in lower case: the other end of what is compared."""
    aside: bool = False
    """A refusal does not rest on it: owed only where the agent asked for it."""


@lru_cache(maxsize=16)
def needs(task: Task, domain: Domain) -> tuple[tuple[Need, ...], ...]:
    """Per request, what its decision, or its answer, rests on; two checks of one conversation ask for it."""
    own = in_own_words(task)
    return tuple(tuple(_of_request(task, request, domain)) for request in own.requests)


def _of_request(task: Task, request: Request, domain: Domain) -> Iterator[Need]:
    wishes = _wishes(task, request)
    whole = request.decision is None or task.outcomes[request.decision].call is not None
    attempt = 0 if request.decision is None else task.outcomes[request.decision].attempt
    terms = [part for wish in wishes for part in parts(wish)]
    named = {str(_plain(w)): w.attribute for w in terms if isinstance(w, Where) and isinstance(w.value, Said)}
    stated = list(dict.fromkeys(term.value for term in terms if isinstance(term, Said)))
    if not whole:
        stated += _by_name(task, request, terms, stated)
    every = (
        stated if whole else list(dict.fromkeys(p.value for p in parts(_first(task, request)) if isinstance(p, Said)))
    )
    ranked = list(dict.fromkeys((term.by, term.most) for term in terms if isinstance(term, Best)))
    own_name = wanted_of(task, domain).name.split()
    bare = request.decision is not None and task.goal.decisions[request.decision].bare
    for slot in request.slots:
        if slot.key == "fallback" and not attempt and whole:
            continue
        late = slot.key in _TOLD and request.decision is not None
        meant = list(_of_slot(slot, stated, ranked, named, domain, own_name, late=late))
        aside = not meant and not whole and not _judged_by_words(task, request, slot)
        if aside:
            meant = list(_of_slot(slot, every, ranked, named, domain, own_name, late=late))
        meant = meant or list(_idea(slot, domain, request.opening, late=late))
        yield from (replace(need, aside=True) for need in meant) if aside or bare else meant


def _by_name(task: Task, request: Request, terms: Sequence[object], stated: Sequence[Scalar]) -> list[Scalar]:
    """What the user said that a refusal rests on by the name of what it compares: the cabin, for a price of that cabin."""
    attributes = {term.by for term in terms if isinstance(term, Best)} | {
        term.attribute for term in terms if isinstance(term, Where)
    }
    said = (
        part.value for part in parts(_first(task, request)) if isinstance(part, Said) and isinstance(part.value, str)
    )
    return [
        value for value in dict.fromkeys(said)
        if value not in stated and any(name.partition("_")[2] == value for name in attributes)
    ]  # fmt: skip


def _wishes(task: Task, request: Request) -> list[object]:
    """The decisions and answers that count: the alternatives up to the one that came true, and what a refusal rests on."""
    found: list[object] = [task.goal.tells[index] for index in request.tells]
    if request.decision is None:
        return found
    outcome = task.outcomes[request.decision]
    wish: Decision | None = task.goal.decisions[request.decision]
    for _ in range(outcome.attempt + 1):
        if wish is None:
            break
        failing = [check for check in wish.requires if check.rule == outcome.refusal]
        found.append(Decision(wish.tool, (), tuple(failing)) if outcome.call is None and failing else _alone(wish))
        wish = wish.otherwise
    return found


def _first(task: Task, request: Request) -> Decision:
    return task.goal.decisions[request.decision or 0]


def _alone(wish: Decision) -> Decision:
    return replace(wish, otherwise=None)


def _judged_by_words(task: Task, request: Request, slot: Slot) -> bool:
    """Whether policy judges the detail though no argument of the write holds it: why a trip is canceled."""
    return slot.key == "reason" and "reason" not in dict(task.goal.decisions[request.decision or 0].args)


def _plain(where: Where) -> Scalar:
    return where.value.value if isinstance(where.value, Said) else ""


def _of_slot(
    slot: Slot,
    stated: Sequence[Scalar],
    ranked: Sequence[tuple[str, bool]],
    named: dict[str, str],
    domain: Domain,
    own_name: Sequence[str],
    *,
    late: bool,
) -> Iterator[Need]:
    lower = slot.text.lower()
    called = domain.pack.sayings.names.get(slot.key, slot.key.replace("_", " "))
    pack = domain.pack
    plainly = [value for value in stated if states(value, lower, pack.mentions, pack.sayings, strict=True)]
    for value in plainly or stated:
        attribute = named.get(str(value), "")
        test = _test(value, slot.key, attribute, domain)
        if test is not None and test(lower):
            test = _for(slot.key, test, itself=str(value) in own_name)
            if slot.key in (*MEANS, "fallback") and any(map(str.isdigit, str(value))):
                test = _of_its_kind(test, str(value).lower(), lower, pack.sayings.choices.get("method", {}))
            bare = as_answer(value, pack.sayings.counted.get(slot.key))
            cue = pack.sayings.cues.get(slot.key)
            if cue and attribute in ("product_names", "product_name", "status", "order_status"):
                bare, test = test, _beside(test, cue)
            yield Need(slot.key, f"{called} ({value})", ("value", str(value)), test, late, bare)
    for by, most in ranked:
        best = extreme(by, most=most, own=domain.pack.sayings)
        if best.search(lower):
            words, test = domain.pack.phrases.superlative(by, most), _searching(best.pattern)
            test = _asked(test) if slot.key in _TOLD and late else test
            other = extreme(by, most=not most, own=domain.pack.sayings).pattern
            yield Need(slot.key, f"{called} ({words})", ("extreme", best.pattern), test, late, contrary=other)
            break
    if pack.sayings.either and compiled(pack.sayings.either).search(lower):
        return
    extra = pack.sayings.extra.get(slot.key.removeprefix("return_"), ())
    for pattern in extra:
        if compiled(pattern).search(lower) and not domain.pack.ids(slot.text):
            other = "|".join(form for form in extra if form != pattern)
            yield Need(slot.key, f"{called} (stops)", ("extra", pattern), _searching(pattern), late, contrary=other)
            break


_ME = re.compile(
    r"\b(?:take|remove|drop|swap|switch|replace|leave|cross|strike|exchange|instead of|in place of|rather than|without)(?: \w+)? (?:me|myself)\b"
    r"|\bi(?:'m| am|'ll| will)? (?:not |won't |can't |cannot )(?:be )?(?:fly|go|travel|com|mak)\w*\b|\bin my (?:place|stead)\b|\bmy (?:seat|place|spot)\b"
)
"""How somebody says that it is themselves who leaves."""


def _for(key: str, test: Callable[[str], bool], *, itself: bool) -> Callable[[str], bool]:
    """How a detail of this key is said: a question is asked, and a user who leaves says "me"."""
    if key in _TOLD:
        return _asked(test)
    return (lambda text: test(text) or _ME.search(text) is not None) if key == "person" and itself else test


def _test(value: Scalar, key: str, attribute: str, domain: Domain) -> Callable[[str], bool] | None:
    """How a sentence is seen to state the value."""
    pack = domain.pack
    if not isinstance(value, str) and 0 <= value <= SMALL:
        noun = pack.sayings.counted.get(key)
        return small(value, compiled(noun) if noun else None, domain)
    named = isinstance(value, str) and ("product" in attribute or attribute == "name" or key == "items")
    words = str(value).lower().split() if named else []
    if len(words) > 1:
        last, rest = words[-1], r"\W+".join(map(re.escape, words[:-1]))

        def named_in(text: str) -> bool:
            if is_whole(last, text, endings=("", "s", "es")):
                return True
            called = words[0] in text and compiled(rf"(?<!\w){rest}s?(?!\w)").search(text)
            return bool(called) or states(value, text, pack.mentions, pack.sayings)

        return named_in
    if len(words) == 1 and len(words[0]) > _LEAST + _HEAD:
        head = _head(words[0])
        return lambda text: states(value, text, pack.mentions, pack.sayings) or head(text)
    if towns := pack.around.get(str(value)):
        one = found("|".join(map(re.escape, towns)))
        return lambda text: (
            states(value, text, pack.mentions, pack.sayings) or (one(text) and _AREA.search(text) is not None)
        )
    if attribute.endswith("_id") and isinstance(value, str):
        key = value.lower()
        return lambda text: ends_whole(key, text)
    if key.endswith("dates") and isinstance(value, str) and _ISO.fullmatch(value):
        year, month, day = (int(part) for part in value.split("-"))
        return lambda text: (
            states(value, text, pack.mentions, pack.sayings)
            or any(on_day(match, (year, month, day)) for match in BARE_DAY.finditer(text))
            or any(
                first.date[1] <= day <= last.date[1]
                for first, last in within(with_month(text, month))
                if first.date[0] == month == last.date[0]
            )
            or (
                any(item.quantity == "date" for item in values(text))
                and follows(value, (_FROM_NOW.sub(" ", text),), (), directed=True)
            )  # "May 22 or the day after"
        )
    return lambda text: states(value, text, pack.mentions, pack.sayings)


_LEAST, _HEAD = 2, 4
"""Letters that the first word of a compound has at least, and its last one."""


def _head(compound: str) -> Callable[[str], bool]:
    """Whether a text calls a thing whose name is one word by the end of that alone: "the watch" is the wristwatch."""
    ends = "|".join(compound[at:] for at in range(_LEAST + 1, len(compound) - _HEAD + 1))
    return found(rf"(?:^\W*|\b(?:the|my|that|this|an?|new|old|of) (?:\w+ )?)(?:{ends})\b(?!-)")


_FROM_NOW = re.compile(r"\b(?:in )?[\w-]+ days? from (?:now|today)\b|\bin [\w-]+ days?(?: time)?\b")
"""A day counted from this one, and from no other."""
_AREA = re.compile(r"\b(?:area|region|airports?|any(?:where)?|either|whichever|all (?:of|three)|metro)\b")
"""Words by which each airport of a town is meant."""
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
MEANS = frozenset(("payment", "refund"))
"""Details of which one is named and others are turned down in one sentence."""
_STOCK = "whether it can be"


def _so(slot: Slot, test: Callable[[str], bool], pattern: str) -> Callable[[str], bool]:
    """A test of what a detail says, that turns down what is denied ("not on what I paid with") and what is the opposite ("what's in stock")."""
    if slot.key in MEANS:
        form = compiled(pattern)
        return lambda text: (
            test(text)
            and any(
                not clause.denied(match.start(), match.end())
                for clause in clauses(text)
                for match in form.finditer(clause.text)
            )
        )
    stock = {first for name, _, first in poles(slot.text) if name == _STOCK} if slot.key == "items" else set[bool]()
    if len(stock) != 1:
        return test
    return lambda text: test(text) and {first for name, _, first in poles(text) if name == _STOCK} in (set(), stock)


def _of_its_kind(test: Callable[[str], bool], number: str, own: str, kinds: Mapping[str, str]) -> Callable[[str], bool]:
    """A test of a number by which a means is known, that a number of another kind does not pass: "the gift card ending in 4652", which is a credit card's.

    An id that is a kind and a number is said by both, or by the last digits: "gift card 5038281", "the gift card ending in 8281".
    """
    every = [kind for kind, pattern in kinds.items() if compiled(pattern).search(kind)]  # "the same" is no kind
    last = number[-_LAST:] if number[-_LAST:].isdigit() else number

    def known_by(kind: str, text: str) -> bool:
        before = compiled(rf"\b{re.escape(kind)}{_KNOWN_BY}\w*\Z")
        wholes = (place for place in places(last, text) if ends_whole(last, text[place:][: len(last) + 1]))
        return any(before.search(text, 0, place) for place in wholes)

    right = {kind for kind in every if known_by(kind, own)} or {kind for kind in every if kind in own}
    others = [kind for kind in every if kind not in right]
    mine = [kind for kind in right if number.startswith(kind.replace(" ", "_"))]
    if not right:
        return test
    return lambda text: (
        (test(text) or any(known_by(kind, text) for kind in mine)) and not any(known_by(kind, text) for kind in others)
    )


_LAST = 4
"""Digits by which people tell a card."""
_KNOWN_BY = r"(?:,? (?:that|which|is|the|one|ends?|endin\w*|with|in|on|has|whose|last|final|four|three|digits?|numbers?|are|no|id))*[ #:.]*"
"""Between a means and its number."""


def _idea(slot: Slot, domain: Domain, opening: str, *, late: bool) -> Iterator[Need]:
    """What a detail without a value says; of two ideas in it the one that the opening of its request has not said already."""
    lower = slot.text.lower()
    called = domain.pack.sayings.names.get(slot.key, slot.key.replace("_", " "))
    ideas = [pattern for pattern in domain.pack.sayings.ideas.get(slot.key, ()) if compiled(pattern).search(lower)]
    for pattern in sorted(ideas, key=lambda one: compiled(one).search(opening.lower()) is not None)[:1]:
        test = _so(slot, _searching(pattern), pattern)
        yield Need(slot.key, called, ("idea", pattern), _asked(test) if slot.key in _TOLD else test, late)
        return
    marks = tuple(mark.lower() for mark in slot.marks)
    numbers = {item.number for item in values(lower) if item.quantity == "count" and item.number > 1}
    words = [word for word in _WORD.findall(lower) if word not in _ASIDE]
    enough = max(1, (len(words) + 1) // 2)

    def said_in(text: str) -> bool:
        if marks and all(mark in text for mark in marks):
            return True
        if numbers and numbers <= {item.number for item in values(text) if item.quantity == "count"}:
            return True
        return sum(word[:5] in text for word in words) >= enough

    yield Need(slot.key, called, ("words", slot.text), said_in, late)


def _beside(test: Callable[[str], bool], cue: str) -> Callable[[str], bool]:
    words = compiled(cue)
    return lambda text: test(text) and words.search(text) is not None


def _asked(test: Callable[[str], bool]) -> Callable[[str], bool]:
    """Whether a sentence asks to be told it; one that limits an amount asks for none, unless it is a question."""

    def asks(text: str) -> bool:
        return ASKING.search(text) is not None and (
            "?" in text or not any(item.quantity == "money" for item in values(text))
        )

    return lambda text: test(text) and any(asks(part) for part in (text, *_AND.split(text)))


_AND = re.compile(r"[,;] (?:and|also|but) ")


def _searching(pattern: str) -> Callable[[str], bool]:
    """Whether the pattern occurs; not everybody speaks with articles."""
    return found(_THE.sub("(?:the )?", pattern))
