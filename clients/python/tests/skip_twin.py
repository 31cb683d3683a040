"""Decides about the frames that come on standard input, as one JSON object; another client decides about the same."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from evenkeel.answer import read_told  # noqa: E402
from evenkeel.importance import DEFAULT_FRAME_RULES  # noqa: E402
from evenkeel.skip import SKIP_START, decide_skip  # noqa: E402

LETTERS = {"share": "s", "credit": "c", "never": "n", "run": "r", "age": "a"}

given = json.load(sys.stdin)
verdicts = []
state = SKIP_START
for block in given["blocks"]:
    told = read_told({"decision": {}, "revision": 1, "frameRules": block["frameRules"]})
    rules = (told and told.frame_rules) or DEFAULT_FRAME_RULES
    for at_ms, share, flags in block["frames"]:
        scene = {flag: True for flag in flags}
        _, reason, state = decide_skip(state, share, scene, rules, at_ms)
        verdicts.append(f"{LETTERS[reason]}{state.credit}")
print(" ".join(verdicts))
