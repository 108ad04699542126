"""Dialogue acts: measured on labelled turns, and the properties that no list of sentences can show."""

from __future__ import annotations

import pytest

from benchmarks.acts import main, scores, sets
from writ_dspy.conversation import Turn
from writ_dspy.simulate.acts import agreed, assents, heard, takes_leave, user_acts

SETS = sets()
USERS = sorted(name for name in SETS if not name.startswith("agent"))
AGENTS = sorted(name for name in SETS if name.startswith("agent"))
ASK = "I would cancel order #W5001122, and $84.10 goes back to your PayPal account. Shall I go ahead (yes/no)?"
MORE = "Order #W5001122 is canceled. Is there anything else I can help you with?"


@pytest.mark.parametrize("name", USERS)
def test_assent_is_recognized(name: str) -> None:
    """In every set of labelled turns: hardly a yes is missed, and hardly anything else is taken for one."""
    score = scores(SETS[name])["assent"]

    assert score.precision >= 0.98
    assert score.recall >= 0.98


@pytest.mark.parametrize("name", AGENTS)
def test_proposals_are_recognized(name: str) -> None:
    """What asks for a yes to an act is told from what asks for anything else."""
    score = scores(SETS[name])["proposal"]

    assert score.precision >= 0.96
    assert score.recall >= 0.96


def test_the_labelled_turns_are_many_and_hard() -> None:
    """At least 600 turns; at least 150 that agree, and 150 that object, limit or change what was proposed."""
    turns = [turn for turns in SETS.values() for turn in turns]
    users = [turn for name in USERS for turn in SETS[name]]

    assert len(turns) >= 600
    assert sum("assent" in turn.acts for turn in users) >= 150
    assert sum(bool(turn.acts & {"dissent", "conditional", "correction"}) for turn in users) >= 150
    assert len({(turn.text, turn.before) for turn in turns}) == len(turns)


def test_every_other_act_is_mostly_recognized() -> None:
    """Over all users' turns: objections, conditions, questions, thanks … with a precision and recall of at least 0.75."""
    found = scores(turn for name in USERS for turn in SETS[name])

    assert set(found) == {
        "assent", "dissent", "conditional", "correction", "question", "answer", "request", "refusal", "greeting", "farewell", "thanks",
    }  # fmt: skip
    assert all(score.recall >= 0.75 for score in found.values()), found
    assert all(score.precision >= 0.75 for act, score in found.items() if act != "answer"), found


@pytest.mark.parametrize(
    "on", ["my Mastercard", "the gift card", "a card", "another card", "this card", "Visa", "my Visa ending in 3202"]
)
@pytest.mark.parametrize("before", ["", "No. ", "Stop, I want to change one thing. "])
def test_what_goes_on_a_card_bids_nobody_go_on(on: str, before: str) -> None:
    """The words are those of a yes; what stands behind them tells."""
    assert not assents(f"{before}It should go on {on}. The rest can stay as it is.", ASK)
    assert assents(f"Please go on. {on.capitalize()} is fine.", ASK)
    assert assents(f"Yes, please. It can go on {on}.", ASK)


def test_a_span_holds_what_the_act_rests_on() -> None:
    """Spans are places in the text as it was written, in order."""
    text = "Hm, İstanbul was nice. Yes, cancel it! And where is my refund?"
    acts = user_acts(text, ASK)
    spans = {act.kind: text[act.start : act.end] for act in acts}

    assert spans["assent"] == "cancel it"
    assert spans["question"] == "where is my refund"
    assert [act.start for act in acts] == sorted(act.start for act in acts)


@pytest.mark.parametrize(
    "yes", ["Yes", "YES!!", "yeah", "Sure", "Please do", "Go ahead", "I agree", "👍", "Sounds good", "pleese go ahed"]
)
@pytest.mark.parametrize(
    ("rest", "still"),
    [
        ("", True),
        (", thank you so much", True),
        (". Don't change anything else", True),
        (". When will I get the money", True),
        (". My dog just barked", True),
        (". The bus won't wait for me, it never does", True),
        (". No, wait, leave it", False),
        (", but only if it is free", False),
        (". Actually, don't", False),
        (" ... no", False),
        (", unless there is a fee", False),
        (", but is it refundable", False),
    ],
)
def test_the_rest_of_a_turn_takes_a_yes_back_or_not(yes: str, rest: str, still: bool) -> None:
    """Any way to agree stands beside courtesies, restrictions and later questions; no way survives a no, an if or a but."""
    end = "?" if " is it " in rest or " When " in rest else "."

    assert assents(f"{yes}{rest}{end}", ASK) is still


@pytest.mark.parametrize("word", ["okay", "right", "correct", "sure", "fine", "acceptable", "what I want"])
@pytest.mark.parametrize(
    "no", ["That is not {}.", "That isn't {} for me.", "I don't think that's {}.", "It's not really {}."]
)
def test_a_negation_reaches_the_word_of_assent(word: str, no: str) -> None:
    """A good word under a negation is no yes, whatever stands between them."""
    assert not assents(no.format(word), ASK)
    assert assents(
        no.format(word).replace("n't", "").replace(" not", "").replace("I do think ", "").replace("sure", "right"), ASK
    )


@pytest.mark.parametrize(
    "wait",
    [
        "once you have checked the fee", "as soon as you've told me the fee", "after you answer one question", "after you send me the receipt",
        "once my card is unblocked", "when my husband agrees", "until I say so",
    ],
)  # fmt: skip
def test_a_yes_that_waits_for_something_is_none_yet(wait: str) -> None:
    """What has to happen before the act is a condition; what comes after the act, or is only manners, is none."""
    assert not assents(f"Yes, go ahead {wait}." if wait[0] != "u" else f"Yes, but don't do it {wait}.", ASK)
    assert assents("Yes, go ahead, and email me after you cancel it.", ASK)
    assert assents("Yes, cancel it when you get the chance.", ASK)


@pytest.mark.parametrize("order", ["Please sort this out yourself.", "Yes, handle this please.", "Go ahead."])
def test_a_yes_for_another_case_takes_an_order_back(order: str) -> None:
    """An "if you can't, then yes" after an order says when it is meant."""
    read = user_acts(f"{order} If you can't waive the fee, then yes, cancel it.", ASK)

    assert {act.kind for act in read} == {"conditional"}


def test_a_yes_is_about_what_was_asked() -> None:
    """The same word agrees to an act, answers a question, or says that there is nothing more; "no" may be a yes."""
    assert assents("Yes.", ASK)
    assert not assents("Yes.", MORE)
    assert not assents("Yes.", "Is your zip code 12345?")
    assert not assents("Yes, go ahead.", "")
    assert assents("No, go ahead.", "I'd cancel the order now. Do you have any objection?")
    assert not {"dissent", "assent"} & {act.kind for act in user_acts("No, that's all.", MORE)}
    assert takes_leave("No, that's all.", MORE)
    assert not takes_leave("No, but cancel my other order, too.", MORE)
    assert not takes_leave("Yes, go ahead.", ASK)


def _talk(*texts: str) -> list[Turn]:
    """Agent and user take turns; the agent begins."""
    return [Turn("user" if index % 2 else "agent", text) for index, text in enumerate(texts)]


def test_the_last_word_before_the_write_counts() -> None:
    """A yes holds through talk about other things and a second look; a later no, or another wish, takes it back."""
    assert agreed(_talk(ASK, "Yes."), 0, 2) == 1
    assert agreed(_talk(ASK, "What was the amount?", "It is $84.10. May I go ahead?", "Yes."), 0, 4) == 3
    assert agreed(_talk(ASK, "Yes.", MORE, "No, that's all, thanks."), 0, 4) == 1
    assert agreed(_talk(ASK, "Yes.", "What is your e-mail address?", "It's a@b.com, no, sorry, b@b.com."), 0, 4) == 1
    assert agreed(_talk(ASK, "Yes.", "One moment.", "Sorry, don't do it after all."), 0, 4) is None
    assert agreed(_talk(ASK, "Yes.", "One moment.", "I'd rather have it on a different payment method."), 0, 4) is None
    assert agreed(_talk(ASK, "No.", "Shall I leave it, then?", "Yes."), 0, 4) is None
    assert agreed(_talk(ASK, "Let me think about that."), 0, 2) is None


def test_a_message_that_takes_everything_back_proposes_nothing() -> None:
    """Whatever it lists and asks afterwards; a thing that waits for the yes takes nothing back."""
    listed = "\n- cancel order #W5001122\nShall I go ahead (yes/no)?"

    assert "proposal" in heard(f"This is what I would do:{listed}").kinds
    assert "proposal" in heard(f"I will not do any of this until you confirm.{listed}").kinds
    assert "proposal" not in heard(f"I will NOT do any of the following, it stays as it is.{listed}").kinds
    assert not assents("Yes, go ahead.", f"I will NOT do any of the following, it stays as it is.{listed}")
    assert "proposal" in heard(f"So I won't go ahead with it. Please check what I would do instead:{listed}").kinds
    assert (
        "proposal"
        not in heard(f"This is what it was:{listed[:26]}\nSo I won't go ahead with it. Shall I go ahead?").kinds
    )
    assert "proposal" not in heard(f"So I won't go ahead with any of that. Please check it:{listed}").kinds


@pytest.mark.long
def test_the_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m benchmarks.acts` names every set and its figures."""
    main(["--wrong"])
    shown = capsys.readouterr().out

    assert all(f"{name}: {len(turns)} turns" in shown for name, turns in SETS.items())
    assert "assent not recognized" in shown


@pytest.mark.parametrize("word", ["please", "very", "and please", "so so and", "sure also"])
def test_a_word_said_sixty_times_is_read_like_any_other(word: str) -> None:
    """No pattern loops over a loop, which would never come to an end here."""
    assert user_acts(f"{word} " * 60, "Shall I go ahead?") is not None


@pytest.mark.parametrize(
    ("reply", "still"),
    [
        ("Find the cheapest and give me that.", False), ("Look for an earlier one and take it.", False), ("Actually, search for the last flight and book it.", False),
        ("Yes, find the cheapest and do it.", False), ("Check the others and go ahead with the best of them.", False),
        ("Yes, go ahead. Then find me a hotel.", True), ("I couldn't find anything wrong, go ahead.", True), ("Yes, and find my other trip afterwards.", True),
        ("Did you find it? Well, yes, go ahead.", True), ("Look, just do it.", True), ("Yes, check it off.", True),
    ],
)  # fmt: skip
def test_what_has_first_to_be_looked_for_is_not_what_was_proposed(reply: str, still: bool) -> None:
    """To have something found, and that then done, is a change; to look for something afterwards is not."""
    assert assents(reply, "I would book HAT127 on May 20 for $120. Shall I go ahead (yes/no)?") is still


@pytest.mark.parametrize(("reply", "still"), [("Okay, so.", False), ("Ok so...", False), ("Okay then.", True), ("Okay, so do it.", True)])  # fmt: skip
def test_a_sentence_that_was_only_begun_agrees_to_nothing(reply: str, still: bool) -> None:
    """What follows "okay, so" says what it is."""
    assert assents(reply, "I would book HAT127 on May 20 for $120. Shall I go ahead (yes/no)?") is still


@pytest.mark.parametrize(("reply", "still"), [("Yes to the first point only.", False), ("Yes, the first flight is right.", True)])  # fmt: skip
def test_a_point_of_the_list_is_no_flight_of_it(reply: str, still: bool) -> None:
    """Where a first flight was proposed, it is what was proposed; a first point is a part of the list."""
    before = "I would book HAT127 on May 20, and HAT128 on the day after the first flight, for $120. Shall I go ahead (yes/no)?"

    assert assents(reply, before) is still


CALLED_OFF = "I would call order #W5001122 off, and $84.10 goes back to your card. Shall I call it off?"
EXCHANGE = "I would exchange the lamp in order #W5001122 for the silver one. Shall I go ahead?"


@pytest.mark.parametrize(
    ("answer", "yes"),
    [
        ("Yes, call it off, the whole lot.", True), ("Call it off, please.", True), ("Yes please, call it all off.", True), ("Call the whole order off, yes.", True), ("Yes, cancel it.", True),
        ("Cancel the whole order, yes.", True), ("Go ahead and call that off.", True),
        ("No, call it off.", False), ("Don't call it off.", False), ("Never mind, call the whole thing off.", False), ("I changed my mind, call it off.", False), ("Call the other one off, not this one.", False),
    ],
)  # fmt: skip
def test_to_call_it_off_is_to_cancel_it(answer: str, yes: bool) -> None:
    """Whichever of the two words the question has; what calls off anything else than a cancellation is no yes to it."""
    assert assents(answer, ASK) is yes
    assert assents(answer, CALLED_OFF) is yes
    assert not assents(answer, EXCHANGE)


@pytest.mark.parametrize(
    ("beside", "still"),
    [
        ("I'll ask my wife to bring the parcel.", True), ("I will ask my son to drop it off.", True), ("I'll phone my neighbor's daughter to pick it up.", True),
        ("I'll ask my wife.", False), ("I'll ask my wife to confirm it.", False), ("I'll ask my wife to take a look first.", False), ("I'll ask my husband whether that's okay.", False),
    ],
)  # fmt: skip
def test_whom_a_user_asks_to_do_something_need_not_agree(beside: str, still: bool) -> None:
    """To send somebody with the parcel puts no yes off; to ask what they think of it does."""
    assert assents(f"go for it, {beside}", ASK) is still
