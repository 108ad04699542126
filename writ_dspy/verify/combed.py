"""Combed: what an agent says of its search, and of how many records, cards or seats there are beside the matter, is so of what was read.

A count is held against all that it can mean: the rows of the last reads or of all, those to be had, those of one product. Only what none of them
bears out is found; a sentence that says more of what it counts ("two in black below $90") is read elsewhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains import Row
from writ_dspy.domains.values import UNITS
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.shown import Shown
from writ_dspy.verify.vocabulary import written_to

_NUMBERS = {**{word: number for number, word in enumerate(UNITS[:21])}, "a single": 1, "no": 0, "both": 2}
_N = rf"(?P<n>{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}|\d{{1,3}})"
_OF = r"(?P<what>flights?|connections?|options?|versions?|variants?|itineraries|alternatives?)"
_GONE = re.compile(
    r"(?:and |but )?(?:unfortunately,? )?(?:all (?:of )?(?:the )?others?(?: (?:flights|ones|versions|variants|options|connections|days))?|every other (?:flight|one|version|variant|option|connection)|the (?:others|rest)(?: of them)?|everything else)"
    r" (?:is|are|was|were|have been) (?:already |all |completely |fully )*(?:full|sold out|booked out|booked up|booked|out of stock|gone|unavailable|taken)\W*"
)
_ONLY = re.compile(
    rf"(?:and |but )?(?:there(?:'s| is| are| was| were) (?:only|just|exactly) {_N}(?: {_OF})?|there (?:is|was) {_N.replace('?P<n>', '?P<m>')} {_OF.replace('?P<what>', '?P<that>')} in all|(?:only|just) {_N.replace('?P<n>', '?P<k>')}(?: of (?:them|these))? (?:is|are|was|were))"
    r"(?: (?:left |still )?(?:in stock|available|to be had|to choose from|in all|left|that day))?\W*"
)
_TO_BE_HAD = re.compile(r"\b(?:in stock|available|to be had|to choose from)\b")
"""What tells that options are counted, and not questions: "only one is left"."""
_THROUGH = re.compile(
    rf"\b(?:i|we)(?:'ve| have)? (?:just |also |now )*(?:(?:went|gone|looked|searched|browsed|combed|checked|sifted) (?:through |at |over )?|compared )(?:all |as many as |over |some |about |a total of )*{_N} (?:different |other |possible )?(?P<what>flights|connections|options|versions|variants|days|dates|products|itineraries)\b"
)
_ALSO = re.compile(
    r"\b(?:i|we)(?:'ve| have)? (?:also |even |just |then |already )*(?:looked (?:at|for|into)|checked|searched(?: for)?|tried|went through|compared|considered)(?: also| for)? (?:all |the |all the |any )?"
    r"(?P<at>non-?stops?|direct|one-?stops?|connecting|(?:week|month) (?:after|before)|(?:following|next|previous) (?:week|month)|other (?:airports|products|airlines)|(?:airports|airlines) nearby|nearby airports|airlines)\b"
)
_NOT = re.compile(r"\b(?:if|not|never|whether|could|would|can|cannot|shall|should|haven't|didn't)\b|n't\b")
_SOURCES = {"gift card": "gift_card", "certificate": "certificate", "travel certificate": "certificate", "credit card": "credit_card"}  # fmt: skip
_HAS = re.compile(
    rf"\byou(?:'ve| have)?(?: still| now)*(?: have| got)?(?: still| now)* {_N} (?P<more>more |other |further )?(?P<what>(?:gift card|travel certificate|certificate|credit card|order|trip|reservation|booking)s?)(?: (?P<state>left|open|pending|booked|active|on file|with us|coming up|in your profile))?\b"
    rf"|\b(?P<k>{'|'.join(UNITS[1:11])}) (?:of|more of) your (?P<records>order|trip|reservation|booking)s (?:are|is) (?:still )?(?:pending|open|active|delivered|processed|cancelled)\b"
)
_NTH = re.compile(
    r"\b(?:that|this|it)(?:'s| is| was) (?:already )?your (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th)) (?:order|trip|booking|reservation|return|purchase|exchange|flight)(?: with us| here| this (?:year|month))?\b"
)
_OTHER = re.compile(
    r"\A\W*(?:and |but )?your other (?:order|trip|reservation|booking|flight)(?:s)? (?:is|are|was|has been|stays|remains) (?:\w+ )?(?P<state>cancell?ed|pending|delivered|processed|unchanged|confirmed|booked|on its way|flown|active|safe)\b"
)
_SEATS = re.compile(
    rf"\b{_N} (?:free |more |open )?seats? (?:are|is)(?: still| just| only)? (?:left|free|available)(?: on (?:it|that|this|that flight|the flight))?\b"
)


def combed(case: Case, ground: Ground, text: str, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence on a search or a count that nothing read bears out.

    Args:
        case: The conversation.
        ground: What is known by then.
        text: The message.
        news: The steps since the agent last said something.
    """
    calls = {id(step.call) for step in news}
    fresh = [found for found in ground.shown if id(found.call) in calls] or ground.shown
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        lower = sentence.lower().replace("’", "'")
        if sentence.endswith("?"):
            continue
        if wanted := _searched(case, ground, fresh, lower) or _counted(case, ground, lower):
            yield sentence, wanted


# ----------------------------------------------------------------------------- the search


def _choices(ground: Ground, found: Sequence[Shown]) -> list[list[Row]]:
    """The rows from which one is chosen, call by call."""
    rows = (one.views.get(ground.fields.offers, ()) for one in found)
    return [[*one] for one in rows if one]


def _free(row: Row) -> bool:
    """Whether a row can be had, in whichever class."""
    seats = [value for name, value in row.items() if name.startswith("seats_")]
    return all(seats) if seats else bool(row.get("available", True))


_OTHERS = 3
"""Rows that can be had, from which on one that is chosen leaves others."""


def _searched(case: Case, ground: Ground, fresh: Sequence[Shown], lower: str) -> str:
    looks = _choices(ground, fresh)
    if _GONE.fullmatch(lower) and sum(_free(row) for rows in looks for row in rows) >= _OTHERS:
        return "what the rows show: others are to be had"
    only = _ONLY.fullmatch(lower)
    if only and looks and (only["what"] or only["that"] or _TO_BE_HAD.search(lower)):
        number = _number(only["n"] or only["m"] or only["k"])
        counts = {count for rows in looks for count in (len(rows), sum(map(_free, rows)))}
        counts |= {sum(map(len, looks)), sum(_free(row) for rows in looks for row in rows)}
        if number not in counts and number < max(counts):
            return f"as many as were read: {' or '.join(map(str, sorted(counts)))}"
    through = _THROUGH.search(lower)
    if through and not _NOT.search(lower[: through.start()]):
        return _gone_through(ground, _number(through["n"]), through["what"])
    also = _ALSO.search(lower)
    if also and not _NOT.search(lower[: also.end()]):
        made = _looked_at(case, ground, also["at"])
        direct = [found for found in ground.shown if "direct" in found.call.tool]
        none = also["at"].startswith(("non", "direct")) and re.search(
            r"\b(?:none|nothing|no luck)\b", lower[also.end() :]
        )
        if not made or (none and _choices(ground, direct)):
            return "a search that was made, and what it showed"
    return ""


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word]


def _gone_through(ground: Ground, number: int, what: str) -> str:
    """What is wrong with how much was looked through."""
    if what in ("days", "dates"):
        counts = _day_counts(ground)
        return f"{max(counts)} days, which were searched" if counts and number not in counts else ""
    if what == "products":
        read = sum(ground.fields.versions in found.views for found in ground.shown)
        return f"{read} products, which were read" if number > read else ""
    rows = sum(map(len, _choices(ground, ground.shown)))
    return f"at most {rows}, which were read" if number > rows else ""


def _dates(ground: Ground) -> set[str]:
    found = (one.call.args.get("date") for one in ground.shown)
    return {date for date in found if isinstance(date, str)}


def _day_counts(ground: Ground) -> set[int]:
    """How many days were searched: in all, on each route, and from each place."""
    fields = ground.fields
    days: dict[tuple[object, object], set[object]] = {}
    for found in ground.shown:
        args = found.call.args
        if isinstance(args.get("date"), str) and fields.start in args:
            for route in ((args[fields.start], args.get(fields.end)), (args[fields.start], None), (None, args.get(fields.end)), (None, None)):  # fmt: skip
                days.setdefault(route, set()).add(args["date"])
    return {len(found) for found in days.values()}


_WEEK = 7


def _looked_at(case: Case, ground: Ground, at: str) -> bool:
    """Whether some call looked where the agent says that it did."""
    fields = ground.fields
    calls = [found.call for found in ground.shown]
    names = " ".join(str(tool["function"]) for tool in case.domain.tools)
    if at.startswith(("non", "direct")):
        return "direct" not in names or any("direct" in call.tool for call in calls)
    if at.startswith(("one", "connecting")):
        return "onestop" not in names or any("onestop" in call.tool for call in calls)
    if "airlines" in at:
        return False
    if "airport" in at:
        routes = {(call.args.get(fields.start), call.args.get(fields.end)) for call in calls if "date" in call.args}
        return len(routes) > 1
    if at == "other products":
        return sum(fields.versions in found.views for found in ground.shown) > 1
    days = sorted(_dates(ground))
    return bool(days) and dt.date.fromisoformat(days[-1]) - dt.date.fromisoformat(days[0]) >= dt.timedelta(_WEEK)


# ----------------------------------------------------------------------------- what there is


def _counted(case: Case, ground: Ground, lower: str) -> str:
    if _NTH.search(lower) and not any(_NTH.search(text) for text in ground.heard):
        return "a count that was read"
    seats = _SEATS.search(lower)
    if seats and not _NOT.search(lower[: seats.start()]):
        read = {value for rows in _choices(ground, ground.shown) for row in rows for name, value in row.items() if name.startswith("seats_")}  # fmt: skip
        if _number(seats["n"]) not in read:
            return "a number of seats that was read"
    other = _OTHER.search(lower)
    if other and len(_records(ground)) < _PAIR:
        return "a record that was read"
    has = _HAS.search(lower)
    return _owned(case, ground, has) if has and not _NOT.search(lower[: has.start()]) else ""


_PAIR = 2


def _records(ground: Ground) -> set[str]:
    """The ids of the orders or reservations that were read one by one."""
    return _listed(ground, "")


def _listed(ground: Ground, plural: str) -> set[str]:
    """The ids of such records in the views that go by their name; the name with an s has those that a profile lists."""
    return {
        str(row[name])
        for name in written_to(ground.domain)
        for found in ground.shown
        for row in found.views.get(f"{name.removesuffix('_id')}{plural}", ())
        if name in row
    }


def _owned(case: Case, ground: Ground, has: re.Match[str]) -> str:
    """What is wrong with how many records or means of payment the user is said to have."""
    fields = ground.fields
    number = _number(has["n"] or has["k"])
    what = (has["what"] or has["records"]).removesuffix("s")
    if what in _SOURCES:
        rows = [row for found in ground.shown for row in found.views.get(fields.purse, ()) if row.get("source") == _SOURCES[what]]  # fmt: skip
        held = {str(row.get("id")) for row in rows}
        if not any(fields.purse in found.views for found in ground.shown):
            return f"a number of {what}s that was read"
        used = sum(key in step.call.text for key in held for step in case.writes if what != "credit card")
        certificates = sum("certificate" in step.call.tool for step in case.writes)
        fits = set(range(len(held) - used, len(held) + certificates + 1))
        return "" if number in fits else f"{len(held)} {what}s, as the profile has them"
    owned = _listed(ground, "s")
    made = sum(step.call.tool.startswith("book") for step in case.writes)
    if has["records"] or has["state"] in ("open", "pending", "active"):
        return "" if number <= len(_records(ground)) else f"as many {what}s as were read"
    fits = {len(owned), len(owned) + made, *(range(len(owned)) if has["more"] or not has["state"] else ())}
    known = number in fits or any(str(number) in text for text in ground.heard)
    return "" if known else f"{len(owned)} {what}s, as the profile has them"
