"""What is decided for each knob, what is in force, and the bot's own functions that bring one to the other."""

from __future__ import annotations

import inspect
import logging
import threading
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any, Callable, Collection, Dict, List, Mapping, Optional, Sequence, Tuple

from .decision import Decision
from .offer import KnobOffer, KnobValue, take_offered
from .pair import PAIR, Pair, first_of, lists_sizes, other_of, runs_at
from .values import LARGEST_MS
from .worker import Worker

Apply = Callable[[Any], Any]

#: Stands for model and size among what is changed.
PAIR_UNIT = "model and resolution"

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
    """A bot's knobs; each runs one change at a time and then the newest that waits.

    Where models list their sizes, model and size are changed one after the other, and a pair that was not offered is
    never asked for.
    """

    def __init__(
        self,
        offers: Dict[str, KnobOffer],
        models: Sequence[Mapping[str, Any]],
        report: Callable[[Dict[str, Any]], None],
    ) -> None:
        self._offers = offers
        #: The models that can run, with the sizes that they were built for; replaced whole.
        self.models = models
        self._knobs = {name: _Knob(offer) for name, offer in offers.items()}
        self._functions: Dict[str, Tuple[Apply, bool]] = {}
        self._pair_is_busy = False
        self._report = report
        self._lock = threading.Lock()
        self._worker = Worker(self._bring_about)
        #: The newest value of every knob; replaced whole, so that it is read without a lock.
        self.decision = self._decided()

    def offers_now(self) -> Dict[str, KnobOffer]:
        """The offers with the values now in force, for a hello."""
        with self._lock:
            return {name: {**offer, "value": self._knobs[name].in_force} for name, offer in self._offers.items()}

    def offer(self, offers: Dict[str, KnobOffer], models: Sequence[Mapping[str, Any]], said: Collection[str]) -> None:
        """Offers other knobs and models. What is in force and decided stands where it is offered still; the bot itself
        has changed the knobs that are ``said``."""
        with self._lock:
            knobs = {}
            for name, offer in offers.items():
                knob = self._knobs.get(name)
                if knob is None:
                    knob = _Knob(offer)
                    knob.apply, knob.waits_for_bot = self._functions.get(name, (None, False))
                elif name in said or take_offered(offer, knob.in_force) is None:
                    knob.wanted = knob.handled = Wanted(offer["value"], None)
                    knob.in_force = offer["value"]
                elif take_offered(offer, knob.wanted.value) is None:
                    knob.wanted = Wanted(knob.in_force, None)
                knobs[name] = knob
            self._offers, self.models, self._knobs = offers, models, knobs
            self.decision = self._decided()

    def on(self, name: str, apply: Apply, in_loop: bool) -> bool:
        """Sets the function that changes a knob; False for a knob that is not offered, which is never decided."""
        with self._lock:
            self._functions[name] = (apply, in_loop)
            knob = self._knobs.get(name)
            if knob is None:
                return False
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
            names = [name for name, knob in self._knobs.items() if knob.handled is not knob.wanted]
            units = [unit for unit in self._units_of(names) if self._waits_for_bot(unit) and self._begin(unit)]
            about = [name for name in names if name in units or (PAIR_UNIT in units and name in PAIR)]
        for unit in units:
            self._bring_about(unit)
        return len(about)

    def close(self) -> None:
        """Starts nothing more; what runs ends by itself."""
        self._worker.close()

    def forget_threads(self) -> None:
        """In a forked process: its locks may be held by threads that are not here."""
        self._lock = threading.Lock()
        self._worker.forget_thread()

    def _want(self, wanted_by_name: Dict[str, Wanted]) -> None:
        with self._lock:
            changed: List[str] = []
            for name, wanted in wanted_by_name.items():
                knob = self._knobs.get(name)
                # The same value again is no new wish: what was refused once is not tried at every revision.
                if knob is None or wanted.value == knob.wanted.value:
                    continue
                knob.wanted = wanted
                changed.append(name)
            started = [
                (unit, self._has_function(unit))
                for unit in self._units_of(changed)
                if not self._waits_for_bot(unit) and self._begin(unit)
            ]
            self.decision = self._decided()
        for unit, has_function in started:
            if has_function:
                self._worker.do(unit)
            else:
                self._bring_about(unit)

    def _bring_about(self, unit: str) -> None:
        """One change at a time; whatever was decided meanwhile, only the newest comes next."""
        knobs = self._knobs
        try:
            while True:
                with self._lock:
                    steps = self._next_steps(unit, knobs)
                    if not steps:
                        self._end(unit, knobs)
                        return
                for name, wanted, misfit in steps:
                    if not self._change(name, knobs[name], wanted, misfit):
                        break
        except BaseException:
            # Control-C reached the bot's own function: the knob stays as it was, and later decisions still come.
            self._end(unit, knobs)
            raise

    def _units_of(self, names: Collection[str]) -> List[str]:
        """What is changed as one, in place of the names of its knobs."""
        is_paired = self._is_paired()
        return list(dict.fromkeys(PAIR_UNIT if is_paired and name in PAIR else name for name in names))

    def _is_paired(self) -> bool:
        return all(name in self._knobs for name in PAIR) and lists_sizes(self.models)

    def _knobs_of(self, unit: str) -> List[_Knob]:
        names = PAIR if unit == PAIR_UNIT else (unit,)
        return [self._knobs[name] for name in names if name in self._knobs]

    def _has_function(self, unit: str) -> bool:
        return any(knob.apply is not None for knob in self._knobs_of(unit))

    def _waits_for_bot(self, unit: str) -> bool:
        return any(knob.waits_for_bot for knob in self._knobs_of(unit))

    def _begin(self, unit: str) -> bool:
        """Takes a unit in hand; False where somebody has it."""
        if unit == PAIR_UNIT:
            was_busy, self._pair_is_busy = self._pair_is_busy, True
            return not was_busy
        knob = self._knobs[unit]
        was_busy, knob.is_busy = knob.is_busy, True
        return not was_busy

    def _end(self, unit: str, knobs: Mapping[str, _Knob]) -> None:
        if unit == PAIR_UNIT:
            self._pair_is_busy = False
        elif unit in knobs:
            knobs[unit].is_busy = False

    def _next_steps(self, unit: str, knobs: Mapping[str, _Knob]) -> "List[Tuple[str, Wanted, Optional[str]]]":
        """What is done next, each with why it cannot be; what follows at once comes with it. Empty when all is done."""
        if unit != PAIR_UNIT:
            return [(unit, knobs[unit].wanted, None)] if unit in knobs and _is_waiting(knobs[unit]) else []
        waiting = [name for name in PAIR if name in knobs and _is_waiting(knobs[name])]
        if not waiting:
            return []
        if any(name not in knobs for name in PAIR):
            return [(name, knobs[name].wanted, None) for name in waiting]
        in_force: Pair = (knobs["model"].in_force, knobs["resolution"].in_force)
        wanted: Pair = (knobs["model"].wanted.value, knobs["resolution"].wanted.value)
        name = first_of(self.models, in_force, wanted) if len(waiting) == 2 else waiting[0]
        after: Pair = (wanted[0], in_force[1]) if name == "model" else (in_force[0], wanted[1])
        if runs_at(self.models, after) or wanted[PAIR.index(name)] == in_force[PAIR.index(name)]:
            return [(name, knobs[name].wanted, None)]
        if len(waiting) == 2 and runs_at(self.models, wanted):
            # What is decided meanwhile waits: nothing runs for longer than it must on a pair that was not offered.
            return [(name, knobs[name].wanted, None), (other_of(name), knobs[other_of(name)].wanted, None)]
        return [(name, knobs[name].wanted, _misfit(name, after))]

    def _change(self, name: str, knob: _Knob, wanted: Wanted, misfit: Optional[str]) -> bool:
        """Whether the value is in force then."""
        start_ns = perf_counter_ns()
        knob.handled = wanted
        error = None if wanted.value == knob.in_force else misfit or _apply(name, knob.apply, wanted.value)
        if error is None:
            knob.in_force = wanted.value
        if wanted.revision is None:
            return error is None
        line: Dict[str, Any] = {"kind": "applied", "knob": name, "value": knob.in_force, "ok": error is None}
        if error is not None:
            line["error"] = error
        line["tookMs"] = min(LARGEST_MS, round((perf_counter_ns() - start_ns) / 1e6, 3))
        line["revision"] = wanted.revision
        self._report(line)
        return error is None

    def _decided(self) -> Decision:
        return Decision({name: knob.wanted.value for name, knob in self._knobs.items()})


def _is_waiting(knob: _Knob) -> bool:
    return knob.handled is not knob.wanted


def _misfit(name: str, pair: Pair) -> str:
    """Why a value cannot be beside what is in force of the other."""
    model, size = pair
    if name == "model":
        return f"{model} does not run at {size}, which is in force"
    return f"{model}, which is in force, does not run at {size}"


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
    return "expected a function that returns when the change is made, got an async one"
