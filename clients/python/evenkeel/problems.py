"""What a bot's author would want to know and the bot's loop must not stop for."""

from __future__ import annotations

import logging
from typing import Any, Optional, Set, Tuple

#: Mistakes are told once each; a bot that makes new ones at every frame does not fill the memory.
MOST_KEPT = 256

_log = logging.getLogger("evenkeel")


class Problems:
    """The newest problem in one sentence, or None."""

    def __init__(self) -> None:
        self.newest: Optional[str] = None
        self._said: Set[Tuple[str, str]] = set()

    def say(self, sentence: str) -> None:
        """A question could not be answered."""
        self.newest = sentence

    def clear(self) -> None:
        """A question was answered."""
        self.newest = None

    def say_once(
        self, call: str, key: Any, expected: str, came: Any, outcome: str = "it is left out"
    ) -> None:
        """Something was told that cannot be, and ``outcome`` is what became of it. Says so the first time for each call
        and key."""
        which = (call, key[:64] if isinstance(key, str) else _short(key))
        if which in self._said or len(self._said) >= MOST_KEPT:
            return
        self._said.add(which)
        self.newest = f"{call}: {which[1]}: expected {expected}, got {_short(came)}; {outcome}"
        _log.warning("%s", self.newest)


def _short(value: Any) -> str:
    try:
        text = repr(value)
    except Exception:  # An object's own repr may fail in any way; its type says enough.
        text = type(value).__name__
    return text if len(text) <= 64 else f"{text[:64]}…"
