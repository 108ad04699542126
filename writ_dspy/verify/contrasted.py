"""Contrasted: what a sentence says of one choice beside the others is so of the rows that were read together.

The choice is the one that the sentence names, or the one that was just written. Which of the others the user would have taken is not
known, so a comparison with all of them is refuted only by more than half of them, and a factor only if it fits none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains import Row
from writ_dspy.domains.fields import Fields
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.refutable import DENIED, OPEN
from writ_dspy.verify.sentences import sentences

_OTHERS = r"(?:than|to|as|of|what) (?:what )?(?:any(?:thing)?|all|every|each|either|the|most|those)? ?(?:of )?(?:the )?(?:single )?(?:other|others|rest|next|second|runner-up|alternatives?|remaining|else)\b"
_MORE = r"(?P<how>cheaper|less|lower|dearer|more expensive|pricier|costlier|higher|earlier|later|sooner|shorter|faster|quicker|longer|slower)"
_THAN = re.compile(rf"\b{_MORE}\b(?: \w+){{0,3}}? {_OTHERS}", re.IGNORECASE)
_FACTOR = re.compile(
    r"\b(?P<factor>half|twice|double|two times|three times|triple|a third|a quarter)(?: (?:of|as (?:much|expensive|dear|cheap)|the (?:price|cost|fare)|what))+[^.;,]{0,25}?\b(?:other|others|rest|next|second|runner-up|alternatives?|else)\b",
    re.IGNORECASE,
)
_FACTORS = {"half": 0.5, "twice": 2.0, "double": 2.0, "two times": 2.0, "three times": 3.0, "triple": 3.0, "a third": 1 / 3, "a quarter": 0.25}  # fmt: skip
_SAME = re.compile(
    rf"\b(?:costs?|is|comes to|priced at|goes for)(?: \w+)? the same(?: price| amount)? {_OTHERS}|\bno (?:cheaper|dearer) {_OTHERS}",
    re.IGNORECASE,
)
_THING = r"(?:one|flight|connection|option|version|variant|model|choice|possibility|departure|alternative)"
_ONLY = re.compile(
    rf"\b(?:is|was|it's|that's) the only {_THING}(?: (?:available|in stock|left|we have|there is|there was|(?:on )?(?:that|this|the) day|i found|of its kind))*\s*[.!,;]"
    rf"|\b(?:there (?:is|was|are|were)(?: simply| just)? no|no) other {_THING}s?(?: (?:is|was|are|were))?(?: (?:available|in stock|left|(?:on )?(?:that|this) day|to be had))*\s*[.!,;]|\bnothing else (?:is|was) (?:available|in stock|left)\s*[.!,;]",
    re.IGNORECASE,
)
_NEAR = 0.15
"""How far a factor may be off."""


def contrasted(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that compares a choice with the others otherwise than the rows do.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
        news: The steps since the agent last said something.
    """
    text = case.talk.turns[index].text
    wrote = [step for step in news if case.kind(step.call) == "write" and not step.fresh.error]
    for start, end in sentences(text) if ground.shown else ():
        sentence = text[start:end].strip()
        if sentence.endswith("?"):
            continue
        found = (
            _THAN.search(sentence)
            or _FACTOR.search(sentence)
            or _SAME.search(sentence)
            or _ONLY.search(f"{sentence} .")
        )
        if found is None or OPEN.search(sentence) or DENIED.search(sentence, 0, found.start()):
            continue
        named = {token.lower() for token in case.domain.pack.ids(sentence) if "_" not in token and "@" not in token}
        step = wrote[-1] if len(wrote) == 1 else None
        ids = named or (_chosen(ground, step) if step is not None else set())
        for row, others, cabin in _choices(ground, ids, step):
            if wanted := _contrary(sentence, row, others, cabin):
                yield sentence, wanted
                break


def _chosen(ground: Ground, step: Step) -> set[str]:
    """The ids of what a write took: new items, or flights."""
    args, fields = step.call.args, ground.fields
    ids = {str(one).lower() for one in args.get(fields.replacing, ())}
    return ids | {str(one[fields.leg]).lower() for one in args.get(fields.legs, ()) if isinstance(one, dict)}


def _choices(ground: Ground, ids: set[str], step: Step | None) -> Iterator[tuple[Row, list[Row], str]]:
    """Each row with these ids, with the others of its result, and the field in which its price stands."""
    cabin = str(step.call.args.get(ground.fields.grade, "")) if step is not None else ""
    for found in ground.shown:
        for rows in found.views.values():
            if len(rows) < 2:
                continue
            own = [row for row in rows if (keys := _keys(ground.fields, row)) and keys <= ids]
            if len(own) == 1:
                yield own[0], [row for row in rows if row is not own[0] and row.get("available", True)], cabin


def _keys(fields: Fields, row: Row) -> set[str]:
    flights = row.get(fields.legs)
    if isinstance(flights, list):
        return {str(one[fields.leg]).lower() for one in flights if isinstance(one, dict) and fields.leg in one}
    return {str(row[fields.part]).lower()} if fields.part in row else set()


def _contrary(sentence: str, row: Row, others: Sequence[Row], cabin: str) -> str:
    """What the rows say instead; nothing, where they say the same or do not say it."""
    if not others:
        return ""
    if _ONLY.search(f"{sentence} ."):
        return f"{len(others)} more that were read"
    price = f"price_{cabin}" if f"price_{cabin}" in row else "price" if "price" in row else ""
    if factor := _FACTOR.search(sentence):
        wanted = _FACTORS[factor["factor"].lower()]
        fits = [one for one in _numbers(others, price) if abs(_number(row, price) / one - wanted) <= _NEAR * wanted]
        return "" if fits or not price else "a price that was read in that relation"
    if _SAME.search(sentence):
        return (
            ""
            if not price or _number(row, price) in _numbers(others, price)
            else "prices that differ, as they were read"
        )
    match = _THAN.search(sentence)
    if match is None:
        return ""
    field, sign = _field(match["how"].lower(), sentence, price)
    told = [
        (row[field], one[field])
        for one in others
        if field and row.get(field) is not None and one.get(field) is not None
    ]
    wrong = [mine for mine, theirs in told if _sign(mine, theirs) == -sign]
    return "the order that was read" if told and 2 * len(wrong) > len(told) else ""


def _field(how: str, sentence: str, price: str) -> tuple[str, int]:
    """The field that a word compares, and whether more of it is meant."""
    if how in ("cheaper", "less", "lower"):
        return price, -1
    if how in ("dearer", "more expensive", "pricier", "costlier", "higher"):
        return price, 1
    if how in ("earlier", "sooner", "later"):
        lands = re.search(r"\b(?:arriv\w+|lands?|landing|gets? (?:you )?(?:there|in))\b", sentence, re.IGNORECASE)
        return ("arrives" if lands else "departs"), 1 if how == "later" else -1
    return "duration", 1 if how in ("longer", "slower") else -1


def _sign(one: object, other: object) -> int:
    first, second = (
        (one, other) if isinstance(one, int | float) and isinstance(other, int | float) else (str(one), str(other))
    )
    return (first > second) - (first < second)  # type: ignore[operator]


def _number(row: Row, field: str) -> float:
    value = row.get(field)
    return float(value) if isinstance(value, int | float) else 0.0


def _numbers(rows: Sequence[Row], field: str) -> list[float]:
    return [number for row in rows if (number := _number(row, field))]
