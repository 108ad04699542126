"""What a write has just changed: its record is told as it is now, and what it was before is told as that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.values import Value, values
from writ_dspy.task import Json
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import planned, sentences
from writ_dspy.verify.shown import Leaves, in_leaves

_BEFORE = re.compile(
    r"\b(?:was|were|had|been|from|instead|rather than|in place of|replac\w+|old|older|previous\w*|former\w*|original\w*|earlier|before|prior|until|till|used to|no longer|not|never|since|"
    r"first|initial\w*|counted|after|would|could|if|when|moved|shifted|postponed|extended|brought forward|pushed)\b|n['’]t\b|→|->",
    re.IGNORECASE,
)
"""Words of a sentence that tells what was before, too."""
_OF_TIME = ("date", "time")


def outdated(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence of a report that tells a day or a time of a record as it was before the write.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
        news: What was called since the message before.
    """
    text = case.talk.turns[index].text
    made = [step for step in news if case.kind(step.call) == "write" and not step.fresh.error]
    if not made or not any(char.isdigit() for char in text):
        return
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        keys = {token.lower() for token in case.domain.pack.ids(sentence)}
        if len(keys) != 1 or sentence.endswith("?") or _BEFORE.search(sentence) or planned(text, start):
            continue
        [key] = keys
        newest = next((found for found in reversed(ground.shown) if key in found.looks), None)
        if newest is None or not any(step.call == newest.call for step in made):
            continue
        now, once = newest.looks[key], ground.looks(key)
        for value in values(sentence):
            if (
                value.quantity not in _OF_TIME
                or ground.heard_of(value)
                or any(in_leaves(value, one.leaves) for one in now)
            ):
                continue
            if any(in_leaves(value, old.leaves) and _is_changed(value, old.data, now[-1].data) for old in once):
                yield sentence, f"what {made[-1].call.tool} made of it"
                return


def _is_changed(value: Value, old: Json, new: Json) -> bool:
    """Whether a field of a record that held the value holds another one now."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return False
    return any(
        isinstance(held, str) and isinstance(new.get(name), str) and held != new[name] and _states(value, held)
        for name, held in old.items()
    )


def _states(value: Value, text: str) -> bool:
    found = Leaves()
    found.read(text)
    return in_leaves(value, found)
