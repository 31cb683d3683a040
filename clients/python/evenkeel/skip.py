"""Which frames to skip: a credit that every frame fills by its importance and every processed frame empties."""

from __future__ import annotations

from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from .importance import FrameRules, importance_of, is_never_skipped, to_thousandths

#: What one processed frame costs, in thousandths; also the credit a bot starts with.
PRICE = 1000

#: A credit held to 1000 instead would skip half of the frames whatever is asked below 0.5.
LARGEST_CREDIT = 2000


class SkipState(NamedTuple):
    """What the next verdict depends on; a value, so that all clients can share test vectors."""

    #: In integer thousandths, 0 to 2000.
    credit: int
    #: Frames skipped since the last processed one.
    run: int
    #: When the last processed frame was captured, in ms of the caller's clock; None before the first.
    processed_at_ms: Optional[float]


#: Where every bot starts: with credit for one frame.
SKIP_START = SkipState(PRICE, 0, None)


def decide_skip(
    state: SkipState, share: float, scene: Mapping[str, Any], rules: FrameRules, at_ms: float
) -> Tuple[bool, str, SkipState]:
    """Decides about one frame captured at ``at_ms``, in ms of any monotonic clock.

    ``share`` is the part of frames to skip at importance 1, 0 to 1. Over frames of importance 1 exactly that share is
    skipped, for 0.1 to 0.8, as long as the bounds on run and age do not bind. Returns whether it is skipped, why
    (``share`` when skipped; else ``credit``, ``never``, ``run`` or ``age``) and the state for the next.
    """
    asked = min(1000, max(0, to_thousandths(share)))
    gain = ((1000 - asked) * importance_of(scene, rules) + 500) // 1000
    credit = min(LARGEST_CREDIT, state.credit + gain)
    reason = _reason_to_process(state, credit, scene, rules, at_ms)
    if reason is None:
        return True, "share", SkipState(credit, state.run + 1, state.processed_at_ms)
    return False, reason, SkipState(max(0, credit - PRICE), 0, at_ms)


def _reason_to_process(
    state: SkipState, credit: int, scene: Mapping[str, Any], rules: FrameRules, at_ms: float
) -> Optional[str]:
    if is_never_skipped(scene, rules):
        return "never"
    if credit >= PRICE:
        return "credit"
    if state.run >= rules.max_skip_run:
        return "run"
    if state.processed_at_ms is not None and at_ms - state.processed_at_ms >= rules.max_age_ms:
        return "age"
    return None


def skipped_line(number: int, at_ns: int, reason: str, scene: Mapping[str, bool]) -> Dict[str, Any]:
    """The line of a skipped frame that began at ``at_ns``, of the bot's monotonic clock."""
    line: Dict[str, Any] = {"kind": "frame", "id": number, "atMs": int(at_ns / 1000) / 1000, "skipped": True}
    line["skipReason"] = reason
    if scene:
        line["scene"] = scene
    return line
