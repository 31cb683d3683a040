"""What the process does to bots: its end says goodbye for them, and a forked child has none of them."""

from __future__ import annotations

import atexit
import os
import time
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from .bot import Bot

#: How long all goodbyes together may hold up the end of the process, in s (wire.md: 200 ms).
GOODBYE_S = 0.2

_bots: "WeakSet[Bot]" = WeakSet()


def remember(bot: "Bot") -> None:
    """Has the bot closed when the process ends."""
    _bots.add(bot)


def forget(bot: "Bot") -> None:
    """A closed bot needs nothing at the end."""
    _bots.discard(bot)


@atexit.register
def _say_goodbye() -> None:
    bots = list(_bots)
    end_s = time.monotonic() + GOODBYE_S
    for bot in bots:
        bot._begin_close()
    for bot in bots:
        bot._link.wait(end_s - time.monotonic())


def _become_child() -> None:
    """The threads are not here and the connections are the parent's; closing our copies leaves them open there."""
    for bot in list(_bots):
        bot._lose_threads()
    _bots.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_become_child)
