# %% wrong 1
# Not yet: <...>nothing was shown before you had said "stop"<...>

import asyncio
async def listen_then_stop(connection, show, seconds):
    await asyncio.sleep(seconds)
    await connection.send("stop")
    async for message in connection:
        show(message)


# %% wrong 2
# Not yet: <...>Listen to the end<...>

import asyncio
async def listen_then_stop(connection, show, seconds):
    show(await connection.recv())
    await asyncio.sleep(seconds)
    await connection.send("stop")
