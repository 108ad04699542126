"""A declared domain: what is wrong with a declaration is named by its path, and what follows from one agrees with itself."""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.domains.library import library, spec, variant, written
from tests.simulate.playing import play
from writ_dspy.domains import Before, Seen, Views, find, observe
from writ_dspy.domains.declared import load
from writ_dspy.domains.declared.person import meet
from writ_dspy.domains.declared.recipes import Asked
from writ_dspy.domains.declared.wish import Wish
from writ_dspy.domains.declared.wishing import wishes
from writ_dspy.errors import ConfigError, DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import decide
from writ_dspy.evidence.witness import Search
from writ_dspy.propose.mix import Cell, default_mix
from writ_dspy.propose.proposer import fill
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Call, Json, Kind
from writ_dspy.verify.checks import verify

Edit = Callable[[dict[str, Any]], object]
FLAWS: list[tuple[Edit, str]] = [
    (lambda d: d.pop("user"), r"user: this key is missing"),
    (lambda d: d.update(tabels={}), r"tabels: there is no such key; did you mean tables\?"),
    (lambda d: d["tables"]["loan"].update(atributes={}), r"tables\.loan\.atributes: there is no such key; did you mean attributes\?"),
    (lambda d: d["tables"]["loan"].update(read="get_loans"), r"tables\.loan\.read: there is no tool 'get_loans'; tools are find_member"),
    (lambda d: d["tables"]["member"]["lists"].update(loans="lone"), r"tables\.member\.lists\.loans: there is no table 'lone'"),
    (lambda d: d["writes"]["renew_loan"].pop("word"), r"writes\.renew_loan\.word: this key is missing"),
    (lambda d: d["writes"]["renew_loan"]["args"].update(loan="loan"), r"writes\.renew_loan\.args\.loan: the tool has no such parameter; it has loan_id"),
    (lambda d: d["writes"]["place_hold"]["args"].pop("copy_id"), r"writes\.place_hold\.(args: the tool needs copy_id|only\.0\.check: no argument of it is a copy)"),
    (lambda d: d["writes"]["cancel_hold"]["clauses"][0].update(check="hold.status = waiting"), r"writes\.cancel_hold\.clauses\.0\.check: .* has none of is not, is"),
    (lambda d: d["writes"]["cancel_hold"]["clauses"][0].update(check="held.status is waiting"), r"clauses\.0\.check: 'held\.status' is no `table\.attribute`"),
    (lambda d: d["writes"]["cancel_hold"]["clauses"][0].update(check="loan.renewals < 2"), r"clauses\.0\.check: no argument of it is a loan"),
    (lambda d: d["values"]["pickup_branch"].update(of=[], own={}), r"values\.pickup_branch\.of: nobody can ask for any"),
    (lambda d: d["tables"]["copy"]["among"][1]["where"].update(area="loan.area"), r"tables\.copy\.among\.1\.where\.area: only fields of member"),
    (lambda d: d["tables"]["book"].update(noun=""), r"tables\.book\.noun = '': String should have at least 1 character"),
    (lambda d: d["tables"]["loan"]["attributes"]["title"].update(point="the loan of {title}"), r"attributes\.title\.point\.0 = 'the loan of \{title\}': only `\{\}` and choices"),
    (lambda d: d["writes"]["renew_loan"].update(do="[renew|extend a loan"), r"writes\.renew_loan\.do\.0 = .*: only `\{\}` and choices"),
    (lambda d: d["writes"]["renew_loan"].update(details="renew {lone}"), r"writes\.renew_loan\.details: \{lone\} is none of "),
    (lambda d: d["writes"]["renew_loan"].update(details="renew {hold}"), r"writes\.renew_loan\.details: \{hold\} is none of \{loan\.field\}, \{loan_id\}, \{loan\}"),
    (lambda d: d["writes"]["renew_loan"].update(details="renew {loan_id.title}"), r"writes\.renew_loan\.details: \{loan_id\.title\} is none of "),
    (lambda d: d["writes"]["renew_loan"].update(report="Renewed: {loan.title}."), r"writes\.renew_loan\.report: \{loan\.title\} is none of "),
    (lambda d: d["tables"]["loan"].update(name="loan {loan_id"), r"tables\.loan\.name: only \{field\} stands in it"),
    (lambda d: d["never"][1].update(word="banana"), r"never\.1\.word: 'banana' is no word of the topic, 'handing on the loan'"),
    (lambda d: d["writes"]["renew_loan"].update(word="banana"), r"writes\.renew_loan\.word: 'banana' is no word of the topic"),
    (lambda d: d["never"][1].update(about="cat"), r"never\.1\.about: there is no table 'cat'"),
    (lambda d: d.update(policy="rules.md"), r"policy = 'rules\.md': there is no file"),
    (lambda d: d["tools"].update(python="tool.py"), r"tools\.python = tool\.py: there is no file"),
    (lambda d: d["tools"].update(python="policy.md"), r"tools\.python = policy\.md: .*policy\.md is no Python file"),
    (lambda d: d.update(data="data.py"), r"data = 'data\.py': this is Python, .* Write data: data\.py:make\.$"),
    (lambda d: d.update(data="data.py:mak"), r"data = data\.py:mak: data\.py has no mak\. Did you mean make\?$"),
    (lambda d: d.update(data="dat.py:make"), r"data = dat\.py:make: there is no file .*dat\.py"),
    (lambda d: d.update(data="policy.md"), r"data = 'policy\.md': it is no JSON .* as in data\.py:make"),
    (lambda d: d.update(policy="tools.py"), r"policy = 'tools\.py': this is code, and no policy"),
    (lambda d: d.update(policy="library.yaml"), r"policy = 'library\.yaml': this is another file of the declaration, and no policy"),
    (lambda d: d["tables"]["loan"]["attributes"]["due_date"].update(type="day"), r"tables\.loan\.attributes\.due_date\.type = 'day': Input should be 'text'"),
    (lambda d: d["tables"]["loan"]["attributes"]["branch"].update(later="my later ones"), r"tables\.loan\.attributes\.branch\.later: it takes an attribute of the type `date`"),
    (lambda d: d.update(fields={"parts": "lines"}), r"fields\.parts: nothing that tools show goes by 'lines'; name a field of a record or of a tool"),
    (lambda d: d.update(fields={"offers": "copy"}), r"fields\.offers: nothing that tools show goes by 'copy'; views are "),
    (lambda d: d.update(fields={"part": "copy_id", "things": "copies"}), r"fields\.things: there is no such key"),
    (lambda d: d["tables"]["member"].update(key="number"), r"tables\.member\.key: no table of the data has records that stand by their number"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "says"), FLAWS, ids=[says[:40] for _, says in FLAWS])
def test_a_flaw_is_named_by_its_path(tmp_path: Path, edit: Edit, says: str) -> None:
    """What is missing, misspelled or not there is refused in one line, with the path of the key."""
    changed = spec()
    edit(changed)
    with pytest.raises(ConfigError, match=says) as caught:
        load(written(tmp_path, changed))

    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_name_stands_for_a_list_of_one(tmp_path: Path) -> None:
    """Wherever the reference says "a text, or a list of them"."""
    changed = spec()
    changed["tables"]["member"]["identify"] = {"find_member": "card"}
    changed["covered"] = changed["covered"][0]
    domain = variant(tmp_path, changed)
    assert domain.pack.look_up({"card": "1"}) == domain.canonical("find_member", {"card": "1"})


def test_what_is_declared_to_be_money_is_money(tmp_path: Path) -> None:
    """Whatever the field is called; amounts of it are known from counts."""
    changed = spec()
    changed["tables"]["member"]["attributes"]["quote"] = {"type": "money"}
    money = re.compile(variant(tmp_path, changed).pack.money)
    assert money.search("quote")
    assert money.search("late_fee")
    assert not money.search("quoted_by")
    assert not re.search(library().pack.money, "quote")


def test_words_stand_for_a_value_that_is_a_code(tmp_path: Path) -> None:
    """A value that people can say is said as it is: other words for it are understood, and need not fit where it stands."""
    changed = spec()
    changed["values"]["pickup_branch"]["words"] = {
        "Harbor": ["down at the water"],
        "old_mill": ["Old Mill", "by the mill"],
    }
    phrases = variant(tmp_path, changed).pack.phrases
    for value, said in (("Harbor", "Harbor"), ("old_mill", "Old Mill"), ("Orchard", "Orchard")):
        call = Call.of("change_pickup", {"hold_id": "H10001", "pickup_branch": value})
        assert phrases.details(call, Seen()).endswith(f" to {said}.")
        assert phrases.report(call, "{}") == f"Hold H10001 will now be picked up at {said}."


def test_the_agent_says_extremes_as_they_are_declared(tmp_path: Path) -> None:
    """By a declared word that can stand before a noun; `best` goes before it, and a whole clause cannot stand there."""
    changed = spec()
    changed["tables"]["copy"]["attributes"]["fee"] = {
        "type": "money",
        "least": ["to be had for least", "the cheapest"],
        "most": "the most expensive",
    }
    changed["tables"]["copy"]["attributes"]["due_date"]["most"] = ["due back last"]
    superlative = variant(tmp_path, changed).pack.phrases.superlative
    assert [superlative("fee", most) for most in (False, True)] == ["cheapest", "most expensive"]
    assert superlative("due_date", True) == "latest"


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("data.py", "    return state\n", "    return stat\n", r"making the data by data\.py:make: NameError: .*, at data\.py, line \d+\. Mend that\.$"),
        ("tools.py", "def find_member", "import nonesuch\n\ndef find_member", r"importing tools\.py: ModuleNotFoundError: .*'nonesuch', at tools\.py, line \d+\. Mend that\.$"),
        ("tools.py", "def find_member(", "def find_member((", r"importing tools\.py: SyntaxError: .*, at tools\.py, line \d+\. Mend that\.$"),
    ],
)  # fmt: skip
def test_a_mistake_in_code_beside_it_is_named_by_its_line(
    tmp_path: Path, name: str, old: str, new: str, says: str
) -> None:
    """It is for its author to mend, and no error of writ."""
    path = written(tmp_path, spec())
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DomainError, match=says):
        load(path)


def test_what_tools_and_data_print_stays_off_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """While they are loaded, and at each call: what a command prints is its own."""
    path = written(tmp_path, spec())
    for name, old, new in (
        ("tools.py", "def find_member(", 'print("loaded")\n\n\ndef find_member('),
        (
            "tools.py",
            '    return _one(state, "members", member_id)',
            '    print("called")\n    return _one(state, "members", member_id)',
        ),
        ("data.py", "    return state\n", '    print("made")\n    return state\n'),
    ):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert old in text
        (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    domain = load(path)
    member = domain.pack.users(domain)[0]
    assert not domain.read(domain.canonical("get_member", {"member_id": member})).error
    sys.stdout.write("ours\n")

    said = capsys.readouterr()
    assert said.out == "ours\n"
    assert {"loaded", "made", "called"} <= set(said.err.split())


def _some_wishes(seed: int, most: int) -> list[Wish]:
    domain, rng = library(), random.Random(seed)
    found: list[Wish] = []
    for recipe in domain.pack.recipes:
        if not isinstance(recipe, Asked):
            continue
        for user in rng.sample(list(domain.pack.users(domain)), 12):
            for memory in ("knows ids", "half-remembers", "knows none"):
                person = meet(recipe.schema, domain, user, rng)
                known = list(wishes(person, recipe.tool, recipe.write, memory, rng.randint(3, 6), rng))
                found += rng.sample(known, min(most, len(known)))
    return found


def test_a_clause_is_one_thing() -> None:
    """What the engine counts as broken, the goal refuses for that ground, and the rules find in the call; and nothing else."""
    domain, seen = library(), Counter[str]()
    for wish in _some_wishes(1, 3):
        broken = wish.broken()
        if broken is None:
            continue
        clauses = wish.write.clauses
        try:
            outcome = decide(wish.decision(), domain, domain.read)
        except Unresolved:
            continue
        call = domain.canonical(wish.tool, dict(wish.values))
        world = domain.world()

        def look(tool: str, args: Json) -> Views:
            return observe(domain, world, domain.canonical(tool, args)).views  # noqa: B023 - called within its turn

        before = Before(call, look, wish.person.id, (), "")
        judged = [found for rule in domain.pack.rules for found in rule(before)]
        assert (outcome.call is None) == bool(broken)
        assert len(judged) == len(broken)
        if broken:
            ground = clauses[wish.ground(broken)]
            assert outcome.refusal == ground.because
            assert outcome.transfer == ground.transfer
            seen[ground.because] += 1
        else:
            assert outcome.call == call
            seen[wish.tool] += 1
    assert len(seen) >= 9


def test_reads_are_counted_before_they_are_made() -> None:
    """The number of reads by which a draft is chosen is the size of the evidence that its goal comes to."""
    domain, right, all_ = library(), 0, 0
    for wish in _some_wishes(2, 2):
        broken = wish.broken()
        if broken is None:
            continue
        try:
            outcome = decide(wish.decision(), domain, domain.read)
        except Unresolved:
            continue
        all_ += 1
        right += len(outcome.evidence) == wish.burden(wish.ground(broken) if broken else None)
    assert all_ > 100
    assert right == all_


@pytest.mark.long
def test_what_a_declaration_makes_is_accepted() -> None:
    """Tasks of every kind, played by the scripts, pass every check; read-heavy and denied ones are among them."""
    domain = library()
    cells = [cell.model_copy(update={"count": 1}) for cell in default_mix(domain.name, 60).cells][::2]
    tasks = [task for cell in cells for task in fill(cell, 3, None).tasks]
    assert len(tasks) == len(cells)
    assert {task.kind for task in tasks} == {"write-intensive", "read-heavy", "normal", "no-write"}
    assert any(task.axes.denied for task in tasks)
    for task in assign(tasks, 3):
        talk = play(task).talk
        assert not verify(task, talk, domain).findings


def test_the_same_seed_gives_the_same_tasks() -> None:
    """Nothing but the cell and the seed decides."""
    cell = Cell(domain=library().name, kind="normal", writes=1, burden=3, count=2)
    assert [task.id for task in fill(cell, 5, None).tasks] == [task.id for task in fill(cell, 5, None).tasks]


MORE_TOOLS = '''

def suggest_book(state: dict[str, Any], member_id: str, book_id: str) -> dict[str, Any]:
    """Suggest that the library buy another copy. Args: member_id: Such as 'M2041'. book_id: Such as 'B1204'."""
    member, book = _one(state, "members", member_id), _one(state, "books", book_id)
    member["suggested"] = book["book_id"]
    return member


def swap_copy(state: dict[str, Any], hold_id: str, copy_id: str) -> dict[str, Any]:
    """Have a hold wait for another copy. Args: hold_id: Such as 'H51877'. copy_id: Such as 'C90155'."""
    hold, copy = _one(state, "holds", hold_id), _one(state, "copies", copy_id)
    hold["copy_id"] = copy["copy_id"]
    return _with_book(state, hold)
'''
MORE_WRITES: dict[str, dict[str, Any]] = {
    "suggest_book": {
        "do": "suggest that you buy a book once more", "topic": "the suggestion of a book", "word": "suggestion", "done": "noted",
        "args": {"member_id": "member", "book_id": "book"}, "details": "note that you suggest {book}", "report": "Your suggestion of {book_id} is noted.",
        "clauses": [{"check": "book.year < 2015", "because": "only books from before 2015 are bought once more"}],
    },
    "swap_copy": {
        "do": "have a hold wait for another copy", "topic": "the swap of the copy", "word": "copy", "done": "swapped", "returns": "hold",
        "args": {"hold_id": "hold", "copy_id": "copy"}, "details": "have {hold} wait for {copy}", "report": "Hold {hold_id} waits for {copy_id} now: it is swapped.",
        "clauses": [{"check": "hold.status is waiting", "because": "a hold that is in transit can be neither cancelled nor moved"}],
    },
}  # fmt: skip


@pytest.mark.parametrize("tool", MORE_WRITES)
@pytest.mark.long
def test_every_record_can_be_chosen(tool: str, tmp_path: Path) -> None:
    """One that stands for itself, and one within others beside a record of the user's: it is drafted, granted and accepted."""
    changed = spec()
    changed |= {"domain": f"town:{tool}", "writes": {tool: MORE_WRITES[tool]}}
    changed["tables"]["book"]["attributes"] = {
        "year": {"type": "count", "least": ["the oldest"], "most": ["the newest"]}
    }
    changed["tables"]["book"]["known"] = "yes"
    path = written(tmp_path, changed)
    with (tmp_path / "tools.py").open("a", encoding="utf-8") as tools:
        tools.write(MORE_TOOLS)
    domain = find(str(path))
    kinds: list[tuple[Kind, int]] = [("normal", 3), ("read-heavy", 5), ("read-heavy", 6)]
    cells = [Cell(domain=domain.name, kind=kind, writes=1, burden=reads, count=2) for kind, reads in kinds]
    tasks = [task for cell in cells for task in fill(cell, 3, None).tasks]
    assert len(tasks) == 6
    for task in assign(tasks, 3):
        assert all(call.tool == tool for call in task.gold)
        assert not verify(task, play(task).talk, domain).findings


@pytest.mark.parametrize(("kind", "writes", "burden"), [("read-heavy", 1, 4), ("normal", 1, 3), ("no-write", 0, 4)])
def test_a_witness_shows_each_record_once(kind: Kind, writes: int, burden: int) -> None:
    """A read of one record shows that record, in any database: none is proven by two versions of it, or by none."""
    domain, seen = library(), Counter[str]()
    single = domain.pack.integrity.single
    for task in fill(Cell(domain=domain.name, kind=kind, writes=writes, burden=burden, count=3), 3, None).tasks:
        for wish in (*task.goal.decisions, *(tell.decision for tell in task.goal.tells)):
            evidence = decide(wish, domain, domain.read).evidence
            for proof in Search(wish, domain, evidence).proofs(evidence):
                for call, (views, _) in proof.changed.items():
                    for view in (view for view in views if (call.tool, view) in single):
                        seen[call.tool] += 1
                        assert len(views[view]) == 1
    assert sum(seen.values()) >= 3
    assert seen.keys() & {"get_hold", "get_loan", "get_book"}
