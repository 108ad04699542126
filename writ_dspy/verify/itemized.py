"""Itemized: the options that stand beside an item's id, or in its row or column of a table, are those of its record.

Only a phrase that is understood as a whole is judged: options of that product, its name, and little words that hold them together.
A phrase with another word in it, or with two values of one option, may compare or report, and judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from writ_dspy import patterns as re
from writ_dspy.domains.values import singular
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag
from writ_dspy.verify.subject import Record, item, options

_FILLERS = bag("""a an the your this that with in and of it its item id no number size power powered color colour design version variant model one new pair set type
    made for at price priced out get gets comes goes going coming back away replacement selected""")  # fmt: skip
"""What a phrase that describes an item holds besides its options."""
PRICE = re.compile(r"\$\s?\d[\d,]*(?:\.\d+)?")
WORD = re.compile(r"[a-z\d]+(?:[.'][a-z\d]+)*")
_LOOSE = bag("yes no none on off")
"""Options that are words of any sentence."""
_SIZES = {
    "xs": "extra small",
    "s": "small",
    "m": "medium",
    "l": "large",
    "xl": "extra large",
    "xxl": "double extra large",
}
_LETTERS = frozenset(_SIZES)
"""Options that are letters, which stand for something else in a sentence."""
_PARTS = re.compile(r"\s*[,;/|()]\s*|\s+and\s+")
_BEGINS = re.compile(r"[\n;:|()→]|->|=>|\s[–—-]\s|\.\s|\b(?:to|for|into|by|from|than|is|are|was|be|has|have|as|become|becomes|you|you['’]d|i|i['’]d|we|your|the|my|this|that)\b", re.IGNORECASE)  # fmt: skip
"""Where a phrase that ends at an id begins, at the latest."""
_ENDS = re.compile(r"[\n;()|→$]|->|=>|\s[–—-]\s|\.(?:\s|\Z)|\Z")
_NAMED = re.compile(r"(?P<label>(?:(?:new |old )?(?:item|product|variant)(?: (?:id|no\.?|number))?:? |id:? )?[#*`]*)(?P<id>(?<![\w#])\d+(?!\w))", re.IGNORECASE)  # fmt: skip
"""An id with its label."""
_BEHIND = re.compile(r"[*`]*\s?(?::[*]*\s|[–—-]\s|,\s|\()")
_OTHER_SIDE = re.compile(r"\b(?:now|current\w*|old|before|was|from|out|return\w*|original\w*|have|yours?|today|previous\w*|instead|replac\w*|for)\b", re.IGNORECASE)  # fmt: skip
"""Heads of a column that is about the item for which the row's comes."""


_VALUE = re.compile(r"(?!of\b|and\b|is\b|as\b|guide\b|chart\b)[\w.-]+")


@dataclass(frozen=True)
class Product:
    """What was read of the versions of one product."""

    names: frozenset[str]
    """Words of its name, of its options' names, and options that are not judged."""
    name: str
    values: Mapping[str, frozenset[str]]
    """Each value that a version has, with the options that it is of."""
    forms: Mapping[str, str]
    """Each way in which a value is said, with the value."""

    @cached_property
    def bare(self) -> Mapping[str, frozenset[str]]:
        """The values that are words of their own, and need no name of their option."""
        return {
            value: of
            for value, of in self.values.items()
            if not any(value in (one, f"no {one}") or value.startswith(f"{one} ") for one in of)
        }

    def told(self, phrase: str, own: Mapping[str, str]) -> dict[str, set[str]] | None:
        """The values that a phrase gives, by option; None where a word of it is none of them and no part of a description.

        A value of two options is that of the one for which the item has it.
        """
        found: dict[str, set[str]] = {}
        rest = self._without_letters(PRICE.sub(" ", phrase.lower()).replace("’", "'"), found)
        for name in (self.name, singular(self.name), *self.name.rsplit(" ", 1)[1:]):
            rest = rest.replace(f" {name} ", " | ")
        for form in sorted(self.forms, key=len, reverse=True):
            while f" {form} " in rest:
                rest = rest.replace(f" {form} ", " | ")
                value = self.forms[form]
                of = self.values[value]
                for option in {one for one in of if own.get(one) == value} or of:
                    found.setdefault(option, set()).add(value)
        known = _FILLERS | self.names
        return found if all(word in known or word == "|" for word in rest.split()) else None

    def strange(self, phrase: str) -> str:
        """A part of a phrase that gives an option by its name a value which no version has: "size XXXXL"."""
        options = {option for value, of in self.values.items() for option in of if value.startswith(f"{option} ")}
        for part in map(str.strip, _PARTS.split(phrase.lower())):
            option, _, value = part.partition(" ")
            if option in options and _VALUE.fullmatch(value) and part not in self.values:
                return part
        return ""

    def _without_letters(self, phrase: str, found: dict[str, set[str]]) -> str:
        """The words of a phrase without the parts that are a mere letter or number, such as a size, which are told of its option."""
        kept: list[str] = []
        for part in _PARTS.split(phrase):
            words = " ".join(WORD.findall(part))
            short = {
                option: name
                for name, options in self.values.items()
                for option in options
                if name == f"{option} {words}"
            }
            for option, name in short.items():
                found.setdefault(option, set()).add(name)
            kept.append("|" if short else words)
        return f" {' | '.join(kept)} "


def itemized(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(phrase, what is wanted) for each description of an item by an option of another version.

    Args:
        ground: What is known by then.
        text: What the agent says.
    """
    fields = ground.fields
    if not any(found.views.get(fields.versions) or found.views.get(fields.parts) for found in ground.shown):
        return
    swaps = dict(_swapped(ground, text))
    items = {**_items(ground, text), **_priced(ground, text), **{key: row for key, (row, _) in swaps.items()}}
    if not items:
        return
    found_of = cache(lambda key: product_of(ground, str(items[key].get(fields.sort))))
    seen: set[str] = set()
    told_in_pairs = ((key, phrase) for key, (_, phrase) in swaps.items())
    for key, phrase in (*_beside(text, items, found_of), *_in_tables(text, items), *_in_lines(items), *told_in_pairs):
        product = found_of(key)
        own = {option: valued(option, value) for option, value in options(fields, items[key]).items()}
        if product and phrase not in seen and (part := product.strange(phrase)):
            seen.add(phrase)
            yield phrase.strip(), f"a value that was read, and not {part}"
        told = product.told(phrase, own) if product else None
        if not told or phrase in seen:
            continue
        for option, given in told.items():
            value = next(iter(given))
            mine = own.get(option, value)
            hazy = value == option and mine != f"no {option}"  # "water resistance" names what has a rating
            if len(given) == 1 and product and product.values[value] == {option} and mine != value and not hazy:
                seen.add(phrase)
                yield (
                    phrase.strip(),
                    f"what was read of {items[key].get(fields.part)}: {option} {options(fields, items[key])[option]}",
                )
                break


def _items(ground: Ground, text: str) -> dict[str, Record]:
    """The items that a message names by their ids, each as it was read."""
    fields = ground.fields
    found: dict[str, Record] = {}
    for key in dict.fromkeys(re.findall(r"(?<![\w#])\d{6,}(?!\w)", text)):
        if (row := item(ground, key)) is None:
            continue
        own = {fields.part: key}
        whole = ground.seen.find(fields.versions, **own) or ground.seen.find(fields.parts, **own)
        if whole is not None and whole.get(fields.sort):
            found[key] = {**row, fields.sort: whole[fields.sort]}
    return found


_LINE = re.compile(r"(?m)^\s*(?:[-•*]|\d+[.)]|\|)\s.*$")


def _priced(ground: Ground, text: str) -> dict[str, Record]:
    """The items that no id names, each by the line of a list or table that holds its product's name and its price alone."""
    fields = ground.fields
    found: dict[str, Record] = {}
    lines = [match[0] for match in _LINE.finditer(text) if not re.search(r"\d{6,}", match[0])]
    for line in dict.fromkeys(lines):
        prices = {float(re.sub(r"[$,\s]", "", price).rstrip(".")) for price in PRICE.findall(line)}
        lower = line.lower()
        rows = {
            str(row[fields.part]): row
            for view in (fields.versions, fields.parts)
            for row in ground.seen.rows(view)
            if row.get("price") in prices and row.get("product_name") and str(row["product_name"]).lower() in lower
        }
        if len(prices) == len(rows) == 1:
            [(key, row)] = rows.items()
            if (whole := item(ground, key)) is not None:
                found[line] = {**whole, fields.sort: row.get(fields.sort)}
    return found


def _in_lines(items: Mapping[str, Record]) -> Iterator[tuple[str, str]]:
    """(line, phrase) for what stands before the price of an item that goes by its line."""
    for line in [key for key in items if "$" in key and not key.startswith(("old ", "new "))]:
        yield from ((line, behind["in"]) for behind in _BEHIND_PRICE.finditer(line))
        if line.lstrip().startswith("|"):
            yield from ((line, cell) for cell in line.split("|") if not PRICE.search(cell))
        elif PRICE.search(line):
            yield line, PRICE.split(re.sub(r"^\s*(?:[-•*]|\d+[.)])\s", "", line))[0]


_BEHIND_PRICE = re.compile(rf"{PRICE.pattern}[*_]*\s?\((?P<in>[^()\n$]*)\)")
_PAIR = re.compile(
    rf"^\s*(?:[-•*]|\d+[.)])\s+(?P<old>[^\n$→]*?)\s*(?:→|->|=>)\s*(?P<new>[^\n$→]*?)[*_]*\s*[:,–—-]*\s*[*_(]*(?P<was>{PRICE.pattern})[*_]*\s*(?:→|->|=>)\s*[*_]*(?P<is>{PRICE.pattern})",
    re.MULTILINE,
)
"""A line that lists a change, with both prices behind it: "kettle: 1L, glass → 2L, glass: $90 → $95"."""


def _swapped(ground: Ground, text: str) -> Iterator[tuple[str, tuple[Record, str]]]:
    """A key for each side of such a line, with the thing that has this price there, and what is told of it."""
    fields = ground.fields
    for match in _PAIR.finditer(text):
        for side, price in (("old", "was"), ("new", "is")):
            phrase = match[side]
            name = re.match(r"[*_]*(?P<name>[\w' -]+?)[*_]*:[*_]*\s", phrase)
            lower = match["old"].lower()
            cost = float(re.sub(r"[$,\s]", "", match[price]).rstrip("."))
            rows = {str(row[fields.part]): row for view in (fields.versions, fields.parts) for row in ground.seen.rows(view) if row.get("price") == cost and row.get("product_name") and str(row["product_name"]).lower() in lower}  # fmt: skip
            if len(rows) == 1:
                [(key, row)] = rows.items()
                if (whole := item(ground, key)) is not None:
                    said = phrase[name.end() :] if name else phrase
                    yield f"{side} {match[0].strip()}", ({**whole, fields.sort: row.get(fields.sort)}, said)


def product_of(ground: Ground, product_id: str) -> Product | None:
    """All that was read of a product, wherever."""
    return ground.once(("product", product_id), lambda: _product_of(ground, product_id))


def _product_of(ground: Ground, product_id: str) -> Product | None:
    fields = ground.fields
    rows = [row for view in (fields.versions, fields.parts) for row in ground.seen.rows(view) if row.get(fields.sort) == product_id]  # fmt: skip
    values: dict[str, set[str]] = {}
    forms: dict[str, str] = {}
    names: set[str] = set()
    versions = [item(ground, str(row.get(fields.part))) or {} for row in rows]
    for version in (*versions, *_sold(ground, product_id)):
        for option, value in options(fields, version).items():
            names.update(WORD.findall(option))
            told = valued(option, value)
            if told != plain(value):
                names.update(WORD.findall(value))  # a letter or number that stands alone is not judged
            values.setdefault(told, set()).add(option)
            forms |= dict.fromkeys(_forms(option, value, told), told)
    name = next((str(row["product_name"]).lower() for row in rows if row.get("product_name")), "")
    names.update(WORD.findall(name))
    every = {value: frozenset(of) for value, of in values.items()}
    return Product(frozenset(names), name, every, forms) if name else None


def _sold(ground: Ground, product_id: str) -> Iterator[Record]:
    """The versions of a product in the records of the shop, read or not."""
    for table in ground.domain.tables.values():
        row = table.get(product_id)
        for field in row.values() if isinstance(row, Mapping) else ():
            for version in field.values() if isinstance(field, Mapping) else ():
                if isinstance(version, Mapping) and isinstance(version.get(ground.fields.features), Mapping):
                    yield version


def plain(value: str) -> str:
    return " ".join(WORD.findall(value.lower().replace("’", "'"))).replace("gray", "grey")


def _lacks(option: str, value: str) -> bool:
    """Whether a value says that there is nothing of its option: "none", or "not resistant" of the water resistance."""
    quality = value.removeprefix("not ")
    return value in ("no", "none") or (quality != value and any(word[:5] == quality[:5] for word in option.split()))


def valued(option: str, value: str) -> str:
    """A value by a name that no other has: a letter or a number, a yes and a no only say something beside their option."""
    bare = plain(value)
    if bare == "yes":
        return option
    if _lacks(option, bare):
        return f"no {option}"
    return f"{option} {bare}" if bare in _LETTERS or bare.isdigit() else bare


def _forms(option: str, value: str, told: str) -> set[str]:
    """How a value is said within a phrase."""
    bare = plain(value)
    names = {option, re.sub(r"ance$", "ant", option)}
    if told == option:
        return {*names, f"{option} yes"}
    if told == f"no {option}":
        own = {bare} - _LOOSE
        return {f"{no} {name}" for no in ("no", "not", "non", "without") for name in names} | {f"{option} {bare}"} | own
    return {bare} if told == bare else {told, _SIZES.get(bare, told)}


def _beside(
    text: str, items: Mapping[str, Record], found_of: Callable[[str], Product | None]
) -> Iterator[tuple[str, str]]:
    """(id, phrase) for each id in brackets behind a phrase or among its words, and for each that a phrase stands before or behind."""
    for match in _NAMED.finditer(text):
        key = match["id"]
        if key not in items:
            continue
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        opened = max(before.rfind("("), before.rfind("["))
        if opened > max(before.rfind(")"), before.rfind("]")):
            start = match.start() - len(before)
            yield from ((key, phrase) for phrase in _within(text, (start, start + opened), match))
        else:
            yield from ((key, phrase) for phrase in _around(text, before, match, found_of(key)))


def _within(text: str, opened: tuple[int, int], match: re.Match[str]) -> Iterator[str]:
    """What stands in brackets with an id, and before these; nothing where there are several ids in them.

    Args:
        text: The message.
        opened: Where the line begins, and where the bracket is opened.
        match: The id with its label.
    """
    close = _CLOSES.search(text, match.end())
    end = close.start() if close else len(text)
    first, last = text[opened[1] + 1 : match.start()], text[match.end() : end]
    if _AN_ID.search(first + last):
        return
    begins = [found.end() for found in _BEGINS.finditer(first)]
    stops = _TURNS.search(last)
    yield f"{first[max(begins, default=0) :]}, {last[: stops.start()] if stops else last}"
    yield _before(text[slice(*opened)])


def _before(line: str) -> str:
    """The phrase at the end of a line's beginning."""
    begins = [found.end() for found in _BEGINS.finditer(line)]
    return line[max(begins, default=0) :].lstrip(" *-•").split("**")[-1 if "**" in line else 0]


def _around(text: str, before: str, match: re.Match[str], product: Product | None) -> Iterator[str]:
    """What stands behind an id, in brackets or where only its name stands before, and what an id with its label ends."""
    if bracket := _BRACKET.match(text, match.end()):
        yield bracket["in"]
    elif behind := _BEHIND.match(text, match.end()):
        name = re.sub(r"^\s*(?:[-•*]|\d{1,2}[.)])\s", "", before).rpartition(": ")[2].rpartition(":** ")[2]
        if not WORD.search(re.sub(r"\b(?:item|new|old)\b", "", name.lower())) or (
            product and product.told(name, {}) == {}
        ):
            yield text[behind.end() : _ENDS.search(text, behind.end()).start()]  # type: ignore[union-attr]
    if match["label"].strip(" #*`") and (lead := _LEADS.search(before)) and _STOPS.match(text, match.end()):
        led = before[: lead.start()].rstrip()
        opened = led.rfind("(") if led.endswith(")") else -1
        if opened >= 0:
            yield from (_before(led[:opened]), led[opened + 1 : -1])
        else:
            yield _before(led)


_CLOSES = re.compile(r"[)\]\n]|\Z")
_AN_ID = re.compile(r"\d{6,}")
_TURNS = re.compile(r"→|->|=>|\b(?:to|for|instead|than|from|by)\b|;\s*(?:was|now)\b", re.IGNORECASE)
"""What stands behind it in brackets is of another thing."""
_BRACKET = re.compile(r"[*`]*,?\s?[(\[](?P<in>[^()\[\]\n]*)[)\]]")
_LEADS = re.compile(r"(?:,|\s[–—-])\s*[*`]*\Z")
_STOPS = re.compile(r"[*`]*\s*(?:[,.;)]\s|[,.;]?\s*(?:$|\n)|(?:for|at) \$)", re.MULTILINE)


_ROW = re.compile(r"(?m)^\s*\|(?P<cells>.*)\|\s*$")


def _in_tables(text: str, items: Mapping[str, Record]) -> Iterator[tuple[str, str]]:
    """(id, phrase) for each cell in the row, or in the column, of the only item that stands there."""
    for block in re.findall(r"(?m)(?:^[ \t]*\|.*\|[ \t]*(?:\n|\Z))+", text):
        rows = [[cell.strip(" *`") for cell in match["cells"].split("|")] for match in _ROW.finditer(block)]
        rows = [row for row in rows if re.search(r"\w", "".join(row))]
        if len(rows) < 2 or len({len(row) for row in rows}) > 1:
            continue
        columns = [list(column) for column in zip(*rows, strict=True)]
        for lines, head in ((rows[1:], rows[0]), (columns[1:], columns[0])):
            for line in lines:
                yield from _cells(line, head, items)


def _cells(line: Sequence[str], head: Sequence[str], items: Mapping[str, Record]) -> Iterator[tuple[str, str]]:
    keys = {key for cell in line for key in items if key in cell}
    if len(keys) == 1 and not any(_OTHER_SIDE.search(title) for title in head):
        yield from ((key, cell) for key in keys for cell in line if key not in cell)
