"""How the contributions that speak for what was proposed, or name a deed, move the stance."""

from __future__ import annotations

from writ_dspy import patterns as re
from writ_dspy.simulate.acts.clauses import Clause
from writ_dspy.simulate.acts.deeds import ACTS, ANY_DEED, alike, deeds, stem
from writ_dspy.simulate.acts.lexicon import CODES
from writ_dspy.simulate.acts.patterns import over
from writ_dspy.simulate.acts.relating import gives_address, lets_be
from writ_dspy.simulate.acts.stance import Stance
from writ_dspy.simulate.acts.user import Event

_ALSO, _AGREE, _FIRST, _ELSE = CODES["ALSO"], CODES["AGREE"], CODES["FIRST"], CODES["ELSE"]
_SURELY = (CODES["YES"], CODES["OKAY"], CODES["SURE"])
_DECISIVE = ACTS + CODES["GO"] + CODES["AGREE"] + CODES["CONFIRM"]
WEAK = ("okay", "weak", "why not", "wish", "grateful", "requested")
"""Contributions that agree only while nothing else is said."""
CHANGED = ("corr", "act", "ought", "wish")
"""Contributions that change what was proposed, for good."""
_ELSEWHERE = over("GO SMALL _*(?:x|#)")
_CANCELS = stem("cancel")
_MENDS = frozenset({"adjust", "change", "fix", "correct", "update", "edit", "amend", "alter", "revise", "modify"})
_SETS = frozenset({"change", "switch", "update", "make", "set"})
_PICKS = frozenset({"go with", "go for", "take", "choose", "pick", "select"})
_RESHAPES = frozenset({"upgrade", "downgrade", "move", "postpone", "push"})
_FLIGHT = stem("flight")
_SHORT = 4
"""As long as a day ("23rd") may be; an id is longer."""
_ADDS = frozenset({"add", "remove", "drop", "throw"})
_WHOLE = frozenset(stem(word) for word in ("book", "reserve", "purchase", "exchange", "return", "swap"))
"""Deeds that are done once, with all that belongs to them: to add to one changes it."""
_LOOSE = ANY_DEED | {stem("change")}
"""Deeds that say little about which one is meant."""
_RECORDS = frozenset({"order", "orders", "reservation", "reservations", "booking", "bookings", "trip", "trips", "note"})
_CHARGES = frozenset({"charge", "bill"})
_CHECKS = CODES["CHECK"]
_TELLS = (CODES["INFORM"], CODES["CONFIRM"])
_ACTUALLY = CODES["ACTUALLY"]
_SO_TO_SAY = over("^I ADV (?:WANT|NEED|MODAL|HAVE)")
_ME = over("ACT I (?:x|#)")


def say_yes(stand: Stance, event: Event) -> None:
    """A word of assent."""
    if stand.minds and stand.stance in ("", "-"):
        stand.take("-", event)
    elif not stand.for_act:
        stand.other("answer", event)
    elif stand.by == "part" and stand.same_sentence(event):
        return  # "one of the two, yes"
    elif stand.stance == "-" and stand.at is stand.before and stand.same_sentence(event) and lets_be(stand.at):
        return  # "then leave it, yes"
    elif not (stand.stance == "~" and stand.by in CHANGED) and stand.by not in ("before", "mock"):
        _agree(stand, event)


def said_of(stand: Stance, event: Event) -> None:
    """To have said yes to something is a yes where that is what was proposed."""
    if (
        stand.asked is not None
        and {stem(word) for word in event.clause.words if len(word) > _SHORT} & stand.asked.all_deeds
    ):
        say_yes(stand, event)


def echo(stand: Stance, event: Event) -> None:
    """To say "it is" or "I do" is a yes where something was asked."""
    if stand.asked is not None:
        say_yes(stand, event)


def please(stand: Stance, event: Event) -> None:
    """A "please" by itself is a yes; behind something it is manners."""
    if event.first and stand.for_act:
        _agree(stand, event)
    elif event.first:
        stand.other("answer", event)


def go(stand: Stance, event: Event) -> None:
    """To go ahead: with what was proposed, with another deed, or with what the user asked for just now."""
    if stand.continues(event, "will") and _AGREE in event.clause.codes:
        return  # "I'll review it and approve": not yet
    if stand.foreign(event):
        if stand.stance:
            stand.other("request", event)
        else:
            stand.take("~", event)
        return
    if not stand.for_act and any(act.kind == "request" for act in stand.beside):
        return  # "exchange the lamp, too; please proceed with that": with what was never proposed
    if not stand.for_act and _named(stand, event):
        stand.take("+", event)  # "the silver one. Proceed with the exchange", where one was asked which
        return
    strange = stand.contrary or (_ELSEWHERE.search(event.clause.codes) is not None and not stand.restates(event, 0.5))
    if strange and event.content and not stand.stance and stand.asked is not None:
        stand.take("~", event)
    elif (stand.for_act or not (stand.informs or stand.unasked)) and stand.stance not in ("~", "?"):
        _agree(stand, event)


def _named(stand: Stance, event: Event) -> bool:
    """Whether the user says outright that the deed is to be gone ahead with about which it was asked for a detail."""
    asked = stand.asked
    if asked is None or stand.unasked or "question" not in asked.kinds or CODES["GO"] not in event.clause.codes:
        return False
    named = [deed for deed in deeds(event.clause) if deed not in ANY_DEED]
    return any(alike(deed) & asked.all_deeds for deed in named) and not asked.stranger


def _agree(stand: Stance, event: Event) -> None:
    then = event.clause.link == "SO" and not stand.opens(event)
    if then and (
        (stand.by in ("hold", "ask") and stand.same_sentence(event)) or (not stand.stance and stand.asks_back())
    ):
        # "tell me the fee first, then yes"
        stand.take("?", event)
    elif not stand.hangs(event):
        stand.take("+", event)
    elif stand.stance != "+" or stand.same_sentence(event) or event.clause.link == "SO":
        stand.take("?", event)


def weak(stand: Stance, event: Event) -> None:
    """A word of approval."""
    if not stand.for_act:
        if stand.informs:
            stand.other("answer", event)
        return
    excused = stand.stance == "-" and (stand.against(event) or stand.by == "noact")
    if not (stand.stance and not excused) and not stand.asks_back():
        _agree(stand, event)


def steady(stand: Stance, event: Event) -> None:
    """Not to back out ("I haven't changed my mind") excuses the "no" before it."""
    if stand.stance == "-" and stand.by == "no" and stand.same_sentence(event):
        stand.stance = ""
    else:
        weak(stand, event)


def grateful(stand: Stance, event: Event) -> None:
    """To appreciate what was offered is thanks and approval."""
    stand.other("thanks", event)
    weak(stand, event)


def confirm(stand: Stance, event: Event) -> None:
    """To "confirm" by itself is a yes; after one, it asks to be told."""
    if stand.stance != "+" or stand.by in WEAK:
        go(stand, event)


def contrary(stand: Stance, _: Event) -> None:
    """An "actually" before anything is agreed to announces something else than what was proposed."""
    stand.contrary = not stand.stance


def undo(stand: Stance, event: Event) -> None:
    """To cancel "it" agrees to a cancellation, and takes anything else back."""
    meant = stand.asked is None or stand.minds or _CANCELS in stand.asked.all_deeds
    if meant and stand.stance != "-":
        go(stand, event)
    else:
        stand.take("-", event)


def act(stand: Stance, event: Event) -> None:
    """An act with its object: the proposed one, another one, or a change of the proposed one."""
    restates = stand.restates(event)
    if not stand.stance and _ACTUALLY in event.clause.codes and _SO_TO_SAY.match(event.clause.codes):
        stand.contrary = True  # "I actually need to return the other one"
    if not stand.for_act or stand.asked is None:
        informs = stand.asked is not None and "question" in stand.asked.kinds
        stand.other("answer" if informs else "request", event)
    elif not stand.stance and "question" in stand.asked.kinds and _handy(event) and not _picks(stand, event):
        stand.other("answer", event)
    elif not stand.stance and not restates and _left_open(stand, event):
        stand.other("answer", event)  # "swap it to the silver one", where one was asked which
    elif not stand.stance:
        picked = _picks(stand, event) and not stand.contrary
        stand.take("+" if picked or (restates and not stand.contrary) else "~", event)
    elif stand.stance == "+" and stand.against(event) and _FIRST in event.clause.codes:
        stand.take("?", event)
    elif restates and stand.stance == "+" and stand.by in WEAK:
        stand.take("+", event)  # an order is more than a word of approval
    elif gives_address(stand, event):
        stand.other("answer", event)
    elif not restates:
        _beyond(stand, event)


def _beyond(stand: Stance, event: Event) -> None:
    """An act beyond the proposed one, after a stance: it mends that, mocks it, or is asked for besides."""
    mended = stand.stance == "+" and (
        stand.against(event)
        or _changes(stand, event)
        or _adds(stand, event)
        or _reshapes(stand, event)
        or _narrows(stand, event)
    )
    if mended or (stand.stance == "-" and stand.by in ("no", "bad")):
        stand.take("~", event)
    elif stand.stance == "+" and _mocks(stand, event):
        stand.take("-", event)
        stand.by = "mock"
    elif not _handy(event):
        stand.other("request", event)
    elif stand.informs:
        stand.other("answer", event)


def _handy(event: Event) -> bool:
    """Whether all deeds of a clause are such as go with any act ("use the Visa")."""
    words = zip(event.clause.codes, event.clause.words, strict=True)
    return all(stem(word) in ANY_DEED for code, word in words if code in ACTS)


def _left_open(stand: Stance, event: Event) -> bool:
    """Whether an act gives a detail that was asked for, and picks no option by that."""
    asked = stand.asked
    if asked is None or not asked.open or stand.contrary:
        return False
    return not stand.foreign(event) and not _picks(stand, event)


def _picks(stand: Stance, event: Event) -> bool:
    """Whether a clause picks one of the options that were to be proceeded with."""
    return stand.asked is not None and stand.asked.options and not _PICKS.isdisjoint(event.clause.words)


_LEADS = frozenset({"only", "just", "simply", "merely"})
_SETS_GOING = frozenset({"get", "send", "put", "make", "bring", "ship", "let"})
_UNDERWAY = frozenset(stem(word) for word in ("rolling", "going", "moving", "started", "done", "sorted", "through", "over", "out", "underway", "happen"))  # fmt: skip


def _narrows(stand: Stance, event: Event) -> bool:
    """Whether a clause of the sentence of the yes says what is to be done otherwise ("yes, just take the later one")."""
    asked, clause = stand.asked, event.clause
    led = clause.words[0] in _LEADS and stand.same_sentence(event)
    named = {stem(word) for word in event.content} - _UNDERWAY
    if asked is not None and clause.words[1:2] and clause.words[1].split()[0] in _SETS_GOING and named <= asked.stems:
        return False  # "just get that glass one rolling"
    return led and bool(event.content) and asked is not None and not (asked.open or stand.restates(event, 0.6))


def _changes(stand: Stance, event: Event) -> bool:
    """Whether an act right after the yes changes what the yes is to ("make it two", "change the bags to two")."""
    clause, words = event.clause, event.clause.words
    if words[0] in _LEADS:
        words = words[1:]
    if words[:2] == ("make", "it"):
        return True
    soon = stand.at is not None and clause.sentence <= stand.at.sentence + 1
    if not soon or _ELSE in clause.codes or _ALSO in clause.codes or stand.also(event):
        return False
    sets = [index for index, word in enumerate(words) if word in _SETS]
    return bool(sets) and "to" in words[sets[0] :]


def _reshapes(stand: Stance, event: Event) -> bool:
    """Whether an act changes the flights that a change was proposed for ("… and move the return, too")."""
    asked, words = stand.asked, _RESHAPES.intersection(event.clause.words)
    reshapes = asked is not None and _FLIGHT in asked.stems and any(stem(word) not in asked.all_deeds for word in words)
    named = [word for word in event.content if len(word) > _SHORT and any(char.isdigit() for char in word)]
    return (
        reshapes
        and _ELSE not in event.clause.codes
        and not named
        and bool(event.content)
        and not _RECORDS & {*event.content}
    )


def _adds(stand: Stance, event: Event) -> bool:
    """Whether an act puts something into what is done as a whole, or takes something out ("add a passenger" to a booking)."""
    words = event.clause.words
    if _ADDS.isdisjoint(words) or not whole(stand):
        return False
    return bool(event.content) and _RECORDS.isdisjoint(event.content)


def whole(stand: Stance) -> bool:
    """Whether what was proposed is done once, with all that belongs to it."""
    asked = stand.asked
    return asked is not None and bool((asked.deeds - _LOOSE or asked.all_deeds) & _WHOLE)


def _mocks(stand: Stance, event: Event) -> bool:
    """Whether the user bids the other charge them in a way that nobody proposed ("sure, charge me twice")."""
    charges = _ME.search(event.clause.codes) is not None and not _CHARGES.isdisjoint(event.clause.words)
    return charges and stand.same_sentence(event) and not stand.restates(event, 0.5)


def do_it(stand: Stance, event: Event) -> None:
    """An act on "it": the proposed one, unless it mends what was objected to, or was never proposed."""
    mends = not _MENDS.isdisjoint(event.clause.words)
    objected = stand.stance == "-" and stand.by not in ("stop", "hold", "negact")
    strange = stand.asked is not None and stand.for_act and not stand.restates(event)
    if mends and (objected or strange):
        stand.take("~", event)
    else:
        go(stand, event)


def wish(stand: Stance, event: Event) -> None:
    """To want what was proposed agrees to nothing more than a word of approval does."""
    if stand.for_act and not stand.stance and not stand.contrary and stand.asked is not None and stand.restates(event):
        weak(stand, event)
    else:
        act(stand, event)


def requested(stand: Stance, event: Event) -> bool:
    """Whether a "could you …?" asks for what was proposed, and so agrees to it."""
    asked = stand.asked
    if asked is None or not stand.for_act or not event.content or stand.stance not in ("", "+"):
        return False
    codes, words = event.clause.codes, event.clause.words
    checks = {word for code, word in zip(codes, words, strict=True) if code == _CHECKS}
    if any(code in codes for code in _TELLS) or checks - asked.words or not stand.restates(event, 0.75):
        return False
    if not stand.stance:
        _agree(stand, event)
    return True


_LEADING = frozenset(CODES[name] for name in ("SO", "VERY", "OKAY"))


def _proposed(stand: Stance, key: Clause) -> bool:
    """Whether the head of an entry names what the message before asks a yes to: in its question, or in a list of which it turns something else down."""
    asked = stand.asked
    if asked is None or stand.informs or not stand.for_act:
        return False
    content = {stem(word) for code, word in zip(key.codes, key.words, strict=True) if code in _HEADS}
    proposed = [one.text for one in asked.asked if "proposal" in one.kinds]
    beside = asked.denies and content <= asked.stems and not asked.turned_down(content, some=True)
    named = beside or any(content <= {stem(word) for word in _WORDS.findall(text)} for text in proposed)
    return bool(content) and named


_HEADS = frozenset({"x", "#", *ACTS})
_WORDS = re.compile(r"[\w'-]+")


def item(stand: Stance, event: Event) -> None:
    """An entry of a form ("Insurance: no"): only what names a deed or an answer is about the act."""
    key = stand.before
    leads = key is not None and (key.words[-1] == "yes" or set(key.codes) <= _LEADING)
    named = key is not None and (leads or not {"answer", "decision", "choice"}.isdisjoint(key.words))
    agrees = event.clause.codes.startswith(_SURELY)
    if key is not None and agrees and _proposed(stand, key):
        say_yes(stand, event)  # "the bags: yes", where to add them was proposed
    elif key is not None and (named or any(code in _DECISIVE for code in key.codes)):
        if agrees:
            say_yes(stand, event)
        elif stand.stance != "+":
            stand.take("-", event)
    elif stand.informs:
        stand.other("answer", event)
