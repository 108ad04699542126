"""Sentences of the scripted agent: `[a|b]` are choices, `{…}` are filled in.

Each moment has many frames of few readings, so that two talks seldom meet in the same one; what a message says beside its
frame (names, records, topics) comes from the talk itself. Where there are two lists of a moment, the one with `{do}` says what
is asked for as a deed ("cancel the order"), and the other stands in where it can only be called by a noun.
"""

from __future__ import annotations

HELP = (
    "I'd be [happy|glad] to help [you |]with that.", "Sure, I can help [you |]with that.", "Of course, I can [help|assist] you with that.", "Of course, let me [look into that|take a look].",
    "[Thank you|Thanks] for [writing|getting in touch|reaching out]. I can help [you |]with that.", "[Certainly|Absolutely], I can look into that [for you|with you].",
    "No problem, I'll [gladly |]take a look.", "[Hello|Hi there], I'll [gladly|be happy to] help [you |]with that.", "[All right|Okay], let's [see what we can do|have a look at that|look into that].",
    "Sure, I can [look into|take a look at] {topic} for you.", "[Thank you|Thanks] for [writing|reaching out] about {topic}.", "I can [certainly |]help [you |]with {topic}.",
    "[Yes|Yes, sure], I can help [you |]with that.", "Happy to [help|assist] with {topic}.", "Let me see what I can do [for you|about that].",
)  # fmt: skip
HELP_DO = (
    "I'd be [happy|glad] to help you {do}.", "Sure, I can help you {do}.", "Of course, let's see [if|whether] I can {do}[ for you|].", "[Thank you|Thanks] for [writing|reaching out]. Let me see [if|whether] I can {do}.",
    "You'd like to {do}, [sure|of course|no problem].", "[Okay|All right|Sure], you want to {do}. [Let me look into that.|I'll take a look.]", "[Certainly|Absolutely], I'll see [if|whether] I can {do}[ for you|].",
)  # fmt: skip
"""To the first message, before the question who it is from."""
LOOKS = (
    "Let me [take a look at that|look into that|see what's possible|see about that].",
    "I'll [have|take] a look at that.",
    "Let me see [what I can do|how things stand].",
    "[Okay|All right], let's [see|have a look at that].",
    "I'll see [what's possible|what can be done].",
    "[Thank you|Thanks] for [writing|getting in touch|reaching out]. Let me look into that.",
    "[Okay|All right], I'll look into it.",
)
"""To what cannot be done: that it is looked at, and no more."""
FOUND = (
    "[Thank you|Thanks], I've found your account.", "[Thank you|Thanks], I have your account here.", "Got it, [thanks|thank you], I see your account.", "[Okay|All right], I've found your account, [thanks|thank you].",
)  # fmt: skip
FOUND_YOU = (
    "[Thank you|Thanks], {name}, I've found your [account|profile].", "[Thank you|Thanks], {name}. I have your [account|profile] open.", "{name}, I was able to [locate|find] your [account|profile].",
    "{name}, [thank you|thanks]; I have your [profile|account] in front of me[ now|].", "{name}, [I see your account now|I have your account here].",
    "I see your [account|profile], {name}, [thank you|thanks].", "[Thanks|Thank you], {name}, I've pulled up your [account|profile].", "Hi {name}, [thanks|thank you], I've got your [account|profile] here.",
    "Got it, [thanks|thank you], {name}. I see your [account|profile] now.",
)  # fmt: skip
CAN_HELP = (
    "I can help with that.", "Let me help you with that.", "Sure, let me look into it.", "[Of course|Certainly], I can look into that.", "I'll gladly look into that for you.",
)  # fmt: skip
"""To who asked something along with the name."""
ABOUT = (
    "[Now|So], about {topic}.",
    "[Okay|All right], {topic}.",
    "For {topic}, I need a bit more information.",
    "I need a little more information about {topic}.",
    "I need a few [more |]details for {topic}.",
)
ABOUT_DO = (
    "To {do}, I need [a few details|a bit more information][ from you|].",
    "I just need [a few details|a bit more information] to {do}.",
    "[Sure|Okay|All right]. To {do}, I need a bit more information.",
    "I need [a few details|a little more information] first to {do}.",
    "[Okay|All right], you'd like to {do}.",
    "You want to {do}, [okay|all right].",
)
ALL_AT_ONCE = (
    "For {topic}, I need a few details; you can send them all in one message:",
    "I have a few questions about {topic}; please answer them in one go if you can:",
    "Here is what I need to know [for that|for {topic}]; [one message is enough|you can answer it all at once]:",
    "[Please tell me|Please let me know] the following about {topic}:",
    "I'll need [the following|a few things] from you:",
    "I have a few questions[ about {topic}| first|]:",
    "[Okay|Sure], here is what I need[ from you|]:",
)
ALL_AT_ONCE_DO = (
    "To {do}, I need [a few details|some information]; you can send it all in one message:",
    "To {do}, please [tell me|let me know|send me] the following:",
    "I have a few questions first to {do}:",
    "I need the following to {do}:",
    "[Sure|Okay|All right]. To {do}, I need to know:",
    "I can look into that. To {do}, please tell me:",
)
"""Before a list of all that has to be known."""
THE_REST = (
    "[A few more things|And a few more questions]:", "Then I [just |]need [the rest|these]:", "[Now|And now] the rest:", "[What is left|What I still need to know]:", "And then [these|the remaining ones]:",
)  # fmt: skip
"""Before a list of what is left to be asked."""
BACK_AGAIN = (
    "Now back to {topic}.",
    "That leaves {topic}.",
    "Let's come back to {topic}.",
    "Now, to come back to {topic}.",
    "That still leaves {topic}.",
    "[Okay|All right], back to {topic}.",
)
"""Before the questions about what the user had left for another subject."""
GOT_IT = (
    "Thank you.", "Got it.", "Thanks, noted.", "All right.", "Noted.", "Thanks.", "Okay, [I have that|I've got that].", "I've noted that.", "Got it, [thanks|thank you].",
    "That helps, thank you.", "Understood.", "Okay, thank you.", "Okay, [thanks|that's clear].", "I see.", "Good to know, thanks.", "That's clear.",
    "[Sure|Right], I've got that.", "[Good|Okay]. One more [thing|question]:",
)  # fmt: skip
"""Before the next of several questions, to who answers them one by one."""
GOT_IT_FROM = (
    "Thank you, {name}.", "Got it, {name}.", "Thanks, {name}.", "All right, {name}.", "{name}, [thank you|thanks].", "That helps, {name}.", "I see, {name}.",
    "Noted, {name}.", "Okay, {name}, [thanks|thank you].",
)  # fmt: skip
WANTED = (
    "[Could|Can] you [tell|give] me {sought}[, please|]?", "[May|Could] I have {sought}[, please|]?",
    "Please [let me know|tell me|give me] {sought}.", "I need {sought}; could you [tell me|help me with that]?", "[May|Could] I ask you for {sought}[, please|]?",
)  # fmt: skip
"""A question by what is sought."""
WANTED_NEXT = (
    *WANTED,
    "[Next|Now|Then], could I have {sought}, please?",
    "And {sought}, please?",
    "I still need {sought}; could you tell me?",
    "Could you also [tell|give] me {sought}?",
    "And what about {sought}?",
)
"""Behind what goes on with the same subject."""
COMPARED = (
    "The {superlative}{of} is {winner}{aside}; the next one would be {runner}{aside_other}.",
    "The {superlative}{of} is {winner}{aside}, ahead of {runner}{aside_other}.",
    "[I've looked through them all|I've compared them]: {the} {superlative} is {winner}{aside}, and the next one is {runner}{aside_other}.",
    "I checked {count}, and the {superlative} is {winner}{aside}; the next one would be {runner}{aside_other}.",
    "{the} {superlative} would be {winner}{aside}; the next one is {runner}{aside_other}.",
    "Of {count}, the {superlative} is {winner}{aside}; the next one would be {runner}{aside_other}.",
)
"""The best, and what it is better than; `of`, `the` and `count` say among what, where that is less than all that was read."""
BEST_ALONE = (
    "The {superlative}{of} is {winner}{aside}.",
    "{the} {superlative} [that I|I] found is {winner}{aside}.",
    "The {superlative}{of} would be {winner}{aside}.",
    "I've compared them, and {the} {superlative} is {winner}{aside}.",
    "I've looked through them all: {the} {superlative} is {winner}{aside}.",
    "I checked {count}, and the {superlative} is {winner}{aside}.",
    "Of {count}, the {superlative} is {winner}{aside}.",
)
SECOND = (
    "You asked for the second one, so that's the one.",
    "The second one is the one you asked for.",
    "[Since|As] you asked for the second one, that's the one.",
)
"""Behind a comparison of which not the best is wanted."""
SINGLE = (
    "The only one that fits is {winner}{aside}, so that's also the {superlative}.",
    "There is just one that fits what you asked for, {winner}{aside}.",
    "I found only one that fits, which is {winner}{aside}.",
)  # fmt: skip
LOCATED = (
    "I looked through your records and found {winner}.", "From what you describe, that is {winner}.", "I looked in your account; that must be {winner}.",
    "That must be {winner}.", "[What you describe|Your description] [fits|matches] {winner}.", "[I've found it|Found it]: {winner}.", "That would be {winner}.",
)  # fmt: skip
SEVERAL = (
    "There are {count} that fit: {names}. Which one do you mean?",
    "I see {count} that it could be: {names}. Which one is it?",
    "I found {count} like that: {names}. Which one do you mean?",
    "You have {count} like that: {names}. Which one do you mean?",
)
"""Where what was said fits several records."""
MATCHING = (
    "I looked through your records, and {count} of them match: {names}. Let's go through them one by one.",
    "I looked through your records and found {count}: {names}. Let's take them one at a time.",
    "You have {count} that match: {names}. I'll take them one after the other.",
)
"""Before the first of several records that one wish is about."""
PROCEED = (
    "Shall I go ahead?", "[May|Can] I go ahead[ with this| with that|]?", "Shall I go ahead with [this|that]?", "Would you like me to [go ahead|proceed]?", "Do you want me to go ahead[ with this|]?",
    "Is that all right[ with you|]?", "Is that okay with you?", "Does that [look|sound] right, and [should|shall] I go ahead?", "Should I [go ahead|proceed]?", "Is this right, and may I go ahead?",
    "Would you like me to [do that|do this]?", "If that's [right|okay], shall I go ahead?", "Shall I do that[ for you|]?", "Are you okay with that?", "Would that be all right?", "Can you confirm that I should go ahead?",
    "Shall I go ahead (yes/no)?", "Would you like me to proceed (yes/no)?", "Is that all right (yes/no)?", "Please [reply with|say] yes, and I'll go ahead.",
)  # fmt: skip
"""Behind a list, for a yes."""
UNKNOWN = (
    "I can't find anything under {value}. Could you check {what} and tell me once more?",
    "I'm not getting a match for {value}. Could you look at {what} again, please?",
    "I tried {value}, and nothing came up. Is that really {what}? Please give it to me once more.",
    "I looked for {what} {value}, but nothing comes up. Would you mind giving it to me again?",
    "There is no entry with {what} {value} on our side. Could it be a typo? Please have another look at it.",
    "Nothing comes up for {value}. Could you check {what} again, please?",
    "[Hmm, I|I] don't find {value} [here|in the system]. Is {what} spelled [right|correctly]? Please give it to me again.",
    "It seems that {value} isn't in the system. Could you double-check {what} for me?",
)  # fmt: skip
"""What was given is in no record; `what` it is, and its value."""
STAYS = (
    "I understand that you'd rather talk to a person, but I can [take care of|handle] this right here.",
    "I hear you. This can be handled right here, so let's go on.",
    "I understand. There is no need to hand you over for this, we can do it right here.",
    "I understand you'd prefer to speak with somebody, but this is something I can look after here.",
)
"""To who asks for a human where none is needed."""
NO_TRANSFER = (
    "Understood, you stay with me.",
    "Of course, I'll stay with you on this.",
    "Sure, we'll do it all in this chat.",
    "No worries, I'll look after this myself.",
)
"""To who does not want to be handed over."""
OBJECTED = (
    "I understand that it looks like a lot: {why}.", "Let me explain [how it comes about|where it comes from]: {why}.", "I can see why you ask. In this case, {why}.", "Here's how it adds up: {why}.",
    "It [may|might] seem [high|a lot], but {why}.", "[Fair question|I see your point]: {why}.",
)  # fmt: skip
"""What an amount comes of, before the list once more."""
SURE = ("Of course.", "No problem.", "All right.", "Sure.")
"""To who has changed their mind, before what that comes to."""
ANEW = (
    "Of course, with that change.", "No problem, like that then.", "Sure, let me adjust that.", "All right, with that then.",
    "[Okay|Sure|No problem|Of course], [with that change|like that] then.", "[Okay|Sure|No problem|Of course].",
)  # fmt: skip
"""Before the list anew, for who has changed their mind about a part of it."""
AGAIN = {
    "final": (
        "Yes, it can't be undone afterwards.", "That's right, it can't be taken back once it's done.", "Yes, that would be final.",
        "Yes, [it would be final|that would be final], so [please be sure|take a moment to be sure].",
    ),
    "not final": (
        "It takes effect once you agree, and not before.", "I'd only do it once you agree.", "Nothing happens before your yes, and it is done right after it.", "Only once you've said yes.",
    ),
    "effect": (
        "Yes, it takes effect once you agree, and not before.", "That's right, as soon as you agree.", "Yes, right after your yes.", "Yes, as soon as I have your okay.",
    ),
    "money": (
        "No, there is nothing to pay beyond [what is listed|that].", "No, nothing comes on top of this.", "No, [what you see here|what I listed] is all of it.", "No, that's all there is to it.",
    ),
    "repetition": (
        "Of course, once more.", "Of course, here it is again.", "Certainly.", "Sure, [once more|here it is again].", "No problem, I'll repeat it.", "Yes, let me [repeat it|say it again].",
    ),
    "extent": (
        "Yes, that's [everything|all of it].", "That's right, this is all that I would do.", "Yes, that's all that would happen.", "Yes, [just this|just that], nothing else.", "That's right, nothing else.",
    ),
}  # fmt: skip
"""The answer to what the user wants to know about a list; only who wants to hear that once more gets it again."""
REFUSED = (
    "I'm sorry, but I can't help with {topic} as you asked: {rule}.", "I'm afraid {topic} isn't possible, because {rule}.",
    "Unfortunately I can't help with {topic}: {rule}.", "I understand, but I can't go ahead with {topic}, since {rule}.",
    "I'm sorry, {topic} [is not possible|can't be done] [here|in this case]: {rule}.", "Unfortunately, {topic} [is not possible|cannot be done], [as|because] {rule}.",
    "I wish I could help with {topic}, but unfortunately I can't: {rule}.",
)  # fmt: skip
REFUSED_DO = (
    "I'm sorry, but I can't {do}: {rule}.", "I'm afraid I can't {do}, [because|since] {rule}.", "Unfortunately[,|] I can't {do}, [because|as] {rule}.", "I'm sorry, but I'm not able to {do}, [as|because] {rule}.",
    "I understand, but I can't {do}, since {rule}.", "I wish I could {do}, but unfortunately I can't: {rule}.", "Unfortunately, it's not possible to {do}: {rule}.", "I'm sorry, I can't {do} [here|in this case]: {rule}.",
    "I've checked, and I'm afraid I can't {do}: {rule}.", "I'm sorry to say that I can't {do}, because {rule}.",
)  # fmt: skip
GRANTED = (
    "{ground}, so I can do that[ for you|].", "Since {ground}, [I can do that|that's possible].", "{ground}, so [that's possible|that works|that's no problem].", "As {ground}, I can do this for you.",
    "I see that {ground}, so [I can do that|that's fine].", "I can do that, [because|since] {ground}.", "[That works|That's possible], since {ground}.",
)  # fmt: skip
GRANTED_DO = (
    "{ground}, so I can {do}[ for you|].", "Since {ground}, I can {do}.", "I can {do}, [because|since] {ground}.", "I see that {ground}, so I can {do}.",
)  # fmt: skip
GRANTED_NAMED = (
    "As for {topic}, that's possible, [because|since] {ground}.", "About {topic}: {ground}, so that's possible.", "For {topic}, all is well: {ground}.",
)  # fmt: skip
"""By which facts policy allows a write."""
AS_LISTED = ("As listed,", "As I said,", "As you saw in the list,", "As it stood above,")
"""Before an amount that the user has seen in what they agreed to."""
MET = (
    "It comes to {value}, which is within the {limit} that you gave me.", "At {value}, [it|this] stays within your limit of {limit}.", "It comes to {value}, so your condition of {limit} at most is met.",
)  # fmt: skip
"""That a limit of the user's own is kept."""
ALSO = (
    "{ground}, too.", "{ground} as well.", "The same goes for your second choice: {ground}.",
)  # fmt: skip
"""Why a second alternative fails, after the first."""
OFFER = (
    "What I can do instead is this.", "There is another way to [do|get] that, though.", "Instead, I can offer you this.", "It works in another way, though.",
)  # fmt: skip
ANOTHER_WAY = (
    "{ground}. [There is another way to get there, though.|It works in another way, though.|But there's another way to do it.]", "I see that {ground}, so I'd do it [a little differently|in another way].",
    "{ground}, so it has to be done this way.", "Since {ground}, I'd do it [like this instead|this way instead].",
)  # fmt: skip
"""Before a write that comes to what was asked for by the way that the record leaves open."""
"""Before a write that policy has in the place of what was asked for, and that nobody asked for."""
NEXT_BEST = (
    "So let's go with what you want instead.", "In that case, your next choice it is.", "So I'd go with your next choice.", "Then I'd do what you asked for in that case.",
)  # fmt: skip
"""Before what the user named for the case that the first choice fails."""
OWN = (
    "Then I won't go ahead with {topic}, since {rule}: {figure}.", "[Given|With] your condition, I won't go ahead with {topic}, because {rule}: {figure}.",
    "Your condition isn't met, so I won't go ahead with {topic}: {rule}; {figure}.", "[As|Since] your condition isn't met, I won't go ahead with {topic}: {rule}; {figure}.",
)  # fmt: skip
"""A condition of the user's own is not met: nothing forbids the write, and the user hears which value there is."""
FIGURE = "{with_winner}it comes to {value}, and you said {limit}"
FIGURE_PLAIN = "{with_winner}it is {value}, and you said {limit}"
"""Where the limit is no money: a day, a number of things."""
ALL_THE_SAME = (
    "If you would like it all the same, just tell me.", "If you'd still like it, just let me know.", "Should that be fine with you after all, let me know.",
    "If you want it anyway, just say so.",
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
    "Is there anything else I can help you with[ today|]?", "Can I do anything else for you[ today|]?", "What else can I help you with[ today|]?",
    "Do you need anything else?", "Is there something else I can help you with?", "Would you like help with anything else?", "What else can I do for you?",
    "Do you have any other questions?", "Is there anything further I can help with?", "Can I help you with something else?", "Can I help with anything else[ today|]?",
    "Is there anything else I can do for you?", "Anything else?", "Anything else I can help [you |]with?", "Is there anything else you need[ today|]?", "Anything else I can do for you[ today|]?",
    "If there is anything else, [please tell me|just let me know].", "Was there anything else[ today|]?",
)  # fmt: skip
WELL = (
    "Thank you for contacting us.", "Glad I could help.", "Thanks for chatting with us.", "Happy I could help.", "Thank you for getting in touch.", "[Thank you|Thanks] for [writing|your time] today.",
    "I'm glad that's taken care of.", "Thanks for reaching out.", "Great, glad that's sorted.", "[All right|Okay], glad [I could help|that's settled].", "Thanks for writing in.",
)  # fmt: skip
WELL_FOR = (
    "[Thank you|Thanks], {name}.", "It was nice [talking to you|chatting with you], {name}.", "Glad I could help, {name}.", "{name}, [thank you|thanks] for your time.", "All right, {name}.",
)  # fmt: skip
THANKED = (
    "You're [very |]welcome.", "My pleasure.", "You're welcome, any time.", "No problem at all.", "Of course, any time.", "Glad to help.", "Happy to help.", "Sure, any time.", "It was a pleasure helping you.",
)  # fmt: skip
THANKED_FOR = ("You're welcome, {name}.", "My pleasure, {name}.", "Any time, {name}.", "Happy to help, {name}.")
"""To who says thank you."""
COME_BACK = (
    "You know where to find us.", "We're here any time you need us.", "You can always [write to us|reach us here] again.", "If you have any questions later, just [write|let us know].",
    "[Feel free to|Do] [reach out|write] again any time.", "Feel free to get in touch again if something is unclear.", "If anything comes up, just write to us.", "We're here whenever you need us again.",
)  # fmt: skip
"""What may stand before the goodbye."""
FAREWELL = (
    "Have a [great|nice|lovely|wonderful|good] day!", "Take care!", "Goodbye!", "All the best!", "Have a [great|nice|good] rest of your day!", "Bye for now!",
    "Have a good one!", "Goodbye, and take care!", "[Bye|Goodbye] and have a [nice|good|great] day!", "Goodbye, and enjoy the rest of your day!", "Bye, and have a [nice|good] day!",
    "Take care, and have a [good|great|nice] day!", "Goodbye, and all the best!", "Take care, bye!",
    "Enjoy your day, bye!", "Enjoy the rest of your day, and take care!", "Have a pleasant day, goodbye!", "Take care, and goodbye!", "I wish you a [good|great|nice] day, goodbye!", "Have a good day, bye for now!",
)  # fmt: skip
THANKS = (
    "Thank you for contacting us.", "Thank you for your [patience|time].", "Thanks for writing.", "Thank you for getting in touch.", "Thank you for your understanding.",
    "I'm sorry I don't have better news.",
)  # fmt: skip
THANKS_TO = (
    "Thank you, {name}.",
    "Thanks for writing, {name}.",
    "[Thank you|Thanks] for your understanding, {name}.",
    "{name}, thank you for your [time|patience].",
)
"""To who got nothing of what they came for: nobody is glad of that."""
INSTEAD = (
    "What would you like me to do instead?", "How would you like to proceed in that case?", "Is there an alternative that would suit you?",
    "What would you [like|prefer] instead?", "What would suit you instead?", "What should I do in that case?",
)  # fmt: skip
