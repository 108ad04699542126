"""Itemized: the options that stand beside an item's id, or in its row or column of a table, are those of its record.

Only a phrase that is understood as a whole is judged: options of that product, its name, and little words that hold them together.
A phrase with another word in it, or with two values of one option, may compare or report, and judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from writ_dspy import patterns as re
from writ_dspy.domains.values import singular
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag
from writ_dspy.verify.subject import Record, item, options

_FILLERS = bag("""a an the your this that with in and of it its item id no number size power powered color colour design version variant model one new pair set type
    made for out get gets comes goes going coming back away replacement selected""")  # fmt: skip
"""What a phrase that describes an item holds besides its options."""
PRICE = re.compile(r"\$\s?\d[\d,]*(?:\.\d+)?")
WORD = re.compile(r"[a-z\d]+(?:[.'][a-z\d]+)*")
_LOOSE = bag("yes no none on off s m l xl xs xxl")
"""Options that are words of any sentence, or letters that stand for something else."""
_BEGINS = re.compile(r"[\n;:|()→]|->|=>|\s[–—-]\s|\.\s|\b(?:to|for|into|by|from|than|is|are|was|be|has|have|as|become|becomes|you|you['’]d|i|i['’]d|we)\b", re.IGNORECASE)  # fmt: skip
"""Where a phrase that ends at an id begins, at the latest."""
_ENDS = re.compile(r"[\n;()|→$]|->|=>|\s[–—-]\s|\.(?:\s|\Z)|\Z")
_NAMED = re.compile(r"(?P<open>[(\[]\s?)?(?:(?:new |old )?(?:item|product|variant)(?: (?:id|no\.?|number))?:? |id:? )?[#*`]*(?P<id>(?<![\w#])\d+(?!\w))", re.IGNORECASE)  # fmt: skip
"""An id with its label, and with the bracket that opens before it."""
_BEHIND = re.compile(r"[*`]*\s?(?::[*]*\s|[–—-]\s|,\s|\()")
_OTHER_SIDE = re.compile(r"\b(?:now|current\w*|old|before|was|from|out|return\w*|original\w*|have|yours?|today|previous\w*|instead|replac\w*|for)\b", re.IGNORECASE)  # fmt: skip
"""Heads of a column that is about the item for which the row's comes."""


@dataclass(frozen=True)
class Product:
    """What was read of the versions of one product."""

    names: frozenset[str]
    """Words of its name, of its options' names, and options that are not judged."""
    name: str
    values: Mapping[str, frozenset[str]]
    """Each value that a version has, with the options that it is of."""

    def told(self, phrase: str, own: Mapping[str, str]) -> dict[str, set[str]] | None:
        """The values that a phrase gives, by option; None where a word of it is none of them and no part of a description.

        A value of two options is that of the one for which the item has it.
        """
        rest = f" {' '.join(WORD.findall(PRICE.sub(' ', phrase.lower()).replace('’', chr(39))))} "
        found: dict[str, set[str]] = {}
        for name in (self.name, singular(self.name)):
            rest = rest.replace(f" {name} ", " | ")
        for value in sorted(self.values, key=len, reverse=True):
            while f" {value} " in rest:
                rest = rest.replace(f" {value} ", " | ")
                of = self.values[value]
                for option in {one for one in of if own.get(one) == value} or of:
                    found.setdefault(option, set()).add(value)
        known = _FILLERS | self.names
        return found if all(word in known or word == "|" for word in rest.split()) else None


def itemized(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(phrase, what is wanted) for each description of an item by an option of another version.

    Args:
        ground: What is known by then.
        text: What the agent says.
    """
    if not any(found.views.get("variants") or found.views.get("items") for found in ground.shown):
        return
    items = {**_items(ground, text), **_priced(ground, text)}
    if not items:
        return
    found_of = cache(lambda key: product_of(ground, str(items[key].get("product_id"))))
    seen: set[str] = set()
    for key, phrase in (*_beside(text, items), *_in_tables(text, items), *_in_lines(items)):
        product = found_of(key)
        own = {option: plain(value) for option, value in options(items[key]).items()}
        told = product.told(phrase, own) if product else None
        if not told or phrase in seen:
            continue
        for option, given in told.items():
            value = next(iter(given))
            if len(given) == 1 and product and product.values[value] == {option} and own.get(option, value) != value:
                seen.add(phrase)
                yield phrase.strip(), f"what was read of {_name(items[key])}: {option} {options(items[key])[option]}"
                break


def _name(row: Record) -> str:
    return str(row.get("item_id"))


def _items(ground: Ground, text: str) -> dict[str, Record]:
    """The items that a message names by their ids, each as it was read."""
    found: dict[str, Record] = {}
    for key in dict.fromkeys(re.findall(r"(?<![\w#])\d{6,}(?!\w)", text)):
        if (row := item(ground, key)) is None:
            continue
        whole = ground.seen.find("variants", item_id=key) or ground.seen.find("items", item_id=key)
        if whole is not None and whole.get("product_id"):
            found[key] = {**row, "product_id": whole["product_id"]}
    return found


_LINE = re.compile(r"(?m)^\s*(?:[-•*]|\d+[.)]|\|)\s.*$")


def _priced(ground: Ground, text: str) -> dict[str, Record]:
    """The items that no id names, each by the line of a list or table that holds its product's name and its price alone."""
    found: dict[str, Record] = {}
    lines = [match[0] for match in _LINE.finditer(text) if not re.search(r"\d{6,}", match[0])]
    for line in dict.fromkeys(lines):
        prices = {float(re.sub(r"[$,\s]", "", price).rstrip(".")) for price in PRICE.findall(line)}
        lower = line.lower()
        rows = {
            str(row["item_id"]): row
            for view in ("variants", "items")
            for row in ground.seen.rows(view)
            if row.get("price") in prices and row.get("product_name") and str(row["product_name"]).lower() in lower
        }
        if len(prices) == len(rows) == 1:
            [(key, row)] = rows.items()
            if (whole := item(ground, key)) is not None:
                found[line] = {**whole, "product_id": row.get("product_id")}
    return found


def _in_lines(items: Mapping[str, Record]) -> Iterator[tuple[str, str]]:
    """(line, phrase) for what stands before the price of an item that goes by its line."""
    for line in [key for key in items if "$" in key]:
        if line.lstrip().startswith("|"):
            yield from ((line, cell) for cell in line.split("|") if not PRICE.search(cell))
        elif PRICE.search(line):
            yield line, PRICE.split(re.sub(r"^\s*(?:[-•*]|\d+[.)])\s", "", line))[0]


def product_of(ground: Ground, product_id: str) -> Product | None:
    """All that was read of a product, wherever."""
    rows = [row for view in ("variants", "items") for row in ground.seen.rows(view) if row.get("product_id") == product_id]  # fmt: skip
    values: dict[str, set[str]] = {}
    names: set[str] = set()
    for row in rows:
        version = item(ground, str(row.get("item_id")))
        for option, value in options(version).items() if version else ():
            names.update(WORD.findall(option))
            if (told := plain(value)) not in _LOOSE and not told.isdigit():
                values.setdefault(told, set()).add(option)
            else:
                names.add(told)
    name = next((str(row["product_name"]).lower() for row in rows if row.get("product_name")), "")
    names.update(WORD.findall(name))
    return Product(frozenset(names), name, {value: frozenset(of) for value, of in values.items()}) if name else None


def plain(value: str) -> str:
    return " ".join(WORD.findall(value.lower().replace("’", "'")))


def _beside(text: str, items: Mapping[str, Record]) -> Iterator[tuple[str, str]]:
    """(id, phrase) for each id in brackets behind a phrase, and for each that a phrase follows."""
    places: dict[str, list[re.Match[str]]] = {}
    for match in _NAMED.finditer(text):
        places.setdefault(match["id"], []).append(match)
    for key in items:
        for match in places.get(key, ()):
            line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            if match["open"]:
                begins = [found.end() for found in _BEGINS.finditer(line)]
                yield key, line[max(begins, default=0) :].lstrip(" *-•").split("**")[-1 if "**" in line else 0]
            elif not re.search(r"\w", re.sub(r"\b(?:item|new|old|\d{1,2}[.)])\b", "", line, flags=re.IGNORECASE)) and (
                behind := _BEHIND.match(text, match.end())
            ):
                yield key, text[behind.end() : _ENDS.search(text, behind.end()).start()]  # type: ignore[union-attr]


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
