"""One question to the agent and its answer, within a bound of time."""

from __future__ import annotations

import json
import selectors
import time
from typing import Any, Callable, Mapping, Optional

from .address import AgentAddress
from .connection import Connection
from .http_reader import WireError

#: An answer longer than this is not one of an agent, in bytes. A state of hundreds of facts has some 100 kB.
ANSWER_LIMIT = 8_388_608

#: How often ``meanwhile`` is called, in s.
STEP_S = 0.05


class Refusal(Exception):
    """The agent answered, but not as hoped; the message is its own, behind the status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text[:500]}")
        self.status = status


def ask(
    address: AgentAddress,
    method: str,
    path: str,
    body: Any = None,
    bound_s: float = 2.0,
    headers: Optional[Mapping[str, str]] = None,
    meanwhile: Callable[[], bool] = lambda: True,
) -> Any:
    """The parsed JSON of an answer with status 200.

    ``meanwhile`` is called again and again while waiting; once it says False the question is given up. Raises Refusal
    for another status, OSError (TimeoutError when the bound has passed), or WireError for what is no answer of an
    agent.
    """
    end_s = time.monotonic() + bound_s
    connection = Connection(address, bound_s)
    try:
        data = None if body is None else json.dumps(body, allow_nan=False).encode()
        extra = {} if data is None else {"Content-Type": "application/json"}
        connection.begin(method, path, {"Connection": "close", **(headers or {}), **extra}, data)
        text = await_answer(connection, end_s, meanwhile)
        if connection.reader.status != 200:
            raise Refusal(connection.reader.status or 0, text.decode("utf-8", "replace"))
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as cause:
            raise WireError(f"expected JSON as the answer to {method} {path}") from cause
    finally:
        connection.close()


def await_answer(connection: Connection, end_s: float, meanwhile: Callable[[], bool] = lambda: True) -> bytes:
    """The body of the answer that is on its way; ``end_s`` in s of ``time.monotonic``.

    Raises TimeoutError, another OSError, or WireError.
    """
    pieces = []
    size = 0
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        while not connection.reader.is_complete:
            left_s = end_s - time.monotonic()
            if left_s <= 0 or not meanwhile():
                raise TimeoutError("no answer within the time")
            ways = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.wants_to_send else 0)
            selector.modify(connection, ways)
            for _, ready in selector.select(min(left_s, STEP_S)):
                if ready & selectors.EVENT_WRITE:
                    connection.go_on()
                if ready & selectors.EVENT_READ:
                    piece = connection.receive()
                    size += len(piece)
                    pieces.append(piece)
            if size > ANSWER_LIMIT:
                raise WireError(f"expected at most {ANSWER_LIMIT} bytes as an answer")
    return b"".join(pieces)
