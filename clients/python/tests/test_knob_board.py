"""What a board asks of the bot's own functions, in which order, and what becomes of it."""

from __future__ import annotations

import itertools
import random
import unittest
from typing import Any, Dict, List, Tuple

from evenkeel.knob_board import KnobBoard
from evenkeel.offer import expand_knobs, expand_models
from evenkeel.pair import runs_at
from support import KNOBS, AgentCase, wait_until

NAMES = ["n", "s", "m"]
SIZES = [320, 416, 640]


class Rig:
    """A board whose functions run in the loop, fail as asked, and note what they were asked for."""

    def __init__(self, models: List[Dict[str, Any]], model: str, size: int) -> None:
        knobs = {"model": {"values": NAMES, "value": model}, "resolution": {"values": SIZES, "value": size}}
        self.models = models
        self.runs: Dict[str, Any] = {"model": model, "resolution": size}
        self.calls: List[Tuple[str, Any]] = []
        self.fails: List[Any] = []
        self.lines: List[Dict[str, Any]] = []
        self.board = KnobBoard(expand_knobs(knobs), expand_models(models, {}), self.lines.append)
        for name in knobs:
            self.board.on(name, self._function(name), True)

    def _function(self, name: str) -> Any:
        def change(value: Any) -> None:
            self.calls.append((name, value))
            if value in self.fails:
                raise ValueError(f"no {value}")
            self.runs[name] = value
            self.between()

        return change

    def between(self) -> None:
        """What happens after each change."""


class PairTest(unittest.TestCase):
    def test_a_pair_that_was_not_offered_is_never_asked_for_unless_the_size_follows_at_once(self) -> None:
        dice = random.Random(7)
        for _ in range(300):
            models = [{"name": name, "sizes": sorted(dice.sample(SIZES, dice.randint(1, 3)))} for name in NAMES]
            pairs = [(model["name"], size) for model in models for size in model["sizes"]]
            rig = Rig(models, *dice.choice(pairs))
            revisions = itertools.count(1)

            def decide() -> Tuple[str, int]:
                wanted = dice.choice(pairs)
                rig.board.decide({"model": wanted[0], "resolution": wanted[1]}, next(revisions))
                return wanted

            def between() -> None:
                nonlocal last
                if dice.random() < 0.3:
                    last = decide()

            rig.between = between  # type: ignore[method-assign]
            for _ in range(4):
                last = decide()
                before = dict(rig.runs)
                rig.calls.clear()
                rig.board.apply_pending()
                self.assertEqual(last, (rig.runs["model"], rig.runs["resolution"]))
                for i, (name, value) in enumerate(rig.calls):
                    before[name] = value
                    if not runs_at(models, (before["model"], before["resolution"])):
                        self.assertEqual("model", name)
                        self.assertEqual("resolution", rig.calls[i + 1][0])

    def test_a_size_that_the_model_in_force_does_not_run_at_is_refused_unasked(self) -> None:
        rig = Rig([{"name": "n", "sizes": [320]}, {"name": "s", "sizes": [640]}], "n", 320)
        rig.fails.append("s")
        rig.board.decide({"model": "s", "resolution": 640}, 7)
        self.assertEqual(2, rig.board.apply_pending())
        self.assertEqual([("model", "s")], rig.calls)
        self.assertEqual([("model", "n", False), ("resolution", 320, False)], [_told(line) for line in rig.lines])
        self.assertEqual("n, which is in force, does not run at 640", rig.lines[1]["error"])


def _told(line: Dict[str, Any]) -> Tuple[Any, Any, Any]:
    return line["knob"], line["value"], line["ok"]


class Offer(AgentCase):
    def test_a_bot_that_offers_other_things_goes_on_in_another_session_of_the_same_bot(self) -> None:
        bot = self.start()
        (first,) = wait_until(self._hellos)
        bot.offer({**KNOBS, "model": ["yolov8n", "engine"]}, [{"name": "engine", "sizes": [640]}, "yolov8n"])
        second = wait_until(lambda: self._hellos()[1:])[0]
        self.assertEqual((first["session"], True), (second["replaces"], second["controls"]))
        self.assertEqual([{"name": "engine", "sizes": [640]}, {"name": "yolov8n"}], second["models"])
        self.assertEqual("yolov8n", second["knobs"]["model"]["value"])
        wait_until(lambda: bot.connected)

    def test_an_offer_that_cannot_be_is_left_out_and_said(self) -> None:
        bot = self.connect()
        bot.offer({"model": "none"})
        self.assertRegex(bot.problem or "", "^offer: knobs: expected knobs and models as connect takes them, got ")
        self.assertEqual("yolov8n", bot.decision.model)

    def _hellos(self) -> List[Dict[str, Any]]:
        return [item["event"] for item in self.agent.items() if item["kind"] == "hello"]


if __name__ == "__main__":
    unittest.main()
