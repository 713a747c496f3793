import chatlib


async def four_states(url):
    """Return four numbers, each read from the readyState of one connection."""
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    await ws.once("open")
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    await ws.once("close")
    states.append(ws.readyState)
    return states
