from websockets.asyncio.server import broadcast
from websockets.exceptions import ConnectionClosed

pages = set()


async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            broadcast(pages, message)
    except ConnectionClosed:
        pass  # no goodbye, or an unusual one: no bug of ours
    finally:
        pages.discard(connection)
