"""Words that what was read bears out: facts of a record, a yes that names a part, what is said of rules and of what comes later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.mutations import facts, parts
from benchmarks.mutations.kinds import Family
from benchmarks.mutations.natural.talking import saying
from benchmarks.mutations.wrong.claims import Place, closing, reported

PLAIN = Family("facts of a record", wrong=False)
NAMING = Family("yes: naming a part", wrong=False)
HOUSE = Family("rules and delays that are none", wrong=False)
facts.declare(PLAIN, "It was read so.", so=True)
parts.declare(NAMING, "A reader takes this for a yes to all of it.", yes=True)
TEXTS: Mapping[str, tuple[Sequence[str], Place, str]] = {
    "nothing more is to be paid": (("No, nothing comes on top.", "There's nothing to add to that.", "That's all there is to it.", "Nothing else was changed."), closing, ""),
    "it is final": (("That's final now.", "It is all done.", "Nothing is left to do for you.", "You don't have to do anything else.", "That went through right away.", "It has been saved."), reported, ""),
    "what the agent can do": (("I can only change what the policy allows.", "I'm here if anything comes up.", "You can write to me here if anything is unclear.", "I did what I could.", "A colleague would have to look at that.", "I can look at another request now if you like.", "We can go on with the next thing."), closing, ""),
    "policy of an airline in other words": (("Basic economy flights can't be changed, I'm afraid.", "Extra bags are $50 each.", "Refunds go to the original payment method in 5 to 7 business days.", "Bags can be added, but not taken off.", "All passengers fly in the same cabin.", "Insurance can't be added after the booking."), closing, "airline"),
    "policy of a shop in other words": (("Only delivered orders can be returned.", "Pending orders can be cancelled.", "Refunds go to the original payment method or to a gift card.", "Items can be changed to another option of the same product.", "Exchanged items have to be of the same product.", "A cancellation needs a reason."), closing, "retail"),
    "what can be done with an order in which state": (("Delivered orders can't be cancelled.", "Only pending orders can be cancelled.", "Once an order is delivered, it can be returned.", "Pending orders can't be returned.", "A delivered order cannot be changed any more.", "A pending order can be changed.", "Delivered orders can be exchanged."), closing, "retail"),
    "what can be done with a booking": (("The number of passengers cannot be changed.", "Basic economy flights can't be modified.", "Insurance cannot be added later.", "Passengers can be changed.", "The cabin can be changed.", "Business flights can be cancelled."), closing, "airline"),
    "refunds by method": (("Refunds to a gift card are immediate.", "Refunds to a credit card take 5 to 7 business days.", "PayPal refunds take 5 to 7 business days.", "A refund to a gift card is there at once."), closing, "retail"),
    "how a thing of the talk is": (("It's all done.", "It is quick.", "It's a pity, but that is how it is.", "It's easy to send back.", "It has been a pleasure.", "It's the one that you picked.", "It is yours now.", "It was no trouble.", "It works out as you wanted."), reported, "retail"),
    "what is left": (("There is nothing left to do.", "That's the last of your requests.", "That was the last step.", "That was the last question.", "That's all that was left.", "That was the last one on your list.", "There's one thing left to say: thank you."), reported, ""),
    "who knows": (("Now you know about the change.", "You know about the rules now.", "I let you know about it right away.", "Just let me know.", "I've told you all that I know.", "As far as I know, that's all."), closing, "retail"),
    "what comes when": (("It takes effect at once.", "It is active now.", "The other one stays unchanged.", "That's in place already.", "It counts from now on.", "It went into effect just now."), reported, ""),
}  # fmt: skip
for _name, (_texts, _place, _domain) in TEXTS.items():
    HOUSE.add(f"told: {_name}", saying(_texts, _place, _domain), "Policy says so, or it claims nothing of the kind.")
