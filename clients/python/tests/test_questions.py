"""Questions to the agent: what is asked, what comes back, and that they end in time and never raise."""

from __future__ import annotations

import json
import os
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, List, Tuple
from unittest import TestCase, mock

import evenkeel
from evenkeel import questions
from support import RawServer, answer, read_request

ANSWERS = {
    "/v1/optimize": {"revision": 3},
    "/v1/preset": {"knob": "preset", "value": "quiet"},
    "/v1/recommendations": {"recommendations": [{"rule": "r", "text": "t"}]},
    "/v1/snapshot": {"atMs": 1, "system": {}},
    "/v1/bottleneck": {"bottleneck": "gpu"},
    "/v1/state": {"knobs": {"model": {"value": "yolov8n"}}},
    "/v1/decisions": {"decisions": [{"revision": 1}]},
}


class Questions(TestCase):
    def setUp(self) -> None:
        self.asked: List[Tuple[str, Any]] = []
        self.status = "200 OK"

        def serve(sock: socket.socket) -> None:
            line, body = read_request(sock)
            path = line.split(" ")[1] if line else ""
            if path == "/v1/bot/hello":
                answer(sock, {}, "503 Busy")
            elif path:
                self.asked.append((line.rsplit(" ", 1)[0], json.loads(body) if body else None))
                answer(sock, ANSWERS[path] if self.status == "200 OK" else {"message": "not so"}, self.status)

        self.bot = self.connect(serve)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "export.json"

    def connect(self, serve: Any) -> evenkeel.Bot:
        server = RawServer(serve)
        self.addCleanup(server.close)
        bot = evenkeel.connect("bot", url=server.url, token="t")
        self.addCleanup(bot.close)
        return bot

    def test_each_asks_its_path_and_gives_what_came(self) -> None:
        self.assertEqual(self.bot.force_optimization(), {"revision": 3})
        self.assertEqual(self.bot.apply_preset("quiet"), {"knob": "preset", "value": "quiet"})
        self.bot.apply_preset("quiet", 60)
        self.assertEqual(self.bot.recommendations(), [{"rule": "r", "text": "t"}])
        self.assertEqual(self.bot.snapshot(), {"atMs": 1, "system": {}})
        self.assertEqual(self.bot.bottleneck_analysis(), {"bottleneck": "gpu"})
        self.assertIsNone(self.bot.problem)
        self.assertEqual(
            self.asked,
            [
                ("POST /v1/optimize", None),
                ("PUT /v1/preset", {"value": "quiet"}),
                ("PUT /v1/preset", {"value": "quiet", "forS": 60}),
                ("GET /v1/recommendations", None),
                ("GET /v1/snapshot", None),
                ("GET /v1/bottleneck", None),
            ],
        )

    def test_an_export_is_one_document_written_whole_or_not_at_all(self) -> None:
        self.file.write_text("before", encoding="utf-8")
        self.status = "404 Not Found"
        self.assertIsNone(self.bot.export(self.file))
        self.assertEqual(self.file.read_text(encoding="utf-8"), "before")
        self.status = "200 OK"
        self.assertEqual(self.bot.export(self.file), str(self.file.resolve()))
        document = json.loads(self.file.read_text(encoding="utf-8"))
        self.assertRegex(document.pop("at"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(
            document,
            {
                "snapshot": ANSWERS["/v1/snapshot"],
                "knobs": {"model": {"value": "yolov8n"}},
                "bottleneck": {"bottleneck": "gpu"},
                "recommendations": [{"rule": "r", "text": "t"}],
                "decisions": [{"revision": 1}],
            },
        )
        self.assertEqual(os.listdir(self.file.parent), ["export.json"])

    def test_a_file_that_cannot_be_written_is_a_problem_told(self) -> None:
        self.assertIsNone(self.bot.export(self.file.parent / "no" / "such" / "folder.json"))
        self.assertIn("export: ", self.bot.problem or "")
        self.assertIsNone(self.bot.export(3))  # type: ignore[arg-type]
        self.assertIn("export: ", self.bot.problem or "")

    def test_a_refusal_is_told_with_the_agents_words_until_the_next_answer(self) -> None:
        self.status = "422 Unprocessable Entity"
        self.assertIsNone(self.bot.apply_preset("nowhere"))
        self.assertIn("PUT /v1/preset: the agent refused: 422", self.bot.problem or "")
        self.assertIn("not so", self.bot.problem or "")
        self.assertIsNone(self.bot.apply_preset(object()))  # type: ignore[arg-type]
        self.assertIn("PUT /v1/preset: ", self.bot.problem or "")
        self.status = "200 OK"
        self.bot.snapshot()
        self.assertIsNone(self.bot.problem)

    def test_without_an_agent_there_is_no_answer_and_a_reason(self) -> None:
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, {"EVENKEEL_URL": ""}):
            with evenkeel.connect("bot", state_dir=folder) as bot:
                self.assertIsNone(bot.snapshot())
                self.assertIn("expected a running agent, found none", bot.problem or "")
        with evenkeel.connect("bot", url="http://127.0.0.1:1") as bot:
            self.assertIsNone(bot.recommendations())
            self.assertIn("GET /v1/recommendations: ", bot.problem or "")

    def test_an_agent_that_drips_or_stalls_is_given_up_in_time(self) -> None:
        stop = threading.Event()
        self.addCleanup(stop.set)

        def drip(sock: socket.socket) -> None:
            read_request(sock)
            sock.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n")
            while not stop.wait(0.02):
                sock.sendall(b" ")

        bot = self.connect(drip)
        with mock.patch.object(questions, "BOUND_S", 0.3):
            start_s = time.monotonic()
            self.assertIsNone(bot.snapshot())
            self.assertIsNone(bot.export(self.file))
            self.assertLess(time.monotonic() - start_s, 10)
        self.assertIn("no answer within the time", bot.problem or "")
