"""The metric: what is accepted is worth the most, every repair raises the score, and the words say what was wrong."""

from __future__ import annotations

import dataclasses
import itertools
import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import dspy
import pytest

from tests.simulate.playing import Played, some_of
from tests.verify.test_checks import CASES, SPOILED, Spoil
from writ_dspy.conversation import Conversation, StopReason, Turn
from writ_dspy.errors import ConfigError
from writ_dspy.lm import Usage
from writ_dspy.optimize.credit import PARTS, _picked, leaks
from writ_dspy.optimize.lessons import LONGEST
from writ_dspy.optimize.metric import ACCEPTED, REJECTED, Metric
from writ_dspy.optimize.students import Reply, Rollout
from writ_dspy.programs.talk import as_text
from writ_dspy.programs.wording import given
from writ_dspy.signatures.diversifier import MANNERS
from writ_dspy.signatures.proposer import Sentence
from writ_dspy.task import Task
from writ_dspy.verify.case import Case
from writ_dspy.verify.checks import verify

TALKERS = ("agent", "user")


def rollout(item: Played, talk: Conversation, role: str = "agent", **more: Any) -> Rollout:
    return Rollout(role, item.task, talk, verify(item.task, talk, item.domain), **more)


def score(item: Played, talk: Conversation, role: str = "agent") -> float:
    metric = Metric(role)
    found = metric.judge(rollout(item, talk, role)).score
    assert not metric.crashes
    return found


def spoiled(spoil: Spoil, played: list[Played]) -> list[tuple[Played, Conversation]]:
    """A few of the conversations that can be spoiled in this way, spread over all."""
    return [*some_of([(item, talk) for item in played if (talk := spoil(item)) is not None], 3)]


# ----------------------------------------------------------------------------- scores


@pytest.mark.parametrize("role", TALKERS)
@pytest.mark.long
def test_what_is_accepted_scores_one(role: str, played: list[Played]) -> None:
    """Every share of every scripted conversation is whole, so the parts ask for nothing that the verifier does not; but for manner."""
    for item in some_of(played, 22):
        parts = PARTS[role](rollout(item, item.talk, role))
        assert [part for part in parts if part.share != 1 and part.name != "manner seen as asked"] == []
        assert score(item, item.talk, role) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("role", TALKERS)
@pytest.mark.parametrize("spoil", [spoil for _, spoil in CASES])
@pytest.mark.long
def test_any_one_fault_costs(spoil: Spoil, role: str, played: list[Played]) -> None:
    """Whatever one check alone rejects is worth less than anything accepted."""
    for item, talk in spoiled(spoil, played):
        assert score(item, talk, role) <= REJECTED < ACCEPTED


@pytest.mark.parametrize("share", [20, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.long
def test_every_repair_raises_the_score(share: int, played: list[Played]) -> None:
    """Of two faults at once, taking one away pays wherever a check is satisfied by it, whoever is judged.

    A twentieth of the pairs, drawn by seed, or all.
    """
    pairs = 0
    for item in played[::20]:
        once = {spoil: talk for _, spoil in CASES if (talk := spoil(item)) is not None}
        left = {spoil: rollout(item, talk).verdict for spoil, talk in once.items()}
        every = list(itertools.permutations(once, 2))
        for first, second in random.Random(6).sample(every, len(every) // share):
            both = first(replace(item, talk=once[second]))
            if both is None:
                continue
            worse, better = verify(item.task, both, item.domain), left[second]
            assert better
            if {finding.check for finding in better.findings} < {finding.check for finding in worse.findings}:
                pairs += 1
                for role in TALKERS:
                    made = Rollout(role, item.task, both, worse), Rollout(role, item.task, once[second], better)
                    low, high = (Metric(role).judge(one).score for one in made)
                    assert 0 < low < high, (role, first.__name__, second.__name__)
    assert pairs > 60 // share


@pytest.mark.long
def test_each_step_of_a_conversation_brings_the_agent_further(played: list[Played]) -> None:
    """A talk that is cut off earlier scores no more, and reading, listing and writing each score by themselves."""
    for item in some_of(played, 7):
        ends = [i for i in range(1, len(item.talk.turns)) if item.talk.turns[i].role != "tool"] + [len(item.talk.turns)]
        scores = []
        for end in ends:
            if any(turn.calls for turn in item.talk.turns[end - 1 : end]):
                continue
            talk = replace(item.talk, turns=item.talk.turns[:end], stop=StopReason.TURN_LIMIT)
            scores.append(score(item, talk))
        assert scores == sorted(scores), item.task.id
        assert len(set(scores)) > 2 or item.task.kind == "no-write"


def test_an_agent_that_does_nothing_is_worth_less_than_one_that_tries(played: list[Played]) -> None:
    for item in some_of(played, 4):
        first = item.talk.turns[0]
        idle = replace(item.talk, turns=(first, Turn("agent", "I am sorry, I cannot help you.")))
        spoils = (spoil for name, spoil in CASES if name in ("clean", "one_call_per_turn", "provenance"))
        for spoil in spoils:
            tried = spoil(item)
            if tried is not None:
                assert score(item, idle) < score(item, tried)


def test_a_user_is_judged_by_what_it_does(played: list[Played]) -> None:
    """A slip of manner, a strange id, a wish unspoken and going too soon each cost it, in a dimension of their own."""
    item = next(one for one in played if one.task.gold and one.task.behaviour and one.task.behaviour["tone"] == "blunt")
    turns = item.talk.turns

    def spoken(change: Callable[[str], str]) -> Conversation:
        return replace(
            item.talk, turns=tuple(replace(t, text=change(t.text)) if t.role == "user" else t for t in turns)
        )

    found = {
        "manner seen as asked": spoken(lambda text: f"Thank you so kindly. {text}"),
        "facts true": spoken(lambda text: f"{text} Mind #W7777777 and credit_card_7777777."),
        "wishes brought up": spoken(lambda _: "You know what I mean, I said."),
        "details given": spoken(lambda _: "You know what I mean, I said."),
        "stayed until served": replace(item.talk, turns=turns[:2]),
    }
    for name, talk in found.items():
        shares = {part.name: part.share for part in PARTS["user"](rollout(item, talk, "user"))}
        assert shares[name] < 1, name
        assert shares["nothing given away"] == 1
        assert (
            score(item, talk, "user") < 1 if name == "manner seen as asked" else score(item, talk, "user") <= REJECTED
        )


def test_feedback_says_where_a_user_was_seen_to_talk_otherwise(played: list[Played]) -> None:
    """The dimension, asked and seen, with the number that it rests on; an agent is told nothing of it."""
    item = next(one for one in played if one.task.behaviour and one.task.behaviour["patience"] == "patient")
    hasty = tuple(
        replace(turn, text=f"{turn.text} Please hurry up, the taxi is waiting.") if turn.role == "user" else turn
        for turn in item.talk.turns
    )
    times = sum(turn.role == "user" for turn in hasty)
    made = rollout(item, replace(item.talk, turns=hasty), "user")

    assert f"patience asked patient, seen hurried ({times})" in Metric("user").judge(made).feedback
    assert "Manner" not in Metric("agent").judge(rollout(item, item.talk)).feedback


def test_a_user_who_names_the_answer_first_gives_it_away(played: list[Played]) -> None:
    """A value that the goal picks from evidence is for the agent to find."""
    leaked = 0
    for item in played:
        laid_out = Case(item.task, item.talk, item.domain)
        values = [value for value in _picked(laid_out) if value in str(item.talk.turns)]
        first = item.talk.turns[0]
        for value in values:
            talk = replace(
                item.talk, turns=(replace(first, text=f"{first.text} I mean {value}."), *item.talk.turns[1:])
            )
            found = leaks(Case(item.task, talk, item.domain))
            own = f"{item.task.identity.text} {item.task.instruction}".lower()
            assert (value in found) != item.domain.pack.mentions(value, own)
            leaked += value in found
        assert leaks(laid_out) == []
    assert leaked > 10


# ----------------------------------------------------------------------------- words


@pytest.mark.parametrize(("name", "spoil"), CASES, ids=[f"{name}-{spoil.__name__}" for name, spoil in CASES])
def test_feedback_quotes_the_failing_turn_and_what_was_wanted(name: str, spoil: Spoil, played: list[Played]) -> None:
    for item, talk in spoiled(spoil, played):
        made = rollout(item, talk)
        told = Metric("agent").judge(made).feedback
        assert made.verdict
        assert name in {finding.check for finding in made.verdict.findings}
        for finding in made.verdict.findings[:5]:
            assert f"turn {finding.turn} ({finding.check})" in told
            assert finding.saw[:100] in told
            assert finding.wanted[:100] in told
            turn = talk.turns[finding.turn]
            assert f"that turn: {turn.role.upper()}"[:14] in told or turn.role == "tool"
            assert " ".join(turn.text.split())[:60].strip() in told or turn.role == "tool"
        assert "Right:" in told
        assert len(told) <= LONGEST


def test_feedback_holds_the_whole_conversation_in_bounded_length(played: list[Played]) -> None:
    """A line for every turn while they fit; of a long talk, the failing turns and both ends."""
    item = max(played, key=lambda one: len(one.talk.turns))
    long = replace(item.talk, turns=item.talk.turns[:-1] * 5 + (Turn("agent", "so what"),))
    made = rollout(item, long)
    told = Metric("agent").judge(made).feedback
    assert len(told) <= LONGEST
    assert "0 USER" in told
    assert f"{len(long.turns) - 1} AGENT so what" in told
    assert made.verdict
    short = min(played, key=lambda one: len(one.talk.turns))
    told = Metric("agent").judge(rollout(short, short.talk)).feedback
    assert all(f"{index} " in told for index in range(len(short.talk.turns)))


def test_the_step_that_is_shown_is_named(played: list[Played]) -> None:
    """GEPA shows one call: the feedback says which turn it was, and whether that is where it went wrong."""
    spoil = SPOILED["one_call_per_turn"][0]
    item, talk = next((one, talk) for one in played if (talk := spoil(one)) is not None)
    at = next(i for i, turn in enumerate(talk.turns) if turn.calls)
    pred = dspy.Prediction(rollout=rollout(item, talk))
    shown = [(None, {"conversation": as_text(talk.turns[:at], "agent")}, dspy.Prediction())]
    metric = Metric("agent")
    told = metric(None, pred, [], "program.step", shown)
    assert told.feedback.startswith(f"The step shown is turn {at}, which is WRONG.")
    assert told.score == metric(None, pred).score


# ----------------------------------------------------------------------------- argument lists


def test_every_optimizer_can_call_it(played: list[Played]) -> None:
    """GEPA: two, three and five arguments, an equal score each time; the others a plain number; judged once."""
    item = played[0]
    good, bad = (dspy.Prediction(rollout=rollout(item, talk)) for talk in (item.talk, SPOILED["clean"][0](item)))
    metric, gold = Metric("agent"), dspy.Example(key=item.task.id)
    step: Any = [(None, {"conversation": ""}, None)]
    for pred in (good, bad):
        found = [
            metric(gold, pred), metric(gold, pred, []), metric(gold, pred, [], "program.step", step),
            metric(gold, pred, trace=[], pred_name="program.step", pred_trace=step, program_trace=[]),
        ]  # fmt: skip
        assert len({one.score for one in found}) == 1
        assert all(isinstance(one.feedback, str) for one in found)
    assert type(metric.scalar(gold, good)) is float
    assert len(metric._known) == 2
    dspy.GEPA(metric=metric, max_metric_calls=1, reflection_lm=dspy.utils.DummyLM([]))


def test_no_failure_bootstraps(played: list[Played]) -> None:
    """`bool(Prediction(score=0))` is true, so optimizers that take demonstrations get a number: 0 for what is rejected."""
    item = played[0]
    bad = dspy.Prediction(rollout=rollout(item, SPOILED["clean"][0](item)))
    metric = Metric("agent")
    assert metric.scalar(None, bad) > 0
    assert metric.scalar(None, bad, trace=[]) == 0
    assert metric.scalar(None, dspy.Prediction(rollout=rollout(item, item.talk)), trace=[]) == pytest.approx(1)


def test_a_crash_is_no_bad_prompt(played: list[Played], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is raised, the feedback says so, and what breaks in scoring is counted."""
    item = played[0]
    metric = Metric("agent")
    for pred in (
        None,
        dspy.Prediction(),
        dspy.Prediction(rollout=Rollout("agent", item.task, crash="the server died")),
    ):
        found = metric(None, pred)
        assert found.score == 0
        assert found.feedback.startswith("crash")
        assert metric.scalar(None, pred) == metric.scalar(None, pred, []) == 0
    assert not metric.crashes
    monkeypatch.setitem(PARTS, "agent", lambda _: 1 / 0)
    found = metric(None, dspy.Prediction(rollout=rollout(item, item.talk)))
    assert found.score == 0
    assert "ZeroDivisionError" in found.feedback
    assert metric.crashes.total() == 1


# ----------------------------------------------------------------------------- objectives


def test_objectives_are_weighed(played: list[Played]) -> None:
    """Fewer tokens and rarer words are worth more, acceptance still the most; all in [0, 1]."""
    item = played[0]
    cheap, dear = (rollout(item, item.talk, usage=Usage(input_tokens=count)) for count in (2_000, 400_000))
    weights = {"accepted": 1.0, "tokens": 0.5}
    assert Metric("agent", weights).judge(cheap).score > Metric("agent", weights).judge(dear).score
    assert Metric("agent").judge(cheap).score == Metric("agent").judge(dear).score
    said = " ".join(turn.text for turn in item.talk.turns if turn.role == "agent")
    diverse = {"accepted": 1.0, "diverse": 1.0}
    assert Metric("agent", diverse, pool=[said]).judge(cheap).score == pytest.approx(0.5)
    assert Metric("agent", diverse, pool=["quite another talk"]).judge(cheap).score == pytest.approx(1)
    found = Metric("agent", diverse | weights, pool=[said])(None, dspy.Prediction(rollout=cheap))
    assert set(found.objectives) == {"accepted", "diverse", "tokens"}
    assert all(0 <= value <= 1 for value in found.objectives.values())


def test_cached_prompt_tokens_are_free(played: list[Played]) -> None:
    item = played[0]
    used = [Usage(input_tokens=50_000, cached_tokens=cached) for cached in (0, 40_000)]
    cold, warm = (Metric("agent", {"tokens": 1}).judge(rollout(item, item.talk, usage=one)).score for one in used)
    assert cold < warm


@pytest.mark.parametrize(
    ("role", "objectives", "place"),
    [
        ("judge", None, "no role 'judge'"),
        ("agent", {"speed": 1.0}, "no objective 'speed'"),
        ("agent", {"tokens": 0}, "no weights"),
    ],
)
def test_what_cannot_be_scored_is_refused(role: str, objectives: dict[str, float] | None, place: str) -> None:
    with pytest.raises(ConfigError, match=place):
        Metric(role, objectives)


# ----------------------------------------------------------------------------- wordings


def wording(task: Task, brief: str | None = None) -> Any:
    """A reply that keeps all."""
    rewritten = [Sentence(key=one.key, text=f"Well, {one.text}") for one in given(task)]
    return dspy.Prediction(rewritten=rewritten, brief=brief or f"You want this. {task.instruction}", voice="A person.")


def worded(task: Task, said: Any, rejected: str = "") -> Rollout:
    reply = Reply({"sentences": given(task), "objection": ""}, said)
    made = None if rejected else dataclasses.replace(task, instruction=said.brief)
    return Rollout("proposer", task, made=made, rejected=rejected, replies=(reply,))


def test_a_proposer_gets_credit_for_each_thing_it_keeps(played: list[Played]) -> None:
    """From no reply over lost sentences, lost texts and a poor brief to unfair, misread and accepted words."""
    task = next(item.task for item in played if sum(len(r.slots) for r in item.task.requests) > 1)
    whole = wording(task)
    kept = next(i for i, one in enumerate(given(task)) if one.keep)
    lost = wording(task)
    lost.rewritten[kept] = lost.rewritten[kept].model_copy(update={"text": "Something."})
    less = wording(task)
    del less.rewritten[kept]
    poor = [
        worded(task, less, "a detail is missing: left out"),
        worded(task, lost, "a detail is missing: its words"),
        worded(task, wording(task, "You want this."), "a detail is missing: in the brief"),
    ]
    silent = worded(task, None, "the reply is truncated")
    empty = worded(task, dspy.Prediction(rewritten=[], brief=""), "a detail is missing: left out")
    unfair = worded(task, whole, "gives the answer away: the request gives the answer away")
    misread = worded(task, whole, "not read back: another tool: a reader would use another one")
    metric = Metric("proposer")
    for one in poor:
        ladder = [metric.judge(step).score for step in (silent, empty, one, unfair, misread, worded(task, whole))]
        assert ladder == sorted(set(ladder))
        assert ladder[-1] >= ACCEPTED > REJECTED >= ladder[-2]
    assert not metric.crashes


def test_a_reader_is_told_what_was_meant(played: list[Played]) -> None:
    """The step that reads back has feedback of its own: the goal that should have come out."""
    task = played[0].task
    pred = dspy.Prediction(rollout=worded(task, wording(task), "not read back: another tool: it is not what is meant"))
    told = Metric("proposer")(None, pred, [], "program.read_back", [(None, {"request": "…"}, None)]).feedback
    assert "What was meant" in told
    assert task.goal.decisions[0].tool in told
    assert "not read back" in told


def test_words_that_others_have_are_worth_less(played: list[Played]) -> None:
    """A proposer's and a diversifier's words are compared with the pool's, their own task's left out."""
    task = played[0].task
    made = worded(task, wording(task))
    assert made.made
    near, far = (
        Metric("proposer", pool=[text]).judge(made).score for text in (made.made.instruction, "Something else.")
    )
    assert ACCEPTED <= near < far
    assert Metric("proposer", pool=[task]).judge(made).score == far


def test_one_voice_for_all_is_worth_less(played: list[Played]) -> None:
    item = next(one for one in played if one.task.behaviour)
    assert item.task.behaviour
    voiced = replace(
        item.task, behaviour=replace(item.task.behaviour, voice="A calm old sailor who counts points off.")
    )
    verdict = verify(item.task, item.talk, item.domain)
    reply = Reply({"sentences": given(item.task)}, wording(item.task))
    same, other = (
        Rollout("diversifier", item.task, item.talk, verdict, voiced, replies=(reply,), beside=beside)
        for beside in ("A calm old sailor who counts points off.", "A student between lectures.")
    )
    assert ACCEPTED <= Metric("diversifier").judge(same).score < Metric("diversifier").judge(other).score
    against = replace_rejected(same, "against its tone: too kind")
    assert Metric("diversifier").judge(against).score <= REJECTED
    assert json.dumps(Metric("diversifier").judge(against).objectives)


def test_a_diversifier_gets_credit_for_each_repair_alone(played: list[Played]) -> None:
    """A voice of use and each sentence that is new and faithful are worth something by themselves, kept or not."""
    task = next(one.task for one in played if one.task.behaviour and len(given(one.task)) > 3)
    good = "A calm old sailor who counts points off."
    assert task.behaviour
    useless = ("", "word " * 70, f"They know {task.facts[0].value}.", f"So: {MANNERS['tone'][task.behaviour['tone']]}")

    def score(voice: str, texts: Callable[[str], str], beside: str = "") -> float:
        rewritten = [Sentence(key=one.key, text=texts(one.text)) for one in given(task)]
        reply = Reply({"sentences": given(task)}, dspy.Prediction(rewritten=rewritten, voice=voice))
        made = Rollout("diversifier", task, rejected="the same words again", replies=(reply,), beside=beside)
        return Metric("diversifier").judge(made).score

    def new(text: str) -> str:
        return f"Well, {text[:1].lower()}{text[1:]}"

    copied = score(good, str)
    assert all(score(voice, str) < copied for voice in useless)
    assert copied < score(good, new) <= REJECTED
    assert score(good, lambda text: f"{text} All 3.") < score(good, new)
    assert score(good, str, beside=good) < copied


def replace_rejected(made: Rollout, why: str) -> Rollout:
    return replace(made, made=None, talk=None, verdict=None, rejected=why)
