"""What a user may wish for of one write: records and values for its arguments, one after the other."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.choosing import among, chosen_of, inside
from writ_dspy.domains.declared.conditions import SAYS, worked_out
from writ_dspy.domains.declared.model import Like, Write
from writ_dspy.domains.declared.person import FIND, Person, rows
from writ_dspy.domains.declared.pointing import Pointer, Words, across, own, together
from writ_dspy.domains.declared.wish import Given, Keep, Wish
from writ_dspy.domains.observed import Row
from writ_dspy.task import Fact, Json, Listed, Only, Picked, Policy, ReadCall, Said, Term, Where

MOST_TRIED = 400
"""Ways to fill the arguments of one write that are looked at for one draft."""
SEVERAL = (1, 2, 2, 3)
"""Records in a list that may hold several."""
_Step = Callable[[Wish, random.Random], Iterator[Wish]]


def wishes(
    person: Person, tool: str, write: Write, memory: str, reads: int, rng: random.Random, keep: Keep = lambda _: True,
    pointed: Sequence[Pointer] = (),
) -> Iterator[Wish]:  # fmt: skip
    """Wishes for a write, in random order; for records chosen among others, so many reads are aimed at.

    Args:
        keep: Whether a wish of which some arguments are filled in is worth filling in further.
        pointed: For the first argument that is a record of the user's, these and no others.
    """
    steps = list(_steps(person, write, memory, reads, pointed))
    for index, wish in enumerate(_filled(Wish(person, tool, write), steps, rng, keep)):
        if index >= MOST_TRIED:
            return
        yield wish


def _filled(wish: Wish, left: Sequence[_Step], rng: random.Random, keep: Keep) -> Iterator[Wish]:
    if not left:
        yield wish
        return
    for one in left[0](wish, rng):
        if keep(one):
            yield from _filled(one, left[1:], rng, keep)


def _steps(person: Person, write: Write, memory: str, reads: int, pointed: Sequence[Pointer]) -> Iterator[_Step]:
    """What has to be filled in: records first, then those that are like them, then values, then what is worked out."""
    schema = person.schema
    there = set(write.kinds.values())
    plain = [(name, kind) for name, kind in write.kinds.items() if name not in write.alike]
    plain.sort(
        key=lambda one: schema.holder.get(one[1]) in there
    )  # what holds others comes first, however they are listed
    for name, kind in plain:
        if kind == schema.spec.user:
            yield partial(_user, name=name)
        elif kind in schema.spec.tables:
            fixed = pointed if kind in schema.own else ()
            yield partial(_record, name=name, kind=kind, memory=memory, reads=reads, fixed=fixed)
            pointed = () if fixed else pointed
    for name, like in write.alike.items():
        yield partial(_alike, name=name, like=like)
    for name, kind in plain:
        if kind not in schema.spec.tables:
            yield partial(_valued, name=name, kind=kind)
    for name, kind in write.says.items():
        yield partial(_told, name=name, kind=kind)
    for name in schema.grouped(write):
        yield partial(_grouped, name=name, memory=memory)
    for name, text in write.worked.items():
        yield partial(_worked, name=name, text=text)


def given(wish: Wish, name: str, term: Term, value: Json, reads: frozenset[str] = frozenset()) -> Wish:
    """The wish with one argument more."""
    return replace(
        wish, terms=(*wish.terms, (name, term)), values=(*wish.values, (name, value)), read=(*wish.read, (name, reads))
    )


def _user(wish: Wish, _rng: random.Random, *, name: str) -> Iterator[Wish]:
    yield given(wish, name, wish.person.me, wish.person.id, reads=frozenset({FIND}))


# ----------------------------------------------------------------------------- records


def _record(
    wish: Wish, rng: random.Random, *, name: str, kind: str, memory: str, reads: int, fixed: Sequence[Pointer]
) -> Iterator[Wish]:
    if name not in wish.write.lists:
        for pointer in fixed or _pointers(wish, kind, memory, reads, rng):
            yield _with_records(wish, name, [pointer])
        return
    ways = list(fixed or _pointers(wish, kind, memory, reads, rng))
    for first in ways:
        chosen = [first]
        wanted = rng.choice(SEVERAL) if name in wish.write.several else 1
        for other in rng.sample(ways, len(ways)) if wanted > 1 else ():
            if len(chosen) < wanted and all(other.row is not one.row and other.way != one.way for one in chosen):
                chosen.append(other)
        yield _with_records(wish, name, chosen)


def _with_records(wish: Wish, name: str, pointers: Sequence[Pointer]) -> Wish:
    """The wish with the records that an argument names."""
    table = pointers[0].table
    key = wish.schema.spec.tables[table].key
    term: Term = pointers[0].key
    value: Json = pointers[0].row[key]
    if name in wish.write.lists:
        term, value = Listed(tuple(one.key for one in pointers)), [one.row[key] for one in pointers]
    words = list(pointers[0].words)
    if len(pointers) > 1:
        words[-1] = together(table, [one.words[-1] for one in pointers])
    new = tuple(one for one in words if one not in wish.words)
    return replace(
        given(wish, name, term, value),
        pointers=(*wish.pointers, *pointers),
        words=(*wish.words, *new),
        facts=(*wish.facts, *(fact for one in pointers for fact in one.facts)),
    )


def _pointers(wish: Wish, kind: str, memory: str, reads: int, rng: random.Random) -> Iterator[Pointer]:
    person, schema = wish.person, wish.schema
    if kind in schema.own:
        ways = [pointer for row in person.records[kind] for pointer in own(person, kind, row, memory)]
        parts = [part for part in wish.write.kinds.values() if schema.holder.get(part) == kind]
        if memory == "knows none" and len(parts) == 1:
            ways += across(person, kind, parts[0], rng)
        rng.shuffle(ways)
        yield from ways
        return
    holder = next((p for p in wish.pointers if p.table == schema.holder.get(kind)), None)
    if holder is not None and holder.inner is not None:
        yield holder.inner
    elif holder is not None:
        yield from chosen_of(person, kind, inside(person, kind, holder), rng)
    if holder is not None:
        return
    fixed = ({FIND} | wish.reads).union(*(pointer.reads for pointer in wish.pointers))
    if any(side.table == schema.spec.user for one in schema.clauses(wish.write) for side in one.sides):
        fixed |= person.seen
    yield from among(person, kind, memory, reads - len(fixed), rng)


# ----------------------------------------------------------------------------- records that are like others


def _alike(wish: Wish, rng: random.Random, *, name: str, like: Like) -> Iterator[Wish]:
    """For each record that was pointed at, one that is like it but for one thing."""
    originals = [pointer for pointer in wish.pointers if pointer.table == like.like]
    if not originals:
        return
    choices = [list(_like_this(wish, pointer, like)) for pointer in originals]
    for options in choices:
        rng.shuffle(options)
    for chosen in zip(*choices, strict=False):  # as many as the fewest of them have
        if len({str(one.row) for one in chosen}) < len(chosen):
            continue
        words = _in_pairs(originals, chosen, like, rng) if len(chosen) > 1 else chosen[0].words
        made = _with_records(wish, name, chosen)
        yield replace(made, words=(*wish.words, *words))


def _like_this(wish: Wish, pointer: Pointer, like: Like) -> Iterator[Pointer]:
    """Records that are like the one that is pointed at, but for one attribute."""
    schema, row, person = wish.schema, pointer.row, wish.person
    holder, about = schema.spec.tables[schema.holder[like.table]], schema.spec.tables[like.table]
    if row.get(like.within) is None:
        return
    pool = rows(person.domain, schema.view(like.table), holder.read, **{holder.key: row[like.within]})
    source = ReadCall(holder.read, ((holder.key, Picked(pointer.query, like.within)),), schema.view(like.table))
    reads = pointer.reads | {f"{holder.read} {row[like.within]}"}
    for but in like.but:
        stays = [name for name in like.same if name != but and name in row]
        for value in {str(one.get(but)): one[but] for one in pool if but in one and one[but] != row.get(but)}.values():
            fixed: list[tuple[str, Term]] = [
                (name, Policy(wanted, f"{name} has to be {wanted}")) for name, wanted in like.where.items()
            ]
            kept: list[tuple[str, Term]] = [(name, Picked(pointer.query, name)) for name in stays]
            found = [one for one in pool if _is_like(one, row, stays, like) and one.get(but) == value]
            if but not in row or len(found) != 1 or found[0].get(about.key) == row.get(about.key):
                continue
            where = (Where(but, "is", Said(value)), *(Where(name, "is", term) for name, term in (*kept, *fixed)))
            query, shown = Only((source,), where), schema.say(like.table, but, value)
            words = Words(like.table, wording.VALUE, tuple(_positional(like.say)), {"value": shown}, (shown.lower(),))
            fact = Fact(
                f"{like.table}_{but}", value, f"The {schema.noun(like.table, but)} that I want instead is {shown}."
            )
            yield Pointer(
                like.table, found[0], query, Picked(query, about.key), reads, f"like {but}", (words,), (fact,)
            )


def _is_like(one: Row, row: Row, stays: Sequence[str], like: Like) -> bool:
    return all(one.get(name) == row[name] for name in stays) and all(
        one.get(name) == wanted for name, wanted in like.where.items()
    )


def _in_pairs(old: Sequence[Pointer], new: Sequence[Pointer], like: Like, rng: random.Random) -> tuple[Words, ...]:
    """What each is to be replaced by, in one detail."""
    pairs: list[Words] = []
    for before, after in zip(old, new, strict=False):
        instead = {"old": before.words[-1].phrase(rng)}
        pairs.append(Words(like.table, (), wording.IN_PLACE_OF, instead, after.words[-1].marks, (after.words[-1],)))
    return (together(like.table, pairs),)


# ----------------------------------------------------------------------------- values


def _valued(wish: Wish, rng: random.Random, *, name: str, kind: str) -> Iterator[Wish]:
    """A value that the user says, or one of their own record."""
    value, person = wish.schema.spec.values[kind], wish.person
    for source, said in value.own.items():
        field = source.partition(".")[2]
        if field in person.profile and rng.random() < 1 / (1 + len(value.own)):
            words = Words(kind, wording.VALUE, said)
            filled = given(
                wish, name, *_listed(wish, name, person.attribute(field), person.profile[field]), person.seen
            )
            yield replace(filled, words=(*wish.words, words))
    plain = [one for one in value.of if not isinstance(one, dict)]
    for one in rng.sample(plain, min(2, len(plain))):
        words = _said(kind, wording.VALUE, value.say, value.shown(one))
        fact = Fact(kind, one, f"The {value.noun} is {value.shown(one)}.")
        filled = given(wish, name, *_listed(wish, name, Said(one), one))
        yield replace(filled, words=(*wish.words, words), facts=(*wish.facts, fact))


def _told(wish: Wish, rng: random.Random, *, name: str, kind: str) -> Iterator[Wish]:
    """What the user says and no argument takes."""
    value, before = wish.schema.spec.values[kind], wish.groups.get(SAYS, Given({}, {}, frozenset()))
    plain = [one for one in value.of if not isinstance(one, dict)]
    for one in rng.sample(plain, min(2, len(plain))):
        words = _said(kind, wording.VALUE, value.say, value.shown(one))
        fact = Fact(kind, one, f"The {value.noun} is {value.shown(one)}.")
        told = Given({**before.terms, name: Said(one)}, {**before.values, name: one}, frozenset())
        filled = replace(wish, words=(*wish.words, words), facts=(*wish.facts, fact))
        yield _with_group(filled, SAYS, told)


def _listed(wish: Wish, name: str, term: Term, value: Json) -> tuple[Term, Json]:
    return (Listed((term,)), [value]) if name in wish.write.lists else (term, value)


def _said(key: str, sentences: tuple[str, ...], patterns: Sequence[str], shown: str) -> Words:
    return Words(key, sentences, tuple(_positional(patterns)), {"value": shown}, (shown.lower(),))


def _positional(patterns: Sequence[str]) -> Iterator[str]:
    return (text.replace("{}", "{value}") for text in patterns)


def _grouped(wish: Wish, rng: random.Random, *, name: str, memory: str) -> Iterator[Wish]:
    """A value with fields: the user's own, that of another record, or one that is said."""
    value = wish.schema.spec.values[name]
    ways = [*_of_user(wish, name), *_of_another(wish, name, memory, rng)]
    whole = [one for one in value.of if isinstance(one, dict)]
    for one in rng.sample(whole, min(2, len(whole))):
        shown = ", ".join(str(one[field]) for field in value.fields)
        terms: dict[str, Term] = {field: Said(one[field]) for field in value.fields}
        facts = tuple(
            Fact(f"{name}_{field}", one[field], f"The {field.replace('_', ' ')} of the {value.noun} is {one[field]}.")
            for field in value.fields
        )
        words = _said(name, wording.VALUE, value.say, shown)
        filled = replace(wish, words=(*wish.words, words), facts=(*wish.facts, *facts))
        ways.append(_with_group(filled, name, Given(terms, one, frozenset())))
    rng.shuffle(ways)
    yield from ways


def _of_user(wish: Wish, name: str) -> Iterator[Wish]:
    value, person = wish.schema.spec.values[name], wish.person
    for said in value.own.values():
        if all(field in person.profile for field in value.fields):
            terms = {field: person.attribute(field) for field in value.fields}
            words = Words(name, wording.VALUE, said)
            filled = replace(wish, words=(*wish.words, words))
            yield _with_group(
                filled, name, Given(terms, {f: person.profile[f] for f in value.fields}, frozenset(person.seen))
            )


def _of_another(wish: Wish, name: str, memory: str, rng: random.Random) -> Iterator[Wish]:
    value, person = wish.schema.spec.values[name], wish.person
    for table, said in value.like.items():
        for row in person.records.get(table, ()):
            lacks = not all(field in row for field in value.fields)
            if lacks or any(pointer.row is row for pointer in wish.pointers):
                continue
            ways = own(person, table, row, memory)
            for pointer in rng.sample(ways, min(2, len(ways))):
                terms: dict[str, Term] = {field: Picked(pointer.query, field) for field in value.fields}
                inner = pointer.words[-1]
                words = Words(name, wording.VALUE, said, {}, inner.marks, (inner,))
                filled = replace(
                    wish, words=(*wish.words, *pointer.words[:-1], words), facts=(*wish.facts, *pointer.facts)
                )
                shown = Given(terms, {field: row[field] for field in value.fields}, pointer.reads)
                yield replace(_with_group(filled, name, shown), beside=(*wish.beside, pointer))


def _with_group(wish: Wish, name: str, shown: Given) -> Wish:
    return replace(wish, groups={**wish.groups, name: shown}, read=(*wish.read, (name, shown.reads)))


def _worked(wish: Wish, _rng: random.Random, *, name: str, text: str) -> Iterator[Wish]:
    """What is worked out of the rest."""
    operand = wish.schema.operand(text)
    value = worked_out(operand, wish.value)
    if value is not None:
        yield given(wish, name, wish.worked(operand), value, wish.looks(operand))
