import asyncio


async def listen_then_stop(connection, show, seconds):
    """Use async for, connection.send() and a task of your own."""

    async def listen():
        async for message in connection:
            show(message)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await listening
