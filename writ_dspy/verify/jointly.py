"""Jointly: a yes to some alone of several writes that were listed together and are then made one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.listing import compiled
from writ_dspy.domains.values import UNITS
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.narrowed import groups
from writ_dspy.verify.sentences import sentences

_ONLY = re.compile(
    r"\b(?:only|solely|exclusively|nothing but|just (?=(?:the|my|that|this|for|with|to) ))(?P<behind>[^.,;!?\n]+)"
    r"|(?P<ahead>[^.,;!?\n]+?),? (?:only|alone|and (?:that's (?:it|all)|nothing else))\b(?= ?(?:please|for now|then|thanks?|ok)?\W*(?:[.,;!?\n]|\Z))"
)
"""A part for which alone something is said."""
_FIRST = re.compile(
    r"\bthe first(?: (?P<count>one|two|three|four|[1-4]))?\b(?! (?:name|class|line|leg|flight|bag|passenger))"
)
_PLACES = {"first": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "last": -1, "other": -1}
_KEPT = re.compile(
    r"\b(?:keep|leave|skip|not|without|except(?: for)?|forget|drop|hold) (?:the )?(?P<one>first|second|2nd|third|3rd|fourth|last)(?: (?:one|order|item|reservation|booking|change|thing|point|request))?\b(?! (?:name|class|line|leg|flight|bag|passenger|digits?|time))"
    r"|\bthe (?P<two>first|second|2nd|third|3rd|fourth|last|other)(?: (?:one|order|item|reservation|booking|change|thing|point|request))?,? (?:i(?:'d| would|'ll| will| want to)? (?:rather )?(?:keep|leave|skip)|(?:can |should |shall |may )?(?:stays?|waits?)|not)\b"
)
"""One of several that is left as it is, by its place."""
_NUMBERED = re.compile(
    r"\b(?:not(?: to)?|no to|skip|leave|without|except(?: for)?|forget|drop|keep) (?:(?:number|no\.?|nr\.?|point|#) ?)?(?P<one>[1-4])(?= ?(?:out|alone|as it is|please|for now|then)?\W*(?:[.,;!?\n]|\Z))|(?<![\w$.])(?P<two>[1-4])[:,]? (?:no\b(?! problem)|not\b|stays\b)"
)
"""One of several that is left as it is, by its number in the list."""
_NUMBERS = re.compile(
    r"\W*(?:(?:numbers?|points?|nos?\.?|#|do|for|to|yes|and|plus) ?)*(?P<all>[1-4](?:(?: ?[,&+]| and| plus)+ ?(?:number |# ?)?[1-4])*)\b(?! \w+s\b)"
)
_EACH = re.compile(r"\b(?:both|all|each|every\w*|the (?:two|three|four)|either)\b")
_YES = re.compile(r"\b(?:yes|yeah|yep|yup)\b")
_SURE = re.compile(
    r"\b(?:all|any(?:thing)?|nothing|no|only|just|every\w*)\b.*(?:\?|\bconfirm\b)|\b(?:confirm|(?:make|be) sure|check)\b.*\b(?:all|nothing|no|only|every\w*)\b"
)
"""Asks whether something is all there is: "only the lamp" is the answer to that."""


def left_out(case: Case, step: Step, reply: str) -> str:
    """To what else a reply, in lower case, says yes, leaving this write out of those made on it."""
    joint = case.together(step)
    if len(joint) < 2 or step not in joint:  # one that the tool refused was made of nothing
        return ""
    text, place = reply.replace("’", "'"), joint.index(step)
    kept = _kept(text, place, len(joint))
    if kept:
        return f"a yes to all that is listed, not to leave the {kept}"
    if _EACH.search(text) or len(_YES.findall(text)) >= len(joint):
        return ""
    alone = (match["behind"] or match["ahead"] for match in _ONLY.finditer(text))
    part = next((part.strip() for part in alone if not _covers(case, step, joint, part)), "")
    if part and about_another(case, step, part) and _ordered_by_name(case, step, text):
        return ""
    return part and f"a yes to all that is listed, not to {part} alone"


_UNDONE = re.compile(
    r"\b(?:not|no(?! longer needed\b)|never|nothing|only|just|keep|leave|skip|without|except|forget|drop|hold|wait|instead|if|unless)\b|n't\b|\?"
)


def _ordered_by_name(case: Case, step: Step, text: str) -> bool:
    """Whether a reply asks for this write in a sentence of its own, by its record."""
    return any(any(key in said for key in _records(case, step)) and not _UNDONE.search(said) for said in _parts(text))


def about_another(case: Case, step: Step, sentence: str) -> bool:
    """Whether a sentence, in lower case, names the record of another write tried on the same word, and not this one's."""
    own = set(_records(case, step))
    others = {key for one in case.tried(step) for key in _records(case, one)} - own
    return any(key in sentence for key in others) and not any(key in sentence for key in own)


def of_this(case: Case, step: Step, reply: str) -> str:
    """A reply, in lower case, without the sentences behind its first that are about another write alone."""
    parts = [reply[start:end] for start, end in sentences(reply)]
    return "\n".join([*parts[:1], *(part for part in parts[1:] if not about_another(case, step, part))])


def _kept(text: str, place: int, count: int) -> str:
    """By what the write at a place among so many is called where it is to stay undone."""
    for match in _KEPT.finditer(text):
        name = match["one"] or match["two"]
        if _PLACES[name] % count == place:
            return name
    numbers = (match["one"] or match["two"] for match in _NUMBERED.finditer(text))
    return next((f"one of number {number}" for number in numbers if int(number) == place + 1), "")


def _covers(case: Case, step: Step, joint: Sequence[Step], part: str) -> bool:
    """Whether the part to which alone a yes is given may be this write."""
    place = joint.index(step)
    first = _FIRST.search(part)
    if first is not None:
        return _counted(first["count"] or "one") > place
    if (numbers := _NUMBERS.fullmatch(part.rstrip(" ."))) is not None:
        return len(set(re.findall(r"\d", numbers["all"]))) > place
    meant = _meant(case, joint, part)
    if not meant or step in meant:
        return True
    sure = [one for said in _parts(_asked(case, step)) if _SURE.search(said) for one in _meant(case, joint, said)]
    return all(one in sure for one in meant) and not _naming(_records, case, joint, part)


def _asked(case: Case, step: Step) -> str:
    """What the agent said last before the user's word on a write, in lower case."""
    said = (turn.text.lower() for turn in reversed(case.talk.turns[: step.turn]) if turn.role == "agent" and turn.text)
    return next(said, "")


def _counted(word: str) -> int:
    return int(word) if word.isdigit() else UNITS.index(word)


def _parts(text: str) -> Iterator[str]:
    """The sentences of a text."""
    yield from (text[start:end] for start, end in sentences(text))


def _meant(case: Case, joint: Sequence[Step], part: str) -> list[Step]:
    """The writes that a part of a reply names: by a record, else by a thing in it, else by what is done."""
    if found := _naming(_records, case, joint, part) or _naming(_things, case, joint, part):
        return found
    verbs = case.domain.pack.called.verbs
    return [step for step in joint if step.call.tool in verbs and compiled(verbs[step.call.tool]).search(part)]


def _naming(names: Callable[[Case, Step], Iterator[str]], case: Case, joint: Sequence[Step], part: str) -> list[Step]:
    return [step for step in joint if any(name in part for name in names(case, step))]


def _records(case: Case, step: Step) -> Iterator[str]:
    for value in step.call.args.values():
        if isinstance(value, str) and any(value in table for table in case.domain.tables.values()):
            yield value.lower().lstrip("#")


def _things(case: Case, step: Step) -> Iterator[str]:
    for group in groups(case, step):
        for names in group.names:
            yield from names
