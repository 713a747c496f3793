# %% does not open a connection
# Not yet: no connection came to the server. A WebSocket with the url opens one, in a moment.

async def ask(url, question):
    return question


# %% does not wait for open
# Not yet: it raised DOMException in line 3 of ask: InvalidStateError: still CONNECTING: wait for the event first, await ws.once("open").

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    ws.send(question)
    return (await ws.once("message")).data


# %% sends a word of its own
# Not yet: the question was <...>, and the server was sent ['Hello'].

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send("Hello")
    event = await ws.once("message")
    ws.close(1000)
    await ws.once("close")
    return event.data


# %% returns the question, as an echo would
# Not yet: the server answered " <...> is the answer to '<...>'\n", and you returned '<...>'.

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send(question)
    await ws.once("message")
    ws.close(1000)
    await ws.once("close")
    return question


# %% returns the event, and not what it brought
# Not yet: the server answered "<...>", and you returned <MessageEvent data="<...>">.

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send(question)
    event = await ws.once("message")
    ws.close(1000)
    await ws.once("close")
    return event


# %% never closes
# Not yet: you have the answer, but the connection is still open. Which of the five steps is left?

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send(question)
    return (await ws.once("message")).data


# %% closes without a code
# Not yet: your goodbye had no close code. Which one is normal?

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send(question)
    event = await ws.once("message")
    ws.close()
    await ws.once("close")
    return event.data


# %% closes before the answer has come
# Not yet: it raised ConnectionError in line 6 of ask: <WebSocket ws://127.0.0.1:<...> CLOSED> is closed, and no message event will come any more.

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send(question)
    ws.close(1000)
    return (await ws.once("message")).data


# %% remembers the first answer
# Not yet: the second question was asked, and no connection came to the server. Open one each time.

known = []

async def ask(url, question):
    if not known:
        ws = chatlib.WebSocket(url)
        await ws.once("open")
        ws.send(question)
        known.append((await ws.once("message")).data)
        ws.close(1000)
    return known[0]


# %% right: with the client of websockets
# Solved: you asked, were answered, and said goodbye, twice.

from websockets.asyncio.client import connect

async def ask(url, question):
    async with connect(url, proxy=None) as connection:
        await connection.send(question)
        return await connection.recv()


# %% opens two connections
# Not yet: the server had 2 visitors. One connection is enough.

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send(question)
    event = await ws.once("message")
    ws.close(1000)
    await ws.once("close")
    return event.data


# %% leaves without a goodbye
# Not yet: you have the answer, and the connection ended with no goodbye. Use close().

from websockets.asyncio.client import connect


async def ask(url, question):
    connection = await connect(url)
    await connection.send(question)
    answer = await connection.recv()
    connection.transport.abort()
    return answer


# %% does not wait for the answer
# Not yet: the question came to the server, and you returned None. Wait for what it answers, and return that.

import chatlib
async def ask(url, question):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send(question)
    ws.close(1000)
    await ws.once("close")


# %% connects to the echo of the notebook
# Not yet: url was 'ws://127.0.0.1:<...>/<...>', and your WebSocket connected to 'ws://127.0.0.1:<...>/<...>/echo'. The url is
# whole as it is.

import chatlib

async def ask(url, question):
    ws = chatlib.WebSocket(url + "/echo")
    await ws.once("open")
    ws.send(question)
    answer = await ws.once("message")
    ws.close(1000)
    return answer.data


# %% sleeps, and hopes that the answer is there
# Not yet: the second question was asked, and the clock of your function ran 50 times as fast: by that clock, it was
# slow to open, and the answer was slow to come, and your function raised IndexError in line 12 of ask: list index out
# of range.

import asyncio
import chatlib

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    heard = []
    ws.addEventListener("message", lambda event: heard.append(event.data))
    await ws.once("open")
    ws.send(question)
    await asyncio.sleep(1)
    ws.close(1000)
    return heard[0]


# %% returns the answer without its blanks
# Not yet: the server answered " <...> is the answer to '<...>'\n", and you returned "<...> is the answer to '<...>'".

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send(question)
    event = await ws.once("message")
    ws.close(1000)
    await ws.once("close")
    return event.data.strip()


# %% sends the question without its blanks
# Not yet: the question was ' <...>', and the server was sent ['<...>'].

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send(question.strip())
    event = await ws.once("message")
    ws.close(1000)
    await ws.once("close")
    return event.data


# %% two questions: the socket is a global one
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

import chatlib
async def ask(url, question):
    global ws
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send(question)
    answer = (await ws.once("message")).data
    ws.close(1000)
    await ws.once("close")
    return answer


# %% sleeps, and hopes that the connection is open
# Not yet: the second question was asked, and the clock of your function ran 50 times as fast: by that clock, it was
# slow to open, and the answer was slow to come, and your function raised DOMException in line 6 of ask:
# InvalidStateError: still CONNECTING: wait for the event first, await ws.once("open").

import asyncio

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    await asyncio.sleep(0.3)
    ws.send(question)
    event = await ws.once("message")
    ws.close(1000)
    return event.data


# %% sleeps for long, and hopes that the answer is there
# Not yet: the second question was asked, and the clock of your function ran 50 times as fast: by that clock, it was
# slow to open, and the answer was slow to come, and your function raised IndexError in line 11 of ask: list index out
# of range.

import asyncio

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    heard = []
    ws.addEventListener("message", lambda event: heard.append(event.data))
    await ws.once("open")
    ws.send(question)
    await asyncio.sleep(1.5)
    ws.close(1000)
    return heard[0]


# %% wait: for each event, one second at most
# Not yet: the second question was asked, and the clock of your function ran 50 times as fast: by that clock, it was
# slow to open, and the answer was slow to come, and your function raised TimeoutError in line 6 of ask.

import asyncio


async def ask(url, question):
    ws = chatlib.WebSocket(url)
    await asyncio.wait_for(ws.once("open"), 1)
    ws.send(question)
    event = await asyncio.wait_for(ws.once("message"), 1)
    ws.close(1000)
    await ws.once("close")
    return event.data


# %% right: has a limit of half a minute until the answer, in listeners
# Solved: you asked, were answered, and said goodbye, twice.

import asyncio


async def ask(url, question):
    answer = asyncio.get_running_loop().create_future()
    ws = chatlib.WebSocket(url)
    ws.onopen = lambda _: ws.send(question)
    ws.onmessage = lambda event: answer.done() or answer.set_result(event.data)
    try:
        return await asyncio.wait_for(answer, 30)
    finally:
        ws.close(1000)
        await ws.once("close")


# %% the answer: the last of a list outside, and the call waits for its end
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

answers = []


async def ask(url, question):
    ws = chatlib.WebSocket(url)
    ws.onmessage = lambda event: answers.append(event.data)
    await ws.once("open")
    ws.send(question)
    await ws.once("message")
    ws.close(1000)
    await ws.once("close")
    return answers[-1]


# %% the answer: the last of a list outside, as soon as something has come
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

answers = []


async def ask(url, question):
    ws = chatlib.WebSocket(url)
    ws.onmessage = lambda event: answers.append(event.data)
    await ws.once("open")
    ws.send(question)
    await ws.once("message")
    answer = answers[-1]
    ws.close(1000)
    return answer


# %% the answer: a global is told it by a listener, with the client of websockets
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

from websockets.asyncio.client import connect


async def ask(url, question):
    global answer
    async with connect(url, proxy=None) as connection:
        await connection.send(question)
        answer = await connection.recv()
    return answer


# %% right: with the client of websockets for threads, which lets nothing else run
# Solved: you asked, were answered, and said goodbye, twice.

from websockets.sync.client import connect


async def ask(url, question):
    with connect(url, proxy=None) as connection:
        connection.send(question)
        return connection.recv()


# %% the answer: from a queue outside
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

import asyncio

answers = asyncio.Queue()


async def ask(url, question):
    ws = chatlib.WebSocket(url)
    ws.onmessage = lambda event: answers.put_nowait(event.data)
    await ws.once("open")
    ws.send(question)
    answer = await answers.get()
    ws.close(1000)
    return answer


# %% the answer: the last of a list outside, which is taken out of it
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

answers = []


async def ask(url, question):
    ws = chatlib.WebSocket(url)
    ws.onmessage = lambda event: answers.append(event.data)
    await ws.once("open")
    ws.send(question)
    await ws.once("message")
    answer = answers.pop()
    ws.close(1000)
    return answer


# %% two questions: what is asked is a global
# Not yet: your function was called twice at once. One call returned <...>, and its question never came to the server, and the other <...>. What do they share?

async def ask(url, words):
    global question
    question = words
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send(question)
    answer = (await ws.once("message")).data
    ws.close(1000)
    await ws.once("close")
    return answer


# %% two at once: a global event
# Not yet: your function was called twice at once. One call returned what is right, and the other raised IndexError in
# line 15 of ask: list index out of range. What do they share?

import asyncio
arrived = asyncio.Event()
async def ask(url, question):
    got = []
    ws = chatlib.WebSocket(url)
    def hear(e):
        got.append(e.data)
        arrived.set()
    ws.addEventListener("message", hear)
    await ws.once("open")
    ws.send(question)
    await arrived.wait()
    arrived.clear()
    ws.close(1000)
    return got[0]


# %% two at once: a global counter
# Not yet: your function was called twice at once. One call returned what is right, and the other raised IndexError in
# line 18 of ask: list index out of range. What do they share?

import asyncio
waiting = 0
async def ask(url, question):
    global waiting
    ws = chatlib.WebSocket(url)
    got = []
    def hear(e):
        global waiting
        got.append(e.data)
        waiting = 0
    ws.onmessage = hear
    await ws.once("open")
    waiting += 1
    ws.send(question)
    while waiting:
        await asyncio.sleep(0.01)
    ws.close(1000)
    return got[0]


# %% two at once: a global event that is cleared before
# Not yet: your function was called twice at once. One call returned what is right, and the other raised IndexError in
# line 15 of ask: list index out of range. What do they share?

import asyncio
arrived = asyncio.Event()
async def ask(url, question):
    arrived.clear()
    got = []
    ws = chatlib.WebSocket(url)
    def hear(event):
        got.append(event.data)
        arrived.set()
    ws.onmessage = hear
    await ws.once('open')
    ws.send(question)
    await arrived.wait()
    ws.close(1000)
    return got[0]


# %% right: looks once a second
# Solved: you asked, were answered, and said goodbye, twice.

import asyncio
async def ask(url, question):
    ws = chatlib.WebSocket(url)
    got = []
    ws.onmessage = lambda event: got.append(event.data)
    while ws.readyState == 0:
        await asyncio.sleep(1)
    ws.send(question)
    while not got:
        await asyncio.sleep(1)
    ws.close(1000)
    return got[0]


# %% wait: for the answer for five seconds at most, by the clock
# Not yet: the second question was asked, and the clock of your function ran 50 times as fast: by that clock, it was
# slow to open, and the answer was slow to come, and you returned None. Wait for what it answers, and return that.

import asyncio
import time

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    heard = []
    ws.onmessage = lambda event: heard.append(event.data)
    await ws.once("open")
    ws.send(question)
    began = time.perf_counter()
    while not heard and time.perf_counter() - began < 5:
        await asyncio.sleep(0.02)
    ws.close(1000)
    await ws.once("close")
    return heard[0] if heard else None


# %% right: waits for the answer for ten seconds at most, by the clock
# Solved: you asked, were answered, and said goodbye, twice.

import asyncio
import time

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    heard = []
    ws.onmessage = lambda event: heard.append(event.data)
    await ws.once("open")
    ws.send(question)
    began = time.perf_counter()
    while not heard and time.perf_counter() - began < 10:
        await asyncio.sleep(0.02)
    ws.close(1000)
    await ws.once("close")
    return heard[0] if heard else None


# %% right: looks a hundred times, every tenth of a second
# Solved: you asked, were answered, and said goodbye, twice.

import asyncio

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    heard = []
    ws.onmessage = lambda event: heard.append(event.data)
    await ws.once("open")
    ws.send(question)
    for _ in range(100):
        if heard:
            break
        await asyncio.sleep(0.1)
    ws.close(1000)
    await ws.once("close")
    return heard[0] if heard else None


# %% right: what is left of ten seconds is the limit of each wait
# Solved: you asked, were answered, and said goodbye, twice.

import asyncio
import time

async def ask(url, question):
    end = time.monotonic() + 10
    ws = chatlib.WebSocket(url)
    await asyncio.wait_for(ws.once("open"), end - time.monotonic())
    ws.send(question)
    event = await asyncio.wait_for(ws.once("message"), end - time.monotonic())
    ws.close(1000)
    await ws.once("close")
    return event.data


# %% wait: looks fifty times, every tenth of a second
# Not yet: the second question was asked, and the clock of your function ran 50 times as fast: by that clock, it was
# slow to open, and the answer was slow to come, and you returned None. Wait for what it answers, and return that.

import asyncio

async def ask(url, question):
    ws = chatlib.WebSocket(url)
    heard = []
    ws.onmessage = lambda event: heard.append(event.data)
    await ws.once("open")
    ws.send(question)
    for _ in range(50):
        if heard:
            break
        await asyncio.sleep(0.1)
    ws.close(1000)
    await ws.once("close")
    return heard[0] if heard else None
