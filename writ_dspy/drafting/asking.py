"""A model asked for phrases and clauses, place by place; what code turns down is asked for again, with the reason, and then left out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dspy

from writ_dspy.domains import Domain
from writ_dspy.domains.declared.model import Spoken
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.drafting import judged, proposed
from writ_dspy.drafting.places import Place, at, places, with_phrases
from writ_dspy.drafting.played import Stage
from writ_dspy.drafting.proposed import Proposal
from writ_dspy.drafting.writing import keep_phrases
from writ_dspy.lm import Connection
from writ_dspy.programs.tries import TRIES, Rejected, attempt, derive
from writ_dspy.signatures.drafting import DraftClauses, DraftPhrases

EACH = 6
"""Phrases that each place shall have from a model."""
TOGETHER = 4
"""Places or sentences that a model is asked about at once."""
Tell = Callable[[str], None]


@dataclass
class Asked:
    """What came of it."""

    accepted: Counter[str] = field(default_factory=Counter)
    """By place."""
    refused: Counter[str] = field(default_factory=Counter)
    """By reason."""
    left: int = 0
    """Places or sentences that the model was not asked about any more, as the tokens were spent."""


class _Asking:
    """One model, and what it may spend."""

    def __init__(self, connection: Connection, tokens: int | None, seed: int) -> None:
        self.connection, self.tokens, self.seed = connection, tokens, seed
        self._judging = asyncio.Lock()
        self.phrases, self.clauses = dspy.Predict(DraftPhrases), dspy.Predict(DraftClauses)

    async def off_the_loop(self, judge: Callable[..., None], *what: Any) -> None:
        """Judge in a thread, since conversations are played on a loop of their own; one at a time."""
        async with self._judging:
            await asyncio.to_thread(judge, *what)

    @property
    def spent(self) -> bool:
        """Whether nothing more is to be begun."""
        usage = self.connection.usage
        return self.tokens is not None and usage.input_tokens + usage.output_tokens >= self.tokens


# ----------------------------------------------------------------------------- phrases


def phrase(
    connection: Connection, domain: Domain, schema: Schema, path: Path, *, each: int = EACH, tokens: int | None = None, seed: int = 0,
    tell: Tell = lambda _: None,
) -> Asked:  # fmt: skip
    """Have a model draft phrases for each place of a declaration; kept in a file as they come, so that the same call goes on.

    Args:
        connection: To the model.
        domain: The domain.
        schema: Of its declaration.
        path: Of the declaration; the file of its phrases is begun with the first one that is accepted.
        each: Phrases of a model that a place shall have.
        tokens: Most that may be spent; then nothing more is begun.
        seed: Passed on to the model.
        tell: Told of each place.

    Raises:
        LMError: The model does not answer; what came before is kept.
    """
    asking, found = _Asking(connection, tokens, seed), Asked()
    stage, kept = Stage(domain, schema), schema.spec.phrases.model_dump(exclude_defaults=True, mode="json")
    due = [place for place in places(domain, schema) if len(at(schema.spec.phrases, place.path)) < each]

    async def run() -> None:
        nonlocal kept
        try:
            for some in _by(due, TOGETHER):
                if asking.spent:
                    found.left += len(some)
                    continue
                done = await asyncio.gather(*(_phrases(asking, stage, place, kept, each) for place in some))
                for place, (accepted, refused) in zip(some, done, strict=True):
                    found.refused += refused
                    if accepted:
                        found.accepted[str(place)] += len(accepted)
                        kept = with_phrases(kept, place.path, (*at(Spoken.model_validate(kept), place.path), *accepted))
                        keep_phrases(kept, path)
                    tell(f"{place}: {len(accepted)} of {len(accepted) + refused.total()} accepted")
        finally:
            await connection.aclose()

    asyncio.run(run())
    return found


async def _phrases(asking: _Asking, stage: Stage, place: Place, kept: dict[str, Any], each: int) -> tuple[list[str], Counter[str]]:  # fmt: skip
    before = at(Spoken.model_validate(kept), place.path)
    accepted: list[str] = []
    refused = Counter[str]()

    async def once(number: int, objection: str) -> None:
        wanted = each - len(before) - len(accepted)
        reply = await asking.connection.predict(
            asking.phrases, seed=derive(asking.seed, place, number), place=place.about, frame=place.frame, hole=place.hole,
            there=[*place.there, *before, *accepted], wanted=wanted, objection=objection,
        )  # fmt: skip
        wrong = []
        for text in dict.fromkeys(" ".join(one.split()) for one in reply.phrases[: 3 * each]):
            try:
                await asking.off_the_loop(judged.judge, stage, place, text, (*place.there, *before, *accepted))
            except Rejected as fault:
                refused[fault.reason] += 1
                wrong.append(fault.advice)
                continue
            accepted.append(text)
            if len(accepted) + len(before) >= each:
                return
        raise Rejected("too few phrases", "; ".join(wrong[:4]) or "write more, and other ones")

    try:
        await attempt(TRIES, once, asking.connection.usage)
    except Rejected as last:
        refused[last.reason] += not (accepted or refused)
    return accepted, refused


# ----------------------------------------------------------------------------- clauses


def propose(
    connection: Connection, domain: Domain, schema: Schema, sentences: Sequence[str], *, tokens: int | None = None, seed: int = 0,
    tell: Tell = lambda _: None,
) -> tuple[list[tuple[str, Proposal]], Asked]:  # fmt: skip
    """Have a model state sentences of a policy as clauses; those that code accepts, each with its sentence.

    Raises:
        LMError: The model does not answer.
    """
    asking, found = _Asking(connection, tokens, seed), Asked()
    accepted: list[tuple[str, Proposal]] = []
    told = "\n".join(
        f"{tool}({', '.join(schema.spec.writes[tool].args)}): " + "; ".join(f"{name} ({', '.join(values)})" if values else name for name, values in names.items())
        for tool, names in proposed.fields(domain, schema).items()
    )  # fmt: skip

    async def run() -> None:
        try:
            for some in _by(list(sentences), TOGETHER):
                if asking.spent:
                    found.left += len(some)
                    continue
                done = await asyncio.gather(*(_clauses(asking, domain, schema, one, told) for one in some))
                for sentence, (new, refused) in zip(some, done, strict=True):
                    found.refused += refused
                    found.accepted[sentence] += len(new)
                    accepted.extend((sentence, one) for one in new)
                    tell(f"{sentence[:60]!r}: {len(new)} of {len(new) + refused.total()} accepted")
        finally:
            await connection.aclose()

    asyncio.run(run())
    return accepted, found


async def _clauses(asking: _Asking, domain: Domain, schema: Schema, sentence: str, told: str) -> tuple[list[Proposal], Counter[str]]:  # fmt: skip
    there = [f"{tool}: {one}" for tool, write in schema.spec.writes.items() for one in write.clauses]
    accepted: dict[tuple[str, str, str], Proposal] = {}
    refused = Counter[str]()

    async def once(number: int, objection: str) -> None:
        reply = await asking.connection.predict(
            asking.clauses, seed=derive(asking.seed, sentence, number), sentence=sentence, writes=told, there=there, objection=objection,
        )  # fmt: skip
        wrong = []
        for one in reply.clauses[:8]:
            proposal = Proposal(one.tool.strip(), one.check.strip(), one.when.strip(), one.because.strip().rstrip("."))
            try:
                await asking.off_the_loop(proposed.judge, domain, schema, sentence, proposal)
            except Rejected as fault:
                refused[fault.reason] += 1
                wrong.append(fault.advice)
                continue
            accepted[proposal.tool, proposal.check, proposal.when] = proposal
        if wrong:
            raise Rejected("a clause is turned down", "; ".join(wrong[:4]))

    try:
        await attempt(TRIES, once, asking.connection.usage)
    except Rejected as last:
        refused[last.reason] += not (accepted or refused)
    return list(accepted.values()), refused


def _by(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))
