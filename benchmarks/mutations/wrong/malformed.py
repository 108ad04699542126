"""Turns, calls and results that do not fit together, and hand-overs that policy does not want."""

from __future__ import annotations

import random
from dataclasses import replace

from benchmarks.mutations.kinds import Family, Made
from benchmarks.mutations.talks import Talk, added, agent, called, ended, put, said, user
from benchmarks.mutations.wrong.deeds import without
from writ_dspy.conversation import StopReason, Turn
from writ_dspy.errors import DomainError
from writ_dspy.task import Call

TURNS = Family("malformed", wrong=True, by=("replay", "one_call_per_turn"))
HANDED = Family("transfers", wrong=True, by=("policy",))


@TURNS("Two calls at once.", "one_call_per_turn")
def two_calls_in_a_turn(talk: Talk, rng: random.Random) -> Made:
    pairs = [i for i in talk.reads if i + 2 in talk.reads]
    if not pairs:
        return None
    i = rng.choice(pairs)
    both = replace(talk.turns[i], calls=talk.turns[i].calls + talk.turns[i + 2].calls)
    return ended(talk, [*talk.turns[:i], both, talk.turns[i + 1], talk.turns[i + 3], *talk.turns[i + 4 :]])


@TURNS("A text beside a call.", "one_call_per_turn")
def text_beside_a_call(talk: Talk, rng: random.Random) -> Made:
    calls = [i for i, turn in enumerate(talk.turns) if turn.calls]
    return (
        said(talk.turns, rng.choice(calls), rng.choice(("One moment, I'm looking it up.", "Let me check that.")))
        if calls
        else None
    )


@TURNS("No tool returned this.", "replay")
def tool_result_altered(talk: Talk, rng: random.Random) -> Made:
    results = [i for i, turn in enumerate(talk.turns) if turn.role == "tool" and turn.text]
    if not results:
        return None
    i = rng.choice(results)
    return ended(talk, said(talk.turns, i, talk.turns[i].text.replace("1", "7").replace("a", "e")))


@TURNS("One call has the result of another.", "replay")
def results_swapped(talk: Talk, rng: random.Random) -> Made:
    pairs = [i for i in talk.reads if i + 2 in talk.reads and talk.turns[i + 1] != talk.turns[i + 3]]
    if not pairs:
        return None
    i = rng.choice(pairs)
    turns = list(talk.turns)
    turns[i + 1], turns[i + 3] = turns[i + 3], turns[i + 1]
    return ended(talk, turns)


@TURNS("An error is told as a result, or a result as an error.", "replay")
def error_flag_flipped(talk: Talk, rng: random.Random) -> Made:
    results = [i for i, turn in enumerate(talk.turns) if turn.role == "tool"]
    if not results:
        return None
    i = rng.choice(results)
    return ended(talk, [*talk.turns[:i], replace(talk.turns[i], error=not talk.turns[i].error), *talk.turns[i + 1 :]])


@TURNS("A call without a result.", "replay")
def tool_result_missing(talk: Talk, rng: random.Random) -> Made:
    results = [i for i, turn in enumerate(talk.turns) if turn.role == "tool"]
    return ended(talk, without(talk, rng.choice(results))) if results else None


@TURNS("A result without a call.", "replay", "clean")
def orphan_tool_result(talk: Talk, rng: random.Random) -> Made:
    at = rng.choice(talk.heard)
    results = [turn for turn in talk.turns if turn.role == "tool"]
    return ended(talk, put(talk.turns, at, rng.choice(results))) if results and at else None


@TURNS("There is no such tool.", "replay", "clean", "policy")
def nonexisting_tool(talk: Talk, rng: random.Random) -> Made:
    call = rng.choice(
        (
            called("lookup_customer_history", limit=5),
            called("send_email", to="me"),
            called("get_weather", city="Boston"),
        )
    )
    return _more(talk, *call)


@TURNS("The tool takes no such argument.", "replay", "provenance", "clean")
def call_with_bad_arguments(talk: Talk, rng: random.Random) -> Made:
    if not talk.reads:
        return None
    at = rng.choice(talk.reads)
    call = talk.call(at)
    bad = rng.choice((call.args | {"verbose": True}, {}, dict.fromkeys(call.args, 7)))
    try:
        talk.domain.validate(call.tool, bad)
    except DomainError:
        return put(talk.turns, at, *called(call.tool, **bad))
    return None  # the tool takes it: a search of which every argument may be left out


@TURNS("A calculator computes nothing else.", "clean", "provenance")
def calculate_misused(talk: Talk, rng: random.Random) -> Made:
    text = rng.choice(("import os; os.system('ls')", "__import__('os')", "what is the price?"))
    return _more(talk, *called("calculate", expression=text))


def _more(talk: Talk, *call: Turn) -> Made:
    """One more call right before some message of the agent that follows another call."""
    found = [i for i in talk.messages if talk.turns[i - 1].role == "tool"] if len(talk.turns) > 1 else []
    return put(talk.turns, found[0], *call) if found else None


@TURNS("Nothing is said.", "clean")
def empty_agent_text(talk: Talk, rng: random.Random) -> Made:
    at = talk.any_message(rng)
    return None if at is None else said(talk.turns, at, rng.choice(("", " ", "\n")))


@TURNS("The talk breaks off within a sentence.", "clean", "communicated", "user_faithful")
def truncated_mid_sentence(talk: Talk, rng: random.Random) -> Made:
    at = talk.proposal(talk.any_write(rng)) if talk.writes else None  # half a farewell may be one
    if at is None or len(talk.turns[at].text) < 30:
        return None
    half = talk.turns[at].text[: len(talk.turns[at].text) // 2].rstrip(" .?!,:;\n)")
    return ended(talk, [*talk.turns[:at], agent(half)])


@TURNS("The write is the last turn: nobody is told.", "communicated", "completed", "clean")
def truncated_after_write(talk: Talk, _rng: random.Random) -> Made:
    return ended(talk, talk.turns[: talk.writes[-1] + 2]) if talk.writes else None


@TURNS(
    "The agent announces a list and gives none.",
    "clean",
    debatable="Whether a colon promises more is a matter of taste.",
)
def truncated_at_a_colon(talk: Talk, _rng: random.Random) -> Made:
    at = talk.last
    return (
        None
        if at is None
        else said(talk.turns, at, "To summarize what I did for you today, here are the three things that matter:")
    )


@TURNS("The user is asked for a yes, and gone.", "end_state", "user_faithful")
def truncated_at_the_question(talk: Talk, _rng: random.Random) -> Made:
    return ended(talk, talk.turns[: talk.proposal(talk.writes[-1]) + 1]) if talk.writes else None


@TURNS("It never came to an end.", "completed")
def turn_limit_reached(talk: Talk, _rng: random.Random) -> Made:
    return ended(talk, talk.turns, StopReason.TURN_LIMIT)


@TURNS("The same is said twice in a row.", "clean")
def message_twice_in_a_row(talk: Talk, rng: random.Random) -> Made:
    found = [i for i in talk.messages if len(talk.turns[i].text) > 60]
    if not found:
        return None
    at = rng.choice(found)
    return put(talk.turns, at, talk.turns[at])


@TURNS(
    "A user turn is missing.",
    "clean",
    debatable="Two messages of the agent in a row are natural as long as nothing was owed.",
)
def user_turn_missing(talk: Talk, rng: random.Random) -> Made:
    found = [i for i in talk.heard[1:] if i not in {talk.reply(write) for write in talk.writes}]
    return without(talk, rng.choice(found)) if found else None


# ----------------------------------------------------------------------------- handing over


def transfer() -> tuple[Turn, Turn]:
    return called("transfer_to_human_agents", summary="The customer wants to talk to somebody.")


@HANDED("Nothing was out of scope.")
def transfer_for_nothing(talk: Talk, _rng: random.Random) -> Made:
    prescribed = talk.domain.pack.transfer
    if talk.transferred or prescribed is None or talk.last is None:
        return None
    turns = [*talk.turns[: talk.last], *transfer(), agent(prescribed.text)]
    return ended(talk, [*turns[:-2], Turn("tool", "Transfer successful"), turns[-1]], StopReason.TRANSFERRED)


@HANDED("The sentence is said, and nobody is called.")
def transfer_sentence_without_tool(talk: Talk, _rng: random.Random) -> Made:
    prescribed = talk.domain.pack.transfer
    return None if talk.last is None or prescribed is None else said(talk.turns, talk.last, prescribed.text)


@HANDED("Somebody is called, and the user is not told.")
def transfer_tool_without_sentence(talk: Talk, _rng: random.Random) -> Made:
    return said(talk.turns, len(talk.turns) - 1, "Somebody will be with you soon.") if talk.transferred else None


@HANDED("The request is out of scope, and nobody is called.")
def transfer_missing(talk: Talk, _rng: random.Random) -> Made:
    if not talk.transferred:
        return None
    at = next(i for i, turn in enumerate(talk.turns) if turn.calls and talk.domain.transfers(turn.calls[0]))
    return ended(talk, [*talk.turns[:at], agent("I'm sorry, but I can't do that for you.")], StopReason.USER_DONE)


@HANDED("Handed over twice.")
def transfer_twice(talk: Talk, _rng: random.Random) -> Made:
    if not talk.transferred:
        return None
    at = next(i for i, turn in enumerate(talk.turns) if turn.calls and talk.domain.transfers(turn.calls[0]))
    return ended(talk, [*talk.turns, *talk.turns[at : at + 3]])


@HANDED("Handed over, and the agent goes on.")
def goes_on_after_transfer(talk: Talk, rng: random.Random) -> Made:
    texts = (
        "Actually, I can handle it myself after all: it has been done now.",
        "While you wait: is there anything else?",
        "Never mind, let me do it.",
    )
    return ended(talk, [*talk.turns, agent(rng.choice(texts))]) if talk.transferred else None


@HANDED("The sentence comes before the call.")
def transfer_in_the_wrong_order(talk: Talk, _rng: random.Random) -> Made:
    if not talk.transferred:
        return None
    at = next(i for i, turn in enumerate(talk.turns) if turn.calls and talk.domain.transfers(turn.calls[0]))
    return ended(talk, [*talk.turns[:at], talk.turns[at + 2], talk.turns[at], talk.turns[at + 1]])


@HANDED("The sentence is another one.")
def transfer_sentence_reworded(talk: Talk, rng: random.Random) -> Made:
    texts = (
        "You are now being transferred, hold on.",
        "PLEASE HOLD ON. YOU ARE BEING TRANSFERRED.",
        "YOU ARE BEING TRANSFERRED TO A HUMAN AGENT.",
    )
    return said(talk.turns, len(talk.turns) - 1, rng.choice(texts)) if talk.transferred else None


@HANDED(
    "The summary tells the colleague something else.",
    "grounded",
    debatable="No check can know what a summary leaves out; this one is plainly false.",
)
def transfer_summary_false(talk: Talk, _rng: random.Random) -> Made:
    if not talk.transferred:
        return None
    at = next(i for i, turn in enumerate(talk.turns) if turn.calls and talk.domain.transfers(turn.calls[0]))
    call = Call.of(talk.call(at).tool, {"summary": "Customer is abusive and asked for a refund of a toaster."})
    return [*talk.turns[:at], replace(talk.turns[at], calls=(call,)), *talk.turns[at + 1 :]]


@HANDED("It refuses a request that a colleague could grant, and hands over all the same.", "grounded", "policy")
def refused_and_then_transferred(talk: Talk, _rng: random.Random) -> Made:
    if not talk.transferred:
        return None
    at = next(i for i, turn in enumerate(talk.turns) if turn.calls and talk.domain.transfers(turn.calls[0]))
    return put(talk.turns, at, agent("Good news: I have cancelled it for you already."), user("Oh, great, thanks!"))


@HANDED("The agent pretends to be the colleague.")
def plays_the_colleague(talk: Talk, _rng: random.Random) -> Made:
    if talk.last is None or talk.transferred:
        return None
    return added(
        talk.turns, talk.last, "I am passing you on to my colleague now. Hello, this is Martha from the second level!"
    )
