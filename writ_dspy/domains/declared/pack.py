"""The `Pack` that follows from a declaration."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence

from writ_dspy.domains.declared.ambiguous import ambiguous
from writ_dspy.domains.declared.ascribing import facts
from writ_dspy.domains.declared.batches import Batched
from writ_dspy.domains.declared.chained import Chained, pairs
from writ_dspy.domains.declared.lenses import lenses, user_of
from writ_dspy.domains.declared.offered import Offered, offered
from writ_dspy.domains.declared.others import others
from writ_dspy.domains.declared.person import rows
from writ_dspy.domains.declared.phrases import DeclaredPhrases
from writ_dspy.domains.declared.policies import owner, personal, rules
from writ_dspy.domains.declared.proposing import listing, spoken
from writ_dspy.domains.declared.questions import Counted, Inside, Summed, Told
from writ_dspy.domains.declared.recipes import Asked, Denied, Refused, Unwanted
from writ_dspy.domains.declared.saying import called, deeds, grounds, ids, mentions, sayings, stands
from writ_dspy.domains.declared.schema import FOUND, Schema
from writ_dspy.domains.disputes import Held
from writ_dspy.domains.domain import MONEY, Domain, Pack, Recipe, Transfer
from writ_dspy.domains.integrity import Integrity
from writ_dspy.task import Call, Json


def pack(schema: Schema) -> Pack:
    """All that is known of a domain beyond its tools."""
    spec = schema.spec
    denials: list[Recipe] = [
        Denied(schema, tool, index)
        for tool, write in spec.writes.items()
        for index, clause in enumerate(write.clauses)
        if not clause.transfer
    ]
    asked: list[Recipe] = [
        Told(schema, name)
        for name in schema.own
        for tables in [(name, *spec.tables[name].refers.values())]
        if any(one.ask for table in tables for one in spec.tables[table].attributes.values())
    ]
    asked += [
        Counted(schema, name) for name in schema.own if any(one.words for one in spec.tables[name].attributes.values())
    ]
    asked += [
        Summed(schema, name)
        for name in schema.own
        if spec.tables[name].count or any(one.sum for one in spec.tables[name].attributes.values())
    ]
    asked += [
        Inside(schema, part)
        for part, holder in schema.holder.items()
        if holder in schema.own
        for fields in [spec.tables[part].attributes.values()]
        if any(one.least or one.most for one in fields) and any(one.ask for one in fields)
    ]
    asked += [Offered(schema, name) for name in offered(schema)]
    twofold = ambiguous(schema)
    batches = tuple(Batched(schema, tool) for tool, write in spec.writes.items() if write.batch)
    return Pack(
        lenses=lenses(schema),
        atom=_atom(schema),
        identifies=_identifies(schema),
        personal=personal(schema),
        owner=owner(schema),
        rules=rules(schema),
        recipes=(
            *(Asked(schema, tool) for tool in spec.writes),
            *batches,
            *(Chained(schema, first, second) for first, second in pairs(schema)),
            *twofold,
        ),
        batches=batches,
        rare=twofold,
        refusing=(
            *(Unwanted(schema, tool) for tool, write in spec.writes.items() if write.only),
            *(Asked(schema, tool) for tool in spec.writes),
        ),
        questions=tuple(asked),
        denials=(*denials, *(Refused(schema, never) for never in spec.never)),
        phrases=DeclaredPhrases(schema),
        mentions=mentions(schema),
        ids=ids(schema),
        users=_users(schema),
        records=_records(schema),
        whose=schema.user.key,
        fields=schema.fields,
        traces=_traces(schema),
        money=_money(schema),
        conditional=any(write.only for write in spec.writes.values()),
        others=others(schema),
        held=_held(schema),
        listing=listing(schema),
        stands=stands(schema),
        facts=facts(schema),
        deeds=deeds(schema),
        called=called(schema),
        sayings=sayings(schema),
        grounds=grounds(schema),
        integrity=Integrity(single=_single(schema), called=_called(schema)),
        spoken=spoken(schema),
        look_up=_look_up(schema),
        transfer=Transfer(spec.transfer.tool, spec.transfer.text) if spec.transfer else None,
    )


def _single(schema: Schema) -> frozenset[tuple[str, str]]:
    """A look-up finds one user, and a read shows one record: there is no database in which it shows two versions of it."""
    reads = {
        (table.read, schema.view(name))
        for name, table in schema.spec.tables.items()
        if table.read and not (table.read in table.texts and table.texts[table.read].each)
    }
    return frozenset({*reads, *((tool, FOUND) for tool in schema.user.identify)})


def _called(schema: Schema) -> dict[str, str]:
    """One record, where a view goes by the name of several; what a look-up finds is a user's."""
    nouns = {schema.view(name): table.noun for name, table in schema.spec.tables.items()}
    return nouns | {FOUND: schema.spec.tables[schema.spec.user].noun}


def _held(schema: Schema) -> dict[str, Held]:
    """The clauses in other words."""
    clauses = [clause for write in schema.spec.writes.values() for clause in write.clauses if clause.again]
    return {clause.because: Held(clause.again, {}) for clause in clauses}


def _atom(schema: Schema) -> Callable[[Call, str], Call]:
    def atom(call: Call, text: str) -> Call:
        """All look-ups of one user are one; a write that returns a record is the read after it."""
        if text.startswith("Error"):
            return call
        if call.tool in schema.user.identify:
            return Call.of("found", {schema.user.key: user_of(schema, text)})
        write = schema.spec.writes.get(call.tool)
        if write is None or not write.returns:
            return call
        table = schema.spec.tables[write.returns]
        try:
            shown = json.loads(text)
        except ValueError:
            return call
        return Call.of(table.read, {table.key: shown[table.key]}) if table.read and table.key in shown else call

    return atom


def _identifies(schema: Schema) -> Callable[[Call, str], str | None]:
    return lambda call, text: (
        user_of(schema, text) if call.tool in schema.user.identify and not text.startswith("Error") else None
    )


def _money(schema: Schema) -> str:
    """The names that fields of money have in most domains, and those that are declared to be of money."""
    tables = schema.spec.tables.values()
    declared = {field for table in tables for field, one in table.attributes.items() if one.type == "money"}
    return "|".join([MONEY, *(f"^{re.escape(field)}$" for field in sorted(declared))])


def _look_up(schema: Schema) -> Callable[[Mapping[str, Json]], Call | None]:
    def look_up(facts: Mapping[str, Json]) -> Call | None:
        """The first look-up for which everything is known."""
        for tool, fields in schema.user.identify.items():
            if all(field in facts for field in fields):
                return Call.of(tool, {field: facts[field] for field in fields})
        return None

    return look_up


def _users(schema: Schema) -> Callable[[Domain], Sequence[str]]:
    home = schema.base[schema.spec.user]
    found = tuple(sorted(schema.records[home]))
    return lambda _: found


def _records(schema: Schema) -> Callable[[Domain, str], Collection[str]]:
    home = schema.records[schema.base[schema.spec.user]]
    listed = [(name, table) for name, table in schema.spec.tables.items() if table.listed]

    def records(domain: Domain, user: str) -> list[str]:
        """Of the fields of the user's record, and of the tools that list others."""
        found = [key for field in schema.user.lists for key in home[user].get(field) or ()]
        for name, table in listed:
            shown = rows(domain, schema.listed(name), table.listed, **{schema.user.key: user})
            found += [str(row[table.key]) for row in shown]
        return found

    return records


def _traces(schema: Schema) -> Callable[[Domain, str], tuple[set[str], set[str]]]:
    home = schema.records[schema.base[schema.spec.user]]
    owned = {name: table.owner for name, table in schema.spec.tables.items() if table.owner and name in schema.base}
    known = [
        fields
        for fields in schema.user.identify.values()
        if all(field in next(iter(home.values())) for field in fields)
    ]

    def traces(_: Domain, text: str) -> tuple[set[str], set[str]]:
        """Users by id or by all that a look-up takes; their records by id."""
        tokens = frozenset(re.findall(r"[#\w@.:-]+", text))
        users = {key for key in home if key in tokens}
        users |= {
            key for key, one in home.items() for fields in known if all(str(one[field]) in text for field in fields)
        }
        named: set[str] = set()
        for name, field in owned.items():
            table = schema.records[schema.base[name]]
            found = {token.rstrip(".") for token in tokens} & table.keys()
            named |= found
            users |= {str(table[key][field]) for key in found if field in table[key]}
        return users & home.keys(), named

    return traces
