"""How decisions get to the bot: pushed as events, or asked for where something between holds events back."""

from __future__ import annotations

import json
import time
from typing import Any, Callable, Optional

from .address import AgentAddress
from .connection import Connection
from .http_reader import WireError

#: An event longer than this is not one of an agent, in bytes.
EVENT_LIMIT = 1_048_576

#: How often is asked where nothing is pushed, in s.
ASK_S = 1.0


class EventsDownlink:
    """Follows ``GET /v1/bot/events``."""

    def __init__(
        self, address: AgentAddress, session: str, connect_s: float, on_decision: Callable[[Any], None]
    ) -> None:
        self.connection = Connection(address, connect_s)
        self._on_decision = on_decision
        self._waiting = b""
        self.connection.begin("GET", "/v1/bot/events", {"Accept": "text/event-stream", "Evenkeel-Session": session})

    def pump(self) -> None:
        """Nothing is to be sent."""

    def take(self) -> bool:
        """Takes events that have come; False when no more will. Raises OSError or WireError."""
        reader = self.connection.reader
        self._waiting += self.connection.receive()
        if reader.status is not None and reader.status != 200:
            raise WireError(f"expected events, got an answer with status {reader.status}")
        if len(self._waiting) > EVENT_LIMIT:
            raise WireError(f"expected an event of at most {EVENT_LIMIT} bytes")
        *blocks, self._waiting = self._waiting.split(b"\n\n")
        for block in blocks:
            self._read(block)
        return not reader.is_complete

    def _read(self, block: bytes) -> None:
        lines = block.split(b"\n")
        if b"event: decision" not in lines:
            return
        data = b"\n".join(line[6:] for line in lines if line.startswith(b"data: "))
        try:
            body = json.loads(data)
        except (ValueError, RecursionError):
            # What is no JSON is no decision; the one in force stays.
            return
        self._on_decision(body)


class AskingDownlink:
    """Asks ``GET /v1/bot/decision`` once a second."""

    def __init__(
        self, address: AgentAddress, session: str, connect_s: float, on_decision: Callable[[Any], None]
    ) -> None:
        self._open: Callable[[], Connection] = lambda: Connection(address, connect_s)
        self.connection = self._open()
        self._on_decision = on_decision
        self._session = session
        self._asked_s: Optional[float] = None
        self._is_waiting = False
        self._body = b""

    def pump(self) -> None:
        """Asks when its time has come. Raises OSError."""
        now_s = time.monotonic()
        if self._is_waiting or (self._asked_s is not None and now_s - self._asked_s < ASK_S):
            return
        self._asked_s = now_s
        self._is_waiting = True
        if self.connection.is_spent:
            self.connection.close()
            self.connection = self._open()
        self.connection.begin("GET", "/v1/bot/decision", {"Evenkeel-Session": self._session})

    def take(self) -> bool:
        """Takes an answer that has come; False when no more will. Raises OSError or WireError."""
        reader = self.connection.reader
        self._body += self.connection.receive()
        if len(self._body) > EVENT_LIMIT or (reader.status is not None and reader.status != 200):
            return False
        if not reader.is_complete or not self._is_waiting:
            return True
        body, self._body = self._body, b""
        self._is_waiting = False
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            # What is no JSON is no decision; the one in force stays.
            return True
        self._on_decision(told)
        return True
