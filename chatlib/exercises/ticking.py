"""A server that ticks, for the exercise of two tasks on one socket; several at once do not know of each other."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any, Final

from websockets.asyncio.client import connect
from websockets.protocol import State

from chatlib.exercises.hurry import FACTOR, SLOW_SECONDS, hurried
from chatlib.exercises.verdict import NotYet, raised, result_of
from chatlib.exercises.witness import Visit, Witness
from chatlib.words import Text

TICK_SECONDS: Final = 0.02
SHORT_SECONDS: Final = (0.3, 0.2)  # who waits for what the second has begun is too early then
MOST_SECONDS: Final = 4.0  # some tenths are enough where nobody else is at work
LEAVE_SECONDS: Final = 0.05  # between the last word and the goodbye


class Ticking:
    """A server that ticks until it hears something, says goodbye, and closes; and what was shown of it."""

    def __init__(self, *, late: float = 0) -> None:
        self.said: list[str] = []
        self._late = late  # seconds until its last word
        self.shown: list[Any] = []
        self.heard: str | bytes | None = None
        self.left_early = False  # before the server had closed

    @property
    def was_served(self) -> bool:
        """Whether all was shown, to the end."""
        return self.heard == "stop" and self.shown == self.said and not self.left_early

    async def tick_until_stopped(self, visit: Visit) -> None:
        """Serve a visit so."""
        hearing = asyncio.create_task(visit.connection.recv())
        try:
            while not hearing.done():
                await self._say(visit)
                await asyncio.wait([hearing], timeout=TICK_SECONDS)
            self.heard = hearing.result()
            await asyncio.sleep(self._late)
            await self._say(visit)
            await asyncio.sleep(LEAVE_SECONDS)
        finally:
            hearing.cancel()

    def story(self, end: BaseException | bool | None) -> Text:
        """Return what became of it, where the learner's function raised something, or had to be ended."""
        if isinstance(end, BaseException):
            return Text("it raised {error}", error=raised(end))
        both = zip(self.said, self.shown, strict=False)
        if self.left_early:
            return Text("it returned before the server had closed")
        return Text(
            "{said} messages came, {shown} of them were shown in their places, and the server heard {heard}",
            said=len(self.said),
            shown=sum(one == other for one, other in both),
            heard=Text("nothing") if self.heard is None else repr(self.heard),
        )

    async def _say(self, visit: Visit) -> None:
        self.said.append(f"tick {secrets.token_hex(3)}")
        await visit.connection.send(self.said[-1])


async def check_two_sockets(listen_then_stop: Callable[..., Any]) -> None:
    """Two people listen at once, for a short time: each has a show of its own."""
    connections: list[Ticking] = [Ticking(), Ticking()]

    async def tick(visit: Visit) -> None:
        await connections[int(visit.path.removeprefix("/"))].tick_until_stopped(visit)

    async with Witness(tick) as witness:
        listening = [
            asyncio.create_task(_listen(listen_then_stop, f"{witness.url}/{number}", seconds, each))
            for number, (seconds, each) in enumerate(zip(SHORT_SECONDS, connections, strict=True))
        ]
        await asyncio.wait(listening, timeout=MOST_SECONDS)
        for task in listening:
            task.cancel()
        await asyncio.wait(listening)
        ends = [task.cancelled() or task.exception() or task.result() for task in listening]
        if any(ends) or not all(each.was_served for each in connections):
            raise NotYet(
                "your function was called for two connections at once. On the one, {one}; on the other, {other}. What "
                "do the two calls share?",
                one=connections[0].story(ends[0]),
                other=connections[1].story(ends[1]),
            )


async def check_patience(listen_then_stop: Callable[..., Any]) -> None:
    """Refuse a limit that is set when the function is called: by its clock, the server's last word comes late."""
    server = Ticking(late=SLOW_SECONDS)
    async with Witness(server.tick_until_stopped) as witness:
        with hurried():
            error = await _listen(listen_then_stop, witness.url, SHORT_SECONDS[0], server)
    if error or not server.was_served:
        raise NotYet(
            "your function was called once more, and its clock ran {factor} times as fast. By that clock, the server "
            'had its last word long after "stop"; {story}. Return when it has closed.',
            factor=FACTOR,
            story=server.story(error),
        )


async def _listen(listen_then_stop: Callable[..., Any], url: str, seconds: float, server: Ticking) -> Exception | None:
    """Have the function listen to a server; return what it raises."""
    async with connect(url, proxy=None) as connection:
        try:
            await result_of(listen_then_stop, connection, server.shown.append, seconds)
        except Exception as error:
            return error
        server.left_early = connection.state is not State.CLOSED
        return None
