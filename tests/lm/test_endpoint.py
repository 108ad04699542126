"""URLs, settings and roles: what a user writes is read as meant, and no key is ever held."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writ_dspy.errors import ConfigError
from writ_dspy.lm import Endpoint, LMSettings, RoleLMs, Usage

URLS = [
    ("sglang://127.0.0.1:30000/Qwen/Qwen3-8B", "http://127.0.0.1:30000/v1", "Qwen/Qwen3-8B"),
    ("sglang://gpu7.cluster.org:30000", "http://gpu7.cluster.org:30000/v1", None),
    ("sglang://[::1]:30000/m", "http://[::1]:30000/v1", "m"),
    ("openai://api.openai.com/v1/gpt-5.1", "https://api.openai.com/v1", "gpt-5.1"),
    ("openai://api.openai.com/gpt-5.1", "https://api.openai.com/v1", "gpt-5.1"),
    ("openai://openrouter.ai/api/v1/qwen/qwen3-8b", "https://openrouter.ai/api/v1", "qwen/qwen3-8b"),
    ("openai://host.example/v1beta/openai//gemini", "https://host.example/v1beta/openai", "gemini"),
    ("openai://localhost/m", "http://localhost/v1", "m"),
    ("openai://vllm/m", "http://vllm/v1", "m"),
    ("openai://10.1.2.3/m", "http://10.1.2.3/v1", "m"),
    ("openai://models.example:8000/m", "http://models.example:8000/v1", "m"),
    ("openai://models.example:443/m", "https://models.example:443/v1", "m"),
    ("https://models.example:8443/v1/m", "https://models.example:8443/v1", "m"),
    ("http://models.example/v1/m", "http://models.example/v1", "m"),
    ("HTTPS://models.example", "https://models.example/v1", None),
    ("openai+https://10.1.2.3:8443/v1/m", "https://10.1.2.3:8443/v1", "m"),
    ("sglang+https://gpu7.example/m", "https://gpu7.example/v1", "m"),
    ("openai://vllm:8000/v1//data/models/Qwen3-8B", "http://vllm:8000/v1", "/data/models/Qwen3-8B"),
    ("openai://vllm:8000/v1///data/models/Qwen3-8B", "http://vllm:8000/v1", "/data/models/Qwen3-8B"),
    ("sglang://gpu7:30000//data/models/Qwen3-8B", "http://gpu7:30000/v1", "/data/models/Qwen3-8B"),
    (r"openai://vllm:8000/v1/C:\models\q", "http://vllm:8000/v1", r"C:\models\q"),
    (
        "openai://api.example/inference/v1/accounts/a/models/x#accounts/a/deployments/y",
        "https://api.example/inference/v1",
        "accounts/a/models/x#accounts/a/deployments/y",
    ),
    ("openai://host.example/v1beta/openai/gemini-2.5-flash", "https://host.example/v1beta/openai", "gemini-2.5-flash"),
    ("openai://openrouter.ai/api/v1/openai/gpt-4o:free", "https://openrouter.ai/api/v1", "openai/gpt-4o:free"),
    ("openai://host.example/custom/path//m", "https://host.example/custom/path", "m"),
    ("local", "", None),
    ("local:OWNER/REPO:file.gguf", "", "OWNER/REPO:file.gguf"),
]


@pytest.mark.parametrize(("url", "base", "model"), URLS, ids=[url for url, _, _ in URLS])
def test_a_url_names_an_address_and_a_model(url: str, base: str, model: str | None) -> None:
    """Address, transport and model are read as the documentation says."""
    endpoint = Endpoint.parse(url)

    assert (endpoint.base_url, endpoint.model) == (base, model)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/v1",
        "gpt-5",
        "http://",
        "openai://h#m",
        "sglang://",
        "openai://h:port/m",
        "openai://h/m?key=1",
        "",
        " ",
    ],
)
def test_what_is_no_model_url_is_refused(url: str) -> None:
    """The message shows the forms that are known."""
    with pytest.raises(ConfigError, match=r"model URL|write sglang://"):
        Endpoint.parse(url)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("gpt-5-mini", "openai://api.openai.com/v1/gpt-5-mini"),
        ("o4-mini", "openai://api.openai.com/v1/o4-mini"),
        ("openai/gpt-5-mini", "openai://api.openai.com/v1/gpt-5-mini"),
        ("ollama://qwen3:4b", "openai://127.0.0.1:11434/v1/qwen3:4b"),
        ("ollama_chat/qwen3", "openai://127.0.0.1:11434/v1/qwen3"),
        ("openrouter/qwen/qwen3-8b", "openai://openrouter.ai/api/v1/qwen/qwen3-8b"),
        ("hosted_vllm/Qwen/Qwen3-8B", "openai://127.0.0.1:8000/v1/Qwen/Qwen3-8B"),
        ("localhost:8000", "openai://localhost:8000/v1"),
        ("127.0.0.1:8000/v1/qwen3", "openai://127.0.0.1:8000/v1/qwen3"),
        ("gpu7:8000/qwen3", "openai://gpu7:8000/v1/qwen3"),
        ("Qwen/Qwen3-0.6B", "local:Qwen/Qwen3-0.6B"),
    ],
)
def test_what_was_meant_is_named(given: str, url: str) -> None:
    """As other tools write it, or an address without its protocol: the URL is one that can be copied."""
    with pytest.raises(ConfigError, match="is no model URL; did you mean ") as refused:
        Endpoint.parse(given)
    (said,) = re.findall(r"did you mean (\S+?)[,?] ", str(refused.value))
    assert said == url
    Endpoint.parse(url)


@pytest.mark.parametrize("given", ["nonsense", "sk-secret-0123456789", "ftp://127.0.0.1:1/x", "a b/c", "x/y/z"])
def test_nothing_is_guessed_of_other_words(given: str) -> None:
    """Least of all of a key."""
    with pytest.raises(ConfigError, match="is no model URL; write ") as refused:
        Endpoint.parse(given)
    assert "did you mean" not in str(refused.value)


@pytest.mark.parametrize(
    "host", ["host name", "256.256.256.256", "1.2.3", "-host", "a..b", "a" * 64, "h,o", "h%41", "host\x1b[2J", "[::g]"]
)
def test_what_is_no_host_is_refused(host: str) -> None:
    """It is the address that is wrong, and the message says so."""
    with pytest.raises(ConfigError, match=r"is no host\. Check the address|is no model URL"):
        Endpoint.parse(f"sglang://{host}:9/m")


@pytest.mark.parametrize(
    "host", ["a", "a_b.c", "vllm-7.ns.svc.cluster.local", "xn--bcher-kva.de", "10.0.0.1", "[::1]", "a.b."]
)
def test_what_is_a_host_is_taken(host: str) -> None:
    """As networks name them."""
    assert Endpoint.parse(f"sglang://{host}:9/m").model == "m"


@pytest.mark.parametrize(
    ("url", "addressed"),
    [
        ("openai://gpt-4o", False), ("openai://gpt-3.5-turbo", False), ("openai://o3", False), ("sglang://Qwen/Qwen3-8B", False),
        ("openai://gpu1:8000/v1/m", True), ("openai://api.openai.com/v1/m", True), ("https://models.example.org/v1/m", True),
    ],
)  # fmt: skip
def test_an_address_can_be_told_from_a_model(url: str, addressed: bool) -> None:
    """By its last part, which is no word alone and has no digit; a port belongs to an address."""
    assert Endpoint.parse(url).addressed is addressed


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"price": [1, 2, float("inf")]}, "price.2 = inf: Input should be a finite number"),
        ({"price": [-1, 2, 3]}, "price.0 = -1: Input should be greater than or equal to 0"),
        ({"price": [1, 2]}, "price"),
        ({"timeout": float("inf")}, "timeout = inf: Input should be a finite number"),
        ({"patience": float("nan")}, "patience = nan: Input should be a finite number"),
        ({"temperature": float("nan")}, "temperature"),
        (
            {"retries": 10**12},
            "retries = 1000000000000: Input should be less than or equal to 1000. Write what it takes",
        ),
        ({"thinking": "sk-proj-Zq4x7Tn1Vb8Kd2Lw9Rm5"}, "thinking = "),
        ({"api_key_env": ""}, "api_key_env: it is empty"),
        ({"api_key_env": "$KEY"}, "without the $"),
        ({"api_key_env": "two words"}, "export the key"),
        (
            {"api_key": "not-a-marked-one"},
            "api_key: a key is given by the name of its variable, and this one is neither shown nor kept",
        ),
        ({"token": "hf_abcdefghijkl"}, "write `api_key_env: OPENAI_API_KEY`"),
        ({"api-key": "${MY_KEY}"}, "api-key: a key is given by the name of its variable: write `api_key_env: MY_KEY`"),
        ({"extra": "Bearer sk-abc123def"}, "neither shown nor kept"),
        ({"headers": {"Authorization": "x"}}, "neither shown nor kept"),
        ({"max_token": 500}, "max_token: there is no such setting; did you mean max_tokens? Choose from model"),
    ],
)
def test_settings_that_cannot_be_are_refused(given: dict[str, object], says: str) -> None:
    """In one line that names the setting."""
    with pytest.raises(ConfigError) as caught:
        LMSettings.of({"model": "local", **given}, "LM of the agent")

    assert says in str(caught.value)
    assert str(caught.value).startswith("LM of the agent: ")
    assert "Zq4x7Tn1" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_key_in_the_place_of_a_role_is_refused(tmp_path: Path) -> None:
    """At the top of the file, beside the roles; what is no key is no role."""
    path = tmp_path / "lms.yaml"
    for text, says in (
        ("api_key: zzz-secret", "neither shown nor kept"),
        ("agnet: local", "'agnet' is no role: choose from"),
    ):
        path.write_text(f"default: local\n{text}\n")
        with pytest.raises(ConfigError, match=says) as caught:
            RoleLMs.of(path=path)
        assert "zzz-secret" not in str(caught.value)


def test_credentials_in_a_url_are_refused_without_showing_them() -> None:
    """A key that was pasted into a URL reaches neither settings nor messages."""
    with pytest.raises(ConfigError, match="api_key_env") as caught:
        LMSettings.of("openai://user:s3cret@host/m")

    assert "s3cret" not in str(caught.value)


def test_an_unknown_setting_names_those_that_are_known() -> None:
    """A typo costs one look at the message."""
    with pytest.raises(ConfigError, match=r"temprature.*Choose from model, temperature"):
        LMSettings.of({"model": "local", "temprature": 1})


def test_the_nearer_setting_of_a_role_wins(tmp_path: Path) -> None:
    """A role's flag beats the role in the file, which beats the default flag, which beats the file's default."""
    path = tmp_path / "lms.yaml"
    path.write_text(
        "default: {model: 'sglang://a:1/file', temperature: 0.2}\n"
        "user: {model: 'sglang://a:1/user', max_tokens: 99}\n"
        "agent: {temperature: 0.9}\n"
        "diversifier: scripted\n"
    )
    roles = dict(RoleLMs.of("sglang://b:1/flag", {"proposer": "local"}, path).items())

    assert {role: settings.model for role, settings in roles.items()} == {
        "proposer": "local",
        "composer": "sglang://b:1/flag",
        "user": "sglang://a:1/user",
        "agent": "sglang://b:1/flag",
    }
    assert (roles["user"].temperature, roles["user"].max_tokens, roles["agent"].temperature) == (0.2, 99, 0.9)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("default: {url: 'sglang://a:1/m'}", "default: url: there is no such setting"),
        ("default: {temperature: 0.2}", "`default` has settings but no model"),
        ("default: {price: cheap}\nagent: scripted", "default: price"),
        ("default: {api_key_env: sk-live-0f1e2d3c4b5a69788796}", "a key, and is not shown"),
        ("default: {model: scripted, temprature: 1}", "did you mean temperature"),
        ("agent: {model: scripted, temperature: hot}", "agent: temperature"),
        ("default: {temperature: hot}\nagent: {model: local, temperature: 1}", "default: temperature"),
        ("{}", "it names no role"),
    ],
)
def test_settings_that_no_role_takes_up_are_no_scripted_run(tmp_path: Path, text: str, says: str) -> None:
    """Who wrote settings wanted a model: scripts do not take its place without a word."""
    path = tmp_path / "lms.yaml"
    path.write_text(text)

    with pytest.raises(ConfigError, match=says) as caught:
        RoleLMs.of(path=path)

    assert "sk-live" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["default: scripted", "agent: {model: scripted}", "default: {model: scripted, temperature: 0.2}"]
)
def test_scripts_that_were_asked_for_play(tmp_path: Path, text: str) -> None:
    """So do settings that a flag brings the model for."""
    path = tmp_path / "lms.yaml"
    path.write_text(text)
    assert list(RoleLMs.of(path=path).items()) == []

    path.write_text("default: {temperature: 0.2}")
    assert [settings.temperature for _, settings in RoleLMs.of(None, {"agent": "local"}, path).items()] == [0.2]


def test_a_key_goes_with_the_models_that_flags_name(tmp_path: Path) -> None:
    """Those of the file have what the file says, and a role that names a key of its own keeps it."""
    path = tmp_path / "lms.yaml"
    path.write_text("user: 'sglang://a:1/user'\ndiversifier: {api_key_env: OWN}\n")
    roles = dict(RoleLMs.of("https://b/v1/m", {"agent": "https://b/v1/n"}, path, "KEY").items())

    assert {role: settings.api_key_env for role, settings in roles.items()} == {
        "proposer": "KEY", "composer": "KEY", "diversifier": "OWN", "user": None, "agent": "KEY",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lm", "roles", "says"),
    [
        (None, {}, "there is none"),
        ("local", {}, "there is none"),
        (None, {"agent": "scripted"}, "there is none"),
        ("https://b/v1/m", {"agent": "https://c/v1/m"}, "models are at https://b/v1, https://c/v1"),
        (
            "https://b/v1/m",
            {"user": "sglang://127.0.0.1:30000"},
            "models are at http://127.0.0.1:30000/v1, https://b/v1",
        ),
    ],
)
def test_a_key_is_shown_to_one_server_alone(lm: str | None, roles: dict[str, str], says: str) -> None:
    """A key for nobody is a mistake, and one for several servers would be told to those that it is not for."""
    with pytest.raises(ConfigError, match=says):
        RoleLMs.of(lm, roles, api_key_env="KEY")


def test_without_a_model_every_role_is_scripted() -> None:
    """Nothing asked for is nothing changed."""
    assert list(RoleLMs.of().items()) == []


def test_a_role_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """In flags and files alike."""
    (tmp_path / "lms.yaml").write_text("judge: local\n")

    with pytest.raises(ConfigError, match="'judge' is no role"):
        RoleLMs.of(path=tmp_path / "lms.yaml")
    with pytest.raises(ConfigError, match="'judge' is no role"):
        RoleLMs.of(overrides={"judge": "local"})


@pytest.mark.parametrize("text", ["- local\n", "agent: 3\n", "agent: [\n"])
def test_a_file_that_is_no_mapping_of_roles_is_refused(tmp_path: Path, text: str) -> None:
    """The file is named."""
    (tmp_path / "lms.yaml").write_text(text)

    with pytest.raises(ConfigError, match=r"lms\.yaml"):
        RoleLMs.of(path=tmp_path / "lms.yaml")


def test_settings_without_a_model_are_refused(tmp_path: Path) -> None:
    """A role that was set up is not silently scripted."""
    (tmp_path / "lms.yaml").write_text("agent: {temperature: 0.1}\n")

    with pytest.raises(ConfigError, match="no model"):
        RoleLMs.of(path=tmp_path / "lms.yaml")


COUNTS = st.integers(0, 10**6)


@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS, st.sampled_from(["empty", "truncated"])), max_size=5))
def test_usage_adds_up_and_survives_json(calls: list[tuple[int, int, int, str]]) -> None:
    """The sum of parts is the whole, in memory and on disk."""
    whole, parts = Usage(), []
    for given_tokens, cached, made, reason in calls:
        part = Usage()
        for usage in (whole, part):
            usage.add((given_tokens, cached, made), 0.5, (1.0, 0.5, 2.0))
            usage.bad_replies[reason] += 1
        parts.append(part)
    total = sum(parts, Usage())

    assert total.to_json() == whole.to_json()
    assert Usage.from_json(total.to_json()).to_json() == total.to_json()
    assert total.cost == pytest.approx(sum(((g - c) + c * 0.5 + m * 2) / 1e6 for g, c, m, _ in calls))
