"""Frames, their lines and metrics, without an agent."""

from __future__ import annotations

import asyncio
import gc
import json
import pickle
import threading
from typing import Any, Dict, List
from unittest import TestCase, mock

import evenkeel
from support import KNOBS


class Truthless:
    def __bool__(self) -> bool:
        raise ValueError("neither true nor false")

    def __repr__(self) -> str:
        raise ValueError("no words for it")


class Frames(TestCase):
    def setUp(self) -> None:
        self.bot = self.connect()

    def connect(self, **options: Any) -> evenkeel.Bot:
        bot = evenkeel.connect("alone", knobs=KNOBS, url="http://127.0.0.1:1", **options)
        self.addCleanup(bot.close)
        return bot

    def lines(self, bot: "evenkeel.Bot | None" = None) -> List[Dict[str, Any]]:
        return [json.loads(line) for line in (bot or self.bot)._lines.take(2_000)]

    def test_the_least_frame(self) -> None:
        with self.bot.frame() as frame:
            pass
        (line,) = self.lines()
        self.assertEqual(set(line), {"kind", "id", "atMs", "totalMs"})
        self.assertEqual((frame.metrics.id, frame.metrics.total_ms), (line["id"], line["totalMs"]))

    def test_metrics_tell_what_the_line_tells(self) -> None:
        frame = self.bot.start_frame((1920, 1080))
        frame.record_stage("ocr", 2)
        frame.record_stage("ocr", 3.25)
        run = frame.start_inference("yolov8n", 640)
        run.record_preprocessing(1)
        run.record_inference(6)
        run.record_postprocessing(0.5)
        so_far = run.finish_inference(7, 812)
        frame.record_stage("act", 1)
        told = frame.finish_frame(queue_size=2, drops=1, wait_ms=4)
        self.assertEqual(so_far.stages_ms, {"ocr": 5.25})
        self.assertIsNone(so_far.queue_size)
        self.assertLessEqual(so_far.total_ms, told.total_ms)
        self.assertEqual(told.inference, evenkeel.InferenceMetrics("yolov8n", 640, 1, 6, 0.5, 7.5, 7, 812))
        self.assertEqual((told.width, told.height, told.queue_size, told.drops, told.wait_ms), (1920, 1080, 2, 1, 4))
        self.assertEqual(told.fps, 1000 / told.total_ms)
        (line,) = self.lines()
        self.assertEqual(line["stagesMs"], {"ocr": 5.25, "act": 1})
        self.assertEqual(told.stages_ms, line["stagesMs"])
        self.assertEqual(pickle.loads(pickle.dumps(told)), told)
        with self.assertRaises(AttributeError):
            told.id = 3  # type: ignore[misc]

    def test_what_cannot_be_is_left_out_and_said_once(self) -> None:
        strange = [float("nan"), float("inf"), -1, 1e300, "12", None, [], True, Truthless(), 10**400]
        for value in strange:
            with self.bot.frame((value, 10**9)) as frame:
                frame.record_stage("capture", value)
                frame.record_stage(value, 1)
                with frame.stage(value):
                    pass
                with frame.inference(value, value) as run:
                    run.record_preprocessing(value)
                    run.record_inference(value)
                    run.detections = value
                    run.gpu_memory_mib = value
                self.bot.should_skip(value)
                frame.finish(queue_size=value, drops=value, wait_ms=value, scene=value)
        lines = self.lines()
        self.assertEqual(len(lines), len(strange))
        for line in lines:
            self.assertEqual(set(line) - {"scene", "stagesMs"}, {"kind", "id", "atMs", "totalMs", "inference"})
            self.assertLessEqual(set(line.get("stagesMs", {})), {"capture"})
            self.assertLessEqual(set(line["inference"]), {"model", "inferenceMs", "size", "detections", "gpuMemoryMib"})
        self.assertIn("expected", self.bot.problem or "")
        newest = self.bot.problem
        with self.bot.frame((3, "x")) as frame:
            frame.finish(drops=-1)
        self.lines()
        self.assertEqual(self.bot.problem, newest)

    def test_numbers_of_other_kinds_become_plain_ones(self) -> None:
        class Whole:
            def __index__(self) -> int:
                return 7

        class Real:
            def __float__(self) -> float:
                return 1.25

            def __ge__(self, other: float) -> bool:
                return 1.25 >= other

        with self.bot.frame((Whole(), 4.0)) as frame:
            frame.record_stage("ocr", Real())  # type: ignore[arg-type]
            frame.finish(queue_size=Whole())  # type: ignore[arg-type]
        (line,) = self.lines()
        self.assertEqual((line["width"], line["height"], line["stagesMs"], line["queueSize"]), (7, 4, {"ocr": 1.25}, 7))

    def test_stages_are_bounded(self) -> None:
        with self.bot.frame() as frame:
            for number in range(100):
                frame.record_stage(f"stage{number}", 1)
        (line,) = self.lines()
        self.assertEqual(len(line["stagesMs"]), 32)

    def test_an_ended_frame_changes_no_more(self) -> None:
        frame = self.bot.frame((640, 480))
        told = frame.finish()
        frame.record_stage("late", 5)
        with frame.stage("later"):
            pass
        frame.inference("yolov8n", 640).finish(3)
        self.assertEqual(frame.finish(drops=3), told)
        (line,) = self.lines()
        self.assertNotIn("stagesMs", line)
        self.assertNotIn("inference", line)

    def test_a_run_of_which_no_part_is_told_is_one_part(self) -> None:
        with self.bot.frame() as frame:
            with frame.inference("yolov8n", (640, 384)):
                pass
            left_open = frame.metrics.inference
        self.assertIsNotNone(left_open and left_open.inference_ms)
        (line,) = self.lines()
        self.assertEqual(set(line["inference"]), {"model", "size", "inferenceMs"})
        self.assertEqual(line["inference"]["size"], 640)

    def test_a_run_is_on_the_open_frame_or_on_one_of_its_own_that_takes_as_long(self) -> None:
        with self.bot.frame() as frame:
            self.bot.start_inference("yolov8n", 640).finish(1)
        run = self.bot.start_inference("yolov8s", 640)
        run.record_inference(40)
        told = run.finish(2)
        first, second = self.lines()
        self.assertEqual((first["id"], first["inference"]["model"]), (frame.id, "yolov8n"))
        self.assertEqual((second["id"], second["inference"]["model"]), (told.id, "yolov8s"))
        self.assertGreaterEqual(second["totalMs"], 40)
        both = [self.bot.start_inference(name, 640) for name in ("a", "b")]
        for run in both:
            run.finish()
        self.assertEqual([line["inference"]["model"] for line in self.lines()], ["a", "b"])

    def test_each_thread_has_its_own_open_frame(self) -> None:
        barrier = threading.Barrier(4)

        def loop(name: str) -> None:
            for _ in range(50):
                with self.bot.frame():
                    barrier.wait()
                    self.bot.start_inference(name, 640).finish(1)

        threads = [threading.Thread(target=loop, args=(f"model{number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines = self.lines()
        self.assertEqual(len({line["id"] for line in lines}), 200)
        counts = [sum(line["inference"]["model"] == f"model{number}" for line in lines) for number in range(4)]
        self.assertEqual(counts, [50] * 4)

    def test_each_task_has_its_own_open_frame_also_where_its_work_runs_in_a_thread(self) -> None:
        async def loop(name: str) -> None:
            with self.bot.frame() as frame:
                await asyncio.sleep(0)
                with frame.stage("ocr"):
                    await asyncio.sleep(0)
                run = await asyncio.to_thread(self.bot.start_inference, name, 640)
                run.finish(1)

        async def main() -> None:
            await asyncio.gather(*(loop(f"model{number}") for number in range(20)))

        asyncio.run(main())
        lines = self.lines()
        self.assertEqual({line["inference"]["model"] for line in lines}, {f"model{number}" for number in range(20)})
        self.assertEqual(len(lines), 20)

    def test_flags_go_with_the_next_frame_and_with_no_other(self) -> None:
        flags = {"combatActive": True, "not a name": True}
        self.assertFalse(self.bot.should_skip(flags, new_objects=0, odd=Truthless()))
        self.bot.frame().finish(scene={"ui_changes": True})
        self.bot.frame().finish()
        first, second = self.lines()
        self.assertEqual(first["scene"], {"combatActive": True, "newObjects": False, "uiChanges": True})
        self.assertNotIn("scene", second)

    def test_a_frame_that_is_skipped_after_it_was_begun_is_told_once(self) -> None:
        self.bot._board.decide({"frameSkip": 0.8}, 1)
        self.lines()
        for _ in range(20):
            with self.bot.frame() as frame:
                if self.bot.should_skip(motion_detected=False):
                    continue
                frame.record_stage("ocr", 1)
        lines = self.lines()
        self.assertEqual(len({line["id"] for line in lines}), 20)
        self.assertEqual(len(lines), 20)
        self.assertTrue(any(line.get("skipped") for line in lines))
        self.assertTrue(all(("totalMs" in line) != bool(line.get("skipped")) for line in lines))

    def test_a_capture_that_did_not_fit_came_before_and_one_after_others_is_told_of(self) -> None:
        with self.bot.frame() as frame:
            began_ns = frame._start_ns
            frame.record_stage("capture", 400)
            self.assertGreater(began_ns - frame._start_ns, 300_000_000)
        self.assertGreaterEqual(frame.metrics.total_ms, 400)
        self.assertIsNone(self.bot.problem)
        with self.bot.frame() as frame:
            began_ns = frame._start_ns
            frame.record_stage("ocr", 1)
            frame.record_stage("capture", 0)
            self.assertEqual(began_ns, frame._start_ns)
        self.assertRegex(self.bot.problem or "", "^record_stage: capture: expected to be recorded before other stages")

    def test_a_skipped_frame_began_with_its_capture_and_leaves_the_open_one_that_has_its_verdict(self) -> None:
        self.bot._board.decide({"frameSkip": 0.8}, 1)
        while self.bot.should_skip():
            pass
        earlier = self.bot.frame()
        self.lines()
        while not self.bot.should_skip():
            pass
        self.assertFalse(earlier._end_ns)
        earlier.finish()
        first, second = self.lines()
        self.assertEqual((True, None), (first.get("skipped"), second.get("skipped")))
        self.assertEqual(earlier.id, second["id"])
        while True:
            skipped = self.bot.frame()
            began_ms = skipped._start_ns / 1e6
            if self.bot.should_skip():
                break
        last = self.lines()[-1]
        self.assertEqual((skipped.id, True), (last["id"], last.get("skipped")))
        self.assertAlmostEqual(began_ms, last["atMs"], places=2)

    def test_names_that_are_most_likely_mistakes_are_told_of(self) -> None:
        bot = evenkeel.connect("alone", knobs={"models": ["a"], "frameSkipp": [0, 1], "ocrScale": [1, 2]})
        self.addCleanup(bot.close)
        said = "knobs: frameSkipp: expected a knob that rules know, such as frameSkip, got 'frameSkipp'"
        self.assertEqual(f"{said}; no shipped rule steers it", bot.problem)
        frame = self.bot.frame()
        frame.record_stage("interval", 1)
        frame.finish()
        self.lines()
        self.assertRegex(self.bot.problem or "", "^stage: interval: expected another name, .*; no fact is made of it$")

    def test_an_address_in_the_environment_that_is_none_is_told_of(self) -> None:
        with mock.patch.dict("os.environ", EVENKEEL_URL="nonsense"):
            bot = evenkeel.connect("alone")
        self.addCleanup(bot.close)
        said = "connect: EVENKEEL_URL: expected a URL such as http://127.0.0.1:7410, got 'nonsense'"
        self.assertEqual(f"{said}; no agent is found by it", bot.problem)

    def test_a_second_run_takes_the_place_of_the_first_and_that_is_told(self) -> None:
        with self.bot.frame() as frame:
            frame.inference("yolov8n", 640).finish(1)
            frame.inference("minimap", 64).finish(2)
        assert frame.metrics.inference is not None
        self.assertEqual("minimap", frame.metrics.inference.model)
        said = "inference: second: expected one run a frame, got 'minimap'; it takes the place of the first"
        self.assertEqual(said, self.bot.problem)

    def test_of_a_sample_a_skipped_frame_takes_no_turn(self) -> None:
        bot = self.connect(sample=2)
        timed = []
        for turn in range(40):
            bot._board.decide({"frameSkip": 0.5}, turn + 1)
            with bot.frame() as frame:
                if bot.should_skip():
                    continue
                frame.record_stage("ocr", 1)
            timed.append(bool(frame.metrics.stages_ms))
        self.assertTrue(any(timed))
        self.assertFalse(all(timed))

    def test_a_sample_leaves_out_stages_and_parts_and_nothing_else(self) -> None:
        bot = self.connect(sample=3)
        for _ in range(9):
            with bot.frame((640, 480)) as frame:
                with frame.stage("ocr"):
                    pass
                frame.record_stage("capture", 30)
                with frame.inference("yolov8n", 640) as run:
                    run.record_inference(5)
                    run.detections = 2
                frame.finish(drops=1)
        lines = self.lines(bot)
        self.assertEqual(["stagesMs" in line for line in lines], [True, False, False] * 3)
        self.assertEqual(["inferenceMs" in line["inference"] for line in lines], [True, False, False] * 3)
        for line in lines:
            self.assertGreaterEqual(line["totalMs"], 30)
            self.assertEqual((line["drops"], line["width"], line["inference"]["detections"]), (1, 640, 2))

    def test_wrong_arguments_of_connect_raise_with_what_was_expected(self) -> None:
        wrong: List[Dict[str, Any]] = [
            {"name": ""},
            {"name": "a\nb"},
            {"name": 3},
            {"knobs": ["model"]},
            {"knobs": {"resolution": []}},
            {"knobs": {"resolution": {}}},
            {"knobs": {"resolution": {"values": [1], "range": [0, 1]}}},
            {"knobs": {"resolution": True}},
            {"knobs": {"resolution": 640}},
            {"knobs": {"resolution": "640"}},
            {"knobs": {"resolution": {"values": [1, 2], "value": 3}}},
            {"knobs": {"frameSkip": {"range": [0, 0.5], "safe": 0.6}}},
            {"knobs": {"frameSkip": {"range": [0, float("nan")]}}},
            {"knobs": {"Model": ["a"]}},
            {"knobs": {"model": {"valeus": ["a"]}}},
            {"models": "yolov8n"},
            {"models": [{"sizes": [640]}]},
            {"loop": "oldest"},
            {"max_fps": 0},
            {"max_fps": "fast"},
            {"gpu_uuid": 0},
            {"url": "https://127.0.0.1"},
            {"url": "7410"},
            {"sample": 0},
            {"sample": True},
        ]
        for given in wrong:
            with self.subTest(given), self.assertRaisesRegex(TypeError, "expected"):
                evenkeel.connect(**{"name": "bot", "url": "http://127.0.0.1:1", **given})

    def test_a_decision_is_read_as_attribute_and_item_and_does_not_change(self) -> None:
        decision = self.bot.decision
        self.assertEqual((decision.model, decision["frameSkip"], decision.frame_skip), ("yolov8n", 0, 0))
        self.assertEqual(pickle.loads(pickle.dumps(decision)), decision)
        with self.assertRaisesRegex(AttributeError, "offered knobs"):
            decision.streams
        with self.assertRaises(AttributeError):
            decision.model = "x"  # type: ignore[misc]
        bot = evenkeel.connect("odd", knobs={"values": [1, 2], "get": [3]}, url="http://127.0.0.1:1")
        self.addCleanup(bot.close)
        self.assertEqual((dict(bot.decision), bot.decision["values"]), ({"values": 1, "get": 3}, 1))

    def test_a_bot_cannot_be_pickled_and_says_why(self) -> None:
        with self.assertRaisesRegex(TypeError, "call evenkeel.connect"):
            pickle.dumps(self.bot)

    def test_a_function_for_a_knob_that_was_not_offered_is_left_out_and_said(self) -> None:
        self.bot.on("streams", print)
        self.assertIn("offered knob", self.bot.problem or "")
        self.bot.on("model", 3)  # type: ignore[arg-type]
        self.assertIn("a function", self.bot.problem or "")

    def test_threads_that_end_leave_nothing_behind(self) -> None:
        for _ in range(5):
            bot = self.connect()
            bot.on("model", lambda value: None)
            bot._board.decide({"model": "yolov8s"}, 1)
            bot.close()
        gc.collect()
        mine = [thread for thread in threading.enumerate() if thread.name.startswith("evenkeel")]
        for thread in mine:
            if thread is not self.bot._link._thread:
                thread.join(5)
                self.assertFalse(thread.is_alive())
