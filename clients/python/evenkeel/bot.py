"""A bot: its knobs, its frames, and the agent that may or may not be there."""

from __future__ import annotations

import itertools
import os
from contextvars import ContextVar
from time import perf_counter_ns
from typing import Any, Callable, Dict, Mapping, NoReturn, Optional, Sequence, Union

from . import process
from .address import Where
from .answer import Told
from .decision import Decision
from .frame import Frame, begun_ms
from .importance import DEFAULT_FRAME_RULES
from .inference import Inference
from .knob_board import KnobBoard
from .line_queue import Item, LineQueue
from .link import Link
from .offer import KnobOffer, expand_knobs, expand_models, kept_models, said_in
from .mistakes import tell_async, tell_failed_change, tell_odd_knobs, tell_odd_url
from .problems import Problems
from .questions import Questions
from .skip import SKIP_START, decide_skip, skipped_line
from .values import to_scene
from .version import __version__

#: Frames older than this when a session begins are not of its business, in ms (wire.md: late after 2 s).
STALE_MS = 2_000

#: Named in the hello.
SDK_NAME = f"evenkeel-python {__version__}"


class Bot:
    """A bot's side of the agent, made by ``connect``. Nothing here waits for the agent or raises because of it, but
    for the questions, which wait 2 s at most.

    Frames belong to the thread or asyncio task that began them. A forked process has no agent: its copy of the bot
    keeps the values of then and sends nothing; call ``connect`` there. A bot cannot be pickled.
    """

    def __init__(
        self, hello: Dict[str, Any], offers: Dict[str, KnobOffer], where: Where, sample: int
    ) -> None:
        self._hello = hello
        self._lines = LineQueue()
        self._problems = Problems()
        self._questions = Questions(where, self._problems)
        self._sample = sample
        tell_odd_knobs(offers, self._problems)
        if where.url is None:
            tell_odd_url(os.environ.get("EVENKEEL_URL"), self._problems)
        self._board = KnobBoard(offers, hello["models"], self._applied)
        self._rules = DEFAULT_FRAME_RULES
        self._skip = SKIP_START
        self._ids = itertools.count(1)
        self._processed = itertools.count()
        #: Whether a frame that was to be timed was skipped.
        self._owes_timed = False
        #: Of each thread and task: the frame begun last, or what is true of the one that comes next.
        self._current: "ContextVar[Union[Frame, Dict[str, bool], None]]" = ContextVar("evenkeel", default=None)
        self._is_paused = False
        self._is_closed = False
        self._link = Link(where, self._lines, self._say_hello, self._begin, self._take, self._board.return_to_safe)
        process.remember(self)

    @property
    def connected(self) -> bool:
        """Whether an agent listens now."""
        return self._link.is_connected

    @property
    def refusal(self) -> Optional[str]:
        """What the agent answered when it refused this bot (a name or knob it cannot take); None when it did not."""
        return self._link.refusal

    @property
    def decision(self) -> Decision:
        """The newest value of every offered knob; the bot's own until an agent says otherwise. A value that is not
        changed later: read it anew at each frame."""
        return self._board.decision

    @property
    def dropped(self) -> int:
        """Lines lost because too many waited."""
        return self._lines.dropped

    @property
    def problem(self) -> Optional[str]:
        """Why the newest question was not answered, or what was told that cannot be and is left out, in one sentence;
        None at first and once a question was answered."""
        return self._problems.newest

    def on(self, knob: str, apply: Callable[[Any], Any], in_loop: bool = False) -> None:
        """Calls ``apply`` with each new value of the knob, one at a time and the newest last, and reports how it
        went.

        It runs in a thread of its own (one for all knobs), so that a model that loads for 3 s does not stop the loop.
        With ``in_loop`` it waits until the bot calls ``apply_pending`` and runs there, for what must be changed in
        the thread that uses it. A knob without such a function counts as applied when it is decided: the bot reads
        ``decision`` at each frame. An exception is reported as the reason why the value before stays in force.
        """
        if not callable(apply):
            self._problems.say_once("on", knob, "a function that takes the value", apply)
        elif not self._board.on(knob, apply, in_loop):
            self._problems.say_once("on", knob, f"an offered knob ({', '.join(self.decision) or 'none'})", knob)
        else:
            tell_async(knob, apply, self._problems)

    def apply_pending(self) -> int:
        """Runs, here and now, what waits of the functions given with ``in_loop``; how many knobs it was about."""
        return self._board.apply_pending()

    def offer(
        self,
        knobs: Optional[Mapping[str, Any]] = None,
        models: Optional[Sequence[Union[str, Mapping[str, Any]]]] = None,
    ) -> None:
        """Offers other knobs or models from now on, such as an engine that has just been built; both as ``connect``
        takes them, and what is left out stays as it is. Values in force stand where they are offered still, unless
        ``value`` says another."""
        try:
            offers = self._board.offers_now() if knobs is None else expand_knobs(knobs)
            known = kept_models(self._board.models, offers) if models is None else expand_models(models, offers)
        except TypeError as mistake:
            self._problems.say_once("offer", "knobs", "knobs and models as connect takes them", str(mistake))
            return
        tell_odd_knobs(offers, self._problems)
        self._board.offer(offers, known, said_in(knobs or {}))
        self._link.say_again()

    def should_skip(self, scene: Optional[Mapping[str, Any]] = None, **flags: Any) -> bool:
        """Whether to skip the frame just captured; a skipped frame is reported here.

        Flags say what is true of it, by the names of the weights: ``combat_active=True``, or ``{"combatActive":
        True}``. Within an open frame, the first time, it is that frame that is skipped; else they go with the frame
        that is begun next.
        """
        at_ns = perf_counter_ns()
        rules = self._rules
        if isinstance(scene, Mapping):
            flags = {**scene, **flags}
        elif scene is not None:
            self._problems.say_once("should_skip", "scene", "flags by name", scene)
        known = to_scene(flags, rules) if flags else {}
        share = self._board.decision.get("frameSkip", 0)
        skips, reason, self._skip = decide_skip(
            self._skip, share if not isinstance(share, str) else 0, known, rules, at_ns / 1e6
        )
        frame = self._open_frame()
        if frame is not None and frame._is_judged:
            frame = None
        if not skips:
            if frame is None:
                self._current.set(known)
            else:
                frame._scene = known
                frame._is_judged = True
            return False
        if frame is None:
            self._current.set(None)
            number = next(self._ids)
        else:
            frame._skip()
            number = frame.id
            at_ns = frame._start_ns
            # A skipped frame does not count among the frames of a sample.
            self._owes_timed = self._owes_timed or frame._is_timed
        self._send(skipped_line(number, at_ns, reason, known))
        return True

    def start_frame(self, size: Any = None) -> Frame:
        """Begins a frame, of this size (width, height) in pixels; its time runs from here, so begin it before the
        capture."""
        frame = self._new_frame(size)
        self._current.set(frame)
        return frame

    frame = start_frame

    def start_inference(self, model: str, size: Any = None) -> Inference:
        """Begins a model's run; ``size`` is the side in pixels, or (width, height).

        It is on the frame open in this thread or task; without one it is a frame of its own, whose time is the run's.
        """
        frame = self._open_frame()
        if frame is not None:
            return frame.inference(model, size)
        frame = self._new_frame(None)
        self._current.set(None)
        run = Inference(frame, model, size, True)
        frame._run = run
        return run

    def pause(self) -> None:
        """Says that frames stop for a reason (menu, login)."""
        self._is_paused = True
        self._send({"kind": "pause"})

    def resume(self) -> None:
        """Says that frames go on."""
        self._is_paused = False
        self._send({"kind": "resume"})

    def close(self) -> None:
        """Says goodbye and ends within 200 ms, whatever the agent does. The end of the process does so, too."""
        self._begin_close()
        process.forget(self)
        self._link.wait(process.GOODBYE_S)

    def __enter__(self) -> "Bot":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def force_optimization(self) -> Any:
        """Has the agent evaluate its rules now: its decision as parsed JSON, or None (see ``problem``)."""
        return self._questions.force_optimization()

    def apply_preset(self, name: str, for_s: Optional[float] = None) -> Any:
        """Sets a preset for ``for_s`` seconds, or until it is changed: what is in force then, or None (see
        ``problem``)."""
        return self._questions.apply_preset(name, for_s)

    def recommendations(self) -> Any:
        """What a person might do now, as a list of parsed JSON, or None (see ``problem``)."""
        return self._questions.recommendations()

    def snapshot(self) -> Any:
        """Everything that is measured now, as parsed JSON, or None (see ``problem``)."""
        return self._questions.snapshot()

    def bottleneck_analysis(self) -> Any:
        """What holds the bot back now, as parsed JSON, or None (see ``problem``)."""
        return self._questions.bottleneck()

    def export(self, file: "Union[str, os.PathLike[str]]") -> Optional[str]:
        """Writes one JSON document of snapshot, knobs, bottleneck, recommendations and decisions since the start; its
        absolute path, or None (see ``problem``)."""
        return self._questions.export(file)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a bot belongs to the process that connected it; call evenkeel.connect in the other one")

    def _new_frame(self, size: Any) -> Frame:
        before = self._current.get()
        is_timed = self._sample == 1 or next(self._processed) % self._sample == 0 or self._owes_timed
        self._owes_timed = False
        return Frame(self, next(self._ids), is_timed, size, before if type(before) is dict else None)

    def _open_frame(self) -> Optional[Frame]:
        current = self._current.get()
        return current if isinstance(current, Frame) and not current._end_ns else None

    def _applied(self, line: Dict[str, Any]) -> None:
        self._send(line)
        tell_failed_change(line, self._problems)

    def _send(self, item: Item) -> None:
        if not self._is_closed:
            self._lines.push(item)

    def _say_hello(self) -> Dict[str, Any]:
        return {**self._hello, "pid": os.getpid(), "models": self._board.models, "knobs": self._board.offers_now()}

    def _begin(self) -> None:
        """A new session knows the values from its hello; what waited of another one's does not concern it."""
        oldest_ms = perf_counter_ns() / 1e6 - STALE_MS
        self._lines.keep_only(lambda item: begun_ms(item) >= oldest_ms)
        if self._is_paused:
            self._lines.push_first({"kind": "pause"})

    def _take(self, told: Told) -> None:
        if told.frame_rules is not None:
            self._rules = told.frame_rules
        self._board.decide(told.decision, told.revision)

    def _begin_close(self) -> None:
        self._is_closed = True
        self._board.close()
        self._link.close()

    def _lose_threads(self) -> None:
        self._is_closed = True
        self._link.lose_thread()
        self._board.forget_threads()
