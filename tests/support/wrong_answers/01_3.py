# %% wrong 1
# Not yet: <...>It would have spoken without that<...>

async def first_words(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send("hello?")
    event = await ws.once("message")
    ws.close()
    return event.data


# %% wrong 2
# Not yet: <...>in which field<...>

async def first_words(url):
    ws = chatlib.WebSocket(url)
    event = await ws.once("message")
    ws.close()
    return event


# %% wrong 3
# Not yet: <...>still on the line<...>

async def first_words(url):
    ws = chatlib.WebSocket(url)
    return (await ws.once("message")).data
