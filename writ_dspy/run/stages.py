"""The work on a run: propose the tasks that it lacks, play and judge the conversations that it owes.

What is kept is never done again, so a call that was interrupted goes on where it stopped, and a run that has grown only
gets what is new. Nothing is made with other versions than the rest of the run.
"""

from __future__ import annotations

import itertools
import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from writ_dspy.codec import from_json
from writ_dspy.conversation import StopReason, conversation_from_json
from writ_dspy.dataset.origin import keep_domains
from writ_dspy.domains import load as load_domain
from writ_dspy.errors import RoleError, WritError, boundary
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import Filled
from writ_dspy.propose.twins import pairings
from writ_dspy.run.composing import Composing, Round, held
from writ_dspy.run.dry import write_dry
from writ_dspy.run.folder import other_versions, same_versions
from writ_dspy.run.live import Live, LiveWork
from writ_dspy.run.settings import Settings
from writ_dspy.run.worker import Pair, Play, Played, Propose, Proposed, Team, judge
from writ_dspy.shown import counted
from writ_dspy.simulate.loop import Limits
from writ_dspy.store.jsonl import AGAIN, Record
from writ_dspy.store.judged import DIGEST, TASK_CHANGED, TASK_DIGEST, fault, is_crash, standing, traced, understood
from writ_dspy.store.run import CRASH, Run
from writ_dspy.task import Task

LOG = logging.getLogger(__name__)
STREAK = 24
"""Crashes in a row, with nothing that ended in between, after which going on would only waste time and tokens."""
Tell = Callable[[int, int, Mapping[str, int]], None]
"""(done, wanted, counts such as `accepted`): called after every piece of finished work."""


def propose(run: Run, settings: Settings, dry: dict[str, str], crew: Team, tell: Tell) -> None:
    """Fill the cells that are not full yet; each task is kept as soon as it is there, each cell that is found to be dry noted.

    Raises:
        StoreError: The run was made with other versions, a record is spoiled, or the disk refuses.
    """
    work = _Proposing(run, settings, dry, crew, tell)
    work.pair()
    for result in traced(run, crew.map(work.jobs(), work.tell)):
        work.take(result)


def play(run: Run, settings: Settings, crew: Team, tell: Tell, spent: Callable[[], bool] = lambda: False) -> int:
    """Play and judge what is owed: wanted minus kept. A crash is kept under its own id, and owed again.

    Where models play, what crashed is played once more when the rest is done: a server that was slow or broken for a
    while then leaves nothing owed.

    Returns how many conversations were accepted.

    Args:
        run, settings, crew, tell: Whose conversations, as asked for, by whom, and who is told.
        spent: Whether no further conversation may begin; what is under way is played to its end.

    Raises:
        RoleError: One conversation after the other crashes.
        StoreError: The run was made with other versions, a record is spoiled, or the disk refuses.
    """
    work = _Playing(run, settings, crew, tell)
    work.spent = spent
    for talks in traced(run, crew.map(work.jobs(), work.tell)):
        work.take(talks)
    work.again()
    return work.made


def flow(run: Run, settings: Settings, dry: dict[str, str], live: Live, tell_tasks: Tell, tell_talks: Tell) -> int:
    """Propose and play at once, where models do: a conversation begins as soon as its task is kept.

    Returns how many conversations were accepted.

    Raises:
        RoleError, StoreError: As `propose` and `play`.
    """
    words = _Proposing(run, settings, dry, live, tell_tasks)
    talks = _Playing(run, settings, live, tell_talks, words)
    due = _Due(talks)
    due.add(run.kept("tasks"))

    def idle() -> None:
        words.tell()
        talks.tell()

    for result in traced(run, live.flow(words.jobs(), due, idle)):
        if isinstance(result, list):
            talks.take(result)
        else:
            due.add(words.take(result))
    talks.again()
    return talks.made


def in_order(cells: Sequence[Cell]) -> list[int]:
    """The indices of the cells in the order in which they are filled: the largest first, so that none is waited for at the end."""
    return sorted(range(len(cells)), key=lambda index: -cells[index].count * cells[index].burden)


class _Proposing:
    """The cells that are not full yet, and what becomes of them."""

    def __init__(self, run: Run, settings: Settings, dry: dict[str, str], crew: Team, tell: Tell) -> None:
        self._run, self._settings, self._dry, self._crew, self._tell = run, settings, dry, crew, tell
        self.wanted = settings.wanted
        self._has = self._kept()
        self.over = not self._owing()
        self.tell(begin=True)
        if not self.over:
            same_versions(run, settings, f"{self.wanted - run.count('tasks'):,} of {counted(self.wanted, 'task')}")
            refuse_changed(run)
            keep_domains(run, settings.domains)
        self._composing = Composing(run, settings, dry)
        self._shared = pairings(settings.mix.cells)
        """Which cells share near misses; each draws them itself where `pair` did not."""

    def pair(self) -> None:
        """Have the near misses drawn that cells share which are not full yet: else each process would draw them all."""
        settings, owed = self._settings, [self._settings.mix.cells[index] for index, _ in self._lacking()]
        needed = [one for one in self._shared if any(cell in one for cell in owed)]
        jobs = (Pair(one, settings.seed, settings.firewall) for one in needed)
        self._shared = tuple(traced(self._run, self._crew.map(jobs, self.tell)))

    def _kept(self) -> list[int]:
        """How many tasks the run has of each cell; looks at them all."""
        return [len(has.ids) for has in held(self._run, self._settings.mix.cells)]

    def _owing(self) -> bool:
        """Whether a cell is neither full nor known to be dry."""
        cells = zip(self._settings.mix.cells, self._settings.shares, self._has, strict=True)
        return any(has < len(ours) and str(cell) not in self._dry for cell, ours, has in cells)

    def _lacking(self) -> list[tuple[int, tuple[str, ...]]]:
        """Cells that are neither full nor known to be dry, with what they have."""
        cells = self._settings.mix.cells
        found = enumerate(zip(cells, self._settings.shares, held(self._run, cells), strict=True))
        return [
            (i, has.ids) for i, (cell, ours, has) in found if len(has.ids) < len(ours) and str(cell) not in self._dry
        ]

    def jobs(self) -> Iterator[LiveWork[Proposed | Round] | None]:
        """What a model composes comes first; then the cells that recipes fill, the largest first. None is: not yet."""
        yield from self._composing.jobs()
        settings, cells, stretches = self._settings, self._settings.mix.cells, self._settings.stretches
        for index, has in self._lacking():
            if cells[index].source == "model":
                reasons = self._composing.turned_down.get(str(cells[index]), Counter())
                self._dry[str(cells[index])] = Filled(cells[index], kept=len(has), turned_down=reasons).dry or ""
                write_dry(self._run, self._dry)
        owed = self._lacking()
        self.over = not owed
        self.tell(begin=True)
        ranks = {index: rank for rank, index in enumerate(in_order(cells))}
        shares = settings.shares if settings.shard else [None] * len(cells)
        for index, has in sorted(owed, key=lambda item: ranks[item[0]]):
            lines = tuple(self._run.line("tasks", key) for key in has)
            cell = cells[index]
            own = tuple(one.of(cell) for one in self._shared if cell in one)
            yield Propose(index, cell, settings.seed, settings.firewall, stretches[index], lines, shares[index], own)

    def take(self, result: Proposed | Round) -> list[str]:
        """Keep new tasks, or that a cell is dry; the ids of those that are new."""
        run = self._run
        if isinstance(result, Round):
            ids = self._composing.take(result)
            self._has = self._kept()
            self.tell(begin=True)
            return ids
        index, tasks, reason = result
        cell = self._settings.mix.cells[index]
        new = run.owed("tasks", tasks)
        run.keep("tasks", {key: tasks[key] for key in new})
        LOG.info("tasks proposed: %d of %s%s", len(tasks), cell, f"; dry: {reason}" if reason else "")
        if reason:
            self._dry[str(cell)] = reason
            write_dry(run, self._dry)
        self._has[index] += len(new)
        self.over = not self._owing()
        self.tell(begin=True)
        return new

    def tell(self, *, begin: bool = False) -> None:
        """How far it has come; when all is done, nothing more."""
        if begin or not self.over:
            counts = {"dry": len(self._dry), "calls": self._crew.calls}
            self._tell(self._run.count("tasks"), self.wanted, counts)


class _Playing:
    """The conversations that are owed, and what becomes of them."""

    def __init__(self, run: Run, settings: Settings, crew: Team, tell: Tell, words: _Proposing | None = None) -> None:
        self._run, self._settings, self._crew, self._tell, self._words = run, settings, crew, tell, words
        odd = _judge_kept(run, settings)
        self.judged = {key: good for key, good in standing(run).counted.items() if key not in odd}
        self._done, self._accepted = len(self.judged), sum(self.judged.values())
        self._crashes = Counter(key.partition(CRASH)[0] for key in run.kept("conversations") if is_crash(key))
        self.made = self._crashed = self._streak = 0
        self._last = False
        self.spent: Callable[[], bool] = lambda: False
        wanted = run.count("tasks") * settings.tries
        self.tell()
        if self._done < wanted:
            same_versions(run, settings, f"{wanted - self._done:,} of {counted(wanted, 'conversation')}")
            refuse_changed(run)
            keep_domains(run, settings.domains)

    def jobs(self) -> Iterator[Play]:
        """What is owed, read from disk only as fast as it is played."""
        owed = ((key, attempt) for key in self._run.kept("tasks") for attempt in self.attempts(key))
        while not self.spent() and (batch := tuple(itertools.islice(owed, self._crew.batch))):
            yield self.job(batch)

    def attempts(self, key: str) -> list[int]:
        """The tries at a task that were not judged yet."""
        return [k for k in range(self._settings.tries) if f"{key}.{k}" not in self.judged]

    def job(self, tries: Iterable[tuple[str, int]]) -> Play:
        """Some tries at tasks, by their ids."""
        settings = self._settings
        lines = tuple((self._run.line("tasks", key), attempt) for key, attempt in tries)
        limits = Limits(turns=settings.turns, corrections=settings.corrections if settings.corrects else 0)
        return Play(lines, settings.seed, settings.user, settings.agent, limits)

    def take(self, talks: Played) -> None:
        """Keep conversations and verdicts.

        Raises:
            RoleError: One conversation after the other crashes.
        """
        digests = self._run.append("conversations", [_numbered(self._run, talk, self._crashes) for talk, _ in talks])
        verdicts = [verdict for _, verdict in talks if verdict is not None]
        _keep(self._run, verdicts, digests)
        _log(talks)
        self.judged |= {verdict["id"]: verdict["accepted"] for verdict in verdicts}
        self._crashed += len(talks) - len(verdicts)
        self._done += len(verdicts)
        self.made += sum(verdict["accepted"] for verdict in verdicts)
        self.tell()
        self._streak = 0 if verdicts else self._streak + len(talks)
        if self._streak >= STREAK and not self._last:
            raise RoleError(
                f"the last {counted(self._streak, 'conversation')} crashed, the last one with: {talks[-1][0]['error']} Mend that, "
                "then run the same command again: what finished is kept, and these are owed."
            )

    def again(self) -> None:
        """Where models play, play what crashed once more; a streak of crashes ends that alone."""
        if not (self._crashed and self._settings.casting.live):
            return
        self._streak, self._last = 0, True
        for talks in traced(self._run, self._crew.map(self.jobs(), self.tell)):
            self.take(talks)
            if self._streak >= STREAK:
                break

    def tell(self) -> None:
        """How far it has come; while tasks are still to come, of as many as they will be at most."""
        coming = self._words is not None and not self._words.over
        tasks = max(self._words.wanted if self._words and coming else 0, self._run.count("tasks"))
        counts = {"accepted": sum(self.judged.values()), "crashed": self._crashed, "calls": self._crew.calls}
        self._tell(self._done, tasks * self._settings.tries, counts)


class _Due:
    """Tries at tasks that are kept, and that nobody plays yet; their lines are read when one begins."""

    def __init__(self, talks: _Playing) -> None:
        self._talks = talks
        self._tries: deque[tuple[str, int]] = deque()

    def add(self, keys: Iterable[str]) -> None:
        """What is owed of these tasks."""
        self._tries.extend((key, attempt) for key in keys for attempt in self._talks.attempts(key))

    def __len__(self) -> int:
        return len(self._tries)

    def popleft(self) -> Play:
        """The one that waits longest."""
        return self._talks.job([self._tries.popleft()])


def _log(talks: Iterable[tuple[Record, Record | None]]) -> None:
    for talk, verdict in talks:
        if verdict is None:
            LOG.info("%s crashed: %s", talk["id"], talk["error"])
        else:
            LOG.debug("%s %s", talk["id"], "accepted" if verdict["accepted"] else "rejected")


def refuse_changed(run: Run) -> None:
    """Refuse to go on over a task that is not the one that was judged.

    Raises:
        StoreError: There is one; names its line.
    """
    for key in standing(run).changed:
        raise run.spoiled("tasks", key, TASK_CHANGED)


# ----------------------------------------------------------------------------- conversations


def _numbered(run: Run, talk: Record, crashes: Counter[str]) -> Record:
    """A crash under an id of its own; one that takes the place of another, or of what another was judged for, says so."""
    key = talk["id"]
    if talk["stop"] == StopReason.CRASHED.value:
        crashes[key] += 1
        return talk | {"id": f"{key}{CRASH}{crashes[key] - 1}"}
    if run.digest("conversations", key) is None and run.digest("verdicts", key) is None:
        return talk
    return talk | {AGAIN: max(run.again("conversations", key), run.again("verdicts", key)) + 1}


def _keep(run: Run, verdicts: list[Record], digests: Mapping[str, str]) -> None:
    """Keep verdicts with the digests of what they judged; a verdict that counts again, as it is, is not kept twice."""
    fresh = []
    for verdict in verdicts:
        key, task_id = verdict["id"], verdict["task_id"]
        record = verdict | {DIGEST: digests[key], TASK_DIGEST: run.digest("tasks", task_id)}
        if run.digest("verdicts", key) is not None:
            old = run.get("verdicts", key)
            if DIGEST in old and fault(run, old) is None:
                continue
            record |= {AGAIN: max(run.again("conversations", key), run.again("verdicts", key) + 1)}
        fresh.append(record)
    run.append("verdicts", fresh)


def _judge_kept(run: Run, settings: Settings) -> set[str]:
    """Judge conversations that were kept just before a run was killed, and those of a run whose verdicts name no digest.

    A conversation that took the place of another since its verdict is one that was kept just before. Returns those that
    cannot be judged, which have to be played again.
    """
    found = standing(run)
    undated = set(found.undated)
    keys = [
        key
        for key in run.kept("conversations")
        if not is_crash(key)
        and (key in undated or (key not in found.counted and _unjudged(run, key)))
        and run.digest("tasks", key.rpartition(".")[0]) is not None
    ]
    if not keys or (set(keys) <= undated and other_versions(run, settings)):
        return set()
    same_versions(run, settings, f"the verdicts of {counted(len(keys), 'conversation')}")
    refuse_changed(run)
    odd: set[str] = set()
    for key in keys:
        talk = understood(run, "conversations", run.get("conversations", key), conversation_from_json)
        task: Task = understood(run, "tasks", run.get("tasks", talk.task_id), from_json)
        try:
            with boundary(RoleError, f"judging {key}"):
                verdict = judge(task, talk, load_domain(task.domain))
        except WritError:
            odd.add(key)
        else:
            _keep(run, [verdict], {key: run.digest("conversations", key) or ""})
    return odd


def _unjudged(run: Run, key: str) -> bool:
    """Whether a conversation came after the verdict that there is, if there is one."""
    if run.digest("verdicts", key) is None:
        return True
    return run.again("conversations", key) > run.again("verdicts", key)
