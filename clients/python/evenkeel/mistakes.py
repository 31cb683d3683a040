"""What is possible and most likely a mistake: its author is told."""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from typing import Any, Iterable, Mapping, Optional

from .address import parse_address
from .problems import Problems

#: The knobs that rules know and a bot may offer, as every client has them.
BOT_KNOBS = (
    "model",
    "resolution",
    "frameSkip",
    "streams",
    "batchSize",
    "cpuThreads",
    "precision",
    "provider",
    "captureFps",
    "processPriority",
    "cpuAffinity",
)

#: Stages by these names would be facts that mean something else.
NO_STAGES = frozenset(("total", "wait", "interval", "criticalLatency"))


def tell_odd_knobs(names: Iterable[str], problems: Problems) -> None:
    """Says which offered knobs are a mistake of typing away from one that rules know; a bot's own knobs are its
    business."""
    for name in names:
        meant = [] if name in BOT_KNOBS else get_close_matches(name, BOT_KNOBS, 1, 0.75)
        if meant:
            expected = f"a knob that rules know, such as {meant[0]}"
            problems.say_once("knobs", name, expected, name, "no shipped rule steers it")


def tell_odd_stage(name: str, problems: Problems) -> None:
    """Says that a stage's time reaches no rule."""
    if name in NO_STAGES:
        expected = "another name, for the agent measures that itself"
        problems.say_once("stage", name, expected, name, "no fact is made of it")


def tell_odd_url(url: Optional[str], problems: Problems) -> None:
    """Says that EVENKEEL_URL is none, of a bot that was not told another one."""
    if url and parse_address(url, "") is None:
        expected = "a URL such as http://127.0.0.1:7410"
        problems.say_once("connect", "EVENKEEL_URL", expected, url, "no agent is found by it")


def tell_async(knob: str, apply: Any, problems: Problems) -> None:
    """Says that a knob's function gives a coroutine, for which nobody waits."""
    if inspect.iscoroutinefunction(apply):
        expected = "a function that returns when the change is made, by run_coroutine_threadsafe(…).result()"
        problems.say_once("on", knob, expected, apply, "each change is told as failed")


def tell_failed_change(line: Mapping[str, Any], problems: Problems) -> None:
    """Says that the bot's own function did not make a change."""
    if not line["ok"]:
        outcome = f"{line['value']} stays in force"
        problems.say_once("on", line["knob"], "the change to be made", line["error"], outcome)
