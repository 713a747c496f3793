"""BrowserPage: HTML and JavaScript that the learner wrote, run by the learner's own browser."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from chatlib import background
from chatlib.arguments import check_text, check_type
from chatlib.client.conditions import Conditions
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.machine import tab
from chatlib.widgets.live import LiveWidget


class BrowserPage(LiveWidget):
    """A page in the notebook; its scripts find the address of a WebSocket server in ``url``.

    ``url`` is that server's, as the kernel knows it; the page gets the address that leads there from the browser. With
    ``copies=2`` the page is opened twice, side by side. With no browser nothing runs, and nothing waits for it; nor if
    the kernel runs in a browser's tab, to whose server no page has a socket: there it shows its source, and says so.

    Raises:
        TypeError: one of them is of another type.
        ValueError: there is no copy.
    """

    _esm = front_end("browser_page")
    _css = style_sheet("browser_page")

    def __init__(self, url: str, source: str, *, copies: int = 1) -> None:
        check_text("url", url, "a string, such as server.url")
        check_text("source", source)
        check_type("copies", copies, int, "a whole number")
        if copies < 1:
            raise ValueError(f"copies is 1 or more, not {copies}")
        self.url = url
        self.source = source
        self._console: list[list[str]] = [[] for _ in range(copies)]
        self._texts = [""] * copies
        self._lines: list[list[str]] = [[] for _ in range(copies)]
        self._fields = [""] * copies
        self._places: list[list[tuple[str, int, int]]] = [[] for _ in range(copies)]
        self._loads = [0] * copies
        self._connections = [0] * copies
        self._codes: list[int | None] = []
        self._asks_for_open = False
        self._asides = 0
        self._aside: list[str] = []
        self._breaths = self._breathed = 0  # asked for, and taken
        self._conditions = Conditions()
        super().__init__()
        where = {"nowhere": tab.NO_SOCKET} if tab.is_here() else {}
        self.record("page", {"url": url, "source": source, "copies": copies, **where}, key="")

    @property
    def console(self) -> list[str]:
        """The lines that the page wrote into its console, errors among them; of several copies, one after the other."""
        return [line for lines in self._console for line in lines]

    @property
    def texts(self) -> list[str]:
        """What each copy of the page shows now, as text."""
        return list(self._texts)

    @property
    def lines(self) -> list[list[str]]:
        """The lines that each copy of the page shows now, as the browser lays them out."""
        return [list(lines) for lines in self._lines]

    @property
    def fields(self) -> list[str]:
        """What stands now in the fields of each copy of the page, in a line each."""
        return list(self._fields)

    @property
    def places(self) -> list[list[tuple[str, int, int]]]:
        """Where the texts of each copy of the page stand now: each text, and the top and bottom of its first line.

        In pixels, from the top of its frame downwards; one that is not drawn stands nowhere.
        """
        return [list(places) for places in self._places]

    @property
    def is_open(self) -> bool:
        """Whether a browser has loaded every copy of it."""
        return all(self._loads)

    @property
    def loads(self) -> list[int]:
        """How often a browser has loaded each copy of the page."""
        return list(self._loads)

    @property
    def connections(self) -> list[int]:
        """How many WebSockets each copy of the page has made since it was loaded last."""
        return list(self._connections)

    @property
    def codes(self) -> list[int | None]:
        """The codes with which it has called a WebSocket's ``close()``; None where it gave none that is a number."""
        return list(self._codes)

    @property
    def asks_for_open(self) -> bool:
        """Whether it has asked for a WebSocket's ``open`` event, or looked at its ``readyState``."""
        return self._asks_for_open

    def types(self, text: str, *, copy: int = 0, clicks: bool = True) -> None:
        """Do what a person does: write into the page's first field for text, and click its first ``button``, or not."""
        self.record("types", {"copy": copy, "text": text, "clicks": clicks}, keep=False)

    @property
    def aside(self) -> list[str]:
        """The lines that the page has written into its console since it was opened aside."""
        return list(self._aside)

    @property
    def asides(self) -> int:
        """How often it was opened aside."""
        return self._asides

    def open_aside(self, url: str | None) -> None:
        """Have browsers open the page once more, out of sight, at another server; None is where there is none."""
        self._asides += 1
        self._aside.clear()
        self.record("aside", {"number": self._asides, "url": url}, keep=False)

    def close_aside(self) -> None:
        """Have browsers close what was opened aside."""
        self.record("asideClosed", {}, keep=False)

    async def breathe(self, breaths: int) -> None:
        """Return when the page has lived so many seconds, by its own clock: on a busy machine they are longer."""
        for _ in range(breaths):
            self._breaths = number = self._breaths + 1
            self.record("breathe", {"number": number}, keep=False)
            await self._conditions.until(lambda: self._breathed >= number)  # noqa: B023

    async def until(self, condition: Callable[[], Any], *, timeout: float) -> bool:
        """Wait, on any loop, until ``condition()`` is true; tell whether it was within so many seconds."""
        try:
            await self._conditions.until(condition, timeout=timeout)
        except TimeoutError:
            return False
        return True

    def act(self, action: dict[str, Any]) -> None:
        """Take what a browser tells of its copy of the page."""
        match action:
            case {"do": "loaded", "copy": int(copy)}:
                self._loads[copy] += 1
            case {"do": "logged", "copy": int(copy), "text": str(line)}:
                self._console[copy].append(line)
            case {"do": "connects", "copy": int(copy), "count": int(count)}:
                self._connections[copy] = count
            case {"do": "closes", "copy": int(), "code": int() | float() | None as code}:
                self._codes.append(None if code is None else int(code))
            case {"do": "asks", "copy": int()}:
                self._asks_for_open = True
            case {"do": "aside", "number": int(number), "text": str(line)}:
                if number == self._asides:
                    self._aside.append(line)
            case {
                "do": "shows",
                "copy": int(copy),
                "text": str(text),
                "lines": str(lines),
                "fields": str(fields),
                "places": list(places),
            }:
                self._texts[copy] = text
                self._fields[copy] = fields
                self._lines[copy] = lines.splitlines()
                self._places[copy] = [(str(text), int(top), int(bottom)) for text, top, bottom in places]
            case {"do": "breathed", "number": int(number)}:
                self._breathed = max(self._breathed, number)
            case _:
                raise ValueError(f"expected what a browser tells of a page, got {action!r}")
        background.call(self._conditions.ask)

    def __repr__(self) -> str:
        return f"<BrowserPage {'open in a browser' if self.is_open else 'that no browser has opened'}>"

    def snapshot(self) -> str:
        """Return its source, which a browser runs where there is a kernel."""
        return f"<p><strong>A page for your browser</strong></p><pre><code>{escape(self.source.strip())}</code></pre>"
