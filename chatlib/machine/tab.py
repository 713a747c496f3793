"""Whether this Python runs in a browser's tab, and what such a place cannot do, for all who have to say it."""

from __future__ import annotations

import sys
from typing import Final

from chatlib.words import Text

BROWSERS: Final = "Chrome, Edge, Firefox 153"  # the oldest of each that can wait for a promise; Chrome's since 137

NO_SOCKET: Final = Text(
    "Not in a browser tab: the server runs in this browser, too, and a page in a browser has no socket to a kernel in a"
    " browser. Elsewhere, in JupyterLab or on Binder, it has one."
)
NO_THREAD: Final = Text("Not in a browser tab: what is asked for takes a second thread, and a tab has one only.")
NO_BUFFERS: Final = Text("Not in a browser tab: what is asked for takes a system's buffers, and a tab has none.")


def is_here() -> bool:
    """Tell whether this is Pyodide, the Python that a browser runs."""
    return sys.platform == "emscripten"


def can_wait() -> bool:
    """Tell whether a plain call can wait here for what the browser does: that takes JavaScript Promise Integration."""
    from pyodide.ffi import can_run_sync

    return bool(can_run_sync())
