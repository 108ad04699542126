"""How users of any desk talk: openings, pointing at things, questions. A declared phrase fills the braces."""

from __future__ import annotations

from collections.abc import Sequence

IDENTITY = (
    "{known}", "[So|Well], {known}", "[Here you go|Sure]: {known}", "{known}, [that should do|if that helps|in case you need it]",
    "[To find me|For your records|So that you can find me]: {known}",
)  # fmt: skip
IDENTITY_NAMED = (
    "[I'm|I am|My name is|This is] {name}, [and |]{known}", "{known}, and [I'm|my name is] {name}", "[It's|This is] {name} [here|speaking], {known}",
    "{name}[ is my name|], {known}", "[You'll find me as|Look for] {name}; {known}",
)  # fmt: skip
OPENINGS = (
    "[Hi|Hello|Hey|Good day|Good morning], I [want|need|would like|'d like] to {do}.", "[Can|Could] you [please|] help me {do}?",
    "[Is it possible|Would it be possible|Is there a way] to {do}?", "I'm [writing|getting in touch|here] because I [want|need|'d like] to {do}.",
    "I was hoping to {do} [today|with your help|].", "[My request today|What I'm here for|The reason for my message] is [simple|this]: I [want|need] to {do}.",
    "[How can I|What do I have to do to] {do}?", "[Please help me|I'd appreciate your help] to {do}.", "I [have to|must] {do}[, can you help|, could you help me with that]?",
    "[I need help, I|I need a hand, I] want to {do}.", "[I've been meaning|It's about time for me] to {do}[, so here I am|].",
    "[Quick one|One request|A small request]: I'd like to {do}.", "[Are you the right one to ask|Am I right here]? I want to {do}.",
    "[Hello there|Hi there], [the thing is that|] I [want|need|would like] to {do}.", "I [thought I'd|decided to|am going to] {do}, [and need you for that|with your help].",
    "[Somebody told me|I read] that you can help me {do}.", "[I'd be glad|It would be great] if you could help me {do}.",
    "Let's [see whether I can|find out if I can] {do}.", "[I only|I just] want to {do}.", "[Would you|Will you] help me {do}[, please|]?",
    "[My plan|The plan] [today|] is to {do}.", "I'm [trying|looking|planning|about] to {do}.", "[Any chance|Is there any chance] I could {do}?", "[What would it take|What does it take] to {do}?",
    "[What do you need from me|What do you have to know] so that I can {do}?", "[Could we|Can we] {do} [together|now|right away|]?", "[All I'm after|All I need today] is to {do}.",
    "[It's high time|The time has come] for me to {do}.", "[Next on my list|The one thing on my list] is to {do}.", "[Mind|Would you mind] helping me {do}?",
    "[Ideally|If at all possible], I'd {do} [today|right now|straight away].", "[I'm contacting you|I'm turning to you] in order to {do}.", "[May I ask|Let me ask] you to help me {do}?",
    "[Where do I begin|Where do I start] if I [mean|intend|wish] to {do}?", "I [intend|mean|wish] to {do}.", "[You could do me a favor and|Be so kind and] help me {do}.",
)  # fmt: skip
OPENINGS_NEVER = (
    "[Hi|Hello|Hey], I [want|need|would like|'d like] to {do}.", "[Can|Could] I {do}?", "[Is it possible|Would it be possible|Is there a way] to {do}?",
    "I'm [writing|getting in touch] because I [want|need|'d like] to {do}.", "I was hoping to {do} [today|].", "[I've been told|I heard] that I can {do} here.",
    "[It's time|I think it's time] for me to {do}.", "[Quick one|One request]: I'd like to {do}.",
)  # fmt: skip
OPENINGS_QUESTION = (
    "[Hi|Hello|Hey], I have a question about {about}.", "[Can|Could] you [please|] look something up about {about} [for me|]?", "There's something I [want|need|'d like] to know about {about}.",
    "I'm [wondering|curious] about something, it's about {about}.", "[A quick question|Just one question], it's about {about}.", "[I need|I'd like] some information on {about}.",
    "[Would you|Could you] check something about {about}[ for me|, please|]?", "Something about {about} [isn't clear to me|is on my mind].", "I [can't find|couldn't find out] something about {about}.",
    "[Please help me|Help me out] with a question on {about}.", "[May I ask|Let me ask] you something about {about}.", "[Some detail|One detail] of {about} is what I'm missing.",
    "[I hope|I trust] you can tell me a bit about {about}.",
)  # fmt: skip
POINTING = (
    "[I mean|It's about|It's|It is|I'm talking about|That would be|I have in mind] {it}.", "{it}[, please|, that's the one|].", "[The one I mean is|What I mean is|The one in question is] {it}.",
    "[Please take|Take|Look for] {it}.", "[This|My request|The matter] concerns {it}.", "[You should find|There should be] {it}[, that one|; that's it].",
    "[Namely|That is], {it}.", "[I was thinking of|I'm referring to] {it}.", "{it}[ is the one|, nothing else|, if you can see that].", "[By that I mean|With that I mean] {it}.",
    "[In my case|Here] it's {it}.", "[Let's take|Let's go by|You can go by] {it}.", "[What matters is|All of this is about] {it}.", "[Have a look at|Look at|Open] {it}.", "[I'd say|Let me say] {it}.",
)  # fmt: skip
BY_ID = (
    "{noun} {id}",
    "the {noun} with the number {id}",
    "the {noun} numbered {id}",
    "number {id}",
    "my {noun} {id}",
    "my {noun} with the number {id}",
    "the one with the number {id}",
    "{noun} number {id}",
    "{id}, which is my {noun}",
    "the {noun} that you have under {id}",
    "what you have listed as {noun} {id}",
    "the one numbered {id}",
)
BY_ENDING = (
    "the {noun} whose number ends in {id}", "the {noun} ending in {id}", "the one with {id} at the end of its number", "my {noun} with {id} at the end of its number",
    "the {noun} whose last digits are {id}", "the one of my {plural} whose number ends in {id}", "my {noun} that ends in {id}",
    "the {noun} with {id} as its last digits", "whichever {noun} of mine ends in {id}", "that {noun} of mine whose number has {id} at the end", "the {noun}, it ends in {id}",
)  # fmt: skip
BEST_OF_MINE = (
    "the one of my {plural} that is {tail}", "my {noun} that is {tail}", "whichever of my {plural} is {tail}", "the one of all my {plural} that is {tail}",
    "the {noun} of mine that is {tail}", "whichever {noun} of mine is {tail}", "the one among my {plural} that is {tail}", "that one of my {plural} which is {tail}",
    "of my {plural}, the one that's {tail}", "out of all my {plural}, the one which is {tail}", "my {noun}, namely the one that is {tail}", "that {noun} of mine that's {tail}",
    "among my {plural}, whichever is {tail}", "the {noun} I have that is {tail}",
)  # fmt: skip
BEST_OF = (
    "the {noun} that is {tail}", "whichever {noun} is {tail}", "the one of the {plural} that is {tail}", "that {noun} which is {tail}", "the one that is {tail}", "whichever of the {plural} is {tail}",
    "of all {plural}, the one that's {tail}", "out of the {plural}, the one which is {tail}", "that one of the {plural} that's {tail}", "among the {plural}, whichever is {tail}",
    "from the {plural} the one which is {tail}",
)  # fmt: skip
ANY_OF = (
    "[Any of these|One of these|Either of these] is fine: {these}.", "[I'd take|I'm happy with|It can be] {these}.", "{these}, [whichever it is|it doesn't matter which|I like them all].",
    "[I'm interested in|I'm after|I've been looking for] {these}.", "[It should be|Make it] {these}.", "[Choose from|Pick from] {these}.", "{these}: [any will do|one is as good as the other].",
)  # fmt: skip
ONE_OF = (
    "[It's about|I mean|I'm after|I'm interested in|I've been looking for] {these}.", "{these}, [that's what I want|please|that's the one].", "[It should be|I'd like] {these}.",
    "[What I want is|The one I want is] {these}.", "[Please look for|Have a look for|You'd have to look for] {these}.", "{these}[ would be it| it is|, nothing else].", "[My choice is|I have set my mind on|I've decided on] {these}.",
)  # fmt: skip
ASKED_OF = (
    "[It's about|I'm asking about|I mean|I'm interested in|It concerns] {it}.", "{it}[, please|, that's what I'd like to know about|, that's all].",
    "[My question is about|The question concerns|What I want to know is about] {it}.", "[Look at|Take|Have a look at] {it}, please.",
)  # fmt: skip
ALL_WITHIN = (
    "all the {plural} in it",
    "every {noun} in it",
    "each of the {plural} in it",
    "all {plural} that are in it",
)
VALUE = (
    "{it}",
    "{it}[, please|]",
    "[And|Also|Besides], {it}",
    "{it}[, that's settled|, as always|]",
    "[One more detail|As for the rest]: {it}",
    "{it}[, if you would| then|]",
)
WHICH = "which"
"""Key of the detail that tells several records apart."""
WHICH_ONE = (
    "[I mean the one|The one|It's the one|That would be the one|I'm talking about the one] that {it}.",
    "The one that {it}[, please|, that's it].",
)
IN_PLACE_OF = ("in place of {old}, {}", "{} instead of {old}", "for {old}, {}", "{} rather than {old}")
CONDITION = (
    "{it}",
    "[But|Please note]: {it}",
    "[One condition|One thing]: {it}",
    "{it}, otherwise [leave it|don't do it|I'd rather not]",
)
FALLBACK = (
    "If that [can't be done|isn't possible|doesn't work], [take|use|do it with] {it} instead.", "[Should that fail|Otherwise], {it} [will do|is my second choice].",
    "And if not, then {it}.", "My second choice [would be|is] {it}.",
)  # fmt: skip
ASKING = (
    "[Please tell me|Tell me|I'd like to know|I want to know|Can you tell me|Could you tell me] {it}.", "[What I'd like to know is|My question is|I was wondering|Let me know] {it}.",
    "I [need|have] to know {it}.", "[Could you check|Can you look up|Please find out] {it}?", "[Do you see|Can you see] {it}?", "[I'm not sure|I don't remember|I forgot] {it}: can you tell me?",
    "[It would help to know|I'd be glad to hear] {it}.",
)  # fmt: skip
ALL_OF_MINE = (
    "[I mean|It's about|That concerns|Please take] {it}.",
    "{it}, [every one of them|without exception|each and every one|all of them].",
    "[Namely|That is], {it}.",
)
ALL_MY = (
    "all my {plural}",
    "every {noun} that I have",
    "all the {plural} that I have",
    "each of my {plural}",
    "all {plural} of mine",
)
BESIDES = (
    "[And please|Also, please] tell me {it}.",
    "[While you're at it,|Besides,] I'd like to know {it}.",
    "[And|Also,] {it}, [please tell me that|I'd like to know that|can you tell me that], too.",
    "[Let me know|Tell me, too,] {it}, [please|if you would|will you].",
    "[It would help me|I'd be glad] to hear {it}, as well.",
)
COUNTING = (
    "how many of my {plural} are {state}",
    "how many {plural} of mine are {state}",
    "the number of my {plural} that are {state}",
)
QUESTIONS = {
    "identity": (
        "To find your account, may I have {known}?", "First I need {known}, please.", "Could you please give me {known}?", "Before I can help, please tell me {known}.", "May I ask for {known}?",
    ),
    "fallback": (
        "What would you like me to do if that turns out not to be possible?", "Do you have a second choice in case this cannot be done?", "Should that not work, is there an alternative you would accept?",
        "And if it isn't possible, what would you prefer instead?",
    ),
    WHICH: (
        "Which one do you mean?", "Which of them is it?", "Which one is it about?", "Which of these do you mean?",
    ),
    "condition": (
        "Is there any condition that it has to meet?", "Is there a limit or a condition that I should keep to?", "Should I go ahead in any case, or only under some condition?",
        "Does it depend on anything that I should check first?",
    ),
    "question": (
        "What would you like to know?", "What exactly is your question?", "Which information do you need?", "What can I look up for you?", "Is there anything you want me to tell you about it?",
    ),
}  # fmt: skip
QUESTIONS_RECORD = (
    "Which {noun} is it about? If you don't have its number, please describe it.", "Could you tell me which {noun} you mean?", "Which {noun} do you have in mind?",
    "May I have the number of the {noun}? A description helps too.", "What can you tell me about the {noun}, or do you have its number?",
)  # fmt: skip
QUESTIONS_CHOICE = (
    "Which {noun} would you like?",
    "Which {noun} should it be?",
    "What kind of {noun} are you looking for?",
    "Which {noun} would that be?",
)
QUESTIONS_INSTEAD = (
    "Which {noun} would you like instead?", "What should it be replaced by?", "What would you like to have in its place?", "Which {noun} should it become?",
)  # fmt: skip
QUESTIONS_SAID = (
    "What is the {noun}?",
    "May I ask for the {noun}?",
    "Could you tell me the {noun}?",
    "I need the {noun}: what is it?",
)
QUESTIONS_VALUE = (
    "Which {noun} would you like?",
    "What {noun} should I put down?",
    "Could you tell me the {noun} you want?",
    "Which {noun} is right for you?",
)
ABOUT = {
    "fallback": (
        r"\balternativ\w+|\binstead\b|\bsecond (?:choice|option)\b|\bback-?up\b|\botherwise\b|\bplan b\b|\bin that case\b|\b(?:not|n't|cannot|can't)[^.?!\n]{0,20}(?:possible|allowed|work|be done)"
        r"|\bwhat (?:would|should|shall|do|can|could|may)\b[^.?!\n]*\b(?:do|like|prefer|rather|next|want)\b"
    ),
    WHICH: r"\bwhich (?:one|of (?:them|these|those|the (?:two|three|four|five)))\b[^.?!\n]*\b(?:mean|is it|about|take|talking|referring)\b|\bthe (?:first|former) or the (?:second|latter)\b",
    "condition": r"\bconditions?\b|\bconditional\w*|\bdepend\w*|\blimits?\b|\bat most\b|\bmaximum\b|\bin any case\b|\bunless\b|\bcheck first\b",
    "question": r"\bknow\b|\bquestions?\b|\binformation\b|\bwhat\b[^.?!\n]*\b(?:look up|tell you|check|find out)\b|\bdetails?\b|\btell you\b|\binterested\b",
}  # fmt: skip
LEADS = (
    "I would {it}.", "Here is what I would do: {it}.", "To confirm, I would {it}.", "So I would {it}.", "Okay, I would {it}.", "If that's okay, I would {it}.", "Just to confirm: I would {it}.",
)  # fmt: skip


def listing(parts: Sequence[str], last: str = "and") -> str:
    """The parts as "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
