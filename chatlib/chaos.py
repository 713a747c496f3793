"""A bad network in one object: a TCP proxy that delays, throttles, freezes, cuts and refuses.

::

    client ──▶ take in ──▶ line of (due, bytes) ──▶ let out ──▶ server       one pipe per direction,
    client ◀── let out ◀── line of (due, bytes) ◀── take in ◀── server       two pipes per connection

A byte gets its delay when it is taken in. Throttle, freeze and cut act where bytes are let out, so they also
meet what already waits in the line. Within a pipe bytes never overtake each other. Everything here runs on the
background loop; the methods may be called from any thread, and what they say holds when they return.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from types import NoneType, TracebackType
from typing import Self

from chatlib import background, network
from chatlib.arguments import LARGEST, check_text, check_type
from chatlib.server_url import LOCALHOST

logger = logging.getLogger(__name__)

PIECE_BYTES = 4096
LINE_PIECES = 256  # a full line stops reading: the sender then feels the backpressure, as on a real network
THROTTLE_TICK_SECONDS = 0.05


class Proxy:
    """A TCP proxy on a free loopback port that treats its connections as a bad network would.

    ``rng`` draws the jitter and nothing else; the default one gives the same draws each time. All settings are for the
    whole proxy: each direction of each connection obeys them by itself. ``accepted`` counts the connections that came.
    """

    def __init__(self, host: str, port: int, *, rng: random.Random | None = None) -> None:
        check_text("host", host)
        check_type("port", port, int, "a whole number")
        self.target = (host, port)
        self.bytes_up = 0
        self.bytes_down = 0
        self.cuts = 0
        self.accepted = 0
        self._rng = rng or random.Random(0)
        self._delay = 0.0
        self._jitter = 0.0
        self._rate: float | None = None
        self._fuse: int | None = None
        self._thawed = asyncio.Event()
        self._thawed.set()
        self._tunnels: set[_Tunnel] = set()
        self._tasks = background.Tasks(background.report)
        self._stopped = False
        self._socket = network.bind(LOCALHOST, 0)
        self.port: int = self._socket.getsockname()[1]
        self._server: asyncio.Server | None = None
        self._opening: asyncio.Task[None] | None = None
        self._on_loop(self._listen)

    @property
    def url(self) -> str:
        """The proxy's WebSocket URL, without a path."""
        return f"ws://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._tunnels)

    @property
    def held_bytes(self) -> int:
        """How many bytes wait inside; a direction holds PIECE_BYTES × LINE_PIECES at most."""
        return sum(pipe.held for tunnel in list(self._tunnels) for pipe in tunnel.pipes)

    def delay(self, seconds: float, *, jitter: float = 0.0) -> None:
        """Hold every byte that comes from now on for ``seconds``, and up to ``jitter`` more; the order stays."""
        check_type("seconds", seconds, (int, float), "a number")
        check_type("jitter", jitter, (int, float), "a number")
        if not (0 <= seconds <= LARGEST and 0 <= jitter <= LARGEST):
            raise ValueError(f"seconds and jitter must be from 0 to {LARGEST}, not {seconds!r} and {jitter!r}")

        def change() -> None:
            self._delay, self._jitter = seconds, jitter

        self._change(change)

    def throttle(self, bytes_per_second: float | None) -> None:
        """Let at most so many bytes a second out of each direction; None ends it."""
        check_type("bytes_per_second", bytes_per_second, (int, float, NoneType), "a number, or None")
        if bytes_per_second is not None and not 0 < bytes_per_second <= LARGEST:
            expected = f"above 0 and at most {LARGEST}, or None (freeze() lets nothing out)"
            raise ValueError(f"bytes_per_second must be {expected}, not {bytes_per_second!r}")

        def change() -> None:
            self._rate = bytes_per_second

        self._change(change)

    def freeze(self) -> None:
        """Stop all bytes, and the news of an end too, while connections stay open: each end's peer seems dead."""
        self._change(self._thawed.clear)

    def thaw(self) -> None:
        """Let out what froze, in order."""
        self._change(self._thawed.set)

    def cut(self, after_bytes: int | None = None) -> None:
        """Drop every connection with no Close frame: now, or once ``after_bytes`` more bytes have passed.

        Both directions of all connections count together, handshakes too, so the last bytes let out are mostly a part
        of a frame. A cut happens once; what connects afterwards is not cut.
        """
        check_type("after_bytes", after_bytes, (int, NoneType), "a whole number, or None")
        if after_bytes is not None and after_bytes <= 0:
            raise ValueError(f"after_bytes must be above 0, or None for a cut now, not {after_bytes!r}")

        def change() -> None:
            self._fuse = after_bytes
            if after_bytes is None:
                self._drop_all()

        self._change(change)

    def refuse(self) -> None:
        """Refuse new connections, as a host does where nothing listens; those that are open stay."""

        def change() -> None:
            if self._server is None and self._opening is None:
                return
            self._close_listener()
            # Bound but not listening: connecting fails at once, and nobody else can take the port meanwhile.
            self._socket = network.bind(LOCALHOST, self.port)

        self._change(change)

    def heal(self) -> None:
        """Be a good network again; bytes already delayed keep their delay, and cut connections stay cut."""

        def change() -> None:
            self._delay = self._jitter = 0.0
            self._rate = self._fuse = None
            self._thawed.set()
            if self._server is None and self._opening is None:
                self._listen()

        self._change(change)

    def stop(self) -> None:
        """Drop every connection and give the port back; may be called twice."""

        def change() -> None:
            if not self._stopped:
                self._stopped = True
                self._close_listener()
                self._close_connections()

        self._on_loop(change)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        parts = [
            f"{self.connections} open",
            f"{self.bytes_up} bytes up",
            f"{self.bytes_down} down",
            f"{self.cuts} cuts",
        ]
        if self._delay or self._jitter:
            parts.append(f"delay {self._delay:g}–{self._delay + self._jitter:g} s")
        if self._rate is not None:
            parts.append(f"{self._rate:g} bytes/s")
        if not self._thawed.is_set():
            parts.append("frozen")
        if self._fuse is not None:
            parts.append(f"cut in {self._fuse} bytes")
        if self._stopped:
            parts.append("stopped")
        elif self._server is None and self._opening is None:
            parts.append("refusing")
        return f"<chaos.Proxy {self.url} → {self.target[0]}:{self.target[1]}, {', '.join(parts)}>"

    def _change(self, change: Callable[[], None]) -> None:
        if self._stopped:
            raise RuntimeError(f"this proxy was stopped: {self!r}; make a new one with chaos.Proxy(host, port)")
        self._on_loop(change)

    def _on_loop(self, change: Callable[[], None]) -> None:
        """Run ``change`` on the background loop and wait for it: the caller's next line meets the new network."""
        if background.is_current():
            change()
            return

        async def apply() -> None:
            change()

        background.run(apply())

    def _listen(self) -> None:
        self._socket.listen()  # from here a client gets through, whenever the task below comes to accept it
        self._opening = self._tasks.start(self._accept())

    async def _accept(self) -> None:
        # In two steps: cancelled in the second one, the server is already where _close_listener() finds it.
        self._server = await asyncio.start_server(
            self._on_client, sock=self._socket, limit=PIECE_BYTES, start_serving=False
        )
        await self._server.start_serving()
        self._opening = None

    def _close_listener(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
        if self._server is not None:
            self._server.close()
            self._server = None
        self._socket.close()

    def _on_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._stopped:  # accepted just before, connected just after
            writer.transport.abort()
            return
        self.accepted += 1
        tunnel = _Tunnel(self, reader, writer)
        self._tunnels.add(tunnel)
        tunnel.task.add_done_callback(lambda _: self._tunnels.discard(tunnel))

    def _close_connections(self) -> None:
        for tunnel in self._tunnels:
            tunnel.abort()
        self._tunnels.clear()

    def _drop_all(self) -> None:
        logger.debug("cutting %d connections", len(self._tunnels))
        self.cuts += 1
        self._fuse = None
        self._close_connections()


class _Tunnel:
    """One client, its connection to the server, and the two pipes between them."""

    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.proxy = proxy
        self.pipes: list[_Pipe] = []
        self.writers = [writer]
        self.task = proxy._tasks.start(self._carry(reader, writer))

    async def _carry(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        try:
            host, port = self.proxy.target
            from_server, to_server = await asyncio.open_connection(host, port, limit=PIECE_BYTES)
            self.writers.append(to_server)
            up = _Pipe(self.proxy, from_client, to_server, up=True)
            down = _Pipe(self.proxy, from_server, to_client, up=False)
            self.pipes = [up, down]
            async with asyncio.TaskGroup() as group:
                for pipe in self.pipes:
                    group.create_task(pipe.take_in())
                    group.create_task(pipe.let_out())
        except* OSError as lost:
            logger.debug("a connection ended: %r", lost.exceptions)
        finally:
            self._abort_sockets()

    def abort(self) -> None:
        self._abort_sockets()
        self.task.cancel()

    def _abort_sockets(self) -> None:
        for writer in self.writers:
            writer.transport.abort()


class _Pipe:
    """One direction of a connection: what comes from ``source`` leaves at ``sink``, later perhaps, but in order."""

    def __init__(self, proxy: Proxy, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, up: bool) -> None:
        self.proxy = proxy
        self.source = source
        self.sink = sink
        self.up = up
        self.held = 0
        self._line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(LINE_PIECES)
        self._clock = asyncio.get_running_loop().time
        self._free_at = 0.0
        sink.transport.set_write_buffer_limits(high=0)  # drain() then waits until the system took every byte

    async def take_in(self) -> None:
        """Stamp what arrives with the time at which it may leave; empty bytes are the end."""
        data = b"-"
        while data:
            try:
                data = await self.source.read(PIECE_BYTES)
            except ConnectionError:
                data = b""  # a reset travels as an end, in its turn: a frozen network must not tell it early
            wait = self.proxy._delay + self.proxy._rng.uniform(0, self.proxy._jitter)
            self.held += len(data)
            await self._line.put((self._clock() + wait, data))

    async def let_out(self) -> None:
        """Pass on what is due, in pieces small enough for the throttle, and then the end."""
        data = b"-"
        while data:
            due, data = await self._line.get()
            await asyncio.sleep(due - self._clock())
            rest = data
            while rest:
                rest = rest[await self._pass(rest) :]
        await self._until_thawed()
        if self.sink.can_write_eof():
            self.sink.write_eof()

    async def _pass(self, data: bytes) -> int:
        """Write the first piece of ``data``, as large as throttle and fuse allow, and return its length."""
        proxy = self.proxy
        piece = data
        if proxy._rate is not None:
            piece = data[: max(1, int(proxy._rate * THROTTLE_TICK_SECONDS))]
            self._free_at = max(self._free_at, self._clock()) + len(piece) / proxy._rate
            await asyncio.sleep(self._free_at - self._clock())
        await self._until_thawed()
        if proxy._fuse is not None:
            piece = piece[: proxy._fuse]
            proxy._fuse -= len(piece)
        self.held -= len(piece)
        if self.up:  # counted first: whoever has read a byte finds it in the count
            proxy.bytes_up += len(piece)
        else:
            proxy.bytes_down += len(piece)
        self.sink.write(piece)
        if proxy._fuse == 0:
            proxy._drop_all()
        await self.sink.drain()
        return len(piece)

    async def _until_thawed(self) -> None:
        while not self.proxy._thawed.is_set():  # a loop: it may freeze again before this task has its turn
            await self.proxy._thawed.wait()
