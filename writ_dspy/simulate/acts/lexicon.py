"""The words by which acts are told apart, by what they do in a clause; all others are content.

A category is one letter of the strings that `clauses` cuts a turn into, and that the patterns of `user` and `agent` read.
No entry is a whole answer: what a clause means follows from which of these it holds, in which order, under which negation.
"""

from __future__ import annotations

CONTENT, NUMBER = "x", "#"

_WORDS = {
    # what stands by itself
    "YES": """yes, ye, yh, yesh, sí, si, oui, yeah, yea, yeh, yep, yup, yip, ya, yah, yas, yessir, aye, affirmative, roger, roger that, y, uh huh, so do i, so do we, so am i, same here, me too, a deal it is, how could i say no, how can i say no, how could i refuse, who could say no, why would i say no, why should i say no, mhm,
        mm hmm, you bet, you got it, 👍, 👌, 🆗, ✅, ✔, ☑, 💯""",
    "OKAY": """ok, okay, okey, okie, okie dokie, okey dokey, k, kk, mkay, alright, all right, allright, alrighty, very well,
        fair enough, righto, oki, so be it""",
    "SURE": """sure, sure thing, for sure, why not, y not, surely, certainly, absolutely, definitely, totally, of course, ofc, by all means,
        naturally, obviously, indeed, exactly, precisely, positive, gladly, without a doubt, no doubt, certain, convinced""",
    "NO": """no, nope, nah, naw, nay, nop, negative, no way, no chance, not a chance, hell no, no deal, no can do, nothing doing, not gonna happen, over my dead body, far from it, by no means,
        under no circumstances, in no way, not at all, no sir, 👎, ❌, 🚫, ✋, 🛑, ⛔""",
    "NONE": "none, nothing, none at all, nothing at all, none whatsoever, nothing whatsoever",
    "STOP": """stop, wait, hold on, hang on, hold off, hold it, hold up, hold your horses, hold that, whoa, one sec, one second,
        one moment, one minute, just a moment, just a minute, just a second, just a sec, a moment please, not so fast, not yet,
        not just yet, give me a minute, give me a moment, give me a second, give me a sec, give me some time, give me time, some other time, another time, some other day, another day, hold, not now, not right now, not today, not at the moment, not at this time, not this time, not at present, pause, halt, back up, slow down, delay, hesitate""",
    "THANKS": """thanks, thank you, thx, thanx, ty, tysm, tks, cheers, appreciate, appreciated, grateful, much obliged, thankful,
        many thanks""",
    "HELLO": "hi, hello, hey, greetings, good morning, good afternoon, good evening, good day, hiya, howdy, hi there, hello there",
    "BYE": """bye, bye-bye, goodbye, good bye, bye bye, cya, see you, see ya, farewell, take care, so long, have a nice, have a great,
        have a good, have a lovely, have a wonderful, good night, all the best, safe travels, ciao, cheerio, talk to you later,
        have yourself a""",
    "PLEASE": "please, pls, plz, kindly, pretty please",
    # what is thought of it
    "GOOD": """good, great, perfect, perfectly, fine, nice, nicely, excellent, awesome, wonderful, lovely, brilliant, fantastic,
        super, superb, sweet, cool, neat, ideal, splendid, terrific, amazing, right, correct, correctly, accurate, acceptable,
        agreeable, reasonable, satisfactory, satisfied, happy, pleased, comfortable, ready, all set, spot on, spot-on, genius, on point,
        bang on, true, as expected, in order, to my liking, swell, dandy, solid, a plan, a deal, deal, good to go,
        could not be better, can not complain, could not complain, would not change a thing, interested, keen, valid,
        favorable, appropriate, suitable, impressed, proper, could not be happier,  sold, game, thrilled, delighted, all clear,
        a yes from me, as it should be, as they should be, how it should be, how they should be, the way it should be, what it should be, word for word, to the letter, who am i to complain, who am i to argue, who are we to complain""",
    "BAD": """wrong, incorrect, inaccurate, mistaken, false, bad, unacceptable, unfair, ridiculous, terrible, awful,
        outrageous, no good, out of the question, unhappy, uncomfortable, unreasonable, absurd, insane, ripoff, rip off,
        nonsense, useless, incomplete, outdated, misspelled, a mistake, an error, a typo, worse, too steep, too much, off the table,
        over my budget, above my budget, beyond my budget, out of my budget, over our budget, above our budget,
        beyond our budget, out of our budget, over budget, above budget, out of my league, unsuitable, unimpressed, disappointing""",
    "FEEL": "upset, frustrated, frustrating, annoyed, annoying, stressed, stressful, sad, angry, furious, nervous, anxious, worried, overwhelmed, disappointed, will miss, going to miss",
    "SEEM": "sound, sounds, look, looks, looking, seem, seems, feels, feel",
    "WORK": """work, works, working, suit, suits, fit, fits, match, matches, will do, would do,
        check out, checks out, add up, adds up, do the trick, does the trick, line up, lines up, meets, afford""",
    "TROUBLE": """speaks against it, speaks against that, speak against it, speaks against this, to be said against it, problem, problems, issue, issues, objection, objections, concern, concerns, complaint, complaints, worries,
        hesitation, hesitations, doubts, qualms, mistakes, errors, discrepancies, corrections, biggie, worry""",
    "MIND": "mind",
    "QUESTION": "question, questions",
    "WITHOUT": "without",
    "UNSURE": """unsure, uncertain, hesitant, hesitating, undecided, torn, on the fence, confused, doubt, doubtful,
        having doubts, skeptical, reluctant, not certain, second guessing""",
    "HEDGE": "think, guess, suppose, believe, maybe, perhaps, probably, possibly, hope, might, presumably, assume",
    # what is to be done
    "GO": """go through with, carry out, perform the, perform this, perform that, implement the, implement this, implement that, ship it, send it, roll with it, roll with that, roll with this, go on then, go ahead, go right ahead, go on ahead, go straight ahead, go for it, go on, go 4 it, go forward, carry on, carry it out,
        carry that out, proceed, continue, do it, do that,
        do this, do so, do them, do both, do these, do those, please do, make it so, make it happen, make that happen,
        make it official, get it done, get that done, get this done, get on with it, lock it in, lock that in,
        pull the trigger, let us go, let us do, move forward, move ahead, fire away, have at it, be my guest, feel free,
        finalize, finalise, submit, execute, place the order, full steam ahead, put it through, put that through, push it through,
        push that through, run with it, send it through, hit the button, see to it, make the change, make the changes,
        make those changes, make that change, make this change, going ahead, moving forward, press on,
        save it, save that, save this, save them, save these, save the change, save the changes, save the new, what are we waiting for, what am i waiting for, seal the deal, wrap it up, sort it, sort it out, get going, let it rip""",
    "AGREE": """agree, agreed, approve, approved, accept, accepted, authorize, authorized, authorise, authorised, consent, concur,
        affirm, confirmed, confirming, sign off, signed off, granted, endorse, in agreement, in favor, on board, count me in, could not agree more, can not agree more, no reason not to, can not see why not, could not see why not, can not argue with that, ten four, thumbs up""",
    "CONFIRM": "confirm",
    "PERM": """permission, approval, blessing, go-ahead, the go ahead, my go ahead, green light, my go, my ok,
        my okay, my consent, authorization, authorisation, my confirmation, my yes, my word, the all clear, green-light, all yours, say the word, give the word, the word""",
    "DROP": """save it for, save that for, save this for, on hold, skip, forget, never mind, nevermind, nvm, scratch that, scratch it, drop it, drop that, drop this, skip it, skip that, skip this,
        abort, back out, i will pass, i pass, we will pass, we pass, hard pass, changed my mind, change my mind,
        changing my mind, change of heart, second thought, second thoughts, take it back, take that back, take back, undo,
        withdraw, refuse, decline, reject, object, oppose, disagree, decided against, decided not to, decided not, better not, against it, against that, against this,
        rather not, would rather not, think about it, think it over, think about that, think about this, sleep on, count me out, i am out, we are out, beg to differ, leave it, leave that,
        leave this, leave them, let it be, leave everything, leave all of it, retract, revoke, rescind, bail, opt out, bow out,
        give it a miss, dismiss, have to pass, going to pass, reconsider, reconsidering, will consider, need to consider, like to consider, want to consider, have to consider, going to consider, me consider, me weigh, will weigh, mull, ponder, stay with what i have, stay as i am, stick with what i have""",
    "KEEP": "keep, am keeping, stay, stick to, stick with, stay with, stay on, retain, hold onto, hold on to",
    "LEAVE": "leave",
    "CANCEL": "cancel, get rid of, do away with",
    "ACT": """book, start, begin, open, request, schedule, reschedule, change, modify, exchange, return, swap, update, send, refund, charge, pay, use, put, move, switch,
        upgrade, downgrade, add, remove, ship, buy, purchase, reserve, issue, apply, place, set, transfer, replace, edit, redeem,
        rebook, process, complete, file, initiate, take, get, give, make, arrange, correct the, correct it, correct her, correct him, correct them, correct my, correct your, correct his, fix, connect, split, select, pick, choose, go with, go for, reroute, take care of,
        revert, restore, cover, deduct, credit, bill, enter, register, waive, extend, renew, deliver, handle, hand, adjust, alter, revise, amend,
        trade, resend, reinstate, merge, combine, include, lock in""",
    "INFORM": """answer me, answer my, answer one, answer this, answer these, answer a, let me know, tell me, inform me, notify me, email me, e-mail me, text me, call me, message me, ping me, keep me posted, update me,
        keep me updated, show me, remind me, shout, list, summarize, repeat, explain, read me, walk me, sum, clarify, specify, describe,
        point me, share""",
    "CHECK": "check, verify, double check, double-check, make sure, ensure, look into, find out, look up, see, review, look at, read, ask, talk, consult, discuss, compare, decide, speak, get back to, talk it over, checked, verified, reviewed, asked, talked, spoken, discussed, compared, consulted, seen",
    # how it hangs together
    "NOT": "not, never, neither, nor, hardly, barely, scarcely, cannot, no longer, no need to, no need, rather than, instead of",
    "IF": """if, unless, provided, providing, as long as, so long as, on condition, on the condition, under the condition, assuming, supposing,
        only if, only when, only with, in case, contingent, subject to, depending, depends, depend, except, except if, except that, except for, anything but, everything but, all but, any but, anyone but, everyone but, anybody but,
        everybody but, all of them but, any of them but, each of them but, aside from, apart from, on one condition,
        with the condition, with the caveat, not before, not until, not unless""",
    "BEFORE": "before, until, till, til, prior to",
    "ONCE": "once, as soon as, when, after, whenever, upon",
    "FIRST": "first, beforehand",
    "BUT": "but, however, though, although, tho, only that",
    "AND": "and, &, plus",
    "OR": "or",
    "SO": "so, then, otherwise, therefore",
    "REASON": "because, since, as, cause, cuz, 'cause, given that, now that, in light of",
    "ONLY": "only, solely, only that one, nothing but, none but, nobody but, no one but, naught but, nothing except, nothing other than, none other than, nothing more than",
    "PART": """part of, parts of, a part, one part, half of, half the, most of, some of, one of the, one of them, one of these, one of those, one of us, first part, second part,
        last part, other part, first half, second half, other half, majority, bits of, much of, a portion, portion of, partly, partially, in part""",
    "DIFF": """instead, make a change, make one change, make some changes, make a few changes, different, differently, other one, other ones, the other one, the other ones, another one, rather have, rather take, rather go, would rather, prefer,
        preferably, alternatively, a different""",
    "MEAN": """mistyped, misspoke, correction, typo, misread, misspelt, mixed it up, mix-up, make that""",
    "ALMOST": "almost, nearly, not quite",
    "OUGHT": """supposed to, should be, should say, should read, should have been, needs to be, has to be, must be, ought to be""",
    "ACTUALLY": "actually",
    "MEANT": "meant, mean",
    "ELSE": """else, other, others, another, additional, extra, further, besides, beyond, rest, remaining,
        everything else, anything else, something else, nothing else""",
    "MORE": "more",
    "ANY": "any, anything, whatsoever, anyone",
    "ALSO": "also, too, as well, additionally, one more thing, another thing, in addition, next, while you are at it, on top of that, afterwards, after that, after this, furthermore, lastly, last thing, by the way, btw",
    "HURRY": """run back out, running back out, head back out, heading back out, go back out, get back out, be back out, step back out, no rush, no hurry, asap, hurry, quickly, quick, fast, now, right away, right now, soon, today, immediately, at once, straight away, already,
        in a hurry, in a rush, promptly, as soon as possible, as soon as you can, when you can, whenever you are ready, when you get a chance,
        whenever you can, when ready, when you are ready, when you get the chance, once you get a chance, once you get the chance,
        when you have a moment, urgently, rush, as quickly as possible, as fast as possible, the sooner the better, if possible, if at all possible, if needed, if necessary,
        if applicable, if available, make haste, snappy, brisk, briskly, speedy, speedily, swift, swiftly, pronto, chop chop""",
    # small words
    "I": "i, we, me, us, myself",
    "YOU": "you, u, ya'll, yourself",
    "THIS": """it, this, that, these, those, them, both, everything, all, all of it, all of that, all of this, all of them, all of the above, the above, one,
        ones, each, itself, they, what you said, that one, this one, the lot, the whole thing, all that, all this""",
    "BE": "am, is, are, was, were, be, been, being",
    "DO": "do, does, did, doing",
    "HAVE": "have, has, had, having, got, get to",
    "MODAL": "can, could, would, will, shall, may, must, should",
    "LET": "let",
    "HELP": "help",
    "GOES": "go",
    "WANT": "want, wants, wanted, decided to, like, love, wish, loved, going to, would like, would love, want to, happy to, ready to, glad to, pleased to, like to, waiting for, wait for, waiting on, expect, expecting, hoping for, hope for, am after, are after, was after, were after, been after",
    "NEED": "need, needs, needed",
    "TIME": "a moment, a minute, a second, a sec, some time, more time, a little time, a while, a day, a few days, a bit, a little while, time to",
    "SAY": "reply, respond, say, said, says, told, tell, saying, asked, replied, type, typed, answered, mentioned",
    "WH": "what, which, where, who, why, how, whose, when will, when do, when does, when can, when is, when are, how long, how soon, when should, when would",
    "VERY": """very, quite, clearly, plainly, evidently, all the, really, pretty, just, completely, entirely, fully, truly, simply, perfectly well, most, much, rather, still, even,
        honestly, again, there, here, well then, looks like, oh, ah, um, uh, hmm, hm, er, well, ha, haha, lol, yay, mmm, hmmm, umm, uhm, wow, oops, duh, sorry, gosh, ugh, dear, sir, maam, ma'am, buddy, mate, friend, man, dude, my bad, my fault, no hard feelings, anymore, any more, any longer""",
    "AN": "a, an",
    "DET": "the, my, your, his, her, our, their",
    "OF": "of",
    "SMALL": """here is, here are, as of, as for, as to, as regards, as far as, away, to, in, on, at, by, for, with, from, into, about, than, per, via, out, up, off,
        over, down, he, she, him, there is, which is, who is, whether, mine, yours, such, its, some, on that, thing, way, time, moment, end, side, part, terms, s, ll, m, d, re, ve""",
}

_THINGS = """credit card, credit cards, gift card, gift cards, debit card, return flight, return flights, return trip, return label, return labels,
    return date, return window, exchange rate, change of, booking code, refund amount, order number, place of, hand luggage, carry on bag, checked bag, checked bags, checked baggage, checked luggage,
    not make it, not be able to make it"""
"""Phrases that hold a verb's word and are content."""
CODES = {name: chr(ord("A") + index) if index < 26 else chr(ord("À") + index) for index, name in enumerate(_WORDS)}
"""One character for each category; `x` is content, `#` a number or id."""

_CONTRACTED = {
    "can't": "can not", "cant": "can not", "won't": "will not", "wont": "will not", "shan't": "shall not", "n't": "not",
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not", "arent": "are not", "wasnt": "was not",
    "wouldnt": "would not", "couldnt": "could not", "shouldnt": "should not", "havent": "have not", "hasnt": "has not",
    "thats": "that is", "its": "it is", "im": "i am", "ive": "i have", "ill": "i will", "lets": "let us", "let's": "let us",
    "theyre": "they are", "youre": "you are", "whats": "what is", "wheres": "where is", "gonna": "going to", "wanna": "want to", "gotta": "have to",
    "ain't": "is not", "aint": "is not", "d'accord": "agreed", "lemme": "let me", "gimme": "give me", "dunno": "do not know", "c'mon": "come on",
    "everythings": "everything is", "alls": "all is", "hows": "how is", "whens": "when is", "cannot": "can not", "y'all": "you", "nothin": "nothing",
    "somethin": "something", "r": "are",
}  # fmt: skip
_ENDINGS = {"n't": "not", "'s": "is", "'re": "are", "'m": "am", "'ll": "will", "'d": "would", "'ve": "have"}


def _entries() -> tuple[dict[str, str], dict[tuple[str, str], list[tuple[tuple[str, ...], str]]]]:
    single: dict[str, str] = {}
    phrases: dict[tuple[str, str], list[tuple[tuple[str, ...], str]]] = {}
    for code, text in [*((CODES[name], text) for name, text in _WORDS.items()), (CONTENT, _THINGS)]:
        for entry in text.split(","):
            words = tuple(entry.split())
            if len(words) == 1:
                single.setdefault(words[0], code)
            else:
                phrases.setdefault((words[0], words[1]), []).append((words, code))
    for found in phrases.values():
        found.sort(key=lambda item: -len(item[0]))
    return single, phrases


SINGLE, PHRASES = _entries()
"""Categories of words, and of phrases by their first two words, the longest first."""
KNOWN = frozenset(SINGLE) | {word for found in PHRASES.values() for words, _ in found for word in words}
"""Every word of an entry."""


def expanded(word: str) -> tuple[str, ...]:
    """A word with its contraction undone: "don't" is "do not"."""
    whole = _CONTRACTED.get(word)
    if whole is not None:
        return tuple(whole.split())
    at = word.find("'")
    if at < 0 or word in SINGLE:  # "ma'am" is no contraction
        return (word,)
    for ending, meant in _ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending):
            return (word[: -len(ending)], meant)
    return (word[:at],) if at else (word,)
