"""What the clauses of a user's turn contribute, each with its polarity and scope."""

# Longer than 400 lines by a few: each kind of contribution and the rule that yields it are read together.

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from writ_dspy.simulate.acts.clauses import EXCEPT, Clause
from writ_dspy.simulate.acts.lexicon import CODES, SINGLE
from writ_dspy.simulate.acts.patterns import bits, over, rule
from writ_dspy.simulate.acts.scope import scope

_C = CODES


@dataclass(frozen=True, slots=True)
class Event:
    """What one clause, or a word before it, contributes."""

    kind: str
    clause: Clause
    first: bool
    """Whether nothing of weight stands before it."""
    content: tuple[str, ...] = ()


def events(clause: Clause, *, first: bool) -> Iterator[Event]:
    """The contributions of a clause, in order."""
    codes, words = clause.codes, clause.words
    if codes == _EITHER:
        yield Event("tag" if clause.asked and clause.link != "START" else "mention", clause, first)
        return
    asks = clause.asked and words[0] in _GOT_IT and len(words) > 1
    at, kinds = (0, []) if clause.link.endswith("IF") or asks else _particles(codes, words)
    rest = codes[at:]
    if clause.asked and not rest.strip(_CLOSERS) and words[0] not in _WHY_NOT:
        yield Event("question" if first or clause.link == "START" else "tag", clause, first)
        return
    if clause.asked and not first and clause.link != "START" and _TAGGED.match(codes):
        yield Event("tag?", clause, first)
        return
    body = _body(clause, rest, words[at:]) if rest else ""
    about = scope(words, clause.link.removeprefix("BUT "), body) if rest or len(words) > 1 else ""
    if about in _WHOLE or (about == "polite" and not rest):
        yield Event(about, clause, first)
        return
    for kind in kinds:
        yield Event("item" if clause.link == "COLON" and kind in _ITEMS else kind, clause, first)
        first = False
    if rest:
        content = tuple(
            part for code, word in zip(rest, words[at:], strict=True) if code in "x#" for part in word.split()
        )
        yield Event(body if clause.asked and about not in _ASKED else about or body, clause, first, content)
    elif not kinds and _attends(codes, words):
        yield Event("present", clause, first)


_EITHER = _C["YES"] + _C["OR"] + _C["NO"]
"""A "yes or no?", in whatever words: behind a question it hangs on that, and alone it only names both answers."""
_GOT_IT = ("you got it", "got it")
"""Words of assent, but where a question goes on with them: "you got it in black?"."""
_WHOLE = frozenset({"mention", "mention of", "cond"})
"""What a clause is about with all of it, the words of assent before it included."""
_ASKED = frozenset({"astray", "told"})
"""What a question can be about, too."""
_TAGGED = over("^(?:BE|DO|MODAL|HAVE) NOT? (?:I|YOU|THIS|SMALL) NOT? $")
_ITEMS = ("yes", "no", "none", "okay")
_WHY_NOT = ("why not", "y not")
_CLOSERS = "".join(_C[name] for name in ("VERY", "PLEASE", "HURRY", "SMALL", "I", "YOU", "SO"))
_AFTER_NO = frozenset(
    {"x", *(_C[name] for name in ("ELSE", "MORE", "TROUBLE", "ACT", "CANCEL", "MIND", "ANY", "AGREE"))}
)
_ALONE = frozenset(
    _C[name]
    for name in ("I", "YOU", "THANKS", "GO", "PLEASE", "YES", "OKAY", "SURE", "DO", "ACT", "CANCEL", "BYE", "AGREE", "HURRY", "MODAL", "LET")
)  # fmt: skip
_NOT_AFTER_SURE = frozenset({"x", "#", *(_C[name] for name in ("SMALL", "DET", "GOOD", "WORK", "BAD", "ONCE", "THIS"))})


def _particles(codes: str, words: tuple[str, ...]) -> tuple[int, list[str]]:
    """Where the clause's body begins, and what the words before it say by themselves."""
    found: list[str] = []
    at, count = 0, len(codes)
    while at < count:
        after = codes[at + 1] if at + 1 < count else ""
        if codes[at] == _C["SURE"] and after == _C["NOT"]:  # "absolutely not"
            found.append("no")
            at += 2
            continue
        kind = _particle(codes[at], after, words[at + 1] if after else "", codes[at + 2 : at + 3])
        if kind is None:
            break
        if kind:
            found.append(kind)
        if kind == "thanks" and after in _FOR:
            return count, found
        at += 1
    return at, found


_ALWAYS = {
    _C["YES"]: "yes",
    _C["STOP"]: "stop",
    _C["HELLO"]: "hello",
    _C["THANKS"]: "thanks",
    _C["ACTUALLY"]: "actually",
    _C["VERY"]: "",
    _C["HURRY"]: "",
}  # fmt: skip_FOR = (_C["SMALL"], _C["ALSO"])
_FOR = (_C["SMALL"], _C["ALSO"])


def _particle(code: str, after: str, word: str, beyond: str) -> str | None:
    """What a word says before the body of a clause; nothing if it may stand there, None if the body begins with it."""
    if code in _ALWAYS:
        return None if code == _C["STOP"] and after == _C["SMALL"] else _ALWAYS[code]
    if code == _C["OKAY"]:
        return None if word in ("with", "by", "for", "to", "on") else "okay"
    if code == _C["SURE"]:
        return None if after and after in _NOT_AFTER_SURE else "yes"
    if code == _C["NO"]:
        return None if after in _AFTER_NO and beyond != _C["THIS"] else "no"
    if code == _C["GOOD"]:
        return None if after and after not in _ALONE else "weak"
    if code == _C["NONE"]:
        return None if after else "none"
    if code == _C["PLEASE"]:
        return "" if after else "please"
    return None


# ----------------------------------------------------------------------------- the body of a clause

_WH_START = over("^ADV (?:SMALL)? WH (?!I|YOU|NOT)")
_INVERTED = over(
    "^(?:AND|SO|ADV)* (?:(?:BE|MODAL) NOT? (?:I|YOU|THIS|SMALL|DET|AN|x) | DO NOT? (?:I|YOU|THIS) | HAVE (?:I|YOU|THIS))"
)
_THINKS = over("^ADV MODAL I ADV (?:DROP|(?:HAVE|ACT) TIME)")
_REQUESTED = over("^ADV MODAL YOU ADV")
_INSTEAD = over("^ADV MODAL (?:I|YOU) _* DIFF")
_POLITE = over(
    "^(?:GO|I|YOU|THIS|BE|MODAL|DO|HAVE|NOT|VERY|SURE|PLEASE|MIND|OKAY|WANT|NEED|HURRY|ELSE|ANY|SMALL|OF|DET|AN|GOOD|ALSO|NONE|TROUBLE)*$"
)
_IF_NOT = over("^ADV (?:THIS (?:DO|BE|MODAL|HAVE) ADV)? (?:NOT|SO)? $")
_WANTS_YES = over("^YOU ADV (?:WANT|NEED) _{0,3} YES")
_HANGS_ON_NOT = over("^(?!_* (?:MIND|TROUBLE|ELSE)) YOU MODAL NOT")
_ANAPHORIC = over("^THIS BE (?:ADV|DET|AN)* (?:ONLY|WH|x$|OKAY|THIS)|^_{0,2} NO ELSE|^I HAVE SMALL")
_HOLDS = over(
    "(?:I|YOU|THIS) _{0,3} (?:GO|ACT|CANCEL|AGREE|CONFIRM|SAY|CHECK|YES|PERM|DO|INFORM|HEDGE)|^(?:GO|ACT|CANCEL|AGREE|CONFIRM)|^THIS $"
)
_WAITS = over(
    "^(?:I|DET x (?!BE)) _* (?:HAVE|SAY|CHECK|AGREE|x|CONFIRM) |^YOU (?:HAVE|MODAL)? (?:CONFIRM|CHECK|SAY|INFORM|ACT|AGREE)"
)
_SUBORDINATE = ("IF", "BEFORE", "ONCE", EXCEPT)
_SO_BE_IT = frozenset(
    {
        "option",
        "way",
        "choice",
        "case",
        "works",
        "takes",
        "costs",
        "it",
        "have to",
        "need",
        "needed",
        "available",
        "possible",
        "to",
        "rule",
        "policy",
    }
)
_ENOUGH = frozenset({"good", "fine", "all set", "okay"})
_RULES = (
    rule("bye", "BYE", "^ADV BYE"),
    rule("part", "PART", "^(?:ADV|DET|ONLY|OKAY)* PART (?!_* NOT) _* (?:GOOD|OKAY|WORK|AGREE|YES)"),
    rule("part", "PART", "(?:AGREE|GOOD|OKAY) (?:SMALL|DET|ADV)* PART"),
    rule("part", "PART", "^(?:ADV|DET|ONLY)* PART (?:OF|SMALL|DET|THIS|AN|x|#|ADV)* $"),
    rule("part", "OF DET", "^ADV (?:x|#) OF DET (?:x|#) (?!_* NOT) BE ADV (?:GOOD|OKAY|WORK)"),
    rule("part", "FIRST", "^ADV DET FIRST (?:x|THIS)? $"),
    rule("part", "ONLY", "^ADV ONLY DET (?:x|#) (?!_* NOT) _* BE ADV (?:GOOD|OKAY|WORK)"),
    rule("grateful", "I MODAL THANKS THIS", "^ADV I MODAL ADV THANKS THIS"),
    rule("thanks", "THANKS", "^(?:I|ADV|MODAL|SMALL|BE|THIS)* THANKS"),
    rule("neg", "NONE", "NONE (?:OF|SMALL) _* (?:GOOD|OKAY|WORK)|^ADV NONE (?:ADV|OF|DET|THIS)* BE ADV (?:GOOD|OKAY)"),
    rule("corr", "ONLY ELSE", "^ADV ONLY ADV ACT (?:DET|AN|SMALL)* ELSE"),
    rule("restrict", "ELSE", "(?:NOT|NO|NONE|ONLY|KEEP|LEAVE) _* ELSE"),
    rule("restrict", "MORE", "(?:NO|NONE) MORE|NOT _* MORE END"),
    rule("noact", "NO", "^(?:ADV|THIS|BE)* NO (?:ACT|CANCEL|x)"),
    rule("restrict", "NO", "^(?:ADV|THIS|BE)* NO ANY"),
    rule("restrict", "NONE", "^(?:ADV|AND)* NONE (?:OF|SMALL|ELSE) _*"),
    rule("restrict", "THIS BE", "^THIS BE ADV THIS END"),
    rule("weak", "TROUBLE", "NEG _{0,4} TROUBLE"),
    rule("hold", "TROUBLE", "^ADV (?:I (?:ADV|DO)* HAVE|SMALL|THIS BE|x|AND|SO)? (?:AN|x|#|ADV|THIS)* TROUBLE (?:SMALL THIS|ADV)* $"),
    rule("weak", "NOT MIND", "NOT _{0,2} MIND"),
    rule("steady", "", "(?:NOT|NO|NONE) (?:SMALL|DO|VERY|ALSO)* (?:STOP|DROP)"),
    rule("weak", "BAD", "NEG (?:ADV|SMALL|BE)* BAD"),
    rule("weak", "WH NOT", "^WH NOT ADV (?:$|ACT THIS)"),
    rule("neg", "NOT", "NOT _* (?:GO|AGREE|CONFIRM|PERM|YES)"),
    rule("unskilled", "NOT GOOD", "^ADV I BE ADV NOT ADV GOOD SMALL (?:x|AN x)"),
    rule("content", "NOT SURE WH", "^ADV I BE ADV NOT ADV SURE (?:SMALL|ADV)* WH (?:DET|x|SMALL)"),
    rule("neg", "NOT", "NOT _{0,3} (?:GOOD|OKAY|SURE|WORK|HELP)"),
    rule("unwant", "NOT WANT", "NOT ADV (?:BE|HAVE)? WANT (?:DET|AN|x|THIS|SMALL (?:x|DET|AN))"),
    rule("neg", "NOT WANT", "NOT ADV (?:BE|HAVE)? WANT SMALL? (?:YOU|GO|(?:ACT|CANCEL) (?:THIS|ADV)* $|$)"),
    rule("negact", "NOT WANT", "NOT ADV (?:BE|HAVE)? WANT SMALL? (?:ACT|CANCEL)"),
    rule("neg", "NOT WH", "(?:^ADV|BE) ADV NOT (?:ADV|SMALL|OF|BE|THIS)* WH"),
    rule("neg", "NOT", "NOT (?:ADV|SMALL|BE)* (?:ACT|CANCEL|DO|KEEP|BE|WANT)? (?:THIS|ADV|SMALL)* $"),
    rule("negact", "NOT", "NOT ADV (?:ACT|CANCEL|DO|KEEP)|^(?:ADV|AND|SO)* DO NOT x|I ADV (?:BE|MODAL|DO|HAVE)* NOT|(?:THIS|x|#) BE ADV NOT"),
    rule("contrast", "NOT", "^ADV NOT (?:SMALL|OF|DET|AN|ADV)* (?:x|#|THIS)|^ADV NOT DET (?:ACT|CANCEL)"),
    rule("neg", "NO GOOD", "NO GOOD"),
    rule("corr", "GO", "GO _* (?:ELSE|DIFF)|DIFF _* GO"),
    rule("promise", "SAY YES MODAL", "^ADV I MODAL ADV SAY (?:THIS|SMALL)* YES"),
    rule("yes", "SAY YES", "I (?:HAVE|MODAL)? ALSO? HURRY? SAY (?:THIS|SMALL)* YES"),
    rule("content", "SAY YES", "SAY (?:THIS|SMALL)* YES"),
    rule("content", "YES BE WH", "YES BE ADV WH"),
    rule("content", "YOU YES", "YOU (?:BE|MODAL|DO|ADV)* (?:WANT|NEED|HEDGE) _{0,3} YES"),
    rule("yes", "YES", "YES"),
    rule("in", "I BE SMALL", "^ADV I BE ADV SMALL $"),
    rule("go", "YOU HAVE THIS", "^ADV YOU ADV HAVE THIS ADV $"),
    rule("echo", "", "^ADV THIS BE ADV $|^ADV (?:THIS )?(?:I|YOU) ADV (?:DO|BE|MODAL|HAVE) ADV $"),
    rule("stop", "STOP SMALL", "^(?:ADV|AND|SO)* STOP SMALL (?:SMALL|THIS|ADV)* $"),
    rule("negact", "STOP SMALL", "^(?:I|MODAL|PLEASE|YOU|VERY|SO|AND|DO|LET)* STOP SMALL (?!(?:THIS|I) ADV $)"),
    rule("neg", "STOP", "^(?:I|MODAL|PLEASE|YOU|HEDGE|VERY|SO|AND|DO|LET)* STOP|DIFF STOP"),
    rule("content", "GO", "^ADV I (?:MODAL|BE)? ADV GO SMALL (?:STOP|HAVE|WANT|HEDGE)"),
    rule("would", "GO MODAL", "^I ADV MODAL ADV GO"),
    rule("go", "GO", "^(?!_* SAY) _* GO|^ADV I MODAL? SAY ADV GO"),
    rule("go", "GOES", "^ADV GOES END"),
    rule("hold", "I", "^ADV (?:LET I|I ADV MODAL? (?:WANT|HAVE SMALL|NEED)) (?:SMALL|ADV)* (?:HEDGE|CHECK|DROP)|^ADV I MODAL ADV (?:HEDGE SMALL|DROP)"),
    rule("neg", "WITHOUT", "(?:GOOD|OKAY|DO) ADV WITHOUT"),
    rule("neg", "NOT I", "^ADV NOT (?:SMALL|ADV)* I ADV $"),
    rule("hold", "QUESTION", "^(?!_* NO) ADV (?:I (?:ADV|DO)* HAVE)? (?:AN|THIS|x|ADV)* QUESTION ADV SMALL? ADV $"),
    rule("hold", "TIME", "I ADV (?:MODAL|DO)* (?:NEED|WANT) TIME"),
    rule("neg", "NO", "(?:SAY|BE) (?:SMALL|AN|x|ADV)* NO (?:SMALL I)? ADV $"),
    rule("neg", "DROP", "DROP"),
    rule("neg", "UNSURE", "^ADV (?:I BE)? ADV UNSURE"),
    rule("content", "YOU AGREE", "YOU _{0,2} AGREE"),
    rule("promise", "AGREE I MODAL", "^ADV I MODAL ADV AGREE"),
    rule("go", "AGREE", "AGREE"),
    rule("go", "CONFIRM", "I _{0,4} CONFIRM"),
    rule("confirm", "CONFIRM", "^ADV CONFIRM END"),
    rule("hedge", "YOU MODAL PERM", "YOU MODAL ADV (?:ACT|HAVE) (?:SMALL|DET)* PERM"),
    rule("rest", "DET I", "^DET (?:SMALL|x|ADV|ELSE)* I (?:ADV|MODAL|WANT|NEED|HAVE|SMALL)* (?:CHECK|HEDGE|DROP|TROUBLE)"),
    rule("go", "PERM", "(?:HAVE|ACT|THIS|^ADV|BE) (?:SMALL|DET|AN|YOU|I)* PERM"),
    rule("hold", "FIRST", "(?:CHECK|INFORM|CONFIRM) _* FIRST $"),
    rule("let me", "FIRST LET", "LET I _* FIRST $"),
    rule("hedge", "HEDGE", "^(?:I|ADV)* HEDGE SMALL? $"),
    rule("mood", "FEEL", "^ADV (?:I|THIS) (?:BE|SEEM|ADV|DO|THIS|x)* FEEL"),
    rule("content", "BAD OF", "BAD OF"),
    rule("bad", "BAD", "(?:^|BE|SEEM|THIS) (?:VERY|SURE|SMALL|DET|AN)* BAD"),
    rule("neg", "MORE SMALL I", "MORE SMALL I"),
    rule("ask", "", "^IMPER (?:CONFIRM|INFORM|CHECK)"),
    rule("weak", "OUGHT", "OUGHT ADV (?:GOOD|OKAY)"),
    rule("corr", "MEAN", "^(?:ADV|THIS BE|I|AN|HAVE|SMALL THIS)* MEAN|(?:THIS|x|#) BE AN? MEAN"),
    rule("corr", "ALMOST", "^ADV ALMOST"),
    rule("corr", "MEANT", "^ADV I (?:MODAL)? MEANT (?!SMALL)"),
    rule("ought", "OUGHT", "^(?:ADV|DET|x|THIS)* OUGHT _"),
    rule("neg", "KEEP", "^(?:IMPER|ADV I) KEEP (?:THIS|I) END|(?:WANT|DIFF) SMALL? KEEP (?:THIS|I)? END"),
    rule("negact", "KEEP", "^(?:IMPER|ADV I) KEEP (?:THIS|DET|I)|(?:WANT|DIFF) SMALL? KEEP"),
    rule("negact", "LEAVE", "^IMPER LEAVE (?:DET|I)"),
    rule("negact", "DIFF NOT", "DIFF NOT"),
    rule("corr", "DIFF", "DIFF"),
    rule("decline", "I BE GOOD", "^I BE ADV GOOD THANKS? ADV $"),
    rule("weak", "", "(?:BE|SEEM) (?:ADV|SMALL|WANT|THIS)* (?:GOOD|OKAY|SURE|WORK) (?!ADV NOT)"),
    rule("weak", "", "^(?:THIS|ADV|SMALL)* (?:GOOD|OKAY) (?:SMALL|DET|AN|I|THIS|YOU|ADV|x|SO|AND)* $"),
    rule("go", "DO", "^ADV DO ADV $"),
    rule("weak", "WORK", "(?:^|THIS|x|#|SMALL) (?:ADV|MODAL|DO)* WORK (?:SMALL|ADV|$|THIS)"),
    rule("weak", "BE", "(?:THIS|x) BE ADV (?:DET? THIS $|(?:DET|AN) GOOD|DET THIS (?!x|#|STOP)|WH (?:I|YOU))"),
    rule("go", "I WANT", "^I ADV DO? ADV WANT (?:SMALL? THIS END|SMALL? $)"),
    rule("wish", "I WANT", "^ADV I ADV (?:MODAL|HAVE)? WANT SMALL? ONLY? (?:ACT|CANCEL) (?!OF)"),
    rule("undo", "CANCEL", "^IMPER CANCEL (?:THIS|ADV|SMALL THIS)* END"),
    rule("actit", "ACT", "^IMPER ACT (?:THIS|ADV|SMALL THIS)* (?:SO|AND|ACT|THIS|CANCEL)* END"),
    rule("act", "", "^IMPER (?:ACT|CANCEL) (?!OF)"),
    rule("weak", "THIS", "^ADV THIS $|(?:x|#) THIS BE END"),
    rule("only", "ONLY", "^ADV ONLY"),
)  # fmt: skip
"""What a clause says, by the first pattern that fits."""


def _body(clause: Clause, rest: str, words: tuple[str, ...]) -> str:
    link = clause.link.removeprefix("BUT ")
    if link in _SUBORDINATE or words[0] == "while":
        return _subordinate(clause, link, rest, words)
    asked = _REQUESTED.match(rest)
    if asked:
        rest, words = rest[asked.end() :], words[asked.end() :]
        if not rest:
            return "polite"
    elif words[:1] == ("should",) and not clause.asked and not clause.last:
        return "cond"
    elif clause.asked or _WH_START.match(rest) or _inverted(rest, words, link) or rest == _C["WH"]:
        if _THINKS.match(rest) and (_C["TIME"] in rest or any(word.startswith("think") for word in words)):
            return "hold"  # "can I think about it for a minute?"
        if _INSTEAD.match(rest):
            return "corr"
        return "why not" if rest.startswith(_C["WH"] + _C["NOT"]) else "question"
    if any(word == "too" and rest[i + 1 : i + 2] == "x" for i, word in enumerate(words)):
        return "too"
    kind = "reason" if link == "REASON" else _by_rule(rest, words)
    if kind in _STATED and _attends(clause.codes, clause.words):
        kind = "present"
    return "requested" if asked and kind in ("ask", "content", "confirm") else kind


def _inverted(rest: str, words: tuple[str, ...], link: str) -> bool:
    """Whether a clause has the order of a question; "do these changes now" bids, and so does "be done with it"; "so will I" tells."""
    if link == "SO" and words[1:] in (("i",), ("we",)):
        return False
    return _INVERTED.match(rest) is not None and not (words[0] == "do" and rest[1] == _C["THIS"]) and words[0] != "be"


def _subordinate(clause: Clause, link: str, rest: str, words: tuple[str, ...]) -> str:
    if words[0] == "while":
        return "content"
    if link == EXCEPT:
        return "cond"
    if clause.asked:
        return "question"
    if link == "IF" and _IF_NOT.match(rest):
        return "if not"
    if link == "IF":
        harmless = (
            _WANTS_YES.match(rest) is not None
            or (_POLITE.match(rest) and not _HANGS_ON_NOT.search(rest))
            or (_ANAPHORIC.match(rest) and words[-1] in _SO_BE_IT)
        )
        return "polite" if harmless else "cond"
    if link == "BEFORE":
        return "before" if _HOLDS.search(rest) or any(map(_comes, words)) else "content"
    return "waits" if _WAITS.match(rest) or (words and words[0] in ("my", "our")) else "content"


@lru_cache(maxsize=4096)
def _comes(word: str) -> bool:
    """Whether a word of a clause with "before" names the act itself ("before finalizing")."""
    return word.endswith("ing") and any(form in _GOING for form in (word[:-3], word[:-3] + "e"))


_GOING = frozenset(word for word, code in SINGLE.items() if code in (_C["GO"], _C["ACT"], _C["CANCEL"]))


def _by_rule(rest: str, words: tuple[str, ...]) -> str:
    if len(words) <= _BRIEF and words[-2:] in _HABITS:
        return "content"  # "the bus won't wait, it never does"
    kind = _first_fit(rest, words)
    if words[:2] in _GIVE and not _SPANS.isdisjoint(words):
        return "hold"  # "give me five minutes"
    if kind in _PROMISED and not (_LATER.isdisjoint(words) or _TO_COME.isdisjoint(words) or _AGREES.isdisjoint(rest)):
        return "later"
    return kind


_BRIEF = 4
_HABITS = frozenset(("never", verb) for verb in ("does", "do", "did", "has", "have", "is", "was", "were"))
_GIVE = (("give", "me"), ("give", "us"))
_SPANS = frozenset({"seconds", "minute", "minutes", "mins", "hour", "hours", "day", "days", "while"})
_PROMISED = frozenset({"go", "yes", "hedge", "would", "cond", "confirm", "content"})
_TO_COME = frozenset({"will", "would", "can", "shall", "going to", "as of", "may", "might"})
"""Words that put a yes off: it is promised, or would be given."""
_LATER = frozenset(
    {"tomorrow", "tonight", "later", "evening", "afternoon", "weekend", "lunch", "week", "month", "hour", "hours", "monday", "tuesday", "wednesday",
     "thursday", "friday", "saturday", "sunday", "next"}
)  # fmt: skip
_AGREES = frozenset(_C[name] for name in ("YES", "AGREE", "CONFIRM", "PERM"))
_STATED = frozenset({"content", "echo", "act", "ask", "polite"})
_MINE = over("^ADV I")
_HERE = frozenset({"here", "there", "back", "listening", "reading", "hear", "with", "line", "online"})
_SEES = frozenset({"see", "read", "got", "received", "get", "have"})
_LISTED = frozenset({"message", "list", "summary", "details", "text", "screen"})
_TAKEN_IN = (("i", "see"), ("i", "saw"))
_BUSY = frozenset({"reading", "listening"})
_ARRIVES = frozenset({"came", "arrived", "here"})
_POINTED = frozenset({"it", "this", "that"})


def _attends(codes: str, words: tuple[str, ...]) -> bool:
    """Whether one only says that one is there, or has seen what was written ("I'm still reading", "I've got your list")."""
    said = frozenset(words)
    if not _HERE.isdisjoint(said) and (
        _C["BE"] in codes or "hear" in said if _MINE.match(codes) else "still" in said or "just" in said
    ):
        return True
    if words in _TAKEN_IN or words[0] in _BUSY or not (_LISTED.isdisjoint(said) or _ARRIVES.isdisjoint(said)):
        return True
    sees = _MINE.match(codes) is not None and not _SEES.isdisjoint(said)
    return sees and (not _LISTED.isdisjoint(said) or ("have" not in said and words[-1] in _POINTED))


def _first_fit(rest: str, words: tuple[str, ...]) -> str:
    held = bits(rest)
    for kind, need, pattern in _RULES:
        if need & ~held == 0 and pattern.search(rest):
            if kind == "promise":
                return "hedge" if "will" in words and not {"agree", "accept"} & set(words) else "go"
            if kind == "let me":
                return "hold" if "me" in words else "content"
            if kind == "unskilled":
                return "mood" if {"good", "great"} & set(words) and {"with", "at"} & set(words) else "neg"
            if kind == "in":
                return "go" if words[-1] == "in" else "content"
            if kind == "decline":
                return "decline" if not _ENOUGH.isdisjoint(words) else "weak"
            if kind == "would":
                return "cond" if "would" in words else "go"
            return kind
    return "content"
