"""What a task wants, as far as a sentence can contradict it: its own words, the values of its goal, and the writes that it asks for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache

from writ_dspy import patterns as re
from writ_dspy.codec import parts as terms
from writ_dspy.domains import Domain
from writ_dspy.domains.sayings import says_none
from writ_dspy.domains.values import Value, values
from writ_dspy.simulate.wishes.limits import direction
from writ_dspy.simulate.wishes.parts import DENYING, bare, parts, sentences
from writ_dspy.task import Best, Decision, Json, Said, Task, in_own_words
from writ_dspy.trial import ChangesMind, WrongFirst, spoken

_ID = re.compile(r"#?\b(?=\w*\d)[\w]{5,}\b")
_SPACES = re.compile(r"[_\s]+")
COUNTS = r"\s*(?:(?:more|extra|additional|checked|new|other|whole|full|further)\s+)*(?:{noun})(?![a-z])"
"""How a number goes on that counts a thing."""


@lru_cache(maxsize=256)
def wanted_of(task: Task, domain: Domain) -> Wanted:
    """What a task wants; the loop and the verifier ask for it at every turn."""
    return Wanted(task, domain)


class Wanted:
    """What one task wants; worked out piece by piece, when a sentence makes it necessary."""

    def __init__(self, task: Task, domain: Domain) -> None:
        self.task, self.domain = task, domain
        self._choices: dict[str, frozenset[str]] = {}

    @cached_property
    def own(self) -> str:
        """What the task comes to, in lower case, in the words of the proposer and in the user's own."""
        said: list[str] = [self.task.instruction, self.name]
        for task in (self.task, in_own_words(self.task)):
            said += [task.identity.text, *(fact.text for fact in task.facts), *(str(fact.value) for fact in task.facts)]
            for request in task.requests:
                said += [request.opening, *(slot.text for slot in request.slots)]
        return "\n".join(dict.fromkeys(said)).lower().replace("’", "'")

    @cached_property
    def text(self) -> str:
        """All that the task has its user say, be it what they take back later."""
        trials = self.task.behaviour.trials if self.task.behaviour else ()
        first = [trial.text for trial in trials if isinstance(trial, ChangesMind)]  # it wants that, for a while
        first += [trial.wrong for trial in trials if isinstance(trial, WrongFirst)]  # it takes that for right, at first
        return "\n".join([self.own, *(text.lower().replace("’", "'") for text in first)])

    @cached_property
    def name(self) -> str:
        """The user's full name, as its record has it; empty where none does."""
        calls = (call for outcome in self.task.outcomes for call in outcome.trace)
        identifies, read = self.domain.pack.identifies, self.domain.read
        user = next(filter(None, (identifies(call, read(call).text) for call in calls)), "")
        found = next((table[user].get("name") for table in self.domain.tables.values() if user in table), "")
        return " ".join(map(str, found.values())) if isinstance(found, dict) else str(found or "")

    @cached_property
    def sentences(self) -> frozenset[str]:
        """Each of them, and each that a trial has its user say, which wants nothing; bare of words that only give it its tone."""
        trials = self.task.behaviour.trials if self.task.behaviour else ()
        tried = (sentence for trial in trials for text in spoken(trial) for sentence in sentences(text))
        return frozenset(map(bare, (*sentences(self.text), *tried))) - {""}

    @cached_property
    def details(self) -> tuple[str, ...]:
        """Its details one by one, in lower case, in the words of the proposer and in the user's own."""
        requests = (request for task in (self.task, in_own_words(self.task)) for request in task.requests)
        return tuple(slot.text.lower().replace("’", "'") for request in requests for slot in request.slots)

    @cached_property
    def gold(self) -> str:
        """The arguments of the right writes, and the values that the goal states, in lower case and in words."""
        found = [f"{name}: {value}" for call in self.task.gold for name, value in _leaves(call.args)]
        found += [str(term.value) for term in terms(self.task.goal) if isinstance(term, Said)]
        return _SPACES.sub(" ", "\n".join(found).lower().replace("\n", " ; "))

    @cached_property
    def records(self) -> str:
        """What the records look like that the right writes name."""
        return _looks(self.domain, self._ids)

    @cached_property
    def _ids(self) -> list[str]:
        return _ID.findall(json.dumps([call.args for call in self.task.gold]))

    @cached_property
    def new_records(self) -> str:
        """What those look like that are to come instead of others."""
        leaves = (leaf for call in self.task.gold for leaf in _leaves(call.args))
        return _looks(self.domain, [str(value) for name, value in leaves if name.startswith("new_")])

    @cached_property
    def item_records(self) -> str:
        """What the items look like that the right writes name, without the orders that hold others, too."""
        leaves = (leaf for call in self.task.gold for leaf in _leaves(call.args))
        lists = {self.domain.pack.fields.taken, self.domain.pack.fields.replacing} - {""}
        return _looks(self.domain, [str(value) for name, value in leaves if name in lists])

    @cached_property
    def said_values(self) -> tuple[Value, ...]:
        """All values in the task's words."""
        return values(self.text)

    @cached_property
    def days(self) -> frozenset[int]:
        """The days of the month on which something may be, where it is about days to come, those between two included."""
        dates = [
            item
            for item in (*self.said_values, *values(self.gold))
            if item.quantity == "date" and (item.year or 2024) >= 2024
        ]
        numbers = [int(item.number) for item in dates]
        between = range(min(numbers), max(numbers) + 1) if numbers else ()
        return frozenset(number % 100 for number in between)

    def counted(self, noun: str) -> frozenset[int]:
        """How many of a thing its words speak of; `noun` is a pattern."""
        counts = (item for item in self.said_values if item.quantity == "count")
        things = compiled(COUNTS.format(noun=noun))
        found = {int(item.number) for item in counts if things.match(self.text, item.end)}
        return frozenset(found | {0} if any(says_none(noun, detail) for detail in self.details) else found)

    def numbers(self, argument: str, counted: frozenset[int]) -> frozenset[int]:
        """Numbers of its words, of one thing where they count that, those of its writes and of their records under names that fit a pattern, and how many things stand there."""
        found = set(counted) or {int(item.number) for item in self.said_values if item.quantity == "count"}
        named = compiled(argument)
        records = (table.get(key) for table in self.domain.tables.values() for key in self._ids)
        for stated in (
            *(call.args for call in self.task.gold),
            *(record for record in records if isinstance(record, dict)),
        ):
            for name, value in stated.items():
                if named.search(name):
                    found |= {len(value)} if isinstance(value, list) else {value} if isinstance(value, int) else set()
        return frozenset(found | {0, 1})

    def sets(self, argument: str) -> bool:
        """Whether one of its writes has an argument whose name fits a pattern."""
        return any(compiled(argument).search(name) for call in self.task.gold for name in call.args)

    @cached_property
    def decisions(self) -> tuple[tuple[int, Decision], ...]:
        """Each decision with its index, alternatives included."""
        return tuple(with_alternatives(self.task))

    @cached_property
    def deeds(self) -> frozenset[str]:
        """What it asks to be done, and what its words speak of."""
        sayings = self.domain.pack.sayings
        found = {deed for _, decision in self.decisions for deed in sayings.wished_by.get(decision.tool, ())}
        return frozenset(
            found | {deed for deed, pattern in sayings.wishes.items() if compiled(pattern).search(self.text)}
        )

    @cached_property
    def granted(self) -> frozenset[str]:
        """What is done of it, whatever comes of the rest."""
        sayings, outcomes = self.domain.pack.sayings, self.task.decided
        kept: set[str] = set()
        for index, decision in self.decisions:
            if outcomes[index].call is None or outcomes[index].attempt:
                kept |= set(sayings.wished_by.get(decision.tool, ()))
        asked = [sayings.wished_by.get(outcome.call.tool, ()) for outcome in outcomes if outcome.call is not None]
        return frozenset(deed for deeds in asked for deed in self._meant(deeds)) - kept

    def _meant(self, deeds: Sequence[str]) -> Sequence[str]:
        """Those of a write's deeds that the task's words speak of, the others that it might do left out."""
        named = [
            deed for deed in deeds if compiled(self.domain.pack.sayings.wishes.get(deed, r"\Z\A.")).search(self.text)
        ]
        return named[:1] or deeds[:1]

    @cached_property
    def ends(self) -> frozenset[tuple[str, bool]]:
        """Which attribute the goal ranks by, and whether it wants the most of it."""
        return frozenset((term.by, term.most) for term in terms(self.task.goal) if isinstance(term, Best))

    @cached_property
    def ways(self) -> dict[tuple[str, Decimal], set[bool | None]]:
        """For each amount and time that the task's words limit, from which side; None where that cannot be read."""
        found: dict[tuple[str, Decimal], set[bool | None]] = {}
        for line in self.text.split("\n"):
            turn = parts(line)
            for part in turn:
                group = [other for other in turn if other.sentence == part.sentence]
                for item in values(part.text):
                    if item.quantity in ("money", "time"):
                        found.setdefault((item.quantity, item.number), set()).add(direction(group, part, item))
        for ways in found.values():
            if len(ways) > 1:
                ways.discard(None)
        return found

    @cached_property
    def limited(self) -> bool:
        """Whether it sets a limit in money."""
        return any(kind == "money" and ways & {True, False} for (kind, _), ways in self.ways.items())

    @cached_property
    def timed(self) -> bool:
        """Whether it wants times of day."""
        return any(item.quantity == "time" for item in self.said_values) or bool(self.ends)

    def choices(self, role: str) -> frozenset[str]:
        """The values of a role that the task leaves possible."""
        found = self._choices.get(role)
        if found is None:
            values = self.domain.pack.sayings.choices[role]
            named = (_named_in(text, values) for text in (self.text, self.gold))
            found = self._choices[role] = frozenset().union(*named)
        return found


def _named_in(text: str, values: Mapping[str, str]) -> set[str]:
    """The values that a text names; not one whose words end the no to another: "I don't need insurance" is none."""
    matches = [(value, match) for value, pattern in values.items() for match in compiled(pattern).finditer(text)]
    return {
        value for value, match in matches if not any(turns(one, match) or _denies(one, match) for _, one in matches)
    }


def _denies(outer: re.Match[str], inner: re.Match[str]) -> bool:
    """Whether a no holds what would name a value without it: "don't need insurance" names none."""
    inside = outer.start() < inner.start() and inner.end() <= outer.end()
    return inside and DENYING.match(outer.string, outer.start()) is not None


def turns(inner: re.Match[str], outer: re.Match[str]) -> bool:
    """Whether a no to a value ends what would name it: "take my chances without insurance" takes none."""
    ends = outer.start() < inner.start() < outer.end() <= inner.end()
    return ends and DENYING.match(inner.string, inner.start()) is not None


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern:
    """A pattern, worked out once."""
    return re.compile(pattern)


def with_alternatives(task: Task) -> Iterator[tuple[int, Decision]]:
    """Each decision of a task, and what it falls back to, with its index."""
    for index, decision in enumerate(task.goal.decisions):
        wish: Decision | None = decision
        while wish is not None:
            yield index, wish
            wish = wish.otherwise


def _leaves(data: Json, name: str = "") -> Iterator[tuple[str, Json]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, key)
    elif isinstance(data, list):
        for value in data:
            yield from _leaves(value, name)
    else:
        yield name, data


def _looks(domain: Domain, ids: Iterable[str]) -> str:
    """What the records of these ids are called and look like, in lower case, with what lies in them."""
    inner = _inner(domain)
    found: list[str] = []
    for name in dict.fromkeys(ids):
        found += [str(table[name]) for table in domain.tables.values() if name in table]
        found += [str(record) for record in inner.get(name, ())]
    return " ; ".join(found).lower().replace("_", " ")


@lru_cache(maxsize=16)
def _inner(domain: Domain) -> dict[str, list[Json]]:
    """Records that lie in others, by their ids."""
    found: dict[str, list[Json]] = {}

    def collect(data: Json, depth: int) -> None:
        if isinstance(data, dict):
            if depth and isinstance(name := data.get(domain.pack.fields.part), str):
                found.setdefault(name, []).append(data)
            for value in data.values():
                collect(value, depth + 1)
        elif isinstance(data, list):
            for value in data:
                collect(value, depth + 1)

    for table in domain.tables.values():
        for record in table.values():
            collect(record, 0)
    return {name: records[:2] for name, records in found.items()}
