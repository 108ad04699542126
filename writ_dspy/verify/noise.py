"""What no message may hold, by its form: markup, placeholders, foreign signs, repetition, a sentence that breaks off.

Each function looks at one message and says what it saw, or nothing. None knows a domain; `clean` says who may say what.
Most messages hold none of the words or signs that a pattern needs, so it is only tried where they do.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from writ_dspy import patterns as re


@dataclass(frozen=True, slots=True)
class Written:
    """A message with its words."""

    text: str
    words: tuple[str, ...]
    """In lower case and in order, with straight apostrophes."""
    bag: frozenset[str]


_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def bag(words: str) -> frozenset[str]:
    """A set of words, written as a text."""
    return frozenset(words.split())


@lru_cache(maxsize=2048)
def written(text: str) -> Written:
    """A message, cut into words."""
    words = tuple(_WORD.findall(text.lower().replace("’", "'")))
    return Written(text, words, frozenset(words))


_TAG = re.compile(
    r"<(?!(?:https?|mailto):|[\w.+-]+@)[/!?|\\]?\s?[A-Za-z_][^<>\n]{0,80}>|<[|/!?\\](?=\w)|<[A-Za-z_]{2,}(?=[\s.,:]|$)",
    re.MULTILINE,
)
_HALF = re.compile(r"(?:^|(?<=[\s>]))[/|]?[A-Za-z_]{4,}[|/]?>(?=\s|$|[A-Z])|\|>|<\||◁|▷")
_SPECIAL = re.compile(
    r"\[/?(?:INST|SYS|SYSTEM|USER|ASSISTANT|AGENT|TOOL|TOOL_CALLS?|TOOL_RESULTS?|AVAILABLE_TOOLS|BOS|EOS|PAD|UNK|CLS|SEP|MASK|IMG|GMASK|sop|END|STOP|THINK)\]"
    r"|<<?/?SYS>?>|#{3,}\s?(?!\d)[A-Za-z][\w -]*:?\s?#{2,}|#{3}\s?(?:Instruction|Response|Input|Human|Assistant|User|System|Output)\b:?"
)
_CHANNEL = re.compile(r"assistant(?:final|analysis|commentary)|^(?:analysis|commentary)(?=[^\W\d_])|^final(?=[A-Z\"*])")
"""Channels of harmony whose marks were skipped: `analysisWe need …assistantfinalHello`."""
_ENTITY = re.compile(r"&(?:#x?[0-9a-fA-F]+|nbsp|lt|gt|amp|quot|apos|[lr][sd]quo|[mn]dash|hellip|copy);")
_ESCAPED = re.compile(r"\\[nrt](?=\W|[A-Z]|$)|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\x1b?\[\d{1,3}(?:;\d{1,3})*m")
_OBJECT = re.compile(
    r"[{\[,]\s*(?:[\"'][\w $-]+[\"']\s*:|[\"']?\w+[\"']?\s*:\s*[\"'{\[])|^\s*[\"']\w+[\"']\s*:\s*\S|\}\s*[,\]}]|\[\s*\{",
    re.MULTILINE,
)
_FENCE = re.compile(r"```|~~~|^\s*(?:import \w+|from \w+ import|def \w+\(|print\(|SELECT .+ FROM )", re.MULTILINE)
_CALL = re.compile(
    r"(?:^|(?<=\s))/[a-z]{3,}(?![\w/])|\b[a-z]+(?:_[a-z]+)+\((?!s\)|es\))|\b\w+\(\s*\w+\s*=\s*[\"'\d\[{]"
)
_UTTERS = (
    r"(?:(?:i|i'm|i'll|i've|i'd|we|we're|we'll|yes|yeah|yep|no|nope|ok|okay|sure|please|thanks|thank|hi|hello|hey|that's|that is|it's|let|let's|sorry|well|so|you|you're|can|could|would|what|how|why|go|do|done|fine|great|perfect|alright|right)\b(?!:)"
    r"|session\b|(?:\w+ ){0,3}(?:is|has|continues?|ends?|ended|starts?|started|connected|joined|disconnected)\b)"
)
"""How what somebody says begins, or what a program reports."""
_LABEL = re.compile(
    r"^\W{0,3}(?:(?:inner |internal )?(?:thoughts?|thinking|reasoning|monologue|scratchpad|observation|chain[- ]of[- ]thought)|action input|final answer"
    r"|tool (?:call|result|response|output)s?|function call|assistant|human|ai|bot|chatbot)\W{0,3}:"
    r"|(?<=[\w.!?] )assistant\s?:(?=\s+(?:\S+\s+){2})"
    r"|^(?:user|agent|customer|system|rep(?:resentative)?)\s?:(?=[^\S\n]+(?:\S+[^\S\n]+){2})(?![^\n]*\d)"
    rf"|(?:^|(?<=[.!?)\]]\s))\W{{0,4}}(?:user|agent|customer|client|caller|human|assistant|bot|system|rep(?:resentative)?|[ua](?=:))\W{{0,2}}[:\]]\s*(?={_UTTERS})",
    re.IGNORECASE | re.MULTILINE,
)
"""Who speaks, or what a reasoning model does; `Customer: Mia Li, id 123` in a list is a detail."""

_SLOT = (
    r"(?:insert|enter|your|the|their|customer(?:['’]?s)?|user(?:['’]?s)?|agent(?:['’]?s)?|client(?:['’]?s)?|company|business|store|airline|brand|full|first|last|new|old|current|specific|provide|add|relevant|"
    r"order|item|product|reservation|booking|flight|payment|account|refund|total|tracking|confirmation|reference|ticket|phone|e-?mail|zip|street|shipping|"
    r"name|id|ids|number|no\.?|date|time|amount|price|cost|address|method|city|state|code|reason|details?|info(?:rmation)?|link|url|here|value|text|xx+|redacted|blank|placeholder|tbd|todo|dd|mm|yyyy|hh)"
)
_BRACKET = re.compile(rf"\[\s*{_SLOT}(?:[\s_/-]+{_SLOT}){{0,5}}\s*\](?!\()", re.IGNORECASE)
_BRACES = re.compile(r"\{\{?\s*[A-Za-z_][\w .-]*\}?\}|\$\{[^}\n]*\}|%\(\w+\)[sd]|(?<=\s)%s\b|\{%|\{\s*\}|\{\d\}")
_EMPTY_VALUE = re.compile(
    r"\[object \w+\]|(?:^|[\s:$])(?:NaN|undefined|NULL|nullptr)(?=[\s,.;)]|$)|(?<=[a-z] )None(?=[,.;!)])|\b[Ll]orem ipsum\b|\b(?:TODO|FIXME|XXX+)\b(?!-)|\bx{3,}(?: x{2,})+\b|\b(?:asdf|qwer(?!ty\b)|zxcv|hjkl|sdfg|dfgh)\w*\b",
    re.MULTILINE,
)

_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})
_LETTERLIKE = frozenset(
    {
        "LATIN",
        "FEMININE",
        "MASCULINE",
        "MICRO",
        "MODIFIER",
        "INFORMATION",
        "KELVIN",
        "SUPERSCRIPT",
        "SUBSCRIPT",
        "DEGREE",
        "OHM",
    }
)
_JOINER, _SELECTOR = "\u200d", "\ufe0f"

_DRAWN = re.compile(r"([A-WYZa-wyz])\1{5,}|([!?])\2{6,}|([a-z]{2,4})\3{4,}")
_CODE_WORDS = frozenset({"import", "def", "print", "select"})
_LABELS = bag("""thought thoughts thinking reasoning monologue scratchpad observation input answer call calls result results response output outputs
    assistant human ai bot chatbot user agent customer client caller system rep representative u a""")
_UNSET = frozenset(
    {
        "object",
        "nan",
        "undefined",
        "null",
        "nullptr",
        "none",
        "lorem",
        "todo",
        "fixme",
        "asdf",
        "qwer",
        "zxcv",
        "hjkl",
        "sdfg",
        "dfgh",
        "qwerty",
        "asdfgh",
    }
)
_ITEM = re.compile(r"^\s*(?:[-•*–]|\d+[.)]).*$", re.MULTILINE)
_TOKEN = re.compile(r"[\w'’]+")
_SENTENCE = re.compile(r"(?:[^.!?\n]|(?<=\d)\.(?=\d))+[.!?]")

_DANGLING = bag("""the a an and or but nor your my our their its his because if whether than into very every per via although unless until while during
    upon toward towards regarding concerning including i'm i'll i've i'd you'll you're you've we'll we're it's that's there's they're
    don't can't won't didn't doesn't isn't aren't wasn't who's what's let's such as of onto he she i we kindly just simply therefore however whose
    am were been being must shall should would could may might will can cannot has had having""")  # fmt: skip
"""Words with which an English sentence does not end, unless something was left out that was said before (see `_ELLIPSIS`)."""
_ELLIPSIS = re.compile(
    r"\b(?:(?:that|what|who|where|which|how|if|as|than|when|whatever|anything|everything|something|nothing|all|the \w+) (?:\w+ ){0,3}"
    r"|(?:yes|no|so|sure|and)[, ]+(?:of course[, ]+)?(?:i|you|we|it|they|he|she|that) )"
    r"(?:am|were|been|must|shall|should|would|could|may|might|will|can|cannot|has|had|of|don't|can't|won't|didn't|doesn't|isn't|aren't|wasn't|kindly|just|i|we|he|she)$"
    r"|\b(?:think|aware|kind|sort|sick|hear|heard|ahead|care|dispose|approve|speak|spoken|know|tell) of$"
)
_STUB = re.compile(r"[^\W\d][.!?]\s+([^\W\d_]+(?:['’][^\W\d_]+)?(?: [^\W\d_]+)?)$")
"""Up to two words behind the full stop of another sentence."""
CLOSING = bag("""thanks thank bye goodbye cheers welcome care luck done all set great good sure yes no please day sorry regards everything nothing perfect enjoy
    okay ok absolutely certainly right else travels wishes best soon anytime always course problem worries pleasure understood noted""")
"""Words with which people part, and which tell of nothing."""
_CLOSED = re.compile(r"[.!?…。:;)\]}\"'”’»*_`~|>]$|[^\w\s,\-–—(\[{“‘«/&+=$#@]$")


_ASIDE = re.compile(
    r"[\[(*]\s*(?i:note to (?:self|myself|the)|internal|hint|thinking|thoughts?|aside|reasoning|debug|private note|system note)\b[^)\]\n]*"
    r"|[\[(](?:do not|don['’]t|never) (?:show|tell|say|reveal|mention|display)\b[^)\]\n]*|[(*](?:waits|waiting|pauses|thinks|thinking|checks|looks|sighs|types|typing|smiles|nods|laughs)\b[^)*\n]*[)*](?!\*)"
    r"|(?:^|(?<=\s))//\s?[a-z]\w*|[\[(]?\b(?:Draft|Response|Candidate|Completion|Answer) (?:[A-D]|\d)\b\s?[\]):]"
    r"|\[(?!x\]|X\])[a-z]+(?:ing|s|ed)? (?:\w+ ){0,4}\w+\](?!\()|#{2,}\s?[A-Z_]{3,}\b|\[(?:END|START|BEGIN|STOP|DONE|EXIT|CONVERSATION|TERMINATE|TRANSFER)(?:[ _-][A-Z]+)*\]|\bEND OF (?:CONVERSATION|TRANSCRIPT|MESSAGE|CHAT)\b|\b[Ss]tep \d+: (?:greet|ask|respond|think|reply|call|use)\b",
)
"""What a speaker says to itself, and stage directions."""
_OPENED = ("(", "[", "*", "##", "//", "Draft ", "Response ", "Candidate ", "Completion ", "Answer ", "END OF ", "tep ")
_MISREAD = re.compile(r"â€|Ã[©¨¼¶¤±³¡­¢]|Â[ °£·]|ï¿½")
_FAILURE = re.compile(
    r"\bTraceback\b|\b(?:[A-Z]\w+)?(?:Error|Exception):\s|\b[A-Z][a-z]\w+Exception\b|\.(?:java|py|js|ts|go|rb):\d+"
    r"|\b(?:HTTP|[Ee]rror|[Ss]tatus(?: code)?) [45]\d\d\b|Internal Server Error|\b(?:SELECT|INSERT|UPDATE|DELETE)\b[^.\n]*\b(?:FROM|INTO|SET)\b"
)
_FAILURES = bag("traceback error exception internal http status select insert update delete java py js")
_LETTERS = re.compile(r"(?<![\w/@.#=-])(?=[\w+/]*[a-z])(?=[\w+/]*[A-Z])(?=[\w+/]*\d)[A-Za-z0-9+/]{24,}={0,2}(?![\w.])")
"""Texts in the wrong encoding, errors of a program and queries, data as letters."""
_ONE_OF_SEVERAL = re.compile(
    r"^\W{0,3}(?:option|response|answer|draft|candidate|version) (?:a|1|one)\W{0,3}:", re.IGNORECASE | re.MULTILINE
)
_REPLIES = re.compile(
    r"\W{0,3}(?:option|response|answer|draft|candidate|version) (?:[a-d]|\d|one|two)\W{0,3}:", re.IGNORECASE
)
_KNOWS_NOT = re.compile(rf"^{_REPLIES.pattern}\s*I (?:don['’]t|do not) know\b", re.IGNORECASE | re.MULTILINE)
"""A draft that no agent would offer: then what the others ask is no choice between them."""
_THE_NEXT = re.compile(r"\b(?:b|2|two)\W{0,3}:|\b(?:option|version) (?:b|2|two)\b", re.IGNORECASE)
_LEFT_TO_CHOOSE = re.compile(
    r"\b(?:which (?:one|of|option|would|do|should)|prefer|choose|choice|pick|decide|either|let me know|like best|tell me|go with|suits?)\b",
    re.IGNORECASE,
)
"""What a message with options says beside them; two drafts of one message begin with their label, and leave no choice."""
_TO_SOMEBODY = bag("i i'm i've i'll you you're you'll your thank thanks sorry hello bye goodbye welcome please")
_BOOKKEEPING = re.compile(
    r"(?:^|(?<=[.!?]\s))\W{0,3}(?:(?:user |customer |detected |current )?(?:intent|sentiment|emotion|dialog(?:ue)? (?:act|state)|response type|turn type|confidence|slots?|speech act)"
    r"|summary of (?:the |this )?turn|turn (?:summary|\d+)|next (?:action|step|move|turn)|(?:my )?(?:goal|strategy|objective)|action|decision|plan)\W{0,3}:\W{0,3}"
    r"(?:respond|reply|answer|ask\w*|greet\w*|close|clos\w+|end|speak|say|wait|stop|finish|continue|done|none|n/a|no[- ]?op|hand ?off|inform\w*|clarify\w*|respond\w*|wrap up|neutral|positive|negative|satisfied|\d+(?:\.\d+)?%?)\b"
    r"|^\W{0,3}(?:speaker|role|sender|turn)\W{0,3}:\s*(?:agent|assistant|user|customer|system)\W*(?=$|\n)|^\W{0,3}(?:result|output|response|return(?: value)?|tool|function|note|state)\W{0,3}:\s*(?:none|null|nil|undefined|ok|true|false|\{\}|\[\])\W*(?=$|\n)|:\s*(?:null|nil|undefined)\W*(?=$|\n)",
    re.IGNORECASE | re.MULTILINE,
)
"""What a program keeps of a turn: its intent, its next action, an empty result."""
_VALUE = re.compile(r"\W*(?:null|none(?![.!])|true|false|undefined|nan|n/a|\{\}|\[\])\W*", re.IGNORECASE)


def wordless(said: Written) -> str:
    """A message of marks alone; a picture says something."""
    text = said.text.strip()
    return text if text and not any(sign.isalnum() or unicodedata.category(sign) == "So" for sign in text) else ""


def markup(said: Written) -> str:
    """Tags of any kind, open, closed or half; tokens of chat templates; entities and escapes."""
    text, match = said.text, None
    if "<" in text or ">" in text or "◁" in text:
        match = _TAG.search(text) or _HALF.search(text)
    if match is None and ("[" in text or "#" in text or "<" in text):
        match = _SPECIAL.search(text)
    if match is None and "&" in text:
        match = _ENTITY.search(text)
    if match is None and ("\\" in text or "\x1b" in text):
        match = _ESCAPED.search(text)
    if match is None and ("assistant" in text or text.startswith(("analysis", "commentary", "final"))):
        match = _CHANNEL.search(text)
    return match[0] if match else ""


def aside(said: Written) -> str:
    """A note to oneself, a stage direction, one of several drafts, broken text, an error of the program, a bare value."""
    text = said.text
    match = _ASIDE.search(text) if any(mark in text for mark in _OPENED) else None
    if match is None and (len(text) < 12 and _VALUE.fullmatch(text)):
        return text
    if match is None and ":" in text:
        match = _BOOKKEEPING.search(text)
    if match is None and not text.isascii():
        match = _MISREAD.search(text)
    if match is None and (not _FAILURES.isdisjoint(said.bag) or "xception" in text or "Error:" in text):
        match = _FAILURE.search(text)
    if match is None and max(map(len, text.split()), default=0) >= 24:
        match = _LETTERS.search(text)
    if match is None and ":" in text and (several := _ONE_OF_SEVERAL.search(text)):
        left = (
            "\n".join(line for line in text.split("\n") if not _REPLIES.match(line))
            if _KNOWS_NOT.search(text)
            else text
        )
        drafts = several.start() == 0 and not _TO_SOMEBODY.isdisjoint(said.bag) and not _LEFT_TO_CHOOSE.search(left)
        match = several if drafts or not _THE_NEXT.search(text) else None
    return match[0] if match else ""


def code(said: Written) -> str:
    """JSON, code, calls written out, labels of a transcript."""
    text = said.text
    match = _OBJECT.search(text) if "{" in text or '"' in text else None
    if match is None and ("```" in text or "~~~" in text or not _CODE_WORDS.isdisjoint(said.bag)):
        match = _FENCE.search(text)
    if match is None and (("(" in text and ("_" in text or "=" in text)) or "/" in text):
        match = _CALL.search(text)
    if match is None and (":" in text or "]" in text) and not _LABELS.isdisjoint(said.bag):
        match = _LABEL.search(text)
    return match[0].strip() if match else ""


def placeholder(said: Written) -> str:
    """A form that nobody filled in."""
    text = said.text
    match = _BRACKET.search(text) if "[" in text else None
    if match is None and ("{" in text or "%" in text):
        match = _BRACES.search(text)
    if match is None and ("XXX" in text or "xxx" in text or not _UNSET.isdisjoint(said.bag)):
        match = _EMPTY_VALUE.search(text)
    return match[0].strip() if match else ""


def invisible(said: Written) -> str:
    """Signs that cannot be seen, or that no keyboard makes: control, zero width, private, broken; marks heaped upon a letter."""
    text = said.text
    if text.replace("\n", "").isascii() and text.replace("\n", "").isprintable():
        return ""
    marks = 0
    for place, sign in enumerate(text):
        if sign in "\n\t\r" or " " <= sign <= "~":
            marks = 0
            continue
        kind = unicodedata.category(sign)
        marks = marks + 1 if kind == "Mn" and sign != _SELECTOR else 0
        joins = sign == _JOINER and place and unicodedata.category(text[place - 1]) in ("So", "Sk", "Mn")
        flag = "\U000e0020" <= sign <= "\U000e007f" and "\U0001f3f4" in text[:place]
        if marks > 2 or sign == "\ufffd" or (kind in _INVISIBLE and not joins and not flag):
            return f"U+{ord(sign):04X}"
    return ""


def scripts(text: str) -> frozenset[str]:
    """The scripts of its letters beside Latin; a single Greek letter, as in formulas, is none."""
    if text.isascii():
        return frozenset()
    found = Counter(
        name for sign in text if not sign.isascii() and sign.isalpha() and (name := _script(sign)) not in _LETTERLIKE
    )
    if found["GREEK"] == 1 and not _MIXED.search(text):
        del found["GREEK"]
    return frozenset(found)


_MIXED = re.compile(r"[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z]")
"""Latin letters in one word with Greek or Cyrillic ones, which look the same."""


@lru_cache(maxsize=4096)
def _script(sign: str) -> str:
    return unicodedata.name(sign, "?").partition(" ")[0]


_SENTENCES_EACH = 10
"""A sentence may come back once in so many: who wants four trips at once says of three that they are to have one stop."""


def babble(said: Written) -> str:
    """A sign, a word, a phrase or a sentence over and over."""
    drawn = any(len(token) > 5 and len(token) - len(set(token)) > 4 for token in said.text.split())
    if drawn and (match := _DRAWN.search(said.text)):
        return match[0][:60]
    words = said.words
    often = {word for word, count in Counter(words).items() if count > 2} if len(words) > len(said.bag) + 1 else set()
    if not often:
        return ""
    tokens = tuple(_TOKEN.findall(said.text.lower().replace("’", "'")))
    if saw := _in_a_row(tokens, often):
        return saw
    if len(often) < 4:
        return ""
    sentences = Counter(part.strip().lower() for part in _SENTENCE.findall(_ITEM.sub("", said.text)))
    worst, times = sentences.most_common(1)[0] if sentences else ("", 0)
    few = max(2, sentences.total() // _SENTENCES_EACH)
    if times > few and len(worst.split()) > 3:
        return f"{worst[:50]!r} {times} times"
    return "hardly a new word" if len(words) > 80 and len(said.bag) < len(words) / 6 else ""


def _in_a_row(words: tuple[str, ...], often: set[str]) -> str:
    """A word five times in a row, a phrase of up to three words four times, or one of up to ten words three times."""
    start = 0
    for at in range(len(words) + 1):
        if at < len(words) and words[at] in often:
            continue
        stretch, start = words[start:at], at + 1
        if len(stretch) < 5:
            continue
        for size in range(1, min(10, len(stretch) // 3) + 1):
            need, run = (4 if size == 1 else (3 if size <= 3 else 2) * size), 0
            for place in range(size, len(stretch)):
                run = run + 1 if stretch[place] == stretch[place - size] else 0
                if run >= need:
                    return f"{' '.join(stretch[place - size + 1 : place + 1])!r} over and over"
    return ""


def breaks_off(said: Written, known: frozenset[str]) -> str:
    """The end of a message that stops in the middle of something; a missing full stop alone does not.

    Args:
        said: The message.
        known: Words, in lower case, of what else was said and of the policy: the beginning of one of them is no word.
    """
    last = said.text.rstrip().rpartition("\n")[2].strip()
    if _CLOSED.search(last):
        opened = last.endswith(":") and not last.startswith(("-", "*", "•"))
        return last[-40:] if opened else ""
    if last.endswith((",", "(", "[", "{", "“", "‘", "«", "/", "&", "+", "=", "$", "#", "-", "–", "—")):
        return last[-40:]
    words = _WORD.findall(last.lower().replace("’", "'"))
    if not words or not last[-1].isalpha():
        return ""
    if words[-1] in _DANGLING and not _ELLIPSIS.search(" ".join(words[-6:])):
        return last[-40:]
    stub = _STUB.search(last)
    if stub and CLOSING.isdisjoint(stub[1].lower().split()):
        return last[-40:]
    return last[-40:] if (re.search(r"(?:^|[\s(“\"*])[^\W\d_]+$", last) and _cut(words[-1], known)) else ""


_INFLECTED = re.compile(
    r"(?:['’]?s|e[sdrn]|ed|ing|ly|er|est|y|n|ation|ment|ness|al|able|ful|less|ive|ion|or|ers|ings|ies|ically|ty|wise|r|d)$"
)


def _cut(word: str, known: frozenset[str]) -> bool:
    """Whether a word is the beginning of known ones, and no word by itself."""
    if word in known:
        return False
    if len(word) == 1:
        return word not in "aikuxsml"
    return any(other.startswith(word) and not _INFLECTED.fullmatch(other[len(word) :]) for other in known)
