# %% sends: nothing
# Not yet: your pump was given 400 pieces, and sent none.

async def pump(ws, pieces):
    return ws.bufferedAmount


# %% never more than 64 kB: all at once
# Not yet: bufferedAmount rose to <...>, and at most 64000 is allowed. When do you look at it? A piece counts as soon as it is
# sent, in bytes of UTF-8.

async def pump(ws, pieces):
    for piece in pieces:
        ws.send(piece)


# %% never more than 64 kB: gives others a turn, and hopes
# Not yet: bufferedAmount rose to <...>, and at most 64000 is allowed. When do you look at it? A piece counts as soon as it is
# sent, in bytes of UTF-8.

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        ws.send(piece)
        await asyncio.sleep(0)


# %% never more than 64 kB: looks before it sends, and the piece itself is not counted
# Not yet: bufferedAmount rose to <...>, and at most 64000 is allowed. When do you look at it? A piece counts as soon as it is
# sent, in bytes of UTF-8.

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        while ws.bufferedAmount > 64_000:
            await asyncio.sleep(0.01)
        ws.send(piece)


# %% never more than 64 kB: waits after it has sent
# Not yet: bufferedAmount rose to <...>, and at most 64000 is allowed. When do you look at it? A piece counts as soon as it is
# sent, in bytes of UTF-8.

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        ws.send(piece)
        while ws.bufferedAmount > 64_000:
            await asyncio.sleep(0.01)


# %% never more than 64 kB: characters are counted
# Not yet: bufferedAmount rose to <...>, and at most 64000 is allowed. When do you look at it? A piece counts as soon as it is
# sent, in bytes of UTF-8.

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        while ws.bufferedAmount + len(piece) + 1500 > 64_000:
            await asyncio.sleep(0.005)
        ws.send(piece)


# %% never more than 64 kB: 64 KiB
# Not yet: bufferedAmount rose to <...>, and at most 64000 is allowed. When do you look at it? A piece counts as soon as it is
# sent, in bytes of UTF-8.

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        while ws.bufferedAmount + len(piece.encode()) > 64 * 1024:
            await asyncio.sleep(0.01)
        ws.send(piece)


# %% all pieces: what does not fit is dropped
# Not yet: your pump was given 400 pieces, and sent <...>.

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        if ws.bufferedAmount + len(piece.encode()) <= 64_000:
            ws.send(piece)
        else:
            await asyncio.sleep(0.01)


# %% all pieces: in one text
# Not yet: your pump was given 400 pieces, and sent <...>.

import asyncio
async def pump(ws, pieces):
    rest = "".join(pieces)
    while rest:
        while ws.bufferedAmount > 20_000:
            if ws.readyState != 1:
                return
            await asyncio.sleep(0.01)
        ws.send(rest[:10_000])
        rest = rest[10_000:]


# %% in order: the last first
# Not yet: your pump sent other texts than it was given, or in another order.

import asyncio
async def pump(ws, pieces):
    while pieces:
        piece = pieces.pop()
        while ws.bufferedAmount + len(piece.encode()) > 64_000:
            await asyncio.sleep(0.01)
        ws.send(piece)


# %% the network is used: one piece at a time
# Not yet: the network could take <...> kB/s, and it had so little to take that <...>% of that was used; 80% are asked for. How full is the queue while you wait?

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        ws.send(piece)
        while ws.bufferedAmount:
            await asyncio.sleep(0.005)


# %% the network is used: looks twice a second
# Not yet: the network could take <...> kB/s, and it had so little to take that <...>% of that was used; 80% are asked for. How full is the queue while you wait?

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        while ws.bufferedAmount + len(piece.encode()) > 64_000:
            await asyncio.sleep(0.5)
        ws.send(piece)


# %% the network is used: a fixed pace
# Not yet: the network could take <...> kB/s, and it had so little to take that <...>% of that was used; 80% are asked for. How full is the queue while you wait?

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        ws.send(piece)
        await asyncio.sleep(0.02)


# %% the connection may end: waits for ever
# Not yet: the connection ended in the middle, and 3 s later your pump had not returned. bufferedAmount does not fall
# any more: what else tells that there is nobody to send to?

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        while ws.bufferedAmount + len(piece.encode()) > 64_000:
            await asyncio.sleep(0.01)
        ws.send(piece)


# %% the connection may end: looks before it waits
# Not yet: the connection ended in the middle, and 3 s later your pump had not returned. bufferedAmount does not fall
# any more: what else tells that there is nobody to send to?

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        if ws.readyState != 1:
            return
        while ws.bufferedAmount + len(piece.encode()) > 64_000:
            await asyncio.sleep(0.01)
        ws.send(piece)


# %% only sends: closes behind the last piece
# Not yet: your pump closed the connection. It sends, and no more: perhaps somebody else has something to say.

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        while ws.bufferedAmount + len(piece.encode()) > 64_000:
            await asyncio.sleep(0.01)
        ws.send(piece)
    ws.close()


# %% gives the loop a turn: waits in a busy loop
# Not yet: your code has not given the loop a turn for 5 s: line <...> of pump. While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

async def pump(ws, pieces):
    for piece in pieces:
        while ws.bufferedAmount + len(piece.encode()) > 64_000:
            pass
        ws.send(piece)


# %% texts: bytes
# Not yet: it raised TypeError in line <...> of pump: send() was given b'<...>...<...>', and the pieces are texts.

async def pump(ws, pieces):
    for piece in pieces:
        ws.send(piece.encode())


# %% right: fills the queue when it is half empty
# Solved: never more than 64 kB were queued, and <...>% of the network was used.

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        if ws.bufferedAmount + len(piece.encode("utf-8")) > 64_000:
            while ws.bufferedAmount > 32_000 and ws.readyState == ws.OPEN:
                await asyncio.sleep(0.005)
        if ws.readyState != ws.OPEN:
            break
        ws.send(piece)


# %% right: hears of the end, and looks in each turn
# Solved: never more than 64 kB were queued, and <...>% of the network was used.

import asyncio
async def pump(ws, pieces):
    over = asyncio.Event()
    ws.addEventListener("close", lambda event: over.set())
    waiting = list(pieces)
    while waiting and not over.is_set():
        if ws.bufferedAmount + len(waiting[0].encode()) <= 64_000:
            ws.send(waiting.pop(0))
        else:
            await asyncio.sleep(0)


# %% the network is used: sleeps longer than the queue lasts on the fastest network
# Not yet: the network could take <...> kB/s, and it had so little to take that <...> of that was used; 80% are asked for. How full is the queue while you wait?

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        while ws.bufferedAmount + len(piece.encode()) > 64_000:
            if ws.readyState != 1:
                return
            await asyncio.sleep(0.3)
        ws.send(piece)


# %% right: sleeps just as long as the queue lasts
# Solved: never more than 64 kB were queued, and <...> of the network was used.

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        while ws.bufferedAmount + len(piece.encode()) > 64_000:
            if ws.readyState != 1:
                return
            await asyncio.sleep(0.1)
        ws.send(piece)


# %% only sends: closes, and waits a little
# Not yet: your pump closed the connection. It sends, and no more: perhaps somebody else has something to say.

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        while ws.bufferedAmount > 50000: await asyncio.sleep(0.01)
        ws.send(piece)
    ws.close()
    await asyncio.sleep(0.1)


# %% only sends: closes behind the first piece
# Not yet: your pump closed the connection. It sends, and no more: perhaps somebody else has something to say.

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        while ws.bufferedAmount > 50000 and ws.readyState == 1: await asyncio.sleep(0.01)
        ws.send(piece)
        ws.close()


# %% never more than 64 kB: waits, and for another limit
# Not yet: bufferedAmount rose to <...>, and at most 64000 is allowed. When do you look at it? A piece counts as soon as it is
# sent, in bytes of UTF-8.

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        while ws.bufferedAmount > 640_000 / 4: await asyncio.sleep(0.01)
        ws.send(piece)


# %% the connection may end: says so with an exception
# Not yet: the connection ended in the middle, and your pump raised ConnectionError in line 8 of pump: nobody is there. Let it
# return then.

import asyncio

async def pump(ws, pieces):
    for piece in pieces:
        while ws.readyState == 1 and ws.bufferedAmount + len(piece.encode()) > 64_000:
            await asyncio.sleep(0.005)
        if ws.readyState != 1:
            raise ConnectionError("nobody is there")
        ws.send(piece)


# %% the connection may end: what is left is sent to nobody
# Not yet: the connection ended in the middle, and your pump went on sending: bufferedAmount rose to <...>. There is nobody
# to send to: return.

import asyncio

async def pump(ws, pieces):
    for piece in pieces:
        while ws.readyState == 1 and ws.bufferedAmount + len(piece.encode()) > 64_000:
            await asyncio.sleep(0.005)
        ws.send(piece)


# %% all pieces: it counts over all connections
# Not yet: your pump was called for a second connection, with 400 pieces, and sent none.

import asyncio

sent = 0

async def pump(ws, pieces):
    global sent
    while sent < len(pieces):
        while ws.bufferedAmount + len(pieces[sent].encode()) > 64_000:
            await asyncio.sleep(0.005)
            if ws.readyState != 1:
                return
        ws.send(pieces[sent])
        sent += 1


# %% all pieces: without their blanks
# Not yet: your pump sent other texts than it was given, or in another order.

async def pump(ws, pieces):
    for piece in map(str.strip, pieces):
        while ws.bufferedAmount + len(piece.encode()) > 64_000:
            if ws.readyState != 1:
                return
            await asyncio.sleep(0.005)
        ws.send(piece)


# %% all pieces: what comes once more is left out
# Not yet: your pump was given 400 pieces, and sent 399.

async def pump(ws, pieces):
    for piece in dict.fromkeys(pieces):
        while ws.bufferedAmount + len(piece.encode()) > 64_000:
            if ws.readyState != 1:
                return
            await asyncio.sleep(0.005)
        ws.send(piece)


# %% all pieces: an empty one is none
# Not yet: your pump was given 400 pieces, and sent 399.

async def pump(ws, pieces):
    for piece in filter(None, pieces):
        while ws.bufferedAmount + len(piece.encode()) > 64_000:
            if ws.readyState != 1:
                return
            await asyncio.sleep(0.005)
        ws.send(piece)


# %% never more than 64 kB: a guess at the largest piece
# Not yet: bufferedAmount rose to <...>, and at most 64000 is allowed. When do you look at it? A piece counts as soon as it is
# sent, in bytes of UTF-8.

async def pump(ws, pieces):
    for piece in pieces:
        while ws.bufferedAmount > 64_000 - 4_500:
            if ws.readyState != 1:
                return
            await asyncio.sleep(0.005)
        ws.send(piece)


# %% send them all: gives up after a second in which nothing was taken
# Not yet: your pump was called for a second connection, and its clock ran 50 times as fast. By that clock, the
# network took nothing for a long time. Your pump returned while the connection was open, and had sent <...> of 400
# pieces. Slow is not gone.

import asyncio


async def pump(ws, pieces):
    for piece in pieces:
        for _ in range(100):
            if ws.readyState != 1:
                return
            if ws.bufferedAmount + len(piece.encode()) <= 64_000:
                break
            await asyncio.sleep(0.01)
        else:
            return
        ws.send(piece)


# %% above 64,000 bytes: sends all the same after a second
# Not yet: your pump was called for a second connection, and its clock ran 50 times as fast. By that clock, the
# network took nothing for a long time, and bufferedAmount rose to <...>; at most 64000 is allowed. Wait however long
# it takes.

import asyncio


async def pump(ws, pieces):
    async def room(size):
        while ws.readyState == 1 and ws.bufferedAmount + size > 64_000:
            await asyncio.sleep(0.01)

    for piece in pieces:
        try:
            await asyncio.wait_for(room(len(piece.encode())), 1)
        except TimeoutError:
            pass
        if ws.readyState != 1:
            return
        ws.send(piece)


# %% the pieces: they are kept in a global
# Not yet: your pump was called for two pages at once, and given 90 pieces for each. Of its own, the one page sent
# <...> in their places, and the other <...>. What do the two calls share?

import asyncio


async def pump(ws, pieces):
    global waiting
    waiting = list(pieces)
    while waiting and ws.readyState == 1:
        if ws.bufferedAmount + len(waiting[0].encode()) > 64_000:
            await asyncio.sleep(0.01)
        else:
            ws.send(waiting.pop(0))


# %% the connection: it is kept in a global
# Not yet: your pump was called for two pages at once, and given 90 pieces for each. Of its own, the one page sent
# <...> in their places, and the other <...>. What do the two calls share?

import asyncio


async def pump(ws, pieces):
    global page
    page = ws
    for piece in pieces:
        while page.bufferedAmount + len(piece.encode()) > 64_000:
            if page.readyState != 1:
                return
            await asyncio.sleep(0.01)
        page.send(piece)


# %% two pages: waits for the end of whoever was the last to begin
# Not yet: your pump was called for two pages at once, and given 90 pieces for each. Of its own, the one page sent 90 in their
# places, and the other 90. What do the two calls share?

latest = None


async def pump(ws, pieces):
    global latest
    latest = asyncio.current_task()
    mine = latest
    for piece in pieces:
        while ws.bufferedAmount + len(piece.encode()) > 64_000:
            if ws.readyState != 1:
                return
            await asyncio.sleep(0.01)
        ws.send(piece)
    while latest is not mine:
        await asyncio.sleep(0.01)


# %% right: is told of the end by onclose
# Solved: never more than 64 kB were queued, and <...>% of the network was used.

import asyncio

async def pump(ws, pieces):
    over = []
    ws.onclose = over.append
    for piece in pieces:
        while not over and ws.bufferedAmount + len(piece.encode()) > 64_000:
            await asyncio.sleep(0.01)
        if over:
            return
        ws.send(piece)


# %% right: awaits the close event, beside the room
# Solved: never more than 64 kB were queued, and <...>% of the network was used.

import asyncio

async def pump(ws, pieces):
    closing = asyncio.create_task(ws.once("close"))
    for piece in pieces:
        while ws.bufferedAmount + len(piece.encode()) > 64_000:
            await asyncio.wait([closing], timeout=0.01)
            if closing.done():
                print(closing.result().code)
                return
        ws.send(piece)
    closing.cancel()


# %% right: hears of the end once, and takes its listener away again
# Solved: never more than 64 kB were queued, and <...>% of the network was used.

import asyncio

async def pump(ws, pieces):
    over = asyncio.Event()

    def close(event):
        if not event.wasClean:
            over.set()

    ws.addEventListener("close", close, once=True)
    try:
        for piece in pieces:
            while ws.bufferedAmount + len(piece.encode()) > 64_000 and not over.is_set():
                await asyncio.sleep(0.01)
            if over.is_set():
                return
            ws.send(piece)
    finally:
        ws.removeEventListener("close", close)


# %% the connection may end: waits for an event of another name
# Not yet: it raised AttributeError in line 5 of pump: a page's WebSocket has no 'onClose'.

import asyncio

async def pump(ws, pieces):
    over = []
    ws.onClose = over.append
    for piece in pieces:
        while not over and ws.bufferedAmount + len(piece.encode()) > 64_000:
            await asyncio.sleep(0.01)
        if over:
            return
        ws.send(piece)


# %% return: it gives up when there was no room for five seconds, by the clock
# Not yet: your pump was called for a second connection, and its clock ran 50 times as fast. By that clock, the
# network took nothing for a long time. Your pump returned while the connection was open, and had sent <...> of 400
# pieces. Slow is not gone.

import asyncio
import time

async def pump(ws, pieces):
    for piece in pieces:
        since = time.monotonic()
        while ws.bufferedAmount + len(piece.encode()) > 64_000:
            if ws.readyState != 1 or time.monotonic() - since > 5:
                return
            await asyncio.sleep(0.01)
        ws.send(piece)


# %% the connection ends: waits until all has left, which it never does
# Not yet: the connection ended in the middle, and 3 s later your pump had not returned. bufferedAmount does not fall
# any more: what else tells that there is nobody to send to?

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        while ws.readyState == 1 and ws.bufferedAmount + len(piece.encode()) > 64000:
            await asyncio.sleep(0.01)
        if ws.readyState != 1: return
        ws.send(piece)
    while ws.bufferedAmount:
        await asyncio.sleep(0.01)


# %% waits for room: waits once
# Not yet: your pump was called for a second connection, and its clock ran 50 times as fast. By that clock, the
# network took nothing for a long time, and bufferedAmount rose to <...>; at most 64000 is allowed. Wait however long
# it takes.

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        if ws.bufferedAmount + len(piece.encode()) > 64000:
            await asyncio.sleep(0.05)
        if ws.readyState != 1: return
        ws.send(piece)


# %% waits for room: waits once, with less in the queue
# Not yet: your pump was called for a second connection, and its clock ran 50 times as fast. By that clock, the
# network took nothing for a long time, and bufferedAmount rose to <...>; at most 64000 is allowed. Wait however long
# it takes.

import asyncio
async def pump(ws, pieces):
    for piece in pieces:
        if ws.readyState != 1: break
        if ws.bufferedAmount > 45000:
            await asyncio.sleep(0.03)
        ws.send(piece)
