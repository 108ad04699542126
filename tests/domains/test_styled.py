"""Domains that are built as τ²-bench's are, whoever wrote them: an environment with a toolkit, a data model, a policy and tasks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from writ_dspy.domains import Domain, find
from writ_dspy.domains.declared import load
from writ_dspy.drafting.material import gathered
from writ_dspy.errors import ConfigError
from writ_dspy.examine.examined import examine
from writ_dspy.propose.firewall import firewall
from writ_dspy.propose.mix import default_mix
from writ_dspy.propose.proposer import fill
from writ_dspy.task import Call

HOME = Path(__file__).parent / "declarations" / "boats"


@pytest.fixture(scope="module")
def boats() -> Domain:
    """A boat house that is none of τ²'s."""
    return find(str(HOME / "boats.yaml"))


def test_its_tools_data_policy_and_tasks_are_its_own(boats: Domain) -> None:
    """A list of records is a table, too, and a tool that says it reads and changes something is a write."""
    assert boats.policy.startswith("# The boat house")
    assert boats.policy in boats.system_prompt
    assert len(boats.tables["boats"]) == len({*boats.tables["boats"]}) == 12
    assert boats.tables["boats"]["B31"]["water"] == "sea"
    assert boats.kinds["get_boat"] == "read"
    assert boats.kinds["greet_guest"] == "write"
    assert boats.kinds["transfer_to_warden"] == "generic"
    assert boats.splits == ("base",)
    assert [task["id"] for task in boats.official("base")] == ["0"]


def test_each_world_is_its_own(boats: Domain) -> None:
    """Neither the records nor what a toolkit keeps for itself pass from one world to the next."""
    key = next(key for key, row in boats.tables["rentals"].items() if row["status"] == "booked")
    greet, cancel = Call.of("greet_guest", {"guest_id": "G401"}), Call.of("cancel_rental", {"rental_id": key})
    one, other = boats.world(), boats.world()
    assert json.loads(one.call(cancel).text)["status"] == "cancelled"
    assert one.call(cancel).error
    assert [one.call(greet).text, one.call(greet).text] == ["greeted 1 in all", "greeted 2 in all"]
    assert one.delta().keys() == {"guests/G401", f"rentals/{key}"}
    assert other.call(greet).text == "greeted 1 in all"
    assert json.loads(other.call(Call.of("get_rental", {"rental_id": key})).text)["status"] == "booked"
    assert boats.world().delta() == {}


@pytest.mark.long
def test_it_holds(boats: Domain) -> None:
    """Every check that a declaration has to pass."""
    found = examine(boats, 12)
    assert [str(flaw) for flaw in found.flaws if flaw.grave] == []
    assert (found.tasks, found.accepted) == (12, 12)


@pytest.mark.long
def test_its_own_tasks_are_held_out(boats: Domain) -> None:
    """The firewall keeps the guest of its task and all that is theirs out of those that are made."""
    wall = firewall(boats.name, "base")
    mine = {"G403", *boats.tables["guests"]["G403"]["rentals"]}
    assert mine <= wall.users | wall.records
    cells = default_mix(boats.name, 20).cells
    tasks = [task for cell in cells for task in fill(cell, 3, wall).tasks]
    assert tasks
    assert not [task.id for task in tasks if any(key in f"{task.facts} {task.gold}" for key in mine)]


def test_those_of_the_benchmark_that_have_no_code_here_load_by_name(tmp_path: Path) -> None:
    """The telephone company's, whose tables are all lists."""
    path = tmp_path / "phones.yaml"
    path.write_text(
        """
domain: some:phones
tools: {tau2: telecom}
user: customer
tables:
  customer: {noun: account, key: customer_id, read: get_customer_by_id, identify: {get_customer_by_phone: [phone_number]}}
  line: {noun: line, key: line_id, read: get_details_by_id}
writes:
  resume_line:
    do: [resume a line]
    topic: the suspended line
    word: line
    done: resumed
    args: {customer_id: customer, line_id: line}
    details: resume {line}
    report: Line {line_id} works again.
""",
        encoding="utf-8",
    )
    domain = load(path)
    assert domain.tables.keys() == {"customers", "lines"}
    assert domain.terms.license == "mit"
    assert len(domain.official("small")) > 0
    world = domain.world()
    assert not world.call(Call.of("resume_line", {"customer_id": "C1001", "line_id": "L1003"})).error
    assert world.delta().keys() == {"lines/L1003"}


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nowhere.py", "there is no file"),
        ("tools.py", "has no get_environment"),
        ("environment.py:made", "has no made"),
    ],
)
def test_a_place_without_an_environment_is_refused(place: str, said: str, tmp_path: Path) -> None:
    """The message says what was named, and by which key."""
    shutil.copytree(HOME, tmp_path / "boats")
    path = tmp_path / "boats" / "boats.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("tau2: environment.py", f"tau2: {place}"), encoding="utf-8"
    )
    with pytest.raises(ConfigError, match=said) as caught:
        load(path)
    assert f"tools.tau2 = {place}" in str(caught.value)


def test_a_draft_starts_from_one() -> None:
    """Tools, tables and policy are found, and named from beside the draft."""
    found = gathered(f"tau2:{HOME / 'environment.py'}", "", "", HOME / "drafted.yaml")
    assert found.declared == {"tau2": "environment.py"}
    assert found.tables.keys() == {"guests", "rentals", "boats"}
    assert "cancel_rental" in found.tools
    assert found.policy.startswith("# The boat house")
