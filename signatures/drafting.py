"""What a model promises that helps to declare a domain: phrases for a place, and a clause for a sentence of the policy."""

from __future__ import annotations

import dspy

from writ_dspy.signatures.forms import Form


class DraftPhrases(dspy.Signature):
    """Write phrases for one place in what people say to a service desk, or in what its agent says to them.

    Each phrase must fit where `frame` has ___, read as a person would say it, and mean just what `place` says. `[a|b]` is a
    choice of words and `[a|]` may be left out. Where `hole` says that there is a value, write {} for it once; else write no
    braces. No other value, number, name or id; no markup; no phrase twice, and none of those that there are already.
    """

    place: str = dspy.InputField(desc="what the phrases are for")
    frame: str = dspy.InputField(desc="the sentence that a phrase stands in, at ___")
    hole: str = dspy.InputField(desc="what {} stands for, with values; empty where there is none")
    there: list[str] = dspy.InputField(desc="phrases that there are already")
    wanted: int = dspy.InputField(desc="how many more")
    objection: str = dspy.InputField(desc="why phrases of the last reply were turned down; empty at first")
    phrases: list[str] = dspy.OutputField()


class AskedClause(Form):
    """A condition that has to hold before a write."""

    tool: str
    check: str
    """`table.attribute op value`; op is one of is, is not, <, <=, >, >=."""
    when: str
    """Another condition, where it holds only then; else empty."""
    because: str
    """The ground of a refusal, as an agent says it: "a loan can be renewed twice at most"."""


class DraftClauses(dspy.Signature):
    """State a sentence of a policy as clauses: conditions that must hold before a write tool is called.

    A condition is `table.attribute op value`, with op one of is, is not, <, <=, >, >=, and a value that is a constant, `table.attribute`,
    `args.argument` or `today`. It may use the fields listed for the write alone. One clause for each write that the sentence is about; none
    where it is about no field of a record, such as how to speak, whom to serve, or what a tool does.
    """

    sentence: str = dspy.InputField()
    writes: str = dspy.InputField(
        desc="each write tool with its arguments and the fields that a condition may name, with some values"
    )
    there: list[str] = dspy.InputField(desc="clauses that there are already")
    objection: str = dspy.InputField(desc="why clauses of the last reply were turned down; empty at first")
    clauses: list[AskedClause] = dspy.OutputField()
