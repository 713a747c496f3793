# %% wrong 1
# Not yet: <...>the loop stood still<...>

import asyncio
async def handler(connection):
    async for question in connection:
        await asyncio.sleep(0)
        await connection.send(slow_answer(question))


# %% wrong 2
# Not yet: <...>the handler raised TypeError<...>

import asyncio
async def handler(connection):
    async for question in connection:
        await connection.send(await asyncio.to_thread(slow_answer(question)))


# %% wrong 3
# Not yet: <...>the answers were [None, None, None]<...>

import asyncio
async def handler(connection):
    question = await connection.recv()
    asyncio.create_task(asyncio.to_thread(slow_answer, question))
