"""Manner is measured: in words that no script of ours writes, with negation understood, and by no list that a script writes from."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.propose.proposed import proposed
from tests.simulate.playing import Played
from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.simulate import manner
from writ_dspy.simulate.manner import DIMENSIONS, NOT_MEASURED, measured, put_right
from writ_dspy.simulate.manner.measured import language
from writ_dspy.simulate.manner.telling import confirmation, correction, disclosure
from writ_dspy.simulate.manner.voice import asides, digression, haste, tone, verbosity
from writ_dspy.simulate.manner.words import meant, stems
from writ_dspy.simulate.trials import shown
from writ_dspy.task import DIMENSIONS as DEALT
from writ_dspy.trial import ChangesMind, Claim, Feels, Insists
from writ_dspy.verify.case import Case
from writ_dspy.verify.checks import verify
from writ_dspy.verify.user import user_faithful

HURRIED = (
    "I've got a plane to board in twenty minutes, so please be brief.",
    "Could we make it snappy? My shift begins at noon.",
    "Look, I'm running late already.",
    "I'm really pressed for time here.",
    "I haven't got all day.",
    "I gotta dash, just cancel it.",
    "This is urgent, my guests arrive tonight.",
    "Please hurry up, the taxi is waiting.",
    "I need this sorted immediately.",
    "The clock is ticking on my lunch break.",
    "We're rushing to the airport as I type.",
    "I only have a few minutes before class.",
    "Can we speed this up a little?",
    "I have to leave in ten minutes.",
    "Time is short, so here it all is.",
    "Quick please, I am at the till.",
    "Five minutes left on the parking meter.",
    "My break's almost over.",
    "The kids are waiting for me at the gate.",
    "Gotta get back to the kitchen.",
    "The film is about to start.",
    "The next patient waits.",
    "Two minutes until my stop.",
)
CALM = (
    "No rush at all, take your time.",
    "I'm not in any hurry.",
    "There's no hurry, I have the whole evening.",
    "It isn't urgent.",
    "Thanks for sorting that out so quickly!",
    "That was fast, thank you.",
    "Whenever you get round to it is fine with me.",
    "I've got plenty of time today.",
    "Please don't rush on my account.",
    "Which of these is the fastest flight?",
    "I have a quick question about my parcel.",
    "I'd like the one with the shortest journey.",
    "The parcel is waiting for me at the post office.",
    "I'm still waiting for the second box.",
    "Does that money land on the card right away, or do I get to wait for weeks?",
    "Great, we're nearly done then.",
    "It took thirty minutes to put together.",
)
CALM_ON_THE_MATTER = (
    "I need to get back to Chicago by Friday.",
    "Is there another flight that begins in Denver?",
    "The flight that leaves ten minutes before noon.",
)
MISTYPED = (
    "I recieved the wrong jacket and woudl like my money back.",
    "Can you chnage the adress on it?",
    "It is definately the second one that I ment to keep.",
    "Yes go ahead, that is corect.",
    "My acount is under that email adress.",
    "I beleive the flight leaves in the mornign.",
    "Pleas send it to my new appartment instead.",
    "thier is a problem wiht the seats",
    "I'd like ot return the vaccum cleaner adn the lamp",
    "Somethign went worng with my resevation.",
)
SLANG = (
    "yo can u swap this thing for me, thx",
    "Nah man, that's way too pricey, ain't payin' that.",
    "ok so i dunno the number tbh, it's kinda buried in my inbox lol",
    "Dude, lemme just get the cheap one, I'm gonna pay with the card.",
    "Sweet, go for it, you rock!",
    "Gimme the blue one, and that's it folks.",
    "cuz it don't fit, that's why, pls fix",
    "Yeah nope, scrap that, my bad.",
)
PLAIN = (
    "I would like to return the vacuum cleaner that arrived on Tuesday.",
    "Could you tell me what the total comes to?",
    "My user name is the same as my e-mail address.",
    "It's the blue one, and I'd rather have it in green.",
    "We're traveling with our daughter, who is nine years old.",
    "Please use the card that ends in 4417.",
    "I don't remember the order number, I'm afraid.",
    "That isn't what I asked for; I wanted the smaller size.",
    "Do you ship to Philadelphia?",
    "The passenger's surname is Nkemelu-Vasquez.",
)
ASIDES = (
    "It has been pouring with rain here since dawn.",
    "My grandson is learning the trumpet, bless him.",
    "On a side note, our cat has stolen my sandwich.",
    "The neighbors are having a party tonight, you should hear the drums.",
    "Speaking of which, did you see the game last night?",
    "By the way, the man at the bakery says hello to everybody.",
    "I'm having the best cup of coffee as we chat.",
    "Incidentally, I once worked behind a counter like yours for years.",
)
BEHIND = (
    "Put it on card 4417 - by the way, never lend your ladder to a drummer.",
    "The lamp, order #W4410271, by the way our choir won the county prize.",
)
ON_THE_MATTER = (
    "By the way, what is the total of the order?",
    "By the way, the lamp should be silver.",
    "The card ends in 4417, by the way.",
    "Refund to the card - by the way, the order number is #W4410271.",
    "Which of the two is cheaper, the lamp or the rug?",
    "I'd like to know when it will be delivered.",
    "Does that include the refund to my card?",
    "No, that is everything.",
    "The order is the one with the lamp.",
)
LISTED = (
    "Here is what I would change: order #W4410271, the desk lamp (silver, steel) for the desk lamp (black, bamboo), "
    "and the difference of $12.40 goes to your PayPal account. Shall I go ahead (yes or no)?"
)
YES_AS_LISTED_BEFORE = "Yes, book it, HAT078 on May 22 and HAT147 back on May 29. I have been up earlier than that, so 1:00 AM won't scare me."
YES_PLAIN = ("Yes.", "Yes, go ahead.", "Sure, please do.", "I agree to that.", "Yes, that's right, thank you.")
YES_REPEATED = (
    "Yes, the black bamboo one, please.",
    "Yes, go ahead with #W4410271.",
    "Sure, PayPal is fine.",
    "Yes, and the $12.40 can go there.",
    "That's right: bamboo. Yes, do it.",
)
ASKED_FIRST = (
    "Hold on, will I get an e-mail about it?",
    "Is that the full price?",
    "Before that: when does it arrive?",
    "One thing before I say anything. Tell me how much that comes to in total.",
    "I never trust a layover: that's just the one stop in Phoenix, yeah?",
    "First I'd like to know when it gets here.",
    "Before I say yes, remind me what the total was.",
)
POLITE = (
    (
        "Hello, could you kindly look into my parcel?",
        "Much obliged.",
        "I appreciate the effort.",
        "Pardon me, one more.",
    ),
    ("Please have a look.", "Thanks ever so much.", "You've been very helpful."),
)
BLUNT = (
    ("Cancel my order.", "The second one.", "Yes. Do it.", "That's all."),
    ("My bag is broken. I want my money back.", "No. Card.", "Fine."),
)
NEUTRAL = (
    ("Hello, I'd like to change my flight.", "It's the one to Denver.", "Could you use my card?", "Yes, that works."),
)
TERSE = (
    ("I want to return something.", "The lamp.", "Yes.", "No, nothing else."),
    ("One return, please.", "The lamp in the order, if you would be so kind.", "Yes please, thank you very much for that.", "Nothing more, thank you. Have a nice day!"),
)  # fmt: skip
CHATTY = (
    (
        "Hello there, I bought a lamp from you.",
        "Well, it is the big one with the long arm that we put next to the piano when my mother moved in with us last year.",
        "Yes, let us do it that way, I have talked it over with everybody at home and they all think it is the best idea.",
    ),
)
CASE = stems(
    f"I want to swap the lamp of my order for another one. {LISTED} Refund to the card, delivery of the rug, the total."
)


def test_there_are_many_turns_and_none_is_of_a_script() -> None:
    """More than eighty, in words of their own."""
    turns = (
        *HURRIED,
        *CALM,
        *MISTYPED,
        *SLANG,
        *PLAIN,
        *ASIDES,
        *ON_THE_MATTER,
        *YES_PLAIN,
        *YES_REPEATED,
        *ASKED_FIRST,
    )
    whole = [text for talk in (*POLITE, *BLUNT, *NEUTRAL, *TERSE, *CHATTY) for text in talk]

    assert len({*turns, *whole}) > 100


def test_no_list_of_a_script_measures() -> None:
    """Nothing that measures imports what scripts write with or briefs are made of; a new module is looked at, too."""
    folder = Path(manner.__file__).parent
    found = {name for path in folder.glob("*.py") for name in imported(path)}

    assert len(list(folder.glob("*.py"))) > 4
    assert {name for name in found if name.startswith("writ_dspy.simulate")} == {
        "writ_dspy.simulate.acts",
        "writ_dspy.simulate.wishes.parts",
        *(f"writ_dspy.simulate.manner.{name}" for name in ("language", "measured", "telling", "voice", "words")),
    }
    assert not [
        name for name in found if name.startswith(("writ_dspy.programs", "writ_dspy.signatures", "writ_dspy.verify"))
    ]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("text", HURRIED)
def test_haste_is_seen(text: str) -> None:
    assert haste(text)


@pytest.mark.parametrize("text", [*CALM, *CALM_ON_THE_MATTER])
def test_what_denies_haste_or_praises_it_is_none(text: str) -> None:
    assert not haste(text)


@pytest.mark.parametrize("text", MISTYPED)
def test_slips_of_the_keyboard_are_seen(text: str) -> None:
    found = language([text], [""])
    assert found is not None
    assert found[0] == "typos"


@pytest.mark.parametrize("text", SLANG)
def test_slang_is_seen(text: str) -> None:
    found = language([text], [""])
    assert found is not None
    assert found[0] == "casual", found


@pytest.mark.parametrize("text", PLAIN)
def test_plain_english_is_plain(text: str) -> None:
    """Contractions, names, ids and places are no slips and no slang."""
    found = language([text], [""])
    assert found is not None
    assert found == ("plain", 0.0)


def test_whether_english_is_a_first_language_is_not_measured() -> None:
    """Only typos and slang can be seen of who was to write as no native does."""
    assert language(["I want cancel order, I not need it."], [""], foreign=True) is None
    assert (language(["I wnat cancel teh order."], [""], foreign=True) or ("",))[0] == "typos"


def test_what_one_has_read_is_no_slip() -> None:
    """A name of a product that no dictionary has, once the other side has written it."""
    assert meant("booklight") is None or language(["the booklight"], ["the booklight"]) == ("plain", 0.0)
    assert language(["It is the Luminara Bookligt."], ["Bookligt"])[0] == "plain"  # type: ignore[index]


@pytest.mark.parametrize("text", [*ASIDES, *BEHIND])
def test_what_is_about_something_else_is_an_aside(text: str) -> None:
    assert asides(text, CASE) == 1


@pytest.mark.parametrize("text", ON_THE_MATTER)
def test_a_cue_before_something_on_the_matter_makes_no_aside(text: str) -> None:
    assert asides(text, CASE) == 0


def test_small_words_are_about_nothing() -> None:
    """What a remark is about shows in its telling words, however much of the rest stands in the case as well."""
    known = CASE | stems("in my the new ones are already here, so it is a nice one")
    assert asides("By the way, in my library the new tulips are already blooming, so nice.", known) == 1
    assert asides("By the way, the new lamp is already here, so nice.", known | stems("the lamp")) == 0


def test_an_answer_to_a_remark_does_not_make_it_the_matter() -> None:
    """The agent takes up the words of a remark after it was made, or speaks of the thing before: only then is it on the matter."""
    text = "By the way, the tulips outside are blooming."
    before, after = stems("the lamp"), stems("the lamp; tulips blooming outside")
    assert digression(["Hello.", text, "Yes."], [before, before, after])[0] == "small talk"
    assert digression(["Hello.", text, "Yes."], [before, after, after])[0] == "none"
    (task,) = proposed("tau2:retail")[:1]
    turns = [Turn("user", "Hello."), Turn("user", text), Turn("agent", "Tulips blooming outside, how lovely!")]
    assert measured(task, load(task.domain), turns)["digression"].seen == "small talk"
    assert measured(task, load(task.domain), [turns[2], *turns[:2]])["digression"].seen == "none"


def test_one_detail_a_message_is_one_thing_at_a_time() -> None:
    """Also where a word of one happens to give another away; two in most messages are not."""
    seen = 0
    for task in proposed("tau2:airline"):
        domain = load(task.domain)
        details = [slot.text for request in task.requests for slot in request.slots]
        if len(details) < 8 or len(set(details)) < len(details):
            continue
        alone = ["Hello, I need some help.", *details]
        paired = [
            "Hello, I need some help.",
            *(f"{one} {other}" for one, other in zip(details[::2], details[1::2], strict=False)),
        ]
        clash = [*alone[:3], f"{alone[3]} {alone[4]}", *alone[5:]]
        for texts, wanted in ((alone, True), (clash, True), (paired, False)):
            found = disclosure(task, domain, texts)
            assert found is not None
            assert (found[0] == "one thing at a time") == wanted, texts
        seen += 1
    assert seen


def answered(*texts: str) -> tuple[str, float] | None:
    turns: list[Turn] = []
    for text in texts:
        turns += [Turn("agent", LISTED), Turn("user", text)]
    return confirmation(turns)


@pytest.mark.parametrize("text", YES_PLAIN)
def test_a_plain_yes_repeats_nothing(text: str) -> None:
    assert answered(text) == ("plain yes", 0.0)


@pytest.mark.parametrize("text", YES_REPEATED)
def test_a_yes_that_repeats_is_seen(text: str) -> None:
    found = answered(text)
    assert found is not None
    assert found[0] == "repeats the key detail"


def test_a_yes_may_repeat_a_list_before_the_last() -> None:
    """To "as listed" it names what the message before the last one held; with another flight it would be the same yes to a measure."""
    listed = "HAT078 on May 22, HAT147 on May 29, $139.00 in total. Do you agree to this booking (yes/no)?"
    turns = (
        Turn("agent", listed),
        Turn("user", "Does HAT078 really leave at 1:00 AM?"),
        Turn("agent", "Yes, HAT078 leaves at 1:00 AM. Do you want me to make the booking as listed (yes/no)?"),
        Turn("user", YES_AS_LISTED_BEFORE),
    )
    found = confirmation(turns)

    assert found is not None
    assert found[0] == "asks once more"
    assert confirmation((*turns[:3], Turn("user", "No, not at 1:00 AM."))) is None


def test_a_proposal_stays_open_behind_the_answer_to_a_question() -> None:
    """Whatever that answer is heard as: the yes to it is the yes; a reply that hands over ends it, and so does a no."""
    listed = "HAT192 on May 23 for $110 in total. Shall I book it (yes/no)?"
    asked = "Hang on, what time does it land?"
    for reply in (
        "It lands at 02:00. All the rest is as listed.",
        "At 02:00, and none of the bags is free. Do I go on?",
    ):
        turns = (
            Turn("agent", listed),
            Turn("user", asked),
            Turn("agent", reply),
            Turn("user", "Yeah, do it, book it."),
        )
        found = confirmation(turns)
        assert found is not None
        assert found[0] == "asks once more"
        assert confirmation(turns[:3]) is None
    told = (
        Turn("agent", listed),
        Turn("user", "No, leave it."),
        Turn("agent", "I left it."),
        Turn("user", "Yes, good."),
    )
    assert confirmation(told) is None


@pytest.mark.parametrize("text", ASKED_FIRST)
def test_a_question_before_the_yes_is_seen(text: str) -> None:
    found = answered(text, "Yes, go ahead.")
    assert found is not None
    assert found[0] == "asks once more"
    assert answered(text) is None


@pytest.mark.parametrize(
    ("level", "talks"), [("polite", POLITE), ("blunt", BLUNT), ("neutral", NEUTRAL)], ids=["polite", "blunt", "neutral"]
)
def test_tone_is_the_share_of_courteous_messages(level: str, talks: tuple[tuple[str, ...], ...]) -> None:
    assert [found[0] for talk in talks if (found := tone(talk))] == [level] * len(talks)


@pytest.mark.parametrize(
    "text", ["No, make it the silver one.", "Not yet.", "Wrong card, I told you which one to use."]
)
def test_a_no_before_the_yes_is_no_question(text: str) -> None:
    found = answered(text, "Yes, go ahead.")
    assert found is None or found[0] != "asks once more"


MATTER_OF_FACT = (
    "I need a trip booked for later this month.",
    "The cabin should be economy, and it goes from Miami to Houston.",
    "Yes, book it: the two flights on May 23 for $354. That fits.",
    "There's a trip of mine that won't take place, so I need it cancelled.",
    "The reason is that I broke my leg, and the cast stays on.",
    "Yes, cancel that one. I'll watch for the refund.",
    "No, that covers it. Goodbye.",
)


def test_who_is_matter_of_fact_is_not_blunt() -> None:
    """In a short talk a courtesy may just be missing; in a long one it is meant, and so it is where orders are barked."""
    assert tone(MATTER_OF_FACT) is None
    assert tone([*MATTER_OF_FACT, "And who pays for that leg of mine."]) == ("blunt", 0.0)
    assert tone([*MATTER_OF_FACT, "Thanks for that."]) == ("neutral", 1 / 8)
    assert tone(["Book me a trip.", "Economy.", "Get on with it, I said."]) == ("blunt", 0.0)


FACTS = "The order is W1234567, it's the lamp that I mean, I want the silver one instead of it, and the rest goes on my card."


def test_facts_that_were_asked_for_do_not_make_a_terse_customer_chatty() -> None:
    """A message is as long as what it says of each detail; courtesies, haste and a remark that calls itself one are of other dimensions."""
    short = ("Yes.", "That's right.")
    assert verbosity(["Hello.", FACTS, *short], [0, 4, 0, 0]) == ("terse", 2.0)
    assert verbosity(["Hello.", FACTS, FACTS], [0, 4, 4]) == ("terse", 6.25)
    assert verbosity(["Hello.", FACTS, FACTS], [0, 1, 1]) == ("chatty", 25.0)
    assert verbosity(["Hello.", "I am sorry, it is 12345.", "No, that is all. Thank you very much, and goodbye."]) == (
        "terse",
        3.5,
    )
    hurried = "Yes, do this, I must go soon. By the way, it is very cold in the library today."
    assert verbosity(["Hello.", hurried, hurried]) == ("terse", 3.0)


@pytest.mark.parametrize(("level", "talks"), [("terse", TERSE), ("chatty", CHATTY)], ids=["terse", "chatty"])
def test_length_is_that_of_the_middle_message(level: str, talks: tuple[tuple[str, ...], ...]) -> None:
    """And of two messages nothing is said."""
    assert [found[0] for talk in talks if (found := verbosity(talk))] == [level] * len(talks)
    assert verbosity(talks[0][:2]) is None


def test_a_slip_put_right_is_two_values_nearly_alike() -> None:
    """In whatever words; two records of the task that look alike are none."""
    text = "My zip is 78230. Scratch that. 78270, I mean. It is order #W1234567."

    assert correction([text], "78270 #w1234567") == ("corrects a slip", 1.0)
    assert correction(["It is 555-1047.\nNo, 555-1037."], "555-1037") == ("corrects a slip", 1.0)
    assert correction(["#W1234567 and #W1234568"], "#w1234567, #w1234568") == ("none", 0.0)
    assert correction(["From 2024-05-20 to 2024-05-21."], "2024-05-20 2024-05-21") == ("none", 0.0)


# ----------------------------------------------------------------------------- whole talks


def test_what_a_user_is_dealt_to_say_is_no_length_of_its_own(played: list[Played]) -> None:
    """Claims that a trial dictates make nobody talkative; as many words of its own do."""
    item = next(one for one in played if one.task.behaviour and one.task.domain == "tau2:retail")
    behaviour, claim = item.task.behaviour, "The person I spoke with yesterday promised me at length and in so many words that all of this would be fine."  # fmt: skip
    assert behaviour
    trial = Insists(0, tuple(Claim(about, claim) for about in ("promised", "again", "more")))
    task = replace(item.task, behaviour=replace(behaviour, trials=(trial,)))
    first = item.talk.turns[0]
    dealt = (first, Turn("user", "The lamp."), *[Turn("user", claim)] * 3, Turn("user", "Fine, then not."))

    assert measured(task, item.domain, dealt)["verbosity"].seen == "terse"
    assert measured(item.task, item.domain, dealt)["verbosity"].seen == "chatty"


def test_what_is_put_right_after_a_search_in_vain_is_no_slip(played: list[Played]) -> None:
    """A slip is put right by whoever makes it; where the other side found nothing by it, it was wrong at first."""
    item = played[0]
    said = (Turn("user", "My zip is 78230."), Turn("user", "Sorry, 78270."))
    sought = (said[0], Turn("agent", calls=(item.task.gold[0],)), Turn("tool", "Error", error=True), said[1])

    assert measured(item.task, item.domain, said)["correction"].seen == "corrects a slip"
    assert measured(item.task, item.domain, sought)["correction"].seen == "none"


def test_scripted_users_are_seen_as_they_were_told_to_be(played: list[Played]) -> None:
    """Measures that know nothing of the script agree with it mostly; a level that is hard to see may be taken for its neighbor."""
    agree: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for item in played:
        found = measured(item.task, item.domain, item.talk.turns)
        assert tuple(found) == DIMENSIONS
        for name, level in found.items():
            assert (level.number is None) is (level.seen == NOT_MEASURED)
            assert item.task.behaviour
            seen[name] += level.number is not None
            agree[name] += level.seen == item.task.behaviour[name]
    shares = {name: agree[name] / seen[name] for name in DIMENSIONS}
    assert all(share > 0.55 for share in shares.values()), shares
    assert shares["patience"] > 0.9
    assert shares["correction"] > 0.9
    assert shares["language"] > 0.9


def test_what_is_seen_does_not_depend_on_what_was_asked(played: list[Played]) -> None:
    """But for a first language, of which nothing is known."""
    for item in played[::7]:
        behaviour = item.task.behaviour
        assert behaviour
        if behaviour["language"] != "non-native":
            blank = replace(item.task, behaviour=replace(behaviour, levels=tuple((n, v[0]) for n, v in DEALT.items())))
            assert measured(item.task, item.domain, item.talk.turns) == measured(blank, item.domain, item.talk.turns)


def test_no_manner_is_a_reason_to_reject(played: list[Played]) -> None:
    """A user who was told to be the opposite of what it is has the same verdict, and other levels beside those asked for."""
    other = {"blunt": "polite", "polite": "blunt", "patient": "hurried", "hurried": "patient", "terse": "chatty", "chatty": "terse",
             "plain": "typos", "casual": "plain", "typos": "plain", "non-native": "casual", "small talk": "none",
             "plain yes": "asks once more", "repeats the key detail": "plain yes", "all at once": "one thing at a time"}  # fmt: skip
    for item in played[::5]:
        behaviour = item.task.behaviour
        assert behaviour
        levels = tuple(
            (name, level if name in ("correction", "memory", "change of mind") else other.get(level, level))
            for name, level in behaviour.levels
        )
        task = replace(item.task, behaviour=replace(behaviour, levels=levels))
        assert verify(task, item.talk, item.domain).findings == ()


WISHES = {
    "I gotta dash, just cancel it.": "cancel",
    "Pleas send it to my new appartment instead.": "address",
}
"""In some manner, a wish."""
MANNERLY = (
    *(text for text in HURRIED if text not in WISHES), *ASIDES, *(text for text in CALM if "fast" not in text and "shortest" not in text),
    "Yo, thanks a bunch, man.", "Much obliged to you.", "Ugh, what a day.", "Pardon my typing, I'm on teh train.", "lol ok", "Cheers mate!",
    "Excuse me for going on so.", "pls n thx", "I'm all thumbs today.", "No hurry whatsoever.",
)  # fmt: skip


def said_too(item: Played, text: str) -> list[str]:
    """What is found of a user who says that, too, at the end of its first message."""
    first, *rest = item.talk.turns
    talk = replace(item.talk, turns=(replace(first, text=f"{first.text} {text}"), *rest))
    return [finding.saw for finding in user_faithful(Case(item.task, talk, item.domain))]


def test_no_manner_is_a_finding_of_the_user(played: list[Played]) -> None:
    """Haste, calm, slang, asides, courtesy, slips of the keyboard: each said in some talk of each domain."""
    for index, text in enumerate(MANNERLY):
        for item in (played[index % 32], played[32 + index % 32]):
            assert said_too(item, text) == [], text


def test_a_wish_is_found_in_whatever_manner(played: list[Played]) -> None:
    """What a task does not want is no matter of manner."""
    for text, deed in WISHES.items():
        others = [item for item in played[:32:3] if deed not in str(item.task.requests) + str(item.task.goal)]
        assert len(others) > 2
        assert {item.domain.name for item in others} == {"tau2:retail"}
        assert all(said_too(item, text) for item in others), text


def test_a_slip_of_the_hand_hides_no_feeling(played: list[Played]) -> None:
    """Who is "not hapy about it" is not happy about it; a name that a tool has shown is put right by nobody."""
    task = replace(
        played[0].task,
        behaviour=replace(played[0].task.behaviour, trials=(Feels("upset", "I am not happy.", late=False),)),
    )
    turns = (Turn("tool", "Ahmedd"), Turn("user", "This took far too long, and I am not hapy about it, says Ahmedd."))
    right = put_right(task, turns)

    assert right[1].text == "This took far too long, and I am not happy about it, says Ahmedd."
    assert [one.seen for one in shown(task, played[0].domain, turns)] == [0]
    assert [one.seen for one in shown(task, played[0].domain, right)] == [1]
    assert put_right(task, turns[:1]) == turns[:1]


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("The twins are strapped in, so let's roll.", 1),
        ("I gotta get this done before somebody drops a juice box.", 1),
        ("Let's get moving.", 1),
        ("Let's go with the blue one.", 0),
        ("I want to get this done properly.", 0),
        ("Let's move the flight to May 5.", 0),
    ],
)
def test_who_urges_is_in_a_hurry(text: str, signs: int) -> None:
    """By what is said, whether or not a word of time stands in it."""
    assert haste(text) == signs


def test_what_is_dealt_to_be_said_first_is_a_detail_given(played: list[Played]) -> None:
    """Who names the gift card at once, to take it back later, has given all details at once."""
    found = 0
    for item in played:
        for trial in item.task.behaviour.trials if item.task.behaviour else ():
            if not isinstance(trial, ChangesMind):
                continue
            at, key = trial.slot.split(":")
            slots = [(index, slot) for index, one in enumerate(item.task.requests) for slot in one.slots]
            said = [trial.text if (str(index), slot.key) == (at, key) else slot.text for index, slot in slots]
            level = disclosure(item.task, item.domain, [" ".join(said)])
            assert level in (None, ("all at once", 1.0))
            found += level is not None
    assert found
