"""Perceived: what an agent says that it sees in an account or a record was shown to it; and it remembers nobody.

"I see that your card has expired", "I can see the note about it", "I have your account here, it's the first order you made": of a person an agent
has what the look-ups returned. What is behind "I see" has words of these, of the policy or of the user's, or the agent never saw it.
"""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.verify.everyday import EVERYDAY
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag
from writ_dspy.verify.sentences import asks, sentences

_SEES = re.compile(
    r"\b(?:i|we)(?: can| do| also| now)* (?:see|notice)(?: here| also| now| from \w+ \w+| in (?:your|the) \w+)*(?:,? that)? (?P<what>(?!why\b|how\b|what\b|whether\b|if\b|to\b|no\b|you['’]re (?:upset|worried|in)\b)[^.;!?:\n]+)",
    re.IGNORECASE,
)
_SO_SEEN = re.compile(
    r"(?:\A|[.;:!] ?)\W*(?P<what>[^.;!?:\n]+), (?:i|as i|so i) (?:can )?see(?: here)?\W*\Z", re.IGNORECASE
)
_FOUND = re.compile(
    r"(?<!\bas )\bi(?:['’]ve| have| see)?(?: got| found| opened)? (?:your|the|it|him|her) ?(?:account|profile|file)?(?: (?:here|open|now|in front of me))*(?:, \w+)?(?:,? thanks?(?: you)?)?(?:, and(?: that)?|,|;|\.|:) (?P<what>(?:it['’]s (?:the|your|an?)|it is (?:the|your|an?)|there['’]s|there is|there are|your|that your|you(?:['’]ve| have| were| are|['’]re))\b[^.;!?:\n]+)",
    re.IGNORECASE,
)
"""What is told right behind an account that was found."""
_RANKED = re.compile(
    r"it(?:['’]s| is) (?:the|your) (?:very )?(?:first|last|second|third|only|oldest|newest|latest)\b(?! (?:thing|point|question|one|step)\b)(?![^.;]*\d)",
    re.IGNORECASE,
)
"""The place of a record among all of somebody's, which no look-up of one tells."""
_REMEMBERS = re.compile(
    r"\b(?:i (?:do |still |well )*(?:remember|recall|recogni[sz]e) (?!that you (?:said|asked|want)|you (?:saying|asking)|to\b)|(?:that was|it was) me\b,?|as (?:i|far as i) (?:remember|recall))",
    re.IGNORECASE,
)
_KIN = r"(?:sister|brother|mother|father|wife|husband|son|daughter|friend|neighbou?r|roommate|colleague|cousin|uncle|aunt|partner|boss|mom|dad)"
_OTHERS = re.compile(
    rf"\b(?:your|his|her) {_KIN}['’]s (?:order|account|booking|reservation|profile|trip)(?: \S+)? (?:is|was|has been)(?: still| already| now)* (?!not\b|outside|another|something|out\b|beyond|one\b|theirs|a different|for\b)\w+|\b(?:and|with) your {_KIN}['’]s (?:as well|too)\b",
    re.IGNORECASE,
)
"""What is told of somebody else's record, which no agent may look at."""
_PLAIN = bag("""have here thank thanks now only already still also with from that this your you you're you've it's there's there what which about both all one two three four five found
    please because since after before where when were was been more most just then them they their into over under than very well open""")  # fmt: skip
_NOTHING = bag("note notes comment remark entry flag marker warning birthday colleague")
"""Everyday words that name what a record may hold, and that count as seen only where it does."""
_ASKED = re.compile(r"\byou(?: are| were|['’]re)(?: only| just| also)* [a-z]+ing\b")
"""What the user is about, or wished, to do: "you are only adding bags", "you were hoping for more"."""
_BEHIND = re.compile(r",? (?:so|but|and i|and we|so that|which means|let)\b.*", re.IGNORECASE | re.DOTALL)


def perceived(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence by which the agent saw, or remembers, what nothing has shown."""
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if asks(sentence):
            continue
        if (match := _REMEMBERS.search(sentence)) and not re.search(
            r"\b(?:not|never|cannot)\b|n['’]t\b", sentence[: match.start()]
        ):
            yield sentence, "nothing from before this conversation"
            continue
        if _OTHERS.search(sentence):
            yield sentence, "the user's own records alone"
            continue
        seen = [match["what"] for form in (_SEES, _SO_SEEN) for match in form.finditer(sentence)]
        if any(_unshown(ground, what) for what in seen):
            yield sentence, "what was read, or said by the user"
    for match in _FOUND.finditer(text):
        if _unshown(ground, match["what"]) or _RANKED.match(match["what"]):
            yield match[0].strip(), "what was read, or said by the user"


def _unshown(ground: Ground, what: str) -> bool:
    part = _ASKED.sub("", _BEHIND.sub("", what))
    small = re.findall(r"(?<![\w'’-])[a-z]{4,}(?![\w'’-])", part)  # who and where a capital names is judged as a name
    words = (word for word in small if word not in _PLAIN)
    new = [word for word in words if word in _NOTHING or word not in EVERYDAY]
    return any(not any(word[: max(4, len(word) - 3)] in text for text in ground.texts) for word in new)
