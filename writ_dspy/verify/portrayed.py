"""What a message tells of a record that it names, in the words of the domain: its title, place, state and numbers are those that were read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences


def portrayed(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that tells of a record what was not read of it, or of a write what it did not do.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
        news: What was called since the message before.
    """
    told = case.domain.pack.facts
    if told is None:
        return
    text, seen = case.talk.turns[index].text, ground.seen
    made = [(step.call, step.fresh.text) for step in news if case.kind(step.call) == "write" and not step.fresh.error]
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        for _saw, right in told(sentence, seen, made):
            yield sentence, right
            return
