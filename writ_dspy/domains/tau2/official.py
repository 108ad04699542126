"""What an official task of τ²-bench names: users by id, e-mail, or name and zip code; their orders or reservations."""

from __future__ import annotations

import re
from collections.abc import Collection

from writ_dspy.domains.domain import Domain, Terms

SPLITS = ("base", "train", "test")
"""Sets of official tasks."""
RECORDS = ("orders", "reservations")
TERMS = Terms(
    license="mit",
    notice=(
        "Trajectories made by writ-dspy over databases of synthetic people; names, e-mails and addresses are not real.",
        "",
        "The system prompts and tool descriptions are τ²-bench's, under the MIT license:",
        "Copyright (c) 2025 Sierra Research. The above copyright notice and this permission notice shall be included in",
        "all copies or substantial portions: https://github.com/sierra-research/tau2-bench/blob/main/LICENSE",
    ),
    benchmark="τ²-bench",
)


def traces(domain: Domain, text: str) -> tuple[set[str], set[str]]:
    """Users and records that a text names; who owns a record that is named is named, too."""
    tokens, lower = frozenset(re.findall(r"[#\w@.-]+", text)), text.lower()
    users, named = set[str](), set[str]()
    for key, user in domain.tables["users"].items():
        name = f"{user['name']['first_name']} {user['name']['last_name']}"
        if key in text or user["email"].lower() in lower or (name in text and user["address"]["zip"] in text):
            users.add(key)
    for table in (table for name, table in domain.tables.items() if name in RECORDS):
        for key in tokens & table.keys():
            named.add(key)
            users.add(table[key]["user_id"])
    return users, named


def records(domain: Domain, user: str) -> Collection[str]:
    """Ids of a user's orders or reservations."""
    found = domain.tables["users"][user]
    return [key for name in RECORDS for key in found.get(name, ())]
