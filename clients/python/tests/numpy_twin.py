"""Compares what comes out with numpy and without it; a process of its own, because numpy stays loaded."""

from __future__ import annotations

import json
import random
import sys

sys.path.insert(0, sys.argv[1])

import numpy  # noqa: E402

import evenkeel  # noqa: E402

numbers = random.Random(1)
different = thumbnails = looks = 0
for channels in (1, 3, 4):
    for order in ("rgb", "bgr"):
        for _ in range(4):
            width, height = numbers.randrange(1, 200), numbers.randrange(1, 120)
            pixels = numbers.getrandbits(8 * width * height * channels).to_bytes(width * height * channels, "little")
            shape = (height, width) if channels == 1 else (height, width, channels)
            array = numpy.frombuffer(pixels, dtype="uint8").reshape(shape)
            plain = evenkeel.thumbnail(pixels, width, height, channels, order)
            different += plain != evenkeel.thumbnail(array, order=order)
            thumbnails += 1

by_numpy, plainly = evenkeel.FrameChange([(0, 0, 0.5, 0.5)], 120), evenkeel.FrameChange([(0, 0, 0.5, 0.5)], 120)
picture = bytearray(numbers.getrandbits(8) for _ in range(evenkeel.THUMBNAIL_BYTES))
for _ in range(200):
    for _ in range(numbers.randrange(40)):
        picture[numbers.randrange(len(picture))] = numbers.getrandbits(8)
    told = by_numpy.look(numpy.frombuffer(bytes(picture), dtype="uint8"))
    hidden = sys.modules.pop("numpy")
    different += told != plainly.look(picture)
    sys.modules["numpy"] = hidden
    looks += 1

print(json.dumps({"thumbnails": thumbnails, "looks": looks, "different": different}))
