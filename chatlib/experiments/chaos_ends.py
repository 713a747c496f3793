"""Who talk over a bad network: pages that say things and come back, and the server that places what they say.

The whole protocol, which notebook 09b builds by hand. A page sends ``{"id", "msg"}``; the server gives it a place, and
tells everybody ``{"seq", "id", "by", "msg"}``: to its sender that is the acknowledgement. ``{"ping": n}`` is answered
with ``{"pong": n}``, for a browser lets no page send a ping of its own. The address says who comes (``by``), and where
it goes on (``since``). On the background loop, all of it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from websockets.asyncio.server import ServerConnection, broadcast
from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode

from chatlib import background
from chatlib.client.backoff import Backoff
from chatlib.client.events import MessageEvent
from chatlib.client.websocket import CloseEvent, WebSocket
from chatlib.client.wire_log import Sighting
from chatlib.experiments.ladder import Guarantee, Rung
from chatlib.words import Text

GAVE_UP: Final = 4000  # what a page says into the silence; whoever hears it after all knows why


@dataclass(slots=True)
class Manners:
    """How both ends behave; it may be changed while they talk."""

    guarantee: Guarantee = Guarantee.EXACTLY_ONCE
    comes_back: bool = True
    """Whether a page that lost its connection makes another."""
    watchdog: float | None = 2.0
    """After how many seconds of silence a page gives its connection up; None if it never does."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A message in its place."""

    seq: int
    id: str
    by: str
    msg: str


Stepped = Callable[[str, Rung], None]
"""Is told which message took which step."""
Told = Callable[[str, str], None]
"""Is told what a page does of its own accord: a name, and a detail."""


class Server:
    """It places what comes, tells everybody, and remembers the order."""

    def __init__(self, manners: Manners, stepped: Stepped) -> None:
        self.placed: list[Placed] = []
        self._manners = manners
        self._stepped = stepped
        self._listeners: dict[ServerConnection, str] = {}

    async def handle(self, connection: ServerConnection) -> None:
        """Serve one page for as long as it is there."""
        assert connection.request is not None
        query = parse_qs(urlsplit(connection.request.path).query)
        self._listeners[connection] = query["by"][0]
        if "since" in query:  # told without an await: nothing is placed meanwhile
            for message in self.placed[int(query["since"][0]) :]:
                self._tell([connection], message)
        try:
            with suppress(ConnectionClosed):
                async for text in connection:
                    self._take(connection, json.loads(text))
        finally:
            del self._listeners[connection]

    def _take(self, connection: ServerConnection, message: dict[str, Any]) -> None:
        match message:
            case {"ping": number}:
                broadcast([connection], json.dumps({"pong": number}))
            case {"id": str(id_), "msg": str(msg)}:
                known = next((each for each in self.placed if each.id == id_), None)
                if known and self._manners.guarantee is Guarantee.EXACTLY_ONCE:
                    self._tell([connection], known)
                    return
                placed = Placed(len(self.placed) + 1, id_, self._listeners[connection], msg)
                self.placed.append(placed)
                self._stepped(id_, Rung.PLACED)
                self._tell(self._listeners, placed)

    def _tell(self, connections: Any, message: Placed) -> None:
        broadcast(connections, json.dumps(asdict(message), ensure_ascii=False))


class Page:
    """It says things, shows what others said, notices a silence, and comes back: as far as its manners go."""

    def __init__(
        self, by: str, manners: Manners, connect: Callable[[str], WebSocket], stepped: Stepped, told: Told
    ) -> None:
        self.by = by
        self.since = 0
        """Up to where it has heard everything."""
        self.answered = 0
        """The number of the last ping that was answered."""
        self._manners = manners
        self._connect = connect
        self._stepped = stepped
        self._told = told
        self._ws: WebSocket | None = None
        self._outbox: dict[str, str] = {}
        self._pings = 0
        self._heard = 0.0
        self._opened = 0.0
        self._clock = asyncio.get_running_loop().time
        self._backoff = Backoff()
        self._retry: asyncio.TimerHandle | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._tasks = background.Tasks(background.report)

    @property
    def is_open(self) -> bool:
        """Whether it has a connection, as far as it knows."""
        return self._ws is not None and self._ws.readyState == WebSocket.OPEN

    @property
    def is_away(self) -> bool:
        """Whether it has none, and tries to get none."""
        return self._ws is None and self._retry is None

    def come(self) -> None:
        """Connect, unless it is connected, or about to be."""
        if self._ws is not None:
            return
        query: dict[str, str | int] = {"by": self.by}
        match self._manners.guarantee:
            case Guarantee.EXACTLY_ONCE:
                query["since"] = self.since
            case Guarantee.AT_LEAST_ONCE:
                query["since"] = 0
        self._heard = self._clock()
        self._opened = 0.0
        self._ws = ws = self._connect(urlencode(query))
        self._cancel_retry()
        ws.watch(self._saw)
        ws.addEventListener("open", lambda _: self._is_open(ws))
        ws.addEventListener("message", lambda event: self._hears(ws, event))
        ws.addEventListener("close", lambda event: self._is_closed(ws, event))
        self.watch_again()

    def watch_again(self) -> None:
        """Watch the connection with the patience that its manners have now."""
        if self._watcher is not None:
            self._watcher.cancel()
        if self._ws is not None:
            self._watcher = self._tasks.start(self._watch())

    def say(self, id_: str, text: str) -> None:
        """Send a message; where it is not to be lost, keep it until it is acknowledged."""
        if self._manners.guarantee is not Guarantee.AT_MOST_ONCE:
            self._outbox[id_] = text
        self._send(id_, text)

    def ask(self) -> int:
        """Ask whether anybody is there; return the number that :attr:`answered` will reach."""
        self._pings += 1
        if self._ws is not None and self.is_open:
            self._ws.send(json.dumps({"ping": self._pings}))
        return self._pings

    def leave(self) -> None:
        """Say goodbye, and do not come back."""
        self._cancel_retry()
        self._abandon(1000, "")
        if self._watcher is not None:
            self._watcher.cancel()

    def _send(self, id_: str, text: str) -> None:
        if self._ws is not None and self.is_open:
            self._ws.send(json.dumps({"id": id_, "msg": text}, ensure_ascii=False))

    def _is_open(self, ws: WebSocket) -> None:
        if ws is self._ws:
            self._heard = self._opened = self._clock()
            for id_, text in self._outbox.items():
                self._send(id_, text)

    def _hears(self, ws: WebSocket, event: MessageEvent) -> None:
        if ws is not self._ws:
            return
        self._heard = self._clock()
        match json.loads(event.data):
            case {"pong": int(number)}:
                self.answered = number
                self._told("", "")
            case {"seq": int(seq), "id": str(id_), "by": self.by}:
                self._outbox.pop(id_, None)
                self.since = max(self.since, seq)
                self._stepped(id_, Rung.ACKNOWLEDGED)
            case {"seq": int(seq), "id": str(id_)}:
                is_known = seq <= self.since
                self.since = max(self.since, seq)
                if not (is_known and self._manners.guarantee is Guarantee.EXACTLY_ONCE):
                    self._stepped(id_, Rung.SEEN)

    def _is_closed(self, ws: WebSocket, _event: CloseEvent) -> None:
        if ws is self._ws:
            self._lose()

    def _lose(self) -> None:
        """Have no connection any more; come back some time, or not. Nobody is told before that is decided."""
        self._ws = None
        if self._watcher is not None:
            self._watcher.cancel()
        if self._manners.comes_back:
            seconds = self._backoff.next(lasted=self._clock() - self._opened if self._opened else 0)
            self._retry = asyncio.get_running_loop().call_later(seconds, self.come)
            self._told(Text("waits"), Text("{seconds:.2f} s", seconds=seconds))
        else:
            self._told("", "")

    def _cancel_retry(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None

    async def _watch(self) -> None:
        """Ask after half of the time without a word, and give up after all of it, also where it never opened."""
        asked = 0.0
        while (patience := self._manners.watchdog) is not None:
            silence = self._clock() - self._heard
            if silence >= patience:
                self._told(Text("gives up"), Text("nothing heard for {silence:.1f} s", silence=silence))
                self._abandon(GAVE_UP, "nobody answers")
                self._lose()
                return
            if silence >= patience / 2 and asked < self._heard:
                asked = self._clock()
                self.ask()
            await asyncio.sleep(patience / 2 - silence if silence < patience / 2 else patience - silence)

    def _abandon(self, code: int, reason: str) -> None:
        """Close, and do not wait for the close event: over a dead connection it may not come for a minute."""
        ws, self._ws = self._ws, None
        if ws is not None:
            ws.close(code, reason)

    def _saw(self, sighting: Sighting) -> None:
        """Look for the frames that carry messages of its own; on the background loop."""
        if sighting.direction == "sent" and sighting.frame and sighting.frame.opcode is Opcode.TEXT:
            message = json.loads(bytes(sighting.frame.data))
            if "id" in message:
                self._stepped(message["id"], Rung.WIRE)
