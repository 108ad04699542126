"""Words that a record refutes: stops, heads, times of day, states, payments and comparisons that are told without a value.

A sentence is judged by the records that it names, or by the one that was written just before it; nothing is found unless those
records say otherwise. What asks, wishes, supposes or denies states nothing.
"""

# Longer than 400 lines by a few: each kind of word is held against the same records, found for the sentence once.

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.fields import Fields
from writ_dspy.domains.values import values
from writ_dspy.task import Json
from writ_dspy.verify import refutable as told
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import planned, sentences
from writ_dspy.verify.subject import changed_by, own_id, until_next

Record = Mapping[str, Json]


@dataclass(frozen=True)
class Scene:
    """A sentence with the records that it is about."""

    case: Case
    ground: Ground
    text: str
    """The sentence."""
    records: tuple[Record, ...]
    """Each as it was shown last."""
    step: Step | None
    """The write that it tells of, if it is one that was made just before."""
    message: str
    """The whole message, in lower case."""
    about: tuple[Record, ...]
    """Records that the sentence names; where it names none, those that the message does."""

    @cached_property
    def swaps(self) -> list[tuple[Record, Record]]:
        """The old and the new of each item that the write exchanged; only the ones that the sentence names, if it names one."""
        fields = self.ground.fields
        args = self.step.call.args if self.step is not None else {}
        old, new = args.get(fields.taken), args.get(fields.replacing)
        if not isinstance(old, list) or not isinstance(new, list):
            return []
        found = [
            (_item(self.ground, str(one)), _item(self.ground, str(other))) for one, other in zip(old, new, strict=False)
        ]
        known = [(one, other) for one, other in found if one is not None and other is not None]
        lower = self.text.lower()
        named = [pair for pair in known if str(pair[0].get("name", "\n")).lower() in lower]
        return named or (known if len(known) == len(old) else [])

    @cached_property
    def rise(self) -> float | None:
        """By how much a write made what is paid more; below zero, what came back; None where no record tells."""
        fields = self.ground.fields
        if self.step is None:
            return None
        args = self.step.call.args
        if fields.replacing in args:
            old = args.get(fields.taken)
            whole = isinstance(old, list) and len(self.swaps) == len(old)
            return sum(_price(new) - _price(one) for one, new in self.swaps) if whole else None
        methods = args.get(fields.purse)
        amounts = [one.get("amount") for one in methods if isinstance(one, dict)] if isinstance(methods, list) else []
        return sum(amount for amount in amounts if isinstance(amount, int | float)) if amounts else None


def refuted(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence of a message that the records which it is about refute.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
        news: The steps since the agent last said something.
    """
    text = case.talk.turns[index].text
    wrote = [step for step in news if case.kind(step.call) == "write" and not step.fresh.error]
    going_on = told.NEXT.search(text)
    until = going_on.start() if going_on is not None and wrote else len(text)
    until = min(until, until_next(case, ground, wrote[-1], text)) if wrote else until

    @cache
    def named() -> list[Record]:
        keys = {token.lower() for token in case.domain.pack.ids(text) if "_" not in token and "@" not in token}
        return [record for key in sorted(keys) if (record := _newest(ground, key)) is not None]

    for start, end in sentences(text) if ground.shown else ():
        sentence = text[start:end]
        tests = () if sentence.rstrip().endswith("?") else _touched(sentence)
        if not tests or planned(text, start):
            continue
        keys = {token.lower() for token in case.domain.pack.ids(sentence) if "_" not in token and "@" not in token}
        step = wrote[-1] if wrote and start < until and len(wrote) == 1 else None
        records = [record for key in keys if (record := _newest(ground, key)) is not None]
        if step is not None:
            own = [
                record
                for record in [_newest(ground, key) for key in changed_by(case.domain, step)]
                if record is not None
            ]
            if keys and not any(record in own for record in records):
                step = None  # of another record than the one just written
            records = records or own
        scene = Scene(case, ground, sentence, tuple(records), step, text.lower(), tuple(records or named()))
        for test, match in tests:
            begins = sentence.rfind(", ", 0, match.start()) + 1
            if told.OPEN.search(sentence, 0, match.start()) or told.DENIED.search(sentence, begins, match.start()):
                continue
            if wanted := test(scene, match):
                yield sentence.strip(), wanted
                break


def _newest(ground: Ground, key: str) -> Record | None:
    """A record as it was shown last, with what only an earlier look showed."""
    merged: dict[str, Json] = {}
    for look in ground.looks(key):
        if isinstance(look.data, dict):
            merged |= look.data
    return merged or None


def _item(ground: Ground, key: str) -> Record | None:
    fields = ground.fields
    looks = [look.data for look in ground.looks(key) if isinstance(look.data, dict) and "price" in look.data]
    return next(
        (
            data
            for data in reversed(looks)
            if data.get(fields.part) == key and isinstance(data.get(fields.features), dict)
        ),
        None,
    )


def _price(item: Record) -> float:
    price = item.get("price")
    return round(float(price), 2) if isinstance(price, int | float) else 0.0


def _legs(fields: Fields, record: Record) -> tuple[int, int] | None:
    """How many flights a trip has, and how many ways it goes."""
    flights = record.get(fields.legs)
    if not isinstance(flights, list) or fields.ways not in record:
        return None
    return len(flights), 2 if record[fields.ways] == fields.both_ways else 1


def _nonstop(scene: Scene, _match: re.Match[str]) -> str:
    trips = [legs for record in scene.records if (legs := _legs(scene.ground.fields, record)) is not None]
    return "the stop that was booked" if trips and all(flights >= 2 * ways for flights, ways in trips) else ""


def _stopping(scene: Scene, _match: re.Match[str]) -> str:
    trips = [legs for record in scene.records if (legs := _legs(scene.ground.fields, record)) is not None]
    return (
        "a trip without a stop, as it was booked" if trips and all(flights == ways for flights, ways in trips) else ""
    )


_EACH = re.compile(r"\b(?:one|1) (?:seat|passenger|person|travell?er|adult|guest)\b(?=[^.;\n]{0,30}\$)", re.IGNORECASE)
"""What one of them costs, however many there are."""


def _heads(scene: Scene, match: re.Match[str]) -> str:
    people = {len(rows) for record in scene.records if isinstance(rows := record.get(scene.ground.fields.party), list)}
    if (
        len(people) != 1
        or _EACH.search(scene.text, match.start())
        or told.NOT_ALL.search(scene.text)
        or any(word in scene.text.lower() for word in ("policy", "allow"))
    ):
        return ""
    counts = {
        int(value.number) for value in values(scene.text) if value.quantity == "count" and value.unit in told.HEADS
    }
    if match["few"]:
        counts |= {int(value.number) for value in values(match["few"]) if value.quantity == "count"}
    if match["both"]:
        counts.add(2)
    return f"{people.pop()}, as many as are booked" if counts and counts.isdisjoint(people) else ""


def _part_of_day(scene: Scene, match: re.Match[str]) -> str:
    fields = scene.ground.fields
    side = "arriv" if told.ARRIVES.match(match["verb"]) else "depart"
    numbers = list(scene.case.domain.pack.ids(scene.text))
    if not numbers:
        numbers = [str(row.get(fields.leg)) for record in scene.records for row in _rows(record, fields.legs)]
    looks = [
        look.data for number in numbers for look in scene.ground.looks(number.lower()) if isinstance(look.data, dict)
    ]
    texts = {str(value) for data in looks for name, value in data.items() if side in name and "time" in name}
    times = {
        60 * int(hour) + int(minute) for text in texts for hour, minute in re.findall(r"(?<!\d)(\d\d):(\d\d)", text)[:1]
    }
    first, last = told.PARTS[match["part"].lower()]
    inside = any(first <= time <= last if first < last else time >= first or time <= last for time in times)
    return "the time of day that was read" if times and not inside else ""


def _rows(record: Record, name: str) -> list[Record]:
    rows = record.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _weekday(scene: Scene, match: re.Match[str]) -> str:
    if any(value.quantity == "date" for value in values(scene.text)):
        return ""  # judged beside its date
    days = {str(row.get("date")) for record in scene.records for row in _rows(record, scene.ground.fields.legs)}
    known = {dt.date.fromisoformat(day).weekday() for day in days if re.fullmatch(r"\d{4}-\d\d-\d\d", day)}
    return (
        f"{' or '.join(told.DAYS[day].capitalize() for day in sorted(known))}"
        if known and told.DAYS.index(match["day"].lower()) not in known
        else ""
    )


def _state(scene: Scene, match: re.Match[str]) -> str:
    states = {str(record["status"]).lower() for record in scene.records if record.get("status")}
    if scene.step is None or told.PAST.search(scene.text):  # as it is, or as it was at any time
        keys = {own_id(scene.case.domain, record).lower() for record in scene.records}
        every = [look.data for key in keys - {""} for look in scene.ground.looks(key) if isinstance(look.data, dict)]
        states |= {str(data["status"]).lower() for data in every if data.get("status")}
    said = re.sub(r"[ _-]+", " ", (match["state"] or match["kept"]).lower())
    fits = any(said in state or state in said for state in (state.replace("_", " ") for state in states))
    return (
        f"the state that was read: {' or '.join(sorted(states))}"
        if len(scene.records) == 1 and states and not fits
        else ""
    )


def _goes_on(scene: Scene, match: re.Match[str]) -> str:
    states = {str(record.get("status") or "") for record in scene.records}
    gone = bool(states) and all(state.startswith("cancel") for state in states)
    return "the record as it is now: cancelled" if gone and told.STILL.search(match[0]) else ""


def _paid_by(scene: Scene, match: re.Match[str]) -> str:
    fields = scene.ground.fields
    keys = {own_id(scene.case.domain, record).lower() for record in scene.records}
    looks = [look.data for key in keys - {""} for look in scene.ground.looks(key) if isinstance(look.data, dict)]
    rows = [row for data in looks for row in _rows(data, fields.payments)]
    ids = {str(row.get(fields.means)) for row in rows}
    kind = told.KINDS[match["kind"].lower()[:3]]
    return (
        f"how it was paid: {' and '.join(sorted(ids))}" if ids and not any(one.startswith(kind) for one in ids) else ""
    )


def _misnamed(_scene: Scene, match: re.Match[str]) -> str:
    kind, own = told.KINDS[match["kind"].lower()[:3]], match["id"].lower().rpartition("_")[0]
    return f"{match['id']} called what it is" if kind != own else ""


_CHOICE = re.compile(r"\b(?:can|may|could|would|either|or)\b", re.IGNORECASE)


def _moved_by(scene: Scene, match: re.Match[str]) -> str:
    """By none of the kinds that the records were paid with, the write names, or the user has spoken of; a choice is no move."""
    if _CHOICE.search(scene.text):
        return ""
    call = f"{scene.step.call.text} {scene.step.fresh.text}" if scene.step is not None else ""
    paid = " ".join(str(row) for record in scene.about for row in _rows(record, scene.ground.fields.payments))
    known = {one for one in set(told.KINDS.values()) if f"{one}_" in f"{call} {paid} {scene.message}"}
    if not known or not (call or paid):
        return ""
    kind = told.KINDS[match["kind"].lower()[:3]]
    heard = any(kind in text.replace(" ", "_") for text in scene.ground.heard) or kind in known
    return "" if heard else f"a method that was named or paid with: {' or '.join(sorted(known))}"


def _refunded_when(scene: Scene, _match: re.Match[str]) -> str:
    at_once = told.IMMEDIATE.search(scene.case.domain.policy) is not None
    return "the time of a refund as policy has it for that method" if at_once else ""


def _arrived(scene: Scene, _match: re.Match[str]) -> str:
    step = scene.step
    policy = scene.ground.texts[0]
    if step is None or "refund" not in policy:
        return ""
    at_once = (
        "immediate" in policy and "cancel" in step.call.tool and "gift_card" in f"{step.call.text}{step.fresh.text}"
    )
    if at_once:
        return ""
    return "a refund that takes the time which policy gives"


def _free(scene: Scene, _match: re.Match[str]) -> str:
    paid = scene.rise is not None and scene.rise > 0 and not told.ASIDE.search(scene.text)
    return f"${scene.rise:,.2f}, which was paid" if paid else ""


def _taken(scene: Scene, match: re.Match[str]) -> str:
    """From this method, where the write was made with one of its kind; of any, where none is named."""
    kind = told.KINDS.get((match["kind"] or "").lower()[:3])
    paid_with = scene.step.call.text if scene.step is not None else ""
    token = re.search(r"\w+_\d{4,}", match[0])
    other = (kind and kind not in paid_with) or (token and token[0] not in paid_with)
    return "" if other else _free(scene, match)


def _no_more(scene: Scene, match: re.Match[str]) -> str:
    items = scene.step is not None and scene.ground.fields.replacing in scene.step.call.args
    return _free(scene, match) if items else ""


def _compared(scene: Scene, right: set[int], word: str) -> str:
    changes = [_price(new) - _price(one) for one, new in scene.swaps]
    changes += [] if scene.rise is None else [scene.rise]
    signs = {(change > 0) - (change < 0) for change in changes}
    return f"the prices that were read: the new one is {word}" if signs and signs.isdisjoint(right) else ""


def _cheaper(scene: Scene, _match: re.Match[str]) -> str:
    return _compared(scene, {-1}, "not cheaper")


def _dearer(scene: Scene, _match: re.Match[str]) -> str:
    return _compared(scene, {1}, "not more expensive")


def _as_much(scene: Scene, _match: re.Match[str]) -> str:
    return _compared(scene, {0}, "not at the same price")


def _differences(fields: Fields, one: Record, new: Record) -> set[str]:
    old, other = one[fields.features], new[fields.features]
    both = isinstance(old, dict) and isinstance(other, dict)
    return {str(name) for name in old if old[name] != other.get(name)} if both else set()


def _only_in(scene: Scene, _match: re.Match[str]) -> str:
    lower = scene.text.lower()
    rest = [
        {name for name in _differences(scene.ground.fields, one, new) if name.lower() not in lower}
        for one, new in scene.swaps
    ]
    named = any(str(name).lower() in lower for one, _ in scene.swaps for name in one[scene.ground.fields.features])
    return f"all that differs: {', '.join(sorted(rest[0]))}, too" if named and rest and all(rest) else ""


def _kept(scene: Scene, match: re.Match[str]) -> str:
    name = (match["what"] or match["which"]).lower()
    pairs = [(one, new) for one, new in scene.swaps if name in map(str.lower, one[scene.ground.fields.features])]
    changed = [name in map(str.lower, _differences(scene.ground.fields, one, new)) for one, new in pairs]
    return f"another {name} than before" if changed and all(changed) else ""


def _all_same(scene: Scene, _match: re.Match[str]) -> str:
    for found in reversed(scene.ground.shown):
        prices = [
            {row[name] for name in row if "price" in name and row[name] is not None}
            for rows in found.views.values()
            for row in rows
        ]
        known = [frozenset(each) for each in prices if each]
        if len(known) > 1:
            return "the prices that were read, which differ" if len(set(known)) > 1 else ""
    return ""


def _others(scene: Scene, match: re.Match[str]) -> str:
    words = (match["one"] or match["none"]).lower().split()
    what = next(word.removesuffix("s") for word in words if word.removesuffix("s") in told.LISTS)
    if match["none"] and len(words) == 1 and not told.THEIRS.search(scene.text, match.start(), match.end() + 10):
        return ""  # "so there is no booking": none that would be made
    stem, shown = told.LISTS[what], scene.ground.shown
    lists = [size for found in shown for name, size in found.lengths.items() if name.lower().startswith(stem)]
    opened = {
        str(value) for found in shown if found.views for name, value in found.call.args.items() if name.startswith(stem)
    }
    most = max((*lists, len(opened)))
    if most > 1:
        return f"the {most} that were read"
    unheard = not any(told.MY_ONLY.search(heard) for heard in scene.ground.heard)
    return "a list of them that was read" if match["one"] and not lists and unheard else ""


_Test = tuple[re.Pattern, Callable[[Scene, "re.Match[str]"], str]]
_TESTS: tuple[_Test, ...] = (
    (told.DIRECT, _nonstop), (told.BROKEN, _stopping), (told.PEOPLE, _heads), (told.PART, _part_of_day), (told.WEEKDAY, _weekday), (told.STATE, _state), (told.GONE, _goes_on),
    (told.PAID, _paid_by), (told.MISNAMED, _misnamed), (told.MOVES, _moved_by), (told.SOON, _refunded_when), (told.LATE, _refunded_when), (told.CAME, _arrived), (told.FREE, _free), (told.TAKEN, _taken), (told.BACK, _free), (told.NO_MORE, _no_more), (told.LESS, _cheaper), (told.MORE, _dearer), (told.EQUAL, _as_much), (told.ONLY_IN, _only_in),
    (told.KEPT, _kept), (told.ALL_SAME, _all_same), (told.ONLY_ONE, _others),
)  # fmt: skip


@lru_cache(maxsize=2048)
def _touched(sentence: str) -> tuple[tuple[Callable[[Scene, re.Match[str]], str], re.Match[str]], ...]:
    """The tests that a sentence gives reason for, each with what it is about."""
    return tuple((test, match) for pattern, test in _TESTS if (match := pattern.search(sentence)))
