"""A small bot in Python, of Python's own library alone: one thread captures, one works, and the agent steers both.

The work is real: hashing as many bytes as the model and the side of its input would cost, found once on this machine so
that ``--model-ms`` is what the model takes at the start (yolov8s at 640). A smaller model or side takes less, and a
skipped frame nothing but its capture.

    python examples/python-bot/bot.py --model-ms 150 --fps 20 --seconds 20

The last line of output is JSON: what was done, and how much of it.
"""

import argparse
import hashlib
import json
import pathlib
import queue
import signal
import statistics
import sys
import threading
import time

# The checkout's client, where there is one beside; else the one that is installed.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "clients" / "python"))

import evenkeel  # noqa: E402

# What an inference costs next to yolov8n: YOLOv8 on a processor (profiles/cpu.yaml).
MODELS = {"yolov8n": 1.0, "yolov8s": 2.34}
SIZES = [256, 320, 416, 512, 640]
START = ("yolov8s", 640)
BLOCK = bytes(1 << 20)


class Detector:
    """Stands for a model: loading takes a moment, running costs by its name and its side."""

    def __init__(self, model_ms, text_ms):
        self.model, self.side = START
        self.bytes_hashed = 0
        bytes_per_ms = measure_bytes_per_ms()
        self._bytes_of_model, self._bytes_of_text = model_ms * bytes_per_ms, text_ms * bytes_per_ms
        self.bytes_at_start = round(self._bytes_of_model + self._bytes_of_text)

    def load(self, model):
        time.sleep(0.05)
        self.model = model

    def resize(self, side):
        self.side = side

    def detect(self):
        """Returns how many things it found."""
        cost = MODELS[self.model] / MODELS[START[0]] * (self.side / START[1]) ** 2
        self._hash(self._bytes_of_model * cost)
        return 3

    def read_text(self):
        self._hash(self._bytes_of_text)

    def _hash(self, wanted):
        size = round(wanted)
        digest = hashlib.sha256()
        for start in range(0, size, len(BLOCK)):
            digest.update(memoryview(BLOCK)[: size - start])
        self.bytes_hashed += size


def measure_bytes_per_ms():
    def measure():
        began = time.perf_counter()
        hashlib.sha256(BLOCK).digest()
        return len(BLOCK) / (time.perf_counter() - began) / 1000

    return statistics.median(measure() for _ in range(15))


class Frames:
    """Captured frames on their way to the thread that works: the newest alone, or as many as wait in a queue."""

    def __init__(self, loop):
        self._queue = queue.Queue(maxsize=1 if loop == "newest" else 8)
        self._is_newest = loop == "newest"
        self._dropped = 0

    def put(self, frame):
        while True:
            try:
                self._queue.put_nowait(frame)
                return
            except queue.Full:
                self._dropped += 1
                if not self._is_newest:
                    return
                try:
                    self._queue.get_nowait()
                except queue.Empty:
                    pass

    def take(self, timeout_s):
        """The oldest that waits; None when none comes."""
        try:
            return self._queue.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def waiting(self):
        return 0 if self._is_newest else self._queue.qsize()

    def take_dropped(self):
        dropped, self._dropped = self._dropped, 0
        return dropped


def capture_frames(frames, bot, stop):
    """Captures at the rate that is decided. A frame is when its capture began and how long that took, in ms."""
    due = time.monotonic()
    while not stop.is_set():
        began = time.monotonic()
        hashlib.sha256(BLOCK[:4096]).digest()
        frames.put((began, (time.monotonic() - began) * 1000))
        due = max(due + 1 / bot.decision.captureFps, began)
        stop.wait(max(0, due - time.monotonic()))


def work(bot, detector, frames, loop, is_over):
    """Takes frames until the end; returns how many were processed, skipped and dropped."""
    counts = {"processed": 0, "skipped": 0, "dropped": 0}
    while not is_over():
        captured = frames.take(0.2)
        if captured is None:
            continue
        # Here, and so between two frames, the model is loaded: no frame runs on half of a change.
        bot.apply_pending()
        if bot.should_skip(motion_detected=counts["processed"] % 3 == 0):
            counts["skipped"] += 1
            continue
        began, capture_ms = captured
        drops = frames.take_dropped()
        frame = bot.start_frame((1920, 1080))
        # What waited in a queue is part of a frame's time; of the newest one there is always another.
        frame.record_stage("capture", (time.monotonic() - began) * 1000 if loop == "queue" else capture_ms)
        run = frame.inference(detector.model, detector.side)
        run.finish(detector.detect())
        with frame.stage("ocr"):
            detector.read_text()
        frame.finish(queue_size=frames.waiting(), drops=drops)
        counts["processed"] += 1
        counts["dropped"] += drops
    return counts


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model-ms", type=float, default=40, help="what the model takes of a frame at the start, in ms")
    parser.add_argument("--text-ms", type=float, default=5, help="what reading the text of a frame takes, in ms")
    parser.add_argument("--fps", type=float, default=30, help="frames captured a second at most, from 5")
    parser.add_argument("--loop", choices=["newest", "queue"], default="newest", help="which frame is worked on next")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="how long it runs; without it until Ctrl-C")
    return parser.parse_args()


def main():
    arguments = read_arguments()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    detector = Detector(arguments.model_ms, arguments.text_ms)
    bot = evenkeel.connect(
        "python-bot",
        knobs={
            "model": {"values": list(MODELS), "value": START[0], "safe": "yolov8n"},
            "resolution": {"values": SIZES, "value": START[1], "safe": 416},
            "frameSkip": True,
            "captureFps": {"range": [5, max(5, arguments.fps)], "value": max(5, arguments.fps)},
        },
        loop=arguments.loop,
    )
    bot.on("model", detector.load, in_loop=True)
    bot.on("resolution", detector.resize, in_loop=True)
    frames = Frames(arguments.loop)
    threading.Thread(target=capture_frames, args=(frames, bot, stop), daemon=True).start()
    ends_at = time.monotonic() + arguments.seconds
    counts = work(bot, detector, frames, arguments.loop, lambda: stop.is_set() or time.monotonic() >= ends_at)
    stop.set()
    in_force = {"model": detector.model, "resolution": detector.side, "frameSkip": bot.decision.frameSkip}
    done = {"bytesHashed": detector.bytes_hashed, "bytesOfAFrameAtStart": detector.bytes_at_start}
    print(json.dumps({**counts, **in_force, **done, "problem": bot.problem}))
    bot.close()


if __name__ == "__main__":
    main()
