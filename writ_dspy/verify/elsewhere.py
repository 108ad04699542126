"""Elsewhere: a yes whose own sentence names a record, a place, a day, a version or a name that the list did not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from writ_dspy import patterns as re
from writ_dspy.domains import Seen
from writ_dspy.domains.listing import dates
from writ_dspy.simulate.acts import user_acts
from writ_dspy.task import Json
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.vocabulary import vocabulary

_AND_NEXT = re.compile(
    r"^\W*(?:and|plus)\b|\b(?:then|also|next|after(?:wards)?|another|other|later|too|not|instead of|rather than)\b",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(
    r"\b(?:pity|shame|sad|too bad|sorry)\b[^.!?]*\b(?:leave|forget|drop|skip|never ?mind|keep|stays?|so be it|fine)\b|\b(?:leave|forget|never ?mind|drop) (?:about )?(?:it|that|this|\w*\d\w*)\b",
    re.IGNORECASE,
)
"""Something is let go that was denied: "pity for 1GBL2T, leave it"."""
_ASIDE = re.compile(
    r"\b(?:before|after|by|until|till|since|was|were|had|born|than|no later than|between|wanted|thought|said|asked|birthday|around)\b(?:\W+\w+){0,2}\W*\Z"
)
"""What stands before a day that is none of the trip."""


def elsewhere(case: Case, step: Step, put: str, seen: Seen) -> str:
    """What is wanted of a yes whose own sentence names what the list did not: "go ahead with #W2".

    Args:
        case: The case.
        step: The write.
        put: What the agent said since the list began, in lower case.
        seen: What was read before the write.
    """
    known = f"{put} {step.call.text.lower()}"
    for sentence in agreeing(case, step, ordering=True):
        if _AND_NEXT.search(sentence) or _GIVEN_UP.search(sentence):
            continue
        found = (
            _record(case, step, sentence, known)
            or _place(case, sentence, known)
            or _day(step, sentence, known)
            or _version(case, step, sentence, put, seen)
            or _name(case, step, sentence)
        )
        if found:
            return f"a yes to what was listed, not to {found}"
    return ""


_OPENS = re.compile(r"\W*(?:yes|yeah|yep|yup|sure|ok|okay|alright)\b", re.IGNORECASE)


def agreeing(case: Case, step: Step, *, ordering: bool = False) -> Iterator[str]:
    """The sentences of the user's last turn before a write in which it agrees, or asks for something, too."""
    kinds = ("assent", "request", "correction") if ordering else ("assent",)
    turns = case.talk.turns[: step.turn]
    said = next((turn.text for turn in reversed(turns) if turn.role == "user"), "")
    before = next((turn.text for turn in reversed(turns) if turn.role == "agent" and turn.text), "")
    agreed_in = [act for act in user_acts(said, before) if act.kind in kinds]
    for start, end in sentences(said):
        opens = ordering and _OPENS.match(said, start, end)
        if opens or any(act.start < end and start < act.end for act in agreed_in):
            yield said[start:end]


_UPON = re.compile(
    r"\b(?:send|ship|move|cancel|return|exchange|swap|change|update|modify|upgrade|redirect|refund|for|on|in|with)\W+(?:(?:the|my|order|orders|reservation|booking|trip|number)\W+)*\Z"
)
"""Before the id of what something is done with, and not of what it is like."""


def _record(case: Case, step: Step, sentence: str, known: str) -> str:
    """A record that was not listed, or one that alone is named as what this is done with, though nothing was asked for it together with this."""
    named = sorted(
        key for key in case.domain.pack.ids(sentence) if any(key in table for table in case.domain.tables.values())
    )
    new = [key for key in named if key.lower().lstrip("#") not in known]
    if new:
        return new[0]
    said = next((turn.text for turn in reversed(case.talk.turns[: step.turn]) if turn.role == "user"), "")
    by_name = any(key in said for key in case.domain.pack.ids(step.call.text))
    together = " ".join(one.call.text for one in (case.tried(step) if by_name else case.together(step)))
    lower = sentence.lower()
    alone = [key for key in named if _UPON.search(lower.partition(key.lower())[0].rstrip("#"))]
    return alone[0] if alone and not any(key in together for key in named) else ""


def _place(case: Case, sentence: str, known: str) -> str:
    lower = sentence.lower()
    for place in sorted(one for one in vocabulary(case.domain).places if one in lower):
        here = re.search(rf"\b(?:to|in|with|for|from|at) {re.escape(place)}\b", lower)
        codes = {code.lower() for code, name in case.domain.pack.places.items() if name.lower() == place}
        if len(place) > 3 and here and not any(one in known for one in (place, *codes)):
            return place
    return ""


_ONTO = re.compile(r"\b(?:to|on|for|onto)(?: the)? \Z")


def _day(step: Step, sentence: str, known: str) -> str:
    """A day that was not listed, where the list has days, or one that was, but is not that of the write: "move it to May 30"."""
    listed, written = ({number for number, _ in dates(text)} for text in (known, step.call.text.lower()))
    lower = sentence.lower()
    named = list(_days(lower)) if listed else []
    for number, start, end in named:
        other = number not in listed or (
            written and _ONTO.search(lower[:start]) and written.isdisjoint(n for n, *_ in named)
        )
        if other and not _ASIDE.search(lower[:start]):
            return lower[start:end]
    return ""


def _days(lower: str) -> Iterator[tuple[int, int, int]]:
    """Each date of a text, as `MMDD`, with where it stands."""
    for match in _DATED.finditer(lower):
        for number, _ in dates(match[0]):
            yield number, match.start(), match.end()


_DATED = re.compile(
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?\b(?!:)|\b\d{4}-\d{2}-\d{2}\b"
)
_NEW = "new_"
"""Begins the name of an argument with what takes the place of something."""
_THAT = r"(?:\b(?:in|to|into|for|with|that|the|this|a|take)\b(?: [\w.-]+){0,3}? )"


_FOR = r"(?:\b(?:in|into|for)\b(?: [\w.-]+){0,2}? )"
"""Before what something is changed for, where the list has others, too."""
_NO = re.compile(r"\b(?:not|no|instead|rather|than|or)\b")


def _version(case: Case, step: Step, sentence: str, put: str, seen: Seen) -> str:
    """A value of an option that what is called does not have, and that nothing listed has."""
    lower, fields = sentence.lower(), case.fields
    rows = [row for key in _newcomers(step) if (row := seen.find(fields.versions, **{fields.part: key})) is not None]
    others = [row for row in seen.rows(fields.versions) if row not in rows]
    own: dict[str, set[str]] = {}
    for row in rows:
        for name, value in _options(row).items():
            own.setdefault(name, set()).add(value.lower())
    products = {row.get(fields.sort) for row in rows}
    words = {
        (value.lower(), name)
        for row in (others if rows else ())
        if row.get(fields.sort) in products
        for name, value in _options(row).items()
        if name in own and value.lower() not in set[str]().union(*own.values())
    }
    for word, name in sorted(pair for pair in words if pair[0] in lower):
        near = _THAT if word not in put else _FOR
        behind = r"(?: (?:[\w.-]+ ){0,2}(?:one|version|variant|model)\b|\W*\Z|[.,;!])"
        match = re.search(rf"{near}{re.escape(word)}{behind}", lower)
        right = match and any(re.search(rf"\b{re.escape(one)}\b", match[0]) for one in own[name])
        if match and not right and not _NO.search(match[0]):
            return word
    return ""


def _options(row: Mapping[str, Json]) -> dict[str, str]:
    """What a version may be called by: its fields of words."""
    return {
        name: value for name, value in row.items() if isinstance(value, str) and not name.endswith(("_id", "_name"))
    }


def _newcomers(step: Step) -> Sequence[str]:
    lists = (value for name, value in step.call.args.items() if name.startswith(_NEW) and isinstance(value, list))
    return [key for value in lists for key in value if isinstance(key, str)]


_ALIKE = 0.75
"""Share of two names that is the same, from which on one may be a slip for the other: "Banerji", "Banerjee"."""


def _name(case: Case, step: Step, sentence: str) -> str:
    """A passenger's first name with another last name than the one that is written, spelled much like it."""
    fields = case.fields
    for person in step.call.args.get(fields.party, ()):
        first, last = (str(person.get(part, "")) for part in (fields.given, fields.family))
        if not first or not last or last.lower() in sentence.lower():
            continue
        for match in re.finditer(rf"\b{re.escape(first)} ([A-Z][a-z]+)\b", sentence):
            other = match[1].lower()
            known = other in vocabulary(case.domain).words
            if not known and other != last.lower() and SequenceMatcher(None, other, last.lower()).ratio() >= _ALIKE:
                return match[0]
    return ""
