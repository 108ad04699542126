"""Whether words say what a goal means: a goal read from them comes to the same as the goal itself.

What policy demands is no part of the comparison; the customer's own limits are, by side and value. Both goals are resolved without their requirements, so that a
request that must be refused is compared by what it asks for: the write and its arguments, or the wish and all that is said of it, where no write meets it. Which
clause denies it stands in the records, not in the words. A value that policy works out is the domain's business.
"""

# Longer than 400 lines by a few: what differs and what is said of it are worded side by side.

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from writ_dspy.codec import parts
from writ_dspy.domains import Domain
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import NOT_FOUND, Unresolved
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.evidence.values import leaves
from writ_dspy.programs.demanded import goes_without_saying, relaxed
from writ_dspy.programs.limits import amount, filters, limit_of, limits
from writ_dspy.signatures.forms import AskedGoal
from writ_dspy.signatures.goal import Tables, by_policy, conditions, derived, to_goal
from writ_dspy.simulate.scripted import plan
from writ_dspy.task import (
    Best,
    Computed,
    Decision,
    Goal,
    Json,
    Listed,
    Lookup,
    Picked,
    Policy,
    ReadCall,
    Record,
    Said,
    Scalar,
    Slot,
    Task,
    Tell,
    Term,
    Where,
)


@dataclass(frozen=True, slots=True)
class Misread:
    """How a reading differs; neither text gives away what was meant."""

    gist: str
    """Counts together with its like."""
    advice: str
    """To whoever words the request again."""
    again: str
    """To whoever reads the same words again."""
    part: object = None
    """What of the goal it is about: an argument, a condition; None where it is a wish as a whole."""
    name: str = ""
    """Of the argument that it is about."""
    keys: tuple[str, ...] = ()
    """The sentences that carry it."""


def misread(task: Task, form: AskedGoal, domain: Domain, tables: Tables, *, exact: bool = False) -> Misread | None:
    """The first difference between a task and what was read from its words, or None when they come to the same.

    Args:
        task: With its goal.
        form: What was read.
        domain: Of the task.
        tables: Of its policy.
        exact: Whether also what is held against a limit has to come to the same, where a model invented the limit.
    """
    try:
        read = to_goal(form, tables)
        if len(read.decisions) != len(task.goal.decisions) or len(read.tells) != len(task.goal.tells):
            what = f"{len(read.decisions)} things to do and {len(read.tells)} to tell"
            meant = f"{len(task.goal.decisions)} and {len(task.goal.tells)}"
            return Misread(
                "another number of wishes",
                f"a reader found {what} in it; there are {meant}",
                f"another reading found {what}, which is not their number; a condition and what is wanted instead are no wishes of their own",
            )
        return _wishes(task, read, domain, exact=exact)
    except (Unresolved, DomainError) as reason:
        return _nothing(reason)
    except (TypeError, IndexError) as reason:  # terms of types that do not go together, such as a sum of names
        return _nothing(reason)


def _nothing(reason: Exception) -> Misread:
    text = f"a reader could not act on it: {reason}"
    return Misread("it comes to nothing", text, f"another reading could not be acted on: {reason}")


def _wishes(task: Task, read: Goal, domain: Domain, *, exact: bool) -> Misread | None:
    """Each wish of one goal has its like in the other; the order does not matter."""
    meant, left = task.goal, list(read.decisions)
    for index, decision in enumerate(meant.decisions):
        ways = [decision] if exact or _says_alternative(task, index) else _lawful(decision)
        found = [_any_way(ways, other, domain, exact=exact) for other in left]
        if None not in found:
            near = [item for other, item in zip(left, found, strict=True) if other.tool == decision.tool]
            about = [request.decision == index for request in task.requests]
            return _where((near or found)[0], task, about, decision, domain)
        del left[found.index(None)]
    tells = list(read.tells)
    for index, tell in enumerate(meant.tells):
        same = [_tell(tell, other, domain) for other in tells]
        if True not in same:
            text = f"a reader who was asked for the {tell.topic} would tell something else"
            again = (
                "another reading would tell something else than what is asked for: look at what each question is about"
            )
            wrong = Misread("something else would be told", text, again)
            return _where(wrong, task, [index in request.tells for request in task.requests], None, domain)
        del tells[same.index(True)]
    return None


def _where(
    found: Misread | None, task: Task, about: Sequence[bool], decision: Decision | None, domain: Domain
) -> Misread | None:
    """The misreading with the keys of the sentences that carry it, of these requests; with all of theirs where it is the wish as a whole."""
    if found is None:
        return None
    keys, named = list[str](), list[str]()
    who = _carriers(found, [task.identity], decision, domain)
    for index, request in enumerate(task.requests):
        if not about[index]:
            continue
        slots = _carriers(found, request.slots, decision, domain)
        whole = not slots and not who
        keys += [plan.opening(index)] if whole and request.opening else []
        keys += [plan.detail(index, slot.key) for slot in (request.slots if whole else slots)]
        named += [slot.key.replace("_", " ") for slot in slots]
    if who and not named:
        keys, named = [plan.IDENTITY], ["who they are"]
    again = f"{found.again}; read once more what is said about {', '.join(named)}" if named else found.again
    return dataclasses.replace(
        found, advice=f"{found.advice}; put more plainly what {', '.join(keys)} says", again=again, keys=tuple(keys)
    )


def _carriers(found: Misread, slots: Sequence[Slot], decision: Decision | None, domain: Domain) -> list[Slot]:
    """The details that say what a misreading is about: those called like the argument and those that state a value of it alone.

    A criterion ("the cheapest") is no value of the goal, so it is told by what it is not: it states none, and is called like no other argument.
    """
    if decision is None or found.part is None:
        return []
    name = found.name
    others = [other for other, _ in decision.args if other != name]
    shared = {str(term.value) for other, term in decision.args if other != name and isinstance(term, Said)}
    own, every = _said_in(found.part) - shared, _said_in(decision)
    chosen = any(isinstance(part, Best) for part in _stated(found.part))

    def states(slot: Slot, values: AbstractSet[str]) -> bool:
        return any(domain.pack.mentions(value, slot.text.lower()) for value in values)

    def called(slot: Slot, names: Sequence[str]) -> bool:
        return any(slot.key.partition("_")[0].removesuffix("s") in one for one in names if one)

    return [
        slot
        for slot in slots
        if called(slot, [name])
        or states(slot, own)
        or (chosen and not states(slot, every) and not called(slot, others))
    ]


def _said_in(value: object) -> frozenset[str]:
    """All that the customer says in it."""
    return frozenset(str(part.value) for part in _stated(value) if isinstance(part, Said))


def _stated(value: object) -> Iterator[object]:
    """The parts of a value, but for what is worked out: nobody says that."""
    if isinstance(value, (Record, Listed)):
        inside = [term for _, term in value.fields] if isinstance(value, Record) else value.items
        for term in inside:
            yield from _stated(term)
    elif not (isinstance(value, Computed) and derived(value)):
        yield from parts(value)


def _says_alternative(task: Task, index: int) -> bool:
    """Whether the customer says what they want where the first cannot be had."""
    slots = (slot.key for request in task.requests if request.decision == index for slot in request.slots)
    return any(key.startswith("fallback") for key in slots)


def _lawful(decision: Decision) -> list[Decision]:
    """The wish with the other way that policy has for it, without it, and that way alone: a reader sees in the record which of them is open."""
    alone = [decision.otherwise] if decision.otherwise is not None and decision.otherwise.tool != decision.tool else []
    return [decision, dataclasses.replace(decision, otherwise=None), *alone]


def _any_way(ways: Sequence[Decision], read: Decision, domain: Domain, *, exact: bool) -> Misread | None:
    """Nothing, if the reading is one of them; else how it differs from the first."""
    found = [_decision(way, read, domain, exact=exact) for way in ways]
    return None if None in found else found[0]


def _decision(
    meant: Decision, read: Decision, domain: Domain, *, exact: bool, before: tuple[Decision, ...] = ()
) -> Misread | None:
    if meant.tool != read.tool:
        return Misread(
            "another tool",
            f"a reader would use {read.tool} for one of the wishes; it is not what is meant",
            "another reading took another tool for one of the wishes: look at which deed each opening names",
        )
    if meant.bare:
        return _bare(meant, read, domain, exact=exact)
    other = _other_arguments(meant, read, domain)
    if other is not None:
        other = _other_arguments(meant, dataclasses.replace(read, args=relaxed(read.args, meant, *before)), domain)
    if other is not None:
        return other
    other = _other_limit(meant, read, domain, exact=exact)
    if other is not None:
        return other
    return _other_alternative(meant, read, domain, exact=exact, before=before)


def _other_arguments(meant: Decision, read: Decision, domain: Domain) -> Misread | None:
    wanted, given = _arguments(meant.args, domain), _arguments(read.args, domain)
    if isinstance(wanted, str) or isinstance(given, str):
        return None if wanted == given else _lost(meant, read, given, domain)
    told = frozenset(leaves(given)) | frozenset(part.value for part in parts(read.args) if isinstance(part, Said))
    whole = {name: _filled(term, wanted[name], given.get(name), told) for name, term in meant.args}
    whole |= {name: value for name, value in given.items() if name not in whole}
    kept = {name: value for name, value in whole.items() if value is not None}
    for name in dict.fromkeys((*wanted, *kept)):
        if name not in wanted or name not in kept or not _same(meant.tool, name, wanted, kept, domain):
            return _argument(meant, name)
    return None


def _argument(meant: Decision, name: str) -> Misread:
    """That one argument was read as another; one that the wish does not have is about the wish as a whole."""
    what = f"{name.replace('_', ' ')} for {meant.tool}"
    return Misread(
        f"{meant.tool}: {name} differs",
        f"a reader took another {what} than is meant",
        f"another reading took another {what} than is meant",
        dict(meant.args).get(name),
        name,
    )


def _bare(meant: Decision, read: Decision, domain: Domain, *, exact: bool) -> Misread | None:
    """What is denied whatever its details are: each thing that the user says of it, and no more.

    Case does not count, nor whether a place goes by its name or its code. What a reader fills in from the record itself, such as flights that stay as they are, is nothing that the user says.
    """
    told = frozenset(part.value for part in parts(meant) if isinstance(part, Said))
    said = {name for name, _ in meant.args}
    kept = tuple((name, term) for name, term in read.args if name in said or not _stays(term, told, domain))
    read = dataclasses.replace(read, args=kept)
    named = {name.lower(): code.lower() for code, name in domain.pack.places.items()}
    wanted, given = (
        {name: named.get(str(value).lower(), str(value).lower()) for name, value in found.items()}
        if isinstance(found, dict)
        else {}
        for found in (_arguments(meant.args, domain), _arguments(read.args, domain))
    )
    other = next((name for name in dict.fromkeys((*wanted, *given)) if wanted.get(name) != given.get(name)), None)
    if other is not None:
        return _argument(meant, other)
    if read.requires:
        return Misread(
            "the condition",
            f"a reader took {meant.tool} to be asked for on a condition; there is none",
            f"another reading took {meant.tool} to be asked for on a condition; look whether there is one",
        )
    return _other_alternative(meant, read, domain, exact=exact)


def _other_alternative(
    meant: Decision, read: Decision, domain: Domain, *, exact: bool, before: tuple[Decision, ...] = ()
) -> Misread | None:
    if meant.otherwise is not None and read.otherwise is not None:
        return _decision(meant.otherwise, read.otherwise, domain, exact=exact, before=(*before, meant))
    if meant.otherwise is read.otherwise:
        return None
    return Misread(
        "the alternative",
        f"a reader was not sure whether there is something wanted instead of {meant.tool}",
        "look whether the customer names something that they want instead where the first cannot be had: another reading differs in that",
        meant.otherwise,
    )


def _other_limit(meant: Decision, read: Decision, domain: Domain, *, exact: bool) -> Misread | None:
    wanted = limits(meant)
    given = frozenset(limit_of(check) for check in conditions(read) if not goes_without_saying(check, read, meant))
    if not (wanted - given <= filters(read) and given - wanted <= filters(meant)):
        if not wanted:
            text = f"a reader took {meant.tool} to be wanted on a condition; there is none"
        elif not given:
            text = f"a reader did not see that {meant.tool} is wanted on a condition"
        else:
            text = (
                f"a reader took another condition for {meant.tool} than is meant: which value, and on which side of it"
            )
        again = f"another reading differs in the condition of {meant.tool}: whether there is one, on which value, and on which side of it"
        return Misread("the condition", text, again, conditions(meant) or None)
    if exact and _other_amount(meant, read, domain):
        return Misread(
            "what the condition is about",
            f"a reader held another amount against the limit of {meant.tool} than is meant: say what must not pass it",
            f"another reading held another amount against the limit of {meant.tool}: look at what must not pass it",
            conditions(meant) or None,
        )
    return None


def _other_amount(meant: Decision, read: Decision, domain: Domain) -> bool:
    """Whether another amount is held against some limit; an amount that nobody can look up is left out."""
    wanted, given = (_amounts(decision, domain) for decision in (meant, read))
    return any(wanted[limit] != given[limit] for limit in wanted.keys() & given.keys())


def _amounts(decision: Decision, domain: Domain) -> dict[tuple[str, Scalar], Json]:
    found = {}
    for check in conditions(decision):
        with contextlib.suppress(Unresolved, DomainError, TypeError, IndexError):
            found[limit_of(check)] = amount(check, Resolver(domain, domain.read))
    return found


def _lost(meant: Decision, read: Decision, given: Json, domain: Domain) -> Misread:
    """That only one of both finds what the wish is about, and of which argument."""
    if not isinstance(given, str):
        text = f"found something for {meant.tool} where nothing is"
        return Misread(
            f"{meant.tool}: found", f"a reader {text}", f"another reading {text}: a choice or filter lacks something"
        )
    empty = next((name for name, term in read.args if isinstance(_arguments(((name, term),), domain), str)), "")
    what = f"could not find the {empty.replace('_', ' ')} of {meant.tool}"
    again = f"another reading {what} ({_WHY.get(given, given)}): look at the searches that lead to it"
    return Misread(f"{meant.tool}: {given}", f"a reader {what}", again, dict(meant.args).get(empty), empty)


_WHY = {NOT_FOUND: "no row is left", "ambiguous": "more than one row is left"}


def _same(tool: str, name: str, wanted: Json, kept: Json, domain: Domain) -> bool:
    """Whether one argument is the same to the tool, which may take 5 for 5.0."""
    if wanted[name] == kept[name]:
        return True
    try:
        return domain.canonical(tool, wanted | {name: kept[name]}) == domain.canonical(tool, wanted)
    except DomainError:
        return False


def _arguments(args: Sequence[tuple[str, Term]], domain: Domain) -> Json:
    """The arguments as a dict, whatever is required for them; `NOT_FOUND` or why they come to nothing.

    A list within a list is one list: the names of every passenger beside that of a new one.
    """
    try:
        found = Resolver(domain, domain.read).term(Record(tuple(args)))[0]
        return {name: flat(value) for name, value in found.items()}
    except Unresolved as reason:
        return NOT_FOUND if type(reason).__name__ == "Empty" else type(reason).__name__.lower()


def flat(value: Json) -> Json:
    """A list without lists in it, one level down; anything else as it is."""
    if not isinstance(value, list):
        return value
    return [one for part in value for one in (part if isinstance(part, list) else [part])]


def _filled(term: Term, meant: Json, read: Json, told: AbstractSet[Json]) -> Json:
    """What was read, with what policy works out put in its place; None where it is missing.

    A field that a reading leaves out of a record, such as what a certificate pays, is filled where it follows from
    what the reading tells: nothing else has to be said for it, and nothing is chosen. It follows as well from another field of
    the same row that the reading gives, whichever way that row was chosen.
    """
    if derived(term):
        return meant
    if isinstance(term, Record) and isinstance(read, dict):
        rows = [part.query for name, part in term.fields if name in read and isinstance(part, Picked)]
        whole = {
            name: meant[name]
            if name not in read and (_follows(part, told) or (isinstance(part, Picked) and part.query in rows))
            else _filled(part, meant[name], read.get(name), told)
            for name, part in term.fields
        }
        return {name: value for name, value in (read | whole).items() if value is not None}
    if isinstance(term, Listed) and isinstance(read, list) and len(read) == len(term.items):
        return [_filled(part, own, other, told) for part, own, other in zip(term.items, meant, read, strict=True)]
    return read


def _follows(term: Term, told: AbstractSet[Json]) -> bool:
    """Whether a term rests on nothing but values that were told: picked by them, and chosen by none, or worked out from them."""
    inside = parts(term)
    chosen = any(isinstance(part, Best) for part in inside)
    fixed = isinstance(term, Computed) or (isinstance(term, Picked) and not chosen)
    return fixed and all(part.value in told for part in inside if isinstance(part, Said))


def _stays(term: Term, told: AbstractSet[Scalar], domain: Domain) -> bool:
    """Whether a term copies what stands in one of the user's records: picked by values that were told, and chosen by none."""
    inside = parts(term)
    copied = any(isinstance(part, Picked) for part in inside)
    return copied and all(
        part.tool in domain.pack.personal
        if isinstance(part, ReadCall)
        else part.value in told
        if isinstance(part, Said)
        else not isinstance(part, (Best, Policy, Lookup, Computed, Where))
        for part in inside
    )


def _tell(meant: Tell, read: Tell, domain: Domain) -> bool:
    """Whether both come to the same, where a reader can know it."""
    values = [Resolver(domain, domain.read).term(tell.term)[0] for tell in (meant, read)]
    return by_policy(meant.term) or bool(values[0] == values[1])
