"""What a frame took, for the bot itself."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

if TYPE_CHECKING:
    from .frame import Frame


@dataclass(frozen=True)
class InferenceMetrics:
    """A model's run. None is what was not told."""

    model: str
    #: The side in pixels.
    size: Optional[int]
    preprocess_ms: Optional[float]
    inference_ms: Optional[float]
    postprocess_ms: Optional[float]
    #: The three parts together, as far as they were told.
    total_ms: Optional[float]
    detections: Optional[int]
    gpu_memory_mib: Optional[float]


@dataclass(frozen=True)
class FrameMetrics:
    """A frame, times in ms; None is what was not told. It is worked out when it is looked at, as of when it was
    made."""

    #: Counts the bot's frames, skipped ones too, from 1.
    id: int
    #: From its begin to its end; so far, for a frame that still runs. Deliberate sleep is no part of it.
    total_ms: float
    #: 1000 ÷ ``total_ms``: how many such frames a second would hold. 0 below a microsecond.
    fps: float
    #: In pixels.
    width: Optional[int]
    height: Optional[int]
    #: Empty for a frame that is not timed (``sample``).
    stages_ms: Dict[str, float]
    inference: Optional[InferenceMetrics]
    queue_size: Optional[int]
    drops: Optional[int]
    wait_ms: Optional[float]

    def __getattr__(self, name: str) -> Any:
        # Reached only while a field is missing: nothing is worked out for a bot that does not look.
        source = self.__dict__.get("_source")
        if source is None or name not in _FIELDS:
            raise AttributeError(name)
        frame, *moment = source
        fields_now = frame._told(*moment)
        if fields_now["inference"] is not None:
            fields_now["inference"] = InferenceMetrics(*fields_now["inference"])
        self.__dict__.update(fields_now)
        self.__dict__.pop("_source", None)
        return self.__dict__[name]

    def __reduce__(self) -> Tuple[Any, ...]:
        return FrameMetrics, tuple(getattr(self, name) for name in _FIELDS)


_FIELDS = tuple(field.name for field in fields(FrameMetrics))


def metrics_of(frame: "Frame", took_ns: int, parts: int, is_open: bool) -> FrameMetrics:
    """Metrics of a frame when it had taken so long, with so many stages; worked out when they are looked at."""
    metrics = object.__new__(FrameMetrics)
    metrics.__dict__["_source"] = (frame, took_ns, parts, is_open)
    return metrics
