"""The peer that all figures are ratios to: a chat server on ``websockets.broadcast()``, as its documentation has it."""

from __future__ import annotations

import argparse
import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

TYPE_MSG = 2
encode = json.JSONEncoder(separators=(",", ":")).encode


async def main(ping_interval: float | None) -> None:
    clients: set[ServerConnection] = set()

    async def chat(client: ServerConnection) -> None:
        clients.add(client)
        try:
            with suppress(ConnectionClosed):
                async for text in client:
                    time = datetime.now(UTC).isoformat(timespec="milliseconds")
                    broadcast(clients, encode({"type": TYPE_MSG, "msg": text, "time": time}))
        finally:
            clients.remove(client)

    async with serve(chat, "127.0.0.1", 0, compression=None, ping_interval=ping_interval) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--ping", type=float, default=0, help="seconds between keepalive pings; 0 for none")
    asyncio.run(main(parser.parse_args().ping or None))
