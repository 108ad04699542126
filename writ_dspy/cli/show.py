"""The verb `show`: which conversations there are, and some of them to read."""

from __future__ import annotations

import itertools
import re
import secrets
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from writ_dspy.cli import voice
from writ_dspy.cli.door import PIPE, text_of, width
from writ_dspy.cli.options import SHORT, AsJson, Folder, as_path, print_json
from writ_dspy.cli.pager import paged
from writ_dspy.cli.verbs import Verb
from writ_dspy.errors import ConfigError, whole
from writ_dspy.shown import counted, shown

if TYPE_CHECKING:
    from writ_dspy.report.transcript import Transcript
    from writ_dspy.run.looking import Row, State, Wanted
    from writ_dspy.run.synth import Synthesis

MOST = 10**9
SEEDS = 10**6
"""Seeds that --random draws from."""
Spans = list[str] | None


class ShowVerb(Verb):
    """`--random` takes a seed or none."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Give a bare `--random` a seed of its own."""
        given = []
        for word, after in itertools.zip_longest(args, args[1:], fillvalue=""):
            given.append(word)
            if word == "--random" and not re.fullmatch(r"-?\d{1,20}", after, re.ASCII):
                given.append(str(secrets.randbelow(SEEDS)))
        return super().parse_args(ctx, given)


def show(
    run: Folder,
    conversations: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID",
            show_default=False,
            help="Conversations to read, each by its id or the start of it. Default: list them.",
        ),
    ] = None,
    *,
    kind: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="Only those of this kind; repeat for several.")
    ] = None,
    domain: Annotated[
        list[str] | None,
        typer.Option(
            "--domain", "-d", metavar="NAME", help=f"Only those of this domain ({SHORT}); repeat for several."
        ),
    ] = None,
    check: Annotated[
        list[str] | None, typer.Option(metavar="CHECK", help="Only those that failed this check; repeat for several.")
    ] = None,
    writes: Annotated[
        Spans, typer.Option(metavar="N", help="Only those with so many gold writes: 2, 2-4 or 2+; repeat for several.")
    ] = None,
    burden: Annotated[
        Spans, typer.Option(metavar="N", help="Only those with this evidence burden: 4, 4-6 or 4+; repeat for several.")
    ] = None,
    accepted: Annotated[bool, typer.Option("--accepted", help="Only accepted ones.")] = False,
    rejected: Annotated[bool, typer.Option("--rejected", help="Only rejected ones.")] = False,
    crashed: Annotated[bool, typer.Option("--crashed", help="Only those that crashed.")] = False,
    n: Annotated[int | None, typer.Option("-n", help="At most so many. Default: all; with --random, one.")] = None,
    random: Annotated[
        int | None,
        typer.Option("--random", metavar="[SEED]", help="Read some at random; the same seed, the same ones."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read them, instead of a list, with whole tool results.")
    ] = False,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            parser=as_path,
            metavar="FILE",
            help="Write them as one HTML page that needs nothing else.",
        ),
    ] = None,
    no_pager: Annotated[bool, typer.Option("--no-pager", help="Print at once, also on a terminal.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the conversations of a run, or read some: task, gold, evidence with its witnesses, talk, and findings at their turn."""
    from writ_dspy.domains import full as in_full
    from writ_dspy.run import looking
    from writ_dspy.run.synth import load

    states = [
        state for state, chosen in (("accepted", accepted), ("rejected", rejected), ("crashed", crashed)) if chosen
    ]
    if n is not None:
        whole("-n", n, 1, MOST)
    wanted = looking.Wanted(
        tuple(kind or ()),
        tuple(map(in_full, domain or ())),
        tuple(check or ()),
        _spans("--writes", writes),
        _spans("--burden", burden),
        _states(states),
    )
    asked = _Asked(run, tuple(conversations or ()), wanted, n, random)
    asked.check()
    if looking.is_id(run.name) and not run.exists():
        raise ConfigError(
            f"{run} is no folder, but looks like a conversation. Name its run before it: writ show RUN {run}"
        )
    work = load(run)
    found = asked.of(looking.rows(work), work.run.count("conversations"), work.remedy)
    if not found and not as_json:
        return
    reading = bool(conversations) or random is not None or full or html is not None
    if random is not None and not as_json:
        voice.note(f"the same again: --random {random}")
    if as_json:
        print_json(
            {"folder": str(run), "conversations": [*(_documents(work, found) if reading else _lines(work, found))]}
        )
    elif html is not None:
        _write(html, _read(work, found, full=full), f"{counted(len(found), 'conversation')} of {run}")
    elif reading:
        paged(_texts(_read(work, found, full=full)), wanted=not no_pager)
    else:
        paged([text_of(_table(work, found)).lstrip("\n")], wanted=not no_pager)


# ----------------------------------------------------------------------------- what was asked for


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which conversations."""

    run: Path
    ids: tuple[str, ...]
    wanted: Wanted
    number: int | None
    seed: int | None

    def options(self) -> Iterator[str]:
        """Those that choose, as they were given."""
        one = self.wanted
        for option in ("kind", "domain", "check", "writes", "burden"):
            yield from (
                f"--{option} {value}"
                for value in getattr(one, f"{option}s" if option in ("kind", "domain", "check") else option)
            )
        yield from (f"--{state}" for state in one.states)

    def check(self) -> None:
        """Refuse what cannot be asked together.

        Raises:
            ConfigError: With what to leave out.
        """
        more = [
            *self.options(),
            *(["-n"] if self.number is not None else []),
            *(["--random"] if self.seed is not None else []),
        ]
        if self.ids and more:
            seed = ", or give --random a whole number" if more == ["--random"] else ""
            raise ConfigError(
                f"{self.ids[0]!r} names a conversation, and {' '.join(more)} would choose others: leave one of them out{seed}."
            )
        if len(self.wanted.states) > 1:
            raise ConfigError(
                f"{' '.join(f'--{state}' for state in self.wanted.states)}: no conversation is both. Leave one of them out."
            )
        if self.wanted.checks and self.wanted.states not in ((), ("rejected",)):
            state = self.wanted.states[0]
            raise ConfigError(
                f"--check {self.wanted.checks[0]} --{state}: only a rejected conversation failed a check. Leave one of them out."
            )

    def of(self, every: Sequence[Row], kept: int, make: str) -> list[Row]:
        """Those of all that there are; none may fit. `kept` of them stand in the run; `make` is the command that makes some.

        Raises:
            ConfigError: A name is unknown, or the run has no conversation at all.
        """
        from writ_dspy.run.looking import drawn, named

        where = str(self.run)
        if self.ids:
            return list({(row := named(every, text, where)).id: row for text in self.ids}.values())
        if not every and kept:
            raise ConfigError(
                f"{where} has {counted(kept, 'conversation')}, but no task of them. Make the tasks again: {make}"
            )
        if not every:
            raise ConfigError(f"{where} has no conversation yet. Make some: {make}")
        self.wanted.check(every)
        found = [row for row in every if self.wanted(row)]
        if not found:
            options = " ".join(self.options())
            voice.note(
                f"no conversation of {where} with {options}; `writ report {shlex.quote(where)}` counts what it has."
            )
        elif self.seed is not None:
            return drawn(found, self.number or 1, self.seed)
        return found[: self.number]


def _spans(option: str, texts: Spans) -> Any:
    from writ_dspy.run.looking import Span

    return tuple(Span.of(option, text) for text in texts or ())


def _states(names: list[str]) -> tuple[State, ...]:
    return tuple(names)  # type: ignore[arg-type]


# ----------------------------------------------------------------------------- how it is shown


def _read(work: Synthesis, found: Sequence[Row], *, full: bool) -> Iterator[Transcript]:
    """Each with the proof of its task."""
    from writ_dspy.domains import load
    from writ_dspy.report.proof import proven
    from writ_dspy.run.looking import transcripts

    for one in transcripts(work, found):
        yield replace(one, proof=proven(one.task, load(one.task.domain)), full=full)


def _texts(found: Iterator[Transcript]) -> Iterator[str]:
    """In bubbles on a terminal, as plain text elsewhere."""
    plain = width() == PIPE
    for number, one in enumerate(found):
        yield ("\n" if number else "") + (f"{one}\n" if plain else text_of(one))


def _table(work: Synthesis, found: Sequence[Row]) -> Any:
    """A line for each; where it is narrow, words are cut, and the domain, which the id names, and the kind are left out."""
    from writ_dspy.report.tables import GAP, Table
    from writ_dspy.run.looking import first_words

    room = width()
    cells = [
        (row.id, row.kind, f"{row.writes}×{row.burden}", row.domain, _outcome(row, brief=room < PIPE)) for row in found
    ]
    heads = ("id", "kind", "writes×burden" if room == PIPE else "w×b", "domain", "verdict")
    sizes = [max(map(len, column)) + GAP for column in zip(heads, *cells, strict=True)]
    keep = list(range(len(heads)))
    for place, needed in ((3, 20), (1, 0)):
        if sum(sizes[one] for one in keep) + needed - GAP > room:
            keep.remove(place)
    left = room - sum(sizes[place] for place in keep)
    table = Table(*(heads[place] for place in keep), *(["first words"] if left >= 12 else []))
    for row, line in zip(found, cells, strict=True):
        words = shown(first_words(work, row), line=True) if left >= 12 else ""
        table.add(*(line[place] for place in keep), *([_cut(words, left)] if left >= 12 else []))
    return table


def _outcome(row: Row, *, brief: bool) -> str:
    """The checks that it failed, else what became of it."""
    if not row.checks:
        return row.state
    return f"{row.checks[0]}{f' +{len(row.checks) - 1}' if row.checks[1:] else ''}" if brief else ",".join(row.checks)


def _cut(text: str, size: int) -> str:
    """To the last whole word that fits."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= size:
        return text
    cut = set_cell_size(text, size - 1)
    return f"{cut.rpartition(' ')[0] or cut}…"


def _lines(work: Synthesis, found: Sequence[Row]) -> Iterator[dict[str, object]]:
    from writ_dspy.run.looking import first_words

    for row in found:
        yield {
            "id": row.id, "task_id": row.task_id, "domain": row.domain, "kind": row.kind, "writes": row.writes, "burden": row.burden,
            "state": row.state, "checks": list(row.checks), "first_words": first_words(work, row),
        }  # fmt: skip


def _documents(work: Synthesis, found: Sequence[Row]) -> Iterator[dict[str, object]]:
    from writ_dspy.codec import to_json
    from writ_dspy.conversation import conversation_to_json

    for one in _read(work, found, full=True):
        yield {
            "task": to_json(one.task), "proof": [proof.to_json() for proof in one.proof],
            "conversation": conversation_to_json(one.talk), "verdict": one.verdict,
        }  # fmt: skip


def _write(path: Path, found: Iterator[Transcript], title: str) -> None:
    """A page in its place, whole or not at all.

    Raises:
        StoreError: Something else stands there.
    """
    from writ_dspy.errors import StoreError
    from writ_dspy.report.transcript import MADE, page
    from writ_dspy.store.files import disk, is_file, kind, replacing

    with disk(path, "cannot write"):
        if (there := kind(path)) not in (None, "a file"):
            raise StoreError(f"{path} is {there}, and no file. Name another one with --html.")
        if is_file(path) and MADE.encode() not in path.read_bytes()[:1000]:
            raise StoreError(f"{path} is a file that writ did not make. Name another one with --html.")
        with replacing(path) as file:
            for piece in page(found, title):
                file.write(piece.encode())
    voice.hint(f"{path}: {title}")
