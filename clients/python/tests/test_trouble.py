"""Agents that misbehave: the loop never stalls, raises or leaks threads."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from typing import Any, Callable, Dict, List
from unittest import TestCase, mock

import evenkeel
from evenkeel import link
from support import KNOBS, WELCOME, RawServer, answer, read_head, read_request, wait_until

RULES = {"weights": {}, "maxImportance": 3, "never": [], "maxSkipRun": 4, "maxAgeMs": 500}


class Trouble(TestCase):
    def setUp(self) -> None:
        # The waits between two tries are long for a test; the ways are the same.
        for name, wait_s in (("FIRST_WAIT_S", 0.01), ("LONGEST_WAIT_S", 0.05)):
            patch = mock.patch.object(link, name, wait_s)
            patch.start()
            self.addCleanup(patch.stop)

    def serve(self, serve: Callable[[socket.socket], None]) -> RawServer:
        server = RawServer(serve)
        self.addCleanup(server.close)
        return server

    def connect(self, server: RawServer, **options: Any) -> evenkeel.Bot:
        bot = evenkeel.connect("bot", **{"knobs": KNOBS, "url": server.url, "token": "t", **options})
        self.addCleanup(bot.close)
        return bot

    def loop(self, bot: evenkeel.Bot, frames: int = 3_000) -> None:
        for _ in range(frames):
            if not bot.should_skip(motion_detected=True):
                with bot.frame((640, 480)) as frame, frame.stage("ocr"):
                    pass

    def threads(self) -> List[str]:
        return [thread.name for thread in threading.enumerate() if thread.name.startswith("evenkeel")]

    def check_end(self, bot: evenkeel.Bot) -> None:
        """It closes within its bound, and its thread ends by itself."""
        start_s = time.monotonic()
        bot.close()
        self.assertLess(time.monotonic() - start_s, 1.5)
        wait_until(lambda: not bot._link._thread.is_alive())

    def test_one_that_takes_connections_and_never_reads(self) -> None:
        server = self.serve(lambda sock: threading.Event().wait(30))
        bot = self.connect(server)
        wait_until(lambda: server.connections)
        self.loop(bot)
        self.assertEqual(bot.dropped, 3_000 - 1_024)
        self.assertFalse(bot.connected)
        self.check_end(bot)

    def test_one_that_stalls_after_the_hello_keeps_no_more_than_the_newest_lines(self) -> None:
        never = threading.Event()
        self.addCleanup(never.set)

        def serve(sock: socket.socket) -> None:
            # Little room on its side too, so that what is sent stays with the bot.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            line, _ = read_request(sock)
            if "hello" in line:
                answer(sock, WELCOME)
            never.wait(30)

        bot = self.connect(self.serve(serve))
        wait_until(lambda: bot.connected)
        start_s = time.monotonic()
        for _ in range(20):
            self.loop(bot, 1_000)
        self.assertLess(time.monotonic() - start_s, 15)
        wait_until(lambda: bot.dropped > 0)
        self.assertLessEqual(len(bot._lines), 1_024)
        self.check_end(bot)

    def test_garbage_instead_of_answers(self) -> None:
        answers = [
            b"\x00\xff" * 500,
            b"SSH-2.0-x\r\n",
            b"HTTP/1.1 200 OK\r\n\r\n{",
            b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnull",
            b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]",
            b"HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n" + b"[" * 60_000,
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            b"HTTP/1.1 500 Oh\r\ncontent-length: 2\r\n\r\nno",
            b"",
        ]
        seen: List[int] = []

        def serve(sock: socket.socket) -> None:
            read_request(sock)
            seen.append(1)
            sock.sendall(answers[(len(seen) - 1) % len(answers)])
            sock.close()

        bot = self.connect(self.serve(serve))
        for _ in range(len(answers)):
            before = len(seen)
            wait_until(lambda: len(seen) > before)
            self.loop(bot, 50)
        self.assertFalse(bot.connected)
        self.assertEqual(self.threads().count("evenkeel-link"), 1)
        self.check_end(bot)

    def test_an_error_of_the_agent_is_told_as_its_refusal(self) -> None:
        def serve(sock: socket.socket) -> None:
            read_request(sock)
            answer(sock, {"code": "protocolUnknown", "message": "reads 2"}, "409 Conflict")

        bot = self.connect(self.serve(serve))
        self.assertIn("409", wait_until(lambda: bot.refusal) or "")
        self.assertIn("reads 2", bot.refusal or "")
        self.check_end(bot)

    def test_half_closed_and_cut_streams_are_opened_anew(self) -> None:
        ends: List[Callable[[socket.socket], None]] = [
            lambda sock: sock.shutdown(socket.SHUT_WR),
            lambda sock: sock.close(),
            lambda sock: sock.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"),
            lambda sock: sock.sendall(b"garbage\r\n\r\n"),
        ]
        hellos: List[int] = []
        held: List[socket.socket] = []

        def serve(sock: socket.socket) -> None:
            line, _ = read_request(sock)
            held.append(sock)
            if "hello" in line:
                hellos.append(1)
                answer(sock, {**WELCOME, "leaseS": 0.5})
            elif "stream" in line:
                ends[(len(hellos) - 1) % len(ends)](sock)
            elif "events" in line:
                sock.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n: hi\n\n")

        bot = self.connect(self.serve(serve))
        for _ in range(len(ends)):
            before = len(hellos)
            wait_until(lambda: len(hellos) > before)
            self.loop(bot, 20)
        self.check_end(bot)

    def test_what_is_no_decision_of_another_kind_not_offered_or_older_is_not_obeyed(self) -> None:
        streams: List[socket.socket] = []

        def serve(sock: socket.socket) -> None:
            line, _ = read_request(sock)
            if "hello" in line:
                answer(sock, WELCOME)
            elif "events" in line:
                sock.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
                streams.append(sock)

        bot = self.connect(self.serve(serve), knobs={"resolution": [416, 640]})
        (stream,) = wait_until(lambda: streams)
        calls: List[Any] = []
        bot.on("resolution", calls.append)

        def tell(body: Any, event: bytes = b"decision") -> None:
            stream.sendall(b"event: %s\ndata: %s\n\n" % (event, json.dumps(body).encode()))

        stream.sendall(b"event: decision\ndata: {\n\n: comment\n\nevent: decision\n\n")
        tell({"decision": {"resolution": 640}, "revision": 9, "frameRules": RULES}, b"other")
        tell(None)
        tell([1])
        tell({"decision": {"resolution": 417, "model": "x", "frameSkip": True}, "revision": 2, "frameRules": 7})
        tell({"decision": {"resolution": True}, "revision": 3})
        tell({"decision": {"resolution": "640"}, "revision": 4})
        tell({"decision": {"resolution": 640}, "revision": 4})
        tell({"decision": {"resolution": 640}, "revision": "9"})
        tell({"decision": {"resolution": float("nan")}, "revision": 5})
        tell({"decision": {"resolution": 640.0}, "revision": 6})
        wait_until(lambda: calls)
        tell({"decision": {"resolution": 416}, "revision": 5})
        tell({"decision": {"resolution": 416}, "revision": 7, "frameRules": {**RULES, "maxSkipRun": "x"}})
        wait_until(lambda: len(calls) == 2)
        self.assertEqual(calls, [640, 416])
        self.assertIs(type(calls[0]), int)

    def test_past_the_lease_of_a_silent_agent_the_safe_values_return_and_the_next_hello_tells_them(self) -> None:
        hellos: List[Dict[str, Any]] = []
        answers = threading.Event()
        answers.set()
        held: List[socket.socket] = []

        def serve(sock: socket.socket) -> None:
            line, body = read_request(sock)
            held.append(sock)
            if "hello" in line and answers.is_set():
                hellos.append(json.loads(body))
                answer(sock, {**WELCOME, "leaseS": 0.4})

        bot = self.connect(self.serve(serve), knobs={"resolution": {"values": [416, 640], "value": 640, "safe": 416}})
        calls: List[Any] = []
        bot.on("resolution", calls.append)
        wait_until(lambda: bot.connected)
        answers.clear()
        wait_until(lambda: calls)
        self.assertEqual((calls, bot.decision.resolution), ([416], 416))
        for sock in held:
            sock.close()
        answers.set()
        wait_until(lambda: len(hellos) > 1)
        told = [hello["knobs"]["resolution"]["value"] for hello in hellos]
        self.assertEqual((told[0], told[-1]), (640, 416))

    def test_batches_go_where_a_stream_is_refused(self) -> None:
        lines: List[Dict[str, Any]] = []
        asked: List[str] = []

        def between(sock: socket.socket) -> None:
            while True:
                head, rest = read_head(sock)
                if not head:
                    return
                first = head.split("\r\n")[0]
                asked.append(first)
                body = rest
                if "chunked" in head.lower():
                    answer(sock, {"message": "a length is needed"}, "411 Length Required", "Connection: close\r\n")
                    sock.close()
                    return
                said = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
                length = int(said.group(1)) if said else 0
                while len(body) < length:
                    body += sock.recv(65_536)
                if "hello" in first:
                    answer(sock, WELCOME)
                elif "events" in first:
                    answer(sock, {}, "501 Not Implemented")
                elif "decision" in first:
                    answer(sock, {"decision": {"resolution": 512}, "revision": 2, "frameRules": RULES})
                elif "frames" in first:
                    lines.extend(json.loads(line) for line in body.splitlines())
                    # The second answer ends its connection: the next batch opens another.
                    close = "Connection: close\r\n" if len(lines) % 2 else ""
                    told = {"accepted": 1, "rejected": 0, "errors": [], "decision": {"resolution": 640}, "revision": 3}
                    answer(sock, told, head=close)
                    if close:
                        sock.close()
                        return

        bot = self.connect(self.serve(between))
        wait_until(lambda: any("frames" in line for line in asked) or (bot.connected and self.loop(bot, 1)))
        wait_until(lambda: bot.decision.resolution in (512, 640))
        for _ in range(4):
            before = len(lines)
            bot.frame((640, 480)).finish()
            wait_until(lambda: len(lines) > before)
        self.assertTrue({"frame"} <= {line["kind"] for line in lines})
        wait_until(lambda: bot.decision.resolution == 640)
        bot.close()
        wait_until(lambda: lines[-1] == {"kind": "bye"})
        # What the refused stream had taken along went the other way.
        self.assertEqual(min(line["id"] for line in lines if line["kind"] == "frame"), 1)
        # One session for the stream that was refused, and one for all the batches; a busy machine may need one more.
        hellos = sum("hello" in line for line in asked)
        self.assertGreaterEqual(hellos, 2)
        self.assertLess(hellos, sum("frames" in line for line in asked))
