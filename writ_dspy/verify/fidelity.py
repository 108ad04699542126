"""Whether a rewording still says the same: no fact, number or id changed, came or went. Pure code, no model.

A rewording is compared with what it replaces, word by word. The check is strict on purpose: a faithful rewording that it
refuses costs one more try, an unfaithful one that it lets pass would spoil the data.
"""

# Longer than 400 lines by a few: the kinds of faults share one view of the words, and are read together.

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.shown import counted
from writ_dspy.simulate.acts import assents
from writ_dspy.simulate.behaviour import (
    COURTESY,
    DIGRESSION,
    FOREIGN,
    MISSPELLED,
    SLANG,
    URGENCY,
    discloses,
    has,
    opens,
)
from writ_dspy.task import Request, Slot

WORDS = {"terse": (1, 12), "medium": (2, 24), "chatty": (13, 80)}
"""Words of a message that states no detail, by level of verbosity; inside the bounds of `behaviour.shown`."""
MISSPELLINGS = frozenset(MISSPELLED.values()) - {"form"}
LENGTH, SLACK = (0.4, 2.0), 6
"""How many times as many words a rewording may have, and how many more a short one may have in any case."""
DRIFT = (0.5, 0.4)
"""Of the words that a free sentence is about: the share that stays at least, and the share of the new ones that it is."""


@dataclass(frozen=True, slots=True)
class Keep:
    """What a rewording must leave as it is, beside the facts that the text itself shows."""

    words: frozenset[str] = frozenset()
    """Stems of the domain's vocabulary."""
    texts: tuple[str, ...] = ()
    """Lower-case texts: those that occur go on to occur, the others do not come in."""
    groups: tuple[tuple[str, ...], ...] = ()
    """Lower-case texts in groups: a group of which one occurs goes on to have one that occurs."""
    slots: tuple[Slot, ...] = ()
    """Details: those that are disclosed stay so, the others stay hidden."""
    requests: tuple[Request, ...] = ()
    """Requests: those that the text opens, it opens in words that are recognized as such."""
    values: tuple[str, ...] = ()
    mentions: Callable[[str, str], bool] | None = None
    """(value, lower-case text) -> the text states the value; what is stated of `values` stays so, no more comes in."""
    said: frozenset[str] = frozenset()
    """Earlier messages of the same speaker, as `plain` writes them."""
    manner: bool = False
    """The speaker's manner (courtesy, haste, slang, misspellings, …) stays, as a user's must."""
    length: tuple[float, float] | None = None
    """Words that a message without details should have."""
    at_hand: frozenset[str] = frozenset()
    """Stems of the words that were said so far: of what they name the text may speak, beside what it speaks of anyway."""
    exact: bool = False
    """All telling words stay, in their order; only the small ones between them may change."""


def faults(original: str, reworded: str, keep: Keep) -> list[str]:
    """Every way in which a rewording is not faithful; empty when it is, as for the text itself (`same`)."""
    return [*_form(original, reworded), *_facts(original, reworded, keep), *_kept(original, reworded, keep)]


def same(original: str, reworded: str) -> bool:
    """Whether two texts differ in nothing but case, spaces and punctuation: then nothing was worded anew."""
    return plain(original) == plain(reworded)


def plain(text: str) -> str:
    """Lower-case words, one space apart."""
    return " ".join(re.findall(r"[\w'@#$%.]*\w", text.lower()))


def vocabulary(values: Iterable[object], names: Iterable[str] = ()) -> frozenset[str]:
    """Stems of all words in the text values and keys of a domain's records, and in the names of its tools.

    Left out are e-mail addresses, whatever has a digit (`faults` compares these letter by letter), and words so
    common that they carry no fact by themselves.
    """
    found: set[str] = set()
    for text in (*_strings(values), *names):
        if "@" not in text:
            found.update(
                _stem(word) for word in re.findall(r"(?<![\w#])[A-Za-z][A-Za-z'-]+(?!\w)", text.replace("_", " "))
            )
    return frozenset(word for word in found - _COMMON if not _actions(word))


def stems(texts: Iterable[str]) -> frozenset[str]:
    """Stems of all words of some texts, as `Keep.at_hand` has them."""
    return frozenset(stem for text in texts for stem in _stems(text))


def telling(text: str, words: frozenset[str]) -> bool:
    """Whether a text states a fact: a number, an id, a name, a word of the vocabulary, an amount or an action."""
    return bool(_tokens(text) or _names(text, "") or _vocabulary(text, words) or _actions(text) or _LIMITS.search(text))


def _strings(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from _strings(value)
            yield from _strings(value.values())
        elif isinstance(value, (list, tuple)):
            yield from _strings(value)


# ----------------------------------------------------------------------------- form


_ROLE = re.compile(r"(?im)^\W*(user|customer|client|agent|assistant|support|system|human|text|sentence|reworded)\s*:")
_META = re.compile(
    r"(?i)\b(rewrit|rewrote|reword|rephras|paraphras|as an ai\b|language model|assistant\b|chatbot|original (text|sentence|message)|"
    r"(here is|here's) (the|a|your) (new|revised|updated|improved|other)|in other words|the sentence|\[\[|json\b)"
)
_NUMBER_OF_LIST = re.compile(r"(?:^|\s)(?:\d{1,2}|[a-z])\)(?=\s)")
_MARKUP = re.compile(r"[*`<>{}|\\~^]|(?m:^\s*(?:[-•#]|\d+\.)\s)|\n|\[")


def _unnumbered(text: str) -> str:
    """Without the numbers of a list, `1)` or `a)`, which open nothing."""
    return _NUMBER_OF_LIST.sub(" ", text)


def misshapen(original: str, reworded: str) -> Iterator[str]:
    """Not a finished message in the speaker's own voice, such as one with a role label or with markup that the original lacks."""
    text = reworded.strip()
    if not text:
        yield "nothing said"
        return
    for what, pattern in (("a role label", _ROLE), ("talk about the rewording", _META)):
        if pattern.search(text) and not pattern.search(original):
            yield what
    if Counter(_MARKUP.findall(text)) - Counter(_MARKUP.findall(original)):
        yield "markup"
    if text.count('"') % 2 != original.count('"') % 2 or _unnumbered(text).count("(") != _unnumbered(text).count(")"):
        yield "an open quotation or parenthesis"
    if {char for char in text if ord(char) > 0x2FF} - set(original) - set("’‘“”–—…"):
        yield "letters of another script"


def _form(original: str, reworded: str) -> Iterator[str]:
    """Not a finished message, or not of its size."""
    yield from misshapen(original, reworded)
    text = reworded.strip()
    if not text:
        return
    if text[-1] not in ".?!:)\"'”…" and text[-1] != original.strip()[-1:]:
        yield "an unfinished sentence"
    if re.search(r"(?i)\b(\w+) \1\b", text) and not re.search(r"(?i)\b(\w+) \1\b", original):
        yield "a word twice"
    before, after = len(original.split()), len(text.split())
    if after > max(before * LENGTH[1], before + SLACK) or after < before * LENGTH[0]:
        yield f"{counted(after, 'word')} instead of {before}"


# ----------------------------------------------------------------------------- facts


_FACT = re.compile(r"\S*[\d@#$%€£_]\S*")
_INNER = re.compile(r"\(([^()]*)\)|\"([^\"]*)\"")
_NUMBERS = """zero two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty
    sixty hundred thousand dozen once twice second third half double"""
_LIMITS = re.compile(
    r"(?i)\b(cheap\w*|expensive|pric(?:ey|ier)|least|earli\w+|latest|fast(?:er|est)|short(?:er|est)|long(?:er|est)|lowest|highest|"
    r"small(?:er|est)|larg(?:er|est)|big(?:ger|gest)|under|below|above|except|only|both|maximum|minimum|at most|"
    r"january|february|march|april|june|july|august|september|october|november|december|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
)
_NOT = re.compile(
    r"(?i)\b(not|no|never|none|nothing|nobody|nowhere|neither|nor|without|cannot|unable|impossible|refuse\w*|declin\w+|"
    r"\w+n't|fail\w*)\b"
)
_MARK, _COLON = re.compile(r"\?"), re.compile(r":(?=\s|$)")
_SURE = re.compile(r"(?i)\b(yes|yeah|yep|sure|certainly|exactly)\b")
_ASKED = re.compile(r"(?i)\b(when|where|who|why|how|which|what)\b")
_THANKS = re.compile(r"(?i)\b(thank\w*|grateful|appreciate\w*)\b")
_ACTIONS = {
    name: re.compile(rf"(?i)\b(?:{words})\b")
    for name, words in {
        "cancel": r"cancel\w*|call(?:ed|ing)? (?:\w+ )?off",
        "return": r"return\w*|(?:sen[dt]|sending|give|take|taking|bring) (?:\w+ ){0,3}back",
        "exchange": r"exchang\w*|swap\w*|trad(?:e|ed|ing)",
        "replace": r"replac\w*",
        "refund": r"refund\w*|reimburs\w*|money back",
        "book": r"book(?:s|ed|ing|ings)?|reserv(?:e|ed|ing)",
        "change": r"chang\w*|modif\w*|alter(?:s|ed|ing)?|updat\w*|edit\w*|adjust\w*|correct(?:ed|ing|ion)",
        "transfer": r"transfer\w*|hand(?:ed|ing)? (?:\w+ )?over|connect(?:ed|ing)?",
        "ship": r"ship\w*|deliver\w*|dispatch\w*",
        "upgrade": r"upgrad\w*",
        "downgrade": r"downgrad\w*",
        "remove": r"remov\w*|delet\w*",
        "add": r"add(?:s|ed|ing)?",
        "charge": r"charg\w*|bill(?:ed|ing)?",
        "pay": r"pays?|paid|paying",
        "buy": r"buy\w*|bought|purchas\w*",
        "compensate": r"compensat\w*",
        "keep": r"keep(?:s|ing)?|kept",
        "verify": r"verif\w*|identif\w*",
    }.items()
}


def _facts(original: str, reworded: str, keep: Keep) -> Iterator[str]:
    """Something stated that was not, or no longer stated."""
    yield from _ordered("fact", _tokens(original), _tokens(reworded))
    yield from _differ("name", _names(original, reworded), _names(reworded, original))
    yield from _differ("word", _vocabulary(original, keep.words), _vocabulary(reworded, keep.words))
    yield from _differ("number", _counted(original), _counted(reworded))
    yield from _differ("limit", _LIMITS.findall(original.lower()), _LIMITS.findall(reworded.lower()))
    yield from _differ("action", _actions(original), _actions(reworded))
    yield from _differ("text in brackets or quotes", _inner(original), _inner(reworded))
    for what, pattern in (("negations", _NOT), ("questions", _MARK), ("colons", _COLON)):
        before, after = len(pattern.findall(original)), len(pattern.findall(reworded))
        if before != after:
            yield f"{after} {what} instead of {before}"
    if _SURE.search(reworded) and not _SURE.search(original) and not assents(original):
        yield "an answer"
    if bool(_THANKS.search(original)) != bool(_THANKS.search(reworded)):
        yield "thanks that were not given" if _THANKS.search(reworded) else "no thanks anymore"
    if assents(original) != assents(reworded):
        yield "no yes anymore" if assents(original) else "a yes that was not given"
    yield from _persons(original, reworded)
    yield from _drift(original, reworded, keep)


def _differ(what: str, was: Iterable[str], now: Iterable[str]) -> Iterator[str]:
    """What was dropped and what came in, counted."""
    before, after = Counter(was), Counter(now)
    lost, new = before - after, after - before
    if lost:
        yield f"without the {what} {', '.join(sorted(lost))}"
    if new:
        yield f"with a new {what} {', '.join(sorted(new))}"


def _ordered(what: str, was: list[str], now: list[str]) -> Iterator[str]:
    yield from _differ(what, was, now)
    if was != now and Counter(was) == Counter(now):
        yield f"{what}s in another order: {', '.join(now)}"


def _tokens(text: str) -> list[str]:
    """Ids, numbers, amounts, addresses: whatever has a digit or one of the marks @ # $ % _."""
    return [token.strip(".,;:!?()\"'“”’[]").removesuffix("'s") for token in _FACT.findall(text)]


def _counted(text: str) -> Counter[str]:
    return Counter(word for word in re.findall(r"[a-z]+", text.lower()) if word in _NUMBERS.split())


def _actions(text: str) -> list[str]:
    return [name for name, pattern in _ACTIONS.items() for _ in pattern.findall(text)]


def _inner(text: str) -> Counter[str]:
    return Counter(" ".join(found).strip() for found in _INNER.findall(text))


def _names(text: str, other: str) -> Counter[str]:
    """Capitalised words, but for those that only begin a sentence and those that the other text begins one with."""
    known = set(re.findall(r"[\w'-]+", other.lower()))
    found: Counter[str] = Counter()
    for match in re.finditer(r"(?<![\w@#.])[A-Z][\w'’-]*", text):
        word = match.group().removesuffix("'s")
        before = text[: match.start()].rstrip(" \"'“(")
        starts = not before or before[-1] in ".!?:\n"
        if word not in _SMALL_NAMES and not re.match(r"I['’]", word) and not starts and word.lower() not in known:
            found[word] += 1
    return found


_SMALL_NAMES = frozenset({"I", "OK", "Okay", "Yes", "No", "Thanks", "Thank", "Hi", "Hello"})


def _vocabulary(text: str, words: frozenset[str]) -> list[str]:
    return [stem for stem in _stems(text) if stem in words]


_SPEAKS_AS = re.compile(r"\b(?:I['’]?m|I am|[Mm]y name is|[Tt]his is) (?!Ok)[A-Z][a-z]+\b(?!['’])")
"""Somebody says who they are."""


def _persons(original: str, reworded: str) -> Iterator[str]:
    """The sentence changed hands: what one side said about itself is now about the other."""
    before, after = _who(original), _who(reworded)
    if _SPEAKS_AS.search(reworded) and not _SPEAKS_AS.search(original):
        yield "said of the other side"
    if "(yes/no)" in original:  # shall I, may I, do you want me to: all the same, but for who acts
        if "first" in before and re.search(r"(?i)\byou (should|shall|can|may)\b", reworded):
            yield "said of the other side"
        if before and not after:
            yield "said of nobody"
    elif before and after - before:
        yield "said of the other side too"
    elif before - after and not _THANKS.search(original):
        yield "said of one side only" if after else "said of nobody"
    for mine, yours in (("my", "your"), ("your", "my")):
        if has((mine,), original) and not has((yours,), original) and has((yours,), reworded):
            yield f"{yours} instead of {mine}"


def _who(text: str) -> set[str]:
    text = re.sub(r"(?i)\bthank you\b", "thanks", text)
    first = has(("i", "i'm", "i'd", "i've", "i'll", "me", "my", "mine", "we", "our", "us"), text.replace("’", "'"))
    second = has(("you", "your", "yours", "you're", "you'd", "you'll", "you've"), text.replace("’", "'"))
    return ({"first"} if first else set()) | ({"second"} if second else set())


def _drift(original: str, reworded: str, keep: Keep) -> Iterator[str]:
    """Telling words that went or came: none may in an exact text, not too many in any."""
    before = [stem for stem in _stems(original) if stem not in _SMALL]
    after = [stem for stem in _stems(reworded) if stem not in _SMALL]
    if keep.exact:
        yield from _ordered("word", before, after)
        return
    if "?" in original:
        yield from _differ("word to ask with", _asked(original), _asked(reworded))
        if new := set(after) - set(before) - _OF_TALK:
            yield f"with a new word {', '.join(sorted(new))}"
    stay = len(set(before) & set(after))
    new, lost = set(after) - set(before) - _OF_TALK, set(before) - set(after)
    if len(set(before)) < 2 and new and (lost or len(new) > 2):
        yield "something else said"
    if len(before) >= 2 and (stay < DRIFT[0] * len(set(before)) or stay < DRIFT[1] * len(set(after))):
        yield "something else said"


def _asked(text: str) -> set[str]:
    """When, where, who, why, how; which and what are one."""
    return {{"which": "what"}.get(word.lower(), word.lower()) for word in _ASKED.findall(text)}


# ----------------------------------------------------------------------------- what else must stay


def _kept(original: str, reworded: str, keep: Keep) -> Iterator[str]:
    old, new = original.lower(), reworded.lower()
    for text in keep.texts:
        bare = text.replace(",", "")
        if (bare in old.replace(",", "")) != (bare in new.replace(",", "")):
            yield f"without {text!r}" if text in old else f"with {text!r}, which was not said"
    for group in keep.groups:
        if any(text in old for text in group) and not any(text in new for text in group):
            yield f"without {group[0]!r}"
    yield from _disclosed(original, reworded, keep)
    if plain(reworded) in keep.said and plain(original) not in keep.said:
        yield "the same message again"
    if keep.manner:
        yield from _manner(original, reworded)
    if keep.length is not None:
        yield from _long(original, reworded, keep.length)


def _disclosed(original: str, reworded: str, keep: Keep) -> Iterator[str]:
    for slot in keep.slots:
        if discloses(slot, original) != discloses(slot, reworded):
            yield f"{'without' if discloses(slot, original) else 'with'} the detail {slot.key}"
    for request in keep.requests:
        if opens(request, original) != opens(request, reworded):
            yield f"another way to open {request.topic}"
    if keep.mentions is not None:
        for value in keep.values:
            if keep.mentions(value, original.lower()) != keep.mentions(value, reworded.lower()):
                yield f"another word for {value!r}"


def _manner(original: str, reworded: str) -> Iterator[str]:
    """A user is recognized by words of these kinds: what shows stays, what does not show stays away."""
    phrases = {"courtesy": COURTESY, "haste": URGENCY, "digression": DIGRESSION, "foreign turn": FOREIGN}
    for what, words in phrases.items():
        if has(words, original) != has(words, reworded):
            yield f"{'without' if has(words, original) else 'with'} a {what}"
    for what, kinds in {"slang": set(SLANG), "misspelling": MISSPELLINGS}.items():
        if bool(kinds & _bare(original)) != bool(kinds & _bare(reworded)):
            yield f"{'without' if kinds & _bare(original) else 'with'} {what}"


def _long(original: str, reworded: str, bounds: tuple[float, float]) -> Iterator[str]:
    """Inside the bounds if it was; else no further outside."""
    before, after = len(original.split()), len(reworded.split())
    if not min(bounds[0], before) <= after <= max(bounds[1], before):
        yield f"{counted(after, 'word')}; this user writes {bounds[0]:g} to {bounds[1]:g}"


# ----------------------------------------------------------------------------- words


def _bare(text: str) -> set[str]:
    return set(re.findall(r"[a-z']+", text.lower()))


def _stems(text: str) -> list[str]:
    """Stems of the words without digits, in order."""
    return [_stem(word) for word in re.findall(r"(?<![\w@#$.])[A-Za-z][A-Za-z'’-]*(?![\w@]|\.\w)", text)]


@lru_cache(maxsize=16384)
def _stem(word: str) -> str:
    """Lower case, singular, without -ing and -ed: rough, but the same for all forms of a word."""
    word = re.sub(r"['’](s|d|m|ll|re|ve)$", "", word.lower()).replace("-", "").replace("’", "'")
    if len(word) > 4 and word.endswith("ies"):
        word = f"{word[:-3]}y"
    elif len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if len(word) > len(ending) + 2 and word.endswith(ending) and not word.endswith(("eed", "thing")):
            word = word.removesuffix(ending)
            word = word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls" else word
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


_COMMON_WORDS = """at by created find first get id ids in last life list new no none not of on one saved set
    side think thought time to user users way worth yes human agent agents detail details flying all main"""
_COMMON = frozenset(map(_stem, _COMMON_WORDS.split()))
_SMALL_WORDS = """a an the this that these those it its it's that's there here i me my mine you your yours we us our
    he she they them his her their am is are was were be been being do does did done doing have has had having will would
    shall should can could may might must let lets let's want wants wish like need needs get got getting go going make made
    take took give given tell say said know please thanks thank thankful kindly of to in on at by for with as so and but
    just also too then well okay ok hi hello hey dear sir madam really very quite actually it'd i'd i'll i'm i've you'd
    you'll you're you've we'd we'll we're what what's which who how's if how when where why about regarding concerning
    sure certainly course gladly happy glad yes yeah yep"""
_SMALL = frozenset(map(_stem, _SMALL_WORDS.split()))
"""Words that may come and go in a text whose other words must stay."""
_TALK_WORDS = """proceed continue ahead provide share send assist help kind sort type something anything else still
    today now"""
_OF_TALK = frozenset(map(_stem, _TALK_WORDS.split()))
"""Words about the talk itself: what is asked does not change with them."""
