"""Sometime: a time that is told in words, without a date, is one that the user spoke of, that policy has, or that the date beside it bears out.

Records hold dates. "Yesterday", "last month", "in a week or so" and "the next trip" stand in none of them, and an agent who was not told so has
made it up, whatever is said to have happened, or to happen, then. A part of a day, a wish ("enjoy your weekend") and what the agent says of this
talk ("a moment ago", "this time") are left alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.domains.values import values
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.sentences import asks, is_example, sentences

_FEW = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|a few|a couple of|some|several|many)"
_LONG = r"(?:day|week|weekend|fortnight|month|year|season|decade)s?"
_SHORT = r"(?:second|minute|hour)s?"
_TIME = re.compile(
    r"\b(?:(?P<day>the day (?:before yesterday|after tomorrow)|yesterday|tomorrow|tonight|today)"
    r"|(?:last|next|this|past|previous|coming|following|that same) (?:few |couple of |\w+ )?(?P<turn>weeks?|weekends?|months?|years?|seasons?|spring|summer|autumn|winter|christmas|easter|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"|(?:last|this|the same|that same|that very|all) (?P<part>morning|afternoon|evening|night)"
    rf"|(?:in|within|after|over|under|than|for|since|about) (?:just |only |about |less than |more than |at most |another )?{_FEW} (?P<span>{_LONG}|{_SHORT})\b(?! free)"
    rf"|{_FEW} (?P<ago>{_LONG}|{_SHORT}) (?:ago|longer|old|older|or so|or two|in advance|at (?:the )?(?:most|latest)|before(?= (?:the|your|departure|take))|after(?= (?:the|your|arrival|delivery)))"
    r"|after an? (?P<night>night)|next (?P<turn_of>times?|trips?|orders?|purchases?|bookings?|visits?|changes?|bags?)"
    r"|(?P<word>weekdays?|weekends?|bank holidays?|public holidays?|high season|low season|peak season|off-season|overnight|nowadays|lately|recently|the other day|at (?:very )?short notice|at the last minute|(?:at|by|around|before|after) (?:noon|lunch|dinner|dawn|dusk)|longstanding|long standing))\b",
    re.IGNORECASE,
)
_CUES = bag(
    """yesterday tomorrow tonight today last next this past previous coming following same very in within after over under than for since about ago later
    earlier longer old older or weekday weekdays weekend weekends bank public high low peak off-season overnight nowadays lately recently other notice
    minute noon lunch dinner dawn dusk advance most latest before long standing"""
)
_WISHED = re.compile(
    r"\b(?:enjoy|have an?|hope|wish|luck|good (?:morning|afternoon|evening|night)|congratulations|see you|sleep|rest well|travels?|safe|help|assist|do for you|look into|anything|something)\b",
    re.IGNORECASE,
)
"""Of the user's own time, or of what is done for the user here: "anything else I can do for you tonight?"."""
_SELF = re.compile(
    r"\b(?:this|that) time\b|\b(?:i|we)(?:['’]ll| will| can| could)?\b[^.;,]{0,30}\bin a (?:minute|second)\b|\b(?:just|only) (?:a|one) (?:minute|second)\b",
    re.IGNORECASE,
)
_AWAY = {"yesterday": -1, "tomorrow": 1, "tonight": 0, "today": 0, "the day after tomorrow": 2, "the day before yesterday": -2}  # fmt: skip
_NOT_SO = re.compile(r"\b(?:not|no|never|cannot|nor|neither|whether|if)\b|n['’]t\b", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?:you|they|he|she|somebody|someone)(?:['’]ve| have|['’]d| had)? (?:said|mentioned|told|wrote|asked|wanted|were told|was told|claimed?)\b",
    re.IGNORECASE,
)
"""Somebody else's word of it."""
_NOON = re.compile(r"\b(?:noon|midday)\b|\b12(?::00)? ?p\.?m\b|\b12:00:00\b", re.IGNORECASE)
_WANTED = "no time that neither the user nor a record gives"


def sometime(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that tells a time in words, of which nobody has spoken and which no date bears out."""
    if _CUES.isdisjoint(written(text).bag):
        return
    for start, end in sentences(text):
        sentence = text[start:end]
        for match in _TIME.finditer(sentence):
            if wanted := _wanted(ground, sentence, match):
                yield sentence.strip(), wanted
                break


def _wanted(ground: Ground, sentence: str, match: re.Match[str]) -> str:
    word = next(found for found in match.groups() if found).lower()
    near = sentence[max(0, match.start() - 60) : match.end() + 40]
    if word in _AWAY and (wrong := _against_the_date(ground, sentence, match, word)) is not None:
        return wrong
    if word == "today" or asks(sentence) or is_example(sentence, match.start()):
        return ""
    if _SELF.search(near) or _WISHED.search(near) or _SAID.search(sentence):
        return ""
    if word.endswith("noon") and any(
        _NOON.search(text) for text in (*ground.heard, *(found.lower for found in ground.shown))
    ):
        return ""
    stem = word.removesuffix("s")
    spoken = match[0].lower() if match["turn_of"] else stem
    if any(re.search(rf"\b{re.escape(spoken)}", text) for text in ground.heard) or _lasts(ground, match[0], stem):
        return ""
    return _WANTED


def _lasts(ground: Ground, phrase: str, unit: str) -> bool:
    """Whether policy has a time as long: 24 hours are a day."""
    policy = ground.domain.policy.lower()
    return phrase.lower() in policy or (
        unit == "day"
        and re.search(r"\b24 ?h", policy) is not None
        and re.search(r"\b(?:a|one) day\b", phrase) is not None
    )


_BETWEEN = re.compile(r"[\s,(:–—-]*(?:(?:so|that is|that['’]s|which is|i\.e\.|already|on|is)[\s,]*)*")


def _against_the_date(ground: Ground, sentence: str, match: re.Match[str], word: str) -> str | None:
    """What is wanted of "tomorrow" with a date beside it, empty where that is the day; None where no date stands there."""
    today = next(ground.policy_dates(), None)
    beside = [
        value
        for value in values(sentence)
        if value.quantity == "date" and (
            (value.end <= match.start() and len(sentence[value.end : match.start()]) < 40 and "," in sentence[value.end : match.start()])
            or (match.end() <= value.start and _BETWEEN.fullmatch(sentence[match.end() : value.start]))
        )
    ]  # fmt: skip
    if today is None or len(beside) != 1:
        return None
    if word == "today" and beside[0].start > match.end():
        return None
    named = dt.date(beside[0].year or today.year, *beside[0].date)
    if (named - today).days == _AWAY[word] or _NOT_SO.search(sentence, 0, match.start()):
        return ""
    return f"the day that the date is, with today being {today:%B} {today.day}"
