# %% does nothing about it: listens, and never looks at a clock
# Not yet: the server fell silent, and after <...> s there was no alarm; <...> s were given.

def watch(ws, seconds, alarm):
    heard = []
    ws.addEventListener("message", heard.append)


# %% not earlier: a plain timer from the beginning
# Not yet: the server speaks seldom, and you gave the alarm after <...> s of silence; <...> s were given. Whatever comes is a sign of life.

async def watch(ws, seconds, alarm):
    await asyncio.sleep(seconds)
    alarm()


# %% every message counts: only an answer to its own ping does
# Not yet: the server speaks seldom, and you gave the alarm after <...> s of silence; <...> s were given. Whatever comes is a sign of life.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        if event.data == "pong":
            heard = time.monotonic()
    ws.addEventListener("message", hear)
    while time.monotonic() - heard < seconds:
        ws.send("ping")
        await asyncio.sleep(seconds / 20)
    alarm()


# %% not later: has more patience than it was given
# Not yet: the alarm came <...> s after the server's last word; <...> s were given.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while ws.readyState == 1:
        if time.monotonic() - heard >= 1.4 * seconds:
            return alarm()
        if time.monotonic() - heard >= seconds / 2:
            ws.send("ping")
        await asyncio.sleep(seconds / 50)


# %% some servers have nothing to say: never asks
# Not yet: a quiet server had nothing to say, and you gave the alarm. It would have answered a ping.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while ws.readyState == 1:
        if time.monotonic() - heard >= seconds:
            return alarm()
        await asyncio.sleep(seconds / 50)


# %% some servers have nothing to say: asks, and does not wait for the answer
# Not yet: a quiet server answers each 'ping'. It was sent ['ping'<...>], and you gave the alarm after <...> s
# of silence; <...> s were given.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while ws.readyState == 1:
        if time.monotonic() - heard >= seconds:
            ws.send("ping")
            return alarm()
        await asyncio.sleep(seconds / 50)


# %% once: the alarm rings and rings
# Not yet: one silence, and <...> alarms.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while ws.readyState == 1:
        silence = time.monotonic() - heard
        if silence >= seconds:
            alarm()
        elif silence >= seconds / 2:
            ws.send("ping")
        await asyncio.sleep(seconds / 10)


# %% closes: takes a goodbye for silence
# Not yet: the server said goodbye, the close event fired, and you gave the alarm as well.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while True:
        silence = time.monotonic() - heard
        if silence >= seconds:
            return alarm()
        if silence >= seconds / 2:
            ws.send("ping")
        await asyncio.sleep(seconds / 20)


# %% may be async: sleeps, and blocks the loop
# Not yet: for <...> s nothing else had a turn, so nothing could be heard. While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

def watch(ws, seconds, alarm):
    time.sleep(1.1 * seconds)
    alarm()


# %% a function: is called by the learner
# Not yet: you called your function, and gave the check what came of it. Give it the function: its name alone.

async def watch(ws, seconds, alarm):
    return None
watch = watch(None, 1, print)


# %% right: timers of the loop, and no async
# Solved: silence was found in time, and nothing else was taken for it.

def watch(ws, seconds, alarm):
    loop = asyncio.get_running_loop()
    timers = []
    def begin(event=None):
        stop()
        timers.append(loop.call_later(seconds / 2, ws.send, "ping"))
        timers.append(loop.call_later(seconds, alarm))
    def stop(event=None):
        for timer in timers:
            timer.cancel()
        timers.clear()
    ws.onmessage = begin
    ws.onclose = stop
    begin()


# %% right: waits for each message with a limit
# Solved: silence was found in time, and nothing else was taken for it.

async def watch(ws, seconds, alarm):
    asked = False
    while True:
        try:
            await asyncio.wait_for(ws.once("message"), seconds / 2)
            asked = False
        except ConnectionError:
            return
        except TimeoutError:
            if asked:
                return alarm()
            ws.send("ping")
            asked = True


# %% not later: looks once in each stretch of time
# Not yet: <...> there was no alarm<...>

async def watch(ws, seconds, alarm):
    heard = []
    ws.addEventListener("message", heard.append)
    while ws.readyState == 1:
        count = len(heard)
        await asyncio.sleep(0.9 * seconds)
        ws.send("ping")
        await asyncio.sleep(0.9 * seconds)
        if ws.readyState == 1 and len(heard) == count:
            return alarm()


# %% not earlier: a timer for each message, and none is ever stopped
# Not yet: the server speaks seldom, and you gave the alarm after <...> s of silence; <...> s were given. Whatever comes is a sign of life.

def watch(ws, seconds, alarm):
    loop = asyncio.get_running_loop()
    ws.onmessage = lambda event: loop.call_later(seconds, alarm)


# %% does nothing about it: asks, and takes its own question for a sign of life
# Not yet: the server fell silent, and after <...> s there was no alarm; <...> s were given.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while time.monotonic() - heard < seconds:
        ws.send("ping")
        heard = time.monotonic()
        await asyncio.sleep(seconds / 4)
    alarm()


# %% calls: alarm is named, and not called
# Not yet: the server fell silent, and after <...> s there was no alarm; <...> s were given.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while ws.readyState == 1 and time.monotonic() - heard < seconds:
        ws.send("ping")
        await asyncio.sleep(seconds / 20)
    alarm


# %% right: a handler may be async, too
# Solved: silence was found in time, and nothing else was taken for it.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    async def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while ws.readyState == 1:
        if time.monotonic() - heard >= seconds:
            return alarm()
        ws.send("ping")
        await asyncio.sleep(seconds / 10)


# %% does nothing about it: the state is a number
# Not yet: the server fell silent, and after <...> s there was no alarm; <...> s were given.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while ws.readyState == "OPEN":
        if time.monotonic() - heard >= seconds:
            return alarm()
        ws.send("ping")
        await asyncio.sleep(seconds / 10)


# %% every message counts: an answer to its own ping does not
# Not yet: a quiet server answered your ping, and you gave the alarm after <...> s of silence; <...> s were given. Whatever comes is a sign of life.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        if event.data != "pong":
            heard = time.monotonic()
    ws.addEventListener("message", hear)
    while ws.readyState == 1:
        silence = time.monotonic() - heard
        if silence >= seconds:
            return alarm()
        if silence >= seconds / 2:
            ws.send("ping")
        await asyncio.sleep(seconds / 50)


# %% some servers have nothing to say: asks in other words
# Not yet: a quiet server answers each 'ping'. It was sent ['PING'<...>, and you gave the alarm after <...> s
# of silence; <...> s were given.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while ws.readyState == 1:
        silence = time.monotonic() - heard
        if silence >= seconds:
            return alarm()
        if silence >= seconds / 2:
            ws.send("PING")
        await asyncio.sleep(seconds / 50)


# %% some servers have nothing to say: never asks, and is early, too
# Not yet: a quiet server had nothing to say, and you gave the alarm. It would have answered a ping.

async def watch(ws, seconds, alarm):
    try:
        while True:
            await asyncio.wait_for(ws.once("message"), 0.76 * seconds)
    except ConnectionError:
        return
    except TimeoutError:
        alarm()


# %% does nothing about it: an answer ends the watch
# Not yet: nothing came from a quiet server for <...> s, and there was no alarm; <...> s were given.

def watch(ws, seconds, alarm):
    loop = asyncio.get_running_loop()
    timers = []
    def stop(event=None):
        for timer in timers:
            timer.cancel()
        timers.clear()
    def begin():
        stop()
        timers.append(loop.call_later(seconds / 2, ws.send, "ping"))
        timers.append(loop.call_later(seconds, alarm))
    def hear(event):
        if event.data == "pong":
            stop()
        else:
            begin()
    ws.onmessage = hear
    ws.onclose = stop
    begin()


# %% does nothing about it: begins with the first message
# Not yet: nothing came from a quiet server for <...> s, and there was no alarm; <...> s were given.

def watch(ws, seconds, alarm):
    loop = asyncio.get_running_loop()
    timers = []
    def stop(event=None):
        for timer in timers:
            timer.cancel()
    def begin(event):
        stop()
        timers.append(loop.call_later(seconds, alarm))
    ws.onmessage = begin
    ws.onclose = stop


# %% not later: whoever has answered is left alone for a while
# Not yet: a quiet server stopped answering; the alarm came after <...> s. <...> s were given.

async def watch(ws, seconds, alarm):
    try:
        while True:
            try:
                await asyncio.wait_for(ws.once("message"), seconds / 2)
                continue
            except TimeoutError:
                ws.send("ping")
            try:
                event = await asyncio.wait_for(ws.once("message"), seconds / 2)
            except TimeoutError:
                return alarm()
            if event.data == "pong":
                await asyncio.sleep(0.4 * seconds)
    except ConnectionError:
        return


# %% closes: takes the close event for an alarm
# Not yet: the server said goodbye, the close event fired, and you gave the alarm as well.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    ws.addEventListener("close", lambda event: alarm())
    while ws.readyState == 1:
        silence = time.monotonic() - heard
        if silence >= seconds:
            return alarm()
        if silence >= seconds / 2:
            ws.send("ping")
        await asyncio.sleep(seconds / 25)


# %% not later: looks at the clock three times only, and that is up to a third late
# Not yet: <...>the alarm came <...> s<...> s were given.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while ws.readyState == 1:
        if time.monotonic() - heard >= seconds:
            return alarm()
        ws.send("ping")
        await asyncio.sleep(seconds / 3)


# %% right: looks at the clock five times, and that is up to a fifth late
# Solved: silence was found in time, and nothing else was taken for it.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while ws.readyState == 1:
        if time.monotonic() - heard >= seconds:
            return alarm()
        ws.send("ping")
        await asyncio.sleep(seconds / 5)


# %% some servers have nothing to say: asks once, and never again
# Not yet: a quiet server answers each 'ping'. It was sent ['ping'], and you gave the alarm after <...> s of silence; <...> s
# were given.

import time

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    has_asked = False

    def hear(event):
        nonlocal heard
        heard = time.monotonic()

    ws.addEventListener("message", hear)
    while ws.readyState == 1 and time.monotonic() - heard < seconds:
        if not has_asked and time.monotonic() - heard > seconds / 2:
            ws.send("ping")
            has_asked = True
        await asyncio.sleep(0.01)
    if ws.readyState == 1:
        alarm()


# %% for so many seconds: for the one second of the notebook
# Not yet: the server speaks seldom, and you gave the alarm after 1.<...> s of silence; <...> s were given. The alarm
# may not come earlier.

import asyncio, time

async def watch(ws, seconds, alarm):
    heard = [time.monotonic()]
    ws.addEventListener("message", lambda event: heard.append(time.monotonic()))
    while ws.readyState == 1:
        if time.monotonic() - heard[-1] > 1:
            alarm()
            return
        ws.send("ping")
        await asyncio.sleep(0.05)


# %% not earlier: four fifths of the time are enough
# Not yet: <...>, and you gave the alarm after <...> s of silence; <...> s were given. The alarm may not come earlier.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while ws.readyState == 1:
        silence = time.monotonic() - heard
        if silence >= 0.8 * seconds:
            return alarm()
        if silence >= seconds / 3:
            ws.send("ping")
        await asyncio.sleep(seconds / 50)


# %% once: again after each further silence
# Not yet: one silence, and 2 alarms.

import asyncio
import time

async def watch(ws, seconds, alarm):
    last = time.monotonic()
    def heard(event):
        nonlocal last
        last = time.monotonic()
    ws.addEventListener("message", heard)
    while ws.readyState == 1:
        if time.monotonic() - last >= seconds:
            alarm()
            last = time.monotonic()
        ws.send("ping")
        await asyncio.sleep(seconds / 20)


# %% ws: what comes from another server counts, too
# Not yet: the alarm came <...> s after the server's last word; <...> s were given.

import asyncio
import time

last = time.monotonic()

def heard(event):
    global last
    last = time.monotonic()

async def watch(ws, seconds, alarm):
    ws.addEventListener("message", heard)
    while ws.readyState == 1:
        if time.monotonic() - last >= seconds:
            alarm()
            return
        ws.send("ping")
        await asyncio.sleep(seconds / 20)


# %% every message counts: but an empty one
# Not yet: the server speaks seldom, and you gave the alarm after <...> s of silence; <...> s were given. Whatever comes is a
# sign of life.

import asyncio
import time

async def watch(ws, seconds, alarm):
    heard = asked = time.monotonic()

    def hear(event):
        nonlocal heard
        if event.data:
            heard = time.monotonic()

    ws.addEventListener("message", hear)
    while ws.readyState == 1:
        now = time.monotonic()
        if now - heard >= seconds:
            alarm()
            return
        if now - asked >= seconds / 3:
            asked = now
            ws.send("ping")
        await asyncio.sleep(seconds / 50)


# %% not earlier: forgets what came before its ping
# Not yet: the server speaks seldom, and you gave the alarm after <...> s of silence; <...> s were given. Whatever comes is a
# sign of life.

import asyncio

async def watch(ws, seconds, alarm):
    heard = asyncio.Event()
    ws.addEventListener("message", lambda event: heard.set())
    while ws.readyState == 1:
        await asyncio.sleep(seconds / 2)
        heard.clear()
        ws.send("ping")
        try:
            await asyncio.wait_for(heard.wait(), seconds / 2)
        except TimeoutError:
            if ws.readyState == 1:
                alarm()
            return


# %% closes: asks whether it is open before its ping, and never after that
# Not yet: the server said goodbye, the close event fired, and you gave the alarm as well.

async def watch(ws, seconds, alarm):
    heard = asyncio.Event()
    ws.addEventListener("message", lambda event: heard.set())
    while ws.readyState == 1:
        heard.clear()
        try:
            await asyncio.wait_for(heard.wait(), seconds / 2)
            continue
        except TimeoutError:
            if ws.readyState != 1:
                return
            ws.send("ping")
        try:
            await asyncio.wait_for(heard.wait(), seconds / 2)
        except TimeoutError:
            return alarm()


# %% closes: with a code other than 1000
# Not yet: the server said goodbye, the close event fired, and you gave the alarm as well.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    ws.addEventListener("close", lambda event: event.code == 1000 or alarm())
    while ws.readyState == 1:
        silence = time.monotonic() - heard
        if silence >= seconds:
            return alarm()
        if silence >= seconds / 2:
            ws.send("ping")
        await asyncio.sleep(seconds / 20)


# %% at most 20 pings: asks again with each answer
# Not yet: a quiet server was sent <...> pings within <...> s; at most 20 are allowed. What does your code
# wait for before it sends the next?

async def watch(ws, seconds, alarm):
    while True:
        ws.send("ping")
        try:
            await asyncio.wait_for(ws.once("message"), seconds)
        except TimeoutError:
            return alarm()
        except ConnectionError:
            return


# %% at most 20 pings: one each time that it looks at the clock
# Not yet: a quiet server was sent <...> pings within <...> s; at most 20 are allowed. What does your code
# wait for before it sends the next?

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while ws.readyState == 1:
        if time.monotonic() - heard >= seconds:
            return alarm()
        ws.send("ping")
        await asyncio.sleep(0.01)


# %% at most 20 pings: from half the time on, whenever it looks
# Not yet: a quiet server was sent <...> pings within <...> s; at most 20 are allowed. What does your code wait for before it sends the next?

async def watch(ws, seconds, alarm):
    heard = time.monotonic()

    def note(event):
        nonlocal heard
        heard = time.monotonic()

    ws.addEventListener("message", note)
    while ws.readyState == 1:
        silence = time.monotonic() - heard
        if silence >= seconds:
            alarm()
            return
        if silence >= seconds / 2:
            ws.send("ping")
        await asyncio.sleep(seconds / 200)


# %% no reason for an alarm: but only a normal goodbye is none
# Not yet: the server said goodbye, the close event fired, and you gave the alarm as well.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    has_asked = False

    def note(event):
        nonlocal heard, has_asked
        heard, has_asked = time.monotonic(), False

    ws.addEventListener("message", note)
    ws.onclose = lambda event: event.code in (1000, 1001, 1005) or alarm()
    while ws.readyState == 1:
        silence = time.monotonic() - heard
        if silence >= seconds:
            alarm()
            return
        if silence >= seconds / 2 and not has_asked:
            has_asked = True
            ws.send("ping")
        await asyncio.sleep(seconds / 50)


# %% not earlier: at once where the end was not clean
# Not yet: the connection ended without a goodbye, with 1006, and you gave the alarm after <...> s of silence; <...> s
# were given. The alarm may not come earlier.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    ws.addEventListener("close", lambda event: event.wasClean or alarm())
    while ws.readyState == 1:
        if time.monotonic() - heard >= seconds:
            return alarm()
        ws.send("ping")
        await asyncio.sleep(seconds / 15)


# %% not earlier: at once at 1006
# Not yet: the connection ended without a goodbye, with 1006, and you gave the alarm after <...> s of silence; <...> s
# were given. The alarm may not come earlier.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.onmessage = hear
    def closed(event):
        if event.code == 1006:
            alarm()
    ws.onclose = closed
    while ws.readyState == 1:
        if time.monotonic() - heard >= seconds:
            return alarm()
        ws.send("ping")
        await asyncio.sleep(seconds / 15)


# %% right: gives the alarm in time, too, where there was no goodbye
# Solved: silence was found in time, and nothing else was taken for it.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    codes = []
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.onmessage = hear
    ws.onclose = lambda event: codes.append(event.code)
    while codes in ([], [1006]):
        if time.monotonic() - heard >= seconds:
            return alarm()
        ws.send("ping")
        await asyncio.sleep(seconds / 15)


# %% for so many seconds: for one, and asks eight times
# Not yet: the server speaks seldom, and you gave the alarm after 1.<...> s of silence; <...> s were given. The alarm may
# not come earlier.

async def watch(ws, seconds, alarm):
    heard = [time.monotonic()]
    ws.addEventListener("message", lambda event: heard.append(time.monotonic()))
    while time.monotonic() - heard[-1] < 1:
        ws.send("ping")
        await asyncio.sleep(1 / 8)
        if ws.readyState != 1:
            return
    alarm()


# %% not earlier: nine tenths of a second and a half
# Not yet: <...> and you gave the alarm after 1.<...> s of silence; <...> s were given. The alarm may not come earlier.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.addEventListener("message", hear)
    while ws.readyState == 1:
        silence = time.monotonic() - heard
        if silence >= 1.35:
            return alarm()
        if silence >= seconds / 3:
            ws.send("ping")
        await asyncio.sleep(seconds / 50)


# %% not earlier: at once at an error event
# Not yet: the connection ended without a goodbye, with 1006, and you gave the alarm after <...> s of silence; <...> s
# were given. The alarm may not come earlier.

async def watch(ws, seconds, alarm):
    heard = time.monotonic()
    def hear(event):
        nonlocal heard
        heard = time.monotonic()
    ws.onmessage = hear
    ws.onerror = lambda event: alarm()
    while ws.readyState == 1:
        if time.monotonic() - heard >= seconds:
            return alarm()
        ws.send("ping")
        await asyncio.sleep(seconds / 15)


# %% once: and once more, when the connection is lost
# Not yet: one silence, and 2 alarms.

import asyncio

def watch(ws, seconds, alarm):
    loop = asyncio.get_running_loop()
    timers = []

    def stop():
        while timers:
            timers.pop().cancel()

    def begin(event=None):
        stop()
        timers.append(loop.call_later(seconds / 2, ws.send, "ping"))
        timers.append(loop.call_later(seconds, alarm))

    def closed(event):
        if event.wasClean:
            stop()
        else:
            loop.call_later(seconds, alarm)

    ws.onmessage = begin
    ws.onclose = closed
    begin()


# %% ping: as the server's library has it
# Not yet: it raised AttributeError in line 5 of watch: 'WebSocket' object has no attribute 'ping'.

import asyncio

async def watch(ws, seconds, alarm):
    while True:
        await ws.ping()
        await asyncio.sleep(seconds / 2)


# %% at most 20 pings: one every tenth of a second
# Not yet: your function was called once more, with 60 s, and its clock ran 50 times as fast. By that clock, a quiet
# server was sent at least <...> pings within them; at most 20 are allowed. Until when does your code wait before it sends the
# next?

import asyncio, time
async def watch(ws, seconds, alarm):
    last = time.monotonic()
    def heard(event):
        nonlocal last
        last = time.monotonic()
    ws.addEventListener("message", heard)
    while ws.readyState == 1:
        if time.monotonic() - last >= seconds:
            alarm()
            return
        ws.send("ping")
        await asyncio.sleep(0.1)


# %% at most 20 pings: one every half second
# Not yet: your function was called once more, with 60 s, and its clock ran 50 times as fast. By that clock, a quiet
# server was sent at least <...> pings within them; at most 20 are allowed. Until when does your code wait before it sends the
# next?

import asyncio
async def watch(ws, seconds, alarm):
    loop = asyncio.get_running_loop()
    timer = loop.call_later(seconds, alarm)
    def heard(event):
        nonlocal timer
        timer.cancel()
        timer = loop.call_later(seconds, alarm)
    ws.addEventListener("message", heard)
    ws.addEventListener("close", lambda e: timer.cancel())
    while ws.readyState == 1:
        ws.send("ping")
        await asyncio.sleep(0.5)


# %% right: twenty pings, one after each twentieth of the time
# Solved: silence was found in time, and nothing else was taken for it.

import asyncio, time

async def watch(ws, seconds, alarm):
    last = time.monotonic()
    def heard(event):
        nonlocal last
        last = time.monotonic()
    ws.addEventListener("message", heard)
    asked = last
    while ws.readyState == 1:
        now = time.monotonic()
        if now - last >= seconds:
            alarm()
            return
        if now - asked >= seconds / 19:
            ws.send("ping")
            asked = now
        await asyncio.sleep(seconds / 100)


# %% right: sleeps for a nineteenth of the time between two pings
# Solved: silence was found in time, and nothing else was taken for it.

import asyncio, time

async def watch(ws, seconds, alarm):
    last = time.monotonic()
    def heard(event):
        nonlocal last
        last = time.monotonic()
    ws.addEventListener("message", heard)
    while ws.readyState == 1:
        if time.monotonic() - last >= seconds:
            alarm()
            return
        ws.send("ping")
        await asyncio.sleep(seconds / 19)
