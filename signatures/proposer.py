"""What the proposer promises: a goal put into a person's words, and such words read back."""

from __future__ import annotations

import dspy

from writ_dspy.signatures.forms import AskedGoal, Form


class GivenSentence(Form):
    """A sentence to be put into other words."""

    key: str
    text: str
    keep: list[str]
    """Texts that have to stand in the new sentence letter for letter, in any case; one that ends in "…" begins a word there."""


class Sentence(Form):
    """The sentence of that key in new words."""

    key: str
    text: str


class PhraseRequest(dspy.Signature):
    """Put what a customer says to customer service into the words of a real person.

    Every given sentence comes back once, under its key, in the first person: the same meaning in new words. `identity`
    says who the customer is; a key that ends in opening says what they want and holds no detail; every other sentence
    can be said on its own, in any order.
    Change, add and leave out no fact: no name, number, date, id, limit, place or condition. Each of its `keep` texts
    stands in a new sentence; of one that ends in "…" a word begins so.
    The brief tells an actor who plays this customer all of it in the second person ("You want to …"), except who
    they are. It states every detail with the same values and `keep` texts; for "me" it says "you".
    An objection says what was wrong with the last reply, and what to give back.
    """

    sentences: list[GivenSentence] = dspy.InputField(desc="what the customer says, by key")
    objection: str = dspy.InputField(desc="why the last reply was turned down; empty at first")
    rewritten: list[Sentence] = dspy.OutputField(desc="in the order given")
    brief: str = dspy.OutputField(desc="what the actor is told")


class ReadRequest(dspy.Signature):
    """State what a customer asks for as a typed goal: which tools to call with which arguments, and what to tell.

    Use only what the text says, what policy fixes, and what the records show of what is left unsaid: what the customer
    does not change stays as it is there, such as the cabin whose price counts. The tool is the one whose deed the words
    name (cancel, return, exchange, change), even if the records show that only another one would be allowed; it is for the
    agent to say so. An id that the customer does not say is picked from a search, never guessed. Write a search before
    anything that refers to it. One decision for each thing to be done, in the order of the text, with what the customer
    wants instead, if they say so, under otherwise.
    A number that limits what to choose from ("the shortest for at most $40") is a filter of that search. One that what
    was chosen has to keep ("the shortest, but only if it is at most $40", "only if it is above $90") stands under
    only_if: what is compared, on which side, and the number said.
    Where no tool does what is asked for, the decision takes the name that the toolbox gives such a wish. Whether policy
    would allow it is not your concern: state what is asked for, with no argument that the customer says nothing of.
    Leave out every argument that the policy works out, such as a fee or an amount to be paid, and every condition of
    the policy. An amount to be told is added up from what records show; what only the policy knows of it is left out.
    Fields are called as the views of the toolbox call them, also where a record calls them otherwise.
    Add filters that policy demands, such as free seats or stock; a choice that has an otherwise needs neither such a
    filter nor a condition that it can be had: what is under otherwise comes in where it cannot.
    """

    toolbox: str = dspy.InputField(desc="the tools; for each read tool its views, with a row of each")
    examples: str = dspy.InputField(desc="requests of other customers and their goals")
    records: str = dspy.InputField(
        desc="the records that this customer names by id, as they stand, and the options of what else they name; empty when none"
    )
    request: str = dspy.InputField(desc="what the customer says")
    objection: str = dspy.InputField(desc="what was wrong with another reading of it; empty at first")
    reading: str = dspy.OutputField(desc="what is asked for, in one or two sentences")
    goal: AskedGoal = dspy.OutputField()
