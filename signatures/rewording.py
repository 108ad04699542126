"""What a model promises that only words what others decided: the same sentence, said differently."""

from __future__ import annotations

import dspy


class Reword(dspy.Signature):
    """Say one sentence of a customer-service chat in other words, so that it means exactly the same.

    - Stay in the voice of the speaker: a question stays a question, what the speaker says about themselves stays so.
    - Copy every word of `keep` as it is written. Add no fact, name, number or promise.
    - About as long as the sentence. Never answer it, and never say that you reworded it.
    """

    voice: str = dspy.InputField(desc="who speaks, and how")
    keep: str = dspy.InputField(desc="words that must stay")
    sentence: str = dspy.InputField(desc="what to say in other words")
    text: str = dspy.OutputField(desc="the same sentence in other words")
