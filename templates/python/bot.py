"""A bot that Evenkeel steers. Put your own capture, model and actions in place of the three functions below.

``python bot.py`` runs it, beside ``evenkeel run`` or without; ``python bot.py 10`` for ten seconds. The folder
``evenkeel`` beside it is the client; a program that installs the client with pip does without.
"""

import hashlib
import json
import signal
import sys
import time

import evenkeel

# What a frame costs with each model, next to the smallest.
MODELS = {"yolov8n": 1.0, "yolov8s": 2.3}
SIZES = [416, 512, 640]
FPS = 20

running = True
model = "yolov8n"


def load_model(name):
    """Called with each new value, one at a time, in a thread of its own. What it raises is told to the agent, and the
    model before stays."""
    global model
    time.sleep(0.05)
    model = name


def capture():
    return bytes(640 * 640 * 3)


def detect(image, name, side):
    """Takes as long as the model and the side of its input make it; returns the boxes that it found."""
    part = memoryview(image)[: side * side * 3]
    for _ in range(round(MODELS[name] * 4)):
        hashlib.sha256(part).digest()
    return [(0, 0, 10, 10)] * 3


def stop(*_):
    global running
    running = False


def main():
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    ends_at = time.monotonic() + float(sys.argv[1]) if len(sys.argv) > 1 else float("inf")
    bot = evenkeel.connect(
        "my-bot",
        knobs={"model": list(MODELS), "resolution": {"values": SIZES, "value": 640, "safe": 416}, "frameSkip": True},
        max_fps=FPS,
    )
    bot.on("model", load_model)
    processed = 0
    while running and time.monotonic() < ends_at:
        started = time.monotonic()
        if not bot.should_skip(combat_active=False):
            with bot.frame((1920, 1080)) as frame:
                with frame.stage("capture"):
                    image = capture()
                with frame.inference(model, bot.decision.resolution) as run:
                    run.detections = len(detect(image, model, bot.decision.resolution))
            processed += 1
        time.sleep(max(0.001, 1 / FPS - (time.monotonic() - started)))
    end = {"processed": processed, "connected": bot.connected, "problem": bot.problem, "decision": dict(bot.decision)}
    print(json.dumps(end))
    bot.close()


if __name__ == "__main__":
    main()
