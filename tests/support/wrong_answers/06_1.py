# %% wrong 1
# Not yet: <...>Which line is reached, whatever happens?<...>

async def handler(connection):
    guests.add(connection)
    async for message in connection:
        broadcast(guests, message)
    guests.remove(connection)


# %% wrong 2
# Not yet: <...>did not hear it herself<...>

async def handler(connection):
    guests.add(connection)
    async for message in connection:
        broadcast(guests - {connection}, message)


# %% wrong 3
# Not yet: <...>Bo said goodbye, two are left, and 3 are in the set<...>

async def handler(connection):
    guests.add(connection)
    async for message in connection:
        broadcast(guests, message)
