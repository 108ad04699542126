"""The fact check of rewordings: it can fail in every way, and it misses no changed fact of a real conversation."""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Iterator

import pytest

from tests.simulate.playing import Played
from writ_dspy.domains import load
from writ_dspy.programs.surface import Vocabularies, agent_keep, user_keep
from writ_dspy.task import Request, Slot
from writ_dspy.verify.fidelity import Keep, faults, misshapen, same, telling, vocabulary
from writ_dspy.verify.kept import lost

WORDS = vocabulary(
    [{"Desk Lamp": {"color": "silver", "material": "steel"}, "card": "PayPal", "city": "Fort Worth", "name": "Emma"}],
    ["cancel_order", "order_id", "payment_method"],
)
FACT = "Emma, your order #W123 with the silver desk lamp was cancelled on May 3, and $12.50 goes to PayPal."
SPOILED = {
    "another id": FACT.replace("#W123", "#W124"),
    "another amount": FACT.replace("$12.50", "$12.05"),
    "an amount more": FACT.replace("PayPal", "PayPal within 5 days"),
    "another date": FACT.replace("May 3", "May 13"),
    "an id less": FACT.replace(" #W123", ""),
    "another name": FACT.replace("Emma", "Olga"),
    "another color": FACT.replace("silver", "golden"),
    "a color less": FACT.replace("silver ", ""),
    "a material more": FACT.replace("silver", "silver steel"),
    "another action": FACT.replace("cancelled", "returned"),
    "an action more": FACT.replace("cancelled", "cancelled and refunded"),
    "a negation": FACT.replace("was", "was not"),
    "a question": FACT.replace("PayPal.", "PayPal?"),
    "another city": FACT.replace("PayPal.", "PayPal in Fort Worth."),
    "a role label": f"Agent: {FACT}",
    "talk of rewording": f"Here is the rewritten text. {FACT}",
    "markup": f"**{FACT}**",
    "a list": FACT.replace(", and", "\n- and"),
    "an end cut off": FACT.removesuffix("."),
    "another script": FACT.replace("was", "是"),
    "a word twice": FACT.replace("lamp", "lamp lamp"),
    "another side": FACT.replace("your", "my"),
    "three times the length": " ".join([FACT, "This is how it is and how it will be for now and ever after"] * 3),
    "almost nothing": "#W123.",
    "nothing": "  ",
    "facts in another order": "Emma, your order with $12.50 of #W123 and the silver desk lamp was cancelled on May 3, goes to PayPal.",
}
REQUEST = Request(0, (), "the lamp swap", "lamp", "I want to swap the big lamp.", ())
GUARDED = {
    "courtesy": ("I need it today.", "I need it today, please.", Keep(manner=True)),
    "haste": ("I'm in a hurry, so be short.", "I am busy, so be short.", Keep(manner=True)),
    "slang": ("Gonna wait.", "I will wait.", Keep(manner=True)),
    "foreign": ("If is possible, I explain.", "If possible, I explain.", Keep(manner=True)),
    "digression": ("By the way, it rains.", "It rains, you see.", Keep(manner=True)),
    "misspelling": ("I wnat it.", "I want it.", Keep(manner=True)),
    "a yes lost": ("Yes, do it.", "I wonder about it.", Keep()),
    "a yes invented": ("I wonder about it.", "Yes, do it.", Keep()),
    "thanks": ("That was quick.", "Thanks, that was quick.", Keep()),
    "brackets": ("May I (yes/no)?", "May I?", Keep()),
    "a detail hidden": (
        "It is the lamp.",
        "It is that one.",
        Keep(slots=(Slot("items", "It is the lamp.", ("lamp",)),)),
    ),
    "a detail given away": ("It is that one.", "It is the lamp.", Keep(slots=(Slot("items", "The lamp.", ("lamp",)),))),
    "a topic": ("About the rug:", "About that:", Keep(texts=("rug",))),
    "a rendering": ("To the gift card.", "To the card.", Keep(groups=(("gift card", "voucher"),))),
    "a value": ("Business it is.", "Coach it is.", Keep(values=("b",), mentions=lambda _, text: "business" in text)),
    "a repetition": ("All done here.", "We are done.", Keep(said=frozenset({"we are done"}))),
    "verbosity": ("One two three four.", "One two three four then and so.", Keep(length=(1, 5))),
    "who acts": ("May I go ahead (yes/no)?", "You may go ahead (yes/no)?", Keep()),
    "a request for consent": ("May I go ahead (yes/no)?", "Please go ahead (yes/no)?", Keep()),
    "one side": ("You know what I mean.", "You know what that means.", Keep()),
    "the only telling word": ("That is it for today.", "That is what the team does.", Keep()),
    "an exact word": ("I want the same one in blue.", "I want one in blue.", Keep(exact=True)),
    "an exact order": ("From Rome to Oslo.", "From Oslo to Rome.", Keep(exact=True)),
    "another question": ("When would you go?", "How often would you go?", Keep()),
    "an answer to a question": ("Anything else on it?", "Yes, anything else on it?", Keep()),
    "a new word in a question": ("How many bags is it?", "How many bags are on the invoice?", Keep()),
    "a heading": ("About going there:", "I am going there.", Keep()),
    "another opening": ("I want to swap the big lamp.", "The lamp.", Keep(requests=(REQUEST,))),
    "who speaks": ("My pleasure, Aarav. Goodbye!", "My pleasure. I'm Aarav. Goodbye!", Keep()),
    "another subject": ("The printer broke this morning.", "The weather was fine all week.", Keep()),
}


def test_a_faithful_rewording_has_no_faults() -> None:
    """Small words and forms may change; facts, actions and their order stay."""
    new = "Emma, on your order #W123 with the silver desk lamp it has been cancelled on May 3, and $12.50 will go to PayPal."

    assert faults(FACT, new, Keep(WORDS)) == []
    assert faults("Do you need anything else?", "Is there anything else you need?", Keep(WORDS)) == []
    assert faults("May I go ahead (yes/no)?", "Do you want me to proceed (yes/no)?", Keep(WORDS)) == []
    assert faults("Could you give me your user id?", "Could you provide me with your user id?", Keep(WORDS)) == []
    assert faults("Yes, go ahead.", "Yes, please go ahead.", Keep(WORDS)) == []
    assert faults("I'm Aarav, by the way.", "By the way, I'm Aarav.", Keep(WORDS)) == []


@pytest.mark.parametrize("how", SPOILED)
def test_each_spoiled_rewording_is_caught(how: str) -> None:
    """Every way of changing a fact or the form of a message is a fault."""
    assert faults(FACT, SPOILED[how], Keep(WORDS))


@pytest.mark.parametrize("what", GUARDED)
def test_each_thing_to_keep_is_guarded(what: str) -> None:
    """What a user or an agent is recognized by may neither go nor come; the text itself has no fault."""
    original, reworded, keep = GUARDED[what]

    assert faults(original, reworded, keep)
    assert faults(original, original, forgetting(keep)) == []


def forgetting(keep: Keep) -> Keep:
    """The same without what was said before, which the text itself would repeat."""
    return dataclasses.replace(keep, said=frozenset())


def test_the_same_words_are_no_rewording() -> None:
    """Case and punctuation make no difference."""
    assert same("Yes, please do.", "yes please do!")
    assert not same("Yes, please do.", "Yes, please do that.")


def texts(played: list[Played]) -> Iterator[tuple[str, Keep]]:
    """Every message of real conversations with what must stay in it."""
    known = Vocabularies()
    for item in played:
        words = known.of(item.domain)
        for index, turn in enumerate(item.talk.turns):
            before = item.talk.turns[:index]
            if turn.role == "user":
                yield turn.text, user_keep(item.task, item.domain, before, words, turn)
            elif turn.role == "agent" and turn.text:
                yield turn.text, agent_keep(item.task, item.domain, before, words)


@pytest.fixture(scope="module")
def real(played: list[Played]) -> list[tuple[str, Keep]]:
    """The messages of every third conversation: what has to be kept of each takes long to see, and several tests ask."""
    return list(texts(played[::3]))


def test_a_real_message_is_faithful_to_itself(real: list[tuple[str, Keep]]) -> None:
    """No check trips over what the roles really say."""
    assert [faults(text, text, keep) for text, keep in real if faults(text, text, keep)] == []


def test_the_number_of_a_list_opens_nothing() -> None:
    """A parenthesis is open or closed for nothing all the same, also beside such numbers."""
    text = "The list: 1) the blue one (size M), 2) the red one."
    assert not list(misshapen(text, text))
    for spoiled in (text.replace(" (size", " size"), text.replace("M)", "M"), text.replace("list:", "list):")):
        assert list(misshapen(text, spoiled)) == ["an open quotation or parenthesis"]


def test_every_changed_digit_of_real_messages_is_caught(real: list[tuple[str, Keep]]) -> None:
    """Ids, numbers, money, dates and zip codes: one digit is enough."""
    rng, missed, tried = random.Random(0), [], 0
    for text, keep in real:
        places = [match.start() for match in re.finditer(r"\d", text)]
        for place in rng.sample(places, min(4, len(places))):
            wrong = f"{text[:place]}{(int(text[place]) + rng.randint(1, 9)) % 10}{text[place + 1 :]}"
            tried += 1
            missed += [] if faults(text, wrong, keep) else [(text, wrong)]

    assert tried > 150
    assert missed == []


def test_every_dropped_or_swapped_word_of_the_vocabulary_is_caught(real: list[tuple[str, Keep]]) -> None:
    """Colors, materials, cities, cabins, payment kinds, statuses: none goes, none becomes another."""
    rng, missed, tried = random.Random(1), [], 0
    for text, keep in real:
        found = [
            m
            for m in re.finditer(r"(?<![\w@#.-])[A-Za-z]{3,}(?![\w@-]|\.\w)", text)
            if telling(f"so {m[0].lower()}", keep.words)
        ]
        other = rng.choice(sorted(keep.words))
        for match in rng.sample(found, min(3, len(found))):
            rest = text[: match.start()] + text[match.end() :]
            if re.search(rf"(?i)\b{match[0][:4]}", rest) or other[:3] in text.lower():
                continue  # it stands there twice
            for wrong in (rest, f"{text[: match.start()]}{other}{text[match.end() :]}"):
                tried += 1
                missed += [] if faults(text, wrong, keep) else [(match[0], wrong)]

    assert tried > 150
    assert missed == []


def test_the_vocabulary_holds_what_the_records_say() -> None:
    """Values and keys, singular; no e-mail address, nothing with a digit, no word of everyday talk."""
    words = Vocabularies().of(load("tau2:retail"))

    assert {"silver", "stainless", "keyboard", "paypal", "chicago", "emma", "gold"} <= words
    assert not {"the", "new", "not", "yes"} & words
    assert not any(char in word for word in words for char in "@0123456789")


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("The very same watch, except with a metal strap.", "Exactly same watch, only with metal strap.", True),
        ("The very same watch, except with a metal strap.", "The same watch, but without a metal strap.", False),
        ("I'd keep the same flights, except in business.", "Same flights, just in business for me.", True),
        ("I'd keep the same flights, except in business.", "Same flights, just not in business.", False),
        ("Return everything except the lamp.", "Return everything with the lamp.", False),
    ],
)
def test_what_is_other_in_the_same_thing_is_wanted(before: str, after: str, kept: bool) -> None:
    """What is other in the same thing is told after "except"; so is what is left out of everything."""
    assert (not lost(before, after, before, {})) is kept
