"""Recounted: what the report of a write counts up is what it was called with: its items, shares of payment, insurance, free bags, what moved.

Only language that leaves one reading is judged; a sentence that names another record is of that one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.values import singular, values
from writ_dspy.task import Json
from writ_dspy.verify.subject import Record, Subject, near, own_id

METHOD = re.compile(
    r"\b(?P<kind>gift card|certificate|pay ?pal|credit card|visa|master ?card|amex)\b|\bending in (?P<last>\d{4})\b|\b(?P<id>(?:gift_card|certificate|credit_card|paypal)_\d+)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:if|would|could|can|(?-i:may)|might|should|whether|next|then|wanted|wished|asked|declined|offer\w*)\b|['’]d\b|\?\s*\Z",
    re.IGNORECASE,
)


def recounted(subject: Subject, sentence: str) -> str:
    """What is wanted in place of what a sentence of a write's report counts up."""
    if _OPEN.search(sentence):
        return ""
    return (
        _insured(subject, sentence)
        or _free(subject, sentence)
        or _nothing_moved(subject, sentence)
        or _shares(subject, sentence)
        or _items(subject, sentence)
    )


# ----------------------------------------------------------------------------- insurance and bags

_INSURANCE = re.compile(r"\b(?:insurance|insured)\b", re.IGNORECASE)
_WITH = re.compile(r"\b(?:with|includ(?:es|ed|ing)|has|have|plus|is|are|bought|added)\b", re.IGNORECASE)
_WITHOUT = re.compile(
    r"\b(?:without|no(?! (?:extra|additional|further) )|not|neither|none|nor|nobody|uninsured)\b|n['’]t\b",
    re.IGNORECASE,
)
_SO = re.compile(r" (?:(?:is|was) )?(?:(?P<not>not included|not added|declined|left out|waived)|(?:included|added))\b", re.IGNORECASE)  # fmt: skip
_SEGMENT = re.compile(r"[,;:()]|\s(?:and|but|while|or)\s", re.IGNORECASE)


def _names_another(subject: Subject, sentence: str) -> bool:
    """Whether a sentence is about a record that the user had before."""
    domain, user = subject.ground.domain, subject.args.get(subject.ground.domain.pack.whose)
    held = set(map(str, domain.pack.records(domain, user))) if isinstance(user, str) else set[str]()
    return not held.isdisjoint(domain.pack.ids(sentence))


def _insured(subject: Subject, sentence: str) -> str:
    """Insurance that a booking has not, or the lack of one that it has."""
    bought = {"yes": True, "no": False}.get(str(subject.args.get(subject.fields.cover)))
    found = _INSURANCE.search(sentence)
    if bought is None or found is None or _names_another(subject, sentence):
        return ""
    wanted = f"a booking {'with' if bought else 'without'} insurance, as it was made"
    if after := _SO.match(sentence, found.end()):
        told = after["not"] is None and _WITHOUT.search(_SEGMENT.split(sentence[: found.end()])[-1]) is None
        return "" if told is bought else wanted
    for segment in reversed(_SEGMENT.split(sentence[: found.end()])):
        without = _WITHOUT.search(segment)
        if without or _WITH.search(segment):
            told = without is None
            return "" if told is bought else wanted
    return ""


_ALL_FREE = re.compile(r"\ball (?:of (?:them|these|those|which)|(?:the )?(?:\w+ )?(?:bags?|suitcases?))?\s?(?:is |are |being )?(?:free|complimentary)\b", re.IGNORECASE)  # fmt: skip


def _free(subject: Subject, sentence: str) -> str:
    paid = subject.args.get(subject.fields.paid_bags)
    return f"bags of which {paid} cost extra" if isinstance(paid, int) and paid > 0 and _ALL_FREE.search(sentence) else ""  # fmt: skip


# ----------------------------------------------------------------------------- money

_NOTHING = re.compile(
    r"\b(?:nothing|no money) (?:is |was |will be |has been |gets |got |being )*(?:(?P<back>refunded|credited|returned|coming back|back)|(?P<paid>charged|to pay|due))\b",
    re.IGNORECASE,
)


def _nothing_moved(subject: Subject, sentence: str) -> str:
    """That nothing came back, or nothing was charged, by a write that moved money that way."""
    match, rise = _NOTHING.search(sentence), subject.rise
    if match is None or not rise or near(rise, 0):
        return ""
    return f"that ${abs(rise):,.2f} is moved" if (rise < 0) is (match["back"] is not None) else ""


_BY = re.compile(
    r"[*_)]*(?: (?:was|is|were|are|comes?|came|goes|went|taken|charged|paid|of it|each))* (?:from|on|onto|to|with|by|via)\b",
    re.IGNORECASE,
)


def _shares(subject: Subject, sentence: str) -> str:
    """An amount that is told of the method that paid another of the amounts."""
    fields = subject.fields
    listed = subject.args.get(fields.purse)
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    paid = {str(row.get(fields.means)): row.get("amount") for row in rows}
    money = [value for value in values(sentence) if value.quantity == "money"]
    for at, value in enumerate(money if len(paid) > 1 else ()):
        rest = sentence[value.end : money[at + 1].start if at + 1 < len(money) else len(sentence)]
        told = list(METHOD.finditer(rest)) if _BY.match(rest) else []
        owners = [key for key in paid if told and all(is_called(subject, one, key) for one in told)]
        if told and not any(is_called(subject, one, key) for one in told for key in paid):
            return f"how it was paid: {' and '.join(paid)}"
        amounts = [float(amount) for amount in paid.values() if isinstance(amount, int | float)]
        if len(owners) == 1 and paid[owners[0]] != value.number and any(near(float(value.number), one) for one in amounts):  # fmt: skip
            return f"each amount with the method that paid it: ${paid[owners[0]]} by {owners[0]}"
    return ""


def is_called(subject: Subject, told: re.Match[str], key: str) -> bool:
    """Whether a method goes by a word that `METHOD` found."""
    fields = subject.fields
    if told["id"]:
        return told["id"].lower() == key
    if told["last"]:
        row = next((one for one in subject.ground.seen.rows(fields.purse) if key in (one.get(fields.means), one.get("id"))), None)  # fmt: skip
        return row is not None and str(row.get(fields.digits)) == told["last"]
    kind = told["kind"].lower().replace(" ", "")
    return key.startswith(
        {"giftcard": "gift_card", "certificate": "certificate", "paypal": "paypal"}.get(kind, "credit_card")
    )


# ----------------------------------------------------------------------------- items

_CLAUSE = re.compile(r"[;:.]\s|,?\s(?:while|whereas|but|because|since)\s|,\sso\s", re.IGNORECASE)
_DEED = re.compile(
    r"\b(?:return\w*|exchang\w*|swapp\w*|chang\w*|replac\w*|modif\w*|requested|go(?:es|ing) back|headed|refund\w*|cancel\w*)\b",
    re.IGNORECASE,
)
_STAYS = re.compile(
    r"\b(?:stays? (?:with you|as|in|put|where|untouched|unchanged|here)|remains? (?:with you|as|in|untouched|unchanged)|left (?:out|alone|as)|not (?:included|part of|touched)|untouched|unchanged|excluded)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(r"\b(?:other|another|next|second|also|along|together|beside|besides|order with|same|not|no|never|neither|remaining|rest|everything)\b|n['’]t\b|#\w", re.IGNORECASE)  # fmt: skip


def _items(subject: Subject, sentence: str) -> str:
    """An item more than the write took, in a row with those that it took; or one of these, told to be left as it is."""
    fields = subject.fields
    ids = subject.args.get(fields.taken)
    rows = [row for row in _rows(subject.before.get(fields.parts)) if row.get("name")]
    if not rows or (not isinstance(ids, list) and fields.street not in subject.args):
        return ""
    own = {str(row["name"]).lower() for row in rows if not isinstance(ids, list) or row.get(fields.part) in ids}
    every = {
        str(row["product_name"]).lower() for row in subject.ground.seen.rows(fields.parts) if row.get("product_name")
    }
    wanted = f"the items that it was made for: {', '.join(sorted(own))}"
    if _is_short(subject, sentence, own, every | own):
        return wanted
    began, key = False, own_id(subject.domain, subject.args)
    for clause in _CLAUSE.split(sentence.replace(key, "")):
        told = _named(clause, every | own)
        began = began or _DEED.search(clause) is not None
        if not told:
            continue
        if _STAYS.search(clause):
            if told <= own and isinstance(ids, list) and _is_made_of(subject) and not _OTHER.search(clause):
                return wanted
        elif began and told & own and told - own and not _OTHER.search(_AND_SO.sub(" ", clause)):
            return wanted
    return ""


_FOR = re.compile(
    r"\b(?:return|exchange)\b[^.;:]{0,60}\b(?:requested|submitted|placed|set up|registered|filed|in|through)\b[^.;:]{0,30}?,? for (?P<list>(?:the|your) [^.;:!?\n]+)(?=[.;!]|\Z)",
    re.IGNORECASE,
)
_LISTED = re.compile(r",? and |, ")


def _is_short(subject: Subject, sentence: str, own: set[str], every: set[str]) -> bool:
    """Whether a sentence counts up, name by name, fewer things than the write took."""
    match, ids = _FOR.search(sentence), subject.args.get(subject.fields.taken)
    if match is None or not isinstance(ids, list) or _OTHER.search(match["list"].replace("also", "")):
        return False
    parts = _LISTED.split(match["list"])
    each = [_named(part, every) for part in parts]
    plain = all(re.fullmatch(r"(?:the |your )?[A-Za-z -]+", part) and len(named) == 1 for part, named in zip(parts, each, strict=True))  # fmt: skip
    told = set[str]().union(*each)
    return plain and len(parts) < len(own) == len(ids) and told < own


_AND_SO = re.compile(r"\b(?:also|as well|too)\b", re.IGNORECASE)


def _is_made_of(subject: Subject) -> bool:
    """Whether the write sends back what it takes."""
    return subject.step.call.tool.startswith(("return_", "exchange_"))


def _named(text: str, names: set[str]) -> set[str]:
    """The things that a text names, in full or by the last word that no other of them has."""
    said = f" {' '.join(singular(word) for word in re.findall(r'[a-z]+', text.lower()))} "
    lasts = Counter(name.split()[-1] for name in names)
    plain = {name: " ".join(singular(word) for word in re.findall(r"[a-z]+", name)) for name in names}
    return {
        name
        for name, whole in plain.items()
        if f" {whole} " in said or (lasts[name.split()[-1]] == 1 and f" {whole.split()[-1]} " in said)
    }


def _rows(value: Json) -> Sequence[Record]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else ()
