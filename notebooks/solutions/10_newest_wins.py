import asyncio

from websockets.exceptions import ConnectionClosed

queues = {}


async def serve_page(connection):
    """Serve one page, until it has gone."""
    queue = queues[connection] = asyncio.Queue(maxsize=1)
    try:
        while True:
            await connection.send(await queue.get())
    except ConnectionClosed:
        pass  # the page has gone
    finally:
        del queues[connection]


def publish(state):
    """Take a new state for all pages, and return at once."""
    for queue in queues.values():
        if queue.full():
            queue.get_nowait()  # the oldest
        queue.put_nowait(state)
