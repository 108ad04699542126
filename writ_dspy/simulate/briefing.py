"""What a simulated user is told, in plain English: what it knows, what it does not, and how it talks."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.task import Behaviour, Task

_RULES = (
    "Say only what is written here: invent no fact, and when you do not know something, say so. "
    "Leave it to the agent to look things up. "
    "Do not end the conversation before the agent has done what you agreed to, or has said that it cannot."
)
_BEHAVES: dict[str, dict[str, str]] = {
    "disclosure": {
        "all at once": "Give all details of your request in your first message.",
        "on request": "Say what you want first, and give a detail of it only when you are asked for it.",
        "one thing at a time": "Give one detail of your request per message.",
    },
    "memory": {
        "knows ids": "You have the ids that you need at hand; name them.",
        "half-remembers": 'You remember only how an id ends; say so ("it ends in …").',
        "knows none": "Name no id that you have not been told; describe what you mean in words.",
    },
    "verbosity": {
        "terse": "Write as few words as you can.",
        "medium": "Write one or two sentences at a time.",
        "chatty": "Be talkative: add some background to what you say.",
    },
    "tone": {
        "polite": "Be polite: say please and thank you.",
        "neutral": "Be matter-of-fact.",
        "blunt": "Be blunt: no please, no thanks.",
    },
    "patience": {
        "patient": "You have all the time in the world.",
        "hurried": "You are in a hurry, and you say so.",
    },
    "language": {
        "plain": "Write plain, correct English.",
        "casual": "Write casually, with slang.",
        "typos": "Mistype some common words, but never a name, a number or an id.",
        "non-native": "Write as someone whose first language is not English; keep every fact exact.",
    },
    "correction": {
        "none": "Get every fact right the first time.",
        "corrects a slip": "Get one of your facts wrong at first, and correct it in the same message.",
    },
    "change of mind": {
        "none": "Stay with what you asked for.",
        "has a fallback": "If what you want proves impossible, ask for the alternative in your request.",
    },
    "digression": {
        "none": "Stay on the subject.",
        "small talk": 'Once, add a remark that has nothing to do with your request ("by the way, …").',
    },
    "confirmation": {
        "plain yes": "Asked to confirm what you want, answer with a plain yes.",
        "repeats the key detail": "Asked to confirm what you want, say yes and repeat its main detail.",
        "asks once more": "Asked to confirm, ask one question about it before you say yes.",
    },
}
_UNKNOWN = {
    "half-remembers": "The full ids of your records: you remember only how they end.",
    "knows none": "The ids of your records, beyond those that you know as stated.",
}


def task_instructions(task: Task) -> str:
    """How the user talks and what it must not do, in plain English, as a simulated user is told."""
    behaviour = task.behaviour
    if behaviour is None:
        return _RULES
    return " ".join((*manner(behaviour), *_slip(task, behaviour), _RULES))


def manner(behaviour: Behaviour) -> Iterator[str]:
    """One sentence per dimension, and the voice that a model gave this user, if any."""
    for dimension, level in behaviour.levels:
        yield _BEHAVES[dimension][level]
    if behaviour.voice:
        yield behaviour.voice


def known_facts(task: Task) -> str:
    """Everything that the user can say of itself, one fact per line."""
    known = dict.fromkeys((task.identity.text, *(fact.text for fact in task.facts)))
    return "You can say of yourself:\n" + "\n".join(f"- {text}" for text in known)


def unknown_facts(task: Task) -> str | None:
    """What the user does not know, though one might expect it to."""
    return _UNKNOWN.get(task.memory)


def _slip(task: Task, behaviour: Behaviour) -> tuple[str, ...]:
    """Which fact is got wrong, and how."""
    if behaviour.slip is None:
        return ()
    key, wrong = behaviour.slip
    right = next((fact.value for fact in task.facts if fact.key == key), "")
    return (f"The one to get wrong is your {key.replace('_', ' ')}: say {wrong} before {right}.",)
