"""One session with an agent: lines up, decisions down, until either ends. All of it runs in the link's thread."""

from __future__ import annotations

import logging
import selectors
import time
from enum import Enum
from typing import Any, Callable, Dict, Union

from .address import AgentAddress
from .answer import Told, Welcome, read_told
from .connection import Connection
from .downlink import AskingDownlink, EventsDownlink
from .exchange import await_answer
from .http_reader import WireError
from .line_queue import LineQueue
from .uplink import BatchUplink, StreamUplink

#: Lines wait this long for company, in s: one write for several frames wakes bot and agent less often, and a tick of
#: 100 ms still has frames of its own.
FLUSH_S = 0.05

#: Silence after which a heartbeat goes, in s (wire.md: 2 s).
HEARTBEAT_S = 2.0

#: Longest time to connect once the hello was answered, in s.
CONNECT_S = 1.0

#: Longest wait for the answer to a goodbye, in s; the bot waits for 200 ms in all.
BYE_S = 0.12

HEARTBEAT = {"kind": "heartbeat"}

#: What a connection can fail with.
FAILURES = (OSError, WireError)

_log = logging.getLogger("evenkeel")

#: What the agent itself answers to a stream; any other status is of something between, which cannot carry one.
OF_THE_AGENT = (200, 401, 403, 410, 421, 429, 500)

#: A turn that comes so much later than it should means that the whole bot stood still, in s.
STALL_S = 0.5


class End(Enum):
    """How a session ended."""

    CLOSED = "the bot has closed"
    AGAIN = "the bot offers other things and says hello again"
    GONE = "the agent has ended it or is gone"
    #: What goes up is refused on its way; batches may get through.
    HELD_BACK = "something between does not let streams through"


class Session:
    """Ends once and for good; a link then opens another."""

    def __init__(
        self,
        address: AgentAddress,
        welcome: Welcome,
        lines: LineQueue,
        told: Callable[[Told], None],
        in_batches: bool,
    ) -> None:
        """Connects, twice. Raises OSError where that fails."""
        self.lease_s = welcome.lease_s
        self.begun_s = time.monotonic()
        #: When the agent last gave a sign, in s of ``time.monotonic``.
        self.heard_s = self.begun_s
        self._lines = lines
        self._told = told
        self._revision = welcome.told.revision
        self._knows_rules = welcome.told.frame_rules is not None
        self.in_batches = in_batches
        #: Whether anything came down by itself.
        self.was_pushed = False
        #: Its name at the agent.
        self.id = session = welcome.session
        self._up: Union[StreamUplink, BatchUplink]
        self._down: Union[EventsDownlink, AskingDownlink]
        if in_batches:
            self._up = BatchUplink(address, session, CONNECT_S, self._take)
        else:
            self._up = StreamUplink(address, session, CONNECT_S)
        try:
            downlink = AskingDownlink if in_batches else EventsDownlink
            self._down = downlink(address, session, CONNECT_S, self._take)
        except BaseException:
            self._up.connection.close()
            raise
        self._selector = selectors.DefaultSelector()
        self._ways: Dict[Connection, int] = {}

    def run(self, is_closing: Callable[[], bool], is_stale: Callable[[], bool] = lambda: False) -> End:
        """Talks until the end, or until what the bot offered is not what it offers. A goodbye that nobody answers
        ends as any other."""
        try:
            return self._talk(is_closing, is_stale)
        except FAILURES as failure:
            _log.debug("the session ended: %s", failure)
            return End.GONE

    def _talk(self, is_closing: Callable[[], bool], is_stale: Callable[[], bool]) -> End:
        next_flush_s = 0.0
        due_s = time.monotonic()
        while not is_closing():
            if is_stale():
                return End.AGAIN
            now_s = time.monotonic()
            if now_s - due_s > STALL_S:
                # While the bot stood still it could not hear: that silence is not the agent's.
                self.heard_s += now_s - due_s
            if now_s >= next_flush_s:
                next_flush_s = now_s + FLUSH_S
                self._flush(now_s)
            silent_s = now_s - self.heard_s
            if silent_s > self.lease_s:
                return End.GONE
            due_s = max(now_s, next_flush_s)
            end = self._wait(due_s - now_s)
            if end is not None:
                return end
        self._say_bye()
        return End.CLOSED

    def close(self) -> None:
        """Cuts both connections at once."""
        self._up.connection.close()
        self._down.connection.close()
        self._selector.close()

    def _flush(self, now_s: float) -> None:
        if not len(self._lines) and now_s - self._up.sent_s >= HEARTBEAT_S:
            self._lines.push(HEARTBEAT)
        self._up.pump(self._lines)
        self._down.pump()

    def _wait(self, wait_s: float) -> "End | None":
        self._watch()
        for key, ready in self._selector.select(wait_s):
            connection = key.fileobj
            if ready & selectors.EVENT_WRITE:
                connection.go_on()  # type: ignore[union-attr]
            if not ready & selectors.EVENT_READ:
                continue
            if connection is self._up.connection:
                status = self._up.take_answer()
                if status is not None:
                    return self._end_of(status)
            elif connection is self._down.connection:
                self.heard_s = time.monotonic()
                self.was_pushed = True
                if not self._down.take():
                    return End.GONE
        return None

    def _end_of(self, status: int) -> End:
        if self.in_batches or status in OF_THE_AGENT:
            return End.GONE
        self._up.give_back(self._lines)
        return End.HELD_BACK

    def _watch(self) -> None:
        for closed in [connection for connection in self._ways if connection.fileno() < 0]:
            self._selector.unregister(closed)
            del self._ways[closed]
        for connection in (self._up.connection, self._down.connection):
            ways = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.wants_to_send else 0)
            known = self._ways.get(connection)
            if connection.fileno() < 0 or known == ways:
                continue
            if known is None:
                self._selector.register(connection, ways)
            else:
                self._selector.modify(connection, ways)
            self._ways[connection] = ways

    def _take(self, body: Any) -> None:
        self.heard_s = time.monotonic()
        told = read_told(body)
        if told is None:
            return
        # The answer to a batch has no rules: they come with the next one that has.
        brings_rules = told.revision == self._revision and not self._knows_rules and told.frame_rules is not None
        if told.revision <= self._revision and not brings_rules:
            return
        self._revision = told.revision
        self._knows_rules = told.frame_rules is not None
        self._told(told)

    def _say_bye(self) -> None:
        """All that waits, then a goodbye, and its answer as long as the bot can wait for it."""
        self._up.say_bye(self._lines)
        await_answer(self._up.connection, time.monotonic() + BYE_S)
