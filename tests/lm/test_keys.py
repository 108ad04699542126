"""A key that was pasted where a variable's name belongs is told from a name, and then neither shown nor stored."""

from __future__ import annotations

import random
import string
import traceback

import pytest

from writ_dspy.errors import ConfigError
from writ_dspy.lm import LMSettings
from writ_dspy.lm.keys import hidden, is_name, masked

NAMES = (
    "OPENAI_API_KEY", "HF_TOKEN", "KEY", "_K", "AZURE_OPENAI_API_KEY_2024", "my_key", "myKey", "OpenAiApiKey",
    "openai_api_key", "MISTRALAPIKEY", "ANTHROPIC_AUTH_TOKEN_PROD_EU_WEST_1", "hf_token", "sk_live", "gh_token",
    "TOGETHER_API_KEY", "LITELLM_MASTER_KEY", "VERTEXAI_CREDENTIALS", "huggingfacehubtoken", "K8S_SECRET_LLM",
)  # fmt: skip
ALPHABETS = {
    "letters": string.ascii_letters,
    "both": string.ascii_letters + string.digits,
    "capitals": string.ascii_uppercase + string.digits,
    "hex": "0123456789abcdef",
}
FORMS = (
    ("sk-", "both", 20), ("sk-proj-", "both", 48), ("sk-ant-api03-", "both", 60), ("sk-or-v1-", "hex", 64),
    ("hf_", "letters", 34), ("gsk_", "both", 52), ("xai-", "both", 80), ("nvapi-", "both", 64), ("r8_", "both", 37),
    ("AIza", "both", 35), ("AKIA", "capitals", 16), ("ghp_", "both", 36), ("glpat-", "both", 20), ("fw_", "both", 22),
    ("", "hex", 32), ("", "hex", 64), ("", "both", 32), ("", "letters", 40), ("", "capitals", 32), ("pplx-", "both", 48),
)  # fmt: skip
KEYS = [
    prefix + "".join(random.Random(f"{prefix}{alphabet}{size}/{n}").choices(ALPHABETS[alphabet], k=size))
    for prefix, alphabet, size in FORMS
    for n in range(50)
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_one(name: str) -> None:
    """Whether or not it is set, and however it is written."""
    assert is_name(name)


def test_no_key_is_a_name() -> None:
    """In a thousand of twenty services' forms, not one."""
    assert [key for key in KEYS if is_name(key)] == []


@pytest.mark.parametrize(
    "odd", ["", " ", "sk-abc123", "OPENAI API KEY", "KEY=1", "1KEY", "a.b", "$KEY", "${KEY}", "Ключ", "K\n"]
)
def test_what_no_shell_takes_is_no_name(odd: str) -> None:
    """So it is never looked up, whatever it is."""
    assert not is_name(odd)


def test_what_is_set_is_a_name_however_it_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment knows better than any look."""
    odd = "aB3aB3aB3aB3aB3aB3aB3"
    assert not is_name(odd)
    monkeypatch.setenv(odd, "value")

    assert is_name(odd)


@pytest.mark.parametrize("key", [*KEYS[::25], "sk-abc123"])
@pytest.mark.parametrize("field", ["api_key_env", "model", "api_key", "the key itself"])
def test_no_error_shows_a_key(key: str, field: str) -> None:
    """Neither its message nor the traceback with what caused it."""
    given = {"model": "local", key: "x"} if field == "the key itself" else {"model": "local", field: key}
    if field in ("model", "the key itself") and masked(key) == key:
        pytest.skip("a word that no service marks as its key")
    with pytest.raises(ConfigError) as caught:
        LMSettings.of(given)

    told = "".join(traceback.format_exception(caught.value))
    assert key not in told
    assert key[5:] not in told


def test_a_key_among_words_is_hidden() -> None:
    """Wherever in the words it stands; one that no service marks only where the word means nothing."""
    for key in KEYS:
        for word in (key, f"user={key}", f"--{key}", f"openai://host/v1/{key}"):
            marked = masked(key) != key
            assert key not in hidden(f"got {word} here", ["synth", word], strays=True), word
            assert (key not in hidden(f"got {word} here", ["synth", word])) == marked, word
    assert hidden("got sk-abc123", ["sk-abc123"], strays=True) == "got …"


@pytest.mark.parametrize(
    "word",
    [
        "runs/key-facts", "pk-2024", "runs/sk-learn-first", "tau2-airline-9391d36d5e75.0", "Qwen/Qwen3-30B-A3B-Instruct-2507",
        "openai://api.openai.com/v1/gpt-4o-mini-2024-07-18", "runs/pytest-of-root/test_a_declared_domain_is_a_se2", "--api-key-env",
        "hf:my-org/writ-2k", "0f3b1c2d4e5f60718293a4b5c6d7e8f901234567", "key-value-run", "agent=careless-2",
    ],
)  # fmt: skip
def test_other_words_are_shown(word: str) -> None:
    """A folder, an id, a model or a revision is named in what is said of it."""
    assert hidden(f"there is no {word}", ["show", word]) == f"there is no {word}"
