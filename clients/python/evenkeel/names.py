"""Names: those of Python with underscores become those of the wire, and what no agent takes is told apart."""

from __future__ import annotations

import re
from typing import Any, Dict

#: Stages and scene flags (bot-line.schema.json); another name makes the agent refuse the whole line.
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")

#: Bots have a handful of names; one that makes up new ones all the time shall not fill the memory.
MOST_KEPT = 512

_camel_of: Dict[str, str] = {}
_is_name: Dict[str, bool] = {}


def camel(name: str) -> str:
    """``combat_active`` as ``combatActive``; a name without underscores as it is."""
    known = _camel_of.get(name)
    if known is None:
        head, *rest = name.split("_")
        known = head + "".join(part[:1].upper() + part[1:] for part in rest)
        if len(_camel_of) < MOST_KEPT:
            _camel_of[name] = known
    return known


def is_name(name: Any) -> bool:
    """Whether the agent takes it as the name of a stage or flag. Never raises."""
    if not isinstance(name, str):
        return False
    known = _is_name.get(name)
    if known is None:
        known = NAME.fullmatch(name) is not None
        if len(_is_name) < MOST_KEPT:
            _is_name[name] = known
    return known
