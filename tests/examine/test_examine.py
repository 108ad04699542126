"""A domain that holds is found to hold; each single mistake in a pack, in tools or in a declaration is found, and named."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.domains.library import FILE, HOME, library, spec, written
from writ_dspy.domains import Domain, Pack
from writ_dspy.domains.declared import load, read
from writ_dspy.domains.declared.building import code_of_data, source
from writ_dspy.domains.observed import Row
from writ_dspy.examine import Examined, examine
from writ_dspy.examine.declaring import declaration_holds, nothing_drafted, schema_of, sentences
from writ_dspy.examine.examined import TASKS
from writ_dspy.examine.fields import fields_hold
from writ_dspy.examine.talks import played, talks_are_judged
from writ_dspy.examine.trying import answers_hold
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.propose.users import IDLE
from writ_dspy.task import Call


def with_pack(pack: Pack) -> Domain:
    """The library with another pack, and nothing remembered."""
    return replace(library(), pack=pack)


class Worded:
    """The library's phrases with one of them otherwise."""

    def __init__(self, **otherwise: Any) -> None:
        self.questions, self.about = library().pack.phrases.questions, library().pack.phrases.about
        vars(self).update(otherwise)

    def __getattr__(self, name: str) -> Any:
        return getattr(library().pack.phrases, name)


def _without(mapping: Any, key: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name != key}


def _misspelled(call: Call, text: str) -> dict[str, tuple[Row, ...]]:
    views = library().pack.lenses["get_loan"](call, text)
    return {"lones" if view == "loans" else view: rows for view, rows in views.items()}


PACK = library().pack
FEW = 16
"""Tasks that show a mistake."""
MISTAKES: dict[str, tuple[Callable[[], Pack], str, str]] = {
    "no rules": (lambda: replace(PACK, rules=()), "pack.rules", "nobody notices"),
    "nothing personal": (lambda: replace(PACK, personal=frozenset()), "pack.personal", "before the user is known, and nobody notices"),
    "owners unknown": (lambda: replace(PACK, owner=lambda _call, _look: None), "pack.owner", "a record of somebody else, and nobody notices"),
    "no ids": (lambda: replace(PACK, ids=lambda _: frozenset()), "pack.ids", "it does not find .* an id that"),
    "atoms blind to writes": (
        lambda: replace(PACK, atom=lambda call, text: call if library().kinds[call.tool] == "write" else PACK.atom(call, text)), "pack.atom", "does not stand for it",
    ),
    "mentions to the letter": (lambda: replace(PACK, mentions=lambda value, lower: value.lower() in lower), "pack.mentions", "as people say it"),
    "mentions everything": (lambda: replace(PACK, mentions=lambda _value, _lower: True), "pack.mentions", "states everything"),
    "a report without an end": (
        lambda: replace(PACK, phrases=Worded(report=lambda call, text: PACK.phrases.report(call, text).rstrip("."))), "pack.phrases.report", "without a full stop",
    ),
    "a question missing": (lambda: replace(PACK, phrases=Worded(questions=_without(PACK.phrases.questions, "loan"))), "pack.phrases.questions", "there is none for loan"),
    "no renderings": (lambda: replace(PACK, phrases=Worded(renderings=lambda _: ())), "pack.phrases.renderings", "no detail that must be listed"),
    "details that list nothing": (
        lambda: replace(PACK, phrases=Worded(details=lambda _call, _seen: "I would do that.")), "pack.phrases.details", "does not list",
    ),
    "nobody identified": (lambda: replace(PACK, identifies=lambda _call, _text: None), "pack.identifies", "no look-up of any draft establishes a user"),
    "a lens missing": (lambda: replace(PACK, lenses=_without(PACK.lenses, "get_loan")), "tables.loan|pack.lenses|recipe .*", "get_loan gives no rows|get_loan has no lens"),
    "a view misspelled": (lambda: replace(PACK, lenses={**PACK.lenses, "get_loan": _misspelled}), "tables.loan|pack.lenses|recipe .*", "get_loan gives no rows|get_loan shows lones"),
}  # fmt: skip


def _found(examined: Examined) -> list[str]:
    return [str(flaw) for flaw in examined.flaws if flaw.grave]


@pytest.mark.parametrize("tasks", [FEW, pytest.param(TASKS, marks=pytest.mark.slow)])
@pytest.mark.long
def test_the_library_holds(tasks: int) -> None:
    """Nothing grave is found; every dial fills, every talk is accepted, and its words vary."""
    examined = examine(library(), tasks)
    assert examined.holds, _found(examined)
    assert examined.accepted == examined.tasks == tasks
    assert all(found == wanted for _, found, wanted in examined.filled)
    assert examined.distinct is not None
    assert examined.distinct > 0.5


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_in_a_pack_is_named(mistake: str) -> None:
    """Of a pack with a single mistake, the part that is wrong is named; all of its tasks may be accepted all the same."""
    make, part, says = MISTAKES[mistake]
    found = _found(examine(with_pack(make()), FEW))
    assert any(re.match(rf"(?:{part}): .*(?:{says})", one) for one in found), found


def _edited(
    folder: Path, edit: Callable[[dict[str, Any]], object], name: str = "", old: str = "", new: str = ""
) -> Path:
    """The library with its declaration edited, and a text in one of its files replaced."""
    changed = spec()
    edit(changed)
    path = written(folder, changed)
    if name:
        text = (HOME / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return path


def _clause(tool: str, index: int, **keys: Any) -> Callable[[dict[str, Any]], object]:
    return lambda d: d["writes"][tool]["clauses"][index].update(keys)


def _nothing(_: dict[str, Any]) -> None:
    """Leaves the declaration as it is."""


def _misnamed(d: dict[str, Any]) -> None:
    """One field of each place that names fields, otherwise than records have it."""
    tables, writes = d["tables"], d["writes"]
    tables["loan"]["attributes"].update(weight={"type": "count"})
    tables["loan"].update(name="loan {loan_id} of {titel}")
    tables["member"].update(lists={"loans": "loan", "helds": "hold"}, identify={"find_member": "number"})
    tables["copy"]["among"][1].update(where={"area": "member.quarter"})
    writes["cancel_hold"].update(details="cancel {hold} at {hold.place}")
    writes["renew_loan"].update(report="It is due on {result.due}.")
    writes["renew_loan"]["clauses"][2].update(check="loan.renewal < 2")


MISNAMED = [
    "tables.copy.among.1.where.area: no record of member shows a field quarter", "tables.loan.attributes.weight: no record of loan shows a field weight",
    "tables.loan.name: no record of loan shows a field titel", "tables.member.identify.find_member: no record of member shows a field number",
    "tables.member.lists.helds: no record of member shows a field helds", "writes.cancel_hold.details: no record of hold shows a field place",
    "writes.place_hold.clauses.2.check: no record of member shows a field holds_count",
    "writes.renew_loan.clauses.2.check: no record of loan shows a field renewal", "writes.renew_loan.report: no record of loan shows a field due",
]  # fmt: skip
READS: dict[str, tuple[str, str, str, str]] = {
    "a read that breaks off": (
        "tools.py", '    return _with_book(state, _one(state, "loans", loan_id))', '    return _with_book(state, _one(state, "loans", loan_id)["book"])',
        r"tables\.loan\.read: get_loan refuses (\d+) of \1 ids of the data, such as L\d+: \"Error: 'book'\"",
    ),
    "a read that writes": (
        "tools.py", '    return _with_book(state, _one(state, "loans", loan_id))', '    _one(state, "loans", loan_id)["seen"] = True\n    return _with_book(state, _one(state, "loans", loan_id))',
        r"tables\.loan\.read: get_loan changes the data when it is called, so it is no read",
    ),
    "records with one id": ("data.py", '"hold_id": hold_id', '"hold_id": min(state["holds"], default=hold_id)', r"tables\.hold\.key: what get_hold shows for H\d+ has the hold_id H\d+"),
}  # fmt: skip
DECLARED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a write that changes nothing": (lambda to: _edited(to, _nothing, "tools.py", 'hold["status"] = "cancelled"\n    state["members"][hold["member_id"]]["holds"].remove(hold_id)', "pass"), r"tools\.cancel_hold: it is a write, and none of \d+ calls? changed anything"),
    "a clause that nobody breaks": (lambda to: _edited(to, _clause("renew_loan", 2, check="loan.renewals < 20")), r"writes\.renew_loan\.clauses\.2: `loan\.renewals < 20` never binds"),
    "a clause that all break": (lambda to: _edited(to, _clause("renew_loan", 2, check="loan.renewals > 20")), r"writes\.renew_loan\.clauses\.2: .* is broken by all"),
    "a clause that only the tool knows": (
        lambda to: _edited(to, lambda d: d["writes"]["change_pickup"]["clauses"].pop(1)), r"writes\.change_pickup\.clauses: the tool refuses what no clause forbids, .* 'it is picked up there already'",
    ),
    "a sentence without a clause": (lambda to: _edited(to, lambda d: d["writes"]["renew_loan"]["clauses"].pop(2)), r"policy: no clause stands for '.*A loan can be renewed twice at most"),
    "a quotation that is none": (lambda to: _edited(to, _clause("renew_loan", 2, policy="A loan can be renewed thrice")), r"writes\.renew_loan\.clauses\.2\.policy: the policy does not say"),
}  # fmt: skip


def test_each_field_that_no_record_has_is_named(tmp_path: Path) -> None:
    """By the key that names it, before anything is drafted."""
    examined = examine(load(_edited(tmp_path, _misnamed)), FEW)
    assert not examined.tasks
    assert sorted(one.partition(";")[0] for one in _found(examined)) == MISNAMED


def _advised(path: Path) -> dict[str, tuple[bool, str]]:
    """What is said of the fields, by key."""
    domain = load(path)
    schema = schema_of(domain)
    assert schema
    return {flaw.part: (flaw.grave, flaw.says) for flaw in fields_hold(schema, domain)}


CONSTANTS: list[tuple[str, bool | None, str]] = [
    ("loan.renewals < two", True, "compares a text with a number, and no value can match: there are 0, 1, 2"), ("hold.status is 5", True, "compares a number with a text"),
    ("loan.recalled is yes", True, "compares a text with `true` or `false`, and no value can match: there are false, true"), ("loan.recalled is true", None, ""),
    ("loan.recalled is 1", None, ""), ("loan.branch in Habor, Riverside", False, "no value can match `loan.branch in Habor, Riverside`: there are "),
    ("loan.branch in Habor, Harbor", None, ""), ("loan.branch is not Habor", None, ""), ("loan.due_date > today", None, ""), ("loan.renewals < 20", None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("check", "grave", "says"), CONSTANTS, ids=[check for check, *_ in CONSTANTS])
def test_a_constant_that_no_value_can_match_is_named(check: str, grave: bool | None, says: str, tmp_path: Path) -> None:
    """One of another type has to be mended; one that no record has is advice, since the records may change."""
    tool, index = ("cancel_hold", 0) if check.startswith("hold") else ("renew_loan", 2)
    path = _edited(
        tmp_path, _clause(tool, index, check=check), "data.py", '"renewals":', '"recalled": loan_id.endswith(("1", "2")), "renewals":'
    )  # fmt: skip
    found = _advised(path).get(f"writes.{tool}.clauses.{index}.check")

    assert (found and found[0]) is grave
    assert not found or says in found[1]


def test_a_list_that_no_record_has_is_named_beside_those_there_are(tmp_path: Path) -> None:
    """Its plain fields are no lists."""
    found = _advised(
        _edited(tmp_path, lambda d: d["tables"]["member"].update(lists={"loans": "loan", "helds": "hold"}))
    )

    assert found["tables.member.lists.helds"] == (
        True,
        "no record of member shows a field helds; there are holds, loans",
    )


TYPES: list[tuple[dict[str, str], tuple[bool, str] | None]] = [
    ({"type": "money"}, (True, "it is money, and no value is a number such as '")), ({"type": "date"}, (True, "it is date, and no value is a day, as 2026-03-02, such as '")), ({}, None),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "says"), TYPES, ids=[str(edit) for edit, _ in TYPES])
def test_a_type_that_no_value_has_is_named(edit: dict[str, str], says: tuple[bool, str] | None, tmp_path: Path) -> None:
    """A title is neither money nor a day."""
    found = _advised(_edited(tmp_path, lambda d: d["tables"]["loan"]["attributes"]["title"].update(edit)))
    flaw = found.get("tables.loan.attributes.title.type")

    assert (flaw and flaw[0]) == (says and says[0])
    assert not (flaw and says) or flaw[1].startswith(says[1])


@pytest.mark.parametrize(("field", "type_"), [("due_date", "`date`"), ("renewals", "`count` or `money`")])
def test_a_text_that_is_always_a_day_or_a_number_is_advised_a_type(field: str, type_: str, tmp_path: Path) -> None:
    """Else it is said as the records have it: "from 2026-10-29"."""
    found = _advised(_edited(tmp_path, lambda d: d["tables"]["loan"]["attributes"][field].pop("type")))

    assert [(part, grave) for part, (grave, _) in found.items()] == [(f"tables.loan.attributes.{field}.type", False)]
    assert found[f"tables.loan.attributes.{field}.type"][1].endswith(f"make it {type_}")


@pytest.mark.long
def test_writes_that_change_nothing_are_counted(tmp_path: Path) -> None:
    """With the clause that denies them; where it is there, nothing is said."""
    refusal = (
        '    if hold["pickup_branch"] == pickup_branch:\n        raise ValueError("it is picked up there already")\n'
    )
    for pop, says in ((True, 1), (False, 0)):
        domain = load(_edited(tmp_path, lambda d, pop=pop: d["writes"]["change_pickup"]["clauses"].pop(1) if pop else None, "tools.py", refusal, ""))  # type: ignore[misc]  # fmt: skip
        found = [flaw for flaw in declaration_holds(domain) if flaw.part == "writes.change_pickup.clauses"]

        assert len(found) == says
        assert all(re.search(r"^\d+ of \d+ that are granted change nothing, such as change_pickup\(.*: add `check: hold\.pickup_branch is not args\.pickup_branch`", flaw.says) for flaw in found)  # fmt: skip


@pytest.mark.long
def test_a_clause_whose_condition_never_holds_says_so(tmp_path: Path) -> None:
    """A record that breaks the clause would not help; where the condition holds for some, that is left out."""
    for when, says in (("member.kind is senior", True), ("member.kind is adult", False)):
        domain = load(_edited(tmp_path, _clause("renew_loan", 2, check="loan.renewals < 20", when=when)))
        (flaw,) = [flaw for flaw in declaration_holds(domain) if flaw.part == "writes.renew_loan.clauses.2"]

        assert (f"breaks it, since `{when}` holds for none, so" in flaw.says) is says


def test_who_is_known_by_their_id_alone_is_found_by_reading_their_record(tmp_path: Path) -> None:
    """That read comes before the user is known, since it is what makes them known; another record before it is still too soon."""
    domain = load(_edited(tmp_path, lambda d: d["tables"]["member"].update(identify={"get_member": ["member_id"]})))
    cell = Cell(domain=domain.name, kind="normal", writes=1, burden=2, count=6)
    talks = [talk for talk, findings in played(fill(cell, 1, None, domain=domain).tasks, domain) if not findings]
    public = replace(domain, pack=replace(domain.pack, personal=frozenset()))

    assert len(talks) == 6
    assert not [str(flaw) for flaw in talks_are_judged(domain, talks)]
    assert "pack.personal" in {flaw.part for flaw in talks_are_judged(public, talks)}


def test_an_attribute_that_nobody_speaks_of_is_named(tmp_path: Path) -> None:
    """As advice; one that a look-up takes, or whose type says how it is said, is of use without phrases."""
    domain = load(_edited(tmp_path, lambda d: d["tables"]["loan"]["attributes"].update(title={"point": []})))
    schema = schema_of(domain)
    assert schema
    found = list(fields_hold(schema, domain))
    assert [(flaw.part, flaw.grave) for flaw in found] == [("tables.loan.attributes.title", False)]


@pytest.mark.long
def test_another_sentence_than_the_policy_prescribes_is_named(tmp_path: Path) -> None:
    """With the one that the policy has; line breaks in either make no difference."""
    text = "A LIBRARIAN WILL TAKE OVER FROM HERE. PLEASE STAY ON THE LINE."
    for said, flaws in ((text.replace(" PLEASE", "\nPLEASE"), 0), ("A LIBRARIAN WILL TAKE OVER. STAY ON THE LINE.", 1)):
        domain = load(_edited(tmp_path, lambda d, said=said: d["transfer"].update(text=said)))  # type: ignore[misc]
        found = [flaw for flaw in declaration_holds(domain) if flaw.part == "transfer.text"]
        assert [flaw.grave for flaw in found] == [True] * flaws
        assert all(repr(said) in flaw.says and repr(text) in flaw.says for flaw in found)


def test_a_limit_that_no_record_meets_is_named(tmp_path: Path) -> None:
    """As advice, with what there is: `yes` is a word, and no truth value."""
    domain = load(_edited(tmp_path, lambda d: d["tables"]["copy"]["among"][0].update(where={"status": "yes"})))
    schema = schema_of(domain)
    assert schema
    (flaw,) = fields_hold(schema, domain)
    assert (flaw.part, flaw.grave) == ("tables.copy.among.0.where.status", False)
    assert "no record has the value 'yes'; there are" in flaw.says
    assert "lent" in flaw.says


@pytest.mark.parametrize("mistake", READS)
def test_a_read_that_shows_something_else_is_named(mistake: str, tmp_path: Path) -> None:
    """What it does instead, with the id of one record."""
    *edit, says = READS[mistake]
    found = _found(examine(load(_edited(tmp_path, _nothing, *edit)), FEW))
    assert any(re.match(says, one) for one in found), found


@pytest.mark.slow
@pytest.mark.parametrize("mistake", DECLARED)
def test_each_mistake_in_a_declaration_is_named(mistake: str, tmp_path: Path) -> None:
    """By its key, or by the tool or the sentence that shows it."""
    write, says = DECLARED[mistake]
    flaws = examine(load(write(tmp_path)), FEW).flaws
    found = [str(flaw) for flaw in flaws]
    assert any(re.match(says, one) for one in found), found
    talks = [flaw.part == "talks" for flaw in flaws]
    assert talks == sorted(talks), "what follows stands before its cause"


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("tools.py", '"placed_on": TODAY.isoformat()', '"placed_on": str(__import__("time").perf_counter())', "tools.place_hold: .* answers otherwise the second time"),
        ("tools.py", "import date, timedelta\n", "import date, timedelta\n\nNOW = date.today()\n", "tools: the code holds 'date.today\\('"),
        ("tools.py", '"placed_on": TODAY.isoformat()', '"placed_on": time.strftime("%Y-%m-%d")', "tools: the code holds 'time.strftime\\("),
        ("data.py", "    return state\n", "    state['made'] = {'on': {'day': str(datetime.date.today())}}\n    return state\n", "data: the code holds 'date.today\\('"),
    ],
)  # fmt: skip
@pytest.mark.long
def test_a_clock_is_found(name: str, old: str, new: str, says: str, tmp_path: Path) -> None:
    """By what the tools answer, or by what they and the data are made with, where that answers alike for a day."""
    path = _edited(tmp_path, _nothing, name, old, new)
    (tmp_path / name).write_text(
        f"import datetime\nimport time\n{(tmp_path / name).read_text()}".replace(
            "from __future__ import annotations\n", ""
        )
    )
    found = [str(flaw) for flaw in answers_hold(lambda: source(read(path), path), code_of_data(read(path), path))]
    assert any(re.match(says, one) for one in found), found
    assert not list(answers_hold(lambda: source(read(FILE), FILE), code_of_data(read(FILE), FILE)))


def test_a_write_that_no_task_asks_for_is_a_flaw(tmp_path: Path) -> None:
    """Grave, and with its reason: nothing of it would be in the data, and nobody would notice."""
    domain = load(_edited(tmp_path, _clause("renew_loan", 2, check="loan.renewals > 20")))
    flaw = nothing_drafted(domain, domain.pack.recipes[0])
    assert flaw.grave
    assert (
        str(flaw) == "recipe renew loan: it drafted nothing for 40 users: nothing that users could ask for is granted"
    )
    assert re.search(r"takes [2-6] reads or more", str(nothing_drafted(library(), library().pack.recipes[0])))


def test_who_says_yes_to_a_record_by_its_id_means_that() -> None:
    """A misquoted proposal before such a yes is no case that the listing of details decides, and says nothing about it."""
    cell = Cell(domain=library().name, kind="normal", writes=1, burden=3, count=12)
    named = []
    for talk, findings in played(fill(cell, 1, None).tasks, library()):
        (call,) = talk.task.gold
        place = next(at for at, turn in enumerate(talk.talk.turns) if call in turn.calls)
        turns = list(talk.talk.turns)
        found = [value for name, value in call.args.items() if name.endswith("_id") and value in turns[place - 2].text]
        if findings or not found:
            continue
        turns[place - 1] = replace(turns[place - 1], text=f"Yes, {found[0]} is right, go ahead.")
        named.append(replace(talk, talk=replace(talk.talk, turns=tuple(turns))))
    assert len({talk.task.gold[0].tool for talk in named}) > 1, "yes to records of one kind alone"
    for talk in named:
        assert not [flaw.says for flaw in talks_are_judged(library(), [talk]) if "names another record" in flaw.says]


def test_sentences_of_a_policy() -> None:
    """Headings are none; marks are left out; short ones ask for nothing."""
    assert sentences("# A heading\n\n- **One** loan. It can be renewed twice.\n\nOk.") == ["It can be renewed twice."]


class Vain:
    """A recipe for a denial that has nothing to offer for anybody, and counts how often it was asked."""

    name, tool = "denied: nothing", "cancel_hold"

    def __init__(self) -> None:
        self.asked = 0

    def draft(self, *_: object) -> None:
        """Nothing."""
        self.asked += 1


@pytest.mark.slow
def test_a_clause_that_no_record_breaks_costs_little() -> None:
    """It is asked so often in a cell and no more, and the others fill it; when a domain is examined, it is not asked at all after it drafted nothing."""
    vain = Vain()
    domain = with_pack(replace(PACK, denials=(vain, *PACK.denials)))
    cell = Cell(domain=domain.name, kind="no-write", writes=0, burden=3, denied=1, count=24)

    assert len(fill(cell, 1, None, domain=domain).tasks) == 24
    assert 0 < vain.asked <= IDLE

    steps: list[str] = []
    vain.asked = 0
    examined = examine(domain, 6, tell=steps.append)
    assert examined.tasks == 6
    assert 0 < vain.asked <= 120
    assert [step for step in steps if step.startswith("proposing, cell ")]
