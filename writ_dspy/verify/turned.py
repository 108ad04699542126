"""Whether a sentence in other words still says what it said: its values, its names, and nothing of it turned around.

Words may come, go and change; a number, date, id, name or limit may not, nor the end from which something is chosen, the way that is
meant, or what is denied. What code cannot read here, a reading of all sentences together has to show.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.domains.values import values
from writ_dspy.verify.degrees import graded
from writ_dspy.verify.exclusive import exclusive
from writ_dspy.verify.limited import limits
from writ_dspy.verify.negation import Clause, clauses, negative, wanted
from writ_dspy.verify.paired import paired
from writ_dspy.verify.poles import AXES, poles
from writ_dspy.verify.swapped import swapped

_ID = re.compile(r"(?<!\w)#?(?=\w*\d)\w{5,}\b")
_WORD = re.compile(r"[a-z][a-z'-]+")


def turned(given: str, new: str) -> list[str]:
    """What a rewording turns around, in plain words; empty if nothing."""
    return [
        *_limits(given, new),
        *_poles(given, new),
        *_speaker(given, new),
        *_denied(given, new),
        *swapped(given, new),
        *exclusive(given, new),
        *paired(given, new),
    ]


def _limits(given: str, new: str) -> Iterator[str]:
    was, now = limits(given), limits(new)
    for key, above in was.items():
        quantity, number = key
        if key in now and now[key] != above:
            what = number if quantity != "limit" else "the limit"
            yield f"what lies {_side(above)} {what} is wanted, and now what lies {_side(now[key])} it"
        elif key not in now and quantity in ("money", "time") and _names(new, quantity, number):
            yield f"it no longer says plainly that {_side(above)} {number} is wanted"
    if sum(item.quantity == "date" for item in values(given)) == 1:  # of a range, each end is a limit
        for quantity, number in now.keys() - was.keys():
            if quantity == "date" and _names(given, quantity, number):
                yield "the day has become a limit"


def _side(above: bool) -> str:
    return "above or after" if above else "below or before"


def _names(text: str, quantity: str, number: str) -> bool:
    return any(item.quantity == quantity and str(item.number) == number for item in values(text))


def _poles(given: str, new: str) -> Iterator[str]:
    was, now = poles(given), poles(new)
    by_axis: defaultdict[str, set[tuple[str, bool]]] = defaultdict(set)
    for name, head, first in was:
        by_axis[name].add((head, first))
    for name, had in by_axis.items():
        has = {(head, first) for other, head, first in now if other == name}
        kept, said = {first for _, first in had}, {first for _, first in has}
        flipped = {
            head
            for head, first in had
            if head and (head, not first) in has and not {(head, not first)} & had and (head, first) not in has
        }
        if len(kept) == 2 and len(said) == 1 and name in _BOTH and _ALONE.search(new.lower()):
            yield f"{name}: either was said to do, and now one alone is"
        if flipped or (len(kept) == 1 and said and not said & kept):
            yield f"{name}{''.join(f' {head}' for head in sorted(flipped))}: turned around"
    much, little = graded(given), graded(new)
    for what, most in sorted(much):
        if (what, most) not in little and (what, not most) in little and (what, not most) not in much:
            yield f"{what}: turned around"


_BOTH = frozenset(("stops",))
"""Opposites of which a wish may take either."""
_ALONE = re.compile(
    r"\b(?:only|just|solely|exclusively|strictly) (?:look at |consider |want |take |the |with |flights? )*(?:direct|non-?stop|one[- ]stop|one stop|connect)|\b(?:direct|non-?stop|one[- ]stop|one stop)(?: (?:flights?|ones|connections?))? only\b|"
    r"\b(?:no|not|never|without|nothing with|skip|except)(?: (?:any|a|the|those|ones|with|one|flights?))* (?:direct|non-?stops?|stops?|layovers?|connections?)\b"
)


_ME_NOT = re.compile(
    r"\b(?:not (?:for |including |counting |with )?(?:me|myself)\b|without me\b|(?:i'm|i am|i'll|i) (?:not|won't be|not be) (?:flying|coming|going|travel\w+|on board)|count me out|i (?:stay|am staying)(?: at)? home)(?! (?:on|in|to)\b)"
)
_ME_OUT = re.compile(
    r"\bi can't (?:make it|come|go|travel|fly)\b|\bmy own name\b|\bi'm the one who (?:drops|bows|steps)\b"
)
_ME_IN = re.compile(
    r"\bi(?:,[\w ]+,)?(?:'m| am|'ll| will)? (?:stay(?:ing)? (?:on|in)|still (?:fly|com|go|travel)\w*|keep(?:ing)? my (?:seat|place|name)|remain)\b"
)
_ME = re.compile(r"\b(?:me|myself|i am|i'm)\b")


def _speaker(given: str, new: str) -> Iterator[str]:
    """The speaker, who was one of them, left out."""
    was, now = (" ".join(text.lower().replace("’", "'").split()) for text in (given, new))
    if _ME_OUT.search(was) and _ME_IN.search(now):
        yield "the speaker stays in: the other way"
    if _ME.search(was) and _ME_NOT.search(now) and not _ME_NOT.search(was):
        yield "the speaker is left out: the other way"


_NAME = re.compile(r"(?<![.!?]\s)(?<!\A)\b[A-Z][a-z]{2,}\b")


def _alone_named(given: str, new: str) -> str:
    """The only one whom both sentences call by name: of whom else would either say that it is not so ("the one who isn't coming is …")."""
    names = {name.lower() for text in (given, new) for name in _NAME.findall(text)} - {"may"}
    return names.pop() if len(names) == 1 else ""


def _denied(given: str, new: str) -> list[str]:
    """What is denied in one of both sentences alone, also where each says first what its no is about: "on that trip I can't come"."""
    found = list(_one_sided(given, new))
    ordered = (_FRONTED.sub(r"\g<no> \g<what>", text) for text in (given, new))
    return found if found and any(_one_sided(*ordered)) else []


_FRONTED = re.compile(
    r"(?:(?<=[.!?] )|\A)(?P<what>(?:on|to|for|with|at|in|by|about|of|from) (?:an?|the|that|this|those|these|my|our|one|any) [^.,;:!?]+?),? "
    r"(?P<no>(?:i|we|(?:one|two|some) of (?:us|my \w+)) (?:can't|cannot|can not|won't|will not|don't|do not|am not|are not)(?: \w+){1,3})(?=[.!]?(?:\s|\Z))",
    re.IGNORECASE,
)
"""What a no is about, said before it."""


def _one_sided(given: str, new: str) -> Iterator[str]:
    """A word or value of both sentences that is denied in one of them, or kept in one and changed in the other."""
    one_sided = bool(_lacking(clauses(given))) != bool(_lacking(clauses(new)))
    was, now = _joined(_stances(given, one_sided), _stances(new, one_sided))
    both = all(any(True in no for no, _, _ in found.values()) for found in (was, now))
    for word, (no, stays, off) in was.items():
        if word not in now or (both and word == _alone_named(given, new)):
            continue
        other, remains, away = now[word]
        if len(stays) == len(remains) == 1 and stays != remains:
            spelled = _spelled(word, f"{given} {new}")
            yield f"{spelled!r} is {'no longer ' if True in stays else ''}to stay as it is"
        elif len(no) == len(other) == 1 and no != other and bool(off) == bool(away):  # needed no more is taken off
            if _by_poles(word, given, new) or _of_nobody(word, given, new):
                continue
            spelled = _spelled(word, f"{given} {new}")
            if True in no:
                yield f"it no longer says no to {spelled!r}: say no to it as plainly as was given, or leave the word out"
            else:
                yield f"it says no to {spelled!r} now: say it of that word without a no or not, as it was given"


def _by_poles(word: str, given: str, new: str) -> bool:
    """Whether a no falls on how a thing is, and not on the thing: "not a direct flight" and "not a direct one" are compared by the opposites."""
    both = {name for name, _, _ in poles(given)} & {name for name, _, _ in poles(new)}
    return any(
        axis.name in both and any(match.end() == start - 1 for match in pattern.finditer(clause.text, 0, start))
        for clause in (*clauses(given), *clauses(new))
        for what, start, end in _named(clause)
        if what == word and clause.denied(start, end)
        for axis in AXES
        for pattern in (axis.first, axis.second)
    )


_NOBODY = re.compile(r"\b(?:nobody|no one|no-one)\b")


def _of_nobody(word: str, given: str, new: str) -> bool:
    """Whether a word is only said of nobody, in both: whether "no one else takes the seat" or "nobody takes the seat"."""
    said = [
        clause.text
        for text in (given, new)
        for clause in clauses(text)
        if word in {what for what, _, _ in _named(clause)}
    ]
    return all(map(_NOBODY.search, said))


def _joined(was: dict[str, Stance], now: dict[str, Stance]) -> tuple[dict[str, Stance], dict[str, Stance]]:
    """Both with one name for a word that either has in another form: "coming" and "come"."""
    forms = was.keys() | now.keys()
    found: list[dict[str, Stance]] = []
    for stances in (was, now):
        joined: defaultdict[str, Stance] = defaultdict(lambda: (set(), set(), set()))
        for word, stance in stances.items():
            for known, more in zip(joined[f"{word}e" if f"{word}e" in forms else word], stance, strict=True):
                known.update(more)
        found.append(dict(joined))
    return found[0], found[1]


_CONTRASTED = re.compile(
    r"\b(?:right|correct|proper|perfect|best|old|previous|former|wrong|other|original|existing|current|from)(?: \w+)? \Z"
)
"""What stands before a thing that is not denied itself: "this isn't the right version", "no longer the old address"."""
_AILS = re.compile(
    r"\b(?:does|do|did|is|was|are|were|has|have)(?:n't| not| never)(?: \w+ly| quite| even| really)? (?:suit|fit|work|match|turn\w* out|live up|hold up|look|right|good|for (?:me|us)|what|as (?:described|expected))\b"
)
_GOES = re.compile(
    r"\b(?:(?:go|send|give|take|bring)(?:s|es|ing)?(?: \w+){0,4} back|must go|return(?:ing|ed)?|exchang\w+|swap\w*|replac\w+|refund\w*|cancel\w*|trad(?:e|ing))\b"
)
"""What is wrong with a thing that goes back for it: a reason, and no denial of the wish."""
_OFF = re.compile(
    r"\b(?:tak(?:e|ing) (?:[\w'-]+ ){0,5}(?:off|out)|remov\w+|delet\w+|drop(?:ping)?|get(?:ting)? rid of|los(?:e|ing)|scrap\w*|"
    r"(?:(?:should|must|can|may|ought to|has to|have to|needs? to|is to|are to|gotta|\bonly (?:[\w'-]+ ){1,4}?)(?: \w+)? ?(?:goes|go|come off))(?=\W*$| (?:please|then|now|thanks?|thank|from|away|off|out of)\b))"
)
_MOVED = re.compile(
    r"\b(?:don't|do not|never|not) (?:send|put|issue|credit|pay|place|charge) (?P<what>.{2,30}?) (?:back )?(?:to|onto|on|into) "
)
"""What is not to go somewhere goes elsewhere, and is not denied itself."""
_LACKS = re.compile(
    r"\b(?:sold out|out of stock|unavailable|impossible|(?:is|are|'s|'re) (?:gone|full|taken)|too (?:little|few|late)|runs? out|falls? short|fails?)\b"
)
"""What denies the case it is said of: "if it is sold out" is "if there is none left"."""

_AHEAD = re.compile(r"it's(?: only| just| \w+ly)*")
"""All of a clause that only points at the one behind it: the "it's" of "it's because I no longer need that" is no thing that is granted."""

Stance = tuple[set[bool], set[bool], set[bool]]
"""Whether a word is denied, whether it is to stay as it is, and whether it is to be taken off, wherever it stands."""


def _stances(text: str, one_sided: bool) -> dict[str, Stance]:
    """By word; `one_sided` where only one of the two sentences tells of a case that something is not so."""
    found: defaultdict[str, Stance] = defaultdict(lambda: (set(), set(), set()))
    all_ = clauses(text)
    for place in _judged(text, all_, one_sided):
        clause = all_[place]
        for what, start, end in _named(clause):
            if start >= clause.out_of_reach:
                continue
            denied, stays, off = found[what]
            no = clause.denied(start, end)
            if clause.conditional:
                denied.update(_supposed(all_, place, no=no))
                continue
            moved = _MOVED.search(clause.text)
            if moved is not None and start < moved.end():
                continue
            if not _CONTRASTED.search(clause.text, max(0, start - 24), start):
                denied.add(not clause.spared and no and not clause.unkept)
                if _OFF.search(clause.text):
                    off.add(not no)
            if clause.spared is not None:
                stays.add(clause.spared)
    return found


def _judged(text: str, all_: tuple[Clause, ...], one_sided: bool) -> Iterator[int]:
    """The clauses whose denials are those of the wish: no limits, no flaws of what goes back, nothing that a case already says."""
    lacking = _lacking(all_) if one_sided else set[int]()
    goes = _GOES.search(text.lower()) is not None
    for place, clause in enumerate(all_):
        if goes and not clause.conditional and _AILS.search(clause.text):
            continue
        if _AHEAD.fullmatch(clause.text) and any(negative(one.text) for one in all_[place + 1 : place + 2]):
            continue
        if any(item.quantity in ("money", "time") for item in values(clause.text)):
            continue
        if clause.sentence in lacking and not clause.conditional and (clause.spared or negative(clause.text)):
            continue  # "if I don't get it all, don't cancel" is "cancel only if I get it all"
        yield place


def _supposed(all_: tuple[Clause, ...], place: int, *, no: bool) -> tuple[bool, ...]:
    """Whether the wish needs what a case says not to hold; empty where it cannot be read."""
    clause = all_[place]
    if clause.conditional in _WHENEVER or _LACKS.search(clause.text):
        return ()
    side = wanted(all_, place, holds=not no)
    return () if side is None else (not side,)


def _lacking(all_: tuple[Clause, ...]) -> set[int]:
    """The sentences with a case that something is not so."""
    cases = (one for one in all_ if one.conditional and one.conditional not in _WHENEVER)
    return {
        one.sentence
        for one in cases
        if (one.conditional == "unless") != (negative(one.text) or _LACKS.search(one.text) is not None)
    }


_WHENEVER = frozenset(("even if", "even when", "when", "once"))


_NOW = re.compile(
    r"\b(?:(?:at|for|in) (?:\w{2,4} )?(?:very )?(?:moment|present|time being|point in time)|right now|as of now|these days)\b"
)
"""What only says that it is so now."""


def _named(clause: Clause) -> Iterator[tuple[str, int, int]]:
    """What a clause is about: its words, the small ones left out, its values and its ids."""
    now = [match.span() for match in _NOW.finditer(clause.text)]
    for match in _WORD.finditer(clause.text):
        word = _stem(match[0])
        if word not in _SMALL and not any(start <= match.start() < end for start, end in now):
            yield word, *match.span()
    for item in values(clause.text):
        if item.quantity != "count" or item.number > 1:
            yield f"{item.quantity} {item.number}", item.start, item.end
    for match in _ID.finditer(clause.text):
        yield match[0], *match.span()


def _spelled(stem: str, text: str) -> str:
    """The word itself, for whoever is to mend it."""
    return next((word for word in _WORD.findall(text.lower()) if stem in (_stem(word), f"{_stem(word)}e")), stem)


def _stem(word: str) -> str:
    for ending in ("'s", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)]
    return word


_SMALL_WORDS = """case not no and but the a an i we you it they he she my our your me us this that these those there here is are was were be been am
    do does did don't doesn't didn't have has had will would can could should may might must shall won't can't to of in on at by for with as so too
    any anything anybody one ones some somethi something else more most less least only just please thank want need like take go get give mak mind car bother
    care think know feel really all every each same other another way what which who how if when than then or from about rather still yet now
    myself yourself himself herself ourselv themselv mine day days chang touch keep leave stay remain alter edit modify replac mor exactly possibl put say tell see us use without stop direct nonstop higher lower above below pay cost out up over along around away did had"""
_SMALL = frozenset(_SMALL_WORDS.split())
