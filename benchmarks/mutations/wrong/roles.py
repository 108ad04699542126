"""A yes or a no that is none, and values in roles that they do not have."""

from __future__ import annotations

from benchmarks.mutations import questions, roles
from benchmarks.mutations.kinds import Family

ANSWERED = Family("claims: answers before the yes", wrong=True, by=("grounded",))
ROLES = Family("claims: roles", wrong=True, by=("grounded",))
questions.declare(ANSWERED, "The write that the question is about says otherwise.", so=False)
roles.declare(ROLES, "What was read has that value in another role.", so=False)
