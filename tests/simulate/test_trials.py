"""Trials of the user, one by one: each shows, is met, and leaves the gold as it was; what spoils it is found."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.simulate.playing import Played, play
from writ_dspy.codec import from_json, identify, to_json
from writ_dspy.conversation import Conversation, Intent, Turn
from writ_dspy.domains import Dial, load
from writ_dspy.domains.tau2.retail.details import method
from writ_dspy.propose.accept import settle_draft
from writ_dspy.simulate.acts import assents, heard
from writ_dspy.simulate.briefing import task_instructions
from writ_dspy.simulate.scripted import ScriptedUser
from writ_dspy.simulate.scripted.agent import Desk
from writ_dspy.simulate.scripted.sympathy import KIND_WORDS
from writ_dspy.simulate.scripted.trying import PLAIN
from writ_dspy.simulate.trials import dealing, shown
from writ_dspy.simulate.trials.dealing import IDENTITY, _wrong_first, deal
from writ_dspy.task import Call, Task
from writ_dspy.trial import EVERY, AsksForHuman, ChangesMind, LeavesSubject, Trial, WrongFirst, name, spoken
from writ_dspy.verify.checks import verify

EACH = 3
"""Talks of each trial."""


@pytest.fixture(scope="module")
def tried(tasks: list[Task]) -> dict[str, list[Played]]:
    """By trial: some tasks with that one alone, played."""
    found: dict[str, list[Task]] = {trial: [] for trial in EVERY}
    for turn in range(0, 128, 2):
        for task in tasks[turn // 2 % 5 :: 5]:
            at_once = task.behaviour is not None and task.behaviour["disclosure"] == "all at once"
            for trial in deal(task, turn, 0, at_once=at_once):
                if len(found[name(trial)]) < EACH and all(one.id != task.id for one in found[name(trial)]):
                    found[name(trial)].append(_with(task, trial))
    return {trial: [play(task) for task in some] for trial, some in found.items()}


def _with(task: Task, trial: Trial) -> Task:
    assert task.behaviour is not None
    slip = None if isinstance(trial, WrongFirst) else task.behaviour.slip
    return replace(task, behaviour=replace(task.behaviour, slip=slip, trials=(trial,)))


def _of(tried: dict[str, list[Played]], trial: str) -> Iterator[tuple[Played, Trial]]:
    for item in tried[trial]:
        assert item.task.behaviour is not None
        yield item, item.task.behaviour.trials[0]


def _user(item: Played, text: str) -> int:
    """The user's turn that holds a text."""
    return next(
        i for i, turn in enumerate(item.talk.turns) if turn.role == "user" and text.lower() in turn.text.lower()
    )


def _findings(item: Played, talk: Conversation) -> set[str]:
    return {finding.check for finding in verify(item.task, talk, item.domain).findings}


def _with_text(item: Played, index: int, change: Callable[[str], str]) -> Conversation:
    turns = list(item.talk.turns)
    turns[index] = replace(turns[index], text=change(turns[index].text))
    return replace(item.talk, turns=tuple(turns))


@pytest.mark.parametrize("trial", EVERY)
@pytest.mark.long
def test_a_trial_shows_and_is_accepted(trial: str, tried: dict[str, list[Played]]) -> None:
    """The scripted user does what it was dealt, the scripted agent meets it, and no check finds anything."""
    assert tried[trial]
    for item, _ in _of(tried, trial):
        (seen,) = shown(item.task, item.domain, item.talk.turns)

        assert [str(finding) for finding in verify(item.task, item.talk, item.domain).findings] == []
        assert (seen.trial, seen.seen) == (trial, seen.asked)


@pytest.mark.parametrize("trial", EVERY)
def test_a_trial_survives_as_json_and_is_told_to_model_users(trial: str, tried: dict[str, list[Played]]) -> None:
    """A task with a trial is read back as it was, and a briefing, which is τ²'s user's as well, holds what is to be said."""
    for item, one in _of(tried, trial):
        told = task_instructions(item.task)

        assert from_json(to_json(item.task)) == item.task
        assert all(text in told for text in spoken(one))
        assert not isinstance(one, WrongFirst) or (one.wrong in told and one.right in told)


def test_no_task_has_more_than_two_trials_and_half_have_none(tasks: list[Task]) -> None:
    """The quota: every second turn has trials, one or two of them, no kind twice."""
    for turn in range(60):
        trials = deal(tasks[turn % len(tasks)], turn, 3)

        assert bool(trials) is (turn % 2 == 0)
        assert len({name(trial) for trial in trials}) == len(trials) <= 2


def test_a_wrong_value_makes_a_tool_err_and_is_recovered_from(tried: dict[str, list[Played]]) -> None:
    """A real error stands in the talk; the agent asks again, and the same tool succeeds with the right value."""
    for item, trial in _of(tried, "wrong first"):
        assert isinstance(trial, WrongFirst)
        calls = [(turn.calls[0], item.talk.turns[i + 1]) for i, turn in enumerate(item.talk.turns) if turn.calls]
        wrong = [(call, result) for call, result in calls if trial.wrong in call.text]
        right = [result for call, result in calls if call.tool == wrong[0][0].tool and trial.right in call.text]

        assert wrong
        assert all(result.error for _, result in wrong)
        assert right
        assert not right[0].error


def test_no_wrong_value_is_given_for_what_another_request_has_found(tasks: list[Task]) -> None:
    """Whoever has read a record by other words need not look it up by the wrong value, which so would never be put right."""
    tried = 0
    for task in tasks:
        dealt = _wrong_first(task, 0, random.Random(1))
        if dealt is None or dealt.slot == IDENTITY or len(task.requests) == 1:
            continue
        own = task.requests[int(dealt.slot.partition(":")[0])].decision
        assert own is not None
        looked = [call for call in task.outcomes[own].trace if dealt.right in call.text]
        for index, other in enumerate(task.outcomes[: len(task.goal.decisions)]):
            if index != own and len(task.requests) == len(task.goal.decisions):
                read = replace(other, trace=(*other.trace, *looked))
                outcomes = (*task.outcomes[:index], read, *task.outcomes[index + 1 :])
                again = _wrong_first(replace(task, outcomes=outcomes), 0, random.Random(1))

                assert again is None or again.right != dealt.right
                tried += 1
    assert tried


def test_a_wrong_value_left_standing_is_found(tried: dict[str, list[Played]]) -> None:
    """A user who never puts it right is none of its task."""
    for item, trial in _of(tried, "wrong first"):
        assert isinstance(trial, WrongFirst)
        turns = [
            replace(turn, text=turn.text.replace(trial.right, trial.wrong)) if turn.role == "user" else turn
            for turn in item.talk.turns
        ]

        assert "user_faithful" in _findings(item, replace(item.talk, turns=tuple(turns)))


def test_a_value_that_nobody_put_right_is_not_guessed(tried: dict[str, list[Played]]) -> None:
    """An agent that looks up the right value before it was said has made it up."""
    for item, trial in _of(tried, "wrong first"):
        assert isinstance(trial, WrongFirst)
        turns = list(item.talk.turns)
        again = _user(item, trial.right)
        del turns[again - 1 : again + 1]  # the question, and what puts it right
        turns.insert(len(turns) - 1, Turn("user", f"It is {trial.right}."))

        assert "provenance" in _findings(item, replace(item.talk, turns=tuple(turns)))


def test_a_price_is_explained_by_what_was_read(tried: dict[str, list[Played]]) -> None:
    """The reason for an amount is worked out from the records: another figure in it is found."""
    for item, trial in _of(tried, "objects to a price"):
        at = _user(item, spoken(trial)[0]) + 1
        reason = item.talk.turns[at].text.split("\n")[0]

        assert "$" in reason
        assert "grounded" in _findings(item, _with_text(item, at, lambda text: text.replace("$", "$9", 1)))


@pytest.mark.parametrize("trial", ["asks for a human", "forbids a transfer"])
def test_nobody_is_handed_over_who_need_not_be(trial: str, tried: dict[str, list[Played]]) -> None:
    """Whether a human is asked for or a transfer forbidden: handing over is against policy, in deeds and in words."""
    for item, _ in _of(tried, trial):
        said = item.domain.pack.transfer.text if item.domain.pack.transfer else ""
        handed = replace(item.talk, turns=(*item.talk.turns[:-1], Turn("agent", said)))

        assert not any(item.domain.transfers(call) for turn in item.talk.turns for call in turn.calls)
        assert "policy" in _findings(item, handed)


@pytest.mark.parametrize("trial", ["upset", "anxious", "lonely"])
def test_a_feeling_gets_one_kind_word(trial: str, tried: dict[str, list[Played]]) -> None:
    """The next message of the agent begins with one, and no other does."""
    for item, one in _of(tried, trial):
        told = _user(item, spoken(one)[0][:20].lower())
        after = next(turn.text for turn in item.talk.turns[told + 1 :] if turn.role == "agent" and turn.text)
        kind = [turn for turn in item.talk.turns if turn.role == "agent" and turn.text.startswith(KIND_WORDS)]

        assert after.startswith(KIND_WORDS)
        assert len(kind) == 1


def test_acting_on_the_first_proposal_after_a_change_is_found(tried: dict[str, list[Played]]) -> None:
    """Who has changed their mind has agreed to nothing yet: neither the first write nor the new one may follow at once."""
    for item, trial in _of(tried, "changes its mind"):
        assert isinstance(trial, ChangesMind)
        turns, gold = item.talk.turns, item.task.outcomes[trial.decision].call
        assert gold is not None
        write = next(i for i, turn in enumerate(turns) if gold in turn.calls)
        told = next(i for i, turn in enumerate(turns) if turn.intent and turn.intent.about == ("no", trial.slot))
        at_once = (*turns[: told + 1], *turns[write:])
        first = Call(gold.tool, trial.first)
        world = item.domain.world()
        for turn in turns[: told + 1]:
            for call in turn.calls:
                world.call(call)
        result = world.call(first)
        as_first = (
            *turns[: told + 1],
            Turn("agent", calls=(first,)),
            Turn("tool", result.text, error=result.error),
            *turns[write + 2 :],
        )

        assert "confirmed_before_write" in _findings(item, replace(item.talk, turns=at_once))
        assert {"no_unwanted_write", "end_state"} <= _findings(item, replace(item.talk, turns=as_first))


def test_a_change_gets_a_new_proposal_and_a_new_yes(tried: dict[str, list[Played]]) -> None:
    """What was named first is listed, changed, listed anew with what the task has, and agreed to."""
    for item, trial in _of(tried, "changes its mind"):
        assert isinstance(trial, ChangesMind)
        told = next(
            i for i, turn in enumerate(item.talk.turns) if turn.intent and turn.intent.about == ("no", trial.slot)
        )
        before, after = item.talk.turns[told - 1].text, item.talk.turns[told + 1].text

        assert {"proposal"} <= heard(before).kinds & heard(after).kinds
        assert before != after
        assert assents(item.talk.turns[told + 2].text, after) or "?" in item.talk.turns[told + 2].text
        assert not assents(item.talk.turns[told].text, before)


def test_a_change_of_mind_shows_by_the_new_proposal_not_by_a_no(tried: dict[str, list[Played]]) -> None:
    """Said as a mere addition it is a change, if another proposal follows before any write; without one, or as a question, it is none."""
    for item, trial in _of(tried, "changes its mind"):
        assert isinstance(trial, ChangesMind)
        turns, (index, key) = item.talk.turns, trial.slot.split(":")
        told = next(i for i, turn in enumerate(turns) if turn.intent and turn.intent.about == ("no", trial.slot))
        write = next(i for i, turn in enumerate(turns) if item.task.outcomes[trial.decision].call in turn.calls)
        slot = next(one for one in item.task.requests[int(index)].slots if one.key == key)
        added = Turn("user", f"Right: {slot.text} The rest fits.")
        asked = Turn("user", "Is that all of it?")

        assert _changed(item, (*turns[:told], added, *turns[told + 1 :])) == 1
        assert _changed(item, (*turns[:told], added, *turns[write:])) == 0
        assert (
            _changed(item, (*turns[:told], asked, *turns[told + 1 : told + 2], Turn("user", "Yes."), *turns[write:]))
            == 0
        )


def _changed(item: Played, turns: tuple[Turn, ...]) -> int:
    return next(one.seen for one in shown(item.task, item.domain, turns) if one.trial == "changes its mind")


def test_what_is_named_first_was_read_for_that_write(tried: dict[str, list[Played]]) -> None:
    """The agent can list it: each id of the first call stands in what was read for this decision, or was said."""
    for item, trial in _of(tried, "changes its mind"):
        assert isinstance(trial, ChangesMind)
        outcome = item.task.outcomes[trial.decision]
        known = " ".join(item.domain.read(call).text for call in outcome.trace)
        known += " ".join(turn.text for turn in item.talk.turns if turn.role == "user")

        assert item.domain.pack.ids(trial.first) <= item.domain.pack.ids(known)


def _changing_to_the_best(recipe: str, trials: int) -> Iterator[Task]:
    """Tasks of a recipe whose user wants the best of several ways to pay, and names another one first."""
    domain = load("tau2:airline")
    (made,) = (one for one in domain.pack.recipes if one.name == recipe)
    for number, user in enumerate(domain.pack.users(domain)):
        draft = made.draft(domain, user, Dial(4, "knows none"), random.Random(number))
        task = settle_draft(draft, "normal", domain) if draft is not None else None
        mind = dealing._changes(task, 0, random.Random(number)) if task is not None else None
        if task is None or mind is None or not mind.slot.endswith(":payment") or "highest" not in task.instruction:
            continue
        human = AsksForHuman("I'd prefer to speak with a human agent, if that's possible.")
        yield identify(replace(task, behaviour=replace(PLAIN, trials=(mind, human)[:trials])))


@pytest.mark.parametrize("recipe", ["move to another flight", "book a trip"])
@pytest.mark.parametrize("trials", [1, 2])
@pytest.mark.long
def test_nothing_is_told_of_a_choice_that_the_user_has_not_made_yet(recipe: str, trials: int) -> None:
    """The way to pay that a task comes to is compared once it is asked for, and a list with another one is refused till then."""
    for task in itertools.islice(_changing_to_the_best(recipe, trials), 2):
        item = play(task)
        assert item.task.behaviour is not None
        mind = item.task.behaviour.trials[0]
        assert isinstance(mind, ChangesMind)
        turns, gold = item.talk.turns, item.task.outcomes[mind.decision].call
        assert gold is not None
        told = next(i for i, turn in enumerate(turns) if turn.intent and turn.intent.about == ("no", mind.slot))
        wanted = {one[-4:] for one in item.domain.pack.ids(gold.text) - item.domain.pack.ids(mind.first)}
        says = [(i, turn.text) for i, turn in enumerate(turns) if turn.role == "agent"]

        assert not any(one in text for one in wanted for i, text in says if i < told)
        assert all(one in turns[told + 1].text for one in wanted)
        assert [str(finding) for finding in verify(item.task, item.talk, item.domain).findings] == []


def _naming_another_card() -> Iterator[tuple[Played, str]]:
    """Played exchanges whose user names another of its cards first, each with the one that it wants as an agent calls it."""
    domain = load("tau2:retail")
    (made,) = (one for one in domain.pack.recipes if one.name == "exchange items")
    for number, user in enumerate(domain.pack.users(domain)):
        draft = made.draft(domain, user, Dial(4, "knows none"), random.Random(number))
        task = settle_draft(draft, "normal", domain) if draft is not None else None
        mind = dealing._changes(task, 0, random.Random(number)) if task is not None else None
        gold = task.outcomes[mind.decision].call if task is not None and mind is not None else None
        if task is None or mind is None or gold is None or not mind.slot.endswith(":payment"):
            continue
        if "credit_card" not in gold.text or "credit_card" not in mind.first:
            continue
        wanted = domain.tables["users"][user]["payment_methods"][gold.args["payment_method_id"]]
        yield play(identify(replace(task, behaviour=replace(PLAIN, trials=(mind,))))), method(wanted)


@pytest.mark.parametrize("spoken_of", ["wanted", "nothing"])
def test_what_was_named_first_gets_no_yes_where_what_is_wanted_was_spoken_of_before(spoken_of: str) -> None:
    """A list with another card is answered by the one that is wanted, whatever card an earlier request was paid with."""
    for item, wanted in itertools.islice(_naming_another_card(), 2):
        assert item.task.behaviour is not None
        (mind,) = item.task.behaviour.trials
        assert isinstance(mind, ChangesMind)
        turns = item.talk.turns
        told = next(i for i, turn in enumerate(turns) if turn.intent and turn.intent.about == ("no", mind.slot))
        before = f"I've charged the other exchange to {wanted}." if spoken_of == "wanted" else ""
        ask = next(i for i, turn in enumerate(turns) if turn.intent and mind.slot in turn.intent.about)
        talk = (*turns[:ask], replace(turns[ask], text=f"{before} {turns[ask].text}".strip()), *turns[ask + 1 : told])
        said = asyncio.run(ScriptedUser().speak(item.task, item.domain, talk, 0))

        assert said is not None
        assert said.intent == Intent("say", ("no", mind.slot))
        assert not assents(said.text, talk[-1].text)


def test_a_yes_counts_for_what_was_listed_alone(tried: dict[str, list[Played]]) -> None:
    """Who changes a detail in words that sound like a yes is shown the list anew; who says yes to that list is served."""
    for item, trial in _of(tried, "changes its mind"):
        assert isinstance(trial, ChangesMind)
        turns = item.talk.turns
        told = next(i for i, turn in enumerate(turns) if turn.intent and turn.intent.about == ("no", trial.slot))
        slot = next(one for i, r in enumerate(item.task.requests) for one in r.slots if f"{i}:{one.key}" == trial.slot)
        changed = replace(turns[told], text=f"{slot.text} Yes, find that and give me that, please go ahead.")
        listed = Desk(item.task, item.domain, (*turns[:told], changed), 0).next()
        agreed = Turn("user", "Yes, please go ahead.", intent=Intent("say", ("yes",)))
        served = Desk(item.task, item.domain, (*turns[:told], changed, listed, agreed), 0).next()

        assert listed.text
        assert not listed.calls
        assert served.calls == (item.task.outcomes[trial.decision].call,)


def test_forgetting_the_subject_that_was_left_is_found(tried: dict[str, list[Played]]) -> None:
    """An agent that serves what came in between, and takes its leave, has left something undone."""
    for item, trial in _of(tried, "leaves the subject"):
        assert isinstance(trial, LeavesSubject)
        turns = item.talk.turns
        other = item.task.outcomes[item.task.requests[trial.other].decision or 0].call
        done = next(i for i, turn in enumerate(turns) if other in turn.calls)
        forgotten = (
            *turns[: done + 2],
            Turn("agent", "That is done. Is there anything else?"),
            Turn("user", "No, thanks, bye."),
            turns[-1],
        )

        assert "end_state" in _findings(item, replace(item.talk, turns=forgotten))
