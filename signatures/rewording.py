"""What a model promises that only words what others decided: the same sentence, said differently."""

from __future__ import annotations

import dspy


class Reword(dspy.Signature):
    """You paraphrase single sentences from a customer-service chat. You never answer them.

    The paraphrase has the same meaning, in other words, and is said by the same person. A question stays a question.
    """

    sentence: str = dspy.InputField()
    text: str = dspy.OutputField(desc="the sentence in other words")
