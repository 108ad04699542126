"""A yes or a no that is right, and values in their roles."""

from __future__ import annotations

from benchmarks.mutations import questions, roles
from benchmarks.mutations.kinds import Family

ANSWERED = Family("answers before the yes", wrong=False)
ROLES = Family("values in their roles", wrong=False)
questions.declare(ANSWERED, "The write that the question is about says so.", so=True)
roles.declare(ROLES, "It was read so.", so=True)
