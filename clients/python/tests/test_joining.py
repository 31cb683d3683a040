"""The loop with Ultralytics that docs/joining.md shows runs as it stands there, with a stand-in for the library."""

from __future__ import annotations

import os
import re
import sys
import time
import types
import unittest
from typing import Any, List, Tuple
from unittest import mock

from support import PATIENCE_S, ROOT, AgentCase

PAGE = ROOT / "docs" / "joining.md"
DECIDED = ("yolov8s", 512)


class Joining(AgentCase):
    def test_the_loop_of_the_page_joins_and_runs_on_what_is_decided(self) -> None:
        before, after = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[:2]
        seen: List[Tuple[str, int]] = []
        acted: List[Any] = []
        agent = self.agent
        end_s = time.monotonic() + PATIENCE_S

        class Model:
            def __init__(self, path: str) -> None:
                self.name = path[: -len(".pt")]

            def __call__(self, image: Any, imgsz: int) -> List[Any]:
                seen.append((self.name, imgsz))
                return [types.SimpleNamespace(boxes=[1, 2])]

        class Running:
            """Until the decision has reached the loop."""

            def __bool__(self) -> bool:
                return DECIDED not in seen and time.monotonic() < end_s

        def grab() -> str:
            time.sleep(0.02)
            # The first frame runs on what the bot itself said.
            if seen and any(item["kind"] == "hello" for item in agent.items()):
                agent.publish({"model": DECIDED[0], "resolution": DECIDED[1]})
            return "image"

        library = types.ModuleType("ultralytics")
        library.YOLO = Model  # type: ignore[attr-defined]
        names = {"running": Running(), "grab": grab, "act": acted.append, "in_combat": lambda: False}
        environment = {"EVENKEEL_URL": agent.url, "EVENKEEL_TOKEN": agent.token}
        with mock.patch.dict(sys.modules, ultralytics=library), mock.patch.dict(os.environ, environment):
            exec(compile(after, str(PAGE), "exec"), names)
        self.addCleanup(names["bot"].close)  # type: ignore[attr-defined]
        self.assertEqual([("yolov8n", 416), DECIDED], [seen[0], seen[-1]])
        self.assertEqual([[1, 2]] * len(seen), acted)
        compile(before, str(PAGE), "exec")


if __name__ == "__main__":
    unittest.main()
