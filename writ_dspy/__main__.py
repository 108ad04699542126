"""`python -m writ_dspy`, and the entry point of `writ`: an interrupt while it loads ends it without a word."""

import os
import signal
import sys


def main() -> None:
    """Load the command line, then run it."""
    _whole()
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from writ_dspy.cli.main import main as run

    try:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:  # before the command line could say so
        sys.exit(128 + signal.SIGINT)


def _whole() -> None:
    """Streams that were closed before the start lead nowhere, so that no file of a run takes their place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123


if __name__ == "__main__":
    main()
