"""A receiver for transports that lets a test wait for what it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from websockets.uri import parse_uri

from chatlib import background
from chatlib.client.transport import End, Transport
from tests.support.waiting import until


class Ear:
    """A receiver that keeps what it is told, and lets another loop wait for it."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def opened(self) -> None:
        self.tell("opened")

    def received(self, data: str | bytes) -> None:
        self.tell(data)

    def closing(self) -> None:
        self.tell("closing")

    def closed(self, end: End) -> None:
        self.tell(end)

    def tell(self, what: Any) -> None:
        self.told.append(what)

    async def heard(self, condition: Callable[[Any], bool]) -> Any:
        """The first thing told for which the condition holds."""

        found: list[Any] = []

        def look() -> bool:
            found[:] = [what for what in list(self.told) if condition(what)][:1]
            return bool(found)

        await until(look, f"{self.told}")
        return found[0]

    async def end(self) -> End:
        return await self.heard(lambda what: isinstance(what, End))


def begin(url: str, ear: Ear, **options: Any) -> Transport:
    connection = Transport(parse_uri(url), ear, **options)
    background.call(connection.connect)
    return connection


async def begin_and_open(url: str, ear: Ear, **options: Any) -> Transport:
    connection = begin(url, ear, **options)
    await ear.heard(lambda what: what == "opened")
    return connection
