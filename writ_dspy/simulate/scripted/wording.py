"""Sentences of the scripted roles; `{…}` are filled in."""

from __future__ import annotations

CONFIRM = (
    "Yes, go ahead.", "Yes, please do.", "Yes, that works for me.", "Yes, do it.", "Yes, everything is right, go ahead.", "Yes, confirmed.",
    "Yes, that is exactly what I want.", "Yes, go ahead with {topic}.", "Yes, please go ahead with {topic}.", "Yes, I confirm.", "Yes, all good.",
    "Yes, looks right to me.", "Yes, I agree.", "Yes, that's all correct, please do it.", "Yes, sounds good.", "Yes, perfect.", "Yes, absolutely.",
    "Yes, that's correct, please proceed with {topic}.", "Yes, that's what I asked for, please go ahead.", "Yes, all of that is as I want it, go ahead.",
    "Yes, I've checked it and everything fits, please do it.", "Yes, you can go ahead with {topic} just like that.", "Yes, please proceed.", "Yes, I've read it, go ahead.", "Yes, go for it.", "Yes, that's how I want it.",
)  # fmt: skip
CONFIRM_DETAIL = (
    "Yes, {detail} is right, go ahead.", "Yes, please go ahead with {detail}.", "Yes, {detail}, that's right.", "Yes, {detail} is correct.",
    "Yes, go ahead, {detail} is right.", "Yes, that's right: {detail}.", "Yes, {detail} is correct, please do it.", "Yes, go ahead with {detail}.",
)  # fmt: skip
ASK_ONCE_MORE = (
    "Is that really everything?", "Nothing else would change?", "And that would be final?", "Can I read that again?",
    "So only this changes?", "No hidden fees?", "And it takes effect right away?", "Can you say that again?",
    "Before I agree, could you repeat what would happen?", "Hmm, can you list it once more for me?",
    "And nothing else about my account would change?", "Is that really all that would happen?",
    "One moment, can I read that once more?", "Would that take effect at once?",
    "So that's final as soon as I agree?", "Let me check: would I be charged anything beyond that?",
)  # fmt: skip
CORRECTED = (
    "Oh no, I mistyped that, it is {right}.", "Wait, that's wrong: it's {right}.", "Correction, I meant {right}.",
    "Hmm, that was a slip, {right} is the right one.", "Ah, scratch that: {right}.", "No, I mixed it up, it's {right}.",
)  # fmt: skip
NEXT = (
    "There is something else.", "One more thing.", "I have another request.", "Next up:", "While I have you:",
    "That leaves one more point.", "Also, I need something more.", "Moving on.", "And then there's this.",
)  # fmt: skip
ACCEPT = (
    "All right, then connect me.", "Fine, hand me over to somebody.", "Okay, let me talk to a person then.",
    "Understood, transfer me.", "Okay, I'll speak with your colleague.", "Then a human it is, go ahead.", "Okay, transfer me.", "All right, connect me.", "Fine by me, go ahead.",
)  # fmt: skip
BYE = (
    "That's all, thanks.", "Thanks, that settles it.", "Nothing else from my side.", "No, that was everything.",
    "That covers it.", "I'm done, thanks.", "That's it for today.", "Then we're finished here.", "No more questions.",
    "That's everything I needed to know.", "Okay, that's all I came for.", "Nothing more, have a good day.",
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
BACK_TO = (
    "About {topic} once more.", "I want to come back to {topic}.", "I have to come back to {topic}.", "But back to {topic}.", "As for {topic}, I'm not done yet.",
)  # fmt: skip
WAIT = ("Okay.", "Okay, I'll wait.", "Fine.", "Thanks, I'll wait.", "All right.", "Take your time.")

# ----------------------------------------------------------------------------- the agent

HELP = (
    "I'd be happy to help with {topic}.", "Sure, I can look into {topic} for you.", "Of course, let's take care of {topic}.",
    "Of course, I can help you with {topic}.", "Happy to help with {topic}.", "Certainly, I'll see what I can do about {topic}.",
)  # fmt: skip
FOUND_YOU = (
    "Thank you, {name}, I have found your profile.", "Thanks, {name}, you are verified.", "Thank you, {name}. I have your account open.",
    "Great, {name}, I was able to locate your account.",
)  # fmt: skip
CAN_HELP = ("I can help with that.", "Let me help you with that.", "Sure, let me look into it.")
"""To who asked something along with the name."""
ABOUT = ("About {topic}:", "Regarding {topic}:", "As for {topic}:")
ALL_AT_ONCE = (
    "For {topic}, I need a few details; you can send them all in one message:",
    "To take care of {topic}, please tell me the following, all at once if you like:",
    "A few questions about {topic}; please answer them in one go if you can:",
)
"""Before a list of all that has to be known."""
BACK_AGAIN = (
    "Now back to {topic}.",
    "That leaves {topic}.",
    "Let's come back to {topic} now.",
    "With that out of the way, on to {topic}.",
)
"""Before the questions about what the user had left for another subject."""
GOT_IT = (
    "Thank you.", "Got it.", "Thanks, noted.", "All right.", "Noted.", "Thanks.", "Good, I have that.", "I've noted that.", "Very well.",
    "That helps, thank you.", "Understood.", "Great, thanks.",
)  # fmt: skip
"""Before the next of several questions, to who answers them one by one."""
COMPARED = (
    "I compared {count} {rows}: {winner} is the {superlative}{at_value}, ahead of {runner}{at_other}.",
    "Of the {count} {rows} that I found, the {superlative} is {winner}{with_value}; the next one{is_runner}{has_other}.",
    "Among {count} {rows}, the {superlative} is {winner}{with_value}, followed by {runner}{with_other}.",
)
SECOND = (
    "You want the second of these.",
    "The second of them is the one for you.",
    "As you asked, it is the second of them that I take.",
)
"""Behind a comparison of which not the best is wanted."""
SINGLE = (
    "Of what I looked up, only {winner} qualifies, so it is also the {superlative}{and_at_value}.",
    "{winner} is the one option that fits everything you asked for{and_at_value}; nothing else qualified as {superlative}.",
)  # fmt: skip
LOCATED = (
    "I looked through your records and found {winner}.", "From what you describe, that is {winner}.",
    "That must be {winner}; I went through your records to be certain.",
)  # fmt: skip
SEVERAL = (
    "There are {count} that fit: {names}. Which one do you mean?",
    "I see {count} that it could be: {names}. Which of them is it?",
    "I found {count} like that: {names}. Which one is it about?",
)
"""Where what was said fits several records."""
MATCHING = (
    "I went through all your records, and {count} of them match: {names}. I'll put them to you one by one.",
    "I looked through your records and found {count}: {names}. Let's take them one at a time.",
    "I checked all your records, and {count} of them are as you say: {names}. One after the other, then.",
)
"""Before the first of several records that one wish is about."""
LISTED = (
    "{details}\nShall I go ahead (yes/no)?", "{details}\nMay I go ahead with this (yes/no)?",
    "{details}\nIs this right, and may I go ahead (yes/no)?", "{details}\nWould you like me to proceed (yes/no)?",
)  # fmt: skip
UNKNOWN = (
    "The system has nothing under {what} {value}. Could you check it and tell me once more?",
    "I looked for {what} {value}, and there is no such entry. Would you mind giving it to me again?",
    "There is no entry with {what} {value} on our side. Could it be a typo? Please have another look at it.",
    "With {value}, I come to no entry. Can you tell me {what} once more, please?",
)  # fmt: skip
"""What was given is in no record; `what` it is, and its value."""
STAYS = (
    "I understand that you'd rather talk to a person; for this you are in the right place here, though.",
    "I hear you, and I'm sorry for the inconvenience. This is handled right here, so let's go on.",
    "I see why you ask. There is no need to hand you over for this, we can go on right here.",
)
"""To who asks for a human where none is needed."""
NO_TRANSFER = (
    "Understood, we'll stay right here.",
    "Of course, this stays with the two of us.",
    "Sure, we'll do it all in this chat.",
)
"""To who does not want to be handed over."""
OBJECTED = (
    "I understand that it looks like a lot: {why}.\n{details}\nMay I go ahead (yes/no)?",
    "Let me explain how it comes about: {why}.\n{details}\nShall I proceed (yes/no)?",
    "I can see why you ask. In this case, {why}.\n{details}\nShall I go ahead (yes/no)?",
    "That's how it adds up: {why}.\n{details}\nWould you like me to go ahead (yes/no)?",
)  # fmt: skip
"""The list once more, behind what its amount comes of."""
ANEW = (
    "Of course, here it is with that changed.\n{details}\nMay I go ahead (yes/no)?",
    "No problem, then it would be this.\n{details}\nShall I proceed (yes/no)?",
    "Sure, then it looks like this.\n{details}\nShall I go ahead (yes/no)?",
    "All right, with that it would be as follows.\n{details}\nWould you like me to go ahead (yes/no)?",
)
"""The list anew, for who has changed their mind about a part of it."""
AGAIN = {
    "final": (
        "Yes, it can't be undone afterwards.\n{details}\nMay I go ahead (yes/no)?",
        "That's right, there is no way back once it is done.\n{details}\nShall I go ahead (yes/no)?",
    ),
    "not final": (
        "It takes effect once you agree, and not before.\n{details}\nMay I go ahead (yes/no)?",
        "It is done as soon as you agree, and only then.\n{details}\nShall I proceed (yes/no)?",
    ),
    "effect": (
        "Yes, it takes effect once you agree, and not before.\n{details}\nMay I go ahead (yes/no)?",
        "That's right: as soon as you agree, it is done.\n{details}\nShall I go ahead (yes/no)?",
    ),
    "money": (
        "No, there is nothing to pay beyond what is listed.\n{details}\nMay I go ahead (yes/no)?",
        "No, nothing comes on top of this.\n{details}\nShall I proceed (yes/no)?",
    ),
    "repetition": (
        "Of course, once more.\n{details}\nMay I go ahead (yes/no)?",
        "Gladly, here it is again.\n{details}\nShall I go ahead (yes/no)?",
        "Certainly.\n{details}\nShall I proceed (yes/no)?",
    ),
    "extent": (
        "That's right, this is all that I would do.\n{details}\nMay I go ahead (yes/no)?",
        "Yes, this is all that would happen.\n{details}\nShall I go ahead (yes/no)?",
    ),
}
"""The list once more, behind the answer to what the user wants to know about it."""
REFUSED = (
    "I'm sorry, but I can't help with {topic} as you asked: {rule}.", "I'm afraid {topic} isn't possible, because {rule}.",
    "Unfortunately I have to decline {topic}: {rule}.", "I understand, but I can't go ahead with {topic}, since {rule}.",
)  # fmt: skip
GRANTED = (
    "{ground}, so I can do that.", "Since {ground}, this is possible.", "{ground}, so that is allowed.", "As {ground}, I can do this for you.",
    "I see that {ground}, so nothing stands in the way.",
)  # fmt: skip
"""By which facts policy allows a write."""
ALSO = (
    "{ground}, too.", "{ground} as well.", "The same goes for your second choice: {ground}.",
)  # fmt: skip
"""Why a second alternative fails, after the first."""
OFFER = (
    "What I can do instead is this.", "There is another way to that, though.", "Something else gets you there, though.",
    "Instead, I can offer you this.",
)  # fmt: skip
"""Before a write that policy has in the place of what was asked for, and that nobody asked for."""
NEXT_BEST = (
    "So I turn to what you want instead.", "That leaves what you named for this case.", "So it is your next choice.",
)  # fmt: skip
"""Before what the user named for the case that the first choice fails."""
OWN = (
    "As you asked, I won't go ahead with {topic}, because {rule}: {figure}.", "Then I won't go ahead with {topic}, since {rule}: {figure}.",
    "As you wished, I won't do anything about {topic}, because {rule}: {figure}.",
)  # fmt: skip
"""A condition of the user's own is not met: nothing forbids the write, and the user hears which value there is."""
FIGURE = "{with_winner}it comes to {value}, and you said {limit}"
FIGURE_PLAIN = "{with_winner}it is {value}, and you said {limit}"
"""Where the limit is no money: a day, a number of things."""
ALL_THE_SAME = (
    "If you would like it all the same, just tell me.", "Should that be fine with you after all, let me know.",
    "If you want it nevertheless, say so.",
)  # fmt: skip
NOT_FOUND = (
    "I'm sorry, but I couldn't find anything that matches {topic}: I looked everywhere and it did not turn up.",
    "Unfortunately nothing on record fits {topic}; I checked everything to be sure.",
    "I looked everywhere it could be, but there is no match for {topic}.",
)  # fmt: skip
HANDOVER = (
    "A colleague will have to take over from here. May I transfer you now?",
    "This is beyond what I may do, so I'd like to transfer you to a human agent. Is that okay?",
)  # fmt: skip
MORE = (
    "Is there anything else I can help you with?", "Can I do anything else for you?", "What else can I help you with today?",
    "Do you need anything else?", "Anything else on your list?", "Is there something else that you would like me to look at?",
    "Would you like help with anything else?", "What else may I do for you?", "Is there another matter that I can take care of?",
    "Do you have any other questions?", "Is there anything further I can help with?", "Can I be of help with something else?",
)  # fmt: skip
_WELL = (
    "You're welcome.", "Thank you for contacting us.", "My pleasure.", "Glad I could help.", "Thanks for chatting with us.",
    "It was good to hear from you.", "Happy to have been of help.", "Thanks for your patience.", "I'm glad that this is settled.",
    "Thank you for getting in touch.",
)  # fmt: skip
_FAREWELL = (
    "Have a great day!", "Take care!", "Have a nice day!", "Goodbye!", "All the best!", "Have a good rest of the day!", "Bye for now!",
    "Have a lovely day!", "Have a good one!", "See you soon!",
)  # fmt: skip
CLOSE = tuple(f"{well} {farewell}" for well in _WELL for farewell in _FAREWELL)
CLOSE_DENIED = tuple(f"{well} {farewell}" for well in _WELL if well.startswith("Thank") for farewell in _FAREWELL)
"""To who got nothing of what they came for: nobody is glad of that."""
INSTEAD = (
    "What would you like me to do instead?", "How should we proceed in that case?", "Is there an alternative that would suit you?",
)  # fmt: skip
