"""``connect``: checks what the bot says of itself and returns at once, whether there is an agent or not."""

from __future__ import annotations

import math
import re
from typing import Any, Dict, Mapping, Optional, Sequence, Union

from .address import Where, parse_address
from .bot import SDK_NAME, Bot
from .offer import expand_knobs, expand_models

#: bot-hello.schema.json: 1 to 64 characters, none of them a control character.
BOT_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,64}")

#: Frames a second that a bot can say at most.
LARGEST_FPS = 10_000


def connect(
    name: str,
    knobs: Optional[Mapping[str, Any]] = None,
    models: Optional[Sequence[Union[str, Mapping[str, Any]]]] = None,
    loop: str = "newest",
    max_fps: Optional[float] = None,
    gpu_uuid: Optional[str] = None,
    url: Optional[str] = None,
    token: Optional[str] = None,
    state_dir: Optional[str] = None,
    sample: int = 1,
) -> Bot:
    """Connects a bot to the agent, now or whenever there is one. Returns at once.

    ``name``: what it is called on the agent's screen, 1 to 64 characters.

    ``knobs``: what the agent may change, by name: a list of values from low to high, or ``True`` for ``frameSkip``,
    or a dict of ``values`` or ``range``, ``value`` (now in force), ``safe`` (what the bot returns to when it loses
    the agent) and ``switchGapMs``. ``value`` and ``safe`` are the first value unless given. Without knobs the bot is
    an observer.

    ``models``: names, or dicts of ``name``, ``sizes``, ``precision``, ``provider``, where models differ in their
    sizes; every value of the knob ``model`` unless given. ``loop``: ``newest`` frame or a ``queue``. ``max_fps``:
    frames a second at which the bot paces itself. ``gpu_uuid``: the card it computes on, as NVML names it.

    ``url``, ``token``: EVENKEEL_URL and EVENKEEL_TOKEN, then the files of the state folder, unless given.
    ``state_dir``: another state folder than the person's own.

    ``sample``: times one processed frame in this many. The others tell when they began, what they took in all, their
    scene, queue, drops, model, size and detections, but neither stages nor the parts of the inference: rates, loads
    and frame skipping stay as they are.

    Raises TypeError for what cannot be; never later.
    """
    if not isinstance(name, str) or not BOT_NAME.fullmatch(name):
        raise TypeError(f"name: expected 1 to 64 characters without control characters, got {name!r}")
    if loop not in ("newest", "queue"):
        raise TypeError(f"loop: expected 'newest' or 'queue', got {loop!r}")
    for what, text in (("gpu_uuid", gpu_uuid), ("url", url), ("token", token)):
        if text is not None and not isinstance(text, str):
            raise TypeError(f"{what}: expected text, got {text!r}")
    if url is not None and parse_address(url, "") is None:
        raise TypeError(f"url: expected one such as http://127.0.0.1:7410, got {url!r}")
    if isinstance(sample, bool) or not isinstance(sample, int) or sample < 1:
        raise TypeError(f"sample: expected a whole number from 1, got {sample!r}")
    offers = expand_knobs({} if knobs is None else knobs)
    hello: Dict[str, Any] = {"protocol": 1, "name": name, "sdk": SDK_NAME, "loop": loop}
    if max_fps is not None:
        hello["maxFps"] = _fps(max_fps)
    if gpu_uuid is not None:
        hello["gpuUuid"] = gpu_uuid
    hello["models"] = expand_models(models, offers)
    return Bot(hello, offers, Where(url, token, None if state_dir is None else str(state_dir)), sample)


def _fps(value: Any) -> float:
    try:
        fps = float(value)
    except (TypeError, ValueError):
        fps = math.nan
    if isinstance(value, bool) or not 0 < fps <= LARGEST_FPS:
        raise TypeError(f"max_fps: expected frames a second up to {LARGEST_FPS}, got {value!r}")
    return fps
