"""What only a declaration can tell: clauses that bind, and sentences of the policy without one."""

from __future__ import annotations

import difflib
import random
from collections import Counter
from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains import Domain, Recipe
from writ_dspy.domains.declared.conditions import ARGS, Side
from writ_dspy.domains.declared.model import Write
from writ_dspy.domains.declared.person import meet
from writ_dspy.domains.declared.recipes import Asked
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.declared.wish import Wish
from writ_dspy.domains.declared.wishing import wishes
from writ_dspy.examine.alternatives import alternatives_hold
from writ_dspy.examine.flaws import Flaw
from writ_dspy.shown import counted

USERS, READS = 60, (3, 4, 5, 6)
"""Users who are looked at for each write, and reads that their wishes aim at."""
MANY = 0.2
"""Share of what is granted that a tool refuses, or that changes nothing, from which on the clauses are wrong."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z'\"(*-])|\n+")
_QUOTED = re.compile(r"['\"“‘]([^'\"“”‘’\n]{8,}(?:['’]\w+[^'\"“”‘’\n]*)*)['\"”’]")
_MARKS = re.compile(r"^[\s#*>-]+|\*\*|__|`")


def schema_of(domain: Domain) -> Schema | None:
    """What a domain's declaration says; None where it has none."""
    return next((recipe.schema for recipe in domain.pack.recipes if isinstance(recipe, Asked)), None)


def declaration_holds(domain: Domain) -> Iterator[Flaw]:
    """Flaws of a declaration; none for a domain without one."""
    schema = schema_of(domain)
    if schema is None:
        return
    yield from _clauses(schema, domain)
    yield from _policy(schema, domain)


# ----------------------------------------------------------------------------- clauses


def _clauses(schema: Schema, domain: Domain) -> Iterator[Flaw]:
    """Clauses that nothing breaks, or that everything does; and refusals of the tools that no clause foresees."""
    for tool, write in schema.spec.writes.items():
        found = list(some_wishes(schema, domain, tool))
        judged = [(wish, broken) for wish in found if (broken := wish.broken()) is not None]
        if not judged:
            yield Flaw(
                f"writes.{tool}",
                f"no user can ask for it: of {USERS} none has what its arguments need, or no clause could be judged",
            )
            continue
        alone, broken_by = Counter[int](), Counter[int]()
        for _, broken in judged:
            broken_by.update(broken)
            alone.update(broken if len(broken) == 1 else ())
        for index, clause in enumerate(write.clauses):
            if not broken_by[index]:
                yield Flaw(
                    f"writes.{tool}.clauses.{index}",
                    f"`{clause}` never binds: nothing of {len(judged)} that users could ask for breaks it{_never_applies(schema, write, index, judged)}, so no task shows it, and nothing proves that it says what policy means; add a record that breaks it",
                    grave=False,
                )
            elif broken_by[index] == len(judged):
                yield Flaw(
                    f"writes.{tool}.clauses.{index}",
                    f"`{clause}` is broken by all that users could ask for, so nothing is ever granted",
                )
            if clause.any:
                yield from alternatives_hold(domain, f"writes.{tool}.clauses.{index}", index, judged)
        yield from _granted(domain, tool, [wish for wish, broken in judged if not broken])


def _never_applies(schema: Schema, write: Write, index: int, judged: Sequence[tuple[Wish, list[int]]]) -> str:
    """That a clause is about nothing that there is, if so."""
    when = schema.clauses(write)[index].when
    if when is None or any(when.holds(wish.value) for wish, _ in judged):
        return ""
    return f", since `{when}` holds for none"


def some_wishes(schema: Schema, domain: Domain, tool: str) -> Iterator[Wish]:
    """What some users could ask for of a write, the same every time; granted or not."""
    rng = random.Random(tool)
    users = list(domain.pack.users(domain))
    for user in rng.sample(users, min(USERS, len(users))):
        person = meet(schema, domain, user, rng)
        for memory in ("knows ids", "knows none"):
            known = list(wishes(person, tool, schema.spec.writes[tool], memory, rng.choice(READS), rng))
            yield from rng.sample(known, min(6, len(known)))


def nothing_drafted(domain: Domain, recipe: Recipe) -> Flaw:
    """Why a recipe drafts nothing, as far as that can be told; grave where a write is granted to nobody."""
    why, grave = "no task will ask for it", False
    if isinstance(recipe, Asked):
        wanted = [wish for wish in some_wishes(recipe.schema, domain, recipe.tool) if wish.broken() == []]
        least = min((wish.burden(None) for wish in wanted), default=0)
        why = (
            f"what is granted takes {counted(least, 'read')} or more"
            if wanted
            else "nothing that users could ask for is granted"
        )
        grave = not wanted
    return Flaw(f"recipe {recipe.name}", f"it drafted nothing for 40 users: {why}", grave=grave)


def _granted(domain: Domain, tool: str, granted: Sequence[Wish]) -> Iterator[Flaw]:
    """What is granted and the tool refuses, and what leaves all as it is, with the clause that denies it as far as a field shows that."""
    refusals, called, idle = Counter[str](), 0, list[Wish]()
    for wish in granted:
        world = domain.world()
        result = world.call(domain.canonical(tool, dict(wish.values)))
        if result.error:
            refusals[re.sub(r"\S*\d\S*", "…", result.text.removeprefix("Error: "))] += 1
            continue
        called += 1
        idle += () if world.delta() else (wish,)
    for text, count in refusals.most_common(3):
        yield Flaw(
            f"writes.{tool}.clauses",
            f"the tool refuses what no clause forbids, {counted(count, 'time')} of {len(granted)}: {text!r}",
            grave=count > MANY * len(granted),
        )
    if idle and len(idle) < called:  # one that never changes anything is no write, and found as such
        clauses = [f"`check: {one}`" for one in _already(idle)]
        instead = (
            f"add {' or '.join(clauses)}, and say so in the policy" if clauses else "add a clause that denies them"
        )
        yield Flaw(
            f"writes.{tool}.clauses",
            f"{len(idle)} of {called} that are granted change nothing, such as {domain.canonical(tool, dict(idle[0].values))}: {instead}",
            grave=bool(clauses) and len(idle) > MANY * called,
        )


def _already(idle: Sequence[Wish]) -> Iterator[str]:
    """For each argument that is no record: the field that has its value already in all of these wishes."""
    first, spec = idle[0], idle[0].schema.spec
    for name, value in first.values:
        if first.write.kinds.get(name) not in spec.values:
            continue
        fields = [
            Side(pointer.table, field)
            for pointer in first.pointers
            for field, held in pointer.row.items()
            if held == value
        ]
        alike = [side for side in fields if all(wish.value(side) == dict(wish.values)[name] for wish in idle)]
        if alike:
            yield f"{alike[0]} is not {ARGS}.{name}"


# ----------------------------------------------------------------------------- policy


def _policy(schema: Schema, domain: Domain) -> Iterator[Flaw]:
    """Pieces of the policy that are not in it, and sentences that nothing stands for."""
    spec = schema.spec
    quoted = [
        (f"writes.{tool}.clauses.{index}.policy", piece)
        for tool, write in spec.writes.items()
        for index, clause in enumerate(write.clauses)
        for piece in clause.policy
    ]
    quoted += [(f"never.{index}.policy", piece) for index, never in enumerate(spec.never) for piece in never.policy]
    quoted += [(f"covered.{index}", piece) for index, piece in enumerate(spec.covered)]
    whole = " ".join(_plain(domain.policy).split())
    for where, piece in quoted:
        if " ".join(piece.split()).lower() not in whole.lower():
            yield Flaw(where, f"the policy does not say {piece!r}")
    fixed = spec.transfer.text if spec.transfer else ""
    if fixed and " ".join(fixed.split()) not in " ".join(domain.policy.split()):
        yield Flaw(
            "transfer.text",
            f"the policy does not say {fixed!r}{_said_instead(fixed, domain, spec.transfer.tool if spec.transfer else '')}",
        )
    for sentence in sentences(domain.policy):
        lower = sentence.lower().strip("'\"")
        if not any(" ".join(piece.split()).lower() in lower for _, piece in quoted) and not _fixed(lower, fixed):
            yield Flaw(
                "policy", f"no clause stands for {sentence!r}; quote it in the clause that does, or in `covered`"
            )


def _said_instead(fixed: str, domain: Domain, tool: str) -> str:
    """What the policy prescribes in its place, as far as a sentence of it quotes something, beside the tool or like it."""
    close = difflib.get_close_matches(fixed, _QUOTED.findall(domain.policy), 1, 0.4)
    named = next((quote for line in domain.policy.splitlines() if tool in line for quote in _QUOTED.findall(line)), "")
    instead = close[0] if close else named
    return f", but {instead!r}: an agent that follows it would be found wrong" if instead else ""


def _fixed(lower: str, text: str) -> bool:
    """Whether a sentence holds the text that policy prescribes for a hand-over, or is a part of it."""
    return bool(text) and (text.lower() in lower or lower in text.lower())


def sentences(policy: str) -> list[str]:
    """The sentences of a policy, without headings and marks."""
    found = []
    for line in policy.splitlines():
        if not line.lstrip().startswith("#"):
            found += [" ".join(_plain(part).split()) for part in _SENTENCE.split(line)]
    return [one for one in found if len(one.split()) > 2]


def _plain(text: str) -> str:
    return "\n".join(_MARKS.sub("", line) for line in text.splitlines())
