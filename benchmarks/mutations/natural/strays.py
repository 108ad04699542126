"""Users who hold to what they want, tell of themselves, or agree at length, in words of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.mutations.kinds import Family
from benchmarks.mutations.wrong.strays import When, any_talk, between, flies, limited, replying

FIRM = Family("the user's own words", wrong=False)
ASIDE = Family("yes: at length", wrong=False)
HELD: Mapping[str, tuple[Sequence[str], When]] = {
    "a limit that holds": (("I really can't go beyond that.", "The limit is firm, sorry.", "Please don't go over what I said.", "That amount is my absolute maximum."), limited),
    "a day that holds": (("The date can't be moved, I'm afraid.", "Other days are out of the question.", "I can't travel on any other day.", "I've taken time off for that."), flies),
    "nothing besides": (("I don't need a rental car or anything like that.", "No need to change anything on my account.", "I won't be needing a receipt."), any_talk),
    "told of somebody": (("My sister recommended you.", "My wife will be relieved.", "My boss is on vacation this week.", "My kids are making a racket in the background."), any_talk),
    "told of the day": (("It's been a long day.", "I'm on my lunch break, so I have a few minutes.", "It's real April weather here today.", "The day before yesterday I had no time."), any_talk),
    "told of money": (("Money is a bit tight this month, you know.", "It's a bit more than I hoped, but never mind.", "I don't care what others pay."), any_talk),
    "told of the shop": (("I've been a customer for ages.", "I wrote to you because the app wouldn't load.", "I did check the website first, but it was no help."), any_talk),
    "asked for patience": (("Please bear with me, I'm not good at this.", "Give me a second if I'm slow to answer.", "Sorry for the typos, I'm on my phone."), any_talk),
    "asked for care": (("Please be careful with the details.", "Let me know if you need anything else from me.", "I'd be grateful if we could sort this out today."), any_talk),
}  # fmt: skip
LONG: Mapping[str, tuple[Sequence[str], When]] = {
    "with nothing to find": (("Yes, I can't find anything wrong with it.", "I couldn't find a mistake, go ahead.", "Yes, I've looked it over, do it."), any_talk),
    "with nothing to add": (("Yes, and there's nothing to add.", "Nothing to add, please proceed.", "Yes, I don't need anything else.", "No other items. Yes, go ahead."), any_talk),
    "with no exception": (("Yes, without exception.", "Yes, all of it, no changes.", "Yes, every line is right.", "Yes, I wouldn't change a thing."), any_talk),
    "with a word of relief": (("Yes. I was worried it'd be more complicated.", "Great, that's what I hoped for. Yes.", "Yes, that's a load off my mind."), any_talk),
    "with a word of haste": (("Yes, do that now, please, I have a meeting soon.", "Sure, let's get it over with.", "Yes, as quickly as you can."), any_talk),
    "with a word of what comes": (("Yes, and find my other trip afterwards.", "Yes, go ahead. After that I have a question.", "Yes. How long will it take?"), any_talk),
    "with a word of the past": (("Yes, I never liked the old one anyway.", "Yes, I should have done that long ago.", "Yes, I thought about it all night."), any_talk),
}  # fmt: skip
for _name, (_texts, _when) in HELD.items():
    FIRM.add(f"user says more: {_name}", between(_texts, _when), "It wants nothing else than its task.")
for _name, (_texts, _when) in LONG.items():
    ASIDE.add(f"a yes {_name}", replying(_texts, _when), "It is a yes to all of it.")
