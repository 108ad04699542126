"""The scores as tables and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.mutations.judge import Score, difference, judged, sound
from benchmarks.mutations.kinds import Kind, chosen
from benchmarks.mutations.talks import scripted, written

Scores = Sequence[tuple[Kind, Score]]


def figures(scores: Scores) -> Iterator[str]:
    """Totals of the kinds that count, wrong and natural."""
    for wrong, name in ((True, "wrong"), (False, "natural")):
        own = [one for kind, one in scores if kind.wrong is wrong and not kind.debatable and one.tried]
        tried, accepted = sum(one.tried for one in own), sum(one.accepted for one in own)
        if tried:
            yield f"{name}: {len(own)} kinds, {tried:,} conversations, {accepted:,} accepted ({accepted / tried:.2%})"
    empty = [kind.name for kind, one in scores if not one.tried]
    if empty:
        yield f"never made: {', '.join(empty)}"


def kinds_table(scores: Scores) -> str:
    """One line per kind: those judged wrongly first, by family."""
    lines = ["| family | kind | accepted | checks that found something |", "| --- | --- | --- | --- |"]
    for kind, one in sorted(scores, key=lambda pair: (not pair[0].wrong, pair[0].family, -mistakes(*pair))):
        checks = ", ".join(f"{check} {count}" for check, count in one.checks.most_common(4)) or "–"
        name = f"{kind.name}{' (debatable)' if kind.debatable else ''}"
        lines.append(f"| {kind.family} | {_cell(name)} | {one.accepted}/{one.tried} | {checks} |")
    return "\n".join(lines)


def mistakes(kind: Kind, one: Score) -> int:
    """How many of a kind were judged wrongly."""
    return one.accepted if kind.wrong else one.tried - one.accepted


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
