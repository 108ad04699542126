"""Which model a role speaks with, and how: one URL and a few settings, from flags or a small YAML file."""

# Longer than 400 lines: a few lines over; a URL, its settings and what is wrong with either are one reading.
from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from writ_dspy.errors import ConfigError, brief, ended
from writ_dspy.lm.keys import bare, is_name, masked
from writ_dspy.lm.meant import meant
from writ_dspy.store.documents import Given, put_right, read_yaml

Mode = Literal["schema", "tools", "prompt"]
"""How structured output is asked for: a JSON schema that the server enforces, native tool calls, or words alone."""
Scheme = Literal["sglang", "openai", "local"]
ROLES = ("proposer", "composer", "diversifier", "user", "agent")
SCRIPTED = "scripted"
MOST_AT_ONCE = 65_536
"""Requests or conversations under way: each takes a connection, and an address has no more ports."""
_FORMS = "sglang://host:port/model, openai://host/v1/model, https://host:port/v1/model, local, local:PATH or local:OWNER/REPO"
_URL = re.compile(
    r"(?:(?P<scheme>sglang|openai)(?:\+(?P<plus>https?))?|(?P<alone>https?))://(?P<netloc>[^/?#]*)(?P<rest>[/?#].*)?",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(/+(?:[^/]+/+)*?(v\d+\w*))(?=/|$)")
MOST_TOKENS = 10_000_000
"""Of one reply, more than any model's window."""
MOST_RETRIES = 1_000
LONGEST = 7 * 86_400.0
"""Seconds that anything is waited for: a week."""
NO_EFFORT = {"reasoning_effort": "none"}
"""Turns thinking off in SGLang, whatever the model's template calls it."""
_OPENAI_HOST = "api.openai.com"
UNSET = "if it came from a variable of the shell, that is not set"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests go."""

    scheme: Scheme
    base_url: str
    """Up to and with the version, as in `http://127.0.0.1:30000/v1`; empty for an embedded model."""
    model: str | None
    """Name on that server, or path or repository of an embedded model; None asks the server, or takes the default."""

    @classmethod
    def parse(cls, url: str) -> Self:
        """An endpoint from its URL.

        A path up to a version segment (`/v1/`, `/api/v1/`) belongs to the address; the rest is the model as its server
        writes it, which may hold slashes, begin with one, or hold a `#`. Where an address goes on behind its version, or
        has none, a double slash ends it. Without a path the address ends in `/v1`. `https://` and `http://` say how to
        speak; `openai://` speaks plain HTTP to loopback, private and single-word hosts and to explicit ports other than
        443, HTTPS to the others; `sglang://` speaks HTTP. `openai+https://` and `sglang+https://` say both.

        Raises:
            ConfigError: The URL names no model server.
        """
        if not url.strip():
            raise ConfigError(f"the model URL is empty: {UNSET}. Write {_FORMS}.")
        if url == "local" or url.startswith("local:"):
            return cls("local", "", url.partition(":")[2] or None)
        said = _URL.fullmatch(url.strip())
        if said is None:
            close = meant(url) if _bare(url) == url else ""
            raise ConfigError(
                f"{_bare(url)!r} is no model URL; {f'did you mean {close}? The forms are' if close else 'write'} {_FORMS}."
            )
        try:
            parts = urlsplit(f"//{said['netloc']}")
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise ConfigError(f"{_bare(url)} is no model URL ({error}); write {_FORMS}.") from error
        if not host:
            raise ConfigError(f"{_bare(url)!r} is no model URL; write {_FORMS}.")
        if not _is_host(host):
            raise ConfigError(f"{_bare(url)!r}: {host!r} is no host. Check the address; write {_FORMS}.")
        if "@" in parts.netloc or "?" in url or (said["rest"] or "").startswith("#"):
            raise ConfigError(
                f"{_bare(url)}: a model URL holds no credentials, query or fragment; "
                "name the environment variable that holds the key with --api-key-env, or `api_key_env` in the file of --lms."
            )
        path, model = _split(said["rest"] or "")
        scheme: Scheme = "sglang" if (said["scheme"] or "").lower() == "sglang" else "openai"
        plain = scheme == "sglang" or port not in (None, 443) or (port is None and _near(host))
        transport = said["plus"] or said["alone"] or ("http" if plain else "https")
        shown = f"[{host}]" if ":" in host else host
        return cls(scheme, f"{transport.lower()}://{shown}" + (f":{port}" if port else "") + path, model)

    @property
    def root(self) -> str:
        """The address without its version path, where `/health` and `/server_info` live."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def near(self) -> bool:
        """Whether it is this machine or one beside it, spoken to without encryption: no proxy stands in between."""
        return self.base_url.startswith("http://") and _near(urlsplit(self.base_url).hostname or "")

    @property
    def addressed(self) -> bool:
        """Whether its host can be one on the internet: none of those is one word, or ends in a digit, as a model's name does."""
        parts = urlsplit(self.base_url)
        name, dot, last = (parts.hostname or "").rpartition(".")
        return parts.port is not None or bool(name and dot and last.isalpha())

    @property
    def official(self) -> bool:
        """Whether this is OpenAI itself, which names some fields as no other server does."""
        return urlsplit(self.base_url).hostname == _OPENAI_HOST


def _split(path: str) -> tuple[str, str | None]:
    version = _VERSION.match(path)
    if version is None and path.startswith("//"):
        return "/v1", "/" + path.strip("/")
    if version is None:
        address, found, model = path.partition("//")
        return (address.rstrip("/") or "/v1", model or None) if found else ("/v1", path.strip("/") or None)
    address, rest = re.sub("/+", "/", version[1]), path[version.end(1) :]
    if "beta" in version[2] and re.match(r"/openai(?:/|$)", rest):  # Google's own address for this protocol
        return f"{address}/openai", rest.removeprefix("/openai").strip("/") or None
    if rest.startswith("//"):
        return address, "/" + rest.strip("/")
    more, found, model = rest.strip("/").partition("//")
    return (f"{address}/{more}", model or None) if found else (address, more or None)


def _is_host(host: str) -> bool:
    """Whether this may be a name or an address: one made of digits alone has to be an address."""
    if ":" in host or re.fullmatch(r"[\d.]+", host):
        try:
            ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return False
        return True
    return bool(re.fullmatch(r"(?!-)[\w-]{1,63}(\.[\w-]{1,63})*\.?", host)) and len(host) <= 253


def _near(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(".localhost")
    return address.is_private or address.is_loopback


def _bare(url: str) -> str:
    """The URL without credentials and query, and without a key that was taken for one."""
    return masked(re.sub(r"[?#].*", "?…", re.sub(r"//[^/@]*@", "//…@", url)))


Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class LMSettings(BaseModel):
    """One role's model and how it is asked. It never holds a key, only the name of the variable that does."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)

    model: str
    """A model URL, see `Endpoint.parse`."""
    temperature: float = Field(default=0.7, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int = Field(default=1024, ge=1, le=MOST_TOKENS)
    """Most tokens of one reply; a reply that reaches it is thrown away."""
    thinking: bool = False
    """Whether a reasoning model may think before it answers; off is sent only where the server understands it."""
    concurrency: int | None = Field(default=None, ge=1, le=MOST_AT_ONCE)
    """Requests under way at once, for all roles on that server; None adapts to what the server bears."""
    timeout: float = Field(default=120.0, gt=0, le=LONGEST)
    """Seconds for one reply."""
    retries: int = Field(default=4, ge=0, le=MOST_RETRIES)
    """Further tries after a reset, a timeout or a server's internal error."""
    patience: float = Field(default=120.0, ge=0, le=LONGEST)
    """Seconds that a call waits for a server that is busy (429, 503) or restarting (connection refused)."""
    api_key_env: str | None = None
    """Name of the environment variable that holds the API key."""
    mode: Literal["auto", "schema", "tools", "prompt"] = "auto"
    """How structured output is asked for; auto tries the server once."""
    price: tuple[Dollars, Dollars, Dollars] | None = None
    """USD per million tokens: input, cached input, output."""

    @field_validator("model")
    @classmethod
    def _known(cls, model: str) -> str:
        Endpoint.parse(model)
        return model

    @field_validator("api_key_env")
    @classmethod
    def _named(cls, name: str | None) -> str | None:
        if name is None or is_name(name):
            return name
        if not name.strip():
            raise ValueError(f"it is empty: {UNSET}. Write the name of the variable that holds the key")
        if name.startswith("$"):
            raise ValueError("write the name of the variable alone, without the $")
        raise ValueError(
            "this is no name of a variable but, it seems, a key, and is not shown: export the key, as in "
            "`export OPENAI_API_KEY=…`, and write that name here"
        )

    @cached_property
    def endpoint(self) -> Endpoint:
        return Endpoint.parse(self.model)

    @property
    def key_env(self) -> str | None:
        """The variable to read the key from; OpenAI's own where nothing is said."""
        return self.api_key_env or ("OPENAI_API_KEY" if self.endpoint.official else None)

    @property
    def quiet(self) -> dict[str, Any]:
        """Fields of every request that keep a model from thinking, for a server that is known to read them."""
        return NO_EFFORT if self.endpoint.scheme == "sglang" and not self.thinking else {}

    @classmethod
    def of(cls, given: str | Mapping[str, Any], where: str = "LM settings") -> Self:
        """Settings from a URL or a mapping.

        Raises:
            ConfigError: Something in them cannot be.
        """
        data = {"model": given} if isinstance(given, str) else dict(given)
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            flaws = error.errors(include_url=False)
            told = "; ".join(_told(flaw) for flaw in flaws)
            unknown = any(flaw["type"] == "extra_forbidden" and not _holds_key(*_pair(flaw)) for flaw in flaws)
            remedy = f"Choose from {', '.join(cls.model_fields)}" if unknown else "Write what it takes, or leave it out"
            said = all(flaw["loc"] == ("api_key_env",) for flaw in flaws)  # what to do stands in it already
            raise ConfigError(
                f"{where}: {ended(told)}" + ("" if said else f" {remedy}.")
            ) from None  # no cause: it would show what was given
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from None


def _told(flaw: ErrorDetails) -> str:
    """What is wrong with one setting; its value only where no key can have been pasted."""
    place, why = masked(".".join(map(str, flaw["loc"]))), put_right(flaw)
    if flaw["type"] == "extra_forbidden" and _holds_key(*_pair(flaw)):
        return f"{place}: {_by_name(flaw['input'])}"
    if flaw["type"] == "extra_forbidden":
        close = difflib.get_close_matches(str(flaw["loc"][-1]), LMSettings.model_fields, 1, 0.7)
        return f"{place}: there is no such setting{f'; did you mean {close[0]}?' if close else ''}"
    shows = flaw["loc"][0] in _SHOWN and flaw["type"] not in ("missing", "extra_forbidden")
    return f"{place} = {masked(brief(flaw['input']))}: {why}" if shows else f"{place}: {why}"


_SECRET = re.compile(
    r"(?:^|[_-])(?:api[_-]?key|key|token|secret|password|passwd|bearer|auth|authorization|credentials?|headers?)$",
    re.IGNORECASE,
)
"""What settings are called elsewhere that hold a key itself."""


def _pair(flaw: ErrorDetails) -> tuple[str, object]:
    return str(flaw["loc"][-1]), flaw["input"]


def _holds_key(setting: str, given: object) -> bool:
    """Whether a setting that there is none of was meant for a key, by its name or by what it holds."""
    if isinstance(given, int | float):
        return False
    return _SECRET.search(setting) is not None or masked(bare(str(given))) == "…"


def _by_name(given: object) -> str:
    """What to write instead of a key: the name of the variable that holds it, which may be what was given."""
    text = str(given).strip().strip("${}")
    if text in os.environ or (text.isupper() and "_" in text and is_name(text)):
        return f"a key is given by the name of its variable: write `api_key_env: {text}`"
    return (
        "a key is given by the name of its variable, and this one is neither shown nor kept: export the key, as in "
        "`export OPENAI_API_KEY=…`, and write `api_key_env: OPENAI_API_KEY`"
    )


_SHOWN = {
    "temperature",
    "top_p",
    "max_tokens",
    "thinking",
    "concurrency",
    "timeout",
    "retries",
    "patience",
    "mode",
    "price",
}


class RoleLMs(BaseModel):
    """Which roles are played by models; a role that is absent is scripted."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    proposer: LMSettings | None = None
    composer: LMSettings | None = None
    diversifier: LMSettings | None = None
    user: LMSettings | None = None
    agent: LMSettings | None = None

    def items(self) -> Iterator[tuple[str, LMSettings]]:
        """The roles that have a model, in the order in which they act."""
        for role in ROLES:
            settings = getattr(self, role)
            if settings is not None:
                yield role, settings

    @classmethod
    def of(
        cls,
        default: str | None = None,
        overrides: Mapping[str, str] | None = None,
        path: str | os.PathLike[str] | None = None,
        api_key_env: str | None = None,
    ) -> Self:
        """From flags and a YAML file that maps `default` and roles to a URL, `scripted`, or a mapping of settings.

        The nearer wins: a role's flag, the role in the file, the default flag, the file's default. A role inherits
        all that it does not say itself from the file's default. The key is that of the models that flags name, which
        have to be of one server: no other one gets to see it.

        Raises:
            ConfigError: An unknown role or setting, an unreadable file, settings without a model, a key for no model or
                for several servers.
        """
        file = {} if path is None else _read(path)
        flags = dict(overrides or {})
        for name, url in [("--lm", default), *((f"--role {role}", url) for role, url in flags.items())]:
            if isinstance(url, str) and not url.strip():
                raise ConfigError(f"{name} is empty: {UNSET}. Give a URL, or leave {name} out.")
        _known_roles(file, flags, path)
        shared = file.get("default", {}) | ({} if default is None else {"model": default})
        chosen: dict[str, LMSettings] = {}
        keyed: set[str] = set()
        for role in ROLES:
            data = shared | file.get(role, {}) | ({"model": flags[role]} if role in flags else {})
            flagged = role in flags or (default is not None and "model" not in file.get(role, {}))
            if api_key_env is not None and flagged and "api_key_env" not in file.get(role, {}):
                data, keyed = data | {"api_key_env": api_key_env}, keyed | {role}
            if data.get("model", SCRIPTED) != SCRIPTED:
                chosen[role] = LMSettings.of(data, _said(role, file, flags, path))
            elif role in file and "model" not in data:
                raise ConfigError(f"--lms {path}: the {role} has settings but no model; give it one, or a `default`.")
        _nothing_idle(file, chosen, path)
        if api_key_env is not None:
            _one_server([chosen[role] for role in ROLES if role in keyed and role in chosen])
        return cls(**chosen)


def _known_roles(file: Mapping[str, Any], flags: Mapping[str, str], path: object) -> None:
    """Refuse what is no role, and a key that stands where one would."""
    for role in [*file, *flags]:
        if role in ROLES or (role == "default" and role not in flags):
            continue
        place, shown = f"--lms {path}: " if role in file else "", masked(brief(role))
        given = file[role].get("model", file[role]) if role in file else ""
        if role in file and _holds_key(role, given):
            raise ConfigError(f"{place}{shown}: {_by_name(given)}, in the settings of a role or of `default`.")
        raise ConfigError(f"{place}{shown} is no role: choose from {', '.join(ROLES)}.")


def _nothing_idle(file: Mapping[str, Mapping[str, Any]], chosen: Mapping[str, LMSettings], path: object) -> None:
    """Refuse settings that no role takes up, and what is wrong with one that a role overrides, or that stands beside `scripted`.

    Who wrote them wanted a model; the scripts would play instead, without a word.

    Raises:
        ConfigError: There are some.
    """
    for name, settings in file.items():
        alone = {key: value for key, value in settings.items() if (key, value) != ("model", SCRIPTED)}
        LMSettings.of({"model": "local"} | alone, f"--lms {path}: {name}")
    if not chosen and "default" in file and "model" not in file["default"]:
        raise ConfigError(
            f"--lms {path}: `default` has settings but no model, and no role names one. Write `model: URL` there, or `default: {SCRIPTED}`."
        )


def _one_server(keyed: Sequence[LMSettings]) -> None:
    """Refuse a key for nobody, and one that would be shown to a server that it may not be for.

    Raises:
        ConfigError: It would.
    """
    hosts = sorted({one.endpoint.base_url for one in keyed if one.endpoint.scheme != "local"})
    if not hosts:
        raise ConfigError(
            "--api-key-env is for a model on a server that --lm or --role names, and there is none. Name one, or leave it out."
        )
    if len(hosts) > 1:
        raise ConfigError(
            f"--api-key-env names one key, and the models are at {', '.join(hosts)}. Write `api_key_env` at each role that "
            "needs one in the file of --lms."
        )


def _said(role: str, file: Mapping[str, Any], flags: Mapping[str, str], path: str | os.PathLike[str] | None) -> str:
    """Where the model of a role was given."""
    if role in flags:
        return f"--role {role}"
    return f"--lms {path}: LM of the {role}" if role in file or "default" in file else "--lm"


def _read(path: str | os.PathLike[str]) -> dict[str, dict[str, Any]]:
    if not str(path).strip(" ."):
        raise ConfigError(f"--lms names no file: {UNSET}. Give a file, or leave --lms out.")
    given = Given(Path(path), "a file of models", "the line `agent: local` makes one that works", "--lms")
    data = read_yaml(given)
    if not isinstance(data, dict) or not all(isinstance(value, str | dict) for value in data.values()):
        raise given.mend("it maps no roles to model URLs or settings", "Write one `ROLE: URL` a line")
    if not data:
        raise given.mend("it names no role", "Write one `ROLE: URL` a line")
    return {str(role): {"model": value} if isinstance(value, str) else value for role, value in data.items()}
