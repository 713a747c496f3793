"""The doctor in a browser's tab: there is no machine to look at, and what is missing there is missing by nature."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from typing import Final

from chatlib.diagnostics import installation
from chatlib.diagnostics.report import Colour, Finding
from chatlib.diagnostics.seat import Check, Seat
from chatlib.errors import PasscodeError, PortInUseError
from chatlib.machine import ports, tab
from chatlib.server_url import LOCALHOST
from chatlib.words import Text

NAMED: Final = ("chatlib", "websockets", "ipywidgets", "anywidget")


def check_packages(seat: Seat) -> Iterator[Finding]:
    """Name what matters of what the site brought: nothing can be missing, and nothing is installed here."""
    named = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in NAMED)
    yield Finding("Packages", Colour.GREEN, Text.of_data(named))


def check_kernel(seat: Seat) -> Iterator[Finding]:
    """Tell that everything here shares one thread, and what follows."""
    text = Text(
        "Pyodide, one thread: while a cell computes, its server and its widgets stand still; what you click is heard"
        " when the running cell has ended; no other thread or process can be started"
    )
    yield Finding("Kernel", Colour.GREEN, text)


def check_waiting(seat: Seat) -> Iterator[Finding]:
    """Tell whether serve(), and all else that waits in a plain call, works in this browser."""
    if tab.can_wait():
        yield Finding("Browser", Colour.GREEN, Text("it has JSPI: serve() and other plain calls can wait"))
    else:
        mend = Text("open this page in one of these, or a later one: {browsers}", browsers=tab.BROWSERS)
        yield Finding("Browser", Colour.RED, Text("it has no JSPI: serve() and other plain calls cannot wait"), mend)


def check_loop(seat: Seat) -> Iterator[Finding]:
    """Name the loop: there is one for all."""
    running = seat.loop.rpartition(".")[2]
    yield Finding(
        "Loop", Colour.GREEN, Text("{running}, the browser's own: chatlib's sockets live on it, too", running=running)
    )


def check_port(seat: Seat) -> Iterator[Finding]:
    """Tell what chatlib.serve() would find on its port."""
    other = seat.setting("CHATLIB_PORT", str(seat.port + 1))
    if seat.port_error:
        usual = seat.setting("CHATLIB_PORT", str(ports.DEFAULT_PORT))
        yield Finding("Port", Colour.RED, Text.of_data(seat.port_error), usual)
    elif tab.can_wait():  # else nobody can be asked
        try:
            is_taken = ports.is_taken(seat.port) and ports.is_joinable(f"http://{LOCALHOST}:{seat.port}")
        except PortInUseError as error:
            text = Text("{port} is held: {found}", port=seat.port, found=Text.of_data(error.found))
            yield Finding("Port", Colour.RED, text, other)
        except PasscodeError:
            text = Text("{port} has a chat server that wants a passcode", port=seat.port)
            yield Finding("Port", Colour.AMBER, text, Text("chatlib.serve(passcode=...), or {other}", other=other))
        else:
            taken = Text("{port} has a chat server, and chatlib.serve() joins it", port=seat.port)
            free = Text("{port} is free for chatlib.serve()", port=seat.port)
            yield Finding("Port", Colour.GREEN, taken if is_taken else free)


def check_place(seat: Seat) -> Iterator[Finding]:
    """Tell how far connections reach from here."""
    url = f"ws://{LOCALHOST}:{seat.port}"
    text = Text(
        "a browser tab: the notebooks of this browser connect to {url}; no other machine, no phone and no web page can",
        url=url,
    )
    yield Finding("Place", Colour.GREEN, text)


CHECKS: Final[tuple[Check, ...]] = (
    installation.check_python,
    check_packages,
    check_kernel,
    check_waiting,
    check_loop,
    check_port,
    check_place,
)
"""What the doctor asks here, one after the other: no thread can start."""
