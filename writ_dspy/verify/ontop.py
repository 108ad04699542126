"""On top: what an agent announces beside the write that it lists, and that nobody asked for.

An announcement adds something ("also", "in the same step"), says that it will be done, and calls a deed: one that no wish of the task is for,
or that of the write once more, to another thing, where the task wants it but once.
"""

from __future__ import annotations

from writ_dspy import patterns as re
from writ_dspy.domains.listing import compiled
from writ_dspy.verify.case import Case, Step

_ADDS = re.compile(
    r"\b(?:also|in addition|additionally|on top(?: of (?:that|it|this))?|at the same time|alongside|along with (?:it|that|this)|(?:with|in) (?:it|that|this|the same (?:step|go|move|breath)|one go)|while i'm at it|besides|moreover|plus|as an extra|too|as well|at once)\b"
)
_WILL = re.compile(
    r"\b(?:i|we)(?:'d|'ll| would| will| shall| am going to|'m going to)\b|\b(?:would|will) (?:also |then |now |as well )*be (?:\w+ly )?\w+(?:ed|en|t)\b|\bgets? (?:also )?\w+ed\b"
)
_NONE = re.compile(
    r"\b(?:if|should|unless|whether|once|need|ask|tell|check|confirm|let you|happy|glad|would like|you'd|you would|not|n't|can't|cannot|no|nothing|never|without)\b|n't\b"
)
"""What makes it a case, a service of the talk or a denial, and no announcement."""
_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
_OTHER = re.compile(
    r"\b(?:your|the|all your|all the|of your|an?)\s(?:\w+ )?(?:other|another|second|next|remaining|rest|whole|entire)\b|\b(?:another|one more|two more|three more|a second|a further|the rest of)\b"
)


def on_top(case: Case, step: Step, text: str) -> str:
    """The sentence of a list, in lower case, that announces what no wish is for; nothing, if none does."""
    called = case.domain.pack.called.verbs
    wished = [decision.tool for decision in case.task.goal.decisions]
    wished += [other.call.tool for other in case.writes]
    once = sum(tool == step.call.tool for tool in wished) <= 2  # the wish and its write
    for sentence in map(str.strip, _SENTENCE.split(text)):  # in lower case, so that no capital shows where one begins
        if sentence.endswith("?") or not (_ADDS.search(sentence) and _WILL.search(sentence)) or _NONE.search(sentence):
            continue
        tools = {tool for tool, words in called.items() if words and compiled(words).search(sentence)}
        if tools and tools.isdisjoint(wished):
            return sentence
        if _OTHER.search(sentence) and (not tools or (once and step.call.tool in tools)):
            return sentence
    return ""
