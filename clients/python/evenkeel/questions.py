"""What a bot asks of the agent and asks it to do; every question ends within 2 s, and none raises because of it."""

from __future__ import annotations

import json
import os
import time
from datetime import datetime, timezone
from typing import Any, Callable, Dict, Optional

from .address import Where, find_agent
from .exchange import Refusal, ask
from .http_reader import WireError
from .problems import Problems

#: The longest wait for an answer, in s; for an export, which asks five times, too.
BOUND_S = 2.0


class Questions:
    """The control API for the bot's author. The bot's ``problem`` says why the last question was not answered."""

    def __init__(self, where: Where, problems: Problems) -> None:
        self._where = where
        self._problems = problems

    def force_optimization(self) -> Any:
        """Evaluates the rules now."""
        return self._ask("POST", "/v1/optimize")

    def apply_preset(self, name: str, for_s: Optional[float] = None) -> Any:
        """Sets the preset, for ``for_s`` seconds or until it is changed."""
        body: Dict[str, Any] = {"value": name}
        if for_s is not None:
            body["forS"] = for_s
        return self._ask("PUT", "/v1/preset", body)

    def recommendations(self) -> Any:
        """What a person might do now, as a list."""
        return self._ask("GET", "/v1/recommendations", part="recommendations")

    def snapshot(self) -> Any:
        """Everything measured now."""
        return self._ask("GET", "/v1/snapshot")

    def bottleneck(self) -> Any:
        """What holds the bot back now."""
        return self._ask("GET", "/v1/bottleneck")

    def export(self, file: "str | os.PathLike[str]") -> Optional[str]:
        """Writes one JSON document with all of the above, the knobs and the decisions since the start."""
        end_s = time.monotonic() + BOUND_S
        document: Dict[str, Any] = {"at": _now()}
        for key, path, part in EXPORTED:
            answer = self._ask("GET", path, part=part, bound_s=end_s - time.monotonic())
            if answer is None:
                return None
            document[key] = answer
        written: Optional[str] = self._settle(lambda: _write(file, document), "export")
        return written

    def _ask(
        self, method: str, path: str, body: Any = None, part: Optional[str] = None, bound_s: Optional[float] = None
    ) -> Any:
        most_s = BOUND_S if bound_s is None else bound_s
        return self._settle(lambda: self._answer(method, path, body, part, most_s), f"{method} {path}")

    def _answer(self, method: str, path: str, body: Any, part: Optional[str], bound_s: float) -> Any:
        address = find_agent(self._where)
        if address is None:
            raise ConnectionError("expected a running agent, found none; start one with: npx evenkeel run")
        answer = ask(address, method, path, body, bound_s)
        if part is None:
            return answer
        if isinstance(answer, dict) and part in answer:
            return answer[part]
        raise WireError(f"expected {part} in the answer, got none; the agent may be of an older version")

    def _settle(self, work: Callable[[], Any], what: str) -> Any:
        try:
            result = work()
        except Refusal as refusal:
            self._problems.say(f"{what}: the agent refused: {refusal}")
        except (OSError, WireError, TypeError, ValueError) as failure:
            self._problems.say(f"{what}: {str(failure) or type(failure).__name__}")
        else:
            self._problems.clear()
            return result
        return None


#: The keys of an exported document, where each comes from, and which part of the answer it is.
EXPORTED = (
    ("snapshot", "/v1/snapshot", None),
    ("knobs", "/v1/state", "knobs"),
    ("bottleneck", "/v1/bottleneck", None),
    ("recommendations", "/v1/recommendations", "recommendations"),
    ("decisions", "/v1/decisions", "decisions"),
)


def _now() -> str:
    """The time as ISO 8601 in UTC, to the millisecond."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _write(file: "str | os.PathLike[str]", document: Dict[str, Any]) -> str:
    """Whole or not at all: a reader never sees half of it."""
    path = os.path.abspath(os.fspath(file))
    draft = f"{path}.{os.getpid()}.tmp"
    try:
        with open(draft, "w", encoding="utf-8") as out:
            json.dump(document, out, ensure_ascii=False, indent=2)
            out.write("\n")
        os.replace(draft, path)
    except BaseException:
        if os.path.exists(draft):
            os.remove(draft)
        raise
    return path
