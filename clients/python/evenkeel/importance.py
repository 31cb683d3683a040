"""How much a frame matters: the product of the weights of what is true of it, in integer thousandths."""

from __future__ import annotations

import math
from typing import Any, FrozenSet, Mapping, NamedTuple, Tuple

#: Keeps products far below 2^53 while weights below 1 may still bring them down again.
LARGEST_PRODUCT = 1_000_000


def to_thousandths(value: float) -> int:
    """A share or factor as integer thousandths, halves up."""
    return math.floor(value * 1000 + 0.5)


class FrameRules(NamedTuple):
    """How a bot decides which frames to skip, with all that can be worked out once."""

    #: Scene flag and its factor in thousandths, in ascending order of the names.
    weights: Tuple[Tuple[str, int], ...]
    #: The most that the product may come to, in thousandths.
    max_importance: int
    #: Flags under which a frame is never skipped.
    never: Tuple[str, ...]
    max_skip_run: float
    max_age_ms: float
    #: All names that mean something here.
    names: FrozenSet[str]


def make_frame_rules(
    weights: Mapping[str, float], max_importance: float, never: Tuple[str, ...], max_skip_run: float, max_age_ms:
    float
) -> FrameRules:
    """Frame rules from what the wire says: weights and importance are factors, the age is in ms."""
    # In the order of UTF-16, so that every language multiplies in the same order and rounds alike.
    ordered = sorted(weights, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    return FrameRules(
        tuple((name, to_thousandths(weights[name])) for name in ordered),
        to_thousandths(max_importance),
        never,
        max_skip_run,
        max_age_ms,
        frozenset(weights).union(never),
    )


#: The rules a bot follows until an agent has told it others; the weights are those of the original Python module.
DEFAULT_FRAME_RULES = make_frame_rules(
    {"motionDetected": 1.5, "newObjects": 1.3, "uiChanges": 1.2, "combatActive": 2, "criticalEvent": 3},
    3,
    ("combatActive", "criticalEvent"),
    4,
    500,
)


def importance_of(scene: Mapping[str, Any], rules: FrameRules) -> int:
    """The importance of a frame in thousandths, 1000 when nothing is true.

    The weights of the true flags are taken in ascending order of their names, each product rounded halves up and held
    to 1,000,000, and the result is cut at the most; flags without a weight count as 1.
    """
    product = 1000
    for name, weight in rules.weights:
        if scene.get(name) is True:
            product = (product * weight + 500) // 1000
            if product > LARGEST_PRODUCT:
                product = LARGEST_PRODUCT
    return product if product < rules.max_importance else rules.max_importance


def is_never_skipped(scene: Mapping[str, Any], rules: FrameRules) -> bool:
    """True when a flag that forbids skipping is true."""
    for name in rules.never:
        if scene.get(name) is True:
            return True
    return False
