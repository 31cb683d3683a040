"""Where the agent listens and with which token to speak to it."""

from __future__ import annotations

import ntpath
import os
import posixpath
import sys
from dataclasses import dataclass
from typing import Mapping, Optional
from urllib.parse import urlsplit

#: The port of a URL that names none, as for every http URL.
HTTP_PORT = 80


@dataclass(frozen=True)
class Where:
    """What a ``connect`` call says about the agent's place; None is looked for."""

    url: Optional[str] = None
    token: Optional[str] = None
    state_dir: Optional[str] = None


@dataclass(frozen=True)
class AgentAddress:
    """What a bot needs to reach an agent; the token may be empty on the loopback."""

    host: str
    port: int
    token: str

    @property
    def host_header(self) -> str:
        """The value of the Host header, an IPv6 address in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def state_folder(platform: str, env: Mapping[str, str], home: str) -> str:
    """The path of the state folder, from values alone.

    ``EVENKEEL_STATE_DIR``; else ``%LOCALAPPDATA%\\evenkeel`` on Windows, ``~/Library/Application Support/evenkeel``
    on macOS, ``$XDG_STATE_HOME/evenkeel`` or ``~/.local/state/evenkeel`` elsewhere. An empty variable counts as
    unset, and so does a relative XDG_STATE_HOME, as its specification asks. ``platform`` is named as in
    ``sys.platform``.
    """
    said = env.get("EVENKEEL_STATE_DIR")
    if said:
        return said
    if platform == "win32":
        return ntpath.join(env.get("LOCALAPPDATA") or ntpath.join(home, "AppData", "Local"), "evenkeel")
    if platform == "darwin":
        return posixpath.join(home, "Library", "Application Support", "evenkeel")
    xdg = env.get("XDG_STATE_HOME", "")
    base = xdg if xdg.startswith("/") else posixpath.join(home, ".local", "state")
    return posixpath.join(base, "evenkeel")


def find_agent(where: Where, env: Optional[Mapping[str, str]] = None) -> Optional[AgentAddress]:
    """The agent's address now, or None while there is none to be found.

    What the call says, then EVENKEEL_URL and EVENKEEL_TOKEN, then the files ``address`` and ``token`` of the state
    folder, read anew each time because an agent may come and go.
    """
    env = os.environ if env is None else env
    folder = where.state_dir
    if folder is None:
        folder = state_folder(sys.platform, env, os.path.expanduser("~"))
    url = where.url if where.url is not None else env.get("EVENKEEL_URL") or _read_line(folder, "address")
    token = where.token if where.token is not None else env.get("EVENKEEL_TOKEN") or _read_line(folder, "token")
    return parse_address(url, token)


def parse_address(url: str, token: str) -> Optional[AgentAddress]:
    """The host and port of a URL such as ``http://127.0.0.1:7410``; None for what is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme != "http" or not parts.hostname:
        return None
    return AgentAddress(parts.hostname, HTTP_PORT if port is None else port, token)


def _read_line(folder: str, name: str) -> str:
    try:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return file.read(4_096).strip()
    except (OSError, ValueError):
        # No agent has run here yet, or the file is none of ours: both mean that nothing is known.
        return ""
