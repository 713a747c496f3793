# %% connect: does not
# Not yet: no connection to the server has opened. A WebSocket with the url opens one, in a moment.

async def first_words(url):
    return "Hello"


# %% say nothing: says hello first
# Not yet: the server was told 'hello?'. Say nothing: it speaks by itself.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send("hello?")
    event = await ws.once("message")
    ws.close()
    return event.data


# %% the data: the event instead
# Not yet: you returned the event. In which field is what was said?

async def first_words(url):
    ws = chatlib.WebSocket(url)
    event = await ws.once("message")
    ws.close()
    return event


# %% return: forgets to
# Not yet: the server spoke, and you returned None. Return what it said.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    event = await ws.once("message")
    ws.close()


# %% a message: waits for the wrong event
# Not yet: you had left before the server could speak. Which event brings what it says? Wait for it, then close.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    event = await ws.once("open")
    ws.close()
    return event


# %% the first: the second
# Not yet: the server spoke twice, and you returned ' Then it was <...>\n'. Return what it said first.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    await ws.once("message")
    event = await ws.once("message")
    ws.close()
    return event.data


# %% that the server pushes: closes before it has spoken
# Not yet: it raised ConnectionError in line 5 of first_words: <WebSocket ws://127.0.0.1:<...>/chat CLOSED> is closed, and no message event will come any more.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.close()
    event = await ws.once("message")
    return event.data


# %% then close: stays
# Not yet: you heard it, but the server has had no goodbye from you. Close the connection, too.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    return (await ws.once("message")).data


# %% wait: in a loop that lets nothing else run
# Not yet: your code has not given the loop a turn for 5 s: line 5 of first_words. While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    heard = []
    ws.addEventListener("message", lambda event: heard.append(event.data))
    while not heard: pass
    return heard[0]


# %% right: with a listener, and a loop that lets others run
# Solved: the server spoke first, and you listened.

import asyncio


async def first_words(url):
    ws = chatlib.WebSocket(url)
    heard = []
    ws.onmessage = lambda event: heard.append(event.data)
    while not heard:
        await asyncio.sleep(0.01)
    ws.close(1000)
    return heard[0]


# %% wait: leaves as soon as it is open
# Not yet: you had left before the server could speak. Which event brings what it says? Wait for it, then close.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.close()
    await ws.once("close")


# %% what was said: in a list
# Not yet: you returned a list. Return what is in it.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    heard = []
    ws.addEventListener("message", lambda event: heard.append(event.data))
    await ws.once("message")
    ws.close()
    await ws.once("close")
    return heard[:1]


# %% return: yields
# Not yet: there is a yield in your function, so nothing in it runs when it is called. Use return instead.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    event = await ws.once("message")
    ws.close()
    yield event.data


# %% a function: called already
# Not yet: you called your function, and gave the check what came of it. Give it the function: its name alone.

async def first_words(url):
    """Return what the server says, unasked."""

first_words = first_words("ws://127.0.0.1:1")


# %% connect: twice
# Not yet: the server had 2 visitors. One connection is enough.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws = chatlib.WebSocket(url)
    event = await ws.once("message")
    ws.close()
    return event.data


# %% return: prints it
# Not yet: the server spoke, and you returned None. Return what it said.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    event = await ws.once("message")
    ws.close()
    print(event.data)


# %% right: with the client of websockets, which closes what it has opened
# Solved: the server spoke first, and you listened.

from websockets.asyncio.client import connect

async def first_words(url):
    async with connect(url, proxy=None) as connection:
        async for message in connection:
            return message


# %% what was said: in a tuple
# Not yet: the server said ' Nobody asked me, but my number is <...>\n' first, and you returned (' Nobody asked me, but my number is <...>\n',), a tuple. Return it just as it was said, and nothing else.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    event = await ws.once("message")
    ws.close()
    return (event.data,)


# %% what was said: with words around it
# Not yet: the server said ' Nobody asked me, but my number is <...>\n' first, and you returned 'The server says:  Nobody asked me, but my number is <...>\n', a str. Return it just as it was said, and nothing else.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    event = await ws.once("message")
    ws.close()
    return f"The server says: {event.data}"


# %% what was said: both, in one
# Not yet: the server said ' Nobody asked me, but my number is <...>\n' first, and you returned ' Nobody asked me, but my number is <...>\n  Then it was <...>\n', a str. Return it just as it was said, and nothing else.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    heard = [(await ws.once("message")).data, (await ws.once("message")).data]
    ws.close()
    return " ".join(heard)


# %% the data: another field of the event
# Not yet: the server said ' Nobody asked me, but my number is <...>\n' first, and you returned 'message', a str. What it says is the data of a message event.

import chatlib


async def first_words(url):
    ws = chatlib.WebSocket(url)
    event = await ws.once("message")
    ws.close()
    await ws.once("close")
    return event.type


# %% say nothing: thanks for what it has heard
# Not yet: the server was told 'thanks'. Say nothing: it speaks by itself.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    event = await ws.once("message")
    ws.send("thanks")
    ws.close()
    await ws.once("close")
    return event.data


# %% the data: forgets an await in between
# Not yet: the server said ' Nobody asked me, but my number is <...>\n' first, and you returned <coroutine object WebSocket._wait at <...>>, a coroutine that nobody has awaited. What it says is the data of a message event.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    await ws.once("message")
    heard = ws.once("message")
    await ws.once("message")
    ws.close()
    return heard


# %% wait: and once more in a finally, which cannot be cancelled either
# Not yet: it did not come back within 10 seconds, and line 4 of first_words still waited. 5 seconds after it was cancelled it had not ended either, and may go on until you restart the kernel. Is a cancellation caught there, or waited on in a finally? An except Exception lets it through.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    try:
        return (await ws.once("error")).data
    finally:
        await ws.once("close")


# %% the first message: forgets to await it
# Not yet: it raised AttributeError in line 5 of first_words: 'coroutine' object has no attribute 'data' (is it awaited?).

async def first_words(url):
    ws = chatlib.WebSocket(url)
    event = ws.once("message")
    ws.close()
    return event.data


# %% what was said: without the spaces at its ends
# Not yet: the server said ' Nobody asked me, but my number is <...>\n' first, and you returned 'Nobody asked me, but my
# number is <...>', a str. Return it just as it was said, and nothing else.

async def first_words(url):
    ws = chatlib.WebSocket(url)
    event = await ws.once("message")
    ws.close()
    return event.data.strip()


# %% what was said: to an earlier call
# Not yet: your function was called once more, and returned ' Nobody asked me, but my number is <...>\n'. What an earlier
# call had found is still in it. Is it made anew at each call?

heard = []


async def first_words(url):
    ws = chatlib.WebSocket(url)
    event = await ws.once("message")
    heard.append(event.data)
    ws.close()
    return heard[0]


# %% two pages: the socket is a global one
# Not yet: your function was called twice at once<...>.<...>

import chatlib
async def first_words(url):
    global ws
    ws = chatlib.WebSocket(url)
    data = (await ws.once("message")).data
    ws.close()
    await ws.once("close")
    return data


# %% wait for the first message: sleeps, and hopes that it is there
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, the server was slow
# to speak, and your function raised IndexError in line 9 of first_words: list index out of range.

import asyncio

async def first_words(url):
    ws = chatlib.WebSocket(url)
    heard = []
    ws.onmessage = lambda event: heard.append(event.data)
    await asyncio.sleep(1)
    ws.close()
    return heard[0]


# %% wait for the first message: sleeps, and takes nothing for an answer
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, the server was slow
# to speak, and you returned None. Wait for what it says.

import asyncio

async def first_words(url):
    ws = chatlib.WebSocket(url)
    heard = []
    ws.onmessage = lambda event: heard.append(event.data)
    await asyncio.sleep(0.5)
    ws.close()
    return heard[0] if heard else None


# %% close: the first that it has ever opened
# Not yet: your function was called twice at once, and one of the connections is still open.

sockets = []


async def first_words(url):
    ws = chatlib.WebSocket(url)
    sockets.append(ws)
    data = (await ws.once("message")).data
    sockets[0].close()
    return data


# %% wait: five seconds at most
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, the server was slow
# to speak, and you returned None. Wait for what it says.

import asyncio


async def first_words(url):
    ws = chatlib.WebSocket(url)
    try:
        event = await asyncio.wait_for(ws.once("message"), 5)
    except TimeoutError:
        ws.close()
        return None
    ws.close()
    return event.data


# %% wait: two seconds at most, and the error comes out
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, the server was slow
# to speak, and your function raised TimeoutError in line 6 of first_words.

import asyncio


async def first_words(url):
    ws = chatlib.WebSocket(url)
    async with asyncio.timeout(2):
        event = await ws.once("message")
    ws.close()
    return event.data


# %% connect with the url: at the address of the notebook's chat
# Not yet: url was 'ws://127.0.0.1:<...>/chat', and your WebSocket connected to 'ws://127.0.0.1:<...>/chat/chat?name=Ada'. The
# url is whole as it is.

async def first_words(url):
    ws = chatlib.WebSocket(url + "/chat?name=Ada")
    event = await ws.once("message")
    ws.close()
    await ws.once("close")
    return event.data


# %% right: has a limit of ten seconds, and a queue
# Solved: the server spoke first, and you listened.

import asyncio


async def first_words(url):
    inbox = asyncio.Queue()
    ws = chatlib.WebSocket(url)
    ws.onmessage = inbox.put_nowait
    try:
        event = await asyncio.wait_for(inbox.get(), 10)
    finally:
        ws.close(1000)
    return event.data


# %% the first message: its event is a global, and the call waits for its end
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

async def first_words(url):
    global event
    ws = chatlib.WebSocket(url)
    event = await ws.once("message")
    ws.close()
    await ws.once("close")
    return event.data


# %% the first message: the last of a list outside, and the call waits for its end
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

received = []


async def first_words(url):
    first = len(received)
    ws = chatlib.WebSocket(url)
    ws.onmessage = lambda event: received.append(event.data)
    while len(received) == first:
        await ws.once("message")
    ws.close()
    await ws.once("close")
    return received[first]


# %% the first message: the last of a list outside, as soon as something has come
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

heard = []


async def first_words(url):
    ws = chatlib.WebSocket(url)
    ws.onmessage = lambda event: heard.append(event.data)
    await ws.once("message")
    words = heard[-1]
    ws.close(1000)
    await ws.once("close")
    return words


# %% the first message: from a queue outside
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

import asyncio

inbox = asyncio.Queue()


async def first_words(url):
    while not inbox.empty():
        inbox.get_nowait()
    ws = chatlib.WebSocket(url)
    ws.onmessage = lambda event: inbox.put_nowait(event.data)
    words = await inbox.get()
    ws.close(1000)
    await ws.once("close")
    return words


# %% the first message: waits for a second, by the clock
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, the server was slow
# to speak, and you returned None. Wait for what it says.

import asyncio, time
async def first_words(url):
    ws = chatlib.WebSocket(url)
    heard = []
    ws.onmessage = lambda e: heard.append(e.data)
    end = time.time() + 1
    while not heard and time.time() < end:
        await asyncio.sleep(0.05)
    ws.close()
    return heard[0] if heard else None


# %% the first message: listens a moment after it has opened
# Not yet: your function was called once more, and the server spoke as soon as your connection was open, and you
# returned nothing within 3 s. Did you listen by then?

import asyncio
async def first_words(url):
    ws = chatlib.WebSocket(url)
    await ws.once('open')
    await asyncio.sleep(0.05)
    event = await ws.once('message')
    ws.close()
    return event.data


# %% right: looks a hundred times, every tenth of a second
# Solved: the server spoke first, and you listened.

import asyncio

async def first_words(url):
    ws = chatlib.WebSocket(url)
    heard = []
    ws.onmessage = lambda event: heard.append(event.data)
    for _ in range(100):
        if heard:
            break
        await asyncio.sleep(0.1)
    ws.close()
    await ws.once("close")
    return heard[0] if heard else None


# %% wait: looks fifty times, every tenth of a second
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, the server was slow
# to speak, and you returned None. Wait for what it says.

import asyncio

async def first_words(url):
    ws = chatlib.WebSocket(url)
    heard = []
    ws.onmessage = lambda event: heard.append(event.data)
    for _ in range(50):
        if heard:
            break
        await asyncio.sleep(0.1)
    ws.close()
    await ws.once("close")
    return heard[0] if heard else None


# %% wait: a limit of five seconds that cancels
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, the server was slow
# to speak, and your function raised CancelledError in line 6 of first_words.

import asyncio

async def first_words(url):
    ws = chatlib.WebSocket(url)
    alarm = asyncio.get_running_loop().call_later(5, asyncio.current_task().cancel)
    event = await ws.once("message")
    alarm.cancel()
    ws.close()
    await ws.once("close")
    return event.data


# %% one connection: another one after two seconds
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, the server was slow
# to speak, and your function opened 4 connections. One is enough: wait for it.

import asyncio
async def first_words(url):
    for attempt in range(10):
        ws = chatlib.WebSocket(url)
        try:
            event = await asyncio.wait_for(ws.once("message"), timeout=2)
            ws.close()
            return event.data
        except TimeoutError:
            ws.close()


# %% one connection: three attempts
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, the server was slow
# to speak, and your function opened 3 connections. One is enough: wait for it.

import asyncio
async def first_words(url):
    for _ in range(3):
        ws = chatlib.WebSocket(url)
        try:
            event = await asyncio.wait_for(ws.once("message"), timeout=3)
            return event.data
        except TimeoutError:
            pass
        finally:
            ws.close()
