"""Replies that name a part of what was proposed: given for that part alone, keeping it back, or just speaking of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from benchmarks.mutations.kinds import Family, Made, Make
from benchmarks.mutations.talks import Talk, said
from writ_dspy.task import Call

Replies = Callable[[Talk, Call], Iterator[tuple[bool, Sequence[str]]]]
"""Of a write: whether it is still a yes to it, and ways to say it."""
KINDS = {"paypal": "PayPal", "gift_card": "gift card", "credit_card": "credit card", "certificate": "certificate"}


def kept(talk: Talk, call: Call) -> Iterator[tuple[bool, Sequence[str]]]:
    """An item of several that stays, or that goes."""
    items = talk.record(call.args["order_id"])["items"] if call.args.get("order_id") else []
    ids = [row["item_id"] for row in items] if call.tool == "cancel_pending_order" else call.args.get("item_ids", [])
    names = [row["name"].lower() for row in items if row["item_id"] in ids]
    rest = [row["name"].lower() for row in items if row["item_id"] not in ids and row["name"].lower() not in names]
    back = (
        "Yes, but I keep the {name}.", "Yes, I keep the {name}.", "Go ahead, the {name} stays with me.", "Yes, everything but the {name}.", "Okay, but leave the {name} out of it.", "Do it, minus the {name}.", "Yes please. The {name} I'd rather keep.",
        "Sure, I'm hanging on to the {name}.", "Yes. Leave the {name} as it is, though.", "Yes, with the exception of the {name}.", "Fine, but the {name} isn't part of it.", "Alright, I'd like to hold on to the {name}.",
    )  # fmt: skip
    for name in names[-1:]:
        yield False, [form.format(name=name) for form in back]
        if call.tool == "return_delivered_order_items":
            yield True, [form.format(name=name) for form in ("Yes, including the {name}.", "Yes, and the {name} goes with it.", "Sure, I won't miss the {name}.", "Yes, that's the {name} I mean.", "Yes. I don't want to keep the {name}.", "Go ahead, there's no point in keeping the {name}.", "Yes, I can live without the {name}.", "Yes, the {name} has to go.")]  # fmt: skip
    for name in rest[:1] if call.tool != "cancel_pending_order" else ():
        yield True, [form.format(name=name) for form in ("Yes, I keep the {name}.", "Yes, and the {name} stays with me.", "Yes. The {name} I keep, of course.", "Yes, the {name} isn't part of this.", "Go ahead, the {name} remains here.", "Yes, I'm holding on to the {name}.", "Yes. I still want the {name}, but that isn't part of this.")]  # fmt: skip


def person(talk: Talk, call: Call) -> Iterator[tuple[bool, Sequence[str]]]:
    """One passenger of several."""
    key = call.args.get("reservation_id")
    people = call.args.get("passengers") or (talk.record(key)["passengers"] if key in talk.records else [])
    names = [one["first_name"] for one in people]
    if len(set(names)) < 2 or len(set(names)) < len(names):
        return
    yield False, [form.format(name=names[-1]) for form in (
        "Yes, for {name} alone.", "Yes, but only for {name}.", "Yes, just {name}, please.", "Sure, but leave {name} out.", "Yes, without {name}.", "Okay, {name} is not coming along though.", "Yes, everyone except {name}.", "Yes, one seat, for {name}.",
        "Go ahead for {name}.", "Yes, though {name} won't be flying.", "Fine, but not {name}.", "Yes, for {name} only.",
    )]  # fmt: skip
    yield True, [form.format(name=names[-1]) for form in ("Yes, {name} is coming along.", "Go ahead, {name} agrees.", "Yes. {name} will be so happy.", "Yes, {name} is spelled like that.", "Sure, {name} knows about it.", "Yes, {name} can't wait.", "Yes, I asked {name} already.", "Yes, it was {name}'s idea.")]  # fmt: skip


def method(talk: Talk, call: Call) -> Iterator[tuple[bool, Sequence[str]]]:
    """Another kind of payment method, or the one that was listed."""
    used = {kind for kind in KINDS if f"{kind}_" in call.text}
    others = [
        name
        for kind, name in KINDS.items()
        if kind not in used and kind != ("certificate" if talk.retail else "paypal")
    ]
    forms = ("Yes, to my {name} then.", "Yes, with my {name}.", "Yes, put it on the {name}.", "Sure, via {name}.", "Go ahead, {name} as always.", "Okay, charge my {name}.", "Fine, my {name} it is.", "Yes please, and use my {name} for it.", "Yes, by {name}.", "Alright, take it from my {name}.")  # fmt: skip
    for name in others if used else ():
        yield False, [form.format(name=name) for form in forms]
        yield True, [form.format(name=name) for form in ("Yes, not with my {name}.", "Yes. My {name} stays out of it.", "Yes, that's better than my {name}.", "Go ahead. I was thinking of my {name} first.", "Yes, I lost my {name} anyway.", "Yes, instead of my {name}.", "Sure, the {name} would have been worse.", "Yes, no {name} this time.")]  # fmt: skip
    if len(used) == 1:
        yield True, [form.format(name=KINDS[next(iter(used))]) for form in ("Yes, with my {name}.", "Yes, the {name} is fine.", "Yes, put it on the {name}.", "Go ahead with the {name}.", "Yes, on my {name}, please.", "Sure, use the {name}.", "Yes, {name} is right.", "Yes, my {name}, exactly.")]  # fmt: skip


def value(_talk: Talk, call: Call) -> Iterator[tuple[bool, Sequence[str]]]:
    """Another cabin, or the other way with insurance."""
    if "cabin" in call.args:
        own = call.args["cabin"].replace("_", " ")
        for other in ("business", "economy", "basic economy"):
            yield other == own, [form.format(cabin=other) for form in ("Yes, in {cabin}.", "Go ahead, we fly {cabin}.", "Yes, as {cabin}, please.", "Yes. That's {cabin}, right?", "Yes, {cabin} please.", "Sure, in {cabin} then.", "Yes, for {cabin}.", "Okay, {cabin} it is.")]  # fmt: skip
    if "insurance" in call.args:
        yield call.args["insurance"] == "yes", ("Yes, with insurance.", "Yes, including the insurance.", "Go ahead, insured of course.", "Yes, and with the travel insurance.", "Yes, insurance included.", "Sure, plus the insurance.", "Yes, I want insurance.", "Yes, with the insurance, please.")  # fmt: skip
        yield call.args["insurance"] == "no", ("Yes, without insurance.", "Yes, no insurance.", "Yes, minus the insurance.", "Go ahead, without the insurance.", "Yes, and no travel insurance.", "Sure, no insurance, please.", "Yes, I don't want insurance.", "Yes, without any insurance.")  # fmt: skip


def way(_talk: Talk, call: Call) -> Iterator[tuple[bool, Sequence[str]]]:
    """One way of a trip, or one flight of several."""
    flights = call.args.get("flights", [])
    if len(flights) > 1:
        some = ["Yes, but not {flight}.", "Go ahead, without {flight}.", "Yes, everything except the return flight.", "Yes, only {flight}."]  # fmt: skip
        if "reservation_id" not in call.args:  # of a trip that is changed, one way may be all that changes
            some += ["Yes, but only the way out.", "Yes, for the outbound only.", "Sure, just the first leg.", "Yes, just the way there, please.", "Okay, the first flight only."]  # fmt: skip
        yield False, [form.format(flight=flights[-1]["flight_number"]) for form in some]
        yield True, [form.format(flight=flights[-1]["flight_number"]) for form in ("Yes, {flight} works.", "Go ahead with {flight}.", "Yes, {flight} is what I want.", "Yes, and {flight} is a good time.", "Sure, {flight} suits me.", "Yes, I know {flight} well.", "Yes. I've been on {flight} before.", "Yes, {flight} and all.")]  # fmt: skip


def after(_talk: Talk, _call: Call) -> Iterator[tuple[bool, Sequence[str]]]:
    """A yes with a word on what comes after the act."""
    yield True, (
        "Yes, and afterwards I need help with another one.", "Yes, go ahead. Then I'd like to look at something else.", "Yes. After that, I have another request.", "Yes, and once that's done I've got another question.", "Sure, there's one more thing afterwards.",
        "Yes please. Next I have a question.", "Yes, do that, and then there's another thing.", "Yes, but afterwards I have one more wish.",
    )  # fmt: skip


REPLIES: Mapping[str, Replies] = {
    "an item": kept,
    "a passenger": person,
    "a method": method,
    "a value": value,
    "a way": way,
    "afterwards": after,
}


def replying(replies: Replies, *, yes: bool) -> Make:
    """The reply to one proposal names a part of it."""

    def make(talk: Talk, rng: random.Random) -> Made:
        found = [
            (write, forms) for write in talk.writes for still, forms in replies(talk, talk.call(write)) if still is yes
        ]
        if not found:
            return None
        write, forms = rng.choice(found)
        return said(talk.turns, talk.reply(write), rng.choice(forms))

    return make


def declare(family: Family, why: str, *, yes: bool) -> None:
    """One kind for each sort of part."""
    for name, replies in REPLIES.items():
        if yes or name != "afterwards":
            family.add(f"{'yes, naming' if yes else 'part of a yes:'} {name}", replying(replies, yes=yes), why)
