"""The scripted roles: varied users, an agent that says only what it has read, and a careless one."""

from __future__ import annotations

import dataclasses
import itertools
import random
import re
from collections import Counter
from collections.abc import Sequence

import pytest

from benchmarks.official import official_reward, shared
from tests.simulate.playing import WHOLE, Played, play, some_of
from writ_dspy.conversation import StopReason
from writ_dspy.domains import Seen, load
from writ_dspy.domains.spinning import sentence
from writ_dspy.domains.tau2.airline.wording import clock, day
from writ_dspy.propose.mix import Cell, default_mix
from writ_dspy.propose.proposer import fill
from writ_dspy.simulate.acts import assents, takes_leave
from writ_dspy.simulate.behaviour import COURTESY, OFTEN, _columns, assign, has
from writ_dspy.simulate.scripted import CarelessAgent
from writ_dspy.simulate.scripted.agent import _doubt
from writ_dspy.simulate.scripted.careless import HABITS
from writ_dspy.simulate.scripted.elaborating import MOMENTS, every
from writ_dspy.simulate.scripted.naming import as_known
from writ_dspy.simulate.scripted.replies import AGAIN
from writ_dspy.simulate.scripted.style import SLANG_ENDS, Sentence, styled
from writ_dspy.simulate.scripted.sympathy import KIND_WORDS, kind_word
from writ_dspy.simulate.scripted.wording import ASK_ONCE_MORE, BYE, CONFIRM
from writ_dspy.task import DIMENSIONS, Behaviour, Call, Task
from writ_dspy.trial import LeavesSubject, WrongFirst
from writ_dspy.verify.ahead import ahead
from writ_dspy.verify.checks import Verdict, verify
from writ_dspy.verify.ground import Ground


def _second_messages(items: Sequence[Played]) -> list[str]:
    users = [[turn.text for turn in item.talk.turns if turn.role == "user"] for item in items]
    return [texts[1] for texts in users if len(texts) > 1]


def _jaccard(texts: Sequence[str]) -> float:
    """Mean overlap of the word sets of all pairs."""
    words = [frozenset(re.findall(r"[a-z']+", text.lower())) for text in texts]
    pairs = list(itertools.combinations(words, 2))
    return sum(len(a & b) / len(a | b) for a, b in pairs if a | b) / len(pairs)


def _varied(items: Sequence[Played]) -> None:
    second = _second_messages(items)
    whole = [" ".join(turn.text for turn in item.talk.turns if turn.role != "tool") for item in items]

    assert len(set(second)) / len(second) >= 0.78
    assert _jaccard(second) <= 0.25
    assert _jaccard(whole) <= 0.3


def test_users_talk_in_many_ways(played: list[Played]) -> None:
    """Second user messages are mostly unique, and conversations share few words."""
    _varied(played)


def _greets_once(items: Sequence[Played]) -> None:
    for item in items:
        texts = [turn.text for turn in item.talk.turns if turn.role == "user"]
        sentences = [part for text in texts for part in re.split(r"(?<=[.!?]) +", text)]
        late = [
            part
            for part in sentences[1:]
            if re.match(r"(?:hi|hey|hello|good (?:morning|afternoon|evening))\b", part, re.IGNORECASE)
        ]
        greeted = re.match(r"(?:hi|hey|hello|good \w+|greetings)\b", texts[0], re.IGNORECASE)
        assert len(late) <= (1 if greeted and len(sentences[0].split()) <= 2 else 0), (item.task.id, late)
        assert not re.match(r"(?:yes|yep|yeah|ya|sure|cool|btw|of course|here you go)\b", texts[0], re.IGNORECASE), (
            texts[0]
        )


def test_a_user_greets_once_and_answers_nothing_yet(played: list[Played]) -> None:
    """A greeting stands at the start or nowhere, and no first message begins as an answer does."""
    _greets_once(played)


@pytest.mark.parametrize("language", ["casual", "plain", "typos"])
def test_greetings_of_any_voice(language: str) -> None:
    """Whatever the draft's own sentence begins with."""
    rng = random.Random(4)
    levels = {name: values[0] for name, values in DIMENSIONS.items()} | {
        "tone": "neutral",
        "verbosity": "medium",
        "patience": "patient",
    }
    behaviour = Behaviour(tuple((levels | {"language": language}).items()))
    for opening in (
        "Hi, I want to return it.",
        "Good morning, my trip is off.",
        "Hello! Where is it?",
        "I want to cancel.",
    ):
        for _ in range(20):
            text = styled([Sentence(opening), Sentence("Hey, it's #W1.", ("#w1",))], behaviour, rng, "")
            assert (
                len(
                    re.findall(
                        r"\b(?:hi|hey|hello|good (?:morning|afternoon|evening)|greetings)\b", text, re.IGNORECASE
                    )
                )
                <= 2
            ), text
            later = styled([Sentence(opening)], behaviour, rng, "Hi.")
            assert not re.search(r"\b(?:hi|hey|hello|good (?:morning|afternoon|evening))\b", later, re.IGNORECASE), (
                later
            )


@pytest.mark.slow
def test_five_hundred_users_talk_in_many_ways() -> None:
    """Over 500 conversations of the default mix: 78 % unique second messages, mean Jaccard at most 0.25."""
    items: list[Played] = []
    for cell in default_mix(["tau2:retail", "tau2:airline"], 500).cells:
        items += [play(task) for task in assign(fill(cell, 5, "base").tasks, 5, len(items))]

    assert len(items) == 500
    _varied(items)


def test_the_agent_says_only_what_it_has_read_or_heard(played: list[Played]) -> None:
    """Every id in a message of the agent stood in a tool result or a user message before."""
    for item in played:
        known = ""
        for turn in item.talk.turns:
            if turn.role == "agent":
                strange = {token for token in item.domain.pack.ids(turn.text) if token not in known}

                assert not strange, f"{item.talk.id}: {strange}"
            else:
                known += turn.text


def test_the_same_seed_says_the_same(tasks: list[Task]) -> None:
    """A conversation is a function of its task and seed; another seed words it differently."""
    task = tasks[0]

    assert play(task).talk == play(task).talk
    assert play(task, seed=1).talk.turns != play(task).talk.turns


@pytest.fixture(scope="module")
def careless(tasks: list[Task]) -> list[tuple[Played, Verdict]]:
    """What the careless agent makes of all tasks, judged."""
    items = [play(task, CarelessAgent(), seed) for seed, task in enumerate(tasks)]
    return [(item, verify(item.task, item.talk, item.domain)) for item in items]


@pytest.mark.long
def test_each_bad_habit_is_noticed(careless: list[tuple[Played, Verdict]]) -> None:
    """The careless agent crashes nothing; about half of its conversations are rejected, by many different checks."""
    items, verdicts = zip(*careless, strict=True)
    checks = Counter(finding.check for verdict in verdicts for finding in verdict.findings)

    assert not [item.talk.error for item in items if item.talk.stop is StopReason.CRASHED]
    assert len(checks) >= 8
    assert 0 < sum(verdict.accepted for verdict in verdicts) < 0.6 * len(verdicts)
    assert len(HABITS) >= 10


def test_what_is_accepted_satisfies_the_official_evaluator(careless: list[tuple[Played, Verdict]]) -> None:
    """Accepted although the agent is careless: still reward 1.0 by τ²'s own evaluator (a sample; all in a slow test)."""
    accepted = [item for item, verdict in careless if verdict.accepted]

    assert len(accepted) > 10
    assert {official_reward(item.task, item.talk, shared) for item in accepted} == {1.0}


def test_what_the_scripts_play_satisfies_the_official_evaluator(played: list[Played]) -> None:
    """Every conversation of the careful agent has reward 1.0 by τ²'s own evaluator; `./check slow` looks at all of them."""
    assert {official_reward(item.task, item.talk, shared) for item in some_of(played, 22)} == {1.0}


@pytest.mark.slow
def test_five_hundred_careless_conversations_are_never_let_pass() -> None:
    """Of 500 careless conversations, each accepted one has official reward 1.0."""
    items: list[Played] = []
    for cell in default_mix(["tau2:retail", "tau2:airline"], 500).cells:
        tasks = assign(fill(cell, 6, "base").tasks, 6, len(items))
        items += [play(task, CarelessAgent(), len(items) + index) for index, task in enumerate(tasks)]
    accepted = [item for item in items if verify(item.task, item.talk, item.domain).accepted]

    assert len(items) == 500
    assert all(official_reward(item.task, item.talk, shared) == 1.0 for item in accepted)


def test_a_talkative_user_says_nothing_twice() -> None:
    """However long the conversation: long at first, no sentence comes again, and once all is said nothing is added."""
    drawn = {"verbosity": "chatty", "tone": "neutral"}
    behaviour = Behaviour(tuple((name, drawn.get(name, levels[0])) for name, levels in DIMENSIONS.items()))
    rng, before, said = random.Random(3), "", []
    for number in range(40):
        text = styled([Sentence(f"It is {number}.")], behaviour, rng, before)
        said.append(text)
        before = f"{before} {text}"
    added = [part for text in said for part in re.split(r"(?<=[.!?]) ", text) if part in every("answer")]

    assert len(said[0].split()) > 12
    assert len(set(added)) == len(added) >= 3
    assert said[-1] == "It is 39."


def test_who_is_in_a_hurry_adds_nothing() -> None:
    """Though it were talkative; and no behaviour that is dealt is both, where there are places enough."""
    drawn = {"verbosity": "chatty", "tone": "neutral", "patience": "hurried", "digression": "none"}
    levels = {name: values[0] for name, values in DIMENSIONS.items()} | drawn
    behaviour = Behaviour(tuple(levels.items()))

    assert styled([Sentence("It is red.")], behaviour, random.Random(1), "Hi.") == "It is red."
    for seed, (first, end, start) in itertools.product(range(6), [(0, 40, 0), (0, 12, 5), (3, 27, 2)]):
        columns = _columns((first, end, start), seed)
        hurried = Counter(columns["patience"])["hurried"]

        for dimension, level in (("verbosity", "chatty"), ("digression", "small talk")):
            assert (level, "hurried") not in zip(columns[dimension], columns["patience"], strict=True)
        assert abs(hurried - (end - first) / (OFTEN["patience", "patient"] + 1)) <= 1


def test_what_a_talkative_user_adds_changes_no_act() -> None:
    """A yes stays a yes, a farewell a farewell, and a doubt the same doubt, whatever is added."""
    agent = "- order #W1234567 is cancelled\nShall I go ahead (yes/no)?"
    yes = zip(every("yes"), itertools.cycle(text for text in CONFIRM if "{" not in text))
    bye = zip(every("bye"), itertools.cycle(BYE))
    query = zip(every("query"), itertools.cycle(ASK_ONCE_MORE))

    assert [(said, more) for more, said in yes if not assents(f"{said} {more}", agent)] == []
    assert [
        (said, more) for more, said in bye if not takes_leave(f"{said} {more}", "Can I do anything else for you?")
    ] == []
    assert [
        (said, more)
        for more, said in query
        if assents(f"{said} {more}", agent) or _doubt(f"{said} {more}", "") != _doubt(said, "")
    ] == []
    assert not [text for moment in MOMENTS for text in every(moment) if "?" in text or has(COURTESY, text)]


def test_a_slip_is_put_right_at_once(played: list[Played]) -> None:
    """Between the wrong value and the right one stands no other sentence, whatever else the user says."""
    seen = 0
    for item in played:
        behaviour = item.task.behaviour
        if behaviour is None or behaviour.slip is None:
            continue
        key, wrong = behaviour.slip
        right = str(next(fact.value for fact in item.task.facts if fact.key == key))
        text = next(
            (turn.text for turn in item.talk.turns if turn.role == "user" and wrong.lower() in turn.text.lower()), ""
        )
        between = text.lower().partition(wrong.lower())[2].partition(right.lower())[0]
        seen += bool(text)

        assert not text or len(between.split()) <= 12, text

    assert seen > 3


def test_all_is_asked_for_in_one_list(played: list[Played]) -> None:
    """No detail of a request is asked for a second time but alone, of a user who left it out."""
    for item in played:
        asked: set[str] = set()
        left = item.task.behaviour is not None and any(
            isinstance(trial, LeavesSubject | WrongFirst) for trial in item.task.behaviour.trials
        )
        for turn in () if left else item.talk.turns:
            if turn.role == "agent" and turn.intent and turn.intent.kind == "ask":
                keys = {about for about in turn.intent.about if not about.startswith(("done", "refused"))}

                assert not keys & asked or len(keys) == 1, turn.text
                asked |= keys


def test_who_tells_of_a_hardship_hears_a_kind_word() -> None:
    """Of illness, death, storms and trips gone wrong, and of nothing else."""
    rng = random.Random(0)
    sad = (
        "My father passed away on Monday.",
        "I broke my ankle.",
        "She is in the hospital.",
        "A typhoon is coming.",
        "My flight was delayed by five hours.",
        "You cancelled our flight.",
        "My wife is very sick.",
        "She just had surgery.",
        "My uncle died last week.",
        "We were in a car accident.",
    )
    plain = (
        "I want to cancel my flight.",
        "I changed my mind.",
        "It arrives too late.",
        "My order is the one with the lamp.",
        "I'd like to fly to Denver.",
        "Will the cancelled order be refunded?",
        "The battery died after a day.",
        "I'm sick of this chair.",
        "It came with a virus scanner.",
        "I placed that order by accident.",
        "I'd like a flight in late May.",
        "Which flight leaves as late as possible?",
        "My flight was not cancelled, I just can't go.",
        "I broke my mug.",
        "The operation of it is loud.",
    )

    assert all(kind_word(text, rng) in KIND_WORDS for text in sad)
    assert [text for text in plain if kind_word(text, rng)] == []


@pytest.mark.parametrize("level", ["terse", "chatty"])
@pytest.mark.long
def test_a_user_shows_how_much_it_talks(tasks: list[Task], level: str) -> None:
    """Whatever else the user is, in every conversation: details, wishes and typos do not hide it."""
    for number, language in enumerate(("plain", "typos", "non-native")):
        drawn = {"verbosity": level, "language": language, "confirmation": "repeats the key detail"}
        for task in tasks[number :: 3 if WHOLE else 9]:
            assert task.behaviour
            levels = tuple((name, drawn.get(name, old)) for name, old in task.behaviour.levels)
            item = play(dataclasses.replace(task, behaviour=Behaviour(levels, task.behaviour.slip)))

            assert not list(verify(item.task, item.talk, item.domain).findings)


def test_a_sentence_goes_on_small_after_a_greeting_and_a_comma() -> None:
    """But for I and for names, which keep their capital."""
    levels = {name: values[0] for name, values in DIMENSIONS.items()} | {
        "verbosity": "medium", "tone": "neutral", "language": "plain", "patience": "patient", "digression": "none",
    }  # fmt: skip
    behaviour = Behaviour(tuple(levels.items()))
    for opening, after in (
        ("One of my orders is late.", "one of"),
        ("I have a wish.", "I have"),
        ("Mia Li here.", "Mia Li"),
    ):
        said = [styled([Sentence(opening)], behaviour, random.Random(seed), "") for seed in range(60)]
        commas = [
            text
            for text in said
            if text.partition(opening[1:])[0].rstrip(opening[0].lower() + opening[0]).endswith(", ")
        ]

        assert commas
        assert all(f", {after}" in text for text in commas), commas


def test_slang_ends_what_was_to_be_said() -> None:
    """A detail may end so; what a talkative user adds, and a question, never."""
    levels = {name: values[0] for name, values in DIMENSIONS.items()} | {
        "tone": "neutral", "language": "casual", "patience": "patient", "digression": "none",
    }  # fmt: skip
    ended: Counter[tuple[str, str]] = Counter()
    for (verbosity, moment), seed in itertools.product(
        itertools.product(("medium", "chatty"), ("answer", "query")), range(100)
    ):
        behaviour = Behaviour(tuple((levels | {"verbosity": verbosity}).items()))
        text = styled([Sentence("Make it blue.")], behaviour, random.Random(seed), "Hi.", moment)
        ended[verbosity, moment] += any(text.endswith(f", {end}.") for end in SLANG_ENDS)

    assert 0 < ended["medium", "answer"] < 100
    assert ended["chatty", "answer"] == ended["medium", "query"] == ended["chatty", "query"] == 0


def test_nobody_is_told_which_record_they_named(played: list[Played]) -> None:
    """That a record was found among others is said of one that the user described, not of one named by its id."""
    found = re.compile(r"the one you mean is (?:order|reservation) (#?\w+)|I found it: (?:order|reservation) (#?\w+)")
    for item in played:
        heard = ""
        for turn in item.talk.turns:
            heard += turn.text if turn.role == "user" else ""
            match = found.search(turn.text) if turn.role == "agent" else None

            assert match is None or (match[1] or match[2]) not in heard, turn.text


@pytest.mark.long
def test_what_was_compared_is_counted_for_each_choice(played: list[Played]) -> None:
    """The options of a comparison are those that it was made of: a look-up more than answers it would be found by `grounded`."""
    found = compared = 0
    several = Cell(domain="tau2:airline", kind="write-intensive", writes=3, burden=6, count=10)
    more = [play(task) for task in assign(fill(several, 6, "base").tasks, 5)]
    for item in (*played, *more):
        calls = [call for turn in item.talk.turns for call in turn.calls if call.tool.startswith("search_")]
        for at, turn in enumerate(item.talk.turns):
            compares = re.search(r"[^.]*\b(?:ahead of|the next one|after that|followed by|then comes)\b", turn.text)
            if turn.role != "agent" or compares is None or "HAT" not in compares[0]:
                continue
            ends = {
                end for pair in re.findall(r"\bfrom ([A-Z]{3}) to ([A-Z]{3})\b", turn.text) for end in enumerate(pair)
            }
            alike = [call for call in calls if {(0, call.args["origin"]), (1, call.args["destination"])} & ends]
            if len(alike) == len(calls):
                continue  # each of them may have been made for this choice
            counted = f" Of the 9 options in {len(calls)} look-ups, {compares[0].strip()}"
            wrong = turn.text.replace(compares[0], counted, 1)
            turns = (*item.talk.turns[:at], dataclasses.replace(turn, text=wrong), *item.talk.turns[at + 1 :])
            verdict = verify(item.task, dataclasses.replace(item.talk, turns=turns), item.domain)
            compared += 1
            found += any("read for this choice" in finding.wanted for finding in verdict.findings)

    assert found == compared > 0


def test_a_doubt_is_answered() -> None:
    """What users ask before they agree is answered as what it is: each question of theirs, whatever else they say with it."""
    kinds = {
        text: _doubt(f"I moved some money around yesterday. {text}", "the payment change") for text in ASK_ONCE_MORE
    }

    assert {kind for text, kind in kinds.items() if "repeat" in text} == {"repetition"}
    assert {kind for text, kind in kinds.items() if "charged" in text or "fees" in text} == {"money"}
    assert {kind for text, kind in kinds.items() if "final" in text} == {"final"}
    assert {kind for text, kind in kinds.items() if "effect" in text} == {"effect"}
    assert {kind for text, kind in kinds.items() if "else" in text or "only" in text or "really" in text} == {"extent"}
    assert set(kinds.values()) == set(AGAIN) - {"not final"}


def test_the_agent_names_no_thing_before_it_is_known(played: list[Played]) -> None:
    """A product that the records name stands in no message of the agent before the user or a tool spoke of it."""
    for item in played:
        ground = Ground(item.domain)
        for turn in item.talk.turns:
            if turn.role == "agent":
                assert not [*ahead(ground, turn.text)], (item.talk.id, turn.text)
            else:
                ground.texts.append(turn.text.lower())


def test_a_topic_holds_what_was_named_alone() -> None:
    """A qualifier is left out until a word of it was used, in whatever form; the beginning of another word is none."""
    said = "send back the clocks and the jackets, and book flights"

    assert as_known("the backpack change", (said,)) == "the change"
    assert as_known("the jacket change", (said,)) == "the jacket change"
    assert as_known("the wall clock change", (said,)) == "the clock change"
    assert as_known("the address of the smart watch order", (said,)) == "the address of the order"
    assert as_known("the flight booking", (said,)) == "the flight booking"
    assert as_known("the cancellation of the order", ()) == "the cancellation of the order"
    for whole in (
        "the repair at home",
        "paying without a card",
        "the picking up of a bike",
        "swapping a hold with another",
    ):
        assert as_known(whole, ()) == whole


def test_a_listing_tells_when_a_flight_leaves_and_lands_and_what_all_of_it_comes_to(played: list[Played]) -> None:
    """As far as a search showed it, leg by leg and with no other time; and the sum of what several methods pay."""
    timed = untimed = summed = 0
    for item in played:
        options = [
            row
            for turn in item.talk.turns
            for call in turn.calls
            if item.domain.kinds.get(call.tool) == "read"
            for row in item.domain.read(call).views.get("options", ())
        ]
        known: dict[tuple[str, str], set[str]] = {}
        for row in options:
            ends = [
                row["departure"],
                *([row["via_arrival"], row["via_departure"]] if len(row["flights"]) > 1 else []),
                row["arrival"],
            ]
            for leg, times in zip(row["flights"], zip(ends[::2], ends[1::2], strict=True), strict=True):
                known.setdefault((leg["flight_number"], leg["date"]), set()).update(map(clock, times))
        texts = [turn.text for turn in item.talk.turns if turn.intent and turn.intent.kind == "propose"]
        for call in item.task.gold:
            listing = next((text for text in reversed(texts) if _lists(text, call)), "")
            for flight in call.args.get("flights", ()):
                leg = flight["flight_number"], flight["date"]
                lines = [one for one in re.split(r"\n|; ", listing) if leg[0] in one and day(leg[1]) in one]
                line = lines[-1] if lines else ""  # behind the comparison
                shown = set(re.findall(r"\d+:\d\d [AP]M(?: the next day)?", line))
                assert shown <= known.get(leg, set()), (item.task.id, line)
                timed, untimed = timed + bool(shown), untimed + (not shown)
            paid = call.args.get("payment_methods", ())
            if len(paid) > 1:
                assert re.search(
                    rf"total\D*\${sum(one['amount'] for one in paid):,}|\${sum(one['amount'] for one in paid):,} in total",
                    listing,
                ), listing
                summed += 1

    assert timed > untimed, (timed, untimed)
    assert summed or not WHOLE


def _lists(text: str, call: Call) -> bool:
    return bool(call.args.get("flights")) and all(flight["flight_number"] in text for flight in call.args["flights"])


@pytest.mark.parametrize("paid", [0, 1])
def test_bags_that_cost_nothing_are_charged_to_nothing(paid: int) -> None:
    """No difference is said to go anywhere where there is none."""
    seen = Seen()
    record = {
        "reservation_id": "ABC123",
        "origin": "ORD",
        "destination": "JFK",
        "total_baggages": 0,
        "nonfree_baggages": 0,
    }
    args = {"reservation_id": "ABC123", "total_baggages": 1, "nonfree_baggages": paid, "payment_id": "gift_card_1"}
    call = Call.of("update_reservation_baggages", args)
    seen.add(call, {"reservation": (record,)})

    text = load("tau2:airline").pack.phrases.details(call, seen)

    assert ("$50" in text) == bool(paid), text
    assert bool(re.search(r"nothing is (?:charged|needed)|stays as it is|nothing is needed", text)) != bool(paid), text
    assert not re.search(r"difference|refunded to", text), text


def test_no_sentence_ends_twice_and_no_verb_stands_apart() -> None:
    """What is dropped into a sentence may have brought its own full stop; dots that trail off stay."""
    assert sentence("cancel it in that case..") == "Cancel it in that case."
    assert sentence("well... so be it").count("...") == 1
    assert sentence("I 've it, and you 'll see") == "I've it, and you'll see."


def test_a_comparison_puts_a_flight_at_its_time(played: list[Played]) -> None:
    """However the comparison is worded; what is no time keeps its own word."""
    said = [turn.text for item in played for turn in item.talk.turns if turn.role == "agent"]

    assert any(re.search(r"\bat \d+:\d\d [AP]M", text) for text in said)
    assert [text for text in said if re.search(r"\b(?:with|has) \d+:\d\d [AP]M", text)] == []
    assert any(re.search(r"\b(?:with|has) \$?\d", text) for text in said)
