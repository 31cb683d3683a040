"""The cases that all clients share: the same answers in every language."""

from __future__ import annotations

import array
import hashlib
import json
import subprocess
import sys
import types
from typing import Any, Callable, Dict, List
from unittest import TestCase

import evenkeel
from evenkeel.address import state_folder
from evenkeel.importance import importance_of, make_frame_rules
from evenkeel.skip import SKIP_START, decide_skip
from support import CLIENT, HERE, AgentCase, read_cases, wait_until


def rules_of(told: Dict[str, Any]) -> Any:
    return make_frame_rules(
        told["weights"], told["maxImportance"], tuple(told["never"]), told["maxSkipRun"], told["maxAgeMs"]
    )


class FrameSkip(TestCase):
    def test_importance(self) -> None:
        for case in read_cases("frame-skip.json")["importance"]:
            with self.subTest(case["scene"]):
                scene = {flag: True for flag in case["scene"]}
                self.assertEqual(importance_of(scene, rules_of(case["rules"])), case["thousandths"])

    def test_sequences(self) -> None:
        for case in read_cases("frame-skip.json")["sequences"]:
            state, rules = SKIP_START, rules_of(case["rules"])
            for frame in case["frames"]:
                scene = {flag: True for flag in frame["scene"]}
                skips, reason, state = decide_skip(state, frame["share"], scene, rules, frame["atMs"])
                got = (skips, reason, state.credit)
                expected = (frame["skip"], frame["reason"], frame["credit"])
                self.assertEqual(got, expected, f"{case['title']} at {frame['atMs']} ms")


class StateFolder(TestCase):
    def test_by_platform_environment_and_home(self) -> None:
        for case in read_cases("state-folder.json")["cases"]:
            with self.subTest(case):
                self.assertEqual(state_folder(case["platform"], case["env"], case["home"]), case["folder"])


def random_numbers(seed: int) -> Callable[[], int]:
    state = seed

    def step() -> int:
        nonlocal state
        state = (state * 1_664_525 + 1_013_904_223) % 2**32
        return state >> 16

    return step


def random_pixels(seed: int, count: int) -> bytes:
    """As ``random_numbers``, without a call for each of a million."""
    state, pixels = seed, bytearray(count)
    for index in range(count):
        state = (state * 1_664_525 + 1_013_904_223) & 0xFFFFFFFF
        pixels[index] = state >> 24
    return bytes(pixels)


def paint(picture: bytearray, rect: List[int]) -> None:
    left, top, width, height, grey = rect
    right = min(64, left + width)
    for y in range(top, min(36, top + height)):
        picture[y * 64 + left : y * 64 + right] = bytes([grey]) * (right - left)


SNAKE = {
    "pixelThreshold": "pixel_threshold",
    "motionShare": "motion_share",
    "interfaceShare": "interface_share",
    "interface": "interface",
}


def change_of(options: Dict[str, Any]) -> evenkeel.FrameChange:
    return evenkeel.FrameChange(**{SNAKE[key]: value for key, value in options.items()})


class FrameChanges(TestCase):
    def test_thumbnails(self) -> None:
        for case in read_cases("frame-change.json")["thumbnails"]:
            with self.subTest(case["title"]):
                layout = [case[key] for key in ("width", "height", "channels", "order")]
                count = case["width"] * case["height"] * case["channels"]
                pixels = bytes(case["pixels"]) if "pixels" in case else random_pixels(case["seed"], count)
                for given in (pixels, memoryview(pixels)):
                    small = evenkeel.thumbnail(given, *layout)
                    self.assertEqual(list(small[:16]), case["first"])
                    self.assertEqual(hashlib.sha256(small).hexdigest(), case["sha256"])

    def test_sequences(self) -> None:
        for case in read_cases("frame-change.json")["sequences"]:
            change, picture = change_of(case["options"]), bytearray(evenkeel.THUMBNAIL_BYTES)
            for look in case["looks"]:
                for rect in look["paint"]:
                    paint(picture, rect)
                expected = {"motion_detected": look["motionDetected"], "ui_changes": look["uiChanges"]}
                self.assertEqual(change.look(picture), expected, case["title"])

    def test_random_pictures(self) -> None:
        for case in read_cases("frame-change.json")["random"]:
            step, change = random_numbers(case["seed"]), change_of(case["options"])
            picture = bytearray(evenkeel.THUMBNAIL_BYTES)
            motion = ui = ""
            for look in range(case["looks"]):
                for _ in range(0 if look == 0 else step() % 4):
                    left, top = step() % 64, step() % 36
                    paint(picture, [left, top, 1 + step() % 16, 1 + step() % 9, step() % 256])
                told = change.look(picture)
                motion += "01"[told["motion_detected"]]
                ui += "01"[told["ui_changes"]]
            self.assertEqual((motion, ui), (case["motion"], case["ui"]))

    def test_numpy_gives_the_same(self) -> None:
        done = subprocess.run(
            [sys.executable, str(HERE / "numpy_twin.py"), str(CLIENT)], capture_output=True, text=True, check=False
        )
        if "No module named 'numpy'" in done.stderr:
            self.skipTest("numpy is not installed")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(json.loads(done.stdout), {"thumbnails": 24, "looks": 200, "different": 0})

    def test_what_is_no_layout_share_or_rectangle_is_refused(self) -> None:
        for wrong in (
            lambda: evenkeel.thumbnail(bytes(12), 2, 2, 2),
            lambda: evenkeel.thumbnail(bytes(12), 2, 2, 3, "hsv"),
            lambda: evenkeel.thumbnail(bytes(12), 0, 2, 3),
            lambda: evenkeel.FrameChange(pixel_threshold=256),
            lambda: evenkeel.FrameChange(motion_share=1.5),
            lambda: evenkeel.FrameChange(interface=[(0, 0, 1)]),
            lambda: evenkeel.FrameChange(interface=5),  # type: ignore[arg-type]
            lambda: evenkeel.thumbnail(None, order="hsv"),
        ):
            with self.assertRaisesRegex(TypeError, "expected"):
                wrong()

    def test_what_is_no_picture_is_unknown_and_counts_as_changed(self) -> None:
        floats = array.array("f", [0.5] * 12)
        for none in (None, bytes(11), 7, "picture", [1, 2], floats, memoryview(bytes(24))[::2]):
            self.assertIsNone(evenkeel.thumbnail(none, 2, 2, 3))
        for shape, dtype in (((2, 2), "float32"), ((2, 2, 2), "uint8"), ((0, 2, 3), "uint8")):
            self.assertIsNone(evenkeel.thumbnail(types.SimpleNamespace(shape=shape, dtype=dtype)))
        change = evenkeel.FrameChange()
        change.look(bytes(evenkeel.THUMBNAIL_BYTES))
        for none in (None, bytes(3), 7, "picture", [-1], object()):
            self.assertEqual({"motion_detected": True, "ui_changes": True}, change.look(none))
            said = "^look: expected a thumbnail of 2304 bytes, got .*; it counts as changed$"
            self.assertRegex(change.problem or "", said)
        still = change.look(bytes(evenkeel.THUMBNAIL_BYTES))
        self.assertEqual(({"motion_detected": False, "ui_changes": False}, None), (still, change.problem))


SHORT = {"maxFps": "max_fps"}


class Hellos(AgentCase):
    GOOD = {
        "model": {"values": ["yolov8n", "yolov8s"], "value": "yolov8n", "safe": "yolov8n"},
        "resolution": {"values": [416, 640], "value": 640, "safe": 416},
        "frameSkip": {"range": [0, 0.8], "value": 0, "safe": 0},
    }

    def test_each_is_taken_refused_by_connect_or_told_as_the_agents_refusal(self) -> None:
        for case in read_cases("hellos.json")["cases"]:
            change = dict(case["change"])
            knobs = change.get("knobs", self.GOOD)
            if isinstance(knobs, dict) and knobs:
                knobs = {**self.GOOD, **knobs}
            given = {SHORT.get(key, key): change[key] for key in ("models", "maxFps", "loop") if key in change}
            with self.subTest(case["title"]):
                self.check(change.get("name", "hello-bot"), {"knobs": knobs, **given}, case)

    def check(self, name: str, given: Dict[str, Any], case: Dict[str, Any]) -> None:
        try:
            bot = self.connect(name, **given)
        except TypeError as error:
            self.assertIsNotNone(case["message"], error)
            self.assertIn("expected", str(error))
            return
        wait_until(lambda: bot.connected or bot.refusal)
        refusal = bot.refusal
        bot.close()
        # A value that is left out is the first of the list, here and in every client.
        if case["message"] is None or case["title"] == "no value":
            self.assertIsNone(refusal)
        else:
            self.assertIn(json.dumps(case["message"])[1:-1], refusal or "")
