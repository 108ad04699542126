"""Invited: whether the end of a message that lists a write asks for the yes, in whatever words."""

from __future__ import annotations

from writ_dspy import patterns as re
from writ_dspy.domains.listing import compiled
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.proposal import offers_words
from writ_dspy.verify.sentences import sentences

_FRAME = frozenset(
    [
        "a",
        "an",
        "and",
        "all",
        "along",
        "am",
        "are",
        "as",
        "at",
        "be",
        "before",
        "being",
        "both",
        "by",
        "can",
        "cheerful",
        "comfortable",
        "content",
        "could",
        "did",
        "do",
        "does",
        "done",
        "everything",
        "exactly",
        "feel",
        "feeling",
        "fine",
        "for",
        "from",
        "get",
        "give",
        "go",
        "good",
        "going",
        "had",
        "happy",
        "have",
        "here",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "like",
        "ll",
        "look",
        "looked",
        "looking",
        "looks",
        "make",
        "matter",
        "me",
        "mind",
        "move",
        "my",
        "nod",
        "now",
        "of",
        "off",
        "ok",
        "okay",
        "on",
        "one",
        "or",
        "our",
        "over",
        "please",
        "plan",
        "proceed",
        "put",
        "quite",
        "re",
        "right",
        "s",
        "say",
        "shall",
        "should",
        "so",
        "start",
        "still",
        "submit",
        "suit",
        "suits",
        "sure",
        "that",
        "the",
        "them",
        "then",
        "there",
        "these",
        "they",
        "thing",
        "things",
        "think",
        "this",
        "those",
        "through",
        "to",
        "up",
        "us",
        "want",
        "wanted",
        "was",
        "way",
        "we",
        "well",
        "were",
        "what",
        "will",
        "wish",
        "with",
        "word",
        "work",
        "works",
        "would",
        "yes",
        "you",
        "your",
        "d",
        "ve",
        "agree",
        "agreed",
        "acceptable",
        "accept",
        "approve",
        "approved",
        "approval",
        "alright",
        "appeal",
        "correct",
        "green",
        "light",
        "set",
        "ready",
        "satisfied",
        "seem",
        "seems",
        "sound",
        "sounded",
        "sounds",
        "thoughts",
        "shown",
        "listed",
        "described",
        "above",
        "order",
        "summary",
    ]
)
"""Words of a question that puts what stands before it, and asks for nothing else."""
_POINT = re.compile(
    r"\b(?:ready|works?|sounds?|looks?|suits?|good|fine|right|ok|okay|alright|acceptable|agree(?:d|able)?|approve|happy|satisfied|content|comfortable|"
    r"correct|proceed|go ahead|had in mind|(?:want|like|wish|wanted|had) (?:it|that|this|them)|what you (?:want\w*|wish\w*|had)|green light|do you (?:think|say)|accept)\b"
)
_DATA = re.compile(
    r"\b(?:do|did|have|has) (?:you|they|we) (?:still )?(?:have|had|got)\b|\b(?:that|this|it|these|those)(?: is|'s| are|'re)?(?: really)? (?:all|everything)\b|\bis that all\b"
)
"""What asks for a fact, or whether something is all there is."""
_WH = re.compile(
    r"(?:(?:and|so|now|then|well|okay)\W+)*(?!how (?:does|do|is|are|would) (?:that|this|it|these|the|all)\b|what do you (?:say|think)\b)(?:what|which|who|whose|whom|where|when|why|how)\b"
)
_LEAVE = re.compile(
    r"(?:\w+\W+){0,2}?(?:do you (?:still |also )?(?:agree|approve|consent|accept)|(?:shall|should|may|can) i (?:now |then |still )?(?:proceed|go ahead)|are you (?:still )?(?:okay|ok|fine|happy) with)\b"
)
"""Asks for leave by its first words, whatever of the list it names behind them."""
_OTHER = re.compile(r"\b(?:any(?:thing)? (?:else|other|more)|(?:another|a different|or|instead|so far|until now)\b)")
_INVITES = re.compile(
    r"\b(?:a|your|one|the)(?: \w+){0,2} (?:yes|ok|okay|go-ahead|go ahead|nod|thumbs up|green light|word|confirmation)(?: from you)?"
    r"(?: (?:is|will be|would be|'s))?(?: (?:all|everything|enough|sufficient|what) ?(?:i|we|it|that)?\b| (?:suffices|does it|will do|and (?:i|we|it|consider)\b|,? ?i'll\b))"
    r"|\ball (?:i|we)(?: now| still)? need (?:now )?(?:is|for that is) (?:a|your)(?: \w+){0,2} (?:yes|ok|okay|go-ahead|word|confirmation)\b"
)
"""A sentence that says what the yes will set off, or that nothing else is missing."""
_LAST = 2
"""Sentences at the end that are looked at."""


def invites_yes(case: Case, step: Step, text: str) -> bool:
    """Whether a message ends with a question or an invitation that can only want a yes to what it lists."""
    said = text.replace("’", "'").strip()
    last = [said[start:end].strip().lower() for start, end in sentences(said)][-_LAST:]
    asked = [part for part in last if part.endswith("?")][-1:]
    if asked:
        return not offers_words(text) and _puts_all(case, step, asked[0])
    return bool(last) and _INVITES.search(last[-1]) is not None


def _puts_all(case: Case, step: Step, question: str) -> bool:
    """Whether a question puts what was listed, and asks for no fact and for nothing else."""
    if _WH.match(question) or _DATA.search(question) or _OTHER.search(question):
        return False
    named = case.domain.pack.ids(question.upper())
    if any(key.lower().lstrip("#") not in step.call.text.lower() for key in named):
        return False
    if _LEAVE.match(question):
        return True
    verbs = case.domain.pack.called.verbs.get(step.call.tool)
    rest = compiled(verbs).sub(" ", question) if verbs else question
    deed = rest != question
    words = re.findall(r"[a-z0-9$#]+", rest)
    return (deed or _POINT.search(question) is not None) and all(word in _FRAME for word in words)
