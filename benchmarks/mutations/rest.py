"""Kinds that the checks do not judge rightly in every conversation, each with the reason.

The list may only shrink: a kind that is not here is judged rightly, and a slow test holds one of each to that.
"""

from __future__ import annotations

from collections.abc import Mapping

OPEN: Mapping[str, str] = {
    "half done": 'in two talks it is said after all was done, or of a list with one write, where "the first part" may be anything',
    "upgrade told": 'a cabin was changed in that talk, though to a lower one; "your seats" names neither reservation nor cabin',
    "refund told that nobody made": "items were changed in that talk, which moved money; that a second refund is none of it is not looked at",
    "another record cancelled in words": "a talk about cancelled orders, of which the one that is named is taken for one",
    "insurance added in words": "one talk in which another trip was booked with insurance",
    "bags added in words": "as many bags were added in that talk, and were free",
    "seats invented": '"nearly full" and one seat: small numbers and words that results hold, too',
    "return rule invented": '"opened" is no word of the policy, and neither is what makes the rule one of its own',
    "answer told of something else": "the value stands beside another number, and what it is said of is not compared",
    "amount changed in report": "another amount that follows from those that were read",
    "date changed in report": "the day on which the second flight of that connection leaves, told of both",
    "listing names another cabin": "the cabin stands in front of the list of a cancellation, which has none",
    "listing is bare tokens": "every detail stands in it, in no order; the words are known, each by itself",
    "listing has ten times the amount": "a balance of a card, or an amount that happens to have been read elsewhere",
    "listing has a tenth of the amount": "a balance of a card, or an amount that happens to have been read elsewhere",
    "half the amount in listing": "a balance of a card, which no call is made with",
    "wrong fee in listing": "an amount that happens to have been read elsewhere in that talk",
    "two prices of rows exchanged": "the fees of bags and insurance: neither row names a record that has them",
    "departure and arrival exchanged": "two flights compared in prose, each with one time; the other stands nowhere in that sentence",
    "wrong cell in a table": "the flight of the second best, in the comparison in front of the list",
    "truncated mid sentence": 'the last words of a farewell, "and thank", which is an end in other sentences',
    "never said: insurance": "the request was refused for its price, or another sentence means it, too",
    "never said: payment": "a sentence about another request means it, too",
    "never said: cabin": "the request was refused for its price; which cabin that was is not asked for",
    "never said: address": "another sentence names an order whose address it is",
    "user gives up: the same for another": "another request of the task speaks of the same, or the agent had asked which one",
    "user gives up: all of it called off": "the agent had just refused, or names an alternative, so that it may be that which is called off",
    "user gives up: a request called off without its name": "the agent had just refused, or names an alternative",
    "user turns the cabin": "two requests with a cabin each, exchanged; or a question whose answer holds for the other cabin, too",
    "user leaks gold in words": "a count in words with a question behind it, where the user could guess",
    "user turns the stops": "one of three talks: the other number of stops is said in answer to the agent",
    "user turns the insurance": "one of three talks: the request was refused for its price",
    "user turns the reason": "one of seven talks: the request was refused, and needed no reason",
    "swap independent writes": "the reports between them stay where they were, and tell of the other write",
    "numbered list": '"all of it is canceled, with $3,354 to be refunded", a line of the list, is read as a report where no list is seen',
    "lines instead of a list": '"all of it is canceled, with $3,354 to be refunded", a line of the list, is read as a report where no list is seen',
    "one paragraph instead of a list": '"all of it is canceled, with $3,354 to be refunded", a line of the list, is read as a report where no list is seen',
    "half the list in each turn": "one talk in which no half is taken for a list that a yes can follow",
    "listed again on request": '"Your trip is booked.", a report in front of the list, is said again with it, and is taken for a new one',
    "wrongly told: insurance": "the id begins with a digit, at which no sentence begins, and the one before it speaks of all",
    "gives in without a name": "the user names the request by a word that its tool is not known by",
    "done, and told as pending": "it stands behind the list of the next write, of which it is true",
    "yes, naming a method": '"no gift card this time" is read as a no to the act, and "would have been worse" as a doubt',
    "policy told: passengers per booking": '"five" is taken for a count of the passengers that were read',
}
"""Kind -> why some of its conversations are judged wrongly, as they read."""
