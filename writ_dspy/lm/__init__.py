"""Lines to language models: SGLang, any OpenAI-compatible server, or a model embedded in this process.

    connection = connect("sglang://127.0.0.1:30000", role="agent")
    prediction = await connection.predict(predictor, seed=7, request="…")

Nothing here imports DSPy, an HTTP client or a model before the first request.
"""

import os

from writ_dspy.lm.answers import BadReply, Refused
from writ_dspy.lm.connection import Connection, ToolReply, connect
from writ_dspy.lm.endpoint import ROLES, Endpoint, LMSettings, Mode, RoleLMs
from writ_dspy.lm.pressure import Limits
from writ_dspy.lm.server import conversation
from writ_dspy.lm.usage import Usage

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else LiteLLM, once imported, asks the net for prices

__all__ = [
    "ROLES",
    "BadReply",
    "Connection",
    "Endpoint",
    "LMSettings",
    "Limits",
    "Mode",
    "Refused",
    "RoleLMs",
    "ToolReply",
    "Usage",
    "connect",
    "conversation",
]
