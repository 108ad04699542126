"""What Inspect makes of an exported log, asked of its own code. Run by job.py, in an environment that has it."""

import json
import os
import urllib.request
from pathlib import Path
from subprocess import Popen
from time import monotonic, sleep

import inspect_ai
from inspect_ai.analysis import samples_df
from inspect_ai.log import EvalLog, read_eval_log, read_eval_log_sample, read_eval_log_sample_summaries

RUN = Path(os.environ["WRIT_RUN"])
LOG = RUN / "inspect" / "run.eval"


def verdicts() -> dict[str, bool]:
    """Of each judged conversation of the run, whether it was accepted."""
    lines = map(json.loads, (RUN / "verdicts.jsonl").read_text().splitlines())
    return {line["id"]: line["accepted"] for line in lines}


def test_its_reader_takes_the_whole_log() -> None:
    """Every sample with its messages and its score; nothing of it is left out when Inspect's own types have parsed it."""
    log: EvalLog = read_eval_log(str(LOG))
    accepted = verdicts()

    assert log.status == "success"
    assert log.samples
    assert log.results
    assert log.results.scores[0].metrics["accuracy"].value == sum(accepted.values()) / len(accepted)
    found = {one.metadata["trajectory"]: one for one in log.samples}
    assert {key: one.scores["accepted"].value for key, one in found.items()} == {
        key: "C" if good else "I" for key, good in accepted.items()
    }
    for talk in map(json.loads, (RUN / "conversations.jsonl").read_text().splitlines()):
        texts = [message.text for message in found[talk["id"]].messages[1:]]
        assert texts == [turn.get("text", "") for turn in talk["turns"]]
        calls = [call for message in found[talk["id"]].messages for call in getattr(message, "tool_calls", None) or ()]
        assert [(call.function, call.arguments) for call in calls] == [
            (call[0], json.loads(call[1])) for turn in talk["turns"] for call in turn.get("calls", ())
        ]


def test_one_sample_is_read_alone() -> None:
    """By its id and epoch, as the viewer does; and the short forms are those of the whole ones."""
    shorts = read_eval_log_sample_summaries(str(LOG))
    for short in shorts[:4]:
        whole = read_eval_log_sample(str(LOG), short.id, short.epoch)
        assert short.scores == whole.scores
        assert short.message_count == len(whole.messages)
    assert len(shorts) == len(verdicts())


def test_its_data_frame_has_the_dials() -> None:
    """Writes, burden, kind and the failed checks are columns to sort and filter by."""
    frame = samples_df(str(LOG))

    assert {"metadata_writes", "metadata_burden", "metadata_kind", "metadata_failed"} <= set(frame.columns)
    assert len(frame) == len(verdicts())


def test_its_viewer_serves_it(tmp_path: Path) -> None:
    """`inspect view` lists the log, and gives its head and a sample to the page."""
    port = 7595
    command = [str(Path(os.environ["WRIT_VIEW_BIN"]) / "inspect"), "view", "--log-dir", str(LOG.parent)]
    with (tmp_path / "log").open("wb") as out, Popen([*command, "--port", str(port)], stdout=out, stderr=out) as viewer:
        try:
            end = monotonic() + 60
            page = ""
            while not page and monotonic() < end:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/logs", timeout=5) as answer:
                        page = answer.read().decode()
                except OSError:
                    sleep(0.3)
        finally:
            viewer.terminate()

    assert "run.eval" in page, inspect_ai.__version__
