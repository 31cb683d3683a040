"""A frame of the bot's loop: it times itself and its stages, and goes to the agent when it ends.

The bot's thread only takes times and keeps them; checking and writing them out is left to the thread that sends, and
to who looks at the metrics.
"""

from __future__ import annotations

from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Tuple

from .frame_text import frame_text
from .inference import Inference
from .metrics import FrameMetrics, metrics_of
from .names import is_name
from .mistakes import tell_odd_stage
from .stage import UNTIMED, Stage
from .values import LARGEST_MS, MOST_NAMES, to_count, to_ms, to_scene, to_side

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Type

    from .bot import Bot

NOTHING = (None, None, None, None)

STAGE_NAME = "a name of letters, digits and _ that begins with a letter, 32 long at most"

CAPTURE_FIRST = "to be recorded before other stages and the inference"
CAPTURE_LATE = "it begins the frame earlier only if it is longer than the frame has lasted"


class Frame:
    """Made by ``Bot.frame``; its time runs from there. As a context manager it finishes itself.

    It belongs to one thread or task at a time. Nothing here raises: what cannot be is left out, and the bot's
    ``problem`` says so.
    """

    __slots__ = (
        "id",
        "_bot",
        "_is_timed",
        "_is_judged",
        "_size",
        "_scene",
        "_parts",
        "_run",
        "_start_ns",
        "_end_ns",
        "_end",
    )

    def __init__(
        self, bot: "Bot", number: int, is_timed: bool, size: Any, scene: Optional[Mapping[str, bool]]
    ) -> None:
        #: Counts the bot's frames, skipped ones too, from 1.
        self.id = number
        self._bot = bot
        self._is_timed = is_timed
        self._size = size
        self._scene = scene
        #: Whether ``should_skip`` has been asked about it.
        self._is_judged = scene is not None
        self._parts: List[Tuple[Any, Any]] = []
        self._run: Optional[Inference] = None
        #: 0 while it is open.
        self._end_ns = 0
        #: Queue size, drops, wait in ms and scene, as they were handed to ``finish``.
        self._end: Tuple[Any, Any, Any, Any] = NOTHING
        self._start_ns = perf_counter_ns()

    def stage(self, name: str) -> Stage:
        """``with frame.stage("ocr"):`` times a stage; the times of one name add up."""
        return Stage(self._parts, name) if self._is_timed and not self._end_ns else UNTIMED

    def record_stage(self, name: str, ms: float) -> None:
        """Records a stage timed elsewhere, in ms.

        A ``capture`` longer than the frame has lasted so far came before it, and the frame then begins with it: record
        it before the other stages, for a shorter one is a part of the frame's time.
        """
        if self._end_ns:
            return
        if isinstance(name, str) and name == "capture":
            self._begin_before(to_ms(ms), perf_counter_ns())
            if self._parts or self._run is not None:
                self._bot._problems.say_once("record_stage", name, CAPTURE_FIRST, "it after one", CAPTURE_LATE)
        if self._is_timed:
            self._parts.append((name, ms))

    def inference(self, model: str, size: Any = None) -> Inference:
        """Begins the model's run on this frame; ``size`` is the side in pixels, or (width, height). A second one
        takes the place of the first."""
        run = Inference(self, model, size, False)
        if not self._end_ns:
            if self._run is not None:
                outcome = "it takes the place of the first"
                self._bot._problems.say_once("inference", "second", "one run a frame", model, outcome)
            self._run = run
        return run

    start_inference = inference

    def finish_frame(
        self,
        queue_size: Optional[int] = None,
        drops: Optional[int] = None,
        wait_ms: Optional[float] = None,
        scene: Optional[Mapping[str, bool]] = None,
    ) -> FrameMetrics:
        """Ends and reports the frame, and tells what it took. A second call changes nothing and tells the same.

        ``queue_size``: frames that wait in the bot's queue. ``drops``: frames lost since the line before.
        ``wait_ms``: deliberate sleep before this frame, outside its time. ``scene``: flags over those ``should_skip``
        was told.
        """
        if not self._end_ns:
            self._end = (queue_size, drops, wait_ms, scene)
            self._finish()
        return self.metrics

    finish = finish_frame

    @property
    def metrics(self) -> FrameMetrics:
        """What the frame took; while it is open, until now."""
        is_open = not self._end_ns
        took_ns = (perf_counter_ns() if is_open else self._end_ns) - self._start_ns
        return metrics_of(self, took_ns, len(self._parts), is_open)

    def __enter__(self) -> "Frame":
        return self

    def __exit__(
        self,
        kind: "Optional[Type[BaseException]]",
        error: Optional[BaseException],
        trace: "Optional[TracebackType]",
    ) -> None:
        if not self._end_ns:
            self._finish()

    def _finish(self) -> None:
        self._end_ns = perf_counter_ns()
        self._bot._send(self)

    def _finish_with_run(self, took_ms: float) -> None:
        """A run alone took at least what its parts took: told afterwards, they came before its begin."""
        if not self._end_ns:
            self._begin_before(took_ms, perf_counter_ns())
            self._finish()

    def _skip(self) -> None:
        """Leaves the frame to the line of the skipped one, which takes its number."""
        self._end_ns = perf_counter_ns()

    def _begin_before(self, took_ms: Optional[float], now_ns: int) -> None:
        if took_ms is not None and took_ms * 1e6 > now_ns - self._start_ns:
            self._start_ns = max(0, now_ns - int(took_ms * 1e6))

    def _to_text(self) -> str:
        """The frame's line as the wire has it; called by the thread that sends, when the frame has ended."""
        told = self._told(self._end_ns - self._start_ns, len(self._parts), False)
        return frame_text(int(self._start_ns / 1000) / 1000, told, self._flags())

    def _told(self, took_ns: int, parts: int, is_open: bool) -> Dict[str, Any]:
        """The fields of the metrics, of the first ``parts`` stages, as far as the wire takes them."""
        problems = self._bot._problems
        total_ms = to_ms(min(LARGEST_MS, took_ns / 1e6)) or 0.0
        width, height = self._sides()
        fields: Dict[str, Any] = {
            "id": self.id,
            "total_ms": total_ms,
            "fps": 1000 / total_ms if total_ms > 0 else 0.0,
            "width": width,
            "height": height,
            "stages_ms": self._stages_ms(parts),
            "inference": None if self._run is None else self._run._told(self._is_timed, problems),
        }
        fields["queue_size"] = fields["drops"] = fields["wait_ms"] = None
        if not is_open:
            for (name, read, expected), told in zip(_ENDS, self._end):
                if told is not None:
                    fields[name] = read(told)
                    if fields[name] is None:
                        problems.say_once("finish", name, expected, told)
        return fields

    def _sides(self) -> Tuple[Optional[int], Optional[int]]:
        if self._size is None:
            return None, None
        try:
            width, height = self._size
        except (TypeError, ValueError):
            width = height = None
        sides = to_side(width), to_side(height)
        if None in sides:
            self._bot._problems.say_once("frame", "size", "(width, height) in pixels", self._size)
        return sides

    def _stages_ms(self, count: int) -> Dict[str, float]:
        stages: Dict[str, float] = {}
        for name, ms in self._parts[:count]:
            took_ms = to_ms(ms)
            if not is_name(name):
                self._bot._problems.say_once("stage", name, STAGE_NAME, name)
            elif took_ms is None:
                self._bot._problems.say_once("stage", name, "milliseconds", ms)
            elif name in stages:
                stages[name] = to_ms(min(LARGEST_MS, stages[name] + took_ms)) or 0.0
            elif len(stages) < MOST_NAMES:
                tell_odd_stage(name, self._bot._problems)
                stages[name] = took_ms
            else:
                self._bot._problems.say_once("stage", "count", f"{MOST_NAMES} stages at most", name)
        return stages

    def _flags(self) -> Dict[str, bool]:
        scene = self._end[3]
        if scene is None:
            return dict(self._scene or {})
        if not isinstance(scene, Mapping):
            self._bot._problems.say_once("finish", "scene", "flags by name", scene)
            return dict(self._scene or {})
        return {**(self._scene or {}), **to_scene(scene, self._bot._rules)}


#: What a frame is told at its end, how it is read, and what it should be.
_ENDS: Tuple[Tuple[str, Callable[[Any], Any], str], ...] = (
    ("queue_size", to_count, "a whole number"),
    ("drops", to_count, "a whole number"),
    ("wait_ms", to_ms, "milliseconds"),
)


def begun_ms(item: Any) -> float:
    """When a frame began, in ms; other lines are of no session but their own."""
    if isinstance(item, Frame):
        return item._start_ns / 1e6
    if isinstance(item, bytes):
        # Put back from a request that was refused at once: as new as that is.
        return perf_counter_ns() / 1e6
    at_ms = item.get("atMs", -1.0)
    return float(at_ms)
