"""Keeps the bot in touch with whatever agent there is: finds it, says hello, and tries again when it is gone."""

from __future__ import annotations

import logging
import random
import threading
import time
from typing import Any, Callable, Dict, Optional

from .address import Where, find_agent
from .answer import Told, read_welcome
from .exchange import Refusal, ask
from .http_reader import WireError
from .line_queue import LineQueue
from .session import End, Session

#: The first wait after a failure, and the longest, in s (wire.md: 0.25 s to 5 s).
FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 5.0

#: A session that ends sooner counts as a failure, in s: an agent that takes every hello and nothing more is not asked
#: four times a second.
SHORT_S = 2.0

#: After so many sessions in which nothing came down by itself the next one goes in batches, and asks.
MUTE_SESSIONS = 2

#: Longest wait for the answer to a hello, in s.
HELLO_S = 2.0

_log = logging.getLogger("evenkeel")


class Link:
    """One daemon thread that tries for as long as it is open, 0.25 s to 5 s apart."""

    def __init__(
        self,
        where: Where,
        lines: LineQueue,
        hello: Callable[[], Dict[str, Any]],
        begun: Callable[[], None],
        told: Callable[[Told], None],
        lost: Callable[[], None],
    ) -> None:
        """``hello`` gives its body as of now; ``begun``: a session has begun, its decision follows at once; ``lost``:
        the agent was silent past its lease. All are called in the link's thread."""
        #: What the agent answered when it refused the last hello; None when it did not.
        self.refusal: Optional[str] = None
        self.is_connected = False
        self._where = where
        self._lines = lines
        self._hello = hello
        self._begun = begun
        self._told = told
        self._lost = lost
        self._closing = threading.Event()
        self._finished = threading.Event()
        self._failures = 0
        self._session: Optional[Session] = None
        self._lease_end_s: Optional[float] = None
        self._mute_sessions = 0
        self._stale = threading.Event()
        #: The session that the next hello goes on from.
        self._before: Optional[str] = None
        self._thread = thread = threading.Thread(target=self._run, name="evenkeel-link", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # The interpreter is ending, or the machine gives no more threads: the bot runs on by itself.
            _log.warning("no thread could be started to look for the agent", exc_info=True)
            self._finished.set()

    def say_again(self) -> None:
        """Says hello again, since the bot offers other things: at once where somebody listens, else with the next."""
        self._stale.set()

    def close(self) -> None:
        """Ends for good; ``wait`` tells when the goodbye is said."""
        self._closing.set()

    def wait(self, most_s: float) -> bool:
        """Whether the thread has come to its end within so many seconds."""
        return self._finished.wait(max(0.0, most_s))

    def lose_thread(self) -> None:
        """In a forked process: closes the copies of the parent's connections, which stay open there."""
        self.is_connected = False
        session, self._session = self._session, None
        if session is not None:
            session.close()
        self._closing = threading.Event()
        self._stale = threading.Event()
        self._finished = threading.Event()
        self._finished.set()

    def _run(self) -> None:
        try:
            while not self._closing.is_set():
                self._attempt()
                if self._before is None or not self._stale.is_set():
                    self._pause()
        finally:
            self.is_connected = False
            self._finished.set()

    def _attempt(self) -> None:
        try:
            self._talk(self._open())
        except Refusal as refusal:
            if self.refusal is None:
                _log.warning("the agent refused the bot: %s", refusal)
            self.refusal = str(refusal)
        except (OSError, WireError) as failure:
            # An agent that is absent, starting or of another version is ordinary: the bot runs on by itself.
            _log.debug("no agent: %s", failure)
            self.refusal = None
        except Exception:
            # Whatever it was, the bot is better served by another try than by a thread that is gone.
            _log.warning("talking to the agent failed", exc_info=True)

    def _open(self) -> Session:
        address = find_agent(self._where)
        if address is None:
            raise ConnectionError("no agent is running")
        if self._closing.is_set():
            raise ConnectionError("the bot has closed")
        self._stale.clear()
        headers = {} if self._before is None else {"Evenkeel-Session": self._before}
        welcome = read_welcome(
            ask(address, "POST", "/v1/bot/hello", self._hello(), HELLO_S, headers, self._await_welcome)
        )
        if welcome is None:
            raise WireError("the answer to the hello is none")
        session = Session(address, welcome, self._lines, self._told, self._mute_sessions >= MUTE_SESSIONS)
        self._before = None
        self._begun()
        self._told(welcome.told)
        return session

    def _talk(self, session: Session) -> None:
        self.refusal = None
        self._lease_end_s = None
        self._session = session
        self.is_connected = True
        _log.info("connected to the agent")
        try:
            end = session.run(self._closing.is_set, self._stale.is_set)
        finally:
            self.is_connected = False
            self._lease_end_s = session.heard_s + session.lease_s
            self._session = None
            session.close()
        if end is End.AGAIN:
            self._before = session.id
            return
        if time.monotonic() - session.begun_s >= SHORT_S:
            self._failures = 0
        if end is End.HELD_BACK:
            self._mute_sessions = MUTE_SESSIONS
        elif session.in_batches:
            # A stream gets another chance: what stood between may be gone.
            self._mute_sessions = MUTE_SESSIONS - 1
        else:
            self._mute_sessions = 0 if session.was_pushed else self._mute_sessions + 1
        _log.info("not connected to the agent any more: %s", end.value)

    def _pause(self) -> None:
        """The wait doubles with each failure; the jitter keeps several bots from coming back at the same instant."""
        wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**self._failures) * (0.5 + random.random() / 2)
        self._failures = min(self._failures + 1, 10)
        end_s = time.monotonic() + wait_s
        while self._look_at_lease():
            left_s = end_s - time.monotonic()
            if left_s <= 0:
                return
            if self._lease_end_s is not None:
                left_s = min(left_s, max(0.001, self._lease_end_s - time.monotonic()))
            self._closing.wait(left_s)

    def _await_welcome(self) -> bool:
        """The agent may have opened a session by now: a bot that closes waits for its name, too, to say goodbye."""
        self._look_at_lease()
        return True

    def _look_at_lease(self) -> bool:
        """Tells once that the lease is over; False when the bot has closed."""
        if self._lease_end_s is not None and time.monotonic() >= self._lease_end_s:
            self._lease_end_s = None
            self._lost()
        return not self._closing.is_set()
