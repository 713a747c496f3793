import chatlib


async def echo_three(url):
    """Return (["one", "two", "three"], 1000), all of it read from the connection."""
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for text in ["one", "two", "three"]:
        ws.send(text)
        event = await ws.once("message")
        answers.append(event.data)
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code
