from websockets.asyncio.server import broadcast

guests = set()


async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            broadcast(guests, message)
    finally:
        guests.remove(connection)
