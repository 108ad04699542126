"""What an agent lists before it changes a reservation, and what a user can tell from it."""

# Longer than 400 lines: one test for each argument of six writes, which share how dates, people and money stand in a list.
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from writ_dspy import patterns as re
from writ_dspy.domains.listing import (
    Deeds,
    Detail,
    Test,
    compiled,
    date,
    dated_between,
    either,
    found,
    has_date,
    money,
    names_payment,
    paid_otherwise,
    stands,
    turned,
)
from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.tau2.airline.amounts import flows
from writ_dspy.domains.tau2.airline.bags import bags
from writ_dspy.domains.tau2.airline.kept import kept
from writ_dspy.domains.tau2.airline.paid import elsewhere, method, paid_by_another
from writ_dspy.domains.tau2.airline.wording import CITIES
from writ_dspy.domains.values import values
from writ_dspy.domains.whole import is_whole, places
from writ_dspy.task import Call, Json

DEEDS = Deeds(
    verbs={
        "book_reservation": r"\b(?:re)?book(?:ed|ing)?\b|\breserv\w+|\bpurchas\w+|\bbuy\b|\btickets?\b",
        "cancel_reservation": r"\bcancel\w*|\bcall(?:ed|ing)? off\b",
        "update_reservation_flights": (
            r"\bchang\w+|\bupdat\w+|\bmodif\w+|\bswitch\w*|\bmov(?:e|ed|ing)\b|\b(?:up|down)grad\w+|\brebook\w*|\breschedul\w+|\breplac\w+|\bswap\w*|"
            r"\bnew (?:\w+ )?(?:flights?|itinerary|cabin|outbound|return)\b|\bitinerary\b|\bconvert\w*|\bre-?rout\w+|\bfly\b|\bflights?\b|\bbook(?:ed)? (?:you |everyone |them )?on(?:to)?\b|\bput (?:you|them|everyone)\b|\bshift\w*"
        ),
        "update_reservation_baggages": r"\bbags?\b|\bbaggage\b|\bluggage\b|\bsuitcases?\b",
        "update_reservation_passengers": r"\bpassengers?\b|\btravel+ers?\b|\bnames?\b",
        "send_certificate": r"\bcertificates?\b|\bvouchers?\b|\bcompensat\w+",
    },
    record=r"\b(?=[a-z]*\d)(?=\d*[a-z])(?!hat\d{3})[a-z0-9]{6}\b",
)
_BASIC = r"basic[ _-]economy"
_CABIN = {
    "basic_economy": _BASIC,
    "economy": r"(?<!basic )(?<!basic-)(?<!basic_)(?<!premium )economy",
    "business": r"business(?! days?)",
}
_OTHER = {
    "first": r"first[ -]class",
    "premium": r"premium economy",
}
_LABEL = r"(?:\b(?:cabin|class|seats? in|sit in|fly(?:ing)? in|travel in|booked in|now in|still in|stays? in|remains? in|switch(?:ed)? to|move (?:you|us|everyone) to|(?:up|down)grad\w+ (?:\w+ ){0,3}to)\b\W{0,4}(?:class |cabin )?)"
_FLOWN_IN = r"\b(?:trips?|one[ -]way|flights?|booking|itinerary|put \w+(?: \w+){0,2}? into (?=[a-z]*\d)[a-z0-9]{6}|(?:move|rebook|put|book) (?:you|them|everyone|both of you|all of you)),? in (?:the )?"
"""What is put into a cabin, ahead of it."""
_INSURED = (
    r"\binsurance\W{0,6}(?:yes|included|added|selected|purchased)\b|\b(?<!not )(?:with|including|includes?|incl\.|add(?:ing|ed)?|plus)\b(?:(?!\b(?:no|out|not|without)\b)[^.\n;,]){0,30}\binsurance\b|"
    r"\binsurance (?:is |will be |would be )?(?:included|added)\b"
)
_ASKED = re.compile(r"\?|\b(?:whether|if|would you|do you|want|wish|optional|available|need|or)\b")
"""Words of a sentence that asks for insurance, or says that it can be had."""
_NOBODY = re.compile(r"\b(?:no|not|none|neither|nobody|without|declin\w+|skip\w*|waiv\w*|sav\w+)\b|n't\b")
_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")


def _insured(text: str) -> bool:
    """A sentence or an entry names the insurance, does not ask for it, and does not say that there is none."""
    return compiled(_INSURED).search(text) is not None or any(
        "insurance" in part and not _ASKED.search(part) and not _NOBODY.search(part) for part in _SENTENCES.split(text)
    )


_UNINSURED = (
    r"(?:\b(?:no|without|not|declin\w+|skip\w*|exclud\w+|minus|waiv\w+)\b|n't\b)(?:(?! (?:with|including|plus|add)\b)[^.\n;,]){0,30}\binsurance\b|"
    r"\binsurance\W{0,8}(?:no\b|none\b|declined|not\b|off\b|without|excluded|waived|n/a)|\binsurance\b[^.\n;]{0,40}\b(?:declined|excluded|not (?:included|added|wanted|requested|selected))\b"
)


def details(call: Call, seen: Seen) -> Sequence[Detail]:
    """Each argument that changes something; what stays as it is need not be listed."""
    money_goes = flows(call, seen)
    towards = [Detail("the way that the money goes", lambda _: True, turned(money_goes))] if money_goes else []
    return (*_details(call.tool, call.args, seen), *towards)


def _details(tool: str, args: dict[str, Json], seen: Seen) -> Iterator[Detail]:
    record = seen.find("reservation", reservation_id=args.get("reservation_id"))
    if tool == "send_certificate":
        yield Detail(f"${args['amount']}", money(args["amount"]))
        return
    if "reservation_id" in args:
        paid = record["payment_id"] if record and tool == "cancel_reservation" else ""
        yield _record(args["reservation_id"], record, paid, seen)
    yield from kept(tool, args, record, seen)
    if tool == "book_reservation":
        yield from _booked(args)
    if "cabin" in args:
        yield from _cabin(args["cabin"], record)
    old = [
        (row["flight_number"], row["date"])
        for row in seen.rows("segments")
        if record and row["reservation_id"] == record["reservation_id"]
    ]
    days = {day for _, day in old}
    for flight in args.get("flights", ()):
        number, day = flight["flight_number"], flight["date"]
        wrong = _misdated(number, day, [held for name, held in old if name == number])
        if (number, day) not in old:
            yield Detail(f"flight {number}", stands(number), wrong, rival=_FLIGHT)
            year = int(day[:4])
            said = (lambda _: True) if day in days else date(day)  # a day that stays need not be said again
            yield Detail(day, said, rival=dated_between(year, year))
        else:
            yield Detail(f"flight {number} as it is", lambda _: True, wrong)
    yield from _passengers(args, record, seen)
    if "total_baggages" in args:
        yield from bags(args["total_baggages"], args["nonfree_baggages"], record)
    held = {row["id"]: row["amount"] for row in seen.rows("payment_methods") if "amount" in row}
    for payment in args.get("payment_methods", ()):
        number, parts = payment["payment_id"], args["payment_methods"]
        yield method(number, seen, parts=parts)
        wrong = either(
            paid_otherwise(number, payment["amount"], parts, held.get(number, 0)), paid_by_another(number, parts, seen)
        )
        yield Detail(f"${payment['amount']}", money(payment["amount"]), wrong, rival=names_payment)
    if "payment_id" in args:
        own = method(args["payment_id"], seen, record)
        owed = _moves_money(tool, args, record)  # a method that pays nothing need not be named, only not another one
        yield own if owed else replace(own, given=lambda _: True)


_FLIGHT = found(r"\bhat\d{3}\b")


def _misdated(number: str, day: str, held: Sequence[str]) -> Test:
    """A line names the flight with other dates only; a date on which it was booked until now is none, for it tells what is left.

    Args:
        number: Of the flight.
        day: On which it is flown by the write.
        held: On which the reservation had it before.
    """
    lower, right = number.lower(), date(day)
    left = [date(one) for one in held if one != day]

    def denied(text: str) -> bool:
        lines = [line for line in text.split("\n") if lower in line]
        dated = [line for line in lines if has_date(line) and not any(old(line) for old in left)]
        return any(not right(line) for line in dated) and not any(right(line) for line in dated)

    return denied


def _moves_money(tool: str, args: dict[str, Json], record: Row | None) -> bool:
    """Whether the method matters: bags that are free cost nothing."""
    return (
        tool != "update_reservation_baggages" or record is None or args["nonfree_baggages"] > record["nonfree_baggages"]
    )


def _record(number: str, record: Row | None, paid: str, seen: Seen) -> Detail:
    """The reservation, the right way round; where it is canceled, not with the money going elsewhere than it came from."""
    lower = number.lower()
    wrong = [test for test in (_reversed(record) if record else None, elsewhere(paid, seen)) if test]

    def alone(talk: str) -> bool:
        return {match[0] for match in re.finditer(DEEDS.record, talk)} == {lower}

    whole, route = stands(number), _only_route(record, seen)

    def given(text: str) -> bool:
        """By its id, or by a route that no other has, where no other is named."""
        return whole(text) or (route is not None and route(text) and compiled(DEEDS.record).search(text) is None)

    return Detail(f"reservation {number}", given, either(*wrong) if wrong else None, alone)


def _only_route(record: Row | None, seen: Seen) -> Test | None:
    """Both ends of a trip are named, and no other reservation that was read goes between them."""
    if record is None:
        return None
    ends = {record["origin"], record["destination"]}
    others = (row for row in seen.rows("reservation") if row["reservation_id"] != record["reservation_id"])
    if len(ends) < 2 or any({row["origin"], row["destination"]} == ends for row in others):
        return None
    start, end = found(rf"\b{_place(record['origin'])}\b"), found(rf"\b{_place(record['destination'])}\b")
    return lambda text: start(text) and end(text)


def _place(code: str) -> str:
    return rf"(?:{CITIES[code].lower()}|{code.lower()})" if code in CITIES else code.lower()


def _reversed(ends: Row | dict[str, Json]) -> Test | None:
    """A trip that goes the other way round, and not also the right way."""
    start, end = str(ends["origin"]), str(ends["destination"])
    if start == end:
        return None
    back_too = ends.get("flight_type") == "round_trip"
    trip = r"(?:one[ -]way|round[ -]trip)(?: trip)?"
    named = re.escape(str(ends["reservation_id"]).lower()) if "reservation_id" in ends and not back_too else trip

    def denied(text: str) -> bool:
        if not _flies(end, start, text):
            return False
        back = rf"(?:\bfrom )?{_place(end)}{_LEG.pattern}{_place(start)}\b"
        if not _flies(start, end, text):
            return not (back_too and _WAY_BACK(text))
        return found(rf"\b{named}\b[^.\n]{{0,30}}?{back}")(text)

    return denied


_WAY_BACK = found(
    r"\breturn(?:s|ing)?\b|\b(?:fl(?:y|ies|ying|ights?)|way|trip|legs?) back\b|\binbound\b|\bhome\b|\bsecond (?:leg|half|part)\b"
)
"""The way back of a round trip may be named alone."""
_LEG = re.compile(r"(?: \(\w{3}\))?\W{0,3}(?:to|-|–|→|->)\W{0,3}")
_ENDS = "|".join(map(re.escape, (*(code.lower() for code in CITIES), *(city.lower() for city in CITIES.values()))))
_ROUTE = found(rf"\b(?:{_ENDS})\b{_LEG.pattern}(?:{_ENDS})\b")
_PLACE = found(rf"\b(?:{_ENDS})\b")
_GAP = 14
"""Letters of it, at most."""


def _by_flights(flights: Sequence[Test]) -> Test:
    """All flights are named, and no place: they tell between which places they go."""
    return lambda text: all(test(text) for test in flights) and not _PLACE(text)


def _flies(start: str, end: str, text: str) -> bool:
    """Whether a lower-case text goes from one place to another."""
    for first in _forms(start):
        for place in places(first, text):
            begin = place + len(first)
            near = text[begin : begin + _GAP + max(map(len, _forms(end))) + 1]
            for last in _forms(end):
                for gap in places(last, near):
                    if _LEG.fullmatch(near, 0, gap) and is_whole(last[-1], near[gap + len(last) - 1 :][:2]):
                        return True
    return False


def _forms(code: str) -> tuple[str, ...]:
    return (CITIES[code].lower(), code.lower()) if code in CITIES else (code.lower(),)


def _booked(args: dict[str, Json]) -> Iterator[Detail]:
    one_way = args["flight_type"] == "one_way"
    kinds = (r"\bone[ -]?way\b|\bsingle (?:trip|ticket)\b", r"\bround[ -]?trip\b|\breturn (?:trip|ticket)\b")
    yield Detail(
        "one way" if one_way else "round trip",
        found(kinds[0] if one_way else kinds[1]),
        found(kinds[1] if one_way else kinds[0]),
    )
    start, end = found(rf"\b{_place(args['origin'])}\b"), found(rf"\b{_place(args['destination'])}\b")
    flown = _by_flights([stands(flight["flight_number"]) for flight in args["flights"]])
    yield Detail(f"from {args['origin']}", start, _reversed(args), rival=_ROUTE, implied=flown)
    yield Detail(f"to {args['destination']}", end, rival=_ROUTE, implied=flown)
    insured = args["insurance"] == "yes"
    yes, no = found(_INSURED), found(_UNINSURED)
    yield Detail(
        "travel insurance" if insured else "no travel insurance", _insured if insured else no, no if insured else yes
    )


_FORMER = r"\b(?:current(?:ly)?|existing|original(?:ly)?|previous(?:ly)?|old|former(?:ly)?|from|not|instead of|rather than)\b[^.\n;,]{0,30}?"
"""What stands before a cabin that is left, or is none."""
_BECOMES = r"(?: class| cabin)?\W{0,3}(?:to|->|→|=>|into)\W"


def _cabin(cabin: str, record: Row | None) -> Iterator[Detail]:
    others = "|".join(form for name, form in (*_CABIN.items(), *_OTHER.items()) if name != cabin)
    denied = found(
        rf"{_LABEL}(?:{others})\b|\b(?:{others})(?: cabin| class)? throughout\b|{_FLOWN_IN}(?:{others})\b(?! (?:would|costs?|is|are|was|were|starts?|fares?)\b)"
    )
    right = found(
        rf"(?:{_LABEL}|{_FLOWN_IN})(?:{_CABIN[cabin]})\b|\b(?:{_CABIN[cabin]})(?: cabin| class)? throughout\b"
    )
    left = rf"{_FORMER}(?:{others})\b|\b(?:{others})\b{_BECOMES}"

    named = found(rf"\b(?:{_CABIN[cabin]})\b")
    back = found(
        rf"\b(?:{_CABIN[cabin]})\b{_BECOMES}{{1,3}}(?:{others})\b"
        rf"|\b(?:{others})(?: class| cabin)?,? (?:instead of|rather than|in place of) (?:the |your |in )*(?:{_CABIN[cabin]})\b"
    )

    def contrary(text: str) -> bool:
        """Another cabin where this one should be; a line that names both, such as a row with old and new, is none."""
        if not denied(text) or right(text):
            return False
        return any(denied(line) and not named(line) for line in compiled(left).sub("", text).split("\n"))

    same = record is not None and record.get("cabin") == cabin
    yield Detail(cabin.replace("_", " "), (lambda _: True) if same else named, either(contrary, back))


def _passengers(args: dict[str, Json], record: Row | None, seen: Seen) -> Iterator[Detail]:
    held = [
        (row["first_name"], row["last_name"], row["dob"])
        for row in seen.rows("passengers")
        if record and row["reservation_id"] == record["reservation_id"]
    ]
    now = [(person["first_name"], person["last_name"], person["dob"]) for person in args.get("passengers", ())]
    left = [person for person in held if person not in now]
    pairs = [(before, one) for one in now if one not in held for before in left if before[2] == one[2]]
    renamed = {one: told for before, one in pairs if (told := _renamed(before, one, held)) is not None}
    firsts = [first for first, _, _ in (*held, *now)]
    gone = [
        *(stands(first if firsts.count(first) == 1 else f"{first} {last}") for first, last, _ in left),
        *renamed.values(),
    ]
    for person in args.get("passengers", ()):
        name = f"{person['first_name']} {person['last_name']}"
        named = (person["first_name"], person["last_name"], person["dob"])
        if named in held:
            yield Detail(
                f"{name}, who stays",
                either(stands(name), *gone),
                either(_misborn(name, person["dob"], firsts), _leaves(name)),
            )  # "Mei Lee becomes Mei Garcia" says that the rest stays
            continue
        told = renamed.get(named)
        you = _is_the_user(person, args, seen)
        if told is None and you:
            told = _as_you([one["first_name"] for one in args["passengers"] if one is not person])
        other = next((_named_otherwise(before, one) for before, one in pairs if one == named), None) if told else None
        yield Detail(name, either(stands(name), told) if told else stands(name), other, kind="passenger")
        born = _born(name, person["dob"], [f"{p['first_name']} {p['last_name']}" for p in args["passengers"]])
        same = any(day == person["dob"] for first, last, day in held if (first, last, day) not in now)
        implied = [told] if told else []
        yield Detail(
            f"{name}, born {person['dob']}",
            either(born, _unless_born(name, [one["dob"] for one in args["passengers"]]), *implied)
            if same
            else either(born, *(implied if you else [])),
            _of_another(person),
            kind="passenger",
        )


def _as_you(others: Sequence[str]) -> Test:
    """Whether a text counts whom it talks to among the travelers: beside the others' names, or behind a word for who travels.

    The user knows the own name and birth date, and the profile has them.
    """
    ways = [
        r"\b(?:passengers?|travell?ers?|travell?ing|flying)\W{1,4}(?:(?:are|is|would be|just|only)\W+)*you(?:rself)?\b(?!['’])",
        r"\b(?:just|only) you\b(?! (?:can|could|know|may|need|have|want))|\bfor you alone\b",
    ]
    names = "|".join(re.escape(name.lower()) for name in others)
    if names:
        ways += [
            rf"\byou(?:rself)?(?: \([^)\n]*\))?(?:,? (?:and|&|plus) |, )(?:{names})\b",
            rf"\b(?:{names})\b[^.;\n]{{0,60}}(?:,? and|&|,) you(?:rself)?\b(?!['’])(?! [a-z])",
        ]
    return found("|".join(ways))


def _is_the_user(person: dict[str, Json], args: dict[str, Json], seen: Seen) -> bool:
    """Whether a passenger is whoever holds the profile."""
    held = seen.find("profile", user_id=args.get("user_id"))
    return held is not None and all(held[name] == person[name] for name in ("first_name", "last_name", "dob"))


Person = tuple[str, str, str]
"""First name, last name, date of birth."""
_TO_NAME = r"\b(?:to|be|becomes?|into|as|is|read|reads|with|for)\b|->|→|=>"


def _renamed(before: Person, now: Person, held: Sequence[Person]) -> Test | None:
    """A sentence says which of the two names somebody will have, and names the person by the other one or by what it was: "Anya's last name, from Lee to Li".

    What it was is enough where nobody else on the reservation is called so, and the person is named beside it.
    """
    changed = [(old, new) for old, new in zip(before[:2], now[:2], strict=True) if old != new]
    if len(changed) != 1:
        return None
    old, new = (re.escape(name.lower()) for name in changed[0])
    kept = stands(before[0] if before[0] == now[0] else before[1])
    becomes = compiled(rf"(?:{_TO_NAME})\W{{1,6}}(?:(?:say|read|be|now|the|\w+ name)\W+)*{new}\b")
    away = compiled(rf"(?:{_TO_NAME})\W{{1,6}}(?:\w+ ){{0,1}}{old}\b")
    only = sum(changed[0][0] in person[:2] for person in held) == 1
    was, whole = stands(changed[0][0]), stands(" ".join(before[:2]))
    return lambda text: any(
        (kept(part) or (only and was(part) and whole(text))) and becomes.search(part) and not away.search(part)
        for part in _SENTENCES.split(text)
    )


def _named_otherwise(before: Person, now: Person) -> Test | None:
    """Somebody whose last name changes becomes somebody else: "Omar Anderson becomes Omar Rosso"."""
    first, old, new = (re.escape(name.lower()) for name in (now[0], before[1], now[1]))
    if before[0] != now[0]:
        return None
    return found(rf"(?:\bbecomes?|->|→|=>|\b(?:changed|renamed|corrected) (?:in)?to) {first} (?!{old}\b|{new}\b)[a-z]+")


def _born(name: str, day: str, names: Sequence[str]) -> Test:
    """The birth date stands behind the name, before the next one."""
    lower, others = name.lower(), [other.lower() for other in names if other != name]
    right = date(day)

    def given(text: str) -> bool:
        for place in places(lower, text):
            behind = place + len(lower)
            ends = [end for other in others if (end := text.find(other, behind)) >= 0]
            if right(text[behind : min(ends, default=len(text))]):
                return True
        return False

    return given


def _leaves(name: str) -> Test:
    """Somebody who stays is said to go."""
    lower = re.escape(name.lower())
    return found(
        rf"\b{lower}\W{{1,3}}(?:(?:is|goes|comes|would be|will be|gets) )?(?:out|off|removed|replaced|taken off)\b"
        rf"|\b(?:instead of|in place of|remove|replace|replacing|removing) {lower}\b"
    )


_BIRTH = re.compile(r"\bborn\b|\bbirth|\bdob\b")


_SENTENCE_ENDS = re.compile(r"[.!?;]\s|\n")


def _misborn(name: str, day: str, firsts: Sequence[str]) -> Test:
    """Another birth date stands behind the person's name, before the sentence ends or somebody else is named."""
    right, lower = date(day), name.lower()
    others = [first.lower() for first in firsts if not lower.startswith(first.lower())]

    def denied(text: str) -> bool:
        for place in places(lower, text):
            behind = _SENTENCE_ENDS.split(text[place + len(lower) :], maxsplit=1)[0]
            own = behind[: min((end for other in others if (end := behind.find(other)) >= 0), default=len(behind))]
            if _BIRTH.search(own) is not None and has_date(own) and not right(own):
                return True
        return False

    return denied


_BIRTH_DATE = r"\b(?:dates? of birth|birth ?dates?|birthdays?|dobs?)\b"
_REST = r"\b(?:(?:nothing|everything|anything) else|all else|(?:all|the) (?:other|remaining) (?:details|data|information)|the rest)\b"
_STAYS = r"\b(?:stay\w*|remain\w*|unchanged|unaltered|untouched|same|as is|as (?:it|they) (?:is|are|was|were)|leav(?:e|es|ing)|keep\w*|kept|left|retain\w*|(?:not|n't|without) (?:be )?(?:chang|touch|alter)\w*|does(?: not|n't) change)\b"
_AS_IT_WAS = found(rf"{_BIRTH_DATE}[^.!?\n]{{0,40}}{_STAYS}|{_STAYS}[^.!?\n]{{0,40}}{_BIRTH_DATE}")
"""A birth date that is told because it is kept, and not as another person's."""


def _unless_born(name: str, days: Sequence[str]) -> Test:
    """The birth date is said to stay, none stands behind the name, and where it stays no date stands but one of the passengers'."""
    told = compiled(rf"\b{re.escape(name.lower())}\W{{1,6}}(?:born|dob|date of birth|birth)\b")
    right = [date(day) for day in days]

    def given(text: str) -> bool:
        kept = [part for part in _SENTENCES.split(text) if _AS_IT_WAS(part)]
        other = any(has_date(part) and not any(test(part) for test in right) for part in kept)
        return _born_alike(text) and told.search(text) is None and not other

    return given


_born_alike = either(
    _AS_IT_WAS,
    found(
        rf"{_REST}[^.!?\n]{{0,40}}(?:{_STAYS}|\bchang\w+)|{_STAYS}[^.!?\n]{{0,40}}{_REST}|\bonly the (?:last |first |sur|family )?name\b"
    ),
)
"""Somebody who is on the reservation under another name keeps the birth date."""


def _of_another(person: Json) -> Test:
    """The birth date stands there, and nothing of the name."""
    born, named = person["dob"], stands(person["first_name"])
    day, year = int(born[5:7] + born[8:10]), int(born[:4])
    return lambda text: (
        not named(text)
        and not _AS_IT_WAS(text)
        and any(item.quantity == "date" and int(item.number) == day and item.year == year for item in values(text))
    )
