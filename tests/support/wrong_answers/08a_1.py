# %% wrong 1
# Not yet: <...>What does delivered() return<...>

async def say(client, text):
    return client.send(text)


# %% wrong 2
# Not yet: <...>says 'sending'<...>

async def say(client, text):
    client.send(text)
    return client.messages[-1]
