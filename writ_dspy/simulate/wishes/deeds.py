"""What is to be done: a deed that the task does not ask for, and its own deed called off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.simulate.wishes.heard import Heard
from writ_dspy.simulate.wishes.parts import Part, after
from writ_dspy.simulate.wishes.wanted import Wanted, compiled, with_alternatives
from writ_dspy.task import in_own_words

_HALF = re.compile(
    r"\b(?:else|other|others|another|anything|any more|more than|yet|until|till|before|unless|without|"
    r"rest|both|only|just|extra|besides|twice|again|for now|so fast|all of|too|again|wrong|by mistake)\b|"
    r"\bif\b"
)
"""Words by which a no is only to a part, or to something else."""
KEEP = re.compile(
    r"\b(?:keep(?:ing)?|leave|leaving|hold on to|hang on to|stick with|stay with|stay in|staying in)\b(?P<what>.*)"
)
_KEEPING = re.compile(r"(?:i'm|we're|i am|we are) (?:keeping|leaving|staying)\b")
_GENERIC = re.compile(
    r"\s*(?:all )?\b(?:it|them|everything|all of it|all of them|this|that|these|those|(?:the|my|that|"
    r"this) (?:\w+ )?(?:order|trip|reservation|booking|flights?|orders|class|cabin|address))\b"
)
_ALONE = re.compile(
    r"\bleave it\b(?! (?:as|the way|how|alone))|\bleave (?:it|that) (?:at|there|to|with|in|on|out|"
    r"blank)\b|\bkeep (?:it|this|that|me|us|you|in|up|the (?:cost|price|change|chat))? ?(?:short|brief|"
    r"quick|simple|posted|in mind|going|mind|under|below|within|waiting|to|busy|short|updated|good|low|"
    r"down|smooth|moving)\b|\bkeep (?:it|this|that|them|everything|the \w+) on (?:\w+ ){0,3}(?:payment|card|method|paypal|account|gift)\b|\bkeep (?:in mind|(?!every|any)\w+ing)\b"
)
_OLD = re.compile(r"\b(?:old|former|previous) (?:one|ones|item|items)\b|\bin return\b")
_TO_HAVE = re.compile(r"\b(?:how|what|when|where|why)\b (?:do|does|can|would|will|should)\b")
_AFTER = re.compile(
    r"\b(?:after|before|once|when|while|by|for|of|about|was|were|been|be|being|got|get|already|have|had|has|'ve|the)\s+(?:\w+ )?$"
)
OPPOSITE = re.compile(
    r"\b(?:exact |complete |very )?(?:opposite|contrary|reverse) of\b|\b(?:the )?(?:exact |"
    r"very )?(?:opposite|contrary)\b|\b(?:all|everything|it) (?:of it )?(?:the )?other way (?:a)?round\b"
)
_UNFIT = re.compile(r"\b(?:on the contrary|opposite (?:side|direction|street|of the street))\b")
STAYS = re.compile(
    r"^(?P<what>everything|all of it|it all|it|all|that|(?:the|my) (?:order|trip|reservation|booking|flights?)) (?:can |should |must |may |shall |has to )?"
    r"(?:stays?|remains?) (?:just |exactly )?(?:as (?:it|they) (?:is|are|was|were)|the same|unchanged|untouched|that way)\b"
)


def deeds(wanted: Wanted, fresh: Sequence[Part], turn: Sequence[Part], heard: Heard) -> Iterator[tuple[int, str, str]]:
    """A wish for a deed that the task has not, and a no to one that it has, as (place, saw, wanted).

    Args:
        wanted: What the task wants.
        fresh: Parts of a turn, in sentences that are not the task's own.
        turn: All its parts.
        heard: What the agent has said before; what it brought up may be answered.
    """
    wishes = wanted.domain.pack.sayings.wishes
    for part in fresh:
        if part.asked or part.supposed or _possible(turn, part):
            continue
        for deed, pattern in wishes.items():
            match = compiled(pattern).search(part.text)
            if match is None:
                continue
            if part.denied(match.start()):
                if deed in wanted.granted and _called_off(wanted, part, pattern, turn, heard.last):
                    yield part.start, f"no wish to {deed}", f"a wish to {deed}"
            elif _again(wanted, deed, turn, part, match, heard):
                yield part.start, f"a wish to {deed} another", "only wishes that its task has"
            elif _beside(wanted, deed, part, match, heard) and not after(turn, part, match.end()):
                yield part.start, f"a wish to {deed}", "only wishes that its task has"
        yield from _kept(wanted, turn, part, heard)
        if OPPOSITE.search(part.text) and part.wills and not _UNFIT.search(part.text):
            yield part.start, part.text[:60], "what its task wants"


_CAN = re.compile(r"^(?:\w+ ){0,2}(?:can|could|may|would) (?:i|we)\b")
_LATER = re.compile(r"\b(?:later|afterwards?|in the future|at (?:some|any) point|still|down the road)\b")


def _possible(turn: Sequence[Part], part: Part) -> bool:
    """Whether a user asks what it could do some time, or in some case: "can I return it later, if I don't like it?"."""
    return _CAN.match(part.text) is not None and (_LATER.search(part.text) is not None or _conditional(turn, part))


def _beside(wanted: Wanted, deed: str, part: Part, match: re.Match[str], heard: Heard) -> bool:
    """Whether a deed is wished for that neither the task nor the agent has brought up."""
    return (
        deed not in wanted.deeds
        and _wished(part, match)
        and match.re.search(heard.text) is None
        and not _is_paid(wanted, part, match)
    )


_NEXT = re.compile(r"^(?:(?:and|also|oh|then|the|just|now)\W+)*(?:other|another|second|one (?:more|other)) things?\b")
"""How a further wish is announced."""
_ON_TOP = re.compile(r"\b(?:too|as well|on top|one more)\b")


def _again(wanted: Wanted, deed: str, turn: Sequence[Part], part: Part, match: re.Match[str], heard: Heard) -> bool:
    """Whether a deed that the task has once is wished for another record, too: "and cancel my other order".

    Where the task has several wishes, the deed's own record is another one than that of the wish before: it is wished again only if it was
    spoken of already.
    """
    sayings = wanted.domain.pack.sayings
    nouns = sorted({noun for group in sayings.about.values() for noun in group})
    tools = {tool for tool, asked in sayings.wished_by.items() if deed in asked[:1]}
    if not nouns or sum(way.tool in tools for _, way in with_alternatives(wanted.task)) != 1:
        return False
    another = compiled(rf"\b(?:other|another|second|one more) (?:{'|'.join(nouns)})s?\b")
    if another.search(part.text) is None or another.search(wanted.text) or another.search(heard.text):
        return False
    before = " ".join(other.text for other in turn if other.start < part.start)
    first = match.re.search(heard.text) is None and match.re.search(before) is None
    several = len(wanted.task.goal.decisions) > 1 and not _ON_TOP.search(part.text)
    if _NEXT.match(part.text) or (first and several) or _is_the_next(wanted, turn, part, match, heard):
        return False
    return _wished(part, match)


def _is_the_next(wanted: Wanted, turn: Sequence[Part], part: Part, match: re.Match[str], heard: Heard) -> bool:
    """Whether it is one more wish of the task for such a deed: one item of "another order", where the first one is done.

    It is in the words of one of them; or in some words of one whose record was not spoken of, while that of another one was.
    """
    asking = [one for one in in_own_words(wanted.task).requests if match.re.search(one.opening.lower())]
    said = {word for other in turn if other.sentence == part.sentence for word in _WORD.findall(other.text)}
    spoken = [
        any(mark in heard.text for slot in one.slots for mark in slot.marks if _COUNTED.search(mark)) for one in asking
    ]
    return len(asking) > 1 and any(
        _like(said, one.opening) or (not so and any(spoken) and _like(said - _LITTLE, one.opening, _LITTLE))
        for one, so in zip(asking, spoken, strict=True)
    )


def _like(said: set[str], opening: str, without: frozenset[str] = frozenset()) -> bool:
    words = set(_WORD.findall(opening.lower())) - without
    return len(words & said) >= _LIKE * len(words)


_COUNTED = re.compile(r"\d{3}")
_WORD = re.compile(r"[a-z']+")
_LITTLE = frozenset(
    [
        "a",
        "an",
        "the",
        "i",
        "i'd",
        "i'm",
        "my",
        "me",
        "mine",
        "we",
        "our",
        "you",
        "your",
        "there's",
        "there",
        "is",
        "it",
        "it's",
        "that",
        "this",
        "of",
        "one",
        "to",
        "for",
        "in",
        "on",
        "from",
        "with",
        "please",
        "hi",
        "hey",
        "hello",
        "have",
        "has",
        "can",
        "could",
        "would",
        "like",
    ]
)
"""Words of any opening."""
_LIKE = 0.5
"""Share of an opening's words by which a sentence about such a deed is taken for it."""


def _wished(part: Part, match: re.Match[str]) -> bool:
    """Whether the deed is to be done."""
    if (
        part.remark
        or _OLD.search(part.text)
        or _AFTER.search(part.text[: match.start()])
        or _TO_HAVE.search(part.text[: match.start()])
    ):
        return False
    return not part.compared(match.start()) and part.wills and not part.tells


def _is_paid(wanted: Wanted, part: Part, match: re.Match[str]) -> bool:
    """Whether it is money that goes somewhere, since what takes it is a means of payment: "send it to what I paid with"."""
    methods = wanted.domain.pack.sayings.choices.get("method", {}).values()
    onto = _GOES_TO.match(part.text, match.start())
    return onto is not None and any(
        (found := compiled(method).search(part.text, onto.end())) is not None and found.start() <= onto.end() + _NEAR
        for method in methods
    )


_GOES_TO = re.compile(
    r"(?:ship|send|deliver|return|redirect|give|put)(?:ing)? (?:it|that|this|them|everything|all of it)(?: (?:all|back|just|straight|please))* (?:on)?to "
)
_NEAR = 12
"""Letters of the words that may stand before a means: "that same"."""


def _called_off(wanted: Wanted, part: Part, pattern: str, turn: Sequence[Part], last: str) -> bool:
    """Whether a no to a deed is one to the task's own, and not to a part of it or to something that the agent offered."""
    if part.tells and not part.ordered and not re.search(r"\bwant|\bneed|\blike", part.text):
        return False
    if _HALF.search(part.text) or wanted.domain.pack.ids(part.text) or _asks_wrongly(last):
        return False
    if any(
        compiled(pattern).search(other.text) and other.wills and not other.denies for other in turn if other is not part
    ):
        return False
    return not _conditional(turn, part)


def _asks_wrongly(last: str) -> bool:
    """Whether the agent refused, or asked something that can be turned down."""
    return (
        "?" in last
        and re.search(r"\b(?:or|instead|alternativ|also|another|as well)\b", _WHICH_ONE.sub("", last)) is not None
    )


_WHICH_ONE = re.compile(r"\bor (?:do|can|could|would) you (?:have|know|tell|describe|give|remember|name|recall)\b")
"""How it is asked for one detail or for another of the same."""


def _conditional(turn: Sequence[Part], part: Part) -> bool:
    """Whether another part of the sentence says in which case."""
    return any(other.supposed and other.sentence == part.sentence for other in turn)


def _kept(wanted: Wanted, turn: Sequence[Part], part: Part, heard: Heard) -> Iterator[tuple[int, str, str]]:
    """What is to be changed, kept as it is."""
    match = KEEP.search(part.text) or STAYS.match(part.text)
    if match is None or _ALONE.search(part.text) or _HALF.search(part.text) or part.denies:
        return
    if _AND_CHANGE.search(match["what"]):
        return
    if not wanted.granted or not (part.wills or _KEEPING.match(part.text) or match.re is STAYS.compiled):
        return
    if turned_down(heard) or wanted.domain.pack.ids(part.text) or _conditional(turn, part):
        return
    what = match["what"]
    sayings = wanted.domain.pack.sayings
    named = [name for name, pattern in sayings.things.items() if compiled(pattern).search(what)]
    mine = any(compiled(sayings.things[name]).search(wanted.own) for name in named)
    kept = (sayings.kept and compiled(sayings.kept).search(what)) or _is_the_same(wanted, what)
    if (named and mine and not kept) or (not named and not kept and _whole(wanted, what)):
        yield part.start, part.text[:60], "the change that its task wants"


_AND_CHANGE = re.compile(
    r"\b(?:and|but) (?:just |only |then )*(?:to )?(?!(?:keep|leave|leav|stay|stick|forget|do|don't|not|nothing|that's|i|we|it|the|my|thank|thanks)\b)[a-z]{2,} (?:(?:me|us|it|them|everybody|over|up) )?(?:in|into|to|with|the|my|on|from)\b"
)
"""What is kept in one breath with a change of something else: "keep the flights and sit in economy"."""
_PRONOUNS = ("it", "them", "everything", "this", "that", "these", "those")


def _is_the_same(wanted: Wanted, what: str) -> bool:
    """Whether the task itself has what is kept stay the same: "economy, with the same flights"."""
    match = _GENERIC.match(what) or _GENERIC.match(f" {what}")
    noun = match.group().rpartition(" ")[2].removesuffix("s") if match else ""
    return noun not in ("", *_PRONOUNS) and re.search(rf"\bsame {re.escape(noun)}s?\b", wanted.text) is not None


def _whole(wanted: Wanted, what: str) -> bool:
    """Whether all that the task is about is meant."""
    match = _GENERIC.match(what)
    if match is None or (len(wanted.granted) > 1 and wanted.task.gold[1:]):
        return False
    about = wanted.domain.pack.sayings.about
    noun = match.group().rpartition(" ")[2]
    return all(
        noun in _PRONOUNS or noun.removesuffix("s") in about.get(deed, (noun.removesuffix("s"),))
        for deed in wanted.granted
    )


_REFUSAL = re.compile(
    r"\b(?:unable|not able|can't|cannot|not possible|unfortunately|sorry|not allowed|isn't|doesn't|above|"
    r"over your|exceeds?|not available|out of stock|no (?:flight|version|seat)s?)\b"
)


def refuses(last: str) -> bool:
    """Whether a message of the agent turns something down."""
    return _REFUSAL.search(last.lower()) is not None


def turned_down(heard: Heard) -> bool:
    """Whether the agent's last message turns something down, or asks nothing behind one that did: it holds on to that."""
    last, before = heard.last, heard.messages[-2:-1]
    return refuses(last) or ("?" not in last and any(map(refuses, before)))
