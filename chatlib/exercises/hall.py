"""A server around a learner's handler, whose guests can be slow, say goodbye or be cut off while a check looks on."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from types import CodeType, TracebackType
from typing import Any, Final, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidState
from websockets.http11 import Request, Response
from websockets.protocol import State

from chatlib.exercises.hurry import FACTOR, SLOW_SECONDS, hurried
from chatlib.exercises.strangers import tell_of_strangers
from chatlib.exercises.verdict import NotYet, named_as, names_around, raised, result_of, shown
from chatlib.exercises.watchdog import Stuck
from chatlib.experiments.slow_page import listening_socket
from chatlib.server_url import LOCALHOST
from chatlib.words import Text

SECONDS: Final = 2.0  # for what comes at once if the answer is right
CANCEL_TIMES: Final = 10
CANCEL_SECONDS: Final = 0.2
LAST_WORDS: Final = 12  # from 16 on, a connection of websockets pauses its reading
LETTING_GO_TURNS: Final = 50
OVERTAKING_SECONDS: Final = 0.3  # for what need not come


@asynccontextmanager
async def serving(
    handler: Callable[[ServerConnection], Any], *, kernel_buffer: int | None = None, **options: Any
) -> AsyncIterator[str]:
    """Serve on the running loop, where a watchdog sees what a learner's code does; yield the address.

    Nobody else knows its path: who tries again and again to reach a server that was at this port before is no guest.
    ``kernel_buffer`` is what the kernel is asked for, in bytes, as the send buffer of each connection. A server waits
    for its handlers when it closes. Where something is raised here they are cancelled: there is a verdict already, or
    no more time.
    """
    running: set[asyncio.Task[Any]] = set()
    secret = f"/{secrets.token_hex(4)}"

    def admit(connection: ServerConnection, request: Request) -> Response | None:
        return None if request.path.startswith(secret) else connection.respond(HTTPStatus.NOT_FOUND, "Not here.\n")

    async def handle(connection: ServerConnection) -> None:
        if task := asyncio.current_task():
            running.add(task)
            task.add_done_callback(running.discard)
        await handler(connection)

    if kernel_buffer is None:
        options |= {"host": LOCALHOST, "port": 0}
    else:
        options["sock"] = listening_socket(kernel_buffer)
    async with serve(handle, process_request=admit, compression=None, **options) as server:
        try:
            yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}{secret}"
        except BaseException:
            await _cancel(running)
            raise


async def _cancel(running: set[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they end: up to Python 3.11, one that comes as a limit is over is lost in wait_for()."""
    for _ in range(CANCEL_TIMES):
        for task in running:
            task.cancel()
        if not running:
            return
        await asyncio.wait(running.copy(), timeout=CANCEL_SECONDS)


@named_as(ServerConnection)
class HallConnection(ServerConnection):
    """A connection as the server has it; with its gate closed, ``send`` waits as for a page whose network is slow."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()
        self.overtaken = asyncio.Event()  # something was sent while the gate held something back
        self.senders: set[CodeType] = set()  # whose code has called send
        self._held = 0

    def send_data(self) -> None:
        """Write, on whatever thread."""
        tell_of_strangers(self.loop)
        super().send_data()

    async def send(self, message: Any, **options: Any) -> None:
        """Send, when the gate is open."""
        self.asked.set()
        self.senders.add(sys._getframe(1).f_code)
        if self._held:
            self.overtaken.set()
        self._held += 1
        try:
            await self.gate.wait()
        finally:
            self._held -= 1
        await super().send(message, **options)

    def make_slow(self) -> None:
        """Close the gate, and forget that anything was sent."""
        self.gate.clear()
        self.asked.clear()
        self.overtaken.clear()


@dataclass(frozen=True, slots=True, eq=False)
class Guest:
    """Both ends of one connection."""

    client: ClientConnection
    server: HallConnection

    async def says(self, message: str | bytes) -> None:
        """Send a message; if the server has closed meanwhile, silence will tell."""
        with suppress(ConnectionClosed):
            await self.client.send(message)

    async def hears(self, seconds: float = SECONDS) -> Any:
        """Return the next message, None if there is none."""
        with suppress(TimeoutError, ConnectionClosed):
            return await asyncio.wait_for(self.client.recv(), seconds)
        return None


class Registry(Collection[ServerConnection]):
    """The learner's registry as it is now: their code may change it, or give its name to a new one.

    In a dictionary a connection may be the key, or stand under one.
    """

    def __init__(self, handler: Callable[..., Any], given: Collection[ServerConnection]) -> None:
        self._given = given
        self._globals = names_around(handler)
        self._name = next((name for name, value in self._globals.items() if value is given), None)

    @property
    def _now(self) -> Collection[ServerConnection]:
        now = self._globals[self._name] if self._name else self._given
        if not isinstance(now, Collection):
            raise NotYet(
                "where all connections should be there is {value}. Leave it a set, as it was.", value=shown(now)
            )
        return [*now, *now.values()] if isinstance(now, Mapping) else now

    def __contains__(self, connection: object) -> bool:
        return connection in self._now

    def __iter__(self) -> Iterator[ServerConnection]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)


class Hall:
    """A server around a handler, on the running loop; it remembers how the handler ended. Options are the server's."""

    def __init__(self, handler: Callable[[ServerConnection], Any], **options: Any) -> None:
        self.returned = 0  # how often the handler left a connection that was open
        self._handler = handler
        self._options = options
        self._raised: list[tuple[ServerConnection, bool, Exception]] = []
        self._ended: set[ServerConnection] = set()
        self._connections: dict[int, HallConnection] = {}
        self._news = asyncio.Condition()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        served = serving(self._receive, create_connection=HallConnection, **self._options)
        self._url = await self._stack.enter_async_context(served)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._connections.values():
            connection.gate.set()
        await self._stack.__aexit__(kind, error, trace)

    async def guests(self, count: int) -> list[Guest]:
        """Return new guests, whose handlers run."""
        return [await self._guest() for _ in range(count)]

    async def quiet_guests(self, count: int) -> list[Guest]:
        """Return new guests, who say nothing for long, by the clock of the learner's code."""
        with hurried():
            guests = await self.guests(count)
            await asyncio.sleep(SLOW_SECONDS)
        self.check()
        return guests

    async def ended(self, *guests: Guest) -> None:
        """Wait until the handlers of these guests have ended, or it takes too long."""
        await self._until_ended({guest.server for guest in guests})

    async def _until_ended(self, connections: Set[ServerConnection]) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS), self._news:
                await self._news.wait_for(lambda: connections <= self._ended)

    async def cut(self, guest: Guest) -> None:
        """End a guest's connection without a goodbye; return when its handler has ended."""
        guest.client.transport.abort()
        await self.ended(guest)

    async def says_goodbye(self, guest: Guest, code: int = 1000) -> None:
        """Close a guest's connection with a code; return when its handler has ended."""
        await guest.client.close(code)
        await self.ended(guest)

    async def lets_go(self, registry: Collection[ServerConnection], *guests: Guest) -> bool:
        """Tell whether a registry has none of these who are gone: a moment later, where it is their task that tells."""
        for _ in range(LETTING_GO_TURNS):
            if not any(guest.server in registry for guest in guests):
                return True
            await asyncio.sleep(0)
        return False

    def check(self) -> None:
        """Refuse a handler that raised something, or returned while its guest was still there."""
        self.check_raised()
        if self.returned:
            raise NotYet(
                "the handler returned while its guest was still there, so the server said goodbye. What keeps a "
                "handler busy?"
            )

    def check_raised(self) -> None:
        """Turn what the handler raised into a hint; that the cable of its own guest was cut is nobody's bug."""
        for _, was_open, error in self._raised:
            if isinstance(error, NotYet):  # it is no function that could handle a connection
                raise error
            if isinstance(error, RuntimeError) and "changed size" in str(error):
                raise NotYet.saying(changed_size(error))
            if not says_closed(error):
                raise NotYet("the handler raised {error}.", error=raised(error))
            if was_open:
                raise NotYet(
                    "the handler of a guest who was still there raised {error}. Another connection had ended: whom "
                    "should that stop?",
                    error=raised(error),
                )

    def check_registered(self, name: str, guests: Sequence[Guest], registry: Collection[ServerConnection]) -> None:
        """Refuse a registry that does not hold the connections of those who are here."""
        self.check()
        if (here := sum(guest.server in registry for guest in guests)) < len(guests):
            raise NotYet(
                "{count} connections are open, and {name} has {here} of them. A connection is in it from its beginning "
                "to its end.",
                count=len(guests),
                here=here,
                name=name,
            )

    async def check_gone(self, name: str, registry: Collection[ServerConnection]) -> None:
        """Refuse a registry that still holds connections which have ended."""
        over = {connection for connection in self._connections.values() if connection.state is not State.OPEN}
        await self._until_ended(over)
        self.check_raised()
        if left := sum(connection in registry for connection in over):
            raise NotYet(
                "{count} connections have ended, and {name} still has {left} of them. A connection is in it from its "
                "beginning to its end.",
                count=len(over),
                left=left,
                name=name,
            )

    async def _guest(self) -> Guest:
        client = await self._stack.enter_async_context(connect(self._url, proxy=None, compression=None))
        port = client.local_address[1]
        async with self._news:
            await self._news.wait_for(lambda: port in self._connections)
        return Guest(client, self._connections[port])

    async def _receive(self, connection: ServerConnection) -> None:
        assert isinstance(connection, HallConnection)
        async with self._news:
            self._connections[connection.remote_address[1]] = connection
            self._news.notify_all()
        try:
            await result_of(self._handler, connection)
            self.returned += connection.state is State.OPEN
        except Stuck:
            pass  # the watchdog says so itself
        except Exception as error:
            self._raised.append((connection, connection.state is State.OPEN, error))
        finally:
            async with self._news:
                self._ended.add(connection)
                self._news.notify_all()


def changed_size(error: RuntimeError) -> Text:
    """Return what to say when somebody came or went while the learner's code looped over all of them."""
    return Text(
        "in the middle of a loop, what it loops over changed: {error}. Over what could you loop?", error=raised(error)
    )


def says_closed(error: BaseException) -> bool:
    """Tell whether it says no more than that a connection had ended; a group of such errors does not, either."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(says_closed, error.exceptions))
    return isinstance(error, ConnectionClosed)


async def first_asked(guests: Iterable[Guest], *others: asyncio.Task[Any]) -> list[Guest]:
    """Wait until something is sent to one of the guests, or another task is done; return those who were asked."""
    everybody = list(guests)
    waiting = [asyncio.create_task(guest.server.asked.wait()) for guest in everybody]
    await asyncio.wait({*waiting, *others}, timeout=SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    return [guest for guest in everybody if guest.server.asked.is_set()]


async def slow_ones_hear(hall: Hall, guests: Sequence[Guest]) -> None:
    """Have the first say something that all are slow to take, for long by the clock of the learner's code."""
    text = secrets.token_hex(4)
    for guest in guests:
        guest.server.make_slow()
    with hurried():
        hearing = asyncio.create_task(guests[0].hears())
        await guests[0].says(text)
        if await first_asked(guests, hearing):
            await asyncio.sleep(SLOW_SECONDS)
    for guest in guests:
        guest.server.gate.set()
    heard = [await hearing, *await asyncio.gather(*(guest.hears() for guest in guests[1:]))]
    hall.check()
    if heard != [text] * len(guests):
        check_slow_ones_stay(guests)
        raise NotYet(
            "the clock of your code ran {factor} times as fast. By that clock, all were slow to take a message. "
            "Ada had said {text!r}, and this is what they heard, Ada first: {heard} (None: nothing). "
            "Slow is not gone.",
            factor=FACTOR,
            text=text,
            heard=heard,
        )


async def two_speak_at_once(hall: Hall, guests: Sequence[Guest]) -> None:
    """Have the second say something while what the first has said is on its way; all have to hear both."""
    one, other = secrets.token_hex(4), secrets.token_hex(4)
    for guest in guests:
        guest.server.make_slow()
    hearing = asyncio.create_task(guests[0].hears(2 * SECONDS))
    await guests[0].says(one)
    is_sent = bool(await first_asked(guests, hearing))  # and not handed over with broadcast(), which waits for nobody
    await guests[1].says(other)
    if is_sent:
        await some_overtake(guests)
    for guest in guests:
        guest.server.gate.set()
    await asyncio.wait([hearing])
    firsts = [hearing.result(), *await asyncio.gather(*(guest.hears() for guest in guests[1:]))]
    heard = zip(firsts, await asyncio.gather(*(guest.hears() for guest in guests)), strict=True)
    hall.check()
    for each in heard:
        if Counter(each) != Counter([one, other]):
            check_slow_ones_stay(guests)
            raise NotYet(
                "Ada said {one!r}, Bo said {other!r} while that was on its way, and somebody heard {heard} (None: "
                "nothing). What do the handlers of two connections share?",
                one=one,
                other=other,
                heard=[*each],
            )


async def last_words_are_heard(hall: Hall, guests: Sequence[Guest]) -> None:
    """Have somebody come, say some things, and leave in the same breath: all of it has come when the handler reads."""
    (leaver,) = await hall.guests(1)
    texts = [f"{number} {secrets.token_hex(2)}" for number in range(LAST_WORDS)]
    say_and_leave(leaver.client, texts)
    await hall.ended(leaver)
    for guest in guests:
        heard: list[Any] = []
        while len(heard) < len(texts) and (message := await guest.hears()) is not None:
            heard.append(message)
        hall.check()
        if Counter(heard) != Counter(texts):
            raise NotYet(
                "somebody said {count} things, and goodbye right behind them. Somebody who stayed heard {heard} of "
                "them. What was said before a goodbye can still be received.",
                count=len(texts),
                heard=len(set(texts).intersection(heard)),
            )


def say_and_leave(connection: ClientConnection, texts: Iterable[str], code: int = 1000) -> None:
    """Send texts and a Close frame in one piece, as a network brings them that was slow for a moment.

    If the server has said goodbye meanwhile, nobody can; that is told elsewhere.
    """
    with suppress(InvalidState):
        for text in texts:
            connection.protocol.send_text(text.encode())
        connection.protocol.send_close(code)
    connection.transport.write(b"".join(connection.protocol.data_to_send()))


def check_slow_ones_stay(guests: Sequence[Guest]) -> None:
    """Refuse a handler that has taken a slow network for an end."""
    if any(guest.server.state is not State.OPEN for guest in guests):
        raise NotYet("a guest's network was slow for a moment, and your code closed the connection. Slow is not gone.")


async def some_overtake(guests: Sequence[Guest]) -> None:
    """Wait until something more is sent to one whose gate holds something back; a queue of their own lets none pass."""
    waiting = [asyncio.create_task(guest.server.overtaken.wait()) for guest in guests]
    await asyncio.wait(waiting, timeout=OVERTAKING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
