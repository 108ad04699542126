"""The write that an agent's words are about, as facts: what it takes, what it replaces, what it costs, when and with whom it goes.

A message before the write speaks of the one that is proposed, the report of the one that was made. What no argument and no result of the
conversation says is None, and judges nothing.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.fields import Fields
from writ_dspy.task import Json
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.proposal import asks_for_yes
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.vocabulary import written_to

Record = Mapping[str, Json]
_METHOD = re.compile(r"\b(credit_card|gift_card|paypal|certificate)_\d+")
_CENT = 0.005


@dataclass(frozen=True)
class Subject:
    """One write, with what was read by the turn at which it is spoken of."""

    domain: Domain
    ground: Ground
    step: Step
    final: bool = True
    """Nothing more is said before it: it is made, or put for the last time."""
    made: bool = False
    """It was made just now."""

    @property
    def fields(self) -> Fields:
        """What fields are called here."""
        return self.ground.fields

    @cached_property
    def args(self) -> Record:
        return self.step.call.args

    @cached_property
    def before(self) -> Record:
        """The record that it changes, as it was shown before; empty where it makes a new one."""
        own = {
            name: value for name, value in self.args.items() if name.endswith("_id") and name != self.domain.pack.whose
        }
        found: dict[str, Json] = {}
        for shown in self.ground.shown:
            if shown.call != self.step.call:
                for name, key in own.items():
                    for look in shown.looks.get(str(key).lower(), ()):
                        data = look.data  # the account that pays has shown in other records, too
                        if isinstance(data, dict) and data.get(name) == key and self.fields.payments in data:
                            found |= data
        return found

    @cached_property
    def after(self) -> Record:
        """The record as the write leaves it."""
        data = _object(self.step.fresh.text)
        return data if "status" in data or self.fields.legs in data else {}

    @cached_property
    def flights(self) -> Sequence[Record]:
        """Its flights, each with number and date."""
        fields = self.fields
        return _rows(self.args.get(fields.legs)) or _rows(self.before.get(fields.legs))

    @property
    def ways(self) -> int:
        """How many ways its trip goes; 0 where that is not known."""
        fields = self.fields
        kind = self.args.get(fields.ways, self.before.get(fields.ways))
        return 0 if not isinstance(kind, str) else 2 if kind == fields.both_ways else 1

    @property
    def cabin(self) -> str:
        """In words."""
        fields = self.fields
        return str(self.args.get(fields.grade, self.before.get(fields.grade, ""))).replace("_", " ")

    @property
    def people(self) -> Sequence[Record]:
        fields = self.fields
        return _rows(self.args.get(fields.party)) or _rows(self.before.get(fields.party))

    @cached_property
    def days(self) -> frozenset[dt.date]:
        """On which it flies."""
        texts = (str(row.get("date")) for row in self.flights)
        return frozenset(dt.date.fromisoformat(text) for text in texts if re.fullmatch(r"\d{4}-\d\d-\d\d", text))

    def hours(self, side: str) -> set[int]:
        """Minutes after midnight at which its flights begin (`depart`) or end (`arriv`), as far as they were read."""
        found: set[int] = set()
        for row in self.flights:
            found |= hours_of(self.ground, str(row.get(self.fields.leg)).lower(), side)
        return found

    @cached_property
    def methods(self) -> frozenset[str]:
        """Kinds of what it is paid with or refunded to, such as `gift_card`."""
        named = _METHOD.findall(self.step.call.text)
        history = self.before.get(self.fields.payments) if "cancel" in self.step.call.tool else None
        return frozenset(named or _METHOD.findall(str(history)))

    @cached_property
    def swaps(self) -> Sequence[tuple[Record, Record]]:
        """The old and the new of each item that it exchanges; empty unless all of them were read."""
        fields = self.fields
        old, new = self.args.get(fields.taken), self.args.get(fields.replacing)
        if not isinstance(old, list) or not isinstance(new, list):
            return ()
        own = {str(row.get(fields.part)): row for row in _rows(self.before.get(fields.parts))}
        pairs = [(own.get(str(one)), item(self.ground, str(two))) for one, two in zip(old, new, strict=False)]
        known = [(one, two) for one, two in pairs if one is not None and two is not None]
        return known if len(known) == len(old) == len(new) else ()

    @cached_property
    def rise(self) -> float | None:
        """What it makes the user pay, below zero what comes back; None where no record tells."""
        fields = self.fields
        if fields.taken in self.args and fields.replacing in self.args:
            return round(sum(price(new) - price(one) for one, new in self.swaps), 2) if self.swaps else None
        if fields.taken in self.args:  # a return
            back = {str(row.get(fields.part)): price(row) for row in _rows(self.before.get(fields.parts))}
            ids = self.args[fields.taken]
            return -sum(back.get(str(one), 0.0) for one in ids) if isinstance(ids, list) else None
        rows, known = _rows(self.after.get(fields.payments)), _rows(self.before.get(fields.payments))
        if not self.before and fields.legs in self.args and self.step.call.tool.startswith("book"):
            return sum(_number(row.get("amount")) for row in rows)
        if not self.before or rows[: len(known)] != known or not rows:
            return None
        return round(sum(_paid(fields, row) for row in rows[len(known) :]), 2)

    @cached_property
    def moved(self) -> frozenset[float]:
        """Amounts that it moves, each by one means of payment, and in all."""
        fields = self.fields
        named = _rows(self.args.get(fields.purse))
        rows, known = _rows(self.after.get(fields.payments)), _rows(self.before.get(fields.payments))
        made = rows[len(known) :] if rows[: len(known)] == known else ()
        one_by_one = {abs(_number(row.get("amount"))) for row in (*named, *made)}
        return frozenset(one_by_one | ({abs(self.rise)} if self.rise is not None else set()))

    @cached_property
    def fare(self) -> tuple[float, float] | None:
        """What the flights of a booking cost one passenger, and all of them; None where that is not known or the same."""
        fields = self.fields
        rows, count = _rows(self.after.get(fields.legs)), len(_rows(self.after.get(fields.party)))
        if not self.step.call.tool.startswith("book") or count < 2 or not rows:
            return None
        each = sum(_number(row.get("price")) for row in rows)
        return each, each * count


def item(ground: Ground, key: str) -> Record | None:
    """A version of a thing as it was read last, with its price and options."""
    fields = ground.fields
    looks = (look.data for look in reversed(ground.looks(key)) if isinstance(look.data, dict))
    return next((data for data in looks if data.get(fields.part) == key and isinstance(data.get(fields.features), dict) and "price" in data), None)  # fmt: skip


def hours_of(ground: Ground, number: str, side: str) -> set[int]:
    """Minutes after midnight at which a flight, by its number in lower case, begins (`depart`) or ends (`arriv`), as it was read."""

    def work() -> set[int]:
        found: set[int] = set()
        for look in ground.looks(number):
            data = look.data if isinstance(look.data, dict) else {}
            for name, value in data.items():
                if side in name and "time" in name and (clock := re.match(r"(?:.*T)?(\d\d):(\d\d)", str(value))):
                    found.add(60 * int(clock[1]) + int(clock[2]))
        return found

    return ground.once(("hours", number, side), work)


def seats_of(subject: Subject) -> set[int]:
    """How many seats its cabin had on each of its flights, as far as that was read."""
    fields = subject.fields
    found: set[int] = set()
    for flight in subject.flights:
        for look in subject.ground.looks(str(flight.get(fields.leg)).lower()):
            seats = look.data.get(fields.seats) if isinstance(look.data, dict) else None
            number = seats.get(subject.cabin.replace(" ", "_")) if isinstance(seats, dict) else None
            if isinstance(number, int):
                found.add(number)
    return found


def price(row: Record) -> float:
    return _number(row.get("price"))


def options(fields: Fields, row: Record) -> Mapping[str, str]:
    """Its options, in lower case."""
    found = row.get(fields.features)
    return {str(name).lower(): str(value).lower() for name, value in found.items()} if isinstance(found, dict) else {}


def near(one: float, other: float) -> bool:
    """Whether two amounts are the same to the cent."""
    return abs(one - other) < _CENT


def subject_of(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Subject | None:
    """The write that a message speaks of: the only one that was just made, or else the one that follows without another call."""
    wrote = [step for step in news if case.kind(step.call) == "write" and not step.fresh.error]
    if wrote:
        return Subject(case.domain, ground, wrote[0], made=True) if len(wrote) == 1 else None
    return put_next(case, index, ground)


def subject_at(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Callable[[int], Subject | None]:
    """The write that a message speaks of, by the place in it: the one just made, and the one that it puts next from where it comes to another record."""
    first, text = subject_of(case, index, ground, news), case.talk.turns[index].text
    if first is None:
        return lambda _: None
    if not first.made:
        late = _told_late(case, index, ground)
        begins = until_next(case, ground, late.step, text) if late is not None else 0
        return lambda place: late if place < begins < len(text) else first
    until = until_next(case, ground, first.step, text)
    then = put_next(case, index, ground) if until < len(text) else None
    if first.swaps and then is not None and not then.swaps and not then.rise:
        return lambda _: first  # what is put next has nothing old or new, and moves no money
    return lambda place: first if place < until else then


def _told_late(case: Case, index: int, ground: Ground) -> Subject | None:
    """An earlier write that a message begins with, by the record that it changed: a question had to be asked before it could be told of."""
    text = case.talk.turns[index].text
    begins = text[slice(*next(iter(sentences(text)), (0, 0)))]
    named = {key.lower() for key in case.domain.pack.ids(begins)}
    done = [step for step in case.writes if step.turn < index and not step.fresh.error and named & set(changed_by(case.domain, step))]  # fmt: skip
    return Subject(case.domain, ground, done[-1], made=True) if done else None


def put_next(case: Case, index: int, ground: Ground) -> Subject | None:
    """The write that follows a message without another call."""
    ahead = next((step for step in case.steps if step.turn > index), None)
    if ahead is None or case.kind(ahead.call) != "write" or ahead.fresh.error:
        return None
    more = any(turn.role == "agent" and turn.text for turn in case.talk.turns[index + 1 : ahead.turn])
    return Subject(case.domain, ground, ahead, final=not more)


def changed_by(domain: Domain, step: Step) -> tuple[str, ...]:
    """The records, by their ids in lower case, that a write changes or makes: named in the call, or in its result."""
    after = _object(step.fresh.text)
    found = (record.get(name) for record in (step.call.args, after) for name in written_to(domain))
    return tuple(dict.fromkeys(str(key).lower() for key in found if key))


def until_next(case: Case, ground: Ground, step: Step, text: str) -> int:
    """Where a message that reports a write, and asks for a yes, comes to another record of that kind; its end, where it does not."""
    own = set(changed_by(case.domain, step))
    if not own or not asks_for_yes(text):
        return len(text)
    for place, (start, end) in enumerate(sentences(text)):
        named = {key.lower(): key for key in case.domain.pack.ids(text[start:end])}
        if place and not named.keys() & own and any(_is_record(case, ground, key) for key in named.values()):
            return start
    return len(text)


def _is_record(case: Case, ground: Ground, key: str) -> bool:
    """Whether an id is that of a record which writes change."""
    known = (table[key] for table in case.domain.tables.values() if key in table)
    rows = (*known, *(look.data for look in ground.looks(key.lower())))
    return any(isinstance(row, dict) and row.get(name) == key for row in rows for name in written_to(case.domain))


def _object(text: str) -> Record:
    try:
        data = json.loads(text)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _rows(value: Json) -> Sequence[Record]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else ()


def _paid(fields: Fields, row: Record) -> float:
    """What a row of a payment history made the user pay."""
    amount = _number(row.get("amount"))
    return -amount if row.get(fields.flow) == "refund" else amount


def _number(value: Json) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def own_id(domain: Domain, record: Record) -> str:
    """The id by which a record goes, or which a call names first: whose it is comes behind that; empty where there is none."""
    names = (name for name in record if name.endswith("_id") and name != domain.pack.whose)
    return str(record.get(next(names, ""), ""))


def records_of(ground: Ground, keys: Sequence[str]) -> Iterator[tuple[str, Record]]:
    """Each record that goes by one of these ids, as it was shown last."""
    for key in keys:
        if record := ground.once(("record", key), partial(_as_shown, ground, key)):
            yield key, record


def _as_shown(ground: Ground, key: str) -> Record:
    """A record by its id; what a later look shows of it stands."""
    merged: dict[str, Json] = {}
    for look in ground.looks(key):
        data = look.data
        if isinstance(data, dict) and any(name.endswith("_id") and str(value).lower() == key for name, value in data.items()):  # fmt: skip
            merged |= data
    return merged
