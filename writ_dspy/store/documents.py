"""Files that somebody hands over: text that is read whole and safely, and YAML that becomes plain values.

Nothing of a file is trusted: one that is no file, is endless, or is made to grow when it is read is refused in one line.
A pipe is read too, so that `--mix <(writ domains --mix)` works.
"""

from __future__ import annotations

import codecs
import difflib
import errno
import itertools
import os
import re
import select
import stat
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import yaml

from writ_dspy.errors import ConfigError, brief, ended

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MOST_BYTES = 4 << 20
"""Of one document. Ten thousand cells of a mix are one megabyte."""
MOST_DEPTH = 32
"""Mappings and lists within each other. A mix has three."""
MOST_VALUES = 200_000
"""In one document, those behind an alias counted wherever it stands: more is a bomb."""
MOST_DIGITS = 100
"""Of one number."""
MOST_NEIGHBOURS = 1_000
"""Files of a folder among which one that was misspelled is looked for."""
PATIENCE = 60
"""Seconds without a byte after which a pipe is given up."""

Plain: TypeAlias = Any
"""None, a bool, a number, a text, or a list or dict of these."""


@dataclass(frozen=True)
class Given:
    """A document as it was asked for: what its errors say beside what is wrong with it."""

    path: Path
    what: str
    """`a mix file`."""
    works: str
    """Where one that works can be seen, as in `writ domains --mix prints one`."""
    option: str = ""
    """Of the command line, where the path came from there."""
    most: int = MOST_BYTES

    def wrong(self, why: str, remedy: str = "") -> ConfigError:
        """An error that names the document, what is wrong with it, and what to do."""
        path = str(self.path)
        shown = f"{self.option} {path if len(path) <= 300 else brief(path)}".strip()
        return ConfigError(f"{shown}: {ended(why)} {remedy or f'Give the path of {self.what}; {self.works}'}.")

    def mend(self, why: str, remedy: str = "Mend that") -> ConfigError:
        """An error about what stands in the document."""
        return self.wrong(why, f"{remedy}; {self.works}")


# ----------------------------------------------------------------------------- text

_YAML = {".yaml", ".yml"}
_YOURS = "Change its permissions, or give another file"
_REFUSED = {
    errno.ENOENT: ("there is no such file", ""),
    errno.ENOTDIR: ("there is no such file", ""),
    errno.ELOOP: ("this link leads back to itself", ""),
    errno.ENAMETOOLONG: ("no path may be so long", ""),
    errno.EACCES: ("you may not read it", _YOURS),
    errno.EPERM: ("you may not read it", _YOURS),
    errno.ENXIO: ("this is a device or a socket, not a file", ""),
}


def read_text(given: Given) -> str:
    """The text of a file, or of a pipe that somebody writes to.

    Raises:
        ConfigError: There is none, it is something else, it is too large, or it is no UTF-8.
    """
    with _opened(given) as file:
        mode = os.fstat(file).st_mode
        if stat.S_ISDIR(mode):
            raise given.wrong("this is a folder, not a file")
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise given.wrong("this is a device, not a file")
        data = b"".join(_pieces(given, file))
    if not data and stat.S_ISFIFO(mode):
        raise given.wrong("this is a pipe to which nobody writes")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise given.wrong("this is UTF-16", "Save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = data.count(b"\n", 0, error.start) + 1, data[error.start]
        raise given.wrong(f"line {line} is no UTF-8: it has the byte 0x{byte:02x}", "Save it as UTF-8") from error


@contextmanager
def _opened(given: Given) -> Iterator[int]:
    """Opened so that a pipe without a writer holds nobody up."""
    try:
        file = os.open(given.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except ValueError as error:  # only Python can pass such a path
        raise given.wrong("no path holds a NUL") from error
    except OSError as error:
        why, remedy = _REFUSED.get(error.errno or 0, (f"it cannot be read ({error.strerror})", ""))
        near = _near(given.path) if error.errno == errno.ENOENT else None
        raise given.wrong(f"{why}; did you mean {near}?" if near else why, remedy) from error
    try:
        yield file
    finally:
        os.close(file)


def _near(path: Path) -> Path | None:
    """A file beside it that is called nearly so, or so but for the ending."""
    try:
        there = sorted(one.name for one in itertools.islice(path.parent.iterdir(), MOST_NEIGHBOURS))
    except OSError:
        return None
    same = [name for name in there if Path(name).stem == path.stem and {Path(name).suffix, path.suffix} <= _YAML]
    name = next(iter(same or difflib.get_close_matches(path.name, there, 1, 0.75)), None)
    return None if name is None else path.with_name(name)


def _pieces(given: Given, file: int) -> Iterator[bytes]:
    """All of it, unless that is too much."""
    size = 0
    while True:
        try:
            piece = os.read(file, 1 << 20)
        except BlockingIOError:  # a pipe, whose writer takes its time
            if not select.select([file], [], [], PATIENCE)[0]:
                raise given.wrong(f"nobody has written to this pipe for {PATIENCE} s") from None
            continue
        except OSError as error:
            raise given.wrong(
                f"it cannot be read ({error.strerror})", "Check that disk, or give another file"
            ) from error
        if not piece:
            return
        size += len(piece)
        if size > given.most:
            raise given.wrong(f"it is larger than {given.most >> 20} MB")
        yield piece


# ----------------------------------------------------------------------------- YAML


def read_yaml(given: Given) -> Plain:
    """The one YAML document of a file, as plain values.

    Stricter than YAML: a key that occurs twice, a tag, a value that contains itself, and what no reader of ours can
    mean (a number of 100 digits, a thousand lists in each other) are refused. A date is a text like any other, and so is
    whatever YAML 1.1 alone takes for a truth value or a number.

    Raises:
        ConfigError: It cannot be read, or is no such document; names the place.
    """
    text = read_text(given)
    try:
        _weigh(text)
        loader = _Loader(text)
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    except _Flaw as error:
        raise given.mend(f"{_place(error)}{error.problem}", error.remedy) from error
    except yaml.MarkedYAMLError as error:
        why = ", ".join(part for part in (error.context, error.problem) if part)
        raise given.mend(f"this is no YAML: {_place(error)}{why}", _slip(error, text.splitlines())) from error
    except yaml.YAMLError as error:  # a character that no YAML holds
        why = str(error).partition("\n")[0].partition(":")[0]
        raise given.mend(f"this is no YAML: {why}") from error


def _place(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""


def _slip(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> str:
    """What to write instead, where YAML takes a text for something else; its own words say only what it had expected."""
    quoted = "quoted scalar" in (error.context or "")
    mark = error.context_mark if quoted and error.context_mark else error.problem_mark
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "Indent with spaces: a tab does not count in YAML"
    value = _VALUE.sub("", line)
    if quoted:
        return f"Close the quote, or put {value[:1]} twice inside a text in quotes of its kind"
    if "mapping values" in (error.problem or ""):
        return "Put a text with a colon and a blank in it in quotes"
    if value[:1] in _SPECIAL:
        return f"Put a text that begins with {value[0]} in quotes"
    return "Write KEY: VALUE" if "could not find expected ':'" in (error.problem or "") else "Mend that"


_VALUE = re.compile(r"\s*(?:- +)*(?:[\w.-]+: +)?")
"""What stands before the value of a line."""
_SPECIAL = tuple("@`%*&!|>{}[]?,")
"""What no plain text begins with."""


_WRITE = {
    "a whole number": ("int_type", "int_from_float", "int_parsing"),
    "true or false": ("bool_type", "bool_parsing"),
    "a date as in 2026-03-02": ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
    "a list, as in [a, b]": ("list_type", "tuple_type"),
    "keys with their values, as in {key: value}": ("dict_type", "mapping_type", "model_type", "model_attributes_type"),
}  # fmt: skip
_WANTED = {kind: f"write {what}" for what, kinds in _WRITE.items() for kind in kinds}


def put_right(flaw: ErrorDetails) -> str:
    """What to write in place of a value that a reader of a document did not take, as far as its own words do not say that."""
    given = flaw["input"]
    if flaw["type"] == "string_type":
        return _as_text(given)
    if flaw["type"] == "int_type" and isinstance(given, str) and given.isdecimal():
        return "write the number without quotes"
    return _WANTED.get(flaw["type"]) or flaw["msg"].removeprefix("Value error, ")


def _as_text(given: object) -> str:
    """How the text is written that YAML took for such a value."""
    if isinstance(given, bool):
        return "put it in quotes: YAML takes true and false for a truth value"
    if given is None:
        return "write a text here; a text that begins with # has to stand in quotes"
    if isinstance(given, dict | list):
        return "write a text, in quotes where it begins with { or [ or has a colon and a blank in it"
    return "put it in quotes, so that it is a text"


class _Flaw(yaml.MarkedYAMLError):
    """Something that YAML allows, and we do not."""

    def __init__(self, where: yaml.Node | yaml.Event, why: str, remedy: str) -> None:
        super().__init__(problem=why)
        self.problem_mark: Any = where.start_mark
        self.remedy = remedy


_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where there is one: thirty times as fast
_CORE = ("null", "bool", "int", "float", "str", "seq", "map")
_TAG = "tag:yaml.org,2002:"
_PLAIN = {
    "bool": ("tTfF", r"true|True|TRUE|false|False|FALSE"),
    "int": ("-+0123456789", r"[-+]?(?:0|[1-9][0-9]*)"),
    "float": (
        "-+.0123456789",
        r"[-+]?(?:(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
    ),
}
"""Scalars that are no text, with their first characters: those that look it. PyYAML follows YAML 1.1, for which also `no` and `on` are truth
values, `17:45` is 1065, `1_000` a thousand and `0123` is 83; whoever lists the answers or the times of a domain means what is written there."""


def _resolvers() -> dict[str | None, list[tuple[str, re.Pattern[str]]]]:
    found = {
        first: [(tag, pattern) for tag, pattern in pairs if tag.removeprefix(_TAG) in ("null", "str", "merge")]
        for first, pairs in _Parser.yaml_implicit_resolvers.items()
    }
    for kind, (firsts, pattern) in _PLAIN.items():
        for first in firsts:
            found.setdefault(first, []).append((_TAG + kind, re.compile(rf"(?:{pattern})\Z")))
    return found


class _Loader(_Parser):  # type: ignore[misc]
    """PyYAML's, less whatever makes more of a scalar than a plain value."""

    yaml_implicit_resolvers = _resolvers()
    yaml_constructors: dict[str | None, Any] = {}  # noqa: RUF012

    def scalar(self, node: yaml.ScalarNode) -> Plain:
        """A value that is no larger than it looks."""
        kind = node.tag.removeprefix(_TAG)
        try:
            value = getattr(self, f"construct_yaml_{kind}")(node)
        except (ValueError, KeyError, IndexError, OverflowError) as error:  # `!!int zz`, `!!bool maybe`
            raise _Flaw(node, f"{brief(node.value)} is no {kind}", "Write a plain value") from error
        if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
            raise _Flaw(node, f"a number of more than {MOST_DIGITS} digits", "Write a smaller one")
        return value

    def sequence(self, node: yaml.SequenceNode) -> Plain:
        return [self.construct_object(item, deep=True) for item in node.value]

    def mapping(self, node: yaml.MappingNode) -> Plain:
        """Each key once; what is merged in with `<<` comes first."""
        self._once(node)
        self.flatten_mapping(node)
        return {self._key(key): self.construct_object(value, deep=True) for key, value in node.value}

    def unknown(self, node: yaml.Node) -> Plain:
        raise _Flaw(node, f"the tag {brief(node.tag.replace(_TAG, '!!'))} is not taken here", "Write a plain value")

    def _once(self, node: yaml.MappingNode) -> None:
        seen: set[Hashable] = set()
        for key, _ in node.value:
            if key.tag == f"{_TAG}merge":
                continue
            name = self._key(key)
            if name in seen:
                raise _Flaw(key, f"the key {brief(name)} occurs twice", "Leave one of them out")
            seen.add(name)

    def _key(self, node: yaml.Node) -> Hashable:
        if not isinstance(node, yaml.ScalarNode):
            raise _Flaw(node, "a key that is a list or a mapping", "Write a plain key")
        key: Hashable = self.construct_object(node)
        return key


for _kind in _CORE:
    _Loader.yaml_constructors[_TAG + _kind] = {"seq": _Loader.sequence, "map": _Loader.mapping}.get(
        _kind, _Loader.scalar
    )
_Loader.yaml_constructors[None] = _Loader.unknown


def _weigh(text: str) -> None:
    """Refuse what is nested too deeply or grows too large, before anything is made of it.

    Raises:
        yaml.YAMLError: It is, or it is no YAML.
    """
    weights: dict[str, int] = {}
    within: list[tuple[str | None, int]] = []
    total = 0
    for event in yaml.parse(text, Loader=_Parser):
        anchor = getattr(event, "anchor", None)
        if isinstance(event, yaml.AliasEvent):
            total += weights[event.anchor] if event.anchor in weights else _unknown(event, within)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = within.pop()
            weights[anchor or ""] = total - before
        elif isinstance(event, yaml.NodeEvent):
            total += 1
            if isinstance(event, yaml.ScalarEvent):
                weights[anchor or ""] = 1
            else:
                within.append((anchor, total - 1))
        if len(within) > MOST_DEPTH:
            raise _Flaw(event, f"more than {MOST_DEPTH} lists and mappings within each other", "Make it flatter")
        if total > MOST_VALUES:
            why = f"more than {MOST_VALUES:,} values, those behind an alias counted wherever it stands"
            raise _Flaw(event, why, "Ask for less")


def _unknown(alias: yaml.AliasEvent, within: list[tuple[str | None, int]]) -> NoReturn:
    inside = any(alias.anchor == anchor for anchor, _ in within)
    why = "contains itself" if inside else f"refers to &{alias.anchor}, which stands nowhere before it"
    raise _Flaw(alias, f"*{alias.anchor} {why}", "Write out what is meant")
