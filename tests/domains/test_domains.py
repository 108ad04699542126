"""A domain takes canonical calls only, says what τ² says, and is loaded without a sound."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.dataset.by_hand import airline
from tests.domains.test_worlds import DOMAINS, both, gold_calls, known_values, new_world, parameters, state
from writ_dspy.domains import Domain, load
from writ_dspy.domains.domain import SMALL
from writ_dspy.errors import DomainError
from writ_dspy.task import Call, Json


@both
def test_canonical_refuses_what_is_no_call(name: str) -> None:
    """A wrong type, a missing or an unknown argument is refused with the tool and the field."""
    domain, pools = DOMAINS[name](), known_values(name)
    pools |= {"expression": ["1 + 1"], "summary": ["a"], "amount": [5], "flight_number": ["HAT069"]}
    for tool, params in parameters(name).items():
        valid = {key: pools[key][0] for key in params}
        for key in params:
            for args in (valid | {key: {"not": "this"}}, {k: v for k, v in valid.items() if k != key}):
                with pytest.raises(DomainError, match=rf"{tool} of tau2:{name}: {key}"):
                    domain.canonical(tool, args)
        with pytest.raises(DomainError, match=rf"{tool} of tau2:{name} takes no \['extra'\]"):
            domain.canonical(tool, valid | {"extra": 1})
    with pytest.raises(DomainError, match=f"tau2:{name} has no tool 'no_such_tool'; it has .*transfer_to_human"):
        domain.canonical("no_such_tool", {})


def test_long_results_drive_out_no_record() -> None:
    """What takes little room is remembered for itself; another pack begins with nothing, since its lenses show other rows."""
    domain = replace(airline())
    record = domain.canonical("get_user_details", {"user_id": "mia_li_3668"})
    route = {"origin": "JFK", "destination": "SEA"}
    searches = [domain.canonical("search_onestop_flight", route | {"date": f"2024-05-{day}"}) for day in range(16, 24)]
    first = domain.read(record)
    seen = [domain.read(search) for search in searches]

    assert max(len(found.text) for found in seen) > SMALL >= len(first.text)
    assert domain.read(record) is first
    assert replace(domain, pack=replace(domain.pack, lenses={})).read(record).views == {}


def test_a_number_has_one_spelling() -> None:
    """3, 3.0 and "3" are one argument; 3.5 and "three" are none. The order of arguments is the tool's."""
    args = {"reservation_id": "ABCDEF", "nonfree_baggages": 0, "payment_id": "gift_card_1"}
    tool = "update_reservation_baggages"
    calls = {airline().canonical(tool, args | {"total_baggages": value}) for value in (3, 3.0, "3")}
    calls |= {airline().canonical(tool, {"total_baggages": "3", **args})}

    assert [call.args["total_baggages"] for call in calls] == [3]
    assert list(calls.pop().args) == list(parameters("airline")[tool])
    for value in (3.5, "three", None, [3]):
        with pytest.raises(DomainError, match=f"{tool} of tau2:airline: total_baggages = "):
            airline().canonical(tool, args | {"total_baggages": value})


def _booking(payment: Json) -> Call:
    args = {
        "user_id": "mia_li_3668", "origin": "JFK", "destination": "SEA", "flight_type": "one_way",
        "cabin": "economy", "flights": [{"flight_number": "HAT069", "date": "2024-05-20"}], "passengers": [],
        "payment_methods": [payment], "total_baggages": 0, "nonfree_baggages": 0, "insurance": "no",
    }  # fmt: skip
    return airline().canonical("book_reservation", args)


def test_a_number_inside_a_list_has_one_spelling() -> None:
    """What holds for an argument holds for the fields of the objects in a list."""
    assert len({_booking({"payment_id": "gift_card_1", "amount": value}) for value in (5, 5.0, "5")}) == 1
    with pytest.raises(DomainError, match="amount"):
        _booking({"payment_id": "gift_card_1"})


@both
def test_canonical_keeps_official_calls(name: str) -> None:
    """A gold action says the same after it was made canonical, and canonical calls stay as they are."""
    for calls in gold_calls(name):
        for call in calls:
            if call.tool in DOMAINS[name]().kinds:
                canonical = DOMAINS[name]().canonical(call.tool, call.args)
                assert canonical.args == call.args
                assert DOMAINS[name]().canonical(canonical.tool, canonical.args) == canonical


# ----------------------------------------------------------------------------- prompt, imports, side effects


@both
def test_the_system_prompt_is_tau2s(name: str) -> None:
    """What the agent is told is τ²'s prompt, with τ²'s policy, to the letter."""
    environment = state(name)._parts.environment.get_environment()
    prompt = DOMAINS[name]().system_prompt
    place = importlib.util.find_spec("tau2")
    assert place is not None
    source = Path(str(place.origin)).parent / "agent" / "llm_agent.py"
    text = source.read_text(encoding="utf-8")
    instruction = text.split('AGENT_INSTRUCTION = """')[1].split('"""')[0].strip()
    wanted = text.split('SYSTEM_PROMPT = """')[1].split('"""')[0].strip()

    assert prompt == wanted.format(agent_instruction=instruction, domain_policy=environment.get_policy())
    assert prompt.count(DOMAINS[name]().policy) == 1


@pytest.mark.slow
@both
def test_the_agent_of_tau2_is_told_the_same(name: str) -> None:
    """The system prompt is what τ²'s own agent has; it takes LiteLLM, half a minute on a cold disk, to ask it."""
    pytest.importorskip("litellm")
    from tau2.agent.llm_agent import LLMAgent

    policy = state(name)._parts.environment.get_environment().get_policy()

    assert DOMAINS[name]().system_prompt == LLMAgent([], policy).system_prompt


def test_a_difference_is_shown_as_tau2_shows_it() -> None:
    """`deepdiff`, which loading a domain leaves out, is there when τ² asks for it."""
    new_world("retail")
    from tau2.utils.utils import show_dict_diff

    assert "'new_value': 2" in str(show_dict_diff({"a": 1}, {"a": 2}))


def test_the_main_path_is_quiet_and_light(tmp_path: Path) -> None:
    """Loading both domains and proposing a task imports no model client and no pandas, reads no `.env` and logs nothing."""
    (tmp_path / ".env").write_text("WRIT_TEST_SECRET=leaked\n")
    (tmp_path / "below").mkdir()
    code = """
import json, os, sys
import writ_dspy
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
domains = [writ_dspy.domain(name) for name in ("tau2:retail", "tau2:airline")]
for domain in domains:
    domain.world().call(domain.canonical("transfer_to_human_agents", {"summary": "x"}))
key = next(iter(domains[1].tables["reservations"]))
domains[1].world().call(domains[1].canonical("cancel_reservation", {"reservation_id": key}))
filled = fill(Cell(domain="tau2:retail", kind="normal", writes=1, burden=3, count=1), 0, "base")
heavy = [name for name in ("litellm", "dspy", "torch", "openai", "sglang", "pandas", "numpy") if name in sys.modules]
seen = [os.environ.get(name) for name in ("WRIT_TEST_SECRET", "PYTHON_DOTENV_DISABLED")]
print(json.dumps([len(filled.tasks), heavy, *seen]))
"""
    env = {key: value for key, value in os.environ.items() if key not in ("LOGURU_LEVEL", "PYTHON_DOTENV_DISABLED")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path / "below",
        env=env | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert json.loads(done.stdout) == [1, [], None, None]


def test_a_domain_is_loaded_once() -> None:
    """Loading by name gives the same object, so that its base is shared; what it lacks is refused by name."""
    domain: Domain = load("tau2:retail")
    assert load("tau2:retail") is domain
    assert domain.slug == "tau2-retail"
    with pytest.raises(DomainError, match=r"no task split 'nope'; it has .*base"):
        domain.official("nope")
    with pytest.raises(DomainError, match="cancel_pending_order of tau2:retail is no read tool"):
        domain.read(Call.of("cancel_pending_order", {}))


def test_a_flight_may_be_given_with_what_a_search_shows_of_it() -> None:
    """Keys that τ² leaves unread are left out of a call; one that it needs has to be there, under its name."""
    flight = {"flight_number": "HAT069", "date": "2024-05-20"}
    payment = {"payment_id": "gift_card_1", "amount": 51}
    plain = _booking(payment)
    args = plain.args | {"flights": [flight | {"origin": "JFK", "destination": "SEA", "price": 51}]}

    assert airline().canonical("book_reservation", args) == plain
    assert _booking(payment | {"id": "gift_card_1"}) == plain
    for spoiled in (
        {"flights": [{"number": "HAT069", "date": "2024-05-20"}]},
        {"payment_methods": [{"id": "gift_card_1", "amount": 51}]},
    ):
        with pytest.raises(DomainError, match="Field required"):
            airline().canonical("book_reservation", plain.args | spoiled)
