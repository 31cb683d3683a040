"""Lines on their way to the agent, bounded: the oldest goes when there is no room."""

from __future__ import annotations

import json
import logging
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Optional, Union

from .frame import Frame

#: Some 8 s of frames at 120 a second; what is older is late anyway.
LIMIT = 1_024

#: An ended frame, which becomes a line when it is sent, or a line, or one that is written out.
Item = Union[Frame, Dict[str, Any], bytes]

_log = logging.getLogger("evenkeel")
_write = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


class LineQueue:
    """Adding takes no lock, never waits and never fails; what was lost is counted.

    Any thread adds; one thread takes.
    """

    def __init__(self) -> None:
        self._items: Deque[Item] = deque(maxlen=LIMIT)
        #: What a session took over from before it, older than all items; the sender's alone.
        self._kept: Deque[Item] = deque()
        #: Lines lost because there was no room, or because they could not be written.
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._kept) + len(self._items)

    def push(self, item: Item) -> None:
        """Where there is no room the oldest line goes, and is counted as dropped."""
        if len(self._items) >= LIMIT:
            self.dropped += 1
        self._items.append(item)

    def take(self, most: int) -> List[bytes]:
        """The oldest lines, written out, which leave the queue."""
        lines: List[bytes] = []
        for _ in range(most):
            item = self._pop()
            if item is None:
                break
            try:
                lines.append(item if isinstance(item, bytes) else _text_of(item).encode())
            except Exception:  # A bot's own object in it may fail in any way; the other lines go on.
                self.dropped += 1
                _log.warning("a line could not be written and was left out", exc_info=True)
        return lines

    def keep_only(self, matters: Callable[[Item], bool]) -> None:
        """Forgets the lines that do not matter any more; they do not count as dropped."""
        waiting: List[Item] = []
        while True:
            item = self._pop()
            if item is None:
                break
            waiting.append(item)
        self._kept = deque((item for item in waiting if matters(item)), maxlen=LIMIT)

    def put_back(self, lines: List[bytes]) -> None:
        """Has lines that were taken taken again, before all others; the sender's alone."""
        self._kept.extendleft(reversed(lines))

    def push_first(self, item: Item) -> None:
        """Adds a line before all that the bot adds from now on; the sender's alone."""
        self._kept.append(item)

    def _pop(self) -> Optional[Item]:
        try:
            return (self._kept or self._items).popleft()
        except IndexError:
            return None


def _text_of(item: Union[Frame, Dict[str, Any]]) -> str:
    return item._to_text() if isinstance(item, Frame) else _write(item)
