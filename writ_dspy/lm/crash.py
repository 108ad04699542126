"""What a server process died of, read from the end of its log, as one message with a remedy."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from writ_dspy.errors import ConfigError, LMError, WritError

_SHOWN = 12
"""Last lines of a log that are shown where nothing in it is known."""


@dataclass(frozen=True, slots=True)
class _Cause:
    sign: re.Pattern[str]
    kind: type[WritError]
    what: str
    remedy: str


def _cause(sign: str, kind: type[WritError], what: str, remedy: str) -> _Cause:
    return _Cause(re.compile(sign, re.IGNORECASE), kind, what, remedy)


# The first that is found decides: what is nearer to the root stands first.
_CAUSES = (
    _cause(
        r"Error while finding module specification for 'sglang|No module named '?sglang(_router)?'?\)?$",
        ConfigError,
        f"SGLang is not installed for {sys.executable}",
        "Run: pip install 'writ-dspy[sglang]'",
    ),
    _cause(
        r"(CUDA|HIP) out of memory|torch\.(cuda\.)?OutOfMemoryError",
        LMError,
        "the GPU's memory is full",
        "Lower SGLang's share with --mem-fraction-static (0.8, say), take a smaller model, or give each replica more "
        "GPUs; nvidia-smi shows what else is on the GPU.",
    ),
    _cause(
        r"Not enough memory\. Please try|no available memory for the KV cache",
        LMError,
        "the weights leave no room for the cache in SGLang's share of the GPU",
        "Raise the share with --mem-fraction-static, take a smaller model, or give each replica more GPUs.",
    ),
    _cause(
        r"address already in use",
        ConfigError,
        "its port is in use",
        "Stop what listens there, or choose another with --port.",
    ),
    _cause(
        r"gated repo|401 Client Error|403 Client Error",
        ConfigError,
        "the Hugging Face Hub does not let this machine have the model",
        "Accept its license on its page, then log in with `hf auth login`.",
    ),
    _cause(
        r"Repository Not Found|is not a local folder and is not a valid model identifier|Incorrect path_or_model_id"
        r"|does not appear to have a file named config\.json|HFValidationError|Unrecognized model in"
        r"|couldn't connect to '?https?://|LocalEntryNotFoundError|outgoing traffic has been disabled",
        ConfigError,
        "there is no such model, here or on the Hugging Face Hub as this machine reaches it",
        "Check its name, or give the folder that holds config.json and the weights.",
    ),
    _cause(
        r"No CUDA GPUs are available|no NVIDIA driver|driver version is insufficient|CUDA_ERROR_NO_DEVICE"
        r"|No accelerator \(|no kernel image is available",
        ConfigError,
        "SGLang cannot use this machine's GPU",
        "Compare the driver (nvidia-smi) with what the installed torch needs, or serve on another machine.",
    ),
    _cause(
        r"unrecognized arguments|error: argument --",
        ConfigError,
        "SGLang does not know one of its flags",
        "Install the version that writ is tested with: pip install 'writ-dspy[sglang]'",
    ),
)


def explain(name: str, status: int | None, log: Sequence[str], model: str) -> WritError:
    """The error for a process that ended, or that never became healthy.

    Args:
        name: Of the process.
        status: As `Popen.returncode`; None while it runs.
        log: Its last lines, oldest first.
        model: What it was to serve.
    """
    end = "ended" if status is not None else "is not ready"
    for cause in _CAUSES:
        line = next((line for line in reversed(log) if cause.sign.search(line)), None)
        if line is not None:
            return cause.kind(f"serving {model}: {name} {end}: {cause.what} ({line.strip()[:300]}). {cause.remedy}")
    tail = "\n".join(f"    {line}" for line in log[-_SHOWN:]) or "    (it logged nothing)"
    return LMError(f"serving {model}: {name} {_ending(status)} Its last lines:\n{tail}")


def _ending(status: int | None) -> str:
    if status is None:
        return "is not ready in time. Give it more patience, or look for what it waits for."
    if status == -signal.SIGKILL:
        return "was killed (SIGKILL): by hand, or by the system because memory ran out (see dmesg)."
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}. Start it again, or look for who sent that signal."
    return (
        f"ended by itself with status {status}. Mend what it says, or start its command by hand (--dry-run shows it)."
    )


def listeners(port: int) -> list[int]:
    """The processes that listen at a TCP port of this machine, at whichever of its addresses; none where the system does not tell."""
    sockets = {
        fields[9]
        for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
        if table.exists()
        for fields in map(str.split, table.read_text(encoding="ascii").splitlines()[1:])
        if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port
    }
    wanted = {f"socket:[{inode}]" for inode in sockets}
    found: list[int] = []
    for process in Path("/proc").glob("[0-9]*") if wanted else ():
        try:
            if any(str(held.readlink()) in wanted for held in (process / "fd").iterdir()):
                found.append(int(process.name))
        except OSError:  # not ours to see, or just gone
            continue
    return found
