"""What there is to learn from a rollout, in words: GEPA shows its reflection model one step, so all else stands here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from writ_dspy.conversation import Turn
from writ_dspy.optimize.credit import Part, findings_of, unlike
from writ_dspy.optimize.students import Reply, Rollout
from writ_dspy.programs.talk import Side, as_text
from writ_dspy.report.percent import percent
from writ_dspy.signatures.goal import to_asked

LONGEST = 3000
"""Characters of feedback."""
MOST, ROOM_FOR_STEP = 5, 80
"""Findings that are quoted, and characters kept for a line that GEPA's third call adds."""


def lesson(rollout: Rollout, shares: Sequence[Part], score: float) -> str:
    """The verdict, what was wrong and where, what was right, and the whole conversation in short lines."""
    head = f"{'Accepted' if rollout.accepted else 'Rejected'}, {score:.2f} of 1.\n"
    wrong = _wrong(rollout)
    partly = [f"{part.name} ({percent(part.share)})" for part in shares if part.share < 1]
    right = [part.name for part in shares if part.share == 1]
    text = head + "".join(f"{line}\n" for line in wrong)
    text += f"Incomplete: {', '.join(partly)}.\n" if partly else ""
    text += f"Manner, which rejects nothing: {'; '.join(other)}.\n" if (other := unlike(rollout)) else ""
    text += f"Right: {', '.join(right)}.\n" if right else ""
    text += _replies(rollout.replies)
    room = LONGEST - len(text) - ROOM_FOR_STEP
    if rollout.talk is not None and (wrong or not rollout.replies):
        marked = {finding.turn for finding in findings_of(rollout)[:MOST]}
        text += f"The whole conversation:\n{digest(rollout.talk.turns, marked, room - 24)}"
    return text[: LONGEST - ROOM_FOR_STEP]


def _wrong(rollout: Rollout) -> list[str]:
    lines = [f"TURNED DOWN: {short(rollout.rejected, 400)}"] if rollout.rejected else []
    findings = findings_of(rollout)
    for finding in findings[:MOST]:
        turn = rollout.talk.turns[finding.turn] if rollout.talk and finding.turn < len(rollout.talk.turns) else None
        quoted = f"\n  that turn: {_line(turn, 160)}" if turn else ""
        lines.append(
            f"WRONG at turn {finding.turn} ({finding.check}): saw {short(finding.saw, 160)}; "
            f"wanted {short(finding.wanted, 160)}{quoted}"
        )
    return [*lines, *([f"… and {len(findings) - MOST} more."] if len(findings) > MOST else [])]


def digest(turns: Sequence[Turn], marked: Iterable[int], room: int) -> str:
    """One line per turn in at most so many characters: the first, the last and those around the marked ones stay longest."""
    marked = set(marked)
    for width in (140, 90, 60):
        lines = [f"{'>' if i in marked else ' '}{i} {_line(turn, width)}" for i, turn in enumerate(turns)]
        if sum(len(line) + 1 for line in lines) <= room:
            return "\n".join(lines)
    ends = 0, len(lines) - 1
    nearest = sorted(range(len(lines)), key=lambda i: (i not in ends, min(abs(i - m) for m in (*marked, *ends)), i))
    kept: set[int] = set()
    left = room - 30
    for index in nearest:
        left -= len(lines[index]) + 1 + 6
        if left < 0:
            break
        kept.add(index)
    shown = [lines[i] if i in kept else "" for i in range(len(lines))]
    return "\n".join(line or " …" for i, line in enumerate(shown) if line or (i and shown[i - 1]))


def _line(turn: Turn, width: int) -> str:
    calls = "; ".join(f"{call.tool} {call.text}" for call in turn.calls)
    text = " ".join(f"{turn.text} {'CALL ' if calls else ''}{calls}".split())
    if turn.role == "tool":
        return f"RESULT{' (refused)' if turn.error else ''} {short(text, width // 2)}"
    return f"{turn.role.upper()} {short(text, width)}"


def _replies(replies: Sequence[Reply]) -> str:
    """The last wording, and why each one before it was turned down."""
    objections = [str(reply.inputs["objection"]) for reply in replies if reply.inputs.get("objection")]
    told = "".join(f"An earlier try was turned down: {short(text, 300)}\n" for text in objections)
    goal = next((reply for reply in reversed(replies) if "step" in (reply.said or {})), None)
    if goal is not None:
        return f"Its log: {short(str(goal.inputs['log']), 700)}\nIdea: {short(goal.said.idea, 200)}\nLast step: {short(goal.said.step.model_dump_json(), 900)}\n"
    last = next((reply.said for reply in reversed(replies) if "rewritten" in (reply.said or {})), None)
    if last is None:
        return told
    own = str(last.get("brief") or last.get("voice"))
    lines = [f"{one.key}: {one.text}" for one in last.rewritten]
    return f"{told}Said last: {short(own, 500)}\n" + short("".join(f"  {short(line, 140)}\n" for line in lines), 900)


def step_shown(rollout: Rollout, name: str, pred_trace: Any) -> str:
    """Which step of the rollout the optimizer shows beside this feedback, and what is known of that step alone."""
    inputs = pred_trace[0][1]
    if "request" in inputs and rollout.role == "proposer":
        meant = to_asked(rollout.task.goal).model_dump_json(exclude_none=True)
        return f"The step shown is a reading ({name}). What was meant: {short(meant, 900)}\n"
    if rollout.talk is None or "conversation" not in inputs:
        return ""
    turns, seen = rollout.talk.turns, inputs["conversation"]
    side: Side = "agent" if rollout.role == "agent" else "user"
    at = next((i for i, t in enumerate(turns) if t.role == rollout.role and as_text(turns[:i], side) == seen), None)
    if at is None:
        return f"The step shown is the {rollout.role}'s last, after turn {len(turns) - 1}.\n"
    wrong = any(finding.turn == at for finding in findings_of(rollout))
    return f"The step shown is turn {at}{', which is WRONG' if wrong else ''}.\n"


def short(text: str, size: int) -> str:
    """The text, or its start and an ellipsis."""
    return text if len(text) <= size else f"{text[: size - 1]}…"
