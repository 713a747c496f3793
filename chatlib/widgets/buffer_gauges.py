"""BufferGauges: a server, three pages that read as fast as they may, and where the unread bytes of each wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from chatlib.arguments import check_type
from chatlib.experiments.slow_readers import Look, PageLook, Policy, SlowReaders
from chatlib.experiments.whereabouts import KERNEL_TELLS, Whereabouts
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.widgets import markup
from chatlib.widgets.live import LiveWidget

PAGES: Final = ("Ada", "Bo", "Cleo")
KERNEL_BUFFER: Final = 64 * 2**10  # bytes that are asked for: small, so that it is soon full
LONGEST_QUEUE: Final = 1000  # messages
MOST_RATE: Final = 10**9  # bytes a second
HEADS: Final = (
    "Page",
    "Reads",
    "Server's memory",
    "Server's kernel",
    "The wire",
    "Its kernel",
    "Read up to",
    "Missed",
    "95 % came within",
)


class BufferGauges(LiveWidget):
    """Three pages (Ada, Bo, Cleo) and a server that sends them all the same messages, of 1 kB.

    ``policy`` is what the server does about a page that does not keep up: "naive" (``await send()`` to one after the
    other), "broadcast", "queue" (of ``queue`` messages for each page, of which the newest win) or "disconnect". All
    figures are measured, in bytes; None where this system does not tell. It sends nothing but to its own pages, on this
    machine, and stops at 32 MiB.

    Raises:
        ValueError: there is no such policy, or no queue can be so long.
    """

    _esm = front_end("buffer_gauges")
    _css = style_sheet("buffer_gauges")

    def __init__(self, *, policy: str = Policy.NAIVE, queue: int = 10) -> None:
        self._policy, self._queue = _policy(policy), _checked("queue", queue, LONGEST_QUEUE)
        self._readers: SlowReaders | None = None
        super().__init__()
        self.at_close.callback(self._end)
        self._begin()

    def __repr__(self) -> str:
        if self._readers is None or self._readers.is_over:
            return "<BufferGauges stopped>"
        look = self._look
        return f"<BufferGauges {self._policy}, {look.sent} messages sent, {look.memory} bytes in the server's memory>"

    # What was seen

    @property
    def waiting(self) -> dict[str, Whereabouts]:
        """Where each page's unread bytes are: ``heap``, ``our_kernel``, ``wire``, ``their_kernel``, ``total``."""
        return {page.name: page.waits for page in self._look.pages}

    @property
    def memory(self) -> int:
        """How many bytes of unread messages the server itself holds: what its kernel holds is not counted."""
        return self._look.memory

    @property
    def sent(self) -> int:
        """How many messages the server has begun to send."""
        return self._look.sent

    @property
    def waits_for(self) -> str:
        """The page in whose ``send()`` the naive loop stands, or nothing."""
        return self._look.waits_for

    @property
    def heard(self) -> dict[str, int]:
        """The number of the last message that each page has read."""
        return {page.name: page.heard for page in self._look.pages}

    @property
    def missed(self) -> dict[str, int]:
        """How many messages each page will never read."""
        return {page.name: page.missed for page in self._look.pages}

    @property
    def latency_ms(self) -> dict[str, float | None]:
        """Within how many milliseconds 95 of a hundred messages came, of the last 2,000; None if none came."""
        return {page.name: page.latency_ms for page in self._look.pages}

    @property
    def close_code(self) -> dict[str, int | None]:
        """The code of each page's ``close`` event; None if it had none yet."""
        return {page.name: page.code for page in self._look.pages}

    @property
    def policy(self) -> str:
        """What the server does about a page that does not keep up; it may be changed at any time."""
        return self._policy

    @policy.setter
    def policy(self, policy: str) -> None:
        self._behave(_policy(policy))

    # What can be done; RuntimeError where the gauges are stopped

    async def publish(self, count: int = 1000) -> int:
        """Send so many messages to every page, a thousand a second; return how many were begun.

        That is when all are sent, or when the server stands in a ``send()`` to a frozen page.
        """
        _checked("count", count, 50_000)
        before = self.sent
        self._live.send(count)
        await self._live.until_sent()
        return self.sent - before

    def throttle(self, name: str, bytes_per_second: float | None) -> None:
        """Have a page read at most so many bytes a second; None ends it.

        Raises:
            KeyError: no page has this name.
        """
        self._live.throttle(name, _rate(bytes_per_second))

    def freeze(self, name: str) -> None:
        """Have a page read nothing.

        Raises:
            KeyError: no page has this name.
        """
        self._live.throttle(name, 0)

    def thaw(self, name: str) -> None:
        """Have a page read as fast as it can.

        Raises:
            KeyError: no page has this name.
        """
        self._live.throttle(name, None)

    def come_back(self, name: str) -> None:
        """Have a page that has seen its connection end connect again.

        Raises:
            KeyError: no page has this name.
        """
        self._live.come_back(name)

    async def until(self, condition: Callable[[], Any], *, timeout: float = 60.0) -> None:
        """Wait until a condition is true; it is asked ten times a second."""
        await self._live.until(condition, timeout=timeout)

    async def settled(self) -> None:
        """Return when nothing moves any more: what is not read by then waits for a frozen page."""
        await self._live.settled()

    def stop(self) -> None:
        """End it; what was seen stays, and :meth:`start` begins anew. Idempotent."""
        if not self._running.is_over:
            self._running.close()
            self.record("stopped", {}, key="")

    def start(self) -> None:
        """Begin anew; nothing if it runs."""
        if self._readers is None or self._readers.is_over:
            self._begin()

    def snapshot(self) -> str:
        """Return where the unread bytes are, as a table, and what the server's memory holds."""
        look = self._look
        heads = "".join(f"<th scope='col'>{head}</th>" for head in HEADS)
        rows = "".join(map(_as_row, look.pages))
        stands = f" It waits in the send() to {markup.name(look.waits_for)}." if look.waits_for else ""
        return (
            f"<p><strong>Where unread messages wait</strong>: policy {self._policy}</p>"
            f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
            f"<p>{look.sent:,} messages sent, {look.left:,} left.{stands}"
            f" The server's memory holds {_kilobytes(look.memory)}.</p>"
        )

    def act(self, action: dict[str, Any]) -> None:
        """Do what somebody did in the page."""
        if self._running.is_over and action != {"do": "start"}:
            self.record("stopped", {}, key="")
            return
        match action:
            case {"do": "start"}:
                self.start()
            case {"do": "send", "count": int(count)} if 1 <= count <= LONGEST_QUEUE:
                self._running.send(count)
            case {"do": "halt"}:
                self._running.halt()
            case {"do": "policy", "policy": str(policy)}:
                self._behave(_policy(policy))
            case {"do": "throttle", "name": str(name), "rate": rate} if name in PAGES:
                self._running.throttle(name, _rate(rate, least=0))
            case {"do": "come back", "name": str(name)} if name in PAGES:
                self._running.come_back(name)
            case _:
                raise ValueError(f"expected an action of the gauges' page, got {action!r}")

    @property
    def _running(self) -> SlowReaders:
        assert self._readers is not None
        return self._readers

    @property
    def _live(self) -> SlowReaders:
        if self._running.is_over:  # else whoever asks would wait for what never comes
            raise RuntimeError("the gauges are stopped: start() begins anew")
        return self._running

    @property
    def _look(self) -> Look:
        return self._running.look()

    def _begin(self) -> None:
        self.forget("look")
        self.forget("stopped")
        self._readers = SlowReaders(
            PAGES, self._tell_look, policy=self._policy, queue=self._queue, kernel_buffer=KERNEL_BUFFER
        )
        ours, theirs = self._readers.kernel_buffers
        self.record("play", {"pages": PAGES, "tells": KERNEL_TELLS, "buffers": [ours, theirs]}, key="")
        self._tell_policy()
        self._tell_look(self._look)

    def _behave(self, policy: Policy) -> None:
        self._policy = policy
        self._running.behave(policy, self._queue)
        self._tell_policy()

    def _end(self) -> None:
        if self._readers is not None:
            self._readers.close()

    def _tell_policy(self) -> None:
        self.record("policy", {"policy": self._policy, "queue": self._queue}, key="")

    def _tell_look(self, look: Look) -> None:
        told = [look.sent, look.left, look.waits_for, look.is_full]
        self.record("look", {"look": told, "pages": list(map(_as_list, look.pages))}, key="")


def _as_list(page: PageLook) -> list[Any]:
    """Return a page at a look as the front end takes it: in short, for there are ten a second."""
    waits = page.waits
    where = [waits.heap, waits.our_kernel, waits.wire, waits.their_kernel]
    return [page.rate, page.is_open, where, page.heard, page.missed, page.latency_ms, page.code]


def _as_row(page: PageLook) -> str:
    waits = page.waits
    places = map(_kilobytes, (waits.heap, waits.our_kernel, waits.wire, waits.their_kernel))
    latency = "–" if page.latency_ms is None else f"{page.latency_ms:,.{int(page.latency_ms < 10)}f} ms"
    cells = (_reads(page), *places, f"{page.heard:,}", f"{page.missed:,}", latency)
    return f"<tr><th scope='row'>{markup.name(page.name)}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _reads(page: PageLook) -> str:
    if not page.is_open:
        return "disconnected, and does not know it yet" if page.code is None else f"closed with {page.code}"
    match page.rate:
        case None:
            return "as fast as it can"
        case 0:
            return "nothing: frozen"
    return f"{_kilobytes(page.rate)}/s"


def _kilobytes(count: float | None) -> str:
    return "not known" if count is None else f"{count / 1000:,.0f} kB"


def _policy(value: object) -> Policy:
    check_type("policy", value, str, "a string")
    try:
        return Policy(str(value))
    except ValueError:
        raise ValueError(f"there is no policy {value!r}: choose one of {', '.join(Policy)}") from None


def _checked(name: str, value: object, most: int) -> int:
    check_type(name, value, int, "a whole number")
    assert isinstance(value, int)
    if not 1 <= value <= most:
        raise ValueError(f"{name} is from 1 to {most} messages, not {value!r}")
    return value


def _rate(value: object, *, least: float = 1) -> float | None:
    if value is None:
        return None
    check_type("bytes_per_second", value, (int, float), "a number, or None")
    assert isinstance(value, int | float)
    if not least <= value <= MOST_RATE:
        raise ValueError(f"bytes_per_second is from {least} to {MOST_RATE}, or None for no limit, not {value!r}")
    return value
