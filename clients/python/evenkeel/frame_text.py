"""A frame's line as bot-line.schema.json wants it: only what was told.

Written out by hand, because turning objects into JSON takes longer, and while it runs the bot waits for the
interpreter's lock.
"""

from __future__ import annotations

from functools import lru_cache
from json import dumps
from typing import Any, Dict, Mapping

from .inference import Told

#: Loops name the same few models for a long time.
_quoted = lru_cache(maxsize=64)(dumps)


def frame_text(at_ms: float, told: Mapping[str, Any], flags: Dict[str, bool]) -> str:
    """``told``: the fields of a frame's metrics, checked; ``at_ms``: when it began; names are plain letters."""
    text = f'{{"kind":"frame","id":{told["id"]},"atMs":{at_ms},"totalMs":{told["total_ms"]}'
    width, height = told["width"], told["height"]
    if width is not None:
        text += f',"width":{width}'
    if height is not None:
        text += f',"height":{height}'
    stages = told["stages_ms"]
    if stages:
        text += ',"stagesMs":{' + ",".join([f'"{name}":{ms}' for name, ms in stages.items()]) + "}"
    if told["inference"] is not None:
        text += _inference_text(told["inference"])
    wait_ms, queue_size, drops = told["wait_ms"], told["queue_size"], told["drops"]
    if wait_ms is not None:
        text += f',"waitMs":{wait_ms}'
    if queue_size is not None:
        text += f',"queueSize":{queue_size}'
    if drops is not None:
        text += f',"drops":{drops}'
    if flags:
        text += f',"scene":{dumps(flags)}'
    return text + "}"


def _inference_text(run: Told) -> str:
    model, size, preprocess_ms, inference_ms, postprocess_ms, _, detections, gpu_memory_mib = run
    text = f',"inference":{{"model":{_quoted(model)}'
    if size is not None:
        text += f',"size":{size}'
    if preprocess_ms is not None:
        text += f',"preprocessMs":{preprocess_ms}'
    if inference_ms is not None:
        text += f',"inferenceMs":{inference_ms}'
    if postprocess_ms is not None:
        text += f',"postprocessMs":{postprocess_ms}'
    if detections is not None:
        text += f',"detections":{detections}'
    if gpu_memory_mib is not None:
        text += f',"gpuMemoryMib":{gpu_memory_mib}'
    return text + "}"
