"""One model's run on a frame, told in its parts."""

from __future__ import annotations

from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, List, Optional, Tuple

from .metrics import FrameMetrics
from .values import LARGEST_MS, LARGEST_SIDE, to_count, to_mib, to_ms, to_side

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Type

    from .frame import Frame
    from .problems import Problems

#: The fields of ``InferenceMetrics`` in their order; a tuple takes a tenth of the time to make.
Told = Tuple[
    str,
    Optional[int],
    Optional[float],
    Optional[float],
    Optional[float],
    Optional[float],
    Optional[int],
    Optional[float],
]

#: The longest name of a model (bot-line.schema.json), in characters.
LONGEST_NAME = 128


class Inference:
    """Made by ``Frame.inference`` or ``Bot.start_inference``; times are in ms. What cannot be is left out, and the
    bot's ``problem`` says so.

    As a context manager it finishes itself, with what ``detections`` says then. A run of which no part is told counts
    as one part: its time from begin to finish is then its ``inference_ms``.
    """

    __slots__ = (
        "detections",
        "gpu_memory_mib",
        "_frame",
        "_owns_frame",
        "_model",
        "_size",
        "_start_ns",
        "_end_ns",
        "_preprocess",
        "_inference",
        "_postprocess",
    )

    def __init__(self, frame: "Frame", model: Any, size: Any, owns_frame: bool) -> None:
        #: Boxes found; may be set instead of being handed to ``finish``.
        self.detections: Any = None
        #: Memory of the card that the model takes, in MiB.
        self.gpu_memory_mib: Any = None
        self._frame = frame
        self._owns_frame = owns_frame
        self._model = model
        self._size = size
        self._end_ns = 0
        self._preprocess: Any = None
        self._inference: Any = None
        self._postprocess: Any = None
        self._start_ns = perf_counter_ns()

    def record_preprocessing(self, ms: float) -> None:
        """How long the image took to become the model's input."""
        if not self._end_ns:
            self._preprocess = ms

    def record_inference(self, ms: float) -> None:
        """How long the network itself took."""
        if not self._end_ns:
            self._inference = ms

    def record_postprocessing(self, ms: float) -> None:
        """How long the network's output took to become boxes."""
        if not self._end_ns:
            self._postprocess = ms

    def finish_inference(
        self, detections: Optional[int] = None, gpu_memory_mib: Optional[float] = None
    ) -> FrameMetrics:
        """Ends the run; its frame's metrics so far. Where the run began without a frame, its frame ends with it. A
        second call changes nothing."""
        if not self._end_ns:
            if detections is not None:
                self.detections = detections
            if gpu_memory_mib is not None:
                self.gpu_memory_mib = gpu_memory_mib
            self._end()
        return self._frame.metrics

    finish = finish_inference

    def __enter__(self) -> "Inference":
        return self

    def __exit__(
        self,
        kind: "Optional[Type[BaseException]]",
        error: Optional[BaseException],
        trace: "Optional[TracebackType]",
    ) -> None:
        if not self._end_ns:
            self._end()

    def _end(self) -> None:
        self._end_ns = perf_counter_ns()
        if self._owns_frame:
            parts = [to_ms(part) for part in (self._preprocess, self._inference, self._postprocess)]
            self._frame._finish_with_run(sum(part for part in parts if part is not None))

    def _told(self, is_timed: bool, problems: "Problems") -> "Told":
        """What is known of it now, as far as the wire takes it: the fields of its metrics."""
        model, size = self._model, self._size
        if not isinstance(model, str) or not model:
            problems.say_once("inference", "model", "the name of a model", model)
            model = "unnamed"
        if type(size) is int and 1 <= size <= LARGEST_SIDE:
            side: Optional[int] = size
        elif isinstance(size, (tuple, list)) and size:
            sides = [to_side(side) for side in size]
            side = None if None in sides else max(side for side in sides if side is not None)
        else:
            side = to_side(size)
        if side is None and size is not None:
            problems.say_once("inference", "size", "a side in whole pixels", size)
        detections, memory_mib = to_count(self.detections), to_mib(self.gpu_memory_mib)
        if detections is None and self.detections is not None:
            problems.say_once("inference", "detections", "a whole number", self.detections)
        if memory_mib is None and self.gpu_memory_mib is not None:
            problems.say_once("inference", "gpu_memory_mib", "MiB", self.gpu_memory_mib)
        parts = self._parts(problems) if is_timed else [None, None, None]
        told = [part for part in parts if part is not None]
        total_ms = to_ms(sum(told)) if told else None
        return model[:LONGEST_NAME], side, parts[0], parts[1], parts[2], total_ms, detections, memory_mib

    def _parts(self, problems: "Problems") -> List[Optional[float]]:
        raw = (self._preprocess, self._inference, self._postprocess)
        if all(part is None for part in raw):
            took_ms = (self._end_ns - self._start_ns) / 1e6
            return [None, to_ms(min(LARGEST_MS, took_ms)) if self._end_ns else None, None]
        parts = []
        for name, ms in zip(_RECORDS, raw):
            part = to_ms(ms)
            if part is None and ms is not None:
                problems.say_once("inference", name, "milliseconds", ms)
            parts.append(part)
        return parts


_RECORDS = ("record_preprocessing", "record_inference", "record_postprocessing")
