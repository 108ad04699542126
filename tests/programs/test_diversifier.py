"""The diversifier's program with a model that a test plays: facts and levels stand, voices differ."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from dspy.lm15 import Request as LMRequest

from tests.programs.proposing import field
from tests.propose.proposed import proposed
from tests.standins.engines import ScriptedEngine
from writ_dspy.codec import from_json, identify, to_json
from writ_dspy.domains import NAMES
from writ_dspy.errors import RoleError
from writ_dspy.lm import Connection, LMSettings
from writ_dspy.lm.adapter import StructuredAdapter
from writ_dspy.lm.schema import lint
from writ_dspy.programs import diversifier
from writ_dspy.programs.diversifier import HABIT, MOOD, WHO, Diversified, DiversifierProgram, ModelDiversifier, seeds
from writ_dspy.programs.tries import ROOM, Rejected
from writ_dspy.programs.voice import behaviour_of, neither
from writ_dspy.programs.wording import given
from writ_dspy.signatures.diversifier import MANNERS, Diversify
from writ_dspy.simulate.behaviour import assign, discloses
from writ_dspy.simulate.scripted import plan
from writ_dspy.task import DIMENSIONS, Task

Json = Any
WORDS = (
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "inlet", "juniper", "kelp", "lagoon", "meadow", "nectar",
    "ocean", "prairie", "quartz", "reef", "sable", "tundra", "umber", "violet", "willow", "yarrow", "zephyr", "anchor", "bramble",
    "canyon", "dune", "estuary", "fennel", "glacier", "harbor", "islet", "jasper", "kestrel",
)  # fmt: skip


def answered(request: LMRequest) -> Json:
    """A harmless voice and wording; the voice depends on the seeds."""
    rng = random.Random(f"{field(request, 'seeds')}{request.config.seed}")
    given = json.loads(field(request, "sentences"))
    voice = f"Someone like {' '.join(rng.sample(WORDS, 9))}."
    return {"voice": voice, "rewritten": [{"key": one["key"], "text": f"{one['text']} So it is."} for one in given]}


def voiced(
    tasks: list[Task], spoil: Callable[[Json], object] = lambda said: said, seed: int = 2
) -> tuple[Diversified, ScriptedEngine]:
    def reply(request: LMRequest) -> str:
        said = answered(request)
        spoil(said)
        return json.dumps(said)

    engine = ScriptedEngine(reply)
    return asyncio.run(ModelDiversifier(Connection.over(engine)).diversify(tasks, seed)), engine


def some(name: str) -> list[Task]:
    return assign(proposed(name), 3)


def level(tasks: list[Task], dimension: str, wanted: str) -> Task:
    """One task whose user talks like that."""
    return next(task for task in tasks if task.behaviour and task.behaviour[dimension] == wanted)


@pytest.mark.parametrize("name", NAMES)
def test_every_user_gets_a_voice_and_keeps_the_facts(name: str) -> None:
    """One reply each; ids, goals and levels stand; every detail is still disclosed, under the references of the plan."""
    tasks = some(name)
    done, engine = voiced(tasks)

    assert not done.scripted
    assert len(engine.requests) == len(tasks)
    for before, after in zip(tasks, done.tasks, strict=True):
        assert before.behaviour
        assert after.behaviour
        assert dataclasses.replace(after, behaviour=before.behaviour) == before
        assert identify(after).id == before.id
        assert (after.behaviour.levels, after.behaviour.slip) == (before.behaviour.levels, before.behaviour.slip)
        wording = dict(after.behaviour.wording)
        assert discloses(after.identity, wording[plan.IDENTITY])
        for index, request in enumerate(after.requests):
            assert wording.get(plan.opening(index), "") or not request.opening
            assert all(discloses(slot, wording[plan.detail(index, slot.key)]) for slot in request.slots)
        assert from_json(to_json(after)) == after
    assert len({task.behaviour.voice for task in done.tasks if task.behaviour}) == len(tasks)


def test_what_is_sent_holds_the_levels_and_the_schema() -> None:
    """The manner is the levels in plain sentences; the schema can be enforced; seeds come from the lists."""
    task = some("tau2:retail")[0]
    _, engine = voiced([task])
    sent = engine.requests[0]

    assert task.behaviour
    assert all(levels[task.behaviour[name]] in field(sent, "manner") for name, levels in MANNERS.items())
    assert all(set(levels) == set(DIMENSIONS[name]) for name, levels in MANNERS.items())
    assert sum(seed in field(sent, "seeds") for seed in (*WHO, *MOOD, *HABIT)) >= 3
    assert sent.config.response_format
    assert lint(StructuredAdapter().response_format(Diversify)["json_schema"]["schema"]) == []
    assert set(dict(DiversifierProgram().named_predictors())) == {"diversify"}


def test_voices_are_a_function_of_the_replies() -> None:
    """The same replies and seed give the same voices, whichever came first; another seed gives others."""
    tasks = some("tau2:airline")[:6]
    voices = [[task.behaviour for task in voiced(tasks, seed=seed)[0].tasks] for seed in (2, 2, 5)]

    assert voices[0] == voices[1]
    assert not {item.voice for item in voices[0] if item} & {item.voice for item in voices[2] if item}


def every(edit: Callable[[str], str]) -> Callable[[Json], object]:
    """Every sentence changed in one way."""

    def spoil(said: Json) -> None:
        for one in said["rewritten"]:
            one["text"] = edit(one["text"])

    return spoil


SPOILED: dict[str, tuple[Callable[[Json], object], str, tuple[str, str] | None]] = {
    "a number added": (every(lambda text: f"{text} All 13."), "a changed fact: a value or name that nobody said", None),
    "a number taken away": (
        every(lambda text: "".join(c for c in text if not c.isdigit())),
        "a detail is missing",
        None,
    ),
    "a sentence left out": (lambda said: said["rewritten"].pop(), "a detail is missing: left out", None),
    "an id added": (
        every(lambda text: f"{text} Write to no@example.com."),
        "a changed fact: a value or name that nobody said",
        None,
    ),
    "a name added": (
        every(lambda text: f"{text} Ask Zebulon."),
        "a changed fact: a value or name that nobody said",
        None,
    ),
    "endless words": (
        every(lambda text: f"{text} {'And so on and on it goes. ' * 30}"),
        "a changed fact: far too long",
        None,
    ),
    "no voice": (lambda said: said.update(voice=" "), "a voice of no use", None),
    "the manner as a voice": (
        lambda said: said.update(voice=MANNERS["patience"]["hurried"]),
        "a voice of no use",
        ("patience", "hurried"),
    ),
    "its rules as a voice": (
        lambda said: said.update(voice="The voice is one or two sentences on who talks and how."),
        "a voice of no use",
        None,
    ),
    "a sentence as a voice": (
        lambda said: said.update(
            voice=" ".join(one["text"] for one in said["rewritten"][1:2]).removesuffix(" So it is.")
        ),
        "a voice of no use",
        None,
    ),
    "an endless voice": (lambda said: said.update(voice="word " * 80), "a voice of no use", None),
    "a number in the voice": (lambda said: said.update(voice="A man of 52 years."), "a fact in the voice", None),
}


@pytest.mark.parametrize("case", SPOILED)
def test_what_is_spoiled_stays_as_it_was(case: str) -> None:
    """Three tries, the later ones with the reason, which is counted; a spoiled voice is none, a spoiled sentence stays."""
    spoil, reason, wanted = SPOILED[case]
    tasks = [*some("tau2:retail"), *some("tau2:airline")]
    task = level(tasks, *wanted) if wanted else next(t for t in tasks if any(c.isdigit() for c in t.identity.text))
    done, engine = voiced([task], spoil)
    about_voice = reason in ("a voice of no use", "a fact in the voice")
    counted, other = (done.scripted, done.partly) if about_voice else (done.partly, done.scripted)

    assert not other
    assert list(counted) == [task.id]
    assert counted[task.id].startswith(reason)
    assert len(engine.requests) == 3
    assert [bool(field(request, "objection")) for request in engine.requests] == [False, True, True]
    if about_voice:
        assert done.tasks == [task]
        return
    (after,) = done.tasks
    assert after.behaviour
    assert task.behaviour
    assert after.behaviour.voice
    assert dataclasses.replace(after, behaviour=task.behaviour) == task
    given_ones = {one.key: one.text for one in given(task)}
    sent = answered(engine.requests[-1])
    spoil(sent)
    for key, text in after.behaviour.wording:
        bad = {one["text"] for one in sent["rewritten"] if one["text"] != f"{given_ones[one['key']]} So it is."}
        assert text not in bad
        assert text in {given_ones[key], f"{given_ones[key]} So it is."}


def test_what_passes_once_is_kept() -> None:
    """Only what is still open is asked for again, all of it with its faults; the person is that of the first reply."""
    task = next(task for task in some("tau2:retail") if len(given(task)) > 3)
    turn = iter(range(9))

    def spoil(said: Json) -> None:
        now = next(turn)
        for one in said["rewritten"][: 2 - now]:
            one["text"] = "All 13 of them."
        said["voice"] = ("A sailor.", "A baker.", "A judge.")[now]

    done, engine = voiced([task], spoil)
    (after,) = done.tasks
    assert after.behaviour
    assert after.behaviour.voice == "A sailor."
    assert dict(after.behaviour.wording) == {one.key: f"{one.text} So it is." for one in given(task)}
    assert not done.partly
    assert [len(json.loads(field(sent, "sentences"))) for sent in engine.requests] == [len(given(task)), 2, 1]
    assert field(engine.requests[1], "objection").count("All 13 of them.") == 2
    for number, sent in enumerate(engine.requests):  # who is found is given, and not asked for anew
        assert ('"voice"' in json.dumps(sent.config.response_format)) == (number == 0)
        assert number == 0 or field(sent, "voice") == "A sailor."
    assert len({field(request, "seeds") for request in engine.requests}) == 1


def test_a_sentence_that_comes_back_as_given_is_taken() -> None:
    """A short one may have no other words: it is not asked for again without a reason. Where most come back so, all of those are, by name."""
    task = next(task for task in some("tau2:retail") if len(given(task)) > 4)
    keys = [one.key for one in given(task)]
    for copied, asked in ((1, [len(keys)]), (len(keys) - 1, [len(keys), len(keys) - 1])):
        turn = iter(range(9))

        def spoil(said: Json, copied: int = copied, turn: Iterator[int] = turn) -> None:
            for one in said["rewritten"][: copied if next(turn) == 0 else 0]:
                one["text"] = one["text"].removesuffix(" So it is.")

        done, engine = voiced([task], spoil)
        assert not done.partly
        assert [len(json.loads(field(sent, "sentences"))) for sent in engine.requests] == asked
        if asked[1:]:
            named = field(engine.requests[1], "objection").rpartition("other words: ")[2].split(", ")
            assert named == keys[:copied]


def test_what_all_sentences_lack_is_asked_of_the_one_that_lost_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What no sentence by itself is wrong with opens those that bring it about, quoted, and leaves the others."""
    task = next(task for task in some("tau2:retail") if len(given(task)) > 4)
    lost = [one.key for one in given(task)][2:4]

    def lacks(_: Task, texts: Mapping[str, str], __: object) -> None:
        if any(texts[key].endswith("Nor so.") for key in lost):
            raise Rejected("a changed fact", "the request does not state '0' (total baggages)")

    monkeypatch.setattr(diversifier, "check_together", lacks)
    turn = iter(range(9))

    def spoil(said: Json) -> None:
        for one in said["rewritten"] if next(turn) == 0 else ():
            one["text"] = one["text"].replace("So it is.", "Nor so.") if one["key"] in lost else one["text"]

    done, engine = voiced([task], spoil)
    assert not done.partly
    assert [one["key"] for one in json.loads(field(engine.requests[1], "sentences"))] == lost
    assert field(engine.requests[1], "objection").count("Nor so.") == 2
    assert len(engine.requests) == 2


@pytest.mark.parametrize("named", [True, False])
def test_what_was_read_otherwise_is_asked_for_again_and_no_more(named: bool) -> None:
    """A reader that names the sentences it took otherwise has those opened; one that names none has all of them."""
    (task,) = some("tau2:retail")[:1]
    keys = [one.key for one in given(task)]
    blamed = keys[-1:] if named else []
    calls = iter(range(9))

    async def read(_: Task, __: str, ___: object, ____: int) -> None:
        if next(calls) == 0:
            raise Rejected("not read back: another tool", "a reader took it for another", lasting=True, keys=blamed)

    engine = ScriptedEngine(lambda request: json.dumps(answered(request)))
    asyncio.run(ModelDiversifier(Connection.over(engine), read=read).diversify([task], 2))
    assert [one["key"] for one in json.loads(field(engine.requests[1], "sentences"))] == (blamed or keys)


@pytest.mark.parametrize(
    "words", ["Thanks.", "Taht is it.", "I am in a hurry.", "By the way, it rains.", "Yeah, gonna be fine."]
)
def test_no_sentence_is_refused_for_its_manner(words: str) -> None:
    """How a customer talks is measured in the talk: whatever level was dealt, courtesy, haste, slang and slips pass."""
    tasks = some("tau2:retail")[:3]
    done, _ = voiced(tasks, every(lambda text: f"{text} {words}"))

    assert not done.partly
    assert not done.scripted


@pytest.mark.parametrize(("failures", "asked", "kept"), [(0, 1, True), (1, 2, True), (9, 2, False)])
def test_a_reader_hears_what_the_customer_will_say(failures: int, asked: int, kept: bool) -> None:
    """The sentences are read in the customer's own words, after the voice; two failures alike end it, and the script's words stand."""
    (task,) = some("tau2:retail")[:1]
    heard: list[str] = []

    async def read(_: Task, text: str, __: object, ___: int) -> None:
        heard.append(text)
        if len(heard) <= failures:
            raise Rejected("not read back: another tool", "a reader took it for another", lasting=True)

    engine = ScriptedEngine(lambda request: json.dumps(answered(request)))
    done = asyncio.run(ModelDiversifier(Connection.over(engine), read=read).diversify([task], 2))

    assert len(engine.requests) == len(heard) == asked
    assert all(text == " ".join(f"{one.text} So it is." for one in given(task)) for text in heard)
    (after,) = done.tasks
    assert after.behaviour
    assert bool(after.behaviour.wording) == kept
    assert done.partly == ({} if kept else {task.id: "not read back: another tool"})
    assert asked == 1 or "took it for another" in field(engine.requests[1], "objection")


def test_copies_are_asked_for_in_other_words() -> None:
    """A voice whose sentences are all the given ones stands, after three tries, in the scripted wording."""
    task = some("tau2:retail")[0]
    done, engine = voiced([task], every(lambda text: text.removesuffix(" So it is.")))
    (after,) = done.tasks
    assert after.behaviour
    assert after.behaviour.voice
    assert after.behaviour.wording == ()
    assert done.partly == {task.id: "the same words again"}
    assert "other words" in field(engine.requests[-1], "objection")


def test_an_objection_said_back_is_no_voice() -> None:
    """A model that repeats why its last voice was turned down has none."""
    tasks = some("tau2:retail")[:1]
    assert tasks[0].behaviour
    manner = MANNERS["tone"][tasks[0].behaviour["tone"]]

    def reply(request: LMRequest) -> str:
        told = field(request, "objection").capitalize()
        return json.dumps(answered(request) | {"voice": told or manner})

    engine = ScriptedEngine(reply)
    done = asyncio.run(ModelDiversifier(Connection.over(engine)).diversify(tasks, 2))
    assert done.scripted == {tasks[0].id: "a voice of no use"}
    assert "repeats what was given" in field(engine.requests[2], "objection")


def test_a_fact_of_the_case_stays_out_of_the_voice() -> None:
    """A value that the user says is no part of who they are."""
    task = next(task for task in some("tau2:retail") if any(fact.key == "item_product" for fact in task.facts))
    product = next(str(fact.value) for fact in task.facts if fact.key == "item_product")
    done, _ = voiced([task], lambda said: said.update(voice=f"Lives for the {product.lower()}."))

    assert done.scripted == {task.id: "a fact in the voice"}


def test_the_answer_stays_out_of_the_wording() -> None:
    """A sentence that names what is to be found is refused, though it holds neither a number nor an id."""
    task = next(
        task
        for task in some("tau2:airline")
        if task.gold and "passengers" in task.gold[0].args and task.memory != "knows ids"
    )
    names = [
        leaf
        for person in task.gold[0].args["passengers"]
        for leaf in person.values()
        if leaf.isalpha() and len(leaf) > 3
    ]
    said = f"{task.identity.text} {task.instruction}"
    name = next((name for name in names if name not in said), None)
    if name is None:
        pytest.skip("the user names every passenger")
    done, _ = voiced([task], every(lambda text: f"{text} {name}."))

    assert [reason.partition(":")[0] for reason in done.partly.values()] == ["a changed fact"]
    assert all(task.behaviour and name not in str(task.behaviour.wording) for task in done.tasks)


def test_voices_too_near_to_each_other_are_asked_for_again() -> None:
    """A second voice of nearly the same words gets one more chance, with the reason, and then the scripted wording."""
    tasks = some("tau2:retail")[:4]
    done, engine = voiced(tasks, lambda said: said.update(voice="A calm person who likes short words."))

    assert done.scripted == {task.id: "a voice too near to another" for task in tasks[1:]}
    assert [bool(task.behaviour and task.behaviour.voice) for task in done.tasks] == [True, False, False, False]
    assert len(engine.requests) == 4 + 3
    assert all("too near" in field(request, "objection") for request in engine.requests[4:])


def test_levels_come_first() -> None:
    """A task without a behaviour is no task to be voiced."""
    with pytest.raises(RoleError, match=r"behaviour\.assign"):
        voiced(list(proposed("tau2:retail")[:1]))


@pytest.mark.parametrize("asked", [1, 5000])
def test_a_reply_has_room_for_its_sentences_and_for_what_was_asked(asked: int) -> None:
    """What a user raises is raised; below it, a reply may be as long as it has to be, and not as long as any could be."""
    replies: list[tuple[int | None, int]] = []

    def reply(request: LMRequest) -> str:
        text = json.dumps(answered(request))
        replies.append((request.config.max_tokens, len(text)))
        return text

    settings = LMSettings(model="openai://engine/engine", max_tokens=asked)
    line = Connection.over(ScriptedEngine(reply), settings)
    asyncio.run(ModelDiversifier(line).diversify(some("tau2:retail"), 2))

    assert replies
    assert all(room and max(asked, size // 3) <= room <= max(asked, ROOM - 1) for room, size in replies)


def test_no_seed_contradicts_how_a_person_talks() -> None:
    """Nobody who is dealt a talkative manner grows out of "laconic"; each seed is some people's, and each manner has many."""
    drawn: dict[str, set[str]] = {}
    for task in some("tau2:retail"):
        behaviour = behaviour_of(task)
        for dimension, levels in MANNERS.items():
            for level_ in levels:
                dealt = dict(behaviour.levels) | {dimension: level_}
                found = {
                    seed
                    for number in range(60)
                    for seed in seeds(
                        random.Random(number), dataclasses.replace(behaviour, levels=tuple(dealt.items()))
                    )
                }
                drawn.setdefault(level_, set()).update(found)
    assert "laconic" not in drawn["chatty"]
    assert "thinks aloud" not in drawn["terse"]
    assert "formal" not in drawn["casual"]
    assert all(len(found) > 40 for found in drawn.values())
    assert {*MOOD, *HABIT} <= set[str]().union(*drawn.values())


def test_a_hurry_asks_for_no_short_sentences() -> None:
    """How long the sentences are is another line of the manner, and both are told."""
    assert "short" not in MANNERS["patience"]["hurried"]


@pytest.mark.parametrize(
    ("voice", "anybody"),
    [
        ("A teacher in her fifties with few words. She names the subject first.", "A teacher in their fifties with few words. This person names the subject first."),
        ("A coach in his forties, who tells him off and keeps to himself.", "A coach in their forties, who tells them off and keeps to themselves."),
        ("Work is work for her, and that dog is his.", "Work is work for them, and that dog is theirs."),
        ("He's late; ask her to hurry.", "This person's late; ask them to hurry."),
        ("A chef here, the theme is heat.", "A chef here, the theme is heat."),
    ],
)  # fmt: skip
def test_a_voice_goes_with_any_first_name(voice: str, anybody: str) -> None:
    """Whoever finds it does not know who speaks."""
    assert neither(voice) == anybody


def test_no_he_or_she_is_kept_of_a_voice() -> None:
    """It is put right without asking again."""

    def gendered(said: Json) -> None:
        said["voice"] += " She has her ways."

    found, engine = voiced(assign([proposed("tau2:retail")[0]], 3), gendered)
    (task,) = found.tasks
    assert task.behaviour
    assert task.behaviour.voice.endswith("This person has their ways.")
    assert len(engine.requests) == 1
