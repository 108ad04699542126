"""Behaviours: drawn by quota; and the words that scripts write manners with.

`assign` spreads the levels of each dimension evenly over a set of tasks. How a user then really talked is measured elsewhere, by other
means (`manner`). Here is only what a talk has of substance: details, openings, and a slip that was left standing.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from writ_dspy import patterns as re
from writ_dspy.conversation import Turn
from writ_dspy.simulate.trials.dealing import deal as deal_trials
from writ_dspy.simulate.trials.dealing import slipped
from writ_dspy.task import DIMENSIONS, GOAL_DIMENSIONS, Behaviour, Fact, Request, Slot, Task
from writ_dspy.trial import WrongFirst

COURTESY = ("please", "thank", "thanks", "appreciate", "grateful", "kindly", "sorry to bother")
URGENCY = (
    "in a hurry",
    "in a rush",
    "quickly",
    "as fast as",
    "asap",
    "short on time",
    "no time",
    "right away",
    "hurry",
)
SLANG = ("hey", "yep", "yeah", "gonna", "wanna", "kinda", "thx", "lemme", "gotta", "cool", "nah", "ya", "btw")
FOREIGN = ("i am wanting", "if is possible", "it is needed for me", "i have one doubt", "how i can", "explain me",
           "i am not sure how to say", "since long time", "i make this", "is good for me")  # fmt: skip
DIGRESSION = ("by the way", "funny enough", "fun fact", "off topic", "random, but", "unrelated, but", "on another note")
MISSPELLED = {
    "would": "woud", "because": "becuase", "which": "wich", "want": "wnat", "with": "wiht", "the": "teh", "that": "taht",
    "have": "ahve", "from": "form", "please": "plase", "thanks": "thnaks", "just": "jsut", "like": "liek", "again": "agian",
    "really": "realy", "about": "abuot", "could": "coud", "should": "shoud", "think": "thnik", "this": "tihs",
    "actually": "actualy", "going": "gonig", "different": "diffrent", "tomorrow": "tommorow", "great": "graet",
    "something": "somehting", "there": "tehre", "your": "yoru", "know": "konw", "what": "waht", "when": "wehn", "them": "tehm", "here": "heer",
    "been": "bene", "much": "mcuh", "also": "aslo", "some": "soem", "these": "tehse", "they": "tehy", "where": "wheer", "and": "adn",
}  # fmt: skip

OFTEN = {("correction", "none"): 5, ("digression", "none"): 5, ("patience", "patient"): 3, ("verbosity", "medium"): 3}
"""Levels that come up more often than once for each other level of their dimension: few people tell a wrong id first, are in a hurry, or
say more than there is to say."""
_SHIFTED = {"patience": 1}
"""By how many places the levels of a dimension begin later: of two with as many places, the same levels would always come together in cells of one task."""
_TURN = "turn"
"""Beside the dimensions: whose turn it is to be dealt trials."""
Stretch: TypeAlias = tuple[int, int, int]
"""Places of a cell that were asked for at once: the first, the one after the last, and how many the run had before."""


def assign(tasks: Sequence[Task], seed: int, start: int = 0) -> list[Task]:
    """Each task with a behaviour; of every dimension, each free level occurs equally often, or as `OFTEN` has it, give or take one.

    Args:
        tasks: Tasks of one cell, in order.
        seed: The run's seed.
        start: How many tasks the cells before this one ask for, so that the quota also holds over all cells.
    """
    return deal(enumerate(tasks), seed, ((0, len(tasks), start),))


def deal(placed: Iterable[tuple[int, Task]], seed: int, stretches: Sequence[Stretch]) -> list[Task]:
    """Each task with the behaviour of its place in a cell; a place has the same one whichever others are dealt.

    Args:
        placed: Tasks of one cell with their places.
        seed: The run's seed.
        stretches: Of the cell; together they hold every place. Over each, and over those of all cells together, each
            free level occurs equally often, or as `OFTEN` has it, give or take one.
    """
    dealer = Dealer(seed, stretches)
    return [dealer.deal(place, task) for place, task in placed]


class Dealer:
    """Deals to the tasks of one cell as they come; what a place gets is the same whichever came before."""

    def __init__(self, seed: int, stretches: Sequence[Stretch]) -> None:
        self._seed, self._stretches = seed, stretches
        self._columns: dict[Stretch, dict[str, list[str]]] = {}

    def deal(self, place: int, task: Task) -> Task:
        """The task with the behaviour of that place."""
        stretch = next(one for one in self._stretches if one[0] <= place < one[1])
        if stretch not in self._columns:
            self._columns[stretch] = _columns(stretch, self._seed)
        levels = {name: column[place - stretch[0]] for name, column in self._columns[stretch].items()}
        turn = int(levels.pop(_TURN))
        return _with_behaviour(task, levels, turn, self._seed)


def _columns(stretch: Stretch, seed: int) -> dict[str, list[str]]:
    """The level of each free dimension at each place of a stretch."""
    first, end, start = stretch
    columns: dict[str, list[str]] = {}
    for dimension, levels in DIMENSIONS.items():
        if dimension not in GOAL_DIMENSIONS:
            often = [level for level in levels for _ in range(OFTEN.get((dimension, level), 1))]
            begin = start + _SHIFTED.get(dimension, 0)
            column = [often[(begin + index) % len(often)] for index in range(end - first)]
            random.Random(f"{seed}/{dimension}/{start}").shuffle(column)
            columns[dimension] = column
    _keep_apart(columns)
    columns[_TURN] = [str(start + index) for index in range(end - first)]
    random.Random(f"{seed}/trials/{start}").shuffle(columns[_TURN])
    return columns


_APART = (
    ("verbosity", "chatty", "patience"),
    ("disclosure", "one thing at a time", "disclosure"),
    ("confirmation", "asks once more", "confirmation"),
    ("digression", "small talk", "digression"),
)
"""A dimension, its level that nobody in a hurry has, and the dimension whose levels change places for that."""


def _keep_apart(columns: dict[str, list[str]]) -> None:
    """Nobody in a hurry dawdles, as far as the places allow it; how often each level occurs stays as it is."""
    for dimension, level, moved in _APART:
        pairs = list(zip(columns[dimension], columns["patience"], strict=True))
        wrong = [at for at, pair in enumerate(pairs) if pair == (level, "hurried")]
        free = [at for at, pair in enumerate(pairs) if pair[0] != level and pair[1] == "patient"]
        column = columns[moved]
        for one, other in zip(wrong, free, strict=False):
            column[one], column[other] = column[other], column[one]


def _with_behaviour(task: Task, levels: dict[str, str], turn: int, seed: int) -> Task:
    levels["memory"] = task.memory
    levels["change of mind"] = "has a fallback" if any(d.otherwise for d in task.goal.decisions) else "none"
    slip = None
    if levels["correction"] == "corrects a slip":
        slip = _slip(task.identity, task.facts, random.Random(f"{seed}/slip/{task.id}"))
        if slip is None:
            levels["correction"] = "none"
    ordered = tuple((name, levels[name]) for name in DIMENSIONS)
    trials = deal_trials(task, turn, seed, slips=slip is not None, at_once=levels["disclosure"] == "all at once")
    return dataclasses.replace(task, behaviour=Behaviour(ordered, slip, trials=trials))


def _slip(identity: Slot, facts: Sequence[Fact], rng: random.Random) -> tuple[str, str] | None:
    """A fact of the identity with one of its digits changed."""
    for fact in facts:
        value = str(fact.value)
        wrong = slipped(value, rng) if value in identity.text else None
        if wrong is not None:
            return fact.key, wrong
    return None


# ----------------------------------------------------------------------------- what was said


def discloses(slot: Slot, text: str) -> bool:
    """Whether a text gives this detail: each of its marks starts a word there ("one" is not in "done")."""
    if not slot.marks:
        return slot.text.lower() in text.lower()
    return all(place_of(mark, text) >= 0 for mark in slot.marks)


_IN_A_WORD = re.compile(r"(?:\w|\w['’])$")


def place_of(mark: str, text: str) -> int:
    """Where a word starts so, or -1; a mark of up to three letters is a whole word, or its plural ("me" is not in "meant", "s" not in "it's")."""
    mark, lower = mark.lower(), text.lower()
    start = lower.find(mark)
    while start >= 0:
        after = lower[start + len(mark) :]
        whole = len(mark) > 3 or not _goes_on(after[after.startswith("s") :])
        if whole and not _IN_A_WORD.search(lower[:start]):
            return start
        start = lower.find(mark, start + 1)
    return -1


def _goes_on(text: str) -> bool:
    return text[:1].isalnum() or text[:1] == "_"


def has(words: Iterable[str], text: str) -> bool:
    """Whether any of the words or phrases occurs in the text, on word boundaries."""
    return _any_of(tuple(words)).search(text.lower()) is not None


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")


OPENS = 0.6
"""Share of the words of its opening by which a text brings a request up."""


def opens(request: Request, text: str) -> bool:
    """Whether a text brings the request up: in its words, though some may be misspelled or left out."""
    return share_of_opening(request, text) >= OPENS


def share_of_opening(request: Request, text: str) -> float:
    """How much of the words that bring a request up a text holds."""
    opening = _words(request.opening)
    return len(opening & _words(text)) / len(opening) if opening else 1.0


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z']+", text.lower()))


def left_standing(task: Task, turns: Sequence[Turn]) -> Iterator[tuple[int, str, str]]:
    """A slip that the user made and never put right, as (turn, saw, wanted): a wrong fact is no matter of manner."""
    for wrong, right in _made(task):
        yield from _standing(wrong, right, turns)


def _made(task: Task) -> Iterator[tuple[str, str]]:
    """What a task's user was dealt to get wrong, and what is right."""
    if task.behaviour is None:
        return
    if task.behaviour.slip is not None:
        key, wrong = task.behaviour.slip
        yield wrong, str(next(fact.value for fact in task.facts if fact.key == key))
    yield from ((trial.wrong, trial.right) for trial in task.behaviour.trials if isinstance(trial, WrongFirst))


def _standing(wrong: str, right: str, turns: Sequence[Turn]) -> Iterator[tuple[int, str, str]]:
    _, made, rest = "\n".join(turn.text for turn in turns if turn.role == "user").lower().partition(wrong.lower())
    if made and right.lower() not in rest:
        at = next(i for i, turn in enumerate(turns) if turn.role == "user" and wrong.lower() in turn.text.lower())
        yield at, f"{wrong} left standing", f"{right} after it"
