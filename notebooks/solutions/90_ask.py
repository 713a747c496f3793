import chatlib


async def ask(url, question):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send(question)
    event = await ws.once("message")
    ws.close(1000)
    await ws.once("close")
    return event.data
