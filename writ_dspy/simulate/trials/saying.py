"""What users say of how they feel, of a price, and of humans: patterns for `spinning.spin`; and by which words each is known again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from writ_dspy.trial import Feeling

FEELS: Mapping[Feeling, Sequence[str]] = {
    "upset": (
        "I've [tried to reach you|been trying to get through to you] [for days|since yesterday|all week], and I'm [really|pretty|quite] [annoyed|frustrated|upset] by now.",
        "[Honestly,|Frankly,|] I was on hold [for an hour|for forty minutes|forever] before I wrote here, and [that's so frustrating|it's getting on my nerves|that makes me angry].",
        "Your app [kept crashing|threw me out three times] before I got here, so I'm [rather|a bit|quite] fed up.",
        "I've spent [the whole morning|two evenings|half my day] trying to do this on my own, and I'm not happy about it.",
    ),
    "anxious": (
        "I'm [a bit|rather|really] [nervous|anxious] about [this|getting this right|all of this].",
        "I [couldn't sleep|lay awake half the night] [because of this|worrying about this].",
        "I'm [so|really|quite] worried that something [will go|goes|could go] wrong [with this|here].",
        "[Sorry if I sound stressed,|Please bear with me,] this makes me [really|quite|a little] [anxious|nervous].",
    ),
    "lonely": (
        "[You know,|To be honest,] I [haven't talked|haven't spoken] to anybody [all day|in days], so it's [nice|good] to [write with you|have someone to write to].",
        "There's nobody [around|here] [these days|anymore] who [does such things with me|could help me with this], [it's so quiet here|and I do miss that].",
        "It gets [rather|pretty|a bit] lonely [here|at home], so [forgive me if I|sorry if I] go on a little.",
        "My kids [never call|hardly ever call], so I [have to|try to] [manage|do] [such things|all this] on my own.",
    ),
}  # fmt: skip
OBJECTS: Sequence[str] = (
    "[Wait,|Hold on,|Hmm,] why [is that so much|does that come to so much|is it that much]?",
    "That's [more|a lot more] than I [expected|had in mind]; [where does that amount come from|why is that]?",
    "[Really?|Oh.|Hmm.] How do you get to that [amount|sum]?",
    "[That seems|That looks] [steep|like a lot] to me. Why [so much|that amount]?",
)
HUMAN: Sequence[str] = (
    "[Actually, can|Can|Could] I [talk|speak] to a [real person|human] [about this|instead]?",
    "I'd [rather|much rather|prefer to] [have|talk to|speak with] a human [agent|being|] [for this|, if that's possible].",
    "Is there [a human|a real person] I could [talk|speak] to [instead|]?",
    "[Please|Just] [get|give] me a [human|real person] [, will you|for this].",
)
FORBIDS: Sequence[str] = (
    "[And|] please don't [transfer me|pass me on|hand me over] to [anybody else|somebody else|another person].",
    "I don't want to be [transferred|passed on|handed over] to [anyone else|a human agent|another department].",
    "[Just one thing:|] no transfers, please, I want to [do this here|sort this out right here].",
    "[Last time I was passed from one person to the next|I've been passed around enough], so [don't transfer me|no transfer this time], please.",
)
KNOWN: Mapping[str, str] = {
    "upset": r"\b(?:annoy\w*|frustrat\w*|upset|angry|fed up|nerves|furious|not happy (?:about|at all)|mad at)\b",
    "anxious": r"\b(?:nervous|anxious|worr\w+|stress\w*|sleep|lay awake|scared|afraid that)\b",
    "lonely": r"\b(?:lonel\w+|live (?:all )?alone|feel alone|nobody to\b|nobody\b[^.?!]{0,25}\bwho\b|(?:haven't|have not) (?:talked|spoken)|hardly ever call|never call)\b",
    "objects to a price": r"\b(?:so much|that much|that amount|that sum|more than i|steep|a lot|expensive|where does|how do you get)\b",
    "asks for a human": r"\b(?:human|real person|actual person|representative|supervisor|live agent|(?:talk|speak) (?:to|with) (?:a|some)(?:body|one| person| colleague))\b",
    "forbids a transfer": r"(?:\b(?:not|no|never|without|enough)\b|n't)[^.?!]{0,40}\b(?:transfer\w*|pass(?:ed)? (?:me )?(?:on|around)|hand(?:ed)? (?:me )?over)\b|\b(?:passed around|from one person to the next)\b",
}
"""By the name of a trial: a pattern, in lower case, by which a message shows it."""
