# %% awaits what is no coroutine
# Not yet: the handler raised TypeError in line 5 of chat: object NoneType can't be used in 'await' expression (does it need an await?).

async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            await broadcast(pages, message)
    finally:
        pages.discard(connection)


# %% leaves the speaker out
# Not yet: Ada said '<...>', and Ada, Bo and Cleo heard [None, '<...>', '<...>'] (None: nothing).

async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            broadcast(pages - {connection}, message)
    finally:
        pages.discard(connection)


# %% echoes and broadcasts
# Not yet: Ada said '<...>' once, and Ada heard it, and then '<...>'.

async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            await connection.send(message)
            broadcast(pages, message)
    finally:
        pages.discard(connection)


# %% sends it to everybody once for each
# Not yet: Ada said '<...>' once, and Ada heard it, and then '<...>'.

async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            for page in pages:
                broadcast(pages, message)
    finally:
        pages.discard(connection)


# %% broadcasts something else
# Not yet: Ada said '<...>', and Ada, Bo and Cleo heard ['Hello', 'Hello', 'Hello'] (None: nothing).

async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            broadcast(pages, "Hello")
    finally:
        pages.discard(connection)


# %% returns after the first message
# Not yet: the handler returned while its guest was still there, so the server said goodbye. What keeps a handler busy?

async def chat(connection):
    pages.add(connection)
    try:
        broadcast(pages, await connection.recv())
    finally:
        pages.discard(connection)


# %% keeps who said goodbye
# Not yet: Bo said goodbye, and is still in the set. What takes a connection out, however it ended?

async def chat(connection):
    pages.add(connection)
    async for message in connection:
        broadcast(pages, message)


# %% forgets who was cut off
# Not yet: Cleo's cable was cut, and she is still in the set. What takes a connection out, however it ended?

async def chat(connection):
    pages.add(connection)
    async for message in connection:
        broadcast(pages, message)
    pages.discard(connection)


# %% empties the set
# Not yet: Bo said goodbye, and somebody who is still there is not in the set any more.

async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            broadcast(pages, message)
    finally:
        pages.clear()


# %% has the handler of an old tutorial, with a path
# Not yet: the handler raised TypeError: chat() missing 1 required positional argument: 'path'.

async def chat(connection, path):
    pages.add(connection)
    try:
        async for message in connection:
            broadcast(pages, message)
    finally:
        pages.discard(connection)


# %% right: by hand, all at once
# Solved: one in, three out, and whoever has gone is out of the set.

import asyncio

async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            await asyncio.gather(*(page.send(message) for page in pages), return_exceptions=True)
    finally:
        pages.discard(connection)


# %% has a set of its own
# Not yet: 3 connections are open, and pages has 0 of them. A connection is in it from its beginning to its end.

members = set()
async def chat(connection):
    members.add(connection)
    try:
        async for message in connection:
            broadcast(members, message)
    finally:
        members.discard(connection)


# %% says who it was, in a message of its own
# Not yet: Ada said '<...>' once, and Ada heard it, and then 'said Ada'.

from websockets.asyncio.server import broadcast

pages = set()


async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            broadcast(pages, message)
            broadcast(pages, "said Ada")
    finally:
        pages.discard(connection)


# %% returns before it has listened
# Not yet: the handler returned while its guest was still there, so the server said goodbye. What keeps a handler busy?

pages = set()


async def chat(connection):
    pages.add(connection)
    try:
        return
    finally:
        pages.discard(connection)


# %% takes nobody out, as a word is missing
# Not yet: the handler raised TypeError in line 12 of chat: set.discard() takes exactly one argument (0 given).

from websockets.asyncio.server import broadcast

pages = set()


async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            broadcast(pages, message)
    finally:
        pages.discard()


# %% changes nothing
# Not yet: Ada said something, and only Ada heard it. Who has to hear it, too?

pages = set()


async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            await connection.send(message)
    finally:
        pages.discard(connection)


# %% says nothing to one who is alone
# Not yet: when the others had gone, Ada said '<...>', and heard None.

from websockets.asyncio.server import broadcast

pages = set()


async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            if len(pages) > 1:
                broadcast(pages, message)
    finally:
        pages.discard(connection)


# %% raises a little later
# Not yet: the handler raised NameError in line <...> of chat: name 'mesage' is not defined.

import asyncio
async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            broadcast(pages, message)
            await asyncio.sleep(0.05)
            print(mesage)
    finally:
        pages.discard(connection)


# %% has the host elsewhere
# Not yet: 3 connections are open, and pages has 2 of them. A connection is in it from its beginning to its end.

host = []
async def chat(connection):
    if host: pages.add(connection)
    else: host.append(connection)
    try:
        async for message in connection:
            broadcast({*pages, *host}, message)
    finally:
        pages.discard(connection)


# %% right: a dictionary by id
# Solved: one in, three out, and whoever has gone is out of the set.

pages = {}
async def chat(connection):
    pages[connection.id] = connection
    try:
        async for message in connection:
            broadcast(pages.values(), message)
    finally:
        del pages[connection.id]


# %% counts them
# Not yet: where all connections should be there is 3, an int. Leave it a set, as it was.

async def chat(connection):
    everybody.add(connection)
    try:
        async for message in connection:
            broadcast(everybody, message)
    finally:
        everybody.discard(connection)
everybody = set()
pages = 3


# %% sends by hand, and loops over the set itself
# Not yet: in the middle of a loop, what it loops over changed: RuntimeError in line 5 of chat: Set changed size during
# iteration. Over what could you loop?

async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            for page in pages:
                await page.send(message)
    finally:
        pages.discard(connection)


# %% right: sends by hand, one after the other
# Solved: one in, three out, and whoever has gone is out of the set.

async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            for page in list(pages):
                await page.send(message)
    finally:
        pages.discard(connection)


# %% sends by hand, and does not want to know that the set has changed
# Not yet: Ada said '<...>', a fourth page came meanwhile, and Ada, Bo and Cleo heard [<...>None<...>] (None: nothing).

async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            try:
                for page in pages:
                    await page.send(message)
            except RuntimeError:
                pass
    finally:
        pages.discard(connection)


# %% takes its blanks away
# Not yet: Ada said ' <...> ', and Ada, Bo and Cleo heard ['<...>', '<...>', '<...>'] (None: nothing).

async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            broadcast(pages, message.strip())
    finally:
        pages.discard(connection)


# %% says nothing twice
# Not yet: Ada said ' <...> ' a second time, and Ada, Bo and Cleo heard [None, None, None] (None: nothing).

async def chat(connection):
    pages.add(connection)
    last = None
    try:
        async for message in connection:
            if message != last:
                broadcast(pages, message)
            last = message
    finally:
        pages.discard(connection)


# %% passes on no empty message
# Not yet: when the others had gone, Ada said '', and heard None.

async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            if message:
                broadcast(pages, message)
    except ConnectionClosed:
        pass
    finally:
        pages.discard(connection)


# %% each message: is a global, which the next one overwrites
# Not yet: Ada said '<...>', Bo said '<...>' while that was on its way, and somebody heard [<...>] (None: nothing). What do
# the handlers of two connections share?

async def chat(connection):
    global message
    pages.add(connection)
    try:
        async for message in connection:
            for page in list(pages): await page.send(message)
    except ConnectionClosed:
        pass
    finally:
        pages.discard(connection)


# %% each message: as a text, whatever it was
# Not yet: when the others had gone, Ada said b'<...>, and heard <...>, a str.

async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            broadcast(pages, f"{message}")
    except ConnectionClosed:
        pass
    finally:
        pages.discard(connection)


# %% however it ended: who says nothing for two seconds is sent away
# Not yet: the handler returned while its guest was still there, so the server said goodbye. What keeps a handler
# busy?

import asyncio

from websockets.asyncio.server import broadcast


async def chat(connection):
    pages.add(connection)
    try:
        while True:
            message = await asyncio.wait_for(connection.recv(), 2)
            broadcast(pages, message)
    except (ConnectionClosed, TimeoutError):
        pass
    finally:
        pages.discard(connection)


# %% all pages: who is slow for two seconds misses it
# Not yet: the clock of your code ran 50 times as fast. By that clock, all were slow to take a message. Ada had said
# <...>, and this is what they heard, Ada first: <...> (None: nothing). Slow is not gone.

import asyncio


async def one(p, message):
    try:
        await asyncio.wait_for(p.send(message), 2)
    except (ConnectionClosed, TimeoutError):
        pass


async def chat(connection):
    pages.add(connection)
    try:
        async for message in connection:
            await asyncio.gather(*(one(p, message) for p in list(pages)))
    except ConnectionClosed:
        pass
    finally:
        pages.discard(connection)
