"""How a proposal names the method by which an order is paid, or to which its money goes back."""

from __future__ import annotations

from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.listing import Detail, Test, by_its_end, compiled, either, found, stands, without_replaced
from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.tau2.retail.lenses import options

_KINDS = {
    "credit_card": r"(?<!gift )(?<!gift-)(?:(?:credit|visa|mastercard) )?(?:credit )?card",
    "gift_card": r"gift[ -]?card",
    "paypal": r"pay ?pal",
}


def _of_kind(kind: str, seen: Seen) -> Test:
    """A kind of payment is named, with no number behind it; the "SD card" that a camera takes is none."""
    read = (value for row in (*seen.rows("items"), *seen.rows("variants")) for value in options(row).values())
    things = sorted({str(value).lower() for value in read if found(rf"\b{_KINDS[kind]}\b")(str(value).lower())})
    aside = "".join(rf"\b{re.escape(thing)}\b|" for thing in things)
    pattern = compiled(rf"{aside}(?P<kind>\b{_KINDS[kind]}\b(?! ?(?:account )?\(?(?:ending|number|{kind}_)))")
    return lambda text: any(match["kind"] for match in pattern.finditer(text))


def method(number: str, seen: Seen, order: Row | None, tool: str) -> Detail:
    """By its id, by its last digits, by its kind where the user has one of it, or as the original one."""
    rows = {row["id"]: row for row in seen.rows("payment_methods")}
    row, kind = rows.get(number), number.rpartition("_")[0]
    tests: list[Test] = [stands(number)]
    if row and row.get("last_four"):
        tests.append(stands(str(row["last_four"])))
    if kind in _KINDS:
        tests.append(by_its_end(number, rows.values(), _KINDS[kind], "last_four"))
    if kind in _KINDS and (sum(other["source"] == kind for other in rows.values()) == 1 or not rows):
        tests.append(_of_kind(kind, seen))
    if row and row.get("brand") and sum(other.get("brand") == row["brand"] for other in rows.values()) == 1:
        tests.append(found(rf"\b{re.escape(str(row['brand']).lower())}\b(?! (?:card )?(?:ending|number))"))
    if order and order["payment_method_id"] == number and tool != "modify_pending_order_payment":
        tests.append(
            found(
                r"\boriginal (?:\w+ )?(?:payment|method|card|account)|\bsame (?:payment )?method\b|\b(?:was|were|you) (?:originally )?paid with\b|\b(?:the way|how|as) you(?:'d| had)? (?:originally )?paid\b|\bwhere (?:it|the money) came from\b"
            )
        )
    others = [stands(name) for name in rows if name != number]
    own = without_replaced(either(*tests))
    if tool in ("modify_pending_order_payment", "cancel_pending_order"):
        return Detail(f"payment with {number}", own, None)
    by_id = either(*others)
    by_kind: Test = _pays_by_another(kind) if kind in _KINDS else lambda _: False
    return Detail(
        f"payment with {number}", own, lambda text: by_kind(text) or (by_id(text) and not stands(number)(text))
    )


_NOT_BY = re.compile(
    r"\b(?:not|no|never|without|instead|rather|unlike|except|unless|if|whether|or|than|other|either|before|until now|so far|originally|first)\b|n['’]t\b|\?"
    r"|\b(?:you|was|were|had|have|['’]ve|['’]d) (?:already )?paid\b|(?<!be )(?<!is )(?<!gets )\b(?:paid|bought|ordered|purchased) (?:with|by|from|via|through|on)\b"
)
"""In a clause that does not say by what is paid now."""


@lru_cache(maxsize=8)
def _pays_by_another(kind: str) -> Test:
    """Whether a line of a lower-case text has the money go to or come from another kind of method than this."""
    named = {**_KINDS, "credit_card": rf"(?:{_KINDS['credit_card']}|visa|mastercard)"}
    others = "|".join(pattern for name, pattern in named.items() if name != kind)
    role = compiled(
        rf"(?:\b(?:to|onto|on|with|by|from|via|through)|[:|])\s+(?:your |a |the )?(?:{others})(?=\W*(?:$|[.,;)|]|account\W*$|(?:account |card )?\(?(?:(?:ending|number|no\.)\b|\w+_\d)))"
        rf"|\A\s*(?:[-•*–|]|\d+[.)])\s*(?:your |the )?(?:{others})\b[^\n:|]{{0,20}}[:|]"
    )
    own = compiled(named[kind])

    def test(text: str) -> bool:
        lines = (line for whole in text.split("\n") for line in re.split(r"(?<=[.;!?])\s+", whole))
        return any(
            "$" in line and role.search(line) and not own.search(line) and not _NOT_BY.search(line) for line in lines
        )

    return test
