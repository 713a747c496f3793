async def say(client, text):
    return await client.delivered(client.send(text))
