"""Ways to agree."""

from __future__ import annotations

import random
from collections.abc import Sequence

from benchmarks.mutations.kinds import Family, Made, Make
from benchmarks.mutations.talks import Talk, said

YES = Family("yes", wrong=False)


def agreeing(texts: Sequence[str]) -> Make:
    """Every reply to a proposal reads so."""

    def make(talk: Talk, rng: random.Random) -> Made:
        if not talk.writes:
            return None
        turns = list(talk.turns)
        for write in talk.writes:
            turns = said(turns, talk.reply(write), rng.choice(texts))
        return turns

    return make


PLAIN = (
    "Sure.", "Sure, go right ahead.", "Perfect, thanks.", "I agree.", "I approve.", "Confirm.", "Of course.", "Great, thank you!",
    "That's fine.", "Fine by me.", "Alright.", "Please.", "Y", "👍", "Make it so.", "Approved.", "I'm happy with that.",
    "Everything you listed is accurate.", "Exactly, thank you.", "Works for me.", "You have my go.",
    "Yes - don't change anything else though.", "Yes, that all looks right. When will I get the refund?",
    "Yes, please go ahead and don't book any bags.", "Yes. Do not do anything else, please.", "Please proceed.", "Yes please",
    "All correct, please submit it.", "Yes!", "Yep, do that.", "Sounds good.", "That's right.", "Let's do it.", "Yes, no problem.",
)  # fmt: skip
for text in PLAIN:
    YES.add(f"yes as {text!r}", agreeing((text,)), "A reader takes this for a yes.")
