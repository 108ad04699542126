"""A declaration begun by execution: what joins, what reads and writes, what the tools refuse; of domains that it was not made for."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.domains.library import HOME
from writ_dspy.domains import find
from writ_dspy.domains.declared import load, read
from writ_dspy.domains.declared.conditions import Side
from writ_dspy.drafting import Drafted, drafted, gathered, lacking, settle, text_of, write
from writ_dspy.drafting.calls import Tool, Tried
from writ_dspy.drafting.clauses import grounds
from writ_dspy.drafting.records import shape, singular, tables
from writ_dspy.drafting.words import deed, done_of
from writ_dspy.errors import ConfigError
from writ_dspy.examine import examine
from writ_dspy.task import Call

PARKING = Path(__file__).parent / "parking"
TUTORIAL = Path(__file__).parents[2] / "docs" / "own-domain.md"
OUT = Path("draft.yaml")
NUMBERED = """    while (booking_id := f"K{1000 + number % 9000}") in state["bookings"]:
        number += 1
"""
REFUSED = """    booking_id = f"K{1000 + number % 9000}"
    if booking_id in state["bookings"]:
        raise ValueError("that is booked already")
"""


@cache
def library() -> Drafted:
    """Of the tools of the library."""
    return settle(drafted(gathered(f"{HOME}/tools.py", f"{HOME}/data.py:make", f"{HOME}/policy.md", OUT), "library"))


@cache
def parking() -> Drafted:
    """Of an office that no part of this was made for: a class of tools, keys without `id`, codes for ids."""
    return settle(drafted(gathered(f"{PARKING}/office.py:Office", f"{PARKING}/books.py:books", f"{PARKING}/rules.md", OUT), "parking"))  # fmt: skip


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Drafted:
    """Of the tools of the tutorial, one of which refuses what no field tells."""
    folder = tmp_path_factory.mktemp("studio")
    for name, text in re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", TUTORIAL.read_text("utf-8"), re.DOTALL):
        (folder / name).write_text(text.replace(NUMBERED, REFUSED), "utf-8")
    return settle(drafted(gathered(f"{folder}/tools.py", f"{folder}/data.py:make", f"{folder}/policy.md", OUT), "studio"))  # fmt: skip


def checks(found: Drafted, tool: str) -> list[str]:
    """Conditions of the clauses of a write."""
    return [clause["check"] for clause in found.spec["writes"][tool].get("clauses", ())]


def joins(found: Drafted) -> dict[str, Any]:
    """Per table: its key, its read, its owner, what it lists and what it holds."""
    keys = ("key", "read", "owner", "lists", "parts")
    return {name: {key: table[key] for key in keys if key in table} for name, table in found.spec["tables"].items()}


def test_the_library_is_joined_by_values() -> None:
    """Keys, reads, owners, lists and parts are those of the declaration that people wrote."""
    written = read(HOME / "library.yaml").tables

    assert joins(library()) == {
        name: {
            key: value for key in ("key", "read", "owner", "lists", "parts") if (value := getattr(written[name], key))
        }
        for name in ("member", "loan", "hold", "book", "copy")
    }
    assert {name: table.get("id") for name, table in library().spec["tables"].items()} == {
        name: table.id for name, table in written.items()
    }


def test_reads_and_writes_are_told_apart_by_what_they_change() -> None:
    """The writes that are drafted are those that people declared, with their arguments; nothing else is a write."""
    written = read(HOME / "library.yaml").writes

    assert {tool: one["args"] for tool, one in library().spec["writes"].items()} == {
        tool: one.args for tool, one in written.items()
    }


def test_what_a_tool_refuses_is_a_clause(studio: Drafted) -> None:
    """One condition tells the refused calls from the others: over a value, an argument, a number, another record, the user's."""
    assert checks(library(), "change_pickup") == ["hold.pickup_branch is not args.pickup_branch"]
    assert checks(studio, "set_reminder") == ["booking.reminder is not args.reminder"]
    assert checks(parking(), "extend") == ["permit.status is in force", "resident.fines <= 0"]
    assert checks(parking(), "hand_back") == ["permit.status is not handed back"]
    assert checks(parking(), "move") == ["permit.zone is not args.code", "zone.left > 0"]


def test_a_strange_office_is_joined_too() -> None:
    """Keys that end in anything, owners that are called otherwise, ids that are codes, a look-up that answers with a record."""
    found = parking().spec

    assert joins(parking()) == {
        "resident": {"key": "resident_no", "read": "resident", "lists": {"permits": "permit"}},
        "permit": {"key": "permit", "read": "permit", "owner": "holder"},
        "zone": {"key": "code", "read": "zone"},
    }
    assert found["user"] == "resident"
    assert found["tables"]["resident"]["identify"] == {"who_calls": ["phone"]}
    assert re.fullmatch(found["tables"]["zone"]["id"], "NW")
    assert not re.fullmatch(found["tables"]["zone"]["id"], "NO")
    assert found["transfer"] == {"tool": "ask_supervisor", "text": "The supervisor will call you back today."}
    assert found["today"] == "2026-09-14"


def test_what_cannot_be_drafted_is_said(studio: Drafted) -> None:
    """A free text of a write, a refusal that no field tells, a policy: each is one line of what is left to do."""
    left = "\n".join(lacking(parking()))

    assert "writes.note: nothing in the data is like its argument text" in left
    assert "note" not in parking().spec["writes"]
    assert "policy: 8 of its sentences" in left
    assert "book_session" in studio.notes
    assert any("booked already" in note for note in studio.notes["book_session"])
    assert "# - Whoever owes the studio more than $20.00" in text_of(studio)


@pytest.mark.parametrize("make", [library, parking], ids=["library", "parking"])
def test_what_is_written_loads(make: Any, tmp_path: Path) -> None:
    """The file is a declaration, which a reader of YAML gets the same values from, and a domain whose recipes draft."""
    path = tmp_path / "drafted.yaml"
    write(text_of(make()), path)
    home = HOME if make is library else PARKING
    text = path.read_text("utf-8")
    for name in ("tools.py", "data.py", "policy.md", "office.py", "books.py", "rules.md"):
        text = re.sub(rf"(?m)(: )\S*/{re.escape(name)}", rf"\g<1>{name}", text)
        if (home / name).exists():
            (tmp_path / name).write_text((home / name).read_text("utf-8"), "utf-8")
    path.write_text(text, "utf-8")
    domain = load(path)

    assert set(domain.pack.users(domain)) == set(domain.tables["members" if make is library else "residents"])
    assert [tool for tool, kind in domain.kinds.items() if kind == "write" and tool != "note"] == [
        tool for tool in domain.kinds if tool in make().spec["writes"]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("make", [library, parking], ids=["library", "parking"])
def test_what_is_written_makes_accepted_tasks(make: Any, tmp_path: Path) -> None:
    """As it is drafted, nine of ten tasks are accepted, and nothing but the policy's sentences and dry dials is grave."""
    home, names = (HOME, ("tools.py", "data.py", "policy.md")) if make is library else (PARKING, ("office.py", "books.py", "rules.md"))  # fmt: skip
    for name in names:
        (tmp_path / name).write_text((home / name).read_text("utf-8"), "utf-8")
    place = tmp_path / "drafted.yaml"
    tools = f"{tmp_path}/{names[0]}" + (":Office" if make is parking else "")
    data = f"{tmp_path}/{names[1]}:{'books' if make is parking else 'make'}"
    write(text_of(settle(drafted(gathered(tools, data, f"{tmp_path}/{names[2]}", place), "drafted"))), place)
    found = examine(find(str(place)), 24)

    assert found.accepted >= 0.9 * found.tasks > 0
    assert not [flaw for flaw in found.flaws if flaw.grave and flaw.part.partition(".")[0] not in ("policy", "dials", "talks")]  # fmt: skip


# ----------------------------------------------------------------------------- parts


def test_ids_have_a_pattern_where_they_have_a_form() -> None:
    """Every id matches; texts of any form have none; codes are named one by one."""
    assert shape(["M1", "M22", "M333"]) == r"M\d{1,3}"
    assert shape(["ab-12", "cd-34"]) == r"[a-z]{2}-\d{2}"
    assert shape(["#W12", "#W99"]) == r"#W\d{2}"
    assert shape(["ann", "bo"]) == ""
    assert re.fullmatch(shape(["NW", "C"]), "C")


@pytest.mark.parametrize(
    ("part", "key", "one"),
    [("members", "member_id", "member"), ("copies", "id", "copy"), ("people", "person_id", "person"), ("classes", "no", "class"), ("bus", "bus_id", "bus"), ("boxes", "code", "box")],
)  # fmt: skip
def test_a_record_is_called_in_the_singular(part: str, key: str, one: str) -> None:
    """By its key where that begins alike, else by how plurals end."""
    assert singular(part, key) == one


def test_a_deed_is_taken_from_the_description() -> None:
    """Where it begins with the tool's verb and speaks of no user; else from the name."""
    assert deed("cancel_hold", "Cancel a hold. It is final.", "member") == "cancel a hold"
    assert deed("book_session", "Book a session for a member.", "member") == "book a session"
    assert deed("set_reminder", "Set how a member is reminded.", "member") == "set a reminder"
    assert deed("upgrade", "Gives more room", "guest") == "upgrade"
    assert [done_of(tool) for tool in ("cancel_it", "hand_back", "pay_bill", "move", "apply_code")] == ["cancelled", "handed back", "paid", "moved", "applied"]  # fmt: skip


def _tool(*outcomes: tuple[int, str]) -> Tool:
    """A tool of one number, with what each call came to."""
    return Tool("lend", {}, [Tried(Call.of("lend", {"n": n}), text, text.startswith("Error")) for n, text in outcomes])


def test_a_ground_needs_cases_of_both_kinds_and_one_field_that_tells() -> None:
    """Two refusals prove nothing; a field that does not tell them apart is no clause."""
    side = Side("args", "n")

    def told(*outcomes: tuple[int, str]) -> list[str]:
        return [one.check for one in grounds(_tool(*outcomes), [side], lambda one, _: one.call.args["n"], "")]

    fine, refused = [(n, "ok") for n in (1, 2, 3, 4)], [(n, "Error: too many for one.") for n in (5, 6, 9)]
    assert told(*fine, *refused) == ["args.n < 5"]
    assert told(*fine, *refused[:2]) == [""]
    assert told(*fine, *refused, (7, "ok")) == [""]


def test_records_that_do_not_know_their_ids_are_no_table() -> None:
    """A table is joined by the ids that its records hold."""
    assert tables({"rooms": {"r1": {"name": "a"}, "r2": {"name": "b"}}}) == {}


@pytest.mark.parametrize(
    ("given", "data", "policy", "says"),
    [
        ("nowhere.py", "d.json", "", "there is no file"),
        (f"{PARKING}/office.py:Office", "", "", "need the state"),
        ("tau2:bank", "", "", "there is no such domain"),
        ("tau2:retail", "d.json", "", "brings its own data"),
        (f"{PARKING}/office.py:Nobody", f"{PARKING}/books.py:books", "", "has no Nobody"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(given: str, data: str, policy: str, says: str) -> None:
    """With the place, and what to do."""
    with pytest.raises(ConfigError, match=says):
        gathered(given, data, policy, OUT)


@pytest.mark.parametrize(
    ("given", "says"),
    [("tool.py", "there is no file"), ("policy.md", "holds no tools"), ("no.yaml", "there is no file")],
)
def test_a_place_without_tools_is_named_before_anything_else(given: str, says: str, tmp_path: Path) -> None:
    """Whoever mistypes a file is not asked for its data."""
    (tmp_path / "policy.md").write_text("# Policy\n", encoding="utf-8")
    place = str(tmp_path / given)
    with pytest.raises(ConfigError, match=says):
        gathered(place, "", "", tmp_path)
