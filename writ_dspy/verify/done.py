"""Deeds in words: that something was done is said only after it was, of the record it was done to."""

# Longer than 400 lines by a few: who did what to which record is one question, and its cases are read together.

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.conversation import Finding
from writ_dspy.domains import Domain
from writ_dspy.domains.listing import compiled
from writ_dspy.simulate.acts import assents
from writ_dspy.verify.case import Case, Step, short
from writ_dspy.verify.everyday import EVERYDAY
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.proposal import asks_for_yes
from writ_dspy.verify.reported import OWN, Deed, deeds_told
from writ_dspy.verify.sentences import put_so, sentences
from writ_dspy.verify.underway import given_by, underway
from writ_dspy.verify.vocabulary import vocabulary

_GENERAL = bag("""processed submitted completed finalized finalised executed carried placed done made finished arranged sorted settled handled fixed set initiated started created
    requested registered put approved implemented performed effected resolved accomplished concluded scheduled entered""")  # fmt: skip
"""Participles that say of any write that it was done."""
_CHANGING = bag(
    "cancelled canceled returned refunded exchanged booked rebooked upgraded downgraded swapped replaced shipped dispatched insured"
)
"""Deeds that a service does to records, in one domain or another."""
_CLOSED = bag("done processed submitted finalized finalised executed arranged sorted finished")
"""Those of them that say so in the present, too: "it is done"."""
_DESCRIBES = bag("""applied included charged used kept put set assigned selected chosen picked switched moved entered registered saved covered combined split paid added left recorded
    billed debited deducted transferred adjusted corrected reflected sent returned credited provided reduced increased lowered waived taken turned given held linked attached marked
    stored converted noted logged documented fulfilled made simplified started opened rounded distributed shared limited""") - bag("waived")  # fmt: skip
"""What a write that was made did on the way: said of a part of it."""
_ENTERED = bag("saved stored registered entered active activated confirmed set")
_NEWLY = re.compile(r"\byour (?:new|updated|corrected|changed)\b", re.IGNORECASE)
"""With such a verb behind it: what was not there before is there now."""
_MOVES = bag("taken moved switched removed transferred put")
"""Those of them that are done to the record which stands beside them."""
_ORIGIN = bag("booked made paid purchased ordered placed bought created issued charged reserved completed")
"""How a record came about, long ago."""
_READING = re.compile(
    r"\b(?:verif\w+|identi\w+|search\w*|check\w*|look\w*|review\w*|request(?:s|ed)? (?:by|to)|note[ds]?|notes|list\w*|filters?|details to|calculat\w*|compar\w*|profile"
    r"|security|sure|mistake|error|sense|authenticat\w*|summary|plan|draft|proposal|information|overview|assumption|math|total|progress|decision|choice|options?)\b", re.IGNORECASE
)  # fmt: skip
"""What is done without a write: said of what an agent looks up, notes or lays out."""
_FILED = re.compile(
    r"\b(?:complaint|case|ticket|claim|incident|dispute|report|feedback|investigation|hold|alert|inquiry|enquiry)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\s+(?:(?:the|our|my|a|an|their|his|her|them|him|everyone|all)\b|your (?:bank|airline|hotel|card|driver|courier|doctor|company|wife|husband|family))(?!\s+(?:that|question|details?|options?|reason))",
    re.IGNORECASE,
)
_NAME = re.compile(r"\s+[A-Z][a-z]+\b(?!['’]s)")
"""Somebody by name, who is told."""
_GIFT = re.compile(
    r"\b(?:access|priority|seats?|discounts?|credit|extras?|bonus\w*|free|perks?|upgrades?|permission|extension|points|miles)\b",
    re.IGNORECASE,
)
_CASES = bag("told informed notified asked")
_HELD = bag("logged recorded documented flagged marked opened started filed raised created submitted noted")
_PAID = re.compile(
    r"\$|\b(?:difference|refund|charges?|amount|balance|money|payment|cost|total|price|fare)\b", re.IGNORECASE
)
"""What moves with every write that costs or gives back."""
_DIFFERENCE = re.compile(
    r"\$|\d\.\d\d\b|\b(?:difference|rest|remainder|fares?|price|previous (?:\w+ )?charge)\b", re.IGNORECASE
)
_RECORDS = re.compile(
    r"\b(?:status|records?|system|history|account|profile|details|everything|it|that|this|balance)\b", re.IGNORECASE
)
_CHANGES = bag("changed modified updated adjusted altered edited amended revised")
_TURNED = bag("changed switched moved converted replaced swapped updated corrected modified")
_NOUNS = (
    ("cancell?(?:ation|ing)", "cancelled"), ("return(?:s|ing)?", "returned"), ("refund(?:s|ing)?", "refunded"), ("exchang(?:es?|ing)", "exchanged"), ("bookings?", "booked"),
    ("(?:changes?|changing|updates?|updating|modifications?|modifying|adjustments?|corrections?)", "changed"), ("upgrades?", "upgraded"), ("downgrades?", "downgraded"),
    ("certificates?", "issued"), ("swap", "swapped"),
)  # fmt: skip
_DEED_NOUNS = tuple(
    (re.compile(rf"\b{noun}\b(?!\s+(?:email|e-mail|instructions|policy|polic))", re.IGNORECASE), verb)
    for noun, verb in _NOUNS
)
_FIELDS = {
    "flights": r"flights?|departures?|itinerar\w+", "cabin": r"cabin|(?:business|economy|first)(?: class)?", "baggages": r"bags?|baggage|luggage|suitcases?",
    "passengers": r"passengers?['’]?s?|travell?ers?['’]?s?|names?|date of birth", "address": r"address(?:es)?|street|zip", "items": r"items?|products?|versions?|variants?",
    "payment": r"payment|method", "insurance": r"insurance",
}  # fmt: skip
"""What a write changes, by a word of its name or its parameters, and how people call it."""
_NOWHERE = re.compile(
    r"\b(?:e-?mail(?: address)?|phone(?: number)?|telephone|mobile|password|user ?name|birthday|nickname|newsletter|seats?|meals?|subscriptions?|saved cards?|cards? on file|shipping (?:costs?|fees?)|tracking|delivery (?:date|slot|time)|preferences|warranty)\b", re.IGNORECASE
)  # fmt: skip


def claimed_done(case: Case, index: int, text: str, news: Sequence[Step]) -> Iterator[Finding]:
    """A message that reports a deed stands after a write that did it, to the record that it names.

    Args:
        case: The conversation.
        index: The message's turn.
        text: What it says.
        news: The steps since the agent last said something.
    """
    before = [step for step in case.writes if step.turn < index and not step.fresh.error]
    pending = any(turn is not None and turn > index for turn in case.gold_turns)
    for deed in deeds_told(text):
        if not news and _redrafted(case, index, deed, text):
            continue
        if (
            _drafted(case, deed, text, news)
            or _closed(case, index, deed, text)
            or _is_state(case, index, deed, text)
            or (deed.tense == "present" and _put_so(text, deed))
        ):
            continue
        wanted = _undone(case, index, deed, text, before, news)
        if (
            not wanted
            and before
            and pending
            and (not news or _OFFERS.search(text, 0, text.find(deed.clause)))
            and _anew(case, index, deed, news)
        ):
            wanted = "that only after the write that is spoken of succeeded"
        if wanted:
            yield Finding("grounded", index, short(deed.clause.strip(), 90), wanted)
            return
    if news and before and (strange := _another_method(case, text, before)):
        yield Finding("grounded", index, short(strange, 90), f"a payment method of {before[-1].call.tool}")
    if sent := underway(case, text, before):
        yield Finding("grounded", index, short(sent[0], 90), sent[1])


_ELSE_SAY = re.compile(
    r"[\s,;:.–—-]*(?:(?:so|but|and|please|just|do)\s+)*(?:tell me|let me know|say so|say the word|speak up) (?:if|in case|should)\b[^.?!\n]*\b(?:another|other|different|differently|else|instead|rather|not)\b",
    re.IGNORECASE,
)


def _drafted(case: Case, deed: Deed, text: str, news: Sequence[Step]) -> bool:
    """Whether the means on which the agent has put something is that of the list which it then asks a yes to: right behind it, it asks for another one."""
    if not deed.own or _meant(deed) not in _LAYING or any(case.kind(step.call) == "write" for step in news):
        return False
    end = text.find(deed.clause) + len(deed.clause)
    means = case.domain.pack.sayings.choices.get("method", {}).values()
    named = any(compiled(form).search(deed.clause.lower()) for form in means)
    open_ = _ELSE_SAY.match(text, end) or _ELSE_SAY.search(deed.clause)
    return named and open_ is not None and asks_for_yes(text[end:])


_CLOSED_NOW = re.compile(r"\b(?:too late|no longer|cannot|impossible|not possible|only|not)\b|n['’]t\b", re.IGNORECASE)
_BY_NOW = re.compile(
    r"\b(?:now that|since|because|given that|as|with|when)\s+(?:the|your|this|that|a)\s+(?:booking|reservation|trip|order|purchase|ticket)\s+(?:(?:is|has been|was)\s+)?(?:now |already )?(?=(?:made|booked|placed)\b)",
    re.IGNORECASE,
)
"""Up to the participle that tells why something can be done no more: "too late now that the booking is made"."""


def _closed(case: Case, index: int, deed: Deed, text: str) -> bool:
    """Whether a deed is only named as the reason why something is out of reach, and made what was read, and nothing that this talk is for."""
    place = text.find(deed.clause)
    begin = max(text.rfind(sign, 0, place + 1) for sign in ".?!\n") + 1
    end = _SENTENCE.match(text, begin).end()  # type: ignore[union-attr]
    if deed.own or not _BY_NOW.search(text, begin, end) or not _CLOSED_NOW.search(text, begin, end):
        return False
    verb = _meant(deed)
    doers = _doers(case.domain, verb) if verb else frozenset()
    read = any(step.turn < index and case.kind(step.call) == "read" and not step.fresh.error for step in case.steps)
    return read and bool(doers) and doers.isdisjoint(call.tool for call in case.task.gold)


_SENTENCE = re.compile(r"[^.?!\n]*")


def _undone(case: Case, index: int, deed: Deed, text: str, before: Sequence[Step], news: Sequence[Step]) -> str:
    """What has to be done for a deed of a text to be true, or nothing."""
    made = {step.call.tool for step in before}
    if _in_state(case.domain, deed) or _has_it(case, index, deed, text):
        return ""  # `recorded` knows in which state a record is
    verb = _meant(deed)
    if verb and before and (strays := _strays(case, index, deed, verb, before)):
        return f"that of {' and '.join(sorted(strays))} only after it was done there"
    if verb is None or (
        not deed.own
        and (_elsewhere(case, deed) or _rule(deed) or _dated(deed, verb) or _happened(case, index, deed, verb, news))
    ):
        return ""
    if (just := _just(case.domain, f"{verb} {deed.tail.lstrip()}{'' if deed.own else f' {deed.head}'}")) is not None:
        told = f"{deed.verb} {deed.around}"
        did = any(just(step.call, case.first_look, told) for step in _touching(case, deed, before))
        return "" if did else f"that only after a write that {verb} just this"
    if (thing := _thing(case, deed)) is not None:
        return "" if set(thing) & made else f"that only after {' or '.join(thing) or 'a tool that gives it'} succeeded"
    if doers := _doers(case.domain, verb):
        return _by(case, deed, verb, doers, before, news)
    return "" if _by_any(case, deed, verb, before) else f"a deed of a tool: {deed.verb} is none that was done"


def _by_any(case: Case, deed: Deed, verb: str, before: Sequence[Step]) -> bool:
    """Whether a deed that no tool is named after was done by what was called, or in the talk alone."""
    made = bool(before)
    if deed.tense == "present" and not made and verb in _ENTERED and _NEWLY.search(deed.head):
        return False
    if deed.tense == "present" and verb not in _CLOSED | _CHANGING:
        return not _NOWHERE.search(deed.head)
    if verb in _CASES or (verb in _HELD and _FILED.search(deed.around)):
        return False
    if verb in _DESCRIBES and verb not in _GENERAL:
        did = bool(_touching(case, deed, before)) if deed.own and verb in _MOVES else made
        return did and (verb != "sent" or _PAID.search(deed.around) is not None)
    return (made and verb in _GENERAL) or (deed.own and _in_the_talk(deed, verb))


_LAYING = bag("put set placed laid lined grouped")
"""What is done to what was read, to show it, as much as to a record."""
_LAYS = re.compile(
    r"\s*(?:(?:it|them|this|that|these|those|everything|all)\W*$|.*?\b(?:in|on|aside|by|away)(?: already| now| for you)?\W*$|.*?\b(?:through|up(?! by\b)|forward|for you|into effect|in motion|in place)\b"
    r"|.*?\b(?:in|into|on|onto|inside|under|to) (?:the|your|an?|our|my|its|their|his|her) \w+)",
    re.IGNORECASE,
)
"""Behind such a verb where it is a deed after all: "put it through", "put a leaflet in the envelope"."""
_SERVES = bag("""escalated forwarded expedited waived reversed unlocked locked blocked emailed mailed faxed phoned texted messaged called alerted contacted rushed
    passed handed relayed merged bumped prioritized prioritised credited granted filed reported suspended activated deactivated enabled disabled restored renewed verified reset voided revoked overridden bypassed""")
"""Deeds of some service, though of none of the tools here."""
_NO_OBJECT = re.compile(
    r"\s*(?:$|[.!?:]|(?:along|through|round|over|across|around|between|on|with|at|down|up|where|here|there)\b)",
    re.IGNORECASE,
)
_YOU = re.compile(r"\s+(?:you|(?:both|all|the \w+) of you)\b", re.IGNORECASE)
_RECORD = re.compile(
    r"\b(?:the|your|this|that|these|those|both|all|his|her|their|our|an?|my|another) (?:[\w'’-]+ ){0,3}?(?:orders?|bookings?|reservations?|trips?|accounts?|profiles?|cards?|paypal|balance|certificates?|payments?"
    r"|packages?|parcels?|shipments?|requests?|cases?|claims?|system|file|refund|money|fees?|insurance)\b|\$ ?\d|#?\b[A-Z\d]*\d[A-Z\d]{3,}\b",
)
"""What a service keeps: a deed that was done to it is one of a tool."""


_OUT_OF = re.compile(
    r"(?<!\bit )(?<!\bthat )(?<!\bthis )(?<!\bthem )\b(?:out of|off|from) (?:the|your|this|that|his|her|their) (?:\w+ )?(?:orders?|bookings?|reservations?|trips?|cards?|accounts?|profiles?)\b(?! into\b)",
    re.IGNORECASE,
)
"""Behind a verb: what something was taken away from."""
_ABREAST = re.compile(r"\b(?:up to date|(?:in|into) line with|into effect)\b", re.IGNORECASE)
"""Behind a verb: what was kept somewhere was changed."""
_HANDED = re.compile(
    r"(?<!down )\bto (?:the|our|my|an?) (?!(?:two|three|four|five|six|\d+|one|first|last|[a-z]+est)\b)\w", re.IGNORECASE
)
"""Behind a verb: to whom something went, "passed it on to the airport"."""


def _in_the_talk(deed: Deed, verb: str) -> bool:
    """Whether what the agent says it did touches nothing but what it says: "I put the two side by side", "where we've landed"."""
    if verb in _LAYING:
        touched = _RECORD.search(deed.tail) or (_LAYS.match(deed.tail) and not _LAID.search(deed.tail))
        return not touched and _SOMEBODY.search(deed.tail) is None
    if verb in _KNOWN or _HANDED.search(deed.tail) or _OUT_OF.search(deed.tail):
        return False
    if _NO_OBJECT.match(deed.tail):
        return True
    found = (
        _RECORD.search(deed.tail),
        _ABREAST.search(deed.tail),
        _SOMEBODY.search(deed.tail),
        _GIFT.search(deed.tail),
        _YOU.match(deed.tail),
    )
    return not any(found)


def _in_state(domain: Domain, deed: Deed) -> bool:
    """Whether the noun is what the domain calls its records, and what is said of it a state that they can be in: "the order is processed"."""
    states = vocabulary(domain).states.get("status", frozenset())
    return deed.stated in states and any(
        f"{deed.noun}_id" in names for names in ({*_parameters(domain, tool)} for tool in domain.kinds)
    )


_SUBJECT = re.compile(r"\b(?:the|your|his|her|their) (?P<noun>[a-z]+)\s*\Z", re.IGNORECASE)


def _elsewhere(case: Case, deed: Deed) -> bool:
    """Whether it befell what no service here keeps: "the meeting was called off"."""
    subject = _SUBJECT.search(deed.head) if deed.tense == "past" else None
    noun = subject["noun"].lower() if subject else ""
    return bool(noun) and noun not in EVERYDAY and {noun, f"{noun}s"}.isdisjoint(vocabulary(case.domain).own)


_AS_WELL = re.compile(r"\bnow\b[^.;!?]*\b(?:too|as well|also)\b|\b(?:too|also) [^.;!?]*\bnow\b", re.IGNORECASE)
"""What has become so beside something else, and was not so when it was read."""
_OLDER = re.compile(r"\b(?:existing|older|old|former) (?:\w+ )?\w+\W*\Z", re.IGNORECASE)


def _has_it(case: Case, index: int, deed: Deed, text: str) -> bool:
    """Whether a state that is told is a field with a yes in the record that is spoken of, as it was shown last: "both of you are insured"."""
    if deed.own or deed.tense != "present":
        return False
    field = re.compile(rf'"{re.escape(deed.verb[:5])}\w*": (?P<so>"yes"|true|"no"|false)')
    ids = _records(case, deed) or _named_last(case, index, text[: text.find(deed.clause)])
    old = _OLDER.search(deed.head) is not None  # that is no record which was made just now
    became = _AS_WELL.search(deed.clause) is not None
    shown = (
        f"{step.call.text} {step.fresh.text}"
        for step in reversed(case.steps)
        if step.turn < index and not (old if case.kind(step.call) == "write" else became)
    )
    told = (field.search(one) for one in shown if not ids or any(token in one.lower() for token in ids))
    last = next(filter(None, told), None)
    return last is not None and last["so"] in ('"yes"', "true")


def _put_so(text: str, deed: Deed) -> bool:
    """Whether a deed in the present is one that leave is asked for: in the question, or in a line of the list ahead of it."""
    place = text.find(deed.clause)
    line = text[text.rfind("\n", 0, place) + 1 :]
    listed = _ROW.match(line) is not None and _HERE.search(text, 0, place) is not None
    return (listed and asks_for_yes(text)) or put_so(text, place, place + len(deed.clause))


_ROW = re.compile(r"\s*(?:[-•*–]|\d+[.)])\s")
_HERE = re.compile(r"\bhere(?:['’]s| is| are) [^\n]*:[ *_]*\n", re.IGNORECASE)
"""The head of a list that is put to the user: "Here is the first one, the cabin change:"."""


_REDRAFTS = _TURNED | bag("put added noted set used taken included dropped removed left")
_MORE = re.compile(r"\b(?:any|some|what|every)(?:thing)? (?:else|more|other)\b", re.IGNORECASE)
_IN_A_RECORD = re.compile(
    r"\b(?:in|on|of|for|to) (?:the|your|this|that) (?:order|booking|reservation|trip|account|profile)\b", re.IGNORECASE
)


def _redrafted(case: Case, index: int, deed: Deed, text: str) -> bool:
    """Whether a deed was done to the proposal alone: the user changed a detail of the last one, and the message puts it anew."""
    if deed.verb not in _REDRAFTS or case.domain.pack.ids(deed.clause) or _IN_A_RECORD.search(deed.around):
        return False
    bare = not (deed.own or deed.noun or deed.head.strip(" *") or deed.tail.strip(" *.!,"))
    if not deed.own and not bare:
        return False
    turns = case.talk.turns
    said = next((turn for turn in reversed(turns[:index]) if turn.text), None)
    put = next((turn for turn in reversed(turns[:index]) if turn.role == "agent" and turn.text), None)
    if bare:  # "Added. And the payment?": to what is being collected
        rest = text[text.find(deed.clause) + len(deed.clause) :]
        return put is not None and not asks_for_yes(put.text) and "?" in rest and _MORE.search(rest) is None
    return (
        said is not None
        and put is not None
        and said.role == "user"
        and asks_for_yes(put.text)
        and asks_for_yes(text[text.find(deed.clause) :])
        and not assents(said.text, put.text)
    )


_WHENEVER = re.compile(r"\b(?:after|once|when|whenever|as soon as|if|upon|until)\b", re.IGNORECASE)
_NOW = re.compile(r"(?:(?!\b(?:has|have|was|were)\b).)*\b(?:is|are|gets?) \w+ed\b", re.IGNORECASE | re.DOTALL)
_LATER = re.compile(r"(?:(?!\band\b)[^,;])*\b(?:after|once|whenever|as soon as|upon)\b", re.IGNORECASE)


def _rule(deed: Deed) -> bool:
    """Whether it says how things go, and not that something was done: "it is refunded once it has arrived"."""
    present = deed.tense == "present" or (bool(deed.noun) and _NOW.match(deed.clause) is not None)
    return present and (_WHENEVER.search(deed.head) or _LATER.match(deed.tail)) is not None


_TAKEN = re.compile(r"\s+(?:care of|[\w ]{1,30} off)\b")
_IT = re.compile(r"\s*(?:it|that|this|everything|so|[.!]|$)")
_WITH = re.compile(
    r"(?:\s+(?:this|that|it|everything))?(?:\s+(?:to|with))?\s+(?:the|our|my|a|an|their|somebody|someone|one of)\b"
)
_SOMEBODY = re.compile(
    r"\b(?:supervisors?|managers?|bosse?s?|leads?|teams?|departments?|colleagues?|specialists?|experts?|agents?|staff|desk|office|headquarters|bank|airline|carrier|courier|warehouse|store|shop|partners?|suppliers?|engineers?|technicians?|doctor|lawyer)\b",
    re.IGNORECASE,
)
"""Who can be consulted, besides a list or a policy."""
_SET_OUT = re.compile(r"\s+(?:[\w'’]+ ){0,4}?(?:out|forth|down|below|above|together)\b")
"""Behind "set", "put" or "laid": what is done to words."""
_LAID = re.compile(
    r"\b(?:in(?:to)? (?:a|an|one|the) (?:list|table|order|row|summary|overview)|below|above|together|to (?:the|my|your) (?:list|notes))\b"
)
_ON_TO = re.compile(r"\s+(?:on|ahead|along)\b(?! (?:your|the|an?) (?:booking|trip|order))")
"""Behind "moved": the talk goes on."""
_OFF = re.compile(r"\s+(?:\w+ ){0,3}off\b")
_GIVES_BACK = bag("sent put gave given paid transferred moved")
_MONEY_BACK = re.compile(
    r"\s+(?:you )?(?:(?:the|your|all|back|full|whole|of|total|those|these) )*(?:\$ ?[\d,.]*\d|money|refund|difference|amount|rest)\b(?:(?! and )[^.;,]){0,40}?\bback\b"
    r"|\s+(?:you )?back (?:the |your |all )*(?:\$ ?\d|money|difference|amount)",
    re.IGNORECASE,
)
"""Money that is given back: a refund, by whatever verb."""
_NAMING = bag("""put made done taken took started finished created submitted placed completed processed set arranged registered initiated finalized requested approved confirmed
    opened logged recorded filed begun began""")  # fmt: skip
"""Participles that say a deed by the noun beside them: "made the change"."""
_HAZY: tuple[tuple[frozenset[str], Callable[[Deed], object]], ...] = (
    (_CASES, lambda deed: _OTHERS.match(deed.tail) or _NAME.match(deed.tail) if deed.own else not re.search(r"\b(?:you|I|me)\b", deed.head, re.IGNORECASE)),
    (bag("given gave offered provided"), lambda deed: _GIFT.search(deed.tail)),
    (bag("spoken spoke talked"), lambda deed: _WITH.match(deed.tail)),
    (bag("consulted discussed"), lambda deed: _WITH.match(deed.tail) and _SOMEBODY.search(deed.tail)),
    (bag("linked attached"), lambda deed: deed.own and _RECORD.search(deed.tail)),
    (_HELD & OWN, lambda deed: _FILED.search(deed.around)),
    (bag("made taken took"), lambda deed: "care" in deed.verb or _TAKEN.match(deed.tail) or _OUT_OF.search(deed.tail)),
    (bag("put turned added corrected"), lambda deed: not _LAID.search(deed.tail)),
    (bag("checked"), lambda deed: re.match(r"\s+(?:(?:you|them|everyone|all of you|both of you|your \w+) in\b|in (?:your|the|all|both)\b)", deed.tail)),
    (bag("done did finished sorted"), lambda deed: not _READING.search(deed.around) and (not deed.own or _IT.match(deed.tail))),
    (OWN, lambda _deed: False),
    (_GENERAL, lambda deed: not _READING.search(deed.around)),
)  # fmt: skip
"""Participles that are deeds only beside certain words; what they are done to decides, by the first row that holds them."""


_ASIDE = re.compile(
    r"\b(?:from|with|by|using|via|through|onto|on|off|in|at|against|under)\s+(?:(?:the|your|an?|that|this|my|our|his|her|one|both|two|each)\s+)*(?:[\w$-]+\s+)?\Z",
    re.IGNORECASE,
)
"""Right before a noun that is no object of the deed, but where or by what it was done: "$150 was taken from the certificate"."""


_PUT_IN = re.compile(r"\A\s*(?:in|through)\b(?= (?:the|your|an?|my|our|that|this) \w+ (?:for|of)\b)", re.IGNORECASE)
"""Behind "put": a request is, and nothing is put into something."""


def _meant(deed: Deed) -> str | None:
    """The deed by its participle; None where it is none, but something that an agent does without a tool, or a state."""
    first = deed.verb.split()[0]
    verb = re.sub(r"^(?:re|pre|double)-", "", first if first in OWN else deed.verb)
    if verb[:2] == "re" and verb[2:] in OWN and verb not in _CHANGING:
        verb = verb[2:]
    if verb in ("set", "put", "laid") and _SET_OUT.match(deed.tail):
        return None
    if verb == "moved" and _ON_TO.match(deed.tail):
        return None
    if verb == "called" and _OFF.match(deed.tail):
        return "cancelled"
    if verb in _GIVES_BACK and _MONEY_BACK.match(deed.tail):
        return "refunded"
    if verb in _NAMING:
        around = _PUT_IN.sub(" ", deed.around) if verb == "put" else deed.around
        for noun, named in _DEED_NOUNS:
            if any(not _ASIDE.search(around[: found.start()]) for found in noun.finditer(around)):
                return named
    holds = next((test for verbs, test in _HAZY if verb in verbs), None)
    return verb if holds is None or holds(deed) else None


@lru_cache(maxsize=4096)
def _doers(domain: Domain, verb: str) -> frozenset[str]:
    """All tools whose deeds a participle can name."""
    return frozenset(tool for tool, words in domain.pack.deeds.items() if re.fullmatch(words, verb))


def _just(domain: Domain, said: str) -> Callable[..., bool] | None:
    """What tells whether a write did just what is said, where not every write of its tool does."""
    return next((did for pattern, did in domain.pack.just.items() if re.match(pattern, said, re.IGNORECASE)), None)


_GIVES = bag("""added put applied given issued granted credited included set sent removed arranged saved placed activated purchased bought extended waived redeemed doubled
    awarded loaded deposited posted reserved ordered pre-ordered unlocked restored changed updated""")  # fmt: skip
_KNOWN = _GENERAL | _CHANGING | _DESCRIBES | _GIVES | _SERVES | _CASES | _HELD | OWN
"""Participles that are deeds of a service, or were found to be one by what they were done to."""


def _thing(case: Case, deed: Deed) -> tuple[str, ...] | None:
    """The tools that alone give what a deed is said to have given; None where it is nothing of that kind."""
    verb = re.sub(r"^(?:re|pre|double)-", "", deed.verb)
    return given_by(case.domain, deed.around[:80]) if verb in _GIVES else None


def _anew(case: Case, index: int, deed: Deed, news: Sequence[Step]) -> bool:
    """Whether a deed is told as one that was done just now, and not again as one of those before."""
    verb = _meant(deed)
    if verb is None or _BEFORE.search(deed.clause) or case.domain.pack.ids(deed.around):
        return False
    told = (turn.text for turn in case.talk.turns[:index] if turn.role == "agent")
    if not news and any(deed.clause.strip() in text for text in told):
        return False  # said again, word for word, to somebody who asked for that
    return deed.own or (deed.tense != "past" and not _happened(case, index, deed, verb, news))


_BEFORE = re.compile(r"\b(?:earlier|before|previous\w*|first|also|both|so far|above)\b", re.IGNORECASE)


def _another_method(case: Case, text: str, before: Sequence[Step]) -> str:
    """Where money is said to have moved with a payment method that no write was made with."""
    proposed = _PROPOSES.search(text)
    for match in _MOVED.finditer(text, 0, proposed.start() if proposed else len(text)):
        named = {
            token.lower()
            for token in case.domain.pack.ids(text[: match.start()])
            if "_" not in token and "@" not in token
        }
        apart = any(
            token not in f"{step.call.text} {step.fresh.text}".lower() for token in named for step in before[-1:]
        )
        if not apart and not _paid_with(case, match[0], before):
            return match[0].strip()
    return ""


_OFFERING = r"\b(?:would|I can(?! (?:\w+ly )?(?:take care|look after|handle|deal with|see to|help)\b)|I could|I will|I['’]ll|let me (?:confirm|summarize|sum up|list)|to be clear|to summarize|before I (?:proceed|do|change|enter|book|cancel|go)|prepared|here is what|these are the details)\b"
_OFFERS = re.compile(_OFFERING, re.IGNORECASE)
"""Words with which a message goes over from what was done to what might be done next."""
_PROPOSES = re.compile(rf"\n\s*(?:[-•*]|\d+[.)])\s|{_OFFERING}", re.IGNORECASE)
"""The same, or a list."""
_MOVED = re.compile(
    r"\b(?:charged|billed|debited|refunded|refunds?|credited|returned|paid|sent|put|transferred|go(?:es)?|gone?|back|returns?)\b[^.;\n]{0,60}?\b(?:to|with|from|on|by|onto|via|using)\b[^.;\n]{0,40}?\b(?:\w+_\d{4,})",
    re.IGNORECASE,
)
_METHOD = re.compile(r"(?:\w+_)?(?:card|paypal|certificate|account|wallet)_\d{4,}")


def _paid_with(case: Case, text: str, before: Sequence[Step]) -> bool:
    """Whether each payment method of a text is one that the last write was made with, or that its record shows."""
    named = {token for token in case.domain.pack.ids(text) if _METHOD.fullmatch(token)}
    calls = " ".join(step.call.text for step in before)
    used = (
        calls
        if _KIND.search(before[-1].call.text) and "payment" not in before[-1].call.tool
        else f"{calls} {before[-1].fresh.text}"
    )
    return all(token in used for token in named)


_PLACE = re.compile(
    r"(?<!window )(?<!aisle )(?<!row )(?<!front )(?<!middle )(?<!extra )(?<!exit )(?<!child )(?<!adjacent )\bseats?\b(?! (?:\d|[A-F]\b|number|assign|select|choice|map|request|upgrade))",
    re.IGNORECASE,
)
"""Room on a flight, which a booking gives; which seat it is, no tool settles."""
_KIND = re.compile(r"(?:card|paypal|certificate)_\d")


def _records(case: Case, deed: Deed) -> set[str]:
    """The records that a deed is said to have been done to, in lower case."""
    return {token.lower() for token in case.domain.pack.ids(deed.around) if "_" not in token and "@" not in token}


def _touching(case: Case, deed: Deed, before: Sequence[Step]) -> list[Step]:
    """The writes that touched one of the records that a deed names; all, where it names none."""
    ids = _records(case, deed)
    return [
        step
        for step in before
        if not ids or any(token in f"{step.call.text} {step.fresh.text}".lower() for token in ids)
    ]


def _by(case: Case, deed: Deed, verb: str, doers: frozenset[str], before: Sequence[Step], news: Sequence[Step]) -> str:
    """What has to be done for a deed that some tools do."""
    around = deed.around
    wanted = f"that only after {' or '.join(sorted(doers))} succeeded"
    ids = _records(case, deed)
    touching = _touching(case, deed, before)
    if _NOWHERE.search(_PLACE.sub(" ", deed.tail[:40] if deed.own else deed.head)) and not any(
        pattern.search(around) for _, pattern in _fields()
    ):
        return "that only after a tool did it"
    if before and ids and not touching:
        return f"that of {' and '.join(sorted(ids))} only after {' or '.join(sorted(doers))} succeeded there"
    if (
        not deed.own
        and touching
        and _PAID.search(deed.head)
        and (verb != "refunded" or _DIFFERENCE.search(deed.clause))
    ):
        return ""  # money moves with any of them
    paid = any(_METHOD.search(step.call.text) for step in touching)
    if paid and verb == "refunded" and (not deed.own or _DIFFERENCE.search(deed.tail)):
        return ""  # which way it went, and how much, is judged by its role
    if verb in _CHANGES or verb in _TURNED:
        return _changed(case, deed, doers, touching, wanted)
    if not doers & {step.call.tool for step in touching}:
        return wanted
    fresh = {step.call.tool for step in news if case.kind(step.call) == "write" and not step.fresh.error}
    if fresh and not ids and not doers & fresh and not _EARLIER.search(deed.clause):
        return f"{' and '.join(sorted(fresh))}, which is what was done just now"
    return ""


_ONE_ID = r"#?\b(?=[A-Z\d]*\d|[A-Z]{5,6}\b)[A-Z\d]{5,}\b"
_TOGETHER = re.compile(
    rf"(?:\A|\s)[*_]*(?P<all>{_ONE_ID}[*_]*(?:,? (?:and|&|as well as) |, )[*_]*{_ONE_ID}(?:(?:,? (?:and|&) |, )[*_]*{_ONE_ID})*)"
)
_ENDS = re.compile(r"[*_]*\s*(?:\Z|[.,;!?:(]|(?:for|as|to|and|too|now|on|in|with|so)\b)")


def _strays(case: Case, index: int, deed: Deed, verb: str, before: Sequence[Step]) -> set[str]:
    """Of records that a deed names in one breath ("A1 and B2 are cancelled"), those it was not done to, and which are not so already."""
    doers = _doers(case.domain, verb)
    if not doers:
        return set()
    match = _TOGETHER.search(deed.tail if deed.own else deed.head)
    where = (deed.tail if deed.own else deed.head)[match.end() :] if match else ""
    if match is None or (not _ENDS.match(where) if deed.own else where.strip(" *")):
        return set()
    ids = {token for token in case.domain.pack.ids(match["all"]) if "_" not in token}
    texts = " ".join(f"{step.call.text} {step.fresh.text}" for step in before if step.call.tool in doers).lower()
    plain = _stands(re.escape(verb))[0]
    return {one for one in ids if one.lower() not in texts and not _looked_up(case, index, plain, {one.lower()})}


_EARLIER = re.compile(
    r"\b(?:earlier|already|before|as well|also|both|all|everything|first|previous\w*|too|together|now that|since|refund\w*|credited|summary|in total|along with)\b",
    re.IGNORECASE,
)


def _changed(case: Case, deed: Deed, doers: frozenset[str], touching: Sequence[Step], wanted: str) -> str:
    """What has to be done for a change: of the field that is named, by a tool that changes it."""
    around, made = _unnamed(deed.around, touching), {step.call.tool for step in touching}
    fields = [field for field, pattern in _fields() if pattern.search(around)]
    if _NOWHERE.search(around) and not fields:
        return "that only after a tool changed it"
    if fields and made:
        changers = {tool for tool in made if any(field in _changes(case.domain, tool) for field in fields)}
        return "" if changers else f"that only after a tool changed {' or '.join(fields)}"
    if doers & made or (made and _RECORDS.search(around)):
        return ""
    return wanted


_NAME = re.compile(r'"(?:[a-z]+_)?(?:name|title)": "([^"\\]+ [^"\\]+)"')
"""What a thing is called in a record, in several words."""


def _unnamed(text: str, steps: Sequence[Step]) -> str:
    """A text without what the things of the records are called: a "luggage set" that was swapped is no luggage."""
    lower = text.lower()
    for name in {name.lower() for step in steps for name in _NAME.findall(step.fresh.text)}:
        at = lower.find(name)
        if at >= 0:
            text, lower = (f"{one[:at]} {one[at + len(name) :]}" for one in (text, lower))
    return text


@lru_cache(maxsize=1)
def _fields() -> tuple[tuple[str, re.Pattern], ...]:
    return tuple((field, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for field, words in _FIELDS.items())


def _parameters(domain: Domain, tool: str) -> Iterator[str]:
    """The names of a tool's parameters."""
    for schema in domain.tools:
        function = schema["function"]
        if isinstance(function, dict) and function["name"] == tool and isinstance(function["parameters"], dict):
            properties = function["parameters"].get("properties")
            yield from properties if isinstance(properties, dict) else ()


@lru_cache(maxsize=256)
def _changes(domain: Domain, tool: str) -> frozenset[str]:
    """What a write changes, by the words of its name; by its parameters where no write is named after the thing."""
    named = {part for name in domain.kinds for part in name.split("_") if domain.kinds[name] == "write"}
    params = {part for name in _parameters(domain, tool) for part in name.split("_")}
    return frozenset(tool.split("_")) | frozenset(params - named)


_PART_OF = re.compile(
    r"\bthe (?:first|second|third|last|next|other|outbound|return)\b[^,;.\n]{1,24}\bof\b[^,;.\n]*$|"
    r"\bthe (?:first|second|third|last|next|other|outbound|return)\b[^,;.\n]{1,24}\bof\b[^,;.\n]*,\s*$",
    re.IGNORECASE,
)
"""What is said of one of several parts of a record: "the first flight of reservation X"."""


def _looked_up(case: Case, index: int, plain: re.Pattern, ids: set[str]) -> bool:
    """Whether a read showed it of one of these, which it need not name itself: a status, by the number that was asked for."""
    looked = (step for step in case.steps if step.turn < index and case.kind(step.call) == "read")
    texts = (f"{step.call.text} {step.fresh.text}".lower() for step in looked)
    return any(plain.search(text) and any(token in text for token in ids) for text in texts)


_ON_A_DAY = re.compile(r"\s*on (?:the )?(?:\w+day,? )?(?:\d{4}-\d\d-\d\d|[A-Z][a-z]{2,8} \d{1,2})")


def _dated(deed: Deed, verb: str) -> bool:
    """Whether it is told on which day a record came about, which `began` holds against what was read."""
    return deed.tense == "past" and verb in _ORIGIN and _ON_A_DAY.match(deed.tail) is not None


def _happened(case: Case, index: int, deed: Deed, verb: str, news: Sequence[Step]) -> bool:
    """Whether a record, or the user, says that it happened before this conversation, or it is what began a record."""
    words = "|".join(words for words in case.domain.pack.deeds.values() if re.fullmatch(words, verb)) or re.escape(verb)
    plain, told = _stands(words)
    noun = _stands("refund")[0] if verb == "refunded" else plain  # a payment in a record is a "refund"
    ids = {token.lower() for token in case.domain.pack.ids(deed.around)}
    part = _PART_OF.search(deed.head) is not None  # of a record, and has a state of its own
    ids = set[str]() if part else ids
    nowhere = _NOWHERE.search(deed.around)
    things = {
        word[:5]
        for word in written(deed.head).words
        if len(word) > 3 and word not in ("your", "that", "this", "have", "been")
    }
    if not ids and not part and any(case.kind(step.call) == "write" for step in news):
        return deed.tense == "past" and _of_old(case, index, deed, verb)  # else what is told is what was just done
    just_read = [
        f"{step.call.text} {step.fresh.text}".lower() for step in news if case.kind(step.call) == "read"
    ]  # a status names nothing itself: what it is the status of was asked for
    if any(plain.search(text) and (not ids or any(token in text for token in ids)) for text in just_read):
        return True
    if ids and _looked_up(case, index, plain, ids):
        return True
    wrote = min((step.turn for step in case.writes), default=index)
    for at, turn in enumerate(case.talk.turns[:index]):
        read = at < wrote or (bool(ids) and not any(step.turn < at <= step.turn + 1 for step in case.writes))
        if (
            turn.role == "tool"
            and read
            and (plain.search(turn.text) or (deed.tense == "past" and noun.search(turn.text)))
        ):
            if not ids or any(token in turn.text.lower() for token in ids):
                return True
        elif (
            turn.role == "user"
            and told.search(turn.text)
            and things & {word[:5] for word in written(turn.text).words}
            and (not nowhere or nowhere[0].lower() in turn.text.lower())
        ):
            return True
    if deed.tense == "past" and (verb in _ORIGIN or re.match(r"\s+by\b", deed.tail)):
        return True
    if _doers(case.domain, verb) or verb in _GENERAL or verb in _DESCRIBES:
        return False
    return verb in _passive(case.domain) and any(step.turn < index for step in case.steps)


_POINTED = re.compile(
    r"\b(?:it|which|(?:this|that|the (?:first|second|third|last|other|latter|former|same))(?: (?:one|\w+))?)\s*\Z",
    re.IGNORECASE,
)
_SPOKEN_OF = 4
"""Turns back in which the record stands that an "it" is about."""


def _is_state(case: Case, index: int, deed: Deed, text: str) -> bool:
    """Whether a clause only says how a record is that was read, and points to it: "#W1 I have here: this one is cancelled".

    What no tool does (an order is `delivered`) is the state of some record that was read; what a tool does is told of the record that was
    named last, where that shows it.
    """
    verb = _meant(deed)
    head = deed.head or text[: text.find(deed.clause)]  # "order #W1, which has been delivered"
    if verb is None or deed.own or deed.noun or not _POINTED.search(head) or case.domain.pack.ids(deed.around):
        return False
    doers = _doers(case.domain, verb)
    if not doers and (verb in _GENERAL or verb in _DESCRIBES):
        return False
    words = "|".join(words for words in case.domain.pack.deeds.values() if re.fullmatch(words, verb)) or re.escape(verb)
    plain = _stands(words)[0]
    last = _named_last(case, index, text[: text.find(deed.clause)])
    return _looked_up(case, index, plain, last) or (not doers and _looked_up(case, index, plain, {""}))


def _named_last(case: Case, index: int, ahead: str) -> set[str]:
    """The records, in lower case, of the last sentence that names some: of a message so far, or of the turns before it."""
    turns = (turn.text for turn in reversed(case.talk.turns[max(0, index - _SPOKEN_OF) : index]) if turn.role != "tool")
    for text in (ahead, *turns):
        for start, end in reversed(sentences(text)):
            ids = {
                token.lower()
                for token in case.domain.pack.ids(text[start:end])
                if "_" not in token and "@" not in token
            }
            if ids:
                return ids
    return set()


def _of_old(case: Case, index: int, deed: Deed, verb: str) -> bool:
    """Whether a record that was read began so, and nothing of the kind is wanted or was tried: "two passengers were booked"."""
    doers = _doers(case.domain, verb)
    if verb not in _ORIGIN or not doers:
        return verb in _ORIGIN
    if not case.knows("gold") or any(call.tool in doers for call in (*case.gold, *(step.call for step in case.writes))):
        return False
    looked = [step.fresh.text for step in case.steps if step.turn < index and case.kind(step.call) == "read"]
    parts = (field for field, pattern in _fields() if pattern.search(deed.head))
    return _WHOLE.search(deed.head) is not None or any(f'"{part}": [' in text for part in parts for text in looked)


_WHOLE = re.compile(r"\b(?:reservations?|bookings?|orders?|trips?)\b", re.IGNORECASE)


@lru_cache(maxsize=16)
def _passive(domain: Domain) -> frozenset[str]:
    """What policy says may have happened to a record."""
    return frozenset(
        re.findall(
            r"\b(?:been|was|were|already|is|are)\s+(?:\w+ly\s+|already\s+|not\s+)?([a-z]+(?:ed|wn))\b",
            domain.policy.lower(),
        )
    )


@lru_cache(maxsize=512)
def _stands(words: str) -> tuple[re.Pattern, re.Pattern]:
    """How a participle stands in a record, and how a user says that it happened."""
    told = rf"(?:\b(?:was|were|been|is|are|got|has|have|had|already|being|just|airline|you|they|someone)\b|['’](?:s|ve|re))[^.?!\n]{{0,25}}?\b(?:{words})\b"
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE), re.compile(told, re.IGNORECASE)
