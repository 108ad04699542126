"""What the diversifier promises: the same facts in another person's voice."""

from __future__ import annotations

import dspy

from writ_dspy.signatures.proposer import GivenSentence, Sentence

MANNERS: dict[str, dict[str, str]] = {
    "verbosity": {
        "terse": "Few words: a sentence says what it must and ends.",
        "medium": "Sentences of ordinary length.",
        "chatty": "Talkative: a sentence may carry a little color besides its fact.",
    },
    "tone": {
        "polite": "Polite: please and thank you come easily.",
        "neutral": "Matter-of-fact.",
        "blunt": "Blunt: never please, thanks, sorry, appreciate or kindly.",
    },
    "patience": {
        "patient": "In no hurry: nothing about haste or time.",
        "hurried": "In a hurry, and says so now and then.",
    },
    "language": {
        "plain": "Plain, correct English, every word spelled right.",
        "casual": "Casual, with everyday slang such as gonna, yeah, kinda.",
        "typos": "Mistypes a common word now and then (teh, wnat, becuase), never a name, number or id.",
        "non-native": "English is a second language: simple words, a missing article, an odd turn.",
    },
}
"""Dimension -> level -> how it shows in a sentence; the other dimensions show in when things are said, not how."""


class Diversify(dspy.Signature):
    """Give a customer a voice of their own, and say their sentences in it.

    The voice is one or two sentences on who talks and how: age, work, temper, favorite turns. It follows every
    line of the manner, grows out of the seeds as far as they go with it, and holds no fact of the case, no id, number or
    name, and no he or she.
    Every given sentence comes back once, under its key, as this person would say it, and can be said on its own.
    Change, add and leave out no fact: no name, number, date, id, limit, place or condition. Each of its `keep` texts
    stands in a new sentence; of one that ends in "…" a word begins so.
    An objection says what was wrong with the last reply. Where the voice is given, it stays, and only the sentences
    that are given come back.
    """

    manner: list[str] = dspy.InputField(desc="how this customer talks")
    seeds: list[str] = dspy.InputField(desc="what the person grows out of")
    sentences: list[GivenSentence] = dspy.InputField(desc="what the customer says, by key")
    objection: str = dspy.InputField(desc="why the last reply was turned down; empty at first")
    voice: str = dspy.OutputField(desc="who talks, and how")
    rewritten: list[Sentence] = dspy.OutputField(desc="in the order given")
