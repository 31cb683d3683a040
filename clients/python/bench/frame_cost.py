"""What the client costs a bot's thread; ``evenkeel bench sdk-python`` runs it and says what it means.

``frame_cost.py cost URL TOKEN FRAMES`` prints the time of each frame's calls in µs, as a JSON list, in a loop that works
between frames; ``frame_cost.py rest URL TOKEN FRAMES`` the same in a loop that sleeps between them.
``frame_cost.py loop URL TOKEN ROUNDS BLOCK_MS`` prints ``{"wall": [...], "cpu": [...]}``: by how many percent a frame of a
loop with the agent takes more time, and more processor time of the whole process, than one of the same loop without; one
number a round (with, without, without, with).

TOKEN empty: nothing is waited for, because there is no agent to meet.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Callable, Dict, List, Optional, Tuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import evenkeel  # noqa: E402

#: How long the loop sleeps between two frames, in s: other programs have the processor's caches meanwhile.
REST_S = 0.002

#: Frames before anything is measured.
WARM_UP = 100


def connect(url: str, token: str) -> evenkeel.Bot:
    """A bot that is connected where there is an agent to connect to; without knobs, so that nobody changes its work."""
    bot = evenkeel.connect("bench-bot", url=url, token=token)
    end_s = time.monotonic() + 10
    while token and not bot.connected:
        if time.monotonic() > end_s:
            raise SystemExit(f"expected to connect to {url} within 10 s; {bot.refusal}")
        time.sleep(0.001)
    return bot


def time_calls(bot: evenkeel.Bot) -> float:
    """The time of one frame's calls in µs: the frame, four stages, an inference told in its parts."""
    start_ns = time.perf_counter_ns()
    with bot.frame((1920, 1080)) as frame:
        with frame.stage("capture"):
            pass
        with frame.stage("ocr"):
            pass
        with frame.stage("minimap"):
            pass
        with frame.stage("act"):
            pass
        with frame.inference("yolov8n", 640) as run:
            run.record_preprocessing(1.0)
            run.record_inference(6.5)
            run.record_postprocessing(0.5)
            run.detections = 7
        frame.finish(queue_size=0)
    return (time.perf_counter_ns() - start_ns) / 1000


#: What a frame works on: hashing lets other threads run, as a model's runtime does; the sum does not.
PICTURE = bytes(2_000_000)
NUMBERS = list(range(40_000))


def work() -> None:
    """Half of a frame's work: some 4 ms, half of it with the interpreter's lock."""
    hashlib.sha256(PICTURE).digest()
    sum(number * number for number in NUMBERS)


def cost(url: str, token: str, frames: int, between: Callable[[], None]) -> List[float]:
    """The time of each frame's calls in µs."""
    with connect(url, token) as bot:
        times = []
        for number in range(WARM_UP + frames):
            between()
            took = time_calls(bot)
            if number >= WARM_UP:
                times.append(round(took, 3))
        return times


#: Small enough to leave the client's own code in the processor's caches; ``rest`` shows what it costs without.
FEW_NUMBERS = list(range(8_000))


def work_little() -> None:
    """Some 0.5 ms with the interpreter's lock."""
    sum(number * number for number in FEW_NUMBERS)


def rest() -> None:
    """What a loop does that is done before its time."""
    time.sleep(REST_S)


def frame_times(bot: Optional[evenkeel.Bot], block_s: float) -> Tuple[float, float]:
    """What a frame of the loop takes, over ``block_s`` seconds: time, and processor time of the process, in s."""
    start_s, start_cpu_s = time.perf_counter(), time.process_time()
    frames = 0
    while time.perf_counter() - start_s < block_s:
        if bot is None:
            work()
            work()
        elif not bot.should_skip(motion_detected=False):
            with bot.frame((1920, 1080)) as frame:
                with frame.stage("capture"):
                    work()
                with frame.inference("yolov8n", 640) as run:
                    work()
                    run.detections = 7
        frames += 1
    return (time.perf_counter() - start_s) / frames, (time.process_time() - start_cpu_s) / frames


def with_agent(url: str, token: str, block_s: float) -> Tuple[float, float]:
    """The same with a bot of its own, connected before and closed after what is timed."""
    with connect(url, token) as bot:
        return frame_times(bot, block_s)


def loop(url: str, token: str, rounds: int, block_s: float) -> Dict[str, List[float]]:
    """The slowdown in percent, one of each round."""
    with_agent(url, token, block_s)
    slowdowns: Dict[str, List[float]] = {"wall": [], "cpu": []}
    for _ in range(rounds):
        a, b, c, d = (
            with_agent(url, token, block_s),
            frame_times(None, block_s),
            frame_times(None, block_s),
            with_agent(url, token, block_s),
        )
        for place, name in enumerate(("wall", "cpu")):
            slowdowns[name].append(round(100 * ((a[place] + d[place]) / (b[place] + c[place]) - 1), 4))
    return slowdowns


if __name__ == "__main__":
    what, said_url, said_token, *counts = sys.argv[1:]
    if what == "loop":
        print(json.dumps(loop(said_url, said_token, int(counts[0]), int(counts[1]) / 1000)))
    else:
        print(json.dumps(cost(said_url, said_token, int(counts[0]), work_little if what == "cost" else rest)))
