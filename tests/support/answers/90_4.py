# %% sends, and forgets to return
# Not yet: you returned None, and not the message. What you had sent by then: '<...>'.

async def say(client, text):
    await client.delivered(client.send(text))


# %% returns the id
# Not yet: you returned '<...>', a str. Return the Message itself, which delivered() gives when it is awaited.

async def say(client, text):
    return client.send(text)


# %% does not wait
# Not yet: the network was frozen, so nobody had the message, and you had returned already.

async def say(client, text):
    client.send(text)
    return client.messages[-1]


# %% sleeps and hopes
# Not yet: the network was frozen, so nobody had the message, and you had returned already.

import asyncio

async def say(client, text):
    client.send(text)
    await asyncio.sleep(1)
    return client.messages[-1]


# %% forgets the await
# Not yet: you returned <coroutine object ChatClient.delivered at <...>>, a coroutine that nobody has awaited. Return the Message itself, which delivered() gives when it is awaited.

async def say(client, text):
    return client.delivered(client.send(text))


# %% says something else
# Not yet: you were given '<...>', and the message that you returned says 'Hello'.

async def say(client, text):
    return await client.delivered(client.send("Hello"))


# %% sleeps longer, and hopes
# Not yet: the network was frozen, so nobody had the message, and you had returned already.

import asyncio

async def say(client, text):
    mine = client.send(text)
    await asyncio.sleep(2)
    return next(message for message in client.messages if message.id == mine)


# %% looks at the last message, whoever's it is
# Not yet: you were given ' <...> ', and the message that you returned says ' <...> '.

import asyncio

async def say(client, text):
    client.send(text)
    while client.messages[-1].state != "delivered":
        await asyncio.sleep(0.05)
    return client.messages[-1]


# %% says it twice
# Not yet: your function was called once, and the text was said 2 times. One send() is enough.

async def say(client, text):
    client.send(text)
    return await client.delivered(client.send(text))


# %% right: a lambda
# Solved: the network was frozen, and you waited until the message was delivered.

say = lambda client, text: client.delivered(client.send(text))


# %% returns its text
# Not yet: you returned the text. Return the whole message, which has more: its id, its state.

async def say(client, text):
    return (await client.delivered(client.send(text))).msg


# %% does not send
# Not yet: you returned None, and not the message. What you had sent by then: nothing.

async def say(client, text):
    print(text)


# %% waits for the very first
# Not yet: two texts were said, one right after the other, while the network was frozen. 1.2 s after it was fast again
# you had not returned. What do you wait for?

async def say(client, text):
    id = client.send(text)
    await client.until(lambda: len(client.messages) == 1 and client.messages[0].state == "delivered")
    return client.messages[-1]


# %% says something else, and returns nothing
# Not yet: you returned None, and not the message. What you had sent by then: 'text' and 'text'.

async def say(client, text):
    await client.delivered(client.send("text"))


# %% send once: and a little later once more, to be sure
# Not yet: your function was called once, and the text was said 2 times. One send() is enough.

import asyncio

async def say(client, text):
    message = await client.delivered(client.send(text))
    asyncio.get_running_loop().call_later(0.03, client.send, text)
    return message


# %% say it: and leaves the room
# Not yet: the message was delivered, and then the client was closed. Leave it open: its owner may have more to say.

async def say(client, text):
    message = await client.delivered(client.send(text))
    client.close()
    return message


# %% right: looks until its own is there
# Solved: the network was frozen, and you waited until the message was delivered.

import asyncio

async def say(client, text):
    mine = client.send(text)
    while True:
        for message in client.messages:
            if message.id == mine and message.state == "delivered":
                return message
        await asyncio.sleep(0.05)


# %% waits for its own, and returns the last
# Not yet: you were given ' <...> ', and the message that you returned says ' <...> '.

async def say(client, text):
    await client.delivered(client.send(text))
    return client.messages[-1]


# %% looks for its words
# Not yet: ' <...> ' was said a second time, and you returned the message of the first time: it has the same id. What did
# send() return this time?

async def say(client, text):
    client.send(text)
    await client.until(lambda: any(each.msg == text and each.state == "delivered" for each in client.messages))
    return next(each for each in client.messages if each.msg == text)


# %% takes the blanks away
# Not yet: you were given ' <...> ', and the message that you returned says '<...>'.

async def say(client, text):
    return await client.delivered(client.send(text.strip()))


# %% looks for its words, from the end
# Not yet: ' <...> ' was also said by another cell, and you returned that message, which has another id than yours. What
# did send() return?

async def say(client, text):
    await client.delivered(client.send(text))
    return [message for message in client.messages if message.msg == text][-1]


# %% looks until its own is there, and lets nobody else have a turn
# Not yet: line <...> of say sleeps with time.sleep(). Meanwhile the loop stands still, and nobody else has a turn. Which
# sleep can be awaited?

import asyncio
import time

async def say(client, text):
    mine = client.send(text)
    while True:
        for message in client.messages:
            if message.id == mine and message.state == "delivered":
                return message
        time.sleep(0.01)
        await asyncio.sleep(0)


# %% waits: five seconds at most
# Not yet: the network was frozen: by the clock of your code, which ran 50 times as fast, for a long time, and your
# function raised TimeoutError in line 5 of say. Wait however long it takes.

import asyncio


async def say(client, text):
    return await asyncio.wait_for(client.delivered(client.send(text)), 5)


# %% over a fast network: sleeps in another thread, and hopes
# Not yet: over a fast network it was said once more, and 1.2 s later you had not returned. What do you wait for?

import asyncio
import time


async def say(client, text):
    id = client.send(text)
    await asyncio.to_thread(time.sleep, 1.5)
    return await client.delivered(id)


# %% right: has a limit of half a minute
# Solved: the network was frozen, and you waited until the message was delivered.

import asyncio


async def say(client, text):
    return await asyncio.wait_for(client.delivered(client.send(text)), 30)


# %% say it: with another client
# Not yet: the client that you were given was not told to say '<...>'. Say it with that one.

server = chatlib.serve(port=0)
bo = chatlib.ChatClient(server.url, name="Bo")


async def say(client, text):
    await bo.joined()
    return await bo.delivered(bo.send(text))


# %% say it once: again every two seconds, until it is delivered
# Not yet: your function was called once, and the text was said <...> times. One send() is enough.

import asyncio


async def say(client, text):
    while True:
        try:
            return await asyncio.wait_for(client.delivered(client.send(text)), 2)
        except TimeoutError:
            pass


# %% the message: the one that came next
# Not yet: you were given ' <...> ', and the message that you returned says ' <...> '.

async def say(client, text):
    before = len(client.messages)
    await client.delivered(client.send(text))
    return client.messages[before]


# %% the message: the first delivered one that was not there
# Not yet: you were given ' <...> ', and the message that you returned says ' <...> '.

async def say(client, text):
    known = {m.id for m in client.messages}
    client.send(text)
    await client.until(lambda: any(m.id not in known and m.state == 'delivered' for m in client.messages))
    return next(m for m in client.messages if m.id not in known and m.state == 'delivered')


# %% waits: gives up quietly
# Not yet: the network was frozen: by the clock of your code, which ran 50 times as fast, for a long time, and you had
# returned None by then. Wait however long it takes.

import asyncio
async def say(client, text):
    id = client.send(text)
    try:
        return await asyncio.wait_for(client.delivered(id), 3)
    except TimeoutError:
        return None


# %% waits: has a limit, and then asks for the result
# Not yet: the network was frozen: by the clock of your code, which ran 50 times as fast, for a long time, and your
# function raised InvalidStateError in line 5 of say: Result is not set. Wait however long it takes.

import asyncio
async def say(client, text):
    task = asyncio.create_task(client.delivered(client.send(text)))
    await asyncio.wait([task], timeout=3)
    return task.result()


# %% waits: the client's own limit
# Not yet: the network was frozen: by the clock of your code, which ran 50 times as fast, for a long time, and your
# function raised TimeoutError in line 3 of say. Wait however long it takes.

async def say(client, text):
    id = client.send(text)
    return await client.until(lambda: next((m for m in client.messages if m.id == id and m.state == 'delivered'), None), timeout=2)
