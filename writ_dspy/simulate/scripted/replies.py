"""Sentences of the scripted agent: `[a|b]` are choices, `{…}` are filled in.

Each moment has many frames of few readings, so that two talks seldom meet in the same one; what a message says beside its
frame (names, records, topics) comes from the talk itself.
"""

from __future__ import annotations

HELP = (
    "I'd be [happy|glad] to help [you |]with {topic}.", "Sure, I can [look into|take a look at] {topic} for you.", "Of course, let's take care of {topic}.",
    "Of course, I can [help|assist] you with {topic}.", "Happy to [help|assist] with {topic}.", "Certainly, I'll see what I can do about {topic}.",
    "[Thank you|Thanks] for [writing|getting in touch]. [Let me|I can] help [you |]with {topic}.",
    "No problem, {topic} is [something|a thing] that I can look at with you.", "[Hello|Hello there], let's [see about|have a look at] {topic}[ together|].",
    "[By all means|Yes, sure], let's [see to|look at] {topic} then.", "[You have come|You came] to the right place with {topic}.",
    "Let me see [how I can help|what can be done] with {topic}.", "Gladly; I'll [look into|see to] {topic} with you.",
    "All right, [let's|I'll] [see about|have a look at] {topic}.", "I'm here to help, also with {topic}.",
    "We can [certainly|surely] look at {topic}[ right now|].",
)  # fmt: skip
"""To the first message, before the question who it is from."""
FOUND_YOU = (
    "[Thank you|Thanks], {name}, I have found your profile.", "Thanks, {name}, [that is you|I've found you].", "Thank you, {name}. I have your account open.",
    "Great, {name}, I was able to [locate|find] your account.", "{name}, [thank you|thanks]; your [profile|account] is [in front of me|open] now.",
    "[Good to meet you|Nice to meet you|Hello], {name}. [I see your account now.|Your account is open here.]", "[Perfect|Good], that works: I have you here, {name}.",
    "I see your [account|profile], {name}, [thank you|thanks].", "[There you are|That's you], {name}, I can see your [profile|account].",
)  # fmt: skip
CAN_HELP = (
    "I can help with that.", "Let me help you with that.", "Sure, let me look into it.", "[Of course|Certainly], we can see to that.", "I'll gladly look at that with you.",
    "Yes, [that is|this is] something that I can look at.",
)  # fmt: skip
"""To who asked something along with the name."""
ABOUT = (
    "[Now|So], to {topic}.",
    "[Next|Now] for {topic}.",
    "Let me ask you something about {topic}.",
    "I need to hear a bit more [about|on] {topic}.",
    "Something is still open about {topic}.",
    "To see to {topic}, I need something from you.",
)
ALL_AT_ONCE = (
    "For {topic}, I need a few details; you can send them all in one message:",
    "To take care of {topic}, please tell me the following, all at once if you like:",
    "A few questions about {topic}; please answer them in one go if you can:",
    "Here is [what|all that] I need to know for {topic}; [one message is enough|one answer to all of it is fine]:",
    "[Before|So that] I can [see to|look at] {topic}, [I have some questions|please answer this|some answers would help me]:",
    "Let me ask everything about {topic} [together|at once]:",
    "[I have|There are] some questions about {topic}:",
    "[About|As to] {topic}, I'd like to know:",
)
"""Before a list of all that has to be known."""
BACK_AGAIN = (
    "Now back to {topic}.",
    "That leaves {topic}.",
    "Let's come back to {topic} now.",
    "With that out of the way, on to {topic}.",
    "[We still have|There is still] {topic}.",
    "[And now|Then] for {topic}, [which we left|as we left it].",
)
"""Before the questions about what the user had left for another subject."""
GOT_IT = (
    "Thank you.", "Got it.", "Thanks, noted.", "All right.", "Noted.", "Thanks.", "Good, I have that.", "I've noted that.", "Very well.",
    "That helps, thank you.", "Understood.", "Okay, thank you.", "Okay, [thanks|that's clear].", "I see.", "Good to know.", "[Fine|Alright], [next|now]:", "That's clear.",
    "I have it.", "[Sure|Right], I've got that.", "Good. [One more thing|Now to the next point]:",
)  # fmt: skip
"""Before the next of several questions, to who answers them one by one."""
GOT_IT_FROM = (
    "Thank you, {name}.", "Got it, {name}.", "Thanks, {name}.", "All right, {name}.", "[Very well|Good], {name}.", "{name}, [thank you|thanks|that helps].", "I see, {name}.",
    "[That's noted|Noted], {name}.", "Okay, {name}, I have that.",
)  # fmt: skip
GOT_SOUGHT = (
    "[I have|I've got] {sought}[ now|, thanks|].", "All right, that is {sought}.", "[Thanks|Thank you], I have {sought}.", "{sought}: [noted|got it|understood].", "That settles {sought}.",
    "[Good|Okay|Fine], I've noted {sought}.", "With {sought} settled, [the next point|one more question|next]:", "I have {sought} down[, thank you|].",
)  # fmt: skip
"""With what was answered just now."""
WANTED = (
    "[Could|Can|Would] you [tell|give] me {sought}[, please|]?", "[May|Could] I have {sought}[, please|]?",
    "Please [let me know|tell me|give me] {sought}.", "I [still |also |]need [to know |]{sought}; could you [tell me|help me with that]?", "[May|Could] I ask you for {sought}[, please|]?",
)  # fmt: skip
"""A question by what is sought."""
WANTED_NEXT = (
    *WANTED,
    "[Next|Now|Then], could I have {sought}, please?",
    "And {sought}, please?",
    "What about {sought}?",
)
"""Behind what goes on with the same subject."""
COMPARED = (
    "I compared {count} {rows}: {winner} is the {superlative}{at_value}, ahead of {runner}{at_other}.",
    "Of the {count} {rows} that I found, the {superlative} is {winner}{with_value}; the next one{is_runner}{has_other}.",
    "Among {count} {rows}, the {superlative} is {winner}{with_value}, followed by {runner}{with_other}.",
    "There are {count} {rows} [to choose from|that come into question]: the {superlative} is {winner}{with_value}, then comes {runner}{with_other}.",
    "Out of {count} {rows}, {winner} is the {superlative}{at_value}; after it comes {runner}{at_other}.",
    "[Looking at|Having compared] {count} {rows}, I find that the {superlative} is {winner}{with_value}, ahead of {runner}{with_other}.",
)
SECOND = (
    "You want the second of these.",
    "The second of them is the one for you.",
    "As you asked, it is the second of them that I take.",
    "[Since|As] you asked for the second, [that is the one|I take that one].",
)
"""Behind a comparison of which not the best is wanted."""
SINGLE = (
    "Of what I looked up, only {winner} qualifies, so it is also the {superlative}{and_at_value}.",
    "{winner} is the one option that fits everything you asked for{and_at_value}; nothing else qualified as {superlative}.",
    "Only {winner} fits what you asked for{and_at_value}, which makes it the {superlative}.",
)  # fmt: skip
LOCATED = (
    "I looked through your records and found {winner}.", "From what you describe, that is {winner}.",
    "That must be {winner}; I went through your records to be certain.", "[What you describe|Your description] [fits|matches] {winner}.", "I've found it: {winner}.",
    "[In your records|Among your records], that is {winner}.",
)  # fmt: skip
SEVERAL = (
    "There are {count} that fit: {names}. Which one do you mean?",
    "I see {count} that it could be: {names}. Which of them is it?",
    "I found {count} like that: {names}. Which one is it about?",
    "[What you say|That] fits {count}: {names}. Which one do you mean?",
)
"""Where what was said fits several records."""
MATCHING = (
    "I went through all your records, and {count} of them match: {names}. I'll put them to you one by one.",
    "I looked through your records and found {count}: {names}. Let's take them one at a time.",
    "I checked all your records, and {count} of them are as you say: {names}. One after the other, then.",
)
"""Before the first of several records that one wish is about."""
PROCEED = (
    "Shall I go ahead (yes/no)?", "May I go ahead with this (yes/no)?", "Is this right, and may I go ahead (yes/no)?", "Would you like me to proceed (yes/no)?",
    "[Do you want|Would you like] me to [go ahead|do this] (yes/no)?", "[Can|May] I [proceed|go on] with [this|that] (yes/no)?", "Is that [fine|all right|okay] with you, so that I can go ahead (yes/no)?",
    "Shall I [do it|do that|carry this out] (yes/no)?", "Do you agree, and shall I [do this|proceed] (yes/no)?", "[If that is what you want, say|Please say] yes, and I'll go ahead.", "Please confirm with [a yes|yes] if I [may|should] go ahead.",
    "Does this look right, and [should|shall] I proceed (yes/no)?", "[Can|Could] you confirm that I should go ahead (yes/no)?", "Do I have your yes to [go ahead|this]?",
)  # fmt: skip
"""Behind a list, for a yes."""
UNKNOWN = (
    "The system has nothing under {what} {value}. Could you check it and tell me once more?",
    "I looked for {what} {value}, and there is no such entry. Would you mind giving it to me again?",
    "There is no entry with {what} {value} on our side. Could it be a typo? Please have another look at it.",
    "With {value}, I come to no entry. Can you tell me {what} once more, please?",
    "[Nothing comes up|I get no result] for {value}. What is {what}, please, if you [look|check] again?",
    "[Hmm, I|I] find no {value} [here|in the system]. Is {what} spelled [right|correctly]? Please give it to me again.",
    "Under {value}, [the system has nothing|I find nothing]. What is {what}, exactly?",
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
    "I understand that it looks like a lot: {why}.", "Let me explain how it comes about: {why}.", "I can see why you ask. In this case, {why}.", "That's how it adds up: {why}.",
    "It [may|might] seem [high|a lot], but {why}.", "[Fair question|I see your point]: {why}.",
)  # fmt: skip
"""What an amount comes of, before the list once more."""
ANEW = (
    "Of course, here it is with that changed.", "No problem, then it would be this.", "Sure, then it looks like this.", "All right, with that it would be as follows.",
    "[Okay|Fine|Certainly]. [Now it reads:|It would now be:]", "[With that changed|So, with the change], it is this:",
)  # fmt: skip
"""Before the list anew, for who has changed their mind about a part of it."""
AGAIN = {
    "final": (
        "Yes, it can't be undone afterwards.", "That's right, there is no way back once it is done.", "Yes, once it is done, it stays done.",
        "Yes, [it would be final|that would be final], so [please be sure|take a moment to be sure].",
    ),
    "not final": (
        "It takes effect once you agree, and not before.", "It is done as soon as you agree, and only then.", "Nothing happens before your yes, and it is done right after it.",
    ),
    "effect": (
        "Yes, it takes effect once you agree, and not before.", "That's right: as soon as you agree, it is done.", "Yes, right after your yes.", "It does, as soon as I have your yes.",
    ),
    "money": (
        "No, there is nothing to pay beyond what is listed.", "No, nothing comes on top of this.", "No, what you see here is all of it.",
    ),
    "repetition": (
        "Of course, once more.", "Gladly, here it is again.", "Certainly.", "Sure, [again|once more, from the top].", "Here you are, once again.", "No problem, I'll repeat it.", "Yes, let me [repeat it|say it again].",
    ),
    "extent": (
        "That's right, this is all that I would do.", "Yes, this is all that would happen.", "Yes, that is [all of it|the whole of it].", "Nothing else, [just this|only what you see here].",
    ),
}  # fmt: skip
"""The answer to what the user wants to know about a list, before the list once more."""
REFUSED = (
    "I'm sorry, but I can't help with {topic} as you asked: {rule}.", "I'm afraid {topic} isn't possible, because {rule}.",
    "Unfortunately I have to decline {topic}: {rule}.", "I understand, but I can't go ahead with {topic}, since {rule}.",
    "I'm sorry, {topic} [is not possible|can't be done] [here|in this case]: {rule}.", "Unfortunately, {topic} [is not possible|cannot be done], [as|because] {rule}.",
    "Unfortunately I have to say no to {topic}, I can't do it: {rule}.", "I wish I could help with {topic}, but unfortunately I can't: {rule}.",
)  # fmt: skip
GRANTED = (
    "{ground}, so I can do that.", "Since {ground}, this is possible.", "{ground}, so that is allowed.", "As {ground}, I can do this for you.",
    "I see that {ground}, so nothing stands in the way.", "[That works|This is possible], since {ground}.", "I can do that because {ground}.", "{ground}, [which is why|and so] [this|that] is possible.",
    "[What you want|What you ask for] is [allowed|possible] here, as {ground}.", "{ground}; [that makes it possible|with that, it is allowed].", "Because {ground}, I [may|can] do it.",
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
    "So I turn to what you want instead.", "That leaves what you named for this case.", "So it is your next choice.", "[Then|So] what you named for that case [comes in|applies].",
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
    "A human agent has to [look at|decide] this. Shall I transfer you?",
)  # fmt: skip
MORE = (
    "Is there anything else I can help you with?", "Can I do anything else for you?", "What else can I help you with today?",
    "Do you need anything else?", "Anything else on your list?", "Is there something else that you would like me to look at?",
    "Would you like help with anything else?", "What else may I do for you?", "Is there another matter that I can take care of?",
    "Do you have any other questions?", "Is there anything further I can help with?", "Can I be of help with something else?",
    "Is there more that I can do for you?", "Anything else?", "May I help you with [something else|another matter][ as well|]?",
    "Do you have [another request|something else in mind]?",
    "If there is anything else, [please tell me|just let me know].", "Is anything else open?",
)  # fmt: skip
WELL = (
    "You're [very |]welcome.", "Thank you for contacting us.", "My pleasure.", "Glad I could help.", "Thanks for chatting with us.",
    "It was good to hear from you.", "Happy to have been of help.", "Thanks for your patience.",
    "Thank you for getting in touch.", "[Always a pleasure|It was a pleasure].", "[You're welcome|No problem], any time.",
    "Good, then that's [everything|all] for [now|today].", "I was [happy|glad] to help.", "[Thank you|Thanks] for [writing|your time] today.",
)  # fmt: skip
WELL_FOR = (
    "You're welcome, {name}.", "[Thank you|Thanks], {name}.", "My pleasure, {name}.", "It was nice to [talk|write] with you, {name}.", "Glad to be of help, {name}.", "{name}, [thank you|thanks] for your time.",
    "Any time, {name}.",
)  # fmt: skip
SETTLED = (
    "[That's it|That is all] for {topic}.", "Good that we could [see to|take care of] {topic}.", "I was [happy|glad] to help with {topic}.", "[On|From] our side, that was all for {topic}.",
    "That was all for {topic}.", "If [anything|something] about {topic} is [unclear later|not clear], just [write|ask].", "Do [come back|write again] if you have a question about {topic}.",
)  # fmt: skip
"""What is said at the end about what was granted."""
FAREWELL = (
    "Have a [great|nice|lovely|wonderful] day!", "Take care!", "Goodbye!", "All the best!", "Have a good rest of the day!", "Bye for now!",
    "Have a good one!", "See you soon!", "Goodbye, and take care!", "[Bye|Goodbye] and have a [nice|good] day!", "Goodbye, and enjoy the rest of your day!", "Bye, and [I wish you|have] a [pleasant|good] day!",
    "Until next time, [goodbye|bye]!", "[All the best to you|Best wishes], and goodbye!", "Take care and have a [good|pleasant] week!", "Write again [any time|whenever you need us]. Goodbye!",
)  # fmt: skip
THANKS = (
    "Thank you for contacting us.", "Thanks for chatting with us.", "Thank you for your [patience|time].", "Thanks for writing.", "Thank you for getting in touch.", "Thank you for your understanding.",
)  # fmt: skip
THANKS_TO = (
    "Thank you, {name}.",
    "Thanks for writing, {name}.",
    "[Thank you|Thanks] for your understanding, {name}.",
    "{name}, thank you for your [time|patience].",
)
"""To who got nothing of what they came for: nobody is glad of that."""
INSTEAD = (
    "What would you like me to do instead?", "How should we proceed in that case?", "Is there an alternative that would suit you?",
    "What would you [want|prefer] in that case?", "[What|Which alternative] would you prefer then?",
)  # fmt: skip
