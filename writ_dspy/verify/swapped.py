"""Whether a sentence in other words has two things change places: from and to, one for another, what is first and what is left."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.domains.values import MONTHS, values
from writ_dspy.verify.negation import clauses


def swapped(given: str, new: str) -> list[str]:
    """What changed places, in plain words; empty if nothing."""
    return [
        *_ways(given, new), *_order(given, new), *_rest(given, new), *_instead(given, new), *_days(given, new), *_hours(given, new), *_cases(given, new),
    ]  # fmt: skip


_PLACE = re.compile(
    r"\b(?P<role>from|out of|leaving|to|into|land(?:ing)? (?:at|in)|arriv\w* (?:at|in)|towards?|bound for)\s+(?:the |my |our )?(?P<what>[A-Z][\w]+(?: [A-Z][\w]+)*|#?[A-Z]*\d\w*|business|economy|[a-z]+ account)"
)


def _ways(given: str, new: str) -> Iterator[str]:
    """A place or thing from which it went, and to which it goes now, or the other way round."""
    was, now = dict(_roles(given)), dict(_roles(new))
    for what, start in was.items():
        if what in now and now[what] != start:
            yield f"{'from' if start else 'to'} {what}, and now the other way"


def _roles(text: str) -> Iterator[tuple[str, bool]]:
    for match in _PLACE.finditer(text):
        if match["what"].split()[0].lower() in MONTHS:
            continue
        yield match["what"], match["role"] in ("from", "out of", "leaving")


_REMAINDER = re.compile(
    r"\b(?:rest|remain(?:s|ing|der)|left(?: over)?|what's left|whatever (?:is|'s) (?:left|missing)|balance due|difference)\b"
)
_METHOD = re.compile(
    r"\b(?P<kind>(?:gift|credit|debit) card|certificate|voucher|paypal|visa|master ?card|amex|american express|savings|checking|balance)\b(?!\W+[a-z]+_)|"
    r"\b(?P<id>[a-z]+_(?:[a-z]+_)?\d{3,})\b|\b(?:ending|ends|finish\w*|digits|last four|number)(?: in| with| are| is)? (?P<last>\d{4})\b"
)


def _rest(given: str, new: str) -> Iterator[str]:
    """What pays first and what pays the rest, the other way round."""
    was, now = _payers(given), _payers(new)
    if len(was) > 1 and was.keys() == now.keys() and any(was.values()) and any(now.values()):
        for what, rest in was.items():
            if rest != now[what]:
                yield f"{what}: first or for the rest, swapped"


_PARTED = re.compile(
    r"[.;!?]|,? and (?=put|take|use|charge|the|whatever|what|let|pay|for (?:the|what))|, (?=then|the rest|whatever)|, my (?=\w+ for)"
)


def _payers(text: str) -> dict[str, bool]:
    """Means of payment, and whether each is named for what another leaves over."""
    found: dict[str, bool] = {}
    for sentence in _PARTED.split(text.lower()):
        rest = _REMAINDER.search(sentence) is not None
        for match in _METHOD.finditer(sentence):
            found.setdefault(match["id"] or match["last"] or match["kind"], rest)
    return found


_PAIR = re.compile(r"\b([A-Z][a-z]+) ([A-Z][a-z]+)\b")


def _order(given: str, new: str) -> Iterator[str]:
    for first, last in _PAIR.findall(given):
        if re.search(rf"\b{last},? {first}\b", new) and f"{first} {last}" not in new:
            yield f"{first} {last} with the names swapped"


_FOR = re.compile(
    r"\b(?:swap\w*|exchang\w*|chang\w*|replac\w*|switch\w*|trad(?:e|ing)|turn\w*|correct\w*)\b (?P<out>.{3,60}?) (?:for|with|by|into|to) (?P<into>.{3,60})"
)
_INSTEAD = re.compile(r"(?P<into>.{3,60}?),? (?:instead of|in place of|rather than|in exchange for) (?P<out>.{3,60})")
_WORD = re.compile(r"[a-z0-9][\w'-]{2,}")
_FILLERS = """the one that this you could please would like want mine your and for can have with item version new old
    now just only get"""
_NO_THING = frozenset(_FILLERS.split())


def _instead(given: str, new: str) -> Iterator[str]:
    """What goes and what comes for it."""
    for out, into in _exchanges(given):
        for gone, comes in _exchanges(new):
            if out & comes and into & gone and not (out & gone or into & comes):
                yield f"{' '.join(sorted(out & comes))} for {' '.join(sorted(into & gone))}, swapped"


def _exchanges(text: str) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """What goes, and what comes for it, as words of which none is in both."""
    for clause in clauses(text):
        for pattern in (_FOR, _INSTEAD):
            match = pattern.search(clause.text)
            if match and not clause.denied(*match.span()):
                out, into = (frozenset(_WORD.findall(match[side])) - _NO_THING for side in ("out", "into"))
                if out - into and into - out:
                    yield out - into, into - out


_AWAY = re.compile(
    r"\b(?:leav\w+|depart\w*|out(?:bound)?|go(?:ing)? (?:there|on)|set(?:ting)? off|way there|fly(?:ing)? out|start\w*|check(?:ing)?[- ]in)\b"
)
_HOME = re.compile(
    r"\b(?:return\w*|(?:com|fly|head)(?:e|ing|ming)? (?:back|home)|back|home|inbound|end(?:s|ing)?|check(?:ing)?[- ]out)\b"
)


def _days(given: str, new: str) -> Iterator[str]:
    """The day out and the day back."""
    was, now = _journey(given), _journey(new)
    if was and now and was == now[::-1] and was[0] != was[1]:
        yield "the day out and the day back are swapped"


def _journey(text: str) -> tuple[str, str] | None:
    """The days of leaving and of coming back, where each stands behind its word or before it."""
    lower = text.lower()
    days = [item for item in values(text) if item.quantity == "date"]
    if len(days) != 2:
        return None
    found: dict[bool, str] = {}
    for item in days:
        spots = [(abs(item.start - m.end()) if m.end() <= item.start else 12 + abs(m.start() - item.end), back)
                 for pattern, back in ((_AWAY, False), (_HOME, True)) for m in pattern.finditer(lower)]  # fmt: skip
        if not spots:
            return None
        found.setdefault(min(spots)[1], str(item.number))
    return (found[False], found[True]) if len(found) == 2 else None


_PARTS = re.compile(r"\b(?:morning|afternoon|evening|night)\b(?<!good morning)(?<!good afternoon)(?<!good evening)")


def _hours(given: str, new: str) -> Iterator[str]:
    """The part of the day."""
    was, now = (set(_PARTS.findall(text.lower())) for text in (given, new))
    if len(was) == 1 and len(now) == 1 and was != now and not {*was, *now} <= {"evening", "night"}:
        yield f"{was.pop()}, and now {now.pop()}"


def _cases(given: str, new: str) -> Iterator[str]:
    """What has to be the case, and what is to happen then."""
    for case, deed in _fallbacks(given):
        for other, then in _fallbacks(new):
            if case & then and deed & other:
                yield f"{' '.join(sorted(case & then))} and {' '.join(sorted(deed & other))}: the case and what follows, swapped"


def _fallbacks(text: str) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """The words of each case that may come about, and of what is to happen in it, without those in both."""
    all_ = clauses(text)
    for clause in all_:
        if clause.conditional:
            rest = " ".join(one.text for one in all_ if one.sentence == clause.sentence and not one.conditional)
            case, deed = (frozenset(_WORD.findall(part)) - _NO_THING for part in (clause.text, rest))
            yield case - deed, deed - case
