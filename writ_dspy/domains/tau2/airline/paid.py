"""How a proposal names the methods by which a reservation is paid, and what each of them pays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.listing import (
    Detail,
    Test,
    by_its_end,
    compiled,
    either,
    found,
    money,
    stands,
    unbalanced,
    without_replaced,
)
from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.values import values
from writ_dspy.task import Json

KIND_WORDS = {
    "credit_card": r"(?<!gift )(?<!gift-)(?:(?:credit|debit|bank) )?card",
    "gift_card": r"gift[ -]?card",
    "certificate": r"(?:travel )?(?:certificate|voucher)",
}
_AS_BEFORE = found(
    r"\boriginal (?:\w+ )?(?:payment|method|card|account)|\bsame (?:payment |card|method)|\b(?:was|were|you) (?:originally )?(?:paid|booked) with\b|\b(?:the way|how|as) you(?:'d| had)? (?:originally )?paid\b|\bwhere (?:it|the money) came from\b"
)
_PARTS = re.compile(r"(?<=[.!?;])\s+|\n+")
_CLAUSES = re.compile(r"[.!?;]\s+|\n+|;|,\s+|\s+(?:and|then|plus|while|but|which|leaving)\s+|\s\+\s|\s[–—|·]\s")
_REFUND = re.compile(r"\brefund\w*|\bback\b|\bcredited\b|\bgoes? to\b")
_MOST = r"(?:larg|bigg|high|great)(?:est|er)\b|\bmost\b"
_LEAST = r"(?:small|low|few)(?:est|er)\b|\bleast\b"
_ORDINALS = (r"first|1st|former", r"second|2nd|latter|other", r"third|3rd|last")


def method(number: str, seen: Seen, record: Row | None = None, parts: Sequence[Json] = ()) -> Detail:
    """By its id, by its last digits, by its kind or brand where the user has one of it, by its balance, or as the one that was paid with.

    Args:
        number: Its id.
        seen: What was read.
        record: The reservation, where there is one.
        parts: All methods that pay, with their amounts.
    """
    rows = {row["id"]: row for row in seen.rows("payment_methods")}
    named = either(*_names(number, rows, record), *_in_turn(number, parts))
    beside = [str(part["payment_id"]) for part in parts]
    return Detail(f"payment with {number}", without_replaced(named), _denied(number, rows, beside))


def _names(number: str, rows: dict[str, Row], record: Row | None) -> Iterator[Test]:
    row, kind = rows.get(number), number.rsplit("_", 1)[0]
    yield stands(number)
    if row and row.get("last_four"):
        same = [other for other in rows.values() if other.get("last_four") == row["last_four"]]
        if len(same) == 1:
            yield stands(str(row["last_four"]))
    if kind in KIND_WORDS:
        yield by_its_end(number, rows.values(), KIND_WORDS[kind], "last_four")
    before = record is not None and record.get("payment_id") == number
    if before:
        yield _AS_BEFORE
    alike = [other for other in rows.values() if other["source"] == kind]
    if kind in KIND_WORDS and (len(alike) == 1 or (not rows and before)):
        yield found(rf"(?<!no )(?<!not )\b{KIND_WORDS[kind]}\b{_no_id(kind)}")
    if row and row.get("brand") and sum(other.get("brand") == row["brand"] for other in rows.values()) == 1:
        yield found(rf"\b{re.escape(str(row['brand']).lower())}\b(?! card\b{_id_behind(kind)}){_no_id(kind)}")
    if row and "amount" in row and len(alike) > 1 and kind in KIND_WORDS:
        yield from _by_balance(row, alike, KIND_WORDS[kind])


def _id_behind(kind: str) -> str:
    return rf" ?(?:ending|number|no\.|\(?{kind}_)"


def _no_id(kind: str) -> str:
    """No id behind a kind: that tells which one it is."""
    return rf"(?!{_id_behind(kind)})"


def _by_balance(row: Row, alike: Sequence[Row], word: str) -> Iterator[Test]:
    """A gift card or certificate by what is on it, or as the one with the most or the least, where no other has that."""
    held = [other["amount"] for other in alike]
    kind, own = compiled(rf"\b{word}\b"), money(row["amount"])
    if held.count(row["amount"]) > 1:
        return
    yield lambda text: any(kind.search(part) and own(part) for part in _CLAUSES.split(text))
    for extreme, form in ((max, _MOST), (min, _LEAST)):
        if row["amount"] == extreme(held):
            yield found(rf"\b{form}[^.;,\n]{{0,25}}\b{word}\b|\b{word}\b[^.;,\n]{{0,30}}\b{form}")


def _in_turn(number: str, parts: Sequence[Json]) -> Iterator[Test]:
    """Several of a kind, each as the first or the second one with what it pays: "$63 on the first gift card and $147 on the second"."""
    kind = number.rsplit("_", 1)[0]
    alike = [part for part in parts if str(part["payment_id"]).startswith(f"{kind}_")]
    if kind not in KIND_WORDS or not 1 < len(alike) <= len(_ORDINALS):
        return
    place = next(place for place, part in enumerate(alike) if part["payment_id"] == number)
    led = compiled(rf"\b(?:{_ORDINALS[0]}) (?:\w+ )?{KIND_WORDS[kind]}\b|\b{KIND_WORDS[kind]}s\b")
    own = compiled(rf"\b(?:{_ORDINALS[place]})\b")
    paid = money(alike[place]["amount"])
    yield (
        lambda text: (
            led.search(text) is not None and any(own.search(part) and paid(part) for part in _CLAUSES.split(text))
        )
    )


def paid_by_another(number: str, parts: Sequence[Json], seen: Seen) -> Test:
    """A clause names one of several methods alone, by whichever name, with what another one pays."""
    rows = {row["id"]: row for row in seen.rows("payment_methods")}
    named = {str(part["payment_id"]): either(*_names(str(part["payment_id"]), rows, None)) for part in parts}
    amounts = {str(part["payment_id"]): round(100 * float(part["amount"])) for part in parts}
    others = set(amounts.values()) - {amounts[number]}

    def denied(text: str) -> bool:
        for part in _CLAUSES.split(text):
            told = {round(100 * item.number) for item in values(unbalanced(part)) if item.quantity == "money"}
            if len(told) == 1 and told <= others and [one for one, test in named.items() if test(part)] == [number]:
                return True
        return False

    return denied


def elsewhere(paid: str, seen: Seen) -> Test | None:
    """The money goes back to another method of the user than the one that was paid with."""
    rows = {row["id"]: row for row in seen.rows("payment_methods")}
    if paid not in rows:
        return None
    other = _denied(paid, rows)
    return lambda text: other(text) and any(other(part) for part in _PARTS.split(text) if _REFUND.search(part))


def _denied(number: str, rows: dict[str, Row], beside: Sequence[str] = ()) -> Test:
    """Another method of the user stands where this one is not named, and is none of those that pay beside it."""
    digits = {name: str(row["last_four"]) for name, row in rows.items() if row.get("last_four")}
    strange = [name for name in rows if name != number and name not in beside]
    others = [
        stands(form)
        for name in strange
        for form in (name, *([digits[name]] if name in digits and digits[name] not in number else []))
    ]
    own = [stands(number), *([stands(digits[number])] if number in digits else [])]
    return lambda text: any(test(text) for test in others) and not any(test(text) for test in own)
