"""The client against the agent's own server over real HTTP."""

from __future__ import annotations

import threading

import evenkeel
from support import KNOBS, AgentCase, wait_until


class Connect(AgentCase):
    def test_says_hello_with_the_short_forms_written_out_and_has_a_decision_at_once(self) -> None:
        bot = self.connect(max_fps=50, gpu_uuid="GPU-1")
        self.assertEqual(dict(bot.decision), {"model": "yolov8n", "resolution": 416, "frameSkip": 0})
        wait_until(lambda: bot.connected)
        (item,) = self.agent.items()
        self.assertEqual(item["gpuUuid"], "GPU-1")
        event = item["event"]
        self.assertEqual(
            {key: event[key] for key in ("name", "controls", "maxFps", "loop", "models", "knobs")},
            {
                "name": "test-bot",
                "controls": True,
                "maxFps": 50,
                "loop": "newest",
                "models": [{"name": "yolov8n"}, {"name": "yolov8s"}],
                "knobs": {
                    "model": {"values": ["yolov8n", "yolov8s"], "value": "yolov8n", "safe": "yolov8n"},
                    "resolution": {"values": [416, 512, 640], "value": 416, "safe": 416},
                    "frameSkip": {"range": [0, 0.8], "value": 0, "safe": 0},
                },
            },
        )

    def test_sends_frames_with_their_stages_and_inference_and_skipped_ones_by_itself(self) -> None:
        bot = self.start()
        self.assertFalse(bot.should_skip(motion_detected=True, combat_active=False))
        frame = bot.frame((1920, 1080))
        frame.record_stage("capture", 50)
        frame.record_stage("not a name", 1)
        with frame.stage("ocr"):
            pass
        with self.assertRaises(KeyError), frame.stage("act"):
            raise KeyError("the bot's own")
        with frame.inference("yolov8n", (640, 640)) as run:
            run.record_preprocessing(1)
            run.record_inference(6.5)
            run.record_postprocessing(-1)
            run.detections = 7
        told = frame.finish(queue_size=0, drops=1, wait_ms=3, scene={"ui_changes": True})
        self.assertEqual(frame.finish(drops=5), told)
        (line,) = wait_until(lambda: self.agent.lines("frame"))
        self.assertEqual(self.agent.counters["rejected"], 0)
        self.assertEqual(line["id"], told.id)
        self.assertEqual(line["totalMs"], told.total_ms)
        self.assertEqual(
            {key: line[key] for key in ("width", "height", "waitMs", "queueSize", "drops", "scene", "inference")},
            {
                "width": 1920,
                "height": 1080,
                "waitMs": 3,
                "queueSize": 0,
                "drops": 1,
                "scene": {"motionDetected": True, "combatActive": False, "uiChanges": True},
                "inference": {"model": "yolov8n", "size": 640, "preprocessMs": 1, "inferenceMs": 6.5, "detections": 7},
            },
        )
        self.assertEqual(list(line["stagesMs"]), ["capture", "ocr", "act"])
        # The capture came before the frame was begun and belongs to its time.
        self.assertGreaterEqual(line["totalMs"], 50)

        self.agent.publish({"frameSkip": 0.8})
        wait_until(lambda: bot.decision.frame_skip == 0.8)
        skips = [bot.should_skip() for _ in range(20)]
        lines = wait_until(lambda: len(self.agent.lines("frame")) == 1 + sum(skips) and self.agent.lines("frame")[1:])
        self.assertEqual({line["skipReason"] for line in lines}, {"share"})

    def test_applies_a_decision_and_reports_it_and_of_several_only_the_newest_after_the_one_in_hand(self) -> None:
        bot = self.start()
        calls, may_end = [], threading.Semaphore(0)

        def apply(value: int) -> None:
            calls.append((value, threading.current_thread() is threading.main_thread()))
            may_end.acquire()

        def fail(value: str) -> None:
            raise OSError("no such file")

        bot.on("resolution", apply)
        bot.on("model", fail)
        first = self.agent.publish({"resolution": 512})
        wait_until(lambda: len(calls) == 1)
        self.agent.publish({"resolution": 416})
        last = self.agent.publish({"resolution": 640, "model": "yolov8s"})
        wait_until(lambda: bot.decision.resolution == 640)
        may_end.release(2)
        lines = wait_until(lambda: len(self.agent.lines("applied")) == 3 and self.agent.lines("applied"))
        self.assertEqual(calls, [(512, False), (640, False)])
        for line in lines:
            line.pop("tookMs")
        by_order = sorted(lines, key=lambda line: (line["revision"], line["knob"]))
        self.assertEqual(
            by_order,
            [
                {"kind": "applied", "knob": "resolution", "value": 512, "ok": True, "revision": first},
                {
                    "kind": "applied",
                    "knob": "model",
                    "value": "yolov8n",
                    "ok": False,
                    "error": "no such file",
                    "revision": last,
                },
                {"kind": "applied", "knob": "resolution", "value": 640, "ok": True, "revision": last},
            ],
        )

    def test_what_is_to_be_changed_in_the_loop_waits_for_it_and_of_several_the_newest_comes(self) -> None:
        bot = self.start()
        calls = []
        bot.on("resolution", lambda value: calls.append((value, threading.current_thread())), in_loop=True)
        self.agent.publish({"resolution": 512})
        last = self.agent.publish({"resolution": 640})
        wait_until(lambda: bot.decision.resolution == 640)
        self.assertEqual(calls, [])
        self.assertEqual(bot.apply_pending(), 1)
        self.assertEqual(calls, [(640, threading.current_thread())])
        self.assertEqual(bot.apply_pending(), 0)
        (line,) = wait_until(lambda: self.agent.lines("applied"))
        self.assertEqual((line["value"], line["ok"], line["revision"]), (640, True, last))

    def test_a_knob_without_a_function_counts_as_applied_when_it_is_decided(self) -> None:
        bot = self.start()
        revision = self.agent.publish({"frameSkip": 0.3})
        (line,) = wait_until(lambda: self.agent.lines("applied"))
        line.pop("tookMs")
        applied = {"kind": "applied", "knob": "frameSkip", "value": 0.3, "ok": True, "revision": revision}
        self.assertEqual(line, applied)
        self.assertEqual(bot.decision["frameSkip"], 0.3)

    def test_an_async_function_is_reported_as_what_it_is(self) -> None:
        bot = self.start()

        async def apply(value: int) -> None:
            raise AssertionError("never called to its end")

        bot.on("resolution", apply)
        self.assertRegex(bot.problem or "", "^on: resolution: expected a function that returns when the change is made")
        self.agent.publish({"resolution": 512})
        (line,) = wait_until(lambda: self.agent.lines("applied"))
        self.assertIn("got an async one", line["error"])

    def test_a_change_that_fails_is_told_to_the_author(self) -> None:
        bot = self.start()

        def apply(value: int) -> None:
            raise ValueError("no such engine")

        bot.on("resolution", apply)
        self.agent.publish({"resolution": 512})
        said = wait_until(lambda: bot.problem)
        self.assertRegex(said, "^on: resolution: expected the change to be made, got 'no such engine'; .* in force$")

    def test_frame_rules_that_are_pushed_decide_what_is_skipped(self) -> None:
        bot = self.start(knobs={"frameSkip": {"range": [0, 0.8], "value": 0.8}})
        rules = {"weights": {}, "maxImportance": 3, "never": ["uiChanges"], "maxSkipRun": 1000, "maxAgeMs": 600_000}
        self.agent.publish({}, frameRules=rules)
        wait_until(lambda: not any(bot.should_skip(ui_changes=True) for _ in range(5)))
        self.assertFalse(any(bot.should_skip(ui_changes=True) for _ in range(20)))

    def test_two_bots_the_first_controls_and_the_second_keeps_its_own_values(self) -> None:
        first = self.start()
        second = self.start("second")
        self.agent.publish({"resolution": 640})
        wait_until(lambda: first.decision.resolution == 640)
        self.assertEqual(second.decision.resolution, 416)

    def test_comes_back_to_an_agent_that_restarts_with_the_values_then_in_force(self) -> None:
        bot = self.start()
        self.agent.publish({"resolution": 640})
        wait_until(lambda: bot.decision.resolution == 640)
        bot.pause()
        port = int(self.agent.url.rsplit(":", 1)[1])
        self.agent.close()
        wait_until(lambda: not bot.connected)
        self.agent.open(port=port)
        wait_until(lambda: bot.connected)
        items = wait_until(lambda: len(self.agent.items()) == 2 and self.agent.items())
        self.assertEqual(items[0]["event"]["knobs"]["resolution"]["value"], 640)
        self.assertEqual(items[1]["line"], {"kind": "pause"})

    def test_says_hello_again_when_its_session_has_ended(self) -> None:
        self.start()
        self.agent.items()
        self.agent.expire()
        kinds = wait_until(lambda: len(self.agent.items()) == 3 and [item["kind"] for item in self.agent.items()])
        self.assertEqual(kinds, ["hello", "bye", "hello"])

    def test_says_goodbye_when_it_closes_and_sends_nothing_more(self) -> None:
        with self.start() as bot:
            bot.frame((640, 480)).finish()
        bot.frame((640, 480)).finish()
        bot.close()
        items = self.agent.items()
        self.assertEqual([item["kind"] for item in items], ["hello", "line", "bye"])
        self.assertEqual(items[-1]["cause"], "bye")

    def test_a_session_that_is_opened_while_the_bot_closes_is_ended_at_once(self) -> None:
        for _ in range(20):
            bot = self.connect()
            while not self.agent.items() and bot._link._session is None:
                pass
            bot.close()
            bot._link.wait(2.0)
        kinds = [item["kind"] for item in self.agent.items()]
        self.assertEqual(kinds.count("hello"), kinds.count("bye"))

    def test_a_heartbeat_keeps_the_session_of_a_bot_that_has_nothing_to_say(self) -> None:
        bot = self.start()
        self.agent.items()
        wait_until(lambda: self.agent.items() and self.agent.counters["accepted"] == 1)
        self.assertEqual(self.agent.counters["rejected"], 0)
        self.assertTrue(bot.connected)

    def test_a_wrong_token_is_told_as_the_agents_refusal(self) -> None:
        bot = self.connect(token="wrong")
        self.assertIn("unauthorized", wait_until(lambda: bot.refusal))
        strange = self.connect(token="tok\ren")
        wait_until(lambda: strange._link._failures > 0)
        self.assertFalse(strange.connected)

    def test_an_absent_agent_costs_nothing_but_the_oldest_lines(self) -> None:
        bot = evenkeel.connect("alone", knobs=KNOBS, url="http://127.0.0.1:1")
        self.addCleanup(bot.close)
        for _ in range(3_000):
            bot.frame((640, 480)).finish()
        self.assertEqual(bot.dropped, 3_000 - 1_024)
        self.assertFalse(bot.connected)
        self.assertIsNone(bot.refusal)
