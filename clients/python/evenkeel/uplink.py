"""How lines get to the agent: as one long request, or in batches where something between refuses that."""

from __future__ import annotations

import json
import time
from typing import Any, Callable, List, Optional

from .address import AgentAddress
from .connection import Connection
from .line_queue import LineQueue

#: Lines of one write at most: writing them out takes the interpreter's lock from the bot for less than a millisecond.
LINES_PER_WRITE = 64

#: Lines of one batch at most, and the least time between two batches, in s: a tick of a second has several.
LINES_PER_BATCH = 256
BATCH_S = 0.2

#: A long request that is refused is refused within this time, in s; until then its lines are kept to go another way.
PROOF_S = 2.0

#: An answer longer than this is not one of an agent, in bytes.
ANSWER_LIMIT = 1_048_576

JSON_LINES = "application/x-ndjson"


class StreamUplink:
    """One long chunked request."""

    def __init__(self, address: AgentAddress, session: str, connect_s: float) -> None:
        self.connection = Connection(address, connect_s)
        self.sent_s = self._begun_s = time.monotonic()
        self._unproven: List[bytes] = []
        headers = {"Content-Type": JSON_LINES, "Evenkeel-Session": session, "Transfer-Encoding": "chunked"}
        self.connection.begin("POST", "/v1/bot/stream", headers)

    def pump(self, lines: LineQueue) -> None:
        """Sends lines while the agent reads; the rest stays in the queue. Raises OSError."""
        while len(lines) and not self.connection.wants_to_send:
            taken = lines.take(LINES_PER_WRITE)
            if time.monotonic() - self._begun_s < PROOF_S:
                self._unproven += taken
            else:
                self._unproven = []
            self._send(taken)

    def give_back(self, lines: LineQueue) -> None:
        """Puts back what was sent, when it was refused at once."""
        lines.put_back(self._unproven)

    def take_answer(self) -> Optional[int]:
        """The status of an answer: the agent takes no more lines. Raises OSError or WireError."""
        self.connection.receive()
        return self.connection.reader.status

    def say_bye(self, lines: LineQueue) -> None:
        """Sends all that waits, a bye, and the end of the request. Raises OSError."""
        while len(lines):
            self._send(lines.take(LINES_PER_WRITE))
        self._send([b'{"kind":"bye"}'])
        self.connection.send(b"0\r\n\r\n")

    def _send(self, lines: List[bytes]) -> None:
        if not lines:
            return
        self.sent_s = time.monotonic()
        text = b"\n".join(lines) + b"\n"
        self.connection.send(b"%x\r\n%s\r\n" % (len(text), text))


class BatchUplink:
    """One request after another over one connection; each answer brings the newest decision."""

    def __init__(
        self, address: AgentAddress, session: str, connect_s: float, on_answer: Callable[[Any], None]
    ) -> None:
        self._open: Callable[[], Connection] = lambda: Connection(address, connect_s)
        self.connection = self._open()
        self.sent_s = time.monotonic()
        self._headers = {"Content-Type": JSON_LINES, "Evenkeel-Session": session}
        self._on_answer = on_answer
        self._is_waiting = False
        self._body = b""

    def pump(self, lines: LineQueue) -> None:
        """Sends a batch when the last one is answered and its time has come. Raises OSError."""
        if self._is_waiting or not len(lines) or time.monotonic() - self.sent_s < BATCH_S:
            return
        self._post(lines.take(LINES_PER_BATCH))

    def take_answer(self) -> Optional[int]:
        """The status of an answer that ends the session; None while all goes well. Raises OSError or WireError."""
        reader = self.connection.reader
        self._body += self.connection.receive()
        if len(self._body) > ANSWER_LIMIT:
            return 0
        if not reader.is_complete or not self._is_waiting:
            return None
        if reader.status != 200:
            return reader.status
        body, self._body = self._body, b""
        self._is_waiting = False
        try:
            self._on_answer(json.loads(body))
        except (ValueError, RecursionError):
            return 0
        return None

    def give_back(self, lines: LineQueue) -> None:
        """What was sent was answered."""

    def say_bye(self, lines: LineQueue) -> None:
        """Sends a last batch with a bye, over a new connection where an answer is on its way. Raises OSError."""
        if self._is_waiting:
            self.connection.close()
            self.connection = self._open()
        self._post([*lines.take(LINES_PER_BATCH), b'{"kind":"bye"}'])

    def _post(self, lines: List[bytes]) -> None:
        if not lines:
            return
        self.sent_s = time.monotonic()
        self._is_waiting = True
        if self.connection.is_spent:
            self.connection.close()
            self.connection = self._open()
        self.connection.begin("POST", "/v1/bot/frames", self._headers, b"\n".join(lines) + b"\n")
