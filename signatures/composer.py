"""What the composer promises: a goal invented for one customer, step by step, with the words in which it is asked for."""

from __future__ import annotations

from typing import Literal

import dspy

from writ_dspy.signatures.forms import Form, GoalForm
from writ_dspy.task import Scalar


class DetailForm(Form):
    """One detail that the user gives on its own; the key is one word such as order, dates, payment."""

    key: str
    text: str


class WishForm(Form):
    """How the user asks for one decision, or only to be told something."""

    decision: int | None
    """Which decision, counted from 0; null when this wish only asks to be told."""
    tells: list[int]
    """Which tells this wish asks for, counted from 0."""
    topic: str
    """Two to five words that name it: the desk lamp return."""
    word: str
    """One word of the topic that any answer must contain."""
    opening: str
    """The first sentence about it, without the details."""
    details: list[DetailForm]


class GivenArgument(Form):
    """One argument of a read call."""

    name: str
    value: Scalar


class LookCall(Form):
    """One call of a read tool."""

    tool: str
    arguments: list[GivenArgument]


class LookStep(Form):
    """Make a few read calls, and see what they show."""

    kind: Literal["look"]
    calls: list[LookCall]


class TryStep(Form):
    """See what a goal comes to before any words are written: outcomes, evidence and burden."""

    kind: Literal["try"]
    goal: GoalForm


class SubmitStep(Form):
    """The goal, and the words in which the customer asks for it."""

    kind: Literal["submit"]
    goal: GoalForm
    wishes: list[WishForm]


class ComposeGoal(dspy.Signature):
    """Invent what one customer wants from customer service, as a typed goal over records that really exist.

    Take one step: look at records, try a goal, or submit a goal with its words. The log shows what earlier steps came to.
    A goal that was turned down is mended where the log says so, or given up for another idea; what was right in it stays.

    A goal is searches, and decisions that use what they find. Every argument of a decision is said by the customer,
    fixed by policy, or picked from a search. Write a search before anything that refers to it.
    A search of kind only finds exactly one row, one of kind best has a single winner. A `where` of a search is the
    customer's own description and is believed; what has to be verified is a check in `requires`.
    Whoever the customer is has to be looked up by what they say of themselves before any record of theirs is read,
    and a record that they name by its id is checked to be theirs: that its user_id is the user_id that a look-up found,
    or, where the customer says their user id themselves, that its id is in the list of records of their profile.
    Requires holds what policy demands of this write, in the words of the policy, and conditions that the customer sets
    with a number that they say ("only if it is under $40": a check against that said number, with own true). Invent no rule.
    An any of holds if one of its checks does; they may look at different reads.

    The burden is the number of different read calls in the largest evidence of a decision; the same call counts once.
    - A search of kind only counts the call that shows its row, and the calls that lead to it. Best and every count every
      call that they rank or collect from, and so does a search that finds nothing.
    - An allowed decision counts all of its searches and checks, the look-up of the customer among them only if something
      depends on it. A refused one counts only the broken requirement that takes the fewest reads, or the empty search.
    Name a record by its id for few; describe it, rank many records, compare records or search more days for more.

    Kinds: in a no-write goal every decision is refused: a condition with a said number fails, a search finds nothing, or
    policy or the tool forbids the write; or there is no decision and only tells. In every other kind all decisions are
    allowed, but for as many as are to be denied. Denied are those that policy or the tool forbids and those that find
    nothing, not those that fail a condition of the customer's own. Writes and denied requests are exactly as asked for.

    Each value that is said stands in a detail, in words that a person would use. No sentence names an id that the
    customer does not say, or the answer to a search. Whoever reads the words alone must come to the same goal: say
    which record, which criterion (cheapest, earliest, …) and which payment is meant. Write as the customer, in the
    first person. One wish for each decision, and one detail for each thing that the customer says.
    """

    policy: str = dspy.InputField(desc="what the service may do")
    toolbox: str = dspy.InputField(desc="the tools; for each read tool its views, with a row of each")
    examples: str = dspy.InputField(
        desc="goals of other customers, with what they come to and the words in which they are asked for"
    )
    records: str = dspy.InputField(desc="this customer's records and what belongs to them; a look shows more")
    identity: str = dspy.InputField(desc="how this customer says who they are; added to the wishes by itself")
    kind: str = dspy.InputField()
    writes: int = dspy.InputField(desc="decisions that are allowed")
    denied: int = dspy.InputField(desc="decisions beside them that policy denies")
    burden: int = dspy.InputField(desc="of the decision that takes the most reads")
    memory: str = dspy.InputField(desc="what the customer remembers of the ids of their records")
    log: str = dspy.InputField(desc="earlier steps and what they came to; empty at first")
    left: str = dspy.InputField(desc="how many steps there may still be")
    idea: str = dspy.OutputField(desc="what the customer wants and why, in two sentences")
    step: LookStep | TryStep | SubmitStep = dspy.OutputField()
