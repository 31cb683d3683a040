"""The one thread in which a bot's own functions change its knobs, so that a model that loads stops neither the loop
nor the talk with the agent."""

from __future__ import annotations

import logging
import queue
import threading
from typing import Callable, Optional

_log = logging.getLogger("evenkeel")


class Worker:
    """Does one thing after the other; its thread is started with the first and is not waited for at the end."""

    def __init__(self, work: Callable[[str], None]) -> None:
        self._work = work
        self._names: "queue.SimpleQueue[Optional[str]]" = queue.SimpleQueue()
        self._thread: Optional[threading.Thread] = None

    def do(self, name: str) -> None:
        """Has ``work(name)`` done, after all that waits; one thread alone may call this."""
        self._names.put(name)
        if self._thread is None:
            thread = threading.Thread(target=self._run, name="evenkeel-apply", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                _log.warning("no thread could be started to change %s", name, exc_info=True)
                return
            self._thread = thread

    def close(self) -> None:
        """Ends the thread after what waits."""
        self._names.put(None)

    def forget_thread(self) -> None:
        """In a forked process the thread is not there."""
        self._names = queue.SimpleQueue()
        self._thread = None

    def _run(self) -> None:
        names = self._names
        while True:
            name = names.get()
            if name is None:
                return
            self._work(name)
