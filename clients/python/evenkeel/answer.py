"""What an agent says, taken only as far as it is what the wire promises."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Dict, Optional

from .importance import FrameRules, make_frame_rules

BOUNDS = ("maxImportance", "maxSkipRun", "maxAgeMs")


@dataclass(frozen=True)
class Told:
    """A decision as it came; its values are checked where they are used."""

    decision: Dict[str, Any]
    revision: int
    #: None when they are not as promised, or not part of this answer.
    frame_rules: Optional[FrameRules]


@dataclass(frozen=True)
class Welcome:
    """What opens a session, with the decision that stands."""

    session: str
    lease_s: float
    told: Told


def read_welcome(body: Any) -> Optional[Welcome]:
    """The answer to a hello, or None when it is none."""
    told = read_told(body)
    if told is None:
        return None
    session, lease_s = body.get("session"), body.get("leaseS")
    # The session goes into a header as it is.
    if not isinstance(session, str) or not session.isascii() or not session.isprintable() or not session:
        return None
    lease_s = to_number(lease_s)
    if lease_s is None or lease_s <= 0:
        return None
    return Welcome(session, lease_s, told)


def read_told(body: Any) -> Optional[Told]:
    """A decision, or None when it is none."""
    if not isinstance(body, dict):
        return None
    decision, revision = body.get("decision"), body.get("revision")
    if not isinstance(decision, dict) or not isinstance(revision, int) or isinstance(revision, bool):
        return None
    return Told(decision, revision, _read_frame_rules(body.get("frameRules")))


def to_number(value: Any) -> Optional[float]:
    """A finite number of JSON, or None for what is none; true and false are none."""
    is_one = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return value if is_one else None


def _read_frame_rules(value: Any) -> Optional[FrameRules]:
    if not isinstance(value, dict):
        return None
    weights, never = value.get("weights"), value.get("never")
    max_importance, max_skip_run, max_age_ms = (to_number(value.get(name)) for name in BOUNDS)
    if not isinstance(weights, dict) or not isinstance(never, list):
        return None
    if not all(isinstance(name, str) for name in never):
        return None
    if any(to_number(weight) is None for weight in weights.values()):
        return None
    if max_importance is None or max_skip_run is None or max_age_ms is None:
        return None
    return make_frame_rules(weights, max_importance, tuple(never), max_skip_run, max_age_ms)
