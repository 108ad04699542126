"""Contents: the things that stand right behind the number of an order, as what is in it, are things of it, and as many.

Only a bare list is judged, of nothing but names of things: what has a price, an option or a verb in it says something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.values import UNITS, singular
from writ_dspy.task import Json
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.subject import Record, price, records_of
from writ_dspy.verify.vocabulary import vocabulary

_BEHIND = re.compile(
    r"[*_`]*(?:,)? ?(?::[*_`]* (?P<row>[^\n.;:$()]+?)(?=[.;\n]|\Z)|\((?:with |(?:\w+ )?\w+ed[;,:] |pending[;,:] )?(?P<bracket>[^()\n:;$]+)\)|[*_`]*,? (?:with|which (?:has|holds|contains)|holds|contains|has) (?P<held>(?:the|an?|your|two|three|four|five)\b[^.;:$()\n]+?)(?=[.;\n]|\Z))",
    re.IGNORECASE,
)
_LITTLE = frozenset(("and", "a", "an", "the", "your", "of", "plus", "one", "as", "well", "both"))
_TOKEN = re.compile(r"[a-z0-9]+(?:['’-][a-z0-9]+)*")


def misplaced(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(as quoted, what is wanted) for each list behind an order's number that has a thing which the order has not, or more of it.

    Args:
        ground: What is known by then.
        text: What the agent says.
    """
    numbers = list(re.finditer(r"#?\b[A-Z]+\d{5,}\b", text)) if ground.shown else []
    for match in numbers:
        yield from _cost(ground, text, match, {other[0].lower() for other in numbers})
        behind = _BEHIND.match(text, match.end())
        listed = next(filter(None, behind.groups()), "") if behind else ""
        told = _list(ground.domain, listed) if listed else None
        for _, data in records_of(ground, (match[0].lower(),)) if told else ():
            rows = data.get(ground.fields.parts)
            own = Counter(
                singular(str(row.get("name")).lower())
                for row in (rows if isinstance(rows, list) else ())
                if isinstance(row, dict)
            )
            if own and told and any(own[name] < count for name, count in told.items()):
                yield f"{match[0]}: {listed}", f"what was read of {match[0]}: {', '.join(sorted(own))}"


_COSTS = re.compile(r"[*_`]*,? ?\((?:at |for )?\$(?P<amount>[\d,]+\.\d\d)\)")


def _cost(ground: Ground, text: str, match: re.Match[str], named: set[str]) -> Iterator[tuple[str, str]]:
    """An amount in brackets right behind an order's number that is one of another order of the message, and none of its own."""
    told = _COSTS.match(text, match.end())
    if told is None or len(named) < 2:
        return
    amount, key = float(told["amount"].replace(",", "")), match[0].lower()
    known = {name: _amounts(ground, data) for name, data in records_of(ground, sorted(named))}
    own = known.pop(key, frozenset())
    if own and amount not in own and any(amount in others for others in known.values()):
        yield (
            f"{match[0]}{told[0]}",
            f"what was read of {match[0]}: ${', $'.join(f'{one:,.2f}' for one in sorted(own))}",
        )


def _amounts(ground: Ground, data: Record) -> frozenset[float]:
    """What a record's things cost, each and together, and what was paid for them."""
    rows = [row for name in (ground.fields.parts, ground.fields.payments) for row in _rows(data.get(name))]
    prices = [float(price(row)) for row in rows if "price" in row]
    paid = [float(amount) for row in rows if isinstance(amount := row.get("amount"), int | float)]
    return frozenset({*prices, *paid, round(sum(prices), 2)})


def _rows(value: Json) -> list[Record]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _list(domain: Domain, listed: str) -> Mapping[str, int] | None:
    """The things of a bare list, each with its number; None where a word of it names none."""
    words = _TOKEN.findall(listed.lower().replace("’", "'"))
    names, found, at, count = _names(domain), Counter[str](), 0, 1
    while at < len(words):
        size = next((size for size in (4, 3, 2, 1) if singular(" ".join(words[at : at + size])) in names), 0)
        if size:
            found[singular(" ".join(words[at : at + size]))] += count
            at, count = at + size, 1
        elif words[at] in UNITS[2:]:
            at, count = at + 1, UNITS.index(words[at])
        elif words[at] in _LITTLE:
            at += 1
        else:
            return None
    return found


@lru_cache(maxsize=16)
def _names(domain: Domain) -> frozenset[str]:
    """The names of all things that have options, in the singular."""
    known = vocabulary(domain)
    return frozenset(singular(name) for name in known.things) if known.options else frozenset()
