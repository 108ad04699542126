"""Behaviours: drawn by quota, and recognized in what a user really said.

`assign` spreads the levels of each dimension evenly over a set of tasks. `shown` says which levels cannot be seen
in a talk: a figure for whoever optimizes a user, and no reason to reject what was said. It looks at words alone, so scripted
and language-model users are measured alike.
"""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from writ_dspy.codec import parts
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.shown import counted
from writ_dspy.simulate.acts import assents
from writ_dspy.task import DIMENSIONS, GOAL_DIMENSIONS, Behaviour, Fact, Request, Said, Slot, Task, Where, in_own_words

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
}  # fmt: skip
_WRONG = frozenset(MISSPELLED.values()) - {"form"}


Stretch: TypeAlias = tuple[int, int, int]
"""Places of a cell that were asked for at once: the first, the one after the last, and how many the run had before."""


def assign(tasks: Sequence[Task], seed: int, start: int = 0) -> list[Task]:
    """Each task with a behaviour; of every dimension, each free level occurs equally often, give or take one.

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
            free level occurs equally often, give or take one.
    """
    dealt: list[Task] = []
    columns: dict[Stretch, dict[str, list[str]]] = {}
    for place, task in placed:
        stretch = next(one for one in stretches if one[0] <= place < one[1])
        if stretch not in columns:
            columns[stretch] = _columns(stretch, seed)
        levels = {name: column[place - stretch[0]] for name, column in columns[stretch].items()}
        dealt.append(_with_behaviour(task, levels, seed))
    return dealt


def _columns(stretch: Stretch, seed: int) -> dict[str, list[str]]:
    """The level of each free dimension at each place of a stretch."""
    first, end, start = stretch
    columns: dict[str, list[str]] = {}
    for dimension, levels in DIMENSIONS.items():
        if dimension not in GOAL_DIMENSIONS:
            column = [levels[(start + index) % len(levels)] for index in range(end - first)]
            random.Random(f"{seed}/{dimension}/{start}").shuffle(column)
            columns[dimension] = column
    return columns


def _with_behaviour(task: Task, levels: dict[str, str], seed: int) -> Task:
    levels["memory"] = task.memory
    levels["change of mind"] = "has a fallback" if any(d.otherwise for d in task.goal.decisions) else "none"
    slip = None
    if levels["correction"] == "corrects a slip":
        slip = _slip(task.identity, task.facts, random.Random(f"{seed}/slip/{task.id}"))
        if slip is None:
            levels["correction"] = "none"
    ordered = tuple((name, levels[name]) for name in DIMENSIONS)
    return dataclasses.replace(task, behaviour=Behaviour(ordered, slip))


def _slip(identity: Slot, facts: Sequence[Fact], rng: random.Random) -> tuple[str, str] | None:
    """A fact of the identity with two of its digits changed, so that it is plainly wrong but of the same form."""
    for fact in facts:
        value = str(fact.value)
        places = [index for index, char in enumerate(value) if char.isdigit()]
        if value in identity.text and len(places) >= 2:
            place = rng.choice(places)
            wrong = str((int(value[place]) + rng.randint(1, 9)) % 10)
            return fact.key, value[:place] + wrong + value[place + 1 :]
    return None


# ----------------------------------------------------------------------------- what can be seen


def discloses(slot: Slot, text: str) -> bool:
    """Whether a text gives this detail: each of its marks starts a word there ("one" is not in "done")."""
    lower = text.lower()
    if not slot.marks:
        return slot.text.lower() in lower
    return all(_stands_in(mark.lower(), lower) for mark in slot.marks)


def _stands_in(mark: str, lower: str) -> bool:
    """Whether a word starts so; a mark of up to three letters is a whole word, or its plural ("me" is not in "meant")."""
    start = lower.find(mark)
    while start >= 0:
        after = lower[start + len(mark) :]
        whole = len(mark) > 3 or not _goes_on(after[after.startswith("s") :])
        if whole and not (start and _goes_on(lower[start - 1])):
            return True
        start = lower.find(mark, start + 1)
    return False


def _goes_on(text: str) -> bool:
    return text[:1].isalnum() or text[:1] == "_"


def shown(task: Task, domain: Domain, turns: Sequence[Turn]) -> Iterator[tuple[str, str, str]]:
    """Each level that cannot be seen in the talk, as (dimension, saw, wanted)."""
    behaviour = task.behaviour
    if behaviour is None:
        return
    task = in_own_words(task)
    said = [(index, turn.text) for index, turn in enumerate(turns) if turn.role == "user"]
    texts = [text for _, text in said]
    if not texts:
        return
    yield from _disclosure(behaviour["disclosure"], task, texts)
    yield from _memory(behaviour["memory"], task, domain, texts)
    yield from _verbosity(behaviour["verbosity"], task, texts)
    yield from _tone(behaviour["tone"], texts)
    yield from _marked("patience", behaviour["patience"] == "hurried", URGENCY, texts)
    yield from _language(behaviour["language"], texts)
    yield from _correction(behaviour, task, texts)
    yield from _marked("digression", behaviour["digression"] == "small talk", DIGRESSION, texts)
    yield from _confirmation(behaviour["confirmation"], domain, task, turns)


def has(words: Iterable[str], text: str) -> bool:
    """Whether any of the words or phrases occurs in the text, on word boundaries."""
    return _any_of(tuple(words)).search(text.lower()) is not None


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")


def _disclosure(level: str, task: Task, texts: list[str]) -> Iterator[tuple[str, str, str]]:
    slots = [slot for request in task.requests for slot in request.slots]
    if not slots:
        return
    counts = [sum(discloses(slot, text) for slot in slots) for text in texts]
    if level == "all at once" and counts[0] < len(slots):
        yield (
            "disclosure",
            f"{counts[0]} of {counted(len(slots), 'detail')} in the first message",
            "all details at once",
        )
    if level != "all at once" and len(slots) > 1 and counts[0] == len(slots):
        yield "disclosure", "all details in the first message", f"details {level}"
    if level == "one thing at a time":
        # two at once are let pass: one word can be the mark of two details ("the lamp order", "the lamp")
        most = max(count for request in task.requests for count in _new_details(request.slots, texts))
        if most > 2:
            yield "disclosure", f"{counted(most, 'new detail')} in one message", "one thing at a time"


def _new_details(slots: Sequence[Slot], texts: Sequence[str]) -> Iterator[int]:
    """Per message, how many details it gives that no earlier message gave (equal marks count once)."""
    known: set[tuple[str, ...]] = set()
    for text in texts:
        now = {slot.marks or (slot.text,) for slot in slots if discloses(slot, text)}
        yield len(now - known)
        known |= now


def _memory(level: str, task: Task, domain: Domain, texts: list[str]) -> Iterator[tuple[str, str, str]]:
    joined = " ".join(texts)
    if level == "knows ids":
        ids = domain.pack.ids(" ".join(str(fact.value) for fact in task.facts))
        values = {str(fact.value) for fact in task.facts}
        records = {value for value in values & ids if value not in task.identity.text}
        if records and not any(value in joined for value in records):
            yield "memory", "no id of a record", f"one of {', '.join(sorted(records))}"
    if level == "half-remembers":
        ends = [
            part.value.value
            for part in parts(task.goal)
            if isinstance(part, Where) and part.op == "ends with" and isinstance(part.value, Said)
        ]
        if not any(str(end) in joined for end in ends):
            yield "memory", "no part of an id", f"that it ends in {' or '.join(map(str, ends))}"


def _verbosity(level: str, task: Task, texts: list[str]) -> Iterator[tuple[str, str, str]]:
    slots = [task.identity, *(slot for request in task.requests for slot in request.slots)]
    plain = [text for text in texts[1:] if not any(discloses(slot, text) for slot in slots)]
    plain = [text for text in plain if not any(opens(request, text) for request in task.requests)]
    if not plain:
        return
    mean = sum(len(text.split()) for text in plain) / len(plain)
    low, high = {"terse": (1, 12), "medium": (2, 24), "chatty": (12.5, 80)}[level]
    if not low <= mean <= high:
        yield "verbosity", f"{mean:.1f} words a message", f"{level}: {low} to {high}"


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


def _tone(level: str, texts: list[str]) -> Iterator[tuple[str, str, str]]:
    share = sum(has(COURTESY, text) for text in texts) / len(texts)
    low, high = {"polite": (0.6, 1.0), "neutral": (0.0, 0.8), "blunt": (0.0, 0.0)}[level]
    if not low <= share <= high:
        yield "tone", f"courtesy in {share:.0%} of the messages", f"{level}: {low:.0%} to {high:.0%}"


def _marked(name: str, wanted: bool, words: tuple[str, ...], texts: list[str]) -> Iterator[tuple[str, str, str]]:
    found = any(has(words, text) for text in texts)
    if found != wanted:
        some = ", ".join(words[:3])
        yield name, "found" if found else "nothing of it", f"{'one of' if wanted else 'none of'}: {some}, …"


def _language(level: str, texts: list[str]) -> Iterator[tuple[str, str, str]]:
    joined = " ".join(texts)
    tokens = _words(joined)
    seen: dict[str, bool] = {
        "casual": bool(tokens & set(SLANG)),
        "typos": bool(tokens & _WRONG),
        "non-native": has(FOREIGN, joined),
    }
    if level in seen and not seen[level]:
        yield "language", "nothing of it", level
    for other in ("typos", "non-native"):
        if other != level and seen[other]:
            yield "language", other, level


def _correction(behaviour: Behaviour, task: Task, texts: list[str]) -> Iterator[tuple[str, str, str]]:
    if behaviour.slip is None:
        return
    key, wrong = behaviour.slip
    right = str(next(fact.value for fact in task.facts if fact.key == key))
    for text in map(str.lower, texts):
        at = text.find(wrong.lower())
        if at >= 0:
            if right.lower() not in text[at + len(wrong) :]:
                yield "correction", f"{wrong} left standing", f"{right} right after it"
            return
    yield "correction", "no slip", f"{wrong} first, then {right}"


def left_standing(task: Task, turns: Sequence[Turn]) -> Iterator[tuple[str, str]]:
    """A slip that the user made and never put right, as (saw, wanted): a wrong fact is no matter of manner."""
    if task.behaviour is None or task.behaviour.slip is None:
        return
    key, wrong = task.behaviour.slip
    right = str(next(fact.value for fact in task.facts if fact.key == key))
    _, made, rest = "\n".join(turn.text for turn in turns if turn.role == "user").lower().partition(wrong.lower())
    if made and right.lower() not in rest:
        yield f"{wrong} left standing", f"{right} after it"


def _confirmation(level: str, domain: Domain, task: Task, turns: Sequence[Turn]) -> Iterator[tuple[str, str, str]]:
    """Judged at the first message, before any write, that lists a gold write and asks; nothing to judge without one."""
    gold = set(map(domain.effect, task.gold))
    for index, turn in enumerate(turns[:-1]):
        if any(domain.effect(call) in gold for call in turn.calls):
            return
        lower = turn.text.lower()
        answer = turns[index + 1]
        if turn.role != "agent" or answer.role != "user" or "?" not in lower:
            continue
        for call in task.gold:
            groups = domain.pack.phrases.renderings(call)
            if all(any(text in lower for text in group) for group in groups):
                yield from _style(
                    level, answer.text, turn.text, [text for group in groups for text in group if len(text) > 2]
                )
                return


def _style(level: str, answer: str, listed: str, details: list[str]) -> Iterator[tuple[str, str, str]]:
    repeats = any(detail in answer.lower() for detail in details)
    yes = assents(answer, listed)
    if level == "plain yes" and not yes:
        yield "confirmation", answer[:60], "a plain yes"
    if level == "repeats the key detail" and not (yes and repeats):
        yield "confirmation", answer[:60], f"a yes that names one of: {', '.join(details[:4])}"
    if level == "asks once more" and "?" not in answer:
        yield "confirmation", answer[:60], "a question before the yes"
