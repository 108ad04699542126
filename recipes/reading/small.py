"""The way of `--model tiny`: sets in the tokens of `compact.py`, a model from nothing, episodes through the bridge."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence

import torch
from compact import Bridge, Tokens, tokens_of, vocabulary
from outcomes import Outcome, outcome
from talks import SETS, cell_of, plain, played
from tiny import Net, Shape, Speaker, train

from writ_dspy.domains import Domain
from writ_dspy.simulate.loop import Limits
from writ_dspy.task import Task
from writ_dspy.train import Episode

TRIES = {"write": 3, "read": 1}
"""Talks about each task, each in other words, so that neither set repeats one."""
TRIAL = (4, 20)
"""Steps by which the speed is measured: what the longer training takes more."""
TURNS, MOST = 60, 120
"""Where an episode is cut off, and an answer: twice what the longest right ones take."""


class Small:
    """Makes the sets once, and a model at a time."""

    def __init__(
        self, asked: argparse.Namespace, domain: Domain, learned: Sequence[Task], tell: Callable[[str], None]
    ) -> None:
        torch.set_num_threads(1)
        self.asked, self.domain, self.tell, self.shape = asked, domain, tell, Shape()
        self.sets = self._sets(learned)
        self.words = vocabulary(row for rows in self.sets.values() for row in rows)
        (asked.out / "models").mkdir(exist_ok=True)
        self.steps = asked.steps or self._steps()

    @staticmethod
    def takes(task: Task) -> bool:
        """Slots have no endings, so a record that is named by the end of its number cannot be told."""
        return task.memory != "half-remembers"

    def model(self, name: str, seed: int) -> Player:
        """Trained on a set; what was trained before is read back."""
        self.tell(f"{name}, seed {seed}: a model of {self.steps} steps")
        keep = self.asked.out / "models" / f"{name}-{seed}.pt"
        return Player(train(self.sets[name], self.words, self.steps, seed, keep, self.shape, self.tell), self.domain)

    def about(self) -> dict[str, object]:
        """What the table should be read with."""
        rows = {
            name: (len(rows), _count(rows), sum(map(sum, (row.learned for row in rows))))
            for name, rows in self.sets.items()
        }
        net = Net(self.words, self.shape)
        spent = [
            torch.load(path, weights_only=True)["spent"] for path in sorted((self.asked.out / "models").glob("*.pt"))
        ]
        return {
            "model": f"{sum(one.numel() for one in net.parameters()):,} weights, from nothing; a vocabulary of {len(self.words)}",
            "sets": "; ".join(f"{name}: {one} talks, {two:,} tokens, {three:,} of them the agent's" for name, (one, two, three) in rows.items()),
            "training": f"{self.steps} steps of {self.shape.batch:,} tokens, {len(spent)} models, {sum(spent) / 60:.0f} core minutes",
        }  # fmt: skip

    def _sets(self, learned: Sequence[Task]) -> dict[str, list[Tokens]]:
        """Two sets of equal tokens, in which no talk occurs twice; made once, and kept."""
        keep = self.asked.out / "sets.json"
        if not keep.exists():
            self.tell("playing the tasks to learn from")
            rng, rows = random.Random(0), dict[str, list[Tokens]]()
            for side, tries in TRIES.items():
                tasks = [task for task in learned if (cell_of(task).kind == "read-heavy") == (side == "read")]
                rows[side] = [
                    tokens_of(one.talk.turns, self.domain)
                    for one in played([plain(task) for task in tasks], self.domain, tries, 0)
                ]
                rng.shuffle(rows[side])
            budget = min(_count(rows["write"]), 2 * _count(rows["read"]))
            sets = (
                _first(rows["write"], budget),
                _first(rows["write"], budget // 2) + _first(rows["read"], budget // 2),
            )
            keep.write_text(
                json.dumps(
                    {name: [[one.tokens, one.learned] for one in some] for name, some in zip(SETS, sets, strict=True)}
                )
            )
        found = json.loads(keep.read_text())
        return {name: [Tokens(tuple(one), tuple(two)) for one, two in found[name]] for name in SETS}

    def _seconds(self, steps: int) -> float:
        """Of CPU, for a training that is thrown away."""
        trial, began = self.asked.out / "models" / "trial", time.process_time()
        train(self.sets["mixed"], self.words, steps, 0, trial, self.shape, lambda _: None)
        trial.unlink()
        return time.process_time() - began

    def _steps(self) -> int:
        """As many as the minutes allow, by the speed of a few; found once, so that all models get the same."""
        keep = self.asked.out / "steps.json"
        if not keep.exists():
            self._seconds(1)  # what torch loads once would count as slowness
            short, long = (self._seconds(steps) for steps in TRIAL)
            each = (long - short) / (TRIAL[1] - TRIAL[0])
            keep.write_text(json.dumps(max(1, int(60 * self.asked.minutes / (len(SETS) * self.asked.seeds) / each))))
        return int(json.loads(keep.read_text()))


class Player:
    """A trained model as the agent of episodes."""

    def __init__(self, net: Net, domain: Domain) -> None:
        self.net, self.domain = net, domain

    def play(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Each task once, with the plain user."""
        for task in tasks:
            yield outcome(self.episode(task))

    def episode(self, task: Task) -> Episode:
        """One played to its end; given up where what the model says is no turn."""
        episode = Episode(plain(task), run_seed=1, limits=Limits(turns=TURNS))
        bridge, speaker = Bridge(self.domain), Speaker(self.net)
        episode.reset()
        heard = 0
        while not episode.done:
            tokens = [token for turn in episode.turns[heard:] if turn.role != "agent" for token in bridge.heard(turn)]
            heard = len(episode.turns)
            turn = bridge.turn(speaker.answer(tokens, MOST))
            if turn is None:
                break
            episode.act(turn)
        return episode


def _count(rows: Sequence[Tokens]) -> int:
    return sum(len(row.tokens) for row in rows)


def _first(rows: Sequence[Tokens], budget: int) -> list[Tokens]:
    """From the front, as many whole talks as fit."""
    taken, held = [], 0
    for row in rows:
        if held + len(row.tokens) <= budget:
            taken.append(row)
            held += len(row.tokens)
    return taken
