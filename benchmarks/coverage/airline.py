"""The map of the airline: what its 50 official tasks ask for."""

from __future__ import annotations

import json

from benchmarks.coverage.shown import Row, Shown, alternatives
from writ_dspy import patterns as re
from writ_dspy.codec import parts
from writ_dspy.domains.disputes import ANYWHERE
from writ_dspy.domains.tau2.airline import denials as clauses
from writ_dspy.task import Best, Computed, Listed, Lookup, Only, Picked, ReadCall, Said, Where
from writ_dspy.trial import Feels, ForbidsTransfer, Insists

FLIGHTS, BOOK, CANCEL, GIFT = "update_reservation_flights", "book_reservation", "cancel_reservation", "send_certificate"
RELATIVE = (
    r"\b(?:tomorrow|the day after|tonight|next (?:week|(?:mon|tue|wed|thu|fri|sat|sun)\w*)|this (?:(?:mon|tue|wed|thu|fri|sat|sun)\w*|coming \w+|weekend)"
    r"|in (?:two|three|four|five|six|seven|ten|\d+) days|in (?:a|one|two) weeks?|(?:days|weeks?) from (?:now|today))\b"
)


_RELATIVE = re.compile(RELATIVE, re.IGNORECASE)
R = "tau2:airline"


def _picked_of(shown: Shown, *attributes: str) -> bool:
    """Whether rows are told apart, or ranked, by one of these attributes."""
    wheres = any(isinstance(part, Where) and part.attribute in attributes for part in shown.parts)
    return wheres or any(isinstance(part, Best) and part.by in attributes for part in shown.parts)


def _upgrades_first(shown: Shown) -> bool:
    """A change of the cabin that lets the same trip be cancelled or changed afterwards."""
    gold = shown.gold
    return any(
        one.tool == FLIGHTS
        and two.tool in (CANCEL, FLIGHTS)
        and one.args["reservation_id"] == two.args["reservation_id"]
        for index, one in enumerate(gold)
        for two in gold[index + 1 :]
    )


def _one_trip(shown: Shown) -> bool:
    trips = [call.args.get("reservation_id") for call in shown.gold if call.args.get("reservation_id")]
    return len(trips) > len(set(trips))


def _payments(shown: Shown) -> int:
    return max((len(call.args["payment_methods"]) for call in shown.wrote(BOOK)), default=0)


def _unasked(shown: Shown) -> bool:
    """A flight of the user's was cancelled or delayed, and the user does not ask for anything for it."""
    asked = any(wish.tool == GIFT for wish, _ in shown.decided)
    return not asked and any(turn.role == "tool" and turn.text in ("cancelled", "delayed") for turn in shown.turns)


def _total_limit(shown: Shown) -> bool:
    """A limit of the user's own on what a change costs in all, or saves."""
    return any(
        isinstance(side, Computed) and side.op in ("product", "difference", "sum")
        for wish, _ in shown.decided
        for one in alternatives(wish)
        if one.tool in (FLIGHTS, BOOK, CANCEL)
        for check in one.requires
        if check in shown.own
        for side in (check.left, check.right)  # type: ignore[union-attr]  # those of the user's own are single checks
    )


def _second(shown: Shown) -> bool:
    """The best of what is left without the best, or a booking made of what another one holds."""
    return any(
        isinstance(part, Where) and part.op == "is not" and any(isinstance(inner, Best) for inner in parts(part.value))
        for part in shown.parts
    )


def _copies(shown: Shown) -> bool:
    """A booking that takes its route, cabin and passengers from a reservation."""
    for wish, outcome in shown.decided:
        args = dict(wish.args)
        if wish.tool == BOOK and outcome.call and all(isinstance(args.get(k), Picked) for k in ("cabin", "passengers")):
            return True
    return False


def _found(shown: Shown) -> bool:
    """A reservation that the user describes."""
    return any(
        isinstance(part, Only | Best)
        and any(
            s.tool == "get_reservation_details" and not isinstance(dict(s.args)["reservation_id"], Said)
            for s in part.sources
        )
        for part in shown.parts
    )


def _several_airports(shown: Shown) -> bool:
    return any(
        isinstance(part, ReadCall)
        and any(name in ("origin", "destination") and isinstance(term, Listed) for name, term in part.args)
        for part in shown.parts
    )


def _false_claim(shown: Shown) -> bool:
    """The user says of a record what it does not say, to get what was denied."""
    claims = [claim for trial in shown.trials if isinstance(trial, Insists) for claim in trial.claims]
    return any(claim.about not in ANYWHERE for claim in claims)


def _allowance(shown: Shown) -> bool:
    return any(isinstance(term, Computed | Lookup) for term in shown.told)


def _durations(shown: Shown) -> bool:
    """How long flights take, or whether the user's own flights get in each other's way."""
    return _picked_of(shown, "duration", "overlaps", "arrives_before")


def _renamed(shown: Shown) -> bool:
    """A passenger who is born on the same day as one who was aboard, and has another name."""
    for call in shown.wrote("update_reservation_passengers"):
        seen = (turn.text for turn in shown.turns if turn.role == "tool" and turn.text.startswith('{"reservation_id"'))
        trips = (json.loads(text) for text in seen)
        before = next(
            (trip["passengers"] for trip in trips if trip["reservation_id"] == call.args["reservation_id"]), []
        )
        new = [person for person in call.args["passengers"] if person not in before]
        if any(person["dob"] in [old["dob"] for old in before] for person in new):
            return True
    return False


def _relative(shown: Shown) -> bool:
    """A day of the request is said from today."""
    return any(_RELATIVE.search(slot.text) for request in shown.task.requests for slot in request.slots)


def _met(shown: Shown, rule: str) -> bool:
    return rule in shown.denied or any(
        o.attempt and any(getattr(c, "rule", "") == rule for c in w.requires) for w, o in shown.decided
    )


ROWS = (
    Row(R, "a request that policy forbids", "74 %", "a denied decision", lambda s: bool(s.denied)),
    Row(R, "nothing is to be written", "40 %", "no gold write, a refusal", lambda s: not s.gold and any(o.refusal for _, o in s.decided)),
    Row(R, "the user insists after the no", "44 %", "one request refused in two messages or more", lambda s: s.insists),
    Row(R, "a false claim to be checked", "28 %", "the user claims what the record refutes", _false_claim),
    Row(R, "if … else …, several levels", "36 %", "three alternatives or more of one decision", lambda s: s.levels > 2),
    Row(R, "basic economy cannot be changed", "20 %", "the clause denies a wish or a first attempt", lambda s: _met(s, clauses.BASIC)),
    Row(R, "upgraded first, then changed or cancelled", "6 %", "two writes on one trip, the first to its flights", _upgrades_first),
    Row(R, "one request refused, another done", "18 %", "a denied decision beside a gold write", lambda s: bool(s.denied and s.gold)),
    Row(R, "a batch over several reservations", "16 %", "one wish, a write for each matching record", lambda s: s.batches),
    Row(R, "cabin of one leg alone", "6 %", "denied by its clause", lambda s: clauses.ONE_CABIN in s.denied),
    Row(R, "insurance added later", "6 %", "denied by its clause", lambda s: clauses.INSURED in s.denied),
    Row(R, "a passenger or a bag taken away", "6 %", "denied by its clause", lambda s: clauses.HEADS in s.denied or clauses.FEWER in s.denied),
    Row(R, "other ends or another trip type", "4 %", "denied by its clause", lambda s: clauses.ENDS in s.denied or clauses.TYPE in s.denied),
    Row(R, "compensation granted", "6 %", "a certificate is sent", lambda s: bool(s.wrote(GIFT))),
    Row(R, "compensation refused", "6 %", "a certificate is denied", lambda s: GIFT in s.denied.values()),
    Row(R, "compensation not offered unasked", "4 %", "a disruption is read, nothing is claimed or sent", _unasked),
    Row(R, "a budget for the whole of a change", "16 %", "a limit on a sum or a difference", _total_limit),
    Row(R, "a payment split over several methods", "10 %", "two payments or more for one booking", lambda s: _payments(s) > 1),
    Row(R, "sums, balances, allowances to be told", "16 %", "an answer that is worked out", _allowance),
    Row(R, "another subject in the midst of one", "8 %", "a request opened while an earlier one is open", lambda s: s.interleaved()),
    Row(R, "a hand-over to a human", "6 %", "the agent transfers", lambda s: s.transferred),
    Row(R, "the user forbids a hand-over", "8 %", "said by the user", lambda s: s.dealt(ForbidsTransfer)),
    Row(R, "emotion", "20 %", "said by the user", lambda s: s.dealt(Feels)),
    Row(R, "durations and conflicts", "6 %", "ranked or told apart by how long flights take", _durations),
    Row(R, "exact copy, second cheapest", "6 %", "the best but one, or a booking made of another", lambda s: _second(s) or _copies(s)),
    Row(R, "dates relative to today", "12 %", "said by the user", _relative),
    Row(R, "time windows, nonstop, several airports", "30 %", "bounds on departures, airports to choose among", lambda s: _picked_of(s, "departure", "arrival") or _several_airports(s)),
    Row(R, "a reservation found by description", "35 %", "a query over the user's reservations", _found),
    Row(R, "several writes on one trip", "16 %", "two gold writes with one reservation id", _one_trip),
    Row(R, "a passenger's name corrected", "2 %", "passengers written with the same birth dates", _renamed),
    Row(R, "a trip that could be another one", "–", "a detail that only tells which of several is meant", lambda s: s.ambiguous),
    Row(R, "changed at the confirmation", "–", "the user says no to what it asked for", lambda s: s.reconsiders),
    Row(R, "certificate, gift cards and card for one booking", "–", "three payments or more", lambda s: _payments(s) > 2),
    Row(R, "a user who tells little at a time", "8 %", "told on request, or one thing at a time", lambda s: s.level("disclosure") != "all at once"),
    Row(R, "a non-native speaker", "2 %", "the user's language", lambda s: s.level("language") == "non-native"),
)  # fmt: skip
