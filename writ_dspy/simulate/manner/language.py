"""Typos and slang, each counted per hundred words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.simulate.manner.words import known, meant, sentences, usual, words

TYPOS, CASUAL = 0.4, 1.5
"""Per hundred words, from which on a language is of that level."""
COMMON = 15_000
"""How often the dictionary has met a word that is surely meant by one that is nearly the same."""
LONG = 8
"""Letters of a word that is hardly another one than the usual one that is nearly the same."""
SEVERAL = 2
"""Signs of slang that a talk has at least: anybody says "yeah" once."""
_REDUCED_WORDS = """gonna wanna gotta kinda sorta lemme gimme dunno cuz coz cos cause ain't y'all yall c'mon cmon outta whatcha gotcha
    shoulda coulda woulda musta hafta lotta lotsa betcha innit wassup sup 'em em 'til tryna finna imma d'you wot"""
_REDUCED = frozenset(_REDUCED_WORDS.split())
_SHORT_WORDS = """u ur r k kk thx thanx tx ty pls plz ppl btw tbh idk imo imho omg lol lmao rofl fyi np nvm brb gtg rn afaik smh ikr tho
    thru w/o bc b/c tmrw msg acct addr"""
_SHORT = frozenset(_SHORT_WORDS.split())
_CHATTY_WORDS = """yo hey heya hiya howdy yeah yea yep yup nah nope ya dude bro bruh buddy pal mate man guys folks bucks stuff crap damn
    heck dang shoot awesome cool sweet neat dope legit super chill bummer whoops oops yikes ugh meh welp huh yay woohoo haha heh
    okey-dokey okie alrighty cheers ta peeps fam cuppa reckon folks pricey goofed snag grab ditch scrap mess messed hang stoked"""
_CHATTY = frozenset(_CHATTY_WORDS.split())
_TURNS = re.compile(
    r"(?i)\b(?:no (?:worries|biggie|prob|sweat)|my bad|for real|a (?:ton|bunch) of|thanks a (?:bunch|ton|million)|hook me up|"
    r"what's up|you (?:guys|bet|rock)|hold up|gimme a sec|a sec|sort (?:me|it) out|oh man|come on|big time|way too|"
    r"freaking|knock (?:it|that) out|do the trick|good to go|go for it|that'd be|how come|screwed up|in a jiffy|like,)(?!\w)"
)
_DROPPED = re.compile(r"(?i)\b([a-z]{3,}in)(?:['’]|\b)")
_SMALL_I = re.compile(r"(?<![\w.'’-])i(?:['’](?:m|d|ll|ve))?(?![\w.'’-])")
_GAP = re.compile(r"[a-z]\s+[a-z]")


def typos(texts: Sequence[str], shown: Collection[str]) -> list[str]:
    """Words that are none, one slip from a usual one; names and what others wrote before are none.

    Args:
        texts: What the user said.
        shown: Words in lower case that the user may have read: those of the case and of the other side.
    """
    return [word for text in texts for word, _ in _slips(text, shown)]


def as_meant(text: str, shown: Collection[str]) -> str:
    """A text with its slips of the hand put right, as whoever reads it does without noticing.

    What may as well be a rare word stays: it is put right only where the word that is meant is a common one, or comes up here, and
    where it is no short form of one that does ("econ").

    Args:
        text: What the user said.
        shown: Words in lower case that come up here, names among them: they are none, and likely to be meant.
    """
    likely = [
        (word, meant)
        for word, meant in _slips(text, shown)
        if not _a_form(word, meant) and (usual(meant) >= COMMON or len(word) >= LONG or meant.lower() in shown)
    ]
    begun = "\n".join(("", *shown)) if likely else ""
    right = {
        word: meant for word, meant in likely if not re.search(rf"\n{re.escape(word.lower())}\w{{{_SHORTENS},}}", begun)
    }
    if not right:
        return text
    return _TYPED.sub(lambda match: right.get(match[0], match[0]), text)


_TYPED = re.compile(r"[\w'’-]+")
_SHORTENS = 3
"""Letters that a short form lacks, at least: fewer are a slip."""


def _a_form(word: str, meant: str) -> bool:
    """Whether the one is a form of the other: "nonstops" is no slip for "nonstop"."""
    return word.lower().removesuffix("s") == meant.lower().removesuffix("s")


def _slips(text: str, shown: Collection[str]) -> Iterator[tuple[str, str]]:
    """(word as it is typed, word that is meant), with the capital that it has."""
    for sentence in sentences(text):
        for place, word in enumerate(words(sentence)):
            lower = word.strip("'").lower()
            name = word[:1].isupper() and (place or not lower.isalpha())
            if name or word.isupper() or lower in shown or known(lower) or _slangy(lower):
                continue
            right = meant(lower, shown)
            if right is not None and not (place == 0 and word[:1].isupper() and len(lower) < 4):
                yield word, right.capitalize() if word[:1].isupper() else right


def casual(texts: Sequence[str]) -> list[str]:
    """Signs of slang: reduced and short forms, a dropped g, turns of everyday talk, no capital and no stop where one belongs."""
    found = list[str]()
    for text in texts:
        for word in words(text):
            lower = word.lower()
            if _slangy(lower) or _slangy(lower.strip("'")):
                found.append(word)
        found += _TURNS.findall(text)
        if _SMALL_I.search(text):
            found.append("i")
        if text[:1].islower() and _GAP.search(text):
            found.append("no capital")
    return found


def _slangy(lower: str) -> bool:
    if lower in _REDUCED or lower in _SHORT or lower in _CHATTY:
        return True
    dropped = _DROPPED.fullmatch(lower)
    return dropped is not None and not known(dropped[1]) and known(f"{dropped[1]}g")
