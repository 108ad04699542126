"""Records of the forms that are made from the run, since rows hold less: preference pairs, a log, and tasks to be played."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from writ_dspy.codec import from_json
from writ_dspy.dataset.env import playable
from writ_dspy.dataset.inspect import Sampling
from writ_dspy.dataset.origin import Origin, origin_of
from writ_dspy.dataset.pairs import Pairing
from writ_dspy.dataset.splits import Split
from writ_dspy.store.jsonl import Record
from writ_dspy.store.judged import traced, understood, verdicts
from writ_dspy.store.run import Run

AT_ONCE = 10
"""Conversations of one job; of pairs, each takes a tenth of a second."""
Step: TypeAlias = Callable[[int], None]
"""Told how many more conversations are done."""
Some: TypeAlias = Sequence[tuple[str, str]]
"""Ids of conversations, each with that of its task."""


class Kept(NamedTuple):
    """The accepted conversations that are rows of one domain and split."""

    side: Split
    talks: Some


class _Judged(ABC):
    """What becomes of the conversations of a split that are rows, and of all that were rejected."""

    def __init__(
        self,
        run: Run,
        kept: Sequence[Kept],
        sides: Mapping[str, Split],
        each: Callable[[Iterable[Any]], Iterable[Any]],
        step: Step,
    ) -> None:
        """Nothing is read yet.

        Args:
            run: What was made.
            kept: What is exported.
            sides: The split of every task.
            each: Runs jobs, anywhere and in any order.
            step: Told of progress.
        """
        self._run, self._kept, self._sides, self._each, self._step = run, kept, sides, each, step

    def __call__(self, side: Split) -> Iterator[Any]:
        """Conversation by conversation, the accepted ones first; read from disk only as fast as they are worked on."""
        good = [talk for part in self._kept if part.side == side for talk in part.talks]
        bad = [
            (record["id"], record["task_id"])
            for record in verdicts(self._run)
            if not record["accepted"] and self._sides.get(record["task_id"]) == side
        ]
        pieces = [some[at : at + AT_ONCE] for some in (good, sorted(bad)) for at in range(0, len(some), AT_ONCE)]
        early: dict[int, list[Any]] = {}
        number = 0
        for place, found in traced(self._run, self._each(self._jobs(side, pieces))):
            early[place] = found
            while number in early:
                yield from early.pop(number)
                self._step(len(pieces[number]) if number * AT_ONCE < len(good) else 0)
                number += 1

    def _jobs(self, side: Split, pieces: Sequence[Some]) -> Iterator[Any]:
        origin = origin_of(self._run)
        for number, some in enumerate(pieces):
            tasks = dict.fromkeys(task_id for _, task_id in some)
            lines = tuple(self._run.line("tasks", task_id) for task_id in tasks)
            yield self._job(number, side, [key for key, _ in some], lines, origin)

    @abstractmethod
    def _job(self, number: int, side: Split, keys: Sequence[str], tasks: tuple[bytes, ...], origin: Origin) -> Any:
        """The job over some conversations, by their ids, and the lines of their tasks."""


class Pairs(_Judged):
    """Preference pairs."""

    def _job(self, number: int, side: Split, keys: Sequence[str], tasks: tuple[bytes, ...], origin: Origin) -> Pairing:
        return Pairing(number, side, tuple(self._run.line("conversations", key) for key in keys), tasks, origin)


class Samples(_Judged):
    """Samples of a log."""

    def _job(self, number: int, side: Split, keys: Sequence[str], tasks: tuple[bytes, ...], origin: Origin) -> Sampling:
        talks = tuple((self._run.line("conversations", key), self._run.get("verdicts", key)) for key in keys)
        return Sampling(number, side, talks, tasks, origin)


class Plays:
    """The tasks of the rows of a split, to be played."""

    def __init__(self, run: Run, kept: Sequence[Kept], step: Step) -> None:
        self._run, self._kept, self._step = run, kept, step

    def __call__(self, side: Split) -> Iterator[Record]:
        """Domain by domain, each task once."""
        origin, seed = origin_of(self._run), self._run.manifest["seed"]
        for part in self._kept:
            if part.side != side:
                continue
            for task_id in dict.fromkeys(task_id for _, task_id in part.talks):
                task = understood(self._run, "tasks", self._run.get("tasks", task_id), from_json)
                yield playable(task, origin.domain(task.domain), side, seed)
            self._step(len(part.talks))
