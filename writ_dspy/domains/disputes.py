"""What users say against a clause that denies them something, and what a careful agent answers: words, by clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Spun = str
"""A sentence with choices, for `spinning.spin`."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """One thing that may be claimed against a clause, as a user says it and as an agent answers it.

    In an answer, `{found}` is the value that the record holds, and every other field of that record stands under its name; in
    a claim, `{wanted}` is the value that the clause asks for.
    """

    about: str
    """A pattern of the words, in lower case, by which the claim is known again."""
    claims: Sequence[Spun]
    answers: Sequence[Spun]
    attribute: str = ""
    """The field of the record on which the clause rests, and which the claim has otherwise; empty where no record is in question."""


@dataclass(frozen=True, slots=True)
class Held:
    """How a clause is held against who insists."""

    again: Sequence[Spun]
    """The clause in other words; each can stand behind "because"."""
    disputes: Mapping[str, Dispute]
    """By name."""


ANYWHERE: Mapping[str, Dispute] = {
    "promised": Dispute(
        r"\b(?:told|promised|assured|guaranteed)\b",
        (
            "[Somebody|A colleague] [from|on] your team [told|assured] me [on the phone|last week] that [this|it] [is|would be] possible.",
            "I was [told|promised|assured] [by your hotline|on the phone|when I called before] that [this|it] can be done.",
            "The person I [spoke with|talked to] [yesterday|before] promised me that [this|it] would be [no problem|fine].",
        ),
        (
            "I [understand|see] that you were told something else, [but|and I'm sorry about that, but] I have to go by [the policy|our policy].",
            "I'm sorry if somebody gave you [another|a different] answer; [what I may do is set by our policy|I can only act within our policy].",
        ),
    ),
    "done before": Dispute(
        r"\b(?:last time|the time before|once before|back then)\b",
        (
            "[The|] last time, [you|one of your colleagues] did exactly that for me.",
            "It was no problem at all [the|] last time [I asked|I wrote to you].",
            "You have done [this|that] for me once before.",
        ),
        (
            "[I can't speak for|I don't know about] [an earlier case|another occasion], and the policy that I have to follow [now|here] is clear.",
            "[An earlier case|Another time] [cannot decide this one|is no rule for today], [the same policy applies to everybody|I have to follow the policy as it stands].",
        ),
    ),
    "others": Dispute(
        r"\b(?:friend|neighbou?r|cousin|colleague of mine|coworker|brother|sister)\b",
        (
            "A [friend|colleague|cousin] of mine got exactly that from you [last month|a few weeks ago|not long ago].",
            "My [neighbor|brother|sister|cousin] asked for the same thing, and [there it worked|you did it without a word].",
        ),
        (
            "[I can't speak for|I know nothing of] [other customers' cases|what was done for others], and I can [only|just] go by the policy.",
            "[Another|Someone else's] case may [well|] have been different; here I can only go by [our policy|the policy].",
        ),
    ),
    "website": Dispute(
        r"\b(?:website|web site|site|online|internet|terms)\b",
        (
            "[Your|The] website says [nothing of the kind|nothing about that|that it can be done].",
            "I read [online|on your website] that [this|it] is possible.",
        ),
        (
            "[I have to go by|What counts for me is] the policy [that I have here|as I have it here].",
            "The policy that I work with [says otherwise|is clear about that].",
        ),
    ),
    "loyal": Dispute(
        r"\b(?:customer|loyal\w*|for years|business with you)\b",
        (
            "I've been a [loyal|good] customer of yours for [many|] years.",
            "After all [these|the] years as [a|your] customer, [I expect|I'd have expected] [more|better] than that.",
        ),
        (
            "[I do appreciate|Thank you for] your loyalty, but [the same policy applies to every customer|that makes no difference to the policy].",
            "[We value|I value] you as a customer, but the policy [leaves no room here|is the same for everybody].",
        ),
    ),
    "exception": Dispute(
        r"\bexceptions?\b|\bjust this once\b|\bfor once\b",
        (
            "[Surely|I'm sure that] you can make an exception [for once|just this once|in my case].",
            "[There are always exceptions|Every rule has an exception], so [make one for me|why not here].",
        ),
        (
            "I'm not able to make an exception [here|in this case], [much as I would like to|even though I see your point].",
            "An exception is [not something that I can make|beyond what I may decide].",
        ),
    ),
    "need": Dispute(
        r"\bneed (?:this|it|that)\b|\bdepend\w*|\bimportant\b|\bmeans a lot\b",
        (
            "[But|] I really [need|depend on] this[, it's important to me|].",
            "This is [really|very] important to me, [more than you know|and I depend on it].",
        ),
        (
            "I [understand|see|can tell] how important this is to you[, and I wish I had better news|].",
            "I [do see|understand] that a lot depends on it for you.",
        ),
    ),
}  # fmt: skip
"""What may be claimed against any clause of any domain; it changes nothing, whether it is so or not."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Words of the grounds on which a desk refuses, beside those of any desk."""

    common: frozenset[str] = frozenset()
    """In lower case, of what most requests are about: they tell no ground from another."""
    kin: tuple[str, ...] = ()
    """Words that say the same of a ground, or its other side; a line of them each."""


NO_GROUNDS = Grounds()
"""Of a desk that names none."""
