"""What the wire takes of a bot's numbers and flags; all else is left out, because one bad value costs the whole
line."""

from __future__ import annotations

import operator
from typing import Any, Dict, Mapping, Optional

from .importance import FrameRules
from .names import camel, is_name

#: The bounds of bot-line.schema.json: an hour, a count, the side of a picture in pixels, memory in MiB, names of a
#: kind.
LARGEST_MS = 3_600_000.0
LARGEST_COUNT = 1_000_000_000
LARGEST_SIDE = 16_384
LARGEST_MIB = 16_777_216.0
MOST_NAMES = 32


def to_ms(value: Any) -> Optional[float]:
    """Milliseconds to the microsecond; None for what is no duration up to an hour."""
    # Most are floats, and this runs some ten times a frame.
    if type(value) is float and 0.0 <= value <= LARGEST_MS:
        return int(value * 1000 + 0.5) / 1000
    return _number(value, LARGEST_MS)


def to_mib(value: Any) -> Optional[float]:
    """A size of memory in MiB; None for what is none."""
    return _number(value, LARGEST_MIB)


def to_count(value: Any) -> Optional[int]:
    """A whole number from 0; None for what is none."""
    if type(value) is int and 0 <= value <= LARGEST_COUNT:
        return value
    return _whole(value, 0, LARGEST_COUNT)


def to_side(value: Any) -> Optional[int]:
    """A side in whole pixels from 1; None for what is none."""
    if type(value) is int and 1 <= value <= LARGEST_SIDE:
        return value
    return _whole(value, 1, LARGEST_SIDE)


def to_scene(scene: Mapping[Any, Any], rules: FrameRules) -> Dict[str, bool]:
    """Flags by the names of the weights. What is neither true nor false, or bears no possible name, is left out.

    ``combat_active`` stands for ``combatActive``, unless the rules have a weight of the name with the underscore.
    """
    flags: Dict[str, bool] = {}
    for name, value in scene.items():
        if name not in rules.names:
            if not is_name(name):
                continue
            name = camel(name)
        try:
            flags[name] = value if value is True or value is False else bool(value)
        except Exception:  # An object's own truth may fail in any way, as that of an array of several does.
            continue
        if len(flags) == MOST_NAMES:
            break
    return flags


def _number(value: Any, largest: float) -> Optional[float]:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
        return int(number * 1000 + 0.5) / 1000 if 0 <= number <= largest and not isinstance(value, str) else None
    except (TypeError, ValueError, OverflowError):
        return None


def _whole(value: Any, least: int, most: int) -> Optional[int]:
    if isinstance(value, bool):
        return None
    try:
        number = operator.index(value)
    except TypeError:
        try:
            number = int(value)
            if number != value:
                return None
        except (TypeError, ValueError, OverflowError):
            return None
    return number if least <= number <= most else None
