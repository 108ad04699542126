"""Conversations in the forms of others: read for what they are, judged as they were."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import writ_dspy as writ
from tests.imports import forms
from tests.simulate.playing import Played
from writ_dspy.conversation import StopReason
from writ_dspy.errors import ConfigError
from writ_dspy.imports.chat import chat
from writ_dspy.imports.judge import Judged
from writ_dspy.imports.printing import as_printed
from writ_dspy.verify.checks import CHECKS

WISHES = {"identified_before_write", "said_before_used", "steadfast"}
"""What an official task does not say enough for."""


def judged(document: Any, **options: Any) -> Judged:
    """The one conversation of a document."""
    (found,) = writ.verify(document, **options)
    return found


def some(played: list[Played], count: int = 12) -> list[Played]:
    return played[:: max(1, len(played) // count)]


@pytest.mark.parametrize(
    "form",
    [lambda one: one, forms.in_parts, forms.legacy, forms.without_ids],
    ids=["openai", "parts", "legacy", "no ids"],
)
def test_every_form_of_openai_is_the_same_conversation(
    played: list[Played], form: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
) -> None:
    """Arguments as text, parts, `developer`, `function_call`, no ids: the turns are those that were played."""
    for item in some(played):
        found = chat(form(forms.openai(item.talk, item.domain)), item.domain)
        last = max(index for index, turn in enumerate(item.talk.turns) if turn.role == "agent" and turn.text)
        there = [replace(turn, intent=None) for turn in item.talk.turns[: last + 1]]

        assert list(found.turns) == there
        assert not found.ended


def test_several_calls_of_a_message_get_their_results_in_any_order(played: list[Played]) -> None:
    """A result goes to the call that it names, wherever it stands; a result of no call, and a call without one, stay to be found."""
    domain = played[0].domain
    ask = [
        {"id": name, "function": {"name": "get_user_details", "arguments": json.dumps({"user_id": name})}}
        for name in ("a", "b", "c")
    ]
    answers = [{"role": "tool", "tool_call_id": name, "content": f"Error: {name}"} for name in ("c", "a", "x")]
    found = chat([{"role": "user", "content": "Hi"}, {"role": "assistant", "tool_calls": ask}, *answers], domain)

    assert [len(turn.calls) for turn in found.turns] == [0, 3, 0, 0, 0]
    assert [turn.text for turn in found.turns[2:]] == ["Error: a", "Error: c", "Error: x"]
    assert all(turn.error for turn in found.turns[2:])
    assert found.stop is StopReason.CUT_OFF


def test_results_of_tau2_are_judged_by_their_own_tasks(played: list[Played]) -> None:
    """τ²'s greeting and stop words go, its tasks are used; what they do not say is not applicable, all else as it was."""
    for item in some(played):
        found = judged(forms.results(item.task, item.talk))

        assert found.verdict.findings == ()
        assert set(found.verdict.not_applicable) == WISHES
        assert found.reward == 1.0
        assert found.task_id == f"{item.task.domain}/{item.task.id}"


def test_a_renumbered_simulation_is_judged_by_the_task_that_its_reward_names(played: list[Played]) -> None:
    """Where `task_id` is one task and the reward looked for the calls of another, the reward is right."""
    first, other = [item for item in played if item.task.domain == "tau2:retail" and len(item.task.gold) > 1][:2]
    document = forms.results(first.task, first.talk)
    document["tasks"] += forms.results(other.task, other.talk)["tasks"]
    simulation = document["simulations"][0]
    simulation["task_id"] = other.task.id
    wrong = judged(document)
    simulation["reward_info"]["action_checks"] = [
        {"action": action} for action in document["tasks"][0]["evaluation_criteria"]["actions"]
    ]

    assert not wrong.verdict.accepted
    assert judged(document).task_id == f"tau2:retail/{first.task.id}"
    assert judged(document).verdict.accepted


def test_trajectories_of_tau_bench_are_the_same_by_value(played: list[Played]) -> None:
    """Another printing of records and notes to itself change no verdict; another value does."""
    for item in some(played):
        document = forms.trajectory(item.task, item.talk, item.domain)
        document["info"]["task"]["instruction"] += f" {item.task.identity.text}"
        facts = " ".join(fact.text for fact in item.task.facts)
        slip = item.task.behaviour.slip if item.task.behaviour else None
        document["info"]["task"]["instruction"] += f" {facts} {slip}"
        found = judged([document], domain=item.task.domain)

        assert found.verdict.findings == ()
        assert set(found.verdict.not_applicable) == WISHES


def test_what_a_tool_of_another_version_answers_otherwise_is_not_judged(played: list[Played]) -> None:
    """τ-bench's tools are not quite ours: where a value differs, `replay` counts it and says nothing; our own rows it rejects."""
    item = next(item for item in played if item.task.domain == "tau2:airline" and item.task.gold)
    document = forms.trajectory(item.task, item.talk, item.domain)
    at = max(index for index, message in enumerate(document["traj"]) if message["role"] == "tool")
    result = document["traj"][at]
    document["traj"][at] = result | {"content": result["content"].replace("2024", "2031")}
    row = {"messages": document["traj"], "domain": item.task.domain}

    assert document["traj"][at] != result
    assert dict(judged([document], domain=item.task.domain).verdict.not_judged) == {"replay": 1}
    assert "replay" in {finding.check for finding in judged(row).verdict.findings}


def test_a_record_that_ends_with_the_hand_over_is_not_asked_for_more(played: list[Played]) -> None:
    """τ-bench stops at the transfer: what policy wants said after it cannot be looked for; in another record it can."""
    item = next(item for item in played if any(outcome.transfer for outcome in item.task.decided))
    at = max(index for index, turn in enumerate(item.talk.turns) if any(map(item.domain.transfers, turn.calls)))
    document = forms.trajectory(item.task, item.talk, item.domain)
    cut = next(
        index for index, message in enumerate(document["traj"]) if message.get("name") == "transfer_to_human_agents"
    )
    document["traj"] = document["traj"][: cut + 1]
    late = document | {"traj": [*document["traj"], {"role": "assistant", "content": "Bye, then."}]}

    assert item.talk.turns[at + 1].role == "tool"
    assert not {"completed", "policy"} & {
        one.check for one in judged([document], domain=item.task.domain).verdict.findings
    }
    assert "policy" in {one.check for one in judged([late], domain=item.task.domain).verdict.findings}


def test_a_value_that_differs_stays_as_it_was_recorded() -> None:
    """Only what says the same is put into our printing: 100 is 100.0, and neither 101 nor true nor "100"."""
    here = '{"id": "a", "state": "TX", "amount": 100.0, "status": null, "rows": [{"iata": "SFO", "city": "San Francisco"}]}'
    there = '{"rows": {"SFO": "San Francisco"}, "amount": 100, "province": "TX"}'

    assert as_printed(there, here, {"key": "a"}) == here
    for other in ("101", "true", '"100"'):
        changed = as_printed(there.replace("100", other), here, {"key": "a"})
        assert json.loads(changed)["amount"] == json.loads(other)
        assert changed != here
    assert as_printed("nonsense", here, {}) == "nonsense"
    ours = "Error: 1 validation error\\n  see https://errors.example/2.13/v/missing"
    assert as_printed(ours.replace("2.13", "2.11").replace("Error: 1", "error: 1"), ours, {}) == ours
    assert as_printed(ours.replace("1 validation", "2 validation"), ours, {}) != ours


def test_without_a_task_the_checks_that_need_none_judge(played: list[Played]) -> None:
    """Six checks are not applicable, and say so; the others accept what is right, and find what is wrong."""
    needing = {"steadfast", "end_state", "no_unwanted_write", "communicated", "user_faithful"} | WISHES
    for item in some(played):
        messages = forms.openai(item.talk, item.domain)
        found = judged(messages, domain=item.domain.name)
        spoiled = judged(
            [*messages[:-1], messages[-1] | {"content": "Done: order #W0000001, $12,345.67."}], domain=item.domain.name
        )

        assert found.verdict.findings == ()
        assert set(found.verdict.not_applicable) == needing
        assert found.task_id is None
        assert {finding.check for finding in spoiled.verdict.findings} >= {"grounded"}


def test_an_amount_held_against_the_users_limit_is_not_judged_without_its_wish(played: list[Played]) -> None:
    """What came to more than the user wants is worked out, and only the task says from what: counted, and no finding; other amounts are."""
    item = next(item for item in played if item.task.domain == "tau2:retail" and item.task.gold)
    messages = forms.openai(item.talk, item.domain)

    def found(said: str) -> tuple[set[str], dict[str, int]]:
        heard = {"role": "user", "content": "It may cost $71 at most."}
        told = {"role": "assistant", "content": said}
        verdict = judged([*messages, heard, told], domain=item.domain.name).verdict
        return {finding.check for finding in verdict.findings}, dict(verdict.not_judged)

    within, counted = found("That is above your limit: it comes to $98,765.43, and you said $71.")
    alone, none = found("That is above your limit: it comes to $98,765.43.")

    assert "grounded" not in within
    assert counted["grounded"] == 1
    assert "grounded" in alone
    assert "grounded" not in none


def test_outcomes_are_kept_apart(played: list[Played]) -> None:
    """A check has failed, is not applicable, could not judge, or passed: one of the four, and the record says which."""
    verdicts = (judged(forms.openai(item.talk, item.domain), domain=item.domain.name).verdict for item in played)
    verdict = next(
        one for one in verdicts if one.outcome("provenance") == "not judged"
    )  # a sum that nobody says from what
    outcomes = {check.__name__: verdict.outcome(check.__name__) for check in CHECKS}

    assert outcomes["end_state"] == "not applicable"
    assert outcomes["provenance"] == "not judged"
    assert outcomes["replay"] == "passed"
    assert set(verdict.to_json()["not_judged"]) == {"provenance"}


def test_official_tasks_are_found_by_name() -> None:
    """`tau2:airline/7`, or a bare number beside `--domain`, is the benchmark's own; one that there is not is refused."""
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello, how can I help?"}]
    found = judged({"messages": messages, "task_id": "tau2:airline/7"})
    bare = judged({"messages": messages, "task_id": 7}, domain="airline")

    assert found.task_id == bare.task_id == "tau2:airline/7"
    assert {finding.check for finding in found.verdict.findings} >= {"end_state"}
    with pytest.raises(ConfigError, match="'7000' is none of the official tasks"):
        judged({"messages": messages, "task_id": "tau2:airline/7000"})


def test_what_an_official_task_wants_told_is_looked_for_beside_its_writes(played: list[Played]) -> None:
    """A task with calls and texts: each text is missed where it was not told, and found where it was."""
    item = next(item for item in played if item.task.gold and not item.task.told)
    document = forms.results(item.task, item.talk)
    document["tasks"][0]["evaluation_criteria"]["communicate_info"] = ["1093.34"]
    missed = judged(document)
    said = document["simulations"][0]["messages"]
    at = max(index for index, message in enumerate(said) if message["role"] == "assistant" and message["content"])
    said[at] = said[at] | {"content": f"{said[at]['content']} In all that is $1,093.34."}

    assert {finding.check for finding in missed.verdict.findings} == {"communicated"}
    assert "communicated" not in {finding.check for finding in judged(document).verdict.findings}


def test_a_word_that_the_user_agreed_to_is_known_and_an_id_is_not() -> None:
    """A reason that the agent proposes and the user confirms was said; an id that it makes up takes more than a yes."""
    domain = writ.domain("tau2:retail")
    order = next(record for record in domain.tables["orders"].values() if record["status"] == "pending")
    user = domain.tables["users"][order["user_id"]]

    def found(reason: str, answer: str, method: str = "") -> set[str]:
        key = method or order["payment_history"][0]["payment_method_id"]
        call = ("modify_pending_order_payment", {"order_id": order["order_id"], "payment_method_id": key}) if method else (
            "cancel_pending_order", {"order_id": order["order_id"], "reason": "no longer needed"}
        )  # fmt: skip
        said = [
            ("user", f"I am {user['email']}. I found order {order['order_id']} cheaper elsewhere, please get rid of it."),
            ("assistant", ("find_user_id_by_email", {"email": user["email"]})), ("tool", order["user_id"]),
            ("assistant", f"I would cancel order {order['order_id']}. {reason} {key}. Shall I (yes/no)?"),
            ("user", answer), ("assistant", call),
        ]  # fmt: skip
        messages = [
            {"role": role, "content": what} if isinstance(what, str) else
            {"role": role, "tool_calls": [{"function": {"name": what[0], "arguments": what[1]}}]}
            for role, what in said
        ]  # fmt: skip
        return {finding.check for finding in judged(messages, domain=domain.name).verdict.findings}

    assert "provenance" not in found("Reason: no longer needed.", "Yes, please go ahead.")
    assert "provenance" in found("", "Yes, please go ahead.")
    assert "provenance" in found("Reason: no longer needed.", "No, wait.")
    assert "provenance" in found("I would pay it with", "Yes, please go ahead.", "credit_card_7777777")
