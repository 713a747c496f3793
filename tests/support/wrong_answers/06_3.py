# %% wrong 1
# Not yet: <...>had to wait until Ada was answered<...>

lock = asyncio.Lock()
async def answering(connection):
    async for question in connection:
        async with lock:
            await answer(connection, question)


# %% wrong 2
# Not yet: <...>None: nothing<...>

async def answering(connection):
    questions = [question async for question in connection]
    for question in questions:
        await answer(connection, question)
