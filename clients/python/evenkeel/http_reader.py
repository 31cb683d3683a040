"""Reads an HTTP/1.1 answer piece by piece, as it arrives; bounded, and strict about what is none."""

from __future__ import annotations

from typing import Dict, Optional

#: A head or a chunk's size line longer than this is not one of an agent, in bytes.
HEAD_LIMIT = 65_536


class WireError(Exception):
    """What came is no HTTP, or none that an agent sends."""


class HttpReader:
    """One answer: ``feed`` gives the bytes of its body; ``status`` is None until its head is there."""

    def __init__(self) -> None:
        self.status: Optional[int] = None
        self.headers: Dict[str, str] = {}
        self.is_complete = False
        self._waiting = b""
        self._read = self._read_head
        #: Bytes that are left of the body or of the chunk; None where only the end of the connection tells.
        self._left: Optional[int] = None

    def feed(self, data: bytes) -> bytes:
        """Takes what arrived and returns the part of the body in it. Raises WireError."""
        self._waiting += data
        body = []
        while not self.is_complete:
            piece = self._read()
            if piece is None:
                break
            body.append(piece)
        return b"".join(body)

    def end(self) -> None:
        """The connection has ended. Raises WireError where the answer had not."""
        if self.status is not None and self._left is None and self._read == self._read_rest:
            self.is_complete = True
        if not self.is_complete:
            raise WireError("the connection ended within an answer")

    def _read_head(self) -> Optional[bytes]:
        head, blank, rest = self._waiting.partition(b"\r\n\r\n")
        if len(head) > HEAD_LIMIT or not self._waiting.startswith(b"HTTP/1."[: len(self._waiting)]):
            raise WireError(f"expected an answer of HTTP/1.1, got {self._waiting[:32]!r}")
        if not blank:
            return None
        self._waiting = rest
        first, *lines = head.decode("latin-1").split("\r\n")
        code = first.split(" ", 2)[1] if " " in first else ""
        if not (len(code) == 3 and code.isascii() and code.isdigit()):
            raise WireError(f"expected a status, got {first[:64]!r}")
        if code.startswith("1"):
            return b""
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon:
                raise WireError(f"expected a header, got {line[:64]!r}")
            self.headers[name.strip().lower()] = value.strip()
        self.status = int(code)
        self._begin_body(code)
        return b""

    def _begin_body(self, code: str) -> None:
        length = self.headers.get("content-length", "")
        if code in ("204", "304"):
            self.is_complete = True
        elif self.headers.get("transfer-encoding", "").lower().endswith("chunked"):
            self._read = self._read_size
        elif length:
            if not (length.isascii() and length.isdigit() and len(length) < 16):
                raise WireError(f"expected a length, got {length[:64]!r}")
            self._left = int(length)
            self._read = self._read_length
        else:
            self._read = self._read_rest

    def _read_rest(self) -> Optional[bytes]:
        piece, self._waiting = self._waiting, b""
        return piece or None

    def _read_length(self) -> Optional[bytes]:
        left = self._left or 0
        piece, self._waiting = self._waiting[:left], self._waiting[left:]
        self._left = left - len(piece)
        self.is_complete = self._left == 0
        return piece if piece or self.is_complete else None

    def _read_size(self) -> Optional[bytes]:
        line, end, rest = self._waiting.partition(b"\r\n")
        if len(line) > HEAD_LIMIT:
            raise WireError("expected the size of a chunk, got a line without end")
        if not end:
            return None
        try:
            size = int(line.split(b";", 1)[0], 16)
        except ValueError:
            size = -1
        if size < 0:
            raise WireError(f"expected the size of a chunk, got {line[:32]!r}")
        self._waiting = rest
        self._left = size
        self._read = self._read_trailer if size == 0 else self._read_chunk
        return b""

    def _read_chunk(self) -> Optional[bytes]:
        left = self._left or 0
        piece, self._waiting = self._waiting[:left], self._waiting[left:]
        self._left = left - len(piece)
        if self._left == 0:
            self._read = self._read_chunk_end
        return piece or None

    def _read_chunk_end(self) -> Optional[bytes]:
        if len(self._waiting) < 2:
            return None
        if self._waiting[:2] != b"\r\n":
            raise WireError("expected the end of a chunk")
        self._waiting = self._waiting[2:]
        self._read = self._read_size
        return b""

    def _read_trailer(self) -> Optional[bytes]:
        line, end, rest = self._waiting.partition(b"\r\n")
        if len(line) > HEAD_LIMIT:
            raise WireError("expected the end of an answer, got a line without end")
        if not end:
            return None
        self._waiting = rest
        self.is_complete = line == b""
        return b""
