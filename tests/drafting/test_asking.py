"""What a model drafts is kept where code accepts it: right phrases and clauses pass, and each kind of wrong one is turned down with its reason."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.calls import writ
from tests.domains.library import FILE, HOME, library, spec, variant, written
from tests.standins.perfect import shown
from tests.standins.server import StandIn, obedient
from writ_dspy.domains.declared import load, read
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.drafting.judged import judge
from writ_dspy.drafting.places import Place, alone, at, places, with_phrases
from writ_dspy.drafting.played import Stage
from writ_dspy.drafting.proposed import Proposal
from writ_dspy.drafting.proposed import judge as judge_clause
from writ_dspy.errors import ConfigError
from writ_dspy.examine.declaring import schema_of
from writ_dspy.programs.tries import Rejected


@cache
def schema() -> Schema:
    """Of the library."""
    found = schema_of(library())
    assert found is not None
    return found


@cache
def stage() -> Stage:
    """For the library."""
    return Stage(library(), schema())


@cache
def named() -> dict[str, Place]:
    """Its places."""
    return {str(place): place for place in places(library(), schema())}


RIGHT = [
    ("tables.loan.title.point", "the loan [of|for] the volume called {}"),
    ("tables.loan.due_date.least", "due back before any other"),
    ("tables.loan.due_date.most", "the latest to be returned"),
    ("tables.loan.due_date.ask", "[by when|until when] I have to return it"),
    ("openings", "Hey, any chance you could {}?"),
    ("openings", "[Hi|Hello] there, I'd love to {}, [if that's okay|please]."),
    ("leads", "My plan is this: {}."),
    ("writes.renew_loan", "extend my loan"),
    ("questions.loan", "Which of your loans do you mean?"),
    ("values.pickup_branch", "Let it wait for me at {}."),
]
WRONG = [
    ("tables.loan.title.point", "the loan of that book", "braces"),
    ("tables.loan.title.point", "the loan [of {}|of it]", "braces"),
    ("tables.loan.title.point", "{} or {}", "braces"),
    ("tables.loan.title.point", "the loan of [[{}]]", "braces"),
    ("tables.loan.title.point", "the loan with number 5 {}", "a number"),
    ("tables.loan.title.point", "{} at Harbor", "names a value"),
    ("tables.loan.title.point", "that one **{}**", "plain text"),
    ("tables.loan.title.point", "the loan of\u202e {}", "plain text"),
    ("tables.loan.title.point", 'The loan of "{}"', "is a sentence"),
    ("tables.loan.title.point", '[the|my] loan of "{}"', "there already"),
    ("tables.loan.title.point", 'my loan of "{}"', "there already"),
    ("tables.loan.title.point", "{}s", "value is not heard"),
    ("tables.loan.due_date.least", "the last to come back", "the other end"),
    ("tables.loan.due_date.least", "the one", "which end"),
    ("tables.loan.due_date.most", "due the earliest", "the other end"),
    ("openings", "I want to cancel, {}.", "does not fit"),
    ("openings", "I want to renew what I have and to {}.", "deed of its own"),
    ("openings", "could you {}?", "no sentence"),
    ("leads", "I have {}.", "does not fit"),
    ("leads", "It is done: {}.", "was done"),
    ("writes.renew_loan", "renew stuff", "name the request"),
    ("questions.loan", "What is your name?", "ask for that"),
    ("questions.loan", "Tell me which loan.", "no sentence of its kind"),
]


@pytest.mark.parametrize(("place", "phrase"), RIGHT)
def test_a_right_phrase_is_accepted(place: str, phrase: str) -> None:
    """It has its form, code reads its meaning, and requests that say it are played and accepted."""
    judge(stage(), named()[place], phrase, named()[place].there)


@pytest.mark.parametrize(("place", "phrase", "reason"), WRONG)
def test_a_wrong_phrase_is_turned_down(place: str, phrase: str, reason: str) -> None:
    """For the reason that it is wrong."""
    with pytest.raises(Rejected, match=reason):
        judge(stage(), named()[place], phrase, named()[place].there)


@cache
def bare() -> Schema:
    """The library without clauses."""
    found = schema()
    writes = {tool: one.model_copy(update={"clauses": ()}) for tool, one in found.spec.writes.items()}
    return Schema(found.spec.model_copy(update={"writes": writes}), found.records)


def _all_clauses() -> list[tuple[str, Proposal]]:
    return [
        (
            clause.policy[0] if clause.policy else clause.because,
            Proposal(tool, clause.check, clause.when, clause.because),
        )
        for tool, write in read(FILE).writes.items()
        for clause in write.clauses
    ]


@pytest.mark.parametrize(("sentence", "one"), _all_clauses(), ids=lambda one: getattr(one, "check", "")[:30])
@pytest.mark.long
def test_each_clause_that_people_declared_would_be_accepted(sentence: str, one: Proposal) -> None:
    """Records are found that break exactly it, and others that keep it."""
    judge_clause(library(), bare(), sentence, one)


TWICE = "A loan can be renewed twice at most."
WRONG_CLAUSES = [
    (Proposal("renew_loan", "loan.renewals <= 5", "", "renewed too often"), "a number that the sentence"),
    (Proposal("renew_loan", "loan.renewals < 0", "", "renewed too often"), "nothing keeps it"),
    (Proposal("renew_loan", "loan.renewals >= 0", "", "renewed too often"), "nothing breaks exactly it"),
    (Proposal("renew_loan", "loan.extensions < 2", "", "renewed too often"), "a field that there is not"),
    (Proposal("renew_loan", "hold.status is waiting", "", "renewed too often"), "no condition of this write"),
    (Proposal("renew_loan", "loan.renewals under 2", "", "renewed too often"), "no condition of this write"),
    (Proposal("renew_loan", "loan.renewals < 2", "", "the loan renewal"), "nothing of its own"),
    (Proposal("renew_loan", "loan.renewals < 2", "", "**twice**"), "no plain text"),
    (Proposal("cancel_hold", "hold.status is not flying", "", "it is in the air"), "no record has that value"),
    (Proposal("sell_loan", "loan.renewals < 2", "", "renewed too often"), "about no write"),
]


@pytest.mark.parametrize(("one", "reason"), WRONG_CLAUSES, ids=[reason for _, reason in WRONG_CLAUSES])
def test_a_wrong_clause_is_turned_down(one: Proposal, reason: str) -> None:
    """For the reason that it is wrong."""
    with pytest.raises(Rejected, match=reason):
        judge_clause(library(), bare(), TWICE, one)


# ----------------------------------------------------------------------------- where they go


def test_phrases_beside_a_declaration_are_said(tmp_path: Path) -> None:
    """In the file or named by it: openings, leads and questions are added, and the others stand where they belong."""
    said = {
        "openings": ["Any chance you could {}?"],
        "leads": ["My plan: {}."],
        "questions": {"loan": ["Which of your loans?"]},
        "tables": {"loan": {"title": {"point": ["the volume called {}"]}}},
        "values": {"pickup_branch": ["at {}, please"]},
        "writes": {"renew_loan": ["extend a loan"]},
    }
    inline = variant(tmp_path, {**spec(), "phrases": said})
    (tmp_path / "more.yaml").write_text(yaml.safe_dump(said), "utf-8")
    named_ = load(written(tmp_path, {**spec(), "phrases": "more.yaml"}))

    for domain in (inline, named_):
        found = schema_of(domain)
        assert found is not None
        assert "Any chance you could {do}?" in found.openings
        assert "My plan: {it}." in found.leads
        assert "Which of your loans?" in domain.pack.phrases.questions["loan"]
        assert "the volume called {}" in found.spec.tables["loan"].attributes["title"].point
        assert "at {}, please" in found.spec.values["pickup_branch"].say
        assert "extend a loan" in found.spec.writes["renew_loan"].do


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"tables": {"loon": {}}}, "phrases.tables.loon"),
        ({"tables": {"loan": {"colour": {}}}}, "phrases.tables.loan.colour"),
        ({"writes": {"sell": ["sell it"]}}, "phrases.writes.sell"),
        ({"questions": {"moon": ["Which?"]}}, "phrases.questions.moon"),
        ({"openings": ["no hole"]}, "phrases.openings"),
        ({"opening": ["{}"]}, "phrases.opening"),
    ],
)
def test_phrases_of_nothing_are_refused(said: dict[str, Any], where: str, tmp_path: Path) -> None:
    """With the path of the key."""
    with pytest.raises(ConfigError, match=where):
        variant(tmp_path, {**spec(), "phrases": said})


def test_a_phrase_alone_is_the_only_one_of_its_place() -> None:
    """To be tried, it has no other phrase beside it; what is asked for keeps the ways to point."""
    tried = alone(schema().spec, ("tables", "loan", "title", "point"), "x {}").tables["loan"].attributes
    asked = alone(schema().spec, ("tables", "loan", "due_date", "ask"), "when").tables["loan"].attributes

    assert {name: one.point for name, one in tried.items() if one.point} == {"title": ("x {}",)}
    assert not any(one.least or one.most for one in tried.values())
    assert {name: one.ask for name, one in asked.items() if one.ask} == {"due_date": ("when",)}
    assert asked["title"].point


def test_phrases_are_kept_by_place() -> None:
    """What is put somewhere is found there, and leaves the rest alone."""
    kept = with_phrases({"leads": ["a {}"]}, ("tables", "loan", "title", "point"), ("b {}",))

    assert kept == {"leads": ["a {}"], "tables": {"loan": {"title": {"point": ["b {}"]}}}}
    assert at(schema().spec.phrases, ("tables", "loan", "title", "point")) == ()


# ----------------------------------------------------------------------------- with a model


def drafter(body: dict[str, Any]) -> str:
    """Answers each place with a right phrase among wrong ones, and each sentence with the clause of the library among wrong ones."""
    inputs = shown(body)
    if "place" in inputs:
        place = next((one for one in named().values() if one.about == inputs["place"]), "")
        right = [phrase for name, phrase in RIGHT if name == str(place)]
        wrong = [phrase for name, phrase, _ in WRONG if name == str(place)]
        return json.dumps({"phrases": [*wrong[:2], *right]})
    if "sentence" in inputs:
        known = [one for sentence, one in _all_clauses() if sentence in inputs["sentence"]]
        clauses = [{"tool": one.tool, "check": one.check, "when": one.when, "because": one.because} for one in known]
        return json.dumps(
            {"clauses": [*clauses, {"tool": "sell_loan", "check": "loan.a < 1", "when": "", "because": "no"}]}
        )
    return str(obedient(body))


@pytest.mark.slow
def test_phrases_are_drafted_and_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What code accepts is kept beside the declaration, which names it; with the tokens spent nothing is begun; again, only what lacks."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(HOME, tmp_path / "library")
    place = "library/library.yaml"
    with StandIn(drafter) as server:
        asked = ("domains", "phrases", place, "--lm", server.url, "-n", "1", "--json")
        little = json.loads(writ(*asked, "--tokens", "1").out)
        first = json.loads(writ(*asked).out)
        calls = len(server.requests)
        again = json.loads(writ(*asked).out)

    kept = read(Path(place)).phrases
    assert little["left"] > 0
    assert {name for name, _ in RIGHT} <= {*first["accepted"], *little["accepted"]}
    assert kept.tables["loan"]["title"].point == (RIGHT[0][1],)
    assert not any(
        "Harbor" in text for text in (tmp_path / "library" / "library.phrases.yaml").read_text().splitlines()
    )
    assert first["refused"]
    assert not again["accepted"]
    assert calls > 0
    assert writ("domains", "-d", place).code == 0


@pytest.mark.slow
def test_clauses_are_proposed_and_the_draft_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft with a model has the clauses that code accepts, each with its sentence, and one that it found itself is not said twice."""
    monkeypatch.chdir(tmp_path)
    for name in ("tools.py", "data.py", "policy.md"):
        (tmp_path / name).write_text((HOME / name).read_text("utf-8"), "utf-8")
    with StandIn(drafter) as server:
        asked = ("domains", "draft", "tools.py", "--data", "data.py:make", "--policy", "policy.md", "-o", "desk.yaml")
        done = writ(*asked, "--lm", server.url, "--json")

    assert done.code == 0, done.err
    clauses = {tool: [one.check for one in write.clauses] for tool, write in read(Path("desk.yaml")).writes.items()}
    assert "loan.renewals < 2" in clauses["renew_loan"]
    assert "copy.for_adults is false" in clauses["place_hold"]
    assert clauses["change_pickup"].count("hold.pickup_branch is not args.pickup_branch") == 1
    assert not any("sell" in tool for tool in clauses)
