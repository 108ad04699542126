"""A goal as a model writes it: the algebra of `writ_dspy.task` with named searches instead of nested queries.

Nothing here has open dicts, length bounds or patterns, so that a grammar enforces it as it stands. Each kind comes
first in its object; a search is written once, before what refers to it.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypeAliasType

from writ_dspy.task import Op, Scalar


def _bare(schema: dict[str, Any]) -> None:
    """Without the titles that repeat each name: they would be a third of the prompt."""
    schema.pop("title", None)
    for part in schema.get("properties", {}).values():
        part.pop("title", None)


class Form(BaseModel):
    """What a model fills in."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, json_schema_extra=_bare)


# ----------------------------------------------------------------------------- terms


class SaidForm(Form):
    """A value that the user states."""

    kind: Literal["said"]
    value: Scalar


class PolicyForm(Form):
    """A value that the policy fixes, and the clause in a few words."""

    kind: Literal["policy"]
    value: Scalar
    rule: str


class PickedForm(Form):
    """A field of what an earlier search finds; a list of that field for a search of kind every."""

    kind: Literal["picked"]
    search: str
    field: str


class ListedForm(Form):
    """A list, item by item."""

    kind: Literal["listed"]
    items: list[TermForm]


class NamedForm(Form):
    """One argument or field."""

    name: str
    value: TermForm


class RecordForm(Form):
    """An object, field by field."""

    kind: Literal["record"]
    fields: list[NamedForm]


class ComputedForm(Form):
    """Worked out from other terms: difference takes two, at_least_zero and count take one."""

    kind: Literal["computed"]
    op: Literal["sum", "product", "difference", "at_least_zero", "count", "concat"]
    args: list[TermForm]


class LookupForm(Form):
    """Read off the policy table that this rule names, by its keys."""

    kind: Literal["looked up"]
    rule: str
    keys: list[TermForm]


TermForm = TypeAliasType(  # a name of its own in the schema, where it occurs in many places
    "TermForm", SaidForm | PolicyForm | PickedForm | ListedForm | RecordForm | ComputedForm | LookupForm
)

# ----------------------------------------------------------------------------- searches


class SourceForm(Form):
    """A call of a read tool, and which of its views to look at; an argument that is a list means a call per value."""

    tool: str
    arguments: list[NamedForm]
    view: str


class WhereForm(Form):
    """What must hold of a row."""

    attribute: str
    op: Op
    value: TermForm


class OnlyForm(Form):
    """The one row that passes."""

    kind: Literal["only"]
    name: str
    sources: list[SourceForm]
    where: list[WhereForm]


class BestForm(Form):
    """The row with the least of an attribute, or with the most of it."""

    kind: Literal["best"]
    name: str
    sources: list[SourceForm]
    where: list[WhereForm]
    by: str
    most: bool


class EveryForm(Form):
    """All rows that pass."""

    kind: Literal["every"]
    name: str
    sources: list[SourceForm]
    where: list[WhereForm]


SearchForm: TypeAlias = OnlyForm | BestForm | EveryForm

# ----------------------------------------------------------------------------- what is asked for


class CheckForm(Form):
    """A condition on a decision, and the rule that it comes from."""

    kind: Literal["check"]
    left: TermForm
    op: Op
    right: TermForm
    rule: str
    transfer: bool
    own: bool
    """Whether the customer sets it, and not the policy."""


class AnyOfForm(Form):
    """At least one of the checks holds."""

    kind: Literal["any of"]
    checks: list[CheckForm]
    rule: str


class AskedDecision(Form):
    """One write tool, or a wish that no tool meets, with its arguments, and what the user wants instead if that cannot be had."""

    tool: str
    arguments: list[NamedForm]
    only_if: list[CheckForm]
    """The customer's own conditions with the value that they say, each as it has to hold, such as price <= 40."""
    otherwise: AskedDecision | None


class AskedTell(Form):
    """One thing that the user wants to be told."""

    topic: str
    style: Literal["text", "money", "count"]
    value: TermForm


class AskedGoal(Form):
    """What a user asks for: searches first, then what is done and told with what they find."""

    searches: list[SearchForm]
    decisions: list[AskedDecision]
    tells: list[AskedTell]


class DecisionForm(Form):
    """One write tool with its arguments, what must hold for it, and what is wanted instead if that fails."""

    tool: str
    bare: bool
    """True for a request that the policy denies whatever its details are: its arguments are only what the customer says of it."""
    arguments: list[NamedForm]
    requires: list[CheckForm | AnyOfForm]
    otherwise: DecisionForm | None


class TellForm(Form):
    """One thing that the user wants to be told, and what must hold for that."""

    topic: str
    style: Literal["text", "money", "count"]
    value: TermForm
    requires: list[CheckForm | AnyOfForm]


class GoalForm(Form):
    """A whole goal: searches first, then decisions and tells that refer to them."""

    searches: list[SearchForm]
    decisions: list[DecisionForm]
    tells: list[TellForm]


for _form in (ListedForm, NamedForm, RecordForm, ComputedForm, LookupForm, SourceForm, AskedDecision, DecisionForm):
    _form.model_rebuild()
