"""What a folder says of itself: everything that `load_dataset` tells it apart by, and nothing of when and where."""

from __future__ import annotations

from typing import Any

import yaml

from writ_dspy.dataset.card import BESIDE_CARD, CARD, MARK, Held, cards, head, notice, parts

FILES = {
    "retail/train-00000-of-00001.parquet": Held(7, 700, "a"),
    "retail/test-00000-of-00001.parquet": Held(3, 300, "b"),
    "airline/train-00000-of-00001.parquet": Held(5, 500, "c"),
    "sharegpt/train-00000-of-00001.parquet": Held(12, 100, "d"),
}


def parsed(text: str | None) -> dict[str, Any]:
    """The head of a card."""
    assert text is not None
    found: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return found


def test_every_configuration_has_its_rows_and_bytes() -> None:
    """The default one holds all domains, each domain is one, and another form is one that is no part of the default."""
    found = parsed(cards(list(parts(FILES, ("sharegpt",))), None)[CARD])
    splits = {
        info["config_name"]: {one["name"]: (one["num_examples"], one["num_bytes"]) for one in info["splits"]}
        for info in found["dataset_info"]
    }

    assert splits == {
        "default": {"train": (12, 1200), "test": (3, 300)},
        "airline": {"train": (5, 500)},
        "retail": {"train": (7, 700), "test": (3, 300)},
        "sharegpt": {"train": (12, 100)},
    }
    assert [one["config_name"] for one in found["configs"]] == list(splits)
    assert found["configs"][0]["data_files"] == [
        {"split": "train", "path": ["airline/train-*.parquet", "retail/train-*.parquet"]},
        {"split": "test", "path": ["retail/test-*.parquet"]},
    ]


def test_a_content_of_the_same_size_is_another() -> None:
    """A single hash changes the digest of each configuration that holds the file, and of no other; order changes nothing."""

    def digests(files: dict[str, Held]) -> dict[str, str]:
        return {one["config_name"]: one["description"] for one in head(parts(files, ("sharegpt",)))["dataset_info"]}

    before = digests(FILES)
    for path, held in FILES.items():
        after = digests(FILES | {path: Held(held.rows, held.bytes, "other")})
        changed = {name for name in before if before[name] != after[name]}
        folder = path.partition("/")[0]
        assert changed == ({folder} if folder == "sharegpt" else {"default", folder})
    assert digests(dict(reversed(FILES.items()))) == before


def test_whose_a_card_is() -> None:
    """None makes one; ours keeps what was added to it; one without the mark is not written, and the digests stand beside it."""
    some = list(parts(FILES))
    made = cards(some, None)[CARD]
    assert made is not None
    assert made.splitlines()[1] == MARK
    assert made.endswith("\n".join(notice(["retail"])) + "\n")
    assert cards(some, made)[CARD] == made

    mine = made.replace("configs:\n", "license: mit\nconfigs:\n", 1) + "\nMore.\n"
    again = cards(list(parts({path: FILES[path] for path in list(FILES)[:1]})), mine)[CARD]
    assert again is not None
    assert parsed(again)["license"] == "mit"
    assert again.endswith("\nMore.\n")
    assert parsed(again)["dataset_info"][0]["splits"][0]["num_examples"] == 7
    assert parsed(cards(some, made.replace("configs:", "configs: [", 1))[CARD]) == parsed(made)

    beside = cards(some, "# Mine\n")
    assert CARD not in beside
    found = yaml.safe_load(beside[BESIDE_CARD] or "")
    assert [set(one) for one in found["dataset_info"]] == [{"config_name", "description"}] * 4
    assert cards([], made) == {CARD: None, BESIDE_CARD: None}
    assert cards([], "# Mine\n") == {BESIDE_CARD: None}
