"""The library under a course of Jupyter notebooks that teaches WebSockets.

::

    server = chatlib.serve()                                # start the chat server in this kernel, or join it
    ws = chatlib.WebSocket(server.url + "/echo")            # the browser's class, in Python
    room = chatlib.ChatClient(server.url, name="Ada")       # a person in a room, who survives bad networks
    chatlib.ChatPanel(name="Ada")                           # the same, as a live widget
    chatlib.doctor()                                        # what is wrong here, and how to fix it

Every name loads its module on first use, so that ``import chatlib`` costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module

from chatlib.version import __version__ as __version__

if sys.platform == "emscripten":  # a kernel in a browser's tab, which has neither sockets nor threads
    import_module("chatlib.browser").settle()

TYPE_CHECKING = False  # typing's own is not asked: a typing.py beside the notebook is for the doctor to speak of
if TYPE_CHECKING:
    from typing import Any

    from chatlib.client.chat_client import ChatClient
    from chatlib.client.events import Event, MessageEvent
    from chatlib.client.websocket import CloseEvent, WebSocket
    from chatlib.diagnostics.checkup import doctor
    from chatlib.errors import (
        ChatlibError,
        DOMException,
        JoinError,
        PasscodeError,
        PortInUseError,
        ServeError,
    )
    from chatlib.server.chat_server import ChatServer
    from chatlib.server.ownership import Server, serve
    from chatlib.widgets.chat_panel import ChatPanel

_HOME = {
    "ChatClient": "client.chat_client",
    "ChatPanel": "widgets.chat_panel",
    "ChatServer": "server.chat_server",
    "ChatlibError": "errors",
    "CloseEvent": "client.websocket",
    "DOMException": "errors",
    "Event": "client.events",
    "JoinError": "errors",
    "MessageEvent": "client.events",
    "PasscodeError": "errors",
    "PortInUseError": "errors",
    "ServeError": "errors",
    "Server": "server.ownership",
    "WebSocket": "client.websocket",
    "doctor": "diagnostics.checkup",
    "serve": "server.ownership",
}

__all__ = [
    "ChatClient",
    "ChatPanel",
    "ChatServer",
    "ChatlibError",
    "CloseEvent",
    "DOMException",
    "Event",
    "JoinError",
    "MessageEvent",
    "PasscodeError",
    "PortInUseError",
    "ServeError",
    "Server",
    "WebSocket",
    "doctor",
    "serve",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'chatlib' has no attribute {name!r}")
    value = getattr(import_module(f"chatlib.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
