"""Calls in another order, or more of them than needed."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace

from benchmarks.mutations.kinds import Family, Made
from benchmarks.mutations.natural.yes import WHAT_ELSE, apart
from benchmarks.mutations.talks import ASKS, Talk, agent, called, put, user
from writ_dspy.conversation import Turn
from writ_dspy.domains import Before
from writ_dspy.task import Call

CALLS = Family("calls", wrong=False)


@CALLS("They do not depend on each other.")
def swap_independent_reads(talk: Talk, rng: random.Random) -> Made:
    pairs = [i for i in talk.reads if i + 2 in talk.reads and i != talk.known and not _uses(talk, i)]
    if not pairs:
        return None
    i = rng.choice(pairs)
    turns = talk.turns
    return [*turns[:i], *turns[i + 2 : i + 4], *turns[i : i + 2], *turns[i + 4 :]]


def _uses(talk: Talk, i: int) -> bool:
    """Whether the next call needs what this one shows."""
    before = "\n".join(turn.text for turn in talk.turns[:i] if turn.role != "agent").lower()
    values = [str(value).lower() for value in talk.call(i + 2).args.values()]
    return any(value not in before and value in talk.turns[i + 1].text.lower() for value in values)


@CALLS("It may look at the customer's profile.")
def extra_own_profile_read(talk: Talk, _rng: random.Random) -> Made:
    if talk.known is None or talk.transferred:
        return None
    return put(talk.turns, talk.known + 2, *called("get_user_details", user_id=talk.user_id))


@CALLS("It may look at the customer's other records.")
def extra_own_record_read(talk: Talk, rng: random.Random) -> Made:
    if talk.known is None or talk.transferred or not talk.records:
        return None
    profile = called("get_user_details", user_id=talk.user_id)
    key = rng.choice(talk.records)
    record = (
        called("get_order_details", order_id=key)
        if talk.retail
        else called("get_reservation_details", reservation_id=key)
    )
    return put(talk.turns, talk.known + 2, *profile, *record)


@CALLS("It may look at the list of what there is.")
def extra_catalog_read(talk: Talk, _rng: random.Random) -> Made:
    if talk.known is None or talk.transferred:
        return None
    return put(talk.turns, talk.known + 2, *called("list_all_product_types" if talk.retail else "list_all_airports"))


@CALLS("It works a sum out.")
def uses_calculate(talk: Talk, rng: random.Random) -> Made:
    found = [
        i for i in talk.messages if i and talk.turns[i - 1].role == "tool" and (talk.known is None or i > talk.known)
    ]
    if not found:
        return None
    a, b = rng.randrange(20, 90), rng.randrange(20, 90)
    return put(talk.turns, rng.choice(found), *called("calculate", expression=f"{a} + {b}.50"))


@CALLS("Their order makes no difference.")
def swap_independent_writes(talk: Talk, _rng: random.Random) -> Made:
    found = apart(talk)
    if found is None:
        return None
    first, second = found
    start, told, end = talk.proposal(first), talk.report(first), talk.report(second)
    if told is None or end is None or _same_record(talk, first, second) or _follows(talk, second):
        return None
    text = talk.turns[end].text
    asked = ASKS.search(text)
    if asked is None or any(end == talk.proposal(write) for write in talk.writes if write > end):
        return None  # it goes on to something else in the same message
    first_told = f"{talk.turns[told].text.rsplit('. ', 1)[0]}. {asked[0].strip()}"
    second_told = f"{text[: asked.start()].strip()} Now to the first one. {talk.turns[start].text}"
    return [
        *talk.turns[:start], agent(WHAT_ELSE), *talk.turns[told + 1 : second + 2], agent(second_told),
        *talk.turns[start + 1 : first + 2], agent(first_told), *talk.turns[end + 1 :],
    ]  # fmt: skip


def _follows(talk: Talk, write: int) -> bool:
    """Whether policy allows a write only after those before it: alone, it would be denied."""
    domain = talk.domain
    before = Before(
        talk.call(write),
        lambda tool, args: domain.read(domain.canonical(tool, args)).views,
        talk.user_id,
        (),
        talk.said,
    )
    return any(True for rule in domain.pack.rules for _ in rule(before))


def _same_record(talk: Talk, first: int, second: int) -> bool:
    """Whether both change one record, or one of them what the other pays with."""
    texts = [set(talk.domain.pack.ids(json.dumps(talk.call(write).args))) - {talk.user_id} for write in (first, second)]
    return bool(texts[0] & texts[1]) or any(
        word in talk.call(write).tool for write in (first, second) for word in ("address", "payment")
    )


@CALLS("τ² sorts the items.")
def permuted_item_lists(talk: Talk, rng: random.Random) -> Made:
    turns, changed = list(talk.turns), False
    for write in talk.writes:
        args = talk.call(write).args
        items = args.get("item_ids") or []
        if len(items) < 2:
            continue
        order = list(range(len(items)))
        while order == sorted(order):
            rng.shuffle(order)
        args["item_ids"] = [items[i] for i in order]
        if "new_item_ids" in args:
            args["new_item_ids"] = [args["new_item_ids"][i] for i in order]
        turns[write] = replace(turns[write], calls=(Call.of(talk.call(write).tool, args),))
        changed = True
    return turns if changed else None


@CALLS("The user's slip is looked up first, and then what it meant.")
def lookup_with_the_users_slip_first(talk: Talk, _rng: random.Random) -> Made:
    behaviour = talk.task.behaviour
    if (
        talk.known is None
        or not talk.retail
        or behaviour is None
        or behaviour.slip is None
        or behaviour.slip[0] != "email"
    ):
        return None
    at, slip, mail = talk.known - 1, behaviour.slip[1], str(talk.call(talk.known).args.get("email"))
    text = talk.turns[at].text
    left = " ".join(one for one in re.split(r"(?<=[.!?]) ", text) if mail not in one)
    if slip not in left or talk.turns[at].role != "user":
        return None
    first = [replace(talk.turns[at], text=left), *called("find_user_id_by_email", email=slip)]
    again = [
        agent("I can't find an account with that e-mail address. Could you check it, please?"),
        user(f"Sorry, a typo: it's {mail}."),
    ]
    return [*talk.turns[:at], *first, *again, *talk.turns[talk.known :]]


@CALLS("A read that finds nothing, and then the right one.")
def read_error_then_recovery(talk: Talk, _rng: random.Random) -> Made:
    for i in talk.reads:
        key = talk.call(i).args.get("order_id")
        said = "\n".join(turn.text for turn in talk.turns[:i] if turn.role == "user")
        if key and str(key).lstrip("#").lower() in said.lower():
            return put(talk.turns, i, *called("get_order_details", order_id=str(key).lstrip("#")))
    return None


@CALLS("It knows the customer by the profile, and reads the order then.")
def agent_reads_profile_before_the_record(talk: Talk, _rng: random.Random) -> Made:
    reads: list[Turn] = list(called("get_user_details", user_id=talk.user_id))
    first = next((i for i in talk.reads if talk.call(i).tool in ("get_order_details", "get_reservation_details")), None)
    return None if first is None or talk.known is None or talk.known > first else put(talk.turns, first, *reads)


@CALLS("The same record twice, to be certain.")
def record_read_again_before_the_write(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        args = talk.call(write).args
        if args.get("order_id"):
            return put(talk.turns, write, *called("get_order_details", order_id=args["order_id"]))
        if args.get("reservation_id"):
            return put(talk.turns, write, *called("get_reservation_details", reservation_id=args["reservation_id"]))
    return None


@CALLS("The record is looked at once more after the write.")
def record_read_after_the_write(talk: Talk, rng: random.Random) -> Made:
    for write in rng.sample(talk.writes, len(talk.writes)):
        args = talk.call(write).args
        if args.get("order_id"):
            return put(talk.turns, write + 2, *called("get_order_details", order_id=args["order_id"]))
        if args.get("reservation_id"):
            return put(talk.turns, write + 2, *called("get_reservation_details", reservation_id=args["reservation_id"]))
    return None
