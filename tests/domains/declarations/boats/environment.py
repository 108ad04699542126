"""The boat house as an environment of τ²-bench's kind: its two doors."""

from pathlib import Path

from data_model import BoatDB, get_db
from tau2.data_model.tasks import Task
from tau2.environment.environment import Environment
from tools import BoatTools

POLICY = Path(__file__).parent / "policy.md"


def get_environment(db: BoatDB | None = None, solo_mode: bool = False) -> Environment:  # noqa: ARG001, FBT002 - as τ² has it
    """The boat house before anybody calls."""
    return Environment(domain_name="boats", policy=POLICY.read_text(encoding="utf-8"), tools=BoatTools(db or get_db()))


def get_tasks(task_split_name: str | None = None) -> list[Task]:  # noqa: ARG001 - as τ² has it
    """The one task that is held out."""
    db = get_db()
    guest = db.guests["G403"]
    action = {"action_id": "0", "name": "cancel_rental", "arguments": {"rental_id": guest.rentals[0]}}
    scenario = {
        "instructions": {
            "domain": "boats", "reason_for_call": f"Cancel the rental {guest.rentals[0]}.", "known_info": guest.email,
            "task_instructions": "Be brief.",
        }
    }  # fmt: skip
    criteria = {"actions": [action], "reward_basis": ["DB"]}
    return [Task.model_validate({"id": "0", "user_scenario": scenario, "evaluation_criteria": criteria})]


def get_tasks_split() -> dict[str, list[str]]:
    """All of them."""
    return {"base": ["0"]}
