"""The mutation fuzz makes what it says: every kind of wrong and every natural variant, and no kind twice."""

from __future__ import annotations

import pytest

from benchmarks.mutations.chosen import every
from benchmarks.mutations.judge import difference, judged, mutants, sound
from benchmarks.mutations.kinds import Kind
from benchmarks.mutations.rest import OPEN
from benchmarks.mutations.talks import Talk, cell_talks, scripted, written
from benchmarks.results import with_mutations
from tests.domains.library import library
from writ_dspy.propose.mix import Cell

SEED = 7


@pytest.fixture(scope="module")
def talks() -> list[Talk]:
    """One conversation per cell, and the natural ones."""
    return sound([*scripted(SEED, 1), *written()])


def test_every_kind_has_a_reason_and_a_name_of_its_own() -> None:
    """Each kind of wrong names the checks that should see it."""
    kinds = every()

    assert len({kind.name for kind in kinds}) == len(kinds)
    assert all(kind.why and (kind.by or not kind.wrong) for kind in kinds)


@pytest.mark.long
def test_a_mutant_differs_from_its_conversation(talks: list[Talk]) -> None:
    """Whatever a kind makes, it changes a turn, or how the conversation ended."""
    for kind in every():
        for item, made in mutants(kind, talks, SEED, 1):
            assert (made.turns, made.stop) != (item.talk.turns, item.talk.stop) or kind.name == "as it is"


@pytest.mark.long
def test_the_same_seed_makes_the_same_mutants(talks: list[Talk]) -> None:
    """Nothing but the seed decides what is made."""
    some: list[Kind] = every()[::9]

    assert [list(mutants(kind, talks, SEED, 2)) for kind in some] == [
        list(mutants(kind, talks, SEED, 2)) for kind in some
    ]


def test_what_was_written_by_hand_is_right() -> None:
    """More than a dozen natural conversations over both domains make the gold's writes and end by themselves."""
    natural = written()

    assert len(natural) > 12
    assert {item.task.domain for item in natural} == {"tau2:retail", "tau2:airline"}
    assert all(tuple(item.call(write) for write in item.writes) == item.task.gold for item in natural)


def test_the_results_hold_one_section_on_mutations() -> None:
    """Writing it again replaces it and leaves the rest of the page alone."""
    page = "# Results\n\n## Verifier\n\nrows\n\n## On a GPU\n\nnone\n"
    once = with_mutations(page, "first")

    assert with_mutations(once, "second") == once.replace("first", "second")
    assert once.replace("## Mutations, kind by kind\n\nfirst\n\n", "") == page


def test_another_domain_is_fuzzed_with_the_kinds_that_have_a_place_there() -> None:
    """Its own conversations, days in its own years; what needs τ²'s tools or records makes nothing of them."""
    domain = library()
    cell = Cell(domain=domain.name, kind="normal", writes=1, burden=3, count=4)
    own = sound(cell_talks(cell, SEED, 0))
    kinds = {kind.name: kind for kind in every()}

    assert own
    for name in ("uses calculate", "extra own profile read", "user gives another user's e-mail"):
        assert not list(mutants(kinds[name], own, SEED, 4)), name
    for name in ("dates with the year", "dates with the right weekday", "weekday wrong in listing"):
        found = list(judged(kinds[name], own, SEED, 4))
        assert found, name
        assert all(one.accepted != kinds[name].wrong for one in found), name
    assert own[0].year(12, 15) == 2026


@pytest.mark.slow
def test_no_kind_is_judged_wrongly_but_those_that_are_named(talks: list[Talk]) -> None:
    """One conversation of each kind: what is wrong is rejected and what is right is accepted, unless the kind is an open one."""
    held = [kind for kind in every() if kind.name not in OPEN and not kind.debatable]
    missed = [
        difference(one)
        for kind in held
        for one in judged(kind, talks, SEED, 1)
        if one.accepted == kind.wrong or one.crash
    ]

    assert not missed


def test_every_open_kind_exists_and_has_its_reason() -> None:
    """The list of open kinds names kinds that there are, each with why, and nothing debatable."""
    kinds = {kind.name: kind for kind in every()}

    assert set(OPEN) <= set(kinds)
    assert all(reason and not kinds[name].debatable for name, reason in OPEN.items())
