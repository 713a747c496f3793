"""What the learner wrote, called twice at once: what a global holds, the second call takes from the first."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from operator import itemgetter
from typing import Any, Final

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from chatlib.exercises.verdict import NotYet, raised, result_of, shown, take_note
from chatlib.words import Text

MEETINGS: Final = 3  # in which the answers come in all ways
SECONDS: Final = 8.0  # alone, a call takes a part of one
MEETING_SECONDS: Final = 0.5  # calls that come one after the other share nothing
HALT_SECONDS: Final = 0.5  # at most, however busy the machine is
TURNS: Final = 10  # of a loop, which tells of one event of a connection in each: an opening, say, that has just come
LEAVING_SECONDS: Final = 2.0  # for who has all answers; who looks once a second needs one
ALONE_SECONDS: Final = 0.3  # for the other to look whether it is its turn: it began to look a moment later
PONG_SECONDS: Final = 0.1  # who reads on the loop that is halted does not answer meanwhile


async def twice_at_once(
    function: Callable[..., Any], one: Sequence[Any], other: Sequence[Any], expected: Callable[[], Iterable[Any]]
) -> None:
    """Call a function that is right alone, with two rows of arguments; refuse other results than the two expected.

    What is expected is asked for when both calls have come back: a value, or words that say why nothing would be right.
    """
    calls = [asyncio.create_task(result_of(function, *arguments)) for arguments in (one, other)]
    try:
        done, _ = await asyncio.wait(calls, timeout=SECONDS)
    finally:
        for call in calls:
            call.cancel()
            call.add_done_callback(take_note)
    if not done:
        raise NotYet(
            "your function was called twice at once, and neither call had come back after {seconds:g} s.",
            seconds=SECONDS,
        )
    wrong = [_what_is_wrong(call, right) for call, right in zip(calls, expected(), strict=True)]
    if any(wrong):
        first, second = (each or Text("returned what is right") for each in wrong)
        raise NotYet(
            "your function was called twice at once. One call {first}, and the other {second}. What do they share?",
            first=first,
            second=second,
        )


class Together:
    """Has a server's two visitors be answered together, so that what the two calls share meets there.

    Twice both answers come in one turn of the loop that runs the calls, where this object is made; so neither call has
    gone on before the other's answer is there. Then it is the other one's that comes first: whoever takes what came
    first, or last, takes the other call's at some time. The third time the one has left before the other is answered:
    who is told only that something has come takes nothing for an answer. Nobody is waited for for ever.
    """

    def __init__(self) -> None:
        self._calls = asyncio.get_running_loop()
        self._waiting: list[tuple[str, ServerConnection, str]] = []
        self._are_sent = asyncio.Event()
        self._meetings = 0

    async def answer(self, call: str, connection: ServerConnection, text: str) -> None:
        """Send this when the other visitor is to be sent something as well, or does not seem to be.

        ``call`` names the one and the other, in alphabetical order: who of them comes first to the server is chance.
        """
        self._waiting.append((call, connection, text))
        if len(self._waiting) < 2:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._are_sent.wait(), MEETING_SECONDS)
                return
        await self._send()

    async def _send(self) -> None:
        sending = [(connection, text) for _, connection, text in sorted(self._waiting, key=itemgetter(0))]
        self._waiting.clear()
        are_sent, self._are_sent = self._are_sent, asyncio.Event()
        meeting = self._meetings % MEETINGS
        self._meetings += len(sending) > 1
        match sending, meeting:
            case [one, other], 2:
                await _tell(*one)
                for (connection, _), seconds in ((one, LEAVING_SECONDS), (other, ALONE_SECONDS)):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(connection.wait_closed(), seconds)
                await _tell(*other)
            case _:
                await self._tell_at_once(sending[:: -1 if meeting == 1 else 1])
        are_sent.set()

    async def _tell_at_once(self, sending: Sequence[tuple[ServerConnection, str]]) -> None:
        for connection, _ in sending:
            await _has_read(connection)  # it knows that it is open
        async with _halted(self._calls):
            for connection, text in sending:
                await _tell(connection, text)
                await _has_read(connection)


async def _tell(connection: ServerConnection, text: str) -> None:
    with suppress(ConnectionClosed):
        await connection.send(text)


async def _has_read(connection: ServerConnection) -> None:
    """Wait until the visitor has read what it was sent: then a pong comes. It may read on the loop that is halted."""
    with suppress(TimeoutError, ConnectionClosed):
        async with asyncio.timeout(PONG_SECONDS):
            await (await connection.ping())


@asynccontextmanager
async def _halted(loop: asyncio.AbstractEventLoop) -> AsyncIterator[None]:
    """Let a loop on another thread do nothing meanwhile, though not for long; in a browser's tab there is one loop.

    One that is busy, as with a call that blocks, is not waited for longer.
    """
    if loop is asyncio.get_running_loop():
        yield
        return
    is_halted: Future[None] = Future()
    may_go_on = threading.Event()

    def halt(turns: int = TURNS) -> None:
        if turns:
            loop.call_soon(halt, turns - 1)
            return
        is_halted.set_result(None)
        may_go_on.wait(HALT_SECONDS)

    loop.call_soon_threadsafe(halt)
    try:
        await asyncio.wait([asyncio.wrap_future(is_halted)], timeout=HALT_SECONDS)
        yield
    finally:
        may_go_on.set()


def _what_is_wrong(call: asyncio.Task[Any], right: object) -> Text:
    """Return what a call did that is not right, "" if it returned what is."""
    if not call.done() or call.cancelled():
        return Text("had not come back after {seconds:g} s", seconds=SECONDS)
    if error := call.exception():
        return Text("raised {error}", error=raised(error))
    if isinstance(right, Text):
        return Text("returned {value}, and {why}", value=shown(call.result()), why=right)
    if (value := call.result()) != right:
        return Text("returned {value}, and not {right!r}", value=shown(value), right=right)
    return Text("")
