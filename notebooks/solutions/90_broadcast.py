from websockets.asyncio.server import broadcast

pages = set()


async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            broadcast(pages, message)
    finally:
        pages.discard(connection)
