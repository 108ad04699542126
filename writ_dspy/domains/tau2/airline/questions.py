"""What an agent asks to learn each detail of a request, in several wordings."""

from __future__ import annotations

QUESTIONS: dict[str, tuple[str, ...]] = {
    "identity": (
        "Could you please give me your user id?",
        "May I have your user id so that I can open your profile?",
        "What is the user id on your account?",
        "To get started, I need your user id, please.",
        "Which user id is your account under?",
    ),
    "reservation": (
        "Which reservation is this about? An id, or anything that you remember of it, will do.",
        "Could you tell me the reservation id, or describe the trip?",
        "Which of your bookings do you mean?",
        "What is the reservation number? If you don't have it at hand, just describe the trip.",
        "Can you help me find the right reservation?",
    ),
    "route": (
        "Where would you like to fly from, and where to?",
        "Which route is it: origin and destination, please?",
        "What are your departure and arrival airports?",
        "From which city to which city would you like to travel?",
    ),
    "part": (
        "Which part of the trip should move: the way there, the way back, or all of it?",
        "Is it about the whole trip, or only the way there or back?",
        "Should all of it be on other flights, or only one direction?",
        "What exactly should change: the outbound flights, the return, or everything?",
    ),
    "dates": (
        "On which date or dates would you like to fly?",
        "When would you like to travel?",
        "Which travel dates work for you?",
        "What day, or range of days, should I look at?",
    ),
    "choice": (
        "What should I look for in the flight: the lowest price, a certain time, the shortest trip?",
        "How should I choose among the flights?",
        "What matters most to you in the flight: price, time, length?",
        "Do you have a certain flight in mind?",
    ),
    "trip": (
        "Is this one way or a round trip?",
        "Will you need a return flight too?",
        "Should I book it one way or as a round trip?",
        "What type of trip is it, one way or round trip?",
    ),
    "return_dates": (
        "On which date or dates would you like to come back?",
        "When would you like to return?",
        "Which days work for the return flight?",
        "And when is the way back?",
    ),
    "return_choice": (
        "What should I look for in the return flight: the lowest price, a certain time, the shortest trip?",
        "How should I choose the flight back?",
        "What matters most for the return flight?",
        "Do you have a certain flight home in mind?",
    ),
    "cabin": (
        "Which cabin would you like: basic economy, economy or business?",
        "What cabin class should it be?",
        "Would you like basic economy, economy or business?",
        "Which class should I put you in?",
    ),
    "passengers": (
        "Who will be traveling?",
        "Who are the passengers, with names and dates of birth?",
        "How many passengers are there, and who are they?",
        "Could you tell me who is flying?",
    ),
    "bags": (
        "How many checked bags do you need?",
        "What about checked luggage: how many bags?",
        "How many bags would you like to check in?",
        "Could you tell me the number of checked bags?",
    ),
    "insurance": (
        "Would you like to add travel insurance for $30 per passenger?",
        "Do you want the travel insurance?",
        "Shall I include travel insurance, at $30 a passenger?",
        "What about travel insurance: yes or no?",
    ),
    "payment": (
        "How would you like to pay?",
        "Which payment method from your profile should I use?",
        "Which card, gift card or certificate should this go on?",
        "What payment method would you like to use?",
    ),
    "budget": (
        "Is there a limit to what it may cost?",
        "Do you have a budget in mind?",
        "What is the most you would like to spend?",
        "Up to which amount would that be fine?",
    ),
    "which": (
        "Which one do you mean?",
        "Which of them is it?",
        "Which one is it about?",
        "Which of those should I take?",
    ),
    "reason": (
        "May I ask for the reason for the cancellation?",
        "Why would you like to cancel?",
        "What is the reason for canceling this trip?",
        "Could you tell me why the trip has to be canceled?",
    ),
    "person": (
        "Which passenger is it, and what should change?",
        "Whose details should I change?",
        "Could you tell me which traveler this is about?",
        "Which name on the reservation is affected?",
    ),
    "details": (
        "What are the correct details: first name, last name, date of birth?",
        "Who should be on the booking instead?",
        "Could you give me the new name and date of birth?",
        "Which details should I enter?",
    ),
    "flight": (
        "Which flight had the problem?",
        "Which flight are you referring to, and on what date?",
        "Could you tell me which of the flights was affected?",
        "What happened, and on which flight?",
    ),
    "wish": (
        "What can I do to make up for it?",
        "What would you like me to do about it?",
        "Is there something you are hoping for?",
        "How can I help you with that?",
    ),
    "condition": (
        "Is there a condition that I should check first?",
        "Under which condition should I go ahead?",
        "Should I check anything before I go ahead?",
        "Is that for certain, or does it depend on something?",
    ),
    "fallback": (
        "What should I do if that is not possible?",
        "And if that doesn't work out, what would you like instead?",
        "Is there an alternative that you would accept?",
        "Do you have a second choice, just in case?",
    ),
    "scope": (
        "Which trips should I look at?",
        "Could you tell me exactly what to look up?",
        "What would you like to know, precisely?",
        "Which reservations or dates do you mean?",
    ),
}
"""Slot key -> questions; `identity` is who the user is."""
