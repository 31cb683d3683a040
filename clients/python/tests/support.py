"""What the tests share: the agent's own server, servers that misbehave, and waiting for a condition."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import socket
import subprocess
import threading
import time
import unittest
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import evenkeel

HERE = Path(__file__).resolve().parent
CLIENT = HERE.parent
ROOT = CLIENT.parent.parent
CASES = ROOT / "tests" / "cases"

KNOBS = {"model": ["yolov8n", "yolov8s"], "resolution": [416, 512, 640], "frameSkip": True}

#: A condition that is not met by then never will be, in s.
PATIENCE_S = 20.0


def read_cases(name: str) -> Any:
    """One of the files of cases that all clients share."""
    return json.loads((CASES / name).read_text(encoding="utf-8"))


def wait_until(is_true: Callable[[], Any]) -> Any:
    """What the condition gives once that is true. Raises AssertionError when it never is."""
    end_s = time.monotonic() + PATIENCE_S
    while True:
        result = is_true()
        if result:
            return result
        if time.monotonic() > end_s:
            raise AssertionError("expected the condition to become true")
        time.sleep(0.005)


class Agent:
    """The agent's own server, in a Node process that all tests share."""

    _shared: "Optional[Agent]" = None

    def __init__(self) -> None:
        node = os.environ.get("EVENKEEL_NODE") or shutil.which("node")
        if node is None:
            raise unittest.SkipTest("there is no node to run the agent's server")
        self._process = subprocess.Popen(
            [node, str(HERE / "agent.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._lock = threading.Lock()
        self.url = self.token = ""
        self._items: List[Dict[str, Any]] = []

    @classmethod
    def shared(cls) -> "Agent":
        """The one agent, started with the first test that needs it."""
        if cls._shared is None:
            cls._shared = Agent()
            atexit.register(cls._shared._end)
        return cls._shared

    def open(self, lease_ms: int = 10_000, port: int = 0) -> "Agent":
        """Listens anew, on a free port unless told, without bots."""
        answer = self._do("open", leaseMs=lease_ms, listenPort=port)
        self.url, self.token = answer["url"], answer["token"]
        self._items = []
        return self

    def close(self) -> None:
        """Listens no more."""
        self._do("close")

    def items(self) -> List[Dict[str, Any]]:
        """All that came from bots since it listens."""
        answer = self._do("drain")
        self._items += answer["items"]
        self.counters = answer["counters"]
        return self._items

    def lines(self, kind: str) -> List[Dict[str, Any]]:
        """The lines of one kind so far."""
        return [item["line"] for item in self.items() if item["kind"] == "line" and item["line"]["kind"] == kind]

    def publish(self, decision: Dict[str, Any], **more: Any) -> int:
        """Decides for the controlling bot; the revision."""
        self.items()
        return self._do("publish", decision=decision, **more)["revision"]

    def expire(self) -> None:
        """Ends all sessions as if their leases had run out."""
        self._do("expire")

    def _do(self, name: str, **more: Any) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps({"do": name, **more}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        if not line:
            raise AssertionError("the agent's server has ended")
        return json.loads(line)

    def _end(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


class AgentCase(unittest.TestCase):
    """A test with the agent's own server, and bots that are closed at its end."""

    lease_ms = 10_000

    def setUp(self) -> None:
        self.agent = Agent.shared().open(self.lease_ms)
        self.addCleanup(self.agent.close)

    def start(self, name: str = "test-bot", **options: Any) -> evenkeel.Bot:
        """A bot that is connected."""
        bot = self.connect(name, **options)
        wait_until(lambda: bot.connected)
        return bot

    def connect(self, name: str = "test-bot", **options: Any) -> evenkeel.Bot:
        """A bot, connected or not."""
        given = {"knobs": KNOBS, "url": self.agent.url, "token": self.agent.token, **options}
        bot = evenkeel.connect(name, **given)
        self.addCleanup(bot.close)
        return bot


class RawServer:
    """A server that hands each connection to ``serve`` in a thread of its own."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.connections: List[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Ends it with all its connections."""
        for sock in [self._listener, *self.connections]:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections.append(sock)
            threading.Thread(target=self._handle, args=(sock,), daemon=True).start()

    def _handle(self, sock: socket.socket) -> None:
        try:
            self._serve(sock)
        except OSError:
            pass


def read_head(sock: socket.socket) -> "tuple[str, bytes]":
    """The head of a request, and what came behind it."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(65_536)
        if not piece:
            return "", b""
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    return head.decode("latin-1"), rest


def read_request(sock: socket.socket) -> "tuple[str, bytes]":
    """The first line of a request and its body, by its length."""
    head, body = read_head(sock)
    length = 0
    for line in head.split("\r\n"):
        if line.lower().startswith("content-length:"):
            length = int(line.split(":")[1])
    while len(body) < length:
        body += sock.recv(65_536)
    return head.split("\r\n")[0], body


def answer(sock: socket.socket, body: Any, status: str = "200 OK", head: str = "") -> None:
    """Answers with JSON, or with the bytes as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    sock.sendall(f"HTTP/1.1 {status}\r\n{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)


#: What opens a session of a server that is none of an agent.
WELCOME = {"session": "s", "leaseS": 10, "decision": {}, "revision": 1, "frameRules": None}
