"""Roles: a right value is told as what it is: leaving or landing, each or all, paid or paid back, old or new, of this thing, card or order.

`claims` knows whether a value was read at all; here the words beside it say what it is said to be. Something is found only where what was
read gives the value another role, and not the one that is told: a value that nobody has read is no matter of this file.
"""

# Longer than 400 lines: each role is one short test of the same scene, and the table at the end says which words call which test.

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.values import Value, values
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.subject import Record, Subject, hours_of, near, price, records_of, subject_at
from writ_dspy.verify.vocabulary import vocabulary

_PART = re.compile(
    r",(?!\d)|[;()\n]|:(?! \$)|[.!?]\s|\s[–—-]+\s|\s(?:and|but|while|whereas|so|which|instead of|rather than|than|compared (?:to|with)|versus|vs\.?|minus|plus)\s|→"
)
"""Where a sentence goes on to another value."""
_FULL = re.compile(r"(?<=[.!?])\s+")
_OPEN = re.compile(
    r"\b(?:if|whether|unless|would|could|may|might|should|not|never|no|neither|nor|without|only if|up to|at most|limit|budget|maximum|under|over|below|above|least|about|around|roughly)\b|n['’]t\b"
)
"""Words of a part that states no value as it is."""


@dataclass(frozen=True)
class Scene:
    """A sentence with what it can be about."""

    case: Case
    ground: Ground
    subject: Subject | None
    sentence: str

    @cached_property
    def text(self) -> str:
        """In lower case, with straight apostrophes."""
        return self.sentence.lower().replace("’", "'")

    @cached_property
    def found(self) -> Sequence[Value]:
        return values(self.text)

    @cached_property
    def keys(self) -> Sequence[str]:
        """Ids that it names and that were read, in lower case."""
        tokens = sorted(token.lower() for token in self.case.domain.pack.ids(self.sentence))
        return [token for token in tokens if self.ground.looks(token)]

    @cached_property
    def orders(self) -> list[tuple[str, Record]]:
        """The records with items that it names."""
        return [
            (key, data)
            for key, data in records_of(self.ground, self.keys)
            if isinstance(data.get(self.ground.fields.parts), list)
        ]

    @cached_property
    def things(self) -> list[str]:
        """What it calls by the name of a thing, in order."""
        pattern = _things(self.case.domain)
        return list(dict.fromkeys(match["thing"] for match in pattern.finditer(self.text))) if pattern else []

    def parts(self, quantity: str) -> Iterator[tuple[str, Value]]:
        """Each part of it that holds just one value of a quantity and states it."""
        start = 0
        for end, after in [
            *((match.start(), match.end()) for match in _PART.finditer(self.text)),
            (len(self.text),) * 2,
        ]:
            inside = [value for value in self.found if start <= value.start < end and value.quantity == quantity]
            if len(inside) == 1 and not _OPEN.search(self.text, start, end):
                yield self.text[start:end], inside[0]
            start = after


def roled(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence of a message that tells a value, or a thing, in another role than it was read in.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
        news: The steps since the agent last said something.
    """
    text = case.talk.turns[index].text
    if not ground.shown:
        return
    subject = subject_at(case, index, ground, news)
    for start, end in sentences(text):
        for sentence in _FULL.split(text[start:end].strip()):
            yield from _judged(case, ground, subject(start), sentence)


def _judged(case: Case, ground: Ground, subject: Subject | None, sentence: str) -> Iterator[tuple[str, str]]:
    words = written(sentence).bag
    valued = any(map(str.isdigit, sentence))
    tests = [test for cues, of_value, test in _TESTS if (valued or not of_value) and not cues.isdisjoint(words)]
    if not tests or sentence.endswith("?"):
        return
    scene = Scene(case, ground, subject, sentence)
    wanted = next(filter(None, (test(scene) for test in tests)), "")
    if wanted:
        yield sentence, wanted


# ----------------------------------------------------------------------------- times

_LEAVES = re.compile(
    r"\b(?:leav\w+|depart\w*|tak(?:e|es|ing) off|take-?off|sets? (?:off|out)|goes (?:out|at)|(?:is|are) off|begins?|starts?)\b"
)
_LANDS = re.compile(r"\b(?:land\w*|arriv\w+|gets? (?:in|there|you there)|get (?:in|there)|touch\w* down|reach\w*|(?:be|are) there|comes? in|ends?)\b")  # fmt: skip


_BEHIND = re.compile(r"(?: local time)? \(?(?:departures?|arrivals?|take-?off|landing)\b(?! (?:of|is|at)\b|:? \d)")
"""Right behind a time, it says which it is."""


def sides_of(text: str) -> list[tuple[int, str]]:
    """Where a text speaks of leaving (`depart`) or of landing (`arriv`)."""
    sides = (("depart", _LEAVES), ("arriv", _LANDS))
    return [(match.start(), side) for side, pattern in sides for match in pattern.finditer(text)]


_SIDE_BY_SIDE = re.compile(
    rf"(?:{_LEAVES.pattern})\s?(?:/|\||&|–|-|→|and|,)\s?(?:{_LANDS.pattern})|\bdep\w*\.?\s?(?:/|\||&|–|-|→|and|,)\s?arr\w*"
)
"""Both sides named together, ahead of both times: "Departure / arrival: …"."""
_BOUND = re.compile(
    r"\b(?:before|after|by|until|till|past|from|since|between|than|(?:as )?(?:early|late) as|ahead of|around|towards?|near|nearly|almost)\W+(?:\w+ )?\Z"
)
"""Right before a time at which nothing needs to leave or land: a bound, or what it is near to."""


def _times(scene: Scene) -> str:
    """A time at which a flight leaves, told as the one at which it lands, or the other way round."""
    numbers = [key for key in scene.keys if hours_of(scene.ground, key, "depart")]
    subject = scene.subject
    if not numbers and subject is not None:
        numbers = [str(row.get(scene.ground.fields.leg)).lower() for row in subject.flights]
    ends = {side: set().union(*(hours_of(scene.ground, one, side) for one in numbers)) for side in ("depart", "arriv")}
    told = [value for value in scene.found if value.quantity == "time"]
    if _SIDE_BY_SIDE.search(scene.text):
        return ""
    for at, value in enumerate(told):
        begin = told[at - 1].end if at else 0
        taken = _BEHIND.match(scene.text, begin) if at else None  # "10 PM departure": that is the one before
        before = scene.text[taken.end() if taken else begin : value.start]
        after = scene.text[value.end : told[at + 1].start if at + 1 < len(told) else len(scene.text)]
        behind = _BEHIND.match(after)
        if _pairs(scene.text, told, at, ends):
            continue
        last = max(sides_of(before), default=None) if behind is None else sides_of(behind[0])[0]
        if last is None and not at:
            last = min(sides_of(after), default=None)
        if last is None or _OPEN.search(before) or _BOUND.search(before):
            continue
        other = "arriv" if last[1] == "depart" else "depart"
        if int(value.number) not in ends[last[1]] and int(value.number) in ends[other] and ends[last[1]]:
            return f"the time at which it {'departs' if last[1] == 'depart' else 'arrives'}, as it was read"
    return ""


_TO = re.compile(r"\s*(?:to|until|till|→|–|—|->|-)\s*", re.IGNORECASE)


def _pairs(text: str, told: Sequence[Value], at: int, ends: Mapping[str, set[int]]) -> bool:
    """Whether a time is one of two, from when it leaves to when it lands, whatever was said ahead: "the earliest arrival is HAT173, 9:00 AM to 10:00 AM"."""
    for first in (at - 1, at):
        pair = told[first : first + 2] if first >= 0 else ()
        if len(pair) == 2 and _TO.fullmatch(text[pair[0].end : pair[1].start]):
            return int(pair[0].number) in ends["depart"] and int(pair[1].number) in ends["arriv"]
    return False


# ----------------------------------------------------------------------------- amounts of a write

_EACH = re.compile(r"\b(?:each(?: of you)?|per (?:person|passenger|travell?er|head|seat|ticket|adult)|apiece|a (?:person|head)|every(?:body|one|one of you) pays|(?:one|single|a) (?:ticket|fare|seat|passenger|person|travell?er))\b")  # fmt: skip
_ALL = re.compile(r"\b(?:total|altogether|all of you|all in all|in all|together|(?:whole|entire|complete) (?:booking|trip|reservation|amount|thing|group|party)|full amount|for (?:all|both|everyone|everybody)|(?:two|three|four|five) of you|sum)\b")  # fmt: skip


_MULTIPLIED = re.compile(r"\btimes\b|[×x]\s?\$|\$[\d,.]+\s?[×x]")


def _sums(text: str, told: float) -> bool:
    """Whether two amounts of a sentence come to a third: what both flights cost, and not all who fly."""
    amounts = [float(value.number) for value in values(text) if value.quantity == "money"]
    return any(near(one + other, told) for one, other in itertools.combinations(amounts, 2))


def _each_and_all(scene: Scene) -> str:
    """What one passenger costs, told as what all do, or the other way round."""
    fare = scene.subject.fare if scene.subject is not None else None
    if fare is None or _other_records(scene):
        return ""
    each, whole = fare
    for part, value in scene.parts("money"):
        one, every = _EACH.search(part), _ALL.search(part)
        told = abs(float(value.number))
        if every and not one and near(told, each) and not (_MULTIPLIED.search(part) or _sums(scene.text, told)):
            return f"${whole:,.2f} for all of them: ${each:,.2f} is the fare of one"
        if one and not every and near(told, whole):
            return f"${each:,.2f} for each: ${whole:,.2f} is the fare of all"
    return ""


_BACK = re.compile(r"\b(?:(?:pays?|paid|paying|gives?|send|sent) (?:you |it )?back|back|refund(?:ed|s)?|credited|receive[ds]?|reimburse[ds]?|(?:you(?:['’]re| are| will be|['’]ll be|['’]d be| would be)(?: still| now)?|is|are) owed(?: to you)?|we owe you|(?:comes?|coming|go(?:es|ing)?) (?:to you|your way)|in your favou?r|to the good|returned to you|yours again)\b")  # fmt: skip
_PAYS = re.compile(r"\b(?:charg(?:e|ed|es)|pays?|paid|owe|owed|due|extra|surcharge|additional(?:ly)?|deducted|debited|billed|taken (?:from|off)|costs?|on top|to pay)\b")  # fmt: skip
_HISTORY = re.compile(r"\b(?:paid|was|were|had|original\w*|spent|cost)\b")


_LOWER = re.compile(r"\d (?:less|cheaper|lower|below|under)\b|\b(?:less|cheaper|lower|down|drops?|falls?) by \$?\d")
_HIGHER = re.compile(r"\d (?:more|dearer|higher|above|over)\b|\b(?:more|dearer|higher|up|rises?) by \$?\d")
"""Differences: "costs $80 less" is what comes back, and what "costs" says alone does not count."""
_HELD = r"(?:gift cards?|balance|certificate|gift_card_\d+|certificate_\d+)(?: (?:\w+_\d+|balance|ending in \d+)| \([^)]*\))*(?:['’]s| (?:would|will|then|now|also|gets?|is|has|simply|just))*"
_GROWS = re.compile(
    rf"\b{_HELD} (?:go(?:es)? up|up|rises?|grows?|climbs?|increases?|increased|raised|topped up|gains?|fuller|richer|higher|more on it)\b"
    rf"|\d more (?:(?:then|now|comes|goes|lands|is|stands|will be) )*(?:on|onto|to) (?:the |your )?{_HELD}(?!\w)"
)
_SHRINKS = re.compile(
    rf"\b{_HELD} (?:go(?:es)? down|down|falls?|drops?|shrinks?|decreases?|decreased|lowered|loses?|lighter|poorer|lower|less on it)\b"
)
"""What a method holds: that more comes to it is money back, whatever "up" says of a price."""
_THE_OLD = re.compile(r"\b(?:old|previous|former|current|existing|original|first|present|your (?!new)\w+)\b[^$\d]*\Z")
"""Before a difference by which what the user has goes the other way."""


_PRICE = re.compile(
    r"\A(?!.*\b(?:charg\w+|pays?|paid|owed?|due|extra|surcharge|additional\w*|deducted|debited|billed|on top|to pay|you)\b).*\b(?:cheapest|dearest|most expensive|priciest|in stock|versions?|variants?|models?)\b.*\bcosts?\b"
)
"""What a thing costs in the shop, whoever has to pay what."""


def _which_way(scene: Scene) -> str:
    """What is paid, told as what comes back, or the other way round."""
    subject = scene.subject
    if subject is None or not subject.rise or _other_records(scene):
        return ""
    for part, value in scene.parts("money"):
        if not near(abs(float(value.number)), abs(subject.rise)):
            continue
        lower, higher = _LOWER.search(part), _HIGHER.search(part)
        grows, shrinks = _GROWS.search(part), _SHRINKS.search(part)
        moved = grows or shrinks
        if (
            not moved
            and (differs := lower or higher)
            and _THE_OLD.search(part[: differs.start()].rstrip("$0123456789,. "))
        ):
            continue
        back = grows or (not shrinks and (_BACK.search(part) or lower))
        pays = shrinks or (not grows and not lower and (higher or _PAYS.search(_BACK.sub(" ", part))))
        if pays and not (higher or shrinks) and _PRICE.search(part):
            continue
        if back and not pays and subject.rise > 0:
            return f"${subject.rise:,.2f} to pay, and nothing back"
        if pays and not back and subject.rise < 0 and not (_HISTORY.search(part) and not subject.swaps):
            return f"${-subject.rise:,.2f} back, and nothing to pay"
    return ""


_BAG = re.compile(r"\b(?:bags?|baggage|luggage|suitcases?)\b")
_FREE = re.compile(r"\b(?:free(?: of charge)?|at no (?:extra )?cost|no extra (?:cost|charge)|included|complimentary)\b")


def _bags(scene: Scene) -> str:
    """Bags that cost extra, told as free ones, or the other way round."""
    fields = scene.ground.fields
    subject = scene.subject
    final = subject is not None and subject.final
    paid = subject.args.get(fields.paid_bags) if subject is not None and final else None
    total = subject.args.get(fields.bags) if subject is not None else None
    if (
        not isinstance(paid, int)
        or not isinstance(total, int)
        or not _BAG.search(scene.text)
        or _OPEN.search(scene.text)
    ):
        return ""
    counts = {int(value.number) for value in scene.found if value.quantity == "count"}
    money = [value for value in scene.found if value.quantity == "money" and value.number > 0]
    if (
        len(money) == 1
        and paid == 0
        and counts == {total}
        and not _FREE.search(scene.text)
        and len(scene.text) < _SHORT
    ):
        return "bags that cost nothing extra"
    if paid == total > 0 and counts == {total} and _FREE.search(scene.text) and not money and len(scene.text) < _SHORT:
        return f"bags of which {paid} cost extra"
    return ""


_SHORT = 60
"""Letters of a line that tells of bags alone."""
_BY_MEANS = re.compile(r"\b(?:charged|refunded|credited|debited|billed|deducted|paid)\b[^,;]{0,12}? (?:to|on|from|with|by|back to|onto) (?:your |the )?(?:\w+ )?(?:pay ?pal|gift card|credit card|debit card|card|certificate|visa|master ?card|\w+_\d+)")  # fmt: skip
"""What says of an amount that it was moved by a means of payment."""


_TOOK_PLACE = re.compile(r"\b(?:was|were|has been|have been|has now been|went)\b")


def _amount(scene: Scene) -> str:
    """An amount that the write is said to move, and does not."""
    subject = scene.subject
    if subject is None or not subject.rise or not subject.made or _other_records(scene):
        return ""
    for part, value in scene.parts("money"):
        told = float(value.number)
        if "balance" in part or not _TOOK_PLACE.search(part) or scene.ground.read_of(value):
            continue
        if (
            _BY_MEANS.search(part)
            and not _HISTORY.search(part[: part.find("$")])
            and not any(near(told, one) for one in subject.moved)
        ):
            return f"${abs(subject.rise):,.2f}, which it moves"
    return ""


_NEW = re.compile(r"\b(?:new|replacement|you(?:'ll|'re| are)? (?:will )?(?:get|getting|receive|take)(?! back))\b")
_OLD = re.compile(r"\b(?:old|previous|former|current|existing|(?:give|gave|giv\w+|send|sent|sending|hand|bring) (?:it )?back|going back|return\w*|had|replaced)\b")  # fmt: skip
_SUMS = re.compile(r"\b(?:difference|totals?|sum|together|altogether|balance|refund\w*|back to|charged?|more|less|fee|save|off|all)\b")  # fmt: skip


def _old_and_new(scene: Scene) -> str:
    """The price of the old thing, told as that of the new one, or the other way round."""
    subject = scene.subject
    if subject is None or not subject.swaps or _other_records(scene):
        return ""
    prices = {"old": {price(one) for one, _ in subject.swaps}, "new": {price(new) for _, new in subject.swaps}}
    for part, value in scene.parts("money"):
        roles = [role for role, pattern in (("old", _OLD), ("new", _NEW)) if pattern.search(part)]
        told = float(value.number)
        if len(roles) != 1 or _SUMS.search(_OLD.sub(" ", part)):
            continue
        other = "new" if roles[0] == "old" else "old"
        if any(near(told, one) for one in prices[other]) and not any(near(told, one) for one in prices[roles[0]]):
            return f"the price of the {roles[0]} one, as it was read"
    return ""


_WHOLE_LINE = re.compile(
    r"^\W*(?:\d{1,2}[.)] *\W*)?(?:(?:the |grand |your |new )*(?:(?P<all>total|sum)(?: (?:price|cost|amount|charge|payment))?|(?P<rise>(?:additional|extra) (?:charge|payment)|to pay in addition|refund|difference|price difference))(?: (?:comes to|is|of|will be|amounts to))?:?|(?P<it>(?:that|it|this)(?:['’]s| is| makes| comes to| would be| would come to)(?: a total of)?)) \$(?P<amount>[\d,]+(?:\.\d\d)?)(?: in total| in all| altogether| all in all| together)?\W*$",
    re.IGNORECASE,
)
"""A line, or a sentence, that has no more than what all of it comes to."""


def _in_all(scene: Scene) -> str:
    """What a write that is put comes to, where the whole of a line says it and the write comes to something else."""
    subject, match = scene.subject, _WHOLE_LINE.match(scene.text)
    if match is None or subject is None or subject.made or not subject.final or not subject.rise:
        return ""
    booked = subject.step.call.tool.startswith("book")
    told = float(match["amount"].replace(",", ""))
    of_it = not subject.swaps if match["it"] else booked is bool(match["all"])
    if not of_it or near(told, abs(subject.rise)) or _jointly(scene.case, subject.step):
        return ""
    return f"${abs(subject.rise):,.2f}, as {subject.step.call.tool} has it"


def _jointly(case: Case, step: Step) -> bool:
    """Whether another write follows before the user says more, so that both may have been put in one list."""
    asked = next((at for at, turn in enumerate(case.talk.turns) if at > step.turn and turn.role == "user"), len(case.talk.turns))  # fmt: skip
    return any(step.turn < other.turn < asked for other in case.writes)


_FOR_ITSELF = re.compile(
    r"\b(?:swap|exchange|replace|trade)\b[^.;\n#]{0,40}?(?P<old>[^(;\n]{0,60}\(item (?P<key>\d{8,})[^)]*\)) (?:for|with|by) (?:the |an? )?[^(;\n]{0,60}\(item (?P=key)\b"
)


def _for_itself(scene: Scene) -> str:
    """An item that is exchanged for itself, where the write takes another one."""
    match, subject = _FOR_ITSELF.search(scene.text), scene.subject
    new = subject.args.get(scene.ground.fields.replacing) if subject is not None else None
    other = isinstance(new, list) and match is not None and match["key"] not in new
    return f"the new item: {', '.join(map(str, new))}" if other and isinstance(new, list) else ""


_OTHER_CABIN = re.compile(r"\bin (?P<cabin>first(?: class)?|premium(?: economy| class)?|economy plus|comfort class)\b")


def _cabin(scene: Scene) -> str:
    """A cabin that no record has, told of one whose cabin was read."""
    fields = scene.ground.fields
    match = _OTHER_CABIN.search(scene.text)
    if match is None or scene.ground.knows(match["cabin"]):
        return ""
    named = max((scene.text.find(key) for key in scene.keys), default=0)
    if _OPEN.search(scene.text[named : match.start()]) or (named > match.start() and _OPEN.search(scene.text)):
        return ""
    known = {str(data[fields.grade]).replace("_", " ") for _, data in records_of(scene.ground, scene.keys) if data.get(fields.grade)}  # fmt: skip
    return f"the cabin that was read: {' or '.join(sorted(known))}" if known else ""


# ----------------------------------------------------------------------------- cards

_METHOD = re.compile(r"\b[a-z]+(?:_[a-z]+)?_\d{4,}\b")
_HOLDS = re.compile(r"\b(?:balance|holds?|left|worth|has|have|there(?:'s| is| are)|on it|remain\w*|contains?)\b")


def _balance(scene: Scene) -> str:
    """What is on one card, told of another."""
    methods = list(dict.fromkeys(_METHOD.findall(scene.text)))
    told = [value for value in scene.found if value.quantity == "money"]
    if len(methods) != 1 or len(told) != 1 or not _HOLDS.search(scene.text) or _OPEN.search(scene.text):
        return ""
    held = _balances(scene.ground)
    amount = float(told[0].number)
    own = held.get(methods[0])
    if own is None or any(near(amount, one) for one in own):
        return ""
    moved = [abs(number) for step in scene.case.writes for number in _moved(scene, step, methods[0])]
    left = {one + sign * part for one in own for part in moved for sign in (1, -1)}
    if any(near(amount, one) for one in left) or not any(near(amount, one) for few in held.values() for one in few):
        return ""
    return f"the balance of {methods[0]}: ${max(own):,.2f}"


def _moved(scene: Scene, step: Step, method: str) -> Iterator[float]:
    """Amounts that a write takes from a method, or gives back to it."""
    fields = scene.ground.fields
    if method in step.call.text:
        rows = step.call.args.get(fields.purse)
        parts = [row.get("amount") for row in rows if isinstance(row, dict) and row.get(fields.means) == method] if isinstance(rows, list) else []  # fmt: skip
        yield from (float(one) for one in parts if isinstance(one, int | float))
        yield Subject(scene.case.domain, scene.ground, step).rise or 0.0


def _balances(ground: Ground) -> Mapping[str, set[float]]:
    """What each payment method was read to hold."""
    fields = ground.fields
    found: dict[str, set[float]] = {}
    for row in ground.seen.rows(fields.purse):
        amount, key = row.get("amount", row.get("balance")), row.get("id", row.get(fields.means))
        if isinstance(amount, int | float) and key:
            found.setdefault(str(key).lower(), set()).add(float(amount))
    return found


# ----------------------------------------------------------------------------- things and orders


@lru_cache(maxsize=16)
def _things(domain: Domain) -> re.Pattern | None:
    """The names of things, in the singular or the plural."""
    names = sorted(vocabulary(domain).things, key=lambda name: (-len(name), name))
    listed = "|".join(re.escape(name).replace(r"\ ", "[ -]") for name in names)
    return re.compile(rf"(?<![\w-])(?P<thing>{listed})(?![\w-])") if names else None


def _items(ground: Ground) -> set[tuple[str, float]]:
    """The name, in lower case, and the price of each item of a record that was read."""
    shown = (found for found in ground.shown if '"items"' in found.lower)
    every = (look.data for found in shown for looks in found.looks.values() for look in looks)
    return {(str(row["name"]).lower(), price(row)) for row in every if isinstance(row, dict) and {"name", "price"} <= row.keys()}  # fmt: skip


_PRICED = re.compile(r"\b(?:costs?|priced|price|paid|pay|was|is|at|for|bought)\b")


def _of_thing(scene: Scene) -> str:
    """What one thing cost, told of another."""
    told = [value for value in scene.found if value.quantity == "money"]
    if len(scene.things) != 1 or len(told) != 1 or _SUMS.search(scene.text) or _OPEN.search(scene.text):
        return ""
    name, told_one = scene.things[0], float(told[0].number)
    if not _PRICED.search(scene.text) or scene.ground.said(told[0]):
        return ""
    priced = _items(scene.ground)
    own = {amount for thing, amount in priced if thing == name}
    own |= {price(row) for found in scene.ground.shown if f'"name": "{name}"' in found.lower and '"items"' not in found.lower for rows in found.views.values() for row in rows}  # fmt: skip
    others = {amount for thing, amount in priced if thing != name}
    others |= {price(new) for pair in (scene.subject.swaps if scene.subject else ()) for new in pair}
    if own and any(near(told_one, one) for one in others) and not any(near(told_one, one) for one in own):
        return f"what the {name} costs, as it was read"
    return ""


_TOGETHER = re.compile(r"\b(?:together with|along with|alongside|contains|holds|includes|consists of|beside)\b")
_IN = re.compile(r"\b(?:is|are|was|came|come|comes|belongs?|has|have|holds?|contains?|includes?|bought|with)\b")
_MOVED = re.compile(r"\b(?:instead|other|another|exchang\w*|chang\w*|swap\w*|replac\w*|modif\w*|if|want\w*|look\w*|search\w*|for the new|new)\b")  # fmt: skip


def _held(scene: Scene) -> str:
    """A thing of one order, told of another."""
    several = _TOGETHER.search(scene.text) is not None
    if len(scene.orders) != 1 or not scene.things or _MOVED.search(scene.text) or _OPEN.search(scene.text):
        return ""
    if len(scene.things) != 1 and not several:
        return ""
    (key, data), name = scene.orders[0], scene.things[0]
    if not _IN.search(scene.text) or any(value.quantity == "count" and value.number > 99 for value in scene.found):
        return ""
    own = {str(row.get("name")).lower() for row in data[scene.ground.fields.parts] if isinstance(row, dict)}
    if re.search(rf"{re.escape(key)} and (?:the|your|an?) (?:\w+ )?{re.escape(name)}\b", scene.text):
        return ""  # the order, and a thing of another one
    if several:
        wrong = next((thing for thing in scene.things if thing not in own), "")
        return f"what was read of {key}: {', '.join(sorted(own))}" if wrong else ""
    elsewhere = any(thing == name for thing, _ in _items(scene.ground))
    return f"what was read of {key}: {', '.join(sorted(own))}" if name not in own and elsewhere else ""


_SHARE = re.compile(r"\b(?:most of|is mostly|mainly|more than half|over half|the (?:bulk|majority|lion's share)|(?:the )?(?:biggest|largest|greater|better) (?:part|share|half|portion)|most is)\b")  # fmt: skip
_TOP = re.compile(r"\b(?:dearest|most expensive|priciest|costliest|costs? (?:the )?most|highest[- ]priced|nothing\b.*\bcosts? more than|nothing\b.*\bis (?:dearer|more expensive) than)\b")  # fmt: skip
_LOW = re.compile(r"\b(?:cheapest|least expensive|costs? (?:the )?least|lowest[- ]priced|nothing\b.*\bcosts? less than|nothing\b.*\bis cheaper than)\b")  # fmt: skip
_ABOVE = re.compile(r"\b(?:costs? more|more expensive|dearer|pricier|costlier|paid more)\b.*\bthan\b")
_BELOW = re.compile(r"\b(?:costs? less|less expensive|cheaper|paid less)\b.*\bthan\b")
_CHOICES = re.compile(r"\b(?:variants?|versions?|options?|available|stock|exchang\w*|instead|new|item \d+|alternatives?|ahead of|followed)\b")  # fmt: skip


def _shares(scene: Scene) -> str:
    """What makes up most of an order, costs most or least in it, or more than another thing of it."""
    own_fields = scene.ground.fields
    if not scene.things or len(scene.things) > 2 or _CHOICES.search(scene.text) or re.search(r"\b(?:not|never|if|would)\b|n't\b", scene.text):  # fmt: skip
        return ""
    known = [(key, [row for row in data[own_fields.parts] if isinstance(row, dict)]) for key, data in scene.orders]
    if not known:
        fields = (field for row in scene.ground.seen.every() for field in row.items())
        keys = {str(value).lower() for name, value in fields if name.endswith("_id")}
        every = (records_of(scene.ground, [key]) for key in sorted(keys))
        named = {
            key: [row for row in data[own_fields.parts] if isinstance(row, dict)]
            for found in every
            for key, data in found
            if isinstance(data.get(own_fields.parts), list)
        }
        known = [(key, items) for key, items in named.items() if set(scene.things) <= {str(row.get("name")).lower() for row in items}]  # fmt: skip
    if len(known) != 1:
        return ""
    items = known[0][1]
    own = {name: [price(row) for row in items if str(row.get("name")).lower() == name] for name in scene.things}
    if any(len(few) != 1 for few in own.values()) or len(items) < 2:
        return ""
    first = own[scene.things[0]][0]
    every_price = [price(row) for row in items]
    if len(own) == 2 and (match := _ABOVE.search(scene.text) or _BELOW.search(scene.text)):
        second = own[scene.things[1]][0]
        if scene.text.find(scene.things[1]) < match.start() and "for the" not in scene.text:
            return ""
        wrong = first < second if _ABOVE.search(scene.text) else first > second
    elif len(own) == 1 and _SHARE.search(scene.text):
        wrong = first < sum(every_price) / 2
    elif len(own) == 1 and scene.orders and (_TOP.search(scene.text) or _LOW.search(scene.text)):
        wrong = first < max(every_price) if _TOP.search(scene.text) else first > min(every_price)
    else:
        return ""
    return f"the prices that were read of {known[0][0]}" if wrong else ""


def _other_records(scene: Scene) -> bool:
    """Whether a sentence names a record, and none of the write's own."""
    if scene.subject is None:
        return True
    own = f"{scene.subject.step.call.text} {scene.subject.step.fresh.text}".lower()
    return bool(scene.keys) and not any(key in own for key in scene.keys)


_MONEY = bag("pay pays paid charge charged charges owe owed due extra surcharge additional deducted debited billed taken costs cost back refund refunded refunds credited receive received reimbursed returned favor favour good top grows rises falls loses gains drops shrinks climbs up down")  # fmt: skip
_TESTS = (
    (bag("am pm noon midnight departs leaves comes goes begins off ends starts lands arrives departure arrival takes touches gets get sets set reaches there"), True, _times),
    (bag("each per apiece person head everybody everyone ticket fare seat total altogether all together whole entire complete both sum two three four five seat adult"), True, _each_and_all),
    (_MONEY, True, _which_way),
    (_MONEY, True, _amount),
    (bag("total sum additional extra addition refund difference that it this"), True, _in_all),
    (bag("first premium plus comfort"), False, _cabin),
    (bag("swap exchange replace trade"), True, _for_itself),
    (bag("bag bags baggage luggage suitcase suitcases"), True, _bags),
    (bag("new replacement get getting going receive take old previous former current existing give gave back sent send return returned had replaced"), True, _old_and_new),
    (bag("balance holds hold left worth has have there there's on remaining remains contains"), True, _balance),
    (bag("cost costs priced price paid pay was is at for bought"), True, _of_thing),
    (bag("is are was came comes belongs has have holds contains includes bought with together along alongside beside consists"), False, _held),
    (bag("most mostly mainly half bulk majority share part portion dearest priciest costliest expensive cheapest least more less cheaper dearer nothing highest lowest"), False, _shares),
)  # fmt: skip
"""Each test with words of which a sentence has one that it judges, and whether it judges a value."""
