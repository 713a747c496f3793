"""The page of the reading site on the Python interface: what is public, in the words of its docstrings."""

from __future__ import annotations

from importlib import import_module
from inspect import isclass
from typing import Final

# What a page says first, and the names of `chatlib` that belong there.
PARTS: Final = {
    "A server": ("serve", "Server", "ChatServer"),
    "The browser's WebSocket": ("WebSocket", "Event", "MessageEvent", "CloseEvent"),
    "A person in a room": ("ChatClient",),
    "When something is wrong": ("doctor",),
}
BY_FRONT_ENDS: Final = ("act", "handle", "inherit", "picture", "seen", "unseen")  # of a widget: nobody else calls them
MODULES: Final = ("wire", "hub", "records", "transcript", "limits", "chaos")
# Its contents name parts, classes and functions: with each method, too, they would be a page of their own.
DEPTH: Final = "---\ntocdepth: 3\n---\n\n"


def python_page() -> str:
    """Return the page as MyST; each name is documented where it is at home."""
    parts = ["# The Python interface", _directive("automodule", "chatlib", "no-index:")]
    for title, names in PARTS.items():
        parts += [f"## {title}", *(_documented("chatlib", name) for name in names)]
    parts.append(_directive("automodule", "chatlib.errors", "members:"))
    widgets = import_module("chatlib.widgets")
    parts.append("## Widgets")
    parts += [_documented("chatlib.widgets", name) for name in widgets.__all__]
    parts.append("## The chat itself, stepped by hand")
    for name in MODULES:
        parts += [f"### chatlib.{name}", _directive("automodule", f"chatlib.{name}", "members:")]
    return DEPTH + "\n\n".join(parts) + "\n"


def _documented(module: str, name: str) -> str:
    if not isclass(getattr(import_module(module), name)):
        return _directive("autofunction", f"{module}.{name}")
    return _directive("autoclass", f"{module}.{name}", "members:", f"exclude-members: {', '.join(BY_FRONT_ENDS)}")


def _directive(kind: str, name: str, *options: str) -> str:
    lines = [f".. {kind}:: {name}", *(f"   :{option}" for option in options)]
    return "\n".join(["```{eval-rst}", *lines, "```"])
