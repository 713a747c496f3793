"""The Jupyter server around this process: behind its address a browser finds what the proxy reaches.

A kernel cannot know under which name a browser reached the Lab (a tunnel, a container, a server's own name), but it can
know the path below that name.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from chatlib.machine import processes


def base_url() -> str | None:
    """Return the path of the Jupyter server that this process belongs to, "/" at its end; None if there is none.

    A kernel is told the process of its server; in a terminal it is the one that was started last.
    """
    if prefix := os.environ.get("JUPYTERHUB_SERVICE_PREFIX"):
        return f"{prefix.rstrip('/')}/"
    running = _running()
    own = [server for server in running if str(server["pid"]) == os.environ.get("JPY_PARENT_PID")]
    found = (own or running)[-1:]
    return f"{found[0]['base_url'].rstrip('/')}/" if found else None


def _running() -> list[dict[str, Any]]:
    """Return what this user's Jupyter servers wrote of themselves into the runtime directory, the oldest first."""
    try:
        from jupyter_core.paths import jupyter_runtime_dir
    except ImportError:
        return []
    found = []
    for path in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
        try:
            server = json.loads(path.read_text(encoding="utf-8"))
            is_whole = isinstance(server["pid"], int) and isinstance(server["base_url"], str)
            written = path.stat().st_mtime
        except (OSError, ValueError, KeyError, TypeError):
            continue  # half written, or gone in between
        if is_whole and (not processes.PROC.is_dir() or processes.process_of(server["pid"])):
            found.append((written, server))
    return [server for _, server in sorted(found, key=lambda each: each[0])]
