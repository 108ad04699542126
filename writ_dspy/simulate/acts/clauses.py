"""A turn in clauses: words become categories, and sentences are cut where a new clause can begin."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from writ_dspy import patterns as re
from writ_dspy.simulate.acts.lexicon import CODES, CONTENT, KNOWN, NUMBER, PHRASES, SINGLE, expanded
from writ_dspy.simulate.acts.spelling import spelled

_TOKEN = re.compile(
    r"""([a-z]+(?:['’-][a-z]+)*(?![\w@]))
    |([.!?…;]+|\n+)
    |([,:()–—]|[ ]-{1,2}[ ]|-{2})
    |("[^"\s]+(?:[ ][^"\s]+){0,3}"|“[^”\s]+(?:[ ][^”\s]+){0,3}”)
    |([👍👌🆗✅✔☑💯👎❌🚫✋🛑⛔&]|['’]cause\b)
    |([#$€£]?(?:\w+@[\w.-]+|\w(?:[\w.,:/%_-]*\w)?%?))""",
    re.VERBOSE,
)
_WORD, _END, _BREAK, _QUOTE, _SIGN = 1, 2, 3, 4, 5
_MARKS = (_END, _BREAK)
_C = CODES
_LINKS = {_C[name]: name for name in ("BUT", "AND", "SO", "REASON", "IF", "BEFORE", "ONCE")}
_STARTS = frozenset(
    _C[name]
    for name in (
        "I", "YOU", "THIS", "GO", "ACT", "CANCEL", "PLEASE", "NOT", "DO", "YES", "NO", "OKAY", "SURE", "THANKS", "KEEP", "LEAVE", "DROP",
        "INFORM", "CHECK", "WH", "MODAL", "IF", "ONCE", "BEFORE", "ALSO", "SO", "STOP", "BE", "AGREE", "CONFIRM", "HURRY", "BYE", "WORK", "ONLY",
        "NONE", "ELSE", "LET",
    )
)  # fmt: skip
"""What a clause after "and" or "so" begins with; before anything else these only join words."""
_POINTING = frozenset({"this", "that", "these", "those"})
_QUOTED_YES = re.compile(r"yes\b(?!\s*/)")
_INVERTED = frozenset(_C[name] for name in ("DO", "BE", "MODAL", "HAVE"))
_THINGS = frozenset({CONTENT, NUMBER, *(_C[name] for name in ("DET", "AN", "ELSE"))})
EXCEPT = "EXCEPT IF"
"""How what is left out hangs on the clause before."""
_DEEDS = frozenset((CONTENT, _C["ACT"], _C["CANCEL"]))
_WHOLE = frozenset({("IF", "so"), ("ONCE", "provided")})
_GIVEN = frozenset({"provided", "providing"})
_AFTER = frozenset(_C[name] for name in ("I", "YOU", "HAVE", "BE", "ALSO", "VERY"))
_DEGREES = frozenset(_C[name] for name in ("SURE", "GOOD", "OKAY", "BAD"))
_ANSWERS = (_C["YES"] + _C["NO"], _C["YES"] + _C["OR"] + _C["NO"])


class Clause(NamedTuple):
    """A stretch of a sentence with at most one verb, roughly."""

    codes: str
    """One category for each word or phrase."""
    words: tuple[str, ...]
    """The words (those of a phrase with a space between them), parallel to `codes`."""
    link: str
    """How it hangs on the clause before: `START` of a sentence, `COMMA`, or a category of linking words."""
    asked: bool
    """Whether a question mark follows."""
    start: int
    end: int
    sentence: int
    last: bool = False
    """Whether its sentence ends with it."""


_RHETORICAL = re.compile(
    r"(?:\w+,? )?(?:what (?:are|am|r) (?:we|i) wait\w+ for|how c(?:ould|an) (?:i|we) (?:say no|refuse|resist)|who could say no|why (?:w|sh)ould i say no|who (?:am|are) (?:i|we) to \w+)\b"
)
"""Questions that nobody need answer: what they mean is what stands in the lexicon."""
_BIDS = re.compile(rf"{_C['MODAL']}{_C['YOU']}.?(?:{_C['ACT']}|{_C['GO']}|{_C['CANCEL']})")
_NAMES = frozenset((CONTENT, NUMBER, *(_C[name] for name in ("SMALL", "OF", "DET", "AN", "AND", "I", "YOU", "THIS"))))
"""Categories of words that only name something."""
Item = tuple[str, str, int, int]
"""A word, its category, and its span."""


@lru_cache(maxsize=2048)
def clauses(text: str) -> tuple[Clause, ...]:  # noqa: C901 - one branch a kind of token, in one pass
    """All clauses of a turn, in order; what holds no word is left out."""
    lower = text.lower()
    if len(lower) != len(text):  # one letter in a thousand alphabets grows; offsets must not
        lower = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    found: list[Clause] = []
    items: list[Item] = []
    link, sentence = "START", 0
    for match in _TOKEN.finditer(lower):
        kind, mark = match.lastindex, match.group()
        if kind == _WORD:
            start, end = match.span()
            for word, code in _looked_up(mark):
                items.append((word, code, start, end))
            continue
        if kind not in _MARKS:
            items.append(_item(match, kind or 0))
            continue
        asked = kind == _END and "?" in mark and not (items and _RHETORICAL.match(lower, items[0][2], items[-1][3]))
        if kind == _BREAK and len(items) == 1 and items[0][1] == _C["BUT"]:
            items, link = [], "BUT"  # "however, …"
            continue
        if items:
            _cut(found, _joined(items), link, sentence, asked=asked)
            items, link = [], "COLON" if mark == ":" else "COMMA"
        elif asked and found and found[-1].sentence == sentence:
            found[-1] = found[-1]._replace(asked=True)
        if kind == _END:
            link, sentence = "START", sentence + 1
    if items:
        _cut(found, _joined(items), link, sentence, asked=False)
    _ask_politely(found)
    for index, clause in enumerate(found):
        if index + 1 == len(found) or found[index + 1].sentence != clause.sentence:
            found[index] = clause._replace(last=True)
    return tuple(found)


def _ask_politely(found: list[Clause]) -> None:
    """The question mark of "could you book it, the round trip from here to there?" asks nothing about the trip."""
    for index in range(1, len(found)):
        clause = found[index]
        if not clause.asked or clause.link != "COMMA" or not _NAMES.issuperset(clause.codes):
            continue
        if any(other.sentence == clause.sentence and _BIDS.search(other.codes) for other in found[:index]):
            found[index] = clause._replace(asked=False)


def _item(match: re.Match[str], kind: int) -> Item:
    """A quotation, a sign or a number."""
    token, (start, end) = match.group(), match.span()
    if kind == _QUOTE:
        word = token[1:-1].strip(" .!,")
        return word, SINGLE.get(word) or (_C["YES"] if _QUOTED_YES.match(word) else CONTENT), start, end
    return token, SINGLE.get(token, CONTENT) if kind == _SIGN or token.isalpha() else NUMBER, start, end


@lru_cache(maxsize=4096)
def _looked_up(token: str) -> tuple[tuple[str, str], ...]:
    """The words that a token stands for, each with its category."""
    words = (word if word in KNOWN else spelled(word) for word in expanded(token.replace("’", "'")))
    return tuple((word, SINGLE.get(word, CONTENT)) for word in words)


def _joined(items: list[Item]) -> list[Item]:
    """With the words of each listed phrase as one, the longest first."""
    items = _numbered(_whole_verbs(items))
    joined: list[Item] = []
    index, count = 0, len(items)
    while index < count:
        item = items[index]
        index += 1
        if index < count:
            after = items[index]
            for phrase, code in PHRASES.get((item[0], after[0]), ()):
                end = index + len(phrase) - 1
                if _stands(phrase, code, items, index - 1, end):
                    item = (" ".join(phrase), code, item[2], items[end - 1][3])
                    index = end
                    break
            if item[0] == "may" and after[1] == NUMBER:
                item = (item[0], CONTENT, item[2], item[3])  # the month
        joined.append(item)
    return joined


def _numbered(items: list[Item]) -> list[Item]:
    """With "do 1 and 2" as the going ahead that it is where a list has numbers."""
    for at, (word, _, start, end) in enumerate(items[:-1]):
        behind = at + 1
        while behind < len(items) and (_is_place(items[behind]) or (behind > at + 1 and items[behind][1] == _C["AND"])):
            behind += 1
        if word == "do" and behind > at + 1 and (behind == len(items) or items[behind][1] != CONTENT):
            return [*items[:at], ("do", _C["GO"], start, end), *items[at + 1 :]]
    return items


def _is_place(item: Item) -> bool:
    """Whether a word is a number that an entry of a list may have."""
    return item[1] == NUMBER and item[0].isdigit() and len(item[0]) == 1


_PARTED = {
    "call": ("off", "cancel"), "calls": ("off", "cancel"), "called": ("off", "cancelled"), "calling": ("off", "cancelling"),
    "drop": ("off", "bring"), "drops": ("off", "brings"), "dropped": ("off", "brought"), "dropping": ("off", "bringing"),
    "pick": ("up", "collect"), "picks": ("up", "collects"), "picked": ("up", "collected"), "picking": ("up", "collecting"),
}  # fmt: skip
"""Verbs whose particle makes another verb of them, and may stand behind the object: "call the whole order off"."""
_FAR = 8
"""Words that the object may have, and one."""
_NO_NAMES = frozenset(_C[name] for name in ("I", "YOU", "MODAL", "BE", "NOT", "DO", "WANT", "AND", "BUT", "IF"))
"""Categories of words that do not stand within the name of a thing."""


def _whole_verbs(items: list[Item]) -> list[Item]:
    """With verbs of two words as the one that they are, whatever stands in between: to call it off is to cancel it."""
    for at, (word, _, start, end) in enumerate(items):
        if word not in _PARTED:
            continue
        particle, meant = _PARTED[word]
        behind = range(at + 1, min(at + 1 + _FAR, len(items)))
        stop = next((i for i in behind if items[i][0] == particle or items[i][1] in _NO_NAMES), None)
        if stop is not None and items[stop][0] == particle:
            item = (meant, SINGLE.get(meant, CONTENT), start, items[stop][3] if stop == at + 1 else end)
            return [*items[:at], item, *_whole_verbs([*items[at + 1 : stop], *items[stop + 1 :]])]
    return items


def _stands(phrase: tuple[str, ...], code: str, items: list[Item], start: int, end: int) -> bool:
    """Whether a phrase stands between two places, and means there what it is listed for."""
    if end > len(items) or any(items[start + i][0] != phrase[i] for i in range(2, len(phrase))):
        return False
    after = items[end][1] if end < len(items) else ""
    if code == _C["GO"] and (after == _C["NOT"] or (phrase[-1] == "on" and _carries(items, end))):
        return False  # "please do not" is not "please do", nor is "it should go on my card" a "go on"
    if code == _C["MEAN"] and phrase[-1] in _POINTING and after in _DEEDS:
        return False  # "make that exchange"
    if (
        code == _C["MEAN"]
        and phrase[-1] in _POINTING
        and start
        and items[start - 1][1] == _C["I"]
        and after == _C["DET"]
    ):
        return False  # "shall I make that your address?"
    if code == _C["BUT"] and not after:
        return False  # "…, only that" limits, and sets nothing against it
    if code == _C["GO"] and phrase[0] in _DOES and len(phrase) == 2:
        done = "".join(item[1] for item in items[end : end + 2])
        numbered = end < len(items) and _is_place(items[end])
        return numbered or any(mark in _ACTS for mark in done) or (end < len(items) and items[end][0] in _TO_DO)
    if _goes_on(phrase, code, after):
        return False
    return phrase[-1] not in _POINTING or after != CONTENT  # "do this kind of thing" is not "do this"


def _goes_on(phrase: tuple[str, ...], code: str, after: str) -> bool:
    """Whether what follows makes another thing of a phrase: "leave everything else alone", "sleep on board", "you got it wrong"."""
    if code == _C["DROP"] and phrase[0] == "leave":
        return after == _C["ELSE"]
    if code == _C["DROP"] and phrase == ("sleep", "on"):
        return after not in ("", _C["THIS"], _C["DET"])
    return code == _C["YES"] and phrase[-1] == "it" and after == _C["BAD"]


_DOES = frozenset({"carry", "perform", "implement"})
"""What only goes ahead where a deed is what is done."""
_ACTS = frozenset((_C["ACT"], _C["CANCEL"], _C["THIS"]))
_TO_DO = frozenset({"cancellation", "booking", "modification", "plan", "steps", "transaction", "changes", "rebooking"})


def _carries(items: list[Item], start: int) -> bool:
    """Whether a thing or a day stands at a place, so that an "on" before it is a preposition: "go on my card", "go on this one"."""
    codes = "".join(code for _, code, _, _ in items[start : start + 2])
    return codes[:1] in _THINGS or (codes[:1] == _C["THIS"] and codes[1:] in _THINGS)


def _cut(found: list[Clause], items: list[Item], link: str, sentence: int, *, asked: bool) -> None:
    """The clauses of a stretch between two marks, cut before each linking word."""
    begin, count = 0, len(items)
    for index, item in enumerate(items):
        name = _linked(items, index, begin)
        if name is None or (index == begin and (link, item[0]) in _WHOLE):  # "if so"
            continue
        if item[0] == "when" and index + 1 < count and items[index + 1][1] in _INVERTED:
            items[index] = (item[0], _C["WH"], item[2], item[3])
            continue
        if index > begin:
            found.append(_clause(items[begin:index], link, sentence))
        name = EXCEPT if name == "IF" and (item[0] in ("except", "except for") or item[0].endswith(" but")) else name
        link = f"BUT {name}" if link == "BUT" and index == begin else name
        begin = index + 1
    if begin < count:
        found.append(_clause(items[begin:], link, sentence, asked=asked))
    elif link == "BUT":
        _set_against(found, sentence)
    elif link == "IF" and count:  # "that depends."
        found.append(_clause(items[-1:], link, sentence, asked=asked))
    elif asked and found and found[-1].sentence == sentence:
        found[-1] = found[-1]._replace(asked=True)
    _ask_all(found, sentence)


def _ask_all(found: list[Clause], sentence: int) -> None:
    """The question mark stands after the clause that hangs on the question."""
    for index in range(len(found) - 1, 0, -1):
        clause, main = found[index], found[index - 1]
        if not (clause.asked and main.sentence == sentence and _hangs(clause)):
            break
        found[index - 1] = main._replace(asked=True)


def _set_against(found: list[Clause], sentence: int) -> None:
    """A "though" at the end of a sentence sets its last clause against those before ("yes, with another one though")."""
    if len(found) > 1 and found[-2].sentence == sentence and found[-1].link == "COMMA":
        found[-1] = found[-1]._replace(link="BUT")


def _linked(items: list[Item], index: int, begin: int) -> str | None:
    """How a word links what follows it to what stands before it, if it does."""
    word, name = items[index][0], _LINKS.get(items[index][1])
    before = items[index - 1] if index > begin else None
    if name is None or (name in ("AND", "SO") and not _splits(items, index)):
        return None
    if word in _GIVEN and before is not None and before[1] in _AFTER:
        return None  # "I've provided all of it"
    return "REASON" if before is not None and before[0] == "even" else name  # "even if I lose the fee"


def _hangs(clause: Clause) -> bool:
    return (
        clause.link.endswith(("IF", "ONCE", "BEFORE", "REASON"))
        or clause.codes in _ANSWERS
        or clause.codes in (_C["PLEASE"], _C["ALSO"])
    )


def _clause(items: list[Item], link: str, sentence: int, *, asked: bool = False) -> Clause:
    words, codes, starts, ends = zip(*items, strict=True)
    return Clause("".join(codes), words, link, asked, starts[0], ends[-1], sentence)


def _splits(items: list[Item], index: int) -> bool:
    """Whether a new clause begins after an "and": not in "go ahead and book it", nor in "bed and breakfast"."""
    if index + 1 >= len(items):
        return True
    if items[index][1] == _C["SO"] and items[index + 1][1] in _DEGREES:
        return False  # "not so sure"
    return items[index + 1][1] in _STARTS and not (index > 0 and items[index - 1][1] == _C["GO"])
