"""How well dialogue acts are understood: precision and recall over the labelled turns in `tests/simulate/acts`.

`python -m benchmarks.acts` prints a table for each set, `--wrong` also every turn whose stance is read wrongly. The sets were
written one after the other; `results` says what each scored when it was first read, before anything was mended after it.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measured import ROOT, Row
from writ_dspy.simulate.acts import heard, user_acts

LABELLED = ROOT / "tests" / "simulate" / "acts"
STANCES = frozenset({"assent", "dissent", "conditional", "correction"})
"""Of these a turn shows at most one: the last word."""
FIRST = {
    "held_out": (0.984, 0.806), "agent_held_out": (0.962, 0.862), "fresh_1": (0.938, 0.974), "agent_fresh_1": (1.0, 1.0),
    "fresh_2": (1.0, 0.960), "agent_fresh_2": (1.0, 0.923),
    "fresh_3": (0.986, 0.947), "agent_fresh_3": (1.0, 0.846), "fresh_4": (1.0, 0.961), "agent_fresh_4": (1.0, 0.846),
    "fresh_5": (1.0, 1.0), "agent_fresh_5": (1.0, 0.917), "fresh_6": (0.750, 0.702), "agent_fresh_6": (1.0, 0.692),
    "limits_1": (0.5, 0.931), "limits_2": (0.792, 0.864), "limits_3": (0.750, 0.900), "limits_4": (0.902, 0.917),
}  # fmt: skip
"""Precision and recall of assent (of a proposal, for agents) in each set when it was first read."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One turn with the acts that a reader found in it."""

    acts: frozenset[str]
    text: str
    before: str | None
    """The agent's message that a user's turn answers; None for an agent's message."""

    @property
    def read(self) -> frozenset[str]:
        """The acts that the module finds."""
        if self.before is None:
            return heard(self.text).kinds
        return frozenset(act.kind for act in user_acts(self.text, self.before))


def labelled(path: Path) -> list[Labelled]:
    """The turns of a set: `acts<tab>text` for agents, `acts<tab>message before<tab>text` for users.

    The message before is a name in `contexts.tsv`; `-` is the start of a conversation.
    """
    contexts = {name: _lines(text) for name, text in _table(path.parent / "contexts.tsv")} | {"-": ""}
    found = []
    for acts, *rest in _table(path):
        before = contexts[rest[0]] if len(rest) > 1 else None
        found.append(Labelled(frozenset(acts.split(",")), _lines(rest[-1]), before))
    return found


def sets() -> dict[str, list[Labelled]]:
    """Every set of labelled turns by its name."""
    paths = sorted(path for path in LABELLED.glob("*.tsv") if path.stem != "contexts")
    return {path.stem: labelled(path) for path in paths}


def _table(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line]


def _lines(text: str) -> str:
    return text.replace("\\n", "\n")


@dataclass(frozen=True, slots=True)
class Score:
    """How an act is recognized."""

    right: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        """Of the turns in which it was found, the share that has it."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Of the turns that have it, the share in which it was found."""
        return self.right / self.wanted if self.wanted else 1.0


def scores(turns: Iterable[Labelled]) -> dict[str, Score]:
    """The score of each act, by its name."""
    right, found, wanted = Counter[str](), Counter[str](), Counter[str]()
    for turn in turns:
        read = turn.read
        right.update(read & turn.acts)
        found.update(read)
        wanted.update(turn.acts)
    return {name: Score(right[name], found[name], wanted[name]) for name in sorted(found | wanted)}


def wrong(turns: Iterable[Labelled]) -> Iterator[Labelled]:
    """The turns whose stance, or whose proposal, is read wrongly."""
    for turn in turns:
        decisive = STANCES if turn.before is not None else frozenset({"proposal"})
        if turn.read & decisive != turn.acts & decisive:
            yield turn


def microseconds(turns: Sequence[Labelled]) -> float:
    """Processor time to read one turn that was never read before: the fastest of five passes over all."""
    passes = []
    for number in range(5):
        texts = [f"{turn.text} {number}{index}." for index, turn in enumerate(turns)]
        start = time.process_time()
        for turn, text in zip(turns, texts, strict=True):
            user_acts(text, turn.before) if turn.before is not None else heard(text)
        passes.append((time.process_time() - start) / len(turns) * 1e6)
    return min(passes)


def rows() -> Iterator[Row]:
    """Assent and proposals over all sets, and the time for one turn."""
    every = sets().values()
    users = [turn for turns in every for turn in turns if turn.before is not None]
    agents = [turn for turns in every for turn in turns if turn.before is None]
    for act, turns in (("assent", users), ("proposal", agents)):
        score = scores(turns)[act]
        note = f"{len(turns)} labelled turns, {score.wanted} with it"
        yield Row("dialogue acts", f"{act} not recognized", "share", 1 - score.recall, None, 0.02, note)
        yield Row(
            "dialogue acts", f"{act} recognized where there is none", "share", 1 - score.precision, None, 0.02, note
        )
    for side, turns in (("user", users), ("agent", agents)):
        words = sum(len(turn.text.split()) for turn in turns) / len(turns)
        note = f"{words:.0f} words on average; never read before"
        yield Row("dialogue acts", f"read one turn of the {side}", "µs CPU", microseconds(turns), None, 100.0, note)


def main(args: Sequence[str] | None = None) -> None:
    """Print the table of each set."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.acts", description="Dialogue acts, over labelled turns."
    )
    parser.add_argument("--wrong", action="store_true", help="also print every turn whose stance is read wrongly")
    asked = parser.parse_args(args)
    for name, turns in sets().items():
        first = (
            f"; when first read: precision {FIRST[name][0]:.3f}, recall {FIRST[name][1]:.3f}" if name in FIRST else ""
        )
        print(f"{name}: {len(turns)} turns{first}")
        for act, score in scores(turns).items():
            print(f"  {act:12} precision {score.precision:.3f}  recall {score.recall:.3f}  in {score.wanted}")
        for turn in wrong(turns) if asked.wrong else ():
            print(f"  {', '.join(sorted(turn.acts))} read as {', '.join(sorted(turn.read))}: {turn.text!r}")
    for row in rows():
        print(f"{row.what}: {row.ours:.3g} {row.unit} ({row.note})")


if __name__ == "__main__":
    main()
