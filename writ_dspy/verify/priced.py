"""Priced: what stands before a price describes a thing that was read with that price, and no other version or product.

A phrase is judged by the rows that cost so much: one that no word of it contradicts is enough. A phrase that compares or denies, and a
price that stands ahead of what it is of, judge nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.values import singular
from writ_dspy.verify.everyday import EVERYDAY
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.itemized import PRICE, WORD, Product, plain, product_of
from writ_dspy.verify.noise import bag
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.subject import Record, Subject, item, near, options, price
from writ_dspy.verify.vocabulary import vocabulary

_ID = re.compile(r"(?<![\w#])\d{6,}(?!\w)")
_HARD = re.compile(r"[\n|→:]|->|=>|;\s|\s[–—-]\s|[.!?]\s")
"""Where what was said before is of something else."""
_BEGINS = re.compile(
    r"\b(?:to|for|into|by|from|than|is|are|was|were|be|has|have|becomes?|you|i|we|comes? with|while|but|whereas|over|besides?)\b|,\s(?=(?:the|an?|your|one)\s)|\band\s(?=(?:the|an?|your|one)\s)",
    re.IGNORECASE,
)
"""Where a phrase begins, at the latest."""
_LINKS = re.compile(
    r"(?:[\s,()*_:=~≈–—-]|\b(?:is|are|was|were|costs?|costing|comes?|at|for|priced|price|sells?|available|in stock|to be had|now|only|just|about|(?:would|will) (?:be|cost)|with|which|that|it|item)\b)*\Z",
    re.IGNORECASE,
)
"""Between a description and its price."""
_OPEN = bag(
    "not no without instead than unlike except out stays goes rather or if want wanted asked wish wished like old neither nor difference more less cheaper dearer extra back each total refund refunded"
)
"""Words of a phrase that compares, denies or wishes."""
_AHEAD = re.compile(r"\b(?:the|an?|your|my|this|that|under|over|below|above|limit|budget|than|of)\s+[*_]*\Z|→\s*\Z|->\s*\Z|\bfrom\s+\Z", re.IGNORECASE)  # fmt: skip
"""Right before a price that is no more than an adjective, or the other side of a change."""
_PRICE_FIRST = re.compile(
    r"[*_]*(?:\s(?:(?:for|buys|gets you|is|with)\s)?(?:the|an?|your|one|it)\b|\s\([a-z])", re.IGNORECASE
)
_ARROW = re.compile(r"[*_)]*\s*(?:→|->|to|instead of)\s*[*_(]*\$", re.IGNORECASE)
_AND = re.compile(r"[*_)]*\s*(?:,\s*)?(?:and|or|,)\s*(?:at\s)?[*_(]*\Z", re.IGNORECASE)
_FARTHER = re.compile(r"[*_]* (?:more|less|dearer|cheaper|pricier|extra|higher|lower)\b", re.IGNORECASE)
_ROW = re.compile(
    r"[*_]*\s(?P<way>more|less|dearer|cheaper|pricier|extra|higher|lower)\s(?:for|on|with)\s(?:the|your|an?|its)\s(?P<what>[^,;.:!?()$\n]{2,60}?)(?=[,;.:!?()]|\s+(?:and|then|but|while|plus|so|than)\b|\s*\Z)",
    re.IGNORECASE,
)
_MORE = bag("more dearer pricier extra higher")
_ALL = re.compile(r",? (?:all|both|each)(?: of them| three| four| five)?(?: with| in| of)? (?P<what>[\w -]{2,24})\W*\Z", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class _Shop:
    """The versions and items that were read, with their products."""

    ground: Ground
    rows: Mapping[str, Record]
    subject: Subject | None

    @cached_property
    def products(self) -> Callable[[str], Product | None]:
        """What was read of the versions of a product, by its id."""
        return cache(lambda key: product_of(self.ground, key))

    def costing(self, amount: float) -> list[Record]:
        return [row for row in self.rows.values() if near(price(row), amount)]

    def named(self, phrase: str) -> set[str]:
        """Names of products that were read and that a phrase holds, the longest where one is in another."""
        said = f" {' '.join(map(singular, plain(phrase).split()))} "
        names = {str(row["product_name"]).lower() for row in self.rows.values()}
        found = {name for name in names if f" {singular(plain(name))} " in said}
        lasts = Counter(name.split()[-1] for name in names)
        found |= {name for name in names if lasts[name.split()[-1]] == 1 and f" {singular(name.split()[-1])} " in said}
        return {name for name in found if not any(name != other and name in other for other in found)}


def priced(ground: Ground, text: str, subject: Subject | None) -> Iterator[tuple[str, str]]:
    """(phrase with its price, what is wanted) for each price that is told of another version or product than has it.

    Args:
        ground: What is known by then.
        text: What the agent says.
        subject: The write that it is about, if it is about one.
    """
    fields = ground.fields
    if "$" not in text:
        return
    every = (row for view in (fields.versions, fields.parts) for row in ground.seen.rows(view))
    rows = {str(row[fields.part]): row for row in every if row.get("product_name") and row.get(fields.part)}
    shop = _Shop(ground, rows, subject)
    for start, end in sentences(text) if rows else ():
        yield from _in_sentence(shop, text[start:end])


def _in_sentence(shop: _Shop, sentence: str) -> Iterator[tuple[str, str]]:
    found = list(PRICE.finditer(sentence))
    rows = [(one, _ROW.match(sentence, one.end())) for one in found]
    if any(match for _, match in rows):  # each amount is of what stands behind it
        yield from (
            (f"{one[0]}{match[0]}", wanted) for one, match in rows if match and (wanted := _apart(shop, one[0], match))
        )
        return
    if any(_PRICE_FIRST.match(sentence, one.end()) or _ARROW.match(sentence, one.end()) for one in found):
        return
    last, phrase = 0, ""
    all_ = _ALL.search(sentence)
    for one in found:
        ids = list(_ID.finditer(sentence, last, one.start()))
        before = sentence[ids[-1].end() if ids else last : one.start()]
        phrase = phrase if last and _AND.fullmatch(before) else _phrase(before)
        told = f"{phrase} {all_['what']}" if all_ and all_.start() >= found[-1].end() else phrase
        amount = _amount(one[0])
        own = shop.rows.get(ids[-1][0]) if ids else None
        if not _AHEAD.search(before) and (wanted := _wrong(shop, told, amount, sentence[one.end() :], own)):
            yield f"{told.strip()} {one[0]}", wanted
        last = one.end()


def _phrase(before: str) -> str:
    """What describes the thing whose price comes next."""
    cut = max((match.end() for match in _HARD.finditer(_LINKS.sub("", before))), default=0)
    rest = _LINKS.sub("", before)[cut:]
    return rest[max((match.end() for match in _BEGINS.finditer(rest)), default=0) :]


def _wrong(shop: _Shop, phrase: str, amount: float, after: str, own: Record | None) -> str:
    words = set(WORD.findall(phrase.lower()))
    if not words or not words.isdisjoint(_OPEN):
        return ""
    names = shop.named(_without_options(shop, phrase, amount))
    if _FARTHER.match(after):
        return _difference(shop, names, amount)
    rows = shop.costing(amount)
    if not rows:
        return _as_described(shop, names, phrase, own) if _CLOSES.match(after) and "(" in phrase else ""
    if len(names) == 1 and not any(str(row["product_name"]).lower() in names for row in rows):
        return f"the price that was read of the {next(iter(names))}"
    faults = [_contrary(shop, row, phrase) for row in rows]
    return faults[0] if all(faults) else ""


_CLOSES = re.compile(r"[*_]*\)")
_OPTIONS = 2
"""Options in brackets by which a thing is described, so that an amount beside them is its price."""


def _as_described(shop: _Shop, names: set[str], phrase: str, named: Record | None) -> str:
    """What a thing costs whose options stand in brackets with an amount that is the price of nothing: "the kettle (1L, glass, $9.10)"."""
    alike = (row for row in shop.rows.values() if {str(row["product_name"]).lower()} == names)
    own = [named] if named is not None else [row for row in alike if not _contrary(shop, row, phrase)]
    version = item(shop.ground, str(own[0][shop.ground.fields.part])) if own else None
    inner = f" {plain(phrase.rpartition('(')[2])} "
    if (
        version is None
        or sum(f" {plain(value)} " in inner for value in options(shop.ground.fields, version).values()) < _OPTIONS
    ):
        return ""
    costs = sorted({price(row) for row in own})
    return f"what was read of it: ${', $'.join(f'{one:,.2f}' for one in costs)}"


def _without_options(shop: _Shop, phrase: str, amount: float) -> str:
    """The phrase without the options, under their names, of what costs so much: a backpack's "compartment camera" is no camera."""
    rest = plain(phrase)
    for row in shop.costing(amount):
        for name, value in options(
            shop.ground.fields, item(shop.ground, str(row[shop.ground.fields.part])) or {}
        ).items():
            rest = rest.replace(f"{plain(name)} {plain(value)}", "|")
    return rest


def _difference(shop: _Shop, names: set[str], amount: float) -> str:
    """By how much the new version of another thing costs more or less."""
    swaps = shop.subject.swaps if shop.subject is not None else ()
    own = {str(old.get("name", "")).lower() for old, new in swaps if near(abs(price(new) - price(old)), amount)}
    known = {str(old.get("name", "")).lower() for old, _ in swaps}
    return f"how far the prices of the {next(iter(names))} are apart" if len(names) == 1 and own and names <= known - own else ""  # fmt: skip


def _apart(shop: _Shop, amount: str, match: re.Match[str]) -> str:
    """What is wrong with a difference that is told ahead of the thing whose version makes it: "$3.95 more for the luggage"."""
    names, told = shop.named(match["what"]), _amount(amount)
    swaps = shop.subject.swaps if shop.subject is not None and len(names) == 1 else ()
    for old, new in swaps:
        rise = price(new) - price(old)
        if str(old.get("name", "")).lower() in names and near(abs(rise), told):
            return (
                ""
                if (rise > 0) is (match["way"].lower() in _MORE)
                else f"that it costs {'more' if rise > 0 else 'less'}"
            )
    return _difference(shop, names, told)


def _amount(text: str) -> float:
    return float(re.sub(r"[$,\s]", "", text).rstrip("."))


def _contrary(shop: _Shop, row: Record, phrase: str) -> str:
    """The option of an item that a phrase tells otherwise."""
    fields = shop.ground.fields
    version = item(shop.ground, str(row[fields.part]))
    product = shop.products(str(row.get(fields.sort)))
    if version is None or product is None:
        return ""
    if part := product.strange(phrase):
        return f"a value that was read, and not {part}"
    own = {name: plain(value) for name, value in options(fields, version).items()}
    for option, told in _told(shop, product, phrase, own).items():
        if own.get(option) not in (None, *told):
            return f"what was read of {row[fields.part]}: {option} {own[option]}"
    return ""


def _told(shop: _Shop, product: Product, phrase: str, own: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    """The values that a phrase names, by the one option of the product that they can be of."""
    of = {value: set(names) for value, names in _values(shop.ground.domain, frozenset(own)).items()}
    for value, names in product.bare.items():
        of.setdefault(value, set()).update(names)
    rest = f" {plain(phrase)} ".replace(f" {product.name} ", " | ")
    found: dict[str, list[str]] = {}
    for value in sorted({*of, *own.values()}, key=len, reverse=True):
        if f" {value} " in rest:
            rest = rest.replace(f" {value} ", " | ")
            for option in {one for one, mine in own.items() if mine == value} or of.get(value, set()):
                found.setdefault(option, []).append(value)
    return {option: told for option, told in found.items() if all(of.get(one, {option}) == {option} for one in told)}


@lru_cache(maxsize=256)
def _values(domain: Domain, names: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """The values that options of these names have anywhere, with those of them that have it."""
    found: dict[str, set[str]] = {}
    for name in names:
        for value in vocabulary(domain).options.get(name, ()):
            told = plain(value)
            if len(told) > 2 and told not in EVERYDAY and not told.isdigit() and told not in _SMALL:
                found.setdefault(told, set()).add(name)
    return {value: frozenset(of) for value, of in found.items()}


_SMALL = bag("yes no none on off small medium large full half low high")
"""Values that are words of any sentence, and say something of this product only where it has them."""
