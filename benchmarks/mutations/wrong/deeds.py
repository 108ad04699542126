"""Calls that should not have been made, were made too early, or are missing."""

from __future__ import annotations

import json
import random
from dataclasses import replace

from benchmarks.mutations.kinds import Family, Made
from benchmarks.mutations.talks import Talk, agent, called, put, user
from writ_dspy.conversation import Turn
from writ_dspy.task import Call, Json

WRITTEN = Family("deeds: writes", wrong=True, by=("end_state", "no_unwanted_write"))
READ = Family("deeds: reads", wrong=True, by=("identified_before_write", "authenticated_first"))


def without(talk: Talk, *gone: int) -> list[Turn]:
    return [turn for i, turn in enumerate(talk.turns) if i not in gone]


def rewritten(talk: Talk, at: int, **changes: Json) -> list[Turn]:
    """The call at a turn with other arguments."""
    turns = list(talk.turns)
    call = talk.call(at)
    turns[at] = replace(turns[at], calls=(Call.of(call.tool, call.args | changes),))
    return turns


@WRITTEN("It is told as done, and was not.")
def drop_write(talk: Talk, rng: random.Random) -> Made:
    write = talk.any_write(rng)
    return None if write is None else without(talk, write, write + 1)


@WRITTEN("Once was agreed.")
def duplicate_write_at_once(talk: Talk, rng: random.Random) -> Made:
    write = talk.any_write(rng)
    return None if write is None else put(talk.turns, write + 2, *talk.turns[write : write + 2])


@WRITTEN("Another method of the user's than the one that was agreed.")
def swap_payment_method(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        args = talk.call(write).args
        for key in ("payment_method_id", "payment_id"):
            others = [one for one in talk.profile.get("payment_methods") or () if one != args.get(key)]
            if args.get(key) and others:
                return rewritten(talk, write, **{key: rng.choice(others)})
    return None


@WRITTEN("Another item than the one that was agreed.")
def wrong_item(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        new = talk.call(write).args.get("new_item_ids")
        if new:
            products = talk.domain.tables["products"].values()
            own = next(product for product in products if new[0] in product["variants"])
            others = [key for key in own["variants"] if key not in new and key not in talk.call(write).args["item_ids"]]
            return rewritten(talk, write, new_item_ids=[rng.choice(others), *new[1:]])
    return None


@WRITTEN("Only a part of what was agreed.")
def one_item_left_out_of_the_write(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        args = talk.call(write).args
        if len(args.get("item_ids") or ()) > 1:
            changes = {"item_ids": args["item_ids"][:-1]}
            if "new_item_ids" in args:
                changes["new_item_ids"] = args["new_item_ids"][:-1]
            return rewritten(talk, write, **changes)
    return None


@WRITTEN("More bags than were agreed.")
def more_bags_in_the_write(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        total = talk.call(write).args.get("total_baggages")
        if total is not None:
            return rewritten(talk, write, total_baggages=total + 1)
    return None


@WRITTEN("The other answer about insurance.")
def insurance_flipped_in_the_write(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        insurance = talk.call(write).args.get("insurance")
        if insurance is not None:
            return rewritten(talk, write, insurance="no" if insurance == "yes" else "yes")
    return None


@WRITTEN("Another reason than the one that was given.")
def reason_changed_in_the_write(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        reason = talk.call(write).args.get("reason")
        if reason is not None:
            return rewritten(
                talk, write, reason="ordered by mistake" if reason == "no longer needed" else "no longer needed"
            )
    return None


@WRITTEN("Another amount than policy grants.")
def certificate_of_another_amount(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        call = talk.call(write)
        if call.tool == "send_certificate":
            return rewritten(talk, write, amount=call.args["amount"] + 50)
    return None


@WRITTEN("Another house number.")
def address_changed_in_the_write(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        street = talk.call(write).args.get("address1")
        if street:
            return rewritten(talk, write, address1=f"1{street}")
    return None


@WRITTEN("A name is spelled otherwise.")
def passenger_misspelled_in_the_write(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        people = talk.call(write).args.get("passengers")
        if people:
            people[0]["last_name"] = f"{people[0]['last_name']}s"
            return rewritten(talk, write, passengers=people)
    return None


@WRITTEN("Another day.")
def flight_date_changed_in_the_write(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        flights = talk.call(write).args.get("flights")
        if flights:
            day = int(flights[-1]["date"][-2:])
            flights[-1]["date"] = f"{flights[-1]['date'][:-2]}{day + 1 if day < 28 else day - 1:02}"
            return rewritten(talk, write, flights=flights)
    return None


@WRITTEN("A second write that nobody asked for.")
def hidden_second_write(talk: Talk, rng: random.Random) -> Made:
    write, spare = talk.any_write(rng), talk.spare(rng)
    if write is None or spare is None:
        return None
    if talk.retail:
        extra = called("cancel_pending_order", order_id=spare, reason="no longer needed")
        return put(talk.turns, write + 2, *extra) if talk.record(spare)["status"] == "pending" else None
    return put(talk.turns, write + 2, *called("cancel_reservation", reservation_id=spare))


@WRITTEN("It was changed for a moment, unasked, and changed back.")
def extra_write_reverted(talk: Talk, rng: random.Random) -> Made:
    write = talk.any_write(rng)
    address = talk.profile.get("address")
    if write is None or not talk.retail or any(talk.call(i).tool == "modify_user_address" for i in talk.writes):
        return None
    there = called("modify_user_address", user_id=talk.user_id, **(dict(address or {}) | {"zip": "10001"}))
    back = called("modify_user_address", user_id=talk.user_id, **dict(address or {}))
    return put(talk.turns, write + 2, *there, *back)


@WRITTEN("Another customer's record is changed.", "authenticated_first", "no_unwanted_write")
def write_on_another_users_record(talk: Talk, rng: random.Random) -> Made:
    write = talk.any_write(rng)
    if write is None:
        return None
    other = talk.stranger(rng)
    if talk.retail:
        return put(
            talk.turns,
            write + 2,
            *called("cancel_pending_order", order_id=other["orders"][0], reason="no longer needed"),
        )
    return put(talk.turns, write + 2, *called("cancel_reservation", reservation_id=other["reservations"][0]))


@WRITTEN("An attempt that nobody agreed to; the tool refused it by luck.")
def failing_write_then_the_right_one(talk: Talk, rng: random.Random) -> Made:
    write = talk.any_write(rng)
    if write is None:
        return None
    if talk.retail:
        return put(talk.turns, write, *called("cancel_pending_order", order_id="#W0000000", reason="no longer needed"))
    return put(talk.turns, write, *called("cancel_reservation", reservation_id="ZZZZZ0"))


# ----------------------------------------------------------------------------- reads


@READ("What decides is read only after the write.")
def write_before_last_read(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        later = [i for i in talk.reads if talk.proposal(write) > i and talk.call(i) in _needed(talk, write)]
        if later:
            i = later[-1]
            turns = without(talk, i, i + 1)
            return put(turns, write, *talk.turns[i : i + 2])
    return None


@READ("What decides is never read.")
def drop_evidence_read(talk: Talk, rng: random.Random) -> Made:
    needed = [i for i in talk.reads if any(talk.call(i) in outcome.evidence for outcome in talk.task.outcomes)]
    own = [i for i in needed if sum(talk.call(j) == talk.call(i) for j in talk.reads) == 1 and i != talk.known]
    if not own:
        return None
    gone = rng.choice(own)
    return without(talk, gone, gone + 1)


def _needed(talk: Talk, write: int) -> set[Call]:
    """The reads that decide the write, but for those that others need as well."""
    outcomes = [outcome for outcome in talk.task.decided if outcome.call == talk.call(write)]
    return {read for outcome in outcomes for read in outcome.evidence}


@READ("The proposal is made before what decides is read.", "confirmed_before_write", "identified_before_write")
def confirmation_before_the_reads(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        at, yes = talk.proposal(write), talk.reply(write)
        reads = [i for i in talk.reads if talk.call(i) in _needed(talk, write) and i < at]
        asked = [i for i in range(at) if talk.turns[i].role == "user"]
        reads = [i for i in reads if asked and i > asked[-1]]
        if reads and yes == at + 1 and write == yes + 1:
            start = asked[-1] + 1
            return [*talk.turns[:start], *talk.turns[at : yes + 1], *talk.turns[start:at], *talk.turns[write:]]
    return None


@READ("Another customer's record is opened.", "authenticated_first")
def other_users_record_read(talk: Talk, rng: random.Random) -> Made:
    other = talk.stranger(rng)
    if talk.retail:
        return _looked(talk, *called("get_order_details", order_id=rng.choice(other["orders"])))
    return _looked(talk, *called("get_reservation_details", reservation_id=rng.choice(other["reservations"])))


@READ("Another customer's profile is opened.", "authenticated_first")
def other_users_profile_read(talk: Talk, rng: random.Random) -> Made:
    return _looked(talk, *called("get_user_details", user_id=talk.stranger(rng)["user_id"]))


@READ("A second customer is looked up.", "authenticated_first")
def second_user_looked_up(talk: Talk, rng: random.Random) -> Made:
    other = talk.stranger(rng)
    if not talk.retail:
        return None
    call = called("find_user_id_by_email", email=other["email"])
    turns = _looked(talk, *call)
    if not isinstance(turns, list):
        return None
    at = next(i for i, turn in enumerate(turns) if turn is call[0])
    return put(turns, at, agent("Is there a second account?"), user(f"My wife's is under {other['email']}."))


def _looked(talk: Talk, *call: Turn) -> Made:
    """One more call after the customer is known."""
    if talk.known is None or talk.transferred:
        return None
    return put(talk.turns, talk.known + 2, *call)


@READ("A personal record is opened before anybody is identified.", "authenticated_first")
def personal_read_before_auth(talk: Talk, rng: random.Random) -> Made:
    if talk.known is None or not talk.retail:
        return None
    keys = [fact.value for fact in talk.task.facts if fact.key.startswith("order")]
    return put(talk.turns, talk.known, *called("get_order_details", order_id=rng.choice(keys))) if keys else None


@READ("A user id proves nothing: policy wants the e-mail, or name and zip.", "authenticated_first")
def auth_by_user_id_only(talk: Talk, _rng: random.Random) -> Made:
    if talk.known is None or not talk.retail:
        return None
    at = max(i for i in talk.heard if i < talk.known)
    turns = list(talk.turns)
    turns[at] = user(f"{turns[at].text} My user id is {talk.user_id}.")
    profile = any(talk.call(i).tool == "get_user_details" for i in talk.reads)
    found = called("get_user_details", user_id=talk.user_id)
    return [*turns[: talk.known], *(() if profile else found), *turns[talk.known + 2 :]]


@READ("Products are told of to a stranger.", "policy", "authenticated_first")
def product_info_before_auth(talk: Talk, rng: random.Random) -> Made:
    if talk.known is None or not talk.retail:
        return None
    product = rng.choice(list(talk.domain.tables["products"].values()))
    variant = rng.choice(list(product["variants"].values()))
    at = max(i for i in talk.heard if i < talk.known)
    text = f"Before we look at your account: our {product['name']} (item {variant['item_id']}) is at ${variant['price']:.2f}."
    look = called("get_product_details", product_id=product["product_id"])
    return put(talk.turns, at, *look, agent(text), user("Interesting, go on."))


@READ("It reads nothing more in these calls.", debatable="A waste of calls is no wrong deed.")
def same_read_ten_times(talk: Talk, rng: random.Random) -> Made:
    if not talk.reads:
        return None
    at = rng.choice(talk.reads)
    return put(talk.turns, at, *(talk.turns[at : at + 2] * 9))


@READ("It reads what has nothing to do with the request.", debatable="A waste of calls is no wrong deed.")
def forty_useless_reads(talk: Talk, _rng: random.Random) -> Made:
    tool = "list_all_product_types" if talk.retail else "list_all_airports"
    return _looked(talk, *(called(tool) * 40))


@READ("The gold's argument is known before any tool showed it.", "provenance", "grounded")
def gold_told_before_any_read(talk: Talk, rng: random.Random) -> Made:
    at = next((i for i in talk.messages if talk.reads and i < talk.reads[0]), None)
    found = [value for value in secrets(talk) if value.lower() not in talk.task.instruction.lower()]
    if at is None or not found:
        return None
    turns = list(talk.turns)
    turns[at] = agent(f"I think {rng.choice(found)} is what you need. {turns[at].text}")
    return turns


def secrets(talk: Talk) -> list[str]:
    """Ids of the gold that the user does not know."""
    known = " ".join(str(fact.value) for fact in talk.task.facts).lower()
    calls = " ".join(json.dumps(call.args) for call in talk.task.gold)
    return [
        value for value in sorted(talk.domain.pack.ids(calls)) if value.lower() not in known and value != talk.user_id
    ]
