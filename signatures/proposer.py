"""What the proposer promises: a goal composed, a goal put into a person's words, and such words read back."""

from __future__ import annotations

import dspy

from writ_dspy.signatures.forms import AskedGoal, Form, GoalForm


class GivenSentence(Form):
    """A sentence to be put into other words."""

    key: str
    text: str
    keep: list[str]
    """Texts that have to stand in the new sentence letter for letter, in any case."""


class Sentence(Form):
    """The sentence of that key in new words."""

    key: str
    text: str


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


class ComposeGoal(dspy.Signature):
    """Invent what one customer wants from customer service, as a typed goal over records that really exist.

    A goal is searches, and decisions that use what they find. Every argument of a decision is said by the customer,
    fixed by policy, or picked from a search. Write a search before anything that refers to it.
    A search of kind only finds exactly one row, one of kind best has a single winner, and no search comes up empty.
    The number of decisions and the burden are exactly as asked for. The burden of a decision is the number of
    different read calls that must be made to know its arguments and requirements: name a record by its id for
    few, describe it, rank many records or search more days for more.
    Whoever the customer is has to be looked up by what they say of themselves before any record of theirs is read,
    and a record that they name by its id is checked to be theirs.
    Kinds: in a no-write goal every decision is refused, because a requirement fails or a search finds nothing, or
    there is no decision and only tells; in every other kind all decisions are allowed but for as many as are to be denied.
    Denied are those that policy forbids, not those that fail a condition of the customer's own (`own`).
    Each value that is said stands in a detail, in words that a person would use. No sentence names an id that the
    customer does not say, or the answer to a search. Write as the customer, in the first person. One wish for each
    decision, and one detail for each thing that the customer says.
    """

    policy: str = dspy.InputField(desc="what the service may do")
    toolbox: str = dspy.InputField(desc="the tools; for each read tool its views, with a row of each")
    examples: str = dspy.InputField(desc="goals of other customers, with the words in which they are asked for")
    records: str = dspy.InputField(desc="this customer's records and what belongs to them")
    identity: str = dspy.InputField(desc="how this customer says who they are; added to the wishes by itself")
    kind: str = dspy.InputField()
    writes: int = dspy.InputField(desc="decisions that are allowed")
    denied: int = dspy.InputField(desc="decisions beside them that policy denies")
    burden: int = dspy.InputField(desc="of the decision that takes the most reads")
    memory: str = dspy.InputField(desc="what the customer remembers of the ids of their records")
    objection: str = dspy.InputField(desc="why the last goal was turned down; empty at first")
    idea: str = dspy.OutputField(desc="what the customer wants and why, in two sentences")
    goal: GoalForm = dspy.OutputField()
    wishes: list[WishForm] = dspy.OutputField()


class PhraseRequest(dspy.Signature):
    """Put what a customer says to customer service into the words of a real person.

    Every given sentence comes back once, under its key, in the first person: the same meaning in new words.
    Keep each of its `keep` texts as it stands. Change, add and leave out no fact: no name, number, date, id, limit,
    place or condition. `identity` says who the customer is; a key that ends in opening says what they want and
    holds no detail; every other sentence can be said on its own, in any order.
    The brief tells an actor who plays this customer all of it in the second person ("You want to …"), except who
    they are. It states every detail with the same values and `keep` texts.
    """

    sentences: list[GivenSentence] = dspy.InputField(desc="what the customer says, by key")
    objection: str = dspy.InputField(desc="why the last wording was turned down; empty at first")
    rewritten: list[Sentence] = dspy.OutputField(desc="all of them, in the same order")
    brief: str = dspy.OutputField()


class ReadRequest(dspy.Signature):
    """State what a customer asks for as a typed goal: which tools to call with which arguments, and what to tell.

    Use only what the text says, what policy fixes, and what the records show of what is left unsaid: what the customer
    does not change stays as it is there, such as the cabin whose price counts or whether an order is still open. An id that the customer does not say is picked from a search,
    never guessed. Write a search before anything that refers to it. One decision for each thing to be done, in the
    order of the text, with what the customer wants instead, if they say so, under otherwise.
    A limit that the customer sets with a number ("at most $40", "only if it is above $90") stands under only_if, as it
    has to hold: what is compared, on which side, and the number said.
    Where no tool does what is asked for, the decision takes the name that the toolbox gives such a wish. Whether policy
    would allow it is not your concern: state what is asked for, with no argument that the customer says nothing of.
    Leave out every argument that the policy works out, such as a fee or an amount to be paid, and every condition of
    the policy. Add filters that policy demands, such as free seats or stock.
    """

    toolbox: str = dspy.InputField(desc="the tools; for each read tool its views, with a row of each")
    examples: str = dspy.InputField(desc="requests of other customers and their goals")
    records: str = dspy.InputField(desc="the records that this customer names by id, as they stand; empty when none")
    request: str = dspy.InputField(desc="what the customer says")
    reading: str = dspy.OutputField(desc="what is asked for, in one or two sentences")
    goal: AskedGoal = dspy.OutputField()
