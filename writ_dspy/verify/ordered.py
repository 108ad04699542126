"""Ordered: what a yes goes on to order, or names by no more than its number or place, is the write that was listed, and all of it.

Read are short clauses of the sentence of the yes that hold an order and nothing else ("cancel my seat", "put three on", "half of it", "the
second"): who, how many, which way, which part and which deed they name has to be so of the write. What says more than that is read elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from writ_dspy import patterns as re
from writ_dspy.domains.fields import Fields
from writ_dspy.domains.values import UNITS
from writ_dspy.simulate.acts.deeds import ACTS, stem
from writ_dspy.simulate.acts.lexicon import SINGLE
from writ_dspy.task import Json
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.narrowed import Group, groups, record_of

_SENTENCE = re.compile(r"[.!?;\n]+(?:\s+|\Z)")
_CLAUSE = re.compile(r",\s+|\s+[–—-]+\s+|:\s+")
_ASSENT = r"(?:yes|yeah|yea|yep|yup|sure|ok|okay|alright|all right|right|fine|great|good|cool|perfect|absolutely|certainly|of course|definitely|agreed|confirmed|correct|exactly|please|pls)"
_ASSENTS = re.compile(rf"\W*(?:{_ASSENT}\W*)+")
_MANY = {
    "a": 1,
    "an": 1,
    "one": 1,
    "both": 2,
    "a couple": 2,
    **{word: number for number, word in enumerate(UNITS[:13])},
}
_NUMBER = rf"(?:(?:all |the |these |those |another )*(?:{'|'.join(sorted(_MANY, key=len, reverse=True))}|\d{{1,2}}))"
_NTH = r"(?:first|second|third|fourth|last|1st|2nd|3rd|4th)"
_WAY = (
    r"(?:(?:way|trip|flight|leg|ride|journey) (?:out|there|back|home)|(?:out|in)bound(?: (?:flight|leg|part|trip))?|return(?: (?:flight|leg|part|trip))?|"
    r"(?:first|second|last) (?:leg|flight|segment|connection))"
)
_DET = r"(?:the|my|our|that|this|her|his|your|their)"
_TAIL = r"(?: (?:on|back|off|out|in|up|there|here|please|pls|now|then|thanks|thank you|for me|for us|to me|to us|today|on it|off it|with it|with that|from it|of it|though|too|as well|only|this time|right away|asap))*"
_OBJECT = (
    rf"(?P<part>(?:an? |one |the )?(?:half|part|quarter|third|bit|rest)(?: of (?:it|this|that|them|these|those|us|the \w+))?|(?:some|most) of (?:it|this|that|them|these|those|us))"
    rf"|(?:the |my |our )?(?P<way>{_WAY})"
    rf"|(?:the |number )?(?P<nth>{_NTH})(?: (?:one|[a-z]+))?"
    rf"|(?P<own>(?:my|his|her) (?:own )?(?:seat|ticket|spot|place|fare)|mine|hers)"
    rf"|(?P<us>us all|all of us|both of us|(?:our|all|everyone's|everybody's) (?:seats|tickets|places)|(?:the )?whole family|everyone|everybody)"
    rf"|(?P<round>round[ -]trip|there and back|(?:both|the two) (?:ways|directions))"
    rf"|(?P<count>no|{_NUMBER})(?: of (?:them|these|those|us|the (?P<of>[a-z]+)))?(?P<more>(?: (?:more|extra|other|checked|paid))*)(?: (?P<noun>(?!(?:on|back|off|out|in|up|there|here|please|pls|now|then|thanks|for|to|from|of|though|too|only|with)\b)[a-z-]+))?"
    rf"|(?P<it>it|this|that|them|these|those|him|her|me|everything|all of (?:it|them))(?: (?:to|in|on|onto|into|as|for) (?:{_DET} |an? )?(?P<for>[a-z]+(?: [a-z]+){{0,2}}?))?"
    rf"|(?P<bare>carry-?on|hand luggage|cash)"
    rf"|(?:{_DET}|a|an) (?P<thing>[a-z]+(?:'s)?(?: [a-z]+){{0,2}}?)"
)
_ORDER = re.compile(
    rf"(?:(?:just|then|so|please|go ahead and|go on and|you can|you may|do|let's|i'd like to|i want to) )*(?:(?!(?:to|in|on|for|with|as|no|one|both|all|the|my)\b)(?P<verb>[a-z]+)(?: (?:me|us)(?= (?!off)))? )?(?:(?P<prep>to|in|on|for|with|as) )?"
    rf"(?:(?P<off>me off(?: it| this| that)?)|{_OBJECT})(?P<tail>{_TAIL})"
)
_MORE = re.compile(r"\b(?:also|as well|besides|next|afterwards)\b")
_SEATS = frozenset(["seat", "seats", "ticket", "tickets", "passenger", "passengers", "person", "persons", "people", "traveler", "travelers", "traveller", "travellers", "place", "places", "spot", "spots"])  # fmt: skip
_BAGS = frozenset(["bag", "bags", "suitcase", "suitcases", "baggage", "luggage", "piece", "pieces"])
_ITEMS = frozenset(["item", "items", "thing", "things", "product", "products", "article", "articles", "one", "ones"])
_RECORDS = frozenset(["order", "orders", "reservation", "reservations", "booking", "bookings", "trip", "trips"])
_LEGS = frozenset(
    [
        "flight",
        "flights",
        "leg",
        "legs",
        "direction",
        "directions",
        "way",
        "ways",
        "segment",
        "segments",
        "connection",
        "connections",
    ]
)
_DEEDS = {
    "cancel": "cancel scrap", "return": "return", "exchange": "exchange swap replace trade switch", "change": "change modify update edit adjust amend alter fix correct",
    "book": "book reserve", "hold": "hold postpone delay pause", "repair": "repair", "remove": "remove delete drop", "add": "add", "move": "move reschedule shift",
    "grade": "upgrade downgrade", "rebook": "rebook", "insure": "insure",
}  # fmt: skip
_KIND = {word: kind for kind, words in _DEEDS.items() for word in words.split()}
"""Deed -> its sort; a deed that is none of these is judged by nobody here."""
_OWN = {
    "book": {"book", "rebook", "add"}, "cancel": {"cancel", "remove"}, "return": {"return", "add"}, "exchange": {"exchange", "change", "return", "rebook"},
    "modify": {"exchange", "change", "move"}, "update": {"exchange", "change", "move", "rebook", "book"}, "send": {"add"},
}  # fmt: skip
"""By the word with which the tool's name begins: the sorts of deeds by which people call it."""
_MATTERS = {
    "one more": r"(?:new|second|separate|extra|additional) (?:trip|reservation|booking|ticket|address|order|account)",
    "insurance": r"insurance|coverage", "bags": r"bags?|baggage|luggage|suitcases?", "upgrade": r"upgrade", "account": r"account|profile|membership|(?:default|new|main)(?: address)?",
    "address": r"(?:\w+ )?address|street|zip(?: code)?|post ?code|city|apartment(?: number)?|apt|suite|unit|house number", "order": r"(?:\w+ )?orders?", "reservation": r"(?:\w+ )?(?:reservation|booking)",
    "birth date": r"birthday|birth date|date of birth", "name": r"(?:first|last|middle) name", "seat": r"(?:window|aisle) seat|seat (?:choice|selection)", "meal": r"meal", "carry-on": r"carry-?on|hand luggage", "flight": r"flight",
    "phone": r"phone(?: number)?", "e-mail": r"e-?mail(?: address)?", "card": r"(?:\w+ )?card", "cash": r"cash|check|cheque|miles|points",
}  # fmt: skip
"""What a record or an account has that is no write as a whole."""
_FIELDS = {
    "street": r"street", "unit": r"apartment(?: number)?|apt|suite|unit", "city": r"city", "zip": r"zip(?: code)?|post ?code",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Write:
    """A write, and what was put to the user of it."""

    case: Case
    step: Step
    put: str
    asked: str
    """The last message of it."""
    groups: Sequence[Group]
    record: Mapping[str, Json]

    @property
    def fields(self) -> Fields:
        """What fields are called here."""
        return self.case.fields

    @property
    def people(self) -> int:
        fields = self.fields
        found = self.step.call.args.get(fields.party, self.record.get(fields.party))
        return len(found) if isinstance(found, list) else 0

    @property
    def flights(self) -> int:
        fields = self.fields
        found = self.step.call.args.get(fields.legs, self.record.get(fields.legs))
        return len(found) if isinstance(found, list) else 0

    @property
    def both_ways(self) -> bool:
        """Whether the trip goes there and back."""
        fields = self.fields
        return self.step.call.args.get(fields.ways, self.record.get(fields.ways)) == fields.both_ways

    @property
    def bags(self) -> set[int]:
        """How many bags it may be called: all, and those that come on top."""
        fields = self.fields
        total = self.step.call.args.get(fields.bags)
        if not isinstance(total, int):
            return set()
        before = self.record.get(fields.bags)
        return {total, *([total - before] if isinstance(before, int) else [])}

    @property
    def things(self) -> set[int]:
        """How many things it takes."""
        fields = self.fields
        return {len(one.names) for one in self.groups if one.kind not in (fields.party, fields.legs)}


def ordered(case: Case, step: Step, put: str, reply: str) -> str:
    """What is wanted of a reply, in lower case, that orders a part of what was listed, or something else.

    Args:
        case: The case.
        step: The write.
        put: What the agent has said since the list began, in lower case.
        reply: What the user answered, in lower case.
    """
    fields = case.fields
    asked = next(
        (one.text.lower() for one in reversed(case.talk.turns[: step.turn]) if one.role == "agent" and one.text), ""
    )
    write = _Write(case, step, put.replace("’", "'"), asked, tuple(groups(case, step)), record_of(case, step))
    joint, text = len(case.together(step)) > 1, reply.replace("’", "'")
    for pattern, wanted in _BESIDE:
        if any(pattern.fullmatch(part) for part in _parts(text)):
            return wanted
    if step.call.args.get(fields.cover) == "no" and _INSURES.search(text):
        return "a yes without insurance, as listed"
    paid = step.call.args.get(fields.purse)
    if isinstance(paid, list) and len(paid) > 1 and any(_ALL_ON.fullmatch(part) for part in _parts(text)):
        return "a yes to several payments, as listed"
    return next((fault for match in _orders(text) if (fault := _fault(write, match, joint=joint))), "")


_NAMED = r"(?:seats?|tickets?|spots?|places?|flights?|booking|trip|price|fare)"
_BESIDE = (
    (re.compile(rf"(?:hold|keep|save) (?:the |my |our |a |that |those )?{_NAMED}(?: for (?:me|us))?(?: (?:until|till|for now|overnight|for a )\b.*)?|(?:put|place) (?:it|that|them|this) on hold|(?:hold|reserve|keep|save|block) (?:it|that|this|them)(?: for (?:me|us))? (?:until|till|overnight)\b.*"), "a yes to do it now"),
    (re.compile(r"(?:please )?(?:e-?mail|send|text|mail|show|give|tell|forward) (?:me|us) (?:the |a |some |your |all |all the )*(?:details?|link|info|information|summary|list|copy|more|options?|photos?|pictures?|overview|breakdown|terms|policy|seats|seat map|alternatives?)(?: please| first| by e-?mail)?"), "a yes to what was listed, and not to be sent or told something"),
)  # fmt: skip
"""What is bid beside the deed, and is none of it: to keep a place, to be told more."""
_INSURES = re.compile(
    r"\A\W*(?:yes|yeah|yep|sure|ok|okay)\W+(?:and )?(?:insure (?:it|me|us|that|the trip)|with (?:the )?(?:coverage|cover|protection))\W*\Z"
)
_ALL_ON = re.compile(
    r"(?:put |charge |pay )?(?:all|everything|it all|all of it|the whole (?:thing|amount|lot)) (?:on|to|with|by) (?:the|my) (?:\w+ )?card(?: please)?"
)


def _parts(reply: str) -> Iterator[str]:
    """The clauses of a reply that holds a yes, and nothing but one thing beside it."""
    parts = [part.strip() for sentence in _SENTENCE.split(reply) for part in _CLAUSE.split(sentence) if part.strip()]
    rest = [part[led.end() :] if (led := _ASSENTS.match(part)) else part for part in parts]
    rest = [part for part in rest if part]
    yield from rest if len(rest) == 1 else ()


def _orders(reply: str) -> Iterator[re.Match[str]]:
    """The orders in the sentence of the yes, and in the one behind it where that holds no more than the yes."""
    last = False
    for at, sentence in enumerate(_SENTENCE.split(reply)):
        parts = _CLAUSE.split(sentence)
        agrees = any(_ASSENTS.match(part) for part in parts)
        if not agrees and at and not last:
            continue
        last = agrees and all(_ASSENTS.fullmatch(part) for part in parts)
        for part in parts:
            led = _ASSENTS.match(part)
            rest = part[led.end() :] if led else part
            match = _ORDER.fullmatch(rest.strip(" '\"()"))
            if match is not None and not _MORE.search(rest):
                yield match


def _fault(write: _Write, match: re.Match[str], *, joint: bool) -> str:
    verb = match["verb"] or ""
    if verb and not (verb in _VERBS or verb in _KIND or SINGLE.get(verb, "-") in ACTS):
        return ""
    deed = "remove" if verb == "take" and re.match(r" (?:off|out)\b", match["tail"]) else verb
    if verb and (match["it"] or match["count"] or match["nth"] or match["own"]) and _foreign(write, deed):
        return f"a yes to what was listed, and not to {verb} it"
    fault = _part(write, match)
    if not fault and not joint and match["count"] and match["prep"] != "to":  # "yes to both" of two questions
        fault = _miscounted(write, match)
    if not fault and not joint and match["nth"]:
        fault = _some(write, match)
    one = match["noun"] if match["count"] in ("a", "an") else ""
    what = match["thing"] or match["for"] or match["bare"] or one or ""
    if not fault and what:
        fault = _other_matter(write, verb, what) or ("" if joint else _beyond(write, what))
    return fault


def _part(write: _Write, match: re.Match[str]) -> str:
    """What a part of a write, by no number, leaves out of it; or adds to it."""
    if match["part"] and not re.search(
        r"\b(?:half|part|quarter|third|some|most|rest|remaining|remainder)\b", write.put
    ):
        return "a yes to all that is listed, not to a part of it"
    alone = (match["own"] or match["off"]) and write.people > 1
    if alone or (match["us"] and write.people == 1 and match["us"] not in ("everyone", "everybody")):
        return "a yes for all who are listed, and no others"
    if match["way"] and write.both_ways and not _one_way_changes(write):
        return f"a yes to all that is listed, not to the {match['way']} alone"
    return "a yes to one way, as listed" if match["round"] and write.flights and not write.both_ways else ""


_VERBS = frozenset(["put", "get", "take", "send", "give", "keep", "ship", "drop", "add", "remove", "swap", "pay", "charge", "pick", "make", "have", "save", "update", "upgrade", "fly", "bring", "check", "insure", "hold"])  # fmt: skip
_PROPOSES = re.compile(r"\?|\b(?:i|we)(?:'d|'ll| would| will| can| could| may| shall)\b(?! not\b)")


def _foreign(write: _Write, verb: str) -> bool:
    """Whether a verb is the deed of another write than this one."""
    fields = write.fields
    kind = _KIND.get(verb)
    own = _OWN.get(write.step.call.tool.split("_")[0], set())
    if kind == "insure" and write.step.call.args.get(fields.cover) == "yes":
        return False
    if (
        kind is None
        or kind in own
        or (kind == "add" and write.step.call.tool.endswith(("baggages", "address", "payment")))
    ):
        return False
    if kind == "grade" and write.step.call.args.get(fields.grade) not in (None, write.record.get(fields.grade)):
        return False
    put = (part for part in _PUT.split(write.put) if _PROPOSES.search(part))
    return stem(verb) not in {stem(word) for part in put for word in re.findall(r"[a-z]+", part)}


_PUT = re.compile(r"(?<=[.!?;])\s+|\n+")


def _one_way_changes(write: _Write) -> bool:
    """Whether some flights change, and the others stay as they are."""
    fields = write.fields
    held, flown = write.record.get(fields.legs), write.step.call.args.get(fields.legs)
    if not isinstance(held, list) or not isinstance(flown, list):
        return False
    before, now = ({(str(row.get(fields.leg)), str(row.get("date"))) for row in rows if isinstance(row, Mapping)} for rows in (held, flown))  # fmt: skip
    return bool(before & now) and before != now


def _number(word: str) -> int:
    last = word if word in _MANY else word.rpartition(" ")[2]
    return 0 if last == "no" else int(last) if last.isdigit() else _MANY[last]


def _miscounted(write: _Write, match: re.Match[str]) -> str:
    """What a number in an order should have been."""
    count, noun, more = _number(match["count"]), match["noun"] or match["of"] or "", match["more"]
    on = match["verb"] in ("put", "add", "check") and not noun and write.bags
    if not count and noun not in _BAGS:
        return ""  # "no other items"
    wanted = "a yes to as many as listed"
    if not count and "other" in more:
        return ""  # "no other items": nothing beside what was listed
    charged = write.step.call.args.get(write.fields.paid_bags)
    paid = {charged} if more and write.bags and isinstance(charged, int) else set[int]()  # "two of them paid"
    if noun in _SEATS:
        right, wanted = {write.people or count}, "a yes for all who are listed, and no others"
    elif noun in _BAGS or on:
        right, wanted = (write.bags | paid) or {count}, "a yes to the number of bags as listed"
    elif noun in _LEGS:
        right = {write.flights, 1 + write.both_ways} if write.flights else {count}
        wanted = "a yes to all flights as listed"
    elif noun in _ITEMS:
        right = write.things or {count}
    elif noun in _RECORDS:
        right = {1}
    elif match["count"] in ("a", "an", "no") or noun:
        return ""
    else:
        people, legs = ({write.people} if write.people else set()), ({write.flights, 1 + write.both_ways} if write.flights else set())  # fmt: skip
        right = write.bags | paid | write.things | people | legs | ({1} if "amount" in write.step.call.args else set())
    return wanted if right and count not in right else ""


def _some(write: _Write, match: re.Match[str]) -> str:
    """A yes to one of several by its place, where no place was spoken of."""
    few = max((len(one.names) for one in write.groups), default=1) > 1
    spoken = re.search(rf"\b(?:{match['nth']}|options?|either|which (?:one|of))\b", write.put)
    alone = few and not spoken and not _one_way_changes(write)
    return f"a yes to all that is listed, not to the {match['nth']} alone" if alone else ""


def _beyond(write: _Write, what: str) -> str:
    """More than is listed: the whole of a record of which it is a part, or another record."""
    fields = write.fields
    whole = re.match(r"(?:whole|entire) (?:order|reservation|booking|trip|thing|lot)\b|order\b", what)
    taken, held = write.step.call.args.get(fields.taken), write.record.get(fields.parts)
    if whole and isinstance(taken, list) and isinstance(held, list) and len(taken) < len(held) and whole[0] != "order":
        return f"a yes to what is listed, and no more than that, not to the {what}"
    other = re.match(r"other (?P<record>[a-z]+)", what)
    if other and other["record"] in _RECORDS and "other" not in write.put:
        return f"a yes to what was listed, not to the {what}"
    return ""


def _other_matter(write: _Write, verb: str, what: str) -> str:
    """Another matter than the write's own: a field of its record, another record, or something that nobody put."""
    fields = write.fields
    tool, args = write.step.call.tool, write.step.call.args
    name = next((name for name, forms in _MATTERS.items() if re.fullmatch(forms, what)), "")
    wanted = f"a yes to what was listed, not to the {what}"
    if name == "one more":
        return "" if tool.startswith("book") or what in write.put or what.startswith("new ") else wanted
    if name == "address" and any("address" in one for one in args):
        return wanted if _other_field(write, what) else ""
    if not name or (not verb and name in ("seat", "card", "flight")):
        return ""
    if name in ("insurance", "bags", "upgrade", "account") and tool.startswith("cancel"):
        return wanted
    if name == "insurance" and args.get(fields.cover) == "no":
        return wanted
    own = fields.legs if name == "flight" else f"{name}_id"
    mine = name == "account" and write.case.domain.pack.whose in args and not tool.startswith("book")
    if (
        mine
        or own in args
        or (name == "card" and any("payment" in one for one in args))
        or (name in ("reservation", "flight") and tool.startswith(("book", "cancel")))
    ):
        return ""
    return "" if re.search(rf"\b(?:{_MATTERS[name]})\b", write.asked) else wanted


def _other_field(write: _Write, what: str) -> bool:
    """Whether a part of an address is named, and more than that part changes."""
    args = write.step.call.args
    part = next((part for part, forms in _FIELDS.items() if re.fullmatch(forms, what)), "")
    field = {"street": write.fields.street, "unit": write.fields.unit}.get(part, part)
    key = next((str(value) for name, value in args.items() if name.endswith("_id")), "")
    rows = (table[key] for table in write.case.domain.tables.values() if key in table)
    held: Mapping[str, Json] = next((row["address"] for row in rows if isinstance(row, Mapping) and isinstance(row.get("address"), Mapping)), {})  # fmt: skip
    changed = {name for name, value in held.items() if name in args and args[name] != value}
    return bool(field and changed - {field})
