# %% wrong 1
# Not yet: <...>it raised DOMException in line 3 of echo_three: InvalidStateError<...>

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    ws.send("one")


# %% wrong 2
# Not yet: <...>still waiting for a goodbye<...>

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    for text in ["one", "two", "three"]:
        ws.send(text)
        await ws.once("message")
    return ["one", "two", "three"], 1000


# %% wrong 3
# Not yet: <...>nobody came to the server<...>

async def echo_three(url):
    return ["one", "two", "three"], 1000


# %% wrong 4
# Not yet: <...>the server read the close code 1005<...>

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    for text in ["one", "two", "three"]:
        ws.send(text)
        await ws.once("message")
    ws.close()
