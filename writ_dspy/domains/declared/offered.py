"""Questions about what is nobody's own: how many of it there are, and what the least or the most of it has."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.choosing import MANY, Held, chosen_of, narrowed, within
from writ_dspy.domains.declared.drafting import drafted
from writ_dspy.domains.declared.person import FIND, Person, label, meet, rows
from writ_dspy.domains.declared.pointing import Pointer, Words, own, unique
from writ_dspy.domains.declared.questions import owned, topic
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.spinning import chosen, spin
from writ_dspy.task import Computed, Every, Fact, Listed, Picked, ReadCall, Request, Said, Scalar, Slot, Tell, Term

COUNTS = 0.5
"""Of questions that can be about a number or about the least and the most, the share that is about the number."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A question about records that some others hold, or that a search shows."""

    schema: Schema
    table: str

    tool = ""

    @property
    def name(self) -> str:
        """What it is about."""
        return f"ask about the {self.schema.plural(self.table)} there are"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this user cannot ask like that (the `Recipe` protocol)."""
        person = meet(self.schema, domain, user_id, rng)
        return next(self.drafts(person, dial, rng), None)

    def drafts(self, person: Person, dial: Dial, rng: random.Random) -> Iterator[Draft]:
        """All that come to mind."""
        for held in self._held(person, dial, rng):
            yield from itertools.islice(self.about(person, dial, rng, held), 1)

    def about(self, person: Person, dial: Dial, rng: random.Random, held: Held) -> Iterator[Draft]:
        """What may be asked about these: how many they are, and what one of them has."""
        ways = [self._number, self._extreme]
        for ask in ways if rng.random() < COUNTS else ways[::-1]:
            draft = ask(person, dial, rng, held)
            if draft is not None:
                yield draft

    def _held(self, person: Person, dial: Dial, rng: random.Random) -> Iterator[Held]:
        schema, holder = self.schema, self.schema.holder.get(self.table, "")
        if self.table in schema.looked_for:
            yield from _looked_for(person, self.table, dial.burden, rng)
        if holder not in schema.sought:
            return
        if rng.random() < COUNTS:
            yield from referred(person, self.table, dial, rng)
        for _ in range(MANY):
            held = within(person, self.table, holder, dial.memory, dial.burden, rng)
            if held is not None:
                yield about_all(held)
        yield from referred(person, self.table, dial, rng)

    def _number(self, person: Person, dial: Dial, rng: random.Random, held: Held) -> Draft | None:
        """How many there are, within a limit or without one."""
        table = self.schema.spec.tables[self.table]
        some = narrowed(person, self.table, held, rng) if table.count else None
        if some is None or len(some.reads) != dial.burden:
            return None
        plural = self.schema.plural(self.table)
        every = Picked(Every(held.sources, some.where), table.key)
        tell = Tell(plural, Computed("count", (every,)), "count", held.requires)
        asked = chosen(rng, rng.choice(table.count)) + some.wish
        return self._asks(person, dial, rng, held.words, asked, (tell, plural, some.facts))

    def _extreme(self, person: Person, dial: Dial, rng: random.Random, held: Held) -> Draft | None:
        """What the least or the most of them has: that by which it is, or something else."""
        attributes = self.schema.spec.tables[self.table].attributes
        for pointer in chosen_of(person, self.table, held, rng):
            names = [name for name, one in attributes.items() if one.ask and name in pointer.row]
            names = [pointer.attribute] if pointer.attribute in names else names
            if not names or len(pointer.reads) != dial.burden:
                continue
            if pointer.attribute not in names and attributes[pointer.attribute].provided:
                continue
            name = rng.choice(names)
            noun, word = self.schema.noun(self.table, name), attributes[name].word
            style = {"money": "money", "count": "count"}.get(attributes[name].type, "text")
            tell = Tell(noun, Picked(pointer.query, name), style, held.requires)  # type: ignore[arg-type]  # one of three
            asked = chosen(rng, rng.choice(attributes[name].ask))
            return self._asks(person, dial, rng, pointer.words, asked, (tell, word or noun, pointer.facts))
        return None

    def _asks(  # what both questions have in common
        self, person: Person, dial: Dial, rng: random.Random, words: Sequence[Words], asked: str, about: tuple[Tell, str, tuple[Fact, ...]],
    ) -> Draft:  # fmt: skip
        tell, word, facts = about
        plural = self.schema.plural(self.table)
        opening = spin(rng, *wording.OPENINGS_QUESTION, about=chosen(rng, f"[your|the] {plural}"))
        question = Slot("question", spin(rng, *wording.ASKING, it=asked))
        slots = (*(one.slot(rng) for one in words), question)
        request = Request(None, (0,), topic(tell.topic, word), word, opening, slots)
        return drafted(self.name, person, dial, [], [request], facts, (), [tell])


def offered(schema: Schema) -> Iterator[str]:
    """Tables whose records can be asked about so."""
    for name, table in schema.spec.tables.items():
        extreme = any(one.least or one.most for one in table.attributes.values())
        asked = table.count or (extreme and any(one.ask for one in table.attributes.values()))
        if asked and (name in schema.looked_for or schema.holder.get(name) in schema.sought):
            yield name


def about_all(held: Held) -> Held:
    """Asked about, all of them count; wanted, any one of them would do."""
    these = wording.listing(held.named)
    return replace(held, words=tuple(replace(one, sentences=wording.ASKED_OF, values={"these": these}) for one in held.words))  # fmt: skip


# ----------------------------------------------------------------------------- by what the user's own records refer to


def referred(person: Person, table: str, dial: Dial, rng: random.Random) -> Iterator[Held]:
    """The records within those that something of the user's refers to: one thing in a record of theirs, or all in it."""
    schema, holder = person.schema, person.schema.holder[table]
    for name in schema.own:
        for part in schema.spec.tables[name].parts.values():
            field = schema.refers(part, holder)
            if not field:
                continue
            for row in rng.sample(person.records[name], len(person.records[name])):
                for pointer in own(person, name, row, dial.memory):
                    ways = list(_of_parts(person, part, pointer))
                    for words, facts, items, query in rng.sample(ways, len(ways)):
                        yield _behind(person, table, pointer, (words, facts, items, Picked(query, field)))


_Parts = tuple[tuple[Words, ...], tuple[Fact, ...], Sequence[Row], Every]
"""Some records within another one: how they are spoken of, what the user knows, these, and what finds them."""


def _of_parts(person: Person, part: str, pointer: Pointer) -> Iterator[_Parts]:
    """All that is within a record, and each thing in it that can be told from the others."""
    schema, home = person.schema, person.schema.spec.tables[pointer.table]
    source = ReadCall(home.read, ((home.key, pointer.key),), schema.view(part))
    inside = rows(person.domain, schema.view(part), home.read, **{home.key: pointer.row[home.key]})
    nouns = {"noun": schema.spec.tables[part].noun, "plural": schema.plural(part)}
    yield (Words(part, wording.POINTING, wording.ALL_WITHIN, nouns),), (), inside, Every((source,))
    for row in inside:
        for one in unique(person, part, (source,), inside, row, pointer.reads):
            yield one.words, one.facts, [row], Every((source,), one.query.where)


def _behind(
    person: Person, table: str, pointer: Pointer, some: tuple[tuple[Words, ...], tuple[Fact, ...], Sequence[Row], Picked]
) -> Held:  # fmt: skip
    """What the records hold that those refer to."""
    schema, holder = person.schema, person.schema.holder[table]
    about, (words, facts, items, named) = schema.spec.tables[holder], some
    keys = [row.get(named.field) for row in items]
    if None in keys or len(set(keys)) < len(keys):
        return Held((), (), frozenset(), (), (), True, "")  # one that is named twice would count twice
    source = ReadCall(about.read, ((about.key, named),), schema.view(table))
    pool = tuple(row for key in keys for row in rows(person.domain, schema.view(table), about.read, **{about.key: key}))
    reads = pointer.reads | {FIND} | {label(schema, holder, {about.key: key}) for key in keys}
    return Held(
        (source,), pool, reads, (*pointer.words, *words), (*pointer.facts, *facts), True, pointer.way, requires=owned(person, pointer),
    )  # fmt: skip


# ----------------------------------------------------------------------------- by several arguments together


def _looked_for(person: Person, table: str, reads: int, rng: random.Random) -> Iterator[Held]:
    """What searches show for some values, a search for each of those in a row."""
    spec = person.schema.spec
    arguments = next(iter(spec.tables[table].search.values()))
    spread = [name for name, one in arguments.items() if one.through]
    count, odd = divmod(reads, len(spec.tables[table].search))
    if odd or count < 1 or (count > 1 and not spread):
        return
    for _ in range(MANY):
        taken: dict[str, Sequence[Scalar]] = {}
        for name, one in arguments.items():
            free = [value for value in spec.values[one.of].of if not any(value in others for others in taken.values())]
            size = count if name == (spread or [""])[0] else 1
            if len(free) < size:
                return
            start = rng.randrange(len(free) - size + 1)
            taken[name] = free[start : start + size]  # type: ignore[assignment]  # values without fields
        held = looked_for(person, table, taken, rng)
        if all(any(_shows(row, one) for row in held.pool) for one in _each(taken)):
            yield held


def _each(taken: Mapping[str, Sequence[Scalar]]) -> Iterator[dict[str, Scalar]]:
    return (dict(zip(taken, one, strict=True)) for one in itertools.product(*taken.values()))


def _shows(row: Row, asked: Mapping[str, Scalar]) -> bool:
    return all(row.get(name) == value for name, value in asked.items())


def looked_for(person: Person, table: str, taken: Mapping[str, Sequence[Scalar]], rng: random.Random) -> Held:
    """What the searches show for these values of their arguments."""
    schema, about = person.schema, person.schema.spec.tables[table]
    arguments, view = next(iter(about.search.values())), person.schema.view(table)
    terms = tuple((name, _said(values)) for name, values in taken.items())
    calls = [(tool, one) for tool in about.search for one in _each(taken)]
    pool = tuple(row for tool, one in calls for row in rows(person.domain, view, tool, **one))
    texts: list[str] = []
    values: dict[str, str] = {}
    facts: list[Fact] = []
    for name, some in taken.items():
        kind, called = schema.spec.values[arguments[name].of], name.replace("_", " ")
        shown = {f"{name}_{end}": kind.shown(one) for end, one in (("first", some[0]), ("last", some[-1]))}
        values |= shown
        pattern = rng.choice(arguments[name].through if len(some) > 1 else arguments[name].say)
        for hole in shown:
            pattern = pattern.replace("{}", f"{{{hole}}}", 1)
        texts.append(pattern)
        ends = ((f"The first {called}", some[0]), (f"The last {called}", some[-1]))
        facts += [Fact(f"{table}_{name}", one, f"{text if len(some) > 1 else f'The {called}'} is {kind.shown(one)}.") for text, one in ends[: len(some)]]  # fmt: skip
    marks = tuple(dict.fromkeys(text.lower() for text in values.values()))
    words = Words(
        schema.pool(table), wording.ASKED_OF, (f"the {schema.plural(table)} {' '.join(texts)}",), values, marks
    )
    labels = frozenset(" ".join((tool, *map(str, one.values()))) for tool, one in calls)
    sources = tuple(ReadCall(tool, terms, view) for tool in about.search)
    return Held(sources, pool, labels, (words,), tuple(facts), True, "search")


def _said(values: Sequence[Scalar]) -> Term:
    return Said(values[0]) if len(values) == 1 else Listed(tuple(Said(value) for value in values))
