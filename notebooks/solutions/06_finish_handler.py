from websockets.asyncio.server import broadcast
from websockets.exceptions import ConnectionClosed

guests = set()


async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            broadcast(guests, message)
    except ConnectionClosed:
        pass  # no goodbye, or an unusual one
    finally:
        guests.remove(connection)
