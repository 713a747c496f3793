import asyncio


async def answer(connection, question):
    await asyncio.sleep(0.4 / len(question))
    await connection.send(question.upper())


async def answering(connection):
    async for question in connection:
        await answer(connection, question)  # each connection has a handler of its own: nobody else waits
