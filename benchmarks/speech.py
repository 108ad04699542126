"""Faults of language and sense, by kind, and how alike the agent's texts are: `python -m benchmarks.speech RUN`.

Each kind is something that a reader of the data found and that code can count: a conversation has it or not. How alike texts
are is measured at the sizes at which it was measured on real conversations, so that the figures can stand beside each other.
"""

from __future__ import annotations

import itertools
import random
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from writ_dspy import patterns as re
from writ_dspy.domains import load
from writ_dspy.report.transcript import Transcript
from writ_dspy.run.synth import load as load_run
from writ_dspy.simulate.acts import heard
from writ_dspy.simulate.behaviour import DIGRESSION, has

SAMPLES = {"tau2:retail": 100, "tau2:airline": 50}
"""Conversations of each domain among which near-duplicates are looked for; the real ones were as many."""
REAL = {"tau2:retail": (0.15, 0.26), "tau2:airline": (0.06, 0.26)}
"""Of real conversations: share of agent texts with a near-duplicate, and of agent sentences that 100 skeletons cover."""
ALIKE = 0.6
"""Share of words in common from which on two texts are near-duplicates."""
SKELETONS = 100

_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
_WORD = re.compile(r"[\w']+")
_DOUBLED = re.compile(r"\b(?!that\b|had\b)(?<!/)([A-Za-z]+) \1\b", re.IGNORECASE)
_LOWER = re.compile(r"[.!?] +(?!e-?mail|i\b|[\w.]+@)[a-z]|, The\b")
_ONE_OF_MANY = re.compile(r"(?<![\w.,$/-])1 (?!inches|series|this|is|was|has|plus|across|business|less)[a-z]+(?<!s)s\b")
_MANY_OF_ONE = re.compile(
    r"(?<![\w.,$/-])(?:[2-9]|\d{2,}) (?:bag|item|order|reservation|variant|option|passenger|flight|piece|record|version|look-up|trip)\b(?![\w-])"
)
_FOR_TO = re.compile(r"\b(?:modify|change|update)\b[^.\n]{0,160}\) for (?:the|your)\b")
_LOOKED = re.compile(
    r"\b(?:looked|went|going|gone|checked|compared)\b[^.\n]{0,25}?\b(\d+) (?:of your )?(?:records|look-ups|searches)\b",
    re.IGNORECASE,
)
_ARE_IS = re.compile(r"\bThe (?:\w+ )?(?!address|status|class)\w+(?<!s)s is \d", re.IGNORECASE)
_REPEAT = re.compile(r"\b(?:again|once more|repeat\w*|list\w*|read|sum|recap)\b", re.IGNORECASE)
_GREETING = re.compile(r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day))\b", re.IGNORECASE)
_WHEN = re.compile(r"\b(?:when would you like to (?:fly|travel)|on which dates?|which day would)\b", re.IGNORECASE)
_WHERE = re.compile(
    r"\b(?:which route|origin and destination|where would you like to (?:fly|go)|departure and arrival)\b",
    re.IGNORECASE,
)
_ODD = re.compile(
    r"\b(?:any money moves|every flight goes|no longer exists as a trip|not able to do cancelling|like last time|break up the day|stretch my legs)\b"
    r"|, please[.,] please\b|\bas you surely know\b|\bplease\b[^.?!]{0,40}, please\.",
    re.IGNORECASE,
)  # fmt: skip


def _texts(shown: Transcript, role: str) -> list[str]:
    return [turn.text for turn in shown.talk.turns if turn.role == role and turn.text]


def _plain(shown: Transcript) -> list[str]:
    """What the agent says, and a user who makes no mistakes of spelling."""
    behaviour = shown.task.behaviour
    clean = behaviour is None or behaviour["language"] == "plain"
    return _texts(shown, "agent") + (_texts(shown, "user") if clean else [])


def _found(pattern: re.Pattern, texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        match = pattern.search(text)
        if match:
            yield text[max(0, match.start() - 40) : match.end() + 40].replace("\n", " ")


def _untrue_counts(shown: Transcript) -> Iterator[str]:
    """More records or look-ups than there were reads."""
    reads = 0
    for turn in shown.talk.turns:
        reads += len(turn.calls)
        match = _LOOKED.search(turn.text) if turn.role == "agent" else None
        if match and int(match[1]) > reads:
            yield match[0]


def _foreseen(shown: Transcript) -> Iterator[str]:
    """A product that the agent names before the user or a tool did."""
    if shown.task.domain != "tau2:retail":
        return
    names = [str(row["name"]).lower() for row in load(shown.task.domain).tables["products"].values()]
    before = ""
    for turn in shown.talk.turns:
        lower = turn.text.lower()
        if turn.role == "agent":
            yield from (
                name for name in names if re.search(rf"\b{re.escape(name)}\b", lower) and name.split()[-1] not in before
            )
        before += lower


def _repeated(shown: Transcript) -> Iterator[str]:
    """A proposal that stands there word for word once more, though nobody asked to see it again."""
    told: set[str] = set()
    asked = ""
    for turn in shown.talk.turns:
        if turn.role == "user":
            asked = turn.text
        elif turn.role == "agent" and turn.text and "proposal" in heard(turn.text).kinds:
            if turn.text in told and not _REPEAT.search(asked):
                yield turn.text[:80]
            told.add(turn.text)


def _pointless(shown: Transcript) -> Iterator[str]:
    """A day is asked for that nobody will fly on, or a route that cannot change."""
    tools = {wish.tool for wish in shown.task.goal.decisions} | {
        wish.otherwise.tool for wish in shown.task.goal.decisions if wish.otherwise
    }
    texts = _texts(shown, "agent")
    if tools == {"cancel_reservation"}:
        yield from _found(_WHEN, texts)
    if tools and "book_reservation" not in tools and not any(wish.bare for wish in shown.task.goal.decisions):
        yield from _found(_WHERE, texts)


def _greets_again(shown: Transcript) -> Iterator[str]:
    later = _texts(shown, "user")[1:]
    yield from (text[:60] for text in later if _GREETING.match(text))


def _from_both(pattern: re.Pattern) -> Callable[[Transcript], Iterator[str]]:
    return lambda shown: _found(pattern, _plain(shown))


def _from_agent(pattern: re.Pattern) -> Callable[[Transcript], Iterator[str]]:
    return lambda shown: _found(pattern, _texts(shown, "agent"))


FAULTS: dict[str, Callable[[Transcript], Iterator[str]]] = {
    "a word said twice": _from_both(_DOUBLED),
    "a small letter where a sentence begins, or a capital within it": _from_both(_LOWER),
    "one of what stands in the plural": _from_both(_ONE_OF_MANY),
    "several of what stands in the singular": _from_both(_MANY_OF_ONE),
    "changed for, where it is changed to": _from_agent(_FOR_TO),
    "more records looked through than there were reads": _untrue_counts,
    "several things that is": _from_agent(_ARE_IS),
    "a product named before the user or a tool named it": _foreseen,
    "a proposal word for word again, unasked": _repeated,
    "a question that cannot matter": _pointless,
    "a greeting in the midst of it": _greets_again,
    "a phrase that a reader found odd": _from_both(_ODD),
}
"""What is counted -> where a conversation has it."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike what is said in conversations of one domain is."""

    domain: str
    talks: int
    near: float
    """Share of the agent's texts that have a near-duplicate in another conversation of a sample."""
    covered: float
    """Share of the agent's sentences that the commonest skeletons cover."""
    small_talk: float
    """Share of the user's turns with small talk."""
    first: float
    """Words of the first message, in the median."""


def likeness(domain: str, talks: Sequence[Transcript], seed: int = 0) -> Likeness:
    """Of a sample of one domain.

    Args:
        domain: Its name.
        talks: Conversations of it, all of a run.
        seed: Draws the sample in which near-duplicates are looked for.
    """
    sample = random.Random(seed).sample(talks, min(SAMPLES.get(domain, 100), len(talks)))
    texts = [
        (number, frozenset(_WORD.findall(text.lower())))
        for number, shown in enumerate(sample)
        for text in _texts(shown, "agent")
    ]
    near = sum(any(other != number and _alike(words, theirs) for other, theirs in texts) for number, words in texts)
    skeletons = Counter(
        _skeleton(part) for shown in sample for text in _texts(shown, "agent") for part in _SENTENCE.split(text)
    )
    commonest = sum(count for _, count in skeletons.most_common(SKELETONS))
    turns = [text for shown in talks for text in _texts(shown, "user")]
    firsts = [len(_texts(shown, "user")[0].split()) for shown in talks if _texts(shown, "user")]
    return Likeness(
        domain, len(sample), near / max(1, len(texts)), commonest / max(1, skeletons.total()),
        sum(has(DIGRESSION, text) for text in turns) / max(1, len(turns)), statistics.median(firsts or [0]),
    )  # fmt: skip


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= ALIKE * len(one | other) > 0


def _skeleton(sentence: str) -> str:
    """A sentence with its names, numbers and ids left out."""
    words = sentence.split()
    return " ".join(
        "#" if any(char.isdigit() for char in word) or (at and word[:1].isupper()) else word.lower()
        for at, word in enumerate(words)
    )


def counted(talks: Sequence[Transcript]) -> dict[str, list[str]]:
    """By fault, one example from each conversation that has it."""
    return {
        name: [example for shown in talks for example in itertools.islice(find(shown), 1)]
        for name, find in FAULTS.items()
    }


def main(folder: Path) -> int:
    """Print the faults of a run with an example of each, and how alike its texts are."""
    talks = list(load_run(folder).conversations())
    for name, examples in counted(talks).items():
        print(f"{len(examples):>6,} of {len(talks):,}  {name}{f': {examples[0]!r}' if examples else ''}")
    for domain in sorted({shown.task.domain for shown in talks}):
        one = likeness(domain, [shown for shown in talks if shown.task.domain == domain])
        near, covered = REAL.get(domain, (0.0, 0.0))
        print(
            f"{domain}, {one.talks} talks: {one.near:.2f} of the agent's texts with a near-duplicate (real {near:.2f}); {SKELETONS} skeletons cover "
            f"{one.covered:.2f} of its sentences (real {covered:.2f}); small talk in {one.small_talk:.2f} of the user's turns; "
            f"first message of {one.first:.0f} words"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
