"""What the process does to a bot: its end, its forks, an interrupt."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from unittest import skipUnless

import evenkeel
from support import CLIENT, AgentCase, RawServer, wait_until

START = """
import os, sys, threading, time
sys.path.insert(0, sys.argv[1])
import evenkeel
bot = evenkeel.connect("child", knobs={"resolution": [416, 640]}, url=sys.argv[2], token=sys.argv[3])
def until_connected():
    while not bot.connected:
        time.sleep(0.002)
"""

def run(script: str, url: str, token: str = "t") -> "subprocess.CompletedProcess[str]":
    """A bot's script run to its end, which must be its own."""
    command = [sys.executable, "-B", "-W", "error::ResourceWarning", "-c", START + script, str(CLIENT), url, token]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


class Ends(AgentCase):
    def check(self, script: str, url: str) -> None:
        done = run(script, url, self.agent.token)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "end", ""))

    def test_with_an_agent_that_is_absent_or_never_answers(self) -> None:
        self.check("bot.frame().finish(); print('end', end='')", "http://127.0.0.1:1")
        stalled = RawServer(lambda sock: threading.Event().wait(60))
        self.addCleanup(stalled.close)
        # The threads that wait for the agent are not waited for; the whole end is held to its bound.
        script = """
time.sleep(0.1)
import atexit
def judge():
    took_s = time.monotonic() - ended
    print("end" if took_s < 1.0 else "late: %.3f s" % took_s, end="")
atexit.unregister(evenkeel.process._say_goodbye)
atexit.register(judge)
atexit.register(evenkeel.process._say_goodbye)
ended = time.monotonic()
"""
        self.check(script, stalled.url)

    def test_a_bot_that_does_not_close_says_goodbye_at_the_end(self) -> None:
        self.check("until_connected(); bot.frame().finish(); print('end', end='')", self.agent.url)
        items = wait_until(lambda: len(self.agent.items()) == 3 and self.agent.items())
        self.assertEqual([item["kind"] for item in items], ["hello", "line", "bye"])
        self.assertEqual(items[-1]["cause"], "bye")

    def test_an_interrupt_ends_the_loop_as_ever_and_the_frame_is_told(self) -> None:
        script = """
import _thread
until_connected()
try:
    while True:
        with bot.frame():
            _thread.interrupt_main()
            time.sleep(5)
except KeyboardInterrupt:
    print("end", end="")
"""
        self.check(script, self.agent.url)
        items = wait_until(lambda: len(self.agent.items()) == 3 and self.agent.items())
        self.assertEqual([item["kind"] for item in items], ["hello", "line", "bye"])

    def test_a_program_without_files_of_its_own_runs_too(self) -> None:
        # As a frozen program has it: modules without __file__, and no metadata of packages.
        script = """
for name, module in list(sys.modules.items()):
    if name.startswith("evenkeel"):
        module.__dict__.pop("__file__", None)
until_connected()
assert bot.decision.resolution == 416
assert "importlib.metadata" not in sys.modules
print("end", end="")
"""
        self.check(script, self.agent.url)


def answer_in_child(bot_name: str, url: str, token: str, told: "multiprocessing.Queue[str]") -> None:
    bot = evenkeel.connect(bot_name, knobs={}, url=url, token=token)
    wait_until(lambda: bot.connected)
    bot.close()
    told.put("connected")


class Children(AgentCase):
    @skipUnless(hasattr(os, "fork"), "this system does not fork")
    def test_a_forked_child_is_without_the_agent_and_leaves_the_parents_talk_alone(self) -> None:
        script = """
import warnings
warnings.simplefilter("ignore", DeprecationWarning)
until_connected()
with bot.frame():
    pass
child = os.fork()
if child == 0:
    for _ in range(3000):
        bot.should_skip(combat_active=True)
        bot.frame().finish()
    own = evenkeel.connect("own", knobs={}, url=sys.argv[2], token=sys.argv[3])
    while not own.connected:
        time.sleep(0.002)
    bot.close()
    assert not bot.connected and bot.dropped == 0 and bot.decision.resolution == 416
    sys.exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
assert bot.connected
bot.frame().finish()
print("end", end="")
"""
        done = run(script, self.agent.url, self.agent.token)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "end", ""))
        items = wait_until(lambda: len(self.agent.items()) == 6 and self.agent.items())
        kinds = sorted(item["kind"] for item in items)
        self.assertEqual(kinds, ["bye", "bye", "hello", "hello", "line", "line"])

    def test_a_spawned_child_connects_for_itself(self) -> None:
        context = multiprocessing.get_context("spawn")
        told: "multiprocessing.Queue[str]" = context.Queue()
        child = context.Process(target=answer_in_child, args=("spawned", self.agent.url, self.agent.token, told))
        child.start()
        self.assertEqual(told.get(timeout=30), "connected")
        child.join(30)
        self.assertEqual(child.exitcode, 0)
