"""What a bot imports: ``evenkeel.connect``. It needs nothing but Python's own library.

>>> import evenkeel
>>> bot = evenkeel.connect("osrs-bot", knobs={"model": ["yolov8n", "yolov8s"], "frameSkip": True})
"""

from __future__ import annotations

import logging

from .bot import Bot
from .change import FrameChange
from .connecting import connect
from .decision import Decision
from .frame import Frame
from .inference import Inference
from .metrics import FrameMetrics, InferenceMetrics
from .thumbnail import THUMBNAIL_BYTES, THUMBNAIL_HEIGHT, THUMBNAIL_WIDTH, thumbnail
from .version import __version__

__all__ = [
    "Bot",
    "Decision",
    "Frame",
    "FrameChange",
    "FrameMetrics",
    "Inference",
    "InferenceMetrics",
    "THUMBNAIL_BYTES",
    "THUMBNAIL_HEIGHT",
    "THUMBNAIL_WIDTH",
    "__version__",
    "connect",
    "thumbnail",
]

logging.getLogger(__name__).addHandler(logging.NullHandler())
