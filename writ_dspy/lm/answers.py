"""What can come of one request to a server: an answer, a reply of no use, or one of the reasons why there is none."""

from __future__ import annotations

from typing import Any, NamedTuple

from writ_dspy.errors import DeniedError, LMError


class BadReply(LMError):  # noqa: N818 - it names what came back
    """The server answered, but what it said cannot be used; nothing of it is."""

    def __init__(self, reason: str, message: str, text: str = "", fault: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        """`truncated`, `unparsable`, `empty` or `refused`."""
        self.text = text
        """What was said."""
        self.fault = fault
        """What is wrong with it, for whoever is to say it again; empty where the reason says all."""


class Unanswered(LMError):  # noqa: N818 - it names what came back
    """The server brings no answer to this request, however often it is sent."""

    def __init__(self, message: str, what: str, told: str = "") -> None:
        super().__init__(message)
        self.what = what
        """Status and words of the server alone."""
        self.told = told
        """All that it wrote; not to be shown."""


class Refused(Unanswered):
    """It will not have it, and others it will: one prompt is at fault."""


class Broken(Unanswered):
    """It fails at it: an error of its own, no reply in time, a broken connection."""


class Forbidden(DeniedError):  # noqa: N818 - it names what came back
    """An answer 403 or 404 of a model that never answered: mostly the name or the key is wrong, at times one feature."""

    def __init__(self, message: str, what: str) -> None:
        super().__init__(message)
        self.what = what


class Answer(NamedTuple):
    """A JSON object from the server."""

    data: dict[str, Any]
    seconds: float
