"""What a simulated user is told, in plain English: what it knows, what it does not, and how it talks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from writ_dspy import patterns as re
from writ_dspy.domains import load
from writ_dspy.shown import counted
from writ_dspy.simulate.wishes import wanted_of
from writ_dspy.task import Behaviour, Task, in_own_words
from writ_dspy.trial import (
    AsksForHuman,
    ChangesMind,
    Feels,
    ForbidsTransfer,
    Insists,
    LeavesSubject,
    ObjectsToPrice,
    Trial,
    WrongFirst,
)

_RULES = (
    "Small, harmless background is yours to invent, without numbers or amounts; of the matter itself say only what is written "
    "here, and when you do not know something, say so. Leave it to the agent to look things up. "
    "Do not end the conversation before the agent has done what you agreed to, or has said that it cannot."
)
_BEHAVES: dict[str, dict[str, str]] = {
    "disclosure": {
        "all at once": "Give all details of what you want in your first message.",
        "on request": "Say what you want first, and give a detail of it only when you are asked for it; asked for several at once, give all of them.",
        "one thing at a time": "Give only one detail of what you want per message, whole, with all that its line says. When you are asked for several at once, answer with one of them, and with the others in your next messages.",
    },
    "memory": {
        "knows ids": "You have the ids that you need at hand.",
        "half-remembers": 'You remember only how an id ends; say so ("it ends in …").',
        "knows none": "You describe what you mean in words, without an id that you have not been told.",
    },
    "verbosity": {
        "terse": "Write as few words as you can.",
        "medium": "",
        "chatty": "Be talkative: add some background to what you say, such as how it came about.",
    },
    "tone": {
        "polite": "Be polite: say please and thank you.",
        "neutral": "",
        "blunt": "Be blunt: no please, no thanks.",
    },
    "patience": {"patient": "", "hurried": "You are in a hurry, and it shows."},
    "language": {
        "plain": "",
        "casual": "Write casually, with slang.",
        "typos": "Mistype some common words, but never a name, a number or an id.",
        "non-native": "Write as someone whose first language is not English; keep every fact exact.",
    },
    "correction": {"none": "", "corrects a slip": "Get one fact wrong at first, and put it right in the same message."},
    "change of mind": {
        "none": "",
        "has a fallback": "If what you want proves impossible, ask for what you want instead.",
    },
    "digression": {
        "none": "",
        "small talk": 'Once, add a remark that has nothing to do with what you want ("by the way, …").',
    },
    "confirmation": {
        "plain yes": "",
        "repeats the key detail": "Each time that you say yes to what you are asked to confirm, repeat its main detail.",
        "asks once more": "The first time that you are asked to confirm, ask one question about it before you say yes.",
    },
}
"""What a user is told of each level; nothing of one that is as people usually talk."""
_TOGETHER: dict[tuple[str, str], dict[str, str]] = {
    ("verbosity", "chatty"): {
        "hurried": "Be talkative though you are in a hurry: mention the hurry, and add some background all the same, such as how it came about."
    },
    ("patience", "hurried"): {"chatty": ""},
}
"""What is told of a level beside another one that it would contradict."""
_UNKNOWN = {
    "half-remembers": "You do not know: the full ids of your records; you remember only how they end.",
    "knows none": "You do not know: the ids of your records, beyond those that stand above.",
}
_ME_TOO = re.compile(r"\bme,? (?:and )?(?=[A-Z]|my )")


_OTHER_WAY = (
    "Where something is not possible as you ask for it, and the agent offers another way to the same end, take it."
)


def task_instructions(task: Task) -> str:
    """How the user talks and what it must not do, in plain English, as any simulated user is told."""
    memory = () if task.behaviour is None else (_BEHAVES["memory"][task.behaviour["memory"]],)
    return " ".join((*memory, *behaves(task), _RULES))


def behaves(task: Task) -> tuple[str, ...]:
    """How the user talks, one thing after the other; no rule that holds for every user, nor what it remembers, which stands in its situation."""
    behaviour = task.behaviour
    told = (
        (
            *manner(behaviour, instead=_names_alternative(task)),
            *_slip(task, behaviour),
            *map(partial(_tried, task), behaviour.trials),
        )
        if behaviour
        else ()
    )
    return (*told, *_other_way(task))


def _other_way(task: Task) -> tuple[str, ...]:
    """What to make of an offer that nobody asked for: of a wish that policy meets in another way, the user names none."""
    for request in task.requests:
        named = any(slot.key == "fallback" for slot in request.slots)
        if request.decision is not None and task.outcomes[request.decision].attempt and not named:
            return (_OTHER_WAY,)
    return ()


def manner(behaviour: Behaviour, *, instead: bool) -> Iterator[str]:
    """One sentence for each dimension in which this user is not as most are.

    Args:
        behaviour: Of the user.
        instead: Whether the user knows what it wants where the first is impossible.
    """
    levels = {level for _, level in behaviour.levels}
    told = (
        next(
            (text for other, text in _TOGETHER.get((dimension, level), {}).items() if other in levels),
            _BEHAVES[dimension][level],
        )
        for dimension, level in behaviour.levels
        if dimension != "memory"
        and (dimension, level) != _slips(behaviour)
        and (instead or dimension != "change of mind")
    )
    yield from filter(None, told)


def _names_alternative(task: Task) -> bool:
    """Whether some wish says what is wanted instead."""
    return any(slot.key.startswith("fallback") for request in task.requests for slot in request.slots)


def _slips(behaviour: Behaviour) -> tuple[str, str] | None:
    """The level that one sentence of its own stands for, which names the fact."""
    return ("correction", behaviour["correction"]) if behaviour.slip else None


def situation(task: Task) -> str:
    """Who the user is, what it wants, request by request and each detail under its name, and what it knows and does not."""
    own, domain = in_own_words(task), load(task.domain)
    name = wanted_of(task, domain).name
    who = f"You are {name}. " if name else ""
    voice = f"{task.behaviour.voice}\n" if task.behaviour and task.behaviour.voice else ""
    lines = [
        f'{who}{voice}Asked who you are, you say: "{own.identity.text}"',
        "",
        "What you want, in words that you may use:",
    ]
    for number, request in enumerate((one for one in own.requests if one.opening), 1):
        lines.append(f"{number}. {request.opening}")
        lines += [
            f"   - {slot.key.replace('_', ' ')}: {slot.text}{_who_else(slot.text, name)}" for slot in request.slots
        ]
    said = "\n".join(lines).lower()
    more = [fact.text for fact in own.facts if not domain.pack.mentions(str(fact.value), said)]
    lines += ["", "You also know:", *(f"- {text}" for text in dict.fromkeys(more))] if more else []
    unknown = unknown_facts(task)
    return "\n".join([*lines, *(["", unknown] if unknown else [])])


def _who_else(text: str, name: str) -> str:
    """Who "me" is beside others who are named; a note to the user, in brackets that nothing it may say stands in."""
    return f' [a note to you: "me" is {name or "you, the customer"}]' if _ME_TOO.search(text) else ""


def known_facts(task: Task) -> str:
    """Everything that the user can say of itself, one fact per line."""
    known = dict.fromkeys((task.identity.text, *(fact.text for fact in task.facts)))
    return "You can say of yourself:\n" + "\n".join(f"- {text}" for text in known)


def unknown_facts(task: Task) -> str | None:
    """What the user does not know, though one might expect it to."""
    return _UNKNOWN.get(task.memory)


def _tried(task: Task, trial: Trial) -> str:
    """How to make it hard, with what to say."""
    match trial:
        case Insists(request, claims):
            again = (
                f"insist {counted(len(claims), 'time')}, each time with another one of these"
                if claims[1:]
                else "insist once, with this"
            )
            said = " ".join(f'"{claim.text}"' for claim in claims)
            return (
                f"If the agent denies you {_wish(task, request)}, do not accept that at first: {again}, as if it were so: {said} "
                "After that, let it be, and go on with what else you want."
            )
        case WrongFirst(_, right, wrong):
            return f"The first time, say {wrong} instead of {right}, and do not put it right before the agent finds nothing by it; then say that you were wrong, and give {right}."
        case LeavesSubject(request, other):
            left, between = _wish(task, request), _wish(task, other)
            return (
                f"When the agent asks you for details of {left}, do not answer yet: bring up {between} first. "
                f"Once that is settled, answer what you are asked about {left}."
            )
        case ChangesMind(_, ref, text):
            index, key = ref.split(":", 1)
            then = next(slot.text for slot in in_own_words(task).requests[int(index)].slots if slot.key == key)
            return (
                f'At first, say this about the {key.replace("_", " ")} of {_wish(task, int(index))}: "{text}" When the agent lists it that way and asks you to confirm, '
                f'change your mind: "{then}" Agree once it is listed so.'
            )
        case Feels(feeling, text, late):
            return f'You are {feeling}, and you say so once, {"a little later" if late else "at the beginning"}, in words like these: "{text}"'
        case ObjectsToPrice(_, text):
            return f'When the agent names what you would have to pay, object to it once before you agree, in words like these: "{text}" Once you have heard the reason, agree.'
        case AsksForHuman(text):
            return f'Early on, ask for a human once, in words like these: "{text}" If the agent can help you itself, go on with it.'
        case ForbidsTransfer(text):
            return f'At the beginning, say that you do not want to be transferred, in words like these: "{text}"'


def _wish(task: Task, index: int) -> str:
    """What a wish is called, with the words that bring it up where another one is called so, too."""
    topics, own = [request.topic for request in task.requests], in_own_words(task).requests[index]
    return f'{own.topic} ("{own.opening}")' if topics.count(own.topic) > 1 and own.opening else own.topic


def _slip(task: Task, behaviour: Behaviour) -> tuple[str, ...]:
    """Which fact is got wrong, and how."""
    if behaviour.slip is None:
        return ()
    key, wrong = behaviour.slip
    right = next((fact.value for fact in task.facts if fact.key == key), "")
    return (
        f"Get your {key.replace('_', ' ')} wrong at first: say {wrong}, and put it right to {right} in the same message.",
    )
