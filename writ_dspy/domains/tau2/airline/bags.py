"""How a proposal tells how many checked bags a reservation will have, and how many of them are paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from writ_dspy import patterns as re
from writ_dspy.domains.listing import Detail, Test, either, found, money, numeral
from writ_dspy.domains.observed import Row
from writ_dspy.domains.values import UNITS, values
from writ_dspy.shown import counted

_BAG = r"(?:bags?|luggage|baggage|suitcases?|pieces?)"
_FREE = rf"\$0\b(?!\.[1-9])|\bfree\b|\bnot (?:at |for )?(?:an )?(?:extra|additional) (?:cost|charge)|\bincluded\b|\bno (?:extra|additional|paid|charge|cost|fee)|\bwithout (?:extra |any )?(?:charge|cost|fee)|\ballowance\b|\bcomplimentary\b|\b(?:none|neither)\b (?:\w+ ){{0,4}}(?:paid|pay|charge\w*|extra|cost\w*)\b|{numeral(0)} (?:\w+ ){{0,3}}(?:paid|charge\w*|at a charge|beyond|extra|non-?free|for a fee)|(?:paid|charge\w*|extra|non-?free)\b[^.\n;]{{0,15}}:\W*{numeral(0)}"
_OF_SORT = rf"(?:(?!(?:passengers?|people|persons?|travell?ers?|reservations?|trips?|has|have|had|gets?|with|and|or|\d+|{'|'.join(UNITS[:13])})\b)\w+[ -]){{0,3}}"
"""Words between a number of bags and their name; who has them is counted by another number."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


def bags(total: int, paid: int, record: Row | None) -> Iterator[Detail]:
    """How many bags there will be, and how many of them cost something; another number of either denies it.

    Args:
        total: Of the reservation, after the write.
        paid: Of these, how many are paid for.
        record: The reservation as it was read; None for a new one.
    """
    forms = [
        rf"{numeral(total)} {_OF_SORT}{_BAG}\b",
        rf"\b{_BAG}\b[^.\n;]{{0,30}}?[:=]\W*{numeral(total)}",
        rf"{numeral(total)} (?:in total|altogether|in all|total)\b",
        rf"(?:^|\n)\W*(?:\w+ ){{0,2}}{_BAG} {numeral(total)}\s*(?:$|[,;(\n])",
        rf"\b{_BAG}\b[^.;\n]{{0,60}}\b(?:afterwards|then|after(?: that)?|new(?! one\b)|in all)\W{{0,3}}{numeral(total)}",
        rf"\b(?:become|becomes|to|have|has)\b (?:\w+ )?{numeral(total)}\s*(?:$|[.,;\n]|{_BAG}\b)",
        rf"\b{_BAG}\b[^?\n]{{0,80}}\b(?:add|put|bring|check in|take)\b (?:\w+ )?{numeral(total)}\s*(?:$|[.,;\n]|on\b|to\b|in\b)",
    ]
    if total == 0:
        forms.append(rf"\b(?:no|zero|without)\b (?:\w+ ){{0,2}}{_BAG}\b|\b{_BAG}\b\W{{0,6}}(?:none|no)\b")
    added = total - (record["total_baggages"] if record else 0)
    if record and added > 0:
        forms.append(rf"{numeral(added)} {_OF_SORT}{_BAG}\b")
    stated = found("|".join(forms))
    label = re.compile(rf"\b{_BAG}(?: to check in)?\W{{0,3}}: ?(\d+)\b(?!{_ARROW})")
    told = {str(total), str(added), str(paid), str(total - paid)}
    before = [record["total_baggages"], record["nonfree_baggages"]] if record else []
    known = {int(number) for number in told} | {*before}
    yield Detail(
        counted(total, "checked bag"),
        lambda text: stated(text) or total in after(text),
        lambda text: (
            any(number not in told for number in label.findall(text))
            or any(int(number) != total for number in _IN_ALL.findall(text))
            or not _counts(text) <= known
            or not after(text) <= {total}
        ),
    )
    extra = paid - (record["nonfree_baggages"] if record else 0)
    denied = either(_overcharged(total, paid, extra), _split_otherwise(total, paid, record))
    if extra <= 0:  # what costs nothing need not be told, only nothing else of it
        yield Detail(f"{paid} of them paid", lambda _: True, either(denied, _priced(total)) if paid == 0 else denied)
    else:
        yield Detail(
            f"{paid} of them paid",
            either(
                _paid(paid), _paid(extra), money(50 * extra), _each_paid(total, paid), _paid_for(total, paid, extra)
            ),
            denied,
        )


_IN_ALL = re.compile(rf"\b(\d{{1,3}}) (?:checked )?{_BAG} (?:in total|altogether|in all|total)\b")
_COUNTED = re.compile(
    rf"(?<![\w$.,/-])(\d{{1,3}}|{'|'.join(UNITS[2:])}) (?:(?:checked|pieces of|check-in) )*{_BAG}\b(?! (?:free|paid|each|per)\b)"
)
_ALLOWED = re.compile(r"\b(?:up to|allow\w*|each|per|every|entitle\w*|can|could|may|maximum|limit|members?)\b")
"""Words of what one might take, which counts nobody's bags."""


def _counts(text: str) -> set[int]:
    """The numbers of bags that a lower-case text counts, in digits or as words."""
    return {
        int(number) if number.isdecimal() else UNITS.index(number)
        for sentence in _SENTENCE.split(text)
        if not _ALLOWED.search(sentence)
        for number in _COUNTED.findall(sentence)
    }


_N = rf"(?<![\w$.,/-])(?:\d{{1,2}}|{'|'.join(UNITS[:13])})(?![\w%$/]|[.,:]\d)"
_NO_BAGS = r"(?! (?:business |working )?(?:days?|hours?|weeks?|people|persons?|passengers?|seats?|flights?|stops?))"
_ARROW = r"\W{0,3}(?:→|->|=>|–>|⇒)\W{0,3}"
_AFTER = tuple(
    re.compile(form)
    for form in (
        rf"{_N}(?: (?:checked )?{_BAG})?(?: (?:now|today))?{_ARROW}(?:now |to )?(?P<n>{_N})",
        rf"\bfrom {_N}(?: (?:checked )?{_BAG})? (?:up )?to (?P<n>{_N}){_NO_BAGS}",
        rf"(?P<n>{_N})(?: (?:checked )?{_BAG})?(?: in total)?,? (?:instead of|rather than|up from) {_N}{_NO_BAGS}",
        (
            rf"\b(?:becom(?:e|es|ing)|makes?|making|for a total of|a total of|brings? (?:it|you|that|the (?:total|number)) (?:up )?to)(?: then)? (?P<n>{_N})"
            rf"(?! (?:\w+ ){{0,2}}(?:more|extra|additional|free|paid)\b)(?=\W*(?:$|[.,;:()?!]|(?:checked )?{_BAG}|in (?:all|total)|altogether|on|for|and))"
        ),
        rf"(?P<n>{_N}) (?:(?:checked )?{_BAG} )?(?:in total|altogether|in all|afterwards|after (?:the|this|that) change|after that|after (?:(?:i|we|you) add|adding)|from now on)\b",
    )
)
"""How a sentence about bags tells how many there will be: where a change ends, and what it comes to."""


def after(text: str) -> set[int]:
    """How many bags a lower-case text says there will be, where it tells that as the outcome of a change."""
    return {
        _number(match["n"])
        for sentence in _SENTENCE.split(text)
        if _BAGS.search(sentence) and not _MIGHT.search(sentence)
        for form in _AFTER
        for match in form.finditer(sentence)
    }


_MIGHT = re.compile(r"\b(?:could|might|up to \w+ (?:checked|free|bags?)|if|instead of adding)\b")
"""Words of what is not put forward."""


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else UNITS.index(word)


_EVERY = -1
_WORDS = {"single one": 1, "both": 2, "all": _EVERY, "neither": 0, "none": 0}
_PART = rf"(?P<n>{_N}|both|all|neither|none)(?: of (?:them|these|those|which|the (?:(?P<whole>{_N})|bags)))?(?: (?:checked )?{_BAG})?(?: (?:are|is|will be|would be|being|come|comes|fly|go|goes|that|which))*"
_ARE_FREE = re.compile(
    rf"(?<!but ){_PART} (?:free(?: of charge)?|at no (?:extra )?(?:cost|charge)|included)\b(?! (?:checked |extra )*{_BAG})"
)
_ARE_PAID = re.compile(
    rf"{_PART} (?:paid|extra\b(?= (?:at|for) )|at (?:an )?(?:extra|additional) (?:cost|charge)|charged|chargeable|costs? (?:extra|\$)|costing|non-?free|beyond|(?:that )?(?:you(?:'d|'ll| would| will)?(?: (?:only|have to|need to))?|to) pay for|to be paid|at \$50\b)"
)
_PAY_FOR = re.compile(
    rf"\b(?:pay(?:ing)?|charged)(?: extra| \$50(?:\.00)?(?: each)?)? +(?:only |just )?for (?:only |just |all |the |an? )*(?P<n>{_N}|both|all|neither|none|single one)(?: of (?:them|these|those|the (?P<whole>{_N})))?(?=\W*(?:$|[.,;:()?!]|and\b|(?:checked )?{_BAG}\b))"
)
_ALL_BUT = re.compile(
    rf"\b(?:all|both) (?:(?:of them|{_BAG}) )?but (?P<n>{_N})(?P<whole>)(?: of them)?(?: (?:is|are|come|comes|fly|go|being))* (?:free|included)\b"
)
_PAYS = (_ARE_PAID, _PAY_FOR, _ALL_BUT)
"""How it is told for how many bags is paid."""
_RATE = re.compile(r"\([^()\n]*\b(?:per|each|every)\b[^()\n]*\)|\$\d+(?:\.00)? (?:each|apiece|per (?:bag|piece))\b")
"""What is said of one bag, or of one passenger's."""


@dataclass(frozen=True, slots=True)
class _Split:
    """How many bags there will be, are added, and were, each with how many of them are paid."""

    now: Mapping[int, int]
    """Those that there will be, and those that are added."""
    before: Mapping[int, int]

    def holds(self, said: str, whole: str | None, *, free: bool) -> bool:
        """Whether so many of some bags are free, or are paid.

        Args:
            said: How many.
            whole: Of how many, where that is said.
            free: Whether it is said that they are free.
        """
        number = _WORDS[said] if said in _WORDS else _number(said)
        every = {**self.before, **self.now}
        if whole and _number(whole) in every:
            every = {_number(whole): every[_number(whole)]}
        elif number in (_EVERY, 0):
            every = dict(self.now)
        right = {all_of: all_of - paid if free else paid for all_of, paid in every.items()}
        if number == _EVERY:
            return any(all_of == part for all_of, part in right.items())
        return number in right.values() or (free and number > max(every))  # so many are allowed


def _split_otherwise(total: int, paid: int, record: Row | None) -> Test:
    """A sentence about the bags says of another number than the right one that they are free, or that they are paid."""
    was, was_paid = (record["total_baggages"], record["nonfree_baggages"]) if record else (0, 0)
    now = {whole: part for whole, part in ((total, paid), (total - was, paid - was_paid)) if whole} or {0: 0}
    split = _Split(now, {was: was_paid} if was else {})

    def denied(text: str) -> bool:
        lines = (_RATE.sub("", line) for line in text.split("\n") if record or _BAGS.search(line))
        told = [part for line in lines for part in _SENTENCE.split(line) if not _ALLOWED.search(part)]
        return any(
            not split.holds(match["n"], match["whole"], free=form is _ARE_FREE)
            for part in told
            for form in (_ARE_FREE, *_PAYS)
            for match in form.finditer(part)
        )

    return denied


_PAID = re.compile(
    r"(\d+) (?:of them |of which |bags? )?(?:are )?(?:paid|at a charge|beyond|chargeable|non-?free)\b|\bchargeable[^\w$]{0,3}(\d+)"
)


def _overcharged(total: int, paid: int, extra: int) -> Test:
    """Another number of paid bags is told, and the right one is not; or all are free, where they are paid."""
    told = {str(paid), str(extra)}
    free = found(r"\b(?:both|all)\b(?: of (?:them|these))?(?: (?:are|is|being|come|go|for))* free\b")

    def denied(text: str) -> bool:
        if paid and paid == total and free(text):
            return True
        numbers = {match[1] or match[2] for match in _PAID.finditer(text)}
        return bool(numbers) and not numbers & told

    return denied


_ENTRY = re.compile(r"(?<=[.!?;])\s+|\n+|;|,\s+|\s[·|–—]\s|\s+and\s+")
_BAGS = re.compile(rf"\b{_BAG}\b")
_NO_CHARGE = re.compile(
    rf"{_FREE}|\b(?:would|could|can|may|if|normally|usually|otherwise|instead|worth|extra|additional|beyond|more|further|another|total|fares?|price|payment|pay)\b"
)
"""Words beside an amount that is no charge for the bags: they are free, or it is what further ones or all would cost."""


_AT_COST = re.compile(
    rf"\b(?:at|for) (?:an )?(?:extra|additional) (?:cost|charge|fee)\b|\b{_BAG} (?:is|are|will be) (?:charged|paid|chargeable)\b"
)
_NOTHING = re.compile(rf"\b(?:no|none|not|neither|nothing|without|free)\b|n't\b|{numeral(0)}")


def _priced(total: int) -> Test:
    """An entry tells what bags cost that are free, or that they do."""
    charges = {50 * number for number in range(1, total + 1)}

    def denied(text: str) -> bool:
        sentences = [part for part in _SENTENCE.split(text) if _AT_COST.search(part) and _BAGS.search(part)]
        return any(not _ALLOWED.search(part) and not _NOTHING.search(part) for part in sentences) or any(
            item.quantity == "money" and item.number in charges
            for part in _ENTRY.split(text)
            if "$" in part and _BAGS.search(part) and not _NO_CHARGE.search(part)
            for item in values(part)
        )

    return denied


def _each_paid(total: int, paid: int) -> Test:
    """The paid bags are told by what each costs ("2 × $50"), or as all that there are ("both paid")."""
    each = rf"{numeral(paid)} ?(?:×|x|\*|times|@) ?\$50\b|\$50(?:\.00)? ?(?:×|x|\*|times|for(?: each of)?(?: the)?) ?{numeral(paid)}"
    counted_each = rf"{numeral(paid)}\b[^.;\n]{{0,40}}\$50(?:\.00)? (?:each|apiece|per (?:bag|piece)|a piece)\b"
    if total != paid:
        return found(f"{each}|{counted_each}")
    every = "both" if total == 2 else "all"
    return found(
        rf"{each}|{counted_each}|\b(?:{every}|each)\b[^.;\n]{{0,20}}\b(?:paid|charged|at a charge|for a fee|cost|costs)\b"
    )


def _paid_for(total: int, paid: int, extra: int) -> Test:
    """It is told for how many is paid, or that all but so many are free."""
    right = {paid, extra, *([_EVERY] if paid == total else [])}
    return lambda text: any(
        (_WORDS[match["n"]] if match["n"] in _WORDS else _number(match["n"])) in right
        for form in _PAYS
        for match in form.finditer(text)
    )


def _paid(number: int) -> Test:
    return found(
        rf"{numeral(number)} (?:\w+[ -]){{0,4}}(?:paid|charge\w*|beyond|extra|non-?free|fee|additional|for \$|at \$)|(?:paid|charge\w*|extra|non-?free|chargeable)\b[^.\n;]{{0,25}}?[:=]?\W*{numeral(number)}"
    )
