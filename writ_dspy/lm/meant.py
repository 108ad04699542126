"""What was meant by words that are no model URL: a model's name alone, a provider before it as other tools write it, an address without its protocol."""

from __future__ import annotations

from writ_dspy import patterns as re

AT = {
    "openai": "api.openai.com/v1",
    "openrouter": "openrouter.ai/api/v1",
    "gemini": "generativelanguage.googleapis.com/v1beta/openai",
    "ollama": "127.0.0.1:11434/v1",
    "ollama_chat": "127.0.0.1:11434/v1",
    "vllm": "127.0.0.1:8000/v1",
    "hosted_vllm": "127.0.0.1:8000/v1",
    "lm_studio": "127.0.0.1:1234/v1",
}
"""Provider, as LiteLLM and others write it before the model -> where its servers are by default."""
_PROVIDER = re.compile(rf"(?P<name>{'|'.join(AT)})(?:://|/)(?P<model>[\w./:+-]+)", re.IGNORECASE)
_OPENAIS = re.compile(r"(?:gpt|chatgpt|o\d)(?:-[\w.-]+)?", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?P<host>localhost|[\w-]+(?:\.[\w-]+)+|[\w-]+(?=:\d)):?(?P<port>(?<=:)\d{1,5})(?P<rest>/[\w./:+-]*)?"
)
_REPOSITORY = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")


def meant(given: str) -> str:
    """The URLs that may have been meant, as text; nothing where that cannot be told."""
    text = given.strip().rstrip("/")
    if match := _PROVIDER.fullmatch(text):
        return f"openai://{AT[match['name'].lower()]}/{match['model']}"
    if _OPENAIS.fullmatch(text):
        return f"openai://{AT['openai']}/{text}"
    if match := _ADDRESS.fullmatch(text):
        rest = match["rest"] or ""
        return f"openai://{match['host']}:{match['port']}{rest if rest.startswith('/v') else f'/v1{rest}'}"
    if _REPOSITORY.fullmatch(text):
        return f"local:{text}, or openai://127.0.0.1:8000/v1/{text} for a server that has it"
    return ""
