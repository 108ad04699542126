"""How each contribution of a clause moves the stance: the last word counts, and a yes that hangs on something is none."""

from __future__ import annotations

from collections.abc import Callable

from writ_dspy.simulate.acts.clauses import Clause
from writ_dspy.simulate.acts.lexicon import CODES
from writ_dspy.simulate.acts.message import stem
from writ_dspy.simulate.acts.patterns import over
from writ_dspy.simulate.acts.stance import ACTS, ANY_DEED, Stance
from writ_dspy.simulate.acts.user import Event

_ALSO, _NOT, _AGREE, _FIRST = CODES["ALSO"], CODES["NOT"], CODES["AGREE"], CODES["FIRST"]
_SAID = over("^ADV I |NOT")
"""A statement about oneself, or about what is not: more than an aside."""
_NAMED = over("^THIS BE (?!NOT)|^(?:(?!BE|MODAL|HAVE|DO|NEED|WANT|SEEM)_)*$")
"""A statement that only names something: no verb, or none but "it is"."""
_SURELY = (CODES["YES"], CODES["OKAY"], CODES["SURE"])
_DECISIVE = ACTS + CODES["GO"] + CODES["AGREE"] + CODES["CONFIRM"]
_WEAK = ("okay", "weak", "why not", "wish", "grateful")
"""Contributions that agree only while nothing else is said."""
_CHANGED = ("corr", "act", "ought", "wish")
"""Contributions that change what was proposed, for good."""
_DROP = CODES["DROP"]
_ELSEWHERE = over("GO SMALL _*(?:x|#)")
_CANCELS = frozenset({"cancel", "canceling", "cancelling", "canceled", "cancelled", "cancellation"})
_UNWANTED = frozenset({"cancel", "return", "remove", "canceling", "cancelling", "returning"})
_MENDS = frozenset({"adjust", "change", "fix", "correct", "update", "edit", "amend", "alter", "revise", "modify"})
_SETS = frozenset({"change", "switch", "update", "make", "set"})
_UNTRUE = frozenset(
    {"wrong", "incorrect", "inaccurate", "false", "mistaken", "incomplete", "misspelled", "outdated", "a mistake", "an error", "a typo",
     "too much"}
)  # fmt: skip
_LATER = frozenset(
    {"when will", "how long", "how soon", "when do", "when can", "when is", "when should", "receive", "arrive", "email", "e-mail", "track",
     "confirmation", "next", "afterwards", "also", "get", "label", "notified", "receipt", "hear", "back", "delivered", "ship", "expect"}
)  # fmt: skip
_WITHHELD = frozenset(
    {"share", "give", "tell", "provide", "disclose", "reveal", "say", "telling", "giving", "sharing", "saying"}
)
Weigh = Callable[[Stance, Event], None]


def weigh(stand: Stance, event: Event) -> None:
    """Take one contribution in."""
    _WEIGH[event.kind](stand, event)


def _beside(name: str) -> Weigh:
    def add(stand: Stance, event: Event) -> None:
        stand.other(name, event)

    return add


def _nothing(stand: Stance, event: Event) -> None:
    """Of no weight."""


# ----------------------------------------------------------------------------- for it


def _yes(stand: Stance, event: Event) -> None:
    if stand.minds and stand.stance in ("", "-"):
        stand.take("-", event)
    elif not stand.for_act:
        stand.other("answer", event)
    elif not (stand.stance == "~" and stand.by in _CHANGED) and stand.by != "before":
        _agree(stand, event)


def _echo(stand: Stance, event: Event) -> None:
    """To say "it is" or "I do" is a yes where something was asked."""
    if stand.asked is not None:
        _yes(stand, event)


def _please(stand: Stance, event: Event) -> None:
    """A "please" by itself is a yes; behind something it is manners."""
    if event.first and stand.for_act:
        _agree(stand, event)
    elif event.first:
        stand.other("answer", event)


def _go(stand: Stance, event: Event) -> None:
    if stand.continues(event, "will") and _AGREE in event.clause.codes:
        return  # "I'll review it and approve": not yet
    strange = stand.contrary or (_ELSEWHERE.search(event.clause.codes) is not None and not stand.restates(event, 0.5))
    if strange and event.content and not stand.stance and stand.asked is not None:
        stand.take("~", event)
    elif (stand.for_act or not (stand.informs or stand.unasked)) and stand.stance not in ("~", "?"):
        _agree(stand, event)


def _agree(stand: Stance, event: Event) -> None:
    then = event.clause.link == "SO" and stand.by in ("hold", "ask") and stand.same_sentence(event)
    if then:  # "tell me the fee first, then yes"
        stand.take("?", event)
    elif not stand.hangs(event):
        stand.take("+", event)
    elif stand.stance != "+" or stand.same_sentence(event) or event.clause.link == "SO":
        stand.take("?", event)


def _weak(stand: Stance, event: Event) -> None:
    if not stand.for_act:
        if stand.informs:
            stand.other("answer", event)
        return
    excused = stand.stance == "-" and (stand.against(event) or stand.by == "noact")
    if not (stand.stance and not excused) and not stand.asks_back():
        _agree(stand, event)


def _grateful(stand: Stance, event: Event) -> None:
    """To appreciate what was offered is thanks and approval."""
    stand.other("thanks", event)
    _weak(stand, event)


def _confirm(stand: Stance, event: Event) -> None:
    """To "confirm" by itself is a yes; after one, it asks to be told."""
    if stand.stance != "+" or stand.by in _WEAK:
        _go(stand, event)


def _contrary(stand: Stance, _: Event) -> None:
    """An "actually" before anything is agreed to announces something else than what was proposed."""
    stand.contrary = not stand.stance


def _undo(stand: Stance, event: Event) -> None:
    """To cancel "it" agrees to a cancellation, and takes anything else back."""
    meant = stand.asked is None or stand.minds or bool(stand.asked.words & _CANCELS)
    if meant and stand.stance != "-":
        _go(stand, event)
    else:
        stand.take("-", event)


def _do(stand: Stance, event: Event) -> None:
    """An act with its object: the proposed one, another one, or a change of the proposed one."""
    restates = stand.restates(event)
    if not stand.for_act or stand.asked is None:
        informs = stand.asked is not None and "question" in stand.asked.kinds
        stand.other("answer" if informs else "request", event)
    elif not stand.stance and "question" in stand.asked.kinds and _handy(event):
        stand.other("answer", event)
    elif not stand.stance:
        stand.take("+" if restates and not stand.contrary else "~", event)
    elif stand.stance == "+" and stand.against(event) and _FIRST in event.clause.codes:
        stand.take("?", event)
    elif not restates:
        mended = stand.stance == "+" and (stand.against(event) or _changes(stand, event))
        if mended or (stand.stance == "-" and stand.by in ("no", "bad")):
            stand.take("~", event)
        else:
            stand.other("request", event)


def _handy(event: Event) -> bool:
    """Whether all deeds of a clause are such as go with any act ("use the Visa")."""
    words = zip(event.clause.codes, event.clause.words, strict=True)
    return all(stem(word) in ANY_DEED for code, word in words if code in ACTS)


def _changes(stand: Stance, event: Event) -> bool:
    """Whether an act right after the yes changes what the yes is to ("make it two", "change the bags to two")."""
    clause, words = event.clause, event.clause.words
    soon = stand.at is not None and clause.sentence <= stand.at.sentence + 1 and _ALSO not in clause.codes
    return words[:2] == ("make", "it") or (soon and "to" in words and not _SETS.isdisjoint(words))


def _do_it(stand: Stance, event: Event) -> None:
    """An act on "it": the proposed one, unless it mends what was objected to, or was never proposed."""
    mends = not _MENDS.isdisjoint(event.clause.words)
    objected = stand.stance == "-" and stand.by not in ("stop", "hold", "negact")
    strange = stand.asked is not None and stand.for_act and not stand.restates(event)
    if mends and (objected or strange):
        stand.take("~", event)
    else:
        _go(stand, event)


def _wish(stand: Stance, event: Event) -> None:
    """To want what was proposed agrees to nothing more than a word of approval does."""
    if stand.for_act and not stand.stance and stand.asked is not None and stand.restates(event):
        _weak(stand, event)
    else:
        _do(stand, event)


def _item(stand: Stance, event: Event) -> None:
    """An entry of a form ("Insurance: no"): only what names a deed or an answer is about the act."""
    key = stand.before
    named = key is not None and not {"answer", "decision", "choice"}.isdisjoint(key.words)
    if key is not None and (named or any(code in _DECISIVE for code in key.codes)):
        if event.clause.codes.startswith(_SURELY):
            _yes(stand, event)
        elif stand.stance != "+":
            stand.take("-", event)
    elif stand.informs:
        stand.other("answer", event)


# ----------------------------------------------------------------------------- against it


def _no(stand: Stance, event: Event) -> None:
    if stand.minds:
        stand.take("+", event)
    elif stand.for_act and event.kind == "no":
        stand.take("-", event)
    elif stand.informs:
        stand.other("answer", event)


def _object(stand: Stance, event: Event) -> None:
    if not stand.for_act and stand.informs and event.kind in ("neg", "decline", "bad"):
        stand.other("refusal" if _withholds(event.clause) else "answer", event)
    elif stand.stance == "+" and stand.against(event) and event.kind == "hold":
        stand.take("?", event)
    elif stand.stance == "~" and stand.by in _CHANGED and _DROP not in event.clause.codes:
        return  # what was changed stays changed, whatever else is not wanted
    elif not (stand.stance == "+" and (stand.small_talk(event) or _grumbles(stand, event) or stand.hangs(event))):
        stand.take("-", event)


def _grumbles(stand: Stance, event: Event) -> bool:
    """Whether a new sentence finds fault with something, but not with what was proposed being as it was said."""
    if stand.same_sentence(event) or not event.content:
        return False
    return event.kind == "bad" and _UNTRUE.isdisjoint(event.clause.words)


def _forbid(stand: Stance, event: Event) -> None:
    """What shall not be done, or is not so: beside a yes that is a restriction, by itself a no."""
    if stand.stance == "+":
        if stand.against(event):
            stand.take("?", event)
    elif not stand.for_act:
        if stand.informs:
            stand.other("refusal" if _withholds(event.clause) else "answer", event)
    elif stand.stance not in ("~", "?"):
        stand.take("-", event)


def _unwanted(stand: Stance, event: Event) -> None:
    """What is not wanted any more is what a cancellation is for; else what is not wanted is the act."""
    if event.content:
        (_forbid if stand.restates(event) else _say)(stand, event)
        return
    wanting = not {"want", "want to"}.isdisjoint(event.clause.words)
    if not (wanting and stand.asked is not None and stand.asked.words & _UNWANTED):
        _object(stand, event)


def _refused(stand: Stance, event: Event) -> None:
    """What is named with a "no" before it: the act itself ("no return, thanks"), or something else ("no changes")."""
    acts = {word for code, word in zip(event.clause.codes, event.clause.words, strict=True) if code in ACTS}
    asked = stand.asked
    named = asked is not None and (acts & asked.words if acts else event.content and stand.restates(event))
    if named and stand.for_act and not stand.stance and "change" not in acts:
        stand.take("-", event)
    else:
        _restrict(stand, event)


# ----------------------------------------------------------------------------- neither


def _condition(stand: Stance, event: Event) -> None:
    if event.kind == "waits" and stand.asked is not None and _done(event) and stand.restates(event):
        return  # "mail me after you change it" comes after the act
    alone = stand.opens(event) and event.clause.last
    if (stand.stance == "+" and (stand.same_sentence(event) or stand.against(event) or alone)) or (
        stand.stance == "+" and event.kind == "before" and not stand.hangs(event)
    ):
        stand.take("?", event)
    elif event.kind == "cond" or not stand.stance:
        stand.pending = event.clause if event.kind != "before" else None


def _done(event: Event) -> bool:
    """Whether a clause names a deed of the other's."""
    return event.clause.words[0] == "you" and any(code in ACTS for code in event.clause.codes)


def _correct(stand: Stance, event: Event) -> None:
    if not stand.for_act and any(code in ACTS for code in event.clause.codes):
        _do(stand, event)  # "cancel the other one, too" corrects nothing
    elif stand.stance == "+" and not stand.against(event) and _consistent(stand, event):
        return
    elif event.kind == "corr" and stand.stance in ("", "+") and _alternative(stand, event):
        stand.take("+", event)
    else:
        stand.take("~", event)


def _consistent(stand: Stance, event: Event) -> bool:
    """Whether what sounds like a change after a yes changes nothing of what was proposed."""
    stated = event.kind == "ought" and not any(char.isdigit() for word in event.content for char in word)
    return stated or stand.small_talk(event) or (bool(event.content) and stand.restates(event, 0.6))


def _alternative(stand: Stance, event: Event) -> bool:
    """Whether the "instead" is the one that was proposed."""
    asked = stand.asked
    if asked is None or "instead" not in event.clause.words or "instead" not in asked.words:
        return False
    return "question" not in asked.kinds and stand.restates(event)


def _contrast(stand: Stance, event: Event) -> None:
    """To name what is not meant ("not the tent") objects, and corrects once something else is named."""
    if stand.stance == "+":
        if stand.by == "act":
            stand.take("~", event)
    elif stand.for_act and stand.stance != "~":
        stand.take("-", event)
        stand.by = "bad"


def _only(stand: Stance, event: Event) -> None:
    if stand.informs:
        stand.other("answer", event)
    if stand.stance == "+":
        if stand.against(event):
            stand.take("?", event)
    elif stand.for_act:
        stand.take("~", event)


def _ask(stand: Stance, event: Event) -> None:
    against, weak = stand.against(event), stand.by in _WEAK
    if not (event.kind == "ask" and stand.stance == "+" and not weak and not against):
        stand.other("question", event)
    if stand.stance != "+":
        return
    if against:
        stand.take("?", event)
        return
    bare = stand.by in ("yes", "please") and stand.same_sentence(event) and event.kind == "question"
    if (weak or bare) and _LATER.isdisjoint(event.clause.words):
        stand.stance = ""


def _hedge(stand: Stance, _: Event) -> None:
    if stand.stance == "+" and stand.by in _WEAK:
        stand.stance = ""


def _restrict(stand: Stance, event: Event) -> None:
    if stand.informs:
        stand.other("answer", event)
    if stand.stance == "-" and stand.by == "no" and stand.same_sentence(event):
        stand.stance = ""


def _say(stand: Stance, event: Event) -> None:
    """A statement: it answers, or sets something against a yes, or corrects after a no."""
    if stand.informs:
        stand.other("refusal" if _NOT in event.clause.codes and _withholds(event.clause) else "answer", event)
    if not event.content:
        return
    if stand.stance == "+":
        if stand.against(event):
            stand.take("?", event)
        elif (stand.by == "okay" and not stand.restates(event)) or (
            stand.by in _WEAK and stand.same_sentence(event) and _SAID.search(event.clause.codes)
        ):
            stand.stance = ""
    elif stand.stance == "-" and stand.by in ("no", "bad") and stand.for_act and stand.same_sentence(event):
        stand.take("~" if event.kind == "content" and _NAMED.search(event.clause.codes) else "-", event)


def _withholds(clause: Clause) -> bool:
    return not _WITHHELD.isdisjoint(clause.words)


_WEIGH: dict[str, Weigh] = {
    "thanks": _beside("thanks"), "grateful": _grateful, "hello": _beside("greeting"), "bye": _beside("farewell"),
    "yes": _yes, "echo": _echo, "please": _please, "go": _go, "confirm": _confirm, "actually": _contrary, "okay": _weak, "weak": _weak, "why not": _weak, "undo": _undo, "act": _do,
    "actit": _do_it, "wish": _wish, "item": _item,
    "none": _no, "no": _no, "neg": _object, "bad": _object, "stop": _object, "decline": _object, "hold": _object,
    "negact": _forbid, "too": _forbid, "unwant": _unwanted, "noact": _refused,
    "cond": _condition, "waits": _condition, "before": _condition, "corr": _correct, "ought": _correct, "contrast": _contrast,
    "only": _only, "question": _ask, "ask": _ask, "hedge": _hedge, "restrict": _restrict, "content": _say,
    "reason": _nothing, "polite": _nothing, "tag": _nothing,
}  # fmt: skip
"""What is done with a contribution, by its kind."""
