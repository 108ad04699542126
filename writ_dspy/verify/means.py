"""Means: a means of payment is told with its own brand, kind, last digits, balance and share, as the user's profile and the write have them.

A word is held against the one means that stands right beside it, by its id or by its last digits; what stands alone is judged only where the
profile has no such means at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from writ_dspy import patterns as re
from writ_dspy.domains.values import Value, values
from writ_dspy.task import Json
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.subject import Subject, near

Record = Mapping[str, Json]
_BRANDS = {"visa": "visa", "mastercard": r"master ?card", "amex": r"american express|amex", "discover": "discover", "diners": r"diners(?: club)?", "maestro": "maestro", "jcb": "jcb"}  # fmt: skip
_KINDS = {"gift_card": r"gift ?cards?", "paypal": r"pay ?pal", "certificate": r"(?:travel )?(?:certificate|voucher)s?", "credit_card": r"(?:credit|debit) ?card"}  # fmt: skip
_BRAND = "|".join(f"(?P<{name}>{form})" for name, form in _BRANDS.items())
_KIND = "|".join(f"(?P<{name}>{form})" for name, form in _KINDS.items())
_ID = r"\b(?P<id>[a-z]+(?:_[a-z]+)?_\d{4,})\b"
_DIGITS = r"(?:(?:that |which )?(?:ending|ends)(?: in| with)?|\bno\.|number|[•*.…x#-]+)[\s:#*_]*(?P<digits>\d{4})\b"
_BETWEEN = r"(?: (?:credit|debit|payment))?(?: (?:cards?|account|method|id|number))?[\s(,:\[*_`\"“]*"
_BRANDED = re.compile(rf"\b(?:{_BRAND})\b{_BETWEEN}(?:{_DIGITS}|{_ID})", re.IGNORECASE)
_ITSELF = re.compile(rf"\b(?:{_KIND})\b(?: (?:account|id|number))?[\s(,:\[*_`\"“]*(?:{_DIGITS}|{_ID})", re.IGNORECASE)
_BEHIND = re.compile(rf"{_ID}[*_`]*(?:,| \(| –| -)\s?(?:your|the|a)\s(?:(?:{_KIND})\b(?: account)?|(?:{_BRAND})\b)(?=\s*(?:[.;)\n?!]|\Z))", re.IGNORECASE)  # fmt: skip
_BOTH = re.compile(rf"\b(?:{'|'.join(_BRANDS.values())}) (?P<kind>{_KINDS['gift_card']}|{_KINDS['paypal']}|{_KINDS['certificate']})\b", re.IGNORECASE)  # fmt: skip
_ALONE = re.compile(rf"\b(?:your|the|this|that) (?:{_BRAND})\b", re.IGNORECASE)
_BALANCE = re.compile(r"(?:\bbalance\b(?: of| is|:)?|\bholds|\bworth)[\s*_]*\Z", re.IGNORECASE)
_WAS = re.compile(r"\b(?:left|remain\w*|after\w*|then|new|would|will|once|still)\b|['’](?:ll|d)\b", re.IGNORECASE)
_COVERS = re.compile(r"[\s):*_]*(?:(?:covers|pays|takes|for|with)[\s*_]+|:\s*)\Z", re.IGNORECASE)
_MEANS = re.compile(rf"{_ID}|\b(?:ending|ends)(?: in| with)? (?P<digits>\d{{4}})\b", re.IGNORECASE)
_HAS_BALANCE = re.compile(r"[\s,(]*(?:with|has) (?:a|the) balance of \$[\d,.]*\d\)?", re.IGNORECASE)
_FROM = re.compile(r"[*_]* (?:(?:paid|taken|charged|drawn) )?(?:from|with|on|by|to|via|using)(?: (?:your|the|gift|credit|debit|travel|cards?|certificates?|paypal|account|visa|mastercard|american|express|discover)\b){0,5}[\s(]*[*_`]*", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class _Purse:
    """The means of payment that were read, each by its id."""

    ground: Ground

    @cached_property
    def known(self) -> Mapping[str, Sequence[Record]]:
        found: dict[str, list[Record]] = {}
        for shown in self.ground.shown:
            for key, looks in shown.looks.items():
                for look in looks if re.fullmatch(_ID, key) else ():
                    if isinstance(look.data, Mapping) and (
                        "source" in look.data or self.ground.fields.digits in look.data
                    ):
                        found.setdefault(key, []).append(look.data)
        return found

    def of(self, match: re.Match[str]) -> Sequence[tuple[str, Record]]:
        """The means that an id, or last digits, name."""
        if match["id"]:
            return [(match["id"].lower(), row) for row in self.known.get(match["id"].lower(), ())]
        own = [(key, row) for key, rows in self.known.items() for row in rows if str(row.get(self.ground.fields.digits, "")) == match["digits"]]  # fmt: skip
        return own or [(key, row) for key, rows in self.known.items() for row in rows if key.endswith(match["digits"])]

    def amounts(self, key: str) -> set[float]:
        """What a means was read to hold."""
        fields = (row.get(name) for row in self.known.get(key, ()) for name in ("amount", "balance"))
        return {float(one) for one in fields if isinstance(one, int | float)}


def of_means(ground: Ground, text: str, subject: Subject | None) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that tells something of a means of payment which it is not, or has not.

    Args:
        ground: What is known by then.
        text: What the agent says.
        subject: The write that the message speaks of, if it speaks of one.
    """
    purse = _Purse(ground)
    for start, end in sentences(text):
        sentence = text[start:end]
        if wanted := _way(sentence, subject):
            yield sentence.strip(), wanted
        if not purse.known:
            continue
        wanted = _brand(purse, sentence) or _kind(purse, sentence) or _balance(purse, sentence) or _share(purse, sentence, subject)  # fmt: skip
        if wanted:
            yield sentence.strip(), wanted


def _named(match: re.Match[str], names: Mapping[str, str]) -> str:
    groups = match.groupdict()
    return next((name for name in names if groups.get(name)), "")


def _is(name: str, brand: object) -> bool:
    return re.fullmatch(_BRANDS[name], str(brand).replace("_", " "), re.IGNORECASE) is not None


def _brand(purse: _Purse, sentence: str) -> str:
    """A card of another brand."""
    fields = purse.ground.fields
    for match in (*_BRANDED.finditer(sentence), *_BEHIND.finditer(sentence)):
        name, rows = _named(match, _BRANDS), purse.of(match)
        if name and rows and not any(_is(name, row.get(fields.brand)) for _, row in rows):
            return f"the means as it was read: {_listed(row.get(fields.brand) or row.get('source') for _, row in rows)}"
    brands = {str(row[fields.brand]) for rows in purse.known.values() for row in rows if fields.brand in row}
    for match in _ALONE.finditer(sentence) if brands else ():
        name = _named(match, _BRANDS)
        form = re.compile(rf"\b(?:{_BRANDS[name]})\b", re.IGNORECASE)
        if not any(_is(name, brand) for brand in brands) and not any(map(form.search, purse.ground.heard)):
            return f"a card that was read: {_listed(brands)}"
    return ""


def _listed(names: Iterable[object]) -> str:
    return " or ".join(sorted({str(name) for name in names}))


def _kind(purse: _Purse, sentence: str) -> str:
    """A means of another kind: a gift card for a credit card."""
    for match in (*_ITSELF.finditer(sentence), *_BEHIND.finditer(sentence)):
        name, rows = _named(match, _KINDS), purse.of(match)
        if name and rows and not any(_is_kind(name, key, row) for key, row in rows):
            return f"the means as it was read: {_listed(row.get('source') for _, row in rows)}"
    for match in _BOTH.finditer(sentence):
        if not purse.ground.knows(match[0]):
            return f"one kind of means, and no {match['kind'].lower()} of a brand"
    return ""


def _is_kind(name: str, key: str, row: Record) -> bool:
    return name in (row.get("source"), re.sub(r"_\d+\Z", "", key))


def _means(purse: _Purse, sentence: str) -> Sequence[tuple[int, int, str]]:
    """Where each means that was read is named by its id, or by its last digits, and its id."""
    found = []
    for match in _MEANS.finditer(sentence):
        keys = {key for key, _ in purse.of(match)}
        if len(keys) == 1:
            found.append((match.start(), match.end(), keys.pop()))
    return found


def _balance(purse: _Purse, sentence: str) -> str:
    """A balance that the means named right before it has not."""
    named = _means(purse, sentence)
    for value in values(sentence) if named else ():
        before = [one for one in named if one[1] <= value.start]
        if value.quantity != "money" or not before or not _BALANCE.search(sentence, before[-1][1], value.start):
            continue
        known = purse.amounts(before[-1][2])
        if known and not _WAS.search(sentence) and not any(near(float(value.number), one) for one in known):
            return f"the balance that was read: {_listed(f'${one:,.2f}' for one in known)}"
    return ""


def _share(purse: _Purse, sentence: str, subject: Subject | None) -> str:
    """A share of the payment that is told of a means which pays another one."""
    fields = purse.ground.fields
    listed: Json = subject.args.get(fields.purse) if subject is not None and subject.final else None
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    paid = {str(row.get(fields.means)): float(row["amount"]) for row in rows if isinstance(row.get("amount"), int | float)}  # fmt: skip
    for key, value in _shares(purse, sentence) if len(paid) > 1 else ():
        told = float(value.number)
        if key in paid and not near(told, paid[key]) and not any(near(told, one) for one in purse.amounts(key)):
            return f"${paid[key]:,.2f} by {key}"
    return ""


def _shares(purse: _Purse, sentence: str) -> Iterator[tuple[str, Value]]:
    """Each means with the amount that is told as what it pays: "$50 from gift_card_1234567", "gift_card_1234567 covers $50"."""
    named = _means(purse, sentence)
    for value in values(sentence):
        if value.quantity != "money":
            continue
        ahead = _FROM.match(sentence, value.end)
        if after := next((key for start, _, key in named if ahead and start == ahead.end()), None):
            yield after, value
            continue
        before = [one for one in named if one[1] <= value.start]
        if before:
            has = _HAS_BALANCE.match(sentence, before[-1][1])
            if _COVERS.fullmatch(sentence, has.end() if has else before[-1][1], value.start):
                yield before[-1][2], value


_CHARGED = re.compile(
    r"(?:charged|billed|debited|deducted|taken|collected)\b(?: (?:to|from|off|on|with|by)\b|(?= (?:your|the) ))",
    re.IGNORECASE,
)
_RETURNED = re.compile(
    r"(?:refunded|credited|paid back|sent back|returned|back|coming back|going back)\b(?: (?:to|on|onto|by|via)\b)",
    re.IGNORECASE,
)
_MONEY_IS = re.compile(
    r"\b(?:the )?(?:money|total|sum|amount|all of it|this|that|it) (?:is|gets|will be|would be|'ll be|'d be|goes|comes)? ?(?:then |now )?(?=charged|billed|debited|deducted|taken|collected)",
    re.IGNORECASE,
)
_NEAR = re.compile(
    r"[*_]*(?: (?:is|was|are|be|being|to be|that is|which is|will be|would be|gets?|in your favou?r|extra|more|less|in total|altogether|due|difference)\b|[\s,(])*",
    re.IGNORECASE,
)


def _way(sentence: str, subject: Subject | None) -> str:
    """What is paid, told as refunded, or what comes back, told as charged, right behind the amount or of all the money."""
    if subject is None or not subject.rise or not isinstance(subject.args.get(subject.fields.taken), list):
        return ""
    wrong = _CHARGED if subject.rise < 0 else _RETURNED
    wanted = f"${abs(subject.rise):,.2f} {'back' if subject.rise < 0 else 'to pay'}"
    for value in values(sentence):
        if value.quantity == "money" and near(abs(float(value.number)), abs(subject.rise)):
            told = _NEAR.match(sentence, value.end)
            if told and wrong.match(sentence, told.end()):
                return wanted
    if subject.rise < 0 and not subject.swaps and subject.fields.replacing not in subject.args:
        for match in _MONEY_IS.finditer(sentence):
            if _CHARGED.match(sentence, match.end()):
                return wanted
    return ""
