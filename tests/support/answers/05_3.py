# %% when it comes: says stop, and listens afterwards
# Not yet: 0 of 1 ticks had been shown when you said "stop". A tick comes when the one before was shown: show each when it comes.

import asyncio
async def listen_then_stop(connection, show, seconds):
    await asyncio.sleep(seconds)
    await connection.send("stop")
    async for message in connection:
        show(message)


# %% when it comes: listens once before
# Not yet: "stop" came after <...> seconds; say it after 2.<...>, as you were given, whether a message comes just then or not.

import asyncio
async def listen_then_stop(connection, show, seconds):
    show(await connection.recv())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    async for message in connection:
        show(message)


# %% when it comes: collects, and shows in the end
# Not yet: 0 of 1 ticks had been shown when you said "stop". A tick comes when the one before was shown: show each when it comes.

import asyncio
async def listen_then_stop(connection, show, seconds):
    async def listen():
        return [message async for message in connection]
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    for message in await listening:
        show(message)


# %% after so many seconds: at once
# Not yet: "stop" came after 0.<...> seconds; say it after 2.<...>, as you were given.

import asyncio
async def listen_then_stop(connection, show, seconds):
    await connection.send("stop")
    async for message in connection:
        show(message)


# %% after so many seconds: after the first tick
# Not yet: "stop" came after <...> seconds; say it after 2.<...>, as you were given.

import asyncio
async def listen_then_stop(connection, show, seconds):
    show(await connection.recv())
    await connection.send("stop")
    async for message in connection:
        show(message)


# %% after so many seconds: after a number of its own
# Not yet: "stop" came after 0.<...> seconds; say it after 2.<...>, as you were given.

import asyncio
async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(0.3)
    await connection.send("stop")
    await listening


# %% after so many seconds: takes the task for the wait
# Not yet: "stop" came after 0.<...> seconds; say it after 2.<...>, as you were given. Nobody
# awaited what was called in line 4 of stop.

import asyncio
async def listen_then_stop(connection, show, seconds):
    async def stop():
        asyncio.sleep(seconds)
        await connection.send("stop")
    asyncio.create_task(stop())
    async for message in connection:
        show(message)


# %% say stop: another word
# Not yet: the server waits for "stop", and heard 'Stop'.

import asyncio
async def listen_then_stop(connection, show, seconds):
    async def stop():
        await asyncio.sleep(seconds)
        await connection.send("Stop")
    stopping = asyncio.create_task(stop())
    async for message in connection:
        show(message)


# %% say stop: closes instead
# Not yet: when your function returned, the server had not heard "stop". Say it after `seconds` seconds, and stay until the server has closed.

import asyncio
async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.close()
    await listening


# %% when the server has closed: returns at once
# Not yet: you returned before the server had closed. Listen to the end.

import asyncio
async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")


# %% when the server has closed: cancels the listener
# Not yet: you returned before the server had closed. Listen to the end.

import asyncio
async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    listening.cancel()


# %% each message: the last one is waited for, and not shown
# Not yet: message <...> of the server was '<...>', a str, and number <...> that was shown was nothing.

import asyncio
async def listen_then_stop(connection, show, seconds):
    stopped = asyncio.Event()
    async def listen():
        async for message in connection:
            if not stopped.is_set():
                show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    stopped.set()
    await listening


# %% each message: shows another thing
# Not yet: message 1 of the server was 'tick 1', a str, and number 1 that was shown was 6, an int.

import asyncio
async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(len(message))
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await listening


# %% one task listens: two of them
# Not yet: it raised ConcurrencyError<...>: cannot call recv while another coroutine is already running recv or
# recv_streaming.

import asyncio
async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    async def stop():
        await asyncio.sleep(seconds)
        await connection.send("stop")
        show(await connection.recv())
    await asyncio.gather(listen(), stop())


# %% when the server has closed: closes itself after stop
# Not yet: you closed the connection. The server has one last thing to say, and then it closes.

import asyncio
async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await connection.close()
    await listening


# %% right: two coroutines in a group
# Solved: every tick was shown when it came, and the server closed.

import asyncio
async def listen_then_stop(connection, show, seconds):
    async def stop():
        await asyncio.sleep(seconds)
        await connection.send("stop")
    async with asyncio.TaskGroup() as group:
        group.create_task(stop())
        async for message in connection:
            show(message)


# %% right: with recv, and gather
# Solved: every tick was shown when it came, and the server closed.

import asyncio
from websockets.exceptions import ConnectionClosed
async def listen_then_stop(connection, show, seconds):
    async def listen():
        try:
            while True:
                show(await connection.recv())
        except ConnectionClosed:
            pass
    async def stop():
        await asyncio.sleep(seconds)
        await connection.send("stop")
    await asyncio.gather(listen(), stop())


# %% right: one task, and a clock
# Solved: every tick was shown when it came, and the server closed.

import asyncio
async def listen_then_stop(connection, show, seconds):
    try:
        async with asyncio.timeout(seconds):
            async for message in connection:
                show(message)
    except TimeoutError:
        await connection.send("stop")
    async for message in connection:
        show(message)


# %% each message: awaits what is no coroutine
# Not yet: it raised TypeError in line 3 of listen: object NoneType can't be used in 'await' expression (does it need an await?).

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection: await show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await listening


# %% when the server has closed: receives on and on, and catches all
# Not yet: your code has not given the loop a turn for 5 s: line <...> of listen. While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

async def listen_then_stop(connection, show, seconds):
    async def listen():
        while True:
            try: show(await connection.recv())
            except: pass
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await listening


# %% right: a timer sends, from a task that nobody owns
# Solved: every tick was shown when it came, and the server closed.

async def listen_then_stop(connection, show, seconds):
    loop = asyncio.get_running_loop()
    loop.call_later(seconds, lambda: loop.create_task(connection.send("stop")))
    async for message in connection:
        show(message)


# %% right: nobody awaits the listener
# Solved: every tick was shown when it came, and the server closed.

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)

    asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await connection.wait_closed()


# %% after so many seconds: rounded down
# Not yet: "stop" came after 2.<...> seconds; say it after 2.<...>, as you were given.

import math
async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(int(seconds))
    await connection.send("stop")
    await listening


# %% after so many seconds: rounded up
# Not yet: "stop" came after 3.<...> seconds; say it after 2.<...>, as you were given, whether a message comes just then or not.

import math
async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(math.ceil(seconds))
    await connection.send("stop")
    await listening


# %% show each message: and words of its own before
# Not yet: message 1 of the server was 'tick 1', a str, and number 1 that was shown was 'listening', a str.

import asyncio


async def listen_then_stop(connection, show, seconds):
    async def listen():
        show("listening")
        async for message in connection:
            show(message)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await listening


# %% when it comes: listens, and shows all at the end
# Not yet: 0 of 1 ticks had been shown when you said "stop". A tick comes when the one before was shown: show each when it comes.

import asyncio


async def listen_then_stop(connection, show, seconds):
    messages = []

    async def listen():
        async for message in connection:
            messages.append(message)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await listening
    for message in messages:
        show(message)


# %% when it comes: sleeps with the whole loop
# Not yet: when 2.<...> seconds were over, your code kept the loop to itself: nobody could listen. Which line waits there with no await?

import time

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    listening = asyncio.create_task(listen())
    time.sleep(seconds)
    await connection.send("stop")
    await listening


# %% when the server has closed: begins two tasks, and returns
# Not yet: when your function returned, the server had not heard "stop". Say it after `seconds` seconds, and stay until the server has closed.

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    async def stop():
        await asyncio.sleep(seconds)
        await connection.send("stop")
    listening, stopping = asyncio.create_task(listen()), asyncio.create_task(stop())


# %% say stop: listens for so long, and says nothing
# Not yet: when your function returned, the server had not heard "stop". Say it after `seconds` seconds, and stay until the server has closed.

async def listen_then_stop(connection, show, seconds):
    try:
        async with asyncio.timeout(seconds):
            async for message in connection:
                show(message)
    except TimeoutError:
        pass


# %% one task listens: two of them, in a group
# Not yet: it raised ExceptionGroup in line <...> of <...>: ConcurrencyError in line <...> of <...>: cannot call recv while
# another coroutine is already running recv or recv_streaming.

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    async def stop():
        await asyncio.sleep(seconds)
        await connection.send("stop")
        await connection.recv()
    async with asyncio.TaskGroup() as group:
        group.create_task(listen())
        group.create_task(stop())


# %% right: shows in a thread, and sleeps in another
# Solved: every tick was shown when it came, and the server closed.

import time

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            await asyncio.to_thread(show, message)
    listening = asyncio.create_task(listen())
    await asyncio.to_thread(time.sleep, seconds)
    await connection.send("stop")
    await listening


# %% say stop: the send is not awaited
# Not yet: it did not come back within 10 seconds, and line 6 of listen_then_stop still waited. What does your code
# wait for? Nobody awaited what was called in line 4 of stop_later.

async def listen_then_stop(connection, show, seconds):
    async def stop_later():
        await asyncio.sleep(seconds)
        connection.send("stop")
    stopper = asyncio.create_task(stop_later())
    async for message in connection:
        show(message)
    await stopper


# %% say stop: calls its coroutine, and makes no task of it
# Not yet: it did not come back within 10 seconds, and line 6 of listen_then_stop still waited. What does your code
# wait for? Nobody awaited what was called in line 5 of listen_then_stop.

async def listen_then_stop(connection, show, seconds):
    async def stop_later():
        await asyncio.sleep(seconds)
        await connection.send("stop")
    stop_later()
    async for message in connection:
        show(message)


# %% say stop: a slip in a task that nobody awaits
# Not yet: it did not come back within 10 seconds, and line 6 of listen_then_stop still waited. What does your code
# wait for? A task of yours raised AttributeError in line 4 of stop_later: 'ClientConnection' object has no attribute
# 'send_text'.

async def listen_then_stop(connection, show, seconds):
    async def stop_later():
        await asyncio.sleep(seconds)
        await connection.send_text("stop")
    stopper = asyncio.create_task(stop_later())
    async for message in connection:
        show(message)


# %% after so many seconds: looks at the time when a message comes
# Not yet: "stop" came after 3.<...> seconds; say it after 2.<...>, as you were given, whether a message comes
# just then or not.

async def listen_then_stop(connection, show, seconds):
    began, said = time.monotonic(), False
    async for message in connection:
        show(message)
        if not said and time.monotonic() - began >= seconds:
            said = True
            await connection.send("stop")


# %% when the server has closed: sleeps for long enough
# Not yet: you returned before the server had closed. Listen to the end.

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await asyncio.sleep(5)


# %% when the server has closed: looks at a clock for long enough
# Not yet: the server closed, and your function returned <...> seconds later. Return when it has closed.

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    end = time.monotonic() + 8
    while time.monotonic() < end:
        await asyncio.sleep(0.1)


# %% each message: without the spaces at its ends
# Not yet: message <...> of the server was ' bye <...>\n', a str, and number <...> that was shown was 'bye <...>', a str.

async def listen_then_stop(connection, show, seconds):
    async def stop():
        await asyncio.sleep(seconds)
        await connection.send("stop")

    stopping = asyncio.create_task(stop())
    async for message in connection:
        show(message.strip())
    await stopping


# %% say stop: twice, to be sure
# Not yet: the server waits for one word, and you sent ['stop', 'stop'].

async def listen_then_stop(connection, show, seconds):
    async def stop():
        await asyncio.sleep(seconds)
        await connection.send("stop")
        await asyncio.sleep(0.1)
        await connection.send("stop")
    stopping = asyncio.create_task(stop())
    async for message in connection:
        show(message)
    await stopping


# %% say stop: again with each message
# Not yet: the server waits for one word, and you sent ['stop', 'stop'<...>].

from websockets.exceptions import ConnectionClosed


async def listen_then_stop(connection, show, seconds):
    is_over = False
    async def stop():
        nonlocal is_over
        await asyncio.sleep(seconds)
        is_over = True
        await connection.send("stop")
    stopping = asyncio.create_task(stop())
    async for message in connection:
        show(message)
        if is_over:
            try:
                await connection.send("stop")
            except ConnectionClosed:
                pass


# %% say stop: and a word of thanks
# Not yet: the server waits for one word, and you sent ['stop', 'thanks'].

async def listen_then_stop(connection, show, seconds):
    async def stop():
        await asyncio.sleep(seconds)
        await connection.send("stop")
        await connection.send("thanks")
    stopping = asyncio.create_task(stop())
    async for message in connection:
        show(message)


# %% after so many seconds: counted from the first tick on
# Not yet: "stop" came after <...> seconds; say it after <...>, as you were given, whether a message comes just then or not.

import asyncio


async def listen_then_stop(connection, show, seconds):
    stopping = None

    async def stop():
        await asyncio.sleep(seconds)
        await connection.send("stop")

    async for message in connection:
        if stopping is None:
            stopping = asyncio.create_task(stop())
        show(message)


# %% each message: takes the first after stop for the last one
# Not yet: message <...> of the server was 'tick <...>', a str, and number <...> that was shown was nothing.

async def listen_then_stop(connection, show, seconds):
    try:
        async with asyncio.timeout(seconds):
            while True:
                show(await connection.recv())
    except TimeoutError:
        await connection.send("stop")
    show(await connection.recv())
    await connection.wait_closed()


# %% show each message: with the show of whoever came last
# Not yet: your function was called for two connections at once. On the one, <...> messages came, <...> of them were
# shown in their places, and the server heard 'stop'; on the other, <...> messages came, <...> of them were shown in
# their places, and the server heard 'stop'. What do the two calls share?

import asyncio


async def listen_then_stop(connection, show, seconds):
    global shower
    shower = show

    async def listen():
        async for message in connection:
            shower(message)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await listening


# %% say stop: to whoever came last
# Not yet: your function was called for two connections at once. On the one, <...>; on the other, <...> messages came,
# <...> of them were shown in their places, and the server heard 'stop'. What do the two calls share?

import asyncio


async def listen_then_stop(connection, show, seconds):
    global line
    line = connection

    async def listen():
        async for message in connection:
            show(message)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await line.send("stop")
    await listening


# %% say stop: a global tells that it was said
# Not yet: your function was called for two connections at once. On the one, <...> messages came, <...> of them were
# shown in their places, and the server heard nothing; on the other, <...> messages came, <...> of them were shown in
# their places, and the server heard 'stop'. What do the two calls share?

import asyncio


async def listen_then_stop(connection, show, seconds):
    async def stop():
        global stopped
        await asyncio.sleep(seconds)
        if not stopped:
            stopped = True
            await connection.send("stop")

    global stopped
    stopped = False
    stopping = asyncio.create_task(stop())
    async for message in connection:
        show(message)
    await stopping


# %% one task listens: two of them, and nobody awaits the one that is refused
# Not yet: two of your tasks received at the same time, and one of them was refused. Let one task receive, and the
# other only send. A task of yours raised ConcurrencyError in line 4 of listen: cannot call recv while another
# coroutine is already running recv or recv_streaming.

import asyncio
async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    first = asyncio.create_task(listen())
    second = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await first


# %% one task listens: and another one waits for the last message, and catches what it gets
# Not yet: two of your tasks received at the same time, and one of them was refused. Let one task receive, and the
# other only send.

import asyncio
async def listen_then_stop(connection, show, seconds):
    async def stop():
        await asyncio.sleep(seconds)
        await connection.send("stop")
        try:
            show(await connection.recv())
        except Exception:
            pass
    stopping = asyncio.create_task(stop())
    async for message in connection:
        show(message)
    await stopping


# %% when the server has closed: the task is a global, and another call's
# Not yet: your function was called for two connections at once. On the one, it returned before the server had closed; on the other,
# <...> messages came, <...> of them were shown in their places, and the server heard 'stop'. What do the two calls share?

async def listen_then_stop(connection, show, seconds):
    global listening
    async def listen():
        async for message in connection:
            show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await listening


# %% when the server has closed: two seconds after stop at most
# Not yet: you said 'stop', and from then on the clock of your code ran 50 times as fast. By that clock, the server
# was slow to close, and your function raised TimeoutError in line <...> of listen_then_stop. Wait however long it
# takes.

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await asyncio.wait_for(listening, 2)


# %% when the server has closed: five seconds after stop at most, and then it returns
# Not yet: you returned before the server had closed. Listen to the end.

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await asyncio.wait([listening], timeout=5)


# %% each message: but not an empty one
# Not yet: message <...> of the server was '', a str, and number <...> that was shown was ' bye <...>\n', a str.

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            if message:
                show(message)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await listening


# %% each message: not what is equal to the one before
# Not yet: message <...> of the server was 'tick <...>', a str, and number <...> that was shown was '', a str.

async def listen_then_stop(connection, show, seconds):
    async def listen():
        before = None
        async for message in connection:
            if message != before:
                show(message)
            before = message
    listening = asyncio.create_task(listen())
    await asyncio.sleep(seconds)
    await connection.send("stop")
    await listening


# %% on its thread: asyncio.run in another
# Not yet: line 5 of later ran in another thread, and touched what belongs to the loop. The loop may not notice until
# something else wakes it. Which method of the loop may another thread call?

import threading
async def listen_then_stop(connection, show, seconds):
    def later():
        time.sleep(seconds)
        asyncio.run(connection.send("stop"))
    threading.Thread(target=later).start()
    async for message in connection:
        show(message)


# %% on its thread: to_thread of asyncio.run
# Not yet: line 4 of later ran in another thread, and touched what belongs to the loop. The loop may not notice until
# something else wakes it. Which method of the loop may another thread call?

async def listen_then_stop(connection, show, seconds):
    def later():
        time.sleep(seconds)
        asyncio.run(connection.send("stop"))
    task = asyncio.create_task(asyncio.to_thread(later))
    async for message in connection:
        show(message)
    await task


# %% when the server has closed: a limit around all
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, the server had its
# last word long after "stop"; it returned before the server had closed. Return when it has closed.

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    async def stop():
        await asyncio.sleep(seconds)
        await connection.send("stop")
    try:
        async with asyncio.timeout(seconds + 1):
            await asyncio.gather(listen(), stop())
    except TimeoutError:
        pass


# %% when the server has closed: a limit on listening, set at the beginning
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, the server had its
# last word long after "stop"; it returned before the server had closed. Return when it has closed.

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    listening = asyncio.create_task(asyncio.wait_for(listen(), seconds + 2))
    await asyncio.sleep(seconds)
    await connection.send("stop")
    try:
        await listening
    except TimeoutError:
        pass


# %% when the server has closed: waits for one more second
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, the server had its
# last word long after "stop"; it returned before the server had closed. Return when it has closed.

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    async def stop():
        await asyncio.sleep(seconds)
        await connection.send("stop")
    tasks = [asyncio.create_task(listen()), asyncio.create_task(stop())]
    await asyncio.wait(tasks, timeout=seconds + 1)


# %% when the server has closed: five more seconds for all
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, the server had its
# last word long after "stop"; it raised TimeoutError in line 8 of listen_then_stop. Return when it has closed.

async def listen_then_stop(connection, show, seconds):
    async def listen():
        async for message in connection:
            show(message)
    async def stop():
        await asyncio.sleep(seconds)
        await connection.send("stop")
    await asyncio.wait_for(asyncio.gather(listen(), stop()), seconds + 5)
