"""What an agent lists before it changes an order or a profile, and what a customer can tell from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.listing import Deeds, Detail, Test, compiled, either, found, stands, turned
from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.sayings import measured, says_none, says_some
from writ_dspy.domains.tau2 import RECORDS
from writ_dspy.domains.tau2.retail.amounts import flows
from writ_dspy.domains.tau2.retail.lenses import options
from writ_dspy.domains.tau2.retail.paid import method
from writ_dspy.domains.tau2.retail.shipped import address
from writ_dspy.domains.whole import is_whole, places
from writ_dspy.task import Call, Json

_SWAP = (
    r"\bexchang\w+|\breplac\w+|\bswap\w*|\bswitch\w*|\bchang\w+|\bmodif\w+|\btrad(?:e|ed|ing)\b|\bnew item\b|\bupdat\w+"
)
_SHIPS = r"\borders?\b|\bship|\bdeliver|\bparcel|\bpackage|#?\bw\d{7}\b"
"""Words of an address to which something is sent: another one is the user's own."""
DEEDS = Deeds(
    verbs={
        "cancel_pending_order": r"\bcancel\w*|\bcall(?:ed|ing)? off\b",
        "modify_pending_order_address": r"\baddress\b|\bship\w*|\bdeliver\w*|\bsen[dt]\b",
        "modify_user_address": r"\b(?:default|profile|account|saved|main|home|user|your|on file)\b[^.;\n]{0,25}\baddress\b|\baddress\b[^.;\n]{0,25}\b(?:account|profile|on file|default)\b"
        rf"|(?:^|[.;?!]\s|\n)(?:(?!{_SHIPS})[^.;?!\n])*\baddress\b(?!(?:[^.;?!\n]|\.\S)*(?:{_SHIPS}))",
        "modify_pending_order_payment": r"\bpay\w*|\bcharg\w+|\bbill\w*",
        "modify_pending_order_items": _SWAP,
        "return_delivered_order_items": r"\breturn\w*|\brefund\w*|\bsen[dt]\w* back\b|\btak\w+ back\b",
        "exchange_delivered_order_items": _SWAP,
    },
    record=r"#?\bw\d{7}\b",
    nouns=RECORDS,
)
_REASONS = {
    "no longer needed": r"\bno longer (?:need\w*|want\w*|required)|\bnot needed\b|n't (?:need|want)|\bdo not (?:need|want)|\bany ?more\b|\bany longer\b|\bno (?:more |further )?(?:need|use)\b",
    "ordered by mistake": r"\bmistake\w*|\baccident\w*|\berror\b",
}
_NO_REASON = re.compile(
    r"\b(?:need|want) any(?:thing|one)? (?:else|more|other|further)\b|\b(?:find|found|see|seen|spot|spotted|notice|noticed) (?:an?|any|no|the) (?:\w+ )?(?:mistake|error)s?\b|\bno (?:mistake|error)s?\b"
)
"""What a user says of the list, or of what is still open: "I don't need anything else", "I couldn't find a mistake"."""
_ITEM_BEHIND = re.compile(r"[^.;\n]{0,12}\b\d{10}\b")
_SHORTEST, _LONGEST = 2, 160
"""Letters of what describes an item: more than these, and at most."""
_IN_BRACKETS = re.compile(rf"(?::| \() ?([^()\n]{{3,{_LONGEST}}})\)")
_SHUT = re.compile(r"(?:,? \$\d[\d,.]*)?\)")
"""Behind an id in brackets: where they end, or its price does."""
_LED_BY = re.compile(r"[()\n|]|[.;:!?]\s|(?:\s|^)(?:for|with|to|into|becomes?|instead|->?|→|=>|–|—)\s")
"""What stands before the words that describe a thing: the end of a sentence or a cell, or a word by which another is left for it."""
_SENTENCE_ON = re.compile(r"(?:[^.;\n]|\.\d)*")
"""The rest of a sentence."""
_FOR_YOURS = re.compile(r"\)? (?:for|with|to|into) (?:the|your)\b")
_COMES = re.compile(r"\b(?:it's|it is|(?:would|will) be|get|gets|receive|take|have|want|new|make it|that's)\b")
_GOES = re.compile(rf"{_SWAP}|\b(?:giv|return|send|sent|goes|go|going|turn|hand)\w*\b")
"""Words that tell which of two items comes, and which goes: "it's the purple one for the blue one" tells the contrary of "swap … for …"."""
_FOR_ANY = re.compile(r"\)? (?:for|with|to|into) (?:the|your|a)\b")
_AGAIN = r"\b(?:same|identical|unchanged)\b|\b(?:another|a new|a fresh|an intact|a flawless) (?:one|piece|unit|copy)\b|\blike[ -]for[ -]like\b|\bfor itself\b|\breplacement (?:piece|unit|copy)\b"
"""How an exchange for another piece of the same version is put."""


def details(call: Call, seen: Seen) -> Sequence[Detail]:
    """Order, items, versions, payment method, reason and address; no user id, no country."""
    money_goes = flows(call, seen)
    towards = [Detail("the way that the money goes", lambda _: True, turned(money_goes))] if money_goes else []
    return (*_details(call.tool, call.args, seen), *towards)


def _details(tool: str, args: dict[str, Json], seen: Seen) -> Iterator[Detail]:
    order = seen.find("order", order_id=args["order_id"]) if "order_id" in args else None
    rows = list({(row["order_id"], row["item_id"]): row for row in reversed(list(seen.rows("items")))}.values())
    items = [row for row in rows if row["order_id"] == args.get("order_id")]
    if "order_id" in args:
        named = [row for row in items if row["item_id"] in args.get("item_ids", ())]
        elsewhere = {row["product_name"] for row in rows if row["order_id"] != args["order_id"]}
        yield _order(args["order_id"], [_named(row) for row in named if row["product_name"] not in elsewhere])
    if "reason" in args:
        other = next(form for reason, form in _REASONS.items() if reason != args["reason"])
        right = _REASONS.get(args["reason"], re.escape(args["reason"]))
        yield Detail(
            f"the reason ({args['reason']})",
            found(right),
            lambda text: found(other)(_NO_REASON.sub(" ", text)) and not found(right)(text),
        )
    for item in args.get("item_ids", ()):
        yield _item(item, items)
    for old, new in zip(args.get("item_ids", ()), args.get("new_item_ids", ()), strict=False):
        yield _version(old, new, items, seen)
    if "payment_method_id" in args:
        yield method(args["payment_method_id"], seen, order, tool)
    if "address1" in args:
        yield from address(args, order or seen.find("profile", user_id=args.get("user_id")), seen)


def _order(number: str, things: Sequence[str] = ()) -> Detail:
    """By its id; by things that no other order has, where no other order is named.

    Args:
        number: The id.
        things: Patterns of the names of such things.
    """
    lower = number.lower().lstrip("#")
    whole = stands(lower)

    def given(text: str) -> bool:
        return whole(text) or (
            any(compiled(name).search(text) for name in things) and compiled(DEEDS.record).search(text) is None
        )

    def alone(talk: str) -> bool:
        return {match[0].lstrip("#") for match in re.finditer(DEEDS.record, talk)} == {lower}

    return Detail(f"order {number}", given, None, alone)


def _named(row: Row) -> str:
    """A pattern of the name of a product, as people shorten it."""
    words = str(row["product_name"]).lower().split()
    short = words[:-1] if words[-1] == "set" else words[-1:]  # the luggage, of a luggage set
    return rf"\b(?:{re.escape(' '.join(words))}|{re.escape(' '.join(short))})(?:s|es)?\b"


_HEAD = (3, 4)
"""Letters that the first word of a compound has at least, and its last one."""


def _called(row: Row, rows: Sequence[Row]) -> str:
    """A pattern of the name of a product, or of the end of a compound, where no other one of the order ends so: "your watch" is the wristwatch."""
    name, (first, last) = str(row["product_name"]).lower(), _HEAD
    others = [other for one in rows if (other := str(one["product_name"]).lower()) != name]
    ends = [name[at:] for at in range(first, len(name) - last + 1)] if " " not in name else []
    apart = [end for end in ends if not any(end in other for other in others)]
    return rf"{_named(row)}|\b(?:the|your|this|that|new|old) (?:{'|'.join(apart)})s?\b" if apart else _named(row)


_PARTS = re.compile(r"(?<=[.!?;])\s+|\n+")
_ITEM_ID = re.compile(r"\b\d{10}\b")


_AMOUNT = re.compile(r"\$ ?\d[\d,]*(?:\.\d+)?")
"""What is paid: no size is told by its cents."""
_SIZES = {"xs": "extra small", "s": "small", "m": "medium", "l": "large", "xl": "extra large"}


@lru_cache(maxsize=2048)
def _valued(option: str, value: Json) -> Test:
    """A value of an option, as it stands there or as people say it."""
    lower, name = str(value).lower(), option.lower()
    forms = {lower, lower.replace(" ", "-"), lower.replace("-", " "), lower.replace("-", ""), lower.replace("+", "and")}
    forms |= {form.replace(*pair) for form in tuple(forms) for pair in (("grey", "gray"), ("gray", "grey"))}
    if name == "size" and lower in _SIZES:
        forms.add(_SIZES[lower])
    tests = [*map(stands, sorted(forms))]
    if measure := measured(lower):
        tests.append(measure)
    thing = rf"{_quality(name)}(?:s|es)?"
    if lower in ("none", "no") or _lacks(name, lower):
        tests.append(lambda text: says_none(thing, text))
    elif lower == "yes":
        tests.append(lambda text: says_some(thing, text))
    return either(*tests)


_STEM = 5
"""Letters by which a word of an option's name is that of its value: resistance, resistant."""


def _lacks(name: str, value: str) -> bool:
    """Whether a value says of an option that it is not there: "not resistant", of the water resistance."""
    quality = value.removeprefix("not ")
    return quality != value and any(word[:_STEM] == quality[:_STEM] for word in name.split())


def _quality(name: str) -> str:
    """A pattern of the name of an option, also as what the thing then is: "water resistance", "water-resistant"."""
    return re.sub(r"ance\b", "an(?:ce|t)", r"[\s-]".join(map(re.escape, re.split(r"[\s_]+", name))))


def _item(item: str, rows: Sequence[Row]) -> Detail:
    """By its id; by its name where the order has one of it, and it is named as often as the rest of its kind."""
    row = next((row for row in rows if row["item_id"] == item), None)
    if row is None:
        return Detail(f"item {item}", stands(item))
    alike = [other for other in rows if other["product_name"] == row["product_name"] and other is not row]
    name = _named(row)
    if alike:
        mine = options(row)
        apart = [
            [_valued(key, value) for key, value in mine.items() if options(other).get(key) != value] for other in alike
        ]

        def described(text: str) -> bool:
            """Named in a sentence with what tells it from each other one of its kind, and without an id."""
            return any(
                compiled(name).search(part)
                and all(any(test(part) for test in tests) for tests in apart)
                and not _ITEM_ID.search(part)
                for part in _PARTS.split(text)
            )

        return Detail(
            f"item {item}", either(stands(item), described), lambda text: _misdescribed(item, row, text), kind="item"
        )

    called = _called(row, rows)

    def by_name(text: str) -> bool:
        """Named, and not with the id of another."""
        return any(not _ITEM_BEHIND.match(text[match.end() :]) for match in compiled(called).finditer(text))

    return Detail(
        f"the {str(row['product_name']).lower()} (item {item})",
        either(stands(item), by_name),
        either(lambda text: _misdescribed(item, row, text), _stays(row, rows)),
        kind="item",
    )


def _stays(row: Row, rows: Sequence[Row]) -> Test:
    """The thing is said to stay with the user, or in the order: "the lamp stays as it is"."""
    whole = str(row["product_name"]).lower()
    last = whole.split()[-1]
    alone = sum(str(other["product_name"]).lower().split()[-1] == last for other in rows) == 1
    name = _named(row) if alone else rf"\b{re.escape(whole)}(?:s|es)?\b"
    end = r"\W*(?:$|[.,;:!)\n]|(?:and|but|while|so)\b)"
    place = r"(?:with you|where (?:it is|they are)|as (?:it is|they are|is)|(?:in|on) (?:the|your) order|untouched|unchanged|out of it|out|alone|aside)"
    return found(
        rf"{name}(?: \([^)\n]*\))? (?:would |will |just )*(?:stays?|remains?|(?:is|are|be) kept)(?: {place})?{end}"
        rf"|\b(?:keep|keeping|leave|leaving) (?:the|your) {name}(?: {place}{end}|\W*(?:$|[.;]))"
    )


def _misdescribed(item: str, row: Row, text: str, others: Sequence[Row] = ()) -> bool:
    """Whether the brackets behind an id, or the words before an id in brackets, name an option with another value.

    Args:
        item: The id.
        row: Its row.
        text: A proposal in lower case.
        others: Rows of the same product: what one of them has in place of its own value contradicts without a name, too.
    """
    mine = {name.lower(): str(value).lower() for name, value in options(row).items()}
    theirs = {str(value).lower() for other in others for value in options(other).values()} - set(mine.values())
    return any(
        part in theirs
        or any(part.startswith(f"{name} ") and part not in _spelled(name, value) for name, value in mine.items())
        for words in _described_as(item, text)
        for part in map(_bare, words.split(","))
    )


_AHEAD_OF_IT = re.compile(r"\A(?:(?:and|but|also|then|only|in|with|of|an?|the|now|this time) )+")


def _bare(part: str) -> str:
    """A part of a description without what leads to it: "but in size 7"."""
    return _AHEAD_OF_IT.sub("", part.strip())


def _spelled(option: str, value: str) -> tuple[str, ...]:
    """An option with its value, or the value alone where that begins with the option's name: "Brand B"."""
    return (f"{option} {value}", f"{option}: {value}", f"{option} is {value}", f"{option} of {value}", value)


def _described_as(item: str, text: str) -> Iterator[str]:
    """What stands in brackets behind an id, or before it where the id is in brackets; no two overlap."""
    begin = 0
    for place in places(item, text):
        end = place + len(item)
        before = text[begin:place].removesuffix("item ").removesuffix(" (") if place >= begin else ""
        if before and _SHUT.match(text, end) and text[begin + len(before) : place] in (" (", " (item "):
            words = _LED_BY.split(before[-_LONGEST:])[-1]
            if len(words) > _SHORTEST:
                yield words
                begin = end + 1
                continue
        match = _IN_BRACKETS.match(text, end) if place >= begin else None
        if match is not None and is_whole(item, text[max(0, place - 1) : end]):
            yield match[1]
            begin = match.end()


def _twice(row: Row | None) -> Test:
    """Whether an item is described on both sides of its exchange: each of its options stands there at least twice."""
    values = [value.lower() for value in options(row).values()] if row else []
    return lambda text: bool(values) and all(len(list(places(value, text.lower()))) > 1 for value in values)


def _version(old: str, new: str, items: Sequence[Row], seen: Seen) -> Detail:
    """By its id, or by all options in which it is another than the old one; and as the new one, not the old."""
    row = next((row for row in seen.rows("variants") if row["item_id"] == new), None)
    before = next((row for row in items if row["item_id"] == old), None)

    alike = [] if row is None else [r for r in seen.rows("variants") if r["product_id"] == row["product_id"]]

    def swapped(text: str) -> bool:
        return _other_way(old, new, text) or (row is not None and _misdescribed(new, row, text, alike))

    def by_id(text: str) -> bool:
        return any(item != old for item in _ITEM_ID.findall(text))

    if old == new:
        again = either(found(_AGAIN), lambda text: len(list(places(new, text))) > 1, _twice(row or before))
        other = found(rf"\b(?!{old})\d{{10}}\b[^.;\n]{{0,80}}\bfor\b[^.;\n]{{0,80}}\b{old}\b")
        return Detail(f"another piece of item {new}", again, either(swapped, other), rival=by_id)
    if row is None:
        return Detail(f"item {new}", stands(new), swapped, rival=by_id)
    mine, theirs = options(row), options(before) if before else {}
    held = {str(one["item_id"]) for one in items}
    changed = {name: value for name, value in mine.items() if theirs.get(name) != value}
    tests = [_valued(name, value) for name, value in changed.items()]

    in_brackets = compiled(rf"{_named(row)} \(([^()\n]{{3,{_LONGEST}}})\)")

    def described(text: str) -> bool:
        """By all that is changed, in one place behind its name or anywhere: what it is not, another thing beside it may be."""
        if not tests or set(_ITEM_ID.findall(text)) - held:
            return False
        text = _AMOUNT.sub(" ", text)
        described = [match[1] for match in in_brackets.finditer(text)]
        if len(described) > 1:  # the old one and the new one, each by its own
            return any(all(test(one) for test in tests) for one in described)
        return all(test(text) for test in tests)

    words = ", ".join(str(value).lower() for value in changed.values())
    label = f"item {new}{f' ({words})' if words else ''}"
    return Detail(
        label, either(stands(new), described), swapped, rival=by_id, asked=_another_version(row, before, alike)
    )


def _another_version(row: Row, before: Row | None, alike: Sequence[Row]) -> Test:
    """The words right before the name of a product are those of another version than the new one, or the old one: "the beige bed"."""
    name = compiled(rf"((?:[\w-]+ ){{1,5}}){_named(row)}")
    known = [options(row), *([options(before)] if before else [])]
    tests: list[tuple[Test, list[Test]]] = []
    for option in options(row):
        ours = {str(one[option]).lower() for one in known if option in one}
        theirs = {str(other).lower() for one in alike for key, other in options(one).items() if key == option}
        mine = [_valued(option, value) for value in ours]
        tests += [(_valued(option, value), mine) for value in sorted(theirs - ours)]
    return lambda text: any(
        other(match[1]) and not any(test(match[1]) for test in mine)
        for match in name.finditer(text)
        for other, mine in tests
    )


def _other_way(old: str, new: str, text: str) -> bool:
    """The new item is given away for the old one, or the old one comes for the new one: "OLD for your NEW"."""
    if _comes_for_yours(old, new, text):
        return True
    if text.find(new) > text.rfind(old):
        return False
    return _goes_for(new, old, text, _FOR_YOURS) and not _goes_for(old, new, text, _FOR_ANY)


def _goes_for(one: str, other: str, text: str, for_what: re.Pattern) -> bool:
    """Whether a sentence names one item, then what it goes for, then the other; what stands there for "your" item without a verb comes."""
    return any(
        _GOES.search(led) or not (_COMES.search(led) or sign.endswith("your"))
        for sign, led in _pairs(one, other, text, for_what)
    )


_NEXT_ID = re.compile(r"\D{0,60}?(?:\b(?!\d{10}\b)\d[\d.,]*\D{0,30}?){0,4}?\b(\d{10})\b")


def _comes_for_yours(old: str, new: str, text: str) -> bool:
    """Whether the old item stands without a verb for the new one as "yours": the pair is turned round."""
    return any(
        sign.endswith("your") and not _GOES.search(led) for sign, led in _pairs(old, new, text, _FOR_YOURS, next_=True)
    )


def _pairs(one: str, other: str, text: str, for_what: re.Pattern, *, next_: bool = False) -> Iterator[tuple[str, str]]:
    """Each place where a sentence names one item, then what it goes for, then the other: the words between, and those that lead there.

    Args:
        one: An id.
        other: Another one.
        text: A proposal in lower case.
        for_what: Words that stand between.
        next_: Only where the other is the first id behind these words.
    """
    for place in places(one, text):
        behind = place + len(one)
        if not is_whole(one, text[max(0, place - 1) : behind + 1]):
            continue
        end = _SENTENCE_ON.match(text, behind).end()  # type: ignore[union-attr]
        match = for_what.search(text, behind, end)
        if match is None or not is_whole(other, text[match.end() : end], "."):
            continue
        first = _NEXT_ID.match(text, match.end(), end)
        if not next_ or (first is not None and first[1] == other):
            yield match[0], _PARTS.split(text[: match.start()])[-1]
