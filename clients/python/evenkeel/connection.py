"""One connection to the agent. Nothing here waits, but for the connecting itself."""

from __future__ import annotations

import socket
from typing import Dict, Mapping, Optional

from .address import AgentAddress
from .http_reader import HttpReader, WireError

#: What is read at once, in bytes.
PIECE_BYTES = 65_536


class Connection:
    """A socket that does not block, what waits to be sent over it, and the answer that comes back."""

    def __init__(self, address: AgentAddress, connect_s: float) -> None:
        """Connects within ``connect_s`` seconds. Raises OSError where there is nobody."""
        self._address = address
        self._socket: Optional[socket.socket] = socket.create_connection(
            (address.host, address.port), timeout=max(0.001, connect_s)
        )
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unsent = b""
        self.reader = HttpReader()

    def fileno(self) -> int:
        """For a selector; -1 once it is closed."""
        return -1 if self._socket is None else self._socket.fileno()

    @property
    def wants_to_send(self) -> bool:
        """Whether the agent has not yet taken all that was to be sent."""
        return bool(self._unsent)

    def begin(self, method: str, path: str, headers: Mapping[str, str], body: Optional[bytes] = None) -> None:
        """Sends a request's head, with its body where that is known; the next answer is this request's."""
        self.reader = HttpReader()
        head: Dict[str, str] = {"Host": self._address.host_header, **headers}
        if self._address.token:
            head["Authorization"] = f"Bearer {self._address.token}"
        if body is not None:
            head["Content-Length"] = str(len(body))
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
        text = "\r\n".join(lines)
        if not text.isascii() or any(not line.isprintable() for line in lines):
            raise WireError("expected an address and a token of printable ASCII characters")
        self.send(text.encode("ascii") + b"\r\n\r\n" + (body or b""))

    def send(self, data: bytes) -> None:
        """Sends what the agent takes now and keeps the rest for ``go_on``. Raises OSError."""
        self._unsent += data
        self.go_on()

    def go_on(self) -> None:
        """Sends more of what waits. Raises OSError."""
        while self._unsent and self._socket is not None:
            try:
                sent = self._socket.send(self._unsent)
            except (BlockingIOError, InterruptedError):
                return
            self._unsent = self._unsent[sent:]

    def receive(self) -> bytes:
        """What has arrived of the answer's body. Raises OSError, or WireError for what is no answer."""
        body = b""
        while self._socket is not None:
            try:
                data = self._socket.recv(PIECE_BYTES)
            except (BlockingIOError, InterruptedError):
                break
            if self.is_spent and not data:
                self.close()
                break
            if self.reader.is_complete:
                raise WireError("expected nothing after an answer, got more" if data else "the connection has ended")
            if not data:
                self.reader.end()
                break
            body += self.reader.feed(data)
            if len(data) < PIECE_BYTES:
                break
        return body

    @property
    def is_spent(self) -> bool:
        """Whether its answer was the last: the next request needs another connection."""
        return self.reader.is_complete and self.reader.headers.get("connection", "").lower() == "close"

    def close(self) -> None:
        """Closes at once; a second call does nothing."""
        sock, self._socket = self._socket, None
        if sock is not None:
            sock.close()
