"""What an agent lists before it changes a reservation, and what a user can tell from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from writ_dspy import patterns as re
from writ_dspy.domains.listing import (
    DAY,
    Deeds,
    Detail,
    Test,
    compiled,
    date,
    dated_apart,
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
from writ_dspy.domains.tau2 import RECORDS
from writ_dspy.domains.tau2.airline.aboard import passengers
from writ_dspy.domains.tau2.airline.amounts import flows
from writ_dspy.domains.tau2.airline.bags import bags
from writ_dspy.domains.tau2.airline.cabins import cabin
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
        "update_reservation_passengers": r"\bpassengers?\b|\btravel+ers?\b|\bnames?\b|\breplac\w+|\bswap\w*|\bout,? (?:and )?(?:[\w'-]+ ){1,3}(?:comes |goes )?in\b",
        "send_certificate": r"\bcertificates?\b|\bvouchers?\b|\bcompensat\w+",
    },
    record=r"\b(?=[a-z]*\d)(?=\d*[a-z])(?!hat\d{3})[a-z0-9]{6}\b",
    nouns=RECORDS,
)
_INSURED = (
    r"(?<!not )(?<!n't )(?<!n't be )(?<!not be )\binsured\b|(?:\bnot|n't) (?:be )?uninsured\b|\binsurance\W{0,6}(?:yes|included|added|selected|purchased)\b|\b(?<!not )(?<!nothing is )(?<!nothing was )(?<!nothing gets )(?<!nothing )(?:with|including|includes?|incl\.|add(?:ing|ed)?|plus)\b(?:(?!\b(?:no|out|not|without)\b)[^.\n;,]){0,30}\binsurance\b|"
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
    r"(?<!not )(?<!n't )(?<!n't be )(?<!not be )\buninsured\b|(?:\bnot|n't) (?:be )?insured\b|(?:\b(?:no|without|not|declin\w+|skip\w*|exclud\w+|minus|waiv\w+)\b|n't\b)(?:(?! (?:with|including|plus|add)\b)[^.\n;,]){0,30}\binsurance\b|"
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
        yield from cabin(args, record)
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
            yield Detail(f"flight {number}", stands(number), wrong, rival=_FLIGHT, foreign=_foreign(args["flights"]))
            year = int(day[:4])
            said = (lambda _: True) if day in days else date(day)  # a day that stays need not be said again
            apart = dated_apart(one["date"] for one in args["flights"])
            yield Detail(day, said, kind=DAY, rival=dated_between(year, year), foreign=apart)
        else:
            yield Detail(f"flight {number} as it is", lambda _: True, wrong)
    yield from passengers(args, record, seen)
    if "total_baggages" in args:
        yield from bags(args["total_baggages"], args["nonfree_baggages"], record)
    held = {row["id"]: row["amount"] for row in seen.rows("payment_methods") if "amount" in row}
    paid = [(part["payment_id"], float(part["amount"])) for part in args.get("payment_methods", ())]
    for payment in args.get("payment_methods", ()):
        number, parts = payment["payment_id"], args["payment_methods"]
        yield method(number, seen, parts=parts)
        wrong = either(
            paid_otherwise(number, payment["amount"], paid, held.get(number, 0)), paid_by_another(number, parts, seen)
        )
        yield Detail(f"${payment['amount']}", money(payment["amount"]), wrong, rival=names_payment)
    if "payment_id" in args:
        own = method(args["payment_id"], seen, record)
        owed = _moves_money(tool, args, record)  # a method that pays nothing need not be named, only not another one
        yield own if owed else replace(own, given=lambda _: True)


_FLIGHT = found(r"\bhat\d{3}\b")


def _foreign(flights: Sequence[Json]) -> Test:
    """A flight is named that is none of these."""
    own = "|".join(re.escape(flight["flight_number"].lower()) for flight in flights)
    return found(rf"\b(?!(?:{own})\b)hat\d{{3}}\b")


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
        lines = [_flown(_its_own(line, lower)) for line in text.split("\n") if lower in line]
        dated = [line for line in lines if has_date(line) and not any(old(line) for old in left)]
        return any(not right(line) for line in dated) and not any(right(line) for line in dated)

    return denied


_FROM_EACH = re.compile(r"(?=\bhat\d{3}\b)")


def _its_own(line: str, number: str) -> str:
    """A line without what it tells of other flights, where it tells of each at what times it flies: the day behind those is that one's."""
    ahead, *flights = _FROM_EACH.split(line)
    timed = all(any(item.quantity == "time" for item in values(part)) for part in flights)
    return ahead + "".join(part for part in flights if part.startswith(number)) if timed else line


_LANDS_ON = re.compile(r"\s*\(?,?(?: on| the)?\s*(?:\w+day,? )?\Z")


def _flown(line: str) -> str:
    """A line without a day right behind two times of which the second is past midnight: on that day a flight lands."""
    told = values(line)
    for clock, last, day in zip(told, told[1:], told[2:], strict=False):
        times = clock.quantity == last.quantity == "time" and day.quantity == "date"
        if times and clock.number > last.number and _LANDS_ON.fullmatch(line, last.end, day.start):
            return line[: last.end] + line[day.end :]
    return line


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
    flights = [stands(flight["flight_number"]) for flight in args["flights"]]
    flown = _by_flights(flights)
    yield Detail(
        "one way" if one_way else "round trip",
        found(kinds[0] if one_way else kinds[1]),
        found(kinds[1] if one_way else kinds[0]),
        implied=None if one_way else lambda text: all(named(text) for named in flights),  # the way back is seen then
    )
    start, end = found(rf"\b{_place(args['origin'])}\b"), found(rf"\b{_place(args['destination'])}\b")
    yield Detail(f"from {args['origin']}", start, _reversed(args), rival=_ROUTE, implied=flown)
    yield Detail(f"to {args['destination']}", end, rival=_ROUTE, implied=flown)
    insured = args["insurance"] == "yes"
    yes, no = found(_INSURED), found(_UNINSURED)
    yield Detail(
        "travel insurance" if insured else "no travel insurance", _insured if insured else no, no if insured else yes
    )
