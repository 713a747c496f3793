# %% send: the handler only enters the guest
# Not yet: the handler returned while its guest was still there, so the server said goodbye. What keeps a handler busy?

async def handler(connection):
    guests.add(connection)
    print("somebody is here")


# %% a function that could run: yields what came
# Not yet: there is a yield in your function, so nothing in it runs when it is called. Use return instead.

async def handler(connection):
    guests.add(connection)
    async for message in connection:
        yield message


# %% to all guests: echoes
# Not yet: Ada said '<...>', and this is what all the guests heard, Ada first: ['<...>', None, None, None, None, None, None] (None:
# nothing).

async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            await connection.send(message)
    finally:
        guests.remove(connection)


# %% to all guests: the speaker is left out
# Not yet: Ada said something, and all heard it but herself. She is one of the guests.

async def handler(connection):
    guests.add(connection)
    async for message in connection:
        broadcast(guests - {connection}, message)


# %% what a guest says: one message, and the handler returns
# Not yet: the handler returned while its guest was still there, so the server said goodbye. What keeps a handler busy?

async def handler(connection):
    guests.add(connection)
    try:
        broadcast(guests, await connection.recv())
    finally:
        guests.discard(connection)


# %% what a guest says: with a name before it
# Not yet: Ada said '<...>', and this is what all the guests heard, Ada first: ['Ada: <...>', <...>] (None: nothing).

async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            broadcast(guests, f"Ada: {message}")
    finally:
        guests.remove(connection)


# %% once: to the speaker, and to all
# Not yet: Ada said it once, and somebody heard it twice.

async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            await connection.send(message)
            broadcast(guests, message)
    finally:
        guests.remove(connection)


# %% nobody may stay: nobody is taken out
# Not yet: Bo said goodbye with 1000, and is still in the set. What takes a connection out, however it ended?

async def handler(connection):
    guests.add(connection)
    async for message in connection:
        broadcast(guests, message)


# %% nobody may stay: taken out where the loop raises
# Not yet: Bo said goodbye with 1000, and is still in the set. What takes a connection out, however it ended?

from websockets.exceptions import ConnectionClosed
async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            broadcast(guests, message)
    except ConnectionClosed:
        guests.remove(connection)


# %% however they went: not after a goodbye with a code of one's own
# Not yet: Cleo said goodbye with <...>, and is still in the set. What takes a connection out, however it ended?

async def handler(connection):
    guests.add(connection)
    async for message in connection:
        broadcast(guests, message)
    guests.remove(connection)


# %% however they went: not after a cut cable
# Not yet: Dan was cut off, and is still in the set. What takes a connection out, however it ended?

from websockets.exceptions import ConnectionClosed
async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            broadcast(guests, message)
    except ConnectionClosed as end:
        if end.rcvd is None:
            raise
    guests.remove(connection)


# %% who has gone: takes out anybody
# Not yet: Bo said goodbye with 1000, and somebody else, who is still there, is not in the set any more.

async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            broadcast(guests, message)
    finally:
        guests.clear()


# %% nobody else may suffer: sends to one who has gone, in a copy
# Not yet: the handler of a guest who was still there raised ConnectionClosedError<...>: no close frame received or
# sent. Another connection had ended: whom should that stop?

async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            for guest in list(guests):
                await guest.send(message)
    finally:
        guests.remove(connection)


# %% nobody else may suffer: sends to all at once, and one raises
# Not yet: the handler of a guest who was still there raised ConnectionClosedError<...>: no close frame received or
# sent. Another connection had ended: whom should that stop?

import asyncio
async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            await asyncio.gather(*(guest.send(message) for guest in guests))
    finally:
        guests.remove(connection)


# %% while a message goes out: loops over the set itself
# Not yet: in the middle of a loop, what it loops over changed: RuntimeError in line <...>: Set changed size during
# iteration. Over what could you loop?

async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            for guest in guests:
                await guest.send(message)
    finally:
        guests.remove(connection)


# %% nobody else may suffer: the one who has gone ends the loop over the others
# Not yet: Ada said '<...>', then somebody left, and this is what those heard who stayed, Ada first: [<...>None<...>]
# (None: nothing).

from websockets.exceptions import ConnectionClosed
async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            try:
                for guest in list(guests):
                    await guest.send(message)
            except ConnectionClosed:
                pass
    finally:
        guests.discard(connection)


# %% right: by hand, over a copy
# Solved: all heard it, and nobody who has gone is in the set.

from websockets.exceptions import ConnectionClosed
async def handler(connection):
    guests.add(connection)
    try:
        while True:
            message = await connection.recv()
            for guest in guests.copy():
                try:
                    await guest.send(message)
                except ConnectionClosed:
                    pass
    except ConnectionClosed:
        pass
    finally:
        guests.discard(connection)


# %% right: all at once, and exceptions are results
# Solved: all heard it, and nobody who has gone is in the set.

import asyncio
async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            await asyncio.gather(*(guest.send(message) for guest in guests), return_exceptions=True)
    finally:
        guests.remove(connection)


# %% nobody may stay: receives on and on from who has gone
# Not yet: your code has not given the loop a turn for 5 s: line <...> of handler.
# While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

async def handler(connection):
    guests.add(connection)
    while True:
        try:
            broadcast(guests, await connection.recv())
        except ConnectionClosed:
            guests.discard(connection)


# %% right: a new set each time
# Solved: all heard it, and nobody who has gone is in the set.

async def handler(connection):
    global guests
    guests = guests | {connection}
    try:
        async for message in connection:
            broadcast(guests, message)
    except ConnectionClosed:
        pass
    finally:
        guests = guests - {connection}


# %% right: the registry is a list
# Solved: all heard it, and nobody who has gone is in the set.

guests = []
async def handler(connection):
    guests.append(connection)
    try:
        async for message in connection:
            broadcast(guests, message)
    except ConnectionClosed:
        pass
    finally:
        guests.remove(connection)


# %% right: a task for each send, as broadcast() awaits nobody either
# Solved: all heard it, and nobody who has gone is in the set.

import asyncio
sends = set()
async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            for guest in list(guests):
                task = asyncio.create_task(guest.send(message))
                sends.add(task)
                task.add_done_callback(sends.discard)
    finally:
        guests.remove(connection)


# %% runs: the handler of an old tutorial, with a path
# Not yet: the handler raised TypeError: handler() missing 1 required positional argument: 'path'.

async def handler(connection, path):
    guests.add(connection)
    try:
        async for message in connection:
            broadcast(guests, message)
    finally:
        guests.remove(connection)


# %% who has gone: a handler that waits for ever, as in main() of the manual
# Not yet: this was not over after 10 seconds, and line <...> of handler and line <...> of handler still waited. What does your code wait for?

async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            broadcast(guests, message)
    except ConnectionClosed:
        pass
    finally:
        guests.discard(connection)
    await asyncio.get_running_loop().create_future()


# %% right: a dictionary, and an object that can be called
# Solved: all heard it, and nobody who has gone is in the set.

guests = {}

class Room:
    async def __call__(self, connection):
        guests[connection] = "somebody"
        try:
            async for message in connection:
                broadcast(guests, message)
        finally:
            del guests[connection]

handler = Room()


# %% the set: another one
# Not yet: 7 connections are open, and guests has 0 of them. A connection is in it from its beginning to its end.

clients = set()
async def handler(connection):
    clients.add(connection)
    try:
        async for message in connection:
            broadcast(clients, message)
    finally:
        clients.discard(connection)


# %% right: a dictionary by id
# Solved: all heard it, and nobody who has gone is in the set.

guests = {}
async def handler(connection):
    guests[connection.id] = connection
    try:
        async for message in connection:
            broadcast(guests.values(), message)
    finally:
        del guests[connection.id]


# %% right: a weak set
# Solved: all heard it, and nobody who has gone is in the set.

import weakref
guests = weakref.WeakSet()
async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% goes while a message goes out: takes out in the loop who is not there
# Not yet: in the middle of a loop, what it loops over changed: RuntimeError in line <...>: Set changed size during
# iteration. Over what could you loop?

from websockets.exceptions import ConnectionClosed

guests = set()


async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            for guest in guests:
                guests.discard(guest)
                await guest.send(message)
    finally:
        guests.discard(connection)


# %% what a guest says: the first two things only
# Not yet: the handler returned while its guest was still there, so the server said goodbye. What keeps a handler busy?

from websockets.asyncio.server import broadcast

guests = set()


async def handler(connection):
    guests.add(connection)
    try:
        for _ in range(2):
            broadcast(guests, await connection.recv())
    finally:
        guests.discard(connection)


# %% nobody may stay in the set: takes out somebody else
# Not yet: Bo said goodbye with 1000, and is still in the set. What takes a connection out, however it ended?

from websockets.asyncio.server import broadcast

guests = set()


async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            broadcast(guests, message)
    finally:
        guests.discard(connection.id)


# %% what a guest says: the first thing only
# Not yet: Ada said '<...>' then, and this is what all heard, Ada first: [None, None, None, None, None, None, None] (None: nothing).

from websockets.asyncio.server import broadcast

guests = set()


async def handler(connection):
    guests.add(connection)
    is_new = True
    try:
        async for message in connection:
            if is_new:
                broadcast(guests, message)
                is_new = False
    finally:
        guests.remove(connection)


# %% nobody else may suffer: takes each guest out while it sends to that one
# Not yet: Ada said '<...>', Bo said '<...>' while that was on its way, and somebody heard ['<...>', None] (None: nothing). What do
# the handlers of two connections share?

from websockets.exceptions import ConnectionClosed

guests = set()


async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            for guest in list(guests):
                guests.discard(guest)
                try:
                    await guest.send(message)
                except ConnectionClosed:
                    pass
                guests.add(guest)
    finally:
        guests.discard(connection)


# %% nobody else may suffer: the end of one ends the loop of another, and nobody says so
# Not yet: somebody left while a message went out, and the handler of another guest, who was still there, returned: the
# server said goodbye to that one. Whom should the end of a connection stop?

import asyncio
from websockets.exceptions import ConnectionClosed
async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            await asyncio.gather(*(guest.send(message) for guest in guests))
    except ConnectionClosed:
        pass
    finally:
        guests.discard(connection)


# %% while a message goes out: loops over a dictionary
# Not yet: in the middle of a loop, what it loops over changed: RuntimeError in line <...> of handler: dictionary
# changed size during iteration. Over what could you loop?

guests = {}
async def handler(connection):
    guests[connection] = "somebody"
    try:
        async for message in connection:
            for guest in guests:
                await guest.send(message)
    finally:
        del guests[connection]


# %% the set: the host is not in it
# Not yet: 7 connections are open, and guests has 6 of them. A connection is in it from its beginning to its end.

host = None
async def handler(connection):
    global host
    if host is None:
        host = connection
    else:
        guests.add(connection)
    try:
        async for message in connection:
            broadcast({host, *guests}, message)
    finally:
        guests.discard(connection)


# %% the set: only those who have spoken
# Not yet: 7 connections are open, and guests has 1 of them. A connection is in it from its beginning to its end.

async def handler(connection):
    everybody.add(connection)
    async for message in connection:
        guests.add(connection)
        broadcast(everybody, message)
everybody = set()


# %% nobody else may suffer: a group, which one of them ends
# Not yet: the handler of a guest who was still there raised ExceptionGroup in line <...> of handler:
# ConnectionClosedError: no close frame received or sent. Another connection had ended: whom should that stop?

import asyncio
async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            async with asyncio.TaskGroup() as group:
                for guest in guests:
                    group.create_task(guest.send(message))
    finally:
        guests.discard(connection)


# %% what a guest says: two things, and then no more
# Not yet: Ada said '<...>' then, and this is what all heard, Ada first: [None, None, None, None, None, None, None] (None: nothing).

async def handler(connection):
    guests.add(connection)
    n = 0
    try:
        async for message in connection:
            n += 1
            if n < 3:
                broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% nobody else may suffer: one task sends for all, and ends with one
# Not yet: Ada said '<...>', then somebody left, and this is what those heard who stayed, Ada first: [<...>None<...>]
# (None: nothing). A task of yours raised ConnectionClosedError in line <...> of sender: no close frame received or
# sent.

import asyncio
queue = None
async def sender():
    while True:
        message = await queue.get()
        for guest in list(guests):
            await guest.send(message)
async def handler(connection):
    global queue, task
    if queue is None:
        queue = asyncio.Queue()
        task = asyncio.create_task(sender())
    guests.add(connection)
    try:
        async for message in connection:
            queue.put_nowait(message)
    finally:
        guests.discard(connection)


# %% what a guest says: raises at the second thing
# Not yet: the handler raised NameError in line <...> of handler: name 'coutn' is not defined.

count = 0
async def handler(connection):
    global count
    guests.add(connection)
    try:
        async for message in connection:
            broadcast(guests, message)
            count += 1
            if count == 2:
                print(coutn)
    finally:
        guests.discard(connection)


# %% nobody else may suffer: one task sends to all at once, and ends with one
# Not yet: somebody had left in the middle of a message. Ada said '<...>' then, and this is what those heard who stayed, Ada first:
# [None, None, None] (None: nothing). A task of yours raised ConnectionClosedError in line <...> of sender: no close frame received or
# sent.

import asyncio
queue = None
async def sender():
    while True:
        message = await queue.get()
        await asyncio.gather(*(guest.send(message) for guest in guests))
async def handler(connection):
    global queue, task
    if queue is None:
        queue = asyncio.Queue()
        task = asyncio.create_task(sender())
    guests.add(connection)
    try:
        async for message in connection:
            queue.put_nowait(message)
    finally:
        guests.discard(connection)


# %% nobody else may suffer: catches the ends that have no goodbye, and sends one by one
# Not yet: the handler of a guest who was still there raised ConnectionClosedOK in line 7 of handler: <...>. Another
# connection had ended: whom should that stop?

async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            for guest in list(guests):
                try:
                    await guest.send(message)
                except ConnectionClosedError:
                    pass
    finally:
        guests.discard(connection)


from websockets.exceptions import ConnectionClosedError


# %% what a guest says: without the blanks at its ends
# Not yet: Ada said '<...>' then, and this is what all heard, Ada first: [<...>] (None: nothing).

async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            broadcast(guests, message.strip())
    finally:
        guests.discard(connection)


# %% what a guest says: not the empty text
# Not yet: Ada said '' then, and this is what all heard, Ada first: [None, None, None, None, None, None, None] (None: nothing).

async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            if message:
                broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% what a guest says: not what was said just before
# Not yet: Ada said '<...>' then, and this is what all heard, Ada first: [None, None, None, None, None, None, None] (None: nothing).

async def handler(connection):
    guests.add(connection)
    last = None
    try:
        async for message in connection:
            if message != last:
                broadcast(guests, message)
            last = message
    finally:
        guests.discard(connection)


# %% what a guest says: bytes as a text
# Not yet: Ada said b<...> then, and this is what all heard, Ada first: ["b<...>"] (None: nothing).

async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            broadcast(guests, str(message))
    finally:
        guests.discard(connection)


# %% nobody else may suffer: closes who is slow
# Not yet: a guest's network was slow for a moment, and your code closed the connection. Slow is not gone.

import asyncio
async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            for guest in list(guests):
                try:
                    await asyncio.wait_for(guest.send(message), 0.001)
                except (ConnectionClosed, TimeoutError):
                    guests.discard(guest)
                    await guest.close()
    finally:
        guests.discard(connection)


# %% nobody else may suffer: sends to those who are still there, and one goes just then
# Not yet: somebody left while a message went out, and the handler of another guest, who was still there, returned: the
# server said goodbye to that one. Whom should the end of a connection stop?

async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            for guest in list(guests):
                if guest.state.name == "OPEN":
                    await guest.send(message)
    except ConnectionClosed:
        pass
    finally:
        guests.discard(connection)


# %% what a guest says: is a global, which the next one overwrites
# Not yet: Ada said '<...>', Bo said '<...>' while that was on its way, and somebody heard [<...>] (None: nothing). What do
# the handlers of two connections share?

from websockets.exceptions import ConnectionClosed
async def handler(connection):
    global said
    guests.add(connection)
    try:
        async for said in connection:
            for g in list(guests):
                try: await g.send(said)
                except ConnectionClosed: pass
    except ConnectionClosed: pass
    finally: guests.discard(connection)


# %% nobody may stay: keeps who does not take it, for the next time
# Not yet: everybody has gone, and the set is not empty.

from websockets.exceptions import ConnectionClosed

guests = set()


async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            for guest in list(guests):
                try:
                    await guest.send(message)
                except ConnectionClosed:
                    guests.add(guest)
    except ConnectionClosed:
        pass
    finally:
        guests.discard(connection)


# %% what a guest says: who says nothing for two seconds is sent away
# Not yet: the handler returned while its guest was still there, so the server said goodbye. What keeps a handler
# busy?

import asyncio

from websockets.asyncio.server import broadcast

from websockets.exceptions import ConnectionClosed


async def handler(connection):
    guests.add(connection)
    try:
        while True:
            message = await asyncio.wait_for(connection.recv(), 2)
            broadcast(guests, message)
    except (ConnectionClosed, TimeoutError):
        pass
    finally:
        guests.discard(connection)


# %% nobody else may suffer: who is slow for two seconds misses it
# Not yet: the clock of your code ran 50 times as fast. By that clock, all were slow to take a message. Ada had said
# <...>, and this is what they heard, Ada first: <...> (None: nothing). Slow is not gone.

import asyncio

from websockets.exceptions import ConnectionClosed


async def one(p, message):
    try:
        await asyncio.wait_for(p.send(message), 2)
    except (ConnectionClosed, TimeoutError):
        pass


async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            await asyncio.gather(*(one(p, message) for p in list(guests)))
    except ConnectionClosed:
        pass
    finally:
        guests.discard(connection)


# %% right: the end of its task takes it out
# Solved: all heard it, and nobody who has gone is in the set.

import asyncio


async def handler(connection):
    guests.add(connection)
    asyncio.current_task().add_done_callback(lambda task: guests.discard(connection))
    async for message in connection:
        broadcast(guests, message)


# %% to all: reads as long as the connection is open
# Not yet: somebody said 12 things, and goodbye right behind them. Somebody who stayed heard 1 of them. What was said
# before a goodbye can still be received.

from websockets.asyncio.server import broadcast
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State
async def handler(connection):
    guests.add(connection)
    try:
        while connection.state is State.OPEN:
            broadcast(guests, await connection.recv())
    except ConnectionClosed:
        pass
    finally:
        guests.remove(connection)


# %% runs: counts for those who have gone, too
# Not yet: the handler raised KeyError in line 13 of handler: <websockets.asyncio.server.ServerConnection object at <...>>.

from websockets.asyncio.server import broadcast
from websockets.exceptions import ConnectionClosed
sent = {}
order = []
async def handler(connection):
    guests.add(connection)
    sent[connection] = 0
    order.append(connection)
    try:
        async for message in connection:
            broadcast(guests, message)
            for each in order:
                sent[each] += 1
    except ConnectionClosed:
        pass
    finally:
        guests.discard(connection)
        sent.pop(connection)


# %% runs: asserts what is not so when one has gone
# Not yet: the handler raised AssertionError in line 10 of handler.

from websockets.asyncio.server import broadcast
from websockets.exceptions import ConnectionClosed
here = 0
async def handler(connection):
    global here
    guests.add(connection)
    here += 1
    try:
        async for message in connection:
            assert len(guests) == here
            broadcast(guests, message)
    except ConnectionClosed:
        pass
    finally:
        guests.discard(connection)
        here -= 2


# %% the end of a connection: cancels the future that all wait for, and hushes it up
# Not yet: somebody left while a message went out, and the handler of another guest, who was still there, returned:
# the server said goodbye to that one. Whom should the end of a connection stop?

import asyncio
class PubSub:
    def __init__(self):
        self.waiter = asyncio.get_running_loop().create_future()
    def publish(self, value):
        waiter, self.waiter = self.waiter, asyncio.get_running_loop().create_future()
        waiter.set_result((value, self.waiter))
    async def subscribe(self):
        waiter = self.waiter
        while True:
            value, waiter = await waiter
            yield value
pubsub = None
async def handler(connection):
    global pubsub
    if pubsub is None:
        pubsub = PubSub()
    async def write():
        async for said in pubsub.subscribe():
            await connection.send(said)
    guests.add(connection)
    writer = asyncio.create_task(write())
    await asyncio.sleep(0)
    try:
        async for said in connection:
            pubsub.publish(said)
    except Exception:
        pass
    finally:
        guests.discard(connection)
        writer.cancel()


# %% on one thread: broadcast in another
# Not yet: something of yours ran in another thread, and touched what belongs to the loop. The loop may not notice
# until something else wakes it. Which method of the loop may another thread call?

import asyncio
async def handler(connection):
    guests.add(connection)
    try:
        async for said in connection:
            await asyncio.to_thread(broadcast, guests, said)
    finally:
        guests.discard(connection)
