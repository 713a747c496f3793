# %% open one connection: none
# Not yet: no connection to the server has opened. Make a WebSocket with the url, and give it time to open.

async def four_states(url):
    return [0, 1, 2, 3]


# %% one connection: four
# Not yet: you opened 3 connections. Look at one, in each of its states.

async def four_states(url):
    first = chatlib.WebSocket(url)
    born = first.readyState
    second = chatlib.WebSocket(url)
    await second.once("open")
    opened = second.readyState
    third = chatlib.WebSocket(url)
    await third.once("open")
    third.close()
    closing = third.readyState
    for ws in (first, second, third):
        await ws.once("open")
        ws.close()
        await ws.once("close")
    return [born, opened, closing, third.readyState]


# %% look while it is OPEN: before it has opened
# Not yet: you returned [0, 0, 2, 3], and number 2 is not that of OPEN. What has happened by then, and what not yet?

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState, ws.readyState]
    await ws.once("open")
    ws.close()
    states.append(ws.readyState)
    await ws.once("close")
    return [*states, ws.readyState]


# %% look while it is CONNECTING: too late
# Not yet: you returned [1, 1, 2, 3], and number 1 is not that of CONNECTING. What has happened by then, and what not yet?

async def four_states(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    states = [ws.readyState, ws.readyState]
    ws.close()
    states.append(ws.readyState)
    await ws.once("close")
    return [*states, ws.readyState]


# %% look while it is CLOSING: after the close event
# Not yet: you returned [0, 1, 3, 3], and number 3 is not that of CLOSING. What has happened by then, and what not yet?

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    await ws.once("open")
    states.append(ws.readyState)
    ws.close()
    await ws.once("close")
    return [*states, ws.readyState, ws.readyState]


# %% look while it is CLOSED: believes that close() closes now
# Not yet: you returned [0, 1, 2, 2], and number 4 is not that of CLOSED. What has happened by then, and what not yet?

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    await ws.once("open")
    states.append(ws.readyState)
    ws.close()
    return [*states, ws.readyState, ws.readyState]


# %% end it: does not
# Not yet: your connection is still open at the server. How does a connection come to its end?

async def four_states(url):
    ws = chatlib.WebSocket(url)
    born = ws.readyState
    await ws.once("open")
    return [born, ws.readyState]


# %% four numbers: two
# Not yet: the number of states is four, and you returned 2. Look once in each.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    opened = ws.readyState
    ws.close()
    await ws.once("close")
    return [opened, ws.readyState]


# %% return: forgets to
# Not yet: the connection lived and died, but you returned None. A list of four numbers is asked for.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.close()
    await ws.once("close")


# %% each read from the readyState: typed in
# Not yet: nobody looked at the connection's readyState while it was 0. Read each number from it.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.close()
    await ws.once("close")
    return [0, 1, 2, 3]


# %% wait: in a loop that lets nothing else run
# Not yet: your code has not given the loop a turn for 5 s: line 4 of four_states. While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    while ws.readyState == 0: pass
    return states


# %% right: listeners look
# Solved: you saw one connection in each of its four states.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]

    def opened(event):
        states.append(ws.readyState)
        ws.close(1000, "that was all")
        states.append(ws.readyState)

    ws.onopen = opened
    await ws.once("close")
    return (*states, ws.readyState)


# %% numbers: their names
# Not yet: you returned 'CONNECTING', a str, among others. A state is a number: what readyState is at that moment.

async def four_states(url):
    names = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"]
    ws = chatlib.WebSocket(url)
    states = [names[ws.readyState]]
    await ws.once("open")
    states.append(names[ws.readyState])
    ws.close()
    states.append(names[ws.readyState])
    await ws.once("close")
    return [*states, names[ws.readyState]]


# %% each read: the connection four times
# Not yet: you returned <WebSocket ws://127.0.0.1:<...> CLOSED>, a WebSocket, among others. A state is a number: what readyState is at that moment.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws]
    await ws.once("open")
    states.append(ws)
    ws.close()
    states.append(ws)
    await ws.once("close")
    return [*states, ws]


# %% wait: in a loop that lets nothing else run, and catches all that is raised
# Not yet: your code has not given the loop a turn for 5 s: line <...> of four_states.
# While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    while ws.readyState == 0:
        try:
            pass
        except:
            pass
    return states


# %% each read from the readyState: the names of the class
# Not yet: nobody looked at the connection's readyState while it was 0. Read each number from it.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.close()
    await ws.once("close")
    return [ws.CONNECTING, ws.OPEN, ws.CLOSING, ws.CLOSED]


# %% return: yields them
# Not yet: there is a yield in your function, so nothing in it runs when it is called. Use return instead.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    yield ws.readyState
    await ws.once("open")
    yield ws.readyState
    ws.close()
    yield ws.readyState
    await ws.once("close")
    yield ws.readyState


# %% right: a generator within, and a tuple
# Solved: you saw one connection in each of its four states.

async def four_states(url):
    async def look():
        yield (ws := chatlib.WebSocket(url)).readyState
        await ws.once("open")
        yield ws.readyState
        ws.close(1000)
        yield ws.readyState
        await ws.once("close")
        yield ws.readyState

    return tuple([state async for state in look()])


# %% in this order: from behind
# Not yet: you returned [3, 2, 1, 0]: the numbers are right. Their order is 0, 1, 2, 3.

import chatlib


async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    await ws.once("open")
    states.insert(0, ws.readyState)
    ws.close()
    states.insert(0, ws.readyState)
    await ws.once("close")
    states.insert(0, ws.readyState)
    return states


# %% the four numbers: the list is made once, outside
# Not yet: your function was called once more, and returned [0, 1, 2, 3, 0, 1, 2, 3]. What an earlier call had found is still in it. Is it made anew at each call?

states = []
async def four_states(url):
    ws = chatlib.WebSocket(url)
    states.append(ws.readyState)
    await ws.once("open")
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    await ws.once("close")
    states.append(ws.readyState)
    return states


# %% one connection: reads the last number from another
# Not yet: nobody looked at the connection's readyState while it was 3. Read each number from it.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    await ws.once("open")
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    other = chatlib.WebSocket("ws://127.0.0.1:9/")
    await other.once("close")
    states.append(other.readyState)
    return states


# %% each state: waits for nothing
# Not yet: you returned [0, 0, 2, 2], and number 2 is not that of OPEN. What has happened by then, and what not yet? Nobody
# awaited what was called in line 4 of four_states.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    ws.once("open")
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    ws.once("close")
    states.append(ws.readyState)
    return states


# %% two connections: the socket is a global one
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

import chatlib
async def four_states(url):
    global ws
    ws = chatlib.WebSocket(url)
    s = [ws.readyState]
    await ws.once("open")
    s.append(ws.readyState)
    ws.close()
    s.append(ws.readyState)
    await ws.once("close")
    s.append(ws.readyState)
    return s


# %% look while it is OPEN: sleeps for a second, and hopes that it is
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, it was slow to open,
# and to close, and you returned [0, 0, 2, 3], a list. Wait for each event.

import asyncio

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    await asyncio.sleep(1)
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    await asyncio.sleep(1)
    states.append(ws.readyState)
    return states


# %% look while it is CLOSED: sleeps, and hopes that it is
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, it was slow to open,
# and to close, and you returned [0, 1, 2, 2], a list. Wait for each event.

import asyncio

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    await ws.once("open")
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    await asyncio.sleep(0.7)
    states.append(ws.readyState)
    return states


# %% right: looks every now and then
# Solved: you saw one connection in each of its four states.

import asyncio

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    while ws.readyState == 0:
        await asyncio.sleep(0.3)
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    while ws.readyState == 2:
        await asyncio.sleep(0.3)
    states.append(ws.readyState)
    return states


# %% wait: for each event, one second at most
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, it was slow to open,
# and to close, and your function raised TimeoutError in line 7 of four_states.

import asyncio


async def four_states(url):
    ws = chatlib.WebSocket(url)
    states=[ws.readyState]
    await asyncio.wait_for(ws.once("open"), 1)
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    await asyncio.wait_for(ws.once("close"), 1)
    states.append(ws.readyState)
    return states


# %% right: has a limit of ten seconds for both events
# Solved: you saw one connection in each of its four states.

import asyncio


async def four_states(url):
    async with asyncio.timeout(10):
        ws = chatlib.WebSocket(url)
        states = [ws.readyState]
        await ws.once("open")
        states.append(ws.readyState)
        ws.close()
        states.append(ws.readyState)
        await ws.once("close")
        return [*states, ws.readyState]


# %% waits for each event: has a limit of eight seconds
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, it was slow to open,
# and to close, and your function raised TimeoutError in line 6 of four_states.

import asyncio

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    await asyncio.wait_for(ws.once("open"), 8)
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    await asyncio.wait_for(ws.once("close"), 8)
    return [*states, ws.readyState]


# %% one connection: at the address of the notebook's echo
# Not yet: url was 'ws://127.0.0.1:<...>', and your WebSocket connected to 'ws://127.0.0.1:<...>/echo'. The
# url is whole as it is.

async def four_states(url):
    ws = chatlib.WebSocket(url + "/echo")
    states = [ws.readyState]
    await ws.once("open")
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    await ws.once("close")
    return [*states, ws.readyState]


# %% you returned: at once, and the listeners fill the list later
# Not yet: the number of states is four, and you returned 1. Look once in each.

def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]

    def opened(event):
        states.append(ws.readyState)
        ws.close()
        states.append(ws.readyState)

    ws.onopen = opened
    ws.onclose = lambda event: states.append(ws.readyState)
    return states


# %% each state: looks for CLOSING a moment after close()
# Not yet: your function was called once more, over a network that takes no time, and returned [0, 1, 3, 3], a list.
# Look at each state when it has come, and before the next one can.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    await ws.once("open")
    states.append(ws.readyState)
    ws.close(1000)
    await asyncio.sleep(0.1)
    states.append(ws.readyState)
    await ws.once("close")
    states.append(ws.readyState)
    return states


# %% each state: looks for the first one a moment late
# Not yet: your function was called once more, over a network that takes no time, and returned [1, 1, 2, 3], a list.
# Look at each state when it has come, and before the next one can.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    await asyncio.sleep(0.1)
    states = [ws.readyState]
    await ws.once("open")
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    await ws.once("close")
    states.append(ws.readyState)
    return states


# %% each state: looks every twentieth of a second
# Not yet: your function was called once more, over a network that takes no time, and returned [0, 1, 3], a list. Look
# at each state when it has come, and before the next one can.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = []
    while ws.readyState != 3:
        if ws.readyState not in states:
            states.append(ws.readyState)
        if ws.readyState == 1:
            ws.close()
        await asyncio.sleep(0.05)
    states.append(ws.readyState)
    return states


# %% each state: waits for a second, by the clock
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, it was slow to open,
# and to close, and you returned [0, 0, 2, <...>], a list. Wait for each event.

import time
async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    end = time.monotonic() + 1
    while ws.readyState == 0 and time.monotonic() < end:
        await asyncio.sleep(0.01)
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    end = time.monotonic() + 1
    while ws.readyState == 2 and time.monotonic() < end:
        await asyncio.sleep(0.01)
    states.append(ws.readyState)
    return states


# %% right: looks once a second
# Solved: you saw one connection in each of its four states.

async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    while ws.readyState == 0:
        await asyncio.sleep(1)
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    while ws.readyState == 2:
        await asyncio.sleep(1)
    states.append(ws.readyState)
    return states


# %% each state: for the end for five seconds at most, by the clock
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, it was slow to open,
# and to close, and you returned [0, 1, 2, 2], a list. Wait for each event.

import time
async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    await ws.once("open")
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    end = time.time() + 5
    while ws.readyState != 3 and time.time() < end:
        await asyncio.sleep(0.02)
    states.append(ws.readyState)
    return states


# %% right: waits for the end for ten seconds at most, by the clock
# Solved: you saw one connection in each of its four states.

import time
async def four_states(url):
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    await ws.once("open")
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    end = time.time() + 10
    while ws.readyState != 3 and time.time() < end:
        await asyncio.sleep(0.02)
    states.append(ws.readyState)
    return states


# %% right: each wait has what is left of ten seconds
# Solved: you saw one connection in each of its four states.

import time
async def four_states(url):
    began = time.time()
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    async with asyncio.timeout(10 - (time.time() - began)):
        await ws.once("open")
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    async with asyncio.timeout(10 - (time.time() - began)):
        await ws.once("close")
    return [*states, ws.readyState]


# %% right: looks every half second, for ten seconds at most in all, by the clock
# Solved: you saw one connection in each of its four states.

import time
async def four_states(url):
    end = time.time() + 10
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    while ws.readyState != 1 and time.time() < end:
        await asyncio.sleep(0.5)
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    while ws.readyState != 3 and time.time() < end:
        await asyncio.sleep(0.5)
    return [*states, ws.readyState]


# %% wait: a limit of five seconds that cancels
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, it was slow to open,
# and to close, and your function raised CancelledError in line 7 of four_states.

import asyncio

async def four_states(url):
    alarm = asyncio.get_running_loop().call_later(5, asyncio.current_task().cancel)
    ws = chatlib.WebSocket(url)
    states = [ws.readyState]
    await ws.once("open")
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    await ws.once("close")
    states.append(ws.readyState)
    alarm.cancel()
    return states


# %% one connection: another one after a second
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, it was slow to open,
# and to close, and your function opened 7 connections. One is enough: wait for it.

import asyncio
async def four_states(url):
    while True:
        ws = chatlib.WebSocket(url)
        states = [ws.readyState]
        try:
            await asyncio.wait_for(ws.once("open"), 1)
            break
        except TimeoutError:
            ws.close()
    states.append(ws.readyState)
    ws.close()
    states.append(ws.readyState)
    await ws.once("close")
    states.append(ws.readyState)
    return states
