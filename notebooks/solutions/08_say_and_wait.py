async def say(client, text):
    """Return the message once it was delivered."""
    sent = client.send(text)
    return await client.delivered(sent)
