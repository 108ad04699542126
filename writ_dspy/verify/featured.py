"""Featured: what a thing is for, goes with or is safe in, what insurance pays for, and who a traveler is, are as the records, the policy and the user have it.

A record of a thing has options, one of a traveler a name and a day of birth, and a policy tells what insurance covers. "It works on electric stovetops
too", "both are made for diving", "born May 21, 1987, your wife": whatever else is told of them is made up, unless the user has the words.
"""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.speech import ENGLISH

_IS_FOR = re.compile(
    r"(?:\b(?:and|which|it|that|this|one|both|they|these|too|also|\w+)|,)(?:['’]s| is| are)?(?: also| both| even)* (?:(?P<way>works (?:on|with|in|under|without)(?! (?:another|this|that|the same|a different) way)|(?:made|designed|meant|built|suitable|ideal|perfect|intended) for|compatible with|safe (?:for|in)|comes? with|needs? (?:other|another|extra|different|new|special|no)|supports?|doubles as) (?P<what>[^.,;:!?()\n]{3,50})|(?P<safe>(?!(?:is|are|was|were|be|been|now|all|quite|so|not|still|get|got|getting)\b)[a-z]+[- ](?:safe|proof|ready|friendly)))\b",
    re.IGNORECASE,
)
_LIKE_YOURS = re.compile(
    r"\bwith the same (?P<same>[a-z]+(?: [a-z]+)?) as (?:yours|your|the old|before)\b", re.IGNORECASE
)
_COVERS = re.compile(
    r"\binsurance\b[^.;!?\n]{0,20}?\b(?:covers?|pays? for|includes?|protects? against) (?P<what>[^.;,:!?()\n]{3,50})",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\bborn (?:on )?(?:[A-Z][a-z]+ \d{1,2},? \d{4}|\d{4}-\d\d-\d\d),? (?P<what>(?:your|his|her|their|at|with|flying|traveling|travelling|a|an|the) [^\n;.()|]{2,50})(?=\s*(?:\n|\Z|[;.]))"
)
_PLAIN = bag("""passenger passengers only sole stays unchanged instead place reservation booking before saved profile same date birth last first name now new other others another also both even all any
    such yours like reason reasons case each checked bag bags free charge extra cost none insurance travel economy business class basic traveler travelers three two four one total them it""")  # fmt: skip
_NOT = re.compile(r"\b(?:not|no|never|nothing|neither|nor|cannot|if|whether|would you|only)\b|n['’]t\b", re.IGNORECASE)
_THING = re.compile(r"\b(?:order|item|version|model|kettle|stock|one|camera|\$\d|it|both|they)\b", re.IGNORECASE)
_WANTED = "what a record, the policy or the user has of it"


def featured(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that tells of a thing, of insurance or of a traveler what nobody has a word of."""
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if sentence.endswith("?"):
            continue
        forms = (_COVERS, _PERSON) if ground.fields.cover else (_IS_FOR, _LIKE_YOURS)
        for match in (one for form in forms for one in form.finditer(sentence)):
            said = next(found for name, found in match.groupdict().items() if found and name != "way")
            if not _NOT.search(sentence, max(0, match.start() - 40), match.end()) and _new(ground, said):
                yield sentence, _WANTED
                break


def _new(ground: Ground, what: str) -> bool:
    """Whether a word that tells something is in no text so far."""
    words = [word for word in re.findall(r"[a-z]{3,}", what.lower().replace("-", " ")) if word not in ENGLISH | _PLAIN]
    held = frozenset().union(*(written(re.sub(r"[_\W]+", " ", text)).bag for text in ground.texts))
    return any(word not in held and word.removesuffix("s") not in held and f"{word}s" not in held for word in words)
