"""An agent that others might have made: it does what the scripted one does, says it in words of its own, and shows no intent."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from tests.simulate.foreign_words import (
    ANSWERS,
    ASKS,
    CLOSES,
    DONE,
    HANDOVERS,
    LEADS,
    MORE,
    PUTS,
    REFUSES,
)  # fmt: skip
from writ_dspy.conversation import Intent, Turn
from writ_dspy.domains import Domain
from writ_dspy.simulate.scripted.agent import Desk
from writ_dspy.task import Call, Json, Task
from writ_dspy.trial import ChangesMind, LeavesSubject, WrongFirst


class Foreign:
    """Satisfies the `Agent` protocol for one conversation; what it meant, it keeps to itself."""

    name = "foreign"

    def __init__(self, style: int) -> None:
        self.style = style
        self.meant: dict[int, Intent | None] = {}

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        known = [
            replace(turn, intent=self.meant.get(i)) if turn.role == "agent" else turn for i, turn in enumerate(turns)
        ]
        desk = Desk(task, domain, known, seed)
        turn = desk.next()
        self.meant[len(turns)] = turn.intent
        said = turn.text
        if turn.intent is not None and not (domain.pack.transfer and said == domain.pack.transfer.text):
            said = self._said(desk, turn, random.Random(f"{seed}/foreign/{self.style}/{len(turns)}"))
        return Turn("agent", said, turn.calls)

    def _said(self, desk: Desk, turn: Turn, rng: random.Random) -> str:
        assert turn.intent is not None
        kind, about = turn.intent.kind, turn.intent.about
        parts = list(self._reports(desk, about))
        match kind:
            case "ask":
                parts += [*self._refusal(desk, rng, about)] if about[0].endswith(":fallback") else []
                parts.append(self._asks(desk, about))
            case "propose":
                call = desk.task.outcomes[int(about[0])].call
                assert call is not None
                parts.append(rng.choice(PUTS[self.style]).format(list=listed(call, desk, self.style)))
            case "refuse" | "failed":
                parts += self._refusal(desk, rng, about)
            case "handover":
                parts += [*self._refusal(desk, rng, about), rng.choice(HANDOVERS[self.style])]
            case "answer":
                request = desk.task.requests[int(about[0])]
                parts.append(ANSWERS[self.style].format(tells=" ".join(desk._tells(request))))
            case "close":
                parts.append(rng.choice(CLOSES[self.style]))
        if kind in ("more", "answer", "refuse", "failed"):
            parts.append(rng.choice(MORE[self.style]))
        return "\n\n".join(parts) if self.style == 2 else " ".join(parts)

    def _reports(self, desk: Desk, about: Sequence[str]) -> Iterator[str]:
        for name in about:
            if name.startswith("done "):
                report = " ".join(desk._reports())
                yield DONE[self.style].format(report=report)
                return

    def _refusal(self, desk: Desk, rng: random.Random, about: Sequence[str]) -> list[str]:
        index = int(about[0].split(":")[0])
        request = desk.task.requests[index]
        rule = desk.task.outcomes[request.decision or 0].refusal or "it turned out not to be possible"
        return [
            rng.choice(REFUSES[self.style]).format(
                topic=request.topic, rule=rule.replace("not found", "nothing on record matches it")
            )
        ]

    def _asks(self, desk: Desk, about: Sequence[str]) -> str:
        where = "airline" if "airline" in desk.domain.name else "retail"
        keys = [ref.split(":", 1)[-1] for ref in about]
        asked = [(ASKS.get(f"{key}@{where}") or ASKS[key])[self.style] for key in keys]
        if self.style == 2:
            return "\n".join((LEADS[2], *(f"{n}. {text}" for n, text in enumerate(asked, start=1))))
        if self.style == 3:
            return f"{LEADS[3]}{', and '.join(asked)}?"
        return f"{LEADS[self.style]}{' '.join(asked)}"


def hears_all(task: Task) -> bool:
    """Whether this agent can serve a task's user: it goes by the gold, and hears of nothing that was said otherwise first."""
    trials = task.behaviour.trials if task.behaviour else ()
    return not any(isinstance(trial, ChangesMind | LeavesSubject | WrongFirst) for trial in trials)


# ----------------------------------------------------------------------------- lists


def listed(call: Call, desk: Desk, style: int) -> str:
    """The write, argument by argument, as models list it."""
    rows = list(_rows(call, desk))
    if style == 0:
        return "\n".join(f"- {name}: {value}" for name, value in rows)
    if style == 1:
        return "\n".join(
            f"{number}. {name.capitalize()}: {value}" for number, (name, value) in enumerate(rows, start=1)
        )
    if style == 2:
        return "\n".join(f"- **{name.capitalize()}:** {value}" for name, value in rows)
    return "\n".join(f"* {name} {value}" for name, value in rows)


def _rows(call: Call, desk: Desk) -> Iterator[tuple[str, str]]:
    args = call.args
    yield "action", call.tool.replace("_", " ").replace("update", "change").replace("modify", "change")
    for name, value in args.items():
        if name in _NOT_LISTED:
            continue
        if name in _ROWS:
            yield from _ROWS[name](args, desk)
        else:
            text = f"${value}" if name == "amount" else str(value).replace("_", " ") if name in _WORDS else str(value)
            yield _NAMES.get(name, name.replace("_", " ")), text


def _items(args: dict[str, Json], desk: Desk) -> Iterator[tuple[str, str]]:
    olds = args["item_ids"]
    for old, new in zip(olds, args.get("new_item_ids", [None] * len(olds)), strict=True):
        yield "item", _item(old, desk) + (f" exchanged for {_item(new, desk)}" if new else "")


_NOT_LISTED = {"user_id", "country", "new_item_ids", "address2", "city", "state", "zip", "nonfree_baggages"}
_WORDS = {"cabin", "flight_type"}
_NAMES = {
    "payment_id": "payment", "payment_method_id": "payment method", "reservation_id": "reservation", "order_id": "order", "flight_type": "trip",
    "insurance": "travel insurance",
}  # fmt: skip
_ROWS: dict[str, Callable[[dict[str, Json], Desk], Iterable[tuple[str, str]]]] = {
    "item_ids": _items,
    "flights": lambda args, _: [("flight", f"{one['flight_number']} on {one['date']}") for one in args["flights"]],
    "passengers": lambda args, _: [
        ("passenger", f"{one['first_name']} {one['last_name']}, born {one['dob']}") for one in args["passengers"]
    ],
    "payment_methods": lambda args, _: [
        ("payment", f"${one['amount']} with {one['payment_id']}") for one in args["payment_methods"]
    ],
    "address1": lambda args, _: [
        ("new address", ", ".join(str(args[k]) for k in ("address1", "address2", "city", "state", "zip") if args[k]))
    ],
    "total_baggages": lambda args, _: [
        ("checked bags", f"{args['total_baggages']}, {args['nonfree_baggages'] or 'none'} of them paid")
    ],
}
"""Arguments that are listed otherwise than as they stand."""


def _item(item: str, desk: Desk) -> str:
    row = desk.now.seen.find("items", item_id=item) or desk.now.seen.find("variants", item_id=item)
    return f"{row['product_name']} {item} (${row['price']})" if row else f"item {item}"


# ----------------------------------------------------------------------------- wrong proposals


def spoiled(call: Call, domain: Domain, rng: random.Random) -> Iterator[tuple[str, Call]]:
    """The write with one value changed to another that could stand there, for each argument."""
    for name, value in call.args.items():
        for what, other in _SPOILS[name](value, domain, rng) if name in _SPOILS else ():
            changed = Call.of(call.tool, call.args | {name: other})
            if domain.effect(changed) != domain.effect(call):
                yield what, changed


Spoils = Callable[[Json, Domain, random.Random], Iterable[tuple[str, Json]]]


def _digit(text: str, rng: random.Random) -> str:
    """The text with its last digit changed."""
    at = max(match.start() for match in re.finditer(r"\d", text))
    return f"{text[:at]}{(int(text[at]) + rng.randint(1, 9)) % 10}{text[at + 1 :]}"


def _one(value: list[Json], rng: random.Random, change: Callable[[Json], Json]) -> list[Json]:
    at = rng.randrange(len(value))
    return [*value[:at], change(value[at]), *value[at + 1 :]]


def _flights(value: Json, _domain: Domain, rng: random.Random) -> Iterator[tuple[str, Json]]:
    yield "flight", _one(value, rng, lambda one: one | {"flight_number": _digit(one["flight_number"], rng)})
    if len({flight["date"] for flight in value}) == 1:
        day = value[0]["date"]
        yield "date", [flight | {"date": f"{day[:8]}{(int(day[8:]) + 3) % 27 + 1:02d}"} for flight in value]


def _passengers(value: Json, _domain: Domain, rng: random.Random) -> Iterator[tuple[str, Json]]:
    yield "passenger", _one(value, rng, lambda one: one | {"first_name": "Ottokar"})
    yield "birth", _one(value, rng, lambda one: one | {"dob": "1951-11-23"})


def _payments(value: Json, _domain: Domain, rng: random.Random) -> Iterator[tuple[str, Json]]:
    yield "amount", _one(value, rng, lambda one: one | {"amount": one["amount"] + 37})
    yield "payment", _one(value, rng, lambda one: one | {"payment_id": _digit(one["payment_id"], rng)})


def _record(table: str) -> Spoils:
    return lambda value, domain, rng: [(table, rng.choice([key for key in domain.tables[table] if key != value]))]


def _other(name: str, *choices: str) -> Spoils:
    return lambda value, _domain, rng: [(name, rng.choice([choice for choice in choices if choice != value]))]


_ANOTHER_DIGIT: Spoils = lambda value, _domain, rng: [("digit", _digit(value, rng))]  # noqa: E731 - one of the table
_ITEMS: Spoils = lambda value, _domain, rng: [("item", _one(value, rng, lambda one: _digit(one, rng)))]  # noqa: E731
_SPOILS: dict[str, Spoils] = {
    "flights": _flights, "passengers": _passengers, "payment_methods": _payments,
    "reservation_id": _record("reservations"), "order_id": _record("orders"),
    "item_ids": _ITEMS, "new_item_ids": _ITEMS, "payment_id": _ANOTHER_DIGIT, "payment_method_id": _ANOTHER_DIGIT, "zip": _ANOTHER_DIGIT,
    "cabin": _other("cabin", "basic_economy", "economy", "business"), "insurance": _other("insurance", "yes", "no"),
    "flight_type": _other("trip", "one_way", "round_trip"), "city": _other("city", "Springfield", "Shelbyville"),
    "reason": _other("reason", "ordered by mistake", "no longer needed"), "address1": _other("street", "77 Quarry Hill Road"),
    "total_baggages": lambda value, _domain, _rng: [("bags", value + 2)],
    "amount": lambda value, _domain, _rng: [("amount", value + 50)],
}  # fmt: skip
