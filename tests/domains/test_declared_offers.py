"""Questions about what is nobody's own: a catalog, what the user's things refer to, what searches by several arguments show."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.domains.library import spec, written
from tests.simulate.playing import play
from writ_dspy.domains import Dial, Domain, Memory, find
from writ_dspy.domains import load as by_name
from writ_dspy.domains.declared import load
from writ_dspy.domains.declared.choosing import Held, searched_for
from writ_dspy.domains.declared.offered import Offered, about_all, looked_for, referred
from writ_dspy.domains.declared.person import Person, meet
from writ_dspy.errors import ConfigError, DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import decide
from writ_dspy.propose.accept import settle_draft
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Call, Decision
from writ_dspy.verify.checks import verify

HOME = Path(__file__).parent / "declarations"
MEMORIES: tuple[Memory, ...] = ("knows ids", "half-remembers", "knows none")
Told = tuple[Call | None, frozenset[Call]]
"""A value, and the reads that it rests on; either look-up of the user is the same."""


def _told(wish: Decision, domain: Domain) -> Told:
    outcome = decide(wish, domain, domain.read)
    return outcome.call, frozenset(call for call in outcome.evidence if not call.tool.startswith("find_user"))


def _by_hand(domain: Domain, name: str, memory: Memory, burden: int) -> Iterator[tuple[str, Told]]:
    """What a question by hand comes to for some users."""
    recipe, rng = (
        next(one for one in domain.pack.questions if one.name == name),
        random.Random(f"{name}/{memory}/{burden}"),
    )
    for user in rng.sample(list(domain.pack.users(domain)), 60):
        draft = recipe.draft(domain, user, Dial(burden, memory), rng)
        if draft is not None:
            try:
                yield user, _told(draft.tells[0].decision, domain)
            except (Unresolved, DomainError):
                continue


def _offered(domain: Domain, table: str) -> Offered:
    return next(one for one in domain.pack.questions if isinstance(one, Offered) and one.table == table)


def _answers(domain: Domain, asks: Offered, person: Person, dial: Dial, held: Held) -> set[Told]:
    """What all questions about these come to."""
    rng, found = random.Random(1), set[Told]()
    for draft in (one for _ in range(9) for one in asks.about(person, dial, rng, held)):
        try:
            found.add(_told(draft.tells[0].decision, domain))
        except Unresolved:
            continue
    return found


@pytest.mark.parametrize("burden", [2, 4, 6])
def test_the_catalog_is_asked_about_as_by_hand(burden: int) -> None:
    """Of the same products, how many versions are in stock and what the cheapest one costs: the same value by the same reads."""
    by_hand, domain = by_name("tau2:retail"), find(str(HOME / "retail.yaml"))
    asks, names, seen = _offered(domain, "variant"), by_hand.tables["products"], Counter[str]()
    for memory in MEMORIES:
        dial = Dial(burden, memory)
        for user, told in _by_hand(by_hand, "ask about the catalog", memory, burden):
            products = [call.args["product_id"] for call in told[1] if call.tool == "get_product_details"]
            person = meet(asks.schema, domain, user, random.Random(2))
            by = ("list_all_product_types", "name")
            held = searched_for(
                person, "variant", "product", by, [names[one]["name"] for one in products], random.Random(3)
            )
            assert told in _answers(domain, asks, person, dial, about_all(held))
            seen["price" if "." in str(told[0]) else "count"] += 1
            if sum(seen.values()) % 8 == 0:
                break
    assert set(seen) == {"price", "count"}


@pytest.mark.parametrize("memory", MEMORIES)
def test_the_stock_is_asked_about_as_by_hand(memory: Memory) -> None:
    """Of what is in an order, one thing or all: the same value by the same reads, for each user of whom both can ask."""
    by_hand, domain = by_name("tau2:retail"), find(str(HOME / "retail.yaml"))
    asks, same, others = _offered(domain, "variant"), Counter[int](), 0
    for burden in (3, 4, 5, 6):
        dial = Dial(burden, memory)
        for user, told in _by_hand(by_hand, "ask about the stock", memory, burden):
            person = meet(asks.schema, domain, user, random.Random(2))
            products = {call for call in told[1] if call.tool == "get_product_details"}
            found = set[Told]()
            for held in referred(person, "variant", dial, random.Random(4)):
                if len(held.reads) == burden:
                    found |= _answers(domain, asks, person, dial, held)
            same[burden] += told in found
            others += told not in found and any(products <= reads for _, reads in found)
            if same[burden] == 4:
                break
    assert sum(count >= 2 for count in same.values()) >= (1 if memory == "knows none" else 2)
    assert sum(same.values()) >= 3 * others, (
        same,
        others,
    )  # by hand, an order is known by more than by what is declared


@pytest.mark.parametrize("burden", [1, 2, 3, 6, 10])
def test_the_lowest_fare_is_that_by_hand(burden: int) -> None:
    """Over the same days, direct, with a stop or either: the same fare by the same searches."""
    by_hand, domain, seen = by_name("tau2:airline"), find(str(HOME / "airline.yaml")), Counter[str]()
    tables = {
        frozenset(["search_direct_flight"]): "direct",
        frozenset(["search_onestop_flight"]): "connection",
        frozenset(["search_direct_flight", "search_onestop_flight"]): "way",
    }
    for user, told in _by_hand(by_hand, "ask for the lowest fare", "knows none", burden):
        table = tables[frozenset(call.tool for call in told[1])]
        asks = _offered(domain, table)
        person = meet(asks.schema, domain, user, random.Random(2))
        taken = {name: sorted({call.args[name] for call in told[1]}) for name in ("origin", "destination", "date")}
        held = looked_for(person, table, taken, random.Random(3))
        assert told in _answers(domain, asks, person, Dial(burden, "knows none"), held)
        seen[table] += 1
        if min(seen[one] for one in ("direct", "connection")) >= 3:
            break
    assert {"direct", "connection"} <= set(seen)


@pytest.mark.parametrize(("name", "table"), [("retail", "variant"), ("airline", "direct"), ("airline", "way")])
def test_what_is_asked_is_answered(name: str, table: str) -> None:
    """Played by the script, such a question is accepted; another number in the answer is refused."""
    domain, rng = find(str(HOME / f"{name}.yaml")), random.Random(5)
    asks, played = _offered(domain, table), 0
    for burden in (2, 4, 6):
        for user in rng.sample(list(domain.pack.users(domain)), 6):
            draft = asks.draft(domain, user, Dial(burden, rng.choice(MEMORIES)), rng)
            if draft is None:
                continue
            [task] = assign([settle_draft(draft, "no-write", domain)], 2)
            talk = play(task, domain=domain).talk
            assert not verify(task, talk, domain).findings
            [value] = (f"{float(one):,.2f}".removesuffix(".00") for one in task.told)
            turn = next(at for at, one in enumerate(talk.turns) if one.role == "agent" and value in one.text)
            wrong = talk.turns[turn].text.replace(value, f"{int(value[0]) % 9 + 1}{value[1:]}", 1)
            spoiled = replace(
                talk, turns=(*talk.turns[:turn], replace(talk.turns[turn], text=wrong), *talk.turns[turn + 1 :])
            )
            assert verify(task, spoiled, domain).findings
            played += 1
    assert played >= 9


def test_a_search_that_takes_what_one_searches_by(tmp_path: Path) -> None:
    """Copies of books found by title: how many are lent, and when the first of them is back."""
    changed = spec() | {"domain": "town:copies"}
    changed["tables"]["copy"]["count"] = "how many copies are lent out"
    changed["tables"]["copy"]["attributes"]["due_date"]["ask"] = "when it is due back"
    domain = find(str(written(tmp_path, changed)))
    asks, rng, words = _offered(domain, "copy"), random.Random(6), set[str]()
    for user in rng.sample(list(domain.pack.users(domain)), 12):
        draft = asks.draft(domain, user, Dial(4, "knows none"), rng)
        assert draft is not None
        [task] = assign([settle_draft(draft, "no-write", domain)], 3)
        assert task.axes.burden == 4
        assert not verify(task, play(task, domain=domain).talk, domain).findings
        words.add(draft.requests[0].word)
    assert len(words) == 2


Edit = Callable[[dict[str, Any]], object]
FLAWS: list[tuple[Edit, str]] = [
    (lambda d: d["tables"]["book"]["search"]["search_books"]["title"].update(of="shelf"), r"tables\.book\.search\.search_books\.title\.of: 'shelf' is no value with an `of`"),
    (lambda d: d["tables"]["book"]["search"]["search_books"]["title"].update(of="pickup_branch"), r"tables\.book\.search\.search_books\.author\.of: title has one"),
    (lambda d: d["tables"]["book"]["search"]["search_books"]["title"].update(through="from {} to {}"), r"tables\.book\.search\.search_books\.title\.through: values in a row are those of a value"),
    (lambda d: d["tables"]["book"]["search"]["search_books"]["title"].update(through="from {}"), r"title\.through\.0 = 'from \{\}': it has to have two `\{\}`"),
    (lambda d: d["tables"]["copy"]["attributes"]["due_date"].update(provided="many"), r"tables\.copy\.attributes\.due_date\.provided: it is a field compared with a constant"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "says"), FLAWS, ids=[says[:50] for _, says in FLAWS])
def test_a_flaw_of_it_is_named_by_its_path(tmp_path: Path, edit: Edit, says: str) -> None:
    """As everywhere in a declaration."""
    changed = spec()
    edit(changed)
    with pytest.raises(ConfigError, match=says):
        load(written(tmp_path, changed))
