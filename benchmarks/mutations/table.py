"""The scores as tables, figures and rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from benchmarks.measured import Row, where
from benchmarks.mutations.chosen import chosen
from benchmarks.mutations.judge import MOST, Score, difference, fuzz, judged, sound
from benchmarks.mutations.kinds import Kind
from benchmarks.mutations.rest import OPEN
from benchmarks.mutations.talks import PER_CELL, scripted, written
from benchmarks.results import MUTATIONS

Scores = Sequence[tuple[Kind, Score]]
SEED = 20261128
SIDES = ((True, "wrong"), (False, "natural"))


def counted(scores: Scores, *, wrong: bool) -> list[tuple[Kind, Score]]:
    """The kinds of one side that count."""
    return [(kind, one) for kind, one in scores if kind.wrong is wrong and not kind.debatable and one.tried]


def totals(scores: Iterable[tuple[Kind, Score]]) -> tuple[int, int]:
    """Conversations, and those that were judged wrongly."""
    found = list(scores)
    return sum(one.tried for _, one in found), sum(mistakes(kind, one) for kind, one in found)


def mistakes(kind: Kind, one: Score) -> int:
    """How many of a kind were judged wrongly; a crash is no judgement."""
    return one.accepted + one.crashed if kind.wrong else one.tried - one.accepted


def figures(scores: Scores) -> Iterator[str]:
    """Totals of both sides, and the kinds for which there was no place."""
    for wrong, name in SIDES:
        own = counted(scores, wrong=wrong)
        tried, missed = totals(own)
        if tried:
            what = "accepted" if wrong else "rejected"
            clear = sum(not mistakes(kind, one) for kind, one in own)
            yield f"{name}: {len(own)} kinds, {tried:,} conversations, {missed:,} {what} ({missed / tried:.2%}); {clear} kinds without one"
    empty = [kind.name for kind, one in scores if not one.tried]
    if empty:
        yield f"no place for: {', '.join(empty)}"


def rows(*, quick: bool) -> Iterator[Row]:
    """Both rates against their targets; a full run also writes the page that lists the kinds."""
    scores = fuzz((), SEED, 1 if quick else PER_CELL, 2 if quick else MOST)
    if not quick:
        MUTATIONS.write_text(f"{page(scores)}\n", encoding="utf-8")
    for wrong, target in ((True, 0.5), (False, 1.0)):
        own = counted(scores, wrong=wrong)
        tried, missed = totals(own)
        what = "wrong conversations accepted" if wrong else "natural variants rejected"
        note = f"{missed:,} of {tried:,} conversations, {len(own)} kinds"
        yield Row("verifier", what, "%", 100 * missed / tried, target=target, note=note, key=True)


def page(scores: Scores) -> str:
    """The section of the results: totals, families, what was judged wrongly and why, and every kind."""
    facts = dict(line.split(": ", 1) for line in where() if ": " in line)
    head = (
        "Written by `python -m benchmarks.mutations --write`. Each conversation is a right one, scripted or written by hand, with one"
        " thing spoiled (and then it has to be rejected) or said otherwise (and then accepted). Tool results are those of a fresh"
        f" world throughout. Debatable kinds are shown and not counted. Commit {facts['commit']}, {facts['date']}."
    )
    lines = [head, "", *(f"- {line}" for line in figures(scores)), "", "### Families", "", families(scores), ""]
    lines += ["### Judged wrongly, and why", "", missed_table(scores), "", "### All kinds", "", kinds_table(scores)]
    return "\n".join(lines)


def families(scores: Scores) -> str:
    """One line per family."""
    lines = ["| side | family | kinds | conversations | judged wrongly |", "| --- | --- | --- | --- | --- |"]
    for wrong, name in SIDES:
        own = counted(scores, wrong=wrong)
        for family in dict.fromkeys(kind.family for kind, _ in own):
            part = [(kind, one) for kind, one in own if kind.family == family]
            tried, missed = totals(part)
            lines.append(f"| {name} | {family} | {len(part)} | {tried:,} | {missed:,} ({missed / tried:.1%}) |")
    return "\n".join(lines)


def missed_table(scores: Scores) -> str:
    """The kinds that are not judged rightly throughout, most mistakes first."""
    own = [(kind, one) for kind, one in scores if mistakes(kind, one) and not kind.debatable]
    if not own:
        return "None."
    lines = ["| kind | judged wrongly | reason |", "| --- | --- | --- |"]
    for kind, one in sorted(own, key=lambda pair: -mistakes(*pair)):
        lines.append(f"| {_cell(kind.name)} | {mistakes(kind, one)}/{one.tried} | {OPEN.get(kind.name, 'new')} |")
    return "\n".join(lines)


def kinds_table(scores: Scores) -> str:
    """One line per kind: those judged wrongly first, by family."""
    lines = ["| family | kind | accepted | checks that found something |", "| --- | --- | --- | --- |"]
    for kind, one in sorted(scores, key=lambda pair: (not pair[0].wrong, pair[0].family, -mistakes(*pair))):
        counts = [*([("crashed", one.crashed)] if one.crashed else []), *one.checks.most_common(4)]
        checks = ", ".join(f"{check} {count}" for check, count in counts) or "–"
        name = f"{kind.name}{' (debatable)' if kind.debatable else ''}"
        lines.append(f"| {kind.family} | {_cell(name)} | {one.accepted}/{one.tried} | {checks} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")


def shown(name: str, seed: int) -> str:
    """What a kind makes of three conversations."""
    talks = sound([*scripted(seed, 2), *written()])
    parts = []
    for kind in chosen((name,)):
        parts.append(f"# {kind.name} ({kind.family}): {kind.why}")
        parts += [difference(one) for one in judged(kind, talks, seed, 3)]
    return "\n\n".join(parts)
