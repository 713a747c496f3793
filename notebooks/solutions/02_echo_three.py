import chatlib


async def echo_three(url):
    """Return a list of the three answers, and the code of the close event."""
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
