"""Answered: a yes or a no to the user's question is so of the write that is being spoken of, and so is what is stated of it in plain words.

"Is the bag free?" — "Yes" states that the bag is free. The write is the one that is proposed, or was just made; a question that takes up
nothing that a write can tell, asks several things, or supposes, is counted as open and not judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import written
from writ_dspy.verify.propositions import propositions, stated
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.subject import Subject, subject_at

_WH = re.compile(
    r"\W*(?:(?:and|or|but|so|well|okay|ok|sorry|wait|oh|hm+|just|also|please|then|now)[,:]?\s+)*"
    r"(?:what|which|who|whom|whose|when|where|why|how|can|could|would|should|may|might|shall|(?:is|are|do|does|did|was|were|has|have|had|wo|ca)n['’]t)\b"
)
"""How a question begins that asks for more than yes or no, for a deed, or with the answer that it expects."""
_TAG = re.compile(r",?\s*(?:right|correct|yes|yeah|isn['’]t (?:it|that)|aren['’]t (?:they|we)|doesn['’]t it|don['’]t (?:they|i|we)|won['’]t (?:it|i))\?\W*$")  # fmt: skip
"""How a statement that asks for a yes ends."""
_SUPPOSES = re.compile(r"\b(?:if|would|could|can|may|might|should|other|another|else|instead|whether|later|afterwards?|or)\b")  # fmt: skip
_WISHED = re.compile(r"\b(?:ask\w*|want\w*|wish\w*|said|told|mention\w*|prefer\w*|like|look\w*|search\w*)\b")
_BEFORE = re.compile(r"\b(?:old|previous|current|original|before|earlier|had|was|were|used to)\b")
_DENIES = re.compile(r"\b(?:not|no|never|nothing|nothin|none|without|neither|nor)\b|n['’]t\b")
_WILL = r"(?:is|are|do|does|will|am|have|has|was|were|did)"
_YES = re.compile(
    rf"\W*(?:(?:oh|well|sure|good question|thanks?(?: you)?(?: for (?:asking|checking))?|of course|i see)[,.!:;]?\s+)*"
    rf"(?:yes|yeah|yep|indeed|correct|right|exactly|absolutely|certainly|definitely|of course|that(?:['’]s| is) (?:right|correct|so|the case)|you(?:['’]re| are) right|(?:it|they|you|that|he|she|we) {_WILL}(?=[,.!]))\b",
)
_NO = re.compile(
    rf"\W*(?:(?:oh|well|sorry|good question|thanks?(?: you)?(?: for (?:asking|checking))?|i see|unfortunately)[,.!:;]?\s+)*"
    rf"(?:no\b(?! (?:problem|worries|need|doubt))|nope|not at all|not really|(?:i['’]m |i am )?(?:afraid|sorry,?) not\b|unfortunately not\b|(?:it|they|you|that|he|she|we) (?:{_WILL}(?:n['’]t| not)|won['’]t|don['’]t)(?=[,.!]))",
)
_PARTLY = re.compile(r"\b(?:but|except|though|although|however|only|partly|the rest|first|second|one of|some|unless|depends|while|whereas|other)\b")  # fmt: skip
"""In what follows an answer, it makes the answer one of a part."""


def answered(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each answer, and each plain statement, that the write which it is about contradicts.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
        news: The steps since the agent last said something.
    """
    text = case.talk.turns[index].text
    spoken_of = subject_at(case, index, ground, news)
    subject = spoken_of(0)
    question = _question(case, index)
    if question:
        yes = _said(text.lower())
        about = subject or _last(case, index, ground)
        if yes is not None and about is not None:
            yield from _contradicted(case, about, question, text, yes=yes)
    if subject is not None and subject.step.turn < index:
        yield from _misstated(subject, text, spoken_of)


def _last(case: Case, index: int, ground: Ground) -> Subject | None:
    """The write that was made last."""
    made = [step for step in case.writes if step.turn < index and not step.fresh.error]
    return Subject(case.domain, ground, made[-1]) if made else None


_BESIDES = re.compile(
    r"\b(?:beyond|besides|other than|apart from|in addition|on top of (?:that|it|this)|aside from|more than that)\b"
)
"""What asks for something more than the write has: "would I be charged anything beyond that?"."""


def _question(case: Case, index: int) -> str:
    """The only question of what the user said just before a message, in lower case; nothing where there are several or none."""
    at = next((i for i in range(index - 1, -1, -1) if case.talk.turns[i].role != "tool" and not case.talk.turns[i].calls), -1)  # fmt: skip
    if at < 0 or case.talk.turns[at].role != "user" or "?" not in case.talk.turns[at].text:
        return ""
    said = case.talk.turns[at].text
    asked = [said[start:end].strip() for start, end in sentences(said) if said[start:end].rstrip().endswith("?")]
    lower = asked[0].lower().replace("’", "'") if len(asked) == 1 else ""
    return "" if _WH.match(lower) or _BESIDES.search(lower) else lower


def _said(lower: str) -> bool | None:
    """Whether a message answers with a yes or a no, and with nothing that takes a part of it back."""
    first = lower[slice(*sentences(lower)[0])] if sentences(lower) else ""
    yes, no = _YES.match(lower), _NO.match(lower)
    if _PARTLY.search(first):
        return None
    return True if yes else False if no else None


def _contradicted(case: Case, subject: Subject, question: str, text: str, *, yes: bool) -> Iterator[tuple[str, str]]:
    """The answer, where what the question takes up is otherwise."""
    asked = _TAG.sub("?", question)
    held: list[bool] = []
    people = frozenset(str(row.get(case.fields.given)).lower() for row in subject.people)
    people |= {name.split()[0] for name in subject.ground.people()}
    for topic, match in propositions(asked, written(asked).bag, case.domain, people):
        rest = f"{asked[: match.start()]} {asked[match.end() :]}"
        before = asked[: match.start()] if topic.versus else rest  # "than my old one" is what it is compared with
        if not (_SUPPOSES.search(rest) or _DENIES.search(rest) or _BEFORE.search(before)):
            so = topic.holds(subject, match, asked)
            held += [] if so is None else [so]
    case.claims["judged" if held else "open"] += 1
    if held and yes not in held:
        end = sentences(text)[0][1]
        yield f"{question} {text[:end].strip()}", f"{'yes' if held[0] else 'no'}, as {subject.step.call.tool} has it"


def _misstated(subject: Subject, text: str, spoken_of: Callable[[int], Subject | None]) -> Iterator[tuple[str, str]]:
    """Each sentence of a report that the write contradicts."""
    for start, end in sentences(text):
        if spoken_of(start) is not subject:
            return
        sentence = text[start:end].strip()
        lower = sentence.lower().replace("’", "'")
        if lower.endswith("?"):
            continue
        for topic, match in stated(lower, written(sentence).bag, subject.domain):
            if any(words.search(lower) for words in (_SUPPOSES, _DENIES, _WISHED)):
                continue
            if topic.holds(subject, match, lower) is False:
                yield sentence, f"what {subject.step.call.tool} has"
                break
