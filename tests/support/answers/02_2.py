# %% catch the TimeoutError: does not
# Not yet: a TimeoutError came out of your function. Catch it there.

import asyncio
async def listen_for(ws, seconds):
    return (await asyncio.wait_for(ws.once("message"), seconds)).data


# %% the data: the event
# Not yet: a message came, and you returned the event. In which field is what was said?

import asyncio
async def listen_for(ws, seconds):
    try:
        return await asyncio.wait_for(ws.once("message"), seconds)
    except TimeoutError:
        return None


# %% the data: a text about it
# Not yet: the server said ' hi <...> ', and you returned 'you got  hi <...> ', a str. Return the data of the message that comes in this call.

import asyncio
async def listen_for(ws, seconds):
    try:
        return "you got " + (await asyncio.wait_for(ws.once("message"), seconds)).data
    except TimeoutError:
        return None


# %% None: something else when nothing came
# Not yet: nobody had said anything, and you returned 'nothing', a str. Return None when nothing came.

import asyncio
async def listen_for(ws, seconds):
    try:
        return (await asyncio.wait_for(ws.once("message"), seconds)).data
    except TimeoutError:
        return "nothing"


# %% not the connection: closes it in vain
# Not yet: after a call in which nothing came, the connection was no longer open. Leave it open.

import asyncio
async def listen_for(ws, seconds):
    await asyncio.sleep(seconds)
    ws.close()


# %% so many seconds: the half second of the cell above
# Not yet: an answer takes 0.57 s. You were given 5 s, and returned None after 0.<...> s. Wait for it until `seconds` are over, and return its data.

import asyncio
async def listen_for(ws, seconds):
    try:
        return (await asyncio.wait_for(ws.once("message"), timeout=0.5)).data
    except TimeoutError:
        return None


# %% so many seconds: always five
# Not yet: you were given 0.4 s, nobody spoke, and you returned after <...> s. Return when `seconds` are over.

import asyncio
async def listen_for(ws, seconds):
    try:
        return (await asyncio.wait_for(ws.once("message"), timeout=5)).data
    except TimeoutError:
        return None


# %% so many seconds: does not wait at all
# Not yet: an answer takes 0.57 s. You were given 5 s, and returned None at once. Wait for it until `seconds` are over, and return its data.

async def listen_for(ws, seconds):
    return None


# %% so many seconds: for ever
# Not yet: it did not come back within 10 seconds, and line 2 of listen_for still waited. What does your code wait for?

async def listen_for(ws, seconds):
    return (await ws.once("message")).data


# %% not longer: sleeps to the end, and then looks
# Not yet: the server spoke after 0.57 s, and you returned after <...> s. Return as soon as it comes.

import asyncio
async def listen_for(ws, seconds):
    heard = []
    ws.addEventListener("message", lambda event: heard.append(event.data))
    await asyncio.sleep(seconds)
    return heard[0] if heard else None


# %% the next message: remembers the first one
# Not yet: the server said '', and you returned ' hi <...> ', a str. Return the data of the message that comes in this call.

import asyncio
heard = []
async def listen_for(ws, seconds):
    try:
        heard.append((await asyncio.wait_for(ws.once("message"), seconds)).data)
    except TimeoutError:
        return None
    return heard[0]


# %% await: forgets it
# Not yet: it raised AttributeError in line 4 of listen_for: 'coroutine' object has no attribute 'data' (is it awaited?).

import asyncio
async def listen_for(ws, seconds):
    try:
        return asyncio.wait_for(ws.once("message"), seconds).data
    except TimeoutError:
        return None


# %% wait: with time.sleep
# Not yet: your function still kept the loop to itself when `seconds` were over, and meanwhile nothing can come in. Which line waits there with no await?

import time
async def listen_for(ws, seconds):
    heard = []
    ws.addEventListener("message", lambda event: heard.append(event.data))
    time.sleep(min(seconds, 1))
    return heard[0] if heard else None


# %% right: with asyncio.timeout
# Solved: you heard what was said, and did not wait for ever.

import asyncio
async def listen_for(ws, seconds):
    try:
        async with asyncio.timeout(seconds):
            event = await ws.once("message")
    except TimeoutError:
        return None
    return event.data


# %% right: with asyncio.wait, which raises nothing
# Solved: you heard what was said, and did not wait for ever.

import asyncio
async def listen_for(ws, seconds):
    asked = asyncio.ensure_future(ws.once("message"))
    done, pending = await asyncio.wait([asked], timeout=seconds)
    for task in pending:
        task.cancel()
    return asked.result().data if done else None


# %% not the connection: closes it when it has heard
# Not yet: after a call in which a message came, the connection was no longer open. Leave it open.

import asyncio
async def listen_for(ws, seconds):
    try:
        event = await asyncio.wait_for(ws.once("message"), seconds)
    except TimeoutError:
        return None
    ws.close()
    return event.data


# %% so many seconds: whole ones only
# Not yet: you were given 0.4 s, nobody spoke, and you returned at once. Wait for all of `seconds`, even where they are less than one.

async def listen_for(ws, seconds):
    for _ in range(int(seconds)):
        try:
            return (await asyncio.wait_for(ws.once("message"), 1)).data
        except TimeoutError:
            pass


# %% catch the TimeoutError: catches all, and waits on
# Not yet: it did not come back within 10 seconds, and line 4 of listen_for still waited. 5 seconds after it was cancelled it had not ended either, and may go on until you restart the kernel. Is a cancellation caught there, or waited on in a finally? An except Exception lets it through.

async def listen_for(ws, seconds):
    for _ in range(100):
        try:
            return (await asyncio.wait_for(ws.once("message"), seconds)).data
        except:
            pass


# %% right: a task that nobody owns goes on to listen
# Solved: you heard what was said, and did not wait for ever.

async def listen_for(ws, seconds):
    listening = asyncio.create_task(ws.once("message"))
    try:
        return (await asyncio.wait_for(asyncio.shield(listening), seconds)).data
    except TimeoutError:
        return None


# %% right: a future that a listener fulfils, or a timer
# Solved: you heard what was said, and did not wait for ever.

async def listen_for(ws, seconds):
    loop = asyncio.get_running_loop()
    heard = loop.create_future()
    loop.call_later(seconds, lambda: heard.done() or heard.set_result(None))
    ws.addEventListener("message", lambda event: heard.done() or heard.set_result(event.data))
    return await heard


# %% so many seconds: rounded up
# Not yet: you were given 0.4 s, nobody spoke, and you returned after <...> s. Return when `seconds` are over.

import math
async def listen_for(ws, seconds):
    try:
        return (await asyncio.wait_for(ws.once("message"), math.ceil(seconds))).data
    except TimeoutError:
        return None


# %% so many seconds: one second more
# Not yet: you were given 0.4 s, nobody spoke, and you returned after <...> s. Return when `seconds` are over.

async def listen_for(ws, seconds):
    for _ in range(int(seconds) + 1):
        try:
            return (await asyncio.wait_for(ws.once("message"), 1)).data
        except TimeoutError:
            pass


# %% as soon as: sleeps a second first
# Not yet: you were given 0.4 s, nobody spoke, and you returned after <...> s. Return when `seconds` are over.

import asyncio


async def listen_for(ws, seconds):
    try:
        event = await asyncio.wait_for(ws.once("message"), seconds)
    except TimeoutError:
        await asyncio.sleep(1)
        return None
    return event.data


# %% so many seconds: in the wrong unit
# Not yet: you were given 0.4 s, nobody spoke, and you returned at once. Wait for all of `seconds`, even where they are less than one.

import asyncio


async def listen_for(ws, seconds):
    try:
        event = await asyncio.wait_for(ws.once("message"), seconds if seconds > 1 else seconds / 1000)
    except TimeoutError:
        return None
    return event.data


# %% the next message: says something itself, and hears the echo of that
# Not yet: your function sent 'hello'. It has only to listen.

async def listen_for(ws, seconds):
    ws.send("hello")
    try:
        return (await asyncio.wait_for(ws.once("message"), seconds)).data
    except TimeoutError:
        return None


# %% not the connection: closes it without any waiting
# Not yet: after a call in which nothing came, the connection was no longer open. Leave it open.

async def listen_for(ws, seconds):
    ws.close()


# %% wait: with time.sleep, for as long as it is told
# Not yet: your function still kept the loop to itself when `seconds` were over, and meanwhile nothing can come in. Which line waits there with no await?

import time

async def listen_for(ws, seconds):
    heard = []
    ws.addEventListener("message", lambda event: heard.append(event.data))
    time.sleep(seconds)
    return heard[0] if heard else None


# %% catch the TimeoutError: only where the time is short
# Not yet: a TimeoutError came out of your function. Catch it there.

async def listen_for(ws, seconds):
    if seconds < 1:
        await asyncio.sleep(seconds)
        return None
    return (await asyncio.wait_for(ws.once("message"), 0.5)).data


# %% the data: forgets to return it
# Not yet: the server said ' hi <...> ', and you returned None. Return the data of the message.

async def listen_for(ws, seconds):
    try:
        event = await asyncio.wait_for(ws.once("message"), seconds)
    except TimeoutError:
        return None


# %% await: forgets it before wait_for
# Not yet: nobody had said anything, and you returned <coroutine object wait_for at <...>>, a coroutine that nobody has awaited. Return None when nothing came.

async def listen_for(ws, seconds):
    try:
        return asyncio.wait_for(ws.once("message"), seconds)
    except TimeoutError:
        return None


# %% None: takes an empty text for silence
# Not yet: the server said '', and you returned None. Return the data of the message.

async def listen_for(ws, seconds):
    try:
        event = await asyncio.wait_for(ws.once("message"), seconds)
    except TimeoutError:
        return None
    return event.data or None


# %% the data: without the spaces at its ends
# Not yet: the server said ' hi <...> ', and you returned 'hi <...>', a str. Return the data of the message that comes in this call.

async def listen_for(ws, seconds):
    try:
        event = await asyncio.wait_for(ws.once("message"), seconds)
    except TimeoutError:
        return None
    return event.data.strip()


# %% the data: as a text, whatever came
# Not yet: the server said b'bye <...>', and you returned "b'bye <...>'", a str. Return the data of the message that comes in this call.

async def listen_for(ws, seconds):
    try:
        event = await asyncio.wait_for(ws.once("message"), seconds)
    except TimeoutError:
        return None
    return str(event.data)


# %% the next message: the last that has come
# Not yet: the server spoke twice, and you returned 'and one more'. Return what it said first.

async def listen_for(ws, seconds):
    heard = []

    def note(event):
        heard.append(event.data)

    ws.addEventListener("message", note)
    while not heard and seconds > 0:
        await asyncio.sleep(0.05)
        seconds -= 0.05
    ws.removeEventListener("message", note)
    return heard[-1] if heard else None


# %% so many seconds: twice as many
# Not yet: you were given 0.4 s, nobody spoke, and you returned after 0.<...> s. Return when `seconds` are over.

async def listen_for(ws, seconds):
    for _ in range(2):
        try:
            return (await asyncio.wait_for(ws.once("message"), seconds)).data
        except TimeoutError:
            pass


# %% so many seconds: half as many
# Not yet: you were given 0.4 s, nobody spoke, and you returned after 0.<...> s. Wait for all of `seconds`, even where they are less than one.

async def listen_for(ws, seconds):
    try:
        return (await asyncio.wait_for(ws.once("message"), seconds / 2)).data
    except TimeoutError:
        return None


# %% right: looks every tenth of a second
# Solved: you heard what was said, and did not wait for ever.

import time


async def listen_for(ws, seconds):
    heard = []

    def note(event):
        heard.append(event.data)

    ws.addEventListener("message", note)
    end = time.monotonic() + seconds
    while not heard and time.monotonic() < end:
        await asyncio.sleep(0.1)
    ws.removeEventListener("message", note)
    return heard[0] if heard else None


# %% none came: a global has what another call heard
# Not yet: your function was called twice at once. One call returned '<...>', a str, and not None, and the other
# returned what is right. What do they share?

import asyncio


async def listen_for(ws, seconds):
    global heard
    heard = None

    def listen(event):
        global heard
        heard = event.data

    ws.addEventListener("message", listen)
    try:
        await asyncio.wait_for(ws.once("message"), seconds)
    except TimeoutError:
        pass
    ws.removeEventListener("message", listen)
    return heard


# %% the next message: what came after the last call, as a queue outside has it
# Not yet: in this call the server had said nothing yet, and you returned 'and one more'. Return the data of the message that
# comes in this call.

import asyncio

queue = asyncio.Queue()


async def listen_for(ws, seconds):
    ws.onmessage = lambda event: queue.put_nowait(event.data)
    try:
        return await asyncio.wait_for(queue.get(), seconds)
    except TimeoutError:
        return None


# %% as soon as: looks every half second
# Not yet: the server spoke after 0.57 s, and you returned after <...> s. Return as soon as it comes.

import asyncio


async def listen_for(ws, seconds):
    heard = []
    listen = lambda event: heard.append(event.data)
    ws.addEventListener("message", listen)
    left = seconds
    while not heard and left > 0:
        await asyncio.sleep(min(0.5, left))
        left -= 0.5
    ws.removeEventListener("message", listen)
    return heard[0] if heard else None


# %% as soon as: and sleeps a little then
# Not yet: the server spoke after 0.57 s, and you returned after <...> s. Return as soon as it comes.

import asyncio


async def listen_for(ws, seconds):
    try:
        event = await asyncio.wait_for(ws.once("message"), seconds)
    except TimeoutError:
        return None
    await asyncio.sleep(0.5)
    return event.data


# %% none came: a future outside has what another call heard
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

import asyncio


async def listen_for(ws, seconds):
    global heard
    heard = asyncio.get_running_loop().create_future()
    ws.onmessage = lambda event: heard.done() or heard.set_result(event.data)
    try:
        return await asyncio.wait_for(heard, seconds)
    except TimeoutError:
        return None


# %% what comes: into a list outside, of which it returns the last
# Not yet: your function was called twice at once. One call returned 'ho <...>', a str, and not 'hi <...>', and the
# other returned what is right. What do they share?

received = []
async def listen_for(ws, seconds):
    ws.onmessage = lambda event: received.append(event.data)
    try:
        await asyncio.wait_for(ws.once("message"), seconds)
    except TimeoutError:
        return None
    return received[-1]


# %% what comes: into a global
# Not yet: your function was called twice at once. One call returned 'ho <...>', a str, and not 'hi <...>', and the
# other returned what is right. What do they share?

message = None
def heard_it(event):
    global message
    message = event.data
async def listen_for(ws, seconds):
    ws.addEventListener("message", heard_it)
    try:
        await asyncio.wait_for(ws.once("message"), seconds)
    except TimeoutError:
        return None
    return message


# %% what comes: into a list outside, of which it returns the first that is new
# Not yet: your function was called twice at once. One call returned what is right, and the other returned 'hi <...>',
# a str, and not 'ho <...>'. What do they share?

received = []
async def listen_for(ws, seconds):
    before = len(received)
    ws.onmessage = lambda event: received.append(event.data)
    try:
        async with asyncio.timeout(seconds):
            await ws.once("message")
    except TimeoutError:
        return None
    return received[before]
