"""Names in words: people, streets, places, codes and links that the agent names were read or said."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import is_example, sentences
from writ_dspy.verify.vocabulary import Vocabulary, vocabulary

_CAPITAL = r"[A-Z][a-z]+(?:(?!['’]s\b)['’-][A-Z]?[a-z]+)*"
_BEHIND_IT = r"[a-z]+(?:(?!['’]s\b)['’-][A-Z]?[a-z]+)*"
"""The rest of a capitalized word; patterns that open with the capital skip to it, and look back only from there."""
_NAMES = re.compile(_CAPITAL)
_PAIR = re.compile(rf"(?P<one>[A-Z](?<![\w'’-].){_BEHIND_IT})(?= (?P<two>{_CAPITAL})(?!\w|['’](?!s\b)))")
_ONE = re.compile(rf"(?P<one>[A-Z](?<=[a-z,:(–—-] .){_BEHIND_IT})(?![\w'’]*\w)")
_GREETS = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Dr|Miss|Sir|Madam)\.? (?P<titled>{_CAPITAL})"
    rf"|(?:\b(?i:thank you|thanks|hi|hello|hey|dear|welcome(?: back)?|sorry|perfect|certainly|sure|of course|great|understood"
    rf"|good (?:morning|afternoon|evening))(?: so much| very much| again)?,? )(?!Mr|Ms|Dr\b|Miss)(?P<name>{_CAPITAL})(?= {_CAPITAL}|[,.!?;:–—-]|\s*$)"
    rf"|[a-z], (?!Mr|Ms|Dr\b|Miss)(?P<last>{_CAPITAL})[.!?](?:\s|$)",
)
_STREET = re.compile(
    r"(?P<number>\d(?<!\w.)\d{0,4}) (?P<street>(?:[A-Z][\w'’.]+ ){1,3}(?:Street|Avenue|Drive|Road|Lane|Boulevard|Court|Way|Place|Terrace|Circle|St|Ave|Dr|Rd|Ln|Blvd|Ct|Pl))\b"
)
_PLACE = re.compile(
    rf"\b(?i:from|to|in|at|via|near|through|towards?) (?P<place>{_CAPITAL}(?: {_CAPITAL})*)(?!['’\w]|(?: [A-Z]\w*)* [a-z]+\d)(?: \((?P<code>[A-Z]{{3}})\))?"
)
"""Behind a preposition, and no maker of a model ("to Intel i5")."""
_IATA = re.compile(r"\((?P<code>[A-Z]{3})\)")
_CODED = re.compile(r"[A-Z0-9](?<![\w@#/.$_-].)[A-Z0-9]{1,19}(?![\w@_])")
_NUMBERED = re.compile(
    r"\b(?:reference|confirmation|tracking|case|claim|voucher|receipt|invoice)\s+(?:number|no\.?|code|id)\b(?:\s+is)?[:\s]+[“\"'*]*(?P<code>#?[\w.-]*\d[\w.-]*)",
    re.IGNORECASE,
)
"""A code by what it is called."""
_MEASURE = re.compile(
    r"\d+(?:AM|PM|ST|ND|RD|TH|GB|TB|MB|ML|MM|CM|IN|FT|KG|LB|LBS|MP|OZ|HD|W|V|K|L|X|G|M|H|D|S|P)\b|[A-Z]?\d{1,2}\Z(?<=[SMLX]\d)|COVID\d+"
)
_LINK = re.compile(r"https?://\S+|\bwww\.\S+|(?<![@\w.-])[a-z0-9-]+\.(?:com|net|org|io)\b(?:/\S*)?", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w-])(?:\+?\d{1,2}[-. ])?(?:\(?\d{3}\)?[-. ])?\d{3}[-. ]\d{4}(?![\w-])")
_LETTERS = re.compile(r"[A-Za-z]+")
_TRAVELS = re.compile(
    r"\b(?:fl(?:y|ies|ying|ew|own|ights?)|stop\w*|layover|leav\w+|depart\w*|arriv\w*|land\w*|airport|route|trip|travel\w*|connect\w*"
    r"|city|ship\w*|liv\w+|located|deliver\w*|address|sent?|warehouse|store|office)\b",
    re.IGNORECASE,
)
"""A sentence that says where something is or goes."""
_SUGGESTS = re.compile(r"\?\s*\Z|\be\.?g\.|\bfor example\b|\bsuch as\b|\blike\b|\bformat\b", re.IGNORECASE)
"""A sentence that asks for a name, or shows what one looks like."""
_DAYS = frozenset(
    [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march",
        "april", "may", "june", "july", "august", "september", "october", "november", "december", "visa",
        "mastercard", "paypal", "est", "edt", "utc", "usa", "english", "email", "e-mail", "internet", "sms", "chat",
        "checkout", "customer", "support", "christmas", "there", "sir", "madam", "ma'am", "everyone", "folks", "all",
        "again", "friend", "valued", "mr", "mrs", "ms", "dr", "miss", "let", "just", "yes", "no", "here", "now",
        "i'm", "i've", "we", "we're", "your", "my", "our", "the", "a", "an", "and", "or", "you", "it", "he", "she",
        "they", "these", "those", "this", "that", "step", "option", "item", "total", "order",
        "st", "ave", "rd", "ln", "blvd", "ct", "pl", "hwy", "pkwy", "ste", "apt",
    ]
)  # fmt: skip
"""Capitalized words that name nobody and no place of a record."""


Wanted = tuple[tuple[str, ...], str, str]
"""The texts of which one must be known, what is wanted, and the text that has to be known for the name to count, if any."""


def unknown_names(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(as quoted, what is wanted) for each name of a message that nobody said and no tool showed."""
    known = vocabulary(ground.domain)
    for quote, (parts, wanted, where) in _candidates(text, _Key(known, ground.domain.name)):
        if not _knows(ground, parts) and (not where or ground.is_name(where)):
            yield quote, wanted


class _Key:
    """A vocabulary as part of the key of a cache: one per domain."""

    def __init__(self, words: Vocabulary, name: str) -> None:
        self.words, self.name = words, name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.words is other.words

    def __hash__(self) -> int:
        return hash(self.name)


@lru_cache(maxsize=256)
def _candidates(text: str, key: _Key) -> tuple[tuple[str, Wanted], ...]:
    """Each name in a text as it is quoted, with what must be known of it."""
    found: dict[str, Wanted] = {}
    if not all(name in _plain(key) for name in _NAMES.findall(text)):
        found |= _people(text, key.words)
    found |= _places(text, key.words)
    for match in _STREET.finditer(text):
        if is_example(text, match.start()):
            continue
        start = match["street"].split()[0]
        found[match[0]] = ((match[0], f"{match['number']} {start}"), "an address that was said or read", "")
    for start, end in sentences(text):
        codes = [code for code in _CODED.findall(text[start:end]) if _is_code(code)]
        numbered = [match["code"].rstrip(".,;:!?)") for match in _NUMBERED.finditer(text, start, end)]
        if (codes or numbered) and _SUGGESTS.search(text[start:end]) is None:
            found |= {code: ((code,), "a code that was said or read", "") for code in codes}
            for code in numbered:
                found.setdefault(code, ((code, code.lstrip("#")), "a code that was said or read", ""))
    for pattern in (_LINK, _PHONE) if "." in text or "-" in text else ():
        for match in pattern.finditer(text):
            link = match[0].rstrip(".,;:!?)*\"'")
            found.setdefault(link, ((link,), "a link or a number that was said or read", ""))
    return tuple(found.items())


@lru_cache(maxsize=16)
def _plain(key: _Key) -> frozenset[str]:
    """Capitalized words that name nobody: those that the domain knows, without the names in it."""
    words = key.words
    known = (words.words | words.places | _DAYS) - words.first - words.last
    return frozenset(word.capitalize() for word in known if word.isalpha())


def _is_code(token: str) -> bool:
    """Whether a token has a digit and a letter, and is no measure."""
    return not token.isdigit() and any(map(str.isdigit, token)) and not _MEASURE.fullmatch(token)


def _people(text: str, words: Vocabulary) -> dict[str, Wanted]:
    """Names of people: pairs with a known first or last name, single known names, and whoever is greeted."""
    found: dict[str, Wanted] = {}
    wanted = "a name that was said or read"
    inside: set[int] = set()
    for match in _PAIR.finditer(text):
        one, two = match["one"].lower(), match["two"].lower()
        first = one in words.first and (two in words.last or (two not in words.words and two not in _DAYS))
        last = two in words.last and one not in words.words and one not in _DAYS and one not in words.first
        strange = not any(each in known for each in (one, two) for known in (words.words, _DAYS, words.first))
        if (first or last or strange) and one not in words.places and two not in words.places:
            found[f"{match['one']} {match['two']}"] = ((f"{one} {two}",), wanted, "" if first or last else one)
            inside |= {match.start(), match.end() + 1}
    for match in _GREETS.finditer(text):
        name = match["name"] or match["titled"] or match["last"]
        lower = name.lower()
        if lower not in _DAYS and lower not in words.words and lower not in words.places:
            found[name] = ((lower,), wanted, "")
    for match in _ONE.finditer(text):
        lower = match["one"].lower()
        if match.start() not in inside and (lower in words.first or lower in words.last) and lower not in words.words:
            found.setdefault(match["one"], ((lower,), wanted, ""))
    return found


def _places(text: str, words: Vocabulary) -> dict[str, Wanted]:
    """Places behind a preposition, and codes in parentheses."""
    found: dict[str, Wanted] = {}
    wanted = "a place that was said or read"
    for match in _IATA.finditer(text):
        if match["code"].lower() not in words.words:
            found[match["code"]] = ((match["code"],), wanted, "")
    for start, end in sentences(text):
        line = text[start:end]
        named = list(_PLACE.finditer(line))
        if not named or _SUGGESTS.search(line) or not _TRAVELS.search(line):
            continue
        for match in named:
            place = match["place"]
            lower = place.lower()
            each = lower.split()
            if lower in words.places:
                found[place] = ((lower, match["code"] or lower), wanted, "")
            elif not any(word in words.words or word in _DAYS for word in each) and not _titled(line):
                found[place] = ((lower, each[0]), wanted, "")
    return found


def _titled(line: str) -> bool:
    """Whether a line is a heading, in which every word has a capital."""
    words = _LETTERS.findall(line)
    return len([word for word in words if word[0].isupper()]) > 0.6 * len(words)


def _knows(ground: Ground, parts: tuple[str, ...]) -> bool:
    for part in parts:
        lower = part.lower()
        if lower in ground.people() or _whole(ground, lower):
            return True
        words = lower.split()
        if len(words) == 2 and all(any(_stands_in(word, text) for text in ground.heard) for word in words):
            return True
        town = ground.domain.pack.places.get(part)
        if town is not None and _whole(ground, town.lower()):
            return True  # its code, beside a town that was spoken of
        codes = [code for code, name in ground.domain.pack.places.items() if name.lower() == lower]
        codes += [code for code, towns in ground.domain.pack.around.items() if lower in towns]
        if any(_whole(ground, code.lower()) for code in codes):
            return True
    return False


def _whole(ground: Ground, lower: str) -> bool:
    """Whether a text was said or read as a whole, and not as a part of another word."""
    return any(lower in text and _stands_in(lower, text) for text in ground.texts)


def _stands_in(part: str, text: str) -> bool:
    """Whether a part of a text begins and ends where words do; both in lower case."""
    place = text.find(part)
    while place >= 0:
        end = place + len(part)
        before, after = text[place - 1 : place], text[end : end + 1]
        if not (before.isalnum() and part[0].isalnum()) and not (after.isalnum() and part[-1].isalnum()):
            return True
        place = text.find(part, place + 1)
    return False
