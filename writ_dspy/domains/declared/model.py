"""What a domain declares: tables, their attributes and how people say them, writes with their arguments and clauses.

Each field is documented under the field; `docs/declaration.md` is made of that. A key that is not here is refused, with its path.
"""

# Longer than 400 lines: what a declaration can say is one grammar, its keys refer to each other, and the reference is made of this file.

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from writ_dspy import patterns as re
from writ_dspy.domains.fields import Fields
from writ_dspy.task import Scalar


class Strict(BaseModel):
    """What a file says: no key that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _phrase(text: str) -> str:
    rest = _CHOICE.sub("", text.replace("{}", ""))
    if not text.strip():
        raise ValueError("it is empty")
    if set(rest) & set("{}[]"):
        raise ValueError("only `{}` and choices as `[a|b]`, none within another, stand in a phrase")
    return text


def _filled(text: str) -> str:
    if "{}" not in text:
        raise ValueError("it has no `{}` for the value")
    return text


def _spanning(text: str) -> str:
    if text.count("{}") != 2:
        raise ValueError("it has to have two `{}`, for the first and for the last")
    return text


def _plain(text: str) -> str:
    if "{}" in text:
        raise ValueError("there is no value for `{}` here")
    return text


ISO = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
"""A day, as records have it."""
SEVERAL = "..."
"""Behind a kind in brackets: one or several of it."""
_SAID = re.compile(r"[^\W_]+(?:[ '.,-]+[^\W_]+)*")
"""Words as they are said, and no code."""
_CHOICE = re.compile(r"\[[^\[\]]*\]")
Word: TypeAlias = Annotated[str, Field(min_length=1)]
Phrase: TypeAlias = Annotated[str, AfterValidator(_phrase)]
Texts: TypeAlias = Annotated[tuple[Phrase, ...], BeforeValidator(_several)]
"""One text or a list of them. In each, `[a|b]` is a choice, `[a|]` may be left out, and `{}` is the value."""
Filled: TypeAlias = Annotated[tuple[Annotated[Phrase, AfterValidator(_filled)], ...], BeforeValidator(_several)]
"""The same, each with the value."""
Plain: TypeAlias = Annotated[tuple[Annotated[Phrase, AfterValidator(_plain)], ...], BeforeValidator(_several)]
"""The same, none with a value."""


Names: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_several)]
"""One name or a list of them."""


class Attribute(Strict):
    """A field of a table's records that people speak of."""

    type: Literal["text", "date", "money", "count", "yes or no"] = "text"
    """How its values are said: as they are, as a day, in dollars, with a unit, as a yes or a no."""
    noun: str = ""
    """What it is called, where its name with spaces does not do."""
    unit: str = ""
    """Of a count: what is counted, in the singular."""
    point: Filled = ()
    """A noun phrase that points at a record by this value: `the loan of "{}"`. Without one, nobody points by it."""
    least: Plain = ()
    """What the record with the least value is, behind "the loan that is": `due first`, `the cheapest`; `the one with …` would say "the one" twice."""
    most: Plain = ()
    """What the record with the most of it is."""
    second_least: Plain = ()
    """What the record next to the one with the least value is: `due second`."""
    provided: str = ""
    """What has to hold for a record before this value of it counts among the least and the most: another field, compared with a constant, as `seats >= 1`."""
    second_most: Plain = ()
    """What the record next to the one with the most of it is."""
    every: Filled = ()
    """All of a user's records with this value: `all my loans from the {} branch`, for the batches of a write, and for sums."""
    later: Plain = ()
    """Of a date: all of a user's records for which it is after today, as with `every`: `all my trips that are still to come`."""
    sum: Plain = ()
    """What a user may ask to be told of all their records together, a number: `how many renewals my loans have had in all`."""
    best: tuple[str, str] | None = None
    """The words for the least and the most before a noun, where those of its type do not do: `[earliest, latest]`."""
    stands: Filled = ()
    """What is so of a record with this value, behind its name, as an agent gives it for a reason: `is due on {}`."""
    ask: Plain = ()
    """What a user may ask to be told: `when it is due`. Without one, nobody asks. Of a table that the user's records refer to, it is about the first one: `what the status of its first flight is`."""
    word: str = ""
    """A word of any answer to that; without one, the noun."""
    words: dict[str, Texts] = {}
    """Value -> other ways in which people say it."""


class Among(Strict):
    """A limit that a user may set when a record is chosen among others."""

    where: dict[str, Scalar]
    """Attribute -> the value that it must have: a constant, `said` for one that the user says, or `member.area` for one of the user's record."""
    say: Texts
    """How it is said, behind the choice: `only at {}`."""
    always: bool = False
    """Every choice among these records is limited so."""


class Search(Strict):
    """One argument of a search; of a tool that does not take it, the field of what the tool shows by which one looks for it there."""

    say: Filled
    """A noun phrase for what is searched by this value: `any book by {}`; of an argument that goes with others, its part of it: `from {}`."""
    finds: Literal["one", "several"] = "several"
    """Whether the value leads to one record or to several."""
    of: str = ""
    """The value that it is, where the tool takes several arguments together: `{origin: {of: airport, say: 'from {}'}, day: {of: day, say: 'on {}'}}`. What such searches show is asked about; all tools of the table are searched."""
    through: Annotated[tuple[Annotated[Phrase, AfterValidator(_spanning)], ...], BeforeValidator(_several)] = ()
    """How several of these values in a row are said, which takes a search each: `on any day from {} to {}`."""


class Text(Strict):
    """How records are read out of an answer that is no JSON."""

    each: str = ""
    """A pattern (regular expression) of the part of the answer that tells of one record, where it tells of several."""
    fields: dict[str, str]
    """Field -> a pattern whose group is its value; where nothing fits, the record has no such field."""


class Table(Strict):
    """One kind of record, as a read tool shows it."""

    noun: Word
    """What one record is called: `loan`."""
    plural: str = ""
    """Where that is not the noun with an s."""
    key: Word
    """The field that holds a record's id."""
    id: str = ""
    """A pattern (regular expression) that every id of the table matches, and nothing else does."""
    known: bool | None = None
    """Whether people know its ids, whole or by their end; left out, they know those of their own records, and of others that they cannot search for."""
    read: str = ""
    """The tool that shows one record by its id; a table whose records are only shown within others has none."""
    takes: Names = ()
    """What its read takes, where an id alone does not do: `[flight_number, date]`. Such records are found by others that refer to them."""
    identify: dict[str, Names] = {}
    """Of the user's table: a look-up tool that answers with the user's id, or the `read` itself where users know their ids -> the fields that it takes."""
    owner: str = ""
    """The field that holds the id of the user to whom a record belongs. Records with an owner are nobody else's business."""
    lists: dict[str, str] = {}
    """Field that lists ids -> the table that they are of."""
    listed: str = ""
    """The tool that lists a user's records of this table by the user's id, where no field of the user's record does."""
    inside: dict[str, str] = {}
    """A field of one's own naming -> where a record has it in lists or objects: `payment_history.0.payment_method_id`. Of a record that is a list of parts, `sum(price)`, `min(seats)` or `max(seats)` is over all of them."""
    texts: dict[str, Text] = {}
    """Tool that shows its records as a text -> how they are read out of it."""
    refers: dict[str, str] = {}
    """Field that holds the id of one record of another table, which has a read of its own -> that table: clauses of a write can look at it. Where that read `takes` several fields, it is a list of objects that have them, and a clause looks at all of these records: `flight.status contains cancelled`."""
    parts: dict[str, str] = {}
    """Field that holds whole records -> the table that describes them. Each of these also has the fields of the record that holds it: a copy within a book has the book's `title`, too."""
    search: dict[str, dict[str, Search]] = {}
    """Search tool -> its arguments that a user may search by, one at a time or, with `of`, all of them together."""
    name: str = ""
    """How an agent names a record, with its id: `loan {loan_id} of "{title}"`. Without one, the noun and the id."""
    count: Plain = ()
    """What a user may ask about how many of their records there are, in all or of a kind: `how many trips I have`. Of what is nobody's own, how many there are within the limits that hold `always`: `how many versions are in stock`."""
    attributes: dict[str, Attribute] = {}
    """The fields that people speak of."""
    among: tuple[Among, ...] = ()
    """Limits of a choice among its records."""


class Value(Strict):
    """What an argument can be that is no record."""

    noun: Word
    """What it is called."""
    type: Literal["text", "money"] = "text"
    """How it is said: as it is, or in dollars."""
    fields: Names = ()
    """Of a value that fills several arguments together, such as an address: its parts. Arguments take them as `{city: address.city}`."""
    of: tuple[Scalar | dict[str, Scalar], ...] = ()
    """All values that a user may ask for; of a value with fields, each with all of them."""
    own: dict[str, Plain] = {}
    """Attribute of the user's record that may stand for it -> how that is said: `member.home_branch: my home branch`. Of a value with fields, the table: its fields have the same names."""
    like: dict[str, Filled] = {}
    """Of a value with fields: table of a record that has all of them -> how that is said, with `{}` for the record: `where {} goes`."""
    say: Filled = ("{}",)
    """How a value is said, as a sentence."""
    words: dict[str, Texts] = {}
    """Value -> other ways in which people say it, wherever they stand; `{}` is the value itself, or the first of them where that is a code (`home_delivery`)."""
    ask: Plain = ()
    """How an agent asks for it, where "Which … would you like?" does not do."""

    def shown(self, one: Scalar) -> str:
        """What stands for `{}`, with users and agents alike."""
        text = str(one)
        if self.type == "money" and isinstance(one, int | float):
            return f"${one:,.2f}".removesuffix(".00")
        if ISO.fullmatch(text) and text not in self.words:
            years = {str(other)[:4] for other in self.of if ISO.fullmatch(str(other))}
            return f"{date.fromisoformat(text):%B} {int(text[8:])}{f', {text[:4]}' if len(years) > 1 else ''}"
        words = self.words.get(text.lower() if isinstance(one, bool) else text)
        return words[0] if words and (isinstance(one, bool) or not _SAID.fullmatch(text)) else text


def _alternative(value: Any) -> Any:
    return {"check": value} if isinstance(value, str) else value


class Alternative(Strict):
    """One of several ways to keep a clause; the `check` alone where there is no more to it."""

    check: Word
    """A condition, as that of a clause."""
    when: str = ""
    """Another condition that has to hold with it: `{check: trip.insurance is yes, when: says.reason is illness}`."""


class Clause(Strict):
    """What policy asks for before a write; it is at once the goal's requirement, the rule, and the ground of a refusal."""

    check: str = ""
    """`table.attribute op value`: op is one of `is`, `is not`, `<`, `<=`, `>`, `>=`, `contains`, `in`; the value is a constant of the field's own type (`yes` is a text: `is true` where records have true and false; several with commas behind `in`), `table.attribute`, or `args.name`. Both sides may be worked out: `sum(item.price) - args.paid <= member.balance`, with `+`, `-`, `*`, `sum()`, `count()`."""
    any: tuple[Annotated[Alternative, BeforeValidator(_alternative)], ...] = ()
    """Instead of a `check`: two or more, of which one is enough. Where two hold by different reads, no task is made: nobody could say which of these reads are needed."""
    when: str = ""
    """Where the clause holds only then: another condition of the same form."""
    because: Word
    """The ground of the refusal, as the agent says it: `a loan can be renewed twice at most`."""
    transfer: bool = False
    """Where it is broken, policy wants a hand-over to a human."""
    again: Plain = ()
    """The ground in other words, for who insists; each can stand behind "because"."""
    policy: Texts = ()
    """Pieces of the sentences of the policy that it stands for; checked by `writ domains check`."""

    @model_validator(mode="after")
    def one(self) -> Clause:
        """Refuse none, both, and alternatives to nothing."""
        if bool(self.check) == bool(self.any):
            raise ValueError("name either a `check`, or in `any` several of which one is enough")
        if len(self.any) == 1:
            raise ValueError("`any` has a single alternative: make it the `check`")
        return self

    @property
    def conditions(self) -> dict[str, str]:
        """Key, as in `any.0.when` -> the condition that stands there."""
        found = {"check": self.check, "when": self.when}
        for index, one in enumerate(self.any):
            found |= {f"any.{index}.check": one.check, f"any.{index}.when": one.when}
        return {key: text for key, text in found.items() if text}

    def __str__(self) -> str:
        ways = (f"{one.check} when {one.when}" if one.when else one.check for one in self.any)
        return self.check or " or ".join(ways)


class Like(Strict):
    """A record that is like another one, but for one thing: `the same one, but in red`."""

    like: Word
    """The table of the record that it is like; another argument names that."""
    table: Word
    """The table of the record that is wanted, whose records are parts of another one's."""
    within: Word
    """The field of the record that it is like which holds the id of that other one."""
    but: Names
    """Attributes of which a user may want another value, one at a time."""
    same: Names = ()
    """Attributes that stay as they are, as far as the record has them."""
    where: dict[str, Scalar] = {}
    """What has to hold for it in any case: `available: true`."""
    say: Filled
    """How it is said, as a noun phrase: `the same one, but in {}`."""


class Only(Strict):
    """A limit that a user may set to a wish: where the record breaks it, the user does not want it, though policy allows it."""

    check: Word
    """`table.attribute op said`, or what is worked out in its place: `copy.fee <= said`."""
    say: Filled
    """The limit in words: `only if the fee is no more than {}`."""
    because: Filled
    """What is so where it does not hold, as the agent says it: `the fee is more than {}`."""


class Batch(Strict):
    """The same write for each of several records, in one wish."""

    do: Plain
    """Behind "I would like to": `cancel several holds`."""
    topic: Word
    """Two to five words that name the request: `the cancellation of the holds`."""
    word: Word
    """The word of the topic that an answer to it contains."""


class Told(Strict):
    """What a user may ask to be told along with a write."""

    value: Word
    """What it is: a field, an argument, or what is worked out of them: `stock.price * args.amount`."""
    type: Literal["text", "date", "money", "count"] = "text"
    """How it is said."""
    ask: Plain
    """Behind "please tell me": `what it costs in all`."""
    word: Word
    """A word of any answer to that."""


class Write(Strict):
    """What a user may ask for: one write tool."""

    do: Plain
    """Behind "I would like to": `renew a loan`."""
    topic: Word
    """Two to five words that name the request: `the loan renewal`."""
    word: Word
    """The word of the topic that an answer to it contains."""
    done: Plain
    """Participles that say that it was done: `renewed`."""
    args: dict[str, str | Annotated[tuple[str, ...], Field(min_length=1)] | Like | tuple[Like]]
    """Argument of the tool -> a table or a value; in brackets where the tool takes a list: `[item]` for a list of one, `[item, ...]` for one or several. What is not asked for is a field of another argument's record (`stock.price`), or worked out (`stock.price * args.amount`)."""
    says: dict[str, str] = {}
    """What the agent has to be told for it and no argument takes, as a reason: a name -> a value. Clauses look at it as `says.name`."""
    clauses: tuple[Clause, ...] = ()
    """What policy asks for."""
    only: tuple[Only, ...] = ()
    """Limits that a user may set."""
    tells: tuple[Told, ...] = ()
    """What a user may ask to be told along with it."""
    batch: Batch | None = None
    """How it is asked for several of a user's records at once; the attributes with `every` say which."""
    effects: dict[str, str] = {}
    """Field that the write changes -> what it is afterwards, so that a later wish can rest on it: `member.holds_count: member.holds_count - 1`."""
    details: Word
    """The write behind "I would", with `{table}`, `{table.attribute}` and `{argument}`, for the user to confirm: every argument but the user."""
    report: Word
    """What was done, in a sentence; `{result.field}` is what the tool returned."""
    returns: str = ""
    """The table whose record the tool returns, if it returns one."""

    @property
    def kinds(self) -> dict[str, str]:
        """Argument -> the table or value that it is, or that its list holds; not of those that are worked out."""
        found: dict[str, str] = {}
        for name, one in self.args.items():
            kind = one[0] if isinstance(one, tuple) else one
            if isinstance(kind, Like):
                found[name] = kind.table
            elif "." not in kind:
                found[name] = kind
        return found

    @property
    def worked(self) -> dict[str, str]:
        """Argument -> what it is worked out of."""
        return {name: kind for name, kind in self.args.items() if isinstance(kind, str) and "." in kind}

    @property
    def alike(self) -> dict[str, Like]:
        """Argument -> the record that it is like."""
        firsts = {name: kind[0] if isinstance(kind, tuple) else kind for name, kind in self.args.items()}
        return {name: kind for name, kind in firsts.items() if isinstance(kind, Like)}

    @property
    def lists(self) -> frozenset[str]:
        """Arguments that are lists."""
        return frozenset(name for name, kind in self.args.items() if isinstance(kind, tuple))

    @property
    def several(self) -> frozenset[str]:
        """Arguments that are lists of one or several."""
        return frozenset(name for name, kind in self.args.items() if isinstance(kind, tuple) and kind[1:] == (SEVERAL,))


class Never(Strict):
    """A request that this desk never grants."""

    do: Plain
    """Behind "I would like to"."""
    topic: Word
    """Two to five words that name the request."""
    word: Word
    """The word of the topic that an answer to it contains."""
    about: str = ""
    """The table of the user's records that it is about, if it is about one."""
    because: Word
    """The ground of the refusal."""
    policy: Texts = ()
    """Pieces of the sentences of the policy that it stands for."""


class Transfer(Strict):
    """How a user is handed over to a human."""

    tool: Word
    """The tool; its only argument is a summary."""
    text: Word
    """The sentence that policy prescribes right after the call."""


class License(Strict):
    """Whose the data is: what every dataset and card says."""

    name: Word
    """As the Hub knows it: `mit`, `cc-by-4.0`; anything else counts as `other`."""
    notice: str = ""
    """A sentence for the card."""


def _tool(value: Any) -> Any:
    return {"tool": value} if isinstance(value, str) else value


class OwnCall(Strict):
    """A tool of the server that no agent sees, called for the worlds; its name alone where it takes nothing."""

    tool: Word
    """The tool."""
    args: dict[str, Any] = {}
    """Its arguments."""


class State(Strict):
    """What shows the whole state of a server; the name alone of a tool that takes nothing."""

    tool: str = ""
    """A tool that answers with it."""
    args: dict[str, Any] = {}
    """The tool's arguments."""
    file: str = ""
    """Or a file that the server keeps it in, JSON or SQLite: `{folder}/state.json`."""
    at: str = ""
    """Where in it the tables are, as `data.tables`."""

    @model_validator(mode="after")
    def one(self) -> State:
        """Refuse none, and both."""
        if bool(self.tool) == bool(self.file):
            raise ValueError("name one of `tool` and `file`")
        return self


class Mcp(Strict):
    """An MCP server. Each world has a process of its own, or what `reset`, `snapshot` or `database` says."""

    command: str = ""
    """What starts the server; it runs in the folder of the declaration and speaks over stdin and stdout."""
    args: tuple[str, ...] = ()
    """Arguments of the command; in them and in `env`, `{folder}` is an empty folder of the session's own, and `{database}` its copy of the database."""
    env: dict[str, str] = {}
    """Variables that the server gets beside PATH, HOME and the like."""
    url: str = ""
    """Instead of a command: where a server is that speaks streamable HTTP, and that gives each session a state of its own."""
    database: str = ""
    """The server's database, JSON or SQLite, beside the declaration: each session gets a copy. It is the state unless `state` says otherwise."""
    reset: Annotated[OwnCall | None, BeforeValidator(_tool)] = None
    """The tool that brings a session back to the beginning, so that one process serves all worlds."""
    snapshot: Annotated[OwnCall | None, BeforeValidator(_tool)] = None
    """The same in two tools: one that answers with the mark of a snapshot,"""
    restore: Annotated[OwnCall | None, BeforeValidator(_tool)] = None
    """and one that takes it, as in `{tool: restore, args: {id: '{snapshot}'}}`."""
    state: Annotated[State | None, BeforeValidator(_tool)] = None
    """What shows the whole state: by what it changes there, a write is known. Needed where there is no `database`."""
    answer: str = ""
    """Where in a structured answer the result is that the agent sees, as `message.content`; without it, all of it."""
    fixed: dict[str, Any] = {}
    """Arguments that every call gets and no agent sees."""
    without: Names = ()
    """Tools that no agent sees, beside those that are named above."""
    generic: Names = ()
    """Tools that look at no record and change none, as a calculator."""
    timeout: Annotated[float, Field(gt=0)] = 30
    """Seconds that an answer may take."""
    start: Annotated[float, Field(gt=0)] = 60
    """Seconds that a start may take."""

    @model_validator(mode="after")
    def whole(self) -> Mcp:
        """Refuse what does not go together."""
        if bool(self.command) == bool(self.url):
            raise ValueError("name one of `command` and `url`")
        if bool(self.snapshot) != bool(self.restore) or (self.reset and self.snapshot):
            raise ValueError("name `reset`, or both `snapshot` and `restore`, or none of them")
        if self.url and (self.args or self.env or self.database or (self.state and self.state.file)):
            raise ValueError("`args`, `env`, `database` and a file are for a server that a `command` starts")
        if not (self.database or self.state):
            raise ValueError(
                "nothing shows what a write changes: name the server's `database`, or a `state`: a tool or a file that shows all records"
            )
        return self


class Tools(Strict):
    """Where the tools come from: one of these."""

    python: str = ""
    """The file of a module beside the declaration, or a module's name; with `:Class` where the tools are a class's methods."""
    refuses: str = ""
    """A pattern of the answers by which a tool refuses, where it raises no error."""
    tau2: str = ""
    """A domain that is built as τ²-bench's are, with tools, data, policy and tasks of its own: the file of a module beside the declaration that has
    `get_environment` (and `get_tasks`), a module's name, with `:function` where it is called otherwise, or one of τ²-bench's own, as `retail`."""
    mcp: Mcp | None = None
    """An MCP server, with the state that it keeps."""

    @model_validator(mode="after")
    def one(self) -> Tools:
        """Refuse none, and several."""
        if sum(map(bool, (self.python, self.tau2, self.mcp))) != 1:
            raise ValueError("name one of `python`, `tau2` and `mcp`")
        return self


class SpokenAttribute(Strict):
    """More phrases of an attribute; see there."""

    point: Filled = ()
    """Beside those of the table."""
    least: Plain = ()
    """The same."""
    most: Plain = ()
    """The same."""
    ask: Plain = ()
    """The same."""


class Spoken(Strict):
    """Phrases beside those that the declaration has where they belong: what `writ domains phrases` writes into a file of its own."""

    openings: Filled = ()
    """How users begin, with `{}` for what they would like to do: `Hello, could you help me {}?`"""
    leads: Filled = ()
    """How an agent puts a write to the user, with `{}` for what it would do: `Here is my plan: {}.`"""
    questions: dict[str, Plain] = {}
    """Table or value -> how an agent asks which."""
    tables: dict[str, dict[str, SpokenAttribute]] = {}
    """Table -> attribute -> more of its phrases."""
    values: dict[str, Filled] = {}
    """Value -> more ways to say it, as sentences."""
    writes: dict[str, Plain] = {}
    """Write -> more ways to ask for it, behind "I would like to"."""


class Declared(Strict):
    """A whole domain."""

    domain: Word
    """Its name in small letters: `library`, or `town:library`. The part behind the colon names its folder in a dataset."""
    about: str = ""
    """A few words for `writ domains`."""
    tools: Tools
    """Where the tools come from."""
    data: str = ""
    """The state that every conversation begins with: a JSON file, or `file.py:function`. Python tools need it; beside those of a server it says what
    records look like to users, where its state has them otherwise."""
    policy: str = ""
    """The file with the agent's policy, as it stands in the system prompt. Tools of Python and of a server need it; without it, one of τ²-bench's kind has its own."""
    today: date | None = None
    """The day on which it all happens, where the policy names one."""
    license: License | None = None
    """Whose the data is."""
    evaluation: Names = ()
    """Files with your own evaluation tasks, in τ²-bench's form: no task will touch what they touch."""
    transfer: Transfer | None = None
    """How a user is handed over; without it, nobody is."""
    user: Word
    """The table of the users."""
    tables: dict[str, Table]
    """Kinds of records, by a name in the singular."""
    values: dict[str, Value] = {}
    """What arguments can be that are no records."""
    fields: Fields = Fields()
    """What the fields are called that hold what many domains have, for the checks to know them by: `{parts: lines, part: line_id}`."""
    writes: dict[str, Write]
    """Write tools, by name."""
    never: tuple[Never, ...] = ()
    """What is never granted."""
    recipes: Names = ()
    """Recipes in Python beside these, as `file.py:NAME`: objects with `name`, `tool` and `draft` (see `Recipe` in `writ_dspy.domains`)."""
    covered: Names = ()
    """Pieces of sentences of the policy that need no clause, since every domain keeps them or they ask for nothing."""
    phrases: Spoken = Spoken()
    """More phrases, here or in a file of that name beside the declaration."""
    dials: dict[Literal["write-intensive", "read-heavy", "normal", "no-write"], tuple[tuple[int, int, int], ...]] = (
        Field(default_factory=dict)
    )
    """(writes, burden, denied) of the default mix, by kind; without them, those that suit most domains."""
