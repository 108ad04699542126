"""Sentences of the scripted user; `{…}` are filled in."""

from __future__ import annotations

CONFIRM = (
    "Yes, go ahead.", "Yes, please do.", "Yes, that works for me.", "Yes, do it.", "Yes, everything is right, go ahead.", "Yes, confirmed.",
    "Yes, that is exactly what I want.", "Yes, go ahead with {topic}.", "Yes, please go ahead with {topic}.", "Yes, I confirm.", "Yes, all good.",
    "Yes, looks right to me.", "Yes, I agree.", "Yes, that's all correct, please do it.", "Yes, sounds good.", "Yes, perfect.", "Yes, absolutely.",
    "Yes, that's correct, please proceed with {topic}.", "Yes, that's what I asked for, please go ahead.", "Yes, all of that is how I want it, go ahead.",
    "Yes, I've checked it and everything fits, please do it.", "Yes, you can go ahead with {topic} just like that.", "Yes, please proceed.", "Yes, I've read it, go ahead.", "Yes, go for it.", "Yes, that's how I want it.",
)  # fmt: skip
CONFIRM_DETAIL = (
    "Yes, {detail} is right, go ahead.", "Yes, please go ahead with {detail}.", "Yes, {detail}, that's right.", "Yes, {detail} is correct.",
    "Yes, go ahead, {detail} is right.", "Yes, that's right: {detail}.", "Yes, {detail} is correct, please do it.", "Yes, go ahead with {detail}.",
)  # fmt: skip
ASK_ONCE_MORE = (
    "Is that really everything?", "Nothing else would change?", "And that would be final?",
    "So only this changes?", "No hidden fees?", "And it takes effect right away?", "And there is nothing else to it?",
    "Before I agree, could you repeat what would happen?", "And nothing else about my account would change?", "Is that really all that would happen?",
    "Just to be sure, is that all of it?", "Would that take effect at once?",
    "So that's final as soon as I agree?", "Let me check: would I be charged anything beyond that?",
)  # fmt: skip
CORRECTED = (
    "Oh no, I mistyped that, it is {right}.", "Wait, that's wrong: it's {right}.", "Correction, I meant {right}.",
    "Hmm, that was a slip, {right} is the right one.", "Ah, scratch that: {right}.", "No, I mixed it up, it's {right}.",
)  # fmt: skip
NEXT = (
    "There is something else.", "One more thing.", "I have another request.", "That brings me to the next thing.", "While I have you, there's one more thing.",
    "That leaves one more point.", "Also, I need something else.", "On to the next thing.", "And I have one more thing.",
)  # fmt: skip
ACCEPT = (
    "All right, then connect me.", "Fine, hand me over to somebody.", "Okay, let me talk to a person then.",
    "Understood, transfer me.", "Okay, I'll speak with your colleague.", "Then a human it is, go ahead.", "Okay, transfer me.", "All right, connect me.", "Fine by me, go ahead.",
)  # fmt: skip
BYE = (
    "That's all, thanks.", "Thanks, that settles it.", "Nothing else from my side.", "No, that was everything.",
    "That covers it.", "I'm done, thanks.", "That's it for today.", "Then we're finished here.", "No more questions.",
    "That's everything, then.", "Okay, that's all I came for.", "Nothing more, have a good day.",
    "That was the last item on my list.", "Alright, I'll leave it there.", "No, thanks, that's all.",
)  # fmt: skip
WRONG = (
    "No, that's not what I asked for.", "No, not like that.", "No, something there is wrong.", "No, that isn't right.",
    "No, please don't, that differs from what I want.", "No, that's not it.", "No, you've got that wrong.",
)  # fmt: skip
NOT_SO = (
    "So please don't do it like that.", "So not like that, please.", "Don't do it until that is right.", "So no, not as it is.",
    "Change that before you do anything.", "Leave it until that's fixed.",
)  # fmt: skip
NOT_YET = (
    "Don't do anything until you have told me all of it.", "Not before I have seen the rest.", "Wait until I have heard the whole of it.",
    "Don't go on before that is clear.",
)  # fmt: skip
UNCLEAR = (
    "Not yet, I can't see everything there.", "No, wait, I don't see all of it.", "Hold on, something is missing there.",
    "Not yet, that isn't complete.", "Wait, that doesn't cover it all.",
)  # fmt: skip
STILL = (
    "Sorry, that's still open.", "Let me say it once more.", "I still need this.", "Once more, then.", "We haven't dealt with this yet.",
)  # fmt: skip
PUSH = (
    "So please look again.", "Please check that again.", "There has to be a way.", "I won't take no for an answer.",
    "That can't be the last word.", "I really don't see the problem.", "Please think about it once more.",
    "I'm not giving up on this.", "So what is the problem?", "I can't accept that.", "Please try again.", "That just isn't fair.",
    "I'd like you to look into it again.", "There must be something that you can do.",
)  # fmt: skip
CHANGED = (
    "No, wait, I've changed my mind about one thing.", "Hold on, I want one thing to be different.", "Actually no, one detail should be different.",
    "Wait, I've thought about it again.", "Hmm, no, I'd rather change something first.", "Stop, I want to change one thing.",
)  # fmt: skip
SHOW_AGAIN = (
    "Please show it to me again with that.", "Let me see it again like that.", "Can you list it again that way?", "The rest can stay as it is.",
    "Nothing else changes.", "Could I see the whole of it once more that way?",
)  # fmt: skip
LEAVE = (
    "Before that, there's something else.", "Hold on, something else comes first.", "Wait, let's do another thing first.", "I'll get to that; first another matter.",
    "Let me put that off for a moment, there is another thing.", "Actually, something else is more pressing.",
)  # fmt: skip
MISTAKEN = (
    "Oh, sorry, I got that wrong.", "Sorry, my mistake.", "Ah, I mixed something up there.", "Oops, I misread that.", "Sorry, I mistyped it.",
    "Let me look again. Yes, that was wrong.", "Right, I see it now, that was a slip.",
)  # fmt: skip
YIELD = (
    "All right, I'll let it be.", "Fine, I give up on that.", "I don't like it, but I'll have to live with it.", "Then there's nothing to be done, I see.",
    "Okay, I won't go on about it.", "A pity, but so be it.", "I see, then it stays as it is.",
)  # fmt: skip
LET_BE = (
    "A pity, but I understand.", "Too bad, but all right.", "That's a shame, but I understand.", "I see, nothing to be done then.",
    "I was hoping for another answer, but all right.", "Well, it can't be helped.", "Oh well, thanks for checking.", "Hmm, that's a pity.",
)  # fmt: skip
"""To a no that is taken for an answer at once."""
BACK_TO = (
    "About {topic} once more.", "I want to come back to {topic}.", "I have to come back to {topic}.", "Back to {topic} for a moment.", "As for {topic}, I'm not done yet.",
)  # fmt: skip
AND_ANOTHER = (
    "And there's a second matter.", "That's the first thing. Here's another one.", "I also need something else.", "There is another thing as well.",
)  # fmt: skip
"""Between two wishes of one message."""
AND_MORE = (
    "Then there's one more.",
    "And one last thing.",
    "And there's one more matter.",
    "One more thing after that.",
)
"""Before a third wish, or another one after it."""
SEVERAL_THINGS = (
    "I have {topic} things.", "I need help with {topic} things.", "There are {topic} things I need.", "It's {topic} things today.",
)  # fmt: skip
"""Before several wishes; `topic` is their number."""
WAIT = ("Okay.", "Okay, I'll wait.", "Fine.", "Thanks, I'll wait.", "All right.", "Take your time.")
