"""How each contribution of a clause moves the stance: the last word counts, and a yes that hangs on something is none."""

# Longer than 400 lines by a few: how each contribution moves the stance stands in one table with its functions, which are read together.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from writ_dspy import patterns as re
from writ_dspy.simulate.acts import approving, limiting
from writ_dspy.simulate.acts.asides import tells_aside
from writ_dspy.simulate.acts.clauses import Clause
from writ_dspy.simulate.acts.deeds import ACTS, stem
from writ_dspy.simulate.acts.lexicon import CODES
from writ_dspy.simulate.acts.patterns import over
from writ_dspy.simulate.acts.relating import (
    GIVEN,
    changes_nothing,
    comes_afterwards,
    dropped_as_proposed,
    dropped_aside,
    fears_otherwise,
    gives_address,
    gives_up_denied,
    grumbles,
    has_another,
    looks_later,
    of_another,
    on_denied,
    owns_up,
    proposed_instead,
    proposed_others,
    relieved,
    swapped_as_listed,
    turns_to_another,
    would_be_glad,
)
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
_I_WANT = over("^ADV I ADV MODAL? WANT (?:AN|THIS|SMALL? x)")
_I_WILL = over("^ADV I ADV MODAL")
_EXTRA = frozenset({"extra", "additional", "another", "further"})
_LATER = frozenset(
    {"when will", "how long", "how soon", "when do", "when can", "when is", "when should", "receive", "arrive", "email", "e-mail", "track",
     "confirmation", "next", "afterwards", "also", "get", "label", "notified", "receipt", "hear", "back", "delivered", "ship", "expect"}
)  # fmt: skip
_ONLY_IN = over("^ADV ONLY ADV SMALL")
_LIMITS = frozenset({"just", "only"})
_WITHHELD = frozenset(
    {"share", "give", "tell", "provide", "disclose", "reveal", "say", "telling", "giving", "sharing", "saying"}
)
_STATE = frozenset(
    {"way", "old", "like", "version", "state", "things", "touch", "unchanged", "untouched", "back", "let", "same"}
)
"""Words of what is left as it was that name no part of it."""
_STOP = CODES["STOP"]
_KEEPS = frozenset({"keep", "leave", "stay", "remain", "let", "put", "stick"})
_PLEASE = CODES["PLEASE"]
_DO = frozenset({"do", "make", "submit", "place", "finalize", "finalise", "execute", "get", "lock", "put", "send"})
_TALK_ON = frozenset({"go on", "continue"})
Weigh = Callable[[Stance, Event], None]


def weigh(stand: Stance, event: Event) -> None:
    """Take one contribution in."""
    _WEIGH[event.kind](stand, event)
    if limiting.miscounted(stand, event):
        stand.take("~", replace(event, kind="corr"))


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


_WAITS_AND_SEES = re.compile(
    r"let us see(?: then| now| what happens| what comes of it| how (?:it|that|this) (?:goes|works|turns out))?"
)
"""What is said behind a yes by someone who has given it: not to wait with it, but for what comes of it."""


_HUMANS = frozenset(
    {"human", "person", "representative", "supervisor", "manager", "somebody", "someone", "colleague", "operator"}
)


def _has_agreed(stand: Stance, event: Event) -> bool:
    """Whether what would object alone only goes with a yes: "go for it, we're good", "yes, book it and let us see"."""
    if stand.stance != "+" or stand.against(event):
        return False
    sees = stand.by in GIVEN and _WAITS_AND_SEES.fullmatch(" ".join(event.clause.words)) is not None
    return sees or (event.kind == "decline" and stand.by in (*GIVEN, "yes"))


def _object(stand: Stance, event: Event) -> None:
    if any(
        aside(stand, event)
        for aside in (
            _has_agreed,
            gives_up_denied,
            on_denied,
            owns_up,
            relieved,
            of_another,
            swapped_as_listed,
            tells_aside,
        )
    ):
        return
    if not stand.for_act and stand.informs and event.kind in ("neg", "decline", "bad"):
        stand.other("refusal" if _withholds(event.clause) else "answer", event)
    elif stand.for_act and stand.stance in ("", "+") and dropped_as_proposed(stand, event):
        stand.take("+", event)  # "yes, skip it"
    elif stand.stance == "+" and event.kind == "neg" and (stand.foreign(event) or dropped_aside(stand, event)):
        return
    elif stand.stance == "+" and stand.against(event) and event.kind == "hold":
        stand.take("?", event)
    elif stand.stance == "+" and event.kind == "hold" and looks_later(stand, event):
        stand.other("request", event)
    elif stand.stance == "~" and stand.by in approving.CHANGED and _DROP not in event.clause.codes:
        return  # what was changed stays changed, whatever else is not wanted
    elif event.kind == "hold" and stand.by in approving.WEAK:
        stand.take("-", event)  # "much appreciated. Let me talk to my wife first"
    elif not (stand.stance == "+" and (stand.small_talk(event) or grumbles(stand, event) or stand.hangs(event))):
        stand.take("-", event)


def _forbid(stand: Stance, event: Event) -> None:
    """What shall not be done, or is not so: beside a yes that is a restriction, by itself a no."""
    if stand.stance == "+":
        if stand.against(event):
            stand.take("?", event)
    elif not stand.for_act:
        if stand.informs:
            stand.other("refusal" if _withholds(event.clause) else "answer", event)
        elif _STOP in event.clause.codes:
            stand.take("-", event)  # "hold off on the exchange, please", while the agent is at it
    elif stand.stance not in ("~", "?"):
        stand.take("-", event)


def _stays(stand: Stance, event: Event) -> None:
    """That all of it stays as it was is a no; that some of it does goes with a yes."""
    if gives_up_denied(stand, event):
        return
    some = not _STATE.issuperset(event.content)
    if not some and not stand.for_act and not stand.informs:
        stand.take("-", event)  # while the agent is at it
    elif some or not stand.for_act or (stand.stance == "+" and not stand.same_sentence(event)):
        _forbid(stand, event)
    else:
        stand.take("-", event)


def _as_it_was(stand: Stance, event: Event) -> None:
    """An "as it was" behind what is kept, or by itself; an "as it is" may mean the list."""
    before = stand.before
    led = before is not None and not stand.opens(event)
    words = (
        {word for code, word in zip(before.codes, before.words, strict=True) if code == "x"}
        if led and before
        else set()
    )
    keeps = led and before is not None and not _KEEPS.isdisjoint(before.words) and _ELSE not in before.codes
    if (keeps and words <= _STATE) or (event.kind == "as it was" and not words):
        _stays(stand, replace(event, content=()))
    else:
        _reason(stand, event)


def _patient(stand: Stance, event: Event) -> None:
    """To wait for what was agreed to."""
    if stand.for_act and (stand.stance != "+" or stand.against(event)):
        _object(stand, replace(event, kind="neg"))


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
    if event.kind == "cond" and would_be_glad(stand, event):
        stand.take("+", event)
        return
    if event.kind == "cond" and fears_otherwise(stand, event):
        told = stand.by == "content" or (
            stand.by == "act" and _I_WILL.match(stand.before.codes if stand.before else "")
        )
        if stand.stance in ("?", "~") and told and stand.at is stand.before:
            stand.stance, (stand.by, stand.at) = "+", stand.given  # "but woe betide you if it isn't the white one"
        return
    if event.kind == "waits" and stand.asked is not None and _done(event) and stand.restates(event):
        return  # "mail me after you change it" comes after the act
    alone = stand.opens(event) and event.clause.last
    if (stand.stance == "+" and (stand.same_sentence(event) or stand.against(event) or alone)) or (
        stand.stance == "+" and event.kind == "before" and not stand.hangs(event)
    ):
        stand.take("?", event)
    elif event.kind == "cond" or not stand.stance:
        stand.pending = event.clause if event.kind != "before" else None


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


_DIFF = CODES["DIFF"]


def _correct(stand: Stance, event: Event) -> None:
    if event.clause.codes == _DIFF and not event.clause.last and stand.asked is not None and stand.asked.denies:
        return  # "the other one, you may cancel": of two, the one that was not denied
    if gives_address(stand, event):
        stand.other("answer", event)
        return
    if event.kind == "corr" and not _HUMANS.isdisjoint(event.content):
        # who is to do it is no change of what is done; a yes behind it counts, and one before it waits
        if stand.stance == "+":
            stand.take("?", event)
        else:
            stand.other("request", event)
        return
    if stand.informs and "prefer" in event.clause.words and event.kind == "corr" and stand.restates(event, 0.5):
        stand.other("answer", event)  # to "which payment method would you like?"
    elif not stand.for_act and any(code in ACTS for code in event.clause.codes):
        approving.act(stand, event)  # "cancel the other one, too" corrects nothing
    elif (
        stand.stance == "+"
        and not stand.against(event)
        and (comes_afterwards(stand, event) or turns_to_another(stand, event) or has_another(stand, event))
    ):
        stand.other("request", event)
    elif stand.stance == "+" and not stand.against(event) and changes_nothing(stand, event):
        return
    elif (
        event.kind == "corr"
        and stand.stance in ("", "+")
        and (proposed_instead(stand, event) or proposed_others(stand, event))
    ):
        stand.take("+", event)
    else:
        stand.take("~", event)


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
    """What is named alone is all that is wanted, or the answer to whether it is: "only the boots"."""
    if stand.informs:
        stand.other("answer", event)
    if stand.stance == "+":
        codes = event.clause.codes
        limits = _NOT in codes or (_ONLY_IN.match(codes) is not None and not _about(stand, event))
        if stand.against(event) or (limits and event.content):
            stand.take("?", event)  # "sure, only not in business", "yes, only in green"
    elif stand.for_act and not (stand.informs and stand.restates(event)):
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
    talks = (
        stand.at is not None
        and stand.at.words[-1] in _TALK_ON
        and stand.at is stand.before
        and stand.same_sentence(event)
    )
    if (weak or bare or talks) and _LATER.isdisjoint(event.clause.words):
        stand.stance = ""


def _told(stand: Stance, event: Event) -> None:
    """A yes that goes straight on to something to be read or told is the yes to that ("yes, send me the list again")."""
    bare = (stand.by in ("yes", "please", *approving.WEAK) or _goes_on(stand)) and stand.at in (
        stand.before,
        event.clause,
    )
    if stand.stance == "+" and bare and stand.same_sentence(event) and event.clause.link != "AND":
        stand.stance = ""
        stand.other("question", event)
    else:
        _ask(stand, replace(event, kind="question" if event.clause.asked else "ask"))


def _goes_on(stand: Stance) -> bool:
    """Whether the yes is no more than a word that bids go on, be it with the act or with what is said."""
    return (
        stand.at is not None and stand.at.codes in (_GO, _PLEASE + _GO) and _DO.isdisjoint(stand.at.words[-1].split())
    )


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
    if not event.content or on_denied(stand, event):
        return
    if _adds_to(stand, event):
        stand.take("~", replace(event, kind="corr"))
    elif stand.stance == "+":
        if stand.against(event):
            stand.take("?", event)
        elif stand.for_act and event.clause.last and _MENDED.match(" ".join(event.clause.words)) and _NAMED.search(event.clause.codes):  # fmt: skip
            stand.take("~", replace(event, kind="corr"))  # "yes. Actually the cheapest one"
        elif (
            (stand.by == "okay" and not stand.restates(event))
            or _wants(stand, event)
            or (stand.by in approving.WEAK and stand.same_sentence(event) and _SAID.search(event.clause.codes))
        ):
            stand.stance = ""
    elif stand.stance == "-" and stand.by in ("no", "bad") and stand.for_act and stand.same_sentence(event):
        stand.take("~" if event.kind == "content" and _NAMED.search(event.clause.codes) else "-", event)


_MENDED = re.compile(
    r"^(?:no |oh |sorry |wait )*(?:actually|rather|or rather|i mean|make that) (?:no )?(?:the|that|a|an|my|in|on|with|to|for)\b(?! (?:same|way|end|best thing)\b)"
)


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
    "part": limiting.part, "share": limiting.share, "rest": limiting.rest, "later": limiting.later, "consults": limiting.consults, "put off": limiting.put_off,
    "present": limiting.present, "astray": limiting.astray, "apart": limiting.apart, "told": _told, "stays": _stays, "as it is": _as_it_was, "as it was": _as_it_was, "patient": _patient,
    "mention": _say, "mention of": approving.said_of, "praise": _nothing, "tag?": _tag, "mood": _nothing, "reason": _reason, "polite": _nothing, "tag": _nothing,
}  # fmt: skip
"""What is done with a contribution, by its kind."""
