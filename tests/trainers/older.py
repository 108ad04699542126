"""What older versions of `datasets` read of an export. Run by job.py, in the trainers' environment, which has a new one."""

import json
import os
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset

RUN = Path(os.environ["WRIT_RUN"])
PYTHONS = [path for path in os.environ.get("WRIT_OLD_DATASETS", "").split(":") if path]
"""Each with an older `datasets`, as job.py makes them."""
NESTED = ("messages", "tools")
READ = """
import json, sys
from datasets import load_dataset
found = load_dataset(*sys.argv[1:])
print(json.dumps({split: list(rows) for split, rows in found.items()}))
"""


@lru_cache(maxsize=1)
def rows() -> dict[str, list[dict[str, Any]]]:
    """What a new `datasets` gives of the dataset itself."""
    return {str(split): ordered(list(some)) for split, some in load_dataset(str(RUN / "dataset")).items()}


def ordered(some: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(some, key=lambda row: row["trajectory_id"])


def read(python: str, place: Path, *arguments: str) -> dict[str, list[dict[str, Any]]]:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        "HF_HOME": f"{RUN}-{Path(python).parts[-3]}"
    }
    command = [python, "-c", READ, str(place), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, list[dict[str, Any]]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_there_is_an_older_one() -> None:
    """job.py has made the oldest that is promised, and one between."""
    if not PYTHONS:
        pytest.skip("no older datasets could be installed")
    assert len(PYTHONS) == 2


@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: Path(python).parts[-3])
def test_an_older_client_reads_the_text(python: str) -> None:
    """In a run and in a folder of all forms, with its JSON parsed, `text` is every row and column of the dataset."""
    for place, config in ((RUN / "text", ()), (RUN.with_name("set"), ("text",))):
        found = read(python, place, *config)
        back = {
            split: ordered([row | {name: json.loads(row[name]) for name in NESTED} for row in some])
            for split, some in found.items()
        }
        assert back == rows()


@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: Path(python).parts[-3])
@pytest.mark.parametrize("form", ["sharegpt", "hermes", "tasks"])
def test_an_older_client_reads_the_other_forms(python: str, form: str) -> None:
    """As many rows as a new client gives, and the same ones."""
    wanted = {str(split): list(some) for split, some in load_dataset(str(RUN / form)).items()}

    assert read(python, RUN.with_name("set"), form) == wanted == read(python, RUN / form)
