# %% wrong 1
# Not yet: <...>look 2 came at the wrong moment<...>

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState, ws.readyState]
    await ws.once("open")
    ws.close()
    states.append(ws.readyState)
    await ws.once("close")
    return [*states, ws.readyState]


# %% wrong 2
# Not yet: <...>still has you on the line<...>

async def four_states(url):
    ws = chatlib.WebSocket(url)
    born = ws.readyState
    await ws.once("open")
    return [born, ws.readyState]


# %% wrong 3
# Not yet: <...>no connection was opened<...>

async def four_states(url):
    return [0, 1, 2, 3]
