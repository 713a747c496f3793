"""People in a room of their own, for the checks of exercises that take part in a chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from chatlib.client import chat_client
from chatlib.client.chat_client import ChatClient
from chatlib.server.ownership import serve

SECONDS: Final = 3.0


@asynccontextmanager
async def people(*names: str) -> AsyncIterator[list[ChatClient]]:
    """Have these people in the lobby of a server of their own, where each sees all others."""
    with serve(port=0) as server:
        clients: list[ChatClient] = []
        try:
            for name in names:
                clients.append(ChatClient(server.url, name=name))
                await clients[-1].joined()
            for client in clients:
                await told(client, partial(_sees, client, len(names)))
            yield clients
        finally:
            for client in clients:
                client.close()


async def told(client: ChatClient, condition: Callable[[], bool], seconds: float = SECONDS) -> bool:
    """Wait until something that the client is told makes the condition true; return whether it did."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def look(event: chat_client.Event) -> None:
        if condition():
            loop.call_soon_threadsafe(done.set)

    end = client.subscribe(look, replay=True)
    try:
        await asyncio.wait_for(done.wait(), seconds)
    except TimeoutError:
        return False
    finally:
        end()
    return True


def _sees(client: ChatClient, count: int) -> bool:
    return len(client.people) == count
