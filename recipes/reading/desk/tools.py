"""The tools of a lending desk that is small enough for a model of under a million weights to learn."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

TODAY = date(2026, 3, 2)
LOAN_DAYS = 21
Branch = Literal["Harbor", "Station", "Hilltop", "Orchard"]


def find_member(state: dict[str, Any], card: str) -> str:
    """Find a member's id by the number on the library card.

    Args:
        card: The number on the card, such as '40-218-771'.
    """
    for key, member in state["members"].items():
        if member["card"] == card:
            return str(key)
    raise ValueError("no card has that number")


def get_member(state: dict[str, Any], member_id: str) -> dict[str, Any]:
    """Show a member with the ids of all their loans and holds.

    Args:
        member_id: Such as 'M2041'.
    """
    return _one(state, "members", member_id)


def get_loan(state: dict[str, Any], loan_id: str) -> dict[str, Any]:
    """Show a loan: its book and the day when it is due.

    Args:
        loan_id: Such as 'L30412'.
    """
    return _one(state, "loans", loan_id)


def get_hold(state: dict[str, Any], hold_id: str) -> dict[str, Any]:
    """Show a hold: its book, the branch where it will be picked up, and its place in the queue.

    Args:
        hold_id: Such as 'H51877'.
    """
    return _one(state, "holds", hold_id)


def renew_loan(state: dict[str, Any], loan_id: str) -> dict[str, Any]:
    """Renew a loan: it is due three weeks later than before.

    Args:
        loan_id: Such as 'L30412'.
    """
    loan = _one(state, "loans", loan_id)
    loan["due_date"] = (date.fromisoformat(loan["due_date"]) + timedelta(days=LOAN_DAYS)).isoformat()
    return loan


def cancel_hold(state: dict[str, Any], hold_id: str) -> dict[str, Any]:
    """Cancel a hold.

    Args:
        hold_id: Such as 'H51877'.
    """
    hold = _one(state, "holds", hold_id)
    if hold["status"] == "cancelled":
        raise ValueError("this hold is cancelled already")
    hold["status"] = "cancelled"
    return hold


def change_pickup(state: dict[str, Any], hold_id: str, pickup_branch: Branch) -> dict[str, Any]:
    """Have a hold picked up at another branch.

    Args:
        hold_id: Such as 'H51877'.
        pickup_branch: The new branch.
    """
    hold = _one(state, "holds", hold_id)
    if hold["pickup_branch"] == pickup_branch:
        raise ValueError("it is picked up there already")
    hold["pickup_branch"] = pickup_branch
    return hold


def _one(state: dict[str, Any], table: str, key: str) -> dict[str, Any]:
    if key not in state[table]:
        raise ValueError(f"there is no {table.removesuffix('s')} {key}")
    return state[table][key]  # type: ignore[no-any-return]
