"""What another agent says: each act in the words of four desks, none of them those of the scripted agent."""

from __future__ import annotations

STYLES = ("terse", "warm", "formal", "chat")

ASKS: dict[str, tuple[str, str, str, str]] = {
    "identity@airline": ("User ID?", "Would you mind sharing the user ID of your account so I can pull it up?", "Your user ID", "what's your user id"),
    "identity@retail": (
        "Email on file, or name and zip?", "So that I know who I'm speaking with, would you share the email you signed up with (or your name and zip)?",
        "The email address of your account, or your full name and ZIP code", "what email did you use when you signed up? name + zip works too",
    ),
    "reservation": ("Which reservation?", "Which booking shall we look at today? A confirmation code is great, but a description is fine.",
                    "The confirmation code, or a description, of the reservation concerned", "which of your trips is this, do u have the code"),
    "part": ("Whole trip, or one way of it?", "Would you love to change the whole trip, or only the way there or back?", "Part of the trip to change", "all of it or just one way / back"),
    "route": ("From and to?", "Where will your journey start, and where would you love to go?", "Origin and destination", "where are u flying from / to"),
    "dates": ("Travel date?", "And when are you hoping to set off?", "Preferred date(s) of travel", "what day(s) work for you"),
    "choice": ("Any flight preferences?", "Do you have any preferences for the flight itself, such as price, timing or stops?",
               "Flight preference (price, duration, departure time, number of stops)", "nonstop or with stops? cheapest? fastest?"),
    "return_dates": ("Return date?", "And when would you like to come back home?", "Date(s) of the return flight", "and what day do u come back"),
    "return_choice": ("Preference for the return flight?", "For the journey back, is there anything that you'd prefer: price, timing, stops?",
                      "Preference for the return flight (price, times, stops)", "for the way back: cheapest, fastest, nonstop?"),
    "trip": ("One-way or round trip?", "Will this be just one way, or will you be coming back with us?", "Type of trip (one way or round trip)", "one way or round trip"),
    "cabin": ("Cabin?", "In which class would you be most comfortable?", "Cabin class (basic economy, economy, business)", "economy or business or basic"),
    "passengers": ("Who's traveling?", "Could you tell me about everyone who'll be on the trip, with their dates of birth?",
                   "Full name and date of birth of each traveler", "who's coming along"),
    "bags": ("How many bags?", "How many suitcases would you like to check?", "Number of checked bags", "any bags to check"),
    "insurance": ("Insurance?", "Would you feel better with travel insurance, at $30 a person?", "Whether you want travel insurance ($30 per passenger)", "want insurance? it's $30 pp"),
    "payment": ("Payment method?", "How would you like to take care of the payment?", "Payment method", "which card etc should i use"),
    "budget": ("Budget?", "Is there an amount you wouldn't want to go over?", "Maximum price, if there is one", "whats the most you wanna spend"),
    "reason": ("Reason for cancelling?", "May I ask what led you to cancel?", "The reason for the cancellation", "how come you're cancelling? need a reason"),
    "person": ("Which passenger?", "Whose name on the booking would we be changing?", "The passenger whose details change", "which traveler is it"),
    "details": ("New name and birth date?", "Could you give me the details as they should read: name and date of birth?",
                "The name and date of birth to be entered instead", "so whats the right name + dob"),
    "flight": ("Which flight was affected?", "I'm sorry to hear that! Which of your flights went wrong?", "The flight concerned", "which flight was it"),
    "wish": ("What would you like?", "What could we do to make this right for you?", "The resolution you are hoping for", "what can i do to fix it for u"),
    "condition": ("Any conditions?", "Is there something that has to be true before I do this for you?", "Any condition that must be met first", "does it depend on anything"),
    "fallback": ("What instead?", "If that can't be arranged, what would be the next best thing for you?", "The alternative you would accept", "got a plan b?"),
    "scope": ("What do you want to know?", "What exactly would you like me to find out for you?", "The information requested", "so what do u wanna know exactly"),
    "order": ("Order number?", "Which of your purchases is this about? The order number helps, but so does a description.", "The order concerned", "which order is it"),
    "items": ("Which items?", "Which of the items in it are we talking about? Please name all of them.", "All items concerned", "which items exactly, just those?"),
    "version": ("Which variant instead?", "What should the new one be like?", "The desired options of the replacement", "what color/size etc do u want instead"),
    "address": ("New address?", "Where would you like us to send it?", "The complete new address", "whats the address then"),
    "refund": ("Refund to?", "Where would you like to have your money back?", "Method for the refund", "where should the money go back to"),
    "question": ("What's your question?", "And what is it that you'd like to know?", "The information that you need", "what did you wanna know"),
    "product": ("Which product?", "Which product has caught your eye?", "The product concerned", "which product do u mean"),
}  # fmt: skip
"""Slot key -> a question of each desk; the formal one lists nouns."""
LEADS = ("", "Thanks so much, I'd love to help with that! ", "To proceed, please provide the following:", "ok cool, ")
PUTS = (
    ("{list}\nConfirm (yes/no)?", "{list}\nOK to proceed?", "{list}\nReply YES to confirm."),
    (
        "Wonderful, I've got everything together for you. Here's what I'd do:\n{list}\nDoes that all look right, and shall I take care of it for you?",
        "Lovely! Let me just read it back to you before anything happens.\n{list}\nWould you be happy for me to go ahead with that?",
        "{list}\nHave I got all of that right? If so, just say yes and I'll do it straight away.",
    ),
    (
        '**Summary of the requested action**\n\n{list}\n\nPlease confirm with "yes" if you wish to proceed.',
        "The following action requires your explicit confirmation.\n\n{list}\n\nDo you authorize this action?",
        "Please review the details below.\n\n{list}\n\nDo you confirm that I may proceed?",
    ),
    ("alright so heres the plan:\n{list}\ngood to go?", "ok so i'd do this:\n{list}\nwant me to go ahead?", "{list}\nsound good? say yes and i'll do it"),
)  # fmt: skip
REFUSES = (
    ("Can't do {topic}: {rule}.", "Not possible ({rule}), so I can't do {topic}.", "Sorry, no: {rule}. I cannot do {topic}."),
    (
        "I'm so sorry, I really looked into {topic}, but I can't do that for you because {rule}.",
        "I wish I had better news about {topic}. Unfortunately, {rule}, so I'm not able to do it.",
        "I know this isn't what you hoped to hear: {rule}, and that's why I'm unable to help with {topic}.",
    ),
    (
        "After review, the request concerning {topic} cannot be fulfilled: {rule}.", "We regret to inform you that {topic} is not possible. Reason: {rule}.",
        "Per our policy, {topic} is not permitted, since {rule}.",
    ),
    ("ah sorry, can't do {topic} bc {rule}", "so i checked and {topic} isn't possible, {rule}. sorry!", "no luck with {topic} i'm afraid: {rule}"),
)  # fmt: skip
MORE = (
    ("Anything else?", "Next?", "What else?"),
    ("Is there anything else at all that I could do for you today?", "Can I help you with something else?", "Do let me know if there's anything else I can do!"),
    ("May I assist you with anything further?", "Please let me know if you require any further assistance.", "Is there another matter I can assist you with?"),
    ("anything else i can do for ya?", "need anything else?", "what else can i do for you"),
)  # fmt: skip
DONE = ("Done. {report}", "All taken care of! {report}", "Your request has been processed. {report}", "done! {report}")
ANSWERS = (
    "{tells}",
    "Happy to tell you: {tells}",
    "Please find the requested information below. {tells}",
    "so i checked: {tells}",
)
CLOSES = (
    ("Bye.", "Thanks. Goodbye.", "Have a good day."),
    ("It was a pleasure, take good care of yourself!", "You're so welcome! Have a wonderful day!", "Thank you for chatting with me, goodbye!"),
    ("Thank you for contacting customer service. Goodbye.", "We appreciate your business. Have a pleasant day.", "Thank you for your time. Farewell."),
    ("np, have a great one!", "cool, bye!", "take care!"),
)  # fmt: skip
HANDOVERS = (
    ("Transferring you to a human agent. OK?", "I'll transfer you to a human. Okay?", "May I transfer you to an agent?"),
    ("This one needs a colleague of mine. Would you like me to transfer you to a human agent?", "I'd love to hand you over to a human colleague who can help. Is that all right?",
     "Let me connect you with one of our human agents, if you're okay with that?"),
    ("This request must be escalated to a human representative. Do you agree to be transferred?", "Your case requires a transfer to a human agent. Shall I proceed?",
     "You would need to be transferred to a specialist. May I transfer you now?"),
    ("i gotta transfer you to a human agent for this, that ok?", "gonna connect you to a human colleague, ok?", "mind if i transfer you to an agent?"),
)  # fmt: skip
INSTEAD = (
    "What instead?",
    "What would you like me to do instead?",
    "Please state the alternative that you would accept.",
    "got a plan b?",
)
