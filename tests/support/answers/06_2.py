# %% others have gone already: their exception ends it
# Not yet: one page had gone, and its ConnectionClosed came out of your function. Who catches it for this page alone?

async def tell(pages, message):
    for page in list(pages):
        await page.send(message)


# %% others have gone already: catches the polite end only
# Not yet: one page had gone, and its ConnectionClosed came out of your function. Who catches it for this page alone?

from websockets.exceptions import ConnectionClosedOK
async def tell(pages, message):
    for page in list(pages):
        try:
            await page.send(message)
        except ConnectionClosedOK:
            pass


# %% others have gone already: all at once, and one raises
# Not yet: one page had gone, and its ConnectionClosed came out of your function. Who catches it for this page alone?

import asyncio
async def tell(pages, message):
    await asyncio.gather(*(page.send(message) for page in pages))


# %% to all pages: the first who has gone ends the loop
# Not yet: the message was '<...>', your function returned, and 3 of 3 pages that stayed heard nothing. Was each send()
# awaited, whatever became of the one before?

async def tell(pages, message):
    for page in list(pages):
        try:
            await page.send(message)
        except ConnectionClosed:
            break


# %% to all pages: the try is around the loop
# Not yet: the message was '<...>', your function returned, and 3 of 3 pages that stayed heard nothing. Was each send()
# awaited, whatever became of the one before?

async def tell(pages, message):
    try:
        for page in list(pages):
            await page.send(message)
    except ConnectionClosed:
        pass


# %% some go: loops over the set itself
# Not yet: in the middle of a loop, what it loops over changed: RuntimeError in line <...>: Set changed size during
# iteration. Over what could you loop?

async def tell(pages, message):
    for page in pages:
        try:
            await page.send(message)
        except ConnectionClosed:
            pass


# %% some go: looks first, and sends then
# Not yet: one page had gone, and its ConnectionClosed came out of your function. Who catches it for this page alone?

async def tell(pages, message):
    for page in list(pages):
        if page.state.name == "OPEN":
            await page.send(message)


# %% once: again to those who were there
# Not yet: some pages heard it twice.

async def tell(pages, message):
    for page in [*pages, *pages]:
        try:
            await page.send(message)
        except ConnectionClosed:
            pass


# %% the message: sends another
# Not yet: the message was '<...>', and the pages heard ['<...>!', '<...>!', '<...>!'].

async def tell(pages, message):
    for page in list(pages):
        try:
            await page.send(message + "!")
        except ConnectionClosed:
            pass


# %% you only send: empties the set
# Not yet: all pages heard it, but some that stayed are not in the set any more. You only send.

async def tell(pages, message):
    while pages:
        page = pages.pop()
        try:
            await page.send(message)
        except ConnectionClosed:
            pass


# %% without broadcast: with it
# Not yet: all heard it, but not by send(): the task is to do it without broadcast().

from websockets.asyncio.server import broadcast
async def tell(pages, message):
    broadcast(pages, message)


# %% you only send: takes out who has gone
# Not yet: a page that had gone is not in the set any more. Its handler takes it out; you only send.

from websockets.exceptions import ConnectionClosed
async def tell(pages, message):
    for page in list(pages):
        try:
            await page.send(message)
        except ConnectionClosed:
            pages.discard(page)


# %% right: looks at the state too, and at the address
# Solved: some went, some had gone, and everybody else heard it.

async def tell(pages, message):
    told = []
    for page in tuple(pages):
        if page.state.name != "OPEN" or page.close_code is not None:
            continue
        try:
            await page.send(message)
        except ConnectionClosed:
            continue
        told.append((page.id, page.remote_address, page.request.path))


# %% right: all at once, and exceptions are results
# Solved: some went, some had gone, and everybody else heard it.

import asyncio
async def tell(pages, message):
    await asyncio.gather(*(page.send(message) for page in pages), return_exceptions=True)


# %% right: a task for each in a group
# Solved: some went, some had gone, and everybody else heard it.

import asyncio
async def tell(pages, message):
    async def tell_one(page):
        try:
            await page.send(message)
        except ConnectionClosed:
            pass
    async with asyncio.TaskGroup() as group:
        for page in pages:
            group.create_task(tell_one(page))


# %% while you do: a task for each, and nobody awaits them
# Not yet: you returned before any page had the message. Who waits for your send(), and hears what it raises?

tasks = set()
async def tell(pages, message):
    for page in list(pages):
        task = asyncio.create_task(page.send(message))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


# %% others have gone already: a group, which one of them ends
# Not yet: one page had gone, and its ConnectionClosed came out of your function. Who catches it for this page alone?

async def tell(pages, message):
    async with asyncio.TaskGroup() as group:
        for page in list(pages):
            group.create_task(page.send(message))


# %% to all pages: forgets the await
# Not yet: the message was '<...>', your function returned, and 3 of 3 pages that stayed heard nothing. Was each send()
# awaited, whatever became of the one before? Nobody awaited what was called in line 4 of tell.

async def tell(pages, message):
    for page in list(pages):
        try:
            page.send(message)
        except ConnectionClosed:
            pass


# %% right: waits for all, and asks nobody what was raised
# Solved: some went, some had gone, and everybody else heard it.

async def tell(pages, message):
    await asyncio.wait([asyncio.create_task(page.send(message)) for page in pages])


# %% you only send: takes out in the loop who does not take it
# Not yet: in the middle of a loop, what it loops over changed: RuntimeError in line <...>: Set changed size during
# iteration. Over what could you loop?

from websockets.exceptions import ConnectionClosed


async def tell(pages, message):
    for page in pages:
        try:
            await page.send(message)
        except ConnectionClosed:
            pages.remove(page)


# %% once: somebody goes, and it begins again with everybody
# Not yet: a page heard '<...>', and after it '<...>'. Send the message once, and nothing else.

async def tell(pages, message):
    while True:
        try:
            for page in pages:
                try:
                    await page.send(message)
                except ConnectionClosed:
                    pass
            return
        except RuntimeError:
            pass


# %% others have gone: catches only those with no goodbye
# Not yet: one page had gone, and its ConnectionClosed came out of your function. Who catches it for this page alone?

from websockets.exceptions import ConnectionClosedError
async def tell(pages, message):
    for page in list(pages):
        try:
            await page.send(message)
        except ConnectionClosedError:
            pass


# %% others have gone: catches only those who said goodbye
# Not yet: one page had gone, and its ConnectionClosed came out of your function. Who catches it for this page alone?

from websockets.exceptions import ConnectionClosedOK
async def tell(pages, message):
    for page in list(pages):
        try:
            await page.send(message)
        except ConnectionClosedOK:
            pass


# %% the message: without the blanks at its ends
# Not yet: the message was '<...>', and the pages heard ['<...>', '<...>', '<...>'].

async def tell(pages, message):
    for page in list(pages):
        try:
            await page.send(message.strip())
        except ConnectionClosed:
            pass


# %% the message: not the empty text
# Not yet: the message was '', your function returned, and 3 of 3 pages that stayed heard nothing. Was each send() awaited,
# whatever became of the one before?

async def tell(pages, message):
    if not message:
        return
    for page in list(pages):
        try:
            await page.send(message)
        except ConnectionClosed:
            pass


# %% the message: bytes as a text
# Not yet: the message was b<...>, and the pages heard [<...>].

async def tell(pages, message):
    for page in list(pages):
        try:
            await page.send(f"{message}")
        except ConnectionClosed:
            pass


# %% while you do, some go: one of all ends the wait for the others
# Not yet: one page left, and you returned while others were still slow to take the message. Does the end of one send() end your wait
# for all?

import asyncio
async def tell(pages, message):
    try:
        await asyncio.gather(*(page.send(message) for page in pages))
    except ConnectionClosed:
        pass


# %% the message: not if it is the same as the one before
# Not yet: the message was ' <...>\n', your function returned, and 3 of 3 pages that stayed heard nothing. Was each
# send() awaited, whatever became of the one before?

last = None


async def tell(pages, message):
    global last
    if message == last:
        return
    last = message
    for page in list(pages):
        try:
            await page.send(message)
        except ConnectionClosed:
            pass


# %% to all pages: waits a little after each, with a sleep that nobody can wait for
# Not yet: line <...> of tell sleeps with time.sleep(). Meanwhile the loop stands still, and nobody else has a turn.
# Which sleep can be awaited?

from time import sleep
async def tell(pages, message):
    for page in list(pages):
        try:
            await page.send(message)
        except ConnectionClosed:
            pass
        sleep(0.001)


# %% some go: catches a cancellation, too
# Not yet: your function was cancelled while it waited for a slow page, and it went on. Is a cancellation caught there,
# or waited on in a finally? An except Exception lets it through.

async def tell(pages, message):
    for page in list(pages):
        try:
            await page.send(message)
        except:
            pass


# %% some go: catches a cancellation, too, and waits for all
# Not yet: your function was cancelled while it waited for a slow page, and it went on. Is a cancellation caught there,
# or waited on in a finally? An except Exception lets it through.

async def tell(pages, message):
    sending = [asyncio.create_task(page.send(message)) for page in pages]
    for each in sending:
        try:
            await each
        except BaseException:
            pass


# %% right: except Exception
# Solved: some went, some had gone, and everybody else heard it.

async def tell(pages, message):
    for page in list(pages):
        try:
            await page.send(message)
        except Exception:
            pass


# %% right: a task for each, which catches all
# Solved: some went, some had gone, and everybody else heard it.

async def tell(pages, message):
    async def tell_one(page):
        try:
            await page.send(message)
        except:
            pass

    await asyncio.gather(*map(tell_one, pages))


# %% while you do: a task for each, and a nap instead of waiting for them
# Not yet: your function took 0.<...> s where nobody was slow. Then pages were slow for longer, and you returned before
# all had the message. Wait for each send(), and not for a time.

async def tell(pages, message):
    for page in list(pages):
        asyncio.create_task(page.send(message))
    await asyncio.sleep(0.3)


# %% all: each page has three seconds, and one after the other
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, all 5 pages were
# slow to take the message, and <...> of them never heard it. Slow is not gone.

import asyncio

from websockets.exceptions import ConnectionClosed


async def tell(pages, message):
    for page in list(pages):
        try:
            await asyncio.wait_for(page.send(message), 3)
        except (ConnectionClosed, TimeoutError):
            pass


# %% all: all pages together have two seconds
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, all 5 pages were
# slow to take the message, and <...> of them never heard it. Slow is not gone.

import asyncio

from websockets.exceptions import ConnectionClosed


async def tell(pages, message):
    async def send(page):
        try:
            async with asyncio.timeout(2):
                await page.send(message)
        except (ConnectionClosed, TimeoutError):
            pass

    await asyncio.gather(*map(send, pages))


# %% all: two seconds, and the error comes out
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, all 5 pages were
# slow to take the message, and your function raised TimeoutError in line 5 of tell.

import asyncio


async def tell(pages, message):
    async with asyncio.timeout(2):
        await asyncio.gather(*(page.send(message) for page in pages), return_exceptions=True)


# %% all: those that take longer than three seconds are left behind
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, all 5 pages were
# slow to take the message, and you returned before all had it. Wait for each send(), and not for a time.

import asyncio


async def tell(pages, message):
    sending = [asyncio.create_task(page.send(message)) for page in pages]
    done, _ = await asyncio.wait(sending, timeout=3)
    for task in done:
        task.exception()


# %% the message: it is kept in a global
# Not yet: your function was called twice at once, with <...> and with <...>, and a page heard <...> (None: nothing).
# What do the two calls share?

from websockets.exceptions import ConnectionClosed


async def tell(pages, message):
    global said
    said = message
    for page in list(pages):
        try:
            await page.send(said)
        except ConnectionClosed:
            pass


# %% all pages: they are kept in a global
# Not yet: your function was called twice at once, with <...> and with <...>, and a page heard <...> (None: nothing).
# What do the two calls share?

from websockets.exceptions import ConnectionClosed


async def tell(pages, message):
    global waiting
    waiting = list(pages)
    while waiting:
        try:
            await waiting.pop().send(message)
        except ConnectionClosed:
            pass


# %% right: with a limit that only a page that is gone could reach
# Solved: some went, some had gone, and everybody else heard it.

import asyncio

from websockets.exceptions import ConnectionClosed


async def tell(pages, message):
    async def send(page):
        try:
            await asyncio.wait_for(page.send(message), 60)
        except (ConnectionClosed, TimeoutError):
            pass

    await asyncio.gather(*map(send, pages))


# %% right: has a limit of ten seconds for all of them
# Solved: some went, some had gone, and everybody else heard it.

import asyncio


async def tell(pages, message):
    sending = [asyncio.create_task(page.send(message)) for page in pages]
    if sending:
        await asyncio.wait(sending, timeout=10)
    for task in sending:
        if task.done():
            task.exception()
