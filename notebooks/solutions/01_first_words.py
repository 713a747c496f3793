import chatlib


async def first_words(url):
    """Return what the server says, unasked."""
    ws = chatlib.WebSocket(url)
    event = await ws.once("message")
    ws.close()
    await ws.once("close")
    return event.data
