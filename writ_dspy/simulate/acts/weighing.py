"""How each contribution of a clause moves the stance: the last word counts, and a yes that hangs on something is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from writ_dspy.simulate.acts import approving
from writ_dspy.simulate.acts.clauses import Clause
from writ_dspy.simulate.acts.deeds import ACTS, stem
from writ_dspy.simulate.acts.lexicon import CODES
from writ_dspy.simulate.acts.patterns import over
from writ_dspy.simulate.acts.stance import Stance
from writ_dspy.simulate.acts.user import Event

_ALSO, _NOT, _FIRST, _ELSE = CODES["ALSO"], CODES["NOT"], CODES["FIRST"], CODES["ELSE"]
_SAID = over("^ADV I |NOT")
"""A statement about oneself, or about what is not: more than an aside."""
_NAMED = over("^THIS BE (?!NOT)|^(?:(?!BE|MODAL|HAVE|DO|NEED|WANT|SEEM)_)*$")
"""A statement that only names something: no verb, or none but "it is"."""
_DROP = CODES["DROP"]
_UNWANTED = frozenset({"cancel", "return", "remove", "canceling", "cancelling", "returning"})
_GO = CODES["GO"]
_THE_EXTRA = over("(?:DET|THIS) ELSE")
_I_WANT = over("^ADV I ADV MODAL? WANT (?:AN|THIS|SMALL? x)")
_DROPS = frozenset({"skip", "drop", "withdraw", "undo", "scrap", "abort", "dismiss"})
_MORE_OF_IT = frozenset({"extra", "additional", "remaining", "rest", "further"})
_EXTRA = frozenset({"extra", "additional", "another", "further"})
_OTHERS = frozenset({"other", "others", "rest", "remaining"})
_UNTRUE = frozenset(
    {"wrong", "incorrect", "inaccurate", "false", "mistaken", "incomplete", "misspelled", "outdated", "a mistake", "an error", "a typo",
     "too much"}
)  # fmt: skip
_LATER = frozenset(
    {"when will", "how long", "how soon", "when do", "when can", "when is", "when should", "receive", "arrive", "email", "e-mail", "track",
     "confirmation", "next", "afterwards", "also", "get", "label", "notified", "receipt", "hear", "back", "delivered", "ship", "expect"}
)  # fmt: skip
_ONLY_IN = over("^ADV ONLY ADV SMALL")
_LIMITS = frozenset({"just", "only"})
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


def _reason(stand: Stance, event: Event) -> None:
    """An "it is" that goes on with a reason is no answer ("it's because it was too dear")."""
    if stand.by == "echo" and stand.at is stand.before and stand.same_sentence(event):
        stand.stance = ""


def _nothing(stand: Stance, event: Event) -> None:
    """Of no weight."""


# ----------------------------------------------------------------------------- against it


def _no(stand: Stance, event: Event) -> None:
    before = stand.before
    if (
        stand.stance == "+"
        and before is not None
        and before.asked
        and before is not stand.at
        and not stand.same_sentence(event)
    ):
        return  # "Anything else needed? No."
    if stand.minds:
        stand.take("+", event)
    elif stand.for_act and event.kind == "no":
        stand.take("-", event)
    elif stand.informs:
        stand.other("answer", event)


def _object(stand: Stance, event: Event) -> None:
    if not stand.for_act and stand.informs and event.kind in ("neg", "decline", "bad"):
        stand.other("refusal" if _withholds(event.clause) else "answer", event)
    elif stand.for_act and stand.stance in ("", "+") and _as_proposed(stand, event):
        stand.take("+", event)  # "yes, skip it"
    elif stand.stance == "+" and event.kind == "neg" and (stand.foreign(event) or _aside(stand, event)):
        return
    elif stand.stance == "+" and stand.against(event) and event.kind == "hold":
        stand.take("?", event)
    elif stand.stance == "+" and event.kind == "hold" and _for_later(stand, event):
        stand.other("request", event)
    elif stand.stance == "~" and stand.by in approving.CHANGED and _DROP not in event.clause.codes:
        return  # what was changed stays changed, whatever else is not wanted
    elif event.kind == "hold" and stand.by in approving.WEAK:
        stand.take("-", event)  # "much appreciated. Let me talk to my wife first"
    elif not (stand.stance == "+" and (stand.small_talk(event) or _grumbles(stand, event) or stand.hangs(event))):
        stand.take("-", event)


def _aside(stand: Stance, event: Event) -> bool:
    """Whether what is dropped is only what the sentence just named ("no bed to return, forget that"), or the reason is money."""
    before, named = stand.before, not event.clause.codes.strip(_DROP + CODES["VERY"] + CODES["THIS"])
    apart = (
        before is not None
        and not stand.same_sentence(event)
        and before.sentence == event.clause.sentence
        and "x" in before.codes
    )
    return (apart and named) or "afford" in event.clause.words


def _as_proposed(stand: Stance, event: Event) -> bool:
    """Whether what is to be dropped is what was proposed to be."""
    words = {
        word.split()[0] for code, word in zip(event.clause.codes, event.clause.words, strict=True) if code == _DROP
    }
    proposed = stand.asked.words if stand.asked is not None else frozenset[str]()
    return event.kind == "neg" and _NOT not in event.clause.codes and bool(words & _DROPS & proposed)


def _for_later(stand: Stance, event: Event) -> bool:
    """Whether what the user wants to look at comes after the act, or is something else ("then let's look at my other trip")."""
    clause = event.clause
    if _FIRST in clause.codes or not event.content:
        return False
    together = any(pair == ("let", "us") for pair in zip(clause.words, clause.words[1:], strict=False))
    then = clause.link == "SO" and not stand.same_sentence(event)
    return together or then or stand.also(event)


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
    if event.kind == "before" and stand.before is not None and stand.before.link == "ONCE" and not stand.opens(event):
        return  # "let me know once it is done, before we go on with the rest"
    if event.kind == "cond" and stand.asked is not None and stand.asked.limits(event.content):
        return  # "check it, and change it if it is in business": so it was proposed
    if event.kind == "waits" and stand.asked is not None and _done(event) and stand.restates(event):
        return  # "mail me after you change it" comes after the act
    alone = stand.opens(event) and event.clause.last
    if (stand.stance == "+" and (stand.same_sentence(event) or stand.against(event) or alone)) or (
        stand.stance == "+" and event.kind == "before" and not stand.hangs(event)
    ):
        stand.take("?", event)
    elif event.kind == "cond" or not stand.stance:
        stand.pending = event.clause if event.kind != "before" else None


def _part(stand: Stance, event: Event) -> None:
    """What is right, or agreed to, in part only."""
    if not stand.for_act or (stand.asked is not None and stand.asked.options):
        if stand.informs:
            stand.other("answer", event)
    elif stand.stance == "" or (stand.stance == "+" and not stand.small_talk(event)):
        stand.take("?", event)


def _rest(stand: Stance, event: Event) -> None:
    """What the user still has to look at, or doubts, beside what is right."""
    if stand.for_act and stand.stance in ("", "+"):
        stand.take("?" if stand.stance else "-", event)


def _later(stand: Stance, event: Event) -> None:
    """A yes that is promised for another day is none today; beside one that was given it is about something else."""
    if stand.for_act and (not stand.stance or (stand.stance == "+" and stand.same_sentence(event))):
        stand.take("?", event)


def _present(stand: Stance, event: Event) -> None:
    """To be there, or to have seen what was written, is what the "yes" of the same sentence says."""
    stand.other("answer", event)
    if stand.stance == "+" and stand.by in ("yes", *approving.WEAK) and stand.same_sentence(event):
        stand.stance = ""


def _tag(stand: Stance, event: Event) -> None:
    """An "isn't it?" behind a word of approval asks; behind a yes it is manners."""
    if stand.stance == "+" and stand.by in approving.WEAK:
        _ask(stand, event)


def _if_not(stand: Stance, event: Event) -> None:
    """An "if not" hangs on the answer to what the turn asked."""
    if stand.asks_back() and stand.stance in ("", "-"):
        stand.pending = event.clause


def _done(event: Event) -> bool:
    """Whether a clause names a deed of the other's."""
    return event.clause.words[0] == "you" and any(code in ACTS for code in event.clause.codes)


def _correct(stand: Stance, event: Event) -> None:
    if stand.informs and "prefer" in event.clause.words and event.kind == "corr" and stand.restates(event, 0.5):
        stand.other("answer", event)  # to "which payment method would you like?"
    elif not stand.for_act and any(code in ACTS for code in event.clause.codes):
        approving.act(stand, event)  # "cancel the other one, too" corrects nothing
    elif stand.stance == "+" and not stand.against(event) and _consistent(stand, event):
        return
    elif event.kind == "corr" and stand.stance in ("", "+") and (_alternative(stand, event) or _others(stand, event)):
        stand.take("+", event)
    else:
        stand.take("~", event)


def _consistent(stand: Stance, event: Event) -> bool:
    """Whether what sounds like a change after a yes changes nothing of what was proposed."""
    known = not _MORE_OF_IT.isdisjoint(event.clause.words) and _THE_EXTRA.search(event.clause.codes) is not None
    if known and _GO in event.clause.codes:
        return True  # "go ahead and add the extra bag"
    stated = event.kind == "ought" and not any(char.isdigit() for word in event.content for char in word)
    return (
        stated
        or _quotes(stand, event)
        or stand.small_talk(event)
        or (bool(event.content) and stand.restates(event, 0.6))
    )


def _quotes(stand: Stance, event: Event) -> bool:
    """Whether a clause repeats a number of what was proposed with the word behind it ("proceed with 0 beyond")."""
    asked, codes, words = stand.asked, event.clause.codes, event.clause.words
    text = asked.text.lower() if asked is not None else ""
    return any(
        first == "#" and second == _ELSE and f" {words[at]} {words[at + 1]}" in text
        for at, (first, second) in enumerate(pairwise(codes))
    )


def _alternative(stand: Stance, event: Event) -> bool:
    """Whether the "instead" is the one that was proposed."""
    asked = stand.asked
    if asked is None or "instead" not in event.clause.words or "instead" not in asked.words:
        return False
    return "question" not in asked.kinds and stand.restates(event)


def _others(stand: Stance, event: Event) -> bool:
    """Whether "the others" are what was proposed, too."""
    named = {stem(word) for word in event.content}
    others = (
        stand.asked is not None
        and not _OTHERS.isdisjoint(event.clause.words)
        and not _OTHERS.isdisjoint(stand.asked.words)
    )
    return others and stand.for_act and stand.asked is not None and named <= stand.asked.stems


def _contrast(stand: Stance, event: Event) -> None:
    """To name what is not meant ("not the tent") objects, and corrects once something else is named."""
    if stand.stance == "+":
        limits = event.clause.words[0] in _LIMITS and stand.same_sentence(event) and _about(stand, event)
        if limits or stand.against(event):
            stand.take("?", event)  # "the flights are fine, just not the insurance"
        elif stand.by == "act":
            stand.take("~", event)
    elif stand.for_act and stand.stance != "~":
        stand.take("-", event)
        stand.by = "bad"


def _about(stand: Stance, event: Event) -> bool:
    """Whether a clause names something that the message before named."""
    return stand.asked is not None and any(stem(word) in stand.asked.stems for word in event.content)


def _only(stand: Stance, event: Event) -> None:
    if stand.informs:
        stand.other("answer", event)
    if stand.stance == "+":
        codes = event.clause.codes
        limits = _NOT in codes or (_ONLY_IN.match(codes) is not None and not _about(stand, event))
        if stand.against(event) or (limits and event.content):
            stand.take("?", event)  # "sure, only not in business", "yes, only in green"
    elif stand.for_act:
        stand.take("~", event)


def _ask(stand: Stance, event: Event) -> None:
    if event.kind == "requested":
        if approving.requested(stand, event):
            return
        event = replace(event, kind="question")
    against, weak = stand.against(event), stand.by in approving.WEAK
    if not (event.kind == "ask" and stand.stance == "+" and not weak and not against):
        stand.other("question", event)
    if stand.stance != "+":
        return
    if against:
        stand.take("?", event)
        return
    bare = (
        stand.by in ("yes", "please")
        and stand.same_sentence(event)
        and event.kind == "question"
        and event.clause.link != "AND"
    )
    if (weak or bare) and _LATER.isdisjoint(event.clause.words):
        stand.stance = ""


def _hedge(stand: Stance, _: Event) -> None:
    if stand.stance == "+" and stand.by in approving.WEAK:
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
    if _adds_to(stand, event):
        stand.take("~", replace(event, kind="corr"))
    elif stand.stance == "+":
        if stand.against(event):
            stand.take("?", event)
        elif (
            (stand.by == "okay" and not stand.restates(event))
            or _wants(stand, event)
            or (stand.by in approving.WEAK and stand.same_sentence(event) and _SAID.search(event.clause.codes))
        ):
            stand.stance = ""
    elif stand.stance == "-" and stand.by in ("no", "bad") and stand.for_act and stand.same_sentence(event):
        stand.take("~" if event.kind == "content" and _NAMED.search(event.clause.codes) else "-", event)


def _wants(stand: Stance, event: Event) -> bool:
    """Whether a clause says, after a mere word of approval, what is wanted that was not proposed ("great, I'd like a red one")."""
    return stand.by in approving.WEAK and _I_WANT.match(event.clause.codes) is not None and not stand.restates(event)


def _adds_to(stand: Stance, event: Event) -> bool:
    """Whether a clause goes on with one more of something ("… and one extra passenger")."""
    clause = event.clause
    more = clause.link == "AND" and not _EXTRA.isdisjoint(clause.words) and event.kind == "content"
    return more and stand.for_act and approving.whole(stand)


def _withholds(clause: Clause) -> bool:
    return not _WITHHELD.isdisjoint(clause.words)


_WEIGH: dict[str, Weigh] = {
    "thanks": _beside("thanks"), "grateful": approving.grateful, "hello": _beside("greeting"), "bye": _beside("farewell"),
    "yes": approving.say_yes, "echo": approving.echo, "please": approving.please, "go": approving.go, "confirm": approving.confirm,
    "actually": approving.contrary, "okay": approving.weak, "weak": approving.weak, "why not": approving.weak, "steady": approving.steady,
    "undo": approving.undo, "act": approving.act, "actit": approving.do_it, "wish": approving.wish, "item": approving.item,
    "none": _no, "no": _no, "neg": _object, "bad": _object, "stop": _object, "decline": _object, "hold": _object,
    "negact": _forbid, "too": _forbid, "unwant": _unwanted, "noact": _refused,
    "cond": _condition, "waits": _condition, "before": _condition, "if not": _if_not, "corr": _correct, "ought": _correct, "contrast": _contrast,
    "only": _only, "question": _ask, "requested": _ask, "ask": _ask, "hedge": _hedge, "restrict": _restrict, "content": _say,
    "part": _part, "rest": _rest, "later": _later, "present": _present, "tag?": _tag, "mood": _nothing, "reason": _reason, "polite": _nothing, "tag": _nothing,
}  # fmt: skip
"""What is done with a contribution, by its kind."""
