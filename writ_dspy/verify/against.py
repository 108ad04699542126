"""Against: an amount that is told beside the limit it is held against lies on the side that is said; and nothing comes before the best of all.

Both amounts stand in the text, so no record is asked: "$314, which is below your limit of $296" refutes itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.values import Value, values
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences

_MORE = r"over|above|beyond|more than|higher than|greater than|dearer than|in excess of|exceed(?:s|ing)?|past|out of|outside(?: of)?|too much for|on top of"
_LESS = r"under|below|less than|lower than|cheaper than|within|inside|beneath|short of|no more than|at most|up to"
_LIMIT = r"(?:own )?(?:(?:spending|price|upper|cost|money)[ -])?(?:limit|budget|maximum|ceiling|cap|max)"
_HELD = re.compile(
    rf"\b(?:(?P<more>{_MORE})|(?P<less>{_LESS})) (?:(?:your|the|that|a|his|her|my) )?(?:(?P<limit>{_LIMIT})(?: (?:of|is|was|at))? ?|mark of )?[*_(]*(?=\$)",
    re.IGNORECASE,
)
"""Right before the amount that something is held against."""
_BARE = re.compile(rf"\b(?:(?P<more>{_MORE})|(?P<less>{_LESS})) your {_LIMIT} \((?=\$)", re.IGNORECASE)
"""Before a bracket with the amounts that lie there."""
_FILLED = re.compile(
    r"[\s*_,)(–—-]*(?:(?:and|so|thus|therefore|that|this|which|it|they|both|all|each|is|are|was|were|['’]s|still|well|just|only|slightly|a|little|bit|far|much|comfortably|clearly|already|also|even|lies?|comes?|goes?|stays?|remains?|would|be|per|for|person|passenger|traveler|ticket|head|more|less|than|yours|in|total|altogether|together|business|economy|basic|difference|here|put|puts|you|going|out|price|sum|amount|and)\b|['’]s|[\s*_,:;)(–—-]|[.](?=\s))*",
    re.IGNORECASE,
)
_NAMELY = re.compile(r"(?:,|:| –| -| —)\s?(?:namely|that is|i\.e\.|the)?\b", re.IGNORECASE)
_EVERY = re.compile(
    r"\b(?:both|all(?: of them| three| four| five)?|each(?: of them)?|either|they|these|those)\b[^$.;]{0,25}\Z",
    re.IGNORECASE,
)
_FOUND = re.compile(r"\b(?:there(?:['’]s| is| are)|I (?:found|see)|we have|one|available|in stock)\b", re.IGNORECASE)

_BECAUSE = re.compile(
    rf"\b(?:no|not|nothing|never|cannot)\b[^.;]*\b(?:because|since|as)\b(?:(?!\b(?:no|not|none|nothing|neither|never|if|unless|sold|out)\b|n['’]t\b)[^.;]){{0,60}}?\b(?:is|are|was|were|comes to|lies?|stays?) (?:still |well |also )?(?:under|below|within|less than|lower than) (?:your|the|that) {_LIMIT}\b",
    re.IGNORECASE,
)
"""A limit that is kept is no reason to leave something undone."""
_END = r"the (?:very )?(?!rest\b|request\b|interest\b|test\b|guest\b)(?:[a-z]+est|most [a-z]+|least [a-z]+|one with the (?:most|fewest|least|highest|lowest) [a-z ]{3,20}|last [a-z]+)\b"
_FIRST = re.compile(
    rf"(?:(?:\bis|\bwas|['’]s|\bcomes out(?: as)?) {_END}|\b{_END}(?: [a-z]+){{0,4}} (?:is|was)\b)(?P<middle>(?:[^.;!?\n]|\.\d){{0,200}}?)"
    r"(?:,? (?:(?:just|right|only|directly|closely) )?(?:behind|trailing|second to|preceded by)(?! it\b| that\b)|[,;]? ?(?:and |but )?\b(?:before|ahead of) (?:it|that one|this one|that|this) (?:comes?|is|are|was|stands?|lies?|ranks?)\b)",
    re.IGNORECASE,
)
"""What is called the best, and told to come behind another."""


def against(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that puts an amount on the wrong side of another, or something before the best.

    Args:
        ground: What is known by then.
        text: What the agent says.
    """
    for line in text.split("\n"):
        if found := _FIRST.search(line):
            yield found[0].strip(), "nothing ahead of what is called the best"
    before: Sequence[Value] = ()
    for start, end in sentences(text):
        sentence = text[start:end]
        money = [value for value in values(sentence) if value.quantity == "money"]
        if not sentence.rstrip().endswith("?") and (
            wanted := _side(sentence, money, before) or _of_the_limit(ground, sentence, money)
        ):
            yield sentence.strip(), wanted
        before = money or before


def _side(sentence: str, money: Sequence[Value], before: Sequence[Value]) -> str:
    """What is wanted where an amount lies on the other side of the one that it is held against."""
    if _BECAUSE.search(sentence):
        return "a limit that is not kept as the reason, or what was kept left out"
    for match in _HELD.finditer(sentence):
        bound = next((value for value in money if value.start - match.end() in (0, 1)), None)
        if bound is None:
            continue
        for value in _held(sentence, match, bound, money, before):
            if value.number < bound.number if match["more"] else value.number > bound.number:
                return f"{sentence[value.start : value.end]} on its side of {sentence[bound.start : bound.end]}"
            break
    return ""


def _held(
    sentence: str, match: re.Match[str], bound: Value, money: Sequence[Value], before: Sequence[Value]
) -> Iterator[Value]:
    """The amount that is held against a bound: right ahead of it, named behind it, or those of the sentence before, if they lie on one side."""
    ahead = [value for value in money if value.end <= match.start()]
    if ahead:
        between = sentence[ahead[-1].end : match.start()]
        if between.strip(" *_") and _FILLED.fullmatch(between) and not _of_a_part(between, ahead):
            yield ahead[-1]
        return
    behind = [value for value in money if value.start > bound.end]
    if len(behind) == 1 and _FOUND.search(sentence[: match.start()]):
        if _NAMELY.search(sentence, bound.end, min(bound.end + 20, behind[0].start)):
            yield behind[0]
    elif before and _EVERY.search(sentence[: match.start()]):
        sides = {value.number > bound.number for value in before}
        yield from before if len(sides) == 1 else ()


def _of_a_part(between: str, ahead: Sequence[Value]) -> bool:
    """Whether an amount is that of one of several, beside one for all of them: a bound for all is held against the other one."""
    return len(ahead) > 1 and re.search(r"\b(?:per|each)\b", between) is not None


def _of_the_limit(ground: Ground, sentence: str, money: Sequence[Value]) -> str:
    """What is wanted where amounts stand on one side of the user's limit, and every amount that the user named lies on the other."""
    named = [value.number for value in ground.values if value.quantity == "money"]
    match = _BARE.search(sentence)
    if match is None or not named:
        return ""
    inside = [value for value in money if match.end() <= value.start and ")" not in sentence[match.end() : value.start]]
    if not inside:
        return ""
    wrong = (value.number < min(named) if match["more"] else value.number > max(named) for value in inside)
    return "the side of the limit on which they lie" if all(wrong) else ""
