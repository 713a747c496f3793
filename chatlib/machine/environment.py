"""What is set from outside: ``$CHATLIB_URL``, ``_PORT``, ``_ORIGINS`` and ``_NAME``, as people type them."""

from __future__ import annotations

import os

from chatlib import server_url


def variable(name: str) -> str:
    """Return what a variable was meant to be, "" if it is not set: ``%env`` and ``set`` keep the quotes around it."""
    return server_url.unquoted(os.environ.get(name, ""))


def class_server() -> str:
    """Return the URL in ``$CHATLIB_URL``, "" if there is none.

    Raises:
        ValueError: it is none that a chat server can have.
    """
    typed = variable("CHATLIB_URL")
    try:
        return server_url.read(typed) if typed else ""
    except ValueError as error:
        raise ValueError(f"CHATLIB_URL: {error}") from None


def person() -> str:
    """Return how the person at this kernel is called: ``$CHATLIB_NAME``, else the hub's user; "" if nobody said.

    On Binder nobody has logged in: its hub makes up a user for each session.
    """
    return variable("CHATLIB_NAME") or ("" if is_binder() else variable("JUPYTERHUB_USER"))


def is_binder() -> bool:
    """Tell whether this is a session on Binder, which names its own variables after itself."""
    return any(name.startswith("BINDER_") for name in os.environ)
