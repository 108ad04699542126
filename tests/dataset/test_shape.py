"""Shaping: what is asked for is met exactly or said to be lacking, and everything left out has a reason."""

from __future__ import annotations

import dataclasses
import json
import random
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.dataset.by_hand import airline, retail, retail_tasks, talk_of
from writ_dspy.conversation import Conversation, StopReason, Turn
from writ_dspy.dataset.messages import to_messages
from writ_dspy.dataset.shape import Candidate, Measured, Shape, Shaped, shaped
from writ_dspy.dataset.sketch import duplicates, similarity, sketch
from writ_dspy.dataset.tokens import counter, estimate, plain
from writ_dspy.errors import ConfigError
from writ_dspy.propose.mix import Cell, Mix
from writ_dspy.task import Call

POINTS = [
    ("tau2:retail", "read-heavy", 1, 4, 0),
    ("tau2:retail", "read-heavy", 1, 5, 0),
    ("tau2:airline", "read-heavy", 1, 4, 0),
    ("tau2:airline", "no-write", 0, 3, 0),
]
SIZES = (20, 9, 3, 11)
SEEN = (
    ("tone: blunt", "patience: hurried"),
    ("tone: polite", "patience: hurried"),
    ("tone: blunt", "patience: not measured"),
)


def candidates() -> list[Candidate]:
    """Two tries at each task; so many tasks in each cell."""
    return [
        Candidate(f"{index}-{number}.{attempt}", f"{index}-{number}", point, SEEN[(index + number) % 3])
        for index, (point, size) in enumerate(zip(POINTS, SIZES, strict=True))
        for number in range(size)
        for attempt in range(2)
    ]


def choose(shape: Shape, measured: Mapping[str, Measured] | None = None) -> Shaped:
    return shaped(shape, candidates(), (measured or {}).__getitem__)


def points(found: Shaped) -> Counter[object]:
    return Counter(one.point for one in candidates() if one.id in found.kept)


def cells(*counts: int) -> Mix:
    return Mix(
        cells=tuple(
            Cell.model_validate({"domain": d, "kind": k, "writes": w, "burden": b, "count": count})
            for (d, k, w, b, _), count in zip(POINTS, counts, strict=False)
        )
    )


SHAPES = {
    "everything": Shape(),
    "cells": Shape(cells=cells(7, 5)),
    "kinds": Shape(per_kind=(("read-heavy", 17), ("no-write", 4))),
    "levels seen": Shape(seen=(("tone", "blunt", 9), ("patience", "hurried", 12))),
    "length": Shape(max_tokens=500),
    "alike": Shape(dedup=0.9),
    "all of it": Shape(per_kind=(("read-heavy", 17),), max_tokens=500, dedup=0.9, seed=3),
}


def measures() -> dict[str, Measured]:
    """Lengths up to 1,000; every third conversation is a copy of the first."""
    draw = random.Random(0)
    same = tuple(range(256))
    return {
        one.id: Measured(draw.randrange(1000), same if index % 3 == 0 else tuple(draw.randrange(2**32) for _ in same))
        for index, one in enumerate(candidates())
    }


@pytest.mark.parametrize("name", SHAPES)
def test_everything_is_kept_or_has_a_reason(name: str) -> None:
    """Kept and dropped make up the candidates, in whatever order they come; another seed may keep others."""
    shape, found = SHAPES[name], choose(SHAPES[name], measures())
    mixed = candidates()
    random.Random(1).shuffle(mixed)

    assert found == shaped(shape, mixed, measures().__getitem__)
    assert found.kept.isdisjoint(found.dropped)
    assert found.kept | set(found.dropped) == {one.id for one in candidates()}
    assert sum(found.reasons.values()) == len(found.dropped)
    assert all(reason.partition(": ")[2] for reason in found.dropped.values())
    if name not in ("everything", "length"):
        assert choose(dataclasses.replace(shape, seed=9), measures()).kept != found.kept


def test_a_quota_by_cell_is_met_exactly() -> None:
    """So many of each cell and none of another; first tries go before second ones; what is lacking is said."""
    found = choose(Shape(cells=cells(7, 18, 8)))

    assert points(found) == {POINTS[0]: 7, POINTS[1]: 18, POINTS[2]: 6}
    assert found.lacking == {"tau2:airline read-heavy writes=1 burden=4": 2}
    assert found.reasons == {"outside the quota": 22, "over the quota": 33}
    assert all(key.endswith(".0") for key in found.kept if key.startswith("0-"))


def test_a_quota_by_kind_is_spread_evenly() -> None:
    """Every cell of the kind gives as many as the others while it has some; other kinds are left as they are."""
    found = choose(Shape(per_kind=(("read-heavy", 30),)))
    short = choose(Shape(per_kind=(("no-write", 30), ("normal", 2), ("read-heavy", 0))))

    assert points(found) == {POINTS[0]: 12, POINTS[1]: 12, POINTS[2]: 6, POINTS[3]: 22}
    assert not found.lacking
    assert points(short) == {POINTS[3]: 22}
    assert short.lacking == {"no-write": 8, "normal": 2}


def levels(found: Shaped) -> Counter[str]:
    return Counter(level for one in candidates() if one.id in found.kept for level in one.seen)


def test_a_quota_of_what_was_seen_is_met_exactly() -> None:
    """So many of each level that is named, also of two dimensions at once and beside kinds; levels not named are all kept."""
    every = levels(choose(Shape()))
    one = choose(Shape(seen=(("tone", "blunt", 9),)))
    two = choose(Shape(seen=(("tone", "blunt", 9), ("patience", "hurried", 12))))
    beside = choose(Shape(per_kind=(("no-write", 4),), seen=(("tone", "polite", 3),)))
    short = choose(Shape(seen=(("tone", "neutral", 2),)))

    assert levels(one)["tone: blunt"] == 9
    assert levels(one)["tone: polite"] == every["tone: polite"]
    assert one.reasons == {"over the quota": every["tone: blunt"] - 9}
    assert (levels(two)["tone: blunt"], levels(two)["patience: hurried"]) == (9, 12)
    assert points(beside)[POINTS[3]] == 4
    assert levels(beside)["tone: polite"] == 3
    assert short.lacking == {"tone: neutral": 2}
    assert not one.lacking
    assert not two.lacking


def test_a_limit_is_a_limit() -> None:
    """What has more tokens is gone, what has as many is kept, and the number is in the reason."""
    sizes = {one.id: Measured(500 + index % 2, None) for index, one in enumerate(candidates())}
    found = choose(Shape(max_tokens=500), sizes)

    assert found.kept == {key for key, one in sizes.items() if one.tokens == 500}
    assert set(found.dropped.values()) == {"too long: 501 tokens, and 500 are allowed"}


# ----------------------------------------------------------------------------- near-duplicates


def chat(words: list[str], code: int = 0) -> Conversation:
    calls = (Call.of("read", {"id": code}),)
    turns = (
        Turn("user", " ".join(words)),
        Turn("agent", calls=calls),
        Turn("tool", f"{words} {code}"),
        Turn("agent", "Ok."),
    )
    return Conversation("c.0", "c", turns, StopReason.USER_DONE, 0, "scripted", "scripted")


def test_the_sketch_estimates_jaccard() -> None:
    """Within four standard deviations of the exact similarity of the runs of three words, at every similarity."""
    draw = random.Random(0)
    words = [f"w{draw.randrange(10**6)}" for _ in range(400)]
    for changed in range(0, 400, 25):
        other = [f"x{word}" if index < changed else word for index, word in enumerate(words)]
        one, two = ({tuple(some[at : at + 3]) for at in range(398)} for some in (words, other))
        exact = len(one & two) / len(one | two)
        seen = similarity(sketch(chat(words)), sketch(chat(other)))
        assert abs(seen - exact) < 4 * max(0.01, (exact * (1 - exact) / 256) ** 0.5) + 0.01


def test_what_differs_in_a_value_only_is_near() -> None:
    """Tool results do not count, calls do; the first is kept, and one that is like it names it."""
    words = [f"w{index}" for index in range(60)]
    talks = {"a": chat(words), "b": chat(words, 7), "c": chat(words[::-1]), "d": chat(words)}
    found = duplicates(((key, sketch(talk)) for key, talk in talks.items()), 0.8)

    assert {key: other for key, (other, _) in found.items()} == {"b": "a", "d": "a"}
    assert found["d"][1] == 1.0
    assert duplicates(((key, sketch(talk)) for key, talk in talks.items()), 1.0).keys() == {"d"}


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8, 0.95])
def test_no_pair_that_is_alike_is_kept(threshold: float) -> None:
    """Whatever is left is pairwise below the threshold, by brute force; and only what is above it to one kept is gone."""
    draw = random.Random(2)
    sketches = {}
    for index in range(120):
        mine = list(sketches.get(f"{draw.randrange(index)}", ())) if index > 4 else []
        mine = mine or [draw.randrange(2**32) for _ in range(256)]
        for _ in range(draw.randrange(128)):
            mine[draw.randrange(256)] = draw.randrange(2**32)
        sketches[f"{index}"] = tuple(mine)
    found = duplicates(sketches.items(), threshold)
    kept = [key for key in sketches if key not in found]

    assert 5 < len(found) < 115
    assert all(similarity(sketches[a], sketches[b]) < threshold for a in kept for b in kept if a < b)
    assert all(similarity(sketches[key], sketches[other]) == like >= threshold for key, (other, like) in found.items())
    assert all(other in kept for other, _ in found.values())


# ----------------------------------------------------------------------------- tokens


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small byte-level tokenizer with special tokens and a chat template."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=["<|im_start|>", "<|im_end|>", "<s>"],
        initial_alphabet=alphabet,
        show_progress=False,
    )
    made.train_from_iterator([retail().system_prompt], trainer)
    made.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def test_counting_in_pieces_is_counting(folder: Path) -> None:
    """Cut at special tokens, a conversation has as many tokens as whole, in both domains."""
    from tokenizers import Tokenizer

    whole = Tokenizer.from_file(str(folder / "tokenizer.json"))
    for domain in (retail(), airline()):
        talk = talk_of(retail_tasks()[0], retail())
        messages, tools = to_messages(talk, domain), domain.tools
        text = plain(messages, tools)

        assert counter(str(folder))(messages, tools) == len(whole.encode(text))
        assert counter(str(folder / "tokenizer.json"))(messages, tools) == len(whole.encode(text))


def test_the_chat_template_of_a_tokenizer_is_used(folder: Path) -> None:
    """Its rendering is counted, with the tools, the special tokens and no None; one that refuses is named."""
    from tokenizers import Tokenizer

    source = (
        "{{ bos_token }}{% for m in messages %}{% if m.role == 'bad' %}{{ raise_exception('no') }}{% endif %}"
        "<|im_start|>{{ m.role }}\n{{ m.content }}{% if m.tool_calls %}{{ m.tool_calls | tojson }}{% endif %}"
        "<|im_end|>\n{% endfor %}{{ tools | tojson(indent=1) }} {{ strftime_now('%d %b %Y') }}{% generation %}!{% endgeneration %}"
    )
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"bos_token": {"content": "<s>"}, "chat_template": source})
    )
    messages = to_messages(talk_of(retail_tasks()[0], retail()), retail())
    text = "<s>"
    for message in messages:
        calls = json.dumps(message["tool_calls"], ensure_ascii=False) if "tool_calls" in message else ""
        text += f"<|im_start|>{message['role']}\n{message['content']}{calls}<|im_end|>\n"
    text += json.dumps(list(retail().tools), ensure_ascii=False, indent=1) + " 26 Jul 2024!"

    assert counter(str(folder))(messages, retail().tools) == len(
        Tokenizer.from_file(str(folder / "tokenizer.json")).encode(text)
    )
    with pytest.raises(ConfigError, match="does not take these conversations: no"):
        counter(str(folder))([{"role": "bad", "content": ""}], [])


BROKEN: dict[str, tuple[str, bytes, str]] = {
    "no object": ("tokenizer_config.json", b"[1]", "is no JSON object"),
    "deep": ("tokenizer_config.json", b"[" * 100_000, "is no JSON"),
    "no text": ("tokenizer_config.json", b'{"chat_template": 5}', "is no text"),
    "unnamed": ("tokenizer_config.json", b'{"chat_template": [5]}', "is no text"),
    "no letters": ("chat_template.jinja", b"\xff", "is no UTF-8 text"),
    "no Jinja": ("chat_template.jinja", b"{% if", "is no Jinja"),
    "divides": ("chat_template.jinja", b"{{ 1 // 0 }}", "does not take these conversations"),
    "empty": ("tokenizer.json", b"", "reading tokenizer.json failed"),
    "other": ("tokenizer.json", b"[]", "reading tokenizer.json failed"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_tokenizer_is_tried_before_anything_is_measured(folder: Path, case: str) -> None:
    """Whatever is broken in its files is said when it is named, in one line with the place and what to do."""
    name, data, says = BROKEN[case]
    (folder / name).write_bytes(data)
    with pytest.raises(ConfigError, match=says) as failed:
        Shape.of(max_tokens=9, tokenizer=str(folder))
    assert str(folder) in str(failed.value)
    assert any(remedy in str(failed.value) for remedy in ("Fetch it again", "Use a copy", "Use another"))


def test_what_is_no_tokenizer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without one, a broken one, and a name that the Hub does not give are refused by name."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ConfigError, match=r"there is no tokenizer\.json"):
        counter(str(tmp_path))
    with pytest.raises(ConfigError, match="no-one/nothing"):
        counter("no-one/nothing")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ConfigError, match=r"reading tokenizer\.json"):
        counter(str(tmp_path))


def test_the_estimate_grows_with_what_is_said() -> None:
    """Without a tokenizer; more text is more tokens, and tools count."""
    messages = to_messages(talk_of(retail_tasks()[0], retail()), retail())

    assert counter(None) is estimate
    assert estimate(messages[:3], ()) < estimate(messages, ()) < estimate(messages, retail().tools)


# ----------------------------------------------------------------------------- what is asked wrongly

ASKED = {
    "both quotas": ({"quota": Path("mix.yaml"), "per_kind": ["3"]}, "leave out --per-kind 3"),
    "no such kind": ({"per_kind": ["hard=3"]}, "--per-kind hard=3"),
    "no number": ({"per_kind": ["normal=x"]}, "--per-kind normal=x"),
    "negative": ({"per_kind": ["-1"]}, "--per-kind -1"),
    "no digit": ({"per_kind": ["²"]}, "--per-kind ²"),
    "too many digits": ({"per_kind": ["9" * 5000]}, "--per-kind 999"),
    "no such dimension": ({"seen": ["humor=dry=3"]}, "no dimension 'humor' is measured"),
    "a dimension that goals fix": ({"seen": ["memory=knows ids=3"]}, "no dimension 'memory' is measured"),
    "no such level": ({"seen": ["tone=angry=3"]}, "with one of polite, neutral, blunt"),
    "a level without a number": ({"seen": ["tone=blunt"]}, "write tone=LEVEL=NUMBER"),
    "a level twice": ({"seen": ["tone=blunt=1", "tone=blunt=2"]}, "how many of tone blunt"),
    "twice": ({"per_kind": ["normal=3", "normal=4"]}, "--per-kind normal=4"),
    "no length": ({"max_tokens": 0}, "--max-tokens 0"),
    "a tokenizer for nothing": ({"tokenizer": "x"}, "add --max-tokens"),
    "too alike": ({"dedup": 1.5}, "--dedup 1.5"),
    "not alike at all": ({"dedup": 0.0}, "--dedup 0.0"),
    "share": ({"test_share": 1.5}, "--test-share 1.5"),
    "no file": ({"quota": Path("nowhere.yaml")}, "nowhere.yaml"),
}


@pytest.mark.parametrize("case", ASKED)
def test_a_shape_that_cannot_be(case: str) -> None:
    """One line with the flag and the value."""
    given, says = ASKED[case]
    with pytest.raises(ConfigError, match=says.replace(".", r"\.")):
        Shape.of(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_read_back(name: str) -> None:
    """What a manifest holds of a shape gives that shape again."""
    written = json.loads(json.dumps(SHAPES[name].to_json()))
    again = Shape.from_json(written)

    assert again.to_json() == written
    assert choose(again, measures()) == choose(SHAPES[name], measures())


def test_a_shape_as_options() -> None:
    """What the command line prints of a shape gives that shape again; everything takes no option."""
    asked = Shape.of(per_kind=["read-heavy=17", "normal=0"], max_tokens=500, dedup=0.9, test_share=0.2, seed=3)

    assert Shape().options() == ""
    assert asked.options() == (
        "--per-kind read-heavy=17 --per-kind normal=0 --max-tokens 500 --dedup 0.9 --test-share 0.2 --seed 3"
    )
    assert Shape(cells=cells(7)).options() == "--quota FILE"
    assert Shape.of(seen=["tone=blunt=5", "confirmation=plain yes=7"]).options() == (
        "--seen tone=blunt=5 --seen 'confirmation=plain yes=7'"
    )


def test_kinds_as_they_are_written() -> None:
    """A number is of every kind, and what is said of one kind goes before it."""
    assert Shape.of(per_kind=["normal=3", "50"]).per_kind == (
        ("write-intensive", 50),
        ("read-heavy", 50),
        ("normal", 3),
        ("no-write", 50),
    )
    assert Shape.of(per_kind=["no-write=0"]).per_kind == (("no-write", 0),)
