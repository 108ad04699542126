"""Our verifier beside τ²'s evaluator: the time of one verdict, and where the two agree."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.measured import CORES, Row, Size, say
from benchmarks.official import official_reward, shared
from writ_dspy.domains import NAMES, load
from writ_dspy.report.transcript import Transcript
from writ_dspy.run.synth import Synthesis
from writ_dspy.run.synth import load as load_run
from writ_dspy.verify.checks import CHECKS, verify


def rows(size: Size, run: Synthesis, careless: Synthesis) -> Iterator[Row]:
    """Time per verdict, then agreement on what was accepted and on what a careless agent did."""
    yield from timed(size, run)
    yield accepted(run)
    yield from spoiled(careless)


def timed(size: Size, run: Synthesis) -> Iterator[Row]:
    """The mean over the same accepted conversations, each judged once by either side."""
    for name in NAMES:
        own = (shown for shown in run.conversations() if shown.task.domain == name)
        first, *talks = itertools.islice(own, size.talks + 1)
        _ours(first)
        official_reward(first.task, first.talk)
        ours, again, stock = (sum(map(judge, talks)) / len(talks) * 1e3 for judge in (_ours, _ours, _stock))
        note = f"{len(talks)} conversations; ours runs {len(CHECKS)} checks, the official evaluator two"
        what = f"verify one conversation, {name}, against the official evaluator"
        yield Row("verifier", what, "ms CPU", ours, stock, 5.0, note, key=True)
        note = "as in a run, where the conversation was played just before: its reads are at hand"
        yield Row("verifier", f"the same once more, {name}", "ms CPU", again, stock, 5.0, note)


def _ours(shown: Transcript) -> float:
    start = time.process_time()
    verify(shown.task, shown.talk, load(shown.task.domain))
    return time.process_time() - start


def _stock(shown: Transcript) -> float:
    start = time.process_time()
    official_reward(shown.task, shown.talk)
    return time.process_time() - start


def accepted(run: Synthesis) -> Row:
    """How many accepted conversations the official evaluator gives 1.0."""
    rewards = _rewards(run, accepted=True)
    full = sum(reward == 1.0 for reward in rewards.values())
    what = "accepted conversations with official reward 1.0"
    total = len(rewards)
    return Row("verifier", what, "", f"{full} of {total}", target=f"{total} of {total}", key=True)


def spoiled(run: Synthesis) -> Iterator[Row]:
    """Where the two part on the careless agent's conversations."""
    rewards = _rewards(run, accepted=None)
    found = {shown.talk.id: shown.verdict or {} for shown in run.conversations(accepted=None)}
    laxer = sum(bool(found[key]["accepted"]) and reward < 1.0 for key, reward in rewards.items())
    stricter = [key for key, reward in rewards.items() if reward == 1.0 and not found[key]["accepted"]]
    checks = Counter(name for key in stricter for name in {item["check"] for item in found[key]["findings"]})
    judged = f"{len(rewards)} conversations of the careless agent"
    if run.crashed():
        judged += f", {len(run.crashed())} more crashed"
    what = "accepted by us, official reward below 1.0"
    yield Row("verifier", what, "", float(laxer), target=0.0, note=judged, key=True)
    note = f"{judged}; by check: {', '.join(f'{name} {count}' for name, count in checks.most_common())}"
    yield Row("verifier", "official reward 1.0, rejected by us", "", float(len(stricter)), note=note)
    both = sum(reward == 1.0 and found[key]["accepted"] for key, reward in rewards.items())
    yield Row("verifier", "accepted by both", "", float(both), note=judged)


def _rewards(run: Synthesis, *, accepted: bool | None) -> dict[str, float]:
    """Official reward of each conversation by id, worked out on all cores that we may use."""
    keys = [shown.talk.id for shown in run.conversations(accepted=accepted)]
    say(f"official evaluator over {len(keys)} conversations of {run.folder.name}")
    shares = [(run.folder, keys[start::CORES]) for start in range(CORES)]
    with ProcessPoolExecutor(CORES, get_context("spawn")) as pool:
        return dict(item for share in pool.map(_share, shares) for item in share)


def _share(work: tuple[Path, Sequence[str]]) -> list[tuple[str, float]]:
    """A reward of 0.0 also where the evaluator refuses: a recorded result is not what it sees itself."""
    folder, keys = work
    found = []
    every = load_run(folder).conversations(accepted=None)
    for key in keys:
        shown = every.starting(key)[0]
        try:
            found.append((key, official_reward(shown.task, shown.talk, shared)))
        except ValueError:
            found.append((key, 0.0))
    return found
