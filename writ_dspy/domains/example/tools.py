"""The lending desk's tools: functions over plain tables; one that raises refuses, and the agent is told why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

TODAY = date(2026, 3, 2)
LOAN_DAYS = 21
Branch = Literal["Harbor", "Old Mill", "Station", "Market Hall", "Hilltop", "Orchard"]


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
    """Show a loan: its book, when it is due, how often it was renewed, and how many people wait for that copy.

    Args:
        loan_id: Such as 'L30412'.
    """
    return _with_book(state, _one(state, "loans", loan_id))


def get_hold(state: dict[str, Any], hold_id: str) -> dict[str, Any]:
    """Show a hold: its book, the branch where it will be picked up, its place in the queue and its status.

    Args:
        hold_id: Such as 'H51877'.
    """
    return _with_book(state, _one(state, "holds", hold_id))


def search_books(state: dict[str, Any], title: str = "", author: str = "") -> list[dict[str, Any]]:
    """Search the catalog by title or by author.

    Args:
        title: The title, or a part of it.
        author: The author's name, or a part of it.
    """
    if not (title or author):
        raise ValueError("say a title or an author")
    return [
        {name: book[name] for name in ("book_id", "title", "author", "year")}
        for book in state["books"].values()
        if title.lower() in book["title"].lower() and author.lower() in book["author"].lower()
    ]


def get_book(state: dict[str, Any], book_id: str) -> dict[str, Any]:
    """Show a book with all its copies: where each stands, whether it is lent, and when it comes back.

    Args:
        book_id: Such as 'B7713'.
    """
    book = _one(state, "books", book_id)
    copies = [copy for copy in state["copies"].values() if copy["book_id"] == book_id]
    return {**book, "copies": [{key: value for key, value in copy.items() if key != "book_id"} for copy in copies]}


def renew_loan(state: dict[str, Any], loan_id: str) -> dict[str, Any]:
    """Renew a loan: it is due three weeks later than before.

    Args:
        loan_id: Such as 'L30412'.
    """
    loan = _one(state, "loans", loan_id)
    loan["due_date"] = (date.fromisoformat(loan["due_date"]) + timedelta(days=LOAN_DAYS)).isoformat()
    loan["renewals"] += 1
    state["copies"][loan["copy_id"]]["due_date"] = loan["due_date"]
    return _with_book(state, loan)


def place_hold(state: dict[str, Any], member_id: str, copy_id: str, pickup_branch: Branch) -> dict[str, Any]:
    """Put a member in the queue for a copy that is lent.

    Args:
        member_id: Such as 'M2041'.
        copy_id: Such as 'C90155'.
        pickup_branch: Where the member will pick it up.
    """
    member, copy = _one(state, "members", member_id), _one(state, "copies", copy_id)
    number = int(copy_id[1:]) * 31 + int(member_id[1:]) * 7
    while (hold_id := f"H{10000 + number % 90000}") in state["holds"]:
        number += 1
    copy["waiting"] += 1
    state["holds"][hold_id] = {
        "hold_id": hold_id, "member_id": member_id, "copy_id": copy_id, "pickup_branch": pickup_branch,
        "placed_on": TODAY.isoformat(), "position": copy["waiting"], "status": "waiting",
    }  # fmt: skip
    member["holds"].append(hold_id)
    return _with_book(state, state["holds"][hold_id])


def cancel_hold(state: dict[str, Any], hold_id: str) -> dict[str, Any]:
    """Cancel a hold.

    Args:
        hold_id: Such as 'H51877'.
    """
    hold = _one(state, "holds", hold_id)
    if hold["status"] == "cancelled":
        raise ValueError("this hold is cancelled already")
    hold["status"] = "cancelled"
    state["members"][hold["member_id"]]["holds"].remove(hold_id)
    return _with_book(state, hold)


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
    return _with_book(state, hold)


def transfer_to_librarian(summary: str) -> str:
    """Hand the member over to a librarian.

    Args:
        summary: What the member wants, in a sentence.
    """
    return f"Transferred: {summary}" if summary else "Transferred"


def _one(state: dict[str, Any], table: str, key: str) -> dict[str, Any]:
    if key not in state[table]:
        raise ValueError(f"there is no {table.removesuffix('s')} {key}")
    return state[table][key]  # type: ignore[no-any-return]


def _with_book(state: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    copy = state["copies"][record["copy_id"]]
    book = state["books"][copy["book_id"]]
    more = {"title": book["title"], "author": book["author"]}
    if "renewals" in record:
        more |= {"branch": copy["branch"], "people_waiting": copy["waiting"]}
    return {**record, **more}
