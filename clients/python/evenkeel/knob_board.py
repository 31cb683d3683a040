"""What is decided for each knob, what is in force, and the bot's own functions that bring one to the other."""

from __future__ import annotations

import inspect
import logging
import threading
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any, Callable, Dict, List, Mapping, Optional

from .decision import Decision
from .offer import KnobOffer, KnobValue, take_offered
from .values import LARGEST_MS
from .worker import Worker

Apply = Callable[[Any], Any]

#: The longest reason of a failure (bot-line.schema.json), in characters.
LONGEST_ERROR = 1_000

_log = logging.getLogger("evenkeel")


@dataclass(frozen=True)
class Wanted:
    """A value to bring about; ``revision`` is None for one that no agent asked for."""

    value: KnobValue
    revision: Optional[int]


class _Knob:
    def __init__(self, offer: KnobOffer) -> None:
        self.wanted = self.handled = Wanted(offer["value"], None)
        self.in_force: KnobValue = offer["value"]
        self.apply: Optional[Apply] = None
        self.waits_for_bot = False
        self.is_busy = False


class KnobBoard:
    """A bot's knobs; each runs one change at a time and then the newest that waits."""

    def __init__(self, offers: Dict[str, KnobOffer], report: Callable[[Dict[str, Any]], None]) -> None:
        self._offers = offers
        self._knobs = {name: _Knob(offer) for name, offer in offers.items()}
        self._report = report
        self._lock = threading.Lock()
        self._worker = Worker(self._bring_about)
        #: The newest value of every knob; replaced whole, so that it is read without a lock.
        self.decision = self._decided()

    def offers_now(self) -> Dict[str, KnobOffer]:
        """The offers with the values now in force, for a hello."""
        with self._lock:
            return {name: {**offer, "value": self._knobs[name].in_force} for name, offer in self._offers.items()}

    def on(self, name: str, apply: Apply, in_loop: bool) -> bool:
        """Sets the function that changes a knob; False for a knob that was not offered, which is never decided."""
        knob = self._knobs.get(name)
        if knob is None:
            return False
        with self._lock:
            knob.apply = apply
            knob.waits_for_bot = in_loop
        return True

    def decide(self, decision: Mapping[str, Any], revision: int) -> None:
        """Takes a decision and starts what it changes. What was not offered is left alone."""
        wanted = {}
        for name, offer in self._offers.items():
            value = take_offered(offer, decision.get(name))
            if value is not None:
                wanted[name] = Wanted(value, revision)
        self._want(wanted)

    def return_to_safe(self) -> None:
        """Returns every knob to the bot's own safe value; nobody is told, for nobody listens."""
        self._want({name: Wanted(offer["safe"], None) for name, offer in self._offers.items()})

    def apply_pending(self) -> int:
        """Brings about, in this thread, what waits for the bot; the number of knobs it was about."""
        with self._lock:
            names = [
                name
                for name, knob in self._knobs.items()
                if knob.waits_for_bot and not knob.is_busy and knob.handled is not knob.wanted
            ]
            for name in names:
                self._knobs[name].is_busy = True
        for name in names:
            self._bring_about(name)
        return len(names)

    def close(self) -> None:
        """Starts nothing more; what runs ends by itself."""
        self._worker.close()

    def forget_threads(self) -> None:
        """In a forked process: its locks may be held by threads that are not here."""
        self._lock = threading.Lock()
        self._worker.forget_thread()

    def _want(self, wanted_by_name: Dict[str, Wanted]) -> None:
        with self._lock:
            started: List[str] = []
            for name, wanted in wanted_by_name.items():
                knob = self._knobs[name]
                # The same value again is no new wish: what was refused once is not tried at every revision.
                if wanted.value == knob.wanted.value:
                    continue
                knob.wanted = wanted
                if not knob.is_busy and not knob.waits_for_bot:
                    knob.is_busy = True
                    started.append(name)
            self.decision = self._decided()
        for name in started:
            if self._knobs[name].apply is None:
                self._bring_about(name)
            else:
                self._worker.do(name)

    def _bring_about(self, name: str) -> None:
        """One change at a time; whatever was decided meanwhile, only the newest comes next."""
        knob = self._knobs[name]
        try:
            while True:
                with self._lock:
                    wanted = knob.wanted
                    if knob.handled is wanted:
                        knob.is_busy = False
                        return
                    knob.handled = wanted
                self._change(name, knob, wanted)
        except BaseException:
            # Control-C reached the bot's own function: the knob stays as it was, and later decisions still come.
            knob.is_busy = False
            raise

    def _change(self, name: str, knob: _Knob, wanted: Wanted) -> None:
        start_ns = perf_counter_ns()
        error = None if wanted.value == knob.in_force else _apply(name, knob.apply, wanted.value)
        if error is None:
            knob.in_force = wanted.value
        if wanted.revision is None:
            return
        line: Dict[str, Any] = {"kind": "applied", "knob": name, "value": knob.in_force, "ok": error is None}
        if error is not None:
            line["error"] = error
        line["tookMs"] = min(LARGEST_MS, round((perf_counter_ns() - start_ns) / 1e6, 3))
        line["revision"] = wanted.revision
        self._report(line)

    def _decided(self) -> Decision:
        return Decision({name: knob.wanted.value for name, knob in self._knobs.items()})


def _apply(name: str, apply: Optional[Apply], value: KnobValue) -> Optional[str]:
    """Calls the bot's function; None when it went well, else the reason in a few words."""
    if apply is None:
        return None
    try:
        result = apply(value)
    except Exception as error:  # The bot's own function may fail in any way; the agent is told how.
        _log.warning("the function of %s failed with %r", name, value, exc_info=True)
        return (str(error) or type(error).__name__)[:LONGEST_ERROR]
    if not inspect.isawaitable(result):
        return None
    if inspect.iscoroutine(result):
        result.close()
    return "expected a function that returns when the change is made, got an async one; use in_loop and apply_pending"
