"""People in a room of their own, for the checks of exercises that take part in a chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from chatlib.client.chat_client import ChatClient
from chatlib.server.ownership import serve

SECONDS: Final = 10.0


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
                await client.until(partial(_sees, client, len(names)), timeout=SECONDS)
            yield clients
        finally:
            for client in clients:
                client.close()


def _sees(client: ChatClient, count: int) -> bool:
    return len(client.people) == count
