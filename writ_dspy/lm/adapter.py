"""`dspy.JSONAdapter` that really sends its schema and renders what never changes once.

The requests equal those of the stock adapter. What differs: the system message does not draw the form of the inputs, which
show it themselves; a schema is sent once, as the form of the reply, linted and freed of length bounds and explanations, and
the prompt has its shape in a few words; a reply to a schema has to be real JSON, and the system message, schema and
validators are made once for each signature, where DSPy makes them for each call.
"""

from __future__ import annotations

import json
import textwrap
import weakref
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Self

import dspy
import json_repair
from dspy.adapters.utils import (
    apply_output_field_defaults,
    format_field_value,
    get_annotation_name,
    parse_value,
    translate_field_type,
)
from dspy.utils.exceptions import AdapterParseError
from pydantic import TypeAdapter, ValidationError

from writ_dspy.errors import ConfigError
from writ_dspy.lm.markup import apart, leaves, spoken
from writ_dspy.lm.schema import lint, prepare
from writ_dspy.lm.shapes import bare, shape

if TYPE_CHECKING:
    from writ_dspy.lm.engine import Engine

_Signature = type[dspy.Signature]
OBJECTION = "objection"
"""The input field of a request that is sent anew: it says itself what it is, so that the system message, with which every request
begins, is the same with it and without it."""


class StructuredAdapter(dspy.JSONAdapter):
    """JSON in and out.

    Args:
        schema: Whether the server gets a schema and enforces it; otherwise words alone ask for the shape.
        lengths: Whether it enforces length bounds on strings as they are meant.
        speech: Whether its texts are said to somebody, so that no mark of a protocol stands in them; an instruction may name one.
    """

    def __init__(self, *, schema: bool = True, lengths: bool = False, speech: bool = True) -> None:
        super().__init__(use_native_function_calling=False)
        self.schema = schema
        self.lengths = lengths
        self.speech = speech
        self.short_cut: tuple[dspy.LM, Engine] | None = None
        """An LM and its engine: calls for that LM go straight to the engine while nobody listens in between. DSPy
        would hop to another thread twice, which under load takes longer than all the rest."""
        self._systems: weakref.WeakKeyDictionary[_Signature, str] = weakref.WeakKeyDictionary()
        self._formats: weakref.WeakKeyDictionary[_Signature, dict[str, Any]] = weakref.WeakKeyDictionary()
        self._reminders: weakref.WeakKeyDictionary[_Signature, str] = weakref.WeakKeyDictionary()
        self._readers: weakref.WeakKeyDictionary[_Signature, dict[str, TypeAdapter[Any]]] = weakref.WeakKeyDictionary()

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def format_system_message(self, signature: _Signature) -> str:
        if signature not in self._systems:
            told = signature.delete(OBJECTION) if OBJECTION in signature.input_fields else signature
            self._systems[signature] = _with_shapes(super().format_system_message(told), told)
        return self._systems[signature]

    def format_user_message_content(
        self,
        signature: _Signature,
        inputs: Mapping[str, Any],
        prefix: str = "",
        suffix: str = "",
        main_request: bool = False,  # noqa: FBT002 - DSPy's
    ) -> str:
        fields = signature.input_fields
        parts = [
            prefix,
            *(f"[[ ## {name} ## ]]\n{_shown(fields[name], inputs[name])}" for name in fields if name in inputs),
        ]
        if main_request:
            parts.append(self._reminders[signature] if signature in self._reminders else self._remind(signature))
        return "\n\n".join([*parts, suffix]).strip()

    def _remind(self, signature: _Signature) -> str:
        text = self.user_message_output_requirements(signature)
        for field in _shaped(signature).values():
            text = text.replace(f" (must be formatted as a valid Python {get_annotation_name(field.annotation)})", "")
        self._reminders[signature] = text
        return self._reminders[signature]

    async def acall(
        self,
        lm: dspy.LM,
        lm_kwargs: dict[str, Any],
        signature: _Signature,
        demos: list[Any],
        inputs: dict[str, Any],
    ) -> list[dict[str, Any]]:
        heard = dspy.settings
        listened = not heard.disable_history or heard.callbacks or heard.usage_tracker or lm.callbacks
        if self.short_cut is None or self.short_cut[0] is not lm or listened:
            found: list[dict[str, Any]] = await super().acall(lm, lm_kwargs, signature, demos, inputs)
            return found
        self._prepare_response_format(lm, lm_kwargs, signature)
        asked = self._call_preprocess(lm, lm_kwargs, signature, inputs)
        body = {"model": lm.model, "messages": self.format(asked, demos, inputs), **lm.kwargs, **lm_kwargs}
        response = await self.short_cut[1].ask({key: value for key, value in body.items() if value is not None})
        return list(self._call_postprocess(asked, signature, [response.text], lm, lm_kwargs))

    def _prepare_response_format(self, lm: Any, lm_kwargs: dict[str, Any], signature: _Signature) -> None:
        if self.schema:
            lm_kwargs["response_format"] = self.response_format(signature)

    def response_format(self, signature: _Signature) -> dict[str, Any]:
        """What is sent for this signature.

        Raises:
            ConfigError: The signature's outputs cannot be enforced; every reason, before any request.
        """
        if signature not in self._formats:
            self._formats[signature] = _response_format(signature, lengths=self.lengths)
        return self._formats[signature]

    def parse(self, signature: _Signature, completion: str) -> dict[str, Any]:
        """The typed outputs.

        Raises:
            AdapterParseError: The reply is no JSON object, lacks a field, or a field does not validate.
        """
        found = self._object(completion, signature.output_fields)
        if found is None:
            raise self._unparsable(signature, completion, "the reply is no JSON object")
        try:
            found = leaves(found) if self.speech else found
        except ValueError as error:
            raise self._unparsable(signature, completion, str(error)) from error
        readers = self._readers.get(signature)
        if readers is None:
            readers = {name: TypeAdapter(field.annotation) for name, field in signature.output_fields.items()}
            self._readers[signature] = readers
        values = {}
        for name, reader in readers.items():
            if name not in found:
                continue
            try:
                values[name] = self._value(reader, found[name], signature.output_fields[name].annotation)
            except ValueError as error:
                raise self._unparsable(signature, completion, f"{name}: {_short(error)}") from error
        values = apply_output_field_defaults(signature, values)
        missing = [name for name in readers if name not in values]
        if missing:
            raise self._unparsable(signature, completion, f"without {', '.join(missing)}")
        return {name: values[name] for name in readers}

    def _object(self, completion: str, fields: Collection[str]) -> dict[str, Any] | None:
        said = apart(completion).words
        if self.schema:
            return loads(said)
        found = _answer(said, fields)
        return found if found is not None and _sound(said, found) else None

    def _value(self, reader: TypeAdapter[Any], value: Any, annotation: Any) -> Any:
        return reader.validate_python(value) if self.schema else parse_value(value, annotation)

    def _unparsable(self, signature: _Signature, completion: str, why: str) -> AdapterParseError:
        return AdapterParseError(
            adapter_name=type(self).__name__, signature=signature, lm_response=completion, message=why
        )


class PlainAdapter(StructuredAdapter):
    """One text in, one text out, as a chat: for what needs no form, which small models get right far more often so.

    The instructions are the system message; inputs are written as `Name: value`; demonstrations are earlier turns.
    """

    def __init__(self) -> None:
        super().__init__(schema=False)

    def format(
        self, signature: _Signature, demos: list[dict[str, Any]], inputs: dict[str, Any]
    ) -> list[dict[str, Any]]:
        (output,) = signature.output_fields
        messages = [{"role": "system", "content": signature.instructions}]
        for demo in demos:
            messages.append({"role": "user", "content": _lines(signature, demo)})
            messages.append({"role": "assistant", "content": demo[output]})
        return [*messages, {"role": "user", "content": _lines(signature, inputs)}]

    def parse(self, signature: _Signature, completion: str) -> dict[str, Any]:
        """The whole reply is the output."""
        (output,) = signature.output_fields
        try:
            return {output: spoken(completion).strip()}
        except ValueError as error:
            raise self._unparsable(signature, completion, str(error)) from error


def _shaped(signature: _Signature) -> dict[str, Any]:
    """The output fields of which DSPy writes down the whole schema."""
    return {
        name: field for name, field in signature.output_fields.items() if _SCHEMA in translate_field_type(name, field)
    }


def _with_shapes(text: str, signature: _Signature) -> str:
    """The system message with the shape of each output where DSPy has its schema, which the request holds as well."""
    behind = []
    for name, field in _shaped(signature).items():
        note = json.dumps(translate_field_type(name, field))[1:-1]
        text = text.replace(note, f"{{{name}}}, of the shape below")
        text = text.replace(f" ({get_annotation_name(field.annotation)})", "")
        behind.append(f"The shape of `{name}`: {shape(TypeAdapter(field.annotation).json_schema())}")
    before, form, after = text.partition("All interactions will be structured in the following way")
    text = (
        f"{before}{after[after.find(_OUTPUTS) :]}" if form and _OUTPUTS in after else text
    )  # inputs show their own form
    head, mark, task = text.partition("In adhering to this structure, your objective is:")
    own = textwrap.dedent(task.strip("\n ").join(("        ", ""))) if mark else task
    return "".join([head, *(f"{line}\n\n" for line in behind), mark, "\n" * bool(mark), own])


_OUTPUTS = "Outputs will be a JSON object"
_SCHEMA = "must adhere to the JSON schema: "


def _lines(signature: _Signature, values: Mapping[str, Any]) -> str:
    return "\n".join(f"{name.capitalize()}: {values[name]}" for name in signature.input_fields if name in values)


def _shown(field: Any, value: Any) -> str:
    return value if type(value) is str else str(format_field_value(field, value))


def _response_format(signature: _Signature, *, lengths: bool) -> dict[str, Any]:
    from dspy.adapters.json_adapter import _get_structured_outputs_response_format
    from dspy.clients.legacy_requests import _strict_json_schema

    try:
        model = _get_structured_outputs_response_format(signature, use_native_function_calling=False)
    except ValueError as error:
        raise ConfigError(f"signature {signature.__name__}: {error} Name every property of its outputs.") from error
    full = _strict_json_schema(model.model_json_schema())
    schema = prepare(full)
    flaws = lint(schema)
    if flaws:
        raise ConfigError(
            f"signature {signature.__name__}: its outputs cannot be enforced by a server: {'; '.join(flaws)}. "
            "Change the output types."
        )
    return {
        "type": "json_schema",
        "json_schema": {"name": model.__name__, "schema": bare(full if lengths else schema), "strict": True},
    }


def loads(text: str) -> dict[str, Any] | None:
    """The JSON object that a text is; None when it is none, or holds half a character that nobody could be sent."""
    try:
        found = json.loads(text, strict=False)
    except ValueError:
        return None
    return found if isinstance(found, dict) and _sound(text, found) else None


def _sound(text: str, found: dict[str, Any]) -> bool:
    """Whether what was read from a text can be encoded; a lone surrogate, escaped, cannot."""
    if "\\u" not in text:
        return True
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _answer(text: str, fields: Collection[str]) -> dict[str, Any] | None:
    """The object that answers, out of a text around it: the one that it begins with, else the last of those that hold most fields.

    What comes before an answer are drafts and examples; what comes after an answer at the very start is chatter.
    """
    best: tuple[int, dict[str, Any]] | None = None
    start = text.find("{")
    leads = not text[:start].strip(" \t\n`jsonJSON")
    while start >= 0:
        found, end = _object_at(text, start)
        held = sum(name in found for name in fields) if isinstance(found, dict) else 0
        if isinstance(found, dict) and (best is None or held >= best[0]):
            best = held, found
        if leads and held == len(fields):
            break
        leads = False
        start = text.find("{", end if held else start + 1)
    return best[1] if best else None


def _object_at(text: str, start: int) -> tuple[Any, int]:
    """What begins at a brace, mended if need be, and where it ends."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, start)
    except (ValueError, RecursionError):
        return json_repair.loads(text[start:]), len(text)


def _short(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, flaw['loc']))} {flaw['msg']}".strip() for flaw in error.errors()[:3])
    return str(error)
