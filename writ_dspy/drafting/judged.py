"""What code asks of a phrase that a model drafted: its form, its meaning as code reads it, and that conversations with it are accepted."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from writ_dspy import patterns as re
from writ_dspy.domains.declared.model import Spoken
from writ_dspy.drafting.places import SENTENCES, Place, with_phrases
from writ_dspy.drafting.played import Stage
from writ_dspy.programs.tries import Rejected
from writ_dspy.shown import shown

LEAST, MOST = 3, 130
"""Letters of a phrase."""
WAYS = 64
"""Ways to say one phrase that are looked at."""
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_MARKUP = re.compile(r"[*_`#<>\\^~=|@]|https?:|\*\*|\n")
_LOW = re.compile(r"\b(?:first|earliest|soonest|oldest|least|lowest|smallest|fewest|cheapest|shortest|minimum|nearest|before (?:all|any)|sooner|earlier|less|lower|fewer|closest|furthest ahead|youngest in number|front)\b")  # fmt: skip
_HIGH = re.compile(r"\b(?:last|latest|newest|most|highest|greatest|largest|biggest|dearest|priciest|longest|maximum|farthest|furthest|after (?:all|any)|later|more|higher|recent(?:ly)?|end|back)\b")  # fmt: skip


def judge(stage: Stage, place: Place, phrase: str, kept: Iterable[str]) -> None:
    """Pass, where nothing speaks against a phrase.

    Args:
        stage: Of the domain.
        place: Where it shall stand.
        phrase: As the model wrote it.
        kept: Those that stand there already, declared ones and drafted ones.

    Raises:
        Rejected: Something does; says what.
    """
    _form(place, phrase)
    _plain(stage, place, phrase)
    _new(phrase, kept)
    _meaning(stage, place, phrase)
    count, finding = stage.tried(place, phrase)
    if finding is not None:
        raise Rejected(f"a conversation with it is rejected by {finding.check}", f"{phrase!r}: a conversation with it is wrong: saw {finding.saw}; wanted {finding.wanted}")  # fmt: skip
    if not count:
        raise Rejected("no request was found that says it", f"{phrase!r} does not come to be said in any request")


def _form(place: Place, phrase: str) -> None:
    """Braces, choices, length, one line."""
    try:
        Spoken.model_validate(with_phrases({}, place.path, (phrase,)))
    except ValueError as error:
        first = error.errors()[0]["msg"] if hasattr(error, "errors") else str(error)
        raise Rejected(
            "its braces or choices are wrong", f"{phrase!r}: {first.removeprefix('Value error, ')}"
        ) from error
    outside = _CHOICE.sub("", phrase)
    if phrase.count("{}") != place.filled or (place.filled and "{}" not in outside):
        raise Rejected("its braces or choices are wrong", f"{phrase!r}: write {{}} {'once, outside of choices' if place.filled else 'nowhere'}")  # fmt: skip
    if not LEAST <= len(phrase) <= MOST or phrase != phrase.strip() or "  " in phrase:
        raise Rejected("too short, too long, or with spaces around", f"{phrase!r}: write {LEAST} to {MOST} letters on one line")  # fmt: skip
    whole = place.kind in SENTENCES
    question = place.kind == "questions"
    if whole and (phrase[:1] not in "{[" and not phrase[:1].isupper()):
        raise Rejected("it is no sentence", f"{phrase!r}: a whole sentence begins with a capital letter")
    if question != phrase.endswith("?") and (question or place.kind == "leads"):
        raise Rejected("it is no sentence of its kind", f"{phrase!r}: {'a question ends with ?' if question else 'no question'}")  # fmt: skip
    if not whole and (
        re.search(r"[.?!]", phrase) or (phrase[:1].isupper() and phrase.split(maxsplit=1)[0] not in ("I", "I'd"))
    ):
        raise Rejected("it is a sentence, where a phrase is wanted", f"{phrase!r}: it stands within a sentence")


def _plain(stage: Stage, place: Place, phrase: str) -> None:
    """Plain text, and no value of the data but the one that stands for `{}`."""
    if _MARKUP.search(_CHOICE.sub("", phrase)) or shown(phrase, line=True) != phrase or not phrase.isascii():
        raise Rejected("it is no plain text", f"{phrase!r}: write plain words")
    if re.search(r"\d|\$|%", phrase):
        raise Rejected("it holds a number", f"{phrase!r}: no number belongs there")
    if stage.domain.pack.ids(phrase):
        raise Rejected("it holds an id", f"{phrase!r}: no id belongs there")
    held = next((name for name in _names(stage) if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", phrase)), None)
    own = next((one for one in place.values if place.filled and len(one) > 2 and re.search(rf"(?<!\w){re.escape(one.lower())}(?!\w)", phrase.lower())), None)  # fmt: skip
    if held or own:
        raise Rejected(
            "it names a value", f"{phrase!r}: {held or own} is a value of the data, which holds for one case only"
        )


def _names(stage: Stage) -> frozenset[str]:
    """Texts of the data that are names: with a capital letter."""
    known = stage.names
    if known is None:
        texts = (
            value for rows in stage.schema.records.values() for record in rows.values() for value in record.values()
        )
        known = stage.names = frozenset(
            text for text in texts if isinstance(text, str) and len(text) > 2 and text[:1].isupper()
        )
    return known


def _new(phrase: str, kept: Iterable[str]) -> None:
    ways = _ways(phrase)
    if any(ways & _ways(other) for other in kept):
        raise Rejected("it is there already", f"{phrase!r} is there already, or says what another one says")


def _ways(phrase: str) -> set[str]:
    """What a phrase can come to, without punctuation and capitals."""
    pieces = re.split(r"\[([^\[\]]*)\]", phrase)  # what stands in brackets is every second one
    texts = [piece.split("|") if index % 2 else [piece] for index, piece in enumerate(pieces)]
    found = itertools.islice(itertools.product(*texts), WAYS)
    return {" ".join(re.findall(r"[a-z']+|\{\}", "".join(one).lower())) for one in found}


_BEFORE = {
    "openings": re.compile(r"(?i)(?:\b(?:to|and|me|us|i|you|help|please|can|could|must|should|let's|rather)|\])\s*$"),
    "leads": re.compile(r"(?i)(?:\b(?:would|i'd|could|shall i|will|to|ahead and)|\]|[:-])\s*$"),
}
"""What stands before a deed that has an infinitive's form."""
_DONE = re.compile(r"(?i)\b(?:done|already|have|has|had|was|were|been|did|completed?|finished|made|just)\b")


def _around(stage: Stage, place: Place, phrase: str) -> None:
    """Of a sentence with a deed in it: the deed fits there, and the rest speaks of no other and claims nothing."""
    before, _, after = phrase.partition("{}")
    if not _BEFORE[place.kind].search(before):
        raise Rejected("what is wanted does not fit there", f"{phrase!r}: {{}} is such as `renew a loan`; put it behind `to`, `could I` or a colon")  # fmt: skip
    rest = f"{before} {after}".lower()
    if place.kind == "leads" and _DONE.search(rest):
        raise Rejected("it says that something was done", f"{phrase!r}: nothing has been done yet")
    verbs = "|".join(filter(None, stage.domain.pack.called.verbs.values()))
    other = re.search(verbs, rest) if verbs else None
    if other:
        raise Rejected(
            "it speaks of a deed of its own", f"{phrase!r}: {other[0]!r} is a deed; only {{}} says what is wanted"
        )


def _meaning(stage: Stage, place: Place, phrase: str) -> None:
    """What code can tell of what a phrase means."""
    lower = phrase.lower()
    if place.kind in _BEFORE:
        _around(stage, place, phrase)
    if place.kind in ("least", "most"):
        right, wrong = (_LOW, _HIGH) if place.kind == "least" else (_HIGH, _LOW)
        words = {word for text in place.there for word in re.findall(r"[a-z]+", text.lower())}
        known = right.search(lower) or {w for w in re.findall(r"[a-z]{4,}", lower) if w.endswith("est")} & words
        opposite = [match[0] for match in wrong.finditer(lower) if match[0] not in words]
        if opposite and not right.search(lower):
            raise Rejected("it means the other end", f"{phrase!r}: {opposite[0]!r} says the other end")
        if not known:
            raise Rejected("it does not say which end", f"{phrase!r}: say plainly which end it is, as in first, lowest, last, highest")  # fmt: skip
    if place.path[0] == "writes" and not re.search(
        rf"\b{re.escape(stage.schema.spec.writes[place.path[1]].word.lower())}", lower
    ):
        raise Rejected("it does not name the request", f"{phrase!r}: it lacks the word {stage.schema.spec.writes[place.path[1]].word!r}")  # fmt: skip
    if place.kind == "questions":
        about = stage.domain.pack.phrases.about.get(place.path[1], "")
        if not re.search(about, lower):
            raise Rejected("it does not ask for that", f"{phrase!r}: nobody would know which detail it asks for")
    if place.filled and place.values:
        value = place.values[0]
        if not stage.domain.pack.mentions(value, phrase.replace("{}", value).lower()):
            raise Rejected("its value is not heard", f"{phrase!r}: with {value} for {{}} the value is not heard")
