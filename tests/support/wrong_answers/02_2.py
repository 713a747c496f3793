# %% wrong 1
# Not yet: <...>Catch it there<...>

import asyncio
async def listen_for(ws, seconds):
    return (await asyncio.wait_for(ws.once("message"), seconds)).data


# %% wrong 2
# Not yet: <...>Which part of the event<...>

import asyncio
async def listen_for(ws, seconds):
    try:
        return await asyncio.wait_for(ws.once("message"), seconds)
    except TimeoutError:
        return None


# %% wrong 3
# Not yet: <...>Who closed it?<...>

import asyncio
async def listen_for(ws, seconds):
    await asyncio.sleep(seconds)
    ws.close()
