import asyncio


async def listen_for(ws, seconds):
    """Return the next message's data, or None if the time is up."""
    try:
        event = await asyncio.wait_for(ws.once("message"), timeout=seconds)
    except TimeoutError:
        return None
    return event.data
