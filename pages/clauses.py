"""`docs/policy-checks.md`: every clause of both policies, the check that holds it, and how a conversation breaks it.

A row that has a check has a spoiled conversation, too: `tests/verify/test_clauses.py` spoils played ones by `SPOILS` and asks for a
finding of that check. A row without a check says why there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

from pages.blocks import WRITTEN, table


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a policy."""

    domain: str
    text: str
    """In our words."""
    check: str = ""
    spoil: str = ""
    """What the spoiled conversation does; `says: …` puts these words before the agent's last message."""
    why: str = ""
    """Why there is no check, or none of words."""


BOTH = (
    Clause("", "Before a write, its details are listed", "confirmed_before_write", "the list is replaced by a bare question"),
    Clause("", "Before a write, the user says yes to it", "confirmed_before_write", "the user's yes becomes “No, wait.”"),
    Clause("", "Nothing is made up: facts, amounts, ids", "grounded", "says: I also see a service fee of $913 on your account."),
    Clause("", "Nothing is made up: rules", "policy", "says: Our policy requires a notarized letter for changes."),
    Clause("", "No recommendation or comment of one's own", "policy", "says: Personally, I would wait for a better one."),
    Clause("", "One call at a time, and no text beside it", "one_call_per_turn", "a text stands beside a call"),
    Clause("", "Requests against policy are denied, in words too", "communicated", "the refusal becomes “Okay, noted.”"),
    Clause("", "Requests against policy are denied: nothing is written", "no_unwanted_write", "one write is made a second time"),
    Clause("", "A hand-over happens only where a request is out of scope", "policy", "the farewell becomes a hand-over"),
    Clause("", "A hand-over is the tool first, then the set sentence", "policy", "says: YOU ARE BEING TRANSFERRED TO A HUMAN AGENT. PLEASE HOLD ON."),
    Clause("", "Success is told only after success", "grounded", "the deed is claimed in the first message"),
    Clause("", "Nothing is promised that no tool can do", "policy", "says: Tomorrow I will call you about it."),
)  # fmt: skip
RETAIL = (
    Clause("retail", "Help only with orders, returns, exchanges, the default address and information", why="There are no other tools, and the gold holds no other deed."),
    Clause("retail", "The user is identified by e-mail, or by name and zip code, even when they give a user id", "authenticated_first", "the first look-up comes after the next read"),
    Clause("retail", "Product information is given after that", "authenticated_first", "the catalog is read first"),
    Clause("retail", "One user per conversation", "authenticated_first", "an order of another customer is read"),
    Clause("retail", "The status of an order is checked before it is changed", "identified_before_write", "the order is never read"),
    Clause("retail", "Items of an order are changed once, all in one call", "policy", "the change is made a second time"),
    Clause("retail", "The user confirms the reason of a cancellation", "said_before_used", "what the user said of `reason` is cut out"),
    Clause("retail", "A cancellation has one of two reasons", why="The tool refuses any other."),
    Clause("retail", "Refunds go to a gift card at once, else take 5 to 7 business days", "grounded", "says: The refund takes 30 to 60 days."),
    Clause("retail", "A payment is changed to one other method that covers it", why="The tool refuses anything else."),
    Clause("retail", "The user is reminded that these have to be all the items", "policy", "the reminder is cut out"),
    Clause("retail", "An item becomes another version of the same product, in stock", why="The tool refuses anything else; the same version for itself breaks a rule of `policy`."),
    Clause("retail", "The user names the payment method for a difference", "said_before_used", "what the user said of `payment` is cut out"),
    Clause("retail", "The user names where a refund goes", "said_before_used", "what the user said of `refund` is cut out"),
    Clause("retail", "A refund goes to the original method or a gift card", why="The tool refuses anything else."),
    Clause("retail", "After a return or an exchange an e-mail follows", why="It tells what happens, and asks nothing of the agent."),
)  # fmt: skip
AIRLINE = (
    Clause("airline", "The user gives a user id; records are its owner's", "authenticated_first", "the user says no user id"),
    Clause("airline", "Trip type, origin and destination come from the user", "said_before_used", "what the user said of `route` is cut out"),
    Clause("airline", "Names and dates of birth come from the user", "provenance", "a passenger is born on another day"),
    Clause("airline", "At most five passengers; one cabin; flights on sale", "policy", "the booking flies elsewhere"),
    Clause("airline", "At most one certificate, one credit card, three gift cards, all of the profile", why="The tool refuses methods that are not in the profile; too many of a kind break a rule of `policy`, tested with the rules."),
    Clause("airline", "Bags beyond the allowance are paid, $50 each", "policy", "one bag more is paid"),
    Clause("airline", "The allowance, in words", "grounded", "says: You have 17 free checked bags."),
    Clause("airline", "No bags that the user does not need", "said_before_used", "what the user said of `bags` is cut out"),
    Clause("airline", "The user is asked about travel insurance", "said_before_used", "what the user said of `insurance` is cut out"),
    Clause("airline", "The rest of a certificate is not refunded", why="It tells what happens, and asks nothing of the agent; another amount is found by `grounded`."),
    Clause("airline", "Basic economy flights, ends and type of a trip, the cabin of a flown trip stay", "policy", "a basic economy trip gets other flights"),
    Clause("airline", "Insurance is not added later, in words either", "grounded", "says: I have added travel insurance to your trip."),
    Clause("airline", "A change is paid by one gift card or credit card that the user names", "said_before_used", "what the user said of `payment` is cut out"),
    Clause("airline", "The reason of a cancellation is obtained", "said_before_used", "what the user said of `reason` is cut out"),
    Clause("airline", "Only business, insured, fresh or disrupted trips are canceled; flown ones are handed over", "policy", "a trip that stays is canceled"),
    Clause("airline", "Refunds take 5 to 7 business days", "grounded", "says: The refund takes 30 to 60 days."),
    Clause("airline", "No compensation is offered unless it is asked for", "policy", "says: To make up for it, I'd like to give you a voucher."),
    Clause("airline", "Who is compensated, with how much, after what", "policy", "a certificate is sent for nothing"),
    Clause("airline", "Facts are confirmed before compensation", "identified_before_write", "the reservation is never read"),
)  # fmt: skip
CLAUSES = tuple(
    Clause(name, clause.text, clause.check, clause.spoil, clause.why)
    for name in ("retail", "airline")
    for clause in BOTH
) + (RETAIL + AIRLINE)


def page() -> str:
    """All of it."""
    parts = ["# Policy, clause by clause", WRITTEN]
    parts.append(
        "What both policies of τ²-bench ask of an agent, in our words, with the [check](checks.md) that holds each clause and a conversation "
        "that breaks it. Tests spoil accepted conversations in each of these ways and ask for a finding of that check. Where there is no "
        "check, the reason stands in its place."
    )
    for title, name, clauses in (("Both", "", BOTH), ("Retail", "retail", RETAIL), ("Airline", "airline", AIRLINE)):
        rows = [
            [one.text, f"`{one.check}`" if one.check else "–", _broken(one.spoil) if one.check else one.why]
            for one in clauses
            if one.domain == name
        ]
        parts += [
            f"## {title}",
            table(["clause", "check", "a conversation that breaks it, or why there is no check"], rows),
        ]
    return "\n\n".join(parts) + "\n"


def _broken(spoil: str) -> str:
    return f"the agent says “{spoil.removeprefix('says: ')}”" if spoil.startswith("says: ") else spoil
