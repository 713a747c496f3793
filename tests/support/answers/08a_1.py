# %% the delivered message: its id
# Not yet: you returned '<...>', a str. Return the Message itself, which delivered() gives when it is awaited.

async def say(client, text):
    return client.send(text)


# %% wait: not at all
# Not yet: the state of the Message that you returned is 'sending'. Wait until it is delivered, and take it then: a
# Message itself never changes.

async def say(client, text):
    client.send(text)
    return client.messages[-1]


# %% wait: sleeps, and hopes
# Not yet: the state of the Message that you returned is 'sending'. Wait until it is delivered, and take it then: a
# Message itself never changes.

import asyncio

async def say(client, text):
    client.send(text)
    await asyncio.sleep(1)
    return client.messages[-1]


# %% wait: waits, and returns what it saw before
# Not yet: the state of the Message that you returned is 'sending'. Wait until it is delivered, and take it then: a
# Message itself never changes.

async def say(client, text):
    sent = client.send(text)
    message = client.messages[-1]
    await client.delivered(sent)
    return message


# %% return it: waits, and returns nothing
# Not yet: you returned None, and not the message. What you had sent by then: '<...>'.

async def say(client, text):
    await client.delivered(client.send(text))


# %% send: waits for what was never sent
# Not yet: it raised KeyError in line 2 of say: "no message that this client sent, and still has, has the id ' Have you got <...>? '".

async def say(client, text):
    return await client.delivered(text)


# %% the text: another one
# Not yet: you were given '<...>', and the message that you returned says 'text'.

async def say(client, text):
    return await client.delivered(client.send("text"))


# %% the message: the first with that text
# Not yet: your function was called twice with the same text, and returned the same message twice.

async def say(client, text):
    await client.delivered(client.send(text))
    return next(message for message in client.messages if message.msg == text)


# %% send once: sends again to be sure
# Not yet: your function was called twice with ' Have you got <...>? ', and the room heard [' Have you got <...>? ', ' Have you got <...>? ', ' Have you got <...>? ', ' Have you got <...>? '].

async def say(client, text):
    client.send(text)
    return await client.delivered(client.send(text))


# %% wait: awaits what send returns
# Not yet: it raised TypeError in line 2 of say: object str can't be used in 'await' expression (does it need an await?).

async def say(client, text):
    return await client.send(text)


# %% wait however long: gives up after a second
# Not yet: the network was frozen, and your function raised TimeoutError in line 3 of say. Wait however long it takes.

import asyncio
async def say(client, text):
    return await asyncio.wait_for(client.delivered(client.send(text)), 1)


# %% right: until() and the list
# Solved: the same text, two messages, and both have their place.

async def say(client, text):
    sent = client.send(text)
    def find():
        return [message for message in client.messages if message.id == sent and message.state == "delivered"]
    return (await client.until(find))[0]


# %% right: polls
# Solved: the same text, two messages, and both have their place.

import asyncio

async def say(client, text):
    sent = client.send(text)
    while True:
        for message in client.messages:
            if message.id == sent and message.state == "delivered":
                return message
        await asyncio.sleep(0.01)


# %% wait: in a loop that lets nothing else run
# Not yet: your code has not given the loop a turn for 5 s: line <...> of say. While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

import time
def say(client, text):
    mine = client.send(text)
    while True:
        for message in client.messages:
            if message.id == mine and message.state == "delivered":
                return message
        time.sleep(0.1)


# %% the delivered message: its text
# Not yet: you returned the text. Return the whole message, which has more: its id, its state.

async def say(client, text):
    return (await client.delivered(client.send(text))).msg


# %% once: says that it has said it
# Not yet: your function was called twice with ' Have you got <...>? ', and the room heard [' Have you got <...>? ', 'done', ' Have you got <...>? ', 'done'].

async def say(client, text):
    message = await client.delivered(client.send(text))
    await client.delivered(client.send("done"))
    return message


# %% return it: in a list
# Not yet: you returned [Message(id='<...>', user='Ada', msg=' Have you got<...>…, a list. Return the Message itself, which delivered() gives when it is awaited.

async def say(client, text):
    return [await client.delivered(client.send(text))]


# %% send: does not
# Not yet: you returned None, and not the message. What you had sent by then: nothing.

async def say(client, text):
    print(text)


# %% send: not what it has sent before
# Not yet: you returned None, and not the message. What you had sent by then: nothing.

said = set()
async def say(client, text):
    if text in said:
        return None
    said.add(text)
    return await client.delivered(client.send(text))


# %% the text: another one, and returns nothing
# Not yet: you returned None, and not the message. What you had sent by then: 'text'.

async def say(client, text):
    client.send("text")


# %% return it: the last that was said
# Not yet: you were given ' Have you got <...>? ', and the message that you returned says 'done'.

async def say(client, text):
    await client.delivered(client.send(text))
    return await client.delivered(client.send("done"))


# %% send once: and a little later once more, to be sure
# Not yet: your function was called twice with ' Have you got <...>? ', and the room heard [' Have you got <...>? ', ' Have you got <...>? ', '
# Have you got <...>? '<...>].

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


# %% the delivered message: the last one, whoever said it
# Not yet: you were given ' Have you got <...>? ', and the message that you returned says 'This was said meanwhile'.

async def say(client, text):
    await client.delivered(client.send(text))
    return client.messages[-1]


# %% the text: without the blanks at its ends
# Not yet: you were given ' Have you got <...>? ', and the message that you returned says 'Have you got <...>?'.

async def say(client, text):
    return await client.delivered(client.send(text.strip()))


# %% the message: the last with that text
# Not yet: ' Have you got <...>? ' was also said by another cell, and you returned that message, which has another id than yours. What
# did send() return?

async def say(client, text):
    await client.delivered(client.send(text))
    return [message for message in client.messages if message.msg == text][-1]


# %% right: polls, and lets a thread sleep
# Solved: the same text, two messages, and both have their place.

import asyncio
import time

async def say(client, text):
    mine = client.send(text)
    while True:
        for message in client.messages:
            if message.id == mine and message.state == "delivered":
                return message
        await asyncio.to_thread(time.sleep, 0.01)


# %% wait: sleeps, and everybody with it
# Not yet: line <...> of say sleeps with time.sleep(). Meanwhile the loop stands still, and nobody else has a turn. Which
# sleep can be awaited?

import time

async def say(client, text):
    mine = client.send(text)
    time.sleep(0.1)
    await client.delivered(mine)
    return next(message for message in client.messages if message.id == mine)


# %% the message: of whoever called last
# Not yet: you were given '<...> at once', and the message that you returned says '<...> at once'.

async def say(client, text):
    global sent
    sent = client.send(text)
    await client.delivered(sent)
    return next(m for m in client.messages if m.id == sent)


# %% however long it takes: five seconds at most
# Not yet: the network was frozen, and your function raised TimeoutError in line 5 of say. Wait however long it takes.

import asyncio


async def say(client, text):
    return await asyncio.wait_for(client.delivered(client.send(text)), 5)


# %% however long it takes: looks for it for three seconds
# Not yet: you returned None, and not the message. What you had sent by then: ' Have you got <...>? '.

import asyncio


async def say(client, text):
    id = client.send(text)
    for _ in range(60):
        for message in client.messages:
            if message.id == id and message.state == "delivered":
                return message
        await asyncio.sleep(0.05)


# %% send it once: sends again after a second
# Not yet: the network was frozen for long by the clock of your code, which ran 50 times as fast, and your function
# has sent ' Have you got <...>? ' again and again. Send it once, and wait however long it takes.

import asyncio
sent = 0
async def say(client, text):
    global sent
    while True:
        try:
            sent += 1
            return await asyncio.wait_for(client.delivered(client.send(text)), 1)
        except TimeoutError:
            pass
        finally:
            if sent in (1, 2, 10, 50, 100, 200, 400) : pass


# %% send it once: sends again after five seconds
# Not yet: the network was frozen for long by the clock of your code, which ran 50 times as fast, and your function
# has sent ' Have you got <...>? ' again and again. Send it once, and wait however long it takes.

import asyncio
async def say(client, text):
    while True:
        try:
            return await asyncio.wait_for(client.delivered(client.send(text)), 5)
        except TimeoutError:
            pass
