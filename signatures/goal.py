"""From what a model wrote to a goal, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from writ_dspy.errors import DomainError
from writ_dspy.signatures.forms import (
    AnyOfForm,
    AskedDecision,
    AskedGoal,
    AskedTell,
    BestForm,
    CheckForm,
    ComputedForm,
    DecisionForm,
    EveryForm,
    Form,
    GoalForm,
    ListedForm,
    LookupForm,
    NamedForm,
    OnlyForm,
    PickedForm,
    PolicyForm,
    RecordForm,
    SaidForm,
    SearchForm,
    SourceForm,
    TellForm,
    TermForm,
    WhereForm,
)
from writ_dspy.task import (
    AnyOf,
    Best,
    Check,
    Computed,
    Decision,
    Every,
    Goal,
    Listed,
    Lookup,
    Only,
    Picked,
    Policy,
    Query,
    ReadCall,
    Record,
    Requirement,
    Said,
    Scalar,
    Tell,
    Term,
    Where,
)

Table: TypeAlias = tuple[tuple[tuple[Scalar, ...], Scalar], ...]
Tables: TypeAlias = Mapping[str, Table]
"""Tables of a domain's policy by the rule that names them; no model is asked to copy one."""

# ----------------------------------------------------------------------------- form -> goal

_TAKES = {"difference": 2, "at_least_zero": 1, "count": 1}


def to_goal(form: GoalForm | AskedGoal, tables: Tables | None = None) -> Goal:
    """The goal that a form states; whether its tools and attributes exist shows when it is resolved.

    Raises:
        DomainError: A name that no earlier search has, or twice the same; a wrong number of terms; no table of that
            rule; nothing asked for.
    """
    return _Reading(tables or {}).goal(form)


class _Reading:
    """One form on its way to a goal."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._searches: dict[str, Query] = {}

    def goal(self, form: GoalForm | AskedGoal) -> Goal:
        for index, search in enumerate(form.searches):
            place = f"searches[{index}]"
            if search.name in self._searches or not search.name:
                raise DomainError(f"{place}: {search.name!r} does not name this search alone; give each its own name.")
            self._searches[search.name] = self._query(search, place)
        if not form.decisions and not form.tells:
            raise DomainError("decisions = [] and tells = []: a goal asks for at least one of them.")
        decisions: Sequence[DecisionForm | AskedDecision] = form.decisions
        tells: Sequence[TellForm | AskedTell] = form.tells
        return Goal(
            tuple(self._decision(item, f"decisions[{i}]") for i, item in enumerate(decisions)),
            tuple(self._tell(item, f"tells[{i}]") for i, item in enumerate(tells)),
        )

    def _decision(self, form: DecisionForm | AskedDecision, place: str) -> Decision:
        second = None if form.otherwise is None else self._decision(form.otherwise, f"{place}.otherwise")
        if not form.tool:
            raise DomainError(f"{place}.tool is empty; name the write tool.")
        bare = isinstance(form, DecisionForm) and form.bare
        return Decision(form.tool, self._named(form.arguments, place), self._requires(form, place), second, bare)

    def _tell(self, form: TellForm | AskedTell, place: str) -> Tell:
        if not form.topic.strip():
            raise DomainError(f"{place}.topic is empty; write the word that any answer must contain.")
        return Tell(form.topic, self._term(form.value, place), form.style, self._requires(form, place))

    def _requires(self, form: Form, place: str) -> tuple[Requirement, ...]:
        if isinstance(form, AskedDecision):
            return tuple(self._check(item, f"{place}.only_if[{i}]", own=True) for i, item in enumerate(form.only_if))
        if not isinstance(form, (DecisionForm, TellForm)):
            return ()
        return tuple(self._requirement(item, f"{place}.requires[{i}]") for i, item in enumerate(form.requires))

    def _requirement(self, form: CheckForm | AnyOfForm, place: str) -> Requirement:
        if isinstance(form, CheckForm):
            return self._check(form, place)
        if not form.checks:
            raise DomainError(f"{place}.checks = []: any of nothing never holds; leave the requirement out.")
        return AnyOf(tuple(self._check(item, place) for item in form.checks), form.rule)

    def _check(self, form: CheckForm, place: str, *, own: bool = False) -> Check:
        sides = self._term(form.left, place), form.op, self._term(form.right, place)
        return Check(*sides, form.rule, form.transfer, own or form.own)

    def _query(self, form: SearchForm, place: str) -> Query:
        if not form.sources:
            raise DomainError(f"{place}.sources = []: {form.name!r} reads nothing; name at least one read tool.")
        sources = tuple(
            ReadCall(item.tool, self._named(item.arguments, f"{place}.sources[{i}]"), item.view)
            for i, item in enumerate(form.sources)
        )
        where = tuple(
            Where(item.attribute, item.op, self._term(item.value, f"{place}.where[{i}]"))
            for i, item in enumerate(form.where)
        )
        if isinstance(form, BestForm):
            return Best(sources, form.by, form.most, where)
        return Only(sources, where) if isinstance(form, OnlyForm) else Every(sources, where)

    def _named(self, forms: Sequence[NamedForm], place: str) -> tuple[tuple[str, Term], ...]:
        names = [form.name for form in forms]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise DomainError(f"{place}: {twice!r} is given twice; give each name once.")
        return tuple((form.name, self._term(form.value, f"{place}.{form.name}")) for form in forms)

    def _term(self, form: TermForm, place: str) -> Term:
        match form:
            case SaidForm():
                return Said(form.value)
            case PolicyForm():
                return Policy(form.value, form.rule)
            case PickedForm():
                return Picked(self._search(form.search, place), form.field)
            case ListedForm():
                return Listed(tuple(self._term(item, place) for item in form.items))
            case RecordForm():
                return Record(self._named(form.fields, place))
            case ComputedForm():
                takes = _TAKES.get(form.op, len(form.args))
                if takes != len(form.args) or not form.args:
                    raise DomainError(f"{place}: {form.op} of {len(form.args)} terms; it takes {takes or 'some'}.")
                return Computed(form.op, tuple(self._term(item, place) for item in form.args))
            case LookupForm():
                if form.rule not in self._tables:
                    known = ", ".join(map(repr, self._tables)) or "none"
                    raise DomainError(f"{place}: the policy has no table {form.rule!r}; it has {known}.")
                return Lookup(self._tables[form.rule], tuple(self._term(key, place) for key in form.keys), form.rule)

    def _search(self, name: str, place: str) -> Query:
        if name not in self._searches:
            known = ", ".join(self._searches) or "none"
            raise DomainError(f"{place}: no search {name!r} stands before it; there are: {known}.")
        return self._searches[name]


# ----------------------------------------------------------------------------- goal -> form


def to_form(goal: Goal) -> GoalForm:
    """The inverse of `to_goal`, up to the names of searches and the content of tables."""
    writing = _Writing()
    decisions = [writing.decision(item) for item in goal.decisions]
    tells = [writing.tell(item) for item in goal.tells]
    return GoalForm(searches=writing.searches, decisions=decisions, tells=tells)


def to_asked(goal: Goal) -> AskedGoal:
    """What a reader of the request can know of a goal: no requirements, and nothing that the policy works out."""
    writing = _Writing(whole=False)
    decisions = [writing.asked(item) for item in goal.decisions]
    tells = [AskedTell(topic=item.topic, style=item.style, value=writing.term(item.term)) for item in goal.tells]
    return AskedGoal(searches=writing.searches, decisions=decisions, tells=tells)


def by_policy(term: Term) -> bool:
    """Whether a value rests on one that policy fixes, outside of searches."""
    return any(isinstance(leaf, (Policy, Lookup)) for leaf in _leaves(term))


def derived(term: Term) -> bool:
    """Whether a value follows from policy and records alone, such as a fee: nobody who asks has to state it."""
    arithmetic = isinstance(term, Computed) and term.op not in {"concat", "count"}
    return by_policy(term) or (arithmetic and not any(isinstance(leaf, Said) for leaf in _leaves(term)))


def _leaves(term: Term) -> Iterator[Term]:
    """What a computed value rests on, without looking into searches, lists and records."""
    if isinstance(term, Computed):
        for item in term.args:
            yield from _leaves(item)
    else:
        yield term


def conditions(item: Decision) -> list[Check]:
    """What the user itself makes a condition."""
    checks = (check for one in item.requires for check in ((one,) if isinstance(one, Check) else one.checks))
    return [check for check in checks if check.own]


class _Writing:
    """One goal on its way to a form; `searches` grows innermost first.

    If not `whole`, arguments and fields that the policy works out are left out.
    """

    def __init__(self, *, whole: bool = True) -> None:
        self._whole = whole
        self.searches: list[SearchForm] = []
        self._names: dict[Query, str] = {}

    def decision(self, item: Decision) -> DecisionForm:
        return DecisionForm(
            tool=item.tool,
            bare=item.bare,
            arguments=self._named(item.args),
            requires=[self._requirement(one) for one in item.requires],
            otherwise=None if item.otherwise is None else self.decision(item.otherwise),
        )

    def asked(self, item: Decision) -> AskedDecision:
        second = None if item.otherwise is None else self.asked(item.otherwise)
        own = [self._check(check) for check in conditions(item)]
        return AskedDecision(tool=item.tool, arguments=self._given(item.args), only_if=own, otherwise=second)

    def tell(self, item: Tell) -> TellForm:
        requires = [self._requirement(one) for one in item.requires]
        return TellForm(topic=item.topic, style=item.style, value=self.term(item.term), requires=requires)

    def _requirement(self, item: Requirement) -> CheckForm | AnyOfForm:
        if isinstance(item, Check):
            return self._check(item)
        return AnyOfForm(kind="any of", checks=[self._check(one) for one in item.checks], rule=item.rule)

    def _check(self, item: Check) -> CheckForm:
        left, right = self.term(item.left), self.term(item.right)
        return CheckForm(
            kind="check", left=left, op=item.op, right=right, rule=item.rule, transfer=item.transfer, own=item.own
        )

    def _search(self, query: Query) -> str:
        """The name of a query, which is written down where it first occurs."""
        if query not in self._names:
            sources = [
                SourceForm(tool=source.tool, arguments=self._named(source.args), view=source.view)
                for source in query.sources
            ]
            where = [
                WhereForm(attribute=item.attribute, op=item.op, value=self.term(item.value)) for item in query.where
            ]
            name = next(self._free(query.sources[0].view))
            self._names[query] = name
            match query:
                case Only():
                    self.searches.append(OnlyForm(kind="only", name=name, sources=sources, where=where))
                case Best():
                    self.searches.append(
                        BestForm(kind="best", name=name, sources=sources, where=where, by=query.by, most=query.most)
                    )
                case Every():
                    self.searches.append(EveryForm(kind="every", name=name, sources=sources, where=where))
        return self._names[query]

    def _free(self, name: str) -> Iterator[str]:
        taken, number = set(self._names.values()), 1
        while name in taken if number == 1 else f"{name}_{number}" in taken:
            number += 1
        yield name if number == 1 else f"{name}_{number}"

    def _named(self, items: tuple[tuple[str, Term], ...]) -> list[NamedForm]:
        return [NamedForm(name=name, value=self.term(term)) for name, term in items]

    def _given(self, items: tuple[tuple[str, Term], ...]) -> list[NamedForm]:
        """As `_named`, for what is asked for rather than what a search needs."""
        return self._named(tuple((name, term) for name, term in items if self._whole or not derived(term)))

    def term(self, term: Term) -> TermForm:
        match term:
            case Said(value):
                return SaidForm(kind="said", value=value)
            case Policy(value, rule):
                return PolicyForm(kind="policy", value=value, rule=rule)
            case Picked(query, field):
                return PickedForm(kind="picked", search=self._search(query), field=field)
            case Listed(items):
                return ListedForm(kind="listed", items=[self.term(item) for item in items])
            case Record(fields):
                return RecordForm(kind="record", fields=self._given(fields))
            case Computed(op, args):
                return ComputedForm(kind="computed", op=op, args=[self.term(item) for item in args])
            case Lookup(_, keys, rule):
                return LookupForm(kind="looked up", rule=rule, keys=[self.term(key) for key in keys])
