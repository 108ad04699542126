"""Undated: where no record holds a date, nobody can say when a thing will come, go, or be there again.

A shop's records say what is in stock now and in which state an order is; when a parcel arrives, when a courier calls and when there will be more of
a version stands in none of them. A time that the user did not name, of what the service does or has, is made up, whatever is said to happen then.
What policy gives a time for (a refund) is judged by that time elsewhere; a wish ("have a good Thursday") tells no time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.sentences import sentences

_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_MONTH = r"(?:january|february|march|april|june|july|august|september|october|november|december|may(?= \d| the\b))"
_N = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|a few|a couple of|some|several|\d+)"
_WHEN = re.compile(
    rf"\b(?:(?:on|by|until|every|next|this|before|from|each) {_WEEKDAY}|{_WEEKDAY} (?:morning|afternoon|evening|at the latest)|tomorrow(?: \w+)?|tonight|the day after tomorrow|overnight|next (?:week|month|year|season|time|day)|later (?:today|this \w+)"
    rf"|this (?:week|month|afternoon|evening|weekend)|(?:with)?in (?:about |around |roughly )?{_N}(?:(?: to | or |-|–){_N})? (?:minutes?|hours?|days?|weeks?|months?)\b(?! ago)|(?:by|at|before|towards?) the (?:end|start|beginning|middle) of (?:the |this |next )?(?:day|week|month|year|{_MONTH})|(?:in|at|by|from|end of|start of|beginning of|mid) {_MONTH}"
    rf"|between \d+(?::\d\d)?(?: ?[ap]m)? and \d+|(?:at|by|before|around) (?:noon|midnight|\d+ (?:o'clock|[ap]m))|takes? (?:about |around |only |up to )?{_N}(?:(?: to | or |-|–){_N})? (?:days?|weeks?|hours?)|usually within \w+|within (?:days|weeks|hours))"
)
_COMES = re.compile(
    r"\b(?:arrives?|arriving|delivered|deliver|delivery|ships?|shipped|shipping|leaves?|picks? (?:it |them |this |the [\w ]+? )?up|picked up|collects?|collected|pick-?up|at your door|on (?:its|the) way|dispatch\w*|sent out|goes out|go out|be there|reach(?:es)? you|expect|comes?|coming|be with you|bring|brings|drops?|hand(?:s|ed)? over|"
    r"restock\w*|back in|be back|available again|in stock|new stock|more of|re-?supply|sells? out|sold out|run out|runs out|get more|gets more|gone|you(?:'ll| will) (?:have|get|receive)|discontinued|launch\w*|released?|produced)\b"
)
"""Verbs of what comes, goes, or is there."""
_SUBJECT = re.compile(
    r"\b(?:it|they|this|that|these|those|we|(?:the|your|our|a|an|new|more|one|that|every) (?:[\w-]+ ){0,3}?(?:parcels?|packages?|items?|orders?|shipments?|deliver(?:y|ies)|courier|carrier|driver|stock|versions?|variants?|models?|colou?rs?|size|replacements?|exchange|products?|goods|one|ones|pieces?|units?|post|mail|warehouse|suppl(?:y|ies|ier))|new stock|delivery|shipping|you can expect|you(?:'ll| will) (?:get|have|receive) (?:it|them|the|your))\b"
)
_SUPPLY = re.compile(
    rf"\b(?:will|'ll|is going to|are going to|to) (?:\w+ )?be (?:discontinued|restocked|(?:available|produced|sold|made) again|back in stock|phased out|replenished|withdrawn)\b"
    rf"|\b(?:i|we) (?:can|could|will|may)(?: also| gladly)? (?:reserve|hold|keep|save|put aside|set aside|secure) (?:one|it|them|some|two|that one|the \w+)(?: aside)? (?:for you|in your name|until)\b"
    rf"|\b(?:i|we)(?:'ll| can| could| will) (?:\w+ )?(?:notify|inform|tell|remind|alert|message|e-?mail|text|ping|write(?: to)?|let) you(?: know)? (?:as soon as|when|once|the moment|(?:if|in case) (?:it|the price|that one|one|a \w+)(?:['’]s| is| comes| becomes| drops| falls| frees))\b"
    rf"|\b(?:we|there|i)(?:'ve| have| are| is|'s)?(?: only| just)?(?: have| got)?(?: only| just)? {_N} (?:more |pieces |units |last )?(?:left|remaining) of (?:it|this|that|them|these|those|the)\b"
)
"""What becomes of a stock, how much is left of a thing, and what is kept back of it: of which no tool knows or does anything."""
_OPEN = re.compile(
    r"\b(?:if|whether|unless|would|could|might|not|never|no|nobody|cannot|unable|know when|tell when|when exactly|hope|hopefully|enjoy|wish|good luck|have an?|said|mentioned|asked|wanted|want|need|needs|refund\w*|money|credited|charged|e-?mail\w*|paid)\b|n't\b|\?\s*$"
)

_DENIED = re.compile(r"\b(?:not|never|no|nobody|cannot|unable)\b|n't\b|\?\s*$")


def undated(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that gives a time to what comes or goes, where nothing read can hold one."""
    if _CUES.isdisjoint(written(text).bag) or _dated(ground.domain):
        return
    for start, end in sentences(text):
        lower = text[start:end].lower().replace("’", "'")
        supply = _SUPPLY.search(lower)
        if supply and not _DENIED.search(lower) and not _heard(ground, supply[0]):
            yield text[start:end].strip(), "what is in stock now, which is all that a record tells"
            continue
        if _timed(ground, lower) or _in_a_clause(ground, lower):
            yield text[start:end].strip(), "no time that neither a record nor the user gives"


_PART = re.compile(r"[,;:]\s|\s(?=(?:and|but) )")
_TODAY = re.compile(
    r"\b(?:ships?|leaves?|goes? out|go out|arrives?|(?:is|are|be) (?:shipped|sent|sent out|dispatched|delivered)) (?:out )?(?:(?:later|still|right) )?(?P<when>today)\b"
)
_AHEAD = re.compile(
    r"\b(?:if|once|when|whenever|unless|until|hope\w*|whether)\b|\byou(?:'ve| have| were| had)? (?:said|told|mentioned|promised|asked)\b"
)


def _timed(ground: Ground, lower: str) -> bool:
    """Whether something is said to come or go at a time that nobody has named."""
    when = _WHEN.search(lower)
    if when is None or _OPEN.search(lower) or _heard(ground, when[0]):
        return False
    return _COMES.search(lower) is not None and _SUBJECT.search(lower) is not None


def _in_a_clause(ground: Ground, lower: str) -> bool:
    """As `_timed`, of a clause beside others that deny or ask: "I can't speed it up, though it will ship by Friday"."""
    if lower.rstrip().endswith("?") or _AHEAD.search(lower):
        return False
    today = _TODAY.search(lower)
    clause = _PART.split(lower[: today.start()])[-1] if today else ""
    if today and not _heard(ground, today["when"]) and not _OPEN.search(clause):
        return True
    return any(_timed(ground, part) for part in _PART.split(lower))


_CUES = bag("""monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays today tomorrow tonight overnight next later this within in by at between
    takes take week weeks day days month months hour hours minutes noon midnight
    discontinued restocked again stock phased replenished withdrawn reserve hold keep save secure notify inform tell remind alert message let left remaining""")  # fmt: skip


def _heard(ground: Ground, when: str) -> bool:
    """Whether the user, policy or a tool has named that time."""
    words = [
        word
        for word in written(when).words
        if len(word) > 3 and word not in ("this", "next", "about", "takes", "take", "within", "between", "around")
    ]
    telling = words or [when]
    return all(any(word in text for text in ground.texts[1:]) for word in telling)


_DATE = re.compile(r"\"(?:date|created_at|departure|arrival|due|time|when|scheduled\w*|day)\b|\d{4}-\d\d-\d\d")


@lru_cache(maxsize=16)
def _dated(domain: Domain) -> bool:
    """Whether the records, policy or tools of a domain hold a date."""
    few = (record for table in domain.tables.values() for record in list(table.values())[:3])
    return any(_DATE.search(str(record).replace("'", '"')) for record in few)
