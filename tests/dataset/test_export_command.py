"""`writ export`: what is asked for is what is on disk, the manifest tells all of it, and nothing stale is left."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.calls import MIX, mix_file, tree, writ
from writ_dspy.cli import export as cli_export
from writ_dspy.cli import progress
from writ_dspy.dataset.folder import CONFIGS, Key
from writ_dspy.dataset.formats import DEFAULT, FOLDERS, FORMATS
from writ_dspy.dataset.manifest import Home, Manifest, known
from writ_dspy.dataset.shape import ALIKE
from writ_dspy.propose.mix import Cell, Mix, default_mix
from writ_dspy.run.settings import Settings
from writ_dspy.run.synth import synthesize
from writ_dspy.store.run import Run

USUAL = default_mix("tau2:airline", 10)
TRIES = 3
EVERY = tuple(word for name in FORMATS for word in ("--format", name))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with three tries at each of seven tasks."""
    folder = tmp_path_factory.mktemp("made") / "run"
    return synthesize(mix=MIX, tries=TRIES, out=folder, workers=1).folder


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(made, tmp_path / "run")


@pytest.fixture(scope="module")
def made_of_few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with one try, for exports of every form: pairs of a talk cost more than all its other forms."""
    return synthesize(mix=MIX, out=tmp_path_factory.mktemp("few") / "run", workers=1).folder


@pytest.fixture
def few(made_of_few: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(made_of_few, tmp_path / "run")


def read_manifest(run: Path, out: Path | None = None) -> Manifest:
    """What an export says of itself."""
    found = known(Home.alone(out) if out else Home.of_run(run)).manifest
    assert found is not None
    return found


def kept(folder: Path) -> set[str]:
    """The ids of the conversations whose rows are in a dataset folder."""
    tables = [pq.read_table(path) for path in folder.glob("*/*.parquet") if path.parent.name not in CONFIGS]
    return {key.rpartition("-")[0] for table in tables for key in table["trajectory_id"].to_pylist()}


def exported(run: Path, *arguments: object, code: int = 0, out: Path | None = None) -> dict[str, Any]:
    """What an export prints as JSON; the manifest on disk says the same, and is true."""
    more = ("--out", out) if out else ()
    ended = writ("export", run, *arguments, *more, "--json", "--workers", 1)
    assert (ended.code, ended.err) == (code, "")
    printed: dict[str, Any] = json.loads(ended.out)
    manifest = read_manifest(run, out)
    home = Home.alone(out) if out else Home.of_run(run)
    accepted = {record["id"] for record in Run.read(run).records("verdicts") if record["accepted"]}
    rows = kept(home.folder)
    assert rows | set(printed["dropped"]["ids"]) == accepted
    assert rows.isdisjoint(printed["dropped"]["ids"])
    assert sum(printed["rows"].values()) == len(rows)
    assert sum(printed["dropped"]["by_reason"].values()) == len(accepted) - len(rows)
    assert printed["files"].items() <= manifest.rows.items()
    assert (manifest.dropped.model_dump(), manifest.lacking) == (printed["dropped"], printed["lacking"])
    assert (manifest.accepted, manifest.kept) == (len(accepted), len(rows))
    for path, held in manifest.files.items():
        data = home.at(path).read_bytes()
        assert (held.bytes, held.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert held.rows == manifest.rows[path]
    theirs = {str(file.relative_to(home.root)) for file in home.root.rglob("*") if file.is_file()}
    ours = {home.name(path) for path in (*manifest.files, "manifest.json")}
    cards = {name for name in theirs if name.endswith(("README.md", ".huggingface.yaml"))}
    assert {name for name in theirs if out or "/" in name} == ours | cards
    return printed


def without_lock(run: Path) -> dict[str, bytes]:
    """Every file of a run, but for that which says who wrote last."""
    return {name: data for name, data in tree(run).items() if "lock" not in name}


def test_everything_by_default(run: Path) -> None:
    """Without options it writes what `writ synth` has written, byte for byte, Parquet and τ² tasks."""
    before = without_lock(run)
    printed = exported(run)

    assert without_lock(run) == before
    assert printed["dropped"] == {"by_reason": {}, "ids": {}}
    assert {path.partition("/")[0] for path in printed["files"]} == {"airline", "text", "tau2"}


@pytest.mark.parametrize(
    "forms",
    [("parquet", "sharegpt", "pairs"), pytest.param(tuple(FORMATS), marks=pytest.mark.slow, id="every")],
    ids="-".join,
)
@pytest.mark.long
def test_an_export_leaves_other_forms_alone(forms: tuple[str, ...], few: Path) -> None:
    """Only the forms that are named are written; the others stay, byte for byte, with their place in the manifest."""
    first = exported(few)
    every = exported(few, "--format", "all")
    assert {path.partition("/")[0] for path in every["files"]} == {"airline", *FOLDERS.values()}
    again = without_lock(few)
    assert exported(few, *EVERY) == every
    assert without_lock(few) == again
    for options in ((), *(("--format", name) for name in forms)):
        printed = exported(few, *options)
        assert without_lock(few) == again
        assert printed["notes"] == []
    assert exported(few)["files"] == first["files"]


@pytest.mark.long
def test_forms_of_another_dataset_are_named(few: Path) -> None:
    """After the dataset was shaped otherwise they stay, are said to be out of date, and the printed commands renew or remove them."""
    exported(few, "--format", "all")
    before = tree(few)
    ended = writ("export", few, "--per-kind", "read-heavy=5", "--format", "tau2")
    (line,) = [line for line in ended.out.splitlines() if "out of date" in line]
    for name in ("text", "sharegpt", "hermes", "exports", "tasks", "pairs", "env"):
        assert f"{few}/{name}" in line
        assert all(data == tree(few)[path] for path, data in before.items() if path.startswith(f"{name}/"))
    assert read_manifest(few).outdated(Home.of_run(few)) == (
        "text",
        "sharegpt",
        "hermes",
        "openai",
        "tasks",
        "pairs",
        "env",
        "inspect",
    )

    renew, remove = re.fullmatch(r".*\. Renew: writ (.*)   or remove: (.*)", line).groups()  # type: ignore[union-attr]
    ended = writ(*shlex.split(renew))
    assert (ended.code, "out of date" in ended.out) == (0, False)
    assert len(kept(few / "dataset")) == read_manifest(few).kept == 5
    assert pq.read_table(few / "sharegpt").num_rows == 5
    assert writ("export", few).code == 0
    subprocess.run(shlex.split(remove), check=True)
    ended = writ("export", few)
    assert (ended.code, "out of date" in ended.out) == (0, False)
    assert set(read_manifest(few).formats) == set(DEFAULT)


def test_a_shape_that_goes_is_named(run: Path) -> None:
    """An export without the shape that was there has everything, and says with which command the shape comes back."""
    exported(run, "--per-kind", "read-heavy=5", "--seed", 4)
    shaped = kept(run / "dataset")
    ended = writ("export", run)
    (line,) = [line for line in ended.out.splitlines() if "it was shaped by" in line]
    assert len(kept(run / "dataset")) == read_manifest(run).accepted

    assert writ(*shlex.split(line.partition("To have that again: writ ")[2])).code == 0
    assert kept(run / "dataset") == shaped
    exported(run, "--keep-shape", "--format", "sharegpt")
    assert kept(run / "dataset") == shaped

    cell = Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=6, count=1)
    quota = mix_file(run.parent, Mix(cells=(cell,)))
    exported(run, "--quota", quota)
    assert (
        "--quota FILE (FILE is the file of quotas that you gave" in writ("export", run).out
    )  # the one word that cannot be copied
    refused = writ("export", run, "--keep-shape", "--dedup")
    assert (refused.code, "leave out --dedup" in refused.err) == (2, True)


@pytest.mark.long
def test_a_folder_of_its_own(few: Path, tmp_path: Path) -> None:
    """--out writes all of it elsewhere, without touching the run; the rows are those of an export in the run."""
    out = tmp_path / "elsewhere" / "set"
    before = tree(few)
    exported(few, "--format", "all", out=out)
    assert tree(few) == before
    once = tree(out)
    exported(few, "--format", "all", out=out)
    assert tree(out) == once

    assert kept(out) == kept(few / "dataset")
    exported(few, "--per-kind", "read-heavy=5", out=out)
    assert len(kept(out)) == 5
    assert tree(few) == before


@pytest.mark.long
def test_where_out_may_not_be(run: Path, tmp_path: Path) -> None:
    """In the run, in a folder with something else, over a file, or over an export of another run: refused, nothing changed."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "me.jpg").write_bytes(b"me")
    (tmp_path / "file").write_bytes(b"file")
    other = synthesize(mix=MIX, seed=5, out=tmp_path / "other", workers=1).folder
    exported(other, out=tmp_path / "set")
    before = tree(tmp_path)
    for out, says in (
        (run, "is in the run folder"),
        (run / "dataset", "is in the run folder"),
        (tmp_path / "photos", "holds me.jpg"),
        (tmp_path / "file", "is no folder"),
        (other, "is a run"),
        (tmp_path / "set", "of another run"),
    ):
        ended = writ("export", run, "--out", out)
        assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
        assert says in ended.err
        assert tree(tmp_path) == before
    exported(run, "--overwrite", out=tmp_path / "set")
    assert kept(tmp_path / "set") == kept(run / "dataset")


@pytest.mark.slow
def test_workers_and_order_change_nothing(run: Path) -> None:
    """Two processes write the same bytes as one, with every option."""
    options = (
        *EVERY,
        "--dedup",
        0.9,
        "--max-tokens",
        50_000,
        "--per-kind",
        "read-heavy=9",
        "--seed",
        4,
        "--test-share",
        0.4,
    )
    exported(run, *options)
    before = without_lock(run)
    assert writ("export", run, *options, "--workers", 2, "--json").code == 0

    assert without_lock(run) == before


def test_a_quota_is_met_or_named(run: Path, tmp_path: Path) -> None:
    """So many of each cell exactly; a cell with too few is named with the number, exit 1, and the rest is written."""
    count = MIX.cells[0].count
    exact = Mix(cells=(MIX.cells[0].model_copy(update={"count": 2 * count}),))
    printed = exported(run, "--quota", mix_file(tmp_path, exact))
    assert sum(printed["rows"].values()) == 2 * count
    assert printed["dropped"]["by_reason"] == {"outside the quota": TRIES * MIX.cells[1].count, "over the quota": count}

    more = Mix(cells=(MIX.cells[1], Cell(domain="tau2:retail", kind="normal", writes=1, burden=2, count=5)))
    printed = exported(run, "--quota", mix_file(tmp_path, more), code=1)
    assert printed["lacking"] == {"tau2:retail normal writes=1 burden=2": 5}
    assert sum(printed["rows"].values()) == MIX.cells[1].count
    ended = writ("export", run, "--quota", mix_file(tmp_path, more))
    assert (ended.code, "lacks 5 rows: tau2:retail normal writes=1 burden=2" in ended.out) == (1, True)


def test_the_table_names_every_reason(run: Path) -> None:
    """Rows of each file, then what was left out, with a count, an example, and where all of it stands."""
    ended = writ("export", run, "--per-kind", "read-heavy=5")

    assert ended.code == 0
    assert "over the quota" in ended.out
    assert str(run / "dataset" / "manifest.json") in ended.out
    for path, count in read_manifest(run).rows.items():
        assert any(
            str(Home.of_run(run).at(path)) in line and line.endswith((f" {count} rows", f" {count} row"))
            for line in ended.out.splitlines()
        )


def test_nothing_left_is_no_dataset(run: Path) -> None:
    """A limit that nothing meets is refused with the reason, before a file is touched: also a card with words of the user."""
    assert writ("export", run).code == 0
    with (run / "dataset" / "README.md").open("a") as card:
        card.write("\nA note of my own.\n")
    before = tree(run)
    ended = writ("export", run, *EVERY, "--max-tokens", 10)

    assert (ended.code, ended.out) == (2, "")
    assert re.search(r"--max-tokens 10 leaves no row of \d+ \(too long \d+\).* Nothing was changed", ended.err)
    assert tree(run) == before


def test_dedup_takes_a_number_or_none(run: Path) -> None:
    """Bare, before or after the folder, it is the usual similarity; tries at one task are alike at a low one."""
    shapes = []
    for arguments in ((run, "--dedup"), ("--dedup", run), (run, "--dedup", "0.3"), ("--dedup=0.3", run)):
        assert writ("export", *arguments, "--json").code == 0
        shapes.append(read_manifest(run).shape.dedup)
    assert shapes == [ALIKE, ALIKE, 0.3, 0.3]

    dropped = exported(run, "--dedup", 0.3)["dropped"]
    assert set(dropped["by_reason"]) <= {"near-duplicate"}
    for key, reason in dropped["ids"].items():
        like = float(reason.split()[1])
        assert like >= 0.3
        assert reason.split()[-1] != key


def test_the_split_is_by_user_whatever_the_seed(run: Path) -> None:
    """Tries at a task stay together; all or nothing can be test; another seed may choose other users."""
    sides = []
    for options in (
        ("--test-share", 1),
        ("--test-share", 0),
        *(("--test-share", 0.5, "--seed", seed) for seed in range(4)),
    ):
        exported(run, *options)
        found = {
            (row["task_id"], row["split"])
            for path in (run / "dataset").glob("*/*.parquet")
            for row in pq.read_table(path, columns=["task_id", "split"]).to_pylist()
        }
        assert len(found) == MIX.count
        sides.append(sorted(found))
    assert {side for _, side in sides[0]} == {"test"}
    assert {side for _, side in sides[1]} == {"train"}
    assert len(set(map(tuple, sides[2:]))) > 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--format", "alpaca"), "--format alpaca"),
        (("--per-kind", "hard=2"), "--per-kind hard=2"),
        (("--dedup", "7"), "--dedup 7.0"),
        (("--dedup", "two"), "--dedup 'two': write a number from 0 to 1 after it, or none for 0.8."),
        (("--tokenizer", "./nowhere", "--max-tokens", "9"), "--tokenizer ./nowhere"),
        (("--quota", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_what_cannot_be_exported(run: Path, arguments: tuple[str, ...], says: str) -> None:
    """One line with the flag and the value, and not a byte is changed."""
    before = tree(run)
    ended = writ("export", run, *arguments)

    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err
    assert ended.err.count("\n") == 1
    assert tree(run) == before


def test_a_template_that_takes_only_short_talks_is_one_line(run: Path, tmp_path: Path) -> None:
    """It passes the try, fails in a worker process, and ends the export without a traceback; nothing is changed."""
    from tokenizers import Tokenizer, models

    Tokenizer(models.BPE()).save(str(tmp_path / "tokenizer.json"))
    text = "{% if messages|length > 6 %}{{ raise_exception('too many') }}{% endif %}x"
    (tmp_path / "chat_template.jinja").write_text(text)
    before = without_lock(run)
    ended = writ("export", run, "--max-tokens", 9000, "--tokenizer", tmp_path, "--workers", 2)

    assert (ended.code, ended.out) == (2, "")
    (line,) = (line for line in ended.err.splitlines() if not line.startswith("measure"))
    assert "its chat template does not take these conversations: too many" in line
    assert without_lock(run) == before


DAMAGE: dict[str, Callable[[Path], None]] = {
    "a manifest that is none": lambda run: none((run / "dataset" / "manifest.json").write_text("{}")),
    "a manifest of bytes": lambda run: none((run / "dataset" / "manifest.json").write_bytes(b"\xff")),
    "a deep manifest": lambda run: none((run / "dataset" / "manifest.json").write_text("[" * 100_000)),
    "cut short": lambda run: os.truncate(first(run), 100),
    "emptied": lambda run: os.truncate(first(run), 0),
    "one byte": lambda run: none(first(run).write_bytes(b"x")),
    "rewritten with our mark": lambda run: pq.write_table(pq.read_table(first(run))[:1], first(run)),
    "tasks by hand": lambda run: none((run / "tau2" / "airline" / "tasks.json").write_text("[]")),
}
"""What may befall an export, and is put right by the command that is printed."""


def none(_: object) -> None:
    """A lambda that returns nothing."""


def first(run: Path) -> Path:
    """A file of the dataset."""
    return min((run / "dataset").glob("*/*.parquet"))


@pytest.mark.parametrize("case", DAMAGE)
def test_what_was_changed_is_named_and_put_right(run: Path, case: str) -> None:
    """One line with the file; nothing is lost by the refusal, and the printed command gives what was there before."""
    exported(run, "--per-kind", "read-heavy=5")
    good = without_lock(run)
    DAMAGE[case](run)
    damaged = tree(run)
    for command in (("export", run, "--keep-shape"), ("synth", *made_with(run))):
        ended = writ(*command)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.splitlines()[-1].startswith("error: ")
        assert without_lock(run) == {name: data for name, data in damaged.items() if "lock" not in name}
        printed = re.search(r"(?:replaced|anew): writ (export .*)$", ended.err)
        assert printed
        assert str(run) in printed[1]
    assert writ(*shlex.split(printed[1])).code == 0

    if "manifest" in case:  # then nothing says how it was shaped
        assert read_manifest(run).kept == read_manifest(run).accepted
        assert writ("export", run, "--per-kind", "read-heavy=5").code == 0
    assert without_lock(run) == good


def made_with(run: Path) -> list[str]:
    """The words that make this run, or go on with it."""
    return ["--mix", str(mix_file(run.parent)), "--tries", str(TRIES), "--out", str(run)]


def test_what_cannot_be_replaced_is_to_be_moved(run: Path) -> None:
    """A folder where a file goes, Parquet of others, a card that is no text: named, with what to do; then the same command works."""
    dataset = run / "dataset"
    for name, make, says in (
        ("manifest.json", Path.mkdir, "is a folder, where the manifest goes. Move it away"),
        ("airline/train-00000-of-00001.parquet", Path.mkdir, "is a folder"),
        (
            "airline/stray.parquet",
            lambda path: path.write_bytes(b"x"),
            "load_dataset would take it for rows. Move it away",
        ),
        ("README.md", lambda path: path.write_bytes(b"---\n\xff"), "is no UTF-8 text"),
    ):
        kept_aside = run.parent / "aside"
        if (dataset / name).exists():
            (dataset / name).rename(kept_aside)
        make(dataset / name)  # type: ignore[operator]
        before = without_lock(run)
        for command in (("export", run), ("export", run, "--overwrite")):
            ended = writ(*command)
            assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
            assert says in ended.err
            assert str(dataset) in ended.err
        assert without_lock(run) == before
        shutil.move(dataset / name, run.parent / f"moved-{Path(name).name}")
        exported(run)


def test_a_dataset_that_is_gone_is_made_again(run: Path) -> None:
    """Without the folder, the forms beside it are known as ours by their marks, whatever the shape is now."""
    exported(run, "--per-kind", "read-heavy=5", "--format", "sharegpt", "--format", "tau2")
    shutil.rmtree(run / "dataset")
    printed = exported(run)
    assert f"{run}/sharegpt" in printed["notes"][0]
    assert read_manifest(run).kept == read_manifest(run).accepted


def test_a_card_of_the_users(run: Path) -> None:
    """One without our mark stays as it is; of one with it, what is not ours stays, and its head says the new rows."""
    card = run / "dataset" / "README.md"
    text = card.read_text()
    card.write_text(text.replace("---\n", "---\nlicense: mit\n", 1) + "\nMine.\n")
    exported(run, "--per-kind", "read-heavy=5")
    assert card.read_text().endswith("\nMine.\n")
    assert "license: mit" in card.read_text()
    counts = {int(number) for number in re.findall(r"num_examples: (\d+)", card.read_text())}
    assert counts & set(read_manifest(run).rows.values())

    card.write_text("# Mine\n")
    assert writ("export", run).code == 0
    assert card.read_text() == "# Mine\n"


def test_the_help_names_what_there_is() -> None:
    """Names and numbers in the help are those of the code."""
    text = Path(cli_export.__file__).read_text(encoding="utf-8")

    assert f"{', '.join([*FORMATS][:-1])} or {[*FORMATS][-1]}" in text
    assert f"Default: {', '.join(DEFAULT[:-1])} and {DEFAULT[-1]}." in text
    assert f"Without a number, {ALIKE}." in text


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ({("a", "train"): 3, ("a", "test"): 1, ("b", "train"): 2, ("b", "test"): 1}, ""),
        ({("a", "train"): 3, ("a", "test"): 1, ("b", "train"): 2}, "is left of b: there is the split train alone"),
        ({("a", "train"): 3, ("b", "train"): 2, ("b", "test"): 0}, "is left: there is the split train alone"),
        ({}, ""),
    ],
)
def test_a_domain_without_a_test_row_is_named(counts: dict[Key, int], says: str) -> None:
    """Whoever loads its test split would else find that there is none."""
    assert cli_export._without_test(counts).endswith(says)
    assert bool(cli_export._without_test(counts)) is bool(says)


def test_progress_counts_rows(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as the dataset gets, however many forms it is written in."""
    count = sum(exported(few)["rows"].values())
    monkeypatch.setattr(progress, "EVERY", 0.0)
    ended = writ("export", few, *EVERY, "--workers", 1)
    told = re.findall(r"^export rows (\d+)/(\d+)", ended.err, re.MULTILINE)

    assert {wanted for _, wanted in told} == {str(count)}
    assert told[-1][0] == str(count)


@pytest.mark.long
def test_what_a_quota_lacks_is_said_with_the_command_that_makes_more(tmp_path: Path) -> None:
    """All of it, as it can be pasted: it keeps what the run has, and is as large as that takes by what the run gave."""
    usual = synthesize(domains="airline", n=4, seed=4, out=tmp_path / "usual", workers=1)
    kinds = Counter(task.kind for task in usual.tasks())
    least = min(kinds.values())
    ended = writ("export", usual.folder, *(f"--per-kind={kind}={2 * least}" for kind in kinds))
    again = f"writ synth --domain tau2:airline -n 8 --seed 4 --out {usual.folder} --grow"

    assert ended.code == 1
    assert ended.out.splitlines()[-1].endswith(f"export again; 8 tasks are about enough: {again}")
    assert writ(*again.split()[1:], "--workers", 1, "-q").code == 0
    assert Run.read(usual.folder).count("tasks") == 8


@pytest.mark.parametrize(
    ("lacking", "mix", "says"),
    [
        ({"normal": 3}, USUAL, "; 40 tasks are about enough: writ synth --domain tau2:airline -n 40"),
        ({"normal": 2, "no-write": 1}, USUAL, "; 20 tasks are about enough: writ synth --domain tau2:airline -n 20"),
        ({"normal": 2, "no-write": 4}, USUAL, "; of no-write it gave none so far, so 20 tasks may be too few: writ synth"),
        ({"normal": 3}, MIX, "or for more in the mix of the run, make those, and export again: writ synth --mix FILE "),
    ],
    ids=["a quarter", "half", "none", "a mix of one's own"],
)  # fmt: skip
def test_how_much_more_is_made_goes_by_what_there_is(lacking: dict[str, int], mix: Mix, says: str) -> None:
    """Of the kind that gave the least; where one gave nothing nobody knows, and a mix of the user's own is their file."""
    assert says in cli_export._more(Path("run"), Settings(mix), dict.fromkeys(lacking, 4), lacking)
