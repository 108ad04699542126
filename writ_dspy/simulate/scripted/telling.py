"""What the scripted agent says of a decision: how the options compare, by which facts it is granted or denied, and what things are called."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from writ_dspy import patterns as re
from writ_dspy.codec import parts
from writ_dspy.domains import Row
from writ_dspy.evidence.found import NOT_FOUND, Found, Hit, Missing, Unresolved, observing
from writ_dspy.evidence.resolve import settle
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.simulate.scripted import grounds, plan
from writ_dspy.simulate.scripted.naming import as_known, doing, dollars, joined, short_of
from writ_dspy.simulate.scripted.pending import Pending
from writ_dspy.simulate.scripted.replies import (
    ALSO,
    ANOTHER_WAY,
    BEST_ALONE,
    COMPARED,
    FIGURE,
    FIGURE_PLAIN,
    GRANTED,
    GRANTED_DO,
    GRANTED_NAMED,
    LOCATED,
    MATCHING,
    MET,
    NEXT_BEST,
    OFFER,
    OWN,
    REFUSED,
    REFUSED_DO,
    SECOND,
    SINGLE,
)
from writ_dspy.simulate.scripted.replies import (
    NOT_FOUND as NOTHING_THERE,
)
from writ_dspy.simulate.scripted.searches import best_of, each, first_of, least_of, limits_of, no_other_like
from writ_dspy.task import (
    Best,
    Check,
    Computed,
    Decision,
    Every,
    Only,
    Picked,
    Request,
)

THAT = "that"
"""What a request is called of which the user has said too little to call it anything."""
_GRANTED_DO = 0.5
"""How often it is said which deed is granted, and not just "that"."""
_MOST = 2
"""Parts of a sum that one sentence names."""
_AT = re.compile(r"\$|\d{1,2}:\d\d ")
"""A price, or a time of day."""
_RUNNER = 0.4
"""How often what comes next to the best is named, too, though nobody asked for it."""
_BOTH = 2


class Teller(Pending):
    """The words of one turn about a decision, taken from what the calls returned."""

    def _reason(self, request: Request, besides: Collection[str] = ()) -> tuple[str, ...]:
        """Why this choice: how the options compare, and by which facts policy allows it.

        Args:
            request: What is to be done.
            besides: Names of arguments for which the user has asked for something else so far.
        """
        wish = self._chosen(request)
        now = Resolver(self.domain, observing(self.now.shown))
        call = self.task.outcomes[request.decision or 0].call
        try:
            resolver = self._settled(wish)
        except Unresolved:
            return ()
        decides = self.domain.pack.entitles(call, self.now.seen) if call else None
        ground = grounds.why(wish, self._tried(request)[:-1], now, self.domain, decides)
        tried = self.task.outcomes[request.decision or 0].attempt  # what comes in the place of it may be another deed
        alone = not tried and len(self.task.together(self.task.requests.index(request))) == 1
        granted = self._granted(request, ground, alone=alone) if ground else ""
        granted = " ".join(filter(None, (self._condition_met(wish, request), granted)))
        batch = self._batch(request)
        if batch is not None:
            return batch, granted
        best = best_of(wish, resolver, [name for name, _ in wish.args if name not in besides])
        if not best:
            return self._located(resolver), granted
        return *self._comparisons(best, resolver), granted

    def _granted(self, request: Request, ground: str, *, alone: bool) -> str:
        """That policy allows what is asked for: by its name where something else was told of first, so that nobody takes "that" for it."""
        told = bool(self._reported())
        topic = self._topic(request)
        if told and topic != THAT:
            return self._pick(GRANTED_NAMED, topic=topic, ground=ground)
        return self._called(GRANTED, GRANTED_DO, request, often=_GRANTED_DO * alone * (not told), ground=ground)

    def _condition_met(self, wish: Decision, request: Request) -> str:
        """That a sum which the user set as a condition is kept to."""
        checks = [one for one in wish.requires if isinstance(one, Check) and one.own and one.op in ("<", "<=")]
        if len(checks) != 1:
            return ""
        resolver = self._resolver()
        try:
            settle(wish, resolver, self.domain)
            (value, _), (limit, _) = (resolver.term(side) for side in (checks[0].left, checks[0].right))
        except Unresolved:
            return ""
        field = checks[0].left.field if isinstance(checks[0].left, Picked) else ""
        if not isinstance(value, int | float) or (field and not re.search(self.domain.pack.money, field)):
            return ""
        person = " per person" if each(request, limit) else ""
        return self._pick(MET, value=f"{dollars(value)}{person}", limit=dollars(float(limit)))

    def _compared_for(self, request: Request, names: Collection[str]) -> tuple[str, ...]:
        """How the options for these arguments of a write compare, as far as it was not told."""
        wish = self._chosen(request)
        try:
            best = best_of(wish, resolver := self._settled(wish), names, alone=True)
        except Unresolved:
            return ()
        said, name = " ".join(turn.text for turn in self.turns if turn.role == "agent"), self.domain.pack.phrases.name
        new = [one for one in best if name(one[1].hits[0].view, one[1].hits[0].row) not in said]
        return tuple(self._comparisons(new, resolver))

    def _settled(self, wish: Decision) -> Resolver:
        """What was asked of the reads to settle a wish.

        Raises:
            Unresolved: They do not tell.
        """
        resolver = self._resolver()
        settle(wish, resolver, self.domain)
        return resolver

    def _comparisons(self, best: Sequence[tuple[Best, Found]], resolver: Resolver) -> Iterator[str]:
        """The two widest of these in a sentence each, with the numbers that were read; behind it, whether the second is wanted."""
        seconds = [first for query, _ in best for first in [first_of(query)] if first is not None]
        best = [(query, found) for query, found in best if first_of(query) is None]
        wide = sorted(best, key=lambda item: -len(item[1].ranked))[:2]
        shown = [(query, found) for query, found in best if any(query is other for other, _ in wide)]
        beside = self.rng.sample(COMPARED, len(shown))
        alone = self.rng.sample(BEST_ALONE, len(shown))
        for place, (query, found) in enumerate(shown):
            rows = [hit.row for hit in found.ranked]
            runner = query in seconds or (self.rng.random() < _RUNNER and no_other_like(rows[1:3], query.by))
            form = (beside if runner else alone)[place]
            last = None if "{count}" in form else rows[min(runner, len(rows) - 1)]
            among = self._among(query, found.hits[0].view, last, resolver)
            yield self._compared(query, rows, (found.hits[0].view, form), among)
            if query in seconds:
                yield self._pick(SECOND)

    def _may_be_meant(self, request: Request) -> tuple[Every, str]:
        """All records that fit what was said first, and the attribute that tells them apart."""
        decision = self.task.goal.decisions[request.decision or 0]
        query = next(part for part in parts(decision) if isinstance(part, Only) and len(part.where) > 1)
        return Every(query.sources, query.where[:-1]), query.where[-1].attribute

    def _apart(self, view: str, row: Row, attribute: str) -> str:
        """A record with what tells it apart: "order #W1 (pending)"; its name alone where that says it."""
        phrases = self.domain.pack.phrases
        name, apart = phrases.name(view, row), phrases.measure(attribute, row[attribute])
        return name if apart in name else f"{name} ({apart})"

    def _batch(self, request: Request) -> str | None:
        """Which records a wish about several comes to, before the first of them; None where it is about one."""
        index = self.task.requests.index(request)
        together = self.task.together(index)
        if len(together) == 1:
            return None
        if index != together[0]:
            return ""
        names = [self._record(self._chosen(self.task.requests[one])) for one in together]
        return self._pick(MATCHING, count=str(len(names)), names=joined(names))

    def _record(self, wish: Decision) -> str:
        """What the record is called that a write names first."""
        term = wish.args[0][1]
        hit = self._resolver().query(term.query).hits[0] if isinstance(term, Picked) else None
        return self.domain.pack.phrases.name(hit.view, hit.row) if hit else ""

    def _chosen(self, request: Request) -> Decision:
        """The alternative that came true, alone."""
        return replace(self._tried(request)[-1], otherwise=None)

    def _tried(self, request: Request) -> list[Decision]:
        """The alternatives up to the one that came true, or up to the last where none did."""
        wish: Decision | None = self.task.goal.decisions[request.decision or 0]
        tried: list[Decision] = []
        while wish is not None and len(tried) <= self.task.outcomes[request.decision or 0].attempt:
            tried.append(wish)
            wish = wish.otherwise
        return tried

    def _located(self, resolver: Resolver) -> str:
        """Which of the user's own records were meant, where several had to be read to tell."""
        names: list[str] = []
        for query, answer in resolver.answers:
            looks = {call for call in resolver.looks(query) if call in self.now.reads}
            own = all(call.tool in self.domain.pack.personal for call in looks)
            if isinstance(query, Only) and own and len(looks) > 1 and not self._was_named(query, answer.hits[0]):
                names.append(self.domain.pack.phrases.name(answer.hits[0].view, answer.hits[0].row))
        told = " ".join(turn.text for turn in self.turns if turn.role == "agent")
        new = [name for name in dict.fromkeys(names) if name not in told]
        return self._pick(LOCATED, winner=joined(new)) if new else ""

    def _was_named(self, query: Only, hit: Hit) -> bool:
        """Whether the user said by which id the record is read, or who it is: then nothing had to be found out."""
        name = self.domain.pack.phrases.name(hit.view, hit.row)
        heard = " ".join(turn.text for turn in self.turns if turn.role == "user")
        if not self.domain.pack.ids(name) and any(word in heard for word in re.findall(r"\b[A-Z][a-z]{2,}\b", name)):
            return True
        tools = {source.tool for source in query.sources if source.view == hit.view}
        ids = {str(value) for call in hit.support if call.tool in tools for value in call.args.values()}
        return any(name in turn.text for turn in self.turns if turn.role == "user" for name in ids)

    def _among(self, query: Best, view: str, last: Row | None, resolver: Resolver) -> str:
        """What those were like among which the best was searched for: " in blue"; nothing where that goes without saying."""
        read = (self.now.reads[call] for call in resolver.looks(query) if call in self.now.reads)
        rows = [row for seen in read for row in seen.views.get(view, ())]
        limits = limits_of(query, rows, last, resolver)
        words = [self.domain.pack.limits(one.attribute, one.op, one.value) for one in limits]
        return f" {' and '.join(words)}" if all(words) and words else " that fit" if words else ""

    def _compared(self, query: Best, rows: list[Row], told: tuple[str, str], among: str) -> str:
        """The best of these rows against the second; `told`: the view that they are of, and the form; `among`: what all of them are like."""
        phrases = self.domain.pack.phrases
        view, form = told
        names = [phrases.name(view, row) for row in rows[:2]]
        values = [
            short_of(phrases.measure(query.by, row[query.by]), name) for row, name in zip(rows, names, strict=False)
        ]
        names[1:] = [short_of(name, names[0]) for name in names[1:]]
        plain = any(value in name for name, value in zip(names, values, strict=True))  # then nothing is said twice

        def aside(value: str) -> str:
            """A price or a time is said with "at"; what else it is by stands in brackets, where no verb has to fit it."""
            return "" if plain else f" at {value}" if _AT.match(value) else f" ({value})"

        words = {
            "winner": names[0],
            "superlative": phrases.superlative(query.by, query.most),
            "aside": aside(values[0]),
        }
        if len(rows) == 1:
            return self._pick(SINGLE, **words)
        nouns = f"{view.replace('_', ' ').removesuffix('s')}s"
        words |= {"runner": names[1], "aside_other": aside(values[1])}
        words |= (
            {"of": f" of the {nouns}{among}", "the": f"of the {nouns}{among}, the"}
            if among
            else {"of": "", "the": "the"}
        )
        return self._pick(
            (form,), count=f"{'both' if len(rows) == _BOTH else f'all {len(rows)}'} {nouns}{among}", **words
        )

    def _fallen(self, index: int, request: Request) -> list[str]:
        """Why each alternative before the one that came true failed, as far as it was not said yet, and what comes in its place."""
        failed = self._tried(request)[:-1]
        if len(failed) == 1 and not self._slot(request, "fallback") and (ground := self._barred(failed[0])):
            return [self._pick(ANOTHER_WAY, ground=ground)]
        asked = f"ask:{plan.detail(index, 'fallback')}" in self.now.told
        reasons = [self._fails(wish, request, later=bool(place)) for place, wish in enumerate(failed)][asked:]
        if not failed or (asked and not reasons):
            return []
        return [*reasons, self._pick(NEXT_BEST if self._slot(request, "fallback") else OFFER)]

    def _barred(self, wish: Decision) -> str:
        """The facts and the clause that bar one attempt; nothing where another thing than policy does."""
        alone = replace(wish, otherwise=None)
        outcome = settle(alone, self._resolver(), self.domain)
        if outcome.refusal in (None, NOT_FOUND) or outcome.own:
            return ""
        return grounds.why_not(alone, outcome.refusal or "", self._lately(alone, outcome.refusal), self.domain)

    def _all_fallen(self, request: Request) -> list[str]:
        """Why nothing of a request is done: each alternative in turn."""
        return [self._fails(wish, request, later=bool(place)) for place, wish in enumerate(self._tried(request))]

    def _why_not(self, request: Request) -> str:
        """Why the first attempt of a decision fails, from what was read."""
        return self._fails(self._tried(request)[0], request, later=False)

    def _fails(self, wish: Decision, request: Request, *, later: bool) -> str:
        """Why one attempt fails, from what was read: the facts and the clause; `later`: another one failed before it."""
        alone = replace(wish, otherwise=None)
        resolver = self._resolver()
        outcome = settle(alone, resolver, self.domain)
        if outcome.refusal == NOT_FOUND:
            return self._pick(NOTHING_THERE, topic=self._topic(request))
        if outcome.own:
            figure = self._figure(alone, outcome.refusal, request)
            if later:
                return self._pick(("{rule}: {figure}.",), rule=outcome.refusal or "", figure=figure)
            return self._pick(OWN, topic=self._topic(request), rule=outcome.refusal or "", figure=figure)
        ground = grounds.why_not(alone, outcome.refusal or "", self._lately(alone, outcome.refusal), self.domain)
        if later:
            return self._pick(ALSO, ground=ground)
        return self._called(REFUSED, REFUSED_DO, request, rule=ground or "it is not allowed")

    def _figure(self, decision: Decision, rule: str | None, request: Request) -> str:
        """What there is instead of what a condition of the user's own asks for."""
        resolver = self._resolver()
        checks = (one for one in decision.requires if isinstance(one, Check) and one.own and one.rule == rule)
        check = next(one for one in checks if not resolver.holds(one)[0])
        value, _ = resolver.term(check.left)
        said, _ = resolver.term(check.right)
        names = self._weighed(check, resolver)
        with_winner = f"with {joined(names)}{' together' if names[1:] else ''}, " if names else ""
        if len(names) == 1 and (best := least_of(check)):
            end = self.domain.pack.phrases.superlative(best.by, best.most)
            with_winner = f"even with the {end} one that fits, {names[0]}, "
        field = check.left.field if isinstance(check.left, Picked) else ""
        money = not field or re.search(self.domain.pack.money, field)
        shown, limit = (
            dollars(one) if money else self.domain.pack.phrases.measure(field, one) for one in (value, said)
        )
        if money and each(request, said):
            shown = f"{shown} per person"  # as the limit is, so that nobody takes it for the price of all
        return (FIGURE if money else FIGURE_PLAIN).format(with_winner=with_winner, value=shown, limit=limit)

    def _weighed(self, check: Check, resolver: Resolver) -> list[str]:
        """What the value of a condition is the value of: all that is added up, or else the one that was chosen."""
        name = self.domain.pack.phrases.name
        if isinstance(check.left, Computed) and check.left.op == "sum":
            added = dict.fromkeys(part.query for part in parts(check.left) if isinstance(part, Picked))
            if 1 < len(added) <= _MOST and all(isinstance(query, Best | Only) for query in added):
                return [name(hit.view, hit.row) for query in added for hit in resolver.query(query).hits]
        new = check.left.args[0] if isinstance(check.left, Computed) and check.left.op == "difference" else check.left
        if isinstance(new, Computed) and new.op == "sum" and len(new.args) > 1:
            return []  # it is the value of more than the one that was chosen
        rows = {hit.view: hit.row for query, found in resolver.answers if isinstance(query, Best) for hit in found.hits}
        names = [name(view, row) for view, row in rows.items()]
        return names if len(names) == 1 else []

    def _lately(self, wish: Decision, refusal: str | None) -> Resolver:
        """Over records as they stand by now, where the same clause still denies a wish: a cabin may have been changed since it was read."""
        now = Resolver(self.domain, observing(self.now.shown))
        try:
            same = settle(wish, now, self.domain).refusal == refusal
        except (
            Missing
        ):  # another flight is on it, which nobody looked up: what was read of the record still denies the wish
            same = True
        except Unresolved:
            same = False
        return now if same else self._resolver()

    def _topic(self, request: Request) -> str:
        """What the request is called, as far as the user or a tool has named it; before they used its word, just that."""
        heard = " ".join(turn.text.lower() for turn in self.turns if turn.role == "user")
        index = self.task.requests.index(request)
        told = all(plan.detail(index, slot.key) in self.now.said for slot in request.slots)
        if not told and request.word.lower() not in heard:
            return THAT
        names = ("user", "tool") if told else ("user",)  # until then, nobody has said which of what was read is meant
        known = [turn.text.lower() for turn in self.turns if turn.role in names]
        return as_known(request.topic, (*known, request.word))

    def _called(
        self, named: Sequence[str], done: Sequence[str], request: Request, *, often: float = 1.0, **words: str
    ) -> str:
        """A sentence about a request: as a deed with its object where it is one, else by its noun.

        Args:
            named: Sentences with its noun, or without any word for it.
            done: Sentences with the deed.
            request: What it is about.
            often: How often the deed is said where there is one.
            words: What else is filled in.
        """
        topic = self._topic(request)
        do = doing(topic)
        if do and self.rng.random() < often:
            return self._pick(done, do=do, **words)
        return self._pick(named, topic=topic, **words)

    def _slot(self, request: Request, key: str) -> bool:
        return any(slot.key == key for slot in request.slots)

    def _question(self, key: str, request: Request | None = None) -> str:
        """One for a detail; of a request whose write asks for it in a way of its own, one of those."""
        questions = self.domain.pack.phrases.questions
        tool = self.task.goal.decisions[request.decision].tool if request and request.decision is not None else ""
        return self.rng.choice(questions.get(f"{key}:{tool}") or questions[key])
