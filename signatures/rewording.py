"""What a model promises that only words what others decided: the same sentence, said differently."""

from __future__ import annotations

import dspy


class Reword(dspy.Signature):
    """Paraphrase one sentence of a customer-service chat: say the same in completely different words.

    Keep every fact, name, number and date as it is, and add none. A question stays a question, a yes stays a yes, and
    what the speaker says of themselves stays theirs. Never answer the sentence, and make it about as long.
    """

    speaker: str = dspy.InputField(desc="who says it, and how they talk")
    sentence: str = dspy.InputField()
    text: str = dspy.OutputField(desc="the sentence in other words")
